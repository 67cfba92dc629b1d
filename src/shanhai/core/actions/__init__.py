"""All writes of core's nouns, one module a noun."""
