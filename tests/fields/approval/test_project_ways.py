"""A file takes its project into approval, and its decisions bring the project on or back, on the record of both."""

from __future__ import annotations

import pytest
from django.db.models import F

from shanhai.core import clock
from shanhai.core.checks import replay
from shanhai.core.models import JournalEntry, Member
from shanhai.fields.approval.actions import deciding, filing, opinions
from shanhai.fields.approval.actions import projects as ways
from shanhai.fields.approval.models import CaseItem
from shanhai.fields.approval.queries import cases as queries
from shanhai.fields.approval.queries import project_ways
from shanhai.fields.investment.actions import project_steps
from shanhai.fields.investment.actions import projects as project_actions
from shanhai.fields.investment.models import Project
from shanhai.kernel.refusals import NotNow


def who(name: str) -> Member:
    return Member.objects.select_related("unit__organisation").get(code=name)


def decide(code: str, *people: str, decision: str = "approved") -> None:
    for name in people:
        one = queries.item_of(None, "C-1", code)
        deciding.decide_item(one, decision=decision, reasons="as asked", by=who(name))


def reply(code: str, department: str, name: str) -> None:
    opinions.reply_opinion(queries.opinion_of(None, "C-1", code, department), reply="agree", by=who(name))


def through() -> None:
    """All items approved but the permit."""
    decide("filing", "dong")
    reply("eia", "water", "shui")
    decide("eia", "he", "sun")
    decide("scheme", "gui", "jian", "zhang")


def permit() -> None:
    survey = queries.material_of(queries.case_of(None, "C-1"), "survey")
    filing.add_material(survey, name="survey", by=who("lin"))
    reply("permit", "ecology", "he")
    reply("permit", "ecology", "sun")
    reply("permit", "water", "shui")
    decide("permit", "gui", "jian", "zhang")


def stage(project: Project) -> str:
    project.refresh_from_db()
    return project.stage


def log(project: Project) -> list[tuple[str, str, str]]:
    return list(project.steps.order_by("pk").values_list("came_from", "to", "cause"))


@pytest.fixture
def following(django_capture_on_commit_callbacks):
    """``following(call)``: what a call leaves for after its commit is done too, as it is outside of a test."""

    def run(call):
        with django_capture_on_commit_callbacks(execute=True):
            call()

    return run


class TestHandOver:
    def test_opening_a_file_takes_the_project_into_approval(self, project, case):
        assert stage(project) == "preparing"
        assert log(project)[-1] == ("lead", "preparing", "C-1")
        entry = JournalEntry.objects.filter(action="investment.hand_over").get()
        assert entry.subject_id == project.pk
        assert list(replay()) == []

    def test_a_project_that_is_further_stays_where_it_is(self, project, regime, lin):
        Project.objects.filter(pk=project.pk).update(stage="building", version=F("version") + 1)
        project.refresh_from_db()
        filing.file_case(project, by=lin)

        assert stage(project) == "building"

    def test_what_a_case_moved_is_taken_back_there_only(self, project, case, lin):
        project.refresh_from_db()
        with pytest.raises(NotNow) as refused:
            project_steps.take_back_step(project, by=lin)
        assert refused.value.code == "investment.step_of_case" and refused.value.facts["case"] == "C-1"


class TestComeBack:
    def test_approved_without_completion_it_may_start(self, project, case, following):
        following(through)
        assert stage(project) == "preparing"
        following(permit)

        assert queries.case_of(None, "C-1").stage == "approved"
        assert stage(project) == "approved"
        assert log(project)[-1] == ("preparing", "approved", "C-1")
        assert list(replay()) == []

    def test_with_the_last_item_before_completion_it_may_start_and_with_completion_it_is_completed(
        self, project, case, following
    ):
        CaseItem.objects.filter(code="permit").update(phase=project_ways.COMPLETION)
        following(lambda: decide("filing", "dong"))
        assert stage(project) == "preparing"
        following(lambda: (reply("eia", "water", "shui"), decide("eia", "he", "sun")))
        assert stage(project) == "preparing"
        following(lambda: decide("scheme", "gui", "jian", "zhang"))
        assert stage(project) == "approved"
        following(permit)

        assert stage(project) == "completed"
        assert [to for _from, to, _case in log(project)][-2:] == ["approved", "completed"]

    def test_refused_it_is_signed_again(self, project, case, following):
        following(lambda: decide("filing", "dong", decision="refused"))

        assert stage(project) == "signed"
        assert log(project)[-1] == ("preparing", "signed", "C-1")

    def test_withdrawn_it_is_signed_again_and_may_be_handed_in_anew(self, project, case, lin, following):
        following(lambda: filing.withdraw_case(queries.case_of(None, "C-1"), reason="wrong land", by=lin))
        assert stage(project) == "signed"
        again = filing.file_case(project, by=lin)

        assert stage(project) == "preparing"
        assert log(project)[-1] == ("signed", "preparing", again.number)

    def test_what_broke_off_after_the_decision_is_caught_up_by_the_tick_once(self, project, case):
        through()
        permit()
        assert stage(project) == "preparing"
        assert ways.sweep(clock.now()) == 1
        assert stage(project) == "approved"
        assert ways.sweep(clock.now()) == 0

    def test_who_moved_it_back_since_is_not_overruled(self, project, case, lin, following):
        following(lambda: (through(), permit()))
        project.refresh_from_db()
        project_actions.move_project(project, to="preparing", reason="design changed", by=lin)

        assert ways.sweep(clock.now()) == 0
        assert stage(project) == "preparing"

    def test_one_that_was_dropped_meanwhile_stays_dropped(self, project, case, lin, following):
        project.refresh_from_db()
        project_actions.move_project(project, to="dropped", reason="no money", by=lin)
        following(lambda: (through(), permit()))

        assert stage(project) == "dropped"


class TestFirmPage:
    def test_it_shows_filings_approvals_projects_and_requests_together(
        self, project, case, zone, cast, client_of, lin, zhou
    ):
        from decimal import Decimal

        from shanhai.fields.office.actions import factors
        from shanhai.fields.park.models import Firm, Park

        park = Park.objects.create(
            number="LQ-P", kind="home", name_zh="龙泉园区", name_sort="longquan", pairing=zone, zone=zone,
            region=cast.regions["331181000000"], planned_mu=Decimal(7650),
        )  # fmt: skip
        firm = Firm.objects.create(
            organisation=project.enterprise, park=park, pairing=zone, zone=zone, name_sort="qingfeng"
        )
        factors.ask(
            zone, measure="mu", quantity=100, unit=lin.unit, needed_by=clock.today(), title_zh="二期用地", title_en="Land of phase 2",
            record=project, asker=project.enterprise, by=lin,
        )  # fmt: skip

        page = client_of(lin).get(firm.url).content.decode()
        places = [page.index(f"<h2>{name}</h2>") for name in ("Approvals", "Projects", "Factor requests")]
        assert places == sorted(places)
        assert "C-1" in page and project.url in page and "Land of phase 2" in page
        assert "审批办理" in client_of(lin, language="zh-hans").get(firm.url).content.decode()
        own = client_of(who("xiang")).get(firm.url).content.decode()
        assert "C-1" in own and "<h2>Projects</h2>" in own
        assert client_of(zhou).get(firm.url).status_code in (403, 404)
