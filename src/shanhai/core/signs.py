"""Where fields sign in what they bring: data only; pages sign in with ``webkit.signs``.

A field's ``apps.py`` calls ``add`` in ``ready()``. Callables are named by dotted path, so that signing in imports
nothing heavy. Each registry refuses a code that is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from django.utils.functional import Promise
from django.utils.module_loading import import_string

from shanhai.kernel.attribution import Method

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Role:
    """What a member can be. ``decides`` roles need a second factor."""

    code: str
    name: Words
    about: Words
    decides: bool = False


@dataclass(frozen=True, slots=True)
class AccessRow:
    """Who may do one thing: the rows of all fields together are the access table.

    ``code`` is ``field.verb`` ("pairing.sign_agreement", "registry.view"); an action of ``actions.py`` has the row of
    its own name. ``roles`` empty means every member. ``scope`` says on which records: ``any`` (registers), ``seat``
    (the member's organisation has a seat in the record's pairing), ``side`` (a seat on a side, not from above),
    ``own`` (the record's unit or organisation is the member's), ``system`` (nobody: tick, loader and commands),
    ``public`` (everybody, without an account: what such a page shows is no secret from anyone who has its address).
    """

    code: str
    about: Words
    roles: frozenset[str] = frozenset()
    scope: Literal["any", "seat", "side", "own", "system", "public"] = "seat"
    kind: Literal["page", "action", "column"] = "action"


@dataclass(frozen=True, slots=True)
class BalancePlace:
    """Where an indicator stands in the balance of mutual benefit: what is attributed to a side, that side gave.

    ``money`` is what one side paid the other, ``trade`` is bought or booked without a payment between the
    governments, ``things`` are land, people and produce. Only money is added up, and only with money. ``unit`` is the
    word beside the figures; money needs none.
    """

    group: Literal["money", "trade", "things"]
    rank: int
    unit: Words = ""


@dataclass(frozen=True, slots=True)
class Indicator:
    """A figure that a field can measure for all pairings in one statement.

    Asked without a side, a record that both sides share counts once; asked for a side, by ``shared``. ``measure(pairing_ids, periods, side, as_of) -> list[core.indicators.Row]`` and
    ``evidence(pairing_id, period, side, as_of) -> list[core.indicators.Evidence]`` by dotted path.
    """

    code: str
    name: Words
    unit: str
    kind: Literal["flow", "stock", "ratio", "distinct"]
    field: str
    measure: str
    evidence: str
    about: Words = ""
    # How a record that both sides share is attributed when one side is asked; None: each record is one side's alone.
    shared: Method | None = None
    # Its place among what each side gave; None: it is not in the balance.
    balance: BalancePlace | None = None
    # Where one statement tells all sides' parts: ``(pairing_ids, periods, as_of) -> dict[side, list[Row]]``.
    measure_sides: str = ""

    def __post_init__(self) -> None:
        if self.balance is not None:
            if self.kind != "flow":
                raise ValueError(
                    f"{self.code} does not add up over years, so it has no place in the balance."
                )
            if (self.balance.group == "things") == (self.unit == "fen"):
                raise ValueError(f"{self.code} mixes money with what is not money in the balance.")
        if self.unit == "fen" and self.shared is Method.FULL_BOTH:
            raise ValueError(f"{self.code} is money, which is not booked in full on both sides.")


@dataclass(frozen=True, slots=True)
class WorkAction:
    """What can be done to an item in its row, without opening the record.

    ``run(item, word, by) -> sentence`` by dotted path calls the action of the field; ``undo(item, by)`` its
    compensating action, offered for some minutes. ``word`` says whether a reason or remark is taken.
    """

    code: str
    label: Words
    run: str
    undo: str = ""
    word: Literal["none", "optional", "required"] = "none"
    word_label: Words = ""


@dataclass(frozen=True, slots=True)
class WorkKind:
    """A kind of work item: what the button says, why the member has it, and what can be done in the row.

    Without ``actions`` the button opens the record. ``shows(item) -> [(label, text)]`` by dotted path says what one must
    have read before doing it.
    """

    code: str
    name: Words
    button: Words
    why: Words = ""
    actions: tuple[WorkAction, ...] = ()
    shows: str = ""

    def action(self, code: str) -> WorkAction | None:
        """The action with this code."""
        return next((one for one in self.actions if one.code == code), None)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a unit sends out in its own name: it climbs the unit's ladder, and the last step sends it.

    ``code`` is the action that sends it ("office.answer_problem"), ``run`` that action by dotted path, marked with
    ``core.replies.climbs``; ``record`` is the label of what it is sent on. ``kind`` is the work whose item it goes with,
    ``what`` the sentence of each step above the first and, under ``handle``, of a reply that came back (English
    templates marked for translation); ``facts(record) -> dict`` by dotted path fills them. ``shows(record, given) ->
    [(label, text)]`` says what would go out, where it is more than a text.
    """

    code: str
    name: Words
    record: str
    kind: str
    run: str
    facts: str
    what: tuple[tuple[str, str], ...]
    shows: str = ""


@dataclass(frozen=True, slots=True)
class SearchKind:
    """A noun that can be found. ``entries()`` by dotted path yields core.search.Found for rebuilding.

    ``access`` names the row that whoever finds it needs; without one, what the thing itself says decides.
    ``again(keys)`` by dotted path gives some of them anew: needed where they are found by more than titles and code.
    """

    code: str
    name: Words
    entries: str
    access: str = ""
    again: str = ""


@dataclass(frozen=True, slots=True)
class RecordKind:
    """A kind of record with a page of its own, on which notes and instructions may hang.

    ``code`` is the label of its model ("pairing.agreement"), which finds the record by its key. ``access`` names the row
    that readers of its page need; besides, the record says who sees it (``core.records.sees``), or by dotted path
    ``sees(member, record) -> bool``; ``shown_to(keys) -> {key: organisation ids}`` besides, where just some organisations
    (and auditors) see it, whatever the reach of what it is shown with; keys that it leaves out have the readers of their
    reach or pairing. ``title(record) -> (Chinese, English)`` and ``url(record) -> str`` by dotted path
    where the record has no such attribute. ``settled(record) -> bool``: what both sides rest on is not taken back.
    ``paper(record) -> core.printing.content.Content``: what it says when it is printed, in the reader's language.
    ``signed(record, copy, on, person, by) -> bool``: what a matched scan of its signed paper does to it, within the
    action that matches; False where the record waits for no signature of that side. ``parts(record) -> [(kind, keys)]``:
    rows of it on which papers hang besides, for its whole file. ``has_papers``: what hangs on it and its parts travels with
    a zone folder, by its ``number``.
    """

    code: str
    name: Words
    access: str
    url: str = ""
    title: str = ""
    sees: str = ""
    shown_to: str = ""
    settled: str = ""
    paper: str = ""
    signed: str = ""
    parts: str = ""
    has_papers: bool = False


@dataclass(frozen=True, slots=True)
class Sweep:
    """Something the tick does each minute; ``run(now) -> int`` by dotted path, idempotent."""

    code: str
    run: str
    every_minutes: int = 1


@dataclass(frozen=True, slots=True)
class SelfCheck:
    """A part of ``shanhai check``; ``run() -> Iterator[core.checks.Finding]`` by dotted path."""

    code: str
    name: Words
    run: str


@dataclass(frozen=True, slots=True)
class ZonePart:
    """A part of the zone folder: ``load(folder, by) -> counts`` and ``export(folder, by) -> counts`` by dotted path.

    Parts are loaded in the order of ``rank`` (registry 10-29, pairing 30-49, later fields from 50). ``files`` names the
    stems of files that no register stands for.
    """

    code: str
    rank: int
    load: str
    export: str
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PaperSource:
    """Papers that records name and that hang on none: ``keys() -> Iterable[int]`` of documents, by dotted path.

    They travel with a zone folder as those that hang on records do.
    """

    code: str
    keys: str


@dataclass(frozen=True, slots=True)
class CommandGroup:
    """A Typer group ``shanhai <code> ...`` by dotted path of its Typer object."""

    code: str
    about: Words
    app: str


@dataclass(frozen=True, slots=True)
class RulebookFile:
    """A field's ``rulebook.yaml`` by package: ("shanhai.fields.pairing", "rulebook.yaml")."""

    code: str
    package: str
    file: str = "rulebook.yaml"


@dataclass(frozen=True, slots=True)
class DeadlineHook:
    """Open deadlines in working days, which move when a year's notice arrives.

    ``run(old, new, apply) -> list[core.calendar.Moved]`` by dotted path: what moves from one kernel calendar to the
    other, and with ``apply`` also moves it, within the caller's transaction.
    """

    code: str
    run: str


@dataclass(frozen=True, slots=True)
class CalendarSource:
    """What a field puts into a member's calendar feed.

    ``entries(member, pairing_ids, since) -> list`` by dotted path, of the entries that the feed's own field declares.
    """

    code: str
    entries: str


@dataclass(frozen=True, slots=True)
class RoundTarget:
    """What merged values of a reporting round may count for besides indicators, such as commitments.

    By dotted path: ``preview(reported) -> list[core.reported.Outcome]`` says what merging would do and writes
    nothing, ``deliver(reported, evidence, by)`` does it and gives the same, ``take_back(outcomes, pairing_id, reason,
    by)`` undoes it. Each answers for the codes that it knows and leaves the others out.
    """

    code: str
    name: Words
    preview: str
    deliver: str
    take_back: str


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """What is special about notices of a kind; most kinds need no word.

    ``is_urgent`` passes the daily digest (never quiet hours); ``is_personal`` is said in no group chat, even where its
    group is one person.
    """

    code: str
    is_urgent: bool = False
    is_personal: bool = False


@dataclass(frozen=True, slots=True)
class LinkField:
    """One thing that a phone page asks for. ``kind`` says how it is typed and what ``run`` is given.

    ``text`` and ``long`` give text, ``number`` the text of a number as it was typed, ``choice`` one of the values of
    ``choices``, ``photo`` an uploaded file.
    """

    name: str
    label: Words
    kind: Literal["text", "long", "number", "choice", "photo"] = "text"
    is_required: bool = True
    choices: tuple[tuple[str, Words], ...] = ()
    hint: Words = ""
    value: str = ""  # what stands there already


@dataclass(frozen=True, slots=True)
class LinkDeed:
    """What a phone link lets its holder do: one form with one button.

    By dotted path ``asks(record) -> Sequence[LinkField]``; ``run(record, given, papers) -> str`` calls the action of the
    field as the system, while the journal names the holder (``core.journal.by_holder``): what the action asks of members
    only, ``run`` asks itself. ``papers`` are the photographs, stored as documents. It gives the sentence that the
    holder reads. After a deed that ``finishes`` the link is done.
    """

    code: str
    label: Words
    button: Words
    asks: str
    run: str
    finishes: bool = True
    reach: str = ""  # who sees its photographs (core.models.visibility.Reach); empty: the side of the unit


@dataclass(frozen=True, slots=True)
class LinkShown:
    """What a phone page shows of a record: a heading, a sentence, facts and texts by name, and tables of a statement."""

    title: str
    about: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    texts: tuple[tuple[str, str], ...] = ()
    # Each: heading, rows of (name, figure, remark).
    tables: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...] = ()
    standing: str = ""  # reported, illustrative or both


@dataclass(frozen=True, slots=True)
class LinkKind:
    """What a phone link may open: one record, shown to one person, with what that person may do about it.

    ``record`` is the label of a kind of record (``record_kinds``). ``access`` names the row that whoever issues it
    needs: a task is shared by whoever could do it, a statement by whoever may read it. By dotted path
    ``show(record, reader) -> LinkShown``, of which nobody is shown more than ``reader``, who issued the link;
    ``check(record, by)`` refuses to issue; ``is_over(record) -> bool`` says that nothing is left to do. Without
    ``deeds`` it is a statement: read only, until its last day.
    """

    code: str
    name: Words
    record: str
    access: str
    show: str
    deeds: tuple[LinkDeed, ...] = ()
    check: str = ""
    is_over: str = ""
    roles: tuple[str, ...] = ()  # words of ``PhoneLink.Role`` that are offered first

    def deed(self, code: str) -> LinkDeed | None:
        """The deed with this code."""
        return next((one for one in self.deeds if one.code == code), None)


T = TypeVar("T")


class Signed(Generic[T]):
    """A registry: codes to what was signed in, in order of arrival."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._by_code: dict[str, T] = {}

    def add(self, *items: T) -> None:
        """Sign in; a code that is taken is a mistake of the programmer."""
        for item in items:
            code: str = item.code  # type: ignore[attr-defined]
            if code in self._by_code and self._by_code[code] != item:
                raise ValueError(f"{self.what} {code} is signed in twice; give one of them another code.")
            self._by_code[code] = item

    def __getitem__(self, code: str) -> T:
        return self._by_code[code]

    def get(self, code: str) -> T | None:
        """What was signed in under this code, or None."""
        return self._by_code.get(code)

    def __contains__(self, code: str) -> bool:
        return code in self._by_code

    def __iter__(self) -> Iterator[T]:
        return iter(self._by_code.values())

    def __len__(self) -> int:
        return len(self._by_code)


roles: Signed[Role] = Signed("Role")
access_rows: Signed[AccessRow] = Signed("Access row")
indicators: Signed[Indicator] = Signed("Indicator")
work_kinds: Signed[WorkKind] = Signed("Work kind")
replies: Signed[Reply] = Signed("Reply")
search_kinds: Signed[SearchKind] = Signed("Search kind")
record_kinds: Signed[RecordKind] = Signed("Record kind")
notice_kinds: Signed[NoticeKind] = Signed("Notice kind")
sweeps: Signed[Sweep] = Signed("Sweep")
self_checks: Signed[SelfCheck] = Signed("Self-check")
zone_parts: Signed[ZonePart] = Signed("Zone part")
paper_sources: Signed[PaperSource] = Signed("Paper source")
command_groups: Signed[CommandGroup] = Signed("Command group")
rulebook_files: Signed[RulebookFile] = Signed("Rulebook file")
deadline_hooks: Signed[DeadlineHook] = Signed("Deadline hook")
link_kinds: Signed[LinkKind] = Signed("Link kind")
calendar_sources: Signed[CalendarSource] = Signed("Calendar source")
round_targets: Signed[RoundTarget] = Signed("Round target")
# Registers (core.sheets.columns.Register): one declaration of columns for page, API, import, export and template.
registers: Signed[Any] = Signed("Register")


def call(dotted: str) -> Callable[..., Any]:
    """The callable that a dotted path names."""
    return import_string(dotted)
