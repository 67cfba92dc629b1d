"""Rows of the field that a caller names by number or code, whoever sees them."""

from __future__ import annotations

from shanhai.fields.park.models import Cluster, Park
from shanhai.kernel.refusals import NotFound, gettext_noop


def park_of(number: str) -> Park:
    """A park by its number.

    Raises
    ------
    NotFound
        ``park.no_park_named``
    """
    one = Park.objects.filter(number=number).select_related("pairing").first()
    if one is None:
        raise NotFound(
            "park.no_park_named",
            gettext_noop("There is no park {number}. Look for it in the list of parks."),
            number=number[:40],
            field="park",
        )
    return one


def cluster_of(code: str) -> Cluster:
    """A cluster by its code.

    Raises
    ------
    NotFound
        ``park.no_cluster_named``
    """
    one = Cluster.objects.filter(code=code).first()
    if one is None:
        raise NotFound(
            "park.no_cluster_named",
            gettext_noop("There is no cluster {code}. Look for it in the list of clusters."),
            code=code[:40],
            field="cluster",
        )
    return one
