"""Whoever guesses finds nothing more: by exact titles, numbers, beginnings, kinds, pages and counts."""

from __future__ import annotations

import io
from datetime import date
from types import SimpleNamespace

import pytest

from shanhai.core import access, grams, search, visibility
from shanhai.core.actions import documents, members, notes, roles, sharing
from shanhai.core.models import Document, Organisation, SearchEntry
from shanhai.core.models.visibility import Visible
from shanhai.fields.pairing import actions as pairing

pytestmark = pytest.mark.django_db
SECRET = "青瓷小镇底价测算表"
NUMBER = "龙政办〔2023〕23号"


@pytest.fixture
def readers(cast, zone, lin, shen, pan, zhou):
    """The cast, and colleagues of each: of Lin's unit, of an enterprise with a seat, of an audit office."""
    found = {"lin": lin, "shen": shen, "pan": pan, "zhou": zhou}
    for code, unit in (("wei", "LQ-PARK"), ("stranger", "STRANGER")):
        member = members.add_member(cast.units[unit], code=code, name_zh=code, by=None)
        roles.give_role(member, role="handler", from_on=date(2018, 1, 1), by=None)
        found[code] = member
    return SimpleNamespace(**found)


@pytest.fixture
def paper(zone, lin):
    return documents.store_document(
        io.BytesIO(b"1"), title=SECRET, file_name="底价.txt", number=NUMBER, pairing=zone, by=lin
    )


@pytest.fixture
def agreement(zone, lin):
    return pairing.draft_agreement(
        zone, number="LX-77", field="health", name_zh="远程会诊协议", name_en="Consultation agreement",
        valid_from=date(2023, 1, 1), by=lin,
    )  # fmt: skip


def keys(member, text, kind=""):
    return {(one.kind, one.object_id) for one in search.find(member, text, 500, kind=kind)}


class TestGuesses:
    GUESSES = (
        SECRET,
        "青瓷",
        "底价",
        NUMBER,
        "龙政办",
        "2023",
        "qcxz",
        "qingci",
        "瓷",
        "青瓷 测算",
        "青瓷小镇底价测算表 龙政办",
    )

    def test_whoever_sees_it_finds_it_by_each(self, readers, paper):
        for guess in self.GUESSES:
            assert ("core.document", paper.pk) in keys(readers.lin, guess), guess

    @pytest.mark.parametrize("who", ["shen", "zhou", "stranger", "pan"])
    def test_whoever_does_not_finds_it_by_none(self, readers, paper, who):
        member = getattr(readers, who)
        for guess in self.GUESSES:
            assert ("core.document", paper.pk) not in keys(member, guess), guess
            assert ("core.document", paper.pk) not in keys(member, guess, kind="core.document"), guess

    def test_counts_and_pages_tell_nothing(self, readers, paper):
        one = search.asked(readers.shen, SECRET)

        groups, is_whole = search.by_kind(one, 8)
        assert (groups, is_whole) == ({}, True)
        assert search.page(one, "core.document", "", 40) == ([], "")
        assert search.page(one, "core.document", f"before-{10**9}", 40) == ([], "")
        assert search.page(one, "core.document", "place-0", 40) == ([], "")

    def test_the_marks_of_the_index_cannot_be_asked_for(self, readers, paper):
        entry = SearchEntry.objects.get(kind="core.document", object_id=paper.pk)
        for mark in (grams.READER, grams.HOST, grams.KIND, grams.WHOLE, grams.START):
            for word in (*entry.seen_by.replace("|", " ").split(), "coredocument", SECRET[:2]):
                assert keys(readers.lin, mark + word) in (set(), keys(readers.lin, word))
        assert keys(readers.shen, "u1 OR o1") == set()
        assert not keys(readers.shen, f'{SECRET}" OR "x')

    def test_found_once_it_is_shared_and_no_longer_once_it_is_taken_back(self, readers, paper):
        sharing.share_with_other_side(paper, by=readers.lin)
        assert keys(readers.shen, SECRET) == {("core.document", paper.pk)}

        paper.refresh_from_db()
        sharing.take_back(paper, by=readers.lin)
        assert keys(readers.shen, SECRET) == set()

        paper.refresh_from_db()
        sharing.share_with_guest(paper, readers.stranger.unit.organisation, by=readers.lin)
        assert keys(readers.stranger, SECRET) == {("core.document", paper.pk)}
        assert keys(readers.shen, SECRET) == set()


class TestNotes:
    def test_are_found_by_those_who_read_them(self, readers, agreement):
        note = notes.write_note(
            agreement,
            text="会诊室净高不足，需要改造通风。" + "其余照旧。" * 60 + "末尾提到锅炉",
            by=readers.lin,
        )

        for text in ("通风", "锅炉", "tongfeng"):
            assert ("core.note", note.pk) in keys(readers.wei, text)
        for member in (readers.shen, readers.zhou, readers.stranger):
            assert keys(member, "通风") == set()

    def test_a_shared_note_on_a_record_that_is_taken_back_is_gone_for_the_other_side(
        self, readers, agreement
    ):
        agreement.reach = Visible.Reach.BOTH
        agreement.save()
        visibility.place(agreement)
        note = notes.write_note(agreement, text="双方看通风", reach="both", by=readers.lin)
        assert keys(readers.shen, "通风") == {("core.note", note.pk)}

        agreement.reach = Visible.Reach.SIDE
        agreement.save()
        visibility.place(agreement)
        assert keys(readers.shen, "通风") == set()
        assert keys(readers.wei, "通风") == {("core.note", note.pk)}

    def test_a_mended_note_is_found_as_it_stands_and_a_withdrawn_one_not(self, readers, agreement):
        note = notes.write_note(agreement, text="看通风", by=readers.lin)
        notes.change_note(note, text="看采光", by=readers.lin)
        assert keys(readers.wei, "通风") == set()
        assert keys(readers.wei, "采光") == {("core.note", note.pk)}

        note.refresh_from_db()
        notes.withdraw_note(note, by=readers.lin)
        assert keys(readers.wei, "采光") == set()


class TestParts:
    def test_a_commitment_is_found_with_its_agreement_only(self, readers, agreement):
        one = pairing.add_commitment(
            agreement, code="K-9", name_zh="驻点专家天数", name_en="Days of experts", owes="sea", target=10,
            starts_on=date(2023, 1, 1), due_on=date(2023, 12, 31), unit="day", field="health", by=readers.lin,
        )  # fmt: skip
        assert keys(readers.wei, "驻点") == {("pairing.commitment", one.pk)}
        assert keys(readers.shen, "驻点") == keys(readers.shen, "K-9") == set()

        agreement.refresh_from_db()
        agreement.reach = Visible.Reach.BOTH
        agreement.save()
        visibility.place(agreement)
        assert keys(readers.shen, "驻点") == {("pairing.commitment", one.pk)}


@pytest.mark.parametrize("reach", list(Visible.Reach))
@pytest.mark.parametrize("owner", ["lin", "shen", "stranger"])
@pytest.mark.parametrize("with_pairing", [True, False])
def test_who_finds_a_record_is_who_sees_it(readers, zone, reach, owner, with_pairing, paper):
    by = getattr(readers, owner)
    side = access.standing(by).side_in(zone.pk) or "" if with_pairing else ""
    Document.objects.filter(pk=paper.pk).update(
        reach=reach, owner_unit=by.unit, owner_side=side, pairing=zone if with_pairing else None
    )
    paper = Document.objects.get(pk=paper.pk)
    visibility.place(paper)

    for name, member in vars(readers).items():
        sees = visibility.can_see(member, paper) and bool(access.standing(member).roles)
        if access.standing(member).roles & access.SEES_ALL:
            continue
        assert (("core.document", paper.pk) in keys(member, SECRET)) == sees, (name, reach, owner)


def test_firms_of_a_side_do_not_find_the_papers_of_its_government(readers, paper, cast):
    organisation = readers.wei.unit.organisation
    Organisation.objects.filter(pk=organisation.pk).update(kind=Organisation.Kind.ENTERPRISE)
    Document.objects.filter(pk=paper.pk).update(owner_unit=readers.shen.unit, owner_side="mountain")
    visibility.place(Document.objects.get(pk=paper.pk))
    member = type(readers.wei).objects.get(pk=readers.wei.pk)

    assert keys(member, SECRET) == set()
