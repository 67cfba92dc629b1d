"""A zone as one workbook: a sheet for each register, taken apart into the files of a zone folder.

Runs in a child process with limits of memory and time; nothing here knows Django.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from shanhai.core.sheets import cells, reading
from shanhai.core.sheets.columns import Column
from shanhai.kernel.refusals import BadInput, TooLarge, gettext_noop

MOST_ROWS = 100_000
SHOWN = 200
_TEXT = Column("cell", "Cell", "单元格", max_length=100_000)


def take_apart(
    path: str, folder: str, wanted: Mapping[str, Sequence[str]], extra: Sequence[str]
) -> tuple[list[tuple[str, str]], list[str], list[str], int]:
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
    tuple[list[tuple[str, str]], list[str], list[str], int]
        Names of the sheets and the files written of them; codes of registers whose sheet is missing; what is wrong
        (sheets that are missing or unknown, cells without a value), the first of it; how much is wrong in all.
    """
    stems = {name.casefold(): stem for stem, names in wanted.items() for name in names}
    stems |= {stem.casefold(): stem for stem in extra}
    problems: list[str] = []
    n = 0
    written: dict[str, str] = {}
    with reading.open_tables(Path(path)) as sheets:
        for sheet in sheets:
            stem = stems.get(sheet.name.strip().casefold())
            if stem is None:
                problems.append(f"sheet {sheet.name}: there is no such register")
            elif stem in written:
                problems.append(f"sheet {sheet.name}: the same register as sheet {written[stem]}")
            else:
                written[stem] = sheet.name
                target = Path(folder) / f"{stem.rpartition('/')[2]}.csv"
                problems += _write(sheet, target)
            n += len(problems) - min(n, SHOWN)
            del problems[SHOWN:]
    missing = _missing(wanted, written)
    problems += [f"sheet {stem.rpartition('/')[2]} ({wanted[stem][-1]}) is missing" for stem in missing]
    named = [(name, f"{stem.rpartition('/')[2]}.csv") for stem, name in written.items()]
    return named, [stem.replace("/", ".") for stem in missing], problems[:SHOWN], n + len(missing)


def refusal_of(file: str, problems: Sequence[str], n: int) -> BadInput:
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


def _write(sheet: reading.Sheet, target: Path) -> list[str]:
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
            problems += [f"sheet {sheet.name}, row {number}, column {letter}: {why}" for letter, why in wrong]
    return problems


def _texts(row: Sequence[cells.Raw]) -> tuple[list[str], list[tuple[int, str]]]:
    texts, wrong = [], []
    for index, raw in enumerate(row, 1):
        try:
            if isinstance(raw, dict):
                cells.read(_TEXT, raw)
            texts.append(cells.as_written(raw))
        except cells.Unclear as unclear:
            texts.append("")
            wrong.append((index, unclear.sentence.format(**unclear.facts)))
    return texts, wrong
