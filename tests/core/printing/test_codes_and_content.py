"""The code on a paper, what a signature is over, and names inside a zip: rules without a database."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shanhai.core.printing import codes, fonts, numbers
from shanhai.core.printing.content import Block, Content, changed, clean, digest, signed_part
from shanhai.core.printing.whole import safe_name
from shanhai.kernel.refusals import BadInput

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


@given(st.integers(0, 11), st.sampled_from(LETTERS))
def test_one_wrong_letter_is_always_noticed(place, letter):
    code = codes.new()
    wrong = code[:place] + letter + code[place + 1 :]

    if wrong == code:
        assert codes.typed(wrong) == code
    else:
        with pytest.raises(BadInput) as refused:
            codes.typed(wrong)
        assert refused.value.code == "core.paper_code"


@given(st.integers(0, 9))
def test_two_letters_that_changed_places_are_noticed(place):
    code = codes.new()
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]

    if swapped != code:
        with pytest.raises(BadInput):
            codes.typed(swapped)


def test_a_code_is_read_as_people_type_it():
    code = codes.new()

    assert codes.typed(f" {codes.said(code).lower()} ") == code


@pytest.mark.parametrize("given_", ["", "K7QM", "OOOO-IIII-LLLL", "https://elsewhere.example"])
def test_what_is_no_code_is_refused(given_):
    with pytest.raises(BadInput):
        codes.typed(given_)


def test_only_codes_of_ours_are_taken_from_a_scan():
    code = codes.new()
    ours = codes.payload(code, "pairing.agreement", 12, 3, "9f" * 32)

    found = codes.scanned(["https://pay.example/1", ours, ours, "SHANHAI1/short"])

    assert found == [codes.Scanned(code, "pairing.agreement", 12, 3, "9f" * 8)]


def test_file_numbers_read_back_as_they_are_written():
    assert numbers.said("龙山海", 2023, 5) == "龙山海〔2023〕5号"
    assert numbers.parts("龙山海〔2023〕5号") == ("龙山海", 2023, 5)
    assert numbers.parts("龙山海(2023)05号") is None


@pytest.mark.parametrize("mark", ["", "龙山海〔", "a" * 21, "龙 海"])
def test_a_mark_has_no_signs_of_its_own(mark):
    with pytest.raises(BadInput):
        numbers.check_mark(mark)


def content(**changes):
    facts = {"title": "协议", "facts": (("Number", "A-1"),), "blocks": (Block("text", "甲"),)}
    return Content(**(facts | changes))


def test_how_things_stand_today_is_no_part_of_what_is_signed():
    assert signed_part(content(now=(("Status", "draft"),))) == signed_part(
        content(now=(("Status", "signed"),))
    )


def test_what_changed_is_named():
    before = signed_part(content(blocks=(Block("heading", "Terms"), Block("text", "甲"))))
    after = signed_part(
        content(facts=(("Number", "A-2"),), blocks=(Block("heading", "Terms"), Block("text", "乙")))
    )

    assert changed(before, after) == ["Number", "Terms"]
    assert changed(before, before) == []


@given(st.text(max_size=20), st.text(max_size=20))
def test_two_texts_have_one_hash_only_if_they_are_the_same(one, other):
    same = digest(signed_part(content(title=one))) == digest(signed_part(content(title=other)))

    assert same == (one == other)


@given(st.text())
def test_no_character_is_left_that_xml_cannot_hold(said):
    assert not [c for c in clean(said) if ord(c) < 32 and c not in "\n\t"]


@given(st.text(max_size=200))
def test_names_in_a_zip_are_safe_on_every_system(given_):
    name = safe_name(given_)

    assert name and not set(name) & set('/\\:*?"<>|\0\n')
    assert name not in (".", "..") and not name.startswith(".")
    assert len(name) <= 90


@pytest.mark.parametrize("given_", ["con", "NUL.pdf", "com1.docx"])
def test_names_that_windows_keeps_for_itself_are_changed(given_):
    assert safe_name(given_).startswith("_")


def test_the_font_of_the_standard_is_taken_where_it_is_there():
    families = {role: ["仿宋_GB2312", "仿宋"] for role in fonts.ROLES}

    used, replaced = fonts.chosen(families, ["仿宋_gb2312", "Noto Sans CJK SC"])

    assert set(used.values()) == {"仿宋_gb2312"} and replaced == []


def test_what_stands_in_for_a_font_is_named():
    families = {
        "title": ["方正小标宋简体", "宋体"],
        "text": ["仿宋_GB2312", "仿宋"],
        "heading": ["黑体"],
        "kai": ["楷体"],
    }

    used, replaced = fonts.chosen(families, ["仿宋", "Noto Sans CJK SC", string.ascii_letters])

    assert used == {
        "title": "Noto Sans CJK SC",
        "text": "仿宋",
        "heading": "Noto Sans CJK SC",
        "kai": "Noto Sans CJK SC",
    }
    assert {(one.wanted, one.used) for one in replaced} >= {("仿宋_GB2312", "仿宋")}
