"""Any log file into one event log."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.planners.logs import duck, sheets
from shanhai.planners.logs.source import Source
from shanhai.planners.logs.stamps import NO_TIME, microseconds, read_stamp
from shanhai.planners.logs.table import NONE, OTHER, TRANSITIONS, Columns, EventLog, in_order, text_of
from shanhai.planners.logs.troubles import Troubles

if TYPE_CHECKING:
    import numpy as np

    from shanhai.planners.logs import ocel, xes

# Attributes of case, activity and time in XES.
USUAL = ("concept:name", "concept:name", "time:timestamp")
START, TRANSITION = "start_timestamp", "lifecycle:transition"
BATCH = 20_000
SHORT = 2 << 20
Text = str | bytes


def read_log(path: str | Path, *, case: str = "", activity: str = "", time: str = "") -> EventLog:
    """Read an event log: XES, CSV, OCEL 2.0 (JSON, SQLite) or Parquet; all but the last two also packed by gzip.

    What the file is, its first bytes say. An event without a case, an activity or a time is left out and counted; times
    without a zone count as UTC. Cases of one name are one case. The memory needed goes by the number of events and of
    names, not by the size of the file; of XES one case, of OCEL the events are held besides.

    Parameters
    ----------
    path
        The file.
    case
        XES: attribute of the case. CSV, Parquet: column. OCEL: type of the objects that make the cases, by default the
        one that most events belong to. Empty: the usual names.
    activity, time
        Attribute or column of the activity and of the time of an event. Empty: the usual names. OCEL: an attribute of
        the event instead of its type and time.

    Returns
    -------
    EventLog
        Events by case, time and order in the file; ``unread`` says what was left out, and why.

    Raises
    ------
    BadInput
        The file is nothing of this, breaks before the first case, declares entities, lacks a column, or has no event
        that can be read. The sentence names the line where there is one.
    """
    source, troubles = Source(Path(path)), Troubles()
    kind = source.kind()
    inlet = _Inlet(troubles)
    readers = {"xes": _of_xes, "csv": _of_csv, "parquet": _of_parquet}
    log = readers.get(kind, _of_ocel)(source, (case, activity, time), inlet)
    if not len(log):
        told = " ".join(map(str, log.unread))
        raise BadInput(
            "logs.no_events",
            gettext_noop(
                "{file} has no event that can be read. {why} Give a log with cases, activities and times."
            ),
            file=source.path.name,
            why=told,
        )
    return log


@dataclass(slots=True)
class _Batch:
    """Events as they are written: columns of texts or of UTF-8, of equal length; an empty text is none."""

    cases: Sequence[Text]
    activities: Sequence[Text]
    times: Sequence[Text]
    starts: Sequence[Text] | None
    transitions: Sequence[Text] | None
    place: Callable[[int], str]  # where the n-th event stands in the file


class _Inlet:
    """Puts batches of events into columns, and counts what is not sound."""

    def __init__(self, troubles: Troubles) -> None:
        self.troubles, self.columns = troubles, Columns()
        self.with_zone = self.without_zone = 0

    def take(self, batch: _Batch) -> None:
        """Add the sound events of a batch."""
        import numpy as np

        at = self._times(batch.times)
        if not (all(batch.cases) and all(batch.activities) and (at != NO_TIME).all()):
            keep = self._sound(batch, at)
            at, batch = at[keep], _only(batch, keep)
        into, n = self.columns, len(at)
        into.case.extend(map(into.cases.__getitem__, batch.cases))
        into.activity.extend(map(into.activities.__getitem__, batch.activities))
        into.at.frombytes(at.tobytes())
        begun = np.full(n, NO_TIME, np.int64) if batch.starts is None else self._times(batch.starts)
        into.started.frombytes(begun.tobytes())
        named = bytes(n) if batch.transitions is None else bytes(map(_transition, batch.transitions))
        into.transition.frombytes(named)

    def log(self) -> EventLog:
        """All events taken, in order."""
        if self.with_zone:
            self.troubles.count("no_zone", n=self.without_zone)
        odd = self.columns.cases.odd() + self.columns.activities.odd()
        self.troubles.count("odd_letters", odd[0] if odd else "", len(odd))
        return self.columns.log(self.troubles)

    def _sound(self, batch: _Batch, at: np.ndarray) -> list[int]:
        keep = []
        for n, (case, activity, time) in enumerate(
            zip(batch.cases, batch.activities, at.tolist(), strict=True)
        ):
            missing = "no_case" if not case else "no_activity" if not activity else ""
            if missing or time == NO_TIME:
                self.troubles.count(missing or "no_time", batch.place(n))
            else:
                keep.append(n)
        return keep

    def _times(self, texts: Sequence[Text]) -> np.ndarray:
        """(n,) int64 microseconds since 1970 in UTC, NO_TIME where there is none."""
        import numpy as np

        found = self._times_of_one_zone(texts)
        return np.array([self._time(text_of(text)) for text in texts], np.int64) if found is None else found

    def _time(self, text: str) -> int:
        at = read_stamp(text) if text else None
        if at is None:
            return NO_TIME
        self.with_zone += at.tzinfo is not None
        self.without_zone += at.tzinfo is None
        return microseconds(at)

    def _times_of_one_zone(self, texts: Sequence[Text]) -> np.ndarray | None:
        """All at once where they are of one form and one zone, as in most files; else None."""
        import numpy as np

        form = _FORM.fullmatch(text_of(texts[0])) if texts else None
        if form is None or len(set(map(len, texts))) != 1:
            return None
        n, end, zone = len(texts), form.end(1), form.group(2) or ""
        try:
            letters = np.array(texts).astype("S").view("S1").reshape(n, -1)
            if zone and (letters[:, end:] != letters[0, end:]).any():
                return None
            at = (
                np.ascontiguousarray(letters[:, :end])
                .view(f"S{end}")
                .ravel()
                .astype("datetime64[us]")
                .view(np.int64)
            )
        except ValueError:
            return None
        self.with_zone += n if zone else 0
        self.without_zone += 0 if zone else n
        offset = read_stamp(f"1970-01-01T00:00:00{zone}")
        return at + (microseconds(offset) if offset else 0)


def _only(batch: _Batch, keep: list[int]) -> _Batch:
    def kept(texts: Sequence[Text]) -> Sequence[Text]:
        return [texts[n] for n in keep]

    return replace(
        batch,
        cases=kept(batch.cases),
        activities=kept(batch.activities),
        starts=None if batch.starts is None else kept(batch.starts),
        transitions=None if batch.transitions is None else kept(batch.transitions),
    )


_FORM = re.compile(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,6})?)(Z|[+-]\d\d:\d\d)?")


def _transition(text: Text) -> int:
    return TRANSITIONS.get(text_of(text).strip().casefold(), OTHER) if text else NONE


# --- XES -------------------------------------------------------------------------------------------------------------


def _of_xes(source: Source, asked: tuple[str, str, str], inlet: _Inlet) -> EventLog:
    from shanhai.planners.logs import xes

    case_key, activity_key, time_key = (given or usual for given, usual in zip(asked, USUAL, strict=True))
    keys = (activity_key, time_key, START, TRANSITION)
    seen: set[str] = set()
    lines: list[int] = []
    columns: list[list[str]] = [[], [], [], [], []]
    n = 0
    for trace in xes.traces(source, {case_key}, set(keys), inlet.troubles):
        n += 1
        name = _name_of(trace, n, case_key, seen, source, inlet.troubles)
        if not trace.events:
            continue
        columns[0] += [name] * len(trace.events)
        lines += [trace.line] * len(trace.events)
        for key, column in zip(keys, columns[1:], strict=True):
            column += [event.get(key, "") for event in trace.events]
        if len(lines) > BATCH:
            inlet.take(_batch_of(columns, lines, source))
            columns, lines = [[], [], [], [], []], []
    inlet.take(_batch_of(columns, lines, source))
    return inlet.log()


def _name_of(trace: xes.Trace, n: int, key: str, seen: set[str], source: Source, troubles: Troubles) -> str:
    place = f"{source.path.name}:{trace.line}"
    name = trace.attributes.get(key)
    if not trace.events:
        troubles.count("empty", place)
    elif not name:
        troubles.count("unnamed", place)
        name = f"#{n}"
    elif name in seen:
        troubles.count("parted", place)
    name = name or ""
    seen.add(name)
    return name


def _batch_of(columns: list[list[str]], lines: list[int], source: Source) -> _Batch:
    cases, activities, times, starts, transitions = columns
    return _Batch(
        cases,
        activities,
        times,
        starts if any(starts) else None,
        transitions if any(transitions) else None,
        lambda n: f"{source.path.name}:{lines[n]}",
    )


# --- CSV -------------------------------------------------------------------------------------------------------------


def _of_csv(source: Source, asked: tuple[str, str, str], inlet: _Inlet) -> EventLog:
    table = sheets.CsvTable(source, inlet.troubles)
    wanted = _wanted(table.headings, asked, source.path.name)
    # For a short file DuckDB takes longer to load than the file to read.
    plain = duck.plain_csv(table, wanted) if source.path.stat().st_size > SHORT else None
    if plain is not None:
        return _of_duck(plain, {role: n for n, role in enumerate(wanted)}, inlet)
    _take_sheet(table, wanted, source, inlet)
    return inlet.log()


def _take_sheet(
    table: sheets.CsvTable | duck.DuckTable, wanted: dict[str, int], source: Source, inlet: _Inlet
) -> None:
    for number, cells in table.batches(list(wanted.values())):
        of = dict(zip(wanted, cells, strict=True))
        place = _row_places(source.path.name, number)
        inlet.take(
            _Batch(of["case"], of["activity"], of["time"], of.get("start"), of.get("transition"), place)
        )


def _row_places(file: str, first: int) -> Callable[[int], str]:
    return lambda n: f"{file}:{first + n}"


def _wanted(headings: Sequence[str], asked: tuple[str, str, str], file: str) -> dict[str, int]:
    """The columns that are needed, by what they hold."""
    roles = dict(zip(("case", "activity", "time"), asked, strict=True)) | {"start": "", "transition": ""}
    found = {role: sheets.column(headings, role, given, file) for role, given in roles.items()}
    if found["start"] in (found["case"], found["activity"], found["time"]):
        found["start"] = None
    return {role: index for role, index in found.items() if index is not None}


# --- Parquet ---------------------------------------------------------------------------------------------------------


def _of_parquet(source: Source, asked: tuple[str, str, str], inlet: _Inlet) -> EventLog:
    table = duck.ParquetTable(source)
    wanted = _wanted(table.headings, asked, source.path.name)
    if not all(_is_time(table.types[wanted[role]]) for role in ("time", "start") if role in wanted):
        _take_sheet(table, wanted, source, inlet)
        return inlet.log()
    return _of_duck(table, wanted, inlet)


def _of_duck(table: duck.DuckTable, wanted: dict[str, int], inlet: _Inlet) -> EventLog:
    import numpy as np

    troubles, file = inlet.troubles, table.source.path.name
    held: dict[str, Any] = {}
    held["case"], cases = table.numbers(wanted["case"])
    held["activity"], activities = table.numbers(wanted["activity"])
    held |= {role: table.values(said) for role, said in _expressions(table, wanted).items()}
    table.release()
    absent = {role: _is_absent(held[role]) for role in ("case", "activity", "time")}
    for role, kind in (("case", "no_case"), ("activity", "no_activity"), ("time", "no_time")):
        if absent[role] is not None:
            first = f"{file}:{int(absent[role].argmax()) + table.first_row}"
            troubles.count(kind, first, int(np.count_nonzero(absent[role])))
    held = {role: np.ma.getdata(values) for role, values in held.items()}
    if any(one is not None for one in absent.values()):
        sound = ~np.logical_or.reduce([one for one in absent.values() if one is not None])
        held = {role: values[sound] for role, values in held.items()}
    started, transition = held.get("start"), held.get("transition")
    log = EventLog(
        held["case"].astype(np.int32, copy=False),
        held["activity"].astype(np.int32, copy=False),
        held["time"],
        started if started is not None and (started != NO_TIME).any() else None,
        transition if transition is not None and transition.any() else None,
        cases,
        activities,
    )
    del held
    return in_order(log, troubles)


def _is_time(kind: str) -> bool:
    return kind.startswith("TIMESTAMP") or kind == "DATE"


def _expressions(table: duck.DuckTable, wanted: dict[str, int]) -> dict[str, str]:
    """Times in microseconds and marks by number, in DuckDB's words."""

    def moment(role: str) -> str:
        # Nanoseconds are cut, and what stands without a zone counts as UTC.
        index = wanted[role]
        has_zone = "TIME ZONE" in table.types[index]
        return f"epoch_us({table.column(index)}{'' if has_zone else '::TIMESTAMP'})"

    told = {"time": moment("time")}
    if "start" in wanted:
        told["start"] = f"coalesce({moment('start')}, {NO_TIME + 1} - 1)"
    if "transition" in wanted:
        mark = f"lower(trim(coalesce({table.column(wanted['transition'])}::VARCHAR, '')))"
        told["transition"] = (
            f"(CASE {mark} WHEN '' THEN 0 WHEN 'start' THEN 1 WHEN 'complete' THEN 2 ELSE 3 END)::TINYINT"
        )
    return told


def _is_absent(values: Any) -> Any:
    import numpy as np

    mask = np.ma.getmask(values)
    return None if mask is np.ma.nomask or not mask.any() else mask


# --- OCEL ------------------------------------------------------------------------------------------------------------


def _of_ocel(source: Source, asked: tuple[str, str, str], inlet: _Inlet) -> EventLog:
    from shanhai.planners.logs import ocel

    troubles = inlet.troubles
    found, objects = ocel.things(source, source.kind(), troubles)
    events = list(found)
    kind = ocel.case_type(events, objects, asked[0], troubles)
    columns: list[list[str]] = [[], [], [], [], []]
    places: list[str] = []
    for event in events:
        cases = _cases_of(event, objects, kind, f"{source.path.name}: {event.name}", troubles)
        activity = event.values.get(asked[1], "") if asked[1] else event.type
        time = event.values.get(asked[2], "") if asked[2] else event.time
        told = (activity, time, event.values.get(START, ""), event.values.get(TRANSITION, ""))
        for case in cases:
            places.append(f"{source.path.name}: {event.name}")
            for column, text in zip(columns, (case, *told), strict=True):
                column.append(text)
    of_case, activities, times, starts, transitions = columns
    inlet.take(_Batch(of_case, activities, times, starts, transitions, places.__getitem__))
    return inlet.log()


def _cases_of(
    event: ocel.Thing, objects: dict[str, ocel.Thing], kind: str, place: str, troubles: Troubles
) -> list[str]:
    troubles.count("unknown_object", place, sum(name not in objects for name in event.related))
    cases = list(dict.fromkeys(one for one in event.related if one in objects and objects[one].type == kind))
    if not cases:
        troubles.count("no_object", place)
    elif len(cases) > 1:
        troubles.count("several_objects", place)
    return cases
