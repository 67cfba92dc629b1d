"""Writes of the registers from spreadsheets and zone folders: many rows in few statements, one entry each.

Single rows are written by the actions of ``core``; the rules are the same, and ``queries.<register>.check`` has asked
them row by row before a write begins.
"""

from shanhai.fields.registry.actions.organisations import write_organisations
from shanhai.fields.registry.actions.people import write_members, write_role_grants, write_units
from shanhai.fields.registry.actions.regions import write_region_changes, write_regions

__all__ = [
    "write_members",
    "write_organisations",
    "write_region_changes",
    "write_regions",
    "write_role_grants",
    "write_units",
]
