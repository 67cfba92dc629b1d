"""Parcels and slope projects from spreadsheets and zone folders.

A member's sheet of parcels says what is known about them; land is drawn, moved and allotted by land files and pages.
The loader writes what a zone folder holds, with its history.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from shanhai.core import search
from shanhai.core.models import Member, Pairing
from shanhai.core.sheets.columns import Change, Problem
from shanhai.core.sheets.refusing import problem_of
from shanhai.fields.pairing.actions.registers.bringing import (
    Bringing,
    Values,
    both,
    names,
    standing,
    writer,
)
from shanhai.fields.pairing.queries.registers import Table
from shanhai.fields.park.actions import registers as shared
from shanhai.fields.park.actions.land import placed
from shanhai.fields.park.actions.shared import land_moved
from shanhai.fields.park.models import (
    LandQuota,
    Parcel,
    ParcelDescent,
    ParcelMove,
    Park,
    SlopeProject,
)
from shanhai.fields.park.queries import land as queries
from shanhai.fields.park.queries import land_registers as tables
from shanhai.fields.park.queries import slopes
from shanhai.fields.park.rules import geometry, outlines
from shanhai.kernel.refusals import NotNow, gettext_noop

_LEFT = ("park", "state", "state_on", "mu", "user", "allotted_on", "begins_on", "ended_on", "outline")


def _parks(bringing: Bringing) -> dict[int, Park]:
    keys = {bringing.key(change.values, "park") for change in bringing.changes}
    return Park.objects.in_bulk(keys)


def _recount(parks: Iterable[Park]) -> None:
    """The guard of each park's land says what its parcels add up to."""
    for park in parks:
        total = Parcel.objects.filter(park=park, ended_on=None).aggregate(mu=Sum("mu"))["mu"] or Decimal(0)
        Park.objects.filter(pk=park.pk).update(parcelled_mu=total.quantize(Decimal("0.01")))
        land_moved(park.pairing_id)


def _write_parcels(bringing: Bringing) -> None:
    parks = _parks(bringing)

    def fields(values: Values) -> dict[str, Any]:
        park = parks[bringing.key(values, "park")]
        drawn = outlines.read(values["outline"])
        begins_on = values["begins_on"] or values["state_on"]
        plain = (
            "number",
            "state",
            "plot_grade",
            "plot_ratio",
            "density_percent",
            "allotted_on",
            "until",
            "ended_on",
        )
        return {
            **{name: values[name] for name in plain},
            "park_id": park.pk,
            "pairing_id": park.pairing_id,
            "zone_id": park.zone_id,
            "phase_number": values["phase"] or 0,
            "state_on": values["state_on"] or begins_on,
            "begins_on": begins_on,
            "mu": values["mu"] or geometry.area_mu(drawn),
            "user_id": bringing.ref(values, "user"),
            "lessee_id": bringing.ref(values, "lessee"),
            **placed(drawn),
            **standing(values),
        }

    written = bringing.write(Parcel, fields)
    search.put_many(map(queries.found_as, written))
    _recount(parks.values())


def _write_slopes(bringing: Bringing) -> None:
    parks = _parks(bringing)

    def fields(values: Values) -> dict[str, Any]:
        park = parks[bringing.key(values, "park")]
        drawn = geometry.checked(values["outline"])
        where = placed(drawn)
        del where["outline_sha256"]
        losses = [f"{what}_{how}_mu" for what in tables.LOSSES for how in ("lost", "compensated")]
        plain = ("number", "state", "approval_number", "approved_on", "mean_slope_degrees", "cost_per_mu_fen", "gained_mu", "accepted_on")  # fmt: skip
        return {
            **{name: values[name] for name in plain},
            **{name: values[name] or Decimal(0) for name in losses},
            "park_id": park.pk,
            "pairing_id": park.pairing_id,
            "zone_id": park.zone_id,
            "gross_mu": geometry.area_mu(drawn),
            **where,
            **names(values),
            **both(values, "about"),
            **standing(values),
        }

    search.put_many(map(slopes.found_as, bringing.write(SlopeProject, fields)))
    for park in parks.values():
        land_moved(park.pairing_id)


def _write_moves(bringing: Bringing) -> None:
    pairings, pairing_of = shared.whole_of(bringing, "parcel", Parcel)

    def fields(values: Values) -> dict[str, Any]:
        return {
            "parcel_id": bringing.key(values, "parcel"),
            "organisation_id": bringing.ref(values, "organisation"),
            **{name: values[name] for name in ("sequence", "on", "from_state", "to_state", "mu", "reason")},
        }

    bringing.write(ParcelMove, fields, pairing_of)
    for pairing in set(pairings.values()):
        land_moved(pairing)


def _write_descents(bringing: Bringing) -> None:
    def fields(values: Values) -> dict[str, Any]:
        keys = {f"{name}_id": bringing.key(values, name) for name in ("parent", "child")}
        return {**keys, "on": values["on"]}

    bringing.write(ParcelDescent, fields, shared.whole_of(bringing, "parent", Parcel)[1])


def _write_quotas(bringing: Bringing) -> None:
    def fields(values: Values) -> dict[str, Any]:
        used = values["used_mu"] or Decimal(0)
        return {
            "park_id": bringing.key(values, "park"),
            "year": values["year"],
            "quota_mu": values["quota_mu"],
            "used_mu": used,
        }

    bringing.write(LandQuota, fields, shared.whole_of(bringing, "park", Park)[1])


# -- members -------------------------------------------------------------------------------------------------------


def parcels_guard(
    changes: Sequence[Change], *, by: Member, pairing: Pairing | None = None
) -> list[list[Problem]]:
    """A sheet draws no land and moves none; beside that, a seat on a side of the parcel's pairing."""
    found = shared.guard_of(tables.PARCELS)(changes, by=by, pairing=pairing)
    for change, problems in zip(changes, found, strict=True):
        wrong = _left(change)
        if wrong is not None and not problems:
            problems.append(problem_of(wrong, "number"))
    return found


def _left(change: Change) -> NotNow | None:
    if change.before is None:
        return NotNow(
            "park.parcel_by_file",
            gettext_noop(
                "A sheet draws no land. Draw parcel {number} on the map, or bring it as a land file."
            ),
            number=change.key,
            field="number",
        )
    for name in change.differs_in(*_LEFT):
        return NotNow(
            "park.by_page_only",
            gettext_noop(
                "A sheet does not change this of parcel {number}. Leave the cell as it is, and change it on its page."
            ),
            number=change.key,
            field=name,
        )
    return None


def _member_may_parcels(bringing: Bringing) -> None:
    shared.member_may(tables.PARCELS)(bringing)
    for change in bringing.changes:
        wrong = _left(change) if change.outcome != "gone" and not bringing.is_undo else None
        if wrong is not None:
            raise wrong


def _made(write: Callable[[Bringing], None], table: Table) -> tuple[Any, Any]:
    return shared.guard_of(table), writer(write, table, member_may=shared.member_may(table))


write_parcels = writer(_write_parcels, tables.PARCELS, member_may=_member_may_parcels)
slope_projects_guard, write_slope_projects = _made(_write_slopes, tables.SLOPES)
parcel_moves_guard, write_parcel_moves = _made(_write_moves, tables.MOVES)
parcel_descents_guard, write_parcel_descents = _made(_write_descents, tables.DESCENTS)
land_quotas_guard, write_land_quotas = _made(_write_quotas, tables.QUOTAS)
