"""A member's post is said in the reader's language: page, form, command, API, file."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from shanhai.core.actions import members
from shanhai.core.models import Member
from shanhai.core.sheets import exporting, loading
from shanhai.fields.registry import columns

PATH = "/registry/members/lin/"


@pytest.fixture
def head(lin: Any) -> Member:
    return members.change_member(lin, title="科长", title_en="Section Head", by=None)


@pytest.mark.parametrize(
    ("language", "said", "other"), [("en", "Section Head", "科长"), ("zh-hans", "科长", "Section Head")]
)
def test_pages_say_it_in_the_reader_s_language(
    head: Member, admin_member: Any, client_of: Any, language: str, said: str, other: str
) -> None:
    client = client_of(admin_member, language=language)
    for path in (PATH, "/registry/members/", "/registry/units/LQ-PARK-1/"):
        page = client.get(path).content.decode()
        assert said in page, path
        assert other not in page, path


def test_the_form_and_the_api_write_it(lin: Any, admin_member: Any, client_of: Any) -> None:
    client = client_of(admin_member)
    given = {
        "name_zh": "林涛",
        "name_en": "Lin Tao",
        "title": "主任",
        "title_en": "Director",
        "version": lin.version,
    }
    assert client.post(f"{PATH}change/", given).status_code == 302
    lin.refresh_from_db()
    assert (lin.title, lin.title_en) == ("主任", "Director")

    path = "/api/v1/registry/members/lin"
    found = client.get(path)
    assert (found.json()["title"], found.json()["title_en"]) == ("主任", "Director")


def test_it_goes_out_and_comes_in_with_the_register(head: Member, tmp_path: Path) -> None:
    target = io.BytesIO()
    exporting.export(columns.MEMBERS, target, "csv", member=None, machine=True, bom=False)
    members.change_member(head, title_en="Other", by=None)
    path = tmp_path / "members.csv"
    path.write_bytes(target.getvalue())

    assert loading.load_table(columns.MEMBERS, path, by=None)["changed"] == 1
    head.refresh_from_db()
    assert head.title_en == "Section Head"


def test_a_file_without_the_column_leaves_it_as_it_is(head: Member, tmp_path: Path) -> None:
    path = tmp_path / "members.csv"
    path.write_text("code,title\nlin,处长\n", encoding="utf-8")

    loading.load_table(columns.MEMBERS, path, by=None)

    head.refresh_from_db()
    assert (head.title, head.title_en) == ("处长", "Section Head")
