"""All reads of the field that are more than one line: one module a register, and the administrator's day."""
