"""Orders that an office declares: which step must come before which, whatever a log shows."""

from __future__ import annotations

import csv
from collections.abc import Iterable

from shanhai.kernel.refusals import BadInput, gettext_noop

_YES = {"", "yes", "y", "true", "1", "是", "需要"}
_NO = {"no", "n", "false", "0", "否", "不需要"}


def read_orders(lines: Iterable[str]) -> dict[tuple[str, str], bool]:
    """Read declared orders: lines of ``before,after`` or ``before,after,yes|no``; a first line of headings may stand above.

    Parameters
    ----------
    lines
        CSV, empty lines and lines that begin with ``#`` aside. No third cell means yes.

    Returns
    -------
    dict
        (before, after) to whether the order is needed; of a pair that stands twice the last line counts.

    Raises
    ------
    BadInput
        A line has no two steps, the same step twice, or neither yes nor no; or needed orders go in a circle. The sentence
        names the line, or the circle.

    Examples
    --------
    >>> read_orders(["before,after,needed", "site,permit", "water,permit,no"])
    {('site', 'permit'): True, ('water', 'permit'): False}
    """
    found: dict[tuple[str, str], bool] = {}
    kept = (line for line in lines if not line.startswith("#"))
    for number, row in enumerate(csv.reader(kept), 1):
        cells = [cell.strip().lstrip("\ufeff") for cell in row]
        if not any(cells) or (number == 1 and cells[0].casefold() in ("before", "前", "前置", "先")):
            continue
        word = cells[2].casefold() if len(cells) > 2 else ""
        if len(cells) < 2 or not cells[0] or not cells[1] or cells[0] == cells[1] or word not in _YES | _NO:
            raise BadInput(
                "orders.no_order",
                gettext_noop(
                    "Line {line} says “{text}”, which is no order. Write before,after or before,after,no."
                ),
                line=number,
                text=",".join(row),
            )
        found[cells[0], cells[1]] = word in _YES
    circle = _circle([pair for pair, is_needed in found.items() if is_needed])
    if circle:
        raise BadInput(
            "orders.circle",
            gettext_noop("The orders go in a circle: {path}. Take one of them out."),
            path=" → ".join(circle),
        )
    return found


def _circle(pairs: list[tuple[str, str]]) -> list[str]:
    """One circle of pairs, its first step also at its end; empty where there is none."""
    after: dict[str, list[str]] = {}
    for first, second in pairs:
        after.setdefault(first, []).append(second)
    is_done: set[str] = set()
    for start in after:
        path, waiting = [start], [iter(after[start])]
        while waiting and start not in is_done:
            step = next(waiting[-1], None)
            if step is None:
                is_done.add(path.pop())
                waiting.pop()
            elif step in path:
                return [*path[path.index(step) :], step]
            elif step not in is_done:
                path.append(step)
                waiting.append(iter(after.get(step, ())))
    return []
