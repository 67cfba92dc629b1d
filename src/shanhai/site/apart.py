"""The API stands apart: its operations are read when the first program calls, so that no page waits for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse

WITH_API = "shanhai.site.urls_with_api"


class ApartMiddleware:
    """Finds what begins with ``/api/`` among the addresses that have the API, and all else among those of pages alone."""

    def __init__(self, get_response: Callable[[Any], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        if request.path_info.startswith("/api/"):
            request.urlconf = WITH_API
        return self.get_response(request)
