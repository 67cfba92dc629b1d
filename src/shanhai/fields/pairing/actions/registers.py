"""Writes of the registers from spreadsheets and zone folders: many rows in few statements, one entry each.

The loader (``by=None``) writes what papers report, stages and signatures included. A member brings by spreadsheet what
he may also write by hand: what is signed, confirmed, held, paid or appraised is left to the actions for it.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db.models import Count, F, Model

from shanhai.core import access, bulk, clock, journal, search, visibility
from shanhai.core.actions import documents, pairings
from shanhai.core.models import (
    Attachment,
    Document,
    Member,
    Organisation,
    Pairing,
    Party,
    Stay,
    StayAppraisal,
    StayTask,
    Unit,
)
from shanhai.core.names import sort_key
from shanhai.core.sheets.columns import Change, is_equal
from shanhai.core.writing import action
from shanhai.fields.pairing import columns, queries, rules
from shanhai.fields.pairing.actions import shared
from shanhai.fields.pairing.models import (
    ActionItem,
    AgendaItem,
    Agreement,
    AgreementParty,
    Charge,
    Commitment,
    CommitmentPeriod,
    Delivery,
    LandClause,
    Meeting,
    MeetingAttendee,
    MinutesSignature,
    MoneyClause,
    MoneyDue,
    Resolution,
    Secondment,
    Signature,
)
from shanhai.fields.pairing.queries import finding
from shanhai.fields.pairing.queries import registers as tables
from shanhai.fields.pairing.queries.registers import Table
from shanhai.kernel import periods
from shanhai.kernel.refusals import BadInput, ChangedMeanwhile, NotAllowed, NotFound, gettext_noop

Values = Mapping[str, Any]
_CORE: dict[str, type[Model]] = {
    "registry.organisations": Organisation,
    "registry.members": Member,
    "registry.units": Unit,
}
# What only the actions themselves may set, with what a new row may say there.
_BY_ACTION: dict[str, dict[str, tuple[Any, ...]]] = {
    "pairing.agreements": {"stage": ("draft",), "signed_on": (), "ended_on": (), "supersedes": ()},
    "pairing.agreement_parties": {"signed_on": (), "member": (), "person": ()},
    "pairing.money_dues": {"paid_fen": (0,), "paid_on": (), "voucher": ()},
    "pairing.land_clauses": {"delivered_mu": (Decimal(0),)},
    "pairing.deliveries": {
        "stage": ("planned", "recorded"),
        "confirmed_by": (),
        "confirmed_on": (),
        "evidence": (),
    },
    "pairing.meetings": {
        "stage": ("planned",),
        "minutes_zh": (),
        "minutes_en": (),
        "signed_mountain_on": (),
        "signed_sea_on": (),
    },
    "pairing.attendees": {"is_present": (False,)},
    "pairing.action_items": {
        "stage": ("open",),
        "done_on": (),
        "reported_on": (),
        "escalated_on": (),
        "escalated_to": (),
    },
    "pairing.secondments": {
        "stage": ("planned", "running"),
        "ended_on": (),
        "successor": (),
        "handover": (),
    },
    "pairing.appraisals": {"given_on": (), "grade": (), "text": (), "by": ()},
}
# Rows that are terms of an agreement: written while it is a draft that nobody has signed.
_TERMS = frozenset(
    {"commitments", "commitment_periods", "money_clauses", "land_clauses", "agreement_parties"}
)


class Bringing:
    """One write of one register: the changes, the keys that they name, and who brings them."""

    def __init__(self, table: Table, changes: Sequence[Change], by: Member | None, on_import: Any) -> None:
        self.table, self.by, self.on_import = table, by, on_import
        self.verb = f"pairing.write_{table.register.file_stem}"
        self.new = [change for change in changes if change.before is None]
        self.old = [change for change in changes if change.before is not None]
        self.changes = [*self.new, *self.old]
        self._refs = self._find_refs()

    def _find_refs(self) -> dict[str, dict[str, int]]:
        """Primary keys of all rows that are named, one statement for each register that is pointed at."""
        asked: dict[str, set[str]] = {}
        for column in self.table.register.columns:
            if column.type == "ref":
                named = {change.values[column.name] for change in self.changes} - {None, ""}
                asked.setdefault(column.ref, set()).update(named)
        found = {}
        for register, keys in asked.items():
            if register in _CORE:
                rows = _CORE[register]._default_manager.filter(code__in=keys)
                found[register] = dict(rows.values_list("code", "pk"))
            else:
                found[register] = tables.key_map(register, keys)
        return found

    def ref(self, values: Values, name: str) -> int | None:
        """The primary key of the row that a cell names."""
        if values[name] in (None, ""):
            return None
        column = self.table.register.column(name)
        pk = self._refs[column.ref].get(values[name])
        if pk is None:
            raise NotFound(
                "pairing.register_reference",
                gettext_noop("There is no {what} that column {column} could mean."),
                what=values[name],
                column=name,
            )
        return pk

    def write(
        self,
        model: type[Model],
        fields: Callable[[Values], dict[str, Any]],
        pairing_of: Callable[[Any], int] | None = None,
    ) -> list[Any]:
        """Insert the new rows and move the old ones, each with its journal entry; gives the rows of ``changes``.

        ``pairing_of`` says which pairing a row belongs to that does not carry it itself.
        """
        new = [model(**fields(change.values)) for change in self.new]
        held = model._default_manager.in_bulk([change.object_id for change in self.old])
        old, names = [], set()
        for change in self.old:
            row = held.get(change.object_id)
            if row is None or (self.table.has_version and row.version != change.version):
                raise ChangedMeanwhile(
                    "core.rows_changed_meanwhile",
                    gettext_noop(
                        "{n} rows were changed by someone else since they were checked. Check the file again."
                    ),
                    n=1,
                )
            for name, value in fields(change.values).items():
                if getattr(row, name) != value:
                    setattr(row, name, value)
                    names.add(name)
            old.append(row)
        if self.table.has_version:
            bulk.insert_many(model, new)
            if names:
                bulk.update_many(model, old, [model._meta.get_field(name).name for name in sorted(names)])
        else:
            model._default_manager.bulk_create(new)
            if names:
                fields_moved = [model._meta.get_field(name).name for name in sorted(names)]
                model._default_manager.bulk_update(old, fields_moved, batch_size=500)
        self.enter(new, old, pairing_of)
        return [*new, *old]

    def enter(
        self, new: Sequence[Any], old: Sequence[Any], pairing_of: Callable[[Any], int] | None = None
    ) -> None:
        """One journal entry a row, under the import that brought it."""
        groups: dict[int | None, list[tuple[Any, bool]]] = {}
        for rows, is_new in ((new, True), (old, False)):
            for row in rows:
                groups.setdefault(pairing_of(row) if pairing_of else None, []).append((row, is_new))
        for pairing_id, found in groups.items():
            journal.record_many(
                [row for row, _ in found],
                self.verb,
                by=self.by,
                pairing_id=pairing_id,
                each=[{"is_new": is_new} for _, is_new in found],
                **self.origin,
            )

    @property
    def origin(self) -> dict[str, Any]:
        """The import that brought the rows, for their journal entries."""
        return {"import": self.on_import.pk} if self.on_import is not None else {}


def _writer(write: Callable[[Bringing], None], table: Table) -> Callable[..., None]:
    """The action of one register: checks who brings what, then writes."""
    stem = table.register.file_stem

    def run(
        changes: Sequence[Change], *, by: Member | None, pairing: Pairing | None = None, on_import: Any = None
    ) -> None:
        access.check(by, f"pairing.write_{stem}", pairing_id=pairing.pk if pairing else None)
        bringing = Bringing(table, changes, by, on_import)
        if by is not None:
            _check_member_may(bringing)
        write(bringing)

    run.__name__ = run.__qualname__ = f"write_{stem}"
    run.__module__ = __name__
    run.__doc__ = f"Write the register {stem} from a spreadsheet or zone folder."
    return action(run)


def _check_member_may(bringing: Bringing) -> None:
    stem = bringing.table.register.file_stem
    guarded = _BY_ACTION.get(bringing.table.register.code, {})
    for change in bringing.changes:
        for name, allowed in guarded.items():
            value = change.values[name]
            before = change.before[name] if change.before is not None else None
            is_same = is_equal(value, before) if change.before is not None else value in (None, "", *allowed)
            if not is_same:
                raise NotAllowed(
                    "pairing.register_by_action",
                    gettext_noop(
                        "{column} of {key} cannot be brought by spreadsheet; do it on the page of the record."
                    ),
                    column=name,
                    key=change.key,
                )
    ids = _pairings_of(bringing)
    for pairing_id in ids:
        access.check(bringing.by, f"pairing.write_{stem}", pairing_id=pairing_id)
    if stem in _TERMS:
        _check_drafts(bringing)


def _pairings_of(bringing: Bringing) -> set[int]:
    """The pairings that the rows belong to, by what they hang on."""
    named = {
        "pairing": "pairing.pairings",
        "agreement": "pairing.agreements",
        "commitment": "pairing.commitments",
        "clause": "pairing.money_clauses",
        "meeting": "pairing.meetings",
        "resolution": "pairing.resolutions",
        "secondment": "pairing.secondments",
    }
    for name, register in named.items():
        if any(column.name == name for column in bringing.table.register.columns):
            keys = {bringing.ref(change.values, name) for change in bringing.changes}
            if register == "pairing.pairings":
                return {key for key in keys if key is not None}
            above = tables.BY_CODE[register]
            rows = above.model._default_manager.filter(pk__in=keys)
            return set(rows.values_list(f"{above.pairing}_id" if above.pairing != "pk" else "pk", flat=True))
    return set(
        Pairing.objects.filter(code__in=[change.key for change in bringing.old]).values_list("pk", flat=True)
    )


def _check_drafts(bringing: Bringing) -> None:
    on = "commitment" if bringing.table is tables.COMMITMENT_PERIODS else "agreement"
    keys = {bringing.ref(change.values, on) for change in bringing.changes}
    if on == "commitment":
        keys = set(Commitment.objects.filter(pk__in=keys).values_list("agreement_id", flat=True))
    agreements = Agreement.objects.filter(pk__in=keys).annotate(signed=Count("signatures"))
    for agreement in agreements:
        rules.check_is_draft(agreement.number, agreement.stage, agreement.signed)
    Agreement.objects.filter(pk__in=keys).update(terms_no=F("terms_no") + 1, version=F("version") + 1)
    journal.record_many(
        list(Agreement.objects.filter(pk__in=keys)), bringing.verb, by=bringing.by, **bringing.origin
    )


def _standing(values: Values) -> dict[str, Any]:
    return {"is_illustrative": values["standing"] == "illustrative", "source": values["source"]}


def _names(values: Values) -> dict[str, str]:
    zh = values["name_zh"].strip()
    return {"name_zh": zh, "name_en": values["name_en"].strip(), "name_sort": sort_key(zh)}


def _both(values: Values, *names: str) -> dict[str, str]:
    return {
        f"{name}_{tongue}": values[f"{name}_{tongue}"].strip() for name in names for tongue in ("zh", "en")
    }


def _places(pairing_ids: Iterable[int | None]) -> dict[int, int]:
    """Zone of each pairing."""
    found = Pairing.objects.filter(pk__in=set(pairing_ids)).values_list("pk", "zone_id")
    return {pk: zone or pk for pk, zone in found}


def _in_pairing_of(model: type[Model], keys: Iterable[int | None]) -> dict[int, dict[str, int]]:
    """Pairing and zone of rows, for what hangs on them."""
    found = model._default_manager.filter(pk__in=set(keys)).values_list("pk", "pairing_id", "zone_id")
    return {pk: {"pairing_id": pairing, "zone_id": zone} for pk, pairing, zone in found}


# -- pairings ------------------------------------------------------------------------------------------------------


def _write_pairings(bringing: Bringing) -> None:
    # One level after the other, so that each finds the pairing above it.
    known = dict(Pairing.objects.values_list("code", "pk"))
    zones = dict(Pairing.objects.values_list("pk", "zone_id"))
    waiting, made = list(bringing.new), []
    while waiting:
        ready = [one for one in waiting if not one.values["parent"] or one.values["parent"] in known]
        if not ready:
            raise BadInput(
                "pairing.pairings_in_circle",
                gettext_noop("Pairing {pairing} lies under itself, or under one that is not there."),
                pairing=waiting[0].key,
            )
        rows = [
            Pairing(code=one.key, parent_id=known.get(one.values["parent"]), **_pairing_fields(one.values))
            for one in ready
        ]
        bulk.insert_many(Pairing, rows)
        for row in rows:
            row.zone_id = zones[row.parent_id] if row.parent_id else row.pk
            known[row.code], zones[row.pk] = row.pk, row.zone_id
        Pairing.objects.bulk_update(rows, ["zone"])
        made += rows
        waiting = [one for one in waiting if one not in ready]
    held = Pairing.objects.in_bulk([one.object_id for one in bringing.old])
    changed = [held[one.object_id] for one in bringing.old]
    for one, row in zip(bringing.old, changed, strict=True):
        row.version = one.version
        for name, value in _pairing_fields(one.values).items():
            setattr(row, name, value)
    bulk.update_many(
        Pairing,
        changed,
        [
            "name_zh",
            "name_en",
            "name_sort",
            "level",
            "started_on",
            "ended_on",
            "about",
            "is_illustrative",
            "source",
        ],
    )
    bringing.enter(made, changed)
    pairings.make_findable(*made, *changed)


def _pairing_fields(values: Values) -> dict[str, Any]:
    return {
        "level": values["level"],
        "started_on": values["started_on"],
        "ended_on": values["ended_on"],
        "about": values["about"],
        **_names(values),
        **_standing(values),
    }


def _write_parties(bringing: Bringing) -> None:
    bringing.write(
        Party,
        lambda values: {
            "pairing_id": bringing.ref(values, "pairing"),
            "organisation_id": bringing.ref(values, "organisation"),
            "role": values["role"],
            "from_on": values["from_on"],
            "to_on": values["to_on"],
        },
    )
    pairings.recompute_seats(
        pairing_ids={bringing.ref(change.values, "pairing") or 0 for change in bringing.changes}
    )


# -- agreements ----------------------------------------------------------------------------------------------------


def _write_agreements(bringing: Bringing) -> None:
    zones = _places(bringing.ref(change.values, "pairing") for change in bringing.changes)
    days = queries.figures_of(None, clock.today())["pairing.agreement.renewal_notice_days"]
    is_member = bringing.by is not None
    sides = access.standing(bringing.by).sides if bringing.by is not None else {}

    def fields(values: Values) -> dict[str, Any]:
        pairing_id = bringing.ref(values, "pairing") or 0
        notice = values["renewal_notice_days"]
        notice = days if notice is None else notice
        stage = values["stage"]
        return {
            "number": values["number"],
            "pairing_id": pairing_id,
            "zone_id": zones[pairing_id],
            "field": values["field"],
            "stage": stage,
            "valid_from": values["valid_from"],
            "valid_to": values["valid_to"],
            "renewal_notice_days": notice,
            "notice_on": rules.notice_on(values["valid_to"], notice),
            "signed_on": values["signed_on"],
            "ended_on": values["ended_on"],
            "version_no": values["version_no"] or 1,
            "about": values["about"],
            "owner_unit_id": bringing.by.unit_id if bringing.by is not None else None,
            "owner_side": sides.get(pairing_id, "mountain"),
            "reach": visibility.Reach.SIDE if is_member and stage == "draft" else visibility.Reach.BOTH,
            **_names(values),
            **_standing(values),
        }

    rows = bringing.write(Agreement, fields)
    # A later version may stand above the one that it replaces in the file.
    known = dict(Agreement.objects.values_list("number", "pk"))
    linked = []
    for row, change in zip(rows, bringing.changes, strict=True):
        before = known.get(change.values["supersedes"] or "")
        if row.supersedes_id != before:
            row.supersedes_id = before
            linked.append(row)
    Agreement.objects.bulk_update(linked, ["supersedes"])
    journal.record_many(linked, bringing.verb, by=bringing.by, **bringing.origin)
    for row in rows:
        visibility.place(row, row.signed_on or row.valid_from)
    search.put_many(map(finding.of_agreement, rows))


def _write_agreement_parties(bringing: Bringing) -> None:
    agreements = Agreement.objects.in_bulk(
        {bringing.ref(change.values, "agreement") for change in bringing.changes}
    )
    parties = {
        (pairing, organisation): pk
        for pairing, organisation, pk in Party.objects.filter(
            pairing_id__in={one.pairing_id for one in agreements.values()}
        ).values_list("pairing_id", "organisation_id", "pk")
    }

    def party_of(values: Values) -> int:
        agreement = agreements[bringing.ref(values, "agreement")]
        organisation = bringing.ref(values, "organisation")
        pk = parties.get((agreement.pairing_id, organisation))
        if pk is None:
            raise BadInput(
                "pairing.not_a_party",
                gettext_noop("{party} is not a party of agreement {number} and cannot sign it."),
                party=values["organisation"],
                number=agreement.number,
            )
        return pk

    rows = bringing.write(
        AgreementParty,
        lambda values: {"agreement_id": bringing.ref(values, "agreement"), "party_id": party_of(values)},
        lambda row: agreements[row.agreement_id].pairing_id,
    )
    for row, change in zip(rows, bringing.changes, strict=True):
        values = change.values
        if values["signed_on"] is None:
            Signature.objects.filter(agreement_id=row.agreement_id, party_id=row.party_id).delete()
            continue
        Signature.objects.update_or_create(
            agreement_id=row.agreement_id,
            party_id=row.party_id,
            defaults={
                "on": values["signed_on"],
                "member_id": bringing.ref(values, "member"),
                "person": values["person"],
                "terms_no": agreements[row.agreement_id].terms_no,
            },
        )
    _count_signatures(list(agreements.values()), bringing)


def _count_signatures(agreements: list[Agreement], bringing: Bringing) -> None:
    """The guard of each agreement says how many parties have not signed."""
    counted = Agreement.objects.filter(pk__in=[one.pk for one in agreements]).annotate(
        n=Count("parties", distinct=True), signed=Count("signatures", distinct=True)
    )
    moved = []
    for one in counted:
        left = one.n - one.signed
        if one.stage == rules.AgreementStage.SIGNED and left:
            raise BadInput(
                "pairing.signed_without_signature",
                gettext_noop(
                    "Agreement {number} is in force, but {left} of its parties have no day of signing."
                ),
                number=one.number,
                left=left,
            )
        if one.signatures_left != left:
            one.signatures_left = left
            moved.append(one)
    bulk.update_many(Agreement, moved, ["signatures_left"])
    journal.record_many(moved, bringing.verb, by=bringing.by, **bringing.origin)


def _write_commitments(bringing: Bringing) -> None:
    above = _in_pairing_of(Agreement, (bringing.ref(one.values, "agreement") for one in bringing.changes))
    plain = (
        "code", "field", "kind", "indicator", "indicator_side", "owes", "direction", "target", "unit", "per",
        "starts_on", "due_on", "is_main", "rank", "about",
    )  # fmt: skip

    def fields(values: Values) -> dict[str, Any]:
        agreement = bringing.ref(values, "agreement") or 0
        return {
            **{name: values[name] for name in plain},
            "agreement_id": agreement,
            **above[agreement],
            "mountain_unit_id": bringing.ref(values, "mountain_unit"),
            "sea_unit_id": bringing.ref(values, "sea_unit"),
            **_both(values, "unit"),
            **_names(values),
            **_standing(values),
        }

    search.put_many(map(finding.of_commitment, bringing.write(Commitment, fields)))


def _write_commitment_periods(bringing: Bringing) -> None:
    keys = {bringing.ref(change.values, "commitment") for change in bringing.changes}
    above = _in_pairing_of(Commitment, keys)

    def fields(values: Values) -> dict[str, Any]:
        period = periods.parse(values["period"])
        return {
            "commitment_id": bringing.ref(values, "commitment"),
            "period": values["period"],
            "target": values["target"],
            "starts_on": period.start,
            "due_on": values["due_on"] or period.end,
            **_standing(values),
        }

    bringing.write(CommitmentPeriod, fields, lambda row: above[row.commitment_id]["pairing_id"])


def _party_finder(bringing: Bringing) -> tuple[dict[int, dict[str, int]], Callable[[Values, str], int]]:
    above = _in_pairing_of(Agreement, (bringing.ref(one.values, "agreement") for one in bringing.changes))
    parties = {
        (pairing, organisation): pk
        for pairing, organisation, pk in Party.objects.filter(
            pairing_id__in={one["pairing_id"] for one in above.values()}
        ).values_list("pairing_id", "organisation_id", "pk")
    }

    def find(values: Values, name: str) -> int:
        agreement = bringing.ref(values, "agreement") or 0
        pk = parties.get((above[agreement]["pairing_id"], bringing.ref(values, name) or 0))
        if pk is None:
            raise BadInput(
                "pairing.clause_parties",
                gettext_noop("Clause {clause} needs two different parties of agreement {number}."),
                clause=values["code"],
                number=values["agreement"],
            )
        return pk

    return above, find


def _write_money_clauses(bringing: Bringing) -> None:
    above, party = _party_finder(bringing)

    def fields(values: Values) -> dict[str, Any]:
        agreement = bringing.ref(values, "agreement") or 0
        return {
            "code": values["code"],
            "agreement_id": agreement,
            **above[agreement],
            "payer_id": party(values, "payer"),
            "payee_id": party(values, "payee"),
            "amount_fen": values["amount_fen"],
            "currency": values["currency"],
            "schedule": values["schedule"],
            **_both(values, "name", "condition"),
            **_standing(values),
        }

    bringing.write(MoneyClause, fields)


def _write_money_dues(bringing: Bringing) -> None:
    clauses = MoneyClause.objects.in_bulk(
        {bringing.ref(change.values, "clause") for change in bringing.changes}
    )
    rows = bringing.write(
        MoneyDue,
        lambda values: {
            "code": values["code"],
            "clause": clauses[bringing.ref(values, "clause")],
            "due_on": values["due_on"],
            "amount_fen": values["amount_fen"],
            "paid_fen": values["paid_fen"] or 0,
            "paid_on": values["paid_on"],
        },
    )
    _attach_files(bringing, rows, "voucher", "voucher")


def _write_land_clauses(bringing: Bringing) -> None:
    above, party = _party_finder(bringing)

    def fields(values: Values) -> dict[str, Any]:
        agreement = bringing.ref(values, "agreement") or 0
        return {
            "code": values["code"],
            "agreement_id": agreement,
            **above[agreement],
            "giver_id": party(values, "giver"),
            "taker_id": party(values, "taker"),
            "land_mu": values["land_mu"],
            "delivered_mu": values["delivered_mu"] or Decimal(0),
            "by_on": values["by_on"],
            **_both(values, "purpose"),
            **_standing(values),
        }

    bringing.write(LandClause, fields)


def _write_deliveries(bringing: Bringing) -> None:
    above = _in_pairing_of(Commitment, (bringing.ref(one.values, "commitment") for one in bringing.changes))
    sides = access.standing(bringing.by).sides if bringing.by is not None else {}

    def fields(values: Values) -> dict[str, Any]:
        commitment = bringing.ref(values, "commitment") or 0
        return {
            "code": values["code"],
            "commitment_id": commitment,
            **above[commitment],
            "on": values["on"],
            "quantity": values["quantity"],
            "what": values["what"],
            "stage": values["stage"],
            "side": values["side"] or sides.get(above[commitment]["pairing_id"], ""),
            "recorded_by_id": bringing.ref(values, "recorded_by")
            or (bringing.by.pk if bringing.by else None),
            "recorded_at": clock.now(),
            "confirmed_by_id": bringing.ref(values, "confirmed_by"),
            "confirmed_on": values["confirmed_on"],
            **_standing(values),
        }

    rows = bringing.write(Delivery, fields)
    _attach_files(bringing, rows, "evidence", "evidence")
    if bringing.by is not None:
        _attach_workbook(bringing, [row for row in rows if row.stage == rules.DeliveryStage.RECORDED])
    for commitment, n in _numbered(rows).items():
        Commitment.objects.filter(pk=commitment, deliveries_numbered__lt=n).update(deliveries_numbered=n)


def _numbered(rows: Sequence[Delivery]) -> dict[int, int]:
    """How many deliveries each commitment of some rows has now: the next one gets a number above."""
    keys = {row.commitment_id for row in rows}
    counted = Delivery.objects.filter(commitment_id__in=keys).order_by().values_list("commitment_id")
    return dict(counted.annotate(n=Count("pk")))


# -- meetings ------------------------------------------------------------------------------------------------------


def _write_meetings(bringing: Bringing) -> None:
    zones = _places(bringing.ref(change.values, "pairing") for change in bringing.changes)
    sides = access.standing(bringing.by).sides if bringing.by is not None else {}

    def fields(values: Values) -> dict[str, Any]:
        pairing_id = bringing.ref(values, "pairing") or 0
        hours, minutes = map(int, values["time"].split(":"))
        on: date = values["on"]
        has_minutes = bool(values["minutes_zh"])
        signed = sum(values[f"signed_{side}_on"] is not None for side in rules.SIDES)
        return {
            "number": values["number"],
            "pairing_id": pairing_id,
            "zone_id": zones[pairing_id],
            "level": values["level"],
            "stage": values["stage"],
            "at": datetime(on.year, on.month, on.day, hours, minutes, tzinfo=clock.SHANGHAI),
            "convenor_mountain_id": bringing.ref(values, "convenor_mountain"),
            "convenor_sea_id": bringing.ref(values, "convenor_sea"),
            "quorum_mountain": values["quorum_mountain"],
            "quorum_sea": values["quorum_sea"],
            "minutes_no": 1 if has_minutes else 0,
            "signatures_left": 2 - signed,
            "owner_unit_id": bringing.by.unit_id if bringing.by is not None else None,
            "owner_side": sides.get(pairing_id, "mountain"),
            "reach": visibility.Reach.BOTH,
            **_both(values, "title", "place", "minutes"),
            **_standing(values),
        }

    rows = bringing.write(Meeting, fields)
    for row, change in zip(rows, bringing.changes, strict=True):
        _sign_minutes(row, change.values)
        visibility.place(row, row.at)
    search.put_many(map(finding.of_meeting, rows))


def _sign_minutes(meeting: Meeting, values: Values) -> None:
    for side in rules.SIDES:
        on = values[f"signed_{side}_on"]
        if on is None:
            MinutesSignature.objects.filter(meeting=meeting, side=side).delete()
            continue
        MinutesSignature.objects.update_or_create(
            meeting=meeting,
            side=side,
            defaults={
                "on": on,
                "minutes_no": meeting.minutes_no,
                "minutes_sha256": shared.digest(meeting.minutes_zh, meeting.minutes_en),
            },
        )


def _meetings_of(bringing: Bringing) -> dict[int | None, Meeting]:
    keys = {bringing.ref(change.values, "meeting") for change in bringing.changes}
    return dict(Meeting.objects.in_bulk(keys))


def _write_attendees(bringing: Bringing) -> None:
    meetings = _meetings_of(bringing)
    bringing.write(
        MeetingAttendee,
        lambda values: {
            "meeting": meetings[bringing.ref(values, "meeting")],
            "side": values["side"],
            "person": values["person"],
            "member_id": bringing.ref(values, "member"),
            "post": values["post"],
            "answer": values["answer"],
            "is_present": values["is_present"],
        },
    )


def _write_agenda(bringing: Bringing) -> None:
    meetings = _meetings_of(bringing)
    bringing.write(
        AgendaItem,
        lambda values: {
            "meeting": meetings[bringing.ref(values, "meeting")],
            "order": values["order"],
            "side": values["side"],
            "needs_paper": values["needs_paper"],
            **_both(values, "title", "asks"),
        },
    )


def _write_resolutions(bringing: Bringing) -> None:
    above = _in_pairing_of(Meeting, (bringing.ref(one.values, "meeting") for one in bringing.changes))

    def fields(values: Values) -> dict[str, Any]:
        meeting = bringing.ref(values, "meeting") or 0
        return {
            "number": values["number"],
            "meeting_id": meeting,
            **above[meeting],
            **_both(values, "text"),
            **_standing(values),
        }

    rows = bringing.write(Resolution, fields)
    keys = {row.meeting_id for row in rows}
    counted = Resolution.objects.filter(meeting_id__in=keys).order_by().values_list("meeting_id")
    for meeting, n in counted.annotate(n=Count("pk")):
        Meeting.objects.filter(pk=meeting, resolutions_numbered__lt=n).update(resolutions_numbered=n)


def _write_action_items(bringing: Bringing) -> None:
    above = _in_pairing_of(Resolution, (bringing.ref(one.values, "resolution") for one in bringing.changes))
    plain = (
        "number", "field", "lead", "stage", "assigned_on", "due_on", "report", "reported_on", "done_on",
        "extension_reason", "escalated_on", "escalated_to",
    )  # fmt: skip

    def fields(values: Values) -> dict[str, Any]:
        resolution = bringing.ref(values, "resolution") or 0
        return {
            **{name: values[name] for name in plain},
            "resolution_id": resolution,
            **above[resolution],
            "first_due_on": values["first_due_on"] or values["due_on"],
            "mountain_unit_id": bringing.ref(values, "mountain_unit"),
            "sea_unit_id": bringing.ref(values, "sea_unit"),
            **_both(values, "title"),
            **_standing(values),
        }

    rows = bringing.write(ActionItem, fields)
    keys = {row.resolution_id for row in rows}
    counted = ActionItem.objects.filter(resolution_id__in=keys).order_by().values_list("resolution_id")
    for resolution, n in counted.annotate(n=Count("pk")):
        Resolution.objects.filter(pk=resolution, items_numbered__lt=n).update(items_numbered=n)
    search.put_many(map(finding.of_item, rows))


# -- people --------------------------------------------------------------------------------------------------------


def _write_charges(bringing: Bringing) -> None:
    zones = _places(bringing.ref(change.values, "pairing") for change in bringing.changes)

    def fields(values: Values) -> dict[str, Any]:
        pairing_id = bringing.ref(values, "pairing") or 0
        return {
            "pairing_id": pairing_id,
            "zone_id": zones[pairing_id],
            "side": values["side"],
            "field": "" if values["field"] == columns.ALL_FIELDS[0] else values["field"],
            "level": values["level"],
            "member_id": bringing.ref(values, "member"),
            "from_on": values["from_on"],
            "to_on": values["to_on"],
            **_standing(values),
        }

    bringing.write(Charge, fields)


def _write_secondments(bringing: Bringing) -> None:
    zones = _places(bringing.ref(change.values, "pairing") for change in bringing.changes)
    held = {
        one.pk: one.stay
        for one in Secondment.objects.filter(pk__in=[c.object_id for c in bringing.old]).select_related(
            "stay"
        )
    }
    stays, names = [], ("stage", "from_on", "to_on", "ended_on", "host_post", "successor", "handover")
    for change in bringing.changes:
        values = change.values
        stay = held.get(change.object_id or 0) or Stay(kind="secondment")
        stay.pairing_id = bringing.ref(values, "pairing")
        stay.person_id = bringing.ref(values, "person")
        stay.home_id, stay.host_id = bringing.ref(values, "home"), bringing.ref(values, "host")
        stay.successor_id = bringing.ref(values, "successor")
        for name in ("host_post", "from_on", "to_on", "stage", "ended_on", "handover"):
            setattr(stay, name, values[name])
        for name, value in _standing(values).items():
            setattr(stay, name, value)
        stays.append(stay)
    new, old = [one for one in stays if one.pk is None], [one for one in stays if one.pk is not None]
    bulk.insert_many(Stay, new)
    bulk.update_many(Stay, old, [*names, "person", "home", "host", "is_illustrative", "source"])
    journal.record_many([*new, *old], bringing.verb, by=bringing.by, **bringing.origin)
    by_code = {change.values["code"]: stay for change, stay in zip(bringing.changes, stays, strict=True)}

    def fields(values: Values) -> dict[str, Any]:
        pairing_id = bringing.ref(values, "pairing") or 0
        return {
            "code": values["code"],
            "stay_id": by_code[values["code"]].pk,
            "pairing_id": pairing_id,
            "zone_id": zones[pairing_id],
            "direction": values["direction"],
            "profession": values["profession"],
            "host_unit_id": bringing.ref(values, "host_unit"),
            "from_on": values["from_on"],
            "to_on": values["to_on"],
            **_standing(values),
        }

    rows = bringing.write(Secondment, fields)
    found = Secondment.objects.filter(pk__in=[row.pk for row in rows]).select_related(
        "stay__person", "stay__host"
    )
    search.put_many(map(finding.of_secondment, found))


def _stays_of(bringing: Bringing) -> dict[int | None, Stay]:
    keys = {bringing.ref(change.values, "secondment") for change in bringing.changes}
    found = Secondment.objects.filter(pk__in=keys).select_related("stay")
    return {one.pk: one.stay for one in found}


def _write_stay_tasks(bringing: Bringing) -> None:
    stays = _stays_of(bringing)
    bringing.write(
        StayTask,
        lambda values: {
            "stay": stays[bringing.ref(values, "secondment")],
            "title": values["title"],
            "due_on": values["due_on"],
            "done_on": values["done_on"],
            "outcome": values["outcome"],
        },
        lambda row: row.stay.pairing_id,
    )


def _write_appraisals(bringing: Bringing) -> None:
    stays = _stays_of(bringing)
    bringing.write(
        StayAppraisal,
        lambda values: {
            "stay": stays[bringing.ref(values, "secondment")],
            "due_on": values["due_on"],
            "is_final": values["is_final"],
            "given_on": values["given_on"],
            "grade": values["grade"],
            "text": values["text"],
            "by_id": bringing.ref(values, "by"),
        },
        lambda row: row.stay.pairing_id,
    )


# -- papers --------------------------------------------------------------------------------------------------------

_folder: list[Path] = []


class papers_in:
    """Where the files lie that the rows of a zone folder name; within it, rows without their files are refused."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> None:
        _folder.append(self.folder)

    def __exit__(self, *_: object) -> None:
        _folder.pop()


def _attach_files(bringing: Bringing, rows: Sequence[Any], column: str, role: str) -> None:
    """Hang the files that rows name on them; each file is filed once, whoever names it."""
    wanted: dict[int, list[str]] = {}
    for row, change in zip(rows, bringing.changes, strict=True):
        names = [name.strip() for name in (change.values[column] or "").split(";") if name.strip()]
        if names and not is_equal(change.values[column], (change.before or {}).get(column)):
            wanted[row.pk] = names
    if not wanted:
        return
    pairing_of = {row.pk: row.pairing_id for row in rows if row.pk in wanted}
    filed: dict[tuple[str, int], Document] = {}
    made = []
    for pk, names in wanted.items():
        for name in names:
            key = (name, pairing_of[pk])
            if key not in filed:
                filed[key] = _filed(name, pairing_of[pk])
            made.append(
                Attachment(
                    document=filed[key], kind=bringing.table.model._meta.label_lower, object_id=pk, role=role
                )
            )
    kind = bringing.table.model._meta.label_lower
    Attachment.objects.filter(kind=kind, object_id__in=wanted, role=role).delete()
    Attachment.objects.bulk_create(made, ignore_conflicts=True)


def _filed(name: str, pairing_id: int) -> Document:
    known = Document.objects.filter(file_name=name, pairing_id=pairing_id, withdrawn_on=None).first()
    if known is not None:
        return known
    path = _folder[-1] / name if _folder else None
    # A name with a folder in it would reach outside.
    if path is None or Path(name).name != name or not path.is_file():
        raise BadInput(
            "pairing.paper_missing",
            gettext_noop("The paper {paper} is not in the folder documents of the zone."),
            paper=name,
        )
    with path.open("rb") as file:
        return documents.store_document(
            file,
            file_name=name,
            pairing=Pairing.objects.get(pk=pairing_id),
            reach=visibility.Reach.BOTH,
            is_illustrative=True,
            by=None,
        )


def _attach_workbook(bringing: Bringing, rows: Sequence[Delivery]) -> None:
    """What a member recorded by spreadsheet is shown by that spreadsheet."""
    from shanhai.core.sheets import staging

    if not rows or bringing.on_import is None:
        return
    path = staging.path_of(bringing.on_import)
    if not path.is_file():
        return
    filed: dict[int, Document] = {}
    for row in rows:
        if row.pairing_id not in filed:
            filed[row.pairing_id] = documents.store_document(
                io.BytesIO(path.read_bytes()),
                file_name=bringing.on_import.file_name,
                pairing=Pairing.objects.get(pk=row.pairing_id),
                reach=visibility.Reach.BOTH,
                by=bringing.by,
            )
        shared.attach(row, [filed[row.pairing_id]], "evidence", by=bringing.by)


write_pairings = _writer(_write_pairings, tables.PAIRINGS)
write_parties = _writer(_write_parties, tables.PARTIES)
write_agreements = _writer(_write_agreements, tables.AGREEMENTS)
write_agreement_parties = _writer(_write_agreement_parties, tables.AGREEMENT_PARTIES)
write_commitments = _writer(_write_commitments, tables.COMMITMENTS)
write_commitment_periods = _writer(_write_commitment_periods, tables.COMMITMENT_PERIODS)
write_money_clauses = _writer(_write_money_clauses, tables.MONEY_CLAUSES)
write_money_dues = _writer(_write_money_dues, tables.MONEY_DUES)
write_land_clauses = _writer(_write_land_clauses, tables.LAND_CLAUSES)
write_deliveries = _writer(_write_deliveries, tables.DELIVERIES)
write_meetings = _writer(_write_meetings, tables.MEETINGS)
write_attendees = _writer(_write_attendees, tables.ATTENDEES)
write_agenda = _writer(_write_agenda, tables.AGENDA)
write_resolutions = _writer(_write_resolutions, tables.RESOLUTIONS)
write_action_items = _writer(_write_action_items, tables.ACTION_ITEMS)
write_charges = _writer(_write_charges, tables.CHARGES)
write_secondments = _writer(_write_secondments, tables.SECONDMENTS)
write_stay_tasks = _writer(_write_stay_tasks, tables.STAY_TASKS)
write_appraisals = _writer(_write_appraisals, tables.APPRAISALS)
