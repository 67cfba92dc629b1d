"""Load and export of the field's files of a zone folder."""
