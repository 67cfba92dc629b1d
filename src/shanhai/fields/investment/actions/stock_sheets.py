"""Rows of potential stocks that a spreadsheet or zone folder brings: a member does what the pages do, the loader writes how it stood."""

from __future__ import annotations

from datetime import date

from shanhai.core import access, journal, rows, visibility
from shanhai.core.models import Import, Member, Organisation, Pairing, Seat, Unit
from shanhai.core.sheets.columns import Change
from shanhai.core.writing import action
from shanhai.fields.investment.actions import stocks
from shanhai.fields.investment.actions.team_sheets import as_one_write
from shanhai.fields.investment.columns import stocks as columns
from shanhai.fields.investment.models import Stock, StockMilestone, StockVote
from shanhai.fields.investment.queries import leads as lead_queries
from shanhai.fields.investment.queries import stocks as queries
from shanhai.fields.investment.rules import stocks as rules
from shanhai.fields.office.actions.shared import origin
from shanhai.fields.park.actions.firm_sheets import by_page_only, written_by

_SOURCES = ("revenue_source", "rd_source", "orders_source", "patents_source")
_EVIDENCE = (*rules.FACTS, *_SOURCES)


def _put_stock(change: Change, by: Member | None, on_import: Import | None) -> None:
    values = change.values
    given = {name: values[name] for name in _EVIDENCE}
    if change.before is not None:
        changed = change.differs_in(
            "pairing", "organisation", "lead", "proposed_on", "year", "reach", "standing", "source"
        )
        if changed:
            raise by_page_only(change.key, changed[0])
        stocks.change_stock(queries.stock_of(by, values["number"]), on_import=on_import, by=by, **given)
        return
    stock = stocks.propose_stock(
        Pairing.objects.get(code=values["pairing"]),
        organisation=Organisation.objects.filter(code=values["organisation"] or "").first(),
        lead=lead_queries.lead_of(by, values["lead"]) if values["lead"] else None,
        number=values["number"],
        on=values["proposed_on"],
        year=values["year"],
        is_illustrative=values["standing"] == "illustrative",
        source=values["source"],
        reach=values["reach"] or visibility.Reach.BOTH,
        on_import=on_import,
        by=by,
        **given,
    )
    if by is None:
        load_stock_stage(
            stock, stage=values["stage"] or rules.StockStage.PROPOSED, decided_on=values["decided_on"],
            reason=values["reason"], owner=Unit.objects.filter(code=values["owner"] or "").first(), on_import=on_import, by=by,
        )  # fmt: skip
    as_one_write(stock, change)


@action
def load_stock_stage(
    stock: Stock,
    *,
    stage: str,
    decided_on: date | None,
    reason: str,
    owner: Unit | None,
    on_import: Import | None = None,
    by: Member | None,
) -> Stock:
    """Write where a candidate of a zone folder stood, and who kept it; its votes and milestones come after it."""
    access.check(by, "investment.load_stock_stage")
    seat = Seat.objects.filter(
        pairing_id=stock.pairing_id, organisation_id=owner.organisation_id if owner else 0
    ).first()
    rows.move(
        stock, stage=rules.StockStage(stage), decided_on=decided_on, reason=reason, owner_unit=owner,
        owner_side=seat.side if seat else "",
    )  # fmt: skip
    visibility.place(stock, stock.proposed_on)
    journal.record(stock, "investment.load_stock_stage", by=by, **origin(on_import))
    return stock


def _put_vote(change: Change, by: Member | None, on_import: Import | None) -> None:
    values = change.values
    stock = queries.stock_of(by, values["stock"])
    member = Member.objects.select_related("unit__organisation").filter(code=values["member"]).get()
    if by is None:
        load_stock_vote(stock, member, vote=values["vote"], reason=values["reason"], on=values["voted_on"], on_import=on_import, by=by)  # fmt: skip
        return
    if change.before is None:
        raise by_page_only(change.key, "member")
    if member.pk != by.pk:
        raise by_page_only(change.key, "vote")
    stocks.vote_on_stock(
        stock, vote=values["vote"], reason=values["reason"], on=values["voted_on"], on_import=on_import, by=by
    )


@action
def load_stock_vote(
    stock: Stock,
    member: Member,
    *,
    vote: str,
    reason: str,
    on: date | None,
    on_import: Import | None = None,
    by: Member | None,
) -> StockVote:
    """Write a seat of a zone folder as it stood; one that has not voted yet waits for its member."""
    access.check(by, "investment.load_stock_vote")
    if vote:
        rules.check_vote(stock.number, vote, reason)
    told = {"vote": vote, "reason": reason, "voted_on": on if vote else None}
    row = stock.votes.filter(member=member).first()
    if row is None:
        row = StockVote.objects.create(stock=stock, member=member, side=stocks.side_of(stock, member), **told)
    else:
        rows.move(row, **told)
    row.stock = stock
    journal.record(row, "investment.load_stock_vote", by=by, pairing_id=stock.pairing_id, **origin(on_import))
    if not vote and stock.stage == rules.StockStage.COMMITTEE:
        stocks.ask_vote(row, by=by)
    return row


def _put_milestone(change: Change, by: Member | None, on_import: Import | None) -> None:
    values = change.values
    stock = queries.stock_of(by, values["stock"])
    terms = {name: values[name] for name in ("measure", "target", "policy")} | {
        "aid_fen": values["aid_fen"] or 0
    }
    if change.before is None or change.differs_in("measure", "target", "aid_fen", "policy"):
        # One that is judged in the same row is waited for by nobody, and leaves no work that was done.
        stocks.set_milestone(
            stock,
            months=values["months"],
            is_judged_next=values["value"] is not None,
            on_import=on_import,
            by=by,
            **terms,
        )
    row = queries.milestone_of(stock, values["months"])
    if values["value"] is not None and row.judged_on is None:
        stocks.judge_milestone(
            row,
            value=values["value"],
            evidence=values["evidence"],
            on=values["judged_on"],
            on_import=on_import,
            by=by,
        )
    elif change.before is not None and change.differs_in("value", "evidence", "judged_on"):
        raise by_page_only(change.key, "value")
    if by is None and values["aid"] == rules.Aid.RELEASED and row.aid == rules.Aid.TIED:
        stocks.release_aid(row, on=values["aid_on"], on_import=on_import, by=by)
    as_one_write(row, change)


stocks_guard, write_stocks = written_by(columns.STOCKS, _put_stock, Stock)
stock_votes_guard, write_stock_votes = written_by(columns.STOCK_VOTES, _put_vote, StockVote)
stock_milestones_guard, write_stock_milestones = written_by(
    columns.STOCK_MILESTONES, _put_milestone, StockMilestone
)
