"""Planning questions as plain functions: data in, plan out; no clock, no database, no Django.

Import a planner from here: ``from shanhai.planners import forecast_commitment``. Each is loaded when it is asked for: a
question about a log takes less time than loading all of them would.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shanhai.planners.completion import Completion, forecast_completion
    from shanhai.planners.flow import Flow, mine_flow
    from shanhai.planners.flow_picture import FlowPicture, draw_flow
    from shanhai.planners.forecast import Forecast, forecast_commitment
    from shanhai.planners.growth import GrowthScore, Yardstick, score_growth, yearly_growth
    from shanhai.planners.hit_rates import HitRate, PickRates, measure_hits
    from shanhai.planners.land_grades import LandGrade, LandScheme, LandYear, grade_land
    from shanhai.planners.lead_matching import Matches, match_leads
    from shanhai.planners.lead_records import Cluster, Entry, Lead, MatchScheme, Parcel
    from shanhai.planners.policy_aid import AidPlan, Formula, Paid, Policy, Requirement, claw_back, plan_aid
    from shanhai.planners.portfolio import place_leads
    from shanhai.planners.portfolio_checking import check_portfolio
    from shanhai.planners.portfolio_records import Amounts, Limits, Portfolio
    from shanhai.planners.potential import Potential, review_potential
    from shanhai.planners.review_schedule import ReviewSchedule, Step, schedule_review
    from shanhai.planners.review_simulation import ReviewSimulation, cut_between, simulate_review
    from shanhai.planners.same_names import NameIndex, find_same_names
    from shanhai.planners.time_saved import PastCase, TimeSaved, measure_time_saved

_WHERE = {
    "completion": ("Completion", "forecast_completion"),
    "flow": ("Flow", "mine_flow"),
    "flow_picture": ("FlowPicture", "draw_flow"),
    "forecast": ("Forecast", "forecast_commitment"),
    "growth": ("GrowthScore", "Yardstick", "score_growth", "yearly_growth"),
    "hit_rates": ("HitRate", "PickRates", "measure_hits"),
    "land_grades": ("LandGrade", "LandScheme", "LandYear", "grade_land"),
    "lead_matching": ("Matches", "match_leads"),
    "lead_records": ("Cluster", "Entry", "Lead", "MatchScheme", "Parcel"),
    "policy_aid": ("AidPlan", "Formula", "Paid", "Policy", "Requirement", "claw_back", "plan_aid"),
    "portfolio": ("place_leads",),
    "portfolio_checking": ("check_portfolio",),
    "portfolio_records": ("Amounts", "Limits", "Portfolio"),
    "potential": ("Potential", "review_potential"),
    "review_schedule": ("ReviewSchedule", "Step", "schedule_review"),
    "review_simulation": ("ReviewSimulation", "cut_between", "simulate_review"),
    "same_names": ("NameIndex", "find_same_names"),
    "time_saved": ("PastCase", "TimeSaved", "measure_time_saved"),
}
_MODULE_OF = {name: module for module, names in _WHERE.items() for name in names}

__all__ = [
    "AidPlan",
    "Amounts",
    "Cluster",
    "Completion",
    "Entry",
    "Flow",
    "FlowPicture",
    "Forecast",
    "Formula",
    "GrowthScore",
    "HitRate",
    "LandGrade",
    "LandScheme",
    "LandYear",
    "Lead",
    "Limits",
    "MatchScheme",
    "Matches",
    "NameIndex",
    "Paid",
    "Parcel",
    "PastCase",
    "PickRates",
    "Policy",
    "Portfolio",
    "Potential",
    "Requirement",
    "ReviewSchedule",
    "ReviewSimulation",
    "Step",
    "TimeSaved",
    "Yardstick",
    "check_portfolio",
    "claw_back",
    "cut_between",
    "draw_flow",
    "find_same_names",
    "forecast_commitment",
    "forecast_completion",
    "grade_land",
    "match_leads",
    "measure_hits",
    "measure_time_saved",
    "mine_flow",
    "place_leads",
    "plan_aid",
    "review_potential",
    "schedule_review",
    "score_growth",
    "simulate_review",
    "yearly_growth",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
