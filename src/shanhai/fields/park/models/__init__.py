"""Tables of the field: parks and their clusters, enterprises and their figures."""

from shanhai.fields.park.models.figures import FigureChange, Figures
from shanhai.fields.park.models.firms import Agency, Firm, Holding, ScaleSpell
from shanhai.fields.park.models.grades import Appeal, FirmGrade, GradePolicy, GradeRuling, GradingRun
from shanhai.fields.park.models.parks import ChainFirm, ChainLink, Cluster, ClusterIndustry, Park, Phase

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
    "Park",
    "Phase",
    "ScaleSpell",
]
