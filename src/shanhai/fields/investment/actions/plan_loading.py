"""Portfolio plans of a zone folder, written as they stood."""

from __future__ import annotations

from typing import Any

from shanhai.core import access, journal, search, visibility
from shanhai.core.models import Member, Unit
from shanhai.core.writing import action
from shanhai.fields.investment.actions import plans
from shanhai.fields.investment.models import PortfolioPlan
from shanhai.fields.investment.queries import plans as queries
from shanhai.fields.investment.rules import planning as rules
from shanhai.fields.office.actions.shared import zone_of
from shanhai.fields.office.queries.shared import side_of
from shanhai.fields.park.queries import parks
from shanhai.kernel.refusals import BadInput, gettext_noop


@action
def load_plan(
    given: dict[str, Any], told: dict[str, Any], adopted: list[dict[str, Any]], *, by: Member | None
) -> int:
    """Write a plan with its lines and what was adopted of them; gives 0 where it is there already.

    Raises
    ------
    BadInput
        ``investment.plan_not_whole``: what went in or came out is missing.
    """
    access.check(by, "investment.load_plan")
    if PortfolioPlan.objects.filter(number=given["number"]).exists():
        return 0
    if not told.get("inputs") or not told.get("result"):
        raise BadInput(
            "investment.plan_not_whole",
            gettext_noop("Of plan {number} the file of its parts has not all. Bring the whole folder."),
            number=given["number"],
        )
    park = parks.park_of(None, given["park"])
    owner = Unit.objects.filter(code=given["owner"]).first()
    one = PortfolioPlan(
        number=given["number"], park=park, pairing_id=park.pairing_id, zone_id=zone_of(park.pairing), asked=given["asked"],
        inputs=told["inputs"], fingerprint=rules.fingerprint(told["inputs"]), made_on=given["made_on"], reach=given["reach"],
        member=Member.objects.filter(code=given["member"]).first(), owner_unit=owner,
        owner_side=side_of(park.pairing_id, owner.organisation_id) if owner else "",
    )  # fmt: skip
    plans.fill(one, told["result"])
    one.save()
    visibility.place(one, one.made_on)
    lines = plans.lines_for(one)
    of_lead = {each["lead"]: each for each in adopted}
    members = {
        each.code: each for each in Member.objects.filter(code__in={row["adopted_by"] for row in adopted})
    }
    for line in lines:
        row = of_lead.get(line.lead.number)
        if row is not None:
            line.adopted_on, line.released_on = row["adopted_on"], row["released_on"]
            line.adopted_by = members.get(row["adopted_by"])
        line.save()
    search.put_many([queries.found_as(one)])
    journal.record(one, "investment.load_plan", by=by)
    journal.record_many(lines, "investment.load_plan", by=by, pairing_id=one.pairing_id)
    return 1
