"""What a land file would do: its features as they were read, refused ones with their spot, and the difference."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

# (field, headings that are recognised)
FIELDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("number", ("number", "编号", "地块编号", "地块号", "宗地号", "宗地代码", "dkbh", "zddm", "parcel")),
    ("phase", ("phase", "期次", "分期", "期")),
    ("state", ("state", "状态", "地块状态")),
    ("user", ("user", "使用单位", "用地单位", "权利人")),
    ("lessee", ("lessee", "承租单位", "承租方")),
    ("plot_grade", ("plot_grade", "grade", "等别", "土地等别")),
    ("plot_ratio", ("plot_ratio", "容积率")),
    ("density_percent", ("density_percent", "density", "建筑密度")),
)
OUTLINE = ("wkt", "outline", "geometry", "geom", "边界", "界址", "坐标")
_BY_HEADING = {heading: name for name, headings in FIELDS for heading in headings}


def field_of(heading: str) -> str:
    """The field that a heading names; empty where it names none, "outline" for the geometry of a CSV."""
    plain = heading.strip().strip("\ufeff").lower()
    return "outline" if plain in OUTLINE else _BY_HEADING.get(plain, "")


@dataclass(frozen=True, slots=True)
class Feature:
    """One parcel of a file: where it stands there, what it says, its outline, and what was repaired."""

    row: int
    number: str
    values: Mapping[str, str]
    outline: str
    mu: str
    remarks: tuple[tuple[str, Mapping[str, Any]], ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row of a file is refused, and where."""

    row: int
    number: str
    code: str
    sentence: str
    facts: Mapping[str, Any]

    @property
    def spot(self) -> str:
        """The place that the fault names; empty where it is none of the outline."""
        return str(self.facts.get("spot", ""))


@dataclass(frozen=True, slots=True)
class Read:
    """A land file as it was read: all that holds without the records."""

    reference: str
    how: str  # given, declared, guessed
    features: tuple[Feature, ...]
    faults: tuple[Fault, ...]
    remarks: tuple[tuple[str, Mapping[str, Any]], ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What a feature does: ``new``, ``changed`` or ``same``; ``before`` and ``after`` of the fields that differ."""

    outcome: str
    feature: Feature
    before: Mapping[str, str] = field(default_factory=dict)
    after: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a file would do to a park that stood so (``stamp``)."""

    reference: str
    how: str
    stamp: str
    changes: tuple[Change, ...]
    faults: tuple[Fault, ...]
    remarks: tuple[tuple[str, Mapping[str, Any]], ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """How many are new, changed, unchanged and refused."""
        found = {"new": 0, "changed": 0, "same": 0, "refused": len({fault.row for fault in self.faults})}
        for change in self.changes:
            found[change.outcome] += 1
        return found

    def as_json(self) -> str:
        """For keeping until somebody says the word."""
        return json.dumps(
            asdict(self), sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str
        )

    @classmethod
    def of_json(cls, text: str) -> Plan:
        """A kept plan."""
        data = json.loads(text)
        changes = tuple(
            Change(one["outcome"], _feature(one["feature"]), one["before"], one["after"])
            for one in data["changes"]
        )
        faults = tuple(Fault(**one) for one in data["faults"])
        remarks = tuple((sentence, facts) for sentence, facts in data["remarks"])
        return cls(data["reference"], data["how"], data["stamp"], changes, faults, remarks)


def _feature(data: dict[str, Any]) -> Feature:
    return Feature(**data | {"remarks": tuple((sentence, facts) for sentence, facts in data["remarks"])})
