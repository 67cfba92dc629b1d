"""Registers of parks and clusters: one declaration of columns for page, API, template, import, export, zone folder."""

from __future__ import annotations

from typing import Any

from shanhai.core.sheets.columns import Choices, Column, Register
from shanhai.fields.park.columns.shared import both, key, part_of, sourced

KINDS: Choices = (("home", "home park", "本地园区"), ("enclave", "enclave park", "飞地园区"))
UTILITIES: Choices = (
    ("roads", "roads", "道路"),
    ("water", "water supply", "供水"),
    ("power", "power", "供电"),
    ("sewage", "sewage", "污水"),
    ("drainage", "drainage", "雨水"),
    ("gas", "gas", "燃气"),
    ("telecom", "telecom", "通信"),
    ("heat", "heat", "供热"),
    ("levelling", "levelling", "场地平整"),
)
UTILITY_STATES: Choices = (
    ("planned", "planned", "规划"),
    ("building", "being built", "在建"),
    ("in_service", "in service", "已投用"),
    ("out", "out of service", "已停用"),
)
GROUPS: Choices = (
    ("industry", "industry", "工业"),
    ("craft", "craft", "工艺"),
    ("logistics", "logistics", "物流"),
)
POSITIONS: Choices = (
    ("upstream", "upstream", "上游"),
    ("midstream", "midstream", "中游"),
    ("downstream", "downstream", "下游"),
    ("service", "services", "配套服务"),
)
_AT = "shanhai.fields.park"
_PARK = part_of("park", "Park", "园区", "park.parks")
_CLUSTER = part_of("cluster", "Cluster", "产业集群", "park.clusters")


def _register(stem: str, en: str, zh: str, columns: tuple[Column, ...], view: str, **more: Any) -> Register:
    return Register(
        code=f"park.{stem}",
        en=en,
        zh=zh,
        columns=columns,
        rows=f"{_AT}.queries.registers.{stem}_rows",
        current=f"{_AT}.queries.registers.{stem}_current",
        check=f"{_AT}.queries.registers.{stem}_check",
        guard=f"{_AT}.actions.registers.{stem}_guard",
        write=f"{_AT}.actions.registers.write_{stem}",
        access=view,
        write_access=f"park.write_{stem}",
        is_of_pairing=True,
        **more,
    )


PARKS = _register(
    "parks",
    "Parks",
    "园区",
    (
        key("number", "Number", "园区编号", "编号"),
        Column("kind", "Kind", "园区类型", "choice", required=True, choices=KINDS, synonyms=("类型",)),
        Column("pairing", "Pairing", "结对", "ref", ref="pairing.pairings", required=True),
        *both("name", "Name", "园区名称", 120, required=True),
        Column("region", "Stands in", "所在区划", "ref", ref="registry.regions", required=True),
        Column("company", "Park company", "园区开发公司", "ref", ref="registry.organisations"),
        Column("planned_mu", "Planned land", "规划面积", "mu", synonyms=("规划用地",)),
        Column("opened_on", "Opened", "设立日期", "date"),
        Column("outline", "Outline (WKT)", "园区边界（WKT）", max_length=30_000, synonyms=("边界",)),
        *both("about", "About", "园区概况", 2000),
        *sourced(),
    ),
    "park.view_parks",
)
PHASES = _register(
    "park_phases",
    "Phases of parks",
    "园区分期",
    (
        _PARK,
        Column("phase", "Phase", "期次", "int", key=True, required=True, least=1, most=99),
        Column("planned_mu", "Planned land", "规划面积", "mu", required=True),
        Column("begins_on", "From", "起始日期", "date", required=True),
        Column("ends_on", "To", "结束日期", "date"),
        *sourced(),
    ),
    "park.view_parks",
)
INFRASTRUCTURE = _register(
    "park_infrastructure",
    "Infrastructure of parks",
    "园区基础设施",
    (
        _PARK,
        Column(
            "phase",
            "Phase (0: whole park)",
            "期次（0为全园）",
            "int",
            key=True,
            required=True,
            least=0,
            most=99,
        ),
        Column("kind", "Kind", "设施", "choice", key=True, required=True, choices=UTILITIES),
        Column("state", "State", "状态", "choice", required=True, choices=UTILITY_STATES),
        Column("since", "Since", "起始日期", "date", required=True),
        Column("capacity", "Capacity", "能力", max_length=120),
        *sourced(),
    ),
    "park.view_parks",
)
CLUSTERS = _register(
    "clusters",
    "Clusters",
    "产业集群",
    (
        key("code", "Code", "集群代码", "代码"),
        Column("pairing", "Pairing", "结对", "ref", ref="pairing.pairings", required=True),
        *both("name", "Name", "集群名称", 120, required=True),
        Column("group", "Graded in group", "评价分组", "choice", required=True, choices=GROUPS),
        *both("about", "About", "集群概况", 2000),
        *sourced(),
    ),
    "park.view_clusters",
)
CLUSTER_INDUSTRIES = _register(
    "cluster_industries",
    "Industries of clusters",
    "集群行业",
    (
        _CLUSTER,
        Column("industry", "Industry code", "行业代码", "code", key=True, required=True, max_length=5),
        Column("begins_on", "From", "起始日期", "date", key=True, required=True),
        Column("ends_on", "To", "结束日期", "date"),
    ),
    "park.view_clusters",
)
CHAIN_LINKS = _register(
    "chain_links",
    "Links of chains",
    "产业链环节",
    (
        _CLUSTER,
        key("link", "Link", "环节代码"),
        *both("name", "Name", "环节名称", 120, required=True),
        Column("position", "Position", "位置", "choice", required=True, choices=POSITIONS),
        Column("industries", "Industry codes", "行业代码", max_length=120),
    ),
    "park.view_clusters",
)
CHAIN_FIRMS = _register(
    "chain_firms",
    "Firms on links",
    "产业链企业",
    (
        _CLUSTER,
        key("link", "Link", "环节代码"),
        Column("firm", "Firm", "企业", "ref", ref="registry.organisations", key=True, required=True),
    ),
    "park.view_clusters",
)
REGISTERS = (PARKS, PHASES, INFRASTRUCTURE, CLUSTERS, CLUSTER_INDUSTRIES, CHAIN_LINKS, CHAIN_FIRMS)
