"""Quarterly lists of a zone folder, written as they stood."""

from __future__ import annotations

from typing import Any

from shanhai.core import access, journal, visibility
from shanhai.core.models import Member, Organisation, Seat, Unit
from shanhai.core.writing import action
from shanhai.fields.investment.actions.lists import await_answers
from shanhai.fields.investment.models import ListLine, QuarterlyList
from shanhai.fields.investment.queries import leads as lead_queries
from shanhai.fields.pairing.queries.registers import key_map


@action
def load_list(given: dict[str, Any], lines: list[dict[str, Any]], *, by: Member | None) -> int:
    """Write a list with its lines and answers; gives 0 where it is there already.

    A line that withdraws names the list of the line that it takes back: ``of_list``.
    """
    access.check(by, "investment.load_list")
    if QuarterlyList.objects.filter(number=given["number"]).exists():
        return 0
    given = dict(given)
    pairing_id = key_map("pairing.pairings", {given["pairing"]})[given.pop("pairing")]
    owner = Unit.objects.filter(code=given.pop("owner")).first()
    side = Seat.objects.filter(
        pairing_id=pairing_id, organisation_id=owner.organisation_id if owner else 0
    ).first()
    one = QuarterlyList(
        pairing_id=pairing_id, owner_unit=owner, owner_side=side.side if side else "sea",
        is_illustrative=given.pop("standing") == "illustrative", **given,
    )  # fmt: skip
    one.zone_id = one.pairing.zone_id or one.pairing_id
    one.save()
    visibility.place(one, one.published_on or one.opened_on)
    journal.record(one, "investment.load_list", by=by)
    _load_lines(one, lines, by)
    if one.published_on is not None:
        await_answers(one, by=by)
    return 1


def _load_lines(one: QuarterlyList, lines: list[dict[str, Any]], by: Member | None) -> None:
    leads = lead_queries.by_number({row["lead"] for row in lines})
    members = dict(
        Member.objects.filter(code__in={row["answered_by"] for row in lines}).values_list("code", "pk")
    )
    bodies = dict(
        Organisation.objects.filter(code__in={row["transferred_to"] for row in lines}).values_list(
            "code", "pk"
        )
    )
    made = []
    for row in lines:
        number, of_list = row["lead"], row["of_list"]
        if number not in leads:
            raise lead_queries.no_lead(number)
        rest = {
            name: value
            for name, value in row.items()
            if name not in ("lead", "of_list", "answered_by", "transferred_to")
        }
        of_line = (
            ListLine.objects.filter(quarterly_list__number=of_list, lead=leads[number]).first()
            if of_list
            else None
        )
        made.append(
            ListLine(
                quarterly_list=one, lead=leads[number], of_line=of_line, answered_by_id=members.get(row["answered_by"]),
                transferred_to_id=bodies.get(row["transferred_to"]), **rest,
            )
        )  # fmt: skip
    ListLine.objects.bulk_create(made)
    journal.record_many(made, "investment.load_list", by=by, pairing_id=one.pairing_id)
