"""How much time joint review saved, measured in the records: closed cases of two cohorts, and what levers contributed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet

from shanhai.core.indicators import standing_of
from shanhai.core.models import Member, Pairing
from shanhai.fields.approval.models import Case, CaseItem, CatalogueVersion, Material
from shanhai.fields.approval.queries import cases as queries
from shanhai.fields.approval.queries import platform
from shanhai.fields.approval.rules import cases as rules
from shanhai.fields.approval.rules.catalogue import Catalogue
from shanhai.fields.approval.rules.cohorts import By, Class, Comparison, check_comparison, class_of_project
from shanhai.fields.approval.rules.commitments import LEVER as LETTER
from shanhai.fields.approval.rules.commitments import LetterState
from shanhai.fields.approval.rules.conditions import holds
from shanhai.fields.office.queries import proposals
from shanhai.planners.time_saved import PastCase, TimeSaved, measure_time_saved

INDICATOR = "approval.time_saved"
# The latest of each side; more would make a page wait for draws that no longer move the interval.
MOST = 20_000
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Told:
    """A case as it is measured: what the planner takes, and how sure its record is."""

    past: PastCase
    standing: str


@dataclass(frozen=True, slots=True)
class Saved:
    """What was measured, of which kind its records are, and what was reported beside it."""

    asked: Comparison
    found: TimeSaved
    standing: str
    n_from_dates: int
    is_cut_off: bool  # More cases than MOST on a side: the latest count.
    reported: list[Any]  # Effects of proposals that state a figure of the same indicator, with their source.


def saved(member: Member | None, pairing: Pairing, asked: Comparison) -> Saved:
    """Hold the cohort against its baseline among the closed cases of a pairing that a member sees.

    Raises
    ------
    BadInput
        ``approval.saved_since``
    """
    check_comparison(asked)
    before, is_cut_before = _side(member, pairing, asked, False)
    after, is_cut_after = _side(member, pairing, asked, True)
    found = measure_time_saved([one.past for one in before], [one.past for one in after])
    return Saved(
        asked,
        found,
        standing_of({one.standing for one in (*before, *after)}),
        sum(one.past.from_dates for one in (*before, *after)),
        is_cut_before or is_cut_after,
        proposals.reported_of(member, pairing, INDICATOR),
    )


def _side(
    member: Member | None, pairing: Pairing, asked: Comparison, is_cohort: bool
) -> tuple[list[Told], bool]:
    rows = [one for source in SOURCES for one in source(member, pairing, asked, is_cohort)]
    return rows[:MOST], len(rows) > MOST


# -- cases that ran here -------------------------------------------------------------------------------------------


def closed_of(member: Member | None, pairing: Pairing) -> QuerySet[Case]:
    """The approved cases of a pairing that a member sees, the latest first."""
    rows = queries.cases_of(member, pairing).filter(stage=rules.CaseStage.APPROVED, accepted_on__isnull=False)
    return rows.exclude(government_days=None).order_by("-closed_on", "-pk")


def of_side(rows: QuerySet[Case], asked: Comparison, is_cohort: bool) -> QuerySet[Case]:
    """Of cases, those of the cohort or those of its baseline."""
    if asked.by is By.DAY:
        return rows.filter(**{"accepted_on__gte" if is_cohort else "accepted_on__lt": asked.since})
    rows = rows.filter(mode=rules.Mode.JOINT if is_cohort else rules.Mode.SERIAL)
    return rows.filter(accepted_on__gte=asked.since) if is_cohort and asked.since else rows


def own_cases(member: Member | None, pairing: Pairing, asked: Comparison, is_cohort: bool) -> Iterator[Told]:
    """Cases that ran here, the latest first, with the levers that their records show."""
    rows = of_side(closed_of(member, pairing), asked, is_cohort).defer("catalogue__body")
    documents: dict[int, Catalogue] = {}
    some: list[Case] = []
    for one in rows[: MOST + 1].iterator(chunk_size=_AT_ONCE):
        some.append(one)
        if len(some) == _AT_ONCE:
            yield from _of_own(some, asked, documents)
            some = []
    yield from _of_own(some, asked, documents)


def _of_own(cases: Sequence[Case], asked: Comparison, documents: dict[int, Catalogue]) -> Iterator[Told]:
    """Some cases as they are measured (two statements, and one where versions of catalogues are new)."""
    keys = [one.pk for one in cases]
    codes: dict[int, set[str]] = defaultdict(set)
    marks: dict[int, set[str]] = defaultdict(set)
    covered: dict[int, set[str]] = defaultdict(set)
    rows = CaseItem.objects.filter(case__in=keys).order_by()
    for case, code, state, covers in rows.values_list("case_id", "code", "letter__state", "letter__covers"):
        codes[case].add(code)
        if state not in (None, LetterState.GIVEN):
            marks[case].add(LETTER)
            covered[case].update(covers)
    # What was there before the file was accepted saved nothing.
    late = Q(brought_on=None) | Q(brought_on__gt=F("case__accepted_on"))
    promised = Material.objects.filter(late, case__in=keys, promised_on__isnull=False).order_by()
    for case, code in promised.values_list("case_id", "code"):
        # What a letter covers counts as that lever and as no other.
        if code not in covered[case]:
            marks[case].add("deferred")
    new = {one.catalogue_id for one in cases} - documents.keys()
    if new:
        documents |= {one.pk: one.document for one in CatalogueVersion.objects.filter(pk__in=new)}
    for one in cases:
        assert one.government_days is not None
        catalogue = one.catalogue.catalogue
        kinds = {Class.REGIME: catalogue.profile, Class.CATALOGUE: catalogue.code}
        kind = kinds.get(asked.alike) or class_of_project(one.project.basis, one.project.is_low_risk)
        used = levers_of(one, documents[one.catalogue_id], codes[one.pk], marks[one.pk])
        yield Told(PastCase(one.number, kind, float(one.government_days), used), one.standing)


def dated_cases(
    member: Member | None, pairing: Pairing, asked: Comparison, is_cohort: bool
) -> Iterator[Told]:
    """Past cases of which only start and end are known: marked, and of a class of projects only."""
    if asked.alike is not Class.PROJECT:
        return
    rows = platform.dated_cases_of(member, pairing).order_by("-ended_on", "-pk")
    if asked.by is By.DAY:
        rows = rows.filter(**{"started_on__gte" if is_cohort else "started_on__lt": asked.since})
    else:
        rows = rows.filter(mode=rules.Mode.JOINT if is_cohort else rules.Mode.SERIAL)
        if is_cohort and asked.since:
            rows = rows.filter(started_on__gte=asked.since)
    some = list(rows[: MOST + 1])
    for row, past in zip(some, platform.for_proof(some), strict=True):
        yield Told(past, row.standing)


# Where measured cases come from.
Source = Callable[[Member | None, Pairing, Comparison, bool], Iterable[Told]]
SOURCES: tuple[Source, ...] = (own_cases, dated_cases)


def levers_of(
    case: Case, document: Catalogue, codes: Collection[str], marks: Collection[str]
) -> frozenset[str]:
    """The levers that a case used, as its records show them.

    ``marks`` are those that its rows show: ``deferred``, a minor paper was promised and came after the acceptance; ``commitment``, an
    item was decided on a commitment letter, whatever its verification found. ``regional``: the project lies in an area
    assessed as a whole and an item was left out for it. ``abolished``: an item that the project would have needed is
    abolished in its catalogue.
    """
    used = set(marks)
    facts = case.project.facts
    for item in document.items:
        if item.code in codes or not (item.is_abolished or "regional" in item.levers):
            continue
        if holds(item.when, facts) is False:
            continue
        if item.is_abolished:
            used.add("abolished")
        elif facts.get("is_in_assessed_area"):
            used.add("regional")
    return frozenset(used)
