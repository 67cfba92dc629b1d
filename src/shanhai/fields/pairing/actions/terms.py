"""Writes of what an agreement promises: commitments, money clauses and land clauses, while it is a draft."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from shanhai.core import access, journal, rows, search
from shanhai.core.actions import notes
from shanhai.core.actions.naming import differing, named
from shanhai.core.models import Member, Party, Unit
from shanhai.core.writing import action
from shanhai.fields.pairing import queries, rules
from shanhai.fields.pairing.actions import shared, standings
from shanhai.fields.pairing.actions.agreements import check_may_write_terms, move_terms
from shanhai.fields.pairing.models import (
    Agreement,
    Commitment,
    CommitmentPeriod,
    LandClause,
    MoneyClause,
    MoneyDue,
)
from shanhai.fields.pairing.queries.standings import of_commitments
from shanhai.kernel import periods as kernel_periods
from shanhai.kernel.refusals import BadInput, gettext_noop


@action
def add_commitment(
    agreement: Agreement,
    *,
    code: str,
    name_zh: str,
    name_en: str = "",
    field: str = "",
    kind: str = rules.CommitmentKind.COUNTED,
    indicator: str = "",
    indicator_side: str = "",
    owes: str,
    direction: str = "up",
    target: Decimal,
    unit: str = rules.Unit.COUNT,
    unit_zh: str = "",
    unit_en: str = "",
    unit_one_en: str = "",
    per: str = rules.Per.ONCE,
    starts_on: date | None = None,
    due_on: date | None = None,
    targets: Sequence[tuple[str, Decimal]] = (),
    mountain_unit: Unit | None = None,
    sea_unit: Unit | None = None,
    is_main: bool = False,
    rank: int = 100,
    balance_line: str = "",
    about: str = "",
    is_illustrative: bool = False,
    source: str = "",
    by: Member | None,
) -> Commitment:
    """Promise something in an agreement.

    Parameters
    ----------
    kind
        ``counted`` adds up recorded deliveries, ``indicator`` reads the indicator registry.
    owes
        ``mountain``, ``sea`` or ``both``.
    target
        Of the whole, or of one year's periods together where ``per`` divides it.
    targets
        (period, target) of each period, e.g. ("2023Q3", Decimal(30)); needed unless ``per`` is ``once``.
    """
    access.check(by, "pairing.add_commitment", pairing_id=agreement.pairing_id)
    check_may_write_terms(agreement, by)
    code = shared.checked_number(Commitment, code, "code")
    if field:
        rules.check_field(field)
    rules.check_commitment(code, kind, indicator, target, unit, per, due_on)
    rules.check_balance_line(code, balance_line, kind, unit, owes)
    if kind == rules.CommitmentKind.INDICATOR:
        queries.check_indicator(indicator)
    move_terms(agreement)
    commitment = Commitment.objects.create(
        agreement=agreement,
        pairing_id=agreement.pairing_id,
        zone_id=agreement.zone_id,
        code=code,
        field=field or agreement.field,
        kind=kind,
        indicator=indicator,
        indicator_side=indicator_side,
        owes=owes,
        direction=direction,
        target=target,
        unit=unit,
        unit_zh=unit_zh.strip(),
        unit_en=unit_en.strip(),
        unit_one_en=unit_one_en.strip(),
        per=per,
        starts_on=starts_on or agreement.valid_from,
        due_on=due_on,
        mountain_unit=mountain_unit,
        sea_unit=sea_unit,
        is_main=is_main,
        rank=rank,
        balance_line=balance_line,
        about=about.strip(),
        is_illustrative=is_illustrative,
        source=source.strip(),
        **named(name_zh, name_en),
    )
    _write_targets(commitment, targets)
    journal.record(
        commitment,
        "pairing.add_commitment",
        by=by,
        agreement=agreement.number,
        targets=[{"period": period, "target": value} for period, value in targets],
    )
    shared.make_findable(commitment, code=commitment.code, zh=commitment.name_zh, en=commitment.name_en)
    return commitment


@action
def change_commitment(
    commitment: Commitment,
    *,
    targets: Sequence[tuple[str, Decimal]] | None = None,
    by: Member | None,
    **changes: Any,
) -> Commitment:
    """Change a commitment of a draft; of an agreement in force only who answers for it, its rank and being main."""
    access.check(by, "pairing.change_commitment", pairing_id=commitment.pairing_id)
    agreement = commitment.agreement
    changes = differing(commitment, _with_name(commitment, changes))
    is_term = targets is not None or bool(changes.keys() - _NO_TERMS)
    if is_term:
        check_may_write_terms(agreement, by)
        after = {name: changes.get(name, getattr(commitment, name)) for name in _CHECKED}
        rules.check_commitment(commitment.code, **after)
        move_terms(agreement)
    rules.check_balance_line(
        commitment.code, *(changes.get(name, getattr(commitment, name)) for name in _IN_BALANCE)
    )
    if not changes and targets is None:
        return commitment
    before = {name: getattr(commitment, _column(commitment, name)) for name in changes}
    rows.move(commitment, **changes)
    if targets is not None:
        commitment.periods.all().delete()
        _write_targets(commitment, targets)
    journal.record(commitment, "pairing.change_commitment", by=by, before=before)
    shared.make_findable(commitment, code=commitment.code, zh=commitment.name_zh, en=commitment.name_en)
    standings.follow(of_commitments([commitment.pk]))
    return commitment


_NO_TERMS = {"mountain_unit", "sea_unit", "is_main", "rank", "balance_line", "about"}
_IN_BALANCE = ("balance_line", "kind", "unit", "owes")
_CHECKED = ("kind", "indicator", "target", "unit", "per", "due_on")


@action
def drop_commitment(commitment: Commitment, *, by: Member | None) -> None:
    """Take a commitment out of a draft."""
    access.check(by, "pairing.drop_commitment", pairing_id=commitment.pairing_id)
    agreement = commitment.agreement
    check_may_write_terms(agreement, by)
    move_terms(agreement)
    journal.record(
        agreement,
        "pairing.drop_commitment",
        by=by,
        commitment=commitment.code,
        name=commitment.name_zh,
        target=commitment.target,
    )
    search.drop("pairing.commitment", commitment.pk)
    notes.end_thread(commitment, by=by)
    commitment.delete()


@action
def add_money_clause(
    agreement: Agreement,
    *,
    code: str,
    name_zh: str,
    name_en: str = "",
    payer: Party,
    payee: Party,
    amount_fen: int | None = None,
    currency: str = "CNY",
    schedule: str = MoneyClause.Schedule.ONCE,
    condition_zh: str = "",
    condition_en: str = "",
    due_on: Sequence[date] = (),
    is_illustrative: bool = False,
    source: str = "",
    by: Member | None,
) -> MoneyClause:
    """Agree that one party pays another; each day in ``due_on`` is one payment of the amount."""
    access.check(by, "pairing.add_money_clause", pairing_id=agreement.pairing_id)
    check_may_write_terms(agreement, by)
    code = shared.checked_number(MoneyClause, code, "code")
    name_zh, name_en = shared.words(name_zh, name_en, "name_zh")
    _check_two_parties(agreement, code, payer, payee)
    if due_on and not amount_fen:
        raise BadInput(
            "pairing.due_without_amount",
            gettext_noop(
                "Money clause {clause} has payments due but no amount. Give the amount of one "
                "payment, or leave the days out."
            ),
            clause=code,
        )
    move_terms(agreement)
    clause = MoneyClause.objects.create(
        agreement=agreement,
        pairing_id=agreement.pairing_id,
        zone_id=agreement.zone_id,
        code=code,
        name_zh=name_zh,
        name_en=name_en,
        payer=payer,
        payee=payee,
        amount_fen=amount_fen,
        currency=currency,
        schedule=schedule,
        condition_zh=condition_zh.strip(),
        condition_en=condition_en.strip(),
        is_illustrative=is_illustrative,
        source=source.strip(),
    )
    MoneyDue.objects.bulk_create(
        MoneyDue(clause=clause, code=f"{code}-{n}", due_on=day, amount_fen=amount_fen or 0)
        for n, day in enumerate(sorted(due_on), 1)
    )
    journal.record(
        clause,
        "pairing.add_money_clause",
        by=by,
        agreement=agreement.number,
        payer=payer.organisation.code,
        payee=payee.organisation.code,
        due_on=sorted(due_on),
    )
    return clause


@action
def add_land_clause(
    agreement: Agreement,
    *,
    code: str,
    giver: Party,
    taker: Party,
    land_mu: Decimal,
    purpose_zh: str,
    purpose_en: str = "",
    by_on: date | None = None,
    is_illustrative: bool = False,
    source: str = "",
    by: Member | None,
) -> LandClause:
    """Agree that one party gives another land or land quota."""
    access.check(by, "pairing.add_land_clause", pairing_id=agreement.pairing_id)
    check_may_write_terms(agreement, by)
    code = shared.checked_number(LandClause, code, "code")
    purpose_zh, purpose_en = shared.words(purpose_zh, purpose_en, "purpose_zh")
    _check_two_parties(agreement, code, giver, taker)
    if land_mu <= 0:
        raise BadInput(
            "pairing.land_clause_amount",
            gettext_noop("Land clause {clause} must give more than zero mu. Give the mu that were agreed."),
            clause=code,
        )
    move_terms(agreement)
    clause = LandClause.objects.create(
        agreement=agreement,
        pairing_id=agreement.pairing_id,
        zone_id=agreement.zone_id,
        code=code,
        giver=giver,
        taker=taker,
        land_mu=land_mu,
        purpose_zh=purpose_zh,
        purpose_en=purpose_en,
        by_on=by_on,
        is_illustrative=is_illustrative,
        source=source.strip(),
    )
    journal.record(
        clause,
        "pairing.add_land_clause",
        by=by,
        agreement=agreement.number,
        giver=giver.organisation.code,
        taker=taker.organisation.code,
    )
    return clause


def _write_targets(commitment: Commitment, targets: Sequence[tuple[str, Decimal]]) -> None:
    if commitment.per == rules.Per.ONCE:
        return
    if not targets:
        raise BadInput(
            "pairing.commitment_without_periods",
            gettext_noop("Commitment {commitment} is divided by {per}; give the target of each period."),
            commitment=commitment.code,
            per=rules.Per(commitment.per),
        )
    made = []
    for text, target in targets:
        period = kernel_periods.parse(text)
        rules.check_period(commitment.code, commitment.per, text, period.kind)
        made.append(
            CommitmentPeriod(
                commitment=commitment,
                period=text,
                target=target,
                starts_on=period.start,
                due_on=period.end,
                is_illustrative=commitment.is_illustrative,
                source=commitment.source,
            )
        )
    CommitmentPeriod.objects.bulk_create(made)


def _with_name(commitment: Commitment, changes: dict[str, Any]) -> dict[str, Any]:
    if {"name_zh", "name_en"} & changes.keys():
        return changes | named(
            changes.get("name_zh", commitment.name_zh), changes.get("name_en", commitment.name_en)
        )
    return changes


def _column(row: Any, name: str) -> str:
    return row._meta.get_field(name).attname


def _check_two_parties(agreement: Agreement, code: str, one: Party, other: Party) -> None:
    parties = set(agreement.parties.values_list("party_id", flat=True))
    rules.check_clause_parties(code, agreement.number, one.pk, other.pk, parties)
