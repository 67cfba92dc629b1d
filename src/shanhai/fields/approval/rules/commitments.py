"""Commitment letters (告知承诺): an item is decided on what the applicant promises, and verified afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum

from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop

LEVER = "commitment"


class LetterState(StrEnum):
    """Where a letter is."""

    GIVEN = "given"  # before the decision
    DUE = "due"  # decided on, to be verified
    BROKEN = "broken"  # found not kept; what follows is still to be said
    MENDING = "mending"  # to be put right by a day
    KEPT = "kept"
    REVOKED = "revoked"


# In this module and beside it; the API knows it by the name that no other has.


class Result(StrEnum):
    """What a verification finds, and what follows."""

    KEPT = "kept"
    NOT_KEPT = "not_kept"
    MEND = "mend"
    REVOKED = "revoked"


OUT = (LetterState.DUE, LetterState.BROKEN, LetterState.MENDING)
_NEXT = {
    Result.KEPT: LetterState.KEPT,
    Result.NOT_KEPT: LetterState.BROKEN,
    Result.MEND: LetterState.MENDING,
    Result.REVOKED: LetterState.REVOKED,
}


def check_give(item: str, levers: Sequence[str], is_decided: bool, text: str) -> None:
    """A letter is given for an item that may be decided on one, before it is decided."""
    if LEVER not in levers:
        raise NotNow(
            "approval.no_letter_here",
            gettext_noop(
                "{item} is not decided on a commitment letter by its catalogue. Bring its materials."
            ),
            item=item,
        )
    if is_decided:
        raise NotNow(
            "approval.letter_too_late",
            gettext_noop(
                "{item} is decided or dropped already, so no letter is given. Look at the case again."
            ),
            item=item,
        )
    if not text.strip():
        raise BadInput(
            "approval.letter_empty",
            gettext_noop("Say what is promised for {item}: it is what will be verified."),
            item=item,
            field="text",
        )


def covered(promised: Iterable[tuple[str, Sequence[str]]], item: str) -> list[str]:
    """The materials that a letter for an item covers: those that are promised and that the item asks for.

    Parameters
    ----------
    promised
        Code and the items that ask for it, of the materials that are promised and not there.

    Examples
    --------
    >>> covered([("survey", ["permit"]), ("layout", ["scheme", "permit"])], "scheme")
    ['layout']
    """
    return [code for code, asked_by in promised if item in asked_by]


def check_papers(item: str, result: str, missing: Sequence[str]) -> None:
    """A promise is kept when the materials are there that its letter took off the decision."""
    if result == Result.KEPT and missing:
        raise NotNow(
            "approval.covered_missing",
            gettext_noop(
                "The letter for {item} covers {materials}, which is not there. Have it brought, or say that the promise is not "
                "kept."
            ),
            item=item,
            materials="、".join(missing),
            field="result",
        )


def check_result(
    item: str, state: str, result: str, reasons: str, mend_until: date | None, today: date
) -> LetterState:
    """What a verification may find of a letter; gives the state that follows.

    What is not kept, to be put right or revoked has reasons; what is to be put right has a day to come.
    """
    if state not in OUT:
        raise NotNow(
            "approval.letter_not_out",
            gettext_noop(
                "The commitment letter of {item} is not to be verified now. Look at the case again."
            ),
            item=item,
        )
    try:
        found = Result(result)
    except ValueError:
        raise BadInput(
            "approval.letter_result",
            gettext_noop("A verification does not find {result}. Take one of {results}."),
            result=result[:20],
            results=", ".join(Result),
            field="result",
        ) from None
    if found is not Result.KEPT and not reasons.strip():
        raise BadInput(
            "approval.letter_reasons",
            gettext_noop("Say what of the promise for {item} is not kept. The applicant reads it."),
            item=item,
            field="reasons",
        )
    if found is Result.MEND and (mend_until is None or mend_until <= today):
        raise BadInput(
            "approval.letter_day",
            gettext_noop("Give the day by which it is put right for {item}: after {today}."),
            item=item,
            today=today,
            field="mend_until",
        )
    return _NEXT[found]


def is_mended(before: str, found: LetterState) -> bool:
    """Whether a promise that was found not kept before is kept now: it was put right."""
    return found is LetterState.KEPT and before in (LetterState.BROKEN, LetterState.MENDING)
