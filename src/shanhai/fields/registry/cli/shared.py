"""What the commands of the registers share: rows listed and shown as the register declares them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from datetime import date
from typing import Annotated, Any, TypeVar

import typer
from django.utils.translation import gettext as _

from shanhai.core import access, masking, signs
from shanhai.core.actions import documents
from shanhai.core.cli import files
from shanhai.core.models import Document, Member, Organisation, Pairing, Region, Unit
from shanhai.fields.registry.queries import members as member_queries
from shanhai.fields.registry.queries import shared
from shanhai.kernel.refusals import NotFound, gettext_noop
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import acting, done, show, show_whole, written

T = TypeVar("T")

Source = Annotated[str, given.text("--source", 200, "Where this is written.")]
On = Annotated[date, given.a_day("--on", "The day from which it holds.")]
Code = Annotated[str, typer.Argument(parser=given.line(40), metavar="CODE", help="Its code.")]


def reader(page: str) -> Member | None:
    """Who reads, if the page that shows the same may be opened."""
    member = acting()
    access.check(member, f"registry.{page}")
    return member


def list_register(
    register: Any, as_json: bool, as_csv: bool, rows: Iterable[dict[str, Any]] | None = None
) -> None:
    """Print the rows of a register; masked columns stay masked."""
    rows = rows if rows is not None else signs.call(register.rows)(acting(), None)
    shown = register.columns if as_json or as_csv else [c for c in register.columns if c.name != "outline"]
    # Somebody who lists people has not asked for their telephones; `members read` gives one, on the record.
    show(
        (masking.hide(register, row) for row in rows),
        {c.name: c.heading for c in shown},
        as_json=as_json,
        as_csv=as_csv,
    )


def show_row(register: Any, code: str, as_json: bool) -> None:
    """Print one row of a register with its version."""
    row = signs.call(register.current)([code], None).get(code)
    if row is None:
        raise NotFound(
            "registry.no_such_row",
            gettext_noop("{register} has no row {given}. Correct the key, or look for it in the list."),
            register=register.name,
            given=code,
        )
    facts = dict(masking.hide(register, row)) | {"version": row["_version"]}
    names = [c.name for c in register.columns if as_json or c.name != "outline"]
    headings = {c.name: c.heading for c in register.columns if c.name in names} | {"version": _("Version")}
    show_whole(facts, headings, as_json=as_json)


def region_of(code: str) -> Region:
    """A region by its whole code or its significant digits."""
    return shared.found(Region.objects.select_related("parent"), code=code.ljust(12, "0"))


def organisation_of(code: str) -> Organisation:
    """An organisation."""
    return shared.found(Organisation.objects.select_related("region"), code=code)


def unit_of(code: str) -> Unit:
    """A unit."""
    return shared.found(Unit.objects.select_related("organisation"), code=code)


def member_of(code: str) -> Member:
    """A member with roles, of those that whoever is acted as may see."""
    return shared.found(member_queries.with_roles(member_queries.seen_by(acting())), code=code)


def named(**changes: Any) -> dict[str, Any]:
    """The options of a change that were given; what was not named stays as it is."""
    changes = {name: value for name, value in changes.items() if value is not None}
    if not changes:
        raise typer.BadParameter(_("Say what is to change; --help lists what can."))
    return changes


def done_with(row: Any, *, dry_run: bool, as_json: bool) -> None:
    """Say which row was written, and its version for programs."""
    facts = {"code": row.code, "version": row.version}
    done(f"{row.code} {row.name}", facts, dry_run=dry_run, as_json=as_json)


# -- papers --------------------------------------------------------------------------------------------------------


def papers_option(name: str, about: str) -> Any:
    """An option that takes files, `-` for standard input."""
    return typer.Option(name, metavar="FILE", help=f"{about} Give it again for more; - is standard input.")


def with_papers(
    names: Sequence[str] | None, pairing: Pairing, call: Callable[[list[Document]], T], *, dry_run: bool
) -> T:
    """File papers and do what they belong to as one action, as the pages do."""
    with ExitStack() as stack:
        brought = [stack.enter_context(files.opened(name)) for name in names or ()]
        return written(lambda: documents.with_papers(brought, pairing, acting(), call), dry_run=dry_run)
