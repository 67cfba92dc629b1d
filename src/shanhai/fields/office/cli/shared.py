"""What the commands of the field share: which record and pairing is meant, and who acts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.core import access, records
from shanhai.core.models import Member, Pairing
from shanhai.core.queries import pairings
from shanhai.core.queries.reach import Reach
from shanhai.core.sheets.columns import Register
from shanhai.fields.office.queries import told
from shanhai.fields.office.queries.shared import pairing_named
from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.webkit import command_input as given
from shanhai.webkit import registers
from shanhai.webkit.commands import acting, show

Kind = Annotated[
    str, typer.Argument(parser=given.line(40), metavar="KIND", help="Kind of record, as pairing.agreement.")
]
Key = Annotated[int, typer.Argument(metavar="ID", help="Number of the record, as the API gives it.")]
PairingCode = Annotated[
    str, typer.Option("--pairing", help="Code of the pairing; the only topmost one by default.")
]


def reader(code: str) -> Member | None:
    """Who reads, if the page that shows the same may be opened."""
    member = acting()
    access.check(member, code)
    return member


def somebody() -> Member:
    """Who acts, where the system itself cannot.

    Raises
    ------
    BadInput
        ``office.nobody_acts``
    """
    member: Member | None = acting()
    if member is None:
        raise BadInput("office.nobody_acts", gettext_noop("This is done by somebody. Say by whom with --as."))
    return member


def record_of(kind: str, pk: int) -> Any:
    """A record by kind and number, that whoever is acted as may see."""
    return records.found(acting(), kind, pk)


def pairing_of(code: str) -> Pairing:
    """The pairing of a code, else the one topmost pairing with most nested in it.

    Raises
    ------
    BadInput
        ``office.which_pairing``
    """
    if code:
        return pairing_named(acting(), code)
    topmost = list(pairings.zones_of(acting()).filter(ended_on=None))
    sizes = {one.pk: len(pairings.within(one)) for one in topmost}
    topmost = [one for one in topmost if sizes[one.pk] == max(sizes.values())]
    if len(topmost) != 1:
        raise BadInput(
            "office.which_pairing",
            gettext_noop("Say which pairing you mean with --pairing: {pairings}."),
            pairings=", ".join(one.code for one in topmost) or "–",
        )
    return topmost[0]


def show_register(
    register: Register,
    read: registers.Read,
    records: Iterable[Any],
    adds: Mapping[str, Callable[[Any], Any]],
    *,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Print records for programs: all that their register declares, and what ``adds`` works out beside it."""
    names = [column.name for column in register.columns] + list(adds)
    rows = registers.for_programs(register, read, records, adds)
    show(rows, dict.fromkeys(names), as_json=as_json, as_csv=as_csv)


def show_reached(found: Reach, as_json: bool, as_csv: bool) -> None:
    """Print whom a reminder would reach."""
    headings = {
        "member": _("Member"),
        "name": _("Who"),
        "things": _("Of what"),
        "how": _("How and when"),
        "mail_at": _("E-mail"),
        "lately_at": _("Reminded lately"),
    }
    rows = (told.reached_row(one, found) for one in found.people)
    show(rows, headings, as_json=as_json, as_csv=as_csv)
