"""Technical problems: posted by firms and villages, shared by their own decision, answered, closed with a result."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shanhai.core import indicators, search
from shanhai.core.actions import members, notes, organisations, pairings, roles, units
from shanhai.core.checks import replay
from shanhai.core.models import Notice, User
from shanhai.core.printing import making
from shanhai.core.queries import work as waiting
from shanhai.fields.pairing import actions as pairing_actions
from shanhai.fields.pairing.actions import technical as actions
from shanhai.fields.pairing.models import TechnicalProblem
from shanhai.fields.pairing.queries import technical as queries
from shanhai.fields.pairing.rules import technical as rules
from shanhai.fields.pairing.zone import technical as technical_zone
from shanhai.kernel import periods
from shanhai.kernel.refusals import BadInput, NotAllowed, NotFound, NotNow
from shanhai.site.cli import run

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm_of(cast, zone):
    """``firm_of("FIRM", "LQ", "331181000000")``: somebody who speaks for a new firm under a party."""

    def make(code, parent, region, kind="enterprise", role="enterprise"):
        from datetime import date

        made = organisations.add_organisation(
            code=code, kind=kind, region=cast.regions[region], name_zh=f"{code}公司", name_en=f"{code} Works",
            parent=cast.organisations[parent], by=None,
        )  # fmt: skip
        unit = units.add_unit(made, code=f"{code}-1", name_zh="办公室", by=None)
        member = members.add_member(unit, code=code.lower(), name_zh=code, name_en=code.title(), by=None)
        roles.give_role(member, role=role, from_on=date(2018, 1, 1), by=None)
        member.user = User.objects.create(username=code.lower(), password="!", language="en")
        member.save(update_fields=["user"])
        pairings.recompute_seats(pairing_ids=[zone.pk], by=None)
        return member

    return make


@pytest.fixture
def asker(firm_of):
    """A firm of Longquan."""
    return firm_of("FIRM", "LQ", "331181000000")


@pytest.fixture
def forge(firm_of):
    """A firm of Xiaoshan."""
    return firm_of("FORGE", "XS", "330109000000")


@pytest.fixture
def problem(zone, asker):
    """Cracks in forged parts, not shared yet."""
    return actions.post_technical_problem(
        zone, title_zh="锻件裂纹", title_en="Cracks in forged parts", industry="vehicles", by=asker
    )


@pytest.fixture
def shared(problem, asker):
    """The same, shared with both sides."""
    return actions.share_technical_problem(problem, by=asker)


@pytest.fixture
def answered(shared, forge):
    """The same with the answer of the forge."""
    return actions.answer_technical_problem(shared, text="模具预热不足", by=forge)


def closed(problem, by, **more):
    values = {"result": "solved", "effect": "裂纹率降到千分之八", "rating": 5} | more
    return actions.record_technical_result(problem, by=by, **values)


class TestNotesOnOneThatIsNotShared:
    """They are for those who read the problem: not for another village or firm of the same side."""

    @pytest.fixture
    def village(self, firm_of):
        return firm_of("VILLAGE", "LQ", "331181000000", kind="village")

    @pytest.fixture
    def firm(self, firm_of):
        return firm_of("NEIGHBOUR", "LQ", "331181000000")

    def test_are_found_by_the_public_bodies_only(self, problem, village, firm, lin, shen):
        notes.write_note(problem, text="裂纹底价四百万", by=lin)

        assert search.find(lin, "底价四百万")
        for other in (village, firm, shen):
            assert not queries.sees(other, problem)
            assert search.find(other, "底价四百万") == []

    def test_mention_nobody_who_may_not_read_it(self, problem, village, firm, shen, lin):
        for other in (village, firm, shen):
            with pytest.raises(NotAllowed) as refused:
                notes.write_note(problem, text="看一下", mention=[other.code], by=lin)
            assert refused.value.code == "core.mention_cannot_see"

    def test_are_internal_to_the_side(self, problem, lin):
        with pytest.raises(NotNow) as refused:
            notes.write_note(problem, text="请看", reach="both", by=lin)
        assert refused.value.code == "core.note_record_not_shared"

    def test_are_found_by_both_sides_while_it_is_shared(self, problem, asker, lin, shen):
        actions.share_technical_problem(problem, by=asker)
        notes.write_note(problem, text="裂纹底价四百万", reach="both", by=lin)
        assert search.find(shen, "底价四百万")

        actions.unshare_technical_problem(problem, by=asker)
        assert search.find(shen, "底价四百万") == []
        assert search.find(lin, "底价四百万")


class TestRules:
    def test_a_result_says_what_changed_and_money_is_shown_by_a_paper(self):
        good = ("JS-1", rules.TechnicalResult.SOLVED, "降到1%", 0, 5, "", True)
        rules.check_result(*good)
        for place, wrong, code in (
            (2, " ", "pairing.technical_effect"),
            (3, -1, "pairing.technical_money"),
            (3, 100, "pairing.technical_evidence"),
            (4, 6, "pairing.technical_rating"),
        ):
            given = list(good)
            given[place] = wrong
            with pytest.raises(BadInput) as refused:
                rules.check_result(*given)
            assert refused.value.code == code

    def test_nothing_is_solved_without_an_answer(self):
        rules.check_result("JS-1", rules.TechnicalResult.UNSOLVED, "没有办法", 0, 1, "", False)
        with pytest.raises(NotNow):
            rules.check_result("JS-1", rules.TechnicalResult.PARTLY, "好一些", 0, 3, "", False)


class TestWhoSees:
    def test_until_it_is_shared_the_asker_and_the_offices_of_its_side(
        self, problem, zone, asker, forge, lin, shen, firm_of, zhou
    ):
        neighbour = firm_of("OTHER", "LQ", "331181000000")

        assert list(queries.problems_of(asker, zone)) == list(queries.problems_of(lin, zone)) == [problem]
        for stranger in (forge, shen, neighbour, zhou):
            assert not queries.problems_of(stranger, zone).exists() and not queries.sees(stranger, problem)
            with pytest.raises(NotFound):
                queries.problem_of(stranger, problem.number)

    def test_shared_by_the_poster_alone_every_seat_of_both_sides(
        self, problem, zone, asker, forge, lin, shen, zhou
    ):
        with pytest.raises(NotAllowed) as refused:
            actions.share_technical_problem(problem, by=lin)
        assert refused.value.code == "pairing.technical_not_asker"

        actions.share_technical_problem(problem, by=asker)

        for reader in (forge, shen, lin, asker):
            assert list(queries.problems_of(reader, zone)) == [problem]
        assert not queries.problems_of(zhou, zone).exists()
        assert waiting.waiting_for(shen).filter(kind="pairing.technical_problem").exists()
        assert search.find(forge, "锻件裂纹")

    def test_shared_no_longer_until_somebody_answered(self, shared, asker, forge, shen):
        actions.unshare_technical_problem(shared, by=asker)
        assert not queries.sees(forge, shared)
        assert not waiting.waiting_for(shen).filter(kind="pairing.technical_problem").exists()
        actions.share_technical_problem(shared, by=asker)
        actions.answer_technical_problem(shared, text="试试预热", by=forge)

        with pytest.raises(NotNow) as refused:
            actions.unshare_technical_problem(shared, by=asker)
        assert refused.value.code == "pairing.technical_answered"


class TestPosting:
    def test_by_a_firm_for_itself_and_by_an_office_for_one_of_its_side(self, zone, asker, forge, lin, cast):
        made = actions.post_technical_problem(
            zone, title_zh="难题", industry="food", asker=asker.unit.organisation, by=lin
        )
        assert made.asker == asker.unit.organisation
        for who, for_whom in ((lin, None), (lin, forge.unit.organisation), (asker, forge.unit.organisation)):
            with pytest.raises(BadInput) as refused:
                actions.post_technical_problem(zone, title_zh="难题", industry="food", asker=for_whom, by=who)
            assert refused.value.code == "pairing.technical_asker"

    def test_of_an_industry_that_there_is(self, zone, asker):
        with pytest.raises(BadInput) as refused:
            actions.post_technical_problem(zone, title_zh="难题", industry="magic", by=asker)
        assert refused.value.code == "pairing.technical_industry"


class TestAnswering:
    def test_the_asker_is_told_and_the_office_is_done(self, answered, asker, shen):
        assert Notice.objects.filter(member=asker, fact__kind="pairing.technical_problem").exists()
        assert not waiting.waiting_for(shen).filter(kind="pairing.technical_problem").exists()

    def test_not_before_it_is_shared_and_not_by_the_asker(self, problem, asker, lin):
        with pytest.raises(NotNow) as refused:
            actions.answer_technical_problem(problem, text="我知道", by=lin)
        assert refused.value.code == "pairing.technical_not_shared"
        actions.share_technical_problem(problem, by=asker)
        with pytest.raises(NotAllowed) as refused:
            actions.answer_technical_problem(problem, text="我自己知道", by=asker)
        assert refused.value.code == "pairing.technical_own_answer"

    def test_a_neighbour_of_the_own_side_may_and_its_side_stands_beside_it(self, shared, lin):
        assert actions.answer_technical_problem(shared, text="隔壁也有", by=lin).side == "mountain"


class TestTheResult:
    def test_from_an_accepted_answer_to_a_result_with_money_and_matching(
        self, answered, asker, forge, zone, cast
    ):
        problem = answered.problem
        with pytest.raises(NotNow) as refused:
            closed(problem, asker)
        assert refused.value.code == "pairing.technical_no_answer"
        actions.accept_technical_answer(problem, answered, by=asker)
        assert (problem.stage, problem.solved_by) == ("accepted", "sea")
        assert Notice.objects.filter(member=forge, fact__kind="pairing.technical_problem").exists()

        from datetime import date

        visit, matching = (
            pairing_actions.plan_activity(
                zone, number=f"A-{kind}", kind=kind, title_zh="对接会", on=date(2023, 10, 1), lead="sea",
                mountain_unit=cast.units["LQ-PARK"], sea_unit=cast.units["XS-OFFICE"], by=None,
            )
            for kind in ("visit", "matching")
        )  # fmt: skip
        with pytest.raises(BadInput) as refused:
            closed(problem, asker, activity=visit)
        assert refused.value.code == "pairing.technical_activity"
        closed(problem, asker, activity=matching, effect_fen=38_000_000, paper="试验报告")

        assert (problem.stage, problem.result, problem.activity) == ("closed", "solved", matching)
        asked = [periods.parse("2023-09"), periods.parse("2023-10")]
        rows = indicators.measure("pairing.technical_problems_solved", [zone.pk], asked, "sea")
        assert [indicators.value(row) for row in rows] == [1, None]
        assert not indicators.check_evidence("pairing.technical_problems_solved", [zone.pk], asked)
        assert not indicators.check_sides("pairing.technical_problems_solved", [zone.pk], asked)

    def test_taken_back_withdrawn_and_opened_again_it_replays_from_the_journal(self, answered, asker):
        problem = answered.problem
        actions.accept_technical_answer(problem, answered, by=asker)
        actions.take_back_technical_acceptance(problem, by=asker)
        actions.accept_technical_answer(problem, answered, by=asker)
        closed(problem, asker)
        actions.reopen_technical_problem(problem, reason="又裂了", by=asker)
        assert (problem.stage, problem.result, problem.rating) == ("accepted", "", None)
        actions.withdraw_technical_problem(problem, reason="停产", by=asker)
        with pytest.raises(NotNow) as refused:
            closed(problem, asker)
        assert refused.value.code == "pairing.technical_stage"
        actions.reopen_technical_problem(problem, reason="复产", by=asker)

        assert not list(replay())

    def test_the_asker_alone_decides(self, answered, forge, lin):
        problem = answered.problem
        for call in (
            lambda: actions.accept_technical_answer(problem, answered, by=forge),
            lambda: closed(problem, lin),
            lambda: actions.withdraw_technical_problem(problem, reason="x", by=lin),
        ):
            with pytest.raises(NotAllowed):
                call()


class TestPages:
    def test_a_day_from_posting_to_the_result(self, zone, asker, forge, zhou, client_of):
        ours, theirs = client_of(asker), client_of(forge)
        ours.post("/pairing/technical-problems/post/", {"title_zh": "锻件裂纹", "industry": "vehicles"})
        problem = TechnicalProblem.objects.get()
        url = problem.url
        assert theirs.get(url).status_code == 404
        assert "Not shared yet" in ours.get(url).content.decode()
        ours.post(f"{url}share/", {"version": problem.version})
        assert (
            "1 technical problem is open, 1 has no answer yet."
            in theirs.get("/pairing/technical-problems/").content.decode()
        )
        assert theirs.post(f"{url}answer/", {"text": ""}).status_code == 422
        theirs.post(f"{url}answer/", {"text": "模具预热不足"})
        answer = problem.answers.get()
        ours.post(f"{url}accept/{answer.pk}/")
        assert "is being tried" in ours.get(url).content.decode()
        ours.post(f"{url}unaccept/")
        ours.post(f"{url}accept/{answer.pk}/")
        result = {"result": "solved", "effect": "好了", "effect_fen": "38万元", "rating": "5"}
        assert ours.post(f"{url}close/", result).status_code == 422  # money without a paper
        ours.post(f"{url}close/", result | {"paper": "试验报告"})

        page = theirs.get(url).content.decode()
        assert "Solved: 锻件裂纹" in page and "5 of 5" in page and "模具预热不足" in page
        ours.post(f"{url}reopen/", {"reason": "又裂了"})
        ours.post(f"{url}withdraw/", {"reason": "停产"})
        problem.refresh_from_db()
        assert problem.stage == "withdrawn"
        assert client_of(zhou).get("/pairing/technical-problems/").status_code in (403, 404)


class TestProgramsCommandsAndFiles:
    def test_the_api_posts_answers_and_refuses_an_old_version(self, zone, asker, forge, client_of):
        ours, theirs = client_of(asker), client_of(forge)

        def post(client, url, body, version=None):
            headers = {"If-Match": f'"{version}"'} if version is not None else {}
            return client.post(
                f"/api/v1/pairing/{url}", json.dumps(body), content_type="application/json", headers=headers
            )

        made = post(ours, "technical-problems", {"title_zh": "裂纹", "industry": "vehicles"})
        assert made.status_code == 201 and made.json()["shared_on"] is None
        url = f"technical-problems/{made.json()['number']}"
        assert post(ours, f"{url}/share", {}, 5).status_code == 412
        assert post(ours, f"{url}/share", {}, 0).json()["shared_on"] == "2023-09-18"
        answer = post(theirs, f"{url}/answers", {"text": "预热"})
        assert answer.status_code == 201
        version = ours.get(f"/api/v1/pairing/{url}").json()["version"]
        taken = post(ours, f"{url}/answers/{answer.json()['id']}/accept", {}, version).json()
        assert taken["stage"] == "accepted"
        result = {"result": "partly", "effect": "好一些", "rating": 3}
        done = post(ours, f"{url}/result", result, taken["version"]).json()
        assert (done["result"], done["rating"]) == ("partly", 3)
        listed = theirs.get("/api/v1/pairing/technical-problems?stage=closed&industry=vehicles").json()[
            "items"
        ]
        assert [one["number"] for one in listed] == [made.json()["number"]]

    def test_commands(self, zone, asker, forge, capsys):
        def typed(*words, as_=""):
            capsys.readouterr()
            line = ["pairing", "technical", *words, *(["--as", as_] if as_ else [])]
            return run(line), capsys.readouterr().out

        assert typed("post", "裂纹", "--industry", "vehicles", "--dry-run", as_="firm")[0] == 0
        assert not TechnicalProblem.objects.exists()
        assert typed("post", "裂纹", "--industry", "vehicles", as_="firm")[0] == 0
        number = TechnicalProblem.objects.get().number
        for words, who in (
            (("share", number), "firm"),
            (("unshare", number), "firm"),
            (("share", number), "firm"),
            (("answer", number, "--text", "预热"), "forge"),
        ):
            assert typed(*words, as_=who)[0] == 0, words
        answer = str(TechnicalProblem.objects.get().answers.get().pk)
        for words in (
            ("accept", number, answer),
            ("take-back", number),
            ("accept", number, answer),
            ("close", number, "--result", "solved", "--effect", "好了", "--rating", "5"),
            ("reopen", number, "--reason", "又裂"),
            ("withdraw", number, "--reason", "停产"),
        ):
            assert typed(*words, as_="firm")[0] == 0, words
        assert json.loads(typed("list", "--json", as_="forge")[1])[0]["stage"] == "withdrawn"
        assert len(json.loads(typed("show", number, "--json", as_="forge")[1])["answers"]) == 1

    def test_what_was_loaded_comes_out_equal(self, zone, answered, asker, tmp_path):
        actions.accept_technical_answer(answered.problem, answered, by=asker)
        closed(answered.problem, asker, effect_fen=100, paper="报告")
        technical_zone.export(tmp_path, None)
        before = {name: (tmp_path / name).read_text() for name in technical_zone.FILES}
        assert not any(technical_zone.load(Path(tmp_path), None).values())

        # The rows go and come back from the files.
        TechnicalProblem.objects.update(accepted=None)
        TechnicalProblem.objects.all().delete()
        assert technical_zone.load(Path(tmp_path), None) == {
            "technical_problems.csv": 1,
            "technical_answers.csv": 1,
        }
        technical_zone.export(tmp_path, None)

        assert {name: (tmp_path / name).read_text() for name in technical_zone.FILES} == before

    def test_an_answer_that_is_taken_and_not_among_them_is_refused(self, answered, asker, tmp_path):
        actions.accept_technical_answer(answered.problem, answered, by=asker)
        technical_zone.export(tmp_path, None)
        (tmp_path / "technical_answers.csv").unlink()
        TechnicalProblem.objects.update(accepted=None)
        TechnicalProblem.objects.all().delete()

        with pytest.raises(BadInput, match=r"takes answer 1, and has 0\. Give its answers"):
            technical_zone.load(Path(tmp_path), None)
        assert not TechnicalProblem.objects.exists()


@pytest.mark.parametrize(("language", "said"), [("en", "Posted by"), ("zh-hans", "发布方")])
def test_on_paper_it_says_who_posted_it(problem, language, said):
    content = making.content_of(problem, language)

    assert content.title == (problem.title_en if language == "en" else problem.title_zh)
    assert said in dict(content.facts)
