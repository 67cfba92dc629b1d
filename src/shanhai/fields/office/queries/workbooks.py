"""Reading workbooks as offices have them: a form that the office has, and what a unit brings for its answer."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from shanhai.core import heavy
from shanhai.core.sheets import loading, parsing
from shanhai.core.sheets.cells import decode, encode
from shanhai.core.sheets.columns import Column
from shanhai.core.sheets.headings import Asked
from shanhai.core.sheets.staged import lines_of, say
from shanhai.fields.office.models import RoundAnswer
from shanhai.fields.office.queries import rounds
from shanhai.fields.office.rules.rounds import Line, Question
from shanhai.kernel.refusals import BadInput, gettext_noop

_LINE = Column(name="line", en="Line code", zh="行号", type="code", key=True, synonyms=("编号",))


@dataclass(frozen=True, slots=True)
class Brought:
    """The values of a workbook, with what names the file as their source."""

    values: dict[tuple[str, str], Any]
    file_name: str
    sha256: str


def read(answer: RoundAnswer, file: BinaryIO, file_name: str) -> Brought:
    """Read a workbook or CSV file for the form of an answer.

    Headings are recognised as in imports (units, synonyms, title lines, total rows). A form without fixed rows takes
    the one row of the unit.

    Raises
    ------
    BadInput
        ``office.cells_refused``, with every problem by row and question; ``office.no_row_in_file``; what is wrong with
        the file as a whole.
    """
    form = rounds.form_of(answer)
    columns = [rounds.sheet_column(column) for column in form.columns]
    # An empty cell is a matter of confirming the answer, not of bringing it.
    asked = Asked(
        code="office.round",
        names=(answer.round.name_zh, answer.round.name_en, answer.round.number),
        columns=(_LINE, *(replace(column, required=False) for column in columns)),
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"brought{Path(file_name).suffix.lower()}"
        sha256 = _keep(file, path)
        found = parsing.read_in_child(path, asked, Path(folder) / "rows", None)
        if found["refusal"]:
            raise loading.refusal_of(found["refusal"], file=file_name)
        lines = list(lines_of(Path(folder) / "rows")) if found["n_rows"] else []
    return Brought(_values(lines, columns, form, file_name), file_name, sha256)


@dataclass(frozen=True, slots=True)
class Asks:
    """The form of a round as an office's own workbook has it."""

    title: str
    questions: tuple[Question, ...]
    lines: tuple[Line, ...]


def read_form(file: BinaryIO, file_name: str) -> Asks:
    """The questions and fixed rows of a workbook that the office has: a column is a question, a labelled row a line.

    Raises
    ------
    BadInput
        ``sheets.no_outline``; what is wrong with the file as a whole.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"form{Path(file_name).suffix.lower()}"
        _keep(file, path)
        found = heavy.run_in_child(
            "shanhai.core.sheets.outline.read_file",
            (str(path),),
            timeout=parsing.READ_SECONDS,
            memory_mb=parsing.READ_MEMORY_MB,
        )
    columns = enumerate(found["columns"], start=1)
    return Asks(
        found["title"],
        tuple(
            # What only explains a figure need not be there.
            Question(f"q{n}", one["name"], "", one["type"], one["unit"], is_required=one["type"] != "text")
            for n, one in columns
        ),
        tuple(Line(code or f"r{n}", label, "", "") for n, (code, label) in enumerate(found["rows"], start=1)),
    )


def _keep(file: BinaryIO, path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("wb") as kept:
        while chunk := file.read(1 << 16):
            digest.update(chunk)
            kept.write(chunk)
    return digest.hexdigest()


def _values(
    lines: list[Any], columns: list[Column], form: rounds.Form, file_name: str
) -> dict[tuple[str, str], Any]:
    by_name = {column.name: column for column in columns}
    known = {line.code for line in form.lines}
    values: dict[tuple[str, str], Any] = {}
    problems: list[dict[str, Any]] = []
    for number, _key, row, wrong in lines:
        code = "" if form.is_one_row else str(row.get("line") or "")
        for problem in wrong:
            # Without fixed rows nobody needs the column that tells rows apart.
            if not (form.is_one_row and problem["column"] == "line"):
                problems.append({"row": number, "why": say(problem), **problem})
        if code not in known:
            continue
        for name, value in row.items():
            if name in by_name:
                read = decode(by_name[name], value)
                values[name, code] = "" if read in (None, "") else _as_written(by_name[name], read)
    if problems:
        raise _refused(problems, file_name)
    if not values:
        raise BadInput(
            "office.no_row_in_file",
            gettext_noop(
                "{file} has no row of this form. Take the form from the page, fill it in and bring it again."
            ),
            file=file_name,
            field="file",
        )
    return values


def _as_written(column: Column, value: Any) -> str:
    """A value as ``fill_answer`` reads it again: money back in the unit of its question."""
    from shanhai.core.sheets import exporting

    return str(exporting.from_fen(column, value)) if column.type == "fen" else str(encode(value))


def _refused(problems: list[dict[str, Any]], file_name: str) -> BadInput:
    first = problems[0]
    return BadInput(
        "office.file_cells_refused",
        gettext_noop("{n} cells of {file} are refused, so nothing was written. Row {row}, {column}: {why}"),
        n=len(problems),
        file=file_name,
        row=first["row"],
        column=first["column"],
        why=first["why"],
        problems=problems[:500],
        field="file",
    )
