"""The views of ``benchmarks.bare``."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from shanhai.core.models import JournalEntry, Member, Organisation, Pairing, Region, WorkItem
from shanhai.fields.pairing.models import (
    ActionItem,
    AgendaItem,
    Agreement,
    Commitment,
    CommitmentStanding,
    Delivery,
    Meeting,
    MeetingAttendee,
    MoneyDue,
)

SIZE = 100
PAGE = engines["django"].from_string(
    "<!doctype html><title>{{ user.username }}</title>{% for rows in tables %}<table>{% for row in rows %}<tr>"
    "{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>{% endfor %}"
)


def _page(request: HttpRequest, *tables: Any) -> HttpResponse:
    return HttpResponse(PAGE.render({"tables": tables, "user": request.user}))


def _rows(found: Any, *names: str) -> list[list[Any]]:
    return [[_value(row, name) for name in names] for row in found]


def _value(row: Any, name: str) -> Any:
    for part in name.split("__"):
        row = getattr(row, part, None)
    return row


def organisations(request: HttpRequest) -> HttpResponse:
    found = Organisation.objects.select_related("region", "parent").order_by("name_sort", "pk")[:SIZE]
    names = ("name", "code", "kind", "region__name", "parent__name", "credit_code", "is_illustrative")
    return _page(request, _rows(found, *names))


def journal(request: HttpRequest) -> HttpResponse:
    found = JournalEntry.objects.order_by("-pk")[:SIZE]
    return _page(request, _rows(found, "at", "action", "subject_kind", "member_id", "pk"))


def agreements(request: HttpRequest) -> HttpResponse:
    found = Agreement.objects.select_related("pairing").prefetch_related("parties__party__organisation")
    zone = Pairing.objects.get(code="LQXS")
    found = found.filter(zone=zone).order_by("number", "pk")[:SIZE]
    rows = _rows(found, "name", "number", "field", "signed_on", "valid_to", "stage")
    for row, one in zip(rows, found, strict=True):
        row.append(", ".join(party.party.organisation.name for party in one.parties.all()))
    return _page(request, rows)


def _commitments() -> tuple[Any, Any]:
    zone = Pairing.objects.get(code="LQXS")
    found = Commitment.objects.filter(zone=zone, agreement__stage="signed").select_related(
        "agreement", "pairing", "mountain_unit__organisation", "sea_unit__organisation"
    )
    return found, Delivery.objects.filter(zone=zone, stage__in=["recorded", "confirmed", "planned"])


def commitments(request: HttpRequest) -> HttpResponse:
    zone = Pairing.objects.get(code="LQXS")
    found = CommitmentStanding.objects.filter(pairing=zone, phase="this_year").select_related(
        "commitment__pairing", "commitment__agreement"
    )
    names = (
        "field",
        "owes",
        "commitment__name",
        "delivered",
        "promised",
        "forecast",
        "due_on",
        "agreement_number",
        "commitment__code",
        "urgency",
    )
    return _page(request, _rows(found.order_by("place", "code")[:SIZE], *names))


def home(request: HttpRequest) -> HttpResponse:
    found, deliveries = _commitments()
    zone = Pairing.objects.get(code="LQXS")
    member = Member.objects.select_related("unit__organisation").get(user=request.user)
    items = ActionItem.objects.filter(zone=zone, stage="open").select_related(
        "mountain_unit__organisation", "sea_unit__organisation"
    )
    dues = MoneyDue.objects.filter(clause__zone=zone).select_related("clause__agreement")
    meeting = Meeting.objects.filter(zone=zone, stage="invited").order_by("at").first()
    return _page(
        request,
        _rows(
            found, "field", "owes", "name", "target", "unit", "due_on", "mountain_unit__organisation__name"
        ),
        _rows(deliveries, "commitment_id", "on", "quantity", "stage"),
        _rows(items, "title", "due_on", "mountain_unit__organisation__name", "escalated_on"),
        _rows(dues, "clause__name", "due_on", "amount_fen", "paid_fen"),
        [[meeting.title, meeting.at]] if meeting else [],
        _rows(MeetingAttendee.objects.filter(meeting=meeting), "person", "side", "answer"),
        _rows(AgendaItem.objects.filter(meeting=meeting), "title", "side", "asks"),
        _rows(
            WorkItem.objects.filter(unit=member.unit, stage="open").order_by("due_on")[:5],
            "what",
            "due_on",
            "url",
        ),
        _rows(
            JournalEntry.objects.filter(pairing_id=zone.pk).order_by("-pk")[:8],
            "at",
            "action",
            "subject_kind",
        ),
        _rows(Region.objects.exclude(outline=""), "name", "outline"),
    )


urlpatterns = [
    path("bare/home/", home),
    path("bare/organisations/", organisations),
    path("bare/journal/", journal),
    path("bare/agreements/", agreements),
    path("bare/commitments/", commitments),
]
