"""All addresses with those of the API: its answers name pages, too."""

from __future__ import annotations

from django.urls import path

from shanhai.site import api, urls

handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500

urlpatterns = [
    path("api/v1/docs", api.docs, name="api_docs"),
    path("api/v1/", api.api.urls),
    path("api/<path:rest>", api.nothing_here),
    *urls.urlpatterns,
]
