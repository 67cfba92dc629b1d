"""``shanhai park figures ...``: what enterprises reported of a year or quarter."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.core import masking
from shanhai.core.sheets.cells import MASK
from shanhai.fields.office.cli import shared
from shanhai.fields.pairing.cli.shared import list_rows
from shanhai.fields.park.actions import figures as actions
from shanhai.fields.park.columns.firms import FIGURES
from shanhai.fields.park.models import Figures
from shanhai.fields.park.queries import figures as queries
from shanhai.fields.park.queries import firm_tables as tables
from shanhai.fields.park.queries import firms
from shanhai.fields.park.rules import figures as rules
from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.webkit import command_input as given
from shanhai.webkit import words
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, acting, done, noun, written

app = noun("Figures of enterprises by year and quarter.")

Code = Annotated[str, typer.Argument(metavar="FIRM", help="Code of the enterprise.")]
PeriodText = Annotated[str, typer.Argument(metavar="PERIOD", help="A year or a quarter: 2022 or 2022Q3.")]


@app.command("list")
def list_figures(
    pairing: shared.PairingCode = "",
    period: Annotated[str, given.text("--period", 12, "A year or a quarter: 2022 or 2022Q3.")] = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Figures, latest period first; tax is masked."""
    found = queries.figures_of(shared.reader("park.view_figures"), shared.pairing_of(pairing))
    if period:
        found = found.filter(period=period)
    headings = {"firm": _("Enterprise"), "period": _("Year or quarter")}
    headings |= {one.name: FIGURES.column(one.name).heading for one in rules.ITEMS}
    rows = found.order_by("-period", "-pk")
    right = tuple(one.name for one in rules.ITEMS)
    list_rows(tables.FIGURES, rows, _row, headings, as_json=as_json, as_csv=as_csv, right=right)


def _row(one: Figures) -> dict[str, Any]:
    return {"firm": one.firm.name, "period": one.period} | {
        item.name: _said(one, item) for item in rules.ITEMS
    }


def _said(one: Figures, item: rules.Item) -> str | None:
    value = getattr(one, item.name)
    if value is None:
        return None
    if FIGURES.column(item.name).access:
        return MASK
    return words.yuan(value) if item.kind == "fen" else words.num(value)


@app.command("report")
def report_figures(
    code: Code,
    period: PeriodText,
    figures: Annotated[
        list[str],
        typer.Option("--set", metavar="NAME=VALUE", help="A figure, as tax_fen=120000; NAME= takes it out. May be repeated."),
    ],
    reason: Annotated[str, given.text("--reason", 300, "Why it is put right, where another figure stands there.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Enter figures of a year or quarter, or put right what stands there."""
    firm = firms.firm_of(acting(), code)
    values = dict(map(_read, figures))
    one = written(
        lambda: actions.report_figures(firm, period, values=values, reason=reason, by=acting()),
        dry_run=dry_run,
    )
    facts = {"firm": firm.code, "period": one.period, "version": one.version}
    done(_("The figures are on record."), facts, dry_run=dry_run, as_json=as_json)


def _read(text: str) -> tuple[str, Any]:
    name, _sign, value = text.partition("=")
    item = rules.BY_NAME.get(name.strip())
    if item is None:
        raise BadInput(
            "park.no_figure",
            gettext_noop("There is no figure {name}. Take one of: {names}."),
            name=name[:40],
            names=", ".join(rules.BY_NAME),
        )
    if not value.strip():
        return item.name, None
    number = given.number(value)
    return item.name, number if item.kind == "number" else int(number)


@app.command("read")
def read_figure(code: Code, period: PeriodText, as_json: AsJson = False) -> None:
    """Give the tax of a year or quarter in the clear; that it was read goes on the record."""
    one = queries.figures_for(firms.firm_of(acting(), code), period)
    value = masking.read_masked(one, FIGURES.code, "tax_fen", by=acting())
    facts = {"column": "tax_fen", "value": value}
    done(words.yuan_exact(int(value)) if value else "–", facts, dry_run=False, as_json=as_json)
