"""``shanhai investment stops ...``: the itinerary of teams, planned, told of, called off; contacts on the road."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.fields.investment import columns
from shanhai.fields.investment.actions import stops as actions
from shanhai.fields.investment.models import Stop
from shanhai.fields.investment.queries import leads as lead_queries
from shanhai.fields.investment.queries import team_registers
from shanhai.fields.investment.queries import teams as queries
from shanhai.fields.office.cli import shared
from shanhai.fields.pairing.cli.shared import list_rows
from shanhai.fields.registry.cli.shared import member_of
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, acting, done, noun, show_whole, written

app = noun("The itinerary of investment teams, and what was said on the road.")

Number = Annotated[str, typer.Argument(help="Number of the stop.")]
TeamCode = Annotated[str, typer.Argument(metavar="TEAM", help="Code of the team.")]
Lead = Annotated[str | None, typer.Option("--lead", help="Number of the lead.")]
Firm = Annotated[str | None, given.text("--firm", 120, "Or the name of a firm that is no lead yet.")]
Way = Annotated[str | None, given.choice("--way", columns.CONTACT_WAYS, "How")]
Time = Annotated[str | None, given.text("--time", 5, "Time of the day, as 09:30.")]
Who = Annotated[str | None, typer.Option("--member", help="Code of the member who goes.")]
Place = Annotated[str | None, given.text("--place", 120, "Place, in Chinese.")]
PlaceEn = Annotated[str | None, given.text("--place-en", 160, "Place, in English.")]
Purpose = Annotated[str | None, given.text("--purpose", 200, "What for, in Chinese.")]
PurposeEn = Annotated[str | None, given.text("--purpose-en", 240, "What for, in English.")]
People = Annotated[str, given.text("--people", 160, "With whom.")]
Next = Annotated[str, given.text("--next", 200, "The next step.")]
NextOn = Annotated[date | None, given.a_day("--next-on", "The day of the next step.")]
Said = Annotated[str, typer.Argument(parser=given.long_text, metavar="TEXT", help="What was said.")]
_WORDS = {"stage": columns.STOP_STAGES, "way": columns.CONTACT_WAYS}


@app.command("list")
def list_stops(
    team: Annotated[str, typer.Option("--team", help="Code of a team.")] = "",
    stage: Annotated[str, given.choice("--stage", columns.STOP_STAGES, "Stage", or_none=True)] = "",
    pairing: shared.PairingCode = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """The stops, latest first."""
    found = queries.stops_of(shared.reader("investment.view_teams"), shared.pairing_of(pairing))
    if team:
        found = queries.of_team(found, team)
    if stage:
        found = found.filter(stage=stage)

    def row(one: Stop) -> dict[str, Any]:
        facts = {name: getattr(one, name) for name in ("number", "on", "whom", "way", "place", "stage")}
        return facts | {"team": one.team.name}

    headings = {"number": _("Number"), "on": _("Day"), "whom": _("At whom"), "place": _("Place")}
    headings |= {"way": _("How"), "team": _("Team"), "stage": _("Status")}
    list_rows(
        team_registers.STOPS,
        found.order_by("-on", "-pk"),
        row,
        headings,
        _WORDS,
        as_json=as_json,
        as_csv=as_csv,
    )


@app.command("show")
def show_stop(number: Number, as_json: AsJson = False) -> None:
    """One stop with what was said."""
    one = queries.stop_of(shared.reader("investment.view_teams"), number)
    names = (
        "number",
        "on",
        "time",
        "whom",
        "way",
        "place",
        "purpose",
        "stage",
        "done_on",
        "people",
        "version",
    )
    facts = {name: getattr(one, name) for name in names} | {"team": one.team.code, "text": one.text_said}
    if not as_json:
        facts |= {name: columns.words(choice, facts[name]) for name, choice in _WORDS.items()}
    headings = {
        "number": _("Number"),
        "team": _("Team"),
        "on": _("Day"),
        "time": _("Time"),
        "whom": _("At whom"),
    }
    headings |= {"way": _("How"), "place": _("Place"), "purpose": _("What for"), "stage": _("Status")}
    headings |= {
        "done_on": _("Done"),
        "people": _("With whom"),
        "text": _("What was said"),
        "version": _("Version"),
    }
    show_whole(facts, headings, as_json=as_json)


@app.command("plan")
def plan_stop(
    team: TeamCode,
    on: Annotated[date, typer.Argument(parser=given.day, metavar="DAY", help="The day.")],
    lead: Lead = None,
    firm: Firm = None,
    way: Way = None,
    time: Time = None,
    member: Who = None,
    place_zh: Place = None,
    place_en: PlaceEn = None,
    purpose_zh: Purpose = None,
    purpose_en: PurposeEn = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Plan a stop at a lead or a firm."""
    one = queries.team_of(acting(), team)
    facts = _facts(lead, member, firm=firm, way=way, time=time, place_zh=place_zh, place_en=place_en,
                   purpose_zh=purpose_zh, purpose_en=purpose_en)  # fmt: skip
    stop = written(lambda: actions.plan_stop(one, on=on, by=acting(), **facts), dry_run=dry_run)
    _done(_("It stands in the itinerary."), stop, dry_run, as_json)


@app.command("change")
def change_stop(
    number: Number,
    on: Annotated[date | None, given.a_day("--on", "Another day.")] = None,
    lead: Lead = None,
    firm: Firm = None,
    way: Way = None,
    time: Time = None,
    member: Who = None,
    place_zh: Place = None,
    place_en: PlaceEn = None,
    purpose_zh: Purpose = None,
    purpose_en: PurposeEn = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Move a planned stop, or change it."""
    one = queries.stop_of(acting(), number)
    facts = _facts(lead, member, on=on, firm=firm, way=way, time=time, place_zh=place_zh, place_en=place_en,
                   purpose_zh=purpose_zh, purpose_en=purpose_en)  # fmt: skip
    written(lambda: actions.change_stop(one, by=acting(), **facts), dry_run=dry_run)
    _done(_("The stop is saved."), one, dry_run, as_json)


def _facts(lead: str | None, member: str | None, **others: Any) -> dict[str, Any]:
    facts = {name: value for name, value in others.items() if value is not None}
    if lead is not None:
        facts["lead"] = lead_queries.lead_of(acting(), lead) if lead else None
    if member is not None:
        facts["member"] = member_of(member) if member else None
    return facts


@app.command("tell")
def tell_stop(
    number: Number,
    text: Said,
    people: People = "",
    on: given.Today = None,
    next_step: Next = "",
    next_on: NextOn = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Say what was said at a stop."""
    one = queries.stop_of(acting(), number)
    written(
        lambda: actions.tell_stop(
            one, text=text, people=people, on=on, next_step=next_step, next_on=next_on, by=acting()
        ),
        dry_run=dry_run,
    )
    _done(_("Written down."), one, dry_run, as_json)


@app.command("log")
def log_on_the_road(
    team: TeamCode,
    text: Said,
    lead: Lead = None,
    firm: Firm = None,
    way: Way = None,
    people: People = "",
    on: given.Today = None,
    next_step: Next = "",
    next_on: NextOn = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Write down a contact that nobody had planned; needs --as."""
    by = shared.somebody()
    one = queries.team_of(by, team)
    facts = _facts(lead, None, firm=firm, way=way)
    stop = written(
        lambda: actions.log_on_the_road(
            one, text=text, people=people, on=on, next_step=next_step, next_on=next_on, by=by, **facts
        ),
        dry_run=dry_run,
    )
    _done(_("Written down."), stop, dry_run, as_json)


@app.command("cancel")
def cancel_stop(
    number: Number, reason: given.Reason, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Call a planned stop off."""
    one = queries.stop_of(acting(), number)
    written(lambda: actions.cancel_stop(one, reason=reason, by=acting()), dry_run=dry_run)
    _done(_("Called off."), one, dry_run, as_json)


@app.command("again")
def plan_stop_again(number: Number, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Plan a stop again that was called off."""
    one = queries.stop_of(acting(), number)
    written(lambda: actions.plan_stop_again(one, by=acting()), dry_run=dry_run)
    _done(_("It stands in the itinerary again."), one, dry_run, as_json)


def _done(sentence: str, one: Stop, dry_run: bool, as_json: bool) -> None:
    facts = {"number": one.number, "stage": str(one.stage), "version": one.version}
    done(sentence, facts, dry_run=dry_run, as_json=as_json)
