"""Tables of the field: parks and their clusters, enterprises and their figures."""

from shanhai.fields.park.models.figures import FigureChange, Figures
from shanhai.fields.park.models.firms import Agency, Firm, Holding, ScaleSpell
from shanhai.fields.park.models.parks import ChainFirm, ChainLink, Cluster, ClusterIndustry, Park, Phase

__all__ = [
    "Agency",
    "ChainFirm",
    "ChainLink",
    "Cluster",
    "ClusterIndustry",
    "FigureChange",
    "Figures",
    "Firm",
    "Holding",
    "Park",
    "Phase",
    "ScaleSpell",
]
