"""Which sheet of which file is the table of which register.

Runs in a child process with limits of memory and time, as all reading of files does: data in, data out.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from shanhai.core.sheets import cells, reading, recognise, units
from shanhai.core.sheets.headings import WINDOW, Asked, Matcher
from shanhai.core.sheets.reading import Sheet
from shanhai.kernel.refusals import Refused

_LEAST = 2  # Headings of a register by which a sheet without its name is known.


def tables_of(path: str, name: str, asked: Sequence[Asked]) -> dict[str, Any]:
    """The sheets of a file with the code of the register that each is for, "" for none.

    A sheet is known by its name (a CSV file by its own), and where that says nothing by its headings: those of one
    register, its keys among them, and more than of any other.

    Returns
    -------
    dict
        ``sheets``: [(name, code)]; ``refusal``: what is wrong with the file as a whole, or None.
    """
    try:
        with reading.open_tables(Path(path)) as sheets:
            is_alone = len(sheets) == 1
            is_text = reading.kind_of(Path(path)) == "csv"
            found = [
                (
                    "" if is_text else sheet.name,
                    _register_of(sheet, Path(name).stem if is_alone else "", asked),
                )
                for sheet in sheets
            ]
    except Refused as refused:
        return {"sheets": [], "refusal": recognise.refusal_as_data(refused)}
    return {"sheets": found, "refusal": None}


def _register_of(sheet: Sheet, file: str, asked: Sequence[Asked]) -> str:
    said = {units.plain(word) for word in (sheet.name, file) if word}
    for one in asked:
        if said & {units.plain(name) for name in one.names}:
            return one.code
    return _by_headings(sheet, asked)


def _by_headings(sheet: Sheet, asked: Sequence[Asked]) -> str:
    window = [[cells.as_written(cell) for cell in row] for _, row in islice(sheet.rows(), WINDOW)]
    fits: list[tuple[int, str]] = []
    for one in asked:
        matcher = Matcher(one)
        keys = {column.name for column in one.columns if column.key}
        named = [matcher.named(texts) for texts in window]
        fits.append((max((len(names) for names in named if keys <= names), default=0), one.code))
    fits.sort(reverse=True)
    best, second = fits[0], fits[1] if len(fits) > 1 else (0, "")
    return best[1] if best[0] >= _LEAST and best[0] > second[0] else ""
