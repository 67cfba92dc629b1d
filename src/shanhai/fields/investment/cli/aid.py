"""``shanhai investment aid``: what aid the enterprises of a plain file may have by the policies of another."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from shanhai.core.cli import files, start_django
from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.webkit.commands import AsCsv, AsJson, show_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shanhai.planners.policy_aid import AidPlan


def add_to(app: typer.Typer) -> None:
    """The command of this module."""
    app.command("aid")(aid)


def aid(
    policies: Annotated[str, typer.Argument(metavar="POLICIES", help="YAML with dated policies.")],
    enterprises: Annotated[
        str, typer.Argument(metavar="ENTERPRISES", help="CSV with a line for each enterprise; - reads it.")
    ],
    on: Annotated[str, typer.Option("--on", metavar="DAY", help="The day; today by default.")] = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Find what aid each enterprise may have on a day, how much after all caps, and who bears it."""
    from shanhai.planners.policy_aid import plan_aid
    from shanhai.planners.policy_files import read_facts, read_policies

    rules, caps = read_policies(files.read_text(policies), Path(policies).name)
    firms = read_facts(files.read_text(enterprises), Path(enterprises).name)
    day = _day(on)
    plans = {name: plan_aid(rules, facts, day, joint_caps=caps) for name, facts in firms.items()}
    if as_json:
        show_json([as_plain(name, one) for name, one in plans.items()])
    else:
        _show(plans, as_csv)


def as_plain(name: str, plan: AidPlan) -> dict[str, Any]:
    """A plan for programs, in fen."""
    return {
        "enterprise": name,
        "total_fen": plan.total_fen,
        "by_bearer": dict(plan.by_bearer),
        "claims": [
            {
                "policy": one.policy,
                "outcome": str(one.outcome),
                "amount_fen": one.amount_fen,
                "wanted_fen": one.wanted_fen,
                "reasons": [{"code": why.code, "said": str(why)} for why in one.reasons],
            }
            for one in plan.claims
        ],
    }


def _day(text: str) -> date:
    if not text:
        start_django()
        from shanhai.core import clock

        return clock.today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(
            "aid.day", gettext_noop("{text} is no day. Give one such as 2023-09-18."), text=text[:20]
        ) from None


def _show(plans: Mapping[str, AidPlan], as_csv: bool) -> None:
    start_django()
    from django.utils.translation import gettext as _

    from shanhai.core import sentences
    from shanhai.webkit.commands import show

    words = {
        "granted": _("granted"), "not_valid": _("not in force"), "not_eligible": _("not eligible"),
        "unknown": _("not known"), "had": _("paid already"), "excluded": _("excluded"), "nothing": _("comes to nothing"),
    }  # fmt: skip
    rows = [
        {
            "enterprise": name,
            "policy": one.policy,
            "outcome": words[one.outcome],
            "amount": f"{Decimal(one.amount_fen) / 100:,.2f}",
            "why": " ".join(map(sentences.reason, one.reasons)),
        }
        for name, plan in plans.items()
        for one in plan.claims
    ]
    headings = {
        "enterprise": _("Enterprise"), "policy": _("Policy"), "outcome": _("Result"),
        "amount": _("Aid, yuan"), "why": _("Why"),
    }  # fmt: skip
    show(rows, headings, as_json=False, as_csv=as_csv, right=("amount",))
