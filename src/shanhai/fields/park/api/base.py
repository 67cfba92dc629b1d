"""What the operations of the field share."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from ninja import Router
from pydantic import Field

from shanhai.fields.park.rules.parks import MOST_MU

router = Router(tags=["park"])

Mu = Annotated[Decimal, Field(gt=0, le=MOST_MU, decimal_places=2)]
Code = Annotated[str, Field(min_length=1, max_length=40)]
