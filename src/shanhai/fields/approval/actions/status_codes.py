"""Writes of the codes of public pages: revoked by the unit that keeps the case, issued anew."""

from __future__ import annotations

from shanhai.core import access, journal, rows
from shanhai.core.models import Member
from shanhai.core.writing import action
from shanhai.fields.approval.actions import case_shared as shared
from shanhai.fields.approval.models import Case
from shanhai.fields.approval.queries import cases as queries
from shanhai.fields.approval.rules import status_codes as rules


@action
def revoke_code(case: Case, *, reason: str, with_new: bool = False, by: Member | None) -> Case:
    """Revoke the code of a case's public page: who has it is told so, and letters have none until one is issued.

    Parameters
    ----------
    with_new
        Whether a new one is issued at once.
    """
    shared.check_access(by, "revoke_code", case)
    queries.check_keeper(case, by)
    rules.check_revoke(case.number, case.is_code_revoked, reason)
    rows.move(case, is_code_revoked=True)
    journal.record(case, "approval.revoke_code", by=by, code_no=case.code_no, reason=reason.strip()[:300])
    return issue_code(case, by=by) if with_new else case


@action
def issue_code(case: Case, *, by: Member | None) -> Case:
    """Issue a new code in place of one that was revoked; letters that are printed from now on have it."""
    shared.check_access(by, "issue_code", case)
    queries.check_keeper(case, by)
    rules.check_issue(case.number, case.is_code_revoked, case.code_no)
    rows.move(case, is_code_revoked=False, code_no=case.code_no + 1)
    journal.record(case, "approval.issue_code", by=by, code_no=case.code_no)
    return case


@action
def load_code(case: Case, *, code_no: int, is_code_revoked: bool, by: Member | None) -> int:
    """Take over from a zone folder which codes of a case hold no more; gives 0 where it has gone as far already."""
    access.check(by, "approval.load_code")
    if (case.code_no, case.is_code_revoked) >= (code_no, is_code_revoked):
        return 0
    rows.move(case, code_no=min(code_no, rules.MOST), is_code_revoked=is_code_revoked)
    journal.record(case, "approval.load_code", by=by, code_no=case.code_no)
    return 1
