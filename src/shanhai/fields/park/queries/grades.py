"""Reads of gradings: what a year is graded from, the table, one grade, and who carries out what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from shanhai.core import access, clock, visibility
from shanhai.core.models import Member, Pairing
from shanhai.core.queries.pairings import within
from shanhai.fields.park.models import (
    Appeal,
    Firm,
    FirmGrade,
    GradePolicy,
    GradeRuling,
    GradingRun,
    ScaleSpell,
)
from shanhai.fields.park.queries import figures, firms
from shanhai.fields.park.rules import figures as figure_rules
from shanhai.fields.park.rules import grades as rules
from shanhai.kernel.refusals import BadInput, NotFound, gettext_noop
from shanhai.planners.land_grades import LandYear

Stage = rules.RunStage


def runs_of(member: Member | None, pairing: Pairing) -> QuerySet[GradingRun]:
    """The gradings of a pairing that a member sees, latest year first; enterprises see published ones."""
    rows = GradingRun.objects.filter(zone_id=pairing.zone_id or pairing.pk, pairing_id__in=within(pairing))
    rows = rows.select_related("unit__organisation", "pairing").order_by("-year", "-pk")
    return rows.filter(seen_by(member)) if member is not None else rows


def seen_by(member: Member) -> Q:
    """Offices with a seat see every grading; enterprises those that are published."""
    here = access.standing(member)
    if here.roles & access.SEES_ALL:
        return Q()
    seen = Q(pairing_id__in=list(here.sides))
    if member.unit.organisation.kind in visibility.FIRMS:
        seen &= Q(stage__in=(Stage.PUBLISHED, Stage.FINAL))
    return seen


def sees_appeals(member: Member) -> Q:
    """Whoever sees a grading and an enterprise sees what that objects to its grade."""
    runs = GradingRun.objects.filter(seen_by(member)).values("pk")
    return Q(grade__run__in=runs, grade__firm__in=Firm.objects.filter(firms.seen_by(member)).values("pk"))


def sees(member: Member, run: GradingRun) -> bool:
    """Whether a member sees one: what the list says."""
    return GradingRun.objects.filter(seen_by(member), pk=run.pk).exists()


def run_of(member: Member | None, number: str) -> GradingRun:
    """One grading, for those who see it.

    Raises
    ------
    NotFound
        ``park.no_grading``
    """
    rows = GradingRun.objects.filter(number=number).select_related("unit__organisation", "pairing")
    found = (rows.filter(seen_by(member)) if member is not None else rows).first()
    if found is None:
        raise NotFound(
            "park.no_grading",
            gettext_noop(
                "There is no grading {number} that you may see. Look for it in the list of gradings."
            ),
            number=number[:40],
        )
    return found


def grades_of(member: Member | None, run: GradingRun) -> QuerySet[FirmGrade]:
    """The grades of a grading: once published everybody who sees the run sees all, as the public notice has them."""
    rows = run.grades.select_related("firm__organisation", "firm__cluster")
    if member is not None and member.unit.organisation.kind in visibility.FIRMS and run.stage == Stage.DRAFT:
        return rows.none()
    return rows


def grade_of(run: GradingRun, firm: str) -> FirmGrade:
    """The grade of one enterprise in a grading.

    Raises
    ------
    NotFound
        ``park.no_grade``
    """
    one = (
        run.grades.select_related("firm__organisation", "firm__pairing")
        .filter(firm__organisation__code=firm)
        .first()
    )
    if one is None:
        raise NotFound(
            "park.no_grade",
            gettext_noop("Grading {number} has no enterprise {firm}. Look for it in its table."),
            number=run.number,
            firm=firm[:40],
        )
    one.run = run
    return one


def appeal_of(grade: FirmGrade) -> Appeal:
    """The objection to a grade that is not decided yet.

    Raises
    ------
    NotFound
        ``park.no_appeal``
    """
    one = grade.appeals.filter(stage=rules.AppealStage.OPEN).first()
    if one is None:
        raise NotFound(
            "park.no_appeal",
            gettext_noop("{firm} has no objection that waits for a decision. Look at its grade."),
            firm=grade.firm.name,
        )
    one.grade = grade
    return one


def ruling_of(firm: Firm, year: int, kind: str) -> GradeRuling:
    """What is ruled on an enterprise for a year.

    Raises
    ------
    NotFound
        ``park.no_ruling``
    """
    one = firm.rulings.filter(year=year, kind=kind, withdrawn_on=None).first()
    if one is None:
        raise NotFound(
            "park.no_ruling",
            gettext_noop("Nothing of this kind is ruled on {firm} for {year}. Its page names what is."),
            firm=firm.name,
            year=year,
        )
    one.firm = firm
    return one


def history_of(firm: Firm) -> list[FirmGrade]:
    """The published grades of an enterprise, oldest year first."""
    rows = firm.grades.filter(run__stage__in=(Stage.PUBLISHED, Stage.FINAL)).select_related("run")
    found = list(rows.order_by("run__year"))
    for one in found:
        one.firm = firm
    return found


def tally_of(run: GradingRun) -> dict[str, int]:
    """How many have each grade, and under "" how many are not graded."""
    rows = run.grades.order_by().values_list("grade").annotate(n=Count("pk"))
    return {**dict.fromkeys("ABCD", 0), "": 0, **dict(rows)}


# -- what a year is graded from ------------------------------------------------------------------------------------


@dataclass(slots=True)
class Entry:
    """One enterprise as it goes into a grading; without ratios it is not graded and says why."""

    firm: Firm
    year: LandYear | None
    problem: dict[str, Any] | None
    land_mu: Any
    is_above_scale: bool
    pool: str
    group: str
    exempt: str
    veto: str


def entries_of(pairing: Pairing, year: int, exempt_years: int) -> list[Entry]:
    """The enterprises that were in the parks of a pairing at the end of a year (six statements)."""
    end = date(year, 12, 31)
    rows = Firm.objects.filter(pairing_id__in=within(pairing)).exclude(left_on__lte=end)
    found = list(
        rows.exclude(opened_on__gt=end).select_related("organisation", "cluster", "group").order_by("pk")
    )
    keys = [one.pk for one in found]
    land, told = firms.land_on(keys, end), figures.of_year(keys, year)
    above = _above_scale(keys, end)
    ruled = {
        (one.firm_id, one.kind): one.text
        for one in GradeRuling.objects.filter(firm__in=keys, year=year, withdrawn_on=None)
    }
    heads = {one.group_id for one in found if one.group_id}
    entries = []
    for one in found:
        exempt = rules.exempt_because(
            is_utility=one.is_utility,
            producing_on=one.producing_on,
            year=year,
            exempt_years=exempt_years,
            ruled=ruled.get((one.pk, "exempt"), ""),
        )
        group = one.group.code if one.group else one.code if one.organisation_id in heads else ""
        entry = Entry(
            one, None, None, land.get(one.pk, 0), one.pk in above, _pool(one), group, exempt,
            "" if exempt else ruled.get((one.pk, "veto"), ""),
        )  # fmt: skip
        _fill(entry, told.get(one.pk, {}))
        entries.append(entry)
    return entries


def _above_scale(keys: list[int], end: date) -> set[int]:
    rows = ScaleSpell.objects.filter(firm_id__in=keys, begins_on__lte=end).exclude(ends_on__lte=end)
    return set(rows.values_list("firm_id", flat=True))


def _pool(firm: Firm) -> str:
    group = str(firm.cluster.group) if firm.cluster else "industry"
    return "" if group == "industry" else group


def _fill(entry: Entry, told: dict[str, Any]) -> None:
    """The ratios of an enterprise; who is not graded anyway may lack them, everybody else is a problem."""
    figures_told = {item.name: told.get(item.name) for item in figure_rules.ITEMS}
    try:
        ratios = figure_rules.ratios_of(
            entry.firm.name, figures_told, entry.land_mu, is_above_scale=entry.is_above_scale
        )
    except BadInput as refused:
        if not entry.exempt:
            entry.problem = {
                "sentence": refused.sentence,
                "facts": {**refused.facts},
                "firm": entry.firm.code,
            }
        return
    entry.year = LandYear(
        entry.firm.code,
        ratios,
        is_above_scale=entry.is_above_scale,
        group="" if entry.exempt else entry.group,
        land_mu=float(entry.land_mu),
        pool=entry.pool,
        exempt=entry.exempt,
        veto=entry.veto,
    )


def years_of(run: GradingRun) -> tuple[list[LandYear], dict[str, FirmGrade]]:
    """What a grading was computed from, as it keeps it, and the rows by enterprise (one statement)."""
    rows = {one.firm.code: one for one in run.grades.select_related("firm__organisation").order_by("firm_id")}
    years = [
        LandYear(
            code,
            one.ratios_read,
            is_above_scale=one.is_above_scale,
            group="" if one.exempt else one.group,
            land_mu=float(one.land_mu),
            pool=one.pool,
            exempt=one.exempt,
            veto=one.veto,
        )
        for code, one in rows.items()
        if one.ratios
    ]
    return years, rows


# -- who carries out what ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Duty:
    """One line of the execution list: this department does this to that enterprise."""

    department: str
    department_code: str
    firm: Firm
    grade: str
    policy: GradePolicy


def policies_of(pairing: Pairing) -> QuerySet[GradePolicy]:
    """What grades bring in a pairing, by code."""
    return (
        GradePolicy.objects.filter(pairing_id__in=within(pairing))
        .select_related("department")
        .order_by("code")
    )


def policies_in_force(pairing_id: int, grade: str, on: date) -> QuerySet[GradePolicy]:
    """What a grade brings on a day, by code; every grade where none is named."""
    rows = GradePolicy.objects.filter(pairing_id=pairing_id, begins_on__lte=on).exclude(ends_on__lt=on)
    rows = rows.filter(grade=grade) if grade else rows
    return rows.select_related("department").order_by("code")


def duties_of(run: GradingRun, department: str = "") -> Iterator[Duty]:
    """The execution list of a grading: policies in force on the day it became final (today before), by department."""
    on = run.final_on or clock.today()
    rows = policies_in_force(run.pairing_id, "", on)
    if department:
        rows = rows.filter(department__code=department)
    by_grade: dict[str, list[FirmGrade]] = {}
    for one in (
        run.grades.exclude(grade="")
        .select_related("firm__organisation")
        .order_by("firm__name_sort", "firm_id")
    ):
        by_grade.setdefault(one.grade, []).append(one)
    for policy in rows.order_by("department__name_sort", "code"):
        for one in by_grade.get(policy.grade, ()):
            yield Duty(policy.department.name, policy.department.code, one.firm, one.grade, policy)


def departments_of(run: GradingRun) -> list[tuple[str, str]]:
    """The departments that carry policies of a grading out: code and name."""
    rows = GradePolicy.objects.filter(pairing_id=run.pairing_id).select_related("department")
    return sorted({(one.department.code, one.department.name) for one in rows}, key=lambda pair: pair[1])


def first_grades_of(member: Member | None, run: GradingRun) -> dict[str, str]:
    """How enterprises were graded first that have another grade now, by code; enterprises see their own."""
    rows = run.grades.exclude(first_grade="").exclude(first_grade=F("grade"))
    if member is not None and member.unit.organisation.kind in visibility.FIRMS:
        rows = rows.filter(firm__in=firms.own_firms(member.unit.organisation_id))
    return dict(rows.values_list("firm__organisation__code", "first_grade"))


def parts_of(run: GradingRun) -> list[tuple[str, list[int]]]:
    """The rows of a grading on which papers hang besides: the objections, in the order of the zone folder."""
    rows = Appeal.objects.filter(grade__run=run).order_by("grade__firm__organisation__code", "pk")
    return [("park.appeal", list(rows.values_list("pk", flat=True)))]


def appeals_of(member: Member | None, run: GradingRun) -> QuerySet[Appeal]:
    """The objections to grades of a grading that a member sees, those that wait first; enterprises see their own."""
    rows = Appeal.objects.filter(grade__run=run).select_related("grade__firm__organisation", "grade__run")
    if member is not None and member.unit.organisation.kind in visibility.FIRMS:
        rows = rows.filter(grade__firm__in=firms.own_firms(member.unit.organisation_id))
    return rows.order_by(F("decided_on").asc(nulls_first=True), "pk")


def policy_of(member: Member | None, code: str) -> GradePolicy:
    """One policy by its code, for those with a seat in its pairing.

    Raises
    ------
    NotFound
        ``park.no_policy``
    """
    rows = GradePolicy.objects.filter(code=code).select_related("department")
    if member is not None and not access.standing(member).roles & access.SEES_ALL:
        rows = rows.filter(pairing_id__in=list(access.standing(member).sides))
    one = rows.first()
    if one is None:
        raise NotFound(
            "park.no_policy",
            gettext_noop("There is no policy {code} that you may see. Look for it in the list of policies."),
            code=code[:40],
        )
    return one
