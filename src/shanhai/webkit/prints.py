"""Papers of records as answers: Word and PDF with their code, the whole file as a zip that is written while it is sent."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import translation
from django.utils.http import content_disposition_header

from shanhai.core import filetypes, heavy, records
from shanhai.core.actions import printing
from shanhai.core.models import Member
from shanhai.core.printing import codes, making, whole
from shanhai.core.queries import printing as queries

_SECONDS, _MEGABYTES = 60.0, 1024


def made(record: Any, form: making.Form, language: str, *, by: Member | None) -> tuple[bytes, str]:
    """The paper of a record as a file and its name; what it says is kept under the code that it carries."""
    printed = printing.keep_print(record, language=language, by=by)
    with translation.override(language):
        content = making.content_of(record)
        data = making.paper(content, form, number=printing.number_of(record), printed=printed)
    return data, whole.safe_name(f"{content.title}.{form}")


def answer(record: Any, form: making.Form, language: str, *, by: Member | None) -> HttpResponse:
    """The paper of a record, to be saved."""
    data, name = made(record, form, language, by=by)
    response = HttpResponse(data, content_type=making.MEDIA_TYPES[form])
    response["Content-Disposition"] = str(content_disposition_header(True, name))
    return response


def zip_of(record: Any, *, by: Member | None) -> tuple[Any, str]:
    """The whole file of a record, piece by piece, and its name; who takes what is journalled before the first piece."""
    inside = queries.whole_file(by, record)
    extra = []
    if making.has_paper(record):
        data, name = made(record, "docx", translation.get_language() or "en", by=by)
        extra = [(f"00 {name}", data)]
    printing.take_file_away(record, [one.document for one in inside], by=by)
    title = records.title(record)
    return whole.stream(title, inside, extra), whole.safe_name(f"{title}.zip")


def zipped(record: Any, *, by: Member | None) -> StreamingHttpResponse:
    """The whole file of a record, to be saved."""
    pieces, name = zip_of(record, by=by)
    response = StreamingHttpResponse(pieces, content_type="application/zip")
    response["Content-Disposition"] = str(content_disposition_header(True, name))
    return response


def codes_in(file: Any) -> list[codes.Scanned]:
    """The codes of ours in a scan, read in a child process once the file is what its name says."""
    kind = filetypes.check_content(file, getattr(file, "name", "") or "")
    file.seek(0)
    data = file.read()
    file.seek(0)
    texts = heavy.run_in_child(
        "shanhai.core.printing.scans.read", (data, kind.ending), timeout=_SECONDS, memory_mb=_MEGABYTES
    )
    return codes.scanned(texts)
