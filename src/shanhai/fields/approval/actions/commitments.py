"""Writes of commitment letters: given before the decision, to be verified after it, kept, put right or revoked."""

from __future__ import annotations

from datetime import date
from typing import Any

from shanhai.core import access, clock, journal, notices, rows, work
from shanhai.core.calendar import calendar
from shanhai.core.models import Document, Member
from shanhai.core.writing import action
from shanhai.fields.approval.actions import case_shared as shared
from shanhai.fields.approval.actions.filing import drop
from shanhai.fields.approval.models import Case, CaseItem, CommitmentLetter
from shanhai.fields.approval.queries import cases as queries
from shanhai.fields.approval.queries import commitments
from shanhai.fields.approval.rules import cases as case_rules
from shanhai.fields.approval.rules import clock as clocks
from shanhai.fields.approval.rules import commitments as rules
from shanhai.fields.office.queries.shared import people_of
from shanhai.kernel.refusals import NotAllowed, NotNow, gettext_noop

Stage, State = case_rules.CaseStage, rules.LetterState
VERIFY = "approval.verify"
_ENDED = (case_rules.State.DECIDED, case_rules.State.DROPPED)


@action
def give_letter(
    item: CaseItem, *, text: str, evidence: str = "", document: Document | None = None, by: Member | None
) -> CommitmentLetter:
    """Give a commitment letter for an item, before it is decided; once decided on it is verified.

    It covers what the applicant has promised of the item's materials: the decision does not wait for them, and they are
    there when the letter is verified.

    Parameters
    ----------
    text
        What is promised: it is what will be verified.
    document, evidence
        The signed letter: filed here, or its number.
    """
    case = item.case
    shared.check_access(by, "give_letter", case)
    queries.check_applicant(case, by)
    rules.check_give(item.name_zh, item.levers, item.state in _ENDED, text)
    if CommitmentLetter.objects.filter(item=item).exists():
        raise NotNow(
            "approval.letter_there",
            gettext_noop("A commitment letter for {item} is there already. Look at the case again."),
            item=item.name_zh,
        )
    shared.hang(case, document, by=by)
    covers = [one.code for one in commitments.promised_of(item)]
    letter = CommitmentLetter.objects.create(
        item=item, text=text.strip()[:1000], evidence=evidence.strip()[:200], document=document, covers=covers,
        given_on=clock.today(), giver=by, unit_id=item.unit_id,
    )  # fmt: skip
    if covers:
        rows.move(item, left_papers=item.left_papers - len(covers))
    journal.record(
        letter, "approval.give_letter", by=by, pairing_id=case.pairing_id, case=case.number, item=item.code,
        text=letter.text, covers=covers,
    )  # fmt: skip
    return letter


def uncover(letter: CommitmentLetter) -> None:
    """A letter goes again before anybody decided on it: its item waits for what it covered. Called within an undo."""
    missing = commitments.missing_of(letter)
    if missing:
        rows.move(letter.item, left_papers=letter.item.left_papers + len(missing))


def begin(item: CaseItem, today: date, *, by: Member | None) -> None:
    """An item was approved: where it was on a letter, its verification begins. Called within the decision."""
    letter = CommitmentLetter.objects.filter(item=item, state=State.GIVEN).first()
    if letter is None:
        return
    letter.item = item
    due = calendar().add(today, queries.figure(item.case, "verify_days"))
    rows.move(letter, state=State.DUE, due_on=due)
    journal.record(
        letter, "approval.verify_letter", by=by, pairing_id=item.case.pairing_id, event="due", due_on=due
    )
    ask_to_verify(letter, by)


def take_back(item: CaseItem, *, by: Member | None) -> None:
    """An approval was recalled: its letter waits for the next decision. Called within the recall."""
    letter = CommitmentLetter.objects.filter(item=item, state=State.DUE).first()
    if letter is not None:
        rows.move(letter, state=State.GIVEN, due_on=None)
        journal.record(
            letter, "approval.verify_letter", by=by, pairing_id=item.case.pairing_id, event="recalled"
        )
        work.drop(VERIFY, letter, by=by)


def ask_to_verify(letter: CommitmentLetter, by: Member | None) -> None:
    """Put a letter on the list of the unit that decided on it."""
    item = letter.item
    what = {
        State.BROKEN: gettext_noop("Say what follows from the broken promise for {item} of {number} {title}"),
        State.MENDING: gettext_noop("Verify that it is put right: {item} of {number} {title}"),
    }.get(State(letter.state), gettext_noop("Verify the commitment letter for {item} of {number} {title}"))
    day = letter.mend_until or letter.due_on
    facts = shared.facts_of(item.case, item)
    work.open_item(VERIFY, letter, letter.unit_id, what, facts, item.address, day, by=by)


@action
def verify_letter(
    letter: CommitmentLetter,
    *,
    result: str,
    reasons: str = "",
    mend_until: date | None = None,
    by: Member | None,
) -> CommitmentLetter:
    """Write down what the verification found: kept; not kept; to be put right by a day; the approval revoked.

    Revoking ends a case that is still under review: what waited for the approval is dropped. Of a case that is closed it
    stands on the record, and the applicant and the keeper are told.
    """
    item, case = letter.item, letter.item.case
    shared.check_access(by, "verify_letter", case)
    queries.check_side(case, by)
    if by is not None and by.unit_id != letter.unit_id:
        raise NotAllowed(
            "approval.not_verifier",
            gettext_noop(
                "The commitment letter of {item} is verified by {unit}, which decided on it. Ask them."
            ),
            item=item.name_zh,
            unit=letter.unit.name_zh,
        )
    today = clock.today()
    found = rules.check_result(item.name_zh, letter.state, result, reasons, mend_until, today)
    rules.check_papers(item.name_zh, result, [one.name_zh for one in commitments.missing_of(letter)])
    rows.move(
        letter,
        state=found,
        is_mended=rules.is_mended(letter.state, found),
        verified_on=today,
        reasons=reasons.strip()[:1000],
        mend_until=mend_until if found is State.MENDING else None,
        member=by,
    )
    journal.record(
        letter, "approval.verify_letter", by=by, pairing_id=case.pairing_id, event="verified", result=result,
        reasons=letter.reasons,
    )  # fmt: skip
    if found in rules.OUT:
        ask_to_verify(letter, by)
    else:
        work.done(VERIFY, letter, by=by)
    _follow(letter, found, today, by)
    return letter


_TOLD = {
    State.KEPT: gettext_noop("Verified: the promise for {item} of {number} is kept"),
    State.BROKEN: gettext_noop("The promise for {item} of {number} was found not kept"),
    State.MENDING: gettext_noop("Put right what {item} of {number} {title} was approved on"),
    State.REVOKED: gettext_noop("The approval of {item} of {number} is revoked: the promise was not kept"),
}


def _follow(letter: CommitmentLetter, found: rules.LetterState, today: date, by: Member | None) -> None:
    item, case = letter.item, letter.item.case
    if found is State.MENDING:
        shared.ask_owner(case, _TOLD[found], shared.facts_of(case, item), letter.mend_until, by=by)
    elif found is State.REVOKED and case.stage == Stage.REVIEW:
        _end_case(case, item, today, by)
    shared.tell_owner(case, f"letter:{letter.pk}:{letter.version}", _TOLD[found], item)


def _end_case(case: Case, item: CaseItem, today: date, by: Member | None) -> None:
    """A revoked approval ends a case under review as a refusal does."""
    shared.lock(case, Stage.REVIEW, stage=Stage.REFUSED, closed_on=today)
    case.stage, case.closed_on = Stage.REFUSED, today
    case.version += 1
    others = list(CaseItem.objects.filter(case=case, state__in=("waiting", "open", "stopped")))
    drop(others, today)
    shared.close_work(others, is_done=False, by=by)
    facts: list[dict[str, Any]] = [
        {"event": "closed", "revoked": item.code},
        *({"event": "dropped"} for _one in others),
    ]
    journal.record_many(
        [case, *others], "approval.verify_letter", by=by, pairing_id=case.pairing_id, each=facts
    )


# -- what time does ------------------------------------------------------------------------------------------------


def remind(today: date) -> int:
    """Who verifies is told when most of the days are used and when they are over; applicants of promised materials too."""
    n = 0
    out = CommitmentLetter.objects.filter(state__in=rules.OUT).order_by("due_on", "pk")
    for letter in out.select_related("item__case__project", "item__case__pairing", "unit"):
        n += _remind_of(letter, today)
    for one in commitments.promised_in(Case.objects.filter(stage__in=(Stage.REVIEW, Stage.APPROVED))):
        n += _remind_of_material(one, today)
    return n


def _remind_of(letter: CommitmentLetter, today: date) -> int:
    item, case = letter.item, letter.item.case
    until = letter.mend_until or letter.due_on
    assert until is not None and item.decided_on is not None
    facts = shared.facts_of(case, item) | {"due": str(until)}
    if today > until:
        what = gettext_noop(
            "Past its day, {due}: verify the commitment letter for {item} of {number} {title}"
        )
        people = people_of(letter.unit_id, case.owner_unit_id)
        return _tell(letter, "late", what, facts, people)
    percent = queries.figure(case, "remind_percent", item.decided_on)
    days = queries.figure(case, "verify_days", item.decided_on)
    soon = clocks.reminded_on(item.decided_on, days, [], calendar(), today, percent)
    if letter.mend_until is None and today < soon:
        return 0
    what = gettext_noop("Verify the commitment letter for {item} of {number} {title} by {due}")
    return _tell(letter, "soon", what, facts, people_of(letter.unit_id))


def _tell(letter: CommitmentLetter, key: str, what: str, facts: dict[str, str], people: list[int]) -> int:
    case = letter.item.case
    return notices.tell(
        f"approval.letter:{letter.pk}:{letter.state}:{key}", "approval.item", what, facts, letter.item.address, people,
        case.pairing_id,
    )  # fmt: skip


def _remind_of_material(one: commitments.Promised, today: date) -> int:
    """A promised material is asked for on the last two working days, and once its day is past."""
    case = one.material.case
    if one.until is None or calendar().count(today, one.until) > 2:
        return 0
    key, what = "soon", gettext_noop("Bring {material} of {number} {title}, which was promised, by {due}")
    if one.is_late:
        key, what = "late", gettext_noop("Promised and not there since {due}: {material} of {number} {title}")
    facts = shared.facts_of(case) | {
        "material": one.material.name_zh, "material_en": one.material.name_en or one.material.name_zh,
        "due": str(one.until),
    }  # fmt: skip
    people = people_of(shared.owner_unit(case), case.owner_unit_id)
    return notices.tell(
        f"approval.material:{one.material.pk}:{key}", "approval.case", what, facts, f"{case.url}applicant/", people,
        case.pairing_id,
    )  # fmt: skip


@action
def load_letter(case: Case, given: dict[str, Any], *, by: Member | None) -> int:
    """Write a letter of a zone folder as it stood; gives 0 where the item has one already."""
    access.check(by, "approval.load_letter")
    item = queries.item_of(None, case.number, given.pop("item"))
    if CommitmentLetter.objects.filter(item=item).exists():
        return 0
    letter = CommitmentLetter.objects.create(item=item, unit_id=item.unit_id, **given)
    missing = len(commitments.missing_of(letter))
    if missing and (item.state == case_rules.State.WAITING or item.is_running):
        rows.move(item, left_papers=item.left_papers - missing)
    journal.record(letter, "approval.load_letter", by=by, pairing_id=case.pairing_id)
    if letter.state in rules.OUT:
        ask_to_verify(letter, by)
    return 1
