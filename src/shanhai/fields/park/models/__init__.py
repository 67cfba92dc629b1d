"""Tables of the field: parks and their clusters, the land of parks, enterprises with their figures and grades."""

from shanhai.fields.park.models.figures import FigureChange, Figures
from shanhai.fields.park.models.firms import Agency, Firm, Holding, ScaleSpell
from shanhai.fields.park.models.grades import Appeal, FirmGrade, GradePolicy, GradeRuling, GradingRun
from shanhai.fields.park.models.land import (
    LandImport,
    LandQuota,
    Parcel,
    ParcelDescent,
    ParcelMove,
    SlopeProject,
)
from shanhai.fields.park.models.parks import (
    ChainFirm,
    ChainLink,
    Cluster,
    ClusterIndustry,
    Infrastructure,
    Park,
    Phase,
)
from shanhai.fields.park.models.promises import LandCheck, LandPromise
from shanhai.fields.park.models.renewal import QuotaPool, Renewal

__all__ = [
    "Agency",
    "Appeal",
    "ChainFirm",
    "ChainLink",
    "Cluster",
    "ClusterIndustry",
    "FigureChange",
    "Figures",
    "Firm",
    "FirmGrade",
    "GradePolicy",
    "GradeRuling",
    "GradingRun",
    "Holding",
    "Infrastructure",
    "LandCheck",
    "LandImport",
    "LandPromise",
    "LandQuota",
    "Parcel",
    "ParcelDescent",
    "ParcelMove",
    "Park",
    "Phase",
    "QuotaPool",
    "Renewal",
    "ScaleSpell",
    "SlopeProject",
]
