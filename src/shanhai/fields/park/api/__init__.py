"""``/api/v1/park/``: parks, land and enterprises for programs, the same access rows, queries and actions as the pages."""

from shanhai.fields.park.api import clusters, figures, firms, grades, land, parks, promises, renewal, slopes
from shanhai.fields.park.api.base import router

__all__ = [
    "clusters",
    "figures",
    "firms",
    "grades",
    "land",
    "parks",
    "promises",
    "renewal",
    "router",
    "slopes",
]
