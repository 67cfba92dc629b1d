"""What the field signs in: who may do what, what can be found and measured, registers, menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shanhai.core import signs
from shanhai.core.signs import CommandGroup, RulebookFile
from shanhai.fields.park import signin_firms

OWN = "shanhai.fields.park"

# Everybody who works on the park or is graded there; growers, buyers and drivers have pages of their own fields.
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
WRITERS = frozenset({"leader", "office", "dispatcher", "handler", "checker", "park_committee"})


def sign_in() -> None:
    """Each part of the field signs in what is its own."""
    signs.rulebook_files.add(RulebookFile("park", OWN))
    signs.command_groups.add(
        CommandGroup(
            "park", _("The park: its land, its enterprises, and what they make of it."), f"{OWN}.cli.app"
        )
    )
    signin_firms.sign_in(READERS, WRITERS)
