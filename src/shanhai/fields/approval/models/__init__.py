"""Tables of the field: catalogues of items, and the cases that run under them."""

from shanhai.fields.approval.models.cases import (
    Case,
    CaseItem,
    Material,
    MaterialVersion,
    Opinion,
    Stop,
)
from shanhai.fields.approval.models.catalogues import CatalogueVersion, ItemCatalogue
from shanhai.fields.approval.models.past import DatedCase

__all__ = [
    "Case",
    "CaseItem",
    "CatalogueVersion",
    "DatedCase",
    "ItemCatalogue",
    "Material",
    "MaterialVersion",
    "Opinion",
    "Stop",
]
