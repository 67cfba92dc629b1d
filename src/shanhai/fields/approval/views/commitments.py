"""Pages of promises: commitment letters to verify, materials that come later, and what is done about them."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shanhai.core import access, clock
from shanhai.core.actions import documents
from shanhai.core.models import Member
from shanhai.core.sheets import exporting
from shanhai.fields.approval import columns
from shanhai.fields.approval.actions import commitments as actions
from shanhai.fields.approval.forms import commitments as forms
from shanhai.fields.approval.models import Case, CaseItem, CommitmentLetter
from shanhai.fields.approval.queries import cases, said
from shanhai.fields.approval.queries import commitments as queries
from shanhai.fields.approval.rules import commitments as rules
from shanhai.fields.investment.forms.projects import choices
from shanhai.fields.office.views.shared import form_page
from shanhai.fields.office.views.shared import said as told
from shanhai.webkit import downloads, listing, words
from shanhai.webkit.listing import Column, Filter, Table
from shanhai.webkit.pages import chosen_pairing, member_required


def status_of(one: CommitmentLetter) -> tuple[str, str]:
    """Shape and word of a letter: what is past its day or not kept stands out."""
    word = said.words(said.LETTER_STATES, one.state)
    word = word[:1].upper() + word[1:]
    if one.state == rules.LetterState.KEPT:
        return "done", word
    if one.state in (rules.LetterState.REVOKED, rules.LetterState.BROKEN):
        return "late", word
    if one.state == rules.LetterState.GIVEN:
        return "not_started", word
    until = one.mend_until or one.due_on
    return ("late" if until is not None and until < clock.today() else "on_track"), word


def _shown(found: Any, text: str) -> Any:
    if text == "out":
        return queries.outstanding(found)
    return queries.late(found) if text == "late" else found.filter(state=text)


def _export(request: Any, chosen: Any, form: str) -> HttpResponse:
    file = BytesIO()
    keys = chosen.order_by().values("pk")
    exporting.export(columns.LETTERS, file, form, member=request.member, pairing=request.pairing, pk__in=keys)
    return downloads.sheet(file, f"{columns.LETTERS.name}.{form}", form)


LETTERS = Table(
    code="approval.letters",
    columns=(
        Column(
            "item",
            gettext_lazy("Item"),
            kind="link",
            value=lambda row: row.item.name,
            href=lambda row: row.item.address,
            second=lambda row: f"{row.item.case.project.name} · {row.item.case.number}",
            stack="full",
        ),
        Column("text", gettext_lazy("What is promised"), value=lambda row: row.text, stack="full"),
        Column(
            "unit", gettext_lazy("Verifies"), value=lambda row: row.unit.organisation.name, stack="hide-s"
        ),
        Column(
            "due_on",
            gettext_lazy("Verify by"),
            kind="due",
            value=lambda row: (row.mend_until or row.due_on, row.state not in rules.OUT),
        ),
        Column(
            "given_on",
            gettext_lazy("Letter given"),
            kind="date",
            sort=("given_on",),
            index="letter_given",
            stack="hide-s",
        ),
        Column("state", gettext_lazy("Status"), kind="status", value=status_of, stack="push"),
    ),
    filters=(
        Filter(
            "show",
            gettext_lazy("Show"),
            choices=lambda _request: [
                ("out", _("to verify or to put right")),
                ("late", _("past their day")),
                *choices(said.LETTER_STATES)(),
            ],
            apply=_shown,
        ),
    ),
    export=_export,
    default_sort="-given_on",
    empty=(
        gettext_lazy("No commitment letter yet."),
        gettext_lazy("An item that its catalogue lets be decided on one has it on the applicant’s page."),
    ),
)


@member_required("approval.view_letters")
def letters(request: Any) -> HttpResponse:
    """Which promises are still to be verified or brought, and which are past their day?"""
    pairing = chosen_pairing(request)
    found = queries.letters_of(request.member, pairing)
    promised = queries.promised_in(cases.cases_of(request.member, pairing))
    context = {
        "finding": _finding(queries.outstanding(found).count(), queries.late(found).count(), promised),
        "may_import": access.may(request.member, columns.LETTERS.write_access, pairing_id=pairing.pk),
        "promised": promised,
        "soon": [one for one in promised if one.until],
        "later": [one for one in promised if not one.until],
    }
    return listing.render(request, "approval/letters.html", LETTERS, found, context)


def _finding(out: int, late: int, promised: list[queries.Promised]) -> str:
    n = ngettext("%(n)s letter is to be verified", "%(n)s letters are to be verified", out)
    tail = ngettext("%(n)s past its day", "%(n)s past their day", late) % {"n": words.num(late)}
    papers = ngettext("%(n)s promised material is out", "%(n)s promised materials are out", len(promised))
    return _("%(letters)s, %(late)s; %(papers)s.") % {
        "letters": n % {"n": words.num(out)}, "late": tail if late else _("none past its day"),
        "papers": papers % {"n": words.num(len(promised))},
    }  # fmt: skip


def letter_row(
    member: Member, case: Case, item: CaseItem, one: CommitmentLetter | None
) -> dict[str, Any] | None:
    """The letter of an item with what this member may do; how to give one where the item may be decided on one."""

    def may(name: str) -> bool:
        return access.may(member, f"approval.{name}", pairing_id=case.pairing_id)

    here = (case.number, item.code)
    if one is None:
        is_open = item.state not in ("decided", "dropped") and rules.LEVER in item.levers
        if not (is_open and not case.is_closed and may("give_letter") and cases.is_applicant(case, member)):
            return None
        return {"letter": None, "give": reverse("approval:letter_give", args=here)}
    verifies = one.state in rules.OUT and member.unit_id == one.unit_id and may("verify_letter")
    shape, word = status_of(one)
    return {
        "letter": one,
        "status": (shape, word),
        "until": (one.mend_until or one.due_on) if one.state in rules.OUT else None,
        "verify": reverse("approval:letter_verify", args=here) if verifies else "",
    }


def _crumbs(case: Case) -> list[tuple[str, str]]:
    return [(reverse("approval:cases"), _("Joint review")), (case.url, case.number)]


@member_required("approval.give_letter")
def give(request: Any, number: str, code: str) -> HttpResponse:
    """Give a commitment letter."""
    item = cases.item_of(request.member, number, code)
    form = forms.LetterForm(request)

    def write(data: dict[str, Any]) -> Any:
        papers = data.pop("papers", [])
        return documents.with_papers(
            papers, item.case.pairing, request.member,
            lambda filed: actions.give_letter(
                item, document=filed[0] if filed else None, by=request.member, **data
            ),
        )  # fmt: skip

    is_own = request.member.unit.organisation_id == item.case.enterprise_id
    if form.sent(write):
        to = f"{item.case.url}applicant/" if is_own else item.case.url
        return told(request, _("The letter is there; it is verified after the decision."), to)
    return form_page(
        request, form, name=_("Give a commitment letter"), finding=_("What do you promise for %s?") % item.name,
        sub=item.case.project.name, crumbs=_crumbs(item.case),
    )  # fmt: skip


def _said(one: CommitmentLetter) -> str:
    """What a letter promises, and what of the materials that it covers is not there."""
    missing = [row.name for row in queries.missing_of(one)]
    if not missing:
        return one.text
    return _("%(text)s · not there yet: %(materials)s") % {"text": one.text, "materials": ", ".join(missing)}


@member_required("approval.verify_letter")
def verify(request: Any, number: str, code: str) -> HttpResponse:
    """Write down what the verification found."""
    one = queries.letter_of(request.member, number, code)
    form = forms.VerifyForm(request, subject=one)
    if form.sent(lambda data: actions.verify_letter(one, by=request.member, **data)):
        return told(request, _("Saved; the applicant is told."), one.item.case.url)
    return form_page(
        request, form, name=_("Verify the promise"), finding=_("Is what was promised for %s kept?") % one.item.name,
        sub=_said(one), crumbs=_crumbs(one.item.case),
    )  # fmt: skip
