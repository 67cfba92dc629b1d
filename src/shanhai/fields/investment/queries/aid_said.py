"""What rules, facts and reasons of aid say to people: names instead of codes, money with its unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from shanhai.core import days, sentences
from shanhai.core.models.base import in_language
from shanhai.fields.investment.columns import KINDS, STAGES, words
from shanhai.fields.investment.models import AidPolicy
from shanhai.fields.investment.queries.aid_facts import Known
from shanhai.fields.investment.rules import aid_documents
from shanhai.fields.investment.rules.aid_facts import BY_NAME, of_stored
from shanhai.kernel.reasons import Reason
from shanhai.planners.policy_aid import Fact, Formula, Requirement
from shanhai.webkit import words as said

_WORDS = {"kind": KINDS, "project_stage": STAGES}
MASK = "***"
OUTCOMES = ("granted", "not_valid", "not_eligible", "unknown", "had", "excluded", "nothing")


def name(fact: str) -> str:
    """What a fact is called."""
    one = BY_NAME.get(fact)
    return in_language(one.zh, one.en) if one is not None else fact


def names(facts: Iterable[str]) -> str:
    """What facts are called, one after the other."""
    return ("、" if said.is_chinese() else ", ").join(name(one) for one in facts)


def value(fact: str, given: Fact) -> str:
    """A value as a person reads it."""
    if isinstance(given, bool):
        return _("yes") if given else _("no")
    one = BY_NAME.get(fact)
    if isinstance(given, str):
        if fact in _WORDS:
            return words(_WORDS[fact], given)
        return {"mountain": _("mountain side"), "sea": _("sea side")}.get(given, given)
    if one is not None and one.kind == "fen":
        return said.yuan(int(given))
    unit = _(one.unit) if one is not None and one.unit else ""
    number = said.num(Decimal(given).normalize() if given else 0)
    return f"{number}%" if unit == "%" else f"{number} {unit}".strip()


def source(one: Known) -> str:
    """Where a fact comes from."""
    of = days.written(one.of) if one.source in ("scale", "land") else one.of
    about = {
        "profile": _("its entry in the register of enterprises"),
        "figures": _("figures of %s") % of,
        "scale": _("times above scale, since %s") % of if of else _("times above scale"),
        "grading": _("grading of %s") % of,
        "land": _("plots on %s") % of,
        "promises": _("checks of its land promises"),
        "lead": _("lead %s") % of,
        "project": _("project %s") % of,
        "paid_in": _("capital paid in, lead %s") % of,
        "stated": _("stated: %s") % of,
        "typed": _("typed to try it"),
    }
    return about.get(one.source, of)


# -- reasons -------------------------------------------------------------------------------------------------------


def reason(why: Reason, policies: Mapping[str, str] | None = None) -> str:
    """A reason of the planner with names instead of codes."""
    facts = dict(why.facts)
    fact = str(facts.get("fact", ""))
    if fact:
        facts["fact"] = name(fact)
        for key in ("value", "wanted"):
            if key in facts:
                facts[key] = ", ".join(_word(fact, one) for one in str(facts[key]).split(", "))
    if "facts" in facts:
        facts["facts"] = names(str(facts["facts"]).split(", "))
    if "others" in facts:
        called = policies or {}
        facts["others"] = ", ".join(called.get(one, one) for one in str(facts["others"]).split(", "))
    return sentences.reason(Reason(why.code, why.sentence, tuple(facts.items())))


def _word(fact: str, text: str) -> str:
    one = BY_NAME.get(fact)
    if one is None or text.startswith("¥"):
        return text
    if one.kind == "yes":
        return _("yes") if text == "yes" else _("no")
    return value(fact, text) if one.kind == "word" else text


def reasons(
    given: Iterable[Reason], policies: Mapping[str, str] | None = None, is_masked: bool = False
) -> str:
    """All reasons; of those that tell tax nothing is told to whoever may not read it."""
    return " ".join(
        _("It goes by tax, which you may not read.")
        if is_masked and tells_tax(one)
        else reason(one, policies)
        for one in given
    )


# Reasons that tell what a base came to, and so a figure of tax where the policy goes by one.
_ARITHMETIC = frozenset({"aid.rate", "aid.each", "aid.step", "aid.most", "aid.joint"})


def tells_tax(why: Reason) -> bool:
    """Whether a reason of a policy that goes by tax tells what the tax is."""
    one = BY_NAME.get(str(dict(why.facts).get("fact", "")))
    return why.code in _ARITHMETIC if one is None else one.is_tax


def hides(asked: Iterable[str], sees_tax: bool) -> bool:
    """Whether the arithmetic of a policy that asks for some facts is kept from a reader."""
    return not sees_tax and any(BY_NAME[fact].is_tax for fact in asked)


def of_rows(rows: Iterable[Mapping[str, Any]]) -> list[Reason]:
    """Reasons that a claim kept."""
    return [Reason(row["code"], row["sentence"], tuple(row["facts"].items())) for row in rows]


def fact_rows(rows: Iterable[Mapping[str, str]], may_read_tax: bool) -> list[dict[str, str]]:
    """Facts that a claim kept, as its page shows them."""
    found = []
    for row in rows:
        one = Known(of_stored(row["name"], row["value"]), row["source"], row["of"], row["url"])
        is_hidden = BY_NAME[row["name"]].is_tax and not may_read_tax
        found.append(
            {
                "name": name(row["name"]),
                "value": MASK if is_hidden else value(row["name"], one.value),
                "source": source(one),
                "url": one.url,
            }
        )
    return found


# -- what a policy says --------------------------------------------------------------------------------------------


def requirements(policy: AidPolicy) -> list[str]:
    """Who is eligible, a sentence for each requirement."""
    return [_requirement(one) for one in aid_documents.policy_of(policy).requires]


def _requirement(one: Requirement) -> str:
    facts: dict[str, Any] = {"fact": name(one.fact)}
    if one.one_of:
        facts["values"] = ", ".join(value(one.fact, given) for given in one.one_of)
        return _("%(fact)s: %(values)s") % facts
    if one.least is not None and one.most is not None:
        facts |= {"least": value(one.fact, one.least), "most": value(one.fact, one.most)}
        return _("%(fact)s from %(least)s to %(most)s") % facts
    if one.least is not None:
        return _("%(fact)s at least %(least)s") % (facts | {"least": value(one.fact, one.least)})
    return _("%(fact)s at most %(most)s") % (facts | {"most": value(one.fact, one.most or 0)})


def formula(one: Formula) -> str:
    """How much, in words."""
    parts = []
    facts: dict[str, Any] = {"fact": name(one.fact)}
    if one.fixed_fen:
        parts.append(_("%s, fixed") % said.yuan(one.fixed_fen))
    above = value(one.fact, one.above) if one.fact and one.above else ""
    if one.rate:
        share = {"rate": f"{float(one.rate * 100):.4g}%", "above": above}
        text = _("%(rate)s of what %(fact)s has above %(above)s") if above else _("%(rate)s of %(fact)s")
        parts.append(text % (facts | share))
    if one.each_fen:
        each = {"each": said.yuan(one.each_fen), "above": above}
        text = (
            _("%(each)s for each unit of %(fact)s above %(above)s")
            if above
            else _("%(each)s for each unit of %(fact)s")
        )
        parts.append(text % (facts | each))
    for least, fen in one.steps:
        parts.append(
            _("%(sum)s from %(least)s of %(fact)s")
            % (facts | {"sum": said.yuan(fen), "least": value(one.fact, least)})
        )
    if one.most_fen is not None:
        parts.append(_("at most %s") % said.yuan(one.most_fen))
    return ("；" if said.is_chinese() else "; ").join(parts)


def grant(policy: AidPolicy) -> str:
    """What is granted, in words."""
    return formula(aid_documents.policy_of(policy).formula)


def cap(policy: AidPolicy) -> str:
    """What its joint cap is, in words; empty where it gives none."""
    found = aid_documents.cap_of(policy.cap)
    return formula(found) if found is not None else ""


def clawback(policy: AidPolicy) -> str:
    """What is promised for the money, and what goes back; empty for nothing."""
    found = aid_documents.clawback_of(policy.clawback)
    if found is None:
        return ""
    facts = {
        "fact": name(found.fact),
        "least": value(found.fact, found.least),
        "months": said.num(found.months),
        "tolerance": f"{float(found.tolerance * 100):.4g}%",
    }
    if found.whole:
        return (
            _(
                "%(fact)s at least %(least)s, looked at %(months)s months after the money; where more than %(tolerance)s is missing, all of it goes back."
            )
            % facts
        )
    return (
        _(
            "%(fact)s at least %(least)s, looked at %(months)s months after the money; where more than %(tolerance)s is missing, the missing share goes back."
        )
        % facts
    )


def shares(policy: AidPolicy) -> str:
    """Who bears it."""
    whole = policy.mountain_share + policy.sea_share
    facts = {
        "mountain": f"{100 * policy.mountain_share / whole:.4g}%",
        "sea": f"{100 * policy.sea_share / whole:.4g}%",
    }
    if not policy.sea_share:
        return _("the mountain side bears it")
    if not policy.mountain_share:
        return _("the sea side bears it")
    return _("mountain side %(mountain)s, sea side %(sea)s") % facts
