"""A declared list, through its address."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from webkit_pages import TABLE

from shanhai.core.models import Organisation
from shanhai.webkit import cells, listing
from shanhai.webkit.listing import Column, Table

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_pages")]
URL = "/t/organisations/"


@pytest.fixture
def browser(client: Client) -> Client:
    client.cookies.load({"django_language": "en"})
    return client


def codes(response: object) -> list[str]:
    return re.findall(r'class="code">(\w+)<', response.content.decode())  # type: ignore[attr-defined]


def link(response: object, rel: str) -> str:
    found = re.search(rf'<a rel="{rel}" href="([^"]+)"', response.content.decode())  # type: ignore[attr-defined]
    assert found, rel
    return found[1].replace("&amp;", "&")


class TestPages:
    def test_first_page_says_where_it_is(self, firms, browser):
        response = browser.get(URL)

        assert codes(response) == [f"F{i:03d}" for i in range(50)]
        assert "1–50 of 120" in response.content.decode()

    def test_next_and_previous_walk_the_list(self, firms, browser):
        second = browser.get(link(browser.get(URL), "next"))
        third = browser.get(link(second, "next"))
        back = browser.get(link(third, "prev"))

        assert codes(second) == codes(back) == [f"F{i:03d}" for i in range(50, 100)]
        assert "101–120 of 120" in third.content.decode()
        assert 'rel="next"' not in third.content.decode()
        assert "51–100 of 120" in back.content.decode()

    def test_a_hundred_a_page(self, firms, browser):
        assert len(codes(browser.get(URL, {"size": "100"}))) == 100
        assert len(codes(browser.get(URL, {"size": "100000"}))) == 50

    def test_a_cursor_of_another_sort_begins_anew(self, firms, browser):
        url = link(browser.get(URL), "next")

        assert codes(browser.get(url + "&sort=-name"))[0] == "F119"

    def test_the_number_of_statements_does_not_grow(self, firms, browser, django_assert_num_queries):
        browser.get(URL)

        with django_assert_num_queries(2):
            browser.get(URL)
        browser.get(URL, {"kind": "enterprise"})

        # One more: what is remembered stands in the session.
        with django_assert_num_queries(3):
            browser.get(URL)

    def test_counting_stops_and_says_so(self, firms, browser, monkeypatch):
        monkeypatch.setattr(listing, "MOST_COUNTED", 100)

        assert "1–50 of 100+" in browser.get(URL).content.decode()


class TestSorts:
    def test_the_head_turns_the_sort(self, firms, browser):
        response = browser.get(URL, {"sort": "-code"})

        assert codes(response)[0] == "F119"
        assert 'aria-sort="descending"' in response.content.decode()

    def test_an_unknown_sort_is_the_default(self, firms, browser):
        assert codes(browser.get(URL, {"sort": "password"}))[0] == "F000"

    def test_every_sort_names_an_index_of_the_model(self):
        assert listing.unindexed(TABLE, Organisation) == []

    def test_a_sort_without_its_index_is_found(self):
        table = Table(
            code="t",
            columns=(
                Column("address", "Address", sort=("address",), index="organisation_name"),
                Column("phone", "Phone", sort=("phone",)),
            ),
            default_sort="phone",
        )

        assert len(listing.unindexed(table, Organisation)) == 2


class TestFilters:
    def test_narrow_the_list_and_show_as_chips(self, firms, browser):
        response = browser.get(URL, {"kind": "school", "q": "qi ye 1"})

        assert codes(response) == ["F100", "F104", "F108", "F112", "F116"]
        assert response.content.decode().count('class="chip"') == 2

    def test_a_value_that_is_no_choice_filters_nothing(self, firms, browser):
        response = browser.get(URL, {"kind": "castle", "on": "31 June"})

        assert len(codes(response)) == 50
        assert 'class="chip"' not in response.content.decode()

    def test_are_remembered_until_cleared(self, firms, browser):
        browser.get(URL, {"kind": "school", "sort": "-code"})

        assert codes(browser.get(URL))[0] == "F116"
        assert codes(browser.get(URL, {"clear": "1"}))[0] == "F000"
        assert codes(browser.get(URL))[0] == "F000"

    def test_of_one_browser_are_not_those_of_another(self, firms, browser):
        browser.get(URL, {"kind": "school"})

        assert len(codes(Client().get(URL))) == 50

    def test_that_fit_nothing_say_what_to_do(self, firms, browser):
        text = browser.get(URL, {"q": "nothing"}).content.decode()

        assert "Nothing fits these filters." in text
        assert "clear=1" in text

    def test_what_was_typed_is_escaped(self, firms, browser):
        assert "<b>x" not in browser.get(URL, {"q": "<b>x"}).content.decode()


class TestParts:
    def test_an_empty_list_says_what_to_do(self, browser):
        text = browser.get(URL).content.decode()

        assert "No organisations yet." in text
        assert "Import them from a workbook." in text

    def test_htmx_gets_the_list_alone(self, firms, browser):
        response = browser.get(URL, headers={"HX-Request": "true", "HX-Target": TABLE.id})

        assert response.content.decode().startswith(f'<div id="{TABLE.id}"')
        assert "HX-Request" in response["Vary"]

    def test_going_back_in_history_gets_the_whole_page(self, firms, browser):
        response = browser.get(URL, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})

        assert response.content.decode().startswith("<!doctype html>")

    def test_the_export_takes_the_filtered_list(self, firms, browser):
        assert browser.get(URL, {"format": "csv", "kind": "school"}).content == b"csv:30"

    def test_an_unknown_format_is_refused(self, firms, browser):
        response = browser.get(URL, {"format": "exe"})

        assert response.status_code == 404
        assert "xlsx, docx, pdf, csv" in response.content.decode()


class TestLink:
    @pytest.mark.parametrize("code", ["F001", "F 1ä", "a&b", "%41"])
    def test_leads_where_django_leads(self, code, settings):
        settings.ROOT_URLCONF = "shanhai.site.urls"
        row = Organisation(code=code)

        assert cells.link("registry:organisation", "code")(row) == reverse(
            "registry:organisation", args=[code]
        )


class TestFilterByARelatedRow:
    """The database is asked for the key first: by a join it would take each related row for one with few rows."""

    OF = listing.Filter("region", "Region", field="region__code")

    def test_only_the_rows_of_that_one_without_a_join(self, firms):
        region = firms[0].region

        rows = listing._narrowed(Organisation.objects.all(), self.OF, region.code, "name")

        assert set(rows) == set(Organisation.objects.filter(region=region))
        assert "JOIN" not in str(rows.query)

    def test_none_where_there_is_no_such_one(self, firms):
        assert not listing._narrowed(Organisation.objects.all(), self.OF, "999999999999", "name").exists()
