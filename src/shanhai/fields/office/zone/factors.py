"""The files of factor requests in a zone folder: pools, requests, grants, who was passed over, steps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db.models import QuerySet

from shanhai.core.models import Member, Organisation, Pairing, Unit
from shanhai.fields.office.actions import factor_upkeep as actions
from shanhai.fields.office.models import FactorGrant, FactorPassing, FactorPool, FactorRequest, FactorStep
from shanhai.fields.office.rules import factors as rules
from shanhai.fields.office.zone.cells import (
    DAY,
    NUMBER,
    TEXT,
    WHOLE,
    YES,
    Read,
    Row,
    code_of,
    grouped,
    one,
    paper_of,
    record,
    rows,
    said,
    seen,
    write_files,
)
from shanhai.kernel.text import plain_decimal

POOLS: dict[str, Read] = {
    "pairing": TEXT, "organisation": TEXT, "measure": TEXT, "year": WHOLE, "available": NUMBER, "granted": NUMBER,
    "reach": TEXT, "standing": TEXT, "source": TEXT,
}  # fmt: skip
REQUESTS: dict[str, Read] = {
    "number": TEXT, "pairing": TEXT, "title_zh": TEXT, "title_en": TEXT, "text": TEXT, "text_en": TEXT,
    "measure": TEXT, "quantity": NUMBER, "needs_whole": YES, "asker": TEXT, "asker_unit": TEXT,
    "record_kind": TEXT, "record": TEXT, "is_park": YES, "park_reason": TEXT, "priority": WHOLE, "asked_on": DAY,
    "needed_by": DAY, "stage": TEXT, "handler": TEXT, "level": TEXT, "unit": TEXT, "since_on": DAY,
    "first_granted_on": DAY, "fulfilled_on": DAY, "first_days": WHOLE, "fulfilled_days": WHOLE, "reason": TEXT,
    "reason_en": TEXT, "reach": TEXT, "standing": TEXT, "source": TEXT,
}  # fmt: skip
# ``grant`` numbers the grants of a request, so that a passing names the one that passed over.
GRANTS: dict[str, Read] = {
    "request": TEXT, "grant": WHOLE, "quantity": NUMBER, "on": DAY, "member": TEXT, "document": TEXT, "paper": TEXT,
    "taken_back_on": DAY,
}  # fmt: skip
PASSINGS: dict[str, Read] = {
    "request": TEXT, "grant": WHOLE, "over": TEXT, "on": DAY, "reason": TEXT, "reason_en": TEXT,
}  # fmt: skip
STEPS: dict[str, Read] = {
    "request": TEXT, "what": TEXT, "on": DAY, "level": TEXT, "unit": TEXT, "member": TEXT, "quantity": NUMBER,
    "text": TEXT, "text_en": TEXT,
}  # fmt: skip
FILES = {
    "factor_pools.csv": POOLS,
    "factor_requests.csv": REQUESTS,
    "factor_grants.csv": GRANTS,
    "factor_passings.csv": PASSINGS,
    "factor_steps.csv": STEPS,
}


def load(folder: Path, by: Member | None) -> dict[str, int]:
    """Load the files of a folder; a missing file has no rows. What is there already stays as it is.

    Gives rows written by file.
    """
    given = {name: rows(folder / name, columns) for name, columns in FILES.items()}
    grants = grouped("request", given["factor_grants.csv"])
    steps = grouped("request", given["factor_steps.csv"])
    counts = dict.fromkeys(FILES, 0)
    counts["factor_pools.csv"] = sum(_write_pool(row, by) for row in given["factor_pools.csv"])
    known = set(FactorRequest.objects.values_list("number", flat=True))
    new = [row for row in given["factor_requests.csv"] if row["number"] not in known]
    for row in new:
        _write_request(row, grants[row["number"]], steps[row["number"]], by)
        counts["factor_requests.csv"] += 1
        counts["factor_grants.csv"] += len(grants[row["number"]])
        counts["factor_steps.csv"] += len(steps[row["number"]])
    written = {row["number"] for row in new}
    for row in given["factor_passings.csv"]:
        if row["request"] in written:
            _write_passing(row, by)
            counts["factor_passings.csv"] += 1
    return {name: n for name, n in counts.items() if (folder / name).exists()}


def _write_pool(row: Row, by: Member | None) -> bool:
    values = _sourced(row)
    pairing, organisation = one(Pairing, values.pop("pairing")), one(Organisation, values.pop("organisation"))
    where = {"measure": values["measure"], "year": values["year"], "organisation": organisation}
    if FactorPool.objects.filter(zone_id=pairing.zone_id or pairing.pk, **where).exists():
        return False
    for name in ("available", "granted"):
        values[name] = _steps(values[name], values["measure"])
    actions.write_pool(pairing, organisation=organisation, by=by, **values)
    return True


def _write_request(row: Row, grants: list[Row], steps: list[Row], by: Member | None) -> None:
    values = _sourced(row)
    measure, about = values["measure"], values.pop("record")
    values |= {"kind": rules.measure_of(measure).kind, "quantity": _steps(values["quantity"], measure)}
    values |= {"asker": one(Organisation, row["asker"]), "unit": one(Unit, row["unit"])}
    values |= {"handler": one(Unit, row["handler"]), "asker_unit": _maybe(Unit, row["asker_unit"])}
    values["record_id"] = record(values["record_kind"], about).pk if about else None
    told = [
        {name: value for name, value in grant.items() if name != "grant"}
        | {
            "quantity": _steps(grant["quantity"], measure),
            "member": _maybe(Member, grant["member"]),
            "document": paper_of(grant["document"]),
        }
        for grant in grants
    ]
    happened = [
        step
        | {
            "quantity": _steps(step["quantity"], measure),
            "unit": _maybe(Unit, step["unit"]),
            "member": _maybe(Member, step["member"]),
        }
        for step in steps
    ]
    pairing = one(Pairing, values.pop("pairing"))
    actions.write_request(pairing, grants=told, steps=happened, by=by, **values)


def _write_passing(row: Row, by: Member | None) -> None:
    values = dict(row)
    request, n = record("office.factorrequest", values.pop("request")), values.pop("grant")
    grant = request.grants.order_by("pk")[n - 1]
    actions.write_passing(record("office.factorrequest", values.pop("over")), grant=grant, by=by, **values)


def _sourced(row: Row) -> Row:
    values = dict(row)
    return values | {"is_illustrative": values.pop("standing") == "illustrative"}


def _steps(quantity: Any, measure: str) -> int:
    return rules.steps_of(quantity, measure) if quantity else 0


def _maybe(model: Any, code: str) -> Any:
    return one(model, code) if code else None


# -- export --------------------------------------------------------------------------------------------------------


def export(folder: Path, by: Member | None) -> dict[str, int]:
    """Write what a member sees into a folder, in key order; for the system what was loaded comes out equal."""
    shown = seen(FactorRequest, by)
    found: dict[str, Iterator[dict[str, Any]]] = {
        "factor_pools.csv": _pools(seen(FactorPool, by)),
        "factor_requests.csv": _requests(shown),
        "factor_grants.csv": _grants(shown),
        "factor_passings.csv": _passings(shown),
        "factor_steps.csv": _steps_of(shown),
    }
    return write_files(folder, FILES, found)


def _pools(shown: QuerySet[Any]) -> Iterator[dict[str, Any]]:
    found = shown.select_related("pairing", "organisation").order_by("year", "organisation__code", "measure")
    for row in found:
        yield {
            "pairing": row.pairing.code,
            "organisation": row.organisation.code,
            "available": _quantity(row.available, row.measure),
            "granted": _quantity(row.granted, row.measure),
        } | {name: getattr(row, name) for name in ("measure", "year", "reach", "standing", "source")}


def _requests(shown: QuerySet[Any]) -> Iterator[dict[str, Any]]:
    found = shown.select_related("pairing", "asker", "asker_unit", "handler", "unit").order_by("number")
    for row in found:
        line = {name: said(getattr(row, name)) for name in REQUESTS if name not in ("record", "quantity")}
        yield line | {
            "quantity": _quantity(row.quantity, row.measure),
            "record": code_of(row),
        }


def _numbered(shown: QuerySet[Any]) -> dict[int, int]:
    """The number of each grant within its request."""
    numbers: dict[int, int] = {}
    count: dict[int, int] = {}
    grants = FactorGrant.objects.filter(request__in=shown).order_by("request__number", "pk")
    for pk, request_id in grants.values_list("pk", "request_id"):
        count[request_id] = numbers[pk] = count.get(request_id, 0) + 1
    return numbers


def _grants(shown: QuerySet[Any]) -> Iterator[dict[str, Any]]:
    numbers = _numbered(shown)
    found = FactorGrant.objects.filter(request__in=shown).select_related("request", "member", "document")
    for row in found.order_by("request__number", "pk"):
        yield {
            "request": row.request.number,
            "grant": numbers[row.pk],
            "quantity": _quantity(row.quantity, row.request.measure),
            "on": row.on,
            "member": said(row.member),
            "document": row.document.blob_id if row.document else "",
            "paper": row.paper,
            "taken_back_on": said(row.taken_back_on),
        }


def _passings(shown: QuerySet[Any]) -> Iterator[dict[str, Any]]:
    numbers = _numbered(shown)
    found = FactorPassing.objects.filter(over__in=shown, grant__request__in=shown)
    for row in found.select_related("grant__request", "over").order_by(
        "grant__request__number", "grant", "over__number"
    ):
        yield {
            "request": row.grant.request.number,
            "grant": numbers[row.grant_id],
            "over": row.over.number,
            "on": row.on,
            "reason": row.reason,
            "reason_en": row.reason_en,
        }


def _steps_of(shown: QuerySet[Any]) -> Iterator[dict[str, Any]]:
    found = FactorStep.objects.filter(request__in=shown).select_related("request", "unit", "member")
    for row in found.order_by("request__number", "pk").iterator(chunk_size=2000):
        line = {name: said(getattr(row, name)) for name in STEPS if name not in ("request", "quantity")}
        yield line | {
            "request": row.request.number,
            "quantity": _quantity(row.quantity, row.request.measure) if row.quantity else "",
        }


def _quantity(steps: int, measure: str) -> str:
    return plain_decimal(rules.quantity_of(steps, measure))
