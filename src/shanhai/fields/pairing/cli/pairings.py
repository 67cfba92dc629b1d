"""``shanhai pairing pairings ...``: opened, changed, joined by more parties, ended."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.core import clock
from shanhai.core.actions import pairings as actions
from shanhai.core.models import Pairing
from shanhai.core.queries import pairings as core_pairings
from shanhai.fields.pairing import columns, queries
from shanhai.fields.pairing.cli import shared
from shanhai.fields.pairing.queries import pages
from shanhai.fields.pairing.queries import registers as tables
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, Part, acting, done, noun, show_whole, written

app = noun("Pairings and their parties.")
_WORDS = {"level": columns.LEVELS, "role": columns.ROLES}


@app.command("list")
def list_pairings(as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """The pairings, topmost first, with their parties."""
    found = core_pairings.pairings_of(shared.reader("view_pairings"))
    headings = {"code": _("Code"), "name": _("Name"), "level": _("Level"), "parent": _("Under")}
    headings |= {"parties": _("Parties"), "started_on": _("Since"), "ended_on": _("Ended")}
    shared.list_rows(tables.PAIRINGS, found, _with_parties, headings, _WORDS, as_json=as_json, as_csv=as_csv)


def _with_parties(one: Pairing) -> dict[str, Any]:
    return _row(one) | {"parties": ", ".join(party.organisation.name for party in one.parties.all())}


def _row(one: Pairing) -> dict[str, Any]:
    return {
        "code": one.code,
        "name": one.name,
        "level": one.level,
        "parent": one.parent.code if one.parent else "",
        "started_on": one.started_on,
        "ended_on": one.ended_on,
    }


@app.command("show")
def show_pairing(code: str, as_json: AsJson = False) -> None:
    """One pairing whole: its parties, who is in charge, its agreements."""
    one = pages.pairing_of(shared.reader("view_pairings"), code)
    tally = queries.account(acting(), one).tally
    facts = _row(one) | {
        "about": one.about,
        "commitments": tally.total,
        "late": tally.late,
        "at_risk": tally.at_risk,
        "source": one.source,
        "version": one.version,
    }
    headings = {"code": _("Code"), "name": _("Name"), "level": _("Level"), "parent": _("Under")}
    headings |= {"started_on": _("Since"), "ended_on": _("Ended"), "about": _("What it is for")}
    headings |= {"commitments": _("Commitments"), "late": _("Late"), "at_risk": _("At risk")}
    headings |= {"source": _("Source"), "version": _("Version")}
    if not as_json:
        facts = shared.in_words([facts], _WORDS)[0]
    show_whole(facts, headings, _parts(one, as_json), as_json=as_json)


def _parts(one: Pairing, as_json: bool) -> list[Part]:
    parties: list[dict[str, Any]] = [
        {
            "organisation": p.organisation.code,
            "name": p.organisation.name,
            "role": p.role,
            "from_on": p.from_on,
        }
        for p in one.parties.all()
    ]
    charges: list[dict[str, Any]] = [
        {
            "side": c.side,
            "field": c.field,
            "member": c.member.code,
            "name": c.member.name,
            "from_on": c.from_on,
        }
        for c in queries.in_charge([one.pk], clock.today())
    ]
    agreements: list[dict[str, Any]] = [
        {"number": a.number, "name": a.name, "stage": a.stage, "valid_to": a.valid_to}
        for a in queries.agreements_of(acting(), one).filter(pairing=one).order_by("number")
    ]
    if not as_json:
        parties = shared.in_words(parties, _WORDS)
        charges = shared.in_words(charges, {"side": columns.SIDES, "field": columns.FIELDS})
        agreements = shared.in_words(agreements, {"stage": columns.AGREEMENT_STAGES})
    return [
        Part(
            "parties",
            _("Parties"),
            parties,
            {"organisation": _("Code"), "name": _("Name"), "role": _("Role"), "from_on": _("From")},
        ),
        Part(
            "charges",
            _("Who is in charge"),
            charges,
            {
                "side": _("Side"),
                "field": _("Field"),
                "member": _("Code"),
                "name": _("Name"),
                "from_on": _("From"),
            },
        ),
        Part(
            "agreements",
            _("Agreements"),
            agreements,
            {"number": _("Number"), "name": _("Title"), "stage": _("Stage"), "valid_to": _("Valid to")},
        ),
    ]


# -- writing -------------------------------------------------------------------------------------------------------

Level = Annotated[str, given.choice("--level", columns.LEVELS, "Level")]
Began = Annotated[date, given.a_day("--began", "The day on which it began.")]
About = Annotated[
    str,
    typer.Option(
        "--about", parser=given.long_text, metavar="TEXT", help="What it is for; - reads standard input."
    ),
]


@app.command("open")
def open_pairing(
    code: shared.NewCode,
    name: given.NameZh,
    level: Level,
    began: Began,
    mountain: Annotated[
        list[str], typer.Option(metavar="CODE", help="Party of the mountain side; may be repeated.")
    ],
    sea: Annotated[list[str], typer.Option(metavar="CODE", help="Party of the sea side; may be repeated.")],
    host: Annotated[
        list[str] | None, typer.Option(metavar="CODE", help="Party that hosts; may be repeated.")
    ] = None,
    en: given.NameEn = "",
    under: Annotated[str, typer.Option(help="Code of the pairing above it.")] = "",
    about: About = "",
    source: Annotated[str, given.text("--source", 200, "Document or newspaper and its day.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Open a pairing; the organisations of its parties take their seats."""
    sides = (("mountain", mountain), ("sea", sea), ("host", host or []))
    parties = [(shared.organisation_of(one), role) for role, codes in sides for one in codes]
    made = written(
        lambda: actions.open_pairing(
            code=code,
            level=level,
            name_zh=name,
            name_en=en,
            started_on=began,
            parties=parties,
            parent=shared.pairing_of(under) if under else None,
            about=about,
            source=source,
            by=acting(),
        ),
        dry_run=dry_run,
    )
    _done(_("The pairing is open; its parties have their seats."), made, dry_run, as_json)


@app.command("change")
def change_pairing(
    code: str,
    name: Annotated[str | None, given.text("--name", 120, "Chinese name.")] = None,
    en: Annotated[str | None, given.text("--en", 160, "English name.")] = None,
    level: Annotated[str | None, given.choice("--level", columns.LEVELS, "Level")] = None,
    began: Annotated[date | None, given.a_day("--began", "The day on which it began.")] = None,
    about: Annotated[
        str | None,
        typer.Option(
            "--about", parser=given.long_text, metavar="TEXT", help="What it is for; - reads standard input."
        ),
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Change name, level, first day or description; what is not named stays."""
    one = pages.pairing_of(acting(), code)
    changes = shared.named(name_zh=name, name_en=en, level=level, started_on=began, about=about)
    made = written(lambda: actions.change_pairing(one, by=acting(), **changes), dry_run=dry_run)
    _done(_("Saved."), made, dry_run, as_json)


@app.command("add-party")
def add_party(
    code: str,
    organisation: Annotated[str, typer.Argument(help="Code of the organisation.")],
    role: Annotated[str, given.choice("--role", columns.ROLES, "What it is in the pairing")],
    since: Annotated[date | None, given.a_day("--from", "Its first day.")] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Take one more party in."""
    one = pages.pairing_of(acting(), code)
    body = shared.organisation_of(organisation)
    written(lambda: actions.add_party(one, body, role, from_on=since, by=acting()), dry_run=dry_run)
    _done(_("The party is in the pairing."), one, dry_run, as_json)


@app.command("end")
def end_pairing(
    code: str, reason: given.Reason, on: given.Today = None, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """End a pairing with a reason; its records stay."""
    one = pages.pairing_of(acting(), code)
    day = on or clock.today()
    made = written(lambda: actions.end_pairing(one, on=day, reason=reason, by=acting()), dry_run=dry_run)
    _done(_("The pairing has ended. Its records stay."), made, dry_run, as_json)


@app.command("reopen")
def reopen_pairing(code: str, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Take back that a pairing ended."""
    one = pages.pairing_of(acting(), code)
    made = written(lambda: actions.reopen_pairing(one, by=acting()), dry_run=dry_run)
    _done(_("The pairing runs again."), made, dry_run, as_json)


def _done(sentence: str, one: Pairing, dry_run: bool, as_json: bool) -> None:
    facts = {"code": one.code, "started_on": one.started_on, "ended_on": one.ended_on, "version": one.version}
    done(sentence, facts, dry_run=dry_run, as_json=as_json)
