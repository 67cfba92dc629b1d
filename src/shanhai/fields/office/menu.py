"""The lines of the side menu that the field brings."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shanhai.webkit import signs as pages
from shanhai.webkit.signs import MenuEntry

OWN = "shanhai.fields.office"


def sign_in() -> None:
    pages.menu.add(
        MenuEntry(
            "office.work",
            "today",
            10,
            _("My work"),
            "my_work",
            "office.view_work",
            count=f"{OWN}.views.work.count",
        ),
    )
    pages.menu.add(
        MenuEntry(
            "office.rounds",
            "today",
            30,
            _("Reporting rounds"),
            "office:rounds",
            "office.view_rounds",
            count=f"{OWN}.views.rounds.count",
        ),
    )
