"""Lists and single records of the field, restricted to what a member may see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from shanhai.core import clock, visibility
from shanhai.core.access import SEES_ALL, standing
from shanhai.core.models import Attachment, Member, Pairing, Seat, StayAppraisal, StayTask, Unit
from shanhai.core.queries.pairings import within
from shanhai.fields.pairing import rules
from shanhai.fields.pairing.models import (
    ActionItem,
    AgendaItem,
    Agreement,
    Commitment,
    Delivery,
    Meeting,
    MeetingAttendee,
    MoneyDue,
    Secondment,
)
from shanhai.kernel.refusals import NotFound, gettext_noop

# Declared sorts: name in the address, fields, and the end of the index that carries them after pairing or zone.
AGREEMENT_SORTS = {
    "number": ("number", "id"),
    "name": ("name_sort", "id"),
    "valid_to": ("valid_to", "id"),
    "signed_on": ("signed_on", "id"),
}
MEETING_SORTS = {"at": ("at", "id")}
ITEM_SORTS = {"due_on": ("due_on", "id"), "number": ("number", "id")}
SECONDMENT_SORTS = {"from_on": ("from_on", "id"), "to_on": ("to_on", "id")}


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a member's lists start: a whole zone by its index, or a few pairings by theirs."""

    zone_id: int | None
    pairing_ids: tuple[int, ...]

    def restrict(self, rows: QuerySet) -> QuerySet:
        """Only rows within reach."""
        if self.zone_id is not None:
            return rows.filter(zone_id=self.zone_id)
        if len(self.pairing_ids) == 1:
            return rows.filter(pairing_id=self.pairing_ids[0])
        return rows.filter(pairing_id__in=self.pairing_ids)


def reach_of(member: Member | None, pairing: Pairing) -> Reach:
    """The pairing in the top bar with what is nested in it, as far as the member has a seat there."""
    inside = within(pairing)
    if member is not None and not standing(member).roles & SEES_ALL:
        seats = standing(member).sides
        seen = tuple(pk for pk in inside if pk in seats)
    else:
        seen = tuple(inside)
    is_whole_zone = (pairing.zone_id in (None, pairing.pk)) and len(seen) == len(inside)
    return Reach(pairing.pk if is_whole_zone else None, seen)


def zone_reach(member: Member | None, pairing: Pairing) -> list[int]:
    """The pairings of a zone that a member may see."""
    return list(reach_of(member, pairing).pairing_ids)


def _visible(rows: QuerySet, member: Member | None, pairing: Pairing) -> QuerySet:
    """Of rows with a reach, those that the member sees; the rule is ``core.visibility``'s.

    Few rows of a zone are kept to one side, so they are left out while the list is read in its order, and no row
    asks a table of its own.
    """
    if member is None:
        return rows
    here = standing(member)
    kinds = visibility.Reach
    seen = Q(reach__in=[kinds.BOTH, kinds.PUBLIC]) | Q(owner_unit_id=here.unit_id)
    side = here.side_in(pairing.pk)
    if here.roles & SEES_ALL:
        seen = ~Q(reach=kinds.UNIT) | Q(owner_unit_id=here.unit_id)
    elif side is not None and side != "above" and member.unit.organisation.kind not in visibility.FIRMS:
        seen |= Q(reach__in=[kinds.SIDE, kinds.GUESTS], owner_side=side)
    return rows.filter(seen)


# -- agreements and commitments ------------------------------------------------------------------------------------


def agreements_of(member: Member | None, pairing: Pairing) -> QuerySet[Agreement]:
    """The agreements of a pairing and those nested in it that a member sees; sort by ``AGREEMENT_SORTS``."""
    rows = reach_of(member, pairing).restrict(Agreement.objects.all())
    # Joined, the pairing would be what SQLite begins with where the list is restricted to one, and all of it sorted.
    return _visible(rows, member, pairing).prefetch_related("pairing", "parties__party__organisation")


def agreements_seen_by(member: Member, pairing: Pairing | None = None) -> QuerySet:
    """Rows of the newest agreements for a member, over all pairings or in one (``visibility.hydrate`` them)."""
    return visibility.seen(Agreement, member, pairing)


def agreement_of(member: Member | None, number: str) -> Agreement:
    """One agreement with its parties, signatures and clauses.

    Raises
    ------
    NotFound
        ``pairing.no_agreement``: there is none, or the member may not see it.
    """
    found = (
        Agreement.objects.filter(number=number)
        .select_related("pairing__zone", "supersedes", "owner_unit")
        .prefetch_related(
            "parties__party__organisation",
            "signatures__party__organisation",
            "signatures__member",
            "signatures__document",
            "signatures__copy",
            "money_clauses__payer__organisation",
            "money_clauses__payee__organisation",
            "money_clauses__dues",
            "land_clauses__giver__organisation",
            "land_clauses__taker__organisation",
            "superseded_by",
        )
        .first()
    )
    if found is None or not visibility.can_see(member, found):
        raise NotFound(
            "pairing.no_agreement",
            gettext_noop(
                "There is no agreement {number} that you may see. Correct the number, or ask its side"
                " to share it."
            ),
            number=number,
        )
    return found


def count_terms(agreement: Agreement) -> int:
    """How many commitments and clauses an agreement has."""
    return agreement.commitments.count() + agreement.money_clauses.count() + agreement.land_clauses.count()


def terms_of(agreement: Agreement) -> Iterator[str]:
    """The terms as lines of text, in a fixed order: what a signature is over."""
    yield f"{agreement.number}|{agreement.name_zh}|{agreement.valid_from}|{agreement.valid_to}|{agreement.about}"
    for one in agreement.commitments.order_by("code").prefetch_related("periods"):
        yield "|".join(
            str(part)
            for part in (
                one.code,
                one.name_zh,
                one.kind,
                one.indicator,
                one.owes,
                one.target,
                one.unit,
                one.due_on,
            )
        )
        for step in one.periods.all():
            yield f"{step.period}|{step.target}|{step.due_on}"
    for clause in agreement.money_clauses.order_by("code"):
        yield f"{clause.code}|{clause.payer_id}|{clause.payee_id}|{clause.amount_fen}|{clause.condition_zh}"
        for due in clause.dues.order_by("code"):
            yield f"{due.code}|{due.due_on}|{due.amount_fen}"
    for land in agreement.land_clauses.order_by("code"):
        yield f"{land.code}|{land.giver_id}|{land.taker_id}|{land.land_mu}|{land.by_on}"


def clauses_of(member: Member | None, pairing: Pairing) -> QuerySet[MoneyDue]:
    """Payments that a zone's agreements in force provide for, soonest first."""
    return dues_of(zone_reach(member, pairing))


def dues_of(pairing_ids: Iterable[int]) -> QuerySet[MoneyDue]:
    """Payments of agreements in force, soonest first."""
    return (
        MoneyDue.objects.filter(
            clause__pairing_id__in=list(pairing_ids),
            clause__agreement__stage=rules.AgreementStage.SIGNED,
        )
        .select_related(
            "clause__agreement__pairing", "clause__payer__organisation", "clause__payee__organisation"
        )
        .order_by("due_on", "code")
    )


def commitment_of(member: Member | None, code: str) -> Commitment:
    """One commitment; who sees its agreement sees it.

    Raises
    ------
    NotFound
        ``pairing.no_commitment``.
    """
    found = (
        Commitment.objects.filter(code=code)
        .select_related(
            "agreement__owner_unit",
            "pairing__zone",
            "mountain_unit__organisation",
            "sea_unit__organisation",
        )
        .first()
    )
    if found is None or not visibility.can_see(member, found.agreement):
        raise NotFound(
            "pairing.no_commitment",
            gettext_noop(
                "There is no commitment {commitment} that you may see. Correct the code, or look for "
                "it in the list of commitments."
            ),
            commitment=code,
        )
    return found


def deliveries_of(commitment: Commitment) -> QuerySet[Delivery]:
    """What came and what is planned of a commitment, newest first."""
    return commitment.deliveries.select_related(
        "recorded_by__unit__organisation", "confirmed_by__unit__organisation", "withdrawn_by", "of_plan"
    ).order_by("-on", "-pk")


def delivery_of(member: Member | None, code: str) -> Delivery:
    """One delivery; who sees its agreement sees it."""
    found = (
        Delivery.objects.filter(code=code)
        .select_related("commitment__agreement__owner_unit", "commitment__pairing", "recorded_by", "of_plan")
        .first()
    )
    if found is None or not visibility.can_see(member, found.commitment.agreement):
        raise NotFound(
            "pairing.no_delivery",
            gettext_noop(
                "There is no delivery {delivery} that you may see. Correct the code; the page of its "
                "commitment lists them."
            ),
            delivery=code,
        )
    return found


# -- meetings and items --------------------------------------------------------------------------------------------


def meetings_of(member: Member | None, pairing: Pairing) -> QuerySet[Meeting]:
    """The joint meetings of a pairing and those nested in it; sort by ``MEETING_SORTS``."""
    rows = reach_of(member, pairing).restrict(Meeting.objects.all())
    return _visible(rows, member, pairing).select_related(
        "pairing", "convenor_mountain__unit__organisation", "convenor_sea__unit__organisation"
    )


def meeting_of(member: Member | None, number: str) -> Meeting:
    """One meeting with its attendees, agenda, resolutions and their items.

    Raises
    ------
    NotFound
        ``pairing.no_meeting``.
    """
    found = (
        Meeting.objects.filter(number=number)
        .select_related(
            "pairing__zone",
            "owner_unit",
            "convenor_mountain__unit__organisation",
            "convenor_sea__unit__organisation",
        )
        .prefetch_related(
            "attendees__member__unit__organisation",
            Prefetch("agenda", AgendaItem.objects.annotate(papers=_papers("pairing.agendaitem"))),
            "signatures__member",
            "signatures__copy",
            "resolutions__items__mountain_unit__organisation",
            "resolutions__items__sea_unit__organisation",
        )
        .first()
    )
    if found is None or not visibility.can_see(member, found):
        raise NotFound(
            "pairing.no_meeting",
            gettext_noop(
                "There is no meeting {number} that you may see. Correct the number, or look for it in"
                " the list of meetings."
            ),
            number=number,
        )
    return found


def _papers(kind: str) -> Exists:
    return Exists(
        Attachment.objects.filter(
            kind=kind, object_id=OuterRef("pk"), role="paper", document__withdrawn_on=None
        )
    )


def papers_of(kind: str, ids: Iterable[int], role: str = "") -> dict[int, list[Attachment]]:
    """The papers that hang on records of one table, by record (one statement)."""
    found: dict[int, list[Attachment]] = {}
    rows = Attachment.objects.filter(kind=kind, object_id__in=list(ids), document__withdrawn_on=None)
    if role:
        rows = rows.filter(role=role)
    for one in rows.select_related("document__blob").order_by("pk"):
        found.setdefault(one.object_id, []).append(one)
    return found


def papers_of_agenda(meeting: Meeting) -> QuerySet[Attachment]:
    """The papers on the table of a meeting."""
    return Attachment.objects.filter(
        kind="pairing.agendaitem", object_id__in=meeting.agenda.values("pk"), role="paper"
    )


@dataclass(frozen=True, slots=True)
class NextMeeting:
    """The next joint meeting, as the home page shows it."""

    meeting: Meeting
    invited: dict[str, int]
    coming: dict[str, int]
    points: tuple[AgendaItem, ...]
    without_papers: int

    def quorum(self, side: str) -> int:
        """How many of a side are needed."""
        return self.meeting.quorum_mountain if side == "mountain" else self.meeting.quorum_sea

    @property
    def has_quorum(self) -> bool:
        """Whether enough of both sides have said that they come."""
        return all(self.coming.get(side, 0) >= self.quorum(side) for side in rules.SIDES)

    def asks(self, side: str) -> list[AgendaItem]:
        """What a side asks of the other."""
        return [point for point in self.points if point.side == side and point.asks_zh]


def next_meeting(pairing_ids: Sequence[int]) -> NextMeeting | None:
    """The next meeting to come of some pairings, with who comes and what is on the agenda.

    Three statements; the pairing of the meeting is fetched by whoever asks for it.
    """
    # The stage is met while the days are walked: SQLite would take it from the index of stages of all zones, and sort.
    meeting = (
        Meeting.objects.alias(now=Coalesce("stage", Value("")))
        .filter(
            pairing_id__in=pairing_ids,
            now__in=[rules.MeetingStage.PLANNED, rules.MeetingStage.INVITED],
            reach__in=[visibility.Reach.BOTH, visibility.Reach.PUBLIC],
            at__gte=clock.now(),
        )
        .order_by("at", "pk")
        .first()
    )
    if meeting is None:
        return None
    invited: dict[str, int] = {}
    coming: dict[str, int] = {}
    counted = meeting.attendees.values_list("side", "answer").annotate(n=Count("pk")).order_by()
    for side, answer, n in counted:
        invited[side] = invited.get(side, 0) + n
        if answer == MeetingAttendee.Answer.COMING:
            coming[side] = coming.get(side, 0) + n
    points = tuple(meeting.agenda.annotate(papers=_papers("pairing.agendaitem")).order_by("order"))
    missing = sum(1 for point in points if point.needs_paper and not point.papers)
    return NextMeeting(meeting, invited, coming, points, missing)


def action_items_of(member: Member | None, pairing: Pairing) -> QuerySet[ActionItem]:
    """The action items of a pairing and those nested in it, visible to both sides; sort by ``ITEM_SORTS``."""
    rows = reach_of(member, pairing).restrict(ActionItem.objects.all())
    # Joined, units would be what SQLite begins with, and all items sorted; as of agreements above.
    return rows.select_related("resolution__meeting", "activity").prefetch_related(
        "pairing", "mountain_unit__organisation", "sea_unit__organisation"
    )


def item_of(member: Member | None, number: str) -> ActionItem:
    """One action item.

    Raises
    ------
    NotFound
        ``pairing.no_item``.
    """
    found = (
        ActionItem.objects.filter(number=number)
        .select_related(
            "pairing__zone",
            "resolution__meeting",
            "activity",
            "mountain_unit__organisation",
            "sea_unit__organisation",
        )
        .first()
    )
    if found is None or not _has_seat(member, found.pairing_id):
        raise NotFound(
            "pairing.no_item",
            gettext_noop(
                "There is no action item {number} that you may see. Correct the number, or look for "
                "it in the list of action items."
            ),
            number=number,
        )
    return found


# -- people --------------------------------------------------------------------------------------------------------


def secondments_of(member: Member | None, pairing: Pairing) -> QuerySet[Secondment]:
    """Officers seconded in both directions; sort by ``SECONDMENT_SORTS``."""
    rows = reach_of(member, pairing).restrict(Secondment.objects.all())
    return rows.select_related(
        "pairing",
        "host_unit",
        "stay__person__unit__organisation",
        "stay__home",
        "stay__host",
        "stay__successor",
    )


def secondment_of(member: Member | None, code: str) -> Secondment:
    """One secondment with tasks and appraisals.

    Raises
    ------
    NotFound
        ``pairing.no_secondment``.
    """
    found = (
        Secondment.objects.filter(code=code)
        .select_related(
            "pairing__zone",
            "host_unit__organisation",
            "stay__person__unit__organisation",
            "stay__home",
            "stay__host",
            "stay__successor",
        )
        .prefetch_related(
            Prefetch("stay__tasks", StayTask.objects.order_by("due_on", "pk")),
            Prefetch("stay__appraisals", StayAppraisal.objects.select_related("by").order_by("due_on")),
        )
        .first()
    )
    if found is None or not _has_seat(member, found.pairing_id):
        raise NotFound(
            "pairing.no_secondment",
            gettext_noop(
                "There is no secondment {secondment} that you may see. Correct the code, or look for "
                "it in the list of secondments."
            ),
            secondment=code,
        )
    return found


def appraisals_of(pairing_ids: Iterable[int], until: date) -> QuerySet[StayAppraisal]:
    """Appraisals of seconded officers due by a day and not given, longest waiting first."""
    return (
        StayAppraisal.objects.filter(
            stay__pairing_id__in=list(pairing_ids),
            stay__secondment__isnull=False,
            stay__stage="running",
            given_on=None,
            due_on__lte=until,
        )
        .select_related("stay__secondment__host_unit__organisation", "stay__person", "stay__host")
        .order_by("due_on", "pk")
    )


# -- who sits where ------------------------------------------------------------------------------------------------


def _has_seat(member: Member | None, pairing_id: int) -> bool:
    if member is None:
        return True
    here = standing(member)
    return bool(here.roles & SEES_ALL) or pairing_id in here.sides


def side_of_organisation(pairing_id: int, organisation_id: int) -> str | None:
    """The side on which an organisation sits in a pairing."""
    return (
        Seat.objects.filter(pairing_id=pairing_id, organisation_id=organisation_id)
        .values_list("side", flat=True)
        .first()
    )


def side_of_member(pairing_id: int, member: Member) -> str | None:
    """The side on which a member's organisation sits in a pairing."""
    return side_of_organisation(pairing_id, member.unit.organisation_id)


def sides_of_units(pairing_id: int, units: Iterable[Unit]) -> dict[int, str]:
    """The side of each unit in a pairing; units without a seat are left out."""
    units = list(units)
    sides = dict(
        Seat.objects.filter(
            pairing_id=pairing_id, organisation_id__in={unit.organisation_id for unit in units}
        ).values_list("organisation_id", "side")
    )
    return {unit.pk: sides[unit.organisation_id] for unit in units if unit.organisation_id in sides}
