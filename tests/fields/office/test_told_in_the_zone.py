"""How members chose to be told travels with the zone; what would speak in their name or let anybody in does not."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from shanhai.core import clock
from shanhai.core.actions import robots, telling
from shanhai.core.channels import planning
from shanhai.core.models import PhoneLink, Robot, Sending, Telling
from shanhai.fields.office.zone import told as zone
from shanhai.kernel.refusals import BadInput
from shanhai.site.cli import run
from shanhai.site.commands.zone import _export_all

CHOSEN = "member,mail\nlin,at_once\nshen,daily\n"


@pytest.fixture
def folder(cast, tmp_path) -> Path:
    (tmp_path / "how_told.csv").write_text(CHOSEN)
    return tmp_path


def test_what_was_loaded_comes_out_equal_and_a_second_time_changes_nothing(folder, tmp_path):
    assert zone.load(folder, None) == {"how_told.csv": 2}
    assert zone.load(folder, None) == {"how_told.csv": 0}

    out = tmp_path / "out"
    out.mkdir()
    assert zone.export(out, None) == {"how_told.csv": 2}
    assert (out / "how_told.csv").read_text() == CHOSEN


def test_an_address_is_confirmed_anew_here_and_loading_sends_nothing(folder, lin):
    zone.load(folder, None)

    chosen = telling.telling_of(lin)
    assert chosen.mail == "at_once" and chosen.confirmed_at is None and not planning.is_confirmed(chosen)
    assert not Sending.objects.exists()


def test_a_choice_that_was_made_here_stays(folder, lin):
    telling.write_choice(lin, mail="none", by=None)
    zone.load(folder, None)
    assert Telling.objects.get(member=lin).mail == "none"


def test_a_choice_that_there_is_not_is_refused(folder):
    (folder / "how_told.csv").write_text("member,mail\nlin,by_pigeon\n")
    with pytest.raises(BadInput) as refused:
        zone.load(folder, None)
    assert refused.value.code == "core.no_such_mail"


def test_a_member_takes_the_choices_of_the_own_organisation_only(folder, lin, tmp_path):
    zone.load(folder, None)
    out = tmp_path / "own"
    out.mkdir()
    zone.export(out, lin)
    assert (out / "how_told.csv").read_text() == "member,mail\nlin,at_once\n"


def test_a_whole_zone_leaves_no_robot_link_or_secret_behind(zone_of_all, cast, lin, tmp_path):
    address = "https://oapi.dingtalk.com/robot/send?access_token=0123456789abcdef"
    robots.add_robot(
        kind="dingtalk", name="工作群", address=address, secret="SECabcdef", organisation=lin.unit.organisation,
        unit=lin.unit, by=None,
    )  # fmt: skip
    now = clock.now()
    PhoneLink.objects.create(
        code="aaaa1111", digest="d" * 64, kind="office.rate_answer", subject_kind="office.problem", subject_id=1,
        unit=lin.unit, issued_at=now, expires_at=now + timedelta(days=7), holder="老王", role="village",
        phone_digest="e" * 64, phone_last="5678",
    )  # fmt: skip
    robot = Robot.objects.get()

    _export_all(tmp_path)

    written = "\n".join(path.read_text(errors="replace") for path in tmp_path.rglob("*") if path.is_file())
    for secret in (
        "0123456789abcdef",
        "SECabcdef",
        robot.address_sealed,
        robot.secret_sealed,
        "老王",
        "d" * 64,
        "e" * 64,
    ):
        assert secret not in written


@pytest.fixture
def zone_of_all(zone, monkeypatch):
    """The command acts as the system."""
    from shanhai.site.commands import zone as command

    monkeypatch.setattr(command, "acting", lambda: None)
    return zone


def test_the_command_knows_the_file(folder, capsys):
    assert run(["zone", "load", str(folder), "--dry-run", "--json"]) == 0
    assert '"how_told.csv": 2' in capsys.readouterr().out
    assert not Telling.objects.exists()
