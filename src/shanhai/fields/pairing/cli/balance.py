"""``shanhai pairing balance``, ``balance-records`` and ``state-balance``: what each side gave, and what it says of it."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.fields.pairing import actions, columns
from shanhai.fields.pairing.cli import shared
from shanhai.fields.pairing.queries import balance as reads
from shanhai.webkit import command_input as given
from shanhai.webkit import words
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, acting, done, remark, show, show_json, written

First = Annotated[
    int | None, typer.Option("--from", metavar="YEAR", help="First year; six years by default.")
]
Last = Annotated[int | None, typer.Option("--to", metavar="YEAR", help="Last year; this one by default.")]


def add_to(app: typer.Typer) -> None:
    """Put the commands at the top of the field."""
    app.command("balance")(balance)
    app.command("balance-records")(balance_records)
    app.command("state-balance")(state_balance)


def balance(
    pairing: shared.PairingCode = "",
    first: First = None,
    last: Last = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """What each side gave by year; money is added to money only."""
    member = shared.reader("view_balance")
    found = reads.balance(member, shared.pairing_of(pairing), reads.years_of(first, last))
    if as_json:
        show_json(reads.balance_as_plain(found))
        return
    years = [str(year) for year in found.years]
    rows = [_row(line, years, as_csv=as_csv) for line in found.lines]
    headings = {"given_by": _("Given by side"), "group": _("Group"), "name": _("What"), "unit": _("Unit")}
    headings |= {year: year for year in years} | {"total": _("Sum")}
    choices = {"given_by": columns.SIDES, "group": columns.BALANCE_GROUPS}
    shared.show_rows(rows, headings, choices, as_json=False, as_csv=as_csv, right=[*years, "total"])
    if not as_csv and found.unmeasured:
        remark(_("Not measured yet: %s.") % ", ".join(str(one.name) for one in found.unmeasured))
    if not as_csv:
        for one in reads.awaited():
            told = {
                "name": one.name,
                "field": columns.words(columns.FIELDS, one.field),
                "indicator": one.indicator,
            }
            remark(_("%(name)s waits for the field %(field)s (%(indicator)s).") % told)


def _row(line: reads.Line, years: list[str], *, as_csv: bool) -> dict[str, Any]:
    is_money = line.indicator.unit == "fen"
    say = reads.plain if as_csv else (lambda cell: words.yuan(int(cell))) if is_money else words.num
    cells = {
        year: say(cell) if cell else ("" if as_csv else words.NOTHING)
        for year, cell in zip(years, line.cells, strict=True)
    }
    unit = "fen" if as_csv and is_money else str(line.indicator.balance.unit)  # type: ignore[union-attr]
    facts = {"given_by": line.side, "group": line.group, "name": str(line.indicator.name), "unit": unit}
    return facts | cells | {"total": say(line.total)}


def balance_records(
    indicator: Annotated[str, typer.Argument(help="Code of the indicator, as `balance --json` has it.")],
    side: Annotated[str, given.choice("--side", columns.SIDES, "Which side gave")],
    pairing: shared.PairingCode = "",
    first: First = None,
    last: Last = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """The records whose sum is a figure of the balance."""
    member, years = shared.reader("view_balance"), reads.years_of(first, last)
    found = reads.records_behind(member, shared.pairing_of(pairing), indicator, side, years)
    rows = [
        {"on": one.on, "record": one.text, "value": reads.plain(one.value), "standing": one.standing}
        for one in found
    ]
    headings = {"on": _("Day"), "record": _("Record"), "value": _("Counts"), "standing": _("Standing")}
    show(rows, headings, as_json=as_json, as_csv=as_csv, right=["value"])


def state_balance(
    text: Annotated[
        str,
        typer.Option(
            "--text", parser=given.line(600), metavar="TEXT", help="What the side says, in Chinese."
        ),
    ],
    text_en: Annotated[str, given.text("--en", 900, "The same in English.")] = "",
    side: shared.Side = "",
    pairing: shared.PairingCode = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Say for a side what it thinks of the balance; a second statement of a day takes the place of the first."""
    within = shared.pairing_of(pairing)
    made = written(
        lambda: actions.state_balance(within, text_zh=text, text_en=text_en, side=side, by=acting()),
        dry_run=dry_run,
    )
    facts = {"pairing": within.code, "side": made.side, "on": made.on, "version": made.version}
    done(_("It stands beside the figures."), facts, dry_run=dry_run, as_json=as_json)
