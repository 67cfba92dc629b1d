"""Columns of the registers of the field, and the choices that they and its pages offer."""

from shanhai.core.sheets.columns import Choices
from shanhai.fields.investment.columns import aid
from shanhai.fields.investment.columns.leads import (
    CONTACT_WAYS,
    KINDS,
    LEAD_STAGES,
    LEADS,
)
from shanhai.fields.investment.columns.lists import ANSWERS, LINE_KINDS, LIST_LINES, LIST_STAGES
from shanhai.fields.investment.columns.projects import PROJECTS, REACHES, SIDES, STAGES, TASKS, words
from shanhai.fields.investment.columns.stalls import STALLS
from shanhai.fields.investment.columns.stocks import STOCK_REGISTERS
from shanhai.fields.investment.columns.teams import COST_KINDS, STOP_STAGES, TEAM_REGISTERS

REGISTERS = (PROJECTS, LEADS, LIST_LINES, STALLS, *TEAM_REGISTERS, *STOCK_REGISTERS, *aid.REGISTERS)

__all__ = [
    "ANSWERS",
    "CONTACT_WAYS",
    "COST_KINDS",
    "KINDS",
    "LEADS",
    "LEAD_STAGES",
    "LINE_KINDS",
    "LIST_LINES",
    "LIST_STAGES",
    "PROJECTS",
    "REACHES",
    "REGISTERS",
    "SIDES",
    "STAGES",
    "STALLS",
    "STOP_STAGES",
    "TASKS",
    "Choices",
    "aid",
    "words",
]
