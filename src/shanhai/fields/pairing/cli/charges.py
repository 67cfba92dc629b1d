"""``shanhai pairing charges ...``: who is in charge on each side."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.core import clock
from shanhai.fields.pairing import actions, columns
from shanhai.fields.pairing.cli import shared
from shanhai.fields.pairing.models import Charge
from shanhai.fields.pairing.queries import pages, registered
from shanhai.fields.pairing.queries import registers as tables
from shanhai.webkit import command_input as given
from shanhai.webkit import words
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, acting, done, noun, written

app = noun("Who is in charge on each side.")
_WORDS = {"side": columns.SIDES, "field": columns.FIELDS, "level": columns.MEETING_LEVELS}


@app.command("list")
def list_charges(
    pairing: shared.PairingCode = "",
    everything: Annotated[bool, typer.Option("--all", help="Also who was in charge before.")] = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Who is in charge of a pairing and those nested in it, by field and side."""
    member = shared.reader("view_pairings")
    found = registered.charges(member, shared.pairing_of(pairing), is_now=not everything)
    headings = {"id": _("No."), "pairing": _("Pairing"), "side": _("Side"), "field": _("Field")}
    headings |= {
        "level": _("Level"),
        "member": _("Code"),
        "name": _("Name"),
        "from_on": _("From"),
        "to_on": _("To"),
    }
    found = found.order_by("pairing__code", "field", "side", "-from_on", "pk")
    adds = {"id": lambda one: one.pk}  # `end` asks for it
    shared.list_rows(tables.CHARGES, found, _row, headings, _WORDS, as_json=as_json, as_csv=as_csv, adds=adds)


def _row(one: Charge) -> dict[str, Any]:
    names = ("side", "field", "level", "from_on", "to_on")
    return {name: getattr(one, name) for name in names} | {
        "id": one.pk,
        "pairing": one.pairing.code,
        "member": one.member.code,
        "name": one.member.name,
    }


@app.command("put")
def put_in_charge(
    member: Annotated[str, typer.Argument(help="Code of the member.")],
    field: Annotated[
        str, given.choice("--field", columns.FIELDS, "Field; the whole pairing if left out", or_none=True)
    ] = "",
    level: Annotated[str, given.choice("--level", columns.MEETING_LEVELS, "Level")] = "leaders_in_charge",
    side: shared.Side = "",
    from_on: Annotated[date | None, given.a_day("--from", "First day; today if left out.")] = None,
    pairing: shared.PairingCode = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Put a member of the own side in charge; who was before ends the day before."""
    within = shared.pairing_of(pairing)
    person = shared.member_of(within, member)
    made = written(
        lambda: actions.put_in_charge(
            within, person, side=side, field=field, level=level, from_on=from_on or clock.today(), by=acting()
        ),
        dry_run=dry_run,
    )
    _done(_("%s is in charge.") % person.name, made, dry_run, as_json)


@app.command("end")
def end_charge(
    number: Annotated[int, typer.Argument(metavar="NO", help="No. as the list has it.")],
    on: given.Today = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Say that somebody is no longer in charge."""
    one = pages.charge_of(acting(), number)
    day = on or clock.today()
    made = written(lambda: actions.end_charge(one, on=day, by=acting()), dry_run=dry_run)
    facts = {"person": one.member.name, "day": words.day(made.to_on)}
    _done(_("%(person)s is in charge until %(day)s.") % facts, made, dry_run, as_json)


def _done(sentence: str, one: Charge, dry_run: bool, as_json: bool) -> None:
    facts = {"id": one.pk, "member": one.member.code, "from_on": one.from_on, "to_on": one.to_on}
    done(sentence, facts, dry_run=dry_run, as_json=as_json)
