"""Tables of the field pairing. The pairing itself, its parties and seats are core's."""

from shanhai.fields.pairing.models.activities import Activity, AidEntry
from shanhai.fields.pairing.models.agreements import Agreement, AgreementParty, Signature, agreement_url
from shanhai.fields.pairing.models.balance import BalanceStatement
from shanhai.fields.pairing.models.briefs import BriefingBook
from shanhai.fields.pairing.models.clauses import LandClause, MoneyClause, MoneyDue
from shanhai.fields.pairing.models.commitments import Commitment, CommitmentPeriod, Delivery
from shanhai.fields.pairing.models.focus import FocusPoint
from shanhai.fields.pairing.models.meetings import (
    ActionItem,
    AgendaItem,
    Meeting,
    MeetingAttendee,
    MinutesSignature,
    Resolution,
)
from shanhai.fields.pairing.models.people import CalendarLink, Charge, Secondment
from shanhai.fields.pairing.models.standings import STANDING_SORTS, CommitmentStanding
from shanhai.fields.pairing.models.technical import TechnicalAnswer, TechnicalProblem

__all__ = [
    "STANDING_SORTS",
    "ActionItem",
    "Activity",
    "AgendaItem",
    "Agreement",
    "AgreementParty",
    "AidEntry",
    "BalanceStatement",
    "BriefingBook",
    "CalendarLink",
    "Charge",
    "Commitment",
    "CommitmentPeriod",
    "CommitmentStanding",
    "Delivery",
    "FocusPoint",
    "LandClause",
    "Meeting",
    "MeetingAttendee",
    "MinutesSignature",
    "MoneyClause",
    "MoneyDue",
    "Resolution",
    "Secondment",
    "Signature",
    "TechnicalAnswer",
    "TechnicalProblem",
    "agreement_url",
]
