"""What a zone promised this year and what came of it, as its home page says it: rows, tabs, headline, comparison."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from shanhai.core import clock
from shanhai.core.models import Pairing, Party
from shanhai.fields.pairing import columns, quantities
from shanhai.fields.pairing import queries as pairing_queries
from shanhai.fields.pairing.queries.leader import figure_of
from shanhai.webkit import words
from shanhai.webkit.context import party_name

SHOWS = ("main", "all", "on_track", "risk", "late")
QUIET = ("on_track", "done", "not_started")
UNIT_WORDS = ("", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


@dataclass(frozen=True, slots=True)
class Row:
    """One commitment as the table shows it: all figures in one unit, chosen by the promise."""

    field: str
    is_again: bool
    owes: str
    name: str
    url: str
    agreement_url: str
    status: str
    delivered: str
    promised: str
    forecast: str
    bar: tuple[Decimal | None, Decimal | None, Decimal | None, Decimal | None]
    exact: str

    @property
    def looks_ahead(self) -> bool:
        """There is time left, and so a forecast."""
        return self.bar[2] is not None

    @property
    def is_quiet(self) -> bool:
        """Nothing to see to: left out of the short list of the phone."""
        return self.status in QUIET


@dataclass(frozen=True, slots=True)
class Promised:
    """The panel "promised and delivered": the chosen commitments, and how many each tab holds."""

    year: int
    own: tuple[Any, ...] = field(repr=False)  # is counted and compared, not drawn
    rows: tuple[Row, ...]
    tabs: tuple[tuple[str, str, int, bool], ...]
    tally: Any
    mark: str
    show: str
    sides: dict[str, str]

    @property
    def quiet(self) -> int:
        """How many rows the phone leaves out at first."""
        return sum(row.is_quiet for row in self.rows) if self.show == "main" else 0


def promised_of(account: Any, show: str) -> Promised:
    """The pairing's own commitments of this year; those nested below stand apart."""
    own = tuple(one for one in this_year(account) if one.commitment.pairing_id == account.pairing.pk)
    chosen = {
        "main": [one for one in own if one.commitment.is_main] or list(own),
        "all": list(own),
        "on_track": [one for one in own if one.status in ("on_track", "done")],
        "risk": [one for one in own if one.status == "at_risk"],
        "late": [one for one in own if one.status == "late"],
    }
    labels = {"main": _("Main"), "all": _("All"), "on_track": _("On track")}
    labels |= {"risk": _("At risk"), "late": _("Late")}
    return Promised(
        year=account.on.year,
        own=own,
        rows=tuple(rows_of(chosen[show])),
        tabs=tuple((code, labels[code], len(chosen[code]), code == show) for code in SHOWS),
        tally=pairing_queries.tally(own),
        mark=mark_of(own),
        show=show,
        sides=sides_of(account.pairing),
    )


def this_year(account: Any) -> list[Any]:
    """What is due or runs in the year of the account; commitments of years gone by are history."""
    year = account.on.year
    return [one for one in account.commitments if one.frame.starts_on.year <= year <= one.frame.due_on.year]


def rows_of(found: Sequence[Any]) -> Iterable[Row]:
    field = ""
    for one in found:
        scale, figure = quantities.scale_of(one.commitment, one.promised), figure_of(one)
        is_again, field = one.commitment.field == field, one.commitment.field
        yield Row(
            field=columns.words(columns.FIELDS, field),
            is_again=is_again,
            owes=one.commitment.owes,
            name=one.commitment.name,
            url=one.commitment.url,
            agreement_url=one.commitment.agreement.url,
            status=str(one.status),
            delivered=figure.delivered,
            promised=figure.promised,
            forecast=_forecast_said(one, scale),
            bar=figure.bar,
            exact=figure.exact,
        )


def _forecast_said(one: Any, scale: quantities.Scale) -> str:
    """The forecast in the unit of the row; one digit more where rounding would show a promise kept that is not."""
    if not _looks_ahead(one):
        return words.NOTHING
    said = scale.say(one.forecast)
    if one.forecast < one.promised and said == scale.say(one.promised):
        return words.num(one.forecast / scale.divisor, (scale.digits or 0) + 1)
    return said


def _looks_ahead(one: Any) -> bool:
    """A forecast is worth saying while there is time left."""
    return one.forecast is not None and one.frame.due_on >= clock.today()


def finding(tally: Any, soon: int) -> str:
    """The headline: how many commitments are where, and what needs the reader."""
    if not tally.total:
        empty = _(
            "This zone has no commitments for this year yet: draft an agreement and have both sides sign it."
        )
        joint = "" if words.is_chinese() else " "
        return joint.join((empty, *([need_words(soon)] if soon else [])))
    parts = [
        _("{on_track} of {total} commitments are on track").format(on_track=tally.on_track, total=tally.total)
    ]
    if tally.at_risk:
        parts.append(ngettext("{n} is at risk", "{n} are at risk", tally.at_risk).format(n=tally.at_risk))
    if tally.late:
        parts.append(ngettext("{n} is late", "{n} are late", tally.late).format(n=tally.late))
    if tally.not_started:
        parts.append(
            ngettext("{n} has not begun", "{n} have not begun", tally.not_started).format(n=tally.not_started)
        )
    listed = pgettext("between parts of a headline", ", ").join(parts)
    return pgettext("headline and what needs you", "{finding}. {needs}").format(
        finding=listed, needs=need_words(soon)
    )


def need_words(n: int) -> str:
    if not n:
        return _("Nothing needs you today.")
    counted = str(n) if words.is_chinese() or n >= len(UNIT_WORDS) else UNIT_WORDS[n]
    return ngettext("{n} thing needs you today.", "{n} things need you today.", n).format(n=counted)


def comparison(account: Any, own: Sequence[Any]) -> str:
    """The one comparison that matters: the share of the year, and what is furthest behind an even pace."""
    share = words.percent(account.year_passed)
    behind = [one for one in own if one.status in ("late", "at_risk") and one.pace and one.commitment.is_main]
    if not any(one.commitment.is_main for one in own):
        return _("{share} of the year has passed.").format(share=share)
    if not behind:
        return _("{share} of the year has passed; none of the main commitments is behind.").format(
            share=share
        )
    one = min(behind, key=lambda one: (one.delivered / one.pace, one.commitment.code))
    scale = quantities.scale_of(one.commitment, one.promised)
    facts = {
        "share": share,
        "what": one.commitment.name,
        "delivered": scale.say(one.delivered),
        "promised": scale.full(one.promised),
        "forecast": scale.say(one.forecast),
        "delivered_full": scale.full(one.delivered),
        "forecast_full": scale.full(one.forecast),
    }
    if not _looks_ahead(one):
        return _(
            "{share} of the year has passed. Furthest behind: {what}, {delivered} of {promised}."
        ).format(**facts)
    return _(
        "{share} of the year has passed. Furthest behind: {what}, {delivered} of {promised}, "
        "forecast {forecast}."
    ).format(**facts)


def mark_of(found: Iterable[Any]) -> str:
    kinds = {bool(one.is_illustrative) for one in found}
    return "mixed" if len(kinds) == 2 else "illustrative" if kinds == {True} else "reported"


def sides_of(pairing: Pairing) -> dict[str, str]:
    """Side -> the name that readers use for it; the first party of a side gives it."""
    kept = getattr(pairing, "_side_names", None)
    if kept is None:
        kept = {}
        for party in (
            Party.objects.filter(pairing=pairing).select_related("organisation__region").order_by("pk")
        ):
            kept.setdefault(party.role, party_name(party))
        pairing._side_names = kept  # type: ignore[attr-defined]
    return kept
