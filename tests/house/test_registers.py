"""One declaration of columns for each register: API list, list command and export of the list page say the same."""

from __future__ import annotations

import csv
import io
import json
from typing import Any, get_args

import pytest
from django.urls import reverse

from shanhai.core import signs
from shanhai.site.api import api
from shanhai.site.cli import run

pytestmark = pytest.mark.django_db

# Register: its list in the API, its command, its page; "" where it has none.
FACES = {
    "registry.regions": ("/registry/regions", "registry regions", "registry:regions"),
    "registry.region_changes": ("/registry/regions/{code}/changes", "", ""),
    "registry.organisations": ("/registry/organisations", "registry organisations", "registry:organisations"),
    "registry.units": ("/registry/units", "registry units", "registry:units"),
    "registry.members": ("/registry/members", "registry members", "registry:members"),
    "registry.role_grants": ("/registry/members/{code}/roles", "", ""),
    "pairing.pairings": ("/pairing/pairings", "pairing pairings", ""),
    "pairing.agreements": ("/pairing/agreements", "pairing agreements", "pairing:agreements"),
    "pairing.commitments": ("/pairing/commitments", "pairing commitments", "pairing:commitments"),
    "pairing.money_dues": ("/pairing/money-dues", "pairing payments", ""),
    "pairing.land_clauses": ("/pairing/land-clauses", "pairing land", ""),
    "pairing.deliveries": ("/pairing/commitments/{code}/deliveries", "", ""),
    "pairing.meetings": ("/pairing/meetings", "pairing meetings", "pairing:meetings"),
    "pairing.activities": ("/pairing/activities", "pairing activities", "pairing:activities"),
    "pairing.resolutions": ("/pairing/resolutions", "pairing resolutions", ""),
    "pairing.action_items": ("/pairing/action-items", "pairing items", "pairing:items"),
    "pairing.charges": ("/pairing/charges", "pairing charges", ""),
    "pairing.secondments": ("/pairing/secondments", "pairing secondments", "pairing:secondments"),
    "pairing.technical_problems": (
        "/pairing/technical-problems", "pairing technical", "pairing:technical_problems",
    ),
    "office.factor_requests": ("/office/factors", "office factors", "office:factors"),
    "office.factor_pools": ("/office/factor-pools", "office factors pools", ""),
    "park.firms": ("/park/firms", "park firms", "park:firms"),
    "park.figures": ("/park/figures", "park figures", ""),
    "park.renewals": ("/park/renewals", "park renewals", "park:renewals"),
    "park.promises": ("/park/promises", "park promises", "park:promises"),
    "park.grade_policies": ("/park/grade-policies", "park policies", ""),
    "investment.leads": ("/investment/leads", "investment leads", "investment:leads"),
    "investment.aid_policies": ("/investment/policies", "investment policies", "investment:policies"),
    "investment.aid_claims": ("/investment/aid-claims", "investment claims", "investment:aid_claims"),
    "investment.aid_budgets": ("/investment/aid-budgets", "investment budgets", ""),
    "investment.stated_facts": ("/investment/stated-facts", "investment facts", ""),
    "investment.list_lines": ("/investment/lists/{number}/lines", "", ""),
    "investment.stalls": ("/investment/stalled", "", "investment:stalled"),
    "investment.teams": ("/investment/teams", "investment teams", ""),
    "investment.stops": ("/investment/stops", "investment stops", "investment:stops"),
    "investment.stocks": ("/investment/stocks", "investment stocks", "investment:stocks"),
    "park.parks": ("/park/parks", "park parks", "park:parks"),
    "park.clusters": ("/park/clusters", "park clusters", "park:clusters"),
    "park.parcels": ("/park/parcels", "park parcels", "park:parcels"),
    "park.slope_projects": ("/park/slopes", "park slopes", "park:slopes"),
    "investment.projects": ("/investment/projects", "investment projects", "investment:projects"),
    "approval.dated_cases": ("/approval/dated-cases", "approval past", "approval:dated_cases"),
    "approval.review_meetings": ("/approval/review-meetings", "approval meeting", "approval:meetings"),
    "approval.commitment_letters": ("/approval/letters", "approval commitment", "approval:letters"),
    "approval.services": ("/approval/services", "approval service", "approval:services"),
}  # fmt: skip
# Parts of one record, shown whole with it: they come in and go out as sheets, and have no list of their own.
PARTS = {
    "pairing.parties",
    "pairing.agreement_parties",
    "pairing.commitment_periods",
    "pairing.money_clauses",
    "pairing.attendees",
    "pairing.agenda",
    "pairing.stay_tasks",
    "pairing.appraisals",
    "pairing.aid_entries",
    "pairing.balance_statements",
    "approval.platform_files",  # cases, which have a list with more than a table of the platform says
    "approval.item_states",
    "approval.review_agenda",
    "investment.team_years",
    "investment.team_costs",
    "investment.event_sides",
    "investment.event_guests",
    "investment.stock_votes",
    "investment.stock_milestones",
    "park.holdings",
    "park.promise_checks",
    "park.agents",
    "park.objections",
    "park.scale_spells",
    "park.grade_rulings",
    "park.park_phases",
    "park.park_infrastructure",
    "park.cluster_industries",
    "park.chain_links",
    "park.chain_firms",
    "pairing.focus_points",  # read a year at a time, with how the commitments under them stand
}
# Long texts that lists of the API leave out; the record has them.
LEFT_OUT = {
    "registry.regions": {"outline"},
    "pairing.meetings": {"minutes_zh", "minutes_en"},
    "pairing.activities": {"delegation", "outcome_zh", "outcome_en", "reason"},
    "park.parks": {"about_zh", "about_en", "outline"},
    "park.clusters": {"about_zh", "about_en"},
    "park.parcels": {"outline"},
    # What a step of a sheet says; the API has each in the operation of the step.
    "park.renewals": {"photos", "energy_taken_tce", "emission_taken_t", "for_lead"},
    "park.slope_projects": {"outline", "about_zh", "about_en"},
    "investment.projects": {"about_zh", "about_en"},
    "investment.stops": {"text_zh", "text_en"},
}
_STANDING = {
    "pairing", "period", "period_due_on", "promised", "delivered", "unconfirmed", "forecast", "forecast_low",
    "forecast_high", "basis", "status", "late_since", "missing", "rests_with",
}  # fmt: skip
# What lists of the API add: versions, what stands in the row above or beside, figures that are worked out.
ADDED = {
    "registry.regions": {"level", "parent", "version"},
    "registry.organisations": {"is_active", "version"},
    "registry.units": {"is_active", "version"},
    "registry.members": {"organisation", "is_active", "version"},
    "registry.role_grants": {"granted_by"},
    "pairing.pairings": {"parties", "version"},
    "pairing.agreements": {"reach", "parties", "version"},
    "pairing.commitments": _STANDING | {"version"},
    "pairing.money_dues": {"agreement", "payer", "payee", "open_fen", "escalated_on", "version"},
    "pairing.land_clauses": {"version"},
    "pairing.deliveries": {"of_plan", "withdrawn_on", "reason", "version"},
    "pairing.meetings": {"at", "cancel_reason", "version"},
    "pairing.activities": {"paid_fen", "used_fen", "version"},
    "pairing.resolutions": {"items", "version"},
    "pairing.action_items": {"pairing", "meeting", "version"},
    "pairing.charges": {"id", "name_zh", "name_en", "title", "title_en", "organisation", "version"},
    "pairing.secondments": {"name_zh", "name_en", "version"},
    "pairing.technical_problems": {"accepted", "activity", "version"},
    "office.factor_requests": {
        "pairing", "record_kind", "record", "priority_rule", "side", "unit", "level", "climbs_on", "reason", "reach",
        "version",
    },
    "office.factor_pools": {"id", "reach", "version"},
    "park.firms": {"version"},
    "park.figures": {"version"},
    "park.promises": {"version"},
    "park.renewals": {"version"},
    "park.grade_policies": {"version"},
    "investment.leads": {"version"},
    "investment.aid_policies": {"version"},
    "investment.aid_claims": {"version"},
    "investment.aid_budgets": {"version"},
    "investment.stated_facts": {"version"},
    "investment.list_lines": {"version"},
    "investment.stalls": {"five", "version"},
    "investment.teams": {"version"},
    "investment.stops": {"version"},
    "investment.stocks": {"version"},
    "park.parks": {"parcelled_mu", "version"},
    "park.clusters": {"version"},
    "park.parcels": {"version"},
    "park.slope_projects": {"version"},
    "investment.projects": {"version"},
    "approval.dated_cases": {"version"},
    "approval.review_meetings": {"pairing", "at", "cancel_reason", "version"},
    "approval.commitment_letters": {"unit", "version"},
    "approval.services": {"late_days", "version"},
}  # fmt: skip
# What commands add for programs.
ADDED_BY_COMMANDS = {
    "pairing.commitments": _STANDING,
    "pairing.money_dues": {"agreement", "payer", "payee", "open_fen"},
    "pairing.activities": {"paid_fen", "used_fen"},
    "pairing.charges": {"id"},
    "office.factor_requests": {"level", "unit"},
    "office.factor_pools": {"id", "version"},
    "approval.review_meetings": {"version"},
    "approval.services": {"late_days"},
}
LISTED = [code for code, (_, command, _) in FACES.items() if command]
PAGED = [code for code, (_, _, page) in FACES.items() if page]


def declared(code: str) -> list[str]:
    return [column.name for column in signs.registers[code].columns]


def schema_of(path: str) -> Any:
    """The schema of the rows of a list of the API."""
    for prefix, router in api._routers:
        for below, view in router.path_operations.items():
            if f"/{prefix}/{below}".replace("//", "/").replace("//", "/") == path:
                operation = next(one for one in view.operations if "GET" in one.methods)
                answer = operation.response_models[200].model_fields["response"].annotation
                return get_args(
                    answer.model_fields["items"].annotation if hasattr(answer, "model_fields") else answer
                )[0]
    raise AssertionError(f"the API has no list {path}")


def test_every_register_has_its_faces_or_is_part_of_a_record():
    assert {register.code for register in signs.registers} == FACES.keys() | PARTS
    assert not FACES.keys() & PARTS


@pytest.mark.parametrize("code", FACES)
def test_the_list_of_the_api_has_the_declared_columns(code):
    fields = list(schema_of(FACES[code][0]).model_fields)
    wanted = [name for name in declared(code) if name not in LEFT_OUT.get(code, ())]

    assert fields[: len(wanted)] == wanted
    assert set(fields[len(wanted) :]) == ADDED.get(code, set())


@pytest.mark.parametrize("code", FACES)
def test_the_api_says_of_a_column_what_is_declared(code):
    said = schema_of(FACES[code][0]).model_json_schema()["properties"]

    for column in signs.registers[code].columns:
        if column.name in LEFT_OUT.get(code, ()) or (code, column.name) == ("registry.members", "roles"):
            continue  # roles of a member: an array of words
        field = said[column.name]
        assert field["description"].startswith(column.en)
        values = {value for value, _, _ in column.choices}
        assert set(field.get("enum", [])) - {""} == values
        may_be_null = {"type": "null"} in field.get("anyOf", [])
        assert may_be_null == (not column.required and column.empty is None)


@pytest.mark.parametrize("code", LISTED)
def test_the_command_gives_programs_the_declared_columns(code, zone, capsys):
    words = FACES[code][1].split()
    wanted, adds = declared(code), ADDED_BY_COMMANDS.get(code, set())

    assert run([*words, "list", "--csv"]) == 0
    header = next(csv.reader(io.StringIO(capsys.readouterr().out)))
    assert run([*words, "list", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)

    assert header[: len(wanted)] == wanted
    assert set(header[len(wanted) :]) == adds
    assert all(list(row) == header for row in rows)


@pytest.mark.parametrize("code", PAGED)
def test_the_page_exports_the_declared_columns(code, zone, client_of, lin, admin_member):
    register = signs.registers[code]
    client = client_of(lin if register.is_of_pairing else admin_member)

    answer = client.get(reverse(FACES[code][2]), {"format": "csv"})

    header = next(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert header == [column.heading_with_unit for column in register.columns]
