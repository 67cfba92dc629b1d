"""What only SQL can say: the journal is append-only, and the search index follows its table.

Migrations 0002 and 0012 install it, ``shanhai check`` sees that it is still there (on SQLite a later migration that alters one
of these tables rebuilds it and loses its triggers: install them again in that migration).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

SEALED_TABLES = ("core_journalentry", "core_journalleaf", "core_seal")
_SENTENCE = "The journal is append-only"

# The index keeps no copy of its words, and the table gives its own away: both would stand there twice. What goes from
# the table stays in the index as a key that no row has; ``search.rebuild`` clears it.
_SQLITE_SEARCH = """
CREATE VIRTUAL TABLE core_searchindex USING fts5(
    grams, content='', detail=none, columnsize=0, prefix='1', tokenize="unicode61 remove_diacritics 0"
);
CREATE TRIGGER core_searchentry_added AFTER INSERT ON core_searchentry BEGIN
    INSERT INTO core_searchindex(rowid, grams) VALUES (new.id, new.grams);
    UPDATE core_searchentry SET grams = '' WHERE id = new.id;
END
"""
# The words are cut already: to_tsvector would drop Chinese ones under some locales and split codes at hyphens. What
# ``core.grams`` packs is unpacked here, since PostgreSQL would keep each word a second time in the table. With each
# entry go the numbers of its blocks of keys, so that the latest hits of a word that half of all things hold are found
# without reading the others.
BLOCKS = (1_024, 16_384, 262_144)
# Unsafe for parallel plans on purpose: the planner takes the dear function for work to share out, and starting helpers
# costs ten times what a look into the index does.
POSTGRES_GRAMS = "core_searchwords(id, kind, seen_by, title_zh, grams)"
_IS_HAN = "(ascii(run) BETWEEN 13312 AND 40959 OR ascii(run) BETWEEN 63744 AND 64255 OR ascii(run) BETWEEN 131072 AND 262143)"
_NO_HAN = "[^\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+"
_POSTGRES_SEARCH = f"""
CREATE OR REPLACE FUNCTION core_searchwords(id bigint, kind text, seen_by text, title_zh text, grams text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL UNSAFE COST 1000 AS $$
SELECT array_to_tsvector(array(
    SELECT substr(run, i, n) FROM unnest(
            string_to_array(grams, ' ') || string_to_array(regexp_replace(title_zh, '{_NO_HAN}', ' ', 'g'), ' ')
        ) AS run, generate_series(1, length(run)) AS i, generate_series(1, 2) AS n WHERE {_IS_HAN}
    UNION
    SELECT chr(57346) || substr(run, i, 2) FROM unnest(string_to_array(grams, ' ')) AS run,
        generate_series(2, length(run) - 1) AS i WHERE ascii(run) = 57346
    UNION
    SELECT run FROM unnest(string_to_array(grams, ' ')) AS run
    WHERE NOT {_IS_HAN} AND ascii(run) <> 57346 AND run <> ''
    UNION
    SELECT chr(57344) || word FROM unnest(string_to_array(split_part(seen_by, '|', 1), ' ')) AS word
    UNION
    SELECT chr(57345) || word FROM unnest(string_to_array(split_part(seen_by, '|', 2), ' ')) AS word
    UNION
    SELECT unnest(ARRAY[
        chr(57349) || regexp_replace(kind, '[^[:alnum:]]', '', 'g'),
        chr(57350) || (id / {BLOCKS[0]}), chr(57351) || (id / {BLOCKS[1]}), chr(57352) || (id / {BLOCKS[2]})
    ])
)) $$
"""


def journal_sql(vendor: str) -> tuple[list[str], list[str]]:
    """Statements that make the journal append-only, and those that lift it."""
    if vendor == "sqlite":
        return _sqlite_journal()
    return _postgres_journal()


def _sqlite_journal() -> tuple[list[str], list[str]]:
    make, lift = [], []
    for table in SEALED_TABLES:
        for verb in ("update", "delete"):
            name = f"{table}_no_{verb}"
            make.append(
                f"CREATE TRIGGER {name} BEFORE {verb.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{_SENTENCE}'); END"
            )
            lift.append(f"DROP TRIGGER IF EXISTS {name}")
    return make, lift


def _postgres_journal() -> tuple[list[str], list[str]]:
    make = [
        "CREATE OR REPLACE FUNCTION core_journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION '{_SENTENCE}' USING ERRCODE = 'restrict_violation'; END $$"
    ]
    lift = []
    for table in SEALED_TABLES:
        make.append(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION core_journal_refuse()"
        )
        make.append(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION core_journal_refuse()"
        )
        lift.append(f"DROP TRIGGER IF EXISTS {table}_no_change ON {table}")
        lift.append(f"DROP TRIGGER IF EXISTS {table}_no_truncate ON {table}")
    return make, lift


def search_sql(vendor: str) -> tuple[list[str], list[str]]:
    """Statements that make the search index, and those that drop it."""
    if vendor == "sqlite":
        make = [part.strip() for part in _split_statements(_SQLITE_SEARCH)]
        # What earlier versions kept goes as well.
        drop = [f"DROP TRIGGER IF EXISTS core_searchentry_{name}" for name in ("added", "gone", "moved")]
        return make, [*drop, "DROP TABLE IF EXISTS core_searchindex"]
    return (
        [
            _POSTGRES_SEARCH,
            f"CREATE INDEX core_searchentry_grams ON core_searchentry USING gin ({POSTGRES_GRAMS})",
        ],
        [
            "DROP INDEX IF EXISTS core_searchentry_grams",
            "DROP FUNCTION IF EXISTS core_searchwords(bigint, text, text, text, text)",
        ],
    )


def _split_statements(sql: str) -> Iterator[str]:
    statement = ""
    for line in sql.strip().splitlines():
        statement += line + "\n"
        if line in (");", "END;"):
            yield statement.rstrip().removesuffix(";") + (";" if line == "END;" else "")
            statement = ""
    if statement:
        yield statement


def remake_search(schema_editor: Any, *, make: bool) -> None:
    """Drop the search index, or make it: around migrations that alter its table."""
    for statement in search_sql(schema_editor.connection.vendor)[0 if make else 1]:
        schema_editor.execute(statement, params=None)


def install(schema_editor: Any) -> None:
    """Run by migration 0002."""
    vendor = schema_editor.connection.vendor
    for statement in journal_sql(vendor)[0]:
        schema_editor.execute(statement, params=None)


def uninstall(schema_editor: Any) -> None:
    """Run by migration 0002 backwards."""
    vendor = schema_editor.connection.vendor
    for statement in journal_sql(vendor)[1]:
        schema_editor.execute(statement, params=None)


def missing() -> list[str]:
    """Names of triggers that should be there and are not."""
    if connection.vendor == "sqlite":
        wanted = {f"{table}_no_{verb}" for table in SEALED_TABLES for verb in ("update", "delete")}
        wanted.add("core_searchentry_added")
        sql = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        wanted = {f"{table}_no_{verb}" for table in SEALED_TABLES for verb in ("change", "truncate")}
        sql = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return sorted(wanted - {name for (name,) in cursor.fetchall()})


@contextmanager
def journal_writable() -> Iterator[None]:
    """Lift the triggers for a while: for tests that flush the database or tamper with it, and for nothing else."""
    make, lift = journal_sql(connection.vendor)
    with connection.cursor() as cursor:
        for statement in lift:
            cursor.execute(statement)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for statement in make:
                cursor.execute(statement)
