"""What the frame around every page shows. Nothing is asked of the database before a template names it."""

from __future__ import annotations

import secrets
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from django.conf import settings
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from shanhai.core import access, clock, notices, signs
from shanhai.core.models import Pairing, Party
from shanhai.webkit import signs as page_signs
from shanhai.webkit.remember import as_said, mark_at, remembered

GROUPS = (
    ("today", _("Today")),
    ("partnership", _("Partnership")),
    ("land", _("Park and land")),
    ("investment", _("Investment promotion")),
    ("approval", _("Joint review")),
    ("people", _("Produce and people")),
    ("account", _("Account")),
)
MOST_PAIRINGS = 30
# What ``party_name`` reads.
_PARTY_NAME = (
    "organisation__kind",
    *(f"organisation__{name}" for name in ("name_zh", "name_en", "region__name_zh", "region__name_en")),
)
# Stand in a drawn top bar for what each request has of its own. Nobody can write them into a name.
_TOKEN, _ADDRESS, _SOUGHT = (secrets.token_hex(16) for _mark in range(3))


def _part(code: str, label: str, entries: list[dict[str, Any]]) -> dict[str, Any]:
    """A part of the menu. Of those that are neither today's nor this page's the name stands alone, with what waits there."""
    counts = [entry["count"] for entry in entries if isinstance(entry["count"], int)]
    return {
        "code": code,
        "label": label,
        "entries": entries,
        "folds": code != GROUPS[0][0],
        "is_open": any(entry["is_current"] for entry in entries),
        "count": sum(counts),
        "is_hot": any(entry["is_hot"] for entry in entries),
    }


class Shell:
    """The frame of one request: menu, pairings, clock, names. Each part is computed when it is first named."""

    def __init__(self, request: Any) -> None:
        self.request = request
        self.member = getattr(request, "member", None)

    @cached_property
    def menu(self) -> list[dict[str, Any]]:
        """Groups with the entries that this member may open; the entry of this page is current."""
        if self.member is None:
            return []
        allowed = [entry for entry in page_signs.menu if access.may(self.member, entry.access)]
        allowed.sort(key=lambda entry: (entry.rank, entry.code))
        urls = {entry.code: _address(entry.url) for entry in allowed}
        allowed = [entry for entry in allowed if urls[entry.code]]
        current = self._current(urls)
        groups = []
        for group, label in GROUPS:
            entries = [
                self._entry(entry, urls[entry.code], entry.code == current)
                for entry in allowed
                if entry.group == group
            ]
            if entries:
                groups.append(_part(group, str(label), entries))
        return groups

    def _current(self, urls: dict[str, str]) -> str | None:
        """The entry whose address is the longest beginning of this page's."""
        path = self.request.path
        fitting = [
            (len(url), code)
            for code, url in urls.items()
            if url and (path == url or (url != "/" and path.startswith(url)))
        ]
        fitting += [
            (len(url), entry.code)
            for entry in page_signs.menu
            if urls.get(entry.code)
            for url in entry.below
            if path.startswith(url)
        ]
        return max(fitting)[1] if fitting else None

    def _entry(self, entry: page_signs.MenuEntry, url: str, is_current: bool) -> dict[str, Any]:
        count = signs.call(entry.count)(self.request) if entry.count else None
        count, is_hot = count if isinstance(count, tuple) else (count, False)
        return {
            "label": str(entry.label),
            "url": url,
            "is_current": is_current,
            "count": count,
            "is_hot": is_hot,
        }

    @cached_property
    def side(self) -> SafeString:
        """The menu, drawn; it stands beside the page and, on the phone, in the top bar."""
        said = {"menu": self.menu}
        return as_said("shell.side", said, lambda: _drawn("_side", said), "readers")

    def top(self, search_text: str, token: Any) -> SafeString:
        """The top bar, drawn. Drawing takes longer than most pages' rows, and most pages say the same in it."""
        said = {
            "urls": {
                name: _address(name)
                for name in ("home", "choose_pairing", "account_logout", "profile", "notices")
            },
            "pairings": self.pairings,
            "pairing": self.pairing,
            "member_name": self.member_name,
            "member_place": self.member_place,
            "memberships": self.memberships,
            "demo_day": self.demo_day,
            "unread": unread(self.request),
            "side": self.side,
        }
        drawn: str = as_said("shell.top", said, lambda: _drawn("_top", said), "readers")
        own = {_TOKEN: token, _ADDRESS: self.request.get_full_path(), _SOUGHT: search_text}
        for mark, text in own.items():
            drawn = drawn.replace(mark, escape(text))
        return mark_safe(drawn)

    @cached_property
    def pairings(self) -> list[dict[str, Any]]:
        """The pairings in which the member's organisation has a seat, topmost first; at most thirty, the chosen among them."""
        if self.member is None or not access.standing(self.member).sides:
            return []
        chosen = self.request.pairing
        organisation = self.member.unit.organisation_id
        parts = (organisation, chosen.pk if chosen is not None else None)
        return remembered(
            "shell.pairings", parts, lambda: self._pairings(organisation), mark_at(self.request)
        )

    def _pairings(self, organisation: int) -> list[dict[str, Any]]:
        seated = Pairing.objects.filter(seats__organisation_id=organisation)
        in_order = seated.order_by("zone__code", F("parent__code").asc(nulls_first=True), "code")
        rows = list(in_order.only("name_zh", "name_en")[:MOST_PAIRINGS])
        chosen = self.request.pairing
        if chosen is not None and chosen.pk not in {row.pk for row in rows}:
            rows = [chosen, *rows[:-1]]
        parties: dict[int, list[dict[str, Any]]] = {row.pk: [] for row in rows}
        of_them = Party.objects.filter(pairing_id__in=list(parties)).select_related("organisation__region")
        for party in of_them.only("pairing", "role", *_PARTY_NAME):
            parties[party.pairing_id].append({"role": party.role, "name": party_name(party)})
        return [
            {
                "pk": row.pk,
                "name": row.name,
                "parties": parties[row.pk],
                "is_current": chosen is not None and row.pk == chosen.pk,
            }
            for row in rows
        ]

    @cached_property
    def pairing(self) -> dict[str, Any] | None:
        """The chosen pairing as the top bar shows it."""
        return next((pairing for pairing in self.pairings if pairing["is_current"]), None)

    @property
    def demo_day(self) -> date | None:
        """The day on which a demonstration lives; None where the clock runs free."""
        return clock.today() if clock.is_fixed() else None

    @property
    def member_name(self) -> str:
        """Who is logged in: the member, or the login of somebody who is no member of a unit."""
        if self.member is not None:
            return self.member.name
        user = getattr(self.request, "user", None)
        return user.get_username() if user is not None and user.is_authenticated else ""

    @property
    def member_place(self) -> str:
        """Organisation and unit of the member."""
        if self.member is None:
            return ""
        comma = "" if (get_language() or "").startswith("zh") else ", "
        return f"{self.member.unit.organisation.name}{comma}{self.member.unit.name}"

    @property
    def memberships(self) -> list[dict[str, Any]]:
        """The units between which a login with several memberships changes."""
        rows = getattr(self.request, "memberships", [])
        return [
            {"pk": row.pk, "name": row.name, "place": f"{row.unit.organisation.name} · {row.unit.name}"}
            | {"is_current": self.member is not None and row.pk == self.member.pk}
            for row in rows
        ]


def _drawn(template: str, said: dict[str, Any]) -> SafeString:
    return render_to_string(
        f"webkit/{template}.html", {**said, "csrf_token": _TOKEN, "next": _ADDRESS, "search_text": _SOUGHT}
    )


def _address(url_name: str) -> str:
    """Where an entry leads; empty where nothing answers. A missing line beats a page that cannot be shown."""
    return _address_in(url_name, get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())


@lru_cache(maxsize=1000)
def _address_in(url_name: str, urlconf: str, prefix: str) -> str:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def unread(request: Any) -> int:
    """Notices that the reader has not read, asked once a request; 0 for somebody who has no page of notices."""
    count = getattr(request, "unread_notices", None)
    if count is None:
        member: Any = getattr(request, "member", None)
        has_page = member is not None and access.may(member, "site.view_notices")
        count = request.unread_notices = notices.unread_count(member) if has_page else 0
    return int(count)


def party_name(party: Any) -> str:
    """A government goes by its place, every other body by its own name."""
    organisation = party.organisation
    return organisation.region.name if organisation.kind == "government" else organisation.name


def shell(request: Any) -> dict[str, Any]:
    """Context processor: ``shell`` for the frame."""
    return {"shell": Shell(request)}
