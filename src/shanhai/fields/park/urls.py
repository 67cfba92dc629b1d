"""Addresses of the field."""

from __future__ import annotations

from django.urls import path

from shanhai.fields.park.views import firm, firms

app_name = "park"

_firms = [
    path("firms/", firms.firms, name="firms"),
    path("firms/enter/", firms.enter, name="firm_enter"),
    path("firms/<str:code>/", firm.firm, name="firm"),
    path("firms/<str:code>/change/", firms.change, name="firm_change"),
    path("firms/<str:code>/leave/", firms.leave, name="firm_leave"),
    path("firms/<str:code>/above-scale/", firms.above_scale, name="firm_above"),
    path("firms/<str:code>/below-scale/", firms.below_scale, name="firm_below"),
    path("firms/<str:code>/plots/", firms.add_plot, name="firm_plot"),
    path("firms/<str:code>/plots/<str:plot>/end/", firms.end_plot, name="firm_plot_end"),
    path("firms/<str:code>/agents/", firms.agent, name="firm_agent"),
    path("firms/<str:code>/agents/<str:agent>/end/", firms.end_agent, name="firm_agent_end"),
    path("firms/<str:code>/figures/", firms.figures, name="firm_figures"),
    path("firms/<str:code>/figures/<str:period>/read/", firm.read, name="figures_read"),
]

urlpatterns = [*_firms]
