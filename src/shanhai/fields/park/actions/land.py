"""Writes of parcels: drawn, put right, moved from state to state, allotted."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.db.models.functions import Round

from shanhai.core import access, clock, journal, rows, search
from shanhai.core.actions.naming import check_not_later, differing
from shanhai.core.models import Member, Organisation
from shanhai.core.writing import action
from shanhai.fields.park.actions.shared import chosen, land_moved
from shanhai.fields.park.models import LandQuota, Parcel, ParcelMove, Park
from shanhai.fields.park.queries import land as queries
from shanhai.fields.park.rules import geometry, outlines, reserving
from shanhai.fields.park.rules import land as rules
from shanhai.fields.park.rules import parks as park_rules
from shanhai.fields.park.rules.outlines import Outline
from shanhai.kernel.refusals import BadInput, ChangedMeanwhile, NotNow, gettext_noop

State = rules.ParcelState
# What may be said of a parcel besides its outline and state.
FACTS = ("phase_number", "user", "lessee", "plot_grade", "plot_ratio", "density_percent", "until", "source")


@action
def add_parcel(
    park: Park,
    *,
    number: str,
    outline: str,
    state: str = State.NOT_LEVELLED,
    on: date | None = None,
    user: Organisation | None = None,
    by: Member | None,
    **facts: Any,
) -> Parcel:
    """Draw a parcel into a park.

    Parameters
    ----------
    outline
        WKT or GeoJSON in degrees of CGCS2000. Its area is geodesic.
    state, on
        How it stands since which day; allotting has an action of its own.
    facts
        Those of ``FACTS``.

    Raises
    ------
    BadInput
        ``park.ring_broken``, ``park.parcel_outside``, ``park.parcels_overlap``, each with its spot;
        ``park.over_plan``
    """
    access.check(by, "park.add_parcel", pairing_id=park.pairing_id)
    state, on = chosen(State, state, "state"), on or clock.today()
    check_not_later(on)
    check_begins(number := number.strip(), state, user)
    check_facts(number, facts)
    drawn = geometry.checked(outline)
    mu = geometry.area_mu(drawn)
    reserve(park, mu)
    if Parcel.objects.filter(number=number).exists():
        raise NotNow(
            "park.number_taken",
            gettext_noop("The number {number} is taken. Choose another one."),
            number=number,
            field="number",
        )
    check_place(park, number, drawn)
    parcel = made(park, number, drawn, mu, state=state, on=on, user=user, **facts)
    parcel.save()
    enter_move(parcel, "", on, organisation=user)
    search.put_many([queries.found_as(parcel)])
    journal.record(parcel, "park.add_parcel", by=by)
    land_moved(parcel.pairing_id)
    return parcel


def check_begins(number: str, state: str, user: Organisation | None) -> None:
    """A parcel that is first drawn has a number of our form; it is not just being allotted, and who holds it is named."""
    park_rules.check_number(number)
    if state == State.ALLOTTED:
        raise NotNow(
            "park.allot_first",
            gettext_noop("Parcel {number} cannot be drawn as allotted. Draw it as serviced, then allot it."),
            number=number,
            field="state",
        )
    rules.check_user(number, state, user is not None)


def check_facts(number: str, facts: dict[str, Any]) -> None:
    """Grade, ratio and density are in their ranges."""
    rules.check_plot(number, facts.get("plot_grade"), facts.get("plot_ratio"), facts.get("density_percent"))


def _plus(name: str, mu: Decimal) -> Round:
    """A column and so much more, to 0.01 mu: SQLite adds as floating point, and a full quota is full."""
    return Round(F(name) + mu, precision=2)


def reserve(park: Park, mu: Decimal) -> None:
    """Take so much land of a park's plan; negative gives back. The row of the park is the guard: moved first.

    Whoever draws in the same park waits here until this is committed, and then sees what was drawn.

    Raises
    ------
    BadInput
        ``park.over_plan``
    """
    found = Park.objects.filter(pk=park.pk)
    if mu > 0:
        found = found.filter(planned_mu=None) | found.filter(planned_mu__gte=_plus("parcelled_mu", mu))
    if found.update(parcelled_mu=_plus("parcelled_mu", mu)):
        park.parcelled_mu += mu
        return
    now = Park.objects.values_list("planned_mu", "parcelled_mu").get(pk=park.pk)
    left = (now[0] or Decimal(0)) - now[1]
    raise BadInput(
        "park.over_plan",
        gettext_noop(
            "Park {park} has {left} mu of its plan left, and this takes {mu} mu. Plan more, or draw less."
        ),
        park=park.number,
        left=left,
        mu=mu,
        field="outline",
    )


def check_place(park: Park, number: str, drawn: Outline, besides: tuple[int, ...] = ()) -> None:
    """A parcel lies in its park and on no other; asked after the guard was moved."""
    border = Park.objects.values_list("outline", flat=True).get(pk=park.pk)
    if border:
        geometry.check_within(number, drawn, park.number, outlines.kept(border))
    geometry.check_apart(number, drawn, queries.near(park, drawn.box, besides))


def made(
    park: Park, number: str, drawn: Outline, mu: Decimal, *, state: str, on: date, **facts: Any
) -> Parcel:
    """A parcel of a park that is not saved yet."""
    west, south, east, north = drawn.box
    return Parcel(
        park=park,
        pairing_id=park.pairing_id,
        zone_id=park.zone_id,
        number=number,
        outline=drawn.wkt,
        outline_sha256=drawn.sha256,
        west=west,
        south=south,
        east=east,
        north=north,
        mu=mu,
        state=state,
        state_on=on,
        begins_on=facts.pop("begins_on", on),
        **facts,
    )


def enter_move(
    parcel: Parcel, before: str, on: date, *, organisation: Organisation | None = None, reason: str = ""
) -> ParcelMove:
    """Write a line of the parcel's history as it stands now."""
    last = ParcelMove.objects.filter(parcel=parcel).order_by("-sequence").values_list("sequence", flat=True)
    return ParcelMove.objects.create(
        parcel=parcel,
        sequence=(last.first() or 0) + 1,
        on=on,
        from_state=before,
        to_state="" if parcel.ended_on else parcel.state,
        mu=parcel.mu,
        organisation=organisation,
        reason=reason.strip()[:300],
    )


def check_there(parcel: Parcel) -> None:
    """A parcel that others replaced is history."""
    if parcel.ended_on is not None:
        raise NotNow(
            "park.parcel_ended",
            gettext_noop("Parcel {number} was replaced on {on}. Open the parcels that came from it."),
            number=parcel.number,
            on=parcel.ended_on,
        )


def check_order(parcel: Parcel, on: date) -> None:
    """Nothing is recorded for a day before the parcel's last change, or for one that has not come."""
    check_not_later(on)
    last = ParcelMove.objects.filter(parcel=parcel).order_by("-sequence").values_list("on", flat=True).first()
    since = max(filter(None, (parcel.state_on, parcel.begins_on, last)))
    if on < since:
        raise BadInput(
            "park.before_last_move",
            gettext_noop("Parcel {number} last changed on {since}. Give that day or a later one."),
            number=parcel.number,
            since=since,
            field="on",
        )


@action
def change_parcel(parcel: Parcel, *, by: Member | None, **changes: Any) -> Parcel:
    """Change what is known about a parcel: those of ``FACTS``."""
    access.check(by, "park.change_parcel", pairing_id=parcel.pairing_id)
    check_there(parcel)
    check_facts(parcel.number, changes)
    if "user" in changes:
        rules.check_user(parcel.number, parcel.state, changes["user"] is not None)
    changes = differing(parcel, changes)
    if not changes:
        return parcel
    rows.move(parcel, **changes)
    journal.record(parcel, "park.change_parcel", by=by, changed=sorted(changes))
    return parcel


@action
def redraw_parcel(parcel: Parcel, *, outline: str, on: date | None = None, by: Member | None) -> Parcel:
    """Put the outline of a parcel right; its land is measured anew, and the account follows from that day."""
    access.check(by, "park.redraw_parcel", pairing_id=parcel.pairing_id)
    check_there(parcel)
    on = on or clock.today()
    check_order(parcel, on)
    drawn = geometry.checked(outline)
    if drawn.wkt == parcel.outline:
        return parcel
    mu, delta = geometry.area_mu(drawn), geometry.area_mu(drawn) - parcel.mu
    if delta and (year := quota_year(parcel)):
        take_quota(parcel, year, delta)
    reserve(parcel.park, delta)
    check_place(parcel.park, parcel.number, drawn, (parcel.pk,))
    put_outline(parcel, drawn, mu, on, "park.redraw_parcel", by)
    land_moved(parcel.pairing_id)
    return parcel


def put_outline(parcel: Parcel, drawn: Outline, mu: Decimal, on: date, verb: str, by: Member | None) -> None:
    """Give a parcel another outline, with a line of its history; quota, plan and place were asked before."""
    before = parcel.mu
    rows.move(parcel, **placed(drawn), mu=mu)
    enter_move(parcel, parcel.state, on, organisation=parcel.user, reason=f"{before} → {mu}")
    journal.record(parcel, verb, by=by, was_mu=before)


def placed(drawn: Outline) -> dict[str, Any]:
    """The columns of an outline."""
    west, south, east, north = drawn.box
    box = {"west": west, "south": south, "east": east, "north": north}
    return {"outline": drawn.wkt, "outline_sha256": drawn.sha256, **box}


@action
def move_parcel(
    parcel: Parcel, *, to: str, on: date | None = None, reason: str = "", by: Member | None
) -> Parcel:
    """Say that a parcel has come to another state: forward as it comes, back with a reason.

    Land that was allotted from the plan and goes back to serviced gives its quota back. Vacated land has no user.
    """
    access.check(by, "park.move_parcel", pairing_id=parcel.pairing_id)
    to, on = chosen(State, to, "to"), on or clock.today()
    check_there(parcel)
    check_order(parcel, on)
    rules.check_move(parcel.number, parcel.state, to, reason)
    if to not in reserving.PARCELS:
        reserving.check_is_for(parcel.number, parcel.reserved_for, parcel.reserved_on, "")
    before, user = parcel.state, parcel.user
    changes: dict[str, Any] = {"state": to, "state_on": on}
    if to in (State.SERVICED, State.VACATED):
        changes |= {"user": None, "lessee": None, "until": None}
    if before == State.ALLOTTED and to == State.SERVICED:
        if year := quota_year(parcel):
            take_quota(parcel, year, -parcel.mu)
        changes["allotted_on"] = None
    rows.move(parcel, **changes)
    enter_move(parcel, before, on, organisation=user, reason=reason)
    journal.record(parcel, "park.move_parcel", by=by, came_from=before, reason=reason.strip()[:300])
    land_moved(parcel.pairing_id)
    return parcel


def quota_year(parcel: Parcel) -> int | None:
    """The year whose quota the land of a parcel was taken from; None where it was taken from none."""
    if parcel.allotted_on is None:
        return None
    taken = [
        one
        for one in queries.moves_of(parcel)
        if one.to_state == State.ALLOTTED and one.from_state in rules.FREE
    ]
    return taken[0].on.year if taken and taken[0].from_state == State.SERVICED else None


@action
def allot_parcel(
    parcel: Parcel,
    *,
    user: Organisation,
    on: date | None = None,
    until: date | None = None,
    reserved_for: str = "",
    by: Member | None,
) -> Parcel:
    """Allot a serviced or vacated parcel to an organisation.

    Serviced land takes the park's land quota of the year; vacated land has been taken from a quota before and takes none.

    Parameters
    ----------
    reserved_for
        The number of the lead for which it is reserved, if it is: what is kept for one is not given to another.

    Raises
    ------
    NotNow
        ``park.not_free``, ``park.no_quota``, ``park.quota_short``, ``park.kept_for``
    ChangedMeanwhile
        ``park.allotted_meanwhile``
    """
    access.check(by, "park.allot_parcel", pairing_id=parcel.pairing_id)
    on = on or clock.today()
    check_there(parcel)
    check_order(parcel, on)
    rules.check_can_allot(parcel.number, parcel.state)
    reserving.check_is_for(parcel.number, parcel.reserved_for, parcel.reserved_on, reserved_for)
    before, kept_for = parcel.state, parcel.reserved_for
    if before == State.SERVICED:
        take_quota(parcel, on.year, parcel.mu)
    changes = {
        "state": State.ALLOTTED, "state_on": on, "allotted_on": on, "user": user, "until": until, "reserved_for": "",
        "reserved_on": None,
    }  # fmt: skip
    try:
        rows.move(parcel, **changes)
    except ChangedMeanwhile:
        raise ChangedMeanwhile(
            "park.allotted_meanwhile",
            gettext_noop("Parcel {number} was changed or allotted by someone else. Look at it again."),
            number=parcel.number,
        ) from None
    enter_move(parcel, before, on, organisation=user)
    journal.record(parcel, "park.allot_parcel", by=by, came_from=before, was_for=kept_for)
    land_moved(parcel.pairing_id)
    return parcel


def take_quota(parcel: Parcel, year: int, mu: Decimal) -> None:
    """Take land from a year's quota, or give it back (negative): its guard row is moved, if enough is left."""
    guard = LandQuota.objects.filter(park=parcel.park_id, year=year)
    if guard.filter(quota_mu__gte=_plus("used_mu", mu)).update(used_mu=_plus("used_mu", mu)):
        return
    quota = guard.first()
    if quota is None:
        raise NotNow(
            "park.no_quota",
            gettext_noop("Park {park} has no land quota for {year}. Set it on the page of the park first."),
            park=parcel.park.number,
            year=year,
        )
    raise NotNow(
        "park.quota_short",
        gettext_noop(
            "Of the quota of {year} {left} mu are left, and parcel {number} takes {mu} mu. Take a smaller one, or raise the quota."
        ),
        year=year,
        left=quota.quota_mu - quota.used_mu,
        number=parcel.number,
        mu=mu,
    )
