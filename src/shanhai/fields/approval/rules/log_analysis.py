"""What a log of approvals tells, as plain data for pages and programs: how cases ran, and what joint review would have taken.

Runs in a child process without Django: the log of a file may be as large as the house lets in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from shanhai.kernel.reasons import Reason
from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.planners.flow import Durations, Flow, mine_flow
from shanhai.planners.logs import EventLog, read_log
from shanhai.planners.orders import read_orders
from shanhai.planners.potential import Potential, review_potential

# What a page shows and a row keeps; the command line tells all.
MOST_FOLLOWS, MOST_STEPS, MOST_RULES, MOST_GAINS, MOST_PATHS = 400, 100, 300, 40, 10
MOST_ORDERS_BYTES = 200_000
_LONGEST = 12  # steps of a path that are told


@dataclass(frozen=True, slots=True)
class Rule:
    """By which orders of steps joint review is reckoned."""

    declared: tuple[tuple[str, str, bool], ...] = ()
    only_declared: bool = False
    free_from: float = 0.0


def check_share(free_from: float) -> None:
    """The share of cases against an order that still counts as needed.

    Raises
    ------
    BadInput
        ``approval.order_share``
    """
    if not 0 <= free_from < 1:
        raise BadInput(
            "approval.order_share",
            gettext_noop(
                "An order counts as needed up to a share of cases against it; {share} is none. Give 0 or more and less than 1."
            ),
            share=free_from,
            field="free_from",
        )


def orders_in(text: str) -> tuple[tuple[str, str, bool], ...]:
    """Declared orders of a file: lines of ``before,after`` or ``before,after,no``."""
    return tuple(
        (before, after, needed) for (before, after), needed in read_orders(text.splitlines()).items()
    )


def analyse_file(
    path: str,
    columns: tuple[str, str, str],
    rule: Rule,
    on_progress: Callable[[int, int | None], None] | None = None,
) -> dict[str, Any]:
    """Read a log and tell what it says; for ``core.heavy.run_in_child``.

    Parameters
    ----------
    columns
        Names of case, activity and time in the file; empty for the usual ones.

    Raises
    ------
    BadInput
        What ``read_log`` refuses, with the line where there is one.
    """
    tell = on_progress or (lambda done, total: None)
    tell(0, 3)
    case, activity, time = columns
    log = read_log(path, case=case, activity=activity, time=time)
    tell(1, 3)
    return analyse(log, rule, tell)


def analyse(
    log: EventLog, rule: Rule, tell: Callable[[int, int | None], None] = lambda done, total: None
) -> dict[str, Any]:
    """What a log says: paths, what follows what, where time goes; and what joint review would have taken, or why not told."""
    found = _flow(mine_flow(log))
    tell(2, 3)
    found["unread"] = [_reason(one) for one in log.unread]
    try:
        found["potential"] = _potential(_joint(log, rule))
        found["no_potential"] = None
    except BadInput as refused:
        found["potential"] = None
        found["no_potential"] = {"sentence": refused.sentence, "facts": _plain(refused.facts)}
    tell(3, 3)
    return found


def _joint(log: EventLog, rule: Rule) -> Potential:
    declared = {(before, after): needed for before, after, needed in rule.declared}
    return review_potential(
        log, declared=declared, only_declared=rule.only_declared, free_from=rule.free_from
    )


def _reason(one: Reason) -> dict[str, Any]:
    return {"sentence": one.sentence, "facts": _plain(dict(one.facts))}


def _plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: one if isinstance(one, int | str) else str(one) for name, one in facts.items()}


def _took(one: Durations | None) -> dict[str, Any] | None:
    return None if one is None else asdict(one)


def _flow(flow: Flow) -> dict[str, Any]:
    return {
        "cases": flow.cases,
        "events": flow.events,
        "activities": flow.activities,
        "variants": flow.variants,
        "lead_time": _took(flow.lead_time),
        "reworked_cases": flow.reworked_cases,
        "working_share": flow.working_share,
        "steps": [
            {"name": one.name, "events": one.events, "cases": one.cases, "repeats": one.repeats, "since_s": one.since_s,
             "waiting": _took(one.waiting), "working": _took(one.working)}
            for one in flow.steps[:MOST_STEPS]
        ],
        "directly_follows": [_follow(one) for one in flow.directly_follows[:MOST_FOLLOWS]],
        "n_follows": len(flow.directly_follows),
        "bottlenecks": [_follow(one) for one in flow.bottlenecks],
        "paths": [
            {"cases": one.cases, "activities": list(one.activities[:_LONGEST]), "length": len(one.activities)}
            for one in flow.common_variants[:MOST_PATHS]
        ],
    }  # fmt: skip


def _follow(one: Any) -> dict[str, Any]:
    return {
        "from": one.before,
        "to": one.after,
        "count": one.count,
        "mean_s": one.took.mean_s,
        "median_s": one.took.median_s,
        "p90_s": one.took.p90_s,
        "total_s": one.total_s,
    }


def _potential(found: Potential) -> dict[str, Any]:
    return {
        "cases": len(found.cases),
        "median_s_now": found.median_s_now,
        "median_s_joint": found.median_s_joint,
        "median_s_bound": found.median_s_bound,
        "cut": found.cut,
        "cut_of_means": found.cut_of_means,
        "gains": [asdict(one) for one in found.gains[:MOST_GAINS]],
        "order_rules": [asdict(one) for one in found.order_rules[:MOST_RULES]],
        "n_rules": len(found.order_rules),
        "notes": [_reason(one) for one in found.notes],
    }
