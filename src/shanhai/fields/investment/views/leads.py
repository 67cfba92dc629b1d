"""The list of leads and the page of one: what is known, what is missing to judge it, its clocks, its log, who holds it."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shanhai.core import access, clock, sentences
from shanhai.core.sheets import exporting
from shanhai.fields.investment import columns
from shanhai.fields.investment.models import Lead
from shanhai.fields.investment.queries import fit, plans
from shanhai.fields.investment.queries import leads as queries
from shanhai.fields.investment.rules import leads as rules
from shanhai.fields.investment.views import aid_plans
from shanhai.fields.park.queries import reserving
from shanhai.fields.registry.views.shared import history
from shanhai.webkit import downloads, listing, words
from shanhai.webkit.listing import Column, Filter, Table
from shanhai.webkit.pages import chosen_pairing, member_required
from shanhai.webkit.remember import for_reader

Stage = rules.LeadStage
_SHAPES = {
    Stage.REGISTERED: "not_started",
    Stage.SIGNED: "done",
    Stage.REJECTED: "paused",
    Stage.TRANSFERRED: "paused",
    Stage.MERGED: "paused",
}
CLOCK_WORDS = {
    rules.CONTACT: gettext_lazy("Contact the investor"),
    rules.TRIAGE: gettext_lazy("Triage"),
    rules.FEEDBACK: gettext_lazy("Tell the introducer"),
    rules.FOLLOW: gettext_lazy("Follow up"),
}
REACHED_WORDS = {
    "registered": gettext_lazy("Registered leads"),
    "contacted": gettext_lazy("Contacted"),
    "triaged": gettext_lazy("Triaged"),
    "reviewed": gettext_lazy("Entry reviewed"),
    "signed": gettext_lazy("Signed leads"),
    "started": gettext_lazy("Started building"),
    "producing": gettext_lazy("Producing"),
}


def capital(word: str) -> str:
    """A word as it stands alone."""
    return word[:1].upper() + word[1:]


_MATCH_ITEMS = {
    "industry": gettext_lazy("Industry"),
    "land": gettext_lazy("Land or plant"),
    "intensity": gettext_lazy("Intensity and tax"),
    "quota": gettext_lazy("Quotas"),
    "labour": gettext_lazy("Labour"),
    "chain": gettext_lazy("Chain"),
    "policy": gettext_lazy("Policy"),
}


def status_of(lead: Lead) -> tuple[str, str]:
    """Shape and word of a stage; a clock that has run out stands out."""
    word = capital(columns.words(columns.LEAD_STAGES, lead.stage))
    if lead.is_open and lead.next_due_on is not None and lead.next_due_on < clock.today():
        return "late", word
    return _SHAPES.get(Stage(lead.stage), "on_track"), word


def introduced(lead: Lead) -> tuple[str, str]:
    """Side and name of who introduced a lead."""
    return (lead.introducer_side, lead.introduced_by.name) if lead.introduced_by else ("", words.NOTHING)


def export(request: Any, chosen: Any, form: str) -> HttpResponse:
    """The list as it is filtered, with the columns of the register."""
    file = BytesIO()
    keys = chosen.order_by().values("pk")
    exporting.export(columns.LEADS, file, form, member=request.member, pairing=request.pairing, pk__in=keys)
    return downloads.sheet(file, f"{columns.LEADS.name}.{form}", form)


def choices(given: columns.Choices) -> list[tuple[str, str]]:
    """The choices of a filter, as they stand alone."""
    return [(value, columns.words(given, value)) for value, _en, _zh in given]


def _introducers(request: Any) -> list[tuple[str, str]]:
    pairing = chosen_pairing(request)
    rows = queries.leads_of(request.member, pairing)

    def found() -> list[tuple[str, str]]:
        return [(one.code, one.name) for one in queries.introducers_of(rows, pairing)]

    return for_reader(request, "investment.introducers", (pairing.pk,), found)


def _quarters(request: Any) -> list[tuple[str, str]]:
    pairing = chosen_pairing(request)
    rows = queries.leads_of(request.member, pairing)
    found = for_reader(request, "investment.quarters", (pairing.pk,), lambda: queries.quarters_of(rows))
    return [(one, quarter_said(one)) for one in found]


def quarter_said(text: str) -> str:
    """A quarter as a person reads it: "Q3 2023", 2023年第3季度."""
    year, _joint, quarter = text.partition("Q")
    return _("Q%(quarter)s %(year)s") % {"quarter": quarter, "year": year}


LEADS = Table(
    code="investment.leads",
    columns=(
        Column(
            "name",
            gettext_lazy("Lead"),
            kind="link",
            href=lambda row: row.url,
            sort=("name_sort",),
            index="lead_zone_name",
            second=lambda row: row.investor_said,
            stack="full",
        ),
        Column("kind", gettext_lazy("Kind"), value=lambda row: columns.words(columns.KINDS, row.kind)),
        Column("introduced_by", gettext_lazy("Introduced by"), kind="side", value=introduced, stack="hide-s"),
        Column(
            "counted_fen",
            gettext_lazy("Counted investment"),
            kind="money_fen",
            sort=("counted_fen",),
            index="lead_zone_counted",
        ),
        Column("land_mu", gettext_lazy("Land, mu"), kind="mu", phone_heading=True, stack="hide-s"),
        Column(
            "unit",
            gettext_lazy("Held by"),
            value="unit.name",
            second=lambda row: row.unit.organisation.name,
            stack="hide-s",
        ),
        Column("status", gettext_lazy("Stage"), kind="status", value=status_of, stack="push"),
        Column(
            "next_due_on",
            gettext_lazy("Next due"),
            kind="due",
            sort=("next_due_on",),
            index="lead_zone_due",
        ),
        Column(
            "registered_on",
            gettext_lazy("Registered"),
            kind="date",
            sort=("registered_on",),
            index="lead_zone_registered",
            stack="hide-s",
        ),
    ),
    filters=(
        Filter(
            "state",
            gettext_lazy("State"),
            choices=lambda _request: [
                ("open", _("on their way")),
                ("late", _("a clock has run out")),
                ("counted", _("without merged ones")),
            ],
            apply=queries.in_state,
        ),
        Filter("stage", gettext_lazy("Stage"), choices=lambda _request: choices(columns.LEAD_STAGES)),
        Filter(
            "reached",
            gettext_lazy("Came as far as"),
            choices=lambda _request: [(name, str(word)) for name, word in REACHED_WORDS.items()],
            apply=queries.reached,
        ),
        Filter("kind", gettext_lazy("Kind"), choices=lambda _request: choices(columns.KINDS)),
        Filter(
            "introducer", gettext_lazy("Introduced by"), choices=_introducers, apply=queries.of_introducer
        ),
        Filter("quarter", gettext_lazy("Quarter"), choices=_quarters, apply=queries.of_quarter),
        Filter("q", gettext_lazy("Name, investor or number"), kind="search", apply=queries.named),
    ),
    export=export,
    default_sort="-registered_on",
    keeps_count=True,
    empty=(
        gettext_lazy("No leads yet."),
        gettext_lazy("Register the first one, or bring the list as a spreadsheet."),
    ),
)


@member_required("investment.view_leads")
def leads(request: Any) -> HttpResponse:
    """Who might come, and who waits for us?"""
    pairing = chosen_pairing(request)
    rows = queries.leads_of(request.member, pairing)
    head = for_reader(
        request, "investment.leads", (pairing.pk,), lambda: queries.head_of(rows, clock.today())
    )
    context = {
        "finding": list_finding(head),
        "sub": list_sub(head),
        "may_add": may(request, "add_lead", pairing.pk),
        "may_import": may(request, "write_leads", pairing.pk),
        "may_funnel": access.may(request.member, "investment.view_funnel"),
    }
    return listing.render(request, "investment/leads.html", LEADS, rows, context)


def list_finding(head: dict[str, Any]) -> str:
    """How many are on their way, and for how many a clock has run out."""
    if not head["n"]:
        return _("No leads yet.")
    told = ngettext("%(n)s lead is on its way", "%(n)s leads are on their way", head["open"]) % {
        "n": words.num(head["open"])
    }
    if not head["late"]:
        return _("%(told)s; no clock has run out.") % {"told": told}
    late = ngettext("for %(n)s a clock has run out", "for %(n)s a clock has run out", head["late"])
    return _("%(told)s; %(late)s.") % {"told": told, "late": late % {"n": words.num(head["late"])}}


def list_sub(head: dict[str, Any]) -> str:
    """What those on their way would invest, and how many were signed of all."""
    signed = _("%(signed)s of %(n)s registered were signed.") % {
        "signed": listing.counted(head["signed"]), "n": listing.counted(head["n"]),
    }  # fmt: skip
    if not head["fen"]:
        return signed
    money = _("They would invest %(money)s.") % {"money": words.yuan(head["fen"])}
    if head["unknown"]:
        unknown = ngettext(
            "They would invest %(money)s; %(n)s does not say yet.",
            "They would invest %(money)s; %(n)s do not say yet.",
            head["unknown"],
        )
        money = unknown % {"money": words.yuan(head["fen"]), "n": words.num(head["unknown"])}
    return f"{money} {signed}"


def may(request: Any, name: str, pairing_id: int) -> bool:
    """Whether the reader may do an action here."""
    return access.may(request.member, f"investment.{name}", pairing_id=pairing_id)


# -- one lead ------------------------------------------------------------------------------------------------------


@member_required("investment.view_leads")
def lead(request: Any, number: str) -> HttpResponse:
    """What is known, what is missing to judge it, how do its clocks stand, who holds it?"""
    one = queries.lead_of(request.member, number)
    is_inside = queries.is_inside(request.member)
    known, unknown = facts_said(one)
    context = {
        "lead": one,
        "status": status_of(one),
        "finding": _finding(one),
        "kind": capital(columns.words(columns.KINDS, one.kind)),
        "known": known,
        "unknown": unknown,
        "missing": [heading(name) for name in rules.missing(queries.entry_values(one))],
        "clocks": [_clock_row(clock_) for clock_ in queries.clocks_of(one)] if is_inside else [],
        "contacts": [_contact_row(row) for row in queries.contacts_of(one)] if is_inside else [],
        "payments": [_payment_row(request, one, row) for row in queries.payments_of(one)]
        if is_inside
        else [],
        "lookalikes": _lookalikes(request, one) if is_inside and one.is_open else [],
        "merged": queries.merged_into(one) if one.duplicates_n else [],
        "introduced": introduced(one),
        "detail": one.source or _("Made up to fill the example zone; not reported anywhere."),
        "marks": one.source or one.is_illustrative,
        "is_inside": is_inside,
        "fit": fit_shown(one, request.member) if is_inside and one.is_open else None,
        "kept": reserving.reserved_for(one.number) if is_inside else [],
        "kept_by": plans.adopted_for(one) if is_inside else None,
        "aid": aid_plans.of_lead(one, request.member) if is_inside and one.is_open else None,
        "history": history(one) if is_inside else [],
        **_buttons(request, one),
    }
    return render(request, "investment/lead.html", context)


def _lookalikes(request: Any, one: Lead) -> list[dict[str, Any]]:
    """Leads that may be the same, with what speaks for and against."""
    return [
        {
            "lead": other.lead,
            "likeness": other.likeness,
            "is_same": other.is_same,
            "said": " ".join(sentences.reason(why) for why in other.reasons),
        }
        for other in queries.lookalikes(request.member, one)
    ]


def fit_shown(one: Lead, member: Any) -> dict[str, Any]:
    """Where it fits, as its panel says it."""
    found = fit.fit_of(one, member)
    return {
        "unknown": [heading(name) for name in found.unknown],
        "said": _fit_said(found),
        "refused": found.refused,
        "best": [
            {
                "place": place,
                "score": match.score,
                "points": [(_MATCH_ITEMS[name], points) for name, points in match.items.items()],
            }
            for place, match in found.best
        ],
    }


def _fit_said(found: fit.Fit) -> str:
    if found.unknown:
        return ""
    if not found.free:
        return _("No parcel or plot of the park is free.")
    said = ngettext(
        "It fits %(n)s of %(free)s free plot.", "It fits %(n)s of %(free)s free plots.", found.free
    ) % {"n": words.num(found.fitting), "free": words.num(found.free)}
    if found.cluster is None:
        return said + " " + _("Its industry belongs to no cluster.")
    return said + " " + _("Its industry belongs to the cluster %s.") % found.cluster.name


def _finding(one: Lead) -> str:
    name, today = one.name, clock.today()
    if one.stage == Stage.MERGED and one.merged_into is not None:
        return _("%(name)s is the same as %(number)s, and counts there.") % {
            "name": name, "number": one.merged_into.number,
        }  # fmt: skip
    if not one.is_open:
        word = columns.words(columns.LEAD_STAGES, one.stage)
        return _("%(name)s: %(stage)s on %(day)s.") % {
            "name": name, "stage": word, "day": words.day(one.stage_on, "year"),
        }  # fmt: skip
    running = sorted((row for row in queries.clocks_of(one) if row.runs), key=lambda row: str(row.due_on))
    if not running or running[0].due_on is None:
        return _("%(name)s: nothing is due.") % {"name": name}
    first = running[0]
    facts = {"name": name, "what": str(CLOCK_WORDS[first.name]), "days": words.num(first.late_days)}
    if first.late_days:
        late = ngettext(
            "%(name)s: %(what)s, %(days)s working day late.",
            "%(name)s: %(what)s, %(days)s working days late.",
            first.late_days,
        )
        return late % facts
    day = _("today") if first.due_on == today else words.day(first.due_on)
    return _("%(name)s: %(what)s by %(day)s.") % {**facts, "day": day}


def heading(name: str) -> str:
    """The heading of a fact."""
    if name == "land_mu":
        return _("Land or plant")
    return str(columns.LEADS.column(name).heading).replace(" (Chinese)", "").replace("（中文）", "")


_SHOWN = (
    "industry", "investment_fen", "invested_before_fen", "land_mu", "plant_m2", "energy_tce", "water_m3", "emissions_t",
    "output_fen", "tax_fen", "jobs", "start_on", "producing_on", "contract_amount", "base_tax_fen", "site_zh",
)  # fmt: skip
_OF_SOME = {
    "invested_before_fen",
    "contract_amount",
    "base_tax_fen",
    "site_zh",
    "water_m3",
    "start_on",
    "producing_on",
}


def facts_said(one: Lead) -> tuple[list[tuple[str, str]], list[str]]:
    """What is known, as a person reads it, and the headings of what nobody has said yet."""
    known, unknown = [], []
    for name in _SHOWN:
        value = getattr(one, name)
        label = str(columns.LEADS.column(name).heading).replace(" (Chinese)", "").replace("（中文）", "")
        if value not in (None, ""):
            known.append((label, _said(one, name, value)))
        elif name not in _OF_SOME:
            unknown.append(label)
    return known, unknown


def _said(one: Lead, name: str, value: Any) -> str:
    if name == "site_zh":
        return words_of_both(one.site_zh, one.site_en)
    if name == "contract_amount":
        return _("%(amount)s %(currency)s at %(rate)s on %(day)s") % {
            "amount": words.num(value, 0), "currency": one.currency, "rate": f"{one.rate:.4f}",
            "day": words.day(one.rate_on, "year") if one.rate_on else words.NOTHING,
        }  # fmt: skip
    if name == "base_tax_fen" and one.base_year:
        return f"{words.yuan(value)} ({one.base_year})"
    if name.endswith("_fen"):
        return words.yuan(value)
    if name.endswith("_on"):
        return words.day(value, "year")
    if name == "land_mu":
        return words.mu(value)
    unit = {"plant_m2": _("m²"), "energy_tce": _("tce"), "water_m3": _("m³"), "emissions_t": _("t")}.get(
        name, ""
    )
    return str(value) if name == "industry" else f"{words.num(value)} {unit}".strip()


def words_of_both(zh: str, en: str) -> str:
    """A text in the reader's language, in the other one where it is missing."""
    return (zh or en) if words.is_chinese() else (en or zh)


def _clock_row(one: rules.Clock) -> dict[str, Any]:
    late = ngettext("%(n)s working day late", "%(n)s working days late", one.late_days) % {
        "n": words.num(one.late_days)
    }
    return {
        "name": CLOCK_WORDS[one.name],
        "due_on": one.due_on,
        "done_on": one.done_on,
        "late": late if one.late_days else "",
        "runs": one.runs,
    }


def _contact_row(row: Any) -> dict[str, Any]:
    return {"row": row, "way": capital(columns.words(columns.CONTACT_WAYS, row.way))}


def _payment_row(request: Any, one: Lead, row: Any) -> dict[str, Any]:
    foreign = ""
    if row.amount is not None:
        foreign = _("%(amount)s %(currency)s at %(rate)s") % {
            "amount": words.num(row.amount, 0), "currency": row.currency, "rate": f"{row.rate:.4f}",
        }  # fmt: skip
    return {
        "row": row,
        "foreign": foreign,
        "may_take_back": row.taken_back_on is None and may(request, "take_back_paid_in", one.pairing_id),
    }


def _buttons(request: Any, one: Lead) -> dict[str, bool]:
    """What the reader may do now: the action is allowed, and the stage lets it."""
    stage = one.stage
    when = {
        "log_contact": stage in rules.ORDER,
        "triage_lead": stage == Stage.CONTACTED,
        "ask_experts": stage in (Stage.REGISTERED, Stage.CONTACTED) and not one.with_experts,
        "feed_back_lead": one.is_introduced and one.fed_back_on is None and one.is_open,
        "move_lead": stage in rules.TALKS,
        "sign_lead": stage in rules.TALKS,
        "reject_lead": one.is_open,
        "transfer_lead": one.is_open,
        "reopen_lead": stage in (Stage.REJECTED, Stage.TRANSFERRED),
        "merge_leads": one.is_open and not one.duplicates_n,
        "unmerge_lead": stage == Stage.MERGED,
        "record_paid_in": stage == Stage.SIGNED,
        "change_lead": stage in rules.ORDER,
    }
    return {f"may_{name}": holds and may(request, name, one.pairing_id) for name, holds in when.items()}
