"""Reads of phone links: those of a unit, those on a record, and how each stands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from shanhai.core import access, clock, link_rules, links, rulebook, signs
from shanhai.core.link_rules import Stage, State
from shanhai.core.models import Member, PhoneLink
from shanhai.core.signs import LinkKind
from shanhai.core.work import pairing_of
from shanhai.kernel.refusals import BadInput, NotFound, Refused, gettext_noop


def most_tries() -> int:
    """After how many wrong phone numbers a link is locked."""
    return rulebook.whole("core.link_tries", clock.today())


def default_until() -> date:
    """The last day of a link where its issuer names none."""
    return clock.today() + timedelta(days=rulebook.whole("core.link_days", clock.today()))


def most_days() -> int:
    """How many days from today the last day of a link may lie."""
    return rulebook.whole("core.link_most_days", clock.today())


def tries_left(link: PhoneLink) -> int:
    """How many wrong phone numbers a link still takes."""
    most = link.__dict__.get("_most_tries")
    return max(0, (most_tries() if most is None else most) - link.wrong_tries)


def know_tries(found: Iterable[PhoneLink]) -> None:
    """Tell the rows of a list how many tries there are, so that the rulebook is asked once for all of them."""
    most = most_tries()
    for link in found:
        link.__dict__["_most_tries"] = most


def state_of(link: PhoneLink) -> State:
    """How a link stands now."""
    return link_rules.state_of(link.stage, link.expires_at, tries_left(link), clock.now())


def last_day(link: PhoneLink) -> date:
    """The last day on which a link opens."""
    return clock.local(link.expires_at - timedelta(microseconds=1)).date()


def links_for(member: Member | None) -> QuerySet[PhoneLink]:
    """The links of the member's unit, latest first; an auditor and the system see all."""
    found = PhoneLink.objects.select_related("unit__organisation", "issued_by").order_by("-issued_at", "-pk")
    if member is None or access.standing(member).roles & access.SEES_ALL:
        return found
    return found.filter(unit_id=member.unit_id)


def links_on(member: Member | None, record: Any) -> QuerySet[PhoneLink]:
    """The links of the member's unit that open a record."""
    return links_for(member).filter(subject_kind=record._meta.label_lower, subject_id=record.pk)


def link_of(member: Member | None, code: str) -> PhoneLink:
    """A link of the member's unit.

    Raises
    ------
    NotFound
        ``core.no_link``
    """
    found = links_for(member).filter(code=code[:12]).first()
    if found is None:
        raise NotFound(
            "core.no_link",
            gettext_noop("Your unit has no phone link {link}. The list of links has all of them."),
            link=code[:20],
        )
    return found


def by_token(token: str) -> PhoneLink | None:
    """The link that a token opens; None for one that was altered or that no link has any more."""
    if not links.is_signed(token):
        return None
    return _opened().filter(digest=links.digest_of(token)).first()


def by_code(code: str) -> PhoneLink | None:
    """The link that a phone page stands for."""
    return _opened().filter(code=code).first()


def _opened() -> QuerySet[PhoneLink]:
    return PhoneLink.objects.select_related("unit__organisation", "issued_by")


def tally(found: QuerySet[PhoneLink]) -> dict[State, int]:
    """How many links stand how (one statement)."""
    given = _states()
    counted = found.order_by().aggregate(
        **{str(state): Count("pk", filter=of) for state, of in given.items()}
    )
    return {state: counted[state] for state in given}


def in_state(found: QuerySet[PhoneLink], state: str) -> QuerySet[PhoneLink]:
    """The links in a state; all of them for any other word."""
    return found.filter(_states()[State(state)]) if state in set(State) else found


def _states() -> dict[State, Q]:
    now, most = clock.now(), most_tries()
    lasting = Q(expires_at__gt=now)
    unused = Q(stage=Stage.UNUSED) & lasting
    return {
        State.UNUSED: unused & Q(wrong_tries__lt=most),
        State.LOCKED: unused & Q(wrong_tries__gte=most),
        State.BOUND: Q(stage=Stage.BOUND) & lasting,
        State.EXPIRED: Q(stage__in=link_rules.LIVING) & ~lasting,
        State.DONE: Q(stage=Stage.DONE),
        State.REVOKED: Q(stage=Stage.REVOKED),
    }


def kind_named(record: Any, code: str) -> LinkKind:
    """What a link shall open of a record; without a code the only thing that there is.

    Raises
    ------
    BadInput
        ``core.link_kind``
    """
    offered = links.kinds_for(record._meta.label_lower)
    found = [kind for kind in offered if code in ("", kind.code)]
    if len(found) != 1:
        raise BadInput(
            "core.link_kind",
            gettext_noop("Say what the link shall open of this record: {kinds}."),
            kinds=", ".join(kind.code for kind in offered) or "–",
            field="kind",
        )
    return found[0]


def may_issue(member: Member, record: Any, kind: LinkKind) -> bool:
    """Whether a member could do or read themselves what the link would open, and the record is at a point where it can be."""
    if not access.may(member, "core.issue_link"):
        return False
    if not access.may(member, kind.access, pairing_id=pairing_of(record)):
        return False
    try:
        if kind.check:
            signs.call(kind.check)(record, member)
    except Refused:
        return False
    return True


def as_row(link: PhoneLink) -> dict[str, Any]:
    """A link as commands and API show it: no token, and of the number its last digits."""
    return {
        "code": link.code,
        "opens": link.kind,
        "kind": link.subject_kind,
        "id": link.subject_id,
        "holder": link.holder,
        "role": str(link.role),
        "phone": links.phone(link),
        "state": str(state_of(link)),
        "wrong_tries": link.wrong_tries,
        "issued_at": link.issued_at,
        "issued_by": link.issued_by.code if link.issued_by else "",
        "until_on": last_day(link),
        "bound_at": link.bound_at,
        "used_at": link.used_at,
        "done_at": link.done_at,
        "revoked_at": link.revoked_at,
        "reason": link.revoked_reason,
        "version": link.version,
    }
