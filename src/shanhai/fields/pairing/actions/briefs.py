"""Making briefing books: asked for on the page, typeset by a task, filed on the record of the meeting."""

from __future__ import annotations

import io

from shanhai.core import access, clock, journal, tasks
from shanhai.core.actions import documents
from shanhai.core.models import Member, TaskRun
from shanhai.core.writing import action
from shanhai.fields.pairing import queries
from shanhai.fields.pairing.models import BriefingBook, Meeting
from shanhai.kernel.refusals import gettext_noop


@action
def ask_for_brief(meeting: Meeting, *, language: str = "both", form: str = "pdf", by: Member) -> TaskRun:
    """Have the briefing book of a meeting made; the one that is being made already, where there is one."""
    access.check(by, "pairing.ask_for_brief", pairing_id=meeting.pairing_id)
    running = queries.brief_runs(meeting, by).filter(stage__in=[TaskRun.Stage.WAITING, TaskRun.Stage.RUNNING])
    for one in running:
        if (one.args.get("language"), one.args.get("form", "pdf")) == (language, form):
            return one
    return tasks.start(
        queries.brief_kind(meeting),
        gettext_noop("Make the briefing book of {number}"),
        {"number": meeting.number},
        run="shanhai.fields.pairing.brief.make",
        args={"number": meeting.number, "language": language, "member": by.pk, "form": form},
        pairing_id=meeting.pairing_id,
        by=by,
    )


@action
def file_brief(
    meeting: Meeting,
    content: bytes,
    *,
    file_name: str,
    title: str,
    language: str,
    up_to_entry: int,
    task_id: int | None = None,
    by: Member,
) -> BriefingBook:
    """File a finished book as a paper of the maker's side, on the record of the meeting.

    A task whose worker died after filing finds its book and files no second one.
    """
    access.check(by, "pairing.file_brief", pairing_id=meeting.pairing_id)
    there = BriefingBook.objects.filter(task_id=task_id).first() if task_id is not None else None
    if there is not None:
        return there
    document = documents.store_document(
        io.BytesIO(content),
        file_name=file_name,
        title=title,
        pairing=meeting.pairing,
        dated_on=clock.today(),
        is_illustrative=meeting.is_illustrative,
        by=by,
    )
    book = BriefingBook.objects.create(
        meeting=meeting,
        document=document,
        language=language,
        made_by=by,
        made_at=clock.now(),
        up_to_entry=up_to_entry,
        task_id=task_id,
    )
    journal.record(meeting, "pairing.file_brief", by=by, document=document.pk, language=language)
    return book
