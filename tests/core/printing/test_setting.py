"""Papers set as Word and PDF in their child process, and codes read back from scans of them."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.utils import translation

from shanhai.core import heavy
from shanhai.core.models import Print
from shanhai.core.printing import codes, making, scans
from shanhai.core.printing.content import Block, Content
from shanhai.core.sheets.columns import Column
from shanhai.kernel.refusals import BadInput, TooLarge

CONTENT = Content(
    title="山海协作协议",
    facts=(("编号", "LX-1"), ("名称", "{{ 7*7 }} <b>&\x0b甲")),
    blocks=(
        Block("heading", "一、承诺"),
        Block("text", "双方 {% raw %} 合作。"),
        Block(
            "table",
            heads=("承诺", "数量"),
            rows=(("门诊", "120"), ("培训", "30")),
            widths=(0.7, 0.3),
            right=(False, True),
        ),
        Block("named", "林涛、沈洁", label="出席："),
    ),
    stamps=("龙泉市人民政府", "萧山区人民政府"),
    to="各成员单位",
    copies="丽水市发展改革委",
)


def printed() -> Print:
    return Print(
        code=codes.new(),
        kind="pairing.agreement",
        object_id=7,
        record_version=2,
        language="zh-hans",
        sha256="ab" * 32,
    )


@pytest.fixture
def word():
    docx = pytest.importorskip("docx")
    with translation.override("zh-hans"):
        data = making.paper(CONTENT, "docx", printed=printed())
    assert zipfile.ZipFile(io.BytesIO(data)).testzip() is None
    return docx.Document(io.BytesIO(data))


def test_a_paper_has_the_measures_of_the_standard(word):
    section = word.sections[0]

    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert (round(section.top_margin.mm), round(section.left_margin.mm)) == (37, 28)
    text = (
        section.page_width - section.left_margin - section.right_margin,
        section.page_height - section.top_margin,
    )
    assert round(text[0].mm if hasattr(text[0], "mm") else text[0] / 36000) == 156
    assert word.settings.odd_and_even_pages_header_footer


def test_a_paper_says_what_the_record_says_and_computes_nothing(word):
    said = "\n".join(line.text for line in word.paragraphs)
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]

    assert "山海协作协议" in said and "各成员单位：" in said and "出席：林涛、沈洁" in said
    assert "双方 {% raw %} 合作。" in said
    assert "{{ 7*7 }} <b>&甲" in cells and "120" in cells
    assert "龙泉市人民政府" in "".join(cells)


def test_each_page_number_stands_between_dashes(word):
    footers = [word.sections[0].footer, word.sections[0].even_page_footer, word.sections[0].first_page_footer]

    assert all("—" in footer.paragraphs[0].text for footer in footers)


def test_copies_stand_in_a_box_on_the_lower_edge_of_the_last_page(word):
    body = word.element.body
    [box] = body.xpath(".//*[local-name()='txbxContent']")
    [anchor] = body.xpath(".//*[local-name()='anchor']")
    up = {one.get("relativeFrom"): one[0].text for one in anchor if one.get("relativeFrom")}
    [extent] = anchor.xpath("./*[local-name()='extent']")
    holder = anchor.xpath("ancestor::w:p")[0]
    last_words, kept = holder.getprevious(), 0
    while last_words.xpath("./w:pPr/w:keepNext") and not last_words.xpath(".//w:t"):
        last_words, kept = last_words.getprevious(), kept + 1

    assert "抄送：丽水市发展改革委" in "".join(box.itertext())
    assert up == {"margin": "bottom"}, "on the page, not behind the text"
    # As many empty lines as the box is high, so that no word lies under it (a line of 28.95 pt, 12,700 EMU a point).
    assert (kept + 1) * 28.95 * 12700 >= int(extent.get("cy"))
    assert holder.getnext().tag.endswith("sectPr"), "nothing comes after it"


def test_the_second_font_stands_in_for_the_first(word, settings):
    (part,) = [one for one in word.part.package.iter_parts() if str(one.partname) == "/word/fontTable.xml"]

    assert 'w:name="仿宋_GB2312"><w:altName w:val="仿宋"/>'.encode() in part.blob


def test_a_pdf_names_the_fonts_that_stood_in(settings):
    pypdf = pytest.importorskip("pypdf")
    settings.SHANHAI_PAPER_FONTS = {role: ["没有这种字体"] for role in settings.SHANHAI_PAPER_FONTS}

    data = making.paper(CONTENT, "pdf", printed=printed())

    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)
    assert "because this server does not have" in text


@pytest.mark.parametrize("dpi", [120, 200])
def test_the_code_is_read_back_from_a_printed_page(dpi):
    pypdfium2 = pytest.importorskip("pypdfium2")
    one = printed()
    page = pypdfium2.PdfDocument(making.paper(CONTENT, "pdf", printed=one))[0]
    # As a scanner lies about: a little askew, grey, squeezed as JPG.
    picture = page.render(scale=dpi / 72).to_pil().convert("L").rotate(2.5, expand=True, fillcolor=245)
    scan = io.BytesIO()
    picture.save(scan, "JPEG", quality=60)

    found = codes.scanned(heavy.run_in_child("shanhai.core.printing.scans.read", (scan.getvalue(), "jpg")))

    assert [(f.code, f.kind, f.object_id, f.version) for f in found] == [
        (one.code, "pairing.agreement", 7, 2)
    ]


def test_a_scanned_pdf_is_read_page_by_page():
    one = printed()
    data = making.paper(CONTENT, "pdf", printed=one)

    assert [found.code for found in codes.scanned(scans.read(data, "pdf"))] == [one.code]


@pytest.mark.parametrize(
    ("data", "ending"), [(b"%PDF-1.7 nothing", "pdf"), (b"\x89PNG\r\n\x1a\nnothing", "png")]
)
def test_a_broken_scan_is_refused(data, ending):
    with pytest.raises(BadInput) as refused:
        scans.read(data, ending)

    assert refused.value.code == "core.scan_broken"


def test_a_picture_of_too_many_pixels_is_refused():
    from PIL import Image

    file = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(file, "PNG")

    with pytest.raises(TooLarge):
        scans.read(file.getvalue(), "png")


def test_a_page_without_a_code_says_nothing():
    from PIL import Image

    file = io.BytesIO()
    Image.new("L", (800, 1000), 255).save(file, "PNG")

    assert scans.read(file.getvalue(), "png") == []


def test_columns_that_do_not_fit_are_left_out_and_keys_stay():
    from shanhai.core.printing.lists import fit

    columns = [Column(f"c{n}", f"Heading {n}", f"列{n}") for n in range(30)] + [
        Column("key", "Key", "编号", key=True)
    ]
    rows = [["一段比较长的文字" for _ in columns] for _ in range(3)]

    shown, widths = fit(columns, rows)

    assert 30 in shown and len(shown) < 31
    assert sum(widths) == pytest.approx(1, abs=0.02) and min(widths) > 0


def test_columns_that_are_empty_are_left_out():
    from shanhai.core.printing.lists import fit

    columns = [Column("key", "Key", "编号", key=True), Column("a", "A", "甲"), Column("b", "B", "乙")]

    assert fit(columns, [["1", "", "x"], ["2", "", ""]])[0] == [0, 2]
