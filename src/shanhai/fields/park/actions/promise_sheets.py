"""Promises of standard land and their checks that a spreadsheet brings."""

from __future__ import annotations

from shanhai.core.models import Import, Member
from shanhai.core.sheets.columns import Change
from shanhai.fields.park.actions import promises
from shanhai.fields.park.actions.firm_sheets import by_page_only, firm_named, written_by
from shanhai.fields.park.columns import promises as columns
from shanhai.fields.park.models import LandCheck, LandPromise
from shanhai.fields.park.queries import promises as queries
from shanhai.fields.park.rules import promises as rules


def _put_promise(change: Change, by: Member | None, on_import: Import | None) -> None:
    values = change.values
    if change.before is not None:
        changed = change.differs(columns.PROMISES.columns)
        if changed:
            raise by_page_only(change.key, changed[0])
        return
    told = {name: values[name] for name in ("number", "plot", "land_mu", "signed_on", "due_on")}
    promises.promise_land(
        firm_named(by, values["firm"]),
        promised={name: values[name] for name in rules.BY_NAME},
        deposit_fen=values["deposit_fen"] or 0,
        on_import=on_import,
        by=by,
        **told,
    )


def _put_check(change: Change, by: Member | None, on_import: Import | None) -> None:
    values = change.values
    if change.before is not None:
        changed = change.differs(columns.PROMISE_CHECKS.columns)
        if changed:
            raise by_page_only(change.key, changed[0])
        return
    one = queries.promise_of(by, values["promise"])
    rules.check_open(one.number, one.stage)
    rules.check_phase(one.number, one.phase, values["phase"])
    measured = {name: values[name] for name in rules.BY_NAME if values[name] is not None}
    rules.check_asked(one.number, one.phase, measured)
    promises.check_promise(one, measured=measured, on=values["on"], on_import=on_import, by=by)


promises_guard, write_promises = written_by(columns.PROMISES, _put_promise, LandPromise)
promise_checks_guard, write_promise_checks = written_by(
    columns.PROMISE_CHECKS, _put_check, LandCheck, release=promises.take_back
)
