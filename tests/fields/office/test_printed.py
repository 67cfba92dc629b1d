"""Factor requests and rounds on paper: Word and PDF in both languages, for those who see the record."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

import pytest

from shanhai.fields.office.actions import factors

pytestmark = pytest.mark.django_db


def papers_of(record: Any) -> str:
    return f"/registry/records/{record._meta.label_lower}/{record.pk}/paper"


def words_of(answer: Any) -> str:
    return zipfile.ZipFile(io.BytesIO(answer.content)).read("word/document.xml").decode()


@pytest.fixture
def asked(zone: Any, lin: Any) -> Any:
    """Lin's office asks for 5 mu."""
    return factors.ask(
        zone,
        title_zh="产业园用地",
        quantity=500,
        measure="mu",
        needed_by=date(2023, 10, 20),
        unit=lin.unit,
        by=lin,
    )


@pytest.mark.parametrize(("language", "said"), [("en", "Quantity asked"), ("zh-hans", "申请数量")])
def test_a_factor_request_is_printed(asked: Any, lin: Any, client_of: Any, language: str, said: str) -> None:
    client = client_of(lin)

    paper = words_of(client.get(f"{papers_of(asked)}.docx?language={language}"))

    assert said in paper and asked.number in paper
    assert client.get(f"{papers_of(asked)}.pdf?language={language}").status_code == 200


def test_a_round_is_printed_with_its_questions_and_units(opened: Any, lin: Any, client_of: Any) -> None:
    client = client_of(lin)
    assert f"{papers_of(opened)}.docx" in client.get(opened.url).content.decode()

    paper = words_of(client.get(f"{papers_of(opened)}.docx?language=zh-hans"))

    assert "交流活动场次" in paper and "龙泉市农业农村局" in paper and "必填" in paper


def test_whoever_does_not_see_them_prints_nothing(
    opened: Any, asked: Any, shen: Any, zhou: Any, client_of: Any
) -> None:
    for reader in (shen, zhou):
        for record in (opened, asked):
            assert client_of(reader).get(f"{papers_of(record)}.docx").status_code in (403, 404)
