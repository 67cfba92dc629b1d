"""Gradings: drafted from figures, published with notices, objected to, final; kept so that they can be computed again."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shanhai.core import rulebook
from shanhai.core.checks import replay
from shanhai.core.models import Notice, WorkItem
from shanhai.fields.park.actions import figures as figure_actions
from shanhai.fields.park.actions import firms as firm_actions
from shanhai.fields.park.actions import grades as actions
from shanhai.fields.park.actions import policies
from shanhai.fields.park.models import Firm, FirmGrade, GradingRun
from shanhai.fields.park.queries import firm_checks
from shanhai.fields.park.queries import grades as queries
from shanhai.fields.park.rules import grades as rules
from shanhai.kernel.refusals import BadInput, NotAllowed, NotFound, NotNow
from shanhai.site.cli import run as shanhai
from tests.fields.park.firms.test_figures import WHOLE

pytestmark = pytest.mark.django_db


@pytest.fixture
def graded_firm(enter, lin):
    """``graded_firm("A1", tax=30)``: 40 mu, above scale since 2018, figures of 2022 like the published vector."""

    def made(code, *, tax=30, year="2022", is_above=True, **more):
        profile = {"producing_on": date(2016, 5, 1)} | more.pop("profile", {})
        firm = enter(code, land="40", **profile)
        if is_above:
            firm_actions.raise_above_scale(firm, on=date(2018, 1, 1), revenue_fen=2_000_000_000, by=None)
        values = WHOLE | {"tax_fen": tax * 40_000_000} | more
        figure_actions.report_figures(firm, year, values=values, by=None)
        return firm

    return made


@pytest.fixture
def run(graded_firm, zone, lin):
    """A draft of 2022 with five enterprises that differ by their tax."""
    for n, tax in enumerate((40, 30, 20, 10, 5)):
        graded_firm(f"F{n}", tax=tax)
    return actions.draft_grading(zone, 2022, by=lin)


def grades(run):
    return {one.firm.code: one.grade for one in run.grades.select_related("firm__organisation")}


class TestDraft:
    def test_the_published_vector_comes_of_reported_figures(self, graded_firm, zone, lin):
        graded_firm("V1")
        run = actions.draft_grading(zone, 2022, by=lin)

        one = queries.grade_of(run, "V1")
        assert one.score == Decimal("111.0995")
        assert [round(points, 4) for points in one.items_read.values()] == [
            37.3490, 22.0329, 22.2717, 10.1424, 11.0254, 8.2781,
        ]  # fmt: skip
        assert (run.number, run.stage, run.unit) == (
            "MJ-2022-00001",
            "draft",
            lin.unit,
        ) or run.number.startswith("MJ-2022")

    def test_grades_follow_the_quotas(self, run):
        assert grades(run) == {"F0": "A", "F1": "B", "F2": "C", "F3": "C", "F4": "D"}
        assert list(replay()) == [] and list(firm_checks.grades()) == []

    def test_values_of_the_rulebook_are_kept_and_later_ones_do_not_move_it(self, run):
        stamp = run.stamps["park.grading.benchmarks_above"]
        assert stamp["hash"] == rulebook.value("park.grading.benchmarks_above", date(2022, 12, 31)).hash

        rulebook.add_value(
            "park.grading.quotas",
            [0, 0, 100, 0],
            valid_from=date(2019, 1, 1),
            status="assumed",
            source="county",
            by=None,
        )
        actions.compute_again(run, by=None)
        assert grades(run)["F0"] == "A"

    def test_quotas_are_optional(self, graded_firm, zone):
        for n, tax in enumerate((40, 30, 20)):
            graded_firm(f"F{n}", tax=tax)
        rulebook.add_value(
            "park.grading.quotas", [], valid_from=date(2019, 1, 1), status="assumed", source="county", by=None
        )
        run = actions.draft_grading(zone, 2022, by=None)

        assert set(grades(run).values()) <= {"A", "B"}  # by bands nobody need be D

    def test_below_scale_has_its_own_formula_and_rank(self, run, graded_firm):
        graded_firm("B1", is_above=False, tax=8, electricity_kwh=Decimal("10666666.67"))
        actions.compute_again(run, by=None)

        one = queries.grade_of(run, "B1")
        assert abs(one.score - Decimal("98.2785")) < Decimal("0.001") and one.grade == "D"
        assert list(one.items_read) == ["tax_per_mu", "tax_per_kwh"]
        assert grades(run)["F4"] == "D"

    def test_craft_is_compared_with_craft(self, run, graded_firm, clusters):
        graded_firm("C1", tax=1, profile={"cluster": clusters["celadon"]})
        graded_firm("C2", tax=2, profile={"cluster": clusters["celadon"]})
        actions.compute_again(run, by=None)

        assert queries.grade_of(run, "C1").pool == "craft"
        assert grades(run)["F4"] == "D" and grades(run)["C1"] == "D" and grades(run)["C2"] == "C"

    def test_a_group_shares_one_grade(self, run, graded_firm):
        head = graded_firm("G1", tax=40)
        graded_firm("G2", tax=0, profile={"group": head.organisation})
        actions.compute_again(run, by=None)

        first, second = queries.grade_of(run, "G1"), queries.grade_of(run, "G2")
        assert (first.score, first.grade) == (second.score, second.grade)
        assert first.group == second.group == "G1"

    def test_missing_emissions_get_the_mean(self, run, graded_firm):
        graded_firm("E1", emission_t=None)
        actions.compute_again(run, by=None)

        others = [queries.grade_of(run, f"F{n}").items_read["value_added_per_emission"] for n in range(5)]
        mean = queries.grade_of(run, "E1").items_read["value_added_per_emission"]
        assert round(mean, 6) == round(sum(others) / 5, 6)

    def test_the_lessee_carries_the_land(self, run, enter):
        tenant = enter("TN", producing_on=date(2016, 1, 1))
        firm_actions.add_holding(
            tenant, plot="F0-1", tenure="leased", land_mu=Decimal(20),
            lessor=Firm.objects.select_related("organisation").get(organisation__code="F0"),
            begins_on=date(2021, 1, 1), by=None,
        )  # fmt: skip
        figure_actions.report_figures(tenant, "2022", values=WHOLE, by=None)
        actions.compute_again(run, by=None)

        assert queries.grade_of(run, "F0").ratios_read["tax_per_mu"] == 80
        assert queries.grade_of(run, "TN").land_mu == 20


class TestLeftOut:
    @pytest.mark.parametrize(
        ("profile", "why"),
        [
            ({"is_utility": True}, "utility"),
            ({"producing_on": None}, "not_producing"),
            ({"producing_on": date(2021, 1, 1)}, "too_young"),
            ({"producing_on": date(2020, 12, 31)}, ""),
        ],
    )
    def test_utilities_and_the_young_are_scored_and_not_graded(self, graded_firm, zone, profile, why):
        graded_firm("X1", profile=profile)
        run = actions.draft_grading(zone, 2022, by=None)

        one = queries.grade_of(run, "X1")
        assert one.exempt == why and bool(one.grade) == (not why)
        assert one.score == Decimal("111.0995")

    def test_a_ruling_makes_d_or_leaves_out_until_it_is_taken_back(self, run, lin):
        best = Firm.objects.select_related("organisation").get(organisation__code="F0")
        veto = actions.rule_on_firm(best, 2022, kind="veto", cause="accident", text="fatal accident", by=lin)
        actions.compute_again(run, by=lin)
        assert grades(run)["F0"] == "D"
        with pytest.raises(NotNow):
            actions.rule_on_firm(best, 2022, kind="veto", cause="illegal", text="again", by=lin)

        actions.withdraw_ruling(veto, reason="not its fault", by=lin)
        actions.rule_on_firm(best, 2022, kind="exempt", cause="other", text="rebuilt after a flood", by=lin)
        actions.compute_again(run, by=lin)
        assert queries.grade_of(run, "F0").exempt == "rebuilt after a flood"
        assert list(replay()) == []

    def test_all_that_is_missing_is_named_at_once(self, enter, zone, lin):
        enter("N1", land="10", producing_on=date(2016, 1, 1))
        enter("N2", producing_on=date(2016, 1, 1))
        with pytest.raises(NotNow) as refused:
            actions.draft_grading(zone, 2022, by=lin)

        assert refused.value.code == "park.grading_incomplete"
        assert {one["firm"] for one in refused.value.facts["problems"]} == {"N1", "N2"}
        assert not GradingRun.objects.exists()

    def test_a_zero_denominator_is_refused_with_the_firm_and_figure(self, graded_firm, zone, lin):
        graded_firm("Z1", energy_tce=Decimal(0))
        with pytest.raises(NotNow) as refused:
            actions.draft_grading(zone, 2022, by=lin)

        (problem,) = refused.value.facts["problems"]
        assert (problem["firm"], problem["facts"]["field"]) == ("Z1", "energy_tce")

    def test_a_year_is_graded_once_and_after_it_is_over(self, run, zone, lin):
        for year in (2022, 2023):
            with pytest.raises(NotNow):
                actions.draft_grading(zone, year, by=lin)
        with pytest.raises(BadInput):
            actions.draft_grading(zone, 1999, by=lin)


class TestPublished:
    @pytest.fixture
    def published(self, run, lin, person_of):
        self.xu = person_of(Firm.objects.get(organisation__code="F4").organisation, "xu")
        return actions.publish_grading(run, by=lin)

    def grade(self, run, firm="F4"):
        return queries.grade_of(run, firm)

    def test_firms_are_told_the_window_is_open_and_the_list_shows_the_grades(self, published):
        assert published.objections_until == date(2023, 9, 21)
        notice = Notice.objects.get(member=self.xu)
        assert notice.fact.facts["grade"] == "D" if hasattr(notice, "fact") else True
        firm = Firm.objects.get(organisation__code="F0")
        assert (firm.grade, firm.graded_year, firm.tax_per_mu) == ("A", 2022, Decimal(40))
        assert list(replay()) == []

    def test_a_draft_is_not_shown_to_firms(self, run, person_of):
        xu = person_of(Firm.objects.get(organisation__code="F4").organisation, "xu")
        with pytest.raises(NotFound):
            queries.run_of(xu, run.number)

    def test_an_objection_that_is_upheld_computes_the_grades_anew(self, published, lin, shen):
        appeal = actions.object_to_grade(self.grade(published), text="our tax was 2,000万", by=self.xu)
        assert WorkItem.objects.get(kind="park.decide_appeal").unit == lin.unit
        with pytest.raises(NotNow):
            actions.object_to_grade(self.grade(published), text="again", by=self.xu)
        firm = Firm.objects.select_related("organisation").get(organisation__code="F4")
        figure_actions.report_figures(
            firm, "2022", values={"tax_fen": 2_000_000_000}, reason="tax receipt brought", by=lin
        )
        with pytest.raises(NotAllowed):
            actions.decide_appeal(appeal, is_upheld=True, decision="yes", by=shen)

        actions.decide_appeal(appeal, is_upheld=True, decision="the receipt is right", by=lin)

        assert grades(published) == {"F4": "A", "F0": "B", "F1": "C", "F2": "C", "F3": "D"}
        assert self.grade(published).first_grade == "D"
        assert Firm.objects.get(organisation__code="F4").grade == "A"
        assert not WorkItem.objects.filter(kind="park.decide_appeal", stage="open").exists()
        assert Notice.objects.filter(member=self.xu).count() == 3  # published, changed, decided
        assert list(replay()) == [] and list(firm_checks.grades()) == []

    def test_a_rejected_objection_changes_nothing(self, published, lin):
        before = grades(published)
        appeal = actions.object_to_grade(self.grade(published), text="we like A", by=self.xu)
        actions.decide_appeal(appeal, is_upheld=False, decision="no evidence", by=lin)

        assert grades(published) == before
        with pytest.raises(NotNow):
            actions.decide_appeal(appeal, is_upheld=True, decision="after all", by=lin)

    def test_firms_object_for_themselves_only(self, published, person_of):
        stranger = person_of(Firm.objects.get(organisation__code="F1").organisation, "wu")
        with pytest.raises(NotAllowed):
            actions.object_to_grade(self.grade(published), text="theirs", by=stranger)

    def test_it_becomes_final_after_the_window_when_all_is_decided(self, published, lin, turn_clock):
        appeal = actions.object_to_grade(self.grade(published), text="wrong", by=self.xu)
        with pytest.raises(NotNow) as refused:
            actions.finish_grading(published, by=lin)
        assert refused.value.code == "park.objections_open"
        turn_clock("2023-09-22T09:00")
        with pytest.raises(NotNow) as refused:
            actions.finish_grading(published, by=lin)
        assert refused.value.code == "park.appeals_open"
        actions.decide_appeal(appeal, is_upheld=False, decision="no", by=lin)
        actions.finish_grading(published, by=lin)

        assert (published.stage, published.final_on) == ("settled", date(2023, 9, 22))
        with pytest.raises(NotNow):
            actions.object_to_grade(self.grade(published), text="late", by=self.xu)
        with pytest.raises(NotNow):
            actions.withdraw_grading(published, reason="no", by=lin)

    def test_after_the_window_nobody_objects(self, published, turn_clock):
        turn_clock("2023-09-22T09:00")
        with pytest.raises(NotNow) as refused:
            actions.object_to_grade(self.grade(published), text="late", by=self.xu)
        assert refused.value.code == "park.objections_over"

    def test_withdrawn_the_list_shows_no_grades_and_the_year_may_be_graded_again(self, published, zone, lin):
        actions.withdraw_grading(published, reason="wrong benchmarks", by=lin)

        assert Firm.objects.get(organisation__code="F0").grade == ""
        assert actions.draft_grading(zone, 2022, by=lin).number != published.number

    def test_the_check_finds_a_grade_that_its_figures_do_not_give(self, published):
        FirmGrade.objects.filter(firm__organisation__code="F3").update(grade="A")

        (found,) = firm_checks.grades()
        assert (found.code, found.facts["firm"]) == ("park.grade_differs", "F3")

    def test_outsiders_and_the_province_do_nothing(self, published, zhou, pan):
        for somebody in (zhou, pan):
            with pytest.raises(NotAllowed):
                actions.finish_grading(published, by=somebody)


class TestExecution:
    @pytest.fixture
    def with_policies(self, zone, cast):
        rows = (("P-A", "A", "land_use_tax", 100), ("P-D", "D", "electricity", Decimal("0.1")))
        for code, grade, instrument, value in rows:
            policies.add_policy(
                zone, code=code, grade=grade, instrument=instrument, value=value, unit="", text_zh=code,
                department=cast.organisations["LQ"], begins_on=date(2020, 1, 1), by=None,
            )  # fmt: skip
        policies.add_policy(
            zone, code="P-OLD", grade="A", instrument="land", department=cast.organisations["LQ"],
            begins_on=date(2015, 1, 1), ends_on=date(2019, 12, 31), by=None,
        )  # fmt: skip

    def test_grades_by_policies_in_force_by_department(self, run, with_policies, lin):
        actions.publish_grading(run, by=lin)

        found = [(one.department_code, one.firm.code, one.policy.code) for one in queries.duties_of(run)]
        assert found == [("LQ", "F0", "P-A"), ("LQ", "F4", "P-D")]
        assert list(queries.duties_of(run, "XS-OFFICE")) == []

    def test_a_policy_does_not_end_before_it_begins(self, zone, with_policies):
        policy = queries.policy_of(None, "P-A")
        with pytest.raises(BadInput):
            policies.change_policy(policy, ends_on=date(2019, 1, 1), by=None)

    def test_page_and_file(self, run, with_policies, lin, client_of):
        actions.publish_grading(run, by=lin)
        client = client_of(lin)
        page = client.get(f"{run.url}execution/").content.decode()
        assert "2 measures follow" in page
        told = client.get(f"{run.url}execution/?format=csv").content.decode("utf-8-sig")
        assert "F0" in told and "P-A" in told and len(told.splitlines()) == 3


class TestFaces:
    def test_the_pages_show_the_arithmetic_in_both_languages(self, run, client_of, lin, zhou):
        client = client_of(lin)
        page = client.get(run.url).content.decode()
        assert "2022: 1 A, 1 B, 2 C, 1 D." in page
        page = client.get(f"{run.url}firms/F1/").content.decode()
        assert "30.0000 / 24.097 × 30 = 37.3490" in page and "111.0995" in page
        page = client.get(f"{run.url}firms/F0/").content.decode()
        assert "capped at 1.5 times" in page
        page = client_of(lin, language="zh-hans").get("/park/grading/").content.decode()
        assert "亩均评价" in page
        for address in ("/park/grading/", run.url, f"{run.url}firms/F1/", f"{run.url}execution/"):
            assert client_of(zhou).get(address).status_code in (403, 404)

    def test_a_grading_day_by_forms(self, run, client_of, lin, person_of, turn_clock):
        xu = person_of(Firm.objects.get(organisation__code="F4").organisation, "xu")
        office = client_of(lin)
        assert office.post(f"{run.url}publish/", {"version": run.version}).status_code == 302
        assert office.post(f"{run.url}publish/", {"version": run.version}).status_code == 409
        firm = client_of(xu)
        page = firm.get(f"{run.url}firms/F4/").content.decode()
        assert "Object" in page
        paper = SimpleUploadedFile("receipt.pdf", b"%PDF-1.4 receipt")
        sent = firm.post(f"{run.url}firms/F4/object/", {"text": "tax was more", "papers": paper})
        assert sent.status_code == 302, sent.content.decode()
        assert "tax was more" in office.get(run.url).content.decode()
        decision = {"is_upheld": "no", "decision": "no stamp"}
        assert office.post(f"{run.url}firms/F4/decide/", decision).status_code == 302
        assert "no stamp" in firm.get(f"{run.url}firms/F4/").content.decode()
        turn_clock("2023-09-25T09:00")
        run.refresh_from_db()
        assert office.post(f"{run.url}finish/", {"version": run.version}).status_code == 302
        page = office.get("/park/firms/F4/").content.decode()
        assert "Arithmetic" in page and 'class="gdD"' in page

    def test_drafting_by_form_names_what_is_missing(self, enter, client_of, lin):
        enter("N1", "缺数企业", "No Figures", land="10", producing_on=date(2016, 1, 1))
        answer = client_of(lin).post("/park/grading/draft/", {"year": "2022"})

        assert answer.status_code == 422 and "No Figures has no figure" in answer.content.decode()

    def test_rulings_by_form(self, run, client_of, lin):
        client = client_of(lin)
        form = {"year": "2022", "kind": "veto", "cause": "illegal", "text": "fined for dumping"}
        assert client.post("/park/firms/F1/rulings/", form).status_code == 302
        assert "fined for dumping" in client.get("/park/firms/F1/").content.decode()
        assert client.post("/park/firms/F1/rulings/2022/veto/withdraw/").status_code == 302
        assert client.post(f"{run.url}compute/").status_code == 302
        assert client.post(f"{run.url}withdraw/", {"reason": "wrong"}).status_code == 302

    def test_the_api_does_what_the_pages_do(self, run, api_at, held, lin, cast):
        call = api_at("/api/v1/park")(lin)
        (listed,) = call("get", "/gradings").json()["items"]
        assert (listed["year"], listed["stage"]) == (2022, "draft")
        path = f"/gradings/{run.number}"
        ruling = {"year": 2022, "kind": "veto", "cause": "two_high", "text": "not compliant"}
        assert call("post", "/firms/F1/rulings", ruling).status_code == 201
        found = held(call, f"{path}/compute", None, run.version)
        found = held(call, f"{path}/publish", None, found["version"])
        assert found["tally"]["D"] == 2 and found["rules"]
        assert call("post", "/firms/F1/rulings/2022/veto/withdraw", {"reason": "done"}).status_code == 200
        assert call("post", f"{path}/grades/F4/object", {"text": "wrong"}).status_code == 201
        decided = call("post", f"{path}/grades/F4/decide", {"is_upheld": True, "decision": "right"})
        assert decided.json()["stage"] == "upheld"
        rows = {one["firm"]: one for one in call("get", f"{path}/grades").json()["items"]}
        assert rows["F1"]["grade"] == "B" and rows["F1"]["first_grade"] == "D"
        policy = {
            "code": "P1",
            "grade": "B",
            "instrument": "water",
            "department": "LQ",
            "begins_on": "2020-01-01",
        }
        assert call("post", "/grade-policies", policy).status_code == 201
        assert call("patch", "/grade-policies/P1", {"text_en": "Half"}, version=0).json()["text_en"] == "Half"
        assert [one["code"] for one in call("get", "/grade-policies").json()["items"]] == ["P1"]
        assert [one["firm"] for one in call("get", f"{path}/execution").json()] == ["F1"]
        version = call("get", path).json()["version"]
        assert call("post", f"{path}/finish", None, version=version).status_code == 409
        held(call, f"{path}/withdraw", {"reason": "again"}, version)
        assert call("post", "/gradings", {"year": 2022}).status_code == 201

    def test_commands_do_what_the_pages_do(self, run, capsys, turn_clock):
        def said(*words, noun="grading"):
            code = shanhai(["park", noun, *words])
            out, err = capsys.readouterr()
            assert code == 0, err
            return out

        assert json.loads(said("list", "--json"))[0]["A"] == 1
        said("rule", "F1", "2022", "veto", "--cause", "illegal", "--reason", "fined")
        said("compute", run.number)
        said("unrule", "F1", "2022", "veto", "--reason", "paid")
        said("publish", run.number, "--dry-run")
        said("publish", run.number)
        said("object", run.number, "F4", "--text", "wrong")
        said("decide", run.number, "F4", "--upheld", "--reason", "right")
        assert {one["firm"]: one["grade"] for one in json.loads(said("show", run.number, "--json"))}[
            "F1"
        ] == "B"
        added = (
            "add",
            "P1",
            "--grade",
            "B",
            "--instrument",
            "water",
            "--department",
            "LQ",
            "--from",
            "2020-01-01",
        )
        said(*added, noun="policies")
        said("change", "P1", "--text", "减半", noun="policies")
        assert json.loads(said("list", "--json", noun="policies"))[0]["text_zh"] == "减半"
        assert json.loads(said("execution", run.number, "--json"))[0]["firm"] == "F1"
        assert "park.grading.cap" in said("rules", run.number)
        turn_clock("2023-09-25T09:00")
        said("finish", run.number)
        assert shanhai(["park", "grading", "withdraw", run.number, "--reason", "x"]) == 1
        capsys.readouterr()
        GradingRun.objects.update(stage="published")
        said("withdraw", run.number, "--reason", "x")
        said("draft", "2022")


def test_exemption_ends_with_the_second_whole_year():
    told = {"is_utility": False, "year": 2022, "exempt_years": 2, "ruled": ""}

    assert rules.exempt_because(producing_on=date(2020, 12, 31), **told) == ""
    assert rules.exempt_because(producing_on=date(2021, 1, 1), **told) == "too_young"
    assert rules.exempt_because(producing_on=date(2020, 2, 29), **told) == ""
    assert rules.exempt_because(producing_on=date(2023, 1, 1), **told) == "not_producing"
