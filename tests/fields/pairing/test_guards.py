"""What members bring by spreadsheet obeys the rules of the pages; refusals stand in the check, by row and column."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shanhai.core import access, signs
from shanhai.core.models import ImportRow, Notice, StayAppraisal, WorkItem
from shanhai.core.sheets import bringing, committing, loading, undoing
from shanhai.core.sheets.columns import Change
from shanhai.fields.pairing import actions, columns, rules
from shanhai.fields.pairing.actions.registers import guards
from shanhai.fields.pairing.models import Agreement, Commitment, Delivery, Meeting, Resolution
from shanhai.kernel.refusals import BadInput, Refused
from tests.laying import lays

pytestmark = pytest.mark.django_db
TODAY = date(2023, 9, 18)


@pytest.fixture
@lays()
def office(
    agreement: Any, item: Any, zone: Any, lin: Any, shen: Any, cast: SimpleNamespace
) -> SimpleNamespace:
    """An agreement in force and a draft, a meeting that was held and one to come, an officer on a stay."""
    draft = actions.draft_agreement(
        zone, number="LX-2023-02", field="park", name_zh="园区协议", valid_from=date(2023, 10, 1), by=lin
    )
    actions.add_commitment(
        draft,
        code="LX-C2",
        name_zh="培训人次",
        owes="mountain",
        target=Decimal(40),
        per="quarter",
        targets=[("2023Q4", Decimal(40))],
        by=lin,
    )
    mountain, sea = (zone.parties.get(role=role) for role in ("mountain", "sea"))
    actions.add_money_clause(
        draft, code="LX-M2", name_zh="资金", payer=sea, payee=mountain, amount_fen=100, by=lin
    )
    to_come = actions.call_meeting(
        zone,
        number="JM-2023-04",
        level="office",
        title_zh="四季度例会",
        at=datetime(2023, 12, 12, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai")),
        quorum_mountain=1,
        quorum_sea=1,
        by=lin,
    )
    actions.invite(to_come, [actions.Guest("sea", "", shen), actions.Guest("mountain", "", lin)], by=lin)
    stay = actions.second_officer(
        zone,
        code="S-1",
        person=shen,
        host=cast.organisations["LQ-PARK"],
        host_unit=cast.units["LQ-PARK"],
        host_post="招商部副部长（挂职）",
        from_on=date(2022, 7, 1),
        tasks=[("对接项目8个", None)],
        by=lin,
    )
    return SimpleNamespace(draft=draft, to_come=to_come, stay=stay)


def problems(register: str, rows: list[dict[str, Any]], by: Any) -> list[tuple[int, str, str]]:
    """Row, column and code of what the check of a table says."""
    try:
        loading.load_table(signs.registers[f"pairing.{register}"], rows, by=by)
    except BadInput as refused:
        return [(one["row"], one["column"], one["code"]) for one in refused.facts["problems"]]
    return []


def row_of(register: str, key: str, **changes: Any) -> dict[str, Any]:
    """A row as the register has it, with changes."""
    found = signs.call(signs.registers[f"pairing.{register}"].current)([key])[key]
    return {name: value for name, value in found.items() if not name.startswith("_")} | changes


def new_row(register: str, **values: Any) -> dict[str, Any]:
    """A row with nothing in it but what is said."""
    found = signs.registers[f"pairing.{register}"].columns
    empty = {column.name: column.empty for column in found}
    if "standing" in empty:
        empty["standing"] = "reported"
    return empty | values


def delivery(code: str = "LX-C1-X1", **values: Any) -> dict[str, Any]:
    told = {"commitment": "LX-C1", "on": date(2023, 9, 1), "quantity": Decimal(8), "stage": "recorded"}
    return new_row("deliveries", code=code, **told | values)


@pytest.fixture
@lays()
def recorded(commitment: Any, paper: Callable[..., Any], shen: Any) -> Any:
    """Eight days of the sea side, not confirmed yet."""
    return actions.record_delivery(
        commitment, on=date(2023, 9, 1), quantity=Decimal(8), evidence=[paper(shen)], by=shen
    )


class TestDeliveries:
    @pytest.mark.parametrize(
        ("name", "value"), [("quantity", Decimal(999)), ("on", date(2023, 8, 1)), ("what", "更多")]
    )
    def test_what_was_confirmed_does_not_change(
        self, recorded: Any, lin: Any, shen: Any, name: str, value: Any
    ) -> None:
        actions.confirm_delivery(recorded, on=TODAY, by=lin)

        found = problems("deliveries", [row_of("deliveries", recorded.code, **{name: value})], shen)

        assert found == [(1, name, "pairing.delivery_fixed")]

    def test_a_plan_that_was_confirmed_does_not_change(self, commitment: Any, lin: Any, shen: Any) -> None:
        plan = actions.plan_delivery(commitment, on=date(2023, 10, 1), quantity=Decimal(5), by=shen)
        actions.confirm_delivery(plan, on=TODAY, by=lin)

        found = problems("deliveries", [row_of("deliveries", plan.code, quantity=Decimal(50))], shen)

        assert found == [(1, "quantity", "pairing.delivery_fixed")]

    def test_what_was_withdrawn_does_not_change(self, recorded: Any, shen: Any) -> None:
        actions.withdraw_delivery(recorded, by=shen)

        found = problems("deliveries", [row_of("deliveries", recorded.code, quantity=Decimal(9))], shen)

        assert found == [(1, "quantity", "pairing.delivery_fixed")]

    def test_the_other_side_may_not(self, recorded: Any, lin: Any) -> None:
        found = problems("deliveries", [row_of("deliveries", recorded.code, quantity=Decimal(999))], lin)

        assert found == [(1, "quantity", "pairing.for_the_other_side")]

    @pytest.mark.parametrize(
        ("changes", "column", "code"),
        [
            ({"on": date(2030, 1, 1)}, "on", "pairing.delivery_in_future"),
            ({"on": date(2022, 1, 1)}, "on", "pairing.delivery_before_start"),
            ({"quantity": Decimal(-5)}, "quantity", "pairing.delivery_quantity"),
            ({"commitment": "LX-C2"}, "commitment", "pairing.agreement_not_in_force"),
            ({"evidence": "没有.pdf"}, "evidence", "pairing.paper_not_filed"),
            ({"side": "mountain"}, "side", "pairing.for_the_other_side"),
            ({"recorded_by": "lin"}, "recorded_by", "pairing.register_by_action"),
            ({"stage": "planned"}, "on", "pairing.plan_in_past"),
            ({"stage": "confirmed"}, "stage", "pairing.register_by_action"),
        ],
    )
    def test_a_new_one_obeys_the_rule_of_recording(
        self, office: Any, shen: Any, changes: dict[str, Any], column: str, code: str
    ) -> None:
        if "commitment" in changes:  # the draft is shared, so that it is not its being hidden that counts
            Agreement.objects.filter(pk=office.draft.pk).update(reach="both")

        assert problems("deliveries", [delivery(**changes)], shen) == [(1, column, code)]

        assert not Delivery.objects.exists()

    def test_what_the_other_side_owes_needs_a_paper(self, commitment: Any, lin: Any) -> None:
        found = problems("deliveries", [delivery(quantity=Decimal(500))], lin)

        assert found == [(1, "evidence", "pairing.delivery_without_evidence")]

    def test_a_paper_named_in_the_row_is_its_evidence(
        self, commitment: Any, lin: Any, paper: Callable[..., Any]
    ) -> None:
        document = paper(lin)

        assert problems("deliveries", [delivery(evidence="证明.txt")], lin) == []

        assert row_of("deliveries", "LX-C1-X1")["evidence"] == "证明.txt"
        document.refresh_from_db()
        assert document.reach == "both"

    def test_a_paper_that_the_member_may_not_see_is_none(
        self, commitment: Any, lin: Any, shen: Any, paper: Callable[..., Any]
    ) -> None:
        paper(shen)

        found = problems("deliveries", [delivery(evidence="证明.txt")], lin)

        assert found == [(1, "evidence", "pairing.paper_not_filed")]

    def test_two_papers_of_one_name_are_not_clear(
        self, commitment: Any, lin: Any, paper: Callable[..., Any]
    ) -> None:
        paper(lin)
        paper(lin)

        found = problems("deliveries", [delivery(evidence="证明.txt")], lin)

        assert found == [(1, "evidence", "pairing.paper_not_clear")]


class TestTerms:
    def test_a_draft_of_the_other_side_is_not_learnt_of(self, office: Any, shen: Any) -> None:
        found = problems("agreements", [row_of("agreements", "LX-2023-02", name_zh="甲")], shen)

        assert found == [(1, "name_zh", "pairing.no_record")]

    def test_who_brings_a_change_to_a_shared_draft_does_not_own_it(
        self, office: Any, shen: Any, lin: Any
    ) -> None:
        Agreement.objects.filter(pk=office.draft.pk).update(reach="both")

        assert problems("agreements", [row_of("agreements", "LX-2023-02", name_zh="甲")], shen) == []

        draft = Agreement.objects.get(pk=office.draft.pk)
        assert (draft.owner_unit, draft.owner_side, draft.reach) == (lin.unit, "mountain", "both")
        assert draft.terms_no == office.draft.terms_no + 1

    def test_who_answers_for_a_promise_in_force_may_change_and_its_terms_stay(
        self, commitment: Any, lin: Any
    ) -> None:
        before = commitment.agreement.terms_no

        assert (
            problems("commitments", [row_of("commitments", "LX-C1", sea_unit="XS-OFFICE-1", rank=7)], lin)
            == []
        )

        after = Commitment.objects.select_related("agreement").get()
        assert (after.sea_unit.code, after.rank, after.agreement.terms_no) == ("XS-OFFICE-1", 7, before)

    def test_the_unit_of_a_side_sits_on_it(self, commitment: Any, lin: Any) -> None:
        found = problems("commitments", [row_of("commitments", "LX-C1", sea_unit="LQ-PARK-1")], lin)

        assert found == [(1, "sea_unit", "pairing.owner_on_another_side")]

    def test_a_target_stands_for_a_period_of_the_right_length(self, office: Any, lin: Any) -> None:
        row = new_row("commitment_periods", commitment="LX-C2", period="2023", target=Decimal(1))

        found = problems("commitment_periods", [row], lin)

        assert found == [(1, "period", "pairing.period_of_another_kind")]

    def test_a_clause_has_two_parties_of_the_agreement(self, office: Any, lin: Any) -> None:
        told = {"agreement": "LX-2023-02", "land_mu": Decimal(5), "purpose_zh": "飞地"}
        row = new_row("land_clauses", code="LX-L1", giver="LQ", taker="LQ", **told)

        assert problems("land_clauses", [row], lin) == [(1, "giver", "pairing.clause_parties")]


class TestMeetings:
    def test_a_signed_resolution_stands(
        self, office: Any, resolution: Any, meeting: Any, lin: Any, shen: Any
    ) -> None:
        meeting.refresh_from_db()
        actions.write_minutes(meeting, text_zh="纪要", by=lin)
        row = row_of("resolutions", resolution.number, text_zh="每月派专家1天。")
        assert problems("resolutions", [row], lin) == []
        actions.sign_minutes(meeting, on=TODAY, by=lin)

        row["text_zh"] = "每月派专家2天。"

        assert problems("resolutions", [row], shen) == [(1, "text_zh", "pairing.resolution_signed")]

    def test_a_meeting_that_was_held_does_not_move(self, office: Any, meeting: Any, lin: Any) -> None:
        found = problems("meetings", [row_of("meetings", meeting.number, on=date(2023, 9, 13))], lin)

        assert found == [(1, "on", "pairing.meeting_over")]

    def test_a_meeting_to_come_may_and_stays_the_one_of_who_called_it(
        self, office: Any, lin: Any, shen: Any
    ) -> None:
        assert problems("meetings", [row_of("meetings", "JM-2023-04", on=date(2023, 12, 13))], shen) == []

        waiting = WorkItem.objects.filter(kind="pairing.answer_invitation", stage="open")
        assert {one.due_on for one in waiting} == {date(2023, 12, 13)}
        assert Meeting.objects.get(number="JM-2023-04").owner_unit == lin.unit

    def test_the_office_answers_for_its_own_side(self, office: Any, lin: Any, shen: Any) -> None:
        rows = [
            row_of("attendees", "JM-2023-04 | sea | 沈洁", answer="coming"),
            row_of("attendees", "JM-2023-04 | mountain | 林涛", answer="coming"),
        ]

        assert problems("attendees", rows, lin) == [(1, "answer", "pairing.for_the_other_side")]
        assert problems("attendees", rows[1:], lin) == []
        waiting = WorkItem.objects.filter(kind="pairing.answer_invitation", stage="open")
        assert [one.member for one in waiting] == [shen]

    def test_a_meeting_whose_guests_came_by_sheet_is_an_invited_one(self, zone: Any, lin: Any) -> None:
        row = new_row("meetings", **NEW["meetings"])
        assert problems("meetings", [row], lin) == []
        guest = new_row("attendees", **NEW["attendees"] | {"meeting": "JM-N"})

        assert problems("attendees", [guest], lin) == []

        assert Meeting.objects.get().stage == "invited"

    @pytest.mark.parametrize(
        ("changes", "column", "code"),
        [
            ({"due_on": date(2030, 1, 1)}, "extension_reason", "pairing.extension_without_reason"),
            (
                {"due_on": date(2023, 9, 20), "extension_reason": "快"},
                "due_on",
                "pairing.extension_backwards",
            ),
            ({"lead": "mountain"}, "lead", "pairing.register_by_action"),
        ],
    )
    def test_more_time_needs_a_later_day_and_a_reason(
        self, item: Any, lin: Any, changes: dict[str, Any], column: str, code: str
    ) -> None:
        found = problems("action_items", [row_of("action_items", item.number, **changes)], lin)

        assert found == [(1, column, code)]

    def test_with_both_it_is_given_and_who_does_it_is_told(self, item: Any, lin: Any, shen: Any) -> None:
        actions.escalate_action_item(item, on=TODAY, by=None)
        changes = {"due_on": date(2023, 10, 9), "extension_reason": "国庆假期"}

        assert problems("action_items", [row_of("action_items", item.number, **changes)], lin) == []

        assert WorkItem.objects.get(kind="pairing.action_item").due_on == date(2023, 10, 9)
        told = Notice.objects.filter(member=shen, fact__key__contains=":extended:")
        assert [one.fact.facts["reason"] for one in told] == ["国庆假期"]
        item.refresh_from_db()
        assert item.escalated_on is None

    def test_an_item_that_is_done_does_not_move(
        self, item: Any, lin: Any, shen: Any, paper: Callable[..., Any]
    ) -> None:
        actions.close_action_item(item, on=TODAY, evidence=[paper(shen)], by=shen)
        changes = {"due_on": date(2030, 1, 1), "extension_reason": "忘了"}

        found = problems("action_items", [row_of("action_items", item.number, **changes)], lin)

        assert found == [(1, "due_on", "pairing.item_closed")]


class TestPeople:
    def test_a_term_stays_within_the_rulebook(self, office: Any, lin: Any) -> None:
        found = problems("secondments", [row_of("secondments", "S-1", to_on=date(2040, 1, 1))], lin)

        assert found == [(1, "to_on", "pairing.secondment_term")]

    def test_it_may_be_prolonged_within_it(self, office: Any, lin: Any) -> None:
        assert problems("secondments", [row_of("secondments", "S-1", to_on=date(2024, 12, 31))], lin) == []

        assert office.stay.stay.appraisals.get(is_final=True).due_on == date(2024, 12, 31)

    def test_an_officer_goes_to_the_side_of_the_host(
        self, office: Any, lin: Any, cast: SimpleNamespace
    ) -> None:
        row = row_of("secondments", "S-1", code="S-2", direction="to_sea")

        assert problems("secondments", [row], lin) == [(1, "direction", "pairing.secondment_direction")]

    def test_one_is_in_charge_for_the_own_side_and_after_the_one_before(
        self, zone: Any, lin: Any, shen: Any
    ) -> None:
        actions.put_in_charge(zone, shen, from_on=date(2022, 1, 1), by=shen)
        told = {"pairing": "LQ-XS", "field": "all", "level": "leaders_in_charge", "from_on": date(2023, 9, 1)}
        row = new_row("charges", side="sea", member="shen", **told)

        assert problems("charges", [row], lin) == [(1, "side", "pairing.for_the_other_side")]
        assert problems("charges", [row], shen) == [(1, "from_on", "pairing.charge_running")]
        assert problems("charges", [{**row, "member": "lin"}], shen) == [
            (1, "member", "pairing.charge_of_another_side")
        ]
        ended = row_of("charges", "LQ-XS | sea | all | shen | 2022-01-01", to_on=date(2023, 8, 31))
        assert problems("charges", [row, ended], shen) == []


# -- all registers -------------------------------------------------------------------------------------------------

CLOSED = {
    "parties": "LQ-XS | LQ",
    "agreements": "LX-2023-01",
    "agreement_parties": "LX-2023-01 | LQ",
    "commitments": "LX-C1",
    "commitment_periods": "LX-C9 | 2023Q3",
    "money_clauses": "LX-M1",
    "money_dues": "LX-M1-1",
    "land_clauses": "LX-L1",
    "deliveries": "LX-C1-D001",
    "meetings": "JM-2023-03",
    "attendees": "JM-2023-03 | mountain | 林涛",
    "agenda": "JM-2023-03 | 1",
    "resolutions": "JM-2023-03-R1",
    "action_items": "JM-2023-03-R1-1",
    "charges": "LQ-XS | sea | all | shen | 2022-01-01",
    "secondments": "S-1",
    "stay_tasks": "S-1 | 对接项目8个",
    "appraisals": "S-1 | 2023-06-30",
    "activities": "A-2023-01",
    "aid_entries": "A-2023-01-M1",
    "balance_statements": "LQ-XS | mountain | 2023-09-18",
}
# What a page changes of a record in force too.
STILL_OPEN = {"commitments": {"mountain_unit", "sea_unit", "is_main", "rank", "balance_line", "about"}}


@pytest.fixture
@lays("office", "recorded", "meeting")
def closed(office: Any, recorded: Any, meeting: Any, lin: Any, shen: Any, paper: Any, zone: Any) -> None:
    """Everything that can be over is over; terms that the agreement in force has not are put under it."""
    mountain, sea = (zone.parties.get(role=role) for role in ("mountain", "sea"))
    signed = actions.draft_agreement(
        zone, number="LX-2023-09", field="park", name_zh="协议", valid_from=date(2023, 1, 1), by=lin
    )
    told = {"name_zh": "培训", "owes": "sea", "target": Decimal(4), "per": "quarter"}
    actions.add_commitment(signed, code="LX-C9", targets=[("2023Q3", Decimal(4))], by=lin, **told)
    clause = {"name_zh": "资金", "payer": sea, "payee": mountain, "amount_fen": 900}
    actions.add_money_clause(signed, code="LX-M1", due_on=[date(2023, 6, 1)], by=lin, **clause)
    land = {"giver": sea, "taker": mountain, "land_mu": Decimal(5), "purpose_zh": "飞地"}
    actions.add_land_clause(signed, code="LX-L1", by=lin, **land)
    for member in (lin, shen):
        actions.sign_agreement(signed, on=TODAY, by=member)
    actions.confirm_delivery(recorded, on=TODAY, by=lin)
    from shanhai.fields.pairing.models import ActionItem, AgendaItem

    AgendaItem.objects.create(meeting=meeting, order=1, title_zh="议题", side="both")
    meeting.refresh_from_db()
    actions.write_minutes(meeting, text_zh="纪要", by=lin)
    actions.sign_minutes(meeting, on=TODAY, by=lin)
    actions.sign_minutes(meeting, on=TODAY, by=shen)
    actions.close_action_item(ActionItem.objects.get(), on=TODAY, evidence=[paper(shen)], by=shen)
    actions.put_in_charge(zone, shen, from_on=date(2022, 1, 1), by=shen)
    stay = office.stay
    actions.finish_officer_task(stay, stay.stay.tasks.get(), on=TODAY, outcome="8个", by=lin)
    appraisal = StayAppraisal.objects.get(stay=stay.stay, due_on=date(2023, 6, 30))
    actions.appraise(stay, appraisal, grade="competent", text="好", on=TODAY, by=lin)
    actions.end_secondment(stay, on=TODAY, successor=lin, handover="已交接", by=lin)
    activity = actions.plan_activity(
        zone, number="A-2023-01", kind="donation", title_zh="捐赠", on=TODAY, lead="sea", payer="mountain",
        planned_fen=900, mountain_unit=lin.unit, sea_unit=shen.unit, by=lin,
    )  # fmt: skip
    actions.record_aid(activity, kind="paid", on=TODAY, amount_fen=900, vouchers=[paper(lin)], by=lin)
    actions.hold_activity(activity, on=TODAY, by=lin)
    actions.close_activity(activity, outcome_zh="已办", by=lin)
    actions.state_balance(zone, text_zh="互惠", by=lin)


# A value that a cell can have and does not have here.
_REFS = {
    "registry.organisations": ("LQ", "XS", "LQ-PARK", "XS-OFFICE"),
    "registry.members": ("lin", "shen", "admin"),
    "registry.units": ("LQ-PARK-1", "XS-OFFICE-1", "LQ-1", "XS-1"),
    "pairing.pairings": ("LQ-XS", "LQ-XS-2"),
    "pairing.agreements": ("LX-2023-01", "LX-2023-02"),
    "pairing.commitments": ("LX-C1", "LX-C2"),
    "pairing.money_clauses": ("LX-M1", "LX-M2"),
    "pairing.meetings": ("JM-2023-03", "JM-2023-04"),
    "pairing.resolutions": ("JM-2023-03-R1", "JM-2023-03-R2"),
    "pairing.activities": ("A-2023-01", "A-2023-02"),
}


def another(column: Any, value: Any) -> Any:
    if column.type == "ref":
        return next(one for one in _REFS[column.ref] if one != value)
    if column.type == "choice":
        return next(one for one, _, _ in column.choices if one != value)
    if column.type == "date":
        return date(2023, 9, 4) if value != date(2023, 9, 4) else date(2023, 9, 5)
    if column.type == "bool":
        return not value
    if column.type in ("int", "fen"):
        return (value or 0) + 1
    if column.type in ("decimal", "mu"):
        return (value or Decimal(0)) + 1
    return {"time": "10:10", "currency": "USD"}.get(column.name, "别的")


def test_every_register_says_what_a_member_may_bring() -> None:
    assert {one.file_stem for one in columns.REGISTERS} == guards.GUARDS.keys()
    for register in columns.REGISTERS:
        guard = guards.GUARDS[register.file_stem]
        names = {column.name for column in register.columns}
        said = {*guard.by_action, *guard.open} | ({guard.above} - {""})
        assert said <= names, register.code
        assert not {one.name for one in register.keys} & set(guard.open), register.code
        for code in {guard.adds, guard.changes} - {""}:
            assert code in signs.access_rows, code
        # Columns that may change are changed by an action.
        assert bool(guard.open) == bool(guard.changes), register.code


@pytest.mark.parametrize("stem", CLOSED)
def test_no_cell_of_a_record_that_is_over_changes_by_spreadsheet(
    closed: None, lin: Any, zone: Any, resolution: Any, stem: str
) -> None:
    from shanhai.core.models import Pairing

    Pairing.objects.create(code="LQ-XS-2", level="county", name_zh="另", started_on=TODAY, zone=zone)
    actions.adopt_resolution(resolution.meeting, text_zh="第二项", by=lin)
    register = signs.registers[f"pairing.{stem}"]
    before = row_of(stem, CLOSED[stem])
    for column in register.columns:
        if column.key or column.name in STILL_OPEN.get(stem, ()):
            continue
        value = another(column, before[column.name])
        found = guards.problems(
            register,
            [Change(CLOSED[stem], "changed", {**before, column.name: value}, before, _pk(stem, before))],
            by=lin,
        )[0]
        assert [one.column for one in found] == [column.name], (column.name, found)
        assert problems(stem, [{**before, column.name: value}], lin), column.name


def _pk(stem: str, row: dict[str, Any]) -> int:
    register = signs.registers[f"pairing.{stem}"]
    pk: int = signs.call(register.current)([register.key_of(row)])[register.key_of(row)]["_id"]
    return pk


NEW: dict[str, dict[str, Any]] = {
    "agreements": {
        "number": "LX-N", "pairing": "LQ-XS", "name_zh": "新协议", "field": "health", "stage": "draft",
        "valid_from": TODAY,
    },
    "commitments": {
        "code": "LX-CN", "agreement": "LX-2023-02", "name_zh": "新承诺", "field": "park", "kind": "counted",
        "owes": "sea", "direction": "up", "target": Decimal(3), "unit": "count", "per": "once",
        "starts_on": TODAY, "due_on": date(2023, 12, 31), "is_main": False, "rank": 9,
    },
    "commitment_periods": {"commitment": "LX-C2", "period": "2024Q1", "target": Decimal(3)},
    "money_clauses": {
        "code": "LX-MN", "agreement": "LX-2023-02", "payer": "LQ", "payee": "XS", "name_zh": "款",
        "amount_fen": 500, "currency": "CNY", "schedule": "once",
    },
    "money_dues": {"code": "LX-M2-9", "clause": "LX-M2", "due_on": TODAY, "amount_fen": 100},
    "land_clauses": {
        "code": "LX-LN", "agreement": "LX-2023-02", "giver": "XS", "taker": "LQ", "land_mu": Decimal(3),
        "purpose_zh": "飞地",
    },
    "deliveries": {
        "code": "LX-C1-N", "commitment": "LX-C1", "on": date(2023, 9, 1), "quantity": Decimal(3),
        "stage": "recorded", "evidence": "证明.txt",
    },
    "meetings": {
        "number": "JM-N", "pairing": "LQ-XS", "title_zh": "新会", "level": "office", "stage": "planned",
        "on": date(2023, 12, 20), "time": "09:00", "quorum_mountain": 1, "quorum_sea": 1,
    },
    "attendees": {
        "meeting": "JM-2023-04", "side": "sea", "person": "方远", "answer": "none", "is_present": False,
    },
    "agenda": {
        "meeting": "JM-2023-04", "order": 1, "title_zh": "议题", "side": "both", "needs_paper": False,
    },
    "resolutions": {"number": "JM-2023-03-RN", "meeting": "JM-2023-03", "text_zh": "新决议"},
    "action_items": {
        "number": "JM-2023-03-R1-N", "resolution": "JM-2023-03-R1", "field": "health", "title_zh": "新事项",
        "lead": "sea", "mountain_unit": "LQ-PARK-1", "sea_unit": "XS-OFFICE-1", "stage": "open",
        "assigned_on": TODAY, "due_on": date(2023, 10, 30),
    },
    "charges": {
        "pairing": "LQ-XS", "side": "mountain", "field": "all", "member": "lin", "from_on": TODAY,
        "level": "leaders_in_charge",
    },
    "secondments": {
        "code": "S-N", "pairing": "LQ-XS", "direction": "to_sea", "profession": "cadre", "person": "lin",
        "home": "LQ-PARK", "host": "XS-OFFICE", "host_unit": "XS-OFFICE-1", "host_post": "挂职",
        "from_on": date(2023, 9, 1), "to_on": date(2024, 8, 31), "stage": "running",
    },
    "stay_tasks": {"secondment": "S-1", "title": "新任务"},
    "appraisals": {"secondment": "S-1", "due_on": date(2024, 3, 31), "is_final": False},
}  # fmt: skip


@pytest.mark.parametrize("stem", NEW)
def test_a_new_row_comes_in_and_says_nothing_that_only_an_action_says(
    office: Any, lin: Any, paper: Callable[..., Any], stem: str
) -> None:
    paper(lin)
    register = signs.registers[f"pairing.{stem}"]
    row = new_row(stem, **NEW[stem])
    for name, allowed in guards.GUARDS[stem].by_action.items():
        column = register.column(name)
        value = another(column, row[name])
        if value in allowed:
            words = [one for one, _, _ in column.choices if one not in allowed]
            value = words[0] if words else another(column, value)
        found = guards.problems(register, [Change("N", "new", {**row, name: value})], by=lin)[0]
        assert ([one.column for one in found], found[0].code) == ([name], "pairing.register_by_action"), name

    assert problems(stem, [row], lin) == []

    assert signs.call(register.current)([register.key_of(row)])


@pytest.mark.parametrize("stem", NEW)
def test_many_rows_cost_the_statements_of_one(
    office: Any, lin: Any, paper: Callable[..., Any], stem: str
) -> None:
    paper(lin)
    register, row = signs.registers[f"pairing.{stem}"], new_row(stem, **NEW[stem])
    access.standing(lin)
    spent = []
    for n in (1, 30):
        with CaptureQueriesContext(connection) as captured:
            found = guards.problems(register, [Change(f"N{i}", "new", row) for i in range(n)], by=lin)
        assert not any(found)
        spent.append(len(captured))

    assert spent[0] == spent[1]


@pytest.mark.parametrize("stem", NEW)
def test_who_sits_on_no_side_of_the_pairing_brings_nothing(office: Any, lin: Any, stem: str) -> None:
    register = signs.registers[f"pairing.{stem}"]
    row = new_row(stem, **NEW[stem])
    access.standing(lin).sides.clear()

    found = guards.problems(register, [Change("N", "new", row)], by=lin)[0]

    assert [one.code for one in found] == ["core.not_allowed"]


def test_a_pairing_is_not_opened_by_spreadsheet(zone: Any, lin: Any) -> None:
    row = new_row("pairings", code="LQ-YY", name_zh="新结对", level="county", started_on=TODAY)

    assert problems("pairings", [row], lin) == [(1, "code", "pairing.register_new_by_page")]
    assert problems("pairings", [row_of("pairings", "LQ-XS", ended_on=TODAY)], lin) == [
        (1, "ended_on", "pairing.register_by_action")
    ]
    assert problems("pairings", [row_of("pairings", "LQ-XS", about="说明")], lin) == []


class TestTheFile:
    """The same through an uploaded file: what the preview says, what writing and taking back do."""

    @staticmethod
    def bring(text: str, by: Any, zone: Any) -> Any:
        file = io.BytesIO(text.encode("utf-8-sig"))
        file.name = "兑现.csv"
        return bringing.bring(file, signs.registers["pairing.deliveries"], by=by, pairing=zone)

    def test_the_preview_says_it_under_the_heading_and_writes_the_rest(
        self, office: Any, recorded: Any, shen: Any, lin: Any, zone: Any, client_of: Callable[..., Any]
    ) -> None:
        actions.confirm_delivery(recorded, on=TODAY, by=lin)
        imported = self.bring(
            "编码,承诺,日期,数量,状态,数据性质\n"
            f"{recorded.code},LX-C1,2023-09-01,999,已确认,报道\n"
            "LX-C1-X2,LX-C1,2030-01-01,3,已登记,报道\n"
            "LX-C1-X3,LX-C1,2023-09-02,-5,已登记,报道\n"
            "LX-C1-X4,LX-C1,2023-09-02,4,已登记,报道\n",
            shen,
            zone,
        )

        assert (imported.stage, imported.counts["refused"], imported.counts["new"]) == ("checked", 3, 1)
        page = client_of(shen).get(f"/registry/imports/{imported.pk}/").content.decode()
        assert "Delivery LX-C1-D001 is confirmed and stays as it is." in page
        assert "1 Jan 2030 has not come yet." in page
        page = client_of(shen, language="zh-hans").get(f"/registry/imports/{imported.pk}/").content.decode()
        assert "兑现 LX-C1-D001" in page and "已确认" in page

        committing.write(imported, by=shen)

        made = Delivery.objects.get(code="LX-C1-X4")
        assert (made.quantity, made.side, made.recorded_by, made.stage) == (4, "sea", shen, "recorded")
        assert Delivery.objects.get(pk=recorded.pk).quantity == 8
        # What the own side owes is shown by its own table.
        assert row_of("deliveries", "LX-C1-X4")["evidence"] == "兑现.csv"

    def test_what_is_closed_between_check_and_writing_is_not_written(
        self, recorded: Any, shen: Any, zone: Any, agreement: Any, lin: Any
    ) -> None:
        imported = self.bring(
            "编码,承诺,日期,数量,状态,数据性质\nLX-C1-X4,LX-C1,2023-09-02,4,已登记,报道\n", shen, zone
        )
        agreement.refresh_from_db()
        actions.end_agreement(agreement, on=TODAY, reason="换版", by=lin)

        with pytest.raises(Refused) as refused:
            committing.write(imported, by=shen)

        assert refused.value.code == "pairing.agreement_not_in_force"
        assert not Delivery.objects.filter(code="LX-C1-X4").exists()
        assert ImportRow.objects.filter(of=imported, outcome="new").exists()

    def test_its_own_side_corrects_what_nobody_confirmed_and_takes_it_back(
        self, recorded: Any, shen: Any, zone: Any
    ) -> None:
        imported = self.bring(
            f"编码,承诺,日期,数量,状态,数据性质\n{recorded.code},LX-C1,2023-09-01,9,已登记,报道\n", shen, zone
        )
        committing.write(imported, by=shen)
        assert Delivery.objects.get(pk=recorded.pk).quantity == 9

        undoing.undo(imported, by=shen)

        assert Delivery.objects.get(pk=recorded.pk).quantity == 8


def test_numbers_go_on_above_those_that_a_sheet_brought(
    office: Any, resolution: Any, commitment: Any, lin: Any, shen: Any, paper: Callable[..., Any], zone: Any
) -> None:
    paper(lin)
    for stem, code in (("deliveries", "LX-C1-D007"), ("resolutions", "JM-2023-03-R5")):
        name = signs.registers[f"pairing.{stem}"].keys[0].name
        assert problems(stem, [new_row(stem, **NEW[stem] | {name: code})], lin) == []
    row = new_row("action_items", **NEW["action_items"] | {"number": "JM-2023-03-R1-20231030"})
    assert problems("action_items", [row], lin) == []

    told = {"on": date(2023, 9, 1), "quantity": Decimal(1), "evidence": [paper(shen)], "by": shen}
    assert actions.record_delivery(commitment, **told).code == "LX-C1-D008"
    resolution.meeting.refresh_from_db()
    assert actions.adopt_resolution(resolution.meeting, text_zh="又一项", by=lin).number == "JM-2023-03-R6"
    assert Resolution.objects.get(pk=resolution.pk).items_numbered == 2


@pytest.mark.parametrize(
    ("stem", "changes", "column"),
    [
        ("agreements", {"valid_to": date(2020, 1, 1)}, "valid_to"),
        ("commitments", {"target": Decimal(-5)}, "target"),
        ("commitments", {"target": Decimal("1.5")}, "target"),
        ("commitments", {"due_on": None}, "due_on"),
        ("commitments", {"kind": "indicator", "indicator": "no.such"}, "indicator"),
        ("money_dues", {"amount_fen": -5}, "amount_fen"),
        ("land_clauses", {"land_mu": Decimal(-5)}, "land_mu"),
        ("deliveries", {"quantity": Decimal(0)}, "quantity"),
        ("meetings", {"time": "25:00"}, "time"),
    ],
)
def test_a_rule_over_a_row_names_its_cell(
    office: Any, lin: Any, stem: str, changes: dict[str, Any], column: str
) -> None:
    (problem,) = problems(stem, [new_row(stem, **NEW[stem] | changes)], lin)

    assert problem[:2] == (1, column)


def test_terms_that_were_signed_since_are_not_taken_back(office: Any, lin: Any, shen: Any, zone: Any) -> None:
    file = io.BytesIO("编码,目标值\nLX-C2,50\n".encode("utf-8-sig"))
    file.name = "承诺.csv"
    imported = bringing.bring(file, signs.registers["pairing.commitments"], by=lin, pairing=zone)
    committing.write(imported, by=lin)
    draft = Agreement.objects.get(pk=office.draft.pk)
    for member in (lin, shen):
        actions.sign_agreement(draft, on=TODAY, by=member)

    with pytest.raises(Refused) as refused:
        undoing.undo(imported, by=lin)

    assert refused.value.code == "pairing.agreement_not_draft"
    assert Commitment.objects.get(code="LX-C2").target == 50


def test_the_system_is_not_asked(office: Any, recorded: Any, lin: Any) -> None:
    actions.confirm_delivery(recorded, on=TODAY, by=lin)

    assert problems("deliveries", [row_of("deliveries", recorded.code, quantity=Decimal(9))], None) == []
    assert Delivery.objects.get(pk=recorded.pk).stage == rules.DeliveryStage.CONFIRMED
