"""Every write of the field, one module for each noun."""
