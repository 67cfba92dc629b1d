"""Catalogues: drafted, checked, published, never changed again; and every face of them."""

from __future__ import annotations

import io
import json
import threading
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from shanhai.core import search
from shanhai.core.checks import replay
from shanhai.fields.approval import zone as zone_files
from shanhai.fields.approval.actions import catalogues as actions
from shanhai.fields.approval.models import CatalogueVersion, ItemCatalogue
from shanhai.fields.approval.queries import catalogues as queries
from shanhai.fields.approval.queries import checks as self_checks
from shanhai.fields.approval.queries import files
from shanhai.fields.approval.rules import documents, profiles
from shanhai.fields.approval.rules.catalogue import Department, Item, as_plain
from shanhai.kernel.refusals import BadInput, ChangedMeanwhile, NotAllowed, NotFound, NotNow, Refused
from shanhai.site.cli import run
from tests.threads import together

LQ = "331181000000"


def with_days(draft: CatalogueVersion, code: str, days: int):
    """The document of a draft with other promised days of one item."""
    document = draft.document
    return document.with_item(replace(document.item(code), promised_days=days), code)


class TestDrafts:
    def test_a_regime_is_taken_over_for_a_region(self, catalogue):
        version = queries.version_of("LQ-ZJ90")

        assert (version.number, version.stage, version.valid_from) == (1, "published", date(2023, 9, 18))
        assert version.document.region == LQ
        assert len(version.document.items) == len(profiles.profile("zhejiang-90").items)
        assert list(replay()) == []

    def test_a_draft_begins_as_a_copy_and_there_is_one(self, catalogue, draft, lin):
        assert draft.sha256 == queries.version_of("LQ-ZJ90", 1).sha256
        with pytest.raises(NotNow) as refused:
            actions.open_draft(queries.catalogue_of("LQ-ZJ90"), by=lin)
        assert refused.value.code == "approval.draft_there"

    def test_nothing_changed_is_not_published(self, draft, lin):
        with pytest.raises(NotNow) as refused:
            actions.publish_draft(draft, by=lin)
        assert refused.value.code == "approval.nothing_changed"

    def test_items_are_put_in_renamed_and_taken_out(self, draft, lin):
        made = Item("extra", 2, "附加审查", lead="planning", promised_days=2, after=("scheme",))
        actions.write_item(draft, made, by=lin)
        actions.write_item(
            draft, replace(draft.document.item("scheme"), code="scheme-review"), was="scheme", by=lin
        )
        assert draft.document.item("extra").after == ("scheme-review",)
        assert draft.document.item("preliminary-design").after == ("scheme-review",)

        actions.drop_item(draft, "scheme-review", by=lin)
        assert draft.document.item("extra").after == ("land-planning-permit",)
        with pytest.raises(NotNow):
            actions.write_item(draft, made, by=lin)
        with pytest.raises(NotFound):
            actions.drop_item(draft, "nothing", by=lin)
        assert list(replay()) == []

    def test_a_faulty_draft_is_refused_whole_with_all_that_is_wrong(self, draft, lin):
        document = draft.document
        ring = replace(document.item("filing"), after=("construction-permit",), lead="police")
        actions.bring_draft(draft, document.with_item(ring, "filing"), by=lin)

        with pytest.raises(BadInput) as refused:
            actions.publish_draft(draft, by=lin)

        told = {one["code"] for one in refused.value.facts["problems"]}
        assert {"approval.cycle", "approval.unknown_department", "approval.waits_for_later_stage"} <= told
        assert queries.draft_of("LQ-ZJ90").is_draft

    def test_the_register_tells_that_a_department_is_of_the_other_side(self, draft, lin):
        document = draft.document
        sea = Department("sea", "萧山协作办", organisation="XS-OFFICE")
        document = replace(document, departments=(*document.departments, sea))
        document = document.with_item(replace(document.item("scheme"), lead="sea"), "scheme")
        actions.bring_draft(draft, document, by=lin)

        with pytest.raises(BadInput) as refused:
            actions.publish_draft(draft, by=lin)

        assert [one["code"] for one in refused.value.facts["problems"]] == ["approval.authority_follows_land"]

    def test_a_catalogue_that_was_never_published_goes_with_its_draft(self, cast, zone, lin):
        actions.open_catalogue(code="OWN", region=cast.regions[LQ], by=lin)
        actions.discard_draft(queries.draft_of("OWN"), by=lin)

        assert not ItemCatalogue.objects.filter(code="OWN").exists()
        assert list(replay()) == []


class TestPublished:
    def test_what_is_published_never_changes(self, catalogue, draft, lin):
        actions.bring_draft(draft, with_days(draft, "eia", 6), by=lin)
        actions.publish_draft(draft, valid_from=date(2023, 10, 1), why="faster", by=lin)

        for call in (
            lambda: actions.bring_draft(draft, with_days(draft, "eia", 5), by=lin),
            lambda: actions.drop_item(draft, "eia", by=lin),
            lambda: actions.publish_draft(draft, by=lin),
            lambda: actions.discard_draft(draft, by=lin),
        ):
            with pytest.raises(NotNow) as refused:
                call()
            assert refused.value.code == "approval.published"
        assert queries.version_of("LQ-ZJ90", 1).document.item("eia").promised_days == 7
        assert list(self_checks.published()) == []

    def test_a_version_holds_from_its_day(self, catalogue, draft, lin):
        actions.bring_draft(draft, with_days(draft, "eia", 6), by=lin)
        with pytest.raises(BadInput):
            actions.publish_draft(draft, valid_from=date(2023, 9, 1), by=lin)
        actions.publish_draft(draft, valid_from=date(2023, 10, 1), by=lin)

        assert [one.number for one in queries.in_force(LQ, date(2023, 9, 30))] == [1]
        assert [one.number for one in queries.in_force(LQ, date(2023, 10, 1))] == [2]
        assert queries.in_force(LQ, date(2023, 9, 17)) == []

    def test_a_change_behind_our_back_is_found(self, catalogue):
        other = documents.body_of(profiles.profile("low-risk-20"))
        CatalogueVersion.objects.filter(number=1).update(body=other)

        (found,) = self_checks.published()
        assert "LQ-ZJ90" in found.say()

    def test_the_database_keeps_one_draft_and_days_of_what_is_published(self, catalogue, draft):
        row = {"catalogue": draft.catalogue, "body": draft.body, "sha256": draft.sha256}
        for more in ({"number": 3}, {"number": 3, "stage": "published"}, {"number": 1, "stage": "draft"}):
            with pytest.raises(IntegrityError), transaction.atomic():
                CatalogueVersion.objects.create(**row, **more)


class TestWho:
    def test_the_other_side_and_outsiders_lay_nothing_down(self, cast, catalogue, draft, shen, pan, zhou):
        for somebody in (shen, pan, zhou):
            for call in (
                lambda by=somebody: actions.open_catalogue(code="X", region=cast.regions[LQ], by=by),
                lambda by=somebody: actions.bring_draft(draft, with_days(draft, "eia", 6), by=by),
                lambda by=somebody: actions.publish_draft(draft, by=by),
                lambda by=somebody: actions.discard_draft(draft, by=by),
            ):
                with pytest.raises(NotAllowed):
                    call()

    def test_the_other_side_lays_down_its_own(self, cast, zone, shen):
        made = actions.open_catalogue(
            code="XS-ZJ90", region=cast.regions["330109000000"], profile="zhejiang-90", by=shen
        )

        assert queries.draft_of(made.code).document.region == "330109000000"

    def test_it_is_found_by_whoever_sees_catalogues(self, catalogue, shen, zhou):
        assert search.find(shen, "LQ-ZJ90")
        assert not search.find(zhou, "LQ-ZJ90")


class TestFiles:
    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    @pytest.mark.parametrize("name", profiles.NAMES)
    def test_a_workbook_comes_back_as_it_went(self, tmp_path: Path, name, language):
        found = replace(profiles.profile(name), region=LQ)
        path = tmp_path / "catalogue.xlsx"
        with translation.override(language):
            files.write_file(found, path)

        assert files.catalogue_in(path) == found

    def test_a_csv_of_items_takes_the_rest_from_the_library(self, tmp_path: Path):
        path = tmp_path / "items.csv"
        path.write_text(
            "事项编码,阶段,事项名称,主办部门,承诺时限,前置事项,适用条件\n"
            "filing,1,备案,drc,0,,basis = filing\n"
            "permit,2,规划许可,planning,7,filing,\n",
            encoding="gbk",
        )

        found = files.catalogue_in(path)

        assert [one.code for one in found.items] == ["filing", "permit"]
        assert found.item("permit").after == ("filing",) and found.department("planning")

    def test_a_bad_cell_is_named_with_row_and_column(self, tmp_path: Path):
        path = tmp_path / "items.csv"
        path.write_text("code,stage,name_zh,lead,promised_days\nfiling,1,备案,drc,soon\n", encoding="utf-8")

        with pytest.raises(BadInput) as refused:
            files.catalogue_in(path)

        assert refused.value.facts["row"] == 2 and "soon" in str(refused.value)

    @pytest.mark.parametrize(
        "content", [b"", b"\x00\xff\x13", b"PK\x03\x04broken", b"a,b\n1,2\n", b"%PDF-1.7"]
    )
    @pytest.mark.parametrize("name", ["x.xlsx", "x.yaml", "x.csv", "x"])
    def test_whatever_is_brought_is_read_or_refused(self, tmp_path: Path, content, name):
        path = tmp_path / name
        path.write_bytes(content)

        with pytest.raises(Refused):
            files.catalogue_in(path)

    def test_a_zone_folder_comes_back_as_it_went(self, catalogue, draft, lin, tmp_path: Path):
        odd = replace(draft.document.item("eia"), result_zh="=HYPERLINK(1)", promised_days=6)
        actions.bring_draft(draft, draft.document.with_item(odd, "eia"), by=lin)
        one, two = tmp_path / "one", tmp_path / "two"
        one.mkdir(), two.mkdir()
        zone_files.export(one, None)
        before = list(CatalogueVersion.objects.order_by("number").values_list("number", "sha256", "stage"))

        assert zone_files.load(one, None) == {"catalogues.csv": 0}
        CatalogueVersion.objects.all().delete()
        assert zone_files.load(one, None) == {"catalogues.csv": 2}

        assert (
            list(CatalogueVersion.objects.order_by("number").values_list("number", "sha256", "stage"))
            == before
        )
        zone_files.export(two, None)
        assert {p.name: p.read_bytes() for p in one.iterdir()} == {
            p.name: p.read_bytes() for p in two.iterdir()
        }

    def test_the_loader_does_not_overwrite_what_is_published(self, catalogue, tmp_path: Path):
        zone_files.export(tmp_path, None)
        path = tmp_path / "catalogue_items.csv"
        path.write_text(
            path.read_text(encoding="utf-8").replace("环境影响评价文件审批", "环评"), encoding="utf-8"
        )

        with pytest.raises(NotNow) as refused:
            zone_files.load(tmp_path, None)
        assert refused.value.code == "approval.version_stands"


class TestPages:
    ADDRESSES = (
        "/approval/catalogues/",
        "/approval/catalogues/LQ-ZJ90/",
        "/approval/catalogues/LQ-ZJ90/1/",
        "/approval/catalogues/LQ-ZJ90/1/needed/?land_mu=40&eia=report",
        "/approval/catalogues/LQ-ZJ90/1/items/eia/",
        "/approval/catalogues/LQ-ZJ90/1/file.xlsx",
        "/approval/catalogues/LQ-ZJ90/draft/publish/",
        "/approval/catalogues/LQ-ZJ90/draft/bring/",
        "/approval/catalogues/LQ-ZJ90/draft/items/add/",
        "/approval/catalogues/LQ-ZJ90/draft/items/eia/change/",
        "/approval/catalogues/open/",
    )

    def test_each_opens_in_both_languages_and_turns_the_outsider_away(
        self, catalogue, draft, client_of, lin, zhou
    ):
        for address in self.ADDRESSES:
            assert client_of(lin).get(address).status_code == 200, address
            assert client_of(lin, language="zh-hans").get(address).status_code == 200, address
            assert client_of(zhou).get(address).status_code in (403, 404), address

    def test_the_picture_says_the_critical_path_in_words(self, catalogue, client_of, shen):
        page = client_of(shen, language="zh-hans").get("/approval/catalogues/LQ-ZJ90/").content.decode()

        assert "并联68个工作日" in page and "位于关键路径" in page and "环境影响评价文件审批" in page
        assert "/draft/publish/" not in page

    @pytest.mark.parametrize(
        ("language", "own", "other"),
        [("en", "promise of a county", "承诺时限（xiaomilidoc"), ("zh-hans", "承诺时限（xiaomilidoc", "promise of a county")],
    )  # fmt: skip
    def test_sources_stand_in_the_language_of_the_page(self, catalogue, client_of, lin, language, own, other):
        client = client_of(lin, language=language)
        item = client.get("/approval/catalogues/LQ-ZJ90/1/items/eia/").content.decode()
        assert own in item and other not in item
        limits = client.get("/approval/catalogues/LQ-ZJ90/1/").content.decode()
        assert ("浙江在线" in limits) == (language == "zh-hans")
        assert ("Zhejiang Online" in limits) == (language == "en")

    def test_a_year_of_the_draft(self, catalogue, draft, client_of, lin):
        """Changed by form, brought as a workbook, refused with its path, mended, compared, published."""
        client = client_of(lin)
        root = "/approval/catalogues/LQ-ZJ90"
        form = client.get(f"{root}/draft/items/eia/change/").context["form"]
        data = {name: "" if value is None else value for name, value in form.initial.items()}
        data |= {"promised_days": 5, "after": ["construction-permit"]}
        assert client.post(f"{root}/draft/items/eia/change/", data).status_code == 302
        page = client.get(f"{root}/draft/publish/").content.decode()
        assert "construction-permit → eia" in page
        assert client.post(f"{root}/draft/publish/", {}).status_code == 422
        assert client.post(f"{root}/draft/items/eia/change/", data | {"promised_days": 4}).status_code == 409

        book = io.BytesIO()
        files.write_workbook(with_days(queries.version_of("LQ-ZJ90", 1), "eia", 5), book)
        upload = SimpleUploadedFile("next.xlsx", book.getvalue())
        assert client.post(f"{root}/draft/bring/", {"file": upload}).status_code == 302
        page = client.get(f"{root}/draft/publish/").content.decode()
        assert "Version 2 changes 1 thing." in page
        answer = client.post(f"{root}/draft/publish/", {"why": "更快", "valid_from": "2023-10-01"})
        assert answer.status_code == 302
        assert queries.version_of("LQ-ZJ90").document.item("eia").promised_days == 5

    def test_materials_are_written_a_line_each(self, catalogue, draft, client_of, lin):
        client = client_of(lin)
        data = {
            "code": "extra", "stage": "1", "name_zh": "附加", "kind": "opinion", "lead": "planning", "promised_days": "2",
            "promised_standing": "assumed", "statutory_standing": "assumed", "standing": "assumed",
            "materials": "form | 申请表 | Form\nproof | 证明 | minor",
        }  # fmt: skip
        url = "/approval/catalogues/LQ-ZJ90/draft/items/add/"
        assert client.post(url, data | {"materials": "nonsense"}).status_code == 422
        assert client.post(url, data | {"when": "colour = red"}).status_code == 422
        assert client.post(url, data).status_code == 302

        papers = queries.draft_of("LQ-ZJ90").document.item("extra").materials
        assert [(one.code, one.name_en, one.is_major) for one in papers] == [
            ("form", "Form", True), ("proof", "", False),
        ]  # fmt: skip

    def test_a_project_shows_what_it_needs_where_it_stands(self, cast, zone, catalogue, client_of, lin):
        from shanhai.core.actions import organisations
        from shanhai.fields.investment.actions import projects

        firm = organisations.add_organisation(
            code="FIRM", kind="enterprise", region=cast.regions[LQ], name_zh="企业", by=None
        )
        made = projects.add_project(
            zone,
            number="P-1",
            name_zh="项目",
            enterprise=firm,
            region=cast.regions[LQ],
            basis="filing",
            by=lin,
        )
        page = client_of(lin).get(made.url).content.decode()
        assert "Which approvals it needs" in page and "?project=P-1" in page
        page = client_of(lin).get("/approval/catalogues/LQ-ZJ90/1/needed/?project=P-1").content.decode()
        assert "depend on facts that nobody has given" in page


class TestPrograms:
    def test_the_api_does_what_the_pages_do(self, cast, zone, api_at, lin, shen, zhou):
        call = api_at("/api/v1/approval")(lin)
        opened = call(
            "post", "/catalogues", {"code": "LQ", "region": "331181", "profile": "zhejiang-90"}, key="k"
        )
        assert opened.status_code == 201, opened.content
        version = call("get", "/catalogues/LQ/versions/1").json()
        assert (version["stage"], version["days_together"]) == ("draft", 68)
        item = version["document"]["items"][0] | {"promised_days": 1, "statutory_days": None}
        assert call("put", f"/catalogues/LQ/draft/items/{item['code']}", item).status_code == 428
        put = call("put", f"/catalogues/LQ/draft/items/{item['code']}", item, version=0)
        assert put.status_code == 200 and put.json()["version"] == 1
        assert call("delete", "/catalogues/LQ/draft/items/utilities", version=0).status_code == 412
        assert call("delete", "/catalogues/LQ/draft/items/utilities", version=1).status_code == 200
        new = {"code": "extra", "stage": 1, "name_zh": "附加", "lead": "planning", "when": "land_mu > 0"}
        assert call("post", "/catalogues/LQ/draft/items", new, version=2).status_code == 200
        published = call("post", "/catalogues/LQ/draft/publish", {"why": "first"}, version=3)
        assert published.status_code == 200, published.content
        needed = call("get", "/catalogues/LQ/versions/1/needed?basis=filing&land_mu=3").json()
        assert needed["days_together"] > 0 and "eia" in needed["unknown"]
        assert call("post", "/catalogues/LQ/draft", version=0).status_code == 201
        document = call("get", "/catalogues/LQ/versions/2").json()["document"]
        document["items"][0]["promised_days"] = 2
        assert call("put", "/catalogues/LQ/draft", document, version=0).status_code == 200
        told = call("get", "/catalogues/LQ/versions/2/differences").json()
        assert [one["name"] for one in told] == ["promised_days"]
        assert call("delete", "/catalogues/LQ/draft", version=1).status_code == 204
        assert [one["number"] for one in call("get", "/catalogues/LQ").json()["versions"]] == [1]
        other = api_at("/api/v1/approval")(shen)
        assert other("get", "/catalogues").json()["items"][0]["latest"] == 1
        assert other("post", "/catalogues/LQ/draft", version=1).status_code == 403
        assert api_at("/api/v1/approval")(zhou)("get", "/catalogues").status_code == 403

    def test_commands_do_what_the_pages_do(self, cast, zone, tmp_path: Path, capsys):
        head = ["approval", "catalogue"]
        assert run([*head, "open", "LQ", "--region", "331181", "--profile", "low-risk-20", "--dry-run"]) == 0
        assert not ItemCatalogue.objects.exists()
        assert run([*head, "open", "LQ", "--region", "331181", "--profile", "low-risk-20"]) == 0
        assert run([*head, "publish", "LQ", "--why", "first"]) == 0
        assert run([*head, "draft", "LQ"]) == 0
        book = tmp_path / "next.xlsx"
        assert run([*head, "export", "LQ", str(book), "--number", "2"]) == 0
        assert run([*head, "bring", "LQ", str(book)]) == 0
        item = tmp_path / "item.yaml"
        item.write_text(
            "{code: title, stage: 4, name_zh: 登记, lead: title_registry, promised_days: 2}", "utf-8"
        )
        assert run([*head, "set-item", "LQ", str(item), "--was", "title"]) == 0
        assert run([*head, "drop-item", "LQ", "drawing-filing"]) == 0
        capsys.readouterr()
        assert run([*head, "differences", "LQ", "--number", "2", "--json"]) == 0
        assert {one["code"] for one in json.loads(capsys.readouterr().out)} == {"title", "drawing-filing"}
        assert (
            run([*head, "preview", "LQ", "--fact", "is_low_risk=yes", "--fact", "building_m2=9000", "--json"])
            == 0
        )
        assert json.loads(capsys.readouterr().out)["days_together"] == 0
        assert run([*head, "preview", "LQ", "--fact", "colour=red"]) == 1
        assert run([*head, "drop", "LQ"]) == 0
        assert run([*head, "list"]) == 0 and run([*head, "show", "LQ"]) == 0

    def test_a_file_is_checked_without_a_database(self, tmp_path: Path, capsys):
        path = tmp_path / "catalogue.yaml"
        document = as_plain(profiles.profile("zhejiang-90"))
        path.write_text(json.dumps(document), "utf-8")
        assert run(["approval", "catalogue", "check", str(path), "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert (told["items"], told["days_together"]) == (23, 68)
        document["items"][0]["after"] = ["title"]
        path.write_text(json.dumps(document), "utf-8")
        assert run(["approval", "catalogue", "check", str(path)]) == 1
        assert "→ title → filing" in capsys.readouterr().out
        assert run(["approval", "catalogue", "check", str(tmp_path / "none.yaml")]) == 1


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def at_once(self, *calls):
        if connection.vendor != "postgresql":
            pytest.skip("The tests' SQLite lives in memory, where readers lock.")
        return together(list(calls), threading.Barrier(len(calls)))

    def test_two_begin_the_next_version_and_there_is_one(self, catalogue, lin):
        rows = [queries.catalogue_of("LQ-ZJ90") for _ in range(2)]

        found = self.at_once(*[lambda row=row: actions.open_draft(row, by=lin) for row in rows])

        assert sum(isinstance(one, Refused) for one in found) == 1
        assert CatalogueVersion.objects.filter(stage="draft").count() == 1

    def test_two_write_the_draft_and_the_second_is_told(self, catalogue, draft, lin):
        rows = [queries.draft_of("LQ-ZJ90") for _ in range(2)]

        found = self.at_once(
            *[
                lambda row=row, n=n: actions.bring_draft(row, with_days(row, "eia", n), by=lin)
                for n, row in enumerate(rows, 5)
            ]
        )

        assert sum(isinstance(one, ChangedMeanwhile) for one in found) == 1

    def test_one_publishes_while_the_other_writes_and_nothing_slips_in(self, catalogue, draft, lin):
        actions.bring_draft(draft, with_days(draft, "eia", 6), by=lin)
        one, two = queries.draft_of("LQ-ZJ90"), queries.draft_of("LQ-ZJ90")

        found = self.at_once(
            lambda: actions.publish_draft(one, by=lin),
            lambda: actions.bring_draft(two, with_days(two, "eia", 1), by=lin),
        )

        assert sum(isinstance(each, Refused) for each in found) == 1
        assert list(self_checks.published()) == []
