"""Writes of the field."""
