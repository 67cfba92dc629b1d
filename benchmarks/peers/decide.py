"""Decisions of reviewers in a flow of Viewflow; runs in the peer's own environment: ``python decide.py URL``.

One line in, one line of JSON out: ``prepare N`` starts N processes, ``decide N`` takes N decisions, the oldest first,
``wide N`` starts one process of N items behind a first one and decides that.

The work of a decision is that of ours: the task and its process are read, permission and state are asked, no opinion is out,
the working days are counted, the item is moved if it is still where it was seen, the flow goes on (split, join, tasks with
their due days), and each row that moved has an entry in a journal with a sum over its text.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections import deque
from typing import Any
from urllib.parse import urlsplit

import django
from django.conf import settings


def configure(url: str) -> None:
    """Django with the flow's own tables, on a file of SQLite or a database of PostgreSQL; settings as the product's."""
    at = urlsplit(url)
    if at.scheme == "sqlite":
        own: dict[str, Any] = {
            "ENGINE": "django.db.backends.sqlite3", "NAME": at.path,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }  # fmt: skip
    else:
        own = {
            "ENGINE": "django.db.backends.postgresql", "NAME": at.path[1:], "HOST": at.hostname, "PORT": at.port or 5432,
            "USER": at.username or "", "PASSWORD": at.password or "",
        }  # fmt: skip
    settings.configure(
        DATABASES={"default": own},
        INSTALLED_APPS=[
            "django.contrib.auth", "django.contrib.contenttypes", "viewflow", "viewflow.workflow", "reviewflow",
        ],
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        SECRET_KEY="benchmark",
    )  # fmt: skip
    django.setup()


class Bench:
    """The tables, the reviewer, the processes that wait to be decided."""

    def __init__(self) -> None:
        from django.contrib.auth.models import User
        from django.core.management import call_command
        from django.db import connection
        from reviewflow import days, flows, models
        from viewflow.workflow.models import Task

        self.days, self.flows, self.models, self.tasks, self.connection = (
            days,
            flows,
            models,
            Task,
            connection,
        )
        call_command("migrate", verbosity=0)
        call_command("migrate", verbosity=0, run_syncdb=True)  # our tables point at theirs
        self.user = User.objects.create(username="reviewer")
        self.waiting: deque[tuple[int, str]] = deque()

    def prepare(self, n: int) -> None:
        """Start ``n`` processes with their items; nothing of it is timed."""
        from django.db import transaction

        flow = self.flows.Review
        for _ in range(n):
            with transaction.atomic():
                process = self._process(flow, self.flows.ITEMS)
            for code in self.flows.ITEMS:
                self.waiting.append((process.pk, code))

    def _process(self, flow: Any, items: dict[str, int]) -> Any:
        item = self.models.Item
        process = flow.process_class(flow_class=flow)
        activation = flow.start.activation_class.create(flow.start, None, None)
        activation.process.save()
        process = activation.process
        item.objects.bulk_create(
            item(process=process, code=code, promised_days=n) for code, n in items.items()
        )
        activation.execute()
        return process

    def decide(self, process: int, code: str, flow: Any = None) -> None:
        """One decision of the reviewer, as a page of Viewflow takes it."""
        from django.db import transaction

        flow, today, items = flow or self.flows.Review, self.days.TODAY, self.models.Item.objects
        node = flow.instance.node(code)
        with transaction.atomic(), flow.lock(process):
            task = self.tasks.objects.select_related("process", "owner").get(
                process_id=process, flow_task=node, status="ASSIGNED"
            )
            activation = node.activation_class(task)
            if not activation.start.has_perm(self.user):
                raise PermissionError(code)
            item = items.get(process_id=process, code=code)
            if (
                item.state != "open"
                or self.models.Opinion.objects.filter(item=item, replied_on=None).exists()
            ):
                raise RuntimeError(code)
            activation.start(None)
            moved = items.filter(pk=item.pk, version=item.version).update(
                state="decided", decision="approved", decided_on=today, days=self.days.count_working(item.opens_on, today),
                version=item.version + 1,
            )  # fmt: skip
            if not moved:
                raise RuntimeError(code)
            activation.execute()
            behind = [one for one, after in self.flows.AFTER.items() if code in after]
            behind = behind or [f"i{i}" for i in range(self.flows.WIDE - 1)] if code == "first" else behind
            rows = [item, *items.filter(process_id=process, code__in=behind)]
            self.models.Entry.objects.bulk_create(self._entry(row) for row in rows)

    def _entry(self, row: Any) -> Any:
        body = json.dumps(
            {"id": row.pk, "kind": "item", "by": self.user.pk, "code": row.code, "state": row.state,
             "opens_on": str(row.opens_on), "due_on": str(row.due_on), "decision": "approved", "version": row.version},
            ensure_ascii=False, sort_keys=True, separators=(",", ":"),
        )  # fmt: skip
        digest = hashlib.sha256(body.encode()).digest()
        return self.models.Entry(kind="item", subject=row.pk, user=self.user, body=body, digest=digest)

    def timed(self, n: int) -> dict[str, Any]:
        """Take ``n`` decisions; seconds of each by the clock, and of the processor together."""
        clock, began = [], time.process_time()
        for _ in range(n):
            process, code = self.waiting.popleft()
            at = time.perf_counter()
            self.decide(process, code)
            clock.append(time.perf_counter() - at)
        return {"clock": clock, "processor": time.process_time() - began}

    def statements(self) -> int:
        """Statements of the decision that joins."""
        from django.test.utils import CaptureQueriesContext

        self.prepare(1)
        pairs = [self.waiting.pop() for _ in self.flows.ITEMS][::-1]
        for process, code in pairs[:2]:
            self.decide(process, code)
        with CaptureQueriesContext(self.connection) as seen:
            self.decide(*pairs[2])
        return len(
            [one for one in seen if not one["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))]
        )

    def wide(self, n: int) -> float:
        """Milliseconds by the processor in which a process of ``n`` items advances by its first."""
        from django.db import transaction

        flow = self.flows.Wide
        with transaction.atomic():
            process = self._process(flow, {"first": 1, **{f"i{i}": 5 for i in range(n - 1)}})
        began = time.process_time()
        self.decide(process.pk, "first", flow)
        return (time.process_time() - began) * 1000


def main(url: str) -> None:
    """Answer lines until there are none."""
    configure(url)
    import viewflow

    bench = Bench()
    print(
        json.dumps({"version": getattr(viewflow, "__version__", "2.4.0"), "statements": bench.statements()}),
        flush=True,
    )
    for line in sys.stdin:
        what, n = line.split()
        if what == "prepare":
            bench.prepare(int(n))
            told: Any = {}
        elif what == "decide":
            told = bench.timed(int(n))
        else:
            told = {"ms": bench.wide(int(n))}
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
