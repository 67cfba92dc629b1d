"""Land files: read and compared with what is there, shown, and then written in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from shanhai.core import access, bulk, clock, journal, rows, search
from shanhai.core.heavy import run_in_child
from shanhai.core.models import Member
from shanhai.core.writing import action
from shanhai.fields.park.actions import land
from shanhai.fields.park.actions.shared import land_moved
from shanhai.fields.park.models import LandImport, Parcel, ParcelMove, Park
from shanhai.fields.park.queries import comparing, formats
from shanhai.fields.park.queries import land as queries
from shanhai.fields.park.rules import outlines
from shanhai.fields.park.rules.land_plan import Change, Plan
from shanhai.kernel.refusals import ChangedMeanwhile, NotNow, gettext_noop

SECONDS, MEMORY_MB = 300.0, 1024


def compared(park: Park, path: Path, *, crs: str = "", by: Member | None) -> Plan:
    """What a land file would do to a park: read and checked in a child, compared here; nothing is written.

    Parameters
    ----------
    path
        GeoJSON, GeoPackage, Shapefile (folder or zip) or CSV with WKT.
    crs
        Its coordinate reference where it does not say it: "EPSG:4528".

    Raises
    ------
    BadInput, TooLarge
        What is wrong with the file as a whole.
    """
    access.check(by, "park.import_land", pairing_id=park.pairing_id)
    stamp = queries.stamp_of(park)
    read = run_in_child(
        "shanhai.fields.park.rules.land_files.read_file",
        (str(path), crs, park.number, park.outline, queries.texts_in(park)),
        timeout=SECONDS,
        memory_mb=MEMORY_MB,
    )
    return comparing.plan_of(park, read, stamp)


@action
def read_land_file(park: Park, path: Path, *, name: str, crs: str = "", by: Member | None) -> LandImport:
    """Read a land file and keep what it would do, until somebody says the word."""
    plan = compared(park, path, crs=crs, by=by)
    kept = LandImport.objects.create(
        park=park,
        member=by,
        file_name=name[:200],
        sha256=hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "",
        reference=plan.reference,
        plan=plan.as_json(),
        read_at=clock.now(),
    )
    journal.record(
        kept,
        "park.read_land_file",
        by=by,
        pairing_id=park.pairing_id,
        file=name[:200],
        counts=plan.counts,
    )
    return kept


@action
def write_land_file(kept: LandImport, *, by: Member | None) -> Plan:
    """Write what a land file does, all of it or nothing.

    Raises
    ------
    NotNow
        ``park.land_written``, ``park.land_has_faults``
    ChangedMeanwhile
        ``park.land_changed``: the park's land is not as it was compared with.
    """
    if kept.written_at is not None:
        raise NotNow(
            "park.land_written",
            gettext_noop("{name} was written already. Read the file again if it has changed."),
            name=kept.file_name,
        )
    plan = Plan.of_json(kept.plan)
    rows.move(kept, written_at=clock.now())
    write_plan(kept.park, plan, file=kept.file_name, by=by)
    return plan


@action
def write_plan(park: Park, plan: Plan, *, file: str, by: Member | None) -> None:
    """Write a plan: new parcels, then what changes; one entry each, one line of history each."""
    access.check(by, "park.import_land", pairing_id=park.pairing_id)
    if plan.faults:
        raise NotNow(
            "park.land_has_faults",
            gettext_noop(
                "{n} parcels of the file are refused. Correct them and read the file again: it is written whole or not at all."
            ),
            n=plan.counts["refused"],
        )
    there = {one.number: one for one in queries.in_park(park, [c.feature.number for c in plan.changes])}
    land.reserve(park, _more(plan, there))
    if queries.stamp_of(park) != plan.stamp:
        raise ChangedMeanwhile(
            "park.land_changed",
            gettext_noop("The land of park {park} was changed since the file was read. Read the file again."),
            park=park.number,
        )
    organisations = comparing.organisations_of(plan.changes)
    today = clock.today()
    new = [change for change in plan.changes if change.outcome == "new"]
    _write_new(park, new, organisations, today, file, by)
    for change in plan.changes:
        if change.outcome == "changed":
            _write_change(there[change.feature.number], change, organisations, today, by)
    land_moved(park.pairing_id)


def _more(plan: Plan, there: dict[str, Parcel]) -> Decimal:
    """How much more land the park's parcels have afterwards."""
    more = Decimal(0)
    for change in plan.changes:
        if change.outcome != "same":
            before = there.get(change.feature.number)
            if before is None or "outline" in change.after:
                more += Decimal(change.feature.mu) - (before.mu if before is not None else 0)
    return more


def _write_new(
    park: Park,
    changes: Sequence[Change],
    organisations: dict[str, Any],
    on: date,
    file: str,
    by: Member | None,
) -> None:
    if not changes:
        return
    parcels = []
    for change in changes:
        drawn = outlines.kept(change.feature.outline)
        facts = comparing.facts_of(change.after, organisations)
        state = facts.pop("state")
        mu = Decimal(change.feature.mu)
        parcels.append(land.made(park, change.feature.number, drawn, mu, state=state, on=on, **facts))
    bulk.insert_many(Parcel, parcels)
    ParcelMove.objects.bulk_create(
        ParcelMove(parcel=one, sequence=1, on=on, to_state=one.state, mu=one.mu, organisation_id=one.user_id)
        for one in parcels
    )
    search.put_many([queries.found_as(one) for one in parcels])
    journal.record_many(parcels, "park.import_land", by=by, pairing_id=park.pairing_id, file=file)


def _write_change(
    parcel: Parcel, change: Change, organisations: dict[str, Any], on: date, by: Member | None
) -> None:
    facts = comparing.facts_of(change.after, organisations)
    to = facts.pop("state", None)
    if "outline" in change.after:
        drawn, mu = outlines.kept(change.feature.outline), Decimal(change.feature.mu)
        delta = mu - parcel.mu
        if delta and (year := land.quota_year(parcel)):
            land.take_quota(parcel, year, delta)
        land.put_outline(parcel, drawn, mu, on, "park.import_land", by)
    if to is not None and to != parcel.state:
        land.move_parcel(parcel, to=to, on=on, by=by)
    if facts:
        land.change_parcel(parcel, by=by, **facts)


def exported(park: Park, form: str) -> bytes:
    """The parcels of a park as a land file: ``geojson``, ``gpkg`` or ``csv``; equal when it is read again."""
    return formats.written(queries.in_park(park), form)
