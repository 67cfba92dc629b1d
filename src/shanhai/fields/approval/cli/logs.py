"""``shanhai approval analyse|potential|late``: what a log of approvals tells, from plain files.

With ``--json`` these run without Django: a million events take less memory than the site itself.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from shanhai.core.cli import language, start_django
from shanhai.core.cli.files import STANDARD, read_text
from shanhai.fields.approval.cli.choices import check
from shanhai.kernel.reasons import Reason
from shanhai.webkit.commands import AsJson, Part, remark, show_whole

if TYPE_CHECKING:
    from shanhai.planners.flow import Flow, Follow, Step
    from shanhai.planners.potential import Potential

Log = Annotated[
    str, typer.Argument(metavar="LOG", help="XES, CSV, Parquet or OCEL 2.0; gzip too; - reads it.")
]
Case = Annotated[
    str, typer.Option("--case", metavar="NAME", help="Column or attribute of the case; OCEL: object type.")
]
Activity = Annotated[
    str, typer.Option("--activity", metavar="NAME", help="Column or attribute of the activity.")
]
Time = Annotated[str, typer.Option("--time", metavar="NAME", help="Column or attribute of the time.")]
Said = Callable[[float], str]
_LEVELS = ("case", "event")
_MOST_ROWS = 20


def add_to(app: typer.Typer) -> None:
    """The commands of this module."""
    app.command("analyse")(analyse)
    app.command("potential")(potential)
    app.command("late")(late)


def analyse(
    log: Annotated[
        str,
        typer.Argument(
            metavar="[LOG]", help="XES, CSV, Parquet or OCEL 2.0; gzip too; - reads it. None with --own."
        ),
    ] = "",
    case: Case = "",
    activity: Activity = "",
    time: Time = "",
    own: Annotated[
        bool, typer.Option("--own", help="The closed cases of this zone, from its database.")
    ] = False,
    pairing: Annotated[str, typer.Option("--pairing", metavar="CODE", help="With --own: the pairing.")] = "",
    catalogue: Annotated[
        str, typer.Option("--catalogue", metavar="CODE", help="With --own: that of most, if left out.")
    ] = "",
    mode: Annotated[
        str, typer.Option("--mode", metavar="joint|serial", help="With --own: both, if left out.")
    ] = "",
    days: Annotated[
        str, typer.Option("--days", metavar="working|calendar", help="With --own: in which days it counts.")
    ] = "working",
    as_json: AsJson = False,
) -> None:
    """How the cases of a log ran: paths, what follows what and how long it takes, where time goes."""
    from shanhai.planners.flow import mine_flow
    from shanhai.planners.logs import read_log

    if own == bool(log):
        raise typer.BadParameter("Name a log, or say --own.", param_hint="LOG")
    if own:
        check("--mode", mode, ("", "joint", "serial"))
        check("--days", days, ("working", "calendar"))
        _analyse_own(pairing, catalogue, mode, days, as_json)
        return
    with as_file(log) as path:
        found = read_log(path, case=case, activity=activity, time=time)
    tell_reasons(found.unread)
    flow = mine_flow(found)
    if as_json:
        print_json(_flow_as_json(flow))
    else:
        _show_flow(flow, in_units)


def _analyse_own(pairing: str, catalogue: str, mode: str, days: str, as_json: bool) -> None:
    """What the page of the analysis shows, of the same cases."""
    start_django()
    from django.utils.translation import gettext as _

    from shanhai.fields.approval.queries import analyses
    from shanhai.fields.office.cli import shared
    from shanhai.planners.flow import mine_flow

    reader = shared.reader("approval.view_analysis")
    wanted = analyses.OwnWanted(catalogue, mode, days)
    found = analyses.own_log(reader, shared.pairing_of(pairing), wanted)
    if not found.cases:
        remark(_("No case of this kind has closed yet."))
        if as_json:
            print_json({"cases": 0, "catalogue": found.catalogue, "days": days})
        return
    if found.is_cut_off:
        remark(_("Only the latest {n} cases are told.").format(n=len(found.cases)))
    flow = mine_flow(found.log)
    if as_json:
        print_json(_flow_as_json(flow) | {"catalogue": found.catalogue, "days": days})
    else:
        _show_flow(flow, in_working_days if days == analyses.WORKING else in_units)


def potential(
    log: Log,
    case: Case = "",
    activity: Activity = "",
    time: Time = "",
    orders: Annotated[
        str,
        typer.Option(
            "--orders", metavar="FILE", help="Declared orders: lines of before,after or before,after,no."
        ),
    ] = "",
    only_orders: Annotated[
        bool, typer.Option("--only-orders", help="Only declared orders count; the log gives none.")
    ] = False,
    reversed_up_to: Annotated[
        float,
        typer.Option(
            "--reversed-up-to", metavar="SHARE", help="Share of cases against an order that still needs it."
        ),
    ] = 0.0,
    repeats_move: Annotated[
        bool, typer.Option("--repeats-move", help="A step done again need not wait for all before it.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """What joint review would have saved: which steps had to wait for one another, and which only did by habit."""
    from shanhai.planners.logs import read_log
    from shanhai.planners.orders import read_orders
    from shanhai.planners.potential import review_potential

    declared = read_orders(read_text(orders).splitlines()) if orders else {}
    with as_file(log) as path:
        found = read_log(path, case=case, activity=activity, time=time)
    tell_reasons(found.unread)
    answer = review_potential(
        found,
        declared=declared,
        only_declared=only_orders,
        free_from=reversed_up_to,
        repeats_move=repeats_move,
    )
    tell_reasons(answer.notes)
    if as_json:
        print_json(_potential_as_json(answer))
    else:
        _show_potential(answer)


def late(
    log: Log,
    due: Annotated[str, typer.Option("--due", metavar="ATTRIBUTE", help="When it was due.")],
    done: Annotated[str, typer.Option("--done", metavar="ATTRIBUTE", help="When it was done.")],
    level: Annotated[str, typer.Option("--level", metavar="case|event", help="Whose attributes these are.")],
    end_of_day: Annotated[
        bool, typer.Option("--end-of-day", help="A day without a time is the end of that day.")
    ] = False,
    case: Case = "",
    as_json: AsJson = False,
) -> None:
    """How many records that carry a due and a done time were done after it, by local times as they are written."""
    from shanhai.planners.logs import count_late

    if level not in _LEVELS:
        raise typer.BadParameter(f"{level!r} is none of {', '.join(_LEVELS)}.", param_hint="--level")
    with as_file(log) as path:
        found = count_late(path, due, done, level=level, end_of_day=end_of_day, case=case)  # type: ignore[arg-type]
    tell_reasons(found.unread)
    if as_json:
        print_json({"checked": found.checked, "late": found.late})
        return
    start_django()
    from django.utils.translation import gettext as _

    share = f"{found.late / found.checked:.1%}" if found.checked else None
    facts = {"checked": found.checked, "late": found.late, "share": share}
    show_whole(facts, {"checked": _("With both times"), "late": _("Done late"), "share": _("Share")})


@contextmanager
def as_file(log: str) -> Iterator[Path]:
    """The log as a file; what stands on standard input is laid down for as long as it is read."""
    if log != STANDARD:
        yield Path(log)
        return
    with tempfile.TemporaryDirectory(prefix="shanhai-log-") as folder:
        file = Path(folder, "log")
        with file.open("wb") as held:
            while block := sys.stdin.buffer.read(1 << 20):
                held.write(block)
        yield file


def tell_reasons(reasons: Iterable[Reason]) -> None:
    """Remarks in the language of the terminal; Django is started for those that need a translation."""
    reasons = list(reasons)
    if not reasons:
        return
    translate: Callable[[str], str] = str
    if language() != "en":
        start_django()
        from django.utils.translation import gettext as translate
    for one in reasons:
        remark(one.say(translate))


def print_json(answer: Any) -> None:
    """An answer for programs, without Django."""
    print(json.dumps(answer, ensure_ascii=False, indent=1))


# --- analyse ---------------------------------------------------------------------------------------------------------


def _flow_as_json(flow: Flow) -> dict[str, Any]:
    took = flow.lead_time
    return {
        "cases": flow.cases,
        "events": flow.events,
        "activities": flow.activities,
        "variants": flow.variants,
        "lead_time": {"mean_s": took.mean_s, "median_s": took.median_s, "p90_s": took.p90_s},
        "directly_follows": [
            {
                "from": one.before,
                "to": one.after,
                "count": one.count,
                "mean_s": one.took.mean_s,
                "median_s": one.took.median_s,
            }
            for one in flow.directly_follows
        ],
    }


def _show_flow(flow: Flow, said: Said) -> None:
    start_django()
    from django.utils.translation import gettext as _

    facts = {
        "cases": flow.cases,
        "events": flow.events,
        "activities": flow.activities,
        "variants": flow.variants,
        "reworked": flow.reworked_cases,
        "mean": said(flow.lead_time.mean_s),
        "median": said(flow.lead_time.median_s),
        "p90": said(flow.lead_time.p90_s),
        "working": None if flow.working_share is None else f"{flow.working_share:.1%}",
    }
    headings = {
        "cases": _("Cases"),
        "events": _("Events"),
        "activities": _("Activities"),
        "variants": _("Different paths"),
        "reworked": _("Cases with a step done again"),
        "mean": _("Lead time, mean"),
        "median": _("Lead time, median"),
        "p90": _("Lead time of nine in ten, at most"),
        "working": _("Share of time at work"),
    }
    show_whole(facts, headings, [_steps(flow, said), *_follows(flow, said), _paths(flow)])


def _steps(flow: Flow, said: Said) -> Part:
    from django.utils.translation import gettext as _

    def row(one: Step) -> dict[str, Any]:
        told = {"name": one.name, "events": one.events, "cases": one.cases, "repeats": one.repeats}
        waiting = said(one.waiting.median_s) if one.waiting else None
        working = said(one.working.median_s) if one.working else None
        return told | {"since": said(one.since_s / one.events), "waiting": waiting, "working": working}

    headings = {
        "name": _("Step"),
        "events": _("Events"),
        "cases": _("Cases"),
        "repeats": _("Done again"),
        "since": _("Since the event before, mean"),
    }
    if any(one.working for one in flow.steps):
        headings |= {"waiting": _("Waiting, median"), "working": _("At work, median")}
    title = _title(_("Steps"), len(flow.steps))
    return Part("steps", title, [row(one) for one in flow.steps[:_MOST_ROWS]], headings, _TIMES)


_TIMES = ("since", "waiting", "working", "mean", "median", "p90", "total", "gain", "share")


def _follows(flow: Flow, said: Said) -> Iterator[Part]:
    from django.utils.translation import gettext as _

    def row(one: Follow) -> dict[str, Any]:
        took = {
            "mean": one.took.mean_s,
            "median": one.took.median_s,
            "p90": one.took.p90_s,
            "total": one.total_s,
        }
        told = {"before": one.before, "after": one.after, "count": one.count}
        return told | {name: said(seconds) for name, seconds in took.items()}

    headings = {
        "before": _("Step"),
        "after": _("Next step"),
        "count": _("Times"),
        "mean": _("Mean"),
        "median": _("Median"),
        "p90": _("Nine in ten, at most"),
        "total": _("In all"),
    }
    for name, title, rows in (
        (
            "follows",
            _title(_("What follows what"), len(flow.directly_follows)),
            flow.directly_follows[:_MOST_ROWS],
        ),
        ("bottlenecks", _("Where most time goes"), flow.bottlenecks),
    ):
        yield Part(name, title, [row(one) for one in rows], headings, _TIMES)


def _paths(flow: Flow) -> Part:
    from django.utils.translation import gettext as _

    rows = [
        {
            "cases": one.cases,
            "path": " → ".join(one.activities[:12]) + (" …" if len(one.activities) > 12 else ""),
        }
        for one in flow.common_variants[:10]
    ]
    return Part(
        "paths", _title(_("Paths"), flow.variants, 10), rows, {"cases": _("Cases"), "path": _("Path")}
    )


def _title(words: str, n: int, most: int = _MOST_ROWS) -> str:
    from django.utils.translation import gettext as _

    return (
        words
        if n <= most
        else _("{what} (the first {most} of {n})").format(what=words, most=most, n=f"{n:,}")
    )


# --- potential -------------------------------------------------------------------------------------------------------


def _potential_as_json(found: Potential) -> dict[str, Any]:
    return {
        "cases": len(found.cases),
        "median_s_now": found.median_s_now,
        "median_s_joint": found.median_s_joint,
        "median_s_bound": found.median_s_bound,
        "cut": found.cut,
        "order_rules": [
            {
                "before": one.before,
                "after": one.after,
                "seen": one.seen,
                "reversed": one.reversed,
                "declared": one.declared,
            }
            for one in found.order_rules
        ],
    }


def _show_potential(found: Potential) -> None:
    start_django()
    from django.utils.translation import gettext as _

    facts = {
        "cases": len(found.cases),
        "now": in_units(found.median_s_now),
        "joint": in_units(found.median_s_joint),
        "bound": in_units(found.median_s_bound),
        "cut": f"{found.cut:.1%}",
        "means": f"{found.cut_of_means:.1%}",
        "rules": len(found.order_rules),
    }
    headings = {
        "cases": _("Cases"),
        "now": _("Lead time as it was, median"),
        "joint": _("In joint review, median"),
        "bound": _("No order can beat, median"),
        "cut": _("Cut of the median"),
        "means": _("Cut of the mean"),
        "rules": _("Orders that are needed"),
    }
    gains = Part(
        "gains",
        _title(_("Steps that held others up without need"), len(found.gains)),
        [
            {"name": one.activity, "gain": in_units(one.gain_s), "share": f"{one.share:.1%}"}
            for one in found.gains[:_MOST_ROWS]
        ],
        {"name": _("Step"), "gain": _("Time saved in all"), "share": _("Share of the saving")},
        _TIMES,
    )
    rules = Part(
        "order_rules",
        _title(_("Orders that are needed"), len(found.order_rules)),
        [
            {
                "before": one.before,
                "after": one.after,
                "seen": one.seen,
                "reversed": one.reversed,
                "declared": one.declared,
            }
            for one in found.order_rules[:_MOST_ROWS]
        ],
        {
            "before": _("Step"),
            "after": _("Only then"),
            "seen": _("Cases in this order"),
            "reversed": _("Cases in another order"),
            "declared": _("Declared"),
        },
    )
    show_whole(facts, headings, [gains, rules])


def in_units(seconds: float) -> str:
    """A length of time in the unit in which people say it: minutes, hours or days by the calendar."""
    from django.utils.translation import gettext as _

    for size, sentence in ((86_400, _("{n} days")), (3_600, _("{n} hours")), (60, _("{n} minutes"))):
        if seconds >= size:
            return sentence.format(n=f"{seconds / size:,.1f}")
    return _("{n} seconds").format(n=f"{seconds:.0f}")


def in_working_days(seconds: float) -> str:
    """A length of time that was counted in working days of 24 hours."""
    from django.utils.translation import gettext as _

    return _("{n} wd").format(n=f"{seconds / 86_400:,.1f}")
