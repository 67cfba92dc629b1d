"""Projects that stand still: said why, by whom it is mended and until when; reminded of until somebody does."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from shanhai.core import access, clock, journal, notices, rows, rulebook, work
from shanhai.core.models import Member, Pairing, Unit, WorkItem
from shanhai.core.writing import action
from shanhai.fields.investment.actions.leads import check_unit
from shanhai.fields.investment.actions.project_steps import EXPLAIN
from shanhai.fields.investment.actions.service_teams import facts_of
from shanhai.fields.investment.models import Project, StallNote
from shanhai.fields.investment.queries import leads as lead_queries
from shanhai.fields.investment.queries import pipeline as queries
from shanhai.fields.investment.rules import pipeline as rules
from shanhai.fields.office.queries.shared import people_of, unit_on
from shanhai.kernel.refusals import BadInput, gettext_noop

_SOME = 200
_WHAT = gettext_noop("Say why {number} {title} stands still, and what is done about it")
_DUE = gettext_noop("What was to be done about {number} {title} by {due} is due, and it stands still")
_LATE = gettext_noop("Before the office: {number} {title} stands still, {days} days longer than it may")


@action
def note_stall(
    project: Project,
    *,
    reason: str,
    measure: str,
    due_on: date,
    unit: Unit | None = None,
    by: Member | None,
) -> StallNote:
    """Say why a project stands still, whose business it is, what is done about it and until when; said again it replaces that.

    Parameters
    ----------
    unit
        Whose business it is; who keeps the project where it is left out.
    """
    access.check(by, "investment.note_stall", pairing_id=project.pairing_id)
    rules.check_stalled(project.number, queries.days_over(project))
    rules.check_measure(project.number, reason, measure, due_on, clock.today())
    check_unit(project.pairing, unit)
    unit = unit or project.owner_unit or (by.unit if by is not None else None)
    if unit is None:
        raise BadInput(
            "investment.stall_nobody",
            gettext_noop("Nobody keeps project {number}. Name the unit whose business it is."),
            number=project.number,
            field="unit",
        )
    told = {
        "unit": unit,
        "reason": reason.strip()[:300],
        "measure": measure.strip()[:300],
        "due_on": due_on,
        "noted_on": clock.today(),
        "member": by,
    }
    note = queries.note_of(project)
    if note is None:
        note = StallNote.objects.create(
            project=project, stage=project.stage, since_on=project.stage_on, **told
        )
    else:
        rows.move(note, **told)
    # The project is the guard of its notes: of two who write the first one at once the second is told.
    rows.move(project)
    journal.record(
        note, "investment.note_stall", by=by, pairing_id=project.pairing_id, project=project.number
    )
    work.done(EXPLAIN, project, by=by)
    return note


# -- what time does to projects ------------------------------------------------------------------------------------


def sweep(now: datetime) -> int:
    """Ask why projects stand still, remind of what was to be done, tell the office; a second run says nothing new."""
    today = clock.local(now).date()
    read = rulebook.reader([rules.STALL_DAYS, rules.ESCALATION])
    n = 0
    for pairing in Pairing.objects.filter(pk__in=Project.objects.order_by().values("pairing")).order_by("pk"):
        scopes = lead_queries.scopes_of(pairing)
        table: Any = read(rules.STALL_DAYS, today, scopes).value
        after: Any = read(rules.ESCALATION, today, scopes).value
        rows_ = Project.objects.filter(queries.stalled_where(table, today), pairing=pairing)
        found = queries.with_explained(rows_).select_related("owner_unit", "pairing").order_by("pk")
        stream = found.iterator(chunk_size=_SOME)
        while some := list(islice(stream, _SOME)):
            n += _look_after(some, table, after, today)
    return n


def _look_after(some: list[Project], table: dict[str, int], after: int, today: date) -> int:
    asked = set(
        WorkItem.objects.filter(
            kind=EXPLAIN,
            subject_kind="investment.project",
            subject_id__in=[one.pk for one in some],
            stage=WorkItem.Stage.OPEN,
        ).values_list("subject_id", flat=True)
    )
    told = notices.told(key for one in some for key in (_key(one, "due"), _key(one, "office")))
    n = 0
    for one in some:
        due: date | None = one.measure_due_on  # type: ignore[attr-defined]
        over = rules.days_over(one.stage, one.stage_on, table, today)
        if due is None and one.pk not in asked and one.owner_unit is not None:
            _ask(one, today, by=None)
            n += 1
        if due is not None and due < today and _key(one, "due") not in told:
            n += _tell(one, "due", _DUE, one.owner_unit_id, due=str(due))
        if due is None and over > after and _key(one, "office") not in told:
            office = unit_on(one.pairing_id, one.owner_side or "mountain", "office")
            n += _tell(one, "office", _LATE, office.pk if office else None, days=str(over))
    return n


@action
def _ask(project: Project, today: date, *, by: Member | None) -> None:
    assert project.owner_unit is not None
    due = today + timedelta(days=7)
    work.open_item(EXPLAIN, project, project.owner_unit, _WHAT, facts_of(project), project.url, due, by=by)


def _key(project: Project, what: str) -> str:
    due: date | None = getattr(project, "measure_due_on", None) if what == "due" else None
    since = project.stage_on.toordinal()
    return f"investment.project:{project.pk}:stall:{since}:{what}:{due.toordinal() if due else 0}"


def _tell(project: Project, what: str, sentence: str, unit: int | None, **facts: str) -> int:
    return notices.tell(
        _key(project, what),
        "investment.project",
        sentence,
        facts_of(project) | facts,
        project.url,
        people_of(unit),
        project.pairing_id,
    )
