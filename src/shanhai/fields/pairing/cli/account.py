"""``shanhai pairing status``, ``brief``, ``remind`` and ``recompute``: how the cooperation stands, and its upkeep."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, cast

import typer
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shanhai.core import access, clock
from shanhai.core.cli import files
from shanhai.fields.pairing import actions, columns, quantities, queries
from shanhai.fields.pairing.actions import standings
from shanhai.fields.pairing.cli.shared import PairingCode, pairing_of, reader
from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.webkit import command_input as given
from shanhai.webkit import words
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, acting, done, remark, show, show_json, tried_out
from shanhai.webkit.templatetags.shanhai import STATUSES

LANGUAGES = (("en",), ("zh",), ("both",))


def add_to(app: typer.Typer) -> None:
    """Put the commands that belong to no noun at the top of the field."""
    for command in (status, text, brief, remind, recompute):
        app.command()(command)


def status(pairing: PairingCode = "", as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """Each commitment with promised, delivered and forecast, what is late, and the five most urgent things."""
    found = queries.account(reader("view_home"), pairing_of(pairing))
    if as_json:
        show_json(queries.account_as_plain(found))
    elif as_csv:
        rows = [queries.as_plain(one) for one in found.commitments]
        for row in rows:
            row["rests_with"] = " ".join(row["rests_with"])
        show(rows, {name: name for name in (rows[0] if rows else {"commitment": ""})}, as_csv=True)
    else:
        tell(found)


def text(
    pairing: PairingCode = "",
    root: Annotated[str, typer.Option("--root", help="Scheme and host that stand before the link.")] = "",
    as_json: AsJson = False,
) -> None:
    """How the cooperation stands in a few lines, for a chat group."""
    from shanhai.fields.pairing import printed

    said = printed.zone_text(reader("view_home"), pairing_of(pairing), root.rstrip("/"))
    show_json({"text": said}) if as_json else print(said)


def tell(found: Any) -> None:
    """Print an account for people: the pairing's own commitments, those nested in it, the most urgent, what is next."""
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
    rows = []
    for one in progress:
        scale = quantities.scale_of(one.commitment, one.promised)
        rows.append(
            {
                "field": columns.words(columns.FIELDS, one.commitment.field),
                "name": one.commitment.name,
                "promised": scale.full(one.promised),
                "delivered": scale.say(one.delivered, one.promised),
                "forecast": scale.say(one.forecast, one.promised),
                "status": str(STATUSES[str(one.status)][2]),
            }
        )
    headings = {"field": _("Field"), "name": _("Commitment"), "promised": _("Promised")}
    headings |= {"delivered": _("Delivered"), "forecast": _("Forecast"), "status": _("Status")}
    show(rows, headings, right=("promised", "delivered", "forecast"))


def _tell_meeting(found: Any) -> None:
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
    if due_on is None or slack is None:
        return ""
    if slack < 0:
        sentence = ngettext("({day}, {n} working day late)", "({day}, {n} working days late)", -slack)
        return " " + sentence.format(day=due_on, n=-slack)
    sentence = ngettext("({day}, {n} working day left)", "({day}, {n} working days left)", slack)
    return " " + sentence.format(day=due_on, n=slack)


def brief(
    out: Annotated[
        str,
        typer.Option(
            "--out", metavar="FILE", help="Where to write it, .pdf or .docx; - is a PDF on standard output."
        ),
    ],
    lang: Annotated[str, given.choice("--lang", LANGUAGES, "Language of the book")] = "both",
    meeting: Annotated[
        str, typer.Option("--meeting", help="Number of the meeting; the next one by default.")
    ] = "",
    pairing: PairingCode = "",
) -> None:
    """Write the briefing book of the next joint meeting as PDF, or as Word where FILE ends in .docx."""
    from shanhai.fields.pairing import brief as briefs

    member = reader("view_meetings")
    files.check_target(out)
    if out != files.STANDARD and not out.lower().endswith((".pdf", ".docx")):
        raise BadInput(
            "pairing.brief_ending",
            gettext_noop(
                "The briefing book is a PDF or a Word file, not {file}. Give a name in .pdf or .docx."
            ),
            file=out,
        )
    chosen = briefs.meeting_for(member, pairing_of(pairing), meeting)
    language = cast(briefs.Language, lang)
    made: Any = briefs.as_word if out.lower().endswith(".docx") else briefs.as_pdf
    files.write_bytes(out, made(chosen, member=member, language=language))
    if out != files.STANDARD:
        remark(_("Wrote the briefing book of {number} to {file}.").format(number=chosen.number, file=out))


def remind(on: given.Today = None, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Put what falls due before those who have to do with it, as the tick does."""
    with tried_out(dry_run):
        n = actions.remind(on or clock.today(), by=acting())
    sentence = _("{n} reminders, items and escalations.").format(n=n)
    done(sentence, {"did": n}, dry_run=dry_run, as_json=as_json)


def recompute(dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Make what lists say of each commitment anew from its records."""
    access.check(acting(), "pairing.remind")
    with tried_out(dry_run):
        n = standings.recompute()
    sentence = _("{n} commitments stood otherwise than their records say.").format(n=n)
    done(sentence, {"put_right": n}, dry_run=dry_run, as_json=as_json)
