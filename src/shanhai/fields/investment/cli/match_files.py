"""The files of matching: leads, parcels, clusters, limits, and figures of one's own; formats in docs/reference/matching-files.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import yaml

from shanhai.core.cli.files import STANDARD, read_text
from shanhai.fields.investment.cli.plain_tables import (
    Column,
    Slips,
    Table,
    number,
    read_table,
    records,
    several,
    text,
    whole,
)
from shanhai.fields.investment.queries.matching import entry_of, shipped_scheme
from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.planners import Amounts, Cluster, Lead, Limits, MatchScheme, Parcel
from shanhai.planners.industries import industry_code
from shanhai.planners.lead_records import check_records
from shanhai.planners.portfolio_records import RESOURCES

_CLASSES = {**dict(zip("甲乙丙丁戊", "ABCDE", strict=True)), **{one: one for one in "ABCDE"}}


def safety(cell: str) -> str:
    """A class of fire hazard: A to E, or 甲 to 戊."""
    given = cell.upper().removesuffix("类")
    if given not in _CLASSES:
        raise BadInput(
            "investment.cell_no_class",
            gettext_noop(
                "“{given}” is no safety class. Write A to E, or 甲 to 戊, A being the most dangerous."
            ),
            given=cell[:40],
        )
    return _CLASSES[given]


def industry(cell: str) -> str:
    """A code of GB/T 4754."""
    industry_code(cell)
    return cell.strip().upper()


def industries(cell: str) -> tuple[str, ...]:
    """Several codes."""
    return tuple(industry(one) for one in several(cell))


LEADS = (
    Column("lead", ("线索编号", "线索", "招商线索", "项目编号", "编号", "number"), text, is_needed=True),
    Column("industry", ("行业代码", "国民经济行业代码", "行业"), industry, is_needed=True),
    Column("investment", ("固定资产投资", "投资额", "总投资", "fixed_investment"), number, is_needed=True),
    Column("output", ("年产值", "产值", "达产产值"), number, is_needed=True),
    Column("tax", ("年税收", "税收", "达产税收"), number, is_needed=True),
    Column("land_mu", ("用地需求", "用地面积", "用地", "land"), number),
    Column("land_min_mu", ("最小用地", "最少用地"), number),
    Column("land_max_mu", ("最大用地", "最多用地"), number),
    Column("plant_m2", ("厂房需求", "厂房面积", "厂房", "plant"), number),
    Column("plant_kind", ("厂房类型",), text),
    Column("value_added", ("年增加值", "增加值", "工业增加值"), number),
    Column("energy_tce", ("年综合能耗", "综合能耗", "能耗", "energy"), number),
    Column("emission_t", ("年排放量", "主要污染物排放", "排放量", "排放", "emission"), number),
    Column("jobs", ("用工需求", "用工人数", "用工", "就业人数"), number),
    Column("safety_class", ("火灾危险性类别", "火灾危险性", "安全类别"), safety),
    Column("policy", ("政策兑现比例", "政策满足度"), number),
    Column("cost", ("本级支出", "政策资金", "财政支出"), number),
    Column("first_phase", ("最早期次", "最早阶段"), whole),
    Column("last_phase", ("最晚期次", "最晚阶段"), whole),
    Column("cluster", ("产业集群", "集群"), text),
)
PARCELS = (
    Column("parcel", ("地块编号", "地块", "宗地编号", "编号", "number"), text, is_needed=True),
    Column("land_mu", ("面积", "土地面积", "用地面积", "land"), number, is_needed=True),
    Column("cluster", ("产业集群", "集群"), text),
    Column("plant_m2", ("厂房面积", "厂房", "建筑面积", "plant"), number),
    Column("plant_kind", ("厂房类型",), text),
    Column("energy_tce", ("可用能耗", "能耗指标", "energy"), number),
    Column("emission_t", ("可用排放", "排放指标", "emission"), number),
    Column("labour", ("可用劳动力", "周边劳动力"), number),
    Column("safety_class", ("火灾危险性类别", "火灾危险性", "安全类别"), safety),
    Column("forbidden", ("禁止行业", "禁入行业"), industries),
    Column("only", ("限定行业", "准入行业"), industries),
    Column("cost", ("开发成本", "整理成本", "本级支出"), number),
    Column("phase", ("可供期次", "供地期次", "期次"), whole),
    Column("quota_mu", ("占用指标", "用地指标"), number),
    Column("adjoins", ("相邻地块", "毗邻地块"), several),
    Column("outline", ("边界", "wkt"), lambda cell: cell),
)
CLUSTERS = (
    Column("cluster", ("产业集群", "集群"), text, is_needed=True),
    Column("industries", ("行业代码", "主导行业"), industries, is_needed=True),
    Column("links", ("链上环节", "现有环节"), industries),
    Column("gaps", ("缺失环节", "补链环节"), industries),
    Column("pool", ("评价组别", "组别"), text),
)
NAMES = (
    Column(
        "name",
        ("企业名称", "投资方", "投资方名称", "名称", "investor", "enterprise"),
        lambda cell: cell,
        is_needed=True,
    ),
    Column("number", ("编号", "线索编号", "lead"), text),
)


def read_leads(file: str, clusters: Sequence[Cluster]) -> tuple[list[Lead], Table]:
    """Leads of a file, and the table as it was read."""
    table = read_table(file, LEADS, "lead")
    names = _names_of(Lead, table, clusters)
    return records(table, Lead, names, {"form": lambda one: check_records([one], [], clusters)}), table


def read_parcels(file: str, clusters: Sequence[Cluster]) -> tuple[list[Parcel], list[tuple[str, str]], Table]:
    """Parcels of a file, the pairs that adjoin by it, and the table as it was read.

    Neighbours are those that a row names, or else, where rows have outlines, those whose outlines meet.
    """
    table = read_table(file, PARCELS, "parcel")
    names = _names_of(Parcel, table, clusters)
    found = records(table, Parcel, names, {"form": lambda one: check_records([], [one], clusters)})
    return found, _adjoining(table), table


def _names_of(record: type, table: Table, clusters: Sequence[Cluster]) -> list[str]:
    """What is read of a table: not to which cluster a row belongs where nobody says what the clusters are."""
    if not clusters and "cluster" in table.headings:
        table.unread.append(table.headings["cluster"])
    return [one.name for one in fields(record) if clusters or one.name != "cluster"]


def _adjoining(table: Table) -> list[tuple[str, str]]:
    known = {row["parcel"] for _, row in table.rows}
    slips, pairs = Slips(table.file), set()
    for line, row in table.rows:
        for other in row.get("adjoins", ()):
            if other not in known or other == row["parcel"]:
                slips.add(
                    line,
                    table.headings["adjoins"],
                    gettext_noop("“{given}” is no other parcel of the file. Correct the number."),
                    given=other,
                )
            pairs.add((min(row["parcel"], other), max(row["parcel"], other)))
    slips.refuse()
    if "adjoins" in table.headings or "outline" not in table.headings:
        return sorted(pairs)
    from shanhai.planners.portfolio_bundles import adjoining

    return adjoining({row["parcel"]: row["outline"] for _, row in table.rows if "outline" in row})


def read_clusters(file: str) -> list[Cluster]:
    """Clusters of a file; none without one."""
    if not file:
        return []
    return records(read_table(file, CLUSTERS, "cluster"), Cluster, [one.name for one in fields(Cluster)], {})


def read_names(file: str) -> list[tuple[int, str, str]]:
    """Line, name and number ("" without one) of each row."""
    return [(line, row["name"], row.get("number", "")) for line, row in read_table(file, NAMES, "").rows]


# -- figures -----------------------------------------------------------------------------------------------------------

_SCHEME = {one.name for one in fields(MatchScheme)}
_OF_PLAN = ("phases", "value", "per_point", "steps", "adjoining")


def read_scheme(file: str) -> MatchScheme:
    """The scheme of the rulebook, with what a file says in place of it."""
    scheme = shipped_scheme()
    if not file:
        return scheme
    given = _mapping(file, _SCHEME)
    changes: dict[str, Any] = dict(given)
    try:
        if "weights" in given:
            changes["weights"] = {str(name): float(one) for name, one in given["weights"].items()}
        if "entry" in given:
            pools = {"" if pool == "default" else pool: entry_of(one) for pool, one in given["entry"].items()}
            changes["entry"] = {**scheme.entry, **pools}
        for name in ("forbidden", "nearness"):
            if name in given:
                changes[name] = tuple(str(one) if name == "forbidden" else float(one) for one in given[name])
        for name in _SCHEME - {"weights", "entry", "forbidden", "nearness"}:
            if given.get(name) is not None:
                changes[name] = float(given[name])
    except (TypeError, ValueError, AttributeError) as error:
        raise _unreadable(file, str(error)) from None
    return replace(scheme, **changes)


def read_limits(file: str) -> tuple[Limits, dict[str, Any]]:
    """Limits of a file, and what else it says of the plan: value, per_point, steps, adjoining."""
    given = _mapping(file, {*RESOURCES, *_OF_PLAN})
    try:
        phases = {int(phase): _amounts(file, one) for phase, one in (given.get("phases") or {}).items()}
        more: dict[str, Any] = {}
        if given.get("value") is not None:
            more["value"] = str(given["value"])
        if given.get("per_point") is not None:
            more["per_point"] = float(given["per_point"])
        if given.get("steps"):
            more["steps"] = {str(name): float(one) for name, one in given["steps"].items()}
        if given.get("adjoining"):
            more["adjoining"] = [(str(one), str(other)) for one, other in given["adjoining"]]
    except (TypeError, ValueError, AttributeError) as error:
        raise _unreadable(file, str(error)) from None
    return Limits(_amounts(file, {name: given.get(name) for name in RESOURCES}), phases), more


def _amounts(file: str, given: Mapping[str, Any] | None) -> Amounts:
    found = {}
    for name, value in (given or {}).items():
        if name not in RESOURCES or isinstance(value, bool | str | list | dict):
            raise BadInput(
                "investment.limit_unclear",
                gettext_noop(
                    "{file}: {name} is {value}. Give a number, or leave it empty, for each of: {names}."
                ),
                file=Path(file).name,
                name=name,
                value=value,
                names=", ".join(RESOURCES),
            )
        found[name] = None if value is None else float(value)
    return Amounts(**found)


def _mapping(file: str, known: set[str]) -> dict[str, Any]:
    """A file of names and values, as YAML or JSON."""
    try:
        given = yaml.safe_load(read_text(file))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise _unreadable(file, f"line {mark.line + 1}" if mark else "-") from None
    if not isinstance(given, dict):
        raise _unreadable(file, "-")
    strange = sorted(str(name) for name in given if name not in known)
    if strange:
        raise BadInput(
            "investment.name_unknown",
            gettext_noop("{file} says {strange}, which nothing reads. Write one of: {names}."),
            file="-" if file == STANDARD else Path(file).name,
            strange=", ".join(strange),
            names=", ".join(sorted(known)),
        )
    return given


def _unreadable(file: str, why: str) -> BadInput:
    return BadInput(
        "investment.figures_unreadable",
        gettext_noop(
            "{file} cannot be read as names and values ({why}). Write them as YAML: name: value, one a line."
        ),
        file="-" if file == STANDARD else Path(file).name,
        why=why,
    )
