"""What units send out in the office's fields: replies that climb a unit's ladder, signed in, and what each would say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shanhai.core.signs import Reply
from shanhai.fields.office.models import FactorRequest
from shanhai.fields.office.queries import said
from shanhai.kernel.refusals import gettext_noop

OWN = "shanhai.fields.office"


def replies() -> tuple[Reply, ...]:
    """All of them."""
    facts = f"{OWN}.actions.shared.facts_of"
    return (
        Reply(
            "office.answer_problem",
            gettext_lazy("Answer to a problem"),
            "office.problem",
            "office.problem",
            f"{OWN}.actions.problems.answer_problem",
            facts,
            (
                ("handle", gettext_noop("Correct the answer to {number} {title}: {word}")),
                ("check", gettext_noop("Check the answer to {number} {title}")),
                ("sign", gettext_noop("Sign the answer to {number} {title}")),
            ),
        ),
        Reply(
            "office.report_back",
            gettext_lazy("Report on an instruction"),
            "office.instruction",
            "office.instruction",
            f"{OWN}.actions.instructions.report_back",
            f"{OWN}.actions.instructions.facts_of",
            (
                ("handle", gettext_noop("Correct the report on {number}: {word}")),
                ("check", gettext_noop("Check the report on {number}: {text}")),
                ("sign", gettext_noop("Sign the report on {number}: {text}")),
            ),
        ),
        Reply(
            "office.grant_factor",
            gettext_lazy("Grant of a factor"),
            "office.factorrequest",
            "office.factor",
            f"{OWN}.actions.factors.grant_factor",
            facts,
            (
                ("handle", gettext_noop("Correct the grant for {number} {title}: {word}")),
                ("check", gettext_noop("Check the grant for {number} {title}")),
                ("sign", gettext_noop("Sign the grant for {number} {title}")),
            ),
            shows=f"{OWN}.prepared.grant_shown",
        ),
        Reply(
            "office.refuse_request",
            gettext_lazy("Refusal of a factor request"),
            "office.factorrequest",
            "office.factor",
            f"{OWN}.actions.factors.refuse_request",
            facts,
            (
                ("handle", gettext_noop("Correct the refusal of {number} {title}: {word}")),
                ("check", gettext_noop("Check the refusal of {number} {title}")),
                ("sign", gettext_noop("Sign the refusal of {number} {title}")),
            ),
            shows=f"{OWN}.prepared.refusal_shown",
        ),
    )


def grant_shown(request: FactorRequest, given: Mapping[str, Any]) -> list[tuple[str, str]]:
    """How much a prepared grant gives, by which paper, and why others are passed over."""
    amount = said.amount(given.get("quantity", 0), request.measure)
    told = [(_("Quantity"), amount), (_("Paper"), given.get("paper", ""))]
    return [*((label, text) for label, text in told if text), *refusal_shown(request, given)]


def refusal_shown(request: FactorRequest, given: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The reason that a prepared reply gives."""
    return [(_("Reason"), given["reason"])] if given.get("reason") else []
