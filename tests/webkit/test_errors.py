"""Error pages and refusals that reach a page."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_pages")]


@pytest.fixture
def browser() -> Client:
    client = Client(raise_request_exception=False)
    client.cookies.load({"django_language": "en"})
    return client


@pytest.mark.parametrize("status", [403, 422, 429])
def test_a_refusal_becomes_its_page(browser, status):
    response = browser.get(f"/t/refuse/{status}/")
    text = response.content.decode()

    assert response.status_code == status
    assert "No: &lt;b&gt;this&lt;/b&gt;." in text
    assert "tests.refused" in text


def test_for_htmx_it_becomes_a_remark_and_leaves_the_page_alone(browser):
    response = browser.get("/t/refuse/422/", headers={"HX-Request": "true"})

    assert response["HX-Retarget"] == "#toasts"
    assert "<html" not in response.content.decode()


def test_an_unknown_address_says_what_to_do(browser):
    response = browser.get("/nowhere/at/all")

    assert response.status_code == 404
    assert "Check the address" in response.content.decode()


def test_a_mistake_of_ours_needs_no_context(browser, settings):
    settings.DEBUG = False
    response = browser.get("/t/refuse/broken/")
    text = response.content.decode()

    assert response.status_code == 500
    assert "服务器出错了" in text
    assert "Something went wrong on our side" in text
    assert "a mistake of ours" not in text


def test_a_stale_form_says_so():
    client = Client(enforce_csrf_checks=True)
    client.cookies.load({"django_language": "en"})

    response = client.post("/drafts/save", {"_form": "x"})

    assert response.status_code == 403


def test_no_page_has_script_or_style_inside_it(browser):
    text = browser.get("/nowhere/at/all").content.decode()

    assert "<style" not in text
    assert "<script>" not in text
    assert "onclick" not in text
