"""Records by kind: what notes and instructions hang on, where its page is, and who sees it.

Fields sign their kinds in to ``signs.record_kinds``; here the one question is answered that all of them share.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import Model, Q, QuerySet

from shanhai.core import access, clock, signs, visibility
from shanhai.core.models import Member, RoleGrant, Seat
from shanhai.core.models.base import in_language
from shanhai.core.models.visibility import Visible
from shanhai.core.signs import RecordKind
from shanhai.core.work import pairing_of
from shanhai.kernel.refusals import NotFound, NotNow, gettext_noop

_SIDES = ("mountain", "sea", "host")


def kind_of(record: Model) -> RecordKind | None:
    """The kind that a record was signed in as; None where its field signed none in."""
    return signs.record_kinds.get(record._meta.label_lower)


def is_kind(code: str) -> bool:
    """Whether records of this kind have a page of their own."""
    return code in signs.record_kinds


def found(member: Member | None, kind: str, pk: int) -> Any:
    """A record by kind and key, for those who see it; for all others it is not there.

    Raises
    ------
    NotFound
        ``core.no_such_record``
    """
    record = None
    if kind in signs.record_kinds and 0 < pk < 2**63:
        record = apps.get_model(kind)._default_manager.filter(pk=pk).first()
    if record is None:
        raise _none(kind, pk)
    check(member, record)
    return record


def check(member: Member | None, record: Model) -> None:
    """Refuse unless the member sees the record: for those who do not, it is not there.

    Raises
    ------
    NotFound
        ``core.no_such_record``
    """
    if not sees(member, record):
        raise _none(record._meta.label_lower, record.pk)


def _none(kind: str, pk: int) -> NotFound:
    return NotFound(
        "core.no_such_record",
        gettext_noop(
            "There is no record {kind} {pk}, or it is not shown to you. Open it from its list, or ask for it to be "
            "shared."
        ),
        kind=kind[:40],
        pk=pk,
    )


def sees(member: Member | None, record: Model) -> bool:
    """Whether a member may open the page of a record; None is the system and may."""
    if member is None:
        return True
    kind = kind_of(record)
    if kind is None or not access.may(member, kind.access):
        return False
    if kind.sees:
        return bool(signs.call(kind.sees)(member, record))
    here = access.standing(member)
    if here.roles & access.SEES_ALL:
        return True
    pairing_id = pairing_of(record)
    if pairing_id is not None and pairing_id not in here.sides and not isinstance(record, Visible):
        return False
    host = reach_of(record)
    return host is None or visibility.can_see(member, host)


def reach_of(record: Any) -> Any:
    """The record whose reach says who sees this one: itself, or the one that it is shown with; None without one."""
    if isinstance(record, Visible):
        return record
    host = getattr(type(record), "SHOWN_WITH", "")
    return reach_of(getattr(record, host)) if host else None


def with_reach(record: Any) -> Any:
    """A record whose readers can be chosen.

    Raises
    ------
    NotNow
        ``core.has_no_reach``
    """
    if isinstance(record, Visible):
        return record
    raise NotNow(
        "core.has_no_reach",
        gettext_noop(
            "Who sees {what} is not chosen on it. Choose it on the record that it is shown with, if there is one."
        ),
        what=title(record),
    )


def shown_to(record: Any) -> frozenset[int] | None:
    """The organisations that a record is shown to, where it is shown to just some; None for all others."""
    kind = kind_of(record)
    if kind is None or not kind.shown_to:
        return None
    found = signs.call(kind.shown_to)([record.pk]).get(record.pk)
    return frozenset(found) if found is not None else None


def is_shared(record: Any) -> bool:
    """Whether both sides see a record; one that is shown to just some organisations: whether they sit on both."""
    only = shown_to(record)
    if only is not None:
        seats = Seat.objects.filter(pairing=pairing_of(record), organisation_id__in=only, side__in=_SIDES)
        return seats.values("side").distinct().count() > 1
    host = reach_of(record)
    return host is None or host.reach in (Visible.Reach.BOTH, Visible.Reach.PUBLIC)


def is_settled(record: Any) -> bool:
    """Whether both sides rest on what they see, so that neither takes it back."""
    kind = kind_of(record)
    return bool(kind and kind.settled and signs.call(kind.settled)(record))


def titles(record: Any) -> tuple[str, str]:
    """What a record is called, in Chinese and in English; English may be missing."""
    kind = kind_of(record)
    if kind is not None and kind.title:
        zh, en = signs.call(kind.title)(record)
        return str(zh), str(en)
    for name in ("name", "title"):
        if hasattr(record, f"{name}_zh"):
            return getattr(record, f"{name}_zh"), getattr(record, f"{name}_en")
    return str(record), ""


def title(record: Any) -> str:
    """What a record is called, in the reader's language."""
    return in_language(*titles(record))


def url(record: Any) -> str:
    """Address of the page of a record."""
    kind = kind_of(record)
    return str(signs.call(kind.url)(record) if kind is not None and kind.url else record.url)


Audience = dict[int, int | None]


def audience_of(record: Any) -> Audience | None:
    """The organisations that see a record by its reach, each with the one unit that it is kept to; None without a reach."""
    host = reach_of(record) if shown_to(record) is None else None
    return visibility.audience(host) if host is not None else None


def readers(record: Any, *of: Any, seen_by: Audience | None = None) -> QuerySet[Member]:
    """Active members who see a record, and besides each of some rows with a reach (the note to be written on it).

    Their roles open its page; without a reach, whoever has a seat in its pairing sees it.

    Parameters
    ----------
    seen_by
        The ``audience_of`` the record, where it was asked already.
    """
    kind = signs.record_kinds[record._meta.label_lower]
    members = Member.objects.filter(is_active=True, unit__is_active=True)
    day = clock.today()
    grants = RoleGrant.objects.filter(from_on__lte=day).exclude(to_on__lt=day)
    roles = signs.access_rows[kind.access].roles
    if roles:
        grants = grants.filter(role__in=roles)
    members = members.filter(pk__in=grants.values("member_id"))
    only = shown_to(record)
    if only is not None:
        members = members.filter(unit__organisation_id__in=only)
    own = seen_by if seen_by is not None else audience_of(record)
    if only is None and own is None and (pairing_id := pairing_of(record)) is not None:
        members = members.filter(unit__organisation__seats__pairing_id=pairing_id)
    for audience in ([own] if own is not None else []) + [visibility.audience(row) for row in of]:
        if visibility.EVERYBODY in audience:
            continue
        whole = [pk for pk, unit in audience.items() if unit is None]
        units = [unit for unit in audience.values() if unit is not None]
        members = members.filter(Q(unit__organisation_id__in=whole) | Q(unit_id__in=units))
    return members.select_related("unit__organisation").order_by("name_sort", "pk")
