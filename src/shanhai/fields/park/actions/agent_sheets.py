"""Agents of enterprises that a spreadsheet names or ends, from today as on the page."""

from __future__ import annotations

from datetime import date
from typing import Any

from shanhai.core import clock
from shanhai.core.models import Import, Member, Organisation
from shanhai.core.sheets.columns import Change
from shanhai.fields.park.actions import firms
from shanhai.fields.park.actions.firm_sheets import by_page_only, firm_named, is_taken_back, written_by
from shanhai.fields.park.columns.firms import AGENTS
from shanhai.fields.park.models import Agency
from shanhai.kernel.refusals import NotNow, gettext_noop


def _put_agent(change: Change, by: Member | None, on_import: Import | None) -> None:
    values = change.values
    firm = firm_named(by, values["firm"])
    if change.before is None:
        if values["ends_on"] is not None:
            raise by_page_only(change.key, "ends_on")
        check_today("begins_on", values["begins_on"])
        firms.name_agent(firm, Organisation.objects.get(code=values["agent"]), on_import=on_import, by=by)
        return
    if not change.differs(AGENTS.columns):
        return
    agency = Agency.objects.select_related("firm__organisation", "agent").get(pk=change.object_id or 0)
    if is_taken_back(on_import):
        firms.let_act_again(agency, by, on_import)
        return
    if agency.ends_on is not None:
        raise by_page_only(change.key, "ends_on")
    check_today("ends_on", values["ends_on"])
    firms.end_agent(agency, on_import=on_import, by=by)


def check_today(field: str, on: Any) -> None:
    """What the page does today a sheet does today.

    Raises
    ------
    NotNow
        ``park.sheet_of_today``
    """
    today: date = clock.today()
    if on != today:
        raise NotNow(
            "park.sheet_of_today",
            gettext_noop("What a sheet brings here is done today and not on {on}. Write {today}."),
            on=on or "–",
            today=today,
            field=field,
        )


agents_guard, write_agents = written_by(AGENTS, _put_agent, Agency)
