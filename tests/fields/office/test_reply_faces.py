"""Prepared replies on pages, in rows, for programs and commands: the unit's own business until it is sent."""

from __future__ import annotations

import io
import json

import pytest

from shanhai.core import ladder
from shanhai.core.models import Climb, WorkItem
from shanhai.fields.office.actions import problems
from shanhai.fields.pairing.actions import technical
from shanhai.fields.pairing.models import TechnicalAnswer
from shanhai.site.cli import run

TEXT = "周五前完成增容。"


@pytest.fixture
def problem(zone, firm, staff):
    """A firm's problem, with the department of three steps."""
    return problems.raise_problem(
        zone, title_zh="用电增容无答复", title_en="No more power", unit=staff.unit, by=firm
    )


@pytest.fixture
def climb(problem, staff):
    """Its answer, prepared, with the checker."""
    return problems.answer_problem(problem, text=TEXT, by=staff.handler)


def move(client, climb, do, word="", step=None):
    given = {"do": do, "word": word, "step": step or climb.step}
    page = client.post(f"/office/replies/{climb.pk}/move/", given, follow=True)
    climb.refresh_from_db()
    return page.content.decode()


class TestPages:
    def test_the_form_prepares_the_page_passes_returns_and_sends(self, problem, staff, client_of):
        handler, checker, signer = (client_of(one) for one in (staff.handler, staff.checker, staff.signer))
        sent = handler.post(f"{problem.url}answer/", {"text": TEXT}, follow=True).content.decode()
        assert "Passed on within General Section to Checker" in sent and "Take it back" in sent
        assert f'href="{problem.url}answer/"' not in sent
        climb = Climb.objects.get()

        page = checker.get(problem.url).content.decode()
        assert TEXT in page and "Nothing to correct: pass it on" in page
        assert "Returned to Handler" in move(checker, climb, "return", "写明日期")
        again = handler.get(f"{problem.url}answer/").content.decode()
        assert TEXT in again and "写明日期" in handler.get(problem.url).content.decode()
        handler.post(f"{problem.url}answer/", {"text": "22日前完成增容。"})
        climb.refresh_from_db()
        assert "it goes out at the last step" in move(checker, climb, "pass")
        assert "Sign it: it goes out" in signer.get(problem.url).content.decode()
        assert "Signed; it has gone out." in move(signer, climb, "pass", "同意")
        problem.refresh_from_db()
        assert (problem.stage, problem.answer) == ("answered", "22日前完成增容。")

    def test_a_stale_page_is_told_and_moves_nothing(self, climb, staff, client_of):
        assert "Somebody else has moved this reply" in move(
            client_of(staff.signer), climb, "pass", step="sign"
        )
        assert climb.step == "check"

    def test_a_return_without_a_word_is_told(self, climb, staff, client_of):
        assert "Say in a word why" in move(client_of(staff.checker), climb, "return")

    def test_nobody_but_the_unit_knows_of_it(self, problem, climb, firm, lin, zhou, client_of):
        for other in (firm, lin):
            page = client_of(other).get(problem.url).content.decode()
            assert TEXT not in page and "not sent yet" not in page
        for other in (firm, lin, zhou):
            assert client_of(other).post(f"/office/replies/{climb.pk}/move/", {"do": "pass"}).status_code in (
                403,
                404,
            )
            assert client_of(other).post(f"/office/replies/{climb.pk}/take-back/").status_code in (403, 404)

    def test_in_the_row_the_holder_reads_it_and_moves_it_and_takes_it_back(
        self, problem, climb, staff, client_of
    ):
        checker = client_of(staff.checker)
        item = WorkItem.objects.get(kind="office.problem", stage="open")
        listed = checker.get("/my-work/").content.decode()
        assert "Check the answer to" in listed
        opened = checker.get(f"/my-work/?open={item.pk}").content.decode()
        assert TEXT in opened and 'value="pass_check"' in opened and 'value="return_check"' in opened
        assert 'value="answer"' not in opened
        done = checker.post(
            f"/office/work/{item.pk}/answer/", {"do": "pass_check"}, follow=True
        ).content.decode()
        assert f"/office/replies/{climb.pk}/take-back/" in done
        checker.post(f"/office/replies/{climb.pk}/take-back/")
        climb.refresh_from_db()
        assert climb.step == "check"
        checker.post(f"/office/work/{item.pk}/answer/", {"do": "return_check", "word": "写明日期"})
        opened = client_of(staff.handler).get(f"/my-work/?open={item.pk}").content.decode()
        assert f'value="{TEXT}"' in opened and 'value="answer"' in opened

    def test_an_answer_to_a_technical_problem_brings_its_drawings(self, zone, firm, staff, lin, client_of):
        one = technical.post_technical_problem(
            zone, title_zh="锻件裂纹", industry="vehicles", is_shared=True, by=firm
        )
        drawing = io.BytesIO(b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF")
        drawing.name = "drawing.pdf"
        client_of(staff.handler).post(f"{one.url}answer/", {"text": "预热到200度", "papers": drawing})
        climb = ladder.climb_of(one, staff.unit)
        assert "drawing" in client_of(staff.checker).get(one.url).content.decode()
        for holder in (staff.checker, staff.signer):
            move(client_of(holder), climb, "pass")

        answer = TechnicalAnswer.objects.get()
        assert answer.member == staff.signer
        page = client_of(firm).get(one.url).content.decode()
        assert "预热到200度" in page and "drawing" in page


class TestProgramsAndCommands:
    def test_the_api_lists_passes_and_returns(self, problem, climb, staff, firm, client_of):
        checker, signer = client_of(staff.checker), client_of(staff.signer)
        assert client_of(firm).get("/api/v1/office/replies").json()["items"] == []
        listed = checker.get("/api/v1/office/replies").json()["items"]
        assert [(one["record"], one["step"], one["shown"]) for one in listed] == [
            (problem.number, "check", [{"label": "", "text": TEXT}])
        ]
        url = f"/api/v1/office/replies/{climb.pk}"

        def post(client, verb, body, version):
            return client.post(
                f"{url}/{verb}", json.dumps(body), content_type="application/json",
                headers={"If-Match": f'"{version}"'},
            )  # fmt: skip

        version = checker.get(url).json()["version"]
        assert post(checker, "pass", {"step": "check"}, 0).status_code == 412
        assert post(checker, "pass", {"step": "check"}, version).json() == {
            "id": climb.pk, "is_sent": False, "step": "sign",
        }  # fmt: skip
        assert post(signer, "return", {"step": "sign", "word": "再核"}, version + 1).json()["step"] == "check"
        assert post(signer, "take-back", {}, version + 2).json()["step"] == "sign"
        assert post(signer, "pass", {"step": "check"}, version + 3).status_code == 409
        assert post(signer, "pass", {"step": "sign"}, version + 3).json()["is_sent"]
        assert client_of(firm).get(f"/api/v1/office/problems/{problem.number}").json()["answer"] == TEXT
        assert checker.get(url).status_code == 404

    def test_the_api_answers_what_is_prepared(self, problem, staff, zone, firm, client_of):
        client = client_of(staff.handler)

        def post(url, body, **headers):
            return client.post(url, json.dumps(body), content_type="application/json", headers=headers)

        url = f"/api/v1/office/problems/{problem.number}/answer"
        assert post(url, {"text": TEXT}, **{"If-Match": '"0"'}).json()["stage"] == "open"
        one = technical.post_technical_problem(
            zone, title_zh="裂纹", industry="vehicles", is_shared=True, by=firm
        )
        made = post(f"/api/v1/pairing/technical-problems/{one.number}/answers", {"text": "预热"})
        assert (made.status_code, made.json()["id"], made.json()["text"]) == (201, None, "预热")

    def test_commands(self, problem, staff, capsys):
        def typed(*words, as_):
            capsys.readouterr()
            code = run(["office", *words, "--as", as_])
            said = capsys.readouterr()
            return code, said.out + said.err

        code, said = typed("problems", "answer", problem.number, "--text", TEXT, as_="agri-handler")
        assert code == 0 and "Checker" in said
        key = str(Climb.objects.get().pk)
        listed = json.loads(typed("replies", "list", "--json", as_="agri-checker")[1])
        assert [(one["record"], one["step"], one["with"]) for one in listed] == [
            (problem.number, "check", "Checker")
        ]
        assert typed("replies", "pass", key, as_="agri-signer")[0] == 1
        assert typed("replies", "pass", key, "--dry-run", as_="agri-checker")[0] == 0
        assert typed("replies", "return", key, "--word", "写明日期", as_="agri-checker")[0] == 0
        assert typed("problems", "answer", problem.number, "--text", TEXT, as_="agri-handler")[0] == 0
        assert typed("replies", "pass", key, "--step", "check", as_="agri-checker")[0] == 0
        assert typed("replies", "take-back", key, as_="agri-checker")[0] == 0
        assert typed("replies", "pass", key, as_="agri-checker")[0] == 0
        shown = json.loads(typed("replies", "show", key, "--json", as_="agri-signer")[1])
        assert [one["decision"] for one in shown["decisions"]][:3] == ["passed", "taken", "passed"]
        assert "gone out" in typed("replies", "pass", key, as_="agri-signer")[1]
        problem.refresh_from_db()
        assert problem.stage == "answered"
