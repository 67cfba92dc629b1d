"""What ``shanhai check`` looks at: messages that stand still, and robots that bring nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from shanhai.core import clock
from shanhai.core.channels import planning, sending
from shanhai.core.checks import Finding
from shanhai.core.models import Robot, Sending
from shanhai.kernel.refusals import gettext_noop

# So long after its time a message stands still: the tick runs each minute.
STANDS_AFTER = timedelta(hours=1)
BROKEN_AFTER = 3


def run() -> Iterator[Finding]:
    """Nothing that is due stands still, nothing is unclear, and no robot keeps failing."""
    yield from _standing()
    yield from _unclear()
    for robot in Robot.objects.filter(is_active=True, failures__gte=BROKEN_AFTER).order_by("name", "pk"):
        yield Finding(
            "warning",
            "core.robot_fails",
            gettext_noop(
                "The robot {robot} failed {n} times in a row ({error}). Look at its page: its address may have changed."
            ),
            {"robot": robot.name, "n": robot.failures, "error": robot.last_error},
        )


def _standing() -> Iterator[Finding]:
    late = sending.waiting(clock.now() - STANDS_AFTER)
    # What waits for a resting robot is told of with the robot.
    late = late.exclude(robot__failures__gt=0)
    if not planning.is_mail_on():
        late = late.exclude(channel=Sending.Channel.MAIL)
        n_mails = sending.waiting(clock.now()).filter(channel=Sending.Channel.MAIL).count()
        if n_mails:
            yield Finding(
                "warning",
                "core.mail_waits",
                gettext_noop("{n} e-mails wait and no mail server is named. Set SHANHAI_MAIL_HOST."),
                {"n": n_mails},
            )
    n = late.count()
    if n:
        yield Finding(
            "warning",
            "core.sendings_stand",
            gettext_noop(
                "{n} messages have been due for more than an hour. See that shanhai tick runs each minute."
            ),
            {"n": n},
        )


def _unclear() -> Iterator[Finding]:
    n = Sending.objects.filter(stage=Sending.Stage.UNCLEAR).count() + sending.lost().count()
    if n:
        yield Finding(
            "warning",
            "core.sendings_unclear",
            gettext_noop(
                "Of {n} messages nobody knows whether they arrived: the sender ended over them. Send them again from the page of messages, or leave them."
            ),
            {"n": n},
        )
