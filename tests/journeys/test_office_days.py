"""One office day each, in a real browser, in both languages."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

Visit = Callable[..., Any]
BOTH = pytest.mark.parametrize("language", ["en", "zh-hans"])
# A commitment that both sides owe, one per language: the journeys share one zone.
OWED_BY_BOTH = {"en": "C23-17", "zh-hans": "C23-18"}
STATEMENT = ("statement.csv", "text/csv", "日期,数量\n2023-09-14,1\n".encode())


def delivered(visitor: Any, code: str) -> str:
    """The finding of a commitment's page: it begins with what is delivered."""
    visitor.open(f"/pairing/commitments/{code}/")
    return visitor.page.locator("h1").inner_text()


@BOTH
def test_a_delivery_counts_once_it_is_recorded_with_evidence_and_the_other_side_confirms_it(
    visit: Visit, language: str
) -> None:
    code = OWED_BY_BOTH[language]
    ye_lan = visit("office.lq", language)
    before = delivered(ye_lan, code)

    ye_lan.open(f"/pairing/commitments/{code}/record/")
    ye_lan.fill(on="2023-09-14", quantity="1", what="第八批")
    ye_lan.send()
    assert ye_lan.page.url.endswith("/record/"), "without evidence nothing is recorded"
    name, media, body = STATEMENT
    ye_lan.page.locator("main input[type=file]").set_input_files(
        {"name": name, "mimeType": media, "buffer": body}
    )
    ye_lan.send()

    assert not ye_lan.page.url.endswith("/record/"), ye_lan.page.locator("main").inner_text()
    after = delivered(ye_lan, code)
    # The promise stays, what is delivered is one more; which stands first differs by language.
    promised, had = sorted(map(int, re.findall(r"\d+", before)[:2]), reverse=True)
    assert sorted(map(int, re.findall(r"\d+", after)[:2]), reverse=True) == [promised, had + 1]

    shen_jie = visit("office.xs", language)
    shen_jie.open(f"/pairing/commitments/{code}/")
    confirm = shen_jie.page.locator("form[action$='/confirm/'] button")
    waiting = confirm.count()
    shen_jie.press("form[action$='/confirm/'] button")
    shen_jie.open(f"/pairing/commitments/{code}/")
    assert shen_jie.page.locator("form[action$='/confirm/'] button").count() == waiting - 1


@BOTH
def test_a_form_survives_an_expired_login_and_keeps_its_text(visit: Visit, language: str) -> None:
    lin_tao = visit("office.lq", language)
    lin_tao.open("/pairing/commitments/C23-19/plan/")
    lin_tao.fill(on="2023-11-08", quantity="1", what=f"两家之一 {language}")
    lin_tao.page.wait_for_timeout(2500)

    lin_tao.page.context.clear_cookies()
    lin_tao.send()
    assert "/account/login/" in lin_tao.page.url
    from shanhai.site.commands.demo import PASSWORD

    lin_tao.fill(login="office.lq", password=PASSWORD)
    lin_tao.press("main .btn-primary")
    lin_tao.page.wait_for_url("**/plan/**")

    assert lin_tao.page.locator("[name=what]").input_value() == f"两家之一 {language}"
    assert lin_tao.page.locator("[name=quantity]").input_value().startswith("1")
    # The browser logs the refusal that the expired login gave to the draft.
    lin_tao.wrong[:] = [line for line in lin_tao.wrong if "status of 403" not in line]


def test_the_second_of_two_writers_is_told_what_changed_and_loses_nothing(visit: Visit) -> None:
    first, second = visit("office.lq", "en"), visit("office.lq", "en")
    for clerk in (first, second):
        clerk.open("/pairing/meetings/JM-2023-06/change/")

    first.fill(place_zh="龙泉市政府二楼", place_en="Longquan, second floor")
    first.send()
    second.fill(place_zh="龙泉青瓷小镇", place_en="Longquan celadon town")
    second.send()

    text = second.page.locator("main").inner_text()
    assert "second floor" in text, "the second sees what the first wrote"
    assert second.page.locator("[name=place_en]").input_value() == "Longquan celadon town"


@BOTH
def test_the_administrator_brings_a_new_colleague_in(visit: Visit, language: str) -> None:
    admin = visit("administrator", language)
    code = "new-" + language[:2]
    admin.open("/registry/members/new/")
    admin.fill(code=code, name_zh="金可" if language == "en" else "金以", unit="lq-edu-u")
    admin.send()
    assert admin.page.url.endswith(f"/registry/members/{code}/"), admin.page.locator("main").inner_text()

    admin.open(f"/registry/members/{code}/roles/give/")
    admin.fill(role="handler")
    admin.send()
    admin.open(f"/registry/members/{code}/access/")

    assert admin.page.locator("main li, main tr").count() > 5, "it says what a handler may do"


@BOTH
def test_a_workbook_as_offices_have_it_is_read_settled_written_and_undone(
    visit: Visit, language: str
) -> None:
    admin = visit("administrator", language)
    admin.open("/registry/imports/new/?register=registry.organisations")
    admin.page.locator("main input[type=file]").first.set_input_files(
        {
            "name": "单位情况表.xlsx",
            "mimeType": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "buffer": office_workbook(language),
        }
    )
    admin.send()
    admin.page.wait_for_url(re.compile(r"/registry/imports/\d+/"))
    if not admin.page.locator("form[action$='/write/'] button").count():
        # The first time the office says what a heading of its own means; the second time it is known.
        admin.page.locator("main a[href$='/columns/']").first.click()
        admin.page.locator("main table select").nth(2).select_option("kind")
        admin.send()
    assert admin.page.locator("form[action$='/write/'] button").count(), admin.page.locator(
        "main"
    ).inner_text()
    page_of_import = admin.page.url

    assert "331181999999" in admin.page.locator("main").inner_text(), "the unknown region is shown"
    admin.press("form[action$='/write/'] button")
    admin.open(f"/registry/organisations/imp-{language[:2]}-1/")
    assert "青溪" in admin.page.locator("main").inner_text()

    admin.open(page_of_import)
    admin.press("form[action$='/undo/'] button")
    gone = admin.page.goto(f"{admin.site}/registry/organisations/imp-{language[:2]}-1/")
    assert gone.status == 404
    admin.wrong.clear()  # the browser logs the 404 that we asked for


def office_workbook(language: str) -> bytes:
    """A title line, a merged head, two good rows, one of an unknown region, a total row."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["参与单位情况表（2023年）"])
    sheet.merge_cells("A1:E1")
    sheet.append(["代码", "名称", "性质类", "区划代码", "备注"])
    for n, region in ((1, "331181000000"), (2, "331181000000"), (3, "331181999999")):
        sheet.append([f"imp-{language[:2]}-{n}", f"青溪{n}号合作社", "合作社", region, ""])
    sheet.append(["合计", 3, None, None, None])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@BOTH
def test_a_donation_is_planned_paid_with_its_voucher_and_stands_in_the_balance(
    visit: Visit, language: str
) -> None:
    shen_jie = visit("office.xs", language)
    shen_jie.open("/pairing/balance/pairing.aid_paid/?side=sea&from=2023&to=2023")
    before = shen_jie.page.locator("tbody tr").count()

    number = f"A-J-{language[:2]}"
    shen_jie.open("/pairing/activities/plan/")
    shen_jie.fill(
        number=number,
        kind="donation",
        title_zh="捐赠图书",
        title_en="Books",
        on="2023-09-14",
        lead="sea",
    )
    for side in ("mountain_unit", "sea_unit"):
        shen_jie.page.locator(f"main [name={side}]").select_option(index=1)
    shen_jie.fill(payer="sea", planned_fen="5万元")
    shen_jie.send()
    assert shen_jie.page.url.endswith(f"/{number}/"), shen_jie.page.locator("main").inner_text()

    shen_jie.open(f"/pairing/activities/{number}/money/")
    shen_jie.fill(kind="paid", on="2023-09-15", amount_fen="50000")
    name, media, body = STATEMENT
    shen_jie.page.locator("main input[type=file]").set_input_files(
        {"name": name, "mimeType": media, "buffer": body + language.encode()}
    )
    shen_jie.send()

    pan_zheng = visit("province", language)
    pan_zheng.open("/pairing/balance/")
    cell = pan_zheng.page.locator("a[href*='pairing.aid_paid'][href*='side=sea'][href*='from=2023']").last
    with pan_zheng.page.expect_navigation():
        cell.click()
    assert pan_zheng.page.locator("tbody tr").count() == before + 1
    assert f"{number}-M1" in pan_zheng.page.locator("main").inner_text()


@BOTH
def test_the_main_pages_work_without_javascript(visit: Visit, language: str) -> None:
    reader = visit("", language, script=False)
    from shanhai.site.commands.demo import PASSWORD

    reader.open("/account/login/")
    reader.page.locator("input[name=login]").fill("office.lq")
    reader.page.locator("input[name=password]").fill(PASSWORD)
    reader.press("main .btn-primary")
    for path in ("/", "/pairing/commitments/", "/pairing/commitments/C23-03/", "/registry/organisations/"):
        reader.open(path)
        assert reader.page.locator("main table").first.is_visible()
    reader.open("/registry/organisations/?sort=-name&kind=school")
    assert reader.page.locator("main tbody tr").count() >= 2
