"""Addresses of the field."""

from django.urls import path

from shanhai.fields.investment.views import events, funnel, lead_forms, leads, lists, projects, stops, teams

app_name = "investment"

_LEAD = "leads/<str:number>/"
_LIST = "lists/<str:number>/"
_TEAM = "teams/<str:code>/"
_STOP = "stops/<str:number>/"
_EVENT = "events/<str:number>/"
urlpatterns = [
    path("leads/", leads.leads, name="leads"),
    path("leads/add/", lead_forms.add, name="lead_add"),
    path(_LEAD, leads.lead, name="lead"),
    path(f"{_LEAD}change/", lead_forms.change, name="lead_change"),
    path(f"{_LEAD}contact/", lead_forms.contact, name="lead_contact"),
    path(f"{_LEAD}experts/", lead_forms.experts, name="lead_experts"),
    path(f"{_LEAD}triage/", lead_forms.triage, name="lead_triage"),
    path(f"{_LEAD}feedback/", lead_forms.feed_back, name="lead_feedback"),
    path(f"{_LEAD}move/", lead_forms.move, name="lead_move"),
    path(f"{_LEAD}sign/", lead_forms.sign, name="lead_sign"),
    path(f"{_LEAD}reject/", lead_forms.reject, name="lead_reject"),
    path(f"{_LEAD}transfer/", lead_forms.transfer, name="lead_transfer"),
    path(f"{_LEAD}reopen/", lead_forms.reopen, name="lead_reopen"),
    path(f"{_LEAD}merge/", lead_forms.merge, name="lead_merge"),
    path(f"{_LEAD}unmerge/", lead_forms.unmerge, name="lead_unmerge"),
    path(f"{_LEAD}paid-in/", lead_forms.pay_in, name="lead_paid_in"),
    path(f"{_LEAD}paid-in/<int:payment>/take-back/", lead_forms.take_back, name="lead_take_back"),
    path("lists/", lists.lists, name="lists"),
    path("lists/open/", lists.open_, name="list_open"),
    path("lists/conversion/", lists.conversion, name="conversion"),
    path(_LIST, lists.one_list, name="list"),
    path(f"{_LIST}file.<str:form>", lists.list_file, name="list_file"),
    path(f"{_LIST}add-line/", lists.add_line, name="list_add_line"),
    path(f"{_LIST}publish/", lists.publish, name="list_publish"),
    path(f"{_LIST}acknowledge/", lists.acknowledge, name="list_acknowledge"),
    path(f"{_LIST}sign/", lists.sign, name="list_sign"),
    path(f"{_LIST}lines/<str:lead>/take-off/", lists.take_off, name="list_take_off"),
    path(f"{_LIST}lines/<str:lead>/accept/", lists.accept, name="list_accept"),
    path(f"{_LIST}lines/<str:lead>/answer/", lists.answer, name="list_answer"),
    path(f"{_LIST}withdraw/<str:of>/<str:lead>/", lists.withdraw, name="list_withdraw"),
    path("teams/", teams.teams, name="teams"),
    path("teams/add/", teams.add, name="team_add"),
    path("teams/file.<str:form>", teams.teams_file, name="teams_file"),
    path(_TEAM, teams.team, name="team"),
    path(f"{_TEAM}change/", teams.change, name="team_change"),
    path(f"{_TEAM}year/", teams.set_year, name="team_year"),
    path(f"{_TEAM}cost/", teams.add_cost, name="team_cost"),
    path(f"{_TEAM}cost/<str:cost>/take-back/", teams.take_back_cost, name="team_cost_back"),
    path(f"{_TEAM}contact/", stops.log, name="team_contact"),
    path(f"{_TEAM}plan/", stops.plan, name="stop_plan"),
    path("contact/", stops.contact, name="contact"),
    path("stops/", stops.stops, name="stops"),
    path(_STOP, stops.stop, name="stop"),
    path(f"{_STOP}change/", stops.change, name="stop_change"),
    path(f"{_STOP}tell/", stops.tell, name="stop_tell"),
    path(f"{_STOP}cancel/", stops.cancel, name="stop_cancel"),
    path(f"{_STOP}again/", stops.again, name="stop_again"),
    path("events/", events.events, name="events"),
    path("events/plan/", events.plan, name="event_plan"),
    path(_EVENT, events.event, name="event"),
    path(f"{_EVENT}convene/", events.convene, name="event_convene"),
    path(f"{_EVENT}money/", events.money, name="event_money"),
    path(f"{_EVENT}invite/", events.invite, name="event_invite"),
    path(f"{_EVENT}came/", events.came, name="event_came"),
    path(f"{_EVENT}firms/<str:firm>/lead/", events.lead, name="event_lead"),
    path(f"{_EVENT}firms/<str:firm>/lead/off/", events.lead_off, name="event_lead_off"),
    path(f"{_EVENT}file.<str:form>", events.guests_file, name="event_file"),
    path("pipeline/", funnel.funnel, name="funnel"),
    path("pipeline/file.<str:form>", funnel.funnel_file, name="funnel_file"),
    path("projects/", projects.projects, name="projects"),
    path("projects/add/", projects.add, name="project_add"),
    path("projects/<str:number>/", projects.project, name="project"),
    path("projects/<str:number>/change/", projects.change, name="project_change"),
    path("projects/<str:number>/move/", projects.move, name="project_move"),
]
