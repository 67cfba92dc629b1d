"""What counts as which reply of a department, what its silence counts as, and what the lead may decide on them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop


class Role(StrEnum):
    """What a department is asked for. Advice decides nothing and stops nothing."""

    LEAD = "lead"
    CO = "co"
    ADVISE = "advise"


class Reply(StrEnum):
    """What a reply counts as."""

    AGREE = "agree"
    DISAGREE = "disagree"
    FORWARD = "forward"  # agreed, and to be passed upward


class Why(StrEnum):
    """Why a reply counts as what it counts as."""

    SAID = "said"
    OTHER_WORDS = "other_words"
    NO_REASONS = "no_reasons"
    SILENCE = "silence"


class Decision(StrEnum):
    """How an item ends."""

    APPROVED = "approved"
    REFUSED = "refused"


_SAID = {
    "agree": Reply.AGREE, "同意": Reply.AGREE,
    "disagree": Reply.DISAGREE, "不同意": Reply.DISAGREE,
    "forward": Reply.FORWARD, "同意上报": Reply.FORWARD, "同意但需上报": Reply.FORWARD,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Counted:
    """A reply as the rules take it."""

    reply: Reply
    why: Why


def counted(text: str, reasons: str) -> Counted:
    """What a text counts as: the three replies that are allowed count as said, all else is agreement.

    Examples
    --------
    >>> counted("disagree", "too near the stream").reply.value, counted("disagree", " ").reply.value
    ('disagree', 'agree')
    >>> counted("原则同意，请完善", "").why.value
    'other_words'
    """
    said = _SAID.get(text.strip().casefold())
    if said is None:
        return Counted(Reply.AGREE, Why.OTHER_WORDS)
    if said is Reply.DISAGREE and not reasons.strip():
        return Counted(Reply.AGREE, Why.NO_REASONS)
    return Counted(said, Why.SAID)


def silence(role: str, takes_consent: bool) -> Counted | None:
    """What no reply by the deadline counts as: consent of a co-reviewing department where the rulebook takes it so.

    Never for the lead, and so never for a licence; advice that does not come is not waited for.
    """
    if role == Role.CO and takes_consent:
        return Counted(Reply.AGREE, Why.SILENCE)
    return None


def check_decision(item: str, decision: str, reasons: str, waits_for: int, disagreed: int) -> Decision:
    """The lead decides when the opinions are in; refuses, and overrides a disagreement, with reasons."""
    try:
        found = Decision(decision)
    except ValueError:
        raise BadInput(
            "approval.no_decision",
            gettext_noop("{item} is approved or refused; {given} is neither. Choose one of the two."),
            item=item,
            given=decision[:40],
            field="decision",
        ) from None
    if waits_for:
        raise NotNow(
            "approval.opinions_out",
            gettext_noop(
                "{item} waits for {n} co-reviewing departments. Decide when they have replied or their day is past."
            ),
            item=item,
            n=waits_for,
        )
    if reasons.strip():
        return found
    if found is Decision.REFUSED:
        raise BadInput(
            "approval.refused_without_reasons",
            gettext_noop(
                "A refusal of {item} states its reasons, and what the applicant can do. Write them."
            ),
            item=item,
            field="reasons",
        )
    if disagreed:
        raise BadInput(
            "approval.override_without_reasons",
            gettext_noop(
                "{n} departments disagree with {item}. Give the reasons for which you approve it all the same; you bear the "
                "responsibility."
            ),
            item=item,
            n=disagreed,
            field="reasons",
        )
    return found
