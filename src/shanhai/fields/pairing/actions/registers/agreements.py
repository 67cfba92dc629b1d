"""Registers of agreements, of who signed them, and of their clauses."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q

from shanhai.core import access, bulk, clock, journal, search, visibility
from shanhai.core.models import Party
from shanhai.fields.pairing import queries, rules
from shanhai.fields.pairing.actions import standings
from shanhai.fields.pairing.actions.registers.bringing import (
    Bringing,
    Values,
    both,
    in_pairing_of,
    names,
    places,
    standing,
    writer,
)
from shanhai.fields.pairing.actions.registers.papers import attach_files
from shanhai.fields.pairing.models import (
    Agreement,
    AgreementParty,
    LandClause,
    MoneyClause,
    MoneyDue,
    Signature,
)
from shanhai.fields.pairing.queries import finding
from shanhai.fields.pairing.queries import registers as tables
from shanhai.fields.pairing.queries.standings import measured_by
from shanhai.kernel.refusals import BadInput, gettext_noop

# Who owns a draft and who sees it is settled when it is made.
_OF_WRITER = ("owner_unit_id", "owner_side", "reach")


def _write_agreements(bringing: Bringing) -> None:
    zones = places(bringing.ref(change.values, "pairing") for change in bringing.changes)
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
            **names(values),
            **standing(values),
        }

    def taken(row: Agreement, values: dict[str, Any]) -> dict[str, Any]:
        # Whoever brings a change to a shared draft does not become its owner, and nobody has read the new terms.
        return {name: value for name, value in values.items() if name not in _OF_WRITER} | {
            "terms_no": row.terms_no + is_member
        }

    rows = bringing.write(Agreement, fields, taken=taken)
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
    standings.follow(Q(agreement__in=[row.pk for row in rows]))
    search.put_many(map(finding.of_agreement, rows))


def _write_agreement_parties(bringing: Bringing) -> None:
    agreements = Agreement.objects.in_bulk(
        {bringing.ref(change.values, "agreement") for change in bringing.changes}
    )
    parties = {
        (party.pairing_id, party.organisation_id): party
        for party in Party.objects.filter(
            pairing_id__in={one.pairing_id for one in agreements.values()}
        ).select_related("organisation")
    }

    def party_of(values: Values) -> Party:
        agreement = agreements[bringing.ref(values, "agreement")]
        organisation = bringing.key(values, "organisation")
        party = parties.get((agreement.pairing_id, organisation))
        if party is None:
            raise BadInput(
                "pairing.not_a_party",
                gettext_noop(
                    "{party} is not a party of agreement {number} and cannot sign it. Choose one of its "
                    "parties, or add it to the draft."
                ),
                party=values["organisation"],
                number=agreement.number,
            )
        return party

    rows = bringing.write(
        AgreementParty,
        lambda values: {
            "agreement": agreements[bringing.ref(values, "agreement")],
            "party": party_of(values),
        },
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


def _unsign(bringing: Bringing) -> None:
    """Signatures of parties that are gone go as well, and the agreements count anew."""
    keys = set()
    for change in bringing.changes:
        agreement, organisation = (
            bringing.key(change.values, name) for name in ("agreement", "organisation")
        )
        Signature.objects.filter(agreement_id=agreement, party__organisation_id=organisation).delete()
        keys.add(agreement)
    _count_signatures(list(Agreement.objects.filter(pk__in=keys)), bringing)


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
                    "Agreement {number} is in force, but {left} of its parties have no day of signing. "
                    "Give each party its day, or bring the agreement as a draft."
                ),
                number=one.number,
                left=left,
            )
        if one.signatures_left != left:
            one.signatures_left = left
            moved.append(one)
    bulk.update_many(Agreement, moved, ["signatures_left"])
    journal.record_many(moved, bringing.verb, by=bringing.by, **bringing.origin)


def _party_finder(bringing: Bringing) -> tuple[dict[int, dict[str, int]], Callable[[Values, str], int]]:
    above = in_pairing_of(Agreement, (bringing.ref(one.values, "agreement") for one in bringing.changes))
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
            raise rules.not_between_parties(values["code"], values["agreement"])
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
            **both(values, "name", "condition"),
            **standing(values),
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
    attach_files(bringing, rows, "voucher", "voucher")
    standings.follow(measured_by({row.pairing_id for row in rows}, "pairing.money_paid"))


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
            **both(values, "purpose"),
            **standing(values),
        }

    bringing.write(LandClause, fields)


write_agreements = writer(_write_agreements, tables.AGREEMENTS)
write_agreement_parties = writer(_write_agreement_parties, tables.AGREEMENT_PARTIES, _unsign)
write_money_clauses = writer(_write_money_clauses, tables.MONEY_CLAUSES)
write_money_dues = writer(_write_money_dues, tables.MONEY_DUES)
write_land_clauses = writer(_write_land_clauses, tables.LAND_CLAUSES)
