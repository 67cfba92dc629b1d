"""The home page: does the cooperation deliver what it promised, and what needs this reader today?

Each reader gets the page that answers this for him: an office its zone, a department its own pairing, the province
all zones side by side, a firm what concerns it, the administrator the registers, an outsider what to do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from shanhai.core import access, clock, signs
from shanhai.core.models import Member, Pairing
from shanhai.core.queries import work
from shanhai.fields.office.views.work import Need, need_of, soon
from shanhai.fields.pairing import columns, quantities
from shanhai.fields.pairing import queries as pairing_queries
from shanhai.site import latest, promised, zone_map
from shanhai.webkit import signs as page_signs
from shanhai.webkit import words
from shanhai.webkit.maps import Feature
from shanhai.webkit.pages import login_needed
from shanhai.webkit.remember import as_said, mark_at, mark_beside, remembered
from shanhai.webkit.templatetags.shanhai import due, slack_word

# Records of which the account of a zone says nothing: an entry about one of them leaves it as it is. The merging of a
# round moves commitments, a paper lies under a point of a meeting: rounds and documents are not among them.
UNCONCERNED = frozenset(
    {
        "core.batch",
        "core.import",
        "core.note",
        "core.receipt",
        "office.instruction",
        "office.problem",
        "office.proposal",
        "office.roundanswer",
    }
)
SHOWN = 5  # things that need somebody
MOST_LATE = 6
MOST_NESTED = 5
OVERSEERS = frozenset({"province", "auditor"})
# Readers whom a zone's account does not concern: they deal with their own firm's things.
FIRMS = frozenset({"enterprise", "cooperative", "buyer", "driver"})

MARK_DETAIL = gettext_lazy(
    "Figures marked reported carry their source on their own page; the others are illustrative, made up to fill "
    "the example zone."
)


@login_needed
def home(request: Any) -> HttpResponse:
    """The page for whoever asks."""
    member = request.member
    if member is None or not access.standing(member).roles:
        return render(request, "site/home_outsider.html", {})
    roles = access.standing(member).roles
    if roles & OVERSEERS:
        return _overview(request, member)
    if request.pairing is None or roles <= FIRMS:
        return _own_things(request, member)
    return _zone(request, member, request.pairing)


# --- one pairing -----------------------------------------------------------------------------------------------------


def _zone(request: Any, member: Member, pairing: Pairing) -> HttpResponse:
    show = request.GET.get("show", "")
    show = show if show in promised.SHOWS else "main"
    if request.htmx and request.htmx.target == "promised":
        account = pairing_queries.account(member, pairing, urgent=0, is_kept_enough=True)
        return render(
            request,
            "site/_promised.html",
            {"promised": promised.promised_of(account, show), "mark_detail": MARK_DETAIL},
        )
    is_all_late = request.GET.get("late") == "all"
    here = access.standing(member)
    # All readers with the same seats are told the same; what waits for one of them is asked each time.
    seats = frozenset(here.sides.items())
    told = remembered(
        "home",
        (pairing.pk, seats, show, is_all_late),
        lambda: _told(member, pairing, show, is_all_late),
        mark_beside(request, UNCONCERNED),
    )
    journal_url = _journal_url(member)
    happened = remembered(
        "home.latest",
        (pairing.pk, seats, journal_url),
        lambda: _drawn(
            "_latest", {"latest": latest.latest(member, told["pairing_ids"]), "journal_url": journal_url}
        ),
        mark_at(request),
    )
    needs = needs_of(member)
    context = {
        "pairing": pairing,
        "told": told,
        "happened": happened,
        "finding": promised.finding(told["tally"], needs.soon),
        "needs": needs,
        "desk_url": _url("pairing:leader") if access.may(member, "pairing.view_leader_desk") else "",
        "panels_main": _panels(request, "home.main", pairing),
        "panels_side": _panels(request, "home.side", pairing),
        "registry": _registry_links() if "administrator" in here.roles else [],
    }
    return render(request, "site/home.html", context)


def _told(member: Member, pairing: Pairing, show: str, is_all_late: bool) -> dict[str, Any]:
    """What the page says of a pairing to readers of these seats, drawn already."""
    account = pairing_queries.account(member, pairing, urgent=0, is_kept_enough=True)
    said = promised.promised_of(account, show)
    sides = said.sides
    drawn = zone_map.features(member, pairing, _figures_on_map(account))
    here = access.standing(member).side_in(pairing.pk)
    late, nested = _late(account, sides, is_all_late), _nested(account, pairing)
    return {
        "wide": _drawn("_home_wide", {"promised": said, "nested": nested, "late": late}),
        "map": _drawn(
            "_home_map", {"map": drawn, "map_note": _map_note(drawn), "map_mark": account.standing}
        ),
        "meeting": _drawn("_meeting", {"meeting": _meeting(account, sides, here)}),
        "pairing_ids": tuple(account.pairing_ids),
        "tally": said.tally,
        "comparison": promised.comparison(account, said.own),
    }


def _drawn(template: str, said: dict[str, Any]) -> str:
    """A part of the page. Most entries change what one of them says, so the others are not drawn again."""
    return as_said(
        "home.part",
        {"template": template, **said},
        lambda: render_to_string(f"site/{template}.html", {**said, "mark_detail": MARK_DETAIL}),
    )


def _nested(account: Any, pairing: Pairing) -> dict[str, Any] | None:
    """What the pairings nested in this one promised: how many, and which of them are not on track."""
    below = [one for one in promised.this_year(account) if one.commitment.pairing_id != pairing.pk]
    if not below:
        return None
    found: dict[int, list[Any]] = {}
    for one in below:
        found.setdefault(one.commitment.pairing_id, []).append(one)
    lines = []
    for some in found.values():
        nested = some[0].commitment.pairing
        if any(one.status not in promised.QUIET for one in some):
            worst = min(
                (one for one in some if one.status not in promised.QUIET),
                key=lambda one: (one.status != "late", one.share),
            )
            lines.append(((worst.status != "late", worst.share, nested.code), nested.name, worst))
    lines.sort(key=lambda line: line[0])
    return {
        "pairings": len(found),
        "tally": pairing_queries.tally(below),
        "lines": [(name, next(iter(promised.rows_of([worst])))) for _key, name, worst in lines[:MOST_NESTED]],
        "more": max(0, len(lines) - MOST_NESTED),
        "mark": promised.mark_of(below),
    }


# --- late, next meeting ----------------------------------------------------------------------------------------------


def _late(account: Any, sides: dict[str, str], is_all: bool) -> dict[str, Any] | None:
    if not account.late:
        return None
    shown = account.late if is_all else account.late[:MOST_LATE]
    kinds = {one.is_illustrative for one in shown}
    return {
        "lines": [(one.what, one.url, _held_by(one), due(one.due_on), _escalated(one)) for one in shown],
        "more": len(account.late) - len(shown),
        "note": _who_holds(account.late_by_side, sides),
        "mark": "mixed" if len(kinds) == 2 else "illustrative" if kinds == {True} else "reported",
    }


def _held_by(one: Any) -> list[tuple[str, str]]:
    """The sides with which something rests, each with the organisation of its unit in charge."""
    return [(side, unit.organisation.name) for side, unit in one.holders]


def _escalated(one: Any) -> str:
    """To whom something late went, and when; empty while it rests with the unit alone."""
    if one.escalated_on is None:
        return ""
    level = columns.words(columns.MEETING_LEVELS, one.escalated_to) if one.escalated_to else ""
    on = words.day(one.escalated_on)
    return _("{level}, {day}").format(level=level, day=on) if level else on


def _who_holds(by_side: dict[str, int], sides: dict[str, str]) -> str:
    """ "two rest with Xiaoshan, one with Longquan": most first."""
    parts = []
    for side, n in sorted(by_side.items(), key=lambda pair: (-pair[1], pair[0])):
        name = sides.get(side, side)
        parts.append(ngettext("{n} rests with {side}", "{n} rest with {side}", n).format(n=n, side=name))
    return pgettext("between parts of a headline", ", ").join(parts)


def _meeting(account: Any, sides: dict[str, str], here: str | None) -> dict[str, Any] | None:
    coming = account.meeting
    if coming is None:
        return None
    meeting = coming.meeting
    asks = []
    order = ("sea", "mountain") if here == "mountain" else ("mountain", "sea")
    for side in order:
        texts = [point.asks for point in coming.asks(side)]
        if texts:
            asks.append((_who_asks(side, here, sides), texts))
    return {
        "at": meeting.at,
        "place": meeting.place,
        "url": meeting.url,
        "on": (on := clock.local(meeting.at).date()),
        "slack": slack_word(on),
        "level": columns.words(columns.MEETING_LEVELS, meeting.level),
        "quorum": [
            (side, sides.get(side, side), coming.coming.get(side, 0), coming.invited.get(side, 0))
            for side in ("mountain", "sea")
        ],
        "has_quorum": coming.has_quorum,
        "points": len(coming.points),
        "without_papers": coming.without_papers,
        "asks": asks,
        "mark": "illustrative" if meeting.is_illustrative else "reported",
        "brief_url": f"{meeting.url}brief.pdf",
    }


def _who_asks(side: str, here: str | None, sides: dict[str, str]) -> str:
    """From where the reader sits: "They ask", "We ask"; by name for those who sit on neither side."""
    if here not in ("mountain", "sea"):
        return _("{side} asks").format(side=sides.get(side, side))
    return _("We ask") if side == here else _("They ask")


# --- needs you today -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Needs:
    """The most urgent things that wait for a member, and how many there are."""

    lines: tuple[Need, ...]
    total: int
    soon: int  # late, or due within the next working days


def needs_of(member: Member, limit: int = SHOWN) -> Needs:
    """What waits for a member, most urgent first; without a day comes last."""
    waiting = work.waiting_for(member)
    counted = waiting.order_by().aggregate(total=Count("pk"), soon=Count("pk", Q(due_on__lte=soon())))
    lines = waiting.order_by(F("due_on").asc(nulls_last=True), "id")[:limit] if counted["total"] else []
    return Needs(tuple(map(need_of, lines)), counted["total"], counted["soon"])


# --- map and panels of other fields ----------------------------------------------------------------------------------


def _figures_on_map(account: Any) -> list[Feature]:
    """What stands at the parks and on the way between the sides: the main commitments of these fields."""
    main: dict[str, Any] = {}
    for one in promised.this_year(account):
        if one.commitment.is_main and one.commitment.pairing_id == account.pairing.pk:
            main.setdefault(one.commitment.field, one)
    found = []
    for of_field, kind, side, label in (
        ("park", "site", "mountain", _("Industrial park")),
        ("enclave", "site", "sea", _("Enclave park")),
        ("supply", "route", "", _("Cold chain")),
    ):
        one = main.get(of_field)
        if one is None:
            continue
        scale = quantities.scale_of(one.commitment, one.promised)
        note = _("{what}: {delivered} of {promised}").format(
            what=one.commitment.name, delivered=scale.say(one.delivered), promised=scale.full(one.promised)
        )
        found.append(
            Feature(kind, (), side=side, label=label, note=note, url=one.commitment.url)  # type: ignore[arg-type]
        )
    return found


def _map_note(drawn: Sequence[Feature]) -> str:
    paired = zone_map.count_paired(drawn)
    if not any(paired.values()):
        return _("schematic, not to scale")
    return _("schematic, not to scale; darker = paired townships ({mountain} and {sea})").format(**paired)


def _panels(request: Any, place: str, subject: Any) -> list[Any]:
    """Panels that other fields signed in for this place."""
    found = []
    for panel in sorted(page_signs.panels, key=lambda panel: (panel.rank, panel.code)):
        if panel.place == place and access.may(request.member, panel.access):
            content = signs.call(panel.render)(request, subject)
            if content:
                found.append(content)
    return found


# --- other readers ---------------------------------------------------------------------------------------------------


# What the table of the province can be ordered by: what stands in the column, first what needs a look.
ORDERS: dict[str, Callable[[Any], Any]] = {
    "share": lambda one: _share(one.tally),
    "risk": lambda one: -one.tally.at_risk,
    "late": lambda one: -one.tally.late,
    "items": lambda one: -one.items_late,
    "meeting": lambda one: (one.next_meeting_at is None, one.next_meeting_at),
    "name": lambda one: one.pairing.name_sort,
}


def _overview(request: Any, member: Member) -> HttpResponse:
    """All zones, or all pairings, side by side for those who stand above them."""
    is_each = request.GET.get("show") == "each"
    order = request.GET.get("sort", "")
    order = order if order in ORDERS else "share"
    zones = pairing_queries.side_by_side(member, is_each=is_each)
    zones.sort(key=lambda one: (ORDERS[order](one), one.pairing.code))
    needs = needs_of(member)
    context = {
        "zones": zones,
        "worst": min(zones, key=lambda one: (_share(one.tally), one.pairing.code), default=None),
        "is_each": is_each,
        "order": order,
        "total": sum(one.tally.total for one in zones),
        "on_track": sum(one.tally.on_track for one in zones),
        "late": sum(one.tally.late for one in zones),
        "items_late": sum(one.items_late for one in zones),
        "most": max((one.tally.total for one in zones), default=0),
        "year": clock.today().year,
        "needs": needs,
        "need_words": promised.need_words(needs.soon),
        "latest": latest.latest(member, None),
        "journal_url": _journal_url(member),
        "mark": promised.mark_of([one.pairing for one in zones]),
        "mark_detail": MARK_DETAIL,
        "panels_main": _panels(request, "home.main", None),
        "panels_side": _panels(request, "home.side", None),
        "is_auditor": "auditor" in access.standing(member).roles,
    }
    return render(request, "site/province.html", context)


def _share(tally: Any) -> Decimal:
    return Decimal(tally.on_track) / tally.total if tally.total else Decimal(1)


def _own_things(request: Any, member: Member) -> HttpResponse:
    """For readers outside the zone's own offices: what waits for them, what they were told, what they keep."""
    roles = access.standing(member).roles
    needs = needs_of(member)
    context = {
        "needs": needs,
        "need_words": promised.need_words(needs.soon),
        "notices": _notices(member),
        "panels_main": _panels(request, "home.main", request.pairing),
        "panels_side": _panels(request, "home.side", request.pairing),
        "registry": _registry_links() if "administrator" in roles else [],
        "is_administrator": "administrator" in roles,
        "pairing": request.pairing,
        "organisation": member.unit.organisation,
    }
    return render(request, "site/home_own.html", context)


def _notices(member: Member) -> list[tuple[Any, str]]:
    from shanhai.core.queries import notices

    return [(one, notices.words(one)) for one in notices.notices_of(member)[:SHOWN]]


REGISTRY = (
    ("registry:members", gettext_lazy("Members and roles"), gettext_lazy("who works here and may do what")),
    ("registry:organisations", gettext_lazy("Organisations"), gettext_lazy("with their units")),
    ("registry:regions", gettext_lazy("Regions"), gettext_lazy("and their dated changes")),
    (
        "registry:rulebook",
        gettext_lazy("Rulebook"),
        gettext_lazy("figures that offices set, with their sources"),
    ),
    (
        "registry:calendar_now",
        gettext_lazy("Calendar"),
        gettext_lazy("working days, and the notice of next year"),
    ),
    ("registry:imports", gettext_lazy("Imports"), gettext_lazy("spreadsheets that were brought")),
    ("registry:journal", gettext_lazy("Journal"), gettext_lazy("with seals and receipts")),
)


def _registry_links() -> list[tuple[str, Any, Any]]:
    return [(url, label, about) for name, label, about in REGISTRY if (url := _url(name))]


def _journal_url(member: Member) -> str:
    """The journal's address for those who may read it."""
    may_read = "registry.view_journal" in signs.access_rows and access.may(member, "registry.view_journal")
    return _url("registry:journal") if may_read else ""


def _url(name: str) -> str:
    """An address of a field that may not be installed."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
