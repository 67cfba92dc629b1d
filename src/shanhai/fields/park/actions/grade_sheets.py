"""Rulings, policies and objections of the grading that a spreadsheet or zone folder brings."""

from __future__ import annotations

from shanhai.core.models import Import, Member, Organisation, Pairing
from shanhai.core.sheets.columns import Change
from shanhai.fields.park.actions import grades, policies
from shanhai.fields.park.actions.agent_sheets import check_today
from shanhai.fields.park.actions.firm_sheets import by_page_only, firm_named, written_by
from shanhai.fields.park.columns import grades as columns
from shanhai.fields.park.models import Appeal, GradePolicy, GradeRuling
from shanhai.fields.park.queries import grades as queries


def _put_ruling(change: Change, by: Member | None, on_import: Import | None) -> None:
    values = change.values
    if change.before is not None:
        changed = change.differs(columns.GRADE_RULINGS.columns)
        if changed:
            raise by_page_only(change.key, changed[0])
        return
    told = {name: values[name] for name in ("kind", "cause", "text")}
    grades.rule_on_firm(firm_named(by, values["firm"]), values["year"], on_import=on_import, by=by, **told)


_TOLD = ("grade", "instrument", "value", "unit", "text_zh", "text_en", "begins_on", "ends_on", "source")


def _put_policy(change: Change, by: Member | None, on_import: Import | None) -> None:
    values = change.values
    told = {name: values[name] for name in _TOLD} | {
        "status": values["status"] or "assumed",
        "is_illustrative": values["standing"] == "illustrative",
        "department": Organisation.objects.get(code=values["department"]),
    }
    if change.before is None:
        pairing = Pairing.objects.get(code=values["pairing"])
        policies.add_policy(pairing, code=values["code"], on_import=on_import, by=by, **told)
    else:
        policy = GradePolicy.objects.get(pk=change.object_id or 0)
        policies.change_policy(policy, on_import=on_import, by=by, **told)


def _put_objection(change: Change, by: Member | None, on_import: Import | None) -> None:
    values = change.values
    if change.before is not None:
        changed = change.differs(columns.OBJECTIONS.columns)
        if changed:
            raise by_page_only(change.key, changed[0])
        return
    grade = queries.grade_of(queries.run_of(by, values["grading"]), values["firm"])
    check_today("filed_on", values["filed_on"])
    grades.object_to_grade(grade, text=values["text"], on_import=on_import, by=by)


objections_guard, write_objections = written_by(columns.OBJECTIONS, _put_objection, Appeal)
grade_rulings_guard, write_grade_rulings = written_by(columns.GRADE_RULINGS, _put_ruling, GradeRuling)
grade_policies_guard, write_grade_policies = written_by(columns.GRADE_POLICIES, _put_policy, GradePolicy)
