"""How cases ran, as a picture: steps in layers, what follows what as lines between them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

# What a reader can take in at once; the table beside the picture has all.
MOST_STEPS = 24
BOX_W, BOX_H, GAP_X, GAP_Y, MARGIN = 168, 40, 22, 52, 26
_VIA_W = 16
_SWEEPS = 8

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Box:
    """A step: its left upper corner in px, and how often it was done."""

    name: str
    x: int
    y: int
    count: int


@dataclass(frozen=True, slots=True)
class Line:
    """That one step came right after another: the points that its line goes through, in px, from first to last."""

    before: str
    after: str
    count: int
    points: tuple[tuple[int, int], ...]
    is_back: bool  # it leads back up
    weight: float  # 0 to 1: its count by the greatest


@dataclass(frozen=True, slots=True)
class FlowPicture:
    """Boxes and lines on a plane of so many px; ``left_out`` lines are too rare to be drawn."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    left_out: int


def draw_flow(steps: Mapping[str, int], follows: Mapping[Pair, int]) -> FlowPicture:
    """Lay a directly-follows graph out from top to bottom.

    The steps done most often are drawn (at most 24, ties by name), each with the line that most often leads to it and from
    it, then the next most frequent lines, twice as many as steps in all. Of lines that go in circles those against the
    greater traffic lead back up. Layers are longest paths; within them steps stand near those that they follow.

    Parameters
    ----------
    steps
        Name to how often it was done, >= 1.
    follows
        (before, after) to how often, >= 1. A step that follows itself is told by its count and not drawn.

    Returns
    -------
    FlowPicture
        The same for the same input.

    Source
    ------
    Layered drawing (Sugiyama, Tagawa, Toda 1981) with barycentres; cycles cut by the order of Eades, Lin and Smyth (1993).

    Examples
    --------
    >>> found = draw_flow({"ask": 3, "sign": 3}, {("ask", "sign"): 3})
    >>> [(one.name, one.y) for one in found.boxes], found.lines[0].count
    ([('ask', 26), ('sign', 118)], 3)
    """
    names = sorted(steps, key=lambda one: (-steps[one], one))[:MOST_STEPS]
    pairs = {pair: n for pair, n in follows.items() if pair[0] != pair[1] and {*pair} <= {*names}}
    drawn = _most(names, pairs)
    place = {name: n for n, name in enumerate(_in_order(names, drawn))}
    forward = {min(pair, pair[::-1], key=lambda one: place[one[0]]) for pair in drawn}
    layer = _layers(names, sorted(forward, key=lambda pair: (place[pair[0]], place[pair[1]])), place)
    rows, chains = _rows(names, drawn, layer, place)
    x = _across(rows, chains)
    width = max([*(x[node] + _width(node) for row in rows for node in row), BOX_W]) + MARGIN
    top = max(drawn.values(), default=1)
    boxes = tuple(Box(name, x[name], _top(layer[name]), steps[name]) for name in names)
    lines = tuple(
        Line(
            *pair,
            drawn[pair],
            _points(pair, chains[pair], x, layer),
            layer[pair[0]] > layer[pair[1]],
            drawn[pair] / top,
        )
        for pair in sorted(drawn, key=lambda one: (drawn[one], one))
    )
    height = _top(max(layer.values(), default=0)) + BOX_H + MARGIN
    return FlowPicture(width, height, boxes, lines, len(pairs) - len(drawn))


def _most(names: Sequence[str], pairs: Mapping[Pair, int]) -> dict[Pair, int]:
    """The lines that are drawn: to and from each step the most frequent one, then the next ones."""
    by_count = sorted(pairs, key=lambda pair: (-pairs[pair], pair))
    found: dict[Pair, int] = {}
    has_in: set[str] = set()
    has_out: set[str] = set()
    for pair in by_count:
        if pair[0] not in has_out or pair[1] not in has_in:
            found[pair] = pairs[pair]
        has_out.add(pair[0])
        has_in.add(pair[1])
    for pair in by_count:
        if len(found) >= 2 * len(names):
            break
        found[pair] = pairs[pair]
    return found


def _in_order(names: Sequence[str], pairs: Mapping[Pair, int]) -> list[str]:
    """Steps so that little traffic goes against their order: sources first, sinks last, else most out less in."""
    left, first, last = set(names), [], []
    while left:
        into: dict[str, int] = dict.fromkeys(left, 0)
        out: dict[str, int] = dict.fromkeys(left, 0)
        for (before, after), n in pairs.items():
            if before in left and after in left:
                out[before] += n
                into[after] += n
        sinks = sorted(one for one in left if not out[one] and into[one])
        if sinks:
            last += sinks
            left -= {*sinks}
            continue
        sources = sorted(one for one in left if not into[one])
        taken = sources or [min(left, key=lambda one: (into[one] - out[one], one))]
        first += taken
        left -= {*taken}
    return first + last[::-1]


def _layers(names: Sequence[str], forward: Sequence[Pair], place: Mapping[str, int]) -> dict[str, int]:
    layer = dict.fromkeys(names, 0)
    before: dict[str, list[str]] = defaultdict(list)
    for one, other in forward:
        before[other].append(one)
    for name in sorted(names, key=place.__getitem__):
        layer[name] = max((layer[one] + 1 for one in before[name]), default=0)
    return layer


def _rows(
    names: Sequence[str], pairs: Mapping[Pair, int], layer: Mapping[str, int], place: Mapping[str, int]
) -> tuple[list[list[str]], dict[Pair, list[str]]]:
    """Each layer as a row of steps and of points that long lines go through; the nodes of each line from top to bottom."""
    rows: list[list[str]] = [[] for _ in range(max(layer.values(), default=0) + 1)]
    for name in sorted(names, key=place.__getitem__):
        rows[layer[name]].append(name)
    chains: dict[Pair, list[str]] = {}
    for n, pair in enumerate(sorted(pairs)):
        top, bottom = sorted(pair, key=layer.__getitem__)
        via = [f"\x00{n}.{row}" for row in range(layer[top] + 1, layer[bottom])]
        for row, node in enumerate(via, layer[top] + 1):
            rows[row].append(node)
        chains[pair] = [top, *via, bottom]
    near: dict[str, list[str]] = defaultdict(list)
    for chain in chains.values():
        for one, other in pairwise(chain):
            near[one].append(other)
            near[other].append(one)
    for sweep in range(_SWEEPS):
        _sweep(rows, near, sweep % 2 == 0)
    return rows, chains


def _sweep(rows: list[list[str]], near: Mapping[str, list[str]], is_down: bool) -> None:
    order = range(1, len(rows)) if is_down else range(len(rows) - 2, -1, -1)
    for n in order:
        fixed = {node: k for k, node in enumerate(rows[n - 1 if is_down else n + 1])}
        at = {node: k for k, node in enumerate(rows[n])}

        def mean(node: str, fixed: dict[str, int] = fixed, at: dict[str, int] = at) -> float:
            held = [fixed[one] for one in near[node] if one in fixed]
            return sum(held) / len(held) if held else float(at[node])

        rows[n].sort(key=lambda node: (mean(node), node))


def _width(node: str) -> int:
    return _VIA_W if node.startswith("\x00") else BOX_W


def _across(rows: Sequence[Sequence[str]], chains: Mapping[Pair, Sequence[str]]) -> dict[str, int]:
    """The left edge of each node: rows are centred on the widest."""
    widths = [sum(map(_width, row)) + GAP_X * (len(row) - 1) for row in rows]
    widest = max(widths, default=BOX_W)
    x: dict[str, int] = {}
    for row, width in zip(rows, widths, strict=True):
        at = MARGIN + (widest - width) // 2
        for node in row:
            x[node] = at
            at += _width(node) + GAP_X
    return x


def _top(layer: int) -> int:
    return MARGIN + layer * (BOX_H + GAP_Y)


def _points(
    pair: Pair, chain: Sequence[str], x: Mapping[str, int], layer: Mapping[str, int]
) -> tuple[tuple[int, int], ...]:
    top = layer[chain[0]]
    found = []
    for n, node in enumerate(chain):
        middle = x[node] + _width(node) // 2
        y = _top(top + n)
        if n == 0:
            found.append((middle, y + BOX_H))
        elif n == len(chain) - 1:
            found.append((middle, y))
        else:
            found += [(middle, y), (middle, y + BOX_H)]
    return tuple(found if pair[0] == chain[0] else found[::-1])
