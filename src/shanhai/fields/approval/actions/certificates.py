"""Writes of certificates: renewed by who gave them; who rests on one that runs out is told in time."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from shanhai.core import clock, journal, notices, rows, rulebook, work
from shanhai.core.calendar import calendar
from shanhai.core.models import Document, Member
from shanhai.core.writing import action
from shanhai.fields.approval.actions import case_shared as shared
from shanhai.fields.approval.models import CaseItem
from shanhai.fields.approval.queries import cases as queries
from shanhai.fields.approval.rules import cases as rules
from shanhai.fields.approval.rules import certificates
from shanhai.fields.approval.rules.certificates import Certificate
from shanhai.fields.office.queries.shared import people_of
from shanhai.kernel.refusals import NotAllowed, gettext_noop

RENEW = "approval.renew"
_MOST_AHEAD = timedelta(days=366)
_SOON = gettext_noop("A certificate that {item} of {number} {title} rests on runs out on {due}")
_OVER = gettext_noop(
    "A certificate that {item} of {number} {title} rests on ran out on {due}: it waits for the renewed one, or for the "
    "department’s reasons"
)
_ASKED = gettext_noop("Have renewed what {item} of {number} {title} rests on: it runs out on {due}")


@action
def renew_certificate(
    item: CaseItem,
    *,
    valid_to: date,
    certificate: str = "",
    valid_from: date | None = None,
    document: Document | None = None,
    by: Member | None,
) -> CaseItem:
    """Enter the renewed certificate of an approved item: what rests on it rests on the new days at once.

    Parameters
    ----------
    certificate
        Its new number; left empty it keeps the old one.
    document
        The renewed certificate, which is hung on the case.
    """
    case = item.case
    shared.check_access(by, "renew_certificate", case)
    queries.check_side(case, by)
    _check_own(item, by)
    rules.check_stage(case.number, case.stage, rules.CaseStage.REVIEW)
    kept = Certificate(
        item.certificate if item.decision == "approved" else "", item.valid_from, item.valid_to
    )
    given = Certificate(certificate, valid_from, valid_to)
    found = certificates.check_renewal(item.name_zh, kept, given, clock.today())
    shared.lock(case, rules.CaseStage.REVIEW)
    shared.hang(case, document, by=by)
    rows.move(item, certificate=found.number, valid_from=found.valid_from, valid_to=found.valid_to)
    moved = _rest_anew(item)
    facts: list[dict[str, Any]] = [
        {"event": "renewed", "certificate": found.number, "valid_to": found.valid_to, "before": kept.valid_to}
    ]
    facts += [{"event": "rests_anew"}] * len(moved)
    journal.record_many(
        [item, *moved], "approval.renew_certificate", by=by, pairing_id=case.pairing_id, each=facts
    )
    for one in moved:
        work.done(RENEW, one, by=by)
    shared.tell_owner(
        case, f"renewed:{item.pk}:{item.version}",
        gettext_noop("The certificate of {item} of {number} is renewed"), item,
    )  # fmt: skip
    return item


def _check_own(item: CaseItem, by: Member | None) -> None:
    if by is not None and by.unit_id != item.unit_id:
        raise NotAllowed(
            "approval.not_issuer",
            gettext_noop("The certificate of {item} is renewed by {unit}, which gave it. Ask them."),
            item=item.name_zh,
            unit=item.unit.name_zh,
        )


def _rest_anew(item: CaseItem) -> list[CaseItem]:
    """Give the items that rest on a renewed certificate their new day; those whose day moved."""
    items = list(queries.items_of(item.case))
    found = []
    for one in items:
        after = queries.rests_to(one, items)
        if item.code in one.after and one.state in rules.LIVE and one.rests_to != after:
            one.case = item.case
            rows.move(one, rests_to=after)
            found.append(one)
    return found


# -- what time does ------------------------------------------------------------------------------------------------


def remind(today: date) -> int:
    """Who decides on what rests on a certificate is told some days before it runs out and once it has; the applicant too.

    The applicant has it on its list until it is renewed or the item is decided.
    """
    read, due = rulebook.reader(["approval.certificate_days"]), []
    ending = CaseItem.objects.filter(state__in=rules.LIVE, rests_to__lte=today + _MOST_AHEAD)
    named = ending.select_related("case__project", "case__pairing", "case__owner_unit", "unit")
    for item in named.order_by("rests_to", "pk"):
        assert item.rests_to is not None
        scopes = queries.scopes_of(item.case.pairing)
        days: Any = read("approval.certificate_days", today, scopes).value
        if item.rests_to < today:
            due.append((_key(item, "over"), item, _OVER))
        elif item.rests_to <= calendar().add(today, days):
            due.append((_key(item, "soon"), item, _SOON))
    there = notices.told(key for key, _item, _what in due)
    return sum(_tell(item, key, what) for key, item, what in due if key not in there)


def _key(item: CaseItem, when: str) -> str:
    return f"approval.item:{item.pk}:certificate:{item.rests_to}:{when}"


def _tell(item: CaseItem, key: str, what: str) -> int:
    case = item.case
    facts = shared.facts_of(case, item) | {"due": str(item.rests_to)}
    owner = shared.owner_unit(case) or case.owner_unit
    if owner is not None:
        work.open_item(RENEW, item, owner, _ASKED, facts, f"{case.url}applicant/", item.rests_to, by=None)
    people = people_of(item.unit_id, owner, case.owner_unit_id)
    return notices.tell(key, "approval.item", what, facts, item.address, people, case.pairing_id)
