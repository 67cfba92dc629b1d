"""Pages of the journal: what happened, one entry, its seals, receipts and the proof."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from shanhai.core import proving, seals, sentences
from shanhai.core.actions import sensitive
from shanhai.core.models import JournalEntry, JournalLeaf, Member, Organisation, Receipt, Seal
from shanhai.core.queries import journal as queries
from shanhai.fields.registry import forms
from shanhai.fields.registry.queries import entries
from shanhai.fields.registry.views import shared
from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.webkit import cells, listing, masked
from shanhai.webkit.listing import Column, Filter, Table
from shanhai.webkit.pages import member_required
from shanhai.webkit.remember import mark_at, remembered

RECEIPT_BYTES = 20_000

JOURNAL = Table(
    code="registry.journal",
    columns=(
        Column(
            "at",
            _("When"),
            kind="moment",
            sort=("id",),
            index="unique",
            href=cells.link("registry:entry"),
            stack="push",
        ),
        Column("what", _("What was done"), value=lambda row: entries.what(row), stack="grow"),
        Column("subject", _("To what"), value=lambda row: entries.subject_of(row), stack="full"),
        Column("by", _("Done by"), value=lambda row: entries.who(row)),
        Column("number", _("Entry"), kind="code", value="pk", stack="hide-s"),
    ),
    filters=(
        Filter("action", _("What"), choices=lambda request: entries.actions_known()),
        Filter(
            "member",
            _("By (member code)"),
            apply=lambda rows, text: rows.filter(member_id=_member(text)),
        ),
        Filter("on", _("Day"), kind="date", apply=lambda rows, text: entries.on_day(rows, text)),
    ),
    default_sort="-at",
    keeps_count=True,
    empty=(_("Nothing has happened yet."), _("Every step that somebody takes stands here from then on.")),
)


def _member(code: str) -> int:
    """The key of a member, 0 for nobody. Asked before the list: by one key its index has the entries in order."""
    return Member.objects.filter(code=code).values_list("pk", flat=True).first() or 0


@require_GET
@member_required("registry.view_journal")
def index(request: Any) -> HttpResponse:
    last = queries.seals().first()
    context = {
        "last": last,
        "unsealed": queries.unsealed_count(),
        "own": _own_receipt(request),
        "may_take": shared.may(request, "core.take_receipt"),
        "proof": forms.BringReceipt(),
    }
    rows = entries.for_reader(request.member).order_by()
    table = replace(JOURNAL, begin=lambda page: entries.name_subjects(page, request.member))
    return listing.render(request, "registry/journal.html", table, rows, context)


def _own_receipt(request: Any) -> Receipt | None:
    """The last receipt of the reader's organisation; taking one is journalled."""
    member = request.member
    parts = (member.unit.organisation_id,)
    return remembered(
        "registry.own_receipt", parts, lambda: entries.newest_receipt(member), mark_at(request), "readers"
    )


@require_GET
@member_required("registry.view_journal")
def entry(request: Any, pk: int) -> HttpResponse:
    row = entries.entry_of(request.member, pk)
    body = queries.body_of(row)
    leaf = JournalLeaf.objects.filter(entry_id=row.pk).first()
    context = {
        "entry": row,
        "what": entries.what(row),
        "subject": entries.subject_of(row),
        "subject_url": entries.url_of(row, body),
        "who": entries.who(row),
        "organisation": Organisation.objects.filter(pk=row.organisation_id or 0).first(),
        "state": sorted(body.get("state", {}).items()),
        "facts": sorted(body.get("facts", {}).items()),
        "secrets": list(queries.secrets_of(row)),
        "may_read_secrets": shared.may(request, "core.read_secret"),
        "may_erase_secrets": shared.may(request, "core.erase_secret"),
        "digest": bytes(row.digest).hex(),
        "leaf": leaf,
        "seal": Seal.objects.filter(number=leaf.seal_number).first() if leaf else None,
        "text": json.dumps(body, ensure_ascii=False, indent=2, sort_keys=True),
    }
    return render(request, "registry/entry.html", context)


@member_required("registry.view_journal")
def read_secret(request: Any, pk: int, name: str) -> HttpResponse:
    """A sensitive value of an entry, for a reason that goes on the record with the reading."""
    row = entries.entry_of(request.member, pk)
    form = forms.ReadSecret(request)
    if form.sent(lambda data: sensitive.read_secret(row.pk, name, by=request.member, reason=data["reason"])):
        context = {"entry": row, "what": entries.what(row), "name": name, "value": form.result}
        return masked.kept_nowhere(render(request, "registry/entry_secret.html", context))
    return _secret_form(request, row, form, gettext("Why do you read the value %(name)s?") % {"name": name})


@member_required("registry.view_journal")
def erase_secret(request: Any, pk: int, name: str) -> HttpResponse:
    """Erase a sensitive value of an entry, or leave a mask of it."""
    row = entries.entry_of(request.member, pk)
    form = forms.EraseSecret(request)
    if form.sent(lambda data: sensitive.erase_secret(row.pk, name, by=request.member, **data)):
        sentence = gettext("The value %(name)s is erased.") % {"name": name}
        return shared.done(request, sentence, reverse("registry:entry", args=[pk]))
    return _secret_form(request, row, form, gettext("Why is the value %(name)s erased?") % {"name": name})


def _secret_form(request: Any, row: JournalEntry, form: forms.RegisterForm, title: str) -> HttpResponse:
    here = gettext("Entry %(n)s") % {"n": row.pk}
    crumbs = [
        (gettext("Journal"), reverse("registry:journal")),
        (here, reverse("registry:entry", args=[row.pk])),
    ]
    return shared.form_page(request, form, title=title, crumbs=crumbs)


@require_GET
@member_required("registry.view_journal")
def all_seals(request: Any) -> HttpResponse:
    context = {
        "seals": list(queries.seals()[:100]),
        "count": queries.seals().count(),
        "unsealed": queries.unsealed_count(),
        "receipts": list(queries.receipts()[:100]),
        "may_take": shared.may(request, "core.take_receipt"),
    }
    return render(request, "registry/seals.html", context)


@require_POST
@member_required("registry.view_journal")
def take_receipt(request: Any) -> HttpResponse:
    """The last seal as a file to be kept elsewhere: whoever holds it can prove what stood here."""
    receipt = seals.take_receipt(by=request.member)
    text = json.dumps(receipt, ensure_ascii=False, indent=2, sort_keys=True)
    answer = HttpResponse(text, content_type="application/json; charset=utf-8")
    name = f"receipt-{receipt['seal']}-{request.member.unit.organisation.code}.json"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@member_required("registry.view_journal")
def prove(request: Any) -> HttpResponse:
    """Recompute the journal, against a receipt where one is brought."""
    form = forms.BringReceipt(request)
    form.fields["receipt"].required = False
    report = None
    if form.sent(lambda data: proving.verify(_receipt(data["receipt"]))):
        report = form.result
    context = {
        "form": form,
        "report": report,
        "problems": [sentences.said(one.sentence, one.facts) for one in report.problems] if report else [],
    }
    return render(request, "registry/prove.html", context, status=form.status)


def _receipt(file: Any) -> dict[str, Any] | None:
    if file is None:
        return None
    if file.size > RECEIPT_BYTES:
        raise BadInput(
            "registry.receipt_too_large",
            gettext_noop("A receipt has less than 20 KB. Bring the file that was saved when it was taken."),
            field="receipt",
        )
    return seals.read_receipt(file.read().decode("utf-8", "replace"))
