"""What a file is read for, and the child process that reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from shanhai.core import access, heavy, signs
from shanhai.core.models import ColumnMapping, Member
from shanhai.core.sheets import reading, recognise
from shanhai.core.sheets.columns import Column, Register
from shanhai.core.sheets.headings import Asked
from shanhai.kernel.refusals import Refused, TooLarge

READ_SECONDS = 120
SMALL_BYTES = 2_000_000  # Up to this a CSV file is read without a child.
READ_MEMORY_MB = 600  # Address space of the child; the rows it holds at a time take far less.

Progress = Callable[[int, int | None], None]


def asked_of(
    register: Register,
    by: Member | None,
    *,
    chosen: Mapping[str, str] | None = None,
    sheet: str = "",
    pairing_id: int | None = None,
    is_strict: bool = False,
) -> Asked:
    """What a file is read for: the columns that the member may read, and how his unit's headings were named before.

    Parameters
    ----------
    chosen
        Headings to column names as a person chose them ("" leaves a column out); overrides what is remembered.
    sheet
        The sheet to read; the best one where it is empty.
    is_strict
        Refuse headings that the register does not know, and a workbook without the register's sheet.
    """
    known: dict[str, str] = {}
    if by is not None:
        known = dict(
            ColumnMapping.objects.filter(unit_id=by.unit_id, register=register.code).values_list(
                "heading", "column"
            )
        )
    return Asked(
        code=register.code,
        names=(register.zh, register.en, register.file_stem, register.code),
        columns=tuple(
            with_form(column)
            for column in register.columns
            # What a member may not read comes in with nobody's eyes on it: such a column is left as it is.
            if not column.access or access.may(by, column.access, pairing_id=pairing_id)
        ),
        known=known,
        chosen=dict(chosen) if chosen is not None else None,
        sheet=sheet,
        is_strict=is_strict,
    )


def with_form(column: Column) -> Column:
    """A reference is written in the official form of the key that it points to."""
    target: Register | None = signs.registers.get(column.ref) if column.ref else None
    if target is None or column.form or len(target.keys) != 1:
        return column
    return replace(column, form=target.keys[0].form)


def read_tables(
    path: Path, wanted: Sequence[tuple[Asked, Path]], progress: Progress | None = None
) -> list[dict[str, Any]]:
    """Several tables of one file, read by one child; each with the file that its rows go into.

    A CSV file cannot unpack to more than it is, so a small one is read here.

    Raises
    ------
    TooLarge
        The child needed too much time or memory.
    """
    given = [(asked, str(out)) for asked, out in wanted]
    if path.stat().st_size < SMALL_BYTES and is_text(path):
        return recognise.read_tables(str(path), given)
    found: list[dict[str, Any]] = heavy.run_in_child(
        "shanhai.core.sheets.recognise.read_tables",
        (str(path), given),
        on_progress=progress,
        timeout=READ_SECONDS,
        memory_mb=READ_MEMORY_MB,
    )
    return found


def is_text(path: Path) -> bool:
    """Whether a file is no workbook; what is neither is refused where it is read."""
    try:
        return reading.kind_of(path) == "csv"
    except Refused:
        return False


def read_in_child(path: Path, asked: Asked, out: Path, progress: Progress | None) -> dict[str, Any]:
    """``recognise.read_file`` in a child process with limits; gives ``recognise.Found`` as data.

    The rows stand in the file ``out`` afterwards (``staged.lines_of``). What is wrong with the file as a whole is in
    ``refusal``, a child that needed too much time or memory included.
    """
    try:
        found: dict[str, Any] = heavy.run_in_child(
            "shanhai.core.sheets.recognise.read_file",
            (str(path), asked, str(out)),
            on_progress=progress,
            timeout=READ_SECONDS,
            memory_mb=READ_MEMORY_MB,
        )
    except TooLarge as refused:
        # The child was ended: a file that needs more time or memory than any table of an office.
        return recognise.Found(refusal=recognise.refusal_as_data(refused)).as_data()
    return found
