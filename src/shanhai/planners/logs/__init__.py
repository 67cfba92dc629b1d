"""Event logs from plain files: XES, CSV, Parquet and OCEL 2.0 into columns, with a count of what could not be read.

Import from here: ``from shanhai.planners.logs import read_log``; writers stand in ``writing``. NumPy and DuckDB are loaded when a log is read.
"""

from shanhai.planners.logs.lateness import Lateness, count_late
from shanhai.planners.logs.reading import read_log
from shanhai.planners.logs.table import Event, EventLog, log_of

__all__ = ["Event", "EventLog", "Lateness", "count_late", "log_of", "read_log"]
