"""Two people move one reply at the same moment, in real transactions with real threads."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from shanhai.core import ladder, replies
from shanhai.core.actions import members, roles
from shanhai.core.models import ClimbStep
from shanhai.fields.office.actions import problems
from shanhai.fields.office.models import Problem, ProblemStep
from shanhai.fields.office.queries import prepared
from shanhai.kernel.refusals import ChangedMeanwhile, NotNow, Refused
from tests.threads import together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def problem(zone, firm, staff):
    """A firm's problem, with the department of three steps."""
    return problems.raise_problem(zone, title_zh="用电增容无答复", unit=staff.unit, by=firm)


@pytest.fixture
def second(staff):
    """``second("checker")``: a further member of the department with a role."""
    from datetime import date

    def make(*held):
        member = members.add_member(staff.unit, code=f"agri-{held[0]}-2", name_zh="乙", name_en="Yi", by=None)
        for role in held:
            roles.give_role(member, role=role, from_on=date(2018, 1, 1), by=None)
        return member

    return make


def at_once(*calls):
    """In threads where the database has writers in other connections; in SQLite's memory one after the other, each on what it read before."""
    if connection.vendor == "postgresql":
        return together(list(calls), start=threading.Barrier(len(calls)))
    results = []
    for call in calls:
        try:
            results.append(call())
        except Refused as refused:
            results.append(refused)
    return results


def read(climb, member):
    return prepared.reply_of(member, climb.pk)


def test_of_two_who_pass_the_same_step_one_is_told_and_it_climbs_one_step(problem, staff, second):
    other = second("checker")
    climb = problems.answer_problem(problem, text="已办", by=staff.handler)
    one, two = read(climb, staff.checker), read(climb, other)

    results = at_once(
        lambda: replies.pass_reply(one, step="check", by=staff.checker),
        lambda: replies.pass_reply(two, step="check", by=other),
    )

    assert [type(result) for result in results if isinstance(result, Refused)] == [ChangedMeanwhile]
    climb.refresh_from_db()
    assert (climb.step, ClimbStep.objects.filter(step="check").count()) == ("sign", 1)


def test_who_checks_and_signs_does_not_sign_by_the_click_of_a_checker(problem, staff, second):
    both = second("signer", "checker")
    climb = problems.answer_problem(problem, text="已办", by=staff.handler)
    one, two = read(climb, staff.checker), read(climb, both)

    results = at_once(
        lambda: replies.pass_reply(one, step="check", by=staff.checker),
        lambda: replies.return_reply(two, step="check", word="再看", by=both),
    )

    assert len([result for result in results if isinstance(result, ChangedMeanwhile)]) == 1
    assert Problem.objects.get().stage == "open"


def test_two_signatures_at_once_send_it_once(problem, staff, second):
    other = second("signer")
    climb = problems.answer_problem(problem, text="已办", by=staff.handler)
    replies.pass_reply(climb, by=staff.checker)
    one, two = read(climb, staff.signer), read(climb, other)

    results = at_once(
        lambda: replies.pass_reply(one, step="sign", by=staff.signer),
        lambda: replies.pass_reply(two, step="sign", by=other),
    )

    refused = [result for result in results if isinstance(result, Refused)]
    assert len(refused) == 1 and isinstance(refused[0], ChangedMeanwhile)
    assert ProblemStep.objects.filter(what="answered").count() == 1


def test_two_handlers_who_prepare_at_once_do_not_overwrite_each_other(problem, staff, second):
    other = second("handler")
    one, two = Problem.objects.get(), Problem.objects.get()

    results = at_once(
        lambda: problems.answer_problem(one, text="甲稿", by=staff.handler),
        lambda: problems.answer_problem(two, text="乙稿", by=other),
    )

    refused = [result for result in results if isinstance(result, Refused)]
    assert len(refused) == 1 and isinstance(refused[0], ChangedMeanwhile | NotNow)
    kept = ladder.climb_of(problem)
    written = {staff.handler.pk: "甲稿", other.pk: "乙稿"}
    assert (kept.step, kept.given["text"]) == ("check", written[kept.written_by_id])
