"""The working days that the whole installation counts by: the shipped notices and those that were loaded since."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Count, Max

from shanhai.core import access, clock, journal, signs
from shanhai.core.models import Member, WorkdayNotice
from shanhai.core.writing import action
from shanhai.kernel import workdays
from shanhai.kernel.refusals import BadInput, gettext_noop

# Another process may load a notice; that is seen after this many seconds.
_LOOK_AGAIN_S = 1.0


@dataclass(frozen=True, slots=True)
class Moved:
    """An open deadline that a notice moves."""

    kind: str
    id: int
    text: str
    url: str
    before: date
    after: date


class _Kept:
    """The calendar of this process and what it was built from."""

    def __init__(self) -> None:
        self.mutex = threading.Lock()
        self.calendar: workdays.Calendar | None = None
        self.built_from: Any = None
        self.looked_at = -_LOOK_AGAIN_S


_kept = _Kept()


def calendar() -> workdays.Calendar:
    """The calendar of today's knowledge. Costs a query at most once a second, and threads may share it."""
    moment = time.monotonic()
    at_hand = _kept.calendar
    if at_hand is not None and moment - _kept.looked_at < _LOOK_AGAIN_S:
        return at_hand
    with _kept.mutex:
        built_from = tuple(WorkdayNotice.objects.aggregate(n=Count("pk"), last=Max("pk")).values())
        at_hand = _kept.calendar
        if at_hand is None or built_from != _kept.built_from:
            at_hand = _kept.calendar = _build()
            _kept.built_from = built_from
        _kept.looked_at = moment
        return at_hand


def _build() -> workdays.Calendar:
    built = workdays.official()
    # In the order in which they were loaded; instants of a demonstration's clock begin anew with each process.
    for row in WorkdayNotice.objects.order_by("pk"):
        built = built.with_notice(_read(row.year, row.off_days, row.work_days, row.source))
    return built


def _read(
    year: int, off_days: Iterable[date | str], work_days: Iterable[date | str], source: str
) -> workdays.Notice:
    return workdays.parse_notice(
        {
            "year": year,
            "off": [str(day) for day in off_days],
            "work": [str(day) for day in work_days],
            "source": [source],
        }
    )


def forget() -> None:
    """Look at the notices again at the next call."""
    _kept.looked_at = -_LOOK_AGAIN_S
    _kept.calendar = None


def preview_notice(
    year: int, off_days: Iterable[date | str], work_days: Iterable[date | str], source: str
) -> list[Moved]:
    """Which open deadlines a notice would move; nothing is written."""
    old = calendar()
    return _ask_hooks(old, old.with_notice(_read(year, off_days, work_days, source)), apply=False)


@action
def load_notice(
    year: int,
    off_days: Iterable[date | str],
    work_days: Iterable[date | str],
    source: str,
    *,
    by: Member | None,
) -> list[Moved]:
    """Load the official notice of a year and move the open deadlines that it touches.

    Of two notices for one year the later counts.

    Raises
    ------
    BadInput
        The notice is wrong (``workdays...``), or its source is missing (``core.notice_without_source``).
    """
    access.check(by, "core.load_notice")
    if not source.strip():
        raise BadInput(
            "core.notice_without_source",
            gettext_noop(
                "The notice for {year} has no source. Give the document number of the State Council's notice."
            ),
            year=year,
        )
    notice = _read(year, off_days, work_days, source)
    old = _build()
    row = WorkdayNotice.objects.create(
        year=year,
        off_days=sorted(str(day) for day in notice.off),
        work_days=sorted(str(day) for day in notice.work),
        source=source,
        loaded_at=clock.now(),
        by=by,
    )
    moved = _ask_hooks(old, old.with_notice(notice), apply=True)
    journal.record(
        row,
        "core.load_notice",
        by=by,
        year=year,
        source=source,
        off=row.off_days,
        work=row.work_days,
        moved=[{"kind": one.kind, "id": one.id, "before": one.before, "after": one.after} for one in moved],
    )
    forget()
    transaction.on_commit(forget)  # What another thread built meanwhile lacks this notice.
    return moved


def _ask_hooks(old: workdays.Calendar, new: workdays.Calendar, *, apply: bool) -> list[Moved]:
    moved: list[Moved] = []
    for hook in signs.deadline_hooks:
        moved += signs.call(hook.run)(old, new, apply)
    return sorted(moved, key=lambda one: (one.after, one.kind, one.id))
