"""The latest journal entries as sentences that a reader understands, with links to what they are about."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from shanhai.core.journal import READINGS
from shanhai.core.models import JournalEntry, Member, SearchEntry
from shanhai.core.queries import journal
from shanhai.webkit.words import NOTHING

# {who} is a person, or the organisation where nobody is named; {what} the record. Actions that stand here are those
# a reader of the home page cares about; every other one is told by its row of the access table.
SENTENCES: dict[str, str | Promise] = {
    "core.attach_document": _("{who} put a paper to {what}"),
    "core.open_pairing": _("{who} opened the pairing {what}"),
    "core.end_pairing": _("{who} ended the pairing {what}"),
    "core.share_with_other_side": _("{who} shared {what} with the other side"),
    "core.share_with_guest": _("{who} shared {what} with a guest"),
    "core.make_public": _("{who} made {what} public"),
    "core.keep_print": _("{who} printed {what}"),
    "core.store_document": _("{who} filed {what}"),
    "core.take_receipt": _("{who} took seal {what} away as a receipt"),
    "pairing.draft_agreement": _("{who} drafted the agreement {what}"),
    "pairing.change_agreement": _("{who} changed the draft {what}"),
    "pairing.sign_agreement": _("{who} signed the agreement {what}"),
    "pairing.take_back_signature": _("{who} took back the signature under {what}"),
    "pairing.end_agreement": _("{who} ended the agreement {what}"),
    "pairing.add_commitment": _("{who} added the commitment {what}"),
    "pairing.change_commitment": _("{who} changed the commitment {what}"),
    "pairing.plan_delivery": _("{who} planned a delivery: {what}"),
    "pairing.record_delivery": _("{who} recorded a delivery: {what}"),
    "pairing.confirm_delivery": _("{who} confirmed a delivery: {what}"),
    "pairing.take_back_confirmation": _("{who} took back a confirmation: {what}"),
    "pairing.withdraw_delivery": _("{who} withdrew a delivery: {what}"),
    "pairing.pay_money_due": _("{who} recorded a payment: {what}"),
    "pairing.take_back_payment": _("{who} took back a payment: {what}"),
    "pairing.hand_over_land": _("{who} recorded land handed over: {what}"),
    "pairing.call_meeting": _("{who} called the meeting {what}"),
    "pairing.change_meeting": _("{who} changed the meeting {what}"),
    "pairing.cancel_meeting": _("{who} cancelled the meeting {what}"),
    "pairing.invite": _("{who} sent invitations to {what}"),
    "pairing.answer_invitation": _("{who} answered the invitation to {what}"),
    "pairing.set_agenda": _("{who} set the agenda of {what}"),
    "pairing.hold_meeting": _("{who} noted who was at {what}"),
    "pairing.write_minutes": _("{who} wrote the minutes of {what}"),
    "pairing.sign_minutes": _("{who} signed the minutes of {what}"),
    "pairing.adopt_resolution": _("{who} put a resolution on record: {what}"),
    "pairing.assign_action_item": _("{who} assigned {what}"),
    "pairing.report_action_item": _("{who} reported on {what}"),
    "pairing.close_action_item": _("{who} closed {what}"),
    "pairing.reopen_action_item": _("{who} reopened {what}"),
    "pairing.extend_action_item": _("{who} gave {what} more time"),
    "pairing.put_in_charge": _("{who} put somebody in charge: {what}"),
    "pairing.second_officer": _("{who} planned the secondment {what}"),
    "pairing.prolong_secondment": _("{who} changed the end of the secondment {what}"),
    "pairing.end_secondment": _("{who} ended the secondment {what} with a handover"),
    "core.give_appraisal": _("{who} appraised {what}"),
}


# What the tick does while nobody looks: those whom it concerns get a notice or a work item.
BY_ITSELF = frozenset(
    {
        "pairing.escalate_action_item",
        "pairing.escalate_commitment",
        "pairing.escalate_payment",
        "pairing.expire_agreement",
    }
)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened, or several of a kind that came together."""

    at: datetime
    text: SafeString


def latest(member: Member, pairing_ids: Collection[int] | None, limit: int = 8) -> list[Line]:
    """What happened last, as a member may read it: four statements, five after a large import.

    Entries that one import or load wrote stand together as one line with their number.
    """
    groups = _groups(member, pairing_ids, limit)
    heads = [group[0] for group in groups]
    bodies = _bodies(heads)
    people = Member.objects.in_bulk({entry.member_id for entry in heads if entry.member_id is not None})
    known = _known(heads, bodies)
    return [
        Line(group[0].at, _sentence(group, bodies[group[0].pk], people.get(group[0].member_id or 0), known))
        for group in groups
    ]


# On most days the first few entries tell enough; the rest looks past a file of some hundred rows. Bodies are read of
# those only that are told.
_LOOKED_THROUGH = (40, 400)


def _groups(member: Member, pairing_ids: Collection[int] | None, limit: int) -> list[list[JournalEntry]]:
    """The latest deeds, those that belong together as one."""
    for most in _LOOKED_THROUGH:
        found = journal.latest_for(member, pairing_ids, most)
        # One more than is told: only where the next one begins is the last one whole.
        groups = _together([entry for entry in found if _is_deed(entry)], limit + 1)
        if len(groups) > limit or len(found) < most:
            break
    return groups[:limit]


def _bodies(heads: Sequence[JournalEntry]) -> dict[int, dict[str, Any]]:
    found = JournalEntry.objects.filter(pk__in=[entry.pk for entry in heads]).only("body")
    return {entry.pk: journal.body_of(entry) for entry in found}


def _together(entries: Sequence[JournalEntry], limit: int) -> list[list[JournalEntry]]:
    """Neighbours of one action, person and minute are one line; so is all that came from files at one time."""
    groups: list[list[JournalEntry]] = []
    for entry in entries:
        if groups and _is_same(groups[-1][-1], entry):
            groups[-1].append(entry)
        elif len(groups) == limit:
            break
        else:
            groups.append([entry])
    return groups


def _is_same(before: JournalEntry, entry: JournalEntry) -> bool:
    return (
        (before.action == entry.action or (_is_brought(before) and _is_brought(entry)))
        and before.member_id == entry.member_id
        and abs((before.at - entry.at).total_seconds()) < 60
    )


def _is_deed(entry: JournalEntry) -> bool:
    """What somebody did to a record; not what somebody read, nor what the tick did by itself."""
    if entry.action in READINGS or entry.action in BY_ITSELF:
        return False
    return entry.member_id is not None or entry.action in SENTENCES or _is_brought(entry)


def _is_brought(entry: JournalEntry) -> bool:
    """Written by an import or by the loader of a zone: registers written row by row, papers filed beside them."""
    if entry.member_id is None and entry.action == "core.store_document":
        return True
    verb = entry.action.rpartition(".")[2]
    return entry.action not in SENTENCES and (verb == "write" or verb.startswith(("write_", "set_roles")))


Known = dict[tuple[str, Any], SearchEntry]


def _known(entries: Sequence[JournalEntry], bodies: dict[int, dict[str, Any]]) -> Known:
    """Titles and addresses of what the entries are about, by kind and key and by kind and code."""
    wanted = Q(pk__in=[])
    for entry in entries:
        if entry.subject_id is not None:
            wanted |= Q(kind=entry.subject_kind, object_id=entry.subject_id)
        if code := _commitment(bodies[entry.pk]):
            wanted |= Q(kind="pairing.commitment", code=code)
    found: Known = {}
    for one in SearchEntry.objects.filter(wanted).defer("grams"):
        found[one.kind, one.object_id] = one
        found[one.kind, one.code] = one
    return found


def _commitment(body: dict[str, Any]) -> str:
    """The code of the commitment that a delivery belongs to: deliveries are numbered under it."""
    code = body.get("facts", {}).get("commitment", "")
    if not code and body["kind"] == "pairing.delivery":
        code = body["what"].rpartition("-D")[0]
    return code if isinstance(code, str) else ""


def _no_member(body: dict[str, Any]) -> str:
    """Who did it without being a member: the holder of a phone link, or the platform itself."""
    name = body.get("by_name")
    if body.get("by_link"):
        return gettext("{name} (by link)").format(name=name)
    return name or gettext("The platform")


def _sentence(
    group: Sequence[JournalEntry], body: dict[str, Any], person: Member | None, known: Known
) -> SafeString:
    entry = group[0]
    who = person.name if person is not None else _no_member(body)
    if _is_brought(entry):
        # The number is not said: the beginning of the file may lie further back than was looked.
        return format_html(gettext("{who} brought records in from files"), who=who)
    template = SENTENCES.get(entry.action)
    what = _linked(entry, body, known)
    if len(group) > 1:
        more = ngettext("{what} and {n} more", "{what} and {n} more", len(group) - 1)
        what = format_html(more, what=what, n=len(group) - 1)
    if template is None:
        colon = "：" if (get_language() or "").startswith("zh") else ": "
        return format_html("{}{}{} ({})", who, colon, journal.action_name(entry), what)
    return format_html(str(template), who=who, what=what)


def _linked(entry: JournalEntry, body: dict[str, Any], known: Known) -> SafeString:
    one = known.get((entry.subject_kind, entry.subject_id)) or known.get(
        ("pairing.commitment", _commitment(body))
    )
    if one is None:
        return format_html("{}", body.get("what") or NOTHING)
    is_chinese = (get_language() or "").startswith("zh")
    title = one.title_zh if is_chinese else (one.title_en or one.title_zh)
    return format_html('<a href="{}">{}</a>', one.url, title)
