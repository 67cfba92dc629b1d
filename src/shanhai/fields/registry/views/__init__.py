"""The pages of the field: thin, one module a noun."""
