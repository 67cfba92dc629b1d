"""Leads: registered, spoken to, triaged, moved along until they are projects, rejected, transferred or merged."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shanhai.core import clock, indicators, search, signs
from shanhai.core.actions import sharing
from shanhai.core.calendar import calendar
from shanhai.core.checks import replay
from shanhai.core.models import Notice, WorkItem
from shanhai.core.sheets import loading
from shanhai.fields.investment.actions import lead_clocks
from shanhai.fields.investment.actions import leads as actions
from shanhai.fields.investment.actions import paid_in as payments
from shanhai.fields.investment.models import Lead, Project
from shanhai.fields.investment.queries import duplicates, lead_registers
from shanhai.fields.investment.queries import leads as queries
from shanhai.fields.investment.rules import leads as rules
from shanhai.kernel import periods
from shanhai.kernel.refusals import BadInput, ChangedMeanwhile, NotAllowed, NotFound, NotNow, Refused
from shanhai.site.cli import run
from tests.threads import together

MONDAY = date(2023, 9, 18)


def waiting(lead):
    found = WorkItem.objects.filter(subject_kind="investment.lead", subject_id=lead.pk, stage="open")
    return dict(found.values_list("kind", "due_on"))


def talked(lead, by, *steps):
    """A lead that was contacted and triaged, and went some steps on."""
    actions.log_contact(lead, way="call", text="通话", by=by)
    actions.triage_lead(lead, by=by)
    for step in steps:
        actions.move_lead(lead, to=step, score=Decimal(80) if step == "reviewed" else None, by=by)
    return lead


class TestRules:
    @given(st.integers(0, 10**12), st.integers(0, 10**12))
    def test_of_a_capital_increase_only_the_increment_counts(self, before, more):
        assert rules.counted_fen("expansion", before + more, before) == more
        assert rules.counted_fen("new", before + more, before) == before + more
        assert rules.counted_fen("expansion", before + more, None) is None

    def test_foreign_money_is_counted_at_the_rate_of_its_day(self):
        assert rules.in_fen(Decimal("6000000"), Decimal("6.7744")) == 4_064_640_000
        assert rules.in_fen(Decimal("0.01"), Decimal("0.5")) == 0

    def test_what_is_missing_depends_on_the_kind(self):
        blank = dict.fromkeys((*rules.FEN, *rules.NUMBERS, "investor_zh", "industry", "process_zh"), None)

        assert "base_tax_fen" in rules.missing(blank | {"kind": "from_sea"})
        assert "base_tax_fen" not in rules.missing(blank | {"kind": "new"})
        assert "land_mu" not in rules.missing(blank | {"kind": "new", "plant_m2": Decimal(1)})

    @given(st.sampled_from(list(rules.LeadStage)), st.booleans(), st.booleans())
    def test_no_clock_runs_once_a_lead_is_over(self, stage, is_introduced, is_fed_back):
        live = rules.running(stage, is_introduced=is_introduced, is_fed_back=is_fed_back)

        assert bool(live) == (stage in rules.OPEN and live != ())
        if stage not in rules.OPEN:
            assert live == ()
        if not is_introduced or is_fed_back:
            assert rules.FEEDBACK not in live

    def test_who_hears_of_it_depends_on_how_late_it_is(self):
        levels = {"office": 1, "leaders": 5}

        assert [rules.level_of(n, levels) for n in (0, 1, 4, 5, 90)] == [
            "",
            "office",
            "office",
            "leaders",
            "leaders",
        ]

    @pytest.mark.parametrize(
        ("facts", "field"),
        [
            ({"tax_fen": -1}, "tax_fen"),
            ({"investment_fen": 5, "invested_before_fen": 6}, "invested_before_fen"),
            ({"contract_amount": Decimal(5), "currency": "USD"}, "rate"),
            ({"currency": "us"}, "currency"),
            ({"currency": "USD", "rate": Decimal(0)}, "rate"),
        ],
    )
    def test_what_cannot_be_is_refused_at_its_field(self, facts, field):
        with pytest.raises(BadInput) as refused:
            rules.check_facts("L", facts)

        assert refused.value.facts["field"] == field


class TestClocks:
    def test_they_run_from_the_registration_in_working_days(self, lead):
        assert lead.contact_due_on == date(2023, 9, 19)
        assert lead.triage_due_on == date(2023, 9, 21)
        assert lead.feedback_due_on == date(2023, 9, 27)
        assert lead.next_due_on == lead.contact_due_on
        assert waiting(lead) == {
            "investment.contact_lead": lead.contact_due_on,
            "investment.triage_lead": lead.triage_due_on,
            "investment.feedback_lead": lead.feedback_due_on,
        }

    def test_each_step_stops_its_clock_and_starts_the_next(self, lead, lin):
        actions.log_contact(lead, way="call", text="可行", by=lin)
        assert (lead.stage, lead.contacted_on) == ("contacted", MONDAY)
        assert "investment.contact_lead" not in waiting(lead)

        actions.triage_lead(lead, by=lin)
        assert lead.follow_due_on == calendar().add(MONDAY, 14)
        assert waiting(lead).keys() == {"investment.feedback_lead", "investment.follow_lead"}

        actions.feed_back_lead(lead, text="已受理", by=lin)
        assert waiting(lead) == {"investment.follow_lead": lead.follow_due_on}
        assert list(replay()) == []

    def test_experts_give_the_triage_a_week(self, lead, lin):
        actions.ask_experts(lead, reason="工艺不明", by=lin)

        assert lead.triage_due_on == date(2023, 9, 25)
        assert waiting(lead)["investment.triage_lead"] == date(2023, 9, 25)

    def test_a_contact_later_starts_the_follow_up_anew(self, lead, lin, turn_clock):
        talked(lead, lin)
        turn_clock("2023-10-10T09:00")
        actions.log_contact(lead, way="visit", text="上门", by=lin)

        assert lead.follow_due_on == calendar().add(date(2023, 10, 10), 14)

    def test_what_was_kept_and_what_was_missed_stays_to_be_seen(self, lead, lin, turn_clock):
        turn_clock("2023-09-22T09:00")
        actions.log_contact(lead, way="call", text="迟了", by=lin)

        contact = queries.clocks_of(lead)[0]
        assert (contact.name, contact.late_days, contact.runs) == ("contact", 3, False)

    def test_reminders_and_levels_are_said_once(self, lead, lin, turn_clock):
        turn_clock("2023-09-19T09:00")
        assert lead_clocks.sweep(clock.now()) == 1
        assert lead_clocks.sweep(clock.now()) == 0
        turn_clock("2023-09-20T09:00")
        told = lead_clocks.sweep(clock.now())
        assert told and lead_clocks.sweep(clock.now()) == 0
        assert Notice.objects.filter(fact__what__startswith="Overdue", member=lin).count() == 1

    def test_a_lead_that_is_over_waits_for_nobody(self, lead, lin):
        actions.reject_lead(lead, reason="高耗能", by=lin)

        assert waiting(lead) == {} and lead.next_due_on is None

    def test_days_move_with_the_notice_of_a_year(self, lead):
        from shanhai.kernel.workdays import Calendar, official

        moved = lead_clocks.follow_notice(official(), Calendar(), apply=True)
        lead.refresh_from_db()

        # Without the notice of 2023 the feedback is due on the same working day, the autumn holiday lying behind it.
        assert all(one.id == lead.pk for one in moved)
        assert lead.feedback_due_on == Calendar().add(MONDAY, 7)
        assert list(replay()) == []


class TestWay:
    def test_it_becomes_a_project_that_takes_over_what_is_known(self, cast, lead, firm, lin):
        talked(lead, lin, "talking", "visited", "reviewed")
        actions.sign_lead(lead, enterprise=firm, region=cast.regions["331181000000"], by=lin)

        project = Project.objects.get()
        assert (lead.stage, lead.project, lead.entry_score) == ("signed", project, Decimal(80))
        assert (project.stage, project.investment_fen, project.land_mu) == (
            "signed",
            12_000_000_000,
            Decimal(40),
        )
        assert list(replay()) == []

    def test_back_it_goes_with_a_reason_only(self, lead, lin):
        talked(lead, lin, "talking", "visited")
        with pytest.raises(BadInput):
            actions.move_lead(lead, to="talking", by=lin)

        actions.move_lead(lead, to="talking", reason="重新谈", by=lin)

        assert lead.stage == "talking"

    def test_a_review_gives_its_score(self, lead, lin):
        talked(lead, lin)
        for score in (None, Decimal(101)):
            with pytest.raises(BadInput):
                actions.move_lead(lead, to="reviewed", score=score, by=lin)

    def test_nothing_is_signed_before_it_is_triaged(self, cast, lead, firm, lin):
        with pytest.raises(NotNow):
            actions.sign_lead(lead, enterprise=firm, region=cast.regions["331181000000"], by=lin)

        assert Project.objects.count() == 0

    def test_transferred_with_the_credit_shared_and_taken_up_again(self, cast, lead, lin):
        talked(lead, lin, "talking")
        actions.transfer_lead(lead, to=cast.organisations["ZJ-FGW"], credit_percent=40, reason="无地", by=lin)
        assert (lead.stage, lead.credit_percent) == ("transferred", 40)
        with pytest.raises(NotNow):
            actions.log_contact(lead, way="call", text="x", by=lin)

        actions.reopen_lead(lead, reason="退回", by=lin)

        assert (lead.stage, lead.transferred_to, lead.credit_percent) == ("talking", None, None)
        assert list(replay()) == []

    def test_the_introducer_is_told_and_nobody_else(self, lead, lin, shen, pan):
        actions.feed_back_lead(lead, text="谈成在望", by=lin)

        told = Notice.objects.filter(fact__what__startswith="What becomes")
        assert [one.member for one in told] == [shen]

    def test_outsiders_and_the_province_write_nothing(self, lead, zhou, pan):
        for somebody in (zhou, pan):
            with pytest.raises(NotAllowed):
                actions.log_contact(lead, way="call", text="x", by=somebody)
        assert lead.contacts.count() == 0

    def test_a_unit_without_a_seat_holds_no_lead(self, cast, lead, lin):
        actions.log_contact(lead, way="call", text="x", by=lin)
        with pytest.raises(NotAllowed):
            actions.triage_lead(lead, unit=cast.units["STRANGER"], by=lin)

    def test_a_contract_in_foreign_money_says_the_investment(self, zone, lin):
        made = actions.add_lead(
            zone, name_zh="汽配生产线", kind="foreign", currency="USD", contract_amount=Decimal(6_000_000),
            rate=Decimal("6.7744"), rate_on=date(2017, 5, 2), by=lin,
        )  # fmt: skip

        assert made.investment_fen == made.counted_fen == 4_064_640_000


class TestMerging:
    def test_it_counts_once_and_goes_apart_again(self, zone, lead, other, lin):
        actions.merge_leads(other, into=lead, reason="同一投资方", by=lin)
        lead.refresh_from_db()
        assert (other.stage, other.merged_into, lead.duplicates_n) == ("duplicate", lead, 1)
        assert queries.funnel(queries.leads_of(lin, zone))[0].steps["registered"] == 1

        actions.unmerge_lead(other, by=lin)
        lead.refresh_from_db()
        assert (other.stage, other.merged_into, lead.duplicates_n) == ("registered", None, 0)
        assert list(replay()) == []

    def test_not_once_the_other_is_a_project(self, cast, lead, other, firm, lin):
        actions.merge_leads(other, into=lead, reason="同一", by=lin)
        lead.refresh_from_db()
        talked(lead, lin)
        actions.sign_lead(lead, enterprise=firm, region=cast.regions["331181000000"], by=lin)
        other = queries.lead_of(lin, other.number)

        with pytest.raises(BadInput) as refused:
            actions.unmerge_lead(other, by=lin)

        assert refused.value.code == "investment.merged_for_good"

    def test_no_chains_and_not_with_itself(self, zone, lead, other, lin):
        third = actions.add_lead(zone, name_zh="第三", by=lin)
        actions.merge_leads(other, into=lead, reason="同一", by=lin)
        lead.refresh_from_db()

        with pytest.raises(NotNow):
            actions.merge_leads(lead, into=third, reason="同一", by=lin)
        with pytest.raises(BadInput):
            actions.merge_leads(third, into=third, reason="同一", by=lin)
        with pytest.raises(NotNow):
            actions.merge_leads(third, into=other, reason="同一", by=lin)

    def test_the_same_investor_is_found_across_widths_and_legal_forms(self, zone, lead, lin):
        made = actions.add_lead(zone, name_zh="别的项目", investor_zh="青枫 汽配（有限责任公司）", by=lin)

        ((found),) = queries.lookalikes(lin, made)
        assert (found.lead, found.likeness, found.is_same) == (lead, 1.0, True)

    @pytest.mark.parametrize(
        ("names", "is_same"),
        [
            ({"investor_en": "QINGFENG auto-parts Co., Ltd."}, True),
            ({"investor_zh": "浙江青枫汽车配件有限公司"}, True),
            ({"investor_zh": "清枫汽配有限公司"}, False),
        ],
    )
    def test_across_spellings_and_languages_with_the_reasons(
        self, zone, lead, lin, client_of, names, is_same
    ):
        made = actions.add_lead(zone, number="L-7", name_zh="别的项目", by=lin, **names)

        ((found),) = queries.lookalikes(lin, made)
        assert (found.lead, found.is_same) == (lead, is_same)
        assert found.reasons
        page = client_of(lin).get(made.url).content.decode()
        assert ("taken for one investor" in page) == is_same
        assert "alike:" in page and "?into=L-1" in page

    def test_another_firm_of_the_name_is_no_duplicate(self, zone, lead, lin):
        made = actions.add_lead(zone, name_zh="食品", investor_zh="青枫食品有限公司", by=lin)

        assert queries.lookalikes(lin, made) == []

    def test_what_is_found_follows_the_name(self, zone, lead, lin):
        made = actions.add_lead(zone, name_zh="食品", investor_zh="白茅食品有限公司", by=lin)
        actions.change_lead(made, investor_zh="青枫汽配", by=lin)
        assert [one.lead for one in queries.lookalikes(lin, made)] == [lead]
        assert [one.lead for one in queries.lookalikes(lin, lead)] == [made]
        actions.change_lead(made, investor_zh="白茅食品有限公司", by=lin)

        assert queries.lookalikes(lin, lead) == []

    def test_it_takes_three_statements_whatever_there_is(self, zone, lead, lin, django_assert_num_queries):
        for n in range(20):
            actions.add_lead(zone, name_zh=f"项目{n}", investor_zh="青枫汽配有限公司", by=lin)

        with django_assert_num_queries(2):
            assert len(duplicates.alike(lead)) == 20


class TestPaidIn:
    def signed(self, cast, lead, firm, lin):
        talked(lead, lin)
        return actions.sign_lead(lead, enterprise=firm, region=cast.regions["331181000000"], by=lin)

    def test_in_yuan_in_foreign_money_and_taken_back(self, cast, lead, firm, lin):
        self.signed(cast, lead, firm, lin)
        first = payments.record_paid_in(lead, amount_fen=100, evidence="进账单", by=lin)
        payments.record_paid_in(
            lead, currency="USD", amount=Decimal(100), rate=Decimal(7), evidence="FDI登记", by=lin
        )
        assert lead.paid_in_fen == 70_100

        payments.take_back_paid_in(first, reason="记错", by=lin)
        assert lead.paid_in_fen == 70_000
        with pytest.raises(NotNow):
            payments.take_back_paid_in(first, reason="再来", by=lin)
        assert list(replay()) == []

    def test_not_without_a_paper_an_amount_or_a_rate(self, cast, lead, firm, lin):
        self.signed(cast, lead, firm, lin)
        for told in (
            {"amount_fen": 5, "evidence": " "},
            {"evidence": "x"},
            {"amount": Decimal(5), "evidence": "x"},
        ):
            with pytest.raises(BadInput):
                payments.record_paid_in(lead, by=lin, **told)
        assert lead.payments.count() == 0

    def test_not_before_it_is_signed(self, lead, lin):
        with pytest.raises(NotNow):
            payments.record_paid_in(lead, amount_fen=5, evidence="x", by=lin)


class TestWhoSees:
    def test_it_starts_at_ones_own_side(self, zone, lead, lin, shen, zhou):
        assert list(queries.leads_of(lin, zone)) == [lead]
        assert list(queries.leads_of(shen, zone)) == []
        with pytest.raises(NotFound):
            queries.lead_of(shen, lead.number)
        assert search.find(lin, "青枫") and not search.find(zhou, "青枫")

        sharing.share_with_other_side(lead, by=lin)

        assert list(queries.leads_of(shen, zone)) == [lead]

    def test_a_firm_sees_the_lead_that_is_shown_to_it_without_the_log(
        self, cast, zone, lead, firm, firm_member, lin, client_of
    ):
        actions.log_contact(lead, way="call", text="底价二十万", by=lin)
        assert client_of(firm_member).get(lead.url).status_code == 404

        lead.refresh_from_db()
        sharing.share_with_guest(lead, firm, by=lin)

        page = client_of(firm_member).get(lead.url).content.decode()
        assert lead.name_en in page and "底价二十万" not in page
        answer = client_of(firm_member).get(f"/api/v1/investment/leads/{lead.number}").json()
        assert (answer["contacts"], answer["clocks"]) == ([], [])
        assert client_of(firm_member).get("/investment/pipeline/").status_code == 403


class TestIndicators:
    def test_a_lead_counts_once_and_for_the_side_that_brought_it(self, cast, zone, lead, other, firm, lin):
        year = periods.parse("2023")
        actions.merge_leads(other, into=lead, reason="同一", by=lin)
        lead.refresh_from_db()
        TestPaidIn().signed(cast, lead, firm, lin)
        payments.record_paid_in(lead, amount_fen=500, evidence="x", by=lin)

        def value(code, side=None):
            (row,) = indicators.measure(code, [zone.pk], [year], side)
            return row.numerator

        assert value("investment.leads") == 1
        assert (value("investment.leads", "sea"), value("investment.leads", "mountain")) == (1, 0)
        assert (
            value("investment.signed")
            == value("investment.signed", "sea")
            == value("investment.signed", "mountain")
            == 1
        )
        assert (value("investment.paid_in"), value("investment.paid_in", "sea")) == (500, 500)
        for code in rules.INDICATORS:
            assert list(indicators.check_evidence(code, [zone.pk], [year])) == []


class TestRegister:
    def row(self, lead, **changes):
        found = lead_registers.leads_current([lead.number])[lead.number]
        return {name: value for name, value in found.items() if not name.startswith("_")} | changes

    def problems(self, rows, by):
        try:
            loading.load_table(signs.registers["investment.leads"], rows, by=by)
        except BadInput as refused:
            return [(one["column"], one["code"]) for one in refused.facts["problems"]]
        return []

    def test_a_sheet_changes_what_the_page_changes_and_what_counts_follows(self, lead, lin):
        row = self.row(lead, kind="expansion", invested_before_fen=2_000_000_000)
        assert self.problems([row], lin) == []

        lead.refresh_from_db()
        assert (lead.kind, lead.counted_fen) == ("expansion", 10_000_000_000)
        assert list(replay()) == []

    def test_new_leads_of_a_sheet_have_their_clocks(self, lead, lin):
        new = self.row(lead, number="L-9", name_zh="新线索", registered_on=None, unit="", owner="", reach="")
        assert self.problems([new], lin) == []

        made = Lead.objects.get(number="L-9")
        assert (made.contact_due_on, made.unit) == (date(2023, 9, 19), lin.unit)
        assert waiting(made)

    def test_a_sheet_of_a_member_moves_no_stage(self, lead, lin):
        assert self.problems([self.row(lead, stage="talking")], lin) == [
            ("stage", "investment.lead_by_page_only")
        ]
        new = self.row(lead, number="L-9", stage="signed")
        new |= {"owner": "", "reach": ""}
        assert self.problems([new], lin) == [("stage", "investment.lead_by_page_only")]

    def test_a_sheet_of_the_other_side_does_not_touch_what_is_not_shown_to_it(self, lead, shen):
        assert self.problems([self.row(lead, name_en="Mine")], shen) == [("number", "investment.no_lead")]

    def test_the_loader_writes_merged_leads_of_one_file(self, lead):
        first = self.row(lead, number="L-7", merged_into="L-8", stage="duplicate")
        second = self.row(lead, number="L-8")
        assert self.problems([first, second], None) == []

        assert Lead.objects.get(number="L-7").merged_into == Lead.objects.get(number="L-8", duplicates_n=1)
        assert list(replay()) == []

    def test_faults_are_named_at_their_cell(self, lead, lin):
        rows = [self.row(lead, number="L-3", industry="XX"), self.row(lead, number="L-4", currency="dollar")]

        found = self.problems(rows, lin)

        assert ("industry", "investment.industry_form") in found


STEPS = (
    "contact",
    "triage",
    "talking",
    "visited",
    "reviewed",
    "experts",
    "feedback",
    "reject",
    "reopen",
    "transfer",
)


class TestReplay:
    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(st.sampled_from(STEPS), max_size=10))
    def test_whatever_is_done_or_refused_the_journal_replays_and_the_clocks_follow(
        self, cast, zone, shen, lin, steps
    ):
        lead = actions.add_lead(zone, name_zh="线索", introduced_by=shen.unit.organisation, by=lin)
        calls = {
            "contact": lambda: actions.log_contact(lead, way="call", text="x", by=lin),
            "triage": lambda: actions.triage_lead(lead, by=lin),
            "experts": lambda: actions.ask_experts(lead, reason="x", by=lin),
            "feedback": lambda: actions.feed_back_lead(lead, text="x", by=lin),
            "reject": lambda: actions.reject_lead(lead, reason="x", by=lin),
            "reopen": lambda: actions.reopen_lead(lead, reason="x", by=lin),
            "transfer": lambda: actions.transfer_lead(
                lead, to=cast.organisations["ZJ-FGW"], credit_percent=50, reason="x", by=lin
            ),
        }
        for step in steps:
            try:
                if step in calls:
                    calls[step]()
                else:
                    actions.move_lead(lead, to=step, score=Decimal(60), reason="x", by=lin)
            except Refused:
                continue

        lead.refresh_from_db()
        assert list(replay()) == []
        live = lead_clocks.live_clocks(lead)
        assert {f"investment.{name}_lead" for name in live} == waiting(lead).keys()
        assert lead.next_due_on == min((getattr(lead, f"{name}_due_on") for name in live), default=None)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def both(self, *calls):
        found = together(list(calls), threading.Barrier(len(calls)))
        return [one for one in found if isinstance(one, Refused)]

    def test_two_mergers_into_each_other(self, lead, other, lin):
        pair = [(Lead.objects.get(pk=lead.pk), Lead.objects.get(pk=other.pk)) for _ in range(2)]

        told = self.both(
            lambda: actions.merge_leads(pair[0][0], into=pair[0][1], reason="x", by=None),
            lambda: actions.merge_leads(pair[1][1], into=pair[1][0], reason="x", by=None),
        )

        assert [type(one) for one in told] == [ChangedMeanwhile]
        assert Lead.objects.filter(stage="duplicate").count() == 1
        assert list(replay()) == []

    def test_rejected_and_signed(self, cast, lead, firm, lin):
        talked(lead, lin)
        one, two = Lead.objects.get(pk=lead.pk), Lead.objects.get(pk=lead.pk)

        told = self.both(
            lambda: actions.reject_lead(one, reason="x", by=None),
            lambda: actions.sign_lead(two, enterprise=firm, region=cast.regions["331181000000"], by=None),
        )

        assert len(told) == 1
        lead.refresh_from_db()
        assert (lead.stage, Project.objects.count()) in (("rejected", 0), ("signed", 1))
        assert list(replay()) == []

    def test_two_payments(self, cast, lead, firm, lin):
        TestPaidIn().signed(cast, lead, firm, lin)
        one, two = Lead.objects.get(pk=lead.pk), Lead.objects.get(pk=lead.pk)

        told = self.both(
            lambda: payments.record_paid_in(one, amount_fen=100, evidence="x", by=None),
            lambda: payments.record_paid_in(two, amount_fen=200, evidence="x", by=None),
        )

        lead.refresh_from_db()
        assert len(told) == 1 and lead.payments.count() == 1
        assert lead.paid_in_fen == lead.payments.get().amount_fen


class TestFaces:
    def test_the_pages_say_it_in_both_languages_and_turn_the_outsider_away(self, lead, client_of, lin, zhou):
        page = client_of(lin).get("/investment/leads/").content.decode()
        assert "Compressor line" in page and "1 lead is on its way; no clock has run out." in page
        page = client_of(lin, language="zh-hans").get(lead.url).content.decode()
        assert "压缩机生产线" in page and "联系投资方" in page
        page = client_of(lin).get("/investment/pipeline/?by=introducer").content.decode()
        assert "Xiaoshan Cooperation Office" in page and "?reached=registered" in page
        for address in ("/investment/leads/", lead.url, "/investment/leads/add/", "/investment/pipeline/"):
            assert client_of(zhou).get(address).status_code in (403, 404)

    def test_it_goes_its_way_by_forms(self, cast, firm, zone, client_of, lin):
        client = client_of(lin)
        form = {
            "name_zh": "输液线索",
            "kind": "new",
            "investment_fen": "1.2亿元",
            "introduced_by": "XS-OFFICE",
        }
        answer = client.post("/investment/leads/add/", form)
        made = Lead.objects.get()
        assert answer["Location"] == made.url and made.investment_fen == 12_000_000_000

        def step(name, **data):
            made.refresh_from_db()
            return client.post(f"{made.url}{name}/", {"version": made.version} | data).status_code

        assert step("contact", way="call", text="可谈") == 302
        assert step("triage", unit=cast.units["LQ-PARK"].pk) == 302
        assert client.post(f"{made.url}move/", {"version": 0, "to": "talking"}).status_code == 409
        assert step("move", to="reviewed") == 422
        assert step("move", to="reviewed", score="77.5") == 302
        assert step("feedback", text="已受理") == 302
        assert step("sign", enterprise="FIRM", region="331181") == 302
        assert step("paid-in", amount_fen="100万元", evidence="进账单") == 302
        assert step("paid-in/1/take-back", reason="记错") == 302
        made.refresh_from_db()
        assert (made.stage, made.paid_in_fen) == ("signed", 0)
        assert client.get(made.url).status_code == 200

    def test_ends_and_mergers_by_forms(self, lead, other, client_of, lin):
        client = client_of(lin)
        for name, data in (
            ("experts", {"reason": "x"}),
            ("reject", {"reason": "x"}),
            ("reopen", {"reason": "x"}),
            ("transfer", {"to": "ZJ-FGW", "credit_percent": 50, "reason": "x"}),
            ("reopen", {"reason": "x"}),
            ("merge", {"into": other.number, "reason": "x"}),
            ("unmerge", {}),
        ):
            assert client.post(f"{lead.url}{name}/", data).status_code == 302, name
        lead.refresh_from_db()
        assert lead.stage == "contacted" or lead.is_open
        assert client.get("/investment/pipeline/file.csv").status_code == 200

    def test_the_api_does_what_the_pages_do(self, cast, lead, other, firm, api_at, held, lin, zhou):
        call = api_at("/api/v1/investment")(lin)
        assert {one["number"] for one in call("get", "/leads?state=open").json()["items"]} == {"L-1", "L-2"}
        new = {"name_zh": "新线索", "land_mu": "12.5", "introduced_by": "XS-OFFICE", "introducer": "shen"}
        made = call("post", "/leads", new, key="k")
        assert made.status_code == 201, made.content
        number = made.json()["number"]
        changed = call(
            "patch",
            f"/leads/{number}",
            {"name_en": "New", "kind": "returning"},
            version=made.json()["version"],
        )
        assert changed.json()["kind"] == "returning" and changed.json()["introducer"] == "shen"

        at = f"/leads/{number}"
        got = held(call, f"{at}/contacts", {"way": "call", "text": "x"}, changed.json()["version"])
        assert [one["text"] for one in got["contacts"]] == ["x"]
        got = held(call, f"{at}/triage", {"unit": "LQ-PARK-1"}, got["version"])
        got = held(call, f"{at}/feedback", {"text": "x"}, got["version"])
        got = held(call, f"{at}/move", {"to": "talking"}, got["version"])
        got = held(call, f"{at}/sign", {"enterprise": "FIRM", "region": "331181"}, got["version"])
        got = held(call, f"{at}/payments", {"amount_fen": 500, "evidence": "x"}, got["version"])
        got = held(call, f"{at}/payments/1/take-back", {"reason": "x"}, got["version"])
        assert (got["stage"], got["paid_in_fen"]) == ("signed", 0)

        got = held(call, "/leads/L-1/experts", {"reason": "x"}, lead.version)
        got = held(call, "/leads/L-1/reject", {"reason": "x"}, got["version"])
        got = held(call, "/leads/L-1/reopen", {"reason": "x"}, got["version"])
        got = held(call, "/leads/L-1/merge", {"into": "L-2", "reason": "x"}, got["version"])
        got = held(call, "/leads/L-1/unmerge", {}, got["version"])
        held(
            call, "/leads/L-1/transfer", {"to": "ZJ-FGW", "credit_percent": 5, "reason": "x"}, got["version"]
        )
        assert call("get", "/pipeline?by=kind").json()[0]["steps"]["registered"] >= 1
        assert api_at("/api/v1/investment")(zhou)("get", "/leads").status_code in (403, 404)

    def test_commands_do_what_the_pages_do(self, lead, other, firm, zone, capsys):
        def done(*line):
            assert run(["--as", "lin", "investment", "leads", *line]) == 0, line

        done(
            "add",
            "--name",
            "命令线索",
            "--number",
            "L-5",
            "--kind",
            "new",
            "--land",
            "20",
            "--introduced-by",
            "XS-OFFICE",
        )
        done("change", "L-5", "--en", "By command")
        done("experts", "L-5", "--reason", "x")
        done("contact", "L-5", "--text", "x", "--dry-run")
        assert Lead.objects.get(number="L-5").stage == "registered"
        done("contact", "L-5", "--text", "x")
        done("triage", "L-5")
        done("feedback", "L-5", "--text", "x")
        done("move", "L-5", "talking")
        done("sign", "L-5", "--enterprise", "FIRM", "--region", "331181")
        done("pay-in", "L-5", "--money", "1000", "--evidence", "x")
        done("take-back", "L-5", "1", "--reason", "x")
        done("reject", "L-1", "--reason", "x")
        done("reopen", "L-1", "--reason", "x")
        done("merge", "L-1", "L-2", "--reason", "x")
        done("unmerge", "L-1")
        done("transfer", "L-1", "--to", "ZJ-FGW", "--credit", "50", "--reason", "x")
        done("list", "--late")
        done("pipeline", "--by", "kind")
        capsys.readouterr()
        done("show", "L-5", "--json")
        assert '"stage": "signed"' in capsys.readouterr().out


def test_leads_travel_with_a_zone_folder(lead, lin, tmp_path, cast, firm):
    from shanhai.fields.investment import zone as folder

    talked(lead, lin)
    actions.sign_lead(lead, enterprise=firm, region=cast.regions["331181000000"], by=lin)
    payments.record_paid_in(lead, amount_fen=500, evidence="x", on=MONDAY - timedelta(days=3), by=lin)

    counts = folder.export(tmp_path, None)

    assert counts["leads.csv"] == counts["lead_contacts.csv"] == counts["lead_payments.csv"] == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    assert folder.load(tmp_path, None)["lead_contacts.csv"] == 0
