"""What the commands of the field share: which pairing, who is meant by a code, papers, and how rows are shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, TypeVar

import typer
from django.utils.translation import gettext as _

from shanhai.core import access
from shanhai.core.models import Member, Pairing
from shanhai.core.queries import pairings as core_pairings
from shanhai.fields.pairing import columns, queries, rules
from shanhai.fields.pairing.queries import pages
from shanhai.fields.pairing.queries.named import member_of as member_of
from shanhai.fields.pairing.queries.named import organisation_of as organisation_of
from shanhai.fields.pairing.queries.named import party_of as party_of
from shanhai.fields.pairing.queries.named import unit_of as unit_of
from shanhai.fields.pairing.queries.registers import Table
from shanhai.fields.registry.cli.shared import papers_option as papers_option
from shanhai.fields.registry.cli.shared import with_papers as with_papers
from shanhai.kernel.refusals import BadInput, NotFound, gettext_noop
from shanhai.webkit import command_input as given
from shanhai.webkit import registers
from shanhai.webkit.commands import acting, show

T = TypeVar("T")

PairingCode = Annotated[
    str, typer.Option("--pairing", help="Code of the pairing; the only topmost one by default.")
]
# A system without a side of its own says for which side it acts; a member acts for his own.
Side = Annotated[
    str, given.choice("--side", columns.SIDES, "For which side, where nobody is acted as", or_none=True)
]
NewNumber = Annotated[str, typer.Argument(parser=given.line(40), metavar="NUMBER", help="Its number.")]
NewCode = Annotated[str, typer.Argument(parser=given.line(40), metavar="CODE", help="Its code.")]


def reader(page: str) -> Member | None:
    """Who reads, if the page that shows the same may be opened."""
    member = acting()
    access.check(member, f"pairing.{page}")
    return member


def pairing_of(code: str) -> Pairing:
    """The pairing of a code, or the one topmost pairing that there is."""
    if code:
        return pages.pairing_of(acting(), code)
    seen = core_pairings.pairings_of(acting())
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


def mu(text: str | Decimal) -> Decimal:
    """An area of land in mu, to two places."""
    found = given.number(text)
    if found != round(found, 2) or abs(found) >= Decimal(10) ** 10:
        raise BadInput(
            "pairing.no_area",
            gettext_noop(
                "{text} is no area in mu that can be kept. Write it with two places at most, as 120.5."
            ),
            text=text,
        )
    return found


def quantity(unit: str, text: str) -> Decimal:
    """How much, in the unit of a commitment; money is given in yuan and kept in fen."""
    return Decimal(given.fen(text)) if unit == rules.Unit.FEN else given.number(text)


def named(**changes: Any) -> dict[str, Any]:
    """The options of a change that were given; what was not named stays as it is."""
    changes = {name: value for name, value in changes.items() if value is not None}
    if not changes:
        raise typer.BadParameter(_("Say what is to change; --help lists what can."))
    return changes


# -- showing -------------------------------------------------------------------------------------------------------


def show_rows(
    rows: Iterable[Mapping[str, Any]],
    headings: Mapping[str, Any],
    choices: Mapping[str, columns.Choices] | None = None,
    *,
    as_json: bool,
    as_csv: bool,
    right: Sequence[str] = (),
) -> None:
    """Print rows; people read the words of choices, programs their codes."""
    if choices and not (as_json or as_csv):
        rows = in_words(rows, choices)
    show(rows, headings, as_json=as_json, as_csv=as_csv, right=right)


def list_rows(
    table: Table,
    records: Iterable[Any],
    said: Callable[[Any], Mapping[str, Any]],
    headings: Mapping[str, Any],
    choices: Mapping[str, columns.Choices] | None = None,
    *,
    as_json: bool,
    as_csv: bool,
    adds: Mapping[str, Callable[[Any], Any]] | None = None,
    right: Sequence[str] = (),
) -> None:
    """Print records: a few columns in words for people, for programs all that the register declares.

    Parameters
    ----------
    said
        A record as people read it, by the names of ``headings``.
    adds
        What programs get beside the columns of the register, by name.
    """
    adds = adds or {}
    if not (as_json or as_csv):
        show_rows(map(said, records), headings, choices, as_json=False, as_csv=False, right=right)
        return
    names = [column.name for column in table.register.columns] + list(adds)
    rows = registers.for_programs(table.register, table.rows_of, records, adds)
    show(rows, dict.fromkeys(names), as_json=as_json, as_csv=as_csv)


def in_words(
    rows: Iterable[Mapping[str, Any]], choices: Mapping[str, columns.Choices]
) -> list[dict[str, Any]]:
    """Rows with the words of choices in the reader's language."""
    return [
        {
            name: columns.words(choices[name], value) if name in choices and value else value
            for name, value in row.items()
        }
        for row in rows
    ]


def papers_on(kind: str, pk: int, role: str = "") -> list[dict[str, Any]]:
    """The papers that hang on a record."""
    found = queries.papers_of(kind, [pk], role).get(pk, [])
    return [
        {"id": one.document_id, "title": one.document.title, "file": one.document.file_name, "role": one.role}
        for one in found
    ]
