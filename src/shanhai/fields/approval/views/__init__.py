"""Pages of the field."""
