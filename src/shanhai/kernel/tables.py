"""Tables in plain text: CSV as offices save it, line by line, and headings as they are compared."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.kernel.text import normalise_name

MOST_LINES = 200_000
# An outline of land with half a million corners is one cell.
MOST_CELL = 64 * 1024 * 1024
_SIGNS = ",;\t"
_LOOKED_AT = 20
# A cell of a million brackets in the first line is no heading, and looking for their ends takes for ever.
_LONGEST_HEADING = 200
_QUOTED = re.compile(r'"[^"]*"')
_BRACKETS = re.compile(r"(?:\s*[(\[（【][^)\]）】]*[)\]）】])+\s*$")


def csv_lines(text: str, file: str) -> Iterator[tuple[int, list[str]]]:
    """The lines of a CSV text that hold something: on which line each begins, and its cells without spaces around them.

    Cells are apart by commas, semicolons or tabs. One in quotation marks may hold these signs and ends of lines.

    Examples
    --------
    >>> list(csv_lines('企业;备注\\n\\n甲 ;"新；增\\n扩;建"\\n乙;\\n', "firms.csv"))
    [(1, ['企业', '备注']), (3, ['甲', '新；增\\n扩;建']), (5, ['乙', ''])]

    Raises
    ------
    BadInput
        ``tables.no_csv``: a cell without end, or something behind the quotation mark that ends one; ``tables.too_long``.
    """
    # One limit for the process, which others set as well.
    csv.field_size_limit(MOST_CELL)
    # Not strict, a quotation mark that nobody closes would make one cell of all lines below it.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_sign(text), strict=True)
    line = n = 0
    try:
        for cells in reader:
            begins, line = line + 1, reader.line_num
            found = [cell.strip() for cell in cells]
            if any(found):
                n += 1
                if n > MOST_LINES:
                    raise BadInput(
                        "tables.too_long",
                        gettext_noop("{file} has more than {most} lines. Give it in parts."),
                        file=file,
                        most=MOST_LINES,
                    )
                yield begins, found
    except csv.Error as error:
        raise BadInput(
            "tables.no_csv",
            gettext_noop("{file}, line {line}: this is no CSV ({why}). Save the table as CSV again."),
            file=file,
            line=line + 1,
            why=str(error),
        ) from None


def _sign(text: str) -> str:
    """The sign that stands equally often on most of the first lines: titles have none, and a list in a cell varies."""
    head = "".join(islice(io.StringIO(text), _LOOKED_AT))
    lines = _QUOTED.sub("", head).splitlines()

    def alike(sign: str) -> int:
        often = Counter(line.count(sign) for line in lines if sign in line)
        return max(often.values(), default=0)

    return max(_SIGNS, key=alike)


def bare_heading(heading: str) -> str:
    """A heading as it is compared: without what stands in brackets at its end, in one spelling, spaces as underscores.

    Examples
    --------
    >>> bare_heading(" 亩均税收（万元/亩）"), bare_heading("Tax per mu [CNY_10k] (2022)")
    ('亩均税收', 'tax_per_mu')
    """
    return normalise_name(_BRACKETS.sub("", heading.strip()[:_LONGEST_HEADING])).replace(" ", "_")
