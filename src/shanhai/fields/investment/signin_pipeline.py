"""What the field signs in about the way of projects."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shanhai.core import signs
from shanhai.core.signin import ABOUT_FIRMS, PROJECT_DESKS
from shanhai.core.signs import AccessRow, Indicator, Sweep, WorkKind
from shanhai.kernel.attribution import Method
from shanhai.webkit import signs as pages
from shanhai.webkit.signs import MenuEntry, Panel

OWN = "shanhai.fields.investment"


def sign_in() -> None:
    signs.access_rows.add(
        AccessRow(
            "investment.view_board",
            _("See the board of projects, those that stand still, and the weekly ledger."),
            ABOUT_FIRMS,
            kind="page",
        ),
        *(
            AccessRow(f"investment.{code}", about, PROJECT_DESKS, scope="side")
            for code, about in (
                ("take_back_step", _("Take back the last step of projects while it is fresh.")),
                ("add_step_papers", _("Add photographs and papers to steps of projects.")),
                ("note_stall", _("Say why projects stand still, and what is done about it.")),
                ("write_stalls", _("Bring why projects stand still as a spreadsheet.")),
                ("join_team", _("Put people into the service teams of projects.")),
                ("leave_team", _("Say that people serve projects no longer.")),
                ("check_promises", _("Check what projects promised.")),
            )
        ),
        AccessRow("investment.load_way", _("Load the way of projects from a zone folder."), scope="system"),
    )
    signs.work_kinds.add(
        WorkKind(
            "investment.explain_stall",
            _("Project that stands still"),
            _("Say why"),
            _("Your unit keeps the project."),
        )
    )
    signs.sweeps.add(Sweep("investment.stalls", f"{OWN}.actions.stalls.sweep", every_minutes=60))
    _sign_in_indicators()
    pages.panels.add(
        Panel(
            "investment.firm_projects",
            "park.firm",
            30,
            f"{OWN}.views.project_parts.firm_panel",
            "investment.view_projects",
        )
    )
    pages.menu.add(
        MenuEntry(
            "investment.board",
            "investment",
            11,
            _("Board of projects"),
            "investment:board",
            "investment.view_board",
            below=("/investment/stalled/",),
        ),
        MenuEntry(
            "investment.ledger",
            "investment",
            12,
            _("Weekly ledger"),
            "investment:ledger",
            "investment.view_board",
        ),
    )


def _sign_in_indicators() -> None:
    measured = f"{OWN}.queries.project_indicators"
    for code, name, unit, kind, about in (
        ("started", _("Projects started"), "projects", "flow", _("By the day on which building began.")),
        ("completed", _("Projects completed"), "projects", "flow", _("By the day on which they were completed.")),
        ("at_capacity", _("Projects at capacity"), "projects", "flow", _("By the day on which they came to capacity.")),
        ("start_rate", _("Signed projects that have started"), "percent", "ratio",
         _("Of the projects signed in the period, those that have begun to build since.")),
        ("stalled", _("Projects that stand still"), "projects", "stock",
         _("On the last day of the period: longer at their stage than the rule of that day allows.")),
    ):  # fmt: skip
        signs.indicators.add(
            Indicator(
                f"investment.{code}",
                name,
                unit,
                kind,  # type: ignore[arg-type]
                "investment",
                f"{measured}.measure_{code}",
                f"{measured}.evidence_{code}",
                about,
                shared=Method.RATIO,
            )
        )
