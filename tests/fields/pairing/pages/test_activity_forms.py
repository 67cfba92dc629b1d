"""Activities through their pages: planned, held with photographs, paid, closed, agreed points."""

from __future__ import annotations

import struct
import zlib
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from shanhai.fields.pairing.queries import activities as reads

pytestmark = pytest.mark.django_db


def picture(name: str = "开幕.png") -> SimpleUploadedFile:
    """One grey pixel as a browser sends it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    body = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)) + chunk(
        b"IDAT", zlib.compress(b"\0\x80")
    )
    return SimpleUploadedFile(
        name, b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b""), content_type="image/png"
    )


def planned(cast: Any, **changes: Any) -> dict[str, Any]:
    return {
        "number": "A-9",
        "kind": "donation",
        "title_zh": "捐赠",
        "title_en": "Donation",
        "field": "partnership",
        "on": "2023-09-11",
        "lead": "sea",
        "mountain_unit": cast.units["LQ-PARK"].pk,
        "sea_unit": cast.units["XS-OFFICE"].pk,
        "delegation": "沈洁 萧山\n林涛 龙泉",
        "payer": "sea",
        "planned_fen": "1000",
    } | changes


@pytest.fixture
def at_shen(shen: Any, client_of: Any, zone: Any, cast: Any) -> Any:
    """Shen has planned a donation of 1,000 yuan."""
    client = client_of(shen)
    assert client.post("/pairing/activities/plan/", planned(cast)).url == "/pairing/activities/A-9/"
    return client


def test_a_day_of_an_activity(
    at_shen: Any, shen: Any, lin: Any, proof: Any, client_of: Any, cast: Any
) -> None:
    page = "/pairing/activities/A-9/"
    version = reads.activity_of(shen, "A-9").version
    assert at_shen.get(f"{page}change/").status_code == 200
    changed = planned(cast, planned_fen="2000", version=version)
    assert at_shen.post(f"{page}change/", changed).url == page

    held = {"on": "2023-09-12", "photos": picture()}
    assert at_shen.post(f"{page}held/", held).url == page
    paid = {"kind": "paid", "on": "2023-09-13", "amount_fen": "1500", "vouchers": proof("paid")}
    assert at_shen.post(f"{page}money/", paid).url == page
    used = {"kind": "used", "on": "2023-09-14", "amount_fen": "900", "vouchers": proof("used")}
    assert client_of(lin).post(f"{page}money/", used).url == page
    back = {"kind": "paid", "amount_fen": "100", "reason": "记错"}
    assert at_shen.post(f"{page}money/take-back/", back).url == page
    agreed = {
        "title_zh": "再派专家", "field": "health", "lead": "sea", "due_on": "2023-10-31",
        "mountain_unit": cast.units["LQ-PARK"].pk, "sea_unit": cast.units["XS-OFFICE"].pk,
    }  # fmt: skip
    assert at_shen.post(f"{page}agreed/", agreed).url == page
    assert (
        at_shen.post(f"{page}close/", {"outcome_zh": "路修好了", "outcome_en": "The road is done."}).url
        == page
    )

    one = reads.activity_of(lin, "A-9")
    assert (one.stage, one.on, one.planned_fen, one.paid_fen, one.used_fen) == (
        "completed", date(2023, 9, 12), 200_000, 140_000, 90_000,
    )  # fmt: skip
    shown = client_of(lin).get(page).content.decode()
    for text in ("The road is done.", "再派专家", "沈洁 萧山", "A-9-M3", "/preview/", "1,400 yuan"):
        assert text in shown, text


def test_a_photograph_opens_in_place_in_a_sandbox(at_shen: Any, shen: Any, lin: Any, client_of: Any) -> None:
    at_shen.post("/pairing/activities/A-9/held/", {"on": "2023-09-12"})
    at_shen.post("/pairing/activities/A-9/photos/", {"photos": [picture()]})
    found = reads.photos_of(reads.activity_of(lin, "A-9"))
    answer = client_of(lin).get(reverse("registry:document_preview", args=[found[0].pk]))

    assert len(found) == 1
    assert answer["Content-Type"] == "image/png" and answer["Content-Disposition"] == "inline"
    assert "sandbox" in answer["Content-Security-Policy"] and answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("path", "data", "sentence"),
    [
        ("money/", {"kind": "paid", "on": "2023-09-13", "amount_fen": "1001"}, "voucher"),
        ("held/", {"on": "2023-09-19"}, "has not come"),
        ("cancel/", {"reason": ""}, "required"),
        ("close/", {"outcome_zh": "好"}, "planned"),
    ],
)
def test_what_cannot_be_done_is_refused_on_the_form(
    at_shen: Any, path: str, data: Any, sentence: str
) -> None:
    answer = at_shen.post(f"/pairing/activities/A-9/{path}", data)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_it_is_called_off_and_taken_back(at_shen: Any, shen: Any) -> None:
    page = "/pairing/activities/A-9/"
    assert at_shen.post(f"{page}cancel/", {"reason": "改期"}).url == page
    assert reads.activity_of(shen, "A-9").stage == "cancelled"
    assert at_shen.post(f"{page}reopen/").url == page
    assert reads.activity_of(shen, "A-9").stage == "planned"


def test_the_list_says_what_was_held_and_donated(at_shen: Any, pan: Any, client_of: Any) -> None:
    shown = client_of(pan).get("/pairing/activities/").content.decode()

    assert "0 activities were held this year" in shown and "Donation" in shown
    assert client_of(pan).get("/pairing/activities/plan/").status_code == 403


def test_outsiders_are_turned_away(at_shen: Any, zhou: Any, client_of: Any) -> None:
    for path in ("", "plan/", "A-9/", "A-9/money/", "A-9/held/"):
        assert client_of(zhou).get(f"/pairing/activities/{path}").status_code in (403, 404), path
