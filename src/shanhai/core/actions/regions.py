"""Writes of regions: they are added, and changed on a date that stays on the record.

A change of name, code or extent is an event with a day (``RegionChange``); a correction puts right what was written
down wrongly and has none.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import F

from shanhai.core import access, journal, rows, search
from shanhai.core.actions import pairings
from shanhai.core.actions.naming import check_free, check_not_later, differing, named
from shanhai.core.models import Member, Organisation, Region, RegionChange
from shanhai.core.names import called
from shanhai.core.queries import finding
from shanhai.core.writing import action
from shanhai.kernel.identifiers import RegionLevel, check_region_code, region_level, region_parent
from shanhai.kernel.refusals import BadInput, NotFound, NotNow, gettext_noop

# Digits of the code that each level ends at.
ENDS = {
    RegionLevel.PROVINCE: 2,
    RegionLevel.CITY: 4,
    RegionLevel.COUNTY: 6,
    RegionLevel.TOWNSHIP: 9,
    RegionLevel.VILLAGE: 12,
}
Kind = RegionChange.Kind
_DEGREES = re.compile(r"-?\d{1,3}(\.\d{1,7})?")
_NAMED = 5  # Organisations that a refusal names; the number of all stands beside them.


@action
def add_region(
    *,
    code: str,
    name_zh: str,
    name_en: str = "",
    valid_from: date | None = None,
    population: int | None = None,
    outline: str = "",
    seat: str = "",
    source: str = "",
    is_illustrative: bool = False,
    by: Member | None,
) -> Region:
    """Add a region under the one that its code names; a known founding day becomes its first change."""
    access.check(by, "core.add_region")
    code = check_region_code(code)
    check_free(Region, code)
    region = Region.objects.create(
        code=code,
        level=str(region_level(code)),
        parent=parent_of(code),
        valid_from=valid_from,
        population=population,
        outline=checked_outline(outline),
        seat=checked_seat(seat),
        source=source.strip(),
        is_illustrative=is_illustrative,
        **named(name_zh, name_en),
    )
    if valid_from is not None:
        _note(region, Kind.FOUNDED, valid_from, after=region.name_zh, source=source)
    journal.record(region, "core.add_region", by=by)
    make_findable(region)
    return region


@action
def correct_region(region: Region, *, by: Member | None, **changes: Any) -> Region:
    """Put right what was written down wrongly: English name, spelling, population, outline, seat, source.

    A region that really got another name or code is renamed or recoded on a day instead.
    """
    access.check(by, "core.correct_region")
    if {"name_zh", "name_en"} & changes.keys():
        changes |= named(changes.get("name_zh", region.name_zh), changes.get("name_en", region.name_en))
    if "outline" in changes:
        changes["outline"] = checked_outline(changes["outline"])
    if "seat" in changes:
        changes["seat"] = checked_seat(changes["seat"])
    changes = differing(region, changes)
    if changes:
        rows.move(region, **changes)
        journal.record(region, "core.correct_region", by=by, changed=sorted(changes))
        make_findable(region)
    return region


@action
def rename_region(
    region: Region, *, name_zh: str, name_en: str = "", on: date, source: str = "", by: Member | None
) -> Region:
    """Give a region another name from a day on; the old one stays in its history."""
    access.check(by, "core.rename_region")
    _check_stands(region, on)
    new = named(name_zh, name_en)
    if new["name_zh"] == region.name_zh:
        raise BadInput(
            "core.region_same_name",
            gettext_noop("{region} has this name already. Correct the English name without a day."),
            region=called(region),
            field="name_zh",
        )
    before = region.name_zh
    rows.move(region, **new)
    _note(region, Kind.RENAMED, on, before=before, after=region.name_zh, source=source)
    journal.record(region, "core.rename_region", by=by, on=on, before=before, source=source)
    make_findable(region)
    return region


@action
def recode_region(region: Region, *, code: str, on: date, source: str = "", by: Member | None) -> Region:
    """Give a region another code from a day on, and all regions under it theirs.

    A code that lies in another region moves it there: the change then counts as a move.
    """
    access.check(by, "core.recode_region")
    _check_stands(region, on)
    code = check_region_code(code)
    _check_same_level(region, code)
    check_free(Region, code)
    parent = parent_of(code)
    is_move = (parent and parent.pk) != region.parent_id
    head, new_head = _head(region.code, region.level), _head(code, region.level)
    below = [one for one in under(region) if one.code.startswith(head)]
    _recode(region, code, Kind.MOVED if is_move else Kind.RECODED, on, source, by, parent=parent)
    for one in below:
        _recode(one, new_head + one.code[len(head) :], Kind.RECODED, on, source, by)
    pairings.recompute_seats()  # Which government a place lies under is read from its code.
    return region


@action
def merge_region(
    region: Region, *, into: Region, on: date, source: str = "", by: Member | None
) -> RegionChange:
    """End a region on a day because another took it in; the organisations that stand in it stand there from then on."""
    access.check(by, "core.merge_region")
    _check_stands(region, on)
    _check_empty(region)
    if into.pk == region.pk or into.level != region.level or into.valid_to is not None:
        raise BadInput(
            "core.region_merge_target",
            gettext_noop(
                "{region} cannot be merged into {into}. Choose another region of its level that stands."
            ),
            region=called(region),
            into=called(into),
            field="into",
        )
    hold_standing(into)
    rows.move(region, valid_to=on)
    change = _note(
        region, Kind.MERGED, on, before=region.name_zh, after=into.name_zh, into=into, source=source
    )
    moved = _move_organisations(region, into, by)
    journal.record(
        region, "core.merge_region", by=by, on=on, into=into.code, source=source, organisations=moved
    )
    return change


@action
def split_region(
    region: Region,
    *,
    code: str,
    name_zh: str,
    name_en: str = "",
    on: date,
    source: str = "",
    by: Member | None,
) -> Region:
    """Found a region of the same level on land of this one; this one goes on beside it."""
    access.check(by, "core.split_region")
    _check_stands(region, on)
    code = check_region_code(code)
    _check_same_level(region, code)
    split_off = add_region(code=code, name_zh=name_zh, name_en=name_en, valid_from=on, source=source, by=by)
    _note(
        region,
        Kind.SPLIT,
        on,
        before=region.name_zh,
        after=split_off.name_zh,
        into=split_off,
        source=source,
    )
    journal.record(region, "core.split_region", by=by, on=on, split_off=split_off.code, source=source)
    return split_off


@action
def abolish_region(region: Region, *, on: date, source: str = "", by: Member | None) -> RegionChange:
    """End a region on a day without a successor; no region and no organisation may be left in it."""
    access.check(by, "core.abolish_region")
    _check_stands(region, on)
    _check_empty(region)
    # The row is moved before we look who stands there: who comes to stand there holds that row too.
    rows.move(region, valid_to=on)
    _check_nobody_stands_in(region)
    change = _note(region, Kind.ABOLISHED, on, before=region.name_zh, source=source)
    journal.record(region, "core.abolish_region", by=by, on=on, source=source)
    return change


def hold_standing(region: Region) -> None:
    """Keep a region from ending while something comes to stand in it, within the caller's action.

    Raises
    ------
    NotNow
        ``core.region_ended``.
    """
    if not Region.objects.filter(pk=region.pk, valid_to=None).update(version=F("version")):
        region.refresh_from_db(fields=["valid_to"])
        raise ended(region)


def hold_all_standing(keys: Collection[int]) -> None:
    """``hold_standing`` for many regions in one statement."""
    if Region.objects.filter(pk__in=keys, valid_to=None).update(version=F("version")) < len(set(keys)):
        raise ended(Region.objects.exclude(valid_to=None).filter(pk__in=keys).order_by("code")[0])


def check_may_end(region: Region, on: date, *, besides: Collection[str] = ()) -> None:
    """Whether a region may end on a day without a successor; ``besides`` has codes of regions that end with it.

    Raises
    ------
    NotNow
        ``core.region_ended``, ``core.region_not_empty``, ``core.region_has_organisations``
    BadInput
        ``core.region_before_founding``
    """
    _check_stands(region, on)
    _check_empty(region, besides)
    _check_nobody_stands_in(region)


def check_left_empty(rows: Sequence[Region]) -> None:
    """Refuse where somebody came to stand in one of the regions that the caller's action has just ended."""
    keys = [row.pk for row in rows]
    left = Organisation.objects.filter(region__in=keys, is_active=True).select_related("region").first()
    if left is not None:
        _check_nobody_stands_in(left.region)
    inside = Region.objects.filter(parent__in=keys, valid_to=None).select_related("parent").first()
    if inside is not None and inside.parent is not None:
        _check_empty(inside.parent)


def ended_of(codes: Iterable[str]) -> list[Region]:
    """Those of the regions of these codes that have ended."""
    return list(Region.objects.filter(code__in=set(codes)).exclude(valid_to=None))


def _move_organisations(region: Region, into: Region, by: Member | None) -> int:
    standing = Organisation.objects.filter(region=region, is_active=True)
    moved = list(standing.order_by("pk"))
    standing.update(region=into, version=F("version") + 1)
    for organisation in moved:
        organisation.region = into
        organisation.version += 1
    if moved:
        journal.record_many(
            moved, "core.change_organisation", by=by, changed=["region"], region=into.code, merged=region.code
        )
        search.put_many(map(finding.of_organisation, moved))
        pairings.recompute_seats()
    return len(moved)


def parent_of(code: str) -> Region | None:
    """The region that a code lies in, from its digits.

    Raises
    ------
    NotFound
        ``core.region_parent_missing``: the region one level up is not in the register yet.
    """
    expected = region_parent(code)
    if expected is None:
        return None
    parent = Region.objects.filter(code__in=possible_parents(code)).order_by("-code").first()
    if parent is None:
        raise NotFound(
            "core.region_parent_missing",
            gettext_noop("{given} lies in {parent}, which is not in the register. Add {parent} first."),
            given=code,
            parent=expected,
            field="code",
        )
    return parent


def possible_parents(code: str) -> list[str]:
    """The codes of which one must be in the register for a region to lie in it."""
    expected = region_parent(code)
    if expected is None:
        return []
    # Counties of the four municipalities (…01, …02) and those right under a province (…90) have a city level in
    # their code that no government stands for; registers of both kinds are in use, with it and without.
    if region_level(code) is RegionLevel.COUNTY and code[2:4] in {"01", "02", "90"}:
        is_municipality = code[:2] in {"11", "12", "31", "50"}
        if is_municipality or code[2:4] == "90":
            return [expected, code[:2].ljust(12, "0")]
    return [expected]


def under(region: Region) -> list[Region]:
    """All regions under this one, level by level (one query a level)."""
    found: list[Region] = []
    above = [region.pk]
    while above:
        level = list(Region.objects.filter(parent_id__in=above))
        found += level
        above = [one.pk for one in level]
    return found


def checked_outline(outline: str) -> str:
    """The ring of the schematic map: at least three pairs of numbers, or nothing."""
    numbers = outline.replace(",", " ").split()
    if not numbers:
        return ""
    try:
        values = [float(number) for number in numbers]
    except ValueError:
        values = []
    if len(values) < 6 or len(values) % 2 or not all(-1e6 < value < 1e6 for value in values):
        raise BadInput(
            "core.region_outline",
            gettext_noop(
                "The outline must be at least three points, each as two numbers: “10 20 35 20 35 48”. "
                "Leave it empty where none was drawn."
            ),
            field="outline",
        )
    return " ".join(numbers)


def checked_seat(seat: str) -> str:
    """Longitude and latitude of a seat in degrees, east and north first, or nothing.

    Examples
    --------
    >>> checked_seat("119.14，28.07")
    '119.14 28.07'
    """
    numbers = seat.replace(",", " ").replace("，", " ").split()
    if not numbers:
        return ""
    is_place = len(numbers) == 2 and all(_DEGREES.fullmatch(number) for number in numbers)
    if not is_place or abs(float(numbers[0])) > 180 or abs(float(numbers[1])) > 90:
        raise BadInput(
            "core.region_seat",
            gettext_noop(
                "{given} is no place on the globe. Give the longitude first and then the latitude, in degrees: “119.14 28.07”. "
                "Leave it empty where it is not known."
            ),
            given=seat[:40],
            field="seat",
        )
    return " ".join(numbers)


def make_findable(*regions: Region) -> None:
    """Put regions into the search."""
    search.put_many(map(finding.of_region, regions))


def _recode(
    region: Region, code: str, kind: str, on: date, source: str, by: Member | None, **also: Any
) -> None:
    before = region.code
    rows.move(region, code=code, **also)
    _note(region, kind, on, before=before, after=code, source=source)
    journal.record(region, "core.recode_region", by=by, on=on, before=before, source=source)
    make_findable(region)


def _note(region: Region, kind: str, on: date, **what: Any) -> RegionChange:
    return RegionChange.objects.create(region=region, kind=kind, on=on, **what)


def _head(code: str, level: str) -> str:
    return code[: ENDS[RegionLevel(level)]]


def _check_same_level(region: Region, code: str) -> None:
    if str(region_level(code)) != region.level:
        raise BadInput(
            "core.region_level",
            gettext_noop("{given} is the code of a {level}; {region} is a {own}. Give a code of its level."),
            given=code,
            level=str(region_level(code)),
            region=called(region),
            own=region.level,
            field="code",
        )


def _check_stands(region: Region, on: date) -> None:
    check_not_later(on)
    if region.valid_to is not None:
        raise ended(region)
    if region.valid_from is not None and on <= region.valid_from:
        raise BadInput(
            "core.region_before_founding",
            gettext_noop("{region} stands since {since}. Give a later day for its change."),
            region=called(region),
            since=region.valid_from,
            field="on",
        )


def ended(region: Region) -> NotNow:
    """The refusal of what comes too late for a region."""
    return NotNow(
        "core.region_ended",
        gettext_noop("{region} ended on {ended}. Nothing more changes in it."),
        region=called(region),
        ended=region.valid_to,
    )


def _check_nobody_stands_in(region: Region) -> None:
    standing = Organisation.objects.filter(region=region, is_active=True).order_by("name_sort", "pk")
    n = standing.count()
    if n:
        raise NotNow(
            "core.region_has_organisations",
            gettext_noop(
                "{n} organisations stand in {region}: {names}. Move them to another region or close them first; where "
                "another region took {region} in, merge it, and they go along."
            ),
            n=n,
            region=called(region),
            names=", ".join(called(one) for one in standing[:_NAMED]) + (" …" if n > _NAMED else ""),
        )


def _check_empty(region: Region, besides: Collection[str] = ()) -> None:
    n = Region.objects.filter(parent=region, valid_to=None).exclude(code__in=besides).count()
    if n:
        raise NotNow(
            "core.region_not_empty",
            gettext_noop(
                "{n} regions still lie in {region}. Move or merge them first, so that none is left without a region above."
            ),
            n=n,
            region=called(region),
        )


def check_standing_codes(codes: Iterable[str]) -> dict[str, Region]:
    """The regions of these codes (one query); codes that are not in the register are left out."""
    return {region.code: region for region in Region.objects.filter(code__in=set(codes))}
