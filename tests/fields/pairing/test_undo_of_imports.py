"""Every register that can be imported can be put back as it was: the whole example brought table by table, then undone."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from shanhai.core import signs
from shanhai.core.models import (
    Attachment,
    Document,
    Import,
    JournalEntry,
    Organisation,
    SearchEntry,
    Seat,
    Seen,
)
from shanhai.core.sheets import bringing, committing, undoing
from shanhai.core.sheets.columns import Register
from shanhai.fields.pairing.actions import registers
from shanhai.fields.pairing.models import AgreementParty, CommitmentStanding, Delivery, Signature
from shanhai.kernel.refusals import NotNow
from tests import examples
from tests.laying import laid

pytestmark = pytest.mark.django_db
EXAMPLE = examples.small()


def bring(code: str, path: Path) -> Import:
    # The files hold rows of all pairings; a member brings those of one.
    register = replace(signs.registers[code], is_of_pairing=False)
    imported = bringing.bring(path, register, by=None)
    assert imported.stage == "checked", (code, imported.stage, imported.refusal)
    refused = imported.rows.filter(outcome="refused").first()
    assert refused is None, (code, refused.row, refused.problems)
    return committing.write(imported, by=None)


def count(code: str) -> int:
    return sum(1 for _ in signs.call(signs.registers[code].rows)(None, None))


# Members come after units; papers stay on file when what they prove goes, and keep their pairing.
LEFT_OUT = {
    "registry.units": "dispatcher",
    "pairing.deliveries": "evidence",
    "pairing.money_dues": "voucher",
    "pairing.aid_entries": "voucher",
}


# Roles come with the members in this example, and have a test in the field registry; who signs an agreement moves it.
APART = {"registry.role_grants", "pairing.agreement_parties"}


def without(path: Path, column: str, folder: Path) -> Path:
    """A copy of a table without one column."""
    with path.open(encoding="utf-8-sig", newline="") as source:
        rows = [
            {name: cell for name, cell in row.items() if name != column} for row in csv.DictReader(source)
        ]
    copy = folder / path.name
    with copy.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return copy


def _in_the_zone() -> list[Register]:
    """Those whose rows the example has in the form of the register."""
    return [register for register in signs.registers if register.is_zone_file]


@pytest.fixture
def brought(tmp_path: Path) -> list[Import]:
    """The registers of the example, each brought as a file of its own, in their order."""
    return laid("registers of the example", lambda: _bring_all(tmp_path))


def _bring_all(tmp_path: Path) -> list[Import]:
    found = []
    for register in _in_the_zone():
        path = EXAMPLE / f"{register.file_stem}.csv"
        if column := LEFT_OUT.get(register.code):
            path = without(path, column, tmp_path)
        if register.code not in APART:
            found.append(bring(register.code, path))
    return found


def test_what_was_brought_register_by_register_goes_again_in_the_other_order(brought: list[Import]) -> None:
    assert len(brought) == len(_in_the_zone()) - len(APART)

    for imported in reversed(brought):
        new = imported.counts["new"]
        assert new > 0 and count(imported.register) > 0, imported.register
        n = JournalEntry.objects.count()

        undoing.undo(imported, by=None)

        assert imported.stage == "undone"
        gone = [
            json.loads(body)["facts"]
            for body in JournalEntry.objects.order_by("pk").values_list("body", flat=True)[n:]
            if '"is_gone":true' in body
        ]
        assert len(gone) >= new, imported.register
        assert all(facts["import"] == imported.pk for facts in gone)
    left = {one.register: count(one.register) for one in brought}
    assert not any(left.values()), left
    assert not SearchEntry.objects.exists()
    assert not Seen.objects.exists()
    assert not Seat.objects.exists()
    assert not CommitmentStanding.objects.exists()


def test_rows_that_later_tables_point_at_stay_and_the_refusal_names_both(brought: list[Import]) -> None:
    organisations = next(one for one in brought if one.register == "registry.organisations")
    n = Organisation.objects.count()

    with pytest.raises(NotNow) as refused:
        undoing.undo(organisations, by=None)

    assert refused.value.code == "core.row_in_use"
    assert refused.value.facts["what"] and refused.value.facts["user"]
    assert Organisation.objects.count() == n
    organisations.refresh_from_db()
    assert organisations.stage == "written"


def test_a_row_that_was_worked_on_since_keeps_the_whole_import(brought: list[Import]) -> None:
    deliveries = next(one for one in brought if one.register == "pairing.deliveries")
    row = Delivery.objects.first()
    Delivery.objects.filter(pk=row.pk).update(quantity=row.quantity + 1, version=row.version + 1)

    with pytest.raises(NotNow) as refused:
        undoing.undo(deliveries, by=None)

    assert refused.value.code == "sheets.undo_of_moved"
    assert Delivery.objects.count() == deliveries.counts["new"]


def test_a_paper_that_was_filed_with_the_rows_stays_and_keeps_its_pairing(brought: list[Import]) -> None:
    deliveries, pairings = (
        next(one for one in brought if one.register == f"pairing.{name}")
        for name in ("deliveries", "pairings")
    )
    undoing.undo(deliveries, by=None)
    with registers.papers_in(EXAMPLE / "documents"):
        again = bring("pairing.deliveries", EXAMPLE / "deliveries.csv")
    n = Document.objects.count()
    assert n > 0

    undoing.undo(again, by=None)

    assert (Delivery.objects.count(), Attachment.objects.count(), Document.objects.count()) == (0, 0, n)
    with pytest.raises(NotNow) as refused:
        undoing.undo(pairings, by=None)
    assert refused.value.code == "core.row_in_use"


def test_an_agreement_moves_with_its_parties_and_is_named(brought: list[Import]) -> None:
    agreements = next(one for one in brought if one.register == "pairing.agreements")
    parties = bring("pairing.agreement_parties", EXAMPLE / "agreement_parties.csv")
    assert Signature.objects.exists()

    undoing.undo(parties, by=None)

    assert not AgreementParty.objects.exists()
    assert not Signature.objects.exists()
    with pytest.raises(NotNow) as refused:
        undoing.undo(agreements, by=None)
    assert refused.value.code == "sheets.undo_of_moved"
    assert refused.value.facts["key"] and refused.value.facts["row"] > 1
