"""``shanhai robots ...``: robots that bring notices to group chats."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.core.actions import robots as actions
from shanhai.core.models import Robot
from shanhai.core.queries import sendings
from shanhai.fields.office.cli import shared
from shanhai.fields.office.queries import told
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, acting, done, noun, show, written

app = noun("Robots of group chats in DingTalk and WeCom.")
Id = Annotated[int, typer.Argument(metavar="ROBOT", help="Number of the list.")]
Name = Annotated[str, given.text("--name", 80, "As the group is called.")]
FROM_INPUT = "Reads the webhook address, and on a second line the secret, from standard input, so that neither stands in the history of the shell."


def _secrets() -> tuple[str, str]:
    """Address and secret, a line each."""
    lines = [line.strip() for line in sys.stdin.read().splitlines()] + ["", ""]
    return lines[0], lines[1]


@app.command("list")
def list_robots(as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """List the robots that one keeps, and how they work."""
    rows = sendings.robots_for(shared.reader("office.view_robots")).order_by("name", "pk")
    headings: dict[str, Any] = {
        "id": _("Robot"),
        "name": _("Name"),
        "kind": _("Platform"),
        "organisation": _("Organisation"),
        "unit": _("Unit"),
        "is_active": _("Switched on"),
        "failures": _("Failures"),
        "last_error": _("Last failure"),
        "last_sent_at": _("Last sent"),
    }
    show((told.robot_row(one) for one in rows.iterator(1000)), headings, as_json=as_json, as_csv=as_csv)


def _done(robot: Robot, sentence: str, dry_run: bool, as_json: bool) -> None:
    done(sentence, told.robot_row(robot), dry_run=dry_run, as_json=as_json)


@app.command("add", epilog=FROM_INPUT)
def add(
    kind: Annotated[str, typer.Argument(parser=given.line(12), metavar="dingtalk|wecom")],
    name: Name,
    unit: Annotated[str, typer.Option("--unit", help="Code of the unit whose group it is.")] = "",
    organisation: Annotated[
        str, typer.Option("--organisation", help="Code of the organisation, for a group of all of it.")
    ] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Add a robot; its webhook address and secret are read from standard input, a line each."""
    of_organisation, of_unit = told.group_named(organisation, unit)
    address, secret = _secrets()
    robot = written(
        lambda: actions.add_robot(
            of_organisation, unit=of_unit, kind=kind, name=name, address=address, secret=secret, by=acting()
        ),
        dry_run=dry_run,
    )
    _done(robot, _("Added. Send a test message to see that it arrives."), dry_run, as_json)


@app.command("change", epilog=FROM_INPUT)
def change(
    robot: Id,
    name: Annotated[str, given.text("--name", 80, "Another name.")] = "",
    secrets: Annotated[bool, typer.Option("--secrets", help="Read address and secret from input.")] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Give a robot another name, or another address and secret."""
    one = sendings.robot_of(acting(), robot)
    address, secret = _secrets() if secrets else ("", "")
    written(
        lambda: actions.change_robot(one, name=name, address=address, secret=secret, by=acting()),
        dry_run=dry_run,
    )
    _done(one, _("Saved."), dry_run, as_json)


@app.command("off")
def off(robot: Id, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Switch a robot off; what waits for it is dropped."""
    one = sendings.robot_of(acting(), robot)
    written(lambda: actions.switch_robot_off(one, by=acting()), dry_run=dry_run)
    _done(one, _("Switched off; what waited for it is dropped."), dry_run, as_json)


@app.command("on")
def on(robot: Id, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Switch a robot on again."""
    one = sendings.robot_of(acting(), robot)
    written(lambda: actions.switch_robot_on(one, by=acting()), dry_run=dry_run)
    _done(one, _("Switched on; it brings what is told from now on."), dry_run, as_json)


@app.command("test")
def test(robot: Id, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Send a test message to the group with the next tick."""
    one = sendings.robot_of(acting(), robot)
    written(lambda: actions.try_robot(one, by=acting()), dry_run=dry_run)
    _done(one, _("A test message goes out within a minute."), dry_run, as_json)
