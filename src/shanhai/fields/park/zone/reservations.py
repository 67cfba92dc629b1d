"""Land that is kept for leads, in a zone folder: which parcel or renewal, for which number, since when."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from shanhai.core.models import Member
from shanhai.fields.office.zone.cells import DAY, TEXT, Read, Row, rows, write_files
from shanhai.fields.park.actions import reserving as actions
from shanhai.fields.park.queries import reserving as queries

FILE = "plot_reservations.csv"
COLUMNS: dict[str, Read] = {"kind": TEXT, "number": TEXT, "reserved_for": TEXT, "reserved_on": DAY}


def load(folder: Path, by: Member | None) -> dict[str, int]:
    """Load reservations; what is kept for somebody already is left alone."""
    given = rows(folder / FILE, COLUMNS)
    return {FILE: sum(actions.load_reservation(by=by, **row) for row in given)} if given else {}


def export(folder: Path, by: Member | None) -> dict[str, int]:
    """Write the reservations that a member sees, parcels first."""
    return write_files(folder, {FILE: COLUMNS}, {FILE: _lines(by)})


def _lines(by: Member | None) -> Iterator[Row]:
    for one in queries.kept_rows(by):
        yield {
            "kind": queries.kind_of(one), "number": one.number, "reserved_for": one.reserved_for,
            "reserved_on": one.reserved_on,
        }  # fmt: skip
