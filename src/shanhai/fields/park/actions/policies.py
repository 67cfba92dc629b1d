"""Writes of what a grade brings."""

from __future__ import annotations

from typing import Any

from shanhai.core import access, journal, rows
from shanhai.core.actions.naming import checked_code, differing
from shanhai.core.models import Import, Member, Pairing
from shanhai.core.writing import action
from shanhai.fields.office.actions.shared import origin
from shanhai.fields.park.models import GradePolicy
from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop


@action
def add_policy(
    pairing: Pairing, *, code: str, on_import: Import | None = None, by: Member | None, **told: Any
) -> GradePolicy:
    """Say what a grade brings from a day on: an instrument, its value, and who carries it out."""
    access.check(by, "park.add_policy", pairing_id=pairing.pk)
    _check(code, told)
    if GradePolicy.objects.filter(code=code).exists():
        raise NotNow(
            "park.policy_there",
            gettext_noop("There is a policy {code} already. Take another code, or change that one."),
            code=code,
            field="code",
        )
    policy = GradePolicy.objects.create(pairing=pairing, code=checked_code(code), **told)
    journal.record(policy, "park.add_policy", by=by, **origin(on_import))
    return policy


@action
def change_policy(
    policy: GradePolicy, *, on_import: Import | None = None, by: Member | None, **changes: Any
) -> GradePolicy:
    """Change what a grade brings, or end it."""
    access.check(by, "park.change_policy", pairing_id=policy.pairing_id)
    now = {name: changes.get(name, getattr(policy, name)) for name in ("begins_on", "ends_on")}
    _check(policy.code, now)
    changes = differing(policy, changes)
    if changes:
        rows.move(policy, **changes)
        journal.record(policy, "park.change_policy", by=by, changed=sorted(changes), **origin(on_import))
    return policy


def _check(code: str, told: dict[str, Any]) -> None:
    if told.get("ends_on") is not None and told["ends_on"] < told["begins_on"]:
        raise BadInput(
            "park.policy_backwards",
            gettext_noop(
                "Policy {code} cannot end on {ends}, before it begins on {begins}. Correct one of the days."
            ),
            code=code,
            ends=told["ends_on"],
            begins=told["begins_on"],
            field="ends_on",
        )
