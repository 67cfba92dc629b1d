"""Rows of what comes from the approval platform and from old files: what stands here, and what speaks against a row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from django.db.models import Avg, Count, QuerySet

from shanhai.core import access, clock
from shanhai.core.models import Member, Pairing
from shanhai.core.sheets.columns import KEY_JOINT, Problem
from shanhai.core.sheets.refusing import problem_of
from shanhai.fields.approval import columns
from shanhai.fields.approval.models import Case, CaseItem, DatedCase
from shanhai.fields.approval.queries import catalogues
from shanhai.fields.approval.rules import platform as rules
from shanhai.fields.investment.queries import projects
from shanhai.fields.office.queries import shared
from shanhai.fields.pairing.queries.lists import zone_reach
from shanhai.fields.pairing.queries.registers import Table
from shanhai.kernel.refusals import BadInput, Refused, gettext_noop
from shanhai.planners.time_saved import PastCase

Row = dict[str, Any]

DATED_CASES = Table(columns.DATED_CASES, DatedCase, "pairing", {"pairing": "pairing__code"})
dated_cases_rows = DATED_CASES.rows
dated_cases_current = DATED_CASES.current
_FILES = Table(
    columns.PLATFORM_FILES,
    Case,
    "pairing",
    {"project": "project__number", "catalogue": "catalogue__catalogue__code"},
    visible="",
)
_ITEMS = Table(
    columns.ITEM_STATES, CaseItem, "case__pairing", {"case": "case__number", "item": "code"}, visible="case__"
)


# -- files ---------------------------------------------------------------------------------------------------------


def platform_files_rows(
    member: Member | None, pairing: Pairing | None = None, **filters: Any
) -> Iterator[Row]:
    """The files that came from the platform and that a member may take away, by their number there."""
    return map(_as_told, _FILES.rows(member, pairing, platform_number__isnull=False, **filters))


def platform_files_current(keys: Sequence[str], pairing: Pairing | None = None) -> dict[str, Row]:
    """What these files are now; what comes after acceptance is told as accepted."""
    return {key: _as_told(row) for key, row in _FILES.current(keys, pairing).items()}


def _as_told(row: Row) -> Row:
    stage = row["stage"] if row["stage"] in rules.FILED else "review" if row["accepted_on"] else "filing"
    return row | {"stage": stage}


def platform_files_check(rows: Sequence[Row], pairing: Pairing | None = None) -> list[list[Problem]]:
    """Project and catalogue are known, days are in order, and no file goes back."""
    there = {
        one.platform_number: one
        for one in Case.objects.filter(platform_number__in=[row["platform_number"] for row in rows])
    }
    known = projects.by_number_or_code({row["project"] for row in rows})
    today = clock.today()
    found: list[list[Problem]] = []
    for row in rows:
        try:
            _check_file(row, there.get(row["platform_number"]), known, today)
            found.append([])
        except Refused as refused:
            found.append([problem_of(refused, "platform_number")])
    return found


def _check_file(row: Row, held: Case | None, known: dict[str, Any], today: date) -> None:
    number = row["platform_number"]
    project = known.get(row["project"])
    if project is None:
        raise BadInput(
            "approval.platform_project",
            gettext_noop("There is no project {project}. Register it first, or correct its number or code."),
            project=row["project"],
            field="project",
        )
    if row["catalogue"]:
        catalogues.version_of(row["catalogue"])
    if held is not None:
        rules.check_forward(number, held.stage if held.accepted_on is None else "review", row["stage"])
    rules.check_file(number, row["stage"], (row["filed_on"], row["received_on"], row["accepted_on"]), today)
    if held is None:
        return
    for name in ("filed_on", "received_on", "accepted_on"):
        told, here = row[name], getattr(held, name)
        if here is not None and told != here:
            raise BadInput(
                "approval.platform_day_stands",
                gettext_noop(
                    "File {number} came to that step on {here} by the records here. Correct the day."
                ),
                number=number,
                here=here,
                field=name,
            )
    if held.project_id != project.pk:
        raise BadInput(
            "approval.platform_other_project",
            gettext_noop("File {number} is of another project here. Correct the project."),
            number=number,
            field="project",
        )


# -- states of items -----------------------------------------------------------------------------------------------


def item_states_rows(member: Member | None, pairing: Pairing | None = None, **filters: Any) -> Iterator[Row]:
    """The items of cases under review that a member may take away, by case and code."""
    return _ITEMS.rows(member, pairing, case__stage="review", **filters)


def item_states_current(keys: Sequence[str], pairing: Pairing | None = None) -> dict[str, Row]:
    """What these items are now; a case is named by its number here or on the platform."""
    numbers = _numbers({key.split(KEY_JOINT)[0] for key in keys})
    asked = {
        KEY_JOINT.join((numbers.get(case, case), *rest)): key
        for key in keys
        for case, *rest in [key.split(KEY_JOINT)]
    }
    return {
        asked[own]: row | {"case": asked[own].split(KEY_JOINT)[0]}
        for own, row in _ITEMS.current(list(asked), pairing).items()
    }


def _numbers(given: Iterable[str]) -> dict[str, str]:
    """Numbers of the platform to ours."""
    rows = Case.objects.filter(platform_number__in=list(given))
    return {str(there): here for there, here in rows.values_list("platform_number", "number")}


def cases_by_number(given: Iterable[str]) -> dict[str, Case]:
    """Cases by their number here or on the platform, with all that deciding needs (two statements)."""
    given = list(given)
    rows = Case.objects.select_related("project", "pairing", "owner_unit", "catalogue")
    found = {str(one.platform_number): one for one in rows.filter(platform_number__in=given)}
    return found | {one.number: one for one in rows.filter(number__in=given)}


def held_of(cases: Iterable[Case]) -> dict[int, dict[str, rules.Held]]:
    """The items of cases as they stand, by case and code (one statement)."""
    found: dict[int, dict[str, rules.Held]] = defaultdict(dict)
    for one in CaseItem.objects.filter(case__in=list(cases)).order_by("case_id", "place"):
        found[one.case_id][one.code] = rules.Held(
            one.code, one.name_zh, one.state, tuple(one.after), one.opens_on, one.decided_on, one.decision, one.disagreed,
            one.left_papers, one.services_out,
        )  # fmt: skip
    return found


def told_of(row: Row) -> rules.Told:
    """A row as the rules see it."""
    return rules.Told(
        row["item"], row["state"], row["decision"] or "", row["decided_on"], row["reasons"] or ""
    )


def item_states_check(rows: Sequence[Row], pairing: Pairing | None = None) -> list[list[Problem]]:
    """All rows of a case are held against it together: what one opens, another may decide."""
    cases = cases_by_number({row["case"] for row in rows})
    held = held_of(cases.values())
    by_case: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        if row["case"] in cases:
            by_case[cases[row["case"]].pk].append(row)
    today = clock.today()
    against: dict[tuple[int, str], Refused] = {}
    for case in cases.values():
        told = [told_of(row) for row in by_case.get(case.pk, [])]
        refused = rules.judge(case.number, held[case.pk], told, today).refused
        against |= {(case.pk, code): one for code, one in refused.items()}
    return [_problems(row, cases.get(row["case"]), against) for row in rows]


def _problems(row: Row, case: Case | None, against: dict[tuple[int, str], Refused]) -> list[Problem]:
    if case is None:
        missing = BadInput(
            "approval.platform_case",
            gettext_noop(
                "There is no case {number} under review. Correct the number, or bring its file first."
            ),
            number=row["case"],
            field="case",
        )
        return [problem_of(missing, "case")]
    refused = against.get((case.pk, row["item"]))
    return [problem_of(refused, "item")] if refused is not None else []


# -- past cases ----------------------------------------------------------------------------------------------------


def dated_cases_check(rows: Sequence[Row], pairing: Pairing | None = None) -> list[list[Problem]]:
    """A past case is over, and its number is not that of a case which ran here."""
    taken = set(
        Case.objects.filter(number__in=[row["number"] for row in rows]).values_list("number", flat=True)
    )
    today = clock.today()
    found: list[list[Problem]] = []
    for row in rows:
        try:
            rules.check_dates(row["number"], row["started_on"], row["ended_on"], today)
            if row["number"] in taken:
                raise BadInput(
                    "approval.dated_ran_here",
                    gettext_noop("Case {number} ran here, so its days are known. Leave the row out."),
                    number=row["number"],
                    field="number",
                )
            found.append([])
        except Refused as refused:
            found.append([problem_of(refused, "number")])
    return found


def dated_cases_of(member: Member | None, pairing: Pairing) -> QuerySet[DatedCase]:
    """The past cases of a pairing and those nested in it; sort by ``started_on``, ``ended_on``, ``days``."""
    if member is not None:
        access.check(member, "approval.view_cases", pairing_id=pairing.pk)
    rows = DatedCase.objects.filter(pairing__in=zone_reach(member, pairing))
    return rows.select_related("pairing")


def head_of(rows: QuerySet[DatedCase]) -> Row:
    """What leads the list: how many, and their working days in the mean."""
    return rows.order_by().aggregate(n=Count("pk"), mean=Avg("days"))


def named(rows: QuerySet[DatedCase], text: str) -> QuerySet[DatedCase]:
    """Those whose number begins so, or whose name holds the text."""
    return rows.filter(number__startswith=text) | rows.filter(name_zh__contains=text)


def for_proof(rows: Iterable[DatedCase]) -> list[PastCase]:
    """Past cases as ``measure_time_saved`` takes them: each is marked as known by its dates only."""
    return [PastCase(one.number, one.kind, float(one.days), from_dates=True) for one in rows]


def may_see_case(member: Member | None, case: Case) -> bool:
    """Whether a member sees a case."""
    return shared.may_see(member, case)
