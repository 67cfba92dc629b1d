"""Reads of the way of projects: what a step still lacks, who stands still, the board, whose they are, who serves them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum

from shanhai.core import clock, rulebook
from shanhai.core.models import Member, Organisation, Pairing
from shanhai.fields.investment.models import Project, ProjectStep, StallNote, TeamMember
from shanhai.fields.investment.queries import evidence
from shanhai.fields.investment.queries.leads import scopes_of
from shanhai.fields.investment.rules import ORDER, ProjectStage
from shanhai.fields.investment.rules import pipeline as rules
from shanhai.fields.office.queries import shared
from shanhai.fields.park.queries import firms
from shanhai.kernel.identifiers import region_parent
from shanhai.kernel.refusals import NotFound, gettext_noop

ON_THE_WAY = tuple(str(one) for one in ORDER)
FIRST = 5


# -- the rulebook --------------------------------------------------------------------------------------------------


def figure(pairing: Pairing, code: str, on: date | None = None) -> Any:
    """A figure of the rulebook that holds for the projects of a pairing on a day."""
    return rulebook.value(code, on or clock.today(), scopes_of(pairing)).value


def figures(pairing: Pairing, *codes: str) -> dict[str, Any]:
    """Several of them as they hold today (one statement)."""
    found = rulebook.values_of(codes, clock.today(), scopes_of(pairing))
    return {code: found[code].value for code in codes}


# -- sides ---------------------------------------------------------------------------------------------------------


def stands_sides(pairing: Pairing, regions: Iterable[str]) -> dict[str, str]:
    """By region the side of a pairing on whose land it lies, empty where it is on neither's (one statement)."""
    lands = [
        (party.organisation.region.code, str(party.role))
        for party in pairing.parties.select_related("organisation__region").order_by("pk")
    ]
    found = {}
    for code in set(regions):
        line = _line(code)
        found[code] = next((side for land, side in lands if land in line), "")
    return found


def _line(code: str) -> list[str]:
    """A region and those that it lies in, from below."""
    found, at = [], code
    while at:
        found.append(at)
        at = region_parent(at) or ""
    return found


# -- steps ---------------------------------------------------------------------------------------------------------


def known(project: Project, paper: str = "") -> dict[str, Any]:
    """The facts of a project that stages ask for, those that stand elsewhere included (two statements)."""
    firm = firms.by_codes([project.enterprise.code]).get(project.enterprise.code)
    return {
        **{name: getattr(project, name) for name in rules.FACT_NAMES if hasattr(project, name)},
        rules.PAPER: paper.strip(),
        rules.SCALE: firm is not None and firm.is_above_scale,
        rules.CHECKED: project.checks.exists(),
    }


def missing_for(project: Project, to: str, paper: str = "") -> tuple[str, ...]:
    """What a step of a project still lacks, by name."""
    if not rules.passed(project.stage, to):
        return ()
    return rules.missing(known(project, paper), figure(project.pairing, rules.FACTS), project.stage, to)


def steps_of(project: Project) -> list[ProjectStep]:
    """The stage log, latest first."""
    return list(project.steps.select_related("member").order_by("-pk"))


def last_step(project: Project) -> ProjectStep | None:
    """The step by which a project came where it is; None where a register says so."""
    found = project.steps.filter(taken_back_at=None).select_related("member").order_by("-pk").first()
    return found if found is not None and found.to == project.stage else None


def was_brought(project: Project, case: str, to: str) -> bool:
    """Whether a case has brought a project to a stage before; it does so once."""
    return project.steps.filter(cause=case, to=to).exists()


# -- standing still ------------------------------------------------------------------------------------------------


def stalled_where(table: Mapping[str, int], today: date) -> Q:
    """The condition that a project stands still today: longer at its stage than the rule allows."""
    found = Q(pk__in=())
    for stage, last in rules.last_days(table, today).items():
        found |= Q(stage=stage, stage_on__lte=last)
    return found


def stalled(rows: QuerySet[Project], pairing: Pairing) -> QuerySet[Project]:
    """Those of some projects that stand still today."""
    return rows.filter(stalled_where(figure(pairing, rules.STALL_DAYS), clock.today()))


def on_list(rows: QuerySet[Project], name: str) -> QuerySet[Project]:
    """Of projects that stand still, those on one of the five lists, or on the part of it that a stage names."""
    stages = [str(one.stage) for one in rules.LISTS if name in (one.five, one.stage)]
    return rows.filter(stage__in=stages)


def with_notes(rows: Sequence[Project]) -> None:
    """Give each project the note that holds of it (one statement)."""
    found = {
        (one.project_id, one.stage, one.since_on): one
        for one in StallNote.objects.filter(project__in=[row.pk for row in rows]).select_related(
            "unit__organisation", "member"
        )
    }
    for row in rows:
        row.note = found.get((row.pk, row.stage, row.stage_on))  # type: ignore[attr-defined]


def note_of(project: Project) -> StallNote | None:
    """The note that holds of a project where it stands."""
    rows = project.stalls.filter(stage=project.stage, since_on=project.stage_on)
    return rows.select_related("unit__organisation", "member").first()


def days_over(project: Project, table: Mapping[str, int] | None = None) -> int:
    """By how many days a project stands longer where it is than the rule allows."""
    table = figure(project.pairing, rules.STALL_DAYS) if table is None else table
    return rules.days_over(project.stage, project.stage_on, table, clock.today())


def with_explained(rows: QuerySet[Project]) -> QuerySet[Project]:
    """Projects with the day until which something is done about them, None where nobody has said why they stand still."""
    held = StallNote.objects.filter(
        project=OuterRef("pk"), stage=OuterRef("stage"), since_on=OuterRef("stage_on")
    )
    return rows.annotate(measure_due_on=Subquery(held.values("due_on")[:1]))


def lists_of(rows: QuerySet[Project], table: Mapping[str, int], today: date) -> dict[str, tuple[int, int]]:
    """By stage how many stand still there, and how many of them nobody has explained (one statement)."""
    found = with_explained(rows.order_by().filter(stalled_where(table, today)))
    counted = found.values("stage").annotate(n=Count("pk"), open=Count("pk", Q(measure_due_on=None)))
    told = {one["stage"]: (one["n"], one["open"]) for one in counted.order_by("stage")}
    return {str(one.stage): told.get(str(one.stage), (0, 0)) for one in rules.LISTS}


# -- the board -----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Column:
    """A column of the board: a stage, how many projects are there, their investment, how many stand still, those first."""

    stage: str
    n: int = 0
    fen: int = 0
    stalled: int = 0
    first: list[Project] = field(default_factory=list)


def board(rows: QuerySet[Project], table: Mapping[str, int], today: date, first: int = FIRST) -> list[Column]:
    """All stages in their order with their first projects, those longest there first (a statement for each stage, and one)."""
    stands = stalled_where(table, today)
    told = {
        one["stage"]: one
        for one in rows.order_by()
        .values("stage")
        .annotate(n=Count("pk"), fen=Sum("investment_fen", default=0), stalled=Count("pk", stands))
        .order_by("stage")
    }
    found = []
    for stage in ON_THE_WAY:
        one = told.get(stage, {"n": 0, "fen": 0, "stalled": 0})
        column = Column(stage, one["n"], one["fen"], one["stalled"])
        if column.n and first:
            column.first = list(rows.filter(stage=stage).order_by("stage_on", "pk")[:first])
        found.append(column)
    return found


@dataclass(slots=True)
class Part:
    """What a side books of the projects: their number and investment."""

    side: str
    n: Decimal = Decimal(0)
    fen: Decimal = Decimal(0)


def by_side(rows: QuerySet[Project], rule: Mapping[str, int]) -> list[Part]:
    """What each side books of projects; the parts add up to what there is (one statement)."""
    rules.check_attribution(rule)
    counted = (
        rows.order_by()
        .values("introducer_side", "stands_side")
        .annotate(n=Count("pk"), fen=Sum("investment_fen", default=0))
        .order_by("introducer_side", "stands_side")
    )
    found: dict[str, Part] = {}
    for one in counted:
        whose = (one["introducer_side"], one["stands_side"])
        for side, n in rules.shares(one["n"], rule, *whose).items():
            found.setdefault(side, Part(side)).n += n
        for side, fen in rules.shares(one["fen"], rule, *whose, is_money=True).items():
            found.setdefault(side, Part(side)).fen += fen
    return [found[side] for side in sorted(found)]


# -- people and firms ----------------------------------------------------------------------------------------------


def team_of(project: Project) -> list[TeamMember]:
    """The service team of today: who leads it first, then by side."""
    rows = project.team.filter(to_on=None).select_related("member__unit__organisation")
    return sorted(rows, key=lambda one: (one.task != rules.Task.LEADS, one.side, one.pk))


def team_member_of(project: Project, code: str) -> TeamMember:
    """Somebody of the team of today, by the code of the member.

    Raises
    ------
    NotFound
        ``investment.not_in_team``
    """
    found = project.team.filter(to_on=None, member__code=code[:60]).select_related("member").first()
    if found is None:
        raise NotFound(
            "investment.not_in_team",
            gettext_noop("{member} is not in the team of project {number}. Look at its page."),
            member=code[:60],
            number=project.number,
        )
    found.project = project
    return found


def of_firm(member: Member | None, organisation: Organisation) -> list[Project]:
    """The projects of an enterprise that a member sees; its own people see all of them, latest first."""
    rows = Project.objects.filter(enterprise=organisation).select_related("region", "pairing")
    found = list(rows.order_by("-registered_on", "-pk"))
    if member is None or member.unit.organisation_id == organisation.pk:
        return found
    if firms.by_codes([organisation.code]) and _files_for(member, organisation):
        return found
    return [one for one in found if shared.may_see(member, one)]


def _files_for(member: Member, organisation: Organisation) -> bool:
    firm = firms.by_codes([organisation.code])[organisation.code]
    return firms.is_own(member, firm)


def span_of(first: date, last: date, days: int) -> tuple[date, date]:
    """The days of coming to a stage by which one begins to stand still between two days."""
    return first - timedelta(days=days + 1), last - timedelta(days=days + 1)


def is_over(project: Project) -> bool:
    """Whether nothing is left of its way."""
    return project.stage in (ProjectStage.AT_CAPACITY, ProjectStage.DROPPED)


def way_of(project: Project, reader: Member | None) -> dict[str, Any]:
    """The way of a project as programs read it; of papers those that are shown to the reader."""
    found = figures(project.pairing, rules.FACTS, rules.STALL_DAYS, rules.ATTRIBUTION)
    team = team_of(project)
    to = None if is_over(project) else ORDER[ORDER.index(ProjectStage(project.stage)) + 1]
    lacking = rules.missing(known(project), found[rules.FACTS], project.stage, to) if to else ()
    return {
        "number": project.number,
        "version": project.version,
        "next": str(to) if to else None,
        "missing": list(lacking),
        "days_over": days_over(project, found[rules.STALL_DAYS]),
        "steps": _steps_with_papers(project, reader),
        "team": team,
        "team_lacks": list(rules.team_gaps((one.side, one.task) for one in team)),
        "attribution": rules.weights(found[rules.ATTRIBUTION], project.introducer_side, project.stands_side),
        "checks": list(project.checks.order_by("-pk")),
    }


def _steps_with_papers(project: Project, reader: Member | None) -> list[ProjectStep]:
    """The log, latest first, each step with its place from 1 and the numbers of what shows it."""
    steps: list[Any] = list(steps_of(project))
    hung = evidence.papers_on(reader, steps)
    for place, step in zip(range(len(steps), 0, -1), steps, strict=True):
        step.place, step.papers = place, [one.pk for one in hung.get(step.pk, [])]
    return steps
