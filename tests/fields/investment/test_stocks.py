"""Potential stocks: scored by evidence, decided by a committee of both sides, followed by milestones with aid, measured against chance."""

from __future__ import annotations

import json
import threading
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shanhai.core import clock, indicators
from shanhai.core.actions import members, roles
from shanhai.core.checks import replay
from shanhai.core.models import JournalEntry, Member, Notice, User, WorkItem
from shanhai.fields.investment.actions import stocks
from shanhai.fields.investment.models import Stock, StockMilestone, StockVote
from shanhai.fields.investment.queries import stocks as queries
from shanhai.fields.investment.rules import stocks as rules
from shanhai.fields.park.actions import figures, firms, parks
from shanhai.kernel import periods
from shanhai.kernel.refusals import BadInput, ChangedMeanwhile, NotAllowed, NotFound, NotNow, Refused
from shanhai.site.cli import run
from tests.threads import together

WAN = 10**6
QUORUM = {"votes": 3, "each_side": 1, "majority": "0.6667"}


@pytest.fixture
def grower(cast: Any, zone: Any, firm: Any) -> Any:
    """A firm of the park that grew from 8 to 16 million yuan in three years, with R&D."""
    park = parks.add_park(
        zone, number="P", kind="home", name_zh="园区", region=cast.regions["331181000000"], by=None
    )
    found = firms.enter_firm(park, firm, opened_on=date(2016, 1, 1), by=None)
    for year, revenue in ((2019, 800), (2020, 1000), (2021, 1300), (2022, 1600)):
        values = {"revenue_fen": revenue * WAN, "rd_fen": revenue * WAN // 25}
        figures.report_figures(found, str(year), values=values, by=None)
    return found


@pytest.fixture
def third(cast: Any) -> Member:
    """A second member of the mountain side's park."""
    member = members.add_member(
        cast.units["LQ-PARK"], code="third", name_zh="吴三", name_en="Wu San", by=None
    )
    roles.give_role(member, role="office", from_on=date(2018, 1, 1), by=None)
    member.user = User.objects.create(username="third", password="!", language="en")
    member.save(update_fields=["user"])
    return member


@pytest.fixture
def stock(zone: Any, firm: Any, grower: Any, lin: Any) -> Stock:
    """Lin proposes it with orders and patents."""
    return stocks.propose_stock(
        zone, organisation=firm, number="QL-1", orders_fen=1200 * WAN, patents=4, orders_source="合同", by=lin
    )


@pytest.fixture
def before(stock: Stock, lin: Any, shen: Any, third: Member) -> Stock:
    """It lies before a committee of three."""
    return stocks.call_committee(stock, [lin, third, shen], by=lin)


@pytest.fixture
def pick(before: Stock, lin: Any, shen: Any, third: Member) -> Stock:
    """All three said yes, and it was picked."""
    for member in (lin, third, shen):
        stocks.vote_on_stock(before, vote="yes", by=member)
    return stocks.decide_stock(before, reason="成长性好", by=lin)


seats = st.lists(
    st.builds(rules.Seat, side=st.sampled_from(rules.SIDES), vote=st.sampled_from(["", *rules.Vote])),
    max_size=9,
)


class TestRules:
    @given(seats, st.randoms())
    def test_nobody_is_picked_without_quorum_of_both_sides_and_a_majority(self, found, luck):
        count = rules.count_votes(found, QUORUM)
        luck.shuffle(found)

        assert rules.count_votes(found, QUORUM) == count
        cast = [one for one in found if one.vote]
        by_side = [sum(one.side == side for one in cast) for side in rules.SIDES]
        assert count.has_quorum == (len(cast) >= 3 and min(by_side) >= 1)
        if count.is_picked:
            assert count.has_quorum and 3 * count.yes >= 2 * (count.yes + count.no) - 1 and count.yes
        assert count.yes + count.no + count.abstained + count.waiting == len(found)
        assert count.reasons

    @given(seats.filter(lambda found: any(one.vote == "no" for one in found)))
    def test_a_no_that_becomes_a_yes_never_unpicks(self, found):
        n = next(n for n, one in enumerate(found) if one.vote == "no")
        better = [rules.Seat(one.side, "yes") if m == n else one for m, one in enumerate(found)]

        assert rules.count_votes(better, QUORUM).is_picked >= rules.count_votes(found, QUORUM).is_picked

    @pytest.mark.parametrize(
        ("day", "months", "then"),
        [
            (date(2020, 2, 29), 12, date(2021, 2, 28)),
            (date(2020, 1, 31), 24, date(2022, 1, 31)),
            (date(2020, 12, 15), 36, date(2023, 12, 15)),
        ],
    )
    def test_months_end_on_the_same_day(self, day, months, then):
        assert rules.months_after(day, months) == then

    @pytest.mark.parametrize(
        ("rose", "told"),
        [(None, "miss"), (date(2022, 6, 1), "hit"), (date(2022, 6, 2), "miss"), (date(2019, 5, 31), "miss")],
    )
    def test_a_pick_is_a_hit_within_its_time(self, rose, told):
        assert rules.outcome(date(2019, 6, 1), rose, 36, date(2023, 9, 18)) == told

    def test_while_its_time_runs_it_is_neither(self):
        assert rules.outcome(date(2021, 6, 1), None, 36, date(2023, 9, 18)) == "open"
        found = rules.cohort(
            2021, [rules.Outcome.OPEN, rules.Outcome.HIT], [rules.Outcome.MISS, rules.Outcome.OPEN]
        )
        assert (found.hits, found.n, found.open_n) == (1, 1, 1)
        assert (found.base_hits, found.base_n, found.base_open) == (0, 1, 1)


class TestProposing:
    def test_reported_figures_are_taken_and_every_point_has_its_evidence(self, stock):
        assert (stock.revenue_fen, stock.revenue_before_fen, stock.year) == (1600 * WAN, 800 * WAN, 2022)
        found = queries.explained(stock)
        points = {one.item: (one.value, one.points) for one in found.points}

        # Doubled in three years: 26 % a year, of at most 30 %.
        assert points["growth"] == (Decimal("0.2599"), Decimal("30.32"))
        assert points["research"] == (Decimal("0.04"), Decimal("16.00"))
        assert points["orders"] == (Decimal("0.75"), Decimal("13.75"))
        assert points["patents"] == (Decimal(4), Decimal("8.00"))
        assert stock.score == found.score == sum(one.points for one in found.points)
        assert {one["code"] for one in stock.used} == set(queries.SCORE_CODES)
        assert list(replay()) == []

    def test_the_score_stays_what_it_was_when_the_rulebook_changes_later(self, stock, admin_member):
        from shanhai.core import rulebook

        rulebook.add_value(
            "investment.stock_weights", {"growth": 100, "research": 0, "orders": 0, "patents": 0, "nearness": 0},
            valid_from=date(2023, 10, 1), scope=f"pairing:{stock.pairing.code}", status="verified", source="纪要", by=None,
        )  # fmt: skip

        assert queries.explained(stock).score == stock.score

    def test_who_is_above_the_threshold_or_unknown_to_the_park_is_refused(
        self, cast, zone, grower, firm, lin
    ):
        figures.report_figures(grower, "2022", values={"revenue_fen": 2500 * WAN}, reason="更正", by=None)
        with pytest.raises(NotNow) as refused:
            stocks.propose_stock(zone, organisation=firm, by=lin)
        assert refused.value.code == "investment.stock_above"
        with pytest.raises(BadInput) as refused:
            stocks.propose_stock(zone, organisation=cast.organisations["STRANGER"], by=lin)
        assert refused.value.code == "investment.stock_no_firm"

    def test_one_of_a_firm_and_a_lead_once(self, zone, firm, lead, stock, lin):
        for given_ in ({}, {"organisation": firm, "lead": lead}):
            with pytest.raises(BadInput):
                stocks.propose_stock(zone, by=lin, **given_)
        with pytest.raises(NotNow) as refused:
            stocks.propose_stock(zone, organisation=firm, by=lin)
        assert refused.value.code == "investment.stock_there"
        of_lead = stocks.propose_stock(zone, lead=lead, by=lin)
        assert (of_lead.score, queries.explained(of_lead).most) == (0, 100)  # nothing is known yet

    def test_changing_the_evidence_moves_the_score(self, stock, lin):
        before = stock.score
        stocks.change_stock(stock, patents=5, by=lin)
        assert stock.score == before + 2
        with pytest.raises(BadInput):
            stocks.change_stock(stock, orders_fen=-1, by=lin)
        stocks.withdraw_stock(stock, reason="撤回", by=lin)
        with pytest.raises(NotNow):
            stocks.change_stock(stock, patents=1, by=lin)
        assert list(replay()) == []

    def test_candidates_are_those_below_scale_best_first(self, zone, grower, lead, lin, stock):
        assert [one.code for one in queries.candidates(lin, zone, clock.today()) if one.kind == "firm"] == []
        stocks.withdraw_stock(stock, reason="x", by=lin)

        found = [one for one in queries.candidates(lin, zone, clock.today()) if one.kind == "firm"]

        assert [(one.code, one.score.unknown) for one in found] == [("FIRM", ("orders", "patents"))]


class TestCommittee:
    def test_it_has_both_sides_and_waits_for_each_vote(self, stock, before, lin, shen, third):
        waiting = WorkItem.objects.filter(kind="investment.vote_on_stock", stage="open")
        assert sorted(one.facts["who_en"] for one in waiting) == ["Lin Tao", "Shen Jie", "Wu San"]
        with pytest.raises(NotNow) as refused:
            stocks.decide_stock(before, by=lin)
        assert refused.value.code == "investment.no_quorum"

    def test_one_side_alone_or_who_stands_above_is_no_committee(self, stock, lin, third, pan, shen):
        for some in ([lin, third], [lin, shen], [lin, shen, pan]):
            with pytest.raises((BadInput, NotAllowed)):
                stocks.call_committee(stock, some, by=lin)
        assert not StockVote.objects.exists()

    def test_only_seats_vote_and_a_no_has_its_reason(self, before, lin, shen, admin_member, zhou):
        for who in (admin_member, zhou):
            with pytest.raises(NotAllowed):
                stocks.vote_on_stock(before, vote="yes", by=who)
        with pytest.raises(BadInput):
            stocks.vote_on_stock(before, vote="no", by=shen)
        with pytest.raises(BadInput):
            stocks.vote_on_stock(before, vote="perhaps", by=shen)
        stocks.vote_on_stock(before, vote="no", reason="订单不实", by=shen)
        stocks.vote_on_stock(before, vote="yes", by=shen)  # changed while nothing is decided

        assert before.votes.get(member=shen).vote == "yes"

    def test_a_majority_picks_and_who_kept_it_is_told(self, pick, lin, shen):
        assert (pick.stage, pick.decided_on) == ("picked", date(2023, 9, 18))
        assert Notice.objects.filter(member__unit=lin.unit, fact__what__contains="was picked").exists()
        with pytest.raises(NotNow):
            stocks.vote_on_stock(pick, vote="no", reason="x", by=shen)
        assert list(replay()) == []

    def test_below_the_majority_nobody_is_picked(self, before, lin, shen, third):
        stocks.vote_on_stock(before, vote="yes", by=lin)
        stocks.vote_on_stock(before, vote="abstain", by=third)
        stocks.vote_on_stock(before, vote="no", reason="订单不实", by=shen)

        assert stocks.decide_stock(before, by=lin).stage == "not_picked"
        with pytest.raises(NotNow):
            stocks.set_milestone(before, months=12, measure="patents", target=1, by=lin)


class TestMilestones:
    def set(self, pick: Stock, lin: Any, **more: Any) -> StockMilestone:
        told = {"months": 12, "measure": "revenue_fen", "target": 2000 * WAN, "aid_fen": 10 * WAN} | more
        return stocks.set_milestone(pick, by=lin, **told)

    def test_aid_is_released_only_when_its_milestone_was_reached(self, pick, lin):
        row = self.set(pick, lin)
        assert row.due_on == date(2024, 9, 18)
        with pytest.raises(NotNow) as refused:
            stocks.release_aid(row, by=lin)
        assert refused.value.code == "investment.aid_not_reached"

        stocks.judge_milestone(row, value=2100 * WAN, evidence="年报", by=lin)
        stocks.release_aid(row, by=lin)

        assert (row.is_reached, row.aid, row.aid_on) == (True, "released", date(2023, 9, 18))
        for call in (
            lambda: stocks.release_aid(row, by=lin),
            lambda: stocks.judge_again(row, reason="x", by=lin),
            lambda: self.set(pick, lin, target=1),
        ):
            with pytest.raises(NotNow):
                call()
        assert list(replay()) == []

    def test_a_missed_one_withholds_its_aid_and_is_told_when_its_day_is_over(self, pick, lin, turn_clock):
        row = self.set(pick, lin)
        with pytest.raises(NotNow) as refused:
            stocks.judge_milestone(row, value=1, evidence="年报", by=lin)
        assert refused.value.code == "investment.milestone_early"
        turn_clock("2024-09-18T09:00")
        with pytest.raises(BadInput):
            stocks.judge_milestone(row, value=1, evidence=" ", by=lin)
        stocks.judge_milestone(row, value=1, evidence="年报", by=lin)
        assert row.aid == "withheld"

        stocks.judge_again(row, reason="审计更正", by=lin)

        assert (row.aid, row.judged_on) == ("tied", None)
        assert WorkItem.objects.filter(kind="investment.judge_milestone", stage="open").count() == 1
        assert list(replay()) == []

    @pytest.mark.parametrize(
        "facts",
        [{"months": 18}, {"measure": "luck"}, {"target": 0}, {"target": None}, {"aid_fen": -1},
         {"measure": "above_scale", "target": 2}],
    )  # fmt: skip
    def test_terms_that_cannot_be_are_refused(self, pick, lin, facts):
        with pytest.raises(BadInput):
            self.set(pick, lin, **facts)

    def test_people_are_told_once_before_it_is_due(self, pick, lin, turn_clock):
        self.set(pick, lin)
        assert stocks.sweep(clock.now()) == 0
        waiting = WorkItem.objects.filter(kind="investment.judge_milestone", stage="open")
        assert not waiting.exists()  # a year away, it would only fill the list
        turn_clock("2024-09-02T09:00")

        assert (stocks.sweep(clock.now()), stocks.sweep(clock.now())) == (2, 0)  # both people of the unit
        assert waiting.get().due_on == date(2024, 9, 18)


class TestRates:
    def test_picks_are_compared_with_those_below_scale_that_were_not_picked(
        self, cast, zone, grower, pick, lin, turn_clock
    ):
        from shanhai.core.actions import organisations

        park = grower.park
        for n in range(4):
            body = organisations.add_organisation(
                code=f"O-{n}",
                kind="enterprise",
                region=cast.regions["331181000000"],
                name_zh=f"企业{n}",
                by=None,
            )
            other = firms.enter_firm(park, body, opened_on=date(2016, 1, 1), by=None)
            if n == 0:
                turn_clock("2025-03-01T09:00")
                firms.raise_above_scale(other, on=date(2025, 2, 1), revenue_fen=3000 * WAN, by=None)
        (row,) = queries.cohorts(lin, zone, clock.today())
        assert (row.n, row.open_n, row.base_hits, row.base_n, row.base_open) == (
            0,
            1,
            0,
            0,
            4,
        )  # early hits count with the misses

        firms.raise_above_scale(grower, on=date(2025, 3, 1), revenue_fen=3000 * WAN, by=None)
        assert queries.outcomes([pick], zone, clock.today()) == {pick.pk: "hit"}
        turn_clock("2027-01-01T09:00")
        (row,) = queries.cohorts(lin, zone, clock.today())

        assert (row.hits, row.n, row.open_n) == (1, 1, 0)
        assert (row.base_hits, row.base_n, row.base_open) == (1, 4, 0)

    def test_indicators_and_their_evidence_agree(self, zone, grower, pick, turn_clock):
        year = periods.parse("2023")

        def value(code: str, side: str | None = None) -> Any:
            (row,) = indicators.measure(code, [zone.pk], [year], side)
            return row.numerator, row.denominator, row.missing

        assert (
            value("investment.stocks_picked") == value("investment.stocks_picked", "sea") == (1, None, False)
        )
        assert value("investment.stock_hits") == (0, 0, True)  # its time is not over
        turn_clock("2024-06-01T09:00")
        firms.raise_above_scale(grower, on=date(2024, 5, 1), revenue_fen=3000 * WAN, by=None)
        assert value("investment.stock_hits") == (0, 0, True)  # an early hit does not flatter the year
        turn_clock("2026-10-01T09:00")
        assert value("investment.stock_hits") == (1, 1, False)
        for code in rules.INDICATORS:
            assert list(indicators.check_evidence(code, [zone.pk], [year])) == []


class TestFaces:
    def test_from_candidate_to_aid_on_the_pages(self, zone, grower, lin, shen, third, zhou, client_of):
        mine, theirs, other = (client_of(who) for who in (lin, shen, third))
        page = mine.get("/investment/stocks/candidates/").content.decode()
        assert "1 enterprise might be proposed" in page and "?organisation=FIRM" in page
        given_ = {"organisation": "FIRM", "orders_fen": "1200万元", "patents": "4", "orders_source": "合同"}
        at = mine.post("/investment/stocks/propose/", given_)["Location"]
        assert "points of 100 for its growth" in mine.get(at).content.decode()
        assert (
            mine.post(f"{at}change/", {"patents": 5, "version": Stock.objects.get().version}).status_code
            == 302
        )
        assert mine.post(f"{at}committee/", {"members": [lin.pk, third.pk]}).status_code == 422
        assert mine.post(f"{at}committee/", {"members": [lin.pk, third.pk, shen.pk]}).status_code == 302
        assert theirs.post(f"{at}vote/", {"vote": "no"}).status_code == 422
        assert theirs.post(f"{at}vote/", {"vote": "no", "reason": "订单不实"}).status_code == 302
        for client in (mine, other):
            assert client.post(f"{at}vote/", {"vote": "yes"}).status_code == 302
        assert "订单不实" in mine.get(at).content.decode()
        assert theirs.post(f"{at}vote/", {"vote": "yes"}).status_code == 302
        assert mine.post(f"{at}decide/", {"reason": "成长性好"}).status_code == 302
        told = {"months": "12", "measure": "revenue_fen", "money_fen": "1500万元", "aid_fen": "10万元"}
        assert mine.post(f"{at}milestone/", told).status_code == 302
        assert mine.post(f"{at}milestones/12/release/").status_code == 409
        assert (
            mine.post(f"{at}milestones/12/judge/", {"money_fen": "1600万元", "evidence": "年报"}).status_code
            == 302
        )
        assert mine.post(f"{at}milestones/12/again/").status_code == 302
        assert (
            mine.post(f"{at}milestones/12/judge/", {"money_fen": "1600万元", "evidence": "年报"}).status_code
            == 302
        )
        assert mine.post(f"{at}milestones/12/release/").status_code == 302

        page = theirs.get(at).content.decode()
        assert "its time is not over" in page and "Released" in page
        assert "Time not over" in mine.get("/investment/stocks/").content.decode()
        assert "潜力股" in client_of(lin, language="zh-hans").get(at).content.decode()
        for address in ("/investment/stocks/", "/investment/stocks/candidates/", at, f"{at}vote/"):
            assert client_of(zhou).get(address).status_code in (403, 404), address

    def test_the_api_does_what_the_pages_do(self, zone, grower, lead, lin, shen, third, zhou, api_at, held):
        mine, theirs, other = (api_at("/api/v1/investment")(who) for who in (lin, shen, third))
        assert [one["code"] for one in mine("get", "/stock-candidates").json() if one["kind"] == "firm"] == [
            "FIRM"
        ]
        got = mine("post", "/stocks", {"organisation": "FIRM", "orders_fen": 1200 * WAN}).json()
        at = f"/stocks/{got['number']}"
        got = mine("patch", at, {"patents": 4}, version=got["version"]).json()
        assert sum(Decimal(str(one["points"])) for one in got["points"]) == Decimal(str(got["score"]))
        got = held(mine, f"{at}/committee", {"members": ["lin", "third", "shen"]}, got["version"])
        for call in (mine, theirs, other):
            got = call("post", f"{at}/vote", {"vote": "yes"}).json()
        got = held(mine, f"{at}/decide", {"reason": "x"}, got["version"])
        assert (got["stage"], got["outcome"]) == ("picked", "open")
        got = mine("put", f"{at}/milestones/12", {"measure": "patents", "target": 5, "aid_fen": 500}).json()
        got = held(
            mine,
            f"{at}/milestones/12/judge",
            {"value": 6, "evidence": "证书"},
            got["milestones"][0]["version"],
        )
        got = held(mine, f"{at}/milestones/12/judge-again", {"reason": "x"}, got["milestones"][0]["version"])
        again = {"value": 6, "evidence": "第二份证书"}
        version = got["milestones"][0]["version"]
        got = mine("post", f"{at}/milestones/12/judge", again, version=version).json()
        got = held(mine, f"{at}/milestones/12/release", {}, got["milestones"][0]["version"])
        assert got["milestones"][0]["aid"] == "released"
        (year, whole) = mine("get", "/stock-rates").json()
        assert (year["year"], year["open"], whole["year"], whole["picks"]["rate"]) == (2023, 1, 0, None)
        of_lead = mine("post", "/stocks", {"lead": "L-1"}).json()
        assert (
            held(mine, f"/stocks/{of_lead['number']}/withdraw", {"reason": "x"}, of_lead["version"])["stage"]
            == "withdrawn"
        )
        assert len(theirs("get", "/stocks?sort=score").json()["items"]) == 2
        assert api_at("/api/v1/investment")(zhou)("get", "/stocks").status_code == 403

    def test_commands_do_what_the_pages_do(self, zone, grower, lead, lin, shen, third, capsys):
        def done(who: str, *words: str) -> str:
            capsys.readouterr()
            assert run(["--as", who, "investment", "stocks", *words]) == 0, words
            return capsys.readouterr().out

        assert json.loads(done("lin", "candidates", "--json"))[0]["code"] == "FIRM"
        done("lin", "propose", "--organisation", "FIRM", "--orders", "1200万元", "--dry-run")
        done("lin", "propose", "--organisation", "FIRM", "--orders", "1200万元")
        number = Stock.objects.get().number
        done("lin", "change", number, "--patents", "4")
        done("lin", "committee", number, "lin", "third", "shen")
        for who in ("lin", "third", "shen"):
            done(who, "vote", number, "yes")
        done("lin", "decide", number, "--reason", "成长性好")
        done("lin", "milestone", number, "12", "patents", "5", "--aid", "10万元")
        done("lin", "judge", number, "12", "6", "--shown", "证书")
        done("lin", "judge-again", number, "12", "--reason", "x")
        done("lin", "judge", number, "12", "6", "--shown", "证书")
        done("lin", "release", number, "12")
        shown = json.loads(done("shen", "show", number, "--json"))
        assert (shown["outcome"], shown["milestones"][0]["aid"]) == ("open", "released")
        assert json.loads(done("lin", "rates", "--json"))[-1]["n"] == 0
        done("lin", "propose", "--lead", "L-1")
        done("lin", "withdraw", Stock.objects.latest("pk").number, "--reason", "x")
        assert "QL-" in done("lin", "list")


def test_they_travel_with_a_zone_folder(pick, zone, lead, lin, shen, third, tmp_path):
    from shanhai.fields.investment import zone as folder

    for months, value in ((12, 9), (24, None)):
        row = stocks.set_milestone(pick, months=months, measure="patents", target=5, aid_fen=10 * WAN, by=lin)
        if value is not None:
            stocks.judge_milestone(row, value=value, evidence="证书", by=lin)
            stocks.release_aid(row, by=lin)
    of_lead = stocks.propose_stock(zone, lead=lead, patents=2, patents_source="证书", by=lin)
    stocks.call_committee(of_lead, [lin, shen, third], by=lin)
    stocks.vote_on_stock(of_lead, vote="no", reason="订单不实", by=shen)
    names = ("stocks.csv", "stock_votes.csv", "stock_milestones.csv")
    counts = folder.export(tmp_path, None)
    assert [counts[name] for name in names] == [2, 6, 2]
    before = {name: (tmp_path / name).read_text(encoding="utf-8") for name in names}
    WorkItem.objects.all().delete()
    for model in (StockMilestone, StockVote, Stock):
        model.objects.all().delete()

    folder.load(tmp_path, None)

    folder.export(tmp_path, None)
    assert {name: (tmp_path / name).read_text(encoding="utf-8") for name in names} == before
    assert WorkItem.objects.filter(kind="investment.vote_on_stock", stage="open").count() == 2
    assert {one.code for one in replay()} <= {"core.row_gone"}
    n = JournalEntry.objects.count()
    folder.load(tmp_path, None)
    assert JournalEntry.objects.count() == n


def test_the_outsider_finds_none(stock, zhou, pan, shen):
    assert queries.stock_of(shen, "QL-1") == stock
    for who in (zhou,):
        with pytest.raises(NotFound):
            queries.stock_of(who, "QL-1")


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def both(self, *calls: Any) -> list[Refused]:
        found = together(list(calls), threading.Barrier(len(calls)))
        return [one for one in found if isinstance(one, Refused)]

    def test_a_vote_while_it_is_decided_counts_or_is_refused_never_both(self, before, lin, shen, third):
        for member in (lin, third, shen):
            stocks.vote_on_stock(before, vote="yes", by=member)
        one, two = queries.stock_of(None, "QL-1"), queries.stock_of(None, "QL-1")
        by = Member.objects.select_related("unit__organisation").get(code="shen")

        told = self.both(
            lambda: stocks.decide_stock(one, by=None),
            lambda: stocks.vote_on_stock(two, vote="no", reason="x", by=by),
        )

        assert len(told) == 1
        stage, vote = Stock.objects.get().stage, StockVote.objects.get(member=by).vote
        assert (stage, vote) in (("picked", "yes"), ("committee", "no"))
        assert list(replay()) == []

    def test_two_members_vote_at_once_and_both_count(self, before, lin, shen):
        pair = [queries.stock_of(None, "QL-1") for _ in range(2)]
        who = [Member.objects.select_related("unit__organisation").get(code=code) for code in ("lin", "shen")]

        told = self.both(*(lambda n=n: stocks.vote_on_stock(pair[n], vote="yes", by=who[n]) for n in (0, 1)))

        assert told == []
        assert StockVote.objects.filter(vote="yes").count() == 2

    def test_aid_is_released_once(self, pick, lin):
        row = stocks.set_milestone(pick, months=12, measure="patents", target=1, aid_fen=5, by=lin)
        stocks.judge_milestone(row, value=2, evidence="证书", by=lin)
        pair = [queries.milestone_of(queries.stock_of(None, "QL-1"), 12) for _ in range(2)]

        told = self.both(*(lambda n=n: stocks.release_aid(pair[n], by=None) for n in (0, 1)))

        assert [type(one) for one in told] == [ChangedMeanwhile]
        assert StockMilestone.objects.get().aid == "released"
        assert list(replay()) == []
