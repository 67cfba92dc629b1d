"""Renewals, promises, objections and agents of a zone folder, written as they stood."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from shanhai.core import access, journal
from shanhai.core.models import Member, Organisation, Unit
from shanhai.core.writing import action
from shanhai.fields.park.actions import grades as grade_actions
from shanhai.fields.park.models import (
    Agency,
    Appeal,
    Firm,
    FirmGrade,
    Holding,
    LandCheck,
    LandPromise,
    Park,
    QuotaPool,
    Renewal,
)
from shanhai.fields.park.queries import firms
from shanhai.kernel.refusals import BadInput, gettext_noop

Row = dict[str, Any]


@action
def load_parts(stem: str, given: Sequence[Row], *, by: Member | None) -> int:
    """Write the rows of one file that are not there yet; gives how many.

    Raises
    ------
    BadInput
        ``park.part_unknown``: a row names an enterprise, park, plot, promise or grade that is not there.
    """
    access.check(by, "park.load_parts")
    return sum(_LOADERS[stem](dict(row), by) for row in given)


def _written(one: Any, pairing_id: int, by: Member | None) -> int:
    one.save()
    journal.record(one, "park.load_parts", by=by, pairing_id=pairing_id)
    return 1


def _found(one: Any, what: str, code: str) -> Any:
    if one is None:
        raise BadInput(
            "park.part_unknown",
            gettext_noop("There is no {what} {code} in this zone. Load it first, or leave the row out."),
            what=what,
            code=code[:60],
        )
    return one


def _firm(code: str) -> Firm:
    found: Firm = _found(firms.by_codes([code]).get(code), "enterprise", code)
    return found


def _member(code: str) -> Member | None:
    return Member.objects.filter(code=code).first() if code else None


def _illustrative(row: Row) -> dict[str, Any]:
    return {"is_illustrative": row.pop("standing") == "illustrative"}


def _renewal(row: Row, by: Member | None) -> int:
    if Renewal.objects.filter(number=row["number"]).exists():
        return 0
    firm, code = _firm(row.pop("firm")), row.pop("new_firm")
    held = Holding.objects.filter(firm=firm, plot=row["plot"], begins_on=row.pop("begins_on")).first()
    return _written(
        Renewal(
            firm=firm, pairing_id=firm.pairing_id, zone_id=firm.zone_id, holding=_found(held, "plot", row["plot"]),
            new_firm=_firm(code) if code else None, **_illustrative(row), **row,
        ),
        firm.pairing_id, by,
    )  # fmt: skip


def _pool(row: Row, by: Member | None) -> int:
    number = row.pop("park")
    park = _found(Park.objects.filter(number=number).first(), "park", number)
    if QuotaPool.objects.filter(park=park, kind=row["kind"]).exists():
        return 0
    return _written(QuotaPool(park=park, **row), park.pairing_id, by)


def _promise(row: Row, by: Member | None) -> int:
    if LandPromise.objects.filter(number=row["number"]).exists():
        return 0
    firm, unit = _firm(row.pop("firm")), Unit.objects.filter(code=row.pop("unit")).first()
    return _written(
        LandPromise(
            firm=firm, pairing_id=firm.pairing_id, zone_id=firm.zone_id, unit=unit, **_illustrative(row), **row
        ),
        firm.pairing_id, by,
    )  # fmt: skip


def _check(row: Row, by: Member | None) -> int:
    number = row.pop("promise")
    promise = _found(LandPromise.objects.filter(number=number).first(), "promise", number)
    if LandCheck.objects.filter(promise=promise, phase=row["phase"], on=row["on"]).exists():
        return 0
    LandCheck.objects.create(promise=promise, member=_member(row.pop("member")), **row)
    journal.record(promise, "park.load_parts", by=by, phase=row["phase"], on=row["on"])
    return 1


def _appeal(row: Row, by: Member | None) -> int:
    run, code = row.pop("grading"), row.pop("firm")
    grades = FirmGrade.objects.select_related("run__unit", "firm__organisation")
    grade = _found(
        grades.filter(run__number=run, firm__organisation__code=code).first(), "grade", f"{run} {code}"
    )
    if Appeal.objects.filter(grade=grade, filed_on=row["filed_on"], text=row["text"]).exists():
        return 0
    appeal = Appeal(
        grade=grade, pairing_id=grade.run.pairing_id, member=_member(row.pop("member")),
        decided_by=_member(row.pop("decided_by")), **row,
    )  # fmt: skip
    _written(appeal, grade.run.pairing_id, by)
    grade_actions.await_decision(appeal, by=by)
    return 1


def _agent(row: Row, by: Member | None) -> int:
    firm, code = _firm(row.pop("firm")), row.pop("agent")
    agent = _found(Organisation.objects.filter(code=code).first(), "organisation", code)
    if Agency.objects.filter(firm=firm, agent=agent, begins_on=row["begins_on"]).exists():
        return 0
    return _written(Agency(firm=firm, agent=agent, **row), firm.pairing_id, by)


_LOADERS: dict[str, Callable[[Row, Member | None], int]] = {
    "renewals": _renewal,
    "quota_pools": _pool,
    "land_promises": _promise,
    "land_checks": _check,
    "grade_appeals": _appeal,
    "firm_agents": _agent,
}
