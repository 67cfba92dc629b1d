"""What units send out in the field: replies that climb a unit's ladder, signed in, and what each would say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shanhai.core.signs import Reply
from shanhai.kernel.refusals import gettext_noop

OWN = "shanhai.fields.pairing"


def replies() -> tuple[Reply, ...]:
    """All of them."""
    return (
        Reply(
            "pairing.report_action_item",
            gettext_lazy("Report on an action item"),
            "pairing.actionitem",
            "pairing.action_item",
            f"{OWN}.actions.items.report_action_item",
            f"{OWN}.actions.items.facts_of",
            (
                ("handle", gettext_noop("Correct the report on {number} {title}: {word}")),
                ("check", gettext_noop("Check the report on {number} {title}")),
                ("sign", gettext_noop("Sign the report on {number} {title}")),
            ),
            shows=f"{OWN}.prepared.report_shown",
        ),
        Reply(
            "pairing.answer_technical_problem",
            gettext_lazy("Answer to a technical problem"),
            "pairing.technicalproblem",
            "pairing.technical_answer",
            f"{OWN}.actions.technical.answer_technical_problem",
            f"{OWN}.actions.technical.facts_of",
            (
                ("handle", gettext_noop("Correct the answer to {number} {title}: {word}")),
                ("check", gettext_noop("Check the answer to {number} {title}")),
                ("sign", gettext_noop("Sign the answer to {number} {title}")),
            ),
        ),
    )


def report_shown(item: Any, given: Mapping[str, Any]) -> list[tuple[str, str]]:
    """How far an action item is, and whether it is said to be done."""
    done = _("done; the other side looks at it") if given.get("is_finished") else _("still under way")
    told = [("", given.get("text", "")), ("", given.get("text_en", "")), (_("It is"), done)]
    return [(label, text) for label, text in told if text]
