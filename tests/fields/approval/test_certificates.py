"""Certificates: entered with a decision, printed in its letter, shown by the items that rest on them, kept by a zone folder."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.utils import translation

from shanhai.core.models import JournalEntry, Member
from shanhai.fields.approval import printed_letters
from shanhai.fields.approval import zone as zone_files
from shanhai.fields.approval.actions import deciding
from shanhai.fields.approval.models import Case, CaseItem
from shanhai.fields.approval.queries import cases as queries
from shanhai.fields.approval.queries.letters import letter_of
from shanhai.fields.approval.rules import certificates
from shanhai.fields.approval.rules.certificates import Certificate
from shanhai.kernel.refusals import BadInput
from shanhai.site.cli import run

URL = "/approval/cases/C-1/"


def item(code: str) -> CaseItem:
    return queries.item_of(None, "C-1", code)


def who(name: str) -> Member:
    return Member.objects.select_related("unit__organisation", "user").get(code=name)


class TestRules:
    def test_days_that_are_left_out_follow_from_the_decision_and_the_catalogue(self):
        found = certificates.in_force(Certificate("L-1"), date(2024, 2, 29), 12)
        assert (found.valid_from, found.valid_to) == (date(2024, 2, 29), date(2025, 2, 27))
        assert certificates.in_force(Certificate("L-1"), date(2024, 2, 29), None).valid_to is None
        assert certificates.in_force(Certificate(), date(2024, 2, 29), 12) == certificates.NONE

    @pytest.mark.parametrize(
        ("decision", "given", "code"),
        [
            ("refused", Certificate("L-1"), "certificate_refused"),
            ("approved", Certificate("", date(2023, 9, 1)), "certificate_number"),
            ("approved", Certificate("L-1", date(2023, 9, 2), date(2023, 9, 1)), "certificate_days"),
        ],
    )
    def test_what_cannot_be_is_refused(self, decision, given, code):
        with pytest.raises(BadInput) as refused:
            certificates.check_certificate("许可", decision, given)
        assert refused.value.code == f"approval.{code}"


class TestCertificates:
    def test_a_decision_enters_it_and_what_waited_shows_it(self, case, bureaus, client_of, lin):
        page = client_of(who("dong"))
        sent = page.post(
            f"{URL}items/filing/decide/",
            {"decision": "approved", "reasons": "", "certificate": "龙发改备2023-7", "valid_to": "2025-09-17",
             "version": str(item("filing").version)},
        )  # fmt: skip
        assert sent.status_code == 302
        found = item("filing")
        assert (found.certificate, found.valid_from, found.valid_to) == (
            "龙发改备2023-7", found.decided_on, date(2025, 9, 17),
        )  # fmt: skip
        entry = JournalEntry.objects.filter(action="approval.decide_item").order_by("pk").first()
        assert entry is not None and "龙发改备2023-7" in entry.body

        shown = client_of(lin).get(URL).content.decode()
        assert (
            shown.count("No. 龙发改备2023-7") == 3
        )  # its own row, and those of the two items that waited for it
        assert "Rests on:" in client_of(who("he")).get(f"{URL}items/eia/decide/").content.decode()
        assert (
            "证照" not in shown
            and "编号龙发改备2023-7" in client_of(lin, language="zh-hans").get(URL).content.decode()
        )

    def test_the_letter_names_it(self, case, bureaus):
        deciding.decide_item(item("filing"), decision="approved", certificate="L-1", by=who("dong"))
        letter = letter_of(queries.case_of(None, "C-1"), "decided-filing")
        for language, told in (("en", "Certificate No. L-1, valid from"), ("zh-hans", "证照编号：L-1，自")):
            with translation.override(language):
                assert any(told in line for line in printed_letters.paragraphs(letter.item.case, letter))

    def test_it_climbs_as_a_proposal_and_is_in_force_with_the_last_step(self, case, bureaus, lin, client_of):
        deciding.decide_item(item("filing"), decision="approved", by=who("dong"))
        deciding.decide_item(
            item("scheme"),
            decision="approved",
            certificate="G-1",
            valid_from=date(2023, 10, 1),
            by=who("gui"),
        )
        assert "No. G-1" not in client_of(lin).get(URL).content.decode()
        page = client_of(who("jian")).get("/approval/inbox/").content.decode()
        assert '"certificate": "G-1"' in page
        deciding.decide_item(item("scheme"), decision="approved", certificate="G-1", by=who("jian"))
        deciding.decide_item(item("scheme"), decision="approved", certificate="G-2", by=who("zhang"))
        assert item("scheme").certificate == "G-2"
        assert [
            one.code for one in queries.rests_on(item("permit"), queries.items_of(item("permit").case))
        ] == ["scheme"]

    def test_one_that_has_run_out_is_marked(self, case, bureaus, client_of, lin, turn_clock):
        deciding.decide_item(
            item("filing"), decision="approved", certificate="L-1", valid_to=date(2023, 9, 19), by=who("dong")
        )
        turn_clock("2023-09-20T09:00")
        assert "has run out" in client_of(lin).get(URL).content.decode()

    def test_programs_enter_and_read_it(self, case, bureaus, api_at, held, capsys):
        drc = api_at("/api/v1/approval")(who("dong"))
        held(drc, "/cases/C-1/items/filing/decide", {"decision": "approved", "certificate": "L-1"}, 0)
        whole = api_at("/api/v1/approval")(who("he"))("get", "/cases/C-1/items/eia").json()
        assert [(one["item"], one["certificate"]) for one in whole["rests_on"]] == [("filing", "L-1")]
        typed = [
            "approval",
            "case",
            "decide",
            "C-1",
            "scheme",
            "--decision",
            "approved",
            "--certificate",
            "G-1",
        ]
        assert run([*typed, "--valid-from", "2023-10-02", "--valid-to", "2023-10-01"]) == 1
        assert run([*typed, "--valid-to", "2024-10-01"]) == 0
        assert item("scheme").valid_to == date(2024, 10, 1)

    def test_a_zone_folder_keeps_it(self, case, bureaus, tmp_path: Path):
        deciding.decide_item(
            item("filing"), decision="approved", certificate="L-1", valid_to=date(2025, 9, 17), by=who("dong")
        )
        zone_files.cases.export(tmp_path, None)
        kept = (tmp_path / "case_certificates.csv").read_text(encoding="utf-8-sig").splitlines()
        assert kept[1].startswith("C-1,filing,L-1,") and kept[1].endswith(",2025-09-17")
        Case.objects.all().delete()
        zone_files.cases.load(tmp_path, None)
        assert item("filing").valid_to == date(2025, 9, 17)
