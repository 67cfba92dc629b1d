"""Grading day: figures asked for in a round, a draft, its publication, an objection and its ruling, the final grades and who carries them out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.conftest import axe_finds, served
from tests.journeys.conftest import run as command

Visit = Callable[..., Any]
Held = Callable[..., list[tuple[Any, ...]]]
# A year for each language: the journeys share one zone, in which both have figures and no grading, nor benchmarks of their own.
YEARS = {"en": "2020", "zh-hans": "2019"}
QUESTIONS = "tax: 实缴税收 | Tax paid | fen | 万元 | yes | park.figures.tax_fen"
TELLS = "SELECT g.score, g.first_grade, g.grade FROM park_firmgrade g JOIN park_gradingrun r ON r.id = g.run_id JOIN park_firm f ON f.id = g.firm_id JOIN core_organisation o ON o.id = f.organisation_id WHERE r.number = ? AND o.code = 'qingfeng'"


# Those who had produced for two whole years by the end of the year; the fifth began in 2018.
REAL_NAMES = {
    "2019": ("baimao-board", "kaizun-auto", "longxing", "shuangyi-mushroom"),
    "2020": ("baimao-board", "guojing-pharma", "kaizun-auto", "longxing", "shuangyi-mushroom"),
}
BENCHMARKS = {
    "park.grading.benchmarks_above": {
        "tax_per_mu": 24, "value_added_per_mu": 130, "value_added_per_tce": 2.5, "value_added_per_emission": 4800,
        "labour_productivity": 17, "rd_intensity": 0.03,
    },
    "park.grading.benchmarks_below": {"tax_per_mu": 12, "tax_per_kwh": 0.24},
}  # fmt: skip


@pytest.fixture(scope="module")
def benchmarks(folder: Path) -> None:
    """What the county set for the two years."""
    for code, value in BENCHMARKS.items():
        asked = (
            code,
            json.dumps(value),
            "--from",
            "2019-01-01",
            "--to",
            "2020-12-31",
            "--source",
            "县亩均办通知（测试）",
        )
        command(folder, "registry", "rulebook", "add", *asked)


def ask_figures(office: Any, enterprise: Any, year: str, language: str) -> None:
    """A round that asks one enterprise for its tax, answered, accepted and merged into its figures."""
    office.open("/office/rounds/new/")
    for name, value in {
        "name_zh": f"{year}年税收核报", "name_en": f"Tax of {year}", "period": year, "due_on": "2023-09-25", "questions": QUESTIONS,
    }.items():  # fmt: skip
        office.page.locator(f"main [name={name}]").fill(value)
    office.page.locator("label", has_text="青枫" if language != "en" else "Qingfeng").first.click()
    office.press("main form .btn-primary")
    number = office.page.url.rstrip("/").rpartition("/")[2]
    office.press(f"form[action$='/{number}/open/'] button")
    enterprise.open(f"/office/rounds/{number}/firm-u/")
    enterprise.page.locator("[name='cell:tax:']").fill("700")
    enterprise.press("button[name=do][value=up]")
    office.open(f"/office/rounds/{number}/firm-u/review/")
    office.press("main form .btn-primary")
    office.open(f"/office/rounds/{number}/merge/")
    office.press("main form .btn-primary")


@pytest.mark.usefixtures("benchmarks")
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_from_the_figures_to_who_carries_it_out(
    visit: Visit, held: Held, folder: Path, language: str
) -> None:
    year = YEARS[language]
    office, enterprise = visit("office.lq", language), visit("enterprise", language)

    ask_figures(office, enterprise, year, language)
    assert held(
        "SELECT f.tax_fen FROM park_figures f JOIN park_firm p ON p.id = f.firm_id JOIN core_organisation o ON o.id = p.organisation_id "
        "WHERE o.code = 'qingfeng' AND f.period = ?",
        year,
    ) == [(700_000_000,)]  # fmt: skip

    # Some bear real names, of whom the example makes no figures up: the draft names them, and they are ruled out of it.
    office.open("/park/grading/draft/")
    office.fill(year=year)
    office.send()
    assert all(office.page.locator("main").get_by_text(code).count() for code in REAL_NAMES[year])
    for code in REAL_NAMES[year]:
        office.open(f"/park/firms/{code}/rulings/")
        office.fill(year=year, kind="exempt", cause="other", text="实名企业，示例不编造其指标")
        office.send()
    office.open("/park/grading/draft/")
    office.fill(year=year)
    office.send()
    run = "/" + office.page.url.split("/", 3)[3]
    number = run.strip("/").rpartition("/")[2]
    assert number.startswith(f"MJ-{year}")
    assert enterprise.page.goto(enterprise.site + run).status == 404, "a draft is shown to offices alone"
    enterprise.wrong.clear()
    office.press("form[action$='/publish/'] button")
    assert axe_finds(office) == []
    ((before, first, _now),) = held(TELLS, number)

    # The enterprise reads how its score came about, and objects with what it can prove.
    grade = f"{run}firms/qingfeng/"
    enterprise.open(grade)
    assert axe_finds(enterprise) == []
    enterprise.press("a[href$='/object/']")
    enterprise.fill(text="税收漏计50万元，附完税证明。")
    enterprise.page.locator("main [name=papers]").set_input_files(
        {"name": "proof.txt", "mimeType": "text/plain", "buffer": "完税证明 750万元".encode()}
    )
    enterprise.send()
    assert enterprise.says("税收漏计50万元，附完税证明。")

    # Who graded has it on the list of work, puts the figure right on the record and upholds the objection.
    office.open("/my-work/")
    assert office.page.locator(f"main a[href='{grade}']").count()
    office.open("/park/firms/qingfeng/figures/")
    office.fill(period=year, tax_fen="750万元", reason="补核完税证明")
    office.send()
    office.open(f"{grade}decide/")
    office.fill(is_upheld="yes", decision="完税证明属实，税收已更正。")
    office.send()
    ((after, kept, _now),) = held(TELLS, number)
    assert float(after) > float(before) and kept == first
    enterprise.open(grade)
    assert enterprise.says("完税证明属实，税收已更正。")

    # A week later the window is over: the grades become final, and each department sees what it carries out.
    with served(folder, SHANHAI_TODAY="2023-09-25T09:00") as later:
        closing = visit("office.lq", language, at=later)
        closing.open(run)
        closing.press("form[action$='/finish/'] button")
        assert held("SELECT stage FROM park_gradingrun WHERE number = ?", number) == [("settled",)]
        closing.press("a[href$='/execution/']")
        assert axe_finds(closing) == []
        assert [row for row in closing.rows() if "青枫" in row or "Qingfeng" in row]
        with closing.page.expect_download() as begun:
            closing.page.locator("main a[href$='format=xlsx'], header a[href$='format=xlsx']").first.click()
        assert begun.value.suggested_filename.endswith(".xlsx")
        phone = visit("office.lq", language, width=390, at=later)
        phone.open(run)
        assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390
