"""The way of projects: what stages ask for, who stands still, teams, promises, the ledger; shared ones counted once."""

from __future__ import annotations

import json
import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from shanhai.core import clock, indicators, rulebook, signs
from shanhai.core.actions import sharing
from shanhai.core.checks import replay
from shanhai.core.models import Notice, WorkItem
from shanhai.core.sheets import loading
from shanhai.fields.investment import rules
from shanhai.fields.investment.actions import capacity, paid_in, project_steps, service_teams, stalls
from shanhai.fields.investment.actions import leads as lead_actions
from shanhai.fields.investment.actions import projects as actions
from shanhai.fields.investment.models import Lead, Project, ProjectStep, TeamMember
from shanhai.fields.investment.queries import capacity as measures
from shanhai.fields.investment.queries import ledger as ledgers
from shanhai.fields.investment.queries import pipeline as queries
from shanhai.fields.investment.queries import stall_registers
from shanhai.fields.investment.rules import pipeline
from shanhai.fields.office.actions import factors
from shanhai.kernel import periods
from shanhai.kernel.attribution import Method
from shanhai.kernel.refusals import BadInput, ChangedMeanwhile, NotAllowed, NotFound, NotNow, Refused
from shanhai.site.cli import run
from tests.threads import together

MONDAY = date(2023, 9, 18)
STAGES = st.sampled_from(list(rules.ProjectStage))
SIDE = st.sampled_from(["", "mountain", "sea"])
FACTS = rulebook.rule(pipeline.FACTS).values[0].value
DAYS = rulebook.rule(pipeline.STALL_DAYS).values[0].value
HALF = {"introducer": 50, "location": 50}


def signed(project, by, on=None):
    """The project, signed by contract."""
    return actions.move_project(project, to="signed", on=on, paper="投资协议 2023-7", by=by)


def producing(project, by):
    """The project, producing, with what it promised."""
    actions.change_project(project, output_fen=20_000_000_000, tax_fen=1_000_000_000, jobs=100, by=by)
    return actions.move_project(project, to="producing", paper="验收备案", by=by)


def at(project, stage, days_ago):
    """The project as a register would bring it: at a stage for some days."""
    Project.objects.filter(pk=project.pk).update(stage=stage, stage_on=MONDAY - timedelta(days=days_ago))
    project.refresh_from_db()
    return project


class TestWhatStagesAskFor:
    @given(STAGES, STAGES)
    def test_only_steps_forward_come_through_stages(self, stage, to):
        found = pipeline.passed(stage, to)

        if rules.is_step_back(stage, to) or stage == to:
            assert found == ()
        else:
            assert found[-1] == to and stage not in found
            assert list(found) == [one for one in rules.ORDER if one in found]

    @given(STAGES, STAGES, st.sets(st.sampled_from(sorted(pipeline.FACT_NAMES))))
    def test_what_is_missing_is_asked_for_and_not_known_and_more_knowledge_never_lacks_more(
        self, stage, to, given_
    ):
        known = dict.fromkeys(given_, 1)
        lacking = pipeline.missing(known, FACTS, stage, to)

        asked = {name for one in pipeline.passed(stage, to) for name in FACTS.get(one, ())}
        assert set(lacking) <= asked - given_
        assert not asked - given_ - set(lacking) - {pipeline.SCALE}
        for name in lacking:
            less = pipeline.missing(known | {name: 1}, FACTS, stage, to)
            assert less == tuple(one for one in lacking if one != name)

    def test_every_fact_of_the_rulebook_has_a_name_and_every_stage_is_one(self):
        assert set(FACTS) <= {str(one) for one in rules.ORDER}
        assert {name for names in FACTS.values() for name in names} <= set(pipeline.FACT_NAMES)
        assert set(DAYS) == set(pipeline.BY_STAGE)

    def test_a_step_is_refused_by_the_name_of_what_is_missing(self, project, lin):
        with pytest.raises(BadInput) as refused:
            actions.move_project(project, to="signed", by=lin)
        assert refused.value.facts["missing"] == ["paper"] and refused.value.facts["field"] == "paper"
        assert ProjectStep.objects.filter(project=project).count() == 1

        signed(project, lin)
        with pytest.raises(BadInput) as refused:
            actions.move_project(project, to="producing", paper="验收备案", by=lin)
        assert refused.value.facts["missing"] == ["output_fen", "tax_fen", "jobs"]

    def test_a_project_without_its_code_is_not_in_approval(self, cast, zone, firm, lin):
        made = actions.add_project(
            zone,
            name_zh="电气项目",
            enterprise=firm,
            region=cast.regions["331181000000"],
            investment_fen=1,
            by=lin,
        )
        signed(made, lin)

        with pytest.raises(BadInput) as refused:
            actions.move_project(made, to="preparing", by=lin)
        assert set(refused.value.facts["missing"]) == {"project_code", "basis"}


class TestTheLog:
    def test_each_step_says_who_when_why_and_what_shows_it(self, project, lin):
        signed(project, lin, on=MONDAY)
        actions.move_project(project, to="lead", reason="contract void", by=lin)

        log = [
            (one.came_from, one.to, one.paper, one.reason, one.member) for one in project.steps.order_by("pk")
        ]
        assert log == [
            ("", "lead", "", "", lin),
            ("lead", "signed", "投资协议 2023-7", "", lin),
            ("signed", "lead", "", "contract void", lin),
        ]
        assert list(replay()) == []

    def test_the_last_step_is_taken_back_while_it_is_fresh_and_stays_to_be_read(
        self, project, lin, turn_clock
    ):
        since = project.stage_on
        signed(project, lin)
        project_steps.take_back_step(project, by=lin)

        assert (project.stage, project.stage_on) == ("lead", since)
        assert project.steps.exclude(taken_back_at=None).count() == 1
        assert list(replay()) == []
        with pytest.raises(NotNow) as refused:
            project_steps.take_back_step(project, by=lin)
        assert refused.value.code == "investment.no_step"

        signed(project, lin)
        turn_clock("2023-09-18T10:00")
        with pytest.raises(NotNow) as refused:
            project_steps.take_back_step(project, by=lin)
        assert refused.value.code == "investment.step_too_old"

    def test_outsiders_take_nothing_back(self, project, lin, zhou, pan):
        signed(project, lin)
        for somebody in (zhou, pan):
            with pytest.raises(NotAllowed):
                project_steps.take_back_step(project, by=somebody)


class TestStandingStill:
    @given(st.sampled_from(sorted(pipeline.BY_STAGE)), st.integers(0, 1500))
    def test_the_condition_of_the_database_and_the_rule_are_the_same(self, stage, days):
        since = MONDAY - timedelta(days=days)

        over = pipeline.days_over(stage, since, DAYS, MONDAY)
        assert (over > 0) == (since <= pipeline.last_days(DAYS, MONDAY)[stage])
        assert over == max(0, days - DAYS[stage])

    def test_the_five_lists_take_in_each_stage_once(self):
        assert [one.five for one in pipeline.LISTS] == sorted(
            (one.five for one in pipeline.LISTS), key=[five for five, _en, _zh in pipeline.FIVE].index
        )
        assert {one.five for one in pipeline.LISTS} == {five for five, _en, _zh in pipeline.FIVE}

    def test_one_longer_there_than_the_rule_allows_is_on_its_list(self, project, zone):
        assert not queries.stalled(Project.objects.all(), zone).exists()
        at(project, "building", DAYS["building"])
        assert not queries.stalled(Project.objects.all(), zone).exists()
        at(project, "building", DAYS["building"] + 1)

        assert list(queries.on_list(queries.stalled(Project.objects.all(), zone), "unfinished")) == [project]
        assert not queries.on_list(queries.stalled(Project.objects.all(), zone), "unstarted").exists()

    def test_it_is_said_why_by_whom_it_is_mended_and_until_when(self, project, lin):
        with pytest.raises(NotNow):
            stalls.note_stall(project, reason="x", measure="y", due_on=MONDAY, by=lin)
        at(project, "completed", DAYS["completed"] + 5)
        with pytest.raises(BadInput):
            stalls.note_stall(project, reason="x", measure=" ", due_on=MONDAY, by=lin)
        with pytest.raises(BadInput):
            stalls.note_stall(project, reason="x", measure="y", due_on=date(2023, 9, 17), by=lin)
        stalls.note_stall(project, reason="设备未到", measure="催交", due_on=date(2023, 10, 1), by=lin)
        note = stalls.note_stall(
            project, reason="设备未到", measure="改供应商", due_on=date(2023, 10, 8), by=lin
        )

        assert (note.unit, note.measure, note.version) == (lin.unit, "改供应商", 1)
        assert project.stalls.count() == 1
        assert queries.note_of(project) == note
        # The stage of the project was set past the journal.
        assert {one.facts["kind"] for one in replay()} <= {"investment.project"}

    def test_what_was_said_of_an_earlier_stay_does_not_hold_any_more(self, project, lin):
        at(project, "signed", DAYS["signed"] + 1)
        stalls.note_stall(project, reason="x", measure="y", due_on=MONDAY, by=lin)
        actions.move_project(project, to="preparing", by=lin)
        at(project, "preparing", DAYS["preparing"] + 1)

        assert queries.note_of(project) is None

    def test_the_sweep_asks_once_reminds_once_and_tells_the_office_once(self, project, lin, turn_clock):
        at(project, "signed", DAYS["signed"] + 1)
        assert stalls.sweep(clock.now()) == 1
        assert stalls.sweep(clock.now()) == 0
        item = WorkItem.objects.get(kind=stalls.EXPLAIN, stage="open")
        assert (item.unit, item.due_on) == (lin.unit, date(2023, 9, 25))

        at(project, "signed", DAYS["signed"] + 60)
        assert stalls.sweep(clock.now()) > 0
        assert Notice.objects.filter(fact__key__contains=":office:").exists()
        assert stalls.sweep(clock.now()) == 0

        stalls.note_stall(project, reason="x", measure="y", due_on=date(2023, 9, 20), by=lin)
        assert not WorkItem.objects.filter(kind=stalls.EXPLAIN, stage="open").exists()
        turn_clock("2023-09-21T09:00")
        assert stalls.sweep(clock.now()) > 0
        assert Notice.objects.filter(fact__key__contains=":due:").exists()
        assert stalls.sweep(clock.now()) == 0

    def test_what_waits_is_dropped_when_it_moves(self, project, lin):
        at(project, "signed", DAYS["signed"] + 1)
        stalls.sweep(clock.now())
        actions.move_project(project, to="preparing", by=lin)

        assert not WorkItem.objects.filter(kind=stalls.EXPLAIN, stage="open").exists()


class TestTeam:
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["mountain", "sea", "enterprise"]), st.sampled_from(list(pipeline.Task))
            )
        )
    )
    def test_a_whole_team_has_a_leader_and_somebody_of_each_side(self, people):
        gaps = pipeline.team_gaps(people)

        assert ("leads" in gaps) == all(task != "leads" for _side, task in people)
        for side in ("mountain", "sea"):
            assert (side in gaps) == all(one != side for one, _task in people)

    def test_people_of_both_sides_join_are_told_and_leave(self, project, lin, shen):
        service_teams.join_team(project, member=lin, task="leads", by=lin)
        with pytest.raises(NotNow) as refused:
            service_teams.join_team(project, member=shen, task="funds", by=lin)
        assert refused.value.code == "investment.team_sees_not"
        sharing.share_with_other_side(project, by=lin)
        project.refresh_from_db()
        one = service_teams.join_team(project, member=shen, task="funds", by=lin)

        assert [(row.member, row.side, row.task) for row in queries.team_of(project)] == [
            (lin, "mountain", "leads"),
            (shen, "sea", "funds"),
        ]
        assert Notice.objects.filter(member=shen, fact__key__contains=":team:").count() == 1
        with pytest.raises(NotNow) as refused:
            service_teams.join_team(project, member=shen, task="land", by=lin)
        assert refused.value.code == "investment.in_team"
        service_teams.leave_team(one, by=shen)
        assert len(queries.team_of(project)) == 1 and TeamMember.objects.count() == 2
        assert list(replay()) == []

    def test_one_leads_and_whoever_has_no_seat_serves_nobody(self, project, lin, zhou):
        service_teams.join_team(project, member=lin, task="leads", by=lin)
        with pytest.raises(BadInput) as refused:
            service_teams.join_team(project, member=zhou, task="land", by=lin)
        assert refused.value.code == "investment.team_without_seat"
        with pytest.raises(NotAllowed):
            service_teams.join_team(project, member=lin, task="land", by=zhou)

    def test_somebody_of_the_enterprise_speaks_for_it(self, project, lin, firm_member):
        one = service_teams.join_team(project, member=firm_member, task="enterprise", by=lin)

        assert one.side == "enterprise"


class TestWhoseTheyAre:
    @given(st.integers(0, 10**15), SIDE, SIDE, st.integers(0, 100), st.booleans())
    def test_the_parts_of_a_figure_add_up_to_it(self, value, introducer, stands, percent, is_money):
        rule = {"introducer": percent, "location": 100 - percent}
        parts = pipeline.shares(value, rule, introducer, stands, is_money=is_money)

        assert sum(parts.values()) == value
        assert set(parts) <= {"mountain", "sea"}

    def test_known_answers(self):
        assert pipeline.weights({"introducer": 60, "location": 40}, "sea", "mountain") == {
            "sea": 60,
            "mountain": 40,
        }
        assert pipeline.weights(HALF, "sea", "sea") == {"sea": 100}
        assert pipeline.weights({"introducer": 0, "location": 100}, "sea", "") == {"sea": 100}
        with pytest.raises(BadInput):
            pipeline.check_attribution({"introducer": 60, "location": 60})

    def test_where_it_stands_is_found_from_its_region(self, project, cast, lin):
        assert project.stands_side == "mountain"
        actions.change_project(project, region=cast.regions["330109000000"], by=lin)
        assert project.stands_side == "sea"
        assert list(replay()) == []

    def test_a_signed_lead_hands_on_who_brought_it_and_what_it_promised(self, lead, cast, firm, lin):
        lead_actions.change_lead(lead, output_fen=5, tax_fen=2, jobs=9, by=lin)
        lead_actions.log_contact(lead, way="call", text="通话", by=lin)
        lead_actions.triage_lead(lead, by=lin)
        for step in ("talking", "visited"):
            lead_actions.move_lead(lead, to=step, by=lin)
        lead_actions.sign_lead(lead, enterprise=firm, region=cast.regions["331181000000"], by=lin)

        made = Project.objects.get(pk=lead.project_id)
        assert (made.introducer_side, made.stands_side) == ("sea", "mountain")
        assert (made.output_fen, made.tax_fen, made.jobs) == (5, 2, 9)

    def test_totals_are_the_same_however_they_are_grouped(self, cast, zone, firm, lin):
        places = ["331181000000", "330109000000"]
        for n in range(14):
            made = actions.add_project(
                zone, name_zh=f"项目{n}", enterprise=firm, region=cast.regions[places[n % 2]], investment_fen=333 * n + 1,
                introducer_side=["", "sea", "mountain"][n % 3], by=lin,
            )  # fmt: skip
            at(made, ["signed", "building", "completed"][n % 3], n)
        rows = Project.objects.all()
        n, fen = rows.count(), sum(one.investment_fen for one in rows)

        for key in ("stage", "region_id", "introducer_side", "stands_side"):
            groups = [rows.filter(**{key: value}) for value in set(rows.values_list(key, flat=True))]
            parts = [part for group in groups for part in queries.by_side(group, HALF)]
            assert (sum(part.n for part in parts), sum(part.fen for part in parts)) == (n, fen)
        whole = queries.by_side(rows, HALF)
        assert sum(part.n for part in whole) == n and sum(part.fen for part in whole) == fen
        board = queries.board(rows, DAYS, MONDAY)
        assert sum(column.n for column in board) == n


class TestPromises:
    @given(st.integers(1, 10**9), st.integers(0, 2 * 10**9))
    def test_a_promise_is_missed_below_what_the_tolerance_leaves_of_it(self, mark, value):
        is_missed = pipeline.failed({"jobs": mark}, {"jobs": value}, Decimal(10)) == ["jobs"]

        assert is_missed == (value * 10 < mark * 9)

    def test_only_what_came_on_top_is_the_projects(self):
        year, base = (
            {"output_fen": 90, "tax_fen": None, "jobs": 3},
            {"output_fen": 50, "tax_fen": 1, "jobs": 5},
        )

        assert pipeline.measured_beyond(year, base) == {"output_fen": 40, "tax_fen": None, "jobs": 0}
        assert pipeline.measured_beyond(year, None) == year

    def test_at_capacity_it_is_held_against_the_figures_of_its_enterprise(
        self, project, in_park, figures, lin
    ):
        Project.objects.filter(pk=project.pk).update(
            registered_on=date(2020, 5, 1), stage_on=date(2020, 5, 1)
        )
        project.refresh_from_db()
        producing(project, lin)
        figures(2019, output_fen=1_000_000_000, tax_fen=0, staff_n=20)
        figures(2022, output_fen=20_000_000_000, tax_fen=950_000_000, staff_n=125)

        found = measures.measured(project)
        assert (found.year, found.base_year) == (2022, 2019)
        assert found.values == {
            "investment_fen": None, "output_fen": 19_000_000_000, "tax_fen": 950_000_000, "jobs": 105,
        }  # fmt: skip
        actions.move_project(project, to="at_capacity", by=lin)
        check = project.checks.get()
        assert (check.failed, check.origin, check.year) == ([], "park", 2022)
        assert list(replay()) == []

    def test_one_that_keeps_less_comes_to_capacity_with_a_reason_only(self, project, in_park, figures, lin):
        Project.objects.filter(pk=project.pk).update(
            registered_on=date(2020, 5, 1), stage_on=date(2020, 5, 1)
        )
        project.refresh_from_db()
        producing(project, lin)
        figures(2022, output_fen=10_000_000_000, tax_fen=1_000_000_000, staff_n=100)

        with pytest.raises(BadInput) as refused:
            actions.move_project(project, to="at_capacity", by=lin)
        assert refused.value.code == "investment.promises_missed"
        assert project.stage == "producing" and not project.checks.exists()
        actions.move_project(project, to="at_capacity", reason="market of 2022", by=lin)
        assert project.checks.get().failed == ["output_fen"]

    def test_where_the_park_has_no_figures_a_paper_shows_them(self, project, lin):
        producing(project, lin)
        with pytest.raises(NotNow) as refused:
            actions.move_project(project, to="at_capacity", by=lin)
        assert refused.value.code == "investment.nothing_measured"
        with pytest.raises(BadInput):
            capacity.check_promises(project, measured={"jobs": 99}, by=lin)
        capacity.check_promises(project, measured={"jobs": 99}, paper="达产核验表", by=lin)

        actions.move_project(project, to="at_capacity", by=lin)
        assert project.stage == "at_capacity"

    def test_it_is_above_scale_with_its_enterprise(self, project, in_park, lin):
        producing(project, lin)
        with pytest.raises(BadInput) as refused:
            actions.move_project(project, to="above_scale", by=lin)
        assert refused.value.facts["missing"] == ["above_scale"]
        in_park.above_scale_on = date(2023, 1, 1)
        in_park.save()

        actions.move_project(project, to="above_scale", by=lin)
        assert project.stage == "above_scale"


@pytest.fixture
def in_park(project, zone, cast):
    """The enterprise of the project on the register of a park."""
    from shanhai.fields.park.models import Firm, Park

    park = Park.objects.create(
        number="LQ-P", kind="home", name_zh="龙泉园区", name_sort="longquan", pairing=zone, zone=zone,
        region=cast.regions["331181000000"], planned_mu=Decimal(7650),
    )  # fmt: skip
    return Firm.objects.create(
        organisation=project.enterprise, park=park, pairing=zone, zone=zone, name_sort="qingfeng"
    )


@pytest.fixture
def figures(in_park, zone):
    """``figures(2022, output_fen=...)``: what it reported of a year."""
    from shanhai.fields.park.models import Figures

    def made(year, **values):
        return Figures.objects.create(
            firm=in_park, pairing=zone, zone=zone, period=str(year), year=year, **values
        )

    return made


class TestLedger:
    def test_a_week_has_seven_days_and_a_name(self):
        assert pipeline.days_of_week("2023-W38") == (MONDAY, date(2023, 9, 24))
        assert pipeline.days_of_week("2020w53")[0] == date(2020, 12, 28)
        for text in ("2023", "2023-W54", "2021-W53", "week", "０２３-W1"):
            with pytest.raises(BadInput):
                pipeline.days_of_week(text)

    @given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
    def test_each_day_lies_in_the_week_that_is_named_after_it(self, day):
        first, last = pipeline.days_of_week(pipeline.week_of(day))

        assert first <= day <= last and (last - first).days == 6 and first.weekday() == 0

    def test_it_says_what_moved_was_paid_asked_granted_stood_still_and_was_explained(
        self, project, lead, other, cast, zone, lin, shen
    ):
        signed(project, lin)
        Lead.objects.filter(pk=lead.pk).update(stage="signed", project=project)
        lead.refresh_from_db()
        paid_in.record_paid_in(lead, amount_fen=500, evidence="bank slip", by=lin)
        request = factors.ask(
            zone, measure="mu", quantity=1200, unit=lin.unit, needed_by=date(2023, 11, 1), title_zh="用地",
            record=project, is_park=True, by=lin,
        )  # fmt: skip
        factors.grant_factor(request, quantity=500, paper="批文", by=lin)
        still = actions.add_project(
            zone,
            name_zh="停滞",
            enterprise=project.enterprise,
            region=project.region,
            registered_on=MONDAY,
            by=lin,
        )
        at(still, "signed", DAYS["signed"] + 1)
        stalls.note_stall(still, reason="x", measure="y", due_on=MONDAY, by=lin)

        found = ledgers.week(lin, zone, "", MONDAY)
        assert found.week == "2023-W38" and found.after == "" and found.before == "2023-W37"
        assert {what: found.n(what) for what in ledgers.WHAT} == {
            "moved": 3, "paid": 1, "asked": 1, "granted": 1, "stalled": 1, "explained": 1,
        }  # fmt: skip
        assert found.paid_fen == 500
        assert [line.project for line in found.lines["asked"]] == [project]
        assert [line.on for line in found.lines["stalled"]] == [MONDAY]
        before = ledgers.week(lin, zone, "2023-W37", MONDAY)
        assert not any(before.lines.values()) and before.after == "2023-W38"
        # The other side is shown nothing of what it does not see.
        assert not any(ledgers.week(shen, zone, "", MONDAY).lines.values())

    def test_what_was_taken_back_is_not_in_it(self, project, zone, lin):
        signed(project, lin)
        project_steps.take_back_step(project, by=lin)

        assert [line.row.to for line in ledgers.week(lin, zone, "", MONDAY).lines["moved"]] == ["lead"]


class TestIndicators:
    CODES = ("started", "completed", "at_capacity", "start_rate", "stalled")

    def zone_of(self, cast, zone, firm, lin):
        made = []
        for n in range(6):
            one = actions.add_project(
                zone, name_zh=f"项目{n}", enterprise=firm, region=cast.regions["331181000000"], investment_fen=1,
                project_code=f"2103-331181-04-01-12345{n}", basis="filing", eia="form", land_by="transfer", land_mu=Decimal(9),
                introducer_side=["sea", "mountain", ""][n % 3], output_fen=1, tax_fen=1, jobs=1, by=lin,
            )  # fmt: skip
            signed(one, lin)
            if n > 1:
                actions.move_project(one, to=["building", "completed"][n % 2], paper="许可证", by=lin)
            made.append(one)
        at(made[0], "signed", 100)
        return made

    def test_evidence_adds_up_and_the_sides_make_the_whole(self, cast, zone, firm, lin):
        self.zone_of(cast, zone, firm, lin)
        period = periods.parse("2023")

        for code in self.CODES:
            for side in (None, "mountain", "sea"):
                row = indicators.measure(f"investment.{code}", [zone.pk], [period], side, MONDAY)[0]
                shown = indicators.evidence(f"investment.{code}", zone.pk, period, side, MONDAY)
                assert row.numerator == sum((one.value for one in shown), Decimal(0)), code
            assert indicators.check_sides(f"investment.{code}", [zone.pk], [period], MONDAY) == []
            assert indicators.registered(f"investment.{code}").shared is Method.RATIO

        def read(code, side=None):
            return indicators.measure(f"investment.{code}", [zone.pk], [period], side, MONDAY)[0].numerator

        assert (read("started"), read("completed"), read("stalled")) == (4, 2, 1)
        assert (read("started", "sea"), read("started", "mountain")) == (Decimal("0.5"), Decimal("3.5"))

    def test_a_year_is_the_same_whatever_years_it_is_asked_with(self, cast, zone, firm, lin):
        self.zone_of(cast, zone, firm, lin)
        ProjectStep.objects.filter(to="signed").update(on=date(2022, 12, 1))
        last, this = periods.parse("2022"), periods.parse("2023")

        for code in self.CODES:
            name = f"investment.{code}"
            alone = indicators.measure(name, [zone.pk], [last], None, MONDAY)[0]
            together = indicators.measure(name, [zone.pk], [last, this], None, MONDAY)[0]
            assert (alone.numerator, alone.denominator) == (together.numerator, together.denominator), code
            assert indicators.check_evidence(name, [zone.pk], [last, this], MONDAY) == [], code
        # Signed in 2022, started in 2023: they have started since.
        assert indicators.measure("investment.start_rate", [zone.pk], [last], None, MONDAY)[0].numerator == 4

    def test_one_that_moved_on_stood_still_until_then(self, project, zone, lin):
        at(project, "signed", 100)
        actions.move_project(project, to="preparing", by=lin)

        def quarter(text):
            return indicators.measure("investment.stalled", [zone.pk], [periods.parse(text)], None, MONDAY)[
                0
            ].numerator

        assert quarter("2023Q3") == 0
        assert quarter("2023-08") == 1


class TestFaces:
    def test_pages_say_it_in_both_languages_and_turn_the_outsider_away(
        self, project, client_of, lin, zhou, firm_member
    ):
        at(project, "signed", DAYS["signed"] + 3)
        for address, en, zh in (
            ("/investment/board/", "stand still", "停滞"),
            ("/investment/stalled/", "1 project stands still", "1个项目停滞"),
            ("/investment/ledger/", "Week 38 of 2023", "2023年第38周"),
            (project.url, "3 days longer at this stage", "已超过规定3天"),
            (f"{project.url}stall/", "Why does", "为何停滞"),
            (f"{project.url}team/", "Who serves", "由谁服务"),
            (f"{project.url}check/", "keep what it promised", "兑现承诺"),
        ):
            assert en in client_of(lin).get(address).content.decode(), address
            assert zh in client_of(lin, language="zh-hans").get(address).content.decode(), address
            assert client_of(zhou).get(address).status_code in (403, 404), address
        assert client_of(firm_member).get("/investment/board/").status_code == 403

    def test_the_page_names_what_the_next_stage_lacks(self, project, client_of, lin):
        assert "the paper that shows it" in client_of(lin).get(project.url).content.decode()
        assert "Missing for the next stage:" in client_of(lin).get(project.url).content.decode()

    def test_an_empty_zone_says_what_to_do(self, zone, client_of, lin):
        assert "No projects yet." in client_of(lin).get("/investment/board/").content.decode()
        assert "No project stands still." in client_of(lin).get("/investment/stalled/").content.decode()
        assert "Nothing happened" in client_of(lin).get("/investment/ledger/").content.decode()

    def test_it_is_moved_taken_back_explained_served_and_checked_by_forms(self, project, client_of, lin):
        client = client_of(lin)
        assert client.post(f"{project.url}move/", {"to": "signed"}).status_code == 422
        assert client.post(f"{project.url}move/", {"to": "signed", "paper": "协议"}).status_code == 302
        page = client.get(project.url).content.decode()
        assert "take-back" in page
        assert client.post(f"{project.url}take-back/").status_code == 302
        project.refresh_from_db()
        assert project.stage == "lead"

        at(project, "signed", DAYS["signed"] + 3)
        form = {"reason": "等待", "measure": "上门", "due_on": "2023-10-01"}
        assert client.post(f"{project.url}stall/", form).status_code == 302
        assert "上门" in client.get("/investment/stalled/?explained=yes").content.decode()
        assert "上门" not in client.get("/investment/stalled/?explained=no").content.decode()
        assert client.post(f"{project.url}team/", {"member": "lin", "task": "leads"}).status_code == 302
        assert client.post(f"{project.url}team/lin/leave/").status_code == 302
        assert client.post(f"{project.url}team/lin/leave/").status_code == 404
        at(project, "producing", 3)
        assert client.post(f"{project.url}check/", {"jobs": "10", "paper": "核验表"}).status_code == 422
        actions.change_project(project, jobs=10, by=lin)
        assert client.post(f"{project.url}check/", {"jobs": "10", "paper": "核验表"}).status_code == 302
        assert "Kept" in client.get(project.url).content.decode()

    def test_the_ledger_comes_as_a_file(self, project, client_of, lin):
        signed(project, lin)
        answer = client_of(lin).get("/investment/ledger/file.csv?week=2023-W38")
        assert answer.status_code == 200 and "Compressor plant" in answer.content.decode("utf-8-sig")
        for form in ("xlsx", "pdf"):
            assert client_of(lin).get(f"/investment/ledger/file.{form}").status_code == 200
        assert client_of(lin).get("/investment/ledger/?week=soon").status_code in (400, 422)

    def test_the_stalled_come_as_a_file(self, project, client_of, lin):
        at(project, "signed", DAYS["signed"] + 3)
        answer = client_of(lin).get("/investment/stalled/?format=csv")
        assert answer.status_code == 200 and "Compressor plant" in answer.content.decode("utf-8-sig")

    def test_the_list_comes_back_with_what_is_done_as_a_sheet(self, project, lin, shen):
        at(project, "signed", DAYS["signed"] + 3)

        def bring(by, **values):
            row = stall_registers.stalls_current(["P-1"])["P-1"]
            row = {name: value for name, value in row.items() if not name.startswith("_")} | values
            try:
                loading.load_table(signs.registers["investment.stalls"], [row], by=by)
            except BadInput as refused:
                return [(one["column"], one["code"]) for one in refused.facts["problems"]]
            return []

        said_ = {"reason": "等待设备", "measure": "催交", "due_on": date(2023, 10, 1)}
        assert bring(lin, reason="x") == [("due_on", "investment.stall_no_day")]
        assert bring(lin, **said_ | {"due_on": date(2023, 9, 1)}) == [("due_on", "investment.stall_past")]
        assert bring(shen, **said_) == [("number", "investment.no_project")]
        assert bring(lin, **said_) == []
        note = queries.note_of(project)
        assert (note.reason, note.measure, note.unit, note.member) == ("等待设备", "催交", lin.unit, lin)
        assert [row["days_over"] for row in stall_registers.stalls_rows(lin, project.pairing)] == [3]

    def test_the_api_does_what_the_pages_do(self, project, api_at, held, lin, zhou):
        call = api_at("/api/v1/investment")(lin)
        refused = call("post", "/projects/P-1/move", {"to": "signed"}, version=0)
        assert refused.status_code == 422 and refused.json()["missing"] == ["paper"]
        held(call, "/projects/P-1/move", {"to": "signed", "paper": "协议"}, 0)
        held(call, "/projects/P-1/take-back", {}, 1)
        at(project, "signed", DAYS["signed"] + 3)
        held(call, "/projects/P-1/stall", {"reason": "r", "measure": "m", "due_on": "2023-10-01"}, 2)
        held(call, "/projects/P-1/team", {"member": "lin", "task": "leads"}, 3)
        way = call("get", "/projects/P-1/way").json()
        assert (way["days_over"], way["next"], way["team_lacks"]) == (3, "preparing", ["sea"])
        assert way["attribution"] == {"mountain": 100}
        listed = call("get", "/stalled").json()["items"]
        assert [(one["number"], one["five"], one["days_over"], one["measure"]) for one in listed] == [
            ("P-1", "unstarted", 3, "m")
        ]
        assert call("get", "/stalled?on=unfinished").json()["items"] == []
        board = call("get", "/board").json()
        assert sum(one["n"] for one in board["columns"]) == sum(one["n"] for one in board["sides"]) == 1
        ledger = call("get", "/ledger?week=2023-W38").json()
        assert {line["what"] for line in ledger["lines"]} >= {"moved", "explained"}
        assert api_at("/api/v1/investment")(zhou)("get", "/board").status_code == 403

    def test_commands_do_what_the_pages_do(self, project, capsys):
        line = ["investment", "projects"]
        assert run([*line, "move", "P-1", "signed"]) == 1
        assert run([*line, "move", "P-1", "signed", "--paper", "协议", "--dry-run"]) == 0
        assert run([*line, "move", "P-1", "signed", "--paper", "协议"]) == 0
        assert run([*line, "take-back", "P-1"]) == 0
        at(project, "signed", DAYS["signed"] + 3)
        assert run([*line, "stall", "P-1", "--reason", "r", "--measure", "m", "--until", "2023-10-01"]) == 0
        assert run([*line, "join", "P-1", "lin", "--for", "leads"]) == 0
        capsys.readouterr()
        assert run([*line, "stalled", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)[0]["days_over"] == 3
        assert run([*line, "board", "--json"]) == 0
        assert sum(one["n"] for one in json.loads(capsys.readouterr().out)) == 1
        for words in (["sides"], ["ledger", "--week", "2023-W38"], ["way", "P-1"], ["leave", "P-1", "lin"]):
            assert run([*line, *words]) == 0, words
        assert run([*line, "ledger", "--week", "soon"]) == 1
        at(project, "producing", 3)
        Project.objects.filter(pk=project.pk).update(jobs=10)
        assert run([*line, "check", "P-1", "--jobs", "10", "--paper", "核验表"]) == 0

    def test_what_was_exported_loads_again_without_a_change(self, project, lin, tmp_path):
        from shanhai.fields.investment import zone

        signed(project, lin)
        service_teams.join_team(project, member=lin, task="leads", by=lin)
        at(project, "signed", DAYS["signed"] + 3)
        stalls.note_stall(project, reason="r", measure="m", due_on=MONDAY, by=lin)
        at(project, "producing", 3)
        Project.objects.filter(pk=project.pk).update(jobs=10, tax_fen=5)
        project.refresh_from_db()
        capacity.check_promises(project, measured={"jobs": 5, "tax_fen": 5}, paper="p", by=lin)
        zone.export(tmp_path, None)
        names = ("project_steps.csv", "project_teams.csv", "project_stalls.csv", "project_checks.csv")
        before = {name: (tmp_path / name).read_bytes() for name in names}
        assert all(one.count(b"\n") > 1 for one in before.values())

        assert zone.load(tmp_path, None)["project_steps.csv"] == 0
        for one in (project.steps, project.team, project.stalls, project.checks):
            one.all().delete()
        assert zone.load(tmp_path, None)["project_steps.csv"] == 2
        zone.export(tmp_path, None)
        assert {name: (tmp_path / name).read_bytes() for name in names} == before

    def test_the_tax_that_was_measured_is_read_on_the_page_of_the_enterprise_only(
        self, project, lin, shen, api_at, tmp_path
    ):
        producing(project, lin)
        capacity.check_promises(project, measured={"tax_fen": 987_654_321, "jobs": 100}, paper="p", by=lin)

        way = api_at("/api/v1/investment")(lin)("get", "/projects/P-1/way").json()
        assert "tax_fen" not in way["checks"][0]["measured"] and way["checks"][0]["failed"] == []


@pytest.mark.django_db(transaction=True)
def test_of_two_who_name_a_leader_at_once_one_is_told(project, lin, shen):
    if connection.vendor != "postgresql":
        pytest.skip("The tests' SQLite lives in memory, where readers lock.")
    sharing.share_with_other_side(project, by=lin)
    barrier = threading.Barrier(2)
    rows = [Project.objects.get(pk=project.pk) for _ in range(2)]

    results = together(
        [
            lambda row=row, who=who: service_teams.join_team(row, member=who, task="leads", by=lin)
            for row, who in zip(rows, (lin, shen), strict=True)
        ],
        barrier,
    )

    assert sum(isinstance(one, Refused) for one in results) == 1
    assert project.team.filter(to_on=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_a_step_back_at_once_one_is_told(project, lin):
    if connection.vendor != "postgresql":
        pytest.skip("The tests' SQLite lives in memory, where readers lock.")
    signed(project, lin)
    barrier = threading.Barrier(2)
    rows = [Project.objects.get(pk=project.pk) for _ in range(2)]

    results = together([lambda row=row: project_steps.take_back_step(row, by=lin) for row in rows], barrier)

    assert sum(isinstance(one, ChangedMeanwhile | NotNow) for one in results) == 1
    assert Project.objects.get(pk=project.pk).stage == "lead"


def test_a_project_that_is_not_there_is_named(cast, zone, tmp_path):
    from shanhai.fields.investment.zone import pipeline as way

    (tmp_path / "project_teams.csv").write_text(
        "project,member,side,task,from_on,to_on\nNONE,lin,sea,land,2023-01-01,\n"
    )
    with pytest.raises(NotFound) as refused:
        way.load(tmp_path, None)
    assert refused.value.facts["number"] == "NONE"
