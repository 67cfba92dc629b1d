"""``shanhai park policies ...``: what grades bring."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.fields.office.cli import shared
from shanhai.fields.pairing.cli.shared import list_rows, named
from shanhai.fields.park.actions import policies
from shanhai.fields.park.columns.firms import GRADES
from shanhai.fields.park.columns.grades import INSTRUMENTS
from shanhai.fields.park.models import GradePolicy
from shanhai.fields.park.queries import firm_tables as tables
from shanhai.fields.park.queries import grades as queries
from shanhai.fields.registry.cli.shared import organisation_of
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, acting, done, noun, written

app = noun("What grades bring: grade by instrument, with its time and who carries it out.")


@app.command("list")
def list_policies(pairing: shared.PairingCode = "", as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """What grades bring, by code."""
    shared.reader("park.view_grading")
    headings = {"code": _("Code"), "grade": _("Grade"), "instrument": _("Instrument"), "value": _("Value")}
    headings |= {
        "unit": _("Unit of the value"),
        "department": _("Executing department"),
        "begins_on": _("In force from"),
        "ends_on": _("In force until"),
    }
    found = queries.policies_of(shared.pairing_of(pairing))
    list_rows(
        tables.GRADE_POLICIES,
        found,
        _policy,
        headings,
        {"instrument": INSTRUMENTS},
        as_json=as_json,
        as_csv=as_csv,
    )


def _policy(one: GradePolicy) -> dict[str, Any]:
    names = ("code", "grade", "instrument", "value", "unit", "begins_on", "ends_on")
    return {name: getattr(one, name) for name in names} | {"department": one.department.name}


@app.command("add")
def add_policy(
    code: Annotated[str, typer.Argument(help="Its code.")],
    grade: Annotated[str, given.choice("--grade", GRADES, "Grade")],
    instrument: Annotated[str, given.choice("--instrument", INSTRUMENTS, "Instrument")],
    department: Annotated[str, typer.Option("--department", help="Code of who carries it out.")],
    begins_on: Annotated[date, given.a_day("--from", "In force from.")],
    value: Annotated[Decimal | None, typer.Option("--value", parser=given.number, metavar="NUMBER", help="Value.")] = None,
    unit: Annotated[str, given.text("--unit", 20, "Its unit.")] = "",
    text: Annotated[str, given.text("--text", 200, "What it says, in Chinese.")] = "",
    ends_on: Annotated[date | None, given.a_day("--until", "Its last day.")] = None,
    pairing: shared.PairingCode = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Say what a grade brings from a day on."""
    told: dict[str, Any] = {
        "grade": grade,
        "instrument": instrument,
        "value": value,
        "unit": unit,
        "text_zh": text,
    }
    told |= {"begins_on": begins_on, "ends_on": ends_on, "department": organisation_of(department)}
    one = written(
        lambda: policies.add_policy(shared.pairing_of(pairing), code=code, by=acting(), **told),
        dry_run=dry_run,
    )
    done(
        _("The policy is entered."),
        {"code": one.code, "version": one.version},
        dry_run=dry_run,
        as_json=as_json,
    )


@app.command("change")
def change_policy(
    code: Annotated[str, typer.Argument(help="Its code.")],
    value: Annotated[Decimal | None, typer.Option("--value", parser=given.number, metavar="NUMBER", help="Value.")] = None,
    ends_on: Annotated[date | None, given.a_day("--until", "Its last day.")] = None,
    text: Annotated[str | None, given.text("--text", 200, "What it says, in Chinese.")] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Change what a grade brings, or end it."""
    changes = named(value=value, ends_on=ends_on, text_zh=text)
    one = queries.policy_of(acting(), code)
    written(lambda: policies.change_policy(one, by=acting(), **changes), dry_run=dry_run)
    done(
        _("The policy is saved."),
        {"code": one.code, "version": one.version},
        dry_run=dry_run,
        as_json=as_json,
    )
