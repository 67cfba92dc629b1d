"""Addresses of the field, mounted at /office/; the list of one's own work stands at /my-work/."""

from __future__ import annotations

from django.urls import URLPattern, path

from shanhai.fields.office.views import answers, rounds

app_name = "office"
_rounds: list[URLPattern] = [
    path("rounds/", rounds.rounds, name="rounds"),
    path("rounds/new/", rounds.new, name="round_new"),
    path("rounds/<str:number>/", rounds.show, name="round"),
    path("rounds/<str:number>/open/", rounds.open_, name="round_open"),
    path("rounds/<str:number>/form/", rounds.change_form, name="round_form"),
    path("rounds/<str:number>/extend/", rounds.extend, name="round_extend"),
    path("rounds/<str:number>/call-off/", rounds.call_off, name="round_call_off"),
    path("rounds/<str:number>/call-off/now/", rounds.call_off_now, name="round_call_off_now"),
    path("rounds/<str:number>/remind/", rounds.remind, name="round_remind"),
    path("rounds/<str:number>/merge/", rounds.merge, name="round_merge"),
    path("rounds/<str:number>/merge/back/", rounds.unmerge, name="round_unmerge"),
    path("rounds/<str:number>/accept/", rounds.accept_all, name="round_accept"),
    path("rounds/<str:number>/<str:unit>/", answers.answer, name="answer"),
    path("rounds/<str:number>/<str:unit>/template/", answers.template, name="answer_template"),
    path("rounds/<str:number>/<str:unit>/upload/", answers.upload, name="answer_upload"),
    path("rounds/<str:number>/<str:unit>/return/", answers.down, name="answer_down"),
    path("rounds/<str:number>/<str:unit>/review/", answers.review, name="answer_review"),
    path("rounds/<str:number>/<str:unit>/take-back/", answers.take_back, name="answer_take_back"),
    path("rounds/<str:number>/<str:unit>/hand-over/", answers.hand_over, name="answer_hand_over"),
]
urlpatterns: list[URLPattern] = [*_rounds]
