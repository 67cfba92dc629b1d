"""``shanhai investment events ...``: joint promotion events, convened by each side, with firms and leads."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.fields.investment.actions import events as actions
from shanhai.fields.investment.columns.teams import EVENT_SIDES
from shanhai.fields.investment.queries import events as queries
from shanhai.fields.investment.queries import leads as lead_queries
from shanhai.fields.office.cli import shared
from shanhai.fields.pairing.cli.shared import named
from shanhai.fields.registry.cli.shared import organisation_of, unit_of
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, Part, acting, done, noun, show, show_whole, written

app = noun("Joint promotion events: who convened them, who came, and what came of them.")

Number = Annotated[str, typer.Argument(help="Number of the event.")]
Firm = Annotated[str, typer.Argument(parser=given.line(120), metavar="FIRM", help="Name of the firm.")]
Budget = Annotated[
    int | None,
    typer.Option("--budget", parser=given.fen, metavar="YUAN", help="Budget of one's side, in yuan."),
]


@app.command("list")
def list_events(pairing: shared.PairingCode = "", as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """The promotions, latest first, with their counts."""
    found = queries.events_of(shared.reader("investment.view_events"), shared.pairing_of(pairing))
    rows = [
        {"number": one.number, "title": one.title, "on": one.on, "is_joint": (one.n_sides or 0) == 2}
        | {name: getattr(one, f"n_{name}") or 0 for name in ("invited", "came", "leads")}
        for one in found.order_by("-on", "-pk")
    ]
    headings = {"number": _("Number"), "title": _("Event"), "on": _("Day"), "is_joint": _("By both sides")}
    headings |= {"invited": _("Firms invited"), "came": _("Firms that came"), "leads": _("Leads from it")}
    show(rows, headings, as_json=as_json, as_csv=as_csv, right=("invited", "came", "leads"))


@app.command("show")
def show_event(number: Number, as_json: AsJson = False) -> None:
    """One event with its sides, firms and leads."""
    one = queries.event_of(shared.reader("investment.view_events"), number)
    result = queries.result_of(one)
    facts = {
        "number": one.number,
        "title": one.title,
        "on": one.on,
        "place": one.place,
        "leads": result.leads,
    }
    facts |= {"credit_mountain": result.credit["mountain"], "credit_sea": result.credit["sea"]}
    facts |= {"budget_fen": result.budget_fen, "cost_fen": result.cost_fen}
    headings = {"number": _("Number"), "title": _("Event"), "on": _("Day"), "place": _("Place")}
    headings |= {"leads": _("Leads, counted once"), "credit_mountain": _("Booked by the mountain side")}
    headings |= {
        "credit_sea": _("Booked by the sea side"),
        "budget_fen": _("Budget, fen"),
        "cost_fen": _("Cost, fen"),
    }
    sides = [
        {name: getattr(row, name) for name in ("side", "convened_on", "budget_fen", "cost_fen")}
        for _side, row in sorted(queries.sides_of(one).items())
    ]
    guests = [
        {
            "firm": row.firm,
            "invited_by": row.invited_by,
            "came": row.came,
            "lead": row.lead.number if row.lead else "",
        }
        for row in queries.guests_of(one)
    ]
    parts = [
        Part("sides", _("Convened by"), sides, {"side": _("Side"), "convened_on": _("Convened"), "budget_fen": _("Budget, fen"), "cost_fen": _("Cost, fen")}),
        Part("guests", _("Firms"), guests, {"firm": _("Firm"), "invited_by": _("Invited by"), "came": _("Came"), "lead": _("Lead from it")}),
    ]  # fmt: skip
    show_whole(facts, headings, parts, as_json=as_json)


@app.command("plan")
def plan_event(
    number: Number,
    title: Annotated[str, given.text("--title", 160, "Title, in Chinese.")],
    on: Annotated[date, given.a_day("--on", "The day.")],
    lead: Annotated[str, given.choice("--lead", EVENT_SIDES, "Who organises it")],
    mountain_unit: Annotated[str, typer.Option("--mountain-unit", help="Code of the unit of the mountain side.")],
    sea_unit: Annotated[str, typer.Option("--sea-unit", help="Code of the unit of the sea side.")],
    title_en: Annotated[str, given.text("--title-en", 200, "Title, in English.")] = "",
    until_on: Annotated[date | None, given.a_day("--until", "The last day.")] = None,
    place_zh: Annotated[str, given.text("--place", 120, "Place, in Chinese.")] = "",
    place_en: Annotated[str, given.text("--place-en", 160, "Place, in English.")] = "",
    budget: Budget = None,
    pairing: shared.PairingCode = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Plan an event; one's own side convenes it at once; needs --as."""
    by = shared.somebody()
    one = written(
        lambda: actions.plan_event(
            shared.pairing_of(pairing), number=number, title_zh=title, title_en=title_en, on=on, until_on=until_on,
            place_zh=place_zh, place_en=place_en, lead=lead, mountain_unit=unit_of(mountain_unit), sea_unit=unit_of(sea_unit),
            budget_fen=budget, by=by,
        ),
        dry_run=dry_run,
    )  # fmt: skip
    _done(_("Planned and convened for your side; the other side joins on its page."), one, dry_run, as_json)


@app.command("convene")
def convene_event(
    number: Number, budget: Budget = None, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Convene it for one's side; needs --as."""
    by = shared.somebody()
    one = queries.event_of(by, number)
    written(lambda: actions.convene_event(one, budget_fen=budget, by=by), dry_run=dry_run)
    _done(_("Your side convenes it too."), one, dry_run, as_json)


@app.command("money")
def set_event_money(
    number: Number,
    budget: Budget = None,
    cost: Annotated[int | None, typer.Option("--cost", parser=given.fen, metavar="YUAN", help="Cost of one's side, in yuan.")] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """What one's side gives and spent; needs --as."""
    by = shared.somebody()
    one = queries.event_of(by, number)
    changes = named(budget_fen=budget, cost_fen=cost)
    written(lambda: actions.set_event_money(one, by=by, **changes), dry_run=dry_run)
    _done(_("Saved for your side."), one, dry_run, as_json)


@app.command("invite")
def invite_firm(
    number: Number,
    firm: Firm,
    organisation: Annotated[
        str, typer.Option("--organisation", help="Code in the register, if it has it.")
    ] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Invite a firm."""
    one = queries.event_of(acting(), number)
    of = organisation_of(organisation) if organisation else None
    written(lambda: actions.invite_firm(one, firm=firm, organisation=of, by=acting()), dry_run=dry_run)
    _done(_("%s is invited.") % firm, one, dry_run, as_json)


@app.command("came")
def mark_guest(
    number: Number,
    firm: Firm,
    came: Annotated[bool, typer.Option("--yes/--no", help="Whether it came.")] = True,
    people: Annotated[str, given.text("--people", 160, "Who came.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Say whether a firm came."""
    one = queries.event_of(acting(), number)
    guest = queries.guest_of(one, firm)
    written(lambda: actions.mark_guest(guest, came=came, people=people, by=acting()), dry_run=dry_run)
    _done(_("Written down."), one, dry_run, as_json)


@app.command("lead")
def lead_from_event(
    number: Number,
    firm: Firm,
    lead: Annotated[str, typer.Argument(metavar="LEAD", help="Number of the lead.")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Say which lead came from a firm."""
    one = queries.event_of(acting(), number)
    guest, found = queries.guest_of(one, firm), lead_queries.lead_of(acting(), lead)
    written(lambda: actions.lead_from_event(guest, found, by=acting()), dry_run=dry_run)
    _done(_("It counts once, and both sides book it."), one, dry_run, as_json)


@app.command("lead-off")
def take_lead_off_event(number: Number, firm: Firm, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Take back that a lead came from a firm."""
    one = queries.event_of(acting(), number)
    guest = queries.guest_of(one, firm)
    written(lambda: actions.take_lead_off_event(guest, by=acting()), dry_run=dry_run)
    _done(_("Taken off; the lead stays as it is."), one, dry_run, as_json)


def _done(sentence: str, one: Any, dry_run: bool, as_json: bool) -> None:
    done(sentence, {"number": one.number, "version": one.version}, dry_run=dry_run, as_json=as_json)
