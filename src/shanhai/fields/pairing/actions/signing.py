"""Signing: an agreement is in force when all its parties have signed the same terms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import IntegrityError
from django.db.models import F, Q

from shanhai.core import access, clock, journal, notices, rows, visibility, work
from shanhai.core.models import Document, Member, Party, Seat, SignedCopy
from shanhai.core.writing import action
from shanhai.fields.pairing import queries, rules
from shanhai.fields.pairing.actions import shared, standings
from shanhai.fields.pairing.actions.agreements import show
from shanhai.fields.pairing.models import Agreement, Signature
from shanhai.kernel import signing
from shanhai.kernel.refusals import BadInput, ChangedMeanwhile, NotFound, NotNow, gettext_noop

Stage = rules.AgreementStage


@action
def sign_agreement(
    agreement: Agreement,
    *,
    on: date,
    party: Party | None = None,
    document: Document | None = None,
    person: str = "",
    copy: SignedCopy | None = None,
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
        A paper that goes with it.
    copy
        The scanned, stamped copy that was matched to what was printed: signed on paper. Without one the member
        confirms in the system.
    """
    access.check(by, "pairing.sign_agreement", pairing_id=agreement.pairing_id)
    document = copy.document if copy is not None else document
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
            terms_sha256=signing.digest(*queries.terms_of(agreement)),
            document=document,
            copy=copy,
            confirmed_at=clock.now() if copy is None and by is not None else None,
        )
    except IntegrityError:
        # The same party signed between our look and our write.
        raise NotNow(
            "pairing.already_signed",
            gettext_noop(
                "{party} has already signed agreement {number}. It is in force when the other parties"
                " have signed too."
            ),
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
        way=signature.way,
        terms_sha256=signature.terms_sha256,
    )
    ask_others_to_sign(agreement, by)
    show(agreement)
    return agreement


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
            gettext_noop("Your side has not signed agreement {number}. There is nothing to take back."),
            number=agreement.number,
        )
    rows.move(agreement, signatures_left=agreement.signatures_left + 1)
    signature.delete()
    journal.record(agreement, "pairing.take_back_signature", by=by, party=signature.party.organisation.code)
    if not agreement.signatures.exists():
        work.drop("pairing.sign_agreement", agreement, by=by)
    return agreement


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
    standings.follow(Q(agreement__in=[agreement, before] if before is not None else [agreement]))
    notices.tell(
        f"pairing.agreement:{agreement.pk}:signed",
        "pairing.agreement",
        gettext_noop("Agreement {number} {name} is signed by all parties."),
        {"number": agreement.number, "name": agreement.name_zh, "name_en": agreement.name_en},
        agreement.url,
        queries.people_of_offices(agreement.pairing_id),
        agreement.pairing_id,
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
            gettext_noop(
                "{on} has not come yet; agreement {number} cannot be signed on it. Give the day on "
                "which it was signed."
            ),
            number=number,
            on=on,
        )


def _shown_to_both(agreement: Agreement) -> str:
    reach = visibility.Reach
    return agreement.reach if agreement.reach == reach.PUBLIC else reach.BOTH
