"""Reads of what was let pass on a promise: commitment letters to verify, and materials that come later."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from shanhai.core import clock
from shanhai.core.models import Member, Pairing
from shanhai.fields.approval.models import Case, CaseItem, CommitmentLetter, Material
from shanhai.fields.approval.queries import cases
from shanhai.fields.approval.rules import cases as case_rules
from shanhai.fields.approval.rules import commitments as rules
from shanhai.kernel.refusals import NotFound, gettext_noop


def letters_of(member: Member | None, pairing: Pairing) -> QuerySet[CommitmentLetter]:
    """The letters on cases of a pairing that a member sees; sort by ``given_on``."""
    seen = cases.cases_of(member, pairing).order_by().values("pk")
    return CommitmentLetter.objects.filter(item__case__in=seen).select_related(
        "item__case__project", "item__case__enterprise", "unit__organisation"
    )


def outstanding(rows: QuerySet[CommitmentLetter]) -> QuerySet[CommitmentLetter]:
    """Of letters those that wait for a verification."""
    return rows.filter(state__in=rules.OUT)


def late(rows: QuerySet[CommitmentLetter]) -> QuerySet[CommitmentLetter]:
    """Of letters those whose day is past: of the verification, or of what is to be put right."""
    today = clock.today()
    return outstanding(rows).filter(Q(mend_until__lt=today) | Q(mend_until=None, due_on__lt=today))


def waiting(request: Any) -> int:
    """How many letters the reader's unit has to verify; stands in the menu."""
    rows = CommitmentLetter.objects.filter(unit_id=request.member.unit_id, state__in=rules.OUT)
    return rows[:100].count()


def letter_of(member: Member | None, number: str, code: str) -> CommitmentLetter:
    """The letter of an item, for those who see its case.

    Raises
    ------
    NotFound
        ``approval.no_commitment_letter``
    """
    item = cases.item_of(member, number, code)
    found = CommitmentLetter.objects.filter(item=item).select_related("unit__organisation").first()
    if found is None:
        raise NotFound(
            "approval.no_commitment_letter",
            gettext_noop("{item} of case {number} has no commitment letter. Look at the case again."),
            item=item.name_zh,
            number=number[:40],
        )
    found.item = item
    return found


def of_case(case: Case) -> dict[int, CommitmentLetter]:
    """The letters of a case, by key of the item (one statement)."""
    rows = CommitmentLetter.objects.filter(item__case=case).select_related("document")
    return {one.item_id: one for one in rows}


# -- materials that come later -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Promised:
    """A material that the applicant promised, and until when: the first due day of the open items that need it."""

    material: Material
    until: date | None

    @property
    def is_late(self) -> bool:
        """Whether its day is past."""
        return self.until is not None and self.until < clock.today()


def day_of(material: Material, items: Iterable[CaseItem]) -> date | None:
    """Until when a promised material is brought: the first due day of open items that need it; None while none is open."""
    days = [one.due_on for one in items if one.is_running and one.code in material.asked_by and one.due_on]
    return min(days, default=None)


def promised_in(rows: QuerySet[Case]) -> list[Promised]:
    """The materials of cases under review that are promised and not there, the first to be brought first (two statements)."""
    found = Material.objects.filter(
        is_promised=True,
        n_versions=0,
        case__stage=case_rules.Stage.REVIEW,
        case__in=rows.order_by().values("pk"),
    ).select_related("case__project", "case__enterprise", "case__owner_unit", "case__pairing")
    materials = list(found.order_by("pk"))
    items: dict[int, list[CaseItem]] = {}
    running = CaseItem.objects.filter(
        case__in={one.case_id for one in materials}, state__in=case_rules.RUNNING
    )
    for item in running:
        items.setdefault(item.case_id, []).append(item)
    made = [Promised(one, day_of(one, items.get(one.case_id, ()))) for one in materials]
    return sorted(made, key=lambda one: (one.until or date.max, one.material.pk))
