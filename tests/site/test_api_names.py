"""In the document of the API everything has a name of its own: two shapes of one name would overwrite each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from enum import Enum
from typing import Any, get_args

from ninja import Schema

from shanhai.site.api import api


def _shapes(above: type[Schema] = Schema) -> Iterator[type[Schema]]:
    for shape in above.__subclasses__():
        # What is written beside a register's columns goes into the document with them, under the same name.
        is_widened = any(
            (one.__module__, one.__name__) == (shape.__module__, shape.__name__)
            for one in shape.__subclasses__()
        )
        if shape.__module__.startswith("shanhai.") and "[" not in shape.__name__ and not is_widened:
            yield shape
        yield from _shapes(shape)


def test_no_two_operations_have_one_name():
    document = api.get_openapi_schema(path_prefix="/api/v1/")
    names = Counter(
        operation["operationId"] for path in document["paths"].values() for operation in path.values()
    )

    assert [name for name, n in names.items() if n > 1] == []


def test_no_two_shapes_have_one_name():
    names = Counter(shape.__name__ for shape in set(_shapes()))

    assert [name for name, n in names.items() if n > 1] == []


def test_what_a_program_may_send_and_read_is_told_of_each_operation():
    document = api.get_openapi_schema(path_prefix="/api/v1/")
    silent = [
        f"{method.upper()} {path}"
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if not operation.get("description") or not operation.get("summary")
    ]

    assert silent == []


def test_no_two_choices_have_one_name():
    """As with shapes: a program would be told the choices of another field."""
    of_name: dict[str, set[type[Enum]]] = {}
    for shape in set(_shapes()):
        for one in shape.model_fields.values():
            for choice in _choices_in(one.annotation):
                of_name.setdefault(choice.__name__, set()).add(choice)

    assert {name: found for name, found in of_name.items() if len(found) > 1} == {}


def _choices_in(annotation: Any) -> Iterator[type[Enum]]:
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        yield annotation
    for part in get_args(annotation):
        yield from _choices_in(part)
