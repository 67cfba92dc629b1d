"""Files of a zone folder beside the register of leads: the log of contacts, and the capital that came in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from shanhai.core.models import Member
from shanhai.fields.investment.actions import lead_loading as actions
from shanhai.fields.investment.models import Lead
from shanhai.fields.investment.queries import leads as queries
from shanhai.fields.office.zone.cells import (
    DAY,
    NUMBER,
    TEXT,
    WHOLE,
    Read,
    Row,
    grouped,
    line_of,
    rows,
    seen,
    write_files,
)

CONTACTS: dict[str, Read] = {
    "lead": TEXT, "on": DAY, "way": TEXT, "people": TEXT, "text": TEXT, "text_en": TEXT, "member": TEXT,
}  # fmt: skip
PAID_IN: dict[str, Read] = {
    "lead": TEXT, "on": DAY, "amount_fen": WHOLE, "currency": TEXT, "amount": NUMBER, "rate": NUMBER, "evidence": TEXT,
    "taken_back_on": DAY, "reason": TEXT,
}  # fmt: skip
FILES = {"lead_contacts.csv": CONTACTS, "lead_payments.csv": PAID_IN}


def load(folder: Path, by: Member | None) -> dict[str, int]:
    """Load what hangs on leads; a lead that has some already is left alone."""
    counts: dict[str, int] = {}
    for name, write in (
        ("lead_contacts.csv", actions.load_contacts),
        ("lead_payments.csv", actions.load_paid_in),
    ):
        given = grouped("lead", rows(folder / name, FILES[name]))
        found = queries.by_number(given)
        for number, lines in given.items():
            if number not in found:
                raise queries.no_lead(number)
            counts[name] = counts.get(name, 0) + write(found[number], lines, by=by)
    return counts


def export(folder: Path, by: Member | None) -> dict[str, int]:
    """Write what hangs on the leads that a member sees, in order of their numbers."""
    lines: dict[str, Iterator[Row]] = {"lead_contacts.csv": _contacts(by), "lead_payments.csv": _payments(by)}
    return write_files(folder, FILES, lines)


def _contacts(by: Member | None) -> Iterator[Row]:
    for lead in seen(Lead, by).filter(contacts__isnull=False).distinct().order_by("number"):
        for one in lead.contacts.select_related("member").order_by("on", "pk"):
            own = {"lead": lead.number, "member": one.member.code if one.member else ""}
            yield line_of(one, CONTACTS, own)


def _payments(by: Member | None) -> Iterator[Row]:
    for lead in seen(Lead, by).filter(payments__isnull=False).distinct().order_by("number"):
        for one in lead.payments.order_by("number"):
            yield line_of(one, PAID_IN, {"lead": lead.number})
