"""Tables of the field: catalogues of items, the cases that run under them, and the meetings on them."""

from shanhai.fields.approval.models.cases import (
    Case,
    CaseItem,
    Material,
    MaterialVersion,
    Opinion,
    Stop,
)
from shanhai.fields.approval.models.catalogues import CatalogueVersion, ItemCatalogue
from shanhai.fields.approval.models.commitments import CommitmentLetter
from shanhai.fields.approval.models.meetings import (
    MeetingPoint,
    MeetingSeat,
    ReviewMeeting,
    ReviewSignature,
)
from shanhai.fields.approval.models.papers import CataloguePaper, PaperRole
from shanhai.fields.approval.models.past import DatedCase
from shanhai.fields.approval.models.services import Intermediary, Service

__all__ = [
    "Case",
    "CaseItem",
    "CataloguePaper",
    "CatalogueVersion",
    "CommitmentLetter",
    "DatedCase",
    "Intermediary",
    "ItemCatalogue",
    "Material",
    "MaterialVersion",
    "MeetingPoint",
    "MeetingSeat",
    "Opinion",
    "PaperRole",
    "ReviewMeeting",
    "ReviewSignature",
    "Service",
    "Stop",
]
