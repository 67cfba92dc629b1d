"""The rows of the table of cases: where each column lies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from shanhai.core import access, clock
from shanhai.core.models import Member
from shanhai.fields.approval import columns
from shanhai.fields.approval.models import Case, Intermediary, ReviewMeeting
from shanhai.fields.approval.queries import services
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

_OF_INTERMEDIARY = (
    "code",
    "name_zh",
    "name_en",
    "credit_code",
    "promised_days",
    "is_active",
    "standing",
    "source",
)


def intermediary_row(one: Intermediary, record: Any) -> dict[str, Any]:
    """An intermediary by the columns of its register, with its figures."""
    own = {name: getattr(one, name) for name in _OF_INTERMEDIARY} | {"services": ", ".join(one.kinds)}
    return own | asdict(record)


def intermediaries_rows(
    member: Member | None, pairing: Any = None, **filters: Any
) -> Iterator[dict[str, Any]]:
    """The register of intermediaries with their figures, in order of their codes."""
    access.check(member, columns.INTERMEDIARIES.access)
    found = list(services.intermediaries().filter(**filters).order_by("code"))
    records = services.records(found)
    return (intermediary_row(one, records[one.pk]) for one in found)
