"""The weekly ledger: what moved, what was paid in, what was asked and answered, and what began to stand still."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q

from shanhai.core.models import Member, Pairing
from shanhai.fields.investment.models import PaidIn, Project, ProjectStep, StallNote
from shanhai.fields.investment.queries import pipeline, projects
from shanhai.fields.investment.rules import ProjectStage, is_step_back
from shanhai.fields.investment.rules import pipeline as rules
from shanhai.fields.office.queries import factors

KIND = "investment.project"
WHAT = ("moved", "paid", "asked", "granted", "stalled", "explained")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the ledger.

    ``what`` is one of ``WHAT``, ``project`` what it is about, ``row`` the record that says it; ``is_back`` marks a step back.
    """

    what: str
    on: date
    project: Project | None
    row: Any
    is_back: bool = False


@dataclass(slots=True)
class Ledger:
    """A week: its days, its lines by what they say, and the capital that came in."""

    week: str
    first: date
    last: date
    lines: dict[str, list[Line]] = field(default_factory=dict)
    paid_fen: int = 0
    before: str = ""
    after: str = ""

    def n(self, what: str) -> int:
        """How many lines say this."""
        return len(self.lines[what])


def week(member: Member | None, pairing: Pairing, text: str, today: date) -> Ledger:
    """The ledger of an ISO week for who asks, "" for the week of today; what lies after today is empty.

    Raises
    ------
    BadInput
        ``investment.no_week``
    """
    first, last = rules.days_of_week(text or rules.week_of(today))
    found = Ledger(rules.week_of(first), first, last)
    found.before = rules.week_of(date.fromordinal(first.toordinal() - 7))
    following = date.fromordinal(last.toordinal() + 1)
    found.after = rules.week_of(following) if following <= today else ""
    seen = projects.projects_of(member, pairing)
    keys = seen.order_by().values("pk")
    found.lines["moved"] = _moved(keys, first, last)
    found.lines["paid"] = _paid(keys, first, last)
    found.paid_fen = sum(line.row.amount_fen for line in found.lines["paid"])
    about: dict[int, Project] = {}
    asked = factors.asked_about(member, pairing, KIND, first, last)
    granted = factors.granted_about(member, pairing, KIND, first, last)
    named = {one.record_id for one in asked} | {one.request.record_id for one in granted}
    if named:
        about = seen.in_bulk([key for key in named if key is not None])
    found.lines["asked"] = [Line("asked", one.asked_on, about.get(one.record_id or 0), one) for one in asked]
    found.lines["granted"] = [
        Line("granted", one.on, about.get(one.request.record_id or 0), one) for one in granted
    ]
    table = pipeline.figure(pairing, rules.STALL_DAYS)
    found.lines["stalled"] = _stalled(seen, table, first, min(last, today))
    found.lines["explained"] = _explained(keys, first, last)
    return found


def _moved(keys: Any, first: date, last: date) -> list[Line]:
    rows = ProjectStep.objects.filter(project__in=keys, on__gte=first, on__lte=last, taken_back_at=None)
    found = rows.select_related("project__enterprise", "member").order_by("on", "pk")
    return [Line("moved", one.on, one.project, one, _is_back(one)) for one in found]


def _is_back(step: ProjectStep) -> bool:
    off_the_way = ProjectStage.DROPPED in (step.came_from, step.to)
    return bool(step.came_from) and not off_the_way and is_step_back(step.came_from, step.to)


def _paid(keys: Any, first: date, last: date) -> list[Line]:
    rows = PaidIn.objects.filter(lead__project__in=keys, on__gte=first, on__lte=last, taken_back_on=None)
    found = rows.select_related("lead__project__enterprise").order_by("on", "pk")
    return [Line("paid", one.on, one.lead.project, one) for one in found]


def _stalled(seen: Any, table: Mapping[str, int], first: date, last: date) -> list[Line]:
    """Those that still stand where they stood, and passed the last day allowed in these days."""
    if last < first:
        return []
    where = Q(pk__in=())
    for one in rules.LISTS:
        if one.stage in table:
            since, until = pipeline.span_of(first, last, int(table[one.stage]))
            where |= Q(stage=one.stage, stage_on__gte=since, stage_on__lte=until)
    found = []
    for project in seen.filter(where).order_by("stage_on", "pk"):
        began = date.fromordinal(project.stage_on.toordinal() + int(table[project.stage]) + 1)
        found.append(Line("stalled", began, project, project))
    return sorted(found, key=lambda line: (line.on, line.row.pk))


def _explained(keys: Any, first: date, last: date) -> list[Line]:
    rows = StallNote.objects.filter(project__in=keys, noted_on__gte=first, noted_on__lte=last)
    found = rows.select_related("project__enterprise", "unit__organisation").order_by("noted_on", "pk")
    return [Line("explained", one.noted_on, one.project, one) for one in found]


def facts_of(line: Line) -> dict[str, Any]:
    """A line as programs read it."""
    row, told = (
        line.row,
        {"what": line.what, "on": line.on, "project": line.project.number if line.project else None},
    )
    if line.what == "moved":
        return told | {"came_from": row.came_from, "to": row.to, "text": row.reason, "record": row.cause}
    if line.what == "paid":
        return told | {"amount_fen": row.amount_fen, "record": row.lead.number, "text": row.evidence}
    if line.what in ("asked", "granted"):
        request = row if line.what == "asked" else row.request
        return told | {"quantity": row.quantity, "measure": request.measure, "record": request.number}
    if line.what == "stalled":
        return told | {"to": row.stage}
    return told | {"to": row.stage, "text": f"{row.reason} {row.measure}"}
