"""Addresses of the field."""

from django.urls import path

from shanhai.fields.investment.views import funnel, lead_forms, leads, lists, plans, projects

app_name = "investment"

_LEAD = "leads/<str:number>/"
_LIST = "lists/<str:number>/"
_PLAN = "plans/<str:number>/"
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
    path("plans/", plans.plans, name="plans"),
    path("plans/make/", plans.make, name="plan_make"),
    path(_PLAN, plans.plan, name="plan"),
    path(f"{_PLAN}file.<str:form>", plans.plan_file, name="plan_file"),
    path(f"{_PLAN}cancel/", plans.cancel, name="plan_cancel"),
    path(f"{_PLAN}adopt/", plans.adopt, name="plan_adopt"),
    path(f"{_PLAN}release/", plans.release, name="plan_release"),
    path(f"{_PLAN}lines/<str:lead>/adopt/", plans.adopt_line, name="plan_adopt_line"),
    path(f"{_PLAN}lines/<str:lead>/release/", plans.release_line, name="plan_release_line"),
    path("pipeline/", funnel.funnel, name="funnel"),
    path("pipeline/file.<str:form>", funnel.funnel_file, name="funnel_file"),
    path("projects/", projects.projects, name="projects"),
    path("projects/add/", projects.add, name="project_add"),
    path("projects/<str:number>/", projects.project, name="project"),
    path("projects/<str:number>/change/", projects.change, name="project_change"),
    path("projects/<str:number>/move/", projects.move, name="project_move"),
]
