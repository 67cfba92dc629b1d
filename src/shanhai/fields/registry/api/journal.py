"""The journal: what happened, one entry, seals, receipts and the proof."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Schema, Status
from pydantic import Field

from shanhai.core import proving, seals
from shanhai.core.actions import sensitive
from shanhai.core.queries import journal
from shanhai.fields.registry.api.base import router
from shanhai.fields.registry.queries import entries
from shanhai.webkit.api import Given, Key, Paged, may, paged


class EntryOut(Schema):
    """One thing that happened."""

    id: int
    at: datetime
    action: str
    subject_kind: str
    subject_id: int | None
    what: str
    by: str

    @staticmethod
    def resolve_what(row: Any) -> str:
        return entries.subject_of(row)

    @staticmethod
    def resolve_by(row: Any) -> str:
        return entries.who(row)


class EntryWhole(EntryOut):
    """An entry with its body, and the SHA-256 that is sealed."""

    body: dict[str, Any]
    digest: str

    @staticmethod
    def resolve_body(row: Any) -> dict[str, Any]:
        return journal.body_of(row)

    @staticmethod
    def resolve_digest(row: Any) -> str:
        return bytes(row.digest).hex()


class SealOut(Schema):
    """A Merkle root over the entries of one sealing, chained to the seal before."""

    number: int
    first_leaf: int
    last_leaf: int
    root: str
    previous: str
    digest: str
    sealed_at: datetime


class ReceiptOut(Schema):
    """The last seal, to be kept outside this installation, word for word."""

    form: str
    installation: str
    organisation: str
    organisation_name: str
    seal: int
    last_entry: int
    sealed_at: str
    digest: str
    taken_at: str


class SecretIn(Given):
    """Which sensitive value of an entry, and why."""

    name: str = Field(min_length=1, max_length=80)
    reason: str = Field(min_length=1, max_length=200)


class EraseIn(SecretIn):
    """``keep`` is what may stay readable, such as 张*."""

    keep: str = Field("", max_length=80)


class SecretOut(Schema):
    """A sensitive value in the clear."""

    name: str
    value: str


class ProofIn(Given):
    """A receipt as it was taken away; without one a rewritten or shortened chain is not found."""

    receipt: dict[str, Any] | None = Field(None, max_length=40)


class ProofOut(Schema):
    """What a recomputation of the journal found."""

    sound: bool
    entries: int
    sealed: int
    unsealed: int
    seals: int
    last_seal: str | None
    proved_to: int | None
    proved_until: datetime | None
    newer_than_receipt: int | None
    problem_count: int
    problems: list[dict[str, Any]]


@router.get("/journal", response=Paged[EntryOut], summary="Entries that the caller may read, latest first")
@may("registry.view_journal")
def list_entries(request: Any, action: str = "") -> Any:
    """All of them, or those of one action."""
    rows = entries.for_reader(request.member).order_by()
    if action:
        rows = rows.filter(action=action[:80])
    page = paged(rows, ("-id",), request)
    entries.name_subjects(page["items"], request.member)
    return page


@router.get("/journal/entries/{id}", response=EntryWhole, summary="One entry")
@may("registry.view_journal")
def get_entry(request: Any, id: Key) -> Any:
    """One entry with what was moved and why."""
    return entries.entry_of(request.member, id)


@router.post("/journal/entries/{id}/secrets/read", response=SecretOut, summary="Read a sensitive value")
@may("registry.view_journal")
def read_secret(request: Any, response: HttpResponse, id: Key, data: SecretIn) -> Any:
    """Give a sensitive value of an entry; who read it and why goes on the record."""
    entry = entries.entry_of(request.member, id)
    value = sensitive.read_secret(entry.pk, data.name, by=request.member, reason=data.reason)
    response["Cache-Control"] = "no-store"
    return {"name": data.name, "value": value}


@router.post("/journal/entries/{id}/secrets/erase", response={204: None}, summary="Erase a sensitive value")
@may("registry.view_journal")
def erase_secret(request: Any, id: Key, data: EraseIn) -> Any:
    """Erase a sensitive value of an entry, or leave a mask of it; the entry proves itself without it."""
    entry = entries.entry_of(request.member, id)
    sensitive.erase_secret(entry.pk, data.name, by=request.member, reason=data.reason, keep=data.keep)
    return Status(204, None)


@router.get("/journal/seals", response=Paged[SealOut], summary="Seals, latest first")
@may("registry.view_journal")
def list_seals(request: HttpRequest) -> Any:
    """The chain of seals."""
    return paged(journal.seals().order_by(), ("-number",), request)


@router.post("/journal/receipts", response={201: ReceiptOut}, summary="Take a receipt")
@may("registry.view_journal")
def take_receipt(request: Any) -> Any:
    """Take the last seal away: whoever keeps it elsewhere can prove what stood here."""
    # Not kept under an Idempotency-Key: sealing waits for writers, and must not wait inside a transaction of its own.
    return Status(201, seals.take_receipt(by=request.member))


@router.post("/journal/prove", response=ProofOut, summary="Prove the journal")
@may("registry.view_journal")
def prove(request: Any, data: ProofIn) -> Any:
    """Recompute the journal from its entries up, against a receipt where one is brought."""
    receipt = seals.read_receipt(json.dumps(data.receipt)) if data.receipt is not None else None
    return proving.verify(receipt).as_json()
