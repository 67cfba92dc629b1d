"""Logging in with a provider of OpenID Connect: a small one answers on loopback and really signs its tokens."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from shanhai.core.actions import members

pytestmark = pytest.mark.django_db

CLIENT, SECRET = "shanhai-test", "a secret between the two"


class Provider:
    """A provider that knows one person. ``sub`` and ``claims`` say who; ``key`` signs."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.published = self.key
        self.sub = "7f3a"
        self.claims: dict = {}
        self.userinfo: dict | None = None
        self.challenges: dict[str, str] = {}
        provider = self

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.answer(provider.get(urlsplit(self.path)))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.answer(provider.token(parse_qs(body.decode()), self.headers))

            def answer(self, body: dict) -> None:
                self.send_response(400 if "error" in body else 200)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(body).encode())

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def get(self, address) -> dict:
        if address.path == "/.well-known/openid-configuration":
            return {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "userinfo_endpoint": f"{self.url}/userinfo",
                "jwks_uri": f"{self.url}/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            }
        if address.path == "/keys":
            key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.published.public_key()))
            return {"keys": [key | {"kid": "k1", "use": "sig", "alg": "RS256"}]}
        return {"sub": self.sub, **(self.claims if self.userinfo is None else self.userinfo)}

    def token(self, form: dict, headers) -> dict:
        expected = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if headers.get("Authorization") not in (expected, None) or form["code"][0] not in self.challenges:
            return {"error": "invalid_grant"}
        verifier = form["code_verifier"][0]
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        if challenge != self.challenges.pop(form["code"][0]):
            return {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": CLIENT,
            "sub": self.sub,
            "iat": now,
            "exp": now + 300,
            **self.claims,
        }
        token = jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": "k1"})
        return {"access_token": "opaque", "token_type": "Bearer", "id_token": token}

    def log_in(self, client, follow_to: str = ""):
        """What a browser does: to the provider, there yes, and back."""
        there = client.post("/account/oidc/login/" + (f"?next={follow_to}" if follow_to else ""))
        assert there.status_code == 302, there.content
        asked = parse_qs(urlsplit(there["Location"]).query)
        assert there["Location"].startswith(f"{self.url}/authorize")
        assert asked["client_id"] == [CLIENT] and asked["code_challenge_method"] == ["S256"]
        self.challenges["code-1"] = asked["code_challenge"][0]
        return client.get(f"/account/oidc/login/callback/?code=code-1&state={asked['state'][0]}")


@pytest.fixture
def provider(settings):
    found = Provider()
    app = {
        "provider_id": "oidc",
        "name": "Office login",
        "client_id": CLIENT,
        "secret": SECRET,
        "settings": {"server_url": found.url, "scope": ["openid"]},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    settings.SHANHAI_OIDC_CLAIM = "preferred_username"
    settings.SHANHAI_OIDC_NAME = "Office login"
    yield found
    found.server.shutdown()
    found.server.server_close()


@pytest.fixture
def speaking_english(client):
    client.cookies["django_language"] = "en"
    return client


def test_login_page_offers_the_provider(speaking_english, zone, provider):
    assert "Log in with Office login" in speaking_english.get("/account/login/").content.decode()


def test_a_member_whom_the_claim_names_is_logged_in(client, pan, provider):
    provider.claims = {"preferred_username": "pan"}

    answer = provider.log_in(client, follow_to="/account/")

    assert answer["Location"] == "/account/"
    assert client.get("/account/").wsgi_request.member == pan


def test_the_second_time_the_identity_counts_and_not_the_name(client, pan, shen, provider):
    provider.claims = {"preferred_username": "pan"}
    provider.log_in(client)
    client.post("/account/logout/")

    provider.claims = {"preferred_username": "shen"}
    provider.log_in(client)

    assert client.get("/api/v1/me").json()["member"] == "pan"


def test_an_unknown_person_is_turned_away_with_a_clear_page(speaking_english, zone, provider):
    provider.claims = {"preferred_username": "stranger"}

    answer = provider.log_in(speaking_english)

    assert answer.status_code == 403
    assert "It calls you “stranger” (preferred_username)" in answer.content.decode()
    assert "_auth_user_id" not in speaking_english.session


def test_a_login_without_an_active_membership_is_turned_away(speaking_english, pan, provider):
    provider.claims = {"preferred_username": "pan"}
    members.deactivate_member(pan, by=None)

    assert provider.log_in(speaking_english).status_code == 403


def test_an_answer_without_the_claim_is_turned_away(speaking_english, zone, provider):
    answer = provider.log_in(speaking_english)

    assert answer.status_code == 403
    assert "the claim preferred_username is missing" in answer.content.decode()


class TestByMail:
    @pytest.fixture
    def by_mail(self, settings, pan, provider):
        settings.SHANHAI_OIDC_CLAIM = "email"
        members.change_member(pan, email="pan@example.gov.cn", by=None)

    def test_a_verified_address_counts(self, client, by_mail, provider):
        provider.claims = {"email": "PAN@example.gov.cn", "email_verified": True}

        provider.log_in(client)

        assert client.get("/api/v1/me").json()["member"] == "pan"

    def test_an_address_that_nobody_verified_does_not(self, client, by_mail, provider):
        provider.claims = {"email": "pan@example.gov.cn", "email_verified": False}

        assert provider.log_in(client).status_code == 403


def test_a_token_signed_by_somebody_else_is_not_trusted(client, pan, provider):
    provider.claims = {"preferred_username": "pan"}
    provider.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    answer = provider.log_in(client)

    assert answer.status_code in (200, 401, 403)
    assert "_auth_user_id" not in client.session


def test_what_the_signed_token_says_wins_over_the_user_information(client, pan, shen, provider):
    provider.claims = {"preferred_username": "pan"}
    provider.userinfo = {"preferred_username": "shen"}

    provider.log_in(client)

    assert client.get("/api/v1/me").json()["member"] == "pan"


def test_a_made_up_state_is_refused(client, pan, provider):
    provider.challenges["code-1"] = "x"

    answer = client.get("/account/oidc/login/callback/?code=code-1&state=made-up")

    assert answer.status_code != 500
    assert "_auth_user_id" not in client.session


def test_nobody_ties_another_identity_to_their_login(client_of, pan, provider):
    client = client_of(pan)
    provider.claims = {"preferred_username": "somebody-else"}

    answer = provider.log_in(client)

    assert answer["Location"] == "/"
    assert not pan.user.socialaccount_set.exists()
