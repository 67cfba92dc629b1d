"""Named instances and peers; each module is a command that prints a table and JSON."""
