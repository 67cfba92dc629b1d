"""Settings that cannot be end the command with a sentence, and tell no secret."""

from __future__ import annotations

import pytest

from shanhai.site.cli import _known_trouble
from shanhai.site.environment import Environment


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            {"SHANHAI_TODAY": "2023-13-01"},
            "SHANHAI_TODAY is 2023-13-01, which is no day. Write it as 2023-09-18",
        ),
        (
            {"DATABASE_URL": "mysql://u:hush@x/y"},
            "DATABASE_URL begins with mysql://; PostgreSQL is postgres://",
        ),
        ({"SHANHAI_THREADS": "many"}, "SHANHAI_THREADS cannot be read: Input should be a valid integer"),
        (
            {"SHANHAI_PRODUCTION": "1", "SHANHAI_TODAY": "2023-09-18"},
            "SHANHAI_TODAY fixes the clock of a demonstration; unset it in production.",
        ),
        (
            {"SHANHAI_OIDC_ISSUER": "https://id.example", "SHANHAI_OIDC_CLIENT_SECRET": "hush"},
            "SHANHAI_OIDC_ISSUER needs SHANHAI_OIDC_CLIENT_ID",
        ),
    ],
)
def test_a_setting_that_cannot_be_is_told_in_a_sentence(
    given: dict[str, str], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (
        {"DATABASE_URL": "", "SHANHAI_TODAY": "", "SHANHAI_SECRET_KEY": "hush"} | given
    ).items():
        monkeypatch.setenv(name, value)

    with pytest.raises(ValueError) as wrong:
        Environment()

    sentence = _known_trouble(wrong.value) or ""
    assert sentence.startswith(told)
    assert "hush" not in sentence
    assert "input_value" not in sentence


def test_a_moment_a_day_and_nothing_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://office@db.test/shanhai")
    for moment in ("", "2023-09-18", "2023-09-18T09:00"):
        monkeypatch.setenv("SHANHAI_TODAY", moment)
        assert Environment().today == moment
