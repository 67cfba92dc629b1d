"""Projects: registered, changed, moved along their way; who sees them, and every face of them."""

from __future__ import annotations

import json
import threading
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from shanhai.core import search, signs
from shanhai.core.actions import sharing
from shanhai.core.checks import replay
from shanhai.core.sheets import loading
from shanhai.fields.investment import rules
from shanhai.fields.investment.actions import projects as actions
from shanhai.fields.investment.models import Project
from shanhai.fields.investment.queries import projects as queries
from shanhai.fields.investment.queries import registers
from shanhai.kernel.refusals import BadInput, ChangedMeanwhile, NotAllowed, NotFound, NotNow
from shanhai.site.cli import run
from tests.threads import together

# Each file whose rows a load of what one project exports tells of, in the order in which it is read.
WRITTEN_AND_READ = [
    "projects.csv",
    "leads.csv",
    "teams.csv",
    "team_years.csv",
    "team_costs.csv",
    "stops.csv",
    "event_sides.csv",
    "event_guests.csv",
    "stocks.csv",
    "stock_votes.csv",
    "stock_milestones.csv",
    "project_steps.csv",
]

STAGES = st.sampled_from(list(rules.ProjectStage))


class TestRules:
    @given(STAGES, STAGES)
    def test_forward_needs_no_reason_and_every_other_way_does(self, stage, to):
        forward = rules.ProjectStage.DROPPED not in (stage, to) and rules.ORDER.index(to) > rules.ORDER.index(
            stage
        )
        if stage == to:
            with pytest.raises(NotNow):
                rules.check_move("P", stage, to, "because")
        elif forward:
            rules.check_move("P", stage, to, "")
        else:
            rules.check_move("P", stage, to, "because")
            with pytest.raises(BadInput):
                rules.check_move("P", stage, to, " ")

    @pytest.mark.parametrize("code", ["3670", "C3670", "C36", ""])
    def test_industries_are_written_as_gb_t_4754_writes_them(self, code):
        rules.check_industry(code)

    @pytest.mark.parametrize("code", ["X3670", "3", "36701", "c3670"])
    def test_other_industries_are_refused(self, code):
        with pytest.raises(BadInput):
            rules.check_industry(code)

    def test_the_forest_is_part_of_the_land(self):
        with pytest.raises(BadInput) as refused:
            rules.check_measures("P", {"land_mu": Decimal(10), "forest_mu": Decimal(11)})

        assert refused.value.facts["field"] == "forest_mu"


class TestActions:
    def test_a_project_gets_a_number_and_its_code_is_written_officially(self, cast, zone, firm, lin):
        made = actions.add_project(
            zone,
            name_zh="电气项目",
            enterprise=firm,
            region=cast.regions["331181000000"],
            project_code="21033311810401123456",
            by=lin,
        )

        assert made.number == f"XM-2023-{made.pk:05d}"
        assert made.project_code == "2103-331181-04-01-123456"
        assert (made.owner_unit, made.owner_side, made.reach) == (lin.unit, "mountain", "side")

    def test_two_projects_do_not_have_one_code(self, cast, zone, firm, lin, project):
        with pytest.raises(NotNow) as refused:
            actions.add_project(
                zone,
                name_zh="另一项目",
                enterprise=firm,
                region=cast.regions["331181000000"],
                project_code=project.project_code,
                by=lin,
            )

        assert refused.value.code == "investment.project_code_taken"

    def test_a_wrong_code_is_refused_at_its_field(self, cast, zone, firm, lin):
        with pytest.raises(BadInput) as refused:
            actions.add_project(
                zone,
                name_zh="项目",
                enterprise=firm,
                region=cast.regions["331181000000"],
                project_code="2103",
                by=lin,
            )

        assert refused.value.facts["field"] == "project_code"

    def test_it_moves_on_and_back_with_a_reason_and_the_journal_replays(self, project, lin):
        actions.move_project(project, to="preparing", on=date(2023, 9, 18), paper="投资协议", by=lin)
        actions.change_project(project, name_en="Compressors", energy_tce=Decimal(900), by=lin)
        with pytest.raises(BadInput):
            actions.move_project(project, to="signed", by=lin)
        actions.move_project(project, to="signed", reason="contract renegotiated", by=lin)

        assert (project.stage, project.version) == ("signed", 3)
        assert list(replay()) == []

    def test_nothing_changes_without_a_difference(self, project, lin):
        actions.change_project(project, name_en=project.name_en, by=lin)

        assert project.version == 0

    def test_the_second_of_two_writers_is_told(self, project, lin):
        stale = Project.objects.get(pk=project.pk)
        actions.change_project(project, industry="C3670", by=lin)

        with pytest.raises(ChangedMeanwhile):
            actions.change_project(stale, industry="C3660", by=lin)

    def test_outsiders_and_the_province_write_nothing(self, project, zhou, pan):
        for somebody in (zhou, pan):
            with pytest.raises(NotAllowed):
                actions.move_project(project, to="signed", by=somebody)


class TestWhoSees:
    def test_it_starts_at_ones_own_side_and_is_shared_with_the_other(self, project, lin, shen, zone):
        assert list(queries.projects_of(shen, zone)) == []
        with pytest.raises(NotFound):
            queries.project_of(shen, "P-1")

        sharing.share_with_other_side(project, by=lin)

        assert queries.project_of(shen, "P-1") == project
        assert queries.project_of(shen, project.project_code) == project
        assert list(queries.projects_of(shen, zone)) == [project]

    def test_whoever_sees_it_finds_it(self, project, lin, shen, zhou):
        assert [one.title_zh for one in search.find(lin, "压缩机")] == [project.name_zh]
        assert [one.title_zh for one in search.find(lin, "2103-331181")] == [project.name_zh]
        assert not search.find(shen, "压缩机")
        assert not search.find(zhou, "压缩机")


class TestRegister:
    def row(self, **changes):
        found = registers.projects_current(["P-1"])["P-1"]
        return {name: value for name, value in found.items() if not name.startswith("_")} | changes

    def problems(self, rows, by):
        try:
            loading.load_table(signs.registers["investment.projects"], rows, by=by)
        except BadInput as refused:
            return [(one["column"], one["code"]) for one in refused.facts["problems"]]
        return []

    def test_a_sheet_changes_what_the_page_changes(self, project, lin):
        assert self.problems([self.row(energy_tce=Decimal(1200), name_en="New")], lin) == []

        project.refresh_from_db()
        assert (project.energy_tce, project.name_en, project.version) == (Decimal(1200), "New", 1)
        assert list(replay()) == []

    def test_a_sheet_of_a_member_leaves_stage_and_readers_alone(self, project, lin):
        assert self.problems([self.row(stage="building")], lin) == [("stage", "investment.by_page_only")]
        assert self.problems([self.row(reach="both")], lin) == [("reach", "investment.by_page_only")]

    def test_a_sheet_of_the_other_side_does_not_touch_what_is_not_shown_to_it(self, project, shen):
        assert self.problems([self.row(name_en="Mine")], shen) == [("number", "investment.no_project")]

    def test_the_loader_writes_what_papers_say(self, project):
        new = self.row(number="P-2", project_code="", stage="building", reach="both", owner="XS-OFFICE-1")
        assert self.problems([new], None) == []

        made = Project.objects.get(number="P-2")
        assert (made.stage, made.reach, made.owner_side) == ("building", "both", "sea")

    def test_faults_are_named_at_their_cell(self, project, lin):
        rows = [
            self.row(number="P-3", project_code=project.project_code),
            self.row(number="P-4", project_code="", industry="XX"),
            self.row(number="P-5", project_code="", forest_mu=Decimal(99)),
        ]

        assert self.problems(rows, lin) == [
            ("project_code", "investment.project_code_taken"),
            ("industry", "investment.industry_form"),
            ("forest_mu", "investment.forest_over_land"),
        ]


class TestFaces:
    def test_the_pages_say_it_in_both_languages_and_turn_the_outsider_away(
        self, project, client_of, lin, zhou
    ):
        page = client_of(lin).get("/investment/projects/").content.decode()
        assert "Compressor plant" in page
        page = client_of(lin, language="zh-hans").get(project.url).content.decode()
        assert "汽车空调压缩机项目" in page and "尚不清楚" in page
        for address in ("/investment/projects/", project.url, "/investment/projects/add/"):
            assert client_of(zhou).get(address).status_code in (403, 404)

    def test_it_is_registered_changed_and_moved_by_forms(self, cast, firm, zone, client_of, lin):
        client = client_of(lin)
        answer = client.post(
            "/investment/projects/add/",
            {
                "name_zh": "输液项目",
                "enterprise": "FIRM",
                "region": "331181",
                "stage": "signed",
                "investment_fen": "1.2亿元",
                "is_foreign": "false",
            },
        )
        made = Project.objects.get()
        assert answer.status_code == 302 and answer["Location"] == made.url
        assert (made.investment_fen, made.is_foreign, made.is_hazardous) == (12_000_000_000, False, None)

        form = {
            "name_zh": "输液新项目",
            "enterprise": "FIRM",
            "region": "331181",
            "version": "0",
            "is_foreign": "false",
            "project_code": "2103-331181-04-01-123456",
            "basis": "filing",
        }
        assert client.post(f"{made.url}change/", form).status_code == 302
        assert client.post(f"{made.url}change/", form | {"name_zh": "别的"}).status_code == 409
        assert client.post(f"{made.url}move/", {"to": "lead"}).status_code == 422
        assert client.post(f"{made.url}move/", {"to": "preparing"}).status_code == 302
        made.refresh_from_db()
        assert (made.name_zh, made.stage, made.investment_fen) == ("输液新项目", "preparing", None)

    def test_the_api_does_what_the_pages_do(self, project, firm, api_at, held, lin, zhou):
        call = api_at("/api/v1/investment")(lin)
        listed = call("get", "/projects").json()["items"]
        assert [one["number"] for one in listed] == ["P-1"]
        made = call(
            "post",
            "/projects",
            {"name_zh": "新项目", "enterprise": "FIRM", "region": "331181", "land_mu": "12.5"},
            key="k",
        )
        assert made.status_code == 201 and made.json()["land_mu"] == "12.5"
        changed = call("patch", "/projects/P-1", {"land_mu": None, "eia": "report"}, version=0)
        assert changed.json()["land_mu"] is None and changed.json()["eia"] == "report"
        held(call, "/projects/P-1/move", {"to": "signed", "paper": "投资协议"}, 1)
        assert call("get", "/projects/P-1").json()["stage"] == "signed"
        assert api_at("/api/v1/investment")(zhou)("get", "/projects").status_code == 403

    def test_commands_do_what_the_pages_do(self, project, firm, capsys):
        line = [
            "investment",
            "projects",
            "add",
            "--name",
            "命令项目",
            "--enterprise",
            "FIRM",
            "--region",
            "331181",
        ]
        assert run([*line, "--investment", "5000万元", "--dry-run"]) == 0
        assert Project.objects.count() == 1
        capsys.readouterr()
        assert run([*line, "--investment", "5000万元", "--foreign", "--json"]) == 0
        told = capsys.readouterr().out
        number = json.loads(told[told.index("{") :])["number"]
        assert run(["investment", "projects", "change", number, "--eia", "form"]) == 0
        assert run(["investment", "projects", "move", number, "signed", "--paper", "投资协议"]) == 0
        made = Project.objects.get(number=number)
        assert (made.eia, made.stage, made.investment_fen) == ("form", "signed", 5_000_000_000)
        assert run(["investment", "projects", "show", number]) == 0
        assert run(["investment", "projects", "move", number, "lead"]) == 1

    def test_what_was_exported_loads_again_without_a_change(self, project, tmp_path: Path):
        from shanhai.fields.investment import zone

        zone.export(tmp_path, None)
        before = (tmp_path / "projects.csv").read_bytes()

        assert zone.load(tmp_path, None) == dict.fromkeys(WRITTEN_AND_READ, 0)
        zone.export(tmp_path, None)
        assert (tmp_path / "projects.csv").read_bytes() == before


@pytest.mark.django_db(transaction=True)
def test_of_two_who_move_it_at_once_one_is_told(project, lin):
    if connection.vendor != "postgresql":
        pytest.skip("The tests' SQLite lives in memory, where readers lock.")
    barrier = threading.Barrier(2)
    rows = [Project.objects.get(pk=project.pk) for _ in range(2)]

    results = together(
        [lambda row=row: actions.move_project(row, to="signed", paper="投资协议", by=lin) for row in rows],
        barrier,
    )

    assert sum(isinstance(one, ChangedMeanwhile) for one in results) == 1
    assert Project.objects.get(pk=project.pk).version == 1
