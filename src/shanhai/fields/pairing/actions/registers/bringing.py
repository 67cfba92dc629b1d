"""Rows that a spreadsheet or zone folder brings: many in few statements, one journal entry each.

The loader (``by=None``) writes what papers report, stages and signatures included. A member brings by spreadsheet what
the pages allow him too (``guards``): what is signed, confirmed, held, paid or appraised is left to the actions for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Count, F, Model

from shanhai.core import access, bulk, journal
from shanhai.core.models import Import, Member, Organisation, Pairing, Region, Unit
from shanhai.core.names import sort_key
from shanhai.core.sheets.columns import Change
from shanhai.core.writing import action
from shanhai.fields.pairing.actions.registers import guards, removing, row_rules
from shanhai.fields.pairing.models import Agreement
from shanhai.fields.pairing.queries import registers as tables
from shanhai.fields.pairing.queries.registers import Table
from shanhai.kernel.refusals import ChangedMeanwhile, NotFound, gettext_noop

Values = Mapping[str, Any]
_CORE: dict[str, type[Model]] = {
    "registry.regions": Region,
    "registry.organisations": Organisation,
    "registry.members": Member,
    "registry.units": Unit,
}
# A longer number at the end of a code is a date or the like.
_LONGEST_NUMBER = 4
# Rows that are terms of an agreement, with the way from what they hang on to it.
_TERMS = {
    "commitments": "",
    "commitment_periods": "agreement_id",
    "money_clauses": "",
    "money_dues": "agreement_id",
    "land_clauses": "",
    "agreement_parties": "",
}


class Bringing:
    """One write of one register: the changes, the keys that they name, and who brings them."""

    def __init__(self, table: Table, changes: Sequence[Change], by: Member | None, on_import: Any) -> None:
        self.table, self.by, self.on_import = table, by, on_import
        self.verb = table.register.write_access
        self.new = [change for change in changes if change.before is None]
        self.old = [change for change in changes if change.before is not None]
        self.changes = [*self.new, *self.old]
        self._refs = self._find_refs()

    def _find_refs(self) -> dict[str, dict[str, int]]:
        """Primary keys of all rows that are named, one statement for each register that is pointed at."""
        asked: dict[str, set[str]] = {}
        for column in self.table.register.columns:
            if column.type == "ref":
                named = {change.values[column.name] for change in self.changes} - {None, ""}
                asked.setdefault(column.ref, set()).update(named)
        found = {}
        for register, keys in asked.items():
            if register in _CORE:
                rows = _CORE[register]._default_manager.filter(code__in=keys)
                found[register] = dict(rows.values_list("code", "pk"))
            else:
                found[register] = tables.key_map(register, keys)
        return found

    def ref(self, values: Values, name: str) -> int | None:
        """The primary key of the row that a cell names."""
        if values[name] in (None, ""):
            return None
        column = self.table.register.column(name)
        pk = self._refs[column.ref].get(values[name])
        if pk is None:
            raise NotFound(
                "pairing.register_reference",
                gettext_noop(
                    "There is no {what} that column {column} could mean. Correct the code, or bring that "
                    "row first."
                ),
                what=values[name],
                column=name,
            )
        return pk

    def key(self, values: Values, name: str) -> int:
        """The primary key of the row that a cell names which is never empty."""
        pk = self.ref(values, name)
        assert pk is not None, f"column {name} is required"
        return pk

    def organisations(self, name: str) -> dict[str, Organisation]:
        """The organisations that a column names, by code."""
        codes = {change.values[name] for change in self.changes} - {None, ""}
        return {one.code: one for one in Organisation.objects.filter(code__in=codes)}

    def write(
        self,
        model: type[Model],
        fields: Callable[[Values], dict[str, Any]],
        pairing_of: Callable[[Any], int] | None = None,
        taken: Callable[[Any, dict[str, Any]], dict[str, Any]] = lambda row, values: values,
    ) -> list[Any]:
        """Insert the new rows and move the old ones, each with its journal entry; gives the rows of ``changes``.

        ``pairing_of`` says which pairing a row belongs to that does not carry it itself, ``taken`` what of the fields a
        row that is there takes.
        """
        new = [model(**fields(change.values)) for change in self.new]
        held = model._default_manager.in_bulk([change.object_id for change in self.old])
        old, names = [], set()
        for change in self.old:
            row: Any = held.get(change.object_id)
            if row is None or (self.table.has_version and row.version != change.version):
                raise ChangedMeanwhile(
                    "core.rows_changed_meanwhile",
                    gettext_noop(
                        "{n} rows were changed by someone else since they were checked. Check the file again."
                    ),
                    n=1,
                )
            for name, value in taken(row, fields(change.values)).items():
                if getattr(row, name) != value:
                    setattr(row, name, value)
                    names.add(name)
            old.append(row)
        if self.table.has_version:
            bulk.insert_many(model, new)
            if names:
                bulk.update_many(model, old, [model._meta.get_field(name).name for name in sorted(names)])
        else:
            model._default_manager.bulk_create(new)
            if names:
                fields_moved = [model._meta.get_field(name).name for name in sorted(names)]
                model._default_manager.bulk_update(old, fields_moved, batch_size=500)
        self.enter(new, old, pairing_of)
        return [*new, *old]

    def enter(
        self, new: Sequence[Any], old: Sequence[Any], pairing_of: Callable[[Any], int] | None = None
    ) -> None:
        """One journal entry a row, under the import that brought it."""
        groups: dict[int | None, list[tuple[Any, bool]]] = {}
        for rows, is_new in ((new, True), (old, False)):
            for row in rows:
                groups.setdefault(pairing_of(row) if pairing_of else None, []).append((row, is_new))
        for pairing_id, found in groups.items():
            journal.record_many(
                [row for row, _ in found],
                self.verb,
                by=self.by,
                pairing_id=pairing_id,
                each=[{"is_new": is_new} for _, is_new in found],
                **self.origin,
            )

    @property
    def is_undo(self) -> bool:
        """Whether an import is taken back."""
        return self.on_import is not None and self.on_import.stage == Import.Stage.UNDONE

    @property
    def origin(self) -> dict[str, Any]:
        """The import that brought the rows, for their journal entries."""
        return {"import": self.on_import.pk} if self.on_import is not None else {}


def writer(
    write: Callable[[Bringing], None],
    table: Table,
    after_removal: Callable[[Bringing], None] | None = None,
    member_may: Callable[[Bringing], None] | None = None,
    parts: tuple[tuple[type[Model], str], ...] = (),
) -> Callable[..., None]:
    """The action of one register: checks who brings what, then writes, or takes out what an undone import had brought.

    ``after_removal`` brings up to date what hangs on rows that are gone; ``member_may`` refuses what a member may not
    bring, for a register of another field than this. ``parts``: tables with their foreign keys whose rows go with the rows.
    """
    stem = table.register.file_stem
    check_member_may = member_may or _check_member_may

    def run(
        changes: Sequence[Change], *, by: Member | None, pairing: Pairing | None = None, on_import: Any = None
    ) -> None:
        access.check(by, table.register.write_access, pairing_id=pairing.pk if pairing else None)
        going = [change for change in changes if change.outcome == "gone"]
        if going:
            bringing = Bringing(table, going, by, on_import)
            if by is not None:
                check_member_may(bringing)
            removing.take_out(bringing, parts)
            if after_removal is not None:
                after_removal(bringing)
        staying = [change for change in changes if change.outcome != "gone"]
        if staying:
            bringing = Bringing(table, staying, by, on_import)
            if by is not None:
                check_member_may(bringing)
            write(bringing)

    run.__name__ = run.__qualname__ = f"write_{stem}"
    run.__module__ = __name__
    run.__doc__ = f"Write the register {stem} from a spreadsheet or zone folder."
    return action(run)


def _check_member_may(bringing: Bringing) -> None:
    assert bringing.by is not None
    guards.check(bringing.table.register, bringing.changes, by=bringing.by, is_undo=bringing.is_undo)
    if bringing.table.register.file_stem in _TERMS:
        _move_terms(bringing)


def _move_terms(bringing: Bringing) -> None:
    """Every change of a term moves the agreement, so that nobody signs terms that he has not read."""
    table, above = bringing.table, guards.GUARDS[bringing.table.register.file_stem].above
    changed = [change for change in bringing.changes if row_rules.is_term(table.register, change)]
    keys = {bringing.key(change.values, above) for change in changed}
    if path := _TERMS[table.register.file_stem]:
        on = tables.BY_CODE[table.register.column(above).ref].model
        keys = set(on._default_manager.filter(pk__in=keys).values_list(path, flat=True))
    Agreement.objects.filter(pk__in=keys).update(terms_no=F("terms_no") + 1, version=F("version") + 1)
    journal.record_many(
        list(Agreement.objects.filter(pk__in=keys)), bringing.verb, by=bringing.by, **bringing.origin
    )


def go_on_above(
    model: type[Model], counter: str, rows: Sequence[Any], key: str, code: str, stem: str
) -> None:
    """Let records number on above what rows brought: above how many there are, and above the numbers in their codes.

    Parameters
    ----------
    model, counter
        The records that number rows, and their column for it.
    key, code
        The columns of the rows with the record's key and with the row's code.
    stem
        What stands before the number in a code: "-D" in LX-C1-D005.
    """
    if not rows:
        return
    keys = {getattr(row, key) for row in rows}
    counted = type(rows[0])._default_manager.filter(**{f"{key}__in": keys}).order_by().values_list(key)
    last = dict(counted.annotate(n=Count("pk")))
    for row in rows:
        number = getattr(row, code).rpartition(stem)[2]
        if number.isascii() and number.isdigit() and len(number) <= _LONGEST_NUMBER:
            last[getattr(row, key)] = max(last[getattr(row, key)], int(number))
    for pk, n in last.items():
        model._default_manager.filter(pk=pk, **{f"{counter}__lt": n}).update(**{counter: n})


def standing(values: Values) -> dict[str, Any]:
    """Reported with its source, or illustrative."""
    return {"is_illustrative": values["standing"] == "illustrative", "source": values["source"]}


def names(values: Values) -> dict[str, str]:
    """The name in both languages, and by what it is sorted."""
    zh = values["name_zh"].strip()
    return {"name_zh": zh, "name_en": values["name_en"].strip(), "name_sort": sort_key(zh)}


def both(values: Values, *names: str) -> dict[str, str]:
    """Texts that stand in both languages."""
    return {
        f"{name}_{tongue}": values[f"{name}_{tongue}"].strip() for name in names for tongue in ("zh", "en")
    }


def places(pairing_ids: Iterable[int | None]) -> dict[int, int]:
    """Zone of each pairing."""
    found = Pairing.objects.filter(pk__in=set(pairing_ids)).values_list("pk", "zone_id")
    return {pk: zone or pk for pk, zone in found}


def in_pairing_of(model: type[Model], keys: Iterable[int | None]) -> dict[int, dict[str, int]]:
    """Pairing and zone of rows, for what hangs on them."""
    found = model._default_manager.filter(pk__in=set(keys)).values_list("pk", "pairing_id", "zone_id")
    return {pk: {"pairing_id": pairing, "zone_id": zone} for pk, pairing, zone in found}
