"""Reads of projects: the list, one of them, what can be found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.models import Count, Model, Q, QuerySet, Sum

from shanhai.core import search
from shanhai.core.counting import count_bounded
from shanhai.core.models import Member, Pairing
from shanhai.core.search import Found
from shanhai.fields.investment import rules
from shanhai.fields.investment.models import Project
from shanhai.fields.office.queries import shared
from shanhai.kernel.refusals import NotFound, NotNow, gettext_noop


def projects_of(member: Member | None, pairing: Pairing) -> QuerySet[Project]:
    """The projects of a pairing and those nested in it that a member sees; sort by ``name_sort``, ``registered_on``."""
    rows = shared.seen_in(Project.objects.all(), member, pairing)
    return rows.select_related("enterprise", "region", "pairing")


def by_number(numbers: Iterable[str]) -> dict[str, Project]:
    """Projects by their own number, whoever sees them: for loaders (one statement)."""
    rows = Project.objects.filter(number__in=list(numbers))
    return {one.number: one for one in rows.select_related("pairing", "region")}


def by_number_or_code(given: Iterable[str]) -> dict[str, Project]:
    """Projects by their own number or their project code, whoever sees them (one statement)."""
    given = list(given)
    rows = Project.objects.filter(Q(number__in=given) | Q(project_code__in=given))
    found: dict[str, Project] = {}
    for one in rows.select_related("pairing", "region", "enterprise", "owner_unit__organisation"):
        found |= {str(one.project_code): one, one.number: one}
    return {name: found[name] for name in given if name in found}


def is_seen(member: Member, project: Project) -> bool:
    """Whether a member sees a project."""
    return shared.may_see(member, project)


def project_of(member: Member | None, number: str) -> Project:
    """One project, for those who see it; by its own number or its project code.

    Raises
    ------
    NotFound
        ``investment.no_project``
    """
    found = _named(number)
    if found is None or not shared.may_see(member, found):
        raise no_project(number)
    return found


def no_project(number: str) -> NotFound:
    """What is said where there is no such project."""
    return NotFound(
        "investment.no_project",
        gettext_noop("There is no project {number} that you may see. Look for it in the list of projects."),
        number=number[:40],
    )


def key_named(keys: Mapping[str, int], code: str, project: Project, is_needed: bool) -> int | None:
    """The key of a row that a zone folder names beside a project.

    Raises
    ------
    NotFound
        ``investment.way_code``
    """
    if not code and not is_needed:
        return None
    if code not in keys:
        raise NotFound(
            "investment.way_code",
            gettext_noop(
                "There is no {given} in this zone, which stands beside project {number}. Correct the code."
            ),
            given=code[:40],
            number=project.number,
        )
    return keys[code]


def project_to_file(member: Member | None, number: str) -> Project:
    """One project for whoever opens its file: those who see it, and the firm whose project it is.

    Raises
    ------
    NotFound
        ``investment.no_project``
    """
    found = _named(number)
    is_own = found is not None and member is not None and member.unit.organisation_id == found.enterprise_id
    return found if found is not None and is_own else project_of(member, number)


def _named(number: str) -> Project | None:
    rows = Project.objects.select_related("enterprise", "region", "pairing", "owner_unit__organisation")
    return rows.filter(number=number).first() or rows.filter(project_code=number).first()


def head_of(rows: QuerySet[Project]) -> dict[str, Any]:
    """What leads the list: how many there are, how many are on their way to the start, and their investment."""
    stages = rules.ProjectStage
    on_way = rows.filter(stage__in=(stages.SIGNED, stages.PREPARING, stages.APPROVED))
    found = on_way.order_by().aggregate(before_start=Count("pk"), before_start_fen=Sum("investment_fen"))
    return found | {"n": count_bounded(rows.exclude(stage=stages.DROPPED))}


def named(rows: QuerySet[Project], text: str) -> QuerySet[Project]:
    """Of the projects, those whose number or project code begins so, or whose name holds the text."""
    return rows.filter(
        Q(number__startswith=text)
        | Q(project_code__startswith=text)
        | Q(pk__in=search.keys_of("investment.project", text, is_narrowed=True))
    )


def check_code_free(code: str, besides: int | None = None) -> None:
    """Refuse a project code that another project has."""
    holder = Project.objects.filter(project_code=code).exclude(pk=besides or 0).first()
    if holder is not None:
        raise NotNow(
            "investment.project_code_taken",
            gettext_noop("{holder} has the project code {given}. Compare it with the platform."),
            holder=holder.number,
            given=code,
            field="project_code",
        )


# -- finding -------------------------------------------------------------------------------------------------------


def found_as(one: Model) -> Found:
    """By its name, number and project code, for those who see it."""
    project: Any = one
    known = " ".join(filter(None, (project.number, project.project_code)))
    return Found(
        "investment.project",
        project.pk,
        project.name_zh,
        project.url,
        project.name_en,
        known,
        project.pairing_id,
        "seen",
    )


def entries() -> Iterator[Found]:
    """All projects."""
    return map(found_as, Project.objects.iterator())
