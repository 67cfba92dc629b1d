"""Projects: their stages, the facts that decide which approvals they need, and the wording of refusals."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal

from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop


class ProjectStage(StrEnum):
    """Where a project is on its way, in this order; a dropped one is off it."""

    LEAD = "lead"
    SIGNED = "signed"
    PREPARING = "preparing"
    APPROVED = "approved"
    BUILDING = "building"
    COMPLETED = "completed"
    PRODUCING = "producing"
    ABOVE_SCALE = "above_scale"
    AT_CAPACITY = "at_capacity"
    DROPPED = "dropped"


# In this module and beside it; the API knows it by the name that no other has.


ORDER = tuple(stage for stage in ProjectStage if stage is not ProjectStage.DROPPED)
# Stages stand as words in refusals, so they are translated.
WORDS = (
    gettext_noop("lead"),
    gettext_noop("signed"),
    gettext_noop("preparing"),
    gettext_noop("approved"),
    gettext_noop("building"),
    gettext_noop("completed"),
    gettext_noop("producing"),
    gettext_noop("above_scale"),
    gettext_noop("at_capacity"),
    gettext_noop("dropped"),
)

# (value, English, Chinese)
Choices = tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Attribute:
    """A fact about a project that conditions may ask for. A fact that nobody has given is None, and decides nothing."""

    name: str
    en: str
    zh: str
    kind: Literal["bool", "choice", "fen", "number"]
    choices: Choices = ()
    unit: str = ""


ATTRIBUTES: tuple[Attribute, ...] = (
    Attribute("investment_fen", "Investment", "总投资", "fen"),
    Attribute(
        "basis",
        "Filed or approved",
        "立项方式",
        "choice",
        (("filing", "record-filing", "备案"), ("approval", "approval of the report", "核准")),
    ),
    Attribute("land_mu", "Land", "用地面积", "number", unit="亩"),
    Attribute(
        "land_by",
        "Land by",
        "供地方式",
        "choice",
        (
            ("transfer", "transfer", "出让"),
            ("allocation", "allocation", "划拨"),
            ("lease", "lease", "租赁"),
            ("existing", "existing land or plant", "既有用地或厂房"),
        ),
    ),
    Attribute("forest_mu", "Forest land in it", "其中林地", "number", unit="亩"),
    Attribute("building_m2", "New building area", "新建建筑面积", "number", unit="平方米"),
    Attribute(
        "building_use",
        "Use of the buildings",
        "建筑用途",
        "choice",
        (
            ("plant", "standard plant", "标准厂房"),
            ("warehouse", "plain warehouse", "普通仓库"),
            ("innovation", "innovation-type industry", "创新型产业"),
            ("other", "other", "其他"),
        ),
    ),
    Attribute("energy_tce", "Energy a year", "年综合能耗", "number", unit="吨标准煤"),
    Attribute(
        "eia",
        "Environmental assessment",
        "环评类别",
        "choice",
        (
            ("report", "report", "报告书"),
            ("form", "form", "报告表"),
            ("registration", "registration form", "登记表"),
        ),
    ),
    Attribute("is_hazardous", "Hazardous", "涉危险化学品", "bool"),
    Attribute("is_foreign", "Foreign-invested", "外商投资", "bool"),
    Attribute("is_low_risk", "Low-risk small project", "低风险小型项目", "bool"),
    Attribute("touches_roads_or_rivers", "Touches roads or rivers", "涉路涉河", "bool"),
    Attribute("is_in_assessed_area", "In an area assessed as a whole", "位于区域评估范围", "bool"),
)
BY_NAME = {one.name: one for one in ATTRIBUTES}

_INDUSTRY = re.compile(r"[A-T]?\d{2,4}", re.ASCII)
_NUMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,39}", re.ASCII)
GREATEST_FEN = 10**15
GREATEST_NUMBER = Decimal(10) ** 9


def check_number(number: str) -> None:
    """A project's own number: 1 to 40 letters, digits, dots, hyphens or underscores."""
    if not _NUMBER.fullmatch(number):
        raise BadInput(
            "investment.number_form",
            gettext_noop(
                "The number {number} cannot be used. Take 1 to 40 letters, digits, dots, hyphens or underscores, with a "
                "letter or digit first."
            ),
            number=number,
            field="number",
        )


def check_industry(code: str) -> None:
    """An industry by its code of GB/T 4754: two to four digits, the letter of its section before them if wished."""
    if code and not _INDUSTRY.fullmatch(code):
        raise BadInput(
            "investment.industry_form",
            gettext_noop(
                "The industry code {industry} has not the form of GB/T 4754: 2 to 4 digits, as 3670 or C3670. Look it up "
                "in the classification."
            ),
            industry=code,
            field="industry",
        )


def check_measures(number: str, given: dict[str, Any]) -> None:
    """Amounts and areas of a project are not negative and can be kept; the forest is part of its land."""
    for name, value in given.items():
        attribute = BY_NAME.get(name)
        if attribute is None or value is None or attribute.kind not in ("fen", "number"):
            continue
        if value < 0 or value > (GREATEST_FEN if attribute.kind == "fen" else GREATEST_NUMBER):
            raise BadInput(
                "investment.measure_out_of_range",
                gettext_noop(
                    "Project {number} cannot have {value} here. Give 0 or more, at most what can be kept."
                ),
                number=number,
                value=value,
                field=name,
            )
    land, forest = given.get("land_mu"), given.get("forest_mu")
    if land is not None and forest is not None and forest > land:
        raise BadInput(
            "investment.forest_over_land",
            gettext_noop(
                "Project {number} has {forest} mu of forest on {land} mu of land. The forest is part of the land; correct "
                "one of the two."
            ),
            number=number,
            forest=forest,
            land=land,
            field="forest_mu",
        )


def check_move(number: str, stage: str, to: str, reason: str) -> None:
    """A project goes forward as it comes; back, off the way and on it again it goes with a reason."""
    if to == stage:
        raise NotNow(
            "investment.already_there",
            gettext_noop("Project {number} is at this stage already: {stage}. Choose another one."),
            number=number,
            stage=stage,
            field="to",
        )
    if is_step_back(stage, to) and not reason.strip():
        raise BadInput(
            "investment.reason_missing",
            gettext_noop("Project {number} goes from {stage} to {to}, which needs a reason. Say why."),
            number=number,
            stage=stage,
            to=to,
            field="reason",
        )


def is_step_back(stage: str, to: str) -> bool:
    """Whether a move is back, off the way, or on it again."""
    if ProjectStage.DROPPED in (stage, to):
        return True
    return ORDER.index(ProjectStage(to)) < ORDER.index(ProjectStage(stage))
