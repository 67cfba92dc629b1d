"""Where commands refuse to write: a name that promises another kind of file than they make."""

import pytest

from shanhai.site.cli import run

pytestmark = pytest.mark.django_db


def test_the_briefing_book_is_no_text_file(zone, tmp_path, capsys):
    assert run(["pairing", "brief", "--out", str(tmp_path / "x.txt")]) == 1

    assert ".pdf or .docx" in capsys.readouterr().err
    assert not (tmp_path / "x.txt").exists()


def test_a_zone_is_exported_as_a_folder(zone, tmp_path, capsys):
    assert run(["zone", "export", str(tmp_path / "zone.xlsx")]) == 1

    assert "folder" in capsys.readouterr().err
    assert not (tmp_path / "zone.xlsx").exists()
