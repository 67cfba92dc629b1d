"""Rounds for programs and at a terminal: the same actions, refused and done alike."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from shanhai.fields.office import actions
from shanhai.fields.office.models import Round, RoundAnswer, RoundFigure, RoundValue
from shanhai.fields.office.queries import rounds as queries
from shanhai.site.cli import run

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/office"


@pytest.fixture
def api_of(client_of: Any) -> Any:
    """``api_of(lin)("post", "/rounds/R1/open", {...}, version=0)``."""

    def of(member: Any) -> Any:
        client = client_of(member)

        def call(method: str, path: str, data: Any = None, *, version: Any = None) -> Any:
            headers = {} if version is None else {"If-Match": f'"{version}"'}
            return getattr(client, method)(
                f"{ROOT}{path}", data=json.dumps(data) if data is not None else None,
                content_type="application/json", headers=headers,
            )  # fmt: skip

        return call

    return of


@pytest.fixture
def typed(zone: Any, capsys: Any) -> Any:
    """``typed("show", "R1", as_="lin")``: exit code, standard output and standard error."""

    def type_(*words: str, as_: str = "") -> SimpleNamespace:
        capsys.readouterr()
        code = run(["office", "rounds", *words, *(["--as", as_] if as_ else [])])
        captured = capsys.readouterr()
        return SimpleNamespace(code=code, out=captured.out, err=captured.err)

    return type_


def test_a_program_runs_a_whole_round(api_of, lin, staff, cast, zone):
    office, handler = api_of(lin), api_of(staff.handler)
    question = {"code": "visits", "name_zh": "场次", "type": "int", "feeds": "office.reported_visits"}
    made = office("post", "/rounds", {
        "number": "P1", "name_zh": "月报", "period": "2023-08", "due_on": "2023-09-20", "questions": [question],
        "units": ["agri-u"],
    })  # fmt: skip
    assert made.status_code == 201, made.content
    assert office("post", "/rounds/P1/open", {}).status_code == 428
    assert office("post", "/rounds/P1/open", {}, version=0).json()["stage"] == "open"
    assert [row["people"] for row in office("get", "/rounds/P1/missing").json()] == [3]
    assert office("post", "/rounds/P1/remind", {}).json() == {"n": 3}
    assert office("patch", "/rounds/P1", {"due_on": "2023-09-25"}, version=1).json()["due_on"] == "2023-09-25"

    wrong = handler("put", "/rounds/P1/answers/agri-u/values", {"values": [{"question": "visits", "value": "drei"}]},
                    version=0)  # fmt: skip
    assert (wrong.status_code, wrong.json()["code"]) == (422, "office.cells_refused")
    filled = handler("put", "/rounds/P1/answers/agri-u/values", {"values": [{"question": "visits", "value": "3"}]},
                     version=0)  # fmt: skip
    version = filled.json()["version"]
    for member in (staff.handler, staff.checker, staff.signer):
        answer = api_of(member)("post", "/rounds/P1/answers/agri-u/up", {}, version=version)
        version = answer.json()["version"]
    assert answer.json()["stage"] == "confirmed"
    (value,) = office("get", "/rounds/P1/answers/agri-u/values").json()
    assert (value["value"], value["unit"], value["member"]) == ("3", "agri-u", "agri-handler")

    returned = {"returned": [{"question": "visits", "word": "与台账不符"}]}
    back = office("post", "/rounds/P1/answers/agri-u/review", returned, version=version)
    assert (back.json()["stage"], back.json()["n_returned"]) == ("returned", 1)
    version = handler("put", "/rounds/P1/answers/agri-u/values", {"values": [{"question": "visits", "value": "4"}]},
                      version=back.json()["version"]).json()["version"]  # fmt: skip
    for member in (staff.handler, staff.checker, staff.signer):
        answer = api_of(member)("post", "/rounds/P1/answers/agri-u/up", {}, version=version)
        version = answer.json()["version"]
    assert office("post", "/rounds/P1/accept", {}).json() == {"n": 1}
    assert office("get", "/rounds/P1/merge").json()["outcomes"][0]["adds"] == "4"
    merged = office("post", "/rounds/P1/merge", {}, version=Round.objects.get().version)
    assert merged.json()["stage"] == "merged"
    assert RoundFigure.objects.get().value == 4
    version = merged.json()["version"]
    assert office("post", "/rounds/P1/unmerge", {"reason": "x"}, version=version).json()["stage"] == "open"


def test_the_api_turns_the_outsider_away(api_of, confirmed, zhou):
    call = api_of(zhou)

    assert call("get", "/rounds/R1").status_code in (403, 404)
    assert call("get", "/rounds/R1/answers/agri-u/values").status_code in (403, 404)
    assert call("post", "/rounds/R1/answers/agri-u/review", {}, version=confirmed.version).status_code in (
        403,
        404,
    )


def test_a_unit_lists_its_own_answer_and_the_office_all(api_of, confirmed, staff, lin):
    assert len(api_of(lin)("get", "/rounds/R1/answers").json()["items"]) == 2
    mine = api_of(staff.handler)("get", "/rounds/R1/answers").json()["items"]
    assert [row["unit"] for row in mine] == ["agri-u"]


def test_a_clerk_runs_a_whole_round_at_a_terminal(typed, staff, lin, tmp_path):
    asked = tmp_path / "asked.txt"
    asked.write_text(
        "visits: 场次|Visits|int|场|yes|office.reported_visits\n备注||text||no\n", encoding="utf-8"
    )
    made = typed(
        "draft", "--name", "月报", "--period", "2023-08", "--due", "2023-09-20", "--unit", "agri-u", "--questions",
        str(asked), "--number", "T1", as_="lin",
    )  # fmt: skip
    assert made.code == 0, made.err
    assert typed("open", "T1", "--dry-run", as_="lin").code == 0
    assert Round.objects.get().stage == "draft"
    assert typed("open", "T1", as_="lin").code == 0
    template = tmp_path / "answer.xlsx"
    assert typed("template", "T1", "agri-u", str(template), as_="agri-handler").code == 0
    assert template.stat().st_size > 1000
    answer = tmp_path / "answer.csv"
    answer.write_text("line,场次,备注\n1,3,无\n", encoding="utf-8")
    filled = typed("fill", "T1", "agri-u", "--from", str(answer), as_="agri-handler")
    assert filled.code == 0, filled.err
    assert typed("confirm", "T1", "agri-u", as_="agri-signer").code == 1
    for member in ("handler", "checker"):
        assert typed("confirm", "T1", "agri-u", as_=f"agri-{member}").code == 0
    assert typed("return-in-unit", "T1", "agri-u", "--word", "再核", as_="agri-signer").code == 0
    for member in ("checker", "signer"):
        assert typed("confirm", "T1", "agri-u", as_=f"agri-{member}").code == 0
    assert "agri-u" in typed("show", "T1", as_="lin").out
    assert typed("return", "T1", "agri-u", "--cell", "visits=与台账不符", as_="lin").code == 0
    assert typed("fill", "T1", "agri-u", "--set", "visits=4", as_="agri-handler").code == 0
    for member in ("handler", "checker", "signer"):
        assert typed("confirm", "T1", "agri-u", as_=f"agri-{member}").code == 0
    assert typed("accept", "T1", "agri-u", as_="lin").code == 0
    tried = typed("merge", "T1", "--dry-run", "--json", as_="lin")
    assert json.loads(tried.out)["outcomes"][0]["adds"] == "4"
    assert Round.objects.get().stage == "open"
    assert typed("merge", "T1", as_="lin").code == 0
    assert typed("unmerge", "T1", "--reason", "x", as_="lin").code == 0
    values = json.loads(typed("values", "T1", "agri-u", "--json", as_="lin").out)
    assert [row["value"] for row in values if row["question"] == "visits"] == ["4"]
    listed = json.loads(typed("list", "--json", as_="lin").out)
    assert [(row["number"], row["with_office"]) for row in listed] == [("T1", 1)]


def test_other_commands_do_what_their_pages_do(typed, confirmed, staff, lin, tmp_path, answer_of, cast):
    assert typed("accept", "R1", as_="lin").code == 0
    assert typed("unaccept", "R1", "agri-u", as_="lin").code == 0
    assert typed("remind", "R1", "--json", as_="lin").out.strip().startswith("{")
    assert "LQ-PARK-1" in typed("missing", "R1", "--csv", as_="lin").out
    assert typed("extend", "R1", "--due", "2023-09-27", as_="lin").code == 0
    form = tmp_path / "form.txt"
    form.write_text("visits: 交流活动场次||int|场\njobs: 就业||int\n", encoding="utf-8")
    assert typed("form", "R1", "--questions", str(form), as_="lin").code == 0
    assert RoundAnswer.objects.get(pk=confirmed.pk).stage == "returned"
    assert typed("hand-over", "R1", "LQ-PARK-1", "--to", "agri-u", as_="lin").code == 0
    assert typed("call-off", "R1", "--reason", "x", as_="lin").code == 0
    assert Round.objects.get().stage == "dropped"


FORM = "乡镇,帮扶资金（万元）,备注\n八都镇,,\n上垟镇,,\n"


def test_a_program_and_a_terminal_read_the_form_of_a_workbook(client_of, typed, lin, zhou, tmp_path):
    from django.core.files.uploadedfile import SimpleUploadedFile

    (tmp_path / "form.csv").write_text(FORM, encoding="utf-8")

    def sent(member):
        file = SimpleUploadedFile("form.csv", FORM.encode())
        return client_of(member).post(f"{ROOT}/round-forms/read", {"file": file})

    read = sent(lin).json()
    said = typed("outline", str(tmp_path / "form.csv"))

    assert [(one["code"], one["name_zh"], one["type"], one["is_required"]) for one in read["questions"]] == [
        ("q1", "帮扶资金", "fen", True),
        ("q2", "备注", "text", False),
    ]
    assert [line["name_zh"] for line in read["lines"]] == ["八都镇", "上垟镇"]
    assert said.out.splitlines()[0] == "q1: 帮扶资金 |  | fen | 万元 | yes | "
    assert json.loads(typed("outline", str(tmp_path / "form.csv"), "--json").out)["lines"][1]["code"] == "r2"
    assert sent(zhou).status_code == 403


def test_a_value_that_is_read_can_be_written_back_as_it_is(confirmed, staff, lin, answer_of):
    read = {(row["question"], row["line"] or ""): row["value"] for row in queries.sourced_values(confirmed)}

    assert read["aid", ""] == "12.5"
    assert [row["measure"] for row in queries.sourced_values(confirmed)] == ["场", "万元", ""]
    reviewed = actions.review_answer(confirmed, returned={("aid", ""): "请核对"}, by=lin)
    actions.fill_answer(reviewed, {("aid", ""): "13"}, by=staff.handler)
    again = answer_of(confirmed.round, staff.unit)
    actions.fill_answer(again, {("aid", ""): read["aid", ""]}, by=staff.handler)
    assert RoundValue.objects.get(column__code="aid").text == "12500000"


def test_the_values_are_told_in_local_time_and_go_to_programs_as_instants(confirmed, capsys):
    capsys.readouterr()
    where = [confirmed.round.number, confirmed.unit.code, "--as", "lin"]
    assert run(["office", "rounds", "values", *where]) == 0
    # Filled in at nine in the morning of Longquan, one o'clock of UTC.
    told = capsys.readouterr().out
    assert "2023-09-18 09:0" in told and "01:0" not in told

    assert run(["office", "rounds", "values", *where, "--json"]) == 0
    given = {row["at"] for row in json.loads(capsys.readouterr().out) if row["at"]}
    assert given and all(datetime.fromisoformat(at).utcoffset() == timedelta(0) for at in given)
