"""A catalogue of approval items as one document: what it says, how it is read, how it is written.

A version of a catalogue is such a document. It is kept and hashed as canonical JSON, comes in and goes out as YAML and as
a workbook, and once published never changes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from shanhai.fields.approval.rules.conditions import Condition, read_condition, text_of
from shanhai.kernel.identifiers import check_region_code
from shanhai.kernel.refusals import BadInput, gettext_noop

# (value, English, Chinese)
Choices = tuple[tuple[str, str, str], ...]

PROFILES: Choices = (
    ("national-120", "National, 120 working days", "国家120个工作日"),
    ("zhejiang-100", "Zhejiang, 100 days before start", "浙江开工前100天"),
    ("zhejiang-90", "Zhejiang, 90 days = 60 + 30", "浙江全流程90天（60+30）"),
    ("low-risk-20", "Low-risk small projects, 20 working days", "低风险小型项目20个工作日"),
    ("own", "A regime of one’s own", "自定义"),
)
LEVERS: Choices = (
    ("deferred", "deferred material", "容缺受理"),
    ("commitment", "commitment letter", "告知承诺"),
    ("regional", "regional assessment replaces it", "区域评估替代"),
    ("abolished", "abolished", "已取消"),
)
KINDS: Choices = (
    ("licence", "licence", "行政许可"),
    ("filing", "filing", "备案"),
    ("opinion", "opinion", "会审意见"),
    ("service", "public service", "公共服务"),
)
STANDINGS: Choices = (("reported", "reported", "有出处"), ("assumed", "assumed", "假定"))
MOST_DAYS = 400
MOST_ITEMS = 300
CODE = re.compile(r"[a-z][a-z0-9_-]{1,29}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Stage:
    """One of the stages that the items stand in, in this order."""

    number: int
    name_zh: str
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """How many working days the items of some stages may take together, by the regime."""

    stages: tuple[int, ...]
    days: int
    standing: str = "assumed"
    source: str = ""
    source_zh: str = ""


@dataclass(frozen=True, slots=True)
class Department:
    """A department that items name. Without a region it is that of the place where the project stands."""

    code: str
    name_zh: str
    name_en: str = ""
    organisation: str = ""  # its code in the register of organisations, where it is known
    region: str = ""  # 12 digits, where it is not that of the place


@dataclass(frozen=True, slots=True)
class Material:
    """A paper that an item needs. A major one must be there when the item opens."""

    code: str
    name_zh: str
    name_en: str = ""
    is_major: bool = True
    check: str = ""  # its pre-check in one line (rules/precheck.py)


@dataclass(frozen=True, slots=True)
class Item:
    """One approval item: who decides on what, in how many days, after what, for which projects."""

    code: str
    stage: int
    name_zh: str
    name_en: str = ""
    kind: str = "licence"
    lead: str = ""
    co: tuple[str, ...] = ()
    advise: tuple[str, ...] = ()
    statutory_days: int | None = None  # working days; None where no rule gives any
    statutory_standing: str = "assumed"
    statutory_source: str = ""
    statutory_source_zh: str = ""
    promised_days: int = 0
    promised_standing: str = "assumed"
    promised_source: str = ""
    promised_source_zh: str = ""
    after: tuple[str, ...] = ()
    when: Condition = ()
    levers: tuple[str, ...] = ()
    materials: tuple[Material, ...] = ()
    result_zh: str = ""
    result_en: str = ""
    basis: str = ""
    valid_months: int | None = None
    delegation: str = ""  # the paper that gives a department of another region the decision
    standing: str = "assumed"  # of all else: order, condition, materials, basis
    source: str = ""
    source_zh: str = ""

    @property
    def is_abolished(self) -> bool:
        """Whether it is kept only so that it can be seen that it is gone."""
        return "abolished" in self.levers


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A regime profile for a region: its limits, its departments, its items."""

    name_zh: str
    name_en: str = ""
    profile: str = "own"
    region: str = ""  # 12 digits; empty in a profile that no region has taken over yet
    note_zh: str = ""
    note_en: str = ""
    stages: tuple[Stage, ...] = ()
    limits: tuple[Limit, ...] = ()
    departments: tuple[Department, ...] = ()
    items: tuple[Item, ...] = ()

    def item(self, code: str) -> Item:
        """The item of a code.

        Raises
        ------
        KeyError
        """
        for one in self.items:
            if one.code == code:
                return one
        raise KeyError(code)

    def department(self, code: str) -> Department | None:
        """The department of a code; None where the catalogue names none."""
        return next((one for one in self.departments if one.code == code), None)

    def with_item(self, item: Item, was: str = "") -> Catalogue:
        """The same catalogue with an item put in, in place of the one that had the code ``was``."""
        if not was:
            return replace(self, items=(*self.items, item))
        return replace(self, items=tuple(item if one.code == was else one for one in self.items))

    def without_item(self, code: str) -> Catalogue:
        """The same catalogue without an item; whoever waited for it waits for what it waited for."""
        gone = self.item(code)

        def passed_on(item: Item) -> Item:
            after: dict[str, None] = {}
            for one in item.after:
                after |= dict.fromkeys(gone.after if one == code else (one,))
            return replace(item, after=tuple(one for one in after if one != item.code))

        return replace(self, items=tuple(passed_on(one) for one in self.items if one.code != code))


# -- writing -------------------------------------------------------------------------------------------------------


def as_plain(catalogue: Catalogue) -> dict[str, Any]:
    """The document as plain data: text, whole numbers, lists, and nothing that says what is said anyway."""
    return _plain(catalogue)


def _plain(one: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in fields(one):
        value = getattr(one, field.name)
        if field.name == "when":
            value = text_of(value)
        elif isinstance(value, tuple):
            value = [_plain(part) if hasattr(part, "__dataclass_fields__") else part for part in value]
        # Days are said even where there are none: a promise of 0 working days is a promise.
        if value not in ("", None, []) or field.name == "promised_days":
            found[field.name] = value
    return found


# -- reading -------------------------------------------------------------------------------------------------------

_TEXT_LIMITS = {
    "note_zh": 2000,
    "note_en": 2000,
    "basis": 500,
    "delegation": 300,
    "source": 300,
    "when": 1000,
}
_LISTS_OF_CODES = ("co", "advise", "after", "levers")


def from_plain(given: Any) -> Catalogue:
    """A catalogue from plain data, each value checked for its form; sense is left to ``checks.faults_of``.

    Raises
    ------
    BadInput
        ``approval.document_form``: where in the document something is not what it must be.
    """
    data = _mapping(given, "catalogue", Catalogue)
    region = _text(data, "region", "catalogue", 12)
    return Catalogue(
        name_zh=_text(data, "name_zh", "catalogue", 120, needed=True),
        name_en=_text(data, "name_en", "catalogue", 160),
        profile=_choice(data, "profile", "catalogue", PROFILES, "own"),
        region=check_region_code(region) if region else "",
        note_zh=_text(data, "note_zh", "catalogue"),
        note_en=_text(data, "note_en", "catalogue"),
        stages=tuple(
            _stage(one, f"stages[{n}]") for n, one in enumerate(_list(data, "stages", "catalogue"), 1)
        ),
        limits=tuple(
            _limit(one, f"limits[{n}]") for n, one in enumerate(_list(data, "limits", "catalogue"), 1)
        ),
        departments=tuple(
            _department(one, f"departments[{n}]")
            for n, one in enumerate(_list(data, "departments", "catalogue"), 1)
        ),
        items=tuple(
            item_from_plain(one, f"items[{n}]") for n, one in enumerate(_list(data, "items", "catalogue"), 1)
        ),
    )


def item_from_plain(given: Any, where: str = "item") -> Item:
    """One item from plain data."""
    data = _mapping(given, where, Item)
    code = _code(data, "code", where)
    where = f"{where} ({code})"
    try:
        when = read_condition(_text(data, "when", where))
    except BadInput as refused:
        refused.facts.setdefault("where", where)
        refused.facts.setdefault("field", "when")
        raise
    return Item(
        code=code,
        stage=_whole(data, "stage", where, 1, 9) or 1,
        name_zh=_text(data, "name_zh", where, 120, needed=True),
        name_en=_text(data, "name_en", where, 160),
        kind=_choice(data, "kind", where, KINDS, "licence"),
        lead=_code(data, "lead", where),
        statutory_days=_whole(data, "statutory_days", where, 0, MOST_DAYS),
        statutory_standing=_choice(data, "statutory_standing", where, STANDINGS, "assumed"),
        statutory_source=_text(data, "statutory_source", where, 300),
        statutory_source_zh=_text(data, "statutory_source_zh", where, 300),
        promised_days=_whole(data, "promised_days", where, 0, MOST_DAYS) or 0,
        promised_standing=_choice(data, "promised_standing", where, STANDINGS, "assumed"),
        promised_source=_text(data, "promised_source", where, 300),
        promised_source_zh=_text(data, "promised_source_zh", where, 300),
        when=when,
        materials=tuple(
            _material(one, f"{where}.materials[{n}]")
            for n, one in enumerate(_list(data, "materials", where), 1)
        ),
        result_zh=_text(data, "result_zh", where, 120),
        result_en=_text(data, "result_en", where, 160),
        basis=_text(data, "basis", where),
        valid_months=_whole(data, "valid_months", where, 1, 1200),
        delegation=_text(data, "delegation", where),
        standing=_choice(data, "standing", where, STANDINGS, "assumed"),
        source=_text(data, "source", where),
        source_zh=_text(data, "source_zh", where),
        **{name: _codes(data, name, where) for name in _LISTS_OF_CODES},
    )


def _stage(given: Any, where: str) -> Stage:
    data = _mapping(given, where, Stage)
    return Stage(
        _whole(data, "number", where, 1, 9) or 1,
        _text(data, "name_zh", where, 120, needed=True),
        _text(data, "name_en", where, 160),
    )


def _limit(given: Any, where: str) -> Limit:
    data = _mapping(given, where, Limit)
    stages = _list(data, "stages", where)
    for one in stages:
        if isinstance(one, bool) or not isinstance(one, int) or not 1 <= one <= 9:
            raise _form(f"{where}.stages", one)
    days = _whole(data, "days", where, 1, MOST_DAYS)
    if days is None:
        raise _form(f"{where}.days", "")
    return Limit(
        tuple(stages),
        days,
        _choice(data, "standing", where, STANDINGS, "assumed"),
        _text(data, "source", where),
        _text(data, "source_zh", where),
    )


def _department(given: Any, where: str) -> Department:
    data = _mapping(given, where, Department)
    region = _text(data, "region", where, 12)
    return Department(
        _code(data, "code", where),
        _text(data, "name_zh", where, 120, needed=True),
        _text(data, "name_en", where, 160),
        _text(data, "organisation", where, 40),
        check_region_code(region) if region else "",
    )


def _material(given: Any, where: str) -> Material:
    data = _mapping(given, where, Material)
    is_major = data.get("is_major", True)
    if not isinstance(is_major, bool):
        raise _form(f"{where}.is_major", is_major)
    return Material(
        _code(data, "code", where),
        _text(data, "name_zh", where, 120, needed=True),
        _text(data, "name_en", where, 160),
        is_major,
        _text(data, "check", where, 300),
    )


def _mapping(given: Any, where: str, of: type) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise _form(where, given)
    known = {field.name for field in fields(of)}
    for name in given:
        if name not in known:
            raise BadInput(
                "approval.document_unknown",
                gettext_noop("{where} says {name}, which nothing here is called. Take one of: {known}."),
                where=where,
                name=str(name)[:40],
                known=", ".join(sorted(known)),
            )
    return given


def _list(data: Mapping[str, Any], name: str, where: str) -> Sequence[Any]:
    found = data.get(name) or []
    if not isinstance(found, list) or len(found) > MOST_ITEMS:
        raise _form(f"{where}.{name}", found if not isinstance(found, list) else f"{len(found)}")
    return found


def _text(data: Mapping[str, Any], name: str, where: str, most: int = 0, *, needed: bool = False) -> str:
    found = data.get(name)
    if isinstance(found, int) and not isinstance(found, bool):
        found = str(found)  # YAML reads a code of digits as a number
    if found is None:
        found = ""
    if not isinstance(found, str) or "\0" in found or len(found) > (most or _TEXT_LIMITS.get(name, 300)):
        raise _form(f"{where}.{name}", found)
    found = " ".join(found.split())
    if needed and not found:
        raise _form(f"{where}.{name}", "")
    return found


def _code(data: Mapping[str, Any], name: str, where: str) -> str:
    found = _text(data, name, where, 30, needed=True)
    if not CODE.fullmatch(found):
        raise _form(f"{where}.{name}", found)
    return found


def _codes(data: Mapping[str, Any], name: str, where: str) -> tuple[str, ...]:
    found = data.get(name) or []
    if not isinstance(found, list) or len(found) > MOST_ITEMS:
        raise _form(f"{where}.{name}", found)
    for one in found:
        if not isinstance(one, str) or not CODE.fullmatch(one):
            raise _form(f"{where}.{name}", one)
    if name == "levers":
        for one in found:
            _choice({name: one}, name, where, LEVERS, "")
    return tuple(dict.fromkeys(found))


def _choice(data: Mapping[str, Any], name: str, where: str, choices: Choices, empty: str) -> str:
    found = data.get(name) or empty
    if found not in {value for value, _en, _zh in choices}:
        raise BadInput(
            "approval.document_choice",
            gettext_noop("{where} says {value}. Take one of: {choices}."),
            where=f"{where}.{name}",
            value=str(found)[:40],
            choices=", ".join(value for value, _en, _zh in choices),
            field=name,
        )
    return str(found)


def _whole(data: Mapping[str, Any], name: str, where: str, least: int, most: int) -> int | None:
    found = data.get(name)
    if found is None or found == "":
        return None
    if isinstance(found, bool) or not isinstance(found, int) or not least <= found <= most:
        raise BadInput(
            "approval.document_number",
            gettext_noop("{where} says {value}. Give a whole number from {least} to {most}."),
            where=f"{where}.{name}",
            value=str(found)[:40],
            least=least,
            most=most,
            field=name,
        )
    return found


def _form(where: str, value: Any) -> BadInput:
    return BadInput(
        "approval.document_form",
        gettext_noop(
            "{where} says “{value}”, which it cannot. Codes are small letters, digits, hyphens and underscores; names and "
            "texts are not empty and not too long; see docs/howto/keep-a-catalogue.md."
        ),
        where=where,
        value=str(value)[:60],
        field=where.rpartition(".")[2],
    )
