"""What everybody may see of a case who has the code on one of its letters: nothing but what stands in ``PublicStatus``."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.crypto import constant_time_compare, salted_hmac

from shanhai.fields.approval.models import Case
from shanhai.fields.approval.queries import cases as queries
from shanhai.fields.approval.rules import cases as rules

_SALT = "shanhai.approval.status"
_BYTES = 16


@dataclass(frozen=True, slots=True)
class PublicItem:
    """An item: who decides it, where it is, and when it is due or was decided."""

    name: str
    department: str
    state: str
    due_on: date | None
    decided_on: date | None


@dataclass(frozen=True, slots=True)
class PublicStatus:
    """A case as the public sees it: no applicant, no opinions, no reasons, no papers, no persons."""

    number: str
    title: str
    stage: str
    filed_on: date
    accepted_on: date | None
    planned_on: date | None
    closed_on: date | None
    items: tuple[PublicItem, ...]


def code_of(number: str, issue: int = 0) -> str:
    """The code of a case, 22 characters: a signature over its number by the key of this installation.

    128 bits that nobody guesses, and nothing to keep: who copies the database cannot make one.

    Parameters
    ----------
    issue
        How often a code of the case was issued anew: each has another signature.
    """
    signed = f"{number}\n{issue}" if issue else number
    raw = salted_hmac(_SALT, signed, algorithm="sha256").digest()[:_BYTES]
    return urlsafe_b64encode(raw).decode().rstrip("=")


def address_of(number: str, issue: int = 0) -> str:
    """Where the public page of a case is, on this site."""
    return f"/approval/status/{number}/{code_of(number, issue)}/"


def address_for(case: Case) -> str:
    """Where the public page of a case is by the code that holds; empty while that is revoked."""
    return "" if case.is_code_revoked else address_of(case.number, case.code_no)


@dataclass(frozen=True, slots=True)
class Shown:
    """A case whose code somebody has, and whether that code still holds."""

    case: Case
    holds: bool


def shown_by(number: str, code: str) -> Shown | None:
    """The case of a number and of one of its codes; None alike for a wrong code and for a case that is not there."""
    case = Case.objects.select_related("project").filter(number=number[:40]).first()
    issues = range(case.code_no + 1) if case is not None else range(1)
    fitting = [one for one in issues if constant_time_compare(code_of(number[:40], one), code)]
    if case is None or not fitting:
        return None
    return Shown(case, fitting == [case.code_no] and not case.is_code_revoked)


def renewed() -> QuerySet[Case]:
    """The cases whose first code holds no more, by number: what a zone folder says of codes."""
    return Case.objects.filter(Q(code_no__gt=0) | Q(is_code_revoked=True)).order_by("number")


def status_of(case: Case) -> PublicStatus:
    """What the public sees of a case (one statement)."""
    items = tuple(
        PublicItem(
            one.name,
            one.department_name,
            one.state,
            one.due_on if one.state in rules.RUNNING else None,
            one.decided_on,
        )
        for one in queries.items_of(case)
    )
    return PublicStatus(
        case.number,
        case.project.name,
        case.stage,
        case.filed_on,
        case.accepted_on,
        case.planned_on if case.stage == rules.CaseStage.REVIEW else None,
        case.closed_on,
        items,
    )
