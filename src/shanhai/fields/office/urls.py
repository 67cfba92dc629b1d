"""Addresses of the field, mounted at /office/; the list of one's own work stands at /my-work/."""

from __future__ import annotations

from django.urls import path

from shanhai.fields.office.views import hands

app_name = "office"
urlpatterns = [
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
    path("deputy/", hands.deputy, name="deputy"),
    path("deputy/<int:key>/end/", hands.deputy_end, name="deputy_end"),
]
