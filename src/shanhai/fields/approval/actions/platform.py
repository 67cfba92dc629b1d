"""Writes of what tables of the approval platform bring: files, states of items; and past cases with their two dates.

A decision that was taken on the platform stands: it does not wait for opinions that are out here. They are closed without
a reply, and nobody is counted as silent, since whoever was asked replied there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from typing import Any

from shanhai.core import access, clock, journal, rows, visibility
from shanhai.core.calendar import calendar
from shanhai.core.models import Import, Member, Pairing
from shanhai.core.sheets.columns import Change, Problem
from shanhai.core.sheets.refusing import tried
from shanhai.core.writing import action
from shanhai.fields.approval.actions import deciding, filing
from shanhai.fields.approval.models import Case, CaseItem, DatedCase
from shanhai.fields.approval.queries import cases as queries
from shanhai.fields.approval.queries import catalogues
from shanhai.fields.approval.queries import platform as sheets
from shanhai.fields.approval.rules import platform as rules
from shanhai.fields.approval.rules.replies import Decision
from shanhai.fields.investment.queries import projects
from shanhai.fields.pairing.actions.registers.bringing import (
    Bringing,
    Values,
    names,
    places,
    standing,
    writer,
)
from shanhai.kernel.refusals import NotFound, NotNow, gettext_noop

PLATFORM = "platform"


def _origin(on_import: Import | None) -> dict[str, Any]:
    return {"channel": PLATFORM} | ({"import": on_import.pk} if on_import is not None else {})


def _check_stays(changes: Sequence[Change]) -> None:
    """What a table said of a case has had its effect; it is not taken out with the import."""
    for change in changes:
        if change.outcome == "gone":
            raise NotNow(
                "approval.platform_stands",
                gettext_noop("{row} has had its effect here. Recall or withdraw it on the page of the case."),
                row=change.key.replace("\x1f", " "),
            )


# -- files ---------------------------------------------------------------------------------------------------------


def platform_files_guard(
    changes: Sequence[Change], *, by: Member, pairing: Pairing | None = None
) -> list[list[Problem]]:
    """What stands against files that a member brings: the rights of the page, one step after the other."""
    known = projects.by_number_or_code({change.values["project"] for change in changes})
    return [tried(partial(_check_file, change, known, by), "platform_number") for change in changes]


def _check_file(change: Change, known: dict[str, Any], by: Member) -> None:
    project = known.get(change.values["project"])
    if project is None or not projects.is_seen(by, project):
        raise NotFound(
            "approval.platform_project",
            gettext_noop("There is no project {project}. Register it first, or correct its number or code."),
            project=change.values["project"],
            field="project",
        )
    for name in ("file_case", "hand_in", "accept_case"):
        access.check(by, f"approval.{name}", pairing_id=project.pairing_id)
    if change.before is not None:
        queries.check_keeper(Case.objects.select_related("owner_unit").get(pk=change.object_id or 0), by)


@action
def write_platform_files(
    changes: Sequence[Change],
    *,
    by: Member | None,
    pairing: Pairing | None = None,
    on_import: Import | None = None,
) -> None:
    """Open the files that are new, and take those that are there as far as the platform has them."""
    access.check(by, "approval.write_platform_files", pairing_id=pairing.pk if pairing else None)
    _check_stays(changes)
    known = projects.by_number_or_code({change.values["project"] for change in changes})
    for change in changes:
        if by is not None:
            _check_file(change, known, by)
        values = change.values
        case = _opened(values, known, by, on_import) if change.before is None else _held(change)
        rules.check_forward(str(case.platform_number), case.stage, values["stage"])
        _follow(case, values, by, _origin(on_import))


def _opened(values: Values, known: dict[str, Any], by: Member | None, on_import: Import | None) -> Case:
    version = catalogues.version_of(values["catalogue"]) if values["catalogue"] else None
    case = filing.file_case(
        known[values["project"]], catalogue=version, mode=values["mode"] or "joint", by=by
    )
    rows.move(case, filed_on=values["filed_on"], platform_number=values["platform_number"])
    visibility.place(case, case.filed_on)
    journal.record(case, "approval.write_platform_files", by=by, **_origin(on_import))
    return case


def _held(change: Change) -> Case:
    found = Case.objects.select_related("project__region", "pairing", "catalogue", "owner_unit", "enterprise")
    return found.get(pk=change.object_id or 0)


def _follow(case: Case, values: Values, by: Member | None, origin: dict[str, Any]) -> None:
    """The steps of a file that are still to be taken, each on its day."""
    if case.stage in ("filing", "gaps") and values["stage"] != "filing":
        filing.take_in(case, values["received_on"], by=by, **origin)
    if case.stage == "received" and values["stage"] == "review":
        filing.begin(case, values["accepted_on"], is_deemed=False, by=by, **origin)


# -- states of items -----------------------------------------------------------------------------------------------


def item_states_guard(
    changes: Sequence[Change], *, by: Member, pairing: Pairing | None = None
) -> list[list[Problem]]:
    """What stands against states that a member brings: only the unit that keeps a case writes down what came from outside."""
    cases = sheets.cases_by_number({change.values["case"] for change in changes})
    return [tried(partial(_check_item, change, cases, by), "case") for change in changes]


def _check_item(change: Change, cases: dict[str, Case], by: Member) -> None:
    case = cases.get(change.values["case"])
    if case is None or not sheets.may_see_case(by, case):
        raise NotFound(
            "approval.platform_case",
            gettext_noop(
                "There is no case {number} under review. Correct the number, or bring its file first."
            ),
            number=change.values["case"],
            field="case",
        )
    access.check(by, "approval.record_opinion", pairing_id=case.pairing_id)
    queries.check_keeper(case, by)


@action
def write_item_states(
    changes: Sequence[Change],
    *,
    by: Member | None,
    pairing: Pairing | None = None,
    on_import: Import | None = None,
) -> None:
    """Let the decisions of the platform take effect in an order in which they can have been taken; all of them or none."""
    access.check(by, "approval.write_item_states", pairing_id=pairing.pk if pairing else None)
    _check_stays(changes)
    cases = sheets.cases_by_number({change.values["case"] for change in changes})
    by_case: dict[int, list[Change]] = defaultdict(list)
    for change in changes:
        if by is not None:
            _check_item(change, cases, by)
        by_case[cases[change.values["case"]].pk].append(change)
    held = sheets.held_of(cases.values())
    own = {case.pk: case for case in cases.values()}
    for key, some in by_case.items():
        told = [sheets.told_of(dict(change.values)) for change in some]
        found = rules.judge(own[key].number, held[key], told, clock.today())
        for refused in found.refused.values():
            raise refused
        for one in found.order:
            _decide(own[key], one, by, _origin(on_import))


def _decide(case: Case, told: rules.Told, by: Member | None, origin: dict[str, Any]) -> None:
    assert told.decided_on is not None
    item = CaseItem.objects.select_related("unit").get(case=case, code=told.item)
    item.case, item.channel, item.left_opinions = case, PLATFORM, 0
    rows.move(item, channel=PLATFORM, left_opinions=0)
    deciding.settle(
        item, Decision(told.decision), told.reasons.strip()[:1000], None, told.decided_on, by=by, **origin
    )
    case.refresh_from_db(fields=["stage", "open_items", "version", "closed_on"])


# -- past cases ----------------------------------------------------------------------------------------------------


def dated_cases_guard(
    changes: Sequence[Change], *, by: Member, pairing: Pairing | None = None
) -> list[list[Problem]]:
    """What stands against past cases that a member brings: a seat on a side of their pairing."""
    keys = {
        one.code: one.pk for one in Pairing.objects.filter(code__in={c.values["pairing"] for c in changes})
    }

    def check(change: Change) -> None:
        access.check(by, "approval.write_dated_cases", pairing_id=keys.get(change.values["pairing"]))

    return [tried(partial(check, change), "pairing") for change in changes]


def _write_dated_cases(bringing: Bringing) -> None:
    zones = places(bringing.ref(change.values, "pairing") for change in bringing.changes)

    def fields(values: Values) -> dict[str, Any]:
        pairing_id = bringing.ref(values, "pairing") or 0
        return {
            **{name: values[name] for name in ("number", "kind", "mode", "started_on", "ended_on")},
            "pairing_id": pairing_id,
            "zone_id": zones[pairing_id],
            "days": max(0, calendar().count(values["started_on"], values["ended_on"])),
            **names(values),
            **standing(values),
        }

    bringing.write(DatedCase, fields)


def _member_may(bringing: Bringing) -> None:
    assert bringing.by is not None
    for change in bringing.changes:
        keys = bringing.ref(change.values, "pairing") if change.outcome != "gone" else None
        access.check(bringing.by, bringing.verb, pairing_id=keys)


write_dated_cases = writer(_write_dated_cases, sheets.DATED_CASES, member_may=_member_may)
