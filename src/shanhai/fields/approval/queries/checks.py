"""The field's part of ``shanhai check``."""

from __future__ import annotations

from collections.abc import Iterator

from shanhai.core.checks import Finding
from shanhai.fields.approval.queries import catalogues
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
