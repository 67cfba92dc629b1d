"""What of a log could not be read: counted by reason, with the place of the first."""

from __future__ import annotations

from shanhai.kernel.reasons import Reason, because
from shanhai.kernel.refusals import gettext_noop

SENTENCES = {
    "no_case": gettext_noop("{n} events name no case and were left out; the first: {place}."),
    "no_activity": gettext_noop("{n} events name no activity and were left out; the first: {place}."),
    "no_time": gettext_noop("{n} events have no time that can be read and were left out; the first: {place}."),
    "no_zone": gettext_noop("{n} times have no zone while others have one; they were read as UTC."),
    "unnamed": gettext_noop("{n} cases have no name and were numbered; the first: {place}."),
    "parted": gettext_noop("{n} cases come in several parts under one name; the parts were joined."),
    "empty": gettext_noop("{n} cases have no event and were left out."),
    "out_of_order": gettext_noop("{n} events stand after later ones of their case; they were put in the order of their times."),
    "repeated": gettext_noop("{n} events repeat the one before them in case, activity and time; they were kept."),
    "ragged": gettext_noop("{n} rows have too few columns and were left out; the first: {place}."),
    "unreadable_rows": gettext_noop("{n} rows cannot be read and were left out; the first: {place}."),
    "odd_letters": gettext_noop("{n} names have letters that do not fit the encoding of the file; the first: {place}."),
    "cut_short": gettext_noop("The file is cut short: what stands before the break was read."),
    "broken": gettext_noop("The file is broken from {place} on: what stands before it was read."),
    "no_object": gettext_noop("{n} events belong to no object of the type and were left out."),
    "several_objects": gettext_noop("{n} events belong to several objects of the type and count in each."),
    "unknown_object": gettext_noop("{n} relations name an object that the log does not have and were left out."),
    "chosen": gettext_noop("The cases are the objects of the type {place}; name another with --case."),
}  # fmt: skip


class Troubles:
    """Counts troubles while a log is read; ``told`` gives them as sentences."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._places: dict[str, str] = {}

    def count(self, kind: str, place: object = "", n: int = 1) -> None:
        """Count ``n`` troubles of a kind; the first place named is kept."""
        if n:
            self._counts[kind] = self._counts.get(kind, 0) + n
            self._places.setdefault(kind, str(place))

    def told(self) -> tuple[Reason, ...]:
        """One reason for each kind, in the order of ``SENTENCES``."""
        return tuple(
            because(f"logs.{kind}", sentence, n=self._counts[kind], place=self._places[kind])
            for kind, sentence in SENTENCES.items()
            if kind in self._counts
        )
