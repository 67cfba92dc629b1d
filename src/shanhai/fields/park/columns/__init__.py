"""Columns of the registers of the field, and the choices that they and its pages offer."""

from shanhai.core.sheets.columns import words_of
from shanhai.fields.park.columns import firms, grades, land, parks, promises, renewal

# Pages, commands and forms say `columns.words(columns.parks.KINDS, value)`.
words = words_of
REGISTERS = (
    *parks.REGISTERS,
    *land.REGISTERS,
    *firms.REGISTERS,
    *grades.REGISTERS,
    *promises.REGISTERS,
    *renewal.REGISTERS,
)

__all__ = ["REGISTERS", "firms", "grades", "land", "parks", "promises", "renewal", "words"]
