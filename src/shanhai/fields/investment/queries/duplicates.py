"""Leads that may be one and the same: of one investor, whose name is compared across spellings and languages.

What is compared is found by the keys of names that ``LeadName`` keeps (``planners.name_blocks``), so a hundred thousand names are not
read to check one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.db.models import Q

from shanhai.fields.investment.models import Lead, LeadName
from shanhai.fields.investment.rules.leads import LeadStage
from shanhai.kernel.reasons import Reason, because
from shanhai.kernel.refusals import gettext_noop
from shanhai.planners.name_blocks import blocks_of
from shanhai.planners.name_parts import NameParts, Vocabulary
from shanhai.planners.same_names import LOOK, SAME, brand_likeness, compare_names

# So many found under the keys of a name are compared. Of 100,000 names 30 are in the median, and 2,500 under the commonest syllable.
MOST_COMPARED = 5_000


@dataclass(frozen=True, slots=True)
class Alike:
    """A lead that may be the same: how like its investor's name is, 0 to 1, and what speaks for and against."""

    lead: Lead
    likeness: float
    reasons: tuple[Reason, ...]

    @property
    def is_same(self) -> bool:
        """Whether both are taken for one investor; else somebody should look."""
        return self.likeness >= SAME


@cache
def words() -> Vocabulary:
    """The regions, trades and forms by which names are taken apart; made once in a process."""
    return Vocabulary()


def names_of(lead: Lead) -> list[str]:
    """The names of its investor, each once."""
    return list(dict.fromkeys(filter(None, (lead.investor_zh.strip(), lead.investor_en.strip()))))


def rows_of(lead: Lead) -> list[LeadName]:
    """What is kept of a lead's names, not saved yet."""
    found = []
    for name in names_of(lead):
        parts = words().parts(name)
        told = {"name": name, "brand": parts.brand[:160], "key": parts.key[:400]}
        found += [
            LeadName(lead=lead, zone_id=lead.zone_id, block=block, **told)
            for block in sorted(blocks_of(parts).kept)
        ]
    return found


def alike(lead: Lead, at_least: float = LOOK) -> list[Alike]:
    """Other leads of the zone whose investor may be the same, the likest first; merged ones not (three statements).

    An investor that stands in the register of organisations is compared by that first: the same one is the same.
    """
    found: dict[int, tuple[float, tuple[Reason, ...]]] = {}
    for pk, likeness, reasons in _by_name(names_of(lead), lead.zone_id, at_least):
        if pk != lead.pk and likeness >= at_least and likeness > found.get(pk, (0.0, ()))[0]:
            found[pk] = (likeness, reasons)
    same = Q(pk__in=found)
    if lead.investor_id is not None:
        same |= Q(investor_id=lead.investor_id)
    rows = Lead.objects.filter(same, zone_id=lead.zone_id).exclude(pk=lead.pk).exclude(stage=LeadStage.MERGED)
    told = [Alike(one, *_told(one, lead, found)) for one in rows]
    return sorted(told, key=lambda one: (-one.likeness, one.lead.registered_on, one.lead.pk))


def _told(
    one: Lead, lead: Lead, found: dict[int, tuple[float, tuple[Reason, ...]]]
) -> tuple[float, tuple[Reason, ...]]:
    if lead.investor_id is not None and one.investor_id == lead.investor_id:
        return 1.0, (
            because(
                "investment.same_organisation",
                gettext_noop("Both name the same organisation of the register."),
            ),
        )
    return found[one.pk]


def _by_name(
    names: Iterable[str], zone_id: int, at_least: float
) -> Iterable[tuple[int, float, tuple[Reason, ...]]]:
    parts = [words().parts(name) for name in names]
    if not parts:
        return
    blocks = sorted(frozenset().union(*(blocks_of(one).asked for one in parts)))
    rows = LeadName.objects.filter(zone_id=zone_id, block__in=blocks).order_by()
    known: dict[str, NameParts] = {}
    columns = rows.values_list("lead_id", "name", "brand", "key").distinct()
    for pk, name, brand, key in columns[:MOST_COMPARED]:
        # To take a name apart costs more than anything else, so it is done for those alone that are called alike.
        near = [one for one in parts if brand_likeness(one, NameParts(brand, key)) >= at_least]
        if near and name not in known:
            known[name] = words().parts(name)
        for one in near:
            yield pk, *compare_names(one, known[name], words())
