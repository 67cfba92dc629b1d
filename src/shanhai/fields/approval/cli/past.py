"""``shanhai approval past ...``: past cases of which only the two dates are known."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from shanhai.fields.approval.models import DatedCase
from shanhai.fields.approval.queries import platform as queries
from shanhai.fields.approval.queries import said
from shanhai.fields.office.cli import shared
from shanhai.fields.pairing.cli.shared import list_rows
from shanhai.webkit.commands import AsCsv, AsJson, noun

app = noun("Past cases of which only the first and the last day are known; nothing of them ran here.")


@app.command("list")
def list_dated(pairing: shared.PairingCode = "", as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """The past cases, latest first; ``shanhai registry import`` brings them as a spreadsheet."""
    found = queries.dated_cases_of(shared.reader("approval.view_cases"), shared.pairing_of(pairing))
    headings = {"number": _("Number"), "name": _("Project"), "kind": _("Class"), "mode": _("Reviewed")}
    headings |= {"started_on": _("Accepted on"), "ended_on": _("Closed"), "days": _("Working days")}
    list_rows(
        queries.DATED_CASES,
        found.order_by("-started_on", "-pk"),
        _row,
        headings,
        {"kind": said.CLASSES, "mode": said.MODES},
        as_json=as_json,
        as_csv=as_csv,
        right=("days",),
    )


def _row(one: DatedCase) -> dict[str, Any]:
    return {
        name: getattr(one, name)
        for name in ("number", "name", "kind", "mode", "started_on", "ended_on", "days")
    }
