"""Tables of the field."""

from shanhai.fields.investment.models.aid import (
    AidBudget,
    AidClaim,
    AidObjection,
    AidPayment,
    AidPolicy,
    AidRun,
    StatedFact,
)
from shanhai.fields.investment.models.events import EventGuest, EventSide
from shanhai.fields.investment.models.leads import Contact, Lead, LeadName, PaidIn
from shanhai.fields.investment.models.lists import ListLine, QuarterlyList
from shanhai.fields.investment.models.pipeline import CapacityCheck, ProjectStep, StallNote, TeamMember
from shanhai.fields.investment.models.plans import PlanLine, PortfolioPlan
from shanhai.fields.investment.models.projects import Project
from shanhai.fields.investment.models.stocks import Stock, StockMilestone, StockVote
from shanhai.fields.investment.models.teams import Stop, Team, TeamCost, TeamYear

__all__ = [
    "AidBudget",
    "AidClaim",
    "AidObjection",
    "AidPayment",
    "AidPolicy",
    "AidRun",
    "CapacityCheck",
    "Contact",
    "EventGuest",
    "EventSide",
    "Lead",
    "LeadName",
    "ListLine",
    "PaidIn",
    "PlanLine",
    "PortfolioPlan",
    "Project",
    "ProjectStep",
    "QuarterlyList",
    "StallNote",
    "StatedFact",
    "Stock",
    "StockMilestone",
    "StockVote",
    "Stop",
    "Team",
    "TeamCost",
    "TeamMember",
    "TeamYear",
]
