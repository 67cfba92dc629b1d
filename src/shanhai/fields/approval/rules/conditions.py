"""When an item applies: clauses over a project's facts, read from text, held against facts, and checked for sense.

``eia = report, form; land_mu > 0 | is_hazardous = yes`` says: the assessment is a report or a form and there is land, or
the project is hazardous. A clause compares one fact with values; ``;`` joins clauses that must all hold, ``|`` separates
groups of which one is enough. Nothing is evaluated as code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from shanhai.fields.investment.rules import BY_NAME, Attribute
from shanhai.kernel.refusals import BadInput, gettext_noop

OPERATORS = ("<=", ">=", "!=", "=", "<", ">")
_CLAUSE = re.compile(r"\s*([a-z][a-z0-9_]*)\s*(<=|>=|!=|=|<|>)\s*(.+?)\s*")
_WIDE = str.maketrans(
    {"；": ";", "｜": "|", "，": ",", "＝": "=", "＞": ">", "＜": "<", "≥": ">=", "≤": "<=", "≠": "!="}
)
_MONEY = {"亿元": 10_000_000_000, "万元": 1_000_000, "元": 100}
_YES, _NO = frozenset({"yes", "true", "是"}), frozenset({"no", "false", "否"})
MOST_CLAUSES = 40


@dataclass(frozen=True, slots=True)
class Clause:
    """One comparison; ``=`` means one of the values, ``!=`` none of them, the others have one value."""

    attribute: str
    operator: str
    values: tuple[Any, ...]

    def __str__(self) -> str:
        return f"{self.attribute} {self.operator} {', '.join(map(_written, self.values))}"


Group = tuple[Clause, ...]
Condition = tuple[Group, ...]


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def read_condition(text: str) -> Condition:
    """A condition from its text; empty text always holds.

    Raises
    ------
    BadInput
        ``approval.condition_form``, ``approval.condition_attribute``, ``approval.condition_value``: which clause.

    Examples
    --------
    >>> text_of(read_condition("eia=report,form ; land_mu>0|is_hazardous=yes"))
    'eia = report, form; land_mu > 0 | is_hazardous = yes'
    >>> read_condition("")
    ()
    """
    text = text.translate(_WIDE).strip()
    if not text:
        return ()
    if text.count(";") + text.count("|") >= MOST_CLAUSES:
        raise BadInput(
            "approval.condition_long",
            gettext_noop("The condition has more than {most} clauses. Split the item."),
            most=MOST_CLAUSES,
        )
    return tuple(
        tuple(_read_clause(one) for one in group.split(";") if one.strip()) for group in text.split("|")
    )


def text_of(condition: Condition) -> str:
    """The text of a condition, as it is kept."""
    return " | ".join("; ".join(map(str, group)) for group in condition)


def _read_clause(text: str) -> Clause:
    found = _CLAUSE.fullmatch(text)
    if found is None:
        raise BadInput(
            "approval.condition_form",
            gettext_noop(
                "“{clause}” is no clause of a condition. Write a fact, a comparison and a value, as in: land_mu > 0."
            ),
            clause=text.strip()[:80],
        )
    name, operator, given = found.groups()
    attribute = BY_NAME.get(name)
    if attribute is None:
        raise BadInput(
            "approval.condition_attribute",
            gettext_noop("Projects have no fact {name}. Take one of: {names}."),
            name=name,
            names=", ".join(BY_NAME),
        )
    values = tuple(_read_value(attribute, one.strip(), text) for one in given.split(","))
    is_ordered = operator not in ("=", "!=")
    if is_ordered and (len(values) > 1 or attribute.kind in ("bool", "choice")):
        raise _no_value(attribute, text)
    return Clause(name, operator, values)


def _read_value(attribute: Attribute, text: str, clause: str) -> Any:
    if attribute.kind == "bool":
        if text in _YES | _NO:
            return text in _YES
        raise _no_value(attribute, clause)
    if attribute.kind == "choice":
        for value, en, zh in attribute.choices:
            if text in (value, en, zh):
                return value
        raise _no_value(attribute, clause)
    unit = next((unit for unit in _MONEY if attribute.kind == "fen" and text.endswith(unit)), "")
    try:
        number = Decimal(text.removesuffix(unit).strip())
    except InvalidOperation:
        raise _no_value(attribute, clause) from None
    if not number.is_finite() or number < 0 or number > Decimal(10) ** 15:
        raise _no_value(attribute, clause)
    if attribute.kind == "fen":
        return int(number * _MONEY[unit] if unit else number)
    return number.normalize() if number else Decimal(0)


def _no_value(attribute: Attribute, clause: str) -> BadInput:
    told = {
        "bool": "yes, no",
        "choice": ", ".join(value for value, _en, _zh in attribute.choices),
        "fen": "5000万元",
        "number": "12.5",
    }[attribute.kind]
    return BadInput(
        "approval.condition_value",
        gettext_noop("“{clause}” compares with something that {name} cannot be. Take values like: {values}."),
        clause=clause.strip()[:80],
        name=attribute.name,
        values=told,
    )


# -- holding against facts -----------------------------------------------------------------------------------------


def holds(condition: Condition, facts: Mapping[str, Any]) -> bool | None:
    """Whether a condition holds; None where facts that nobody has given decide it.

    Examples
    --------
    >>> condition = read_condition("land_mu > 0; eia = report")
    >>> holds(condition, {"land_mu": 3, "eia": "report"}), holds(condition, {"land_mu": 0}), holds(condition, {"land_mu": 3})
    (True, False, None)
    """
    if not condition:
        return True
    return _any(_all(clause_holds(clause, facts) for clause in group) for group in condition)


def clause_holds(clause: Clause, facts: Mapping[str, Any]) -> bool | None:
    """Whether one clause holds; None where its fact is not known."""
    fact = facts.get(clause.attribute)
    if fact is None or fact == "":
        return None
    if clause.operator == "=":
        return fact in clause.values
    if clause.operator == "!=":
        return fact not in clause.values
    value = clause.values[0]
    return {"<": fact < value, "<=": fact <= value, ">": fact > value, ">=": fact >= value}[clause.operator]


def unknown_in(condition: Condition, facts: Mapping[str, Any]) -> tuple[str, ...]:
    """The facts that a condition waits for, by name, each once, in its order."""
    names = [clause.attribute for group in condition for clause in group]
    return tuple(dict.fromkeys(name for name in names if facts.get(name) in (None, "")))


def _all(found: Iterable[bool | None]) -> bool | None:
    results = list(found)
    return False if False in results else None if None in results else True


def _any(found: Iterable[bool | None]) -> bool | None:
    results = list(found)
    return True if True in results else None if None in results else False


# -- sense ---------------------------------------------------------------------------------------------------------


def contradiction(condition: Condition) -> Group:
    """Clauses that can never hold together, where no group of the condition ever holds; empty where one can.

    Examples
    --------
    >>> [str(one) for one in contradiction(read_condition("land_mu > 5; land_mu < 3"))]
    ['land_mu > 5', 'land_mu < 3']
    >>> contradiction(read_condition("land_mu > 5; land_mu < 3 | eia = report"))
    ()
    """
    against: Group = ()
    for group in condition:
        found = _contradiction_in(group)
        if not found:
            return ()
        against = against or found
    return against


def _contradiction_in(group: Group) -> Group:
    for name in dict.fromkeys(clause.attribute for clause in group):
        own = tuple(clause for clause in group if clause.attribute == name)
        if not _can_hold(BY_NAME[name], own):
            return own
    return ()


def _can_hold(attribute: Attribute, clauses: Group) -> bool:
    """Whether some value of a fact meets all clauses: it is enough to try those named, and one beside each."""
    if attribute.kind == "bool":
        tried: Iterable[Any] = (True, False)
    elif attribute.kind == "choice":
        tried = [value for value, _en, _zh in attribute.choices]
    else:
        named = sorted({value for clause in clauses for value in clause.values} | {0})
        step = 1 if attribute.kind == "fen" else Decimal("0.01")
        tried = [one for value in named for one in (value - step, value, value + step) if one >= 0]
    return any(all(clause_holds(clause, {attribute.name: one}) for clause in clauses) for one in tried)
