"""The registers' rows: one declaration of where each column lies feeds export, comparison and checks.

A table names for each column the path from its model to the value. ``rows`` reads a register for a member in key
order, ``current`` reads the rows of given keys as they are now, ``check`` holds rows against the rules of the field.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db.models import Model, Q, QuerySet

from shanhai.core import access, clock, signs, visibility
from shanhai.core.models import Attachment, Member, Pairing, Party, StayAppraisal, StayTask
from shanhai.core.sheets.columns import KEY_JOINT, Problem, Register
from shanhai.core.sheets.refusing import problem_of
from shanhai.fields.pairing import columns, rules
from shanhai.fields.pairing.models import (
    ActionItem,
    Activity,
    AgendaItem,
    Agreement,
    AgreementParty,
    AidEntry,
    BalanceStatement,
    Charge,
    Commitment,
    CommitmentPeriod,
    Delivery,
    FocusPoint,
    LandClause,
    Meeting,
    MeetingAttendee,
    MinutesSignature,
    MoneyClause,
    MoneyDue,
    Resolution,
    Secondment,
    Signature,
    TechnicalProblem,
)
from shanhai.fields.pairing.queries import row_rules, technical
from shanhai.fields.pairing.queries.lists import zone_reach
from shanhai.kernel.refusals import Refused

Row = dict[str, Any]
_CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Table:
    """One register and its model.

    Parameters
    ----------
    paths
        Column to path from the model; a column that is not named has the path of its own name.
    pairing
        Path to the key of the pairing, to restrict by it.
    visible
        Path prefix to the row whose reach decides who sees it ("", "agreement__"); None where all with a seat do.
    extra
        Fills further columns of a chunk of rows by their primary keys.
    check
        Rules over one row.
    derived
        Columns that ``extra`` fills.
    base
        Which rows of the model belong to the register.
    seen
        Which rows a member sees, where no reach says so.
    """

    register: Register
    model: type[Model]
    pairing: str
    paths: Mapping[str, str] = field(default_factory=dict)
    visible: str | None = None
    extra: Callable[[list[Row]], None] | None = None
    check: Callable[[Row], None] | None = None
    derived: frozenset[str] = frozenset()
    base: Q = field(default_factory=Q)
    seen: Callable[[Member], Q] | None = None

    def path(self, column: str) -> str:
        """The path from the model to a column's value."""
        return self.paths.get(column, column)

    @property
    def has_version(self) -> bool:
        """Whether the rows carry a version."""
        return any(one.name == "version" for one in self.model._meta.fields)

    def read(self, queryset: QuerySet, without: Collection[str] = ()) -> Iterator[Row]:
        """Rows of a queryset with their columns, ``_id`` and ``_version``, a chunk in memory at a time."""
        left_out = {*self.derived, *without}
        stored = [one for one in self.register.columns if one.name not in left_out]
        names = [
            self.path("is_illustrative") if one.name == "standing" else self.path(one.name) for one in stored
        ]
        version = ["version"] if self.has_version else []
        values = queryset.values_list("pk", *version, *names).iterator(chunk_size=_CHUNK)
        while chunk := list(islice(values, _CHUNK)):
            made = []
            for pk, *rest in chunk:
                row: Row = {"_id": pk, "_version": rest.pop(0) if version else None}
                for one, value in zip(stored, rest, strict=True):
                    if one.name == "standing":
                        value = "illustrative" if value else "reported"
                    row[one.name] = one.empty if value is None or value == "" else value
                made.append(row)
            if self.extra is not None:
                self.extra(made)
            yield from made

    def rows(self, member: Member | None, pairing: Pairing | None = None, **filters: Any) -> Iterator[Row]:
        """What a member may take away, in key order."""
        found = self.model._default_manager.filter(self.base, **filters)
        if member is not None:
            access.check(member, self.register.access, pairing_id=pairing.pk if pairing else None)
        if pairing is not None:
            found = found.filter(**{f"{self.pairing}__in": zone_reach(member, pairing)})
        elif member is not None and not access.standing(member).roles & access.SEES_ALL:
            found = found.filter(**{f"{self.pairing}__in": access.standing(member).sides})
        if member is not None and self.visible is not None:
            found = found.filter(_seen_by(member, self.visible))
        if member is not None and self.seen is not None:
            found = found.filter(self.seen(member))
        order = [self.path(column.name) for column in self.register.keys]
        return map(_without_keys, self.read(found.order_by(*order)))

    def rows_of(self, records: Sequence[Model], without: Collection[str] = ()) -> list[Row | None]:
        """The rows of records in hand, in their order (one statement, and those of ``extra``); None for what went."""
        found = self.model._default_manager.filter(pk__in=[one.pk for one in records])
        by_key = {row["_id"]: row for row in self.read(found, without)}
        return [by_key.get(one.pk) for one in records]

    def current(self, keys: Sequence[str], pairing: Pairing | None = None) -> dict[str, Row]:
        """What the rows of some keys are now."""
        own = self.register.keys
        firsts = {key.split(KEY_JOINT)[0] for key in keys}
        found = self.model._default_manager.filter(**{f"{self.path(own[0].name)}__in": firsts})
        wanted = set(keys)
        read = ((self.register.key_of(row), row) for row in self.read(found))
        return {key: row for key, row in read if key in wanted}

    def problems(self, rows: Sequence[Row], pairing: Pairing | None = None) -> list[list[Problem]]:
        """What the rules of the field say against rows."""
        return [self._problems_of(row) for row in rows]

    def _problems_of(self, row: Row) -> list[Problem]:
        if self.check is None:
            return []
        try:
            self.check(row)
        except Refused as refused:
            return [problem_of(refused, _CELLS.get(refused.code, self.register.keys[0].name))]
        return []


# The cell that a rule over one row refuses; the first of the key where the rule is about the row as a whole.
_CELLS = {
    "pairing.agreement_backwards": "valid_to",
    "pairing.signed_without_day": "signed_on",
    "pairing.ended_without_day": "ended_on",
    "pairing.commitment_without_indicator": "indicator",
    "pairing.commitment_measured_twice": "indicator",
    "pairing.unknown_indicator": "indicator",
    "pairing.commitment_target": "target",
    "pairing.target_not_whole": "target",
    "pairing.commitment_due": "due_on",
    "pairing.delivery_quantity": "quantity",
    "pairing.time_form": "time",
    "pairing.paid_out_of_range": "amount_fen",
    "pairing.land_out_of_range": "land_mu",
    "pairing.balance_line_unit": "balance_line",
}


def _without_keys(row: Row) -> Row:
    return {name: value for name, value in row.items() if not name.startswith("_")}


def _seen_by(member: Member, prefix: str) -> Q:
    """The rule of ``core.visibility`` for rows at the end of a path."""
    here = access.standing(member)
    reach = visibility.Reach
    seen = Q(**{f"{prefix}reach__in": [reach.BOTH, reach.PUBLIC]}) | Q(
        **{f"{prefix}owner_unit": here.unit_id}
    )
    if here.roles & access.SEES_ALL:
        seen |= ~Q(**{f"{prefix}reach": reach.UNIT})
    elif member.unit.organisation.kind not in visibility.FIRMS:
        for side in {side for side in here.sides.values() if side != "above"}:
            own = [pk for pk, sat in here.sides.items() if sat == side]
            seen |= Q(
                **{
                    f"{prefix}reach__in": [reach.SIDE, reach.GUESTS],
                    f"{prefix}owner_side": side,
                    f"{prefix}pairing__in": own,
                }
            )
    return seen


# -- columns that lie in other tables ------------------------------------------------------------------------------


def _papers(kind: str, role: str, column: str) -> Callable[[list[Row]], None]:
    """The names of the files that hang on rows, as the zone folder has them."""

    def fill(rows: list[Row]) -> None:
        found = (
            Attachment.objects.filter(kind=kind, object_id__in=[row["_id"] for row in rows], role=role)
            .order_by("document__file_name")
            .values_list("object_id", "document__file_name")
        )
        names: dict[int, list[str]] = {}
        for pk, name in found:
            names.setdefault(pk, []).append(name)
        for row in rows:
            row[column] = ";".join(names.get(row["_id"], []))

    return fill


def _signatures(rows: list[Row]) -> None:
    """Who signed for each party of an agreement."""
    keys = AgreementParty.objects.filter(pk__in=[row["_id"] for row in rows])
    pairs = {
        pk: (agreement, party) for pk, agreement, party in keys.values_list("pk", "agreement_id", "party_id")
    }
    signed = {
        (agreement, party): (on, member, person)
        for agreement, party, on, member, person in Signature.objects.filter(
            agreement__in={agreement for agreement, _ in pairs.values()}
        ).values_list("agreement_id", "party_id", "on", "member__code", "person")
    }
    for row in rows:
        on, member, person = signed.get(pairs[row["_id"]], (None, None, ""))
        row |= {"signed_on": on, "member": member, "person": person}


def _meeting_times(rows: list[Row]) -> None:
    """Day and time on the clock on the wall, and when each side signed the minutes."""
    signed = {
        (meeting, side): on
        for meeting, side, on in MinutesSignature.objects.filter(
            meeting__in=[row["_id"] for row in rows]
        ).values_list("meeting_id", "side", "on")
    }
    for row in rows:
        at = clock.local(row["on"])
        row |= {"on": at.date(), "time": at.strftime("%H:%M")}
        for side in rules.SIDES:
            row[f"signed_{side}_on"] = signed.get((row["_id"], side))


def _commitments_of_points(rows: list[Row]) -> None:
    """The codes of the commitments that hang under key points."""
    found = (
        FocusPoint.commitments.through.objects.filter(focuspoint_id__in=[row["_id"] for row in rows])
        .order_by("commitment__code")
        .values_list("focuspoint_id", "commitment__code")
    )
    codes: dict[int, list[str]] = {}
    for pk, code in found:
        codes.setdefault(pk, []).append(code)
    for row in rows:
        row["commitments"] = ";".join(codes.get(row["_id"], []))


def _sharing(rows: list[Row]) -> None:
    for row in rows:
        row["is_shared"] = row["shared_on"] is not None


def _whole_charges(rows: list[Row]) -> None:
    for row in rows:
        row["field"] = row["field"] or columns.ALL_FIELDS[0]


# -- the tables ----------------------------------------------------------------------------------------------------

_AGREEMENT = {"agreement": "agreement__number"}
_UNITS = {"mountain_unit": "mountain_unit__code", "sea_unit": "sea_unit__code"}

PAIRINGS = Table(columns.PAIRINGS, Pairing, "pk", {"parent": "parent__code"}, check=row_rules.by_code)
PARTIES = Table(
    columns.PARTIES, Party, "pairing", {"pairing": "pairing__code", "organisation": "organisation__code"}
)
AGREEMENTS = Table(
    columns.AGREEMENTS,
    Agreement,
    "pairing",
    {"pairing": "pairing__code", "supersedes": "supersedes__number"},
    visible="",
    check=row_rules.agreement,
)
AGREEMENT_PARTIES = Table(
    columns.AGREEMENT_PARTIES,
    AgreementParty,
    "agreement__pairing",
    _AGREEMENT | {"organisation": "party__organisation__code"},
    visible="agreement__",
    extra=_signatures,
    derived=frozenset({"signed_on", "member", "person"}),
)
COMMITMENTS = Table(
    columns.COMMITMENTS,
    Commitment,
    "pairing",
    _AGREEMENT | _UNITS,
    visible="agreement__",
    check=row_rules.commitment,
)
COMMITMENT_PERIODS = Table(
    columns.COMMITMENT_PERIODS,
    CommitmentPeriod,
    "commitment__pairing",
    {"commitment": "commitment__code"},
    visible="commitment__agreement__",
    check=row_rules.period,
)
MONEY_CLAUSES = Table(
    columns.MONEY_CLAUSES,
    MoneyClause,
    "pairing",
    _AGREEMENT | {"payer": "payer__organisation__code", "payee": "payee__organisation__code"},
    visible="agreement__",
    check=row_rules.by_code,
)
MONEY_DUES = Table(
    columns.MONEY_DUES,
    MoneyDue,
    "clause__pairing",
    {"clause": "clause__code"},
    visible="clause__agreement__",
    extra=_papers("pairing.moneydue", "voucher", "voucher"),
    check=row_rules.due,
    derived=frozenset({"voucher"}),
)
LAND_CLAUSES = Table(
    columns.LAND_CLAUSES,
    LandClause,
    "pairing",
    _AGREEMENT | {"giver": "giver__organisation__code", "taker": "taker__organisation__code"},
    visible="agreement__",
    check=row_rules.land,
)
DELIVERIES = Table(
    columns.DELIVERIES,
    Delivery,
    "pairing",
    {
        "commitment": "commitment__code",
        "recorded_by": "recorded_by__code",
        "confirmed_by": "confirmed_by__code",
    },
    visible="commitment__agreement__",
    extra=_papers("pairing.delivery", "evidence", "evidence"),
    check=row_rules.delivery,
    derived=frozenset({"evidence"}),
)
MEETINGS = Table(
    columns.MEETINGS,
    Meeting,
    "pairing",
    {
        "pairing": "pairing__code",
        "on": "at",
        "convenor_mountain": "convenor_mountain__code",
        "convenor_sea": "convenor_sea__code",
    },
    visible="",
    extra=_meeting_times,
    check=row_rules.meeting,
    derived=frozenset({"time", "signed_mountain_on", "signed_sea_on"}),
)
ATTENDEES = Table(
    columns.ATTENDEES,
    MeetingAttendee,
    "meeting__pairing",
    {"meeting": "meeting__number", "member": "member__code"},
    visible="meeting__",
)
AGENDA = Table(
    columns.AGENDA, AgendaItem, "meeting__pairing", {"meeting": "meeting__number"}, visible="meeting__"
)
RESOLUTIONS = Table(
    columns.RESOLUTIONS,
    Resolution,
    "pairing",
    {"meeting": "meeting__number"},
    visible="meeting__",
    check=row_rules.number,
)
ACTION_ITEMS = Table(
    columns.ACTION_ITEMS,
    ActionItem,
    "pairing",
    {"resolution": "resolution__number", "activity": "activity__number"} | _UNITS,
    check=row_rules.item,
)
ACTIVITIES = Table(
    columns.ACTIVITIES,
    Activity,
    "pairing",
    {"pairing": "pairing__code"} | _UNITS,
    check=row_rules.activity,
)
AID_ENTRIES = Table(
    columns.AID_ENTRIES,
    AidEntry,
    "activity__pairing",
    {"activity": "activity__number"},
    extra=_papers("pairing.aidentry", "voucher", "voucher"),
    check=row_rules.by_code,
    derived=frozenset({"voucher"}),
)
FOCUS_POINTS = Table(
    columns.FOCUS_POINTS,
    FocusPoint,
    "pairing",
    {"pairing": "pairing__code", "resolution": "resolution__number"},
    extra=_commitments_of_points,
    check=row_rules.focus,
    derived=frozenset({"commitments"}),
)
BALANCE_STATEMENTS = Table(
    columns.BALANCE_STATEMENTS, BalanceStatement, "pairing", {"pairing": "pairing__code"}
)
CHARGES = Table(
    columns.CHARGES,
    Charge,
    "pairing",
    {"pairing": "pairing__code", "member": "member__code"},
    extra=_whole_charges,
)
SECONDMENTS = Table(
    columns.SECONDMENTS,
    Secondment,
    "pairing",
    {
        "pairing": "pairing__code",
        "person": "stay__person__code",
        "home": "stay__home__code",
        "host": "stay__host__code",
        "host_unit": "host_unit__code",
        "host_post": "stay__host_post",
        "host_post_en": "stay__host_post_en",
        "stage": "stay__stage",
        "ended_on": "stay__ended_on",
        "successor": "stay__successor__code",
        "handover": "stay__handover",
        "handover_en": "stay__handover_en",
    },
    check=row_rules.by_code,
)
STAY_TASKS = Table(
    columns.STAY_TASKS,
    StayTask,
    "stay__pairing",
    {"secondment": "stay__secondment__code"},
    base=Q(stay__secondment__isnull=False),
)
APPRAISALS = Table(
    columns.APPRAISALS,
    StayAppraisal,
    "stay__pairing",
    {"secondment": "stay__secondment__code", "by": "by__code"},
    base=Q(stay__secondment__isnull=False),
)
TECHNICAL_PROBLEMS = Table(
    columns.TECHNICAL_PROBLEMS,
    TechnicalProblem,
    "pairing",
    {"pairing": "pairing__code", "asker": "asker__code"},
    extra=_sharing,
    check=row_rules.number,
    derived=frozenset({"is_shared"}),
    seen=technical.seen_by,
)

TABLES: tuple[Table, ...] = (
    PAIRINGS,
    PARTIES,
    AGREEMENTS,
    AGREEMENT_PARTIES,
    COMMITMENTS,
    COMMITMENT_PERIODS,
    MONEY_CLAUSES,
    MONEY_DUES,
    LAND_CLAUSES,
    DELIVERIES,
    MEETINGS,
    ATTENDEES,
    AGENDA,
    RESOLUTIONS,
    ACTIVITIES,
    AID_ENTRIES,
    ACTION_ITEMS,
    FOCUS_POINTS,
    CHARGES,
    SECONDMENTS,
    STAY_TASKS,
    APPRAISALS,
    BALANCE_STATEMENTS,
    TECHNICAL_PROBLEMS,
)
BY_CODE: dict[str, Table] = {table.register.code: table for table in TABLES}


def __getattr__(name: str) -> Callable[..., Any]:
    """``agreements_rows``, ``agreements_current``, ``agreements_check``: what the registers name by dotted path."""
    stem, _, what = name.rpartition("_")
    table = BY_CODE.get(f"pairing.{stem}")
    found = {"rows": "rows", "current": "current", "check": "problems"}.get(what)
    if table is None or found is None:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    return getattr(table, found)


def key_map(register: str, keys: Iterable[str]) -> dict[str, int]:
    """Primary keys of rows of a register by their single key, of this field or of one above it."""
    table = BY_CODE.get(register)
    if table is None:
        current = signs.call(signs.registers[register].current)
        return {key: row["_id"] for key, row in current(sorted(set(keys)), None).items()}
    path = table.path(table.register.keys[0].name)
    return dict(table.model._default_manager.filter(**{f"{path}__in": set(keys)}).values_list(path, "pk"))
