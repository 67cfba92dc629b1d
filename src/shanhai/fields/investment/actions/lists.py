"""Writes of quarterly lists: opened, compiled, published, acknowledged, answered, receipted. What is published changes by a supplement."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Max, Q

from shanhai.core import access, clock, journal, notices, rows, rulebook, visibility, work
from shanhai.core.actions.naming import check_not_later
from shanhai.core.calendar import calendar
from shanhai.core.models import Member, Organisation, Pairing, SignedCopy, Unit
from shanhai.core.writing import action
from shanhai.fields.investment.actions import lead_clocks
from shanhai.fields.investment.actions import leads as lead_actions
from shanhai.fields.investment.models import Lead, ListLine, QuarterlyList
from shanhai.fields.investment.queries import leads as lead_queries
from shanhai.fields.investment.queries import lists as queries
from shanhai.fields.investment.rules import leads as lead_rules
from shanhai.fields.investment.rules import lists as rules
from shanhai.fields.office.queries.shared import people_of, unit_on
from shanhai.fields.pairing.actions import standings
from shanhai.fields.pairing.queries.standings import measured_by
from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop

Stage, Kind, Answer = rules.ListStage, rules.LineKind, rules.Answer
COMPILE, ACKNOWLEDGE, ANSWER = (f"investment.{name}_list" for name in ("compile", "acknowledge", "answer"))
_ANSWERED = {
    Answer.ACCEPTED: gettext_noop("{number} was accepted from list {list}"),
    Answer.REJECTED: gettext_noop("{number} was rejected from list {list}"),
    Answer.TRANSFERRED: gettext_noop("{number} was transferred from list {list}"),
}


def figure(one: QuarterlyList, code: str, on: date) -> Any:
    """A figure of the rulebook for the pairing of a list."""
    return rulebook.value(f"investment.{code}", on, lead_queries.scopes_of(one.pairing)).value


def facts_of(one: QuarterlyList) -> dict[str, str]:
    """What sentences about a list name."""
    return {"list": one.number, "title": one.title_zh, "title_en": one.title_en}


@action
def open_list(
    pairing: Pairing, *, year: int, quarter: int, cut_off_on: date | None = None, by: Member
) -> QuarterlyList:
    """Begin the list of a quarter; where one is published already, its supplement."""
    access.check(by, "investment.open_list", pairing_id=pairing.pk)
    number = f"QD-{year}Q{quarter}"
    rules.check_side(number, access.standing(by).side_in(pairing.pk) or "", "sea")
    cut_off_on = cut_off_on or (
        rules.quarter_ends(year, quarter) if 1 <= quarter <= 4 and 0 < year < 9999 else clock.today()
    )
    rules.check_quarter(year, quarter, cut_off_on)
    there = QuarterlyList.objects.filter(pairing=pairing, year=year, quarter=quarter)
    draft = there.filter(stage=Stage.DRAFT).first()
    if draft is not None:
        raise NotNow(
            "investment.list_in_draft",
            gettext_noop("List {number} of this quarter is being compiled. Publish it first."),
            number=draft.number,
        )
    edition = (there.aggregate(last=Max("edition"))["last"] or 0) + 1
    one = QuarterlyList(
        pairing=pairing,
        zone_id=pairing.zone_id or pairing.pk,
        number=_number(pairing, year, quarter, edition),
        year=year,
        quarter=quarter,
        edition=edition,
        opened_on=clock.today(),
        cut_off_on=cut_off_on if edition == 1 else clock.today(),
    )
    visibility.own(one, by)
    one.save()
    visibility.place(one, one.opened_on)
    journal.record(one, "investment.open_list", by=by)
    what = gettext_noop("Compile and publish {list} {title}")
    work.open_item(COMPILE, one, by.unit, what, facts_of(one), one.url, one.cut_off_on, by=by)
    return one


def _number(pairing: Pairing, year: int, quarter: int, edition: int) -> str:
    head = (
        f"QD-{year}Q{quarter}"
        if pairing.zone_id in (None, pairing.pk)
        else f"QD-{pairing.code}-{year}Q{quarter}"
    )
    number = head if edition == 1 else f"{head}-B{edition - 1}"
    if QuarterlyList.objects.filter(number=number).exists():
        number = f"QD-{pairing.code}-{year}Q{quarter}-{edition}"
    return number[:40]


@action
def add_to_list(one: QuarterlyList, lead: Lead, *, by: Member | None) -> ListLine:
    """Put a lead on a list that is compiled; until the cut-off day, and each lead once."""
    access.check(by, "investment.add_to_list", pairing_id=one.pairing_id)
    _check_sea(one, by)
    rules.check_list_stage(one.number, one.stage, Stage.DRAFT)
    rules.check_before_cut_off(one.number, one.edition, one.cut_off_on, clock.today())
    if not queries.can_come_on(by, one).filter(pk=lead.pk).exists():
        raise NotNow(
            "investment.not_for_list",
            gettext_noop("Lead {lead} cannot come on list {number}: it is over, no lead of the sea side, or stands on a list. Choose another one."),
            lead=lead.number,
            number=one.number,
            field="lead",
        )  # fmt: skip
    # The list is the guard of its lines: of two who add at once the second is told.
    rows.move(one, opened_on=one.opened_on)
    line = ListLine.objects.create(quarterly_list=one, position=_next_position(one), lead=lead)
    journal.record(one, "investment.add_to_list", by=by, lead=lead.number)
    journal.record(line, "investment.add_to_list", by=by, pairing_id=one.pairing_id)
    return line


@action
def withdraw_from_list(one: QuarterlyList, of_line: ListLine, *, reason: str, by: Member | None) -> ListLine:
    """Say in a supplement that a line of an earlier edition is withdrawn; it is when the supplement is published."""
    access.check(by, "investment.withdraw_from_list", pairing_id=one.pairing_id)
    _check_sea(one, by)
    rules.check_list_stage(one.number, one.stage, Stage.DRAFT)
    rules.check_unanswered(of_line.lead.number, of_line.answer, of_line.withdrawn_on is not None)
    if one.edition == 1 or of_line.quarterly_list.stage == Stage.DRAFT:
        raise NotNow(
            "investment.withdraw_by_supplement",
            gettext_noop("A published line is withdrawn by a supplement; {number} is none. Open one."),
            number=one.number,
        )
    rules.check_answer(of_line.lead.number, Answer.REJECTED, reason, True, 0)
    rows.move(one, opened_on=one.opened_on)
    line = ListLine.objects.create(
        quarterly_list=one, position=_next_position(one), lead=of_line.lead, kind=Kind.WITHDRAWS, of_line=of_line,
        reason=reason.strip()[:300],
    )  # fmt: skip
    journal.record(one, "investment.withdraw_from_list", by=by, lead=of_line.lead.number)
    journal.record(line, "investment.withdraw_from_list", by=by, pairing_id=one.pairing_id)
    return line


@action
def take_off_list(line: ListLine, *, by: Member | None) -> None:
    """Take a line off a list that is still compiled."""
    one = line.quarterly_list
    access.check(by, "investment.take_off_list", pairing_id=one.pairing_id)
    _check_sea(one, by)
    rules.check_list_stage(one.number, one.stage, Stage.DRAFT)
    rows.move(one, opened_on=one.opened_on)
    journal.record(one, "investment.take_off_list", by=by, lead=line.lead.number)
    journal.record(line, "investment.take_off_list", by=by, pairing_id=one.pairing_id, is_gone=True)
    line.delete()


@action
def publish_list(one: QuarterlyList, *, by: Member | None) -> QuarterlyList:
    """Publish a list: both sides see it and its leads, as they stand today; the clocks of the other side run."""
    access.check(by, "investment.publish_list", pairing_id=one.pairing_id)
    _check_sea(one, by)
    rules.check_list_stage(one.number, one.stage, Stage.DRAFT)
    today, lines = clock.today(), queries.lines_of(one)
    rules.check_publish(one.number, one.edition, one.cut_off_on, len(lines), today)
    days = {name: figure(one, f"{name}_days", today) for name in ("acknowledge", "answer")}
    rows.move(
        one, stage=Stage.PUBLISHED, published_on=today, reach=visibility.Reach.BOTH,
        acknowledge_due_on=calendar().add(today, days["acknowledge"]), answer_due_on=calendar().add(today, days["answer"]),
    )  # fmt: skip
    for line in sorted(lines, key=lambda row: row.of_line_id or 0):
        _publish_line(line, today, by)
    visibility.place(one, today)
    journal.record(one, "investment.publish_list", by=by, lines=len(lines))
    work.done(COMPILE, one, by=by)
    await_answers(one, by=by)
    _follow(one)
    return one


def _publish_line(line: ListLine, today: date, by: Member | None) -> None:
    lead = line.lead
    if line.kind == Kind.WITHDRAWS:
        of_line = line.of_line
        assert of_line is not None
        rules.check_unanswered(lead.number, of_line.answer, of_line.withdrawn_on is not None)
        rows.move(of_line, withdrawn_on=today)
        pairing_id = of_line.quarterly_list.pairing_id
        journal.record(of_line, "investment.publish_list", by=by, pairing_id=pairing_id, reason=line.reason)
        close_when_answered(of_line.quarterly_list, by=by)
    elif lead.reach not in (visibility.Reach.BOTH, visibility.Reach.PUBLIC):
        rows.move(lead, reach=visibility.Reach.BOTH)
        visibility.place(lead)
        journal.record(lead, "investment.publish_list", by=by, list=line.quarterly_list.number)
    rows.move(line, told={name: _plain(getattr(lead, name)) for name in queries.TOLD})
    journal.record(line, "investment.publish_list", by=by, pairing_id=lead.pairing_id, told=line.told)


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value


@action
def acknowledge_list(one: QuarterlyList, *, by: Member | None) -> QuarterlyList:
    """Say that the mountain side has the list and looks at each lead of it."""
    access.check(by, "investment.acknowledge_list", pairing_id=one.pairing_id)
    _check_mountain(one, by)
    rules.check_list_stage(one.number, one.stage, Stage.PUBLISHED)
    rows.move(one, stage=Stage.ACKNOWLEDGED, acknowledged_on=clock.today())
    late = queries.late_days(one.acknowledge_due_on, clock.today())
    journal.record(one, "investment.acknowledge_list", by=by, late_days=late)
    work.done(ACKNOWLEDGE, one, by=by)
    return one


@action
def answer_line(
    line: ListLine,
    *,
    answer: str,
    reason: str = "",
    to: Organisation | None = None,
    credit_percent: int | None = None,
    unit: Unit | None = None,
    by: Member | None,
) -> ListLine:
    """Answer a lead: accepted, it is held here and talked about; rejected or transferred, the lead is over with a reason.

    Parameters
    ----------
    unit
        Which unit holds an accepted lead; the unit of who answers where it is left out.
    """
    one, lead = line.quarterly_list, line.lead
    access.check(by, "investment.answer_line", pairing_id=one.pairing_id)
    _check_mountain(one, by)
    rules.check_list_stage(one.number, one.stage, Stage.ACKNOWLEDGED)
    if line.kind != Kind.ADDS:
        raise BadInput(
            "investment.line_withdraws",
            gettext_noop("The line of {lead} on {number} withdraws it, so it is not answered. Look at the lines that add leads."),
            lead=lead.number,
            number=one.number,
        )  # fmt: skip
    rules.check_unanswered(lead.number, line.answer, line.withdrawn_on is not None)
    rules.check_answer(lead.number, answer, reason, to is not None, credit_percent)
    today = clock.today()
    is_transfer = answer == Answer.TRANSFERRED
    rows.move(
        line, answer=Answer(answer), answered_on=today, answered_by=by, reason=reason.strip()[:300],
        late_days=queries.late_days(one.answer_due_on, today), transferred_to=to if is_transfer else None,
        credit_percent=credit_percent if is_transfer else None,
    )  # fmt: skip
    journal.record(line, "investment.answer_line", by=by, pairing_id=one.pairing_id, lead=lead.number)
    _carry_out(line, unit, by)
    close_when_answered(one, by=by)
    facts = facts_of(one) | {"number": lead.number}
    notices.tell(
        f"investment.line:{line.pk}:answered", "investment.quarterlylist", _ANSWERED[Answer(answer)], facts, one.url,
        people_of(one.owner_unit_id), one.pairing_id,
    )  # fmt: skip
    _follow(one)
    return line


def _carry_out(line: ListLine, unit: Unit | None, by: Member | None) -> None:
    """What an answer does to the lead; one that is over by now stays as it is."""
    lead = line.lead
    if not lead.is_open:
        return
    if lead.is_introduced and lead.fed_back_on is None:
        text = line.reason or str(line.answer)
        lead_clocks.advance(lead, by=by, fed_back_on=clock.today())
        journal.record(lead, "investment.answer_line", by=by, answer=line.answer, text=text)
    if line.answer == Answer.REJECTED:
        lead_actions.reject_lead(lead, reason=line.reason, by=by)
    elif line.answer == Answer.TRANSFERRED and line.transferred_to is not None:
        lead_actions.transfer_lead(
            lead, to=line.transferred_to, credit_percent=line.credit_percent or 0, reason=line.reason, by=by
        )
    elif line.answer == Answer.ACCEPTED and (unit is not None or by is not None):
        holder = unit or (by.unit if by is not None else lead.unit)
        lead_actions.check_unit(lead.pairing, holder)
        lead_clocks.advance(lead, by=by, unit=holder)
        journal.record(lead, "investment.answer_line", by=by, answer=line.answer)


@action
def sign_receipt(
    one: QuarterlyList,
    *,
    side: str = "",
    on: date | None = None,
    person: str = "",
    copy: SignedCopy | None = None,
    by: Member | None,
) -> QuarterlyList:
    """Sign for one's side that the list was handed over and received; a matched scan signs it too."""
    access.check(by, "investment.sign_receipt", pairing_id=one.pairing_id)
    rules.check_list_stage(one.number, one.stage, Stage.PUBLISHED, Stage.ACKNOWLEDGED)
    side = queries.side_in(one, by) or side
    if side not in ("sea", "mountain") or getattr(one, f"{side}_signed_on") is not None:
        raise NotNow(
            "investment.receipt_signed",
            gettext_noop(
                "The receipt of list {number} waits for no signature of yours. Look who has signed."
            ),
            number=one.number,
        )
    on = on or clock.today()
    check_not_later(on)
    name = person.strip()[:60] or (by.name_zh if by is not None else "")
    rows.move(one, **{f"{side}_signed_on": on, f"{side}_signer": name})
    journal.record(
        one, "investment.sign_receipt", by=by, side=side, copy=copy.pk if copy is not None else None
    )
    return one


# -- helpers -------------------------------------------------------------------------------------------------------


def _next_position(one: QuarterlyList) -> int:
    return (one.lines.aggregate(last=Max("position"))["last"] or 0) + 1


def _check_sea(one: QuarterlyList, by: Member | None) -> None:
    if by is not None:
        rules.check_side(one.number, queries.side_in(one, by), "sea")


def _check_mountain(one: QuarterlyList, by: Member | None) -> None:
    if by is not None:
        rules.check_side(one.number, queries.side_in(one, by), "mountain")


def _follow(one: QuarterlyList) -> None:
    standings.follow(measured_by([one.pairing_id], *rules.INDICATORS))


def await_answers(one: QuarterlyList, *, by: Member | None) -> None:
    """Put what the mountain side owes on the list of its office."""
    office = unit_on(one.pairing_id, "mountain", "office")
    if office is None or one.published_on is None:
        return
    facts = facts_of(one)
    for kind, what, code in (
        (ACKNOWLEDGE, gettext_noop("Acknowledge {list} {title}"), "acknowledge_days"),
        (ANSWER, gettext_noop("Answer the leads of {list} {title}"), "answer_days"),
    ):
        due = work.WorkingDays(one.published_on, figure(one, code, one.published_on))
        if kind == ANSWER or one.stage == Stage.PUBLISHED:
            work.open_item(kind, one, office, what, facts, one.url, due, by=by)
    close_when_answered(one, by=by)


def close_when_answered(one: QuarterlyList, *, by: Member | None) -> None:
    """The work is done when no line waits for an answer."""
    if not one.lines.filter(kind=Kind.ADDS, answer="", withdrawn_on=None).exists():
        work.done(ANSWER, one, by=by)


def sweep(now: datetime) -> int:
    """Say to the offices on the cut-off day that a list is due, and to who stands above that answers are late."""
    today, n = clock.local(now).date(), 0
    due = QuarterlyList.objects.filter(
        Q(stage=Stage.DRAFT, cut_off_on__lte=today)
        | Q(stage=Stage.PUBLISHED, acknowledge_due_on__lt=today)
        | Q(stage__in=(Stage.PUBLISHED, Stage.ACKNOWLEDGED), answer_due_on__lt=today, lines__answer="", lines__kind=Kind.ADDS,
            lines__withdrawn_on=None)
    ).distinct()  # fmt: skip
    for one in due.select_related("pairing", "owner_unit").order_by("pk"):
        n += sum(_tell(one, *said) for said in _to_say(one, today))
    return n


def _to_say(one: QuarterlyList, today: date) -> list[tuple[str, str, list[int]]]:
    """What is to be said of a list: key, sentence, and who hears it."""
    if one.stage == Stage.DRAFT:
        what = gettext_noop("{list} {title} is due to be published")
        return [("cut-off", what, people_of(one.owner_unit_id))]
    said = []
    office, leaders = (unit_on(one.pairing_id, "mountain", role) for role in ("office", "leader"))
    if one.stage == Stage.PUBLISHED and queries.late_days(one.acknowledge_due_on, today):
        said.append(
            ("acknowledge", gettext_noop("{list} {title} is not acknowledged in time"), people_of(office))
        )
    late = queries.late_days(one.answer_due_on, today)
    level = lead_rules.level_of(late, figure(one, "escalation_days", today))
    if level:
        said.append(
            ("office", gettext_noop("Leads of {list} {title} are not answered in time"), people_of(office))
        )
    if level == "leaders":
        what = gettext_noop("Before the leaders: leads of {list} {title} are not answered in time")
        said.append(("leaders", what, people_of(leaders)))
    return said


def _tell(one: QuarterlyList, key: str, what: str, people: list[int]) -> int:
    return notices.tell(
        f"investment.list:{one.pk}:{key}",
        "investment.quarterlylist",
        what,
        facts_of(one),
        one.url,
        people,
        one.pairing_id,
    )
