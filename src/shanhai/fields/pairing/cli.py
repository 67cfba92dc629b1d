"""``shanhai pairing ...``: how the cooperation stands, lists, and the briefing book."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from shanhai.webkit.commands import AsCsv, AsJson, DryRun, acting, remark, show, show_json, tried_out

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

Pairing = Annotated[
    str, typer.Option("--pairing", help="Code of the pairing; the only topmost one by default.")
]
Day = Annotated[str, typer.Option("--on", help="The day, as 2023-09-18; today by default.")]


@app.command()
def status(pairing: Pairing = "", as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """Each commitment with promised, delivered and forecast, what is late, and the five most urgent things."""
    from shanhai.fields.pairing import queries

    found = queries.account(acting(), _pairing(pairing))
    if as_json:
        show_json(queries.account_as_plain(found))
    elif as_csv:
        rows = [queries.as_plain(one) for one in found.commitments]
        for row in rows:
            row["rests_with"] = " ".join(row["rests_with"])
        show(rows, {name: name for name in (rows[0] if rows else {"commitment": ""})}, as_csv=True)
    else:
        tell(found)


def tell(found: Any) -> None:
    """Print an account for people: the pairing's own commitments, those nested in it, the most urgent, what is next."""
    from django.utils.translation import gettext as _
    from django.utils.translation import ngettext

    own, nested = found.tally, found.tally_nested
    print(
        ngettext(
            "{pairing}, {day}: {total} commitment, {on_track} on track, {at_risk} at risk, {late} late.",
            "{pairing}, {day}: of {total} commitments {on_track} are on track, {at_risk} at risk, {late} late.",
            own.total,
        ).format(pairing=found.pairing.name, day=found.on, **_sums(own))
    )
    _tell_commitments(found.own)
    if nested.total:
        print()
        print(
            ngettext(
                "Nested pairings have {total} commitment more: {on_track} on track, {at_risk} at risk, {late} late.",
                "Nested pairings have {total} commitments more: {on_track} on track, {at_risk} at risk, {late} late.",
                nested.total,
            ).format(**_sums(nested))
        )
        _tell_commitments(found.nested)
    if found.urgent:
        print()
        print(_("Most urgent:"))
        for number, one in enumerate(found.urgent, 1):
            print(f"  {number}. {one.what}{_deadline(one.due_on, one.slack)}")
    _tell_meeting(found.meeting)


def _sums(tally: Any) -> dict[str, int]:
    return {
        "total": tally.total,
        "on_track": tally.on_track,
        "at_risk": tally.at_risk,
        "late": tally.late,
    }


def _tell_commitments(progress: Any) -> None:
    from django.utils.translation import gettext as _

    from shanhai.fields.pairing import columns, quantities
    from shanhai.webkit.templatetags.shanhai import STATUSES

    rows = []
    for one in progress:
        scale = quantities.scale_of(one.commitment, one.promised)
        rows.append(
            {
                "field": columns.words(columns.FIELDS, one.commitment.field),
                "name": one.commitment.name,
                "promised": scale.full(one.promised),
                "delivered": scale.say(one.delivered),
                "forecast": scale.say(one.forecast),
                "status": str(STATUSES[str(one.status)][2]),
            }
        )
    headings = {"field": _("Field"), "name": _("Commitment"), "promised": _("Promised")}
    headings |= {"delivered": _("Delivered"), "forecast": _("Forecast"), "status": _("Status")}
    show(rows, headings, right=("promised", "delivered", "forecast"))


def _tell_meeting(found: Any) -> None:
    from django.utils.translation import gettext as _

    from shanhai.core import clock
    from shanhai.webkit import words

    if found is None:
        return
    meeting = found.meeting
    at = clock.local(meeting.at)
    print()
    print(
        _("Next joint meeting: {title}, {day} {time}, {place}.").format(
            title=meeting.title, day=words.day(at.date(), "weekday"), time=f"{at:%H:%M}", place=meeting.place
        )
    )


def _deadline(due_on: date | None, slack: int | None) -> str:
    from django.utils.translation import ngettext

    if due_on is None or slack is None:
        return ""
    if slack < 0:
        sentence = ngettext("({day}, {n} working day late)", "({day}, {n} working days late)", -slack)
        return " " + sentence.format(day=due_on, n=-slack)
    sentence = ngettext("({day}, {n} working day left)", "({day}, {n} working days left)", slack)
    return " " + sentence.format(day=due_on, n=slack)


@app.command()
def brief(
    out: Annotated[Path, typer.Option("--out", help="Where to write the PDF.")],
    lang: Annotated[str, typer.Option("--lang", help="en, zh or both.")] = "both",
    meeting: Annotated[
        str, typer.Option("--meeting", help="Number of the meeting; the next one by default.")
    ] = "",
    pairing: Pairing = "",
) -> None:
    """Write the briefing book of the next joint meeting as a PDF."""
    from django.utils.translation import gettext as _

    from shanhai.fields.pairing import brief as briefs

    if lang not in ("en", "zh", "both"):
        raise typer.BadParameter("--lang is en, zh or both.")
    member = acting()
    chosen = briefs.meeting_for(member, _pairing(pairing), meeting)
    out.write_bytes(briefs.as_pdf(chosen, member=member, language=lang))  # type: ignore[arg-type]
    remark(_("Wrote the briefing book of {number} to {file}.").format(number=chosen.number, file=out))


@app.command()
def pairings(as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """The pairings, with their parties."""
    from django.utils.translation import gettext as _

    from shanhai.core.queries import pairings as core_pairings
    from shanhai.fields.pairing import columns

    rows = [
        {
            "code": one.code,
            "name": one.name,
            "level": columns.words(columns.LEVELS, one.level),
            "parent": one.parent.code if one.parent else "",
            "parties": ", ".join(party.organisation.name for party in one.parties.all()),
            "started_on": one.started_on,
        }
        for one in core_pairings.pairings_of(acting())
    ]
    headings = {"code": _("Code"), "name": _("Name"), "level": _("Level"), "parent": _("Under")}
    show(rows, headings | {"parties": _("Parties"), "started_on": _("Since")}, as_json=as_json, as_csv=as_csv)


@app.command()
def agreements(pairing: Pairing = "", as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """The agreements of a pairing and those nested in it."""
    from django.utils.translation import gettext as _

    from shanhai.fields.pairing import columns, queries

    rows = [
        {
            "number": one.number,
            "name": one.name,
            "pairing": one.pairing.code,
            "field": columns.words(columns.FIELDS, one.field),
            "stage": columns.words(columns.AGREEMENT_STAGES, one.stage),
            "valid_from": one.valid_from,
            "valid_to": one.valid_to,
        }
        for one in queries.agreements_of(acting(), _pairing(pairing)).order_by("number")
    ]
    headings = {"number": _("Number"), "name": _("Title"), "pairing": _("Pairing"), "field": _("Field")}
    headings |= {"stage": _("Stage"), "valid_from": _("Valid from"), "valid_to": _("Valid to")}
    show(rows, headings, as_json=as_json, as_csv=as_csv)


@app.command()
def meetings(pairing: Pairing = "", as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """The joint meetings, newest first."""
    from django.utils.translation import gettext as _

    from shanhai.core import clock
    from shanhai.fields.pairing import columns, queries

    rows = [
        {
            "number": one.number,
            "title": one.title,
            "at": f"{clock.local(one.at):%Y-%m-%d %H:%M}",
            "level": columns.words(columns.MEETING_LEVELS, one.level),
            "stage": columns.words(columns.MEETING_STAGES, one.stage),
        }
        for one in queries.meetings_of(acting(), _pairing(pairing)).order_by("-at")
    ]
    headings = {"number": _("Number"), "title": _("Title"), "at": _("Time"), "level": _("Level")}
    show(rows, headings | {"stage": _("Stage")}, as_json=as_json, as_csv=as_csv)


@app.command()
def items(
    pairing: Pairing = "",
    everything: Annotated[bool, typer.Option("--all", help="Also those that are done.")] = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """The open action items, soonest due first."""
    from django.utils.translation import gettext as _

    from shanhai.fields.pairing import columns, queries, rules

    found = queries.action_items_of(acting(), _pairing(pairing)).order_by("due_on", "pk")
    rows = [
        {
            "number": one.number,
            "title": one.title,
            "lead": columns.words(columns.SIDES, one.lead),
            "unit": one.lead_unit.organisation.name,  # type: ignore[attr-defined]
            "due_on": one.due_on,
            "stage": columns.words(columns.ITEM_STAGES, one.stage),
        }
        for one in (found if everything else found.filter(stage__in=rules.OPEN_ITEM))
    ]
    headings = {"number": _("Number"), "title": _("Item"), "lead": _("Done by side"), "unit": _("Rests with")}
    show(rows, headings | {"due_on": _("Due"), "stage": _("Stage")}, as_json=as_json, as_csv=as_csv)


@app.command()
def secondments(pairing: Pairing = "", as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """The officers seconded in both directions."""
    from django.utils.translation import gettext as _

    from shanhai.fields.pairing import columns, queries

    rows = [
        {
            "code": one.code,
            "person": one.stay.person.name,
            "direction": columns.words(columns.DIRECTIONS_OF_STAY, one.direction),
            "host": one.stay.host.name,
            "post": one.stay.host_post,
            "from_on": one.from_on,
            "to_on": one.to_on,
            "stage": columns.words(columns.STAY_STAGES, one.stay.stage),
        }
        for one in queries.secondments_of(acting(), _pairing(pairing)).order_by("-from_on")
    ]
    headings = {
        "code": _("Code"),
        "person": _("Officer"),
        "direction": _("Direction"),
        "host": _("Host organisation"),
    }
    headings |= {"post": _("Host post"), "from_on": _("From"), "to_on": _("To"), "stage": _("Stage")}
    show(rows, headings, as_json=as_json, as_csv=as_csv)


@app.command()
def remind(on: Day = "", dry_run: DryRun = False) -> None:
    """Put what falls due before those who have to do with it, as the tick does."""
    from django.utils.translation import gettext as _

    from shanhai.core import clock
    from shanhai.fields.pairing import actions

    day = _day(on) or clock.today()
    with tried_out(dry_run):
        n = actions.remind(day, by=acting())
    remark(_("{n} reminders, items and escalations.").format(n=n))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as wrong:
        raise typer.BadParameter("--on is a day such as 2023-09-18.") from wrong


def _pairing(code: str) -> Any:
    """The pairing of a code, or the one topmost pairing that there is."""
    from shanhai.core.queries import pairings as core_pairings
    from shanhai.kernel.refusals import BadInput, NotFound, gettext_noop

    seen = core_pairings.pairings_of(acting())
    if code:
        found = seen.filter(code=code).first()
        if found is None:
            raise NotFound(
                "pairing.no_pairing",
                gettext_noop("There is no pairing {pairing} that you may see."),
                pairing=code,
            )
        return found
    topmost = list(seen.filter(parent=None, ended_on=None))
    if not topmost:
        raise NotFound(
            "pairing.no_pairing_yet",
            gettext_noop(
                "There is no pairing yet. Load a zone (shanhai zone load), or open one on the pages."
            ),
        )
    # The zone with the most nested pairings is what somebody means who names none.
    if len(topmost) > 1:
        nested = {one.pk: seen.filter(zone=one).count() for one in topmost}
        most = max(nested.values())
        topmost = [one for one in topmost if nested[one.pk] == most]
    if len(topmost) > 1:
        raise BadInput(
            "pairing.which_pairing",
            gettext_noop("Say which pairing you mean with --pairing: {pairings}."),
            pairings=", ".join(one.code for one in topmost),
        )
    return topmost[0]
