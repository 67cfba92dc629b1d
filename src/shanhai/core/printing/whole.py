"""The whole file of a record as one zip: written while it is sent, so that its size does not matter."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from shanhai.core import blobs, clock
from shanhai.core.models import Document
from shanhai.core.sheets.cells import neutralise

_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f\\/:*?"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069]')
# Names that Windows keeps for devices.
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Inside:
    """One paper of the file, and as what it hangs on the record."""

    document: Document
    role: str


def safe_name(given: str) -> str:
    """A name that every system can store: no folders, no controls, nothing that hides its ending."""
    name = _FORBIDDEN.sub("_", given).strip(" .")
    stem, dot, ending = name.rpartition(".")
    has_ending = bool(dot) and len(ending) <= 8
    name = (f"{stem[:_LONGEST].rstrip(' .')}.{ending}" if has_ending else name[:_LONGEST]) or "_"
    return f"_{name}" if _DEVICES.fullmatch(name) else name


def names_of(papers: Sequence[Inside]) -> list[str]:
    """A name for each paper that no other one has, also where capitals do not count: 01 minutes.pdf."""
    width = max(2, len(str(len(papers))))
    return [
        f"{n:0{width}d} {safe_name(one.document.file_name)}" for n, one in enumerate(papers, start=1)
    ]  # The number at its head makes each unlike the others.


def stream(title: str, papers: Sequence[Inside], extra: Iterable[tuple[str, bytes]] = ()) -> Iterator[bytes]:
    """The bytes of the zip, piece by piece: what was made of the record, its papers, and the list of both."""
    sink = _Sink()
    moment = clock.local(clock.now()).timetuple()[:6]
    folder = safe_name(title)
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for name, content in extra:
            archive.writestr(_entry(f"{folder}/{safe_name(name)}", moment), content)
            yield sink.take()
        names = names_of(papers)
        for name, one in zip(names, papers, strict=True):
            with (
                blobs.path_of(one.document.blob_id).open("rb") as source,
                archive.open(_entry(f"{folder}/{name}", moment), "w") as target,
            ):
                while chunk := source.read(blobs.CHUNK):
                    target.write(chunk)
                    yield sink.take()
        listed = _listed(names, papers)
        archive.writestr(_entry(f"{folder}/{safe_name(_('contents'))}.csv", moment), listed)
    yield sink.take()


def _entry(name: str, moment: tuple[int, ...]) -> zipfile.ZipInfo:
    year = max(1980, moment[0])
    return zipfile.ZipInfo(name, (year, *moment[1:]))  # type: ignore[arg-type]  # six numbers


def _listed(names: Sequence[str], papers: Sequence[Inside]) -> bytes:
    """The list of the contents, with the hash of each paper, as Excel opens it."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(
        [
            _("File"),
            _("Title"),
            _("File number"),
            _("Dated"),
            _("Hangs as"),
            _("Filed"),
            _("Bytes"),
            "SHA-256",
        ]
    )
    for name, one in zip(names, papers, strict=True):
        paper = one.document
        cells: list[object] = [name, paper.title, paper.number, paper.dated_on or "", one.role]
        cells += [clock.local(paper.uploaded_at).strftime("%Y-%m-%d %H:%M"), paper.blob.size, paper.blob_id]
        lines.writerow([neutralise(cell) if isinstance(cell, str) else cell for cell in cells])
    return text.getvalue().encode("utf-8-sig")


class _Sink(io.RawIOBase):
    """Where the zip is written: it keeps what nobody took yet, and cannot be sought in, so nothing is changed later."""

    def __init__(self) -> None:
        super().__init__()
        self._kept = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Iterable[int]) -> int:  # type: ignore[override]  # bytes of any kind
        piece = bytes(data)
        self._kept += piece
        return len(piece)

    def take(self) -> bytes:
        """What was written since the last time."""
        taken = bytes(self._kept)
        self._kept.clear()
        return taken
