"""Pages of drafts: opened, edited item by item or as a file, compared with what holds, published."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shanhai.fields.approval import columns
from shanhai.fields.approval.actions import catalogues as actions
from shanhai.fields.approval.forms import catalogues as forms
from shanhai.fields.approval.models import CatalogueVersion
from shanhai.fields.approval.queries import catalogues as queries
from shanhai.fields.approval.rules import checks
from shanhai.fields.approval.rules.differences import Difference, differences
from shanhai.fields.approval.views.catalogues import crumbs, faults_said
from shanhai.fields.office.views.shared import at_version, form_page, posted, said
from shanhai.webkit.pages import member_required


@member_required("approval.open_catalogue")
def open_catalogue(request: Any) -> HttpResponse:
    """Take a regime over for a region."""
    form = forms.OpenForm(request)

    def call(data: dict[str, Any]) -> Any:
        return actions.open_catalogue(by=request.member, **data)

    if form.sent(call):
        sentence = _("%s is open. Make its draft your own, then publish it.") % form.result.name
        return said(request, sentence, form.result.url)
    return form_page(
        request,
        form,
        name=_("Open a catalogue"),
        finding=_("Under which regime does your region approve?"),
        crumbs=[(reverse("approval:catalogues"), _("Catalogues of items"))],
    )


@posted("approval.open_draft")
def open_draft(request: Any, code: str) -> HttpResponse:
    """Begin the next version."""
    draft = actions.open_draft(queries.catalogue_of(code), by=request.member)
    return said(request, _("The draft of version %s is open.") % draft.number, draft.url)


@member_required("approval.bring_draft")
def bring(request: Any, code: str) -> HttpResponse:
    """Bring a whole catalogue as a file; what it changes is shown before anything is published."""
    draft = queries.draft_of(code)
    form = forms.BringForm(request, subject=draft)

    def call(data: dict[str, Any]) -> Any:
        return actions.bring_draft(draft, form.document(data["file"]), by=request.member)

    if form.sent(call):
        return said(
            request,
            _("The file is in the draft. Look at what changes before you publish it."),
            _publish_url(draft),
        )
    return form_page(
        request,
        form,
        name=_("Bring a file"),
        finding=_("Which file holds the next version of %s?") % draft.catalogue.name,
        sub=_("It takes the place of all that the draft says."),
        crumbs=_crumbs(draft),
    )


def _publish_url(draft: CatalogueVersion) -> str:
    return reverse("approval:draft_publish", args=[draft.catalogue.code])


@member_required("approval.publish_draft")
def publish(request: Any, code: str) -> HttpResponse:
    """What changes, is anything wrong, and shall it hold?"""
    draft = queries.draft_of(code)
    form = forms.PublishForm(request, subject=draft)
    if form.sent(lambda data: actions.publish_draft(draft, by=request.member, **data)):
        sentence = _("Version %(number)s is published and holds from %(day)s.")
        return said(request, sentence % {"number": draft.number, "day": draft.valid_from}, draft.url)
    document = draft.document
    before = queries.before(draft)
    changed = differences(before.document if before else None, document)
    faults = checks.faults_of(document, queries.known(document))
    context = {
        "form": form,
        "draft": draft,
        "before": before,
        "crumbs": _crumbs(draft),
        "finding": _publish_finding(draft, changed, [one for one in faults if one.refuses]),
        "changes": [_change_said(one) for one in changed],
        **faults_said(faults),
    }
    return render(request, "approval/publish.html", context, status=form.status)


def _publish_finding(draft: CatalogueVersion, changed: list[Difference], faults: list[Any]) -> str:
    if faults:
        return ngettext(
            "%(n)s thing keeps version %(number)s from being published.",
            "%(n)s things keep version %(number)s from being published.",
            len(faults),
        ) % {"n": len(faults), "number": draft.number}
    if not changed:
        return _("Version %s changes nothing.") % draft.number
    return ngettext(
        "Version %(number)s changes %(n)s thing.", "Version %(number)s changes %(n)s things.", len(changed)
    ) % {"number": draft.number, "n": len(changed)}


def _change_said(one: Difference) -> dict[str, str]:
    return {
        "part": columns.words(columns.PARTS, one.of),
        "code": one.code,
        "kind": columns.words(columns.KINDS_OF_CHANGE, one.kind),
        "name": columns.heading(one.of, one.name) if one.name else "",
        "before": columns.said(one.of, one.name, one.before),
        "after": columns.said(one.of, one.name, one.after),
    }


@posted("approval.discard_draft")
def drop(request: Any, code: str) -> HttpResponse:
    """Throw the draft away."""
    draft = at_version(request, queries.draft_of(code))
    catalogue = draft.catalogue
    actions.discard_draft(draft, by=request.member)
    # A catalogue that was never published goes with its draft.
    url = catalogue.url if queries.is_there(catalogue.code) else reverse("approval:catalogues")
    return said(request, _("The draft is thrown away; what is published holds."), url)


# -- items ---------------------------------------------------------------------------------------------------------


@member_required("approval.write_item")
def add_item(request: Any, code: str) -> HttpResponse:
    """Put an item into the draft."""
    return _item_page(request, queries.draft_of(code), "")


@member_required("approval.write_item")
def change_item(request: Any, code: str, item: str) -> HttpResponse:
    """Change an item of the draft."""
    draft = queries.draft_of(code)
    queries.item_of(draft, item)
    return _item_page(request, draft, item)


def _item_page(request: Any, draft: CatalogueVersion, was: str) -> HttpResponse:
    form = forms.ItemForm(request, subject=draft, key=f"{draft.pk}-{was}", was=was)

    def call(data: dict[str, Any]) -> Any:
        item = form.item(data)
        actions.write_item(draft, item, was=was, by=request.member)
        return item

    if form.sent(call):
        return said(request, _("The item stands in the draft."), draft.item_url(form.result.code))
    return form_page(
        request,
        form,
        name=_("Change an item") if was else _("Add an item"),
        finding=_("Who decides on what, after what, in how many days?"),
        sub=draft.catalogue.name,
        crumbs=_crumbs(draft),
    )


@posted("approval.drop_item")
def drop_item(request: Any, code: str, item: str) -> HttpResponse:
    """Take an item out of the draft."""
    draft = at_version(request, queries.draft_of(code))
    actions.drop_item(draft, item, by=request.member)
    return said(request, _("%s is out of the draft.") % item, draft.url)


def _crumbs(draft: CatalogueVersion) -> list[tuple[str, str]]:
    return [*crumbs(draft.catalogue), (draft.url, _("Version %s, draft") % draft.number)]
