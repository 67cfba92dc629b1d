"""``shanhai pairing land ...``: land that agreements provide for, and what of it was handed over."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.core import clock
from shanhai.fields.pairing import actions
from shanhai.fields.pairing.cli import shared
from shanhai.fields.pairing.models import LandClause
from shanhai.fields.pairing.queries import pages, registered
from shanhai.fields.pairing.queries import registers as tables
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, acting, done, noun

app = noun("Land and land quota that agreements provide for.")


@app.command("list")
def list_land(pairing: shared.PairingCode = "", as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """What land is to be handed over, and how much of it was, by code."""
    member = shared.reader("view_agreements")
    found = registered.land_clauses(member, shared.pairing_of(pairing)).order_by("code")
    headings = {"code": _("Code"), "purpose": _("Purpose"), "giver": _("Gives"), "taker": _("Takes")}
    headings |= {"land_mu": _("Land, mu"), "delivered_mu": _("Handed over, mu"), "by_on": _("By")}
    headings |= {"agreement": _("Agreement")}
    right = ("land_mu", "delivered_mu")
    shared.list_rows(tables.LAND_CLAUSES, found, _row, headings, as_json=as_json, as_csv=as_csv, right=right)


def _row(one: LandClause) -> dict[str, Any]:
    return {
        "code": one.code,
        "purpose": one.purpose,
        "giver": one.giver.organisation.code,
        "taker": one.taker.organisation.code,
        "land_mu": one.land_mu,
        "delivered_mu": one.delivered_mu,
        "by_on": one.by_on,
        "agreement": one.agreement.number,
    }


@app.command("hand-over")
def hand_over_land(
    code: str,
    mu: Annotated[Decimal, typer.Argument(parser=shared.mu, metavar="MU", help="How much, in mu.")],
    paper: Annotated[list[str] | None, shared.papers_option("--paper", "Paper that shows it.")] = None,
    on: given.Today = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Record that land or land quota was handed over."""
    one = pages.land_clause_of(acting(), code)
    made = shared.with_papers(
        paper,
        one.pairing,
        lambda papers: actions.hand_over_land(
            one, land_mu=mu, on=on or clock.today(), papers=papers, by=acting()
        ),
        dry_run=dry_run,
    )
    facts = {"code": made.code, "delivered_mu": made.delivered_mu, "version": made.version}
    done(_("The land is recorded."), facts, dry_run=dry_run, as_json=as_json)
