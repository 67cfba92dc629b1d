"""Writes of forms and samples: kept with a version of a catalogue, taken over by the next one."""

from __future__ import annotations

from shanhai.core import access, journal, visibility
from shanhai.core.actions import sharing
from shanhai.core.models import Document, Member
from shanhai.core.writing import action
from shanhai.fields.approval.actions.catalogues import check_may_keep
from shanhai.fields.approval.models import CataloguePaper, CatalogueVersion, PaperRole
from shanhai.kernel.refusals import BadInput, NotFound, NotNow, gettext_noop


@action
def keep_paper(
    version: CatalogueVersion, material: str, role: str, *, document: Document, by: Member | None
) -> CataloguePaper:
    """Keep a blank form or a filled sample of a material with a version; applicants download it.

    A draft takes another in place of what is there. A published version takes what it has not: that changes none of its
    rules, and cases that run under it have the form at once.
    """
    access.check(by, "approval.keep_paper")
    check_may_keep(version.catalogue, by)
    if role not in list(PaperRole):
        raise BadInput(
            "approval.paper_role",
            gettext_noop("A paper of a material is one of {roles}, not {role}. Say which."),
            roles=", ".join(PaperRole),
            role=role[:20],
            field="role",
        )
    _check_material(version, material)
    there = CataloguePaper.objects.filter(version=version, material=material, role=role).first()
    if there is not None:
        _check_draft(version, material)
        there.delete()
    made = CataloguePaper.objects.create(version=version, material=material, role=role, document=document)
    if document.reach != visibility.Reach.PUBLIC:
        sharing.make_public(document, by=by)
    journal.record(version, "approval.keep_paper", by=by, material=material, role=role, document=document.pk)
    return made


@action
def drop_paper(version: CatalogueVersion, material: str, role: str, *, by: Member | None) -> CatalogueVersion:
    """Take a form or sample out of a draft."""
    access.check(by, "approval.drop_paper")
    check_may_keep(version.catalogue, by)
    _check_draft(version, material)
    gone, _rows = CataloguePaper.objects.filter(version=version, material=material, role=role).delete()
    if not gone:
        raise NotFound(
            "approval.no_catalogue_paper",
            gettext_noop("{material} has no paper of this kind. Look at those that it has."),
            material=material[:30],
        )
    journal.record(version, "approval.drop_paper", by=by, material=material, role=role)
    return version


def _check_material(version: CatalogueVersion, material: str) -> None:
    if not any(one.code == material for item in version.document.items for one in item.materials):
        raise NotFound(
            "approval.no_such_material",
            gettext_noop("Version {number} asks for no material {material}. Look at those that it asks for."),
            number=version.number,
            material=material[:30],
        )


@action
def load_paper(
    version: CatalogueVersion, material: str, role: str, document: Document, *, by: Member | None
) -> int:
    """Write a form or sample of a zone folder; gives 0 where there is one already."""
    access.check(by, "approval.load_paper")
    if CataloguePaper.objects.filter(version=version, material=material, role=role).exists():
        return 0
    CataloguePaper.objects.create(version=version, material=material, role=role, document=document)
    journal.record(version, "approval.load_paper", by=by, material=material, role=role)
    return 1


def _check_draft(version: CatalogueVersion, material: str) -> None:
    if not version.is_draft:
        raise NotNow(
            "approval.paper_published",
            gettext_noop(
                "Version {number} is published with this paper of {material}. Put another one into the next draft."
            ),
            number=version.number,
            material=material,
        )
