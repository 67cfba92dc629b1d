"""Tables of the field: parks and their clusters."""

from shanhai.fields.park.models.parks import ChainFirm, ChainLink, Cluster, ClusterIndustry, Park, Phase

__all__ = ["ChainFirm", "ChainLink", "Cluster", "ClusterIndustry", "Park", "Phase"]
