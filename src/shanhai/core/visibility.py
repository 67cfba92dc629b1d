"""Who sees a record: my unit, my side, both sides, named guests, public.

A record's columns (``reach``, ``owner_unit``, ``owner_side``, ``pairing``) say who sees it; ``can_see`` answers from
them. Lists cannot ask each row, so ``place`` keeps one ``Seen`` row per organisation that sees the record, and a list
starts from those. Both say the same (a property test, and part of ``shanhai check``).

The rule
--------
unit
    The unit that owns it.
side
    The public bodies on the owner's side of the pairing, and the owner itself. Firms of the side do not see the papers
    of its government. Without a pairing: the owner's organisation.
guests
    As side, and the organisations that it was shared with by name.
both
    The public bodies on all sides, whoever stands above the pairing, and named guests.
public
    Every organisation in the pairing, and everybody else.

An audit office that stands above sees whatever is not kept to one unit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, TypeVar

from django.apps import apps
from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from shanhai.core import clock
from shanhai.core.access import SEES_ALL, standing
from shanhai.core.counting import count_bounded
from shanhai.core.models import Member, Organisation, Pairing, Seat, Seen, Share, Unit
from shanhai.core.models.visibility import Visible
from shanhai.core.queries.pairings import within

M = TypeVar("M", bound=Model)
Reach = Visible.Reach
Kind = Organisation.Kind

# The rows of lists that anybody may open stand under no organisation.
EVERYBODY = 0
_NEVER_MET = 2**31 - 1
FIRMS = frozenset({Kind.ENTERPRISE, Kind.COOPERATIVE, Kind.BUYER, Kind.CARRIER, Kind.OTHER})


def own(record: Any, by: Member | None, side: str = "") -> None:
    """Say who owns a new record: the unit of its writer, and their side in its pairing. It starts at that side."""
    if by is not None:
        record.owner_unit = by.unit
        side = side or standing(by).side_in(record.pairing_id) or ""
    record.owner_side = side


def can_see(member: Member | None, record: Any) -> bool:
    """Whether a member may see a record; None is the system and may."""
    if member is None or record.reach == Reach.PUBLIC:
        return True
    here = standing(member)
    if record.owner_unit_id is not None and record.owner_unit_id == here.unit_id:
        return True
    if record.reach == Reach.UNIT:
        return False
    if record.owner_unit_id is not None and record.owner_unit.organisation_id == here.organisation_id:
        return True
    # The seat is in hand; whether it was shared by name is asked of the database, so it is asked last.
    if _sees_by_seat(here.side_in(record.pairing_id), member.unit.organisation.kind, record):
        return True
    return record.reach != Reach.SIDE and _is_guest(record, here.organisation_id)


def _sees_by_seat(side: str | None, kind: str, record: Any) -> bool:
    if side is None or kind in FIRMS:
        return False
    if side == "above":
        return kind == Kind.AUDIT or record.reach == Reach.BOTH
    return record.reach == Reach.BOTH or side == record.owner_side


def _is_guest(record: Any, organisation_id: int) -> bool:
    return Share.objects.filter(
        kind=record._meta.label_lower, object_id=record.pk, organisation_id=organisation_id
    ).exists()


def seen(model: type[Model], member: Member, pairing: Any = None) -> QuerySet[Seen]:
    """The rows of a list: what the member's organisation sees of one kind, newest first.

    What is kept to another unit of the organisation is left out. Turn a page of rows into records with ``hydrate``.
    """
    here = standing(member)
    found = Seen.objects.filter(kind=model._meta.label_lower, organisation_id=here.organisation_id)
    if pairing is not None:
        found = found.filter(pairing_id=pairing.pk)
    return found.filter(Q(unit_id=None) | Q(unit_id=here.unit_id)).order_by("-sorted_at", "-object_id")


def narrowed(rows: QuerySet[M], member: Member) -> QuerySet[M]:
    """Of records with a reach those that a member's lists show: the same as the rows of ``seen``.

    Public bodies see by their seats, so the columns of a record say it and no row of ``Seen`` is looked up for each record
    that is passed by; what they were shown by name is asked last. Firms see what is theirs or was shown to them: they
    start from their own rows of ``Seen``, of which there are few.
    """
    here = standing(member)
    kind = member.unit.organisation.kind
    if kind in FIRMS:
        listed = seen(rows.model, member).order_by().values("object_id")
        # The limit is never met; it has the database begin here.
        return rows.filter(pk__in=listed[:_NEVER_MET])
    of_own = Unit.objects.filter(organisation_id=here.organisation_id).values("pk")
    by_name = Share.objects.filter(
        kind=rows.model._meta.label_lower, object_id=OuterRef("pk"), organisation_id=here.organisation_id
    )
    return rows.filter(
        _by_seats(here.sides, kind)
        | Q(owner_unit_id=here.unit_id)
        | Q(~Q(reach=Reach.UNIT), owner_unit_id__in=of_own)
        | Q(Exists(by_name), reach__in=(Reach.GUESTS, Reach.BOTH))
    )


def _by_seats(sides: Mapping[int, str], kind: str) -> Q:
    """What ``_sees_by_seat`` says of a record, as a condition on its columns."""
    found = Q(pk__in=())
    for side in sorted(set(sides.values())):
        pairings = sorted(key for key, its in sides.items() if its == side)
        if side == "above" and kind == Kind.AUDIT:
            reached = ~Q(reach=Reach.UNIT)
        else:
            reached = Q(reach__in=(Reach.BOTH, Reach.PUBLIC))
        if side != "above":
            reached |= Q(reach__in=(Reach.SIDE, Reach.GUESTS), owner_side=side)
        found |= Q(reached, pairing_id__in=pairings)
    return found


@dataclass(frozen=True, slots=True)
class Placed:
    """What a firm sees of one kind, and the column with the day that its list goes by: where such a list begins.

    It takes as long for who sees ten thousand as for who sees ten.
    """

    rows: QuerySet[Seen]
    column: Literal["sorted_at", "second_at"]
    # All records: those whose keys come from ``rows`` are seen, and who sees them is not asked again.
    records: QuerySet[Any]

    def counted(self, most: int) -> int:
        """How many there are, but never counting beyond ``most`` + 1."""
        return count_bounded(self.rows, most)


def placed(records: QuerySet[Any], member: Member | None, pairing: Pairing, by: str) -> dict[str, Placed]:
    """Where a firm's lists of a pairing and those nested in it begin, by the day that they are sorted by.

    Nothing for who sees by a seat, or sees all.

    Parameters
    ----------
    records
        All records of the kind, with what is shown of them.
    by
        The day that ``place`` was given; the other one is the model's own ``ALSO_SORTED``.
    """
    if member is None or member.unit.organisation.kind not in FIRMS or standing(member).roles & SEES_ALL:
        return {}
    model: Any = records.model
    rows = seen(model, member).order_by().filter(pairing_id__in=within(pairing))
    found = {by: Placed(rows, "sorted_at", records)}
    return found | {model.ALSO_SORTED: Placed(rows, "second_at", records)} if model.ALSO_SORTED else found


def open_to_all(model: type[Model]) -> QuerySet[Seen]:
    """The rows of a list that anybody may open, newest first."""
    return Seen.objects.filter(kind=model._meta.label_lower, organisation_id=EVERYBODY).order_by(
        "-sorted_at", "-object_id"
    )


def hydrate(rows: Iterable[Seen], records: QuerySet[M]) -> list[M]:
    """The records of a page of rows, in its order (one query)."""
    keys = [row.object_id for row in rows]
    found = records.in_bulk(keys)
    return [found[key] for key in keys if key in found]


def place(record: Any, sorted_at: date | datetime | str | None = None) -> None:
    """Write down who sees a record. Each action that makes it or changes who sees it calls this.

    Parameters
    ----------
    sorted_at
        What lists sort it by; ISO text, so that text order is time order. Now, or what it was, where left out.
    """
    kind = record._meta.label_lower
    before = Seen.objects.filter(kind=kind, object_id=record.pk)
    if sorted_at is None:
        sorted_at = before.values_list("sorted_at", flat=True).first() or clock.now()
    text = sorted_at if isinstance(sorted_at, str) else sorted_at.isoformat()
    before.delete()
    _write([record], {record.pk: text})
    from shanhai.core import search  # which asks this module who sees what

    search.follow(record)


def place_many(records: Sequence[Any], sorted_at: Mapping[int, str]) -> None:
    """``place`` for many new records of one kind, in few statements; what is new has no parts that are found yet.

    Parameters
    ----------
    sorted_at
        ISO text by key.
    """
    _write(list(records), dict(sorted_at))


def sort_again(record: Any) -> None:
    """Write down the other day of a record that its lists go by (``ALSO_SORTED``), after it has changed."""
    rows = Seen.objects.filter(kind=record._meta.label_lower, object_id=record.pk)
    rows.update(second_at=_second_of(record))


def _second_of(record: Any) -> str | None:
    day = getattr(record, record.ALSO_SORTED) if record.ALSO_SORTED else None
    return day.isoformat() if day is not None else None


def drop(record: Any) -> None:
    """Take a record out of all lists."""
    Seen.objects.filter(kind=record._meta.label_lower, object_id=record.pk).delete()


# Of more organisations whose seats moved all rows are written anew.
_FEW = 500


def refresh(pairing_ids: Iterable[int], organisation_ids: Collection[int]) -> None:
    """Write down again which of some organisations see the records of pairings, after their seats have changed.

    What all others see stays as it is: a new enterprise does not have the lists of a whole zone written anew.
    """
    pairing_ids = list(pairing_ids)
    only = set(organisation_ids) if len(organisation_ids) <= _FEW else None
    for model in visible_models():
        kind = model._meta.label_lower
        rows = Seen.objects.filter(kind=kind, pairing_id__in=pairing_ids)
        sorted_at = dict(rows.values_list("object_id", "sorted_at").distinct())
        (rows if only is None else rows.filter(organisation_id__in=only)).delete()
        records = model._default_manager.filter(pk__in=sorted_at).select_related("owner_unit")
        _write(list(records), sorted_at, only)


def visible_models() -> list[type[Model]]:
    """All kinds of records that have a reach."""
    return [model for model in apps.get_models() if issubclass(model, Visible)]


def parts_of_records() -> list[tuple[type[Model], str, type[Model]]]:
    """Models whose rows are read with a record that has a reach: the model, the way of its keys to it, its model.

    Such a model says so itself: ``SHOWN_WITH = "agreement"``; where that one is shown with a third, the way goes on
    (``commitment__agreement``).
    """
    return [(model, *_way_to_reach(model)) for model in apps.get_models() if hasattr(model, "SHOWN_WITH")]


def _way_to_reach(model: Any) -> tuple[str, type[Model]]:
    name = model.SHOWN_WITH
    host = model._meta.get_field(name).related_model
    if not hasattr(host, "SHOWN_WITH"):
        return name, host
    rest, end = _way_to_reach(host)
    return f"{name}__{rest}", end


def audience(record: Any) -> dict[int, int | None]:
    """The organisations that see a record, each with the one unit that it is kept to, or None."""
    return audiences([record])[record.pk]


def _write(records: list[Any], sorted_at: dict[int, str], only: set[int] | None = None) -> None:
    seen_by = audiences(records, only)
    Seen.objects.bulk_create(
        (
            Seen(
                kind=record._meta.label_lower,
                organisation_id=organisation_id,
                unit_id=unit_id,
                pairing_id=record.pairing_id,
                sorted_at=sorted_at[record.pk],
                second_at=_second_of(record),
                object_id=record.pk,
            )
            for record in records
            for organisation_id, unit_id in seen_by[record.pk].items()
        ),
        batch_size=2000,
    )


def audiences(records: list[Any], only: set[int] | None = None) -> dict[int, dict[int, int | None]]:
    """``audience`` of many records of one kind in three statements: seats, guests, owners; of all or some organisations."""
    seats: dict[int, list[tuple[int, str, str]]] = {}
    seated = Seat.objects.filter(
        pairing_id__in={record.pairing_id for record in records if record.pairing_id}
    )
    if only is not None:
        seated = seated.filter(organisation_id__in=only)
    for pairing_id, *seat in seated.values_list(
        "pairing_id", "organisation_id", "side", "organisation__kind"
    ):
        seats.setdefault(pairing_id, []).append(tuple(seat))  # type: ignore[arg-type]
    owners = dict(
        Unit.objects.filter(pk__in={record.owner_unit_id for record in records}).values_list(
            "pk", "organisation_id"
        )
    )
    guests: dict[int, list[int]] = {}
    if records:
        for object_id, organisation_id in Share.objects.filter(
            kind=records[0]._meta.label_lower, object_id__in=[record.pk for record in records]
        ).values_list("object_id", "organisation_id"):
            guests.setdefault(object_id, []).append(organisation_id)
    found = {
        record.pk: _audience_of(
            record,
            seats.get(record.pairing_id, []),
            owners.get(record.owner_unit_id),
            guests.get(record.pk, []),
        )
        for record in records
    }
    if only is None:
        return found
    return {pk: {key: unit for key, unit in its.items() if key in only} for pk, its in found.items()}


def _audience_of(
    record: Any, seats: list[tuple[int, str, str]], owner: int | None, guests: list[int]
) -> dict[int, int | None]:
    if record.reach == Reach.UNIT:
        return {owner: record.owner_unit_id} if owner is not None else {}
    found: dict[int, int | None] = {owner: None} if owner is not None else {}
    if record.reach == Reach.PUBLIC:
        return found | {organisation_id: None for organisation_id, _, _ in seats} | {EVERYBODY: None}
    if record.reach != Reach.SIDE:
        found |= dict.fromkeys(guests)
    for organisation_id, side, kind in seats:
        if _sees_by_seat(side, kind, record):
            found[organisation_id] = None
    return found
