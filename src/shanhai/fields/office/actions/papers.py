"""Papers that show what was done: hung on their record, and shown to whoever reads it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shanhai.core import access, visibility
from shanhai.core.actions import documents, sharing
from shanhai.core.models import Attachment, Document, Member, Organisation
from shanhai.core.models.visibility import Visible
from shanhai.kernel.refusals import BadInput, gettext_noop

Reach = Visible.Reach
# As what they hang on their record; nobody withdraws a paper that is evidence.
ROLE = "evidence"


def named(text: str, papers: Sequence[Document], by: Member | None) -> str:
    """The name of the paper that shows something: as it was written, else the title of the first one that is filed.

    Raises
    ------
    BadInput
        ``office.no_such_paper``: one of them is not shown to ``by``.
    """
    for paper in papers:
        if by is not None and not visibility.can_see(by, paper):
            raise BadInput(
                "office.no_such_paper",
                gettext_noop(
                    "There is no document {pk} that you may see. Correct the number, or file it first."
                ),
                pk=paper.pk,
                field="document",
            )
    return text.strip()[:200] or (papers[0].title[:200] if papers else "")


def hang(
    record: Any,
    papers: Sequence[Document],
    *,
    is_shared: bool,
    guests: Sequence[Organisation] = (),
    by: Member | None,
) -> None:
    """Hang papers on a record, and show those of one's own organisation to its readers.

    Parameters
    ----------
    is_shared
        Whether both sides read the record; else its own side does. ``guests`` are firms that read it besides.
    """
    for paper in papers:
        documents.attach_document(paper, record, role=ROLE, by=by)
        show(paper, is_shared=is_shared, guests=guests, by=by)


def show(paper: Document, *, is_shared: bool, guests: Sequence[Organisation] = (), by: Member | None) -> None:
    """Show a paper of one's own organisation to one's side or both, and to firms; those of others stay as they are."""
    if not _is_own(paper, by):
        return
    if is_shared:
        sharing.share_with_other_side(paper, by=by)
    else:
        sharing.share_with_own_side(paper, by=by)
    # Firms see what is shown to them by name, also of what both sides see.
    for guest in guests:
        if paper.reach not in (Reach.UNIT, Reach.PUBLIC) and guest.kind in visibility.FIRMS:
            sharing.share_with_guest(paper, guest, by=by)


def hide(record: Any, *, by: Member | None) -> None:
    """Show the papers of a record to one's own side only, but those that hang on other records too."""
    for paper in of(record):
        elsewhere = paper.attachments.exclude(kind=record._meta.label_lower, object_id=record.pk)
        if _is_own(paper, by) and not elsewhere.exists():
            sharing.take_back(paper, by=by)


def of(record: Any) -> list[Document]:
    """The papers that hang on a record."""
    hung = Attachment.objects.filter(kind=record._meta.label_lower, object_id=record.pk)
    found = hung.filter(document__withdrawn_on=None).select_related("document__owner_unit")
    return [one.document for one in found.order_by("pk")]


def _is_own(paper: Document, by: Member | None) -> bool:
    if by is None or paper.owner_unit is None or paper.pairing_id is None:
        return False
    return paper.owner_unit.organisation_id == access.standing(by).organisation_id
