"""Tables of the field: parks and their clusters, and the land of parks."""

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

__all__ = [
    "ChainFirm",
    "ChainLink",
    "Cluster",
    "ClusterIndustry",
    "Infrastructure",
    "LandImport",
    "LandQuota",
    "Parcel",
    "ParcelDescent",
    "ParcelMove",
    "Park",
    "Phase",
    "SlopeProject",
]
