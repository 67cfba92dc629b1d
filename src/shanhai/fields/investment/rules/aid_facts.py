"""The facts that policies may ask for: what each is called, its unit, and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal

from shanhai.fields.investment.rules import ProjectStage
from shanhai.fields.investment.rules.leads import LeadKind
from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.planners.policy_aid import Fact

Kind = Literal["fen", "number", "yes", "word"]
_YES, _NO = frozenset({"yes", "true", "是"}), frozenset({"no", "false", "否"})


@dataclass(frozen=True, slots=True)
class FactKind:
    """One fact.

    Attributes
    ----------
    unit
        Translatable unit; empty for money, words and yes or no.
    of
        Whom it can be known of: ``firm``, ``lead`` or ``both``.
    is_stated
        No register holds it; an office or the firm states it with a paper.
    is_tax
        It tells tax, which only some may read.
    """

    name: str
    en: str
    zh: str
    kind: Kind
    unit: str = ""
    of: Literal["firm", "lead", "both"] = "firm"
    is_stated: bool = False
    is_tax: bool = False


FACTS: tuple[FactKind, ...] = (
    FactKind("industry", "Industry code", "行业代码", "word", of="both"),
    FactKind("cluster", "Cluster", "产业集群", "word", of="both"),
    FactKind("kind", "Kind of lead", "线索类型", "word", of="both"),
    FactKind("came_from", "Side that it came from", "来源方", "word"),
    FactKind("is_producing", "In production", "已投产", "yes"),
    FactKind("years_producing", "Whole years in production", "投产年数", "number", "years"),
    FactKind("is_above_scale", "Above scale", "规上企业", "yes"),
    FactKind("is_newly_above_scale", "First year above scale", "首次上规", "yes"),
    FactKind("grade", "Grade", "评价等级", "word"),
    FactKind("land_mu", "Land", "用地", "number", "mu", of="both"),
    FactKind("plant_m2", "Plant", "厂房", "number", "m²", of="lead"),
    FactKind("revenue_fen", "Revenue", "营业收入", "fen"),
    FactKind("output_fen", "Output", "产值", "fen", of="both"),
    FactKind("value_added_fen", "Value added", "增加值", "fen"),
    FactKind("tax_fen", "Tax paid", "实缴税金", "fen", of="both", is_tax=True),
    FactKind("tax_growth_fen", "Tax above the year before", "税收增量", "fen", is_tax=True),
    FactKind("tax_per_mu_fen", "Tax per mu", "亩均税收", "fen", is_tax=True),
    FactKind("revenue_growth_percent", "Growth of revenue", "营收增速", "number", "%"),
    FactKind("energy_tce", "Energy", "综合能耗", "number", "tce", of="both"),
    FactKind("emission_t", "Emissions", "排放量", "number", "t", of="both"),
    FactKind("staff_n", "Staff", "从业人员", "number", "people"),
    FactKind("jobs", "New jobs", "新增就业", "number", "people", of="both"),
    FactKind("rd_fen", "Research and development", "研发费用", "fen"),
    FactKind("rd_intensity_percent", "Research by revenue", "研发强度", "number", "%"),
    FactKind("investment_fen", "Investment", "投资额", "fen", of="both"),
    FactKind("paid_in_fen", "Capital paid in", "到位资金", "fen", of="both"),
    FactKind("project_stage", "Stage of its project", "项目阶段", "word"),
    FactKind("promises_kept_percent", "Land promises kept", "用地承诺履行率", "number", "%"),
    FactKind("equipment_fen", "Equipment bought", "设备投入", "fen", is_stated=True),
    FactKind("rent_fen", "Rent paid", "厂房租金", "fen", is_stated=True),
    FactKind("has_patent", "Invention patent of the year", "当年授权发明专利", "yes", is_stated=True),
    FactKind("is_high_tech", "High and new technology enterprise", "高新技术企业", "yes", is_stated=True),
    FactKind("fairs_fen", "Spent on fairs", "参展支出", "fen", is_stated=True),
)  # fmt: skip
# What facts that are words can be; of the others (industry, cluster) the registers decide.
WORDS: Mapping[str, tuple[str, ...]] = {
    "kind": tuple(LeadKind),
    "project_stage": tuple(ProjectStage),
    "grade": ("A", "B", "C", "D"),
    "came_from": ("mountain", "sea"),
}
BY_NAME: Mapping[str, FactKind] = {one.name: one for one in FACTS}
STATED = tuple(one.name for one in FACTS if one.is_stated)
# Units are said in the reader's language.
UNITS = (
    gettext_noop("years"), gettext_noop("mu"), gettext_noop("m²"), gettext_noop("tce"), gettext_noop("t"),
    gettext_noop("people"),
)  # fmt: skip


def check_known(name: str, where: str) -> FactKind:
    """A fact that there is.

    Raises
    ------
    BadInput
        ``investment.aid_fact``
    """
    found = BY_NAME.get(name)
    if found is None:
        raise BadInput(
            "investment.aid_fact",
            gettext_noop("{where} asks for {fact}, which nothing here knows. Take one of: {known}."),
            where=where,
            fact=name[:40],
            known=", ".join(BY_NAME),
            field=where,
        )
    return found


def check_word(name: str, value: Fact) -> None:
    """A word that its fact can be.

    Raises
    ------
    BadInput
        ``investment.aid_word``
    """
    if name in WORDS and str(value) not in WORDS[name]:
        raise BadInput(
            "investment.aid_word",
            gettext_noop("{fact} is never {given}. Take one of: {known}."),
            fact=name,
            given=str(value)[:40],
            known=", ".join(WORDS[name]),
            field="requires",
        )


def read(name: str, text: str) -> Fact:
    """A value as it was typed, by the kind of its fact; money in yuan or with its unit (30万元), fen as they are stored.

    Raises
    ------
    BadInput
        ``investment.aid_value``
    """
    kind, text = check_known(name, "name").kind, text.strip()
    if kind == "yes" and text.lower() in _YES | _NO:
        return text.lower() in _YES
    if kind == "word" and text:
        check_word(name, text)
        return text
    unit = next((one for one in ("亿元", "万元", "元") if text.endswith(one)), "")
    try:
        number = Decimal(text.removesuffix(unit).replace(",", "").strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if (kind in ("fen", "number") and number.is_finite() and -4 <= number.adjusted() < 14) or number == 0:
        if kind == "number" and not unit:
            return number
        fen = number * {"亿元": 10**10, "万元": 10**6, "元": 100, "": 100}[unit]
        if kind == "fen" and fen >= 0 and fen == int(fen):
            return int(fen)
    raise BadInput(
        "investment.aid_value",
        gettext_noop("{given} cannot be a value of {fact}. Give {wanted}."),
        given=text[:40],
        fact=name,
        wanted={"fen": "30万元", "number": "12.5", "yes": "yes / no"}.get(kind, "…"),
        field="value",
    )


def stored(value: Fact) -> str:
    """A value as its column keeps it: fen, a number, yes or no, a word."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def of_stored(name: str, text: str) -> Fact:
    """The value that a column keeps."""
    kind = BY_NAME[name].kind
    if kind == "yes":
        return text == "yes"
    if kind == "fen":
        return int(text)
    return Decimal(text) if kind == "number" else text
