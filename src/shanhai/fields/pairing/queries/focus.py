"""Reads of the annual focus: each key point with how the commitments under it stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from shanhai.core.models import Member, Pairing
from shanhai.fields.pairing import rules
from shanhai.fields.pairing.models import Commitment, FocusPoint
from shanhai.fields.pairing.queries.commitments import Progress, Tally, as_plain, progress_of, tally
from shanhai.fields.pairing.queries.lists import zone_reach
from shanhai.kernel.refusals import NotFound, gettext_noop


@dataclass(frozen=True, slots=True)
class Point:
    """A key point with its commitments as they stand today."""

    focus: FocusPoint
    found: tuple[Progress, ...]

    @property
    def tally(self) -> Tally:
        """How many of its commitments are on track, at risk, late."""
        return tally(self.found)


def focus_of(member: Member | None, pairing: Pairing, year: int) -> list[Point]:
    """The key points of a pairing in a year, in their order, however many there are in the same few statements."""
    return _standing(FocusPoint.objects.filter(pairing=pairing, year=year), zone_reach(member, pairing))


def point_of(member: Member | None, pk: int) -> Point:
    """One key point with its commitments.

    Raises
    ------
    NotFound
        ``pairing.no_focus_point``
    """
    one = focus_point_of(member, pk)
    return _standing(FocusPoint.objects.filter(pk=one.pk), zone_reach(member, one.pairing))[0]


def _standing(found: QuerySet[FocusPoint], pairing_ids: Iterable[int]) -> list[Point]:
    reach = set(pairing_ids)
    points = list(
        found.select_related("resolution__meeting", "pairing__zone")
        .prefetch_related(
            "commitments__agreement",
            "commitments__pairing",
            "commitments__mountain_unit__organisation",
            "commitments__sea_unit__organisation",
        )
        .order_by("order")
    )
    under = {
        one.pk: one
        for point in points
        for one in point.commitments.all()
        if one.pairing_id in reach and one.agreement.stage != rules.AgreementStage.DRAFT
    }
    standing = {one.commitment.pk: one for one in progress_of(list(under.values()))}
    return [
        Point(point, tuple(standing[one.pk] for one in point.commitments.all() if one.pk in standing))
        for point in points
    ]


def commitments_for(pairing: Pairing) -> QuerySet[Commitment]:
    """What may hang under a key point: the commitments of a pairing that were signed, newest first."""
    found = Commitment.objects.filter(pairing=pairing).exclude(agreement__stage=rules.AgreementStage.DRAFT)
    return found.order_by("-starts_on", "rank", "code")


def years_with_focus(pairing: Pairing) -> list[int]:
    """The years that have key points, latest first."""
    found = FocusPoint.objects.filter(pairing=pairing).order_by("-year").values_list("year", flat=True)
    return list(dict.fromkeys(found))


def focus_point_of(member: Member | None, pk: int) -> FocusPoint:
    """One key point.

    Raises
    ------
    NotFound
        ``pairing.no_focus_point``
    """
    found = FocusPoint.objects.filter(pk=pk).select_related("pairing__zone", "resolution__meeting").first()
    if found is None or found.pairing_id not in zone_reach(member, found.pairing):
        raise NotFound(
            "pairing.no_focus_point",
            gettext_noop(
                "There is no such key point that you may see. Look for it in the focus of its year."
            ),
        )
    return found


def commitments_named(codes: Iterable[str], pairing: Pairing) -> list[Commitment]:
    """Commitments of a pairing and those nested in it, by code.

    Raises
    ------
    NotFound
        ``pairing.no_commitment_here``
    """
    wanted = list(dict.fromkeys(code.strip() for code in codes if code.strip()))
    found = {
        one.code: one
        for one in Commitment.objects.filter(code__in=wanted, pairing_id__in=zone_reach(None, pairing))
    }
    missing = [code for code in wanted if code not in found]
    if missing:
        raise NotFound(
            "pairing.no_commitment_here",
            gettext_noop(
                "Pairing {pairing} has no commitment {commitment}. Correct the code; the list of commitments has it."
            ),
            pairing=pairing.code,
            commitment=missing[0],
            field="commitments",
        )
    return [found[code] for code in wanted]


def focus_as_plain(point: Point) -> dict[str, Any]:
    """A key point for programs."""
    one = point.focus
    return {
        "id": one.pk,
        "pairing": one.pairing.code,
        "year": one.year,
        "order": one.order,
        "text_zh": one.text_zh,
        "text_en": one.text_en,
        "resolution": one.resolution.number if one.resolution else None,
        "standing": one.standing,
        "version": one.version,
        "commitments": [
            {name: as_plain(progress)[name] for name in ("commitment", "name_zh", "name_en", "status")}
            for progress in point.found
        ],
    }
