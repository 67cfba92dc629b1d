"""Problems: raised, climbing by working days, answered, rated; and who sees what."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shanhai.core import indicators, records, search
from shanhai.core.actions import sharing
from shanhai.core.checks import replay
from shanhai.core.models import Draft, Notice, WorkItem
from shanhai.core.queries import work as waiting
from shanhai.fields.office.actions import problems as actions
from shanhai.fields.office.models import Problem
from shanhai.fields.office.queries import problems as queries
from shanhai.fields.office.rules import problems as rules
from shanhai.kernel import periods
from shanhai.kernel.refusals import BadInput, NotAllowed, NotFound, NotNow
from shanhai.site.cli import run

DAYS = {"handler": 5, "office": 5, "leaders": 10}


def swept(turn_clock, day):
    from shanhai.core import clock

    turn_clock(f"{day}T09:00")
    return actions.sweep(clock.now())


def has_work(member, kind="office.problem"):
    return waiting.waiting_for(member).filter(kind=kind).exists()


class TestRules:
    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        st.integers(0, 60),
        st.dictionaries(st.sampled_from(["handler", "office", "leaders"]), st.integers(0, 9)),
    )
    def test_a_late_sweep_finds_the_same_steps_as_one_every_day(self, n, days):
        start, add = date(2023, 9, 1), lambda day, k: day + timedelta(days=k)
        at_once = rules.climbs("handler", start, days, start + timedelta(days=n), add, lambda _: True)
        level, since, daily = "handler", start, []
        for k in range(n + 1):
            found = rules.climbs(level, since, days, start + timedelta(days=k), add, lambda _: True)
            daily += found
            if found:
                level, since = found[-1].level, found[-1].since_on

        assert at_once == daily

    def test_a_level_without_anybody_is_passed_over(self):
        add = lambda day, k: day + timedelta(days=k)  # noqa: E731
        found = rules.climbs(
            "handler", date(2023, 9, 1), DAYS, date(2023, 9, 8), add, lambda level: level != "office"
        )

        assert [one.level for one in found] == ["leaders"]

    def test_the_joint_meeting_is_the_highest(self):
        add = lambda day, k: day + timedelta(days=k)  # noqa: E731
        found = rules.climbs("handler", date(2023, 1, 1), DAYS, date(2023, 12, 31), add, lambda _: True)

        assert [one.level for one in found] == ["office", "leaders", "meeting"]


class TestRaising:
    def test_waits_for_the_unit_that_can_answer_with_a_day(self, problem, handler):
        item = waiting.waiting_for(handler).get(kind="office.problem")

        assert item.due_on == queries.climbs_on(problem) == date(2023, 9, 25)
        assert waiting.words(item) == f"Answer {problem.number} No more power"

    def test_without_a_unit_the_office_has_it(self, zone, firm, lin):
        problem = actions.raise_problem(zone, title_zh="找谁", by=firm)

        assert (problem.level, problem.unit) == ("office", lin.unit)

    def test_a_unit_of_the_other_side_needs_that_it_is_shared(self, zone, lin, shen):
        with pytest.raises(NotNow) as refused:
            actions.raise_problem(zone, title_zh="住宿费", unit=shen.unit, by=lin)
        assert refused.value.code == "office.problem_not_shared"

        shared = actions.raise_problem(zone, title_zh="住宿费", unit=shen.unit, is_shared=True, by=lin)
        assert has_work(shen) and queries.problem_of(shen, shared.number)

    def test_a_public_body_asks_for_a_village_and_a_firm_for_itself_only(self, zone, body, firm, lin, cast):
        village = body("V-1", "village", "云坞村")

        assert actions.raise_problem(zone, title_zh="路", asker=village, by=lin).asker == village
        with pytest.raises(BadInput) as refused:
            actions.raise_problem(zone, title_zh="路", asker=village, by=firm)
        assert refused.value.code == "office.problem_for_another"
        with pytest.raises(BadInput) as refused:
            actions.raise_problem(zone, title_zh="路", asker=cast.organisations["XS"], by=lin)
        assert refused.value.code == "office.problem_asker_elsewhere"

    def test_a_unit_without_a_seat_and_an_outsider_are_refused(self, zone, zhou, lin):
        with pytest.raises(BadInput):
            actions.raise_problem(zone, title_zh="路", unit=zhou.unit, by=lin)
        with pytest.raises(NotAllowed):
            actions.raise_problem(zone, title_zh="路", by=zhou)

    def test_withdrawn_it_leaves_lists_and_search(self, problem, firm, handler, lin):
        assert search.find(lin, "用电增容")

        actions.withdraw_problem(problem, by=firm)

        assert not has_work(handler) and not search.find(lin, "用电增容")


class TestWhoSees:
    def test_the_firm_sees_its_own_and_another_firm_does_not(self, problem, firm, body, added, zone):
        body("OTHER-FIRM", "enterprise", "别家")
        other = added("qian", "OTHER-FIRM", "钱", "Qian", "enterprise")

        assert list(queries.problems_of(firm, zone)) == [problem]
        assert not queries.problems_of(other, zone).exists()
        with pytest.raises(NotFound):
            queries.problem_of(other, problem.number)

    def test_the_other_side_sees_it_once_it_is_shared(self, problem, lin, shen, zone):
        with pytest.raises(NotFound):
            queries.problem_of(shen, problem.number)

        sharing.share_with_other_side(problem, by=lin)

        assert list(queries.problems_of(shen, zone)) == [problem]

    def test_the_record_that_it_is_about_is_shown_to_those_only_who_see_that(
        self, zone, lin, client_of, cast
    ):
        firm = cast.organisations["XS"]
        problem = actions.raise_problem(zone, title_zh="路", record=firm, by=lin)

        assert records.url(firm) in client_of(lin).get(problem.url).content.decode()
        assert problem.record_kind == "core.organisation"


class TestClimbing:
    def test_climbs_level_by_level_with_work_and_notices(self, problem, handler, lin, leader, turn_clock):
        assert swept(turn_clock, "2023-09-25") == 0  # its last day

        assert swept(turn_clock, "2023-09-26") == 1
        problem.refresh_from_db()
        assert (problem.level, problem.unit, problem.since_on) == ("office", lin.unit, date(2023, 9, 25))
        assert has_work(lin) and not has_work(handler)
        assert {one.member.code for one in Notice.objects.filter(fact__kind="office.problem")} >= {
            "lin",
            "ji",
            "xiang",
        }

        assert swept(turn_clock, "2023-12-29") == 2
        problem.refresh_from_db()
        assert (problem.level, queries.climbs_on(problem)) == ("meeting", None)

    def test_a_second_sweep_changes_nothing(self, problem, lin, leader, turn_clock):
        swept(turn_clock, "2023-10-20")
        n = (WorkItem.objects.count(), Notice.objects.count(), problem.steps.count())

        assert swept(turn_clock, "2023-10-20") == 0
        assert n == (WorkItem.objects.count(), Notice.objects.count(), problem.steps.count())

    def test_without_a_leader_it_goes_from_the_office_to_the_joint_meeting(self, problem, lin, turn_clock):
        swept(turn_clock, "2023-12-29")

        problem.refresh_from_db()
        assert [step.level for step in problem.steps.all()] == ["handler", "office", "meeting"]

    def test_at_the_joint_meeting_the_other_office_has_it_too_if_it_is_shared(
        self, problem, lin, shen, turn_clock
    ):
        sharing.share_with_other_side(problem, by=lin)

        swept(turn_clock, "2023-12-29")

        assert has_work(lin) and has_work(shen)

    def test_while_the_asker_is_asked_it_stands_still(self, problem, handler, firm, lin, turn_clock):
        turn_clock("2023-09-20T09:00")
        actions.ask_back(problem, question="多少千伏安？", by=handler)
        assert has_work(firm, "office.problem_question") and not has_work(handler)
        assert swept(turn_clock, "2023-10-20") == 0

        actions.reply_to_question(problem, text="800", by=firm)

        # Two of five days were used before the question.
        assert queries.climbs_on(problem) == date(2023, 10, 25)
        assert queries.waited_days(problem) == 2
        assert has_work(handler) and not has_work(firm, "office.problem_question")


class TestAnswering:
    def test_is_answered_by_who_has_it_the_office_or_a_leader(self, problem, handler, lin, leader, added):
        stranger = added("he", "LQ-PARK", "何", "He", "handler")
        with pytest.raises(NotAllowed) as refused:
            actions.answer_problem(problem, text="已办", by=stranger)
        assert refused.value.code == "office.problem_of_another"

        actions.answer_problem(problem, text="已办", by=lin)
        assert (problem.stage, problem.answer_days) == ("answered", 0)

    def test_the_asker_rates_and_nobody_else(self, problem, handler, firm, lin):
        with pytest.raises(NotNow):
            actions.rate_answer(problem, rating=5, by=firm)
        actions.answer_problem(problem, text="已办", by=handler)
        assert has_work(firm, "office.problem_answer")
        with pytest.raises(NotAllowed) as refused:
            actions.rate_answer(problem, rating=5, by=lin)
        assert refused.value.code == "office.problem_not_asker"
        for wrong in (0, 6):
            with pytest.raises(BadInput):
                actions.rate_answer(problem, rating=wrong, by=firm)

        actions.rate_answer(problem, rating=4, word="快", by=firm)

        assert (problem.stage, problem.rating) == ("rated", 4)
        assert not has_work(firm, "office.problem_answer")

    def test_reopened_its_days_begin_anew(self, problem, handler, firm, turn_clock):
        actions.answer_problem(problem, text="已办", by=handler)
        turn_clock("2023-09-20T09:00")

        actions.reopen_problem(problem, reason="没解决", by=firm)

        assert (problem.stage, problem.since_on, problem.answer_days) == ("open", date(2023, 9, 20), None)
        assert has_work(handler)

    def test_an_answer_is_taken_back_until_it_is_rated(self, problem, handler, firm):
        actions.answer_problem(problem, text="已办", by=handler)
        actions.take_back_answer(problem, by=handler)
        assert has_work(handler)
        actions.answer_problem(problem, text="已办", by=handler)
        actions.rate_answer(problem, rating=5, by=firm)

        with pytest.raises(NotNow) as refused:
            actions.take_back_answer(problem, by=handler)
        assert refused.value.code == "office.answer_stands"

    def test_answered_it_is_not_withdrawn(self, problem, handler, firm):
        actions.answer_problem(problem, text="已办", by=handler)

        with pytest.raises(NotNow):
            actions.withdraw_problem(problem, by=firm)

    def test_replays_from_the_journal(self, problem, handler, firm, lin, turn_clock):
        swept(turn_clock, "2023-09-26")
        problem.refresh_from_db()
        actions.ask_back(problem, question="?", by=lin)
        actions.reply_to_question(problem, text="!", by=firm)
        actions.answer_problem(problem, text="已办", by=lin)
        actions.rate_answer(problem, rating=2, by=firm)
        actions.reopen_problem(problem, reason="没解决", by=firm)

        assert not list(replay())


class TestIndicators:
    def test_figures_are_what_the_records_add_up_to(self, zone, firm, handler, turn_clock):
        for rating, day in ((4, "2023-09-20"), (None, "2023-09-22"), (2, "2023-10-09")):
            turn_clock("2023-09-18T09:00")
            problem = actions.raise_problem(zone, title_zh="问题", unit=handler.unit, by=firm)
            turn_clock(f"{day}T09:00")
            actions.answer_problem(problem, text="已办", by=handler)
            if rating:
                actions.rate_answer(problem, rating=rating, by=firm)
        asked = [periods.parse("2023-09"), periods.parse("2023-10"), periods.parse("2023-11")]

        def figure(code, side=None):
            return [indicators.value(row) for row in indicators.measure(code, [zone.pk], asked, side)]

        assert figure("office.problems_answered") == [2, 1, None]
        assert figure("office.problem_days") == [3, Decimal(11), None]  # 2 and 4 days; 11 over the holidays
        assert figure("office.satisfaction") == [4, 2, None]
        assert figure("office.problems_answered", "sea") == [0, 0, None]
        for code in ("office.problems_answered", "office.problem_days", "office.satisfaction"):
            assert not indicators.check_evidence(code, [zone.pk], asked)


class TestPages:
    def test_list_and_page_tell_where_it_is(self, problem, firm, lin, zhou, client_of):
        page = client_of(lin).get("/office/problems/").content.decode()
        assert "1 problem is open, none has climbed above its unit." in page and "No more power" in page

        one = client_of(firm).get(problem.url).content.decode()
        assert "without an answer it climbs after Mon 25 Sep" in one
        assert client_of(zhou).get(problem.url).status_code in (403, 404)

    def test_a_day_from_raising_to_rating_on_the_pages(self, zone, firm, handler, client_of):
        asker, bureau = client_of(firm), client_of(handler)
        asker.post("/office/problems/raise/", {"title_zh": "用电", "field": "park", "unit": handler.unit_id})
        problem = Problem.objects.get()

        assert "What must you know" in bureau.get(f"{problem.url}ask-back/").content.decode()
        bureau.post(f"{problem.url}ask-back/", {"question": "多少？"})
        asker.post(f"{problem.url}reply/", {"text": "800"})
        assert bureau.post(f"{problem.url}answer/", {"text": ""}).status_code == 422
        bureau.post(f"{problem.url}answer/", {"text": "十月增容"})
        asker.post(f"{problem.url}rate/", {"rating": "5", "word": "好"})

        page = asker.get(problem.url).content.decode()
        assert "5 of 5" in page and "十月增容" in page
        assert [step.what for step in problem.steps.all()] == [
            "raised", "asked_back", "replied", "answered", "rated",
        ]  # fmt: skip


class TestProgramsAndCommands:
    def test_the_api_raises_answers_and_refuses_an_old_version(self, zone, firm, handler, client_of):
        asker, bureau = client_of(firm), client_of(handler)
        made = asker.post(
            "/api/v1/office/problems",
            json.dumps({"title_zh": "用电", "unit": "LQ-EIT-1"}),
            content_type="application/json",
        )
        assert made.status_code == 201 and made.json()["climbs_on"] == "2023-09-25"
        url = f"/api/v1/office/problems/{made.json()['number']}"

        def post(client, verb, body, version):
            return client.post(
                f"{url}/{verb}",
                json.dumps(body),
                content_type="application/json",
                headers={"If-Match": f'"{version}"'},
            )

        assert post(bureau, "answer", {"text": "已办"}, 7).status_code == 412
        assert post(bureau, "answer", {"text": "已办"}, 0).json()["stage"] == "answered"
        assert post(asker, "rate", {"rating": 3}, 1).json()["rating"] == 3
        assert [step["what"] for step in bureau.get(url).json()["steps"]] == ["raised", "answered", "rated"]

    def test_commands(self, zone, firm, handler, lin, capsys):
        def typed(*words, as_=""):
            capsys.readouterr()
            return run(
                ["office", "problems", *words, *(["--as", as_] if as_ else [])]
            ), capsys.readouterr().out

        assert typed("raise", "用电")[0] == 1  # nobody asks
        assert typed("raise", "用电", "--unit", "LQ-EIT-1", "--dry-run", as_="xiang")[0] == 0
        assert not Problem.objects.exists()
        assert typed("raise", "用电", "--unit", "LQ-EIT-1", as_="xiang")[0] == 0
        number = Problem.objects.get().number
        for words, who in (
            (("ask-back", number, "--text", "多少？"), "ji"),
            (("reply", number, "--text", "800"), "xiang"),
            (("answer", number, "--text", "已办"), "ji"),
            (("take-back", number), "ji"),
            (("answer", number, "--text", "已办了"), "ji"),
            (("rate", number, "2"), "xiang"),
            (("reopen", number, "--reason", "没有"), "xiang"),
            (("withdraw", number), "xiang"),
        ):
            assert typed(*words, as_=who)[0] == 0, words
        shown = json.loads(typed("show", number, "--json", as_="lin")[1])
        assert shown["stage"] == "withdrawn" and len(shown["steps"]) == 9
        assert json.loads(typed("list", "--all", "--json", as_="lin")[1])[0]["number"] == number


def test_an_expired_login_keeps_the_question_on_its_own_page_only(problem, handler, client_of):
    page, other = f"{problem.url}ask-back/", f"{problem.url}answer/"
    shown = client_of(handler).get(page).content.decode()
    mark = shown.split('name="_typed" value="')[1].split('"')[0]
    stranger = Client()
    stranger.post(page, {"_typed": mark, "question": "请提供用电负荷清单。"})
    stranger.force_login(handler.user)

    assert "请提供用电负荷清单。" in stranger.get(page).content.decode()
    assert "请提供用电负荷清单。" not in stranger.get(other).content.decode()
    stranger.post(page, {"question": "请提供用电负荷清单。"})
    assert not Draft.objects.exists()
