"""The part of ``shanhai check`` about factors: counters of pools and requests are what the grants say."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from shanhai.core.checks import Finding
from shanhai.fields.office.models import FactorPool, FactorRequest
from shanhai.kernel.refusals import gettext_noop


def run() -> Iterator[Finding]:
    """Pools and requests whose counter differs from the sum of their grants."""
    standing = Coalesce(Sum("grants__quantity", filter=Q(grants__taken_back_on=None)), 0)
    for pool in FactorPool.objects.annotate(given=standing).exclude(granted=F("given")).iterator():
        yield Finding(
            "error",
            "office.factor_pool_granted",
            gettext_noop("The pool {pool} says that {granted} are granted, but its grants say {rows}."),
            {"pool": str(pool), "granted": pool.granted, "rows": pool.given},
        )
    for one in FactorRequest.objects.annotate(given=standing).exclude(granted=F("given")).iterator():
        yield Finding(
            "error",
            "office.factor_request_granted",
            gettext_noop("Request {number} says that {granted} are granted, but its grants say {rows}."),
            {"number": one.number, "granted": one.granted, "rows": one.given},
        )
