"""Technical problems: who may do what at which stage, and what a result says."""

from __future__ import annotations

from enum import StrEnum

from shanhai.kernel.refusals import BadInput, NotAllowed, NotNow, gettext_noop


class TechnicalStage(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"  # an answer is being tried
    CLOSED = "closed"  # its result is on record
    WITHDRAWN = "withdrawn"


class TechnicalResult(StrEnum):
    SOLVED = "solved"
    PARTLY = "partly"
    UNSOLVED = "unsolved"


# It takes answers.
TAKES_ANSWERS = (TechnicalStage.OPEN, TechnicalStage.ACCEPTED)
# Stages stand as words in refusals, so they are translated.
WORDS = (
    gettext_noop("open"),
    gettext_noop("accepted"),
    gettext_noop("closed"),
    gettext_noop("withdrawn"),
)
MOST_FEN = 10**15


def check_technical_stage(number: str, stage: str, *allowed: TechnicalStage) -> None:
    """A problem is open, an answer accepted, the result recorded; a withdrawn one is over."""
    if stage not in allowed:
        raise NotNow(
            "pairing.technical_stage",
            gettext_noop("Technical problem {number} is {stage}, so this cannot be done now. Its page offers what can."),
            number=number,
            stage=TechnicalStage(stage),
        )  # fmt: skip


def check_asked_here(number: str, asker: str, is_asker: bool) -> None:
    """Whoever posted decides who sees it, which answer is taken and what came of it."""
    if not is_asker:
        raise NotAllowed(
            "pairing.technical_not_asker",
            gettext_noop("Technical problem {number} was posted by {asker}; only they may do this. Answer it instead."),
            number=number,
            asker=asker,
        )  # fmt: skip


def check_answers_another(number: str, is_asker: bool) -> None:
    """Nobody answers the own problem."""
    if is_asker:
        raise NotAllowed(
            "pairing.technical_own_answer",
            gettext_noop(
                "Technical problem {number} is your own. Say more in its text, or record what came of it."
            ),
            number=number,
        )


def check_shared(number: str, is_shared: bool) -> None:
    """It is answered once it is shown to both sides."""
    if not is_shared:
        raise NotNow(
            "pairing.technical_not_shared",
            gettext_noop("Technical problem {number} is not shared yet. Whoever posted it shares it with both sides first."),
            number=number,
        )  # fmt: skip


def check_not_answered(number: str, answers: int) -> None:
    """What others have answered stays shown to them."""
    if answers:
        raise NotNow(
            "pairing.technical_answered",
            gettext_noop("Technical problem {number} has {n} answers; it stays shared. Withdraw it if it is needed no more."),
            number=number,
            n=answers,
        )  # fmt: skip


def check_accepted(number: str, accepted: int, answers: int) -> None:
    """Refuse a problem of a zone folder whose accepted answer is none of its answers."""
    if not 1 <= accepted <= answers:
        raise BadInput(
            "pairing.technical_accepted",
            gettext_noop(
                "{number} takes answer {accepted}, and has {answers}. Give its answers in technical_answers.csv, or leave "
                "“accepted” empty."
            ),
            number=number,
            accepted=accepted,
            answers=answers,
            field="accepted",
        )


def check_result(
    number: str, result: str, effect: str, effect_fen: int, rating: int, paper: str, has_answer: bool
) -> None:
    """A result says what changed; money is shown by a paper, and nothing is solved without an answer."""
    if result != TechnicalResult.UNSOLVED and not has_answer:
        raise NotNow(
            "pairing.technical_no_answer",
            gettext_noop(
                "No answer to {number} is accepted. Accept the one that helped, or record it as not solved."
            ),
            number=number,
            field="result",
        )
    if not effect.strip():
        raise BadInput(
            "pairing.technical_effect",
            gettext_noop("Say in a sentence what came of {number}; both sides read it."),
            number=number,
            field="effect",
        )
    if not 0 <= effect_fen <= MOST_FEN:
        raise BadInput(
            "pairing.technical_money",
            gettext_noop("{fen} fen cannot be kept. Give what it saves or earns in a year, or leave it out."),
            fen=effect_fen,
            field="effect_fen",
        )
    if effect_fen and not paper.strip():
        raise BadInput(
            "pairing.technical_evidence",
            gettext_noop(
                "Money that {number} saves or earns is shown by a paper. Name it, or leave the amount out."
            ),
            number=number,
            field="paper",
        )
    if not 1 <= rating <= 5:
        raise BadInput(
            "pairing.technical_rating",
            gettext_noop("{rating} is no rating. Give 1 (no help) to 5 (solved well)."),
            rating=rating,
            field="rating",
        )


def check_matching(number: str, kind: str, activity: str) -> None:
    """Only a technology matching is where a problem is matched with who can solve it."""
    if kind != "matching":
        raise BadInput(
            "pairing.technical_activity",
            gettext_noop("{activity} is no technology matching. Link {number} to one that is."),
            activity=activity,
            number=number,
            field="activity",
        )
