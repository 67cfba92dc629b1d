"""How commitments stand, as lists read it: kept rows, what they should say, and how many there are of each status."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet

from shanhai.core import clock
from shanhai.core.counting import count_bounded
from shanhai.core.models import Member, Pairing, Unit
from shanhai.fields.pairing import rules
from shanhai.fields.pairing.models import Commitment, CommitmentStanding
from shanhai.fields.pairing.queries.commitments import Frame, Progress, Tally, in_force, progress_of
from shanhai.fields.pairing.queries.lists import reach_of

# Counting stops here, as it does for lists.
_MOST_BEHIND = 200
_CHUNK = 500
PLACES_OF_A_FIELD = 100_000  # a rank is less
_STEP = Decimal("0.0001")
_QUANTITIES = (
    "promised",
    "delivered",
    "unconfirmed",
    "planned",
    "pace",
    "forecast",
    "low",
    "high",
    "missing",
)
_KEYS = ("commitment_id", "pairing_id", "zone_id")
# What a kept row says, the key of the row itself left out.
NAMES = (
    *_KEYS,
    *(
        field.name
        for field in CommitmentStanding._meta.concrete_fields
        if not field.primary_key and not field.is_relation
    ),
)


# What an account says of a commitment beside how it stands.
_TOLD = (
    *(name for name in NAMES if not name.endswith("_id")),
    *(f"commitment__{name}" for name in ("code", "name_zh", "name_en", "pairing", "field", "owes", "rank")),
    *(f"commitment__{name}" for name in ("unit", "unit_zh", "unit_en", "unit_one_en", "is_main")),
    *(f"commitment__{name}" for name in ("mountain_unit", "sea_unit", "escalated_on", "agreement__number")),
    *(f"commitment__pairing__{name}" for name in ("code", "name_zh", "name_en")),
)
# What a list says of a commitment; the units in charge stand on its own page.
_LISTED = (
    "nested",
    "code",
    "agreement_number",
    "field",
    "place",
    "owes",
    "status",
    "urgency",
    "due_on",
    "promised",
    "delivered",
    "forecast",
    "pace",
    *(f"commitment__{name}" for name in ("code", "name_zh", "name_en", "owes")),
    *(f"commitment__{name}" for name in ("unit", "unit_zh", "unit_en", "unit_one_en")),
    *(f"commitment__pairing__{name}" for name in ("name_zh", "name_en")),
)


def standing_of(one: Progress, on: date) -> CommitmentStanding:
    """The row that says how a commitment stands on a day; not saved."""
    commitment, frame = one.commitment, one.frame
    return CommitmentStanding(
        commitment_id=commitment.pk,
        pairing_id=commitment.pairing_id,
        zone_id=commitment.zone_id,
        nested=int(commitment.pairing_id != commitment.zone_id),
        code=commitment.code,
        agreement_number=commitment.agreement.number,
        field=commitment.field,
        place=rules.FIELDS.index(commitment.field) * PLACES_OF_A_FIELD + commitment.rank,
        owes=commitment.owes,
        is_main=commitment.is_main,
        on=on,
        phase=rules.phase_of(frame.starts_on, frame.due_on, one.status, one.kept_on, on),
        status=one.status,
        urgency=rules.URGENCY.index(rules.Status(one.status)),
        due_on=one.next_due,
        label=frame.label,
        starts_on=frame.starts_on,
        ends_on=frame.due_on,
        basis=one.basis,
        late_since=one.late_since,
        kept_on=one.kept_on,
        is_illustrative=one.is_illustrative,
        **{name: _stored(getattr(one, name)) for name in _QUANTITIES},
    )


def _stored(quantity: Decimal | None) -> Decimal | None:
    return None if quantity is None else quantity.quantize(_STEP)


def said_by(row: CommitmentStanding) -> tuple[Any, ...]:
    """What a kept row says, to hold it against another one of the same commitment."""
    return tuple(getattr(row, name) for name in NAMES)


def progress_from(row: CommitmentStanding) -> Progress:
    """A kept row as the progress that pages show. The single steps of a frame and the reasons are not kept."""
    return Progress(
        commitment=row.commitment,
        frame=Frame(row.label, row.starts_on, row.ends_on, row.promised, ()),
        basis=row.basis,
        status=row.status,
        reasons=(),
        late_since=row.late_since,
        next_due=row.due_on,
        kept_on=row.kept_on,
        is_illustrative=row.is_illustrative,
        **{name: getattr(row, name) for name in _QUANTITIES},
    )


def standings_of(
    member: Member | None, pairing: Pairing, *, nested: bool = False
) -> QuerySet[CommitmentStanding]:
    """The commitments in force of a pairing, or of those nested in it; sort by ``STANDING_SORTS``.

    Restrict them to a phase of the year: every index has it behind the pairing or zone.
    """
    reach = reach_of(member, pairing)
    rows = CommitmentStanding.objects.all()
    if not nested:
        rows = rows.filter(pairing_id__in=[pk for pk in reach.pairing_ids if pk == pairing.pk])
    elif reach.zone_id is not None:
        rows = rows.filter(zone_id=reach.zone_id, nested=1)
    else:
        rows = rows.filter(pairing_id__in=[pk for pk in reach.pairing_ids if pk != pairing.pk])
    return rows.select_related(
        "commitment__pairing",
        "commitment__agreement",
        "commitment__mountain_unit__organisation",
        "commitment__sea_unit__organisation",
    ).defer("commitment__about", "commitment__agreement__about")


def for_list(rows: QuerySet[CommitmentStanding]) -> QuerySet[CommitmentStanding]:
    """The same rows with what a list says of them and no more: whole records take longer to make than to draw.

    The pairing comes by way of the commitment: joined by the column that restricts the list, it would be what SQLite
    begins with, and a million rows of one pairing be sorted.
    """
    return rows.select_related(None).select_related("commitment__pairing").only(*_LISTED)


def kept_of_year(pairing_ids: Iterable[int], on: date) -> list[Progress] | None:
    """The kept rows that belong to the account of the year of some pairings; None where some are of another day.

    Two statements, and one for the units in charge of what is late: nobody else is named.
    """
    if CommitmentStanding.objects.filter(on__lt=on).exists():
        return None
    rows = of_this_year(CommitmentStanding.objects.filter(pairing_id__in=list(pairing_ids)))
    # As computing does: whatever else stands there, only agreements in force count.
    rows = rows.filter(commitment__agreement__stage=rules.AgreementStage.SIGNED)
    found = list(rows.select_related("commitment__agreement", "commitment__pairing").only(*_TOLD))
    late = [row.commitment for row in found if row.status == rules.Status.LATE]
    keys = {key for one in late for key in (one.mountain_unit_id, one.sea_unit_id) if key is not None}
    units = Unit.objects.select_related("organisation").in_bulk(keys) if keys else {}
    for one in late:
        one.mountain_unit, one.sea_unit = units.get(one.mountain_unit_id), units.get(one.sea_unit_id)
    return [progress_from(row) for row in found]


def of_field(rows: QuerySet[CommitmentStanding], field: str) -> QuerySet[CommitmentStanding]:
    """Those of one field of cooperation: a stretch of the index by place."""
    first = rules.FIELDS.index(field) * PLACES_OF_A_FIELD
    return rows.filter(place__gte=first, place__lt=first + PLACES_OF_A_FIELD)


def of_this_year(rows: QuerySet[CommitmentStanding]) -> QuerySet[CommitmentStanding]:
    """What belongs to the account of the year: ``rules.phase_of``."""
    return rows.filter(phase=rules.Phase.THIS_YEAR)


def standing_tally(rows: QuerySet[CommitmentStanding]) -> Tally:
    """How many of the rows have each status; each is counted to ``MOST_COUNTED`` and one more."""
    by_status = {
        status: count_bounded(rows.filter(urgency=urgency)) for urgency, status in enumerate(rules.URGENCY)
    }
    return Tally(
        total=sum(by_status.values()),
        on_track=by_status[rules.Status.ON_TRACK] + by_status[rules.Status.DONE],
        at_risk=by_status[rules.Status.AT_RISK],
        late=by_status[rules.Status.LATE],
        not_started=by_status[rules.Status.NOT_STARTED],
    )


def furthest_behind(rows: QuerySet[CommitmentStanding]) -> Progress | None:
    """Of the most urgent rows the one whose forecast falls furthest short, as a share; main commitments first."""
    urgent = rows.filter(
        urgency__lte=rules.URGENCY.index(rules.Status.AT_RISK), promised__gt=0
    ).select_related(None)
    read = urgent.order_by("urgency", "due_on").values_list(
        "is_main", "forecast", "delivered", "promised", "code", "pk"
    )
    behind = [
        (not is_main, (forecast or delivered) / promised, code, pk)
        for is_main, forecast, delivered, promised, code, pk in read[:_MOST_BEHIND]
    ]
    return progress_from(rows.get(pk=min(behind)[-1])) if behind else None


def marks_of(rows: QuerySet[CommitmentStanding], most: int) -> list[Any]:
    """Where the first rows come from: ``is_illustrative``, ``source``; for the source mark of a list."""
    read = rows.select_related(None).order_by().annotate(source=F("commitment__source"))
    return list(read.values_list("is_illustrative", "source", named=True)[:most])


def of_commitments(keys: Iterable[int]) -> Q:
    """These commitments."""
    return Q(pk__in=list(keys))


def measured_by(pairing_ids: Iterable[int], *indicators: str) -> Q:
    """The commitments of some pairings that are measured by some indicators."""
    return Q(pairing_id__in=list(pairing_ids), kind=rules.CommitmentKind.INDICATOR, indicator__in=indicators)


def standings_differing() -> Iterator[tuple[str, CommitmentStanding | None, CommitmentStanding | None]]:
    """Kept rows that are not what a fresh computation says: code, what is kept, what should be.

    A row of an earlier day is held against that day: the tick has yet to come.
    """
    keys = list(Commitment.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), _CHUNK):
        chunk = keys[start : start + _CHUNK]
        held = {row.commitment_id: row for row in CommitmentStanding.objects.filter(commitment_id__in=chunk)}
        found = list(in_force().filter(pk__in=chunk))
        days = {one.pk: held[one.pk].on if one.pk in held else clock.today() for one in found}
        for day in sorted(set(days.values())):
            for one in progress_of([one for one in found if days[one.pk] == day], day):
                should, kept = standing_of(one, day), held.pop(one.commitment.pk, None)
                if kept is None or said_by(kept) != said_by(should):
                    yield one.commitment.code, kept, should
        for row in held.values():
            yield row.code, row, None
