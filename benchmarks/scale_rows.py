"""Rows for ``benchmarks/scale.py``: each register filled by bulk SQL.

A register is filled with copies of one row that the zone has (``benchmarks/scale_zone.py``), each with values of its own: spread over
stages, sides, fields and days so that no value goes with another alone.
"""

from __future__ import annotations

from typing import Any

from benchmarks import scale_park

KINDS = ["enterprise", "department", "village", "school", "hospital", "township", "other", "buyer", "carrier"]


def fill(connection: Any, table: str, first: int, last: int) -> None:
    """Rows ``first`` to ``last - 1`` by one statement each table, spread over kinds, regions, people and days."""
    if table in ("agreements", "commitments"):
        return _fill_from_one(connection, table, first, last)
    if table in COPIES:
        return _fill_copies(connection, table, first, last)
    numbers = _numbers(connection, first, last)
    kinds = " ".join(f"WHEN {i} THEN '{kind}'" for i, kind in enumerate(KINDS))
    text = "printf('%07d', i)" if connection.vendor == "sqlite" else "lpad(i::text, 7, '0')"
    true, false = ("1", "0") if connection.vendor == "sqlite" else ("true", "false")
    with connection.cursor() as cursor:
        if table == "organisations":
            cursor.execute(
                "INSERT INTO core_organisation (version, name_zh, name_en, name_sort, code, kind, region_id, address, "
                f"phone, is_active, is_illustrative, source) {numbers} "
                f"SELECT 0, '单位' || {text}, 'Body ' || {text}, 'dan wei ' || {text}, 'B' || {text}, "
                f"CASE i % {len(KINDS)} {kinds} END, (SELECT min(id) FROM core_region) + i % 10, '', '', "
                f"{true}, {false}, '' FROM n"
            )
        else:
            day = (
                "datetime('2020-09-18 01:00:00', '+' || (i / 912) || ' days')"
                if connection.vendor == "sqlite"
                else "timestamptz '2020-09-18 01:00:00+00' + (i / 912) * interval '1 day'"
            )
            body = (
                '\'{"action":"core.add_unit","at":"2023-03-01T01:00:00+00:00","by":1,"by_name":"测试","id":\' || i || '
                '\',"kind":"core.unit","organisation":1,"pairing":null,"schema":1,"state":{},"what":"综合科"}\''
            )
            digest = "zeroblob(32)" if connection.vendor == "sqlite" else "'\\x00'::bytea"
            cursor.execute(
                "INSERT INTO core_journalentry (at, action, subject_kind, subject_id, pairing_id, member_id, "
                f"organisation_id, body, digest) {numbers} SELECT {day}, "
                "CASE i % 10 WHEN 0 THEN 'core.add_unit' WHEN 1 THEN 'core.add_member' ELSE 'core.change_unit' END, "
                "'core.unit', i, CASE i % 3 WHEN 0 THEN NULL ELSE (SELECT min(id) FROM core_pairing) END, "
                "(SELECT min(id) FROM core_member) + i % 100, (SELECT min(organisation_id) FROM core_seat), "
                f"{body}, {digest} FROM n"
            )
            # Sealed, as a journal is within the hour: pages count what is not.
            cursor.execute(
                "INSERT INTO core_journalleaf (number, entry_id, digest, seal_number) "
                f"SELECT id, id, {digest}, 1 FROM core_journalentry "
                "WHERE id > (SELECT coalesce(max(entry_id), 0) FROM core_journalleaf)"
            )
        cursor.execute("ANALYZE")


def _numbers(connection: Any, first: int, last: int) -> str:
    if connection.vendor == "sqlite":
        return f"WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {last})"
    return f"WITH n(i) AS (SELECT generate_series({first}, {last - 1}))"


class _Says:
    """Values of row ``i`` in the words of one database."""

    def __init__(self, connection: Any) -> None:
        self.is_sqlite = connection.vendor == "sqlite"
        self.text = "printf('%07d', i)" if self.is_sqlite else "lpad(i::text, 7, '0')"
        self.true, self.false = ("1", "0") if self.is_sqlite else ("true", "false")

    def code(self, letter: str) -> str:
        """A code or number of its own."""
        return f"'{letter}' || {self.text}"

    def day(self, first: str = "2016-01-01", by: str = "i", days: int = 3600) -> str:
        """A day of the ten years from ``first``."""
        if self.is_sqlite:
            return f"date('{first}', '+' || (({by}) % {days}) || ' days')"
        return f"date '{first}' + (({by}) % {days})::int"

    def moment(self, first: str = "2016-01-01") -> str:
        """A time of day of the ten years from ``first``."""
        if self.is_sqlite:
            return (
                f"datetime('{first} 01:00:00', '+' || (i % 3600) || ' days', '+' || (i % 600) || ' minutes')"
            )
        return f"timestamptz '{first} 01:00:00+00' + (i % 3600) * interval '1 day' + (i % 600) * interval '1 minute'"

    def among(self, values: Any, by: str = "i") -> str:
        """One of some texts, in turn."""
        lines = " ".join(f"WHEN {n} THEN '{value}'" for n, value in enumerate(values))
        return f"CASE ({by}) % {len(values)} {lines} END"

    def rank(self, values: Any, by: str = "i") -> str:
        """The place of the text that ``among`` gives."""
        return f"({by}) % {len(values)}"

    def one_in(self, n: int, value: str, other: str = "NULL") -> str:
        """A value for every n-th row."""
        return f"CASE WHEN i % {n} = 0 THEN {value} ELSE {other} END"


def _regions(say: _Says) -> list[tuple[Any, dict[str, str]]]:
    from shanhai.core.models import Region

    code = "printf('34%010d', i)" if say.is_sqlite else "'34' || lpad(i::text, 10, '0')"
    # As many counties and townships among villages as the country has.
    level = "CASE WHEN i % 212 = 0 THEN 'county' WHEN i % 17 = 0 THEN 'township' ELSE 'village' END"
    own = {
        "code": code,
        "level": level,
        "parent_id": "(SELECT min(id) FROM core_region)",
        "name_zh": f"'乡村' || {say.text}",
        "name_en": f"'Place ' || {say.text}",
        "name_sort": f"'xiang cun ' || {say.text}",
    }
    return [(Region, own)]


def _units(say: _Says) -> list[tuple[Any, dict[str, str]]]:
    from shanhai.core.models import Unit

    own = {
        "code": say.code("U"),
        "name_zh": f"'科室' || {say.text}",
        "name_sort": f"'ke shi ' || {say.text}",
        "organisation_id": "(SELECT min(id) FROM core_organisation) + i % 42",
        "ladder": say.among(["handle", "handle sign", "handle check sign"], "i / 42"),
        "dispatcher_id": say.one_in(3, "(SELECT min(id) FROM core_member)"),
    }
    return [(Unit, own)]


def _members(say: _Says) -> list[tuple[Any, dict[str, str]]]:
    from shanhai.core.models import Member, RoleGrant

    base = "(SELECT min(id) FROM core_member)"
    own = {
        "code": say.code("P"),
        "name_zh": f"'人员' || {say.text}",
        "name_en": f"'Person ' || {say.text}",
        "name_sort": f"'ren yuan ' || {say.text}",
        "unit_id": "(SELECT min(id) FROM core_unit) + i % 40",
        "user_id": "NULL",
        "is_active": say.one_in(9, say.false, say.true),
    }
    # Every fiftieth has no role; the roles of others began on some day of ten years.
    member = f"CASE WHEN i % 50 = 0 THEN {base} + 140 + i + 1 ELSE {base} + 140 + i END"
    grant = {"member_id": member, "role": "'handler'", "from_on": say.day("2012-01-01"), "to_on": "NULL"}
    return [(Member, own), (RoleGrant, grant)]


def _documents(say: _Says) -> list[tuple[Any, dict[str, str]]]:
    from shanhai.core.models import Document, Seen

    zone, own_body = "(SELECT min(id) FROM core_pairing)", "(SELECT min(organisation_id) FROM core_seat)"
    sorted_at = say.moment() if say.is_sqlite else f"to_char({say.moment()}, 'YYYY-MM-DD HH24:MI:SS')"
    own = {
        "title": f"'文件' || {say.text}",
        "uploaded_at": say.moment(),
        "pairing_id": say.one_in(3, "NULL", zone),
    }
    line = {
        "kind": "'core.document'",
        "object_id": "(SELECT min(id) FROM core_document) + 1 + i",
        "organisation_id": own_body,
        # One in eleven is kept to a unit, and not to the reader's.
        "unit_id": say.one_in(11, "(SELECT max(id) FROM core_unit)"),
        "pairing_id": say.one_in(3, "NULL", zone),
        "sorted_at": sorted_at,
    }
    for_all = line | {"organisation_id": "0", "unit_id": "NULL", "pairing_id": "NULL"}
    return [(Document, own), (Seen, line), (Seen, for_all)]


def _brought(say: _Says, model: Any) -> list[tuple[Any, dict[str, str]]]:
    own = {
        "brought_at": say.moment(),
        # Of 140 members 100 are of the reader's unit.
        "by_id": "(SELECT min(id) FROM core_member) + i % 140",
        "stage": say.among(["written", "checked", "undone", "written", "refused", "discarded"], "i / 7"),
    }
    return [(model, own)]


def _imports(say: _Says) -> list[tuple[Any, dict[str, str]]]:
    from shanhai.core.models import Import

    return _brought(say, Import)


def _batches(say: _Says) -> list[tuple[Any, dict[str, str]]]:
    from shanhai.core.models import Batch

    return _brought(say, Batch)


def _numbers_given(say: _Says) -> list[tuple[Any, dict[str, str]]]:
    from shanhai.core.models import FileNumber

    own = {
        "no": "i + 2",
        "text": f"'龙山海〔2023〕' || {say.text} || '号'",
        "object_id": "1000000 + i",
        "issued_on": say.day(),
        "organisation_id": "(SELECT min(id) FROM core_organisation) + i % 2",
    }
    return [(FileNumber, own)]


def _keys(say: _Says) -> list[tuple[Any, dict[str, str]]]:
    from shanhai.core.models import ApiToken

    own = {
        "member_id": "(SELECT min(id) FROM core_member) + i % 100",
        "name": f"'program ' || {say.text}",
        "prefix": say.code("K"),
        "digest": say.code("D"),
        "created_at": say.moment("2013-10-01"),
        "expires_at": say.moment("2014-10-01"),
        "revoked_at": say.one_in(8, say.moment()),
    }
    return [(ApiToken, own)]


def _meetings(say: _Says) -> list[tuple[Any, dict[str, str]]]:
    from shanhai.fields.pairing import rules
    from shanhai.fields.pairing.models import Meeting, MeetingAttendee

    own = {
        "number": say.code("M"),
        "level": say.among(list(rules.MeetingLevel)),
        "stage": say.among(
            ["signed", "signed", "minuted", "held", "signed", "cancelled", "invited", "planned"], "i / 4"
        ),
        "at": say.moment(),
    }
    guest = {
        "meeting_id": "(SELECT min(id) FROM pairing_meeting) + 1 + i",
        "person": say.code("G"),
        "answer": say.among(["coming", "none", "declined"]),
    }
    guests = [(MeetingAttendee, guest | {"side": f"'{side}'"}) for side in ("mountain", "sea")]
    return [(Meeting, own), *guests]


def _items(say: _Says) -> list[tuple[Any, dict[str, str]]]:
    from shanhai.fields.pairing import rules
    from shanhai.fields.pairing.models import ActionItem

    own = {
        "number": say.code("I"),
        "field": say.among(rules.FIELDS, "i / 50"),
        "lead": say.among(["mountain", "sea"], "i / 5"),
        "mountain_unit_id": "(SELECT min(id) FROM core_unit) + i % 5",
        "stage": say.among(["done", "open", "reported", "done", "dropped"], "i / 10"),
        "due_on": say.day(),
        "first_due_on": say.day(),
        "done_on": say.day(),
        "escalated_on": say.one_in(20, say.day()),
    }
    return [(ActionItem, own)]


def _secondments(say: _Says) -> list[tuple[Any, dict[str, str]]]:
    from shanhai.core.models import Stay, StayAppraisal
    from shanhai.fields.pairing.models import Secondment

    # A year each, so that in every database one in ten is running.
    spread = "(i * 7)"
    stage = say.among(
        ["ended", "running", "ended", "planned", "ended", "cancelled", "ended", "ended"], "i / 5"
    )
    stay_id = "(SELECT min(id) FROM core_stay) + 1 + i"
    days = {"from_on": say.day(by=spread), "to_on": say.day("2017-01-01", by=spread)}
    own = {
        "stay_id": stay_id,
        "code": say.code("S"),
        "direction": say.among(["to_sea", "to_mountain"], "i / 3"),
        "profession": say.among(["cadre", "teacher", "doctor", "technician"]),
    }
    given = {
        "stay_id": stay_id,
        "due_on": say.day("2016-07-01"),
        "given_on": say.one_in(50, "NULL", say.day("2016-07-01")),
    }
    return [
        (Stay, days | {"stage": stage, "person_id": "(SELECT min(id) FROM core_member) + i % 100"}),
        (Secondment, own | days | _repeats_stage(Secondment, stage)),
        (StayAppraisal, given),
    ]


def _repeats_stage(model: Any, stage: str) -> dict[str, str]:
    return {"stage": stage} if "stage" in {field.name for field in model._meta.fields} else {}


def _activities(say: _Says) -> list[tuple[Any, dict[str, str]]]:
    from shanhai.fields.pairing import rules
    from shanhai.fields.pairing.models import Activity

    own = {
        "number": say.code("V"),
        "kind": say.among(list(rules.ActivityKind)),
        "stage": say.among(list(rules.ActivityStage), "i / 9"),
        "lead": say.among(["mountain", "sea"], "i / 100"),
        "on": say.day(),
        "payer": "'sea'",
        "planned_fen": "(i * 37 % 5000) * 100",
    }
    return [(Activity, own)]


def _technical(say: _Says) -> list[tuple[Any, dict[str, str]]]:
    from shanhai.fields.pairing.models import TechnicalProblem
    from shanhai.fields.pairing.models.technical import INDUSTRIES
    from shanhai.fields.pairing.rules.technical import TechnicalStage

    own = {
        "number": say.code("T"),
        "industry": say.among(INDUSTRIES),
        "stage": say.among(list(TechnicalStage), "i / 17"),
        "side": say.among(["mountain", "sea"], "i / 3"),
        "posted_on": say.day(),
        "shared_on": say.one_in(6, "NULL", say.day()),
        "answers_n": "i % 4",
    }
    return [(TechnicalProblem, own)]


def _problems(say: _Says) -> list[tuple[Any, dict[str, str]]]:
    from shanhai.core.models import Seen
    from shanhai.fields.office.models import Problem
    from shanhai.fields.office.rules.problems import Level, Stage

    own = {
        "number": say.code("Q"),
        "field": say.among(_office_fields(), "i / 8"),
        "stage": say.among([*["answered", "rated"] * 2, *Stage], "i / 5"),
        "level": say.among(list(Level)),
        "raised_on": say.day(),
        "answer_days": say.one_in(3, "i % 30"),
        "rating": say.one_in(6, "1 + i % 5"),
    }
    line = {
        "kind": "'office.problem'",
        "object_id": "(SELECT min(id) FROM office_problem) + 1 + i",
        "organisation_id": "(SELECT min(organisation_id) FROM core_seat)",
        "unit_id": "NULL",
        "pairing_id": "(SELECT min(id) FROM core_pairing)",
        "sorted_at": say.moment() if say.is_sqlite else f"to_char({say.moment()}, 'YYYY-MM-DD')",
    }
    return [(Problem, own), (Seen, line)]


def _office_fields() -> Any:
    from shanhai.fields.office.rules.shared import FIELDS

    return list(FIELDS)


COPIES = {
    "regions": _regions,
    "members": _members,
    "units": _units,
    "documents": _documents,
    "imports": _imports,
    "batches": _batches,
    "numbers": _numbers_given,
    "tokens": _keys,
    "meetings": _meetings,
    "items": _items,
    "secondments": _secondments,
    "activities": _activities,
    "technical": _technical,
    "problems": _problems,
    **scale_park.COPIES,
}


def _fill_copies(connection: Any, table: str, first: int, last: int) -> None:
    for model, own in COPIES[table](_Says(connection)):
        _copy(connection, model, own, first, last)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _fill_from_one(connection: Any, table: str, first: int, last: int) -> None:
    """Copies of the one agreement, or of its one commitment and how that stands, each with values of its own."""
    from shanhai.fields.pairing import columns, rules
    from shanhai.fields.pairing.models import Agreement, Commitment, CommitmentStanding
    from shanhai.fields.pairing.queries import standings

    is_sqlite = connection.vendor == "sqlite"
    text = "printf('%07d', i)" if is_sqlite else "lpad(i::text, 7, '0')"
    day = (
        "date('2016-01-01', '+' || (i % 3600) || ' days')"
        if is_sqlite
        else "date '2016-01-01' + (i % 3600)::int"
    )
    true, false = ("1", "0") if is_sqlite else ("true", "false")

    def among(values: Any, by: str = "i") -> str:
        lines = " ".join(f"WHEN {n} THEN '{value}'" for n, value in enumerate(values))
        return f"CASE {by} % {len(values)} {lines} END"

    fields = [code for code, _en, _zh in columns.FIELDS]
    if table == "agreements":
        own = {
            "number": f"'A' || {text}",
            "name_sort": f"'xie yi ' || {text}",
            "field": among(fields),
            "stage": among(["signed", "ended", "draft", "signed", "expired", "signed", "signed"]),
            "valid_from": "'2010-01-01'",
            "signed_on": day,
            "valid_to": day,
            # One in forty waits for a renewal. One in ten took the place of another.
            "notice_on": f"CASE WHEN i % 40 = 0 THEN {day} END",
            "supersedes_id": "CASE i % 10 WHEN 9 THEN (SELECT min(id) FROM pairing_agreement) + i - 5 END",
        }
        _copy(connection, Agreement, own, first, last)
    else:
        _copy(
            connection,
            Commitment,
            {"code": f"'C' || {text}", "field": among(fields, "(i / 10)")},
            first,
            last,
        )
        status = f"(i * 7 % {len(rules.URGENCY) - 1})"
        own = {
            "commitment_id": "(SELECT min(id) FROM pairing_commitment) + 1 + i",
            "code": f"'C' || {text}",
            "agreement_number": f"'A' || {text}",
            # By tens, so that it goes with no phase, side or status alone.
            "field": among(fields, "(i / 10)"),
            "place": f"i / 10 % {len(fields)} * {standings.PLACES_OF_A_FIELD} + i % 40",
            "owes": among(["mountain", "sea", "both"]),
            "is_main": f"CASE i % 5 WHEN 0 THEN {true} ELSE {false} END",
            "phase": among(["before", "ahead", *["this_year"] * 8]),
            "status": among(rules.URGENCY[:-1], "(i * 7)"),
            "urgency": status,
            "due_on": day,
        }
        _copy(connection, CommitmentStanding, own, first, last)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _copy(connection: Any, model: Any, own: dict[str, str], first: int, last: int) -> None:
    fields = model._meta.concrete_fields
    names = [field.column for field in fields if not (field.primary_key or field.generated)]
    given = ", ".join(own.get(name, f'one."{name}"') for name in names)
    quoted = ", ".join(f'"{name}"' for name in names)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({quoted}) {_numbers(connection, first, last)} "
            f"SELECT {given} FROM n, (SELECT * FROM {table} ORDER BY id LIMIT 1) one ORDER BY i"
        )
