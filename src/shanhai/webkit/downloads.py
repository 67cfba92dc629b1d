"""Files as answers: documents, saved by the reader or shown in a frame that is cut off from everything else; sheets."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO, TextIOWrapper
from typing import Any
from urllib.parse import quote

from django.http import FileResponse, HttpResponse
from django.utils.http import content_disposition_header

from shanhai.core import blobs, clock
from shanhai.core.models import Document
from shanhai.core.printing import lists, making
from shanhai.core.sheets.cells import neutralise
from shanhai.core.sheets.exporting import MEDIA_TYPES

# The bytes may draw, and nothing else: no script, no form, no frame, nothing from elsewhere.
SANDBOX = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; object-src 'none'; sandbox"


def shown(document: Document) -> FileResponse:
    """The bytes, for the frame on the document's page."""
    answer = _bytes(document)
    answer["Content-Disposition"] = "inline"
    return answer


def saved(document: Document) -> FileResponse:
    """The bytes, to be saved under the document's file name: a browser never opens them on our own pages."""
    answer = _bytes(document)
    plain = "".join(
        c if c.isascii() and c not in '"\\%' and c.isprintable() else "_" for c in document.file_name
    )
    answer["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(document.file_name, safe='')}"
    )
    return answer


def sheet(file: BytesIO, name: str, form: str) -> HttpResponse:
    """A table as a file (``form`` is one of ``MEDIA_TYPES``), to be saved under a name in any script."""
    answer = HttpResponse(file.getvalue(), content_type=MEDIA_TYPES[form])
    answer["Content-Disposition"] = str(content_disposition_header(True, name))
    return answer


def table(headings: Sequence[str], rows: Iterable[Sequence[Any]], name: str, form: str) -> HttpResponse:
    """Rows of a page that are no register, as a workbook, CSV or list on paper.

    In what a spreadsheet opens, text that looks like a formula is told apart. Instants are in Shanghai time, to the
    second: a workbook knows no time zones.
    """
    rows = ([_local(value) for value in row] for row in rows)
    file = BytesIO()
    if form in making.MEDIA_TYPES:
        file.write(lists.plain(name, headings, rows, making.check_form(form)))
    elif form == "xlsx":
        from openpyxl import Workbook

        book = Workbook(write_only=True)
        sheet_of_rows = book.create_sheet(name[:31])
        sheet_of_rows.freeze_panes = "A2"
        for row in (headings, *rows):
            sheet_of_rows.append([_safe(value) for value in row])
        book.save(file)
    else:
        text = TextIOWrapper(file, encoding="utf-8-sig", newline="")
        lines = csv.writer(text, lineterminator="\n")
        for row in (headings, *rows):
            lines.writerow([_safe(value) for value in row])
        text.flush()
        text.detach()
    return sheet(file, f"{name}.{form}", form)


def _local(value: Any) -> Any:
    if not isinstance(value, datetime):
        return value
    return clock.local(value).replace(tzinfo=None, microsecond=0)


def _safe(value: Any) -> Any:
    return neutralise(value) if isinstance(value, str) else value


def _bytes(document: Document) -> FileResponse:
    answer = FileResponse(blobs.path_of(document.blob_id).open("rb"), content_type=document.blob.media_type)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = SANDBOX
    answer["Cache-Control"] = "private, max-age=0, must-revalidate"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer
