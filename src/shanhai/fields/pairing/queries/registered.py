"""What programs page through and pick from: who is in charge, payments, land, points, tasks, appraisals."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q, QuerySet

from shanhai.core import clock
from shanhai.core.models import Member, Pairing, StayAppraisal, StayTask
from shanhai.fields.pairing import rules
from shanhai.fields.pairing.models import (
    AgendaItem,
    Agreement,
    Charge,
    Commitment,
    Delivery,
    LandClause,
    Meeting,
    MoneyDue,
    Resolution,
    Secondment,
)
from shanhai.fields.pairing.queries.lists import clauses_of, meetings_of, papers_of, reach_of
from shanhai.fields.pairing.queries.pages import plans_of
from shanhai.kernel.refusals import NotFound, gettext_noop


def charges(member: Member | None, pairing: Pairing, *, is_now: bool = False) -> QuerySet[Charge]:
    """Who is and was in charge in a pairing and those nested in it; ``is_now``: today."""
    found = reach_of(member, pairing).restrict(Charge.objects.all())
    if is_now:
        day = clock.today()
        found = found.filter(Q(to_on=None) | Q(to_on__gte=day), from_on__lte=day)
    return found.select_related("member__unit__organisation", "pairing")


def money_dues(member: Member | None, pairing: Pairing, *, is_open: bool = False) -> QuerySet[MoneyDue]:
    """Payments of the agreements in force of a pairing and those nested in it; ``is_open``: not paid in full."""
    found = clauses_of(member, pairing)
    return found.filter(paid_fen__lt=F("amount_fen")) if is_open else found


def land_clauses(member: Member | None, pairing: Pairing) -> QuerySet[LandClause]:
    """Land clauses of the agreements in force of a pairing and those nested in it."""
    found = reach_of(member, pairing).restrict(LandClause.objects.all())
    return found.filter(agreement__stage=rules.AgreementStage.SIGNED).select_related(
        "agreement", "pairing", "giver__organisation", "taker__organisation"
    )


def resolutions(member: Member | None, pairing: Pairing) -> QuerySet[Resolution]:
    """What the meetings that a member sees resolved, in a pairing and those nested in it."""
    found = Resolution.objects.filter(meeting__in=meetings_of(member, pairing).order_by().values("pk"))
    return found.select_related("meeting").prefetch_related("items")


def plan_of(commitment: Commitment, code: str) -> Delivery:
    """The entry of a commitment for a day to come that nothing has taken the place of.

    Raises
    ------
    NotFound
        ``pairing.no_plan``
    """
    found = plans_of(commitment).filter(code=code).first()
    if found is None:
        raise NotFound(
            "pairing.no_plan",
            gettext_noop(
                "Commitment {commitment} has no planned entry {plan} that is still to come. Its page "
                "lists what is planned."
            ),
            commitment=commitment.code,
            plan=code,
        )
    return found


def agenda_with_papers(meeting: Meeting) -> list[dict[str, Any]]:
    """The points of a meeting in order, each with the numbers of its papers (two statements)."""
    points = list(meeting.agenda.all())
    papers = papers_of("pairing.agendaitem", [point.pk for point in points], "paper")
    names = ("order", "title_zh", "title_en", "side", "asks_zh", "asks_en", "needs_paper")
    return [
        {name: getattr(point, name) for name in names}
        | {"papers": [hung.document_id for hung in papers.get(point.pk, [])]}
        for point in points
    ]


def point_of(meeting: Meeting, order: int) -> AgendaItem:
    """One point of an agenda by its place.

    Raises
    ------
    NotFound
        ``pairing.no_point``
    """
    found = next((point for point in meeting.agenda.all() if point.order == order), None)
    if found is None:
        raise NotFound(
            "pairing.no_point",
            gettext_noop("Meeting {number} has no point {order} on its agenda. Its page lists the points."),
            number=meeting.number,
            order=order,
        )
    return found


def task_of(secondment: Secondment, pk: int) -> StayTask:
    """One task of a seconded officer.

    Raises
    ------
    NotFound
        ``pairing.no_task``
    """
    found = next((task for task in secondment.stay.tasks.all() if task.pk == pk), None)
    if found is None:
        raise NotFound(
            "pairing.no_task",
            gettext_noop("Secondment {secondment} has no such task. Its page lists the tasks."),
            secondment=secondment.code,
        )
    return found


def appraisal_of(secondment: Secondment, pk: int) -> StayAppraisal:
    """One appraisal of a seconded officer, due or given.

    Raises
    ------
    NotFound
        ``pairing.no_appraisal``
    """
    found = next((one for one in secondment.stay.appraisals.all() if one.pk == pk), None)
    if found is None:
        raise NotFound(
            "pairing.no_appraisal",
            gettext_noop("Secondment {secondment} has no such appraisal. Its page lists those that are due."),
            secondment=secondment.code,
        )
    return found


# -- rows on which papers of a record hang besides ------------------------------------------------------------------


def parts_of_agreement(agreement: Agreement) -> list[tuple[str, list[int]]]:
    """Payments with their vouchers, land with its proof."""
    dues = MoneyDue.objects.filter(clause__agreement=agreement)
    lands = agreement.land_clauses.values_list("pk", flat=True)
    return [
        ("pairing.moneydue", list(dues.values_list("pk", flat=True))),
        ("pairing.landclause", list(lands)),
    ]


def parts_of_commitment(commitment: Commitment) -> list[tuple[str, list[int]]]:
    """Deliveries with their evidence."""
    return [("pairing.delivery", list(commitment.deliveries.values_list("pk", flat=True)))]


def parts_of_meeting(meeting: Meeting) -> list[tuple[str, list[int]]]:
    """Points of the agenda with the papers that were laid on the table."""
    return [("pairing.agendaitem", list(meeting.agenda.values_list("pk", flat=True)))]
