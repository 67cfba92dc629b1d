"""Joint promotion events: convened by both sides, with firms, and leads that count once and are booked by both."""

from __future__ import annotations

import json
import threading
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shanhai.core import indicators
from shanhai.core.checks import replay
from shanhai.core.models import JournalEntry
from shanhai.fields.investment.actions import events
from shanhai.fields.investment.actions import leads as lead_actions
from shanhai.fields.investment.models import EventGuest, EventSide, Lead
from shanhai.fields.investment.queries import events as queries
from shanhai.fields.investment.rules import events as rules
from shanhai.fields.investment.rules.teams import EVENT_INDICATORS
from shanhai.fields.pairing import actions as pairing
from shanhai.kernel import periods
from shanhai.kernel.refusals import BadInput, ChangedMeanwhile, NotAllowed, NotFound, NotNow, Refused
from shanhai.site.cli import run
from tests.threads import together


@pytest.fixture
def event(cast: Any, zone: Any, lin: Any) -> Any:
    """Lin plans a promotion for the day before the tests."""
    return events.plan_event(
        zone, number="TJ-1", title_zh="联合推介会", title_en="Joint promotion", on=date(2023, 9, 15), place_zh="上海", lead="mountain",
        mountain_unit=cast.units["LQ-PARK"], sea_unit=cast.units["XS-OFFICE"], budget_fen=5 * 10**6, by=lin,
    )  # fmt: skip


@pytest.fixture
def held_event(event: Any, lin: Any, shen: Any) -> Any:
    """Both sides convened it, three firms were invited, and it was held."""
    events.convene_event(event, budget_fen=3 * 10**6, by=shen)
    for by, firm in ((lin, "甲厂"), (shen, "乙厂"), (shen, "丙厂")):
        events.invite_firm(event, firm=firm, by=by)
    pairing.hold_activity(event, on=date(2023, 9, 15), by=lin)
    return event


class TestRules:
    @given(
        st.lists(
            st.builds(
                rules.EventGuest,
                firm=st.text("甲乙丙", min_size=1, max_size=3),
                came=st.none() | st.booleans(),
                lead=st.none() | st.integers(1, 4),
            )
        ),
        st.integers(0, 10**9),
        st.integers(0, 10**9),
    )
    def test_a_lead_counts_once_and_each_side_books_it_in_full(self, guests, mountain, sea):
        found = rules.result(guests, {"mountain": {"cost_fen": mountain}, "sea": {"cost_fen": sea}})

        assert found.leads == len({one.lead for one in guests} - {None})
        assert found.credit == {"mountain": found.leads, "sea": found.leads}
        assert found.came <= found.invited == len(guests)
        assert found.cost_fen == mountain + sea  # money is booked once
        assert (found.cost_per_lead_fen is None) == (not found.leads or not found.cost_fen)


class TestEvents:
    def test_it_is_an_activity_of_the_partnership_and_joint_when_both_convened_it(
        self, event, zone, lin, shen
    ):
        assert (event.kind, event.stage) == ("promotion", "planned")
        assert set(queries.sides_of(event)) == {"mountain"}
        with pytest.raises(NotNow):
            events.convene_event(event, by=lin)

        events.convene_event(event, budget_fen=10, by=shen)

        (row,) = queries.events_of(lin, zone)
        assert (row.n_sides, row.cost_fen) == (2, None)
        assert list(replay()) == []

    def test_each_side_says_its_own_money_and_who_stands_above_says_none(self, event, lin, shen, pan, zhou):
        with pytest.raises(NotNow):
            events.set_event_money(event, cost_fen=5, by=shen)  # has not convened it
        events.convene_event(event, budget_fen=10, by=shen)
        events.set_event_money(event, cost_fen=7, by=shen)
        events.set_event_money(event, cost_fen=4 * 10**6, by=lin)

        sides = queries.sides_of(event)
        assert (sides["sea"].budget_fen, sides["sea"].cost_fen) == (10, 7)
        assert sides["mountain"].cost_fen == 4 * 10**6
        for call in (
            lambda: events.set_event_money(event, cost_fen=-1, by=lin),
            lambda: events.convene_event(event, by=pan),
            lambda: events.convene_event(event, by=zhou),
        ):
            with pytest.raises((BadInput, NotAllowed)):
                call()
        assert list(replay()) == []

    def test_a_firm_is_invited_once_and_comes_after_the_event_was_held(self, event, lin, shen):
        guest = events.invite_firm(event, firm="甲厂", by=lin)
        with pytest.raises(NotNow):
            events.invite_firm(event, firm=" 甲厂 ", by=shen)
        with pytest.raises(BadInput):
            events.invite_firm(event, firm=" ", by=shen)
        with pytest.raises(NotNow) as refused:
            events.mark_guest(guest, came=True, by=lin)

        assert refused.value.code == "investment.event_not_held"
        assert guest.invited_by == "mountain"

    def test_a_called_off_event_invites_nobody(self, event, lin, shen):
        pairing.cancel_activity(event, reason="改期", by=lin)
        for call in (
            lambda: events.invite_firm(event, firm="甲厂", by=lin),
            lambda: events.convene_event(event, by=shen),
        ):
            with pytest.raises(NotNow):
                call()

    def test_a_lead_comes_from_one_event_and_can_be_taken_off_again(self, held_event, lead, other, lin):
        guest = queries.guest_of(held_event, "甲厂")
        events.lead_from_event(guest, lead, by=lin)
        assert guest.came is True

        with pytest.raises(NotNow) as refused:
            events.lead_from_event(queries.guest_of(held_event, "乙厂"), Lead.objects.get(pk=lead.pk), by=lin)
        assert refused.value.code == "investment.event_lead_taken"
        with pytest.raises(NotNow):
            events.mark_guest(guest, came=False, by=lin)
        assert queries.result_of(held_event).leads == 1

        events.take_lead_off_event(guest, by=lin)

        assert queries.result_of(held_event).leads == 0
        events.lead_from_event(queries.guest_of(held_event, "乙厂"), Lead.objects.get(pk=lead.pk), by=lin)
        assert list(replay()) == []

    def test_another_activity_is_no_event(self, cast, zone, lin):
        pairing.plan_activity(
            zone, number="A-9", kind="visit", title_zh="考察", on=date(2023, 9, 15), lead="mountain",
            mountain_unit=cast.units["LQ-PARK"], sea_unit=cast.units["XS-OFFICE"], by=lin,
        )  # fmt: skip
        with pytest.raises(NotFound):
            queries.event_of(lin, "A-9")


class TestFigures:
    def test_leads_count_once_for_the_zone_and_in_full_for_each_side(
        self, held_event, zone, lead, other, lin
    ):
        events.lead_from_event(queries.guest_of(held_event, "甲厂"), lead, by=lin)
        events.lead_from_event(queries.guest_of(held_event, "乙厂"), other, by=lin)
        lead_actions.merge_leads(Lead.objects.get(pk=other.pk), into=Lead.objects.get(pk=lead.pk), reason="同一", by=lin)  # fmt: skip
        year = periods.parse("2023")

        def value(code: str, side: str | None = None) -> Any:
            (row,) = indicators.measure(code, [zone.pk], [year], side)
            return row.numerator

        for code in EVENT_INDICATORS:
            assert [value(code, side) for side in (None, "mountain", "sea")] == [1, 1, 1], code
            assert list(indicators.check_evidence(code, [zone.pk], [year])) == []
        assert queries.result_of(held_event).credit == {"mountain": 1, "sea": 1}

    def test_what_one_side_convened_alone_is_no_joint_event(self, event, zone, lin):
        pairing.hold_activity(event, on=date(2023, 9, 15), by=lin)

        (row,) = indicators.measure("investment.joint_events", [zone.pk], [periods.parse("2023")], None)
        assert row.numerator == 0


class TestFaces:
    def test_an_event_on_the_pages_of_both_sides(self, cast, zone, lead, lin, shen, zhou, client_of):
        mine, theirs = client_of(lin), client_of(shen)
        given = {"number": "TJ-2", "title_zh": "推介会", "title_en": "Promotion", "on": "2023-09-14", "lead": "sea",
                 "mountain_unit": cast.units["LQ-PARK"].pk, "sea_unit": cast.units["XS-OFFICE"].pk, "budget_fen": "5万元"}  # fmt: skip
        at = mine.post("/investment/events/plan/", given)["Location"]
        assert at == "/investment/events/TJ-2/"
        assert "Convene it" in theirs.get(at).content.decode()
        assert theirs.post(f"{at}convene/", {"budget_fen": "3万元"}).status_code == 302
        assert theirs.post(f"{at}invite/", {"firm": "甲厂"}).status_code == 302
        assert mine.post(f"{at}invite/", {"firm": "乙厂"}).status_code == 302
        assert mine.post(f"{at}invite/", {"firm": "乙厂"}).status_code == 422
        pairing.hold_activity(queries.event_of(None, "TJ-2"), on=date(2023, 9, 14), by=lin)
        assert mine.post(f"{at}came/", {"firm": "甲厂", "came": "no"}).status_code == 302
        assert mine.post(f"{at}firms/乙厂/lead/", {"lead": lead.pk}).status_code == 302
        assert theirs.post(f"{at}money/", {"budget_fen": "3万元", "cost_fen": "2.5万元"}).status_code == 302

        page = mine.get(at).content.decode()
        assert "1 of 2 invited firms came, and 1 leads came of it" in page
        # The lead is the mountain side's own as yet.
        assert "a lead of the other side" in theirs.get(at).content.decode()
        assert "1 by both sides" in mine.get("/investment/events/").content.decode()
        assert mine.post(f"{at}firms/乙厂/lead/off/").status_code == 302
        assert mine.get(f"{at}file.xlsx").status_code == 200
        assert "推介会" in client_of(lin, language="zh-hans").get(at).content.decode()
        for address in ("/investment/events/", at, f"{at}invite/"):
            assert client_of(zhou).get(address).status_code in (403, 404), address

    def test_the_api_does_what_the_pages_do(self, cast, zone, lead, api_at, lin, shen, zhou):
        mine, theirs = (api_at("/api/v1/investment")(who) for who in (lin, shen))
        given = {"number": "TJ-3", "title_zh": "推介会", "on": "2023-09-14", "lead": "sea", "mountain_unit": "LQ-PARK-1",
                 "sea_unit": "XS-OFFICE-1", "budget_fen": 500}  # fmt: skip
        assert mine("post", "/events", given).status_code == 201
        theirs("post", "/events/TJ-3/convene", {"budget_fen": 300})
        theirs("post", "/events/TJ-3/money", {"cost_fen": 250})
        for firm in ("甲厂", "乙厂"):
            theirs("post", "/events/TJ-3/guests", {"firm": firm})
        pairing.hold_activity(queries.event_of(None, "TJ-3"), on=date(2023, 9, 14), by=lin)
        mine("post", "/events/TJ-3/came", {"firm": "甲厂", "came": False})
        got = mine("post", "/events/TJ-3/leads", {"firm": "乙厂", "lead": "L-1"}).json()
        assert (got["leads"], got["credit"], got["cost_fen"]) == (1, {"mountain": 1, "sea": 1}, 250)
        assert got["sides"][1] == {"side": "sea", "convened_on": "2023-09-18", "budget_fen": 300, "cost_fen": 250, "version": 1}  # fmt: skip
        (row,) = mine("get", "/events").json()
        assert (row["is_joint"], row["invited"], row["came"], row["leads"]) == (True, 2, 1, 1)
        assert mine("post", "/events/TJ-3/leads/take-off", {"firm": "乙厂"}).json()["leads"] == 0
        assert mine("get", "/events/TJ-9").status_code == 404
        assert api_at("/api/v1/investment")(zhou)("get", "/events").status_code == 403

    def test_commands_do_what_the_pages_do(self, cast, zone, lead, lin, capsys):
        def done(who: str, *words: str) -> str:
            capsys.readouterr()
            assert run(["--as", who, "investment", "events", *words]) == 0, words
            return capsys.readouterr().out

        done("lin", "plan", "TJ-4", "--title", "推介会", "--on", "2023-09-14", "--lead", "sea", "--mountain-unit", "LQ-PARK-1",
             "--sea-unit", "XS-OFFICE-1", "--budget", "5万元")  # fmt: skip
        done("shen", "convene", "TJ-4", "--dry-run")
        done("shen", "convene", "TJ-4", "--budget", "3万元")
        done("shen", "money", "TJ-4", "--cost", "2万元")
        done("shen", "invite", "TJ-4", "甲厂")
        done("shen", "invite", "TJ-4", "乙厂")
        pairing.hold_activity(queries.event_of(None, "TJ-4"), on=date(2023, 9, 14), by=lin)
        done("lin", "came", "TJ-4", "甲厂", "--no")
        done("lin", "lead", "TJ-4", "乙厂", "L-1")
        got = json.loads(done("lin", "show", "TJ-4", "--json"))
        assert (got["leads"], got["credit_sea"], got["cost_fen"]) == (1, 1, 2 * 10**6)
        assert json.loads(done("lin", "list", "--json"))[0]["came"] == 1
        done("lin", "lead-off", "TJ-4", "乙厂")
        assert EventGuest.objects.filter(lead=None).count() == 2


def test_they_travel_with_a_zone_folder(held_event, lead, lin, shen, tmp_path):
    from shanhai.fields.investment import zone as folder

    events.lead_from_event(queries.guest_of(held_event, "甲厂"), lead, by=lin)
    events.mark_guest(queries.guest_of(held_event, "乙厂"), came=False, by=lin)
    events.set_event_money(held_event, cost_fen=7, by=shen)
    counts = folder.export(tmp_path, None)
    assert (counts["event_sides.csv"], counts["event_guests.csv"]) == (2, 3)
    names = ("event_sides.csv", "event_guests.csv")
    before = {name: (tmp_path / name).read_text(encoding="utf-8") for name in names}
    EventGuest.objects.all().delete()
    EventSide.objects.all().delete()

    folder.load(tmp_path, None)

    folder.export(tmp_path, None)
    assert {name: (tmp_path / name).read_text(encoding="utf-8") for name in names} == before
    n = JournalEntry.objects.count()
    folder.load(tmp_path, None)
    assert JournalEntry.objects.count() == n


@pytest.mark.django_db(transaction=True)
def test_one_lead_claimed_by_two_firms_at_once(held_event, lead, lin):
    guests = [queries.guest_of(held_event, firm) for firm in ("甲厂", "乙厂")]
    pair = [Lead.objects.get(pk=lead.pk) for _ in guests]

    found = together(
        [lambda n=n: events.lead_from_event(guests[n], pair[n], by=None) for n in (0, 1)],
        threading.Barrier(2),
    )

    (told,) = [one for one in found if isinstance(one, Refused)]
    assert isinstance(told, ChangedMeanwhile | NotNow)
    assert EventGuest.objects.filter(lead=lead).count() == 1
    assert list(replay()) == []
