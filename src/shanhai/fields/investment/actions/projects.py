"""Writes of projects: registered, changed, moved along their way."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from shanhai.core import access, clock, journal, rows, search, visibility
from shanhai.core.actions.naming import check_not_later, differing, named
from shanhai.core.models import Document, Member, Organisation, Pairing, Region
from shanhai.core.writing import action
from shanhai.fields.investment import rules
from shanhai.fields.investment.actions import capacity, project_steps
from shanhai.fields.investment.models import Project
from shanhai.fields.investment.queries import pipeline
from shanhai.fields.investment.queries import projects as queries
from shanhai.fields.investment.rules import pipeline as pipeline_rules
from shanhai.fields.office.actions import papers as papers_of
from shanhai.kernel.identifiers import check_project_code
from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop

TEXT = 2000
_NAMES = ("name_zh", "name_en")


@action
def add_project(
    pairing: Pairing,
    *,
    name_zh: str,
    name_en: str = "",
    enterprise: Organisation,
    region: Region,
    number: str = "",
    project_code: str | None = None,
    stage: str = rules.ProjectStage.LEAD,
    registered_on: date | None = None,
    by: Member | None,
    **facts: Any,
) -> Project:
    """Register a project; where it stands decides which departments decide on it.

    Parameters
    ----------
    number
        Its number among our projects; the system gives one where it is left out.
    project_code
        The 24 characters that the approval platform gave it, if it has any yet.
    facts
        Place, industry, texts, source, the attributes of ``rules.ATTRIBUTES``, what is promised of a year at capacity
        (``output_fen``, ``tax_fen``, ``jobs``) and the ``introducer_side``; what is left out is not known.
    """
    access.check(by, "investment.add_project", pairing_id=pairing.pk)
    registered_on = registered_on or clock.today()
    check_not_later(registered_on)
    project = Project(
        pairing=pairing,
        zone_id=pairing.zone_id or pairing.pk,
        number=_checked_number(number),
        project_code=_checked_code(project_code),
        enterprise=enterprise,
        region=region,
        stage=_stage(stage),
        stage_on=registered_on,
        registered_on=registered_on,
        **named(name_zh, name_en),
        **_checked_facts(number, facts),
    )
    visibility.own(project, by)
    project.stands_side = pipeline.stands_sides(pairing, [region.code])[region.code]
    project.save()
    if not number.strip():
        project.number = f"XM-{registered_on.year}-{project.pk:05d}"
        project.save(update_fields=["number"])
    visibility.place(project, project.registered_on)
    search.put_many([queries.found_as(project)])
    project_steps.begin(project, by=by)
    journal.record(project, "investment.add_project", by=by)
    return project


@action
def change_project(project: Project, *, by: Member | None, **changes: Any) -> Project:
    """Change what is known about a project; its stage has an action of its own."""
    access.check(by, "investment.change_project", pairing_id=project.pairing_id)
    if "project_code" in changes:
        changes["project_code"] = _checked_code(changes["project_code"], project.pk)
    if "name_zh" in changes or "name_en" in changes:
        zh, en = (changes.pop(name, getattr(project, name)) for name in _NAMES)
        changes |= named(zh, en)
    known = {one.name: getattr(project, one.name) for one in rules.ATTRIBUTES}
    _checked_facts(project.number, known | changes)
    if "region" in changes:
        code = changes["region"].code
        changes["stands_side"] = pipeline.stands_sides(project.pairing, [code])[code]
    changes = differing(project, changes)
    if not changes:
        return project
    rows.move(project, **changes)
    search.put_many([queries.found_as(project)])
    journal.record(project, "investment.change_project", by=by, changed=sorted(changes))
    return project


@action
def move_project(
    project: Project,
    *,
    to: str,
    on: date | None = None,
    reason: str = "",
    paper: str = "",
    papers: Sequence[Document] = (),
    by: Member | None,
) -> Project:
    """Say that a project has come to another stage: forward once its facts are known, back or off the way with a reason.

    Parameters
    ----------
    paper
        What shows it: contract, permit, record of acceptance. Some stages ask for it (``investment.stage_facts``).
    papers
        Photographs and papers themselves, which hang on the step; the first one is the paper where none is named.

    At capacity its promises are checked, by the figures of its enterprise, unless somebody has checked them before.
    """
    access.check(by, "investment.move_project", pairing_id=project.pairing_id)
    to, on = _stage(to), on or clock.today()
    check_not_later(on)
    paper = papers_of.named(paper, papers, by)
    rules.check_move(project.number, project.stage, to, reason)
    is_back = rules.is_step_back(project.stage, to)
    if on < project.stage_on and not is_back:
        raise BadInput(
            "investment.before_last_stage",
            gettext_noop("Project {number} came to its stage on {since}. Give that day or a later one."),
            number=project.number,
            since=project.stage_on,
            field="on",
        )
    if to == rules.ProjectStage.AT_CAPACITY and not is_back:
        _check_kept(project, reason, by)
    pipeline_rules.check_facts(project.number, to, pipeline.missing_for(project, to, paper))
    project_steps.advance(
        project, to, on, verb="investment.move_project", reason=reason, paper=paper, papers=papers, by=by
    )
    return project


def _check_kept(project: Project, reason: str, by: Member | None) -> None:
    """Check the promises of a project that comes to capacity; one that misses some needs a reason."""
    lacking = pipeline.missing_for(project, rules.ProjectStage.AT_CAPACITY, paper="-")
    if any(name != pipeline_rules.CHECKED for name in lacking):
        return  # What else is missing is said first.
    last = project.checks.order_by("-pk").first()
    if last is None or last.on < project.stage_on:
        last = capacity.check_promises(project, reason=reason, by=by)
    pipeline_rules.check_missed(project.number, last.failed, reason)


def _stage(given: str) -> str:
    try:
        return rules.ProjectStage(given)
    except ValueError:
        raise BadInput(
            "investment.no_stage",
            gettext_noop("{stage} is no stage of a project. Take one of: {stages}."),
            stage=given,
            stages=", ".join(rules.ProjectStage),
            field="stage",
        ) from None


def _checked_number(number: str) -> str:
    number = number.strip()
    if not number:
        return f"new-{uuid.uuid4().hex[:32]}"
    rules.check_number(number)
    if Project.objects.filter(number=number).exists():
        raise NotNow(
            "investment.number_taken",
            gettext_noop("The number {number} is taken. Choose another one, or leave it to the system."),
            number=number,
            field="number",
        )
    return number


def _checked_code(code: str | None, besides: int | None = None) -> str | None:
    """A project code in its official form, which no other project has; None for none."""
    if not (code or "").strip():
        return None
    try:
        text = check_project_code(code or "").text
    except BadInput as refused:
        refused.facts.setdefault("field", "project_code")
        raise
    queries.check_code_free(text, besides)
    return text


_MOST = {"output_fen": rules.GREATEST_FEN, "tax_fen": rules.GREATEST_FEN, "jobs": pipeline_rules.MOST_JOBS}


def _check_promised(number: str, facts: dict[str, Any]) -> None:
    for name, most in _MOST.items():
        value = facts.get(name)
        if value is not None and not 0 <= value <= most:
            raise BadInput(
                "investment.measure_out_of_range",
                gettext_noop(
                    "Project {number} cannot have {value} here. Give 0 or more, at most what can be kept."
                ),
                number=number,
                value=value,
                field=name,
            )
    side = facts.get("introducer_side") or ""
    if side and side not in pipeline_rules.SIDES:
        raise BadInput(
            "investment.no_side",
            gettext_noop("{value} is no side that introduces projects. Take one of: {sides}."),
            value=side[:20],
            sides=", ".join(pipeline_rules.SIDES),
            field="introducer_side",
        )


def _checked_facts(number: str, facts: dict[str, Any]) -> dict[str, Any]:
    _check_promised(number, facts)
    rules.check_industry(facts.get("industry") or "")
    rules.check_measures(number, facts)
    for name, value in facts.items():
        attribute = rules.BY_NAME.get(name)
        if attribute is None or attribute.kind != "choice" or not value:
            continue
        if value not in {one for one, _en, _zh in attribute.choices}:
            raise BadInput(
                "investment.no_choice",
                gettext_noop("{value} cannot be said here. Take one of: {choices}."),
                value=value,
                choices=", ".join(one for one, _en, _zh in attribute.choices),
                field=name,
            )
    return facts
