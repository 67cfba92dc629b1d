"""Reads of what units prepared to send out."""

from __future__ import annotations

from typing import Any

from shanhai.core import replies, signs
from shanhai.core.models import Climb, Member
from shanhai.kernel.refusals import NotFound, gettext_noop


def reply_of(member: Member | None, key: int) -> Climb:
    """A reply on the ladder of a unit that a member speaks for; for all others it is not there.

    Raises
    ------
    NotFound
        ``office.no_reply``
    """
    found = replies.on_the_way(member).filter(pk=key).first()
    if found is None:
        raise NotFound(
            "office.no_reply",
            gettext_noop(
                "There is no reply {key} on the way in your unit. It may have gone out; look at its record."
            ),
            key=key,
        )
    return found


def name_of(climb: Climb) -> str:
    """What kind of reply it is."""
    return str(signs.replies[climb.reply].name)


def facts_of(climb: Climb) -> dict[str, Any]:
    """A reply as programs and commands have it."""
    subject = replies.subject_of(climb)
    return {
        "id": climb.pk,
        "reply": climb.reply,
        "record_kind": climb.subject_kind,
        "record": str(getattr(subject, "number", "") or subject.pk),
        "unit": climb.unit.code,
        "steps": climb.ladder,
        "step": climb.step,
        "with": replies.holders(climb),
        "due_on": climb.due_on,
        "written_by": climb.written_by.code if climb.written_by is not None else "",
        "shown": [{"label": label, "text": text} for label, text in replies.shown(climb, subject)],
        "papers": [paper.pk for paper in replies.papers_of(climb)],
        "version": climb.version,
    }


def decisions_of(climb: Climb) -> list[dict[str, Any]]:
    """What was decided on the way, latest first."""
    return [
        {
            "step": one.step,
            "decision": one.decision,
            "word": one.word,
            "by": one.member.code if one.member is not None else "",
            "for": one.for_member.code if one.for_member is not None else "",
            "at": one.at,
        }
        for one in replies.decisions_of(climb)
    ]
