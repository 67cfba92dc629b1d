"""Writes of the registers from spreadsheets and zone folders, one action each."""

from shanhai.fields.pairing.actions.registers.activities import (
    write_activities,
    write_aid_entries,
    write_balance_statements,
)
from shanhai.fields.pairing.actions.registers.agreements import (
    write_agreement_parties,
    write_agreements,
    write_land_clauses,
    write_money_clauses,
    write_money_dues,
)
from shanhai.fields.pairing.actions.registers.commitments import (
    write_commitment_periods,
    write_commitments,
    write_deliveries,
)
from shanhai.fields.pairing.actions.registers.focus import write_focus_points
from shanhai.fields.pairing.actions.registers.meetings import (
    write_action_items,
    write_agenda,
    write_attendees,
    write_meetings,
    write_resolutions,
)
from shanhai.fields.pairing.actions.registers.pairings import write_pairings, write_parties
from shanhai.fields.pairing.actions.registers.papers import papers_in
from shanhai.fields.pairing.actions.registers.people import (
    write_appraisals,
    write_charges,
    write_secondments,
    write_stay_tasks,
)
from shanhai.fields.pairing.actions.registers.technical import write_technical_problems

__all__ = [
    "papers_in",
    "write_action_items",
    "write_activities",
    "write_agenda",
    "write_agreement_parties",
    "write_agreements",
    "write_aid_entries",
    "write_appraisals",
    "write_attendees",
    "write_balance_statements",
    "write_charges",
    "write_commitment_periods",
    "write_commitments",
    "write_deliveries",
    "write_focus_points",
    "write_land_clauses",
    "write_meetings",
    "write_money_clauses",
    "write_money_dues",
    "write_pairings",
    "write_parties",
    "write_resolutions",
    "write_secondments",
    "write_stay_tasks",
    "write_technical_problems",
]
