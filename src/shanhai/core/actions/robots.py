"""Writes of robots in group chats: added, changed, tried, switched off; and of messages that are sent again."""

from __future__ import annotations

from typing import Any

from shanhai.core import access, ciphers, clock, journal, rows
from shanhai.core.channels import posting, quiet, sending
from shanhai.core.channels.robots import ADAPTERS
from shanhai.core.models import Member, Organisation, Robot, Sending, Unit
from shanhai.core.models.channels import LONG_AGO
from shanhai.core.writing import action
from shanhai.kernel.refusals import BadInput, NotAllowed, NotNow, gettext_noop

Stage = Sending.Stage


def keeps(unit: Unit | None, organisation: Organisation, by: Member | None) -> bool:
    """Whether a member keeps the robots of a unit or organisation: the administrator, or the dispatcher of the unit."""
    if by is None or "administrator" in access.standing(by).roles:
        return True
    if unit is None:
        return False
    is_dispatcher = "dispatcher" in access.standing(by).roles and unit.pk == by.unit_id
    return unit.organisation_id == organisation.pk and (unit.dispatcher_id == by.pk or is_dispatcher)


def _check_keeps(unit: Unit | None, organisation: Organisation, by: Member | None) -> None:
    if not keeps(unit, organisation, by):
        raise NotAllowed(
            "core.not_ones_robot",
            gettext_noop(
                "The robots of {whose} are kept by the administrator and the dispatcher of the unit. Ask one of them."
            ),
            whose=str(unit or organisation),
        )


@action
def add_robot(
    organisation: Organisation,
    *,
    unit: Unit | None = None,
    kind: str,
    name: str,
    address: str,
    secret: str = "",
    by: Member | None,
) -> Robot:
    """Add the robot of a group chat of a unit, or of a whole organisation.

    Raises
    ------
    BadInput
        ``core.robot_kind``, ``core.webhook_form``, ``core.robot_unit``: the unit is of another organisation.
    """
    access.check(by, "core.add_robot")
    if unit is not None and unit.organisation_id != organisation.pk:
        raise BadInput(
            "core.robot_unit",
            gettext_noop("{unit} is no unit of {organisation}. Choose one of its units, or none."),
            unit=str(unit),
            organisation=str(organisation),
            field="unit",
        )
    _check_keeps(unit, organisation, by)
    if kind not in ADAPTERS:
        raise BadInput(
            "core.robot_kind",
            gettext_noop("“{given}” is no kind of robot. Choose one of: {kinds}."),
            given=kind[:20],
            kinds=", ".join(ADAPTERS),
            field="kind",
        )
    robot = Robot.objects.create(
        organisation=organisation, unit=unit, kind=kind, name=name.strip(), **_sealed(address, secret)
    )
    journal.record(robot, "core.add_robot", by=by, address_end=robot.address_end)
    return robot


@action
def change_robot(
    robot: Robot, *, name: str = "", address: str = "", secret: str = "", by: Member | None
) -> Robot:
    """Give a robot another name, webhook address or secret; what is left empty stays."""
    access.check(by, "core.change_robot")
    _check_keeps(robot.unit, robot.organisation, by)
    changes: dict[str, Any] = {"name": name.strip() or robot.name}
    if address.strip():
        changes |= _sealed(address, secret) if secret.strip() else _sealed_address(address)
    elif secret.strip():
        changes["secret_sealed"] = ciphers.seal(sending.SECRET, secret.strip())
    rows.move(robot, **changes, failures=0, last_error="", free_at=LONG_AGO)
    journal.record(
        robot,
        "core.change_robot",
        by=by,
        address_end=robot.address_end,
        has_new_address=bool(address.strip()),
        has_new_secret=bool(secret.strip()),
    )
    return robot


def _sealed_address(address: str) -> dict[str, str]:
    checked = posting.check_address(address)
    return {"address_sealed": ciphers.seal(sending.ADDRESS, checked), "address_end": checked[-4:]}


def _sealed(address: str, secret: str) -> dict[str, str]:
    kept = _sealed_address(address)
    return kept | {"secret_sealed": ciphers.seal(sending.SECRET, secret.strip()) if secret.strip() else ""}


@action
def switch_robot_off(robot: Robot, *, by: Member | None) -> Robot:
    """Let a robot bring nothing any more; what waits for it is dropped."""
    access.check(by, "core.switch_robot_off")
    _check_keeps(robot.unit, robot.organisation, by)
    if not robot.is_active:
        raise NotNow(
            "core.robot_is_off",
            gettext_noop("{robot} is switched off already. Switch it on to use it."),
            robot=robot.name,
        )
    rows.move(robot, is_active=False)
    sending.drop(Sending.objects.filter(robot=robot, stage=Stage.WAITING), "ended")
    journal.record(robot, "core.switch_robot_off", by=by)
    return robot


@action
def switch_robot_on(robot: Robot, *, by: Member | None) -> Robot:
    """Let a robot bring notices again, from now on."""
    access.check(by, "core.switch_robot_on")
    _check_keeps(robot.unit, robot.organisation, by)
    if robot.is_active:
        raise NotNow(
            "core.robot_is_on",
            gettext_noop("{robot} is switched on already. Send a test message to see that it works."),
            robot=robot.name,
        )
    rows.move(robot, is_active=True, failures=0, last_error="", free_at=LONG_AGO)
    journal.record(robot, "core.switch_robot_on", by=by)
    return robot


@action
def try_robot(robot: Robot, *, by: Member | None) -> Sending:
    """Send a test message to the group of a robot, with the next tick, also outside working hours."""
    access.check(by, "core.try_robot")
    _check_keeps(robot.unit, robot.organisation, by)
    if not robot.is_active:
        raise NotNow(
            "core.robot_tested_off",
            gettext_noop("{robot} is switched off. Switch it on, then send the test message."),
            robot=robot.name,
        )
    now = clock.now()
    waits = Sending.objects.filter(robot=robot, what=Sending.What.TEST, stage=Stage.WAITING)
    sent = waits.first() or Sending.objects.create(
        channel=Sending.Channel.ROBOT, what=Sending.What.TEST, robot=robot, created_at=now, due_at=now
    )
    Robot.objects.filter(pk=robot.pk).update(free_at=LONG_AGO)
    journal.record(robot, "core.try_robot", by=by)
    return sent


@action
def send_again(sendings: list[Sending], *, by: Member | None) -> int:
    """Send again what failed, or of which nobody knows whether it arrived; gives how many were put back.

    Raises
    ------
    NotNow
        ``core.not_failed``: none of them failed.
    """
    access.check(by, "core.send_again")
    ended = Sending.objects.filter(
        pk__in=[one.pk for one in sendings], stage__in=[Stage.FAILED, Stage.UNCLEAR]
    )
    due_at = quiet.next_moment(clock.now())
    n = ended.update(stage=Stage.WAITING, tries=0, claim="", due_at=due_at, error_code="", error="")
    if not n:
        raise NotNow(
            "core.not_failed",
            gettext_noop("None of these messages failed. Choose failed or unclear ones."),
        )
    journal.record(
        by.unit if by else None,
        "core.send_again",
        by=by,
        state={},
        sendings=sorted(one.pk for one in sendings),
    )
    return n
