"""What everybody may see of a case who has the code on one of its letters: nothing but what stands in ``PublicStatus``."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import date

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


def code_of(number: str) -> str:
    """The code of a case, 22 characters: a signature over its number by the key of this installation.

    128 bits that nobody guesses, and nothing to keep: who copies the database cannot make one.
    """
    raw = salted_hmac(_SALT, number, algorithm="sha256").digest()[:_BYTES]
    return urlsafe_b64encode(raw).decode().rstrip("=")


def address_of(number: str) -> str:
    """Where the public page of a case is, on this site."""
    return f"/approval/status/{number}/{code_of(number)}/"


def case_by_code(number: str, code: str) -> Case | None:
    """The case of a number and its code; a wrong code is told before the database is asked."""
    if not constant_time_compare(code_of(number[:40]), code):
        return None
    return Case.objects.select_related("project").filter(number=number[:40]).first()


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
        case.planned_on if case.stage == rules.Stage.REVIEW else None,
        case.closed_on,
        items,
    )
