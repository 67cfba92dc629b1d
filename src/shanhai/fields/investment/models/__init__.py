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
from shanhai.fields.investment.models.leads import Contact, Lead, PaidIn
from shanhai.fields.investment.models.lists import ListLine, QuarterlyList
from shanhai.fields.investment.models.projects import Project

__all__ = [
    "AidBudget",
    "AidClaim",
    "AidObjection",
    "AidPayment",
    "AidPolicy",
    "AidRun",
    "Contact",
    "Lead",
    "ListLine",
    "PaidIn",
    "Project",
    "QuarterlyList",
    "StatedFact",
]
