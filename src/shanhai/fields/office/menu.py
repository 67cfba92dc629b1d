"""The lines of the side menu that the field brings."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shanhai.webkit import signs as pages
from shanhai.webkit.signs import MenuEntry, Panel

OWN = "shanhai.fields.office"


def sign_in() -> None:
    pages.panels.add(
        Panel(
            "office.instructions",
            "record",
            10,
            f"{OWN}.views.instructions.panel",
            "office.view_instructions",
        ),
        Panel("office.links", "record", 20, f"{OWN}.views.links.panel", "office.view_links"),
    )
    pages.panels.add(Panel("office.told", "record", 5, f"{OWN}.views.told.panel", "office.view_told"))
    pages.menu.add(
        MenuEntry("office.robots", "account", 40, _("Robots"), "office:robots", "office.view_robots"),
        MenuEntry(
            "office.sendings",
            "account",
            41,
            _("Messages sent out"),
            "office:sendings",
            "office.view_sendings",
        ),
    )
    pages.menu.add(
        MenuEntry(
            "office.work",
            "today",
            2,
            _("My work"),
            "my_work",
            "office.view_work",
            count=f"{OWN}.views.work.count",
        ),
        MenuEntry(
            "office.instructions",
            "partnership",
            59,
            _("Instructions"),
            "office:instructions",
            "office.view_instructions",
        ),
        MenuEntry(
            "office.problems", "partnership", 60, _("Problems"), "office:problems", "office.view_problems"
        ),
        MenuEntry("office.links", "today", 40, _("Phone links"), "office:links", "office.view_links"),
        MenuEntry(
            "office.proposals", "partnership", 61, _("Proposals"), "office:proposals", "office.view_proposals"
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
    pages.menu.add(
        MenuEntry(
            "office.factors", "partnership", 62, _("Factor requests"), "office:factors", "office.view_factors"
        )
    )
