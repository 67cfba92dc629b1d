"""Reads of imports: what a unit brought, one of them, and what is wrong with its rows."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from shanhai.core import access, signs
from shanhai.core.models import Import, ImportRow, Member
from shanhai.core.sheets import staged
from shanhai.core.sheets.cells import MASK
from shanhai.core.sheets.columns import Register
from shanhai.core.sheets.headings import letter_of
from shanhai.kernel.refusals import NotFound, gettext_noop


def own(member: Member) -> QuerySet[Import]:
    """Imports of the member's unit, those of batches apart; an auditor reads all."""
    rows = Import.objects.filter(batch=None).prefetch_related("by", "pairing").order_by()
    return rows if access.standing(member).roles & access.SEES_ALL else of_unit(rows, member.unit_id)


def of_unit(rows: QuerySet[Any], unit_id: int) -> QuerySet[Any]:
    """What members of a unit brought.

    Who brought it is met while the days are walked: SQLite would begin with the members, and sort all that they brought.
    """
    return rows.alias(who=Coalesce("by_id", 0)).filter(
        who__in=Member.objects.filter(unit_id=unit_id).values("pk")
    )


def found(member: Member, pk: int) -> Import:
    """One import of the member's unit.

    Raises
    ------
    NotFound
        ``registry.no_such_import``
    """
    row = own(member).filter(pk=pk).first()
    if row is None:
        raise NotFound(
            "registry.no_such_import",
            gettext_noop(
                "Your unit has brought no such file, or it was long ago. Look at the list of imports."
            ),
        )
    return row


def register_named(code: str) -> Register:
    """A register by its code.

    Raises
    ------
    NotFound
        ``sheets.no_such_register``
    """
    register: Register | None = signs.registers.get(code)
    if register is None:
        raise NotFound(
            "sheets.no_such_register",
            gettext_noop(
                "There is no register {register}. The page of imports names "
                "them, and so does `shanhai registry registers list`."
            ),
            register=code,
        )
    return register


def problems_of(imported: Import, most: int) -> list[dict[str, Any]]:
    """What is wrong where, in the order of the file; a cell of a masked column is masked here too."""
    register = staged.register_of(imported)
    masked = {column.name for column in register.columns if column.access}
    letters = {one["column"]: letter_of(one["index"]) for one in imported.counts.get("headings", [])}
    headings = {column.name: column.heading_with_unit for column in register.columns}
    lines = []
    for row in ImportRow.objects.filter(of=imported, outcome="refused").order_by("row")[:most]:
        for problem in row.problems:
            hidden = problem["column"] in masked and problem["cell"]
            lines.append(
                {
                    "row": row.row,
                    "column": problem["column"],
                    "letter": letters.get(problem["column"], ""),
                    "heading": headings.get(problem["column"], ""),
                    "cell": MASK if hidden else problem["cell"],
                    "code": problem["code"],
                    "why": staged.say(problem),
                    "has_cure": bool(problem.get("cure")),
                }
            )
    return lines[:most]
