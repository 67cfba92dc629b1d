"""All that waits for a member, that they started, watch or finished, from all fields, soonest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from shanhai.core import clock, replies, signs
from shanhai.core.actions.work import shares_out
from shanhai.core.models import Climb, Member, WorkItem
from shanhai.core.queries import work
from shanhai.fields.office import work_kinds
from shanhai.fields.office.queries import work as own
from shanhai.kernel.refusals import NotFound, gettext_noop
from shanhai.webkit import downloads, listing, words
from shanhai.webkit.listing import Action, Column, Filter, Table
from shanhai.webkit.pages import member_required

# Until then a thing is due soon; the home page counts it as needing somebody today.
SOON_DAYS = 3
# How many days the picture above the list looks ahead.
STRIP_DAYS = 22
FINISHED_DAYS = 7
_LINE = 500  # characters that the box below a row takes


@dataclass(frozen=True, slots=True)
class Need:
    """One open work item, with what its button says."""

    item: WorkItem
    what: str
    button: str
    kind: str


def need_of(item: WorkItem) -> Need:
    """A work item as lists show it."""
    kind = signs.work_kinds.get(item.kind)
    return Need(
        item=item,
        what=work.words(item),
        button=work_kinds.button_of(item) or _("Open"),
        kind=str(kind.name) if kind else "",
    )


def count(request: Any) -> tuple[int | None, bool]:
    """What the menu shows beside the line: how many wait, and whether one is late."""
    found = _waiting(request)
    return found.total or None, bool(found.late)


def _waiting(request: Any) -> own.Tally:
    """What waits for the member, by days: asked once a request, for the menu and the page."""
    if not hasattr(request, "work_tally"):
        request.work_tally = own.tally(request.member)
    found: own.Tally = request.work_tally
    return found


def soon() -> date:
    """The last day that counts as soon."""
    return words.calendar().add(clock.today(), SOON_DAYS)


# -- the page ------------------------------------------------------------------------------------------------------


@member_required("office.view_work")
@require_GET
def my_work(request: Any, tab: str = "waiting") -> HttpResponse:
    """What needs me, what did I ask of others, what do I follow, what did I finish?"""
    member: Member = request.member
    waiting = _waiting(request)
    tabs = _tabs(member, waiting)
    if tab not in {code for code, *_rest in tabs}:
        raise NotFound(
            "office.no_such_list",
            gettext_noop("You have no list {tab}. Go back to what waits for you."),
            tab=tab,
        )
    context = {
        "tabs": [(code, label, n, code == tab) for code, label, n in tabs],
        "finding": _finding(waiting),
        "sub": _sub(waiting),
        "strip": _strip(waiting) if waiting.total and tab == "waiting" else [],
        "opened": _opened(request),
        "stands_in": list(
            work.deputies_of_today().filter(deputy=member).select_related("member").order_by("pk")
        ),
        "deputy": work.deputies_of_today().filter(member=member).select_related("deputy").first(),
    }
    rows = own.items_of(member, tab).select_related(
        "unit__organisation", "member", "created_by__unit__organisation", "pairing", "done_by"
    )
    return listing.render(request, "office/work.html", _table(request, tab, waiting), rows, context)


def _tabs(member: Member, waiting: own.Tally) -> list[tuple[str, str, int]]:
    finished = work.finished_by(member).filter(done_at__gte=clock.now() - timedelta(days=FINISHED_DAYS))
    tabs = [("waiting", _("Waits for me"), waiting.total)]
    if shares_out(member.unit, member):
        tabs.append(("unit", _("My unit’s"), work.waiting_in(member.unit_id).count()))
    return [
        *tabs,
        ("started", _("I started"), work.started_by(member).count()),
        ("watched", _("I watch"), work.watched_by(member).count()),
        ("finished", _("Finished this week"), finished.count()),
    ]


def _finding(waiting: own.Tally) -> str:
    if not waiting.total:
        return _("Nothing waits for you.")
    parts = []
    if waiting.late:
        parts.append(ngettext("%(n)s is late", "%(n)s are late", waiting.late) % {"n": waiting.late})
    if waiting.due_today:
        due = ngettext("%(n)s is due today", "%(n)s are due today", waiting.due_today)
        parts.append(due % {"n": waiting.due_today})
    if waiting.this_week:
        parts.append(_("%(n)s this week") % {"n": waiting.this_week})
    n = ngettext("%(n)s thing waits for you", "%(n)s things wait for you", waiting.total)
    said = n % {"n": words.num(waiting.total)}
    if not parts:
        return _("%(what)s; none is late.") % {"what": said}
    return _("%(what)s: %(parts)s.") % {"what": said, "parts": _(", ").join(parts)}


def _sub(waiting: own.Tally) -> str:
    """The comparison that matters: the day ahead on which most falls due."""
    ahead = {on: n for on, n in waiting.by_day.items() if on is not None and on > waiting.today}
    if not ahead:
        return _("What others ask of you or your unit, soonest first; what has no day comes last.")
    busiest = max(ahead, key=lambda on: (ahead[on], -on.toordinal()))
    most = ngettext("%(n)s falls due on %(day)s", "%(n)s fall due on %(day)s", ahead[busiest])
    said = most % {"n": ahead[busiest], "day": words.day(busiest)}
    return _("%(what)s, the fullest day ahead; what has no day comes last.") % {"what": said}


@dataclass(frozen=True, slots=True)
class StripDay:
    """One day of the picture: how many items fall due on it."""

    on: date
    n: int
    height: int  # px
    css: str
    label: str
    url: str


def _strip(waiting: own.Tally) -> list[StripDay]:
    """The days ahead; what is late stands under today."""
    calendar = words.calendar()
    days = [waiting.today + timedelta(days=i) for i in range(STRIP_DAYS)]
    counts = {on: waiting.by_day.get(on, 0) for on in days}
    counts[waiting.today] += waiting.late
    most = max(counts.values()) or 1
    found = []
    for on in days:
        is_worked = calendar.is_working(on)
        is_weekend = on.weekday() >= 5
        css = "now" if on == waiting.today else ""
        if not is_worked:
            css += " off"
        elif is_weekend:
            css += " mk"
        under = (
            _("worked")
            if is_worked and is_weekend
            else ""
            if not is_worked and not is_weekend
            else words.weekday(on)
        )
        found.append(
            StripDay(
                on,
                counts[on],
                round(36 * counts[on] / most) if counts[on] else 0,
                css.strip(),
                under,
                f"?until={on.isoformat()}",
            )
        )
    return found


# -- the list ------------------------------------------------------------------------------------------------------


def _kinds(member: Member, tab: str) -> list[tuple[str, Any]]:
    codes = own.items_of(member, tab).order_by().values_list("kind", flat=True).distinct()
    named = [(code, kind.name if (kind := signs.work_kinds.get(code)) else code) for code in codes]
    return sorted(named, key=lambda pair: str(pair[1]))


def _by_state(found: QuerySet[WorkItem], text: str) -> QuerySet[WorkItem]:
    if text == "late":
        return work.late(found)
    if text == "soon":
        return found.filter(due_on__gte=clock.today(), due_on__lte=soon())
    return found.filter(due_on=None)


def _by_why(member: Member) -> Any:
    def narrow(found: QuerySet[WorkItem], text: str) -> QuerySet[WorkItem]:
        if text == "named":
            return found.filter(member=member)
        if text == "unit":
            return found.filter(member=None)
        return found.exclude(member=None).exclude(member=member)

    return narrow


def _filters(request: Any, tab: str) -> tuple[Filter, ...]:
    kinds = Filter("kind", gettext_lazy("Kind"), choices=lambda _request: _kinds(request.member, tab))
    if tab == "finished":
        return (kinds,)
    state = Filter(
        "show",
        gettext_lazy("Due"),
        choices=(
            ("late", gettext_lazy("late")),
            ("soon", gettext_lazy("soon")),
            ("undated", gettext_lazy("without a day")),
        ),
        apply=_by_state,
        every=gettext_lazy("any day"),
    )
    why = Filter(
        "why",
        gettext_lazy("Why me"),
        choices=(
            ("named", gettext_lazy("given to me")),
            ("unit", gettext_lazy("my unit’s, not taken up")),
            ("deputy", gettext_lazy("with others")),
        ),
        apply=_by_why(request.member),
    )
    until = Filter(
        "until",
        gettext_lazy("Due until"),
        kind="date",
        apply=lambda found, text: found.filter(due_on__lte=date.fromisoformat(text)),
    )
    return (kinds, state, why, until) if tab in ("waiting", "unit") else (kinds, state, until)


def _group(waiting: own.Tally) -> Any:
    """The group of a row, by its day."""
    last = own.week_end(waiting.today)

    def group(item: WorkItem) -> tuple[str, str]:
        if item.due_on is None:
            return "none", _("Without a day")
        if item.due_on < waiting.today:
            return "late", _("Late")
        if item.due_on == waiting.today:
            return "today", _("Today")
        return ("week", _("This week")) if item.due_on <= last else ("later", _("Later"))

    return group


def _table(request: Any, tab: str, waiting: own.Tally) -> Table:
    member = request.member
    sides: dict[tuple[int, int], str] = {}

    def side_of(item: WorkItem, organisation: Any) -> tuple[str, str]:
        return sides.get((item.pairing_id or 0, organisation.pk), ""), organisation.name

    def origin(item: WorkItem) -> Any:
        if item.created_by is None:
            return format_html('<span class="mut">{}</span>', _("by the rules"))
        return _place(*side_of(item, item.created_by.unit.organisation))

    def holder(item: WorkItem) -> Any:
        return _place(*side_of(item, item.unit.organisation))

    is_open = tab != "finished"
    mine = tab in ("waiting", "unit")
    due = Column(
        "due",
        gettext_lazy("Due"),
        kind="due",
        value=lambda item: (item.due_on, not is_open) if item.due_on else None,
        sort=("sorted_on",),
        index="work_member_due",
    )
    done = Column(
        "done",
        gettext_lazy("Done"),
        kind="moment",
        value="done_at",
        sort=("done_at",),
        index="work_done_by",
    )
    what = Column(
        "what",
        gettext_lazy("What"),
        kind="link",
        value=work.words,
        href=lambda item: item.url,
        second=lambda item: _why(item, member),
        stack="full",
    )
    kind = Column("kind", gettext_lazy("Kind"), value=lambda item: need_of(item).kind, stack="hide-s")
    whence = Column("origin", gettext_lazy("From"), kind="html", value=origin, stack="hide-s")
    whose = Column(
        "holder",
        gettext_lazy("Waits at"),
        kind="html",
        value=holder,
        second=lambda item: item.member.name if item.member else item.unit.name,
    )
    act = Column(
        "act",
        "",
        kind="html",
        value=lambda item: _buttons(request, item, member, mine),
        stack="push",
    )
    chosen = {
        "waiting": (due, what, kind, whence, act),
        "unit": (due, what, kind, whence, whose, act),
        "started": (due, what, kind, whose, act),
        "watched": (due, what, kind, whose, act),
        "finished": (done, what, kind, whence),
    }[tab]
    return Table(
        code=f"office.work.{tab}",
        columns=chosen,
        filters=_filters(request, tab),
        default_sort="due" if is_open else "-done",
        group=_group(waiting) if is_open else None,
        select=is_open,
        named=work.words,
        actions=_bulk(member, tab),
        export=_export,
        below=_answer(request, member),
        begin=lambda items: sides.update(own.sides_of(items)),
        empty=_EMPTY[tab],
    )


_EMPTY = {
    "waiting": (
        gettext_lazy("Nothing waits for you."),
        gettext_lazy("What others ask of you or your unit comes here by itself."),
    ),
    "unit": (
        gettext_lazy("Nothing waits for your unit."),
        gettext_lazy("What others ask of it comes here; you then give it to its people."),
    ),
    "started": (
        gettext_lazy("Nothing that you asked of others is open."),
        gettext_lazy(
            "What you put before others (a delivery to confirm, an action item) stays here until it is done."
        ),
    ),
    "watched": (
        gettext_lazy("You watch nothing yet."),
        gettext_lazy(
            "Choose rows in another list and take “Watch”: what waits for anybody there comes here."
        ),
    ),
    "finished": (
        gettext_lazy("You finished nothing yet."),
        gettext_lazy("What you have done stays here, with its day."),
    ),
}


def _place(side: str, name: str) -> SafeString:
    from shanhai.webkit.templatetags.shanhai import side_mark

    return side_mark(side, name) if side in ("mountain", "sea") else format_html("{}", name)


def _why(item: WorkItem, member: Member) -> str:
    """Why it stands in the member's list."""
    if item.stage != WorkItem.Stage.OPEN:
        return _("for %(name)s") % {"name": item.member.name} if item.member and item.member != member else ""
    if item.member_id == member.pk:
        kind = signs.work_kinds.get(item.kind)
        return str(kind.why) if kind and kind.why else _("It was given to you.")
    if item.member is not None:
        return _("With %(name)s") % {"name": item.member.name}
    if item.unit_id == member.unit_id:
        return _("Your unit’s; nobody has taken it up yet.")
    return ""


def _bulk(member: Member, tab: str) -> tuple[Action, ...]:
    remind = Action("remind", gettext_lazy("Remind…"), "office:work_remind")
    assign = Action("assign", gettext_lazy("Assign…"), "office:work_assign")
    claim = Action("claim", gettext_lazy("Take up"), "office:work_claim")
    watch = Action("watch", gettext_lazy("Watch"), "office:work_watch")
    unwatch = Action("unwatch", gettext_lazy("Watch no longer"), "office:work_unwatch")
    sheet = Action("export", gettext_lazy("Export"), "office:work_export")
    paper = Action("print", gettext_lazy("Print"), "office:work_print")
    if tab == "finished":
        return ()
    if tab == "watched":
        return remind, unwatch, paper, sheet
    if tab == "started":
        return remind, watch, paper, sheet
    first = (assign, claim) if shares_out(member.unit, member) else (claim,)
    return (*first, remind, watch, paper, sheet) if tab == "unit" else (*first, watch, paper, sheet)


# -- answers in the row --------------------------------------------------------------------------------------------


def _buttons(request: Any, item: WorkItem, member: Member, mine: bool) -> SafeString:
    """The button of a row: opens the answer in the row where there is one, else the record."""
    label = work_kinds.button_of(item) or _("Open")
    if mine and work_kinds.actions_of(item):
        if _opened(request) == item.pk:
            return format_html(
                '<a class="btn btn-q btn-s" href="{}">{}</a>', _closed_url(request), _("Fold up")
            )
        return format_html('<a class="btn btn-o btn-s" href="{}">{}</a>', _open_url(request, item), label)
    return format_html('<a class="btn btn-o btn-s" href="{}">{}</a>', item.url, label if mine else _("Open"))


def _opened(request: Any) -> int | None:
    text = request.GET.get("open", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _open_url(request: Any, item: WorkItem) -> str:
    parameters = request.GET.copy()
    parameters["open"] = str(item.pk)
    return f"?{parameters.urlencode()}#item-{item.pk}"


def _closed_url(request: Any) -> str:
    parameters = request.GET.copy()
    parameters.pop("open", None)
    return f"?{parameters.urlencode()}" if parameters else str(request.path)


def _answer(request: Any, member: Member) -> Any:
    """What stands below an opened row: the choices, a word, and the button that says what happens."""

    def below(item: WorkItem) -> SafeString | None:
        if _opened(request) != item.pk or not own.may_answer(item, member):
            return None
        actions = work_kinds.actions_of(item)
        climb = replies.of_item(item)
        words_taken = [one for one in actions if one.word != "none"]
        context = {
            "item": item,
            "actions": actions,
            "word_label": str(words_taken[0].word_label or _("A word on it")) if words_taken else "",
            "form": f"answer-{item.pk}",
            # What came back is corrected where it was written; what is to be checked is read there.
            "text": _text_of(climb) if climb is not None and not item.step else "",
            "shown": work_kinds.shown_of(item, climb),
            "decisions": replies.decisions_of(climb) if climb is not None else (),
        }
        return SafeString(render_to_string("office/_answer.html", context, request))

    return below


def _text_of(climb: Climb) -> str:
    """What came back, where it fits the line below a row; longer ones are corrected on the record."""
    text = climb.given.get("text", "")
    return text if len(text) <= _LINE and "\n" not in text else ""


# -- files ---------------------------------------------------------------------------------------------------------


def _headings() -> dict[str, str]:
    return {
        "due_on": _("Due"),
        "what": _("What"),
        "kind": _("Kind"),
        "organisation": _("Organisation"),
        "unit": _("Unit"),
        "member": _("With"),
        "pairing": _("Pairing"),
        "stage": _("Stage"),
    }


STAGES = {
    "open": gettext_lazy("open"),
    "done": gettext_lazy("done"),
    "dropped": gettext_lazy("dropped"),
}


def row_of(item: WorkItem) -> dict[str, Any]:
    """An item as files, commands and print have it."""
    return {
        "id": item.pk,
        "due_on": item.due_on,
        "what": work.words(item),
        "kind": need_of(item).kind or item.kind,
        "organisation": item.unit.organisation.name,
        "unit": item.unit.name,
        "member": item.member.name if item.member else "",
        "pairing": item.pairing.name if item.pairing else "",
        "stage": str(STAGES[item.stage]),
    }


def file_of(items: Any, form: str) -> HttpResponse:
    """Items as a workbook, CSV or list on paper."""
    headings = _headings()
    rows = ([row_of(item).get(name) for name in headings] for item in items)
    return downloads.table(list(headings.values()), rows, _("My work"), form)


def _export(request: Any, chosen: Any, form: str) -> HttpResponse:
    return file_of(chosen.select_related("unit__organisation", "member", "pairing"), form)
