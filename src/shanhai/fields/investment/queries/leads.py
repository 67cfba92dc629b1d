"""Reads of leads: the list, one of them, its clocks and log, the funnel, what can be found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, F, Model, OuterRef, Q, QuerySet, Subquery, Sum

from shanhai.core import access, clock, search, visibility
from shanhai.core.calendar import calendar
from shanhai.core.counting import count_bounded
from shanhai.core.models import Member, Organisation, Pairing
from shanhai.core.search import Found
from shanhai.fields.investment.models import Contact, Lead, PaidIn
from shanhai.fields.investment.queries import duplicates
from shanhai.fields.investment.rules import leads as rules
from shanhai.fields.office.queries import shared
from shanhai.kernel.refusals import NotFound, gettext_noop
from shanhai.kernel.rulebook import NATIONAL

Stage = rules.LeadStage
SHOWN = (
    "pairing", "unit__organisation", "owner_unit__organisation", "introduced_by", "introducer__unit__organisation",
    "project", "merged_into", "transferred_to", "investor",
)  # fmt: skip
# The dimensions by which the funnel cuts.
CUTS = ("kind", "introducer", "quarter")


def leads_of(member: Member | None, pairing: Pairing) -> QuerySet[Lead]:
    """The leads of a pairing and those nested in it that a member sees."""
    rows = shared.seen_in(Lead.objects.all(), member, pairing)
    return rows.select_related("unit__organisation", "introduced_by", "introducer__unit__organisation")


def lead_of(member: Member | None, number: str) -> Lead:
    """One lead, for those who see it.

    Raises
    ------
    NotFound
        ``investment.no_lead``
    """
    found = Lead.objects.select_related(*SHOWN).filter(number=number).first()
    if found is None or not shared.may_see(member, found):
        raise no_lead(number)
    return found


def no_lead(number: str) -> NotFound:
    """The refusal of a lead that is not there, or not shown: ``investment.no_lead``."""
    return NotFound(
        "investment.no_lead",
        gettext_noop("There is no lead {number} that you may see. Look for it in the list of leads."),
        number=number[:40],
    )


def scopes_of(pairing: Pairing) -> list[str]:
    """Where figures of the rulebook are looked for, first first."""
    return [f"pairing:{pairing.code}", NATIONAL]


def is_inside(member: Member | None) -> bool:
    """Whether a member works for a public body: a firm reads what is known of its lead, and not what offices wrote down."""
    return member is None or member.unit.organisation.kind not in visibility.FIRMS


# -- one lead ------------------------------------------------------------------------------------------------------


def clocks_of(lead: Lead, today: date | None = None) -> list[rules.Clock]:
    """The clocks of a lead that were started, with the working days by which they were missed."""
    today = today or clock.today()
    done = {
        rules.CONTACT: lead.contacted_on,
        rules.TRIAGE: lead.triaged_on,
        rules.FEEDBACK: lead.fed_back_on,
        rules.FOLLOW: None,
    }
    found = []
    for name in rules.CLOCKS:
        due_on = getattr(lead, f"{name}_due_on")
        if due_on is None:
            continue
        done_on = done[name] or (None if lead.is_open else lead.stage_on)
        until = done_on or today
        late = calendar().count(due_on, until) if until > due_on else 0
        found.append(rules.Clock(name, due_on, done_on, late))
    return found


def contacts_of(lead: Lead) -> QuerySet[Contact]:
    """The log of a lead, latest first."""
    return lead.contacts.select_related("member__unit__organisation").order_by("-on", "-pk")


def payments_of(lead: Lead) -> QuerySet[PaidIn]:
    """The capital that came in, in the order in which it was written down."""
    return lead.payments.order_by("number")


def payment_of(lead: Lead, number: int) -> PaidIn:
    """One of its payments.

    Raises
    ------
    NotFound
        ``investment.no_payment``
    """
    found = lead.payments.filter(number=number).first()
    if found is None:
        raise NotFound(
            "investment.no_payment",
            gettext_noop("Lead {number} has no payment {payment}. Look at those that it has."),
            number=lead.number,
            payment=number,
        )
    found.lead = lead
    return found


def lookalikes(member: Member | None, lead: Lead) -> list[duplicates.Alike]:
    """Other leads that may be the same and that a member sees, the likest first, at most ten."""
    return [one for one in duplicates.alike(lead)[:30] if shared.may_see(member, one.lead)][:10]


def merged_into(lead: Lead) -> QuerySet[Lead]:
    """The leads that were merged into one."""
    return lead.duplicates.order_by("registered_on", "pk")


def entry_values(lead: Lead) -> dict[str, Any]:
    """What is known of a lead, as the rules ask for it."""
    return {name: getattr(lead, name) for name in (*lead.facts, "kind")}


# -- the list and the funnel ---------------------------------------------------------------------------------------


def head_of(rows: QuerySet[Lead], today: date) -> dict[str, Any]:
    """What leads the list: open leads, those with a clock overrun, those of today and tomorrow, and what they would invest.

    Whatever is over grows for ever, so it is counted no further than lists count; what is open is counted whole.
    """
    found = (
        rows.filter(stage__in=rules.OPEN)
        .order_by()
        .aggregate(
            open=Count("pk"),
            late=Count("pk", Q(next_due_on__lt=today)),
            fen=Sum("counted_fen"),
            unknown=Count("pk", Q(counted_fen=None)),
        )
    )
    n, signed = rows.exclude(stage=Stage.MERGED), rows.filter(stage=Stage.SIGNED)
    return found | {"n": count_bounded(n), "signed": count_bounded(signed)}


def named(rows: QuerySet[Lead], text: str) -> QuerySet[Lead]:
    """Of the leads, those whose number begins so, or whose name or investor holds the text."""
    return rows.filter(
        Q(number__startswith=text) | Q(pk__in=search.keys_of("investment.lead", text, is_narrowed=True))
    )


def of_introducer(rows: QuerySet[Lead], code: str) -> QuerySet[Lead]:
    """Those that an organisation introduced; it is looked up first, so that the database knows how many they are."""
    return rows.filter(
        introduced_by__in=list(Organisation.objects.filter(code=code).values_list("pk", flat=True))
    )


def of_quarter(rows: QuerySet[Lead], text: str) -> QuerySet[Lead]:
    """Those that were registered in a quarter: "2023Q3"; of a word that is no quarter none."""
    span = quarter_span(text)
    return (
        rows.none() if span is None else rows.filter(registered_on__gte=span[0], registered_on__lte=span[1])
    )


def in_state(rows: QuerySet[Lead], text: str) -> QuerySet[Lead]:
    """``open``: on their way. ``late``: with a clock overrun. ``counted``: each once, without merged ones."""
    if text == "late":
        return rows.filter(stage__in=rules.OPEN, next_due_on__lt=clock.today())
    return rows.filter(stage__in=rules.OPEN) if text == "open" else rows.exclude(stage=Stage.MERGED)


def reached(rows: QuerySet[Lead], step: str) -> QuerySet[Lead]:
    """Those that came as far as a step of the funnel, wherever they are now."""
    return rows.filter(REACHED[step]) if step in REACHED else rows.none()


# How far a lead came, read off what is on its row; each step takes in all later ones.
_SIGNED = Q(project__isnull=False)
_TRIAGED = Q(triaged_on__isnull=False) | _SIGNED
REACHED: dict[str, Q] = {
    "registered": ~Q(stage=Stage.MERGED),
    "contacted": ~Q(stage=Stage.MERGED) & (Q(contacted_on__isnull=False) | _TRIAGED),
    "triaged": ~Q(stage=Stage.MERGED) & _TRIAGED,
    "reviewed": ~Q(stage=Stage.MERGED) & (Q(entry_score__isnull=False) | _SIGNED),
    "signed": ~Q(stage=Stage.MERGED) & _SIGNED,
    "started": ~Q(stage=Stage.MERGED)
    & Q(project__stage__in=("building", "completed", "producing", "above_scale", "at_capacity")),
    "producing": ~Q(stage=Stage.MERGED) & Q(project__stage__in=("producing", "above_scale", "at_capacity")),
}


@dataclass(frozen=True, slots=True)
class Cut:
    """One row of the funnel: how many leads came how far, and what of their capital came in."""

    key: str
    steps: dict[str, int]
    fen: int
    paid_fen: int
    lost: int


def funnel(rows: QuerySet[Lead], by: str = "") -> list[Cut]:
    """How far leads came, as a whole or by kind, introducer or quarter of registration; one statement.

    Introducers stand by the code of their organisation, "" for none; quarters as "2023Q3".
    """
    found = rows.order_by()
    if by == "quarter":
        keys = ["registered_on__year", "registered_on__quarter"]
    else:
        keys = {"kind": ["kind"], "introducer": ["introduced_by__code"], "": []}[by]
    told = {
        **{f"s_{name}": Count("pk", q) for name, q in REACHED.items()},
        "fen": Sum("counted_fen", filter=REACHED["registered"], default=0),
        "paid": Sum("paid_in_fen", filter=REACHED["registered"], default=0),
        "lost": Count("pk", Q(stage__in=(Stage.REJECTED, Stage.TRANSFERRED))),
    }
    got = found.values(*keys).annotate(**told).order_by(*keys) if keys else [found.aggregate(**told)]
    return [
        Cut(
            _key(one, by),
            {name: one[f"s_{name}"] for name in REACHED},
            one["fen"],
            one["paid"],
            one["lost"],
        )
        for one in got
        if one["s_registered"]
    ]


def _key(one: dict[str, Any], by: str) -> str:
    if by == "quarter":
        return f"{one['registered_on__year']}Q{one['registered_on__quarter']}"
    return str(one[{"kind": "kind", "introducer": "introduced_by__code"}[by]] or "") if by else ""


def board(rows: QuerySet[Lead]) -> dict[str, list[Lead]]:
    """The open leads by stage, those due first."""
    found: dict[str, list[Lead]] = {str(stage): [] for stage in rules.OPEN}
    for one in rows.filter(stage__in=rules.OPEN).order_by(F("next_due_on").asc(nulls_last=True), "pk"):
        found[one.stage].append(one)
    return found


def quarter_of(day: date) -> str:
    """The quarter of a day: "2023Q3"."""
    return f"{day.year}Q{(day.month + 2) // 3}"


def quarter_span(text: str) -> tuple[date, date] | None:
    """First and last day of a quarter, None of what is none."""
    year, joint, quarter = text.partition("Q")
    if (
        not joint
        or quarter not in ("1", "2", "3", "4")
        or not (year.isascii() and year.isdigit() and len(year) == 4)
    ):
        return None
    month = 3 * int(quarter) - 2
    last = date(int(year), month + 2, 30 if quarter in "23" else 31)
    return date(int(year), month, 1), last


def quarters_of(rows: QuerySet[Lead]) -> list[str]:
    """The quarters from the first registered lead to the last, latest first: both ends of an index, not all leads."""
    days = rows.values_list("registered_on", flat=True)
    first, last = days.order_by("registered_on", "pk").first(), days.order_by("-registered_on", "-pk").first()
    if first is None or last is None:
        return []
    span = range(_quarters_until(first), _quarters_until(last) + 1)
    return [f"{n // 4}Q{n % 4 + 1}" for n in reversed(span)]


def _quarters_until(day: date) -> int:
    return day.year * 4 + (day.month - 1) // 3


# From one introducer to the next by the index: as many steps as there are introducers, however many leads.
_INTRODUCERS = """
    WITH RECURSIVE found(pk) AS (
        SELECT min(introduced_by_id) FROM investment_lead WHERE zone_id = %s
        UNION ALL
        SELECT (SELECT min(introduced_by_id) FROM investment_lead WHERE zone_id = %s AND introduced_by_id > found.pk)
        FROM found WHERE found.pk IS NOT NULL
    )
    SELECT pk FROM found WHERE pk IS NOT NULL
"""


def introducers_of(rows: QuerySet[Lead], pairing: Pairing) -> list[Organisation]:
    """The organisations that introduced leads of a pairing, by name: those of which a lead is among ``rows`` (two statements)."""
    zone = pairing.zone_id or pairing.pk
    with connection.cursor() as cursor:
        cursor.execute(_INTRODUCERS, [zone, zone])
        keys = [key for (key,) in cursor.fetchall()]
    # The first lead of each, not whether there is one: that would be answered by reading all leads.
    lead = rows.filter(introduced_by=OuterRef("pk")).order_by().values("pk")[:1]
    found = Organisation.objects.filter(pk__in=keys).alias(lead=Subquery(lead)).exclude(lead=None)
    return list(found.order_by("name_sort", "pk"))


# -- who, and finding ----------------------------------------------------------------------------------------------


def holds(lead: Lead, member: Member | None) -> bool:
    """Whether a lead waits for a member: their unit holds it."""
    return member is None or member.unit_id == lead.unit_id


def own_side(member: Member | None, lead: Lead) -> str:
    """The side of a member in the pairing of a lead."""
    return (access.standing(member).side_in(lead.pairing_id) or "") if member is not None else ""


def found_as(one: Model) -> Found:
    """By its name, investor and number, for those who see it."""
    lead: Any = one
    known = " ".join(filter(None, (lead.number, lead.investor_zh, lead.investor_en)))
    return Found(
        "investment.lead", lead.pk, lead.name_zh, lead.url, lead.name_en, known, lead.pairing_id, "seen"
    )


def entries() -> Iterator[Found]:
    """All leads."""
    return map(found_as, Lead.objects.iterator())


def by_number(numbers: Iterable[str]) -> dict[str, Lead]:
    """Leads by number, whoever sees them: for loaders (one statement)."""
    return {one.number: one for one in Lead.objects.select_related(*SHOWN).filter(number__in=list(numbers))}


def lead_seen(member: Member | None, lead: Lead) -> bool:
    """Whether a lead that stands beside another record may be opened."""
    return shared.may_see(member, lead)
