"""Notes on records: what is internal stays with its side, whoever guesses; a mention is work that ends with an answer."""

from __future__ import annotations

import io
import json
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from shanhai.core import records, visibility
from shanhai.core.actions import documents, members, notes, roles, sharing
from shanhai.core.models import Draft, JournalEntry, JournalSecret, Mention, Note, Seen, WorkItem
from shanhai.core.queries import journal
from shanhai.core.queries import notes as queries
from shanhai.core.queries import work as waiting
from shanhai.fields.pairing import actions as pairing
from shanhai.kernel.refusals import BadInput, NotAllowed, NotFound, NotNow
from shanhai.site.cli import run

SECRET = "底价只有四百万"


def added(cast, code, organisation, zh, en, *held):
    member = members.add_member(cast.units[organisation], code=code, name_zh=zh, name_en=en, by=None)
    for role in held:
        roles.give_role(member, role=role, from_on=date(2018, 1, 1), by=None)
    return member


@pytest.fixture
def wei(cast):
    """A colleague of Lin."""
    return added(cast, "wei", "LQ-PARK", "魏明", "Wei Ming", "handler")


@pytest.fixture
def agreement(zone, lin):
    """Lin's draft, which the other side does not see yet."""
    return pairing.draft_agreement(
        zone, number="LX-1", field="health", name_zh="医疗协议", name_en="Health agreement",
        valid_from=date(2023, 1, 1), by=lin,
    )  # fmt: skip


@pytest.fixture
def meeting(zone, lin):
    """A joint meeting, which both sides see."""
    at = datetime(2023, 9, 25, 14, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
    return pairing.call_meeting(
        zone,
        number="M-1",
        level="office",
        title_zh="第九次联席会议",
        at=at,
        quorum_mountain=1,
        quorum_sea=1,
        by=lin,
    )


class TestWhoReads:
    def test_an_internal_note_is_read_by_its_side_only(self, meeting, lin, shen, wei, pan):
        note = notes.write_note(meeting, text=SECRET, by=lin)

        assert list(queries.thread(wei, meeting)) == [note]
        assert not queries.thread(shen, meeting).exists()
        assert not queries.thread(pan, meeting).exists()

    def test_a_note_of_the_unit_is_not_read_by_the_rest_of_the_side(self, meeting, lin, wei, admin_member):
        note = notes.write_note(meeting, text=SECRET, reach="unit", by=lin)

        assert list(queries.thread(wei, meeting)) == [note]  # of the same unit
        roles.give_role(admin_member, role="office", from_on=date(2018, 1, 1), by=None)
        assert not queries.thread(admin_member, meeting).exists()

    def test_a_shared_note_is_read_by_both_and_from_above(self, meeting, lin, shen, pan):
        note = notes.write_note(meeting, text="请看议程", reach="both", by=lin)

        assert list(queries.thread(shen, meeting)) == list(queries.thread(pan, meeting)) == [note]

    def test_no_shared_note_on_a_record_that_the_other_side_does_not_see(self, agreement, lin):
        with pytest.raises(NotNow) as refused:
            notes.write_note(agreement, text="请看", reach="both", by=lin)
        assert refused.value.code == "core.note_record_not_shared"

        sharing.share_with_other_side(agreement, by=lin)

        assert notes.write_note(agreement, text="请看", reach="both", by=lin).is_shared

    def test_a_record_that_one_does_not_see_takes_no_note(self, agreement, shen, zhou):
        for stranger in (shen, zhou):
            with pytest.raises((NotFound, NotAllowed)):
                notes.write_note(agreement, text="在看吗", by=stranger)
        assert not Note.objects.exists()

    def test_a_record_taken_back_takes_its_shared_notes_along(self, agreement, lin, shen, client_of):
        sharing.share_with_other_side(agreement, by=lin)
        note = notes.write_note(agreement, text="请看", reach="both", by=lin)
        assert queries.note_of(shen, note.pk)

        sharing.take_back(agreement, by=lin)

        with pytest.raises(NotFound):
            queries.note_of(shen, note.pk)

    def test_on_an_organisation_one_speaks_in_the_chosen_pairing(self, cast, zone, lin, shen):
        firm = cast.organisations["XS"]
        internal = notes.write_note(firm, text=SECRET, pairing=zone, by=lin)
        shared = notes.write_note(firm, text="联系人变了", reach="both", pairing=zone, by=lin)

        assert list(queries.thread(shen, firm)) == [shared]
        assert list(queries.thread(lin, firm)) == [internal, shared]
        with pytest.raises(NotNow) as refused:
            notes.write_note(firm, text="没有对方", reach="both", by=lin)
        assert refused.value.code == "core.note_no_other_side"

    def test_lists_and_rule_agree(self, meeting, lin, shen, wei, pan, admin_member):
        made = [
            notes.write_note(meeting, text="一", reach=reach, by=lin) for reach in ("unit", "side", "both")
        ]

        for member in (lin, shen, wei, pan, admin_member):
            listed = set(visibility.seen(Note, member).values_list("object_id", flat=True))
            assert listed == {note.pk for note in made if visibility.can_see(member, note)}


class TestGuesses:
    """The other side tries every door."""

    @pytest.fixture
    def note(self, meeting, lin, wei):
        return notes.write_note(meeting, text=f"{SECRET} @魏明", by=lin)

    def test_pages_show_nothing(self, note, meeting, shen, client_of):
        browser = client_of(shen)

        for url in (meeting.url, f"{meeting.url}?notes=all", "/my-work/", "/", "/search/?q=底价"):
            assert SECRET not in browser.get(url, follow=True).content.decode()
        for url in (f"/office/notes/{note.pk}/change/",):
            assert browser.get(url).status_code == 404
        assert browser.post(f"/office/notes/{note.pk}/withdraw/").status_code == 404
        assert browser.post(f"/office/mentions/{note.mentions.get().pk}/seen/").status_code == 404

    def test_the_api_shows_nothing(self, note, meeting, shen, client_of):
        browser = client_of(shen)

        answer = browser.get(f"/api/v1/office/records/pairing.meeting/{meeting.pk}/notes")

        assert answer.json()["items"] == []
        for verb, body in (("change", {"text": "x"}), ("withdraw", {})):
            refused = browser.post(
                f"/api/v1/office/notes/{note.pk}/{verb}", json.dumps(body), content_type="application/json"
            )
            assert refused.status_code in (403, 404)

    def test_the_journal_shows_nothing(self, note, shen, lin):
        of_note = JournalEntry.objects.filter(subject_kind="core.note", subject_id=note.pk)

        assert of_note.count() == 2  # written, and one asked to look
        assert not set(of_note) & set(journal.entries_for(shen))
        assert set(of_note) <= set(journal.entries_for(lin))

    def test_the_text_stands_in_no_entry_but_apart_where_it_can_be_erased(self, note):
        assert not [entry for entry in JournalEntry.objects.all() if SECRET in entry.body]
        assert JournalSecret.objects.get(name="text").value == note.text

    def test_an_outsider_and_a_made_up_record_are_not_found(self, note, meeting, zhou, shen, client_of):
        assert client_of(zhou).get(f"/office/records/pairing.meeting/{meeting.pk}/note/").status_code in (
            403,
            404,
        )
        for kind, pk in (
            ("pairing.meeting", 10**6),
            ("core.member", 1),
            ("nonsense", 1),
            ("pairing.delivery", 1),
        ):
            assert client_of(shen).get(f"/office/records/{kind}/{pk}/note/").status_code == 404


class TestMentions:
    @pytest.mark.parametrize(
        "text", ["请@魏明看一下", "@wei 请看", "@Wei Ming, please look", "见附件（@魏明）"]
    )
    def test_a_mention_is_work_of_whom_it_names(self, text, meeting, lin, wei):
        note = notes.write_note(meeting, text=text, by=lin)

        item = waiting.waiting_for(wei).get(kind="core.mention")
        assert (item.member, item.url) == (wei, f"{meeting.url}#note-{note.pk}")
        assert waiting.words(item) == "Lin Tao asks you to look: 第九次联席会议"

    def test_two_of_one_unit_each_have_their_own(self, cast, meeting, lin, wei, shen):
        xu = added(cast, "xu", "LQ-PARK", "徐青", "Xu Qing", "handler")

        notes.write_note(meeting, text="@魏明 @徐青 请看", by=lin)

        assert WorkItem.objects.filter(kind="core.mention").count() == 2
        assert {one.member for one in Mention.objects.all()} == {wei, xu}

    def test_an_address_of_mail_names_nobody(self, meeting, lin):
        notes.write_note(meeting, text="写信到 lin@wei.cn", by=lin)

        assert not Mention.objects.exists()

    @pytest.mark.parametrize("whom", ["@沈洁", "@shen", "@周航", "@没有此人"])
    def test_somebody_who_may_not_read_it_is_refused_without_telling_whether_there_is_one(
        self, whom, meeting, lin
    ):
        with pytest.raises(NotAllowed) as refused:
            notes.write_note(meeting, text=f"{whom} 请看", by=lin)

        assert refused.value.code == "core.mention_cannot_see"
        assert not Note.objects.exists()
        assert not WorkItem.objects.filter(kind="core.mention").exists()

    def test_the_other_side_is_mentioned_in_shared_notes(self, meeting, lin, shen):
        notes.write_note(meeting, text="@沈洁 请确认", reach="both", by=lin)

        assert waiting.waiting_for(shen).filter(kind="core.mention").exists()

    def test_people_of_one_name_are_told_apart_by_code(self, cast, meeting, lin, wei):
        other = added(cast, "wei2", "LQ-PARK", "魏明", "Wei Ming", "handler")

        with pytest.raises(BadInput) as refused:
            notes.write_note(meeting, text="@魏明 请看", by=lin)
        assert refused.value.code == "core.mention_unclear"

        notes.write_note(meeting, text="请看", mention=["wei2"], by=lin)
        assert Mention.objects.get().member == other

    def test_an_answer_ends_it(self, meeting, lin, wei):
        notes.write_note(meeting, text="@魏明 几点到？", by=lin)

        notes.write_note(meeting, text="九点", by=wei)

        assert not waiting.waiting_for(wei).filter(kind="core.mention").exists()
        assert Mention.objects.get().settled == "answered"

    def test_seen_ends_it_and_nobody_else_may_say_so(self, meeting, lin, wei):
        notes.write_note(meeting, text="@魏明 请知悉", by=lin)
        mention = Mention.objects.get()

        with pytest.raises(NotAllowed) as refused:
            notes.see_mention(mention, by=lin)
        assert refused.value.code == "core.mention_of_another"
        notes.see_mention(mention, by=wei)
        notes.see_mention(mention, by=wei)

        assert mention.settled == "seen"
        assert not waiting.waiting_for(wei).filter(kind="core.mention").exists()
        assert JournalEntry.objects.filter(action="core.see_mention").count() == 1


class TestOwnNotes:
    def test_is_mended_while_it_can_be_taken_back(self, meeting, lin, wei):
        note = notes.write_note(meeting, text="九点@魏明", by=lin)

        notes.change_note(note, text="十点@魏明", by=lin)

        note.refresh_from_db()
        assert (note.text, note.edited_at is not None, note.mentions.count()) == ("十点@魏明", True, 1)

    def test_withdrawn_it_stays_as_withdrawn_and_asks_nobody_any_more(self, meeting, lin, wei, client_of):
        note = notes.write_note(meeting, text=f"{SECRET}@魏明", by=lin)

        notes.withdraw_note(note, by=lin)

        page = client_of(lin).get(meeting.url).content.decode()
        assert "Withdrawn by its writer." in page and SECRET not in page
        assert not waiting.waiting_for(wei).filter(kind="core.mention").exists()
        with pytest.raises(NotNow):
            notes.change_note(note, text="再写", by=lin)

    def test_stands_after_the_time_of_undo(self, meeting, lin, turn_clock):
        note = notes.write_note(meeting, text="九点", by=lin)
        turn_clock("2023-09-18T09:11")

        for write in (
            lambda: notes.change_note(note, text="十点", by=lin),
            lambda: notes.withdraw_note(note, by=lin),
        ):
            with pytest.raises(NotNow) as refused:
                write()
            assert refused.value.code == "core.note_stands"

    def test_nobody_mends_the_note_of_another(self, meeting, lin, wei):
        note = notes.write_note(meeting, text="九点", by=lin)

        with pytest.raises(NotAllowed) as refused:
            notes.withdraw_note(note, by=wei)
        assert refused.value.code == "core.note_of_another"

    @pytest.mark.parametrize(
        ("text", "code"), [("  ", "core.note_empty"), ("长" * 4001, "core.note_too_long")]
    )
    def test_says_something_and_not_too_much(self, text, code, meeting, lin):
        with pytest.raises(BadInput) as refused:
            notes.write_note(meeting, text=text, by=lin)
        assert refused.value.code == code

    def test_replays_from_the_journal(self, meeting, lin, wei):
        from shanhai.core.checks import replay

        note = notes.write_note(meeting, text="九点@魏明", by=lin)
        notes.change_note(note, text="十点", by=lin)
        notes.withdraw_note(note, by=lin)

        assert not list(replay())


class TestPages:
    def test_boxes_look_different_and_both_write(self, meeting, lin, wei, client_of):
        browser = client_of(lin)
        page = browser.get(meeting.url).content.decode()
        assert 'class="nt-box nt-m"' in page and 'class="nt-box nt-both"' in page
        assert '<option value="@wei">' in page

        url = f"/office/records/pairing.meeting/{meeting.pk}/note/"
        browser.post(url, {"text": "内部", "reach": "side", "mention": "@wei"})
        answer = browser.post(url, {"text": "共享", "reach": "both"}, follow=True)

        shown = answer.content.decode()
        assert "Internal: mountain side" in shown and "Both sides" in shown
        assert [note.reach for note in Note.objects.order_by("pk")] == ["side", "both"]
        assert Mention.objects.get().member == wei

    @pytest.mark.parametrize(("reach", "place"), [("side", "note-own"), ("both", "note-both")])
    def test_an_expired_login_loses_no_text_and_the_text_keeps_its_readers(
        self, reach, place, meeting, lin, client_of
    ):
        page = client_of(lin).get(meeting.url).content.decode()
        box = page.split(f'?reach={reach}"')[1].split("</form>")[0]
        mark = box.split('name="_typed" value="')[1].split('"')[0]
        address = f"/office/records/pairing.meeting/{meeting.pk}/note/?reach={reach}"
        stranger = Client()
        answer = stranger.post(address, {"_typed": mark, "text": "一条很长的备注", "reach": reach})
        assert answer.status_code == 302 and not Note.objects.exists()
        stranger.force_login(lin.user)

        assert "一条很长的备注" in stranger.get(address).content.decode()
        shown = stranger.get(meeting.url).content.decode()
        assert shown.count("一条很长的备注") == 1
        assert "一条很长的备注" in shown.split(f'id="{place}"')[1].split("</textarea>")[0]
        stranger.post(address, {"text": "一条很长的备注", "reach": reach})
        assert Note.objects.get().text == "一条很长的备注"
        assert stranger.get(meeting.url).content.decode().count("<textarea") == 2
        assert not Draft.objects.exists()

    def test_a_refused_note_loses_no_text(self, meeting, lin, client_of):
        answer = client_of(lin).post(
            f"/office/records/pairing.meeting/{meeting.pk}/note/", {"text": "@沈洁 请看", "reach": "side"}
        )

        page = answer.content.decode()
        assert answer.status_code == 422
        assert "nobody who may read this note" in page and "@沈洁 请看</textarea>" in page

    def test_the_other_side_has_the_same_boxes_in_its_own_wash(self, meeting, lin, shen, client_of):
        notes.write_note(meeting, text=SECRET, by=lin)
        notes.write_note(meeting, text="请看议程", reach="both", by=lin)

        page = client_of(shen).get(meeting.url).content.decode()

        assert 'class="nt-box nt-s"' in page and "请看议程" in page and SECRET not in page

    def test_every_record_page_says_who_sees_it_and_has_a_thread(
        self, agreement, meeting, zone, lin, client_of
    ):
        paper = documents.store_document(
            io.BytesIO("证明\n".encode()), file_name="证明.txt", pairing=zone, by=lin
        )
        browser = client_of(lin)

        for url in (agreement.url, meeting.url, records.url(paper), "/registry/organisations/XS/"):
            page = browser.get(url).content.decode()
            assert 'id="notes"' in page and "Who sees" in page, url

    def test_a_draft_is_shared_and_taken_back_on_its_page(self, agreement, lin, shen, client_of):
        browser, other = client_of(lin), client_of(shen)
        assert "My side only: mountain side." in browser.get(agreement.url).content.decode()
        assert other.get(agreement.url).status_code == 404

        share = f"/office/records/pairing.agreement/{agreement.pk}/share"
        browser.post(f"{share}/both/", {"version": agreement.version})
        assert other.get(agreement.url).status_code == 200
        assert other.post(f"{share}/back/").status_code == 403

        browser.post(f"{share}/back/")
        assert other.get(agreement.url).status_code == 404

    def test_what_both_rest_on_is_not_taken_back(self, meeting, lin):
        for act in (sharing.take_back, sharing.keep_to_unit):
            with pytest.raises(NotNow) as refused:
                act(meeting, by=lin)
            assert refused.value.code == "core.reach_settled"

    def test_a_guest_is_named(self, agreement, lin, cast, client_of):
        guest = f"/office/records/pairing.agreement/{agreement.pk}/guest/"

        answer = client_of(lin).post(guest, {"organisation": "ZJ-FGW"}, follow=True)

        assert "named guest since" in answer.content.decode()
        assert Seen.objects.filter(
            kind="pairing.agreement", object_id=agreement.pk, organisation_id=cast.organisations["ZJ-FGW"].pk
        ).exists()


class TestProgramsAndCommands:
    def test_a_note_by_the_api_is_written_once_for_one_key(self, meeting, lin, wei, client_of):
        url = f"/api/v1/office/records/pairing.meeting/{meeting.pk}/notes"
        body = json.dumps({"text": "请看", "reach": "both", "mention": ["wei"]})

        answers = [
            client_of(lin).post(url, body, content_type="application/json", headers={"Idempotency-Key": "k1"})
            for _ in range(2)
        ]

        assert [answer.status_code for answer in answers] == [201, 201]
        assert answers[0].json() == answers[1].json()
        assert answers[0].json()["mentions"][0]["member"] == "wei"
        assert Note.objects.count() == 1

    def test_commands_write_list_and_withdraw(self, meeting, lin, capsys):
        def typed(*words):
            capsys.readouterr()
            return run(["office", "notes", *words]), capsys.readouterr().out

        where = ["pairing.meeting", str(meeting.pk)]
        assert typed("write", *where, "--text", "九点", "--as", "lin")[0] == 0
        note = Note.objects.get()

        assert json.loads(typed("list", *where, "--as", "lin", "--json")[1])[0]["text"] == "九点"
        assert json.loads(typed("list", *where, "--as", "shen", "--json")[1]) == []
        assert typed("change", str(note.pk), "--text", "十点", "--dry-run", "--as", "lin")[0] == 0
        note.refresh_from_db()
        assert note.text == "九点"
        assert typed("withdraw", str(note.pk), "--as", "lin")[0] == 0
        assert typed("write", *where, "--text", "没有人")[0] == 1
