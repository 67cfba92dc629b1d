"""How members chose to be told, in a zone folder: the choice alone, without what shows that they read the address.

Robots of group chats do not travel: address and secret are all that they are, and those leave the installation for
nobody. Phone links, prints and messages on their way do not either (docs/reference/zone-folder.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from shanhai.core.actions import telling
from shanhai.core.models import Member, Telling
from shanhai.fields.office.zone.cells import TEXT, Read, Row, of_own, one, rows, write_files

FILES: dict[str, dict[str, Read]] = {"how_told.csv": {"member": TEXT, "mail": TEXT}}


def load(folder: Path, by: Member | None) -> dict[str, int]:
    """Load the choices of members who have made none here; a missing file has no rows. Sends nothing."""
    name = "how_told.csv"
    chosen = set(Telling.objects.values_list("member__code", flat=True))
    new = [row for row in rows(folder / name, FILES[name]) if row["member"] not in chosen]
    for row in new:
        telling.write_choice(one(Member, row["member"]), mail=row["mail"], by=by)
    return {name: len(new)} if (folder / name).exists() else {}


def export(folder: Path, by: Member | None) -> dict[str, int]:
    """Write the choices of a member's organisation into a folder, by code; for the system all of them."""
    return write_files(folder, FILES, {"how_told.csv": _choices(by)})


def _choices(by: Member | None) -> Iterator[Row]:
    found = of_own(Telling.objects.all(), by, "member__unit__organisation").select_related("member")
    for row in found.order_by("member__code"):
        yield {"member": row.member.code, "mail": row.mail}
