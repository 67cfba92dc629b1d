"""Activities and aid: stages, money within its limits and with its vouchers, what was agreed, and what is measured."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from shanhai.core import checks, indicators
from shanhai.core.models import JournalEntry, WorkItem
from shanhai.fields.pairing import actions, queries, rules
from shanhai.fields.pairing.models import Activity
from shanhai.fields.pairing.queries import activities as reads
from shanhai.kernel import periods
from shanhai.kernel.refusals import BadInput, ChangedMeanwhile, NotAllowed, NotFound, NotNow

pytestmark = pytest.mark.django_db
TODAY = date(2023, 9, 18)
YEAR = periods.parse("2023")


@pytest.fixture
def activity(zone: Any, lin: Any, cast: SimpleNamespace) -> Activity:
    """The sea side will donate 1,000 yuan to villages."""
    return actions.plan_activity(
        zone,
        number="A-1",
        kind="donation",
        title_zh="结对村帮扶捐赠",
        title_en="Donation to villages",
        on=date(2023, 9, 11),
        lead="sea",
        mountain_unit=cast.units["LQ-PARK"],
        sea_unit=cast.units["XS-OFFICE"],
        payer="sea",
        planned_fen=100_000,
        by=lin,
    )


def figures(code: str, zone: Any, side: str | None = None) -> Decimal:
    return indicators.measure(code, [zone.pk], [YEAR], side)[0].numerator


class TestMoney:
    def test_is_paid_within_the_plan_and_used_within_what_is_paid(
        self, activity: Activity, lin: Any, shen: Any, paper: Any
    ) -> None:
        actions.record_aid(
            activity, kind="paid", on=TODAY, amount_fen=60_000, vouchers=[paper(shen)], by=shen
        )
        actions.record_aid(activity, kind="used", on=TODAY, amount_fen=50_000, vouchers=[paper(lin)], by=lin)

        assert (activity.paid_fen, activity.used_fen) == (60_000, 50_000)
        for kind, amount, member in (("paid", 40_001, shen), ("used", 10_001, lin)):
            with pytest.raises(BadInput) as refused:
                actions.record_aid(
                    activity, kind=kind, on=TODAY, amount_fen=amount, vouchers=[paper(member)], by=member
                )
            assert refused.value.code == f"pairing.aid_above_{'planned' if kind == 'paid' else 'paid'}"
        assert list(checks.run(["pairing.aid"])) == []

    def test_needs_its_voucher(self, activity: Activity, shen: Any) -> None:
        with pytest.raises(BadInput) as refused:
            actions.record_aid(activity, kind="paid", on=TODAY, amount_fen=1, by=shen)

        assert refused.value.code == "pairing.aid_without_voucher"

    def test_is_paid_by_the_side_whose_money_it_is_and_used_by_the_other(
        self, activity: Activity, lin: Any, shen: Any, paper: Any
    ) -> None:
        with pytest.raises(NotAllowed):
            actions.record_aid(activity, kind="paid", on=TODAY, amount_fen=1, vouchers=[paper(lin)], by=lin)
        actions.record_aid(activity, kind="paid", on=TODAY, amount_fen=9, vouchers=[paper(shen)], by=shen)
        with pytest.raises(NotAllowed):
            actions.record_aid(activity, kind="used", on=TODAY, amount_fen=1, vouchers=[paper(shen)], by=shen)

    def test_a_second_payment_on_the_same_page_is_refused(
        self, activity: Activity, shen: Any, paper: Any
    ) -> None:
        stale = Activity.objects.get(pk=activity.pk)
        actions.record_aid(activity, kind="paid", on=TODAY, amount_fen=9, vouchers=[paper(shen)], by=shen)

        with pytest.raises(ChangedMeanwhile):
            actions.record_aid(stale, kind="paid", on=TODAY, amount_fen=9, vouchers=[paper(shen)], by=shen)

    def test_a_wrong_entry_is_put_right_by_a_contra_entry(
        self, activity: Activity, lin: Any, shen: Any, paper: Any
    ) -> None:
        actions.record_aid(
            activity, kind="paid", on=TODAY, amount_fen=60_000, vouchers=[paper(shen)], by=shen
        )
        actions.record_aid(activity, kind="used", on=TODAY, amount_fen=50_000, vouchers=[paper(lin)], by=lin)

        with pytest.raises(BadInput) as refused:
            actions.take_back_aid(activity, kind="paid", amount_fen=10_001, reason="记错", by=shen)
        back = actions.take_back_aid(activity, kind="paid", amount_fen=10_000, reason="记错", by=shen)

        assert refused.value.code == "pairing.aid_contra_too_much"
        assert (back.amount_fen, activity.paid_fen) == (-10_000, 50_000)
        assert sum(entry.amount_fen for entry in activity.entries.filter(kind="paid")) == 50_000

    def test_is_not_planned_below_what_was_paid_nor_without_a_payer(
        self, activity: Activity, shen: Any, paper: Any
    ) -> None:
        actions.record_aid(
            activity, kind="paid", on=TODAY, amount_fen=60_000, vouchers=[paper(shen)], by=shen
        )

        for changes, code in (
            ({"planned_fen": 59_999}, "pairing.activity_planned_below_paid"),
            ({"payer": ""}, "pairing.activity_payer"),
            ({"payer": "mountain"}, "pairing.activity_payer_paid"),
        ):
            with pytest.raises(BadInput) as refused:
                actions.change_activity(activity, by=shen, **changes)
            assert refused.value.code == code


class TestStages:
    def test_it_is_held_closed_and_taken_back_step_by_step(self, activity: Activity, shen: Any) -> None:
        actions.hold_activity(activity, on=date(2023, 9, 12), by=shen)
        waiting = WorkItem.objects.get(kind="pairing.close_activity")
        assert (waiting.unit, waiting.stage) == (shen.unit, "open")

        actions.close_activity(activity, outcome_zh="路已修好", by=shen)
        waiting.refresh_from_db()
        assert (activity.stage, waiting.stage) == ("completed", "done")

        actions.reopen_activity(activity, by=shen)
        assert activity.stage == rules.ActivityStage.HELD
        actions.reopen_activity(activity, by=shen)
        assert activity.stage == rules.ActivityStage.PLANNED
        assert not WorkItem.objects.filter(kind="pairing.close_activity", stage="open").exists()

    def test_what_has_not_come_cannot_have_been_held(self, activity: Activity, shen: Any) -> None:
        with pytest.raises(BadInput) as refused:
            actions.hold_activity(activity, on=date(2023, 9, 19), by=shen)

        assert refused.value.code == "pairing.activity_in_future"

    def test_money_is_taken_back_before_it_is_called_off(
        self, activity: Activity, shen: Any, paper: Any
    ) -> None:
        actions.record_aid(activity, kind="paid", on=TODAY, amount_fen=9, vouchers=[paper(shen)], by=shen)
        with pytest.raises(BadInput) as refused:
            actions.cancel_activity(activity, reason="改期", by=shen)
        assert refused.value.code == "pairing.cancelled_with_money"

        actions.take_back_aid(activity, kind="paid", amount_fen=9, reason="改期", by=shen)
        actions.cancel_activity(activity, reason="改期", by=shen)
        with pytest.raises(NotNow):
            actions.hold_activity(activity, on=TODAY, by=shen)

    def test_its_journal_replays_to_the_row(self, activity: Activity, shen: Any, paper: Any) -> None:
        actions.record_aid(activity, kind="paid", on=TODAY, amount_fen=9, vouchers=[paper(shen)], by=shen)
        actions.change_activity(activity, title_zh="捐赠", by=shen)
        actions.hold_activity(activity, on=TODAY, photos=[paper(shen)], by=shen)

        assert [one for one in checks.replay() if one.code == "core.state_differs"] == []
        assert JournalEntry.objects.filter(action="pairing.hold_activity").count() == 1
        assert [one.title for one in reads.photos_of(activity)] == ["证明材料"]

    def test_units_sit_on_their_sides(self, zone: Any, lin: Any, cast: SimpleNamespace) -> None:
        with pytest.raises(BadInput):
            actions.plan_activity(
                zone, number="A-2", kind="visit", title_zh="考察", on=TODAY, lead="sea",
                mountain_unit=cast.units["XS-OFFICE"], sea_unit=cast.units["XS-OFFICE"], by=lin,
            )  # fmt: skip


class TestAgreedPoints:
    def test_become_action_items_that_are_reported_and_closed_like_all(
        self, activity: Activity, lin: Any, shen: Any, paper: Any
    ) -> None:
        told = {"title_zh": "派技术员", "lead": "sea", "mountain_unit": lin.unit, "sea_unit": shen.unit}
        with pytest.raises(NotNow):
            actions.assign_action_item(activity, due_on=date(2023, 10, 1), by=lin, **told)
        actions.hold_activity(activity, on=TODAY, by=lin)
        item = actions.assign_action_item(activity, due_on=date(2023, 10, 1), by=lin, **told)

        assert (item.number, item.origin, item.resolution) == ("A-1-1", activity, None)
        assert WorkItem.objects.get(kind="pairing.action_item").unit == shen.unit
        actions.close_action_item(item, on=TODAY, evidence=[paper(shen)], by=shen)
        assert queries.item_of(lin, "A-1-1").stage == rules.ItemStage.DONE


class TestFigures:
    def test_donations_are_booked_once_by_the_side_that_gave_and_used_by_the_other(
        self, activity: Activity, zone: Any, lin: Any, shen: Any, paper: Any
    ) -> None:
        actions.record_aid(
            activity, kind="paid", on=TODAY, amount_fen=60_000, vouchers=[paper(shen)], by=shen
        )
        actions.record_aid(activity, kind="used", on=TODAY, amount_fen=50_000, vouchers=[paper(lin)], by=lin)
        actions.take_back_aid(activity, kind="paid", amount_fen=1_000, reason="记错", by=shen)
        actions.hold_activity(activity, on=TODAY, by=lin)

        assert [figures("pairing.aid_paid", zone, side) for side in (None, "mountain", "sea")] == [
            59_000,
            0,
            59_000,
        ]
        assert [figures("pairing.aid_used", zone, side) for side in (None, "mountain", "sea")] == [
            50_000,
            50_000,
            0,
        ]
        assert (
            figures("pairing.activities_held", zone) == figures("pairing.activities_held", zone, "sea") == 1
        )
        assert figures("pairing.exchange_visits", zone) == 0
        for code in ("aid_paid", "aid_used", "activities_held", "exchange_visits"):
            assert indicators.check_evidence(f"pairing.{code}", [zone.pk], [YEAR]) == []
            assert indicators.check_sides(f"pairing.{code}", [zone.pk], [YEAR]) == []


def test_an_outsider_finds_none(activity: Activity, zhou: Any, pan: Any) -> None:
    assert reads.activity_of(pan, "A-1") == activity
    with pytest.raises(NotFound):
        reads.activity_of(zhou, "A-1")


def test_a_sheet_whose_entries_exceed_the_plan_is_refused_whole(activity: Activity, zone: Any) -> None:
    from shanhai.core.sheets.columns import Change

    def entry(code: str, kind: str, amount: int) -> Change:
        values = {
            "code": code, "activity": "A-1", "kind": kind, "on": TODAY, "amount_fen": amount, "about": "",
            "voucher": "", "standing": "illustrative", "source": "",
        }  # fmt: skip
        return Change(code, "new", values)

    for wrong in ([entry("A-1-M1", "paid", 100_001)], [entry("A-1-M1", "used", 1)]):
        with pytest.raises(BadInput) as refused:
            actions.write_aid_entries(wrong, by=None, pairing=zone)
        assert refused.value.code == "pairing.aid_out_of_order"
    actions.write_aid_entries([entry("A-1-M1", "paid", 9), entry("A-1-M2", "used", 4)], by=None, pairing=zone)

    activity.refresh_from_db()
    assert (activity.paid_fen, activity.used_fen) == (9, 4)
    assert list(checks.run(["pairing.aid"])) == []
    assert [one for one in checks.replay() if one.code == "core.state_differs"] == []
