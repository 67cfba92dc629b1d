"""Addresses of all pages: each installed field is mounted under its name. Those of the API are in ``urls_with_api``."""

from __future__ import annotations

from importlib.util import find_spec

from django.apps import apps
from django.urls import include, path

from shanhai.fields.office.views import phone, told, work
from shanhai.site import accounts, first_run, home, notices, search, switches

handler400 = "shanhai.webkit.errors.bad_request"
handler403 = "shanhai.webkit.errors.forbidden"
handler404 = "shanhai.webkit.errors.not_found"
handler500 = "shanhai.webkit.errors.server_error"

urlpatterns = [
    path("", home.home, name="home"),
    path("search/", search.find, name="search"),
    path("my-work/", work.my_work, name="my_work"),
    path("my-work/<slug:tab>/", work.my_work, name="my_work_tab"),
    path("l/<str:token>/", phone.landing, name="phone_landing"),
    path("p/<str:code>/", phone.page, name="phone_page"),
    path("notices/", notices.unread, name="notices"),
    path("notices/all/", notices.everything, name="notices_all"),
    path("notices/<int:pk>/", notices.open_notice, name="notice"),
    path("notices/<int:pk>/read/", notices.read, name="notice_read"),
    path("notices/read/", notices.read_all, name="notices_read"),
    path("notices/unread/<str:moment>/", notices.read_none, name="notices_unread"),
    path("notices/sent/", told.sent, name="notices_sent"),
    path("notices/of/<int:pk>/", told.of_fact, name="notice_of_fact"),
    path("notices/of/<int:pk>/readers/", told.readers, name="notice_readers"),
    path("notices/how/", told.how, name="how_told"),
    path("notices/how/test/", told.test, name="how_told_test"),
    path("notices/how/confirm/<str:token>/", told.confirm, name="how_told_confirm"),
    path("first-run/", first_run.first_run, name="first_run"),
    path("language/", switches.set_language, name="set_language"),
    path("pairing/choose/", switches.choose_pairing, name="choose_pairing"),
    path("member/choose/", switches.choose_member, name="choose_member"),
    path("account/", include(accounts.urlpatterns)),
    path("", include("shanhai.webkit.urls")),
    *(
        path(f"{app.label}/", include(f"{app.name}.urls"))
        for app in apps.get_app_configs()
        if app.name.startswith("shanhai.fields.") and find_spec(f"{app.name}.urls")
    ),
]
