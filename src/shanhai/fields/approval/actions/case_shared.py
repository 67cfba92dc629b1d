"""What the writes of cases share: what waits for whom, with its words; how a case and its items are locked and closed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import Case as When_
from django.db.models import Value, When

from shanhai.core import access, notices, work
from shanhai.core.actions import sharing
from shanhai.core.calendar import calendar
from shanhai.core.db import prepared
from shanhai.core.models import Document, Member, Unit, WorkItem
from shanhai.fields.approval.models import Case, CaseItem, Opinion
from shanhai.fields.approval.queries import cases as queries
from shanhai.fields.approval.rules import cases as rules
from shanhai.fields.approval.rules import clock as clocks
from shanhai.fields.approval.rules.replies import Role
from shanhai.fields.office.actions import papers
from shanhai.fields.office.queries.shared import people_of
from shanhai.kernel.refusals import NotNow, gettext_noop

State = rules.State
DECIDE, OPINION, ADVICE = "approval.decide", "approval.opinion", "approval.advice"
ACCEPT, OWNER = "approval.accept", "approval.owner"
ITEM, ASKED, FILE = "approval.caseitem", "approval.opinion", "approval.case"

_STEP_WORDS = {
    "handle": gettext_noop("Decide on {item} of {number} {title}"),
    "check": gettext_noop("Check the decision on {item} of {number} {title}"),
    "sign": gettext_noop("Sign the decision on {item} of {number} {title}"),
}
_OPINION_WORDS = {
    "handle": gettext_noop("Give an opinion on {item} of {number} {title}"),
    "check": gettext_noop("Check the opinion on {item} of {number} {title}"),
    "sign": gettext_noop("Sign the opinion on {item} of {number} {title}"),
}
_ADVICE = gettext_noop("Advise on {item} of {number} {title}, if you wish")


def facts_of(case: Case, item: CaseItem | None = None) -> dict[str, str]:
    """What work items and notices name."""
    found = {"number": case.number, "title": case.title_zh, "title_en": case.title_en or case.title_zh}
    if item is not None:
        found |= {"item": item.name_zh, "item_en": item.name_en or item.name_zh}
    return found


def words_of(asked: CaseItem | Opinion) -> tuple[str, str]:
    """The kind of work and its sentence, at the step where it is."""
    if isinstance(asked, CaseItem):
        return DECIDE, _STEP_WORDS[asked.step]
    return (ADVICE, _ADVICE) if asked.role == Role.ADVISE else (OPINION, _OPINION_WORDS[asked.step])


def ask_again(asked: CaseItem | Opinion, item: CaseItem, *, by: Member | None) -> None:
    """Put what a unit is asked on its list, with the words of the step where it is."""
    kind, what = words_of(asked)
    due = item.due_on if asked is item else item.co_due_on
    work.open_item(kind, asked, asked.unit_id, what, facts_of(item.case, item), item.address, due, by=by)


def ask_for(items: Iterable[CaseItem], *, by: Member | None) -> None:
    """Put items that have just opened on the lists of all whom they ask, in one statement."""
    made: list[WorkItem] = []
    for item in items:
        facts = facts_of(item.case, item)
        kind, what = words_of(item)
        made.append(work.new_item(kind, item, item.unit_id, what, facts, item.address, item.due_on, by=by))
        for key, unit, role in item.asks:
            opinion = Opinion(pk=key, item=item, role=role, unit_id=unit)
            kind, what = words_of(opinion)
            made.append(work.new_item(kind, opinion, unit, what, facts, item.address, item.co_due_on, by=by))
    work.open_many(made)


def close_work(items: Iterable[CaseItem], *, is_done: bool, by: Member | None) -> None:
    """Close all that waits for items: their decisions and the opinions on them."""
    items = list(items)
    asked = [key for item in items for key, _unit, _role in item.asks]
    work.close_many({ITEM: [item.pk for item in items], ASKED: asked}, is_done=is_done, by=by)


def lock(case: Case, *stages: rules.CaseStage, **changes: Any) -> None:
    """Move the row of a case first, so that what follows is done by one at a time for one file."""
    where = {"pk": case.pk, "stage__in": [str(one) for one in stages]}
    if not prepared.update(Case, where, version=prepared.Plus(1), **changes):
        raise NotNow(
            "approval.case_moved",
            gettext_noop("Case {number} has come to another stage meanwhile. Look at it again."),
            number=case.number,
        )


def days_by(values: Iterable[int], today: date) -> Any:
    """The day that many working days after today, by number of days: an expression over ``promised_days``."""
    whens = [When(promised_days=n, then=Value(calendar().add(today, n))) for n in sorted(set(values))]
    return When_(*whens, default=Value(today))


def co_days_by(values: Iterable[int], today: date) -> Any:
    """The same over ``co_days``."""
    whens = [When(co_days=n, then=Value(calendar().add(today, n))) for n in sorted(set(values))]
    return When_(*whens, default=Value(today))


def due_again(
    item: CaseItem, halts: Sequence[clocks.Halt], as_of: date, by_calendar: Any = None
) -> dict[str, date]:
    """The due days of an open item by what stood still and a calendar."""
    assert item.opens_on is not None
    at = by_calendar or calendar()
    return {
        "due_on": clocks.due_on(item.opens_on, item.limit_days, halts, at, as_of),
        "co_due_on": clocks.due_on(item.opens_on, item.co_days, halts, at, as_of),
    }


def owner_unit(case: Case) -> Unit | None:
    """The unit of the enterprise that has work put on its list; None where it has none here."""
    return Unit.objects.filter(organisation_id=case.enterprise_id, is_active=True).order_by("code").first()


def ask_owner(
    case: Case, what: str, facts: dict[str, str], due_on: date | None, *, by: Member | None
) -> None:
    """Put on the list of the enterprise what it owes; of the unit that keeps the file where it has no list here."""
    unit = owner_unit(case) or case.owner_unit
    if unit is not None:
        work.open_item(OWNER, case, unit, what, facts, f"{case.url}applicant/", due_on, by=by)


def tell_owner(case: Case, key: str, what: str, item: CaseItem | None = None) -> None:
    """Tell the people of the enterprise, and of the unit that keeps the file."""
    people = people_of(owner_unit(case), case.owner_unit_id)
    notices.tell(
        f"approval.case:{case.pk}:{key}",
        "approval.case",
        what,
        facts_of(case, item),
        f"{case.url}applicant/",
        people,
        case.pairing_id,
    )


def hang(case: Case, document: Document | None, *, to_owner: bool = True, by: Member | None) -> None:
    """Hang a paper on a case, where both sides read it, and the enterprise too unless it is between departments."""
    if document is None:
        return
    papers.hang(case, [document], is_shared=True, by=by)
    organisation = by.unit.organisation_id if by is not None else None
    is_own = document.owner_unit is not None and document.owner_unit.organisation_id == organisation
    if to_owner and is_own and organisation != case.enterprise_id:
        sharing.share_with_guest(document, case.enterprise, by=by)


def check_access(by: Member | None, name: str, case: Case) -> None:
    """Ask the access table for an action on a case."""
    access.check(by, f"approval.{name}", pairing_id=case.pairing_id)


def halts_of(item: CaseItem) -> list[clocks.Halt]:
    """What stood still so far (one statement)."""
    return [one.halt for one in queries.Stop.objects.filter(item=item).order_by("pk")]
