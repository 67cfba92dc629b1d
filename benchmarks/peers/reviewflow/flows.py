"""Flows: filing, then two items at once, then the permit; and one item with two hundred behind it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db.models import F
from viewflow import this
from viewflow.workflow import flow
from viewflow.workflow.models import Process

from reviewflow.days import TODAY, add_working
from reviewflow.models import Item

ITEMS = {"filing": 2, "eia": 7, "scheme": 5, "permit": 5}
AFTER = {"filing": (), "eia": ("filing",), "scheme": ("filing",), "permit": ("eia", "scheme")}
WIDE = 200
_user: list[User] = []


def reviewer(_activation: Any) -> User:
    """Who decides; read once, as ours is with the request."""
    if not _user:
        _user.append(User.objects.get(username="reviewer"))
    return _user[0]


def opened(activation: Any) -> None:
    """A task was made: its item opens, with its due day."""
    code = activation.flow_task.name
    Item.objects.filter(process=activation.process, code=code).update(
        state="open", opens_on=TODAY, due_on=add_working(TODAY, ITEMS.get(code, 5)), version=F("version") + 1
    )


def step(after: Any) -> Any:
    """An item that a reviewer decides."""
    return flow.View(None).Assign(reviewer).onCreate(opened).Next(after)


class Review(flow.Flow):
    """The four items of our benchmark."""

    process_class = Process
    start = flow.StartHandle().Next(this.filing)
    filing = step(this.both)
    both = flow.Split().Next(this.eia).Next(this.scheme)
    eia = step(this.joined)
    scheme = step(this.joined)
    joined = flow.Join().Next(this.permit)
    permit = step(this.end)
    end = flow.End()


def _wide() -> dict[str, Any]:
    split = flow.Split()
    nodes: dict[str, Any] = {}
    for i in range(WIDE - 1):
        split = split.Next(getattr(this, f"i{i}"))
        nodes[f"i{i}"] = step(this.joined)
    return {
        "process_class": Process, "start": flow.StartHandle().Next(this.first), "first": step(this.everything),
        "everything": split, **nodes, "joined": flow.Join().Next(this.end), "end": flow.End(),
    }  # fmt: skip


Wide = type(
    "Wide",
    (flow.Flow,),
    {"__module__": __name__, "__doc__": "One item, and all others behind it.", **_wide()},
)
