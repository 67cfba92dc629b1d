"""The texts of a policy read as the planner takes them: who is eligible, what is granted, caps, exclusion, clawback."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol

import yaml

from shanhai.fields.investment.rules import aid_facts
from shanhai.fields.investment.rules.aid import codes_of
from shanhai.kernel.refusals import BadInput, NotNow, Refused, gettext_noop
from shanhai.planners import policy_files
from shanhai.planners.policy_aid import Formula, Policy, plan_aid

_CLAWBACK = frozenset({"fact", "least", "months", "tolerance", "whole"})


class Told(Protocol):
    """An edition of a policy, or what a form brings for one."""

    code: str
    valid_from: date
    valid_to: date | None
    requires: str
    grants: str
    pays: str
    excludes: str
    joint: str
    cap: str
    mountain_share: int
    sea_share: int
    clawback: str


@dataclass(frozen=True, slots=True)
class Clawback:
    """What is promised for the money: ``fact`` at least ``least`` so many ``months`` after the pay-out.

    Where more than ``tolerance`` of it is missing, the missing share of the money goes back, or the ``whole`` of it.
    """

    fact: str
    least: Decimal
    months: int
    tolerance: Fraction = Fraction(0)
    whole: bool = False


def loaded(text: str, field: str) -> Any:
    """A text of YAML: what stands in it.

    Raises
    ------
    BadInput
        ``investment.aid_yaml``
    """
    try:
        return yaml.safe_load(text) if text.strip() else None
    except yaml.YAMLError:
        raise BadInput(
            "investment.aid_yaml",
            gettext_noop("What stands under {field} cannot be read. Write it as {example}."),
            field=field,
            example=EXAMPLES[field],
        ) from None


EXAMPLES = {
    "requires": "[{fact: revenue_fen, least: 2000万元}, {fact: grade, one_of: [A, B]}]",
    "grants": "{fact: equipment_fen, rate: 8%, most: 200万元}",
    "cap": "{fact: tax_fen, rate: 50%}",
    "clawback": "{fact: staff_n, least: 60, months: 12, tolerance: 10%, whole: no}",
}


def policy_of(told: Told) -> Policy:
    """An edition as the planner takes it.

    Raises
    ------
    BadInput
        ``aid.value``, ``aid.key``, ``investment.aid_yaml``, ``investment.aid_fact``, ``investment.aid_list``
    """
    requires, grants = loaded(told.requires, "requires"), loaded(told.grants, "grants")
    data: dict[str, Any] = {
        "code": told.code,
        "valid_from": told.valid_from,
        "grants": grants,
        "requires": requires or [],
        "pays": told.pays,
        "excludes": codes_of(told.excludes),
        "joint": told.joint,
        "bearers": {
            side: share for side, share in (("mountain", told.mountain_share), ("sea", told.sea_share)) if share
        },
    }  # fmt: skip
    if told.valid_to is not None:
        data["valid_to"] = told.valid_to
    found = policy_files.policy(data, told.code)
    for one in found.requires:
        aid_facts.check_known(one.fact, "requires")
        for value in one.one_of:
            aid_facts.check_word(one.fact, value)
    if found.formula.fact:
        _check_counted(found.formula, "grants")
    return found


def cap_of(text: str) -> Formula | None:
    """The joint cap of an edition; None where it gives none."""
    data = loaded(text, "cap")
    if data is None:
        return None
    found = policy_files.formula(data, "cap")
    if found.fact:
        _check_counted(found, "cap")
    return found


def _check_counted(formula: Formula, where: str) -> None:
    kind = aid_facts.check_known(formula.fact, where).kind
    if kind not in ("fen", "number"):
        raise BadInput(
            "investment.aid_not_counted",
            gettext_noop(
                "{fact} is no number, so no amount goes by it. Take a fact that counts or is money."
            ),
            fact=formula.fact,
            field=where,
        )


def clawback_of(text: str) -> Clawback | None:
    """The promise of an edition; None where it asks for none.

    Raises
    ------
    BadInput
        ``aid.value``, ``aid.key``, ``investment.aid_fact``
    """
    data = loaded(text, "clawback")
    if data is None:
        return None
    where = "clawback"
    if not isinstance(data, Mapping) or not {"fact", "least", "months"} <= set(data) <= _CLAWBACK:
        raise BadInput(
            "investment.aid_yaml",
            gettext_noop("What stands under {field} cannot be read. Write it as {example}."),
            field=where,
            example=EXAMPLES[where],
        )
    requirement = policy_files.requirement({"fact": data["fact"], "least": data["least"]}, where)
    kind = aid_facts.check_known(requirement.fact, where)
    months, least = data["months"], Decimal(requirement.least or 0)
    if kind.kind not in ("fen", "number") or least <= 0 or type(months) is not int or not 1 <= months <= 240:
        raise BadInput(
            "investment.aid_clawback",
            gettext_noop("A promise is a number above 0 that is looked at 1 to 240 months after the pay-out. Correct {field}."),
            field=where,
        )  # fmt: skip
    tolerance = policy_files.rate(data.get("tolerance", 0), where)
    return Clawback(requirement.fact, least, months, tolerance, bool(data.get("whole", False)))


def check_whole(policies: Iterable[Policy], caps: Mapping[str, Formula], day: date) -> None:
    """Policies make sense together: what the planner would refuse of them is refused when one is published.

    Raises
    ------
    BadInput
        ``aid.no_cap``, ``aid.twice``, ``aid.bearers``, ``aid.pays``, ``aid.dates``, ``aid.too_many_at_odds``
    """
    plan_aid(list(policies), {}, day, joint_caps=caps)


def check_reads(told: Told) -> None:
    """Every text of an edition can be read; the refusal names the field.

    Raises
    ------
    BadInput
        What the reading says, with the field that it is about.
    """
    for field, read in (("grants", policy_of), ("cap", None), ("clawback", None)):
        try:
            if read is not None:
                read(told)
            elif field == "cap":
                cap_of(told.cap)
            else:
                clawback_of(told.clawback)
        except Refused as refused:
            if "field" not in refused.facts:
                where = str(refused.facts.get("where", ""))
                named = next(
                    (name for name in EXAMPLES if f".{name}" in where or where.startswith(name)), field
                )
                refused.facts["field"] = named
            raise


def check_edition(code: str, told: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """A new edition says something new.

    Raises
    ------
    NotNow
        ``investment.aid_same_edition``
    """
    if told == now:
        raise NotNow(
            "investment.aid_same_edition",
            gettext_noop(
                "Nothing of policy {code} was changed, so there is no new edition. Change something first."
            ),
            code=code,
        )


def with_left(policy: Policy, left_fen: int | None) -> Policy:
    """A policy whose pot still has so much."""
    return replace(policy, left_fen=left_fen)
