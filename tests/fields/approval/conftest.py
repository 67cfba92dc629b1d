"""A catalogue of Longquan, published once."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def catalogue(cast: Any, zone: Any, lin: Any) -> Any:
    """The Zhejiang 90 regime, taken over and published by Longquan."""
    from shanhai.fields.approval.actions import catalogues as actions
    from shanhai.fields.approval.queries import catalogues as queries

    found = actions.open_catalogue(
        code="LQ-ZJ90", region=cast.regions["331181000000"], profile="zhejiang-90", by=lin
    )
    actions.publish_draft(queries.draft_of("LQ-ZJ90"), why="taken over", by=lin)
    return queries.catalogue_of(found.code)


@pytest.fixture
def draft(catalogue: Any, lin: Any) -> Any:
    """The draft of its second version."""
    from shanhai.fields.approval.actions import catalogues as actions

    return actions.open_draft(catalogue, by=lin)
