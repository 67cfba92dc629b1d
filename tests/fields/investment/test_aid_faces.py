"""Aid through its pages, commands, API, sheets and zone folder; the outsider is turned away everywhere."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shanhai.core.sheets import loading
from shanhai.fields.investment import columns
from shanhai.fields.investment.actions import aid_runs, policies
from shanhai.fields.investment.models import (
    AidBudget,
    AidClaim,
    AidObjection,
    AidPayment,
    AidPolicy,
    AidRun,
    StatedFact,
)
from shanhai.fields.investment.zone import aid as zone_aid
from shanhai.site.cli import run as shanhai
from tests.fields.investment import aid_zone


@pytest.fixture
def firms(cast: Any, zone: Any, lin: Any) -> Any:
    return aid_zone.firms_of(cast, zone, lin)


@pytest.fixture
def held(zone: Any, lin: Any, shen: Any, firms: Any) -> Any:
    aid_zone.budgets_of(zone, lin, shen)
    return aid_zone.policies_of(zone, lin)


@pytest.fixture
def mei(lin: Any) -> Any:
    return aid_zone.member_of(lin.unit.organisation, "mei", "checker", lin.unit)


@pytest.fixture
def boss(firms: Any) -> Any:
    return aid_zone.member_of(firms.A.organisation, "boss", "enterprise")


@pytest.fixture
def run(zone: Any, held: Any, lin: Any) -> Any:
    return aid_runs.run_aid(zone, "2022", by=lin)


def text_of(answer: Any) -> str:
    return answer.content.decode()


def claim(code: str) -> AidClaim:
    return AidClaim.objects.get(policy_code=code)


PAGES = (
    "/investment/policies/", "/investment/policies/add/", "/investment/policies/JOBS/", "/investment/policies/JOBS/change/",
    "/investment/aid/", "/investment/aid/budgets/", "/investment/aid/calculator/", "/investment/aid/notice/",
    "/investment/aid/preview/", "/investment/aid/runs/", "/investment/aid/runs/{run}/", "/investment/aid/firms/A/",
    "/investment/aid/claims/{claim}/", "/investment/aid/firms/A/state/", "/investment/aid/claims/{claim}/paper/",
)  # fmt: skip


class TestPages:
    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_every_page_opens_in_both_languages(self, run, lin, client_of, language):
        client = client_of(lin, language=language)
        for page in PAGES:
            url = page.format(run=run.number, claim=claim("JOBS").number)
            answer = client.get(url)
            assert answer.status_code == 200, url

    def test_the_outsider_is_turned_away(self, run, zhou, client_of):
        client = client_of(zhou)
        for page in PAGES:
            assert client.get(page.format(run=run.number, claim=claim("JOBS").number)).status_code in (
                403,
                404,
            ), page

    def test_a_change_is_looked_at_before_it_is_published(self, held, lin, client_of):
        client, url = client_of(lin), "/investment/policies/JOBS/change/"
        typed = {
            "name_zh": "新增就业奖励", "valid_from": "2021-01-01", "requires": "", "grants": "{fact: jobs, each: 3000元}",
            "pays": "yearly", "mountain_share": "2", "sea_share": "1", "rule_status": "assumed",
        }  # fmt: skip
        shown = client.post(url, typed)

        assert "would have had" in text_of(shown) and "36,000 yuan" in text_of(shown)
        assert AidPolicy.objects.filter(code="JOBS").count() == 1
        client.post(url, typed | {"publish": "1"})
        assert AidPolicy.objects.get(code="JOBS", edition=2).grants == "{fact: jobs, each: 3000元}"

    def test_what_makes_no_sense_stands_at_its_field(self, held, lin, client_of):
        answer = client_of(lin).post(
            "/investment/policies/add/",
            {
                "code": "X", "name_zh": "x", "valid_from": "2023-01-01", "grants": "{fact: shoes, rate: 8%}", "pays": "once",
                "mountain_share": "1", "sea_share": "0", "rule_status": "assumed",
            },
        )  # fmt: skip

        assert answer.status_code == 422 and "shoes" in text_of(answer)
        assert not AidPolicy.objects.filter(code="X").exists()

    def test_the_preview_writes_the_run_that_it_showed(self, held, lin, client_of):
        client = client_of(lin)
        shown = text_of(client.get("/investment/aid/preview/?period=2022"))
        assert "1 of 3 firms may claim 384,000 yuan for 2022." in shown

        client.post("/investment/aid/preview/", {"period": "2022", "fen": "38400000"})

        assert AidClaim.objects.count() == 3
        assert client.get("/investment/aid/preview/?period=soon").status_code == 422

    def test_one_claim_goes_all_the_way_by_its_buttons(
        self, run, lin, shen, mei, boss, client_of, turn_clock
    ):
        own, office, other, sea = client_of(boss), client_of(lin), client_of(mei), client_of(shen)
        page = f"/investment/aid/claims/{claim('JOBS').number}/"
        assert "Confirm all" in text_of(own.get("/investment/aid/firms/A/"))

        own.post("/investment/aid/firms/A/confirm/")
        office.post(f"{page}check/", {"version": claim("JOBS").version})
        assert office.post(f"{page}check/", {"version": claim("JOBS").version}).status_code in (302, 403)
        assert claim("JOBS").stage == "checked"
        other.post(f"{page}check/", {"version": claim("JOBS").version})
        run.refresh_from_db()
        office.post(f"/investment/aid/runs/{run.number}/notice/", {"version": run.version})
        assert "Firm A" in text_of(sea.get("/investment/aid/notice/"))
        turn_clock("2023-09-26T09:00")
        assert "Record a payment" in text_of(sea.get(page))
        sea.post(f"{page}pay/", {"side": "sea", "reference": "S-1", "version": claim("JOBS").version})
        office.post(f"{page}pay/", {"side": "mountain", "reference": "M-1", "version": claim("JOBS").version})

        assert claim("JOBS").stage == "paid"
        assert "was paid 24,000 yuan" in text_of(own.get(page))

    def test_a_confirmation_and_a_check_are_taken_back_by_their_buttons(
        self, run, lin, shen, mei, boss, zhou, client_of
    ):
        own, office, other = client_of(boss), client_of(lin), client_of(mei)
        page = f"/investment/aid/claims/{claim('JOBS').number}/"
        own.post(f"{page}confirm/", {"version": claim("JOBS").version})
        assert "Take the confirmation back" in text_of(own.get(page))
        assert "Take the confirmation back" not in text_of(office.get(page))
        assert client_of(zhou).post(f"{page}confirm/take-back/", {"reason": "x"}).status_code in (403, 404)
        assert own.post(f"{page}confirm/take-back/", {}).status_code == 422
        assert own.post(f"{page}confirm/take-back/", {"reason": "wrong year"}).status_code == 302
        assert claim("JOBS").stage == "found"

        own.post(f"{page}confirm/", {"version": claim("JOBS").version})
        office.post(f"{page}check/", {"version": claim("JOBS").version})
        assert "Take your check back" not in text_of(other.get(page))
        assert "撤回我的审核" in text_of(client_of(lin, language="zh-hans").get(page))
        assert other.post(f"{page}check/take-back/", {"reason": "x"}).status_code in (403, 422)
        assert office.post(f"{page}check/take-back/", {"reason": "typed too soon"}).status_code == 302
        assert claim("JOBS").stage == "confirmed"

    def test_programs_and_commands_take_them_back(self, run, lin, boss, mei, api_at, capsys):
        call, number = api_at("/api/v1/investment"), claim("JOBS").number
        at = f"/aid-claims/{number}"
        version = call(boss)("get", at).json()["version"]
        version = call(boss)("post", f"{at}/confirm", {}, version=version).json()["version"]
        refused = call(mei)("post", f"{at}/confirm/take-back", {"reason": "x"}, version=version)
        assert refused.json()["code"] == "investment.aid_step_of_other"
        found = call(boss)("post", f"{at}/confirm/take-back", {"reason": "x"}, version=version).json()
        assert found["stage"] == "found"
        call(boss)("post", f"{at}/confirm", {}, version=found["version"])

        words = ["--as", "lin", "investment", "claims"]
        assert shanhai([*words, "check", number]) == 0
        assert shanhai([*words, "take-back", number, "confirmation", "--reason", "x"]) == 1
        assert shanhai([*words, "take-back", number, "check", "--reason", "x", "--dry-run"]) == 0
        assert claim("JOBS").stage == "checked"
        assert shanhai([*words, "take-back", number, "check", "--reason", "x"]) == 0
        assert claim("JOBS").stage == "confirmed"

    def test_who_may_not_read_tax_does_not_learn_it_from_a_claim(self, run, pan, lin, client_of):
        page = f"/investment/aid/claims/{claim('GROWTH').number}/"

        assert "It goes by tax, which you may not read." in text_of(client_of(pan).get(page))
        assert "600,000" not in text_of(client_of(pan).get(page))
        assert "600,000" in text_of(client_of(lin).get(page))

    def test_the_enterprise_page_says_it_in_short(self, run, lin, client_of):
        shown = text_of(client_of(lin).get("/park/firms/A/"))

        assert "To confirm" in shown and "/investment/aid/firms/A/" in shown

    def test_the_lead_page_has_the_calculator_and_its_cost(self, held, lead, lin, zone, client_of):
        policies.publish_policy(
            zone, code="NEW", name_zh="投资奖励", name_en="New investment", grants="{fact: investment_fen, rate: 1%}",
            valid_from=aid_zone.FROM, mountain_share=1, sea_share=1, by=lin,
        )  # fmt: skip
        shown = text_of(client_of(lin).get(f"/investment/leads/{lead.number}/"))

        # 1 % of 120 million yuan, half each.
        assert "would bring it" in shown and "1.2 m yuan" in shown and "600,000 yuan" in shown

    def test_the_calculator_takes_typed_facts_and_refuses_what_is_none(self, held, lin, client_of):
        client = client_of(lin)
        found = text_of(
            client.get("/investment/aid/calculator/?jobs=20&is_newly_above_scale=yes&revenue_fen=3000万元")
        )

        assert "With these facts it comes to 240,000 yuan." in found
        assert client.get("/investment/aid/calculator/?jobs=many").status_code == 422


class TestPrograms:
    def test_the_api_runs_confirms_and_pays(self, held, lin, boss, api_at):
        office, own = (api_at("/api/v1/investment")(who) for who in (lin, boss))
        found = office("get", "/aid-preview?period=2022").json()
        assert found["total_fen"] == 384_000_00 and len(found["claims"]) == 3

        made = office("post", "/aid-runs", {"period": "2022", "expected_fen": found["total_fen"]})
        assert made.status_code == 201, made.content
        done = own("post", "/firms/A/aid/confirm")
        assert {one["stage"] for one in done.json()["claims"]} == {"confirmed"}
        told = own("get", "/firms/A/aid").json()
        assert len(told["running"]) == 3 and told["to_confirm"] == []

    def test_the_commands_say_what_a_lead_could_have(self, held, lead, lin, capsys):
        shanhai(["investment", "policies", "how", lead.number, "--as", "lin", "--json"])

        found = json.loads(capsys.readouterr().out)
        assert {one["policy"] for one in found} == {"SCALE", "JOBS", "GROWTH", "EQUIP"}

    def test_a_run_is_tried_out_by_command(self, held, capsys):
        shanhai(["investment", "claims", "run", "2022", "--as", "lin", "--dry-run"])
        assert not AidRun.objects.exists()

        shanhai(["investment", "claims", "run", "2022", "--as", "lin"])
        assert AidRun.objects.count() == 1


class TestSheets:
    def test_policies_come_as_a_sheet_and_a_changed_row_is_an_edition(self, held, lin, tmp_path):
        path = tmp_path / "policies.csv"
        path.write_text(
            "结对,政策编号,政策名称（中文）,生效日期,支持标准,兑现频次\n"
            "LQ-XS,SCALE,首次上规奖励,2021-01-01,{fixed: 30万元},一次性\n"
            "LQ-XS,NEW,新政策,2023-01-01,{fixed: 1万元},每年一次\n",
            encoding="utf-8",
        )
        loading.load_table(columns.aid.AID_POLICIES, path, by=lin)

        assert AidPolicy.objects.get(code="SCALE", is_current=True).edition == 2
        assert AidPolicy.objects.get(code="NEW").pays == "yearly"

    def test_a_zone_folder_brings_it_all_back(self, run, lin, mei, boss, shen, tmp_path, turn_clock):
        from shanhai.fields.investment.actions import aid_money

        one = aid_runs.confirm_claim(claim("JOBS"), by=boss)
        aid_runs.check_claim(one, by=lin)
        aid_runs.check_claim(one, by=mei)
        run.refresh_from_db()
        aid_runs.give_notice(run, by=lin)
        one = claim("JOBS")
        objection = aid_runs.object_to_claim(one, text="x", by=shen)
        aid_runs.decide_objection(objection, is_upheld=False, decision="no", by=lin)
        turn_clock("2023-09-26T09:00")
        aid_money.pay_share(claim("JOBS"), side="sea", reference="S-1", by=shen)
        zone_aid.export(tmp_path, None)
        before = {path.name: path.read_bytes() for path in tmp_path.glob("aid_*.csv")}
        for model in (AidPayment, AidObjection, AidClaim, AidRun, StatedFact, AidBudget, AidPolicy):
            model.objects.all().delete()

        counts = zone_aid.load(tmp_path, None)

        zone_aid.export(tmp_path, None)
        assert {path.name: path.read_bytes() for path in tmp_path.glob("aid_*.csv")} == before
        assert counts["aid_claims.csv"] == 3 and counts["aid_payments.csv"] == 1
        assert zone_aid.load(tmp_path, None)["aid_claims.csv"] == 0
