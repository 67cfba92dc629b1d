"""Proposals keep their author, the paper that adopted them, their day in force and what they changed."""

from __future__ import annotations

import csv
import json
from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from shanhai.core import search, signs
from shanhai.core.actions import sharing
from shanhai.core.checks import replay
from shanhai.core.models import Member, Pairing
from shanhai.fields.office import printed
from shanhai.fields.office.actions import problems as problem_actions
from shanhai.fields.office.actions import proposals as actions
from shanhai.fields.office.models import Proposal
from shanhai.fields.office.queries import proposals as queries
from shanhai.fields.office.rules import proposals as rules
from shanhai.fields.office.zone import records as office_zone
from shanhai.kernel.refusals import BadInput, NotAllowed, NotFound, NotNow
from shanhai.site.cli import run
from tests import examples
from tests.laying import loaded_example

EXAMPLE = examples.small()
D = Decimal


@pytest.fixture
def proposal(zone, lin):
    """Lin's proposal."""
    return actions.propose(
        zone, title_zh="联审联批", title_en="Joint review", field="approval", on=date(2023, 3, 1), by=lin
    )


@pytest.fixture
def in_force(proposal, lin):
    """The same, adopted and in force."""
    actions.adopt_proposal(
        proposal, on=date(2023, 5, 4), adopted_by="市政府", paper="龙政发〔2023〕5号", by=lin
    )
    actions.bring_into_force(proposal, on=date(2023, 6, 1), by=lin)
    return proposal


class TestStages:
    def test_keeps_its_author_and_starts_at_the_side(self, proposal, lin, shen, zone):
        assert (proposal.author, proposal.author_name, proposal.stage) == (lin, "Lin Tao", "proposed")
        with pytest.raises(NotFound):
            queries.proposal_of(shen, proposal.number)

        sharing.share_with_other_side(proposal, by=lin)
        assert list(queries.proposals_of(shen, zone)) == [proposal]

    def test_is_adopted_by_a_paper_and_then_in_force(self, proposal, lin):
        with pytest.raises(NotNow):
            actions.bring_into_force(proposal, on=date(2023, 6, 1), by=lin)
        with pytest.raises(BadInput) as refused:
            actions.adopt_proposal(proposal, on=date(2023, 5, 4), adopted_by="市政府", by=lin)
        assert refused.value.code == "office.proposal_paper_missing"
        with pytest.raises(BadInput) as refused:
            actions.adopt_proposal(proposal, on=date(2023, 2, 1), adopted_by="市政府", paper="5号", by=lin)
        assert refused.value.code == "office.proposal_order"

        actions.adopt_proposal(proposal, on=date(2023, 5, 4), adopted_by="市政府", paper="5号", by=lin)
        with pytest.raises(BadInput):
            actions.bring_into_force(proposal, on=date(2023, 5, 3), by=lin)
        actions.bring_into_force(proposal, on=date(2023, 6, 1), by=lin)

        assert (proposal.stage, proposal.in_force_on) == ("effective", date(2023, 6, 1))

    def test_each_step_is_taken_back_as_it_came(self, in_force, lin):
        stages = []
        for _ in range(2):
            actions.step_back(in_force, by=lin)
            stages.append(in_force.stage)

        assert stages == ["adopted", "proposed"]
        with pytest.raises(NotNow):
            actions.step_back(in_force, by=lin)

    def test_the_author_withdraws_and_nobody_else(self, proposal, lin, admin_member, added):
        other = added("ma", "LQ", "马岚", "Ma Lan", "leader")
        with pytest.raises(NotAllowed):
            actions.withdraw_proposal(proposal, reason="不再需要", by=other)

        actions.withdraw_proposal(proposal, reason="不再需要", by=lin)
        assert not search.find(lin, "联审联批")
        actions.step_back(proposal, by=lin)
        assert search.find(lin, "联审联批")

    def test_what_is_in_force_is_not_withdrawn(self, in_force, lin):
        with pytest.raises(NotNow):
            actions.withdraw_proposal(in_force, reason="不再需要", by=lin)

    def test_the_other_side_says_nothing_of_what_became_of_it(self, proposal, lin, shen):
        sharing.share_with_other_side(proposal, by=lin)

        with pytest.raises(NotAllowed) as refused:
            actions.adopt_proposal(proposal, on=date(2023, 5, 4), adopted_by="区政府", paper="5号", by=shen)
        assert refused.value.code == "office.proposal_of_other_side"

    def test_replays_from_the_journal(self, in_force, lin):
        effect = actions.record_effect(
            in_force, what_zh="天数", before=D(50), after=D(30), source="统计", by=lin
        )
        actions.drop_effect(effect, by=lin)
        actions.step_back(in_force, by=lin)

        assert not list(replay())


class TestEffects:
    def test_is_written_once_it_is_in_force(self, proposal, lin):
        with pytest.raises(NotNow) as refused:
            actions.record_effect(proposal, what_zh="天数", before=D(50), after=D(30), source="统计", by=lin)
        assert refused.value.code == "office.effect_too_early"

    def test_the_change_follows_from_the_figures(self, in_force, lin):
        effect = actions.record_effect(
            in_force, what_zh="天数", before=D(50), after=D(30), source="统计", by=lin
        )

        assert queries.change_of(effect) == D("-40.0")

    @pytest.mark.parametrize(
        ("given", "code"),
        [
            ({"before": D(50)}, "office.effect_halved"),
            ({}, "office.effect_halved"),
            ({"before": D(50), "after": D(30), "change_percent": D(40)}, "office.effect_disagrees"),
            ({"change_percent": D(40), "source": " "}, "office.effect_without_source"),
        ],
    )
    def test_says_something_that_agrees_and_where_it_is_written(self, given, code, in_force, lin):
        with pytest.raises(BadInput) as refused:
            actions.record_effect(in_force, what_zh="天数", by=lin, **{"source": "统计"} | given)
        assert refused.value.code == code

    def test_is_read_from_an_indicator_where_one_measures_it(self, in_force, zone, lin, turn_clock):
        for day, n in (("2023-04-03", 4), ("2023-07-03", 2)):
            turn_clock(f"{day}T09:00")
            problem = problem_actions.raise_problem(zone, title_zh="问题", by=lin)
            turn_clock(f"{day[:-1]}{3 + n}T09:00")
            problem_actions.answer_problem(problem, text="已办", by=lin)
        turn_clock("2023-09-18T09:00")

        effect = actions.record_effect(
            in_force, what_zh="答复天数", indicator="office.problem_days", period_before="2023-04",
            period_after="2023-07", by=lin,
        )  # fmt: skip

        assert (effect.before, effect.after, effect.source) == (
            3,
            2,
            "office.problem_days",
        )  # Qingming is off
        with pytest.raises(BadInput) as refused:
            actions.record_effect(
                in_force, what_zh="天", indicator="office.problem_days", period_before="2020-01",
                period_after="2023-07", by=lin,
            )  # fmt: skip
        assert refused.value.code == "office.effect_not_measured"

    def test_change_of_nothing_is_not_told(self):
        assert rules.change_of(D(0), D(5)) is rules.change_of(None, D(5)) is None


class TestExample:
    @pytest.fixture
    def example(self, db):
        loaded_example()
        return Pairing.objects.get(code="LQXS")

    def test_the_proposal_of_jin_wei_stands_as_the_article_reports_it(self, example, client_of):
        one = Proposal.objects.get(number="JY-2016-01")
        assert (one.standing, one.source) == ("reported", "Zhejiang Daily, 2018-08-16")
        assert [effect.change_percent for effect in queries.effects_of(one)] == [40]
        ye = Member.objects.select_related("unit__organisation").get(code="ye-lan")
        _with_login(ye)

        page = client_of(ye).get(one.url).content.decode()
        assert "early 2016" in page and "2016-09" in page and "+40 %" in page and "Jin Wei" in page
        page = client_of(ye, language="zh-hans").get(one.url).content.decode()
        assert "2016年初" in page and "2016年9月" in page and "中共龙泉市委、龙泉市人民政府" in page

    def test_what_was_loaded_comes_out_equal_and_loads_again_without_a_change(self, example, tmp_path):
        office_zone.export(tmp_path, None)

        for name in office_zone.FILES:
            assert (tmp_path / name).read_text(encoding="utf-8") == (EXAMPLE / name).read_text(
                encoding="utf-8"
            )
        assert not any(office_zone.load(tmp_path, None).values())

    def test_every_row_says_where_it_comes_from(self):
        for name in ("problems.csv", "proposals.csv", "proposal_effects.csv"):
            with (EXAMPLE / name).open(encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file):
                    assert row["standing"] in ("reported", "illustrative")
                    assert bool(row["source"]) == (row["standing"] == "reported"), row

    def test_a_climb_of_the_example_is_what_the_rule_gives(self, example):
        from shanhai.core import clock

        assert problem_actions.sweep(clock.now()) == 0

    @pytest.mark.parametrize(
        ("content", "code"),
        [("number,pairing\nX,LQXS\n", "office.zone_columns"), (None, "office.zone_cell")],
    )
    def test_a_wrong_file_is_refused_with_the_place(self, content, code, example, tmp_path):
        if content is None:
            whole = (EXAMPLE / "proposals.csv").read_text(encoding="utf-8").replace("JY-2016-01", "JY-1")
            content = whole.replace("2016-01-01", "early 2016")
        (tmp_path / "proposals.csv").write_text(content, encoding="utf-8")

        with pytest.raises(BadInput) as refused:
            office_zone.load(tmp_path, None)
        assert refused.value.code == code


def _with_login(member):
    from shanhai.core.models import User

    member.user = User.objects.create(username=member.code, password="!", language="en")
    member.save(update_fields=["user"])
    return member.user


class TestFaces:
    def test_pages_from_the_idea_to_its_effect(self, zone, lin, client_of):
        browser = client_of(lin)
        browser.post(
            "/office/proposals/new/", {"title_zh": "联审联批", "field": "approval", "on": "2023-03-01"}
        )
        one = Proposal.objects.get()
        assert "nobody has adopted it yet" in browser.get(one.url).content.decode()

        browser.post(
            f"{one.url}adopt/", {"on": "2023-05-04", "adopted_by": "市政府", "paper": "5号", "version": 0}
        )
        browser.post(f"{one.url}force/", {"on": "2023-06-01", "version": 1})
        assert browser.post(f"{one.url}effect/", {"what_zh": "天数", "before": "50"}).status_code == 422
        browser.post(
            f"{one.url}effect/",
            {"what_zh": "天数", "before": "50", "after": "30", "source": "统计", "unit": "天"},
        )

        assert "50 → 30" in browser.get(one.url).content.decode()
        assert "1 of 1 proposal is in force." in browser.get("/office/proposals/").content.decode()
        browser.post(f"/office/effects/{one.effects.get().pk}/drop/")
        browser.post(f"{one.url}step-back/")
        one.refresh_from_db()
        assert (one.stage, queries.effects_of(one)) == ("adopted", [])

    def test_zhou_is_turned_away(self, proposal, zhou, client_of):
        for url in ("/office/proposals/", proposal.url, "/office/proposals/new/"):
            assert client_of(zhou).get(url).status_code in (403, 404)

    def test_the_api(self, zone, lin, client_of):
        browser = client_of(lin)

        def post(path, body, version=None):
            headers = {} if version is None else {"If-Match": f'"{version}"'}
            return browser.post(
                f"/api/v1/office/{path}", json.dumps(body), content_type="application/json", headers=headers
            )

        number = post("proposals", {"title_zh": "联审联批", "on": "2023-03-01"}).json()["number"]
        adoption = {"on": "2023-05-04", "adopted_by": "市政府", "paper": "5号"}
        assert post(f"proposals/{number}/adopt", adoption).status_code == 428
        assert post(f"proposals/{number}/adopt", adoption, 0).json()["stage"] == "adopted"
        assert post(f"proposals/{number}/force", {"on": "2023-06-01"}, 1).json()["stage"] == "effective"
        effect = post(
            f"proposals/{number}/effects", {"what_zh": "天", "change_percent": "40", "source": "报"}
        )
        assert effect.status_code == 201 and effect.json()["change_percent"] == "40"
        assert browser.get(f"/api/v1/office/proposals/{number}").json()["effects"][0]["source"] == "报"
        assert post(f"effects/{effect.json()['id']}/drop", {}, 0).status_code == 200

    def test_commands(self, zone, lin, capsys):
        def typed(*words):
            capsys.readouterr()
            return run(["office", "proposals", *words, "--as", "lin"]), capsys.readouterr().out

        assert typed("propose", "联审联批", "--on", "2023-03-01")[0] == 0
        number = Proposal.objects.get().number
        for words in (
            ("adopt", number, "--adopted-by", "市政府", "--paper", "5号", "--on", "2023-05-04"),
            ("force", number, "--on", "2023-06-01"),
            ("effect", number, "--what", "天", "--before", "50", "--after", "30", "--source", "统计"),
        ):
            assert typed(*words)[0] == 0, words
        shown = json.loads(typed("show", number, "--json")[1])
        assert shown["effects"][0]["change"] == "-40.0"
        assert typed("drop-effect", str(shown["effects"][0]["id"]))[0] == 0
        assert typed("step-back", number)[0] == typed("withdraw", number, "--reason", "误")[0] == 0
        assert json.loads(typed("list", "--json")[1])[0]["stage"] == "withdrawn"


def test_record_kinds_lead_to_pages_that_exist():
    for kind in signs.record_kinds:
        assert kind.access in signs.access_rows, kind.code
        for path in filter(None, (kind.url, kind.title, kind.sees, kind.settled)):
            assert callable(signs.call(path)), path


def test_on_paper_an_effect_without_figures_stands_with_its_change(in_force, lin):
    actions.record_effect(in_force, what_zh="审批提速", change_percent=D(40), source="浙江日报", by=lin)

    with translation.override("zh-hans"):
        table = next(block for block in printed.proposal(in_force).blocks if block.kind == "table")
    assert table.heads == ("变化内容", "之前", "之后", "单位", "变化", "来源")
    assert table.rows == (("审批提速", "–", "–", "", "+40 %", "浙江日报"),)


@pytest.mark.parametrize("asked", ["金伟", "Jin Wei", "jin wei"])
def test_one_is_found_by_its_author_in_both_languages_also_after_it_is_shared(proposal, lin, asked):
    Proposal.objects.filter(pk=proposal.pk).update(author_zh="金伟", author_en="Jin Wei")
    proposal.refresh_from_db()
    search.put_many([queries.found_as(proposal)])
    assert [one.object_id for one in search.find(lin, asked, kind="office.proposal")] == [proposal.pk]

    Proposal.objects.filter(pk=proposal.pk).update(reach="both")
    proposal.refresh_from_db()
    search.follow(proposal)
    assert [one.object_id for one in search.find(lin, asked, kind="office.proposal")] == [proposal.pk]
