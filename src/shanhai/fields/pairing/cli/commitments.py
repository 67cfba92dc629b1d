"""``shanhai pairing commitments ...``: how each one stands, and what a draft promises."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.fields.pairing import actions, columns, quantities, queries, rules
from shanhai.fields.pairing.cli import shared
from shanhai.fields.pairing.queries import registers as tables
from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, Part, acting, done, noun, show_whole, written
from shanhai.webkit.templatetags.shanhai import STATUSES

app = noun("Commitments: how each one stands, and what a draft promises.")
_PERIOD = re.compile(r"^\s*(\S+?)\s*[:：=]\s*(\S+)\s*$")
_STANDING = (
    "pairing",
    "period",
    "period_due_on",
    "promised",
    "delivered",
    "unconfirmed",
    "forecast",
    "forecast_low",
    "forecast_high",
    "basis",
    "status",
    "late_since",
    "missing",
    "rests_with",
)
_STATUSES = tuple((str(one),) for one in rules.Status)


# -- reading -------------------------------------------------------------------------------------------------------


@app.command("list")
def list_commitments(
    pairing: shared.PairingCode = "",
    status: Annotated[str, given.choice("--status", _STATUSES, "Only those that are", or_none=True)] = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """The commitments in force of a pairing and those nested in it, as they stand today."""
    member = shared.reader("view_commitments")
    found = queries.account(member, shared.pairing_of(pairing)).commitments
    standing = {one.commitment.pk: one for one in found if status in ("", str(one.status))}
    shared.list_rows(
        tables.COMMITMENTS,
        [one.commitment for one in standing.values()],
        lambda commitment: row_of(standing[commitment.pk], is_plain=False),
        headings(),
        as_json=as_json,
        as_csv=as_csv,
        adds=_standing_of(standing),
        right=("promised", "delivered", "forecast"),
    )


def _standing_of(standing: dict[int, queries.Progress]) -> dict[str, Callable[[Any], Any]]:
    """What programs get beside the register: how each commitment stands today."""
    plain = {pk: queries.as_plain(one) for pk, one in standing.items()}

    def named(name: str) -> Callable[[Any], Any]:
        # The register has the day on which the whole falls due, this is that of the part that is looked at.
        key = "due_on" if name == "period_due_on" else name
        return lambda commitment: plain[commitment.pk][key]

    return {name: named(name) for name in _STANDING}


def headings() -> dict[str, str]:
    """The columns of a commitment as it stands, in the reader's language."""
    found = {"code": _("Code"), "field": _("Field"), "name": _("Commitment"), "owes": _("Who owes it")}
    found |= {"promised": _("Promised"), "delivered": _("Delivered"), "forecast": _("Forecast")}
    return found | {
        "unit": _("Measured in"),
        "status": _("Status"),
        "due_on": _("Due"),
        "agreement": _("Agreement"),
    }


def row_of(one: queries.Progress, is_plain: bool) -> dict[str, Any]:
    """A commitment as it stands: words and rounded figures for people, codes and exact figures for programs."""
    plain = queries.as_plain(one)
    names = ("field", "owes", "promised", "delivered", "forecast", "unit", "status", "due_on", "agreement")
    row = {"code": one.commitment.code, "name": one.commitment.name} | {name: plain[name] for name in names}
    if is_plain:
        return row
    scale = quantities.scale_of(one.commitment, one.promised)
    return row | {
        "field": columns.words(columns.FIELDS, one.commitment.field),
        "owes": columns.words(columns.OWES, one.commitment.owes),
        "promised": scale.say(one.promised),
        "delivered": scale.say(one.delivered, one.promised),
        "forecast": scale.say(one.forecast, one.promised),
        "unit": scale.unit,
        "status": str(STATUSES[str(one.status)][2]),
    }


@app.command("show")
def show_commitment(code: str, as_json: AsJson = False) -> None:
    """One commitment whole: how it stands, its periods, what came and what is planned."""
    one = queries.commitment_of(shared.reader("view_commitments"), code)
    progress = queries.progress_of([one])[0]
    facts = queries.as_plain(progress) | row_of(progress, as_json)
    facts |= {"about": one.about, "source": one.source, "version": one.version}
    shown = headings() | {"period": _("Period"), "unconfirmed": _("Not confirmed yet")}
    shown |= {"forecast_low": _("Forecast, at least"), "forecast_high": _("Forecast, at most")}
    shown |= {"basis": _("Forecast by"), "late_since": _("Late since"), "missing": _("Missing")}
    shown |= {"rests_with": _("Rests with"), "standing": _("Standing"), "about": _("Remarks")}
    show_whole(
        facts, shown | {"source": _("Source"), "version": _("Version")}, _parts(one, as_json), as_json=as_json
    )


def _parts(one: Any, as_json: bool) -> list[Part]:
    from shanhai.fields.pairing.cli import deliveries

    periods = [
        {"period": step.period, "target": quantities.exact(one, step.target), "due_on": step.due_on}
        if not as_json
        else {"period": step.period, "target": queries.plain_number(step.target), "due_on": step.due_on}
        for step in one.periods.all()
    ]
    came = [
        deliveries.row_of(line, as_json) for line in queries.deliveries_of(one).select_related("commitment")
    ]
    return [
        Part(
            "periods",
            _("Target of each period"),
            periods,
            {"period": _("Period"), "target": _("Target"), "due_on": _("Due")},
            ("target",),
        ),
        Part("deliveries", _("Deliveries"), came, deliveries.headings(), ("quantity",)),
    ]


# -- writing -------------------------------------------------------------------------------------------------------


@app.command("add")
def add_commitment(
    agreement: Annotated[str, typer.Argument(help="Number of the agreement, a draft.")],
    code: shared.NewCode,
    name: given.NameZh,
    owes: Annotated[str, given.choice("--owes", columns.OWES, "Who owes it")],
    target: Annotated[
        str, typer.Option(help="How much of the whole; of money in yuan, as 5104236.18 or 510.4万元.")
    ],
    en: given.NameEn = "",
    field: Annotated[
        str, given.choice("--field", columns.FIELDS, "Field, the agreement's if left out", or_none=True)
    ] = "",
    unit: Annotated[str, given.choice("--unit", columns.UNITS, "Measured in")] = "count",
    unit_zh: Annotated[str, given.text("--unit-zh", 20, "Word after the number, in Chinese.")] = "",
    unit_en: Annotated[str, given.text("--unit-en", 30, "Word after the number, in English.")] = "",
    indicator: Annotated[
        str, typer.Option(help="Code of the indicator that measures it; counted deliveries if left out.")
    ] = "",
    indicator_side: Annotated[
        str,
        given.choice("--indicator-side", columns.SIDES, "Only what the indicator counts for", or_none=True),
    ] = "",
    direction: Annotated[str, given.choice("--direction", columns.DIRECTIONS, "The target is")] = "up",
    per: Annotated[str, given.choice("--per", columns.PERS, "Due")] = "once",
    period: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PERIOD=TARGET", help="Target of a period, as 2023Q3=30; give it again for more."
        ),
    ] = None,
    starts_on: Annotated[
        date | None, given.a_day("--from", "First day; the agreement's if left out.")
    ] = None,
    due_on: Annotated[date | None, given.a_day("--due", "Due day, of what is due once.")] = None,
    mountain_unit: Annotated[
        str, typer.Option(metavar="CODE", help="Unit that answers on the mountain side.")
    ] = "",
    sea_unit: Annotated[str, typer.Option(metavar="CODE", help="Unit that answers on the sea side.")] = "",
    is_main: Annotated[
        bool, typer.Option("--main", help="Among the main commitments of the home page.")
    ] = False,
    about: Annotated[
        str,
        typer.Option(
            "--about", parser=given.long_text, metavar="TEXT", help="Remarks; - reads standard input."
        ),
    ] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Promise something in a draft."""
    one = queries.agreement_of(acting(), agreement)
    made = written(
        lambda: actions.add_commitment(
            one,
            code=code,
            name_zh=name,
            name_en=en,
            field=field,
            kind=rules.CommitmentKind.INDICATOR if indicator else rules.CommitmentKind.COUNTED,
            indicator=indicator,
            indicator_side=indicator_side,
            owes=owes,
            direction=direction,
            target=shared.quantity(unit, target),
            unit=unit,
            unit_zh=unit_zh,
            unit_en=unit_en,
            per=per,
            starts_on=starts_on,
            due_on=due_on,
            targets=[_target(text, unit) for text in period or ()],
            mountain_unit=shared.unit_of(one.pairing, mountain_unit, "mountain") if mountain_unit else None,
            sea_unit=shared.unit_of(one.pairing, sea_unit, "sea") if sea_unit else None,
            is_main=is_main,
            about=about,
            by=acting(),
        ),
        dry_run=dry_run,
    )
    _done(_("The commitment stands in the draft."), made, dry_run, as_json)


def _target(text: str, unit: str) -> tuple[str, Decimal]:
    match = _PERIOD.match(text)
    if match is None:
        raise BadInput(
            "pairing.no_period_target",
            gettext_noop("{text} is no period with its target. Write it as 2023Q3=30."),
            text=text,
        )
    return match[1], shared.quantity(unit, match[2])


@app.command("change")
def change_commitment(
    code: str,
    mountain_unit: Annotated[
        str | None, typer.Option(metavar="CODE", help="Unit that answers on the mountain side; '' for none.")
    ] = None,
    sea_unit: Annotated[
        str | None, typer.Option(metavar="CODE", help="Unit that answers on the sea side; '' for none.")
    ] = None,
    is_main: Annotated[
        bool | None, typer.Option("--main/--not-main", help="Among the main commitments of the home page.")
    ] = None,
    balance_line: Annotated[
        str | None,
        given.choice(
            "--balance-line", columns.BALANCE_LINES, "Line of the balance; '' for none", or_none=True
        ),
    ] = None,
    about: Annotated[
        str | None,
        typer.Option(
            "--about", parser=given.long_text, metavar="TEXT", help="Remarks; - reads standard input."
        ),
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Say who answers for a commitment; its terms stand."""
    one = queries.commitment_of(acting(), code)
    changes = shared.named(
        mountain_unit=mountain_unit,
        sea_unit=sea_unit,
        is_main=is_main,
        balance_line=balance_line,
        about=about,
    )
    for side in rules.SIDES:
        if f"{side}_unit" in changes:
            unit = changes[f"{side}_unit"]
            changes[f"{side}_unit"] = shared.unit_of(one.pairing, unit, side) if unit else None
    made = written(lambda: actions.change_commitment(one, by=acting(), **changes), dry_run=dry_run)
    _done(_("Saved."), made, dry_run, as_json)


@app.command("drop")
def drop_commitment(code: str, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Take a commitment out of a draft."""
    one = queries.commitment_of(acting(), code)
    facts = {"code": one.code, "agreement": one.agreement.number}
    sentence = _("“%s” is out of the draft.") % one.name
    written(lambda: actions.drop_commitment(one, by=acting()), dry_run=dry_run)
    done(sentence, facts, dry_run=dry_run, as_json=as_json)


def _done(sentence: str, one: Any, dry_run: bool, as_json: bool) -> None:
    facts = {"code": one.code, "agreement": one.agreement.number, "version": one.version}
    done(sentence, facts, dry_run=dry_run, as_json=as_json)
