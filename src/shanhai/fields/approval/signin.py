"""What the field signs in: who may do what, what can be found and checked, the menu, the panel of a project."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shanhai.core import signs
from shanhai.core.signs import AccessRow, CommandGroup, RecordKind, SearchKind, SelfCheck, ZonePart
from shanhai.webkit import signs as pages
from shanhai.webkit.signs import MenuEntry, Panel

OWN = "shanhai.fields.approval"
# The stems of ``zone.FILES``, which is read only when a zone is.
FILES = (
    "catalogues", "catalogue_stages", "catalogue_limits", "catalogue_departments", "catalogue_items", "catalogue_materials",
)  # fmt: skip

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
KEEPERS = frozenset({"leader", "office", "park_committee"})


def sign_in() -> None:
    signs.access_rows.add(
        AccessRow(
            "approval.view_catalogues",
            _("See which items a region approves, in how many days."),
            READERS,
            scope="any",
            kind="page",
        ),
        AccessRow("approval.open_catalogue", _("Open catalogues of approval items."), KEEPERS, scope="side"),
        AccessRow("approval.open_draft", _("Begin the next version of catalogues."), KEEPERS, scope="side"),
        AccessRow("approval.bring_draft", _("Bring drafts of catalogues as files."), KEEPERS, scope="side"),
        AccessRow("approval.write_item", _("Write items of drafts of catalogues."), KEEPERS, scope="side"),
        AccessRow("approval.drop_item", _("Take items out of drafts of catalogues."), KEEPERS, scope="side"),
        AccessRow("approval.publish_draft", _("Publish drafts of catalogues."), KEEPERS, scope="side"),
        AccessRow("approval.discard_draft", _("Throw drafts of catalogues away."), KEEPERS, scope="side"),
        AccessRow("approval.load_catalogue", _("Load catalogues of a zone folder."), scope="system"),
        AccessRow(
            "approval.load_version", _("Load versions of catalogues of a zone folder."), scope="system"
        ),
    )
    signs.record_kinds.add(
        RecordKind("approval.itemcatalogue", _("Catalogue of items"), "approval.view_catalogues")
    )
    signs.search_kinds.add(
        SearchKind(
            "approval.itemcatalogue",
            _("Catalogue of items"),
            f"{OWN}.queries.catalogues.entries",
            "approval.view_catalogues",
        )
    )
    signs.self_checks.add(
        SelfCheck(
            "approval.published",
            _("Published catalogues say what they said when they were published"),
            f"{OWN}.queries.checks.published",
        )
    )
    signs.zone_parts.add(ZonePart("approval", 70, f"{OWN}.zone.load", f"{OWN}.zone.export", files=FILES))
    signs.command_groups.add(
        CommandGroup("approval", _("What is approved, by whom, in how many days."), f"{OWN}.cli.app")
    )
    pages.menu.add(
        MenuEntry(
            "approval.catalogues",
            "land",
            20,
            _("Catalogues of items"),
            "approval:catalogues",
            "approval.view_catalogues",
        )
    )
    pages.panels.add(
        Panel("approval.needed", "record", 30, f"{OWN}.views.previews.panel", "approval.view_catalogues")
    )
