"""``shanhai park parks ...``: registered, changed, planned in phases, connected, given a quota."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.fields.office.cli import shared
from shanhai.fields.pairing.cli.shared import list_rows, named
from shanhai.fields.park.actions import parks as actions
from shanhai.fields.park.columns import parks as columns
from shanhai.fields.park.models import Park
from shanhai.fields.park.queries import parks as queries
from shanhai.fields.park.queries import registers
from shanhai.fields.registry.cli.shared import organisation_of, region_of
from shanhai.webkit import command_input as given
from shanhai.webkit import words
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, Part, acting, done, noun, show_whole, written

app = noun("Parks: at home in the mountains, or on the partner’s land.")

Number = Annotated[str, typer.Argument(help="Its number.")]
Mu = Annotated[Decimal, typer.Argument(parser=given.number, metavar="MU", help="An area in mu.")]
Company = Annotated[str, typer.Option("--company", help="Code of the joint park company.")]
Planned = Annotated[
    Decimal | None, typer.Option("--planned", parser=given.number, metavar="MU", help="Planned land in mu.")
]
Opened = Annotated[date | None, given.a_day("--opened", "When it was opened.")]
Border = Annotated[
    str | None,
    typer.Option("--outline", help="Its border as WKT or GeoJSON in degrees of CGCS2000."),
]
Source = Annotated[str, given.text("--source", 200, "Where the figures come from.")]


@app.command("list")
def list_parks(pairing: shared.PairingCode = "", as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """The parks by name."""
    found = queries.parks_of(shared.reader("park.view_parks"), shared.pairing_of(pairing))
    headings = {"number": _("Number"), "name": _("Park"), "kind": _("Kind"), "region": _("Stands in")}
    headings |= {"planned": _("Planned"), "parcelled": _("In parcels")}
    list_rows(
        registers.PARKS,
        found.order_by("name_sort", "pk"),
        _row,
        headings,
        {"kind": columns.KINDS},
        as_json=as_json,
        as_csv=as_csv,
        right=("planned", "parcelled"),
    )


def _row(one: Park) -> dict[str, Any]:
    return {
        "number": one.number,
        "name": one.name,
        "kind": one.kind,
        "region": one.region.name,
        "planned": words.mu(one.planned_mu),
        "parcelled": words.mu(one.parcelled_mu),
    }


@app.command("show")
def show_park(number: Number, as_json: AsJson = False) -> None:
    """One park with its phases, infrastructure and quotas."""
    one = queries.park_of(shared.reader("park.view_parks"), number)
    facts = _row(one) | {"company": one.company.name if one.company else None, "about": one.about}
    facts |= {"planned_mu": one.planned_mu, "parcelled_mu": one.parcelled_mu, "opened_on": one.opened_on}
    facts |= {"standing": one.standing, "source": one.source, "version": one.version}
    headings = {"number": _("Number"), "name": _("Park"), "kind": _("Kind"), "region": _("Stands in")}
    headings |= {"company": _("Park company"), "planned": _("Planned"), "parcelled": _("In parcels")}
    headings |= {"opened_on": _("Opened"), "source": _("Source"), "version": _("Version")}
    names = ("number", "planned_mu", "begins_on", "ends_on", "source")
    phases = [{name: getattr(phase, name) for name in names} for phase in queries.phases_of(one)]
    names = ("phase_number", "kind", "state", "since", "capacity")
    utilities = [{name: getattr(row, name) for name in names} for row in queries.infrastructure_of(one)]
    quotas = [
        {"year": row.year, "quota_mu": row.quota_mu, "used_mu": row.used_mu} for row in queries.quotas_of(one)
    ]
    parts = [
        Part("phases", _("Phases"), phases, {"number": _("Phase"), "planned_mu": _("Planned, mu"), "begins_on": _("From"), "ends_on": _("To")}),
        Part("infrastructure", _("Infrastructure"), utilities, {"kind": _("What"), "phase_number": _("Phase"), "state": _("State"), "since": _("Since"), "capacity": _("Capacity")}),
        Part("quotas", _("Land quota"), quotas, {"year": _("Year"), "used_mu": _("Allotted, mu"), "quota_mu": _("Quota, mu")}),
    ]  # fmt: skip
    show_whole(facts, headings, parts, as_json=as_json)


@app.command("add")
def add_park(
    number: Number,
    kind: Annotated[str, given.choice("--kind", columns.KINDS, "Kind")],
    name: given.NameZh,
    region: Annotated[str, typer.Option("--region", help="Code of the region where it stands.")],
    en: given.NameEn = "",
    company: Company = "",
    planned: Planned = None,
    opened: Opened = None,
    outline: Border = None,
    source: Source = "",
    pairing: shared.PairingCode = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Register a park."""
    one = written(
        lambda: actions.add_park(
            shared.pairing_of(pairing),
            number=number,
            kind=kind,
            name_zh=name,
            name_en=en,
            region=region_of(region),
            company=organisation_of(company) if company else None,
            planned_mu=planned,
            opened_on=opened,
            outline=outline or "",
            source=source,
            by=acting(),
        ),
        dry_run=dry_run,
    )
    _done(_("%s is registered.") % one.name, one, dry_run, as_json)


@app.command("change")
def change_park(
    number: Number,
    name: Annotated[str | None, given.text("--name", 120, "Chinese name, as the paper has it.")] = None,
    en: Annotated[str | None, given.text("--en", 160, "English name.")] = None,
    region: Annotated[str | None, typer.Option("--region", help="Code of the region.")] = None,
    company: Company = "",
    planned: Planned = None,
    opened: Opened = None,
    outline: Border = None,
    source: Annotated[str | None, given.text("--source", 200, "Where the figures come from.")] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Change what is known about a park."""
    changes = named(
        name_zh=name,
        name_en=en,
        region=region_of(region) if region else None,
        company=organisation_of(company) if company else None,
        planned_mu=planned,
        opened_on=opened,
        outline=outline,
        source=source,
    )
    one = queries.park_of(acting(), number)
    written(lambda: actions.change_park(one, by=acting(), **changes), dry_run=dry_run)
    _done(_("The park is saved."), one, dry_run, as_json)


@app.command("phase")
def plan_phase(
    number: Number,
    phase: Annotated[int, typer.Argument(min=1, max=99, help="Number of the phase.")],
    mu: Mu,
    begins: Annotated[date, given.a_day("--from", "From when.")],
    ends: Annotated[date | None, given.a_day("--to", "Until when.")] = None,
    source: Source = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Say which land a phase has, and when."""
    one = queries.park_of(acting(), number)
    written(
        lambda: actions.plan_phase(
            one, number=phase, planned_mu=mu, begins_on=begins, ends_on=ends, source=source, by=acting()
        ),
        dry_run=dry_run,
    )
    _done(_("Phase %s is planned.") % phase, one, dry_run, as_json)


@app.command("infrastructure")
def say_infrastructure(
    number: Number,
    kind: Annotated[
        str, typer.Argument(parser=given.one_of(columns.UTILITIES), metavar="KIND", help="What it is.")
    ],
    state: Annotated[str, given.choice("--state", columns.UTILITY_STATES, "State")],
    phase: Annotated[int, typer.Option("--phase", min=0, max=99, help="Phase; 0 is the whole park.")] = 0,
    since: Annotated[date | None, given.a_day("--since", "Since when; today by default.")] = None,
    capacity: Annotated[str, given.text("--capacity", 120, "Its capacity, as papers have it.")] = "",
    source: Source = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Say how far roads, water, power and the like are."""
    one = queries.park_of(acting(), number)
    written(
        lambda: actions.say_infrastructure(
            one,
            kind=kind,
            phase=phase,
            state=state,
            since=since,
            capacity=capacity,
            source=source,
            by=acting(),
        ),
        dry_run=dry_run,
    )
    _done(_("The infrastructure is saved."), one, dry_run, as_json)


@app.command("quota")
def set_quota(
    number: Number,
    year: Annotated[int, typer.Argument(min=2000, max=2100, help="The year.")],
    mu: Mu,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Set how much land may be allotted in a year."""
    one = queries.park_of(acting(), number)
    written(lambda: actions.set_quota(one, year=year, quota_mu=mu, by=acting()), dry_run=dry_run)
    _done(_("The quota of %s is set.") % year, one, dry_run, as_json)


def _done(sentence: str, one: Park, dry_run: bool, as_json: bool) -> None:
    facts = {"number": one.number, "version": one.version}
    done(sentence, facts, dry_run=dry_run, as_json=as_json)
