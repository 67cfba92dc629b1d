"""Certificates: what the result of an item says of itself, its number and the days for which it holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop


@dataclass(frozen=True, slots=True)
class Certificate:
    """Number and days of validity; without a number there is none, without a last day it holds for good."""

    number: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


NONE = Certificate()


def check_certificate(item: str, decision: str, given: Certificate) -> Certificate:
    """The certificate of a decision, as it can be.

    Raises
    ------
    BadInput
        ``approval.certificate_refused``, ``approval.certificate_number``, ``approval.certificate_days``
    """
    found = Certificate(given.number.strip()[:80], given.valid_from, given.valid_to)
    if found == NONE:
        return found
    if decision != "approved":
        raise BadInput(
            "approval.certificate_refused",
            gettext_noop(
                "{item} is refused, so it gives no certificate. Leave number and days out, or approve it."
            ),
            item=item,
            field="certificate",
        )
    if not found.number:
        raise BadInput(
            "approval.certificate_number",
            gettext_noop(
                "The days of a certificate of {item} are given, but not its number. Give the number too."
            ),
            item=item,
            field="certificate",
        )
    if found.valid_from is not None and found.valid_to is not None and found.valid_to < found.valid_from:
        raise BadInput(
            "approval.certificate_days",
            gettext_noop(
                "Certificate {number} would end on {end}, before it begins on {begin}. Correct one of the two days."
            ),
            number=found.number,
            end=found.valid_to,
            begin=found.valid_from,
            field="valid_to",
        )
    return found


def in_force(given: Certificate, decided_on: date, months: int | None) -> Certificate:
    """A certificate from the day on which the decision takes effect: left empty, it begins then and holds so many months.

    Examples
    --------
    >>> str(in_force(Certificate("L-1"), date(2023, 9, 18), 60).valid_to)
    '2028-09-17'
    """
    if not given.number:
        return NONE
    begins = given.valid_from or decided_on
    ends = given.valid_to or (_months_on(begins, months) - timedelta(days=1) if months else None)
    return Certificate(given.number, begins, ends)


def check_rests(item: str, decision: str, rests_to: date | None, relies: str, today: date) -> str:
    """Over a certificate that has run out an item is approved only with a reason; gives the reason, cut to its length.

    Raises
    ------
    BadInput
        ``approval.certificate_run_out``
    """
    if decision != "approved" or rests_to is None or rests_to >= today:
        return ""
    if not relies.strip():
        raise BadInput(
            "approval.certificate_run_out",
            gettext_noop(
                "{item} rests on a certificate that ran out on {day}. Have it renewed, or say why it is relied on all the same; "
                "you bear the responsibility."
            ),
            item=item,
            day=rests_to,
            field="relies",
        )
    return relies.strip()[:500]


def check_renewal(item: str, kept: Certificate, given: Certificate, today: date) -> Certificate:
    """A certificate that runs out is renewed to a later day; left out, its number stays, and its first day while it holds.

    Raises
    ------
    NotNow
        ``approval.nothing_to_renew``
    BadInput
        ``approval.renewal_day``, ``approval.certificate_days``
    """
    if not kept.number or kept.valid_to is None:
        raise NotNow(
            "approval.nothing_to_renew",
            gettext_noop(
                "{item} has no certificate that runs out, so none is renewed. Look at the case again."
            ),
            item=item,
        )
    if given.valid_to is None or given.valid_to <= max(kept.valid_to, today):
        raise BadInput(
            "approval.renewal_day",
            gettext_noop(
                "Certificate {number} holds to {end}. Give the last day of the renewed one, after that day and after today."
            ),
            number=kept.number,
            end=kept.valid_to,
            field="valid_to",
        )
    begins = given.valid_from or (kept.valid_from if kept.valid_to >= today else today)
    return check_certificate(
        item, "approved", Certificate(given.number.strip() or kept.number, begins, given.valid_to)
    )


def _months_on(day: date, months: int) -> date:
    n = day.month - 1 + months
    first = date(day.year + n // 12, n % 12 + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(day.day, last.day))
