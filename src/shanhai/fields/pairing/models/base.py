"""Choices that the tables of the field share."""

from __future__ import annotations

from shanhai.fields.pairing import rules

SIDES = [("mountain", "mountain"), ("sea", "sea")]
FIELDS = [(f, f) for f in rules.FIELDS]
