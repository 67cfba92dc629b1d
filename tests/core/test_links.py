"""The secrets of phone links: what an altered token is worth, and what a copied database gives away."""

from __future__ import annotations

import logging

from hypothesis import given
from hypothesis import strategies as st

from shanhai.core import links
from shanhai.webkit.logs import WithoutTokens

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


class TestTokens:
    def test_a_token_is_ours_and_each_is_another(self):
        tokens = {links.new_token() for _ in range(50)}

        assert len(tokens) == 50
        assert all(links.is_signed(token) and len(token) == links.TOKEN_LENGTH for token in tokens)

    @given(st.integers(0, links.TOKEN_LENGTH - 1), st.sampled_from(LETTERS))
    def test_a_token_of_which_one_letter_was_altered_is_refused(self, place, letter):
        token = links.new_token()
        altered = token[:place] + letter + token[place + 1 :]

        assert links.is_signed(altered) == (altered == token)

    @given(st.text(max_size=60))
    def test_no_other_text_is_a_token(self, text):
        assert not links.is_signed(text)

    def test_a_token_of_another_installation_is_refused(self, settings):
        token = links.new_token()
        settings.SECRET_KEY = "another key, of another installation, long enough"

        assert not links.is_signed(token)

    def test_a_number_is_kept_as_a_hash_that_nobody_without_the_key_can_try(self, settings):
        here = links.digest_of_number("13800001234")
        settings.SECRET_KEY = "another key, of another installation, long enough"

        assert links.digest_of_number("13800001234") != here
        assert "1234" not in here or len(here) == 64


class TestLogs:
    def test_a_line_of_the_log_ends_the_address_before_the_token(self):
        token = links.new_token()
        record = logging.LogRecord(
            "django.request", logging.ERROR, "", 0, "%s: %s", ("Error", f"/l/{token}/"), None
        )

        line = WithoutTokens("{levelname} {message}", style="{").format(record)

        assert token not in line and token[:10] not in line
        assert "/l/…" in line

    def test_other_addresses_stand_in_the_log_as_they_are(self):
        record = logging.LogRecord("x", logging.ERROR, "", 0, "/office/links/7641dc57/", None, None)

        assert WithoutTokens("{message}", style="{").format(record) == "/office/links/7641dc57/"
