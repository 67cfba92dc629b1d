"""What tables of the approval platform bring: repeatable, forward only, all of it or nothing; past cases by two dates."""

from __future__ import annotations

from datetime import date

import pytest

from shanhai.core import signs
from shanhai.core.checks import replay
from shanhai.core.models import JournalEntry, WorkItem
from shanhai.core.sheets import loading
from shanhai.fields.approval.models import Case, CaseItem, DatedCase
from shanhai.fields.approval.queries import checks
from shanhai.fields.approval.queries import platform as queries
from shanhai.fields.approval.rules import platform as rules
from shanhai.kernel.refusals import BadInput
from shanhai.planners.time_saved import measure_time_saved
from shanhai.site.cli import run

pytestmark = pytest.mark.django_db
TODAY = date(2023, 9, 18)


def load(code, rows, by, zone):
    return loading.load_table(signs.registers[f"approval.{code}"], rows, by=by, pairing=zone)


def refused(code, rows, by, zone):
    with pytest.raises(BadInput) as found:
        load(code, rows, by, zone)
    return [(one["column"], one["code"]) for one in found.value.facts["problems"]]


def _entries():
    return JournalEntry.objects.filter(action__startswith="approval.").count()


def state(item, **more):
    return {"case": "C-1", "item": item, "state": "open"} | more


def decided(item, day, **more):
    return state(item, state="decided", decision="approved", decided_on=date(2023, 9, day)) | more


class TestItemStates:
    def test_decisions_of_one_table_follow_one_another_and_open_what_waits(self, case, lin, zone, turn_clock):
        turn_clock("2023-09-22T09:00")

        counts = load(
            "item_states", [decided("scheme", 21), decided("filing", 19), decided("eia", 20)], lin, zone
        )

        assert counts == {"same": 0, "changed": 3, "new": 0}
        items = {one.code: one for one in CaseItem.objects.all()}
        assert [items[code].state for code in ("filing", "eia", "scheme", "permit")] == [
            *["decided"] * 3,
            "open",
        ]
        assert items["eia"].opens_on == date(2023, 9, 19) and items["eia"].channel == "platform"
        assert items["permit"].opens_on == date(2023, 9, 21)
        assert Case.objects.get().open_items == 1
        waits = WorkItem.objects.filter(stage="open", kind__startswith="approval.")
        assert set(waits.values_list("kind", flat=True)) == {"approval.decide", "approval.opinion"}
        assert list(replay()) == [] and list(checks.guards()) == []

    def test_the_same_table_twice_changes_nothing(self, case, lin, zone):
        rows = [decided("filing", 18), state("eia", state="open")]
        load("item_states", rows, lin, zone)
        before, entries = list(CaseItem.objects.order_by("pk").values()), _entries()

        again = load("item_states", rows, lin, zone)

        assert again == {"same": 2, "changed": 0, "new": 0}
        assert list(CaseItem.objects.order_by("pk").values()) == before and _entries() == entries

    @pytest.mark.parametrize(
        ("rows", "problem"),
        [
            ([state("unheard-of")], "approval.platform_item"),
            ([decided("permit", 18)], "approval.platform_waits"),
            ([state("permit")], "approval.platform_waits"),
            ([decided("filing", 19)], "approval.platform_future"),
            ([decided("filing", 15)], "approval.platform_before"),
            ([state("filing", state="waiting")], "approval.platform_back"),
            ([state("filing", decision="approved")], "approval.platform_undecided"),
            ([state("filing", state="decided", decision="approved")], "approval.platform_without_day"),
            ([decided("filing", 18, decision="refused")], "approval.refused_without_reasons"),
        ],
    )
    def test_what_cannot_be_is_refused_with_its_row_and_nothing_is_written(
        self, rows, problem, case, lin, zone
    ):
        before = list(CaseItem.objects.order_by("pk").values())

        found = refused("item_states", [*rows], lin, zone)

        assert [code for _column, code in found] == [problem]
        assert list(CaseItem.objects.order_by("pk").values()) == before

    def test_one_wrong_row_leaves_the_others_unwritten(self, case, lin, zone):
        found = refused("item_states", [decided("filing", 18), decided("permit", 18)], lin, zone)

        assert found == [("state", "approval.platform_waits")]
        assert CaseItem.objects.get(code="filing").state == "open"

    def test_nothing_goes_back(self, case, lin, zone):
        load("item_states", [decided("filing", 18)], lin, zone)

        assert refused("item_states", [state("filing")], lin, zone) == [("state", "approval.platform_back")]
        assert refused(
            "item_states", [decided("filing", 18, decision="refused", reasons="x")], lin, zone
        ) == [("state", "approval.platform_back")]

    def test_a_refusal_ends_the_case_and_what_comes_after_it_is_refused(self, case, lin, zone, turn_clock):
        turn_clock("2023-09-22T09:00")
        rows = [
            decided("filing", 18),
            decided("eia", 19, decision="refused", reasons="x"),
            decided("scheme", 20),
        ]

        assert refused("item_states", rows, lin, zone) == [("state", "approval.platform_after_refusal")]
        load("item_states", rows[:2], lin, zone)
        assert Case.objects.get().stage == "refused"
        assert list(replay()) == []

    def test_whoever_does_not_keep_the_case_is_refused(self, case, shen, zone, bureaus):
        for other in (shen, bureaus.members["dong"]):
            found = refused("item_states", [decided("filing", 18)], other, zone)
            assert [code for _column, code in found] == ["approval.not_keeper"], other


class TestFiles:
    def row(self, **more):
        return {"platform_number": "ZJ-1", "project": "P-1", "catalogue": "LQ-S", "stage": "filing",
                "filed_on": date(2023, 9, 11)} | more  # fmt: skip

    def test_a_file_comes_in_and_goes_forward_on_its_days(self, project, regime, lin, zone):
        assert load("platform_files", [self.row()], lin, zone)["new"] == 1
        assert load("platform_files", [self.row()], lin, zone)["same"] == 1

        accepted = self.row(stage="review", received_on=date(2023, 9, 12), accepted_on=date(2023, 9, 13))
        assert load("platform_files", [accepted], lin, zone)["changed"] == 1
        assert load("platform_files", [accepted], lin, zone)["same"] == 1

        case = Case.objects.get()
        assert (case.platform_number, case.stage, case.filed_on) == ("ZJ-1", "review", date(2023, 9, 11))
        assert (case.received_on, case.accepted_on, case.n_items) == (date(2023, 9, 12), date(2023, 9, 13), 4)
        assert CaseItem.objects.get(code="filing").opens_on == date(2023, 9, 13)
        assert list(replay()) == []

    def test_states_may_name_the_number_of_the_platform(self, project, regime, lin, zone):
        accepted = self.row(stage="review", received_on=date(2023, 9, 12), accepted_on=date(2023, 9, 13))
        load("platform_files", [accepted], lin, zone)

        rows = [
            {
                "case": "ZJ-1",
                "item": "filing",
                "state": "decided",
                "decision": "approved",
                "decided_on": date(2023, 9, 14),
            }
        ]
        assert load("item_states", rows, lin, zone)["changed"] == 1
        assert load("item_states", rows, lin, zone)["same"] == 1
        assert CaseItem.objects.get(code="filing").decided_on == date(2023, 9, 14)

    @pytest.mark.parametrize(
        ("more", "code"),
        [
            ({"project": "P-9"}, "approval.platform_project"),
            ({"stage": "received"}, "approval.platform_days"),
            ({"received_on": date(2023, 9, 12)}, "approval.platform_days"),
            ({"filed_on": date(2023, 9, 19)}, "approval.platform_order"),
            ({"stage": "received", "received_on": date(2023, 9, 8)}, "approval.platform_order"),
        ],
    )
    def test_what_cannot_be_is_refused(self, more, code, project, regime, lin, zone):
        assert code in [one for _column, one in refused("platform_files", [self.row(**more)], lin, zone)]
        assert not Case.objects.exists()

    def test_a_file_never_goes_back(self, project, regime, lin, zone):
        load("platform_files", [self.row(stage="received", received_on=date(2023, 9, 12))], lin, zone)

        assert [one for _c, one in refused("platform_files", [self.row()], lin, zone)] == [
            "approval.platform_file_back"
        ]
        assert Case.objects.get().stage == "received"


class TestPastCases:
    def row(self, **more):
        return {"number": "OLD-1", "pairing": "LQXS", "name_zh": "旧项目", "kind": "filing", "mode": "serial",
                "started_on": date(2015, 3, 2), "ended_on": date(2015, 3, 16), "standing": "reported", "source": "x"} | more  # fmt: skip

    def test_they_count_all_working_days_and_are_marked_in_the_proof(self, lin, zone):
        zone_code = zone.code
        load("dated_cases", [self.row(pairing=zone_code)], lin, zone)
        assert load("dated_cases", [self.row(pairing=zone_code)], lin, zone)["same"] == 1

        one = DatedCase.objects.get()
        assert one.days == 10 and not CaseItem.objects.exists()
        (past,) = queries.for_proof([one])
        assert past.from_dates and past.government_wd == 10
        told = measure_time_saved([past], [past.__class__("N", "filing", 8.0)])
        assert any(reason.code == "time_saved.from_dates" for reason in told.notes)

    def test_one_that_is_not_over_or_ran_here_is_refused(self, case, lin, zone):
        late = self.row(pairing=zone.code, ended_on=date(2024, 1, 1))
        here = self.row(pairing=zone.code, number="C-1")

        assert refused("dated_cases", [late], lin, zone) == [("ended_on", "approval.dated_order")]
        assert refused("dated_cases", [here], lin, zone) == [("number", "approval.dated_ran_here")]

    def test_page_list_and_command_say_that_only_dates_are_known(self, lin, zhou, zone, client_of, capsys):
        load("dated_cases", [self.row(pairing=zone.code)], lin, zone)

        page = client_of(lin).get("/approval/past-cases/").content.decode()
        chinese = client_of(lin, language="zh-hans").get("/approval/past-cases/").content.decode()
        assert "dates only" in page and "Of 1 past case only the two dates are known: 10 working days" in page
        assert "仅有日期" in chinese and "旧项目" in chinese
        assert client_of(zhou).get("/approval/past-cases/").status_code == 403
        capsys.readouterr()
        assert run(["approval", "past", "list", "--csv"]) == 0
        assert "OLD-1" in capsys.readouterr().out


def test_judging_never_takes_a_row_before_what_it_waits_for():
    held = {
        code: rules.Held(code, code, "open" if not after else "waiting", after)
        for code, after in (("a", ()), ("b", ("a",)), ("c", ("b",)))
    }
    told = [rules.Told(code, "decided", "approved", TODAY) for code in "cba"]

    found = rules.judge("C", held, told, TODAY)

    assert [row.item for row in found.order] == ["a", "b", "c"] and not found.refused
    assert set(rules.judge("C", held, told[:2], TODAY).refused) == {"b", "c"}
