"""The part of ``shanhai check`` that holds the guards of enterprises against their rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Sum

from shanhai.core.checks import Finding
from shanhai.fields.park.models import Firm, GradingRun, Holding, QuotaPool, Renewal
from shanhai.fields.park.queries import grades as queries
from shanhai.fields.park.rules import grades as rules
from shanhai.fields.park.rules import renewal
from shanhai.fields.park.rules.firms import Tenure
from shanhai.kernel.refusals import gettext_noop

STAGES = renewal.ORDER
_NAMES = ("own_mu", "leased_mu", "let_mu")


def land() -> Iterator[Finding]:
    """What an enterprise owns, leases and lets is what its plots of today say."""
    should: dict[int, dict[str, Decimal]] = defaultdict(lambda: dict.fromkeys(_NAMES, Decimal(0)))
    for firm, lessor, tenure, mu in Holding.objects.filter(ends_on=None).values_list(
        "firm_id", "lessor_id", "tenure", "land_mu"
    ):
        should[firm]["own_mu" if tenure == Tenure.OWN else "leased_mu"] += mu
        if lessor is not None:
            should[lessor]["let_mu"] += mu
    for one in Firm.objects.select_related("organisation").iterator():
        said = should[one.pk]
        carried = said["own_mu"] + said["leased_mu"] - said["let_mu"]
        if any(getattr(one, name) != said[name] for name in _NAMES) or one.land_mu != carried:
            yield Finding(
                "error",
                "park.land_differs",
                gettext_noop("{firm} carries {kept} mu, but its plots say {rows}."),
                {"firm": one.code, "kept": str(one.land_mu), "rows": str(carried)},
            )


def grades() -> Iterator[Finding]:
    """Computed again from the ratios and values that it keeps, a grading gives the scores and grades that it keeps."""
    for run in GradingRun.objects.exclude(stage=rules.RunStage.WITHDRAWN).iterator():
        years, rows = queries.years_of(run)
        found = rules.graded_again(years, run.land_scheme)
        for code, row in rows.items():
            again = found.get(code)
            score = rules.score_text(again.score) if again is not None else None
            grade = (again.grade or "") if again is not None else ""
            if (score, grade) != (row.score, row.grade):
                yield Finding(
                    "error",
                    "park.grade_differs",
                    gettext_noop("Grading {number} keeps {kept} for {firm}; computed again it is {again}."),
                    {
                        "number": run.number,
                        "firm": code,
                        "kept": f"{row.grade} {row.score}",
                        "again": f"{grade} {score}",
                    },
                )


def quotas() -> Iterator[Finding]:
    """What was released is what the vacated plots brought."""
    for pool in QuotaPool.objects.select_related("park").iterator():
        rows = Renewal.objects.filter(
            firm__park=pool.park, rank__gte=STAGES.index(renewal.RenewalStage.VACATED)
        )
        rows = rows.exclude(stage=renewal.RenewalStage.DROPPED).exclude(path=renewal.Path.SELF_UPGRADE)
        should = rows.aggregate(total=Sum(pool.kind, default=Decimal(0)))["total"]
        if pool.released != should:
            yield Finding(
                "error",
                "park.quota_differs",
                gettext_noop("{park} says that {kept} of {kind} were released, but its renewals say {rows}."),
                {
                    "park": pool.park.number,
                    "kept": str(pool.released),
                    "kind": pool.kind,
                    "rows": str(should),
                },
            )
