"""How records of the field are found, for writes in bulk and for making the search index again."""

from __future__ import annotations

from collections.abc import Iterator

from shanhai.core.models import Pairing
from shanhai.core.search import Found
from shanhai.fields.pairing.models import (
    ActionItem,
    Activity,
    Agreement,
    Commitment,
    FocusPoint,
    Meeting,
    Secondment,
)


def of_agreement(one: Agreement) -> Found:
    """By its number and title, for those who see it."""
    return Found(
        "pairing.agreement", one.pk, one.name_zh, one.url, one.name_en, one.number, one.pairing_id, "seen"
    )


def of_commitment(one: Commitment) -> Found:
    """By its code and name."""
    return Found(
        "pairing.commitment", one.pk, one.name_zh, one.url, one.name_en, one.code, one.pairing_id, "pairing"
    )


def of_meeting(one: Meeting) -> Found:
    """By its number and title, for those who see it."""
    return Found(
        "pairing.meeting", one.pk, one.title_zh, one.url, one.title_en, one.number, one.pairing_id, "seen"
    )


def of_item(one: ActionItem) -> Found:
    """By its number and title."""
    return Found(
        "pairing.actionitem",
        one.pk,
        one.title_zh,
        one.url,
        one.title_en,
        one.number,
        one.pairing_id,
        "pairing",
    )


def of_activity(one: Activity) -> Found:
    """By its number and title."""
    return Found(
        "pairing.activity", one.pk, one.title_zh, one.url, one.title_en, one.number, one.pairing_id, "pairing"
    )


def of_focus_point(one: FocusPoint) -> Found:
    """By its words, and its place in its year."""
    return Found(
        "pairing.focuspoint",
        one.pk,
        one.text_zh[:200],
        one.url,
        one.text_en[:200],
        f"{one.year}.{one.order}",
        one.pairing_id,
        "pairing",
    )


def of_secondment(one: Secondment) -> Found:
    """By its code, the officer and the post."""
    stay = one.stay
    return Found(
        "pairing.secondment",
        one.pk,
        f"{stay.person.name_zh} {stay.host_post}"[:200],
        one.url,
        f"{stay.person.name_en} {stay.host.name_en}".strip()[:200],
        one.code,
        one.pairing_id,
        "pairing",
    )


def pairing_entries() -> Iterator[Found]:
    """All pairings."""
    for one in Pairing.objects.iterator():
        yield Found(
            "core.pairing",
            one.pk,
            one.name_zh,
            f"/pairing/pairings/{one.code}/",
            one.name_en,
            one.code,
            one.pk,
            "pairing",
        )


def agreement_entries() -> Iterator[Found]:
    """All agreements."""
    return map(of_agreement, Agreement.objects.iterator())


def commitment_entries() -> Iterator[Found]:
    """All commitments."""
    return map(of_commitment, Commitment.objects.iterator())


def meeting_entries() -> Iterator[Found]:
    """All meetings."""
    return map(of_meeting, Meeting.objects.iterator())


def actionitem_entries() -> Iterator[Found]:
    """All action items."""
    return map(of_item, ActionItem.objects.iterator())


def secondment_entries() -> Iterator[Found]:
    """All secondments."""
    return map(of_secondment, Secondment.objects.select_related("stay__person", "stay__host").iterator())


def focuspoint_entries() -> Iterator[Found]:
    """All key points."""
    return map(of_focus_point, FocusPoint.objects.iterator())


def activity_entries() -> Iterator[Found]:
    """All activities."""
    return map(of_activity, Activity.objects.iterator())
