"""The figures of matching as the rulebook has them; nothing here asks the database, so commands on plain files start without it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from shanhai.kernel import rulebook
from shanhai.planners import Entry, MatchScheme

CODES = (
    "investment.match_weights",
    "investment.match_shares",
    "investment.entry",
    "investment.negative_list",
)
_LATEST = date.max


def scheme_of(values: Mapping[str, Any]) -> MatchScheme:
    """The scheme of the four tables, by code; pools are those of clusters, ``default`` is that of clusters without one."""
    weights, shares, entry, forbidden = (values[code] for code in CODES)
    return MatchScheme(
        weights={name: float(one) for name, one in weights.items()},
        entry={"" if pool == "default" else pool: entry_of(one) for pool, one in entry.items()},
        forbidden=tuple(str(one) for one in forbidden),
        nearness=tuple(float(shares[name]) for name in ("section", "division", "group", "within")),  # type: ignore[arg-type]
        **{name: float(shares[name]) for name in ("gap", "link", "full_at", "land_slack", "plant_slack")},
    )


def entry_of(table: Mapping[str, Any]) -> Entry:
    """The thresholds of one pool."""
    return Entry(**{name: float(one) for name, one in table.items() if one is not None})


@cache
def shipped_scheme() -> MatchScheme:
    """The scheme of the latest values that ship with the field."""
    path = Path(str(files("shanhai.fields.investment").joinpath("rulebook.yaml")))
    rules = {rule.code: rule for rule in rulebook.read_file(path)}
    return scheme_of(
        {
            code: rulebook.look_up(rules[code].values, code, _LATEST, (rulebook.NATIONAL,)).value
            for code in CODES
        }
    )
