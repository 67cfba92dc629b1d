"""``shanhai registry journal ...``: what happened; ``shanhai journal`` seals, proves and exports."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from django.utils.translation import gettext as _

from shanhai.core import seals
from shanhai.core.actions import sensitive
from shanhai.core.cli import files
from shanhai.core.models import JournalEntry
from shanhai.core.queries import journal as queries
from shanhai.fields.registry.cli import shared
from shanhai.fields.registry.queries import entries
from shanhai.fields.registry.queries import shared as found
from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import (
    AsCsv,
    AsJson,
    DryRun,
    acting,
    done,
    noun,
    remark,
    show,
    show_json,
    written,
)

app = noun("What happened; `shanhai journal` seals, proves and exports.")


@app.command("list")
def list_entries(
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many, latest first.")] = 50,
) -> None:
    """List entries, latest first: all as the system, those that the member may read with --as."""
    member = shared.reader("view_journal")
    rows = entries.for_reader(member) if member is not None else JournalEntry.objects.order_by("-pk")
    latest = list(rows[:limit])
    for start in range(0, len(latest), 500):
        entries.name_subjects(latest[start : start + 500], member)
    shown = (
        {"id": e.pk, "at": e.at, "action": e.action, "what": entries.subject_of(e), "by": entries.who(e)}
        for e in latest
    )
    headings = {
        "id": _("Entry"),
        "at": _("When"),
        "action": _("Action"),
        "what": _("To what"),
        "by": _("Done by"),
    }
    show(shown, headings, as_json=as_json, as_csv=as_csv)


@app.command("show")
def show_entry(number: Annotated[int, typer.Argument(metavar="NO", help="Number of the entry.")]) -> None:
    """One entry as it was written: a JSON document that its digest is over."""
    show_json(queries.body_of(_entry_of(number)))


_Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the sensitive value.")]
_Number = Annotated[int, typer.Argument(metavar="NO", help="Number of the entry.")]
_Reason = Annotated[str, given.text("--reason", 200, "Why; it goes on the record.")]


def _entry_of(number: int) -> JournalEntry:
    member = shared.reader("view_journal")
    return entries.entry_of(member, number) if member else found.found(JournalEntry.objects.all(), pk=number)


@app.command("read")
def read_secret(number: _Number, name: _Name, reason: _Reason, as_json: AsJson = False) -> None:
    """Read a sensitive value of an entry; who read it and why is on the record."""
    value = sensitive.read_secret(_entry_of(number).pk, name, by=acting(), reason=reason)
    if as_json:
        show_json({"entry": number, "name": name, "value": value})
    else:
        print(value)


@app.command("erase")
def erase_secret(
    number: _Number,
    name: _Name,
    reason: _Reason,
    keep: Annotated[str, given.text("--keep", 80, "What may stay readable, such as 张*.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Erase a sensitive value of an entry for good, or leave a mask of it; the entry proves itself without it."""
    entry = _entry_of(number)
    written(
        lambda: sensitive.erase_secret(entry.pk, name, by=acting(), reason=reason, keep=keep), dry_run=dry_run
    )
    done(f"{number} {name} -", {"entry": number, "name": name}, dry_run=dry_run, as_json=as_json)


@app.command("seals")
def list_seals(as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """List seals, latest first."""
    shared.reader("view_journal")
    rows = ({"number": one.number, "at": one.sealed_at, "digest": one.digest} for one in queries.seals())
    headings = {"number": _("Seal"), "at": _("When"), "digest": _("Digest")}
    show(rows, headings, as_json=as_json, as_csv=as_csv)


@app.command("receipt")
def take_receipt(
    out: Annotated[
        str, typer.Option("--out", metavar="FILE", help="Where to write it; - is standard output.")
    ] = "-",
) -> None:
    """Take the last seal away as a file; whoever holds it can prove what stood here."""
    member = acting()
    if member is None:
        raise BadInput(
            "registry.receipt_for_whom",
            gettext_noop("A receipt is given to an organisation. Say to whose member with --as MEMBERCODE."),
        )
    shared.reader("view_journal")
    files.check_target(out)
    receipt = seals.take_receipt(by=member)
    text = json.dumps(receipt, ensure_ascii=False, indent=2, sort_keys=True)
    files.write_bytes(out, f"{text}\n".encode())
    if out != files.STANDARD:
        remark(f"{receipt['seal']} -> {out}")
