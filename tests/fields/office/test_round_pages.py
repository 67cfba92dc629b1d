"""Rounds through their addresses: what each reader sees, fills in, returns, merges; Zhou is turned away."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook, load_workbook

from shanhai.core import blobs
from shanhai.core.actions import drafts
from shanhai.fields.office import actions
from shanhai.fields.office.models import Round, RoundAnswer, RoundValue
from shanhai.fields.office.rules import rounds as rules
from shanhai.fields.office.views import answers

pytestmark = pytest.mark.django_db

PAGES = (
    "/office/rounds/",
    "/office/rounds/new/",
    "/office/rounds/R1/",
    "/office/rounds/R1/form/",
    "/office/rounds/R1/extend/",
    "/office/rounds/R1/call-off/",
    "/office/rounds/R1/remind/",
    "/office/rounds/R1/merge/",
    "/office/rounds/R1/agri-u/",
    "/office/rounds/R1/agri-u/review/",
    "/office/rounds/R1/agri-u/template/",
    "/office/rounds/R1/agri-u/hand-over/",
)
POSTS = (
    "/office/rounds/R1/open/",
    "/office/rounds/R1/call-off/now/",
    "/office/rounds/R1/merge/",
    "/office/rounds/R1/merge/back/",
    "/office/rounds/R1/accept/",
    "/office/rounds/R1/remind/",
    "/office/rounds/R1/agri-u/",
    "/office/rounds/R1/agri-u/upload/",
    "/office/rounds/R1/agri-u/return/",
    "/office/rounds/R1/agri-u/review/",
    "/office/rounds/R1/agri-u/take-back/",
    "/office/rounds/R1/agri-u/hand-over/",
)
ANSWER = "/office/rounds/R1/agri-u/"


@pytest.mark.parametrize("page", PAGES)
def test_each_page_opens_for_the_office(page, confirmed, lin, client_of):
    assert client_of(lin).get(page).status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_the_outsider_is_turned_away_from_each_page(page, confirmed, zhou, client_of):
    assert client_of(zhou).get(page).status_code in (403, 404)


@pytest.mark.parametrize("page", POSTS)
def test_the_outsider_changes_nothing(page, confirmed, zhou, client_of):
    assert client_of(zhou).post(page, {"do": "up", "cell:visits:": "9"}).status_code in (403, 404)
    assert RoundValue.objects.get(column__code="visits").text == "3"
    assert (Round.objects.get().stage, RoundAnswer.objects.get(pk=confirmed.pk).stage) == (
        "open",
        "confirmed",
    )


@pytest.mark.parametrize("page", ["/office/rounds/R1/", ANSWER])
def test_a_round_of_one_side_is_not_there_for_the_other(page, confirmed, shen, client_of):
    assert client_of(shen).get(page).status_code == 404


def test_another_unit_sees_who_is_missing_and_no_values(confirmed, cast, staff, lin, client_of, admin_member):
    # The government of Longquan sits on the side, and was not asked.
    page = client_of(admin_member).get("/office/rounds/R1/")

    assert page.status_code == 200
    assert ANSWER not in page.content.decode()
    assert client_of(admin_member).get(ANSWER).status_code == 404


def test_the_office_reads_values_once_they_are_confirmed(opened, staff, lin, client_of, answer_of):
    answer = answer_of(opened, staff.unit)
    actions.fill_answer(answer, {("visits", ""): "777", ("aid", ""): "1"}, by=staff.handler)
    office = client_of(lin)

    page = office.get(ANSWER)

    assert page.status_code == 200
    assert "777" not in page.content.decode()
    assert office.get(f"{ANSWER}template/").status_code == 403
    assert office.get(f"{ANSWER}review/").status_code == 403
    assert office.get("/api/v1/office/rounds/R1/answers/agri-u/values").status_code == 403
    for member in (staff.handler, staff.checker, staff.signer):
        actions.hand_up(answer, by=member)
    assert "777" in office.get(ANSWER).content.decode()


class TestFillingIn:
    def test_saves_what_is_typed_and_passes_it_on(self, opened, staff, client_of):
        client = client_of(staff.handler)
        typed = {"cell:visits:": "3", "cell:aid:": "12.5", "cell:remarks:": "x", "version": "0"}

        client.post(ANSWER, typed | {"do": "save"})
        answer = RoundAnswer.objects.get(unit=staff.unit)
        assert answer.stage == "begun"
        client.post(ANSWER, typed | {"version": answer.version, "do": "up"})

        answer.refresh_from_db()
        assert (answer.stage, answer.n_given) == ("climbing", 3)

    def test_a_cell_that_cannot_be_read_is_named_and_what_was_typed_stays(self, opened, staff, client_of):
        answer = client_of(staff.handler).post(
            ANSWER, {"cell:visits:": "drei", "cell:aid:": "12.5", "version": "0", "do": "save"}
        )

        page = answer.content.decode()
        assert answer.status_code == 422
        assert 'value="drei"' in page and 'value="12.5"' in page
        assert 'aria-invalid="true"' in page
        assert not RoundValue.objects.exists()

    def test_an_old_page_is_refused_and_shows_what_stands_now(self, opened, staff, client_of):
        client_of(staff.checker).post(ANSWER, {"cell:visits:": "4", "version": "0", "do": "save"})

        late = client_of(staff.handler).post(ANSWER, {"cell:visits:": "3", "version": "0", "do": "save"})

        assert late.status_code == 409
        assert RoundValue.objects.get().text == "4"

    def test_last_periods_values_stand_beside_the_inputs(
        self, accepted, staff, lin, client_of, questions, zone
    ):
        second = actions.draft_round(
            zone, number="R2", name_zh="月报", period="2023-09", due_on=accepted.round.due_on, questions=questions,
            units=[staff.unit], previous=accepted.round, by=lin,
        )  # fmt: skip
        actions.open_round(second, by=lin)

        page = client_of(staff.handler).get("/office/rounds/R2/agri-u/").content.decode()

        assert "Last, 2023-08" in page
        assert ">12.5</td>" in page

    def test_the_workbook_goes_out_and_comes_in_filled(self, opened, staff, client_of):
        client = client_of(staff.handler)
        book = load_workbook(io.BytesIO(client.get(f"{ANSWER}template/").content))
        for column, value in enumerate((5, 7.25, "备注一"), start=3):
            book.active.cell(2, column, value)
        brought = io.BytesIO()
        book.save(brought)

        answer = client.post(
            f"{ANSWER}upload/", {"file": SimpleUploadedFile("月报.xlsx", brought.getvalue()), "version": "0"}
        )

        assert answer.status_code == 302, answer.content.decode()[-3000:]
        values = {one.column.code: one for one in RoundValue.objects.select_related("column")}
        assert {code: one.text for code, one in values.items()} == {
            "visits": "5", "aid": "7250000", "remarks": "备注一",
        }  # fmt: skip
        assert values["aid"].file_name == "月报.xlsx" and len(values["aid"].file_sha256) == 64

    def test_a_workbook_as_offices_have_it(self, opened, staff, client_of):
        book = Workbook()
        sheet = book.active
        sheet.append(["山海协作月报"])
        sheet.append(["line", "交流活动场次", "帮扶资金（元）"])
        sheet.append([1, "3", "125,000"])
        brought = io.BytesIO()
        book.save(brought)

        client_of(staff.handler).post(
            f"{ANSWER}upload/", {"file": SimpleUploadedFile("a.xlsx", brought.getvalue()), "version": "0"}
        )

        assert dict(RoundValue.objects.values_list("column__code", "text")) == {
            "visits": "3",
            "aid": "12500000",
        }

    def test_a_workbook_with_a_wrong_cell_writes_nothing_and_names_it(self, opened, staff, client_of):
        file = SimpleUploadedFile("a.csv", "line,交流活动场次,帮扶资金\n1,drei,12\n".encode())

        answer = client_of(staff.handler).post(f"{ANSWER}upload/", {"file": file, "version": "0"})

        assert answer.status_code == 422
        assert "Row 2, visits" in answer.content.decode()
        assert not RoundValue.objects.exists()

    def test_a_large_form_is_not_typed_on_the_page(self, zone, staff, lin, client_of):
        wide = [rules.Question(f"q{n}", f"项{n}", type="int", is_required=False) for n in range(450)]
        one = actions.draft_round(
            zone, number="W", name_zh="大表", period="2023-08", due_on=date(2023, 9, 20),
            questions=wide, units=[staff.unit], by=lin,
        )  # fmt: skip
        actions.open_round(one, by=lin)

        page = client_of(staff.handler).get("/office/rounds/W/agri-u/").content.decode()

        assert "too large to type" in page
        assert 'name="cell:' not in page


class TestTheOffice:
    def test_writes_a_round_like_an_earlier_one_and_opens_it(self, accepted, lin, client_of):
        client = client_of(lin)
        client.post(
            "/office/rounds/new/",
            {"name_zh": "月报", "period": "2023-09", "due_on": "2023-10-10", "previous": accepted.round.pk},
        )
        made = Round.objects.get(period="2023-09")
        page = client.get(made.url).content.decode()
        assert "Whom opening it reaches" in page

        client.post(f"{made.url}open/", {"version": made.version})

        made.refresh_from_db()
        assert (made.stage, made.answers.count(), made.columns.count()) == ("open", 2, 3)

    def test_returns_cells_with_words_and_accepts_the_rest(self, confirmed, lin, client_of):
        client_of(lin).post(
            f"{ANSWER}review/", {"cell:aid:": "与台账不符", "cell:visits:": "", "version": confirmed.version}
        )

        confirmed.refresh_from_db()
        assert (confirmed.stage, confirmed.n_returned) == ("returned", 1)
        assert confirmed.values.get(column__code="aid").word == "与台账不符"

    def test_what_came_back_and_was_corrected_is_not_called_a_changed_form(
        self, confirmed, staff, lin, client_of
    ):
        client_of(lin).post(f"{ANSWER}review/", {"cell:aid:": "与台账不符", "version": confirmed.version})
        confirmed.refresh_from_db()
        actions.fill_answer(confirmed, {("aid", ""): "12.6"}, by=staff.handler)

        page = client_of(staff.handler).get(ANSWER).content.decode()

        assert "the form has changed" not in page
        assert "has filled in 3 of" in page

    def test_a_form_that_changed_is_said(self, confirmed, questions, staff, lin, client_of):
        more = [*questions, rules.Question("beds", "床位", "Beds", "int", "张", True)]
        actions.change_round_form(confirmed.round, questions=more, by=lin)

        assert "is asked again: the form has changed" in client_of(staff.handler).get(ANSWER).content.decode()

    def test_an_expired_login_loses_no_word(self, confirmed, lin, client_of):
        client = client_of(lin)
        shown = client.get(f"{ANSWER}review/").content.decode()
        mark = shown.split('name="_typed" value="')[1].split('"')[0]
        stranger = Client()
        stranger.post(f"{ANSWER}review/", {"_typed": mark, "cell:aid:": "与台账不符", "version": "1"})
        stranger.force_login(lin.user)

        assert 'value="与台账不符"' in stranger.get(f"{ANSWER}review/").content.decode()
        confirmed.refresh_from_db()
        assert confirmed.stage == "confirmed"

    def test_words_on_all_pages_of_a_large_form_go_back_together(
        self, confirmed, lin, client_of, monkeypatch
    ):
        monkeypatch.setattr(answers, "ON_PAGE", 1)
        client = client_of(lin)
        first = client.get(f"{ANSWER}review/").context
        drafts.keep_draft(lin.user, first["draft_code"], first["draft_key"], {"cell:visits:": ["数目不符"]})
        second = client.get(f"{ANSWER}review/?page=2").content.decode()
        assert "On other pages 1 cell has a word and goes back too." in second

        client.post(f"{ANSWER}review/?page=2", {"cell:aid:": "与台账不符", "version": confirmed.version})

        confirmed.refresh_from_db()
        assert (confirmed.stage, confirmed.n_returned) == ("returned", 2)
        assert confirmed.values.get(column__code="visits").word == "数目不符"

    def test_the_second_of_two_reviewers_is_told(self, confirmed, lin, client_of):
        page = {"cell:aid:": "first", "version": confirmed.version}
        client_of(lin).post(f"{ANSWER}review/", page)

        second = client_of(lin).post(f"{ANSWER}review/", page | {"cell:aid:": "second"})

        assert second.status_code == 409
        assert confirmed.values.get(column__code="aid").word == "first"
        html = second.content.decode()
        assert "Lin Tao has looked through it: 1 cell went back with a word, the rest is accepted." in html
        assert "The first decision stands: the unit got one word, and yours was not sent." in html
        assert ">first<" in html, "the second sees the word that went out"
        again = client_of(lin).get(f"{ANSWER}review/").content.decode()
        assert "has looked through it" in again and "yours was not sent" not in again

    def test_the_second_is_told_of_an_acceptance_too(self, confirmed, lin, client_of):
        client_of(lin).post(f"{ANSWER}review/", {"version": confirmed.version})

        second = client_of(lin).post(f"{ANSWER}review/", {"cell:aid:": "no", "version": confirmed.version})

        assert second.status_code == 409
        assert (
            "Lin Tao has looked through it and accepted it. The first decision stands"
            in second.content.decode()
        )

    def test_sees_whom_reminding_reaches_before_it_is_done(self, confirmed, lin, client_of):
        page = client_of(lin).get("/office/rounds/R1/remind/").content.decode()

        assert "This reaches 1 person" in page
        assert client_of(lin).post("/office/rounds/R1/remind/").status_code == 302

    def test_merges_after_a_preview_and_takes_it_back(self, accepted, lin, client_of):
        client = client_of(lin)
        page = client.get("/office/rounds/R1/merge/").content.decode()
        assert "1 accepted answer will be merged; 1 is left out." in page
        assert "125,000" in page  # the 12.5万元 that the unit gave

        client.post("/office/rounds/R1/merge/", {"version": accepted.round.version})
        one = Round.objects.get()
        assert one.stage == "merged"
        assert blobs.path_of(one.workbook.blob_id).exists()
        client.post("/office/rounds/R1/merge/back/")

        one.refresh_from_db()
        assert (one.stage, one.workbook) == ("open", None)


def test_the_list_says_what_is_open_late_and_owed(opened, staff, client_of, turn_clock):
    turn_clock("2023-09-25T09:00")

    page = client_of(staff.handler).get("/office/rounds/").content.decode()

    assert "1 round is open, 1 is past its day." in page
    assert "Your unit owes 1 answer." in page


def _form_of_an_office() -> SimpleUploadedFile:
    book, kept = Workbook(), io.BytesIO()
    for row in (
        ["结对乡镇季报"],
        ["乡镇", "帮扶资金（万元）", "交流（次）", "备注"],
        ["八都镇", None, None, None],
        ["上垟镇", None, None, None],
    ):
        book.active.append(row)
    book.active.merge_cells("A1:D1")
    book.save(kept)
    return SimpleUploadedFile("季报.xlsx", kept.getvalue())


def test_the_form_of_a_round_is_taken_from_a_workbook_and_waits_in_the_draft(zone, lin, client_of):
    office = client_of(lin)

    page = office.post("/office/rounds/new/workbook/", {"file": _form_of_an_office()}, follow=True)

    shown = page.content.decode()
    assert "q1: 帮扶资金 |  | fen | 万元 | yes |" in shown
    assert "r1 | 八都镇" in shown and "r2 | 上垟镇" in shown
    assert 'value="结对乡镇季报"' in shown
    assert not Round.objects.filter(name_zh="结对乡镇季报").exists()


def test_what_was_already_typed_into_a_new_round_stays(zone, lin, client_of):
    from shanhai.core.actions import drafts

    drafts.keep_draft(lin.user, "office.round", zone.code, {"name_zh": ["自拟名称"]})

    page = client_of(lin).post("/office/rounds/new/workbook/", {"file": _form_of_an_office()}, follow=True)

    assert 'value="自拟名称"' in page.content.decode()


def test_a_workbook_without_headings_is_refused_on_the_page(zone, lin, client_of):
    page = client_of(lin).post(
        "/office/rounds/new/workbook/", {"file": SimpleUploadedFile("a.csv", "只有一句话".encode())}
    )

    assert page.status_code == 422
    assert "two headings" in page.content.decode()


def test_zhou_brings_no_workbook(zone, zhou, client_of):
    answer = client_of(zhou).post("/office/rounds/new/workbook/", {"file": _form_of_an_office()})

    assert answer.status_code in (403, 404)


class TestWhatCameBetween:
    """Each outcome is said on the page where it happens, before it is done and afterwards."""

    def test_a_form_that_changes_is_said_to_the_office_and_to_the_unit(
        self, accepted, lin, staff, questions, client_of
    ):
        from shanhai.fields.office import actions

        before = client_of(lin).get("/office/rounds/R1/form/").content.decode()
        assert "a question taken out keeps its values, out of the merge" in before
        assert "go back with that word" in before

        actions.change_round_form(accepted.round, questions=questions[:2], by=lin)

        after = client_of(staff.handler).get(ANSWER).content.decode()
        assert (
            "The form has changed since this was filled in: values of questions that stay are kept" in after
        )

    def test_a_unit_that_merges_is_said_on_both_answers(self, opened, cast, lin, staff, answer_of, client_of):
        from shanhai.fields.office import actions

        other = answer_of(opened, cast.units["LQ-PARK"])
        page = client_of(lin).get(f"{ANSWER}hand-over/").content.decode()
        assert "What it gave fills the cells that are empty there, with it as their source" in page
        actions.fill_answer(answer_of(opened, staff.unit), {("visits", ""): "3"}, by=staff.handler)

        client_of(lin).post(f"{ANSWER}hand-over/", {"to": other.pk})

        gone = client_of(lin).get(ANSWER).content.decode()
        assert "answers for this unit now: what was given here filled the cells that were empty there" in gone
        taken = client_of(lin).get(other.url).content.decode()
        assert "This unit answers for Longquan Agriculture Bureau too" in taken
