"""Forms and samples of materials for programs, with what the pre-check asks."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Schema
from pydantic import Field

from shanhai.fields.approval.actions import papers as actions
from shanhai.fields.approval.api.base import Number, router
from shanhai.fields.approval.models import PaperRole
from shanhai.fields.approval.queries import catalogues as queries
from shanhai.fields.approval.queries import prechecks
from shanhai.fields.registry.queries import papers
from shanhai.webkit.api import Given, idempotent, may


class CataloguePaperOut(Schema):
    """A blank form or a filled sample of a material; ``document`` is its number."""

    material: str
    role: PaperRole
    document: int
    title: str

    @staticmethod
    def resolve_document(row: Any) -> int:
        return int(row.document_id)

    @staticmethod
    def resolve_title(row: Any) -> str:
        return str(row.document.title)


class CataloguePapersOut(Schema):
    """The forms and samples of a version, by material."""

    papers: list[CataloguePaperOut]


class CataloguePaperIn(Given):
    """A filed document that becomes the form or sample of a material."""

    role: PaperRole
    document: Annotated[int, Field(ge=1, le=2**62)]


class PaperDropIn(Given):
    """Which paper is taken out."""

    role: PaperRole


@router.get(
    "/catalogues/{code}/versions/{number}/papers",
    response=list[CataloguePaperOut],
    summary="Forms and samples",
)
@may("approval.view_catalogues")
def list_catalogue_papers(request: Any, code: str, number: Number) -> Any:
    """The blank forms and filled samples of a version, by material."""
    found = prechecks.papers_of(queries.version_of(code, number))
    return [found[material][role] for material in sorted(found) for role in sorted(found[material])]


@router.post(
    "/catalogues/{code}/versions/{number}/materials/{material}/papers", response={201: CataloguePaperOut},
    summary="Keep a form or sample",
)  # fmt: skip
@may("approval.keep_paper")
@idempotent(CataloguePaperOut)
def keep_paper(request: Any, code: str, number: Number, material: str, data: CataloguePaperIn) -> Any:
    """Keep a blank form or a filled sample of a material with a version."""
    paper = papers.seen(request.member, data.document)
    version = queries.version_of(code, number)
    return actions.keep_paper(version, material, data.role, document=paper, by=request.member)


@router.post(
    "/catalogues/{code}/versions/{number}/materials/{material}/papers/drop", response=CataloguePapersOut,
    summary="Take a form or sample out",
)  # fmt: skip
@may("approval.drop_paper")
@idempotent(CataloguePapersOut)
def drop_paper(request: Any, code: str, number: Number, material: str, data: PaperDropIn) -> Any:
    """Take a form or sample out of a draft; gives those that are left."""
    version = queries.version_of(code, number)
    actions.drop_paper(version, material, data.role, by=request.member)
    found = prechecks.papers_of(version)
    left = [found[one][role] for one in sorted(found) for role in sorted(found[one])]
    return {"papers": left}
