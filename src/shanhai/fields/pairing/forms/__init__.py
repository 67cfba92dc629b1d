"""The forms of the field, by noun."""
