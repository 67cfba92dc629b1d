"""The rulebook: figures that offices set, each with its dates, scope, source and status.

A figure is a *rule* with a code; its *values* hold for a scope from a day on. Shipped values stand in
``rulebook.yaml`` files, values that offices add come from the database; ``look_up`` chooses among both.
A value never changes: a correction is a new row for the same scope and first day, known from later on.

A file is a list of rules::

    - id: park.grading.class_a_tax_per_mu
      name_en: Tax per mu of class A
      name_zh: A类亩均税收
      unit: CNY_10k/mu
      kind: decimal                      # decimal, int, text, bool or table
      values:
        - from: 2024-01-01
          to: 2024-12-31                 # optional, included
          scope: region:331181000000     # optional, by default national
          value: 25
          status: assumed                # or verified
          source: county notice, art. 6 (illustrative)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

from shanhai.kernel.refusals import BadInput, NotFound, gettext_noop
from shanhai.kernel.text import digest, fits_in_full

Kind = Literal["decimal", "int", "text", "bool", "table"]
Status = Literal["verified", "assumed"]
Value = Decimal | int | str | bool | list[Any] | dict[str, Any]
NATIONAL = "national"

_CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")
_NUMBER_WITH_POINT = re.compile(r"-?\d+\.\d+", re.ASCII)
_KEYS_OF_RULE = {"id", "unit", "name_en", "name_zh", "kind", "values"}
_KEYS_OF_VALUE = {"from", "to", "scope", "value", "status", "source"}


@dataclass(frozen=True, slots=True)
class RuleValue:
    """One value of a rule, as a result may keep it for ever.

    ``hash`` is the SHA-256 of the canonical JSON of all other fields but ``known_at``, so the same value has the
    same hash on every installation, whenever it was loaded. Treat a table as read-only.
    """

    code: str
    value: Value
    unit: str
    scope: str
    valid_from: date
    valid_to: date | None  # last day, included; None = until a later value begins
    status: Status
    source: str
    known_at: datetime | None = None  # None = shipped with the software, known from the start
    hash: str = field(init=False)

    def __post_init__(self) -> None:
        facts = [
            self.code,
            self.value,
            self.unit,
            self.scope,
            self.valid_from,
            self.valid_to,
            self.status,
            self.source,
        ]
        object.__setattr__(self, "hash", digest(facts))

    def __hash__(self) -> int:
        return hash((self.hash, self.known_at))


@dataclass(frozen=True, slots=True)
class Rule:
    """A figure with its names and the values that ship with it."""

    code: str
    name_en: str
    name_zh: str
    unit: str
    kind: Kind
    values: tuple[RuleValue, ...] = ()


def look_up(
    values: Iterable[RuleValue],
    code: str,
    on: date,
    scopes: Sequence[str],
    known_at: datetime | None = None,
) -> RuleValue:
    """The value that applies on a day.

    The first scope that has one wins. Within a scope the latest ``valid_from`` wins; of several rows for the same
    first day only the one known latest counts, even where it ends earlier than the row that it corrects.

    Parameters
    ----------
    values
        Shipped and added values, of any rules, in any order. (Of two corrections known at the same instant the
        later in order counts.)
    code
        The rule.
    on
        The day that the figure is for.
    scopes
        In the caller's order, for instance agreement, host region, its parents, ``national``.
    known_at
        What was known then: rows known later are not seen. None = all that is known.

    Returns
    -------
    RuleValue
        To be kept beside the result that uses it.

    Raises
    ------
    NotFound
        No row has this code, or none of the scopes has a value on that day.

    Examples
    --------
    >>> def tax(scope, year, value, known_at=None):
    ...     return RuleValue("park.tax", Decimal(value), "CNY", scope, date(year, 1, 1), None, "assumed", "-", known_at)
    >>> values = [tax("national", 2020, 20), tax("national", 2024, 25), tax("region:331181000000", 2022, 18)]
    >>> look_up(values, "park.tax", date(2023, 9, 18), ["region:331181000000", "national"]).value
    Decimal('18')
    >>> look_up(values, "park.tax", date(2023, 9, 18), ["region:330109000000", "national"]).value
    Decimal('20')
    """
    rows = [row for row in values if row.code == code]
    if not rows:
        raise NotFound(
            "rulebook.unknown_code",
            gettext_noop("The rulebook has no figure {rule}. Check its code."),
            rule=code,
        )
    newest: dict[tuple[str, date], RuleValue] = {}
    for row in rows:
        if known_at is not None and row.known_at is not None and row.known_at > known_at:
            continue
        key = (row.scope, row.valid_from)
        if key not in newest or _is_known_no_earlier(row, newest[key]):
            newest[key] = row
    for scope in scopes:
        in_force = [row for row in newest.values() if row.scope == scope and _holds_on(row, on)]
        if in_force:
            return max(in_force, key=lambda row: row.valid_from)
    raise NotFound(
        "rulebook.no_value",
        gettext_noop("{rule} has no value on {on} for {scopes}. Add one to the rulebook, with its source."),
        rule=code,
        on=on,
        scopes=", ".join(scopes) or "-",
    )


def _is_known_no_earlier(row: RuleValue, other: RuleValue) -> bool:
    if row.known_at is None or other.known_at is None:
        return other.known_at is None
    return row.known_at >= other.known_at


def _holds_on(row: RuleValue, day: date) -> bool:
    return row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)


def read_file(path: Path) -> tuple[Rule, ...]:
    """Read one ``rulebook.yaml``; see ``read_text``."""
    return read_text(path.read_text(encoding="utf-8"), str(path))


def read_files(paths: Iterable[Path]) -> dict[str, Rule]:
    """Read several files into one rulebook, by code.

    Raises
    ------
    BadInput
        As ``read_text``, or two files have the same code.
    """
    rules: dict[str, Rule] = {}
    for path in paths:
        for rule in read_file(path):
            if rule.code in rules:
                raise BadInput(
                    "rulebook.in_two_files",
                    gettext_noop(
                        "{file}, {rule}: it already stands in another file. Keep it in one of them."
                    ),
                    file=str(path),
                    rule=rule.code,
                )
            rules[rule.code] = rule
    return rules


def read_text(text: str, file: str = "rulebook.yaml") -> tuple[Rule, ...]:
    """Read and check the rules of one file.

    Numbers with a point are read as Decimal, never as float.

    Parameters
    ----------
    text
        YAML in the form that the module shows.
    file
        Its name, for refusals.

    Raises
    ------
    BadInput
        The first thing that is wrong: file, id, and what to do.

    Examples
    --------
    >>> rules = read_text('''
    ... - id: settle.loss_allowance
    ...   name_en: Natural loss allowed
    ...   name_zh: 自然损耗
    ...   unit: "1"
    ...   kind: decimal
    ...   values:
    ...     - {from: 2018-01-01, value: 0.03, status: verified, source: S89}
    ... ''')
    >>> rules[0].values[0].value
    Decimal('0.03')
    >>> read_text("- {id: a.b, unit: x}", "park/rulebook.yaml")
    Traceback (most recent call last):
    shanhai.kernel.refusals.BadInput: park/rulebook.yaml, a.b: kind is missing. Add it.
    """
    items = _load(text, file)
    if not isinstance(items, list):
        raise BadInput(
            "rulebook.no_list",
            gettext_noop("{file}, {rule}: the file is no list. Start each rule with a hyphen."),
            file=file,
            rule="-",
        )
    rules: dict[str, Rule] = {}
    for item in items:
        rule = _read_rule(item, file)
        if rule.code in rules:
            raise BadInput(
                "rulebook.twice",
                gettext_noop("{file}, {rule}: it stands there twice. Merge the two."),
                file=file,
                rule=rule.code,
            )
        rules[rule.code] = rule
    return tuple(rules.values())


def make_value(
    rule: Rule,
    value: object,
    *,
    valid_from: date,
    status: str,
    source: str,
    valid_to: date | None = None,
    scope: str = NATIONAL,
    known_at: datetime | None = None,
    file: str = "rulebook",
) -> RuleValue:
    """A checked value of a rule, from what a form, a file or a database row gives.

    A number may come as text, as canonical JSON writes it. In a table, numbers with a point and text that looks
    like one become Decimals, so that a table read back from its JSON equals the table.

    Raises
    ------
    BadInput
        The value does not fit the kind of the rule, or dates, status, source or scope are wrong.

    Examples
    --------
    >>> rule = Rule("park.tax", "Tax", "税", "CNY", "decimal")
    >>> make_value(rule, "0.50", valid_from=date(2023, 1, 1), status="verified", source="art. 6").value
    Decimal('0.50')
    """
    _check_parts(rule, valid_from, valid_to, scope, status, source, file)
    fitted = _fit(value, rule.kind)
    if fitted is None:
        raise BadInput(
            "rulebook.value_of_another_kind",
            gettext_noop(
                "{file}, {rule}: {value} is no value of the kind {kind}. Give one that is, or correct the kind."
            ),
            file=file,
            rule=rule.code,
            value=value,
            kind=rule.kind,
        )
    return RuleValue(
        code=rule.code,
        value=fitted,
        unit=rule.unit,
        scope=scope,
        valid_from=valid_from,
        valid_to=valid_to,
        status="verified" if status == "verified" else "assumed",
        source=source.strip(),
        known_at=known_at,
    )


def _check_parts(
    rule: Rule, valid_from: object, valid_to: object, scope: object, status: object, source: object, file: str
) -> None:
    if not _is_day(valid_from) or not (valid_to is None or _is_day(valid_to)):
        raise BadInput(
            "rulebook.no_day",
            gettext_noop("{file}, {rule}: from or to is no day. Write days as 2024-01-31."),
            file=file,
            rule=rule.code,
        )
    if isinstance(valid_from, date) and isinstance(valid_to, date) and valid_to < valid_from:
        raise BadInput(
            "rulebook.ends_before_it_begins",
            gettext_noop("{file}, {rule}: a value ends before it begins. Swap from and to."),
            file=file,
            rule=rule.code,
        )
    if status not in get_args(Status):
        raise BadInput(
            "rulebook.bad_status",
            gettext_noop("{file}, {rule}: status is neither verified nor assumed. Write one of them."),
            file=file,
            rule=rule.code,
        )
    if not isinstance(source, str) or not source.strip():
        raise BadInput(
            "rulebook.no_source",
            gettext_noop("{file}, {rule}: a value has no source. Say where the figure comes from."),
            file=file,
            rule=rule.code,
        )
    if not isinstance(scope, str) or not scope.strip():
        raise BadInput(
            "rulebook.no_scope",
            gettext_noop("{file}, {rule}: scope is empty. Write a scope, or leave it out for national."),
            file=file,
            rule=rule.code,
        )


def _is_day(value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _read_rule(item: object, file: str) -> Rule:
    code = item.get("id") if isinstance(item, Mapping) else None
    if not isinstance(item, Mapping) or not isinstance(code, str) or not _CODE.fullmatch(code):
        raise BadInput(
            "rulebook.bad_id",
            gettext_noop("{file}, {rule}: the id is not of the form park.grading.cap. Correct it."),
            file=file,
            rule=str(code or item)[:80],
        )
    _check_keys(item, _KEYS_OF_RULE, ("kind", "unit", "name_en", "name_zh", "values"), file, code)
    for key in ("unit", "name_en", "name_zh"):
        if not isinstance(item[key], str) or not item[key].strip():
            raise BadInput(
                "rulebook.no_text",
                gettext_noop("{file}, {rule}: {key} is no text. Write it in quotes."),
                file=file,
                rule=code,
                key=key,
            )
    if item["kind"] not in get_args(Kind):
        raise BadInput(
            "rulebook.bad_kind",
            gettext_noop(
                "{file}, {rule}: kind is none of decimal, int, text, bool, table. Write one of them."
            ),
            file=file,
            rule=code,
        )
    if not isinstance(item["values"], list) or not item["values"]:
        raise BadInput(
            "rulebook.no_values",
            gettext_noop(
                "{file}, {rule}: it has no values. List at least one, with from, value, status and source."
            ),
            file=file,
            rule=code,
        )
    rule = Rule(code, item["name_en"], item["name_zh"], item["unit"], item["kind"])
    values = tuple(_read_value(rule, given, file) for given in item["values"])
    if len({(value.scope, value.valid_from) for value in values}) < len(values):
        raise BadInput(
            "rulebook.same_day_twice",
            gettext_noop("{file}, {rule}: two values of one scope begin on the same day. Keep one."),
            file=file,
            rule=code,
        )
    return Rule(code, rule.name_en, rule.name_zh, rule.unit, rule.kind, values)


def _read_value(rule: Rule, given: object, file: str) -> RuleValue:
    if not isinstance(given, Mapping):
        raise BadInput(
            "rulebook.value_without_parts",
            gettext_noop("{file}, {rule}: a value is no mapping. Write from, value, status and source."),
            file=file,
            rule=rule.code,
        )
    _check_keys(given, _KEYS_OF_VALUE, ("from", "value", "status", "source"), file, rule.code)
    return make_value(
        rule,
        given["value"],
        valid_from=given["from"],
        valid_to=given.get("to"),
        scope=given.get("scope", NATIONAL),
        status=given["status"],
        source=given["source"],
        file=file,
    )


def _check_keys(
    given: Mapping[Any, Any], known: set[str], needed: Sequence[str], file: str, code: str
) -> None:
    for key in needed:
        if key not in given:
            raise BadInput(
                "rulebook.key_missing",
                gettext_noop("{file}, {rule}: {key} is missing. Add it."),
                file=file,
                rule=code,
                key=key,
            )
    for key in given:
        if key not in known:
            raise BadInput(
                "rulebook.key_unknown",
                gettext_noop("{file}, {rule}: {key} is not known. Correct it or leave it out."),
                file=file,
                rule=code,
                key=key,
            )


def _fit(value: object, kind: Kind) -> Value | None:
    """The value in the type of its kind, or None where it does not fit."""
    if kind == "bool":
        return value if isinstance(value, bool) else None
    if kind == "text":
        return value if isinstance(value, str) and value.strip() else None
    if kind == "int":
        return value if isinstance(value, int) and not isinstance(value, bool) else None
    if kind == "table":
        return _fit_table(value) if isinstance(value, dict | list) else None
    if isinstance(value, Decimal | int | str) and not isinstance(value, bool):
        try:
            number = Decimal(value)
        except InvalidOperation:
            return None
        return number if fits_in_full(number) else None
    return None


def _fit_table(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _fit_table(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_fit_table(item) for item in value]
    if isinstance(value, str) and _NUMBER_WITH_POINT.fullmatch(value):
        value = Decimal(value)
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    return value.isoformat() if isinstance(value, date) else value


class _Loader(yaml.SafeLoader):
    """YAML without floats and without keys that silently replace each other."""


def _construct_decimal(loader: _Loader, node: yaml.ScalarNode) -> Decimal:
    try:
        return Decimal(loader.construct_scalar(node).replace("_", ""))
    except InvalidOperation:
        raise yaml.constructor.ConstructorError(None, None, "no decimal number", node.start_mark) from None


def _construct_mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    mapping: dict[Any, Any] = loader.construct_mapping(node, deep=True)
    if len(mapping) < len(node.value):
        raise yaml.constructor.ConstructorError(None, None, "a key stands there twice", node.start_mark)
    return mapping


_Loader.add_constructor("tag:yaml.org,2002:float", _construct_decimal)
_Loader.add_constructor("tag:yaml.org,2002:map", _construct_mapping)


def _load(text: str, file: str) -> object:
    try:
        return yaml.load(text, _Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise BadInput(
            "rulebook.not_yaml",
            gettext_noop("{file} cannot be read as YAML near line {line}: {problem}. Correct that line."),
            file=file,
            line=mark.line + 1 if mark else 1,
            problem=getattr(error, "problem", None) or "-",
        ) from None
