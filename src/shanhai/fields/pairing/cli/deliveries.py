"""``shanhai pairing deliveries ...``: recorded with their evidence, planned, confirmed, withdrawn."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.core import clock
from shanhai.fields.pairing import actions, columns, quantities, queries
from shanhai.fields.pairing.cli import shared
from shanhai.fields.pairing.models import Delivery
from shanhai.fields.pairing.queries import registered
from shanhai.fields.pairing.queries import registers as tables
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, Part, acting, done, noun, show_whole, written

app = noun("Deliveries: recorded with evidence, planned, confirmed, withdrawn.")
Commitment = Annotated[str, typer.Argument(help="Code of the commitment.")]
Quantity = Annotated[
    str, typer.Argument(metavar="QUANTITY", help="In its unit; money in yuan, as 5104236.18 or 510.4万元.")
]
What = Annotated[str, given.text("--what", 200, "What was or will be delivered, in Chinese.")]
WhatEn = Annotated[str, given.text("--what-en", 200, "The same in English.")]


# -- reading -------------------------------------------------------------------------------------------------------


@app.command("list")
def list_deliveries(commitment: Commitment, as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """What came and what is planned of a commitment, newest first."""
    one = queries.commitment_of(shared.reader("view_commitments"), commitment)
    found = queries.deliveries_of(one).select_related("commitment")
    shared.list_rows(
        tables.DELIVERIES,
        found,
        lambda line: row_of(line, is_plain=False),
        headings(),
        as_json=as_json,
        as_csv=as_csv,
        right=("quantity",),
    )


def headings() -> dict[str, str]:
    """The columns of a delivery, in the reader's language."""
    found = {"code": _("Code"), "on": _("Day"), "quantity": _("Quantity"), "what": _("What was delivered")}
    return found | {"stage": _("Stage"), "side": _("Side"), "confirmed_on": _("Confirmed on")}


def row_of(one: Delivery, is_plain: bool) -> dict[str, Any]:
    """A delivery: words and rounded figures for people, codes and exact figures for programs."""
    names = ("code", "on", "stage", "side", "confirmed_on")
    row = {name: getattr(one, name) for name in names} | {
        "what": one.what_said,
        "quantity": queries.plain_number(one.quantity),
    }
    if is_plain:
        return row
    return row | {
        "quantity": quantities.scale_of(one.commitment, one.quantity).full(one.quantity),
        "stage": columns.words(columns.DELIVERY_STAGES, one.stage),
        "side": columns.words(columns.SIDES, one.side) if one.side else "",
    }


@app.command("show")
def show_delivery(code: str, as_json: AsJson = False) -> None:
    """One delivery whole, with its evidence."""
    one = queries.delivery_of(shared.reader("view_commitments"), code)
    facts = row_of(one, as_json) | {
        "commitment": one.commitment.code,
        "recorded_by": one.recorded_by.code if one.recorded_by else "",
        "withdrawn_on": one.withdrawn_on,
        "reason": one.reason,
        "source": one.source,
        "version": one.version,
    }
    shown = headings() | {"commitment": _("Commitment"), "recorded_by": _("Recorded by")}
    shown |= {"withdrawn_on": _("Withdrawn on"), "reason": _("Reason"), "source": _("Source")}
    papers = shared.papers_on("pairing.delivery", one.pk)
    evidence = Part(
        "evidence", _("Evidence"), papers, {"id": _("No."), "title": _("Title"), "file": _("File")}
    )
    show_whole(facts, shown | {"version": _("Version")}, [evidence], as_json=as_json)


# -- writing -------------------------------------------------------------------------------------------------------


@app.command("record")
def record_delivery(
    commitment: Commitment,
    quantity: Quantity,
    evidence: Annotated[list[str] | None, shared.papers_option("--evidence", "Paper that shows it.")] = None,
    on: given.Today = None,
    what: What = "",
    what_en: WhatEn = "",
    of_plan: Annotated[
        str, typer.Option("--plan", help="Code of the planned entry that it takes the place of.")
    ] = "",
    side: shared.Side = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Record that something promised came, with the papers that show it; the other side is asked to confirm."""
    one = queries.commitment_of(acting(), commitment)
    plan = registered.plan_of(one, of_plan) if of_plan else None
    amount = shared.quantity(one.unit, quantity)
    made = shared.with_papers(
        evidence,
        one.pairing,
        lambda papers: actions.record_delivery(
            one,
            on=on or clock.today(),
            quantity=amount,
            evidence=papers,
            what=what,
            what_en=what_en,
            side=side,
            of_plan=plan,
            by=acting(),
        ),
        dry_run=dry_run,
    )
    _done(_("The delivery is recorded. The other side is asked to confirm it."), made, dry_run, as_json)


@app.command("plan")
def plan_delivery(
    commitment: Commitment,
    quantity: Quantity,
    on: Annotated[date, given.a_day("--on", "The day on which it will come.")],
    what: What = "",
    what_en: WhatEn = "",
    side: shared.Side = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Enter a delivery that is to come; it counts once the other side has confirmed it."""
    one = queries.commitment_of(acting(), commitment)
    amount = shared.quantity(one.unit, quantity)
    made = written(
        lambda: actions.plan_delivery(
            one, on=on, quantity=amount, what=what, what_en=what_en, side=side, by=acting()
        ),
        dry_run=dry_run,
    )
    _done(
        _("The delivery is planned. It counts once the other side has confirmed it."), made, dry_run, as_json
    )


@app.command("confirm")
def confirm_delivery(
    code: str, on: given.Today = None, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Confirm, as the side that receives, that it came or will come."""
    one = queries.delivery_of(acting(), code)
    day = on or clock.today()
    made = written(lambda: actions.confirm_delivery(one, on=day, by=acting()), dry_run=dry_run)
    _done(_("Confirmed: %s.") % one.code, made, dry_run, as_json)


@app.command("unconfirm")
def unconfirm_delivery(code: str, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Take a confirmation back: the delivery waits for it again."""
    one = queries.delivery_of(acting(), code)
    made = written(lambda: actions.take_back_confirmation(one, by=acting()), dry_run=dry_run)
    _done(_("The confirmation is taken back."), made, dry_run, as_json)


@app.command("withdraw")
def withdraw_delivery(
    code: str,
    reason: Annotated[str, given.text("--reason", 300, "Why; both sides read it.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Take back a delivery that the other side has not confirmed; it stays in the list."""
    one = queries.delivery_of(acting(), code)
    made = written(lambda: actions.withdraw_delivery(one, reason=reason, by=acting()), dry_run=dry_run)
    _done(_("Withdrawn: %s.") % one.code, made, dry_run, as_json)


def _done(sentence: str, one: Delivery, dry_run: bool, as_json: bool) -> None:
    facts = {
        "code": one.code,
        "stage": str(one.stage),
        "confirmed_on": one.confirmed_on,
        "version": one.version,
    }
    done(sentence, facts, dry_run=dry_run, as_json=as_json)
