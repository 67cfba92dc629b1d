"""What the menu says of joint review: counted once until the journal moves on, so whatever opens or closes work writes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.test import RequestFactory

from shanhai.core import clock
from shanhai.core.actions import members, roles
from shanhai.core.actions import work as sharing_out
from shanhai.core.models import Member, WorkItem
from shanhai.core.queries import work as work_queries
from shanhai.fields.approval.actions import (
    case_upkeep,
    commitments,
    deciding,
    filing,
    meetings,
    opinions,
    services,
    stopping,
)
from shanhai.fields.approval.models import Case, CaseItem, CommitmentLetter, Opinion
from shanhai.fields.approval.queries import cases as queries
from shanhai.fields.approval.queries import meetings as meeting_queries
from shanhai.fields.approval.queries.inbox import KINDS
from shanhai.fields.approval.rules.commitments import OUT
from shanhai.webkit import remember
from shanhai.webkit.context import Shell

pytestmark = pytest.mark.django_db

MONDAY = date(2023, 9, 18)
MEETS = datetime(2023, 9, 20, 9, 0, tzinfo=clock.SHANGHAI)
PEOPLE = ("lin", "dong", "he", "sun", "shui", "bo", "gui", "zhang", "shen", "xiang")
LINES = {"/approval/inbox/": "decide", "/approval/letters/": "letters", "/my-work/": "work"}
# Who, and which line of the menu.
Line = tuple[str, str]


def who(name: str) -> Member:
    return Member.objects.select_related("unit__organisation", "user").get(code=name)


def item(code: str) -> CaseItem:
    return queries.item_of(None, "C-1", code)


def case() -> Case:
    return queries.case_of(None, "C-1")


def opinion(code: str, department: str) -> Opinion:
    return queries.opinion_of(None, "C-1", code, department)


def said() -> Counter[Line]:
    """What the menu says to each of the people; a line that they do not have says nothing."""
    found: Counter[Line] = Counter()
    for name in PEOPLE:
        request: Any = RequestFactory().get("/registry/organisations/")
        request.member = who(name)
        for group in Shell(request).menu:
            for entry in group["entries"]:
                if entry["url"] in LINES:
                    found[name, LINES[entry["url"]]] = entry["count"] or 0
    return found


def held() -> Counter[Line]:
    """What the records say of the same, asked anew."""
    found: Counter[Line] = Counter()
    for name, line in said():
        member = who(name)
        if line == "decide":
            rows: Any = WorkItem.objects.filter(unit_id=member.unit_id, stage="open", kind__in=KINDS)
        elif line == "letters":
            rows = CommitmentLetter.objects.filter(unit_id=member.unit_id, state__in=OUT)
        else:
            rows = work_queries.waiting_for(member)
        found[name, line] = rows.count()
    return found


def waits() -> set[tuple[Any, ...]]:
    """All that waits, for whom."""
    return set(WorkItem.objects.filter(stage="open").values_list("pk", "unit_id", "member_id", "due_on"))


@pytest.fixture
def moves(bureaus: Any) -> Callable[[Callable[[], Any]], dict[Line, int]]:
    """``moves(act)``: by how much the lines of the menu moved, which say before and after what the records say."""
    second = members.add_member(who("shui").unit, code="bo", name_zh="bo", name_en="bo", by=None)
    roles.give_role(second, role="handler", from_on=date(2018, 1, 1), by=None)

    def moved(act: Callable[[], Any]) -> dict[Line, int]:
        before, waited, mark = said(), waits(), remember.mark()
        act()
        after = said()
        assert after == held()
        assert waits() == waited or remember.mark() != mark
        return {line: after[line] - before[line] for line in after if after[line] != before[line]}

    return moved


def decided(code: str, decision: str = "approved", by: Member | None = None) -> Callable[[], Any]:
    return lambda: deciding.decide_item(item(code), decision=decision, reasons="x", by=by)


def replied(code: str, department: str, reply: str, by: Member | None = None) -> Callable[[], Any]:
    return lambda: opinions.reply_opinion(opinion(code, department), reply=reply, reasons="x", by=by)


class TestFiling:
    def test_a_file_waits_with_its_keeper_and_then_with_the_first_department(self, filed, moves, lin):
        assert moves(lambda: filing.hand_in(filed, promised=["survey"], by=lin))["lin", "decide"] == 1

        found = moves(lambda: filing.accept_case(case(), by=lin))

        assert (found["lin", "decide"], found["dong", "decide"], found["dong", "work"]) == (-1, 1, 1)

    def test_gaps_wait_with_the_applicant(self, filed, moves, lin):
        filing.hand_in(filed, promised=["survey"], by=lin)

        found = moves(lambda: filing.name_gaps(case(), gaps={"layout": "no scale"}, by=lin))

        assert (found["lin", "decide"], found["xiang", "work"]) == (-1, 1)

    def test_a_file_that_nobody_looked_at_is_accepted_by_itself(self, filed, moves, lin, turn_clock):
        filing.hand_in(filed, promised=["survey"], by=lin)
        turn_clock("2023-09-26T09:00")

        found = moves(lambda: case_upkeep.accept_by_time(clock.today()))

        assert (found["lin", "decide"], found["dong", "decide"]) == (-1, 1)


class TestReview:
    def test_a_decision_opens_what_waited_for_it_to_all_departments_at_once(self, case, moves):
        found = moves(decided("filing", by=who("dong")))

        assert {name: n for (name, line), n in found.items() if line == "decide"} == {
            "dong": -1, "he": 1, "sun": 1, "shui": 1, "bo": 1, "gui": 1, "zhang": 1, "shen": 1,
        }  # fmt: skip

    def test_a_reply_closes_what_was_asked_and_its_recall_asks_again(self, case, moves):
        decided("filing", by=who("dong"))()

        assert moves(replied("eia", "water", "agree", who("shui")))["shui", "decide"] == -1

        again = moves(lambda: opinions.recall_opinion(opinion("eia", "water"), reason="x", by=who("shui")))
        assert (again["shui", "decide"], again["bo", "work"]) == (1, 1)

    def test_the_last_decisions_before_a_joint_one_open_it_with_all_it_asks(self, case, moves):
        for code in ("filing", "scheme"):
            decided(code)()
        replied("eia", "water", "agree")()

        found = moves(decided("eia"))

        assert (found["gui", "decide"], found["shui", "decide"]) == (1, 1)
        assert ("he", "decide") not in found  # the item goes, and the opinion on the permit comes

    def test_a_decision_that_is_recalled_waits_again(self, case, moves):
        decided("filing", by=who("dong"))()

        found = moves(lambda: deciding.recall_decision(item("filing"), reason="x", by=who("dong")))

        assert (found["dong", "decide"], found["gui", "decide"]) == (1, -1)

    @pytest.mark.parametrize("ends", ["refused", "withdrawn"])
    def test_with_the_case_all_goes_that_waits(self, case, moves, lin, ends):
        decided("filing", by=who("dong"))()

        if ends == "refused":
            found = moves(decided("scheme", "refused"))
        else:
            found = moves(lambda: filing.withdraw_case(queries.case_of(None, "C-1"), reason="x", by=lin))

        assert {found[name, "decide"] for name in ("he", "shui", "gui")} == {-1}

    def test_a_stopped_item_waits_with_the_applicant_and_then_with_its_department(
        self, case, moves, turn_clock
    ):
        decided("filing", by=who("dong"))()
        asked = moves(
            lambda: stopping.stop_item(
                item("eia"), reason="supplement", text="noise", days=5, evidence="notice 3", by=who("he")
            )
        )
        assert asked["xiang", "work"] == 1
        turn_clock("2023-09-21T09:00")

        back = moves(lambda: stopping.resume_item(item("eia"), by=who("he")))

        assert back["xiang", "work"] == -1

    def test_silence_closes_what_was_asked(self, case, moves, turn_clock):
        decided("filing", by=who("dong"))()
        turn_clock("2023-10-20T09:00")

        found = moves(lambda: case_upkeep.take_silence(clock.today()))

        assert found["shui", "decide"] == -1


class TestSharingOut:
    def test_what_one_takes_up_is_off_the_work_of_the_others_and_stays_the_units(self, case, moves):
        decided("filing", by=who("dong"))()
        asked = WorkItem.objects.get(kind="approval.opinion", unit=who("shui").unit, stage="open")

        found = moves(lambda: sharing_out.claim_item(asked, by=who("shui")))

        assert found == {("bo", "work"): -1}

    def test_what_one_is_given_and_gives_back(self, case, moves):
        decided("filing", by=who("dong"))()
        asked = WorkItem.objects.get(kind="approval.opinion", unit=who("shui").unit, stage="open")
        roles.give_role(who("bo"), role="dispatcher", from_on=date(2018, 1, 1), by=None)

        def give(to: Member | None) -> Callable[[], Any]:
            return lambda: sharing_out.assign_items(
                [WorkItem.objects.select_related("unit").get(pk=asked.pk)], to=to, by=who("bo")
            )

        assert moves(give(who("shui"))) == {("bo", "work"): -1}
        assert moves(give(None)) == {("bo", "work"): 1}


class TestLetters:
    @pytest.fixture
    def given(self, case, firm):
        CaseItem.objects.filter(code="scheme").update(levers=["commitment"])
        decided("filing", by=who("dong"))()
        return commitments.give_letter(item("scheme"), text="x", evidence="letter 3", by=firm)

    def test_one_is_out_from_the_decision_to_its_verification(self, given, moves):
        found = moves(decided("scheme"))
        assert (found["gui", "letters"], found["gui", "decide"]) == (1, -1)
        letter = CommitmentLetter.objects.get()

        found = moves(lambda: commitments.verify_letter(letter, result="kept", by=who("gui")))

        assert found["gui", "letters"] == -1

    def test_one_that_is_to_be_put_right_is_out_still(self, given, moves):
        decided("scheme")()
        letter, mend = CommitmentLetter.objects.get(), date(2023, 10, 20)

        found = moves(
            lambda: commitments.verify_letter(
                letter, result="mend", reasons="x", mend_until=mend, by=who("gui")
            )
        )

        assert ("gui", "letters") not in found

    def test_with_a_recalled_decision_its_letter_is_in_again(self, given, moves):
        decided("scheme")()

        found = moves(lambda: deciding.recall_decision(item("scheme"), reason="x", by=None))

        assert (found["gui", "letters"], found["gui", "decide"]) == (-1, 1)


class TestServicesAndMeetings:
    def test_whoever_waits_for_an_intermediary_has_it_on_the_list(self, case, moves, zone, lin):
        decided("filing", by=who("dong"))()
        green = services.add_intermediary(
            code="GREEN", name_zh="绿水", name_en="Green", kinds=["eia"], promised_days=5, by=lin
        )

        asked = moves(
            lambda: services.ask_service(
                item("eia"), green, kind="eia", commissioned_by="gov", evidence="contract 7", by=who("he")
            )
        )
        back = moves(
            lambda: services.deliver_service(item("eia").services.select_related("item").get(), by=who("he"))
        )

        assert (asked["he", "work"], back["he", "work"]) == (1, -1)

    def test_minutes_and_signatures_of_a_meeting_wait_and_are_done(self, case, moves, zone, lin, turn_clock):
        decided("filing", by=who("dong"))()
        replied("eia", "water", "disagree")()
        meetings.call_review_meeting(
            zone, number="M-1", title_zh="会审", title_en="Review", at=MEETS, place_zh="x", items=[item("eia")], by=lin
        )  # fmt: skip
        turn_clock("2023-09-20T10:00")

        def meeting() -> Any:
            return meeting_queries.meeting_of(None, "M-1")

        there = {one.code: "x" for one in meeting_queries.seats_of(meeting())}
        held_now = moves(lambda: meetings.hold_review_meeting(meeting(), present=there, by=lin))
        meetings.decide_point(meeting_queries.point_of(None, "M-1", 1), verdict="agreed", by=lin)
        written = moves(lambda: meetings.write_review_minutes(meeting(), text_zh="x", text_en="x", by=lin))
        signed = moves(
            lambda: meetings.sign_review_minutes(meeting(), on=date(2023, 9, 20), person="x", by=who("sun"))
        )

        assert held_now["lin", "work"] == 1
        assert ("lin", "work") not in written and written["sun", "work"] == 1  # written, and now to be signed
        assert signed["sun", "work"] == -1
