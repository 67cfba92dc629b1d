"""Writes of leads: registered, spoken to, triaged, moved along, rejected, transferred, merged."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from shanhai.core import access, clock, journal, notices, rows, search, visibility
from shanhai.core.actions.naming import check_not_later, differing, named
from shanhai.core.models import Member, Organisation, Pairing, Region, Unit
from shanhai.core.writing import action
from shanhai.fields.investment import rules as project_rules
from shanhai.fields.investment.actions import lead_clocks as clocks
from shanhai.fields.investment.actions import lead_names, plans, projects
from shanhai.fields.investment.models import Contact, Lead
from shanhai.fields.investment.queries import leads as queries
from shanhai.fields.investment.rules import leads as rules
from shanhai.fields.investment.rules.pipeline import SIDES
from shanhai.fields.office.actions import shared as office
from shanhai.fields.office.queries.shared import people_of, side_of
from shanhai.fields.office.rules.shared import said
from shanhai.kernel.refusals import BadInput, NotAllowed, gettext_noop

Stage = rules.LeadStage
_NAMES = ("name_zh", "name_en")
_INVESTOR = frozenset({"investor_zh", "investor_en"})
_REASON = 300


@action
def add_lead(
    pairing: Pairing,
    *,
    name_zh: str,
    name_en: str = "",
    kind: str = rules.LeadKind.NEW,
    number: str = "",
    unit: Unit | None = None,
    introduced_by: Organisation | None = None,
    introducer: Member | None = None,
    registered_on: date | None = None,
    by: Member,
    **facts: Any,
) -> Lead:
    """Register a lead; from that day its clocks run for the unit that holds it.

    Parameters
    ----------
    unit
        Who holds it; the unit of its writer where it is left out.
    introduced_by, introducer
        Who brought it, and so waits to hear what becomes of it: an organisation, a member of it, or nobody.
    facts
        What is known of it, by the names of ``models.leads.FACTS``, and ``investor``; what is left out is not known.
    """
    access.check(by, "investment.add_lead", pairing_id=pairing.pk)
    registered_on = registered_on or clock.today()
    check_not_later(registered_on)
    check_unit(pairing, unit)
    if introducer is not None and introduced_by is None:
        introduced_by = introducer.unit.organisation
    lead = Lead(
        pairing=pairing,
        zone_id=pairing.zone_id or pairing.pk,
        number=office.checked_number(Lead, number),
        unit=unit or by.unit,
        introduced_by=introduced_by,
        introducer=introducer,
        stage_on=registered_on,
        registered_on=registered_on,
        **named(name_zh, name_en),
        **worked_out(number, {"kind": _kind(kind)} | facts),
    )
    visibility.own(lead, by)
    # Whoever has no seat here brought it to the side that registered it.
    lead.introducer_side = _brought(pairing, introduced_by) or lead.owner_side
    lead.save()
    office.numbered(lead, "XS", registered_on.year)
    started = clocks.dues(lead)
    for name, value in started.items():
        setattr(lead, name, value)
    lead.save(update_fields=[*started])
    visibility.place(lead, lead.registered_on)
    lead_names.follow([lead])
    search.put_many([queries.found_as(lead)])
    journal.record(lead, "investment.add_lead", by=by)
    clocks.await_all(lead, by=by)
    clocks.figures_follow(pairing.pk)
    return lead


@action
def change_lead(lead: Lead, *, by: Member | None, **changes: Any) -> Lead:
    """Change what is known about a lead; its stage has actions of its own."""
    access.check(by, "investment.change_lead", pairing_id=lead.pairing_id)
    rules.check_stage(lead.number, lead.stage, *rules.ORDER)
    if "kind" in changes:
        changes["kind"] = _kind(changes["kind"])
    if "name_zh" in changes or "name_en" in changes:
        zh, en = (changes.pop(name, getattr(lead, name)) for name in _NAMES)
        changes |= named(zh, en)
    if "introduced_by" in changes:
        changes["introducer_side"] = _brought(lead.pairing, changes["introduced_by"]) or lead.owner_side
    known = {name: getattr(lead, name) for name in lead.facts}
    changes |= worked_out(lead.number, known | changes)
    changes = differing(lead, changes)
    if not changes:
        return lead
    changed = sorted(changes)
    clocks.advance(lead, by=by, **changes)
    if not _INVESTOR.isdisjoint(changes):
        lead_names.follow([lead])
    search.put_many([queries.found_as(lead)])
    journal.record(lead, "investment.change_lead", by=by, changed=changed)
    return lead


@action
def log_contact(
    lead: Lead,
    *,
    way: str,
    text: str,
    people: str = "",
    text_en: str = "",
    on: date | None = None,
    by: Member | None,
) -> Contact:
    """Write down that an investor was spoken to: the first time it is contacted, later it is followed up."""
    access.check(by, "investment.log_contact", pairing_id=lead.pairing_id)
    rules.check_stage(lead.number, lead.stage, *rules.ORDER)
    on = on or clock.today()
    check_not_later(on)
    _check_since(lead, on, lead.registered_on)
    text = said(text, "text")
    one = Contact.objects.create(
        lead=lead,
        on=on,
        way=way_of(way),
        people=people.strip()[:160],
        text=text,
        text_en=text_en.strip(),
        member=by,
    )
    changes: dict[str, Any] = {"followed_on": max(on, lead.followed_on or on)}
    if lead.stage == Stage.REGISTERED:
        changes |= {"stage": Stage.CONTACTED, "stage_on": on, "contacted_on": on}
    clocks.advance(lead, by=by, **changes)
    journal.record(lead, "investment.log_contact", by=by, way=one.way, on=on)
    return one


@action
def ask_experts(lead: Lead, *, reason: str, by: Member | None) -> Lead:
    """Ask experts before a lead is triaged, which gives the triage a week."""
    access.check(by, "investment.ask_experts", pairing_id=lead.pairing_id)
    rules.check_stage(lead.number, lead.stage, Stage.REGISTERED, Stage.CONTACTED)
    reason = said(reason, "reason")[:_REASON]
    clocks.advance(lead, by=by, with_experts=True)
    journal.record(lead, "investment.ask_experts", by=by, reason=reason)
    return lead


@action
def triage_lead(lead: Lead, *, unit: Unit | None = None, remark: str = "", by: Member | None) -> Lead:
    """Find that a lead is worth talking about, and say which unit talks; what is not is rejected or transferred."""
    access.check(by, "investment.triage_lead", pairing_id=lead.pairing_id)
    rules.check_stage(lead.number, lead.stage, Stage.CONTACTED)
    today = clock.today()
    check_unit(lead.pairing, unit)
    clocks.advance(
        lead, by=by, stage=Stage.TRIAGED, stage_on=today, triaged_on=today, unit=unit or lead.unit,
        followed_on=lead.followed_on or today,
    )  # fmt: skip
    journal.record(lead, "investment.triage_lead", by=by, remark=remark.strip()[:_REASON])
    return lead


@action
def feed_back_lead(lead: Lead, *, text: str, by: Member | None) -> Lead:
    """Tell who introduced a lead what becomes of it."""
    access.check(by, "investment.feed_back_lead", pairing_id=lead.pairing_id)
    if not lead.is_introduced:
        raise BadInput(
            "investment.nobody_to_tell",
            gettext_noop(
                "Nobody introduced lead {number}, so nobody waits to hear of it. Name the introducer first."
            ),
            number=lead.number,
        )
    text = said(text, "text")[:_REASON]
    clocks.advance(lead, by=by, fed_back_on=clock.today())
    journal.record(lead, "investment.feed_back_lead", by=by, text=text)
    people = [lead.introducer_id] if lead.introducer_id else _people_of_organisation(lead.introduced_by_id)
    notices.tell(
        f"investment.lead:{lead.pk}:feedback:{lead.version}",
        "investment.lead",
        gettext_noop("What becomes of your lead {number} {title}: {text}"),
        clocks.facts_of(lead) | {"text": text},
        lead.url if lead.reach in ("both", "public") else "",
        people,
        lead.pairing_id,
    )
    return lead


@action
def move_lead(
    lead: Lead, *, to: str, reason: str = "", score: Decimal | None = None, by: Member | None
) -> Lead:
    """Say how far the talks are: talking, visited, reviewed with an entry score; back with a reason."""
    access.check(by, "investment.move_lead", pairing_id=lead.pairing_id)
    rules.check_talk_move(lead.number, lead.stage, to, reason)
    rules.check_score(to, score)
    changes: dict[str, Any] = {"stage": Stage(to), "stage_on": clock.today()}
    if to == Stage.REVIEWED:
        changes["entry_score"] = score
    before = lead.stage
    clocks.advance(lead, by=by, **changes)
    journal.record(lead, "investment.move_lead", by=by, came_from=before, reason=reason.strip()[:_REASON])
    return lead


@action
def sign_lead(
    lead: Lead, *, enterprise: Organisation, region: Region, project_number: str = "", by: Member | None
) -> Lead:
    """The contract is signed: the lead becomes a project, which takes over what is known."""
    access.check(by, "investment.sign_lead", pairing_id=lead.pairing_id)
    rules.check_stage(lead.number, lead.stage, *rules.TALKS)
    project = projects.add_project(
        lead.pairing,
        name_zh=lead.name_zh,
        name_en=lead.name_en,
        enterprise=enterprise,
        region=region,
        number=project_number,
        stage=project_rules.ProjectStage.SIGNED,
        industry=lead.industry,
        investment_fen=lead.counted_fen if lead.counted_fen is not None else lead.investment_fen,
        land_mu=lead.land_mu,
        building_m2=lead.plant_m2,
        energy_tce=lead.energy_tce,
        is_foreign=lead.kind == rules.LeadKind.FOREIGN,
        output_fen=lead.output_fen,
        tax_fen=lead.tax_fen,
        jobs=lead.jobs,
        introducer_side=lead.introducer_side if lead.introducer_side in SIDES else "",
        about_zh=lead.process_zh,
        about_en=lead.process_en,
        source=lead.source,
        is_illustrative=lead.is_illustrative,
        by=by,
    )
    project.reach, project.owner_side = lead.reach, project.owner_side or lead.owner_side
    project.save(update_fields=["reach", "owner_side"])
    visibility.place(project, project.registered_on)
    journal.record(project, "investment.sign_lead", by=by, lead=lead.number)
    clocks.advance(lead, by=by, stage=Stage.SIGNED, stage_on=clock.today(), project=project)
    journal.record(lead, "investment.sign_lead", by=by, project=project.number)
    return lead


@action
def reject_lead(lead: Lead, *, reason: str, by: Member | None) -> Lead:
    """Say that a lead will not come here, and why."""
    access.check(by, "investment.reject_lead", pairing_id=lead.pairing_id)
    rules.check_stage(lead.number, lead.stage, *rules.OPEN)
    reason = said(reason, "reason")[:_REASON]
    plans.let_go(lead, reason, by)
    clocks.advance(
        lead, by=by, stage=Stage.REJECTED, stage_on=clock.today(), stage_was=lead.stage, reason=reason
    )
    journal.record(lead, "investment.reject_lead", by=by, reason=reason)
    return lead


@action
def transfer_lead(
    lead: Lead, *, to: Organisation, credit_percent: int, reason: str, by: Member | None
) -> Lead:
    """Hand a lead that does not fit here to others, who first talked keeping a part of the credit."""
    access.check(by, "investment.transfer_lead", pairing_id=lead.pairing_id)
    rules.check_stage(lead.number, lead.stage, *rules.OPEN)
    rules.check_credit(credit_percent)
    reason = said(reason, "reason")[:_REASON]
    plans.let_go(lead, reason, by)
    clocks.advance(
        lead, by=by, stage=Stage.TRANSFERRED, stage_on=clock.today(), stage_was=lead.stage, reason=reason,
        transferred_to=to, credit_percent=credit_percent,
    )  # fmt: skip
    journal.record(lead, "investment.transfer_lead", by=by, to=to.code, reason=reason)
    return lead


@action
def reopen_lead(lead: Lead, *, reason: str, by: Member | None) -> Lead:
    """Take a lead up again that was rejected or transferred; it is where it was then."""
    access.check(by, "investment.reopen_lead", pairing_id=lead.pairing_id)
    rules.check_stage(lead.number, lead.stage, Stage.REJECTED, Stage.TRANSFERRED)
    reason = said(reason, "reason")[:_REASON]
    clocks.advance(
        lead, by=by, stage=lead.stage_was or Stage.CONTACTED, stage_on=clock.today(), stage_was="", reason="",
        transferred_to=None, credit_percent=None, followed_on=clock.today(),
    )  # fmt: skip
    journal.record(lead, "investment.reopen_lead", by=by, reason=reason)
    return lead


@action
def merge_leads(lead: Lead, *, into: Lead, reason: str, by: Member | None) -> Lead:
    """Say that a lead is another one: it counts no more, and the other one counts once.

    Both rows are moved, in the order of their keys, so that of two mergers at once one is told.
    """
    access.check(by, "investment.merge_leads", pairing_id=lead.pairing_id)
    rules.check_merge(lead.number, into.number, lead.pk == into.pk, lead.zone_id == into.zone_id)
    rules.check_stage(lead.number, lead.stage, *rules.OPEN)
    rules.check_stage(into.number, into.stage, *rules.ORDER)
    rules.check_merges_freely(lead.number, lead.duplicates_n)
    reason = said(reason, "reason")[:_REASON]
    plans.let_go(lead, reason, by)

    def goes() -> None:
        clocks.advance(
            lead, by=by, stage=Stage.MERGED, stage_on=clock.today(), stage_was=lead.stage, reason=reason,
            merged_into=into,
        )  # fmt: skip

    def stays() -> None:
        rows.move(into, duplicates_n=into.duplicates_n + 1)

    for step in (goes, stays) if lead.pk < into.pk else (stays, goes):
        step()
    journal.record(lead, "investment.merge_leads", by=by, into=into.number, reason=reason)
    journal.record(into, "investment.merge_leads", by=by, takes=lead.number, reason=reason)
    return lead


@action
def unmerge_lead(lead: Lead, *, by: Member | None) -> Lead:
    """Undo a merger, while nothing rests on it: the other lead is no project yet."""
    access.check(by, "investment.unmerge_lead", pairing_id=lead.pairing_id)
    rules.check_stage(lead.number, lead.stage, Stage.MERGED)
    into = lead.merged_into
    assert into is not None
    if into.project_id is not None and into.stage_on >= lead.stage_on:
        raise BadInput(
            "investment.merged_for_good",
            gettext_noop(
                "{into} has become a project since {number} was merged into it. Register a new lead instead."
            ),
            into=into.number,
            number=lead.number,
        )

    def back() -> None:
        clocks.advance(
            lead, by=by, stage=lead.stage_was or Stage.CONTACTED, stage_on=clock.today(), stage_was="", reason="",
            merged_into=None, followed_on=clock.today() if lead.stage_was in rules.TALKS else lead.followed_on,
        )  # fmt: skip

    def one_less() -> None:
        rows.move(into, duplicates_n=into.duplicates_n - 1)

    for step in (back, one_less) if lead.pk < into.pk else (one_less, back):
        step()
    journal.record(lead, "investment.unmerge_lead", by=by, into=into.number)
    journal.record(into, "investment.unmerge_lead", by=by, gives=lead.number)
    return lead


# -- helpers -------------------------------------------------------------------------------------------------------


def worked_out(number: str, facts: dict[str, Any]) -> dict[str, Any]:
    """The facts of a lead that were checked, and what follows from them: what counts.

    A foreign contract says the investment in yuan where nobody else did.
    """
    project_rules.check_industry(facts.get("industry") or "")
    rules.check_facts(number, facts)
    facts = dict(facts)
    if facts.get("contract_amount") is not None and facts.get("investment_fen") is None:
        facts["investment_fen"] = rules.in_fen(facts["contract_amount"], facts["rate"])
    facts["counted_fen"] = rules.counted_fen(
        facts.get("kind") or rules.LeadKind.NEW, facts.get("investment_fen"), facts.get("invested_before_fen")
    )
    return {name: "" if value is None and name in _TEXTS else value for name, value in facts.items()}


_TEXTS = frozenset(
    {"investor_zh", "investor_en", "industry", "process_zh", "process_en", "skills_zh", "skills_en", "currency", "site_zh",
     "site_en"}
)  # fmt: skip


def _kind(given: str) -> str:
    if given not in set(rules.LeadKind):
        raise BadInput(
            "investment.no_kind",
            gettext_noop("{given} is no kind of lead. Take one of: {kinds}."),
            given=given[:20],
            kinds=", ".join(rules.LeadKind),
            field="kind",
        )
    return rules.LeadKind(given)


def way_of(given: str) -> str:
    """A way of speaking to an investor, or a refusal: ``investment.no_way``."""
    if given not in set(rules.Way):
        raise BadInput(
            "investment.no_way",
            gettext_noop("{given} is no way of speaking to an investor. Take one of: {ways}."),
            given=given[:20],
            ways=", ".join(rules.Way),
            field="way",
        )
    return rules.Way(given)


def _check_since(lead: Lead, on: date, since: date) -> None:
    if on < since:
        raise BadInput(
            "investment.before_registered",
            gettext_noop("Lead {number} was registered on {since}. Give that day or a later one."),
            number=lead.number,
            since=since,
            field="on",
        )


def _brought(pairing: Pairing, introduced_by: Organisation | None) -> str:
    """The side of who introduced a lead; empty without a seat."""
    return side_of(pairing.pk, introduced_by.pk) if introduced_by is not None else ""


def check_unit(pairing: Pairing, unit: Unit | None) -> None:
    """A lead is held by a unit that has a seat here."""
    if unit is not None and not side_of(pairing.pk, unit.organisation_id):
        raise NotAllowed(
            "investment.unit_without_seat",
            gettext_noop("{unit} has no seat in this pairing, so it cannot hold a lead. Name another unit."),
            unit=unit.name_zh,
            field="unit",
        )


def _people_of_organisation(key: int | None) -> list[int]:
    return people_of(
        *Unit.objects.filter(organisation_id=key or 0, is_active=True).values_list("pk", flat=True)
    )
