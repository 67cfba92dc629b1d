"""``shanhai park promises ...``: standard land, promised and checked."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.fields.office.cli import shared
from shanhai.fields.pairing.cli.shared import list_rows
from shanhai.fields.park.actions import promises as actions
from shanhai.fields.park.columns.promises import PROMISES, STAGES
from shanhai.fields.park.models import LandPromise
from shanhai.fields.park.queries import firms
from shanhai.fields.park.queries import promise_tables as tables
from shanhai.fields.park.queries import promises as queries
from shanhai.fields.park.rules import promises as rules
from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, acting, done, noun, written

app = noun("Standard land: five indicators promised, checked, and the breach ladder.")

Sets = Annotated[
    list[str],
    typer.Option("--set", metavar="NAME=NUMBER", help="An indicator, as tax_per_mu=20. May be repeated."),
]
_SHOWN = ("number", "firm", "plot", "land_mu", "signed_on", "due_on", "deposit_fen", *rules.BY_NAME, "stage")


@app.command("list")
def list_promises(
    pairing: shared.PairingCode = "",
    stage: Annotated[str, given.choice("--stage", STAGES, "Status", or_none=True)] = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """The promises, the next check first."""
    found = queries.promises_of(shared.reader("park.view_promises"), shared.pairing_of(pairing))
    if stage:
        found = found.filter(stage=stage)
    headings = {name: PROMISES.column(name).heading for name in _SHOWN}
    rows = found.order_by("due_on", "pk")
    words = {"stage": STAGES}
    list_rows(tables.PROMISES, rows, _row, headings, words, as_json=as_json, as_csv=as_csv)


def _row(one: LandPromise) -> dict[str, Any]:
    return {name: getattr(one, name) for name in _SHOWN} | {"firm": one.firm.name}


@app.command("promise")
def promise_land(
    firm: Annotated[str, typer.Argument(help="Code of the enterprise.")],
    plot: Annotated[str, typer.Argument(parser=given.line(40), metavar="PLOT", help="Code of the plot.")],
    land: Annotated[Decimal, typer.Option("--land", parser=given.number, metavar="MU", help="Land in mu.")],
    signed: Annotated[date, given.a_day("--signed", "Signed on.")],
    due: Annotated[date, given.a_day("--due", "To be completed by.")],
    indicators: Sets,
    deposit: Annotated[
        int, typer.Option("--deposit", parser=given.fen, metavar="YUAN", help="Deposit in yuan.")
    ] = 0,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Record what an enterprise promises at transfer."""
    one = firms.firm_of(acting(), firm)
    told: dict[str, Any] = {
        "plot": plot,
        "land_mu": land,
        "signed_on": signed,
        "due_on": due,
        "deposit_fen": deposit,
    }
    made = written(
        lambda: actions.promise_land(one, promised=_read(indicators), by=acting(), **told), dry_run=dry_run
    )
    _done(_("Recorded as %s.") % made.number, made, dry_run, as_json)


@app.command("check")
def check_promise(
    number: Annotated[str, typer.Argument(help="Number of the promise.")],
    indicators: Sets,
    on: Annotated[date | None, given.a_day("--on", "Checked on; today by default.")] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Check a promise at completion or after the initial period."""
    one = queries.promise_of(acting(), number)
    written(
        lambda: actions.check_promise(one, measured=_read(indicators), on=on, by=acting()), dry_run=dry_run
    )
    _done(_("The check is on record."), one, dry_run, as_json)


def _read(texts: list[str]) -> dict[str, Decimal]:
    found = {}
    for text in texts:
        name, _sign, value = text.partition("=")
        if name.strip() not in rules.BY_NAME:
            raise BadInput(
                "park.no_indicator",
                gettext_noop("There is no indicator {name}. Take one of: {names}."),
                name=name[:40],
                names=", ".join(rules.BY_NAME),
            )
        found[name.strip()] = given.number(value)
    return found


def _done(sentence: str, one: LandPromise, dry_run: bool, as_json: bool) -> None:
    facts = {"number": one.number, "stage": str(one.stage), "due_on": str(one.due_on), "version": one.version}
    done(sentence, facts, dry_run=dry_run, as_json=as_json)
