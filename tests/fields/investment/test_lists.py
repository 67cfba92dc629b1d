"""Quarterly lists: compiled by the sea side, published, acknowledged and answered by the mountain side."""

from __future__ import annotations

import threading
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shanhai.core import clock, indicators, signs
from shanhai.core.checks import replay
from shanhai.core.models import Member, Notice, WorkItem
from shanhai.core.sheets import loading
from shanhai.fields.investment.actions import leads, lists
from shanhai.fields.investment.models import Lead, ListLine, QuarterlyList
from shanhai.fields.investment.queries import list_registers
from shanhai.fields.investment.queries import lists as queries
from shanhai.fields.investment.rules import lists as rules
from shanhai.kernel import periods
from shanhai.kernel.refusals import BadInput, ChangedMeanwhile, NotAllowed, NotFound, NotNow, Refused
from shanhai.site.cli import run
from tests.threads import together


@pytest.fixture
def brought(cast: Any, zone: Any, shen: Any) -> list[Lead]:
    """Three leads of Xiaoshan's office."""
    return [
        leads.add_lead(
            zone, number=f"S-{n}", name_zh=f"海方线索{n}", name_en=f"Sea lead {n}", investor_zh=f"投资方{n}",
            introduced_by=cast.organisations["XS-OFFICE"], investment_fen=n * 10**9, by=shen,
        )
        for n in (1, 2, 3)
    ]  # fmt: skip


@pytest.fixture
def draft(zone: Any, shen: Any, brought: list[Lead]) -> QuarterlyList:
    """The list of the third quarter with two of them, compiled until the day of the tests."""
    one = lists.open_list(zone, year=2023, quarter=3, cut_off_on=date(2023, 9, 18), by=shen)
    for lead in brought[:2]:
        lists.add_to_list(one, lead, by=shen)
    return one


@pytest.fixture
def published(draft: QuarterlyList, shen: Any, lin: Any) -> QuarterlyList:
    """It is published and acknowledged."""
    lists.publish_list(draft, by=shen)
    return lists.acknowledge_list(draft, by=lin)


def line(one: QuarterlyList, n: int = 1) -> ListLine:
    return queries.line_of(
        QuarterlyList.objects.select_related("pairing", "owner_unit").get(pk=one.pk), f"S-{n}"
    )


class TestRules:
    @given(
        st.lists(
            st.builds(
                rules.Listed,
                key=st.integers(1, 5),
                quarter=st.sampled_from(["2023Q1", "2023Q2"]),
                introducer=st.sampled_from(["", "A", "B"]),
                answer=st.sampled_from(["", *rules.Answer]),
                late_days=st.integers(0, 3),
                is_signed=st.booleans(),
                is_started=st.booleans(),
                paid_in_fen=st.integers(0, 100),
            )
        ),
        st.sampled_from(["quarter", "introducer"]),
    )
    def test_in_each_row_every_lead_counts_once_and_has_one_answer(self, rows, by):
        found = rules.conversion(rows, by)

        assert sum(one.listed for one in found) == len({(getattr(row, by), row.key) for row in rows})
        for one in found:
            assert one.listed == one.open + one.accepted + one.rejected + one.transferred
            assert max(one.late, one.signed, one.started) <= one.listed

    def test_the_cut_off_lies_in_the_quarter_or_the_month_after(self):
        rules.check_quarter(2023, 3, date(2023, 9, 30))
        rules.check_quarter(2023, 3, date(2023, 10, 31))
        for year, quarter, day in (
            (2023, 3, date(2023, 6, 30)),
            (2023, 3, date(2023, 11, 15)),
            (2023, 5, date(2023, 9, 1)),
        ):
            with pytest.raises(BadInput):
                rules.check_quarter(year, quarter, day)


class TestCompiling:
    def test_leads_come_on_it_once_and_only_those_of_the_sea_side(self, draft, brought, other, lin, shen):
        for lead in (brought[0], other):
            with pytest.raises((NotNow, NotFound)):
                lists.add_to_list(draft, lead, by=shen)
        with pytest.raises(NotAllowed):
            lists.add_to_list(draft, brought[2], by=lin)

        assert draft.lines.count() == 2

    def test_after_the_cut_off_nothing_comes_on_it(self, draft, brought, shen, turn_clock):
        turn_clock("2023-09-19T09:00")
        with pytest.raises(NotNow) as refused:
            lists.add_to_list(draft, brought[2], by=shen)

        assert refused.value.code == "investment.list_closed"

    def test_a_line_is_taken_off_again(self, draft, brought, shen):
        lists.take_off_list(line(draft), by=shen)
        draft.refresh_from_db()
        lists.add_to_list(draft, brought[0], by=shen)

        assert list(replay()) == []

    def test_one_draft_a_quarter(self, draft, zone, shen):
        with pytest.raises(NotNow):
            lists.open_list(zone, year=2023, quarter=3, by=shen)

    def test_the_mountain_side_compiles_none(self, zone, lin):
        with pytest.raises(NotAllowed):
            lists.open_list(zone, year=2023, quarter=3, by=lin)


class TestPublishing:
    def test_not_before_the_cut_off_and_not_empty(self, zone, shen):
        later = lists.open_list(zone, year=2023, quarter=3, by=shen)
        with pytest.raises(NotNow) as refused:
            lists.publish_list(later, by=shen)
        assert refused.value.code == "investment.list_open_until"

        empty = lists.open_list(zone, year=2023, quarter=2, cut_off_on=date(2023, 7, 5), by=shen)
        with pytest.raises(NotNow) as refused:
            lists.publish_list(empty, by=shen)
        assert refused.value.code == "investment.list_empty"

    def test_both_sides_see_it_and_its_leads_and_the_clocks_run(self, draft, brought, lin, shen):
        with pytest.raises(NotFound):
            queries.list_of(lin, draft.number)

        lists.publish_list(draft, by=shen)

        assert queries.list_of(lin, draft.number) == draft
        assert {one.reach for one in Lead.objects.filter(number__in=("S-1", "S-2"))} == {"both"}
        assert (draft.acknowledge_due_on, draft.answer_due_on) == (date(2023, 9, 21), date(2023, 10, 8))
        waiting = dict(WorkItem.objects.filter(stage="open", unit=lin.unit).values_list("kind", "due_on"))
        assert waiting["investment.acknowledge_list"] == date(2023, 9, 21)
        assert waiting["investment.answer_list"] == date(2023, 10, 8)
        assert list(replay()) == []

    def test_a_published_line_says_what_was_published(self, published, brought, shen):
        lead = Lead.objects.get(number="S-1")
        leads.change_lead(lead, name_zh="改名", investment_fen=1, by=shen)

        assert line(published).told_of("name_zh") == "海方线索1"
        assert line(published).told_of("counted_fen") == 10**9

    def test_what_is_published_changes_by_a_supplement_only(self, published, brought, zone, shen, lin):
        for call in (
            lambda: lists.add_to_list(published, brought[2], by=shen),
            lambda: lists.take_off_list(line(published), by=shen),
            lambda: lists.publish_list(published, by=shen),
        ):
            with pytest.raises(NotNow):
                call()

        more = lists.open_list(zone, year=2023, quarter=3, by=shen)
        lists.add_to_list(more, brought[2], by=shen)
        lists.withdraw_from_list(more, line(published), reason="投资方改变计划", by=shen)
        lists.publish_list(more, by=shen)

        assert (more.edition, more.number) == (2, "QD-2023Q3-B1")
        assert line(published).withdrawn_on == date(2023, 9, 18)
        with pytest.raises(NotNow) as refused:
            lists.answer_line(line(published), answer="accepted", by=lin)
        assert refused.value.code == "investment.line_withdrawn"
        assert list(replay()) == []

    def test_an_answered_line_is_not_withdrawn(self, published, zone, shen, lin):
        more = lists.open_list(zone, year=2023, quarter=3, by=shen)
        lists.withdraw_from_list(more, line(published), reason="x", by=shen)
        lists.answer_line(line(published), answer="accepted", by=lin)

        with pytest.raises(NotNow) as refused:
            lists.publish_list(more, by=shen)

        assert refused.value.code == "investment.line_answered"
        assert QuarterlyList.objects.get(pk=more.pk).stage == "draft"


class TestAnswering:
    def test_accepted_leads_are_held_by_who_accepts(self, published, lin, shen):
        lists.answer_line(line(published), answer="accepted", by=lin)

        lead = Lead.objects.get(number="S-1")
        assert (lead.unit, lead.fed_back_on, lead.stage) == (lin.unit, date(2023, 9, 18), "registered")
        assert WorkItem.objects.filter(
            subject_kind="investment.lead", subject_id=lead.pk, stage="open", unit=lin.unit
        ).exists()
        assert Notice.objects.filter(member=shen, fact__what__contains="was accepted").count() == 1
        assert list(replay()) == []

    def test_rejected_with_a_reason_and_transferred_with_the_credit(self, cast, published, lin):
        for told in ({"answer": "rejected"}, {"answer": "transferred", "reason": "x"}, {"answer": "perhaps"}):
            with pytest.raises(BadInput):
                lists.answer_line(line(published), by=lin, **told)
        lists.answer_line(line(published, 1), answer="rejected", reason="高耗能", by=lin)
        lists.answer_line(
            line(published, 2),
            answer="transferred",
            reason="无地",
            to=cast.organisations["ZJ-FGW"],
            credit_percent=30,
            by=lin,
        )

        assert [one.stage for one in Lead.objects.filter(number__in=("S-1", "S-2")).order_by("number")] == [
            "rejected",
            "transferred",
        ]
        assert not WorkItem.objects.filter(kind="investment.answer_list", stage="open").exists()
        assert list(replay()) == []

    def test_late_answers_are_marked_and_counted(self, published, zone, lin, turn_clock):
        turn_clock("2023-10-11T09:00")
        lists.answer_line(line(published), answer="accepted", by=lin)

        assert line(published).late_days == 3
        (row,) = rules.conversion(queries.listed(lin, zone), "quarter")
        assert (row.listed, row.accepted, row.late, row.open) == (2, 1, 1, 1)

    def test_not_before_it_is_acknowledged_and_not_by_the_sea_side(self, draft, shen, lin):
        lists.publish_list(draft, by=shen)
        with pytest.raises(NotNow):
            lists.answer_line(line(draft), answer="accepted", by=lin)
        with pytest.raises(NotAllowed):
            lists.acknowledge_list(draft, by=shen)

    def test_reminders_are_said_once(self, draft, shen, lin, turn_clock):
        assert lists.sweep(clock.now()) == 1
        assert lists.sweep(clock.now()) == 0
        lists.publish_list(draft, by=shen)
        turn_clock("2023-10-10T09:00")
        assert lists.sweep(clock.now()) == 2
        assert lists.sweep(clock.now()) == 0

    def test_both_sides_sign_the_receipt_once(self, published, shen, lin, pan):
        lists.sign_receipt(published, by=shen)
        lists.sign_receipt(published, person="林主任", by=lin)
        with pytest.raises(NotNow):
            lists.sign_receipt(published, by=lin)
        with pytest.raises(NotAllowed):
            lists.sign_receipt(published, by=pan)

        assert (published.sea_signer, published.mountain_signer) == ("沈洁", "林主任")


class TestFigures:
    def test_indicators_and_their_evidence_agree(self, published, zone, lin):
        lists.answer_line(line(published, 1), answer="accepted", by=lin)
        lists.answer_line(line(published, 2), answer="rejected", reason="x", by=lin)
        year = periods.parse("2023")

        def value(code, side=None):
            (row,) = indicators.measure(code, [zone.pk], [year], side)
            return row.numerator, row.denominator

        assert value("investment.listed") == value("investment.listed", "sea") == (Decimal(2), None)
        assert value("investment.list_accepted") == (Decimal(1), Decimal(2))
        assert value("investment.list_in_time") == (Decimal(2), Decimal(2))
        for code in rules.INDICATORS:
            assert list(indicators.check_evidence(code, [zone.pk], [year])) == []

    def test_a_merged_lead_counts_as_the_one_that_it_was_merged_into(
        self, published, zone, brought, lin, shen
    ):
        lists.answer_line(line(published, 1), answer="accepted", by=lin)
        lists.answer_line(line(published, 2), answer="accepted", by=lin)
        one, two = Lead.objects.get(number="S-1"), Lead.objects.get(number="S-2")
        leads.merge_leads(two, into=one, reason="同一", by=lin)

        (row,) = rules.conversion(queries.listed(lin, zone), "introducer")

        assert (row.listed, row.accepted) == (1, 1)


class TestSheets:
    def rows(self, one, **changes):
        found = list_registers.lines_current([f"{one.number} | S-1"])[f"{one.number} | S-1"]
        return [{name: value for name, value in found.items() if not name.startswith("_")} | changes]

    def problems(self, rows, by):
        try:
            loading.load_table(signs.registers["investment.list_lines"], rows, by=by)
        except BadInput as refused:
            return [(one["column"], one["code"]) for one in refused.facts["problems"]]
        return []

    def test_the_list_comes_back_with_its_answers(self, published, lin):
        assert self.problems(self.rows(published, answer="rejected", reason="高耗能"), lin) == []

        assert (line(published).answer, Lead.objects.get(number="S-1").stage) == ("rejected", "rejected")
        assert list(replay()) == []

    def test_what_the_page_refuses_is_refused_at_its_cell(self, published, lin, shen):
        assert self.problems(self.rows(published, answer="rejected"), lin) == [
            ("reason", "investment.answer_reason")
        ]
        assert self.problems(self.rows(published, answer="accepted"), shen) == [
            ("lead", "investment.list_side_mountain")
        ]
        assert line(published).answer == ""


class TestFaces:
    def test_list_day_by_forms(self, zone, cast, brought, client_of, lin, shen, zhou):
        sea, mountain = client_of(shen), client_of(lin)
        begun = sea.post("/investment/lists/open/", {"year": 2023, "quarter": 3, "cut_off_on": "2023-09-18"})
        at = begun["Location"]
        assert at == "/investment/lists/QD-2023Q3/"
        for lead in brought:
            assert sea.post(f"{at}add-line/", {"lead": lead.number}).status_code == 302
        assert sea.post(f"{at}lines/S-3/take-off/").status_code == 302
        assert "Sea lead 3" in sea.get(at).content.decode()  # can come on it again
        assert mountain.get(at).status_code == 404
        assert sea.post(f"{at}publish/").status_code == 302
        assert "Acknowledge" in mountain.get(at).content.decode()
        assert mountain.post(f"{at}acknowledge/").status_code == 302
        assert mountain.post(f"{at}lines/S-1/accept/").status_code == 302
        assert mountain.post(f"{at}lines/S-2/answer/", {"answer": "rejected"}).status_code == 422
        assert (
            mountain.post(f"{at}lines/S-2/answer/", {"answer": "rejected", "reason": "高耗能"}).status_code
            == 302
        )
        for client in (sea, mountain):
            assert client.post(f"{at}sign/", {}).status_code == 302
        assert (
            "Of 2 listed leads 1 were accepted"
            in mountain.get("/investment/lists/conversion/").content.decode()
        )
        page = client_of(lin, language="zh-hans").get(at).content.decode()
        assert "高耗能" in page and "采纳" in page
        assert mountain.get(f"{at}file.xlsx").status_code == 200
        for address in ("/investment/lists/", at, "/investment/lists/conversion/"):
            assert client_of(zhou).get(address).status_code in (403, 404)
        more = sea.post("/investment/lists/open/", {"year": 2023, "quarter": 3})["Location"]
        assert more == "/investment/lists/QD-2023Q3-B1/"
        assert sea.get(more).status_code == 200

    def test_the_api_does_what_the_pages_do(self, zone, brought, api_at, held, lin, shen):
        sea, mountain = (api_at("/api/v1/investment")(who) for who in (shen, lin))
        begun = sea("post", "/lists", {"year": 2023, "quarter": 3, "cut_off_on": "2023-09-18"}).json()
        at = f"/lists/{begun['number']}"
        got = held(sea, f"{at}/lines", {"lead": "S-1"}, begun["version"])
        got = sea("post", f"{at}/lines", {"lead": "S-2"}, version=got["version"]).json()
        got = held(sea, f"{at}/lines/S-2/take-off", {}, got["version"])
        got = held(sea, f"{at}/publish", {}, got["version"])
        got = held(mountain, f"{at}/acknowledge", {}, got["version"])
        (told,) = mountain("get", f"{at}/lines").json()
        assert (told["name"], told["counted_fen"]) == ("海方线索1", 10**9)
        answered = held(mountain, f"{at}/lines/S-1/answer", {"answer": "accepted"}, told["version"])
        assert answered["answer"] == "accepted"
        got = held(sea, f"{at}/receipt", {}, got["version"])
        assert got["sea_signed_on"] == "2023-09-18"
        assert mountain("get", "/list-conversion?by=introducer").json()[0]["accepted"] == 1
        assert len(mountain("get", "/lists").json()["items"]) == 1

        more = sea("post", "/lists", {"year": 2023, "quarter": 3}).json()
        told = sea(
            "post",
            f"/lists/{more['number']}/withdrawals",
            {"of": got["number"], "lead": "S-1", "reason": "x"},
            version=0,
        )
        assert told.json()["code"] == "investment.line_answered"

    def test_commands_do_what_the_pages_do(self, zone, brought, capsys):
        def done(who, *words):
            assert run(["--as", who, "investment", "lists", *words]) == 0, words

        done("shen", "open", "2023", "3", "--cut-off", "2023-09-18")
        for n in (1, 2, 3):
            done("shen", "add", "QD-2023Q3", f"S-{n}")
        done("shen", "take-off", "QD-2023Q3", "S-3")
        done("shen", "publish", "QD-2023Q3", "--dry-run")
        done("shen", "publish", "QD-2023Q3")
        done("lin", "acknowledge", "QD-2023Q3")
        done("lin", "answer", "QD-2023Q3", "S-1", "rejected", "--reason", "x")
        done("shen", "open", "2023", "3")
        done("shen", "withdraw", "QD-2023Q3-B1", "S-2", "--of", "QD-2023Q3", "--reason", "x")
        done("shen", "publish", "QD-2023Q3-B1")
        done("lin", "sign", "QD-2023Q3")
        done("lin", "list")
        done("lin", "conversion", "--by", "introducer")
        capsys.readouterr()
        done("lin", "show", "QD-2023Q3", "--json")
        assert '"answer": "rejected"' in capsys.readouterr().out

    def test_it_is_printed_with_a_place_for_both_sides(self, published):
        from shanhai.fields.investment import printed

        content = printed.quarterly_list(published)

        assert content.stamps == ("sea side", "mountain side")
        assert content.blocks[1].rows[0][1] == "S-1 Sea lead 1"


def test_lists_travel_with_a_zone_folder(published, lin, tmp_path):
    from shanhai.fields.investment import zone as folder

    lists.answer_line(line(published), answer="rejected", reason="x", by=lin)
    counts = folder.export(tmp_path, None)
    assert (counts["quarterly_lists.csv"], counts["quarterly_list_lines.csv"]) == (1, 2)
    before = (tmp_path / "quarterly_list_lines.csv").read_bytes()
    assert folder.load(tmp_path, None)["quarterly_lists.csv"] == 0

    ListLine.objects.all().delete()
    QuarterlyList.objects.all().delete()
    assert folder.load(tmp_path, None)["quarterly_lists.csv"] == 1
    folder.export(tmp_path, None)
    assert (tmp_path / "quarterly_list_lines.csv").read_bytes() == before


def who(name: str) -> Member:
    return Member.objects.select_related("unit__organisation").get(code=name)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def both(self, *calls):
        found = together(list(calls), threading.Barrier(len(calls)))
        return [one for one in found if isinstance(one, Refused)]

    def test_one_lead_answered_twice(self, published):
        one, two, by = line(published), line(published), who("lin")

        (told,) = self.both(
            lambda: lists.answer_line(one, answer="accepted", by=by),
            lambda: lists.answer_line(two, answer="rejected", reason="x", by=by),
        )

        assert isinstance(told, ChangedMeanwhile)
        stage = Lead.objects.get(number="S-1").stage
        assert (line(published).answer, stage) in (("accepted", "registered"), ("rejected", "rejected"))
        assert list(replay()) == []

    def test_answered_while_it_is_withdrawn(self, published, zone, shen):
        more = lists.open_list(zone, year=2023, quarter=3, by=shen)
        lists.withdraw_from_list(more, line(published), reason="x", by=shen)
        answered, supplement, by, sea = (
            line(published),
            QuarterlyList.objects.get(pk=more.pk),
            who("lin"),
            who("shen"),
        )

        (told,) = self.both(
            lambda: lists.answer_line(answered, answer="accepted", by=by),
            lambda: lists.publish_list(supplement, by=sea),
        )

        assert isinstance(told, ChangedMeanwhile | NotNow)
        now = line(published)
        stage = QuarterlyList.objects.get(pk=more.pk).stage
        assert (now.answer, now.withdrawn_on is not None, stage) in (
            ("accepted", False, "draft"),
            ("", True, "published"),
        )
        assert list(replay()) == []

    def test_one_lead_put_on_a_list_twice(self, zone, brought, shen):
        made = lists.open_list(zone, year=2023, quarter=3, by=shen)
        one, two = (QuarterlyList.objects.get(pk=made.pk) for _ in range(2))

        told = self.both(
            lambda: lists.add_to_list(one, brought[0], by=None),
            lambda: lists.add_to_list(two, brought[0], by=None),
        )

        assert len(told) == 1 and ListLine.objects.count() == 1
