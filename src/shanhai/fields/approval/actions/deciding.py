"""Writes of decisions: passed up the unit's ladder, taken, handed on to the items that waited, recalled.

The last step costs at most ten statements, whatever the size of the file: permission, rule, clock, journal, the join and
the items that open (tests/fields/approval/test_cases.py counts them). So an item carries what waits for it and whom it
asks, and the letters to the applicant are read from what happened and are no rows of their own.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from django.db.models import Case as When_
from django.db.models import F, Value, When

from shanhai.core import clock, journal, rows
from shanhai.core.calendar import calendar
from shanhai.core.db import prepared
from shanhai.core.models import Document, Member
from shanhai.core.writing import action
from shanhai.fields.approval.actions import case_shared as shared
from shanhai.fields.approval.actions import commitments, projects, stopping
from shanhai.fields.approval.actions.filing import drop
from shanhai.fields.approval.actions.opening import open_one
from shanhai.fields.approval.models import Case, CaseItem
from shanhai.fields.approval.queries import cases as queries
from shanhai.fields.approval.rules import cases as rules
from shanhai.fields.approval.rules import certificates, replies
from shanhai.fields.approval.rules import clock as clocks
from shanhai.fields.approval.rules import commitments as letter_rules
from shanhai.fields.approval.rules.certificates import Certificate
from shanhai.fields.approval.rules.replies import Decision
from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop

Stage, State = rules.CaseStage, rules.State


@action
def decide_item(
    item: CaseItem,
    *,
    decision: str,
    reasons: str = "",
    document: Document | None = None,
    certificate: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
    relies: str = "",
    by: Member | None,
) -> CaseItem:
    """Decide on an item, or pass the decision on to the next step of the unit; it takes effect with the last one.

    Approving opens, in the same transaction, every item that waited for this one last. Refusing ends the case. Over a
    disagreement of a co-reviewing department the lead approves with reasons only.

    Parameters
    ----------
    document
        The scan of a decision on paper, which the unit that keeps the case writes down for a department that is not here.
    certificate, valid_from, valid_to
        The number of the result and the days for which it holds; days that are left out follow from the decision and the
        catalogue. The items that waited for this one show it.
    relies
        Why it is approved although a certificate that it rests on has run out; what a lower step wrote stands until it is
        said anew.
    """
    case = item.case
    shared.check_access(by, "decide_item", case)
    queries.check_hand(item, case, by)
    rules.check_state(item.name_zh, item.state, State.OPEN)
    found = replies.check_decision(item.name_zh, decision, reasons, item.left_opinions, item.disagreed)
    _check_papers(item, found)
    _check_scan(item, document, by)
    given = certificates.check_certificate(
        item.name_zh, found, Certificate(certificate, valid_from, valid_to)
    )
    relied = certificates.check_rests(
        item.name_zh, found, item.rests_to, relies or item.relies, clock.today()
    )
    reasons = reasons.strip()[:1000]
    if not item.is_last_step and by is not None:
        return _pass_on(item, found, reasons, given, relied, by)
    shared.hang(case, document, by=by)
    if given.number:
        given = certificates.in_force(given, clock.today(), queries.valid_months(item))
    _write(item, given)
    item.relies = relied
    return settle(item, found, reasons, document, clock.today(), by=by)


def settle(
    item: CaseItem,
    found: Decision,
    reasons: str,
    document: Document | None,
    today: date,
    *,
    by: Member | None,
    **more: Any,
) -> CaseItem:
    """Let a decision take effect on a day: the join, the items that open, the end of the case, the journal."""
    case = item.case
    if found is Decision.REFUSED:
        return _refuse(case, item, reasons, document, today, by, more)
    shared.lock(case, Stage.REVIEW, open_items=prepared.Plus(-1))
    _end(item, found, reasons, document, today, by)
    if letter_rules.LEVER in item.levers:
        commitments.begin(item, today, by=by)
    moved: list[Any] = [item]
    told = {"event": "decided", "decision": str(found), "reasons": reasons}
    if item.certificate:
        told["certificate"] = item.certificate
    if item.relies:
        told["relies"] = item.relies
    facts: list[dict[str, Any]] = [told | more]
    opened = _open_next(case, item, today)
    for one in opened:
        moved.append(one)
        facts.append({"event": "opened" if one.state == State.OPEN else "nearer"})
    if not item.then and _close(case, today):
        moved.append(case)
        facts.append({"event": "closed"})
        projects.follow(case)
    else:
        projects.follow_item(case, item, opened)
    shared.close_work([item], is_done=True, by=by)
    shared.ask_for([one for one in opened if one.state == State.OPEN], by=by)
    journal.record_many(moved, "approval.decide_item", by=by, pairing_id=case.pairing_id, each=facts)
    for one in opened:
        if one.state == State.OPEN:
            stopping.wait_for_services(one, today, by=by)
    return item


def _check_papers(item: CaseItem, found: Decision) -> None:
    if item.left_papers and found is Decision.APPROVED:
        raise NotNow(
            "approval.papers_promised",
            gettext_noop(
                "{item} waits for {n} materials that the applicant promised to bring. Approve it when they are there."
            ),
            item=item.name_zh,
            n=item.left_papers,
        )


def _check_scan(item: CaseItem, document: Document | None, by: Member | None) -> None:
    if item.is_absent and document is None and by is not None:
        raise BadInput(
            "approval.scan_missing",
            gettext_noop(
                "{department} is not here, so its decision is written down from a paper. Attach the scan."
            ),
            department=item.department_zh,
            field="document",
        )


def _write(item: CaseItem, given: Certificate) -> None:
    """Put a certificate into the row in hand; it is written with the move that takes the decision."""
    item.certificate, item.valid_from, item.valid_to = given.number, given.valid_from, given.valid_to


def _pass_on(
    item: CaseItem, found: Decision, reasons: str, given: Certificate, relied: str, by: Member
) -> CaseItem:
    here = item.step
    following = item.ladder[item.ladder.index(here) + 1]
    rows.move(item, step=following, draft=found, draft_reasons=reasons, certificate=given.number,
              valid_from=given.valid_from, valid_to=given.valid_to, relies=relied)  # fmt: skip
    journal.record(item, "approval.pass_on", by=by, pairing_id=item.case.pairing_id,
                   event="passed", step=here, decision=str(found), reasons=reasons)  # fmt: skip
    shared.ask_again(item, item, by=by)
    return item


@action
def return_decision(item: CaseItem, *, word: str, by: Member | None) -> CaseItem:
    """Return a decision to the step below, with a word that says why; the clock runs on.

    Those of the step below may fetch it back themselves, as long as the step above has not passed it on.
    """
    case = item.case
    shared.check_access(by, "return_decision", case)
    queries.check_hand_or_below(item, case, by)
    rules.check_state(item.name_zh, item.state, State.OPEN)
    here = item.ladder.index(item.step)
    check_return(item.name_zh, here, word)
    rows.move(item, step=item.ladder[here - 1])
    journal.record(item, "approval.return_decision", by=by, pairing_id=case.pairing_id,
                   event="returned", word=word.strip()[:300])  # fmt: skip
    shared.ask_again(item, item, by=by)
    return item


def check_return(item: str, here: int, word: str) -> None:
    """A paper goes back to a step below, and a word says why."""
    if here == 0:
        raise NotNow(
            "approval.lowest_step",
            gettext_noop("{item} is on the lowest step of the unit. Correct it there, then pass it on."),
            item=item,
        )
    if not word.strip():
        raise BadInput(
            "approval.no_word",
            gettext_noop("Say in a word why {item} goes back, so that it can be put right."),
            item=item,
            field="word",
        )


def _end(
    item: CaseItem, found: Decision, reasons: str, document: Document | None, today: date, by: Member | None
) -> None:
    assert item.opens_on is not None
    used = calendar().count(item.opens_on, today) - item.owner_days - item.granted_days
    rows.move(
        item,
        state=State.DECIDED,
        decision=found,
        reasons=reasons,
        decided_on=today,
        member=by,
        document=document,
        government_days=max(0, used),
        draft="",
        draft_reasons="",
        certificate=item.certificate,
        valid_from=item.valid_from,
        valid_to=item.valid_to,
        relies=item.relies,
    )


def _open_next(case: Case, item: CaseItem, today: date) -> list[CaseItem]:
    """Take one from each item that waits for this one; those that waited for nothing else open (three statements at most).

    The row of the case is held, so nobody else takes from them meanwhile.
    """
    if not item.then:
        return []
    codes = [code for code, _n, _co in item.then]
    found = prepared.rows(CaseItem, {"case": case.pk, "code__in": codes}, "place")
    waiting = [one for one in found if one.state == State.WAITING and one.left_before > 0]
    opening = [one for one in waiting if one.left_before == 1]
    for one in waiting:
        one.left_before -= 1
        one.version += 1
    for one in opening:
        open_one(one, today)
    _write_waiting(waiting, opening, today)
    _rest_on(item, waiting)
    for one in found:
        one.case = case
    return found


def _rest_on(item: CaseItem, waiting: list[CaseItem]) -> None:
    """What waited rests on the certificate of an item from now on; one statement, where it runs out first of all."""
    end = item.valid_to if item.certificate else None
    sooner = [one for one in waiting if end is not None and (one.rests_to is None or one.rests_to > end)]
    for one in sooner:
        one.rests_to = end
    if sooner:
        prepared.update(CaseItem, {"pk__in": [one.pk for one in sooner]}, rests_to=end)


def _write_waiting(waiting: list[CaseItem], opening: list[CaseItem], today: date) -> None:
    """One statement: built once where all come nearer, or all open with the same days; else for these."""
    which = {"pk__in": [one.pk for one in waiting]}
    if not waiting:
        return
    if not opening:
        prepared.update(CaseItem, which, left_before=prepared.Plus(-1), version=prepared.Plus(1))
        return
    first = opening[0]
    if len(opening) == len(waiting) and len({(one.promised_days, one.co_days) for one in opening}) == 1:
        prepared.update(
            CaseItem,
            which,
            left_before=0,
            version=prepared.Plus(1),
            state=str(first.state),
            opens_on=first.opens_on,
            due_on=first.due_on,
            co_due_on=first.co_due_on,
        )
        return
    opens = When(left_before=1, then=Value(today))
    due = shared.days_by((one.promised_days for one in opening), today)
    co_due = shared.co_days_by((one.co_days for one in opening), today)
    CaseItem.objects.filter(**which).update(
        left_before=F("left_before") - 1,
        version=F("version") + 1,
        state=When_(When(left_before=1, then=Value(State.OPEN)), default=F("state")),
        opens_on=When_(opens, default=F("opens_on")),
        due_on=When_(When(left_before=1, then=due), default=F("due_on")),
        co_due_on=When_(When(left_before=1, then=co_due), default=F("co_due_on")),
    )


def _close(case: Case, today: date) -> bool:
    """Close a case whose last item is decided, with its three clocks."""
    items = prepared.rows(CaseItem, {"case": case.pk}, "place")
    if any(one.state != State.DECIDED for one in items):
        return False
    assert case.accepted_on is not None
    halts: dict[int, list[clocks.Halt]] = defaultdict(list)
    for stop in prepared.rows(queries.Stop, {"item__in": [one.pk for one in items]}, "pk"):
        halts[stop.item_id].append(stop.halt)
    runs = [clocks.Run(one.opens_on or today, one.decided_on, tuple(halts[one.pk])) for one in items]
    found = clocks.case_counts(runs, case.accepted_on, today, calendar())
    end(case, Stage.APPROVED, today, found)
    return True


def end(case: Case, stage: rules.CaseStage, today: date, found: Any) -> None:
    """Write down how a case ended; its row was moved before in this transaction."""
    told = {"stage": stage, "closed_on": today}
    if found is not None:
        told |= {
            "calendar_days": found.calendar,
            "government_days": found.government,
            "owner_days": found.owner,
        }
    prepared.update(Case, {"pk": case.pk}, **told)
    for name, value in told.items():
        setattr(case, name, value)


def _refuse(
    case: Case,
    item: CaseItem,
    reasons: str,
    document: Document | None,
    today: date,
    by: Member | None,
    more: dict[str, Any],
) -> CaseItem:
    """A refusal ends the case: what waits or is open elsewhere is dropped."""
    shared.lock(case, Stage.REVIEW, stage=Stage.REFUSED, closed_on=today, open_items=prepared.Plus(-1))
    case.stage, case.closed_on = Stage.REFUSED, today
    _end(item, Decision.REFUSED, reasons, document, today, by)
    others = list(CaseItem.objects.filter(case=case, state__in=(State.WAITING, State.OPEN, State.STOPPED)))
    drop(others, today)
    shared.close_work([item, *others], is_done=True, by=by)
    facts: list[dict[str, Any]] = [{"event": "decided", "decision": "refused", "reasons": reasons} | more]
    facts.append({"event": "closed"})
    facts += [{"event": "dropped"}] * len(others)
    journal.record_many(
        [item, case, *others], "approval.decide_item", by=by, pairing_id=case.pairing_id, each=facts
    )
    projects.follow(case)
    return item


@action
def recall_decision(item: CaseItem, *, reason: str, by: Member | None) -> CaseItem:
    """Recall an approval, as long as no later item has used it: those that it opened wait again.

    Used it has whoever replied, passed a step, or stopped the clock of an item that waited for this one.
    """
    case = item.case
    shared.check_access(by, "recall_decision", case)
    queries.check_hand(item, case, by)
    rules.check_state(item.name_zh, item.state, State.DECIDED)
    _check_reason(item, reason)
    shared.lock(case, Stage.REVIEW, open_items=prepared.Plus(1))
    later = list(queries.items_of(case).filter(code__in=[code for code, _n, _co in item.then]))
    for one in later:
        one.case = case
        _check_unused(item, one)
    rows.move(
        item, state=State.OPEN, decision="", decided_on=None, member=None, document=None, government_days=None,
        reasons="", draft=item.decision, draft_reasons=item.reasons,
    )  # fmt: skip
    if letter_rules.LEVER in item.levers:
        commitments.take_back(item, by=by)
    opened = [one for one in later if one.is_running]
    items = list(queries.items_of(case))
    for one in later:
        out = stopping.stand_back(one, by=by) if one.state == State.STOPPED else one.services_out
        rows.move(one, left_before=one.left_before + 1, state=State.WAITING, opens_on=None, due_on=None,
                  co_due_on=None, services_out=out, rests_to=queries.rests_to(one, items))  # fmt: skip
    shared.close_work(opened, is_done=False, by=by)
    facts: list[dict[str, Any]] = [{"event": "recalled", "reason": reason.strip()[:300]}]
    facts += [{"event": "waits_again"}] * len(later)
    journal.record_many(
        [item, *later], "approval.recall_decision", by=by, pairing_id=case.pairing_id, each=facts
    )
    shared.ask_again(item, item, by=by)
    return item


def _check_reason(item: CaseItem, reason: str) -> None:
    if not reason.strip():
        raise BadInput(
            "approval.no_reason_to_recall",
            gettext_noop("Say why {item} is recalled."),
            item=item.name_zh,
            field="reason",
        )


def _check_unused(item: CaseItem, later: CaseItem) -> None:
    is_touched = later.step != later.ladder[0] or later.state in (State.DECIDED, State.DROPPED)
    if not is_touched:
        is_touched = later.opinions.exclude(replied_on=None).exists() or not stopping.is_untouched(later)
    if is_touched and (later.state != State.WAITING):
        raise NotNow(
            "approval.used",
            gettext_noop("{item} was used by {later} already, so it is not recalled any more. Talk to them."),
            item=item.name_zh,
            later=later.name_zh,
        )
