"""The field's part of a zone folder: versions of catalogues, one CSV for each sheet of their workbook."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from shanhai.core.cli import files
from shanhai.core.models import Member, Region
from shanhai.core.sheets.cells import neutralise, unneutralise
from shanhai.core.sheets.columns import Column, Register
from shanhai.fields.approval import columns
from shanhai.fields.approval.actions import catalogues as actions
from shanhai.fields.approval.actions import papers
from shanhai.fields.approval.queries import catalogues as queries
from shanhai.fields.approval.queries import files as sheets
from shanhai.fields.approval.queries import prechecks
from shanhai.fields.approval.rules.catalogue import Catalogue
from shanhai.fields.office.zone.cells import paper_of
from shanhai.kernel.refusals import BadInput, gettext_noop

LIST = "catalogues"
HEAD = (
    "code", "number", "region", "profile", "name_zh", "name_en", "note_zh", "note_en", "valid_from", "published_on", "why",
    "why_en", "standing", "source",
)  # fmt: skip
PARTS = {f"catalogue_{one.file_stem}": one for one in columns.SHEETS[1:]}
PAPERS = ("catalogue", "version", "material", "role", "sha256")
FILES = (LIST, *PARTS)
Key = tuple[str, str]


def load(folder: Path, by: Member | None) -> dict[str, int]:
    """Load the versions that the list names; a missing list has none. Gives versions written."""
    versions = _rows(folder, LIST, HEAD)
    parts = {stem: _by_version(folder, stem, sheet) for stem, sheet in PARTS.items()}
    n = 0
    for line, row in enumerate(versions, 2):
        key = (row["code"], row["number"])
        try:
            told = {sheet.code: parts[stem][key] for stem, sheet in PARTS.items()}
            n += _load_version(row, told, by)
        except ValueError:
            raise _unreadable(LIST, line) from None
    return ({f"{LIST}.csv": n} if versions else {}) | _load_papers(folder, by)


def _load_papers(folder: Path, by: Member | None) -> dict[str, int]:
    """Forms and samples, whose documents the papers of the folder have brought before."""
    n = 0
    given = _rows(folder, "catalogue_papers", PAPERS)
    version_of = cache(queries.version_of)
    for line, row in enumerate(given, 2):
        document = paper_of(row["sha256"])
        if document is None or not row["version"].isdecimal():
            raise _unreadable("catalogue_papers", line)
        version = version_of(row["catalogue"], int(row["version"]))
        n += papers.load_paper(version, row["material"], row["role"], document, by=by)
    return {"catalogue_papers.csv": n} if given else {}


def documents(folder: Path) -> dict[tuple[str, int], Catalogue]:
    """The versions of a folder by code and number, read without a database."""
    parts = {stem: _by_version(folder, stem, sheet) for stem, sheet in PARTS.items()}
    found = {}
    for row in _rows(folder, LIST, HEAD):
        key = (row["code"], row["number"])
        told = {sheet.code: parts[stem][key] for stem, sheet in PARTS.items()}
        found[row["code"], int(row["number"])] = _document(row, told)
    return found


def _document(row: dict[str, str], parts: dict[str, list[dict[str, Any]]]) -> Catalogue:
    head = {name: row[name] for name in ("profile", "region", "name_zh", "name_en", "note_zh", "note_en")}
    return sheets.catalogue_of_sheets({columns.HEAD.code: [head], **parts})


def _load_version(row: dict[str, str], parts: dict[str, list[dict[str, Any]]], by: Member | None) -> int:
    region = Region.objects.filter(code=row["region"].ljust(12, "0")).first()
    if region is None:
        raise BadInput(
            "approval.zone_region",
            gettext_noop(
                "Catalogue {catalogue} is of region {region}, which is not there. Correct the code, or load it first."
            ),
            catalogue=row["code"],
            region=row["region"],
        )
    document = _document(row, parts)
    catalogue = actions.load_catalogue(
        code=row["code"],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        profile=document.profile,
        region=region,
        is_illustrative=row["standing"] == "illustrative",
        source=row["source"],
        by=by,
    )
    written = actions.load_version(
        catalogue,
        document,
        number=int(row["number"]),
        valid_from=_day(row["valid_from"]),
        published_on=_day(row["published_on"]),
        why=row["why"],
        why_en=row["why_en"],
        by=by,
    )
    return int(written is not None)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _by_version(folder: Path, stem: str, sheet: Register) -> defaultdict[Key, list[dict[str, Any]]]:
    names = tuple(column.name for column in sheet.columns)
    found: defaultdict[Key, list[dict[str, Any]]] = defaultdict(list)
    for line, row in enumerate(_rows(folder, stem, ("catalogue", "version", *names)), 2):
        try:
            values = {column.name: _value(column, row[column.name]) for column in sheet.columns}
        except ValueError:
            raise _unreadable(stem, line) from None
        found[row["catalogue"], row["version"]].append(values)
    return found


def _value(column: Column, text: str) -> Any:
    if text == "":
        return column.empty
    if column.type == "int":
        return int(text)
    return text == "true" if column.type == "bool" else text


def _rows(folder: Path, stem: str, names: tuple[str, ...]) -> list[dict[str, str]]:
    path = folder / f"{stem}.csv"
    if not path.exists():
        return []
    reader = csv.DictReader(io.StringIO(files.read_text(path), newline=""))
    if list(reader.fieldnames or []) != list(names):
        raise BadInput(
            "approval.zone_columns",
            gettext_noop("{file} has other columns than these: {columns}. Correct its first row."),
            file=path.name,
            columns=", ".join(names),
        )
    return [{name: unneutralise((row[name] or "").strip()) for name in names} for row in reader]


def _unreadable(stem: str, line: int) -> BadInput:
    return BadInput(
        "approval.zone_row",
        gettext_noop("{file}, row {row}: a number or a day cannot be read. Correct the cell."),
        file=f"{stem}.csv",
        row=line,
    )


def export(folder: Path, by: Member | None) -> dict[str, int]:
    """Write the versions in order of code and number."""
    versions = []
    kept: list[list[Any]] = []
    parts: dict[str, list[list[Any]]] = {stem: [] for stem in PARTS}
    for catalogue in queries.catalogues().order_by("code"):
        for short in reversed(queries.versions_of(catalogue)):
            one = queries.version_of(catalogue.code, short.number)
            rows = sheets.sheets_of(one.document)
            head = rows[columns.HEAD.code][0]
            own = {
                "code": catalogue.code,
                "number": one.number,
                "region": catalogue.region.code,
                "valid_from": one.valid_from,
                "published_on": one.published_on,
                "why": one.why,
                "why_en": one.why_en,
                "standing": catalogue.standing,
                "source": catalogue.source,
                "name_zh": catalogue.name_zh,
                "name_en": catalogue.name_en,
            }
            kept += [
                [catalogue.code, one.number, paper.material, paper.role, paper.document.blob_id]
                for found in prechecks.papers_of(one).values()
                for paper in found.values()
            ]
            versions.append([_cell((head | own).get(name)) for name in HEAD])
            for stem, sheet in PARTS.items():
                parts[stem] += [
                    [catalogue.code, one.number, *(_cell(row.get(column.name)) for column in sheet.columns)]
                    for row in rows[sheet.code]
                ]
    _write(folder / f"{LIST}.csv", HEAD, versions)
    _write(folder / "catalogue_papers.csv", PAPERS, kept)
    for stem, sheet in PARTS.items():
        _write(
            folder / f"{stem}.csv",
            ("catalogue", "version", *(one.name for one in sheet.columns)),
            parts[stem],
        )
    return {f"{LIST}.csv": len(versions)}


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else neutralise(value) if isinstance(value, str) else value


def _write(path: Path, names: Iterable[str], rows: list[list[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(rows)
