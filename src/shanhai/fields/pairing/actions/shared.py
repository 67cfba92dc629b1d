"""What the actions of the field share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import models

from shanhai.core import access, clock, search, visibility, work
from shanhai.core.actions import documents as papers
from shanhai.core.actions import sharing
from shanhai.core.models import Attachment, Document, Member, Pairing, Unit, WorkItem
from shanhai.core.visibility import Reach
from shanhai.fields.pairing import rules
from shanhai.fields.pairing.models import Meeting
from shanhai.fields.pairing.queries import figures, offices
from shanhai.kernel.refusals import BadInput, NotAllowed, gettext_noop

# Zone lists ask ``zone_id``; a pairing without one above it is its own zone.


def zone_of(pairing: Pairing) -> int:
    """The topmost pairing above this one, itself where there is none."""
    return pairing.zone_id or pairing.pk


def side_of(by: Member | None, pairing_id: int) -> str | None:
    """The side on which a member acts; None for the system."""
    return None if by is None else access.standing(by).side_in(pairing_id)


def acting_side(by: Member | None, pairing_id: int, side: str = "") -> str:
    """The side that an action counts for: the member's own, or the one that the system names.

    Raises
    ------
    NotAllowed
        The member would act for the other side.
    """
    own = side_of(by, pairing_id)
    if own is None:
        return side
    if side and side != own:
        raise NotAllowed(
            "pairing.for_the_other_side",
            gettext_noop(
                "You sit on the {own} side and cannot do this for the {side} side. Ask a member of "
                "that side to do it."
            ),
            own=rules.Side(own) if own in rules.SIDES else own,
            side=rules.Side(side) if side in rules.SIDES else side,
        )
    return own


def attach(record: models.Model, documents: Sequence[Document], role: str, *, by: Member | None) -> None:
    """Hang papers on a record that both sides read, and so show the papers to both sides."""
    for document in documents:
        _check_paper(document, record.pairing_id, by)  # type: ignore[attr-defined]
        if by is not None and document.reach in (Reach.UNIT, Reach.SIDE, Reach.GUESTS):
            sharing.share_with_other_side(document, by=by)
    papers.hold(documents)
    Attachment.objects.bulk_create(
        (
            Attachment(document=document, kind=record._meta.label_lower, object_id=record.pk, role=role)
            for document in documents
        ),
        ignore_conflicts=True,
    )


def _check_paper(document: Document, pairing_id: int, by: Member | None) -> None:
    """A paper is at hand, and both sides of the record can open it."""
    if document.withdrawn_on is not None or not visibility.can_see(by, document):
        raise BadInput(
            "pairing.paper_not_at_hand",
            gettext_noop("The paper {paper} was withdrawn, or you may not see it. Bring another one."),
            paper=document.title,
        )
    if by is not None and document.pairing_id != pairing_id and not _is_of_zone(document, pairing_id):
        raise BadInput(
            "pairing.paper_of_another",
            gettext_noop(
                "The paper {paper} is not filed in this pairing, so its sides could not open it. File it there, then bring "
                "it again."
            ),
            paper=document.title,
        )


def _is_of_zone(document: Document, pairing_id: int) -> bool:
    """Whether a paper lies in the zone above, which the parties of a nested pairing read too."""
    return Pairing.objects.filter(pk=pairing_id, zone_id=document.pairing_id).exists()


def sees(by: Member | None, record: Any) -> bool:
    """Whether a member sees a record; what both sides see needs no look at its guests."""
    if by is not None and record.reach == Reach.BOTH and side_of(by, record.pairing_id) in rules.SIDES:
        return by.unit.organisation.kind not in visibility.FIRMS or visibility.can_see(by, record)
    return visibility.can_see(by, record)


def papers_on(record: models.Model, role: str) -> int:
    """How many papers of a role hang on a record."""
    return Attachment.objects.filter(
        kind=record._meta.label_lower, object_id=record.pk, role=role, document__withdrawn_on=None
    ).count()


def papers_due(meeting: Meeting, on: date) -> work.WorkingDays:
    """By when the papers of a meeting must be there, by the figures of a day."""
    days = figures.figures_of(None, on)["pairing.meeting.papers_due_days"]
    return work.WorkingDays(clock.local(meeting.at).date(), -days)


def office_of(pairing_id: int, side: str) -> Unit | None:
    """The unit that keeps the pairing on a side."""
    return offices.office_units([pairing_id]).get(pairing_id, {}).get(side)


def unit_on(row: Any, side: str) -> Unit | None:
    """The unit that answers for a commitment or action item on a side, else the side's office."""
    unit = row.mountain_unit if side == "mountain" else row.sea_unit
    return unit or office_of(row.pairing_id, side)


def people_of(*units: Unit | None) -> list[int]:
    """The members of some units."""
    found = offices.people_of([unit.pk for unit in units if unit is not None])
    return [pk for members in found.values() for pk in members]


def finish_work(kind: str, subject: models.Model, unit: Unit, *, by: Member | None) -> int:
    """Close what one unit had to do about a record, while others still have to."""
    return _open_work(kind, [subject]).filter(unit=unit).update(**_closed(WorkItem.Stage.DONE, by))


def drop_work(kind: str, subjects: Iterable[models.Model], *, by: Member | None) -> int:
    """Close what waits for several records of one table, because it need not be done any more."""
    return _open_work(kind, list(subjects)).update(**_closed(WorkItem.Stage.DROPPED, by))


def _open_work(kind: str, subjects: Sequence[models.Model]) -> models.QuerySet[WorkItem]:
    if not subjects:
        return WorkItem.objects.none()
    return WorkItem.objects.filter(
        kind=kind,
        subject_kind=subjects[0]._meta.label_lower,
        subject_id__in=[subject.pk for subject in subjects],
        stage=WorkItem.Stage.OPEN,
    )


def _closed(stage: str, by: Member | None) -> dict[str, Any]:
    return {"stage": stage, "done_at": clock.now(), "done_by": by, "version": models.F("version") + 1}


def make_findable(row: Any, *, code: str, zh: str, en: str, scope: str = "pairing") -> None:
    """Put a record of the field into the search."""
    search.put(
        kind=row._meta.label_lower,
        object_id=row.pk,
        title_zh=zh,
        title_en=en,
        code=code,
        url=row.url,
        pairing_id=row.pairing_id,
        scope=scope,
    )


def checked_number(model: type[models.Model], number: str, name: str = "number") -> str:
    """A number or code that can stand in an address and is free."""
    number = number.strip()
    rules.check_code(number)
    if model._default_manager.filter(**{name: number}).exists():
        raise BadInput(
            "pairing.number_taken",
            gettext_noop("The number {number} is taken. Choose another one."),
            number=number,
            field=name,
        )
    return number


def words(zh: str, en: str, what: str) -> tuple[str, str]:
    """A text in both languages; the Chinese one is what papers carry."""
    zh, en = zh.strip(), en.strip()
    if not zh:
        raise BadInput(
            "pairing.chinese_missing",
            gettext_noop("The Chinese text is missing: {what}. Write it; papers carry the Chinese one."),
            what=what,
            field=what,
        )
    return zh, en
