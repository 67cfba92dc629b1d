"""Reads of papers: one that is shown to a member."""

from __future__ import annotations

from django.db.models import Model

from shanhai.core import access, visibility
from shanhai.core.models import Attachment, Document, Member
from shanhai.kernel.refusals import NotFound, gettext_noop


def seen(member: Member, pk: int) -> Document:
    """The paper, for those who see it; for all others it is not there. Withdrawn ones are its organisation's only.

    Raises
    ------
    NotFound
        ``registry.no_paper``
    """
    paper = (
        Document.objects.select_related(
            "blob", "pairing", "owner_unit__organisation", "uploaded_by", "replaces"
        )
        .filter(pk=pk)
        .first()
    )
    if paper is None or not is_shown_to(member, paper):
        raise NotFound(
            "registry.no_paper",
            gettext_noop(
                "There is no such paper, or it is not shown to you. Look for it among the documents, "
                "or ask for it to be shared."
            ),
        )
    return paper


def hanging_on(member: Member, record: Model) -> list[Document]:
    """The papers that hang on a record and are shown to a member, as they came."""
    hung = Attachment.objects.filter(kind=record._meta.label_lower, object_id=record.pk)
    found = hung.filter(document__withdrawn_on=None).select_related("document__blob", "document__owner_unit")
    return [one.document for one in found.order_by("pk") if is_shown_to(member, one.document)]


def is_shown_to(member: Member, paper: Document) -> bool:
    """Whether a member sees a paper."""
    if paper.withdrawn_on is not None and not is_own(paper, member):
        return False
    return visibility.can_see(member, paper) or bool(access.SEES_ALL & access.standing(member).roles)


def is_own(paper: Document, member: Member) -> bool:
    """Whether the member's organisation filed the paper."""
    owner = paper.owner_unit.organisation_id if paper.owner_unit else None
    return owner == member.unit.organisation_id


def url_of(paper: Document) -> str:
    """Address of its page."""
    return f"/registry/documents/{paper.pk}/"
