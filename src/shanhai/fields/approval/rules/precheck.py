"""The pre-check of a material: a rule in one line, and what it finds in a paper that is brought.

A rule reads ``kinds pdf docx; mb 10; pages 30; months 12; needs land_mu investment_fen; blocks kinds``: file kinds, most
megabytes, most pages of a PDF, most months since the day on the paper, facts of the project that it rests on, and which
of these refuse the paper; all else is only shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from shanhai.kernel.reasons import Reason, because
from shanhai.kernel.refusals import BadInput, gettext_noop

KINDS = ("pdf", "docx", "xlsx", "png", "jpg", "txt", "csv", "zip", "dwg")
_SAME = {"jpeg": "jpg", "doc": "docx", "xls": "xlsx"}
_MOST = {"mb": 500, "pages": 5000, "months": 600}


@dataclass(frozen=True, slots=True)
class Rule:
    """What is asked of a paper; 0 and empty ask nothing. ``blocks`` names the parts that refuse it."""

    kinds: tuple[str, ...] = ()
    mb: int = 0
    pages: int = 0
    months: int = 0
    needs: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether it asks nothing."""
        return not any(getattr(self, one.name) for one in fields(self))


PARTS = tuple(one.name for one in fields(Rule))


@dataclass(frozen=True, slots=True)
class Brought:
    """A paper as the pre-check sees it; None where something is not known."""

    ending: str  # of its file, small letters; empty where only a name was given
    size: int | None
    pages: int | None
    dated_on: date | None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the pre-check found, and whether it refuses the paper."""

    part: str
    reason: Reason
    blocks: bool


def parsed(text: str, facts: Mapping[str, Any] | None = None) -> Rule:
    """A rule from its line.

    Parameters
    ----------
    facts
        The facts of projects that there are, by name; without them names are not looked up.

    Raises
    ------
    BadInput
        ``approval.precheck_rule``: which part cannot be read.

    Examples
    --------
    >>> parsed("kinds pdf; pages 30; blocks kinds").pages
    30
    """
    found: dict[str, Any] = {}
    for part in filter(None, (one.strip() for one in text.replace("；", ";").split(";"))):
        name, _space, rest = part.partition(" ")
        words = rest.replace(",", " ").split()
        if name not in PARTS or name in found or not words:
            raise _bad(part)
        if name in _MOST:
            if len(words) != 1 or not words[0].isascii() or not words[0].isdecimal():
                raise _bad(part)
            found[name] = int(words[0])
            if not 1 <= found[name] <= _MOST[name]:
                raise _bad(part)
            continue
        known = {"kinds": KINDS, "blocks": PARTS[:-1], "needs": facts}[name]
        words = [_SAME.get(one, one) for one in words] if name == "kinds" else words
        if known is not None and not set(words) <= set(known):
            raise _bad(part)
        found[name] = tuple(dict.fromkeys(words))
    return Rule(**found)


def _bad(part: str) -> BadInput:
    return BadInput(
        "approval.precheck_rule",
        gettext_noop(
            "The pre-check cannot read “{part}”. Write parts as: kinds pdf docx; mb 10; pages 30; months 12; needs land_mu; "
            "blocks kinds."
        ),
        part=part[:60],
        field="check",
    )


def findings(rule: Rule, given: Brought, facts: Mapping[str, Any], today: date) -> list[Finding]:
    """What a rule finds in a paper, in the order of its parts; nothing where it is as asked.

    ``facts`` are those of the project: None where nobody has said.
    """
    found: list[tuple[str, Reason]] = []
    kind = _SAME.get(given.ending, given.ending)
    if rule.kinds and kind and kind not in rule.kinds:
        found.append(("kinds", because("approval.precheck_kind", gettext_noop(
            "The file is {kind}; asked for is {kinds}."), kind=kind, kinds=", ".join(rule.kinds))))  # fmt: skip
    if rule.mb and given.size is not None and given.size > rule.mb * 1_000_000:
        mb = -(-given.size // 100_000)
        found.append(("mb", because("approval.precheck_size", gettext_noop(
            "The file has {mb} MB; at most {most} are asked for."), mb=f"{mb // 10}.{mb % 10}", most=rule.mb)))  # fmt: skip
    if rule.pages and given.pages is not None and given.pages > rule.pages:
        found.append(("pages", because("approval.precheck_pages", gettext_noop(
            "The paper has {n} pages; at most {most} are asked for."), n=given.pages, most=rule.pages)))  # fmt: skip
    if rule.months and given.dated_on is None:
        found.append(("months", because("approval.precheck_undated", gettext_noop(
            "Give the day on the paper: it must not be older than {months} months."), months=rule.months)))  # fmt: skip
    elif rule.months and given.dated_on is not None and months_since(given.dated_on, today) >= rule.months:
        found.append(("months", because("approval.precheck_old", gettext_noop(
            "The paper is of {day}, and must not be older than {months} months."), day=given.dated_on,
            months=rule.months)))  # fmt: skip
    missing = [name for name in rule.needs if facts.get(name) is None]
    if missing:
        found.append(("needs", because("approval.precheck_facts", gettext_noop(
            "The project does not say yet: {facts}. Fill it in, since the paper rests on it."),
            facts=", ".join(missing))))  # fmt: skip
    return [Finding(part, reason, part in rule.blocks) for part, reason in found]


def months_since(day: date, today: date) -> int:
    """Whole months between two days; a month is over on the same day of the next one, else on its last.

    Examples
    --------
    >>> months_since(date(2023, 1, 31), date(2023, 2, 28)), months_since(date(2023, 1, 15), date(2023, 2, 14))
    (0, 0)
    """
    n = (today.year - day.year) * 12 + today.month - day.month
    return n - (today.day < day.day)
