"""Logging in: who gets in, what a login owes first, and how often it may be tried."""

from __future__ import annotations

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import hotp_value, yield_hotp_counters_from_time
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shanhai.core import clock
from shanhai.core.models import Document, Draft, Installation, JournalEntry, User

pytestmark = pytest.mark.django_db

PASSWORD = "bamboo-and-blue-sea"


@pytest.fixture
def open_login(zone):
    """``open_login(member)`` gives the login of a member of the cast its password."""

    def give(member, **fields):
        user = member.user
        user.set_password(PASSWORD)
        for name, value in fields.items():
            setattr(user, name, value)
        user.save()
        return user

    return give


def log_in(client, login, password=PASSWORD, **more):
    return client.post("/account/login/", {"login": login, "password": password} | more)


class TestLogin:
    def test_by_name_leads_to_the_page_that_was_asked_for(self, client, open_login, pan):
        open_login(pan)

        asked = client.get("/account/")
        answer = log_in(client, "pan", next="/account/")

        assert asked["Location"] == "/account/login/?next=/account/"
        assert (answer.status_code, answer["Location"]) == (302, "/account/")
        assert client.get("/account/").status_code == 200

    def test_is_dated_by_the_clock_of_the_installation(self, client, open_login, pan):
        open_login(pan)
        before = clock.now()

        log_in(client, "pan")

        user = User.objects.get(username="pan")
        assert before <= user.last_login <= clock.now()

    def test_by_e_mail(self, client, open_login, pan):
        open_login(pan, email="pan@example.gov.cn")

        assert log_in(client, "pan@example.gov.cn").status_code == 302

    def test_wrong_password_and_unknown_name_are_answered_alike(self, client, open_login, pan):
        open_login(pan)
        client.cookies["django_language"] = "en"

        wrong = log_in(client, "pan", "not-the-password")
        unknown = log_in(client, "nobody", "not-the-password")

        assert wrong.status_code == unknown.status_code == 200
        assert [*wrong.context["form"].non_field_errors()] == [*unknown.context["form"].non_field_errors()]

    def test_five_failures_shut_a_name_for_a_while(self, client, open_login, pan):
        open_login(pan)
        for _ in range(5):
            log_in(client, "pan", "not-the-password")

        answer = log_in(client, "pan")

        assert answer.status_code == 200
        assert "_auth_user_id" not in client.session

    def test_a_shut_login_is_told_so(self, client, open_login, pan):
        open_login(pan, is_active=False)

        assert log_in(client, "pan").status_code != 500
        assert "_auth_user_id" not in client.session

    def test_nobody_signs_up(self, client, zone):
        client.cookies["django_language"] = "en"

        answer = client.post(
            "/account/signup/", {"username": "new", "password1": PASSWORD, "password2": PASSWORD}
        )

        assert "Nobody signs up here" in answer.content.decode()
        assert not User.objects.filter(username="new").exists()

    def test_logging_out_takes_a_post(self, client_of, pan):
        client = client_of(pan)

        assert client.get("/account/logout/").status_code == 200
        client.post("/account/logout/")
        assert client.get("/account/").status_code == 302

    def test_page_says_that_a_demonstration_demands_no_second_factor(self, client, zone):
        Installation.objects.create(is_demo=True)

        page = client.get("/account/login/", headers={"accept-language": "en"}).content.decode()

        assert "second factor is not demanded" in page


class TestPassword:
    def change(self, client, new):
        return client.post(
            "/account/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new}
        )

    @pytest.mark.parametrize("weak", ["short", "1234567890123", "password1234", "panyue-pan"])
    def test_a_weak_one_is_refused(self, client, open_login, pan, weak):
        open_login(pan, first_name="panyue-pan")
        log_in(client, "pan")

        assert self.change(client, weak).context["form"].errors

    def test_the_first_one_is_changed_before_anything_else(self, client, open_login, pan):
        open_login(pan, must_change_password=True)
        log_in(client, "pan")

        assert client.get("/account/")["Location"] == "/account/password/"
        self.change(client, "another-bamboo-grove")

        assert client.get("/account/").status_code == 200
        pan.user.refresh_from_db()
        assert not pan.user.must_change_password
        assert JournalEntry.objects.filter(action="core.password_was_changed", member_id=pan.pk).exists()

    def test_the_api_says_it_as_a_problem(self, client, open_login, pan):
        open_login(pan, must_change_password=True)
        log_in(client, "pan")

        answer = client.get("/api/v1/me")

        assert (answer.status_code, answer.json()["code"]) == (403, "core.login_owes")


class TestSecondFactor:
    def test_is_owed_by_a_role_that_decides_before_anything_else(self, client, open_login, lin):
        open_login(lin)
        log_in(client, "lin")

        assert client.get("/account/")["Location"] == "/account/second-factor/totp/activate/"
        assert client.get("/account/second-factor/totp/activate/").status_code == 200

    def test_is_not_owed_by_others(self, client, open_login, pan):
        open_login(pan)
        log_in(client, "pan")

        assert client.get("/account/").status_code == 200

    def test_is_not_owed_in_a_demonstration(self, client, open_login, lin):
        Installation.objects.create(is_demo=True)
        open_login(lin)
        log_in(client, "lin")

        assert client.get("/account/").status_code == 200

    def test_is_set_up_with_the_app_and_then_asked_at_each_login(self, client, open_login, lin):
        open_login(lin)
        log_in(client, "lin")
        page = client.get("/account/second-factor/totp/activate/")
        secret = page.context["form"].secret

        answer = client.post("/account/second-factor/totp/activate/", {"code": self.code(secret)})

        assert answer["Location"] == "/account/second-factor/recovery-codes/"
        assert client.get("/account/second-factor/recovery-codes/").status_code == 200
        assert client.get("/account/").status_code == 200
        kept = Authenticator.objects.get(user=lin.user, type="totp")
        assert secret not in str(kept.data)

        client.post("/account/logout/")
        assert log_in(client, "lin")["Location"] == "/account/second-factor/authenticate/"
        assert client.get("/account/")["Location"].startswith("/account/login/")
        codes = Authenticator.objects.get(user=lin.user, type="recovery_codes").wrap().get_unused_codes()
        client.post("/account/second-factor/authenticate/", {"code": codes[0]})
        assert client.get("/account/").status_code == 200

    @staticmethod
    def code(secret: str) -> str:
        counter = next(iter(yield_hotp_counters_from_time()))
        return f"{hotp_value(secret, counter):06d}"


class TestSession:
    def test_lasts_as_many_unused_hours_as_the_rulebook_says(self, client, open_login, pan):
        open_login(pan)
        log_in(client, "pan")

        client.get("/account/")

        assert client.session.get_expiry_age() == 8 * 3600

    def test_is_written_once_in_a_while_and_not_for_each_page(self, client_of, pan):
        client = client_of(pan)
        client.get("/account/")
        with CaptureQueriesContext(connection) as seen:
            client.get("/account/")

        assert not [query for query in seen if query["sql"].startswith(("UPDATE", "INSERT"))]


class TestHeaders:
    def test_the_policy_allows_our_own_files_and_style_attributes_only(self, client, zone):
        policy = dict(
            part.strip().split(" ", 1)
            for part in client.get("/account/login/")["Content-Security-Policy"].split(";")
        )

        assert policy["script-src"] == "'self'"
        assert policy["style-src"] == policy["style-src-elem"] == "'self'"
        assert policy["style-src-attr"] == "'unsafe-inline'"
        assert policy["worker-src"] == "'self'"
        assert policy["object-src"] == policy["frame-ancestors"] == "'none'"

    def test_pages_are_not_framed_sniffed_or_told_to_others(self, client, zone):
        answer = client.get("/account/login/")

        assert answer["X-Frame-Options"] == "DENY"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Referrer-Policy"] == "same-origin"


def test_the_clock_of_codes_is_the_real_one():
    counters = list(yield_hotp_counters_from_time())

    assert int(time.time()) // 30 in counters


class TestSentAfterTheLoginHasRunOut:
    """Without script nothing was kept on the way, so the server keeps what comes without a login."""

    PAGE = "/registry/documents/new/"

    @pytest.fixture
    def sent(self, client, open_login, pan):
        """Pan types into a form, the login runs out, the form is sent."""
        open_login(pan)
        log_in(client, "pan")
        mark = re.search(r'name="_typed" value="([^"]+)"', client.get(self.PAGE).content.decode())
        client.cookies.clear()
        return client, lambda **more: client.post(
            self.PAGE, {"_typed": mark[1], "title": "没写完的标题", "password": "x"} | more
        )

    def test_stands_in_the_form_again_for_its_writer(self, sent):
        client, send = sent

        asked = send()
        answer = log_in(client, "pan", next=self.PAGE)
        again = client.get(self.PAGE).content.decode()

        assert asked["Location"] == f"/account/login/?next={self.PAGE}"
        assert answer["Location"] == self.PAGE
        assert 'value="没写完的标题"' in again
        assert not Document.objects.filter(title="没写完的标题").exists()
        assert "password" not in Draft.objects.get().data

    def test_is_not_given_to_the_next_person_at_the_desk(self, sent, open_login, lin):
        client, send = sent
        open_login(lin)

        send()
        log_in(client, "lin")

        assert not Draft.objects.exists()

    def test_from_a_form_that_we_never_showed_is_not_kept(self, sent):
        client, send = sent

        send(_typed="made up")

        assert "typed" not in client.session
