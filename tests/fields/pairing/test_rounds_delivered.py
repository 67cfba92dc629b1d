"""What merged rounds do to commitments: deliveries with the merged workbook as their evidence, and back again."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from shanhai.core.models import Attachment
from shanhai.fields.office import actions as office
from shanhai.fields.office.queries import merged
from shanhai.fields.office.queries import rounds as office_queries
from shanhai.fields.office.rules import rounds as office_rules
from shanhai.fields.pairing import actions
from shanhai.fields.pairing.models import Delivery
from shanhai.fields.pairing.queries import commitments_of
from shanhai.kernel.refusals import NotNow

pytestmark = pytest.mark.django_db


@pytest.fixture
def reported(commitment: Any, zone: Any, shen: Any) -> Any:
    """``reported("12", feeds)``: a round of Shen's office whose one unit reported that much, accepted."""
    number = iter(range(1, 9))

    def make(value: str, feeds: str = "LX-C1") -> Any:
        one = office.draft_round(
            zone, number=f"R{next(number)}", name_zh="门诊月报", name_en="Clinics", period="2023-08",
            due_on=date(2023, 9, 20), questions=[office_rules.Question("days", "门诊天数", feeds=feeds)],
            units=[shen.unit], by=shen,
        )  # fmt: skip
        office.open_round(one, by=shen)
        answer = office_queries.answer_of(None, one.number, shen.unit.code)
        office.fill_answer(answer, {("days", ""): value}, by=shen)
        while answer.stage != "confirmed":
            office.hand_up(answer, by=shen)
        office.review_answer(answer, by=shen)
        return one

    return make


def test_an_accepted_value_is_a_delivery_with_the_workbook_as_evidence(reported, commitment, shen, zone):
    one = reported("12.5")

    office.merge_round(one, by=shen)

    delivery = Delivery.objects.get()
    assert (delivery.quantity, delivery.on, delivery.stage) == (
        Decimal("12.5"),
        date(2023, 8, 31),
        "recorded",
    )
    paper = Attachment.objects.get(kind="pairing.delivery", object_id=delivery.pk, role="evidence")
    assert paper.document == one.workbook
    (progress,) = commitments_of([zone.pk])
    assert progress.delivered == Decimal("12.5")


def test_what_the_records_say_already_counts_towards_the_round(reported, commitment, shen, zone, paper, lin):
    actions.record_delivery(
        commitment, on=date(2023, 8, 10), quantity=Decimal(4), evidence=[paper(shen)], by=shen
    )

    office.merge_round(reported("12"), by=shen)

    assert sorted(Delivery.objects.values_list("quantity", flat=True)) == [Decimal(4), Decimal(8)]


def test_where_the_records_say_more_they_win_and_the_office_is_shown(reported, commitment, shen, paper):
    actions.record_delivery(
        commitment, on=date(2023, 8, 10), quantity=Decimal(20), evidence=[paper(shen)], by=shen
    )
    one = reported("12")

    (outcome,) = merged.preview_of(one).outcomes
    office.merge_round(one, by=shen)

    assert (outcome.reported, outcome.recorded, outcome.adds, outcome.winner) == ("12", "20", "0", "records")
    assert Delivery.objects.count() == 1


def test_records_of_another_period_do_not_count(reported, commitment, shen, paper):
    actions.record_delivery(
        commitment, on=date(2023, 7, 31), quantity=Decimal(20), evidence=[paper(shen)], by=shen
    )

    (outcome,) = merged.preview_of(reported("12")).outcomes

    assert outcome.adds == "12"


def test_taking_the_merging_back_withdraws_the_delivery(reported, commitment, shen, zone):
    one = reported("12")
    office.merge_round(one, by=shen)

    office.take_back_merging(one, reason="wrong month", by=shen)

    delivery = Delivery.objects.get()
    assert (delivery.stage, delivery.reason) == ("withdrawn", "wrong month")
    (progress,) = commitments_of([zone.pk])
    assert progress.delivered == 0
    office.merge_round(one, by=shen)
    assert Delivery.objects.exclude(stage="withdrawn").count() == 1


def test_what_the_other_side_has_confirmed_is_not_taken_back(reported, commitment, shen, lin):
    one = reported("12")
    office.merge_round(one, by=shen)
    actions.confirm_delivery(Delivery.objects.get(), on=date(2023, 9, 18), by=lin)

    with pytest.raises(NotNow):
        office.take_back_merging(one, by=shen)

    one.refresh_from_db()
    assert one.stage == "merged"
    assert Delivery.objects.get().stage == "confirmed"


def test_a_code_that_nobody_knows_counts_for_nothing_and_is_told(reported, commitment, shen):
    one = reported("12", "C99-99")

    office.merge_round(one, by=shen)

    assert one.outcomes[0]["winner"] == "none"
    assert "No commitment or indicator" in one.outcomes[0]["reason"]
    assert not Delivery.objects.exists()


def test_a_target_of_another_unit_is_not_counted(reported, commitment, shen):
    office.merge_round(reported("12", "some-other-unit:LX-C1"), by=shen)

    assert not Delivery.objects.exists()
