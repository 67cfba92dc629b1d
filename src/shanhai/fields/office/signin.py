"""What the field signs in: who may do what, what waits for people, what can be found."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shanhai.core import signs
from shanhai.core.signin import KEEPERS, WRITERS
from shanhai.core.signs import (
    AccessRow,
    CommandGroup,
    Indicator,
    RulebookFile,
    SearchKind,
    Sweep,
    WorkKind,
    ZonePart,
)

OWN = "shanhai.fields.office"
OFFICES = frozenset({"leader", "office"})


def sign_in() -> None:
    signs.access_rows.add(*_pages())
    _sign_in_rounds()


def _pages() -> list[AccessRow]:
    pages = {
        "office.view_work": _("See what waits for oneself and one's unit."),
    }
    return [AccessRow(code, about, scope="any", kind="page") for code, about in pages.items()]


# -- reporting rounds ----------------------------------------------------------------------------------------------


def _sign_in_rounds() -> None:
    signs.access_rows.add(*_round_rows())
    signs.work_kinds.add(
        WorkKind(
            "office.answer_round",
            _("Reporting round"),
            _("Fill in"),
            _("Your unit is asked, and the step is yours."),
        ),
        WorkKind(
            "office.review_answer",
            _("Answer to look through"),
            _("Look through"),
            _("Your office opened the round."),
        ),
    )
    signs.search_kinds.add(
        SearchKind(
            "office.round",
            _("Reporting round"),
            f"{OWN}.queries.rounds.rounds_found",
            access="office.view_rounds",
        )
    )
    signs.sweeps.add(Sweep("office.rounds", f"{OWN}.actions.rounds.repeat_rounds", every_minutes=10))
    signs.rulebook_files.add(RulebookFile("office", OWN))
    signs.indicators.add(*_round_indicators())
    signs.zone_parts.add(ZonePart("office.rounds", 50, f"{OWN}.zone.load", f"{OWN}.zone.export"))
    signs.command_groups.add(
        CommandGroup(
            "office", _("Reporting rounds: opened, filled in, looked through, merged."), f"{OWN}.cli.app"
        )
    )


def _round_rows() -> list[AccessRow]:
    of_office = {
        "draft_round": _("Write reporting rounds."),
        "open_round": _("Open reporting rounds."),
        "change_round_form": _("Change the form of reporting rounds."),
        "extend_round": _("Move the due day of reporting rounds."),
        "call_off_round": _("Call reporting rounds off."),
        "remind_missing": _("Remind all units that owe an answer."),
        "review_answer": _("Accept answers, or return their cells with a word."),
        "accept_confirmed": _("Accept all confirmed answers of a round."),
        "take_back_acceptance": _("Take back that an answer was accepted."),
        "hand_over_answer": _("Let a unit answer for one that merged into it."),
        "merge_round": _("Merge rounds into a workbook and the records."),
        "take_back_merging": _("Take back that a round was merged."),
    }
    of_units = {
        "fill_answer": _("Fill in what rounds ask of the own unit."),
        "hand_up": _("Pass the own unit's answer up its ladder, and confirm it."),
        "hand_down": _("Return the own unit's answer to the step below."),
    }
    return [
        AccessRow(
            "office.view_rounds",
            _("See reporting rounds and the own unit's answers."),
            scope="any",
            kind="page",
        ),
        *(AccessRow(f"office.{code}", about, OFFICES, scope="side") for code, about in of_office.items()),
        *(AccessRow(f"office.{code}", about, WRITERS, scope="any") for code, about in of_units.items()),
        AccessRow("office.repeat_round", _("Open the next round of those that repeat."), scope="system"),
        AccessRow("office.load_rounds", _("Load rounds from a zone folder."), OFFICES | KEEPERS, scope="any"),
    ]


def _round_indicators() -> list[Indicator]:
    found = f"{OWN}.queries.indicators"
    reported = {
        "reported_jobs": (_("Jobs across the pairing, as units reported"), "count"),
        "reported_aid": (_("Money for aid, as units reported"), "fen"),
        "reported_sales": (_("Produce sold to the other side, as units reported"), "fen"),
        "reported_visits": (_("Exchanges and visits, as units reported"), "count"),
    }
    return [
        *(
            Indicator(
                f"office.{code}",
                name,
                unit,
                "flow",
                "office",
                f"{found}.{code}_measure",
                f"{found}.{code}_evidence",
                _("Accepted values of merged reporting rounds; each unit's value counts for its own side."),
            )
            for code, (name, unit) in reported.items()
        ),
        Indicator(
            "office.answers_in_time",
            _("Answers to rounds confirmed in time"),
            "percent",
            "ratio",
            "office",
            f"{found}.answers_in_time_measure",
            f"{found}.answers_in_time_evidence",
            _("Of the answers that were due, those that the unit's leader had confirmed by the due day."),
        ),
    ]
