"""Bare pages to measure ours beside: the same rows, session and server, a plain template, and nothing else.

These are the settings (``DJANGO_SETTINGS_MODULE=benchmarks.bare``); ``bare_pages`` has the views. The home page
reads the rows that ours reads (commitments, deliveries, what is late, the meeting, work, the journal, the map) and
prints them as they are.
"""

from __future__ import annotations

from shanhai.site.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.bare_pages"
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # The login's back end asks for it.
    "allauth.account.middleware.AccountMiddleware",
]
