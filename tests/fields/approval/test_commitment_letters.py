"""Commitment letters: given before the decision, verified after it; promised materials have their day; every face."""

from __future__ import annotations

import json
import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from shanhai.core import indicators
from shanhai.core.calendar import calendar
from shanhai.core.checks import replay
from shanhai.core.models import Member, Notice, WorkItem
from shanhai.fields.approval import zone as zone_files
from shanhai.fields.approval.actions import commitments as actions
from shanhai.fields.approval.actions import deciding, filing
from shanhai.fields.approval.models import Case, CaseItem, CommitmentLetter, Material
from shanhai.fields.approval.queries import cases as case_queries
from shanhai.fields.approval.queries import commitments
from shanhai.fields.approval.rules import cases as case_rules
from shanhai.fields.approval.rules import commitments as rules
from shanhai.kernel.periods import parse
from shanhai.kernel.refusals import BadInput, NotAllowed, NotNow, Refused
from shanhai.site.cli import run

MONDAY = date(2023, 9, 18)
DUE = date(2023, 11, 3)  # 30 working days after Monday 2023-09-18, over the holidays of October
URL = "/approval/cases/C-1/"


def item(code: str) -> CaseItem:
    return case_queries.item_of(None, "C-1", code)


def who(name: str) -> Member:
    return Member.objects.select_related("unit__organisation", "user").get(code=name)


def letter() -> CommitmentLetter:
    return commitments.letter_of(None, "C-1", "scheme")


@pytest.fixture
def ready(case: Any, bureaus: Any) -> Any:
    """The scheme may be decided on a letter, and is open."""
    CaseItem.objects.filter(code="scheme").update(levers=["commitment"])
    deciding.decide_item(item("filing"), decision="approved", by=who("dong"))
    return case


@pytest.fixture
def given(ready: Any, firm: Any) -> CommitmentLetter:
    """The firm's letter."""
    return actions.give_letter(item("scheme"), text="the fire lane stays free", evidence="letter 3", by=firm)


@pytest.fixture
def decided(given: Any) -> CommitmentLetter:
    """The scheme is approved on the letter."""
    deciding.decide_item(item("scheme"), decision="approved", by=None)
    return letter()


def verify(by: Any = None, **given: Any) -> CommitmentLetter:
    return actions.verify_letter(letter(), by=by or who("gui"), **given)


class TestLetters:
    def test_the_decision_begins_the_verification(self, given):
        assert (given.state, given.due_on) == ("given", None)

        deciding.decide_item(item("scheme"), decision="approved", by=None)

        assert calendar().add(MONDAY, 30) == DUE
        assert (letter().state, letter().due_on) == ("due", DUE)
        asked = WorkItem.objects.get(kind="approval.verify", stage="open")
        assert (asked.unit_id, asked.due_on) == (who("gui").unit_id, DUE)
        assert list(replay()) == []

    def test_a_refusal_and_an_item_without_a_letter_begin_none(self, ready):
        deciding.decide_item(item("scheme"), decision="approved", by=None)

        assert not CommitmentLetter.objects.exists()
        assert not WorkItem.objects.filter(kind="approval.verify").exists()

    def test_a_recall_takes_it_back(self, decided):
        deciding.recall_decision(item("scheme"), reason="misread", by=None)

        assert (letter().state, letter().due_on) == ("given", None)
        assert not WorkItem.objects.filter(kind="approval.verify", stage="open").exists()
        deciding.decide_item(item("scheme"), decision="approved", by=None)
        assert letter().state == "due"
        assert list(replay()) == []

    def test_kept(self, decided):
        assert verify(result="kept").state == "kept"

        assert not WorkItem.objects.filter(kind="approval.verify", stage="open").exists()
        with pytest.raises(NotNow) as told:
            verify(result="kept")
        assert told.value.code == "approval.letter_not_out"

    def test_not_kept_then_put_right_by_a_day_then_kept(self, decided, firm):
        assert verify(result="not_kept", reasons="cars in the lane").state == "broken"
        assert WorkItem.objects.get(kind="approval.verify", stage="open").what.startswith("Say what follows")
        one = verify(result="mend", reasons="cars in the lane", mend_until=date(2023, 10, 10))

        assert (one.state, one.until) == ("mending", date(2023, 10, 10))
        assert WorkItem.objects.get(kind="approval.verify", stage="open").due_on == date(2023, 10, 10)
        assert WorkItem.objects.filter(
            kind="approval.owner", unit=firm.unit, due_on=date(2023, 10, 10)
        ).exists()
        assert verify(result="kept").mend_until is None
        assert list(replay()) == []

    def test_revoked_ends_a_case_under_review(self, decided):
        verify(result="revoked", reasons="built over the lane")

        case = Case.objects.get()
        assert (letter().state, case.stage, case.closed_on) == ("revoked", "refused", MONDAY)
        assert {one.state for one in case.items.all()} == {"decided", "dropped"}
        assert not WorkItem.objects.filter(
            kind__in=("approval.verify", "approval.decide"), stage="open"
        ).exists()
        assert list(replay()) == []

    def test_revoked_of_a_closed_case_stands_on_the_record(self, decided, firm):
        Case.objects.update(stage="approved", closed_on=MONDAY)

        verify(result="revoked", reasons="built over the lane")

        assert Case.objects.get().stage == "approved" and letter().state == "revoked"
        told = Notice.objects.filter(member=firm, fact__what__contains="is revoked")
        assert told.count() == 1

    def test_refusals(self, ready, given, firm, lin, zhou, shen):
        for call, kind, code in (
            (lambda: actions.give_letter(item("eia"), text="x", by=firm), NotNow, "approval.no_letter_here"),
            (lambda: actions.give_letter(item("scheme"), text="x", by=firm), NotNow, "approval.letter_there"),
            (lambda: actions.give_letter(item("scheme"), text="x", by=who("he")), NotAllowed, "approval.not_applicant"),
            (lambda: verify(result="kept"), NotNow, "approval.letter_not_out"),
        ):  # fmt: skip
            with pytest.raises(kind) as told:
                call()
            assert told.value.code == code
        with pytest.raises(BadInput):
            rules.check_give("x", ["commitment"], False, " ")
        with pytest.raises(NotNow):
            rules.check_give("x", ["commitment"], True, "y")
        deciding.decide_item(item("scheme"), decision="approved", by=None)
        for call, kind, code in (
            (lambda: verify(result="maybe"), BadInput, "approval.letter_result"),
            (lambda: verify(result="revoked"), BadInput, "approval.letter_reasons"),
            (lambda: verify(result="mend", reasons="x"), BadInput, "approval.letter_day"),
            (lambda: verify(by=who("he"), result="kept"), NotAllowed, "approval.not_verifier"),
            (lambda: verify(by=shen, result="kept"), NotAllowed, "approval.not_your_land"),
        ):  # fmt: skip
            with pytest.raises(kind) as told:
                call()
            assert told.value.code == code


class TestPromises:
    def test_what_was_promised_stays_on_record_once_it_is_there(
        self, case, bureaus, firm, client_of, lin, turn_clock, tmp_path, api_at
    ):
        def survey() -> Material:
            return case_queries.material_of(case_queries.case_of(None, "C-1"), "survey")

        assert (survey().is_promised, survey().promised_on, survey().brought_on) == (True, MONDAY, None)
        assert (
            "promised on 18 Sep 2023, brought later"
            in client_of(lin).get("/approval/cases/C-1/").content.decode()
        )
        turn_clock("2023-09-20T09:00")
        filing.add_material(survey(), name="survey", by=firm)
        filing.add_material(survey(), name="survey, corrected", by=firm)
        assert (survey().is_promised, survey().promised_on, survey().brought_on) == (
            False, MONDAY, date(2023, 9, 20),
        )  # fmt: skip
        for language, told in (("en", "promised, brought on 20 Sep 2023"), ("zh-hans", "承诺后补，已于")):
            assert told in client_of(lin, language=language).get("/approval/cases/C-1/").content.decode()
        papers = api_at("/api/v1/approval")(lin)("get", "/cases/C-1").json()["materials"]
        assert next(one for one in papers if one["code"] == "survey")["brought_on"] == "2023-09-20"
        assert list(replay()) == [] and list(case_queries.misguarded()) == []

        zone_files.cases.export(tmp_path, None)
        Case.objects.all().delete()
        zone_files.cases.load(tmp_path, None)
        assert (survey().promised_on, survey().brought_on) == (MONDAY, date(2023, 9, 20))


class TestCoveredMaterials:
    """A letter takes what was promised of its item's materials off the decision; it is there when the letter is verified."""

    @pytest.fixture
    def promising(self, project: Any, regime: Any, firm: Any, lin: Any, bureaus: Any) -> Any:
        """A file without the layout, which only items ask for that may be decided on a letter, and without the survey."""
        case = filing.file_case(project, catalogue=regime, number="C-1", by=lin)
        for one in case.materials.exclude(code__in=["survey", "layout"]):
            one.case = case
            filing.add_material(one, name=one.name_zh, by=lin)
        Material.objects.filter(code="layout").update(may_be_covered=True)
        return case

    @pytest.fixture
    def covered(self, promising: Any, lin: Any, firm: Any) -> CommitmentLetter:
        """Handed in on a promise, accepted; the firm's letter for the scheme, which is open."""
        filing.hand_in(promising, promised=["survey", "layout"], by=firm)
        filing.accept_case(case_queries.case_of(None, "C-1"), by=lin)
        CaseItem.objects.filter(code__in=["scheme", "permit"]).update(levers=["commitment"])
        deciding.decide_item(item("filing"), decision="approved", by=who("dong"))
        assert (item("scheme").left_papers, item("permit").left_papers) == (1, 2)
        return actions.give_letter(item("scheme"), text="the lane stays free", by=firm)

    def test_a_major_material_is_no_gap_once_it_is_promised_where_all_its_items_have_the_lever(
        self, promising, firm
    ):
        assert "layout" in case_rules.gaps(case_queries.papers_of(promising.materials.all()))

        filing.hand_in(promising, promised=["survey", "layout"], by=firm)

        assert case_rules.gaps(case_queries.papers_of(promising.materials.all())) == []
        Material.objects.filter(code="layout").update(may_be_covered=False)
        assert case_rules.gaps(case_queries.papers_of(promising.materials.all())) == ["layout"]

    def test_the_decision_does_not_wait_for_it_and_other_items_do(self, covered):
        assert covered.covers == ["layout"]
        assert (item("scheme").left_papers, item("permit").left_papers) == (0, 2)

        deciding.decide_item(item("scheme"), decision="approved", by=None)

        assert letter().state == "due"
        CaseItem.objects.filter(code="permit").update(left_opinions=0)
        with pytest.raises(NotNow):
            deciding.decide_item(item("permit"), decision="approved", by=None)
        assert list(replay()) == []

    def test_without_a_letter_it_is_waited_for(self, covered):
        CommitmentLetter.objects.all().delete()
        CaseItem.objects.filter(code="scheme").update(left_papers=1)

        with pytest.raises(NotNow) as told:
            deciding.decide_item(item("scheme"), decision="approved", by=None)
        assert told.value.code == "approval.papers_promised"

    def test_it_is_checked_afterwards(self, covered, firm, lin):
        deciding.decide_item(item("scheme"), decision="approved", by=None)
        promised = {one.material.code: one for one in commitments.promised_in(Case.objects.all())}
        assert promised["layout"].until == DUE and promised["layout"].letter == letter()
        assert promised["survey"].letter is None

        with pytest.raises(NotNow) as told:
            verify(result="kept")
        assert told.value.code == "approval.covered_missing" and "layout" in told.value.facts["materials"]
        verify(result="mend", reasons="bring it", mend_until=date(2023, 10, 10))
        filing.add_material(case_queries.material_of(letter().item.case, "layout"), name="layout", by=firm)

        assert item("permit").left_papers == 1
        assert verify(result="kept").is_mended
        assert list(replay()) == [] and list(case_queries.misguarded()) == []

    def test_it_can_be_brought_after_the_case_was_closed_as_long_as_the_letter_is_out(self, covered, firm):
        deciding.decide_item(item("scheme"), decision="approved", by=None)
        Case.objects.update(stage="approved", closed_on=MONDAY)
        case = case_queries.case_of(None, "C-1")
        assert [one.material.code for one in commitments.promised_in(Case.objects.all())] == ["layout"]

        with pytest.raises(NotNow):
            filing.add_material(case_queries.material_of(case, "survey"), name="x", by=firm)
        filing.add_material(case_queries.material_of(case, "layout"), name="x", by=firm)
        assert verify(result="kept").state == "kept"
        with pytest.raises(NotNow):
            filing.add_material(case_queries.material_of(case, "layout"), name="y", by=firm)

    @pytest.mark.parametrize("seed", range(12))
    def test_items_wait_for_what_no_letter_of_theirs_covers_whatever_comes_first(
        self, seed, covered, firm, lin
    ):
        draw = random.Random(seed)
        for _ in range(8):
            one = item(draw.choice(["scheme", "permit", "eia"]))
            material = case_queries.material_of(one.case, draw.choice(["layout", "survey"]))
            try:
                match draw.choice(["letter", "bring", "decide", "recall"]):
                    case "letter":
                        actions.give_letter(one, text="x", by=firm)
                    case "bring":
                        filing.add_material(material, name="x", by=firm)
                    case "decide":
                        deciding.decide_item(one, decision="approved", reasons="x", by=None)
                    case _:
                        deciding.recall_decision(one, reason="x", by=None)
            except Refused:
                continue
            assert list(case_queries.misguarded()) == []
        decided = CaseItem.objects.filter(state="decided")
        for one in decided.select_related("letter"):
            own = getattr(one, "letter", None)
            missing = Material.objects.filter(is_promised=True, n_versions=0)
            missing = {row.code for row in missing if one.code in row.asked_by}
            assert missing <= set(own.covers if own else ())
        assert list(replay()) == []

    def test_both_pages_say_by_which_letter(self, covered, client_of, lin, firm):
        said = "covered by the letter of 18 Sep 2023 for scheme"
        assert said in client_of(lin).get(URL).content.decode()
        own = client_of(firm).get(f"{URL}applicant/").content.decode()
        assert said in own and "You owe: layout" not in own
        chinese = client_of(firm, language="zh-hans").get(f"{URL}applicant/").content.decode()
        assert "承诺书承诺，审批后核查" in chinese
        deciding.decide_item(item("scheme"), decision="approved", by=None)
        own = client_of(firm).get(f"{URL}applicant/").content.decode()
        assert "covered by the letter for scheme, until" in own
        verifying = client_of(who("gui")).get(f"{URL}items/scheme/letter/verify/").content.decode()
        assert "not there yet: layout" in verifying
        assert "covered by a letter" in client_of(lin).get("/approval/letters/").content.decode()

    def test_a_zone_folder_gives_it_back(self, covered, tmp_path: Path):
        first, second = tmp_path / "a", tmp_path / "b"
        first.mkdir()
        second.mkdir()
        zone_files.services.export(first, None)
        actions.uncover(letter())
        CommitmentLetter.objects.all().delete()

        zone_files.services.load(first, None)
        zone_files.services.export(second, None)

        assert (first / "case_letters.csv").read_text() == (second / "case_letters.csv").read_text()
        assert item("scheme").left_papers == 0 and list(case_queries.misguarded()) == []


class TestTime:
    def test_who_verifies_is_reminded_and_told_when_it_is_late(self, decided, lin):
        assert actions.remind(date(2023, 9, 20)) == 0
        assert actions.remind(date(2023, 10, 25)) > 0
        assert actions.remind(date(2023, 10, 26)) == 0
        assert actions.remind(date(2023, 11, 6)) > 0
        assert Notice.objects.filter(member=who("gui"), fact__what__contains="Past its day").count() == 1
        assert Notice.objects.filter(member=lin, fact__what__contains="Past its day").count() == 1

    def test_promised_materials_have_the_day_of_the_item_that_needs_them(
        self, ready, zone, lin, firm, turn_clock
    ):
        (promised,) = commitments.promised_in(Case.objects.all())
        assert (promised.material.code, promised.until, promised.is_late) == ("survey", None, False)
        CaseItem.objects.filter(code="permit").update(
            state="open", left_before=0, opens_on=MONDAY, due_on=date(2023, 9, 22)
        )

        assert actions.remind(date(2023, 9, 19)) == 0
        assert actions.remind(date(2023, 9, 20)) > 0
        turn_clock("2023-09-25T09:00")
        (promised,) = commitments.promised_in(Case.objects.all())
        assert promised.is_late
        assert actions.remind(date(2023, 9, 25)) > 0
        assert Notice.objects.filter(member=firm, fact__what__contains="Promised and not there").count() == 1

    def test_the_figure_counts_what_was_kept(self, decided, zone):
        verify(result="kept")
        found = indicators.evidence("approval.kept_letters", zone.pk, parse("2023-09"))

        assert [(one.value, one.on) for one in found] == [(1, MONDAY)]


class TestFaces:
    def test_pages(self, ready, client_of, lin, shen, zhou, firm):
        own = client_of(firm)
        assert "Give a commitment letter" in own.get(f"{URL}applicant/").content.decode()
        assert own.post(f"{URL}items/scheme/letter/give/", {"text": ""}).status_code in (200, 422)
        assert own.post(f"{URL}items/scheme/letter/give/", {"text": "the lane stays free"}).status_code == 302
        assert "the lane stays free" in own.get(f"{URL}applicant/").content.decode()
        deciding.decide_item(item("scheme"), decision="approved", by=None)
        page = client_of(lin).get("/approval/letters/").content.decode()
        assert "1 letter is to be verified, none past its day; 1 promised material is out." in page
        assert "the lane stays free" in page and "surve" in page
        assert "待核查" in client_of(lin, language="zh-hans").get("/approval/letters/").content.decode()
        assert client_of(shen).get("/approval/letters/").status_code == 200
        assert client_of(zhou).get("/approval/letters/").status_code == 403
        assert client_of(firm).get("/approval/letters/").status_code == 403
        plan = client_of(who("gui"))
        assert f"{URL}items/scheme/letter/verify/" in plan.get(URL).content.decode()
        where = f"{URL}items/scheme/letter/verify/"
        assert plan.post(where, {"result": "mend", "version": "1"}).status_code == 422
        assert plan.post(where, {"result": "kept", "version": "1"}).status_code == 302
        assert plan.post(where, {"result": "kept", "version": "1"}).status_code in (409, 422)
        assert "the lane" in client_of(lin).get("/approval/letters/?show=kept").content.decode()
        assert list(replay()) == []

    def test_the_api_and_commands_do_the_same(self, ready, client_of, firm, lin, capsys):
        own, plan = client_of(firm), client_of(who("gui"))

        def send(by: Any, path: str, body: dict[str, Any]) -> Any:
            return by.post(
                f"/api/v1/approval/cases/C-1/items/scheme/letter{path}", json.dumps(body),
                content_type="application/json", headers={"If-Match": "*"},
            )  # fmt: skip

        assert send(own, "", {"text": "the lane"}).json()["state"] == "given"
        deciding.decide_item(item("scheme"), decision="approved", by=None)
        assert plan.get("/api/v1/approval/letters?outstanding=true").json()["items"][0]["due_on"] == str(DUE)
        assert plan.get("/api/v1/approval/promised-materials").json()[0]["material"] == "survey"
        assert send(plan, "/verify", {"result": "mend", "reasons": "x"}).status_code == 422
        body = {"result": "mend", "reasons": "x", "mend_until": "2023-10-10"}
        assert send(plan, "/verify", body).json()["state"] == "mending"
        assert plan.get("/api/v1/approval/cases/C-1/items/scheme/letter").json()["mend_until"] == "2023-10-10"

        def call(*words: str) -> Any:
            code = run(["approval", "commitment", *words, "--json"])
            out = capsys.readouterr().out
            assert code == 0, out
            return json.loads(out)

        assert call("list", "--out", "--as", "lin")[0]["state"] == "mending"
        assert call("missing", "--as", "lin")[0]["material"] == "survey"
        call("verify", "C-1", "scheme", "--result", "kept", "--as", "gui", "--dry-run")
        assert letter().state == "mending"
        assert call("verify", "C-1", "scheme", "--result", "kept", "--as", "gui")["state"] == "kept"
        CaseItem.objects.filter(code="eia").update(levers=["commitment"])
        assert call("give", "C-1", "eia", "--text", "x", "--as", "xiang")["state"] == "given"

    def test_a_zone_folder_gives_back_what_it_took(self, decided, tmp_path: Path):
        first, second = tmp_path / "a", tmp_path / "b"
        first.mkdir()
        second.mkdir()
        zone_files.services.export(first, None)
        CommitmentLetter.objects.all().delete()
        WorkItem.objects.filter(kind="approval.verify").delete()

        assert zone_files.services.load(first, None)["case_letters.csv"] == 1
        assert zone_files.services.load(first, None)["case_letters.csv"] == 0
        zone_files.services.export(second, None)

        assert (first / "case_letters.csv").read_text() == (second / "case_letters.csv").read_text()
        assert WorkItem.objects.filter(kind="approval.verify", stage="open").count() == 1
