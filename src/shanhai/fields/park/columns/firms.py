"""Registers of enterprises: their profiles, plots, times above scale, and figures."""

from __future__ import annotations

from typing import Any

from shanhai.core.sheets.columns import Choices, Column, Register
from shanhai.fields.park.columns.shared import sourced
from shanhai.fields.park.rules import figures

TENURES: Choices = (("own", "own", "自有"), ("leased", "leased", "租赁"))
HERITAGE: Choices = (
    ("county", "county", "县级"), ("city", "city", "市级"), ("province", "province", "省级"),
    ("nation", "nation", "国家级"),
)  # fmt: skip
SIDES: Choices = (("mountain", "mountain side", "山方"), ("sea", "sea side", "海方"))
GRADES: Choices = tuple((one, one, f"{one}类") for one in "ABCD")

_AT = "shanhai.fields.park"
FIRM = "park.firms"


def register(
    stem: str,
    en: str,
    zh: str,
    *columns: Column,
    access: str,
    sheets: str = "firm_sheets",
    tables: str = "firm_tables",
    **more: Any,
) -> Register:
    """A register of enterprises, read and written by the functions that are named after it."""
    return Register(
        code=f"park.{stem}",
        en=en,
        zh=zh,
        columns=columns,
        rows=f"{_AT}.queries.{tables}.{stem}_rows",
        current=f"{_AT}.queries.{tables}.{stem}_current",
        guard=f"{_AT}.actions.{sheets}.{stem}_guard",
        write=f"{_AT}.actions.{sheets}.write_{stem}",
        access=access,
        write_access=f"park.write_{stem}",
        is_of_pairing=True,
        **more,
    )


def firm_key(**more: Any) -> Column:
    """The enterprise that a row is about."""
    return Column(
        "firm",
        "Enterprise",
        "企业",
        "ref",
        ref=FIRM,
        key=True,
        required=True,
        synonyms=("企业代码",),
        **more,
    )


FIRMS = register(
    "firms",
    "Enterprises",
    "企业",
    Column(
        "organisation", "Enterprise", "企业代码", "ref", ref="registry.organisations", key=True, required=True,
        synonyms=("企业", "单位代码"),
    ),
    Column("name", "Name", "企业名称", is_output=True),
    Column("credit_code", "Credit code", "统一社会信用代码", "code", is_output=True, synonyms=("信用代码",)),
    Column("park", "Park", "园区", "ref", ref="park.parks", required=True, synonyms=("园区编号",)),
    Column("cluster", "Cluster", "产业集群", "ref", ref="park.clusters"),
    Column("industry", "Industry code", "行业代码", "code", max_length=5, synonyms=("国民经济行业代码",)),
    Column("came_from", "Came from", "来源地", "choice", choices=SIDES),
    Column("opened_on", "Founded on", "成立日期", "date", synonyms=("注册日期",)),
    Column("producing_on", "In production since", "投产日期", "date", synonyms=("投产时间",)),
    Column("is_utility", "Public utility", "公用事业", "bool"),
    Column("masters_n", "Masters of the craft", "工艺美术大师人数", "int", least=0, most=999, synonyms=("大师人数",)),
    Column("heritage", "Heritage listed by", "非遗级别", "choice", choices=HERITAGE, synonyms=("非物质文化遗产级别",)),
    Column("is_gi", "Geographical indication", "地理标志", "bool"),
    Column("group", "Graded with the group of", "合并评价集团", "ref", ref="registry.organisations"),
    Column("above_scale_on", "Above scale since", "上规日期", "date", is_by_action=True, synonyms=("升规日期",)),
    Column("land_mu", "Land", "用地面积", "mu", is_output=True),
    Column("staff_n", "Staff", "职工人数", "int", is_output=True),
    Column("grade", "Grade", "评价等级", "choice", choices=GRADES, is_output=True),
    Column("graded_year", "Year of the grade", "评价年度", "int", is_output=True),
    Column("tax_per_mu", "Tax per mu", "亩均税收", "decimal", unit="万元/亩", is_output=True),
    Column("left_on", "Left on", "退出日期", "date", is_output=True),
    *sourced(),
    access="park.view_firms",
)  # fmt: skip
HOLDINGS = register(
    "holdings",
    "Plots of enterprises",
    "企业用地",
    firm_key(),
    Column(
        "plot", "Plot", "地块", "code", key=True, required=True, max_length=40, synonyms=("宗地", "地块编号")
    ),
    Column("begins_on", "Used since", "起用日期", "date", key=True, required=True, synonyms=("起始日期",)),
    Column(
        "tenure", "Own or leased", "权属", "choice", required=True, choices=TENURES, synonyms=("自有或租赁",)
    ),
    Column("land_mu", "Land", "面积", "mu", required=True, digits=2, synonyms=("用地面积",)),
    Column("lessor", "Leased from", "出租方", "ref", ref=FIRM),
    Column("ends_on", "Used until", "停用日期", "date", synonyms=("终止日期",)),
    access="park.view_firms",
)
SCALE_SPELLS = register(
    "scale_spells",
    "Times above scale",
    "规上时段",
    firm_key(),
    Column("begins_on", "Above scale since", "上规日期", "date", key=True, required=True),
    Column("revenue_fen", "By a revenue of", "上规年营收", "fen", unit="万元"),
    Column("ends_on", "Below again since", "退规日期", "date", is_output=True),
    access="park.view_firms",
)


def _item(one: figures.Item) -> Column:
    more: dict[str, Any] = {"access": "park.read_tax"} if one.name == "tax_fen" else {}
    if one.kind == "number":
        more["digits"] = one.digits
    if not one.may_be_negative:
        more["least"] = 0
    most = figures.GREATEST_FEN if one.kind == "fen" else int(figures.GREATEST_NUMBER)
    kind: Any = {"fen": "fen", "number": "decimal", "count": "int"}[one.kind]
    unit = "" if one.kind == "count" else one.unit
    return Column(
        one.name, one.en, one.zh, kind, unit=unit, most=most, synonyms=_SYNONYMS.get(one.name, ()), **more
    )


_SYNONYMS = {
    "revenue_fen": ("营业收入", "主营收入"),
    "output_fen": ("产值", "总产值"),
    "value_added_fen": ("增加值",),
    "tax_fen": ("实缴税金", "税金", "入库税收"),
    "energy_tce": ("能耗", "能源消费量"),
    "electricity_kwh": ("用电", "电耗"),
    "emission_t": ("排放量", "排污量"),
    "staff_n": ("职工人数", "从业人数", "从业人员"),
    "rd_fen": ("研发费用", "研发投入"),
}
FIGURES = register(
    "figures",
    "Figures of enterprises",
    "企业指标",
    firm_key(),
    Column("period", "Year or quarter", "时期", "code", key=True, required=True, max_length=12, synonyms=("年度", "季度")),
    *(_item(one) for one in figures.ITEMS),
    Column("reason", "Why it is put right", "更正原因", max_length=300, synonyms=("更正理由", "修改原因")),
    *sourced(),
    access="park.view_figures",
)  # fmt: skip
AGENTS = register(
    "agents",
    "Agents of enterprises",
    "企业代办机构",
    firm_key(),
    Column(
        "agent", "Agent", "代办机构", "ref", ref="registry.organisations", key=True, required=True, synonyms=("代办机构代码",)
    ),
    Column("begins_on", "Files from", "起始日期", "date", key=True, required=True),
    Column("ends_on", "Files until", "终止日期", "date"),
    access="park.view_firms",
    sheets="agent_sheets",
    is_zone_file=False,
)  # fmt: skip

REGISTERS = (FIRMS, HOLDINGS, SCALE_SPELLS, FIGURES, AGENTS)
