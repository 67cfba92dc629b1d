"""Reads of rounds: who sees which, who is missing, what stands in the cells, what merging would do."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from shanhai.core import clock, visibility
from shanhai.core.access import SEES_ALL, standing
from shanhai.core.models import Member, Pairing, Seat, Unit
from shanhai.core.names import called
from shanhai.core.search import Found
from shanhai.core.sheets import cells, exporting
from shanhai.core.sheets.columns import Column
from shanhai.fields.office.models import (
    Round,
    RoundAnswer,
    RoundColumn,
    RoundLine,
    RoundValue,
)
from shanhai.fields.office.rules import rounds as rules
from shanhai.kernel.refusals import NotAllowed, NotFound, gettext_noop

SORTS = {"due_on": ("due_on", "id"), "number": ("number", "id")}
# The sides of a pairing whose units can be asked; whoever stands above answers to nobody here.
_SIDES = ("mountain", "sea", "host")

Place = tuple[int, int]  # column, line


# -- who sees what -------------------------------------------------------------------------------------------------


def rounds_of(member: Member | None, pairing: Pairing) -> QuerySet[Round]:
    """The rounds of a pairing that a member sees: those of the own side, shared ones, and those that ask him."""
    found = Round.objects.filter(pairing=pairing).select_related("pairing", "owner_unit__organisation")
    if member is None:
        return found
    here = standing(member)
    reach = visibility.Reach
    asked = RoundAnswer.objects.filter(unit__organisation_id=here.organisation_id).values("round_id")
    seen = Q(reach__in=[reach.BOTH, reach.PUBLIC]) | Q(owner_unit__organisation_id=here.organisation_id)
    seen |= Q(pk__in=asked) & ~Q(stage=rules.RoundStage.DRAFT)
    side = here.side_in(pairing.pk)
    if here.roles & SEES_ALL:
        seen = ~Q(reach=reach.UNIT)
    elif side not in (None, "above") and member.unit.organisation.kind not in visibility.FIRMS:
        seen |= Q(reach__in=[reach.SIDE, reach.GUESTS], owner_side=side)
    return found.filter(seen)


def answers_of_organisation(
    organisation_id: int, member: Member | None, pairing: Pairing
) -> QuerySet[RoundAnswer]:
    """What the units of an organisation were asked in rounds that a member sees, latest first."""
    rows = RoundAnswer.objects.filter(
        unit__organisation_id=organisation_id, round__in=rounds_of(member, pairing)
    )
    return (
        rows.exclude(round__stage=rules.RoundStage.DRAFT)
        .select_related("round", "unit")
        .order_by("-round_id")
    )


def with_counts(rounds: QuerySet[Round]) -> QuerySet[Round]:
    """Rounds with how many units are asked and how many answers the office has."""

    def counted(only: Q) -> Subquery:
        rows = RoundAnswer.objects.filter(only, round=OuterRef("pk")).order_by()
        return Subquery(rows.values("round").annotate(n=Count("pk")).values("n"))

    asked = ~Q(stage=rules.AnswerStage.HANDED_OVER)
    return rounds.annotate(n_asked=counted(asked), n_in=counted(Q(stage__in=rules.WITH_OFFICE)))


def round_of(member: Member | None, number: str) -> Round:
    """A round by its number.

    Raises
    ------
    NotFound
        ``office.no_round``
    """
    found = (
        Round.objects.filter(number=number)
        .select_related("pairing", "owner_unit__organisation", "workbook", "previous", "merged_by")
        .first()
    )
    if found is None or not rounds_of(member, found.pairing).filter(pk=found.pk).exists():
        raise NotFound(
            "office.no_round",
            gettext_noop("There is no round {number} that you may see. Look for it in the list of rounds."),
            number=number,
        )
    return found


def answer_of(member: Member | None, number: str, unit: str) -> RoundAnswer:
    """The answer of a unit; seen by the unit's organisation, the office that asks, and auditors.

    Raises
    ------
    NotFound
        ``office.no_round``, ``office.no_answer``
    """
    one = round_of(member, number)
    found = (
        RoundAnswer.objects.filter(round=one, unit__code=unit)
        .select_related("unit__organisation", "filled_by", "confirmed_by", "accepted_by", "pairing")
        .first()
    )
    if found is None or not sees_answer(member, one, found):
        raise NotFound(
            "office.no_answer",
            gettext_noop(
                "Round {number} has no answer of {unit} that you may see. The page of the round names the units."
            ),
            number=number,
            unit=unit,
        )
    found.round = one
    return found


def reads_all(member: Member | None, one: Round) -> bool:
    """Whether a member reads the answers of all units: the office that asks, and auditors."""
    return is_office(member, one) or (member is not None and bool(standing(member).roles & SEES_ALL))


def sees_round(member: Member | None, one: Round) -> bool:
    """Whether a member may open the page of a round."""
    return rounds_of(member, one.pairing).filter(pk=one.pk).exists()


def sees_answer(member: Member | None, one: Round, answer: RoundAnswer) -> bool:
    """Whether a member reads the values of an answer."""
    if member is None:
        return True
    here = standing(member)
    own = {answer.unit.organisation_id}
    if one.owner_unit is not None:
        own.add(one.owner_unit.organisation_id)
    return here.organisation_id in own or bool(here.roles & SEES_ALL)


def sees_values(member: Member | None, answer: RoundAnswer) -> bool:
    """Whether a member reads the values of an answer that is at hand: the office does once they were confirmed."""
    if member is None or answer.stage in (*rules.WITH_OFFICE, rules.AnswerStage.RETURNED):
        return True
    here = standing(member)
    return here.organisation_id == answer.unit.organisation_id or bool(here.roles & SEES_ALL)


def check_sees_values(member: Member | None, answer: RoundAnswer) -> None:
    """Refuse to show values that a unit is still at.

    Raises
    ------
    NotAllowed
        ``office.values_not_confirmed``
    """
    if not sees_values(member, answer):
        raise NotAllowed(
            "office.values_not_confirmed",
            gettext_noop("{unit} has not confirmed its values yet. Look again once it has."),
            unit=called(answer.unit.organisation),
        )


def is_office(member: Member | None, one: Round) -> bool:
    """Whether a member belongs to the office that asks."""
    if member is None or one.owner_unit is None:
        return member is None
    return standing(member).organisation_id == one.owner_unit.organisation_id


def units_to_ask(pairing: Pairing) -> QuerySet[Unit]:
    """The units that a round of a pairing can ask, by side and organisation."""
    seats = Seat.objects.filter(pairing=pairing, side__in=_SIDES).values("organisation_id")
    return (
        Unit.objects.filter(organisation_id__in=seats, is_active=True)
        .select_related("organisation")
        .order_by("organisation__name_sort", "name_sort", "pk")
    )


def units_by_code(pairing: Pairing, codes: Iterable[str]) -> list[Unit]:
    """Units by code, in the order given.

    Raises
    ------
    NotFound
        ``office.no_unit_to_ask``
    """
    wanted = list(dict.fromkeys(codes))
    found = {unit.code: unit for unit in units_to_ask(pairing).filter(code__in=wanted)}
    for code in wanted:
        if code not in found:
            raise NotFound(
                "office.no_unit_to_ask",
                gettext_noop("{unit} is no open unit of {pairing}. Correct the code."),
                unit=code,
                pairing=called(pairing),
                field="units",
            )
    return [found[code] for code in wanted]


def sides_of(pairing_id: int, units: Iterable[Unit]) -> dict[int, str]:
    """The side on which each unit sits."""
    organisations = {unit.pk: unit.organisation_id for unit in units}
    seats = dict(
        Seat.objects.filter(
            pairing_id=pairing_id, organisation_id__in=set(organisations.values())
        ).values_list("organisation_id", "side")
    )
    return {pk: seats.get(organisation_id, "") for pk, organisation_id in organisations.items()}


def next_number(period: str) -> str:
    """A number for a new round: R-2023-08-1, the next that is free."""
    taken = set(Round.objects.filter(number__startswith=f"R-{period}-").values_list("number", flat=True))
    n = 1
    while f"R-{period}-{n}" in taken:
        n += 1
    return f"R-{period}-{n}"


# -- the form ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Form:
    """What one unit is asked: the questions that hold, and its lines."""

    columns: tuple[RoundColumn, ...]
    lines: tuple[RoundLine, ...]

    @property
    def n_cells(self) -> int:
        """How many cells there are."""
        return len(self.columns) * len(self.lines)

    @property
    def is_one_row(self) -> bool:
        """Whether the form has no lines of its own."""
        return len(self.lines) == 1 and not self.lines[0].code

    @property
    def places(self) -> list[Place]:
        """All cells, line by line."""
        return [(column.pk, line.pk) for line in self.lines for column in self.columns]


def columns_of(one: Round) -> list[RoundColumn]:
    """The questions that the form asks now."""
    return list(one.columns.filter(until=None).order_by("rank", "pk"))


def form_of(answer: RoundAnswer) -> Form:
    """The form of one unit."""
    lines = answer.round.lines.filter(Q(unit=None) | Q(unit_id=answer.unit_id)).order_by("rank", "pk")
    return Form(tuple(columns_of(answer.round)), tuple(lines))


def cells_per_unit(one: Round) -> tuple[int, dict[int, int]]:
    """How many cells every unit is asked, and how many more a unit with lines of its own."""
    n_columns = one.columns.filter(until=None).count()
    by_unit = dict(one.lines.order_by().values_list("unit_id").annotate(n=Count("pk")))
    common = by_unit.pop(None, 0)
    return n_columns * common, {unit: n_columns * n for unit, n in by_unit.items()}


def asked_by(one: Round) -> list[RoundAnswer]:
    """The answers that a round waits for, of units that are still open."""
    found = one.answers.exclude(stage=rules.AnswerStage.HANDED_OVER).filter(unit__is_active=True)
    return list(found.select_related("unit__organisation"))


def questions_of(one: Round) -> list[rules.Question]:
    """The form as it is written: for copying and for changing it."""
    return [
        rules.Question(
            code=column.code,
            name_zh=column.name_zh,
            name_en=column.name_en,
            type=column.type,
            unit=column.unit,
            is_required=column.is_required,
            least=column.least,
            most=column.most,
            feeds=column.feeds,
        )
        for column in columns_of(one)
    ]


def lines_of(one: Round) -> list[rules.Line]:
    """The fixed rows as they are written."""
    return [
        rules.Line(line.code, line.name_zh, line.name_en, line.unit.code if line.unit else "")
        for line in one.lines.select_related("unit").order_by("rank", "pk")
        if line.code
    ]


def sheet_column(column: RoundColumn) -> Column:
    """A question as spreadsheets read it, with units and bounds."""
    return Column(
        name=column.code,
        en=column.name_en or column.name_zh,
        zh=column.name_zh,
        type=column.type,  # type: ignore[arg-type]
        unit=column.unit if column.type in ("fen", "mu", "percent") else "",
        max_length=500,
        digits=4 if column.type == "decimal" else None,
        least=column.least,
        most=column.most,
    )


def shown(column: RoundColumn, text: str) -> str:
    """A value as a page and an input show it: money in the unit of its question."""
    if not text or column.type != "fen":
        return text
    return str(exporting.from_fen(sheet_column(column), int(text)))


def cell_of(column: RoundColumn, text: str) -> Any:
    """A value as a workbook takes it."""
    if column.type == "fen":
        return exporting.from_fen(sheet_column(column), int(text))
    return Decimal(text) if column.type in rules.NUMBERS else text


def read_text(column: RoundColumn, raw: Any) -> str:
    """The canonical text of what somebody wrote in a cell; empty for nothing.

    Raises
    ------
    cells.Unclear
        What is wrong with it.
    """
    value = cells.read(sheet_column(column), raw)
    return "" if value in (None, "") else str(cells.encode(value))


# -- cells ---------------------------------------------------------------------------------------------------------


def values_of(answer: RoundAnswer) -> dict[Place, RoundValue]:
    """What stands in the cells of an answer."""
    found = answer.values.select_related("member", "from_unit__organisation", "returned_by")
    return {(one.column_id, one.line_id): one for one in found}


def sourced_values(answer: RoundAnswer) -> list[dict[str, Any]]:
    """Every value with its source, by line and question: as it is written, money in the unit of its question."""
    questions = {one.pk: one for one in answer.round.columns.all()}
    found = answer.values.order_by("line__rank", "line__code", "column__rank", "column__code").values_list(
        "column_id",
        "line__code",
        "text",
        "state",
        "word",
        "from_unit__code",
        "member__code",
        "at",
        "file_name",
        "file_sha256",
    )
    names = ("line", "value", "state", "word", "unit", "member", "at", "file_name", "file_sha256")
    rows = []
    for key, *rest in found:
        question = questions[key]
        row: dict[str, Any] = dict(zip(names, rest, strict=True))
        row |= {"question": question.code, "measure": question.unit}
        rows.append(row | {"value": shown(question, row["value"]), "unit": row["unit"] or answer.unit.code})
    return rows


def texts_at(answer: RoundAnswer) -> list[tuple[int, int, str]]:
    """Column, line and text of all cells, as the driver gives them: a merge reads 400,000."""
    found = answer.values.order_by().values_list("column_id", "line_id", "text")
    sql, given = found.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return cursor.fetchall()


def texts_of(answer: RoundAnswer) -> dict[Place, str]:
    """The texts of the cells alone."""
    return {
        (column, line): text for column, line, text in answer.values.values_list("column", "line", "text")
    }


def last_values(answer: RoundAnswer) -> dict[tuple[str, str], str]:
    """What the unit gave in the round before, by codes of question and line."""
    if answer.round.previous_id is None:
        return {}
    return dict(
        ((column, line), text)
        for column, line, text in RoundValue.objects.filter(
            answer__round_id=answer.round.previous_id, answer__unit_id=answer.unit_id
        ).values_list("column__code", "line__code", "text")
    )


def missing_of(form: Form, given: Iterable[Place]) -> list[tuple[RoundColumn, RoundLine]]:
    """The needed cells in which nothing stands."""
    there = set(given)
    return [
        (column, line)
        for line in form.lines
        for column in form.columns
        if column.is_required and (column.pk, line.pk) not in there
    ]


def digest_of(answer: RoundAnswer) -> str:
    """SHA-256 over the values of an answer: what its leader confirmed, whatever happens to it later."""
    found = answer.values.order_by("column__code", "line__code").values_list(
        "column__code", "line__code", "text"
    )
    return hashlib.sha256("\n".join("\t".join(one) for one in found).encode()).hexdigest()


# -- who is missing ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """One unit in the matrix of a round."""

    answer: RoundAnswer
    n_cells: int
    side: str
    is_late: bool

    @property
    def unit(self) -> Unit:
        return self.answer.unit


def matrix(one: Round) -> list[Standing]:
    """All units of a round and how far each is: those with something to do first."""
    common, own = cells_per_unit(one)
    answers = list(one.answers.select_related("unit__organisation", "confirmed_by", "handed_to__unit"))
    sides = sides_of(one.pairing_id, [answer.unit for answer in answers])
    over = one.due_on < clock.today() and one.stage == rules.RoundStage.OPEN
    order = {stage: n for n, stage in enumerate(_MOST_TO_DO_FIRST)}
    found = []
    for answer in answers:
        answer.round = one
        is_late = over and answer.stage in rules.WITH_UNIT
        n_cells = common + own.get(answer.unit_id, 0)
        found.append(Standing(answer, n_cells, sides[answer.unit_id], is_late))
    return sorted(
        found, key=lambda row: (order[rules.AnswerStage(row.answer.stage)], row.unit.organisation.name_sort)
    )


_MOST_TO_DO_FIRST = [
    rules.AnswerStage.CONFIRMED,
    rules.AnswerStage.RETURNED,
    rules.AnswerStage.MISSING,
    rules.AnswerStage.FILLING,
    rules.AnswerStage.IN_UNIT,
    rules.AnswerStage.ACCEPTED,
    rules.AnswerStage.HANDED_OVER,
]


@dataclass(frozen=True, slots=True)
class Reached:
    """Whom reminding reaches of one unit."""

    answer: RoundAnswer
    members: tuple[Member, ...]


def missing(one: Round) -> list[Reached]:
    """The units whose answer the office does not have, with the people whom a reminder reaches."""
    answers = list(
        one.answers.filter(stage__in=rules.WITH_UNIT)
        .select_related("unit__organisation")
        .order_by("unit__organisation__name_sort", "pk")
    )
    people = people_of([answer.unit_id for answer in answers])
    return [Reached(answer, tuple(people.get(answer.unit_id, ()))) for answer in answers]


def people_of(unit_ids: Sequence[int]) -> dict[int, list[Member]]:
    """The active members of units."""
    found: dict[int, list[Member]] = defaultdict(list)
    for member in Member.objects.filter(unit_id__in=unit_ids, is_active=True).order_by("name_sort", "pk"):
        found[member.unit_id].append(member)
    return found


def tally(one: Round) -> dict[str, int]:
    """How many answers are in each stage."""
    return dict(one.answers.order_by().values_list("stage").annotate(n=Count("pk")))


def counts(member: Member, pairing: Pairing) -> dict[str, int]:
    """What the list's headline says: rounds that are open, late ones, and those that ask the member's unit."""
    today = clock.today()
    is_open = rounds_of(member, pairing).filter(stage=rules.RoundStage.OPEN)
    found = is_open.aggregate(open=Count("pk"), late=Count("pk", Q(due_on__lt=today)))
    mine = RoundAnswer.objects.filter(
        unit_id=member.unit_id,
        round__pairing=pairing,
        round__stage=rules.RoundStage.OPEN,
        stage__in=rules.WITH_UNIT,
    )
    return found | {"mine": mine.count()}


# -- finding -------------------------------------------------------------------------------------------------------


def found_of(one: Round) -> Found:
    """A round as the search lists it."""
    return Found(
        kind="office.round",
        object_id=one.pk,
        title_zh=one.name_zh,
        title_en=one.name_en,
        code=one.number,
        url=one.url,
        pairing_id=one.pairing_id,
        scope="seen",
    )


def rounds_found() -> Iterable[Found]:
    """All rounds, for building the search anew."""
    return map(found_of, Round.objects.order_by("pk").iterator())
