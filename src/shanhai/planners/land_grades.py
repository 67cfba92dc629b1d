"""How well enterprises use their land: a score of six ratios, or of two below scale, and the grades A to D (亩均论英雄)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from math import ceil, fsum, inf, isfinite
from statistics import fmean

from shanhai.kernel.reasons import Reason, because
from shanhai.kernel.refusals import BadInput, gettext_noop

GRADES = ("A", "B", "C", "D")
# Points that each ratio has at its benchmark, as Huangyan published them.
ABOVE_SCALE = {
    "tax_per_mu": 30,
    "value_added_per_mu": 20,
    "value_added_per_tce": 20,
    "value_added_per_emission": 10,
    "labour_productivity": 10,
    "rd_intensity": 10,
}
BELOW_SCALE = {"tax_per_mu": 50, "tax_per_kwh": 50}
EMISSION = "value_added_per_emission"
# Of those graded: floor, floor, the rest, ceiling.
QUOTAS = (Fraction(20, 100), Fraction(30, 100), Fraction(45, 100), Fraction(5, 100))
CAP = 1.5
_DIGITS = 4


@dataclass(frozen=True, slots=True)
class LandYear:
    """What an enterprise made of its land in a year.

    ``ratios`` by name of the formula; money in 10,000 yuan, land in mu, energy in tonnes of coal equivalent. Emissions may be
    left out, the rest may not. Members of one ``group`` share a grade; ``land_mu`` weighs them. ``pool`` is what is graded by
    itself: craft and logistics have pools of their own, and those below scale always do.
    """

    enterprise: str
    ratios: Mapping[str, float]
    is_above_scale: bool = True
    group: str = ""
    land_mu: float = 1.0
    pool: str = ""
    exempt: str = ""  # why it is not graded: a public utility, less than two years in production
    veto: str = ""  # what makes it D whatever it scores


@dataclass(frozen=True, slots=True)
class LandScheme:
    """The figures of a year by which grades are given.

    Attributes
    ----------
    above, below
        Benchmarks by ratio, above 0.
    cap
        How many times its points an item may bring at most; None for no cap.
    quotas
        Shares of A to D, adding up to 1; None to grade by ``bands``.
    bands
        The lowest scores of A, B and C.
    """

    above: Mapping[str, float]
    below: Mapping[str, float] = field(default_factory=dict)
    cap: float | None = CAP
    quotas: tuple[Fraction, Fraction, Fraction, Fraction] | None = QUOTAS
    bands: tuple[float, float, float] = (100.0, 80.0, 60.0)


@dataclass(frozen=True, slots=True)
class LandGrade:
    """An enterprise's score with the points of each item, in the order of the formula, and its grade; None: not graded."""

    enterprise: str
    score: float
    grade: str | None
    items: dict[str, float]
    notes: tuple[Reason, ...] = ()


def grade_land(years: Sequence[LandYear], scheme: LandScheme) -> list[LandGrade]:
    """Score and grade enterprises by what they made of their land.

    An item brings ``ratio / benchmark * points``, nothing where the ratio is negative and at most ``cap`` times its points.
    Who has no figure for emissions gets the mean that the others above scale got for theirs (nothing where nobody has one).
    A group is scored member by member and has the mean of its scores by land; its members share the grade and count as one
    for the quotas.

    **Grades.** In each pool those above and those below scale are ranked apart: by score rounded to four digits, then by the
    tax per mu, then by name. Of n that are graded floor(n a) are A, the next floor(n b) B, the last ceil(n d) D, and the rest
    C. Who has a veto is D and stands outside the ranking; who is exempt is scored and not graded.

    Returns
    -------
    list of LandGrade
        In the order of ``years``.

    Raises
    ------
    BadInput
        ``land_grades.twice``, ``.missing``, ``.number``, ``.land``, ``.benchmark``, ``.quotas``, ``.bands``, ``.cap``,
        ``.group``: a group over two pools or of members some of whom are exempt or vetoed and others not.

    Source
    ------
    Formula, points and benchmarks: Huangyan district, 2021 and 2022, docs/sources.md. Cap, quotas and vetoes are assumed.

    Examples
    --------
    >>> scheme = LandScheme({
    ...     "tax_per_mu": 24.097, "value_added_per_mu": 136.16, "value_added_per_tce": 2.694,
    ...     "value_added_per_emission": 4929.81, "labour_productivity": 18.14, "rd_intensity": 0.0302,
    ... })
    >>> ratios = (30, 150, 3.0, 5000, 20, 0.025)
    >>> (found,) = grade_land([LandYear("Lanjue", dict(zip(scheme.above, ratios)))], scheme)
    >>> round(found.score, 4), round(found.items["tax_per_mu"], 4), found.grade
    (111.0995, 37.349, 'D')
    """
    _check_scheme(scheme, has_below=any(not one.is_above_scale for one in years))
    _check_years(years)
    items = _items(years, scheme)
    _fill_emissions(years, items)
    scores = [sum(its.values()) for its in items]
    merged = _merged(years, scores)
    grades = _grades(years, merged, scheme)
    return [
        LandGrade(one.enterprise, score, grades[n], its, _notes(one, score, own))
        for n, (one, score, own, its) in enumerate(zip(years, merged, scores, items, strict=True))
    ]


# -- scores ------------------------------------------------------------------------------------------------------------


def _items(years: Sequence[LandYear], scheme: LandScheme) -> list[dict[str, float]]:
    cap = inf if scheme.cap is None else scheme.cap
    above, below = (
        [(name, most / marks[name], most * cap) for name, most in points.items() if name in marks]
        for points, marks in ((ABOVE_SCALE, scheme.above), (BELOW_SCALE, scheme.below))
    )
    found = []
    for one in years:
        given = one.ratios
        its = {}
        for name, worth, most in above if one.is_above_scale else below:
            points = given.get(name, 0.0) * worth
            its[name] = 0.0 if points < 0 else points if points < most else most
        found.append(its)
    return found


def _fill_emissions(years: Sequence[LandYear], items: Sequence[dict[str, float]]) -> None:
    """Give those without a figure the mean of those with one."""
    above = [(one, its) for one, its in zip(years, items, strict=True) if one.is_above_scale]
    known = [its[EMISSION] for one, its in above if EMISSION in one.ratios and not one.exempt]
    mean = fmean(known) if known else 0.0
    for one, its in above:
        if EMISSION not in one.ratios:
            its[EMISSION] = mean


def _merged(years: Sequence[LandYear], scores: Sequence[float]) -> list[float]:
    """The scores, in groups the mean by land."""
    groups: dict[str, list[tuple[float, float]]] = {}
    for one, score in zip(years, scores, strict=True):
        if one.group:
            groups.setdefault(one.group, []).append((score * one.land_mu, one.land_mu))
    means = {name: fsum(a for a, _ in parts) / fsum(b for _, b in parts) for name, parts in groups.items()}
    return [means[one.group] if one.group else score for one, score in zip(years, scores, strict=True)]


def _notes(one: LandYear, score: float, own: float) -> tuple[Reason, ...]:
    found: list[Reason] = []
    if one.is_above_scale and EMISSION not in one.ratios:
        found.append(
            because(
                "land_grades.no_emissions",
                gettext_noop("No figure for emissions: the mean of the others counts."),
            )
        )
    if one.group:
        found.append(
            because(
                "land_grades.in_group",
                gettext_noop("Scored {own} by itself; {group} together has {score}."),
                own=round(own, _DIGITS),
                group=one.group,
                score=round(score, _DIGITS),
            )
        )
    if one.exempt:
        found.append(because("land_grades.exempt", gettext_noop("Not graded: {why}."), why=one.exempt))
    elif one.veto:
        found.append(because("land_grades.veto", gettext_noop("D by veto: {why}."), why=one.veto))
    return tuple(found)


# -- grades ------------------------------------------------------------------------------------------------------------


def _grades(years: Sequence[LandYear], scores: Sequence[float], scheme: LandScheme) -> list[str | None]:
    found: list[str | None] = [None if one.exempt else "D" for one in years]
    if scheme.quotas is None:
        for n, one in enumerate(years):
            if not (one.exempt or one.veto):
                found[n] = _by_bands(scores[n], scheme)
        return found
    for ranked in _ranked(years, scores):
        for grade, places in zip(GRADES, _cut(ranked, scheme.quotas), strict=True):
            for n in places:
                found[n] = grade
    return found


def _by_bands(score: float, scheme: LandScheme) -> str:
    rounded = round(score, _DIGITS)
    return GRADES[sum(rounded < low for low in scheme.bands)]


def _ranked(years: Sequence[LandYear], scores: Sequence[float]) -> Iterable[list[list[int]]]:
    """The places of each pool, best first; a group has one rank, that of its best member by tax and name."""
    pools: dict[tuple[str, bool], dict[tuple[str, str], list[int]]] = {}
    scale = _scale_of_groups(years)
    for n, one in enumerate(years):
        if not (one.exempt or one.veto):
            of_scale = scale[one.group] if one.group else one.is_above_scale
            own = ("group", one.group) if one.group else ("one", one.enterprise)
            pools.setdefault((one.pool, of_scale), {}).setdefault(own, []).append(n)

    def rank(places: list[int]) -> tuple[float, float, str]:
        best = min((-years[n].ratios["tax_per_mu"], years[n].enterprise) for n in places)
        return -round(scores[places[0]], _DIGITS), *best

    for _pool, units in sorted(pools.items()):
        yield sorted(units.values(), key=rank)


def _scale_of_groups(years: Iterable[LandYear]) -> dict[str, bool]:
    """A group is above scale where one of it is."""
    found: dict[str, bool] = {}
    for one in years:
        if one.group:
            found[one.group] = found.get(one.group, False) or one.is_above_scale
    return found


def _cut(ranked: list[list[int]], quotas: Sequence[Fraction]) -> list[list[int]]:
    n = len(ranked)
    first, second, last = int(n * quotas[0]), int(n * quotas[1]), ceil(n * quotas[3])
    last = min(last, n - first - second)
    ends = (0, first, first + second, n - last, n)
    return [[place for places in ranked[a:b] for place in places] for a, b in pairwise(ends)]


# -- bad input ---------------------------------------------------------------------------------------------------------


def _check_scheme(scheme: LandScheme, has_below: bool) -> None:
    for name, marks, points in (
        ("above", scheme.above, ABOVE_SCALE),
        ("below", scheme.below, BELOW_SCALE if has_below or scheme.below else {}),
    ):
        wrong = [one for one in points if not (one in marks and isfinite(marks[one]) and marks[one] > 0)]
        if wrong:
            raise BadInput(
                "land_grades.benchmark",
                gettext_noop("Benchmark {ratio} ({scale} scale) is not a number above 0. Give one."),
                ratio=wrong[0],
                scale=name,
            )
    if scheme.cap is not None and not scheme.cap >= 1:
        raise BadInput(
            "land_grades.cap",
            gettext_noop(
                "A cap of {cap} takes points from who reaches the benchmark. Give 1 or more, or none."
            ),
            cap=scheme.cap,
        )
    if scheme.quotas is not None and (min(scheme.quotas) < 0 or sum(scheme.quotas) != 1):
        raise BadInput(
            "land_grades.quotas",
            gettext_noop("The shares of A to D add up to {sum}. Make them 1."),
            sum=str(sum(scheme.quotas)),
        )
    if not scheme.bands[0] > scheme.bands[1] > scheme.bands[2]:
        raise BadInput(
            "land_grades.bands", gettext_noop("The lowest scores of A, B and C must fall. Put them in order.")
        )


def _check_years(years: Sequence[LandYear]) -> None:
    seen: set[str] = set()
    groups: dict[str, tuple[str, bool, bool]] = {}
    for one in years:
        if one.enterprise in seen:
            raise BadInput(
                "land_grades.twice",
                gettext_noop("{enterprise} stands twice. Give each enterprise once a year."),
                enterprise=one.enterprise,
            )
        seen.add(one.enterprise)
        _check_ratios(one)
        kind = (one.pool, bool(one.exempt), bool(one.veto))
        if one.group and groups.setdefault(one.group, kind) != kind:
            raise BadInput(
                "land_grades.group",
                gettext_noop(
                    "{enterprise} is graded in another way than others of {group}. Give all of a group one pool, and "
                    "exempt or veto all of it or none."
                ),
                enterprise=one.enterprise,
                group=one.group,
            )


def _check_ratios(one: LandYear) -> None:
    given = one.ratios
    for name in ABOVE_SCALE if one.is_above_scale else BELOW_SCALE:
        if name in given:
            if not isfinite(given[name]):
                raise BadInput(
                    "land_grades.number",
                    gettext_noop("{ratio} of {enterprise} is {value}. Give a number."),
                    ratio=name,
                    enterprise=one.enterprise,
                    value=str(given[name]),
                )
        elif name != EMISSION:
            raise BadInput(
                "land_grades.missing",
                gettext_noop("{enterprise} has no {ratio}. Give the figure, or exempt the enterprise."),
                enterprise=one.enterprise,
                ratio=name,
            )
    if not 0 < one.land_mu < inf:
        raise BadInput(
            "land_grades.land",
            gettext_noop("{enterprise} has {land} mu. Give its land in mu, above 0."),
            enterprise=one.enterprise,
            land=one.land_mu,
        )
