"""What the field signs in: who may do what, what waits for people, what can be found."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shanhai.core import signs
from shanhai.core.signs import AccessRow, CommandGroup

OWN = "shanhai.fields.office"


def sign_in() -> None:
    signs.access_rows.add(*_pages())
    signs.command_groups.add(
        CommandGroup(
            "office",
            _("Notes, who sees records, problems, proposals and what else fills the office's day."),
            f"{OWN}.cli.app",
        )
    )


def _pages() -> list[AccessRow]:
    pages = {
        "office.view_work": _("See what waits for oneself and one's unit."),
    }
    return [AccessRow(code, about, scope="any", kind="page") for code, about in pages.items()]
