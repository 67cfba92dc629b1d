"""Reads of stays."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from shanhai.core.models import Stay, StayAppraisal


def stays_running(pairing_ids: list[int], kind: str, on: date) -> QuerySet[Stay]:
    """Stays of a kind that are under way on a day, soonest to end first."""
    return (
        Stay.objects.filter(pairing_id__in=pairing_ids, kind=kind, stage=Stay.Stage.RUNNING, from_on__lte=on)
        .select_related("person", "home", "host")
        .order_by("to_on", "pk")
    )


def appraisals_waiting(pairing_ids: list[int], kind: str, until: date) -> QuerySet[StayAppraisal]:
    """Appraisals of running stays that are due by a day and not given, longest waiting first."""
    return (
        StayAppraisal.objects.filter(
            stay__pairing_id__in=pairing_ids,
            stay__kind=kind,
            stay__stage=Stay.Stage.RUNNING,
            given_on=None,
            due_on__lte=until,
        )
        .select_related("stay__person", "stay__host")
        .order_by("due_on", "pk")
    )
