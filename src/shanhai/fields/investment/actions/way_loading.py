"""What the zone folder says of the way of projects beside the register: log, teams, why they stand still, checks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shanhai.core import access, clock, journal
from shanhai.core.models import Member, Unit
from shanhai.core.writing import action
from shanhai.fields.investment.models import CapacityCheck, Project, ProjectStep, StallNote, TeamMember
from shanhai.fields.investment.queries import projects as queries

_MODELS: dict[str, type[Any]] = {
    "project_steps": ProjectStep,
    "project_teams": TeamMember,
    "project_stalls": StallNote,
    "project_checks": CapacityCheck,
}


@action
def load_way(what: str, given: Sequence[tuple[Project, list[dict[str, Any]]]], *, by: Member | None) -> int:
    """Write what hangs on projects as it stood; those that have some of the kind already are left alone.

    Gives the number of rows written.
    """
    access.check(by, "investment.load_way")
    model = _MODELS[what]
    held = set(
        model.objects.filter(project__in=[one.pk for one, _ in given]).values_list("project", flat=True)
    )
    new = [(one, lines) for one, lines in given if one.pk not in held]
    members = _keys(Member, new, "member")
    units = _keys(Unit, new, "unit")
    made = []
    for project, lines in new:
        for line in lines:
            row = dict(line)
            if "member" in row:
                row["member_id"] = queries.key_named(
                    members, row.pop("member"), project, what == "project_teams"
                )
            if "unit" in row:
                row["unit_id"] = queries.key_named(units, row.pop("unit"), project, True)
            if what == "project_steps":
                row["at"] = row["at"] or clock.now()
            made.append(model(project=project, **row))
    model.objects.bulk_create(made, batch_size=500)
    for pairing_id in sorted({one.project.pairing_id for one in made}):
        own = [one for one in made if one.project.pairing_id == pairing_id]
        journal.record_many(own, "investment.load_way", by=by, pairing_id=pairing_id)
    return len(made)


def _keys(
    model: type[Any], given: Sequence[tuple[Project, list[dict[str, Any]]]], name: str
) -> dict[str, int]:
    codes = {line[name] for _one, lines in given for line in lines if line.get(name)}
    return dict(model.objects.filter(code__in=codes).values_list("code", "pk"))
