"""Leads from spreadsheets and zone folders: a member brings what the pages allow, the loader what papers report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db.models import Count

from shanhai.core import access, clock, search, visibility
from shanhai.core.actions.naming import check_not_later
from shanhai.core.models import Member, Pairing, Seat, Unit
from shanhai.core.sheets.columns import Change, Problem
from shanhai.core.sheets.refusing import tried
from shanhai.fields.investment.actions import lead_clocks as clocks
from shanhai.fields.investment.actions import lead_names
from shanhai.fields.investment.actions.leads import worked_out
from shanhai.fields.investment.models import Lead, LeadName, Project
from shanhai.fields.investment.models.leads import DUES, FACTS
from shanhai.fields.investment.queries import lead_registers as tables
from shanhai.fields.investment.queries import leads as queries
from shanhai.fields.office.queries import shared as reach
from shanhai.fields.pairing.actions.registers.bringing import (
    Bringing,
    Values,
    names,
    places,
    standing,
    writer,
)
from shanhai.kernel.refusals import NotNow, gettext_noop

# What only actions set: a sheet of a member leaves it as it is.
_BY_ACTION = (
    "pairing", "owner", "reach", "unit", "stage", "stage_on", "registered_on", "contacted_on", "triaged_on", "fed_back_on",
    "with_experts", "entry_score", "reason", "transferred_to", "credit_percent", "merged_into", "project",
)  # fmt: skip
_AT_FIRST = ("owner", "reach", "contacted_on", "triaged_on", "fed_back_on", "with_experts", "entry_score", "reason",
             "transferred_to", "credit_percent", "merged_into", "project")  # fmt: skip
_OF_WRITER = (
    "owner_unit_id", "owner_side", "reach", "unit_id", "stage", "stage_on", "registered_on", "contacted_on", "triaged_on",
    "fed_back_on", "followed_on", "with_experts", "entry_score", "reason", "transferred_to_id", "credit_percent",
    "merged_into_id", "project_id", "stage_was",
)  # fmt: skip


def _write_leads(bringing: Bringing) -> None:
    zones = places(bringing.ref(change.values, "pairing") for change in bringing.changes)
    sides = _sides(bringing, list(zones))
    projects = dict(Project.objects.filter(number__in=_said(bringing, "project")).values_list("number", "pk"))
    into: dict[str, int] = {}
    seats, by, today = _Seats(zones), bringing.by, clock.today()
    pairings = Pairing.objects.in_bulk(list(zones))
    merged = Counter(change.values["merged_into"] for change in bringing.changes)

    def fields(values: Values) -> dict[str, Any]:
        pairing_id = bringing.ref(values, "pairing") or 0
        owner = bringing.ref(values, "owner") or (by.unit_id if by is not None else None)
        unit = bringing.ref(values, "unit") or owner
        registered_on = values["registered_on"] or today
        introducer = bringing.ref(values, "introduced_by")
        facts = worked_out(values["number"], {name: values[name] for name in FACTS})
        made = {
            "number": values["number"],
            "pairing_id": pairing_id,
            "zone_id": zones[pairing_id],
            "investor_id": bringing.ref(values, "organisation"),
            "introduced_by_id": introducer,
            "introducer_id": bringing.ref(values, "introducer"),
            "introducer_side": seats.side(pairing_id, introducer) or sides.get((pairing_id, owner), ""),
            "stage": values["stage"],
            "stage_on": values["stage_on"] or registered_on,
            "registered_on": registered_on,
            "contacted_on": values["contacted_on"],
            "triaged_on": values["triaged_on"],
            "fed_back_on": values["fed_back_on"],
            "followed_on": values["contacted_on"],
            "with_experts": bool(values["with_experts"]),
            "entry_score": values["entry_score"],
            "reason": values["reason"],
            "transferred_to_id": bringing.ref(values, "transferred_to"),
            "credit_percent": values["credit_percent"],
            "merged_into_id": into.get(values["merged_into"]),
            "project_id": projects.get(values["project"]),
            "stage_was": "contacted" if values["stage"] in ("rejected", "transferred", "duplicate") else "",
            "unit_id": unit,
            "owner_unit_id": owner,
            "owner_side": sides.get((pairing_id, owner), ""),
            "reach": values["reach"] or visibility.Reach.SIDE,
            **facts,
            **names(values),
            **standing(values),
        }
        # A row that comes has its clocks from the first, else it would look as if somebody had touched it since.
        come = Lead(**made)
        come.pairing = pairings[pairing_id]
        return made | _dues_of(come) | {"duplicates_n": merged[values["number"]]}

    def taken(row: Lead, values: dict[str, Any]) -> dict[str, Any]:
        kept = (*DUES, "duplicates_n", *(_OF_WRITER if by is not None else ()))
        return {name: value for name, value in values.items() if name not in kept}

    # A lead that was merged names another one, perhaps of the same file: those come first.
    new, rows = bringing.new, []
    bringing.new = [change for change in new if not change.values["merged_into"]]
    rows += bringing.write(Lead, fields, taken=taken)
    into |= dict(Lead.objects.filter(number__in=_said(bringing, "merged_into")).values_list("number", "pk"))
    bringing.new, bringing.old = [change for change in new if change.values["merged_into"]], []
    rows += bringing.write(Lead, fields, taken=taken)
    _after(rows, by)


class _Seats:
    """The side of each organisation in some pairings (one statement)."""

    def __init__(self, pairings: Any) -> None:
        found = Seat.objects.filter(pairing_id__in=list(pairings)).values_list(
            "pairing_id", "organisation_id", "side"
        )
        self._sides = {(pairing, organisation): side for pairing, organisation, side in found}

    def side(self, pairing_id: int, organisation: int | None) -> str:
        """Empty without a seat."""
        found = self._sides.get((pairing_id, organisation or 0), "")
        return "" if found == "above" else found


def _after(rows: Sequence[Lead], by: Member | None) -> None:
    """Clocks, readers, search and what waits for whom follow the rows that came."""
    keys = [row.pk for row in rows]
    found = Lead.objects.filter(pk__in=keys).select_related("pairing", "unit")
    merged = dict(
        Lead.objects.filter(merged_into__in=keys)
        .order_by()
        .values_list("merged_into")
        .annotate(n=Count("pk"))
    )
    for row in found.order_by("pk"):
        due = _dues_of(row)
        due["duplicates_n"] = merged.get(row.pk, 0)
        moved = {name: day for name, day in due.items() if getattr(row, name) != day}
        if moved:
            clocks.set_dues(row, moved, by=by)
        visibility.place(row, row.registered_on)
        if row.is_open:
            clocks.await_all(row, by=by)
    lead_names.follow(list(found))
    search.put_many(map(queries.found_as, found))


def _dues_of(row: Lead) -> dict[str, Any]:
    return clocks.dues(row) if row.is_open else _past_dues(row)


def _past_dues(row: Lead) -> dict[str, Any]:
    """The days by which the clocks of a lead that is over were due: so that the record tells what was kept."""
    names = ["contact", "triage", *(["feedback"] if row.is_introduced else [])]
    return {f"{name}_due_on": clocks.counted(row, name).due_on() for name in names}


def _said(bringing: Bringing, name: str) -> set[str]:
    return {change.values[name] for change in bringing.changes} - {None, ""}


def _sides(bringing: Bringing, pairings: list[int]) -> dict[tuple[int, int | None], str]:
    """The side of each unit that keeps a lead, in each pairing."""
    units = dict(Unit.objects.filter(code__in=_said(bringing, "owner")).values_list("pk", "organisation_id"))
    if bringing.by is not None:
        units[bringing.by.unit_id] = bringing.by.unit.organisation_id
    seats = _Seats(pairings)
    return {(pairing, unit): seats.side(pairing, units[unit]) for pairing in pairings for unit in units}


def leads_guard(
    changes: Sequence[Change], *, by: Member, pairing: Pairing | None = None
) -> list[list[Problem]]:
    """What a member may not bring: leads that are not shown to them, stages that only the page moves."""
    return [tried(partial(_check_change, change, by), "number") for change in changes]


def _check_change(change: Change, by: Member) -> None:
    pairing = Pairing.objects.filter(code=change.values["pairing"]).first()
    if change.before is None:
        access.check(by, "investment.add_lead", pairing_id=pairing.pk if pairing else None)
        _check_left(change, _AT_FIRST)
        if change.values["registered_on"]:
            check_not_later(change.values["registered_on"])
        if change.values["stage"] != "registered":
            _refuse(change, "stage")
        return
    lead = Lead.objects.select_related("owner_unit").filter(pk=change.object_id or 0).first()
    if lead is None or not reach.may_see(by, lead):
        raise queries.no_lead(change.key)
    access.check(by, "investment.change_lead", pairing_id=lead.pairing_id)
    _check_left(change, _BY_ACTION)


def _check_left(change: Change, columns: Sequence[str]) -> None:
    for name in change.differs_in(*columns):
        if change.before is None and not change.values.get(name):
            continue
        _refuse(change, name)


def _refuse(change: Change, name: str) -> None:
    raise NotNow(
        "investment.lead_by_page_only",
        gettext_noop(
            "A sheet does not change this of lead {number}, which says {now}. Leave the cell as it is, and change it on the "
            "page of the lead."
        ),
        number=change.key,
        now=(change.before or {}).get(name) or "–",
        field=name,
    )


def _member_may(bringing: Bringing) -> None:
    assert bringing.by is not None
    for change in bringing.changes:
        if change.outcome == "gone" or bringing.is_undo:
            access.check(bringing.by, bringing.verb)
        else:
            _check_change(change, bringing.by)


write_leads = writer(_write_leads, tables.LEADS, member_may=_member_may, parts=((LeadName, "lead"),))
