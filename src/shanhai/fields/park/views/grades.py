"""Pages of gradings: a year's table, one grade with its arithmetic, and who carries out what it brings."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shanhai.core import clock, rulebook, sentences
from shanhai.core.actions import documents
from shanhai.core.sheets.columns import words_of
from shanhai.fields.office.views.shared import at_version, form_page, posted, said
from shanhai.fields.park.actions import grades as actions
from shanhai.fields.park.columns.firms import GRADES
from shanhai.fields.park.columns.grades import (
    APPEAL_STAGES,
    EXEMPTIONS,
    INSTRUMENTS,
    POOLS,
    STAGES,
)
from shanhai.fields.park.columns.grading import RATIOS
from shanhai.fields.park.forms import grades as forms
from shanhai.fields.park.models import Firm, FirmGrade, GradingRun
from shanhai.fields.park.queries import firms
from shanhai.fields.park.queries import grades as queries
from shanhai.fields.park.rules import grades as rules
from shanhai.fields.park.views import firms as firm_pages
from shanhai.fields.park.views import shared
from shanhai.fields.registry.queries import papers
from shanhai.fields.registry.views.shared import history
from shanhai.webkit import charts, downloads, listing, words
from shanhai.webkit.listing import Column, Filter, Table
from shanhai.webkit.pages import chosen_pairing, member_required

Stage = rules.RunStage
_SHAPES = {
    Stage.DRAFT: "not_started",
    Stage.PUBLISHED: "at_risk",
    Stage.FINAL: "done",
    Stage.WITHDRAWN: "paused",
}


def status_of(run: GradingRun) -> tuple[str, str]:
    """Shape and word of a stage."""
    word = words_of(STAGES, run.stage)
    return _SHAPES[Stage(run.stage)], word[:1].upper() + word[1:]


def exempt_said(text: str) -> str:
    """Why an enterprise is not graded, in words."""
    return words_of(EXEMPTIONS, text)


@member_required("park.view_grading")
def gradings(request: Any) -> HttpResponse:
    """Which years are graded, and how did they come out?"""
    pairing = chosen_pairing(request)
    found = [
        (run, status_of(run), queries.tally_of(run)) for run in queries.runs_of(request.member, pairing)[:20]
    ]
    context = {
        "runs": found,
        "finding": _runs_finding(found),
        "policies": [
            (one, words_of(INSTRUMENTS, one.instrument)) for one in queries.policies_of(pairing)[:100]
        ],
        "sheets": shared.sheets(request, pairing.pk, "grade_policies", "grade_rulings", "objections"),
        "may_draft": shared.may(request, "draft_grading", pairing.pk),
        "may_import": shared.may(request, "write_grade_policies", pairing.pk),
    }
    return render(request, "park/gradings.html", context)


def _runs_finding(found: list[Any]) -> str:
    if not found:
        return _("No year is graded yet.")
    run, _status, tally = found[0]
    return _("%(year)s: %(tally)s.") % {"year": run.year, "tally": tally_said(tally)}


def tally_said(tally: dict[str, int]) -> str:
    """How many have each grade: 11 A, 21 B, 7 C, 0 D."""
    joint = "，" if words.is_chinese() else ", "
    return joint.join(f"{words.num(tally[one]) if tally[one] else 0} {one}" for one in "ABCD")


# -- the table of a year -------------------------------------------------------------------------------------------


def _points(name: str) -> Any:
    def read(row: FirmGrade) -> Any:
        found = row.items_read.get(name)
        return None if found is None else Decimal(f"{found:.2f}")

    return read


def _note(row: FirmGrade) -> str:
    if row.exempt:
        return _("not graded: %s") % exempt_said(row.exempt)
    if row.veto:
        return _("D by veto: %s") % row.veto
    if row.first_grade and row.first_grade != row.grade:
        return _("published as %s") % row.first_grade
    return _("with the group of %s") % row.group if row.group else ""


def _by_pool(rows: Any, text: str) -> Any:
    return rows.filter(pool="" if text == "industry" else text)


def _by_scale(rows: Any, text: str) -> Any:
    return rows.filter(is_above_scale=text == "above")


def _pool_choices(_request: Any) -> list[tuple[str, str]]:
    return [(value or "industry", words_of(POOLS, value)) for value, _en, _zh in POOLS]


GRADE_TABLE = Table(
    code="park.grades",
    columns=(
        Column(
            "firm", gettext_lazy("Enterprise"), kind="link", value=lambda row: row.firm.name, href=lambda row: row.url,
            second=_note, stack="full",
        ),
        Column("grade", gettext_lazy("Grade"), kind="html", value=lambda row: shared.badge(row.grade)),
        Column(
            "score", gettext_lazy("Score"), kind="bar", digits=2, value=lambda row: (row.score, 150, 100),
            sort=("score",), index="grade_run_score", stack="full",
        ),
        Column("land_mu", gettext_lazy("Land, mu"), kind="mu", digits=1, stack="hide-s"),
        *(
            Column(name, label, kind="number", digits=2, value=_points(name), stack="hide-s")
            for name, label in RATIOS.items()
        ),
    ),
    filters=(
        Filter("grade", gettext_lazy("Grade"), choices=shared.options(GRADES), every="A – D"),
        Filter("pool", gettext_lazy("Group"), choices=_pool_choices, apply=_by_pool),
        Filter(
            "scale", gettext_lazy("Scale"), apply=_by_scale,
            choices=(("above", gettext_lazy("above scale")), ("below", gettext_lazy("below scale"))),
        ),
    ),
    default_sort="-score",
    sheet=gettext_lazy("grades"),
    empty=(gettext_lazy("Nobody is in this grading."), gettext_lazy("Choose another group or grade.")),
)  # fmt: skip


@member_required("park.view_grading")
def grading(request: Any, number: str) -> HttpResponse:
    """Who has which grade for a year, and by what points?"""
    run = queries.run_of(request.member, number)
    here, tally = run.pairing_id, queries.tally_of(run)

    def may(name: str, *stages: Stage) -> bool:
        return run.stage in stages and shared.may(request, name, here)

    over = run.objections_until is not None and clock.today() > run.objections_until
    context = {
        "run": run,
        "status": status_of(run),
        "finding": _("%(year)s: %(tally)s.") % {"year": run.year, "tally": tally_said(tally)},
        "sub": _run_sub(run, tally),
        "appeals": [
            (one, one.grade.firm, words_of(APPEAL_STAGES, one.stage))
            for one in queries.appeals_of(request.member, run)[:20]
        ],
        "rules": [
            (stamp, rulebook_name(code), _value_said(stamp["value"])) for code, stamp in run.stamps.items()
        ],
        "history": history(run),
        "sheets": shared.sheets(request, here, "objections", "grade_rulings"),
        "may_compute": may("compute_again", Stage.DRAFT),
        "may_publish": may("publish_grading", Stage.DRAFT),
        "may_finish": over and may("finish_grading", Stage.PUBLISHED),
        "may_withdraw": may("withdraw_grading", Stage.DRAFT, Stage.PUBLISHED),
    }
    rows = queries.grades_of(request.member, run)
    return listing.render(request, "park/grading.html", GRADE_TABLE, rows, context)


def rulebook_name(code: str) -> str:
    """What a figure of the rulebook is called, in the reader's language."""
    rule = rulebook.rule(code)
    return rule.name_zh if words.is_chinese() else rule.name_en


def _value_said(value: Any) -> str:
    if isinstance(value, dict):
        joint = "；" if words.is_chinese() else "; "
        return joint.join(f"{RATIOS.get(name, name)} {one}" for name, one in value.items())
    if isinstance(value, list):
        return " / ".join(str(one) for one in value) or "–"
    return str(value)


def _run_sub(run: GradingRun, tally: dict[str, int]) -> str:
    told = ngettext("%(n)s is not graded.", "%(n)s are not graded.", tally[""]) % {
        "n": words.num(tally[""] or 0)
    }
    if run.stage == Stage.PUBLISHED and run.objections_until is not None:
        until = _("Objections are taken until %s.") % words.day(run.objections_until, "weekday")
        return f"{until} {told}"
    return told


@member_required("park.view_grading")
def execution(request: Any, number: str) -> HttpResponse:
    """Who carries out what the grades of a year bring?"""
    run = queries.run_of(request.member, number)
    chosen = request.GET.get("department", "")[:40]
    duties = list(queries.duties_of(run, chosen)) if run.stage in (Stage.PUBLISHED, Stage.FINAL) else []
    if (form := request.GET.get("format", "")) in GRADE_TABLE.formats:
        name = _("execution list %s") % run.year
        return downloads.table([str(head) for head in _DUTY_HEADS], map(_duty, duties), name, form)
    context = {
        "run": run,
        "duties": [(one, words_of(INSTRUMENTS, one.policy.instrument), shared.badge(one.grade)) for one in duties[:500]],
        "n": len(duties),
        "departments": queries.departments_of(run),
        "chosen": chosen,
        "finding": ngettext(
            "%(n)s measure follows from the grades of %(year)s.",
            "%(n)s measures follow from the grades of %(year)s.",
            len(duties),
        ) % {"n": words.num(len(duties) or 0), "year": run.year},
    }  # fmt: skip
    return render(request, "park/execution.html", context)


_DUTY_HEADS = (
    gettext_lazy("Executing department"),
    gettext_lazy("Enterprise"),
    gettext_lazy("Grade"),
    gettext_lazy("Instrument"),
    gettext_lazy("Value"),
    gettext_lazy("Unit of the value"),
    gettext_lazy("What the policy says"),
    gettext_lazy("In force from"),
    gettext_lazy("In force until"),
    gettext_lazy("Status of the rule"),
)


def _duty(one: queries.Duty) -> list[Any]:
    policy = one.policy
    instrument = words_of(INSTRUMENTS, policy.instrument)
    told = [
        one.department,
        one.firm.name,
        one.grade,
        instrument,
        policy.value,
        words.unit(policy.unit),
        policy.text,
    ]
    return [*told, policy.begins_on, policy.ends_on, policy.status]


# -- one grade -----------------------------------------------------------------------------------------------------


@member_required("park.view_grading")
def grade(request: Any, number: str, firm: str) -> HttpResponse:
    """How does the score of one enterprise come about, and what does it say to it?"""
    run = queries.run_of(request.member, number)
    one = queries.grade_of(run, firm)
    scheme = run.land_scheme
    steps = rules.arithmetic(one.ratios_read, one.items_read, scheme, is_above_scale=one.is_above_scale)
    is_open = (
        run.stage == Stage.PUBLISHED
        and run.objections_until is not None
        and clock.today() <= run.objections_until
    )
    appeals = [
        (appeal, words_of(APPEAL_STAGES, appeal.stage), papers.hanging_on(request.member, appeal))
        for appeal in queries.appeals_of(request.member, run)
        .filter(grade=one)
        .select_related("member", "decided_by")
    ]
    has_open = any(appeal.stage == rules.AppealStage.OPEN for appeal, _word, _papers in appeals)
    may_object = firms.is_own(request.member, one.firm) or shared.may(
        request, "decide_appeal", run.pairing_id
    )
    context = {
        "run": run,
        "grade": one,
        "badge": shared.badge(one.grade),
        "note": _note(one),
        "steps": [(step, RATIOS[step.name], f"{step.benchmark:.10g}") for step in steps] if one.items else [],
        "cap": scheme.cap,
        "finding": _grade_finding(run, one),
        "appeals": appeals,
        "history_chart": history_chart(queries.history_of(one.firm)),
        "may_object": is_open
        and not has_open
        and may_object
        and shared.may(request, "object_to_grade", run.pairing_id),
        "may_decide": has_open and shared.may(request, "decide_appeal", run.pairing_id),
        "may_see_firm": firms.sees(request.member, one.firm),
    }
    return render(request, "park/grade.html", context)


def _grade_finding(run: GradingRun, one: FirmGrade) -> str:
    facts = {"firm": one.firm.name, "year": run.year}
    if one.score is None or not one.grade:
        return _("%(firm)s is not graded for %(year)s.") % facts
    facts |= {"grade": one.grade, "score": words.num(one.score, 2)}
    return _("%(firm)s has %(score)s points for %(year)s: grade %(grade)s.") % facts


def history_chart(found: list[FirmGrade]) -> charts.Chart | None:
    """Scores over the years with the grade of each beside its year; nothing for a single year."""
    if len(found) < 2:
        return None
    labels = [f"{one.run.year} {one.grade or '–'}" for one in found]
    return charts.lines(labels, [charts.Series(_("Score"), [one.score for one in found], "c5")], digits=2)


def policies_for(firm: Firm) -> list[tuple[Any, str]]:
    """What the published grade of an enterprise brings today."""
    found = queries.policies_in_force(firm.pairing_id, firm.grade, clock.today()) if firm.grade else ()
    return [(one, words_of(INSTRUMENTS, one.instrument)) for one in found]


# -- writing -------------------------------------------------------------------------------------------------------


def _crumbs(run: GradingRun | None = None, one: FirmGrade | None = None) -> list[tuple[str, str]]:
    found = [(reverse("park:gradings"), _("Per-mu grading"))]
    if run is not None:
        found.append((run.url, str(run.year)))
    if one is not None:
        found.append((one.url, one.firm.name))
    return found


@member_required("park.draft_grading")
def draft(request: Any) -> HttpResponse:
    """Grade a year."""
    pairing = chosen_pairing(request)
    form = forms.DraftForm(request, key=pairing.code, initial={"year": clock.today().year - 1})
    if form.sent(lambda data: actions.draft_grading(pairing, data["year"], by=request.member)):
        return said(request, _("The draft is computed; look through it, then publish it."), form.result.url)
    missing: Any = form.refusal.facts.get("problems", []) if form.refusal is not None else []
    finding = _("Which year is graded?")
    sub = _("Figures, plots and rulings of the year are taken as they stand now.")
    if missing:
        sub = " ".join(said_problem(one) for one in missing[:8])
    return form_page(request, form, name=_("Grade a year"), finding=finding, sub=sub, crumbs=_crumbs())


def said_problem(problem: dict[str, Any]) -> str:
    """What is missing of one enterprise, as a sentence in the reader's language."""
    return str(sentences.said(problem["sentence"], problem["facts"]))


@posted("park.compute_again")
def compute(request: Any, number: str) -> HttpResponse:
    """Compute a draft anew."""
    run = at_version(request, queries.run_of(request.member, number))
    actions.compute_again(run, by=request.member)
    return said(request, _("Computed anew from the figures of now."), run.url)


@posted("park.publish_grading")
def publish(request: Any, number: str) -> HttpResponse:
    """Publish the grades."""
    run = at_version(request, queries.run_of(request.member, number))
    actions.publish_grading(run, by=request.member)
    return said(request, _("Published; every enterprise is told and may object."), run.url)


@posted("park.finish_grading")
def finish(request: Any, number: str) -> HttpResponse:
    """Make the grades final."""
    run = at_version(request, queries.run_of(request.member, number))
    actions.finish_grading(run, by=request.member)
    return said(request, _("The grades are final."), run.url)


@member_required("park.withdraw_grading")
def withdraw(request: Any, number: str) -> HttpResponse:
    """Withdraw a grading."""
    run = queries.run_of(request.member, number)
    form = forms.ReasonForm(request, key=number)
    if form.sent(lambda data: actions.withdraw_grading(run, reason=data["reason"], by=request.member)):
        return said(request, _("The grading is withdrawn."), run.url)
    return form_page(request, form, name=_("Withdraw"), finding=run.title, crumbs=_crumbs(run))


@member_required("park.object_to_grade")
def object_(request: Any, number: str, firm: str) -> HttpResponse:
    """Object to a grade."""
    run = queries.run_of(request.member, number)
    one = queries.grade_of(run, firm)
    form = forms.AppealForm(request, key=f"{number} {firm}")

    def call(data: dict[str, Any]) -> Any:
        return documents.with_papers(
            data["papers"],
            run.pairing,
            request.member,
            lambda brought: actions.object_to_grade(
                one, text=data["text"], papers=brought, by=request.member
            ),
        )

    if form.sent(call):
        return said(request, _("The objection is sent; whoever graded decides."), one.url)
    finding = _grade_finding(run, one)
    return form_page(request, form, name=_("Object"), finding=finding, crumbs=_crumbs(run, one))


@member_required("park.decide_appeal")
def decide(request: Any, number: str, firm: str) -> HttpResponse:
    """Decide on an objection."""
    one = queries.grade_of(queries.run_of(request.member, number), firm)
    appeal = queries.appeal_of(one)
    form = forms.DecisionForm(request, key=f"{number} {firm}")
    if form.sent(
        lambda data: actions.decide_appeal(
            appeal, is_upheld=data["is_upheld"], decision=data["decision"], by=request.member
        )
    ):
        return said(request, _("Decided; the enterprise is told."), one.url)
    sub = appeal.text
    finding = _("What of the objection of %s?") % one.firm.name
    return form_page(request, form, name=_("Decide"), finding=finding, sub=sub, crumbs=_crumbs(one.run, one))


@member_required("park.rule_on_firm")
def rule(request: Any, code: str) -> HttpResponse:
    """Rule that an enterprise is D whatever its score, or not graded."""
    one = firms.firm_of(request.member, code)
    form = forms.RulingForm(request, key=code, initial={"year": clock.today().year - 1})

    def call(data: dict[str, Any]) -> Any:
        data = shared.without_version(data)
        return actions.rule_on_firm(one, data.pop("year"), by=request.member, **data)

    if form.sent(call):
        return said(request, _("Ruled; the next computing of that year takes it up."), one.url)
    finding = _("What is ruled on %s?") % one.name
    return form_page(request, form, name=_("Ruling"), finding=finding, crumbs=firm_pages.crumbs(one))


@posted("park.withdraw_ruling")
def unrule(request: Any, code: str, year: int, kind: str) -> HttpResponse:
    """Take a ruling back."""
    one = firms.firm_of(request.member, code)
    actions.withdraw_ruling(queries.ruling_of(one, year, kind), reason="", by=request.member)
    return said(request, _("The ruling is taken back."), one.url)
