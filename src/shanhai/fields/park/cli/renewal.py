"""``shanhai park renewals ...``: land that earns little, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.fields.office.cli import shared
from shanhai.fields.pairing.cli.shared import list_rows
from shanhai.fields.park.actions import renewal as actions
from shanhai.fields.park.columns.renewal import PATHS, REASONS, RENEWALS, STAGES
from shanhai.fields.park.models import Renewal
from shanhai.fields.park.queries import firm_tables as tables
from shanhai.fields.park.queries import firms
from shanhai.fields.park.queries import renewal as queries
from shanhai.fields.registry.cli.shared import papers_option, with_papers
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, acting, done, noun, written

app = noun("Land renewal: candidates, visits, paths, new contracts and their effect.")

Number = Annotated[str, typer.Argument(help="Number of the renewal.")]
Text = Annotated[str, given.text("--text", 500, "What is known or was found.")]
On = Annotated[date | None, given.a_day("--on", "The day; today by default.")]


def _quota(name: str, about: str) -> Any:
    return typer.Option(name, parser=given.number, metavar="NUMBER", help=about)


Energy = Annotated[Decimal, _quota("--energy", "Energy quota in tce.")]
Emission = Annotated[Decimal, _quota("--emission", "Emission quota in tonnes.")]
_SHOWN = (
    "number",
    "firm",
    "plot",
    "land_mu",
    "reason",
    "stage",
    "stage_on",
    "path",
    "new_firm",
    "tax_before",
    "tax_after",
)


@app.command("list")
def list_renewals(
    pairing: shared.PairingCode = "",
    stage: Annotated[str, given.choice("--stage", STAGES, "Stage", or_none=True)] = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """The board, first stage first."""
    found = queries.renewals_of(shared.reader("park.view_renewals"), shared.pairing_of(pairing))
    if stage:
        found = found.filter(stage=stage)
    headings = {name: RENEWALS.column(name).heading for name in _SHOWN}
    rows = found.order_by("rank", "pk")
    words = {"reason": REASONS, "stage": STAGES, "path": PATHS}
    list_rows(tables.RENEWALS, rows, _row, headings, words, as_json=as_json, as_csv=as_csv)


def _row(one: Renewal) -> dict[str, Any]:
    new = one.new_firm.name if one.new_firm else ""
    return {name: getattr(one, name) for name in _SHOWN} | {"firm": one.firm.name, "new_firm": new}


@app.command("find")
def find_candidates(
    pairing: shared.PairingCode = "", dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Put every plot on the board that a rule makes a candidate."""
    found = written(lambda: actions.find_candidates(shared.pairing_of(pairing), by=acting()), dry_run=dry_run)
    numbers = [one.number for one in found]
    done(
        _("On the board: %s.") % (", ".join(numbers) or "–"),
        {"numbers": numbers},
        dry_run=dry_run,
        as_json=as_json,
    )


@app.command("nominate")
def nominate_plot(
    firm: Annotated[str, typer.Argument(help="Code of the enterprise.")],
    plot: Annotated[str, typer.Argument(help="Code of its plot.")],
    reason: Annotated[str, given.choice("--reason", REASONS, "Why")],
    text: Text,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Put a plot on the board that an office knows to earn little."""
    holding = firms.holding_of(firms.firm_of(acting(), firm), plot)
    one = written(
        lambda: actions.nominate_plot(holding, reason=reason, text=text, by=acting()), dry_run=dry_run
    )
    _done(one, dry_run, as_json)


@app.command("verify")
def verify_on_site(
    number: Number,
    text: Text,
    photos: Annotated[list[str] | None, papers_option("--photo", "A photograph of the site.")] = None,
    on: On = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Say what was found on site, with photographs."""
    one = queries.renewal_of(acting(), number)

    def call(brought: Any) -> Any:
        return actions.verify_on_site(one, text=text, on=on, papers=brought, by=acting())

    with_papers(photos, one.pairing, call, dry_run=dry_run)
    _done(one, dry_run, as_json)


@app.command("publish")
def publish_renewal(number: Number, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Publish that the plot is to be renewed."""
    _step(number, lambda one: actions.publish_renewal(one, by=acting()), dry_run, as_json)


@app.command("path")
def choose_path(
    number: Number,
    path: Annotated[str, typer.Argument(parser=given.one_of(PATHS), metavar="PATH", help="The path.")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Say how the land comes to better use."""
    _step(number, lambda one: actions.choose_path(one, path=path, by=acting()), dry_run, as_json)


@app.command("value")
def value_plot(
    number: Number,
    value: Annotated[int, typer.Argument(parser=given.fen, metavar="YUAN", help="The value in yuan.")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Record the value by which the enterprise is compensated."""
    _step(number, lambda one: actions.value_plot(one, value_fen=value, by=acting()), dry_run, as_json)


@app.command("vacate")
def vacate_plot(
    number: Number,
    on: On = None,
    energy: Energy = Decimal(0),
    emission: Emission = Decimal(0),
    plant: Annotated[Decimal, _quota("--plant", "Floor that stays on it, in square metres.")] = Decimal(0),
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Say that the plot is vacated; land and quotas are released."""
    told: dict[str, Any] = {"on": on, "energy_tce": energy, "emission_t": emission, "plant_m2": plant}
    _step(number, lambda one: actions.vacate_plot(one, by=acting(), **told), dry_run, as_json)


@app.command("offer")
def offer_plot(number: Number, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Offer the vacated plot to matching."""
    _step(number, lambda one: actions.offer_plot(one, by=acting()), dry_run, as_json)


@app.command("contract")
def contract_plot(
    number: Number,
    firm: Annotated[str, typer.Argument(help="Code of the enterprise that comes.")],
    contract: Annotated[str, given.text("--contract", 200, "Number and day of the contract.")],
    on: On = None,
    energy: Energy = Decimal(0),
    emission: Emission = Decimal(0),
    reserved_for: Annotated[str, given.text("--for-lead", 40, "The lead for which it is reserved.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Record the new contract; its quotas come out of what was released."""
    new_firm = firms.firm_of(acting(), firm)
    told: dict[str, Any] = {"contract": contract, "on": on, "energy_tce": energy, "emission_t": emission}
    told["reserved_for"] = reserved_for
    _step(number, lambda one: actions.contract_plot(one, new_firm, by=acting(), **told), dry_run, as_json)


@app.command("measure")
def measure_effect(
    number: Number,
    year: Annotated[int, typer.Argument(min=2000, max=2100, help="The whole year that shows the effect.")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Measure tax per mu and jobs before and after."""
    _step(number, lambda one: actions.measure_effect(one, year=year, by=acting()), dry_run, as_json)


@app.command("drop")
def drop_renewal(
    number: Number,
    reason: Annotated[str, given.text("--reason", 300, "Why.")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Take a plot off the board before anything of it is released."""
    _step(number, lambda one: actions.drop_renewal(one, reason=reason, by=acting()), dry_run, as_json)


def _step(number: str, call: Callable[[Renewal], Any], dry_run: bool, as_json: bool) -> None:
    one = queries.renewal_of(acting(), number)
    written(lambda: call(one), dry_run=dry_run)
    _done(one, dry_run, as_json)


def _done(one: Renewal, dry_run: bool, as_json: bool) -> None:
    facts = {"number": one.number, "stage": str(one.stage), "version": one.version}
    done(f"{one.number}: {one.stage}", facts, dry_run=dry_run, as_json=as_json)
