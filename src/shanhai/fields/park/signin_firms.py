"""What the enterprises of the field sign in."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shanhai.core import signs
from shanhai.core.signin import PARK_DESKS, WITH_FIRMS
from shanhai.core.signs import (
    AccessRow,
    Indicator,
    RecordKind,
    RoundTarget,
    SearchKind,
    SelfCheck,
    Sweep,
    WorkKind,
)
from shanhai.fields.park.columns import firms as columns
from shanhai.fields.park.columns import grades
from shanhai.webkit import signs as pages
from shanhai.webkit.signs import MenuEntry

OWN = "shanhai.fields.park"


def sign_in() -> None:
    """Access rows, registers, searches, checks and menu of enterprises."""
    signs.access_rows.add(*_rows())
    signs.record_kinds.add(
        RecordKind("park.firm", _("Enterprise"), "park.view_firms", sees=f"{OWN}.queries.firms.sees")
    )
    signs.search_kinds.add(
        SearchKind("park.firm", _("Enterprise"), f"{OWN}.queries.firms.entries", "park.view_firms")
    )
    signs.round_targets.add(
        RoundTarget(
            "park.figures",
            _("Figures of enterprises"),
            f"{OWN}.actions.figures.preview",
            f"{OWN}.actions.figures.record_reported",
            f"{OWN}.actions.figures.take_back_reported",
        )
    )
    signs.self_checks.add(
        SelfCheck(
            "park.firms", _("Land of enterprises agrees with their plots"), f"{OWN}.queries.firm_checks.land"
        )
    )
    pages.menu.add(MenuEntry("park.firms", "land", 5, _("Enterprises"), "park:firms", "park.view_firms"))


def sign_in_grading() -> None:
    """Access rows, work, checks and menu of gradings."""
    done = {
        "draft_grading": _("Grade the enterprises of a year, as a draft."),
        "compute_again": _("Compute a grading anew from the figures of now."),
        "publish_grading": _("Publish grades for objections."),
        "finish_grading": _("Make grades final."),
        "withdraw_grading": _("Withdraw gradings that are not final."),
        "decide_appeal": _("Decide on objections to grades."),
        "rule_on_firm": _("Rule that enterprises are D whatever their score, or not graded."),
        "withdraw_ruling": _("Take rulings back."),
        "add_policy": _("Say what grades bring."),
        "change_policy": _("Change what grades bring."),
        **{f"write_{one.file_stem}": _("Bring rulings and policies of the grading as spreadsheets.") for one in grades.REGISTERS[:-1]},
    }  # fmt: skip
    signs.access_rows.add(
        AccessRow(
            "park.view_grading",
            _("See gradings: enterprises once they are published."),
            WITH_FIRMS,
            kind="page",
        ),
        *(AccessRow(f"park.{name}", about, PARK_DESKS, scope="side") for name, about in done.items()),
        AccessRow(
            "park.object_to_grade",
            _("Object to a published grade."),
            PARK_DESKS | {"enterprise"},
            scope="side",
        ),
        AccessRow(
            "park.write_objections",
            _("Bring objections to grades as a spreadsheet."),
            PARK_DESKS | {"enterprise"},
            scope="side",
        ),
    )
    signs.access_rows.add(
        AccessRow("park.write_grading", _("Write gradings of a zone folder."), scope="system")
    )
    signs.work_kinds.add(
        WorkKind("park.decide_appeal", _("Objection to a grade"), _("Decide"), _("Your unit graded."))
    )
    signs.record_kinds.add(
        RecordKind(
            "park.gradingrun",
            _("Grading"),
            "park.view_grading",
            sees=f"{OWN}.queries.grades.sees",
            parts=f"{OWN}.queries.grades.parts_of",
            has_papers=True,
        ),
    )
    signs.self_checks.add(
        SelfCheck("park.grades", _("Grades are what their figures give"), f"{OWN}.queries.firm_checks.grades")
    )
    pages.menu.add(
        MenuEntry("park.grading", "land", 7, _("Per-mu grading"), "park:gradings", "park.view_grading")
    )


def sign_in_renewal() -> None:
    """Access rows, checks and menu of land renewal."""
    done = {
        "find_candidates": _("Look for plots that earn little."),
        "nominate_plot": _("Nominate plots for renewal."),
        "verify_on_site": _("Verify renewals on site."),
        "publish_renewal": _("Publish renewals."),
        "choose_path": _("Choose the path of renewals."),
        "value_plot": _("Record the value of plots."),
        "vacate_plot": _("Say that plots are vacated."),
        "offer_plot": _("Offer vacated plots to matching."),
        "contract_plot": _("Record new contracts of plots."),
        "measure_effect": _("Measure the effect of renewals."),
        "drop_renewal": _("Take plots off the board."),
        "write_renewals": _("Nominate plots for renewal by a spreadsheet."),
    }
    signs.access_rows.add(
        AccessRow(
            "park.view_renewals",
            _("See renewals: enterprises their own and those published."),
            WITH_FIRMS,
            kind="page",
        ),
        *(AccessRow(f"park.{name}", about, PARK_DESKS, scope="side") for name, about in done.items()),
    )
    signs.record_kinds.add(
        RecordKind(
            "park.renewal",
            _("Land renewal"),
            "park.view_renewals",
            sees=f"{OWN}.queries.renewal.sees",
            has_papers=True,
        ),
    )
    signs.self_checks.add(
        SelfCheck(
            "park.quotas", _("What renewals released agrees with them"), f"{OWN}.queries.firm_checks.quotas"
        )
    )
    pages.menu.add(
        MenuEntry("park.renewals", "land", 9, _("Land renewal"), "park:renewals", "park.view_renewals")
    )


def _indicators() -> list[Indicator]:
    told = (
        ("above_scale", _("Enterprises above scale"), "stock", "count", _("Enterprises above scale at the end of the period.")),
        ("new_above_scale", _("New enterprises above scale"), "flow", "count", _("Enterprises that came above scale in the period.")),
        ("land_renewed", _("Land renewed"), "flow", "mu", _("Plots given to another enterprise by renewal, in mu.")),
    )  # fmt: skip
    at, graded = f"{OWN}.queries.firm_indicators", f"{OWN}.queries.grade_indicators"
    of_grades = (
        ("tax_per_mu", _("Tax per mu"), "fen", _("Tax of the enterprises of a published grading over the land that they carry, in the year that was graded.")),
        ("share_ab", _("Share of grades A and B"), "percent", _("Of the enterprises that have a grade in a published grading, those of A and B.")),
    )  # fmt: skip
    return [
        Indicator(
            f"park.{code}",
            name,
            unit,
            "ratio",
            "park",
            f"{graded}.{code}",
            f"{graded}.{code}_evidence",
            about,
        )
        for code, name, unit, about in of_grades
    ] + [
        Indicator(f"park.{code}", name, unit, kind, "park", f"{at}.{code}", f"{at}.{code}_evidence", about)  # type: ignore[arg-type]
        for code, name, kind, unit, about in told
    ]


def sign_in_promises() -> None:
    """Access rows, work, reminders and menu of standard land."""
    signs.access_rows.add(
        AccessRow(
            "park.view_promises",
            _("See promises of standard land: enterprises their own."),
            WITH_FIRMS,
            kind="page",
        ),
        AccessRow("park.promise_land", _("Record promises of standard land."), PARK_DESKS, scope="side"),
        AccessRow("park.check_promise", _("Check promises of standard land."), PARK_DESKS, scope="side"),
        AccessRow(
            "park.write_promises",
            _("Bring promises of standard land as a spreadsheet."),
            PARK_DESKS,
            scope="side",
        ),
        AccessRow(
            "park.write_promise_checks",
            _("Bring checks of standard land as a spreadsheet."),
            PARK_DESKS,
            scope="side",
        ),
    )
    signs.work_kinds.add(
        WorkKind(
            "park.check_promise",
            _("Standard land to check"),
            _("Check"),
            _("Your unit recorded the promise."),
        )
    )
    signs.record_kinds.add(
        RecordKind(
            "park.landpromise",
            _("Standard land"),
            "park.view_promises",
            sees=f"{OWN}.queries.promises.sees",
            has_papers=True,
        ),
    )
    signs.indicators.add(*_indicators())
    signs.sweeps.add(Sweep("park.promises", f"{OWN}.actions.promises.remind", every_minutes=60))
    pages.menu.add(
        MenuEntry("park.promises", "land", 11, _("Standard land"), "park:promises", "park.view_promises")
    )


def _rows() -> list[AccessRow]:
    done = {
        "enter_firm": _("Put enterprises on the register of a park."),
        "change_firm": _("Change the profile of enterprises."),
        "leave_park": _("Say that enterprises left the park."),
        "raise_above_scale": _("Say that enterprises are above scale."),
        "drop_below_scale": _("Say that enterprises are above scale no longer."),
        "add_holding": _("Enter plots of enterprises."),
        "end_holding": _("Say that enterprises gave plots up."),
        "report_figures": _("Enter figures of enterprises, and put them right."),
        **{f"write_{one.file_stem}": _("Bring enterprises, plots and figures as spreadsheets.") for one in columns.REGISTERS[:-1]},
    }  # fmt: skip
    agents = PARK_DESKS | {"enterprise"}
    return [
        AccessRow(
            "park.view_firms", _("See enterprises of the parks: an enterprise and its agents their own."), WITH_FIRMS,
            kind="page",
        ),
        AccessRow("park.view_figures", _("See figures of enterprises; tax is masked."), WITH_FIRMS, kind="page"),
        AccessRow("park.read_tax", _("Read the tax of an enterprise, on the record."), PARK_DESKS, scope="side", kind="column"),
        *(AccessRow(f"park.{name}", about, PARK_DESKS, scope="side") for name, about in done.items()),
        AccessRow("park.write_agents", _("Bring agents of enterprises as a spreadsheet."), agents, scope="side"),
        AccessRow("park.name_agent", _("Say who files for an enterprise."), agents, scope="side"),
        AccessRow("park.end_agent", _("Say that somebody files for an enterprise no longer."), agents, scope="side"),
    ]  # fmt: skip
