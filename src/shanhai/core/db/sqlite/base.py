"""Django's SQLite back end, tuned for several threads and processes that write.

- Write-ahead log, ``synchronous=NORMAL`` (``OPTIONS["synchronous"] = "FULL"`` where the power may fail), foreign keys.
- Every ``atomic`` block begins at once as a writer (``BEGIN IMMEDIATE``) after its turn in the write queue; a single
  writing statement outside ``atomic`` waits for its turn as well. Reading outside ``atomic`` takes no lock and never
  waits, so reads do not stand in ``atomic``.
- The turn is given back at commit, rollback or close, whatever goes wrong on the way.

docs/decisions/0002-write-queue.md says why.
"""

from __future__ import annotations

import re
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

from shanhai.core.db.sqlite.queue import WaitedTooLong, WriteQueue, queue_of

# Django looks for the driver here; its stubs do not know that it stands there.
Database = base.Database  # type: ignore[attr-defined]

TIMEOUT_S = 30.0
_PRAGMAS = ("temp_store = MEMORY", "cache_size = -8000", "journal_size_limit = 67108864")
_WRITES = re.compile(
    r"\s*(?:INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER|ANALYZE|VACUUM|REINDEX)\b", re.IGNORECASE
)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that queues before it writes."""

    transaction_mode: str | None

    def __init__(self, settings_dict: dict[str, Any], alias: str = "default") -> None:
        super().__init__(settings_dict, alias)
        self._held: WriteQueue | None = None
        self._timeout = TIMEOUT_S
        self._synchronous = "NORMAL"

    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        params.setdefault("timeout", TIMEOUT_S)
        self._timeout = params["timeout"]
        self._synchronous = str(params.pop("synchronous", "NORMAL")).upper()
        if self._synchronous not in ("NORMAL", "FULL"):
            raise ValueError(f"synchronous is {self._synchronous}; write NORMAL or FULL.")
        if self.transaction_mode is None:
            self.transaction_mode = "IMMEDIATE"
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        conn = super().get_new_connection(conn_params)
        try:
            if not self.is_in_memory_db():
                self._begin_write_ahead_log(conn)
            conn.execute(f"PRAGMA synchronous = {self._synchronous}")
            for pragma in _PRAGMAS:
                conn.execute(f"PRAGMA {pragma}")
        except BaseException:
            conn.close()
            raise
        return conn

    def _begin_write_ahead_log(self, conn: Any) -> None:
        if conn.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
            return
        # Only the first connection to a new file gets here; two at once would find the file locked.
        self.take_turn()
        try:
            conn.execute("PRAGMA journal_mode = WAL")
        finally:
            self.give_turn_back()

    def take_turn(self) -> None:
        """Stand in line and come back as the one writer; OperationalError after the time limit."""
        queue = queue_of(str(self.settings_dict["NAME"]), self.is_in_memory_db())
        try:
            queue.take(self._timeout)
        except WaitedTooLong:
            raise OperationalError(
                f"database is locked: another writer kept it for {self._timeout:g} s"
            ) from None
        self._held = queue

    def give_turn_back(self) -> None:
        """Let the next writer in; nothing happens where no turn is held."""
        held, self._held = self._held, None
        if held is not None:
            held.give_back()

    def create_cursor(self, name: str | None = None) -> Any:
        cursor = self.connection.cursor(factory=QueueingCursor)
        cursor.wrapper = self
        return cursor

    def _start_transaction_under_autocommit(self) -> None:
        self.take_turn()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # not in the stubs
        except BaseException:
            self.give_turn_back()
            raise

    def _commit(self) -> None:
        # A commit that fails leaves the transaction open; the rollback that follows gives the turn back.
        super()._commit()  # type: ignore[misc]  # not in the stubs
        self.give_turn_back()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]  # not in the stubs
        finally:
            self.give_turn_back()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]  # not in the stubs
        finally:
            self.give_turn_back()


class QueueingCursor(base.SQLiteCursorWrapper):
    """A cursor that waits for its turn before a single writing statement outside a transaction.

    A statement with RETURNING ends when its rows are read, a moment after the turn is given back; SQLite's own busy
    handler covers that moment.
    """

    wrapper: DatabaseWrapper

    def execute(self, query: str, params: Any = None) -> Any:
        if self._needs_turn(query):
            return self._in_turn(super().execute, query, params)
        return super().execute(query, params)

    def executemany(self, query: str, param_list: Any) -> Any:
        if self._needs_turn(query):
            return self._in_turn(super().executemany, query, param_list)
        return super().executemany(query, param_list)

    def _needs_turn(self, query: str) -> bool:
        wrapper = self.wrapper
        return (
            wrapper._held is None and not self.connection.in_transaction and _WRITES.match(query) is not None
        )

    def _in_turn(self, run: Any, query: str, params: Any) -> Any:
        self.wrapper.take_turn()
        try:
            return run(query, params)
        finally:
            self.wrapper.give_turn_back()
