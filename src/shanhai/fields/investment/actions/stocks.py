"""Writes of potential stocks: proposed, judged by a committee of both sides, followed by milestones with aid tied to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import F

from shanhai.core import access, clock, journal, notices, rows, rulebook, search, visibility, work
from shanhai.core.actions.naming import check_not_later, differing
from shanhai.core.calendar import calendar
from shanhai.core.models import Import, Member, Organisation, Pairing
from shanhai.core.writing import action
from shanhai.fields.investment.models import Lead, Stock, StockMilestone, StockVote
from shanhai.fields.investment.queries import stocks as queries
from shanhai.fields.investment.rules import stocks as rules
from shanhai.fields.office.actions import shared as office
from shanhai.fields.office.queries.shared import people_of
from shanhai.fields.office.rules.shared import said
from shanhai.fields.pairing.actions import standings
from shanhai.fields.pairing.queries.standings import measured_by
from shanhai.fields.park.queries import growth
from shanhai.kernel.refusals import BadInput, NotAllowed, NotNow, gettext_noop

Stage, Aid = rules.StockStage, rules.Aid
VOTE, JUDGE = "investment.vote_on_stock", "investment.judge_milestone"
_SOURCES = ("revenue_source", "rd_source", "orders_source", "patents_source")
_SOON = gettext_noop("The milestone of {number} {title} at {months} months is due on {due}")
_PICKED = gettext_noop("{number} {title} was picked as a potential stock")
_NOT_PICKED = gettext_noop("{number} {title} was not picked as a potential stock")


@action
def propose_stock(
    pairing: Pairing,
    *,
    organisation: Organisation | None = None,
    lead: Lead | None = None,
    number: str = "",
    on: date | None = None,
    year: int | None = None,
    is_illustrative: bool = False,
    source: str = "",
    reach: str = visibility.Reach.BOTH,
    on_import: Import | None = None,
    by: Member | None,
    **given: Any,
) -> Stock:
    """Propose an enterprise of the park or a lead with the evidence of its growth; its score follows from it.

    Parameters
    ----------
    year
        The last full year of the evidence; last year where it is left out.
    given
        Facts by the names of ``rules.FACTS`` and their sources (``revenue_source`` ...). What is left out of an enterprise is
        taken from what it reported; what nobody knows adds nothing to the score.
    """
    access.check(by, "investment.propose_stock", pairing_id=pairing.pk)
    rules.check_of_whom(organisation is not None, lead is not None)
    on = on or clock.today()
    check_not_later(on)
    year = year or on.year - 1
    whom: Any = organisation or lead
    name = whom.name_zh
    facts = {name_: given.get(name_) for name_ in rules.FACTS}
    is_above = False
    # The loader writes what a paper says; nothing that came in since is filled in.
    if organisation is not None and by is not None:
        facts, is_above = _filled(pairing, organisation, facts, year, on)
    rules.check_facts(name, facts)
    if by is not None:
        rules.check_below(name, facts["revenue_fen"], growth.threshold_fen(pairing, on), is_above)
        _check_free(pairing, name, organisation, lead)
    score, used = queries.scored(pairing, facts, on)
    stock = Stock(
        pairing=pairing, zone_id=pairing.zone_id or pairing.pk, organisation=organisation, lead=lead,
        number=office.checked_number(Stock, number), proposed_on=on, year=year, score=score.score, used=used, reach=reach,
        is_illustrative=is_illustrative, source=source.strip(), **facts,
        **{name_: str(given.get(name_) or "").strip()[:200] for name_ in _SOURCES},
    )  # fmt: skip
    visibility.own(stock, by)
    stock.save()
    office.numbered(stock, "QL", on.year)
    visibility.place(stock, stock.proposed_on)
    search.put_many([queries.found_as(stock)])
    journal.record(stock, "investment.propose_stock", by=by, **office.origin(on_import))
    return stock


def _filled(
    pairing: Pairing, organisation: Organisation, facts: dict[str, Any], year: int, on: date
) -> tuple[dict[str, Any], bool]:
    """The facts with what the enterprise reported where nobody gave another, and whether it is above scale."""
    firm = queries.firm_of(pairing, organisation)
    if firm is None:
        raise BadInput(
            "investment.stock_no_firm",
            gettext_noop("{name} is no enterprise of the park. Enter it there first, or propose its lead."),
            name=organisation.name_zh,
            field="organisation",
        )
    years = growth.years_of([firm.pk], year - rules.GROWTH_YEARS, year)[firm.pk]
    known = queries.facts_of_firm(years, year)
    filled = {name: known[name] if value is None else value for name, value in facts.items()}
    return filled, firm.above_scale_on is not None and firm.above_scale_on <= on


def _check_free(pairing: Pairing, name: str, organisation: Organisation | None, lead: Lead | None) -> None:
    there = queries.running(pairing, clock.today()).filter(organisation=organisation, lead=lead)
    running = there.first()
    if running is not None:
        raise NotNow(
            "investment.stock_there",
            gettext_noop("{name} is potential stock {number} already. Look at its page."),
            name=name,
            number=running.number,
            field="organisation" if organisation is not None else "lead",
        )


@action
def change_stock(
    stock: Stock, *, on_import: Import | None = None, by: Member | None, **changes: Any
) -> Stock:
    """Change the evidence while it is proposed; the score follows, by the rulebook of the day on which it was proposed."""
    access.check(by, "investment.change_stock", pairing_id=stock.pairing_id)
    rules.check_stage(stock.number, stock.stage, Stage.PROPOSED)
    changes = {name: value.strip() if isinstance(value, str) else value for name, value in changes.items()}
    rules.check_facts(stock.number, stock.facts | changes)
    changes = differing(stock, changes)
    if not changes:
        return stock
    facts = stock.facts | {name: value for name, value in changes.items() if name in rules.FACTS}
    score, used = queries.scored(stock.pairing, facts, stock.proposed_on)
    rows.move(stock, **changes, score=score.score, used=used)
    journal.record(
        stock, "investment.change_stock", by=by, changed=sorted(changes), **office.origin(on_import)
    )
    return stock


@action
def withdraw_stock(stock: Stock, *, reason: str, on_import: Import | None = None, by: Member | None) -> Stock:
    """Take a candidate back before it is decided, and say why."""
    access.check(by, "investment.withdraw_stock", pairing_id=stock.pairing_id)
    rules.check_stage(stock.number, stock.stage, Stage.PROPOSED, Stage.COMMITTEE)
    reason = said(reason, "reason")[:300]
    rows.move(stock, stage=Stage.WITHDRAWN, reason=reason)
    journal.record(stock, "investment.withdraw_stock", by=by, reason=reason, **office.origin(on_import))
    drop_votes(stock, by=by)
    return stock


# -- the committee -------------------------------------------------------------------------------------------------


@action
def call_committee(
    stock: Stock, members: Sequence[Member], *, on_import: Import | None = None, by: Member | None
) -> Stock:
    """Put a candidate before a committee of members of both sides; it waits for the vote of each."""
    access.check(by, "investment.call_committee", pairing_id=stock.pairing_id)
    rules.check_stage(stock.number, stock.stage, Stage.PROPOSED)
    members = list(dict.fromkeys(members))
    sides = [side_of(stock, member) for member in members]
    rules.check_seats(stock.number, sides, queries.quorum_of(stock))
    rows.move(stock, stage=Stage.COMMITTEE)
    seats = [
        StockVote.objects.create(stock=stock, member=member, side=side)
        for member, side in zip(members, sides, strict=True)
    ]
    journal.record_many(seats, "investment.call_committee", by=by, pairing_id=stock.pairing_id)
    journal.record(
        stock, "investment.call_committee", by=by, members=[one.code for one in members], **office.origin(on_import)
    )  # fmt: skip
    for seat in seats:
        ask_vote(seat, by=by)
    return stock


def ask_vote(seat: StockVote, *, by: Member | None) -> None:
    """Put a vote on the list of the unit of who has the seat; several seats of one unit wait beside one another."""
    member = seat.member
    facts = _facts_of(seat.stock) | {"who": member.name_zh, "who_en": member.name_en or member.name_zh}
    what = gettext_noop("Vote of {who} on potential stock {number} {title}")
    work.open_item(VOTE, seat, member.unit, what, facts, seat.stock.url, by=by)


def drop_votes(stock: Stock, *, by: Member | None) -> None:
    """No vote is waited for any more."""
    for seat in queries.seats_of(stock):
        work.drop(VOTE, seat, by=by)


def side_of(stock: Stock, member: Member) -> str:
    """The side on which a member sits, or a refusal: ``investment.seat_without_side``."""
    side = access.standing(member).side_in(stock.pairing_id) or ""
    if side not in rules.SIDES:
        raise NotAllowed(
            "investment.seat_without_side",
            gettext_noop("{who} sits on neither side of this pairing. Name members of the two sides."),
            who=member.name_zh,
            field="members",
        )
    return side


@action
def vote_on_stock(
    stock: Stock,
    *,
    vote: str,
    reason: str = "",
    member: Member | None = None,
    on: date | None = None,
    on_import: Import | None = None,
    by: Member | None,
) -> StockVote:
    """Vote, or change one's vote while nothing is decided; both sides read it with its reason.

    The candidate moves with every vote, so that a decision rests on the votes that were seen.

    Parameters
    ----------
    member
        Whose vote it is, for the system; everybody else votes for themselves.
    """
    access.check(by, "investment.vote_on_stock", pairing_id=stock.pairing_id)
    rules.check_stage(stock.number, stock.stage, Stage.COMMITTEE)
    rules.check_vote(stock.number, vote, reason)
    who = by if by is not None else member
    seat = stock.votes.filter(member=who).select_related("member__unit").first() if who is not None else None
    rules.check_seat(stock.number, seat is not None)
    assert seat is not None
    seat.stock = stock
    moved = Stock.objects.filter(pk=stock.pk, stage=Stage.COMMITTEE).update(version=F("version") + 1)
    if not moved:
        stock.refresh_from_db(fields=["stage"])
        rules.check_stage(stock.number, stock.stage, Stage.COMMITTEE)
    stock.refresh_from_db(fields=["version"])
    rows.move(seat, vote=rules.Vote(vote), reason=reason.strip()[:300], voted_on=on or clock.today())
    journal.record(
        seat, "investment.vote_on_stock", by=by, pairing_id=stock.pairing_id, stock=stock.number, **office.origin(on_import)
    )  # fmt: skip
    work.done(VOTE, seat, by=by)
    return seat


@action
def decide_stock(
    stock: Stock,
    *,
    reason: str = "",
    on: date | None = None,
    on_import: Import | None = None,
    by: Member | None,
) -> Stock:
    """Decide by the votes that are cast, when the quorum of both sides is there; who was picked gets milestones."""
    access.check(by, "investment.decide_stock", pairing_id=stock.pairing_id)
    rules.check_stage(stock.number, stock.stage, Stage.COMMITTEE)
    count = queries.count_of(stock)
    rules.check_can_decide(stock.number, count)
    on = on or clock.today()
    check_not_later(on)
    stage = Stage.PICKED if count.is_picked else Stage.NOT_PICKED
    rows.move(stock, stage=stage, decided_on=on, reason=reason.strip()[:300])
    journal.record(
        stock, "investment.decide_stock", by=by, yes=count.yes, no=count.no, abstained=count.abstained,
        **office.origin(on_import),
    )  # fmt: skip
    drop_votes(stock, by=by)
    if by is not None:
        notices.tell(
            f"investment.stock:{stock.pk}:decided",
            "investment.stock",
            _PICKED if count.is_picked else _NOT_PICKED,
            _facts_of(stock),
            stock.url,
            people_of(stock.owner_unit),
            stock.pairing_id,
            by=by,
        )
    _figures_follow(stock)
    return stock


# -- milestones ----------------------------------------------------------------------------------------------------


@action
def set_milestone(
    stock: Stock,
    *,
    months: int,
    measure: str,
    target: Decimal | int | None,
    aid_fen: int = 0,
    policy: str = "",
    is_judged_next: bool = False,
    on_import: Import | None = None,
    by: Member | None,
) -> StockMilestone:
    """Say what a pick is to reach after 12, 24 or 36 months, and what aid hangs on it; an open one is changed.

    ``is_judged_next``: what it reached is said in the same write, so that nobody is asked for it.
    """
    access.check(by, "investment.set_milestone", pairing_id=stock.pairing_id)
    rules.check_stage(stock.number, stock.stage, Stage.PICKED)
    assert stock.decided_on is not None
    target = Decimal(target) if target is not None else None
    rules.check_milestone(stock.number, months, measure, target, aid_fen)
    row = stock.milestones.filter(months=months).first()
    told = {
        "measure": rules.Measure(measure),
        "target": target,
        "aid_fen": aid_fen,
        "policy": policy.strip()[:40],
    }
    if row is None:
        row = StockMilestone.objects.create(
            stock=stock, months=months, due_on=rules.months_after(stock.decided_on, months), **told
        )
    else:
        row.stock = stock
        rules.check_open(stock.number, months, row.judged_on)
        changes = differing(row, told)
        if not changes:
            return row
        rows.move(row, **changes)
    row.stock = stock
    _record(row, "investment.set_milestone", by, on_import)
    if not is_judged_next:
        _await(row, by=by)
    return row


@action
def judge_milestone(
    row: StockMilestone,
    *,
    value: Decimal | int,
    evidence: str,
    on: date | None = None,
    on_import: Import | None = None,
    by: Member | None,
) -> StockMilestone:
    """Say what was reached, and by what it is shown. Aid of a missed milestone is withheld; that of a reached one can be released."""
    stock = row.stock
    access.check(by, "investment.judge_milestone", pairing_id=stock.pairing_id)
    rules.check_open(stock.number, row.months, row.judged_on)
    rules.check_evidence(stock.number, evidence)
    on = on or clock.today()
    check_not_later(on)
    value = Decimal(value)
    is_reached = value >= row.target
    rules.check_due(stock.number, row.months, is_reached, row.due_on, on)
    aid = Aid.TIED if is_reached else Aid.WITHHELD
    rows.move(
        row, value=value, is_reached=is_reached, judged_on=on, evidence=evidence.strip()[:200], aid=aid,
        aid_on=None if is_reached else on,
    )  # fmt: skip
    _record(row, "investment.judge_milestone", by, on_import)
    work.done(JUDGE, row, by=by)
    return row


@action
def judge_again(row: StockMilestone, *, reason: str, by: Member | None) -> StockMilestone:
    """Take a judgement back, while its aid was not released."""
    stock = row.stock
    access.check(by, "investment.judge_again", pairing_id=stock.pairing_id)
    if row.judged_on is None or row.aid == Aid.RELEASED:
        raise NotNow(
            "investment.judged_for_good",
            gettext_noop("The milestone of {number} at {months} months is not judged, or its aid is released. It stays as it is; look at its page."),
            number=stock.number,
            months=row.months,
        )  # fmt: skip
    reason = said(reason, "reason")[:300]
    rows.move(row, value=None, is_reached=None, judged_on=None, evidence="", aid=Aid.TIED, aid_on=None)
    _record(row, "investment.judge_again", by, None, reason=reason)
    _await(row, by=by)
    return row


@action
def release_aid(
    row: StockMilestone, *, on: date | None = None, on_import: Import | None = None, by: Member | None
) -> StockMilestone:
    """Release the aid of a milestone that was reached: from then on it can be paid, once."""
    stock = row.stock
    access.check(by, "investment.release_aid", pairing_id=stock.pairing_id)
    rules.check_release(stock.number, row.months, row.aid_fen, row.aid, row.is_reached)
    on = on or clock.today()
    check_not_later(on)
    rows.move(row, aid=Aid.RELEASED, aid_on=on)
    _record(row, "investment.release_aid", by, on_import, amount_fen=row.aid_fen)
    return row


# -- what time does ------------------------------------------------------------------------------------------------


def sweep(now: datetime) -> int:
    """Ask who keeps a pick for what it reached, when a milestone is due soon; a second run says nothing new."""
    today = clock.local(now).date()
    due = StockMilestone.objects.filter(
        due_on__lte=_last_day(today), judged_on=None, stock__stage=Stage.PICKED
    )
    found = list(
        due.select_related("stock__organisation", "stock__lead", "stock__owner_unit", "stock__pairing")
    )
    n = 0
    for row in found:
        facts = _facts_of(row.stock) | {"months": row.months, "due": str(row.due_on)}
        key = f"investment.milestone:{row.pk}:{row.due_on.toordinal()}"
        people = people_of(row.stock.owner_unit)
        told = notices.tell(
            key, "investment.stock", _SOON, facts, row.stock.url, people, row.stock.pairing_id
        )
        if told:
            _await(row, by=None)
        n += told
    return n


def _last_day(today: date) -> date:
    """Milestones that are due by this day are asked for; later ones only fill the list."""
    return calendar().add(today, rulebook.whole("investment.stock_notice_days", today))


# -- helpers -------------------------------------------------------------------------------------------------------


def _facts_of(stock: Stock) -> dict[str, Any]:
    return {"number": stock.number, "title": stock.title_zh, "title_en": stock.title_en or stock.title_zh}


def _await(row: StockMilestone, *, by: Member | None) -> None:
    """Put it on the list of the unit that keeps the pick."""
    unit = row.stock.owner_unit
    if unit is not None and row.judged_on is None and row.due_on <= _last_day(clock.today()):
        what = gettext_noop("Say what {number} {title} reached after {months} months")
        facts = _facts_of(row.stock) | {"months": row.months}
        work.open_item(JUDGE, row, unit, what, facts, row.stock.url, row.due_on, by=by)


def _record(row: Any, verb: str, by: Member | None, on_import: Import | None, **facts: Any) -> None:
    stock = row.stock
    journal.record(
        row, verb, by=by, pairing_id=stock.pairing_id, stock=stock.number, months=row.months, **facts, **office.origin(on_import)
    )  # fmt: skip
    _figures_follow(stock)


def _figures_follow(stock: Stock) -> None:
    standings.follow(measured_by([stock.pairing_id], *rules.INDICATORS))
