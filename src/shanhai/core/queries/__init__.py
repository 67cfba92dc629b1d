"""All reads of core's nouns that are more than one line, one module a noun."""
