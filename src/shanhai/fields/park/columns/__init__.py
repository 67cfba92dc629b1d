"""Columns of the registers of the field, and the choices that they and its pages offer."""
