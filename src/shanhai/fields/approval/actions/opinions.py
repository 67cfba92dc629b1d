"""Writes of opinions: replied within the unit's ladder, written down from paper, recalled, taken from silence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import F

from shanhai.core import clock, journal, rows, work
from shanhai.core.models import Document, Member
from shanhai.core.writing import action
from shanhai.fields.approval.actions import case_shared as shared
from shanhai.fields.approval.actions.deciding import check_return
from shanhai.fields.approval.models import CaseItem, Opinion
from shanhai.fields.approval.queries import cases as queries
from shanhai.fields.approval.rules import cases as rules
from shanhai.fields.approval.rules import replies
from shanhai.fields.approval.rules.replies import Reply, Role
from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop

CHANNELS = ("paper", "telephone")


@action
def reply_opinion(opinion: Opinion, *, reply: str, reasons: str = "", by: Member | None) -> Opinion:
    """Reply to what the lead asks, or pass the reply on to the next step of the unit.

    It counts as the rules say: any other text than the three replies is agreement, and so is a disagreement without
    reasons. Advice of the other side is shown and stops nothing.
    """
    item, case = opinion.item, opinion.item.case
    shared.check_access(by, "reply_opinion", case)
    queries.check_hand(opinion, case, by)
    _check_open(opinion)
    reply, reasons = _said(opinion, reply), reasons.strip()[:1000]
    if not opinion.is_last_step and by is not None:
        here = opinion.step
        rows.move(
            opinion, step=opinion.ladder[opinion.ladder.index(here) + 1], draft=reply, draft_reasons=reasons
        )
        journal.record(opinion, "approval.pass_on", by=by, pairing_id=case.pairing_id,
                       event="passed", step=here, reply=reply, reasons=reasons)  # fmt: skip
        shared.ask_again(opinion, item, by=by)
        return opinion
    return _take(opinion, replies.counted(reply, reasons), reply, reasons, by)


@action
def record_opinion(
    opinion: Opinion,
    *,
    reply: str,
    reasons: str = "",
    channel: str,
    document: Document | None,
    by: Member | None,
) -> Opinion:
    """Write down a paper or telephone opinion in the department's name, with its scan; the unit that keeps the case does."""
    case = opinion.item.case
    shared.check_access(by, "record_opinion", case)
    queries.check_keeper(case, by)
    _check_open(opinion)
    if channel not in CHANNELS:
        raise BadInput(
            "approval.no_channel",
            gettext_noop(
                "An opinion comes on paper or by telephone; {given} is neither. Choose one of the two."
            ),
            given=channel[:20],
            field="channel",
        )
    if document is None and by is not None:
        raise BadInput(
            "approval.scan_missing",
            gettext_noop(
                "{department} is not here, so its decision is written down from a paper. Attach the scan."
            ),
            department=opinion.department_zh,
            field="document",
        )
    reply, reasons = _said(opinion, reply), reasons.strip()[:1000]
    found = replies.counted(reply, reasons)
    shared.hang(case, document, to_owner=False, by=by)
    return _take(opinion, found, reply, reasons, by, channel=channel, document=document)


def _said(opinion: Opinion, reply: str) -> str:
    reply = reply.strip()[:200]
    if not reply:
        raise BadInput(
            "approval.empty_reply",
            gettext_noop(
                "The reply on {item} is empty. Agree, disagree with reasons, or agree and forward it upward."
            ),
            item=opinion.item.name_zh,
            field="reply",
        )
    return reply


def _check_open(opinion: Opinion) -> None:
    item = opinion.item
    if opinion.replied_on is not None:
        raise NotNow(
            "approval.replied_already",
            gettext_noop("{department} has replied on {item} already. Look at the case again."),
            department=opinion.department_zh,
            item=item.name_zh,
        )
    rules.check_state(item.name_zh, item.state, *rules.RUNNING)


def _take(
    opinion: Opinion,
    found: replies.Counted,
    reply: str,
    reasons: str,
    by: Member | None,
    *,
    channel: str = "",
    document: Document | None = None,
    on: date | None = None,
) -> Opinion:
    """Let a reply take effect, once; the item is held, so that none comes after its decision."""
    item, today = opinion.item, on or clock.today()
    changes = {}
    if opinion.role == Role.CO:
        changes = {"left_opinions": F("left_opinions") - 1, "version": F("version") + 1}
        if found.reply is Reply.DISAGREE:
            changes["disagreed"] = F("disagreed") + 1
    rows.move(
        opinion,
        reply=reply,
        reasons=reasons,
        counts_as=found.reply,
        why=found.why,
        replied_on=today,
        is_late=item.co_due_on is not None and today > item.co_due_on,
        member=by,
        channel=channel,
        document=document,
        draft="",
        draft_reasons="",
    )
    _hold(item, changes)
    journal.record(opinion, "approval.reply_opinion", by=by, pairing_id=item.case.pairing_id,
                   event="silent" if found.why is replies.Why.SILENCE else "replied", reply=reply,
                   reasons=reasons, counts_as=str(found.reply), why=str(found.why), channel=channel)  # fmt: skip
    work.close_many({shared.ASKED: [opinion.pk]}, is_done=True, by=by)
    return opinion


def _hold(item: CaseItem, changes: Mapping[str, Any]) -> None:
    """Move the row of the item, which keeps it from being decided meanwhile; refuse where it is decided."""
    moved = CaseItem.objects.filter(pk=item.pk, state__in=rules.RUNNING).update(
        **(changes or {"left_opinions": F("left_opinions")})
    )
    if not moved:
        raise NotNow(
            "approval.item_over",
            gettext_noop("{item} is decided or dropped already. Look at the case again."),
            item=item.name_zh,
        )


@action
def return_opinion(opinion: Opinion, *, word: str, by: Member | None) -> Opinion:
    """Return a reply to the step below, with a word that says why; those of that step may fetch it back themselves."""
    item = opinion.item
    shared.check_access(by, "return_opinion", item.case)
    queries.check_hand_or_below(opinion, item.case, by)
    _check_open(opinion)
    here = opinion.ladder.index(opinion.step)
    check_return(item.name_zh, here, word)
    rows.move(opinion, step=opinion.ladder[here - 1])
    journal.record(opinion, "approval.return_opinion", by=by, pairing_id=item.case.pairing_id,
                   event="returned", word=word.strip()[:300])  # fmt: skip
    shared.ask_again(opinion, item, by=by)
    return opinion


@action
def recall_opinion(opinion: Opinion, *, reason: str, by: Member | None) -> Opinion:
    """Recall a reply until the lead has decided on it; what silence counted as stays."""
    item, case = opinion.item, opinion.item.case
    shared.check_access(by, "recall_opinion", case)
    queries.check_hand(opinion, case, by)
    if opinion.replied_on is None or opinion.is_silent:
        raise NotNow(
            "approval.nothing_to_recall",
            gettext_noop(
                "{department} has given no reply on {item} that could be recalled. Look at the case again."
            ),
            department=opinion.department_zh,
            item=item.name_zh,
        )
    if not reason.strip():
        raise BadInput(
            "approval.no_reason_to_recall",
            gettext_noop("Say why {item} is recalled."),
            item=item.name_zh,
            field="reason",
        )
    changes = {}
    if opinion.role == Role.CO:
        changes = {"left_opinions": F("left_opinions") + 1, "version": F("version") + 1}
        if opinion.counts_as == Reply.DISAGREE:
            changes["disagreed"] = F("disagreed") - 1
    rows.move(
        opinion, reply="", reasons="", counts_as="", why="", replied_on=None, is_late=False, member=None, channel="",
        document=None, draft=opinion.reply, draft_reasons=opinion.reasons,
    )  # fmt: skip
    _hold(item, changes)
    journal.record(opinion, "approval.recall_opinion", by=by, pairing_id=case.pairing_id,
                   event="recalled", reason=reason.strip()[:300])  # fmt: skip
    shared.ask_again(opinion, item, by=by)
    return opinion


@action
def take_silence(opinion: Opinion, *, by: Member | None) -> Opinion:
    """Take no reply by the deadline for consent, as the rulebook says; it is marked and counted against the department."""
    case = opinion.item.case
    shared.check_access(by, "take_silence", case)
    _check_open(opinion)
    found = replies.silence(opinion.role, bool(queries.figure(case, "silence_consents")))
    if found is None:
        raise NotNow(
            "approval.silence_counts_not",
            gettext_noop("Silence of {department} on {item} counts as nothing. Ask them again."),
            department=opinion.department_zh,
            item=opinion.item.name_zh,
        )
    return _take(opinion, found, "", "", by)
