"""Writes of gradings: drafted from the figures, published, objected to, final; rulings and what a grade brings."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from shanhai.core import access, clock, journal, notices, rows, rulebook, work
from shanhai.core.calendar import calendar
from shanhai.core.models import Document, Import, Member, Pairing, Unit
from shanhai.core.writing import action
from shanhai.fields.office.actions import papers as papers_of
from shanhai.fields.office.actions.shared import checked_number, numbered, origin
from shanhai.fields.office.queries.shared import people_of, unit_on
from shanhai.fields.office.rules.shared import said
from shanhai.fields.park.models import Appeal, Firm, FirmGrade, GradeRuling, GradingRun
from shanhai.fields.park.queries import firms
from shanhai.fields.park.queries import grades as queries
from shanhai.fields.park.rules import grades as rules
from shanhai.fields.park.rules import schemes
from shanhai.kernel.refusals import NotNow, gettext_noop
from shanhai.kernel.text import canonical
from shanhai.planners.land_grades import LandGrade

Stage = rules.RunStage
DECIDE = "park.decide_appeal"


@action
def draft_grading(
    pairing: Pairing, year: int, *, number: str = "", is_illustrative: bool = False, by: Member | None
) -> GradingRun:
    """Grade the enterprises of a pairing for a year, as a draft; the values of the rulebook are kept with it.

    Raises
    ------
    NotNow
        ``park.grading_incomplete``, with every enterprise whose figures are missing or cannot be divided by;
        ``park.graded_already``, ``.year_not_over``, ``.nobody_to_grade``.
    """
    access.check(by, "park.draft_grading", pairing_id=pairing.pk)
    on = schemes.day_of(year)
    rules.check_year_over(year, clock.today())
    _check_first(pairing, year)
    used = rulebook.values_of([*schemes.CODES, rules.EXEMPT_YEARS], on)
    run = GradingRun(
        number=checked_number(GradingRun, number),
        pairing=pairing,
        zone_id=pairing.zone_id or pairing.pk,
        unit=by.unit if by is not None else unit_on(pairing.pk, "mountain", "office"),
        year=year,
        scheme=canonical({code: rulebook.stamp(value) for code, value in used.items()}),
        is_illustrative=is_illustrative,
    )
    run.save()
    numbered(run, "MJ", year)
    _compute(run, by)
    journal.record(run, "park.draft_grading", by=by)
    return run


@action
def write_grading(
    pairing: Pairing,
    year: int,
    *,
    number: str,
    stage: str,
    days: dict[str, date | None],
    unit: Unit | None,
    is_illustrative: bool,
    first_grades: Mapping[str, str] | None = None,
    by: Member | None,
) -> GradingRun:
    """Write a grading of a zone folder as it stood: computed from its figures, at its stage and days.

    Parameters
    ----------
    first_grades
        By code of the enterprise how it was graded first, where an objection has changed that since.
    """
    access.check(by, "park.write_grading", pairing_id=pairing.pk)
    run = draft_grading(pairing, year, number=number, is_illustrative=is_illustrative, by=by)
    rows.move(run, stage=Stage(stage), unit=unit, **days)
    if run.stage in (Stage.PUBLISHED, Stage.FINAL):
        told = first_grades or {}
        for grade in run.grades.select_related("firm__organisation"):
            rows.move(grade, first_grade=told.get(grade.firm.code, grade.grade))
            journal.record(grade, "park.write_grading", by=by, pairing_id=run.pairing_id)
        _show_on_firms(run)
    journal.record(run, "park.write_grading", by=by)
    return run


@action
def compute_again(run: GradingRun, *, by: Member | None) -> GradingRun:
    """Compute a draft anew from the figures of now, or a published grading after an objection was upheld."""
    access.check(by, "park.compute_again", pairing_id=run.pairing_id)
    rules.check_run(run.number, run.stage, Stage.DRAFT, Stage.PUBLISHED)
    rows.move(run, stage=run.stage)
    _compute(run, by)
    journal.record(run, "park.compute_again", by=by)
    if run.stage == Stage.PUBLISHED:
        _show_on_firms(run)
    return run


def _check_first(pairing: Pairing, year: int) -> None:
    there = GradingRun.objects.filter(pairing=pairing, year=year).exclude(stage=Stage.WITHDRAWN).first()
    if there is not None:
        raise NotNow(
            "park.graded_already",
            gettext_noop("{year} has grading {number} already. Compute that again, or withdraw it first."),
            year=year,
            number=there.number,
            field="year",
        )


def _compute(run: GradingRun, by: Member | None) -> None:
    years = int(str(run.stamps[rules.EXEMPT_YEARS]["value"]))
    entries = queries.entries_of(run.pairing, run.year, years)
    rules.check_any(run.year, len(entries))
    rules.check_complete(run.year, [one.problem for one in entries if one.problem])
    graded = rules.graded_again([one.year for one in entries if one.year is not None], run.land_scheme)
    there = {one.firm_id: one for one in run.grades.all()}
    for gone in there.keys() - {one.firm.pk for one in entries}:
        there[gone].delete()
    for entry in entries:
        _write(run, entry, graded.get(entry.firm.code), there.get(entry.firm.pk), by)


def _write(
    run: GradingRun, entry: queries.Entry, found: LandGrade | None, there: FirmGrade | None, by: Member | None
) -> None:
    values: dict[str, Any] = {
        "pool": entry.pool,
        "is_above_scale": entry.is_above_scale,
        "group": entry.group,
        "land_mu": entry.land_mu,
        "ratios": "",
        "items": "",
        "score": None,
        "tax_per_mu": None,
        "grade": "",
        "exempt": entry.exempt,
        "veto": entry.veto,
    }
    if found is not None and entry.year is not None:
        values |= {
            "ratios": json.dumps(dict(entry.year.ratios)),
            "items": json.dumps(found.items),
            "score": rules.score_text(found.score),
            "tax_per_mu": rules.score_text(entry.year.ratios["tax_per_mu"]),
            "grade": found.grade or "",
        }
    if there is None:
        grade = FirmGrade.objects.create(run=run, firm=entry.firm, **values)
    else:
        grade = there
        values = {name: value for name, value in values.items() if getattr(grade, name) != value}
        if not values:
            return
        before = grade.grade
        rows.move(grade, **values)
        if run.stage == Stage.PUBLISHED and before != grade.grade:
            _tell_changed(run, entry.firm, before, grade.grade)
    journal.record(grade, "park.compute_grade", by=by, pairing_id=run.pairing_id)


# -- publishing ----------------------------------------------------------------------------------------------------


@action
def publish_grading(run: GradingRun, *, by: Member | None) -> GradingRun:
    """Publish the grades: every enterprise is told, and may object until the day that the rulebook gives."""
    access.check(by, "park.publish_grading", pairing_id=run.pairing_id)
    rules.check_run(run.number, run.stage, Stage.DRAFT)
    today = clock.today()
    days = rulebook.value(rules.OBJECTION_DAYS, today)
    until = calendar().add(today, int(str(days.value)))
    rows.move(run, stage=Stage.PUBLISHED, published_on=today, objections_until=until)
    for grade in run.grades.select_related("firm__organisation"):
        rows.move(grade, first_grade=grade.grade)
        journal.record(grade, "park.publish_grading", by=by, pairing_id=run.pairing_id)
        grade.run = run
        _tell_published(run, grade)
    _show_on_firms(run)
    journal.record(run, "park.publish_grading", by=by, rule=rulebook.stamp(days))
    return run


def _show_on_firms(run: GradingRun) -> None:
    """The list of enterprises shows the latest published grades."""
    if GradingRun.objects.filter(
        zone_id=run.zone_id, year__gt=run.year, stage__in=(Stage.PUBLISHED, Stage.FINAL)
    ).exists():
        return
    for grade in run.grades.all():
        Firm.objects.filter(pk=grade.firm_id).update(
            grade=grade.grade, graded_year=run.year, tax_per_mu=grade.tax_per_mu
        )


def _people_of(firm: Firm) -> list[int]:
    organisations = [
        firm.organisation_id,
        *firm.agencies.filter(ends_on=None).values_list("agent_id", flat=True),
    ]
    return people_of(*Unit.objects.filter(organisation_id__in=organisations).values_list("pk", flat=True))


def _tell_published(run: GradingRun, grade: FirmGrade) -> None:
    what = (
        gettext_noop("{firm} has grade {grade} for {year}; objections are taken until {until}")
        if grade.grade
        else gettext_noop("{firm} is not graded for {year}; objections are taken until {until}")
    )
    facts = _facts(run, grade.firm) | {"grade": grade.grade, "until": str(run.objections_until)}
    notices.tell(
        f"park.grading:{run.pk}:{grade.firm_id}:published",
        "park.grading",
        what,
        facts,
        grade.url,
        _people_of(grade.firm),
        run.pairing_id,
    )


def _tell_changed(run: GradingRun, firm: Firm, before: str, now: str) -> None:
    notices.tell(
        f"park.grading:{run.pk}:{firm.pk}:{run.version}",
        "park.grading",
        gettext_noop("The grade of {firm} for {year} is {now} now; it was {before}"),
        _facts(run, firm) | {"before": before or "–", "now": now or "–"},
        f"{run.url}firms/{firm.code}/",
        _people_of(firm),
        run.pairing_id,
    )


def _facts(run: GradingRun, firm: Firm) -> dict[str, str]:
    return {"firm": firm.title_zh, "firm_en": firm.title_en, "year": str(run.year), "number": run.number}


@action
def finish_grading(run: GradingRun, *, by: Member | None) -> GradingRun:
    """Make a published grading final: its window is over, and every objection is decided."""
    access.check(by, "park.finish_grading", pairing_id=run.pairing_id)
    rules.check_run(run.number, run.stage, Stage.PUBLISHED)
    rules.check_window(run.number, run.objections_until, clock.today(), is_open=False)
    open_ones = Appeal.objects.filter(grade__run=run, stage=rules.AppealStage.OPEN).count()
    rules.check_no_appeals(run.number, open_ones)
    rows.move(run, stage=Stage.FINAL, final_on=clock.today())
    journal.record(run, "park.finish_grading", by=by)
    return run


@action
def withdraw_grading(run: GradingRun, *, reason: str, by: Member | None) -> GradingRun:
    """Withdraw a grading that is not final; the list shows the grades of the year before again."""
    access.check(by, "park.withdraw_grading", pairing_id=run.pairing_id)
    rules.check_run(run.number, run.stage, Stage.DRAFT, Stage.PUBLISHED)
    reason = said(reason, "reason")[:300]
    rows.move(run, stage=Stage.WITHDRAWN)
    for appeal in Appeal.objects.filter(grade__run=run, stage=rules.AppealStage.OPEN):
        work.drop(DECIDE, appeal, by=by)
    Firm.objects.filter(zone_id=run.zone_id, graded_year=run.year).update(
        grade="", graded_year=None, tax_per_mu=None
    )
    last = GradingRun.objects.filter(zone_id=run.zone_id, stage__in=(Stage.PUBLISHED, Stage.FINAL))
    for one in last.order_by("-year", "-pk")[:1]:
        _show_on_firms(one)
    journal.record(run, "park.withdraw_grading", by=by, reason=reason)
    return run


# -- objections ----------------------------------------------------------------------------------------------------


@action
def object_to_grade(
    grade: FirmGrade,
    *,
    text: str,
    papers: Sequence[Document] = (),
    on_import: Import | None = None,
    by: Member | None,
) -> Appeal:
    """Object to a published grade, with evidence; silence counts as no objection."""
    run = grade.run
    access.check(by, "park.object_to_grade", pairing_id=run.pairing_id)
    firms.check_may_act(grade.firm, by)
    rules.check_run(run.number, run.stage, Stage.PUBLISHED)
    rules.check_window(run.number, run.objections_until, clock.today(), is_open=True)
    rules.check_appeal_text(text)
    rules.check_one_appeal(grade.firm.name, grade.appeals.filter(stage=rules.AppealStage.OPEN).exists())
    # The grade is the guard: of two objections at once the second is told.
    rows.move(grade, first_grade=grade.first_grade)
    journal.record(grade, "park.object_to_grade", by=by, pairing_id=run.pairing_id)
    appeal = Appeal.objects.create(
        grade=grade, pairing_id=run.pairing_id, text=text.strip(), member=by, filed_on=clock.today()
    )
    journal.record(appeal, "park.object_to_grade", by=by, **origin(on_import) | {"firm": grade.firm.code})
    papers_of.hang(appeal, papers, is_shared=True, by=by)
    await_decision(appeal, by=by)
    return appeal


def await_decision(appeal: Appeal, *, by: Member | None) -> None:
    """Put an open objection on the list of the unit that graded."""
    run, firm = appeal.grade.run, appeal.grade.firm
    if run.unit is not None and appeal.stage == rules.AppealStage.OPEN:
        what = gettext_noop("{firm} objects to its grade for {year}: decide")
        work.open_item(DECIDE, appeal, run.unit, what, _facts(run, firm), appeal.grade.url, by=by)


@action
def decide_appeal(appeal: Appeal, *, is_upheld: bool, decision: str, by: Member | None) -> Appeal:
    """Decide on an objection; where it is upheld the grading is computed anew from the figures that were put right."""
    run = appeal.grade.run
    access.check(by, "park.decide_appeal", pairing_id=run.pairing_id)
    is_grader = by is None or run.unit is None or by.unit.organisation_id == run.unit.organisation_id
    rules.check_decides(run.number, is_grader)
    rules.check_appeal(appeal.stage)
    decision = said(decision, "decision")[:300]
    to = rules.AppealStage.UPHELD if is_upheld else rules.AppealStage.REJECTED
    rows.move(appeal, stage=to, decision=decision, decided_by=by, decided_on=clock.today())
    journal.record(appeal, "park.decide_appeal", by=by, pairing_id=run.pairing_id, is_upheld=is_upheld)
    work.done(DECIDE, appeal, by=by)
    if is_upheld:
        compute_again(run, by=by)
    notices.tell(
        f"park.appeal:{appeal.pk}:decided",
        "park.grading",
        gettext_noop("The objection of {firm} to its grade for {year} is decided: {decision}"),
        _facts(run, appeal.grade.firm) | {"decision": decision},
        appeal.grade.url,
        _people_of(appeal.grade.firm),
        run.pairing_id,
    )
    return appeal


# -- rulings -------------------------------------------------------------------------------------------------------


@action
def rule_on_firm(
    firm: Firm,
    year: int,
    *,
    kind: str,
    cause: str,
    text: str,
    on_import: Import | None = None,
    by: Member | None,
) -> GradeRuling:
    """Rule that an enterprise is D for a year whatever its score, or is not graded; the next computing takes it up."""
    access.check(by, "park.rule_on_firm", pairing_id=firm.pairing_id)
    schemes.day_of(year)
    text = said(text, "text")[:280]
    if firm.rulings.filter(year=year, kind=kind, withdrawn_on=None).exists():
        raise NotNow(
            "park.ruled_already",
            gettext_noop("This is ruled on {firm} for {year} already. Withdraw that ruling first."),
            firm=firm.name,
            year=year,
            field="kind",
        )
    ruling = GradeRuling.objects.create(firm=firm, year=year, kind=kind, cause=cause, text=text)
    journal.record(ruling, "park.rule_on_firm", by=by, pairing_id=firm.pairing_id, **origin(on_import))
    return ruling


@action
def withdraw_ruling(ruling: GradeRuling, *, reason: str, by: Member | None) -> GradeRuling:
    """Take a ruling back."""
    access.check(by, "park.withdraw_ruling", pairing_id=ruling.firm.pairing_id)
    rows.move(ruling, withdrawn_on=clock.today())
    journal.record(
        ruling, "park.withdraw_ruling", by=by, pairing_id=ruling.firm.pairing_id, reason=reason.strip()[:300]
    )
    return ruling
