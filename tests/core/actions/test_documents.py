import io
import zipfile

import pytest

from shanhai.core import blobs, rulebook, visibility
from shanhai.core.actions import documents, sharing
from shanhai.core.models import Attachment, Blob, Document, Member
from shanhai.kernel.refusals import BadInput, ChangedMeanwhile, NotAllowed, NotNow, TooLarge

PDF = b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n"


def office_file(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return packed.getvalue()


def store(content: bytes = PDF, name: str = "协议.pdf", **given) -> Document:
    return documents.store_document(io.BytesIO(content), file_name=name, by=given.pop("by", None), **given)


class TestContentAgainstName:
    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("a.pdf", PDF),
            ("a.PNG", b"\x89PNG\r\n\x1a\nrest"),
            ("a.jpg", b"\xff\xd8\xff\xe0rest"),
            ("a.webp", b"RIFF\x04\x00\x00\x00WEBPrest"),
            ("a.docx", office_file("[Content_Types].xml", "word/document.xml")),
            ("a.xlsx", office_file("[Content_Types].xml", "xl/workbook.xml")),
            ("a.pptx", office_file("[Content_Types].xml", "ppt/presentation.xml")),
            ("a.ofd", office_file("OFD.xml")),
            ("a.zip", office_file("anything.txt")),
            ("a.txt", "山海协作".encode()),
            ("a.csv", "名称,金额\n龙泉,1".encode("gb18030")),
        ],
    )
    def test_lets_in_what_keeps_its_promise(self, tiny, name, content):
        assert store(content, name).blob.size == len(content)

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("a.pdf", b"MZ\x90\x00"),
            ("a.png", PDF),
            ("a.xlsx", office_file("[Content_Types].xml", "word/document.xml")),
            ("a.txt", b"\x00\x01binary"),
            ("a.txt", b"\xef\xbb\xbf <HTML><script>"),
            ("a.csv", b"<svg xmlns='x'>"),
            ("a.csv", b"#!/bin/sh\n"),
            ("a.webp", b"RIFF\x04\x00\x00\x00WAVE"),
        ],
    )
    def test_keeps_out_what_breaks_it(self, tiny, name, content):
        with pytest.raises(BadInput) as refused:
            store(content, name)

        assert refused.value.code == "documents.mismatch"
        assert not Blob.objects.exists()

    @pytest.mark.parametrize("name", ["page.html", "logo.svg", "setup.exe", "old.xls", "run.js"])
    def test_keeps_out_other_kinds(self, tiny, name):
        with pytest.raises(BadInput) as refused:
            store(b"x", name)

        assert refused.value.code == "documents.type"

    def test_keeps_out_macros(self, tiny):
        with pytest.raises(BadInput) as refused:
            store(office_file("xl/workbook.xml", "xl/vbaProject.bin"), "a.xlsx")

        assert refused.value.code == "documents.macros"

    def test_keeps_out_a_zip_whose_listing_is_huge(self, tiny):
        many = office_file(*(f"{i}.txt" for i in range(10_001)))

        with pytest.raises(BadInput) as refused:
            store(many, "many.zip")

        assert refused.value.code == "documents.zip"

    def test_a_name_cannot_hide_its_ending_or_climb_folders(self):
        assert documents.checked_file_name("../../etc/协议\u202efdp.exe.pdf") == "协议fdp.exe.pdf"
        assert documents.checked_file_name("C:\\papers\\a.pdf") == "a.pdf"


class TestBytes:
    def test_are_stored_once(self, tiny, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            one, two = store(title="一"), store(title="二", name="b.pdf")

        assert one.blob_id == two.blob_id
        assert blobs.path_of(one.blob_id).read_bytes() == PDF
        assert len([path for path in blobs.folder().rglob("*") if path.is_file()]) == 1

    def test_can_be_read_before_they_have_settled(self, tiny):
        document = store()

        assert "incoming" in str(blobs.path_of(document.blob_id))

    def test_over_the_limit_of_the_rulebook_are_refused(self, tiny):
        from datetime import date

        rulebook.add_value("core.document_max_mb", 1, valid_from=date(2013, 1, 1), source="test", by=None)

        with pytest.raises(TooLarge) as refused:
            store(PDF + b" " * 2**20)

        assert refused.value.facts["limit"] == 1
        assert not Blob.objects.exists()


class TestVersionsAndPlaces:
    def test_a_new_version_takes_over_the_places(self, tiny):
        old = store(attach_to=tiny.lq, role="evidence")

        new = documents.replace_document(old, io.BytesIO(PDF + b"2"), file_name="b.pdf", by=None)

        assert new.replaces == old
        assert Attachment.objects.get(document=new).role == "evidence"
        with pytest.raises(NotNow):
            documents.replace_document(old, io.BytesIO(PDF), file_name="c.pdf", by=None)

    def test_evidence_is_not_withdrawn(self, tiny):
        document = store(attach_to=tiny.lq, role="evidence")

        with pytest.raises(NotNow, match="evidence"):
            documents.withdraw_document(document, by=None)

    def test_a_withdrawal_can_be_taken_back(self, tiny, member_of):
        lin = member_of(tiny.lq_edu, "lin", "handler")
        document = store(by=lin)

        documents.withdraw_document(document, by=lin)
        assert not visibility.seen(Document, lin).exists()

        documents.restore_document(document, by=lin)
        assert visibility.seen(Document, lin).count() == 1

    def test_only_who_filed_it_changes_it(self, tiny, member_of):
        lin, shen = member_of(tiny.lq_edu, "lin", "handler"), member_of(tiny.xs, "shen", "office")
        document = store(by=lin, pairing=tiny.pairing)
        sharing.share_with_other_side(document, by=lin)

        with pytest.raises(NotAllowed):
            documents.describe_document(document, title="别的", by=shen)

    def test_who_sits_on_no_side_files_nothing_there(self, tiny, member_of):
        pan = member_of(tiny.province, "pan", "province")

        with pytest.raises(NotAllowed, match="no side"):
            store(by=pan, pairing=tiny.pairing)

    def test_what_hangs_as_an_annex_can_become_evidence_and_then_stays(self, tiny, member_of):
        clerk = member_of(tiny.lq, "clerk", "office")
        paper = store(by=clerk, pairing=tiny.pairing)
        documents.attach_document(paper, tiny.pairing, by=clerk)

        documents.attach_document(paper, tiny.pairing, role="evidence", by=clerk)

        assert [hung.role for hung in paper.attachments.all()] == ["evidence"]
        with pytest.raises(NotNow):
            documents.withdraw_document(paper, by=clerk)

    def test_a_withdrawn_paper_proves_nothing_any_more(self, tiny):
        paper = documents.withdraw_document(store(pairing=tiny.pairing), by=None)

        with pytest.raises(NotNow):
            documents.attach_document(paper, tiny.pairing, role="evidence", by=None)
        with pytest.raises(NotNow):
            documents.describe_document(paper, title="别的标题", by=None)

    def test_a_new_version_stays_with_whom_the_old_one_was(self, tiny, member_of):
        old = store(by=member_of(tiny.lq_edu, "edu", "handler"), pairing=tiny.pairing)

        new = documents.replace_document(old, io.BytesIO(PDF + b"2"), file_name="b.pdf", by=None)

        assert (new.owner_unit, new.owner_side) == (old.owner_unit, "mountain")

    def test_of_two_new_versions_at_once_one_counts(self, tiny, monkeypatch):
        old = store(pairing=tiny.pairing)
        seen_by_the_second = Document.objects.get(pk=old.pk)
        documents.replace_document(old, io.BytesIO(PDF + b"2"), file_name="b.pdf", by=None)
        # The second looked before the first had written: only the row itself can stop it.
        monkeypatch.setattr(documents, "_check_current", lambda document: None)

        with pytest.raises(ChangedMeanwhile):
            documents.replace_document(seen_by_the_second, io.BytesIO(PDF + b"3"), file_name="c.pdf", by=None)

    def test_what_a_unit_keeps_is_not_changed_by_the_unit_next_door(self, tiny, member_of, unit_of):
        paper = store(by=member_of(tiny.lq_edu, "edu", "handler"), pairing=tiny.pairing)
        sharing.keep_to_unit(paper, by=Member.objects.get(code="edu"))
        colleague = member_of(unit_of(tiny.lq_edu, "next-door"), "colleague", "office")

        for step in (documents.withdraw_document, sharing.make_public, sharing.share_with_own_side):
            with pytest.raises(NotAllowed):
                step(paper, by=colleague)
