"""Tables that DuckDB reads: Parquet, and CSV that is plain throughout. It may load nothing from anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.planners.logs.sheets import ROWS, CsvTable
from shanhai.planners.logs.source import BLOCK, Source
from shanhai.planners.logs.table import LaterNames

# A larger file is read block by block: DuckDB holds the columns that are asked for.
MOST_CSV = 512 << 20
# Times of one length and this form are read alike by DuckDB and by us.
FORM = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)?")


class DuckTable:
    """Columns of a table; ``first_row`` is the number of its first row in the file."""

    first_row = 1

    def __init__(self, source: Source) -> None:
        import duckdb

        self.source, self._error = source, duckdb.Error
        self.held = duckdb.connect(config={"threads": 1, "autoinstall_known_extensions": "false"})
        self.held.execute("SET autoload_known_extensions = false")
        # Names are looked up in the order of the file only while the file stays the side that is gone through.
        self.held.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")
        self.held.execute("SET TimeZone = 'UTC'")
        self._table = ""

    def describe(self) -> None:
        """Headings and types of the columns."""
        told = self.rows(f"DESCRIBE SELECT * FROM {self._table}")
        self.headings = [str(row[0]) for row in told]
        self.types = [str(row[1]) for row in told]

    def rows(self, question: str) -> list[Any]:
        """The answer of DuckDB; a broken file is refused."""
        try:
            return self.held.execute(question).fetchall()
        except self._error as error:
            raise self._broken(error) from None

    def array(self, question: str) -> Any:
        """The one column of an answer, c, as NumPy array; masked where there is nothing."""
        try:
            return self.held.execute(question).fetchnumpy()["c"]
        except self._error as error:
            raise self._broken(error) from None

    def values(self, expression: str) -> Any:
        """An expression for each row of the file, in its order."""
        return self.array(f"SELECT {expression} AS c FROM {self._table}")

    def numbers(self, index: int) -> tuple[Any, Sequence[str]]:
        """A number for the text of each row in a column, nothing for an empty text; and the texts by number."""
        text, names = f"{self.column(index)}::VARCHAR", f"names_{index}"
        self.rows(
            f"CREATE TEMP TABLE {names} AS SELECT row_number() OVER () - 1 AS n, v "
            f"FROM (SELECT DISTINCT {text} AS v FROM {self._table}) WHERE v <> ''"
        )
        found = self.array(
            f"SELECT k.n::INTEGER AS c FROM {self._table} AS t LEFT JOIN {names} AS k ON t.{text} = k.v"
        )
        (n,) = self.rows(f"SELECT count(*) FROM {names}")[0]
        return found, LaterNames(
            n, lambda: [row[0] for row in self.rows(f"SELECT v FROM {names} ORDER BY n")]
        )

    def release(self) -> None:
        """Give back the memory that reading took; names can still be asked for."""
        self.rows("DROP TABLE IF EXISTS log")
        with suppress(self._error):  # Many names may need more; they are kept.
            # Setting a limit lets go of what is free, nothing else does.
            self.held.execute("SET memory_limit = '32MB'")
        self.held.execute("RESET memory_limit")

    def column(self, index: int) -> str:
        """A column in DuckDB's words."""
        return named(self.headings[index])

    def batches(self, wanted: Sequence[int]) -> Iterator[tuple[int, list[Sequence[bytes]]]]:
        """As of a CSV file; what is empty is an empty text."""
        told = ", ".join(f"coalesce({self.column(index)}::VARCHAR, '')" for index in wanted)
        try:
            answer = self.held.execute(f"SELECT {told} FROM {self._table}")
            number = self.first_row
            while rows := answer.fetchmany(ROWS):
                yield number, [[cell.encode() for cell in cells] for cells in zip(*rows, strict=True)]
                number += len(rows)
        except self._error as error:
            raise self._broken(error) from None

    def _broken(self, error: Exception) -> BadInput:
        return BadInput(
            "logs.no_parquet",
            gettext_noop("{file} cannot be read as Parquet ({words}). Export the log again."),
            file=self.source.path.name,
            words=str(error).splitlines()[0],
        )


class ParquetTable(DuckTable):
    """A Parquet file."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self._table = f"read_parquet({_quoted(_path_without_patterns(source.path))})"
        self.describe()


class PlainCsv(DuckTable):
    """A CSV file without anything that could be read in two ways; only the wanted columns, times already as moments."""

    first_row = 2

    def __init__(self, table: CsvTable, wanted: dict[str, int]) -> None:
        super().__init__(table.source)
        headings = {f"c{n}": "VARCHAR" for n in range(len(table.headings))}
        told = ", ".join(f"'{name}': '{kind}'" for name, kind in headings.items())
        file = (
            f"read_csv({_quoted(_path_without_patterns(table.source.path))}, auto_detect = false, header = true, "
            f"delim = {_quoted(table.delimiter)}, quote = '', escape = '', nullstr = '', columns = {{{told}}}, "
            "buffer_size = 4194304)"
        )
        texts = {role: f"c{index}" for role, index in wanted.items()}
        columns = [
            f"try_cast({text} AS TIMESTAMPTZ) AS {role}" if role in ("time", "start") else f"{text} AS {role}"
            for role, text in texts.items()
        ]
        # What could not be read as a time, and whether all times are of one form.
        columns += [f"length({texts['time']})::TINYINT AS n_time"]
        self.held.execute(f"CREATE TEMP TABLE log AS SELECT {', '.join(columns)} FROM {file}")
        self._table = "log"
        self.describe()

    def is_whole(self) -> bool:
        """Whether every row has a time, and all times have as many letters."""
        told = self.rows("SELECT count(*) = count(time), min(n_time) = max(n_time) FROM log")[0]
        return all(told)


def plain_csv(table: CsvTable, wanted: dict[str, int]) -> PlainCsv | None:
    """The table as DuckDB reads it, if there is no doubt that it reads what we would; else None."""
    import duckdb

    path = table.source.path
    if table.encoding != "utf-8-sig" or "start" in wanted or not _is_plain(path):
        return None
    if not FORM.fullmatch(_first_time(table, wanted["time"])):
        return None
    try:
        found = PlainCsv(table, wanted)
    except duckdb.Error:
        return None
    return found if found.is_whole() else None


def _first_time(table: CsvTable, index: int) -> str:
    return table.first_row[index] if index < len(table.first_row) else ""


def _is_plain(path: Path) -> bool:
    """Not packed, not large, without quotation marks, and all lines end alike."""
    if path.stat().st_size > MOST_CSV:
        return False
    with path.open("rb") as file:
        head = file.read(4)
        # Packed, or with a line above the headings.
        if head[:2] == b"\x1f\x8b" or head == b"sep=" or head[:1] in b"\r\n":
            return False
        file.seek(0)
        has_returns = False
        while block := file.read(BLOCK):
            if b'"' in block:
                return False
            has_returns = has_returns or b"\r" in block
        return not has_returns or _ends_alike(file)


def _ends_alike(file: BinaryIO) -> bool:
    """Whether each line ends with a return and a line feed, and neither stands elsewhere."""
    file.seek(0)
    returns = feeds = both = 0
    last = b""
    while block := file.read(BLOCK):
        returns, feeds = returns + block.count(b"\r"), feeds + block.count(b"\n")
        both += block.count(b"\r\n") + (last == b"\r" and block[:1] == b"\n")
        last = block[-1:]
    return returns == feeds == both


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def named(text: str) -> str:
    """A name in DuckDB's words."""
    return '"' + text.replace('"', '""') + '"'


def _path_without_patterns(path: Path) -> str:
    """The path in signs that DuckDB does not take for a pattern of many files."""
    return re.sub(r"([*?\[])", r"[\1]", str(path.resolve()))
