"""Writes of proposals: made, adopted by a paper, brought into force, and what they changed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from shanhai.core import access, clock, journal, rows, search, visibility
from shanhai.core.actions.naming import check_not_later
from shanhai.core.models import Document, Member, Organisation, Pairing
from shanhai.core.writing import action
from shanhai.fields.office.actions import papers, shared
from shanhai.fields.office.models import Proposal, ProposalEffect
from shanhai.fields.office.queries import proposals as queries
from shanhai.fields.office.queries import shared as named
from shanhai.fields.office.rules import proposals as rules
from shanhai.fields.office.rules.shared import check_field, said
from shanhai.kernel.refusals import BadInput, NotAllowed, NotNow, gettext_noop

Stage = rules.Stage


@action
def propose(
    pairing: Pairing,
    *,
    title_zh: str,
    title_en: str = "",
    text: str = "",
    text_en: str = "",
    field: str = "partnership",
    on: date | None = None,
    number: str = "",
    by: Member,
) -> Proposal:
    """Make a proposal; it keeps its author's name. Shown to the author's side until that side shares it."""
    access.check(by, "office.propose", pairing_id=pairing.pk)
    check_field(field)
    on = on or clock.today()
    check_not_later(on)
    title_zh, title_en = shared.titles(title_zh, title_en)
    proposal = Proposal(
        pairing=pairing,
        zone_id=shared.zone_of(pairing),
        number=shared.checked_number(Proposal, number),
        field=field,
        title_zh=title_zh,
        title_en=title_en,
        text=text.strip(),
        text_en=text_en.strip(),
        author=by,
        author_zh=by.name_zh,
        author_en=by.name_en,
        proposed_on=on,
    )
    visibility.own(proposal, by)
    proposal.save()
    shared.numbered(proposal, "JY", on.year)
    visibility.place(proposal, on)
    shared.findable(queries.found_as(proposal))
    journal.record(proposal, "office.propose", by=by)
    return proposal


@action
def adopt_proposal(
    proposal: Proposal,
    *,
    on: date,
    adopted_by: str,
    paper: str = "",
    document: Document | None = None,
    by: Member | None,
) -> Proposal:
    """Name who adopted a proposal, when, and by which paper: one that is filed here, or its name and number."""
    access.check(by, "office.adopt_proposal", pairing_id=proposal.pairing_id)
    _check_side(proposal, by)
    rules.check_can_adopt(proposal.number, proposal.stage, proposal.proposed_on, on)
    check_not_later(on)
    paper = papers.named(paper, [document] if document is not None else [], by)
    if not paper:
        raise BadInput(
            "office.proposal_paper_missing",
            gettext_noop("Say which paper adopts proposal {number}: file it, or write its name and number."),
            number=proposal.number,
            field="paper",
        )
    adopted_by = said(adopted_by, "adopted_by")
    rows.move(
        proposal,
        stage=Stage.ADOPTED,
        adopted_on=on,
        adopted_to=rules.Exactness.DAY,
        adopted_by_zh=adopted_by[:160],
        adopted_by_en="",
        paper_zh=paper[:200],
        paper_en="",
        document=document,
    )
    journal.record(proposal, "office.adopt_proposal", by=by, adopted_by=adopted_by, paper=paper)
    return proposal


@action
def bring_into_force(proposal: Proposal, *, on: date, by: Member | None) -> Proposal:
    """Say since when an adopted proposal holds."""
    access.check(by, "office.bring_into_force", pairing_id=proposal.pairing_id)
    _check_side(proposal, by)
    rules.check_can_begin(proposal.number, proposal.stage, proposal.adopted_on, on)
    rows.move(proposal, stage=Stage.IN_FORCE, in_force_on=on, in_force_to=rules.Exactness.DAY)
    journal.record(proposal, "office.bring_into_force", by=by)
    return proposal


@action
def withdraw_proposal(proposal: Proposal, *, reason: str, by: Member | None) -> Proposal:
    """Withdraw a proposal that is not in force, with a reason."""
    access.check(by, "office.withdraw_proposal", pairing_id=proposal.pairing_id)
    rules.check_can_withdraw(proposal.number, proposal.stage)
    if by is not None and proposal.author_id != by.pk:
        raise NotAllowed(
            "office.proposal_not_author",
            gettext_noop("Proposal {number} is by {author}; only they withdraw it. Write a note instead."),
            number=proposal.number,
            author=proposal.author_name,
        )
    reason = said(reason, "reason")[:300]
    rows.move(proposal, stage=Stage.WITHDRAWN, withdrawn_on=clock.today(), reason=reason)
    journal.record(proposal, "office.withdraw_proposal", by=by, reason=reason)
    search.drop("office.proposal", proposal.pk)
    return proposal


@action
def step_back(proposal: Proposal, *, by: Member | None) -> Proposal:
    """Take the last step of a proposal back: in force, adopted or withdrawn; the undo of each of them."""
    access.check(by, "office.step_back", pairing_id=proposal.pairing_id)
    _check_side(proposal, by)
    changes: dict[str, Any]
    if proposal.stage == Stage.IN_FORCE:
        changes = {"stage": Stage.ADOPTED, "in_force_on": None}
    elif proposal.stage == Stage.ADOPTED:
        changes = {"stage": Stage.PROPOSED, "adopted_on": None, "document": None}
    elif proposal.stage == Stage.WITHDRAWN:
        was = Stage.ADOPTED if proposal.adopted_on else Stage.PROPOSED
        changes = {"stage": was, "withdrawn_on": None, "reason": ""}
    else:
        raise NotNow(
            "office.proposal_no_step",
            gettext_noop(
                "Proposal {number} has taken no step to take back. Withdraw it if it was a mistake."
            ),
            number=proposal.number,
        )
    before = proposal.stage
    rows.move(proposal, **changes)
    journal.record(proposal, "office.step_back", by=by, before=before)
    shared.findable(queries.found_as(proposal))
    return proposal


@action
def record_effect(
    proposal: Proposal,
    *,
    what_zh: str,
    what_en: str = "",
    before: Decimal | None = None,
    after: Decimal | None = None,
    change_percent: Decimal | None = None,
    unit: str = "",
    period_before: str = "",
    period_after: str = "",
    indicator: str = "",
    source: str = "",
    is_illustrative: bool = False,
    by: Member | None,
) -> ProposalEffect:
    """Write down what a proposal in force changed: read from an indicator, or stated with its source."""
    access.check(by, "office.record_effect", pairing_id=proposal.pairing_id)
    _check_side(proposal, by)
    if proposal.stage != Stage.IN_FORCE:
        raise NotNow(
            "office.effect_too_early",
            gettext_noop(
                "Proposal {number} is {stage}; an effect shows once it is in force. Say first since when."
            ),
            number=proposal.number,
            stage=proposal.stage,
        )
    if indicator:
        before = queries.measured(proposal, indicator, period_before)
        after = queries.measured(proposal, indicator, period_after)
        source = source or indicator
    rules.check_effect(before, after, change_percent)
    rules.check_sourced(source, is_illustrative)
    what_zh = said(what_zh or what_en, "what_zh")
    effect = ProposalEffect.objects.create(
        proposal=proposal,
        what_zh=what_zh[:120],
        what_en=what_en.strip()[:160],
        indicator=indicator,
        before=before,
        after=after,
        change_percent=change_percent,
        unit_zh=unit.strip()[:20],
        period_before=period_before.strip(),
        period_after=period_after.strip(),
        is_illustrative=is_illustrative,
        source=source.strip()[:300],
    )
    journal.record(effect, "office.record_effect", by=by, source=effect.source)
    return effect


@action
def drop_effect(effect: ProposalEffect, *, by: Member | None) -> ProposalEffect:
    """Strike an effect out that was written by mistake: the undo of recording it."""
    access.check(by, "office.drop_effect", pairing_id=effect.pairing_id)
    _check_side(effect.proposal, by)
    if effect.dropped_on is None:
        rows.move(effect, dropped_on=clock.today())
        journal.record(effect, "office.drop_effect", by=by)
    return effect


# -- the example zone ----------------------------------------------------------------------------------------------


@action
def write_proposal(
    pairing: Pairing,
    *,
    number: str,
    owner: Organisation,
    effects: list[dict[str, Any]],
    by: Member | None,
    **values: Any,
) -> Proposal:
    """Write a proposal of a zone folder as its source reports it, with its effects."""
    access.check(by, "office.write_proposal")
    proposal = Proposal(
        pairing=pairing,
        zone_id=shared.zone_of(pairing),
        number=shared.checked_number(Proposal, number),
        owner_side=named.side_of(pairing.pk, owner.pk),
        owner_unit=owner.units.order_by("code").first(),
        **values,
    )
    proposal.save()
    visibility.place(proposal, proposal.proposed_on)
    shared.findable(queries.found_as(proposal))
    journal.record(proposal, "office.write_proposal", by=by)
    for one in effects:
        effect = ProposalEffect.objects.create(proposal=proposal, **one)
        journal.record(effect, "office.write_proposal", by=by)
    return proposal


def _check_side(proposal: Proposal, by: Member | None) -> None:
    """Whose proposal it is says what became of it."""
    if by is not None and access.standing(by).side_in(proposal.pairing_id) != proposal.owner_side:
        raise NotAllowed(
            "office.proposal_of_other_side",
            gettext_noop(
                "Proposal {number} belongs to the other side, which says what became of it. Write a note."
            ),
            number=proposal.number,
        )
