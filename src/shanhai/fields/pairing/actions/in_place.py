"""What can be done to a work item in its row: each calls the action that the record's page calls.

``run(item, word, by) -> sentence`` and ``undo(item, by) -> sentence``, signed in with the kinds of work.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from shanhai.core import clock, replies
from shanhai.core.models import Member, WorkItem
from shanhai.fields.pairing.actions import activities, deliveries, items, meetings
from shanhai.fields.pairing.models import ActionItem, Activity, Delivery, MeetingAttendee
from shanhai.kernel.refusals import NotFound, gettext_noop


def confirm_delivery(item: WorkItem, word: str, by: Member | None) -> str:
    """Confirm what came, as of today."""
    delivery = _subject(Delivery, item)
    deliveries.confirm_delivery(delivery, on=clock.today(), by=by)
    return _("Confirmed: %(what)s.") % {"what": delivery.code}


def take_back_confirmation(item: WorkItem, by: Member | None) -> str:
    """The delivery waits for its confirmation again."""
    delivery = _subject(Delivery, item)
    deliveries.take_back_confirmation(delivery, by=by)
    return _("Not confirmed any more: %(what)s.") % {"what": delivery.code}


def come(item: WorkItem, word: str, by: Member | None) -> str:
    """Say that one comes to a meeting."""
    return _answer(item, True, by)


def stay_away(item: WorkItem, word: str, by: Member | None) -> str:
    """Say that one does not come."""
    return _answer(item, False, by)


def _answer(item: WorkItem, is_coming: bool, by: Member | None) -> str:
    attendee = _subject(MeetingAttendee, item)
    meetings.answer_invitation(attendee, is_coming=is_coming, by=by)
    said = _("You come to %(what)s.") if is_coming else _("You do not come to %(what)s.")
    return said % {"what": attendee.meeting.title}


def report(item: WorkItem, word: str, by: Member | None) -> str:
    """Say in a sentence how far an action item is; it stays open."""
    found = _subject(ActionItem, item)
    done = items.report_action_item(found, text=word, is_finished=False, by=by)
    sent = _("Reported on %(what)s; it stays open until it is closed.") % {"what": found.number}
    return replies.told(done, sent)


def close_item(item: WorkItem, word: str, by: Member | None) -> str:
    """Close what the other side reported done, on its papers."""
    found = _subject(ActionItem, item)
    items.close_action_item(found, on=clock.today(), by=by)
    return _("Closed: %(what)s.") % {"what": found.number}


def reopen_item(item: WorkItem, by: Member | None) -> str:
    """Open again what was closed."""
    found = _subject(ActionItem, item)
    items.reopen_action_item(found, by=by)
    return _("Open again: %(what)s.") % {"what": found.number}


def close_activity(item: WorkItem, word: str, by: Member | None) -> str:
    """Write in a sentence what came of an activity, and close it."""
    found = _subject(Activity, item)
    activities.close_activity(found, outcome_zh=word, by=by)
    return _("Closed: %(what)s.") % {"what": found.number}


def _subject(model: type, item: WorkItem):  # type: ignore[no-untyped-def]
    found = model._default_manager.filter(pk=item.subject_id).first()  # type: ignore[attr-defined]
    if found is None:
        raise NotFound(
            "pairing.record_is_gone",
            gettext_noop("The record of this item is not there any more. Look at the list again."),
        )
    return found
