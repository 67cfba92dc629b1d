"""Services of intermediaries: who may be asked for what, when it is late, and the figures of an intermediary."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shanhai.fields.approval.rules.case_words import SERVICES
from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop

MOST_DAYS = 400
KINDS = tuple(code for code, _en, _zh in SERVICES)


class Commissioned(StrEnum):
    """Who commissioned a service, and so whose clock runs while it is under way."""

    OWNER = "owner"
    GOVERNMENT = "gov"


class ServiceStage(StrEnum):
    """Where a service is."""

    ASKED = "asked"
    DELIVERED = "delivered"
    ENDED = "ended"


# In this module and beside it; the API knows it by the name that no other has.


def waited_for(running: Iterable[str]) -> Commissioned | None:
    """For whose services an item stands still that has several under way: the applicant's first, since no day of it is
    the government's while the applicant has something to bring.

    Examples
    --------
    >>> waited_for(["gov", "owner"]), waited_for(["gov"]), waited_for([])
    (<Commissioned.OWNER: 'owner'>, <Commissioned.GOVERNMENT: 'gov'>, None)
    """
    found = set(running)
    return next((one for one in Commissioned if one in found), None)


def check_kinds(kinds: Iterable[str]) -> list[str]:
    """Kinds of service that there are, each once, in the order of the list.

    Raises
    ------
    BadInput
        ``approval.service_kind``
    """
    given = set(kinds)
    strange = sorted(given - set(KINDS))
    if strange or not given:
        raise BadInput(
            "approval.service_kind",
            gettext_noop("{kind} is no kind of service. Take some of {kinds}."),
            kind=strange[0][:20] if strange else "–",
            kinds=", ".join(KINDS),
            field="kinds",
        )
    return [code for code in KINDS if code in given]


def check_ask(who: str, kinds: Iterable[str], kind: str, by_whom: str, days: int, is_active: bool) -> None:
    """An intermediary is asked for what it offers, for so many working days, by the applicant or the government."""
    if not is_active:
        raise NotNow(
            "approval.intermediary_closed",
            gettext_noop("{who} takes no more services. Choose another intermediary."),
            who=who,
        )
    if kind not in set(kinds):
        raise BadInput(
            "approval.service_not_offered",
            gettext_noop("{who} does not offer {kind}. Take one of {kinds}, or another intermediary."),
            who=who,
            kind=kind[:20],
            kinds=", ".join(kinds),
            field="kind",
        )
    if by_whom not in list(Commissioned):
        raise BadInput(
            "approval.commissioned_by",
            gettext_noop("A service is commissioned by {parties}, not by {given}. Say by whom."),
            parties=", ".join(Commissioned),
            given=by_whom[:20],
            field="commissioned_by",
        )
    if not 1 <= days <= MOST_DAYS:
        raise BadInput(
            "approval.service_days",
            gettext_noop("{who} promises 1 to {most} working days. Give so many."),
            who=who,
            most=MOST_DAYS,
            field="promised_days",
        )


def check_asked(item: str, accepted_on: date | None, on: date, today: date) -> None:
    """A service is asked for between the day on which the file was accepted and today."""
    if on > today or (accepted_on is not None and on < accepted_on):
        raise BadInput(
            "approval.asked_when",
            gettext_noop("The service on {item} was asked between {first} and today. Give such a day."),
            item=item,
            first=accepted_on or today,
            field="asked_on",
        )


def check_out(number: int, item: str, stage: str) -> None:
    """A service is delivered or given up while it is under way."""
    if stage != ServiceStage.ASKED:
        raise NotNow(
            "approval.service_over",
            gettext_noop("Service {number} on {item} is over already. Look at the case again."),
            number=number,
            item=item,
        )


def check_delivered(item: str, asked_on: date, on: date, today: date) -> None:
    """A service is delivered between the day on which it was asked and today."""
    if not asked_on <= on <= today:
        raise BadInput(
            "approval.delivered_when",
            gettext_noop("The service on {item} was asked on {asked}; give a day from then until today."),
            item=item,
            asked=asked_on,
            field="on",
        )


@dataclass(frozen=True, slots=True)
class Record:
    """What an intermediary has done: counts of services, and mean working days, to one decimal in tenths.

    ``mean_days_tenths`` and ``mean_promised_tenths`` are over the services that were delivered; None where none was.
    """

    n: int
    n_out: int
    n_late_now: int
    n_delivered: int
    n_in_time: int
    mean_days_tenths: int | None
    mean_promised_tenths: int | None


def record_of(delivered: Iterable[tuple[int, int]], n_out: int, n_late_now: int, n_ended: int = 0) -> Record:
    """The record of an intermediary from the services that were delivered: (working days used, days promised).

    Halves are rounded up. Services that were given up count among all, and in no mean.

    Examples
    --------
    >>> record_of([(8, 10), (13, 10)], 1, 0).mean_days_tenths, record_of([(8, 10), (13, 10)], 1, 0).n_in_time
    (105, 1)
    """
    rows = list(delivered)
    n = len(rows)

    def mean(values: Iterable[int]) -> int | None:
        return (20 * sum(values) + n) // (2 * n) if n else None

    return Record(
        n=n + n_out + n_ended,
        n_out=n_out,
        n_late_now=n_late_now,
        n_delivered=n,
        n_in_time=sum(used <= promised for used, promised in rows),
        mean_days_tenths=mean(used for used, _promised in rows),
        mean_promised_tenths=mean(promised for _used, promised in rows),
    )


@dataclass(frozen=True, slots=True)
class Kept:
    """How the days promised to a commissioner were kept: services delivered, in time, and medians in half days.

    ``used_halves`` and ``promised_halves`` are twice the median, since that of an even number may lie between two days.
    """

    n: int
    n_in_time: int
    used_halves: int | None
    promised_halves: int | None


def kept(delivered: Iterable[tuple[int, int]]) -> Kept:
    """How services that were delivered kept their days: (working days used, days promised) each.

    Examples
    --------
    >>> kept([(8, 10), (13, 10), (9, 10), (30, 20)])
    Kept(n=4, n_in_time=2, used_halves=22, promised_halves=20)
    """
    rows = list(delivered)

    def median(values: list[int]) -> int | None:
        middle = sorted(values)
        n = len(middle)
        return middle[n // 2] + middle[(n - 1) // 2] if n else None

    return Kept(
        n=len(rows),
        n_in_time=sum(used <= promised for used, promised in rows),
        used_halves=median([used for used, _promised in rows]),
        promised_halves=median([promised for _used, promised in rows]),
    )
