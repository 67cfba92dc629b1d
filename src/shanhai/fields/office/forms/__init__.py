"""Forms of the field, one module for each noun."""
