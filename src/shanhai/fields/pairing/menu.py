"""The lines of the side menu that the field brings."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shanhai.webkit import signs as pages
from shanhai.webkit.signs import MenuEntry

# Pages of parts, whose addresses do not begin with that of their list.
_BELOW = {
    "commitments": ("/pairing/deliveries/",),
    "agreements": ("/pairing/payments/", "/pairing/land/"),
    "items": ("/pairing/resolutions/",),
}


def sign_in() -> None:
    entries = (
        ("pairings", 10, _("Pairings"), "pairings", "view_pairings"),
        ("agreements", 20, _("Agreements"), "agreements", "view_agreements"),
        ("commitments", 30, _("Commitments"), "commitments", "view_commitments"),
        ("focus", 35, _("Annual focus"), "focus", "view_focus"),
        ("meetings", 40, _("Meetings"), "meetings", "view_meetings"),
        ("items", 50, _("Action items"), "items", "view_items"),
        ("activities", 55, _("Activities and aid"), "activities", "view_activities"),
        ("technical", 57, _("Technical problems"), "technical_problems", "view_technical_problems"),
        ("secondments", 60, _("Secondments"), "secondments", "view_secondments"),
        ("balance", 70, _("Balance of benefit"), "balance", "view_balance"),
    )
    pages.menu.add(
        *(
            MenuEntry(
                f"pairing.{code}",
                "partnership",
                rank,
                label,
                f"pairing:{url}",
                f"pairing.{access}",
                below=_BELOW.get(code, ()),
            )
            for code, rank, label, url, access in entries
        ),
        MenuEntry(
            "pairing.leader", "today", 5, _("Leader’s page"), "pairing:leader", "pairing.view_leader_desk"
        ),
    )
