"""The coordinator's board: open cases by stage, days left, the risk learnt from closed ones, and who holds each."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from shanhai.core import visibility
from shanhai.fields.approval.actions import deciding
from shanhai.fields.approval.models import Case, CaseItem
from shanhai.fields.approval.queries import board as queries
from shanhai.fields.approval.queries import cases
from shanhai.fields.approval.rules import board as rules
from shanhai.fields.approval.rules.board import Danger
from shanhai.site.cli import run


def past(n: int, accepted_on: date, days: int) -> Case:
    """A closed joint case: each of its four items a quarter of its days."""
    one = Case.objects.get(number="C-1")
    items = list(one.items.order_by("place"))
    one.pk, one._state.adding = None, True
    one.number, one.stage, one.open_items = f"D-{n}", "approved", 0
    one.filed_on = one.accepted_on = accepted_on
    one.closed_on = accepted_on + timedelta(days)
    one.government_days, one.calendar_days, one.owner_days = days, days, 0
    one.save()
    visibility.place(one)
    for step, item in enumerate(items, 1):
        item.pk, item._state.adding, item.case = None, True, one
        item.state, item.decision, item.left_before = "decided", "approved", 0
        item.opens_on = accepted_on
        item.decided_on = accepted_on + timedelta(days * step // 4)
        item.save()
    return one


@pytest.fixture
def history(case):
    """Forty closed cases of 16 to 55 days, before the open one, which was accepted on 2023-09-18 and is due in 14 wd."""
    return [past(n, date(2022, 9, 5) + timedelta(3 * n), 16 + n) for n in range(40)]


class TestRules:
    def test_a_case_stands_in_the_earliest_stage_that_is_not_decided(self):
        assert rules.column_of("filing", []) == rules.column_of("gaps", []) == "applicant"
        assert rules.column_of("received", [2]) == "received"
        assert (
            rules.column_of("review", [3, 2, 3]) == "review-2" and rules.column_of("review", []) == "review-1"
        )

    @pytest.mark.parametrize(
        ("slack", "risk", "told"),
        [
            (-1, 0.0, "late"),
            (0, 0.5, "at_risk"),
            (3, 0.49, "on_track"),
            (3, None, "unknown"),
            (None, 0.9, "unknown"),
        ],
    )
    def test_a_passed_deadline_is_late_and_the_rest_is_history(self, slack, risk, told):
        assert rules.danger_of(slack, risk) == told


class TestBoard:
    def test_without_history_no_risk_is_told_and_it_says_so(self, case, zone, lin):
        found = queries.board(lin, zone)

        (one,) = found.rows
        assert (one.danger, one.risk, one.column) == (Danger.UNKNOWN, None, "review-1")
        assert one.due_on == case.planned_on and one.slack_days == 14
        assert one.holder.department == "drc" and one.departments == {"drc"}
        assert [(row.closed, row.is_enough, row.tested) for row in found.learnt] == [(0, False, None)]

    def test_the_risk_is_learnt_from_closed_cases_of_the_same_mode(self, case, zone, history, lin):
        found = queries.board(lin, zone)

        (one,) = found.rows
        # 24 days are left: the share of the forty that took longer.
        assert case.planned_on == date(2023, 10, 12)
        assert one.risk == pytest.approx(31 / 40) and one.danger is Danger.AT_RISK
        assert one.low < date(2023, 10, 20) < one.high and one.n == 40
        assert found.learnt[0].closed == 40 and found.learnt[0].tested.n > 0
        Case.objects.filter(number__startswith="D-").update(mode="serial")
        assert queries.board(lin, zone).rows[0].risk is None

    def test_who_holds_it_moves_on_with_the_decision(self, case, zone, lin, bureaus):
        item = cases.item_of(None, "C-1", "filing")
        deciding.decide_item(item, decision="approved", by=bureaus.members["dong"])

        (one,) = queries.board(lin, zone).rows

        assert one.holder.department == "ecology" and one.departments == {"ecology", "planning"}
        assert queries.Wanted(department="planning").takes(one)
        assert not queries.Wanted(department="drc").takes(one) and not queries.Wanted(danger="late").takes(
            one
        )

    def test_it_costs_the_same_for_many_cases(self, case, zone, history, lin, django_assert_max_num_queries):
        for one in history[:9]:
            other = one.project
            other.pk, other._state.adding = None, True
            other.number, other.project_code = f"P-{one.number}", None
            other.save()
            Case.objects.filter(pk=one.pk).update(stage="review", project=other, closed_on=None, open_items=4)
            CaseItem.objects.filter(case=one).update(state="open", decided_on=None, decision="")
        with django_assert_max_num_queries(12):
            assert len(queries.board(lin, zone).rows) == 10


class TestFaces:
    def test_the_page_leads_with_what_is_late_and_says_what_risks_rest_on(
        self, case, history, client_of, lin, shen, zhou, firm
    ):
        page = client_of(lin).get("/approval/board/").content.decode()
        assert "1 open case: 0 late, 1 at risk" in page
        assert "Risk 77 %" in page or "Risk 78 %" in page
        assert "learnt from 40 closed cases" in page and "Intervals should hold 80 %" in page
        assert "审批看板" in client_of(lin, language="zh-hans").get("/approval/board/").content.decode()
        assert client_of(shen).get("/approval/board/").status_code == 200
        for stranger in (zhou, firm):
            assert client_of(stranger).get("/approval/board/").status_code == 403

    def test_without_history_the_page_says_so(self, case, client_of, lin):
        page = client_of(lin).get("/approval/board/").content.decode()
        assert "too few to learn from" in page and "Not told" in page

    def test_filters_stay_until_they_are_taken_off(self, case, client_of, lin):
        client = client_of(lin)
        assert "1 of 1 open cases" in client.get("/approval/board/?department=drc").content.decode()
        again = client.get("/approval/board/")
        assert again.status_code == 302 and again.url == "/approval/board/?department=drc"
        assert "0 of 1 open cases" in client.get("/approval/board/?department=water").content.decode()
        client.get("/approval/board/?department=&danger=&catalogue=")
        assert client.get("/approval/board/").status_code == 200

    def test_it_goes_out_as_a_workbook(self, case, client_of, lin):
        from io import BytesIO

        from openpyxl import load_workbook

        answer = client_of(lin).get("/approval/board/board.xlsx")
        rows = list(load_workbook(BytesIO(answer.content)).active.values)
        assert rows[0][0] == "Number" and rows[1][0] == "C-1" and rows[1][5] == 14

    def test_programs_and_the_terminal_read_the_same(self, case, history, client_of, lin, zhou, capsys):
        answer = client_of(lin).get("/api/v1/approval/board").json()
        assert answer["cases"][0]["held_by"] == "drc" and answer["cases"][0]["danger"] == "at_risk"
        assert client_of(lin).get("/api/v1/approval/board?danger=late").json()["cases"] == []
        assert client_of(zhou).get("/api/v1/approval/board").status_code == 403
        assert run(["approval", "board", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["cases"][0]["risk"] == answer["cases"][0]["risk"]
        assert run(["approval", "board", "--danger", "at_risk"]) == 0
        assert "C-1" in capsys.readouterr().out
