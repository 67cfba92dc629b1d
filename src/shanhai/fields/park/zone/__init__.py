"""The field's part of a zone folder."""
