"""A zone as one workbook: a sheet for each register, taken apart into the files of a zone folder.

Runs in a child process with limits of memory and time; nothing here knows Django.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from shanhai.core.sheets import cells, reading
from shanhai.core.sheets.columns import Column
from shanhai.kernel.refusals import BadInput, TooLarge, gettext_noop

MOST_ROWS = 100_000
SHOWN = 200
# A sentence that is translated at the face, its facts, and where there is one the sheet, row and column.
Problem = dict[str, Any]
_TEXT = Column("cell", "Cell", "单元格", max_length=100_000)


def take_apart(
    path: str, folder: str, wanted: Mapping[str, Sequence[str]], extra: Sequence[str]
) -> tuple[list[tuple[str, str]], list[str], list[Problem], int]:
    """Write each sheet of a workbook as a CSV file of the folder, and say what is wrong with it.

    Parameters
    ----------
    wanted
        Stem of each register's file, and the names that its sheet may have. The stems of one field stand together:
        "registry/regions"; a workbook with one sheet of a field has all of them.
    extra
        Stems of sheets that may be there and need not.

    Returns
    -------
    tuple[list[tuple[str, str]], list[str], list[Problem], int]
        Names of the sheets and the files written of them; codes of registers whose sheet is missing; what is wrong
        (sheets that are missing or unknown, cells without a value), the first of it; how much is wrong in all.
    """
    stems = {name.casefold(): stem for stem, names in wanted.items() for name in names}
    stems |= {stem.casefold(): stem for stem in extra}
    problems: list[Problem] = []
    n = 0
    written: dict[str, str] = {}
    with reading.open_tables(Path(path)) as sheets:
        for sheet in sheets:
            stem = stems.get(sheet.name.strip().casefold())
            if stem is None:
                # A CSV file is one sheet without a name.
                name = sheet.name or Path(path).name
                problems.append(_of_sheet(name, gettext_noop("No register has this name.")))
            elif stem in written:
                same = gettext_noop("The same register as sheet {first}.")
                problems.append(_of_sheet(sheet.name, same, first=written[stem]))
            else:
                written[stem] = sheet.name
                target = Path(folder) / f"{stem.rpartition('/')[2]}.csv"
                problems += _write(sheet, target)
            n += len(problems) - min(n, SHOWN)
            del problems[SHOWN:]
    if not written:
        raise _no_zone(Path(path).name, [one["file"] for one in problems], wanted)
    missing = _missing(wanted, written)
    gone = gettext_noop("The sheet is missing; it may also be called {name}.")
    problems += [_of_sheet(stem.rpartition("/")[2], gone, name=wanted[stem][-1]) for stem in missing]
    named = [(name, f"{stem.rpartition('/')[2]}.csv") for stem, name in written.items()]
    return named, [stem.replace("/", ".") for stem in missing], problems[:SHOWN], n + len(missing)


def _of_sheet(sheet: str, sentence: str, **facts: Any) -> Problem:
    return {"file": sheet, "sentence": sentence, "facts": facts}


def _no_zone(file: str, sheets: Sequence[str], wanted: Mapping[str, Sequence[str]]) -> BadInput:
    return BadInput(
        "site.workbook_no_zone",
        gettext_noop(
            "The workbook {file} is no zone: none of its sheets ({sheets}) is named after a register. Name each sheet "
            "as one of these: {known}."
        ),
        file=file,
        sheets=", ".join(sheets[:20]),
        known=", ".join(stem.rpartition("/")[2] for stem in wanted),
    )


def refusal_of(file: str, problems: Sequence[Problem], n: int) -> BadInput:
    """What is wrong with the sheets of a workbook, as one refusal."""
    return BadInput(
        "site.workbook_sheets",
        gettext_noop(
            "The workbook {file} cannot be loaded, so nothing was written: {n} things are wrong in it."
        ),
        file=file,
        n=n,
        problems=list(problems),
    )


def _missing(wanted: Mapping[str, Sequence[str]], written: Iterable[str]) -> list[str]:
    fields = {stem.partition("/")[0] for stem in written if "/" in stem} or {
        stem.partition("/")[0] for stem in wanted
    }
    return [stem for stem in wanted if stem not in written and stem.partition("/")[0] in fields]


def _write(sheet: reading.Sheet, target: Path) -> list[Problem]:
    problems = []
    last = 0
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for number, row in sheet.rows():
            if number > MOST_ROWS + 1:
                raise TooLarge(
                    "site.workbook_too_long",
                    gettext_noop("Sheet {sheet} has more than {most} rows. Split it into several files."),
                    sheet=sheet.name,
                    most=MOST_ROWS,
                )
            # Empty rows are kept, so that a refused row has the number that the reader sees.
            for _ in range(number - last - 1):
                writer.writerow([""])
            last = number
            texts, wrong = _texts(row)
            writer.writerow(texts)
            problems += [
                _of_sheet(sheet.name, unclear.sentence, **unclear.facts) | {"row": number, "column": column}
                for column, unclear in wrong
            ]
    return problems


def _texts(row: Sequence[cells.Raw]) -> tuple[list[str], list[tuple[int, cells.Unclear]]]:
    texts, wrong = [], []
    for index, raw in enumerate(row, 1):
        try:
            if isinstance(raw, dict):
                cells.read(_TEXT, raw)
            texts.append(cells.as_written(raw))
        except cells.Unclear as unclear:
            texts.append("")
            wrong.append((index, unclear))
    return texts, wrong
