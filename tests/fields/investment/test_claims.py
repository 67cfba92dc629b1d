"""Aid by policies on record: dated editions, runs, claims from found to paid and back, and what a firm sees of it."""

from __future__ import annotations

import json
import threading
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from shanhai.core import clock, indicators, search
from shanhai.core.actions import organisations
from shanhai.core.checks import replay
from shanhai.core.models import JournalEntry, Member, Notice, WorkItem
from shanhai.fields.investment.actions import aid_money, aid_runs, aid_undone, policies
from shanhai.fields.investment.models import AidBudget, AidClaim, AidPayment, AidPolicy, AidRun
from shanhai.fields.investment.queries import aid as queries
from shanhai.fields.investment.queries import aid_plan
from shanhai.fields.investment.rules import aid as rules
from shanhai.fields.investment.rules import aid_documents, aid_facts
from shanhai.fields.park.actions import firms as firm_actions
from shanhai.kernel import periods
from shanhai.kernel.refusals import BadInput, ChangedMeanwhile, NotAllowed, NotFound, NotNow, Refused
from tests.fields.investment import aid_zone
from tests.threads import together

WAN = aid_zone.WAN


@pytest.fixture
def firms(cast: Any, zone: Any, lin: Any) -> Any:
    return aid_zone.firms_of(cast, zone, lin)


@pytest.fixture
def held(zone: Any, lin: Any, shen: Any, firms: Any) -> dict[str, AidPolicy]:
    """Four policies in force, and budgets of both sides."""
    aid_zone.budgets_of(zone, lin, shen)
    return aid_zone.policies_of(zone, lin)


@pytest.fixture
def mei(lin: Any) -> Member:
    """A colleague of Lin who checks."""
    return aid_zone.member_of(lin.unit.organisation, "mei", "checker", lin.unit)


@pytest.fixture
def boss(firms: Any) -> Member:
    """Somebody of firm A."""
    return aid_zone.member_of(firms.A.organisation, "boss", "enterprise")


@pytest.fixture
def run(zone: Any, held: Any, lin: Any) -> AidRun:
    return aid_runs.run_aid(zone, "2022", by=lin)


def claim(code: str, firm: str = "A") -> AidClaim:
    rows = AidClaim.objects.select_related("firm__organisation", "policy", "run__unit", "pairing")
    return rows.get(policy_code=code, firm__organisation__code=firm)


def cleared(code: str, boss: Any, lin: Any, mei: Any) -> AidClaim:
    one = aid_runs.confirm_claim(claim(code), by=boss)
    aid_runs.check_claim(one, by=lin)
    return aid_runs.check_claim(one, by=mei)


@pytest.fixture
def noticed(run: AidRun, boss: Any, lin: Any, mei: Any) -> AidClaim:
    """The claim for jobs on public notice."""
    cleared("JOBS", boss, lin, mei)
    run.refresh_from_db()
    aid_runs.give_notice(run, by=lin)
    return claim("JOBS")


@pytest.fixture
def paid(noticed: AidClaim, lin: Any, shen: Any, turn_clock: Any) -> AidClaim:
    """It is paid by both sides on 26 September."""
    turn_clock("2023-09-26T09:00")
    aid_money.pay_share(noticed, side="mountain", reference="M-1", by=lin)
    return aid_money.pay_share(noticed, side="sea", reference="S-1", by=shen)


class TestRules:
    @given(
        st.integers(0, 10**6),
        st.dictionaries(st.text("abc", min_size=1, max_size=3), st.integers(1, 10**5), max_size=6),
    )
    def test_a_pot_is_never_overdrawn_and_nobody_gets_more_than_they_may(self, left, amounts):
        found = rules.cut_to_pot(left, amounts)

        assert sum(found.values()) == min(left, sum(amounts.values()))
        assert all(0 <= found[key] <= amounts[key] for key in amounts)

    @given(st.integers(0, 10**7), st.integers(0, 10**7), st.data())
    def test_what_comes_back_is_shared_as_it_was_paid(self, mountain, sea, data):
        back = data.draw(st.integers(0, mountain + sea))

        owed = rules.owed_back(back, mountain, sea)

        assert sum(owed.values()) == back
        assert owed["mountain"] <= mountain
        assert owed["sea"] <= sea

    @given(
        st.sampled_from([one.name for one in aid_facts.FACTS if one.kind in ("fen", "number")]),
        st.integers(0, 10**9),
    )
    def test_values_come_back_as_they_were_kept(self, name, number):
        value: Any = number if aid_facts.BY_NAME[name].kind == "fen" else Decimal(number)

        assert aid_facts.of_stored(name, aid_facts.stored(value)) == value

    def test_typed_values_are_read_by_the_kind_of_their_fact(self):
        assert aid_facts.read("rent_fen", "30万元") == 30 * WAN
        assert aid_facts.read("jobs", "12.5") == Decimal("12.5")
        assert aid_facts.read("has_patent", "是") is True
        for name, text in (
            ("rent_fen", "many"),
            ("jobs", "30万元"),
            ("has_patent", "perhaps"),
            ("jobs", "NaN"),
            ("nothing", "1"),
        ):
            with pytest.raises(BadInput):
                aid_facts.read(name, text)

    @pytest.mark.parametrize(
        "field, text",
        [
            ("grants", "{fact: nothing, rate: 8%}"), ("grants", "{fact: grade, rate: 8%}"), ("grants", "[1, 2"), ("grants", ""),
            ("requires", "{a: b}"), ("requires", "[{fact: shoe_size, least: 3}]"), ("requires", "[{fact: kind, one_of: [nwe]}]"), ("cap", "{rate: 8%}"),
            ("clawback", "{fact: staff_n}"), ("clawback", "{fact: staff_n, least: 0, months: 12}"),
            ("clawback", "{fact: staff_n, least: 5, months: soon}"), ("clawback", "{fact: grade, least: 1, months: 1}"),
        ],
    )  # fmt: skip
    def test_what_makes_no_sense_is_refused_with_its_field(self, field, text):
        told = {"requires": "", "grants": "{fixed: 1元}", "cap": "", "clawback": ""} | {field: text}
        one = AidPolicy(code="X", valid_from=date(2023, 1, 1), name_zh="x", **told)

        with pytest.raises(BadInput) as refused:
            aid_documents.check_reads(one)

        assert refused.value.facts["field"] == field


class TestPolicies:
    def test_a_change_is_a_new_edition_and_claims_keep_theirs(self, run, held, zone, lin):
        before = claim("SCALE")

        two = policies.publish_policy(zone, code="SCALE", grants="{fixed: 50万元}", by=lin)

        assert (two.edition, two.name_zh, two.is_current) == (2, "首次上规奖励", True)
        assert (
            claim("SCALE").policy.edition == 1 and claim("SCALE").amount_fen == before.amount_fen == 20 * WAN
        )
        assert AidPolicy.objects.filter(code="SCALE", is_current=True).count() == 1
        assert list(replay()) == []

    def test_it_is_found_by_its_name_each_once(self, held, zone, lin):
        policies.publish_policy(zone, code="SCALE", grants="{fixed: 50万元}", by=lin)

        assert [one.url for one in search.find(lin, "首次上规")] == ["/investment/policies/SCALE/"]

    def test_an_edition_holds_from_its_day(self, held, zone, lin):
        policies.publish_policy(
            zone, code="SCALE", grants="{fixed: 50万元}", valid_from=date(2023, 1, 1), by=lin
        )

        assert aid_plan.in_force(zone, date(2022, 12, 31)).edition("SCALE").edition == 1
        assert aid_plan.in_force(zone, date(2023, 1, 1)).edition("SCALE").edition == 2

    def test_nothing_new_is_no_edition(self, held, zone, lin):
        with pytest.raises(NotNow):
            policies.publish_policy(zone, code="SCALE", by=lin)

    def test_a_joint_cap_that_nobody_gives_is_refused(self, held, zone, lin):
        with pytest.raises(BadInput) as refused:
            policies.publish_policy(zone, code="SCALE", joint="nowhere", by=lin)

        assert refused.value.code == "aid.no_cap"
        assert AidPolicy.objects.filter(code="SCALE").count() == 1

    def test_it_is_withdrawn_while_no_claim_stands_on_it(self, held, zone, lin):
        two = policies.publish_policy(zone, code="SCALE", grants="{fixed: 50万元}", by=lin)
        policies.withdraw_policy(two, reason="wrong sum", by=lin)

        assert queries.policy_of(lin, "SCALE").edition == 1
        aid_runs.run_aid(zone, "2022", by=lin)
        with pytest.raises(NotNow):
            policies.withdraw_policy(queries.policy_of(lin, "SCALE"), reason="x", by=lin)
        assert list(replay()) == []

    def test_the_sea_side_makes_none_and_zhou_sees_none(self, held, zone, shen, zhou):
        with pytest.raises(NotAllowed):
            policies.publish_policy(
                zone, code="NEW", name_zh="新", grants="{fixed: 1元}", valid_from=date(2023, 1, 1), by=shen
            )
        with pytest.raises(NotFound):
            queries.policy_of(zhou, "SCALE")

    def test_a_budget_is_of_its_own_side_and_not_below_what_is_paid(self, paid, zone, lin, shen):
        with pytest.raises(NotAllowed):
            policies.set_aid_budget(zone, year=2023, side="sea", given_fen=1, by=lin)
        with pytest.raises(BadInput):
            policies.set_aid_budget(zone, year=2023, side="sea", given_fen=paid.sea_fen - 1, by=shen)

    def test_a_stated_fact_has_its_paper_and_no_register_is_overruled(self, firms, held, lin):
        with pytest.raises(BadInput):
            policies.state_fact(firms.A, name="tax_fen", period="2022", value="1万元", evidence="x", by=lin)
        policies.state_fact(
            firms.A, name="equipment_fen", period="2022", value="500万元", evidence="invoice 7", by=lin
        )

        found = aid_plan.for_firm(firms.A, "2022", clock.today())

        assert found.facts["equipment_fen"].value == 500 * WAN
        assert found.facts["equipment_fen"].of == "invoice 7"


class TestRuns:
    def test_it_finds_firms_from_the_records_with_the_arithmetic(self, run, firms):
        found = {
            (one.firm.code, one.policy_code): one.amount_fen
            for one in AidClaim.objects.select_related("firm__organisation")
        }

        # 12 new jobs at 2,000 yuan; 50 % of 60万元 more tax is cut to 10 % of the tax paid.
        assert found == {("A", "SCALE"): 20 * WAN, ("A", "JOBS"): 24_000_00, ("A", "GROWTH"): 16 * WAN}
        jobs = claim("JOBS")
        assert (jobs.mountain_fen, jobs.sea_fen) == (16_000_00, 8_000_00)
        assert {row["name"]: row["value"] for row in jobs.facts} == {"jobs": "12"}
        assert [row["code"] for row in jobs.reasons] == ["aid.each"]
        assert run.looked_at_n == 3
        assert list(replay()) == []

    def test_the_preview_is_what_is_written_and_writes_nothing(self, held, zone, lin):
        found = aid_plan.find(zone, "2022", clock.today())
        assert not AidClaim.objects.exists()

        aid_runs.run_aid(zone, "2022", expected_fen=found.total_fen, by=lin)

        assert sum(one.amount_fen for one in AidClaim.objects.all()) == found.total_fen

    def test_records_that_moved_since_the_preview_stop_it(self, held, zone, lin):
        with pytest.raises(NotNow) as refused:
            aid_runs.run_aid(zone, "2022", expected_fen=1, by=lin)

        assert refused.value.code == "investment.aid_moved"
        assert not AidRun.objects.exists() and not AidClaim.objects.exists()

    def test_a_second_run_finds_nothing_twice(self, run, zone, lin):
        with pytest.raises(NotNow) as refused:
            aid_runs.run_aid(zone, "2022", by=lin)

        assert refused.value.code == "investment.aid_nobody"

    def test_what_was_had_once_never_comes_again_and_what_comes_yearly_does(self, run, zone, firms):
        found = aid_plan.find(zone, "2023", date(2024, 3, 1))

        assert {one.policy for entry in found.entries for one in entry.granted} == set()
        had = aid_plan.had_by([firms.A.pk])[firms.A.pk]
        plan = aid_plan.plan_for(
            aid_plan.in_force(zone, date(2023, 12, 31)),
            aid_plan.for_firm(firms.A, "2022", date(2022, 12, 31)).facts,
            had,
        )
        outcomes = {one.policy: str(one.outcome) for one in plan.claims}
        assert outcomes["SCALE"] == "had" and outcomes["JOBS"] == "granted"

    def test_what_a_firm_has_bars_what_is_not_taken_with_it(self, run, firms, zone, lin):
        policies.state_fact(
            firms.A, name="equipment_fen", period="2022", value="500万元", evidence="invoice 7", by=lin
        )

        plan = aid_plan.for_firm(firms.A, "2022", clock.today()).plan

        equip = next(one for one in plan.claims if one.policy == "EQUIP")
        assert (str(equip.outcome), equip.amount_fen, equip.reasons[0].code) == ("excluded", 0, "aid.barred")

    def test_a_pot_that_is_too_small_is_shared_in_proportion(self, firms, zone, lin):
        aid_zone.policies_of(zone, lin, JOBS={"pot_fen": 12_000_00, "clawback": "", "requires": ""})

        found = aid_plan.find(zone, "2022", clock.today())

        assert found.by_policy["JOBS"] == 12_000_00
        assert found.cut == {"JOBS": 24_000_00}
        assert found.by_side["sea"] == 4_000_00

    def test_the_statements_do_not_grow_with_the_firms(
        self, held, zone, firms, cast, lin, django_assert_max_num_queries
    ):
        with django_assert_max_num_queries(22):
            aid_plan.find(zone, "2022", clock.today())

    def test_the_sea_side_and_zhou_run_nothing(self, held, zone, shen, zhou):
        for by in (shen, zhou):
            with pytest.raises(NotAllowed):
                aid_runs.run_aid(zone, "2022", by=by)

    def test_no_period_is_refused(self, held, zone, lin):
        for period in ("2030", "2022-05", "soon"):
            with pytest.raises(BadInput):
                aid_runs.run_aid(zone, period, by=lin)


class TestSteps:
    def test_a_firm_confirms_all_in_one_step(self, run, firms, boss):
        done = aid_runs.confirm_all(firms.A, by=boss)

        assert {one.stage for one in done} == {"confirmed"} and len(done) == 3
        waiting = WorkItem.objects.filter(kind="investment.check_aid", stage=WorkItem.Stage.OPEN)
        assert waiting.count() == 3
        with pytest.raises(NotNow):
            aid_runs.confirm_all(firms.A, by=boss)

    def test_a_firm_or_its_agent_says_what_it_does_not_want(self, run, firms, boss, cast):
        office = organisations.add_organisation(
            code="AG", kind="enterprise", region=cast.regions["331181000000"], name_zh="代办公司", by=None
        )
        agent = aid_zone.member_of(office, "wu", "enterprise")
        jobs, growth = claim("JOBS"), claim("GROWTH")
        with pytest.raises(NotAllowed):
            aid_runs.decline_claim(jobs, reason="none of ours", by=agent)

        firm_actions.name_agent(firms.A, agent.unit.organisation, by=boss)
        aid_runs.decline_claim(jobs, reason="we claim it elsewhere", by=agent)
        aid_runs.decline_claim(growth, reason="too little", by=boss)

        assert {one.stage for one in (claim("JOBS"), claim("GROWTH"))} == {"declined"}
        waits = WorkItem.objects.filter(subject_id__in=[jobs.pk, growth.pk], stage=WorkItem.Stage.OPEN)
        assert not waits.exists()
        with pytest.raises(NotAllowed):
            firm_actions.name_agent(firms.A, cast.organisations["XS"], by=agent)

    def test_an_office_names_the_paper(self, run, lin):
        with pytest.raises(NotAllowed):
            aid_runs.confirm_claim(claim("JOBS"), by=lin)

        assert (
            aid_runs.confirm_claim(claim("JOBS"), how="letter of 20 September", by=lin).stage == "confirmed"
        )

    def test_two_different_members_check_and_neither_confirmed(self, run, lin, mei):
        one = aid_runs.confirm_claim(claim("JOBS"), how="letter", by=lin)
        with pytest.raises(NotAllowed) as refused:
            aid_runs.check_claim(one, by=lin)
        assert refused.value.code == "investment.aid_four_eyes"

        aid_runs.check_claim(one, by=mei)
        with pytest.raises(NotAllowed):
            aid_runs.check_claim(one, by=mei)
        assert one.stage == "checked"

    def test_the_database_takes_no_second_check_by_the_same(self, run, lin):
        with pytest.raises(IntegrityError), transaction.atomic():
            AidClaim.objects.filter(policy_code="JOBS").update(first_checker=lin, second_checker=lin)

    def test_the_sea_side_checks_nothing(self, run, boss, shen):
        one = aid_runs.confirm_claim(claim("JOBS"), by=boss)
        with pytest.raises(NotAllowed):
            aid_runs.check_claim(one, by=shen)

    def test_a_refusal_has_its_reason_and_frees_the_policy(self, run, boss, lin, zone):
        one = aid_runs.confirm_claim(claim("JOBS"), by=boss)
        with pytest.raises(BadInput):
            aid_runs.refuse_claim(one, reason=" ", by=lin)
        aid_runs.refuse_claim(one, reason="staff counted twice", by=lin)

        again = aid_plan.find(zone, "2022", clock.today())

        assert again.by_policy == {"JOBS": 24_000_00}
        assert not WorkItem.objects.filter(
            subject_id=one.pk, kind="investment.check_aid", stage=WorkItem.Stage.OPEN
        ).exists()

    def test_the_notice_runs_for_working_days_and_everybody_may_object(
        self, noticed, shen, lin, mei, zone, turn_clock
    ):
        # Five working days from Monday 18 September.
        assert noticed.notice_until == date(2023, 9, 25)
        assert [one.number for one in queries.notice_in(shen, zone)] == [noticed.number]

        objection = aid_runs.object_to_claim(noticed, text="They let staff go", by=shen)
        turn_clock("2023-09-26T09:00")
        with pytest.raises(NotNow) as refused:
            aid_money.pay_share(claim("JOBS"), side="sea", reference="S-1", by=shen)
        assert refused.value.code == "investment.aid_objections"

        aid_runs.decide_objection(objection, is_upheld=True, decision="so it is", by=lin)
        assert claim("JOBS").stage == "refused"
        assert list(replay()) == []

    def test_nothing_is_paid_before_the_notice_is_over(self, noticed, shen):
        with pytest.raises(NotNow) as refused:
            aid_money.pay_share(noticed, side="sea", reference="S-1", by=shen)

        assert refused.value.code == "investment.aid_notice_open"

    def test_no_objection_after_the_notice(self, noticed, shen, turn_clock):
        turn_clock("2023-09-26T09:00")
        with pytest.raises(NotNow):
            aid_runs.object_to_claim(noticed, text="late", by=shen)

    def test_what_nobody_confirms_lapses(self, run, firms, turn_clock):
        turn_clock("2023-11-30T09:00")

        assert aid_runs.sweep(clock.now()) == 3
        assert {one.stage for one in AidClaim.objects.all()} == {"lapsed"}
        assert len(queries.of_one_firm(firms.A, clock.today()).missed) == 3
        assert aid_runs.sweep(clock.now()) == 0


class TestTakenBack:
    """A confirmation and a check, by who gave them, until the next step has used them."""

    def test_a_firm_takes_its_confirmation_back_and_may_confirm_again(self, run, boss):
        one = aid_runs.confirm_claim(claim("JOBS"), by=boss)

        aid_undone.take_back_confirmation(one, reason="wrong year", by=boss)

        one = claim("JOBS")
        assert (one.stage, one.confirmed_on, one.confirmed_by) == ("found", None, None)
        waits = WorkItem.objects.filter(subject_id=one.pk, stage="open").values_list("kind", flat=True)
        assert list(waits) == ["investment.confirm_aid"]
        entry = JournalEntry.objects.get(action="investment.take_back_confirmation")
        assert json.loads(entry.body)["facts"]["reason"] == "wrong year"
        assert aid_runs.confirm_claim(one, by=boss).stage == "confirmed"
        assert list(replay()) == []

    def test_who_wrote_the_paper_down_takes_it_back_and_the_firm_is_told(self, run, boss, lin, mei, shen):
        one = aid_runs.confirm_claim(claim("JOBS"), how="承诺书 7", by=lin)
        for who in (mei, shen):
            with pytest.raises(NotAllowed):
                aid_undone.take_back_confirmation(claim("JOBS"), reason="x", by=who)

        aid_undone.take_back_confirmation(one, reason="another firm", by=lin)

        assert claim("JOBS").confirmed_how == ""
        assert Notice.objects.filter(member=boss, fact__key__contains=":unconfirmed:").count() == 1

    def test_after_a_check_no_confirmation_is_taken_back(self, run, boss, lin):
        one = aid_runs.confirm_claim(claim("JOBS"), by=boss)
        aid_runs.check_claim(one, by=lin)

        with pytest.raises(NotNow):
            aid_undone.take_back_confirmation(claim("JOBS"), reason="x", by=boss)

    def test_each_checker_takes_back_their_own_check_until_the_notice(self, run, boss, lin, mei):
        one = cleared("JOBS", boss, lin, mei)
        with pytest.raises(NotAllowed) as refused:
            aid_undone.take_back_check(claim("JOBS"), reason="x", by=lin)
        assert refused.value.code == "investment.aid_step_of_other"

        aid_undone.take_back_check(one, reason="figures of another firm", by=mei)
        assert (claim("JOBS").stage, claim("JOBS").second_checker) == ("checked", None)
        assert not WorkItem.objects.filter(kind="investment.notice_aid", stage="open").exists()
        aid_undone.take_back_check(claim("JOBS"), reason="too", by=lin)
        assert (claim("JOBS").stage, claim("JOBS").first_checker) == ("confirmed", None)
        assert WorkItem.objects.filter(kind="investment.check_aid", stage="open").count() == 1
        assert list(replay()) == []

    def test_the_notice_of_others_still_waits(self, run, boss, lin, mei):
        cleared("SCALE", boss, lin, mei)
        one = cleared("JOBS", boss, lin, mei)

        aid_undone.take_back_check(one, reason="x", by=mei)

        assert WorkItem.objects.filter(kind="investment.notice_aid", stage="open").count() == 1

    def test_what_is_on_notice_is_not_unchecked(self, noticed, mei):
        with pytest.raises(NotNow):
            aid_undone.take_back_check(noticed, reason="x", by=mei)

    def test_without_a_reason_nothing_is_taken_back(self, run, boss):
        one = aid_runs.confirm_claim(claim("JOBS"), by=boss)
        with pytest.raises(BadInput):
            aid_undone.take_back_confirmation(one, reason=" ", by=boss)
        assert claim("JOBS").stage == "confirmed"

    def test_zhou_takes_nothing_back(self, run, boss, lin, zhou):
        one = aid_runs.confirm_claim(claim("JOBS"), by=boss)
        with pytest.raises(NotAllowed):
            aid_undone.take_back_confirmation(one, reason="x", by=zhou)
        aid_runs.check_claim(claim("JOBS"), by=lin)
        with pytest.raises(NotAllowed):
            aid_undone.take_back_check(claim("JOBS"), reason="x", by=zhou)


class TestMoney:
    def test_each_side_pays_its_share_out_of_its_budget(self, paid):
        assert (paid.stage, paid.paid_fen, paid.paid_on) == ("paid", 24_000_00, date(2023, 9, 26))
        used = dict(AidBudget.objects.values_list("side", "used_fen"))
        assert used == {"mountain": 16_000_00, "sea": 8_000_00}
        assert (paid.promise_fact, paid.promised, paid.promise_due_on) == ("staff_n", 60, date(2024, 9, 26))
        assert not WorkItem.objects.filter(
            subject_id=paid.pk, stage=WorkItem.Stage.OPEN, subject_kind="investment.aidclaim"
        ).exists()
        assert list(replay()) == []

    def test_a_share_is_paid_once(self, paid, lin):
        with pytest.raises(NotNow) as refused:
            aid_money.pay_share(paid, side="mountain", reference="M-2", by=lin)

        assert refused.value.code == "investment.aid_paid_already"
        assert AidPayment.objects.count() == 2

    def test_the_database_refuses_the_same_aid_twice(self, paid):
        twice = AidPayment(
            claim=paid, pairing_id=paid.pairing_id, firm_id=paid.firm_id, policy_code="JOBS", aid_year=2022, kind="paid",
            side="sea", on=date(2023, 9, 27), amount_fen=1, reference="again",
        )  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            twice.save()

    def test_the_database_refuses_a_second_claim_of_the_same_aid(self, run):
        one = claim("JOBS")
        one.pk, one.number = None, "twice"
        with pytest.raises(IntegrityError), transaction.atomic():
            one.save(force_insert=True)

    def test_money_of_the_other_side_is_not_recorded(self, noticed, lin, turn_clock):
        turn_clock("2023-09-26T09:00")
        with pytest.raises(NotAllowed):
            aid_money.pay_share(noticed, side="sea", reference="S-1", by=lin)

    def test_a_budget_is_not_overdrawn(self, noticed, zone, shen, turn_clock):
        policies.set_aid_budget(zone, year=2023, side="sea", given_fen=7_000_00, by=shen)
        turn_clock("2023-09-26T09:00")

        with pytest.raises(NotNow) as refused:
            aid_money.pay_share(noticed, side="sea", reference="S-1", by=shen)

        assert refused.value.code == "investment.aid_over_budget"
        assert not AidPayment.objects.exists() and claim("JOBS").sea_paid_fen == 0

    def test_a_broken_promise_brings_the_missing_share_back(self, paid, firms, lin, shen, turn_clock):
        from shanhai.fields.park.actions import figures

        with pytest.raises(NotNow):
            aid_money.judge_promise(claim("JOBS"), by=lin)
        turn_clock("2024-09-26T09:00")
        assert aid_runs.sweep(clock.now()) == 3  # two lapsed, one promise to look at
        with pytest.raises(NotNow) as refused:
            aid_money.judge_promise(claim("JOBS"), by=lin)
        assert refused.value.code == "investment.aid_promise_unknown"
        figures.report_figures(firms.A, "2023", values={"staff_n": 45}, by=lin)

        one = aid_money.judge_promise(claim("JOBS"), by=lin)

        # 15 of 60 missing: a quarter of 24,000 yuan.
        assert (one.stage, one.delivered, one.recalled_fen) == ("recalled", 45, 6_000_00)
        assert queries.owed_back(one) == {"mountain": 4_000_00, "sea": 2_000_00}
        aid_money.record_return(one, side="sea", reference="R-1", by=shen)
        with pytest.raises(NotNow):
            aid_money.record_return(one, side="sea", reference="R-1", by=shen)
        aid_money.record_return(one, side="mountain", reference="R-2", by=lin)
        assert (claim("JOBS").stage, claim("JOBS").returned_fen) == ("returned", 6_000_00)
        assert list(replay()) == []

    def test_a_promise_within_the_tolerance_is_kept(self, paid, lin, turn_clock):
        turn_clock("2024-09-26T09:00")

        one = aid_money.judge_promise(claim("JOBS"), delivered=Decimal(54), evidence="payroll", by=lin)

        assert (one.stage, one.recalled_fen) == ("kept", 0)

    def test_paid_aid_is_recalled_for_another_reason(self, paid, lin):
        with pytest.raises(BadInput):
            aid_money.recall_claim(claim("JOBS"), fen=24_000_01, reason="moved away", by=lin)
        one = aid_money.recall_claim(claim("JOBS"), reason="moved away", by=lin)

        assert (one.stage, one.recalled_fen) == ("recalled", 24_000_00)

    def test_figures_and_their_evidence_agree(self, paid, zone):
        year = periods.parse("2023")
        for code, value in (
            ("investment.aid_paid", 24_000_00),
            ("investment.aid_reached", 1),
            ("investment.aid_days", 8),
        ):
            (row,) = indicators.measure(code, [zone.pk], [year], None, date(2023, 12, 31))
            found = indicators.evidence(code, zone.pk, year, None, date(2023, 12, 31))
            assert row.numerator == sum(one.value for one in found) == value


class TestOfFirm:
    def test_it_sees_what_it_may_claim_what_is_missing_and_what_it_missed(self, run, firms):
        found = queries.of_one_firm(firms.B, clock.today())

        # Of 2023 nothing is reported yet, so it is not known; of 2022 its tax fell.
        assert {one.edition.code: one.missing for one in found.may}["EQUIP"] == (
            "revenue_fen",
            "equipment_fen",
        )
        before = {one.edition.code: str(one.claim.outcome) for one in found.missed_before}
        assert before["GROWTH"] == "not_eligible" and before["SCALE"] == "not_eligible"
        assert before["JOBS"] == "nothing"

    def test_a_firm_sees_its_own_claims_and_of_others_what_is_on_notice(
        self, noticed, firms, zone, boss, cast
    ):
        other = aid_zone.member_of(firms.B.organisation, "ben", "enterprise")

        assert queries.claims_of(boss, zone).count() == 3
        assert queries.claims_of(other, zone).count() == 0
        assert queries.claim_of(other, noticed.number).pk == noticed.pk
        with pytest.raises(NotFound):
            queries.claim_of(other, claim("SCALE").number)


def who(name: str) -> Member:
    return Member.objects.select_related("unit__organisation").get(code=name)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def both(self, *calls: Any) -> list[Refused]:
        found = together(list(calls), threading.Barrier(len(calls)))
        return [one for one in found if isinstance(one, Refused)]

    def test_one_share_paid_twice_is_paid_once(self, noticed, turn_clock):
        turn_clock("2023-09-26T09:00")
        one, two, by = claim("JOBS"), claim("JOBS"), who("shen")

        (told,) = self.both(
            lambda: aid_money.pay_share(one, side="sea", reference="S-1", by=by),
            lambda: aid_money.pay_share(two, side="sea", reference="S-2", by=by),
        )

        assert isinstance(told, ChangedMeanwhile | NotNow)
        assert AidPayment.objects.count() == 1
        assert AidBudget.objects.get(side="sea").used_fen == 8_000_00
        assert list(replay()) == []

    def test_both_sides_pay_at_once_and_neither_is_lost(self, noticed, turn_clock):
        turn_clock("2023-09-26T09:00")
        one, two, lin, shen = claim("JOBS"), claim("JOBS"), who("lin"), who("shen")

        told = self.both(
            lambda: aid_money.pay_share(one, side="mountain", reference="M-1", by=lin),
            lambda: aid_money.pay_share(two, side="sea", reference="S-1", by=shen),
        )

        # Whoever came second is told that the claim has moved, and pays again; no money is recorded without its claim.
        assert AidPayment.objects.count() == 2 - len(told)
        assert claim("JOBS").paid_fen == sum(row.amount_fen for row in AidPayment.objects.all())

    def test_two_claims_and_one_budget(self, run, boss, lin, mei, zone, turn_clock):
        for code in ("SCALE", "GROWTH"):
            cleared(code, boss, lin, mei)
        run.refresh_from_db()
        aid_runs.give_notice(run, by=lin)
        policies.set_aid_budget(zone, year=2023, side="mountain", given_fen=25 * WAN, by=lin)
        turn_clock("2023-09-26T09:00")
        one, two, by = claim("SCALE"), claim("GROWTH"), who("lin")

        (told,) = self.both(
            lambda: aid_money.pay_share(one, side="mountain", reference="M-1", by=by),
            lambda: aid_money.pay_share(two, side="mountain", reference="M-2", by=by),
        )

        assert told.code == "investment.aid_over_budget"
        budget = AidBudget.objects.get(side="mountain")
        assert budget.used_fen == AidPayment.objects.get().amount_fen <= budget.given_fen

    def test_two_runs_at_once_find_each_claim_once(self, held, zone):
        by = who("lin")

        (told,) = self.both(
            lambda: aid_runs.run_aid(zone, "2022", by=by), lambda: aid_runs.run_aid(zone, "2022", by=by)
        )

        assert told.code == "investment.aid_nobody"
        assert AidRun.objects.count() == 1 and AidClaim.objects.count() == 3

    def test_two_check_at_once_and_one_of_them_is_told(self, run, boss, mei):
        aid_runs.confirm_claim(claim("JOBS"), by=boss)
        one, two, lin, mei = claim("JOBS"), claim("JOBS"), who("lin"), who("mei")

        (told,) = self.both(
            lambda: aid_runs.check_claim(one, by=lin), lambda: aid_runs.check_claim(two, by=mei)
        )

        assert isinstance(told, ChangedMeanwhile)
        assert claim("JOBS").stage == "checked"
