"""``shanhai office records ...``: which kinds of records there are, and who sees one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.core import records, signs
from shanhai.core.actions import sharing, watching
from shanhai.core.models import Organisation
from shanhai.core.queries import watching as watchers
from shanhai.fields.office.cli import shared
from shanhai.fields.registry.queries.shared import found
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, acting, done, noun, show, written

app = noun("Records that notes hang on, and who sees them.")

_SHARE: dict[str, Callable[..., None]] = {
    "keep": sharing.keep_to_unit,
    "side": sharing.share_with_own_side,
    "both": sharing.share_with_other_side,
    "public": sharing.make_public,
    "back": sharing.take_back,
}


@app.command("list")
def list_kinds(as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """The kinds of records that notes may hang on."""
    rows = ({"kind": kind.code, "name": str(kind.name)} for kind in signs.record_kinds)
    show(rows, {"kind": _("Kind"), "name": _("Name")}, as_json=as_json, as_csv=as_csv)


@app.command("share")
def share_record(
    kind: shared.Kind,
    pk: shared.Key,
    to: Annotated[
        str,
        typer.Argument(
            parser=given.one_of([(verb,) for verb in _SHARE]),
            metavar="WORD",
            help=f"One of: {', '.join(_SHARE)}.",
        ),
    ],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Keep a record to the unit, show it to the own side, both sides or everybody, or take it back."""
    record = records.with_reach(shared.record_of(kind, pk))
    written(lambda: _SHARE[to](record, by=acting()), dry_run=dry_run)
    _done(record, dry_run, as_json)


@app.command("guest")
def share_with_guest(
    kind: shared.Kind,
    pk: shared.Key,
    organisation: Annotated[str, typer.Argument(help="Code of the organisation.")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Show a record to a named organisation."""
    record = records.with_reach(shared.record_of(kind, pk))
    guest = found(Organisation.objects.all(), code=organisation)
    written(lambda: sharing.share_with_guest(record, guest, by=acting()), dry_run=dry_run)
    _done(record, dry_run, as_json)


@app.command("watch")
def watch_record(kind: shared.Kind, pk: shared.Key, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Follow a record: the member of --as hears of it when it moves."""
    record = shared.record_of(kind, pk)
    written(lambda: watching.watch_record(record, by=shared.somebody()), dry_run=dry_run)
    _told_watching(record, True, dry_run, as_json)


@app.command("unwatch")
def unwatch_record(
    kind: shared.Kind, pk: shared.Key, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Follow a record no longer."""
    record = shared.record_of(kind, pk)
    written(lambda: watching.unwatch_record(record, by=shared.somebody()), dry_run=dry_run)
    _told_watching(record, False, dry_run, as_json)


@app.command("watchers")
def list_watchers(kind: shared.Kind, pk: shared.Key, as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """Who of the own side follows a record."""
    record = shared.record_of(kind, pk)
    found = watchers.watchers_of(shared.reader("core.watch_record"), record)
    rows = ({"member": one.code, "name": one.name, "unit": one.unit.name} for one in found)
    headings = {"member": _("Member"), "name": _("Name"), "unit": _("Unit")}
    show(rows, headings, as_json=as_json, as_csv=as_csv)


def _told_watching(record: Any, is_watching: bool, dry_run: bool, as_json: bool) -> None:
    facts = {"kind": record._meta.label_lower, "id": record.pk, "watching": is_watching}
    done(records.title(record), facts, dry_run=dry_run, as_json=as_json)


def _done(record: Any, dry_run: bool, as_json: bool) -> None:
    facts = {"kind": record._meta.label_lower, "id": record.pk, "reach": str(record.reach)}
    facts["version"] = record.version
    done(records.title(record), facts, dry_run=dry_run, as_json=as_json)
