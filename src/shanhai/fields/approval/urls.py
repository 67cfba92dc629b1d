"""Addresses of the field."""

from django.urls import path

from shanhai.fields.approval.views import (
    case_forms,
    cases,
    catalogues,
    drafts,
    commitments,
    meetings,
    papers,
    previews,
    services,
)

app_name = "approval"

_ONE = "catalogues/<str:code>/"
_VERSION = f"{_ONE}<int:number>/"
_CASE = "cases/<str:number>/"
_ITEM = f"{_CASE}items/<str:code>/"
_MEETING = "meetings/<str:number>/"
_OPINION = f"{_ITEM}opinions/<str:department>/"

urlpatterns = [
    path("inbox/", cases.inbox, name="inbox"),
    path("cases/", cases.cases, name="cases"),
    path("cases/file/", case_forms.file, name="case_file"),
    path(_CASE, cases.case, name="case"),
    path(f"{_CASE}applicant/", cases.applicant, name="applicant"),
    path(f"{_CASE}hand-in/", case_forms.hand_in, name="case_hand_in"),
    path(f"{_CASE}withdraw/", case_forms.withdraw, name="case_withdraw"),
    path(f"{_CASE}gaps/", case_forms.gaps, name="case_gaps"),
    path(f"{_CASE}accept/", case_forms.accept, name="case_accept"),
    path(f"{_CASE}materials/<str:code>/add/", case_forms.material, name="material_add"),
    path(f"{_CASE}letters/<str:key>/", cases.letter, name="letter"),
    path(f"{_ITEM}decide/", case_forms.decide, name="item_decide"),
    path(f"{_ITEM}return/", case_forms.return_item, name="item_return"),
    path(f"{_ITEM}recall/", case_forms.recall_item, name="item_recall"),
    path(f"{_ITEM}stop/", case_forms.stop, name="item_stop"),
    path(f"{_ITEM}resume/", case_forms.resume, name="item_resume"),
    path(f"{_ITEM}ask-to-resume/", case_forms.ask_to_resume, name="item_ask_to_resume"),
    path(f"{_ITEM}extend/", case_forms.extend, name="item_extend"),
    path(f"{_OPINION}reply/", case_forms.reply, name="opinion_reply"),
    path(f"{_OPINION}return/", case_forms.return_opinion, name="opinion_return"),
    path(f"{_OPINION}record/", case_forms.record, name="opinion_record"),
    path(f"{_OPINION}recall/", case_forms.recall_opinion, name="opinion_recall"),
    path(f"{_ITEM}services/ask/", services.ask, name="service_ask"),
    path(f"{_ITEM}services/<int:service>/deliver/", services.deliver, name="service_deliver"),
    path(f"{_ITEM}services/<int:service>/end/", services.end, name="service_end"),
    path(f"{_ITEM}letter/give/", commitments.give, name="letter_give"),
    path(f"{_ITEM}letter/verify/", commitments.verify, name="letter_verify"),
    path("letters/", commitments.letters, name="letters"),
    path("intermediaries/", services.intermediaries, name="intermediaries"),
    path("intermediaries/add/", services.add, name="intermediary_add"),
    path("intermediaries/<str:code>/", services.intermediary, name="intermediary"),
    path("intermediaries/<str:code>/change/", services.change, name="intermediary_change"),
    path("meetings/", meetings.meetings, name="meetings"),
    path("meetings/call/", meetings.call, name="meeting_call"),
    path(_MEETING, meetings.meeting, name="meeting"),
    path(f"{_MEETING}change/", meetings.change, name="meeting_change"),
    path(f"{_MEETING}agenda/", meetings.agenda, name="meeting_agenda"),
    path(f"{_MEETING}agenda/<int:order>/decide/", meetings.decide, name="meeting_decide"),
    path(f"{_MEETING}agenda/<int:order>/take-off/", meetings.take_off, name="meeting_take_off"),
    path(f"{_MEETING}hold/", meetings.hold, name="meeting_hold"),
    path(f"{_MEETING}minutes/", meetings.minutes, name="meeting_minutes"),
    path(f"{_MEETING}sign/", meetings.sign, name="meeting_sign"),
    path(f"{_MEETING}cancel/", meetings.cancel, name="meeting_cancel"),
    path("catalogues/", catalogues.catalogues, name="catalogues"),
    path("catalogues/open/", drafts.open_catalogue, name="catalogue_open"),
    path(_ONE, catalogues.catalogue, name="catalogue"),
    path(f"{_ONE}draft/", drafts.open_draft, name="draft_open"),
    path(f"{_ONE}draft/bring/", drafts.bring, name="draft_bring"),
    path(f"{_ONE}draft/publish/", drafts.publish, name="draft_publish"),
    path(f"{_ONE}draft/drop/", drafts.drop, name="draft_discard"),
    path(f"{_ONE}draft/items/add/", drafts.add_item, name="item_add"),
    path(f"{_ONE}draft/items/<str:item>/change/", drafts.change_item, name="item_change"),
    path(f"{_ONE}draft/items/<str:item>/drop/", drafts.drop_item, name="item_drop"),
    path(_VERSION, catalogues.version, name="version"),
    path(f"{_VERSION}file.<str:form>", catalogues.file, name="version_file"),
    path(f"{_VERSION}needed/", previews.preview, name="preview"),
    path(f"{_VERSION}items/<str:item>/", catalogues.item, name="item"),
    path(f"{_VERSION}items/<str:item>/papers/<str:material>/", papers.keep, name="paper_keep"),
    path(
        f"{_VERSION}items/<str:item>/papers/<str:material>/<str:role>/drop/", papers.drop, name="paper_drop"
    ),
]
