"""Aid by policies: what may be done when, from found through confirmed, checked, on notice and paid to clawed back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum

from shanhai.kernel.refusals import BadInput, NotAllowed, NotNow, gettext_noop

SIDES = ("mountain", "sea")
# The columns that say a policy; a change of one is a new edition.
TOLD = (
    "name_zh", "name_en", "valid_from", "valid_to", "requires", "grants", "pays", "excludes", "joint", "cap", "pot_fen",
    "mountain_share", "sea_share", "clawback", "status", "source", "is_illustrative",
)  # fmt: skip
CONFIRM, CHECK, NOTICE, PAY = (
    f"investment.aid_{name}_days" for name in ("confirm", "check", "notice", "pay")
)


class Pays(StrEnum):
    """How often a firm may have it."""

    ONCE = "once"
    YEARLY = "yearly"


class Status(StrEnum):
    """Whether a document states the rule, or it is assumed."""

    VERIFIED = "verified"
    ASSUMED = "assumed"


class ClaimStage(StrEnum):
    """How far a claim is."""

    FOUND = "found"  # the firm has not confirmed
    CONFIRMED = "confirmed"
    CHECKED = "checked"  # once
    CLEARED = "cleared"  # twice
    NOTICED = "noticed"  # on public notice, then to be paid
    PAID = "paid"
    KEPT = "kept"  # what was promised came true
    RECALLED = "recalled"  # a promise was broken; money goes back
    RETURNED = "returned"
    DECLINED = "declined"  # by the firm
    REFUSED = "refused"  # by a check or an objection
    LAPSED = "lapsed"  # not confirmed in time


# In this module and beside it; the API knows it by the name that no other has.


# Stages stand as words in refusals, so they are translated.
WORDS = (
    gettext_noop("found"), gettext_noop("confirmed"), gettext_noop("checked"), gettext_noop("cleared"),
    gettext_noop("noticed"), gettext_noop("paid"), gettext_noop("kept"), gettext_noop("recalled"),
    gettext_noop("returned"), gettext_noop("declined"), gettext_noop("refused"), gettext_noop("lapsed"),
)  # fmt: skip
RUNNING = (ClaimStage.FOUND, ClaimStage.CONFIRMED, ClaimStage.CHECKED, ClaimStage.CLEARED, ClaimStage.NOTICED)
INDICATORS = ("investment.aid_paid", "investment.aid_reached", "investment.aid_days")
HAD = (ClaimStage.PAID, ClaimStage.KEPT, ClaimStage.RECALLED, ClaimStage.RETURNED)
MISSED = (ClaimStage.DECLINED, ClaimStage.REFUSED, ClaimStage.LAPSED)
ALIVE = (*RUNNING, *HAD)


class ObjectionStage(StrEnum):
    """What became of an objection."""

    OPEN = "open"
    UPHELD = "upheld"
    REJECTED = "rejected"


class PaymentKind(StrEnum):
    """Which way money went."""

    PAID = "paid"
    RETURNED = "returned"


# In this module and beside it; the API knows it by the name that no other has.


def check_stage(number: str, stage: str, *allowed: ClaimStage) -> None:
    """Each step has its stage.

    Raises
    ------
    NotNow
        ``investment.aid_stage``
    """
    if stage not in allowed:
        raise NotNow(
            "investment.aid_stage",
            gettext_noop("Claim {number} is {stage}, so this cannot be done now. Its page offers what can."),
            number=number,
            stage=ClaimStage(stage),
        )


def check_confirms(number: str, firm: str, is_own: bool, how: str, due_on: date, today: date) -> None:
    """The firm confirms, or an office writes down the paper by which it did; until the day for it.

    Raises
    ------
    NotAllowed
        ``investment.aid_not_own``
    NotNow
        ``investment.aid_confirm_over``
    """
    if not is_own and not how.strip():
        raise NotAllowed(
            "investment.aid_not_own",
            gettext_noop("Claim {number} is confirmed by {firm}. If it did so on paper, name the paper."),
            number=number,
            firm=firm,
            field="how",
        )
    if today > due_on:
        raise NotNow(
            "investment.aid_confirm_over",
            gettext_noop("Claim {number} was to be confirmed by {due}. The next run looks again."),
            number=number,
            due=due_on,
        )


def check_own_step(number: str, by: int | None, done_by: int | None, is_own: bool) -> None:
    """A step is taken back by who did it, a confirmation by anybody of the firm as well; the system may.

    Raises
    ------
    NotAllowed
        ``investment.aid_step_of_other``
    """
    if by is not None and by != done_by and not is_own:
        raise NotAllowed(
            "investment.aid_step_of_other",
            gettext_noop(
                "The last step of claim {number} was done by somebody else, who alone takes it back. Ask them, or refuse the claim."
            ),
            number=number,
        )


def check_checker(number: str, by: int | None, confirmed_by: int | None, first: int | None) -> None:
    """Two different members check, and neither confirmed it for the firm (four eyes).

    Raises
    ------
    NotAllowed
        ``investment.aid_four_eyes``
    """
    if by is not None and by in (confirmed_by, first):
        raise NotAllowed(
            "investment.aid_four_eyes",
            gettext_noop("You had a hand in claim {number} already. Another member makes this check."),
            number=number,
        )


def check_reason(number: str, reason: str) -> None:
    """Who says no says why.

    Raises
    ------
    BadInput
        ``investment.aid_reason``
    """
    if not reason.strip():
        raise BadInput(
            "investment.aid_reason",
            gettext_noop("This needs a reason: the firm of claim {number} reads it. Say why."),
            number=number,
            field="reason",
        )


def check_notice_open(number: str, until: date | None, today: date, *, is_open: bool) -> None:
    """Objections are taken until the last day of the notice; money goes after it.

    Raises
    ------
    NotNow
        ``investment.aid_notice_over``, ``investment.aid_notice_open``
    """
    if until is None or (today <= until) == is_open:
        return
    if is_open:
        raise NotNow(
            "investment.aid_notice_over",
            gettext_noop("The notice of claim {number} ended on {until}. Speak to the office that runs it."),
            number=number,
            until=until,
        )
    raise NotNow(
        "investment.aid_notice_open",
        gettext_noop("Claim {number} is on public notice until {until}. Pay it after that day."),
        number=number,
        until=until,
    )


def check_no_objections(number: str, n: int) -> None:
    """Nothing is paid while an objection is not decided.

    Raises
    ------
    NotNow
        ``investment.aid_objections``
    """
    if n:
        raise NotNow(
            "investment.aid_objections",
            gettext_noop("{n} objections to claim {number} are not decided. Decide them first."),
            n=n,
            number=number,
        )


def check_side(side: str, own: str, pairing: str) -> None:
    """A side speaks for its own money.

    Raises
    ------
    BadInput
        ``investment.aid_no_side``
    NotAllowed
        ``investment.aid_side``
    """
    if side not in SIDES:
        raise BadInput(
            "investment.aid_no_side",
            gettext_noop("{side} is no side with a budget. Take one of: {sides}."),
            side=side[:20],
            sides=", ".join(SIDES),
            field="side",
        )
    if side != own:
        raise NotAllowed(
            "investment.aid_side",
            gettext_noop("Each side of {pairing} records its own money. Ask the other side to do it."),
            pairing=pairing,
            field="side",
        )


def check_mountain(own: str, pairing: str) -> None:
    """Policies and runs are the business of the side where the firms stand.

    Raises
    ------
    NotAllowed
        ``investment.aid_mountain``
    """
    if own != "mountain":
        raise NotAllowed(
            "investment.aid_mountain",
            gettext_noop("Policies of {pairing} are made and run by the mountain side. Ask its office."),
            pairing=pairing,
        )


def check_due(number: str, side: str, owed_fen: int, is_back: bool) -> None:
    """Each side pays its share once, and takes its own back once.

    Raises
    ------
    NotNow
        ``investment.aid_paid_already``, ``investment.aid_back_already``
    """
    if owed_fen > 0:
        return
    if is_back:
        raise NotNow(
            "investment.aid_back_already",
            gettext_noop("Of claim {number} nothing is to come back to this side. Look at its payments."),
            number=number,
        )
    raise NotNow(
        "investment.aid_paid_already",
        gettext_noop("Claim {number} has nothing that this side still pays. A policy pays once; look at its payments."),
        number=number,
        side=side,
    )  # fmt: skip


def check_any(period: str, n: int) -> None:
    """A run finds somebody, or it is not written.

    Raises
    ------
    NotNow
        ``investment.aid_nobody``
    """
    if not n:
        raise NotNow(
            "investment.aid_nobody",
            gettext_noop("No firm may claim anything new for {period}. Complete the figures, or look at the policies."),
            period=period,
            field="period",
        )  # fmt: skip


def step_of(stage: str) -> int:
    """The place of a stage on the way of a claim, 0 to 5; those that left it stand at 0."""
    order = (
        ClaimStage.FOUND,
        ClaimStage.CONFIRMED,
        ClaimStage.CHECKED,
        ClaimStage.CLEARED,
        ClaimStage.NOTICED,
        ClaimStage.PAID,
    )
    if stage in HAD:
        return len(order) - 1
    return order.index(ClaimStage(stage)) if stage in order else 0


def cut_to_pot(left_fen: int, amounts: Mapping[str, int]) -> dict[str, int]:
    """What each firm gets of a pot that is too small: in proportion, the fen left over by largest remainders.

    Examples
    --------
    >>> cut_to_pot(100, {"a": 100, "b": 200})
    {'a': 33, 'b': 67}
    >>> cut_to_pot(500, {"a": 100, "b": 200})
    {'a': 100, 'b': 200}
    """
    from shanhai.kernel.money import split

    if sum(amounts.values()) <= left_fen or not amounts:
        return dict(amounts)
    keys = sorted(amounts)
    return dict(zip(keys, split(max(0, left_fen), [amounts[key] for key in keys], keys), strict=True))


def owed_back(recalled_fen: int, mountain_paid_fen: int, sea_paid_fen: int) -> dict[str, int]:
    """What of a recalled sum is each side's: as they paid.

    Examples
    --------
    >>> owed_back(100, 200, 100)
    {'mountain': 67, 'sea': 33}
    """
    from shanhai.kernel.money import split

    if not recalled_fen:
        return dict.fromkeys(SIDES, 0)
    return dict(zip(SIDES, split(recalled_fen, [mountain_paid_fen, sea_paid_fen], list(SIDES)), strict=True))


def months_later(day: date, months: int) -> date:
    """The same day so many months on, the last of the month where that has none.

    Examples
    --------
    >>> months_later(date(2023, 1, 31), 13)
    datetime.date(2024, 2, 29)
    """
    from calendar import monthrange

    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def codes_of(text: str) -> list[str]:
    """Codes in a cell, in their order, each once.

    Examples
    --------
    >>> codes_of("RENT; JOBS,RENT")
    ['RENT', 'JOBS']
    """
    found: Iterable[str] = (one.strip() for one in text.replace(",", ";").replace("；", ";").split(";"))
    return list(dict.fromkeys(one for one in found if one))


def check_expected(period: str, expected_fen: int, found_fen: int) -> None:
    """What is written is what the preview showed.

    Raises
    ------
    NotNow
        ``investment.aid_moved``
    """
    if expected_fen != found_fen:
        raise NotNow(
            "investment.aid_moved",
            gettext_noop("The records moved since the preview of {period}: it came to {expected} fen, now to {found}. Look again."),
            period=period,
            expected=expected_fen,
            found=found_fen,
        )  # fmt: skip


def check_to_confirm(firm: str, n: int) -> None:
    """There is something to confirm.

    Raises
    ------
    NotNow
        ``investment.aid_none_to_confirm``
    """
    if not n:
        raise NotNow(
            "investment.aid_none_to_confirm",
            gettext_noop(
                "Nothing waits for {firm} to confirm. Its page says what runs and what it may have."
            ),
            firm=firm,
        )


def check_to_notice(number: str, n: int) -> None:
    """There is something to put on notice.

    Raises
    ------
    NotNow
        ``investment.aid_none_to_notice``
    """
    if not n:
        raise NotNow(
            "investment.aid_none_to_notice",
            gettext_noop(
                "No claim of run {number} was checked twice and waits for its notice. Check some first."
            ),
            number=number,
        )


def check_one_objection(number: str, has_open: bool) -> None:
    """One objection of a member at a time.

    Raises
    ------
    NotNow
        ``investment.aid_objected``
    """
    if has_open:
        raise NotNow(
            "investment.aid_objected",
            gettext_noop("Your objection to claim {number} is not decided. Wait for the answer."),
            number=number,
        )


def check_objection(number: str, stage: str) -> None:
    """An objection is decided once.

    Raises
    ------
    NotNow
        ``investment.aid_objection_decided``
    """
    if stage != ObjectionStage.OPEN:
        raise NotNow(
            "investment.aid_objection_decided",
            gettext_noop("This objection to claim {number} is decided. Look at its page."),
            number=number,
        )


def check_nothing_paid(number: str, paid_fen: int) -> None:
    """What is paid in part goes back by a recall, not by an objection.

    Raises
    ------
    NotNow
        ``investment.aid_paid_in_part``
    """
    if paid_fen:
        raise NotNow(
            "investment.aid_paid_in_part",
            gettext_noop("Part of claim {number} is paid. Pay the rest, then recall it."),
            number=number,
        )
