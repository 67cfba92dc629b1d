"""Columns of the registers of the field, and the choices that they and its pages offer."""

from shanhai.core.sheets.columns import words_of
from shanhai.fields.park.columns import firms

words = words_of
REGISTERS = firms.REGISTERS

__all__ = ["REGISTERS", "firms", "words"]
