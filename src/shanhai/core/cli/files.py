"""Files that commands read and write: ``-`` is standard input and output, and trouble is a sentence, not a traceback."""

from __future__ import annotations

import codecs
import csv
import io
import sys
from pathlib import Path
from typing import BinaryIO

from shanhai.kernel.refusals import BadInput, gettext_noop

STANDARD = "-"
# What the papers that somebody pipes in begin with; they come without a name.
_STARTS = ((b"%PDF-", "pdf"), (b"\x89PNG", "png"), (b"\xff\xd8\xff", "jpg"))


def opened(file: str, name: str = "") -> BinaryIO:
    """A file to read, seekable and with a ``name``; ``-`` is what stands on standard input, under the name given.

    Raises
    ------
    BadInput
        ``core.cannot_read``.
    """
    if file != STANDARD:
        try:
            return Path(file).open("rb")
        except (OSError, ValueError) as error:
            raise _cannot_read(file, error) from None
    # A program that is tested gives its standard input as text.
    brought = sys.stdin.buffer.read() if hasattr(sys.stdin, "buffer") else sys.stdin.read().encode()
    content = io.BytesIO(brought)
    content.name = name or f"standard-input.{_ending(brought)}"
    return content


def read_text(file: str | Path) -> str:
    """The text of a file in UTF-8, UTF-16 with its mark, or GBK (read as GB18030, which contains it).

    Raises
    ------
    BadInput
        ``core.cannot_read``; ``core.no_text``: bytes that are no text in any of them.
    """
    with opened(str(file)) as found:
        try:
            content = found.read()
        except OSError as error:
            raise _cannot_read(str(file), error) from None
    is_utf_16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if is_utf_16 else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise BadInput(
        "core.no_text",
        gettext_noop("{file} is no text in UTF-8 or GBK. Save it as text in UTF-8 and bring it again."),
        file=Path(file).name,
    )


def check_target(to: str) -> None:
    """Refuse, before long work begins, a place that nothing can be written to."""
    if to == STANDARD:
        return
    try:
        target = Path(to).absolute()
        if not target.parent.is_dir():
            raise cannot_write(to, "No such folder")
        if target.is_dir():
            raise cannot_write(to, "Is a folder")
    except (OSError, ValueError) as error:  # A name that no file can have.
        raise cannot_write(to, getattr(error, "strerror", None) or str(error)) from None


def write_bytes(to: str, content: bytes) -> None:
    """Write a file, or standard output.

    Raises
    ------
    BadInput
        ``core.cannot_write``.
    """
    if to == STANDARD:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    check_target(to)
    try:
        Path(to).write_bytes(content)
    except OSError as error:
        raise cannot_write(to, error.strerror or str(error)) from None


def _ending(content: bytes) -> str:
    return next((ending for start, ending in _STARTS if content.startswith(start)), "txt")


def _cannot_read(file: str, error: OSError | ValueError) -> BadInput:
    return BadInput(
        "core.cannot_read",
        gettext_noop("{file} cannot be read ({why}). Check the name of the file, and that you may read it."),
        file=file,
        why=getattr(error, "strerror", None) or str(error),
    )


def cannot_write(to: str, why: str) -> BadInput:
    """The refusal of a place that nothing can be written to."""
    return BadInput(
        "core.cannot_write",
        gettext_noop(
            "{file} cannot be written ({why}). Name a file in a folder that exists and that you may write to."
        ),
        file=to,
        why=why,
    )


def count_rows(file: Path) -> int:
    """How many rows stand below the headings of a CSV file."""
    return max(0, sum(1 for row in csv.reader(io.StringIO(read_text(file), newline="")) if row) - 1)
