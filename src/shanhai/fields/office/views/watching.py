"""Following a record from its page: what the button on all record pages posts to."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from shanhai.core import records
from shanhai.core.actions import watching
from shanhai.fields.office.views import shared


@shared.posted("core.watch_record")
def watch(request: Any, kind: str, pk: int) -> HttpResponse:
    """Follow a record."""
    record = records.found(request.member, kind, pk)
    watching.watch_record(record, by=request.member)
    return shared.said(request, _("You hear of it when this moves."), records.url(record))


@shared.posted("core.unwatch_record")
def unwatch(request: Any, kind: str, pk: int) -> HttpResponse:
    """Follow a record no longer."""
    record = records.found(request.member, kind, pk)
    watching.unwatch_record(record, by=request.member)
    return shared.said(request, _("You watch it no longer."), records.url(record))
