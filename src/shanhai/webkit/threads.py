"""What the panels of a record show: its thread of notes, and who sees it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from shanhai.core import access, mentions, records, signs, visibility
from shanhai.core.actions import drafts
from shanhai.core.models import Member, Note, Organisation, Share
from shanhai.core.queries import notes
from shanhai.core.queries import watching as queries
from shanhai.core.work import pairing_of
from shanhai.webkit import signs as page_signs
from shanhai.webkit.drafts import mark_of
from shanhai.webkit.words import Words

Reach = visibility.Reach
# A page shows the latest notes; the others stand behind a link.
A_THREAD = 50
# The list of names below a box; whoever is not in it may be written after an @ all the same.
_NAMES = 200

# The drafts of notes; an internal one and a shared one are told apart, so that no text changes its readers.
NOTE = "office.note"

SIDES: dict[str, Words] = {
    "mountain": gettext_lazy("mountain side"),
    "sea": gettext_lazy("sea side"),
    "host": gettext_lazy("host"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One note as the thread shows it."""

    note: Note
    wash: str  # m, s, o: the side that an internal note belongs to; empty for a shared one
    for_whom: str
    may_mend: bool
    asked: list[tuple[Member, str]]
    waits_for_me: int | None  # the mention that asks the reader to look


def thread_of(request: Any, record: Any) -> dict[str, Any]:
    """The notes that the reader may read, and the boxes that they may write in."""
    member: Member = request.member
    found = notes.thread(member, record)
    total = found.count()
    is_whole = request.GET.get("notes") == "all" or total <= A_THREAD
    shown = list(found if is_whole else found[total - A_THREAD :])
    kind, pairing_id = record._meta.label_lower, pairing_of(record) or _chosen(request)
    may_write = access.may(member, "core.write_note")
    may_share = may_write and pairing_id is not None and records.is_shared(record)
    boxes = [draft_key(kind, record.pk, reach) for reach in ("side", "both")] if may_write else []
    seen_by = records.audience_of(record) if may_write else None
    typed = drafts.typed_in(request.user, NOTE, boxes) if boxes else {}
    return {
        "record_kind": kind,
        "record": record,
        "lines": [_line(note, member) for note in shown],
        "total": total,
        "left_out": total - len(shown),
        "may_write": may_write,
        "may_share": may_share,
        "side": access.standing(member).side_in(pairing_id) or "",
        "own": _names(record, member, pairing_id, Reach.SIDE, seen_by) if may_write else [],
        "both": _names(record, member, pairing_id, Reach.BOTH, seen_by) if may_share else [],
        "longest": 4000,
        "drafts": [
            {"form": NOTE, "key": key, "mark": mark_of(request.user, NOTE, key), "typed": typed.get(key, {})}
            for key in boxes
        ],
    }


def draft_key(kind: str, pk: int, reach: str) -> str:
    """What the draft of a note on a record stands under."""
    return f"{kind}:{pk}:{'both' if reach == 'both' else 'own'}"


def _chosen(request: Any) -> int | None:
    return request.pairing.pk if request.pairing is not None else None


def _names(
    record: Any, member: Member, pairing_id: int | None, reach: str, seen_by: records.Audience | None
) -> list[Member]:
    """Who may be asked to look: those who would read a note that the member writes."""
    note = Note(kind=record._meta.label_lower, object_id=record.pk, pairing_id=pairing_id, reach=reach)
    visibility.own(note, member)
    return list(mentions.may_be_asked(record, note, member, seen_by).exclude(pk=member.pk)[:_NAMES])


def _line(note: Note, member: Member) -> Line:
    asked = [(one.member, str(_SETTLED.get(one.settled, ""))) for one in note.mentions.all()]
    waiting = [one.pk for one in note.mentions.all() if one.member_id == member.pk and not one.settled]
    return Line(
        note=note,
        wash="" if note.is_shared else {"mountain": "m", "sea": "s"}.get(note.owner_side, "o"),
        for_whom=_for_whom(note),
        may_mend=note.by_id == member.pk and notes.is_within_undo(note),
        asked=asked,
        waits_for_me=waiting[0] if waiting else None,
    )


_SETTLED: dict[str, Words] = {"": gettext_lazy("not answered yet"), "seen": gettext_lazy("has seen it")}


def _for_whom(note: Note) -> str:
    if note.is_shared:
        return _("Both sides")
    if note.reach == Reach.UNIT:
        return _("Only %s") % (note.owner_unit.name if note.owner_unit else "–")
    return _("Internal: %s") % _side_or_owner(note)


def _side_or_owner(row: Any) -> str:
    if row.owner_side in SIDES:
        return str(SIDES[row.owner_side])
    return row.owner_unit.organisation.name if row.owner_unit else _("the system")


def watching(request: Any, record: Any) -> dict[str, Any]:
    """Whether the reader follows a record, and who of their own side does."""
    member: Member = request.member
    watchers = queries.watchers_of(member, record)
    return {
        "record": record,
        "record_kind": record._meta.label_lower,
        "may_watch": records.kind_of(record) is not None and access.may(member, "core.watch_record"),
        "is_watching": any(one.pk == member.pk for one in watchers),
        "others": [one for one in watchers if one.pk != member.pk],
    }


# -- who sees it ---------------------------------------------------------------------------------------------------


def readers_of(request: Any, record: Any) -> dict[str, Any]:
    """In one sentence who sees a record, its named guests, and the next steps that its own side may take."""
    host, only = records.reach_of(record), records.shown_to(record)
    guests = []
    if host is not None and only is None:
        kind = host._meta.label_lower
        guests = list(Share.objects.filter(kind=kind, object_id=host.pk).select_related("organisation"))
    is_own = host is not None and host is record and _is_own(request.member, record)
    return {
        "record": record,
        "panels": panels_of(request, record),
        "record_kind": record._meta.label_lower,
        "host": host if host is not record else None,
        "host_title": records.title(host) if host is not None and host is not record else "",
        "host_url": records.url(host) if host is not None and host is not record else "",
        "sentence": _sentence(record, host) if only is None else _only(only),
        "guests": guests,
        "verbs": _verbs(record, request.member) if is_own else [],
        "may_name": is_own
        and record.reach != Reach.UNIT
        and access.may(request.member, "core.share_with_guest"),
    }


def panels_of(request: Any, record: Any, place: str = "record") -> list[Any]:
    """What fields show beside every record that was signed in (panels of the place "record"), or at a place of its page."""
    if records.kind_of(record) is None:
        return []
    shown = sorted(
        (one for one in page_signs.panels if one.place == place), key=lambda one: (one.rank, one.code)
    )
    drawn = [
        signs.call(one.render)(request, record) for one in shown if access.may(request.member, one.access)
    ]
    return [one for one in drawn if one]


def _sentence(record: Any, host: Any) -> str:
    if host is None:
        if pairing_of(record) is None:
            return _("Everybody who works here.")
        return _("Both sides, and whoever stands above them.")
    said = {
        Reach.UNIT: _("Only %s.") % (host.owner_unit.name if host.owner_unit else "–"),
        Reach.SIDE: _("My side only: %s.") % _side_or_owner(host),
        Reach.GUESTS: _("%s, and the guests named here.") % _side_or_owner(host).capitalize(),
        Reach.BOTH: _("Both sides, and whoever stands above them."),
        Reach.PUBLIC: _("Everybody."),
    }
    return said[Reach(host.reach)]


def _only(shown_to: Collection[int]) -> str:
    """Who sees a record that is shown to just some organisations."""
    found = Organisation.objects.filter(pk__in=shown_to).order_by("name_sort", "pk")
    return _("Only %s, and auditors.") % pgettext("between names", ", ").join(one.name for one in found)


def _is_own(member: Member, record: Any) -> bool:
    here = access.standing(member)
    if record.owner_unit_id and record.owner_unit.organisation_id == here.organisation_id:
        return True
    return bool(record.owner_side) and here.side_in(pairing_of(record)) == record.owner_side


def _verbs(record: Any, member: Member) -> list[tuple[str, Words]]:
    """The next steps from where a record stands: (verb, label)."""
    reach = Reach(record.reach)
    is_settled = records.is_settled(record)
    offered: list[tuple[str, Words, str]] = []
    if reach == Reach.UNIT:
        offered.append(("side", _("Show it to my side"), "core.share_with_own_side"))
    if reach in (Reach.UNIT, Reach.SIDE, Reach.GUESTS) and record.pairing_id:
        offered.append(("both", _("Share with the other side"), "core.share_with_other_side"))
    if reach in (Reach.BOTH, Reach.GUESTS, Reach.PUBLIC) and not is_settled:
        offered.append(("back", _("Take it back to my side"), "core.take_back"))
    if reach == Reach.SIDE and record.owner_unit_id == member.unit_id and not is_settled:
        offered.append(("keep", _("Keep it to my unit"), "core.keep_to_unit"))
    if reach != Reach.PUBLIC:
        offered.append(("public", _("Make it public"), "core.make_public"))
    return [(verb, label) for verb, label, row in offered if access.may(member, row)]
