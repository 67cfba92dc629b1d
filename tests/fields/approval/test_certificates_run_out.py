"""A certificate that runs out before the items that rest on it have used it: told in time, renewed, or relied on with reasons."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shanhai.core.checks import replay
from shanhai.core.models import Member, Notice, WorkItem
from shanhai.fields.approval.actions import case_upkeep, certificates, deciding, opinions
from shanhai.fields.approval.models import CaseItem
from shanhai.fields.approval.queries import cases as queries
from shanhai.fields.approval.rules import certificates as rules
from shanhai.fields.approval.rules.certificates import Certificate
from shanhai.kernel.refusals import BadInput, NotAllowed, NotNow
from shanhai.site.cli import run

URL = "/approval/cases/C-1/"
END = date(2023, 10, 20)


def item(code: str) -> CaseItem:
    return queries.item_of(None, "C-1", code)


def who(name: str) -> Member:
    return Member.objects.select_related("unit__organisation", "user").get(code=name)


def tick() -> int:
    from shanhai.core import clock

    return certificates.remind(clock.today())


@pytest.fixture
def given(case, bureaus):
    """The filing is approved with a certificate that holds to 20 October; EIA and scheme rest on it."""
    deciding.decide_item(item("filing"), decision="approved", certificate="L-1", valid_to=END, by=who("dong"))
    opinions.reply_opinion(queries.opinion_of(None, "C-1", "eia", "water"), reply="agree", by=who("shui"))
    return case


def approve(code: str, name: str, **more: str) -> CaseItem:
    return deciding.decide_item(item(code), decision="approved", by=who(name), **more)


class TestRules:
    @pytest.mark.parametrize("rests_to", [None, date(2023, 9, 18), date(2024, 1, 1)])
    def test_what_still_holds_needs_no_reason(self, rests_to):
        assert rules.check_rests("许可", "approved", rests_to, " kept ", date(2023, 9, 18)) == ""

    def test_what_has_run_out_needs_one_to_approve_and_none_to_refuse(self):
        yesterday, today = date(2023, 9, 17), date(2023, 9, 18)
        with pytest.raises(BadInput) as refused:
            rules.check_rests("许可", "approved", yesterday, "  ", today)
        assert refused.value.code == "approval.certificate_run_out"
        assert (
            rules.check_rests("许可", "approved", yesterday, " holds in substance ", today)
            == "holds in substance"
        )
        assert rules.check_rests("许可", "refused", yesterday, "", today) == ""

    @pytest.mark.parametrize(
        ("kept", "given", "code"),
        [
            (Certificate("L-1", date(2023, 1, 1)), Certificate(valid_to=END), "nothing_to_renew"),
            (Certificate("L-1", date(2023, 1, 1), END), Certificate(valid_to=END), "renewal_day"),
            (Certificate("L-1", date(2023, 1, 1), date(2023, 2, 1)), Certificate(valid_to=date(2023, 9, 18)), "renewal_day"),
            (
                Certificate("L-1", date(2023, 1, 1), END),
                Certificate(valid_from=date(2024, 2, 1), valid_to=date(2024, 1, 1)),
                "certificate_days",
            ),
        ],
    )  # fmt: skip
    def test_a_renewal_that_cannot_be_is_refused(self, kept, given, code):
        with pytest.raises((BadInput, NotNow)) as refused:
            rules.check_renewal("许可", kept, given, date(2023, 9, 18))
        assert refused.value.code == f"approval.{code}"

    def test_left_out_the_number_stays_and_the_first_day_while_it_holds(self):
        kept, later = Certificate("L-1", date(2023, 1, 1), date(2023, 9, 18)), date(2025, 1, 1)
        assert rules.check_renewal(
            "许可", kept, Certificate(valid_to=later), date(2023, 9, 18)
        ) == Certificate("L-1", date(2023, 1, 1), later)
        assert rules.check_renewal(
            "许可", kept, Certificate("L-2", None, later), date(2023, 9, 19)
        ) == Certificate("L-2", date(2023, 9, 19), later)


class TestRelying:
    def test_what_waited_rests_on_the_first_that_runs_out(self, given):
        assert {code: item(code).rests_to for code in ("eia", "scheme", "permit")} == {
            "eia": END, "scheme": END, "permit": None,
        }  # fmt: skip
        approve("eia", "he", certificate="E-1")
        deciding.decide_item(
            item("eia"), decision="approved", certificate="E-1", valid_to=date(2023, 12, 1), by=who("sun")
        )
        assert item("permit").rests_to == date(2023, 12, 1)
        for name in ("gui", "jian", "zhang"):
            deciding.decide_item(
                item("scheme"),
                decision="approved",
                certificate="G-1",
                valid_to=date(2023, 11, 1),
                by=who(name),
            )
        assert item("permit").rests_to == date(2023, 11, 1)
        assert list(queries.misguarded()) == [] and list(replay()) == []

    def test_the_day_itself_is_enough_and_the_day_after_needs_reasons(self, given, turn_clock):
        turn_clock("2023-10-20T09:00")
        approve("eia", "he")
        turn_clock("2023-10-23T09:00")
        with pytest.raises(BadInput) as refused:
            approve("eia", "sun")
        assert (
            refused.value.code == "approval.certificate_run_out" and refused.value.facts["field"] == "relies"
        )
        assert item("eia").state == "open"
        approve("eia", "sun", relies="the renewal is with us")
        assert (item("eia").decision, item("eia").relies) == ("approved", "the renewal is with us")
        assert list(replay()) == []

    def test_what_a_lower_step_wrote_climbs(self, given, turn_clock):
        turn_clock("2023-10-23T09:00")
        approve("eia", "he", relies="renewed next week")
        approve("eia", "sun")
        assert item("eia").relies == "renewed next week"

    def test_a_refusal_needs_none(self, given, turn_clock):
        turn_clock("2023-10-23T09:00")
        for name in ("he", "sun"):
            deciding.decide_item(item("eia"), decision="refused", reasons="too near", by=who(name))
        assert item("eia").decision == "refused" and item("eia").relies == ""

    def test_recalled_it_is_rested_on_no_more(self, given):
        deciding.decide_item(item("scheme"), decision="approved", by=who("gui"))
        deciding.return_decision(item("scheme"), word="x", by=who("gui"))
        # Touched by nobody: the filing is recalled, and what waited for it rests on nothing.
        CaseItem.objects.filter(code="eia").first().opinions.update(
            replied_on=None, reply="", counts_as="", why=""
        )
        CaseItem.objects.filter(code="eia").update(left_opinions=1)
        deciding.recall_decision(item("filing"), reason="wrong number", by=who("dong"))
        assert item("eia").rests_to is None and item("scheme").rests_to is None
        assert list(queries.misguarded()) == []

    def test_a_decision_costs_at_most_ten_statements(self, given, turn_clock):
        turn_clock("2023-10-23T09:00")
        approve("eia", "he", relies="x")
        one, by = item("eia"), who("sun")
        with CaptureQueriesContext(connection) as seen:
            deciding.decide_item(
                one, decision="approved", certificate="E-1", valid_to=date(2025, 1, 1), by=by
            )
        plain = [q for q in seen if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))]
        assert len(plain) <= 10, plain


class TestTold:
    def test_who_decides_and_the_applicant_are_told_once_before_and_once_after(self, given, turn_clock):
        assert tick() == 0
        turn_clock("2023-10-12T09:00")
        first = tick()
        assert first > 0 and tick() == 0
        told = {one.member.code for one in Notice.objects.filter(fact__key__contains=":certificate:")}
        assert {"he", "sun", "gui", "xiang"} <= told and "dong" not in told
        waiting = WorkItem.objects.filter(kind="approval.renew", stage="open")
        assert {(one.unit.code, one.due_on) for one in waiting} == {("FIRM-1", END)} and waiting.count() == 2
        turn_clock("2023-10-23T09:00")
        assert tick() == first and tick() == 0

    def test_the_sweep_of_cases_does_it(self, given, turn_clock):
        from shanhai.core import clock

        turn_clock("2023-10-23T09:00")
        case_upkeep.sweep(clock.now())
        assert Notice.objects.filter(fact__key__endswith=":over").exists()

    def test_deciding_takes_it_off_the_list(self, given, turn_clock):
        turn_clock("2023-10-12T09:00")
        tick()
        for name in ("he", "sun"):
            approve("eia", name)
        assert [one.subject_id for one in WorkItem.objects.filter(kind="approval.renew", stage="open")] == [
            item("scheme").pk
        ]


class TestRenewal:
    def test_what_rests_on_it_goes_on_and_the_list_is_clear(self, given, turn_clock):
        turn_clock("2023-10-23T09:00")
        tick()
        certificates.renew_certificate(item("filing"), valid_to=date(2024, 10, 20), by=who("dong"))
        assert item("filing").certificate == "L-1" and item("eia").rests_to == date(2024, 10, 20)
        assert not WorkItem.objects.filter(kind="approval.renew", stage="open").exists()
        approve("eia", "he")
        approve("eia", "sun")
        assert item("eia").relies == ""
        assert list(queries.misguarded()) == [] and list(replay()) == []

    def test_only_who_gave_it_renews_it_while_the_case_runs(self, given, lin, shen):
        for name in ("he", "shen", "xiang"):
            with pytest.raises(NotAllowed):
                certificates.renew_certificate(item("filing"), valid_to=date(2024, 10, 20), by=who(name))
        with pytest.raises(NotNow) as refused:
            certificates.renew_certificate(item("scheme"), valid_to=date(2024, 10, 20), by=who("gui"))
        assert refused.value.code == "approval.nothing_to_renew"


class TestFaces:
    def test_the_decide_page_asks_for_the_reason_only_where_it_is_needed(self, given, client_of, turn_clock):
        page = client_of(who("he"))
        assert 'name="relies"' not in page.get(f"{URL}items/eia/decide/").content.decode()
        turn_clock("2023-10-23T09:00")
        shown = page.get(f"{URL}items/eia/decide/").content.decode()
        assert 'name="relies"' in shown and "ran out on 20 Oct 2023; approving needs a reason." in shown
        sent = {"decision": "approved", "reasons": "", "version": str(item("eia").version)}
        refused = page.post(f"{URL}items/eia/decide/", sent)
        assert refused.status_code == 422 and "Have it renewed" in refused.content.decode()
        assert page.post(f"{URL}items/eia/decide/", sent | {"relies": "renewal filed"}).status_code == 302
        client_of(who("sun")).post(
            f"{URL}items/eia/decide/",
            {
                "decision": "approved",
                "reasons": "",
                "relies": "renewal filed",
                "version": str(item("eia").version),
            },
        )
        assert "Relied on all the same: renewal filed" in page.get(URL).content.decode()
        chinese = client_of(who("sun"), language="zh-hans").get(URL).content.decode()
        assert "仍予采信： renewal filed" in chinese

    def test_the_page_renews_and_turns_outsiders_away(self, given, client_of, zhou):
        page = client_of(who("dong"))
        assert f"{URL}items/filing/renew/" in page.get(URL).content.decode()
        assert f"{URL}items/filing/renew/" not in client_of(who("he")).get(URL).content.decode()
        sent = page.post(
            f"{URL}items/filing/renew/",
            {"certificate": "L-2", "valid_to": "2025-01-01", "version": str(item("filing").version)},
        )
        assert sent.status_code == 302
        assert (item("filing").certificate, item("eia").rests_to) == ("L-2", date(2025, 1, 1))
        assert client_of(zhou).get(f"{URL}items/filing/renew/").status_code in (403, 404)

    def test_programs_do_both(self, given, api_at, held, turn_clock):
        turn_clock("2023-10-23T09:00")
        he = api_at("/api/v1/approval")(who("he"))
        version = item("eia").version
        answer = he("post", "/cases/C-1/items/eia/decide", {"decision": "approved"}, version=version)
        assert answer.status_code == 422 and answer.json()["code"] == "approval.certificate_run_out"
        held(he, "/cases/C-1/items/eia/decide", {"decision": "approved", "relies": "renewal filed"}, version)
        dong = api_at("/api/v1/approval")(who("dong"))
        held(dong, "/cases/C-1/items/filing/renew", {"valid_to": "2025-01-01"}, item("filing").version)
        assert he("get", "/cases/C-1/items/scheme").json()["rests_to"] == "2025-01-01"
        typed = ["approval", "case", "renew", "C-1", "filing", "--valid-to"]
        assert run([*typed, "2024-12-31"]) == 1
        assert run([*typed, "2026-01-01", "--dry-run"]) == 0 and item("scheme").rests_to == date(2025, 1, 1)
        assert run([*typed, "2026-01-01"]) == 0 and item("scheme").rests_to == date(2026, 1, 1)

    def test_a_zone_folder_keeps_it(self, given, tmp_path, turn_clock):
        from shanhai.fields.approval import zone as zone_files
        from shanhai.fields.approval.models import Case

        turn_clock("2023-10-23T09:00")
        approve("eia", "he", relies="renewal filed")
        approve("eia", "sun")
        zone_files.cases.export(tmp_path, None)
        Case.objects.all().delete()
        zone_files.cases.load(tmp_path, None)
        assert item("eia").relies == "renewal filed" and item("scheme").rests_to == END
        assert list(queries.misguarded()) == []
