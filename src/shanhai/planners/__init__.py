"""Planning questions as plain functions: data in, plan out; no clock, no database, no Django.

Import a planner from here: ``from shanhai.planners import forecast_commitment``.
"""

from shanhai.planners.forecast import Forecast, forecast_commitment
from shanhai.planners.review_schedule import ReviewSchedule, Step, schedule_review

__all__ = ["Forecast", "ReviewSchedule", "Step", "forecast_commitment", "schedule_review"]
