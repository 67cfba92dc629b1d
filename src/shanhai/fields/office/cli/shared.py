"""What the commands of the field share: which record is meant, and who reads."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from shanhai.core import access, records
from shanhai.core.models import Member
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import acting

Kind = Annotated[
    str, typer.Argument(parser=given.line(40), metavar="KIND", help="Kind of record, as pairing.agreement.")
]
Key = Annotated[int, typer.Argument(metavar="ID", help="Number of the record, as the API gives it.")]


def reader(code: str) -> Member | None:
    """Who reads, if the page that shows the same may be opened."""
    member = acting()
    access.check(member, code)
    return member


def record_of(kind: str, pk: int) -> Any:
    """A record by kind and number, that whoever is acted as may see."""
    return records.found(acting(), kind, pk)
