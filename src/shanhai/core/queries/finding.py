"""What can be found of core's nouns, for making the search index again; one place builds each entry."""

from __future__ import annotations

from collections.abc import Iterator

from shanhai.core.models import Document, Member, Organisation, Region
from shanhai.core.search import Found


def of_region(region: Region) -> Found:
    """How a region is found: by its names and its code."""
    return Found(
        "core.region",
        region.pk,
        region.name_zh,
        f"/registry/regions/{region.code}/",
        region.name_en,
        region.code,
    )


def of_organisation(organisation: Organisation) -> Found:
    """How an organisation is found: by its names and its credit code, or else its own code."""
    return Found(
        "core.organisation",
        organisation.pk,
        organisation.name_zh,
        f"/registry/organisations/{organisation.code}/",
        organisation.name_en,
        organisation.credit_code or organisation.code,
    )


def of_member(member: Member) -> Found:
    """How a member is found."""
    return Found(
        "core.member",
        member.pk,
        member.name_zh,
        f"/registry/members/{member.code}/",
        member.name_en,
        member.code,
    )


def of_document(document: Document) -> Found:
    """How a paper is found, by those who see it: by its title and its file number (文号)."""
    return Found(
        "core.document",
        document.pk,
        document.title,
        f"/registry/documents/{document.pk}/",
        code=document.number,
        pairing_id=document.pairing_id,
        scope="seen",
    )


def regions() -> Iterator[Found]:
    """All regions."""
    return map(of_region, Region.objects.iterator(chunk_size=2000))


def organisations() -> Iterator[Found]:
    """All open organisations."""
    return map(of_organisation, Organisation.objects.filter(is_active=True).iterator(chunk_size=2000))


def members() -> Iterator[Found]:
    """All active members."""
    return map(of_member, Member.objects.filter(is_active=True).iterator(chunk_size=2000))


def documents() -> Iterator[Found]:
    """All papers that count: neither withdrawn nor replaced."""
    current = Document.objects.filter(withdrawn_on=None, replaced_by=None)
    return map(of_document, current.iterator(chunk_size=2000))
