"""Rows of the field that a caller names by number or code, whoever sees them."""

from __future__ import annotations

from django.db.models import Q

from shanhai.core import search
from shanhai.core.counting import MOST_COUNTED
from shanhai.core.models import Organisation
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


def organisations_named(text: str) -> list[int]:
    """Keys of the organisations whose name holds a text: for filters of what hangs on them."""
    return search.keys_of("core.organisation", text, is_narrowed=True)


def organisations_coded(text: str) -> list[int]:
    """Keys of the organisations whose code or credit code begins so; a list counts no further than so many."""
    rows = Organisation.objects.filter(Q(code__startswith=text) | Q(credit_code__startswith=text)).order_by()
    return list(rows.values_list("pk", flat=True)[: MOST_COUNTED + 1])


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
