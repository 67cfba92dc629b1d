"""Programs of both sides, calling."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def api_of(api_at: Callable[..., Any]) -> Callable[..., Any]:
    """``api_of(lin)("get", "/...")``: an answer of the field's API for a member."""
    return api_at("/api/v1/pairing")
