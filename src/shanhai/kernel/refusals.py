"""What Shanhai says when it will not do something: a stable code, a sentence, and the facts."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum


def gettext_noop(sentence: str) -> str:
    """Mark a sentence for translation; it is translated where it is shown, not where it is raised."""
    return sentence


class Refused(Exception):
    """Something asked for is not done, and why.

    Parameters
    ----------
    code
        Never changes once published: ``field.what_is_wrong``.
    sentence
        English template with named facts in braces, marked with ``gettext_noop``.
    facts
        The values of the template, and any others that help a program.
    """

    status = 422

    def __init__(self, code: str, sentence: str, /, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.sentence = sentence
        self.facts = facts

    def say(self, translate: Callable[[str], str] = gettext_noop) -> str:
        """The sentence in the reader's language, with its facts filled in; a stage is a word and is translated too."""
        facts = {
            name: translate(str(value)) if isinstance(value, Enum) else value
            for name, value in self.facts.items()
        }
        return translate(self.sentence).format(**facts)

    def __str__(self) -> str:
        return self.say()


class BadInput(Refused):
    """What was given cannot be read or breaks a rule of form."""


class NotNow(Refused):
    """The thing is not in the state that this needs."""

    status = 409


class ChangedMeanwhile(Refused):
    """Someone else changed the row after it was read."""

    status = 409


class NotAllowed(Refused):
    """This member may not do this."""

    status = 403


class NotFound(Refused):
    """There is no such thing, or the member may not know of it."""

    status = 404


class TooLarge(Refused):
    """More than one request may bring."""

    status = 413


class TooOften(Refused):
    """More often than is allowed in this time."""

    status = 429


class NotConfigured(Refused):
    """The installation lacks something that this needs."""

    status = 503
