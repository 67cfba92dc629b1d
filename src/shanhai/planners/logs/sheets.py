"""Tables with a row for each event: which column is what, and CSV in any of its dialects."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from operator import itemgetter

from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.planners.logs.source import Source
from shanhai.planners.logs.troubles import Troubles

ROWS = 20_000
DELIMITERS = ",;\t|"
MOST_CELL = 1 << 20

# How columns are called, by what they are; compared without capitals, spaces and signs.
KNOWN = {
    "case": ("case:concept:name", "case_id", "case", "trace_id", "case name", "case no", "case number", "trace", "审批件", "案件编号", "办件编号", "案件", "办件"),
    "activity": ("concept:name", "activity", "activity name", "event", "event name", "task", "step", "action", "环节", "活动", "步骤", "事项"),
    "time": ("time:timestamp", "timestamp", "complete timestamp", "complete time", "completion time", "completed at", "end timestamp", "end time", "time", "date", "finished", "完成时间", "办结时间", "时间"),
    "start": ("start_timestamp", "start timestamp", "start time", "started", "start", "begin", "开始时间", "受理时间"),
    "transition": ("lifecycle:transition", "lifecycle", "transition", "event type"),
}  # fmt: skip


def plain(heading: str) -> str:
    """A heading without capitals, spaces and signs.

    Examples
    --------
    >>> plain("\\ufeff Case ID"), plain("case_id")
    ('caseid', 'caseid')
    """
    return re.sub(r"[\W_]+", "", heading.casefold())


def column(headings: Sequence[str], role: str, asked: str, file: str) -> int | None:
    """Which column holds the case, the activity, the time, the start or the transition.

    The one asked for, else the first of the known names. Case, activity and time must be there.
    """
    names = (asked,) if asked else KNOWN[role]
    if asked and asked in headings:
        return list(headings).index(asked)
    by_plain = {plain(one): n for n, one in reversed(list(enumerate(headings)))}
    for name in names:
        if (found := by_plain.get(plain(name))) is not None:
            return found
    if not asked and role in ("start", "transition"):
        return None
    raise BadInput(
        "logs.no_column",
        gettext_noop("{file} has no column for {role}. Name it with --{role}; its columns are {columns}."),
        file=file,
        role=role,
        columns=", ".join(filter(None, headings[:40])) or "–",
    )


# --- CSV -------------------------------------------------------------------------------------------------------------


class CsvTable:
    """A CSV file: its headings, and its columns in batches.

    A block of text without quotation marks whose lines all have as many cells as the headings is split at once; the rest,
    from the first quotation mark on, goes through the reader of the standard library.
    """

    def __init__(self, source: Source, troubles: Troubles) -> None:
        self.source, self.troubles = source, troubles
        csv.field_size_limit(MOST_CELL)
        self.encoding = _encoding(source)
        self._texts = _whole_lines(source, self.encoding)
        text = next(self._texts, b"").lstrip(b"\r\n")
        # What a spreadsheet writes above the headings to remember the sign between cells.
        text = re.sub(rb"\Asep=.\r?\n", b"", text)
        first = text.partition(b"\n")[0].decode(errors="replace")
        self.delimiter = max(
            DELIMITERS, key=lambda sign: (_outside_quotes(first).count(sign), -DELIMITERS.index(sign))
        )
        lines = _Counted(_lines([text]))
        self.headings = [one.strip() for one in next(csv.reader(lines, delimiter=self.delimiter), [])]
        self._rest = text[lines.n_bytes :]
        second = self._rest[: self._rest.find(b"\n")].decode(errors="replace")
        self.first_row = second.rstrip("\r").split(self.delimiter)

    def batches(self, wanted: Sequence[int]) -> Iterator[tuple[int, list[Sequence[bytes]]]]:
        """The number of the first row (the headings are row 1) and the cells of each wanted column, batch by batch."""
        number = 2
        for text in chain([self._rest], self._texts):
            if b'"' in text:
                lines = chain(_lines([text]), _lines(self._texts))
                yield from self._by_reader(csv.reader(lines, delimiter=self.delimiter), wanted, number)
                break
            cells, n = self._at_once(text)
            if cells is None:
                reader = csv.reader(_lines([text]), delimiter=self.delimiter, quoting=csv.QUOTE_NONE)
                yield from self._by_reader(reader, wanted, number)
            elif n:
                yield number, [cells[index] for index in wanted]
            number += n
        if self.source.is_cut_short:
            self.troubles.count("cut_short")

    def _at_once(self, text: bytes) -> tuple[_Lazy | None, int]:
        """All columns of a text, if each of its lines has as many cells as the headings; and how many lines it has."""
        import numpy as np

        if b"\r" in text:
            text = text.replace(b"\r\n", b"\n")
        if text and not text.endswith(b"\n"):
            text += b"\n"
        width, letters = len(self.headings), np.frombuffer(text, np.uint8)
        line_ends = letters == ord("\n")
        n = int(np.count_nonzero(line_ends))
        cell_ends = letters[line_ends | (letters == ord(self.delimiter))]
        # As many cells as there should be, and every line ends after its last one.
        if b"\r" in text or len(cell_ends) != n * width or (cell_ends[width - 1 :: width] != ord("\n")).any():
            return None, n
        sign = self.delimiter.encode()
        return _Lazy(text.replace(b"\n", sign).split(sign), width), n

    def _by_reader(
        self, reader: Iterator[list[str]], wanted: Sequence[int], number: int
    ) -> Iterator[tuple[int, list[Sequence[bytes]]]]:
        need, picks = max(wanted) + 1, [itemgetter(index) for index in wanted]
        while rows := self._rows(reader, number):
            n = len(rows)
            if min(map(len, rows)) < need:
                rows = self._whole(rows, need, number)
            yield (
                number,
                [[cell.encode(errors="surrogateescape") for cell in map(pick, rows)] for pick in picks],
            )
            number += n

    def _rows(self, reader: Iterator[list[str]], number: int) -> list[list[str]]:
        rows: list[list[str]] = []
        while len(rows) < ROWS:
            try:
                rows.extend(islice(reader, ROWS - len(rows)))
                break
            except csv.Error:
                self.troubles.count("unreadable_rows", f"{self.source.path.name}:{number + len(rows)}")
                rows.append([])
        return rows

    def _whole(self, rows: list[list[str]], need: int, number: int) -> list[list[str]]:
        for n, row in enumerate(rows):
            if row and len(row) < need:
                self.troubles.count("ragged", f"{self.source.path.name}:{number + n}")
        return [row for row in rows if len(row) >= need]


class _Lazy:
    """Columns of cells that stand one after the other, taken out when they are asked for."""

    def __init__(self, cells: list[bytes], stride: int) -> None:
        self.cells, self.stride = cells, stride

    def __getitem__(self, index: int) -> list[bytes]:
        return self.cells[index : -1 : self.stride]


class _Counted:
    """Lines, and how many bytes those had that were taken."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines, self.n_bytes = lines, 0

    def __iter__(self) -> Iterator[str]:
        for line in self.lines:
            self.n_bytes += len(line.encode(errors="surrogateescape"))
            yield line


def _encoding(source: Source) -> str:
    """UTF-8 where the beginning is that, else what a mark says, else GB 18030."""
    head = b"".join(islice(source.blocks(), 4))
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    for encoding in ("utf-8", "gb18030"):
        try:
            codecs.getincrementaldecoder(encoding)().decode(head)
        except UnicodeDecodeError:
            continue
        return "utf-8-sig" if encoding == "utf-8" else encoding
    return "utf-8-sig"


def _whole_lines(source: Source, encoding: str) -> Iterator[bytes]:
    """The file as UTF-8 in parts that end with a line; a line longer than any row is parted."""
    blocks = source.blocks() if encoding == "utf-8-sig" else _as_utf_8(source, encoding)
    rest = b""
    for n, block in enumerate(blocks):
        text = rest + (block.removeprefix(codecs.BOM_UTF8) if not n else block)
        end = text.rfind(b"\n") + 1
        if not end and len(text) > 8 * MOST_CELL:
            end = len(text)
        rest = text[end:]
        if end:
            yield text[:end]
    if rest:
        yield rest


def _as_utf_8(source: Source, encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for block in source.blocks():
        yield decoder.decode(block).encode()


def _lines(texts: Iterable[bytes]) -> Iterator[str]:
    # What is no UTF-8 goes through as it is and is counted where names are told.
    for text in texts:
        yield from io.StringIO(text.decode(errors="surrogateescape"), newline="")


def _outside_quotes(line: str) -> str:
    return re.sub(r'"[^"]*"', "", line)
