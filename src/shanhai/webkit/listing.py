"""List pages from a declared table: sorts, filters, pages by cursor, counts that stop, exports, selection."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, Literal

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render as render_template
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

from shanhai.core.counting import MOST_COUNTED, count_bounded
from shanhai.core.printing import making
from shanhai.kernel.refusals import NotFound, gettext_noop
from shanhai.webkit import keyset, listed, words
from shanhai.webkit.cells import RIGHT, Column, cell_writer, escape
from shanhai.webkit.remember import mark_at, remembered
from shanhai.webkit.words import Words


def counted(n: int) -> str:
    """A count as lists say it: "10,000+" where counting stopped."""
    return f"{MOST_COUNTED:,}+" if n > MOST_COUNTED else words.num(n)


SIZES = (50, 100)
_OWN_PARAMETERS = ("sort", "size", "cursor", "clear", "format")


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter above the list: choices make a select, none a text field.

    ``field`` is the look-up for equality (default: ``name``); ``apply(queryset, text)`` does anything else.
    ``in_sort`` says the same in another way for lists in the order of a column: what is a stretch of one index is better
    left out row by row in the others, which it would make the database sort whole.
    """

    name: str
    label: Words
    choices: Sequence[tuple[Any, Words]] | Callable[[HttpRequest], Sequence[tuple[Any, Words]]] | None = None
    field: str = ""
    apply: Callable[[QuerySet, str], QuerySet] | None = None
    in_sort: Mapping[str, Callable[[QuerySet, str], QuerySet]] | None = None
    every: Words = ""  # what the select says when it does not filter
    kind: Literal["text", "date", "search"] = "text"


@dataclass(frozen=True, slots=True)
class Action:
    """A button for the chosen rows: posts their keys as ``chosen`` to a URL name."""

    code: str
    label: Words
    url: str


@dataclass(frozen=True, slots=True)
class Table:
    """A declared list. ``code`` names it in the session and as the id of its place on the page."""

    code: str
    columns: tuple[Column, ...]
    default_sort: str
    filters: tuple[Filter, ...] = ()
    empty: tuple[Words, ...] = ()  # title, what to do next[, address, label]
    export: Callable[[HttpRequest, QuerySet, str], HttpResponse] | None = None
    sheet: Words = ""  # where no register says more: what a file of the list, as it is shown, is called
    formats: tuple[str, ...] = ("xlsx", "docx", "pdf", "csv")
    select: bool = False
    named: Callable[[Any], object] = str  # what the box that chooses a row is called
    actions: tuple[Action, ...] = ()
    group: Callable[[Any], tuple[Any, Any]] | None = None  # (key, label) of the row's group
    row_class: Callable[[Any], str] | None = None
    noun: Callable[[int], str] | None = None  # "72 firms" instead of "72"
    extra_sorts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    # What stands below a row, over the whole width: an answer in the row that is open.
    below: Callable[[Any], SafeString | None] | None = None
    begin: Callable[[Sequence[Any]], object] | None = (
        None  # looks at the rows of the page before they are written
    )
    keeps_count: bool = False  # counted once until the journal moves on: for rows that change with it only

    @property
    def is_exported(self) -> bool:
        """Whether the whole list can be had as a file."""
        return self.export is not None or bool(self.sheet)

    def sorts(self) -> dict[str, tuple[str, ...]]:
        """Sort names to ascending fields."""
        return {column.name: column.sort for column in self.columns if column.sort} | self.extra_sorts

    @property
    def id(self) -> str:
        """The id of the list's place on the page."""
        return "list-" + self.code.replace(".", "-")


@dataclass(slots=True)
class Chip:
    """A filter that is set, and the address without it."""

    label: str
    remove: str


@dataclass(slots=True)
class Control:
    """A filter as the page draws it."""

    name: str
    label: Words
    kind: str
    value: str
    choices: list[tuple[str, str]]
    every: Words

    @property
    def options(self) -> SafeString:
        """The choices of a select, written."""
        return _options(tuple(self.choices), self.value)


@lru_cache(maxsize=500)
def _options(choices: tuple[tuple[str, str], ...], chosen: str) -> SafeString:
    """Options of a select: the journal has hundreds of actions to choose from, the same at each look."""
    return mark_safe(
        "".join(
            f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(label)}</option>'
            for value, label in choices
        )
    )


@dataclass(slots=True)
class Page:
    """What a list page shows."""

    table: Table
    rows: list[Any]
    first: int
    total: int
    next_cursor: str | None
    previous_cursor: str | None
    sort: str
    size: int
    filters: dict[str, str]
    controls: list[Control]
    chips: list[Chip]
    path: str

    # --- addresses

    def address(self, **changes: Any) -> str:
        """The list's own address with some parameters changed."""
        from urllib.parse import urlencode

        parameters: dict[str, Any] = {**self.filters, "sort": self.sort, "size": self.size}
        if self.size == SIZES[0]:
            parameters.pop("size")
        if self.sort == self.table.default_sort:
            parameters.pop("sort")
        for name, value in changes.items():
            if value is None:
                parameters.pop(name, None)
            else:
                parameters[name] = value
        # An address without any parameter would bring back what is remembered; this one means "as shown".
        return f"{self.path}?{urlencode(parameters or {'clear': 1})}"

    @property
    def next_url(self) -> str | None:
        return self.address(cursor=self.next_cursor) if self.next_cursor else None

    @property
    def previous_url(self) -> str | None:
        return self.address(cursor=self.previous_cursor) if self.previous_cursor else None

    @property
    def first_url(self) -> str | None:
        return self.address() if self.first > 1 else None

    @property
    def clear_url(self) -> str:
        return f"{self.path}?clear=1"

    @property
    def other_size(self) -> int:
        return SIZES[1] if self.size == SIZES[0] else SIZES[0]

    @property
    def other_size_url(self) -> str:
        return self.address(size=self.other_size)

    @property
    def exports(self) -> list[tuple[str, str]]:
        if not self.table.is_exported:
            return []
        names = {"xlsx": "Excel", "csv": "CSV", **making.NAMES}
        return [(names.get(code, code), self.address(format=code)) for code in self.table.formats]

    # --- words

    @property
    def count_text(self) -> str:
        """How many there are; "10,000+" where counting stopped."""
        return counted(self.total)

    @property
    def noun_text(self) -> str:
        return (
            self.table.noun(self.total) if self.table.noun and self.total <= MOST_COUNTED else self.count_text
        )

    @property
    def place_text(self) -> str:
        """Where in the list this page is: "1-50 of 10,000+"."""
        if not self.rows:
            return ngettext("%(n)s row", "%(n)s rows", self.total) % {"n": self.count_text}
        return gettext("%(first)s–%(last)s of %(count)s") % {
            "first": words.num(self.first),
            "last": words.num(self.first + len(self.rows) - 1),
            "count": self.count_text,
        }

    @property
    def is_filtered(self) -> bool:
        return bool(self.chips)

    @property
    def span(self) -> int:
        """Columns in all, the one for choosing included."""
        return len(self.table.columns) + self.table.select

    # --- head and body

    def head(self, name: str) -> SafeString:
        """The head cell of one column."""
        return _head(self, next(column for column in self.table.columns if column.name == name))

    @property
    def heads(self) -> SafeString:
        cells = []
        if self.table.select:
            cells.append(
                format_html(
                    '<th class="ck"><input class="form-check-input" type="checkbox" data-choose-all '
                    'aria-label="{}"></th>',
                    gettext("Choose all on this page"),
                )
            )
        cells += [_head(self, column) for column in self.table.columns]
        return mark_safe("".join(cells))

    @property
    def body(self) -> SafeString:
        """The rows, written."""
        return mark_safe("".join(_body(self)))


# --- reading the request ---------------------------------------------------------------------------------------------


def page(
    queryset: QuerySet, table: Table, request: HttpRequest, starts: Mapping[str, keyset.Start] | None = None
) -> Page:
    """One page of a declared list: two statements, whatever it shows; one more where it begins in another table.

    Filters, sort and page size are remembered for the member in the session; an address with none of them brings
    them back, ``?clear=1`` forgets them. A cursor that was made for another sort or filter starts at the beginning.

    Parameters
    ----------
    starts
        By the name of a sort what has the keys of the whole list in it; left alone where a filter is set. Such a list has no
        index in any other sort.
    """
    chosen = _chosen(table, request)
    narrowed, controls, chips_of = _filtered(queryset, table, request, chosen)
    sort, size = chosen["sort"], chosen["size"]
    falls, name = sort.startswith("-"), sort.removeprefix("-")
    paths = table.sorts()[name]
    if falls:
        paths = tuple(p.removeprefix("-") if p.startswith("-") else f"-{p}" for p in paths)
    shown = keyset.fingerprint(table.code, sort, chosen["filters"])
    start = (starts or {}).get(name) if not chosen["filters"] else None
    cursor = request.GET.get("cursor", "")
    part = keyset.cut(narrowed, paths, size, cursor, shown, start, keys_first=bool(starts))
    is_all = part.next is None and part.previous is None
    made = Page(
        table=table,
        rows=part.rows,
        first=part.first,
        # All of a short list is in hand; a second statement would count what is already known.
        total=len(part.rows)
        if is_all
        else _counted(table, _to_count(narrowed, queryset, table, request, chosen), request, start),
        next_cursor=part.next,
        previous_cursor=part.previous,
        sort=sort,
        size=size,
        filters=chosen["filters"],
        controls=controls,
        chips=[],
        path=request.path,
    )
    made.chips = [Chip(label, made.address(**{name: None})) for name, label in chips_of]
    return made


def _to_count(
    narrowed: QuerySet, queryset: QuerySet, table: Table, request: HttpRequest, chosen: dict[str, Any]
) -> QuerySet:
    """The filtered rows as they are asked for in the default sort: there they are a stretch of an index, counted from it."""
    if not any(item.in_sort and chosen["filters"].get(item.name) for item in table.filters):
        return narrowed
    return _filtered(queryset, table, request, chosen | {"sort": table.default_sort})[0]


def _counted(table: Table, narrowed: QuerySet, request: HttpRequest, start: keyset.Start | None) -> int:
    def count() -> int:
        return count_bounded(narrowed, MOST_COUNTED) if start is None else start.counted(MOST_COUNTED)

    if not table.keeps_count:
        return count()
    asked = narrowed.order_by().values("pk").query.sql_with_params()
    return remembered("list.count", asked, count, mark_at(request), "readers")


def render(
    request: Any,
    template: str,
    table: Table,
    queryset: QuerySet,
    context: dict[str, Any] | None = None,
    starts: Mapping[str, keyset.Start] | None = None,
) -> HttpResponse:
    """A whole list page; for HTMX only the list, for ``?format=`` the file."""
    wanted = request.GET.get("format", "")
    if wanted:
        return export(request, table, queryset, wanted)
    list_page = page(queryset, table, request, starts)
    if getattr(request, "htmx", False) and request.htmx.target == table.id:
        body = render_to_string("webkit/_list.html", {"page": list_page}, request)
        response = HttpResponse(body)
    else:
        response = render_template(request, template, {**(context or {}), "list_page": list_page})
    patch_vary_headers(response, ["HX-Request"])
    return response


def export(request: HttpRequest, table: Table, queryset: QuerySet, wanted: str) -> HttpResponse:
    """The file of the whole filtered list, by the table's own export or as the page shows it."""
    if not table.is_exported or wanted not in table.formats:
        raise NotFound(
            "webkit.no_such_format",
            gettext_noop("This list cannot be had as {wanted}. Take one of: {formats}."),
            wanted=wanted[:20],
            formats=", ".join(table.formats) if table.is_exported else "–",
        )
    chosen = _chosen(table, request)
    narrowed, _controls, _chips = _filtered(queryset, table, request, chosen)
    if table.export is not None:
        return table.export(request, narrowed, wanted)
    falls, name = table.default_sort.startswith("-"), table.default_sort.removeprefix("-")
    order = [f"-{one}" if falls else one for one in (*table.sorts()[name], "pk")]
    return listed.answer(str(table.sheet), table.columns, narrowed.order_by(*order), wanted)


def filter_value(table: Table, request: HttpRequest, name: str) -> str:
    """What a filter of a list is set to for this request, by address or as remembered; empty where it is not set."""
    return str(_chosen(table, request)["filters"].get(name, ""))


def _chosen(table: Table, request: HttpRequest) -> dict[str, Any]:
    """Filters, sort and size from the address, else as remembered."""
    names = [item.name for item in table.filters]
    given = any(name in request.GET for name in (*names, *_OWN_PARAMETERS))
    session = getattr(request, "session", None)
    place = f"list:{table.code}"
    kept = (session.get(place) if session is not None else None) or {}
    if not given:
        chosen = {"filters": kept.get("filters", {}), "sort": kept.get("sort", ""), "size": kept.get("size")}
    else:
        chosen = {
            "filters": {
                name: request.GET[name].strip() for name in names if request.GET.get(name, "").strip()
            },
            "sort": request.GET.get("sort", ""),
            "size": request.GET.get("size"),
        }
    chosen["filters"] = {n: str(v)[:200] for n, v in chosen["filters"].items() if n in names}
    if str(chosen["sort"]).removeprefix("-") not in table.sorts():
        chosen["sort"] = table.default_sort
    chosen["size"] = int(chosen["size"]) if str(chosen["size"]) in map(str, SIZES) else SIZES[0]
    if given and session is not None and chosen != kept:
        is_plain = chosen == {"filters": {}, "sort": table.default_sort, "size": SIZES[0]}
        if not is_plain:
            session[place] = chosen
        elif kept:
            del session[place]
    return chosen


def _filtered(
    queryset: QuerySet, table: Table, request: HttpRequest, chosen: dict[str, Any]
) -> tuple[QuerySet, list[Control], list[tuple[str, str]]]:
    controls, chips = [], []
    for item in table.filters:
        text = chosen["filters"].get(item.name, "")
        choices = item.choices(request) if callable(item.choices) else item.choices
        options = [(str(value), str(label)) for value, label in choices] if choices is not None else []
        said = text
        if choices is not None:
            said = next((label for value, label in options if value == text), "")
            if text and not said:
                chosen["filters"].pop(item.name, None)
                text = ""
        if text:
            narrowed = _narrowed(queryset, item, text, chosen["sort"].removeprefix("-"))
            if narrowed is None:
                chosen["filters"].pop(item.name, None)
                text = ""
            else:
                queryset = narrowed
                if choices is None and item.kind == "date":
                    said = words.day(date.fromisoformat(text), "year")
                chips.append((item.name, f"{item.label}: {said}"))
        kind = "select" if choices is not None else item.kind
        controls.append(Control(item.name, item.label, kind, text, options, item.every or gettext("All")))
    return queryset, controls, chips


def _narrowed(queryset: QuerySet, item: Filter, text: str, sort: str) -> QuerySet | None:
    """The queryset with a filter applied; None for a value that is not of the filter's kind."""
    if item.kind == "date":
        try:
            date.fromisoformat(text)
        except ValueError:
            return None
    if (apply := (item.in_sort or {}).get(sort, item.apply)) is not None:
        return apply(queryset, text)
    try:
        return _equal(queryset, item.field or item.name, text)
    except (ValueError, TypeError):
        return None


def _equal(queryset: QuerySet, path: str, text: str) -> QuerySet:
    """The rows of a value. Of a related row the key is looked up first: only then does a database know how many rows it has.

    Joined by its code, each related row is thought to have as many rows as the mean, and the wrong index is walked.
    """
    relation, _, name = path.rpartition("__")
    if not relation or "__" in relation:
        return queryset.filter(**{path: text})
    related = queryset.model._meta.get_field(relation).related_model
    # Without a related row the last part is a way to compare, as in "on__year".
    if related is None or not related._meta.get_field(name).unique:
        return queryset.filter(**{path: text})
    key = related._base_manager.filter(**{name: text}).values_list("pk", flat=True).first()
    return queryset.none() if key is None else queryset.filter(**{relation: key})


# --- writing ---------------------------------------------------------------------------------------------------------


def _head(page: Page, column: Column) -> SafeString:
    css = ' class="n"' if column.kind in RIGHT else ""
    if not column.sort:
        return mark_safe(f"<th{css}>{escape(column.heading)}</th>")
    is_this = page.sort.removeprefix("-") == column.name
    falls = page.sort.startswith("-")
    order = f' aria-sort="{"descending" if falls else "ascending"}"' if is_this else ""
    target = column.name if not is_this or falls else f"-{column.name}"
    return mark_safe(
        f'<th{css}{order}><a class="sort-h" href="{escape(page.address(sort=target))}">'
        f"{escape(column.heading)}</a></th>"
    )


def _body(page: Page) -> Iterable[str]:
    table = page.table
    if table.begin is not None:
        table.begin(page.rows)
    writers = [cell_writer(column) for column in table.columns]
    group_now: Any = object()
    choose = escape(gettext("Choose"))
    for row in page.rows:
        if table.group is not None:
            key, label = table.group(row)
            if key != group_now:
                group_now = key
                yield f'<tr class="grp"><td colspan="{page.span}"><b>{escape(label)}</b></td></tr>'
        css = table.row_class(row) if table.row_class else ""
        yield f'<tr class="{escape(css)}">' if css else "<tr>"
        if table.select:
            yield (
                f'<td class="ck"><input class="form-check-input" type="checkbox" name="chosen" value="{escape(row.pk)}" '
                f'aria-label="{choose} {escape(table.named(row))}"></td>'
            )
        for write in writers:
            yield write(row)
        yield "</tr>"
        below = table.below(row) if table.below is not None else None
        if below is not None:
            yield f'<tr class="ex"><td colspan="{page.span}" class="full">{escape(below)}</td></tr>'


# --- for tests -------------------------------------------------------------------------------------------------------


def unindexed(table: Table, model: type[Model]) -> list[str]:
    """Sorts whose declared index is missing from the model or does not carry their fields; empty when all is well."""
    indexes = {index.name: [name.removeprefix("-") for name in index.fields] for index in model._meta.indexes}
    wrong = []
    for column in table.columns:
        if not column.sort:
            continue
        if column.index == "unique":
            if not getattr(model._meta.get_field(column.sort[0]), "unique", False):
                wrong.append(f"{table.code}: {column.name} is not unique")
            continue
        fields = indexes.get(column.index)
        wanted = [name.removeprefix("-") for name in column.sort]
        if fields is None:
            wrong.append(
                f"{table.code}: {column.name} names index {column.index or '(none)'}, which is not there"
            )
        elif not _carries(fields, wanted, model):
            wrong.append(f"{table.code}: index {column.index} has {fields}, the sort needs {wanted}")
    return wrong


def _carries(fields: list[str], wanted: list[str], model: type[Model]) -> bool:
    """Whether an index has the sort fields in order, after the columns that restrict who sees what."""
    wanted = [model._meta.get_field(name).name if name != "pk" else name for name in wanted]
    return any(fields[start : start + len(wanted)] == wanted for start in range(len(fields)))
