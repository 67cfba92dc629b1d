"""Telling people of facts: each fact once, each member once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from shanhai.core import clock
from shanhai.core.channels import planning
from shanhai.core.models import Member, Notice, NoticeFact

# The badge says "99+" beyond this, so nothing counts further.
COUNT_UP_TO = 100
# Asked on every page and never kept: who has just read a notice sees it gone. Written once, as in ``core.access``.
_UNREAD = "SELECT count(*) FROM (SELECT 1 FROM core_notice WHERE member_id = %s AND read_at IS NULL LIMIT %s) AS few"


def tell(
    key: str,
    kind: str,
    what: str,
    facts: dict[str, Any] | None = None,
    url: str = "",
    members: Iterable[Member | int] = (),
    pairing_id: int | None = None,
    by: Member | None = None,
) -> int:
    """Tell members of a fact; gives how many were told now.

    Told again under the same key, only members who were not told before get a notice, so a sweep may call this each
    minute.

    Parameters
    ----------
    key
        Names the fact: "pairing.action_item:12:reminder:-7".
    what, facts
        The sentence as an English template marked for translation, and its facts (plain JSON types).
    by
        Who has it told, and so may see who has read it; None where rules do.
    """
    ids = list(dict.fromkeys(one if isinstance(one, int) else one.pk for one in members))
    if not ids:
        return 0
    with transaction.atomic():
        return _tell(key, kind, what, facts or {}, url, ids, pairing_id, by)


def told(keys: Iterable[str]) -> set[str]:
    """Which of some facts people were told of already (one statement for each thousand)."""
    keys, found = list(keys), set()
    for at in range(0, len(keys), 1000):
        some = NoticeFact.objects.filter(key__in=keys[at : at + 1000])
        found |= set(some.values_list("key", flat=True))
    return found


def _tell(
    key: str,
    kind: str,
    what: str,
    facts: dict[str, Any],
    url: str,
    ids: list[int],
    pairing_id: int | None,
    by: Member | None,
) -> int:
    at = clock.now()
    NoticeFact.objects.bulk_create(
        [
            NoticeFact(
                key=key, kind=kind, what=what, facts=facts, url=url, pairing_id=pairing_id, at=at, by=by
            )
        ],
        ignore_conflicts=True,
    )
    fact = NoticeFact.objects.get(key=key)
    told = set(Notice.objects.filter(fact=fact, member_id__in=ids).values_list("member_id", flat=True))
    new = [pk for pk in ids if pk not in told]
    Notice.objects.bulk_create([Notice(fact=fact, member_id=pk, at=at) for pk in new], ignore_conflicts=True)
    if new:
        planning.plan(fact, new, at)
    return len(new)


def unread_count(member: Member) -> int:
    """Unread notices of a member, counted up to 100."""
    with connection.cursor() as cursor:
        cursor.execute(_UNREAD, [member.pk, COUNT_UP_TO])
        return int(cursor.fetchone()[0])


# Reading is no act of the cooperation: nobody else is shown it and no figure rests on it, so neither of the two writes
# a journal entry.


@transaction.atomic
def mark_read(member: Member, ids: Iterable[int] | None = None, at: datetime | None = None) -> int:
    """Mark notices of a member as read, all of them where none are named; gives how many were unread."""
    unread = Notice.objects.filter(member=member, read_at=None)
    if ids is not None:
        unread = unread.filter(pk__in=list(ids))
    return unread.update(read_at=at or clock.now())


@transaction.atomic
def mark_unread(member: Member, at: datetime) -> int:
    """Take back what was marked as read at one instant; gives how many that were."""
    return Notice.objects.filter(member=member, read_at=at).update(read_at=None)
