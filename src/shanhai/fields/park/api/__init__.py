"""``/api/v1/park/``: parks, clusters and land for programs, the same access rows, queries and actions as the pages."""

from shanhai.fields.park.api import clusters, land, parks, slopes
from shanhai.fields.park.api.base import router

__all__ = ["clusters", "land", "parks", "router", "slopes"]
