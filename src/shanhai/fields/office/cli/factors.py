"""``shanhai office factors ...``: the queue, pools, asking, granting with what that means, refusing."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.core import clock, replies
from shanhai.fields.office import columns
from shanhai.fields.office.actions import factor_pools
from shanhai.fields.office.actions import factors as actions
from shanhai.fields.office.cli import shared
from shanhai.fields.office.models import FactorPool, FactorRequest
from shanhai.fields.office.queries import factor_sheets, said
from shanhai.fields.office.queries import factors as queries
from shanhai.fields.office.rules import factors as rules
from shanhai.fields.registry.cli.shared import organisation_of, papers_option, unit_of, with_papers
from shanhai.fields.registry.queries import papers
from shanhai.kernel.text import plain_decimal
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, Part, acting, done, noun, show, show_whole, written

app = noun("Factor requests: land quota, energy, funds, talent; the park first.")

Number = Annotated[str, typer.Argument(help="Its number.")]
Quantity = Annotated[
    str, typer.Argument(metavar="QUANTITY", help="In its measure, as 12.5; money in yuan or as 510.4万元.")
]
Source = Annotated[str, given.text("--source", 300, "The plan or notice that gives the quota.")]


@app.command("list")
def list_requests(
    pairing: shared.PairingCode = "",
    everything: Annotated[bool, typer.Option("--all", help="Also those that no longer wait.")] = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """The queue: park projects first, then who needs it first."""
    member = shared.reader("office.view_factors")
    found = queries.requests_of(member, shared.pairing_of(pairing)).order_by(*queries.ORDER)
    found = found if everything else found.filter(stage__in=rules.IN_QUEUE)
    if as_json or as_csv:
        adds = {"level": lambda one: one.level, "unit": lambda one: one.unit.code}
        read = factor_sheets.request_rows
        shared.show_register(columns.FACTOR_REQUESTS, read, found, adds, as_json=as_json, as_csv=as_csv)
        return
    headings = {"number": _("Number"), "title": _("Request"), "is_park": _("Park"), "quantity": _("Asked")}
    headings |= {"granted": _("Granted"), "measure": _("Measure"), "needed_by": _("Needed by")}
    headings |= {"waited_days": _("Working days"), "unit": _("Is with"), "stage": _("Status")}
    show(map(_in_words, map(_row, found)), headings, as_json=False, as_csv=False)


def _row(one: FactorRequest) -> dict[str, Any]:
    names = ("number", "title", "is_park", "measure", "needed_by", "level", "stage")
    facts = {name: getattr(one, name) for name in names}
    facts |= {"asker": one.asker.name, "unit": one.unit.organisation.name}
    facts |= {"quantity": _plain(one.quantity, one.measure), "granted": _plain(one.granted, one.measure)}
    return facts | {"waited_days": queries.waited_days(one)}


def _in_words(row: dict[str, Any]) -> dict[str, Any]:
    return row | {
        "stage": str(said.FACTOR_STAGES[row["stage"]]),
        "is_park": _("yes") if row["is_park"] else "",
    }


@app.command("show")
def show_request(number: Number, as_json: AsJson = False) -> None:
    """One request with its grants and steps."""
    one = queries.request_of(shared.reader("office.view_factors"), number)
    facts = _row(one) if as_json else _in_words(_row(one))
    facts |= {"asked_on": one.asked_on, "first_days": one.first_days, "fulfilled_days": one.fulfilled_days}
    facts |= {"climbs_on": queries.climbs_on(one), "reason": one.reason_said, "version": one.version}
    headings = {"number": _("Number"), "title": _("Request"), "asker": _("Asked by"), "quantity": _("Asked")}
    headings |= {"granted": _("Granted"), "measure": _("Measure"), "asked_on": _("Asked on")}
    headings |= {"needed_by": _("Needed by"), "unit": _("Is with"), "climbs_on": _("Climbs after")}
    headings |= {"waited_days": _("Working days"), "first_days": _("To the first grant")}
    headings |= {"fulfilled_days": _("To the whole"), "stage": _("Status"), "reason": _("Reason")}
    headings |= {"version": _("Version")}
    grants = [
        {"id": grant.pk, "on": grant.on, "quantity": _plain(grant.quantity, one.measure), "paper": grant.paper,
         "taken_back_on": grant.taken_back_on}
        for grant in one.grants.all()
    ]  # fmt: skip
    steps = [
        {
            "on": step.on,
            "what": str(said.FACTOR_STEPS[step.what]),
            "level": step.level,
            "text": step.text_said,
        }
        for step in one.steps.all()
    ]
    of_grants = {"id": _("Number"), "on": _("Day"), "quantity": _("Quantity"), "paper": _("Paper")}
    of_grants |= {"taken_back_on": _("Taken back on")}
    of_steps = {"on": _("Day"), "what": _("What"), "level": _("Level"), "text": _("Words")}
    parts = [
        Part("grants", _("Granted"), grants, of_grants),
        Part("steps", _("How it went"), steps, of_steps),
    ]
    show_whole(facts, headings, parts, as_json=as_json)


@app.command("ask")
def ask(
    title: Annotated[str, typer.Argument(parser=given.line(160), metavar="TITLE", help="What it is for.")],
    quantity: Annotated[str, typer.Option("--quantity", help="In the measure; money in yuan or as 510.4万元.")],
    measure: Annotated[str, given.choice("--measure", [(one,) for one in rules.MEASURES], "Measure")],
    unit: Annotated[str, typer.Option("--unit", help="Code of the unit that grants it.")],
    needed_by: Annotated[date, given.a_day("--needed-by", "The day it is needed by.")],
    title_en: Annotated[str, given.text("--en", 200, "The same in English.")] = "",
    text: Annotated[
        str, typer.Option("--text", parser=given.long_text, metavar="TEXT", help="More words; - is standard input.")
    ] = "",
    asker: Annotated[str, typer.Option("--asker", help="Code of the firm or village that asks.")] = "",
    about: Annotated[
        tuple[str, int] | None, typer.Option("--about", help="Kind and number of the record it is about.")
    ] = None,
    is_park: Annotated[bool, typer.Option("--park", help="It is a project of the industrial park.")] = False,
    park_reason: Annotated[str, given.text("--park-reason", 300, "Why it is the park's, without a record.")] = "",
    needs_whole: Annotated[bool, typer.Option("--whole", help="A part of it is of no use.")] = False,
    is_shared: Annotated[bool, typer.Option("--shared", help="Both sides see it from the start.")] = False,
    paper: Annotated[list[str] | None, papers_option("--file", "A paper that shows the need, filed with it.")] = None,
    pairing: shared.PairingCode = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Ask a unit for a factor; needs --as."""
    by, record, within = (
        shared.somebody(),
        shared.record_of(*about) if about else None,
        shared.pairing_of(pairing),
    )
    one = with_papers(
        paper,
        within,
        lambda filed: actions.ask(
            within,
            measure=measure,
            quantity=_steps(quantity, measure),
            unit=unit_of(unit),
            needed_by=needed_by,
            title_zh=title,
            title_en=title_en,
            text=text,
            record=record,
            is_park=is_park,
            park_reason=park_reason,
            needs_whole=needs_whole,
            asker=organisation_of(asker) if asker else None,
            is_shared=is_shared,
            papers=filed,
            by=by,
        ),
        dry_run=dry_run,
    )
    _done(_("Asked as %s; it stands in the queue.") % one.number, one, dry_run, as_json)


@app.command("preview")
def preview(number: Number, quantity: Quantity, as_json: AsJson = False) -> None:
    """What granting a quantity would mean for those who stand before; writes nothing."""
    one = queries.request_of(shared.reader("office.grant_factor"), number)
    told = queries.preview(one, _steps(quantity, one.measure))
    facts: dict[str, Any] = {"number": one.number, "quantity": _plain(told.quantity, one.measure)}
    facts |= {"left": None if told.left is None else _plain(told.left, one.measure)}
    facts |= {"left_after": None if told.left_after is None else _plain(told.left_after, one.measure)}
    headings = {"number": _("Number"), "quantity": _("Quantity"), "left": _("Left in the pool")}
    headings |= {"left_after": _("Left afterwards")}
    before = [
        {"number": row.request.number, "title": row.request.title, "could_be_served": row.could_be_served,
         "could_be_served_after": row.could_be_served_after}
        for row in told.before
    ]  # fmt: skip
    of_before = {"number": _("Number"), "title": _("Stands before it")}
    of_before |= {"could_be_served": _("Could be served now"), "could_be_served_after": _("Afterwards")}
    parts = [Part("before", _("Stands before it"), before, of_before)]
    show_whole(facts, headings, parts, as_json=as_json)


@app.command("grant")
def grant_factor(
    number: Number,
    quantity: Quantity,
    paper: Annotated[str, given.text("--paper", 200, "Name and file number of the paper.")] = "",
    document: Annotated[int | None, typer.Option("--document", help="Number of the filed paper.")] = None,
    brought: Annotated[list[str] | None, papers_option("--file", "The paper itself, filed with it.")] = None,
    reason: Annotated[str, given.text("--reason", 300, "Why others are passed over.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Grant a request in part or whole."""
    one = queries.request_of(acting(), number)
    named = [papers.seen(shared.somebody(), document)] if document else []
    steps = _steps(quantity, one.measure)
    made = with_papers(
        brought,
        one.pairing,
        lambda filed: actions.grant_factor(
            one, quantity=steps, paper=paper, papers=[*filed, *named], reason=reason, by=acting()
        ),
        dry_run=dry_run,
    )
    sentence = _("Granted: %s; the asker is told.") % said.amount(steps, one.measure)
    _done(replies.told(made, sentence), one, dry_run, as_json)


@app.command("take-back")
def take_back_grant(
    number: Number,
    grant: Annotated[int, typer.Argument(metavar="GRANT", help="Number of the grant, as show gives it.")],
    reason: given.Reason,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Take a grant back: the request returns to its place, the pool gets its part."""
    one = queries.request_of(acting(), number)
    found = queries.grant_of(one, grant)
    written(lambda: actions.take_back_grant(found, reason=reason, by=acting()), dry_run=dry_run)
    _done(_("The grant is taken back."), one, dry_run, as_json)


@app.command("refuse")
def refuse_request(
    number: Number,
    reason: given.Reason,
    paper: Annotated[
        list[str] | None, papers_option("--file", "A paper that shows why, filed with it.")
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Refuse what is missing of a request."""
    one = queries.request_of(acting(), number)
    made = with_papers(
        paper,
        one.pairing,
        lambda filed: actions.refuse_request(one, reason=reason, papers=filed, by=acting()),
        dry_run=dry_run,
    )
    _done(replies.told(made, _("Refused; the asker is told.")), one, dry_run, as_json)


@app.command("withdraw")
def withdraw_request(
    number: Number, reason: given.Reason, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Withdraw one's own request."""
    one = queries.request_of(acting(), number)
    written(lambda: actions.withdraw_request(one, reason=reason, by=acting()), dry_run=dry_run)
    _done(_("Withdrawn: %s") % one.title, one, dry_run, as_json)


@app.command("reopen")
def reopen_request(
    number: Number, reason: given.Reason, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Put a refused or withdrawn request back into the queue."""
    one = queries.request_of(acting(), number)
    written(lambda: actions.reopen_request(one, reason=reason, by=acting()), dry_run=dry_run)
    _done(_("Back in the queue, at its old place."), one, dry_run, as_json)


# -- pools ---------------------------------------------------------------------------------------------------------

pools = noun("Pools of factors: what an organisation may grant in a year.")


@pools.command("list")
def list_pools(
    pairing: shared.PairingCode = "",
    year: Annotated[int | None, typer.Option("--year", help="The year; this one by default.")] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """What may be granted in a year, and what is left."""
    member = shared.reader("office.view_factors")
    found = queries.pools_of(member, shared.pairing_of(pairing), year or clock.today().year)
    found = found.order_by("organisation__code", "measure")
    if as_json or as_csv:
        adds = {"id": lambda one: one.pk, "version": lambda one: one.version}  # `change` asks for the number
        read = factor_sheets.pool_rows
        shared.show_register(columns.FACTOR_POOLS, read, found, adds, as_json=as_json, as_csv=as_csv)
        return
    headings = {
        "id": _("Number"),
        "organisation": _("Organisation"),
        "measure": _("Measure"),
        "year": _("Year"),
    }
    headings |= {"available": _("Holds"), "granted": _("Granted"), "left": _("Left")}
    show(map(_pool_row, found), headings, as_json=False, as_csv=False)


def _pool_row(pool: FactorPool) -> dict[str, Any]:
    counted = {name: _plain(getattr(pool, name), pool.measure) for name in ("available", "granted", "left")}
    facts = {
        "id": pool.pk,
        "organisation": pool.organisation.name,
        "measure": pool.measure,
        "year": pool.year,
    }
    return facts | counted | {"version": pool.version}


@pools.command("declare")
def declare_pool(
    organisation: Annotated[str, typer.Argument(help="Code of the organisation that grants.")],
    available: Quantity,
    measure: Annotated[str, given.choice("--measure", [(one,) for one in rules.MEASURES], "Measure")],
    year: Annotated[int | None, typer.Option("--year", help="The year; this one by default.")] = None,
    source: Source = "",
    is_shared: Annotated[bool, typer.Option("--shared", help="Both sides see it.")] = False,
    pairing: shared.PairingCode = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Say what an organisation may grant of a factor in a year."""
    pool = written(
        lambda: factor_pools.declare_pool(
            shared.pairing_of(pairing),
            organisation=organisation_of(organisation),
            measure=measure,
            year=year or clock.today().year,
            available=_steps(available, measure),
            source=source,
            is_shared=is_shared,
            by=acting(),
        ),
        dry_run=dry_run,
    )
    sentence = _("The pool is declared; grants of the year count against it.")
    done(sentence, _pool_row(pool), dry_run=dry_run, as_json=as_json)


@pools.command("change")
def change_pool(
    pool: Annotated[int, typer.Argument(metavar="POOL", help="Its number, as list gives it.")],
    available: Quantity,
    source: Source = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Set a pool anew, never below what was granted from it."""
    found = queries.pool_of(acting(), pool)
    steps = _steps(available, found.measure)
    written(
        lambda: factor_pools.change_pool(found, available=steps, source=source or None, by=acting()),
        dry_run=dry_run,
    )
    done(_("The pool is set anew."), _pool_row(found), dry_run=dry_run, as_json=as_json)


app.add_typer(pools, name="pools")


def _steps(text: str, measure: str) -> int:
    return given.fen(text) if measure == "fen" else rules.steps_of(given.number(text), measure)


def _plain(steps: int, measure: str) -> str:
    return plain_decimal(rules.quantity_of(steps, measure))


def _done(sentence: str, one: FactorRequest, dry_run: bool, as_json: bool) -> None:
    facts = {"number": one.number, "stage": str(one.stage), "granted": _plain(one.granted, one.measure)}
    done(sentence, facts | {"version": one.version}, dry_run=dry_run, as_json=as_json)
