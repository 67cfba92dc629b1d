"""Pages of papers: what is shown to me, one paper with its preview, and who else sees it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from shanhai.core import filetypes, visibility
from shanhai.core.actions import documents, sharing
from shanhai.core.models import Attachment, Document, Seen, Share
from shanhai.fields.registry import columns, forms
from shanhai.fields.registry.queries import papers
from shanhai.fields.registry.views import shared
from shanhai.kernel.refusals import NotFound, gettext_noop
from shanhai.webkit import cells, downloads, listed, listing, undo
from shanhai.webkit.listing import Column, Filter, Table
from shanhai.webkit.pages import member_required

PAPERS = Table(
    code="registry.documents",
    columns=(
        Column(
            "title",
            _("Paper"),
            kind="link",
            value="paper.title_said",
            href=cells.link("registry:document", "object_id"),
            second=lambda row: row.paper.file_name if row.paper.file_name != row.paper.title else "",
            stack="grow",
        ),
        Column("number", _("File number"), kind="code", value="paper.number", stack="hide-s"),
        Column("dated_on", _("Dated"), kind="date", value="paper.dated_on", stack="hide-s"),
        Column(
            "at",
            _("Filed"),
            kind="moment",
            value="paper.uploaded_at",
            sort=("sorted_at",),
            index="seen_list",
            stack="push",
        ),
        Column("by", _("Done by"), value=lambda row: _who(row.paper), stack="full"),
        Column("size", _("Size"), value=lambda row: said_size(row.paper.blob.size), stack="hide-s"),
        Column("reach", _("Seen by"), value=lambda row: columns.words(columns.REACHES, row.paper.reach)),
    ),
    filters=(
        Filter(
            "whose",
            _("Shown"),
            choices=(("pairing", _("of this pairing")), ("public", _("public"))),
            # The view chooses the rows; see ``index``.
            apply=lambda rows, text: rows,
        ),
    ),
    default_sort="-at",
    export=lambda _request, rows, form: _as_file(rows, form),
    empty=(
        _("No papers are shown to you yet."),
        _("File one here, or attach it where it belongs: to an agreement, a delivery, a meeting."),
    ),
)
_AT_ONCE = 1000  # papers read for a file of the list
VERBS = {
    "keep": (sharing.keep_to_unit, _("Only the own unit sees it now.")),
    "side": (sharing.share_with_own_side, _("The own side sees it now.")),
    "both": (sharing.share_with_other_side, _("Both sides see it now.")),
    "public": (sharing.make_public, _("Everybody sees it now.")),
    "back": (sharing.take_back, _("It is back with the own side.")),
}


def said_size(n: int) -> str:
    """Bytes as people say them."""
    if n < 1024:
        return f"{n} B"
    return f"{n / 1024:.0f} KB" if n < 2**20 else f"{n / 2**20:.1f} MB"


def _who(paper: Document) -> str:
    if paper.owner_unit is None:
        return gettext("the system")
    return paper.owner_unit.organisation.name


@require_GET
@member_required("registry.view_documents")
def index(request: Any) -> HttpResponse:
    whose = request.GET.get("whose", "")
    rows = visibility.seen(Document, request.member, request.pairing if whose == "pairing" else None)
    if whose == "public":
        rows = visibility.open_to_all(Document)
    if wanted := request.GET.get("format", ""):
        return listing.export(request, PAPERS, rows.order_by("-sorted_at", "-pk"), wanted)
    page = listing.page(rows.order_by(), PAPERS, request)
    page.rows = _with_papers(page.rows)
    template = "registry/documents.html"
    if getattr(request, "htmx", False) and request.htmx.target == PAPERS.id:
        return render(request, "webkit/_list.html", {"page": page})
    context = {
        "list_page": page,
        "may_file": shared.may(request, "core.store_document"),
    }
    return render(request, template, context)


def _as_file(rows: Any, form: str) -> HttpResponse:
    return listed.answer(gettext("Documents"), PAPERS.columns, _batches(rows), form)


def _batches(rows: Any) -> Iterator[Seen]:
    """All rows with their papers, so many at a time."""
    waiting = rows.iterator(chunk_size=_AT_ONCE)
    while some := list(islice(waiting, _AT_ONCE)):
        yield from _with_papers(some)


def _with_papers(rows: list[Seen]) -> list[Seen]:
    """The rows of a page with their papers (one statement)."""
    papers = Document.objects.select_related("blob", "owner_unit__organisation").in_bulk(
        [row.object_id for row in rows]
    )
    for row in rows:
        row.paper = papers[row.object_id]  # type: ignore[attr-defined]  # the columns of the list read it
    return rows


@require_GET
@member_required("registry.view_documents")
def show(request: Any, pk: int) -> HttpResponse:
    paper = papers.seen(request.member, pk)
    kind = filetypes.TYPES.get(paper.file_name.rpartition(".")[2].lower())
    is_own = papers.is_own(paper, request.member)
    context = {
        "paper": paper,
        "size": said_size(paper.blob.size),
        "who": _who(paper),
        "reach": columns.words(columns.REACHES, paper.reach),
        "is_picture": kind is not None and kind.opens_in_place and kind.ending != "pdf",
        "is_pdf": kind is not None and kind.ending == "pdf",
        "newer": paper.replaced_by.first(),
        "places": list(Attachment.objects.filter(document=paper)[:50]),
        "guests": list(
            Share.objects.filter(kind="core.document", object_id=paper.pk).select_related("organisation")
        ),
        "readers": _readers(paper),
        "history": shared.history(paper),
        "is_own": is_own,
        "may_share": is_own and shared.may(request, "core.share_with_other_side"),
        "is_current": paper.withdrawn_on is None,
        "verbs": _verbs(paper),
    }
    return render(request, "registry/document.html", context)


def _verbs(paper: Document) -> list[tuple[str, Any]]:
    """The next steps of who sees it, from where it stands."""
    reach = visibility.Reach(paper.reach)
    offered: list[tuple[str, Any]] = []
    if reach == "unit":
        offered.append(("side", _("Show it to my side")))
    if reach in ("unit", "side", "guests") and paper.pairing_id:
        offered.append(("both", _("Share with the other side")))
    if reach in ("both", "guests", "public"):
        offered.append(("back", _("Take it back to my side")))
    if reach == "side":
        offered.append(("keep", _("Keep it to my unit")))
    if reach != "public":
        offered.append(("public", _("Make it public")))
    return offered


def _readers(paper: Document) -> int:
    return len([pk for pk in visibility.audience(paper) if pk != visibility.EVERYBODY])


@require_GET
@member_required("registry.view_documents")
def file(request: Any, pk: int) -> FileResponse:
    """The bytes, to be saved: a browser never opens them on our own pages."""
    return downloads.saved(papers.seen(request.member, pk))


@require_GET
@xframe_options_sameorigin
@member_required("registry.view_documents")
def preview(request: Any, pk: int) -> FileResponse:
    """The bytes of a PDF or a picture, for the frame on the paper's page, cut off from everything else.

    Raises
    ------
    NotFound
        ``registry.no_preview``
    """
    paper = papers.seen(request.member, pk)
    kind = filetypes.TYPES.get(paper.file_name.rpartition(".")[2].lower())
    if kind is None or not kind.opens_in_place:
        raise NotFound(
            "registry.no_preview",
            gettext_noop("{file} does not open in place. Save it instead."),
            file=paper.file_name,
        )
    return downloads.shown(paper)


@member_required("registry.file_papers")
def add(request: Any) -> HttpResponse:
    form = forms.FilePaper(request, initial={"in_pairing": request.pairing is not None})
    if form.sent(lambda data: _store(request, data)):
        sentence = gettext("“%(paper)s” is filed; your side sees it.") % {"paper": form.result.title}
        undo.offer(request, sentence, reverse("registry:document_withdraw", args=[form.result.pk]))
        return redirect("registry:document", form.result.pk)
    return shared.form_page(
        request,
        form,
        title=gettext("File a paper"),
        sub=gettext("At most %(limit)s MB. The content is checked against the name.")
        % {"limit": documents.limit_bytes() // 2**20},
        crumbs=[(gettext("Documents"), reverse("registry:documents"))],
    )


def _store(request: Any, data: dict[str, Any]) -> Document:
    pairing = request.pairing if data.pop("in_pairing") else None
    return documents.store_document(data.pop("file"), pairing=pairing, by=request.member, **data)


@member_required("registry.file_papers")
def describe(request: Any, pk: int) -> HttpResponse:
    paper = papers.seen(request.member, pk)
    form = forms.DescribePaper(request, subject=paper)
    if form.sent(lambda data: documents.describe_document(paper, by=request.member, **data)):
        return shared.done(request, gettext("The paper is saved."), reverse("registry:document", args=[pk]))
    return shared.form_page(
        request,
        form,
        title=gettext("Correct “%(paper)s”") % {"paper": paper.title_said},
        crumbs=_crumbs(paper),
    )


@member_required("registry.file_papers")
def replace(request: Any, pk: int) -> HttpResponse:
    paper = papers.seen(request.member, pk)
    form = forms.ReplacePaper(request)
    if form.sent(
        lambda data: documents.replace_document(
            paper, data["file"], file_name=data["file"].name, by=request.member
        )
    ):
        sentence = gettext("The new version stands in all places of the old one.")
        return shared.done(request, sentence, reverse("registry:document", args=[form.result.pk]))
    return shared.form_page(
        request,
        form,
        title=gettext("Replace “%(paper)s”") % {"paper": paper.title_said},
        crumbs=_crumbs(paper),
    )


@require_POST
@member_required("registry.file_papers")
def withdraw(request: Any, pk: int) -> HttpResponse:
    paper = shared.versioned(request, papers.seen(request.member, pk))
    documents.withdraw_document(paper, by=request.member)
    sentence = gettext("“%(paper)s” is withdrawn.") % {"paper": paper.title_said}
    undo.offer(request, sentence, reverse("registry:document_restore", args=[pk]))
    return redirect("registry:documents")


@require_POST
@member_required("registry.file_papers")
def restore(request: Any, pk: int) -> HttpResponse:
    paper = papers.seen(request.member, pk)
    documents.restore_document(paper, by=request.member)
    return shared.done(request, gettext("The paper is back."), reverse("registry:document", args=[pk]))


@require_POST
@member_required("registry.file_papers")
def share(request: Any, pk: int, verb: str) -> HttpResponse:
    paper = shared.versioned(request, papers.seen(request.member, pk))
    act, sentence = VERBS[verb]
    act(paper, by=request.member)
    return shared.done(request, sentence, reverse("registry:document", args=[pk]))


@member_required("registry.file_papers")
def guest(request: Any, pk: int) -> HttpResponse:
    paper = papers.seen(request.member, pk)
    form = forms.NameGuest(request)
    if form.sent(lambda data: sharing.share_with_guest(paper, data["organisation"], by=request.member)):
        sentence = gettext("%(guest)s sees it now.") % {"guest": form.result.organisation.name}
        return shared.done(request, sentence, reverse("registry:document", args=[pk]))
    return shared.form_page(
        request,
        form,
        title=gettext("Show “%(paper)s” to a named organisation") % {"paper": paper.title_said},
        crumbs=_crumbs(paper),
    )


def _crumbs(paper: Document) -> list[tuple[Any, str]]:
    return [
        (gettext("Documents"), reverse("registry:documents")),
        (paper.title_said, reverse("registry:document", args=[paper.pk])),
    ]
