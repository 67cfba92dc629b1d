"""The field's part of ``shanhai check``."""

from __future__ import annotations

from collections.abc import Iterator

from shanhai.core.checks import Finding
from shanhai.fields.approval.queries import cases, catalogues
from shanhai.kernel.refusals import gettext_noop


def published() -> Iterator[Finding]:
    """Published versions of catalogues say what they said when they were published."""
    for one in catalogues.changed_since():
        yield Finding(
            "error",
            "approval.published",
            gettext_noop(
                "Version {number} of catalogue {catalogue} does not say what it said when it was published."
            ),
            {"number": one.number, "catalogue": one.catalogue.code},
        )


def guards() -> Iterator[Finding]:
    """What items of running cases wait for is what their predecessors, opinions and materials add up to."""
    for case, item in cases.misguarded():
        yield Finding(
            "error",
            "approval.guards",
            gettext_noop("Case {number} counts wrongly what {item} waits for."),
            {"number": case.number, "item": item.code if item is not None else "–"},
        )
