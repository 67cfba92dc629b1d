"""Writes of official papers: file numbers are given out, prints are kept, scans of signed papers are matched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO

from django.db import IntegrityError, transaction
from django.db.models import F, Model

from shanhai.core import access, clock, journal, records, rows, search, signs
from shanhai.core.actions import documents
from shanhai.core.models import (
    Document,
    FileMark,
    FileNumber,
    FileSeries,
    Member,
    Organisation,
    Print,
    SignedCopy,
)
from shanhai.core.printing import codes, numbers
from shanhai.core.printing.codes import Scanned
from shanhai.core.printing.content import changed, digest, signed_part
from shanhai.core.printing.making import content_of
from shanhai.core.queries import finding
from shanhai.core.work import pairing_of
from shanhai.core.writing import action
from shanhai.kernel.refusals import BadInput, ChangedMeanwhile, NotFound, NotNow, gettext_noop


@action
def set_file_mark(organisation: Organisation, mark: str, *, by: Member | None) -> FileMark:
    """Say what stands at the head of an organisation's file numbers. Numbers that were given out keep theirs."""
    access.check(by, "core.set_file_mark", owner=FileMark(organisation=organisation))
    mark = numbers.check_mark(mark)
    taken = FileMark.objects.filter(mark=mark).exclude(organisation=organisation).first()
    if taken is not None:
        raise BadInput(
            "core.file_mark_taken",
            gettext_noop("{mark} is the mark of {who}. Take another one."),
            mark=mark,
            who=taken.organisation.name_zh,
            field="mark",
        )
    own = FileMark.objects.filter(organisation=organisation).first()
    if own is None:
        own = FileMark.objects.create(organisation=organisation, mark=mark)
    elif own.mark != mark:
        rows.move(own, mark=mark)
    else:
        return own
    journal.record(own, "core.set_file_mark", by=by, organisation=organisation.code, mark=mark)
    return own


@action
def issue_number(
    record: Model, *, organisation: Organisation | None = None, on: date | None = None, by: Member | None
) -> FileNumber:
    """Give the paper of a record the next file number of an organisation in this year; the one it has, if it has one.

    The counter of the year is moved first, and a number that is given up stays void in the register: none is missing
    and none is given twice.
    """
    access.check(by, "core.issue_number", pairing_id=pairing_of(record))
    records.check(by, record)
    content = content_of(record, "zh-hans")
    if there := number_of(record):
        return there
    organisation = organisation or (by.unit.organisation if by is not None else None)
    day = on or clock.today()
    series = _next(_mark_of(organisation), day.year)
    text = numbers.said(series.mark.mark, series.year, series.last)
    try:
        with transaction.atomic():
            given = FileNumber.objects.create(
                series=series,
                no=series.last,
                text=text,
                kind=record._meta.label_lower,
                object_id=record.pk,
                title=content.title[:200],
                pairing_id=pairing_of(record),
                organisation=series.mark.organisation,
                issued_on=day,
                issued_by=by,
                is_illustrative=bool(getattr(record, "is_illustrative", False)),
            )
    except IntegrityError:
        # Somebody gave the same record a number between our look and our write; the counter goes back with us.
        raise ChangedMeanwhile(
            "core.number_given_meanwhile",
            gettext_noop("{what} was given a file number just now. Look at it again."),
            what=str(record)[:120],
        ) from None
    search.put_many([finding.of_file_number(given, record)])
    journal.record(record, "core.issue_number", by=by, number=text)
    return given


@dataclass(frozen=True, slots=True)
class TakenNumber:
    """A file number that was given out before, as a file says."""

    text: str
    organisation: Organisation
    record: Any
    title: str
    issued_on: date
    voided_on: date | None = None
    void_reason: str = ""
    is_illustrative: bool = False


@action
def load_numbers(taken: Sequence[TakenNumber], *, by: Member | None) -> None:
    """Take over numbers that were given out before; the counters of their years stand behind the highest of them.

    Raises
    ------
    BadInput
        ``core.number_form``
    """
    access.check(by, "core.load_numbers")
    for one in taken:
        parts = numbers.parts(one.text)
        mark = FileMark.objects.filter(organisation=one.organisation).first()
        if parts is None or mark is None:
            raise BadInput(
                "core.number_form",
                gettext_noop(
                    "{number} is no file number, or {who} has no mark. Write 龙山海〔2023〕5号, and give the mark first."
                ),
                number=one.text[:60],
                who=one.organisation.name_zh,
            )
        series, _is_new = FileSeries.objects.get_or_create(mark=mark, year=parts[1])
        FileSeries.objects.filter(pk=series.pk, last__lt=parts[2]).update(last=parts[2])
        given = FileNumber.objects.create(
            series=series,
            no=parts[2],
            text=one.text,
            kind=one.record._meta.label_lower,
            object_id=one.record.pk,
            title=one.title[:200],
            pairing_id=pairing_of(one.record),
            organisation=one.organisation,
            issued_on=one.issued_on,
            voided_on=one.voided_on,
            void_reason=one.void_reason[:300],
            is_illustrative=one.is_illustrative,
        )
        if given.voided_on is None:
            search.put_many([finding.of_file_number(given, one.record)])
        journal.record(given, "core.load_numbers", by=by)


@action
def void_number(number: FileNumber, *, reason: str, by: Member | None) -> FileNumber:
    """Take a file number off a paper: it stays in the register as void and is not given again."""
    access.check(by, "core.void_number", owner=number)
    if not reason.strip():
        raise BadInput(
            "core.void_reason",
            gettext_noop("Say why {number} is void; the register shows it."),
            number=number.text,
            field="reason",
        )
    if number.voided_on is not None:
        raise NotNow(
            "core.number_is_void",
            gettext_noop("{number} is void already. Give the paper a new number."),
            number=number.text,
        )
    rows.move(number, voided_on=clock.today(), void_reason=reason.strip()[:300])
    search.drop("core.filenumber", number.pk)
    journal.record(number, "core.void_number", by=by, reason=reason.strip()[:300])
    return number


@action
def keep_print(record: Model, *, language: str, by: Member | None) -> Print:
    """Note what a record says as it is printed; the same words printed again are the same paper with the same code."""
    access.check(by, "core.keep_print", pairing_id=pairing_of(record))
    records.check(by, record)
    parts = signed_part(content_of(record, language))
    own: dict[str, Any] = {
        "kind": record._meta.label_lower,
        "object_id": record.pk,
        "language": language,
        "sha256": digest(parts),
    }
    there = Print.objects.filter(**own).first()
    if there is not None:
        return there
    try:
        with transaction.atomic():
            made = Print.objects.create(
                **own,
                code=codes.new(),
                record_version=getattr(record, "version", 0),
                parts=parts,
                made_at=clock.now(),
                made_by=by,
            )
    except IntegrityError:  # Printed by another reader at the same moment.
        return Print.objects.get(**own)
    journal.record(record, "core.keep_print", by=by, code=made.code, sha256=made.sha256, language=language)
    return made


@action
def match_scan(
    record: Model,
    file: BinaryIO,
    *,
    file_name: str = "",
    scanned: Sequence[Scanned] = (),
    typed: str = "",
    signed_on: date,
    person: str = "",
    by: Member | None,
) -> SignedCopy:
    """Match the scan of a signed, stamped paper to what was printed, and file it on the record.

    Parameters
    ----------
    scanned
        What the QR codes in the scan say; looked at outside, in a child process.
    typed
        The code beneath the QR code, typed by a clerk where no QR code can be read.

    Raises
    ------
    BadInput
        ``core.scan_without_code``, ``core.scan_of_other_record``; ``core.paper_code`` for a mistyped one.
    NotFound
        ``core.no_such_print``: no paper with this code was printed here.
    ChangedMeanwhile
        ``core.scan_of_old_version``: the record was changed since; the refusal says what.
    """
    access.check(by, "core.match_scan", pairing_id=pairing_of(record))
    records.check(by, record)
    if signed_on > clock.today():
        raise BadInput(
            "core.signed_in_future",
            gettext_noop("{on} has not come yet. Give the day that stands on the paper."),
            on=signed_on,
            field="signed_on",
        )
    paper = _paper_of(record, scanned, typed)
    _check_still_says(record, paper)
    document = _file(record, file, file_name, paper, signed_on, by)
    side = access.standing(by).side_in(pairing_of(record)) if by is not None else ""
    copy = SignedCopy.objects.create(
        paper=paper,
        document=document,
        kind=paper.kind,
        object_id=paper.object_id,
        side=side if side in ("mountain", "sea", "host") else "",
        how=SignedCopy.How.QR if scanned else SignedCopy.How.TYPED,
        signed_on=signed_on,
        person=person.strip()[:120],
        matched_at=clock.now(),
        matched_by=by,
    )
    journal.record(
        record,
        "core.match_scan",
        by=by,
        code=paper.code,
        how=str(copy.how),
        document=document.pk,
        file_sha256=document.blob_id,
    )
    kind = records.kind_of(record)
    if kind is not None and kind.signed:
        signs.call(kind.signed)(record, copy, signed_on, person, by)
    return copy


def number_of(record: Model) -> FileNumber | None:
    """The file number that the paper of a record carries."""
    found = FileNumber.objects.filter(
        kind=record._meta.label_lower, object_id=record.pk, voided_on=None
    ).select_related("organisation", "series__mark")
    return found.first()


def _mark_of(organisation: Organisation | None) -> FileMark:
    mark = FileMark.objects.filter(organisation=organisation).select_related("organisation").first()
    if mark is None:
        raise NotNow(
            "core.no_file_mark",
            gettext_noop(
                "{who} has no mark for file numbers yet. Set one on the page of file numbers, such as 龙山海."
            ),
            who=organisation.name_zh if organisation is not None else "–",
        )
    return mark


def _next(mark: FileMark, year: int) -> FileSeries:
    """The series with its counter moved: until we commit nobody else gets a number of it."""
    FileSeries.objects.get_or_create(mark=mark, year=year)
    FileSeries.objects.filter(mark=mark, year=year).update(last=F("last") + 1)
    return FileSeries.objects.select_related("mark__organisation").get(mark=mark, year=year)


def _paper_of(record: Model, scanned: Sequence[Scanned], typed: str) -> Print:
    """The print that a scan is of, if it is one of this record."""
    if not scanned and not typed.strip():
        raise BadInput(
            "core.scan_without_code",
            gettext_noop(
                "No QR code of ours can be read in this scan. Scan the first page again at 200 dpi or more, or type the "
                "code that stands beneath the QR code."
            ),
            field="scan",
        )
    own = {"kind": record._meta.label_lower, "object_id": record.pk}
    wanted = [one.code for one in scanned] or [codes.typed(typed)]
    prints = list(Print.objects.filter(code__in=wanted).order_by("-made_at"))
    if not prints:
        raise NotFound(
            "core.no_such_print",
            gettext_noop(
                "No paper with the code {said} was printed here. Print the record again and have that signed."
            ),
            said=codes.said(wanted[0]),
            field="scan",
        )
    for one in prints:
        if (one.kind, one.object_id) == (own["kind"], own["object_id"]):
            return one
    raise BadInput(
        "core.scan_of_other_record",
        gettext_noop("This scan is the paper {said} of another record. Bring it on the page of that record."),
        said=codes.said(prints[0].code),
        field="scan",
    )


def _check_still_says(record: Model, paper: Print) -> None:
    parts: Mapping[str, str] = signed_part(content_of(record, paper.language))
    if digest(parts) == paper.sha256:
        return
    names = [name or "–" for name in changed(paper.parts, parts)]
    raise ChangedMeanwhile(
        "core.scan_of_old_version",
        gettext_noop(
            "The paper {said} was printed on {day}; since then this was changed on the record: {names}. Print the record "
            "again and have that signed."
        ),
        said=codes.said(paper.code),
        day=clock.local(paper.made_at).date(),
        names=", ".join(names[:12]),
        field="scan",
    )


def _file(
    record: Model, file: BinaryIO, file_name: str, paper: Print, signed_on: date, by: Member | None
) -> Document:
    # Whoever sees the record sees its signed copy: it has the reach of the record where that has one.
    host = records.reach_of(record)
    stored = documents.store_document(
        file,
        title=f"{records.titles(record)[0][:170]}（{codes.said(paper.code)}）",
        file_name=file_name,
        pairing=getattr(record, "pairing", None),
        dated_on=signed_on,
        reach=str(host.reach) if host is not None else "both" if pairing_of(record) else "",
        attach_to=record,
        role="signed",
        is_illustrative=bool(getattr(record, "is_illustrative", False)),
        by=by,
    )
    return Document.objects.select_related("blob").get(pk=stored.pk)


@action
def take_file_away(record: Model, papers: Sequence[Document], *, by: Member | None) -> None:
    """Note who takes the whole file of a record away, and which papers are in it."""
    access.check(by, "core.take_file_away", pairing_id=pairing_of(record))
    records.check(by, record)
    journal.record(
        record,
        "core.take_file_away",
        by=by,
        papers=[paper.pk for paper in papers],
        sha256=[paper.blob_id for paper in papers],
    )
