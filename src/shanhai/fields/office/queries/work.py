"""What the list of one's own work shows beside the items: how many of each kind, and from which side they come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from shanhai.core import clock, signs
from shanhai.core.actions.work import shares_out
from shanhai.core.models import Deputy, Member, Seat, Unit, WorkItem
from shanhai.core.queries import work
from shanhai.core.work import stands_in
from shanhai.fields.office import work_kinds
from shanhai.kernel.refusals import BadInput, ChangedMeanwhile, NotFound, NotNow, gettext_noop

TABS = ("waiting", "unit", "started", "watched", "finished")


@dataclass(frozen=True, slots=True)
class Tally:
    """How many items wait, by their days."""

    by_day: dict[date | None, int]
    today: date

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.by_day.values())

    @property
    def late(self) -> int:
        """Those whose day is over."""
        return self.between(None, self.today - timedelta(days=1))

    @property
    def due_today(self) -> int:
        """Those due today."""
        return self.by_day.get(self.today, 0)

    @property
    def this_week(self) -> int:
        """Those due after today, until Sunday."""
        return self.between(self.today + timedelta(days=1), week_end(self.today))

    def between(self, first: date | None, last: date) -> int:
        """Those due from the first day to the last, both counted."""
        return sum(
            n
            for on, n in self.by_day.items()
            if on is not None and (first is None or on >= first) and on <= last
        )


def week_end(on: date) -> date:
    """The Sunday of a day's week."""
    return on + timedelta(days=6 - on.weekday())


def tally(member: Member) -> Tally:
    """What waits for a member by day, in one statement."""
    return Tally(work.waiting_by_day(member), clock.today())


def items_of(member: Member, tab: str) -> QuerySet[WorkItem]:
    """The items of one tab of the list."""
    if tab == "unit":
        return work.waiting_in(member.unit_id)
    if tab == "started":
        return work.started_by(member)
    if tab == "watched":
        return work.watched_by(member)
    if tab == "finished":
        return work.finished_by(member)
    return work.waiting_for(member)


def reachable(member: Member) -> QuerySet[WorkItem]:
    """Every open item that stands in one of a member's lists: what the member may act on."""
    mine = Q(pk__in=work.waiting_for(member).order_by().values("pk"))
    mine |= Q(pk__in=work.started_by(member).order_by().values("pk"))
    mine |= Q(pk__in=work.watched_by(member).order_by().values("pk"))
    if shares_out(member.unit, member):
        mine |= Q(unit_id=member.unit_id)
    return WorkItem.objects.filter(mine, stage=WorkItem.Stage.OPEN)


def chosen(member: Member, keys: Iterable[str | int]) -> list[WorkItem]:
    """The items of these keys that stand in the member's lists, soonest first."""
    numbers = [int(key) for key in keys if str(key).isascii() and str(key).isdigit() and len(str(key)) < 19]
    found = reachable(member).filter(pk__in=numbers).order_by("sorted_on", "id")
    return list(found.select_related("unit__organisation", "unit__dispatcher", "member"))


def people_of(units: Iterable[Unit]) -> list[Member]:
    """The active people whom work of all these units can be given to: those of the one unit, else nobody."""
    ids = {unit.pk for unit in units}
    if len(ids) != 1:
        return []
    return list(Member.objects.filter(unit_id=ids.pop(), is_active=True).order_by("name_sort", "pk"))


def sides_of(items: Sequence[WorkItem]) -> dict[tuple[int, int], str]:
    """The side of (pairing, organisation) for those who started the items and those whom they wait for."""
    pairs = {
        (item.pairing_id, organisation)
        for item in items
        if item.pairing_id is not None
        for organisation in (
            item.unit.organisation_id,
            item.created_by.unit.organisation_id if item.created_by else None,
        )
        if organisation is not None
    }
    seats = Seat.objects.filter(
        pairing_id__in={pairing for pairing, _organisation in pairs},
        organisation_id__in={organisation for _pairing, organisation in pairs},
    )
    return {
        (pairing, organisation): side
        for pairing, organisation, side in seats.values_list("pairing_id", "organisation_id", "side")
    }


def member_named(reader: Member | None, code: str) -> Member:
    """An active colleague by code.

    Raises
    ------
    NotFound
        ``office.no_such_colleague``
    """
    people = Member.objects.select_related("unit__organisation").filter(code=code[:40], is_active=True)
    if reader is not None:
        people = people.filter(unit__organisation_id=reader.unit.organisation_id)
    found = people.first()
    if found is None:
        raise NotFound(
            "office.no_such_colleague",
            gettext_noop(
                "There is no active member {member} in your organisation. Look the code up in the register."
            ),
            member=code[:40],
        )
    return found


def deputies_of(member: Member) -> QuerySet[Deputy]:
    """Who stands in for a member, and for whom the member stands in, latest first."""
    found = Deputy.objects.filter(Q(member=member) | Q(deputy=member))
    return found.select_related("member__unit", "deputy").order_by("-from_on", "-pk")


def deputy_of(member: Member, pk: int) -> Deputy:
    """A standing-in that the member may end.

    Raises
    ------
    NotFound
        ``office.no_such_deputy``
    """
    found = (
        Deputy.objects.filter(pk=pk, member__unit__organisation_id=member.unit.organisation_id)
        .select_related("member__unit", "deputy")
        .first()
    )
    if found is None or (found.member_id != member.pk and not shares_out(found.member.unit, member)):
        raise NotFound(
            "office.no_such_deputy",
            gettext_noop(
                "There is no deputy of yours under the number {id}. Your page of deputies lists them."
            ),
            id=pk,
        )
    return found


def may_answer(item: WorkItem, member: Member) -> bool:
    """Whether a member does this item: it waits for them, for their unit, or for whom they stand in for."""
    if item.stage != WorkItem.Stage.OPEN:
        return False
    if item.member_id is None:
        return item.unit_id == member.unit_id
    return item.member_id == member.pk or stands_in(member, item.member_id)


def do(item: WorkItem, code: str, word: str, by: Member) -> str:
    """Do one action that an item offers, with a word where it needs one; gives the sentence that says so.

    The action of the item's field asks whether the member may.

    Raises
    ------
    NotNow
        ``office.work_of_somebody_else``
    ChangedMeanwhile
        ``office.step_is_over``
    NotFound
        ``office.no_such_answer``
    BadInput
        ``office.word_needed``
    """
    if not may_answer(item, by):
        raise NotNow(
            "office.work_of_somebody_else",
            gettext_noop("This does not wait for you, or somebody has done it. Look at your list again."),
        )
    chosen = next((one for one in work_kinds.actions_of(item) if one.code == code), None)
    if chosen is None and any(one.code == code for some in work_kinds.STEPS.values() for one in some):
        raise ChangedMeanwhile(
            "office.step_is_over",
            gettext_noop("Somebody else has moved this on since you opened your list. Look at it again."),
        )
    if chosen is None:
        raise NotFound(
            "office.no_such_answer",
            gettext_noop("This cannot be done in the row. Open the record to do it."),
        )
    if chosen.word == "required" and not word.strip():
        raise BadInput(
            "office.word_needed",
            gettext_noop("“{label}” needs a word on why or how far. Write it, then send again."),
            label=str(chosen.label),
            field="word",
        )
    said: str = signs.call(chosen.run)(item, word.strip(), by)
    return said
