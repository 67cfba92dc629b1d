"""The search page finds what the reader may see, by kind; the box shows the first hits while one types."""

from __future__ import annotations

from datetime import date

import pytest

from shanhai.core import search
from shanhai.core.actions import regions

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _found(cast, zone):
    search.put(
        "core.pairing",
        zone.pk,
        "龙泉—萧山山海协作",
        "Longquan–Xiaoshan",
        "LQ-XS",
        "/pairing/pairings/LQ-XS/",
        zone.pk,
        "pairing",
    )


def page(client, query: str, **headers: str) -> str:
    answer = client.get(f"/search/{query}", headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


class TestPage:
    def test_groups_what_it_finds_by_kind(self, client_of, lin):
        html = page(client_of(lin), "?q=Longquan")

        assert 'id="coreregion"' in html
        assert 'id="coreorganisation"' in html
        assert 'href="/registry/organisations/LQ-PARK/"' in html

    def test_finds_chinese_by_two_characters_and_by_initials(self, client_of, lin):
        assert "Longquan Park Committee" in page(client_of(lin), "?q=管委")
        assert "Xiaoshan" in page(client_of(lin), "?q=xsq")

    def test_shows_pairings_to_those_with_a_seat_only(self, client_of, lin, cast):
        from shanhai.core.actions import members, roles

        stranger = members.add_member(cast.units["STRANGER"], code="nosy", name_zh="好奇", by=None)
        roles.give_role(stranger, role="handler", from_on=date(2020, 1, 1), by=None)
        stranger.user = cast.members["zhou"].user
        stranger.save()
        members.deactivate_member(cast.members["zhou"], by=None)

        assert "/pairing/pairings/LQ-XS/" in page(client_of(lin), "?q=LQ-XS")
        assert "/pairing/pairings/LQ-XS/" not in page(client_of(stranger), "?q=LQ-XS")

    def test_an_outsider_finds_nothing(self, client_of, zhou):
        assert "Nothing found for" in page(client_of(zhou), "?q=Longquan")

    def test_limits_itself_to_a_kind(self, client_of, lin):
        html = page(client_of(lin), "?q=Longquan&kind=core.region")

        assert 'id="coreregion"' in html
        assert 'id="coreorganisation"' not in html

    def test_shows_eight_of_a_kind_and_where_the_rest_is(self, client_of, lin):
        for n in range(12):
            regions.add_region(
                code=f"3311811{n:02d}000", name_zh=f"试验镇{n}", name_en=f"Trial Town {n}", by=None
            )

        html = page(client_of(lin), "?q=Trial")

        assert html.count('href="/registry/regions/3311811') == 8
        assert "?q=Trial&amp;kind=core.region" in html
        assert "4 more of this kind" in html

    @pytest.mark.parametrize(
        "query", ["", "?q=", "?q=%22%27%3B--", "?q=" + "长" * 500, "?q=%E9%BE%99&kind=nothing"]
    )
    def test_takes_any_text(self, client_of, lin, query):
        assert "<h1>" in page(client_of(lin), query)

    def test_a_character_that_no_database_keeps_is_refused_not_an_error(self, client_of, lin):
        assert client_of(lin).get("/search/?q=%00").status_code in (200, 400)

    def test_shows_what_was_typed_as_text(self, client_of, lin):
        html = page(client_of(lin), "?q=<script>alert(1)</script>")

        assert "<script>alert" not in html

    def test_a_visitor_is_asked_to_log_in(self, client):
        assert client.get("/search/?q=a")["Location"].startswith("/account/login/")


class TestUnderTheBox:
    HEADERS = {"HX-Request": "true", "HX-Target": "found"}

    def test_shows_the_best_hits_alone(self, client_of, lin):
        html = page(client_of(lin), "?q=Longquan", **self.HEADERS)

        assert "<html" not in html
        assert 'href="/registry/regions/331181000000/"' in html

    def test_is_empty_while_nothing_is_typed(self, client_of, lin):
        assert page(client_of(lin), "?q=", **self.HEADERS).strip() == ""

    def test_says_that_nothing_was_found(self, client_of, lin):
        assert "Nothing found for" in page(client_of(lin), "?q=zzzz", **self.HEADERS)
