"""What was delivered: with evidence, confirmed by who receives, and how commitments stand for it."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shanhai.core.models import Attachment, WorkItem
from shanhai.fields.pairing import actions, queries, rules
from shanhai.fields.pairing.quantities import scale_of
from shanhai.kernel.refusals import BadInput, ChangedMeanwhile, NotAllowed, NotNow

pytestmark = pytest.mark.django_db


class TestRecording:
    def test_it_counts_and_waits_for_the_receiving_side(
        self, commitment: Any, shen: Any, paper: Callable[..., Any]
    ) -> None:
        delivery = actions.record_delivery(
            commitment, on=date(2023, 9, 1), quantity=Decimal(14), evidence=[paper(shen)], by=shen
        )

        progress = queries.progress_of([commitment])[0]
        assert (progress.delivered, progress.unconfirmed) == (14, 14)
        waiting = WorkItem.objects.get(kind="pairing.confirm_delivery")
        assert waiting.subject_id == delivery.pk
        assert waiting.unit.organisation.code in ("LQ", "LQ-PARK")

    def test_it_demands_evidence(self, commitment: Any, shen: Any) -> None:
        with pytest.raises(BadInput) as refused:
            actions.record_delivery(commitment, on=date(2023, 9, 1), quantity=Decimal(14), by=shen)

        assert refused.value.code == "pairing.delivery_without_evidence"
        assert commitment.deliveries.count() == 0

    def test_the_evidence_is_shown_to_both_sides(
        self, commitment: Any, shen: Any, lin: Any, paper: Callable[..., Any]
    ) -> None:
        from shanhai.core import visibility

        shown = paper(shen)
        assert not visibility.can_see(lin, shown)

        actions.record_delivery(
            commitment, on=date(2023, 9, 1), quantity=Decimal(1), evidence=[shown], by=shen
        )

        shown.refresh_from_db()
        assert visibility.can_see(lin, shown)
        assert Attachment.objects.get(document=shown).role == "evidence"

    @pytest.mark.parametrize(
        ("on", "code"),
        [
            (date(2023, 9, 19), "pairing.delivery_in_future"),
            (date(2022, 12, 31), "pairing.delivery_before_start"),
        ],
    )
    def test_the_day_has_come_and_lies_within_the_commitment(
        self, commitment: Any, shen: Any, paper: Callable[..., Any], on: date, code: str
    ) -> None:
        with pytest.raises(BadInput) as refused:
            actions.record_delivery(commitment, on=on, quantity=Decimal(1), evidence=[paper(shen)], by=shen)

        assert refused.value.code == code

    def test_numbers_go_on_after_one_was_taken_back(
        self, commitment: Any, shen: Any, paper: Callable[..., Any]
    ) -> None:
        first = actions.record_delivery(
            commitment, on=date(2023, 9, 1), quantity=Decimal(1), evidence=[paper(shen)], by=shen
        )
        actions.withdraw_delivery(first, by=shen)
        second = actions.record_delivery(
            commitment, on=date(2023, 9, 1), quantity=Decimal(1), evidence=[paper(shen)], by=shen
        )

        assert (first.code, second.code) == ("LX-C1-D001", "LX-C1-D002")
        assert queries.progress_of([commitment])[0].delivered == 1

    @pytest.mark.parametrize(
        ("unit", "is_whole"), [("count", True), ("fen", True), ("day", False), ("mu", False)]
    )
    def test_things_are_counted_whole(
        self, commitment: Any, shen: Any, paper: Callable[..., Any], unit: str, is_whole: bool
    ) -> None:
        type(commitment).objects.filter(pk=commitment.pk).update(unit=unit)
        commitment.refresh_from_db()
        told = {"on": date(2023, 9, 1), "quantity": Decimal("1.5"), "evidence": [paper(shen)], "by": shen}
        planned = {"on": date(2023, 10, 1), "quantity": Decimal("0.5"), "by": shen}
        if not is_whole:
            assert actions.record_delivery(commitment, **told).quantity == Decimal("1.5")
            return

        with pytest.raises(BadInput) as refused:
            actions.record_delivery(commitment, **told)
        assert refused.value.code == "pairing.quantity_not_whole"
        with pytest.raises(BadInput) as refused:
            actions.plan_delivery(commitment, **planned)
        assert refused.value.code == "pairing.quantity_not_whole"
        told["quantity"] = Decimal("2.0000")
        assert actions.record_delivery(commitment, **told).quantity == 2

    def test_a_paper_of_another_pairing_is_no_evidence(
        self, commitment: Any, shen: Any, lin: Any, cast: SimpleNamespace, paper: Callable[..., Any]
    ) -> None:
        from shanhai.core.actions import documents, pairings

        sides = ((cast.organisations["LQ"], "mountain"), (cast.organisations["XS"], "sea"))
        other = pairings.open_pairing(
            code="OTHER",
            level="county",
            name_zh="另一结对",
            started_on=date(2020, 1, 1),
            parties=sides,
            by=None,
        )
        shen._standing = None
        for pairing in (other, None):
            filed = documents.store_document(
                io.BytesIO(b"paper\n"), file_name="p.txt", pairing=pairing, by=shen
            )
            with pytest.raises(BadInput) as refused:
                actions.record_delivery(
                    commitment, on=date(2023, 9, 1), quantity=Decimal(1), evidence=[filed], by=shen
                )
            assert refused.value.code == "pairing.paper_of_another"
        assert not commitment.deliveries.exists()


@pytest.mark.parametrize(
    ("unit", "delivered", "promised", "said"),
    [
        ("count", "1.5", "2", "1.5"),
        ("count", "2", "2", "2"),
        ("count", "1.4", "2", "1"),
        ("count", "2.4", "2", "2"),
        ("fen", "1199999900", "1200000000", "11.999999"),
        ("day", "119.6", "120", "119.6"),
    ],
)
def test_no_figure_is_rounded_up_to_what_was_promised(
    unit: str, delivered: str, promised: str, said: str
) -> None:
    commitment = SimpleNamespace(unit=unit, unit_name="", unit_name_of_one="")
    scale = scale_of(commitment, Decimal(promised))

    assert scale.say(Decimal(delivered), Decimal(promised)) == said


class TestConfirming:
    def test_only_the_receiving_side_confirms(
        self, commitment: Any, shen: Any, lin: Any, paper: Callable[..., Any]
    ) -> None:
        delivery = actions.record_delivery(
            commitment, on=date(2023, 9, 1), quantity=Decimal(14), evidence=[paper(shen)], by=shen
        )
        with pytest.raises(NotAllowed):
            actions.confirm_delivery(delivery, on=date(2023, 9, 18), by=shen)

        actions.confirm_delivery(delivery, on=date(2023, 9, 18), by=lin)

        assert delivery.stage == "confirmed"
        assert not WorkItem.objects.filter(kind="pairing.confirm_delivery", stage="open").exists()
        with pytest.raises(NotNow):
            actions.withdraw_delivery(delivery, by=shen)

    def test_it_can_be_taken_back_and_waits_again(
        self, commitment: Any, shen: Any, lin: Any, paper: Callable[..., Any]
    ) -> None:
        delivery = actions.record_delivery(
            commitment, on=date(2023, 9, 1), quantity=Decimal(14), evidence=[paper(shen)], by=shen
        )
        actions.confirm_delivery(delivery, on=date(2023, 9, 18), by=lin)

        actions.take_back_confirmation(delivery, by=lin)

        assert (delivery.stage, delivery.confirmed_on) == ("recorded", None)
        assert WorkItem.objects.filter(kind="pairing.confirm_delivery", stage="open").count() == 1

    def test_the_second_of_two_is_told_that_it_moved(
        self, commitment: Any, shen: Any, lin: Any, paper: Callable[..., Any]
    ) -> None:
        delivery = actions.record_delivery(
            commitment, on=date(2023, 9, 1), quantity=Decimal(14), evidence=[paper(shen)], by=shen
        )
        seen_by_another = queries.delivery_of(lin, delivery.code)
        actions.confirm_delivery(delivery, on=date(2023, 9, 18), by=lin)

        with pytest.raises(ChangedMeanwhile):
            actions.confirm_delivery(seen_by_another, on=date(2023, 9, 18), by=lin)


class TestPlanning:
    def test_a_plan_counts_to_the_forecast_once_it_is_confirmed(
        self, commitment: Any, shen: Any, lin: Any, paper: Callable[..., Any]
    ) -> None:
        plan = actions.plan_delivery(commitment, on=date(2023, 10, 10), quantity=Decimal(120), by=shen)
        assert queries.progress_of([commitment])[0].planned == 0

        actions.confirm_delivery(plan, on=date(2023, 9, 18), by=lin)

        progress = queries.progress_of([commitment])[0]
        assert (progress.planned, progress.forecast, progress.basis) == (120, 120, "confirmed")

    def test_what_came_takes_the_place_of_the_plan(
        self, commitment: Any, shen: Any, paper: Callable[..., Any], turn_clock: Callable[[str], None]
    ) -> None:
        plan = actions.plan_delivery(commitment, on=date(2023, 10, 10), quantity=Decimal(30), by=shen)
        turn_clock("2023-10-10T17:00")

        made = actions.record_delivery(
            commitment,
            on=date(2023, 10, 10),
            quantity=Decimal(28),
            evidence=[paper(shen)],
            of_plan=plan,
            by=shen,
        )
        assert plan.stage == "fulfilled"

        actions.withdraw_delivery(made, by=shen)
        plan.refresh_from_db()
        assert plan.stage == "planned"


class TestStatus:
    def test_a_quarter_that_passed_short_makes_it_late_until_it_is_made_good(
        self, draft: Any, lin: Any, shen: Any, cast: SimpleNamespace, paper: Callable[..., Any]
    ) -> None:
        quarterly = actions.add_commitment(
            draft,
            code="LX-C2",
            name_zh="季度专家组",
            owes="sea",
            target=Decimal(40),
            per="quarter",
            targets=[(f"2023Q{n}", Decimal(10)) for n in (1, 2, 3, 4)],
            sea_unit=cast.units["XS-OFFICE"],
            by=lin,
        )
        actions.sign_agreement(draft, on=date(2023, 1, 5), by=lin)
        actions.sign_agreement(draft, on=date(2023, 1, 5), by=shen)
        quarterly.agreement.refresh_from_db()
        actions.record_delivery(
            quarterly, on=date(2023, 2, 1), quantity=Decimal(10), evidence=[paper(shen)], by=shen
        )

        progress = queries.progress_of([quarterly])[0]
        assert (progress.status, progress.late_since, progress.missing) == ("late", date(2023, 6, 30), 10)
        assert [(side, unit.code) for side, unit in progress.holders] == [("sea", "XS-OFFICE-1")]

        actions.record_delivery(
            quarterly, on=date(2023, 9, 15), quantity=Decimal(12), evidence=[paper(shen)], by=shen
        )
        assert queries.progress_of([quarterly])[0].status != "late"

    def test_a_percentage_stands_for_itself(
        self, draft: Any, lin: Any, shen: Any, paper: Callable[..., Any]
    ) -> None:
        share = actions.add_commitment(
            draft,
            code="LX-C3",
            name_zh="审批提速",
            owes="mountain",
            target=Decimal(40),
            unit="percent",
            due_on=date(2023, 12, 31),
            by=lin,
        )
        actions.sign_agreement(draft, on=date(2023, 1, 5), by=lin)
        actions.sign_agreement(draft, on=date(2023, 1, 5), by=shen)
        share.agreement.refresh_from_db()
        for on, figure in ((date(2023, 3, 31), "30"), (date(2023, 6, 30), "38.6")):
            actions.record_delivery(share, on=on, quantity=Decimal(figure), evidence=[paper(lin)], by=lin)

        assert queries.progress_of([share])[0].delivered == Decimal("38.6")


class TestClauses:
    def test_money_is_paid_in_parts_but_never_more_than_is_due(
        self, draft: Any, lin: Any, shen: Any, paper: Callable[..., Any]
    ) -> None:
        mountain, sea = (draft.pairing.parties.get(role=role) for role in ("mountain", "sea"))
        clause = actions.add_money_clause(
            draft,
            code="LX-M1",
            name_zh="协作资金",
            payer=sea,
            payee=mountain,
            amount_fen=1_000_000,
            due_on=[date(2023, 3, 31), date(2023, 9, 30)],
            by=lin,
        )
        due = clause.dues.get(code="LX-M1-1")
        actions.pay_money_due(due, on=date(2023, 3, 1), amount_fen=400_000, vouchers=[paper(shen)], by=shen)
        assert due.open_fen == 600_000

        with pytest.raises(BadInput) as refused:
            actions.pay_money_due(
                due, on=date(2023, 3, 2), amount_fen=600_001, vouchers=[paper(shen)], by=shen
            )
        assert refused.value.code == "pairing.paid_too_much"
        with pytest.raises(BadInput):
            actions.pay_money_due(due, on=date(2023, 3, 2), amount_fen=1, by=shen)
        with pytest.raises(NotAllowed):
            actions.pay_money_due(due, on=date(2023, 3, 2), amount_fen=1, vouchers=[paper(lin)], by=lin)

        actions.take_back_payment(due, amount_fen=400_000, reason="录入错误", by=shen)
        assert (due.paid_fen, due.paid_on) == (0, None)

    def test_land_is_handed_over_up_to_what_was_agreed(
        self, draft: Any, lin: Any, shen: Any, paper: Callable[..., Any]
    ) -> None:
        mountain, sea = (draft.pairing.parties.get(role=role) for role in ("mountain", "sea"))
        clause = actions.add_land_clause(
            draft,
            code="LX-L1",
            giver=sea,
            taker=mountain,
            land_mu=Decimal(150),
            purpose_zh="飞地用地",
            by=lin,
        )
        actions.hand_over_land(
            clause, land_mu=Decimal(50), on=date(2023, 9, 1), papers=[paper(shen)], by=shen
        )

        with pytest.raises(BadInput) as refused:
            actions.hand_over_land(
                clause, land_mu=Decimal("100.01"), on=date(2023, 9, 1), papers=[paper(shen)], by=shen
            )

        assert refused.value.code == "pairing.land_too_much"
        assert clause.delivered_mu == 50


# -- properties ----------------------------------------------------------------------------------------------------

quantities = st.lists(
    st.tuples(st.dates(date(2023, 1, 1), date(2023, 12, 31)), st.integers(1, 50)), max_size=12
)


@settings(max_examples=200, deadline=None)
@given(came=quantities, target=st.integers(1, 200), day=st.dates(date(2022, 12, 1), date(2024, 2, 1)))
def test_a_status_never_contradicts_its_figures(came: list[tuple[date, int]], target: int, day: date) -> None:
    from shanhai.fields.pairing.models import Agreement, Commitment
    from shanhai.fields.pairing.queries import commitments

    one = Commitment(
        code="C",
        kind="counted",
        owes="sea",
        direction="up",
        target=Decimal(target),
        unit="count",
        per="once",
        starts_on=date(2023, 1, 1),
        due_on=date(2023, 12, 31),
        agreement=Agreement(valid_to=None),
    )
    frame = commitments._frame(one, [], day)
    facts = [(on, Decimal(n), "recorded", False, False) for on, n in sorted(came)]
    progress = commitments._progress(one, frame, facts, None, day)
    delivered = sum(n for on, n in came if on <= day)

    assert progress.delivered == delivered
    if delivered >= target:
        assert progress.status == rules.Status.DONE
    elif day > date(2023, 12, 31):
        assert progress.status == rules.Status.LATE
        assert progress.missing == target - delivered
    else:
        assert progress.status in (rules.Status.ON_TRACK, rules.Status.AT_RISK, rules.Status.NOT_STARTED)
        assert progress.late_since is None
    if progress.forecast is not None:
        assert progress.low <= progress.forecast <= progress.high
        assert progress.forecast >= progress.delivered
        if progress.status == rules.Status.AT_RISK and progress.basis != "none":
            assert progress.forecast < target


@given(
    due_on=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    ahead=st.integers(-40, 40),
    days=st.lists(st.integers(-30, 30), min_size=1, max_size=5, unique=True),
)
def test_the_reminder_that_counts_is_the_last_one_that_has_come(
    due_on: date, ahead: int, days: list[int]
) -> None:
    from datetime import timedelta

    today = due_on + timedelta(days=ahead)

    found = rules.reminder_due(due_on, today, days)

    assert found == max((day for day in days if day <= ahead), default=None)
