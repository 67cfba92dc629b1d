"""What is done in the row of one's list, without opening the record."""

from __future__ import annotations

from datetime import date

import pytest

from shanhai.core.actions import notes
from shanhai.core.models import WorkItem
from shanhai.fields.office.actions import instructions
from shanhai.fields.office.work_kinds import kinds
from shanhai.fields.pairing.actions import activities


@pytest.fixture
def in_row(client_of):
    """``in_row(ji, "office.problem", "answer", "Done.")``: what the page says after the row was answered."""

    def do(member, kind: str, code: str, word: str = "", reads: str = "") -> str:
        item = WorkItem.objects.get(kind=kind, stage="open")
        client = client_of(member)
        opened = client.get(f"/my-work/?open={item.pk}").content.decode()
        assert f'value="{code}"' in opened
        assert reads in opened
        sent = client.post(f"/office/work/{item.pk}/answer/", {"do": code, "word": word}, follow=True)
        return sent.content.decode()

    return do


def test_a_problem_is_asked_back_replied_answered_taken_back_and_rated(
    problem, firm, handler, in_row, client_of
):
    assert "Asked back" in in_row(handler, "office.problem", "ask_back", "Since when?")
    assert "Replied" in in_row(
        firm, "office.problem_question", "reply", "Since May.", reads="<b>Asked back:</b> Since when?"
    )
    assert "Answered" in in_row(handler, "office.problem", "answer", "A new line comes in October.")
    problem.refresh_from_db()
    assert (problem.stage, problem.answer) == ("answered", "A new line comes in October.")

    done = WorkItem.objects.filter(kind="office.problem", stage="done").latest("done_at")
    client_of(handler).post(f"/office/work/{done.pk}/unanswer/answer/")
    problem.refresh_from_db()
    assert problem.stage == "open"

    in_row(handler, "office.problem", "answer", "A new line comes in November.")
    assert "Rated 4 of 5" in in_row(
        firm,
        "office.problem_answer",
        "rate_4",
        "Late, but good.",
        reads="<b>The answer:</b> A new line comes in November.",
    )
    problem.refresh_from_db()
    assert (problem.stage, problem.rating, problem.rating_word) == ("rated", 4, "Late, but good.")


def test_an_answer_needs_its_words(problem, handler, in_row):
    page = in_row(handler, "office.problem", "answer", " ")

    assert "needs a word" in page
    problem.refresh_from_db()
    assert problem.stage == "open"


def test_an_instruction_is_reported_sent_back_reported_again_and_closed(
    zone, problem, leader, handler, in_row
):
    one = instructions.instruct(
        problem, text="本周内答复", unit=handler.unit, due_on=date(2023, 9, 22), by=leader
    )

    assert "Reported back" in in_row(handler, "office.instruction", "report", "The line is ordered.")
    assert "Sent back" in in_row(leader, "office.instruction_report", "send_back", "For when?")
    in_row(handler, "office.instruction", "report", "For October.")
    assert "Closed" in in_row(leader, "office.instruction_report", "close")

    one.refresh_from_db()
    assert (one.stage, one.sent_back) == ("closed", 1)


def test_a_mention_is_seen_in_its_row(zone, problem, handler, leader, in_row):
    notes.write_note(problem, text="@季雪文 请看", by=leader)

    assert "Seen." in in_row(handler, "core.mention", "seen")
    assert not WorkItem.objects.filter(kind="core.mention", stage="open").exists()


def test_an_activity_is_closed_with_what_came_of_it(zone, lin, shen, in_row):
    held = activities.plan_activity(
        zone,
        number="A-1",
        kind="visit",
        title_zh="考察",
        on=date(2023, 9, 11),
        lead="mountain",
        mountain_unit=lin.unit,
        sea_unit=shen.unit,
        by=lin,
    )
    activities.hold_activity(held, on=date(2023, 9, 11), by=lin)

    assert "Closed: A-1." in in_row(lin, "pairing.close_activity", "close", "Two firms come again.")

    held.refresh_from_db()
    assert (held.stage, held.outcome_zh) == ("completed", "Two firms come again.")


def test_somebody_else_cannot_answer_in_the_row(problem, lin, zhou, client_of):
    item = WorkItem.objects.get(kind="office.problem", stage="open")

    for other in (lin, zhou):
        client_of(other).post(f"/office/work/{item.pk}/answer/", {"do": "answer", "word": "No."})

    problem.refresh_from_db()
    assert problem.stage == "open"


def test_each_rating_of_the_form_can_be_given_in_the_row():
    rating = next(kind for kind in kinds() if kind.code == "office.problem_answer")

    assert [action.code for action in rating.actions] == [f"rate_{n}" for n in (5, 4, 3, 2, 1)]
