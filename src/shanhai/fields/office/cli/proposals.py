"""``shanhai office proposals ...``: made, adopted, in force, and what they changed."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.core import clock
from shanhai.fields.office.actions import proposals as actions
from shanhai.fields.office.cli import shared
from shanhai.fields.office.models import Proposal
from shanhai.fields.office.queries import proposals as queries
from shanhai.fields.office.queries import said
from shanhai.fields.office.rules.shared import FIELDS
from shanhai.fields.registry.queries import papers
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, Part, acting, done, noun, show, show_whole, written

app = noun("Proposals, what became of them and what they changed.")

Number = Annotated[str, typer.Argument(help="Its number.")]


@app.command("list")
def list_proposals(pairing: shared.PairingCode = "", as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """The proposals, latest first."""
    member = shared.reader("office.view_proposals")
    found = queries.proposals_of(member, shared.pairing_of(pairing)).order_by("-proposed_on", "-pk")
    rows = map(_row, found)
    if not (as_json or as_csv):
        rows = map(_in_words, rows)
    headings = {"number": _("Number"), "title": _("Proposal"), "author": _("Author")}
    headings |= {"proposed_on": _("Proposed"), "in_force_on": _("In force"), "stage": _("Status")}
    show(rows, headings, as_json=as_json, as_csv=as_csv)


def _row(one: Proposal) -> dict[str, Any]:
    names = ("number", "title", "proposed_on", "proposed_to", "in_force_on", "in_force_to", "stage")
    return {name: getattr(one, name) for name in names} | {"author": one.author_name}


def _in_words(row: dict[str, Any]) -> dict[str, Any]:
    days = {name: said.on_about(row[f"{name}_on"], row[f"{name}_to"]) for name in ("proposed", "in_force")}
    return row | {
        "stage": str(said.PROPOSAL_STAGES[row["stage"]]),
        "proposed_on": days["proposed"],
        "in_force_on": days["in_force"],
    }


@app.command("show")
def show_proposal(number: Number, as_json: AsJson = False) -> None:
    """One proposal with its effects."""
    one = queries.proposal_of(shared.reader("office.view_proposals"), number)
    facts = _row(one) if as_json else _in_words(_row(one))
    facts |= {
        "text": one.text_said,
        "adopted_on": one.adopted_on if as_json else said.on_about(one.adopted_on, one.adopted_to),
        "adopted_by": one.adopted_by,
    }
    facts |= {"paper": one.paper, "source": one.source, "standing": one.standing, "version": one.version}
    headings = {"number": _("Number"), "title": _("Proposal"), "text": _("What is proposed")}
    headings |= {"author": _("Author"), "proposed_on": _("Proposed"), "adopted_on": _("Adopted on")}
    headings |= {"adopted_by": _("Adopted by"), "paper": _("Paper"), "in_force_on": _("In force")}
    headings |= {"stage": _("Status"), "standing": _("Standing"), "source": _("Source")}
    headings |= {"version": _("Version")}
    effects = [
        {
            "id": effect.pk,
            "what": effect.what,
            "before": effect.before,
            "after": effect.after,
            "change": queries.change_of(effect),
            "source": effect.source,
        }
        for effect in queries.effects_of(one)
    ]
    told = {"id": _("No."), "what": _("What changed"), "before": _("Before"), "after": _("After")}
    told |= {"change": _("Change in percent"), "source": _("Source")}
    show_whole(facts, headings, [Part("effects", _("Effect"), effects, told)], as_json=as_json)


@app.command("propose")
def propose(
    title: Annotated[str, typer.Argument(parser=given.line(160), metavar="TITLE", help="It in a sentence.")],
    text: Annotated[
        str,
        typer.Option(
            "--text", parser=given.long_text, metavar="TEXT", help="Reasons and how; - is standard input."
        ),
    ] = "",
    title_en: Annotated[str, given.text("--en", 200, "The sentence in English.")] = "",
    field: Annotated[str, given.choice("--field", [(one,) for one in FIELDS], "Field")] = "partnership",
    on: given.Today = None,
    pairing: shared.PairingCode = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Make a proposal; needs --as, since it keeps its author's name."""
    by = shared.somebody()
    one = written(
        lambda: actions.propose(
            shared.pairing_of(pairing),
            title_zh=title,
            title_en=title_en,
            text=text,
            field=field,
            on=on,
            by=by,
        ),
        dry_run=dry_run,
    )
    _done(_("Proposed as %s; your side sees it.") % one.number, one, dry_run, as_json)


@app.command("adopt")
def adopt_proposal(
    number: Number,
    adopted_by: Annotated[str, given.text("--adopted-by", 160, "Who adopted it.")],
    paper: Annotated[str, given.text("--paper", 200, "Name and file number of the paper.")] = "",
    document: Annotated[int | None, typer.Option("--document", help="Number of the filed paper.")] = None,
    on: given.Today = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Name the paper that adopts a proposal."""
    one = queries.proposal_of(acting(), number)
    filed = papers.seen(shared.somebody(), document) if document else None
    written(
        lambda: actions.adopt_proposal(
            one, on=on or clock.today(), adopted_by=adopted_by, paper=paper, document=filed, by=acting()
        ),
        dry_run=dry_run,
    )
    _done(_("Adopted: %s.") % one.number, one, dry_run, as_json)


@app.command("force")
def bring_into_force(
    number: Number, on: given.Today = None, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Say since when an adopted proposal holds."""
    one = queries.proposal_of(acting(), number)
    written(lambda: actions.bring_into_force(one, on=on or clock.today(), by=acting()), dry_run=dry_run)
    _done(_("In force: %s.") % one.number, one, dry_run, as_json)


@app.command("withdraw")
def withdraw_proposal(
    number: Number, reason: given.Reason, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Withdraw one's own proposal that is not in force."""
    one = queries.proposal_of(acting(), number)
    written(lambda: actions.withdraw_proposal(one, reason=reason, by=acting()), dry_run=dry_run)
    _done(_("Withdrawn: %s") % one.number, one, dry_run, as_json)


@app.command("step-back")
def step_back(number: Number, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Take the last step of a proposal back."""
    one = queries.proposal_of(acting(), number)
    written(lambda: actions.step_back(one, by=acting()), dry_run=dry_run)
    _done(_("The last step of %s is taken back.") % one.number, one, dry_run, as_json)


@app.command("effect")
def record_effect(
    number: Number,
    what: Annotated[str, given.text("--what", 120, "What changed.")],
    before: Annotated[str, given.text("--before", 24, "The figure before.")] = "",
    after: Annotated[str, given.text("--after", 24, "The figure after.")] = "",
    change: Annotated[str, given.text("--change", 12, "The change in percent; less is negative.")] = "",
    unit: Annotated[str, given.text("--unit", 20, "Its unit.")] = "",
    period_before: Annotated[str, given.text("--period-before", 10, "As 2016, 2016Q3 or 2016-09.")] = "",
    period_after: Annotated[str, given.text("--period-after", 10, "As 2016, 2016Q3 or 2016-09.")] = "",
    indicator: Annotated[str, given.text("--indicator", 80, "Indicator that both are read from.")] = "",
    source: Annotated[str, given.text("--source", 300, "Where it is written.")] = "",
    is_illustrative: Annotated[bool, typer.Option("--illustrative", help="Made up, not reported.")] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Write down what a proposal in force changed."""
    one = queries.proposal_of(acting(), number)
    effect = written(
        lambda: actions.record_effect(
            one,
            what_zh=what,
            before=_number(before),
            after=_number(after),
            change_percent=_number(change),
            unit=unit,
            period_before=period_before,
            period_after=period_after,
            indicator=indicator,
            source=source,
            is_illustrative=is_illustrative,
            by=acting(),
        ),
        dry_run=dry_run,
    )
    facts = {"id": effect.pk, "proposal": one.number, "version": effect.version}
    done(_("The effect is on the record."), facts, dry_run=dry_run, as_json=as_json)


def _number(text: str) -> Decimal | None:
    return given.number(text) if text else None


@app.command("drop-effect")
def drop_effect(
    number: Annotated[int, typer.Argument(metavar="NO", help="Number of the effect.")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Strike out an effect that was written by mistake."""
    effect = queries.effect_of(acting(), number)
    written(lambda: actions.drop_effect(effect, by=acting()), dry_run=dry_run)
    done(_("The effect is struck out."), {"id": effect.pk}, dry_run=dry_run, as_json=as_json)


def _done(sentence: str, one: Proposal, dry_run: bool, as_json: bool) -> None:
    facts = {"number": one.number, "stage": str(one.stage), "version": one.version}
    done(sentence, facts, dry_run=dry_run, as_json=as_json)
