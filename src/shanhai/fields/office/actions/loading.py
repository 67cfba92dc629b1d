"""Rounds from a zone folder: written as they stand there, with the days on which things happened."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from shanhai.core import access, journal, names, visibility
from shanhai.core.models import Member, Pairing, Unit
from shanhai.core.writing import action
from shanhai.fields.office.actions import merging
from shanhai.fields.office.actions import round_shared as shared
from shanhai.fields.office.models import Round, RoundAnswer, RoundColumn, RoundLine, RoundValue
from shanhai.fields.office.queries import rounds as queries
from shanhai.fields.office.rules import rounds as rules
from shanhai.kernel.refusals import NotFound, gettext_noop

Row = Mapping[str, str]
Stage = rules.RoundStage


@dataclass(frozen=True, slots=True)
class Tables:
    """The rows of a folder's files, each with the number of its round."""

    rounds: Sequence[Row]
    columns: Sequence[Row]
    lines: Sequence[Row]
    answers: Sequence[Row]
    values: Sequence[Row]


@action
def load_rounds(tables: Tables, *, by: Member | None) -> dict[str, int]:
    """Write the rounds that are not there yet, oldest first; gives rows written by table."""
    access.check(by, "office.load_rounds")
    there = set(Round.objects.values_list("number", flat=True))
    named = _Named()
    counts = dict.fromkeys(("rounds", "round_columns", "round_lines", "round_answers", "round_values"), 0)
    for row in sorted(tables.rounds, key=lambda row: (row["due_on"], row["number"])):
        if row["number"] in there:
            continue
        one = _write_round(row, named)
        counts["rounds"] += 1
        of_round = _Loading(one, named)
        counts["round_columns"] += of_round.columns(_of(tables.columns, one))
        counts["round_lines"] += of_round.lines(_of(tables.lines, one))
        counts["round_answers"] += of_round.answers(_of(tables.answers, one))
        counts["round_values"] += of_round.values(_of(tables.values, one))
        of_round.finish()
        journal.record(one, "office.load_rounds", by=by, answers=len(of_round.by_unit))
    return counts


class _Named:
    """Rows that the files name by code, each table read once."""

    def __init__(self) -> None:
        self.pairings = {one.code: one for one in Pairing.objects.all()}
        self.units = {one.code: one for one in Unit.objects.select_related("organisation")}
        self.members = {one.code: one for one in Member.objects.all()}

    def unit(self, code: str) -> Unit:
        """The unit of a code."""
        if code not in self.units:
            raise NotFound(
                "office.no_unit_in_file",
                gettext_noop(
                    "The rounds name the unit {unit}, which is not there. Add it, or correct the code."
                ),
                unit=code,
            )
        return self.units[code]


class _Loading:
    """One round with its parts, table by table."""

    def __init__(self, one: Round, named: _Named) -> None:
        self.one = one
        self.named = named
        self.by_column: dict[str, RoundColumn] = {}
        self.by_line: dict[tuple[str, str], RoundLine] = {}
        self.by_unit: dict[str, RoundAnswer] = {}
        self.steps: dict[str, str] = {}
        self.successors: dict[str, str] = {}

    def columns(self, rows: Iterator[Row]) -> int:
        for rank, row in enumerate(rows):
            column = RoundColumn.objects.create(
                round=self.one,
                code=row["code"],
                name_zh=row["name_zh"],
                name_en=row["name_en"],
                type=row["type"],
                unit=row["unit"],
                is_required=row["needed"] != "false",
                least=int(row["least"]) if row["least"] else None,
                most=int(row["most"]) if row["most"] else None,
                feeds=row["feeds"],
                since=int(row["since"] or 1),
                until=int(row["until"]) if row["until"] else None,
                rank=rank,
            )
            self.by_column[column.code] = column
        return len(self.by_column)

    def lines(self, rows: Iterator[Row]) -> int:
        n = 0
        for n, row in enumerate(rows, start=1):
            self.by_line[row["unit"], row["code"]] = RoundLine.objects.create(
                round=self.one,
                unit=self.named.unit(row["unit"]) if row["unit"] else None,
                code=row["code"],
                name_zh=row["name_zh"],
                name_en=row["name_en"],
                rank=n - 1,
            )
        if not n:
            self.by_line["", ""] = RoundLine.objects.create(round=self.one)
        return n

    def answers(self, rows: Iterator[Row]) -> int:
        for row in rows:
            member = self.named.members.get
            self.by_unit[row["unit"]] = RoundAnswer.objects.create(
                round=self.one,
                pairing_id=self.one.pairing_id,
                unit=self.named.unit(row["unit"]),
                stage=row["stage"],
                form_version=int(row["form_version"] or 1),
                filled_by=member(row["filled_by"]),
                filled_at=_moment(row["filled_at"]),
                confirmed_by=member(row["confirmed_by"]),
                confirmed_at=_moment(row["confirmed_at"]),
                accepted_by=member(row["accepted_by"]),
                accepted_at=_moment(row["accepted_at"]),
                word=row["word"],
            )
            self.steps[row["unit"]] = row["step"]
            self.successors[row["unit"]] = row["handed_to"]
        return len(self.by_unit)

    def values(self, rows: Iterator[Row]) -> int:
        member = self.named.members.get
        made = [
            RoundValue(
                answer=self.by_unit[row["unit"]],
                column=self.by_column[row["question"]],
                line=self.by_line.get((row["unit"], row["line"])) or self.by_line["", row["line"]],
                text=row["text"],
                state=row["state"],
                word=row["word"],
                returned_by=member(row["returned_by"]),
                member=member(row["member"]),
                at=datetime.fromisoformat(row["at"]),
                file_name=row["file_name"],
                file_sha256=row["file_sha256"],
                from_unit=self.named.unit(row["from_unit"]) if row["from_unit"] else None,
            )
            for row in rows
        ]
        RoundValue.objects.bulk_create(made, batch_size=500)
        for value in made:
            value.answer.n_given += 1
            value.answer.n_returned += value.state == rules.CellState.RETURNED
        return len(made)

    def finish(self) -> None:
        """What follows from the rows: digests, work that waits, figures and the workbook of a merged round."""
        for unit, answer in self.by_unit.items():
            answer.round = self.one
            answer.handed_to = self.by_unit.get(self.successors[unit])
            if answer.confirmed_at is not None:
                answer.digest = queries.digest_of(answer)
            answer.save()
            if self.one.stage == Stage.OPEN and answer.stage in rules.WITH_UNIT:
                shared.ask_unit(answer, None, self.steps[unit])
            if self.one.stage == Stage.OPEN and answer.stage == rules.AnswerStage.CONFIRMED:
                shared.ask_office(answer, None)
        if self.one.stage == Stage.MERGED:
            merging.file_merged(self.one)


def _write_round(row: Row, named: _Named) -> Round:
    office = named.unit(row["office"])
    one = Round(
        number=row["number"],
        pairing=named.pairings[row["pairing"]],
        owner_unit=office,
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        name_sort=names.sort_key(row["name_zh"]),
        period=row["period"],
        due_on=date.fromisoformat(row["due_on"]),
        stage=row["stage"],
        repeats=row["repeats"],
        previous=Round.objects.filter(number=row["previous"]).first() if row["previous"] else None,
        form_version=int(row["form_version"] or 1),
        about=row["about"],
        reach=row["reach"] or visibility.Reach.SIDE,
        opened_on=date.fromisoformat(row["opened_on"]) if row["opened_on"] else None,
        merged_at=_moment(row["merged_at"]),
        merged_by=named.members.get(row["merged_by"]),
        outcomes=json.loads(row["outcomes"] or "[]"),
        is_illustrative=row["standing"] != "reported",
        source=row["source"],
    )
    one.owner_side = queries.sides_of(one.pairing_id, [office])[office.pk]
    one.save()
    shared.show(one)
    return one


def _of(rows: Sequence[Row], one: Round) -> Iterator[Row]:
    return (row for row in rows if row["round"] == one.number)


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
