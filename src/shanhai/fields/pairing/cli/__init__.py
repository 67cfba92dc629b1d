"""``shanhai pairing ...``: the account and the briefing book, and a group of commands for each noun of the field.

Each command calls the query or action that its page calls, for the member of ``--as``; without it, for the system.
"""

from __future__ import annotations

import typer

from shanhai.fields.pairing.cli import (
    account,
    activities,
    agreements,
    balance,
    calendar,
    charges,
    commitments,
    deliveries,
    focus,
    items,
    land,
    leader,
    meetings,
    pairings,
    payments,
    resolutions,
    secondments,
    technical,
)
from shanhai.fields.pairing.cli.account import tell

__all__ = ["app", "tell"]

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)
account.add_to(app)
balance.add_to(app)
leader.add_to(app)
for _noun in (
    pairings,
    agreements,
    commitments,
    focus,
    deliveries,
    payments,
    land,
    meetings,
    resolutions,
    items,
    activities,
    secondments,
    technical,
    charges,
    calendar,
):
    app.add_typer(_noun.app, name=_noun.__name__.rpartition(".")[2])
