"""From the bytes of a file to raw rows, after looking at what the bytes are.

Nothing here trusts a file name. A file is judged by its first bytes and, if it is an archive, by its directory,
before anything is unpacked. ``core.sheets.recognise`` runs this in a child with limits of memory and time.
"""

from __future__ import annotations

import codecs
import csv
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from io import TextIOWrapper
from pathlib import Path
from typing import Any, BinaryIO
from xml.parsers import expat

from shanhai.core.sheets.cells import Raw
from shanhai.kernel.refusals import BadInput, Refused, TooLarge, gettext_noop

MAX_BYTES = 20_000_000
MAX_UNPACKED = 400_000_000
MAX_RATIO = 120
MAX_MEMBERS = 2_000
MAX_COLUMNS = 300
MAX_SHEETS = 400  # a zone in one workbook has a sheet for each of its files, about 130

# A row as the spreadsheet counts it, and its raw cells.
Row = tuple[int, list[Raw]]


@dataclass(slots=True)
class Sheet:
    """One table of raw rows. ``merges`` are (top, left, bottom, right), rows and columns from 1.

    ``hidden_beside`` names the sheets of its workbook that are hidden, which are not read.
    """

    name: str
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    is_1904: bool = False
    formulas: int = 0
    hidden_beside: tuple[str, ...] = ()

    def rows(self) -> Iterator[Row]:
        """Rows with something in them, in order."""
        raise NotImplementedError


# What is this file?

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")


def kind_of(path: Path) -> str:
    """What the bytes are: "xlsx" or "csv".

    Raises
    ------
    Refused
        Another kind of file, an encrypted one, an archive that would unpack to too much; with what to do.
    """
    size = path.stat().st_size
    if size == 0:
        raise BadInput("sheets.empty_file", gettext_noop("The file is empty. Choose the file again."))
    if size > MAX_BYTES:
        raise TooLarge(
            "sheets.file_too_large",
            gettext_noop(
                "The file has {size_mb} MB; at most {limit_mb} MB are read. Split it, or remove pictures."
            ),
            size_mb=-(-size // 1_000_000),
            limit_mb=MAX_BYTES // 1_000_000,
        )
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(_OLE):
        raise _ole(path)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_archive(path)
    if head.startswith(b"%PDF"):
        raise _other_kind("PDF")
    if head.startswith(_PICTURES):
        raise _other_kind("picture")
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype", b"<html", b"<?xml", b"<table")):
        raise BadInput(
            "sheets.web_page",
            gettext_noop(
                "The file is a web page or XML, whatever its name says. Open it in your spreadsheet program and save "
                "it as .xlsx."
            ),
        )
    return "csv"


def _ole(path: Path) -> Refused:
    data = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in data:
        return BadInput(
            "sheets.encrypted",
            gettext_noop("The workbook is protected by a password. Remove the password and save it again."),
        )
    if "WordDocument".encode("utf-16-le") in data:
        return _other_kind("Word")
    return BadInput(
        "sheets.old_xls",
        gettext_noop(
            "The file is a workbook of the old .xls form, whatever its name says. Open it and save it as .xlsx "
            "(Excel workbook)."
        ),
    )


def _other_kind(what: str) -> Refused:
    return BadInput(
        "sheets.other_kind",
        gettext_noop("The file is no table but of the kind {what}. Bring the table as .xlsx or .csv."),
        what=what,
    )


def _kind_of_archive(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _refuse_bomb(members)
            names = {member.filename for member in members}
            if any(member.flag_bits & 1 for member in members):
                raise BadInput(
                    "sheets.encrypted",
                    gettext_noop(
                        "The workbook is protected by a password. Remove the password and save it again."
                    ),
                )
            if "xl/workbook.xml" in names:
                return "xlsx"
            raise _archive_of(archive, names)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise damaged() from None


def _refuse_bomb(members: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members) or 1
    # What the directory declares is the most that zipfile ever hands out of a member.
    too_dense = unpacked > 20_000_000 and unpacked / packed > MAX_RATIO
    if unpacked > MAX_UNPACKED or too_dense or len(members) > MAX_MEMBERS:
        raise TooLarge(
            "sheets.zip_bomb",
            gettext_noop(
                "The file would unpack to {size_mb} MB in {n} parts, which no workbook of an office needs. It was not "
                "opened. Copy the table into a new workbook."
            ),
            size_mb=-(-unpacked // 1_000_000),
            n=len(members),
        )


def _archive_of(archive: zipfile.ZipFile, names: set[str]) -> Refused:
    if "xl/workbook.bin" in names:
        return BadInput(
            "sheets.xlsb",
            gettext_noop("The file is a binary workbook (.xlsb). Open it and save it as .xlsx."),
        )
    if "mimetype" in names and b"opendocument" in archive.read("mimetype")[:100]:
        return BadInput(
            "sheets.ods",
            gettext_noop("The file is an OpenDocument file. Open it and save it as .xlsx or .csv."),
        )
    return _other_kind("Word" if "word/document.xml" in names else "ZIP")


def damaged() -> Refused:
    """The refusal for a workbook that cannot be taken apart."""
    return BadInput(
        "sheets.damaged",
        gettext_noop(
            "The workbook is damaged and cannot be opened. Open it in your spreadsheet program and save it again."
        ),
    )


def hidden_among(sheets: list[Sheet]) -> tuple[str, ...]:
    """The hidden sheets of a workbook, by the sheets that were opened of it."""
    return sheets[0].hidden_beside if sheets else ()


@contextmanager
def open_tables(path: Path) -> Iterator[list[Sheet]]:
    """The tables of a file, unread: the visible sheets of a workbook, or the one of a CSV file."""
    if kind_of(path) == "csv":
        yield [_Csv(path)]
        return
    try:
        book, parts = _open_workbook(path)
    except (Refused, MemoryError):
        raise
    except Exception:  # openpyxl meets a broken book with whatever comes first
        raise damaged() from None
    with book.file, book.archive:
        yield [_Xlsx(name, book, part) for name, part in parts]


# Workbooks


@dataclass(frozen=True, slots=True)
class _Book:
    """What all sheets of a workbook share."""

    file: BinaryIO
    archive: zipfile.ZipFile
    strings: list[str]
    date_styles: frozenset[int]
    share_styles: frozenset[int]
    is_1904: bool
    hidden: tuple[str, ...]


def _open_workbook(path: Path) -> tuple[_Book, list[tuple[str, str]]]:
    """openpyxl reads the book and its styles; rows and strings, the bulk of it, go through expat directly.

    (50,000 rows of 12 cells: openpyxl's own read-only rows take four times as long.)
    """
    import warnings

    from openpyxl.reader.excel import ExcelReader
    from openpyxl.styles.stylesheet import apply_stylesheet
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    warnings.simplefilter("ignore")  # openpyxl warns of parts that it leaves out; we read none of them
    # An open file, since openpyxl judges a path by its ending.
    file = path.open("rb")
    reader = ExcelReader(file, read_only=True, data_only=True, keep_links=False)
    archive = reader.archive
    for member in archive.infolist():
        if member.filename.endswith((".xml", ".rels")):
            with archive.open(member) as part:
                if b"<!DOCTYPE" in part.read(2048):
                    raise damaged()
    reader.read_manifest()
    reader.read_workbook()
    apply_stylesheet(archive, reader.wb)
    sheets = [
        (sheet.name, rel.target, sheet.state)
        for sheet, rel in reader.parser.find_sheets()
        if rel.Type.endswith("/worksheet") and rel.target in archive.namelist()
    ]
    if len(sheets) > MAX_SHEETS:
        sentence = gettext_noop(
            "The workbook has {n} sheets, and at most {most} are read. Bring it in parts."
        )
        raise BadInput("sheets.too_many_sheets", sentence, n=len(sheets), most=MAX_SHEETS)
    # A workbook of one sheet has nothing else to show.
    shown = [(name, part) for name, part, state in sheets if state == "visible" or len(sheets) == 1]
    book = _Book(
        file,
        archive,
        _strings(archive),
        frozenset(reader.wb._date_formats - reader.wb._timedelta_formats),
        _share_styles(reader.wb),
        reader.wb.epoch == CALENDAR_MAC_1904,
        tuple(name for name, part, _ in sheets if (name, part) not in shown),
    )
    return book, shown


def _share_styles(book: Any) -> frozenset[int]:
    """Styles that show a number as a percentage."""
    from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE

    def is_share(number: int) -> bool:
        if number < BUILTIN_FORMATS_MAX_SIZE:
            return "%" in BUILTIN_FORMATS.get(number, "")
        return "%" in book._number_formats[number - BUILTIN_FORMATS_MAX_SIZE]

    return frozenset(i for i, style in enumerate(book._cell_styles) if is_share(style.numFmtId))


_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_MAX_MERGES = 20_000


class _Xlsx(Sheet):
    __slots__ = ("_book", "_part")

    def __init__(self, name: str, book: _Book, part: str) -> None:
        super().__init__(name, is_1904=book.is_1904, hidden_beside=book.hidden)
        self._book, self._part = book, part
        with book.archive.open(part) as file:
            self.merges = _merges(file)

    def rows(self) -> Iterator[Row]:
        parser = _Rows(self._book)
        try:
            with self._book.archive.open(self._part) as file:
                while chunk := file.read(1 << 16):
                    parser.feed(chunk)
                    yield from parser.take()
                parser.close()
        except (expat.ExpatError, zipfile.BadZipFile, ValueError, LookupError, OverflowError):
            raise damaged() from None
        finally:
            self.formulas = parser.formulas


def _merges(part: Any) -> list[tuple[int, int, int, int]]:
    """Merged ranges. They stand behind the rows in a sheet, and are needed before them."""
    found: list[tuple[int, int, int, int]] = []
    tail = b""
    while chunk := part.read(1 << 20):
        window = tail + chunk
        end = 0
        for match in _MERGE.finditer(window):
            left, top, right, bottom = match.groups()
            found.append(
                (int(top), _column_number(left.decode()), int(bottom), _column_number(right.decode()))
            )
            end = match.end()
            if len(found) >= _MAX_MERGES:
                return found
        tail = window[max(end, len(window) - 200) :]
    return found


@lru_cache(maxsize=1024)
def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


# Both namespaces of the standard (transitional and strict); what stands in others is no cell.
_MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main ",
    "http://purl.oclc.org/ooxml/spreadsheetml/main ",
)
_ROW, _CELL, _VALUE, _TEXT, _FORMULA, _READING, _STRING = (
    frozenset(main + name for main in _MAIN) for name in ("row", "c", "v", "t", "f", "rPh", "si")
)
_START_1900, _START_1904 = date(1899, 12, 30), date(1904, 1, 1)


class _Parts:
    """An expat parser that collects the text of some elements."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._text: list[str] = []
        self._in_reading = False  # phonetic reading of a string, which is no part of it

    def feed(self, chunk: bytes) -> None:
        self._parser.Parse(chunk)

    def close(self) -> None:
        """That was all: refuse a part that breaks off."""
        self._parser.Parse(b"", True)

    def _listen(self) -> None:
        if not self._in_reading:
            self._parser.CharacterDataHandler = self._text.append

    def _deafen(self) -> None:
        self._parser.CharacterDataHandler = None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        raise NotImplementedError

    def _end(self, name: str) -> None:
        raise NotImplementedError


class _Strings(_Parts):
    def __init__(self) -> None:
        super().__init__()
        self.strings: list[str] = []

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name in _TEXT:
            self._listen()
        elif name in _READING:
            self._in_reading = True
        elif name in _STRING:
            self._text.clear()

    def _end(self, name: str) -> None:
        self._deafen()
        if name in _STRING:
            self.strings.append("".join(self._text))
        elif name in _READING:
            self._in_reading = False


def _strings(archive: zipfile.ZipFile) -> list[str]:
    """The table of strings that cells point into."""
    names = [name for name in archive.namelist() if name.lower() == "xl/sharedstrings.xml"]
    parser = _Strings()
    for name in names:
        with archive.open(name) as part:
            while chunk := part.read(1 << 16):
                parser.feed(chunk)
        parser.close()
    return parser.strings


class _Rows(_Parts):
    """Rows of a sheet as raw cells."""

    def __init__(self, book: _Book) -> None:
        super().__init__()
        self._book = book
        self._start_date = _START_1904 if book.is_1904 else _START_1900
        self._done: list[Row] = []
        self._number = 0
        self._cells: list[Raw] = []
        self._cell: dict[str, str] = {}
        self._is_formula = False
        self.formulas = 0

    def take(self) -> list[Row]:
        """The rows finished since the last call."""
        done, self._done = self._done, []
        return done

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name in _CELL:
            self._cell = attributes
            self._text.clear()
            self._is_formula = False
        elif name in _VALUE or name in _TEXT:
            self._listen()
        elif name in _FORMULA:
            self._is_formula = True
        elif name in _ROW:
            self._number = int(attributes.get("r") or self._number + 1)
            self._cells = []
        elif name in _READING:
            self._in_reading = True

    def _end(self, name: str) -> None:
        if name in _CELL:
            self._end_cell()
        elif name in _ROW:
            if self._cells:
                self._done.append((self._number, self._cells))
        elif name in _READING:
            self._in_reading = False
        else:
            self._deafen()

    def _end_cell(self) -> None:
        raw = self._raw("".join(self._text))
        if raw is None:
            if "r" not in self._cell:
                self._cells.append(None)
            return
        place = self._cell.get("r")
        column = _column_number(place.rstrip("0123456789")) if place else len(self._cells) + 1
        if column > MAX_COLUMNS:
            raise _too_wide()
        missing = column - 1 - len(self._cells)
        if missing:
            self._cells.extend([None] * missing)
        self._cells.append(raw)

    def _raw(self, text: str) -> Raw:
        kind = self._cell.get("t", "n")
        if self._is_formula:
            self.formulas += 1
            if text == "" and kind != "str":  # a formula may well give empty text
                return {"formula": ""}
        if text == "":
            return None
        if kind == "s":
            return self._book.strings[int(text)] or None
        if kind == "n":
            return self._number_of(text)
        if kind == "b":
            return {"bool": text == "1"}
        if kind == "e":
            return {"error": text}
        return {"date": text[:10]} if kind == "d" else text

    def _number_of(self, text: str) -> Raw:
        number = int(text) if text.lstrip("-").isdecimal() else float(text)
        style = int(self._cell.get("s", 0))
        if style in self._book.date_styles and 61 <= number < 2_900_000:
            return {"date": (self._start_date + timedelta(days=int(number))).isoformat()}
        return {"share": number} if style in self._book.share_styles else number


def _too_wide() -> Refused:
    return TooLarge(
        "sheets.too_many_columns",
        gettext_noop(
            "The table has more than {limit} columns. Remove those that do not belong to the register."
        ),
        limit=MAX_COLUMNS,
    )


# CSV


class _Csv(Sheet):
    __slots__ = ("_encoding", "_path")

    def __init__(self, path: Path) -> None:
        super().__init__("")
        self._path = path
        self._encoding = encoding_of(path)

    def rows(self) -> Iterator[Row]:
        with self._path.open("rb") as raw, TextIOWrapper(raw, self._encoding, newline="") as text:
            sample = text.read(64_000)
            text.seek(0)
            try:
                for number, cells in enumerate(csv.reader(text, delimiter=delimiter_of(sample)), start=1):
                    if len(cells) > MAX_COLUMNS and any(cells[MAX_COLUMNS:]):
                        raise _too_wide()
                    if any(cells):
                        yield number, [cell or None for cell in cells[:MAX_COLUMNS]]
            except csv.Error:
                raise BadInput(
                    "sheets.csv_broken",
                    gettext_noop(
                        "The CSV file breaks off inside quotation marks. Save it again from your program."
                    ),
                ) from None


def encoding_of(path: Path) -> str:
    """The encoding of a text file: UTF-8 with or without mark, UTF-16, else GB18030 (which contains GBK).

    Raises
    ------
    BadInput
        ``sheets.not_text``: bytes that are no text in any of them.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    elif head.startswith(codecs.BOM_UTF8):
        candidates = ["utf-8-sig"]
    elif b"\0" in head:
        candidates = ["utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"]
    else:
        candidates = ["utf-8", "gb18030"]
    for encoding in candidates:
        if _decodes(path, encoding):
            return encoding
    raise BadInput(
        "sheets.not_text",
        gettext_noop(
            "The file is neither a workbook nor text in UTF-8, UTF-16 or GB18030. Save it as .xlsx, or as CSV in UTF-8."
        ),
    )


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while chunk := file.read(1 << 20):
                if "\0" in decoder.decode(chunk):
                    return False
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def delimiter_of(sample: str) -> str:
    """The character between the cells of a CSV file: the one that most lines have, most often.

    >>> delimiter_of("a;b;c\\n1,5;2;3\\n"), delimiter_of("name\\n甲\\n")
    (';', ',')
    """
    lines = [re.sub(r'"[^"]*"', "", line) for line in sample.splitlines()[:60] if line.strip()]
    best, best_score = ",", (0, 0)
    for delimiter in (",", "\t", ";", "，"):
        counts = Counter(line.count(delimiter) for line in lines)
        counts.pop(0, None)
        if counts:
            per_line, n_lines = max(counts.items(), key=lambda item: (item[1], item[0]))
            if (score := (n_lines, per_line)) > best_score:
                best, best_score = delimiter, score
    return best
