"""What people were told."""

from __future__ import annotations

from django.db.models import QuerySet

from shanhai.core import sentences
from shanhai.core.models import Member, Notice, NoticeFact
from shanhai.kernel.refusals import NotFound, gettext_noop


def notices_of(member: Member) -> QuerySet[Notice]:
    """What a member was told, latest first, with its fact."""
    return Notice.objects.filter(member=member).select_related("fact").order_by("-at", "-id")


def unread(member: Member) -> QuerySet[Notice]:
    """What a member was told and has not read, latest first."""
    return notices_of(member).filter(read_at=None)


def notice_of(member: Member, pk: int) -> Notice:
    """One notice of a member.

    Raises
    ------
    NotFound
        ``core.no_such_notice``: there is none, or it was somebody else who was told.
    """
    found = notices_of(member).filter(pk=pk).first()
    if found is None:
        raise NotFound(
            "core.no_such_notice",
            gettext_noop("You have no notice {pk}. Your list of notices has all that you were told."),
            pk=pk,
        )
    return found


def words(notice: Notice) -> str:
    """The fact, in the reader's language."""
    return words_of(notice.fact)


def words_of(fact: NoticeFact) -> str:
    """The sentence of a fact, in the reader's language."""
    return sentences.said(fact.what, fact.facts)
