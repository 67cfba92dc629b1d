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
from shanhai.webkit.remember import mark_at, remembered


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
    """How many letters the reader's unit has to verify; stands in the menu, and is counted once until the journal moves on."""
    unit = request.member.unit_id
    rows = CommitmentLetter.objects.filter(unit_id=unit, state__in=rules.OUT)
    return remembered(
        "approval.letters_out", (unit,), lambda: rows[:100].count(), mark_at(request), "readers"
    )


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
    """A material that the applicant promised, and until when: the first due day of the open items that need it.

    Where a commitment letter covers it, its item does not count, and it is there when the letter is verified.
    """

    material: Material
    until: date | None
    letter: CommitmentLetter | None = None  # that covers it, so that no decision waits for it

    @property
    def is_late(self) -> bool:
        """Whether its day is past."""
        return self.until is not None and self.until < clock.today()


def covering(material: Material, letters: Iterable[CommitmentLetter]) -> list[CommitmentLetter]:
    """The letters of a case that cover a material."""
    return [one for one in letters if material.code in one.covers]


def missing_of(letter: CommitmentLetter) -> list[Material]:
    """The materials that a letter covers and that are not there (one statement)."""
    rows = Material.objects.filter(case=letter.item.case_id, code__in=letter.covers, n_versions=0)
    return list(rows.order_by("place"))


def promised_of(item: CaseItem) -> list[Material]:
    """The materials that an item asks for, that are promised and not there (one statement)."""
    rows = Material.objects.filter(case=item.case_id, is_promised=True, n_versions=0).order_by("place")
    found = list(rows)
    codes = rules.covered([(one.code, one.asked_by) for one in found], item.code)
    return [one for one in found if one.code in codes]


def day_of(
    material: Material, items: Iterable[CaseItem], letters: Iterable[CommitmentLetter] = ()
) -> date | None:
    """Until when a promised material is brought; None while neither an open item nor a verification needs it."""
    own = covering(material, letters)
    free = {one.item_id for one in own}
    needs = [one for one in items if one.is_running and one.code in material.asked_by and one.pk not in free]
    days = [one.due_on for one in needs if one.due_on]
    days += [day for one in own if one.state in rules.OUT and (day := one.mend_until or one.due_on)]
    return min(days, default=None)


def promised_in(rows: QuerySet[Case]) -> list[Promised]:
    """The materials of cases that are promised and not there, the first to be brought first (three statements).

    Of cases that are approved those count that a letter covers which is still to be verified.
    """
    out = Q(case__stage=case_rules.CaseStage.APPROVED, case__items__letter__state__in=rules.OUT)
    found = Material.objects.filter(
        Q(case__stage=case_rules.CaseStage.REVIEW) | out,
        is_promised=True,
        n_versions=0,
        case__in=rows.order_by().values("pk"),
    ).select_related("case__project", "case__enterprise", "case__owner_unit", "case__pairing")
    materials = list(found.order_by("pk").distinct())
    keys = {one.case_id for one in materials}
    items: dict[int, list[CaseItem]] = {}
    for item in CaseItem.objects.filter(case__in=keys, state__in=case_rules.RUNNING):
        items.setdefault(item.case_id, []).append(item)
    letters: dict[int, list[CommitmentLetter]] = {}
    for letter in CommitmentLetter.objects.filter(item__case__in=keys).select_related("item"):
        letters.setdefault(letter.item.case_id, []).append(letter)
    made = [_promised(one, items.get(one.case_id, ()), letters.get(one.case_id, ())) for one in materials]
    return sorted(
        (one for one in made if one is not None), key=lambda one: (one.until or date.max, one.material.pk)
    )


def _promised(
    material: Material, items: Iterable[CaseItem], letters: Iterable[CommitmentLetter]
) -> Promised | None:
    own = covering(material, letters)
    until = day_of(material, items, own)
    if until is None and material.case.stage != case_rules.CaseStage.REVIEW:
        return None
    return Promised(material, until, own[0] if own else None)
