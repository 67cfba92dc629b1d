"""What merging a round gives: figures handed to the fields above, what they would do, and the one workbook."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO

from django.db.models import Count, Max
from django.utils.translation import gettext as _

from shanhai.core import clock, rulebook, signs
from shanhai.core.models import Member, Unit
from shanhai.core.reported import Outcome, Reported
from shanhai.core.sheets import wide
from shanhai.core.sheets.wide import Cell, Number, WideSheet
from shanhai.fields.office.models import Round, RoundAnswer, RoundColumn, RoundFigure, RoundLine, RoundValue
from shanhai.fields.office.queries import rounds
from shanhai.fields.office.rules import rounds as rules
from shanhai.kernel import periods
from shanhai.kernel.refusals import gettext_noop
from shanhai.kernel.text import plain_decimal

Stage = rules.AnswerStage
_NO_TARGET = gettext_noop("No commitment or indicator has this code, so the value counts for nothing.")


@dataclass(frozen=True, slots=True)
class Total:
    """What the accepted values of one unit add up to for one target."""

    answer: RoundAnswer
    target: str
    side: str
    value: Decimal


def totals_of(one: Round) -> list[Total]:
    """What accepted values count for, by unit and target; lines and questions for the same target add up."""
    feeding = {column.pk: column for column in rounds.columns_of(one) if column.feeds}
    if not feeding:
        return []
    answers = {
        answer.pk: answer
        for answer in one.answers.filter(stage=Stage.ACCEPTED).select_related("unit__organisation")
    }
    sides = rounds.sides_of(one.pairing_id, [answer.unit for answer in answers.values()])
    sums: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    cells_found = RoundValue.objects.filter(answer__in=answers, column__in=feeding)
    for answer_id, column_id, text in cells_found.values_list("answer_id", "column_id", "text").iterator():
        code = rules.target_for(feeding[column_id].feeds, answers[answer_id].unit.code)
        if code and text:
            sums[answer_id, code] += Decimal(text)
    return [
        Total(answers[pk], code, sides[answers[pk].unit_id], value)
        for (pk, code), value in sorted(sums.items(), key=lambda item: (item[0][1], item[0][0]))
    ]


def day_of(one: Round) -> date:
    """The day that merged values stand on: the last of their period, today at most."""
    return min(periods.parse(one.period).end, clock.today())


def rivals_of(one: Round, totals: Sequence[Total]) -> dict[tuple[int, str], RoundFigure]:
    """Figures of other rounds for the same unit, target and period: by unit and target."""
    found = (
        RoundFigure.objects.filter(
            pairing_id=one.pairing_id,
            period=one.period,
            target__in={total.target for total in totals},
            answer__unit_id__in={total.answer.unit_id for total in totals},
            replaced_by=None,
        )
        .exclude(round=one)
        .select_related("round", "answer")
    )
    return {(figure.answer.unit_id, figure.target): figure for figure in found}


def sources_of(one: Round) -> list[dict[str, Any]]:
    """Where the values of a merged round come from: person and file of each unit, with how many cells."""
    found = (
        RoundValue.objects.filter(answer__round=one, answer__stage=Stage.ACCEPTED)
        .order_by()
        .values("answer_id", "member_id", "file_name", "file_sha256", "from_unit_id")
        .annotate(n=Count("pk"), last_at=Max("at"))
    )
    rows: list[dict[str, Any]] = list(found)  # type: ignore[arg-type]  # each row is a plain dict
    return sorted(rows, key=lambda row: (row["answer_id"], row["file_name"], row["member_id"] or 0))


@dataclass(frozen=True, slots=True)
class Rival:
    """Two merged rounds say different things of one unit: which counts."""

    unit: Unit
    target: str
    ours: Decimal
    theirs: Decimal
    other: Round
    is_ours: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What merging would do, before it is done."""

    outcomes: list[Outcome]
    rivals: list[Rival]
    accepted: int
    left_out: list[RoundAnswer]
    rule: str


def preview_of(one: Round) -> Preview:
    """Which values count for what, where two sources differ and which wins, and who is left out."""
    totals = totals_of(one)
    wins = str(rulebook.value("office.round.figure_wins", clock.today()).value)
    found: dict[str, Any] = {}
    reported = reported_of(one, totals)
    for target in signs.round_targets:
        found |= {outcome.target: outcome for outcome in signs.call(target.preview)(reported)}
    left_out = list(
        one.answers.exclude(stage__in=[Stage.ACCEPTED, Stage.HANDED_OVER])
        .select_related("unit__organisation")
        .order_by("unit__organisation__name_sort", "pk")
    )
    return Preview(
        outcomes=[found.get(each.target) or of_nothing(each) for each in reported],
        rivals=_rivals(one, totals, wins),
        accepted=rounds.tally(one).get(Stage.ACCEPTED, 0),
        left_out=left_out,
        rule=wins,
    )


def _rivals(one: Round, totals: Sequence[Total], wins: str) -> list[Rival]:
    standing = rivals_of(one, totals)
    found = []
    for total in totals:
        rival = standing.get((total.answer.unit_id, total.target))
        if rival is not None:
            ours = rules.newer_wins(total.answer.confirmed_at, rival.confirmed_at, wins)
            found.append(Rival(total.answer.unit, total.target, total.value, rival.value, rival.round, ours))
    return found


def reported_of(one: Round, totals: Sequence[Total]) -> list[Reported]:
    """What the units of a round reported of each target together."""
    period = periods.parse(one.period)
    by_target: dict[str, list[Total]] = defaultdict(list)
    for total in totals:
        by_target[total.target].append(total)
    return [
        Reported(
            target=target,
            pairing_id=one.pairing_id,
            value=sum((total.value for total in found), Decimal(0)),
            first=period.start,
            last=period.end,
            on=day_of(one),
            by_side=_summed(found, lambda total: total.side),
            n_units=len(found),
            round_number=one.number,
            what_zh=f"{one.name_zh}（{one.period}）",
            what_en=f"{one.name_en or one.name_zh} ({one.period})",
            by_organisation=_summed(found, lambda total: total.answer.unit.organisation.code),
        )
        for target, found in sorted(by_target.items())
    ]


def _summed(found: Sequence[Total], by: Callable[[Total], str]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for total in found:
        sums[by(total)] += total.value
    return dict(sums)


def of_nothing(one: Reported) -> Outcome:
    """A target that no field records: an indicator counts the figures themselves, any other code nothing."""
    known = signs.indicators.get(one.target)
    return Outcome(
        target=one.target,
        name_zh=str(known.name) if known else one.target,
        name_en=str(known.name) if known else one.target,
        reported=plain_decimal(one.value),
        recorded="",
        adds=plain_decimal(one.value) if known else "0",
        winner="round" if known else "none",
        unit="fen" if known and known.unit == "fen" else "",
        reason="" if known else _NO_TARGET,
    )


# -- the workbook --------------------------------------------------------------------------------------------------


def write_workbook(one: Round, target: BinaryIO) -> int:
    """Write all accepted values: units in rows and questions in columns, and a second sheet with their sources."""
    columns = rounds.columns_of(one)
    answers = list(
        one.answers.filter(stage=Stage.ACCEPTED)
        .select_related("unit__organisation", "confirmed_by")
        .order_by("unit__organisation__name_sort", "pk")
    )
    lines = list(one.lines.order_by("rank", "pk"))
    heads = [_("Organisation"), _("Unit"), _("Line")]
    heads += [f"{column.name}（{column.unit}）" if column.unit else column.name for column in columns]
    return wide.write(
        [
            WideSheet(one.name, heads, _rows(one, columns, lines, answers), frozen=3),
            WideSheet(_("Sources"), _source_heads(), _source_rows(one, answers)),
        ],
        target,
    )


def _rows(
    one: Round, columns: Sequence[RoundColumn], lines: Sequence[RoundLine], answers: Sequence[RoundAnswer]
) -> Iterator[list[Cell]]:
    """A row for each unit and line, unit by unit, so that one answer's cells are held at a time."""
    readers = {column.pk: (n, _reader(column)) for n, column in enumerate(columns)}
    for answer in answers:
        by_line: dict[int, list[Cell]] = {}
        for line in lines:
            if line.unit_id in (None, answer.unit_id):
                by_line[line.pk] = [None] * len(columns)
        for column_id, line_id, text in rounds.texts_at(answer):
            found = readers.get(column_id)
            if found is not None and line_id in by_line:
                by_line[line_id][found[0]] = found[1](text)
        names = {line.pk: line.name or line.code for line in lines}
        for line_id, cells in by_line.items():
            yield [answer.unit.organisation.name, answer.unit.name, names[line_id], *cells]


def _reader(column: RoundColumn) -> Any:
    """What makes a cell of the text that is kept; hundreds of thousands of them, so numbers stay text."""
    if column.type != "fen":
        return Number if column.type in rules.NUMBERS else str
    # A unit of money is a power of ten of a fen, so moving the point is exact.
    places = -rounds.cell_of(column, "1").adjusted()
    return lambda text: Number(plain_decimal(Decimal(text).scaleb(-places)))


def _source_heads() -> list[str]:
    return [
        _("Organisation"),
        _("Unit"),
        _("Filled in by"),
        _("File"),
        "SHA-256",
        _("Values"),
        _("Last given"),
        _("Given for"),
        _("Confirmed by"),
        _("Confirmed"),
        _("Round"),
    ]


def _source_rows(one: Round, answers: Sequence[RoundAnswer]) -> Iterator[list[Cell]]:
    by_key = {answer.pk: answer for answer in answers}
    found = sources_of(one)
    people = Member.objects.in_bulk({row["member_id"] for row in found if row["member_id"]})
    merged = Unit.objects.in_bulk({row["from_unit_id"] for row in found if row["from_unit_id"]})
    for row in found:
        answer = by_key[row["answer_id"]]
        giver, unit = people.get(row["member_id"]), merged.get(row["from_unit_id"])
        yield [
            answer.unit.organisation.name,
            answer.unit.name,
            giver.name if giver else "",
            row["file_name"],
            row["file_sha256"],
            row["n"],
            f"{clock.local(row['last_at']):%Y-%m-%d %H:%M}",
            unit.name if unit else "",
            answer.confirmed_by.name if answer.confirmed_by else "",
            f"{clock.local(answer.confirmed_at):%Y-%m-%d %H:%M}" if answer.confirmed_at else "",
            one.number,
        ]


def write_template(answer: RoundAnswer, target: BinaryIO) -> int:
    """Write the workbook that a unit fills in: its lines in rows, with what stands there now, else the last values."""
    form = rounds.form_of(answer)
    now, last = rounds.texts_of(answer), rounds.last_values(answer)
    heads = ["line", _("Line")]
    heads += [f"{column.name} ({column.unit})" if column.unit else column.name for column in form.columns]

    def cell(column: RoundColumn, line: RoundLine) -> Cell:
        text = now.get((column.pk, line.pk)) or last.get((column.code, line.code), "")
        return rounds.cell_of(column, text) if text else None

    sheet_rows = (
        [line.code or "1", line.name or answer.unit.organisation.name, *(cell(c, line) for c in form.columns)]
        for line in form.lines
    )
    return wide.write([WideSheet(answer.round.name, heads, sheet_rows, frozen=2)], target)
