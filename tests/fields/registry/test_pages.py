"""Every page of the field through its address, in both languages, for who may and who may not."""

import io
import re
from datetime import date

import pytest
from django.utils.translation import override

from shanhai.core import access, calendar, seals
from shanhai.core.actions import documents, members, organisations, regions, roles, sharing, units
from shanhai.core.models import (
    Document,
    JournalEntry,
    Member,
    Organisation,
    Region,
    RegionChange,
    RuleRow,
    Seen,
    Unit,
    User,
)
from shanhai.fields.pairing import actions as pairing
from shanhai.fields.registry.queries import entries
from shanhai.fields.registry.views import documents as document_views
from shanhai.fields.registry.views import journal as journal_views
from shanhai.fields.registry.views import members as member_views
from shanhai.fields.registry.views import organisations as organisation_views
from shanhai.fields.registry.views import regions as region_views
from shanhai.webkit import listing

READ = [
    "/registry/",
    "/registry/regions/",
    "/registry/regions/331181000000/",
    "/registry/organisations/",
    "/registry/organisations/LQ/",
    "/registry/units/",
    "/registry/units/LQ-1/",
    "/registry/members/",
    "/registry/members/lin/",
    "/registry/roles/",
    "/registry/roles/office/",
    "/registry/documents/",
    "/registry/documents/new/",
    "/registry/rulebook/",
    "/registry/rulebook/?shown=assumed",
    "/registry/rulebook/core.document_max_mb/",
    "/registry/calendar/2023/",
    "/registry/calendar/2027/",
    "/registry/imports/",
]
OFFICE = [
    "/registry/journal/",
    "/registry/journal/seals/",
    "/registry/journal/prove/",
    "/registry/access/",
    "/registry/members/lin/access/",
    "/registry/regions/new/",
    "/registry/regions/331181000000/correct/",
    "/registry/regions/331181000000/rename/",
    "/registry/regions/331181000000/recode/",
    "/registry/regions/331181000000/merge/",
    "/registry/regions/331181000000/split/",
    "/registry/regions/331181000000/abolish/",
    "/registry/organisations/new/",
    "/registry/organisations/LQ/change/",
]
KEEPER = [
    "/registry/state/",
    "/registry/organisations/LQ/units/new/",
    "/registry/units/LQ-1/change/",
    "/registry/members/new/?unit=LQ-1",
    "/registry/members/lin/change/",
    "/registry/members/lin/move/",
    "/registry/members/lin/roles/give/",
    "/registry/members/lin/deputy/",
    "/registry/members/lin/login/open/",
    "/registry/rulebook/core.document_max_mb/add/",
    "/registry/calendar/notice/",
]
# What a template leaves behind when something in it is not found or not filled in.
LEFT_OVER = re.compile(r"\{\{|\{%|%\(\w+\)s|\bNone\b|&lt;bound method|&lt;django")


def text_of(answer) -> str:
    return answer.content.decode()


def rows_of(answer) -> str:
    return text_of(answer).split("<tbody>")[1].split("</tbody>")[0]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("path", READ + OFFICE + KEEPER)
def test_the_administrator_opens_every_page_in_both_languages(path, language, admin_member, zone, client_of):
    answer = client_of(admin_member, language=language).get(path)

    assert answer.status_code == 200
    body = re.sub(r"<(script|style)\b.*?</\1>", "", text_of(answer), flags=re.DOTALL)
    assert not LEFT_OVER.search(body), LEFT_OVER.search(body).group(0)
    if language == "zh-hans":
        assert re.search("<h1>[^<]*[\u4e00-\u9fff]", body)


@pytest.mark.parametrize("path", READ + OFFICE + KEEPER)
def test_zhou_is_turned_away_everywhere(path, zhou, client_of):
    assert client_of(zhou).get(path).status_code == 403


@pytest.mark.parametrize("path", READ)
def test_pan_of_the_province_reads_the_registers(path, pan, client_of):
    assert client_of(pan).get(path).status_code == 200


@pytest.mark.parametrize("path", KEEPER)
def test_an_office_keeps_no_people(path, lin, client_of):
    assert client_of(lin).get(path).status_code == 403


@pytest.mark.parametrize("path", OFFICE)
def test_an_office_keeps_places_and_witnesses_the_journal(path, shen, client_of):
    assert client_of(shen).get(path).status_code == 200


def test_a_visitor_is_sent_to_the_login(client, db):
    assert "/login" in client.get("/registry/").headers["Location"]


class TestLists:
    @pytest.mark.parametrize(
        ("table", "model"),
        [
            (region_views.REGIONS, Region),
            (organisation_views.ORGANISATIONS, Organisation),
            (organisation_views.UNITS, Unit),
            (member_views.MEMBERS, Member),
            (document_views.PAPERS, Seen),
        ],
    )
    def test_every_sort_has_its_index(self, table, model):
        assert listing.unindexed(table, model) == []

    def test_the_journal_is_sorted_by_its_primary_key(self):
        assert journal_views.JOURNAL.sorts() == {"at": ("id",)}
        assert JournalEntry._meta.pk.name == "id"

    @pytest.mark.parametrize("path", ["regions", "organisations", "units", "members", "documents"])
    def test_costs_the_same_for_many_rows(
        self, path, zone, cast, lin, client_of, django_assert_max_num_queries
    ):
        browser = client_of(lin)

        def queries() -> int:
            # What the frame keeps until something is written is read again here, so that both counts begin alike.
            browser.get(f"/registry/{path}/")
            calendar.forget()
            with django_assert_max_num_queries(40) as asked:
                assert browser.get(f"/registry/{path}/").status_code == 200
            return len(asked)

        few = queries()
        for n in range(12):
            region = regions.add_region(code=f"3311812{n:02d}", name_zh=f"某乡{n}", by=None)
            organisation = organisations.add_organisation(
                code=f"more-{n}", kind="department", region=region, name_zh=f"局{n}", by=None
            )
            unit = units.add_unit(organisation, code=f"more-{n}-u", name_zh="科", by=None)
            members.add_member(unit, code=f"more-{n}-m", name_zh="某某", by=None)
            documents.store_document(io.BytesIO(b"x%d" % n), file_name=f"{n}.txt", pairing=zone, by=lin)

        assert queries() <= few + 1

    def test_a_filter_stays_until_it_is_cleared(self, lin, client_of):
        browser = client_of(lin)
        browser.get("/registry/regions/?level=county")

        assert "/registry/regions/330100000000/" not in rows_of(browser.get("/registry/regions/"))

        browser.get("/registry/regions/?clear=1")
        assert "/registry/regions/330100000000/" in rows_of(browser.get("/registry/regions/"))

    @pytest.mark.parametrize("form", ["xlsx", "csv"])
    @pytest.mark.parametrize("path", ["regions", "organisations", "units", "members"])
    def test_goes_out_as_a_file(self, path, form, lin, client_of):
        answer = client_of(lin).get(f"/registry/{path}/?format={form}")

        assert answer.status_code == 200
        assert answer.content[:2] == (b"PK" if form == "xlsx" else answer.content[:2])
        assert f'filename="{path}.{form}"' in answer.headers["Content-Disposition"]


class TestRegionForms:
    def test_a_region_is_added_and_renamed_on_a_day(self, lin, client_of):
        browser = client_of(lin)

        browser.post("/registry/regions/new/", {"code": "331181100", "name_zh": "八都镇", "name_en": "Badu"})
        browser.post(
            "/registry/regions/331181100000/rename/",
            {"name_zh": "八都街道", "on": "2020-06-01", "source": "民政厅公告"},
        )

        assert Region.objects.get(code="331181100000").name_zh == "八都街道"
        page = text_of(browser.get("/registry/regions/331181100000/"))
        assert "八都镇 → 八都街道" in page and "民政厅公告" in page
        assert RegionChange.objects.get().on == date(2020, 6, 1)

    def test_a_wrong_code_is_refused_at_its_field(self, lin, client_of):
        answer = client_of(lin).post("/registry/regions/new/", {"code": "9911", "name_zh": "错"})

        assert answer.status_code == 422
        assert "has 4 digits. Give 6, 9 or 12." in text_of(answer)
        assert not Region.objects.filter(name_zh="错").exists()

    def test_a_short_code_leads_to_the_region(self, lin, client_of):
        assert client_of(lin).get("/registry/regions/331181/").status_code == 200


class TestOrganisationForms:
    FIELDS = {"name_zh": "龙泉市人民政府", "kind": "government", "region": "331181"}

    def test_the_second_of_two_writers_is_told_and_loses_nothing(self, lin, shen, cast, client_of):
        version = Organisation.objects.get(code="LQ").version
        first = {**self.FIELDS, "version": version, "phone": "0578-111"}
        second = {**self.FIELDS, "version": version, "phone": "0578-222", "address": "中山西路"}

        client_of(lin).post("/registry/organisations/LQ/change/", first)
        answer = client_of(shen).post("/registry/organisations/LQ/change/", second)

        page = text_of(answer)
        assert answer.status_code == 409
        assert "0578-111" in page and "0578-222" in page and "中山西路" in page
        assert Organisation.objects.get(code="LQ").phone == "0578-111"

    def test_an_unknown_region_is_said_at_its_field(self, lin, client_of):
        answer = client_of(lin).post(
            "/registry/organisations/new/",
            {"code": "x", "name_zh": "某局", "kind": "department", "region": "某某市"},
        )

        assert answer.status_code == 422
        assert "is no code and no full name" in text_of(answer)

    def test_closing_can_be_undone(self, lin, cast, client_of):
        browser = client_of(lin)
        body = organisations.add_organisation(
            code="gone", kind="other", region=cast.regions["331181000000"], name_zh="某协会", by=None
        )

        page = browser.post("/registry/organisations/gone/close/", {"version": body.version}, follow=True)

        assert "/registry/organisations/gone/reopen/" in text_of(page)
        browser.post("/registry/organisations/gone/reopen/")
        assert Organisation.objects.get(code="gone").is_active

    def test_a_button_of_an_old_page_is_refused(self, lin, cast, client_of):
        body = organisations.add_organisation(
            code="gone", kind="other", region=cast.regions["331181000000"], name_zh="某协会", by=None
        )
        organisations.change_organisation(body, phone="1", by=None)

        answer = client_of(lin).post("/registry/organisations/gone/close/", {"version": 0})

        assert answer.status_code == 409
        assert Organisation.objects.get(code="gone").is_active


class TestPeople:
    def test_a_member_is_added_gets_a_role_and_a_login(self, admin_member, client_of):
        browser = client_of(admin_member)

        browser.post("/registry/members/new/?unit=LQ-1", {"unit": "LQ-1", "code": "chen", "name_zh": "陈越"})
        browser.post("/registry/members/chen/roles/give/", {"role": "handler", "from_on": "2023-09-01"})
        page = text_of(browser.post("/registry/members/chen/login/open/", {"username": "chen"}))

        chen = Member.objects.get(code="chen")
        first = re.search(r'class="code big">([a-z0-9-]+)<', page).group(1)
        assert chen.user.check_password(first)
        assert chen.grants.get().role == "handler"
        assert first not in text_of(browser.get("/registry/members/chen/"))

    def test_the_first_password_is_not_kept_by_the_browser(self, admin_member, lin, client_of):
        answer = client_of(admin_member).post("/registry/members/lin/login/reset/")

        assert answer.headers["Cache-Control"] == "no-store"

    def test_who_has_no_role_is_the_headline(self, admin_member, zhou, client_of):
        page = text_of(client_of(admin_member).get("/registry/"))

        assert "1 member has no role" in page.split("</h1>")[0]

    def test_what_a_member_may_do_names_the_role(self, admin_member, lin, client_of):
        page = text_of(client_of(admin_member).get("/registry/members/lin/access/"))

        assert "cooperation office clerk" in page and "Add regions." in page

    def test_an_administrator_does_not_give_themselves_a_role(self, admin_member, client_of):
        answer = client_of(admin_member).post(
            "/registry/members/admin/roles/give/", {"role": "leader", "from_on": "2023-09-18"}
        )

        assert "Nobody gives or takes their own roles" in text_of(answer)
        assert not admin_member.grants.filter(role="leader").exists()


class TestRegionsThatEnd:
    def test_the_page_says_who_stands_there_and_what_to_do(self, admin_member, client_of):
        client, path = client_of(admin_member), "/registry/regions/331181000000/abolish/"
        assert "2 organisations stand in it." in text_of(client.get(path))

        answer = client.post(path, {"on": "2023-09-01", "source": "", "version": 0})

        assert answer.status_code == 422
        assert "Longquan Park Committee, Longquan Government" in text_of(answer)
        assert "merge it, and they go along" in text_of(answer)
        assert Region.objects.get(code="331181000000").valid_to is None


class TestPapers:
    PDF = b"%PDF-1.7\n%%EOF\n"

    @pytest.fixture
    def paper(self, lin, zone) -> Document:
        return documents.store_document(
            io.BytesIO(self.PDF),
            file_name="2018年协议（正本）.pdf",
            title="2018 agreement",
            pairing=zone,
            by=lin,
        )

    def test_is_filed_through_the_page(self, lin, zone, client_of):
        file = io.BytesIO(self.PDF)
        file.name = "minutes.pdf"

        client_of(lin).post("/registry/documents/new/", {"file": file, "in_pairing": "on"})

        paper = Document.objects.get()
        assert (paper.title, paper.reach, paper.pairing) == ("minutes", "side", zone)

    def test_a_wrong_content_is_refused_at_its_field(self, lin, client_of):
        file = io.BytesIO(b"<html></html>")
        file.name = "minutes.pdf"

        answer = client_of(lin).post("/registry/documents/new/", {"file": file})

        assert answer.status_code == 422
        assert "its content is something else" in text_of(answer)

    def test_the_other_side_cannot_guess_it(self, paper, shen, client_of):
        for tail in ("", "file/", "preview/"):
            assert client_of(shen).get(f"/registry/documents/{paper.pk}/{tail}").status_code == 404

    def test_the_other_side_reads_it_when_it_is_shared(self, paper, lin, shen, client_of):
        client_of(lin).post(f"/registry/documents/{paper.pk}/share/both/", {"version": paper.version})

        answer = client_of(shen).get(f"/registry/documents/{paper.pk}/")
        assert answer.status_code == 200
        assert "Replace" not in text_of(answer)

    def test_only_its_own_side_takes_it_back(self, paper, lin, shen, client_of):
        sharing.share_with_other_side(paper, by=lin)

        assert client_of(shen).post(f"/registry/documents/{paper.pk}/share/back/").status_code == 403
        assert Document.objects.get(pk=paper.pk).reach == "both"

    def test_a_download_keeps_its_chinese_name(self, paper, lin, client_of):
        answer = client_of(lin).get(f"/registry/documents/{paper.pk}/file/")

        assert b"".join(answer.streaming_content) == self.PDF
        assert answer.headers["Content-Disposition"] == (
            'attachment; filename="2018_______.pdf"; '
            "filename*=UTF-8''2018%E5%B9%B4%E5%8D%8F%E8%AE%AE%EF%BC%88%E6%AD%A3%E6%9C%AC%EF%BC%89.pdf"
        )

    def test_a_preview_is_cut_off_from_everything(self, paper, lin, client_of):
        answer = client_of(lin).get(f"/registry/documents/{paper.pk}/preview/")

        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
        assert answer.headers["Content-Type"] == "application/pdf"

    def test_the_page_itself_is_framed_by_nobody(self, paper, lin, client_of):
        assert client_of(lin).get(f"/registry/documents/{paper.pk}/").headers["X-Frame-Options"] == "DENY"


class TestJournal:
    def test_an_entry_shows_what_it_was_sealed_with(self, lin, zone, client_of):
        seals.seal_now()
        entry = JournalEntry.objects.filter(pairing_id=zone.pk).first()

        page = text_of(client_of(lin).get(f"/registry/journal/{entry.pk}/"))

        assert bytes(entry.digest).hex() in page
        assert "Open pairings" in page

    @pytest.mark.parametrize("language, name", [("en", "Bamboo agreement"), ("zh-hans", "竹子协议")])
    def test_what_it_is_about_is_called_as_its_reader_says(self, zone, lin, client_of, language, name):
        drafted = pairing.draft_agreement(
            zone, number="LX-J", field="health", name_zh="竹子协议", name_en="Bamboo agreement",
            valid_from=date(2023, 1, 1), by=lin,
        )  # fmt: skip
        entry = JournalEntry.objects.get(action="pairing.draft_agreement", subject_id=drafted.pk)
        User.objects.filter(pk=lin.user_id).update(language=language)
        browser = client_of(lin)
        browser.cookies["django_language"] = language

        assert name in text_of(browser.get("/registry/journal/", headers={"accept-language": language}))
        assert name in text_of(
            browser.get(f"/registry/journal/{entry.pk}/", headers={"accept-language": language})
        )

    def test_names_are_looked_up_once_and_only_for_who_finds_the_record(
        self, zone, lin, shen, django_assert_num_queries
    ):
        drafted = pairing.draft_agreement(
            zone, number="LX-J", field="health", name_zh="竹子协议", name_en="Bamboo agreement",
            valid_from=date(2023, 1, 1), by=lin,
        )  # fmt: skip
        rows = [
            JournalEntry.objects.get(action="pairing.draft_agreement", subject_id=drafted.pk) for _ in "123"
        ]
        access.standing(lin), access.standing(shen)

        with override("en"), django_assert_num_queries(1):
            entries.name_subjects(rows, lin)
        assert [entries.subject_of(one) for one in rows] == ["Bamboo agreement"] * 3
        with override("en"):
            entries.name_subjects(rows, shen)
        assert "Bamboo agreement" not in [entries.subject_of(one) for one in rows]

    def test_an_entry_of_others_is_not_there(self, lin, cast, client_of):
        entry = JournalEntry.objects.filter(pairing_id=None).first()

        assert client_of(lin).get(f"/registry/journal/{entry.pk}/").status_code == 404

    def test_a_receipt_taken_away_proves_the_journal(self, lin, client_of):
        browser = client_of(lin)
        receipt = browser.post("/registry/journal/receipt/")
        file = io.BytesIO(receipt.content)
        file.name = "receipt.json"

        page = text_of(browser.post("/registry/journal/prove/", {"receipt": file}))

        assert "attachment" in receipt.headers["Content-Disposition"]
        assert "The receipt proves entries 1 to" in page

    def test_a_file_that_is_no_receipt_is_refused(self, lin, client_of):
        file = io.BytesIO(b"{}")
        file.name = "receipt.json"

        answer = client_of(lin).post("/registry/journal/prove/", {"receipt": file})

        assert answer.status_code == 422
        assert "no receipt of the journal" in text_of(answer)


class TestRulebookAndCalendar:
    def test_a_value_is_added_on_the_record(self, admin_member, client_of):
        browser = client_of(admin_member)
        browser.post(
            "/registry/rulebook/core.document_max_mb/add/",
            {
                "value": "80",
                "scope": "national",
                "valid_from": "2023-01-01",
                "status": "verified",
                "source": "办公厅通知",
            },
        )

        page = text_of(browser.get("/registry/rulebook/core.document_max_mb/"))
        assert RuleRow.objects.get().value == "80"
        assert "80 MB" in page.split("</h1>")[0]

    def test_a_value_of_another_kind_is_refused_at_its_field(self, admin_member, client_of):
        answer = client_of(admin_member).post(
            "/registry/rulebook/core.document_max_mb/add/",
            {
                "value": "much",
                "scope": "national",
                "valid_from": "2023-01-01",
                "status": "verified",
                "source": "x",
            },
        )

        assert "is no value of the kind int" in text_of(answer)

    def test_a_notice_is_looked_at_before_it_is_loaded(self, admin_member, client_of):
        browser = client_of(admin_member)
        notice = {
            "year": "2027",
            "off_days": "2027-01-01",
            "work_days": "2027-01-03",
            "source": "国办发明电〔2026〕",
        }

        looked = text_of(browser.post("/registry/calendar/notice/", {**notice, "preview": "1"}))
        assert "2027 is provisional" in text_of(browser.get("/registry/calendar/2027/"))
        browser.post("/registry/calendar/notice/", notice)

        assert "moves no open deadline" in looked
        assert "2027 has" in text_of(browser.get("/registry/calendar/2027/"))


def test_a_role_that_ended_is_a_matter_of_the_day(admin_member, lin, client_of):
    roles.give_role(lin, role="signer", from_on=date(2023, 1, 1), to_on=date(2023, 9, 10), by=None)

    assert "1 role ended in the last 30 days" in text_of(client_of(admin_member).get("/registry/"))


def test_units_without_a_dispatcher_are_as_many_on_both_pages(cast, client_of):
    units.add_unit(cast.organisations["LQ"], code="nobody-works-here", name_zh="空科室", by=None)
    browser = client_of(cast.members["admin"])

    day = text_of(browser.get("/registry/"))
    index = text_of(browser.get("/registry/units/"))

    n = re.search(r"(\d+) units have no dispatcher", day).group(1)
    assert f"{n} have no dispatcher." in index


def test_a_table_of_the_rulebook_reads_as_words_and_stands_in_the_form_as_json(cast, client_of):
    browser = client_of(cast.members["admin"])

    page = text_of(browser.get("/registry/rulebook/"))
    form = browser.get("/registry/rulebook/pairing.item.reminder_days/add/").content.decode()

    assert "-7, 0, 7" in page
    assert "[-7, 0, 7]" not in page
    assert "[-7, 0, 7]" in form
