"""What leads the long lists of the pairing: counted in steps that do not grow, and right."""

import pytest

from shanhai.fields.pairing.models import MeetingAttendee, Secondment
from shanhai.fields.pairing.queries import pages

pytestmark = pytest.mark.django_db


def test_each_meeting_says_who_comes_and_who_was_there(meeting, lin):
    meeting.attendees.all().delete()
    for n, (side, answer, there) in enumerate(
        [
            ("sea", "coming", True),
            ("sea", "coming", False),
            ("sea", "declined", False),
            ("mountain", "none", True),
        ]
    ):
        MeetingAttendee.objects.create(
            meeting=meeting, side=side, person=f"人{n}", answer=answer, is_present=there
        )

    one = pages.meetings_with_answers(lin, meeting.pairing).get(pk=meeting.pk)

    assert (one.coming_sea, one.coming_mountain) == (2, 0)
    assert (one.present_sea, one.present_mountain) == (1, 1)


def test_a_meeting_without_guests_counts_none(meeting, lin):
    meeting.attendees.all().delete()

    one = pages.meetings_with_answers(lin, meeting.pairing).get(pk=meeting.pk)

    assert (one.coming_sea, one.coming_mountain, one.present_sea, one.present_mountain) == (0, 0, 0, 0)


def test_items_are_counted_by_what_they_wait_for(item, lin):
    counts = pages.item_counts(lin, item.pairing)

    assert set(counts) == {"open", "late", "reported", "escalated", "mine"}
    assert counts["open"] == 1 and counts["reported"] == 0


def test_officers_in_post_are_counted_by_direction(zone, lin):
    assert pages.officer_counts(lin, zone).total() == Secondment.objects.filter(stay__stage="running").count()


@pytest.mark.parametrize("sort", ["due_on", "number", "-number"])
def test_late_items_are_the_same_in_every_order(item, lin, client_of, turn_clock, sort):
    browser = client_of(lin)

    before = browser.get(f"/pairing/action-items/?show=late&sort={sort}").content.decode()
    turn_clock("2024-12-01T09:00")
    after = browser.get(f"/pairing/action-items/?show=late&sort={sort}").content.decode()

    assert item.url not in before and item.url in after
