"""The parts of the pages of review meetings: headlines, rows of agenda and seats, what may be done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shanhai.core import access, clock
from shanhai.core.models import Member
from shanhai.fields.approval.models import MeetingPoint, MeetingSeat, ReviewMeeting, ReviewSignature
from shanhai.fields.approval.queries import meetings as queries
from shanhai.fields.approval.queries import said
from shanhai.fields.approval.rules import meetings as rules
from shanhai.webkit import words

Stage = rules.MeetingStage


def status_of(one: ReviewMeeting) -> tuple[str, str]:
    """Shape and word of a meeting: what waits for minutes or signatures stands out."""
    word = said.words(said.MEETING_STAGES, one.stage)
    word = word[:1].upper() + word[1:]
    if one.stage == Stage.PLANNED:
        return ("late", _("Not noted as held")) if one.at < clock.now() else ("on_track", word)
    if one.stage in (Stage.HELD, Stage.MINUTED):
        return "at_risk", word
    return ("done", word) if one.stage == Stage.SIGNED else ("paused", word)


def list_finding(head: dict[str, Any]) -> str:
    """The headline of the list."""
    if not head["n"]:
        return _("No review meeting yet.")
    waiting = ngettext("the minutes of %(n)s wait", "the minutes of %(n)s wait", head["waiting"]) % {
        "n": words.num(head["waiting"])
    }
    if not head["waiting"]:
        waiting = _("all minutes are signed")
    if head["next"] is None:
        return _("No review meeting is called; %s.") % waiting
    day = words.day(clock.local(head["next"].at).date(), "weekday")
    return _("The departments meet next on %(day)s; %(waiting)s.") % {"day": day, "waiting": waiting}


def finding(one: ReviewMeeting, seats: Sequence[MeetingSeat], points: Sequence[MeetingPoint]) -> str:
    """The headline of a meeting."""
    n = ngettext("%(n)s item", "%(n)s items", len(points)) % {"n": words.num(len(points))}
    day = words.day(clock.local(one.at).date(), "weekday")
    if one.stage == Stage.PLANNED:
        bodies = sum(seat.is_counted for seat in seats)
        of = ngettext("%(n)s body", "%(n)s bodies", bodies) % {"n": words.num(bodies)}
        return _("Meets on %(day)s on %(items)s; the quorum is %(bodies)s.") % {
            "day": day, "items": n, "bodies": of,
        }  # fmt: skip
    if one.stage == Stage.CANCELLED:
        return _("Called off: %s") % one.cancel_reason
    absent = rules.missing([seat.sits for seat in seats])
    left = sum(not point.verdict for point in points)
    if left and absent:
        comma = "、" if words.is_chinese() else ", "
        names = comma.join(seat.name for seat in seats if seat.is_counted and not seat.is_present)
        return _("No quorum, so nothing is decided: %s was not there.") % names
    if left:
        return ngettext(
            "%(n)s item still waits for a decision.", "%(n)s items still wait for a decision.", left
        ) % {"n": words.num(left)}
    if one.stage == Stage.SIGNED:
        return _("%(items)s decided; the minutes are signed by all.") % {"items": n}
    if one.stage == Stage.HELD:
        return _("%(items)s decided; the minutes are to be written.") % {"items": n}
    missing = ngettext("%(n)s signature is missing", "%(n)s signatures are missing", one.signatures_left)
    return _("%(items)s decided; %(left)s.") % {
        "items": n, "left": missing % {"n": words.num(one.signatures_left)},
    }  # fmt: skip


def ripe_row(one: queries.Ripe) -> dict[str, Any]:
    """An item that is ripe, with the reason."""
    return {"item": one.item, "case": one.item.case, "why": said.words(said.RIPE, one.why)}


def offered(ripe: Sequence[queries.Ripe]) -> list[tuple[str, str]]:
    """Items that are ripe as choices of a form."""
    return [
        (
            f"{one.item.case.number}/{one.item.code}",
            f"{one.item.case.project.name} · {one.item.name} ({said.words(said.RIPE, one.why)})",
        )
        for one in ripe
    ]


def point_row(member: Member, one: ReviewMeeting, point: MeetingPoint) -> dict[str, Any]:
    """A point of the agenda with its decision, whether the lead followed it, and what may be done."""
    followed = queries.is_followed(point)
    if point.verdict not in rules.FINAL:
        status = None
    elif followed is None:
        status = ("on_track", _("with the lead"))
    else:
        status = ("done", _("decided so")) if followed else ("late", _("decided otherwise"))
    return {
        "point": point,
        "item": point.item,
        "case": point.item.case,
        "why": said.words(said.RIPE, point.why),
        "verdict": said.words(said.VERDICTS_SAID, point.verdict) if point.verdict else "",
        "status": status,
        "may_decide": one.stage == Stage.HELD and not point.verdict and _may(member, one, "decide_point"),
        "may_take_off": one.stage == Stage.PLANNED and _may(member, one, "take_off_agenda"),
    }


def seat_row(one: ReviewMeeting, seat: MeetingSeat, signature: ReviewSignature | None) -> dict[str, Any]:
    """A body that sits there, whether it came, and whether it signed."""
    return {
        "seat": seat,
        "role": said.words(said.SEATS, seat.role),
        "signature": signature,
        "side": seat.side or one.side,
        "signs": one.stage in (Stage.MINUTED, Stage.SIGNED) and seat.is_counted and seat.is_present,
    }


def _may(member: Member, one: ReviewMeeting, name: str) -> bool:
    return access.may(member, f"approval.{name}", pairing_id=one.pairing_id) and queries.convenes(one, member)


def actions(member: Member, one: ReviewMeeting, points: Sequence[MeetingPoint]) -> list[dict[str, Any]]:
    """The buttons of a meeting for a member, the next step first."""
    found: list[tuple[str, str, str]] = []
    if one.stage == Stage.PLANNED:
        if one.at <= clock.now():
            found.append(("hold_review_meeting", "meeting_hold", _("Note who was there")))
        found.append(("put_on_agenda", "meeting_agenda", _("Put on the agenda")))
        found.append(("change_review_meeting", "meeting_change", _("Change the meeting")))
        found.append(("cancel_review_meeting", "meeting_cancel", _("Call it off")))
    if one.stage == Stage.HELD:
        if points and all(point.verdict for point in points):
            found.append(("write_review_minutes", "meeting_minutes", _("Write the minutes")))
        found.append(("hold_review_meeting", "meeting_hold", _("Correct who was there")))
    if one.stage == Stage.MINUTED:
        found.append(("write_review_minutes", "meeting_minutes", _("Change the minutes")))
    buttons = [
        {"url": reverse(f"approval:{url}", args=[one.number]), "label": label}
        for access_row, url, label in found
        if _may(member, one, access_row)
    ]
    if one.stage == Stage.MINUTED and _signs(member, one):
        sign = {"url": reverse("approval:meeting_sign", args=[one.number]), "label": _("Sign the minutes")}
        buttons.insert(0, sign)
    for n, button in enumerate(buttons):
        button["is_main"] = n == 0  # type: ignore[assignment]
    return buttons


def _signs(member: Member, one: ReviewMeeting) -> bool:
    """Whether a member's department was there and has not signed."""
    if not access.may(member, "approval.sign_review_minutes", pairing_id=one.pairing_id):
        return False
    signed = queries.signatures_of(one)
    return any(
        seat.unit_id == member.unit_id and not seat.is_absent and seat.is_counted and seat.pk not in signed
        for seat in queries.seats_of(one)
        if seat.is_present
    )
