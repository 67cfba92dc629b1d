"""Write the policies and claims of the example zone: seven policies, two runs, one claim that goes back; all illustrative.

    python scripts/example_aid.py        # writes aid_*.csv into examples/longquan-xiaoshan

The example zone is loaded without them into a folder of its own, and each step is done by the action that an office uses, on
the day on which it would do it; so amounts, due days and notices follow from the rules. No policy of Longquan is known in
full, so all of them are made up, and all are marked so. Firms with a real name have no figures, and so no claims.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent / "examples" / "longquan-xiaoshan"
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
    with tempfile.TemporaryDirectory() as place:
        zone = Path(place) / "zone"
        shutil.copytree(FOLDER, zone, ignore=shutil.ignore_patterns("aid_*.csv"))
        os.environ |= {"SHANHAI_DATA": str(Path(place) / "data"), "SHANHAI_TODAY": "2023-09-18T09:00"}
        shanhai = [str(Path(sys.executable).with_name("shanhai"))]
        subprocess.run([*shanhai, "manage", "migrate", "-v", "0"], check=True)
        subprocess.run([*shanhai, "zone", "load", str(zone)], check=True, stdout=subprocess.DEVNULL)
        _live(Path(place))


def _live(place: Path) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shanhai.site.settings")
    django.setup()
    from shanhai.core.models import RoleGrant

    # In the example roles begin on its day; in this throw-away copy people had them before.
    RoleGrant.objects.update(from_on="2016-01-01")
    out = place / "out"
    out.mkdir()
    _first_year()
    _second_year()
    from shanhai.fields.investment.zone import aid

    aid.export(out, None)
    for file in sorted(out.glob("aid_*.csv")):
        shutil.copy(file, FOLDER / file.name)
        print(file.name, sum(1 for _line in file.open(encoding="utf-8")) - 1)


def _on(day: str) -> None:
    from django.conf import settings

    from shanhai.core import clock

    settings.SHANHAI_TODAY = f"{day}T09:00"
    clock.fixed_start.cache_clear()
    clock._started = time.monotonic()


def _who(code: str) -> Any:
    from shanhai.core.models import Member

    return Member.objects.select_related("unit__organisation").get(code=code)


def _pairing() -> Any:
    from shanhai.core.models import Pairing

    return Pairing.objects.get(code="LQXS")


def _first_year() -> None:
    """Policies, budgets, stated facts; the run of 2021, confirmed, checked, on notice and paid."""
    from datetime import date

    from shanhai.fields.investment.actions import aid_money, aid_runs, policies
    from shanhai.fields.investment.models import AidClaim
    from shanhai.fields.park.queries import firms

    _on("2022-05-10")
    pairing, office = _pairing(), _who("ye-lan")
    told = {"is_illustrative": True, "source": SOURCE}
    for code, given in POLICIES.items():
        given = {
            name: date.fromisoformat(value) if name.startswith("valid") else value
            for name, value in given.items()
        }
        policies.publish_policy(pairing, code=code, by=office, **given, **told)
    for year in (2022, 2023):
        for side, wan in (("mountain", 1000), ("sea", 300)):
            policies.set_aid_budget(pairing, year=year, side=side, given_fen=wan * 1_000_000, by=None, **told)
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
    run = aid_runs.run_aid(pairing, "2021", number="DX-2021-1", by=office)
    claims = list(
        run.claims.select_related("firm__organisation", "policy", "run__unit", "pairing").order_by("number")
    )
    _on("2022-05-20")
    for n, one in enumerate(claims):
        if n % 13 != 7:  # now and then nobody confirms
            aid_runs.confirm_claim(one, how="确认回执（示例）", by=_who("lq-eit-u-1"))
    _on("2022-05-26")
    for one in claims:
        if one.stage == "confirmed":
            aid_runs.check_claim(one, by=_who("he-chuan"))
            aid_runs.check_claim(one, by=office)
    _on("2022-06-13")
    from shanhai.core import clock

    aid_runs.sweep(clock.now())
    run.refresh_from_db()
    aid_runs.give_notice(run, by=office)
    _on("2022-07-06")
    for one in (
        AidClaim.objects.filter(run=run, stage="noticed")
        .select_related("firm__organisation", "policy", "run__unit", "pairing")
        .order_by("number")
    ):
        for side, by in (("mountain", office), ("sea", _who("shen-jie"))):
            if one.share_of(side):
                aid_money.pay_share(
                    one,
                    side=side,
                    reference=f"{'SF' if side == 'mountain' else 'HF'}-2022-{one.number[-4:]}",
                    by=by,
                )


def _second_year() -> None:
    """Promises of the first year are looked at, one is broken; the run of 2022 is on its way."""
    from datetime import date

    from shanhai.fields.investment.actions import aid_money, aid_runs, policies
    from shanhai.fields.investment.models import AidClaim
    from shanhai.fields.investment.queries import aid as queries

    office, checker, sea = _who("ye-lan"), _who("he-chuan"), _who("shen-jie")
    shown = ("firm__organisation", "policy", "run__unit", "pairing")
    _on("2023-01-05")
    policies.publish_policy(
        _pairing(), code="LX-SCALE", grants="{fixed: 30万元}", valid_from=date(2023, 1, 1), by=office
    )
    _on("2023-07-10")
    broken = 0
    for one in (
        AidClaim.objects.filter(stage="paid", promise_due_on__lte=date(2023, 7, 10))
        .select_related(*shown)
        .order_by("number")
    ):
        if queries.delivered(one) is not None:
            aid_money.judge_promise(one, by=office)
            if one.stage == "recalled":
                broken += 1
                _on("2023-08-15")
                if queries.owed_back(one)["sea"]:
                    aid_money.record_return(one, side="sea", reference="HT-2023-0001", by=sea)
                _on("2023-07-10")
    print("recalled", broken)
    _on("2023-08-28")
    run = aid_runs.run_aid(_pairing(), "2022", number="DX-2022-1", by=office)
    claims = list(run.claims.select_related(*shown).order_by("number"))
    rng = random.Random(2022)
    # What Qingfeng may have waits for its own people, who have a login in the example.
    order = [n for n in rng.sample(range(len(claims)), len(claims)) if claims[n].firm.code != "qingfeng"]
    part = len(claims) // 5
    _on("2023-09-04")
    for n in order[part:]:
        aid_runs.confirm_claim(claims[n], how="确认回执（示例）", by=_who("lq-eit-u-1"))
    _on("2023-09-07")
    for n in order[2 * part :]:
        aid_runs.check_claim(claims[n], by=checker)
    for n in order[4 * part :]:
        aid_runs.check_claim(claims[n], by=office)
    _on("2023-09-12")
    run.refresh_from_db()
    aid_runs.give_notice(run, by=office)
    for n in order[3 * part : 3 * part + part // 2]:
        aid_runs.check_claim(claims[n], by=office)
    _on("2023-09-15")
    noticed = run.claims.filter(stage="noticed").select_related(*shown).order_by("number").first()
    if noticed is not None:
        aid_runs.object_to_claim(noticed, text="该企业去年曾裁员，请核实人数。（示例）", by=sea)


if __name__ == "__main__":
    main()
