"""The thread of an answer to a round: for the unit and the office that asks, and for nobody beside them."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from shanhai.core import records, search
from shanhai.core.actions import notes, watching
from shanhai.core.models import Note, Watch, WorkItem
from shanhai.core.queries import notes as queries
from shanhai.core.queries import work as waiting
from shanhai.fields.office import actions
from shanhai.kernel.refusals import NotAllowed, NotFound

SECRET = "数字对不上账"


@pytest.fixture
def neighbour(added: Callable[..., Any], body: Callable[..., Any]) -> Any:
    """Of the same side as the unit that answers and as the office, but neither of them."""
    from shanhai.core.actions import pairings

    body("LQ-EDU", "department", "龙泉市教育局")
    member = added("mei", "LQ-EDU", "梅青", "Mei Qing", "handler")
    pairings.recompute_seats(pairing_ids=None, by=None)
    return member


def address(answer: Any, tail: str) -> str:
    return f"/office/records/office.roundanswer/{answer.pk}/{tail}"


class TestOneSide:
    def test_unit_and_office_write_to_one_another_and_a_mention_is_work(
        self, confirmed: Any, lin: Any, staff: SimpleNamespace
    ) -> None:
        note = notes.write_note(confirmed, text=f"{SECRET}，请@农handler 核对", by=lin)

        item = waiting.waiting_for(staff.handler).get(kind="core.mention")
        assert item.url == f"{confirmed.url}#note-{note.pk}"
        assert list(queries.thread(staff.handler, confirmed)) == [note]
        notes.write_note(confirmed, text="已更正", by=staff.handler)
        assert not waiting.waiting_for(staff.handler).filter(kind="core.mention").exists()

    def test_a_neighbour_who_sees_the_round_finds_nothing_of_it(
        self, confirmed: Any, lin: Any, neighbour: Any, shen: Any, zhou: Any, client_of: Callable[..., Any]
    ) -> None:
        assert records.sees(neighbour, confirmed.round) and not records.sees(neighbour, confirmed)
        note = notes.write_note(confirmed, text=SECRET, by=lin)

        for stranger in (neighbour, shen, zhou):
            browser = client_of(stranger)
            assert browser.get(confirmed.url).status_code in (403, 404)
            assert SECRET not in browser.get("/search/?q=对不上", follow=True).content.decode()
            assert not any(one.kind == "core.note" for one in search.find(stranger, "对不上"))
            for tail in ("note/", "watch/"):
                sent = browser.post(address(confirmed, tail), {"text": "x", "reach": "side"})
                assert sent.status_code in (403, 404)
            with pytest.raises(NotFound):
                queries.note_of(stranger, note.pk)
        assert any(one.kind == "core.note" for one in search.find(lin, "对不上"))
        assert Note.objects.count() == 1 and not Watch.objects.exists()

    @pytest.mark.parametrize("whom", ["@梅青", "@沈洁", "@周航"])
    def test_nobody_beside_them_is_mentioned(
        self, confirmed: Any, lin: Any, neighbour: Any, whom: str
    ) -> None:
        with pytest.raises(NotAllowed) as refused:
            notes.write_note(confirmed, text=f"{whom} 请看", by=lin)

        assert refused.value.code == "core.mention_cannot_see"
        assert not WorkItem.objects.filter(kind="core.mention").exists()

    def test_the_page_says_who_sees_it_and_offers_no_shared_note(
        self, confirmed: Any, lin: Any, staff: SimpleNamespace, client_of: Callable[..., Any]
    ) -> None:
        page = client_of(lin).get(confirmed.url).content.decode()

        names = sorted((staff.organisation, lin.unit.organisation), key=lambda one: one.name_sort)
        assert f"Only {', '.join(one.name for one in names)}, and auditors." in page
        assert 'id="notes"' in page and address(confirmed, "watch/") in page
        assert not records.is_shared(confirmed) and 'id="note-both"' not in page

    def test_whoever_watches_hears_when_it_is_accepted(
        self, confirmed: Any, lin: Any, staff: SimpleNamespace
    ) -> None:
        from shanhai.core import clock
        from shanhai.core.models import Notice

        watching.watch_record(confirmed, by=staff.handler)
        watching.tell_watchers(clock.now())

        actions.review_answer(confirmed, by=lin)
        watching.tell_watchers(clock.now())

        told = Notice.objects.filter(member=staff.handler, fact__kind="core.watched")
        assert set(told.values_list("fact__url", flat=True)) == {confirmed.url}


def test_office_and_a_unit_of_the_other_side_share_notes(
    zone: Any, cast: SimpleNamespace, lin: Any, shen: Any, neighbour: Any, questions: list[Any],
    answer_of: Callable[..., Any],
) -> None:  # fmt: skip
    from datetime import date

    one = actions.draft_round(
        zone, number="R2", name_zh="两地月报", period="2023-08", due_on=date(2023, 9, 20),
        questions=questions, units=[cast.units["XS-OFFICE"]], by=lin,
    )  # fmt: skip
    answer = answer_of(actions.open_round(one, by=lin), cast.units["XS-OFFICE"])
    assert records.is_shared(answer)

    internal = notes.write_note(answer, text="内部：再等一天", by=lin)
    shared = notes.write_note(answer, text=f"{SECRET} @沈洁", reach="both", by=lin)

    assert list(queries.thread(shen, answer)) == [shared]
    assert list(queries.thread(lin, answer)) == [internal, shared]
    assert waiting.waiting_for(shen).filter(kind="core.mention").exists()
    assert any(found.kind == "core.note" for found in search.find(shen, "对不上"))
    assert not any(found.kind == "core.note" for found in search.find(neighbour, "对不上"))
