"""``shanhai approval saved|board``: what joint review saved, and where all open cases stand."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.core import sentences
from shanhai.fields.approval import columns
from shanhai.fields.approval.queries import board as boards
from shanhai.fields.approval.queries import saved as queries
from shanhai.fields.approval.queries import told
from shanhai.fields.approval.rules.board import Danger
from shanhai.fields.approval.rules.catalogue import LEVERS
from shanhai.fields.approval.rules.cohorts import By, Class, Comparison
from shanhai.fields.office.cli import shared
from shanhai.webkit import command_input as given
from shanhai.webkit import words
from shanhai.webkit.commands import AsJson, Part, remark, show_json, show_whole

_BYS = tuple((str(one),) for one in By)
_DANGERS = tuple((str(one),) for one in Danger)
_CLASSES = tuple((str(one),) for one in Class)


def add_to(app: typer.Typer) -> None:
    """The commands of this module."""
    app.command("saved")(show_saved)
    app.command("board")(show_board)


def show_saved(
    pairing: shared.PairingCode = "",
    by: Annotated[str, given.choice("--by", _BYS, "Joint against serial, or by a day")] = "mode",
    since: Annotated[
        date | None,
        given.a_day("--since", "Of the cohort: accepted from this day on; with --by day it parts both."),
    ] = None,
    alike: Annotated[str, given.choice("--class", _CLASSES, "What makes cases alike")] = "project",
    as_json: AsJson = False,
) -> None:
    """The time that joint review saved: closed cases against those of the baseline, and what levers contributed."""
    reader = shared.reader("approval.view_analysis")
    one = queries.saved(reader, shared.pairing_of(pairing), Comparison(By(by), since, Class(alike)))
    if as_json:
        show_json(told.saved_as_plain(one))
        return
    found = one.found
    facts: dict[str, Any] = {
        "cut": words.percent(found.cut, 1),
        "ci95": None if found.ci95 is None else " – ".join(words.percent(end, 1) for end in found.ci95),
        "saved": words.num(found.saved_wd, 1),
        "standing": one.standing,
    }
    headings = {
        "cut": _("Time saved"),
        "ci95": _("95 % interval"),
        "saved": _("Working days saved in a case"),
        "standing": _("Records"),
    }
    if one.reported:
        facts["reported"] = ", ".join(
            f"{words.num(row.change_percent)} % ({row.source})" for row in one.reported
        )
        headings["reported"] = _("Reported, not measured here")
    show_whole(facts, headings, [_sides(found), _levers(found)])
    for note in found.notes:
        remark(sentences.reason(note))


def _sides(found: Any) -> Part:
    rows = []
    for name, of in ((_("Baseline"), "baseline"), (_("Cohort"), "cohort")):
        days = getattr(found, of)
        if days is not None:
            told_days = {key: words.num(getattr(days, key), 1) for key in ("mean", "median", "p90")}
            rows.append({"side": name, "n": days.n, **told_days})
    heads = {"side": "", "n": _("Closed cases"), "mean": _("Mean wd"), "median": _("Median"), "p90": _("p90")}
    return Part("sides", _("Government working days"), rows, heads, ("mean", "median", "p90"))


def _levers(found: Any) -> Part:
    rows = [
        {
            "lever": columns.words(LEVERS, row.lever),
            "cases": row.cases,
            "saved": words.num(row.saved_wd, 1),
            "share": words.percent(row.share),
        }
        for row in found.levers
    ]
    heads = {
        "lever": _("Lever"),
        "cases": _("Cases that used it"),
        "saved": _("Working days"),
        "share": _("Share"),
    }
    return Part("levers", _("What levers contributed"), rows, heads, ("saved", "share"))


def show_board(
    pairing: shared.PairingCode = "",
    department: Annotated[str, given.text("--department", 40, "On whose desk, by code.")] = "",
    danger: Annotated[str, given.choice("--danger", _DANGERS, "How near its deadline", or_none=True)] = "",
    catalogue: Annotated[str, given.text("--catalogue", 40, "Of this catalogue.")] = "",
    as_json: AsJson = False,
) -> None:
    """All open cases: stage, working days left, risk of missing the deadline, and who holds the critical path."""
    found = boards.board(shared.reader("approval.view_analysis"), shared.pairing_of(pairing))
    wanted = boards.Wanted(department, danger, catalogue)
    if as_json:
        show_json(told.board_as_plain(found, wanted))
        return
    heads = {
        "number": _("Number"),
        "column": _("Stage"),
        "due_on": _("Deadline"),
        "days_left": _("Days left"),
        "danger": _("How it stands"),
        "risk": _("Risk of being late"),
        "held_by": _("Held by"),
        "item": _("Item"),
    }
    rows = [
        told.placed_as_plain(one) | {"risk": None if one.risk is None else words.percent(one.risk)}
        for one in found.rows
        if wanted.takes(one)
    ]
    show_whole(
        {"open": found.n_open},
        {"open": _("Open cases")},
        [Part("cases", _("Open cases"), rows, heads, ("risk",))],
    )
    for one in found.learnt:
        if not one.is_enough:
            remark(
                _("Reviewed {mode}: {n} cases have closed, too few to tell a risk.").format(
                    mode=one.mode, n=one.closed
                )
            )
