"""The commands of the registers, as somebody at a terminal types them."""

import json

import pytest
from typer.testing import CliRunner

from shanhai.core.models import Member, Region
from shanhai.fields.registry.cli import app
from shanhai.kernel.refusals import BadInput


@pytest.fixture
def typed(cast):
    def run(*words: str):
        return CliRunner().invoke(app, list(words), catch_exceptions=False)

    return run


class TestLists:
    def test_json_has_every_column(self, typed):
        rows = json.loads(typed("regions", "list", "--json").stdout)

        assert [row["code"] for row in rows] == sorted(row["code"] for row in rows)
        assert rows[0]["name_zh"] == "浙江省"

    def test_csv_is_for_programs(self, typed):
        lines = typed("organisations", "list", "--csv").stdout.splitlines()

        assert lines[0].startswith("code,name_zh,name_en,kind,region")
        assert len(lines) == 7

    @pytest.mark.parametrize(
        "words",
        [
            ("units", "list"),
            ("members", "list"),
            ("roles", "list"),
            ("roles", "show", "office"),
            ("documents", "list"),
            ("rulebook", "list"),
            ("rulebook", "list", "--assumed"),
            ("rulebook", "show", "core.document_max_mb"),
            ("calendar", "show", "2023"),
            ("journal", "list"),
            ("members", "access", "lin"),
            ("regions", "show", "331181"),
            ("organisations", "show", "LQ"),
            ("units", "show", "LQ-1"),
            ("members", "show", "lin"),
        ],
    )
    def test_answers_people(self, typed, words):
        answer = typed(*words)

        assert answer.exit_code == 0
        assert answer.stdout.strip()


class TestWrites:
    def test_a_dry_run_writes_nothing(self, typed):
        typed("regions", "add", "331181100", "--name", "八都镇", "--dry-run")

        assert not Region.objects.filter(code="331181100000").exists()

    def test_a_region_is_added(self, typed):
        typed("regions", "add", "331181100", "--name", "八都镇")

        assert Region.objects.get(code="331181100000").parent.code == "331181000000"

    def test_a_wrong_code_is_refused_as_on_the_page(self, typed):
        with pytest.raises(BadInput, match="Give 6, 9 or 12"):
            typed("regions", "add", "99", "--name", "错")

    def test_a_member_comes_with_roles(self, typed):
        typed("members", "add", "LQ-1", "chen", "--name", "陈越", "--role", "handler", "--role", "checker")

        assert set(Member.objects.get(code="chen").grants.values_list("role", flat=True)) == {
            "handler",
            "checker",
        }

    def test_a_login_is_opened_with_a_first_password(self, typed):
        typed("members", "add", "LQ-1", "chen", "--name", "陈越")

        answer = json.loads(typed("members", "open-login", "chen", "chen.yue", "--json").stdout)

        assert Member.objects.get(code="chen").user.check_password(answer["first_password"])
