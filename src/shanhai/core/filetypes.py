"""What a file is, from its bytes: a name promises a type, and the content must keep the promise.

A small table of our own, since it decides what is let in: papers, pictures, office files and text. Whatever a browser
might run (HTML, SVG, scripts) and whatever an office computer might run (programs, macros) stays out.
"""

from __future__ import annotations

import codecs
import struct
import zipfile
from dataclasses import dataclass
from typing import BinaryIO

from shanhai.kernel.refusals import BadInput, gettext_noop

# The listing at the end of a zip is read into memory, so it is bounded before.
ZIP_ENTRIES = 10_000
ZIP_LISTING_BYTES = 4 * 2**20


@dataclass(frozen=True, slots=True)
class FileType:
    """One kind of file that is let in."""

    ending: str
    media_type: str
    starts: tuple[bytes, ...] = ()
    # A member that an office file of this kind has in its zip.
    holds: str = ""
    is_text: bool = False
    opens_in_place: bool = False


TYPES = {
    kind.ending: kind
    for kind in (
        FileType("pdf", "application/pdf", (b"%PDF-",), opens_in_place=True),
        FileType("png", "image/png", (b"\x89PNG\r\n\x1a\n",), opens_in_place=True),
        FileType("jpg", "image/jpeg", (b"\xff\xd8\xff",), opens_in_place=True),
        FileType("jpeg", "image/jpeg", (b"\xff\xd8\xff",), opens_in_place=True),
        FileType("webp", "image/webp", (b"RIFF",), opens_in_place=True),
        FileType(
            "docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            (b"PK\x03\x04",),
            "word/document.xml",
        ),
        FileType(
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            (b"PK\x03\x04",),
            "xl/workbook.xml",
        ),
        FileType(
            "pptx",
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            (b"PK\x03\x04",),
            "ppt/presentation.xml",
        ),
        FileType("ofd", "application/ofd", (b"PK\x03\x04",), "OFD.xml"),
        FileType("zip", "application/zip", (b"PK\x03\x04", b"PK\x05\x06")),
        FileType("txt", "text/plain; charset=utf-8", is_text=True),
        FileType("csv", "text/csv; charset=utf-8", is_text=True),
    )
}
_OF_IPHONES = frozenset({"heic", "heif"})
# Text that a browser or a shell would run, whatever the file is called.
_RUNNABLE_TEXT = (b"<!doctype", b"<html", b"<svg", b"<?xml", b"<script", b"<?php", b"#!", b"{\\rtf", b"%pdf-")


def check_content(file: BinaryIO, file_name: str) -> FileType:
    """The type of a file whose content keeps what its name promises.

    Parameters
    ----------
    file
        Seekable; it stands at its start afterwards.

    Raises
    ------
    BadInput
        ``documents.empty``: there is nothing in it; ``documents.type``: files with this ending are not taken; ``documents.heic``: a picture as iPhones keep it;
        ``documents.mismatch``: the content is something else;
        ``documents.macros``: an office file that carries macros; ``documents.zip``: an archive that cannot be listed.
    """
    ending = file_name.rpartition(".")[2].lower() if "." in file_name else ""
    kind = TYPES.get(ending)
    if ending in _OF_IPHONES:
        raise BadInput(
            "documents.heic",
            gettext_noop(
                "{file} is a picture as iPhones keep it, which many office computers do not open. On the phone choose "
                "Settings, Camera, Formats, Most Compatible, and take it again; or save it as JPG."
            ),
            file=file_name,
            field="file",
        )
    if kind is None:
        raise BadInput(
            "documents.type",
            gettext_noop("{file} is of a kind that is not taken. Bring one of: {endings}."),
            file=file_name,
            endings=", ".join(TYPES),
            field="file",
        )
    file.seek(0)
    head = file.read(1024)
    if not head:
        raise BadInput(
            "documents.empty",
            gettext_noop("{file} is empty. Save it again in the program that made it, then bring that file."),
            file=file_name,
            field="file",
        )
    is_kept = _is_text(file, head) if kind.is_text else head.startswith(kind.starts)
    if kind.ending == "webp":
        is_kept = is_kept and head[8:12] == b"WEBP"
    if is_kept and b"PK\x03\x04" in kind.starts:
        is_kept = _holds(file, kind, file_name)
    file.seek(0)
    if not is_kept:
        raise BadInput(
            "documents.mismatch",
            gettext_noop(
                "{file} is called a {ending} file, but its content is something else. "
                "Open it in the program that made it and save it again as {ending}."
            ),
            file=file_name,
            ending=ending,
            field="file",
        )
    return kind


def _is_text(file: BinaryIO, head: bytes) -> bool:
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_RUNNABLE_TEXT) or head.startswith(b"MZ"):
        return False
    return any(_decodes(file, encoding) for encoding in ("utf-8", "gb18030"))


def _decodes(file: BinaryIO, encoding: str) -> bool:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while chunk := file.read(2**16):
            if any(character < " " and character not in "\t\r\n\f" for character in decoder.decode(chunk)):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _holds(file: BinaryIO, kind: FileType, file_name: str) -> bool:
    names = _listing(file, file_name)
    if kind.holds and any(name.rpartition("/")[2] == "vbaProject.bin" for name in names):
        raise BadInput(
            "documents.macros",
            gettext_noop("{file} carries macros. Save it without them and bring it again."),
            file=file_name,
            field="file",
        )
    return not kind.holds or kind.holds in names


def _listing(file: BinaryIO, file_name: str) -> list[str]:
    """The names in a zip, read only where the listing is of a sane size."""
    file.seek(0, 2)
    size = file.tell()
    file.seek(max(0, size - 65_557))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at >= 0 and len(tail) - at >= 22:
        entries, listing_bytes = struct.unpack("<HI", tail[at + 10 : at + 16])
        if entries <= ZIP_ENTRIES and listing_bytes <= ZIP_LISTING_BYTES:
            try:
                with zipfile.ZipFile(file) as archive:
                    return archive.namelist()
            except (zipfile.BadZipFile, ValueError, NotImplementedError):
                pass
    raise BadInput(
        "documents.zip",
        gettext_noop("The contents of {file} cannot be listed. Pack it again, with at most {n} files in it."),
        file=file_name,
        n=ZIP_ENTRIES,
        field="file",
    )
