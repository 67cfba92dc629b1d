"""``shanhai investment aid`` on plain files: a table for people, JSON for programs, refusals with their place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[3] / "examples" / "aid"
FILES = (str(EXAMPLE / "policies.yaml"), str(EXAMPLE / "enterprises.csv"))


def said(capsys, *words):
    from shanhai.site.cli import run

    code = run(["investment", "aid", *words])
    out, err = capsys.readouterr()
    return code, out, err


def test_for_programs(capsys):
    code, out, _ = said(capsys, *FILES, "--on", "2023-09-18", "--json")
    yunhe, jianchi = json.loads(out)

    assert code == 0
    assert yunhe["total_fen"] == 228_000_000 == sum(yunhe["by_bearer"].values())
    assert [(one["policy"], one["outcome"], one["amount_fen"]) for one in yunhe["claims"]] == [
        ("equipment", "granted", 200_000_000),
        ("rent", "excluded", 0),
        ("jobs", "granted", 8_000_000),
        ("above-scale", "granted", 20_000_000),
    ]
    assert jianchi["claims"][2]["reasons"] == [{"code": "aid.unknown", "said": "Not known: jobs."}]


def test_after_its_last_day_a_policy_grants_nothing(capsys):
    _, out, _ = said(capsys, *FILES, "--on", "2025-01-01", "--json")

    assert [one["outcome"] for one in json.loads(out)[0]["claims"]] == [
        "not_valid",
        "granted",
        "granted",
        "granted",
    ]


def test_for_people_in_chinese(capsys):
    from django.utils import translation

    with translation.override("zh-hans"):
        code, out, _ = said(capsys, *FILES, "--on", "2023-09-18", "--csv")

    assert code == 0
    assert "不得与equipment同时享受" in out


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ((FILES[0], "none.csv"), "none.csv"),
        ((FILES[1], FILES[1]), "enterprises.csv"),
        ((*FILES, "--on", "tomorrow"), "tomorrow"),
    ],
)
def test_what_cannot_be_used_is_refused(capsys, words, place):
    code, out, err = said(capsys, *words)

    assert (code, out) == (1, "")
    assert place in err
