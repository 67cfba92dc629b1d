"""Columns that are masked by rule: nobody sees them by the way, and whoever reads one is on the record.

A column is masked where its register names an access row for it (``core.sheets.columns.Column.access``). Pages, API
and commands show ``hide(...)``; the value itself is given out by ``read_masked`` only, or with a whole file by
``core.sheets.exporting``, which calls ``export_masked``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models

from shanhai.core import access, journal, signs
from shanhai.core.models import Member, Pairing
from shanhai.core.sheets.cells import MASK
from shanhai.core.sheets.columns import Column, Register
from shanhai.core.writing import action
from shanhai.kernel.refusals import NotFound, gettext_noop


def masked_columns(register: Register) -> tuple[Column, ...]:
    """The columns of a register that are masked by rule."""
    return tuple(column for column in register.columns if column.access)


def hide(register: Register, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with ``***`` in every masked column that holds something."""
    return dict(row) | {column.name: MASK for column in masked_columns(register) if row.get(column.name)}


def may_read(member: Member | None, column: Column, pairing_id: int | None = None) -> bool:
    """Whether a member may ask for the values of a masked column."""
    return bool(column.access) and access.may(member, column.access, pairing_id=pairing_id)


@action
def read_masked(subject: models.Model, register_code: str, name: str, *, by: Member | None) -> str:
    """The value of a masked column of one row, in the clear; who read whose is on the record, the value is not.

    Parameters
    ----------
    subject
        The row, with an attribute named like the column.

    Raises
    ------
    NotFound
        ``core.no_masked_column``.
    NotAllowed
        ``core.not_allowed``, by the access row of the column.
    """
    register: Register = signs.registers[register_code]
    column = next((one for one in masked_columns(register) if one.name == name), None)
    if column is None:
        raise NotFound(
            "core.no_masked_column",
            gettext_noop("{register} has no masked column {given}. Masked are: {names}."),
            register=register.name,
            given=name[:40],
            names=", ".join(one.name for one in masked_columns(register)) or "–",
            field="column",
        )
    access.check(by, "core.read_masked")
    access.check(by, column.access, pairing_id=getattr(subject, "pairing_id", None))
    # No state: nothing was moved, and a writer may be moving the row at this moment.
    journal.record(subject, "core.read_masked", by=by, state={}, register=register.code, column=column.name)
    return str(getattr(subject, name) or "")


@action
def export_masked(
    register: Register,
    columns: Sequence[Column],
    *,
    n: int,
    keys: Sequence[str],
    pairing: Pairing | None = None,
    by: Member | None,
) -> None:
    """Note that masked columns went out in a file: which columns, of how many rows, and of whom (the first keys)."""
    access.check(by, "core.export_masked")
    for column in columns:
        access.check(by, column.access, pairing_id=pairing.pk if pairing else None)
    journal.record(
        None,
        "core.export_masked",
        by=by,
        pairing_id=pairing.pk if pairing else None,
        register=register.code,
        columns=[column.name for column in columns],
        n=n,
        keys=list(keys),
    )
