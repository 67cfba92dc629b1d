"""Reads of forms, samples and pre-checks: what is asked of a material, what was found in what was brought."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from shanhai.core import blobs, clock, heavy, sentences
from shanhai.core.models import Document
from shanhai.core.models.base import in_language
from shanhai.fields.approval.models import Case, CataloguePaper, CatalogueVersion, Material, MaterialVersion
from shanhai.fields.approval.rules import precheck
from shanhai.fields.investment.rules import BY_NAME

_SECONDS, _MEGABYTES = 20, 400


def rules_of(version: CatalogueVersion) -> dict[str, list[precheck.Rule]]:
    """The pre-checks of a version by code of the material: several where items ask differently."""
    found: dict[str, dict[precheck.Rule, None]] = defaultdict(dict)
    for item in version.document.items:
        for one in item.materials:
            if one.check:
                found[one.code].setdefault(precheck.parsed(one.check))
    return {code: list(rules) for code, rules in found.items()}


def paper_keys() -> QuerySet[CataloguePaper, int]:
    """The documents of all forms and samples: they travel with a zone folder."""
    return CataloguePaper.objects.order_by().values_list("document_id", flat=True).distinct()


def papers_of(version: CatalogueVersion) -> dict[str, dict[str, CataloguePaper]]:
    """Forms and samples of a version, by code of the material and role (one statement)."""
    found: dict[str, dict[str, CataloguePaper]] = defaultdict(dict)
    for one in CataloguePaper.objects.filter(version=version).select_related("document__blob"):
        found[one.material][one.role] = one
    return found


def check(
    material: Material, document: Document | None, pages: int | None, dated_on: date | None
) -> list[precheck.Finding]:
    """What the pre-check of a material finds in a paper; each finding once."""
    case = material.case
    given = precheck.Brought(
        ending=_ending(document.file_name) if document is not None else "",
        size=document.blob.size if document is not None else None,
        pages=pages,
        dated_on=dated_on or (document.dated_on if document is not None else None),
    )
    found: dict[str, precheck.Finding] = {}
    for rule in rules_of(case.catalogue).get(material.code, []):
        for one in precheck.findings(rule, given, case.project.facts, clock.today()):
            known = found.get(str(one.reason))
            found[str(one.reason)] = one if known is None or one.blocks else known
    return list(found.values())


def _ending(name: str) -> str:
    return name.rpartition(".")[2].casefold()


def wants_pages(case: Case, code: str) -> bool:
    """Whether the pre-check of a material counts pages."""
    return any(rule.pages for rule in rules_of(case.catalogue).get(code, []))


def pages_of(material: Material, file: Any) -> int | None:
    """The pages of a file that is brought, counted in a child process; None where nobody asks or it is no PDF."""
    name = str(getattr(file, "name", "") or "")
    if file is None or _ending(name) != "pdf" or not wants_pages(material.case, material.code):
        return None
    file.seek(0)
    data = file.read()
    file.seek(0)
    return _counted(data)


def pages_in(material: Material, document: Document | None) -> int | None:
    """The same of a paper that is filed already."""
    if (
        document is None
        or _ending(document.file_name) != "pdf"
        or not wants_pages(material.case, material.code)
    ):
        return None
    return _counted(blobs.path_of(document.blob_id).read_bytes())


def _counted(data: bytes) -> int | None:
    found = heavy.run_in_child(
        "shanhai.core.printing.scans.count_pages", (data,), timeout=_SECONDS, memory_mb=_MEGABYTES
    )
    return int(found) if found is not None else None


# -- in words ------------------------------------------------------------------------------------------------------


def kept(found: Iterable[precheck.Finding]) -> list[Any]:
    """Findings as the version of a material keeps them."""
    return [
        [one.reason.code, one.reason.sentence, {name: str(value) for name, value in one.reason.facts}]
        for one in found
    ]


def said(version: MaterialVersion | None) -> list[str]:
    """What was found in a version, in the reader's language."""
    return (
        [_said(sentence, facts) for _code, sentence, facts in version.findings] if version is not None else []
    )


def _said(sentence: str, facts: dict[str, Any]) -> str:
    if "facts" in facts:
        facts = facts | {"facts": facts_said(str(facts["facts"]).split(", "))}
    return sentences.said(sentence, facts)


def facts_said(names: Iterable[str]) -> str:
    """Facts of a project by their names in the reader's language."""
    return ", ".join(
        in_language(BY_NAME[one].zh, BY_NAME[one].en) if one in BY_NAME else one for one in names
    )


def facts_named(names: Sequence[str]) -> dict[str, str]:
    """Facts of a project as a refusal tells them, in both languages."""
    return {
        "facts": ", ".join(BY_NAME[one].zh if one in BY_NAME else one for one in names),
        "facts_en": ", ".join(BY_NAME[one].en if one in BY_NAME else one for one in names),
    }


def asked(rules: Iterable[precheck.Rule]) -> list[str]:
    """What pre-checks ask, in words."""
    found: dict[str, None] = {}
    for rule in rules:
        for part, text in _parts(rule):
            found[f"{text}{_(' (refused otherwise)') if part in rule.blocks else ''}"] = None
    return list(found)


def _parts(rule: precheck.Rule) -> list[tuple[str, str]]:
    told = []
    if rule.kinds:
        told.append(("kinds", ", ".join(one.upper() for one in rule.kinds)))
    if rule.mb:
        told.append(("mb", _("at most %s MB") % rule.mb))
    if rule.pages:
        told.append(("pages", _("at most %s pages") % rule.pages))
    if rule.months:
        told.append(("months", _("not older than %s months") % rule.months))
    if rule.needs:
        told.append(("needs", _("the project must say: %s") % facts_said(rule.needs)))
    return told
