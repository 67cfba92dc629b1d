"""Who is in charge, and officers sent to the other side."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from shanhai.core.models import WorkItem
from shanhai.fields.pairing import actions, queries
from shanhai.fields.pairing.actions import reminders
from shanhai.kernel.refusals import BadInput, NotAllowed, NotNow

pytestmark = pytest.mark.django_db


@pytest.fixture
def secondment(zone: Any, lin: Any, shen: Any, cast: SimpleNamespace) -> Any:
    """Shen works at the Longquan park from July 2022 for two years."""
    return actions.second_officer(
        zone,
        code="S-2022-01",
        person=shen,
        host=cast.organisations["LQ-PARK"],
        host_unit=cast.units["LQ-PARK"],
        host_post="招商部副部长（挂职）",
        from_on=date(2022, 7, 1),
        tasks=[("对接项目8个", date(2023, 12, 31))],
        by=lin,
    )


class TestSecondment:
    def test_it_has_the_usual_term_and_half_yearly_appraisals(self, secondment: Any) -> None:
        assert (secondment.to_on, secondment.direction) == (date(2024, 6, 30), "to_mountain")
        assert list(secondment.stay.appraisals.values_list("due_on", "is_final")) == [
            (date(2022, 12, 31), False),
            (date(2023, 6, 30), False),
            (date(2023, 12, 31), False),
            (date(2024, 6, 30), True),
        ]

    @pytest.mark.parametrize("to_on", [date(2022, 11, 30), date(2025, 7, 31)])
    def test_a_term_outside_the_rulebook_is_refused(
        self, zone: Any, lin: Any, shen: Any, cast: SimpleNamespace, to_on: date
    ) -> None:
        with pytest.raises(BadInput) as refused:
            actions.second_officer(
                zone,
                code="S-X",
                person=shen,
                host=cast.organisations["LQ-PARK"],
                host_unit=cast.units["LQ-PARK"],
                host_post="挂职",
                from_on=date(2022, 7, 1),
                to_on=to_on,
                by=lin,
            )

        assert refused.value.code == "pairing.secondment_term"

    def test_an_officer_goes_to_the_other_side(self, zone: Any, lin: Any, cast: SimpleNamespace) -> None:
        with pytest.raises(BadInput) as refused:
            actions.second_officer(
                zone,
                code="S-X",
                person=lin,
                host=cast.organisations["LQ"],
                host_unit=cast.units["LQ"],
                host_post="挂职",
                from_on=date(2022, 7, 1),
                by=lin,
            )

        assert refused.value.code == "pairing.secondment_sides"

    def test_it_ends_only_with_a_handover(self, secondment: Any, lin: Any) -> None:
        for successor, handover in ((None, "项目台账"), (lin, " ")):
            with pytest.raises(NotNow) as refused:
                actions.end_secondment(
                    secondment, on=date(2023, 9, 18), successor=successor, handover=handover, by=lin
                )
            assert refused.value.code == "pairing.secondment_without_handover"

        actions.end_secondment(secondment, on=date(2023, 9, 18), successor=lin, handover="项目台账", by=lin)

        secondment.stay.refresh_from_db()
        assert (secondment.stay.stage, secondment.stay.successor) == ("ended", lin)

    def test_nobody_is_his_own_successor(self, secondment: Any, lin: Any, shen: Any) -> None:
        with pytest.raises(NotNow):
            actions.end_secondment(secondment, on=date(2023, 9, 18), successor=shen, handover="全部", by=lin)

    def test_the_host_appraises_and_is_reminded_to(self, secondment: Any, lin: Any, shen: Any) -> None:
        reminders.remind(date(2023, 9, 18), by=None)
        waiting = WorkItem.objects.filter(kind="pairing.appraisal", stage="open")
        assert waiting.count() == 2
        first = secondment.stay.appraisals.order_by("due_on").first()

        with pytest.raises(NotAllowed):
            actions.appraise(secondment, first, grade="excellent", text="好", on=date(2023, 9, 18), by=shen)
        actions.appraise(secondment, first, grade="excellent", text="好", on=date(2023, 9, 18), by=lin)

        assert waiting.count() == 1
        with pytest.raises(NotNow):
            actions.appraise(secondment, first, grade="basic", text="", on=date(2023, 9, 18), by=lin)

    def test_prolonging_moves_the_final_appraisal(self, secondment: Any, lin: Any) -> None:
        actions.prolong_secondment(secondment, to_on=date(2024, 12, 31), reason="项目未完", by=lin)

        final = secondment.stay.appraisals.get(is_final=True)
        assert (final.due_on, secondment.to_on) == (date(2024, 12, 31), date(2024, 12, 31))


class TestCharge:
    def test_the_next_one_follows_the_one_before(self, zone: Any, lin: Any, admin_member: Any) -> None:
        first = actions.put_in_charge(zone, lin, field="health", from_on=date(2022, 1, 1), by=lin)
        actions.put_in_charge(zone, admin_member, field="health", from_on=date(2023, 9, 1), by=lin)

        first.refresh_from_db()
        assert first.to_on == date(2023, 8, 31)
        assert [one.member for one in queries.in_charge([zone.pk], date(2023, 9, 18))] == [admin_member]

    def test_nobody_is_put_in_charge_for_the_other_side(self, zone: Any, lin: Any, shen: Any) -> None:
        with pytest.raises(BadInput) as refused:
            actions.put_in_charge(zone, shen, from_on=date(2023, 1, 1), by=lin)

        assert refused.value.code == "pairing.charge_of_another_side"
