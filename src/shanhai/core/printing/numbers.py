"""File numbers as offices write them: 龙山海〔2023〕5号."""

from __future__ import annotations

import re

from shanhai.kernel.refusals import BadInput, gettext_noop

_MARK = re.compile(r"[\u4e00-\u9fffA-Za-z]{1,20}")
_SAID = re.compile(r"([\u4e00-\u9fffA-Za-z]{1,20})〔(\d{4})〕([1-9]\d*)号")


def said(mark: str, year: int, no: int) -> str:
    """The number in its official form: year in full between hexagonal brackets, no leading zeros."""
    return f"{mark}〔{year}〕{no}号"


def parts(text: str) -> tuple[str, int, int] | None:
    """Mark, year and number of a file number; None where it is none."""
    match = _SAID.fullmatch(text)
    return (match[1], int(match[2]), int(match[3])) if match else None


def check_mark(given: str) -> str:
    """A mark that may stand before a year.

    Raises
    ------
    BadInput
        ``core.file_mark``
    """
    mark = given.strip()
    if not _MARK.fullmatch(mark):
        raise BadInput(
            "core.file_mark",
            gettext_noop(
                "{mark} cannot stand at the head of file numbers. Give up to 20 characters, such as 龙山海."
            ),
            mark=mark[:40] or "–",
            field="mark",
        )
    return mark
