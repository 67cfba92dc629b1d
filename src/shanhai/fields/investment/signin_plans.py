"""What the portfolio plans of the field sign in."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shanhai.core import signs
from shanhai.core.signin import ABOUT_FIRMS, PROJECT_DESKS
from shanhai.core.signs import AccessRow, RecordKind, SearchKind
from shanhai.webkit import signs as pages
from shanhai.webkit.signs import MenuEntry

OWN = "shanhai.fields.investment"


def sign_in() -> None:
    """Who may plan and adopt, what is found, the menu."""
    signs.access_rows.add(
        AccessRow(
            "investment.view_plans",
            _("See portfolio plans: which leads would get which land."),
            ABOUT_FIRMS,
            kind="page",
        ),
        *(
            AccessRow(f"investment.{code}", about, PROJECT_DESKS, scope="side")
            for code, about in (
                ("make_plan", _("Have a portfolio planned.")),
                ("adopt_plan", _("Adopt a whole plan, which reserves land for its leads.")),
                ("adopt_line", _("Adopt what a plan says of a lead, which reserves land for it.")),
                ("release_plan", _("Give all land free again that a plan reserved.")),
                ("release_line", _("Give land free again that a plan reserved for a lead.")),
            )
        ),
        AccessRow("investment.keep_plan", _("Keep what a portfolio plan came to."), scope="system"),
        AccessRow("investment.load_plan", _("Load portfolio plans from a zone folder."), scope="system"),
    )
    signs.record_kinds.add(
        RecordKind("investment.portfolioplan", _("Portfolio plan"), "investment.view_plans")
    )
    signs.search_kinds.add(
        SearchKind(
            "investment.portfolioplan",
            _("Portfolio plan"),
            f"{OWN}.queries.plans.entries",
            "investment.view_plans",
        )
    )
    pages.menu.add(
        MenuEntry(
            "investment.plans",
            "investment",
            7,
            _("Portfolio plans"),
            "investment:plans",
            "investment.view_plans",
        )
    )
