"""How commitments stand, as lists say it: kept by actions and the tick, equal to what the records say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from shanhai.core import checks, tick
from shanhai.fields.pairing import actions, queries, rules
from shanhai.fields.pairing.actions import standings
from shanhai.fields.pairing.models import CommitmentStanding
from shanhai.fields.pairing.queries.standings import standings_differing
from tests.laying import demonstration

pytestmark = pytest.mark.django_db
DAY = date(2023, 9, 18)


def standing(commitment: Any) -> CommitmentStanding:
    return CommitmentStanding.objects.get(commitment=commitment)


class TestActionsMoveIt:
    def test_a_draft_has_none_and_the_last_signature_makes_it(self, draft: Any, lin: Any, shen: Any) -> None:
        actions.sign_agreement(draft, on=date(2023, 1, 5), by=lin)
        assert not CommitmentStanding.objects.exists()

        actions.sign_agreement(draft, on=date(2023, 1, 5), by=shen)

        row = standing(draft.commitments.get())
        assert (row.agreement_number, row.promised, row.status) == ("LX-2023-01", 120, "at_risk")

    def test_every_step_of_a_delivery_moves_it(
        self, commitment: Any, lin: Any, shen: Any, paper: Callable[..., Any]
    ) -> None:
        delivery = actions.record_delivery(
            commitment, on=date(2023, 9, 1), quantity=Decimal(14), evidence=[paper(shen)], by=shen
        )
        assert (standing(commitment).delivered, standing(commitment).unconfirmed) == (14, 14)

        actions.confirm_delivery(delivery, on=DAY, by=lin)
        assert (standing(commitment).delivered, standing(commitment).unconfirmed) == (14, 0)

        actions.take_back_confirmation(delivery, by=lin)
        actions.withdraw_delivery(delivery, reason="误记", by=shen)
        assert standing(commitment).delivered == 0

        plan = actions.plan_delivery(commitment, on=date(2023, 10, 20), quantity=Decimal(5), by=shen)
        actions.confirm_delivery(plan, on=DAY, by=lin)
        assert standing(commitment).planned == 5
        assert not list(standings_differing())

    def test_who_answers_and_what_is_main_follow(self, commitment: Any, lin: Any) -> None:
        actions.change_commitment(commitment, is_main=True, rank=3, by=lin)

        row = standing(commitment)
        assert (row.is_main, row.place) == (True, rules.FIELDS.index("health") * 100_000 + 3)

    def test_a_commitment_measured_by_an_indicator_moves_with_its_records(
        self, draft: Any, lin: Any, shen: Any, meeting: Any
    ) -> None:
        held = actions.add_commitment(
            draft, code="LX-C2", name_zh="联席会议", owes="both", kind="indicator", indicator="pairing.meetings_held",
            target=Decimal(4), due_on=date(2023, 12, 31), by=lin,
        )  # fmt: skip
        actions.sign_agreement(draft, on=date(2023, 1, 5), by=lin)
        actions.sign_agreement(draft, on=date(2023, 1, 5), by=shen)
        assert standing(held).delivered == 0

        present = list(meeting.attendees.exclude(member=None).values_list("pk", flat=True))
        actions.hold_meeting(meeting, present=present, on=date(2023, 9, 12), by=lin)

        assert standing(held).delivered == 1

    def test_an_agreement_that_ends_takes_its_rows_along(self, agreement: Any, lin: Any) -> None:
        assert CommitmentStanding.objects.count() == 1

        actions.end_agreement(agreement, on=DAY, reason="提前终止", by=lin)

        assert not CommitmentStanding.objects.exists()


class TestTheDay:
    def test_the_tick_makes_the_rows_anew_for_a_new_day(
        self, commitment: Any, turn_clock: Callable[[str], None]
    ) -> None:
        assert standing(commitment).on == DAY

        turn_clock("2024-01-02T09:00")
        tick.run(everything=True)

        assert not CommitmentStanding.objects.filter(
            commitment=commitment
        ).exists()  # the agreement has run out

    def test_what_becomes_late_overnight_is_late_in_lists(
        self, commitment: Any, turn_clock: Callable[[str], None]
    ) -> None:
        commitment.agreement.__class__.objects.update(valid_to=date(2025, 12, 31))
        turn_clock("2024-01-02T09:00")

        tick.run(everything=True)

        row = standing(commitment)
        assert (row.on, row.status, row.late_since) == (date(2024, 1, 2), "late", date(2023, 12, 31))
        assert row.phase == rules.Phase.THIS_YEAR

    def test_a_second_sweep_of_the_day_changes_nothing(self, commitment: Any) -> None:
        from shanhai.core import clock

        assert standings.sweep(clock.now()) == 0


class TestTheYear:
    def test_what_was_kept_before_the_year_is_not_of_its_account(
        self, draft: Any, zone: Any, lin: Any, shen: Any, paper: Callable[..., Any]
    ) -> None:
        # The road was promised by the end of 2025 and open in November 2022.
        agreement = actions.draft_agreement(
            zone, number="LX-2020-01", field="park", name_zh="园区协议", valid_from=date(2020, 1, 1),
            valid_to=date(2025, 12, 31), by=lin,
        )  # fmt: skip
        roads = [
            actions.add_commitment(
                agreement, code=f"LX-ROAD-{n}", name_zh="道路", owes="sea", target=Decimal(10),
                due_on=date(2025, 12, 31), by=lin,
            )
            for n in (1, 2)
        ]  # fmt: skip
        actions.sign_agreement(agreement, on=date(2020, 1, 5), by=lin)
        actions.sign_agreement(agreement, on=date(2020, 1, 5), by=shen)
        for road, on in zip(roads, (date(2022, 11, 1), date(2023, 3, 1)), strict=True):
            road.refresh_from_db()
            actions.record_delivery(road, on=on, quantity=Decimal(10), evidence=[paper(shen)], by=shen)

        before, this_year = standing(roads[0]), standing(roads[1])
        assert (before.status, before.kept_on, before.phase) == ("done", date(2022, 11, 1), "before")
        assert (this_year.status, this_year.phase) == ("done", "this_year")
        account = queries.account(None, zone)
        assert [one.commitment.code for one in account.commitments] == ["LX-ROAD-2"]
        assert (
            account.tally.total
            == queries.standing_tally(queries.of_this_year(queries.standings_of(None, zone))).total
        )

    @pytest.mark.parametrize(
        ("starts_on", "due_on", "status", "kept_on", "phase"),
        [
            ("2023-01-01", "2023-12-31", "on_track", None, "this_year"),
            ("2021-01-01", "2025-12-31", "at_risk", None, "this_year"),
            ("2021-01-01", "2025-12-31", "done", "2022-12-31", "before"),
            ("2021-01-01", "2025-12-31", "done", "2023-01-01", "this_year"),
            ("2021-01-01", "2025-12-31", "done", None, "this_year"),
            ("2022-01-01", "2022-12-31", "done", "2022-10-01", "before"),
            ("2022-01-01", "2022-12-31", "late", None, "this_year"),
            ("2024-01-01", "2024-12-31", "not_started", None, "ahead"),
        ],
    )
    def test_which_commitments_belong_to_a_year(self, starts_on, due_on, status, kept_on, phase) -> None:
        days = [date.fromisoformat(text) if text else None for text in (starts_on, due_on, kept_on)]

        assert rules.phase_of(days[0], days[1], status, days[2], DAY) == phase


class TestCheck:
    def test_the_example_zone_stands_as_its_records_say(self, db: None) -> None:
        demonstration()

        assert CommitmentStanding.objects.count() > 50
        assert not list(standings_differing())
        assert standings.recompute() == 0

    def test_a_row_that_says_something_else_is_found_and_made_anew(self, commitment: Any) -> None:
        CommitmentStanding.objects.update(delivered=99, status="done")

        found = list(checks.run(["pairing.standings"]))

        assert [one.code for one in found] == ["pairing.standing"]
        assert "LX-C1 is done (99)" in found[0].say()
        assert standings.recompute() == 1
        assert not list(checks.run(["pairing.standings"]))

    def test_a_row_that_is_missing_or_has_no_agreement_in_force_is_found(self, commitment: Any) -> None:
        CommitmentStanding.objects.all().delete()
        assert [code for code, kept, _should in standings_differing() if kept is None] == ["LX-C1"]

        standings.recompute()
        commitment.agreement.__class__.objects.update(stage="ended")
        assert [code for code, _kept, should in standings_differing() if should is None] == ["LX-C1"]


def test_lists_restricted_to_a_pairing_do_not_join_it(zone, lin):
    # SQLite would begin with the one pairing, and sort a million rows of it for a page of a hundred.
    commitments = str(queries.for_list(queries.standings_of(lin, zone)).query)
    agreements = str(queries.agreements_of(lin, zone).query)

    assert '"pairing_commitmentstanding"."pairing_id" = ' not in commitments
    assert '"pairing_commitment"."pairing_id" = ' in commitments
    assert "core_pairing" not in agreements
