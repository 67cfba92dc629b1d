"""How the cases of this zone ran, and logs that members had analysed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import pgettext

from shanhai.core.calendar import calendar
from shanhai.core.indicators import standing_of
from shanhai.core.models import Member, Pairing, TaskRun
from shanhai.core.models.base import in_language
from shanhai.fields.approval.models import Case, CaseItem, CatalogueVersion
from shanhai.fields.approval.queries import saved
from shanhai.fields.approval.queries.case_logs import evening
from shanhai.fields.approval.rules.log_analysis import Rule, analyse
from shanhai.kernel.refusals import NotFound, gettext_noop
from shanhai.planners.logs import Event, EventLog, log_of

KIND = "approval.analyse_log"
# So many of the latest closed cases are looked at while the reader waits.
MOST = 1_000
# Days in which times are counted; a day is 86,400 s in both.
WORKING, CALENDAR = "working", "calendar"


@dataclass(frozen=True, slots=True)
class OwnWanted:
    """Which closed cases: of a catalogue (empty: that of most), of a mode (empty: both); in which days their times are
    counted; by which orders joint review is reckoned."""

    catalogue: str = ""
    mode: str = ""
    days: str = WORKING  # or CALENDAR
    orders: str = "log"  # or "catalogue": only what the catalogue declares
    free_from: float = 0.0


@dataclass(frozen=True, slots=True)
class OwnLog:
    """The closed cases that are looked at, the latest first, with their log."""

    cases: tuple[Case, ...]
    catalogue: str
    catalogues: tuple[tuple[str, str, int], ...]  # code, name, closed cases; most first
    is_cut_off: bool
    log: EventLog


@dataclass(frozen=True, slots=True)
class OwnFound:
    """What ``rules.log_analysis.analyse`` tells of own cases, and how their days counted."""

    told: dict[str, Any] | None  # None: no case has closed
    catalogue: str
    catalogues: tuple[tuple[str, str, int], ...]
    days: str
    standing: str
    n: int
    is_cut_off: bool
    calendar_days: int
    government_days: int
    owner_days: int


def own_log(member: Member | None, pairing: Pairing, wanted: OwnWanted) -> OwnLog:
    """The closed cases of a pairing that a member sees as a log, from the tables by days (three statements)."""
    closed = saved.closed_of(member, pairing).defer("catalogue__body")
    counts = closed.order_by().values_list(
        "catalogue__catalogue__code", "catalogue__catalogue__name_zh", "catalogue__catalogue__name_en"
    )
    known = [
        (code, in_language(zh, en), n) for code, zh, en, n in counts.annotate(n=Count("pk")).order_by("-n")
    ]
    chosen = next(
        (code for code, _name, _n in known if code == wanted.catalogue), known[0][0] if known else ""
    )
    rows = closed.filter(catalogue__catalogue__code=chosen)
    if wanted.mode:
        rows = rows.filter(mode=wanted.mode)
    cases = list(rows[: MOST + 1])
    log = log_of(_events(cases[:MOST], worked if wanted.days == WORKING else evening))
    return OwnLog(tuple(cases[:MOST]), chosen, tuple(known), len(cases) > MOST, log)


def own_flow(member: Member | None, pairing: Pairing, wanted: OwnWanted) -> OwnFound:
    """How the closed cases of a pairing that a member sees ran (five statements)."""
    own = own_log(member, pairing, wanted)
    sums = Case.objects.filter(pk__in=[one.pk for one in own.cases]).aggregate(
        calendar=Sum("calendar_days"), government=Sum("government_days"), owner=Sum("owner_days")
    )
    told = None
    if own.cases:
        declared = _declared(own.cases) if wanted.orders == "catalogue" else ()
        rule = Rule(declared, wanted.orders == "catalogue", wanted.free_from)
        told = analyse(own.log, rule)
    return OwnFound(
        told, own.catalogue, own.catalogues, wanted.days, standing_of({one.standing for one in own.cases}),
        len(own.cases), own.is_cut_off, *(sums[name] or 0 for name in ("calendar", "government", "owner")),
    )  # fmt: skip


def worked(on: date) -> datetime:
    """A day on an axis that has working days only: what lies between two of them is that many times 24 hours."""
    return evening(_FIRST) + timedelta(days=calendar().count(_FIRST, on))


# Where that axis begins; days before it lie before it.
_FIRST = date(2010, 1, 4)


def _events(cases: Sequence[Case], at: Callable[[date], datetime]) -> Iterator[Event]:
    """Accepted, each item from its opening to its decision, closed; by days, in the reader's language."""
    numbers = {one.pk: one.number for one in cases}
    at = cache(at)
    accepted, closed = pgettext("step of a case", "accepted"), pgettext("step of a case", "closed")
    for one in cases:
        if one.accepted_on is not None:
            yield Event(one.number, accepted, at(one.accepted_on))
    items = CaseItem.objects.filter(case__in=numbers, decided_on__isnull=False).order_by(
        "decided_on", "place"
    )
    for case, zh, en, opens_on, on in items.values_list(
        "case_id", "name_zh", "name_en", "opens_on", "decided_on"
    ):
        if on is not None:
            started = at(opens_on) if opens_on else None
            yield Event(numbers[case], in_language(zh, en), at(on), started=started)
    for one in cases:
        if one.closed_on is not None:
            yield Event(one.number, closed, at(one.closed_on))


def _declared(cases: Sequence[Case]) -> tuple[tuple[str, str, bool], ...]:
    """The orders that the catalogues of cases declare, and that all begins with acceptance and ends with closing."""
    versions = CatalogueVersion.objects.filter(pk__in={one.catalogue_id for one in cases})
    found: dict[tuple[str, str], bool] = {}
    for version in versions:
        document = version.document
        names = {one.code: in_language(one.name_zh, one.name_en) for one in document.items}
        for one in document.items:
            found |= {(names[code], names[one.code]): True for code in one.after}
            found[pgettext("step of a case", "accepted"), names[one.code]] = True
            found[names[one.code], pgettext("step of a case", "closed")] = True
    return tuple((before, after, needed) for (before, after), needed in found.items() if before != after)


# -- logs of others ------------------------------------------------------------------------------------------------


def runs_of(member: Member) -> QuerySet[TaskRun]:
    """The logs that a member had analysed, the latest first."""
    return TaskRun.objects.filter(member=member, kind=KIND).order_by("-asked_at", "-pk")


def run_of(member: Member, pk: int) -> TaskRun:
    """One analysis that a member asked for.

    Raises
    ------
    NotFound
        ``approval.no_analysis``
    """
    found = runs_of(member).filter(pk=pk).first()
    if found is None:
        raise NotFound(
            "approval.no_analysis",
            gettext_noop("You asked for no such analysis of a log. Look at those that you asked for."),
        )
    return found
