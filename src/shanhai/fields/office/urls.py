"""Addresses of the field, mounted at /office/; the list of one's own work stands at /my-work/."""

from __future__ import annotations

from django.urls import URLPattern, path

from shanhai.fields.office.views import notes

app_name = "office"
_notes = [
    path("records/<str:kind>/<int:pk>/note/", notes.write, name="note_write"),
    path("records/<str:kind>/<int:pk>/share/<str:verb>/", notes.share, name="record_share"),
    path("records/<str:kind>/<int:pk>/guest/", notes.guest, name="record_guest"),
    path("notes/<int:pk>/change/", notes.change, name="note_change"),
    path("notes/<int:pk>/withdraw/", notes.withdraw, name="note_withdraw"),
    path("mentions/<int:pk>/seen/", notes.see, name="mention_seen"),
]
urlpatterns: list[URLPattern] = [*_notes]
