"""Factor requests and pools that spreadsheets bring: each row stands for the action of the page, under its rules.

A new request is asked as on the page and takes its place in the queue; a request that is there changes by its page
only, so no sheet grants, passes over or skips a state. A pool is declared, or set anew by its own people.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from shanhai.core import access, clock, journal, work
from shanhai.core.actions import removal
from shanhai.core.models import Import, Member, Organisation, Pairing, Unit
from shanhai.core.sheets.columns import Change, Problem, Register
from shanhai.core.writing import action
from shanhai.fields.office import columns
from shanhai.fields.office.actions import factor_pools, factors, shared
from shanhai.fields.office.models import FactorPool, FactorRequest, FactorStep
from shanhai.fields.office.queries import factor_sheets as sheets
from shanhai.fields.office.queries.shared import may_see
from shanhai.fields.office.rules import factors as rules
from shanhai.kernel.refusals import BadInput, NotAllowed, NotFound, Refused, gettext_noop

Values = Mapping[str, Any]
Check = Callable[[], Any]
# Where an action names a field that the sheet calls otherwise.
_CELLS = {"unit": "handler"}
_QUANTITY, _AVAILABLE = ("quantity", "amount_fen"), ("available", "available_fen")


class _Around:
    """Who brings rows for which pairing, and the bodies that they name, read once for many rows."""

    def __init__(self, changes: Sequence[Change], by: Member, pairing: Pairing) -> None:
        self.by, self.pairing, self.today = by, pairing, clock.today()
        self.organisations = _by_code(Organisation, changes, "asker", "organisation")
        self.units = _by_code(Unit, changes, "handler")
        self.granter = cache(self._granter)
        self.asker = cache(self._asker)

    def _granter(self, code: str, is_shared: bool) -> Unit:
        unit = self.units[code]
        factors.side_of_granter(self.pairing, unit, is_shared, self.by)
        return unit

    def _asker(self, code: str) -> Organisation:
        return factors.asker_for(self.pairing, self.organisations[code], self.by)


def _by_code(model: Any, changes: Iterable[Change], *names: str) -> dict[str, Any]:
    codes = {change.values.get(name) for change in changes for name in names} - {None, ""}
    related = ["organisation"] if model is Unit else []
    return {one.code: one for one in model.objects.filter(code__in=codes).select_related(*related)}


# -- what stands against a row -------------------------------------------------------------------------------------


def factor_requests_guard(
    changes: Sequence[Change], *, by: Member, pairing: Pairing | None = None
) -> list[list[Problem]]:
    """What stands against requests that a member brings, by column."""
    assert pairing is not None  # sheets.needs_pairing
    around = _Around(changes, by, pairing)
    held = _held(FactorRequest, changes)
    return [
        _problems(_refusals_of_request(change, held, around), columns.FACTOR_REQUESTS) for change in changes
    ]


def _refusals_of_request(
    change: Change, held: Mapping[int, FactorRequest], around: _Around
) -> Iterator[Refused]:
    if change.before is not None:
        yield from _unchangeable(change, held, columns.FACTOR_REQUESTS, around.by, open_to=())
        return
    values = change.values
    checks: tuple[Check, ...] = (
        lambda: access.check(around.by, "office.ask", pairing_id=around.pairing.pk),
        lambda: shared.checked_number(FactorRequest, values["number"]),
        lambda: sheets.steps_in(dict(values), *_QUANTITY),
        lambda: around.asker(values["asker"]),
        lambda: around.granter(values["handler"], bool(values["is_shared"])),
        lambda: rules.check_asked(values["title_zh"], values["needed_by"], around.today),
        lambda: rules.check_park(values["title_zh"], bool(values["is_park"]), False, values["park_reason"].strip()),
        *_begins_empty(change, {"stage": rules.Stage.WAITING, "granted": 0, "granted_fen": 0}),
    )  # fmt: skip
    yield from _refused_by(checks)


def factor_pools_guard(
    changes: Sequence[Change], *, by: Member, pairing: Pairing | None = None
) -> list[list[Problem]]:
    """What stands against pools that a member brings, by column."""
    assert pairing is not None  # sheets.needs_pairing
    around = _Around(changes, by, pairing)
    held = _held(FactorPool, changes)
    return [_problems(_refusals_of_pool(change, held, around), columns.FACTOR_POOLS) for change in changes]


def _refusals_of_pool(change: Change, held: Mapping[int, FactorPool], around: _Around) -> Iterator[Refused]:
    values = change.values
    pool = held.get(change.object_id or 0)
    if pool is not None:
        refused = list(
            _unchangeable(change, held, columns.FACTOR_POOLS, around.by, open_to=(*_AVAILABLE, "source"))
        )
        if refused:
            yield from refused
            return
    code = "office.declare_pool" if pool is None else "office.change_pool"
    granted = pool.granted if pool is not None else 0
    checks: tuple[Check, ...] = (
        lambda: access.check(around.by, code, pairing_id=around.pairing.pk),
        lambda: factor_pools.check_pool_owner(
            around.pairing, around.organisations[values["organisation"]], around.by
        ),
        lambda: rules.check_pool(_available(values), granted, values["measure"]),
    )
    yield from _refused_by(checks)


def _available(values: Values) -> int:
    return sheets.steps_in(dict(values), *_AVAILABLE, may_be_nought=True)


def _held(model: Any, changes: Sequence[Change]) -> dict[int, Any]:
    keys = [change.object_id for change in changes if change.before is not None]
    return dict(model.objects.select_related("owner_unit").in_bulk(keys)) if keys else {}


def _unchangeable(
    change: Change, held: Mapping[int, Any], register: Register, by: Member, *, open_to: Sequence[str]
) -> Iterator[Refused]:
    """The cells of a row that is there already and that no sheet changes; nothing is told of one that is not shown."""
    one = held.get(change.object_id or 0)
    first = register.keys[0].name
    if one is None or not may_see(by, one):
        yield NotFound(
            "office.factor_key_taken",
            gettext_noop(
                "{key} is taken by a record that is not shown to you. Give the row another key, or ask its office."
            ),
            key=change.key,
            field=first,
        )
        return
    for name in change.differs(register.columns):
        if name not in open_to:
            yield _by_page(change.key, name)


def _begins_empty(change: Change, begins: Mapping[str, Any]) -> Iterator[Check]:
    """A new row says nothing of what only actions set, or what it begins with."""

    def check(name: str) -> None:
        if change.values[name] not in (None, "", begins[name]):
            raise _by_page(change.key, name)

    for name in begins:
        yield lambda name=name: check(name)  # type: ignore[misc]


def _by_page(key: str, name: str) -> NotAllowed:
    return NotAllowed(
        "office.factor_by_page",
        gettext_noop(
            "This cell of {key} does not change by spreadsheet. Leave it as it was, and do what is to be done on the page "
            "of the record."
        ),
        key=key,
        field=name,
    )


def _refused_by(checks: Iterable[Check]) -> Iterator[Refused]:
    """All that is refused, and not the first only: whoever corrects a sheet reads it once."""
    for check in checks:
        try:
            check()
        except Refused as refused:
            yield refused


def _problems(refusals: Iterable[Refused], register: Register) -> list[Problem]:
    names = {column.name for column in register.columns}
    found = []
    for refused in refusals:
        facts = dict(refused.facts)
        field = str(facts.pop("field", ""))
        column = _CELLS.get(field, field)
        first = register.keys[0].name
        found.append(
            Problem(0, column if column in names else first, "", refused.code, refused.sentence, facts)
        )
    return found


# -- writing -------------------------------------------------------------------------------------------------------

# Within the one action of the import: a savepoint for each row is a copy of every page that it touches (SQLite).
_ask = inspect.unwrap(factors.ask)
_declare = inspect.unwrap(factor_pools.declare_pool)
_change = inspect.unwrap(factor_pools.change_pool)


@action
def write_factor_requests(
    changes: Sequence[Change], *, by: Member | None, pairing: Pairing | None = None, on_import: Any = None
) -> None:
    """Ask for what new rows say, each with its place in the queue; take out what an undone import had asked."""
    by, pairing = _somebody(by, pairing, "office.write_factor_requests")
    _take_out(changes, FactorRequest, "office.write_factor_requests", by, on_import)
    coming = [change for change in changes if change.outcome != "gone"]
    around, held = _Around(coming, by, pairing), _held(FactorRequest, coming)
    _check_again(_refusals_of_request(change, held, around) for change in coming)
    for change in coming:
        values = change.values
        _ask(
            pairing,
            measure=values["measure"],
            quantity=sheets.steps_in(dict(values), *_QUANTITY),
            unit=around.units[values["handler"]],
            needed_by=values["needed_by"],
            title_zh=values["title_zh"],
            title_en=values["title_en"],
            text=values["text"],
            is_park=bool(values["is_park"]),
            park_reason=values["park_reason"],
            needs_whole=bool(values["needs_whole"]),
            asker=around.organisations[values["asker"]],
            is_shared=bool(values["is_shared"]),
            number=values["number"],
            on_import=on_import,
            by=by,
        )


@action
def write_factor_pools(
    changes: Sequence[Change], *, by: Member | None, pairing: Pairing | None = None, on_import: Any = None
) -> None:
    """Declare the pools of new rows and set others anew; take out what an undone import had declared."""
    by, pairing = _somebody(by, pairing, "office.write_factor_pools")
    _take_out(changes, FactorPool, "office.write_factor_pools", by, on_import)
    coming = [change for change in changes if change.outcome != "gone"]
    around, held = _Around(coming, by, pairing), _held(FactorPool, coming)
    _check_again(_refusals_of_pool(change, held, around) for change in coming)
    for change in coming:
        values, available = change.values, _available(change.values)
        if change.before is None:
            _declare(
                pairing,
                organisation=around.organisations[values["organisation"]],
                measure=values["measure"],
                year=values["year"],
                available=available,
                source=values["source"],
                is_shared=bool(values["is_shared"]),
                on_import=on_import,
                by=by,
            )
        else:
            pool = held[change.object_id or 0]
            pool.version = change.version
            _change(pool, available=available, source=values["source"], on_import=on_import, by=by)


def _somebody(by: Member | None, pairing: Pairing | None, code: str) -> tuple[Member, Pairing]:
    """Who brings rows for which pairing: nobody asks in the name of the system."""
    access.check(by, code, pairing_id=pairing.pk if pairing else None)
    if by is None or pairing is None:
        raise BadInput(
            "office.factor_asked_by_nobody",
            gettext_noop(
                "Factor requests and pools are brought by somebody for a pairing. Say by whom and for which; a zone folder "
                "brings them as they stood."
            ),
        )
    return by, pairing


def _check_again(rows: Iterable[Iterable[Refused]]) -> None:
    """Refuse rows that stood the check of the file and do not stand any more when they are written."""
    for refusals in rows:
        for refused in refusals:
            raise refused


def _take_out(changes: Sequence[Change], model: Any, verb: str, by: Member, on_import: Import | None) -> None:
    going = [change.object_id for change in changes if change.outcome == "gone"]
    rows = list(model.objects.filter(pk__in=going))
    if not rows:
        return
    each = [{"is_gone": True}] * len(rows)
    journal.record_many(rows, verb, by=by, each=each, **shared.origin(on_import))
    if model is FactorRequest:
        for row in rows:
            work.drop(factors.WORK, row, by=by)
    removal.take_out(rows, [(FactorStep, "request")] if model is FactorRequest else ())
