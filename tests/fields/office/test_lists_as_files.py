"""The office's lists as files: what the page shows, narrowed as it is, in each format and for its readers only."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import openpyxl
import pytest

from shanhai.core.actions import documents
from shanhai.fields.office.actions import problems

pytestmark = pytest.mark.django_db

LISTS = (
    "/office/problems/",
    "/office/proposals/",
    "/office/instructions/",
    "/office/rounds/",
    "/office/links/",
    "/registry/file-numbers/",
)


@pytest.fixture
def raised(zone: Any, lin: Any) -> Any:
    """A problem that waits for an answer."""
    return problems.raise_problem(
        zone, title_zh="用电增容无答复", title_en="No more power", field="park", by=lin
    )


@pytest.mark.parametrize("path", LISTS)
def test_each_comes_as_excel_word_pdf_and_csv(path: str, zone: Any, lin: Any, client_of: Any) -> None:
    client = client_of(lin)

    for form in ("xlsx", "docx", "pdf", "csv"):
        assert client.get(f"{path}?format={form}").status_code == 200


@pytest.mark.parametrize("path", LISTS)
def test_the_outsider_takes_nothing_away(path: str, zone: Any, zhou: Any, client_of: Any) -> None:
    assert client_of(zhou).get(f"{path}?format=xlsx").status_code == 403


@pytest.mark.parametrize(("language", "heading"), [("en", "Problem"), ("zh-hans", "问题")])
def test_the_file_holds_the_rows_of_the_page(
    raised: Any, lin: Any, client_of: Any, language: str, heading: str
) -> None:
    client = client_of(lin, language=language)
    assert "format=xlsx" in client.get("/office/problems/").content.decode()
    answer = client.get("/office/problems/?format=xlsx")

    head, *rows = openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)
    assert head[0] == heading
    title = "No more power" if language == "en" else "用电增容无答复"
    assert [(row[0].partition(" · ")[0], row[-1]) for row in rows] == [(title, raised.number)]


def test_the_list_on_paper_names_what_waits(raised: Any, lin: Any, client_of: Any) -> None:
    answer = client_of(lin).get("/office/problems/?format=docx")

    body = zipfile.ZipFile(io.BytesIO(answer.content)).read("word/document.xml").decode()
    assert raised.title in body


def test_a_filter_narrows_the_file_too(raised: Any, lin: Any, client_of: Any) -> None:
    text = client_of(lin).get("/office/problems/?show=answered&format=csv").content.decode("utf-8-sig")

    assert len(text.splitlines()) == 1


def test_rounds_come_with_what_the_office_has(confirmed: Any, lin: Any, client_of: Any) -> None:
    text = client_of(lin).get("/office/rounds/?format=csv").content.decode("utf-8-sig")

    row = text.splitlines()[1]
    assert "1 · of 2 units" in row
    assert confirmed.round.due_on.isoformat() in row


@pytest.mark.parametrize("form", ["xlsx", "docx", "pdf", "csv"])
def test_the_list_of_papers_comes_as_a_file_with_what_the_reader_sees(
    form: str, zone: Any, lin: Any, shen: Any, zhou: Any, client_of: Any
) -> None:
    for name in ("会议纪要.txt", "批复.txt"):
        documents.store_document(io.BytesIO(name.encode()), file_name=name, pairing=zone, by=lin)
    page = client_of(lin).get("/registry/documents/").content.decode()
    assert f"format={form}" in page
    assert client_of(zhou).get(f"/registry/documents/?format={form}").status_code == 403

    answers = {who: client_of(who).get(f"/registry/documents/?format={form}") for who in (lin, shen)}
    assert {answer.status_code for answer in answers.values()} == {200}
    if form == "csv":
        mine, other = (answer.content.decode("utf-8-sig") for answer in answers.values())
        assert [line.split(" · ")[0] for line in mine.splitlines()[1:]] == ["批复", "会议纪要"]
        assert "批复" not in other
        assert "2023-09-18 09:" in mine
    if form == "docx":
        body = zipfile.ZipFile(io.BytesIO(answers[lin].content)).read("word/document.xml").decode()
        assert "会议纪要" in body
