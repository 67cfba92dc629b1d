"""``shanhai park parcels ...``, ``shanhai park import-land`` and ``shanhai park account``."""

from __future__ import annotations

import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.core import sentences
from shanhai.fields.office.cli import shared
from shanhai.fields.pairing.cli.shared import list_rows, named
from shanhai.fields.park import columns
from shanhai.fields.park.actions import land as actions
from shanhai.fields.park.actions import land_files, plots
from shanhai.fields.park.columns import land as kinds
from shanhai.fields.park.models import Parcel
from shanhai.fields.park.queries import accounts, comparing, formats, land_registers, parks
from shanhai.fields.park.queries import land as queries
from shanhai.fields.park.rules.land import ParcelState
from shanhai.fields.park.rules.land_plan import Plan
from shanhai.fields.registry.cli.shared import organisation_of
from shanhai.webkit import command_input as given
from shanhai.webkit import words
from shanhai.webkit.commands import (
    AsCsv,
    AsJson,
    DryRun,
    Part,
    acting,
    done,
    noun,
    remark,
    show,
    show_json,
    show_whole,
    written,
)

app = noun("Parcels: drawn, moved from state to state, allotted, split and merged.")

Number = Annotated[str, typer.Argument(help="Its number.")]
ParkNumber = Annotated[
    str, typer.Option("--park", help="Number of the park; the home park of the pairing by default.")
]
Shape = Annotated[str, typer.Option("--outline", help="WKT or GeoJSON in degrees of CGCS2000.")]
OnDay = Annotated[date | None, given.a_day("--on", "On which day; today by default.")]
Phase = Annotated[int | None, typer.Option("--phase", min=0, max=99, help="Phase; 0 is none.")]
Lessee = Annotated[str, typer.Option("--lessee", help="Code of the lessee.")]
Grade = Annotated[int | None, typer.Option("--grade", min=1, max=15, help="Plot grade.")]
Ratio = Annotated[
    Decimal | None,
    typer.Option("--ratio", parser=given.number, metavar="NUMBER", help="Plot ratio, at least."),
]
Density = Annotated[
    int | None, typer.Option("--density", min=0, max=100, help="Built-up share in %, at least.")
]
Until = Annotated[date | None, given.a_day("--until", "End of the right of use.")]


def _park(number: str, pairing: str, code: str) -> Any:
    return parks.park_chosen(shared.reader(code), shared.pairing_of(pairing), number)


@app.command("list")
def list_parcels(
    park: Annotated[str, typer.Option("--park", help="Of one park.")] = "",
    state: Annotated[str, given.choice("--state", kinds.STATES, "State", or_none=True)] = "",
    pairing: shared.PairingCode = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """The parcels by number."""
    found = queries.parcels_of(shared.reader("park.view_parcels"), shared.pairing_of(pairing))
    if park:
        found = found.filter(park__number=park)
    if state:
        found = found.filter(state=state)
    headings = {"number": _("Parcel"), "park": _("Park"), "state": _("State"), "state_on": _("Since")}
    headings |= {"mu": _("Area"), "user": _("User")}
    list_rows(
        land_registers.PARCELS,
        found.order_by("number"),
        _row,
        headings,
        {"state": kinds.STATES},
        as_json=as_json,
        as_csv=as_csv,
        right=("mu",),
    )


def _row(one: Parcel) -> dict[str, Any]:
    facts = {name: getattr(one, name) for name in ("number", "state", "state_on")}
    user = one.user.name if one.user else None
    return facts | {"park": one.park.name, "mu": words.mu(one.mu), "user": user}


@app.command("show")
def show_parcel(number: Number, as_json: AsJson = False) -> None:
    """One parcel with its history."""
    one = queries.parcel_of(shared.reader("park.view_parcels"), number)
    names = (
        "number", "state", "state_on", "mu", "phase_number", "plot_grade", "plot_ratio", "density_percent",
        "allotted_on", "until", "begins_on", "ended_on", "outline", "version",
    )  # fmt: skip
    facts: dict[str, Any] = {name: getattr(one, name) for name in names}
    facts |= {"park": one.park.number, "user": one.user.code if one.user else None}
    facts |= {"lessee": one.lessee.code if one.lessee else None, "source": one.source}
    headings = {"number": _("Parcel"), "park": _("Park"), "state": _("State"), "state_on": _("Since")}
    headings |= {"mu": _("Area, mu"), "user": _("User"), "lessee": _("Lessee"), "phase_number": _("Phase")}
    headings |= {"plot_grade": _("Plot grade"), "plot_ratio": _("Plot ratio")}
    headings |= {"density_percent": _("Density, %"), "allotted_on": _("Allotted")}
    headings |= {"until": _("Right of use until"), "ended_on": _("Replaced"), "outline": _("Outline")}
    headings |= {"source": _("Source"), "version": _("Version")}
    moves = [
        {
            "on": move.on,
            "parcel": move.parcel.number,
            "from_state": move.from_state,
            "to_state": move.to_state,
            "mu": move.mu,
            "organisation": move.organisation.code if move.organisation else None,
            "reason": move.reason,
        }
        for move in queries.moves_of(one)
    ]
    told = {"on": _("On"), "parcel": _("Parcel"), "from_state": _("From"), "to_state": _("To")}
    told |= {"mu": _("Area, mu"), "organisation": _("Organisation"), "reason": _("Reason")}
    show_whole(facts, headings, [Part("moves", _("How it came to this"), moves, told)], as_json=as_json)


@app.command("add")
def add_parcel(
    number: Number,
    outline: Shape,
    park: ParkNumber = "",
    state: Annotated[str, given.choice("--state", kinds.STATES, "State")] = "not_levelled",
    on: OnDay = None,
    user: Annotated[str, typer.Option("--user", help="Code of the user, of land that is held.")] = "",
    lessee: Lessee = "",
    phase: Phase = None,
    grade: Grade = None,
    ratio: Ratio = None,
    density: Density = None,
    until: Until = None,
    pairing: shared.PairingCode = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Draw a parcel into a park."""
    where = _park(park, pairing, "park.view_parcels")
    one = written(
        lambda: actions.add_parcel(
            where,
            number=number,
            outline=outline,
            state=state,
            on=on,
            user=organisation_of(user) if user else None,
            by=acting(),
            lessee=organisation_of(lessee) if lessee else None,
            phase_number=phase or 0,
            plot_grade=grade,
            plot_ratio=ratio,
            density_percent=density,
            until=until,
        ),
        dry_run=dry_run,
    )
    _done(_("Parcel %s is drawn.") % one.number, one, dry_run, as_json)


@app.command("change")
def change_parcel(
    number: Number,
    lessee: Lessee = "",
    phase: Phase = None,
    grade: Grade = None,
    ratio: Ratio = None,
    density: Density = None,
    until: Until = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Change what is known about a parcel."""
    changes = named(
        lessee=organisation_of(lessee) if lessee else None,
        phase_number=phase,
        plot_grade=grade,
        plot_ratio=ratio,
        density_percent=density,
        until=until,
    )
    one = queries.parcel_of(acting(), number)
    written(lambda: actions.change_parcel(one, by=acting(), **changes), dry_run=dry_run)
    _done(_("The parcel is saved."), one, dry_run, as_json)


@app.command("redraw")
def redraw_parcel(
    number: Number, outline: Shape, on: OnDay = None, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Put the outline of a parcel right; it is measured anew."""
    one = queries.parcel_of(acting(), number)
    written(lambda: actions.redraw_parcel(one, outline=outline, on=on, by=acting()), dry_run=dry_run)
    _done(_("The outline is saved."), one, dry_run, as_json)


@app.command("move")
def move_parcel(
    number: Number,
    to: Annotated[
        str, typer.Argument(parser=given.one_of(kinds.STATES), metavar="STATE", help="The new state.")
    ],
    on: OnDay = None,
    reason: Annotated[str, given.text("--reason", 300, "Why; needed for a way back.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Say that a parcel has come to another state."""
    one = queries.parcel_of(acting(), number)
    written(lambda: actions.move_parcel(one, to=to, on=on, reason=reason, by=acting()), dry_run=dry_run)
    told = {"number": one.number, "state": columns.words(kinds.STATES, one.state)}
    _done(_("Parcel %(number)s is now: %(state)s.") % told, one, dry_run, as_json)


@app.command("allot")
def allot_parcel(
    number: Number,
    user: Annotated[str, typer.Argument(metavar="USER", help="Code of the organisation that gets it.")],
    on: OnDay = None,
    until: Until = None,
    reserved_for: Annotated[str, given.text("--for-lead", 40, "The lead for which it is reserved.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Allot a parcel under the land quota of the year."""
    one = queries.parcel_of(acting(), number)
    to = organisation_of(user)
    more: dict[str, Any] = {"on": on, "until": until, "reserved_for": reserved_for}
    written(lambda: actions.allot_parcel(one, user=to, by=acting(), **more), dry_run=dry_run)
    told = {"number": one.number, "user": to.name}
    _done(_("Parcel %(number)s is allotted to %(user)s.") % told, one, dry_run, as_json)


@app.command("split")
def split_parcel(
    number: Number,
    line: Annotated[str, typer.Option("--line", help="Where it is cut: a LINESTRING in degrees.")] = "",
    part: Annotated[
        list[str] | None, typer.Option("--part", help="A part as a polygon; once for each.")
    ] = None,
    numbers: Annotated[str, given.text("--numbers", 400, "Numbers of the parts, a blank between.")] = "",
    on: OnDay = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Split a parcel; the areas of the parts sum to its own."""
    one = queries.parcel_of(acting(), number)
    parts = written(
        lambda: plots.split_parcel(
            one, line=line, parts=part or (), numbers=numbers.split(), on=on, by=acting()
        ),
        dry_run=dry_run,
    )
    told = ", ".join(f"{made.number} ({words.mu(made.mu)})" for made in parts)
    sentence = _("Parcel %(number)s is split into %(parts)s.") % {"number": one.number, "parts": told}
    facts = {"parts": [{"number": made.number, "mu": made.mu} for made in parts]}
    done(sentence, facts, dry_run=dry_run, as_json=as_json)


@app.command("merge")
def merge_parcels(
    number: Annotated[str, typer.Argument(help="Number of the new parcel.")],
    parcels: Annotated[list[str], typer.Argument(metavar="PARCEL...", help="The parcels that become one.")],
    on: OnDay = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Merge parcels that adjoin."""
    found = [queries.parcel_of(acting(), one) for one in parcels]
    made = written(lambda: plots.merge_parcels(found, number=number, on=on, by=acting()), dry_run=dry_run)
    _done(_("Parcel %s is merged.") % made.number, made, dry_run, as_json)


@app.command("export")
def export_parcels(
    file: Annotated[Path, typer.Argument(help="Where to: .geojson, .gpkg or .csv; - for standard output.")],
    park: ParkNumber = "",
    form: Annotated[str, typer.Option("--form", help="geojson, gpkg or csv; by the file’s ending.")] = "",
    pairing: shared.PairingCode = "",
) -> None:
    """The parcels of a park as a land file; equal when it is brought again."""
    where = _park(park, pairing, "park.view_parcels")
    data = land_files.exported(where, form or file.suffix.lstrip(".").lower() or formats.FORMS[0])
    if str(file) == "-":
        sys.stdout.buffer.write(data)
    else:
        file.write_bytes(data)
        remark(_("%(n)s bytes are written to %(file)s.") % {"n": words.num(len(data)), "file": file})


def _done(sentence: str, one: Parcel, dry_run: bool, as_json: bool) -> None:
    facts = {"number": one.number, "state": str(one.state), "mu": one.mu, "version": one.version}
    done(sentence, facts, dry_run=dry_run, as_json=as_json)


# -- commands beside the noun --------------------------------------------------------------------------------------


def import_land(
    file: Annotated[
        Path,
        typer.Argument(exists=True, help="GeoJSON, GeoPackage, Shapefile (folder or zip) or CSV with WKT."),
    ],
    park: ParkNumber = "",
    crs: Annotated[
        str,
        typer.Option("--crs", help="Its coordinate reference, where the file does not say it: EPSG:4528."),
    ] = "",
    pairing: shared.PairingCode = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Bring a land file: what is new, changed and refused, then written whole or not at all."""
    where = _park(park, pairing, "park.import_land")
    plan = land_files.compared(where, file, crs=crs, by=acting())
    if plan.faults:
        _show_plan(plan, as_json=as_json)
        raise typer.Exit(1)
    written(lambda: land_files.write_plan(where, plan, file=file.name, by=acting()), dry_run=dry_run)
    _show_plan(plan, as_json=as_json)
    if dry_run and not as_json:
        remark(_("Nothing was written."))


def _show_plan(plan: Plan, *, as_json: bool) -> None:
    told = {"reference": plan.reference, "how": plan.how, "counts": plan.counts}
    changes = [
        {
            "row": one.feature.row,
            "number": one.feature.number,
            "outcome": one.outcome,
            "mu": one.feature.mu,
            "remarks": [sentences.said(sentence, facts) for sentence, facts in one.feature.remarks],
            "before": dict(one.before),
            "after": dict(one.after),
        }
        for one in plan.changes
    ]
    refused = [
        {
            "row": one.row,
            "number": one.number,
            "code": one.code,
            "spot": one.spot,
            "detail": sentences.refusal(comparing.refusal_of(one)),
        }
        for one in plan.faults
    ]
    if as_json:
        show_json(told | {"changes": changes, "refused": refused})
        return
    for sentence, facts in plan.remarks:
        remark(sentences.said(sentence, facts))
    show(
        [one for one in changes if one["outcome"] != "same"],
        {"row": _("Row"), "number": _("Parcel"), "outcome": _("What"), "mu": _("Area, mu")},
        as_json=False,
        as_csv=False,
        right=("mu",),
    )
    if refused:
        heads = {"row": _("Row"), "number": _("Parcel"), "spot": _("Spot"), "detail": _("Why")}
        show(refused, heads, as_json=False, as_csv=False)


def account(
    park: ParkNumber = "",
    pairing: shared.PairingCode = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """The land account: land by state at the end of each year; each line sums to the planned land."""
    where = _park(park, pairing, "park.view_parcels")
    rows = [
        {"park": where.number, "year": line.year if as_json or as_csv else str(line.year)}
        | {str(state): line.by_state[state] for state in ParcelState}
        | {"not_parcelled": line.not_parcelled_mu, "planned": line.planned_mu}
        for line in accounts.account_of(where)
    ]
    headings: dict[str, Any] = {"park": _("Park"), "year": _("Year")}
    headings |= {str(state): columns.words(kinds.STATES, state) for state in ParcelState}
    headings |= {"not_parcelled": _("in no parcel"), "planned": _("planned")}
    right = tuple(name for name in headings if name not in ("park", "year"))
    show(rows, headings, as_json=as_json, as_csv=as_csv, right=right)
