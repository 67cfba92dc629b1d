"""Merging a round: one workbook, figures for indicators, deliveries for commitments; and taking it all back."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from shanhai.core import clock, journal, rows, rulebook, signs, visibility
from shanhai.core.actions import documents
from shanhai.core.models import Document, Member
from shanhai.core.reported import Outcome, Reported
from shanhai.core.writing import action
from shanhai.fields.office.actions import round_shared as shared
from shanhai.fields.office.actions import rounds
from shanhai.fields.office.models import Round, RoundFigure
from shanhai.fields.office.queries import merged
from shanhai.fields.office.queries import rounds as queries
from shanhai.fields.office.rules import rounds as rules
from shanhai.kernel.refusals import NotNow, gettext_noop

Stage = rules.RoundStage


@action
def merge_round(one: Round, *, by: Member | None) -> Round:
    """Put all accepted values into one workbook and into the records.

    Sums of questions that count for something become figures of their units and period; where another merged round has
    the same figure, the rulebook's ``office.round.figure_wins`` says which counts, and the other is kept beside it.
    What a target (a commitment) has in its records counts towards what was reported: ``rules.settle``. Units that have
    not been accepted are left out and need not answer any more; taking the merging back lets them in again.
    """
    shared.check_office(one, "office.merge_round", by)
    rules.check_is_open(one.number, one.stage)
    totals = merged.totals_of(one)
    _check_something_accepted(one)
    rows.move(one, stage=Stage.MERGED, merged_at=clock.now(), merged_by=by)
    rounds.drop_work(one, by)
    _write_figures(one, totals)
    document = _file_workbook(one, by)
    outcomes = _deliver(merged.reported_of(one, totals), document, by)
    one.workbook = document
    one.outcomes = [outcome.as_data() for outcome in outcomes]
    one.save(update_fields=["workbook", "outcomes"])
    journal.record(
        one,
        "office.merge_round",
        by=by,
        units=queries.tally(one).get(rules.AnswerStage.ACCEPTED, 0),
        workbook=document.pk,
        sha256=document.blob_id,
        outcomes=[f"{outcome.target} {outcome.winner} +{outcome.adds}" for outcome in outcomes],
        rule=rulebook.stamp(rulebook.value("office.round.figure_wins", clock.today())),
    )
    return one


@action
def take_back_merging(one: Round, *, reason: str = "", by: Member | None) -> Round:
    """Undo a merging: what it recorded is taken back and the round is open again; the workbook stays as a paper.

    Refused where the other side has confirmed what was recorded: that is put right by an entry of that side.
    """
    shared.check_office(one, "office.take_back_merging", by)
    rules.check_is_merged(one.number, one.stage)
    outcomes = [Outcome(**data) for data in one.outcomes]
    rows.move(one, stage=Stage.OPEN, merged_at=None, merged_by=None)
    one.figures.all().delete()
    for target in signs.round_targets:
        signs.call(target.take_back)(outcomes, pairing_id=one.pairing_id, reason=reason, by=by)
    one.outcomes, one.workbook = [], None
    one.save(update_fields=["workbook", "outcomes"])
    for answer in one.answers.filter(stage__in=rules.WITH_UNIT).select_related("unit__organisation"):
        answer.round = one
        shared.ask_unit(answer, by)
    for answer in one.answers.filter(stage=rules.AnswerStage.CONFIRMED).select_related("unit__organisation"):
        answer.round = one
        shared.ask_office(answer, by)
    journal.record(one, "office.take_back_merging", by=by, reason=reason.strip())
    return one


def file_merged(one: Round) -> None:
    """The figures and the workbook of a merged round that was loaded; what it recorded is loaded with the records."""
    _write_figures(one, merged.totals_of(one))
    one.workbook = _file_workbook(one, None)
    one.save(update_fields=["workbook"])


# -- helpers -------------------------------------------------------------------------------------------------------


def _check_something_accepted(one: Round) -> None:
    if not queries.tally(one).get(rules.AnswerStage.ACCEPTED):
        raise NotNow(
            "office.nothing_to_merge",
            gettext_noop(
                "No answer to round {number} is accepted yet. Look through what units confirmed first."
            ),
            number=one.number,
        )


def _write_figures(one: Round, totals: Sequence[merged.Total]) -> None:
    on = merged.day_of(one)
    made = RoundFigure.objects.bulk_create(
        [
            RoundFigure(
                round=one,
                pairing_id=one.pairing_id,
                answer=total.answer,
                target=total.target,
                side=total.side,
                period=one.period,
                on=on,
                value=total.value,
                confirmed_at=total.answer.confirmed_at,
            )
            for total in totals
        ]
    )
    rivals = merged.rivals_of(one, totals)
    wins = str(rulebook.value("office.round.figure_wins", clock.today()).value)
    for figure in made:
        rival = rivals.get((figure.answer.unit_id, figure.target))
        if rival is None:
            continue
        loser, winner = (
            (rival, figure)
            if rules.newer_wins(figure.confirmed_at, rival.confirmed_at, wins)
            else (figure, rival)
        )
        loser.replaced_by = winner
        loser.save(update_fields=["replaced_by"])


def _file_workbook(one: Round, by: Member | None) -> Document:
    file = BytesIO()
    merged.write_workbook(one, file)
    file.seek(0)
    document = documents.store_document(
        file,
        title=f"{one.name_zh} {one.period}",
        file_name=f"{one.number}.xlsx",
        pairing=one.pairing,
        attach_to=one,
        role="merged",
        is_illustrative=one.is_illustrative,
        by=by,
    )
    if by is None:
        document.owner_unit, document.owner_side = one.owner_unit, one.owner_side
        document.save(update_fields=["owner_unit", "owner_side"])
        visibility.place(document, document.uploaded_at)
    return document


def _deliver(reported: Sequence[Reported], document: Document, by: Member | None) -> list[Outcome]:
    found: dict[str, Outcome] = {}
    for target in signs.round_targets:
        for outcome in signs.call(target.deliver)(reported, document, by=by):
            found[outcome.target] = outcome
    return [found.get(one.target) or merged.of_nothing(one) for one in reported]
