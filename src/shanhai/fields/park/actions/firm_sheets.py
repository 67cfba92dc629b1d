"""Rows that a spreadsheet or zone folder brings: each stands for an action of the pages and is written by it.

The check of a file that a member brings writes its rows in their order in a transaction that is undone: so it refuses
what the page would, and a row may stand on one above it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from django.db import transaction

from shanhai.core import access, journal, signs
from shanhai.core.actions import removal
from shanhai.core.models import Import, Member, Organisation, Pairing
from shanhai.core.sheets.columns import Change, Problem, Register
from shanhai.core.sheets.refusing import problem_of
from shanhai.core.sheets.staged import Stage
from shanhai.core.writing import action
from shanhai.fields.office.actions.shared import origin
from shanhai.fields.park.actions import figures, firms
from shanhai.fields.park.columns import firms as columns
from shanhai.fields.park.models import Cluster, FigureChange, Figures, Firm, Holding, Park, ScaleSpell
from shanhai.fields.park.queries import firms as found
from shanhai.fields.park.rules import figures as figure_rules
from shanhai.kernel.refusals import NotNow, Refused, gettext_noop

Values = Mapping[str, Any]
Put = Callable[[Change, Member | None, Import | None], None]
Parts = tuple[tuple[type, str], ...]
Release = Callable[[Any, Member | None, Import | None], None]


def written_by(
    register: Register,
    put: Put,
    model: type,
    parts: Parts = (),
    release: Release | None = None,
    moved: Collection[str] = (),
) -> tuple[Callable[..., Any], Callable[..., None]]:
    """The guard and the writer of a register.

    Parameters
    ----------
    put
        Writes one new or changed row by the action of the page.
    parts
        Tables whose rows go with a row that an undone import had brought.
    release
        Puts back what such a row had moved besides.
    moved
        Columns that only actions set and that ``put`` sets by them.
    """
    stem = register.file_stem

    def guard(
        changes: Sequence[Change], *, by: Member, pairing: Pairing | None = None
    ) -> list[list[Problem]]:
        problems = []
        key, names = register.keys[0].name, {one.name for one in register.columns}
        with transaction.atomic():
            for change in changes:
                refused = _tried(register, put, change, moved, by)
                problems.append([problem_of(one, key, names) for one in refused])
            transaction.set_rollback(True)
        return problems

    def write(
        changes: Sequence[Change],
        *,
        by: Member | None,
        pairing: Pairing | None = None,
        on_import: Import | None = None,
    ) -> None:
        access.check(by, register.write_access, pairing_id=pairing.pk if pairing else None)
        gone = [change.object_id for change in changes if change.outcome == "gone"]
        # What came last goes first: a lease before the land that it takes from.
        for row in model.objects.filter(pk__in=gone).order_by("-pk"):  # type: ignore[attr-defined]
            if release is not None:
                release(row, by, on_import)
            _take_out(row, register.write_access, parts, by, on_import)
        for change in changes:
            if change.outcome != "gone":
                put(change, by, on_import)
        if is_taken_back(on_import):
            _check_back(register, changes, pairing)

    write.__name__ = write.__qualname__ = f"write_{stem}"
    write.__module__ = __name__
    write.__doc__ = f"Write the register {stem} from a spreadsheet or zone folder."
    return guard, action(write)


def _check_back(register: Register, changes: Sequence[Change], pairing: Pairing | None) -> None:
    """What no action puts back stays as it is, and the import with it: an undo is whole or none."""
    kept = {change.key: change for change in changes if change.outcome != "gone"}
    now = signs.call(register.current)(list(kept), pairing)
    for key, change in kept.items():
        left = Change(key, "changed", change.values, now.get(key)).differs(register.columns)
        if left:
            raise by_page_only(key, left[0])


def _take_out(row: Any, verb: str, parts: Parts, by: Member | None, on_import: Import | None) -> None:
    pairing_id = row.pairing_id if hasattr(row, "pairing_id") else row.firm.pairing_id
    journal.record_many(
        [row], verb, by=by, pairing_id=pairing_id, each=[{"is_gone": True}], **origin(on_import)
    )
    removal.take_out([row], parts)


def _tried(register: Register, put: Put, change: Change, moved: Collection[str], by: Member) -> list[Refused]:
    for name in change.differs(register.columns):
        if register.column(name).is_by_action and name not in moved:
            return [by_page_only(change.key, name)]
    try:
        with transaction.atomic():
            put(change, by, None)
    except Refused as refused:
        return [refused]
    return []


def by_page_only(key: str, name: str) -> NotNow:
    """The refusal of a cell that no sheet changes: ``park.by_page_only``."""
    return NotNow(
        "park.by_page_only",
        gettext_noop(
            "A sheet does not change this of {key}. Leave the cell as it is, and change it on its page."
        ),
        key=key,
        field=name,
    )


def is_taken_back(on_import: Import | None) -> bool:
    """Whether the rows are written to undo their import."""
    return on_import is not None and on_import.stage == Stage.UNDONE


# -- enterprises ---------------------------------------------------------------------------------------------------

_PROFILE = ("industry", "came_from", "opened_on", "producing_on", "source")


def _put_firm(change: Change, by: Member | None, on_import: Import | None) -> None:
    values = change.values
    profile = {name: values[name] for name in _PROFILE} | {
        "is_utility": bool(values["is_utility"]),
        "masters_n": values["masters_n"] or 0,
        "heritage": values["heritage"] or "",
        "is_gi": bool(values["is_gi"]),
        "is_illustrative": values["standing"] == "illustrative",
        "cluster": Cluster.objects.filter(code=values["cluster"] or "").first(),
        "group": Organisation.objects.filter(code=values["group"] or "").first(),
    }
    park = Park.objects.get(number=values["park"])
    if change.before is None:
        organisation = Organisation.objects.get(code=values["organisation"])
        firm = firms.enter_firm(park, organisation, on_import=on_import, by=by, **profile)
    else:
        firm = firm_named(by, values["organisation"])
        firms.change_firm(firm, park=park, on_import=on_import, by=by, **profile)


def firm_named(by: Member | None, code: str) -> Firm:
    """The enterprise of a cell, for those who see it."""
    firm = found.firm_of(by, code)
    return Firm.objects.select_related("organisation").get(pk=firm.pk)


# -- plots ---------------------------------------------------------------------------------------------------------


def _put_holding(change: Change, by: Member | None, on_import: Import | None) -> None:
    values = change.values
    firm = firm_named(by, values["firm"])
    if change.before is None:
        holding = firms.add_holding(
            firm,
            plot=values["plot"],
            tenure=values["tenure"],
            land_mu=values["land_mu"],
            lessor=firm_named(by, values["lessor"]) if values["lessor"] else None,
            begins_on=values["begins_on"],
            ends_on=values["ends_on"],
            on_import=on_import,
            by=by,
        )
    else:
        holding = Holding.objects.select_related("firm__organisation", "lessor").get(pk=change.object_id or 0)
        changed = change.differs(columns.HOLDINGS.columns)
        if changed and is_taken_back(on_import):
            firms.take_up_again(holding, by, on_import)
            return
        if changed and (changed != ["ends_on"] or values["ends_on"] is None):
            raise by_page_only(change.key, changed[0])
    if values["ends_on"] is not None and holding.ends_on != values["ends_on"]:
        firms.end_holding(holding, on=values["ends_on"], on_import=on_import, by=by)


# -- times above scale ---------------------------------------------------------------------------------------------


def _put_spell(change: Change, by: Member | None, on_import: Import | None) -> None:
    values = change.values
    if change.before is not None:
        raise by_page_only(change.key, "revenue_fen")
    firms.raise_above_scale(
        firm_named(by, values["firm"]),
        on=values["begins_on"],
        revenue_fen=values["revenue_fen"] or 0,
        on_import=on_import,
        by=by,
    )


# -- figures -------------------------------------------------------------------------------------------------------


def _put_figures(change: Change, by: Member | None, on_import: Import | None) -> None:
    values = change.values
    # As with a round that is taken back, what stood there comes back by the name of what had put it right.
    reason = on_import.file_name if on_import is not None and is_taken_back(on_import) else values["reason"]
    figures.report_figures(
        firm_named(by, values["firm"]),
        values["period"],
        values={one.name: values[one.name] for one in figure_rules.ITEMS},
        reason=reason,
        is_illustrative=values["standing"] == "illustrative",
        source=values["source"],
        on_import=on_import,
        by=by,
    )


firms_guard, write_firms = written_by(columns.FIRMS, _put_firm, Firm)
holdings_guard, write_holdings = written_by(columns.HOLDINGS, _put_holding, Holding, release=firms.give_back)
scale_spells_guard, write_scale_spells = written_by(
    columns.SCALE_SPELLS, _put_spell, ScaleSpell, release=firms.no_longer_above
)
figures_guard, write_figures = written_by(
    columns.FIGURES, _put_figures, Figures, ((FigureChange, "figures"),), figures.no_longer_reported
)
