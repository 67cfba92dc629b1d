"""Files as blocks of bytes: unpacked where they are packed, with a word when they are cut short."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from shanhai.kernel.refusals import BadInput, NotFound, gettext_noop

BLOCK = 1 << 18
Kind = Literal["xes", "csv", "parquet", "ocel_json", "ocel_sqlite"]
_GZIP, _ZIP, _BOM = b"\x1f\x8b", b"PK\x03\x04", b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class Source:
    """One file; ``blocks`` may be asked for again. ``is_cut_short`` says whether its packing ended too early."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.is_cut_short = False

    def blocks(self) -> Iterator[bytes]:
        """The bytes of the file, unpacked, in blocks of at most 1 MiB."""
        try:
            with self.path.open("rb") as file:
                first = file.read(BLOCK)
                yield from self._unpacked(first, file) if first[:2] == _GZIP else _plain(first, file)
        except (OSError, ValueError) as error:  # A name that no file can have.
            raise _unreadable(self.path, error) from None

    def _unpacked(self, chunk: bytes, file: object) -> Iterator[bytes]:
        unpacker = zlib.decompressobj(31)
        try:
            while chunk:
                out = unpacker.decompress(chunk, 1 << 20)
                if out:
                    yield out
                chunk = unpacker.unconsumed_tail
                if unpacker.eof:
                    # A packed file may be several one after the other; zeros after the last are padding.
                    chunk = unpacker.unused_data.lstrip(b"\0")
                    if not chunk and not (chunk := file.read(BLOCK).lstrip(b"\0")):  # type: ignore[attr-defined]
                        return
                    unpacker = zlib.decompressobj(31)
                elif not chunk:
                    chunk = file.read(BLOCK)  # type: ignore[attr-defined]
        except zlib.error:
            pass
        self.is_cut_short = True

    def kind(self) -> Kind:
        """What the file is, by its first bytes; its name does not matter."""
        head = next(iter(self.blocks()), b"")
        if not head.strip():
            raise BadInput(
                "logs.empty", gettext_noop("{file} is empty. Give a log with events."), file=self.path.name
            )
        if head[:4] == _ZIP:
            raise BadInput(
                "logs.zip",
                gettext_noop("{file} is a zip archive or a workbook. Unpack it, or save the sheet as CSV."),
                file=self.path.name,
            )
        if head[:4] == b"PAR1":
            return "parquet"
        if head.startswith(b"SQLite format 3\0"):
            return "ocel_sqlite"
        start = head.removeprefix(_BOM).lstrip()[:1]
        if head[:2] in _UTF_16:
            start = head[2:4].strip(b"\0")
        return "xes" if start == b"<" else "ocel_json" if start == b"{" else "csv"


def _plain(first: bytes, file: object) -> Iterator[bytes]:
    while first:
        yield first
        first = file.read(BLOCK)  # type: ignore[attr-defined]


def _unreadable(path: Path, error: OSError | ValueError) -> BadInput | NotFound:
    if isinstance(error, FileNotFoundError):
        return NotFound("logs.no_file", gettext_noop("There is no file {file}. Correct its name."), file=path)
    return BadInput(
        "logs.unreadable",
        gettext_noop("{file} cannot be opened ({words}). Give a file that may be read."),
        file=path,
        words=getattr(error, "strerror", None) or error,
    )
