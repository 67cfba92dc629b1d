"""``shanhai pairing payments ...``: what is to be paid under agreements in force, paid with vouchers, put right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.core import clock
from shanhai.fields.pairing import actions
from shanhai.fields.pairing.cli import shared
from shanhai.fields.pairing.models import MoneyDue
from shanhai.fields.pairing.queries import pages, registered
from shanhai.fields.pairing.queries import registers as tables
from shanhai.webkit import command_input as given
from shanhai.webkit import words
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, acting, done, noun, written

app = noun("Payments that agreements provide for.")
Amount = Annotated[
    int | None,
    typer.Option(
        "--amount", parser=given.fen, metavar="YUAN", help="As 5104236.18 or 510.4万元; all that is open."
    ),
]


@app.command("list")
def list_payments(
    pairing: shared.PairingCode = "",
    everything: Annotated[bool, typer.Option("--all", help="Also those that are paid in full.")] = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """What is to be paid, soonest due first."""
    member = shared.reader("view_agreements")
    found = registered.money_dues(member, shared.pairing_of(pairing), is_open=not everything)
    headings = {"code": _("Code"), "name": _("Name"), "payer": _("Pays"), "payee": _("Receives")}
    headings |= {
        "due_on": _("Due on"),
        "amount_fen": _("Amount"),
        "paid_fen": _("Paid"),
        "open_fen": _("Still open"),
    }
    headings |= {"paid_on": _("Paid on"), "agreement": _("Agreement")}
    right = ("amount_fen", "paid_fen", "open_fen")
    shared.list_rows(
        tables.MONEY_DUES, found, _row, headings, as_json=as_json, as_csv=as_csv, adds=_ADDS, right=right
    )


# What programs get beside the register: between whom, under what, and what is left.
_ADDS: dict[str, Callable[[MoneyDue], Any]] = {
    "agreement": lambda one: one.clause.agreement.number,
    "payer": lambda one: one.clause.payer.organisation.code,
    "payee": lambda one: one.clause.payee.organisation.code,
    "open_fen": lambda one: one.open_fen,
}


def _row(one: MoneyDue) -> dict[str, Any]:
    amounts = {name: words.yuan_exact(getattr(one, name)) for name in ("amount_fen", "paid_fen", "open_fen")}
    return {
        "code": one.code,
        "name": one.clause.name,
        "payer": one.clause.payer.organisation.code,
        "payee": one.clause.payee.organisation.code,
        "due_on": one.due_on,
        "paid_on": one.paid_on,
        "agreement": one.clause.agreement.number,
        **amounts,
    }


@app.command("pay")
def pay_money_due(
    code: str,
    amount: Amount = None,
    voucher: Annotated[
        list[str] | None, shared.papers_option("--voucher", "Paper that shows the payment.")
    ] = None,
    on: given.Today = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Record a payment with its voucher, in parts where it came in parts."""
    due = pages.money_due_of(acting(), code)
    paid = due.open_fen if amount is None else amount
    made = shared.with_papers(
        voucher,
        due.clause.pairing,
        lambda papers: actions.pay_money_due(
            due, on=on or clock.today(), amount_fen=paid, vouchers=papers, by=acting()
        ),
        dry_run=dry_run,
    )
    _done(_("The payment is recorded."), made, dry_run, as_json)


@app.command("take-back")
def take_back_payment(
    code: str,
    reason: given.Reason,
    amount: Annotated[
        int, typer.Option(parser=given.fen, metavar="YUAN", help="As 5104236.18 or 510.4万元.")
    ],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Put a wrongly recorded payment right; both entries stay in the journal."""
    due = pages.money_due_of(acting(), code)
    made = written(
        lambda: actions.take_back_payment(due, amount_fen=amount, reason=reason, by=acting()), dry_run=dry_run
    )
    _done(_("The payment is put right; both entries stay in the journal."), made, dry_run, as_json)


def _done(sentence: str, one: MoneyDue, dry_run: bool, as_json: bool) -> None:
    facts = {"code": one.code, "paid_fen": one.paid_fen, "open_fen": one.open_fen, "version": one.version}
    done(sentence, facts, dry_run=dry_run, as_json=as_json)
