"""What filters of registers find by the beginning of a name or code: each asks one index.

All of them joined by "or" would read the whole register, or sort all that they find.
"""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from shanhai.core import names

M = TypeVar("M", bound=Model)

LAST = "\U0010ffff"


def of_code(text: str) -> Q:
    """Codes that begin so."""
    return Q(code__gte=text, code__lt=text + LAST, code__startswith=text)


def of_name(text: str) -> Q:
    """Chinese names that begin so, in characters or in pinyin."""
    pinyin = names.sort_key(text)
    begins = Q(name_sort__gte=pinyin, name_sort__lt=pinyin + LAST)
    return begins if text.isascii() else begins & Q(name_zh__startswith=text)


def first_found(rows: QuerySet[M], *ways: Q) -> QuerySet[M] | None:
    """The rows of the first way that finds any; None where none does."""
    for way in ways:
        found = rows.filter(way)
        if found.order_by().exists():
            return found
    return None
