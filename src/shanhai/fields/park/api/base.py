"""What the operations of the field share."""

from __future__ import annotations

from ninja import Router

router = Router(tags=["park"])
