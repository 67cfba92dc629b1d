"""Land renewal: candidates by rule, the way of a plot, quotas released and taken, and the effect measured."""

from __future__ import annotations

import json
import threading
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shanhai.core.checks import replay
from shanhai.fields.park.actions import figures as figure_actions
from shanhai.fields.park.actions import grades as grade_actions
from shanhai.fields.park.actions import renewal as actions
from shanhai.fields.park.models import Firm, QuotaPool, Renewal
from shanhai.fields.park.queries import firm_checks
from shanhai.fields.park.queries import renewal as queries
from shanhai.fields.park.rules import renewal as rules
from shanhai.kernel.refusals import BadInput, ChangedMeanwhile, NotAllowed, NotFound, NotNow, Refused
from shanhai.site.cli import run as shanhai
from tests.fields.park.firms.test_figures import WHOLE
from tests.threads import together

Stage = rules.RenewalStage


@pytest.fixture
def one(firm, lin):
    """Qingfeng's plot of 40 mu, nominated: its promise has expired."""
    values = WHOLE | {"tax_fen": 120_000_000, "staff_n": 30}
    figure_actions.report_figures(firm, "2022", values=values, by=lin)
    return actions.nominate_plot(firm.holdings.get(), reason="promise", text="promised 300万 per mu", by=lin)


def vacated(one, photo, by, energy="300", emission="2"):
    actions.verify_on_site(one, text="two halls stand empty", papers=[photo()], by=by)
    actions.publish_renewal(one, by=by)
    actions.choose_path(one, path="purchase", by=by)
    actions.value_plot(one, value_fen=1_000_000_000, by=by)
    actions.vacate_plot(one, energy_tce=Decimal(energy), emission_t=Decimal(emission), by=by)
    return one


class TestRules:
    @pytest.mark.parametrize(
        ("grades", "tax", "revenue", "reason"),
        [
            (["D", "D"], "20", 5, "d_twice"),
            (["D", "C"], "20", 5, None),
            (["D"], "20", 5, None),
            ([], "20", 0, "idle"),
            ([], "7.99", 5, "below"),
            ([], "8", 5, None),
            ([], None, None, None),
            (["D", "D"], "1", 0, "d_twice"),
        ],
    )
    def test_who_is_a_candidate(self, grades, tax, revenue, reason):
        sign = rules.Sign(grades, Decimal(tax) if tax else None, revenue)

        assert rules.reason_of(sign, Decimal(8)) == reason

    @given(st.sampled_from(list(Stage)), st.sampled_from(list(Stage)), st.sampled_from(["", *rules.Path]))
    def test_nothing_is_left_out_on_the_way_but_by_who_upgrades_itself(self, stage, to, path):
        allowed = rules.is_next(stage, to, path)

        if to is Stage.DROPPED:
            assert allowed == (stage in rules.DROPS)
        elif path == "self_upgrade" and stage is Stage.CHOSEN:
            assert allowed == (to is Stage.MEASURED)
        else:
            both = stage in rules.ORDER and to in rules.ORDER
            assert allowed == (both and rules.ORDER.index(to) == rules.ORDER.index(stage) + 1)


class TestCandidates:
    def test_they_are_found_once_by_what_is_published(self, enter, zone, lin):
        firms = []
        for code, tax in (("A1", 40), ("A2", 30), ("A3", 20), ("A4", 5)):
            firm = enter(code, land="40", producing_on=date(2016, 1, 1))
            values = WHOLE | {"tax_fen": tax * 40_000_000}
            for year in ("2021", "2022"):
                figure_actions.report_figures(firm, year, values=values, by=None)
            firms.append(firm)
        for year in (2021, 2022):
            grade_actions.publish_grading(grade_actions.draft_grading(zone, year, by=lin), by=lin)

        found = actions.find_candidates(zone, by=lin)

        assert [(one.firm.code, one.reason) for one in found] == [("A4", "d_twice")]
        assert (found[0].tax_before, found[0].jobs_before) == (Decimal(5), 300)
        assert actions.find_candidates(zone, by=lin) == []

    def test_a_plot_is_on_the_board_once(self, one, firm, lin):
        with pytest.raises(NotNow):
            actions.nominate_plot(firm.holdings.get(), reason="idle", text="again", by=lin)


class TestWay:
    def test_from_candidate_to_the_effect(self, one, enter, photo, lin, turn_clock):
        vacated(one, photo, lin)
        assert Firm.objects.get(organisation__code="QF").land_mu == 0
        actions.offer_plot(one, by=lin)
        assert list(queries.offered(one.pairing)) == [one]
        new = enter("NW")
        actions.contract_plot(one, new, contract="LQ-2023-7", energy_tce=Decimal(200), by=lin)
        assert Firm.objects.get(pk=new.pk).land_mu == 40

        turn_clock("2025-03-03T09:00")
        with pytest.raises(NotNow):
            actions.measure_effect(one, year=2024, by=lin)
        figure_actions.report_figures(new, "2024", values=WHOLE, by=lin)
        with pytest.raises(BadInput):
            actions.measure_effect(one, year=2023, by=lin)
        actions.measure_effect(one, year=2024, by=lin)

        assert (one.tax_before, one.jobs_before, one.tax_after, one.jobs_after) == (3, 30, 30, 300)
        assert list(replay()) == [] and list(firm_checks.quotas()) == [] and list(firm_checks.land()) == []

    def test_photographs_are_asked_on_site(self, one, lin):
        with pytest.raises(BadInput) as refused:
            actions.verify_on_site(one, text="empty", papers=[], by=lin)

        assert refused.value.facts["field"] == "papers"
        assert Renewal.objects.get().stage == "candidate"

    def test_who_upgrades_itself_keeps_the_land_and_is_measured(self, one, firm, photo, lin, turn_clock):
        actions.verify_on_site(one, text="old machines", papers=[photo()], by=lin)
        actions.publish_renewal(one, by=lin)
        actions.choose_path(one, path="self_upgrade", by=lin)
        with pytest.raises(NotNow):
            actions.value_plot(one, value_fen=1, by=lin)
        turn_clock("2025-03-03T09:00")
        figure_actions.report_figures(firm, "2024", values=WHOLE, by=lin)
        actions.measure_effect(one, year=2024, by=lin)

        assert (one.tax_after, Firm.objects.get(pk=firm.pk).land_mu) == (30, 40)
        assert not QuotaPool.objects.exists() and list(firm_checks.quotas()) == []

    def test_what_is_released_is_not_dropped(self, one, photo, lin):
        vacated(one, photo, lin)
        with pytest.raises(NotNow):
            actions.drop_renewal(one, reason="no", by=lin)

    def test_a_dropped_plot_may_come_back(self, one, firm, lin):
        actions.drop_renewal(one, reason="production resumed", by=lin)

        assert (
            actions.nominate_plot(firm.holdings.get(), reason="idle", text="stopped again", by=lin).stage
            == "candidate"
        )

    def test_no_step_before_the_one_before_it(self, one, photo, lin, turn_clock):
        with pytest.raises(BadInput):
            actions.verify_on_site(one, text="x", on=date(2023, 9, 1), papers=[photo()], by=lin)
        with pytest.raises(BadInput):
            actions.verify_on_site(one, text="x", on=date(2023, 9, 30), papers=[photo()], by=lin)

    def test_the_second_of_two_writers_is_told(self, one, photo, lin):
        stale = queries.renewal_of(lin, one.number)
        actions.verify_on_site(one, text="empty", papers=[photo()], by=lin)

        with pytest.raises(ChangedMeanwhile):
            actions.verify_on_site(stale, text="full", papers=[photo()], by=lin)

    def test_enterprises_see_their_own_and_what_is_published(
        self, one, enter, person_of, photo, lin, zone, zhou
    ):
        own, other = person_of(one.firm.organisation, "xu"), person_of(enter("OT").organisation, "wu")
        assert list(queries.renewals_of(own, zone)) == [one]
        assert list(queries.renewals_of(other, zone)) == []
        actions.verify_on_site(one, text="empty", papers=[photo()], by=lin)
        actions.publish_renewal(one, by=lin)
        assert list(queries.renewals_of(other, zone)) == [one]
        with pytest.raises(NotFound):
            queries.renewal_of(zhou, one.number)
        with pytest.raises(NotAllowed):
            actions.choose_path(one, path="return", by=own)

    _WAYS = st.lists(
        st.sampled_from(["verify", "publish", "path", "value", "vacate", "offer", "drop"]), max_size=12
    )

    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(_WAYS)
    def test_whatever_is_tried_the_journal_replays_and_guards_hold(self, firm, photo, lin, ways):
        there = Renewal.objects.exclude(stage__in=("measured", "dropped")).first()
        if there is None and not firm.holdings.filter(ends_on=None).exists():
            return
        one = there or actions.nominate_plot(firm.holdings.get(ends_on=None), reason="idle", text="x", by=lin)
        calls = {
            "verify": lambda: actions.verify_on_site(one, text="x", papers=[photo()], by=lin),
            "publish": lambda: actions.publish_renewal(one, by=lin),
            "path": lambda: actions.choose_path(one, path="return", by=lin),
            "value": lambda: actions.value_plot(one, value_fen=5, by=lin),
            "vacate": lambda: actions.vacate_plot(one, energy_tce=Decimal(3), by=lin),
            "offer": lambda: actions.offer_plot(one, by=lin),
            "drop": lambda: actions.drop_renewal(one, reason="x", by=lin),
        }
        for way in ways:
            try:
                calls[way]()
            except Refused:
                continue

        assert [one.facts for one in replay()] == []
        assert list(firm_checks.quotas()) == [] and list(firm_checks.land()) == []


class TestQuotas:
    def test_nobody_takes_more_than_was_released(self, one, enter, photo, lin):
        vacated(one, photo, lin)
        actions.offer_plot(one, by=lin)
        with pytest.raises(NotNow) as refused:
            actions.contract_plot(one, enter("NW"), contract="C", energy_tce=Decimal("300.01"), by=lin)

        assert (refused.value.code, refused.value.facts["left"]) == ("park.quota_short", Decimal(300))
        assert Renewal.objects.get().stage == "offered"
        assert QuotaPool.objects.get(kind="land_mu").taken == 0

    @pytest.mark.django_db(transaction=True)
    def test_two_contracts_at_once_share_what_is_left(self, one, firm, enter, photo, lin):
        other = enter("QF2", land="10")
        second = actions.nominate_plot(other.holdings.get(), reason="idle", text="stopped", by=lin)
        for plot, energy in ((one, "300"), (second, "0")):
            vacated(plot, photo, lin, energy=energy)
            actions.offer_plot(plot, by=lin)
        comers = [enter("N1"), enter("N2")]
        start = threading.Barrier(2)

        def contract(number, comer):
            mine = queries.renewal_of(None, number)
            start.wait(20)
            actions.contract_plot(mine, comer, contract="C", energy_tce=Decimal(200), by=None)
            return "done"

        pairs = zip((one.number, second.number), comers, strict=True)
        answers = together([lambda pair=pair: contract(*pair) for pair in pairs])

        assert sorted(str(getattr(answer, "code", answer)) for answer in answers) == [
            "done",
            "park.quota_short",
        ]
        assert QuotaPool.objects.get(kind="energy_tce").taken == 200
        assert list(replay()) == [] and list(firm_checks.quotas()) == []

    @pytest.mark.django_db(transaction=True)
    def test_vacated_twice_at_once_it_is_released_once(self, one, photo, lin):
        actions.verify_on_site(one, text="x", papers=[photo()], by=lin)
        actions.publish_renewal(one, by=lin)
        actions.choose_path(one, path="return", by=lin)
        actions.value_plot(one, value_fen=5, by=lin)
        start = threading.Barrier(2)

        def vacate():
            mine = queries.renewal_of(None, one.number)
            start.wait(20)
            actions.vacate_plot(mine, energy_tce=Decimal(7), by=None)
            return "done"

        answers = together([vacate, vacate])
        connection.close()

        assert sum(answer == "done" for answer in answers) == 1
        assert QuotaPool.objects.get(kind="energy_tce").released == 7
        assert list(firm_checks.land()) == []


class TestFaces:
    def test_the_board_and_every_step_by_form(self, firm, enter, client_of, lin, zhou, turn_clock):
        figure_actions.report_figures(firm, "2022", values=WHOLE | {"revenue_fen": 0}, by=None)
        client = client_of(lin)
        assert client.post("/park/renewals/find/").status_code == 302
        one = Renewal.objects.get()
        assert one.reason == "idle"
        page = client.get("/park/renewals/").content.decode()
        assert "1 plot is being renewed" in page and "QF-1" in page
        photograph = SimpleUploadedFile("site.jpg", b"\xff\xd8\xff\xe0" + b"x" * 60)
        assert client.post(f"{one.url}verify/", {"text": "empty"}).status_code == 422
        assert client.post(f"{one.url}verify/", {"text": "empty", "papers": photograph}).status_code == 302
        assert client.post(f"{one.url}publish/", {"version": "1"}).status_code == 302
        assert client.post(f"{one.url}publish/", {"version": "1"}).status_code == 409
        assert client.post(f"{one.url}path/", {"path": "auction"}).status_code == 302
        assert client.post(f"{one.url}value/", {"value_fen": "500万元"}).status_code == 302
        quota = {"energy_tce": "100", "emission_t": "1"}
        assert client.post(f"{one.url}vacate/", quota).status_code == 302
        assert "1 lies free" in client.get("/park/renewals/").content.decode()
        assert client.post(f"{one.url}offer/", {"version": "6"}).status_code in (302, 409)
        one.refresh_from_db()
        if one.stage != "offered":
            assert client.post(f"{one.url}offer/", {"version": one.version}).status_code == 302
        new = enter("NW")
        told = {"new_firm": new.pk, "contract": "C-1", "energy_tce": "101", "emission_t": "0"}
        assert client.post(f"{one.url}contract/", told).status_code == 422
        assert client.post(f"{one.url}contract/", told | {"energy_tce": "100"}).status_code == 302
        turn_clock("2025-03-03T09:00")
        figure_actions.report_figures(new, "2024", values=WHOLE, by=None)
        assert client.post(f"{one.url}measure/", {"year": "2024"}).status_code == 302
        page = client_of(lin, language="zh-hans").get(one.url).content.decode()
        assert "已评效" in page and "C-1" in page
        for address in ("/park/renewals/", one.url):
            assert client_of(zhou).get(address).status_code in (403, 404)
        assert list(replay()) == []

    def test_nominated_and_dropped_by_form(self, firm, client_of, lin):
        client = client_of(lin)
        form = {"plot": "QF-1", "reason": "promise", "text": "promise of 2020 not kept"}
        answer = client.post(f"{firm.url}renewals/", form)
        assert answer.status_code == 302
        assert client.post(f"{answer['Location']}drop/", {"reason": "kept after all"}).status_code == 302
        assert "kept after all" in client.get(answer["Location"]).content.decode()

    def test_the_api_does_what_the_pages_do(self, firm, enter, api_at, held, lin, photo):
        enter("NW")
        figure_actions.report_figures(firm, "2022", values=WHOLE | {"revenue_fen": 0}, by=None)
        call = api_at("/api/v1/park")(lin)
        answer = call("post", "/renewals", {})
        assert answer.status_code == 200, answer.content.decode()
        (found,) = answer.json()
        path = f"/renewals/{found['number']}"
        found = held(call, f"{path}/verify", {"text": "empty", "papers": [photo().pk]}, found["version"])
        for step, data in (
            ("publish", None), ("path", {"path": "return"}), ("value", {"value_fen": 5}),
            ("vacate", {"energy_tce": "9"}), ("offer", None),
            ("contract", {"new_firm": "NW", "contract": "C", "energy_tce": "9"}),
        ):  # fmt: skip
            found = held(call, f"{path}/{step}", data, found["version"])
        assert (found["stage"], found["new_firm"]) == ("contracted", "NW")
        assert call("post", f"{path}/measure", {"year": 2024}, version=found["version"]).status_code == 409
        assert call("get", "/renewals?stage=contracted").json()["items"][0]["number"] == found["number"]
        plot = {"plot": "NW-1", "reason": "idle", "text": "x"}
        assert call("post", "/firms/NW/renewals", plot).status_code == 404
        made = call("post", "/firms/NW/renewals", plot | {"plot": "QF-1"}).json()
        held(call, f"/renewals/{made['number']}/drop", {"reason": "no"}, made["version"])

    def test_commands_do_what_the_pages_do(self, firm, enter, capsys, tmp_path, turn_clock):
        def said(*words):
            code = shanhai(["park", "renewals", *words])
            out, err = capsys.readouterr()
            assert code == 0, err
            return out

        new = enter("NW")
        figure_actions.report_figures(firm, "2022", values=WHOLE | {"revenue_fen": 0}, by=None)
        assert json.loads(said("find", "--dry-run", "--json"))["numbers"]
        (number,) = json.loads(said("find", "--json"))["numbers"]
        picture = tmp_path / "site.jpg"
        picture.write_bytes(b"\xff\xd8\xff\xe0" + b"y" * 60)
        said("verify", number, "--text", "empty", "--photo", str(picture))
        said("publish", number), said("path", number, "auction"), said("value", number, "500万")
        said("vacate", number, "--energy", "9"), said("offer", number)
        said("contract", number, "NW", "--contract", "C", "--energy", "9")
        turn_clock("2025-03-03T09:00")
        figure_actions.report_figures(new, "2024", values=WHOLE, by=None)
        said("measure", number, "2024")
        assert json.loads(said("list", "--json"))[0]["stage"] == "measured"
        said("nominate", "NW", "QF-1", "--reason", "idle", "--text", "stopped")
        other = Renewal.objects.get(stage="candidate")
        said("drop", other.number, "--reason", "no")
