"""What the field signs in: who may do what, what can be found, the register, the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shanhai.core import signs
from shanhai.core.signs import AccessRow, CommandGroup, RecordKind, RulebookFile, SearchKind, ZonePart
from shanhai.fields.investment import columns
from shanhai.webkit import signs as pages
from shanhai.webkit.signs import MenuEntry

OWN = "shanhai.fields.investment"

READERS = frozenset(
    {
        "leader",
        "office",
        "dispatcher",
        "handler",
        "checker",
        "signer",
        "province",
        "park_committee",
        "investment_team",
        "enterprise",
        "auditor",
    }
)
WRITERS = frozenset(
    {"leader", "office", "dispatcher", "handler", "checker", "park_committee", "investment_team"}
)


def sign_in() -> None:
    signs.access_rows.add(
        AccessRow(
            "investment.view_projects", _("See the projects that are shown to oneself."), READERS, kind="page"
        ),
        AccessRow("investment.add_project", _("Register projects."), WRITERS, scope="side"),
        AccessRow(
            "investment.change_project", _("Change what is known about projects."), WRITERS, scope="side"
        ),
        AccessRow(
            "investment.move_project",
            _("Say that projects have come to another stage."),
            WRITERS,
            scope="side",
        ),
        AccessRow("investment.write_projects", _("Bring projects as a spreadsheet."), WRITERS, scope="side"),
    )
    signs.record_kinds.add(RecordKind("investment.project", _("Project"), "investment.view_projects"))
    signs.search_kinds.add(
        SearchKind(
            "investment.project", _("Project"), f"{OWN}.queries.projects.entries", "investment.view_projects"
        )
    )
    signs.registers.add(*columns.REGISTERS)
    signs.rulebook_files.add(RulebookFile("investment", OWN))
    signs.zone_parts.add(ZonePart("investment", 60, f"{OWN}.zone.load", f"{OWN}.zone.export"))
    signs.command_groups.add(
        CommandGroup(
            "investment", _("Projects: who builds what where, and how far they are."), f"{OWN}.cli.app"
        )
    )
    pages.menu.add(
        MenuEntry(
            "investment.projects",
            "land",
            10,
            _("Projects"),
            "investment:projects",
            "investment.view_projects",
        )
    )
