"""What the pages of enterprises share."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

from django.http import HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shanhai.core import access, signs
from shanhai.core.sheets import exporting
from shanhai.core.sheets.columns import Choices, Register, words_of
from shanhai.webkit import downloads


def may(request: Any, name: str, pairing_id: int | None = None) -> bool:
    """Whether the member may do an action of the field here."""
    return access.may(request.member, f"park.{name}", pairing_id=pairing_id)


def export_of(register: Register) -> Callable[[Any, Any, str], HttpResponse]:
    """The export of a list: its filtered rows, all columns of the register."""

    def export(request: Any, chosen: Any, form: str) -> HttpResponse:
        file, keys = BytesIO(), chosen.order_by().values("pk")
        exporting.export(register, file, form, member=request.member, pairing=request.pairing, pk__in=keys)
        return downloads.sheet(file, f"{register.name}.{form}", form)

    return export


def sheets(request: Any, pairing_id: int, *codes: str) -> list[tuple[Register, bool]]:
    """Registers that go out and come in as spreadsheets here, each with whether the reader may bring it; none for who may not."""
    if not access.may(request.member, "registry.import"):
        return []
    found = [signs.registers[f"park.{code}"] for code in codes]
    return [
        (one, access.may(request.member, one.write_access, pairing_id=pairing_id))
        for one in found
        if access.may(request.member, one.access)
    ]


def options(given: Choices) -> Callable[[Any], list[tuple[str, str]]]:
    """The choices of a filter, in the reader's language."""
    return lambda _request: [(value, words_of(given, value)) for value, _en, _zh in given]


def badge(grade: str) -> SafeString | None:
    """A grade as a square with its letter; the letter says it, the fill only helps."""
    if not grade:
        return None
    return format_html('<span class="gd{}" title="{}">{}</span>', grade, _("grade %s") % grade, grade)


def without_version(data: dict[str, Any]) -> dict[str, Any]:
    """What a form gave, without the version that it carries."""
    return {name: value for name, value in data.items() if name != "version"}
