"""Values that are masked by rule, as pages show them: ``***`` and, for whoever may read them, a button that asks.

A page has an address that takes the POST of the button (``column=phone``), calls ``core.masking.read_masked`` and
answers with ``answer(...)``, or, without HTMX, with the whole page in which that one value stands in the clear.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from shanhai.core import masking
from shanhai.core.models import Member
from shanhai.core.sheets.cells import MASK
from shanhai.core.sheets.columns import Register


@dataclass(frozen=True, slots=True)
class Cell:
    """One masked value on a page.

    Parameters
    ----------
    url
        Where to ask for it; empty for a reader who may not.
    value
        The value itself, where the reader has just asked; else empty.
    """

    column: str
    label: str
    url: str = ""
    value: str = ""
    mask: str = MASK


def cell(
    register: Register, name: str, subject: Any, *, url: str, member: Member | None, value: str = ""
) -> Cell | None:
    """The cell of a column of a row; None where the row has nothing there."""
    if not getattr(subject, name):
        return None
    column = register.column(name)
    may = masking.may_read(member, column, getattr(subject, "pairing_id", None))
    return Cell(name, column.heading, url if may else "", value)


def answer(request: Any, shown: Cell) -> HttpResponse:
    """What takes the place of the mask and its button."""
    return kept_nowhere(render(request, "webkit/_masked.html", {"cell": shown}))


def kept_nowhere(response: HttpResponse) -> HttpResponse:
    """A page that holds a sensitive value is not kept by browsers and proxies."""
    response["Cache-Control"] = "no-store"
    return response
