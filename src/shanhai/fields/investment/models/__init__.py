"""Tables of the field."""

from shanhai.fields.investment.models.events import EventGuest, EventSide
from shanhai.fields.investment.models.leads import Contact, Lead, PaidIn
from shanhai.fields.investment.models.lists import ListLine, QuarterlyList
from shanhai.fields.investment.models.projects import Project
from shanhai.fields.investment.models.stocks import Stock, StockMilestone, StockVote
from shanhai.fields.investment.models.teams import Stop, Team, TeamCost, TeamYear

__all__ = [
    "Contact",
    "EventGuest",
    "EventSide",
    "Lead",
    "ListLine",
    "PaidIn",
    "Project",
    "QuarterlyList",
    "Stock",
    "StockMilestone",
    "StockVote",
    "Stop",
    "Team",
    "TeamCost",
    "TeamYear",
]
