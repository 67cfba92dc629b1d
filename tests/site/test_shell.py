"""The frame around every page: who asks, in which pairing, in which language."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from shanhai.core.actions import members, pairings
from shanhai.core.models import Member, Pairing, RoleGrant, Seat, Unit
from shanhai.webkit import context, middleware

pytestmark = pytest.mark.django_db


class TestWhoAsks:
    def test_a_login_without_a_unit_is_nobody(self, client_of, zhou):
        members.deactivate_member(zhou, by=None)
        zhou.user.is_active = True
        zhou.user.save()

        answer = client_of(zhou).get("/account/")

        assert answer.status_code == 200
        assert answer.wsgi_request.member is None

    def test_a_person_of_two_units_works_for_the_one_chosen(self, client_of, cast, lin):
        second = members.add_member(cast.units["LQ"], code="lin2", name_zh="林涛", by=None)
        second.user = lin.user
        second.save()
        client = client_of(lin)

        client.post("/member/choose/", {"member": second.pk, "next": "/account/"})

        assert client.get("/account/").wsgi_request.member == second

    def test_nobody_works_for_a_unit_of_another(self, client_of, lin, shen):
        client = client_of(lin)

        answer = client.post("/member/choose/", {"member": shen.pk})

        assert answer.status_code == 404
        assert client.get("/account/").wsgi_request.member == lin


class TestRightsAreNeverKept:
    """What pages keep between requests is never who may do what: these change rows behind the journal's back."""

    def test_a_role_taken_away_is_gone_with_the_next_request(self, client_of, admin_member):
        client = client_of(admin_member)
        assert client.get("/registry/organisations/").status_code == 200

        RoleGrant.objects.filter(member=admin_member).update(to_on=date(2023, 9, 17))

        assert client.get("/registry/organisations/").status_code == 403

    def test_a_role_given_holds_from_the_next_request(self, client_of, zhou):
        client = client_of(zhou)
        assert client.get("/registry/organisations/").status_code == 403

        RoleGrant.objects.create(member=zhou, role="auditor", from_on=date(2023, 9, 18))

        assert client.get("/registry/organisations/").status_code == 200

    def test_a_membership_that_ended_is_none(self, client_of, lin):
        client = client_of(lin)
        assert client.get("/account/").wsgi_request.member == lin

        Member.objects.filter(pk=lin.pk).update(is_active=False)

        assert client.get("/account/").wsgi_request.member is None

    def test_a_unit_that_was_closed_has_no_members(self, client_of, lin):
        client = client_of(lin)
        assert client.get("/account/").wsgi_request.member == lin

        Unit.objects.filter(pk=lin.unit_id).update(is_active=False)

        assert client.get("/account/").wsgi_request.member is None

    def test_a_seat_that_was_lost_shows_no_pairing(self, client_of, lin, zone):
        client = client_of(lin)
        assert client.get("/account/").wsgi_request.pairing == zone

        Seat.objects.filter(organisation_id=lin.unit.organisation_id).delete()

        answer = client.get("/account/")
        assert answer.wsgi_request.pairing is None
        assert "Xiaoshan" not in answer.content.decode().partition("<main")[0]

    def test_somebody_moved_to_another_unit_acts_for_that_one(self, client_of, lin, cast):
        client = client_of(lin)
        client.get("/account/")

        members.move_member(lin, unit=cast.units["LQ"], by=None)

        assert client.get("/account/").wsgi_request.member.unit == cast.units["LQ"]


class TestPairing:
    @pytest.fixture
    def below(self, cast, zone) -> Pairing:
        return pairings.open_pairing(
            code="A-FIRST",
            level="department",
            name_zh="园区结对",
            started_on=date(2001, 1, 1),
            parties=((cast.organisations["LQ-PARK"], "mountain"), (cast.organisations["XS-OFFICE"], "sea")),
            parent=zone,
            by=None,
        )

    def test_is_the_topmost_one_where_none_was_chosen(self, client_of, lin, zone, below):
        assert client_of(lin).get("/account/").wsgi_request.pairing == zone

    def test_is_the_chosen_one(self, client_of, lin, below):
        client = client_of(lin)

        answer = client.post("/pairing/choose/", {"pairing": below.pk, "next": "/account/?a=1"})

        assert answer["Location"] == "/account/?a=1"
        assert client.get("/account/").wsgi_request.pairing == below

    def test_one_without_a_seat_is_refused(self, client_of, zhou, zone):
        assert client_of(zhou).post("/pairing/choose/", {"pairing": zone.pk}).status_code == 404

    def test_the_way_back_never_leaves_the_site(self, client_of, lin, below):
        answer = client_of(lin).post(
            "/pairing/choose/", {"pairing": below.pk, "next": "https://elsewhere.example/"}
        )

        assert answer["Location"] == "/"


class TestLanguage:
    def test_follows_the_login_and_keeps_the_page(self, client_of, lin):
        client = client_of(lin)

        answer = client.post("/language/", {"language": "zh-hans", "next": "/account/"})

        assert answer["Location"] == "/account/"
        assert client.get("/account/")["Content-Language"] == "zh-hans"
        lin.user.refresh_from_db()
        assert lin.user.language == "zh-hans"

    def test_a_visitor_keeps_theirs_in_a_cookie(self, client, db):
        client.post("/language/", {"language": "en"})

        assert client.get("/account/login/")["Content-Language"] == "en"

    def test_an_unknown_one_changes_nothing(self, client_of, lin):
        client_of(lin).post("/language/", {"language": "xx"})

        lin.user.refresh_from_db()
        assert lin.user.language == "en"


class TestFrame:
    def shell_of(self, member) -> context.Shell:
        request = RequestFactory().get("/")
        request.user, request.session = member.user, {}
        middleware.set_member(request, member.user)
        return context.Shell(request)

    def test_lists_the_pairings_of_the_members_organisation_with_their_sides(self, lin, zone):
        shell = self.shell_of(lin)

        assert shell.pairing == {
            "pk": zone.pk,
            "name": "Longquan–Xiaoshan cooperation",
            "parties": [{"role": "mountain", "name": "Longquan"}, {"role": "sea", "name": "Xiaoshan"}],
            "is_current": True,
        }

    def test_hides_entries_that_the_member_may_not_open(self, lin, zhou):
        assert self.shell_of(zhou).menu == []

    @pytest.mark.parametrize(
        ("address", "line"),
        [
            ("/pairing/deliveries/C-1-D1/confirm/", "Commitments"),
            ("/pairing/commitments/C-1/record/", "Commitments"),
            ("/pairing/payments/P-1/", "Agreements"),
            ("/pairing/pairings/LQXS/", "Pairings"),
        ],
    )
    def test_a_page_of_a_part_marks_the_line_of_its_list(self, lin, zone, address, line):
        shell = self.shell_of(lin)
        shell.request.path = address
        lines = [entry for group in shell.menu for entry in group["entries"] if entry["is_current"]]
        assert [entry["label"] for entry in lines] == [line]

    def test_shows_the_day_of_a_demonstration_only(self, lin, turn_clock):
        assert self.shell_of(lin).demo_day == date(2023, 9, 18)
        turn_clock("")
        assert self.shell_of(lin).demo_day is None

    def test_each_reader_has_their_own_name_and_token_in_the_bar(self, client_of, lin, shen):
        bars = [client_of(who).get("/account/").content.decode().partition("<main")[0] for who in (lin, shen)]

        assert "Lin Tao" in bars[0] and "Lin Tao" not in bars[1]
        tokens = [re.findall(r'name="csrfmiddlewaretoken" value="(\w{64})"', bar) for bar in bars]
        assert tokens[0] and tokens[1] and not set(tokens[0]) & set(tokens[1])

    def test_the_bar_leads_back_to_the_page_it_stands_on(self, client_of, lin):
        client = client_of(lin)
        client.get("/account/")

        html = client.get('/account/?q="<b>').content.decode()

        assert 'name="next" value="/account/?q=%22%3Cb%3E"' in html
        assert 'name="next" value="/account/"' not in html

    def test_its_forms_are_taken_by_the_guard_against_forged_ones(self, client_of, lin, zone):
        client = client_of(lin)
        client.handler.enforce_csrf_checks = True
        client.get("/account/")  # the bar is drawn now
        token = re.search(
            r'name="csrfmiddlewaretoken" value="(\w+)"', client.get("/account/").content.decode()
        )

        sent = {"language": "zh-hans", "csrfmiddlewaretoken": token[1]}

        assert client.post("/language/", sent).status_code == 302
        assert client.post("/language/", {"language": "en"}).status_code == 403

    def test_a_new_name_stands_in_the_bar_at_once(self, client_of, lin):
        client = client_of(lin)
        client.get("/account/")

        members.change_member(lin, name_en="Lin Taotao", by=None)

        assert "Lin Taotao" in client.get("/account/").content.decode().partition("<main")[0]

    def test_costs_the_same_number_of_statements_however_many_pairings_there_are(self, lin, cast, zone):
        def statements() -> int:
            fresh = type(lin).objects.get(pk=lin.pk)
            with CaptureQueriesContext(connection) as seen:
                shell = self.shell_of(fresh)
                assert [shell.pairings, shell.menu, context.unread(shell.request)]
            return len(seen)

        statements()  # what is kept between requests is filled
        before = statements()
        for n in range(8):
            pairings.open_pairing(
                code=f"P{n}",
                level="department",
                name_zh=f"结对{n}",
                started_on=date(2019, 1, 1),
                parties=(
                    (cast.organisations["LQ-PARK"], "mountain"),
                    (cast.organisations["XS-OFFICE"], "sea"),
                ),
                parent=zone,
                by=None,
            )

        assert len(self.shell_of(lin).pairings) == 9
        statements()
        assert statements() <= before
