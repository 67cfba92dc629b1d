"""Stages, small decisions and wording of refusals of the field, one module for each noun. No Django here."""
