"""Tables of the field."""

from shanhai.fields.investment.models.leads import Contact, Lead, PaidIn
from shanhai.fields.investment.models.lists import ListLine, QuarterlyList
from shanhai.fields.investment.models.pipeline import CapacityCheck, ProjectStep, StallNote, TeamMember
from shanhai.fields.investment.models.projects import Project

__all__ = [
    "CapacityCheck",
    "Contact",
    "Lead",
    "ListLine",
    "PaidIn",
    "Project",
    "ProjectStep",
    "QuarterlyList",
    "StallNote",
    "TeamMember",
]
