"""Policies from YAML and enterprises from CSV, as ``shanhai investment aid`` takes them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

import yaml

from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.kernel.tables import bare_heading, csv_lines
from shanhai.planners.policy_aid import Fact, Formula, Policy, Requirement

_MONEY = {"亿元": 10_000_000_000, "万元": 1_000_000, "元": 100}
_YES, _NO = frozenset({"yes", "true", "是"}), frozenset({"no", "false", "否"})
_POLICY = frozenset(
    {
        "code",
        "name_zh",
        "name_en",
        "valid_from",
        "valid_to",
        "requires",
        "grants",
        "pays",
        "excludes",
        "joint",
        "left",
        "bearers",
        "source",
        "status",
    }
)
_REQUIREMENT = frozenset({"fact", "least", "most", "one_of"})
_FORMULA = frozenset({"fixed", "fact", "rate", "each", "above", "steps", "most"})
_HEADINGS = ("enterprise", "企业", "企业名称", "单位名称")


def read_policies(text: str, file: str) -> tuple[list[Policy], dict[str, Formula]]:
    """Policies and joint caps of a YAML text.

    Money is written with its unit (5000万元); a rate as a percentage (8%) or a fraction (2/25). The format stands in
    docs/reference/planners/plan_aid.md.

    >>> policies, caps = read_policies(
    ...     "policies: [{code: RENT, valid_from: 2023-01-01, grants: {fact: paid_in_fen, rate: 8%, most: 500万元},"
    ...     " bearers: {mountain: 1}}]",
    ...     "aid.yaml",
    ... )
    >>> policies[0].code, policies[0].formula.rate, policies[0].formula.most_fen, caps
    ('RENT', Fraction(2, 25), 500000000, {})

    Raises
    ------
    BadInput
        ``aid.file``, ``aid.key``, ``aid.value``: which place of the file, what is wrong there, what is taken.
    """
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise BadInput(
            "aid.file",
            gettext_noop("{file}, line {line}: this is no YAML. Correct it there."),
            file=file,
            line=mark.line + 1 if mark else 1,
        ) from None
    top = _mapping(data, file, frozenset({"policies", "caps"}))
    given = top.get("policies")
    if not isinstance(given, list) or not given:
        raise _wrong(f"{file}: policies", given, "a list of policies")
    policies = [policy(one, f"policies[{n}]") for n, one in enumerate(given, 1)]
    caps = _mapping(top.get("caps") or {}, "caps", None)
    return policies, {str(name): formula(one, f"caps.{name}") for name, one in caps.items()}


def policy(data: Any, where: str) -> Policy:
    """One policy of plain data, as YAML gives it; ``where`` stands in refusals.

    Raises
    ------
    BadInput
        ``aid.key``, ``aid.value``
    """
    found = _mapping(data, where, _POLICY)
    code = found.get("code")
    if not isinstance(code, str) or not code.strip():
        raise _wrong(f"{where}.code", code, "a short text")
    where = f"{where} {code}"
    bearers = _mapping(found.get("bearers"), f"{where}.bearers", None)
    return Policy(
        code=code.strip(),
        formula=formula(found.get("grants"), f"{where}.grants"),
        bearers={str(name): _whole(weight, f"{where}.bearers.{name}") for name, weight in bearers.items()},
        valid_from=_day(found.get("valid_from"), f"{where}.valid_from"),
        valid_to=_day(found["valid_to"], f"{where}.valid_to") if found.get("valid_to") else None,
        requires=tuple(
            requirement(one, f"{where}.requires[{n}]")
            for n, one in enumerate(_list(found.get("requires"), f"{where}.requires"), 1)
        ),
        pays=str(found.get("pays", "once")),
        excludes=frozenset(map(str, _list(found.get("excludes"), f"{where}.excludes"))),
        joint=str(found.get("joint") or ""),
        left_fen=_fen(found["left"], f"{where}.left") if found.get("left") is not None else None,
    )


def requirement(data: Any, where: str) -> Requirement:
    """One requirement of plain data: ``{fact, least, most, one_of}``."""
    found = _mapping(data, where, _REQUIREMENT)
    fact = _name(found.get("fact"), f"{where}.fact")
    bounds = {
        name: _quantity(fact, found[name], f"{where}.{name}") for name in ("least", "most") if name in found
    }
    values = tuple(
        one if isinstance(one, bool) else _fact(fact, str(one), f"{where}.one_of")
        for one in _list(found.get("one_of"), f"{where}.one_of")
    )
    if not bounds and not values:
        raise _wrong(where, dict(found), "least, most or one_of")
    return Requirement(fact, bounds.get("least"), bounds.get("most"), values)


def formula(data: Any, where: str) -> Formula:
    """How much, of plain data: ``{fixed, fact, rate, each, above, steps, most}``."""
    found = _mapping(data, where, _FORMULA)
    fact = _name(found["fact"], f"{where}.fact") if "fact" in found else ""
    if not fact and set(found) & {"rate", "each", "above", "steps"}:
        raise _wrong(f"{where}.fact", None, "the fact that it goes by")
    if not set(found) & {"fixed", "rate", "each", "steps"}:
        raise _wrong(where, dict(found), "fixed, rate, each or steps")
    steps = []
    for n, step in enumerate(_list(found.get("steps"), f"{where}.steps"), 1):
        if not isinstance(step, list) or len(step) != 2:
            raise _wrong(f"{where}.steps[{n}]", step, "[least, sum]")
        steps.append((_quantity(fact, step[0], f"{where}.steps[{n}]"), _fen(step[1], f"{where}.steps[{n}]")))
    return Formula(
        fixed_fen=_fen(found["fixed"], f"{where}.fixed") if "fixed" in found else 0,
        fact=fact,
        rate=rate(found["rate"], f"{where}.rate") if "rate" in found else Fraction(0),
        each_fen=_fen(found["each"], f"{where}.each") if "each" in found else 0,
        above=_quantity(fact, found["above"], f"{where}.above") if "above" in found else 0,
        steps=tuple(sorted(steps)),
        most_fen=_fen(found["most"], f"{where}.most") if "most" in found else None,
    )


# -- enterprises ---------------------------------------------------------------------------------------------------


def read_facts(text: str, file: str) -> dict[str, dict[str, Fact | None]]:
    """Facts by enterprise from a CSV text: a column ``enterprise`` (企业) and one for each fact.

    A fact whose name ends in ``_fen`` is money with its unit (5000万元), or whole fen. An empty cell is not known.

    >>> read_facts("企业,paid_in_fen,high_tech,staff\\n甲,5000万元,是,\\n", "facts.csv")
    {'甲': {'paid_in_fen': 5000000000, 'high_tech': True, 'staff': None}}

    Raises
    ------
    BadInput
        What ``csv_lines`` refuses; ``aid.table``, ``aid.value``, ``aid.row_twice``, with the line.
    """
    lines = csv_lines(text, file)
    heads = next(lines, (1, []))[1]
    own = next((name for name in heads if bare_heading(name) in _HEADINGS), None)
    if own is None:
        raise BadInput(
            "aid.table",
            gettext_noop("{file} has no column enterprise (企业). Give one, and a column for each fact."),
            file=file,
        )
    found: dict[str, dict[str, Fact | None]] = {}
    for line, cells in lines:
        row = dict(zip(heads, cells, strict=False))
        name = row.pop(own, "")
        if not name:
            raise _wrong(f"{file}, line {line}, {own}", "", "the name of the enterprise")
        if name in found:
            raise BadInput(
                "aid.row_twice",
                gettext_noop("{file}, line {line}: {name} stands there twice. Give each enterprise once."),
                file=file,
                line=line,
                name=name,
            )
        found[name] = {
            fact: _fact(fact, cell, f"{file}, line {line}, {fact}") if cell else None
            for fact, cell in row.items()
        }
    return found


# -- values --------------------------------------------------------------------------------------------------------


def _fact(name: str, text: str, where: str) -> Fact:
    """A cell: yes or no, a number, money with its unit; any other text is itself."""
    if name.endswith("_fen"):
        return _fen(text, where)
    if text.lower() in _YES | _NO:
        return text.lower() in _YES
    number = _number(text)
    return text if number is None else number


def _quantity(fact: str, value: Any, where: str) -> int | Decimal:
    if fact.endswith("_fen"):
        return _fen(value, where)
    number = None if isinstance(value, bool) else _number(str(value))
    if number is None:
        raise _wrong(where, value, "12.5")
    return number


def _fen(value: Any, where: str) -> int:
    text = str(value).strip()
    unit = next((unit for unit in _MONEY if text.endswith(unit)), "")
    number = None if isinstance(value, bool) else _number(text.removesuffix(unit).strip())
    if number is None or number < 0 or (number * _MONEY.get(unit, 1)) % 1:
        raise _wrong(where, value, "5000万元")
    return int(number * _MONEY.get(unit, 1))


def _number(text: str) -> Decimal | None:
    try:
        found = Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None
    # Finite, and with no more digits before or behind the point than any figure here has.
    return found if found.is_finite() and -15 <= found.adjusted() < 15 else None


def rate(value: Any, where: str) -> Fraction:
    """A share from 0 to 1: 8%, 2/25 or 0.08."""
    text = str(value).strip()
    above, _, below = text.removesuffix("%").partition("/")
    # Not Fraction(text): of 1e999999999 it would write all digits.
    top, bottom = _number(above.strip()), _number(below.strip() or "1")
    if top is None or not bottom:
        raise _wrong(where, value, "8%")
    found = Fraction(top) / Fraction(bottom) / (100 if text.endswith("%") else 1)
    if not 0 <= found <= 1:
        raise _wrong(where, value, "8%")
    return found


def _whole(value: Any, where: str) -> int:
    if type(value) is not int:
        raise _wrong(where, value, "1")
    return value


def _day(value: Any, where: str) -> date:
    try:
        return value if type(value) is date else date.fromisoformat(str(value))
    except ValueError:
        raise _wrong(where, value, "2023-09-18") from None


def _name(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _wrong(where, value, "the name of a fact")
    return value.strip()


def _list(value: Any, where: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise _wrong(where, value, "a list")
    return value


def _mapping(value: Any, where: str, known: frozenset[str] | None) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(where, value, ", ".join(sorted(known)) if known else "names with values")
    unknown = [str(name) for name in value if known is not None and name not in known]
    if unknown:
        raise BadInput(
            "aid.key",
            gettext_noop("{where} has {name}, which is not known there. Take: {known}."),
            where=where,
            name=unknown[0],
            known=", ".join(sorted(known or ())),
        )
    return value


def _wrong(where: str, value: Any, wanted: str) -> BadInput:
    return BadInput(
        "aid.value",
        gettext_noop("{where}: {value} cannot stand there. Give {wanted}."),
        where=where,
        value=str(value)[:60],
        wanted=wanted,
    )
