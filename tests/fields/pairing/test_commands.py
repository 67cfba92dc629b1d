"""``shanhai pairing ...`` as somebody at a terminal types it: done, tried out, refused, wrong usage."""

from __future__ import annotations

import io
import json
import sys
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from shanhai.core.models import Document, JournalEntry, Pairing, Party
from shanhai.fields.pairing.models import (
    ActionItem,
    Agreement,
    CalendarLink,
    Charge,
    Commitment,
    Delivery,
    LandClause,
    Meeting,
    MoneyDue,
    Resolution,
    Secondment,
)
from shanhai.fields.pairing.queries import registers as tables
from shanhai.site.cli import run
from shanhai.webkit import registers


@pytest.fixture
def typed(zone: Any, capsys: Any) -> Any:
    """``typed("agreements", "list", as_="lin")``: exit code, standard output and standard error."""

    def type_(*words: str, as_: str = "") -> SimpleNamespace:
        capsys.readouterr()
        code = run(["pairing", *words, *(["--as", as_] if as_ else [])])
        captured = capsys.readouterr()
        return SimpleNamespace(code=code, out=captured.out, err=captured.err)

    return type_


@pytest.fixture
def evidence(tmp_path: Any) -> str:
    """A file that shows something, in GBK as offices have it."""
    path = tmp_path / "签到表.txt"
    path.write_bytes("专家门诊签到表".encode("gbk"))
    return str(path)


@pytest.fixture
def piped(monkeypatch: Any) -> Any:
    """``piped(b"...")`` is what stands on standard input."""

    def pipe(content: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))

    return pipe


class TestReading:
    @pytest.mark.parametrize(
        "noun",
        [
            "pairings",
            "agreements",
            "commitments",
            "payments",
            "land",
            "meetings",
            "resolutions",
            "items",
            "secondments",
            "charges",
        ],
    )
    def test_every_list_answers_people_json_and_csv(self, typed, item, noun):
        assert typed(noun, "list").code == 0
        assert isinstance(json.loads(typed(noun, "list", "--json").out), list)
        assert "," in typed(noun, "list", "--csv").out.splitlines()[0]

    def test_a_noun_without_a_verb_lists(self, typed, agreement):
        assert typed("agreements", "--json").out == typed("agreements", "list", "--json").out

    def test_programs_get_codes_and_people_words(self, typed, agreement):
        assert json.loads(typed("agreements", "list", "--json").out)[0]["stage"] == "signed"
        assert "in force" in typed("agreements", "list").out

    @pytest.mark.parametrize(
        ("words", "path", "table"),
        [
            ("pairings", "/pairings", tables.PAIRINGS),
            ("agreements", "/agreements", tables.AGREEMENTS),
            ("commitments", "/commitments", tables.COMMITMENTS),
            ("deliveries list LX-C1", "/commitments/LX-C1/deliveries", tables.DELIVERIES),
            ("meetings", "/meetings", tables.MEETINGS),
            ("resolutions", "/resolutions", tables.RESOLUTIONS),
            ("items", "/action-items", tables.ACTION_ITEMS),
        ],
    )
    def test_programs_read_in_command_and_api_what_the_register_holds(
        self, typed, client_of, lin, agreement, item, evidence, words, path, table
    ):
        typed("deliveries", "record", "LX-C1", "14", "--evidence", evidence, as_="shen")

        told = json.loads(typed(*words.split(), "--json", as_="lin").out)
        listed = client_of(lin).get(f"/api/v1/pairing{path}").json()["items"]
        held = [registers.cells(table.register, row) for row in table.rows(None, item.pairing)]

        assert len(told) == len(listed) == len(held) > 0
        assert listed[0].keys() >= held[0].keys() - {"minutes_zh", "minutes_en"}
        for mine, theirs, row in zip(told, listed, held, strict=True):
            for name, value in row.items():
                plain = value.isoformat() if isinstance(value, date) else value
                assert mine[name] == plain, name
                assert name not in theirs or theirs[name] == plain, name

    def test_an_agreement_is_shown_whole(self, typed, agreement):
        told = json.loads(typed("agreements", "show", "LX-2023-01", "--json").out)

        assert {one["organisation"]: one["signed_on"] for one in told["parties"]} == {
            "LQ": "2023-01-05",
            "XS": "2023-01-05",
        }
        assert told["commitments"][0]["promised"] == "120"

    def test_a_commitment_is_shown_with_what_came(self, typed, commitment, evidence):
        typed("deliveries", "record", "LX-C1", "14", "--evidence", evidence, as_="shen")

        told = json.loads(typed("commitments", "show", "LX-C1", "--json").out)

        assert told["delivered"] == "14"
        assert told["deliveries"][0]["code"] == "LX-C1-D001"

    @pytest.mark.parametrize(
        "line", [("meetings", "show", "JM-2023-03"), ("items", "show", "JM-2023-03-R1-1")]
    )
    def test_other_records_are_shown_whole(self, typed, item, line):
        assert typed(*line).code == 0
        assert json.loads(typed(*line, "--json").out)["version"] >= 0

    def test_an_outsider_reads_nothing(self, typed, agreement):
        assert typed("agreements", "list", as_="zhou").code == 1
        assert typed("agreements", "show", "LX-2023-01", as_="zhou").code == 1


class TestBadInput:
    @pytest.mark.parametrize(
        ("line", "says"),
        [
            (("agreements", "show", "LX-9"), "no agreement LX-9"),
            (("agreements", "list", "--pairing", "XX"), "no pairing XX"),
            (("deliveries", "record", "LX-C1", "14", "--on", "18/9/2023"), "is no day"),
            (("deliveries", "record", "LX-C1", "NaN"), "is no number"),
            (("deliveries", "record", "LX-C1", "1e30"), "is no number"),
            (
                ("deliveries", "record", "LX-C1", "14", "--evidence", "absent.pdf"),
                "absent.pdf cannot be read",
            ),
            (("brief", "--out", "/absent/brief.pdf"), "cannot be written"),
            (("meetings", "minutes", "JM-2023-03", "absent.txt"), "absent.txt cannot be read"),
            (("calendar", "make"), "--as MEMBERCODE"),
        ],
    )
    def test_is_refused_with_a_sentence(self, typed, commitment, meeting, line, says):
        answer = typed(*line)

        assert answer.code == 1
        assert says in answer.err
        assert answer.out == ""

    @pytest.mark.parametrize(
        "line",
        [
            ("deliveries",),
            ("agreements", "sing", "LX-2023-01"),
            ("agreements", "end", "LX-2023-01"),
            ("agreements", "change", "LX-2023-01"),
            ("commitments", "list", "--status", "lost"),
            ("charges", "end", "x"),
            ("brief",),
        ],
    )
    def test_wrong_usage_is_2(self, typed, draft, line):
        assert typed(*line).code == 2

    def test_text_longer_than_its_column_is_refused(self, typed, zone):
        answer = typed("agreements", "draft", "LX-7", "--name", "字" * 121, "--field", "health")

        assert answer.code == 1
        assert "room for 120" in answer.err


class TestPairings:
    OPEN = ("pairings", "open", "LQPARK-XSOFF", "--name", "园区与协作办", "--level", "department")
    PARTIES = ("--began", "2023-09-01", "--mountain", "LQ-PARK", "--sea", "XS-OFFICE", "--under", "LQ-XS")

    def test_is_opened_changed_joined_ended_and_reopened(self, typed):
        assert typed(*self.OPEN, *self.PARTIES).code == 0
        assert typed("pairings", "change", "LQPARK-XSOFF", "--en", "Park and office").code == 0
        assert typed("pairings", "add-party", "LQPARK-XSOFF", "STRANGER", "--role", "host").code == 0
        assert typed("pairings", "end", "LQPARK-XSOFF", "--reason", "并入").code == 0
        made = Pairing.objects.get(code="LQPARK-XSOFF")
        assert (made.name_en, made.parent.code, made.ended_on) == (
            "Park and office",
            "LQ-XS",
            date(2023, 9, 18),
        )
        assert Party.objects.filter(pairing=made).count() == 3
        assert typed("pairings", "reopen", "LQPARK-XSOFF").code == 0

    def test_a_dry_run_writes_nothing(self, typed):
        entries = JournalEntry.objects.count()

        answer = typed(*self.OPEN, *self.PARTIES, "--dry-run", "--json")

        assert json.loads(answer.out)["written"] is False
        assert "nothing was written" in answer.err
        assert not Pairing.objects.filter(code="LQPARK-XSOFF").exists()
        assert JournalEntry.objects.count() == entries


class TestAgreements:
    def test_is_drafted_with_its_terms_shared_signed_and_renewed(self, typed, zone):
        draft = (
            "agreements",
            "draft",
            "LX-7",
            "--name",
            "协议",
            "--field",
            "enclave",
            "--from",
            "2023-01-01",
        )
        assert typed(*draft, "--to", "2023-12-31", as_="lin").code == 0
        assert typed("agreements", "change", "LX-7", "--en", "Enclave", as_="lin").code == 0
        promise = (
            "commitments",
            "add",
            "LX-7",
            "LX-7-C",
            "--name",
            "税收返还",
            "--owes",
            "sea",
            "--unit",
            "fen",
        )
        each = (
            "--target",
            "600万元",
            "--per",
            "quarter",
            "--period",
            "2023Q3=300万元",
            "--period",
            "2023Q4=300万元",
        )
        assert typed(*promise, *each, as_="lin").code == 0
        money = (
            "agreements",
            "add-money",
            "LX-7",
            "LX-7-M",
            "--name",
            "返还",
            "--payer",
            "XS",
            "--payee",
            "LQ",
        )
        assert typed(*money, "--amount", "1200.50", "--due", "2023-10-31", as_="lin").code == 0
        land = (
            "agreements",
            "add-land",
            "LX-7",
            "LX-7-L",
            "--purpose",
            "厂房",
            "--giver",
            "XS",
            "--taker",
            "LQ",
        )
        assert typed(*land, "--mu", "50.5", as_="lin").code == 0
        assert typed("agreements", "share", "LX-7", as_="lin").code == 0
        read = json.loads(typed("agreements", "show", "LX-7", "--json", as_="shen").out)
        assert typed("agreements", "sign", "LX-7", "--terms", "1", as_="shen").code == 1
        assert typed("agreements", "sign", "LX-7", "--terms", str(read["terms_no"]), as_="shen").code == 0
        assert typed("agreements", "unsign", "LX-7", as_="shen").code == 0
        assert typed("agreements", "sign", "LX-7", as_="shen").code == 0
        answer = typed("agreements", "sign", "LX-7", "--json", as_="lin")

        assert json.loads(answer.out)["stage"] == "signed"
        assert Commitment.objects.get(code="LX-7-C").target == 600_000_000
        assert MoneyDue.objects.get(code="LX-7-M-1").amount_fen == 120_050
        assert typed("agreements", "renew", "LX-7", "LX-8", "--to", "2024-12-31", as_="lin").code == 0
        assert Agreement.objects.get(number="LX-8").valid_from == date(2024, 1, 1)
        assert typed("agreements", "drop", "LX-8", "--reason", "再议", as_="lin").code == 0
        assert typed("agreements", "end", "LX-7", "--reason", "改签", as_="lin").code == 0

    def test_a_dry_run_of_signing_leaves_no_paper_behind(self, typed, draft, evidence):
        assert (
            typed("agreements", "sign", "LX-2023-01", "--paper", evidence, "--dry-run", as_="shen").code == 1
        )
        typed("agreements", "share", "LX-2023-01", as_="lin")

        assert (
            typed("agreements", "sign", "LX-2023-01", "--paper", evidence, "--dry-run", as_="shen").code == 0
        )

        assert not Document.objects.exists()
        assert not draft.signatures.exists()

    def test_what_the_page_refuses_is_refused_in_its_words(self, typed, agreement):
        answer = typed("commitments", "drop", "LX-C1", as_="lin")

        assert answer.code == 1
        assert "LX-2023-01" in answer.err

    def test_who_answers_for_a_commitment_is_named(self, typed, commitment):
        assert (
            typed("commitments", "change", "LX-C1", "--sea-unit", "XS-OFFICE-1", "--main", as_="lin").code
            == 0
        )
        assert typed("commitments", "change", "LX-C1", "--sea-unit", "LQ-1", as_="lin").code == 1

        commitment.refresh_from_db()
        assert (commitment.sea_unit.code, commitment.is_main) == ("XS-OFFICE-1", True)


class TestDeliveries:
    def test_is_planned_confirmed_and_recorded_in_place_of_the_plan(self, typed, commitment, evidence):
        plan = typed("deliveries", "plan", "LX-C1", "10", "--on", "2023-10-20", "--json", as_="shen")
        code = json.loads(plan.out)["code"]
        assert typed("deliveries", "confirm", code, as_="lin").code == 0
        assert typed("deliveries", "unconfirm", code, as_="lin").code == 0

        record = ("deliveries", "record", "LX-C1", "10", "--plan", code, "--evidence", evidence)
        assert typed(*record, as_="shen").code == 0

        made = Delivery.objects.get(of_plan__code=code)
        assert Document.objects.get().file_name == "签到表.txt"
        assert typed("deliveries", "show", made.code).code == 0
        assert typed("deliveries", "withdraw", made.code, as_="shen").code == 0

    def test_evidence_may_come_from_standard_input(self, typed, commitment, piped):
        piped("专家门诊签到表".encode())

        assert typed("deliveries", "record", "LX-C1", "14", "--evidence", "-", as_="shen").code == 0

        assert Document.objects.get().file_name == "standard-input.txt"

    def test_without_evidence_it_is_refused_and_nothing_stays(self, typed, commitment, evidence):
        assert typed("deliveries", "record", "LX-C1", "14", as_="shen").code == 1
        future = ("deliveries", "record", "LX-C1", "14", "--evidence", evidence, "--on", "2023-12-01")
        assert typed(*future, as_="shen").code == 1

        assert not Delivery.objects.exists()
        assert not Document.objects.exists()


class TestPayments:
    @pytest.fixture
    def due(self, draft: Any, lin: Any, shen: Any) -> Any:
        from shanhai.fields.pairing import actions

        lq, xs = (draft.parties.get(party__organisation__code=code).party for code in ("LQ", "XS"))
        actions.add_money_clause(
            draft,
            code="M1",
            name_zh="租金",
            payer=xs,
            payee=lq,
            amount_fen=500_000,
            due_on=[date(2023, 10, 1)],
            by=lin,
        )
        actions.add_land_clause(draft, code="L1", giver=xs, taker=lq, land_mu=50, purpose_zh="厂房", by=lin)
        actions.sign_agreement(draft, on=date(2023, 1, 5), by=lin)
        actions.sign_agreement(draft, on=date(2023, 1, 5), by=shen)
        return MoneyDue.objects.get()

    def test_is_paid_in_parts_and_put_right(self, typed, due, evidence):
        pay = ("payments", "pay", "M1-1", "--voucher", evidence)
        assert typed(*pay, "--amount", "2000", as_="shen").code == 0
        assert typed(*pay, "--amount", "4000", as_="shen").code == 1
        assert (
            typed("payments", "take-back", "M1-1", "--amount", "500", "--reason", "多记", as_="lin").code == 0
        )

        due.refresh_from_db()
        assert due.paid_fen == 150_000

    def test_land_is_handed_over(self, typed, due, evidence):
        assert typed("land", "hand-over", "L1", "20.5", "--paper", evidence, "--dry-run", as_="lin").code == 0
        assert typed("land", "hand-over", "L1", "20.5", "--paper", evidence, as_="lin").code == 0
        assert typed("land", "hand-over", "L1", "40", "--paper", evidence, as_="lin").code == 1

        assert str(LandClause.objects.get().delivered_mu) == "20.50"


class TestMeetings:
    def test_is_called_prepared_held_minuted_and_signed(self, typed, zone, tmp_path, piped, evidence):
        call = (
            "meetings",
            "call",
            "JM-9",
            "--title",
            "例会",
            "--level",
            "office",
            "--at",
            "2023-09-18T08:30",
        )
        sides = ("--convenor-mountain", "lin", "--quorum-mountain", "1", "--quorum-sea", "1")
        assert typed(*call, *sides, as_="lin").code == 0
        assert typed("meetings", "change", "JM-9", "--place", "龙泉", as_="lin").code == 0
        invited = ("--member", "lin", "--member", "shen", "--guest", "sea:方远,主任")
        assert typed("meetings", "invite", "JM-9", *invited, as_="lin").code == 0
        assert typed("meetings", "uninvite", "JM-9", "方远", as_="lin").code == 0
        assert typed("meetings", "answer", "JM-9", as_="shen").code == 0
        agenda = tmp_path / "议程.csv"
        agenda.write_bytes("title_zh,side,needs_paper\n三季度进展,both,是\n下季度安排,sea,否\n".encode("gbk"))
        assert typed("meetings", "agenda", "JM-9", str(agenda), as_="lin").code == 0
        assert typed("meetings", "add-paper", "JM-9", "1", "--paper", evidence, as_="lin").code == 0
        assert typed("meetings", "agenda", "JM-9", str(agenda), as_="lin").code == 0
        point = json.loads(typed("meetings", "show", "JM-9", "--json").out)["agenda"][0]
        assert (point["title"], point["papers"]) == ("三季度进展", ["签到表.txt"])
        assert typed("meetings", "hold", "JM-9", "--present", "lin", "--as-answered", as_="lin").code == 0
        piped("双方商定，每月派专家14天。".encode("gbk"))
        assert typed("meetings", "minutes", "JM-9", "-", as_="lin").code == 0
        assert typed("meetings", "sign", "JM-9", as_="lin").code == 0
        assert typed("meetings", "sign", "JM-9", as_="shen").code == 0
        assert typed("resolutions", "adopt", "JM-9", "--text", "每月派专家14天。", as_="lin").code == 0
        assign = (
            "resolutions",
            "assign",
            "JM-9-R1",
            "--title",
            "排定专家组",
            "--lead",
            "sea",
            "--due",
            "2023-10-20",
        )
        owners = ("--mountain-unit", "LQ-PARK-1", "--sea-unit", "XS-OFFICE-1")
        made = typed(*assign, *owners, "--json", as_="lin")

        meeting = Meeting.objects.get(number="JM-9")
        assert meeting.stage == "signed"
        assert meeting.minutes_zh.endswith("14天。")
        assert json.loads(made.out)["number"] == ActionItem.objects.get().number

    def test_an_agenda_with_strange_columns_is_refused(self, typed, meeting, piped):
        piped("问题,谁\n进展,双方\n".encode())

        answer = typed("meetings", "agenda", "JM-2023-03", "-", as_="lin")

        assert answer.code == 1
        assert "title_zh" in answer.err

    def test_is_called_off_and_takes_place_again(self, typed, meeting):
        assert typed("meetings", "cancel", "JM-2023-03", "--reason", "台风", as_="lin").code == 0
        assert typed("meetings", "reinstate", "JM-2023-03", as_="lin").code == 0

    def test_a_dry_run_writes_nothing(self, typed, meeting):
        assert (
            typed("meetings", "hold", "JM-2023-03", "--present", "lin", "--present", "shen", "--dry-run").code
            == 0
        )
        assert not Resolution.objects.exists()

        meeting.refresh_from_db()
        assert meeting.stage == "invited"


class TestItems:
    def test_is_reported_reopened_extended_closed(self, typed, item, evidence, piped):
        piped("名单已定。".encode())
        report = ("items", "report", item.number, "--text", "-", "--finished")
        assert typed(*report, as_="shen").code == 1
        piped("名单已定。".encode())
        assert typed(*report, "--evidence", evidence, as_="shen").code == 0
        assert typed("items", "reopen", item.number, as_="lin").code == 0
        extend = ("items", "extend", item.number, "--due", "2023-10-09", "--reason", "国庆")
        assert typed(*extend, "--dry-run", as_="lin").code == 0
        item.refresh_from_db()
        assert item.due_on == date(2023, 9, 25)
        assert typed(*extend, as_="lin").code == 0
        assert typed("items", "close", item.number, as_="lin").code == 0

        item.refresh_from_db()
        assert (item.stage, item.due_on) == ("done", date(2023, 10, 9))

    def test_is_dropped_with_a_reason(self, typed, item):
        assert typed("items", "drop", item.number, "--reason", "不再需要", as_="lin").code == 0


class TestPeople:
    def test_an_officer_is_seconded_appraised_prolonged_and_hands_over(self, typed, zone, turn_clock):
        new = ("secondments", "new", "S-9", "shen", "--host-unit", "LQ-PARK-1", "--post", "副主任")
        assert (
            typed(*new, "--from", "2023-01-05", "--to", "2023-12-31", "--task", "招商", as_="lin").code == 0
        )
        assert typed("remind").code == 0
        assert typed("secondments", "task", "S-9", "流程图", "--due", "2023-10-31", as_="lin").code == 0
        task = json.loads(typed("secondments", "show", "S-9", "--json").out)["tasks"][0]["id"]
        assert typed("secondments", "finish-task", "S-9", str(task), "--outcome", "已用", as_="lin").code == 0
        grade = ("secondments", "appraise", "S-9", "--grade", "competent", "--text", "称职。")
        assert typed(*grade, as_="shen").code == 1
        assert typed(*grade, as_="lin").code == 0
        assert (
            typed("secondments", "prolong", "S-9", "--to", "2024-06-30", "--reason", "续任", as_="lin").code
            == 0
        )
        hand_over = ("secondments", "hand-over", "S-9", "--handover", "在办事项与联系人。")
        assert typed(*hand_over, "--successor", "nobody", as_="lin").code == 1
        assert typed(*hand_over, "--successor", "lin", as_="lin").code == 0

        assert Secondment.objects.get().stay.stage == "ended"

    def test_somebody_is_put_in_charge_for_the_own_side(self, typed, zone):
        assert typed("charges", "put", "lin", "--field", "park", "--dry-run", as_="lin").code == 0
        assert not Charge.objects.exists()
        assert typed("charges", "put", "lin", "--field", "park", as_="shen").code == 1
        assert typed("charges", "put", "lin", "--field", "park", as_="lin").code == 0
        number = json.loads(typed("charges", "list", "--json").out)[0]["id"]
        assert typed("charges", "end", str(number), as_="lin").code == 0

        assert Charge.objects.get().to_on == date(2023, 9, 18)

    def test_a_calendar_is_written_and_has_a_private_address(self, typed, meeting):
        path = json.loads(typed("calendar", "make", "--json", as_="lin").out)["path"]
        assert path.endswith(".ics")
        assert typed("calendar", "revoke", as_="lin").code == 0
        assert CalendarLink.objects.get().revoked_at is not None
        assert typed("calendar", "show", as_="zhou").code == 1


class TestAccount:
    def test_status_is_one_json_document(self, typed, commitment):
        assert json.loads(typed("status", "--json").out)["total"] == 1
        assert "LX-C1" in typed("status", "--csv").out
        assert "commitment" in typed("status").out

    def test_upkeep_says_what_it_did(self, typed, item):
        assert json.loads(typed("remind", "--dry-run", "--json").out)["written"] is False
        assert json.loads(typed("recompute", "--json").out)["put_right"] == 0
