"""Codes of public pages: one holds at a time; it is revoked with a reason, and another one is issued."""

from __future__ import annotations

from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop

# Each earlier code is told apart from a wrong one, so there are not more of them than can be compared at once.
MOST = 99


def check_revoke(number: str, is_revoked: bool, reason: str) -> None:
    """A code that holds is revoked, and the record says why."""
    if is_revoked:
        raise NotNow(
            "approval.code_revoked_already",
            gettext_noop("The code of case {number} is revoked already. Issue a new one, or leave it so."),
            number=number,
        )
    if not reason.strip():
        raise BadInput(
            "approval.code_reason",
            gettext_noop("Say why the code of case {number} is revoked; it stands on the record."),
            number=number,
            field="reason",
        )


def check_issue(number: str, is_revoked: bool, issued: int) -> None:
    """A new code is issued in place of one that was revoked, so many times at most."""
    if not is_revoked:
        raise NotNow(
            "approval.code_holds",
            gettext_noop("The code of case {number} holds. Revoke it first if another one is to be issued."),
            number=number,
        )
    if issued >= MOST:
        raise NotNow(
            "approval.codes_used_up",
            gettext_noop(
                "Case {number} has had {most} codes and gets no more. Tell who asks on another way."
            ),
            number=number,
            most=MOST,
        )
