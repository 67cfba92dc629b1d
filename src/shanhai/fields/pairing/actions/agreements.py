"""Writes of agreements: drafted, changed, renewed, ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Q

from shanhai.core import access, clock, journal, notices, rows, rulebook, visibility, work
from shanhai.core.actions.naming import differing, named
from shanhai.core.models import Member, Pairing, Party
from shanhai.core.writing import action
from shanhai.fields.pairing import queries, rules
from shanhai.fields.pairing.actions import shared, standings
from shanhai.fields.pairing.models import Agreement, AgreementParty
from shanhai.kernel.refusals import BadInput, NotFound, NotNow, gettext_noop

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
    show(agreement)
    return agreement


@action
def change_agreement(agreement: Agreement, *, by: Member | None, **changes: Any) -> Agreement:
    """Change the title, field, dates, notice or text of a draft that nobody has signed yet."""
    access.check(by, "pairing.change_agreement", pairing_id=agreement.pairing_id)
    check_may_write_terms(agreement, by)
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
    show(agreement)
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
            gettext_noop(
                "A new version of agreement {number} is drafted already. Work on that draft, or give "
                "it up first."
            ),
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
    standings.follow(Q(agreement=agreement))
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
    standings.follow(Q(agreement=agreement))
    return agreement


def _signing_parties(pairing: Pairing, number: str, parties: Sequence[Party]) -> list[Party]:
    chosen = list(parties) or list(pairing.parties.exclude(role="host").select_related("organisation"))
    for party in chosen:
        if party.pairing_id != pairing.pk:
            raise BadInput(
                "pairing.party_of_another",
                gettext_noop(
                    "{party} is not a party of pairing {pairing}, so it cannot sign {number}. Choose "
                    "parties of this pairing."
                ),
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
    return rulebook.whole("pairing.agreement.renewal_notice_days", on, scopes)


def check_may_write_terms(agreement: Agreement, by: Member | None) -> None:
    """Terms are written by those who see the agreement, while it is a draft that nobody has signed."""
    if not visibility.can_see(by, agreement):
        raise NotFound(
            "pairing.no_agreement",
            gettext_noop(
                "There is no agreement {number} that you may see. Correct the number, or ask its side"
                " to share it."
            ),
            number=agreement.number,
        )
    rules.check_is_draft(agreement.number, agreement.stage, agreement.signatures.count())


def move_terms(agreement: Agreement) -> None:
    """Every change of a term moves the agreement, so that nobody signs terms that he has not read."""
    rows.move(agreement, terms_no=agreement.terms_no + 1)


def _reason(reason: str) -> str:
    if not reason.strip():
        raise BadInput(
            "pairing.reason_missing",
            gettext_noop("Say why; both sides read the reason."),
            field="reason",
        )
    return reason.strip()


def show(agreement: Agreement) -> None:
    """Lists and search follow the row."""
    visibility.place(agreement, agreement.signed_on or agreement.valid_from)
    shared.make_findable(
        agreement, code=agreement.number, zh=agreement.name_zh, en=agreement.name_en, scope="seen"
    )
