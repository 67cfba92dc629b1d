"""A record on paper: Word and PDF with a code, its text for a chat group, its whole file, and the signed copy that comes back."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from shanhai.core import access, clock, records, sentences
from shanhai.core.actions import documents, printing
from shanhai.core.printing import codes, making, saying
from shanhai.core.queries import printing as queries
from shanhai.fields.registry import forms
from shanhai.fields.registry.views import shared
from shanhai.kernel.refusals import Refused
from shanhai.webkit import listing, prints
from shanhai.webkit.listing import Column, Table
from shanhai.webkit.pages import member_required

LANGUAGES = {"zh-hans": _("Chinese"), "en": _("English")}
HOWS = {
    "qr": _("matched by the QR code in the scan"),
    "typed": _("matched by the code that was typed from the paper"),
}


def _record(request: Any, kind: str, pk: int) -> Any:
    return records.found(request.member, kind, pk)


@require_GET
@member_required("registry.view_prints")
def show(request: Any, kind: str, pk: int) -> HttpResponse:
    """Is this record printed as it stands now, and has the signed copy come back?"""
    record = _record(request, kind, pk)
    has_paper = making.has_paper(record)
    printed = queries.prints_of(record) if has_paper else []
    copies = queries.copies_of(record)
    number = printing.number_of(record)
    return render(
        request,
        "registry/prints.html",
        {
            "record": record,
            "kind": kind,
            "title": records.title(record),
            "url": records.url(record),
            "has_paper": has_paper,
            "finding": _finding(printed, copies),
            "languages": LANGUAGES.items(),
            "prints": [
                {"print": one, "said": codes.said(one.code), "changes": changes} for one, changes in printed
            ],
            "copies": [
                {"copy": one, "how": HOWS[one.how], "said": codes.said(one.paper_id)} for one in copies
            ],
            "number": number,
            "mark": queries.mark_of(request.member.unit.organisation),
            "may_number": has_paper and number is None and shared.may(request, "core.issue_number"),
            "may_void": number is not None and access.may(request.member, "core.void_number", owner=number),
            "may_match": has_paper and shared.may(request, "core.match_scan"),
            "fonts": making.fonts_said(),
            "n_papers": len(queries.whole_file(request.member, record)),
        },
    )


def _finding(printed: list[Any], copies: list[Any]) -> str:
    if copies:
        return ngettext(
            "%(n)s signed copy has come back and is matched.",
            "%(n)s signed copies have come back and are matched.",
            len(copies),
        ) % {"n": len(copies)}
    current = [one for one, changes in printed if not changes]
    if current:
        return gettext("Printed as it stands now; no signed copy has come back yet.")
    if printed:
        return gettext("The record was changed since it was printed. Print it again before anybody signs.")
    return gettext("Not printed yet.")


@require_GET
@member_required("registry.view_prints")
def paper(request: Any, kind: str, pk: int, form: str) -> HttpResponse:
    """The record as Word or PDF, in one of the two languages."""
    language = request.GET.get("language", "")
    language = language if language in LANGUAGES else (get_language() or "en")
    return prints.answer(_record(request, kind, pk), making.check_form(form), language, by=request.member)


@require_GET
@member_required("registry.view_prints")
def text(request: Any, kind: str, pk: int) -> HttpResponse:
    """The record in a few lines, to be copied into a chat group."""
    record = _record(request, kind, pk)
    return render(
        request,
        "webkit/text.html",
        {
            "text": saying.text_of(record, request.build_absolute_uri("/").rstrip("/")),
            "title": records.title(record),
            "url": records.url(record),
        },
    )


@require_GET
@member_required("registry.view_prints")
def file(request: Any, kind: str, pk: int) -> HttpResponseBase:
    """The whole file of the record as one zip."""
    return prints.zipped(_record(request, kind, pk), by=request.member)


# -- file numbers --------------------------------------------------------------------------------------------------


@require_POST
@member_required("registry.view_prints")
def issue(request: Any, kind: str, pk: int) -> HttpResponse:
    record = _record(request, kind, pk)
    given = printing.issue_number(record, by=request.member)
    sentence = gettext("The paper carries %(number)s now.") % {"number": given.text}
    return shared.done(request, sentence, reverse("registry:prints", args=[kind, pk]))


NUMBERS = Table(
    code="registry.file_numbers",
    columns=(
        Column("text", _("File number"), kind="code", stack="grow"),
        Column(
            "title",
            _("Paper"),
            kind="link",
            href=lambda row: reverse("registry:prints", args=[row.kind, row.object_id]),
            stack="full",
        ),
        Column("organisation", _("Organisation"), value="organisation.name", stack="full"),
        Column(
            "issued_on",
            _("Given out"),
            kind="date",
            sort=("issued_on",),
            index="file_number_of_organisation",
            stack="push",
        ),
        Column(
            "state",
            _("Status"),
            kind="status",
            value=lambda row: ("paused", gettext("void")) if row.voided_on else ("done", gettext("in use")),
            second=lambda row: row.void_reason,
        ),
    ),
    default_sort="-issued_on",
    sheet=_("File numbers"),
    empty=(
        _("No file number was given out yet."),
        _("Give one on the page of a record, under “Print and sign”."),
    ),
)


@member_required("registry.view_prints")
def numbers(request: Any) -> HttpResponse:
    """Which file numbers were given out, and what stands at their head."""
    organisation = request.member.unit.organisation
    mark = queries.mark_of(organisation)
    may_set = access.may(request.member, "core.set_file_mark")
    form = forms.SetMark(request, initial={"mark": mark.mark if mark else ""}) if may_set else None
    if form is not None and form.sent(
        lambda data: printing.set_file_mark(organisation, data["mark"], by=request.member)
    ):
        sentence = gettext("File numbers of %(who)s begin with %(mark)s from now on.") % {
            "who": organisation.name,
            "mark": form.result.mark,
        }
        return shared.done(request, sentence, reverse("registry:numbers"))
    return listing.render(
        request,
        "registry/numbers.html",
        NUMBERS,
        queries.numbers_of(request.member),
        {"form": form, "mark": mark, "organisation": organisation},
    )


@member_required("registry.view_prints")
def void(request: Any, pk: int) -> HttpResponse:
    """Take a number off a paper; the register keeps it as void."""
    number = shared.found(queries.numbers_of(request.member), pk=pk)
    form = forms.VoidNumber(request, subject=number)
    if form.sent(lambda data: printing.void_number(number, reason=data["reason"], by=request.member)):
        sentence = gettext("%(number)s is void and stays in the register.") % {"number": number.text}
        return shared.done(request, sentence, reverse("registry:numbers"))
    return shared.form_page(
        request,
        form,
        title=gettext("Make %(number)s void") % {"number": number.text},
        sub=gettext("It is not given again, so that no number is missing."),
        crumbs=[(gettext("File numbers"), reverse("registry:numbers"))],
    )


# -- what comes back -----------------------------------------------------------------------------------------------


@member_required("registry.view_prints")
def scan(request: Any, kind: str, pk: int) -> HttpResponse:
    """Bring the scan of the signed, stamped paper; its QR code says which paper it is."""
    record = _record(request, kind, pk)
    form = forms.BringScan(request, initial={"signed_on": clock.today()})

    def match(data: dict[str, Any]) -> Any:
        brought = data["scan"]
        found = [] if data["typed"] else prints.codes_in(brought)
        return printing.match_scan(
            record,
            brought,
            file_name=brought.name,
            scanned=found,
            typed=data["typed"],
            signed_on=data["signed_on"],
            person=data["person"],
            by=request.member,
        )

    if form.sent(match):
        how = str(HOWS[form.result.how])
        sentence = gettext("The signed copy is on the record: %(how)s.") % {"how": how}
        return shared.done(request, sentence, reverse("registry:prints", args=[kind, pk]))
    return shared.form_page(
        request,
        form,
        title=gettext("Bring the signed copy"),
        sub=gettext(
            "PDF, PNG or JPG at 200 dpi or more. The QR code on the first page says which paper it is."
        ),
        crumbs=[
            (records.title(record), records.url(record)),
            (gettext("Print and sign"), reverse("registry:prints", args=[kind, pk])),
        ],
    )


@member_required("registry.file_papers")
def bring(request: Any, kind: str, pk: int) -> HttpResponse:
    """File several papers at once on a record, or photograph them; each file has a result of its own."""
    record = _record(request, kind, pk)
    host = records.reach_of(record)
    return _brought(
        request,
        forms.BringPapers(request),
        (records.title(record), records.url(record)),
        gettext("Bring papers for “%(what)s”") % {"what": records.title(record)},
        {
            "pairing": getattr(record, "pairing", None),
            "reach": str(host.reach) if host is not None else "",
            "attach_to": record,
        },
    )


@member_required("registry.file_papers")
def bring_several(request: Any) -> HttpResponse:
    """File several papers at once that belong to no record yet."""
    form = forms.BringSeveral(request, initial={"in_pairing": request.pairing is not None})
    within = request.pairing if request.POST.get("in_pairing") else None
    crumb = (gettext("Documents"), reverse("registry:documents"))
    return _brought(request, form, crumb, gettext("File several papers"), {"pairing": within})


def _brought(
    request: Any, form: Any, crumb: tuple[str, str], title: str, where: dict[str, Any]
) -> HttpResponse:
    if request.method != "POST" or not form.is_valid():
        sub = gettext("Several at once; what is not taken is named with its reason, the others are filed.")
        return shared.form_page(request, form, title=title, sub=sub, crumbs=[crumb])
    files = [*form.cleaned_data["papers"], *form.cleaned_data["camera"]]
    results = [_filed(request, one, where) for one in files]
    n_filed = sum(1 for one in results if one["paper"])
    context = {"results": results, "n_filed": n_filed, "title": crumb[0], "url": crumb[1]}
    return render(request, "registry/brought.html", context, status=200 if n_filed else 422)


def _filed(request: Any, brought: Any, where: dict[str, Any]) -> dict[str, Any]:
    """One file filed by itself: the refusal of another one does not take it along."""
    try:
        paper = documents.store_document(brought, file_name=brought.name, by=request.member, **where)
    except Refused as refused:
        return {"name": brought.name, "paper": None, "why": sentences.refusal(refused)}
    return {"name": brought.name, "paper": paper, "why": ""}


# -- beside every record -------------------------------------------------------------------------------------------


def panel(request: Any, record: Any) -> SafeString | None:
    """What can be taken away of a record, on its page."""
    copies = queries.copies_of(record)
    return mark_safe(
        render_to_string(
            "registry/_prints.html",
            {
                "record": record,
                "kind": record._meta.label_lower,
                "has_paper": making.has_paper(record),
                "number": printing.number_of(record),
                "copies": [{"copy": one, "how": HOWS[one.how]} for one in copies],
                "may_bring": shared.may(request, "core.attach_document"),
                "is_paper": record._meta.label_lower == "core.document",
            },
            request,
        )
    )
