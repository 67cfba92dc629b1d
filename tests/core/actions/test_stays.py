"""A person's stay on the other side: planned, begun, appraised, handed over."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from shanhai.core.actions import stays
from shanhai.kernel.refusals import BadInput, NotAllowed, NotNow

pytestmark = pytest.mark.django_db


@pytest.fixture
def stay(zone: Any, shen: Any, cast: SimpleNamespace) -> Any:
    return stays.plan_stay(
        pairing=zone,
        kind="teacher",
        person=shen,
        home=cast.organisations["XS-OFFICE"],
        host=cast.organisations["LQ-PARK"],
        host_post="教师",
        from_on=date(2023, 9, 1),
        to_on=date(2024, 8, 31),
        appraisals=[date(2024, 2, 29), date(2024, 8, 31)],
        by=None,
    )


def test_it_runs_from_its_first_day_and_has_a_final_appraisal(stay: Any) -> None:
    assert stay.stage == "running"
    assert list(stay.appraisals.values_list("is_final", flat=True)) == [False, True]


def test_a_stay_to_come_is_planned_and_can_be_called_off(zone: Any, shen: Any, cast: SimpleNamespace) -> None:
    planned = stays.plan_stay(
        pairing=zone,
        kind="teacher",
        person=shen,
        home=cast.organisations["XS-OFFICE"],
        host=cast.organisations["LQ-PARK"],
        host_post="教师",
        from_on=date(2024, 2, 1),
        to_on=date(2024, 8, 31),
        by=None,
    )
    assert planned.stage == "planned"

    stays.cancel_stay(planned, reason="计划调整", by=None)

    assert planned.stage == "cancelled"


def test_nobody_is_sent_by_an_organisation_he_does_not_belong_to(
    zone: Any, shen: Any, cast: SimpleNamespace
) -> None:
    with pytest.raises(BadInput) as refused:
        stays.plan_stay(
            pairing=zone,
            kind="teacher",
            person=shen,
            home=cast.organisations["LQ"],
            host=cast.organisations["LQ-PARK"],
            host_post="教师",
            from_on=date(2023, 9, 1),
            to_on=date(2024, 8, 31),
            by=None,
        )

    assert refused.value.code == "core.stay_of_another"


def test_it_ends_with_a_handover_to_somebody_else(stay: Any, lin: Any, shen: Any) -> None:
    for successor, handover in ((shen, "教案"), (lin, "  ")):
        with pytest.raises(NotNow):
            stays.end_stay(stay, on=date(2023, 9, 18), successor=successor, handover=handover, by=lin)

    stays.end_stay(stay, on=date(2023, 9, 18), successor=lin, handover="教案", by=lin)

    assert (stay.stage, stay.ended_on) == ("ended", date(2023, 9, 18))


def test_a_task_is_done_once(stay: Any, lin: Any) -> None:
    task = stays.give_task(stay, title="公开课10节", due_on=date(2023, 12, 31), by=lin)
    stays.finish_task(task, on=date(2023, 9, 18), outcome="完成12节", by=lin)

    with pytest.raises(NotNow):
        stays.finish_task(task, on=date(2023, 9, 18), outcome="", by=lin)


def test_an_appraisal_stands_once_it_is_given(stay: Any, lin: Any) -> None:
    appraisal = stay.appraisals.first()
    with pytest.raises(BadInput):
        stays.give_appraisal(appraisal, grade="wonderful", text="", on=date(2023, 9, 18), by=lin)
    stays.give_appraisal(appraisal, grade="excellent", text="认真负责", on=date(2023, 9, 18), by=lin)

    with pytest.raises(NotNow):
        stays.give_appraisal(appraisal, grade="basic", text="", on=date(2023, 9, 18), by=lin)


def test_the_outsider_plans_no_stay(zone: Any, shen: Any, zhou: Any, cast: SimpleNamespace) -> None:
    with pytest.raises(NotAllowed):
        stays.plan_stay(
            pairing=zone,
            kind="teacher",
            person=shen,
            home=cast.organisations["XS-OFFICE"],
            host=cast.organisations["LQ-PARK"],
            host_post="教师",
            from_on=date(2023, 9, 1),
            to_on=date(2024, 8, 31),
            by=zhou,
        )


def test_nothing_of_it_has_happened_on_a_day_to_come(stay: Any, lin: Any) -> None:
    task = stays.give_task(stay, title="公开课10节", by=lin)
    tomorrow = date(2023, 9, 19)

    for step in (
        lambda: stays.finish_task(task, on=tomorrow, outcome="完成", by=lin),
        lambda: stays.give_appraisal(
            stay.appraisals.first(), grade="competent", text="合格", on=tomorrow, by=lin
        ),
        lambda: stays.end_stay(stay, on=tomorrow, successor=lin, handover="教案", by=lin),
    ):
        with pytest.raises(BadInput, match="has not come yet"):
            step()
