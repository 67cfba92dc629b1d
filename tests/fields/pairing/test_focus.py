"""Annual focus: key points of a year with the commitments under them, on every face."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shanhai.core import checks, search
from shanhai.core.models import JournalEntry
from shanhai.fields.pairing import actions
from shanhai.fields.pairing.models import FocusPoint
from shanhai.fields.pairing.queries import focus as reads
from shanhai.kernel.refusals import BadInput, NotAllowed, NotFound
from shanhai.site.cli import run

pytestmark = pytest.mark.django_db


@pytest.fixture
def point(zone: Any, lin: Any, commitment: Any) -> FocusPoint:
    """The first key point of 2023, with the clinics under it."""
    return actions.set_focus_point(
        zone, year=2023, text_zh="医疗下沉", text_en="Doctors", commitments=[commitment], by=lin
    )


def test_points_stand_in_their_order_with_their_commitments(zone: Any, lin: Any, point: Any) -> None:
    actions.set_focus_point(zone, year=2023, text_zh="招商", by=lin)

    first, second = reads.focus_of(lin, zone, 2023)

    assert [one.focus.order for one in (first, second)] == [1, 2]
    assert [one.commitment.code for one in first.found] == ["LX-C1"]
    assert (first.tally.total, second.tally.total) == (1, 0)
    assert reads.focus_of(lin, zone, 2022) == []
    assert reads.years_with_focus(zone) == [2023]


def test_a_place_is_taken_once_and_a_resolution_is_of_the_same_pairing(
    zone: Any, lin: Any, point: Any, resolution: Any
) -> None:
    for changes in ({"order": 1}, {"year": 1999}, {"order": -1}):
        with pytest.raises(BadInput):
            actions.set_focus_point(zone, **{"year": 2023, "text_zh": "重复", **changes}, by=lin)
    actions.change_focus_point(point, resolution=resolution, by=lin)
    assert point.resolution == resolution
    resolution.pairing_id += 1
    with pytest.raises(BadInput):
        actions.set_focus_point(zone, year=2023, text_zh="别处", resolution=resolution, by=lin)


def test_changes_and_drops_are_journalled_and_commitments_stand(
    zone: Any, lin: Any, point: Any, commitment: Any
) -> None:
    actions.change_focus_point(point, text_zh="专家下沉", commitments=[], by=lin)
    actions.change_focus_point(point, text_zh="专家下沉", commitments=[], by=lin)
    assert JournalEntry.objects.filter(action="pairing.change_focus_point").count() == 1
    assert [one for one in checks.replay() if one.code == "core.state_differs"] == []
    actions.drop_focus_point(point, by=lin)

    commitment.refresh_from_db()
    assert not FocusPoint.objects.exists()
    assert JournalEntry.objects.filter(action="pairing.drop_focus_point").count() == 1


def test_only_offices_write_and_outsiders_see_none(zone: Any, pan: Any, zhou: Any, point: Any) -> None:
    with pytest.raises(NotAllowed):
        actions.set_focus_point(zone, year=2023, text_zh="省", by=pan)
    assert reads.focus_point_of(pan, point.pk) == point
    with pytest.raises(NotFound):
        reads.focus_point_of(zhou, point.pk)
    with pytest.raises(NotFound):
        reads.commitments_named(["LX-C1", "NO-1"], zone)


def test_many_points_cost_the_same_statements_as_one(
    zone: Any, lin: Any, point: Any, commitment: Any
) -> None:
    with CaptureQueriesContext(connection) as few:
        reads.focus_of(lin, zone, 2023)
    for _ in range(6):
        actions.set_focus_point(zone, year=2023, text_zh="要点", commitments=[commitment], by=lin)
    with CaptureQueriesContext(connection) as many:
        reads.focus_of(lin, zone, 2023)

    assert len(many) == len(few)


def test_it_is_set_changed_and_dropped_on_its_pages(
    zone: Any, lin: Any, pan: Any, zhou: Any, commitment: Any, client_of: Any
) -> None:
    at_lin = client_of(lin)
    sent = {"year": "2023", "text_zh": "医疗下沉", "text_en": "Doctors", "commitments": [commitment.pk]}
    assert at_lin.post("/pairing/focus/set/", sent).url == "/pairing/focus/?year=2023"
    point = FocusPoint.objects.get()
    shown = at_lin.get("/pairing/focus/").content.decode()
    assert "2023 has 1 key point" in shown and "Doctors" in shown and "Expert clinic days" in shown

    changed = {"text_zh": "医疗", "text_en": "Health", "commitments": [], "version": point.version}
    assert at_lin.post(f"/pairing/focus/{point.pk}/change/", changed).url == point.url
    assert (
        "No commitment hangs under it yet" in client_of(pan).get("/pairing/focus/?year=2023").content.decode()
    )
    assert at_lin.post(f"/pairing/focus/{point.pk}/drop/", {"version": point.version + 5}).status_code == 409
    assert at_lin.post(f"/pairing/focus/{point.pk}/drop/").url == "/pairing/focus/?year=2023"
    assert "No key points are set for 2023 yet" in at_lin.get("/pairing/focus/").content.decode()
    assert client_of(pan).get("/pairing/focus/set/").status_code == 403
    assert client_of(zhou).get("/pairing/focus/").status_code in (403, 404)


def test_programs_set_change_and_drop_it(zone: Any, lin: Any, commitment: Any, client_of: Any) -> None:
    client = client_of(lin)

    def call(method: str, path: str, data: Any = None, **headers: str) -> Any:
        body = None if data is None else json.dumps(data)
        address = f"/api/v1/pairing{path}"
        return getattr(client, method)(address, body, content_type="application/json", headers=headers)

    given = {"year": 2023, "text_zh": "医疗下沉", "commitments": ["LX-C1"]}
    made = call("post", "/focus", given)
    assert made.status_code == 201, made.content.decode()
    point = made.json()
    assert [one["commitment"] for one in point["commitments"]] == ["LX-C1"]
    assert (
        call("post", "/focus", given | {"commitments": ["NO"]}).json()["code"] == "pairing.no_commitment_here"
    )
    unset = call("post", "/focus", given | {"resolution": ""}).json()
    assert (unset["order"], unset["resolution"]) == (2, None)
    assert call("delete", f"/focus/{unset['id']}", **{"If-Match": '"0"'}).status_code == 204
    path = f"/focus/{point['id']}"
    assert call("patch", path, {"text_en": "Doctors"}).status_code == 428
    changed = call("patch", path, {"text_en": "Doctors", "commitments": []}, **{"If-Match": '"0"'}).json()
    assert (changed["text_en"], changed["commitments"]) == ("Doctors", [])
    assert len(client.get("/api/v1/pairing/focus?year=2023").json()) == 1
    assert call("delete", path, **{"If-Match": f'"{changed["version"]}"'}).status_code == 204
    assert client.get("/api/v1/pairing/focus?year=2023").json() == []


def test_offices_set_change_and_drop_it_by_command(zone: Any, lin: Any, commitment: Any, capsys: Any) -> None:
    def typed(*words: str) -> tuple[int, str]:
        capsys.readouterr()
        code = run(["pairing", "focus", *words, "--as", "lin"])
        return code, capsys.readouterr().out

    assert typed("set", "医疗下沉", "--commitment", "LX-C1", "--dry-run")[0] == 0
    assert not FocusPoint.objects.exists()
    assert typed("set", "医疗下沉", "--commitment", "LX-C1")[0] == 0
    pk = str(FocusPoint.objects.get().pk)
    assert typed("change", pk, "--en", "Doctors")[0] == 0
    assert json.loads(typed("list", "--json")[1])[0]["text_en"] == "Doctors"
    assert "Doctors" in typed("list", "--csv")[1]
    assert typed("change", pk)[0] == 2
    assert typed("drop", pk)[0] == 0 and not FocusPoint.objects.exists()
    assert typed("drop", pk)[0] == 1


def test_a_point_is_found_by_its_words_until_it_is_dropped(
    zone: Any, lin: Any, zhou: Any, point: Any
) -> None:
    def found(by: Any, text: str) -> list[str]:
        return [one.url for one in search.find(by, text) if one.kind == "pairing.focuspoint"]

    assert found(lin, "下沉") == [point.url]
    assert found(zhou, "下沉") == []
    actions.change_focus_point(point, text_zh="名医驻点", by=lin)
    assert (found(lin, "下沉"), len(found(lin, "驻点"))) == ([], 1)
    actions.drop_focus_point(point, by=lin)
    assert found(lin, "驻点") == []
