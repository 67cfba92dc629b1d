"""What the zone folder says of leads beside the register: the log of contacts, the capital that came in."""

from __future__ import annotations

from typing import Any

from shanhai.core import access, journal, rows
from shanhai.core.models import Member
from shanhai.core.writing import action
from shanhai.fields.investment.actions import lead_clocks as clocks
from shanhai.fields.investment.models import Contact, Lead, PaidIn
from shanhai.fields.investment.rules import leads as rules


@action
def load_contacts(lead: Lead, given: list[dict[str, Any]], *, by: Member | None) -> int:
    """Write the log of a lead as it stood; gives 0 where it has one already."""
    access.check(by, "investment.load_contacts")
    if lead.contacts.exists():
        return 0
    codes = {one["member"] for one in given} - {""}
    members = dict(Member.objects.filter(code__in=codes).values_list("code", "pk"))
    made = [
        Contact(
            lead=lead, member_id=members.get(one["member"]), **{k: v for k, v in one.items() if k != "member"}
        )
        for one in given
    ]
    Contact.objects.bulk_create(made)
    last = max(one.on for one in made)
    if lead.is_open and last != lead.followed_on:
        clocks.advance(lead, by=by, followed_on=last)
    journal.record(lead, "investment.load_contacts", by=by, n=len(made))
    return len(made)


@action
def load_paid_in(lead: Lead, given: list[dict[str, Any]], *, by: Member | None) -> int:
    """Write the capital that came in for a lead as it stood; gives 0 where some is there already."""
    access.check(by, "investment.load_paid_in")
    if lead.payments.exists():
        return 0
    for one in given:
        rules.check_paid(lead.number, one["amount_fen"], one["evidence"])
        rules.check_currency(lead.number, one["currency"], one["rate"])
    made = [PaidIn(lead=lead, number=n, **one) for n, one in enumerate(given, 1)]
    PaidIn.objects.bulk_create(made)
    rows.move(lead, paid_in_fen=sum(one.amount_fen for one in made if one.taken_back_on is None))
    journal.record_many(made, "investment.load_paid_in", by=by, pairing_id=lead.pairing_id)
    journal.record(lead, "investment.load_paid_in", by=by)
    clocks.figures_follow(lead.pairing_id)
    return len(made)
