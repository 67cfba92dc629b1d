"""The threads of deliveries and key points: read by those who see them, a mention is work, and what goes ends it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from shanhai.core import clock, records, search, visibility
from shanhai.core.actions import members, notes, removal, roles, watching
from shanhai.core.models import Mention, Notice, Watch, WorkItem
from shanhai.core.models.visibility import Visible
from shanhai.core.queries import journal
from shanhai.core.queries import notes as queries
from shanhai.core.queries import work as waiting
from shanhai.fields.pairing import actions
from shanhai.kernel.refusals import NotAllowed, NotFound, NotNow

SECRET = "底价只有四百万"


@pytest.fixture
def wei(cast: Any) -> Any:
    """A colleague of Lin."""
    from shanhai.core.models import User

    member = members.add_member(
        cast.units["LQ-PARK"], code="wei", name_zh="魏明", name_en="Wei Ming", by=None
    )
    roles.give_role(member, role="handler", from_on=date(2018, 1, 1), by=None)
    member.user = User.objects.create(username="wei", password="!", language="en")
    member.save(update_fields=["user"])
    return member


@pytest.fixture
def delivery(commitment: Any, shen: Any, paper: Callable[..., Any]) -> Any:
    return actions.record_delivery(
        commitment, on=date(2023, 9, 1), quantity=Decimal(14), evidence=[paper(shen)], by=shen
    )


@pytest.fixture
def point(zone: Any, lin: Any, commitment: Any) -> Any:
    return actions.set_focus_point(
        zone, year=2023, text_zh="医疗下沉", text_en="Doctors", commitments=[commitment], by=lin
    )


@pytest.fixture(params=["delivery", "point"])
def record(request: pytest.FixtureRequest) -> Any:
    """A delivery, then a key point."""
    return request.getfixturevalue(request.param)


def of(record: Any, tail: str) -> str:
    return f"/office/records/{record._meta.label_lower}/{record.pk}/{tail}"


class TestPages:
    def test_say_who_sees_it_and_have_a_thread_and_the_button_to_watch(
        self, record: Any, lin: Any, pan: Any, client_of: Callable[..., Any]
    ) -> None:
        for member in (lin, pan):
            page = client_of(member).get(record.url).content.decode()

            assert "Both sides, and whoever stands above them." in page
            assert 'id="notes"' in page and of(record, "watch/") in page

    def test_the_outsider_is_turned_away(self, record: Any, zhou: Any, client_of: Callable[..., Any]) -> None:
        browser = client_of(zhou)

        assert browser.get(record.url).status_code in (403, 404)
        for tail in ("note/", "watch/"):
            assert browser.post(of(record, tail), {"text": "在吗", "reach": "side"}).status_code in (403, 404)
        assert browser.get(f"/api/v1{of(record, 'notes')}").status_code in (403, 404)
        assert not queries.thread(None, record).exists() and not Watch.objects.exists()

    def test_a_key_point_leads_to_its_page_from_its_year(
        self, point: Any, lin: Any, client_of: Callable[..., Any]
    ) -> None:
        browser = client_of(lin)

        assert f'href="{point.url}"' in browser.get("/pairing/focus/?year=2023").content.decode()
        page = browser.get(point.url).content.decode()
        assert "Doctors" in page and "Expert clinic days" in page
        assert browser.get("/pairing/focus/999/").status_code == 404


class TestNotes:
    def test_boxes_write_internal_and_shared_notes_and_each_reads_its_own(
        self, record: Any, lin: Any, shen: Any, wei: Any, client_of: Callable[..., Any]
    ) -> None:
        browser = client_of(lin)
        browser.post(of(record, "note/"), {"text": f"{SECRET} @魏明", "reach": "side"})
        browser.post(of(record, "note/"), {"text": "双方请看 @沈洁", "reach": "both"})

        ours, theirs = (client_of(one).get(record.url).content.decode() for one in (wei, shen))
        assert SECRET in ours and "双方请看" in ours
        assert SECRET not in theirs and "双方请看" in theirs
        assert 'class="nt-m"' in ours and 'class="nt-both"' in ours and 'class="nt-m"' not in theirs

    def test_a_mention_is_work_that_leads_to_the_note_and_an_answer_ends_it(
        self, record: Any, lin: Any, wei: Any
    ) -> None:
        note = notes.write_note(record, text="@魏明 请核对", by=lin)

        item = waiting.waiting_for(wei).get(kind="core.mention")
        assert (item.member, item.url) == (wei, f"{record.url}#note-{note.pk}")
        notes.write_note(record, text="已核对", by=wei)
        assert not waiting.waiting_for(wei).filter(kind="core.mention").exists()

    def test_whoever_may_not_read_it_is_not_mentioned(self, record: Any, lin: Any) -> None:
        for whom in ("@沈洁", "@周航"):
            with pytest.raises(NotAllowed) as refused:
                notes.write_note(record, text=f"{whom} 请看", by=lin)
            assert refused.value.code == "core.mention_cannot_see"

        assert not WorkItem.objects.filter(kind="core.mention").exists()

    def test_the_other_side_and_the_outsider_find_nothing(
        self, record: Any, lin: Any, shen: Any, wei: Any, zhou: Any, client_of: Callable[..., Any]
    ) -> None:
        note = notes.write_note(record, text=f"{SECRET} @魏明", by=lin)

        def found(member: Any, text: str) -> bool:
            return any(one.kind == "core.note" for one in search.find(member, text))

        assert found(wei, "底价")
        assert not found(shen, "底价") and not found(zhou, "底价")
        for path in (record.url, f"{record.url}?notes=all", "/my-work/", "/search/?q=底价"):
            assert SECRET not in client_of(shen).get(path, follow=True).content.decode()
        with pytest.raises(NotFound):
            queries.note_of(shen, note.pk)
        assert client_of(shen).get(f"/office/notes/{note.pk}/change/").status_code == 404

    def test_programs_write_read_and_watch(
        self, record: Any, lin: Any, wei: Any, client_of: Callable[..., Any]
    ) -> None:
        client = client_of(lin)
        address = f"/api/v1{of(record, 'notes')}"

        made = client.post(
            address, json.dumps({"text": "请看 @wei", "reach": "side"}), content_type="application/json"
        )

        assert made.status_code == 201, made.content.decode()
        assert [one["text"] for one in client.get(address).json()["items"]] == ["请看 @wei"]
        assert Mention.objects.get().member == wei


class TestWatching:
    def test_whoever_watches_hears_of_it_and_of_notes(self, point: Any, lin: Any, wei: Any) -> None:
        watching.watch_record(point, by=wei)
        watching.tell_watchers(clock.now())

        actions.change_focus_point(point, text_zh="名医驻点", by=lin)
        notes.write_note(point, text="请看", by=lin)
        watching.tell_watchers(clock.now())

        told = Notice.objects.filter(member=wei, fact__kind="core.watched")
        assert {one.fact.url for one in told.select_related("fact")} == {point.url}

    def test_a_confirmed_delivery_is_told_to_whoever_watches_it_or_its_commitment(
        self, delivery: Any, commitment: Any, lin: Any, shen: Any, wei: Any
    ) -> None:
        for watched in (commitment, delivery):
            watching.watch_record(watched, by=wei)
        watching.watch_record(commitment, by=shen)
        watching.tell_watchers(clock.now())

        actions.confirm_delivery(delivery, on=date(2023, 9, 2), by=lin)
        watching.tell_watchers(clock.now())

        told = Notice.objects.filter(fact__kind="core.watched").values_list("member", "fact__url")
        assert set(told) == {(wei.pk, delivery.url), (shen.pk, commitment.url)}


class TestWhoSees:
    def test_a_delivery_is_seen_with_its_agreement(
        self, delivery: Any, agreement: Any, lin: Any, shen: Any, wei: Any
    ) -> None:
        note = notes.write_note(delivery, text="双方看通风", reach="both", by=lin)
        assert records.sees(shen, delivery) and records.reach_of(delivery) == delivery.commitment.agreement
        assert any(one.kind == "core.note" for one in search.find(shen, "通风"))
        entries = set(journal.of_subject(delivery))
        assert entries and entries <= set(journal.entries_for(shen))

        agreement.refresh_from_db()
        agreement.reach = Visible.Reach.SIDE
        agreement.save()
        visibility.place(agreement)
        delivery = type(delivery).objects.get(pk=delivery.pk)

        assert not records.sees(shen, delivery) and records.sees(wei, delivery)
        assert not records.is_shared(delivery)
        assert not any(one.kind == "core.note" for one in search.find(shen, "通风"))
        assert any(one.object_id == note.pk for one in search.find(wei, "通风"))
        with pytest.raises(NotFound):
            queries.note_of(shen, note.pk)


class TestTheEnd:
    def test_a_key_point_that_is_dropped_asks_nobody_any_more(self, point: Any, lin: Any, wei: Any) -> None:
        notes.write_note(point, text="@魏明 看通风", by=lin)
        watching.watch_record(point, by=wei)

        actions.drop_focus_point(point, by=lin)

        assert not waiting.waiting_for(wei).filter(kind="core.mention").exists()
        assert not Watch.objects.exists()
        assert not any(one.kind == "core.note" for one in search.find(wei, "通风"))

    def test_a_row_with_a_note_on_it_is_not_taken_out_again(self, point: Any, lin: Any) -> None:
        point.commitments.clear()
        note = notes.write_note(point, text="请看", by=lin)

        with pytest.raises(NotNow) as refused:
            removal.take_out([point], ((type(point).commitments.through, "focuspoint"),))
        assert refused.value.code == "core.row_noted"
        notes.withdraw_note(note, by=lin)
        removal.take_out([point], ((type(point).commitments.through, "focuspoint"),))
        assert not type(point).objects.exists()
