"""The rows of the table of cases: where each column lies."""

from __future__ import annotations

from typing import Any

from shanhai.core import clock
from shanhai.fields.approval import columns
from shanhai.fields.approval.models import Case, ReviewMeeting
from shanhai.fields.pairing.queries.registers import Table

CASES = Table(
    columns.CASES,
    Case,
    "pairing",
    {
        "project": "project__number",
        "name_zh": "project__name_zh",
        "name_en": "project__name_en",
        "enterprise": "enterprise__code",
        "catalogue": "catalogue__catalogue__code",
        "catalogue_version": "catalogue__number",
    },
    visible="",
)

cases_rows = CASES.rows


def _moments(found: list[dict[str, Any]]) -> None:
    at = dict(ReviewMeeting.objects.filter(pk__in=[row["_id"] for row in found]).values_list("pk", "at"))
    for row in found:
        moment = clock.local(at[row["_id"]])
        row["on"], row["time"] = moment.date(), f"{moment:%H:%M}"


MEETINGS = Table(
    columns.MEETINGS,
    ReviewMeeting,
    "pairing",
    {},
    visible="",
    extra=_moments,
    derived=frozenset({"on", "time"}),
)

meetings_rows = MEETINGS.rows
