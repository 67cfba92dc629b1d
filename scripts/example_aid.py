"""Write the policies and claims of the example zone: seven policies, two runs, claims in every state; all illustrative.

    python scripts/example_aid.py        # writes aid_*.csv into examples/longquan-xiaoshan

The example zone is loaded without them into a folder of its own, and each step is done by the action that an office uses, on
the day on which it would do it; so amounts, due days and notices follow from the rules. No policy of Longquan is known in
full, so all of them are made up, and all are marked so. Firms with a real name have no figures, and so no claims.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from example_living import keep, on, pairing, who, zone_without

SOURCE = "made up, scripts/example_aid.py"
POLICIES: dict[str, dict[str, Any]] = {
    "LX-SCALE": {
        "name_zh": "首次上规奖励", "name_en": "First year above scale", "valid_from": "2020-01-01", "grants": "{fixed: 20万元}",
        "requires": "[{fact: is_newly_above_scale, one_of: [yes]}, {fact: revenue_fen, least: 2000万元}]",
    },
    "LX-JOBS": {
        "name_zh": "新增就业奖励", "name_en": "Reward for new jobs", "valid_from": "2021-01-01", "pays": "yearly",
        "grants": "{fact: jobs, each: 2000元, most: 30万元}", "requires": "[{fact: jobs, least: 10}]",
        "mountain_share": 2, "sea_share": 1,
    },
    "LX-GROWTH": {
        "name_zh": "税收增长奖励", "name_en": "Reward for growing tax", "valid_from": "2021-01-01", "pays": "yearly",
        "grants": "{fact: tax_growth_fen, rate: 30%, most: 80万元}", "joint": "tax", "cap": "{fact: tax_fen, rate: 10%}",
        "requires": "[{fact: tax_growth_fen, least: 30万元}, {fact: grade, one_of: [A, B]}]", "mountain_share": 2, "sea_share": 1,
        "clawback": "{fact: tax_fen, least: 200万元, months: 12, tolerance: 10%}",
    },
    "LX-RD": {
        "name_zh": "研发投入补助", "name_en": "Aid for research", "valid_from": "2021-01-01", "pays": "yearly", "joint": "tax",
        "grants": "{fact: rd_fen, rate: 5%, most: 50万元}", "requires": "[{fact: rd_intensity_percent, least: 3}]", "pot_fen": 150_000_000,
    },
    "LX-EQUIP": {
        "name_zh": "设备投资补助", "name_en": "Aid for equipment", "valid_from": "2021-01-01", "pays": "yearly", "excludes": "LX-GROWTH",
        "grants": "{fact: equipment_fen, rate: 8%, most: 200万元}", "requires": "[{fact: equipment_fen, least: 300万元}]",
        "mountain_share": 1, "sea_share": 1, "clawback": "{fact: staff_n, least: 60, months: 12, tolerance: 10%, whole: yes}",
    },
    "LX-RENT": {
        "name_zh": "厂房租金补助", "name_en": "Half of the rent", "valid_from": "2019-01-01", "valid_to": "2022-06-30", "pays": "yearly",
        "grants": "{fact: rent_fen, rate: 50%, most: 30万元}",
    },
    "LX-NEW": {
        "name_zh": "新引进项目投资奖励", "name_en": "Reward for new investment", "valid_from": "2022-07-01",
        "grants": "{fact: investment_fen, rate: 1%, most: 300万元}", "mountain_share": 1, "sea_share": 1,
        "requires": "[{fact: kind, one_of: [new, relocation, from_sea, bird_cage]}, {fact: investment_fen, least: 5000万元}, {fact: is_producing, one_of: [yes]}]",
    },
}  # fmt: skip


def main() -> None:
    """Load the example without aid, live through two years, and keep the files."""
    with zone_without("aid_*.csv") as out:
        live(out)
        keep(out, "aid_*.csv")


def live(out: Path) -> None:
    """Live through both years in the zone that is loaded, and write what came of them."""
    from shanhai.fields.investment.zone import aid

    _first_year()
    _second_year()
    aid.export(out, None)


def _first_year() -> None:
    """Policies, budgets, stated facts; the run of 2021, confirmed, checked, on notice and paid."""
    from datetime import date

    from shanhai.fields.investment.actions import aid_money, aid_runs, policies
    from shanhai.fields.investment.models import AidClaim
    from shanhai.fields.park.queries import firms

    on("2022-05-10")
    zone, office = pairing(), who("ye-lan")
    told = {"is_illustrative": True, "source": SOURCE}
    for code, given in POLICIES.items():
        given = {
            name: date.fromisoformat(value) if name.startswith("valid") else value
            for name, value in given.items()
        }
        policies.publish_policy(zone, code=code, by=office, **given, **told)
    for year, sea in ((2022, 300), (2023, 500)):
        for side, wan in (("mountain", 1000), ("sea", sea)):
            policies.set_aid_budget(zone, year=year, side=side, given_fen=wan * 1_000_000, by=None, **told)
    for code, name, period, value in (
        ("songlan", "equipment_fen", "2021", "860万元"), ("qingfeng", "equipment_fen", "2021", "1250万元"),
        ("tianyu", "rent_fen", "2021", "36万元"), ("qingfeng", "equipment_fen", "2022", "640万元"),
    ):  # fmt: skip
        evidence = "专项审计报告（示例）" if name == "equipment_fen" else "租赁合同及发票（示例）"
        policies.state_fact(
            firms.firm_of(None, code),
            name=name,
            period=period,
            value=value,
            evidence=evidence,
            by=office,
            **told,
        )
    run = aid_runs.run_aid(zone, "2021", number="DX-2021-1", by=office)
    claims = list(
        run.claims.select_related("firm__organisation", "policy", "run__unit", "pairing").order_by("number")
    )
    on("2022-05-20")
    of_research = [one for one in claims if one.policy.code == "LX-RD"]
    declined = of_research[2]
    aid_runs.decline_claim(
        declined, reason="已享受省级同类补助，放弃本次申领。（示例）", by=who("lq-eit-u-1")
    )
    for n, one in enumerate(claims):
        if n % 13 != 7 and one is not declined:  # now and then nobody confirms
            aid_runs.confirm_claim(one, how="确认回执（示例）", by=who("lq-eit-u-1"))
    on("2022-05-26")
    refused = next(one for one in of_research[4:] if one.stage == "confirmed")
    aid_runs.refuse_claim(refused, reason="研发费用辅助账不全，限期补正未补。（示例）", by=who("he-chuan"))
    for one in claims:
        if one.stage == "confirmed":
            aid_runs.check_claim(one, by=who("he-chuan"))
            aid_runs.check_claim(one, by=office)
    on("2022-06-13")
    from shanhai.core import clock

    aid_runs.sweep(clock.now())
    run.refresh_from_db()
    aid_runs.give_notice(run, by=office)
    _objections_of_the_first_year(run)
    on("2022-07-06")
    for one in (
        AidClaim.objects.filter(run=run, stage="noticed")
        .select_related("firm__organisation", "policy", "run__unit", "pairing")
        .order_by("number")
    ):
        for side, by in (("mountain", office), ("sea", who("shen-jie"))):
            if one.share_of(side):
                aid_money.pay_share(
                    one,
                    side=side,
                    reference=f"{'SF' if side == 'mountain' else 'HF'}-2022-{one.number[-4:]}",
                    by=by,
                )


def _objections_of_the_first_year(run: Any) -> None:
    """One is rejected, one upheld, each decided before the notice ends."""
    from shanhai.fields.investment.actions import aid_runs

    noticed = run.claims.filter(stage="noticed").select_related(
        "firm__organisation", "policy", "run__unit", "pairing"
    )
    one, other = noticed.filter(policy__code="LX-RD").order_by("number")[:2]
    on("2022-06-15")
    first = aid_runs.object_to_claim(
        one, text="研发费用中列入了设备折旧，请核减。（示例）", by=who("shen-jie")
    )
    second = aid_runs.object_to_claim(
        other, text="该企业研发辅助账与税务备案不一致。（示例）", by=who("shen-jie")
    )
    on("2022-06-20")
    aid_runs.decide_objection(
        first, is_upheld=False, decision="折旧按加计扣除口径列支，异议不成立。（示例）", by=who("ye-lan")
    )
    aid_runs.decide_objection(
        second, is_upheld=True, decision="核查属实，取消本次补助。（示例）", by=who("ye-lan")
    )


def _second_year() -> None:
    """Promises of the first year are looked at, one is broken; the run of 2022 is on its way."""
    from datetime import date

    from shanhai.fields.investment.actions import aid_money, aid_runs, policies
    from shanhai.fields.investment.models import AidClaim
    from shanhai.fields.investment.queries import aid as queries

    office, checker, sea = who("ye-lan"), who("he-chuan"), who("shen-jie")
    shown = ("firm__organisation", "policy", "run__unit", "pairing")
    on("2023-01-05")
    policies.publish_policy(
        pairing(), code="LX-SCALE", grants="{fixed: 30万元}", valid_from=date(2023, 1, 1), by=office
    )
    on("2023-07-10")
    for one in (
        AidClaim.objects.filter(stage="paid", promise_due_on__lte=date(2023, 7, 10))
        .select_related(*shown)
        .order_by("number")
    ):
        if queries.delivered(one) is not None:
            aid_money.judge_promise(one, by=office)
            if one.stage == "recalled":
                _gives_back(one, {"sea": "HT-2023-0001", "mountain": "ST-2023-0001"})
    moved = _chosen(AidClaim.objects.filter(run__number="DX-2021-1", stage="paid", sea_fen__gt=0))
    aid_money.recall_claim(moved, reason="企业生产线迁往外地，未在园区经营满三年。（示例）", by=office)
    _gives_back(moved, {"sea": "HT-2023-0002"})
    on("2023-08-28")
    run = aid_runs.run_aid(pairing(), "2022", number="DX-2022-1", by=office)
    claims = list(run.claims.select_related(*shown).order_by("number"))
    rng = random.Random(2022)
    # What Qingfeng may have waits for its own people, who have a login in the example.
    order = [n for n in rng.sample(range(len(claims)), len(claims)) if claims[n].firm.code != "qingfeng"]
    part = len(claims) // 5
    on("2023-09-04")
    for n in order[part:]:
        aid_runs.confirm_claim(claims[n], how="确认回执（示例）", by=who("lq-eit-u-1"))
    on("2023-09-07")
    for n in order[2 * part :]:
        aid_runs.check_claim(claims[n], by=checker)
    for n in order[4 * part :]:
        aid_runs.check_claim(claims[n], by=office)
    on("2023-09-12")
    run.refresh_from_db()
    aid_runs.give_notice(run, by=office)
    for n in order[3 * part : 3 * part + part // 2]:
        aid_runs.check_claim(claims[n], by=office)
    on("2023-09-15")
    noticed = run.claims.filter(stage="noticed").select_related(*shown).order_by("number")[0]
    aid_runs.object_to_claim(noticed, text="该企业去年曾裁员，请核实人数。（示例）", by=sea)


def _chosen(claims: Any) -> Any:
    shown = ("firm__organisation", "policy", "run__unit", "pairing")
    return claims.select_related(*shown).order_by("-number")[0]


def _gives_back(claim: Any, references: dict[str, str]) -> None:
    """Sides have their shares of a recalled sum back."""
    from shanhai.fields.investment.actions import aid_money
    from shanhai.fields.investment.queries import aid as queries

    on("2023-08-15")
    people = {"sea": who("shen-jie"), "mountain": who("ye-lan")}
    for side, reference in references.items():
        if queries.owed_back(claim)[side]:
            aid_money.record_return(claim, side=side, reference=reference, by=people[side])
    on("2023-07-10")


if __name__ == "__main__":
    main()
