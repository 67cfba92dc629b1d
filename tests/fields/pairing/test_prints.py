"""Records on paper: file numbers, prints, signed copies, the whole file and the text for a chat group."""

from __future__ import annotations

import io
import threading
import zipfile
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from shanhai.core import search, visibility
from shanhai.core.actions import documents, printing, sharing
from shanhai.core.models import Document, FileNumber, FileSeries, JournalEntry, Print, SignedCopy
from shanhai.core.printing import codes, making
from shanhai.core.printing.codes import Scanned
from shanhai.core.queries import checks
from shanhai.core.queries import printing as queries
from shanhai.fields.pairing import actions
from shanhai.fields.pairing.models import Agreement, Meeting
from shanhai.kernel.refusals import BadInput, ChangedMeanwhile, NotAllowed, NotFound, NotNow

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


@pytest.fixture
def mark(cast: Any) -> Any:
    """Longquan's park committee numbers its papers 龙山海."""
    return printing.set_file_mark(cast.organisations["LQ-PARK"], "龙山海", by=None)


def scan_of(printed: Print) -> list[Scanned]:
    held = codes.payload(
        printed.code, printed.kind, printed.object_id, printed.record_version, printed.sha256
    )
    return codes.scanned([held])


def bring(record: Any, by: Any, **how: Any) -> SignedCopy:
    return printing.match_scan(
        record,
        io.BytesIO(PNG),
        file_name="scan.png",
        signed_on=date(2023, 9, 15),
        person="林涛",
        by=by,
        **how,
    )


class TestFileNumbers:
    def test_numbers_of_a_year_follow_one_another(self, mark, draft, meeting, lin):
        first = printing.issue_number(draft, by=lin)
        second = printing.issue_number(meeting, by=lin)

        assert [first.text, second.text] == ["龙山海〔2023〕1号", "龙山海〔2023〕2号"]
        assert JournalEntry.objects.filter(action="core.issue_number").count() == 2

    def test_a_record_has_one_number_however_often_it_is_asked_for(self, mark, draft, lin):
        assert printing.issue_number(draft, by=lin) == printing.issue_number(draft, by=lin)
        assert FileSeries.objects.get().last == 1

    def test_it_is_found_by_those_who_see_its_record_until_it_is_void(self, mark, draft, lin, shen, zhou):
        given = printing.issue_number(draft, by=lin)

        def found(member):
            return [(one.kind, one.code, one.url) for one in search.find(member, "龙山海〔2023〕1号")]

        assert found(lin) == [("core.filenumber", given.text, draft.url)]
        assert found(shen) == found(zhou) == []

        sharing.share_with_other_side(draft, by=lin)
        assert found(shen) == [("core.filenumber", given.text, draft.url)]
        search.rebuild()
        assert found(lin) == found(shen) != []
        assert found(zhou) == []

        printing.void_number(given, reason="另发函件", by=lin)
        assert found(lin) == found(shen) == []

    def test_a_void_number_stays_and_is_not_given_again(self, mark, draft, lin):
        first = printing.issue_number(draft, by=lin)
        printing.void_number(first, reason="改发函件", by=lin)

        assert printing.issue_number(draft, by=lin).text == "龙山海〔2023〕2号"
        assert FileNumber.objects.count() == 2

    def test_a_new_year_begins_at_one(self, mark, draft, meeting, lin):
        printing.issue_number(draft, by=lin)

        assert printing.issue_number(meeting, on=date(2024, 1, 3), by=lin).text == "龙山海〔2024〕1号"

    def test_an_organisation_without_a_mark_is_told_to_set_one(self, draft, lin):
        with pytest.raises(NotNow) as refused:
            printing.issue_number(draft, by=lin)
        assert refused.value.code == "core.no_file_mark"
        assert not FileSeries.objects.exists()

    def test_two_organisations_do_not_share_a_mark(self, mark, cast):
        with pytest.raises(BadInput) as refused:
            printing.set_file_mark(cast.organisations["XS"], "龙山海", by=None)
        assert refused.value.code == "core.file_mark_taken"

    def test_another_organisation_voids_nothing(self, mark, draft, lin, shen):
        number = printing.issue_number(draft, by=lin)

        with pytest.raises(NotAllowed):
            printing.void_number(number, reason="不认", by=shen)


def test_the_self_check_finds_a_counter_that_was_moved(mark, draft, lin):
    printing.issue_number(draft, by=lin)
    assert list(checks.file_numbers()) == []

    FileSeries.objects.update(last=7)

    (found,) = checks.file_numbers()
    assert found.code == "core.file_numbers_differ"


@pytest.mark.django_db(transaction=True)
def test_many_at_once_leave_no_gap_and_give_none_twice(mark, zone, lin):
    if connection.vendor != "postgresql":
        pytest.skip(
            "The tests' SQLite lives in memory, where readers lock; a writer there waits in the queue."
        )
    made = [
        actions.draft_agreement(
            zone, number=f"LX-{n}", field="health", name_zh=f"协议{n}", valid_from=date(2023, 1, 1), by=lin
        )
        for n in range(8)
    ]
    start = threading.Barrier(16)
    failed: list[BaseException] = []

    def issue(pk: int) -> None:
        try:
            start.wait(timeout=20)
            printing.issue_number(Agreement.objects.get(pk=pk), by=lin)
        except ChangedMeanwhile:
            pass  # The other one of the two who asked for the same record was faster.
        except BaseException as error:  # told below
            failed.append(error)
        finally:
            connection.close()

    # Two ask for each record, so that a number which is given up has to go back.
    threads = [threading.Thread(target=issue, args=(one.pk,)) for one in made for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert not failed
    assert sorted(FileNumber.objects.values_list("no", flat=True)) == list(range(1, 9))
    assert FileSeries.objects.get().last == 8
    assert FileNumber.objects.values("object_id").distinct().count() == 8


class TestPrints:
    def test_the_same_words_have_the_same_code(self, draft, lin, shen):
        one = printing.keep_print(draft, language="zh-hans", by=lin)

        assert printing.keep_print(draft, language="zh-hans", by=lin) == one
        assert printing.keep_print(draft, language="en", by=lin).code != one.code

    def test_a_signature_does_not_change_what_is_printed(self, draft, lin):
        one = printing.keep_print(draft, language="zh-hans", by=lin)
        actions.sign_agreement(draft, on=date(2023, 1, 5), by=lin)

        assert printing.keep_print(Agreement.objects.get(), language="zh-hans", by=lin) == one

    def test_what_changed_since_is_named(self, draft, lin):
        printing.keep_print(draft, language="en", by=lin)
        actions.change_agreement(draft, valid_to=date(2024, 12, 31), by=lin)

        ((_, changes),) = queries.prints_of(Agreement.objects.get())
        assert changes == ["Valid to"]

    def test_an_outsider_prints_nothing(self, draft, zhou):
        with pytest.raises((NotFound, NotAllowed)):
            printing.keep_print(draft, language="en", by=zhou)

    def test_a_record_without_a_paper_says_so(self, cast, lin):
        with pytest.raises(NotFound) as refused:
            making.content_of(cast.organisations["LQ"])
        assert refused.value.code == "core.no_paper"


class TestSignedCopies:
    def test_a_scan_signs_for_the_side_that_brings_it_and_says_so(self, draft, lin, shen):
        printed = printing.keep_print(draft, language="zh-hans", by=lin)
        copy = bring(draft, lin, scanned=scan_of(printed))
        actions.sign_agreement(draft, on=date(2023, 9, 18), by=shen)

        agreement = Agreement.objects.get()
        ways = {signature.party.role: signature.way for signature in agreement.signatures.all()}
        assert agreement.stage == "signed"
        assert ways == {"mountain": "scan", "sea": "system"}
        assert agreement.signatures.get(copy=copy).document == copy.document
        assert visibility.can_see(shen, Document.objects.get()), "both sides rest on the signed copy"
        assert copy.how == "qr" and copy.document.attachments.get().role == "signed"

    def test_a_signature_of_a_loaded_file_is_neither(self, draft):
        party = draft.parties.first().party
        actions.sign_agreement(draft, on=date(2023, 1, 5), party=party, by=None)

        assert draft.signatures.get().way == "noted"

    def test_minutes_are_signed_by_scan_too(self, resolution, meeting, lin):
        meeting.refresh_from_db()
        actions.write_minutes(meeting, text_zh="双方商定。", by=lin)
        printed = printing.keep_print(meeting, language="zh-hans", by=lin)
        bring(meeting, lin, scanned=scan_of(printed))

        assert Meeting.objects.get().signatures.get().way == "scan"

    def test_a_typed_code_is_taken_and_the_record_says_that_it_was_typed(self, draft, lin):
        printed = printing.keep_print(draft, language="zh-hans", by=lin)

        assert bring(draft, lin, typed=codes.said(printed.code)).how == "typed"

    def test_a_scan_without_a_code_is_refused(self, draft, lin):
        with pytest.raises(BadInput) as refused:
            bring(draft, lin)
        assert refused.value.code == "core.scan_without_code"

    def test_a_paper_that_was_not_printed_here_is_refused(self, draft, lin):
        with pytest.raises(NotFound) as refused:
            bring(draft, lin, typed=codes.new())
        assert refused.value.code == "core.no_such_print"

    def test_the_paper_of_another_record_is_refused(self, draft, meeting, lin):
        printed = printing.keep_print(meeting, language="en", by=lin)

        with pytest.raises(BadInput) as refused:
            bring(draft, lin, scanned=scan_of(printed))
        assert refused.value.code == "core.scan_of_other_record"

    def test_an_older_version_is_refused_and_what_changed_is_said(self, draft, lin):
        printed = printing.keep_print(draft, language="en", by=lin)
        actions.change_agreement(draft, name_en="Another name", by=lin)

        with pytest.raises(ChangedMeanwhile) as refused:
            bring(draft, lin, scanned=scan_of(printed))
        assert refused.value.code == "core.scan_of_old_version"
        assert not SignedCopy.objects.exists() and not Document.objects.exists()

    def test_a_day_that_has_not_come_is_refused(self, draft, lin):
        printed = printing.keep_print(draft, language="en", by=lin)

        with pytest.raises(BadInput):
            printing.match_scan(
                draft,
                io.BytesIO(PNG),
                file_name="s.png",
                typed=printed.code,
                signed_on=date(2023, 9, 19),
                by=lin,
            )

    def test_an_outsider_brings_nothing(self, draft, lin, zhou):
        printed = printing.keep_print(draft, language="en", by=lin)

        with pytest.raises((NotAllowed, NotFound)):
            bring(draft, zhou, scanned=scan_of(printed))


class TestPages:
    def address(self, record: Any, rest: str = "") -> str:
        return f"/registry/records/{record._meta.label_lower}/{record.pk}/{rest}"

    @pytest.fixture
    def at_lin(self, client_of, lin):
        return client_of(lin)

    def test_every_page_turns_the_outsider_away(self, draft, client_of, zhou):
        at_zhou = client_of(zhou)
        for rest in ("", "paper.docx", "paper.pdf", "text/", "file.zip", "scan/", "papers/"):
            assert at_zhou.get(self.address(draft, rest)).status_code in (403, 404), rest
        assert at_zhou.post(self.address(draft, "number/")).status_code in (403, 404)
        assert at_zhou.get("/registry/file-numbers/").status_code == 403

    def test_the_other_side_does_not_print_what_is_not_shared(self, draft, client_of, shen):
        assert client_of(shen).get(self.address(draft, "paper.docx")).status_code == 404

    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_word_opens(self, at_lin, draft, language):
        docx = pytest.importorskip("docx")

        answer = at_lin.get(self.address(draft, f"paper.docx?language={language}"))

        said = docx.Document(io.BytesIO(answer.content))
        assert any(draft.name_zh in line.text or draft.name_en in line.text for line in said.paragraphs)
        assert Print.objects.get().language == language

    def test_from_print_to_signed_copy(self, at_lin, draft):
        pdf = at_lin.get(self.address(draft, "paper.pdf?language=zh-hans")).content

        form = at_lin.get(self.address(draft, "scan/"))
        assert form.status_code == 200
        sent = {"scan": SimpleUploadedFile("盖章.pdf", pdf), "signed_on": "2023-09-15", "person": "林涛"}
        answer = at_lin.post(self.address(draft, "scan/"), sent, follow=True)

        assert answer.status_code == 200
        assert "matched by the QR code in the scan" in answer.content.decode()
        page = at_lin.get(draft.url).content.decode()
        assert "signed on paper" in page

    def test_a_scan_without_a_code_comes_back_with_a_way_out(self, at_lin, draft):
        from PIL import Image

        blank = io.BytesIO()
        Image.new("L", (600, 800), 255).save(blank, "PNG")
        sent = {"scan": SimpleUploadedFile("s.png", blank.getvalue()), "signed_on": "2023-09-15"}
        answer = at_lin.post(self.address(draft, "scan/"), sent)

        assert answer.status_code == 422
        assert "type the code that stands beneath" in answer.content.decode()

    def test_the_text_for_a_chat_group_ends_with_the_link(self, at_lin, draft):
        page = at_lin.get(self.address(draft, "text/")).content.decode()

        assert "[Agreement] Health agreement" in page
        assert f"http://testserver{draft.url}</textarea>" in page

    def test_how_the_zone_stands_is_a_text_too(self, at_lin, agreement):
        page = at_lin.get("/pairing/text/").content.decode()

        assert "[Mountain-sea cooperation]" in page and "http://testserver/</textarea>" in page

    def test_several_files_have_a_result_each(self, at_lin, draft):
        sent = {
            "papers": [
                SimpleUploadedFile("纪要.txt", "纪要".encode()),
                SimpleUploadedFile("IMG_0001.HEIC", b"\0\0\0\x18ftypheic"),
                SimpleUploadedFile("坏.pdf", b"MZ program"),
            ],
            "camera": [SimpleUploadedFile("photo.png", PNG)],
        }
        answer = at_lin.post(self.address(draft, "papers/"), sent)
        page = answer.content.decode()

        assert answer.status_code == 200
        assert "2 of 4 files are filed" in page and "Most Compatible" in page
        assert {one.file_name for one in Document.objects.all()} == {"纪要.txt", "photo.png"}

    def test_an_empty_file_is_named_and_the_others_are_filed(self, at_lin, draft):
        sent = {
            "papers": [SimpleUploadedFile("空.txt", b""), SimpleUploadedFile("纪要.txt", "纪要".encode())]
        }
        answer = at_lin.post(self.address(draft, "papers/"), sent)
        page = answer.content.decode()

        assert answer.status_code == 200
        assert "1 of 2 files is filed" in page or "1 of 2 files are filed" in page
        assert "空.txt is empty" in page
        assert Document.objects.get().file_name == "纪要.txt"

    def test_the_camera_is_asked_for_pictures_that_office_computers_open(self, at_lin, draft):
        page = at_lin.get(self.address(draft, "papers/")).content.decode()

        assert 'capture="environment"' in page and 'accept="image/jpeg,image/png"' in page

    def test_the_whole_file_is_one_zip(self, at_lin, draft, lin):
        for content in (b"one", b"two"):
            documents.store_document(io.BytesIO(content), file_name="a/../同名.txt", attach_to=draft, by=lin)
        answer = at_lin.get(self.address(draft, "file.zip"))
        archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))

        assert archive.testzip() is None
        names = archive.namelist()
        assert len({name.casefold() for name in names}) == len(names) == 4
        assert all(".." not in name and name.count("/") == 1 for name in names)
        listed = archive.read(next(name for name in names if name.endswith(".csv"))).decode("utf-8-sig")
        assert listed.count("同名.txt") == 2
        entry = JournalEntry.objects.get(action="core.take_file_away")
        assert entry.subject_id == draft.pk and entry.member_id == lin.pk

    def test_the_zip_holds_what_the_asker_may_see(self, client_of, agreement, lin, shen):
        documents.store_document(io.BytesIO(b"inner"), file_name="inner.txt", attach_to=agreement, by=lin)
        documents.store_document(
            io.BytesIO(b"shared"),
            file_name="shared.txt",
            attach_to=agreement,
            pairing=agreement.pairing,
            reach="both",
            by=lin,
        )
        answer = client_of(shen).get(self.address(agreement, "file.zip"))
        names = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))).namelist()

        assert any("shared.txt" in name for name in names) and not any("inner.txt" in name for name in names)

    def test_lists_come_as_word_and_pdf(self, at_lin, agreement):
        docx = pytest.importorskip("docx")

        word = at_lin.get("/pairing/agreements/?format=docx")
        pdf = at_lin.get("/pairing/agreements/?format=pdf")

        table = docx.Document(io.BytesIO(word.content)).tables[0]
        assert "LX-2023-01" in [cell.text for cell in table.rows[1].cells]
        assert pdf.content.startswith(b"%PDF-")

    def test_my_work_comes_as_word_too(self, at_lin, draft, shen):
        docx = pytest.importorskip("docx")

        answer = at_lin.get("/my-work/?format=docx")

        assert docx.Document(io.BytesIO(answer.content)).tables[0].rows[0].cells[0].text

    def test_numbers_are_given_and_listed(self, at_lin, draft, mark):
        at_lin.post(self.address(draft, "number/"))

        page = at_lin.get("/registry/file-numbers/").content.decode()
        assert "龙山海〔2023〕1号" in page
        paper = at_lin.get(self.address(draft)).content.decode()
        assert "龙山海〔2023〕1号" in paper

    def test_a_mark_is_set_on_the_page(self, at_lin):
        at_lin.post("/registry/file-numbers/", {"mark": "龙园"})

        assert "begin with 龙园" in at_lin.get("/registry/file-numbers/").content.decode()


class TestProgramsAndCommands:
    def test_a_program_prints_numbers_and_brings_back(self, api_at, lin, draft, mark):
        call = api_at("/api/v1/registry")(lin)
        root = f"/records/pairing.agreement/{draft.pk}"

        number = call("post", f"{root}/number", {}).json()
        pdf = call("get", f"{root}/paper.pdf?language=en").content
        copy = call("post", f"{root}/scan", {"scan": SimpleUploadedFile("s.pdf", pdf)}, form=True)
        state = call("get", f"{root}/paper").json()

        assert number["text"] == "龙山海〔2023〕1号"
        assert copy.status_code == 201, copy.content
        assert state["copies"][0]["how"] == "qr" and state["prints"][0]["changes"] == []
        assert call("get", f"{root}/text").json()["text"].startswith("[Agreement]")
        whole = api_at("/api/v1/pairing")(lin)("get", f"/agreements/{draft.number}").json()
        assert whole["signatures"][0]["way"] == "scan"

    def test_a_void_number_carries_the_version_that_was_read(self, api_at, lin, draft, mark, held):
        call = api_at("/api/v1/registry")(lin)
        number = call("post", f"/records/pairing.agreement/{draft.pk}/number", {}).json()

        answer = held(call, f"/file-numbers/{number['id']}/void", {"reason": "改发函件"}, number["version"])

        assert answer["voided_on"] == "2023-09-18"
        assert call("get", "/file-numbers").json()["items"][0]["void_reason"] == "改发函件"

    def test_the_mark_by_program(self, api_at, lin):
        call = api_at("/api/v1/registry")(lin)
        call("post", "/file-mark", {"mark": "龙园"})

        assert call("get", "/file-mark").json() == {"organisation": "LQ-PARK", "mark": "龙园"}

    def test_commands_write_word_zip_and_numbers(self, draft, mark, tmp_path):
        from shanhai.site.cli import run

        where = ["pairing.agreement", str(draft.pk)]
        prints = ["registry", "prints"]
        assert run([*prints, "number", *where, "--organisation", "LQ-PARK", "--json"]) == 0
        assert run([*prints, "get", *where, "--out", str(tmp_path / "a.docx")]) == 0
        assert run([*prints, "zip", *where, "--out", str(tmp_path / "a.zip")]) == 0
        assert run([*prints, "text", *where]) == 0
        assert run([*prints, "void", "龙山海〔2023〕1号", "--reason", "改发函件", "--dry-run"]) == 0

        assert zipfile.ZipFile(tmp_path / "a.docx").testzip() is None
        assert zipfile.ZipFile(tmp_path / "a.zip").testzip() is None
        assert FileNumber.objects.get().voided_on is None
