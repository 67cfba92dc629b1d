"""Why a result is as it is: said like a refusal, but nothing was refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from shanhai.kernel.refusals import gettext_noop


@dataclass(frozen=True, slots=True)
class Reason:
    """A stable code, an English sentence with named facts, and the facts.

    Examples
    --------
    >>> reason = because("forecast.done", "The target of {target} is reached.", target=20)
    >>> str(reason), reason.code
    ('The target of 20 is reached.', 'forecast.done')
    """

    code: str
    sentence: str
    facts: tuple[tuple[str, object], ...] = ()

    def say(self, translate: Callable[[str], str] = gettext_noop) -> str:
        """The sentence in the reader's language, with its facts filled in; a reason among them is said in it, too."""
        facts = {name: fact.say(translate) if isinstance(fact, Reason) else fact for name, fact in self.facts}
        return translate(self.sentence).format(**facts)

    def __str__(self) -> str:
        return self.say()


def because(code: str, sentence: str, /, **facts: object) -> Reason:
    """A reason with its facts; mark the sentence with ``gettext_noop``, as for a refusal.

    Examples
    --------
    >>> because("forecast.none", "Nothing is known yet.").facts
    ()
    """
    return Reason(code, sentence, tuple(facts.items()))
