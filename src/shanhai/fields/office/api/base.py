"""What the operations of the field share."""

from __future__ import annotations

from typing import Annotated

from ninja import Router
from pydantic import Field

router = Router(tags=["office"])

Kind = Annotated[str, Field(min_length=1, max_length=40, description="Kind of record: pairing.agreement")]
