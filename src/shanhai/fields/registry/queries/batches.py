"""Reads of batches: what a unit brought, one of them, its tables, and what is wrong or changes in all of them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext

from shanhai.core import access
from shanhai.core.models import Batch, Import, Member
from shanhai.core.models.sheet import Stage
from shanhai.core.sheets import batch_reading, staged
from shanhai.core.sheets.columns import REFERS_TO_REFUSED
from shanhai.fields.registry.queries import imports
from shanhai.kernel.refusals import NotFound, gettext_noop


def own(member: Member | None) -> QuerySet[Batch]:
    """Batches of the member's unit; an auditor and the system read all."""
    rows = Batch.objects.prefetch_related("by", "pairing").order_by()
    if member is None or access.standing(member).roles & access.SEES_ALL:
        return rows
    return imports.of_unit(rows, member.unit_id)


def found(member: Member | None, pk: int) -> Batch:
    """One batch of the member's unit.

    Raises
    ------
    NotFound
        ``registry.no_such_batch``
    """
    row = own(member).filter(pk=pk).first()
    if row is None:
        raise NotFound(
            "registry.no_such_batch",
            gettext_noop(
                "Your unit has brought no such batch, or it was long ago. Look at the list of batches."
            ),
        )
    return row


def parts_of(batch: Batch) -> list[Import]:
    """The tables of a batch in their order."""
    return list(batch.parts.select_related("pairing", "batch__pairing").order_by("place"))


def part_of(batch: Batch, pk: int) -> Import:
    """One table of a batch; ``registry.no_such_table`` where it has no such part."""
    part = batch.parts.select_related("pairing", "batch__pairing").filter(pk=pk).first()
    if part is None:
        raise NotFound(
            "registry.no_such_table",
            gettext_noop("The batch has no table {pk}. Open the batch again and choose one of its tables."),
            pk=pk,
        )
    return part


def title_of(part: Import, parts: list[Import]) -> str:
    """What a table is called to the reader: its sheet or file, and its register."""
    sheet = part.sheet or part.file_name
    name = staged.register_of(part).name
    title = name if sheet == name else f"{sheet} · {name}"
    if batch_reading.is_second(part, parts):
        return gettext("%(table)s, once more for what points at tables below it") % {"table": title}
    return title


def why_refused(part: Import) -> str:
    """Why a table as a whole was not checked, or ""."""
    if part.stage == Stage.MAPPING:
        return gettext("Its headings are not clear. Say which heading is which column.")
    return staged.say(part.refusal) if part.refusal else ""


def problems_of(part: Import, most: int) -> tuple[list[dict[str, Any]], int]:
    """What is wrong with the rows of a table themselves, and how many rows only point at refused ones."""
    lines = imports.problems_of(part, most)
    own = [line for line in lines if line["code"] != REFERS_TO_REFUSED]
    pointing = {line["row"] for line in lines} - {line["row"] for line in own}
    return own, len(pointing)


def strange_of(batch: Batch) -> list[dict[str, str]]:
    """Sheets that are of no register and files that could not be read, each with the reason."""
    return [
        {
            "file": one["file"],
            "sheet": one["sheet"],
            "why": staged.say(one["refusal"])
            if "refusal" in one
            else gettext("No register has this name or these headings; the sheet is left out."),
        }
        for one in batch.counts.get("strange", [])
    ]
