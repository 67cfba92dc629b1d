"""Seconding officers, putting people in charge, opening and ending pairings through their pages."""

from __future__ import annotations

from datetime import date

import pytest

from shanhai.core.models import Pairing
from shanhai.fields.pairing import queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_lin(lin, client_of):
    return client_of(lin)


@pytest.fixture
def at_shen(shen, client_of):
    return client_of(shen)


def text_of(answer):
    return answer.content.decode()


def second(cast, lin, **changes):
    return {
        "code": "S-9",
        "person": lin.pk,
        "profession": "cadre",
        "host_unit": cast.units["XS-OFFICE"].pk,
        "host_post": "副科长",
        "from_on": "2023-10-01",
        "to_on": "2024-09-30",
        "tasks": "对接项目\n写简报",
    } | changes


def test_an_officer_is_seconded_with_tasks_and_appraisals(zone, cast, lin, at_lin):
    assert at_lin.post("/pairing/secondments/new/", second(cast, lin)).url == "/pairing/secondments/S-9/"

    one = queries.secondment_of(lin, "S-9")
    assert one.direction == "to_sea"
    assert [task.title for task in one.stay.tasks.all()] == ["对接项目", "写简报"]
    assert [str(line.due_on) for line in one.stay.appraisals.all()] == ["2024-03-31", "2024-09-30"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"to_on": "2023-11-30"}, "would last 2 months"),
        ({"host_unit": "own"}, "host and home are both"),
        ({"person": ""}, "This field is required"),
    ],
)
def test_a_secondment_that_cannot_be_is_refused(zone, cast, lin, at_lin, changes, sentence):
    if changes.get("host_unit") == "own":
        changes = {"host_unit": cast.units["LQ-PARK"].pk}
        sentence = "must sit on different sides"

    assert sentence in text_of(at_lin.post("/pairing/secondments/new/", second(cast, lin, **changes)))


def test_tasks_are_given_and_their_outcome_written(rich, at_lin):
    url = rich.stay.url
    at_lin.post(f"{url}task/", {"title": "写总结", "due_on": "2023-12-31"})
    task = rich.stay.stay.tasks.get(title="写总结")

    assert at_lin.post(f"{url}tasks/{task.pk}/", {"on": "2023-09-18", "outcome": "已写"}).status_code == 302
    task.refresh_from_db()
    assert (task.done_on, task.outcome) == (date(2023, 9, 18), "已写")
    assert "was done on" in text_of(
        at_lin.post(f"{url}tasks/{task.pk}/", {"on": "2023-09-18", "outcome": "又写"})
    )


def test_the_side_that_hosts_appraises(rich, at_lin, at_shen):
    appraisal = rich.stay.stay.appraisals.order_by("due_on").first()
    path = f"{rich.stay.url}appraisals/{appraisal.pk}/"
    sent = {"grade": "excellent", "text": "工作扎实。", "on": "2023-09-18"}

    assert "is appraised by the side that hosts" in text_of(at_lin.post(path, sent))
    assert at_shen.post(path, sent).status_code == 302

    appraisal.refresh_from_db()
    assert (appraisal.grade, appraisal.given_on) == ("excellent", date(2023, 9, 18))
    assert "excellent" in text_of(at_lin.get(rich.stay.url))


def test_a_secondment_ends_only_with_a_handover(rich, cast, shen, at_lin):
    path = f"{rich.stay.url}hand-over/"

    refused = at_lin.post(path, {"on": "2023-09-18", "successor": "", "handover": ""})
    assert "Name the successor" in text_of(refused)

    at_lin.post(path, {"on": "2023-09-18", "successor": shen.pk, "handover": "台账、钥匙"})
    page = text_of(at_lin.get(rich.stay.url))
    assert "has handed over to Shen Jie" in page and "台账、钥匙" in page


def test_the_last_day_is_changed_within_the_term_that_is_allowed(rich, at_lin):
    path = f"{rich.stay.url}prolong/"

    assert "would last" in text_of(at_lin.post(path, {"to_on": "2029-12-31", "reason": "继续"}))
    at_lin.post(path, {"to_on": "2025-06-30", "reason": "继续"})

    rich.stay.refresh_from_db()
    assert rich.stay.to_on == date(2025, 6, 30)


def test_a_secondment_that_has_begun_is_not_called_off(rich, cast, lin, at_lin):
    assert "this cannot be done now" in text_of(at_lin.post(f"{rich.stay.url}cancel/", {"reason": "改期"}))

    at_lin.post("/pairing/secondments/new/", second(cast, lin))
    at_lin.post("/pairing/secondments/S-9/cancel/", {"reason": "改期"})
    assert "was called off" in text_of(at_lin.get("/pairing/secondments/S-9/"))


def test_late_appraisals_lead_the_list(rich, at_lin):
    page = text_of(at_lin.get("/pairing/secondments/"))

    assert "1 officer is in post, 1 appraisal is due or late." in page
    assert page.index("Appraisals due or late") < page.index("All secondments")


# -- in charge -----------------------------------------------------------------------------------------------------


def test_somebody_is_put_in_charge_and_the_one_before_ends(zone, lin, cast, at_lin):
    sent = {"member": lin.pk, "field": "", "level": "leaders_in_charge", "from_on": "2023-01-01"}
    assert at_lin.post("/pairing/charges/new/", sent).status_code == 302
    admin = cast.members["admin"]
    at_lin.post("/pairing/charges/new/", sent | {"member": admin.pk, "from_on": "2023-09-01"})

    page = text_of(at_lin.get("/pairing/charges/"))
    assert "Formerly in charge" in page and "Ye Lan" in page

    refused = at_lin.post("/pairing/charges/new/", sent | {"from_on": "2023-05-01"})
    assert "the next one begins after that day" in text_of(refused)


def test_only_people_of_the_own_side_are_offered(zone, shen, at_lin):
    assert "Shen Jie" not in text_of(at_lin.get("/pairing/charges/new/")).split("<form", 3)[-1]

    refused = at_lin.post(
        "/pairing/charges/new/", {"member": shen.pk, "level": "office", "from_on": "2023-01-01"}
    )
    assert "Select a valid choice" in text_of(refused)


def test_a_charge_ends_after_it_began(rich, at_lin, at_shen):
    path = f"/pairing/charges/{rich.charge.pk}/end/"

    assert "that cannot end on" in text_of(at_lin.post(path, {"on": "2022-01-01"}))
    assert "cannot do this for the mountain side" in text_of(at_shen.post(path, {"on": "2023-09-18"}))
    assert at_lin.post(path, {"on": "2023-09-18"}).status_code == 302


# -- pairings ------------------------------------------------------------------------------------------------------


def test_a_pairing_is_opened_under_another(zone, cast, at_lin):
    sent = {
        "code": "LQ-XS-school",
        "name_zh": "学校结对",
        "name_en": "Schools",
        "level": "school",
        "parent": zone.pk,
        "started_on": "2023-09-01",
        "mountain": cast.organisations["LQ-PARK"].pk,
        "sea": cast.organisations["XS-OFFICE"].pk,
    }
    same = at_lin.post("/pairing/pairings/open/", sent | {"sea": sent["mountain"]})
    assert "names the same party twice" in text_of(same)

    assert at_lin.post("/pairing/pairings/open/", sent).url == "/pairing/pairings/LQ-XS-school/"
    assert Pairing.objects.get(code="LQ-XS-school").zone == zone
    assert "Schools" in text_of(at_lin.get("/pairing/"))


def test_a_pairing_is_changed_gets_a_party_ends_and_runs_again(rich, cast, at_lin):
    url = f"/pairing/pairings/{rich.nested.code}/"
    change = {
        "name_zh": "园区结对",
        "name_en": "Parks of both",
        "level": "department",
        "started_on": "2018-06-21",
    }
    assert at_lin.post(f"{url}change/", change).status_code == 302
    assert "Parks of both" in text_of(at_lin.get(url))

    party = {"organisation": cast.organisations["LQ"].pk, "role": "mountain"}
    assert at_lin.post(f"{url}party/", party).status_code == 302
    assert "is a party of pairing" in text_of(at_lin.post(f"{url}party/", party))

    assert "cannot end on" in text_of(at_lin.post(f"{url}end/", {"on": "2010-01-01", "reason": "完成"}))
    at_lin.post(f"{url}end/", {"on": "2023-09-18", "reason": "完成"})
    page = text_of(at_lin.get(url))
    assert "ended on 18 Sep 2023" in page and "Undo" in page

    at_lin.post(f"{url}reopen/")
    assert Pairing.objects.get(pk=rich.nested.pk).ended_on is None


def test_a_pairing_with_running_ones_under_it_does_not_end(rich, zone, at_lin):
    answer = at_lin.post(f"/pairing/pairings/{zone.code}/end/", {"on": "2023-09-18", "reason": "完成"})

    assert "still run. End those first" in text_of(answer)


def test_empty_pages_say_what_to_do_next(zone, at_lin):
    for path, words in (
        ("", "No pairings under this one yet."),
        ("agreements/", "No agreements yet."),
        ("commitments/", "Nothing is promised yet."),
        ("meetings/", "No joint meeting is called."),
        ("action-items/", "No action items yet."),
        ("secondments/", "Nobody is seconded yet."),
        (f"pairings/{zone.code}/", "No agreements yet."),
    ):
        assert words in text_of(at_lin.get(f"/pairing/{path}")), path


def test_sorts_of_the_lists_have_their_indexes():
    from shanhai.fields.pairing.models import (
        ActionItem,
        Agreement,
        CommitmentStanding,
        Meeting,
        Secondment,
    )
    from shanhai.fields.pairing.views import agreements, commitments, items, meetings, people
    from shanhai.webkit import listing

    class Asker:
        class member:
            unit_id = 0

    assert not listing.unindexed(agreements.AGREEMENTS, Agreement)
    assert not listing.unindexed(commitments._table([]), CommitmentStanding)
    assert not listing.unindexed(meetings.MEETINGS, Meeting)
    assert not listing.unindexed(people.SECONDMENTS, Secondment)
    assert not listing.unindexed(items._table(Asker), ActionItem)


@pytest.mark.parametrize("path", ["agreements", "commitments", "meetings", "action-items", "secondments"])
def test_a_list_goes_out_as_a_file_with_its_filters(rich, at_lin, path):
    answer = at_lin.get(f"/pairing/{path}/?format=csv")

    assert answer.status_code == 200 and answer["Content-Type"].startswith("text/csv")
    lines = answer.content.decode("utf-8-sig").strip().splitlines()
    assert len(lines) == 2, "one heading, one row"
    assert at_lin.get(f"/pairing/{path}/?format=xlsx").content[:2] == b"PK"
    assert at_lin.get(f"/pairing/{path}/?format=docx").content[:2] == b"PK"
    assert at_lin.get(f"/pairing/{path}/?format=ods").status_code == 404
