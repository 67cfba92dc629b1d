"""What the field measures of projects: started, completed, at capacity, standing still; shared ones by rule, counted once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from shanhai.core import rulebook
from shanhai.core.indicators import Evidence, Row, Tally
from shanhai.fields.investment.models import Project, ProjectStep
from shanhai.fields.investment.queries.leads import scopes_of
from shanhai.fields.investment.rules import ORDER, ProjectStage
from shanhai.fields.investment.rules import pipeline as rules
from shanhai.kernel.periods import Period


@dataclass(frozen=True, slots=True)
class Counted:
    """A project that counts: from which day to before which, what of it stands above and below the line."""

    project: Project
    from_on: date
    to_on: date | None = None
    above: bool = True


Find = Callable[[Sequence[int], date], Iterator[Counted]]


def _first_at(
    pairing_ids: Sequence[int], stages: Sequence[ProjectStage], last: date
) -> dict[int, dict[ProjectStage, date]]:
    """By project the day on which it first came to each stage or past it, with the project (one statement)."""
    reached = [str(one) for one in ORDER[ORDER.index(min(stages, key=ORDER.index)) :]]
    rows = ProjectStep.objects.filter(
        project__pairing_id__in=pairing_ids, taken_back_at=None, to__in=reached, on__lte=last
    )
    found: dict[int, dict[ProjectStage, date]] = defaultdict(dict)
    for key, came_from, to, on in rows.order_by("on", "pk").values_list("project", "came_from", "to", "on"):
        came = rules.passed(came_from, to) if came_from else (ProjectStage(to),)
        for stage in stages:
            if stage in came:
                found[key].setdefault(stage, on)
    return found


def _projects(keys: Sequence[int]) -> list[Project]:
    rows = Project.objects.filter(pk__in=keys).select_related("pairing")
    return list(rows.order_by("registered_on", "pk"))


def _came_to(stage: ProjectStage) -> Find:
    def find(pairing_ids: Sequence[int], last: date) -> Iterator[Counted]:
        found = _first_at(pairing_ids, [stage], last)
        for one in _projects(list(found)):
            if one.stage != ProjectStage.DROPPED and stage in found[one.pk]:
                yield Counted(one, found[one.pk][stage])

    return find


def _signed(pairing_ids: Sequence[int], last: date) -> Iterator[Counted]:
    """Signed projects by the day on which they were signed; above the line those that have started since."""
    found = _first_at(pairing_ids, [ProjectStage.SIGNED, ProjectStage.BUILDING], last)
    for one in _projects(list(found)):
        if ProjectStage.SIGNED in found[one.pk]:
            yield Counted(
                one, found[one.pk][ProjectStage.SIGNED], above=ProjectStage.BUILDING in found[one.pk]
            )


def _stands(pairing_ids: Sequence[int], last: date) -> Iterator[Counted]:
    """Times in which projects stood still: from the day after the last one allowed until they moved."""
    read = _reader([rules.STALL_DAYS])
    spells: dict[int, list[tuple[str, date, date | None]]] = defaultdict(list)
    steps = ProjectStep.objects.filter(
        project__pairing_id__in=pairing_ids, taken_back_at=None, came_from__in=list(rules.BY_STAGE)
    ).exclude(since_on=None)
    for key, stage, since, on in steps.values_list("project", "came_from", "since_on", "on"):
        assert since is not None  # asked for above
        spells[key].append((stage, since, on))
    rows = Project.objects.filter(pairing_id__in=pairing_ids).select_related("pairing")
    for one in rows.order_by("registered_on", "pk"):
        table = read(one, rules.STALL_DAYS, last)
        for stage, since, until in [*spells[one.pk], (one.stage, one.stage_on, None)]:
            if stage in rules.BY_STAGE and stage in table:
                begins = since + timedelta(days=int(table[stage]) + 1)
                if begins <= last and (until is None or until > begins):
                    yield Counted(one, begins, until)


def _reader(codes: Sequence[str]) -> Callable[[Project, str, date], Mapping[str, int]]:
    """The tables of the rulebook for a project on a day, looked up once a pairing."""
    read = rulebook.reader(codes)
    known: dict[tuple[int, str, date], Any] = {}

    def of(project: Project, code: str, on: date) -> Any:
        key = (project.pairing_id, code, on)
        if key not in known:
            known[key] = read(code, on, scopes_of(project.pairing)).value
        return known[key]

    return of


# Each finds what holds on the day as of which is measured: a figure of a period is the same whatever others are asked for with it.
def _figure(
    find: Find, *, is_ratio: bool = False, is_stock: bool = False
) -> tuple[Callable[..., list[Row]], Callable[..., list[Evidence]]]:
    def counts(one: Counted, period: Period, as_of: date) -> bool:
        if is_stock:
            end = min(period.end, as_of)
            return one.from_on <= end and (one.to_on is None or one.to_on > end)
        return period.start <= one.from_on <= min(period.end, as_of)

    def part(one: Counted, side: str | None, rule: Callable[..., Mapping[str, int]], as_of: date) -> Decimal:
        if side is None:
            return Decimal(1)
        project = one.project
        of = rules.shares(
            1, rule(project, rules.ATTRIBUTION, as_of), project.introducer_side, project.stands_side
        )
        return of.get(side, Decimal(0))

    def measure(pairing_ids: list[int], periods: list[Period], side: str | None, as_of: date) -> list[Row]:
        tally = Tally(is_ratio=is_ratio)
        rule = _reader([rules.ATTRIBUTION])
        for one in find(pairing_ids, as_of):
            share = part(one, side, rule, as_of)
            for period in periods:
                if share and counts(one, period, as_of):
                    project = one.project
                    tally.add(project.pairing_id, period, project.standing, share if one.above else 0, share)
        return tally.rows(pairing_ids, periods, as_of)

    def evidence(pairing_id: int, period: Period, side: str | None, as_of: date) -> list[Evidence]:
        rule = _reader([rules.ATTRIBUTION])
        found = []
        for one in find([pairing_id], as_of):
            share = part(one, side, rule, as_of)
            if share and counts(one, period, as_of):
                project = one.project
                found.append(
                    Evidence(
                        "investment.project",
                        project.pk,
                        f"{project.number} {project.name_zh}",
                        one.from_on,
                        share if one.above else Decimal(0),
                        project.url,
                        side or "",
                        share if is_ratio else Decimal(0),
                        project.standing,
                    )
                )
        return found

    return measure, evidence


measure_started, evidence_started = _figure(_came_to(ProjectStage.BUILDING))
measure_completed, evidence_completed = _figure(_came_to(ProjectStage.COMPLETED))
measure_at_capacity, evidence_at_capacity = _figure(_came_to(ProjectStage.AT_CAPACITY))
measure_start_rate, evidence_start_rate = _figure(_signed, is_ratio=True)
measure_stalled, evidence_stalled = _figure(_stands, is_stock=True)
