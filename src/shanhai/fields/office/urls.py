"""Addresses of the field, mounted at /office/; the list of one's own work stands at /my-work/."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "office"
urlpatterns: list[URLPattern] = []
