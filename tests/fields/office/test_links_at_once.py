"""A phone link that is revoked while it is used, opened by two phones, guessed by many: real threads."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from shanhai.core import links as secrets
from shanhai.core import rows
from shanhai.core.actions import links
from shanhai.core.link_rules import Stage, Tried
from shanhai.core.models import JournalEntry, PhoneLink
from shanhai.fields.office.actions import problems
from shanhai.fields.office.models import Problem
from shanhai.kernel.refusals import NotAllowed, NotNow
from tests.threads import together

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = "13800001234"


@pytest.fixture
def link(zone: Any, lin: Any, body: Any, cast: Any) -> PhoneLink:
    """A link to rate an answer."""
    problem = problems.raise_problem(
        zone, title_zh="路灯不亮", unit=cast.units["LQ-PARK"], asker=body("V", "village", "青坑村"), by=lin
    )
    problems.answer_problem(problem, text="修好了。", by=lin)
    return links.issue_link(problem, holder="雷大山", role="village", phone=NUMBER, by=lin)[0]


@pytest.fixture
def at_once() -> Callable[..., list[Any]]:
    """Run calls in threads that begin together; results and refusals in their order."""
    if connection.vendor != "postgresql":
        pytest.skip("On SQLite writers queue; PostgreSQL lets them meet.")

    def run_all(*calls: Callable[[], Any]) -> list[Any]:
        return together(list(calls), threading.Barrier(len(calls)))

    return run_all


def fresh() -> PhoneLink:
    return PhoneLink.objects.select_related("unit__organisation", "issued_by").get()


def rate(seen: PhoneLink, device: str) -> str:
    return links.act_by_link(seen, deed="rate", device=device, given={"rating": "4", "word": ""})


def test_revoked_while_it_is_used_it_is_done_first_or_not_at_all(link, lin, at_once, monkeypatch):
    _outcome, device = links.try_number(link, number=NUMBER)
    between, plain = threading.Barrier(2), rows.move

    def meet(row: Any, /, **changes: Any) -> None:
        # The phone has read the link as open when the issuer revokes it.
        if changes.get("stage") == Stage.DONE:
            between.wait(timeout=10)
            revoked.wait(timeout=10)
        plain(row, **changes)

    monkeypatch.setattr(rows, "move", meet)
    revoked = threading.Event()

    def revoke() -> Any:
        between.wait(timeout=10)
        try:
            return links.revoke_link(fresh(), by=lin)
        finally:
            revoked.set()

    used, ended = at_once(lambda: rate(fresh(), device), revoke)

    assert isinstance(used, NotAllowed) and used.code == "core.link_closed"
    assert ended.stage == Stage.REVOKED
    assert (Problem.objects.get().rating, fresh().stage) == (None, Stage.REVOKED)


def test_used_while_it_is_revoked_it_stays_done(link, lin, at_once, monkeypatch):
    _outcome, device = links.try_number(link, number=NUMBER)
    moved, plain = threading.Event(), problems.rate_answer

    def slowly(*args: Any, **kwargs: Any) -> Any:
        # The link is moved and the deed under way when the issuer comes; he waits for the row.
        moved.set()
        threading.Event().wait(0.5)
        return plain(*args, **kwargs)

    monkeypatch.setattr(problems, "rate_answer", slowly)

    def revoke() -> Any:
        moved.wait(timeout=10)
        return links.revoke_link(fresh(), by=lin)

    used, ended = at_once(lambda: rate(fresh(), device), revoke)

    assert isinstance(used, str)
    assert isinstance(ended, NotNow) and ended.code == "core.link_over"
    assert (Problem.objects.get().rating, fresh().stage) == (4, Stage.DONE)


def test_whatever_the_order_a_deed_and_a_revocation_never_both_hold(link, lin, at_once):
    _outcome, device = links.try_number(link, number=NUMBER)
    seen, also_seen = fresh(), fresh()

    at_once(lambda: rate(seen, device), lambda: links.revoke_link(also_seen, by=lin))

    is_rated = Problem.objects.get().rating is not None
    assert fresh().stage == (Stage.DONE if is_rated else Stage.REVOKED)
    assert JournalEntry.objects.filter(action="core.act_by_link").count() == is_rated


def test_of_two_phones_with_the_right_number_one_is_let_in(link, at_once):
    one, other = fresh(), fresh()

    results = at_once(
        lambda: links.try_number(one, number=NUMBER), lambda: links.try_number(other, number=NUMBER)
    )

    assert sorted(outcome for outcome, _device in results) == [Tried.BOUND, Tried.ELSEWHERE]
    device = next(device for outcome, device in results if outcome == Tried.BOUND)
    assert secrets.is_its_phone(fresh(), device)


def test_the_same_deed_sent_twice_is_done_once(link, at_once):
    _outcome, device = links.try_number(link, number=NUMBER)
    one, other = fresh(), fresh()

    results = at_once(lambda: rate(one, device), lambda: rate(other, device))

    assert sum(isinstance(result, str) for result in results) == 1
    assert JournalEntry.objects.filter(action="office.rate_answer").count() == 1


def test_many_guesses_at_once_are_no_more_than_there_are_tries(link, at_once):
    seen = [fresh() for _ in range(12)]

    results = at_once(
        *(
            lambda one=one, n=n: links.try_number(one, number=f"139000000{n:02d}")
            for n, one in enumerate(seen)
        )
    )

    outcomes = [outcome for outcome, _device in results]
    assert outcomes.count(Tried.WRONG) == 4
    assert outcomes.count(Tried.LOCKED) == 8  # the fifth wrong one locks, the others find it locked
    assert fresh().wrong_tries == 5
    assert links.try_number(fresh(), number=NUMBER)[0] == Tried.LOCKED
