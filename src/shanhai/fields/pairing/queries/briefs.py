"""Briefing books of a meeting: which there are, whether records moved since, and which one is being made."""

from __future__ import annotations

from django.db.models import Max, QuerySet

from shanhai.core import visibility
from shanhai.core.models import JournalEntry, Member, TaskRun
from shanhai.core.queries.pairings import within
from shanhai.fields.pairing.models import BriefingBook, Meeting
from shanhai.kernel.refusals import NotFound, gettext_noop

# So many entries are counted; beyond it the page says "more than".
MOST_MOVED = 99
_SHOWN = 20


def brief_kind(meeting: Meeting) -> str:
    """The kind of the task that makes the book of a meeting."""
    return f"pairing.brief:{meeting.number}"


def brief_runs(meeting: Meeting, member: Member) -> QuerySet[TaskRun]:
    """The makings that a member asked for, latest first."""
    return TaskRun.objects.filter(member=member, kind=brief_kind(meeting)).order_by("-asked_at", "-pk")


def brief_at_work(meeting: Meeting, member: Member) -> TaskRun:
    """The making that a member asked for and that waits or runs.

    Raises
    ------
    NotFound
        ``pairing.no_brief_running``
    """
    at_work = (TaskRun.Stage.WAITING, TaskRun.Stage.RUNNING)
    found = brief_runs(meeting, member).filter(stage__in=at_work).first()
    if found is None:
        raise NotFound(
            "pairing.no_brief_running",
            gettext_noop(
                "No briefing book of {number} is being made for you. Ask for one on the page of the meeting."
            ),
            number=meeting.number,
        )
    return found


def books_of(meeting: Meeting, member: Member) -> list[BriefingBook]:
    """The books of a meeting that a member may open, latest first."""
    found = meeting.books.filter(document__withdrawn_on=None).select_related(
        "document__owner_unit", "document__blob", "made_by__unit__organisation"
    )
    return [
        one for one in found.order_by("-made_at", "-pk")[:_SHOWN] if visibility.can_see(member, one.document)
    ]


def last_entry() -> int:
    """The number of the last entry of the journal."""
    return JournalEntry.objects.aggregate(last=Max("pk"))["last"] or 0


def moved_since(book: BriefingBook) -> int:
    """How many entries about records of the pairing and those nested in it came after a book, to ``MOST_MOVED`` + 1."""
    entries = JournalEntry.objects.filter(
        pairing_id__in=within(book.meeting.pairing), pk__gt=book.up_to_entry, action__startswith="pairing."
    ).exclude(action__in=["pairing.file_brief", "pairing.make_calendar_link", "pairing.revoke_calendar_link"])
    return entries.order_by()[: MOST_MOVED + 1].count()
