"""What the commands of imports and batches share: counts, headings named, written, taken back, thrown away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shanhai.core.cli import files
from shanhai.core.models import Batch, Import
from shanhai.core.sheets import batches, exporting, staged
from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.webkit.commands import acting, done, remark, tried_out

Out = Annotated[str, typer.Option("--out", metavar="FILE", help="Where to write it; - is standard output.")]
Named = Annotated[
    list[str],
    typer.Option(
        metavar="HEADING=COLUMN", help="Which column a heading is; without a column it is left out."
    ),
]
Row = dict[str, Any]


def row_of(one: Import | Batch, **more: Any) -> Row:
    """What a list shows of it, and for programs."""
    facts = {"stage": str(one.stage), "brought_at": one.brought_at, "version": one.version}
    return {"id": one.pk} | more | facts | counts_of(one)


def counts_of(one: Import | Batch) -> Row:
    """How many of its rows do what."""
    return {name: one.counts.get(name, 0) for name in batches.OUTCOMES}


def counted(*names: str) -> dict[str, str]:
    """Headings of these counts."""
    words = {"same": _("same"), "changed": _("changed"), "new": _("new"), "refused": _("refused")}
    return {name: words[name] for name in names or words}


def write_refused(name: str, out: str, tables: Sequence[Any]) -> None:
    """The refused rows as a workbook to correct and bring again."""
    files.check_target(out)
    file = BytesIO()
    exporting.refused_rows(tables, file)
    files.write_bytes(out, file.getvalue())
    if out != files.STANDARD:
        remark(f"{name} -> {out}")


def chosen_columns(of: Import, named: Sequence[str]) -> dict[str, str]:
    """Which heading is which column; headings that are not named stay as they were taken."""
    chosen = {line["text"]: line["column"] or "" for line in of.counts.get("headings", [])}
    for text in named:
        heading, equals, name = text.rpartition("=")
        if not equals or heading not in chosen:
            raise BadInput(
                "registry.no_such_heading",
                gettext_noop("{text} names no heading of the file. Its headings are: {headings}."),
                text=text,
                headings=", ".join(chosen) or "–",
            )
        chosen[heading] = name
    return chosen


def write(one: Any, act: Callable[..., Any], row: Callable[[Any], Row], dry_run: bool, as_json: bool) -> None:
    """Write what changes; the refused rows stay out."""
    n = one.counts.get("changed", 0) + one.counts.get("new", 0)
    with tried_out(dry_run):
        act(one, by=acting())
    sentence = ngettext("%(n)s row is written.", "%(n)s rows are written.", n) % {"n": n}
    done(sentence, row(one) | {"rows": n}, dry_run=dry_run, as_json=as_json)


def discard(
    one: Any, name: str, act: Callable[..., Any], row: Callable[[Any], Row], dry_run: bool, as_json: bool
) -> None:
    """Throw it away; nothing was written."""
    if not dry_run:
        act(one, by=acting())
    sentence = _("%(file)s is discarded. Nothing was written.") % {"file": name}
    done(sentence, row(one), dry_run=dry_run, as_json=as_json)


def say_if_tried(dry_run: bool) -> None:
    """That nothing was written, where it was only tried out."""
    if dry_run:
        remark(_("Tried out only: nothing was written."))


def told(one: Import | Batch, show: Callable[[int, bool], None], as_json: bool) -> None:
    """What became of what was brought; refused as a whole it ends the command with its reason."""
    if one.stage == staged.Stage.REFUSED:
        data = one.refusal or {}
        raise BadInput(data["code"], data["sentence"], **data.get("facts", {}))
    show(one.pk, as_json)
