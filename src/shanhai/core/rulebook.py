"""The rulebook of this installation: figures that ship with the fields, and those that offices added.

Values never change. A correction is another row for the same scope and first day, and what was computed from the
earlier one keeps its stamp and can be computed again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from django.db.models import Max

from shanhai.core import access, clock, journal, signs
from shanhai.core.models import Member, RuleRow
from shanhai.core.writing import action
from shanhai.kernel import rulebook
from shanhai.kernel.refusals import NotFound, gettext_noop
from shanhai.kernel.rulebook import NATIONAL, Rule, RuleValue
from shanhai.kernel.text import canonical


@cache
def rules() -> dict[str, Rule]:
    """The rules of all fields by code, read once from the files that they signed in."""
    return rulebook.read_files(
        Path(str(files(one.package).joinpath(one.file))) for one in signs.rulebook_files
    )


def rule(code: str) -> Rule:
    """The rule of a code.

    Raises
    ------
    NotFound
        ``rulebook.unknown_code``.
    """
    found = rules().get(code)
    if found is None:
        raise NotFound(
            "rulebook.unknown_code",
            gettext_noop("The rulebook has no figure {rule}. Check its code."),
            rule=code,
        )
    return found


def value(
    code: str,
    on: date,
    scopes: Sequence[str] = (NATIONAL,),
    known_at: datetime | None = None,
) -> RuleValue:
    """The value of a figure on a day: the first of the scopes that has one wins.

    Parameters
    ----------
    scopes
        In the caller's order: ("agreement:12", "region:331181000000", "national").
    known_at
        What was known then. None = all that is known now.
    """
    return rulebook.look_up([*rule(code).values, *added([code])], code, on, scopes, known_at)


def whole(code: str, on: date, scopes: Sequence[str] = (NATIONAL,)) -> int:
    """The value of a figure that is a whole number: days, minutes, a count."""
    found = value(code, on, scopes).value
    assert isinstance(found, int), f"{code} is no whole number"
    return found


def values_of(codes: Iterable[str], on: date, scopes: Sequence[str] = (NATIONAL,)) -> dict[str, RuleValue]:
    """Several figures at once, with one query for what offices added."""
    codes = list(codes)
    rows = added(codes)
    return {code: rulebook.look_up([*rule(code).values, *rows], code, on, scopes) for code in codes}


def reader(codes: Iterable[str]) -> Callable[[str, date, Sequence[str]], RuleValue]:
    """Some figures for many days and places, with one query for what offices added: ``read(code, on, scopes)``."""
    codes = list(codes)
    rows = added(codes)
    known = {code: [*rule(code).values, *rows] for code in codes}

    def read(code: str, on: date, scopes: Sequence[str]) -> RuleValue:
        return rulebook.look_up(known[code], code, on, scopes)

    return read


def added(codes: Sequence[str] | None = None) -> list[RuleValue]:
    """The values that offices added, for some codes or for all, oldest knowledge first."""
    rows = RuleRow.objects.order_by("known_at", "pk")
    if codes is not None:
        rows = rows.filter(code__in=codes)
    known = rules()
    # A row whose field was taken out of the installation waits until the field comes back.
    return [_from_row(known[row.code], row) for row in rows if row.code in known]


def _from_row(of: Rule, row: RuleRow) -> RuleValue:
    return rulebook.make_value(
        of,
        json.loads(row.value),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        scope=row.scope,
        status=row.status,
        source=row.source,
        known_at=row.known_at,
    )


def all_values() -> list[tuple[Rule, list[RuleValue]]]:
    """Every rule with all its values, shipped ones first: what the rulebook page lists."""
    by_code: dict[str, list[RuleValue]] = {code: list(one.values) for code, one in rules().items()}
    for row in added():
        by_code[row.code].append(row)
    return [(one, by_code[code]) for code, one in sorted(rules().items())]


def stamp(used: RuleValue) -> dict[str, Any]:
    """What a result keeps of a value that it used, as plain JSON types."""
    return {
        "code": used.code,
        "value": json.loads(canonical(used.value)),
        "unit": used.unit,
        "scope": used.scope,
        "status": used.status,
        "source": used.source,
        "hash": used.hash,
    }


@action
def add_value(
    code: str,
    given: object,
    *,
    valid_from: date,
    source: str,
    status: str = "verified",
    valid_to: date | None = None,
    scope: str = NATIONAL,
    by: Member | None,
) -> RuleValue:
    """Add a value to a figure, on the record; a correction is a later value for the same scope and first day.

    Raises
    ------
    NotFound
        There is no such figure.
    BadInput
        The value does not fit its kind, or dates, status or source are wrong.
    """
    access.check(by, "core.add_value")
    known_at = _known_from_now(code)
    made = rulebook.make_value(
        rule(code),
        given,
        valid_from=valid_from,
        valid_to=valid_to,
        status=status,
        source=source,
        scope=scope,
        known_at=known_at,
    )
    row = RuleRow.objects.create(
        code=code,
        scope=made.scope,
        valid_from=made.valid_from,
        valid_to=made.valid_to,
        value=canonical(made.value),
        status=made.status,
        source=made.source,
        known_at=known_at,
        by=by,
    )
    journal.record(row, "core.add_value", by=by, **stamp(made), valid_from=valid_from, valid_to=valid_to)
    return made


def _known_from_now(code: str) -> datetime:
    """This instant, but after all that is known of the figure: a clock that was set back must not undo a correction."""
    last = RuleRow.objects.filter(code=code).aggregate(last=Max("known_at"))["last"]
    return clock.now() if last is None else max(clock.now(), last + timedelta(microseconds=1))
