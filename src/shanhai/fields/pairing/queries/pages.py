"""Reads that only the pages need: what leads a list, and what happened so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, DateField, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from shanhai.core import clock, visibility
from shanhai.core.counting import MOST_COUNTED, count_bounded
from shanhai.core.models import Document, Member, NoticeFact, Pairing, Party, StayAppraisal
from shanhai.core.queries import pairings as core_pairings
from shanhai.fields.pairing import rules
from shanhai.fields.pairing.models import (
    ActionItem,
    Agreement,
    CalendarLink,
    Charge,
    Commitment,
    Delivery,
    FocusPoint,
    LandClause,
    Meeting,
    MeetingAttendee,
    MoneyDue,
    Resolution,
    Secondment,
    Signature,
)
from shanhai.fields.pairing.queries.commitments import Progress
from shanhai.fields.pairing.queries.lists import (
    action_items_of,
    agreements_of,
    meetings_of,
    reach_of,
    secondments_of,
)
from shanhai.kernel.refusals import NotFound, gettext_noop

Stage = rules.AgreementStage


# -- agreements ----------------------------------------------------------------------------------------------------


# So many are sorted as quickly as they are found; more lie so close together that any order soon comes by them.
_FEW_DUE = 1000
_NEVER = date(9999, 12, 31)


def in_renewal_notice(day: date) -> Q:
    """Agreements in force whose notice day has come and that nobody has renewed."""
    return Q(notice_on__lte=day) & _unrenewed()


def _unrenewed() -> Q:
    renewed = Agreement.objects.filter(supersedes=OuterRef("pk")).exclude(stage=Stage.ENDED)
    return Q(stage=Stage.SIGNED) & ~Q(Exists(renewed))


def list_in_renewal_notice(rows: QuerySet[Agreement], day: date) -> QuerySet[Agreement]:
    """Of a list in whatever order, those in their renewal notice, in a time that does not grow with the list.

    Few are named one by one. Many are met while the list is walked in its own order, and a database that knows the
    index over the notice days would rather sort them all; it does not see through the ``Coalesce``.
    """
    due = rows.filter(in_renewal_notice(day)).order_by("notice_on", "pk")
    few = list(due.values_list("pk", flat=True)[: _FEW_DUE + 1])
    if len(few) <= _FEW_DUE:
        return rows.filter(pk__in=few)
    walked = rows.alias(notice=Coalesce("notice_on", Value(_NEVER), output_field=DateField()))
    return walked.filter(_unrenewed(), notice__lte=day)


def list_of_stage(rows: QuerySet[Agreement], stage: str) -> QuerySet[Agreement]:
    """Of a list in whatever order, those of a stage: a rare one is no reason to walk the whole list."""
    found = rows.filter(stage=stage)
    few = list(found.order_by("notice_on", "pk").values_list("pk", flat=True)[: _FEW_DUE + 1])
    return rows.filter(pk__in=few) if len(few) <= _FEW_DUE else found


def agreement_counts(member: Member, pairing: Pairing) -> dict[str, int]:
    """How many agreements are in force, in draft, half signed, and due for renewal.

    Each is counted to ``MOST_COUNTED`` and one more, in the order in which an index has them: all together in one
    statement would look up every agreement that there is.
    """
    rows = agreements_of(member, pairing).prefetch_related(None)
    drafts = rows.filter(stage=Stage.DRAFT)
    # Of the drafts that are counted: signatures are looked for under so many and no more.
    counted = drafts.order_by().values("pk")[: MOST_COUNTED + 1]
    half_signed = Signature.objects.filter(agreement__in=counted).values("agreement").distinct()
    return {
        "in_force": count_bounded(rows.filter(stage=Stage.SIGNED)),
        "drafts": count_bounded(drafts),
        "renewals": count_bounded(rows.filter(in_renewal_notice(clock.today()))),
        "half_signed": half_signed.count(),
    }


def next_to_renew(member: Member, pairing: Pairing) -> Agreement | None:
    """The agreement that ends first of those in their renewal notice."""
    found = agreements_of(member, pairing).filter(in_renewal_notice(clock.today()))
    return found.order_by("valid_to", "pk").first()


def commitments_of_agreement(agreement: Agreement) -> list[Commitment]:
    """What an agreement promises, whatever its stage."""
    return list(
        agreement.commitments.select_related(
            "agreement", "pairing", "mountain_unit__organisation", "sea_unit__organisation"
        )
        .prefetch_related("periods")
        .order_by("rank", "code")
    )


def money_due_of(member: Member, code: str) -> MoneyDue:
    """One payment; who sees its agreement sees it."""
    found = (
        MoneyDue.objects.filter(code=code)
        .select_related(
            "clause__agreement__owner_unit",
            "clause__pairing",
            "clause__payer__organisation",
            "clause__payee__organisation",
        )
        .first()
    )
    if found is None or not visibility.can_see(member, found.clause.agreement):
        raise NotFound(
            "pairing.no_payment",
            gettext_noop(
                "There is no payment {due} that you may see. Correct the code; the page of its "
                "agreement lists them."
            ),
            due=code,
        )
    return found


def land_clause_of(member: Member, code: str) -> LandClause:
    """One land clause; who sees its agreement sees it."""
    found = (
        LandClause.objects.filter(code=code)
        .select_related("agreement__owner_unit", "pairing", "giver__organisation", "taker__organisation")
        .first()
    )
    if found is None or not visibility.can_see(member, found.agreement):
        raise NotFound(
            "pairing.no_land_clause",
            gettext_noop(
                "There is no land clause {clause} that you may see. Correct the code; the page of its"
                " agreement lists them."
            ),
            clause=code,
        )
    return found


# -- commitments ---------------------------------------------------------------------------------------------------


def delivered_by_month(commitment: Commitment, first: date, last: date) -> list[tuple[date, Decimal]]:
    """What had come by the end of each month, from the first to the last day (one statement)."""
    came = list(
        commitment.deliveries.filter(stage__in=rules.DELIVERED, on__gte=first, on__lte=last)
        .order_by("on")
        .values_list("on", "quantity")
    )
    points, total, place = [], Decimal(0), 0
    month = date(first.year, first.month, 1)
    while month <= last:
        after = date(month.year + month.month // 12, month.month % 12 + 1, 1)
        while place < len(came) and came[place][0] < after:
            total += came[place][1]
            place += 1
        points.append((month, total))
        month = after
    return points


# -- meetings and items --------------------------------------------------------------------------------------------


def meetings_with_answers(member: Member, pairing: Pairing) -> QuerySet[Meeting]:
    """The meetings of a list, each with how many come and are invited on both sides."""
    # Joined, all meetings would be counted out before the first page of them is known.
    guests = MeetingAttendee.objects.filter(meeting=OuterRef("pk")).order_by().values("meeting")
    coming, there = Q(answer=MeetingAttendee.Answer.COMING), Q(is_present=True)

    def counted(which: Q) -> Coalesce:
        return Coalesce(Subquery(guests.filter(which).annotate(n=Count("pk")).values("n")), 0)

    sides = {f"coming_{side}": counted(coming & Q(side=side)) for side in rules.SIDES}
    present = {f"present_{side}": counted(there & Q(side=side)) for side in rules.SIDES}
    return meetings_of(member, pairing).annotate(**sides, **present)


def minutes_waiting(member: Member, pairing: Pairing) -> int:
    """Meetings held whose minutes are not written or not signed by both sides."""
    return count_bounded(meetings_of(member, pairing).filter(stage__in=["held", "minuted"]))


def attendee_of(meeting: Meeting, pk: int) -> MeetingAttendee:
    """One name on the list of a meeting."""
    found = meeting.attendees.select_related("meeting", "member").filter(pk=pk).first()
    if found is None:
        raise NotFound(
            "pairing.no_attendee",
            gettext_noop(
                "Nobody of this number is invited to meeting {number}. The page of the meeting lists "
                "the invited."
            ),
            number=meeting.number,
        )
    return found


def item_counts(member: Member, pairing: Pairing) -> dict[str, int]:
    """How many action items are open, late, reported, and with the leaders.

    Each is counted to ``MOST_COUNTED`` and one more.
    """
    day = clock.today()
    is_open = Q(stage__in=rules.OPEN_ITEM)
    rows = action_items_of(member, pairing).select_related(None)
    asked = {
        "open": is_open,
        "late": is_open & Q(due_on__lt=day),
        "reported": Q(stage=rules.ItemStage.REPORTED),
        "escalated": is_open & Q(escalated_on__isnull=False),
        "mine": is_open & Q(done_by_unit=member.unit_id),
    }
    return {name: count_bounded(rows.filter(which)) for name, which in asked.items()}


def resolution_of(member: Member, number: str) -> Resolution:
    """One resolution; who sees its meeting sees it."""
    found = (
        Resolution.objects.filter(number=number)
        .select_related("meeting__owner_unit", "pairing__zone")
        .first()
    )
    if found is None or not visibility.can_see(member, found.meeting):
        raise NotFound(
            "pairing.no_resolution",
            gettext_noop(
                "There is no resolution {resolution} that you may see. Correct the number; the page "
                "of its meeting lists them."
            ),
            resolution=number,
        )
    return found


def told_of(item: ActionItem) -> dict[str, date]:
    """When people were told of an action item: the end of the fact's key, and the day."""
    key = f"pairing.action_item:{item.pk}:"
    return {
        fact.key.removeprefix(key): clock.local(fact.at).date()
        for fact in NoticeFact.objects.filter(key__startswith=key)
    }


# -- people --------------------------------------------------------------------------------------------------------


def charges_of(member: Member, pairing: Pairing) -> list[Charge]:
    """Who is and was in charge in a pairing and those nested in it, the present ones first."""
    ids = reach_of(member, pairing).pairing_ids
    return list(
        Charge.objects.filter(pairing_id__in=ids)
        .select_related("member__unit__organisation", "pairing")
        .order_by("pairing__code", "field", "side", "-from_on", "pk")
    )


def charge_of(member: Member, pk: int) -> Charge:
    """One line of who is in charge."""
    found = Charge.objects.filter(pk=pk).select_related("member__unit__organisation", "pairing").first()
    if found is None or found.pairing_id not in reach_of(member, found.pairing).pairing_ids:
        raise NotFound(
            "pairing.no_charge",
            gettext_noop("Nobody of this number is in charge. The page of the pairing lists who is."),
        )
    return found


def officer_counts(member: Member, pairing: Pairing) -> Counter[str]:
    """How many officers are in post, by direction; each counted to ``MOST_COUNTED`` and one more."""
    rows = secondments_of(member, pairing).filter(stay__stage="running")
    counts = {way: count_bounded(rows.filter(direction=way)) for way in Secondment.Direction.values}
    return Counter({way: n for way, n in counts.items() if n})


def with_appraisals(rows: QuerySet[Secondment]) -> QuerySet[Secondment]:
    """Secondments with their appraisals and tasks, for a list."""
    return rows.prefetch_related(
        Prefetch("stay__appraisals", StayAppraisal.objects.order_by("due_on")), "stay__tasks"
    )


def calendar_links(member: Member) -> QuerySet[CalendarLink]:
    """The calendar addresses that a member made and has not revoked."""
    return CalendarLink.objects.filter(member=member, revoked_at=None)


# -- pairings ------------------------------------------------------------------------------------------------------


def pairing_of(member: Member | None, code: str) -> Pairing:
    """One pairing with its parties.

    Raises
    ------
    NotFound
        ``pairing.no_pairing``: there is none, or the member has no seat in it.
    """
    found = core_pairings.pairings_of(member).filter(code=code).first()
    if found is None:
        raise NotFound(
            "pairing.no_pairing",
            gettext_noop(
                "There is no pairing {pairing} that you may see. Correct the code, or look for it in "
                "the list of pairings."
            ),
            pairing=code,
        )
    return found


def zones_of(member: Member) -> list[Pairing]:
    """The topmost pairings that a member sees, by code."""
    return list(core_pairings.zones_of(member).order_by("code"))


def pairings_in(member: Member, zone: Pairing) -> list[Pairing]:
    """A pairing and all nested under it that a member sees, above before below."""
    ids = set(core_pairings.within(zone))
    found = [one for one in core_pairings.pairings_of(member) if one.pk in ids]
    place = {level: n for n, level in enumerate(Pairing.Level.values)}
    return sorted(found, key=lambda one: (one.pk != zone.pk, place[one.level], one.code))


def agreements_by_pairing(pairing_ids: Iterable[int]) -> Counter[int]:
    """How many agreements are in force, by pairing."""
    rows = Agreement.objects.filter(pairing_id__in=list(pairing_ids), stage=Stage.SIGNED)
    return Counter(dict(rows.order_by().values_list("pairing_id").annotate(n=Count("pk"))))


_WORST_FIRST = ("late", "at_risk", "not_started", "on_track", "done", "ended")


def worst(found: Sequence[Progress]) -> Progress | None:
    """Of several commitments the one to look at first: the worst status, then the smallest share delivered."""
    return min(found, key=lambda one: (_WORST_FIRST.index(one.status), one.share), default=None)


@dataclass(frozen=True, slots=True)
class Event:
    """Something on the timeline of a cooperation."""

    on: date
    kind: str  # pairing, nested, agreement, meeting, ended
    name: str
    url: str
    more: int = 0  # others of the kind on the same day
    is_illustrative: bool = False


def history_of(pairing: Pairing, nested: Sequence[Pairing]) -> list[Event]:
    """What made the cooperation what it is, latest first: pairings, agreements, meetings of the main leaders."""
    events = [_begun(pairing)]
    if pairing.ended_on:
        events.append(Event(pairing.ended_on, "ended", pairing.name, ""))
    by_day: dict[tuple[date, str], list[Pairing]] = {}
    for one in nested:
        by_day.setdefault((one.started_on, one.level), []).append(one)
    for (day, _level), group in by_day.items():
        first = group[0]
        events.append(
            Event(
                day, "nested", first.name, _url(first), len(group) - 1, all(g.is_illustrative for g in group)
            )
        )
    signed = Agreement.objects.filter(pairing=pairing, signed_on__isnull=False)
    events += [
        Event(one.signed_on, "agreement", one.name, one.url, is_illustrative=one.is_illustrative)  # type: ignore[arg-type]
        for one in signed.filter(reach__in=[visibility.Reach.BOTH, visibility.Reach.PUBLIC])
    ]
    held = Meeting.objects.filter(
        pairing=pairing, level=rules.MeetingLevel.LEADERS, stage__in=["held", "minuted", "signed"]
    )
    events += [
        Event(clock.local(one.at).date(), "meeting", one.title, one.url, is_illustrative=one.is_illustrative)
        for one in held
    ]
    return sorted(events, key=lambda event: (event.on, event.kind), reverse=True)


def _begun(pairing: Pairing) -> Event:
    return Event(pairing.started_on, "pairing", pairing.name, "", is_illustrative=pairing.is_illustrative)


def _url(pairing: Pairing) -> str:
    return f"/pairing/pairings/{pairing.code}/"


# -- choices of forms ----------------------------------------------------------------------------------------------


def parties_of(pairing: Pairing) -> QuerySet[Party]:
    """The parties of a pairing that can sign, pay and give: all but hosts."""
    return Party.objects.filter(pairing=pairing).exclude(role="host").select_related("organisation")


def plans_of(commitment: Commitment) -> QuerySet[Delivery]:
    """Entries for days to come that nothing has taken the place of."""
    return commitment.deliveries.filter(stage=rules.DeliveryStage.PLANNED).order_by("on", "pk")


def own_papers(member: Member, pairing: Pairing) -> QuerySet[Document]:
    """Papers that the member's organisation filed in a pairing, newest first, to lay on a table."""
    return Document.objects.filter(
        owner_unit__organisation_id=member.unit.organisation_id, pairing=pairing, withdrawn_on=None
    ).order_by("-uploaded_at")[:200]


# -- records that notes hang on --------------------------------------------------------------------------------------


def is_agreed(agreement: Agreement) -> bool:
    """Whether a side has put its name under an agreement, so that both rest on what they see of it."""
    return agreement.stage != Stage.DRAFT or agreement.signatures.exists()


def is_joint(meeting: Meeting) -> bool:
    """Both sides are invited to every joint meeting."""
    return bool(meeting.reach != visibility.Reach.SIDE)


def title_of_secondment(one: Secondment) -> tuple[str, str]:
    """Who is sent to which post, in Chinese and in English."""
    person, stay = one.stay.person, one.stay
    zh = f"{person.name_zh} {stay.host.name_zh} {stay.host_post}"
    return zh, f"{person.name_en or person.name_zh}, {stay.host_post_en or stay.host_post}"


def title_of_delivery(one: Delivery) -> tuple[str, str]:
    """What came of which commitment, in Chinese and in English."""
    of = one.commitment
    return f"{of.name_zh} {one.code}", f"{of.name_en or of.name_zh} {one.code}"


def title_of_focus_point(one: FocusPoint) -> tuple[str, str]:
    """The point with its year, in Chinese and in English."""
    return f"{one.year}年要点：{one.text_zh}", f"Focus of {one.year}: {one.text_en or one.text_zh}"
