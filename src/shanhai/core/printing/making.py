"""Making a paper of a record or a list: its content with number, code and fonts, set in a child process."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Any, Literal, cast

from django.conf import settings
from django.db.models import Model
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shanhai.core import clock, heavy, records, signs
from shanhai.core.models import FileNumber, Print
from shanhai.core.printing import codes
from shanhai.core.printing.content import Content
from shanhai.kernel.refusals import NotFound, gettext_noop

Form = Literal["docx", "pdf"]
MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}
# What pages call the forms.
NAMES = {"docx": "Word", "pdf": "PDF"}
_SECONDS, _MEGABYTES = 120.0, 2048


def has_paper(record: Model) -> bool:
    """Whether a record of this kind comes as a paper."""
    kind = records.kind_of(record)
    return kind is not None and bool(kind.paper)


def content_of(record: Model, language: str = "") -> Content:
    """What a record says on paper, in a language; else the reader's.

    Raises
    ------
    NotFound
        ``core.no_paper``: records of this kind have none.
    """
    kind = records.kind_of(record)
    if kind is None or not kind.paper:
        raise NotFound(
            "core.no_paper",
            gettext_noop("{what} does not come as a paper. Print its page, or take its documents as a zip."),
            what=str(record)[:120],
        )
    with translation.override(language or get_language()):
        return cast(Content, signs.call(kind.paper)(record))


def check_form(form: str) -> Form:
    """A form that papers come in.

    Raises
    ------
    NotFound
        ``core.no_such_paper_form``
    """
    if form not in MEDIA_TYPES:
        raise NotFound(
            "core.no_such_paper_form",
            gettext_noop("Papers come as docx or pdf, not as {form}. Ask for one of the two."),
            form=form[:20],
        )
    return cast(Form, form)


def paper(
    content: Content,
    form: Form,
    *,
    number: FileNumber | None = None,
    printed: Print | None = None,
    note: str = "",
    address: str = "",
    code: str = "",
    progress: Callable[..., Any] = heavy.run_in_child,
) -> bytes:
    """A paper as a file.

    Parameters
    ----------
    number
        The file number that it carries.
    printed
        The print that its code names; None for a paper that nobody signs.
    note
        The line under the title of a list.
    address, code
        For a paper that nobody signs: the address that its QR code opens, and what stands below it.
    progress
        What runs the child: a task's own, where a task makes it.
    """
    data = data_of(content, number=number, printed=printed, note=note)
    data["code"] = data["code"] or code
    families = settings.SHANHAI_PAPER_FONTS
    limits: dict[str, Any] = {"timeout": _SECONDS, "memory_mb": _MEGABYTES}
    if form == "docx":
        call = ("shanhai.core.printing.word.render", (data, families, _qr(printed, "png", address)))
        return cast(bytes, progress(*call, **limits))
    stamp = clock.now().timestamp()
    svg = _qr(printed, "svg", address)
    pdf, _replaced = progress(
        "shanhai.core.printing.typeset.render",
        (data, families, svg, stamp),
        **(limits | {"memory_mb": 4096}),
    )
    return cast(bytes, pdf)


def data_of(
    content: Content, *, number: FileNumber | None = None, printed: Print | None = None, note: str = ""
) -> dict[str, Any]:
    """A paper as plain data: what both ways of setting it read."""
    blocks = list(asdict(content)["blocks"])
    if content.facts:
        blocks.insert(0, _block("pairs", rows=[list(pair) for pair in content.facts]))
    day = number.issued_on if number else clock.today()
    issuer = number.organisation.name if number else ""
    head = content.head or (_("{organisation} Document").format(organisation=issuer) if issuer else "")
    return {
        "shape": content.shape,
        "lang": "zh" if _is_chinese() else "en",
        "title": content.title,
        "head": head,
        "file_number": number.text if number else "",
        "to": f"{content.to}{'：' if _is_chinese() else ':'}" if content.to else "",
        "note": note,
        "blocks": [{**_block(), **block} for block in blocks],
        "stamps": list(content.stamps),
        "signer": issuer if content.shape == "letter" and not content.stamps else "",
        "dated": said_day(day),
        "now": _now(content),
        "copies": _("Copies: {who}").format(who=content.copies) if content.copies else "",
        "issued_by": issuer,
        "issued_on": _("Issued {day}").format(day=said_day(day)) if number else "",
        "code": codes.said(printed.code) if printed else "",
        "fonts_said": fonts_said(),
        "words": {
            "stamp": _("(stamp)"),
            "signs": _("Signature:"),
            "day": _("Day:"),
            "set_in": _("Set in {used}, because this server does not have {wanted}."),
        },
    }


def _block(kind: str = "text", **more: Any) -> dict[str, Any]:
    return {"kind": kind, "text": "", "label": "", "heads": [], "rows": [], "widths": [], "right": []} | more


def _now(content: Content) -> str:
    if not content.now:
        return ""
    joint, colon = ("；", "：") if _is_chinese() else ("; ", ": ")
    said = joint.join(f"{name}{colon}{value}" for name, value in content.now)
    return _("As of {day}, and no part of what is signed: {said}").format(
        day=said_day(clock.today()), said=said
    )


def said_day(day: date) -> str:
    """A day as papers write it: 2023年9月18日, figures without leading zeros."""
    if _is_chinese():
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]  # A paper in English has English months, whatever the machine speaks.


def fonts_said() -> str:
    """Which fonts papers are set in, and what a computer without them shows instead."""
    families = settings.SHANHAI_PAPER_FONTS.values()
    first = dict.fromkeys(names[0] for names in families)
    joint = "、" if _is_chinese() else ", "
    stand_in = dict.fromkeys(names[1] for names in families if len(names) > 1)
    if not stand_in:
        return _("Set in {fonts}.").format(fonts=joint.join(first))
    return _("Set in {fonts}; a computer without them shows {others} instead.").format(
        fonts=joint.join(first), others=joint.join(stand_in)
    )


def _is_chinese() -> bool:
    return (get_language() or "").startswith("zh")


def _qr(printed: Print | None, form: str, address: str = "") -> bytes:
    """The QR code of a print, else of an address, as a picture; empty without either."""
    if printed is None:
        return qr_of(address, form) if address else b""
    held = codes.payload(
        printed.code, printed.kind, printed.object_id, printed.record_version, printed.sha256
    )
    return qr_of(held, form)


def qr_of(held: str, form: str) -> bytes:
    """A QR code as ``svg`` or ``png``; a quarter of it may be dirty."""
    import segno

    file = io.BytesIO()
    qr = segno.make(held, error="q", boost_error=False)
    qr.save(file, kind=form, scale=8, border=2)
    return file.getvalue()
