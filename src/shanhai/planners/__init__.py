"""Planning questions as plain functions: data in, plan out; no clock, no database, no Django.

Import a planner from here: ``from shanhai.planners import forecast_commitment``.
"""

from shanhai.planners.completion import Completion, forecast_completion
from shanhai.planners.flow import Flow, mine_flow
from shanhai.planners.forecast import Forecast, forecast_commitment
from shanhai.planners.potential import Potential, review_potential
from shanhai.planners.review_schedule import ReviewSchedule, Step, schedule_review
from shanhai.planners.review_simulation import ReviewSimulation, cut_between, simulate_review
from shanhai.planners.time_saved import PastCase, TimeSaved, measure_time_saved

__all__ = [
    "Completion",
    "Flow",
    "Forecast",
    "PastCase",
    "Potential",
    "ReviewSchedule",
    "ReviewSimulation",
    "Step",
    "TimeSaved",
    "cut_between",
    "forecast_commitment",
    "forecast_completion",
    "measure_time_saved",
    "mine_flow",
    "review_potential",
    "schedule_review",
    "simulate_review",
]
