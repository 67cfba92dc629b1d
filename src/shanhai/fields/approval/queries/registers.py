"""The rows of the registers of cases, review meetings, services and commitment letters: where each column lies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from shanhai.core import access, clock
from shanhai.core.models import Member, Pairing
from shanhai.fields.approval import columns
from shanhai.fields.approval.models import (
    Case,
    CommitmentLetter,
    Intermediary,
    MeetingPoint,
    ReviewMeeting,
    Service,
)
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

review_meetings_rows = MEETINGS.rows


def review_meetings_current(keys: Sequence[str], pairing: Pairing | None = None) -> dict[str, dict[str, Any]]:
    """What these meetings are now; they are compared cell by cell, since their agendas move their versions too."""
    return {key: row | {"_version": None} for key, row in MEETINGS.current(keys, pairing).items()}


_OF_ITEM = {"case": "item__case__number", "item": "item__code", "name_zh": "item__name_zh"}
AGENDA = Table(
    columns.AGENDA, MeetingPoint, "meeting__pairing", {"meeting": "meeting__number"} | _OF_ITEM, visible="meeting__"
)  # fmt: skip
SERVICES = Table(
    columns.SERVICES, Service, "item__case__pairing", {"intermediary": "intermediary__code"} | _OF_ITEM,
    visible="item__case__",
)  # fmt: skip


def _covers(found: list[dict[str, Any]]) -> None:
    for row in found:
        row["covers"] = ", ".join(row["covers"] or ())


LETTERS = Table(
    columns.LETTERS, CommitmentLetter, "item__case__pairing", _OF_ITEM, visible="item__case__", extra=_covers)  # fmt: skip
review_agenda_rows, review_agenda_current = AGENDA.rows, AGENDA.current
services_rows, services_current = SERVICES.rows, SERVICES.current
commitment_letters_rows, commitment_letters_current = LETTERS.rows, LETTERS.current

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
