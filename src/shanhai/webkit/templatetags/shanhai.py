"""Tags and filters of every page: one way to show each thing (docs/reference/design.md)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, gettext_lazy, pgettext_lazy

from shanhai.core import clock
from shanhai.webkit import maps, words
from shanhai.webkit.listing import counted
from shanhai.webkit.words import (
    clock_time,
    day,
    moment,
    mu,
    num,
    percent,
    slack,
    yuan,
    yuan_exact,
)

register = template.Library()

for plain in (clock_time, day, moment, mu, num, percent, slack, yuan_exact, words.one_language, words.unit):
    register.filter(plain.__name__, plain)
register.filter("yuan_text", yuan)
yuan_text = yuan


@register.filter("yuan")
def yuan_span(fen: int | None) -> SafeString:
    """Money for the eye, exact on hover."""
    return format_html('<span class="amt" title="{}">{}</span>', yuan_exact(fen), yuan(fen))


@register.filter
def dash(value: Any) -> str:
    """A number of a table; zero and nothing are an en dash."""
    return num(value) if value else words.NOTHING


@register.filter
def bounded(count: int) -> str:
    """A count that stopped as those of lists do: "10,000+"."""
    return counted(count)


@register.filter
def badge(count: int) -> str:
    """A count beside a name: no menu has room for more than "99+", and nothing counts further for it."""
    return "99+" if count >= 100 else str(count)


@register.filter
def undo_of(tags: str) -> dict[str, Any] | None:
    """What ``webkit.undo.offer`` put on a message: address and seconds left; None on other messages."""
    from shanhai.webkit import undo

    return undo.read(tags)


# --- icons, marks, status --------------------------------------------------------------------------------------------

STATUSES = {
    # code: (icon, class, word)
    "on_track": ("ok", "ok", gettext_lazy("On track")),
    "done": ("done", "ok", gettext_lazy("Done")),
    "at_risk": ("risk", "risk", gettext_lazy("At risk")),
    "late": ("late", "late", gettext_lazy("Late")),
    "paused": ("wait", "wait", gettext_lazy("Paused")),
    "not_started": ("none", "wait", gettext_lazy("Not started")),
}
SIDES = {
    "mountain": ("m", gettext_lazy("mountain side")),
    "sea": ("s", gettext_lazy("sea side")),
    "host": ("h", gettext_lazy("host side")),
}
MARKS = {
    "reported": ("rep", gettext_lazy("Reported")),
    "illustrative": ("ill", gettext_lazy("Illustrative")),
    "mixed": ("mix", gettext_lazy("Reported and illustrative")),
    "simulated": ("sim", gettext_lazy("Simulated")),
    "assumed": ("ass", gettext_lazy("Assumed")),
}
STEPS = {
    "handle": pgettext_lazy("step", "handle"),
    "check": pgettext_lazy("step", "check"),
    "sign": pgettext_lazy("step", "sign"),
}


@register.simple_tag
def icon(code: str, label: Any = "", css: str = "") -> SafeString:
    """A drawing of the sprite; without a label it says nothing to a screen reader."""
    code = STATUSES[code][0] if code in STATUSES else code
    css = f"i {css}".strip()
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="#i-{}"/></svg>', css, label, code
        )
    return format_html('<svg class="{}" aria-hidden="true"><use href="#i-{}"/></svg>', css, code)


@register.simple_tag
def status(code: str, word: str = "") -> SafeString:
    """Shape and word; an unknown code is a mistake of the programmer."""
    return _status(code, str(word), get_language())


@lru_cache(maxsize=200)
def _status(code: str, word: str, language: str | None) -> SafeString:
    # A list of a hundred rows shows the same six marks again and again.
    drawing, css, usual = STATUSES[code]
    return format_html('<span class="st st-{}">{}{}</span>', css, icon(drawing), word or usual)


@register.simple_tag
def side_mark(party: Any, name: Any = "", label: Any = "") -> SafeString:
    """Peak, wave or diamond, and the name beside it.

    ``party`` is a core Party, or "mountain", "sea", "host", "both". The mark is an image labelled with the side's
    name; without a name beside it give ``label``.
    """
    if not isinstance(party, str):
        label = label or party.organisation.name
        name = name or party.organisation.name
        party = party.role
    return _side_mark(party, name, str(label), get_language())


# Typed, so that text that is markup and text that only looks so are not taken for one another.
@lru_cache(maxsize=500, typed=True)
def _side_mark(party: str, name: Any, label: str, language: str | None) -> SafeString:
    if party == "both":
        marks = mark_safe(icon("m", SIDES["mountain"][1], "mk-m") + icon("s", SIDES["sea"][1], "mk-s"))
    elif party in SIDES:
        drawing, usual = SIDES[party]
        marks = icon(drawing, label or usual, f"mk-{drawing}")
    else:
        # A member from above the pairing, or a record of no side, carries no mark.
        return conditional_escape(name)
    if not name:
        return marks
    return format_html('<span class="pl">{} {}</span>', marks, name)


@register.simple_tag
def source_mark(kind: str, detail: Any = "") -> SafeString:
    """How sure the figures of a panel are: one mark a panel, in its head; a click opens the detail."""
    drawing, word = MARKS[kind]
    if not detail:
        return format_html('<span class="src-one">{} {}</span>', icon(drawing), word)
    return format_html(
        '<details class="src"><summary>{} {}</summary><div>{}</div></details>', icon(drawing), word, detail
    )


@register.simple_tag
def ladder(steps: Iterable[Any], current: Any = None) -> SafeString:
    """The steps of a paper: handle › check › sign, the present one ruled."""
    parts = [
        format_html("<b>{}</b>" if step == current else "<span>{}</span>", STEPS.get(step, step))
        for step in steps
    ]
    return format_html('<span class="lad">{}</span>', mark_safe(" › ".join(parts)))


# --- deadlines -------------------------------------------------------------------------------------------------------


@register.simple_tag
def due(on: date | None, done: bool = False) -> SafeString:
    """A deadline on two lines: slack in working days, then the date with its weekday."""
    if on is None:
        return mark_safe(f'<span class="due">{words.NOTHING}</span>')
    if done:
        return format_html(
            '<span class="due">{} {}<span class="d">{}</span></span>',
            icon("done"),
            gettext("Done"),
            day(on, "weekday"),
        )
    urgent = words.urgency(on)
    return format_html(
        '<span class="due{}"><b>{}{}</b><span class="d">{}</span></span>',
        f" due-{urgent}" if urgent else "",
        mark_safe(icon("late") + " ") if urgent == "late" else "",
        slack(on),
        day(on, "weekday"),
    )


@register.simple_tag(name="slack")
def slack_word(on: date | None) -> SafeString:
    """The slack alone, in the colour of its urgency: for lines of a list."""
    return format_html('<b class="{}">{}</b>', words.urgency(on), slack(on))


# --- bars ------------------------------------------------------------------------------------------------------------

_BAR = {"mountain": "m", "sea": "s"}


@register.simple_tag
def bullet(
    delivered: Any, target: Any, forecast: Any = None, pace: Any = None, side: str = "both", unit: str = ""
) -> SafeString:
    """Delivered, forecast, promise and even pace on one track; the promise stands at 80 % of it."""
    return _bullet(delivered, target, forecast, pace, side, unit, get_language())


@lru_cache(maxsize=2000)
def _bullet(
    delivered: Any, target: Any, forecast: Any, pace: Any, side: str, unit: str, language: str | None
) -> SafeString:
    # Most figures stand as they stood when the page was last opened.
    d = words.percent_of(delivered, target)
    f = max(d, words.percent_of(forecast, target)) if forecast is not None else d
    said = gettext("%(delivered)s of %(target)s") % {
        "delivered": num(delivered),
        "target": f"{num(target)}{'' if words.is_chinese() else ' '}{unit}".strip(),
    }
    if forecast is not None:
        said += gettext(", forecast %(forecast)s") % {"forecast": num(forecast)}
    notch = ""
    style = f"--d:{d};--f:{f}"
    if pace is not None:
        style += f";--p:{words.percent_of(pace, target)}"
        notch = mark_safe("<s></s>")
    return format_html(
        '<div class="bul {}" role="img" aria-label="{}" style="{}"><i></i>{}<b></b>{}</div>',
        _BAR.get(side, "b"),
        said,
        style,
        mark_safe("<u></u>") if f > d else "",
        notch,
    )


@register.simple_tag
def rowbar(value: Any, maximum: Any, tick: Any = None, text: Any = "") -> SafeString:
    """A number and its bar in a row, with a tick for what it is compared with."""
    width = min(100, words.percent_of(value, maximum))
    style = f"--d:{width}"
    mark = ""
    if tick is not None:
        style += f";--m:{min(100, words.percent_of(tick, maximum))}"
        mark = mark_safe("<b></b>")
    return format_html(
        '<div class="rowbar"><span>{}</span><span class="t" style="{}"><i></i>{}</span></div>',
        text or num(value),
        style,
        mark,
    )


@register.simple_tag
def mini(value: Any, maximum: Any, side: str = "") -> SafeString:
    """The thin bar under a number of a year table, scaled within its row."""
    return format_html(
        '<div class="mini {}" style="--d:{}"><i></i></div>',
        _BAR.get(side, ""),
        min(100, words.percent_of(value, maximum)),
    )


# --- panels and parts ------------------------------------------------------------------------------------------------


@register.simple_block_tag
def panel(
    content: str,
    title: Any,
    note: Any = "",
    count: Any = None,
    link: str = "",
    link_label: Any = "",
    mark: str = "",
    detail: Any = "",
    side: str = "",
    id: str = "",
    css: str = "",
    fold: bool = False,
) -> SafeString:
    """A panel: head with title, one grey remark, a link or count, the source mark; then whatever it holds."""
    head = format_html(
        "<h2>{}{}</h2>{}{}",
        mark_safe(side_mark(side) + " ") if side else "",
        title,
        format_html('<span class="note">{}</span>', note) if note else "",
        format_html('<span class="tg">{}</span>', count) if count not in (None, "") else "",
    )
    source = source_mark(mark, detail) if mark else ""
    more = format_html('<a class="sm r" href="{}">{}</a>', link, link_label) if link else ""
    classes = f"pan {css} {f'pan-{_BAR[side]}' if side in _BAR else ''}".split()
    place = format_html(' id="{}"', id) if id else ""
    if fold:
        # A link or a second details must not stand inside the summary, so they are placed over its right end.
        right = format_html('<div class="fold-r">{}{}</div>', mark_safe(more), mark_safe(source))
        has_right = bool(more or source)
        body = format_html(
            '<details class="fold{}"><summary>{}</summary>{}{}</details>',
            " fold-m" if has_right else "",
            head,
            right if has_right else "",
            mark_safe(content),
        )
    else:
        body = format_html("<header>{}{}</header>{}", head, mark_safe(more + source), mark_safe(content))
    return format_html('<section class="{}"{}>{}</section>', " ".join(classes), place, body)


@register.simple_tag
def empty(title: Any, about: Any = "", link: str = "", label: Any = "") -> SafeString:
    """Nothing here yet, and what to do next."""
    button = format_html('<a class="btn btn-o" href="{}">{}</a>', link, label) if link else ""
    about = format_html("<p>{}</p>", about) if about else ""
    return format_html('<div class="emp"><b>{}</b>{}{}</div>', title, about, button)


@register.simple_tag
def steps(labels: Sequence[Any], current: int = 0) -> SafeString:
    """The steps of a wizard, from 0: done ones have a tick, the present one a rule."""
    lines = []
    for number, label in enumerate(labels):
        if number < current:
            lines.append(format_html('<li class="ok">{} {}</li>', icon("done", gettext("done:")), label))
        elif number == current:
            lines.append(format_html('<li aria-current="step"><b>{}</b></li>', label))
        else:
            lines.append(format_html("<li>{}</li>", label))
    return format_html('<ol class="stp" aria-label="{}">{}</ol>', gettext("Steps"), mark_safe("".join(lines)))


@register.simple_tag(takes_context=True)
def post(
    context: Any,
    url: str,
    label: Any,
    css: str = "btn-o",
    version: int | None = None,
    confirm: Any = "",
    hidden: dict[str, Any] | None = None,
    next: str = "",
) -> SafeString:
    """One button that writes: a POST form of its own, with the version of the row and a question before."""
    fields = dict(hidden or {})
    if version is not None:
        fields["version"] = version
    if next:
        fields["next"] = next
    inputs = mark_safe(
        "".join(format_html('<input type="hidden" name="{}" value="{}">', k, v) for k, v in fields.items())
    )
    return format_html(
        '<form class="one" method="post" action="{}"{}>{}{}<button class="btn {}">{}</button></form>',
        url,
        format_html(' data-confirm="{}"', confirm) if confirm else "",
        _csrf(context),
        inputs,
        css,
        label,
    )


@register.simple_tag(takes_context=True)
def masked(context: Any, cell: Any) -> SafeString:
    """A value that is masked by rule (``webkit.masked.Cell``): ``***`` with the button that shows it, or the value."""
    return format_html(
        '<span class="masked" aria-live="polite">{}</span>',
        mark_safe(
            render_to_string("webkit/_masked.html", {"cell": cell, "csrf_token": context.get("csrf_token")})
        ),
    )


def _csrf(context: Any) -> SafeString:
    token = context.get("csrf_token")
    if not token or token == "NOTPROVIDED":
        return mark_safe("")
    return format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', token)


@register.simple_tag(takes_context=True)
def form(context: Any, form: Any) -> SafeString:
    """A whole form: errors, fields by fieldset, draft status, the one filled button."""
    return mark_safe(
        render_to_string("webkit/_form.html", {"form": form, "csrf_token": context.get("csrf_token")})
    )


@register.simple_tag(takes_context=True)
def top_bar(context: Any) -> SafeString:
    """The bar above every page, with the menu of the phone."""
    return context["shell"].top(context.get("search_text") or "", context.get("csrf_token", ""))


class OnceNode(template.Node):
    """See ``once``."""

    def __init__(self, nodelist: template.NodeList) -> None:
        self.nodelist = nodelist
        self.drawn: dict[str | None, str] = {}

    def render(self, context: Any) -> str:
        language = get_language()
        if language not in self.drawn:
            self.drawn[language] = self.nodelist.render(context)
        return self.drawn[language]


@register.tag
def once(parser: Any, token: Any) -> OnceNode:
    """``{% once %}…{% endonce %}``: what is the same on every page of one language is drawn once by each process.

    For words, static files and icons only; nothing of the page, the reader or the request may stand in it.
    """
    nodelist = parser.parse(("endonce",))
    parser.delete_first_token()
    return OnceNode(nodelist)


@register.simple_tag(takes_context=True, name="list")
def list_(context: Any, **panel_words: Any) -> SafeString:
    """The list of a list page (``listing.render`` puts it into the context as ``list_page``)."""
    page = context["list_page"]
    body = render_to_string("webkit/_list.html", {"page": page, "csrf_token": context.get("csrf_token")})
    if not panel_words:
        return format_html('<section class="pan">{}</section>', mark_safe(body))
    return panel(body, panel_words.pop("title"), **panel_words)


@register.simple_tag(takes_context=True)
def query(context: Any, **changes: Any) -> str:
    """This page's address with some parameters changed; None takes one out."""
    request = context["request"]
    parameters: QueryDict = request.GET.copy()
    for name, value in changes.items():
        if value is None:
            parameters.pop(name, None)
        else:
            parameters[name] = str(value)
    encoded = parameters.urlencode()
    return f"?{encoded}" if encoded else request.path


@register.simple_tag
def sort_head(page: Any, name: str) -> SafeString:
    """The head of a sortable column of a list page: a link that sorts, with its triangle."""
    return page.head(name)


# --- drawings --------------------------------------------------------------------------------------------------------


@register.simple_tag
def zone_map(features: Iterable[maps.Feature], label: Any = "", css: str = "") -> SafeString:
    """The schematic map of a zone as one SVG that needs no script."""
    return maps.draw(list(features), str(label) or gettext("Schematic map of the zone"), css)


@register.simple_tag
def live_map(features: Iterable[maps.Feature], label: Any = "") -> SafeString:
    """The schematic map, with a button that lets it zoom and move (``map.js``), and a table of the same things."""
    shown = list(features)
    svg = zone_map(shown, label)
    if not svg:
        return svg
    return mark_safe(render_to_string("webkit/_map.html", {"svg": svg, "rows": maps.rows(shown)}))


@register.simple_tag
def chart(id: str, spec: Any, table: Any = None, height: int = 200, download: str = "") -> SafeString:
    """A chart drawn from data beside it, and the table that holds the same figures."""
    return mark_safe(
        render_to_string(
            "webkit/chart.html",
            {
                "id": id,
                "spec": spec.spec if hasattr(spec, "spec") else spec,
                "table": table if table is not None else getattr(spec, "table", None),
                "height": height,
                "id_data": f"{id}-data",
                "download": download,
            },
        )
    )


@register.simple_tag
def timeline(data: Any) -> SafeString:
    """Plan above, actual below, on one axis of days."""
    return mark_safe(render_to_string("webkit/timeline.html", {"line": data.laid_out()}))


@register.simple_tag(takes_context=True)
def progress(context: Any, run: Any, url: str = "", cancel_url: str = "") -> SafeString:
    """How far a long task is; asks again by itself while it runs."""
    return mark_safe(
        render_to_string(
            "webkit/progress.html",
            {
                "csrf_token": context.get("csrf_token"),
                "run": run,
                "url": url,
                "cancel_url": cancel_url,
                "share": words.percent_of(run.done, run.total) if run.total else None,
                "is_running": run.stage in ("waiting", "running"),
            },
        )
    )


@register.filter
def as_percent_of(part: Decimal | int, whole: Decimal | int) -> int:
    """Whole percent, for ``style="--d:…"``."""
    return words.percent_of(part, whole)


@register.filter
def month(value: date) -> str:
    """The month of a day, as it heads a calendar."""
    return words.month(value)


@register.filter
def iso(value: date | datetime | None) -> str:
    """For the datetime attribute of <time>."""
    return value.isoformat() if value else ""


@register.simple_tag
def now_text() -> str:
    """This moment in full, for the foot of printed pages."""
    now = clock.now()
    return f"{day(clock.local(now).date(), 'year')} {clock_time(now)}"


@register.simple_tag
def today() -> date:
    """The day it is, by the one clock."""
    return clock.today()


@register.simple_tag(takes_context=True)
def notes(context: Any, record: Any) -> SafeString:
    """The thread of a record, with a box for one's own side and another that both sides read."""
    from shanhai.webkit import threads

    return mark_safe(
        render_to_string(
            "webkit/_notes.html", threads.thread_of(context["request"], record), context["request"]
        )
    )


@register.simple_tag(takes_context=True)
def who_sees(context: Any, record: Any) -> SafeString:
    """Who sees a record, and what its own side may do about it."""
    from shanhai.webkit import threads

    return mark_safe(
        render_to_string(
            "webkit/_who_sees.html", threads.readers_of(context["request"], record), context["request"]
        )
    )


@register.simple_tag(takes_context=True)
def watch(context: Any, record: Any) -> SafeString:
    """The button by which the reader follows a record, or does so no longer; who of the own side follows it."""
    from shanhai.webkit import threads

    return mark_safe(
        render_to_string(
            "webkit/_watch.html", threads.watching(context["request"], record), context["request"]
        )
    )


@register.simple_tag(takes_context=True)
def record_panels(context: Any, record: Any, place: str = "record") -> SafeString:
    """What fields show beside a record, for pages that say by themselves who sees it; or at another place of its page."""
    from shanhai.webkit import threads

    return mark_safe("".join(threads.panels_of(context["request"], record, place)))
