"""What filters of registers find by the beginning of a name or code: each asks one index.

All of them joined by "or" would read the whole register, or sort all that they find.
"""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from shanhai.core import names

M = TypeVar("M", bound=Model)

LAST = "\U0010ffff"
# So many are named one by one.
FEW = 500


def of_code(text: str) -> Q:
    """Codes that begin so."""
    return Q(code__gte=text, code__lt=text + LAST, code__startswith=text)


def of_name(text: str) -> Q:
    """Chinese names that begin so, in characters or in pinyin."""
    pinyin = names.sort_key(text)
    begins = Q(name_sort__gte=pinyin, name_sort__lt=pinyin + LAST)
    return begins if text.isascii() else begins & Q(name_zh__startswith=text)


def found(rows: QuerySet[M], *ways: Q) -> QuerySet[M] | None:
    """The rows that any of the ways finds; None where none does.

    A way that finds more than ``FEW`` is the answer by itself: whoever reads on types more.
    """
    keys: set[int] = set()
    for way in ways:
        some = list(rows.filter(way).order_by().values_list("pk", flat=True)[: FEW + 1])
        if len(some) > FEW:
            return rows.filter(way)
        keys.update(some)
    return rows.filter(pk__in=keys) if keys else None
