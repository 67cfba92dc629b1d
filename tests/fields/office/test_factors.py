"""Factor requests: asked, queued with the park first, granted, passed over, refused; and who sees what."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from shanhai.core import checks, indicators, search
from shanhai.core.checks import replay
from shanhai.core.models import Notice
from shanhai.core.queries import work as waiting
from shanhai.fields.office.actions import factor_pools, factor_upkeep
from shanhai.fields.office.actions import factors as actions
from shanhai.fields.office.models import FactorPool, FactorRequest
from shanhai.fields.office.queries import factors as queries
from shanhai.kernel import periods
from shanhai.kernel.refusals import BadInput, ChangedMeanwhile, NotAllowed, NotFound, NotNow
from shanhai.site.cli import run

NEEDED = date(2023, 10, 31)


@pytest.fixture
def firm(cast, body, added):
    """A firm of Longquan, and Xiang who speaks for it."""
    body("FIRM", "enterprise", "青枫汽配")
    return added("xiang", "FIRM", "项羽", "Xiang Yu", "enterprise")


@pytest.fixture
def land(cast, body, added):
    """The bureau of Longquan that grants land, and its handler Ji."""
    body("LQ-NR", "department", "自然资源局")
    return added("ji", "LQ-NR", "季雪文", "Ji Xuewen", "handler")


@pytest.fixture
def ask(zone, firm, land):
    """``ask("title", 500)``: the firm asks for 5 mu; more by name."""

    def asked(title="用地", quantity=500, by=firm, **more):
        values = {"measure": "mu", "needed_by": NEEDED, "unit": land.unit} | more
        return actions.ask(zone, title_zh=title, quantity=quantity, by=by, **values)

    return asked


@pytest.fixture
def park(ask, lin):
    """A request of the park committee, 20 mu."""
    return ask("产业园用地", 2000, by=lin, is_park=True, park_reason="产业园自身项目")


@pytest.fixture
def pool(zone, land):
    """The bureau may grant 30 mu in 2023."""
    return factor_pools.declare_pool(
        zone, organisation=land.unit.organisation, measure="mu", year=2023, available=3000, source="计划", by=land
    )  # fmt: skip


def has_work(member):
    return waiting.waiting_for(member).filter(kind="office.factor").exists()


def grant(request, quantity, by, **more):
    request.refresh_from_db()
    return actions.grant_factor(request, quantity=quantity, paper="龙自然〔2023〕1号", by=by, **more)


class TestAsking:
    def test_waits_for_the_unit_that_grants_and_keeps_the_rule_of_the_order(self, park, ask, land):
        item = waiting.waiting_for(land).get(kind="office.factor")
        assert waiting.words(item) == f"Grant or refuse {park.number} 产业园用地"
        assert (park.priority, ask().priority) == (1, 2)
        assert park.priority_rule["code"] == "office.factor.classes" and park.priority_rule["hash"]

    def test_the_park_comes_first_however_late_it_asks(self, ask, park):
        other = ask("别的", needed_by=date(2023, 9, 18))

        assert queries.queue_of(other) == [park, other]

    def test_that_it_is_the_parks_is_shown_by_a_record_or_said(self, ask, lin, cast):
        with pytest.raises(BadInput) as refused:
            ask(is_park=True)
        assert refused.value.code == "office.factor_park_reason"

        shown = ask(by=lin, is_park=True, record=cast.organisations["LQ-PARK"])
        assert (shown.priority, shown.park_reason, shown.record_kind) == (1, "", "core.organisation")

    @pytest.mark.parametrize(
        ("more", "code"),
        [
            ({"needed_by": date(2023, 9, 17)}, "office.factor_needed_in_past"),
            ({"measure": "acre"}, "office.factor_measure"),
            ({"quantity": 0}, "office.factor_quantity"),
        ],
    )
    def test_refuses_what_cannot_be_asked(self, ask, more, code):
        with pytest.raises(BadInput) as refused:
            ask(**more)
        assert refused.value.code == code

    def test_a_firm_asks_for_itself_only_and_of_public_bodies_only(self, ask, cast, firm, lin, zhou):
        with pytest.raises(BadInput) as refused:
            ask(asker=cast.organisations["LQ-PARK"])
        assert refused.value.code == "office.factor_for_another"
        for unit in (firm.unit, zhou.unit):
            with pytest.raises(BadInput) as refused:
                ask(unit=unit)
            assert refused.value.code == "office.factor_unit_elsewhere"
        with pytest.raises(NotAllowed):
            ask(by=zhou)

    def test_the_other_side_is_asked_in_the_open_only(self, ask, shen):
        with pytest.raises(NotNow) as refused:
            ask(unit=shen.unit)
        assert refused.value.code == "office.factor_not_shared"

        assert ask(unit=shen.unit, is_shared=True).side == "sea" and has_work(shen)


class TestGranting:
    def test_in_parts_up_to_what_was_asked_and_no_more(self, ask, land, firm, turn_clock):
        request = ask(quantity=500)
        turn_clock("2023-09-20T09:00")
        grant(request, 200, land)
        assert (request.stage, request.first_days, request.fulfilled_days) == ("part", 2, None)
        with pytest.raises(BadInput) as refused:
            grant(request, 301, land)
        assert refused.value.code == "office.factor_above_asked"

        turn_clock("2023-09-22T09:00")
        grant(request, 300, land)

        assert (request.stage, request.first_days, request.fulfilled_days) == ("fulfilled", 2, 4)
        assert not has_work(land)
        told = Notice.objects.filter(member=firm, fact__kind="office.factor")
        assert told.count() == 2

    def test_needs_a_paper(self, ask, land):
        with pytest.raises(BadInput) as refused:
            actions.grant_factor(ask(), quantity=1, by=land)
        assert refused.value.code == "office.factor_paper_missing"

    def test_what_is_of_use_in_whole_only_is_granted_in_whole(self, ask, land):
        request = ask(needs_whole=True)
        with pytest.raises(BadInput) as refused:
            grant(request, 499, land)
        assert refused.value.code == "office.factor_in_whole"

    def test_by_who_has_it_the_office_or_a_leader(self, ask, firm, land, lin, added):
        stranger = added("he", "LQ-PARK", "何", "He", "handler")
        request = ask()
        with pytest.raises(NotAllowed):
            grant(request, 1, firm)
        with pytest.raises(NotAllowed) as refused:
            grant(request, 1, stranger)
        assert refused.value.code == "office.factor_of_another"

        assert grant(request, 1, lin).member == lin

    def test_never_above_what_the_pool_holds(self, ask, pool, land, park):
        grant(park, 2000, land)
        with pytest.raises(NotNow) as refused:
            grant(ask(quantity=1500), 1001, land)
        assert refused.value.code == "office.factor_pool_empty"
        assert refused.value.facts["left"] == Decimal("10.00")
        pool.refresh_from_db()
        assert (pool.granted, pool.left) == (2000, 1000)

    def test_an_old_version_is_refused(self, ask, land):
        request = ask()
        again = queries.request_of(land, request.number)
        grant(request, 1, land)
        with pytest.raises(ChangedMeanwhile):
            actions.grant_factor(again, quantity=1, paper="x", by=land)


class TestPassingOver:
    def test_needs_a_reason_that_stands_on_both_records(self, park, ask, land, lin):
        other = ask("村里的路")
        with pytest.raises(BadInput) as refused:
            grant(other, 500, land)
        assert (
            refused.value.code == "office.factor_passes_over" and park.number in refused.value.facts["over"]
        )

        made = grant(other, 500, land, reason="园区地块尚未平整")

        passing = park.passed_over.get()
        assert (passing.grant, passing.reason) == (made, "园区地块尚未平整")
        assert [step.text for step in park.steps.filter(what="passed_over")] == ["园区地块尚未平整"]
        assert other.steps.get(what="granted").text == "园区地块尚未平整"
        assert Notice.objects.filter(member=lin, fact__kind="office.factor").exists()

    def test_serving_the_first_passes_over_nobody(self, park, ask, land):
        ask("后来的")
        assert not grant(park, 2000, land).passings.exists()

    def test_one_that_the_pool_cannot_serve_in_whole_is_not_passed_over(self, ask, lin, pool, land):
        ask("园区整块", 4000, by=lin, is_park=True, park_reason="园区", needs_whole=True)

        assert not grant(ask(), 500, land).passings.exists()

    def test_other_queues_do_not_matter(self, park, ask, land, lin):
        energy = ask("用电", 800, measure="kW")
        elsewhere = ask("别处", 500, unit=lin.unit)

        assert not grant(energy, 800, land).passings.exists()
        assert not grant(elsewhere, 500, lin).passings.exists()

    def test_the_preview_says_so_before(self, park, ask, pool, land):
        other = ask("村里的路", 1500)

        told = queries.preview(other, 1500)

        assert (told.left, told.left_after, told.over) == (3000, 1500, [park])
        assert [(one.could_be_served, one.could_be_served_after) for one in told.before] == [(True, True)]


class TestTakingBack:
    def test_returns_it_to_its_place_and_the_part_to_the_pool(self, park, pool, land):
        made = grant(park, 2000, land)
        made.request = park

        actions.take_back_grant(made, reason="文号写错", by=land)

        pool.refresh_from_db()
        assert (pool.granted, park.granted, park.stage, park.fulfilled_days) == (0, 0, "waiting", None)
        assert has_work(land)
        with pytest.raises(NotNow) as refused:
            actions.take_back_grant(made, reason="再来", by=land)
        assert refused.value.code == "office.factor_grant_gone"
        pool.refresh_from_db()
        assert pool.granted == 0

    def test_a_passing_that_was_taken_back_counts_no_more(self, zone, park, ask, land):
        other = ask()
        made = grant(other, 500, land, reason="等不及")
        assert queries.passings_in(FactorRequest.objects.all()) == 1

        made.request = other
        actions.take_back_grant(made, reason="错了", by=land)

        assert queries.passings_in(FactorRequest.objects.all()) == 0


class TestRefusingAndWithdrawing:
    def test_refused_with_a_reason_and_opened_again_by_either(self, ask, land, firm, lin):
        request = ask()
        with pytest.raises(BadInput):
            actions.refuse_request(request, reason=" ", by=land)
        actions.refuse_request(request, reason="无指标", by=land)
        assert (request.stage, request.reason) == ("refused", "无指标") and not has_work(land)

        actions.reopen_request(request, reason="新指标", by=firm)
        assert request.stage == "waiting" and has_work(land)
        actions.refuse_request(request, reason="无指标", by=land)
        actions.reopen_request(request, reason="点错", by=land)
        assert request.is_waiting

    def test_withdrawn_by_the_asker_it_leaves_queue_and_search(self, ask, land, firm, lin):
        request = ask("用地扩建")
        assert search.find(lin, "用地扩建")
        with pytest.raises(NotAllowed) as refused:
            actions.withdraw_request(request, reason="不要了", by=lin)
        assert refused.value.code == "office.factor_not_asker"

        actions.withdraw_request(request, reason="不要了", by=firm)

        assert not queries.queue_of(request) and not search.find(lin, "用地扩建") and not has_work(land)
        with pytest.raises(NotNow):
            actions.refuse_request(request, reason="晚了", by=land)

    def test_a_fulfilled_one_is_not_opened_again(self, ask, land, firm):
        request = ask()
        grant(request, 500, land)
        with pytest.raises(NotNow) as refused:
            actions.reopen_request(request, reason="还要", by=firm)
        assert refused.value.code == "office.factor_is_open"


class TestPools:
    def test_one_for_a_year_and_never_below_what_was_granted(self, zone, pool, land, park):
        with pytest.raises(BadInput) as refused:
            factor_pools.declare_pool(
                zone, organisation=land.unit.organisation, measure="mu", year=2023, available=1, by=land
            )
        assert refused.value.code == "office.factor_pool_exists"
        grant(park, 2000, land)
        pool.refresh_from_db()
        with pytest.raises(BadInput) as refused:
            factor_pools.change_pool(pool, available=1999, by=land)
        assert refused.value.code == "office.factor_pool_below"

        assert factor_pools.change_pool(pool, available=2000, by=land).left == 0

    def test_is_set_by_its_own_people_or_the_office_of_its_side(self, zone, land, lin, shen, cast):
        of_land = {"organisation": land.unit.organisation, "measure": "kW", "year": 2023, "available": 5}
        with pytest.raises(BadInput) as refused:
            factor_pools.declare_pool(zone, **of_land, by=shen)
        assert refused.value.code == "office.factor_pool_of_another"

        assert factor_pools.declare_pool(zone, **of_land, by=lin).granted == 0

    def test_is_shown_to_its_side_unless_it_is_shared(self, zone, pool, lin, shen):
        assert list(queries.pools_of(lin, zone)) == [pool]
        assert not queries.pools_of(shen, zone).exists()
        with pytest.raises(NotFound):
            queries.pool_of(shen, pool.pk)


class TestClimbing:
    def swept(self, turn_clock, day):
        from shanhai.core import clock

        turn_clock(f"{day}T09:00")
        return factor_upkeep.sweep(clock.now())

    def test_climbs_by_the_days_waited_and_the_handler_may_still_grant(self, ask, land, lin, turn_clock):
        request = ask()
        assert queries.climbs_on(request) == date(2023, 10, 8)  # ten working days, over the holidays
        assert self.swept(turn_clock, "2023-10-08") == 0
        assert self.swept(turn_clock, "2023-10-09") == 1
        assert self.swept(turn_clock, "2023-10-09") == 0

        request.refresh_from_db()
        assert (request.level, request.unit) == ("office", lin.unit) and has_work(lin)
        grant(request, 500, land)
        assert request.stage == "fulfilled" and not has_work(lin)


class TestWhoSees:
    def test_the_asker_and_the_side_and_nobody_else(self, ask, firm, lin, shen, body, added, zone):
        body("OTHER-FIRM", "enterprise", "别家")
        other = added("qian", "OTHER-FIRM", "钱", "Qian", "enterprise")
        request = ask()

        assert list(queries.requests_of(firm, zone)) == list(queries.requests_of(lin, zone)) == [request]
        for stranger in (other, shen):
            assert not queries.requests_of(stranger, zone).exists()
            with pytest.raises(NotFound):
                queries.request_of(stranger, request.number)


class TestFigures:
    def test_are_what_the_records_add_up_to(self, zone, ask, park, land, turn_clock):
        other = ask()
        turn_clock("2023-09-20T09:00")
        grant(other, 500, land, reason="急用")
        turn_clock("2023-09-22T09:00")
        grant(park, 1000, land)
        turn_clock("2023-10-09T09:00")
        grant(park, 1000, land)
        asked = [periods.parse(one) for one in ("2023-09", "2023-10", "2023-11")]

        def figure(code, side=None):
            return [indicators.value(row) for row in indicators.measure(code, [zone.pk], asked, side)]

        assert figure("office.factors_fulfilled") == [1, 1, None]
        assert figure("office.factor_days") == [2, 11, None]
        assert figure("office.factor_first_days") == [3, None, None]
        assert figure("office.factors_passed_over") == [1, 0, None]
        assert figure("office.factors_fulfilled", "sea") == [0, 0, None]
        codes = ("factors_fulfilled", "factor_days", "factor_first_days", "factors_passed_over")
        for code in codes:
            assert not indicators.check_evidence(f"office.{code}", [zone.pk], asked)
        (told,) = queries.waited(FactorRequest.objects.all())
        assert (told.kind, told.side, told.n, told.median, told.p90) == (
            "land",
            "mountain",
            2,
            Decimal("6.5"),
            11,
        )
        assert told.first_median == 3

    def test_the_journal_replays_to_the_rows_and_the_self_check_finds_a_counter_that_drifted(
        self, zone, ask, park, pool, land, firm
    ):
        made = grant(park, 500, land)
        made.request = park
        actions.take_back_grant(made, reason="错", by=land)
        request = ask()
        grant(request, 100, land, reason="先办")
        actions.refuse_request(request, reason="余下不批", by=land)
        assert not list(replay())
        assert not list(checks.run(["office.factors"]))

        FactorPool.objects.filter(pk=pool.pk).update(granted=7)

        assert [one.code for one in checks.run(["office.factors"])] == ["office.factor_pool_granted"]


class TestPages:
    def test_the_queue_tells_who_waits_and_what_is_left(self, park, ask, pool, land, lin, zhou, client_of):
        ask()
        page = client_of(lin).get("/office/factors/").content.decode()

        assert "2 requests wait, none past the day it is needed." in page
        assert "30 mu of 30 mu" in page and "25 mu" in page
        assert client_of(zhou).get("/office/factors/").status_code in (403, 404)
        assert client_of(zhou).get(park.url).status_code in (403, 404)

    def test_a_day_from_asking_to_granting_on_the_pages(self, zone, firm, land, park, client_of):
        asker, bureau = client_of(firm), client_of(land)
        form = {
            "title_zh": "扩建",
            "quantity": "5",
            "measure": "mu",
            "needed_by": "2023-10-31",
            "unit": land.unit_id,
        }
        assert asker.post("/office/factors/ask/", form | {"quantity": "5.123"}).status_code == 422
        asker.post("/office/factors/ask/", form)
        request = FactorRequest.objects.get(asker=firm.unit.organisation)
        assert "No. 2 of 2 in the queue" in asker.get(request.url).content.decode()

        shown = bureau.get(f"{request.url}grant/").content.decode()
        assert "passes over 1 that stands before it" in shown and park.number in shown
        paper = {"quantity": "2", "paper": "龙自然〔2023〕2号", "version": request.version}
        refused = bureau.post(f"{request.url}grant/", paper)
        assert refused.status_code == 422
        bureau.post(f"{request.url}grant/", paper | {"reason": "园区未平整"})
        request.refresh_from_db()
        assert request.granted == 200

        assert "园区未平整" in bureau.get(park.url).content.decode()
        made = request.grants.get()
        bureau.post(f"{request.url}grants/{made.pk}/undo/")
        request.refresh_from_db()
        assert request.granted == 0
        bureau.post(f"{request.url}refuse/", {"reason": "无指标"})
        asker.post(f"{request.url}reopen/", {"reason": "再议"})
        asker.post(f"{request.url}withdraw/", {"reason": "不要了"})
        assert "Withdrawn: 扩建" in asker.get(request.url).content.decode()

    def test_the_queue_goes_out_as_a_spreadsheet_with_what_the_reader_sees(
        self, park, ask, firm, lin, client_of
    ):
        ask("扩建", 550)

        text = client_of(lin).get("/office/factors/?format=csv").content.decode("utf-8-sig")
        own = client_of(firm).get("/office/factors/?format=csv").content.decode("utf-8-sig")

        assert text.count("\n") == 3 and "5.5" in text and "产业园用地" in text
        assert own.count("\n") == 2 and "产业园用地" not in own
        assert client_of(lin).get("/office/factors/?format=xlsx").content[:2] == b"PK"

    def test_a_firm_does_not_read_who_stands_before_it(self, firm, park, ask, client_of):
        request = ask()

        page = client_of(firm).get(request.url).content.decode()

        assert "not shown to you" in page and "产业园用地" not in page

    def test_pools_are_declared_and_set_anew(self, zone, land, client_of):
        bureau = client_of(land)
        form = {
            "organisation": land.unit.organisation_id,
            "measure": "fen",
            "year": 2023,
            "available": "2000万元",
        }
        bureau.post("/office/factors/pools/new/", form | {"source": "预算"})
        pool = FactorPool.objects.get()
        assert (pool.available, pool.reach) == (2_000_000_000, "side")

        bureau.post(f"/office/factors/pools/{pool.pk}/", {"available": "2100万元", "version": pool.version})

        pool.refresh_from_db()
        assert (pool.available, pool.source) == (2_100_000_000, "预算")


class TestProgramsAndCommands:
    def test_the_api_asks_previews_grants_and_refuses_an_old_version(self, zone, firm, land, client_of):
        asker, bureau = client_of(firm), client_of(land)

        def post(client, url, body, version=None):
            headers = {"If-Match": f'"{version}"'} if version is not None else {}
            return client.post(
                f"/api/v1/office/{url}", json.dumps(body), content_type="application/json", headers=headers
            )

        pool = post(
            bureau, "factor-pools", {"organisation": "LQ-NR", "measure": "mu", "year": 2023, "available": "8"}
        )
        assert pool.status_code == 201 and pool.json()["left"] == "8"
        body = {
            "title_zh": "扩建",
            "measure": "mu",
            "quantity": "5.5",
            "needed_by": "2023-10-31",
            "unit": "LQ-NR-1",
        }
        made = post(asker, "factors", body)
        assert made.status_code == 201 and made.json()["quantity"] == "5.5"
        url = f"factors/{made.json()['number']}"

        told = bureau.get(f"/api/v1/office/{url}/preview?quantity=2").json()
        assert (told["left"], told["left_after"], told["passes_over"]) == ("8", "6", [])
        assert post(bureau, f"{url}/grant", {"quantity": "2", "paper": "文"}, 9).status_code == 412
        granted = post(bureau, f"{url}/grant", {"quantity": "2", "paper": "文"}, 0).json()
        assert (granted["stage"], granted["granted"]) == ("part", "2")
        back = post(bureau, f"{url}/grants/{granted['grants'][0]['id']}/take-back", {"reason": "错"}, 1)
        assert back.json()["granted"] == "0"
        assert post(bureau, f"{url}/grants/999/take-back", {"reason": "错"}, 2).status_code == 404
        listed = bureau.get("/api/v1/office/factors?in_queue=true").json()["items"]
        assert [one["number"] for one in listed] == [made.json()["number"]]

    def test_commands(self, zone, firm, land, lin, capsys):
        def typed(*words, as_=""):
            capsys.readouterr()
            line = ["office", "factors", *words, *(["--as", as_] if as_ else [])]
            return run(line), capsys.readouterr().out

        asking = (
            "ask",
            "扩建",
            "--quantity",
            "5",
            "--measure",
            "mu",
            "--unit",
            "LQ-NR-1",
            "--needed-by",
            "2023-10-31",
        )
        assert typed(*asking)[0] == 1  # nobody asks
        assert typed(*asking, "--dry-run", as_="xiang")[0] == 0 and not FactorRequest.objects.exists()
        assert typed(*asking, as_="xiang")[0] == 0
        number = FactorRequest.objects.get().number
        assert typed("pools", "declare", "LQ-NR", "8", "--measure", "mu", as_="ji")[0] == 0
        pool = FactorPool.objects.get()
        assert typed("pools", "change", str(pool.pk), "9", as_="ji")[0] == 0
        assert json.loads(typed("pools", "list", "--json", as_="ji")[1])[0]["left"] == "9"
        assert json.loads(typed("preview", number, "2", "--json", as_="ji")[1])["left_after"] == "7"
        assert typed("grant", number, "2", "--paper", "文", as_="ji")[0] == 0
        grant_id = str(FactorRequest.objects.get().grants.get().pk)
        for words, who in (
            (("take-back", number, grant_id, "--reason", "错"), "ji"),
            (("refuse", number, "--reason", "无"), "ji"),
            (("reopen", number, "--reason", "再议"), "xiang"),
            (("withdraw", number, "--reason", "不要"), "xiang"),
        ):
            assert typed(*words, as_=who)[0] == 0, words
        shown = json.loads(typed("show", number, "--json", as_="lin")[1])
        assert shown["stage"] == "withdrawn" and len(shown["steps"]) == 6
        assert json.loads(typed("list", "--all", "--json", as_="lin")[1])[0]["number"] == number
