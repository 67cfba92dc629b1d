"""Where fields sign in what they show: menu entries, panels on pages of lower fields, map layers, printed forms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from shanhai.core.signs import Signed, Words

Group = Literal["today", "partnership", "land", "investment", "approval", "people", "account"]


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A line of the side menu. ``access`` hides it; ``count(request) -> int | None`` by dotted path.

    ``below`` are beginnings of further addresses whose pages belong to it: "/pairing/deliveries/".
    """

    code: str
    group: Group
    rank: int
    label: Words
    url: str  # URL name, e.g. "pairing:agreements"
    access: str
    count: str = ""
    below: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel on a page of a lower field. ``render(request, subject) -> SafeString | None`` by dotted path.

    ``place`` names the page: "home.main", "home.side", "region.detail", "organisation.detail", "pairing.detail",
    "park.firm" (between what an enterprise filed and what it asked for) ...
    """

    code: str
    place: str
    rank: int
    render: str
    access: str


@dataclass(frozen=True, slots=True)
class MapLayer:
    """Features on the zone map. ``features(pairing) -> list[webkit.maps.Feature]`` by dotted path."""

    code: str
    label: Words
    rank: int
    features: str
    access: str


@dataclass(frozen=True, slots=True)
class PrintedForm:
    """Something that prints: ``data(subject) -> dict`` and a Typst or HTML template, by dotted path."""

    code: str
    label: Words
    subject: str
    data: str
    template: str
    access: str


menu: Signed[MenuEntry] = Signed("Menu entry")
panels: Signed[Panel] = Signed("Panel")
map_layers: Signed[MapLayer] = Signed("Map layer")
printed_forms: Signed[PrintedForm] = Signed("Printed form")
