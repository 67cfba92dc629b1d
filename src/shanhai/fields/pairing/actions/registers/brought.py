"""Rows that a member brings by spreadsheet, with what stands around them on the platform, read once for many rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache, cached_property
from typing import Any

from django.db.models import Count, Model, QuerySet

from shanhai.core import access, clock
from shanhai.core.models import Document, Member, Organisation, Pairing, Party, Seat, Unit
from shanhai.core.sheets.columns import Change, Register
from shanhai.fields.pairing import queries
from shanhai.fields.pairing.actions import shared
from shanhai.fields.pairing.models import (
    Activity,
    Agreement,
    AgreementParty,
    Charge,
    Commitment,
    Meeting,
    MoneyClause,
    Resolution,
    Secondment,
    TechnicalProblem,
)
from shanhai.kernel.refusals import BadInput, NotFound, gettext_noop

# What rows hang on, by the column that names it: the record with all that rules ask of it, found by its key.
_RECORDS: Mapping[str, tuple[type[Model], str, tuple[str, ...], str]] = {
    "pairing": (Pairing, "code", ("zone",), ""),
    "agreement": (Agreement, "number", ("owner_unit",), "signatures"),
    "commitment": (Commitment, "code", ("agreement__owner_unit",), "agreement__signatures"),
    "clause": (MoneyClause, "code", ("agreement__owner_unit",), "agreement__signatures"),
    "meeting": (Meeting, "number", ("owner_unit",), "signatures"),
    "resolution": (Resolution, "number", ("meeting__owner_unit",), ""),
    "activity": (Activity, "number", ("pairing",), ""),
    "secondment": (Secondment, "code", ("stay__person", "pairing__zone"), ""),
    "technical": (TechnicalProblem, "number", ("asker", "asker_unit", "pairing"), ""),
}


def read_records(column: str, keys: Iterable[str]) -> dict[str, Any]:
    """Records by their keys; ``signed`` on one says how many signatures it, or what it hangs on, carries."""
    model, key, related, signatures = _RECORDS[column]
    found: QuerySet[Any] = model._default_manager.filter(**{f"{key}__in": set(keys)}).select_related(*related)
    if signatures:
        found = found.annotate(signed=Count(signatures, distinct=True))
    return {getattr(one, key): one for one in found}


class Around:
    """Who brings some thousand rows of a register, and what they name; each table is read at most once."""

    def __init__(self, register: Register, changes: Sequence[Change], by: Member) -> None:
        self.register, self.changes, self.by = register, changes, by
        self.today = clock.today()
        self._figures = cache(queries.figures_of)
        self._papers = cache(papers_named)

    def figures(self, pairing: Pairing, on: date) -> dict[str, Any]:
        """The figures that hold for a pairing on a day."""
        return self._figures(pairing, on)

    def papers(self, cell: str, pairing_id: int) -> list[Document]:
        """The papers that a cell names (``papers_named``)."""
        return self._papers(cell, pairing_id, self.by)

    def _named(self, register: str) -> set[str]:
        columns = [column.name for column in self.register.columns if column.ref == register]
        return {change.values[name] for change in self.changes for name in columns} - {None, ""}

    @cached_property
    def units(self) -> dict[str, Unit]:
        """Units that the rows name."""
        return {one.code: one for one in Unit.objects.filter(code__in=self._named("registry.units"))}

    @cached_property
    def members(self) -> dict[str, Member]:
        """Members that the rows name."""
        named = Member.objects.filter(code__in=self._named("registry.members")).select_related("unit")
        return {one.code: one for one in named}

    @cached_property
    def organisations(self) -> dict[str, Organisation]:
        """Organisations that the rows name."""
        named = Organisation.objects.filter(code__in=self._named("registry.organisations"))
        return {one.code: one for one in named}

    @cached_property
    def _seats(self) -> dict[tuple[int, int], str]:
        bodies = {one.organisation_id for one in self.units.values()}
        bodies |= {one.unit.organisation_id for one in self.members.values()}
        bodies |= {one.pk for one in self.organisations.values()}
        seats = Seat.objects.filter(organisation_id__in=bodies)
        return {
            (pairing, body): side
            for pairing, body, side in seats.values_list("pairing", "organisation", "side")
        }

    def side_of(self, pairing_id: int, organisation_id: int) -> str | None:
        """The side on which an organisation that the rows name sits."""
        return self._seats.get((pairing_id, organisation_id))

    @cached_property
    def parties(self) -> set[tuple[int, str]]:
        """Pairing and code of all parties that the rows name."""
        named = Party.objects.filter(organisation__code__in=self._named("registry.organisations"))
        return set(named.values_list("pairing_id", "organisation__code"))

    @cached_property
    def signers(self) -> dict[str, set[str]]:
        """Codes of the parties of each agreement that the rows name."""
        found: dict[str, set[str]] = {}
        named = AgreementParty.objects.filter(agreement__number__in=self._named("pairing.agreements"))
        for number, code in named.values_list("agreement__number", "party__organisation__code"):
            found.setdefault(number, set()).add(code)
        return found

    @cached_property
    def in_charge(self) -> dict[tuple[str, str, str, str], Charge]:
        """Who is in charge without a last day, by pairing, side, field and level."""
        running = Charge.objects.filter(pairing__code__in=self._named("pairing.pairings"), to_on=None)
        ending = {change.object_id for change in self.changes if change.before and change.values["to_on"]}
        return {
            (one.pairing.code, one.side, one.field, one.level): one
            for one in running.select_related("pairing", "member")
            if one.pk not in ending
        }


class Brought:
    """One row that a member brings, and the record that it hangs on.

    ``at`` is the column that is looked at: a refusal stands there.
    """

    def __init__(self, change: Change, around: Around, above: Any, held: Any, at: str) -> None:
        self.change, self.around, self.above, self.held, self.at = change, around, above, held, at
        self.values, self.before, self.by = change.values, change.before, around.by

    @property
    def is_new(self) -> bool:
        """Whether no such row is there yet."""
        return self.before is None

    @cached_property
    def moved(self) -> list[str]:
        """The columns that change; all that are not empty for a new row."""
        return self.change.differs(self.around.register.columns)

    @property
    def pairing_id(self) -> int | None:
        """The pairing that the row belongs to."""
        if isinstance(self.above, Pairing):
            return self.above.pk
        if self.above is None:  # a pairing itself
            return self.change.object_id
        pairing_id: int = self.above.pairing_id
        return pairing_id

    @property
    def agreement(self) -> Agreement:
        """The agreement that the row is, or hangs on."""
        one = self.held or self.above
        agreement: Agreement = one if isinstance(one, Agreement) else one.agreement
        return agreement

    @property
    def signed(self) -> int:
        """How many signatures the agreement or the minutes carry."""
        signed: int = (self.held or self.above).signed
        return signed

    def own_side(self, side: str) -> str:
        """The side that the member acts for; refused where the row says the other one."""
        return shared.acting_side(self.by, self.pairing_id or 0, side)

    def check_sees(self, record: Any, number: str) -> None:
        """Nobody learns by a spreadsheet what he may not see."""
        if not shared.sees(self.by, record):
            raise NotFound(
                "pairing.no_record",
                gettext_noop(
                    "There is no {number} that you may see. Correct the number, or ask for it to be shared."
                ),
                number=number,
            )

    def check_may(self, *codes: str) -> None:
        """The member has the right of the action that the row stands for."""
        for code in codes:
            access.check(self.by, code, pairing_id=self.pairing_id)


def papers_named(cell: str, pairing_id: int, by: Member | None) -> list[Document]:
    """The papers whose file names stand in a cell, parted by semicolons.

    Raises
    ------
    BadInput
        ``pairing.paper_not_filed``: none of that name is filed in the pairing where the member may see it;
        ``pairing.paper_not_clear``: several are.
    """
    names = [name.strip() for name in (cell or "").split(";") if name.strip()]
    found = []
    for name in names:
        filed = Document.objects.filter(
            file_name=name, pairing_id=pairing_id, withdrawn_on=None, replaced_by=None
        ).select_related("owner_unit")
        papers = [one for one in filed if shared.sees(by, one)]
        if not papers:
            raise BadInput(
                "pairing.paper_not_filed",
                gettext_noop(
                    "No paper {paper} that you may see is filed in this pairing. File it among the documents first, then "
                    "bring the sheet again."
                ),
                paper=name,
            )
        if len(papers) > 1:
            raise BadInput(
                "pairing.paper_not_clear",
                gettext_noop(
                    "{count} papers in this pairing are called {paper}. Give the right one a file name of its own, or record "
                    "this on its page."
                ),
                paper=name,
                count=len(papers),
            )
        found += papers
    return found
