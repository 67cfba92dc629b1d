"""Where the stops of an itinerary are: the region of the register that the place of a stop names, and its seat."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q

from shanhai.core.models import Party, Region
from shanhai.fields.investment.models import Stop, Team

# Names of regions have two to so many characters; a place is said at its beginning, before street and number.
_LONGEST, _READ = 12, 30
_ABOVE = "parent__parent__parent__parent"


def regions_of(stops: Sequence[Stop]) -> dict[int, Region]:
    """By key of a stop the region that it is in, of those whose seat the register knows (one statement).

    The place of a stop is words. Of the regions that they name, the smallest counts; where several have that name, the
    one whose region above is named too. A township without a seat takes that of its county. What stays unclear is
    left out.
    """
    named = {one.pk: _names(one) for one in stops}
    wanted = {name for names in named.values() for name in names}
    if not wanted:
        return {}
    rows = Region.objects.filter(valid_to=None).exclude(level=Region.Level.VILLAGE)
    known: dict[str, list[Region]] = {}
    for row in rows.filter(Q(name_zh__in=wanted) | Q(name_en__in=wanted)).select_related(_ABOVE):
        for name in {row.name_zh, row.name_en} & wanted:
            known.setdefault(name, []).append(row)
    found = {}
    for one in stops:
        region = _smallest([row for name in named[one.pk] for row in known.get(name, ())])
        if region is not None:
            found[one.pk] = region
    return found


def places_of(stops: Sequence[Stop]) -> list[dict[str, Any]]:
    """Where each stop is, for programs."""
    at = regions_of(stops)
    found = []
    for one in stops:
        region = at.get(one.pk)
        east, north = (region and region.seat_at) or (None, None)
        facts = {name: getattr(one, name) for name in ("number", "on", "whom", "place_zh", "place_en")}
        found.append(facts | {"region": region and region.code, "longitude": east, "latitude": north})
    return found


def home_regions(team: Team) -> dict[str, Region]:
    """The regions of the parties of a team's zone by their side, where their seats are known; the map shows them too."""
    parties = Party.objects.filter(
        pairing_id=team.pairing.zone_id or team.pairing_id, organisation__kind="government"
    )
    rows = parties.exclude(organisation__region__seat="").select_related("organisation__region")
    return {one.role: one.organisation.region for one in rows.order_by("-pk")}


def _names(stop: Stop) -> set[str]:
    """All that could be the name of a region in the place of a stop: runs of its characters, else parts of the English."""
    text = stop.place_zh[:_READ]
    if not text:
        return {part for each in stop.place_en.split(",") if (part := each.strip())}
    lengths = range(2, _LONGEST + 1)
    return {text[at : at + n] for at in range(len(text)) for n in lengths if at + n <= len(text)}


def _smallest(rows: Iterable[Region]) -> Region | None:
    """The one region that is meant, or the nearest above it whose seat is known; None where it could be several."""
    given = {row.pk: row for row in rows}
    above = {up.pk for row in given.values() for up in _above(row)[1:]}
    ends = [row for row in given.values() if row.pk not in above]
    # Of two of the same name that one is meant whose county or city is named as well.
    backed = [row for row in ends if any(up.pk in given for up in _above(row)[1:])]
    meant = backed if len(ends) > 1 else ends
    if len(meant) != 1:
        return None
    # The seat of a county says well enough where its townships are; that of a city or province does not.
    near = [meant[0], *(up for up in _above(meant[0])[1:] if up.level == Region.Level.COUNTY)]
    return next((up for up in near if up.seat), None)


def _above(row: Region) -> list[Region]:
    found = [row]
    while (up := found[-1].parent) is not None:
        found.append(up)
    return found
