"""Reads of technical problems: who sees which, what leads the list, and how many were solved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from shanhai.core import access, clock, replies, visibility
from shanhai.core.indicators import Evidence, Row, Tally
from shanhai.core.models import Attachment, Climb, Document, Member, Pairing, Seat
from shanhai.core.queries.pairings import within
from shanhai.core.search import Found
from shanhai.fields.pairing.models import TechnicalAnswer, TechnicalProblem
from shanhai.fields.pairing.rules import technical as rules
from shanhai.kernel.periods import Period
from shanhai.kernel.refusals import NotFound, gettext_noop

# What is not shared yet is read by the public bodies of its side, not by other firms and villages.
_NOT_BEFORE_SHARED = frozenset({*visibility.FIRMS, "village"})
SHOWN = ("asker", "asker_unit", "pairing", "activity", "accepted__organisation", "accepted__member")


def problems_of(member: Member | None, pairing: Pairing) -> QuerySet[TechnicalProblem]:
    """The technical problems of a pairing and those nested in it that a member sees; sort by ``posted_on, id``."""
    rows = TechnicalProblem.objects.select_related(*SHOWN)
    if pairing.zone_id in (None, pairing.pk):
        rows = rows.filter(zone_id=pairing.pk)
    else:
        rows = rows.filter(pairing_id__in=within(pairing))
    return rows.filter(seen_by(member)) if member is not None else rows


def seen_by(member: Member) -> Q:
    """Shared ones for every seat; before that the asker's own, and those of one's side for its public bodies."""
    here = access.standing(member)
    if here.roles & access.SEES_ALL:
        return Q()
    seen = Q(pk__in=[])
    by_side: dict[str, list[int]] = defaultdict(list)
    for pairing_id, side in here.sides.items():
        by_side[side].append(pairing_id)
    seen |= Q(shared_on__isnull=False, pairing_id__in=list(here.sides))
    seen |= Q(asker_id=here.organisation_id) | Q(asker_unit_id=here.unit_id)
    if member.unit.organisation.kind not in _NOT_BEFORE_SHARED:
        for side, pairing_ids in by_side.items():
            seen |= Q(side=side, pairing_id__in=pairing_ids)
    return seen


def sees(member: Member, problem: TechnicalProblem) -> bool:
    """Whether a member sees one: what the list says."""
    return TechnicalProblem.objects.filter(seen_by(member), pk=problem.pk).exists()


def shown_to(keys: Collection[int]) -> dict[int, set[int]]:
    """Of problems that are not shared the organisations that see them, as ``seen_by`` has it; shared ones are left out."""
    rows = TechnicalProblem.objects.filter(pk__in=keys, shared_on=None)
    found, sides = {}, {}
    for pk, asker, home, pairing_id, side in rows.values_list(
        "pk", "asker_id", "asker_unit__organisation_id", "pairing_id", "side"
    ):
        found[pk], sides[pk] = {asker, home}, (pairing_id, side)
    bodies: dict[tuple[int, str], set[int]] = defaultdict(set)
    seats = Seat.objects.filter(pairing_id__in={pairing_id for pairing_id, _ in sides.values()})
    seats = seats.exclude(organisation__kind__in=_NOT_BEFORE_SHARED)
    for pairing_id, side, organisation_id in seats.values_list("pairing_id", "side", "organisation_id"):
        bodies[pairing_id, side].add(organisation_id)
    return {pk: own | bodies[sides[pk]] for pk, own in found.items()}


def problem_of(member: Member | None, number: str) -> TechnicalProblem:
    """One technical problem, for those who see it.

    Raises
    ------
    NotFound
        ``pairing.no_technical_problem``
    """
    rows = TechnicalProblem.objects.select_related(*SHOWN).filter(number=number)
    found = (rows.filter(seen_by(member)) if member is not None else rows).first()
    if found is None:
        raise no_problem(number)
    return found


def no_problem(number: str) -> NotFound:
    """The refusal of a problem that is not there, or not shown: ``pairing.no_technical_problem``."""
    return NotFound(
        "pairing.no_technical_problem",
        gettext_noop("There is no technical problem {number}, or it is not shown to you. Look for it in the list."),
        number=number[:40],
    )  # fmt: skip


def answer_of(problem: TechnicalProblem, pk: int) -> TechnicalAnswer:
    """An answer of a problem.

    Raises
    ------
    NotFound
        ``pairing.no_technical_answer``
    """
    found = problem.answers.filter(pk=pk).select_related("organisation", "member").first()
    if found is None:
        raise NotFound(
            "pairing.no_technical_answer",
            gettext_noop("Technical problem {number} has no answer {answer}. Look for it on its page."),
            number=problem.number,
            answer=pk,
        )
    return found


def papers_of_answer(answer: TechnicalAnswer) -> list[Document]:
    """The drawings and papers of an answer; whoever reads the problem opens them."""
    hung = Attachment.objects.filter(kind="pairing.technicalanswer", object_id=answer.pk)
    found = hung.filter(document__withdrawn_on=None).select_related("document").order_by("pk")
    return [one.document for one in found]


def parts_of(problem: TechnicalProblem) -> list[tuple[str, list[int]]]:
    """The rows of a problem on which papers hang besides: its answers."""
    return [("pairing.technicalanswer", list(problem.answers.values_list("pk", flat=True)))]


def answer_on_its_way(climb: Climb, by: Member) -> TechnicalAnswer:
    """What a unit prepared, in the shape of an answer that has no number yet."""
    return TechnicalAnswer(
        organisation=by.unit.organisation,
        member=by,
        side=access.standing(by).side_in(replies.subject_of(climb).pairing_id) or "",
        on=clock.today(),
        text=climb.given["text"],
        text_en=climb.given.get("text_en", ""),
    )


def is_asker(problem: TechnicalProblem, member: Member | None) -> bool:
    """Whether a member speaks for whoever posted it."""
    if member is None:
        return True
    here = access.standing(member)
    return here.organisation_id == problem.asker_id or here.unit_id == problem.asker_unit_id


def head_of(rows: QuerySet[TechnicalProblem]) -> dict[str, Any]:
    """What leads the list: how many wait for an answer, how many were solved, what that is worth."""
    return rows.order_by().aggregate(
        open=Count("pk", Q(stage__in=rules.TAKES_ANSWERS)),
        silent=Count("pk", Q(stage=rules.TechnicalStage.OPEN, answers_n=0, shared_on__isnull=False)),
        closed=Count("pk", Q(stage=rules.TechnicalStage.CLOSED)),
        solved=Count("pk", Q(result=rules.TechnicalResult.SOLVED)),
        worth_fen=Sum("effect_fen", filter=Q(stage=rules.TechnicalStage.CLOSED), default=0),
    )


# -- the indicator -------------------------------------------------------------------------------------------------


def _solved(pairing_ids: Any, first: date, last: date, side: str | None) -> QuerySet[TechnicalProblem]:
    rows = TechnicalProblem.objects.filter(
        pairing_id__in=pairing_ids,
        closed_on__gte=first,
        closed_on__lte=last,
        result=rules.TechnicalResult.SOLVED,
    )
    return (rows.filter(solved_by=side) if side else rows).order_by("closed_on", "pk")


def solved_measure(pairing_ids: list[int], periods: list[Period], side: str | None, as_of: date) -> list[Row]:
    """Problems solved in each period, by the side whose answer was taken."""
    tally = Tally()
    first, last = min(one.start for one in periods), max(one.end for one in periods)
    for one in _solved(pairing_ids, first, min(last, as_of), side):
        for period in periods:
            if one.closed_on is not None and period.start <= one.closed_on <= period.end:
                tally.add(one.pairing_id, period, one.standing, 1)
    return tally.rows(pairing_ids, periods, as_of)


def solved_evidence(pairing_id: int, period: Period, side: str | None, as_of: date) -> list[Evidence]:
    """The problems behind the figure."""
    return [
        Evidence(
            "pairing.technicalproblem", one.pk, one.number, one.closed_on, Decimal(1), one.url, one.solved_by,
            standing=one.standing,
        )
        for one in _solved([pairing_id], period.start, min(period.end, as_of), side)
    ]  # fmt: skip


# -- finding -------------------------------------------------------------------------------------------------------


def found_as(one: TechnicalProblem) -> Found:
    """A shared one by its number and title, for those who have a seat."""
    return Found(
        "pairing.technicalproblem",
        one.pk,
        one.title_zh,
        one.url,
        one.title_en,
        one.number,
        one.pairing_id,
        "pairing",
    )


def entries() -> Iterator[Found]:
    """All that both sides see."""
    rows = TechnicalProblem.objects.filter(shared_on__isnull=False)
    return map(found_as, rows.exclude(stage=rules.TechnicalStage.WITHDRAWN).iterator())
