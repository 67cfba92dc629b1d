"""A joint meeting from the call to what follows from it, through the API."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.django_db

MEETING = {
    "number": "JM-2023-09",
    "level": "office",
    "title_zh": "专题会议",
    "title_en": "Special meeting",
    "at": "2023-09-18T08:00:00+08:00",
    "place_zh": "萧山",
    "convenor_mountain": "lin",
    "convenor_sea": "shen",
    "quorum_mountain": 1,
    "quorum_sea": 1,
}
GUESTS = {
    "guests": [
        {"side": "mountain", "member": "lin"},
        {"side": "sea", "member": "shen"},
        {"side": "sea", "person": "方远", "post": "主任"},
    ]
}
PATH = "/meetings/JM-2023-09"


@pytest.fixture
def called(api_of: Any, lin: Any, zone: Any) -> dict[str, Any]:
    """A meeting that Lin's program called."""
    made = api_of(lin)("post", "/meetings", MEETING)
    assert made.status_code == 201, made.content.decode()
    return made.json()


@pytest.fixture
def invited(api_of: Any, lin: Any, called: Any) -> dict[str, Any]:
    """The meeting with its list."""
    return api_of(lin)("post", f"{PATH}/guests", GUESTS, version=called["version"]).json()


class TestBefore:
    def test_it_is_called_once_and_changed(self, api_of: Any, lin: Any, zone: Any) -> None:
        call = api_of(lin)
        made = call("post", "/meetings", MEETING, key="k1").json()
        assert call("post", "/meetings", MEETING, key="k1").json() == made
        assert (made["convenor_sea"], made["stage"]) == ("shen", "planned")

        given = {"at": "2023-09-21T14:30:00+08:00", "convenor_sea": None}
        assert call("patch", PATH, given).status_code == 428
        assert call("patch", PATH, given, version=99).status_code == 412
        changed = call("patch", PATH, given, version=made["version"]).json()
        assert (changed["convenor_sea"], changed["convenor_mountain"]) == (None, "lin")

    def test_people_are_invited_answer_and_leave_the_list(
        self, api_of: Any, held: Any, lin: Any, shen: Any, called: Any
    ) -> None:
        call = api_of(lin)
        listed = held(call, f"{PATH}/guests", GUESTS, called["version"])
        assert [(one["side"], one["person"]) for one in listed["guests"]] == [
            ("mountain", "林涛"),
            ("sea", "沈洁"),
            ("sea", "方远"),
        ]

        [theirs] = [one["id"] for one in listed["guests"] if one["member"] == "shen"]
        answered = api_of(shen)("post", f"{PATH}/guests/{theirs}/answer", {"is_coming": True}).json()
        assert [one["answer"] for one in answered["guests"]] == ["none", "coming", "none"]
        refused = call("post", f"{PATH}/guests/{theirs}/answer", {"is_coming": False})
        assert refused.status_code == 403

        last = listed["guests"][-1]["id"]
        assert call("delete", f"{PATH}/guests/{last}").status_code == 428
        left = call("delete", f"{PATH}/guests/{last}", version=answered["version"])
        assert len(left.json()["guests"]) == 2
        assert left["ETag"] == f'"{left.json()["version"]}"'

    def test_the_agenda_is_set_and_papers_laid_on_the_table(
        self, api_of: Any, lin: Any, called: Any, paper: Any
    ) -> None:
        call = api_of(lin)
        points = {"points": [{"title_zh": "专家排班", "side": "mountain", "asks_zh": "每月14天"}]}
        assert call("put", f"{PATH}/agenda", points).status_code == 428
        assert call("put", f"{PATH}/agenda", points, version=99).status_code == 412
        written = call("put", f"{PATH}/agenda", points, version=called["version"]).json()
        assert [point["papers"] for point in written["agenda"]] == [[]]

        number = paper(lin).pk
        laid = call("post", f"{PATH}/agenda/1/papers", {"papers": [number]}, key="k1")
        assert laid.status_code == 200, laid.content.decode()
        assert call("post", f"{PATH}/agenda/1/papers", {"papers": [number]}, key="k1").json() == laid.json()
        assert laid.json()["agenda"][0]["papers"] == [number]
        refused = call("post", f"{PATH}/agenda/7/papers", {"papers": [number]})
        assert (refused.status_code, refused.json()["code"]) == (404, "pairing.no_point")

    def test_it_is_called_off_and_takes_place_after_all(
        self, api_of: Any, held: Any, lin: Any, invited: Any
    ) -> None:
        off = held(api_of(lin), f"{PATH}/cancel", {"reason": "台风"}, invited["version"])
        assert (off["stage"], off["cancel_reason"]) == ("cancelled", "台风")

        assert held(api_of(lin), f"{PATH}/reinstate", None, off["version"])["stage"] == "invited"

    def test_its_briefing_book_is_made_by_a_task_and_found(
        self, api_of: Any, lin: Any, shen: Any, invited: Any, monkeypatch: Any
    ) -> None:
        from shanhai.core import tasks
        from shanhai.fields.pairing import brief

        monkeypatch.setattr(brief, "as_pdf", lambda *args, **kwargs: b"%PDF-1.7\n%%EOF\n")
        call, path = api_of(lin), f"{PATH}/books"
        assert call("get", path).json() == {"books": [], "making": None}
        assert call("post", f"{path}/cancel").json()["code"] == "pairing.no_brief_running"
        first = call("post", path, {"language": "en"}, key="k1")
        assert first.status_code == 201, first.content.decode()
        assert call("post", path, {"language": "en"}, key="k1").json() == first.json()
        assert first.json()["stage"] == "waiting"

        tasks.run_waiting()

        made = call("get", path).json()
        assert (made["making"]["stage"], made["making"]["why_failed"]) == ("done", "")
        [book] = made["books"]
        assert (book["language"], book["moved"]) == ("en", 0)
        assert api_of(shen)("get", path).json()["books"] == []

    def test_the_making_of_a_book_is_stopped(self, api_of: Any, lin: Any, invited: Any) -> None:
        call = api_of(lin)
        call("post", f"{PATH}/books", {})

        assert call("post", f"{PATH}/books/cancel").json()["stage"] == "cancelled"


class TestAfter:
    def test_it_is_held_minuted_signed_resolves_and_something_follows(
        self, api_of: Any, held: Any, lin: Any, shen: Any, invited: Any
    ) -> None:
        ours, theirs = api_of(lin), api_of(shen)
        present = [one["id"] for one in invited["guests"][:2]]
        was = held(ours, f"{PATH}/hold", {"on": "2023-09-18", "present": present}, invited["version"])
        assert [one["is_present"] for one in was["guests"]] == [True, True, False]

        text = {"text_zh": "议定每月14天。"}
        assert ours("put", f"{PATH}/minutes", text, version=99).status_code == 412
        written = ours("put", f"{PATH}/minutes", text, version=was["version"]).json()
        once = held(ours, f"{PATH}/sign", {"on": "2023-09-18"}, written["version"])
        twice = held(theirs, f"{PATH}/sign", {"on": "2023-09-18"}, once["version"])
        assert (once["stage"], twice["stage"]) == ("minuted", "signed")

        item = {
            "title_zh": "排定专家组",
            "lead": "sea",
            "mountain_unit": "LQ-PARK-1",
            "sea_unit": "XS-OFFICE-1",
            "due_on": "2023-09-29",
        }
        [resolution] = ours("get", "/resolutions").json()["items"] or [self._resolved(ours)]
        made = ours("post", f"/resolutions/{resolution['number']}/items", item, key="k1").json()
        assert ours("post", f"/resolutions/{resolution['number']}/items", item, key="k1").json() == made
        assert (made["lead"], made["stage"], made["resolution"]) == ("sea", "open", resolution["number"])
        [shown] = ours("get", "/resolutions").json()["items"]
        assert shown["items"] == [made["number"]]

    def _resolved(self, call: Any) -> dict[str, Any]:
        made = call("post", f"{PATH}/resolutions", {"text_zh": "每月派专家14天。"}, key="k1")
        assert made.status_code == 201, made.content.decode()
        return made.json()

    def test_without_the_quorum_of_both_sides_it_was_no_meeting(
        self, api_of: Any, lin: Any, invited: Any
    ) -> None:
        given = {"on": "2023-09-18", "present": [invited["guests"][0]["id"]]}
        refused = api_of(lin)("post", f"{PATH}/hold", given, version=invited["version"])

        assert refused.status_code == 409


class TestActionItems:
    def test_it_is_given_more_time_dropped_and_opened_again(
        self, api_of: Any, held: Any, lin: Any, item: Any
    ) -> None:
        call, path = api_of(lin), f"/action-items/{item.number}"
        given = {"due_on": "2023-10-31", "reason": "专家出差"}
        longer = held(call, f"{path}/extend", given, item.version)
        assert (longer["due_on"], longer["extension_reason"]) == ("2023-10-31", "专家出差")

        gone = held(call, f"{path}/drop", {"reason": "不再需要"}, longer["version"])
        assert gone["stage"] == "dropped"
        assert held(call, f"{path}/reopen", {}, gone["version"])["stage"] == "open"

    def test_the_outsider_is_turned_away(self, api_of: Any, zhou: Any, item: Any, meeting: Any) -> None:
        call, one, it = api_of(zhou), f"/meetings/{meeting.number}", f"/action-items/{item.number}"

        assert call("post", "/meetings", MEETING).status_code == 403
        assert call("patch", one, {"place_zh": "x"}, version=0).status_code == 403
        assert call("get", f"{one}/books").status_code == 403
        assert call("get", "/resolutions").status_code == 403
        assert call("delete", f"{one}/guests/1", version=0).status_code == 403
        assert call("put", f"{one}/agenda", {"points": []}, version=0).status_code == 403
        assert call("put", f"{one}/minutes", {"text_zh": "x"}, version=0).status_code == 403
        posts = {
            f"{one}/guests": GUESTS,
            f"{one}/guests/1/answer": {"is_coming": True},
            f"{one}/agenda/1/papers": {"papers": [1]},
            f"{one}/books": {},
            f"{one}/books/cancel": None,
            f"{one}/cancel": {"reason": "x"},
            f"{one}/reinstate": None,
            f"{one}/hold": {"on": "2023-09-18", "present": []},
            f"{one}/sign": {"on": "2023-09-18"},
            f"{one}/resolutions": {"text_zh": "x"},
            f"{it}/report": {"text": "x"},
            f"{it}/extend": {"due_on": "2023-10-31", "reason": "x"},
            f"{it}/drop": {"reason": "x"},
            f"{it}/reopen": {},
        }
        for path, given in posts.items():
            assert call("post", path, given, version=0).status_code == 403, path
