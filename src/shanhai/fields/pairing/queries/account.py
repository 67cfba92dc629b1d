"""The account of a cooperation: what was promised and delivered, what is late, what needs somebody today."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from shanhai.core import calendar, clock
from shanhai.core.access import SEES_ALL, standing
from shanhai.core.models import Member, Pairing, Party, Unit
from shanhai.core.queries import pairings as core_pairings
from shanhai.core.queries import work as core_work
from shanhai.fields.pairing import rules
from shanhai.fields.pairing.models import ActionItem, Agreement, Meeting, Secondment
from shanhai.fields.pairing.queries.commitments import (
    Progress,
    Tally,
    as_plain,
    commitments_of,
    in_force,
    progress_of,
    tally,
)
from shanhai.fields.pairing.queries.lists import (
    NextMeeting,
    appraisals_of,
    dues_of,
    next_meeting,
    reach_of,
)
from shanhai.fields.pairing.queries.offices import office_units
from shanhai.fields.pairing.queries.standings import kept_of_year

# Looking further ahead would fill the list with what can wait.
_AHEAD = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Late:
    """Something that should have come and has not, whatever kind of record it is."""

    kind: str  # commitment, item, money, appraisal
    what: str
    url: str
    field: str
    pairing_id: int
    holders: tuple[tuple[str, Unit], ...]
    due_on: date
    escalated_on: date | None = None
    escalated_to: str = ""
    is_illustrative: bool = False
    record: tuple[str, int] = ("", 0)  # kind and key of the record that it is, or stands on

    @property
    def sides(self) -> set[str]:
        """The sides with which it rests."""
        return {side for side, _ in self.holders}

    @property
    def slack(self) -> int:
        """Working days until it is due; negative when it is late."""
        return slack_days(self.due_on)


@dataclass(frozen=True, slots=True)
class Urgent:
    """One line of "needs you today"."""

    kind: str
    what: str
    url: str
    due_on: date | None
    slack: int | None  # working days; None without a day
    field: str = ""
    holders: tuple[tuple[str, Unit], ...] = ()
    button: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """What the home page, the command and the demo say of one cooperation on one day."""

    pairing: Pairing
    pairing_ids: tuple[int, ...]
    on: date
    # What runs this year, and what is late from earlier ones, of the pairing and those nested in it.
    commitments: tuple[Progress, ...]
    # Of the pairing itself, and of those nested in it.
    tally: Tally
    tally_nested: Tally
    late: tuple[Late, ...]
    urgent: tuple[Urgent, ...]
    meeting: NextMeeting | None
    # Share of the year that has passed, for "71 % of the year has passed".
    year_passed: Decimal
    furthest_behind: Progress | None
    standing: str  # reported, illustrative, mixed

    @property
    def own(self) -> list[Progress]:
        """The commitments of the pairing itself."""
        return [one for one in self.commitments if one.commitment.pairing_id == self.pairing.pk]

    @property
    def nested(self) -> list[Progress]:
        """The commitments of the pairings nested in it."""
        return [one for one in self.commitments if one.commitment.pairing_id != self.pairing.pk]

    @property
    def main(self) -> list[Progress]:
        """The main commitments of the pairing itself, in the order of their fields."""
        return [one for one in self.own if one.commitment.is_main]

    @property
    def late_by_side(self) -> dict[str, int]:
        """How many late things rest with each side."""
        return dict(Counter(side for one in self.late for side in one.sides))


def slack_days(due_on: date) -> int:
    """Working days from today to a day; negative when it has passed."""
    return calendar.calendar().count(clock.today(), due_on)


def account(
    member: Member | None, pairing: Pairing, *, urgent: int = 5, is_kept_enough: bool = False
) -> Account:
    """The account of a pairing with all nested in it, as far as the member sees them; None sees all.

    A fixed number of statements, whatever the number of pairings, commitments and items.

    Parameters
    ----------
    urgent
        How many of the things that need somebody today; with 0 nobody asks for them.
    is_kept_enough
        Take how commitments stand from the rows kept for lists where all are of today: for pages, which show no
        single steps and no reasons.
    """
    day = clock.today()
    ids = reach_of(member, pairing).pairing_ids
    kept = kept_of_year(ids, day) if is_kept_enough else None
    commitments = _in_order(kept if kept is not None else commitments_this_year(ids))
    own = [one for one in commitments if one.commitment.pairing_id == pairing.pk]
    late = late_of(ids, commitments)
    return Account(
        pairing=pairing,
        pairing_ids=ids,
        on=day,
        commitments=tuple(commitments),
        tally=tally(own),
        tally_nested=tally(one for one in commitments if one.commitment.pairing_id != pairing.pk),
        late=tuple(late),
        urgent=tuple(urgent_of(member, ids, late, limit=urgent)) if urgent else (),
        meeting=next_meeting(ids),
        year_passed=_year_passed(day),
        furthest_behind=_furthest_behind(own),
        standing=_standing(commitments),
    )


def commitments_this_year(pairing_ids: Iterable[int]) -> list[Progress]:
    """The commitments in force of some pairings that belong to the account of this year."""
    day = clock.today()
    return [one for one in commitments_of(pairing_ids, day) if is_of_year(one, day)]


def is_of_year(one: Progress, day: date) -> bool:
    """Whether a commitment belongs to the account of the year of a day; the rest is history or to come."""
    phase = rules.phase_of(one.frame.starts_on, one.frame.due_on, one.status, one.kept_on, day)
    return phase == rules.Phase.THIS_YEAR


def _in_order(commitments: Iterable[Progress]) -> list[Progress]:
    """By field as the menu has them, then by rank."""
    place = {field: n for n, field in enumerate(rules.FIELDS)}
    return sorted(
        commitments,
        key=lambda one: (place[one.commitment.field], one.commitment.rank, one.commitment.code),
    )


def _year_passed(day: date) -> Decimal:
    first, last = date(day.year, 1, 1), date(day.year, 12, 31)
    return (Decimal((day - first).days) / ((last - first).days + 1)).quantize(Decimal("0.0001"))


def _furthest_behind(commitments: Iterable[Progress]) -> Progress | None:
    """The main commitment whose forecast falls furthest short of its promise, as a share of it."""
    behind = [
        one
        for one in commitments
        if one.commitment.is_main and one.status in (rules.Status.LATE, rules.Status.AT_RISK) and one.promised
    ]
    if not behind:
        return None
    return min(behind, key=lambda one: ((one.forecast or one.delivered) / one.promised, one.commitment.code))


def _standing(commitments: Iterable[Progress]) -> str:
    marks = {one.is_illustrative for one in commitments}
    if len(marks) == 2:
        return "mixed"
    return "illustrative" if marks == {True} else "reported"


# -- late ----------------------------------------------------------------------------------------------------------


def late_of(pairing_ids: Sequence[int], commitments: Sequence[Progress]) -> list[Late]:
    """All that is late: commitments, action items, payments, appraisals; longest waiting first."""
    day = clock.today()
    found = [_late_commitment(one) for one in commitments if one.status == rules.Status.LATE]
    found += _late_items(pairing_ids, day)
    dues = list(
        dues_of(pairing_ids)
        .filter(due_on__lt=day)
        .exclude(paid_fen__gte=_amount())
        .select_related(None)
        .select_related("clause__agreement", "clause__payer")
    )
    offices = office_units({due.clause.pairing_id for due in dues}) if dues else {}
    for due in dues:
        side = due.clause.payer.role
        unit = offices.get(due.clause.pairing_id, {}).get(side)
        found.append(
            Late(
                kind="money",
                what=due.clause.name,
                url=due.clause.agreement.url,
                field=due.clause.agreement.field,
                pairing_id=due.clause.pairing_id,
                holders=((side, unit),) if unit else (),
                due_on=due.due_on,
                escalated_on=due.escalated_on,
                escalated_to=rules.MeetingLevel.LEADERS_IN_CHARGE if due.escalated_on else "",
                is_illustrative=due.clause.is_illustrative,
                record=("pairing.agreement", due.clause.agreement_id),
            )
        )
    for appraisal in appraisals_of(pairing_ids, day - timedelta(days=1)):
        secondment = appraisal.stay.secondment
        side = "sea" if secondment.direction == "to_sea" else "mountain"
        found.append(
            Late(
                kind="appraisal",
                what=_("Appraisal of {person}").format(person=appraisal.stay.person.name),
                url=secondment.url,
                field="partnership",
                pairing_id=secondment.pairing_id,
                holders=((side, secondment.host_unit),),
                due_on=appraisal.due_on,
                is_illustrative=secondment.is_illustrative,
                record=("pairing.secondment", secondment.pk),
            )
        )
    return sorted(found, key=lambda one: (one.due_on, one.kind, one.what))


def _amount() -> Any:
    from django.db.models import F

    return F("amount_fen")


def _open_items(pairing_ids: Sequence[int]) -> Any:
    return (
        ActionItem.objects.filter(pairing_id__in=pairing_ids, stage__in=rules.OPEN_ITEM)
        .select_related("mountain_unit__organisation", "sea_unit__organisation")
        .order_by("due_on", "pk")
    )


def _late_commitment(one: Progress) -> Late:
    commitment = one.commitment
    return Late(
        kind="commitment",
        what=commitment.name,
        url=commitment.url,
        field=commitment.field,
        pairing_id=commitment.pairing_id,
        holders=tuple(one.holders),
        due_on=one.late_since or one.frame.due_on,
        escalated_on=commitment.escalated_on,
        escalated_to=rules.MeetingLevel.LEADERS_IN_CHARGE if commitment.escalated_on else "",
        is_illustrative=one.is_illustrative,
        record=("pairing.commitment", commitment.pk),
    )


def _late_items(pairing_ids: Sequence[int], day: date) -> list[Late]:
    """Open items past their day: their units in one statement, since few units hold many items."""
    rows = _open_items(pairing_ids).filter(due_on__lt=day).select_related(None).defer("report", "report_en")
    items = list(rows)
    held_by = {getattr(item, f"{item.lead}_unit_id") for item in items}
    units = Unit.objects.select_related("organisation").in_bulk(held_by) if items else {}
    return [_late_item(item, units[getattr(item, f"{item.lead}_unit_id")]) for item in items]


def _late_item(item: ActionItem, unit: Unit) -> Late:
    return Late(
        kind="item",
        what=item.title,
        url=item.url,
        field=item.field,
        pairing_id=item.pairing_id,
        holders=((item.lead, unit),),
        due_on=item.due_on,
        escalated_on=item.escalated_on,
        escalated_to=item.escalated_to,
        is_illustrative=item.is_illustrative,
        record=("pairing.actionitem", item.pk),
    )


# -- urgent --------------------------------------------------------------------------------------------------------


def urgent_of(
    member: Member | None, pairing_ids: Sequence[int], late: Sequence[Late], *, limit: int = 5
) -> list[Urgent]:
    """The most urgent things, least slack first.

    For a member what waits for him or his unit. For the command and the demo, which have no member, all that is late
    in the zone, then what falls due in the next fortnight: action items, payments, renewals, appraisals.
    """
    if member is not None:
        return _waiting(member, pairing_ids, limit)
    found = [
        Urgent(one.kind, one.what, one.url, one.due_on, one.slack, one.field, one.holders) for one in late
    ]
    # What is late is enough to fill the list, or what comes is asked for.
    if len(found) < limit:
        found += _coming(pairing_ids)
    return sorted(found, key=lambda one: (one.due_on or date.max, one.kind, one.what))[:limit]


def _waiting(member: Member, pairing_ids: Sequence[int], limit: int) -> list[Urgent]:
    from shanhai.core import signs

    waiting = core_work.waiting_for(member).filter(Q(pairing=None) | Q(pairing_id__in=pairing_ids))
    # Without a day a thing is not urgent; the database may sort such rows first or last.
    rows = list(waiting.exclude(due_on=None)[:limit])
    if len(rows) < limit:
        rows += list(waiting.filter(due_on=None)[: limit - len(rows)])
    found = []
    for row in rows:
        kind = signs.work_kinds.get(row.kind)
        found.append(
            Urgent(
                kind=row.kind,
                what=core_work.words(row),
                url=row.url,
                due_on=row.due_on,
                slack=slack_days(row.due_on) if row.due_on else None,
                button=str(kind.button) if kind else "",
            )
        )
    return found


def _coming(pairing_ids: Sequence[int]) -> list[Urgent]:
    day = clock.today()
    until = day + _AHEAD
    found = [
        Urgent(
            "item",
            item.title,
            item.url,
            item.due_on,
            slack_days(item.due_on),
            item.field,
            ((item.lead, item.lead_unit),),
        )
        for item in _open_items(pairing_ids).filter(due_on__gte=day, due_on__lte=until)
    ]
    for due in (
        dues_of(pairing_ids).filter(due_on__gte=day, due_on__lte=until).exclude(paid_fen__gte=_amount())
    ):
        found.append(
            Urgent(
                "money",
                due.clause.name,
                due.clause.agreement.url,
                due.due_on,
                slack_days(due.due_on),
                due.clause.agreement.field,
            )
        )
    renewals = Agreement.objects.filter(
        pairing_id__in=pairing_ids,
        stage=rules.AgreementStage.SIGNED,
        notice_on__lte=day,
        superseded_by=None,
    ).order_by("valid_to")
    for agreement in renewals:
        found.append(
            Urgent(
                "renewal",
                _("Renew agreement {number} {name}").format(number=agreement.number, name=agreement.name),
                agreement.url,
                agreement.valid_to,
                slack_days(agreement.valid_to) if agreement.valid_to else None,
                agreement.field,
            )
        )
    for appraisal in appraisals_of(pairing_ids, until).filter(due_on__gte=day):
        found.append(
            Urgent(
                "appraisal",
                _("Appraisal of {person}").format(person=appraisal.stay.person.name),
                appraisal.stay.secondment.url,
                appraisal.due_on,
                slack_days(appraisal.due_on),
                "partnership",
            )
        )
    return found


# -- side by side --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Beside:
    """One zone beside others, as the province sees it."""

    pairing: Pairing
    parties: tuple[Party, ...]
    nested: int
    tally: Tally
    agreements: int  # in force
    meetings: int  # joint meetings held this year
    items_open: int
    items_late: int
    officers: int  # seconded officers in post
    next_meeting_at: Any


def side_by_side(member: Member | None, *, is_each: bool = False) -> list[Beside]:
    """All zones that a member sees, each with those nested in it: one statement a measure, not a zone.

    With ``is_each`` every pairing stands for itself, nested ones too, and what is nested in it is not counted in it.
    """
    day = clock.today()
    shown = list(core_pairings.pairings_of(member).filter(ended_on=None))
    inside = _inside(member, [one.pk for one in shown if one.parent_id is None])
    everything = [pk for found in inside.values() for pk in found]
    group = "pairing_id" if is_each else "zone_id"
    if not is_each:
        shown = [one for one in shown if one.parent_id is None]

    by_group: dict[int, list[Progress]] = defaultdict(list)
    for one in progress_of(list(in_force(everything)), day):
        if is_of_year(one, day):
            by_group[getattr(one.commitment, group)].append(one)
    agreements = _count(Agreement, everything, Q(stage=rules.AgreementStage.SIGNED), group)
    held = [rules.MeetingStage.HELD, rules.MeetingStage.MINUTED, rules.MeetingStage.SIGNED]
    meetings = _count(Meeting, everything, Q(stage__in=held, at__year=day.year), group)
    is_open = Q(stage__in=rules.OPEN_ITEM)
    items = _count(ActionItem, everything, is_open, group)
    late = _count(ActionItem, everything, is_open & Q(due_on__lt=day), group)
    officers = _count(Secondment, everything, Q(stay__stage="running"), group)
    soonest = _next_meetings(everything, group)
    return [
        Beside(
            pairing=one,
            parties=tuple(one.parties.all()),
            nested=0 if is_each else len(inside.get(one.pk, [])) - 1,
            tally=tally(by_group[one.pk]),
            agreements=agreements[one.pk],
            meetings=meetings[one.pk],
            items_open=items[one.pk],
            items_late=late[one.pk],
            officers=officers[one.pk],
            next_meeting_at=soonest.get(one.pk),
        )
        for one in shown
    ]


def _inside(member: Member | None, zone_ids: Sequence[int]) -> dict[int, list[int]]:
    """Topmost pairing -> it and those nested in it, as far as the member sees them."""
    inside: dict[int, list[int]] = defaultdict(list)
    for pk, zone_id in Pairing.objects.filter(zone_id__in=zone_ids).values_list("pk", "zone_id"):
        inside[zone_id].append(pk)
    if member is None or standing(member).roles & SEES_ALL:
        return inside
    seats = standing(member).sides
    return {zone: [pk for pk in found if pk in seats] for zone, found in inside.items()}


def _next_meetings(pairing_ids: Sequence[int], group: str) -> dict[int, Any]:
    to_come = Meeting.objects.filter(
        pairing_id__in=pairing_ids,
        stage__in=[rules.MeetingStage.PLANNED, rules.MeetingStage.INVITED],
        at__gte=clock.now(),
    )
    soonest: dict[int, Any] = {}
    for key, at in to_come.order_by("at").values_list(group, "at"):
        soonest.setdefault(key, at)
    return soonest


def _count(model: Any, pairing_ids: Sequence[int], where: Q, group: str) -> Counter[int]:
    rows = (
        model.objects.filter(where, pairing_id__in=pairing_ids)
        .order_by()
        .values_list(group)
        .annotate(n=Count("pk"))
    )
    return Counter(dict(rows))


def account_as_plain(found: Account) -> dict[str, Any]:
    """The account as plain JSON types, as ``shanhai pairing status --json`` prints it."""
    meeting = found.meeting
    return {
        "pairing": found.pairing.code,
        "on": found.on.isoformat(),
        "total": found.tally.total,
        "on_track": found.tally.on_track,
        "at_risk": found.tally.at_risk,
        "late": found.tally.late,
        "not_started": found.tally.not_started,
        "year_passed": str(found.year_passed),
        "nested": asdict(found.tally_nested),
        "standing": found.standing,
        "commitments": [as_plain(one) for one in found.commitments],
        "late_things": [
            {
                "kind": one.kind,
                "what": one.what,
                "url": one.url,
                "due_on": one.due_on.isoformat(),
                "slack_working_days": one.slack,
                "rests_with": [{"side": side, "unit": unit.code} for side, unit in one.holders],
                "escalated_to": one.escalated_to or None,
                "escalated_on": one.escalated_on.isoformat() if one.escalated_on else None,
            }
            for one in found.late
        ],
        "urgent": [
            {
                "kind": one.kind,
                "what": one.what,
                "url": one.url,
                "due_on": one.due_on.isoformat() if one.due_on else None,
                "slack_working_days": one.slack,
            }
            for one in found.urgent
        ],
        "next_meeting": None
        if meeting is None
        else {
            "number": meeting.meeting.number,
            "title": meeting.meeting.title,
            "at": clock.local(meeting.meeting.at).isoformat(),
            "has_quorum": meeting.has_quorum,
            "points": len(meeting.points),
            "without_papers": meeting.without_papers,
        },
    }
