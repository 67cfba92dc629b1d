"""How everything is written: one function, one transaction."""

from __future__ import annotations

import hashlib
import json
import random
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import IntegrityError, OperationalError, models, transaction

from shanhai.core import clock
from shanhai.core.models import Member, RepeatedCall
from shanhai.kernel.refusals import BadInput, ChangedMeanwhile, gettext_noop

P = ParamSpec("P")
T = TypeVar("T")

ATTEMPTS = 5
# PostgreSQL: serialization_failure, deadlock_detected.
_WORTH_ANOTHER_TRY = {"40001", "40P01"}


def action(function: Callable[P, T]) -> Callable[P, T]:
    """Make a function an action: all that it writes is committed together, or nothing is.

    The outermost action is tried again (at most five times in all) when the database broke it off for another
    transaction: a serialisation failure or deadlock on PostgreSQL, a locked SQLite file. Inside another action it is a
    savepoint, so its caller may catch a refusal and go on.

    Rows given as arguments are put back as they were when the transaction is undone, so neither a second try nor a
    form shown again works with values that were never stored.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        connection = transaction.get_connection()
        rows = [
            (row, dict(row.__dict__)) for row in (*args, *kwargs.values()) if isinstance(row, models.Model)
        ]
        if connection.in_atomic_block:
            return _attempt(function, args, kwargs, rows, [])
        for attempt in range(1, ATTEMPTS + 1):
            committed: list[bool] = []
            try:
                return _attempt(function, args, kwargs, rows, committed)
            except OperationalError as error:
                # After the commit the error comes from what was left to on_commit: running again would do it twice.
                if committed or attempt == ATTEMPTS or not is_worth_another_try(error):
                    raise
            time.sleep(random.uniform(0, 0.005 * 2**attempt))
        raise AssertionError("unreachable")

    return run


def _attempt(
    function: Callable[..., T],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    rows: list[tuple[models.Model, dict[str, Any]]],
    committed: list[bool],
) -> T:
    try:
        with transaction.atomic():
            transaction.on_commit(lambda: committed.append(True))
            return function(*args, **kwargs)
    except BaseException:
        if not committed:
            for row, before in rows:
                row.__dict__.clear()
                row.__dict__.update(before)
        raise


def is_worth_another_try(error: BaseException) -> bool:
    """Whether the database broke a transaction off only because of another one."""
    cause = error.__cause__
    if getattr(cause, "sqlstate", None) in _WORTH_ANOTHER_TRY:
        return True
    text = str(error)
    # Our own queue says how long it waited; waiting that long again would only hide the cause.
    return "is locked" in text and "another writer kept it" not in text


def once(
    member: Member | None, route: str, key: str, body: Any, call: Callable[[], tuple[int, Any]]
) -> tuple[int, Any]:
    """Answer a call that may be sent twice, doing it once.

    Parameters
    ----------
    member
        Who calls; keys of different members do not meet.
    route
        Which call: "POST /api/v1/pairing/agreements".
    key
        The caller's idempotency key, 1 to 80 characters.
    body
        What was sent, as plain JSON types: the same key with another body is refused.
    call
        Does it and gives status and answer (plain JSON types). Both are kept in the transaction that does it, so a
        call whose answer was lost is answered and not done again. A refusal is not kept: it may be tried again.

    Raises
    ------
    BadInput
        ``core.key_reused``: the key came with another body before. ``core.key_form``: no such key.
    ChangedMeanwhile
        ``core.key_in_use``: the same call is being done just now.
    """
    if not 1 <= len(key) <= 80:
        raise BadInput(
            "core.key_form",
            gettext_noop("The idempotency key has {n} characters. Give 1 to 80."),
            n=len(key),
        )
    where = {"member_id": member.pk if member is not None else 0, "route": route[:120], "key": key}
    sha256 = hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()
    kept = _kept_answer(where, sha256)
    if kept is not None:
        return kept
    try:
        return _call_and_keep(where, sha256, call)
    except _AlreadyKept:
        kept = _kept_answer(where, sha256)
        if kept is None:
            raise ChangedMeanwhile(
                "core.key_in_use",
                gettext_noop("The same call is being done just now. Send it again in a moment."),
                key=key,
            ) from None
        return kept


class _AlreadyKept(Exception):
    """Somebody else kept an answer under this key while we worked."""


@action
def _call_and_keep(
    where: dict[str, Any], sha256: str, call: Callable[[], tuple[int, Any]]
) -> tuple[int, Any]:
    # The row comes first: of two calls at once the second waits here (PostgreSQL) or in the queue (SQLite).
    try:
        with transaction.atomic():
            kept = RepeatedCall.objects.create(
                **where, body_sha256=sha256, status=0, answer="", at=clock.now()
            )
    except IntegrityError:
        raise _AlreadyKept from None
    status, answer = call()
    kept.status, kept.answer = status, json.dumps(answer, ensure_ascii=False, default=str)
    kept.save(update_fields=["status", "answer"])
    return status, json.loads(kept.answer)


def _kept_answer(where: dict[str, Any], sha256: str) -> tuple[int, Any] | None:
    kept = RepeatedCall.objects.filter(**where).first()
    if kept is None:
        return None
    if kept.body_sha256 != sha256:
        raise BadInput(
            "core.key_reused",
            gettext_noop(
                "The idempotency key {key} was used for another request. Send this one with a new key."
            ),
            key=where["key"],
        )
    return kept.status, json.loads(kept.answer)
