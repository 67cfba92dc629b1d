"""The code on a printed paper: short enough to type, with a check letter, and what its QR code holds."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from shanhai.kernel.refusals import BadInput, gettext_noop

# Thirty-one letters and digits that nobody mistakes for one another: a prime, so that one wrong letter and two that
# changed places always show in the check letter.
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_LENGTH = 12
_MARK = "SHANHAI1"
_SCANNED = re.compile(
    rf"{_MARK}/([{_LETTERS}]{{{_LENGTH}}})/([a-z_.]{{3,40}})/(\d{{1,18}})/(\d{{1,9}})/([0-9a-f]{{16}})"
)


@dataclass(frozen=True, slots=True)
class Scanned:
    """What the QR code of a paper says: paper, record, version of the record, beginning of the hash of what it says."""

    code: str
    kind: str
    object_id: int
    version: int
    sha256: str


def new() -> str:
    """A code that is not in use, as far as chance goes: 30^11 of them."""
    first = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH - 1))
    return first + _check_letter(first)


def _check_letter(first: str) -> str:
    # Weights 1 to 11 differ modulo 31.
    return _LETTERS[sum(n * _LETTERS.index(c) for n, c in enumerate(first, start=1)) % len(_LETTERS)]


def said(code: str) -> str:
    """A code as it is printed: K7QM-2RTX-9F3C."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def typed(given: str) -> str:
    """A code as somebody typed it from a paper.

    Raises
    ------
    BadInput
        ``core.paper_code``: it is none, or a letter of it is wrong.
    """
    code = re.sub(r"[\s\-–—]", "", given).upper()
    right = len(code) == _LENGTH and set(code) <= set(_LETTERS)
    if not right or _check_letter(code[:-1]) != code[-1]:
        raise BadInput(
            "core.paper_code",
            gettext_noop(
                "{given} is not the code of a paper, or a letter of it is wrong. Type the three groups of four that "
                "stand beneath the QR code."
            ),
            given=given.strip()[:40] or "–",
            field="typed",
        )
    return code


def payload(code: str, kind: str, object_id: int, version: int, sha256: str) -> str:
    """What the QR code of a paper holds."""
    return f"{_MARK}/{code}/{kind}/{object_id}/{version}/{sha256[:16]}"


def scanned(texts: Iterable[str]) -> list[Scanned]:
    """The papers of ours among what the QR codes of a scan say, each once."""
    found = {}
    for one in texts:
        match = _SCANNED.fullmatch(one.strip())
        if match:
            code, kind, object_id, version, sha256 = match.groups()
            found[code] = Scanned(code, kind, int(object_id), int(version), sha256)
    return list(found.values())
