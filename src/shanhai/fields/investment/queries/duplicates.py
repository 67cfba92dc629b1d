"""Leads that may be one and the same: of one investor, whose name is compared without what only says its legal form."""

from __future__ import annotations

import re
import unicodedata

from django.db.models import Q, QuerySet

from shanhai.fields.investment.models import Lead
from shanhai.fields.investment.rules.leads import LeadStage

# Longest first, so that the whole of a form goes.
_FORMS = re.compile(
    r"(股份有限公司|有限责任公司|集团有限公司|有限公司|集团|公司|"
    r"\b(co|company|ltd|limited|inc|incorporated|corp|corporation|group|gmbh|llc|plc)\b)"
)


def key_of(name: str) -> str:
    """A name by which investors are compared: one width and case, no legal form, no spaces and marks; at most 120."""
    text = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[\W_]+", "", _FORMS.sub("", text))[:120]


def possible_duplicates(lead: Lead) -> QuerySet[Lead]:
    """Other leads of the zone that may be the same: of the same investor by name or in the register; merged ones not."""
    same = Q(pk__in=())
    if lead.investor_key:
        same |= Q(investor_key=lead.investor_key)
    if lead.investor_id is not None:
        same |= Q(investor_id=lead.investor_id)
    rows = Lead.objects.filter(same, zone_id=lead.zone_id).exclude(pk=lead.pk)
    return rows.exclude(stage=LeadStage.MERGED).order_by("registered_on", "pk")
