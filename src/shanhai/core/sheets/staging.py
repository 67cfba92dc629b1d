"""Spreadsheets coming in: read, compared with what is there, shown, then written in one short transaction.

``bring`` reads a file into staged rows; ``remap`` and ``cure`` settle what was not clear; ``write`` commits; ``undo``
takes it back within ten minutes. ``load_table`` does all of it at once and refuses what is not entirely clear.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count
from django.utils.translation import gettext

from shanhai.core import access, bulk, clock, heavy, journal, names, rows, signs
from shanhai.core.models import ColumnMapping, Import, ImportRow, Member, Pairing
from shanhai.core.sheets import cells, reading, recognise, units
from shanhai.core.sheets.columns import Change, Column, Problem, Register, is_equal
from shanhai.core.sheets.recognise import Asked, as_data
from shanhai.core.writing import action
from shanhai.kernel.refusals import (
    BadInput,
    ChangedMeanwhile,
    NotFound,
    NotNow,
    Refused,
    TooLarge,
    gettext_noop,
)
from shanhai.kernel.text import tidy_name

CHUNK = 2_000  # Rows compared and staged at a time: bounds memory, and the number of queries per row.
WRITE_CHUNK = 5_000
UNDO_MINUTES = 10
UNDO_FOR = timedelta(minutes=UNDO_MINUTES)
KEPT_FOR = timedelta(days=7)
READ_SECONDS = 120
READ_MEMORY_MB = 600  # Address space of the child; the rows it holds at a time take far less.

Stage = Import.Stage
Progress = Callable[[int, int | None], None]
# [row, key, values as JSON, problems as data]
Line = tuple[int, str, dict[str, Any], list[dict[str, Any]]]


# Bringing a file


def bring(
    file: BinaryIO | Path,
    register: Register,
    *,
    by: Member | None,
    pairing: Pairing | None = None,
    sheet: str = "",
    progress: Progress | None = None,
) -> Import:
    """Read a file for a register and stage its rows; nothing of the register changes.

    Parameters
    ----------
    file
        An uploaded file (with ``name``) or a path.
    pairing
        For registers of a pairing, the one that the rows belong to.

    Returns
    -------
    Import
        At stage ``checked``; ``mapping`` where headings must be confirmed first; ``refused`` where the file as a whole
        cannot be read, with the reason in ``refusal``.
    """
    return check(accept(file, register, by=by, pairing=pairing, sheet=sheet), by=by, progress=progress)


def accept(
    file: BinaryIO | Path,
    register: Register,
    *,
    by: Member | None,
    pairing: Pairing | None = None,
    sheet: str = "",
) -> Import:
    """Keep a file for reading and open its import at stage ``reading``; ``check`` goes on."""
    access.check(by, register.write_access, pairing_id=pairing.pk if pairing else None)
    if register.is_of_pairing and pairing is None:
        raise BadInput(
            "sheets.needs_pairing",
            gettext_noop("The rows of {register} belong to a pairing. Choose the pairing first."),
            register=register.code,
        )
    sha256, name = _keep(file)
    return _open(register, sha256, name, sheet, by=by, pairing=pairing)


@action
def _open(
    register: Register, sha256: str, name: str, sheet: str, *, by: Member | None, pairing: Pairing | None
) -> Import:
    imported = Import.objects.create(
        register=register.code,
        file_name=name,
        sha256=sha256,
        sheet=sheet,
        pairing=pairing,
        by=by,
        brought_at=clock.now(),
    )
    journal.record(imported, "sheets.bring", by=by, file=name)
    return imported


def _keep(file: BinaryIO | Path) -> tuple[str, str]:
    """Store the bytes under their hash while the import is open."""
    folder = settings.SHANHAI_DATA / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    name = Path(str(getattr(file, "name", file))).name[-200:] or "table"
    digest, size = hashlib.sha256(), 0
    source = file.open("rb") if isinstance(file, Path) else _rewound(file)
    with source as opened, tempfile.NamedTemporaryFile(dir=folder, delete=False) as kept:
        while size <= reading.MAX_BYTES and (chunk := opened.read(1 << 18)):
            digest.update(chunk)
            kept.write(chunk)
            size += len(chunk)
    Path(kept.name).replace(folder / digest.hexdigest())
    return digest.hexdigest(), name


class _rewound:
    """An uploaded file from its start, left open for its owner."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def __enter__(self) -> BinaryIO:
        self._file.seek(0)
        return self._file

    def __exit__(self, *error: object) -> None:
        self._file.seek(0)


def path_of(imported: Import) -> Path:
    """Where the bytes of an import lie while it is open."""
    path: Path = settings.SHANHAI_DATA / "imports" / imported.sha256
    if not path.exists():
        raise NotFound(
            "sheets.file_gone",
            gettext_noop("The file {file} is no longer kept. Bring it again."),
            file=imported.file_name,
        )
    return path


def check(
    imported: Import,
    *,
    by: Member | None,
    chosen: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Import:
    """Read the kept file and stage its rows, or find that headings must be confirmed first.

    Parameters
    ----------
    chosen
        Headings to column names as a person chose them ("" leaves a column out).
    """
    register = register_of(imported)
    asked = _asked(register, by, chosen=chosen, sheet=imported.sheet, pairing_id=imported.pairing_id)
    with tempfile.TemporaryDirectory() as folder:
        lines_path = Path(folder) / "rows"
        found = _read_in_child(path_of(imported), asked, lines_path, progress)
        _drop_rows(imported)
        if found["refusal"]:
            return _settle(imported, Stage.REFUSED, found, {}, by=by)
        if not found["is_mapped"]:
            if chosen is not None:
                raise _no_key(register, found)
            return _settle(imported, Stage.MAPPING, found, {}, by=by)
        stager = _Stager(register, by, imported.pairing, lines_path)
        counts: dict[str, int] = {}
        for chunk in _chunks(_lines(lines_path), CHUNK):
            _stage_chunk(imported, stager.compare(chunk), counts)
            if progress is not None:
                progress(sum(counts.values()), found["n_rows"])
    return _settle(imported, Stage.CHECKED, found, counts, by=by)


def check_as_task(progress: Progress, **args: Any) -> dict[str, Any]:
    """Read a large file in a task; ``args`` holds the key of the import."""
    imported = Import.objects.select_related("by__unit", "pairing").get(pk=args["import"])
    if imported.stage == Stage.READING:
        check(imported, by=imported.by, progress=progress)
    return {"import": imported.pk, "stage": str(imported.stage)}


def remap(
    imported: Import,
    chosen: Mapping[str, str],
    *,
    by: Member | None,
    sheet: str = "",
    progress: Progress | None = None,
) -> Import:
    """Read the file again with columns as a person chose them, and remember the choice for the unit."""
    register = register_of(imported)
    _check_open(imported, by, register)
    _check_chosen(register, chosen)
    if sheet:
        imported.sheet = sheet
    check(imported, by=by, chosen=chosen, progress=progress)
    if by is not None and imported.stage == Stage.CHECKED:
        _remember(register, chosen, by=by)
    return imported


def _check_chosen(register: Register, chosen: Mapping[str, str]) -> None:
    names = {column.name for column in register.columns}
    taken = [name for name in chosen.values() if name]
    for name in taken:
        if name not in names:
            raise BadInput(
                "sheets.no_such_column",
                gettext_noop("{register} has no column {column}. Choose one of the list."),
                register=register.code,
                column=name,
            )
        if taken.count(name) > 1:
            raise BadInput(
                "sheets.column_twice",
                gettext_noop("Two headings are taken for the column {column}. Leave one of them out."),
                column=register.column(name).heading,
            )
    if missing := [column.heading for column in register.keys if column.name not in taken]:
        raise BadInput(
            "sheets.key_not_mapped",
            gettext_noop("Say which heading holds {columns}: rows are told apart by it."),
            columns=", ".join(missing),
        )


def _no_key(register: Register, found: Mapping[str, Any]) -> Refused:
    return BadInput(
        "sheets.key_not_mapped",
        gettext_noop("Say which heading holds {columns}: rows are told apart by it."),
        columns=", ".join(column.heading for column in register.keys),
    )


@action
def _remember(register: Register, chosen: Mapping[str, str], *, by: Member) -> None:
    ColumnMapping.objects.bulk_create(
        [
            ColumnMapping(unit_id=by.unit_id, register=register.code, heading=heading[:120], column=column)
            for heading, column in chosen.items()
        ],
        update_conflicts=True,
        unique_fields=["unit", "register", "heading"],
        update_fields=["column"],
    )


def _asked(
    register: Register,
    by: Member | None,
    *,
    chosen: Mapping[str, str] | None = None,
    sheet: str = "",
    pairing_id: int | None = None,
    is_strict: bool = False,
) -> Asked:
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
            _with_form(column)
            for column in register.columns
            # What a member may not read comes in with nobody's eyes on it: such a column is left as it is.
            if not column.access or access.may(by, column.access, pairing_id=pairing_id)
        ),
        known=known,
        chosen=dict(chosen) if chosen is not None else None,
        sheet=sheet,
        is_strict=is_strict,
    )


def _with_form(column: Column) -> Column:
    """A reference is written in the official form of the key that it points to."""
    target: Register | None = signs.registers.get(column.ref) if column.ref else None
    if target is None or column.form or len(target.keys) != 1:
        return column
    return replace(column, form=target.keys[0].form)


def _read_in_child(path: Path, asked: Asked, out: Path, progress: Progress | None) -> dict[str, Any]:
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


def _lines(path: Path) -> Iterator[Line]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            number, key, values, problems = json.loads(line)
            yield number, key, values, problems


def _chunks(lines: Iterable[Any], size: int) -> Iterator[list[Any]]:
    iterator = iter(lines)
    while chunk := list(islice(iterator, size)):
        yield chunk


# Comparing with what is there


class _Stager:
    """Compares rows of a file with the register, a chunk at a time, with a constant number of queries each."""

    def __init__(
        self, register: Register, by: Member | None, pairing: Pairing | None, lines_path: Path | None
    ) -> None:
        self.register, self.pairing = register, pairing
        self._columns = {column.name: column for column in register.columns}
        self._current = signs.call(register.current)
        self._check = signs.call(register.check) if register.check else None
        self._references = [column for column in register.columns if column.type == "ref" and column.ref]
        self._known: dict[str, set[str]] = {column.ref: set() for column in self._references}
        if lines_path is not None and register.code in self._known:
            # Rows may point at one another; a reference to a row of the same file is good.
            self._known[register.code] |= {key for _, key, _, problems in _lines(lines_path) if not problems}

    def compare(self, lines: Sequence[Line]) -> list[ImportRow]:
        """What each row of the file would do; rows not saved."""
        now = self._current([key for _, key, _, _ in lines if key], self.pairing)
        missing = self._missing_references(lines)
        staged = [self._row(line, now.get(line[1]) if line[1] else None, missing) for line in lines]
        self._apply_rules(staged)
        return staged

    def _row(
        self, line: Line, before: Mapping[str, Any] | None, missing: Mapping[str, set[str]]
    ) -> ImportRow:
        number, key, given, problems = line
        problems = list(problems)
        for column in self._references:
            if (value := given.get(column.name)) and value in missing[column.name]:
                problems.append(as_data(_unknown_reference(column, value)))
        if before is None:
            problems += [
                as_data(recognise.missing(column))
                for column in self.register.columns
                if (column.required or column.key)
                and given.get(column.name) in (None, "")
                and not any(problem["column"] == column.name for problem in problems)
            ]
        row = ImportRow(row=number, key=key[:120], values=given, problems=problems)
        if before is None:
            row.outcome = "new"
        else:
            row.object_id = before.get("_id")
            differs = any(
                not is_equal(cells.decode(self._columns[name], value), before.get(name))
                for name, value in given.items()
            )
            row.outcome = "changed" if differs else "same"
            if differs:
                row.before = {name: cells.encode(value) for name, value in before.items()}
        if problems:
            row.outcome = "refused"
        return row

    def _missing_references(self, lines: Sequence[Line]) -> dict[str, set[str]]:
        """Per column the values that are no key of the register it points to."""
        asked: dict[str, set[str]] = {column.name: set() for column in self._references}
        for _, _, values, _ in lines:
            for column in self._references:
                if value := values.get(column.name):
                    asked[column.name].add(value)
        missing: dict[str, set[str]] = {}
        for column in self._references:
            known = self._known[column.ref]
            if unsure := asked[column.name] - known:
                target: Register = signs.registers[column.ref]
                known |= signs.call(target.current)(sorted(unsure), self.pairing).keys()
            missing[column.name] = asked[column.name] - known
        return missing

    def _apply_rules(self, staged: Sequence[ImportRow]) -> None:
        if self._check is None:
            return
        asked = [row for row in staged if row.outcome in ("new", "changed")]
        found = self._check([change_of(self.register, row).values for row in asked], self.pairing)
        for row, problems in zip(asked, found, strict=True):
            if problems:
                row.problems = [as_data(self._as_in_file(row, problem)) for problem in problems]
                row.outcome = "refused"

    @staticmethod
    def _as_in_file(row: ImportRow, problem: Problem) -> Problem:
        return (
            problem
            if problem.cell
            else replace(problem, cell=str(row.values.get(problem.column) or "")[:200])
        )


def _unknown_reference(column: Column, value: str) -> Problem:
    target: Register = signs.registers[column.ref]
    return Problem(
        0,
        column.name,
        value,
        "sheets.unknown_reference",
        gettext_noop("{register} has no row {cell}. Correct the code, or bring that row first."),
        {"cell": value, "register": f"{target.zh} ({target.en})"},
    )


def change_of(register: Register, row: ImportRow) -> Change:
    """What a staged row does, with every column of the register."""
    before = None
    if row.before is not None:
        before = {name: _decoded(register, name, value) for name, value in row.before.items()}
    values: dict[str, Any] = {}
    for column in register.columns:
        if column.name in row.values:
            values[column.name] = cells.decode(column, row.values[column.name])
        else:
            values[column.name] = before.get(column.name, column.empty) if before else column.empty
    return Change(row.key, row.outcome, values, before, row.object_id, row.row)  # type: ignore[arg-type]


def _decoded(register: Register, name: str, value: Any) -> Any:
    return value if name.startswith("_") else cells.decode(register.column(name), value)


_ROW_COLUMNS = ("of_id", "row", "key", "outcome", "values", "before", "problems", "object_id")


@action
def _stage_chunk(imported: Import, staged: Sequence[ImportRow], counts: dict[str, int]) -> None:
    """Staged rows belong to one import that nobody reads before it is checked: chunks need not be one transaction."""

    def as_json(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)

    bulk.insert_rows(
        ImportRow,
        _ROW_COLUMNS,
        (
            (
                imported.pk,
                row.row,
                row.key,
                row.outcome,
                as_json(row.values),
                None if row.before is None else as_json(row.before),
                as_json(row.problems),
                row.object_id,
            )
            for row in staged
        ),
    )
    for row in staged:
        counts[row.outcome] = counts.get(row.outcome, 0) + 1


@action
def _drop_rows(imported: Import) -> None:
    ImportRow.objects.filter(of=imported)._raw_delete(using=ImportRow.objects.db)


@action
def _settle(
    imported: Import, stage: str, found: Mapping[str, Any], counts: Mapping[str, int], *, by: Member | None
) -> Import:
    beside = {
        name: found[name] for name in ("n_title", "n_total", "n_note", "n_repeated", "n_formulas", "n_rows")
    }
    rows.move(
        imported,
        stage=stage,
        sheet=found["sheet"] or imported.sheet,
        header_row=found["header_row"] or None,
        mapping={one["text"]: one["column"] for one in found["headings"]},
        counts={
            **{outcome: counts.get(outcome, 0) for outcome in ("same", "changed", "new", "refused")},
            **beside,
            "left_out": 0,
            "headings": found["headings"],
            "sheets": found["sheets"],
            "peak_mb": found["peak_mb"],
        },
        refusal=found["refusal"],
    )
    journal.record(imported, "sheets.check", by=by, rows=found["n_rows"], counts=dict(counts))
    return imported


# Settling what is not clear


@action
def cure(imported: Import, row_number: int, column: str, *, by: Member | None) -> ImportRow | None:
    """Do what the button beside a refused cell says: take the proposed value, or leave out a double.

    Returns
    -------
    ImportRow | None
        The row as it is then, or None where it was left out.
    """
    register = register_of(imported)
    _check_open(imported, by, register)
    row = ImportRow.objects.filter(of=imported, row=row_number).first()
    problem = next((p for p in row.problems if p["column"] == column and "cure" in p), None) if row else None
    if row is None or problem is None:
        raise NotFound(
            "sheets.nothing_to_cure",
            gettext_noop("Row {row} has nothing to settle in this column any more. Look at the list again."),
            row=row_number,
        )
    if problem["cure"]["kind"] == "keep":
        row.delete()
        _recount(imported, left_out=1)
        return None
    settled = _with_value(imported, register, row, problem, by)
    row.delete()
    _stage_chunk(imported, [settled], {})
    _recount(imported)
    return settled


def _with_value(
    imported: Import, register: Register, row: ImportRow, problem: Mapping[str, Any], by: Member | None
) -> ImportRow:
    column = _with_form(register.column(problem["column"]))
    unit = next((one["unit"] for one in imported.counts["headings"] if one["column"] == column.name), "")
    values = {**row.values}
    kept = [one for one in row.problems if one is not problem and one["code"] not in _FOUND_BY_COMPARING]
    try:
        value = cells.read(column, problem["cure"]["value"], units.find(unit) if unit else None)
        values[column.name] = cells.encode(value)
    except cells.Unclear as unclear:
        kept.append(recognise.problem_of(unclear, column, problem["cure"]["value"]))
    key = register.key_of(values) if all(values.get(c.name) not in (None, "") for c in register.keys) else ""
    twin = ImportRow.objects.filter(of=imported, key=key).exclude(pk=row.pk).order_by("row").first()
    if key and twin is not None and not any(one["code"] == "sheets.double" for one in kept):
        kept.append(as_data(recognise.double(register.keys[0], key, twin.row)))
    (settled,) = _Stager(register, by, imported.pairing, None).compare([(row.row, key, values, kept)])
    settled.of = imported
    return settled


# Problems that comparing finds anew each time.
_FOUND_BY_COMPARING = frozenset({"sheets.unknown_reference"})


@action
def leave_out(imported: Import, row_number: int, *, by: Member | None) -> None:
    """Leave one row of the file out."""
    _check_open(imported, by, register_of(imported))
    n, _ = ImportRow.objects.filter(of=imported, row=row_number).delete()
    _recount(imported, left_out=n)


def _recount(imported: Import, *, left_out: int = 0) -> None:
    found = dict(
        ImportRow.objects.filter(of=imported)
        .values_list("outcome")
        .annotate(n=Count("pk"))
        .values_list("outcome", "n")
    )
    counts = {**imported.counts, "left_out": imported.counts.get("left_out", 0) + left_out}
    counts.update({outcome: found.get(outcome, 0) for outcome in ("same", "changed", "new", "refused")})
    rows.move(imported, counts=counts)


@action
def discard(imported: Import, *, by: Member | None) -> Import:
    """Throw a staged file away."""
    register = register_of(imported)
    access.check(by, register.write_access, pairing_id=imported.pairing_id)
    if imported.stage not in _OPEN:
        raise _not_open(imported)
    rows.move(imported, stage=Stage.DISCARDED)
    _drop_rows(imported)
    journal.record(imported, "sheets.discard", by=by)
    transaction.on_commit(lambda: _drop_file(imported))
    return imported


_OPEN = (Stage.READING, Stage.MAPPING, Stage.CHECKED, Stage.REFUSED)


def _check_open(imported: Import, by: Member | None, register: Register) -> None:
    access.check(by, register.write_access, pairing_id=imported.pairing_id)
    if imported.stage not in (Stage.MAPPING, Stage.CHECKED):
        raise _not_open(imported)


def _not_open(imported: Import) -> Refused:
    return NotNow(
        "sheets.not_open",
        gettext_noop(
            "The import of {file} is {stage}; only one that waits can be changed. Bring the file again."
        ),
        file=imported.file_name,
        stage=imported.stage,
    )


def _drop_file(imported: Import) -> None:
    still = Import.objects.filter(sha256=imported.sha256, stage__in=_OPEN).exists()
    if not still:
        (settings.SHANHAI_DATA / "imports" / imported.sha256).unlink(missing_ok=True)


# Writing


def write(imported: Import, *, by: Member | None) -> Import:
    """Write the new and changed rows in one short transaction; refused rows are left out.

    Raises
    ------
    ChangedMeanwhile
        ``sheets.rows_moved``: some rows were changed since they were checked. Nothing is written; the comparison has
        been made again and can be looked at.
    """
    register = register_of(imported)
    _check_open(imported, by, register)
    if imported.stage != Stage.CHECKED:
        raise _not_open(imported)
    changes = list(_changes(imported, register))
    if not changes:
        raise NotNow(
            "sheets.nothing_to_write",
            gettext_noop("No row of {file} changes anything. There is nothing to write."),
            file=imported.file_name,
        )
    moved = _count_moved(register, changes, imported.pairing)
    _warm_names(changes)
    if not moved:
        try:
            return _write(imported, register, changes, by=by)
        except (ChangedMeanwhile, IntegrityError) as error:
            moved = int(getattr(error, "facts", {}).get("n", 1))
    _compare_again(imported, register, by)
    raise ChangedMeanwhile(
        "sheets.rows_moved",
        gettext_noop(
            "{n} rows were changed by someone else since the file was checked. Nothing was written; what will change is "
            "shown anew. Look at it, then write."
        ),
        n=moved,
    )


@action
def _write(imported: Import, register: Register, changes: Sequence[Change], *, by: Member | None) -> Import:
    now = clock.now()
    rows.move(imported, stage=Stage.WRITTEN, written_at=now)
    journal.record(
        imported,
        "sheets.write",
        by=by,
        register=register.code,
        file=imported.file_name,
        rows=len(changes),
        left_out=imported.counts.get("refused", 0),
    )
    _put(register, changes, imported, by)
    return imported


def _put(register: Register, changes: Sequence[Change], imported: Import, by: Member | None) -> None:
    put = signs.call(register.write)
    for start in range(0, len(changes), WRITE_CHUNK):
        put(changes[start : start + WRITE_CHUNK], by=by, pairing=imported.pairing, on_import=imported)


def _warm_names(changes: Iterable[Change]) -> None:
    """Work out the pinyin that names sort by: seconds for 50,000 names, which no other writer should wait for."""
    for change in changes:
        if name := change.values.get("name_zh"):
            names.sort_key(tidy_name(name))


def _changes(imported: Import, register: Register) -> Iterator[Change]:
    staged = ImportRow.objects.filter(of=imported, outcome__in=("new", "changed")).order_by("row")
    for row in staged.iterator(chunk_size=CHUNK):
        yield change_of(register, row)


def _count_moved(register: Register, changes: Sequence[Change], pairing: Pairing | None) -> int:
    """How many rows are not what they were when the file was checked; read before the transaction."""
    current, moved = signs.call(register.current), 0
    for chunk in _chunks(changes, CHUNK):
        now = current([change.key for change in chunk], pairing)
        for change in chunk:
            found = now.get(change.key)
            if change.before is None or found is None:
                moved += (found is None) != (change.before is None)
            elif change.version is not None:
                moved += found.get("_version") != change.version
            else:
                moved += any(
                    not is_equal(found.get(c.name), change.before.get(c.name)) for c in register.columns
                )
    return moved


def _compare_again(imported: Import, register: Register, by: Member | None) -> None:
    """Compare the staged rows anew; those refused for what stands in their cells stay refused."""
    stager = _Stager(register, by, imported.pairing, None)
    if register.code in stager._known:
        stager._known[register.code] |= set(
            ImportRow.objects.filter(of=imported).exclude(outcome="refused").values_list("key", flat=True)
        )
    numbers = list(ImportRow.objects.filter(of=imported).order_by("row").values_list("row", flat=True))
    for some in _chunks(numbers, CHUNK):
        _replace_rows(imported, stager, some)
    _recounted(imported)


@action
def _replace_rows(imported: Import, stager: _Stager, numbers: Sequence[int]) -> None:
    held = ImportRow.objects.filter(of=imported, row__range=(numbers[0], numbers[-1])).order_by("row")
    lines = [
        (row.row, row.key, row.values, [p for p in row.problems if p["code"] not in _FOUND_BY_COMPARING])
        for row in held
    ]
    staged = stager.compare(lines)
    held._raw_delete(using=held.db)
    _stage_chunk(imported, staged, {})


@action
def _recounted(imported: Import) -> None:
    imported.refresh_from_db()
    _recount(imported)


# Taking back


def undo(imported: Import, *, by: Member | None) -> Import:
    """Take a written import back within ten minutes: rows get their values from before; new rows go where they can.

    Raises
    ------
    NotNow
        ``sheets.too_late_to_undo``, or ``sheets.undo_of_moved``: rows were changed since.
    """
    register = register_of(imported)
    access.check(by, register.write_access, pairing_id=imported.pairing_id)
    if not may_undo(imported):
        raise NotNow(
            "sheets.too_late_to_undo",
            gettext_noop(
                "The import of {file} cannot be undone: it is {stage}, or more than {minutes} minutes ago."
            ),
            file=imported.file_name,
            stage=imported.stage,
            minutes=UNDO_MINUTES,
        )
    back = _changes_back(imported, register)
    return _undo(imported, register, back, by=by)


def may_undo(imported: Import) -> bool:
    """Whether the import was written in the last ten minutes."""
    return (
        imported.stage == Stage.WRITTEN
        and imported.written_at is not None
        and clock.now() - imported.written_at <= UNDO_FOR
    )


def _changes_back(imported: Import, register: Register) -> list[Change]:
    back: list[Change] = []
    moved = 0
    current = signs.call(register.current)
    for chunk in _chunks(_changes(imported, register), CHUNK):
        now = current([change.key for change in chunk], imported.pairing)
        for change in chunk:
            found = now.get(change.key)
            if found is None or not _is_as_written(register, change, found):
                moved += 1
            elif change.before is not None:
                back.append(Change(change.key, "changed", change.before, found, found.get("_id"), change.row))
            elif register.can_remove:
                back.append(Change(change.key, "gone", found, found, found.get("_id"), change.row))
    if moved:
        raise NotNow(
            "sheets.undo_of_moved",
            gettext_noop(
                "{n} rows of {file} were changed again since; it can no longer be undone as a whole."
            ),
            n=moved,
            file=imported.file_name,
        )
    # Rows may point at rows above them in the file: those below go first.
    return back[::-1]


def _is_as_written(register: Register, change: Change, found: Mapping[str, Any]) -> bool:
    """Whether nobody touched the row since the import wrote it."""
    if "_version" in found:
        return bool(found["_version"] == (0 if change.version is None else change.version + 1))
    return all(is_equal(found.get(c.name), change.values.get(c.name)) for c in register.columns)


@action
def _undo(imported: Import, register: Register, back: Sequence[Change], *, by: Member | None) -> Import:
    rows.move(imported, stage=Stage.UNDONE)
    journal.record(imported, "sheets.undo", by=by, rows=len(back))
    _put(register, back, imported, by)
    return imported


# Everything at once


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

    Raises
    ------
    BadInput
        ``sheets.rows_refused``, with every problem by row and column in the fact ``problems`` (at most 200), or what
        is wrong with the file as a whole.
    """
    access.check(by, register.write_access, pairing_id=pairing.pk if pairing else None)
    asked = _asked(register, by, is_strict=strict, sheet=sheet)
    with tempfile.TemporaryDirectory() as folder:
        lines_path = Path(folder) / "rows"
        if isinstance(source, Path):
            name, sha256, headings = source.name, _sha256(source), _read_whole(source, asked, lines_path)
        else:
            name, headings = register.file_stem, []
            sha256 = _write_lines(register, source, lines_path)
        stager = _Stager(register, by, pairing, lines_path)
        counts = {"same": 0, "changed": 0, "new": 0}
        changes: list[Change] = []
        refused: list[ImportRow] = []
        for chunk in _chunks(_lines(lines_path), CHUNK):
            for row in stager.compare(chunk):
                if row.outcome == "refused":
                    refused.append(row)
                    continue
                counts[row.outcome] += 1
                if row.outcome != "same":
                    changes.append(change_of(register, row))
    if refused:
        raise _rows_refused(register, name, refused, headings)
    if changes:
        _load(register, changes, name, sha256, counts, by=by, pairing=pairing)
    return counts


@action
def _load(
    register: Register,
    changes: Sequence[Change],
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
    journal.record(imported, "sheets.write", by=by, register=register.code, file=name, rows=len(changes))
    _put(register, changes, imported, by)


def _read_whole(path: Path, asked: Asked, lines_path: Path) -> list[dict[str, Any]]:
    # A small CSV file cannot unpack to more than it is, and a zone folder has dozens: those are read here.
    is_small_text = path.stat().st_size < 2_000_000 and reading.kind_of(path) == "csv"
    if is_small_text:
        found = recognise.read_file(str(path), asked, str(lines_path))
    else:
        found = _read_in_child(path, asked, lines_path, None)
    if found["refusal"]:
        if found["refusal"]["code"] == "sheets.no_rows":
            return []
        raise refusal_of(found["refusal"], file=path.name)
    if not found["is_mapped"]:
        raise BadInput(
            "sheets.keys_missing",
            gettext_noop("{file} lacks a column that rows are told apart by: {columns}."),
            file=path.name,
            columns=", ".join(column.name for column in asked.columns if column.key),
        )
    headings: list[dict[str, Any]] = found["headings"]
    return headings


def refusal_of(data: Mapping[str, Any], **facts: Any) -> Refused:
    """A refusal of a whole file, as it was kept."""
    kind = TooLarge if data["code"] in _TOO_LARGE else BadInput
    return kind(data["code"], data["sentence"], **{**data["facts"], **facts})


_TOO_LARGE = frozenset(
    {
        "sheets.file_too_large",
        "sheets.zip_bomb",
        "sheets.too_many_rows",
        "sheets.too_many_columns",
        "sheets.too_much_memory",
    }
)


def _write_lines(register: Register, source: Iterable[Mapping[str, Any]], path: Path) -> str:
    digest = hashlib.sha256()
    seen: dict[str, int] = {}
    with path.open("w", encoding="utf-8") as file:
        for number, row in enumerate(source, start=1):
            key = register.key_of(row)
            problems = []
            if (first := seen.setdefault(key, number)) != number:
                problems.append(as_data(recognise.double(register.keys[0], key, first)))
            values = {name: cells.encode(value) for name, value in row.items()}
            line = json.dumps([number, key, values, problems], ensure_ascii=False)
            digest.update(line.encode())
            file.write(line + "\n")
    return digest.hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _rows_refused(
    register: Register, name: str, refused: Sequence[ImportRow], headings: Sequence[Mapping[str, Any]]
) -> Refused:
    letters = {one["column"]: recognise.letter_of(one["index"]) for one in headings}
    problems = [
        {"row": row.row, "letter": letters.get(problem["column"], ""), **problem}
        for row in refused
        for problem in row.problems
    ][:200]
    first = problems[0]
    return BadInput(
        "sheets.rows_refused",
        gettext_noop("{n} rows of {file} are refused, so nothing was written. Row {row}, {column}: {why}"),
        n=len(refused),
        file=name,
        row=first["row"],
        column=first["column"],
        why=say(first),
        register=register.code,
        problems=problems,
    )


# For pages


def too_large(size: int) -> Refused:
    """The refusal of a file that is not even kept."""
    return TooLarge(
        "sheets.file_too_large",
        gettext_noop(
            "The file has {size_mb} MB; at most {limit_mb} MB are read. Split it, or remove pictures."
        ),
        size_mb=-(-size // 1_000_000),
        limit_mb=reading.MAX_BYTES // 1_000_000,
    )


def refused_of(imported: Import) -> list[tuple[int, dict[str, Any], list[dict[str, Any]]]]:
    """Row, values and problems of the refused rows, each problem with its sentence as ``why``."""
    register = register_of(imported)
    refused = ImportRow.objects.filter(of=imported, outcome="refused").order_by("row")
    return [
        (
            row.row,
            {name: _decoded(register, name, value) for name, value in row.values.items()},
            [{**problem, "why": say(problem)} for problem in row.problems],
        )
        for row in refused.iterator(chunk_size=CHUNK)
    ]


def say(problem: Mapping[str, Any]) -> str:
    """The sentence of a problem in the reader's language."""
    return gettext(problem["sentence"]).format(**problem["facts"])


def register_of(imported: Import) -> Register:
    """The register that an import is for."""
    register: Register | None = signs.registers.get(imported.register)
    if register is None:
        raise NotFound(
            "sheets.no_such_register",
            gettext_noop("There is no register {register}."),
            register=imported.register,
        )
    return register


def forget_old(now: Any = None) -> int:
    """Discard imports that waited more than a week, and forget staged rows and files of old ones (a sweep)."""
    before = clock.now() - KEPT_FOR
    n = 0
    for imported in Import.objects.filter(brought_at__lt=before, stage__in=_OPEN)[:100]:
        discard(imported, by=None)
        n += 1
    stale = ImportRow.objects.filter(of__written_at__lt=before)
    n += stale.count()
    if n:
        stale._raw_delete(using=stale.db)
    return n + _forget_files()


def _forget_files() -> int:
    """Files that were stored a week ago and that no open import needs."""
    folder: Path = settings.SHANHAI_DATA / "imports"
    oldest = clock.machine_now().timestamp() - KEPT_FOR.total_seconds()
    old = [path for path in folder.glob("*") if path.stat().st_mtime < oldest]
    needed = set(
        Import.objects.filter(sha256__in=[path.name for path in old], stage__in=_OPEN).values_list(
            "sha256", flat=True
        )
    )
    gone = [path for path in old if path.name not in needed]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)
