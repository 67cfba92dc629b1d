"""Agreements: the list, one with its terms, drafting, signing, renewing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shanhai.core import access, clock, visibility
from shanhai.core.actions import documents, sharing
from shanhai.fields.pairing import actions, columns, queries, rules
from shanhai.fields.pairing.forms import agreements as forms
from shanhai.fields.pairing.forms.pairings import EndForm, ReasonForm
from shanhai.fields.pairing.forms.shared import choices
from shanhai.fields.pairing.models import Agreement
from shanhai.fields.pairing.queries import pages
from shanhai.fields.pairing.views import shared
from shanhai.webkit import listing, undo, words
from shanhai.webkit.listing import Column, Filter, Table
from shanhai.webkit.pages import chosen_pairing, member_required
from shanhai.webkit.remember import for_reader

Stage = rules.AgreementStage


def stage_status(agreement: Agreement) -> tuple[str, str]:
    """Shape and word of an agreement: what is normal is plain, a renewal that is due stands out."""
    day = clock.today()
    word = shared.word(columns.AGREEMENT_STAGES, agreement.stage).capitalize()
    if agreement.stage == Stage.SIGNED:
        if agreement.valid_to and agreement.valid_to < day:
            return "late", _("Past its end")
        if agreement.notice_on and agreement.notice_on <= day:
            return "at_risk", _("Ends soon")
        return "on_track", word
    if agreement.stage == Stage.DRAFT:
        return "not_started", word
    return "done", word


def _parties(agreement: Agreement) -> str:
    return shared.listed([one.party.organisation.name for one in agreement.parties.all()])


def _pairing_choices(request: Any) -> list[tuple[str, str]]:
    if request.pairing is None:
        return []
    return for_reader(
        request,
        "pairing.choices",
        (request.pairing.pk,),
        lambda: [(str(one.pk), one.name) for one in pages.pairings_in(request.member, request.pairing)],
    )


def _stage_choices(_request: Any) -> list[tuple[str, Any]]:
    return [*choices(columns.AGREEMENT_STAGES)(), ("all", _("all stages"))]


def _due_for_renewal(found: Any, text: str) -> Any:
    return pages.list_in_renewal_notice(found, clock.today())


AGREEMENTS = Table(
    code="pairing.agreements",
    columns=(
        Column(
            "name",
            gettext_lazy("Agreement"),
            kind="link",
            href=lambda row: row.url,
            second=_parties,
            sort=("name_sort",),
            index="agreement_zone_name",
            stack="full",
        ),
        Column(
            "number", gettext_lazy("Number"), kind="code", sort=("number",), index="agreement_zone_number"
        ),
        Column("field", gettext_lazy("Field"), value=lambda row: shared.field_word(row.field)),
        Column(
            "signed_on",
            gettext_lazy("Signed"),
            kind="date",
            sort=("signed_on",),
            index="agreement_zone_signed",
            stack="hide-s",
        ),
        Column(
            "valid_to",
            gettext_lazy("Valid to"),
            kind="date",
            sort=("valid_to",),
            index="agreement_zone_to",
            phone_heading=True,
        ),
        Column("stage", gettext_lazy("Status"), kind="status", value=stage_status, stack="push"),
    ),
    filters=(
        Filter("field", gettext_lazy("Field"), choices=lambda request: choices(columns.FIELDS)()),
        Filter(
            "stage",
            gettext_lazy("Stage"),
            choices=_stage_choices,
            apply=lambda found, text: found if text == "all" else pages.list_of_stage(found, text),
            every=gettext_lazy("in force and drafts"),
        ),
        Filter("pairing", gettext_lazy("Pairing"), choices=_pairing_choices, field="pairing_id"),
        Filter(
            "renewal",
            gettext_lazy("Renewal"),
            choices=(("due", gettext_lazy("due now")),),
            apply=_due_for_renewal,
        ),
    ),
    export=shared.export_of(columns.AGREEMENTS),
    default_sort="number",
    keeps_count=True,
    empty=(
        gettext_lazy("No agreements yet."),
        gettext_lazy("An agreement starts with its parties and dates; commitments follow in it."),
    ),
)


def _head(member: Any, pairing: Any) -> tuple[dict[str, int], Agreement | None]:
    """How many agreements there are of each kind, and the one that ends first of those to renew."""
    counts = pages.agreement_counts(member, pairing)
    return counts, pages.next_to_renew(member, pairing) if counts["renewals"] else None


@member_required("pairing.view_agreements")
def agreements(request: Any) -> HttpResponse:
    """Which agreements hold, and which need a hand: a signature, a renewal?"""
    pairing = chosen_pairing(request)
    rows = queries.agreements_of(request.member, pairing)
    if not listing.filter_value(AGREEMENTS, request, "stage"):
        # What has run out or was replaced is history: the first screen is for what holds and what is being agreed.
        rows = rows.filter(stage__in=[Stage.SIGNED, Stage.DRAFT])
    counts, following = for_reader(
        request, "pairing.agreements", (pairing.pk,), lambda: _head(request.member, pairing)
    )
    return listing.render(
        request,
        "pairing/agreements.html",
        AGREEMENTS,
        rows,
        {
            "counts": counts,
            "said": {name: listing.counted(n) for name, n in counts.items()},
            "pairing": pairing,
            "next": following,
            "may_draft": shared.may(request, "draft_agreement", pairing.pk) and not pairing.ended_on,
        },
    )


@member_required("pairing.view_agreements")
def agreement(request: Any, number: str) -> HttpResponse:
    """What was agreed, who has signed, and is it kept?"""
    one = queries.agreement_of(request.member, number)
    progress = queries.progress_of(pages.commitments_of_agreement(one))
    tally = queries.tally(progress)
    rows = shared.rows_of(progress)
    context = _terms(one) | {
        "agreement": one,
        "rows": rows,
        "tally": tally,
        "status": stage_status(one),
        "field": shared.field_word(one.field),
        "finding": _finding(one, tally),
        "sides": shared.party_names(one.pairing),
        "newer": [other for other in one.superseded_by.all() if visibility.can_see(request.member, other)],
        "papers": shared.papers_by("pairing.agreement", [one.pk]).get(one.pk, []),
        "mark": shared.mark_of([one, *(row.progress for row in rows)]),
        "detail": shared.detail_of([one]),
        "history": shared.history(one),
        "is_draft": one.stage == Stage.DRAFT,
        "is_in_force": one.stage == Stage.SIGNED,
    }
    return render(request, "pairing/agreement.html", context | _offers(request, one))


def _terms(one: Agreement) -> dict[str, Any]:
    """Parties with their signatures, money and land: what page and preview show."""
    signatures = {signature.party_id: signature for signature in one.signatures.all()}
    clauses = list(one.money_clauses.all())
    vouchers = shared.papers_by(
        "pairing.moneydue", [due.pk for clause in clauses for due in clause.dues.all()]
    )
    lands = list(one.land_clauses.all())
    proofs = shared.papers_by("pairing.landclause", [land.pk for land in lands])
    parties = list(one.pairing.parties.select_related("organisation__region"))
    sides = shared.party_names(one.pairing)

    def name(party: Any) -> str:
        return shared.short_name(party, sides, parties)

    return {
        "signing": [
            {
                "party": line.party,
                "signature": signatures.get(line.party_id),
            }
            for line in one.parties.all()
        ],
        "clauses": [
            {
                "clause": clause,
                "from": name(clause.payer),
                "to": name(clause.payee),
                "schedule": shared.word(columns.SCHEDULES, clause.schedule),
                "dues": [
                    {"due": due, "papers": vouchers.get(due.pk, []), "is_paid": due.open_fen <= 0}
                    for due in clause.dues.all()
                ],
            }
            for clause in clauses
        ],
        "lands": [
            {
                "clause": land,
                "from": name(land.giver),
                "to": name(land.taker),
                "papers": proofs.get(land.pk, []),
            }
            for land in lands
        ],
    }


def _finding(one: Agreement, tally: queries.Tally) -> str:
    if one.stage == Stage.DRAFT:
        left = [
            line.party.organisation.name
            for line in one.parties.all()
            if line.party_id not in {signature.party_id for signature in one.signatures.all()}
        ]
        return _("Draft: not yet signed by %s.") % shared.listed(left)
    if one.stage == Stage.SIGNED:
        until = (
            _("In force until %s.") % words.day(one.valid_to, "year")
            if one.valid_to
            else _("In force without an end.")
        )
        return (
            f"{until} {shared.tally_sentence(tally)}"
            if not words.is_chinese()
            else until + shared.tally_sentence(tally)
        )
    if one.stage == Stage.REPLACED:
        newer = next(iter(one.superseded_by.all()), None)
        return _("Replaced on %(day)s by %(number)s.") % {
            "day": words.day(one.ended_on, "year"),
            "number": newer.number if newer else words.NOTHING,
        }
    if one.stage == Stage.ENDED:
        return _("Ended on %(day)s: %(reason)s") % {
            "day": words.day(one.ended_on, "year"),
            "reason": one.end_reason or words.NOTHING,
        }
    return _("Ran out on %s and was not renewed.") % words.day(one.valid_to, "year")


def _offers(request: Any, one: Agreement) -> dict[str, bool]:
    """Which buttons the page offers this member today."""
    side = shared.own_side(request, one.pairing_id)
    signed_sides = {signature.party.role for signature in one.signatures.all()}
    is_draft, is_signed = one.stage == Stage.DRAFT, one.stage == Stage.SIGNED
    nobody = not signed_sides
    own_left = any(
        line.party.role == side and line.party_id not in {s.party_id for s in one.signatures.all()}
        for line in one.parties.all()
    )
    here = one.pairing_id
    return {
        "may_change": is_draft and nobody and shared.may(request, "change_agreement", here),
        "may_sign": is_draft and own_left and shared.may(request, "sign_agreement", here),
        "may_take_back": is_draft
        and side in signed_sides
        and shared.may(request, "take_back_signature", here),
        "may_share": is_draft
        and one.reach in (visibility.Reach.UNIT, visibility.Reach.SIDE, visibility.Reach.GUESTS)
        and access.may(request.member, "core.share_with_other_side"),
        "may_drop": is_draft and shared.may(request, "drop_agreement", here),
        "may_renew": one.stage in (Stage.SIGNED, Stage.EXPIRED)
        and not one.superseded_by.all()
        and shared.may(request, "renew_agreement", here),
        "may_end": is_signed and shared.may(request, "end_agreement", here),
        "may_pay": is_signed and shared.may(request, "pay_money_due", here),
        "may_take_back_payment": is_signed and shared.may(request, "take_back_payment", here),
        "may_hand_over": is_signed and shared.may(request, "hand_over_land", here),
    }


# -- writing -------------------------------------------------------------------------------------------------------


def crumbs(one: Agreement | None = None) -> list[shared.Crumb]:
    crumbs = [(reverse("pairing:agreements"), _("Agreements"))]
    return crumbs if one is None else [*crumbs, (one.url, one.number)]


@member_required("pairing.draft_agreement")
def draft(request: Any) -> HttpResponse:
    """Draft an agreement; the own side sees it until it is shared."""
    pairing = chosen_pairing(request)
    if request.GET.get("pairing"):
        pairing = pages.pairing_of(request.member, request.GET["pairing"])
    form = forms.AgreementForm(
        request,
        pairing=pairing,
        key=pairing.code,
        initial={"parties": [party.pk for party in pages.parties_of(pairing)], "valid_from": clock.today()},
    )
    if form.sent(lambda data: actions.draft_agreement(pairing, by=request.member, **data)):
        return shared.said(
            request, _("The draft is kept. Now write what is promised in it."), form.result.url
        )
    return shared.form_page(
        request,
        form,
        name=_("Draft an agreement"),
        finding=_("Who agrees on what with whom, and until when?"),
        sub=_("Of %s. Your side alone sees the draft until you share it.") % pairing.name,
        crumbs=crumbs(),
    )


@member_required("pairing.change_agreement")
def change(request: Any, number: str) -> HttpResponse:
    """Change a draft."""
    one = queries.agreement_of(request.member, number)
    form = forms.ChangeAgreementForm(request, subject=one)
    if form.sent(lambda data: actions.change_agreement(one, by=request.member, **data)):
        return shared.said(request, _("Saved."), one.url)
    return shared.form_page(
        request,
        form,
        name=_("Change the draft"),
        finding=_("Terms can change until the first signature."),
        crumbs=crumbs(one),
    )


@shared.posted("core.share_with_other_side")
def share(request: Any, number: str) -> HttpResponse:
    """Show a draft to the other side."""
    one = queries.agreement_of(request.member, number)
    shared.take_version(request, one)
    sharing.share_with_other_side(one, by=request.member)
    undo.offer(
        request,
        _("The other side can read the draft now."),
        reverse("pairing:agreement_unshare", args=[number]),
    )
    return redirect(one.url)


@shared.posted("core.take_back")
def unshare(request: Any, number: str) -> HttpResponse:
    """The undo of sharing."""
    one = queries.agreement_of(request.member, number)
    sharing.take_back(one, by=request.member)
    return shared.said(request, _("Your side alone sees the draft again."), one.url)


@member_required("pairing.drop_agreement")
def drop(request: Any, number: str) -> HttpResponse:
    """Give up a draft."""
    one = queries.agreement_of(request.member, number)
    form = ReasonForm(request, subject=one)
    form.button = _("Give the draft up")
    if form.sent(lambda data: actions.drop_agreement(one, reason=data["reason"], by=request.member)):
        return shared.said(
            request, _("The draft is given up. It stays in the list with the reason."), one.url
        )
    return shared.form_page(
        request,
        form,
        name=_("Give the draft up"),
        finding=_("Why is %s given up?") % one.number,
        crumbs=crumbs(one),
    )


@member_required("pairing.sign_agreement")
def sign(request: Any, number: str) -> HttpResponse:
    """Read the terms as they will stand, then sign for the own side."""
    one = queries.agreement_of(request.member, number)
    side = shared.own_side(request, one.pairing_id)
    form = forms.SignForm(
        request,
        agreement=one,
        side=side,
        initial={"on": clock.today(), "terms_no": one.terms_no},
    )

    def call(data: dict[str, Any]) -> Any:
        # Sign what was read: terms that moved since are refused by the guard of the action.
        one.terms_no = data["terms_no"]
        return documents.with_papers(
            data["paper"],
            one.pairing,
            request.member,
            lambda papers: actions.sign_agreement(
                one,
                on=data["on"],
                party=data.get("party"),
                person=data["person"],
                document=papers[0] if papers else None,
                by=request.member,
            ),
        )

    if form.sent(call):
        undo_url = reverse("pairing:agreement_unsign", args=[number])
        if form.result.stage == Stage.SIGNED:
            return shared.said(request, _("Signed by all parties: the agreement is in force."), one.url)
        undo.offer(request, _("Signed for your side. The other side is asked to sign."), undo_url)
        return redirect(one.url)
    progress = queries.progress_of(pages.commitments_of_agreement(one))
    return shared.form_page(
        request,
        form,
        name=_("Sign the agreement"),
        finding=_("Read before you sign: these are the terms of %s.") % one.number,
        sub=_("The signature stands under these terms; if they change, you will be asked to read again."),
        crumbs=crumbs(one),
        template="pairing/agreement_sign.html",
        agreement=one,
        rows=shared.rows_of(progress),
        field=shared.field_word(one.field),
        **_terms(one),
    )


@shared.posted("pairing.take_back_signature")
def unsign(request: Any, number: str) -> HttpResponse:
    """Take the own signature back while the other side has not signed."""
    one = queries.agreement_of(request.member, number)
    actions.take_back_signature(one, by=request.member)
    return shared.said(
        request, _("Your side's signature is taken back; the terms can change again."), one.url
    )


@member_required("pairing.renew_agreement")
def renew(request: Any, number: str) -> HttpResponse:
    """Draft the next version."""
    one = queries.agreement_of(request.member, number)
    first = one.valid_to + timedelta(days=1) if one.valid_to else clock.today()
    form = forms.RenewForm(request, key=one.number, initial={"valid_from": first})
    if form.sent(lambda data: actions.renew_agreement(one, by=request.member, **data)):
        return shared.said(
            request,
            _("The new version is drafted. Write anew what is promised for its term."),
            form.result.url,
        )
    return shared.form_page(
        request,
        form,
        name=_("Renew the agreement"),
        finding=_("The next version takes the place of %s when all parties have signed it.") % one.number,
        sub=_("Commitments are not carried over: what is promised for the new term is written anew."),
        crumbs=crumbs(one),
    )


@member_required("pairing.end_agreement")
def end(request: Any, number: str) -> HttpResponse:
    """End an agreement before its time."""
    one = queries.agreement_of(request.member, number)
    form = EndForm(request, subject=one, initial={"on": clock.today()})
    form.button = _("End the agreement")
    if form.sent(
        lambda data: actions.end_agreement(one, on=data["on"], reason=data["reason"], by=request.member)
    ):
        return shared.said(request, _("The agreement has ended. Both offices are told."), one.url)
    return shared.form_page(
        request,
        form,
        name=_("End the agreement"),
        finding=_("Why does %s end before its time?") % one.number,
        sub=_("Its commitments leave the account of the cooperation. This cannot be undone."),
        crumbs=crumbs(one),
    )
