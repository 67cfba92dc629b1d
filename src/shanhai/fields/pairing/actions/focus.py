"""Writes of the annual focus: key points set, changed, dropped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Max

from shanhai.core import access, journal, rows, search
from shanhai.core.actions import notes
from shanhai.core.actions.naming import differing
from shanhai.core.models import Member, Pairing
from shanhai.core.writing import action
from shanhai.fields.pairing import rules
from shanhai.fields.pairing.actions import shared
from shanhai.fields.pairing.models import Commitment, FocusPoint, Resolution
from shanhai.fields.pairing.queries import finding
from shanhai.kernel.refusals import BadInput, gettext_noop


@action
def set_focus_point(
    pairing: Pairing,
    *,
    year: int,
    order: int | None = None,
    text_zh: str,
    text_en: str = "",
    resolution: Resolution | None = None,
    commitments: Sequence[Commitment] = (),
    source: str = "",
    by: Member | None,
) -> FocusPoint:
    """Set a key point of a year, with the resolution that set it and the commitments under it.

    Parameters
    ----------
    order
        Its place in the year; the last one where left out.
    """
    access.check(by, "pairing.set_focus_point", pairing_id=pairing.pk)
    text_zh, text_en = shared.words(text_zh, text_en, "text_zh")
    of_year = FocusPoint.objects.filter(pairing=pairing, year=year)
    order = order or (of_year.aggregate(last=Max("order"))["last"] or 0) + 1
    rules.check_focus(year, order)
    _check_free(of_year, year, order)
    _check_resolution(pairing.pk, resolution)
    point = FocusPoint.objects.create(
        pairing=pairing,
        zone_id=shared.zone_of(pairing),
        year=year,
        order=order,
        text_zh=text_zh,
        text_en=text_en,
        resolution=resolution,
        source=source.strip(),
    )
    point.commitments.set(commitments)
    search.put_many([finding.of_focus_point(point)])
    journal.record(
        point, "pairing.set_focus_point", by=by, commitments=sorted(one.code for one in commitments)
    )
    return point


@action
def change_focus_point(
    point: FocusPoint,
    *,
    commitments: Sequence[Commitment] | None = None,
    by: Member | None,
    **changes: Any,
) -> FocusPoint:
    """Change the text of a key point, its place, the resolution that set it, or what hangs under it."""
    access.check(by, "pairing.change_focus_point", pairing_id=point.pairing_id)
    changes = differing(point, changes)
    after = {name: changes.get(name, getattr(point, name)) for name in ("order", "text_zh", "text_en")}
    shared.words(after["text_zh"], after["text_en"], "text_zh")
    rules.check_focus(point.year, after["order"])
    of_year = FocusPoint.objects.filter(pairing_id=point.pairing_id, year=point.year).exclude(pk=point.pk)
    _check_free(of_year, point.year, after["order"])
    _check_resolution(point.pairing_id, changes.get("resolution"))
    under = set(point.commitments.values_list("code", flat=True))
    is_moved = commitments is not None and under != {one.code for one in commitments}
    if not changes and not is_moved:
        return point
    rows.move(point, **changes)
    search.put_many([finding.of_focus_point(point)])
    if commitments is not None:
        point.commitments.set(commitments)
        under = {one.code for one in commitments}
    journal.record(point, "pairing.change_focus_point", by=by, commitments=sorted(under))
    return point


@action
def drop_focus_point(point: FocusPoint, *, by: Member | None) -> None:
    """Take a key point out of its year; the commitments stand as they were signed."""
    access.check(by, "pairing.drop_focus_point", pairing_id=point.pairing_id)
    journal.record(point, "pairing.drop_focus_point", by=by, is_gone=True)
    search.drop("pairing.focuspoint", point.pk)
    notes.end_thread(point, by=by)
    point.delete()


def _check_free(of_year: Any, year: int, order: int) -> None:
    if of_year.filter(order=order).exists():
        raise BadInput(
            "pairing.focus_place_taken",
            gettext_noop(
                "Place {order} of the focus of {year} is taken. Choose another one, or leave it out."
            ),
            year=year,
            order=order,
            field="order",
        )


def _check_resolution(pairing_id: int, resolution: Resolution | None) -> None:
    if resolution is not None and resolution.pairing_id != pairing_id:
        raise BadInput(
            "pairing.focus_resolution",
            gettext_noop(
                "Resolution {number} was not made by a joint meeting of this pairing. Choose one of its own."
            ),
            number=resolution.number,
            field="resolution",
        )
