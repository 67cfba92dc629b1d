"""Lists as files: the filtered rows of a page as the register's own columns."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse

from shanhai.core.sheets.columns import Register
from shanhai.webkit import downloads


def export_of(register: Register) -> Callable[[Any, QuerySet, str], HttpResponse]:
    """The export of a list page."""

    def export(request: Any, chosen: QuerySet, form: str) -> HttpResponse:
        from shanhai.core.sheets import exporting

        file = BytesIO()
        keys = chosen.order_by().values("pk")
        exporting.export(register, file, form, member=request.member, pairing=request.pairing, pk__in=keys)
        return downloads.sheet(file, f"{register.name}.{form}", form)

    return export
