"""``shanhai approval simulate``: how long cases would take; from a profile or a catalogue in a file, without a database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from shanhai.core.cli import start_django
from shanhai.fields.approval.cli import choices
from shanhai.fields.approval.cli.logs import print_json, tell_reasons
from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.webkit.commands import AsJson, Part, show_whole

if TYPE_CHECKING:
    from shanhai.planners.review_simulation import ReviewSimulation
    from shanhai.planners.review_work import CaseKind

_NO_LEVER = ("off", "none", "")


def add_to(app: typer.Typer) -> None:
    """The command of this module."""
    app.command("simulate")(simulate)


def simulate(
    cases: Annotated[int, typer.Option("--cases", metavar="N", help="How many cases are counted.")] = 1000,
    mode: Annotated[str, typer.Option("--mode", metavar="joint|serial")] = "joint",
    order: Annotated[
        str, typer.Option("--order", metavar="fifo|slack", help="What a reviewer takes first.")
    ] = "fifo",
    reviewers: Annotated[
        int, typer.Option("--reviewers", metavar="R", help="Reviewers of each department.")
    ] = 3,
    load: Annotated[
        float, typer.Option("--load", metavar="L", help="Of the busiest department; 0.7 is 70 %.")
    ] = 0.7,
    levers: Annotated[
        str,
        typer.Option(
            "--levers", metavar="on|off|NAMES", help="Or some of deferred,commitment,regional,abolished."
        ),
    ] = "off",
    seed: Annotated[int, typer.Option("--seed", metavar="S", help="The same seed draws the same cases.")] = 0,
    profile: Annotated[
        str, typer.Option("--profile", metavar="NAME", help="A shipped regime.")
    ] = "zhejiang-90",
    catalogue: Annotated[
        str, typer.Option("--catalogue", metavar="FILE", help="A catalogue as YAML or JSON instead.")
    ] = "",
    meeting_every: Annotated[
        int, typer.Option("--meeting-every", metavar="DAYS", help="Working days between joint meetings.")
    ] = 0,
    hours: Annotated[float, typer.Option("--hours", help="Working hours of a reviewer's day.")] = 8.0,
    other_hours: Annotated[
        float, typer.Option("--other-hours", help="Hours of it that other duties take.")
    ] = 2.0,
    as_json: AsJson = False,
) -> None:
    """How long cases would take with so many reviewers; simulated from assumptions, which it states."""
    from shanhai.planners.review_simulation import MODES, ORDERS, Assumptions, Staff, simulate_review
    from shanhai.planners.review_work import departments_of

    choices.check("--mode", mode, MODES)
    choices.check("--order", order, ORDERS)
    kinds = _kinds(profile, catalogue)
    found = simulate_review(
        kinds,
        cases=cases,
        mode=mode,  # type: ignore[arg-type]
        order=order,  # type: ignore[arg-type]
        reviewers=reviewers,
        load=load,
        staff={one: Staff(reviewers, hours, other_hours) for one in departments_of(kinds)},
        levers=_levers(levers),
        seed=seed,
        assumptions=Assumptions(meeting_every=meeting_every),
    )
    if as_json:
        print_json(as_plain(found))
        return
    _show(found)
    tell_reasons(found.assumptions)


def as_plain(found: ReviewSimulation) -> dict[str, Any]:
    """A simulation for programs."""
    lead, bound = found.lead_wd, found.bound_wd
    return {
        "lead_wd": {"mean": lead.mean, "median": lead.median, "p90": lead.p90, "ci95": _pair(lead.ci95)},
        "bound_wd": {"mean": bound.mean, "ci95": _pair(bound.ci95)},
        "late_share": found.late_share,
        "cases": found.cases,
        "replications": len(found.replications),
        "simulated": True,
        "assumptions": [str(one) for one in found.assumptions],
    }


def _pair(interval: tuple[float, float] | None) -> list[float] | None:
    return None if interval is None else list(interval)


def _levers(said: str) -> tuple[str, ...]:
    from shanhai.planners.review_work import LEVERS

    if said == "on":
        return LEVERS
    if said in _NO_LEVER:
        return ()
    names = tuple(one.strip() for one in said.split(","))
    for one in names:
        choices.check("--levers", one, ("on", "off", *LEVERS))
    return names


def _kinds(profile: str, catalogue: str) -> tuple[CaseKind, ...]:
    from shanhai.core.cli.files import read_text
    from shanhai.fields.approval.rules import profiles
    from shanhai.fields.approval.rules.catalogue import from_plain
    from shanhai.fields.approval.rules.documents import plain_of
    from shanhai.fields.approval.rules.workload import kinds_of

    asked = from_plain(plain_of(read_text(catalogue))) if catalogue else profiles.profile(profile)
    kinds = kinds_of(asked)
    if not kinds:
        raise BadInput(
            "approval.nothing_to_simulate",
            gettext_noop(
                "The catalogue asks nothing of any typical project. Give one with items that apply."
            ),
        )
    return kinds


def _show(found: ReviewSimulation) -> None:
    start_django()
    from django.utils.translation import gettext as _

    lead, bound = found.lead_wd, found.bound_wd
    facts = {
        "cases": found.cases,
        "mean": _days(lead.mean),
        "ci95": None if lead.ci95 is None else f"{_days(lead.ci95[0])} – {_days(lead.ci95[1])}",
        "median": _days(lead.median),
        "p90": _days(lead.p90),
        "bound": _days(bound.mean),
        "late": f"{found.late_share:.1%}",
    }
    headings = {
        "cases": _("Simulated cases"),
        "mean": _("Working days, mean"),
        "ci95": _("95 % interval of the mean"),
        "median": _("Working days, median"),
        "p90": _("Working days of nine in ten, at most"),
        "bound": _("Longest path without a queue, mean"),
        "late": _("Later than promised"),
    }
    loads = Part(
        "loads",
        _("Load of each department"),
        [
            {"department": name, "load": f"{load:.0%}"}
            for name, load in sorted(found.loads.items(), key=lambda one: -one[1])
        ],
        {"department": _("Department"), "load": _("Load")},
        ("load",),
    )
    show_whole(facts, headings, [loads])


def _days(days: float) -> str:
    return f"{days:.1f}"
