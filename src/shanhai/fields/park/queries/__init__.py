"""Reads of the field."""
