"""``shanhai approval forecast``: when the open cases of a log will be done, from a plain file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from shanhai.core.cli import start_django
from shanhai.fields.approval.cli.logs import Activity, Case, Log, Time, as_file, print_json, tell_reasons
from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.webkit.commands import AsJson, Part, show_whole

if TYPE_CHECKING:
    from datetime import datetime

    from shanhai.planners.completion import CaseForecast, Completion

_MOST_ROWS = 40


def add_to(app: typer.Typer) -> None:
    """The command of this module."""
    app.command("forecast")(forecast)


def forecast(
    log: Log,
    ends: Annotated[
        list[str] | None,
        typer.Option("--end", metavar="ACTIVITY", help="What closes a case; may be repeated."),
    ] = None,
    at: Annotated[
        str, typer.Option("--at", metavar="TIME", help="Moment of the forecast; the last event by default.")
    ] = "",
    due_days: Annotated[
        float,
        typer.Option("--due-days", metavar="DAYS", help="Days from its first event in which a case is due."),
    ] = 0.0,
    coverage: Annotated[
        float, typer.Option("--coverage", metavar="SHARE", help="Of cases that the intervals should hold.")
    ] = 0.8,
    case: Case = "",
    activity: Activity = "",
    time: Time = "",
    as_json: AsJson = False,
) -> None:
    """When the open cases of a log will be done: an interval each, the risk of being late, and how often such intervals held."""
    from shanhai.planners.completion import forecast_completion
    from shanhai.planners.logs import read_log

    moment = _moment(at) if at else None
    with as_file(log) as path:
        found = read_log(path, case=case, activity=activity, time=time)
    tell_reasons(found.unread)
    answer = forecast_completion(
        found, ends=ends or (), at=moment, due_days=due_days or None, coverage=coverage
    )
    tell_reasons(answer.notes)
    if as_json:
        print_json(as_plain(answer))
    else:
        _show(answer)


def as_plain(answer: Completion) -> dict[str, Any]:
    """A forecast for programs; times in UTC."""
    tested = answer.tested
    return {
        "at": answer.at.isoformat(),
        "open": len(answer.cases),
        "closed": answer.closed,
        "tested": {
            "nominal": tested.nominal,
            "held": tested.held,
            "n": tested.n,
            "unknown": tested.unknown,
            "width_days": tested.width_days,
        },
        "cases": [
            {
                "case": one.case,
                "last": one.last,
                "since": one.since.isoformat(),
                **{name: _text(getattr(one, name)) for name in ("low", "median", "high")},
                "risk": one.risk,
                "n": one.n,
                "basis": one.basis,
            }
            for one in answer.cases
        ],
    }


def _text(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _moment(text: str) -> datetime:
    from shanhai.planners.logs.stamps import read_stamp

    found = read_stamp(text)
    if found is None:
        raise BadInput(
            "approval.no_moment",
            gettext_noop("“{text}” is no time. Write it like 2023-09-18 or 2023-09-18T09:00."),
            text=text[:40],
        )
    return found


def _show(answer: Completion) -> None:
    start_django()
    from django.utils.translation import gettext as _

    tested = answer.tested
    facts = {
        "at": _day(answer.at),
        "open": len(answer.cases),
        "closed": answer.closed,
        "nominal": f"{tested.nominal:.0%}",
        "held": None if tested.held is None else f"{tested.held:.1%}",
        "n": tested.n,
    }
    headings = {
        "at": _("As of"),
        "open": _("Open cases"),
        "closed": _("Closed cases"),
        "nominal": _("Intervals should hold"),
        "held": _("Intervals held, tested at earlier moments"),
        "n": _("Forecasts tested"),
    }
    shown = sorted(answer.cases, key=lambda one: (-(one.risk or 0), one.since))[:_MOST_ROWS]
    columns = {
        "case": _("Case"),
        "last": _("Last step"),
        "since": _("Since"),
        "low": _("Not before"),
        "median": _("Half by"),
        "high": _("Not after"),
        "risk": _("Risk of being late"),
    }
    if all(one.risk is None for one in shown):
        del columns["risk"]
    show_whole(
        facts, headings, [Part("cases", _("Open cases"), [_row(one) for one in shown], columns, ("risk",))]
    )


def _row(one: CaseForecast) -> dict[str, Any]:
    ends = {name: _day(getattr(one, name)) for name in ("since", "low", "median", "high")}
    risk = None if one.risk is None else f"{one.risk:.0%}"
    return {"case": one.case, "last": one.last, **ends, "risk": risk}


def _day(at: datetime | None) -> str | None:
    return None if at is None else f"{at:%Y-%m-%d}"
