"""A table is loaded at once, all of it or nothing: for zone folders and commands."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from shanhai.core import access, clock, journal
from shanhai.core.models import Import, ImportRow, Member, Pairing
from shanhai.core.sheets import cells, committing, gathering, parsing, reading, recognise
from shanhai.core.sheets.columns import Register
from shanhai.core.sheets.comparing import Comparison
from shanhai.core.sheets.headings import Asked, letter_of
from shanhai.core.sheets.recognise import as_data
from shanhai.core.sheets.staged import CHUNK, Stage, change_of, chunks, lines_of, say
from shanhai.core.writing import action
from shanhai.kernel.refusals import (
    BadInput,
    Refused,
    TooLarge,
    gettext_noop,
)

_TOO_LARGE = frozenset(
    {
        "sheets.file_too_large",
        "sheets.zip_bomb",
        "sheets.too_many_rows",
        "sheets.too_many_columns",
        "sheets.too_much_memory",
    }
)


def load_table(
    register: Register,
    source: Path | Iterable[Mapping[str, Any]],
    *,
    by: Member | None,
    pairing: Pairing | None = None,
    strict: bool = True,
    sheet: str = "",
) -> dict[str, int]:
    """Load a table with the checks of an import: all of it or nothing.

    Parameters
    ----------
    source
        A file, or rows as dicts of Python values.
    strict
        Also refuse headings that the register does not know.

    Returns
    -------
    dict[str, int]
        Rows by outcome: same, changed, new.

    While faults are gathered (``gathering.Gathered``), a table with faults is not refused: its good rows are written,
    so that later tables are checked against them, and the caller refuses all of it in the end.

    Raises
    ------
    BadInput
        ``sheets.rows_refused``, with every problem by row and column in the fact ``problems`` (at most 200), or what
        is wrong with the file as a whole.
    """
    name = source.name if isinstance(source, Path) else register.file_stem
    counts = {"same": 0, "changed": 0, "new": 0}
    with gathering.gathered_from(register, name):
        counts = _load_table(register, source, name, by, pairing, strict, sheet)
    return counts


def _load_table(
    register: Register,
    source: Path | Iterable[Mapping[str, Any]],
    name: str,
    by: Member | None,
    pairing: Pairing | None,
    strict: bool,
    sheet: str,
) -> dict[str, int]:
    access.check(by, register.write_access, pairing_id=pairing.pk if pairing else None)
    asked = parsing.asked_of(register, by, is_strict=strict, sheet=sheet)
    with tempfile.TemporaryDirectory() as folder:
        lines_path = Path(folder) / "rows"
        if isinstance(source, Path):
            sha256, headings = _sha256(source), _read_whole(source, asked, lines_path)
        else:
            sha256, headings = _write_lines(register, source, lines_path), []
        letters = {one["column"]: letter_of(one["index"]) for one in headings}
        faults = _Faults(register, name, letters)
        comparison = Comparison(register, by, pairing, lines_path)
        writer, counts = _compared(comparison, lines_path, faults)
    if counts["new"] or counts["changed"]:
        _load(register, writer, name, sha256, counts, by=by, pairing=pairing)
    return counts


def _compared(
    comparison: Comparison, lines_path: Path, faults: _Faults
) -> tuple[committing.Writer, dict[str, int]]:
    """A writer that has taken the rows, and their number by outcome; refused for its faulty rows, or without them."""
    while True:
        writer = committing.writer_of(comparison.register, comparison.by, comparison.pairing)
        counts = {"same": 0, "changed": 0, "new": 0}
        found: set[str] = set()
        good: set[str] = set()
        for chunk in chunks(lines_of(lines_path), CHUNK):
            changes = []
            for row in comparison.compare(chunk):
                if row.outcome == "refused":
                    faults.add(row)
                    found.add(row.key)
                    continue
                good.add(row.key)
                counts[row.outcome] += 1
                if row.outcome != "same":
                    changes.append(change_of(comparison.register, row))
            if faults.are_gathered or not faults.n:
                writer.take(changes)
        if faults.n and not faults.are_gathered:
            raise faults.refusal()
        # Rows may point at rows of the same file that were found to be refused in this round.
        if not comparison.refuse_rows(found - good):
            return writer, counts


class _Faults:
    """Faulty rows of one table: all are counted, the first are kept."""

    def __init__(self, register: Register, name: str, letters: Mapping[str, str]) -> None:
        self.register, self.name, self.letters = register, name, letters
        self.n = 0
        self._gathered = gathering.current()
        self._problems: list[dict[str, Any]] = []

    @property
    def are_gathered(self) -> bool:
        """Whether the load goes on without the faulty rows."""
        return self._gathered is not None

    def add(self, row: ImportRow) -> None:
        """Count a row that is refused, and keep what is wrong with it."""
        self.n += 1
        if self._gathered is not None:
            self._gathered.add_row(self.register, self.name, row, self.letters)
        elif len(self._problems) < gathering.SHOWN:
            self._problems += [
                {"row": row.row, "letter": self.letters.get(problem["column"], ""), **problem}
                for problem in row.problems
            ]

    def refusal(self) -> Refused:
        """The table refused for its rows."""
        first = self._problems[0]
        return BadInput(
            "sheets.rows_refused",
            gettext_noop(
                "{n} rows of {file} are refused, so nothing was written. Row {row}, {column}: {why}"
            ),
            n=self.n,
            file=self.name,
            row=first["row"],
            column=first["column"],
            why=say(first),
            register=self.register.code,
            problems=self._problems[: gathering.SHOWN],
        )


@action
def _load(
    register: Register,
    writer: committing.Writer,
    name: str,
    sha256: str,
    counts: Mapping[str, int],
    *,
    by: Member | None,
    pairing: Pairing | None,
) -> None:
    now = clock.now()
    imported = Import.objects.create(
        register=register.code,
        file_name=name,
        sha256=sha256,
        stage=Stage.WRITTEN,
        counts=dict(counts),
        pairing=pairing,
        by=by,
        brought_at=now,
        written_at=now,
    )
    journal.record(
        imported,
        "sheets.write",
        by=by,
        register=register.code,
        file=name,
        rows=counts["new"] + counts["changed"],
    )
    writer.write(imported)


def _read_whole(path: Path, asked: Asked, lines_path: Path) -> list[dict[str, Any]]:
    # A small CSV file cannot unpack to more than it is, and a zone folder has dozens: those are read here.
    is_small_text = path.stat().st_size < parsing.SMALL_BYTES and reading.kind_of(path) == "csv"
    if is_small_text:
        found = recognise.read_file(str(path), asked, str(lines_path))
    else:
        found = parsing.read_in_child(path, asked, lines_path, None)
    if found["refusal"]:
        if found["refusal"]["code"] == "sheets.no_rows":
            return []
        raise refusal_of(found["refusal"], file=path.name)
    if not found["is_mapped"]:
        raise BadInput(
            "sheets.keys_missing",
            gettext_noop("{file} lacks a column that rows are told apart by: {columns}. Add it."),
            file=path.name,
            columns=", ".join(column.name for column in asked.columns if column.key),
        )
    headings: list[dict[str, Any]] = found["headings"]
    return headings


def refusal_of(data: Mapping[str, Any], **facts: Any) -> Refused:
    """A refusal of a whole file, as it was kept."""
    kind = TooLarge if data["code"] in _TOO_LARGE else BadInput
    return kind(data["code"], data["sentence"], **{**data["facts"], **facts})


def _write_lines(register: Register, source: Iterable[Mapping[str, Any]], path: Path) -> str:
    digest = hashlib.sha256()
    seen: dict[str, int] = {}
    columns = {column.name: column for column in register.columns}
    with path.open("w", encoding="utf-8") as file:
        for number, row in enumerate(source, start=1):
            key = register.key_of(row)
            problems = []
            if (first := seen.setdefault(key, number)) != number:
                problems.append(as_data(recognise.double(register.keys[0], key, first)))
            values = {
                name: cells.encode(value)
                for name, value in row.items()
                if not (name in columns and columns[name].says_nothing(value))
            }
            line = json.dumps([number, key, values, problems], ensure_ascii=False)
            digest.update(line.encode())
            file.write(line + "\n")
    return digest.hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
