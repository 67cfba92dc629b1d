"""Write two portfolio plans of the example park: one that was adopted for most of its leads, and a draft; all of it illustrative.

    python scripts/example_plans.py        # writes portfolio_*.csv and plot_reservations.csv into examples/longquan-xiaoshan

The example zone is loaded without them into a folder of its own; the plans are asked for by the action of the page, made by the
planner and checked by its verifier. Run it last: what goes in are the leads, land and quotas that the others wrote.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from example_living import keep, on, who, zone_without

FILES = ("portfolio_plan*.csv", "plot_reservations.csv")
# What the first one leaves: these lines wait, since their investors have not decided on a place.
NOT_YET = ("XS-2023-027", "XS-2023-031")


def main() -> None:
    """Load the example without plans, make them, and keep the files."""
    with zone_without(*FILES) as out:
        live(out)
        for pattern in FILES:
            keep(out, pattern)


def live(out: Path) -> None:
    """Have the plans made in the zone that is loaded, adopt of the first what is decided, and write them."""
    from shanhai.fields.investment.actions import plans
    from shanhai.fields.investment.queries import planning
    from shanhai.fields.investment.queries import plans as queries
    from shanhai.fields.investment.rules.planning import Asked
    from shanhai.fields.investment.zone import plans as plan_zone
    from shanhai.fields.park.queries import parks
    from shanhai.fields.park.zone import reservations

    park, officer = parks.park_of(None, "LQ-XS"), who("lin-wen")
    on("2023-09-13")
    first = _made(
        park,
        Asked(
            years=2, grant_percent=2.0, budget=1_050.0, step_mu=15.0, step_tce=200.0, **planning.suggested(officer, park, 2)
        ),
        "AP-2023-00001",
    )  # fmt: skip
    on("2023-09-15")
    for line in queries.lines_of(first):
        if line.lead.number not in NOT_YET:
            plans.adopt_line(line, by=officer)
    on("2023-09-18")
    _made(
        park,
        Asked(
            years=3, land_mu=(20.0, 60.0, None), energy_tce=600.0, with_levelled=True, cost_per_mu=8.0, budget=600.0,
            step_mu=15.0, step_tce=150.0,
        ),
        "AP-2023-00002",
    )  # fmt: skip
    plan_zone.export(out, None)
    reservations.export(out, None)


def _made(park: Any, asked: Any, number: str) -> Any:
    """A plan as the task makes it."""
    from shanhai.fields.investment.actions import plans
    from shanhai.fields.investment.rules import planning as rules

    one = plans.make_plan(park, asked, by=who("lin-wen"))
    one.number, one.reach = number, "both"
    one.save(update_fields=["number", "reach"])
    return plans.keep_plan(one, rules.place(one.inputs, one.asked), by=None)


if __name__ == "__main__":
    main()
