"""Investment teams: targets, itinerary, contacts on the road, cost; how teams and years compare."""

from __future__ import annotations

import csv
import json
import threading
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from shanhai.core import indicators, signs
from shanhai.core.checks import replay
from shanhai.core.models import Draft, JournalEntry, Member, WorkItem
from shanhai.core.sheets import bringing, committing, undoing
from shanhai.fields.investment.actions import leads as lead_actions
from shanhai.fields.investment.actions import stops, team_sheets, teams
from shanhai.fields.investment.models import Contact, Lead, Stop, Team, TeamCost
from shanhai.fields.investment.queries import team_registers
from shanhai.fields.investment.queries import teams as queries
from shanhai.fields.investment.rules import teams as rules
from shanhai.fields.pairing.queries import calendars
from shanhai.kernel import periods
from shanhai.kernel.refusals import BadInput, ChangedMeanwhile, NotAllowed, NotFound, NotNow, Refused
from shanhai.site.cli import run
from tests.threads import together

MONDAY = date(2023, 9, 18)


@pytest.fixture
def team(cast: Any, zone: Any) -> Team:
    """Lin's park goes out as a team."""
    made = teams.add_team(
        zone,
        cast.organisations["LQ-PARK"],
        base_zh="萧山",
        base_en="Xiaoshan",
        opened_on=date(2022, 1, 4),
        by=None,
    )
    teams.set_team_year(
        made, 2023, target_stops=10, target_leads=4, target_fen=10**11, budget_fen=10**8, by=None
    )
    return made


@pytest.fixture
def brought(cast: Any, zone: Any, lin: Any, team: Team) -> Lead:
    """A lead that the team brought."""
    return lead_actions.add_lead(
        zone, number="L-1", name_zh="压缩机生产线", name_en="Compressor line", investor_zh="青枫汽配", investor_en="Qingfeng",
        introduced_by=cast.organisations["LQ-PARK"], investment_fen=12 * 10**9, by=lin,
    )  # fmt: skip


figures = st.builds(
    rules.TeamFigures,
    team=st.sampled_from("ab"),
    year=st.integers(2016, 2023),
    stops=st.integers(0, 50),
    leads=st.integers(0, 20),
    converted=st.integers(0, 20),
    signed=st.integers(0, 20),
    signed_fen=st.integers(0, 10**12),
    paid_in_fen=st.integers(0, 10**12),
    cost_fen=st.integers(0, 10**10),
    target_leads=st.none() | st.integers(0, 30),
    budget_fen=st.none() | st.integers(0, 10**10),
)


class TestRules:
    @given(st.lists(figures), st.randoms())
    def test_together_is_the_sum_whatever_the_order_and_ratios_follow_from_sums(self, rows, luck):
        whole = rules.together(rows)
        luck.shuffle(rows)

        assert rules.together(rows) == whole
        for name in ("stops", "leads", "signed_fen", "cost_fen"):
            assert getattr(whole, name) == sum(getattr(row, name) for row in rows)
        known = [row.target_leads for row in rows if row.target_leads is not None]
        assert whole.target_leads == (sum(known) if known else None)
        if whole.leads and whole.cost_fen:
            assert abs(whole.cost_per_lead_fen * whole.leads - whole.cost_fen) <= whole.leads
        else:
            assert whole.cost_per_lead_fen is None

    def test_known_ratios(self):
        row = rules.TeamFigures("t", 2023, leads=4, converted=1, signed_fen=5 * 10**10, cost_fen=10**8)

        assert row.cost_per_lead_fen == 25_000_000  # 250,000 yuan a lead
        assert row.cost_per_10k_fen == 2_000  # 20 yuan for 10,000 yuan
        assert row.conversion == Decimal("0.25")
        assert rules.TeamFigures("t", 2023, leads=4).cost_per_lead_fen is None

    @pytest.mark.parametrize(("step", "on"), [("x", None), ("", MONDAY), ("x", date(2023, 9, 17))])
    def test_a_next_step_has_a_day_that_is_ahead(self, step, on):
        with pytest.raises(BadInput):
            rules.check_next(step, on, MONDAY)

    @pytest.mark.parametrize("time", ["9:30", "24:00", "0930", "09:60"])
    def test_a_time_is_hours_and_minutes(self, time):
        with pytest.raises(BadInput):
            rules.check_time(time)


class TestTeams:
    def test_an_organisation_of_a_side_is_a_team_once(self, cast, zone, team, lin):
        with pytest.raises(NotNow):
            teams.add_team(zone, cast.organisations["LQ-PARK"], by=lin)
        with pytest.raises(BadInput) as refused:
            teams.add_team(zone, cast.organisations["STRANGER"], by=None)

        assert refused.value.code == "investment.team_without_seat"
        assert list(replay()) == []

    def test_the_other_side_reads_and_does_not_write(self, team, brought, shen, pan, zhou):
        assert queries.team_of(shen, team.code) == team
        for who in (shen, pan, zhou):
            with pytest.raises(NotAllowed):
                stops.plan_stop(team, on=MONDAY, firm="某厂", by=who)
            with pytest.raises(NotAllowed):
                teams.record_team_cost(team, kind="travel", amount_fen=1, by=who)
        with pytest.raises(NotFound):
            queries.team_of(zhou, team.code)

    def test_targets_are_set_and_changed(self, team, lin):
        teams.set_team_year(team, 2023, target_leads=6, by=lin)
        with pytest.raises(BadInput):
            teams.set_team_year(team, 1999, target_leads=6, by=lin)
        with pytest.raises(BadInput):
            teams.set_team_year(team, 2023, budget_fen=-1, by=lin)

        (row,) = queries.figures([team], [2023])
        assert (row.target_leads, row.target_stops) == (6, 10)
        assert list(replay()) == []

    def test_a_cost_that_was_taken_back_counts_no_more(self, team, lin):
        one = teams.record_team_cost(team, kind="travel", amount_fen=500_000, about="差旅", by=lin)
        teams.record_team_cost(team, kind="office", amount_fen=300_000, by=lin)
        teams.take_back_team_cost(one, reason="重复", by=lin)

        with pytest.raises(NotNow):
            teams.take_back_team_cost(one, reason="重复", by=lin)
        with pytest.raises(BadInput):
            teams.record_team_cost(team, kind="travel", amount_fen=0, by=lin)
        with pytest.raises(BadInput):
            teams.record_team_cost(team, kind="travel", amount_fen=5, on=date(2023, 9, 19), by=lin)
        (row,) = queries.figures([team], [2023])
        assert row.cost_fen == 300_000
        assert list(replay()) == []


class TestItinerary:
    def test_a_stop_waits_until_it_is_told_of(self, team, lin):
        stop = stops.plan_stop(
            team, on=date(2023, 9, 20), firm="某厂", purpose_zh="介绍园区", time="09:30", by=lin
        )
        waiting = WorkItem.objects.get(kind="investment.tell_stop", stage="open")
        assert (waiting.unit, waiting.due_on) == (lin.unit, date(2023, 9, 20))

        stops.change_stop(stop, on=date(2023, 9, 18), by=lin)
        stops.tell_stop(stop, text="暂无计划", by=lin)

        assert (stop.stage, stop.done_on, stop.member, stop.text_zh) == ("done", MONDAY, lin, "暂无计划")
        assert not WorkItem.objects.filter(kind="investment.tell_stop", stage="open").exists()
        for call in (
            lambda: stops.change_stop(stop, on=MONDAY, by=lin),
            lambda: stops.cancel_stop(stop, reason="x", by=lin),
            lambda: stops.tell_stop(stop, text="x", by=lin),
        ):
            with pytest.raises(NotNow):
                call()
        assert list(replay()) == []

    def test_calling_off_is_taken_back(self, team, lin):
        stop = stops.plan_stop(team, on=date(2023, 9, 20), firm="某厂", by=lin)
        stops.cancel_stop(stop, reason="改期", by=lin)
        assert not WorkItem.objects.filter(kind="investment.tell_stop", stage="open").exists()

        stops.plan_stop_again(stop, by=lin)

        assert stop.stage == "planned"
        assert WorkItem.objects.filter(kind="investment.tell_stop", stage="open").count() == 1
        assert list(replay()) == []

    @pytest.mark.parametrize(
        "facts", [{}, {"firm": " "}, {"firm": "某厂", "time": "25:00"}, {"firm": "某厂", "way": "fax"}]
    )
    def test_who_is_visited_and_how_must_be_clear(self, team, lin, facts):
        with pytest.raises(BadInput):
            stops.plan_stop(team, on=MONDAY, by=lin, **facts)

        assert not Stop.objects.exists()

    def test_somebody_of_the_team_goes(self, team, lin, shen):
        with pytest.raises(BadInput) as refused:
            stops.plan_stop(team, on=MONDAY, firm="某厂", member=shen, by=lin)

        assert refused.value.code == "investment.stop_member"

    def test_stops_stand_in_the_calendar_of_the_team_only(self, team, zone, lin, shen):
        stops.plan_stop(team, on=date(2023, 9, 20), time="09:30", firm="某厂", place_zh="上海", by=lin)

        def of(member):
            return [one for one in calendars.entries_for(member) if one.uid.startswith("stop-")]

        (entry,) = of(lin)
        assert (entry.what, entry.place, entry.start.isoformat()) == (
            "某厂",
            "上海",
            "2023-09-20T09:30:00+08:00",
        )
        assert of(shen) == []


class TestOnTheRoad:
    def test_at_a_lead_it_stands_in_the_log_of_the_lead_and_moves_its_clocks(self, team, brought, lin):
        assert brought.stage == "registered"

        stop = stops.log_on_the_road(
            team, lead=brought, way="visit", text="愿意来看地", people="陈总", next_step="陪同看地", next_on=date(2023, 9, 25), by=lin,
        )  # fmt: skip

        lead = Lead.objects.get(pk=brought.pk)
        assert (lead.stage, lead.contacted_on, lead.followed_on) == ("contacted", MONDAY, MONDAY)
        (contact,) = Contact.objects.filter(lead=lead)
        assert (contact.text, contact.people, contact.member) == ("愿意来看地", "陈总", lin)
        assert (stop.stage, stop.text_zh) == ("done", "")  # said once, where the lead is
        ahead = Stop.objects.get(stage="planned")
        assert (ahead.lead, ahead.on, ahead.purpose_zh) == (lead, date(2023, 9, 25), "陪同看地")
        assert (
            WorkItem.objects.filter(
                kind="investment.tell_stop", stage="open", due_on=date(2023, 9, 25)
            ).count()
            == 1
        )
        assert list(replay()) == []

    def test_what_was_planned_for_the_day_is_told_of_and_not_counted_twice(self, team, brought, lin):
        planned = stops.plan_stop(team, on=MONDAY, lead=brought, way="call", by=lin)

        told = stops.log_on_the_road(team, lead=brought, way="visit", text="见面了", by=lin)

        assert told == planned
        assert (Stop.objects.count(), told.way) == (1, "visit")
        assert list(replay()) == []

    def test_half_a_next_step_writes_nothing(self, team, brought, lin):
        n = JournalEntry.objects.count()
        for facts in (
            {"next_step": "看地"},
            {"next_on": MONDAY},
            {"next_step": "看地", "next_on": date(2023, 9, 1)},
        ):
            with pytest.raises(BadInput):
                stops.log_on_the_road(team, lead=brought, text="x", by=lin, **facts)

        assert (Contact.objects.count(), Stop.objects.count(), JournalEntry.objects.count()) == (0, 0, n)

    def test_the_log_of_a_team_has_both_and_hides_what_a_reader_does_not_see(self, team, brought, lin, shen):
        stops.log_on_the_road(team, lead=brought, text="愿意来看地", by=lin)
        stops.log_on_the_road(team, firm="某厂", text="暂无计划", by=lin)

        assert {one.text for one in queries.log_of(team, lin)} == {"愿意来看地", "暂无计划"}
        # The lead is the mountain side's own as yet.
        assert {one.text for one in queries.log_of(team, shen)} == {"暂无计划"}

    def test_an_expired_login_keeps_what_was_typed_on_the_phone(self, team, brought, lin, client_of):
        page = f"/investment/teams/{team.code}/contact/"
        typed = {
            "way": "call",
            "firm": "某厂",
            "text": "对方要政策文本",
            "next_step": "送政策",
            "next_on": "2023-09-20",
        }
        shown = client_of(lin).get(page).content.decode()
        mark = shown.split('name="_typed" value="')[1].split('"')[0]
        stranger = Client()
        stranger.post(page, typed | {"_typed": mark})
        assert not Stop.objects.exists()
        stranger.force_login(lin.user, backend="allauth.account.auth_backends.AuthenticationBackend")

        again = stranger.get(page).content.decode()
        assert "对方要政策文本" in again and "送政策" in again and "2023-09-20" in again

        assert stranger.post(page, typed).status_code == 302
        assert not Draft.objects.exists()
        assert sorted(Stop.objects.values_list("stage", flat=True)) == ["done", "planned"]


class TestFigures:
    def test_what_a_team_did_stands_in_the_year_in_which_it_was(
        self, cast, team, brought, firm, lin, turn_clock
    ):
        stops.log_on_the_road(team, lead=brought, text="x", by=lin)
        lead_actions.triage_lead(Lead.objects.get(pk=brought.pk), by=lin)
        teams.record_team_cost(team, kind="travel", amount_fen=6 * 10**6, by=lin)
        turn_clock("2024-02-01T09:00")
        lead_actions.sign_lead(
            Lead.objects.select_related("pairing", "unit").get(pk=brought.pk),
            enterprise=firm,
            region=cast.regions["331181000000"],
            by=lin,
        )

        first, second = queries.figures([team], [2023, 2024])

        assert (first.stops, first.leads, first.converted, first.signed) == (1, 1, 1, 0)
        assert (second.leads, second.signed, second.signed_fen) == (0, 1, 12 * 10**9)
        assert first.cost_per_lead_fen == 6 * 10**6
        assert second.cost_per_10k_fen is None  # nothing was spent in that year

    def test_a_merged_lead_counts_once(self, zone, cast, team, brought, lin):
        again = lead_actions.add_lead(
            zone, number="L-9", name_zh="压缩机", introduced_by=cast.organisations["LQ-PARK"], by=lin
        )
        lead_actions.merge_leads(again, into=brought, reason="同一", by=lin)

        assert queries.figures([team], [2023])[0].leads == 1

    def test_figures_cost_the_same_statements_for_many_teams(self, team, django_assert_num_queries):
        with django_assert_num_queries(6):
            queries.figures([team], list(range(2016, 2024)))

    def test_indicators_and_their_evidence_agree(self, team, brought, zone, lin):
        stops.log_on_the_road(team, lead=brought, text="x", by=lin)
        stops.plan_stop(team, on=MONDAY, firm="某厂", by=lin)
        teams.record_team_cost(team, kind="travel", amount_fen=77, by=lin)
        year = periods.parse("2023")

        def value(code, side=None):
            (row,) = indicators.measure(code, [zone.pk], [year], side)
            return row.numerator

        assert (value("investment.team_stops"), value("investment.team_stops", "sea")) == (1, 0)
        assert value("investment.team_cost") == value("investment.team_cost", "mountain") == 77
        for code in rules.INDICATORS:
            assert list(indicators.check_evidence(code, [zone.pk], [year])) == []


class TestSheets:
    def test_a_member_brings_an_itinerary_and_is_told_row_by_row(self, team, brought, lin, shen):
        table = team_registers.STOPS
        row = {column.name: column.empty for column in table.register.columns}
        row |= {"number": "XC-1", "team": team.code, "on": MONDAY, "way": "visit", "lead": "L-1", "stage": "done",
                "text_zh": "见面", "done_on": MONDAY}  # fmt: skip
        from shanhai.core.sheets.columns import Change

        def change(**more: Any) -> Change:
            values = row | more
            return Change(key=values["number"], outcome="new", values=values, before=None)

        good, bad = change(), change(number="XC-2", lead="", firm="")
        assert [len(found) for found in team_sheets.stops_guard([good, bad], by=lin)] == [0, 1]
        assert [len(found) for found in team_sheets.stops_guard([good], by=shen)] == [1]
        assert not Stop.objects.exists()

        team_sheets.write_stops([good], by=lin)

        # A member who tells of a stop at a lead by a sheet tells it to the lead as well.
        assert Contact.objects.get().text == "见面"

    def test_a_sheet_that_took_a_cost_back_is_undone_by_nobody_rather_than_by_half(
        self, team, zone, lin, tmp_path
    ):
        cost = teams.record_team_cost(team, kind="travel", amount_fen=77, by=lin)
        register = signs.registers["investment.team_costs"]
        (row,) = signs.call(register.rows)(lin, None)
        path = tmp_path / "costs.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(row))
            writer.writeheader()
            writer.writerow(row | {"taken_back_on": "2023-09-18", "reason": "重复"})
        imported = bringing.bring(path, register, by=lin, pairing=zone)
        committing.write(imported, by=lin)
        cost.refresh_from_db()
        assert cost.taken_back_on == date(2023, 9, 18)

        with pytest.raises(NotNow) as refused:
            undoing.undo(imported, by=lin)

        assert (refused.value.code, refused.value.facts["field"]) == ("park.by_page_only", "taken_back_on")
        cost.refresh_from_db()
        imported.refresh_from_db()
        assert (cost.taken_back_on, imported.stage) == (date(2023, 9, 18), "written")

    def test_they_travel_with_a_zone_folder(self, team, brought, lin, tmp_path):
        from shanhai.fields.investment import zone as folder

        stops.log_on_the_road(
            team, lead=brought, text="x", next_step="看地", next_on=date(2023, 9, 25), by=lin
        )
        stops.log_on_the_road(team, firm="某厂", text="暂无计划", people="王总", by=lin)
        off = stops.plan_stop(team, on=date(2023, 9, 21), firm="甲厂", by=lin)
        stops.cancel_stop(off, reason="改期", by=lin)
        one = teams.record_team_cost(team, kind="travel", amount_fen=77, by=lin)
        teams.take_back_team_cost(one, reason="重复", by=lin)
        counts = folder.export(tmp_path, None)
        assert (counts["teams.csv"], counts["stops.csv"], counts["team_costs.csv"]) == (1, 4, 1)
        before = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.glob("*.csv")}
        for model in (Stop, TeamCost):
            model.objects.all().delete()
        team.years.all().delete()
        Team.objects.all().delete()

        folder.load(tmp_path, None)

        folder.export(tmp_path, None)
        for name in ("teams.csv", "team_years.csv", "team_costs.csv", "stops.csv", "lead_contacts.csv"):
            assert (tmp_path / name).read_text(encoding="utf-8") == before[name], name
        # The journal tells of the rows that this test has taken away, and of nothing else.
        assert {one.code for one in replay()} == {"core.row_gone"}
        n = JournalEntry.objects.count()
        folder.load(tmp_path, None)
        assert JournalEntry.objects.count() == n


class TestFaces:
    def test_an_office_day_on_the_pages(self, cast, team, brought, lin, shen, zhou, client_of):
        mine, theirs = client_of(lin), client_of(shen)
        at = f"/investment/teams/{team.code}/"
        assert mine.get("/investment/contact/")["Location"] == f"{at}contact/"
        assert theirs.get("/investment/contact/")["Location"] == "/investment/teams/"
        assert (
            mine.post(f"{at}contact/", {"way": "visit", "lead": brought.pk, "text": "愿意来看地"}).status_code
            == 302
        )
        refused = mine.post(f"{at}contact/", {"way": "visit", "text": "x"})
        assert refused.status_code == 422 and "Nobody is named" in refused.content.decode()
        assert (
            mine.post(f"{at}plan/", {"on": "2023-09-20", "way": "visit", "firm": "某厂"}).status_code == 302
        )
        stop = Stop.objects.get(stage="planned")
        assert mine.post(f"{stop.url}change/", {"on": "2023-09-15", "way": "visit", "firm": "某厂", "version": 0}).status_code == 302  # fmt: skip
        assert "Over, and not told of" in mine.get(at).content.decode()
        assert mine.post(f"{stop.url}cancel/", {"reason": "改期"}).status_code == 302
        assert mine.post(f"{stop.url}again/").status_code == 302
        assert mine.post(f"{stop.url}tell/", {"text": "暂无计划"}).status_code == 302
        assert mine.post(f"{at}cost/", {"kind": "travel", "amount_fen": "3000"}).status_code == 302
        cost = TeamCost.objects.get()
        assert mine.post(f"{at}cost/{cost.code}/take-back/", {"reason": "重复"}).status_code == 302
        assert mine.post(f"{at}year/", {"year": 2023, "target_leads": 6}).status_code == 302
        assert mine.post(f"{at}change/", {"base_zh": "上海", "version": Team.objects.get().version}).status_code == 302  # fmt: skip

        page = mine.get(f"{at}?year=2023").content.decode()
        assert "brought 1 of 6 leads in 2023" in page
        assert "Nobody was spoken to yet" not in page and "暂无计划" in page
        assert "1 team brought 1 leads" in mine.get("/investment/teams/?year=2023").content.decode()
        assert "愿意来看地" not in theirs.get(at).content.decode()
        assert mine.get("/investment/stops/?stage=done").content.decode().count("/investment/stops/XC-") == 2
        assert mine.get("/investment/teams/file.csv").status_code == 200
        assert "招商小组" in client_of(lin, language="zh-hans").get("/investment/teams/").content.decode()
        for address in ("/investment/teams/", at, "/investment/stops/", stop.url, f"{at}contact/"):
            assert client_of(zhou).get(address).status_code in (403, 404), address

    def test_a_team_is_entered_on_its_page(self, cast, zone, lin, client_of):
        client = client_of(lin)
        assert "No investment team yet" in client.get("/investment/teams/").content.decode()

        assert (
            client.post("/investment/teams/add/", {"organisation": "LQ-PARK", "base_zh": "萧山"}).status_code
            == 302
        )

        assert Team.objects.get().owner_side == "mountain"

    def test_the_api_does_what_the_pages_do(self, cast, zone, brought, team, api_at, held, lin, zhou):
        call = api_at("/api/v1/investment")(lin)
        at = f"/teams/{team.code}"
        assert call("get", "/teams").json()["items"][0]["base_en"] == "Xiaoshan"
        told = call("post", f"{at}/contacts", {"lead": "L-1", "text": "见面", "next_step": "看地", "next_on": "2023-09-25"}).json()  # fmt: skip
        assert (told["stage"], told["lead"]) == ("done", "L-1")
        (ahead,) = call("get", "/stops?state=ahead").json()["items"]
        planned = call("post", f"{at}/stops", {"on": "2023-09-20", "firm": "某厂"}).json()
        got = held(call, f"/stops/{planned['number']}/cancel", {"reason": "改期"}, planned["version"])
        got = held(call, f"/stops/{planned['number']}/plan-again", {}, got["version"])
        got = call(
            "patch", f"/stops/{planned['number']}", {"on": "2023-09-18"}, version=got["version"]
        ).json()
        got = held(call, f"/stops/{planned['number']}/tell", {"text": "暂无"}, got["version"])
        assert (got["stage"], got["text_zh"]) == ("done", "暂无")
        assert call("get", f"/stops/{ahead['number']}").json()["purpose_zh"] == "看地"
        call("put", f"{at}/years/2023", {"target_leads": 7})
        whole = call("post", f"{at}/costs", {"kind": "travel", "amount_fen": 500}).json()
        code = whole["costs"][0]["code"]
        assert call("post", f"{at}/costs/{code}/take-back", {"reason": "重复"}).json()["costs"][0][
            "taken_back_on"
        ]
        (row,) = call("get", "/teams-compared?year=2023").json()
        assert (row["leads"], row["target_leads"], row["stops"], row["cost_fen"]) == (1, 7, 2, 0)
        version = call("get", at).json()["version"]
        changed = call("patch", at, {"base_zh": "上海"}, version=version).json()
        assert changed["base_zh"] == "上海"
        assert call("post", "/teams", {"organisation": "LQ-PARK"}).json()["code"] == "investment.team_there"
        assert api_at("/api/v1/investment")(zhou)("get", "/teams").status_code == 403

    def test_commands_do_what_the_pages_do(self, cast, zone, brought, capsys):
        def done(*words: str) -> str:
            capsys.readouterr()
            assert run(["--as", "lin", "investment", *words]) == 0, words
            return capsys.readouterr().out

        assert (
            run(["--as", "lin", "investment", "teams", "add", "LQ-PARK", "--dry-run"]) == 1
        )  # is one already
        done("teams", "change", "LQ-PARK", "--base", "上海")
        done("teams", "target", "LQ-PARK", "2023", "--leads", "5")
        done("teams", "spend", "LQ-PARK", "travel", "3000", "--about", "差旅")
        code = TeamCost.objects.get().code
        done("teams", "unspend", "LQ-PARK", code, "--reason", "重复")
        done("stops", "log", "LQ-PARK", "见面", "--lead", "L-1", "--next", "看地", "--next-on", "2023-09-25")
        done("stops", "plan", "LQ-PARK", "2023-09-18", "--firm", "某厂")
        number = Stop.objects.get(firm="某厂").number
        done("stops", "change", number, "--place", "上海")
        done("stops", "cancel", number, "--reason", "改期")
        done("stops", "again", number)
        done("stops", "tell", number, "暂无", "--dry-run")
        done("stops", "tell", number, "暂无")
        assert "某厂" in done("stops", "list", "--team", "LQ-PARK")
        assert json.loads(done("stops", "show", number, "--json"))["text"] == "暂无"
        (row,) = json.loads(done("teams", "compare", "--year", "2023", "--json"))
        assert (row["leads"], row["target_leads"], row["stops"]) == (1, 5, 2)
        assert json.loads(done("teams", "show", "LQ-PARK", "--json"))["code"] == "LQ-PARK"
        assert "LQ-PARK" in done("teams", "list")


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def both(self, *calls: Any) -> list[Refused]:
        found = together(list(calls), threading.Barrier(len(calls)))
        return [one for one in found if isinstance(one, Refused)]

    def test_one_stop_told_of_twice(self, team, brought, lin):
        number = stops.plan_stop(team, on=MONDAY, lead=brought, by=lin).number
        one, two = queries.stop_of(None, number), queries.stop_of(None, number)
        by = Member.objects.select_related("unit__organisation").get(code="lin")

        (told,) = self.both(
            lambda: stops.tell_stop(one, text="甲", by=by), lambda: stops.tell_stop(two, text="乙", by=by)
        )

        assert isinstance(told, ChangedMeanwhile)
        assert Contact.objects.count() == 1
        assert list(replay()) == []

    def test_two_costs_without_a_number(self, team):
        pair = [queries.team_of(None, team.code) for _ in range(2)]

        told = self.both(
            *(
                lambda one=one: teams.record_team_cost(one, kind="travel", amount_fen=5, by=None)
                for one in pair
            )
        )

        assert [type(one) for one in told] == [ChangedMeanwhile]
        assert TeamCost.objects.count() == 1
        assert list(replay()) == []
