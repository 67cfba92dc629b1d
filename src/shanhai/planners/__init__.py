"""Planning questions as plain functions: data in, plan out; no clock, no database, no Django.

Import a planner from here: ``from shanhai.planners import forecast_commitment``.
"""

from shanhai.planners.flow import Flow, mine_flow
from shanhai.planners.forecast import Forecast, forecast_commitment
from shanhai.planners.potential import Potential, review_potential
from shanhai.planners.review_schedule import ReviewSchedule, Step, schedule_review

__all__ = [
    "Flow",
    "Forecast",
    "Potential",
    "ReviewSchedule",
    "Step",
    "forecast_commitment",
    "mine_flow",
    "review_potential",
    "schedule_review",
]
