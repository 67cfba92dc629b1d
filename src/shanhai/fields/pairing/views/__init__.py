"""The pages of the field, by noun."""
