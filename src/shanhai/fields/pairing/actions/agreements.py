"""Writes of agreements, their commitments and clauses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError
from django.db.models import F

from shanhai.core import access, clock, journal, notices, rows, rulebook, search, visibility, work
from shanhai.core.actions.naming import differing, named
from shanhai.core.models import Document, Member, Pairing, Party, Seat, Unit
from shanhai.core.writing import action
from shanhai.fields.pairing import queries, rules
from shanhai.fields.pairing.actions import shared
from shanhai.fields.pairing.models import (
    Agreement,
    AgreementParty,
    Commitment,
    CommitmentPeriod,
    LandClause,
    MoneyClause,
    MoneyDue,
    Signature,
)
from shanhai.kernel import periods as kernel_periods
from shanhai.kernel.refusals import BadInput, ChangedMeanwhile, NotFound, NotNow, gettext_noop

Stage = rules.AgreementStage


@action
def draft_agreement(
    pairing: Pairing,
    *,
    number: str,
    field: str,
    name_zh: str,
    name_en: str = "",
    valid_from: date,
    valid_to: date | None = None,
    renewal_notice_days: int | None = None,
    parties: Sequence[Party] = (),
    about: str = "",
    supersedes: Agreement | None = None,
    is_illustrative: bool = False,
    source: str = "",
    by: Member | None,
) -> Agreement:
    """Draft an agreement. It starts at the writer's side; sharing it with the other side is an action of its own.

    Parameters
    ----------
    parties
        Parties of the pairing that will sign; all of its mountain and sea parties where none are named.
    """
    access.check(by, "pairing.draft_agreement", pairing_id=pairing.pk)
    number = shared.checked_number(Agreement, number)
    rules.check_field(field)
    rules.check_dates(number, valid_from, valid_to)
    signing = _signing_parties(pairing, number, parties)
    days = _notice_days(renewal_notice_days, pairing, valid_from)
    agreement = Agreement(
        pairing=pairing,
        zone_id=shared.zone_of(pairing),
        number=number,
        field=field,
        valid_from=valid_from,
        valid_to=valid_to,
        renewal_notice_days=days,
        notice_on=rules.notice_on(valid_to, days),
        about=about.strip(),
        supersedes=supersedes,
        version_no=supersedes.version_no + 1 if supersedes else 1,
        signatures_left=len(signing),
        is_illustrative=is_illustrative,
        source=source.strip(),
        **named(name_zh, name_en),
    )
    visibility.own(agreement, by)
    agreement.save(force_insert=True)
    AgreementParty.objects.bulk_create(AgreementParty(agreement=agreement, party=party) for party in signing)
    journal.record(
        agreement,
        "pairing.draft_agreement",
        by=by,
        parties=[party.organisation.code for party in signing],
        supersedes=supersedes.number if supersedes else None,
    )
    _show(agreement)
    return agreement


@action
def change_agreement(agreement: Agreement, *, by: Member | None, **changes: Any) -> Agreement:
    """Change the title, field, dates, notice or text of a draft that nobody has signed yet."""
    access.check(by, "pairing.change_agreement", pairing_id=agreement.pairing_id)
    _check_may_write_terms(agreement, by)
    if {"name_zh", "name_en"} & changes.keys():
        changes |= named(changes.get("name_zh", agreement.name_zh), changes.get("name_en", agreement.name_en))
    if "field" in changes:
        rules.check_field(changes["field"])
    changes = differing(agreement, changes)
    if not changes:
        return agreement
    valid_from = changes.get("valid_from", agreement.valid_from)
    valid_to = changes.get("valid_to", agreement.valid_to)
    rules.check_dates(agreement.number, valid_from, valid_to)
    changes["notice_on"] = rules.notice_on(
        valid_to, changes.get("renewal_notice_days", agreement.renewal_notice_days)
    )
    before = {name: getattr(agreement, name) for name in changes}
    rows.move(agreement, terms_no=agreement.terms_no + 1, **changes)
    journal.record(agreement, "pairing.change_agreement", by=by, before=before)
    _show(agreement)
    return agreement


@action
def drop_agreement(agreement: Agreement, *, reason: str, by: Member | None) -> Agreement:
    """Give up a draft. It stays in the register as ended, with the reason."""
    access.check(by, "pairing.drop_agreement", pairing_id=agreement.pairing_id)
    rules.check_is_draft(agreement.number, agreement.stage)
    rows.move(agreement, stage=Stage.ENDED, ended_on=clock.today(), end_reason=_reason(reason))
    journal.record(agreement, "pairing.drop_agreement", by=by, reason=reason.strip())
    work.drop("pairing.sign_agreement", agreement, by=by)
    return agreement


# -- terms ---------------------------------------------------------------------------------------------------------


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
    per: str = rules.Per.ONCE,
    starts_on: date | None = None,
    due_on: date | None = None,
    targets: Sequence[tuple[str, Decimal]] = (),
    mountain_unit: Unit | None = None,
    sea_unit: Unit | None = None,
    is_main: bool = False,
    rank: int = 100,
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
    _check_may_write_terms(agreement, by)
    code = shared.checked_number(Commitment, code, "code")
    if field:
        rules.check_field(field)
    rules.check_commitment(code, kind, indicator, target, per, due_on)
    if kind == rules.CommitmentKind.INDICATOR:
        queries.check_indicator(indicator)
    _move_terms(agreement)
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
        per=per,
        starts_on=starts_on or agreement.valid_from,
        due_on=due_on,
        mountain_unit=mountain_unit,
        sea_unit=sea_unit,
        is_main=is_main,
        rank=rank,
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
        _check_may_write_terms(agreement, by)
        after = {name: changes.get(name, getattr(commitment, name)) for name in _CHECKED}
        rules.check_commitment(commitment.code, **after)
        _move_terms(agreement)
    if not changes and targets is None:
        return commitment
    before = {name: getattr(commitment, _column(commitment, name)) for name in changes}
    rows.move(commitment, **changes)
    if targets is not None:
        commitment.periods.all().delete()
        _write_targets(commitment, targets)
    journal.record(commitment, "pairing.change_commitment", by=by, before=before)
    shared.make_findable(commitment, code=commitment.code, zh=commitment.name_zh, en=commitment.name_en)
    return commitment


_NO_TERMS = {"mountain_unit", "sea_unit", "is_main", "rank", "about"}
_CHECKED = ("kind", "indicator", "target", "per", "due_on")


@action
def drop_commitment(commitment: Commitment, *, by: Member | None) -> None:
    """Take a commitment out of a draft."""
    access.check(by, "pairing.drop_commitment", pairing_id=commitment.pairing_id)
    agreement = commitment.agreement
    _check_may_write_terms(agreement, by)
    _move_terms(agreement)
    journal.record(
        agreement,
        "pairing.drop_commitment",
        by=by,
        commitment=commitment.code,
        name=commitment.name_zh,
        target=commitment.target,
    )
    search.drop("pairing.commitment", commitment.pk)
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
    _check_may_write_terms(agreement, by)
    code = shared.checked_number(MoneyClause, code, "code")
    name_zh, name_en = shared.words(name_zh, name_en, "name_zh")
    _check_two_parties(agreement, code, payer, payee)
    if due_on and not amount_fen:
        raise BadInput(
            "pairing.due_without_amount",
            gettext_noop("Money clause {clause} has payments due but no amount."),
            clause=code,
        )
    _move_terms(agreement)
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
    _check_may_write_terms(agreement, by)
    code = shared.checked_number(LandClause, code, "code")
    purpose_zh, purpose_en = shared.words(purpose_zh, purpose_en, "purpose_zh")
    _check_two_parties(agreement, code, giver, taker)
    if land_mu <= 0:
        raise BadInput(
            "pairing.land_clause_amount",
            gettext_noop("Land clause {clause} must give more than zero mu."),
            clause=code,
        )
    _move_terms(agreement)
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


# -- signing -------------------------------------------------------------------------------------------------------


@action
def sign_agreement(
    agreement: Agreement,
    *,
    on: date,
    party: Party | None = None,
    document: Document | None = None,
    person: str = "",
    by: Member | None,
) -> Agreement:
    """Sign for a party; the agreement is in force when all its parties have signed.

    Two parties may sign at the same moment. The guard ``signatures_left`` is moved first, only if the terms are
    still those that the signer read, and the one who takes it to zero puts the agreement in force.

    Parameters
    ----------
    party
        For which party; of a member the one of the own side.
    document
        The scanned, stamped paper.
    """
    access.check(by, "pairing.sign_agreement", pairing_id=agreement.pairing_id)
    parties = list(agreement.parties.select_related("party__organisation"))
    party = party or _party_of(agreement, [one.party for one in parties], by)
    if by is not None:
        shared.acting_side(by, agreement.pairing_id, party.role)
    rules.check_can_sign(
        agreement.number,
        agreement.stage,
        [one.party.organisation.name_zh for one in parties],
        agreement.signatures.values_list("party__organisation__name_zh", flat=True),
        party.organisation.name_zh,
        queries.count_terms(agreement),
    )
    _check_day(agreement.number, on)
    _move_guard(agreement)
    try:
        signature = Signature.objects.create(
            agreement=agreement,
            party=party,
            member=by,
            person=person.strip() or (by.name_zh if by else ""),
            on=on,
            terms_no=agreement.terms_no,
            terms_sha256=shared.digest(*queries.terms_of(agreement)),
            document=document,
        )
    except IntegrityError:
        # The same party signed between our look and our write.
        raise NotNow(
            "pairing.already_signed",
            gettext_noop("{party} has already signed agreement {number}."),
            number=agreement.number,
            party=party.organisation.name_zh,
        ) from None
    if document is not None:
        shared.attach(agreement, [document], "signed", by=by)
    if agreement.signatures_left == 0:
        _put_in_force(agreement, by)
    journal.record(
        agreement,
        "pairing.sign_agreement",
        by=by,
        party=party.organisation.code,
        on=on,
        terms_sha256=signature.terms_sha256,
    )
    ask_others_to_sign(agreement, by)
    _show(agreement)
    return agreement


def _move_guard(agreement: Agreement) -> None:
    moved = Agreement.objects.filter(
        pk=agreement.pk, stage=Stage.DRAFT, terms_no=agreement.terms_no, signatures_left__gte=1
    ).update(signatures_left=F("signatures_left") - 1, version=F("version") + 1)
    if not moved:
        raise ChangedMeanwhile(
            "pairing.terms_changed",
            gettext_noop(
                "The terms of agreement {number} were changed since you read them. Read them again."
            ),
            number=agreement.number,
        )
    agreement.refresh_from_db(fields=["signatures_left", "version"])


def _put_in_force(agreement: Agreement, by: Member | None) -> None:
    signed_on = max(agreement.signatures.values_list("on", flat=True))
    rows.move(agreement, stage=Stage.SIGNED, signed_on=signed_on, reach=_shown_to_both(agreement))
    work.done("pairing.sign_agreement", agreement, by=by)
    before = agreement.supersedes
    if before is not None and before.stage in (Stage.SIGNED, Stage.EXPIRED):
        rows.move(before, stage=Stage.REPLACED, ended_on=agreement.valid_from)
        journal.record(before, "pairing.sign_agreement", by=by, replaced_by=agreement.number)
        work.done("pairing.renewal", before, by=by)
    notices.tell(
        f"pairing.agreement:{agreement.pk}:signed",
        "pairing.agreement",
        gettext_noop("Agreement {number} {name} is signed by all parties."),
        {"number": agreement.number, "name": agreement.name_zh, "name_en": agreement.name_en},
        agreement.url,
        queries.people_of_offices(agreement.pairing_id),
        agreement.pairing_id,
    )


def ask_others_to_sign(agreement: Agreement, by: Member | None) -> None:
    """Put a draft that one party has signed on the lists of the others."""
    if agreement.stage != Stage.DRAFT:
        return
    signed = set(agreement.signatures.values_list("party_id", flat=True))
    for one in agreement.parties.select_related("party"):
        if one.party_id in signed:
            continue
        unit = shared.office_of(agreement.pairing_id, one.party.role)
        if unit is not None:
            work.open_item(
                "pairing.sign_agreement",
                agreement,
                unit,
                gettext_noop("Sign agreement {number} {name}"),
                {"number": agreement.number, "name": agreement.name_zh, "name_en": agreement.name_en},
                agreement.url,
                by=by,
            )


@action
def take_back_signature(agreement: Agreement, *, by: Member | None, party: Party | None = None) -> Agreement:
    """Take a signature back while the other party has not signed yet: the undo of signing."""
    access.check(by, "pairing.take_back_signature", pairing_id=agreement.pairing_id)
    rules.check_is_draft(agreement.number, agreement.stage)
    found = agreement.signatures.select_related("party__organisation")
    if party is not None:
        found = found.filter(party=party)
    if by is not None:
        found = found.filter(party__role=shared.side_of(by, agreement.pairing_id))
    signature = found.first()
    if signature is None:
        raise NotFound(
            "pairing.no_signature",
            gettext_noop("Your side has not signed agreement {number}."),
            number=agreement.number,
        )
    rows.move(agreement, signatures_left=agreement.signatures_left + 1)
    signature.delete()
    journal.record(agreement, "pairing.take_back_signature", by=by, party=signature.party.organisation.code)
    if not agreement.signatures.exists():
        work.drop("pairing.sign_agreement", agreement, by=by)
    return agreement


@action
def renew_agreement(
    agreement: Agreement,
    *,
    number: str,
    valid_from: date,
    valid_to: date | None,
    by: Member | None,
) -> Agreement:
    """Draft the next version of an agreement, with its parties; the old one is replaced when the new one is signed.

    Commitments are not carried over: what is promised for the new term is written anew.
    """
    access.check(by, "pairing.renew_agreement", pairing_id=agreement.pairing_id)
    if agreement.stage not in (Stage.SIGNED, Stage.EXPIRED):
        rules.check_is_signed(agreement.number, agreement.stage)
    if agreement.superseded_by.exclude(stage=Stage.ENDED).exists():
        raise NotNow(
            "pairing.renewed_already",
            gettext_noop("A new version of agreement {number} is drafted already."),
            number=agreement.number,
        )
    return draft_agreement(
        agreement.pairing,
        number=number,
        field=agreement.field,
        name_zh=agreement.name_zh,
        name_en=agreement.name_en,
        valid_from=valid_from,
        valid_to=valid_to,
        renewal_notice_days=agreement.renewal_notice_days,
        parties=[one.party for one in agreement.parties.select_related("party__organisation")],
        about=agreement.about,
        supersedes=agreement,
        is_illustrative=agreement.is_illustrative,
        by=by,
    )


@action
def end_agreement(agreement: Agreement, *, on: date, reason: str, by: Member | None) -> Agreement:
    """End an agreement in force before its time, with a reason that both sides read."""
    access.check(by, "pairing.end_agreement", pairing_id=agreement.pairing_id)
    rules.check_is_signed(agreement.number, agreement.stage)
    rows.move(agreement, stage=Stage.ENDED, ended_on=on, end_reason=_reason(reason))
    journal.record(agreement, "pairing.end_agreement", by=by, on=on, reason=reason.strip())
    work.drop("pairing.renewal", agreement, by=by)
    notices.tell(
        f"pairing.agreement:{agreement.pk}:ended",
        "pairing.agreement",
        gettext_noop("Agreement {number} {name} ended: {reason}"),
        {
            "number": agreement.number,
            "name": agreement.name_zh,
            "name_en": agreement.name_en,
            "reason": reason.strip(),
        },
        agreement.url,
        queries.people_of_offices(agreement.pairing_id),
        agreement.pairing_id,
    )
    return agreement


@action
def expire_agreement(agreement: Agreement, *, by: Member | None) -> Agreement:
    """Note that the last day of an agreement has passed: done by the tick."""
    access.check(by, "pairing.expire_agreement", pairing_id=agreement.pairing_id)
    rules.check_is_signed(agreement.number, agreement.stage)
    rows.move(agreement, stage=Stage.EXPIRED)
    journal.record(agreement, "pairing.expire_agreement", by=by)
    return agreement


# -- helpers -------------------------------------------------------------------------------------------------------


def _signing_parties(pairing: Pairing, number: str, parties: Sequence[Party]) -> list[Party]:
    chosen = list(parties) or list(pairing.parties.exclude(role="host").select_related("organisation"))
    for party in chosen:
        if party.pairing_id != pairing.pk:
            raise BadInput(
                "pairing.party_of_another",
                gettext_noop("{party} is not a party of pairing {pairing}, so it cannot sign {number}."),
                party=party.organisation.name_zh,
                pairing=pairing.code,
                number=number,
            )
    if len(chosen) < 2:
        raise BadInput(
            "pairing.agreement_needs_parties",
            gettext_noop("Agreement {number} names {count} party. Add the other party before it is signed."),
            number=number,
            count=len(chosen),
        )
    return chosen


def _notice_days(given: int | None, pairing: Pairing, on: date) -> int:
    if given is not None:
        return given
    scopes = (f"pairing:{pairing.code}", "national")
    return int(rulebook.value("pairing.agreement.renewal_notice_days", on, scopes).value)  # type: ignore[arg-type]


def _check_may_write_terms(agreement: Agreement, by: Member | None) -> None:
    if not visibility.can_see(by, agreement):
        raise NotFound(
            "pairing.no_agreement",
            gettext_noop("There is no agreement {number} that you may see."),
            number=agreement.number,
        )
    rules.check_is_draft(agreement.number, agreement.stage, agreement.signatures.count())


def _move_terms(agreement: Agreement) -> None:
    """Every change of a term moves the agreement, so that nobody signs terms that he has not read."""
    rows.move(agreement, terms_no=agreement.terms_no + 1)


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
        if period.kind != commitment.per:
            raise BadInput(
                "pairing.period_of_another_kind",
                gettext_noop("Commitment {commitment} is divided by {per}; {period} is no {per}."),
                commitment=commitment.code,
                per=rules.Per(commitment.per),
                period=text,
            )
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
    if one.pk == other.pk or not {one.pk, other.pk} <= parties:
        raise BadInput(
            "pairing.clause_parties",
            gettext_noop("Clause {clause} needs two different parties of agreement {number}."),
            clause=code,
            number=agreement.number,
        )


def _party_of(agreement: Agreement, parties: Sequence[Party], by: Member | None) -> Party:
    """The party for which a member signs: his own organisation's, else the one of his side."""
    if by is not None:
        seat = Seat.objects.filter(
            organisation_id=by.unit.organisation_id, pairing_id=agreement.pairing_id
        ).first()
        own = [party for party in parties if seat and party.pk == seat.party_id]
        own = own or [party for party in parties if seat and party.role == seat.side]
        if len(own) == 1:
            return own[0]
    raise BadInput(
        "pairing.which_party",
        gettext_noop("Say for which party of agreement {number} you sign."),
        number=agreement.number,
    )


def _check_day(number: str, on: date) -> None:
    if on > clock.today():
        raise BadInput(
            "pairing.signed_in_future",
            gettext_noop("{on} has not come yet; agreement {number} cannot be signed on it."),
            number=number,
            on=on,
        )


def _reason(reason: str) -> str:
    if not reason.strip():
        raise BadInput(
            "pairing.reason_missing",
            gettext_noop("Say why; both sides read the reason."),
            field="reason",
        )
    return reason.strip()


def _shown_to_both(agreement: Agreement) -> str:
    reach = visibility.Reach
    return agreement.reach if agreement.reach == reach.PUBLIC else reach.BOTH


def _show(agreement: Agreement) -> None:
    """Lists and search follow the row."""
    visibility.place(agreement, agreement.signed_on or agreement.valid_from)
    shared.make_findable(
        agreement, code=agreement.number, zh=agreement.name_zh, en=agreement.name_en, scope="seen"
    )


def renewal_day(agreement: Agreement) -> date | None:
    """The first day of a next version: the day after the last one of this."""
    return agreement.valid_to + timedelta(days=1) if agreement.valid_to else None
