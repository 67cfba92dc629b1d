"""A record is printed, signed on paper and comes back as a scan; its file goes away as one zip: in a real browser."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import ImageDraw

Visit = Callable[..., Any]
Held = Callable[..., list[tuple[Any, ...]]]
# A record for each language: the journeys share one zone. Minutes that wait for Longquan, and an agreement in force.
RECORDS = {
    "en": ("office.lq", "/pairing/meetings/JM-2023-04/", "龙山海"),
    "zh-hans": ("office.xs", "/pairing/agreements/LQXS-2023-05/", "萧山海"),
}


def taken(visitor: Any, link: str) -> bytes:
    """What a link on the page downloads."""
    with visitor.page.expect_download() as begun:
        visitor.page.locator(link).first.click()
    return Path(begun.value.path()).read_bytes()


def scanned(pdf: bytes) -> bytes:
    """The printed paper as it comes back: its pages grey and askew, with a red stamp, as one picture."""
    page = pypdfium2.PdfDocument(pdf)[0].render(scale=150 / 72).to_pil().convert("RGB")
    ImageDraw.Draw(page).ellipse((600, 1200, 900, 1500), outline="red", width=9)
    out = io.BytesIO()
    page.rotate(1.5, fillcolor="white").save(out, "JPEG", quality=60)
    return out.getvalue()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_paper_is_printed_stamped_scanned_and_found_by_its_code(
    visit: Visit, held: Held, language: str
) -> None:
    login, record, mark = RECORDS[language]
    clerk, province = visit(login, language), visit("province", language)
    province.open(record)
    assert province.page.locator("a[href$='/sign/'], a[href$='/scan/']").count() == 0

    clerk.open(record)
    clerk.press("main footer a[href^='/registry/records/']")
    prints = clerk.page.url
    clerk.press("form[action$='/number/'] button")
    number = re.findall(rf"{mark}〔2023〕\d+号", clerk.page.locator("main").inner_text())[-1]
    pdf = taken(clerk, f"a[href$='paper.pdf?language={language}']")
    first = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_bounded()
    assert number in first.replace(" ", ""), "the paper carries its number"

    clerk.open(prints)
    clerk.press("a[href$='/scan/']")
    clerk.page.locator("main input[type=file]").set_input_files(
        {"name": "signed.jpg", "mimeType": "image/jpeg", "buffer": scanned(pdf)}
    )
    clerk.fill(signed_on="2023-09-15", person="协作办")
    clerk.send()
    by_code = "matched by the QR code" if language == "en" else "按扫描件中的二维码"
    assert clerk.says(re.compile(by_code))
    province.open(record)
    assert province.says(re.compile(by_code)), "everybody who sees the record sees how it was signed"
    kind, pk = re.findall(r"/records/([\w.]+)/(\d+)/", prints)[0]
    assert held(
        "SELECT how, signed_on, person FROM core_signedcopy WHERE kind = ? AND object_id = ? AND person = '协作办'",
        kind,
        int(pk),
    ) == [("qr", "2023-09-15", "协作办")]
    if kind == "pairing.meeting":
        assert held("SELECT stage FROM pairing_meeting WHERE number = 'JM-2023-04'") == [("signed",)]

    clerk.open(record)
    text = clerk.page.locator("a[data-copy-from]").get_attribute("href")
    inside = zipfile.ZipFile(io.BytesIO(taken(clerk, "a[href$='/file.zip']")))
    assert inside.testzip() is None
    assert {name.rpartition(".")[2] for name in inside.namelist()} >= {"docx", "jpg", "csv"}
    clerk.open(str(text))
    said = clerk.page.locator("textarea").input_value()
    assert said.splitlines()[-1] == clerk.site + record and len(said.splitlines()) >= 2
