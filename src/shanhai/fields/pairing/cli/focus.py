"""``shanhai pairing focus ...``: the key points of a year."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.core import clock
from shanhai.fields.pairing import actions
from shanhai.fields.pairing.cli import shared
from shanhai.fields.pairing.queries import focus as reads
from shanhai.fields.pairing.queries import pages
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, acting, done, noun, show, show_json, written

app = noun("The key points of a year, and how the commitments under them stand.")
Year = Annotated[int | None, typer.Option(min=2000, max=2100, help="The year; this one by default.")]
Under = Annotated[
    list[str] | None,
    typer.Option("--commitment", metavar="CODE", help="A commitment under it; again for more."),
]
ById = Annotated[int, typer.Argument(metavar="ID", help="As `list --json` has it.")]


@app.command("list")
def list_focus(
    pairing: shared.PairingCode = "", year: Year = None, as_json: AsJson = False, as_csv: AsCsv = False
) -> None:
    """The key points of a year with how many of their commitments are on track."""
    member = shared.reader("view_focus")
    points = reads.focus_of(member, shared.pairing_of(pairing), year or clock.today().year)
    if as_json:
        show_json([reads.focus_as_plain(point) for point in points])
        return
    rows = [
        {
            "id": point.focus.pk,
            "order": point.focus.order,
            "text": point.focus.text,
            "total": point.tally.total,
            "on_track": point.tally.on_track,
            "at_risk": point.tally.at_risk,
            "late": point.tally.late,
        }
        for point in points
    ]
    headings = {"id": _("Id"), "order": _("No."), "text": _("Key point"), "total": _("Commitments")}
    headings |= {"on_track": _("On track"), "at_risk": _("At risk"), "late": _("Late")}
    show(rows, headings, as_csv=as_csv, right=["order", "total", "on_track", "at_risk", "late"])


@app.command("set")
def set_point(
    text: Annotated[
        str, typer.Argument(parser=given.line(300), metavar="TEXT", help="The point, in Chinese.")
    ],
    en: Annotated[str, given.text("--en", 400, "The same in English.")] = "",
    year: Year = None,
    order: Annotated[
        int | None, typer.Option(min=1, max=999, help="Its place; the last one by default.")
    ] = None,
    resolution: Annotated[str, given.text("--resolution", 48, "Number of the resolution that set it.")] = "",
    commitment: Under = None,
    pairing: shared.PairingCode = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Set a key point of a year."""
    within = shared.pairing_of(pairing)
    made = written(
        lambda: actions.set_focus_point(
            within,
            year=year or clock.today().year,
            order=order,
            text_zh=text,
            text_en=en,
            resolution=pages.resolution_of(acting(), resolution) if resolution else None,
            commitments=reads.commitments_named(commitment or (), within),
            by=acting(),
        ),
        dry_run=dry_run,
    )
    _done(_("The key point is set."), made, dry_run, as_json)


@app.command("change")
def change_point(
    id: ById,
    text: Annotated[str | None, given.text("--text", 300, "The point, in Chinese.")] = None,
    en: Annotated[str | None, given.text("--en", 400, "The same in English.")] = None,
    order: Annotated[int | None, typer.Option(min=1, max=999, help="Its place.")] = None,
    resolution: Annotated[
        str | None, given.text("--resolution", 48, "Number of the resolution that set it; '' for none.")
    ] = None,
    commitment: Under = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Change a key point."""
    point = reads.focus_point_of(acting(), id)
    changes: dict[str, Any] = shared.named(
        text_zh=text, text_en=en, order=order, resolution=resolution, commitments=commitment or None
    )
    if "resolution" in changes:
        number = changes["resolution"]
        changes["resolution"] = pages.resolution_of(acting(), number) if number else None
    if "commitments" in changes:
        changes["commitments"] = reads.commitments_named(changes["commitments"], point.pairing)
    made = written(lambda: actions.change_focus_point(point, by=acting(), **changes), dry_run=dry_run)
    _done(_("Saved."), made, dry_run, as_json)


@app.command("drop")
def drop_point(id: ById, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Take a key point out of its year."""
    point = reads.focus_point_of(acting(), id)
    facts = {"year": point.year, "order": point.order}
    written(lambda: actions.drop_focus_point(point, by=acting()), dry_run=dry_run)
    sentence = _("The key point is out of the year; its commitments stand.")
    done(sentence, facts, dry_run=dry_run, as_json=as_json)


def _done(sentence: str, point: Any, dry_run: bool, as_json: bool) -> None:
    facts = {"id": point.pk, "year": point.year, "order": point.order, "version": point.version}
    done(sentence, facts, dry_run=dry_run, as_json=as_json)
