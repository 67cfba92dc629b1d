"""Rounds as a zone folder holds them: the rows of each file, in key order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from shanhai.core import access, clock, visibility
from shanhai.core.models import Climb, Member
from shanhai.fields.office.models import Round, RoundAnswer, RoundColumn, RoundLine, RoundValue

TABLES: dict[str, tuple[str, ...]] = {
    "rounds": (
        "number", "pairing", "office", "name_zh", "name_en", "period", "due_on", "stage", "repeats", "previous",
        "form_version", "about", "reach", "opened_on", "merged_at", "merged_by", "outcomes",
        "standing", "source",
    ),
    "round_columns": (
        "round", "code", "name_zh", "name_en", "type", "unit", "needed", "least", "most", "feeds", "since", "until",
    ),
    "round_lines": ("round", "unit", "code", "name_zh", "name_en"),
    "round_answers": (
        "round", "unit", "stage", "step", "form_version", "filled_by", "filled_at", "confirmed_by", "confirmed_at",
        "accepted_by", "accepted_at", "handed_to", "word",
    ),
    "round_values": (
        "round", "unit", "line", "question", "text", "state", "word", "returned_by", "member", "at", "file_name",
        "file_sha256", "from_unit",
    ),
}  # fmt: skip


def rows_of(table: str, by: Member | None) -> Iterator[dict[str, Any]]:
    """The rows of one file, of the rounds that a member sees; the system sees all."""
    return _ROWS[table](rounds_seen_by(by), answers_read_by(by))


def rounds_seen_by(by: Member | None) -> QuerySet[Round]:
    """The rounds that a member sees; all for the system."""
    if by is None:
        return Round.objects.all()
    return Round.objects.filter(pk__in=visibility.seen(Round, by).order_by().values("object_id"))


def answers_read_by(by: Member | None) -> QuerySet[RoundAnswer]:
    """The answers that a member reads: those to the own office and those of the own organisation; all for the system."""
    if by is None or access.standing(by).roles & access.SEES_ALL:
        return RoundAnswer.objects.all()
    own = by.unit.organisation_id
    return RoundAnswer.objects.filter(
        Q(round__owner_unit__organisation_id=own) | Q(unit__organisation_id=own)
    )


def _rounds(rounds: QuerySet[Round], answers: QuerySet[RoundAnswer]) -> Iterator[dict[str, Any]]:
    found = rounds.select_related("pairing", "owner_unit", "previous", "merged_by").order_by("number")
    for one in found:
        plain = ("number", "name_zh", "name_en", "period", "due_on", "stage", "repeats", "form_version")
        yield {
            name: getattr(one, name) for name in (*plain, "about", "reach", "opened_on", "source", "standing")
        } | {
            "pairing": one.pairing.code,
            "office": _code(one.owner_unit),
            "previous": one.previous.number if one.previous else "",
            "merged_at": _moment(one.merged_at),
            "merged_by": _code(one.merged_by),
            "outcomes": json.dumps(one.outcomes, ensure_ascii=False) if one.outcomes else "",
        }


def _columns(rounds: QuerySet[Round], answers: QuerySet[RoundAnswer]) -> Iterator[dict[str, Any]]:
    for one in (
        RoundColumn.objects.filter(round__in=rounds)
        .select_related("round")
        .order_by("round__number", "rank", "pk")
    ):
        plain = ("code", "name_zh", "name_en", "type", "unit", "least", "most", "feeds", "since", "until")
        yield {name: getattr(one, name) for name in plain} | {
            "round": one.round.number,
            "needed": "true" if one.is_required else "false",
        }


def _lines(rounds: QuerySet[Round], answers: QuerySet[RoundAnswer]) -> Iterator[dict[str, Any]]:
    found = RoundLine.objects.filter(round__in=rounds).exclude(code="").select_related("round", "unit")
    for one in found.order_by("round__number", "rank", "pk"):
        yield {name: getattr(one, name) for name in ("code", "name_zh", "name_en")} | {
            "round": one.round.number,
            "unit": _code(one.unit),
        }


def _answers(rounds: QuerySet[Round], answers: QuerySet[RoundAnswer]) -> Iterator[dict[str, Any]]:
    climbing = Climb.objects.filter(subject_kind="office.roundanswer", stage=Climb.Stage.CLIMBING)
    steps = dict(climbing.values_list("subject_id", "step"))
    found = answers.select_related(
        "round", "unit", "filled_by", "confirmed_by", "accepted_by", "handed_to__unit"
    )
    for one in found.order_by("round__number", "unit__code"):
        yield {
            "round": one.round.number,
            "unit": one.unit.code,
            "stage": one.stage,
            "step": steps.get(one.pk, ""),
            "form_version": one.form_version,
            "filled_by": _code(one.filled_by),
            "filled_at": _moment(one.filled_at),
            "confirmed_by": _code(one.confirmed_by),
            "confirmed_at": _moment(one.confirmed_at),
            "accepted_by": _code(one.accepted_by),
            "accepted_at": _moment(one.accepted_at),
            "handed_to": one.handed_to.unit.code if one.handed_to else "",
            "word": one.word,
        }


def _values(rounds: QuerySet[Round], answers: QuerySet[RoundAnswer]) -> Iterator[dict[str, Any]]:
    names = ("text", "state", "word", "file_name", "file_sha256")
    found = RoundValue.objects.filter(answer__in=answers).order_by(
        "answer__round__number",
        "answer__unit__code",
        "line__rank",
        "line__code",
        "column__rank",
        "column__code",
    )
    for row in found.values_list(
        "answer__round__number",
        "answer__unit__code",
        "line__code",
        "column__code",
        "returned_by__code",
        "member__code",
        "from_unit__code",
        "at",
        *names,
    ).iterator(chunk_size=2000):
        yield {
            "round": row[0],
            "unit": row[1],
            "line": row[2],
            "question": row[3],
            "returned_by": row[4] or "",
            "member": row[5] or "",
            "from_unit": row[6] or "",
            "at": _moment(row[7]),
        } | dict(zip(names, row[8:], strict=True))


_ROWS = {
    "rounds": _rounds,
    "round_columns": _columns,
    "round_lines": _lines,
    "round_answers": _answers,
    "round_values": _values,
}


def _code(row: Any) -> str:
    return row.code if row is not None else ""


def _moment(at: datetime | None) -> str:
    return clock.local(at).isoformat(timespec="seconds") if at is not None else ""
