"""Addresses of the field's pages."""

from __future__ import annotations

from django.urls import path

from shanhai.fields.pairing import ical_views
from shanhai.fields.pairing.views import (
    activities,
    agreements,
    balance,
    briefs,
    calendars,
    commitments,
    convening,
    deliveries,
    focus,
    items,
    leader,
    meetings,
    minutes,
    pairings,
    people,
    technical,
    terms,
)

app_name = "pairing"

_pairings = [
    path("", pairings.zone, name="pairings"),
    path("text/", pairings.zone_text, name="zone_text"),
    path("pairings/open/", pairings.open_pairing, name="pairing_open"),
    path("pairings/<str:code>/", pairings.pairing, name="pairing"),
    path("pairings/<str:code>/change/", pairings.change, name="pairing_change"),
    path("pairings/<str:code>/party/", pairings.add_party, name="pairing_party"),
    path("pairings/<str:code>/end/", pairings.end, name="pairing_end"),
    path("pairings/<str:code>/reopen/", pairings.reopen, name="pairing_reopen"),
    path("charges/", pairings.charges, name="charges"),
    path("charges/new/", pairings.put_in_charge, name="charge_new"),
    path("charges/<int:pk>/end/", pairings.end_charge, name="charge_end"),
]
_agreements = [
    path("agreements/", agreements.agreements, name="agreements"),
    path("agreements/draft/", agreements.draft, name="agreement_draft"),
    path("agreements/<str:number>/", agreements.agreement, name="agreement"),
    path("agreements/<str:number>/change/", agreements.change, name="agreement_change"),
    path("agreements/<str:number>/share/", agreements.share, name="agreement_share"),
    path("agreements/<str:number>/unshare/", agreements.unshare, name="agreement_unshare"),
    path("agreements/<str:number>/drop/", agreements.drop, name="agreement_drop"),
    path("agreements/<str:number>/sign/", agreements.sign, name="agreement_sign"),
    path("agreements/<str:number>/unsign/", agreements.unsign, name="agreement_unsign"),
    path("agreements/<str:number>/renew/", agreements.renew, name="agreement_renew"),
    path("agreements/<str:number>/end/", agreements.end, name="agreement_end"),
    path("agreements/<str:number>/commitment/", terms.add_commitment, name="commitment_add"),
    path("agreements/<str:number>/money/", terms.add_money, name="money_add"),
    path("agreements/<str:number>/land/", terms.add_land, name="land_add"),
    path("payments/<str:code>/", terms.pay, name="payment"),
    path("payments/<str:code>/take-back/", terms.take_back_payment, name="payment_take_back"),
    path("land/<str:code>/", terms.hand_over, name="land_hand_over"),
]
_commitments = [
    path("commitments/", commitments.commitments, name="commitments"),
    path("commitments/<str:code>/", commitments.commitment, name="commitment"),
    path("commitments/<str:code>/record/", deliveries.record, name="delivery_record"),
    path("commitments/<str:code>/plan/", deliveries.plan, name="delivery_plan"),
    path("commitments/<str:code>/change/", commitments.change, name="commitment_change"),
    path("commitments/<str:code>/drop/", terms.drop_commitment, name="commitment_drop"),
    path("deliveries/<str:code>/", deliveries.delivery, name="delivery"),
    path("deliveries/<str:code>/confirm/", deliveries.confirm, name="delivery_confirm"),
    path("deliveries/<str:code>/unconfirm/", deliveries.unconfirm, name="delivery_unconfirm"),
    path("deliveries/<str:code>/withdraw/", deliveries.withdraw, name="delivery_withdraw"),
    path("deliveries/<str:code>/take-back/", deliveries.take_back, name="delivery_take_back"),
]
_meetings = [
    path("meetings/", meetings.meetings, name="meetings"),
    path("meetings/call/", convening.call, name="meeting_call"),
    path("meetings/<str:number>/", meetings.meeting, name="meeting"),
    path("meetings/<str:number>/brief.pdf", briefs.latest, name="brief_latest"),
    path("meetings/<str:number>/brief/", briefs.brief, name="brief"),
    path("meetings/<str:number>/brief/make/", briefs.make, name="brief_make"),
    path("meetings/<str:number>/brief/cancel/", briefs.cancel, name="brief_cancel"),
    path("meetings/<str:number>/change/", convening.change, name="meeting_change"),
    path("meetings/<str:number>/invite/", convening.invite, name="meeting_invite"),
    path("meetings/<str:number>/guests/<int:pk>/answer/", convening.answer, name="meeting_answer"),
    path("meetings/<str:number>/guests/<int:pk>/remove/", convening.uninvite, name="meeting_uninvite"),
    path("meetings/<str:number>/agenda/", convening.agenda, name="meeting_agenda"),
    path("meetings/<str:number>/agenda/<int:order>/paper/", convening.add_paper, name="meeting_paper"),
    path("meetings/<str:number>/cancel/", convening.cancel, name="meeting_cancel"),
    path("meetings/<str:number>/reinstate/", convening.reinstate, name="meeting_reinstate"),
    path("meetings/<str:number>/held/", minutes.hold, name="meeting_hold"),
    path("meetings/<str:number>/minutes/", minutes.minutes, name="meeting_minutes"),
    path("meetings/<str:number>/sign/", minutes.sign, name="meeting_sign"),
    path("meetings/<str:number>/resolution/", minutes.resolve, name="meeting_resolve"),
    path("resolutions/<str:number>/assign/", items.assign, name="item_assign"),
]
_items = [
    path("action-items/", items.items, name="items"),
    path("action-items/<str:number>/", items.item, name="item"),
    path("action-items/<str:number>/report/", items.report, name="item_report"),
    path("action-items/<str:number>/close/", items.close, name="item_close"),
    path("action-items/<str:number>/reopen/", items.reopen, name="item_reopen"),
    path("action-items/<str:number>/extend/", items.extend, name="item_extend"),
    path("action-items/<str:number>/drop/", items.drop, name="item_drop"),
]
_activities = [
    path("activities/", activities.activities, name="activities"),
    path("activities/plan/", activities.plan, name="activity_plan"),
    path("activities/<str:number>/", activities.activity, name="activity"),
    path("activities/<str:number>/change/", activities.change, name="activity_change"),
    path("activities/<str:number>/held/", activities.hold, name="activity_hold"),
    path("activities/<str:number>/photos/", activities.photos, name="activity_photos"),
    path("activities/<str:number>/close/", activities.close, name="activity_close"),
    path("activities/<str:number>/cancel/", activities.cancel, name="activity_cancel"),
    path("activities/<str:number>/reopen/", activities.reopen, name="activity_reopen"),
    path("activities/<str:number>/money/", activities.money, name="activity_money"),
    path("activities/<str:number>/money/take-back/", activities.take_back, name="activity_take_back"),
    path("activities/<str:number>/agreed/", activities.assign, name="activity_assign"),
]
_balance = [
    path("leader/", leader.desk, name="leader"),
    path("balance/", balance.balance, name="balance"),
    path("balance/say/", balance.say, name="balance_say"),
    path("balance/money.csv", balance.money_csv, name="balance_money"),
    path("balance/table.<str:form>", balance.export, name="balance_export"),
    path("balance/<str:code>/", balance.records, name="balance_records"),
]
_focus = [
    path("focus/", focus.focus, name="focus"),
    path("focus/set/", focus.set_point, name="focus_set"),
    path("focus/<int:pk>/", focus.point, name="focus_point"),
    path("focus/<int:pk>/change/", focus.change, name="focus_change"),
    path("focus/<int:pk>/drop/", focus.drop, name="focus_drop"),
]
_people = [
    path("secondments/", people.secondments, name="secondments"),
    path("secondments/new/", people.second, name="secondment_new"),
    path("secondments/<str:code>/", people.secondment, name="secondment"),
    path("secondments/<str:code>/task/", people.give_task, name="secondment_task"),
    path("secondments/<str:code>/tasks/<int:pk>/", people.finish_task, name="secondment_finish"),
    path("secondments/<str:code>/appraisals/<int:pk>/", people.appraise, name="secondment_appraise"),
    path("secondments/<str:code>/prolong/", people.prolong, name="secondment_prolong"),
    path("secondments/<str:code>/hand-over/", people.hand_over, name="secondment_end"),
    path("secondments/<str:code>/cancel/", people.cancel, name="secondment_cancel"),
]
_calendar = [
    path("calendar/", calendars.calendar, name="calendar"),
    path("calendar/make/", calendars.make, name="calendar_make"),
    path("calendar/revoke/", calendars.revoke, name="calendar_revoke"),
    path("calendar/<str:token>.ics", ical_views.feed, name="calendar_feed"),
]
_technical = [
    path("technical-problems/", technical.problems, name="technical_problems"),
    path("technical-problems/post/", technical.post, name="technical_post"),
    path("technical-problems/<str:number>/", technical.problem, name="technical_problem"),
    path("technical-problems/<str:number>/share/", technical.share, name="technical_share"),
    path("technical-problems/<str:number>/unshare/", technical.unshare, name="technical_unshare"),
    path("technical-problems/<str:number>/answer/", technical.answer, name="technical_answer"),
    path("technical-problems/<str:number>/accept/<int:pk>/", technical.accept, name="technical_accept"),
    path("technical-problems/<str:number>/unaccept/", technical.unaccept, name="technical_unaccept"),
    path("technical-problems/<str:number>/close/", technical.close, name="technical_close"),
    path("technical-problems/<str:number>/withdraw/", technical.withdraw, name="technical_withdraw"),
    path("technical-problems/<str:number>/withdraw/now/", technical.unpost, name="technical_unpost"),
    path("technical-problems/<str:number>/reopen/", technical.reopen, name="technical_reopen"),
]

urlpatterns = [
    *_pairings,
    *_agreements,
    *_commitments,
    *_meetings,
    *_items,
    *_activities,
    *_focus,
    *_people,
    *_balance,
    *_calendar,
    *_technical,
]
