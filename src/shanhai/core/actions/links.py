"""Writes of phone links: issued, extended, revoked by members; opened, bound and used by whoever holds them.

Who holds a link is no member: those actions are the system's (``by=None``), and the journal names the holder. What a
person without an account gets wrong is an outcome and no refusal, since a refused action would also forget the try.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, BinaryIO

from django.db.models import F
from django.utils.crypto import constant_time_compare

from shanhai.core import access, clock, journal, link_rules, links, notices, records, rows, signs, undo, work
from shanhai.core.actions import documents
from shanhai.core.link_rules import Answer, Stage, State, Tried
from shanhai.core.models import Document, Member, PhoneLink
from shanhai.core.queries import links as queries
from shanhai.core.signs import LinkDeed
from shanhai.core.writing import action
from shanhai.kernel.refusals import BadInput, ChangedMeanwhile, NotAllowed, NotNow, gettext_noop

# Bound phones that look again within this time are one opening on the record.
MINUTES_OF_ONE_OPENING = 10


@action
def issue_link(
    record: Any,
    *,
    kind: str = "",
    holder: str,
    role: str,
    phone: str,
    until_on: date | None = None,
    call: str = "",
    is_illustrative: bool = False,
    by: Member | None,
) -> tuple[PhoneLink, str]:
    """Make a link that opens one task or statement for one person, on the phone with this number.

    Parameters
    ----------
    kind
        What it opens (``signs.link_kinds``); may be left out where the record offers one thing.
    until_on
        Its last day; by default some days from today (rulebook ``core.link_days``).
    call
        Whom the person may call, as the phone shows it; by default the issuer and the unit.

    Returns
    -------
    tuple[PhoneLink, str]
        The row, and the token, which is not kept and cannot be shown again.
    """
    access.check(by, "core.issue_link")
    opens = queries.kind_named(record, kind)
    records.check(by, record)
    access.check(by, opens.access, pairing_id=work.pairing_of(record))
    if opens.check:
        signs.call(opens.check)(record, by)
    holder = holder.strip()
    if not holder:
        raise BadInput(
            "core.link_holder",
            gettext_noop(
                "Say for whom the link is: the name stands on the record beside what is done by it."
            ),
            field="holder",
        )
    number = link_rules.plain_number(phone)
    until_on = until_on or queries.default_until()
    link_rules.check_until(until_on, clock.today(), queries.most_days())
    token = links.new_token()
    link = PhoneLink.objects.create(
        code=secrets.token_hex(4),
        digest=links.digest_of(token),
        kind=opens.code,
        subject_kind=record._meta.label_lower,
        subject_id=record.pk,
        of_pairing_id=work.pairing_of(record),
        unit=by.unit if by is not None else _unit_of(record),
        issued_by=by,
        issued_at=clock.now(),
        expires_at=_end_of(until_on),
        holder=holder[:80],
        role=PhoneLink.Role(role),
        phone_digest=links.digest_of_number(number),
        phone_last=number[-4:],
        call=call.strip()[:120],
        is_illustrative=is_illustrative,
    )
    journal.record(link, "core.issue_link", by=by, **_told(link, record))
    return link, token


@action
def renew_link(link: PhoneLink, *, by: Member | None) -> tuple[PhoneLink, str]:
    """Make a new token for a link, since the old one cannot be shown again: the old one opens nothing any more."""
    access.check(by, "core.renew_link", owner=link)
    link_rules.check_living(link.code, link.stage)
    _check_time(link)
    token = links.new_token()
    rows.move(link, digest=links.digest_of(token), **_RELEASED)
    journal.record(link, "core.renew_link", by=by)
    return link, token


@action
def extend_link(link: PhoneLink, *, until_on: date, by: Member | None) -> PhoneLink:
    """Give a link a later last day; one that has expired opens again."""
    access.check(by, "core.extend_link", owner=link)
    link_rules.check_living(link.code, link.stage)
    last_on = queries.last_day(link)
    link_rules.check_longer(link.code, last_on, until_on)
    link_rules.check_until(until_on, clock.today(), queries.most_days())
    rows.move(link, expires_at=_end_of(until_on), expired_before=link.expires_at, extended_at=clock.now())
    journal.record(link, "core.extend_link", by=by, before=last_on, until_on=until_on)
    return link


@action
def take_back_extension(link: PhoneLink, *, by: Member | None) -> PhoneLink:
    """The undo of extending, for some minutes."""
    access.check(by, "core.take_back_extension", owner=link)
    link_rules.check_living(link.code, link.stage)
    _check_undo(link, link.extended_at)
    rows.move(link, expires_at=link.expired_before, expired_before=None, extended_at=None)
    journal.record(link, "core.take_back_extension", by=by, until_on=queries.last_day(link))
    return link


@action
def revoke_link(link: PhoneLink, *, reason: str = "", by: Member | None) -> PhoneLink:
    """End a link at once: whoever opens it from now on is told so.

    It holds whatever version the issuer saw, since wrong tries of others move the row; only a link that is done stays
    done. A deed that is under way is finished first or not at all.
    """
    access.check(by, "core.revoke_link", owner=link)
    now = clock.now()
    moved = PhoneLink.objects.filter(pk=link.pk, stage__in=link_rules.LIVING).update(
        stage=Stage.REVOKED, revoked_at=now, revoked_reason=reason.strip()[:200], version=F("version") + 1
    )
    link.refresh_from_db()
    if not moved:
        link_rules.check_living(link.code, link.stage)
    journal.record(link, "core.revoke_link", by=by, reason=link.revoked_reason)
    return link


@action
def restore_link(link: PhoneLink, *, by: Member | None) -> PhoneLink:
    """The undo of revoking, for some minutes; the phone that it was bound to is let in again."""
    access.check(by, "core.restore_link", owner=link)
    if link.stage != Stage.REVOKED:
        raise NotNow(
            "core.link_not_revoked",
            gettext_noop("Link {link} is not revoked. Look at how it stands on its page."),
            link=link.code,
        )
    _check_undo(link, link.revoked_at)
    rows.move(
        link,
        stage=Stage.BOUND if link.device_digest else Stage.UNUSED,
        revoked_at=None,
        revoked_reason="",
    )
    journal.record(link, "core.restore_link", by=by)
    return link


_RELEASED: dict[str, Any] = {"stage": Stage.UNUSED, "device_digest": "", "bound_at": None, "wrong_tries": 0}


@action
def release_link(link: PhoneLink, *, by: Member | None) -> PhoneLink:
    """Let another phone in: the next one that gives the right number. The phone before is shut out, tries begin anew."""
    access.check(by, "core.release_link", owner=link)
    link_rules.check_living(link.code, link.stage)
    if link.stage == Stage.UNUSED and not link.wrong_tries:
        raise NotNow(
            "core.link_not_bound",
            gettext_noop("No phone uses link {link} yet, and no try is spent. Ask the person to open it."),
            link=link.code,
        )
    rows.move(link, **_RELEASED)
    journal.record(link, "core.release_link", by=by)
    return link


# -- by the holder ---------------------------------------------------------------------------------------------------


@action
def open_link(link: PhoneLink, *, device: str = "", by: Member | None = None) -> Answer:
    """What a phone sees that opens a link, and that it was opened.

    A link whose record was settled by others meanwhile answers as done. Looked at again by its phone within some
    minutes, it is one opening.
    """
    access.check(by, "core.open_link")
    is_its = links.is_its_phone(link, device)
    state = _state_with_record(link)
    answer = link_rules.answer_to(state, is_its, queries.tries_left(link))
    now = clock.now()
    is_again = is_its and link.used_at is not None
    if is_again and now - link.used_at < timedelta(minutes=MINUTES_OF_ONE_OPENING):  # type: ignore[operator]
        return answer
    # Not a declared state field: the version stays, so that opening a link disturbs nobody who changes it.
    PhoneLink.objects.filter(pk=link.pk).update(used_at=now)
    link.used_at = now
    with journal.by_holder(link):
        journal.record(link, "core.open_link", by=None, state={}, answer=str(answer), is_its_phone=is_its)
    return answer


@action
def try_number(link: PhoneLink, *, number: str, by: Member | None = None) -> tuple[Tried, str]:
    """Compare a typed phone number with that of a link; the first phone that knows it is the one that the link is bound to.

    Each try is counted before it is compared, so that many at once get no more than there are. The right number on
    another phone is no wrong try; the issuer is told and may let it in (``release_link``).

    Returns
    -------
    tuple[Tried, str]
        What came of it, and the key for the cookie of the phone that is bound now.
    """
    access.check(by, "core.try_number")
    given = link_rules.plain_number(number)
    counted = PhoneLink.objects.filter(
        pk=link.pk, stage__in=link_rules.LIVING, wrong_tries__lt=queries.most_tries()
    ).update(wrong_tries=F("wrong_tries") + 1, version=F("version") + 1)
    link.refresh_from_db()
    left = queries.tries_left(link) + counted
    state = _state_with_record(link)
    if counted and state == State.LOCKED:
        state = State.UNUSED  # by this very try, which is still open
    is_right = constant_time_compare(links.digest_of_number(given), link.phone_digest)
    outcome = link_rules.tried(state, is_right, left)
    device = ""
    if counted and outcome in (Tried.OVER, Tried.ELSEWHERE):
        rows.move(link, wrong_tries=link.wrong_tries - 1)
    elif outcome == Tried.BOUND:
        device = links.new_device_key()
        rows.move(
            link,
            stage=Stage.BOUND,
            device_digest=links.digest_of(device),
            bound_at=clock.now(),
            wrong_tries=0,
        )
    with journal.by_holder(link):
        journal.record(link, "core.try_number", by=None, outcome=str(outcome))
    if outcome in (Tried.ELSEWHERE, Tried.LOCKED):
        _tell_of_trouble(link, outcome)
    return outcome, device


@action
def act_by_link(
    link: PhoneLink,
    *,
    deed: str,
    device: str,
    given: Mapping[str, str],
    photos: Sequence[BinaryIO] = (),
    by: Member | None = None,
) -> str:
    """Do what a link lets its holder do; gives the sentence that the holder reads.

    The row of the link is moved first: whoever revokes it at the same moment comes before or after, and what was sent
    twice is done once.

    Raises
    ------
    NotAllowed
        ``core.link_closed``: it is not this phone's, or over.
    """
    access.check(by, "core.act_by_link")
    record: Any = links.record_of(link)
    kind = signs.link_kinds[link.kind]
    todo = kind.deed(deed)
    answer = link_rules.answer_to(
        _state_with_record(link), links.is_its_phone(link, device), queries.tries_left(link)
    )
    if answer != Answer.SHOW or todo is None:
        raise NotAllowed(
            "core.link_closed",
            gettext_noop(
                "This link does not open this any more. Open it again to see why, and whom to call."
            ),
        )
    now = clock.now()
    try:
        if todo.finishes:
            rows.move(link, stage=Stage.DONE, done_at=now, used_at=now)
        else:
            rows.move(link, used_at=now)
    except ChangedMeanwhile:
        raise NotAllowed(
            "core.link_closed",
            gettext_noop(
                "This link does not open this any more. Open it again to see why, and whom to call."
            ),
        ) from None
    with journal.by_holder(link):
        papers = [_stored(photo, link, record, todo) for photo in photos]
        sentence: str = signs.call(todo.run)(record, given, papers)
        journal.record(
            link, "core.act_by_link", by=None, deed=deed, kind=link.kind, papers=[one.pk for one in papers]
        )
    _tell_issuer(link, record)
    return sentence


# -- helpers ---------------------------------------------------------------------------------------------------------


def _state_with_record(link: PhoneLink) -> State:
    """How a link stands with its record: settled by others it is done; a statement ends with its issuer's right to read it."""
    state = queries.state_of(link)
    if state not in (State.UNUSED, State.BOUND, State.LOCKED):
        return state
    kind, record = signs.link_kinds[link.kind], links.record_of(link)
    if not kind.deeds and not access.may(link.issued_by, kind.access, pairing_id=link.of_pairing_id):
        return State.REVOKED
    return State.DONE if links.is_settled(link, record) else state


def _stored(photo: BinaryIO, link: PhoneLink, record: Any, deed: LinkDeed) -> Document:
    return documents.store_document(
        photo,
        title=records.titles(record)[0],
        pairing=link.of_pairing,
        reach=deed.reach,
        is_illustrative=link.is_illustrative,
        owner=link.unit,
        by=None,
    )


def _end_of(day: date) -> datetime:
    """The first moment after a day in Shanghai."""
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), clock.SHANGHAI)


def _unit_of(record: Any) -> Any:
    unit = getattr(record, "owner_unit", None) or getattr(record, "unit", None)
    if unit is None:
        raise NotNow(
            "core.link_without_unit",
            gettext_noop("Somebody answers for a link. Issue it as a member: --as."),
        )
    return unit


def _check_time(link: PhoneLink) -> None:
    if queries.state_of(link) == State.EXPIRED:
        raise NotNow(
            "core.link_expired",
            gettext_noop("The last day of link {link} has passed. Extend it first."),
            link=link.code,
        )


def _check_undo(link: PhoneLink, at: datetime | None) -> None:
    if at is None or clock.now() > undo.until(at):
        raise NotNow(
            "core.link_undo_over",
            gettext_noop("That cannot be taken back any more. Make a new link if one is needed."),
            link=link.code,
        )


def _told(link: PhoneLink, record: Any) -> dict[str, Any]:
    return {
        "opens": link.kind,
        "record": str(record)[:200],
        "holder": link.holder,
        "role": str(link.role),
        "phone": links.phone(link),
        "until_on": queries.last_day(link),
    }


def _issuers(link: PhoneLink) -> list[int]:
    return [link.issued_by_id] if link.issued_by_id is not None else []


def _tell_issuer(link: PhoneLink, record: Any) -> None:
    title_zh, title_en = records.titles(record)
    notices.tell(
        f"core.link:{link.pk}:used:{link.version}",
        "core.link",
        gettext_noop("{holder} has used the phone link: {title}"),
        {"holder": link.holder, "title": title_zh, "title_en": title_en},
        records.url(record),
        _issuers(link),
        link.of_pairing_id,
    )


def _tell_of_trouble(link: PhoneLink, outcome: Tried) -> None:
    what = (
        gettext_noop(
            "Somebody with the right number opens the link of {holder} on another phone. Let it in, or revoke it."
        )
        if outcome == Tried.ELSEWHERE
        else gettext_noop(
            "Too many wrong phone numbers: the link of {holder} takes no more. Let another phone in, or revoke it."
        )
    )
    notices.tell(
        f"core.link:{link.pk}:{outcome}:{clock.today()}",
        "core.link",
        what,
        {"holder": link.holder},
        link.url,
        _issuers(link),
        link.of_pairing_id,
    )
