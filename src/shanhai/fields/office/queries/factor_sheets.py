"""Rows of the registers of factor requests and pools: what goes out, and what is there now.

Money stands in a column of its own (fen), all other quantities in the measure of the row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db.models import Count, Model, QuerySet

from shanhai.core import access, visibility
from shanhai.core.models import Member, Pairing
from shanhai.core.sheets.columns import KEY_JOINT
from shanhai.fields.office import columns
from shanhai.fields.office.models import FactorPassing, FactorPool, FactorRequest
from shanhai.fields.office.queries import factors as queries
from shanhai.fields.office.queries import shared
from shanhai.fields.office.rules import factors as rules
from shanhai.kernel.refusals import BadInput, gettext_noop

Row = dict[str, Any]
MONEY = "fen"
_CHUNK = 1000
_OF_REQUESTS = (
    "number", "title_zh", "title_en", "measure", "needs_whole", "needed_by", "is_park", "park_reason", "text", "stage",
    "kind", "priority", "asked_on", "first_days", "fulfilled_days", "standing",
)  # fmt: skip


def factor_requests_rows(
    member: Member | None, pairing: Pairing | None = None, chosen: QuerySet[Any] | None = None
) -> Iterator[Row]:
    """The requests that a member may take away, by number; ``chosen`` are those of a list page, in its order."""
    found = _seen(FactorRequest, member, pairing, "number") if chosen is None else chosen
    return _without_keys(found.select_related("asker", "handler"), request_rows)


def factor_pools_rows(member: Member | None, pairing: Pairing | None = None) -> Iterator[Row]:
    """The pools that a member may take away, in key order."""
    found = _seen(FactorPool, member, pairing, "organisation__code", "measure", "year")
    return _without_keys(found.select_related("organisation"), pool_rows)


def _seen(model: type[Model], member: Member | None, pairing: Pairing | None, *order: str) -> QuerySet[Any]:
    found: QuerySet[Any] = model._default_manager.order_by(*order)
    if pairing is not None:
        return shared.seen_in(found, member, pairing)
    if member is None or access.standing(member).roles & access.SEES_ALL:
        return found
    return found.filter(pk__in=visibility.seen(model, member).order_by().values("object_id"))


def _without_keys(found: QuerySet[Any], read: Any) -> Iterator[Row]:
    records = found.iterator(chunk_size=_CHUNK)
    while chunk := list(islice(records, _CHUNK)):
        for row in read(chunk):
            yield {name: value for name, value in row.items() if not name.startswith("_")}


def request_rows(records: Sequence[FactorRequest]) -> list[Row]:
    """The rows of some requests, in their order; their places and passings in a statement each."""
    places, passed = _places(records), _passed(records)
    return [
        {"_id": one.pk, "_version": one.version}
        | {name: getattr(one, name) for name in _OF_REQUESTS}
        | {
            **_apart("quantity", "amount_fen", one.quantity, one.measure),
            **_apart("granted", "granted_fen", one.granted, one.measure),
            "asker": one.asker.code,
            "handler": one.handler.code,
            "is_shared": _is_shared(one),
            "place": places.get(one.pk),
            "waited_days": queries.waited_days(one),
            "passed_over": passed.get(one.pk, 0),
        }
        for one in records
    ]


def pool_rows(records: Sequence[FactorPool]) -> list[Row]:
    """The rows of some pools, in their order."""
    return [
        {"_id": one.pk, "_version": one.version}
        | {name: getattr(one, name) for name in ("measure", "year", "source", "kind", "standing")}
        | {
            **_apart("available", "available_fen", one.available, one.measure),
            **_apart("granted", "granted_fen", one.granted, one.measure),
            **_apart("left", "left_fen", one.left, one.measure),
            "organisation": one.organisation.code,
            "is_shared": _is_shared(one),
        }
        for one in records
    ]


def _apart(plain: str, money: str, steps: int, measure: str) -> Row:
    if measure == MONEY:
        return {plain: None, money: steps}
    return {plain: rules.quantity_of(steps, measure), money: None}


def _is_shared(one: FactorRequest | FactorPool) -> bool:
    return one.reach in (one.Reach.BOTH, one.Reach.PUBLIC)


def _places(records: Sequence[FactorRequest]) -> dict[int, int]:
    """The place of each request that waits, counted from 1 in its queue."""
    waiting = [one for one in records if one.is_waiting]
    if not waiting:
        return {}
    around = FactorRequest.objects.filter(
        zone_id__in={one.zone_id for one in waiting},
        fulfiller_id__in={one.fulfiller_id for one in waiting},
        measure__in={one.measure for one in waiting},
        stage__in=rules.IN_QUEUE,
    )
    queues: dict[tuple[Any, ...], list[FactorRequest]] = defaultdict(list)
    for one in around:
        queues[one.zone_id, one.fulfiller_id, one.measure].append(one)
    places = {}
    for queue in queues.values():
        by_number = {one.number: one.pk for one in queue}
        for n, place in enumerate(rules.in_order(one.place for one in queue), 1):
            places[by_number[place.number]] = n
    return places


def _passed(records: Sequence[FactorRequest]) -> dict[int, int]:
    found = FactorPassing.objects.filter(over__in=[one.pk for one in records], grant__taken_back_on=None)
    return dict(found.order_by().values_list("over").annotate(n=Count("pk")))


# -- what is there now ---------------------------------------------------------------------------------------------


def factor_requests_current(keys: Sequence[str], pairing: Pairing | None = None) -> dict[str, Row]:
    """The requests of some numbers as they are."""
    found = FactorRequest.objects.filter(number__in=keys).select_related("asker", "handler")
    return {row["number"]: row for row in request_rows(list(found))}


def factor_pools_current(keys: Sequence[str], pairing: Pairing | None = None) -> dict[str, Row]:
    """The pools of some keys as they are, of the zone of a pairing."""
    wanted = set(keys)
    found = FactorPool.objects.filter(organisation__code__in={key.split(KEY_JOINT)[0] for key in keys})
    if pairing is not None:
        found = found.filter(zone_id=pairing.zone_id or pairing.pk)
    rows = pool_rows(list(found.select_related("organisation")))
    by_key = ((columns.FACTOR_POOLS.key_of(row), row) for row in rows)
    return {key: row for key, row in by_key if key in wanted}


def steps_in(row: Row, plain: str, money: str, *, may_be_nought: bool = False) -> int:
    """How much a row says, in the smallest steps of its measure: money in its own column, all else in the other.

    Raises
    ------
    BadInput
        ``office.factor_column``: the amount stands in the wrong one of the two, or in none; ``office.factor_quantity``.
    """
    measure = row["measure"]
    own, other = (money, plain) if measure == MONEY else (plain, money)
    if row[other] is not None or row[own] is None:
        of = columns.FACTOR_REQUESTS if plain == "quantity" else columns.FACTOR_POOLS
        wanted, left = of.column(own), of.column(other)
        raise BadInput(
            "office.factor_column",
            gettext_noop(
                "What is counted in {measure} stands under {wanted}, and nothing under {left}. Move the number there."
            ),
            measure=measure,
            wanted=f"{wanted.zh} ({wanted.en})",
            left=f"{left.zh} ({left.en})",
            field=other if row[other] is not None else own,
        )
    if may_be_nought and not row[own]:
        return 0
    return rules.steps_of(Decimal(row[own]), measure)
