"""Addresses of the field, mounted at /office/; the list of one's own work stands at /my-work/."""

from __future__ import annotations

from django.urls import URLPattern, path

from shanhai.fields.office.views import (
    answers,
    factor_pools,
    factors,
    hands,
    instructions,
    links,
    notes,
    problems,
    proposals,
    replies,
    robots,
    rounds,
    watching,
)

app_name = "office"
_rounds: list[URLPattern] = [
    path("rounds/", rounds.rounds, name="rounds"),
    path("rounds/new/", rounds.new, name="round_new"),
    path("rounds/new/workbook/", rounds.read_workbook, name="round_read"),
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
_work = [
    # Work, shared out
    path("work/remind/", hands.remind, name="work_remind"),
    path("work/assign/", hands.assign, name="work_assign"),
    path("work/unassign/<str:packed>/", hands.unassign, name="work_unassign"),
    path("work/claim/", hands.claim, name="work_claim"),
    path("work/watch/", hands.watch, name="work_watch"),
    path("work/unwatch/", hands.unwatch, name="work_unwatch"),
    path("work/export/", hands.export, name="work_export"),
    path("work/print/", hands.printed, name="work_print"),
    path("work/<int:key>/answer/", hands.answer, name="work_answer"),
    path("work/<int:key>/unanswer/<str:code>/", hands.unanswer, name="work_unanswer"),
    path("replies/<int:key>/move/", replies.move, name="reply_move"),
    path("replies/<int:key>/take-back/", replies.take_back, name="reply_take_back"),
    path("deputy/", hands.deputy, name="deputy"),
    path("deputy/<int:key>/end/", hands.deputy_end, name="deputy_end"),
]
_notes = [
    path("records/<str:kind>/<int:pk>/note/", notes.write, name="note_write"),
    path("records/<str:kind>/<int:pk>/share/<str:verb>/", notes.share, name="record_share"),
    path("records/<str:kind>/<int:pk>/watch/", watching.watch, name="record_watch"),
    path("records/<str:kind>/<int:pk>/unwatch/", watching.unwatch, name="record_unwatch"),
    path("records/<str:kind>/<int:pk>/guest/", notes.guest, name="record_guest"),
    path("notes/<int:pk>/change/", notes.change, name="note_change"),
    path("notes/<int:pk>/withdraw/", notes.withdraw, name="note_withdraw"),
    path("mentions/<int:pk>/seen/", notes.see, name="mention_seen"),
]
_problems = [
    path("problems/", problems.problems, name="problems"),
    path("problems/raise/", problems.raise_problem, name="problem_raise"),
    path("problems/<str:number>/", problems.problem, name="problem"),
    path("problems/<str:number>/answer/", problems.answer, name="problem_answer"),
    path("problems/<str:number>/take-back/", problems.take_back, name="problem_take_back"),
    path("problems/<str:number>/ask-back/", problems.ask_back, name="problem_ask_back"),
    path("problems/<str:number>/reply/", problems.reply, name="problem_reply"),
    path("problems/<str:number>/rate/", problems.rate, name="problem_rate"),
    path("problems/<str:number>/reopen/", problems.reopen, name="problem_reopen"),
    path("problems/<str:number>/withdraw/", problems.withdraw, name="problem_withdraw"),
]
_proposals = [
    path("proposals/", proposals.proposals, name="proposals"),
    path("proposals/new/", proposals.propose, name="proposal_new"),
    path("proposals/<str:number>/", proposals.proposal, name="proposal"),
    path("proposals/<str:number>/adopt/", proposals.adopt, name="proposal_adopt"),
    path("proposals/<str:number>/force/", proposals.bring_into_force, name="proposal_force"),
    path("proposals/<str:number>/withdraw/", proposals.withdraw, name="proposal_withdraw"),
    path("proposals/<str:number>/step-back/", proposals.step_back, name="proposal_step_back"),
    path("proposals/<str:number>/effect/", proposals.record_effect, name="effect_new"),
    path("effects/<int:pk>/drop/", proposals.drop_effect, name="effect_drop"),
]
_instructions = [
    path("instructions/", instructions.instructions, name="instructions"),
    path("instructions/<str:number>/", instructions.instruction, name="instruction"),
    path("instructions/<str:number>/report/", instructions.report, name="instruction_report"),
    path("instructions/<str:number>/close/", instructions.close, name="instruction_close"),
    path("instructions/<str:number>/send-back/", instructions.send_back, name="instruction_send_back"),
    path("instructions/<str:number>/drop/", instructions.drop, name="instruction_drop"),
    path("records/<str:kind>/<int:pk>/instruct/", instructions.instruct, name="instruct"),
]
_robots = [
    path("robots/", robots.robots, name="robots"),
    path("robots/new/", robots.new, name="robot_new"),
    path("robots/<int:pk>/", robots.robot, name="robot"),
    path("robots/<int:pk>/change/", robots.change, name="robot_change"),
    path("robots/<int:pk>/off/", robots.off, name="robot_off"),
    path("robots/<int:pk>/on/", robots.on, name="robot_on"),
    path("robots/<int:pk>/test/", robots.try_it, name="robot_test"),
    path("messages/", robots.outbox, name="sendings"),
    path("messages/again/", robots.again, name="sendings_again"),
]
_links = [
    path("links/", links.index, name="links"),
    path("links/<slug:code>/", links.link, name="link"),
    path("links/<slug:code>/extend/", links.extend, name="link_extend"),
    path("links/<slug:code>/unextend/", links.unextend, name="link_unextend"),
    path("links/<slug:code>/revoke/", links.revoke, name="link_revoke"),
    path("links/<slug:code>/restore/", links.restore, name="link_restore"),
    path("links/<slug:code>/release/", links.release, name="link_release"),
    path("links/<slug:code>/renew/", links.renew, name="link_renew"),
    path("records/<str:kind>/<int:pk>/link/", links.issue, name="link_issue"),
]
_factors = [
    path("factors/", factors.factors, name="factors"),
    path("factors/ask/", factors.ask, name="factor_ask"),
    path("factors/pools/new/", factor_pools.declare, name="factor_pool_new"),
    path("factors/pools/<int:pk>/", factor_pools.change, name="factor_pool"),
    path("factors/<str:number>/", factors.factor, name="factor"),
    path("factors/<str:number>/grant/", factors.grant, name="factor_grant"),
    path("factors/<str:number>/grants/<int:pk>/take-back/", factors.take_back, name="factor_take_back"),
    path("factors/<str:number>/grants/<int:pk>/undo/", factors.ungrant, name="factor_ungrant"),
    path("factors/<str:number>/refuse/", factors.refuse, name="factor_refuse"),
    path("factors/<str:number>/refuse/undo/", factors.unrefuse, name="factor_unrefuse"),
    path("factors/<str:number>/withdraw/", factors.withdraw, name="factor_withdraw"),
    path("factors/<str:number>/withdraw/now/", factors.unask, name="factor_unask"),
    path("factors/<str:number>/reopen/", factors.reopen, name="factor_reopen"),
]
urlpatterns: list[URLPattern] = [
    *_work,
    *_rounds,
    *_notes,
    *_problems,
    *_proposals,
    *_instructions,
    *_robots,
    *_links,
    *_factors,
]
