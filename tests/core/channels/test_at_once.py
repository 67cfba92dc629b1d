"""Two ticks at once send nothing twice: real transactions, real threads, a real mail server."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection

from shanhai.core import clock
from shanhai.core.actions import robots
from shanhai.core.channels import sending
from shanhai.core.models import Sending
from tests.threads import together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _on_postgresql(transactional_db: None) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("On SQLite writers queue, so none of this can happen.")


def both(*calls: Any) -> list[Any]:
    """Run calls in threads of their own that begin together; gives what each gave."""
    return together(list(calls), threading.Barrier(len(calls)))


def test_each_mail_and_message_goes_once(mailbox, platform, reads_mail, tell, lin, shen):
    for path in ("/a", "/b", "/c"):
        robots.add_robot(
            lin.unit.organisation, unit=lin.unit, kind="wecom", name=path, address=platform.url(path), by=None
        )
    reads_mail(lin)
    reads_mail(shen)
    for _n in range(20):
        tell(lin, shen)
    now = clock.now()

    sent = both(*[lambda: sending.sweep(now)] * 4)

    assert sum(sent) == 20 * 2 + 20 * 3
    assert Sending.objects.filter(what="notice").exclude(stage="sent").count() == 0
    for to in ("lin@zone.example", "shen@zone.example"):
        text = "\n".join(mailbox.texts(to))
        assert [text.count(f"Thing {n} is due") for n in range(1, 21)] == [1] * 20
    assert [len(platform.bodies(path)) for path in ("/a", "/b", "/c")] == [1, 1, 1]


def test_claims_that_meet_between_looking_and_taking(mailbox, reads_mail, tell, lin, monkeypatch):
    reads_mail(lin)
    tell(lin)
    barrier = threading.Barrier(2)
    plain = sending._claim

    def meet(due: Any) -> Any:
        barrier.wait(timeout=10)
        return plain(due)

    monkeypatch.setattr(sending, "_claim", meet)
    now = clock.now()

    sent = both(lambda: sending.sweep(now), lambda: sending.sweep(now))

    assert sorted(sent) == [0, 1]
    assert len(mailbox.mails) == 1
    assert Sending.objects.get(what="notice").tries == 1


def test_a_first_choice_made_twice_is_kept_once(mailbox, lin, zone):
    from shanhai.core.actions import members, telling
    from shanhai.core.models import Member, Telling
    from shanhai.kernel.refusals import ChangedMeanwhile

    members.change_member(lin, email="lin@zone.example", by=None)

    def choose(mail: str) -> Any:
        def call() -> str:
            member = Member.objects.select_related("unit").get(pk=lin.pk)
            try:
                return telling.choose_mail(telling.Telling(member=member), mail=mail, by=member).mail
            except ChangedMeanwhile:
                return "refused"

        return call

    chosen = both(choose("daily"), choose("at_once"))

    assert Telling.objects.count() == 1
    assert Telling.objects.get().mail in chosen
    assert Sending.objects.filter(what="confirm").count() >= 1


def test_a_robot_that_two_switch_off_is_switched_off_once(platform, lin, zone):
    from shanhai.core.models import JournalEntry, Robot
    from shanhai.kernel.refusals import Refused

    robot = robots.add_robot(
        lin.unit.organisation, unit=lin.unit, kind="wecom", name="群", address=platform.url("/a"), by=None
    )

    def off() -> str:
        try:
            robots.switch_robot_off(Robot.objects.get(pk=robot.pk), by=None)
        except Refused as refused:
            return refused.code
        return "off"

    assert sorted(both(off, off))[-1] == "off"
    assert JournalEntry.objects.filter(action="core.switch_robot_off").count() == 1
