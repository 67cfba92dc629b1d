"""Who opens which page: both sides and the province read, an outsider is turned away everywhere."""

from __future__ import annotations

import pytest
from django.urls import get_resolver

from shanhai.core import calendar

pytestmark = pytest.mark.django_db

# Pages that read, by URL name, with what their address needs.
READ = (
    "pairings",
    "pairing",
    "charges",
    "agreements",
    "agreement",
    "commitments",
    "commitment",
    "delivery",
    "meetings",
    "meeting",
    "items",
    "item",
    "secondments",
    "secondment",
    "calendar",
)


def kwargs_of(rich, pattern):
    """What fills the places of an address of the field."""
    known = {
        "pairings/": {"code": rich.nested.code},
        "agreements/": {"number": rich.agreement.number},
        "commitments/": {"code": rich.commitment.code},
        "deliveries/": {"code": rich.delivery.code},
        "payments/": {"code": rich.due.code},
        "land/": {"code": rich.land.code},
        "meetings/": {"number": rich.meeting.number, "pk": 1, "order": 1},
        "resolutions/": {"number": rich.resolution.number},
        "action-items/": {"number": rich.item.number},
        "secondments/": {"code": rich.stay.code, "pk": 1},
        "charges/": {"pk": rich.charge.pk},
        "focus/": {"pk": 1},
        "calendar/": {"token": "x"},
        "technical-problems/": {"number": "JS-1", "pk": 1},
    }
    return next((facts for start, facts in known.items() if pattern.startswith(start)), {})


def addresses(rich):
    """Every address of the field by name; the calendar feed has a secret in place of a login."""
    for pattern in next(
        p for p in get_resolver().url_patterns if getattr(p, "app_name", "") == "pairing"
    ).url_patterns:
        route = str(pattern.pattern)
        if pattern.name == "calendar_feed":
            continue
        facts = kwargs_of(rich, route)
        path = route
        for name, value in facts.items():
            for kind in ("str", "int"):
                path = path.replace(f"<{kind}:{name}>", str(value))
        yield pattern.name, f"/pairing/{path}"


@pytest.mark.parametrize("who", ["lin", "shen", "pan"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_both_sides_and_the_province_read_every_page(rich, request, client_of, who, language):
    client = client_of(request.getfixturevalue(who), language=language)
    found = dict(addresses(rich))

    answers = {name: client.get(found[name]).status_code for name in READ}

    assert answers == dict.fromkeys(READ, 200)


def test_an_outsider_is_turned_away_on_every_page(rich, zhou, client_of):
    client = client_of(zhou)

    answers = {
        name: client.post(path).status_code
        if client.get(path).status_code == 405
        else client.get(path).status_code
        for name, path in addresses(rich)
    }

    assert set(answers.values()) == {403}, {name: code for name, code in answers.items() if code != 403}


def test_a_visitor_is_sent_to_the_login(rich, client):
    answers = {name: client.get(path) for name, path in addresses(rich)}

    assert all(
        answer.status_code == 405 or answer.url.startswith("/account/login/") for answer in answers.values()
    )


def test_the_province_may_open_no_form(rich, pan, client_of):
    client = client_of(pan)
    found = dict(addresses(rich))

    for name in ("agreement_draft", "delivery_record", "meeting_call", "item_report", "secondment_new"):
        assert client.get(found[name]).status_code == 403, name


def test_what_there_is_not_is_not_found(rich, lin, client_of):
    client = client_of(lin)

    for path in (
        "pairings/NO",
        "agreements/NO",
        "commitments/NO",
        "deliveries/NO",
        "meetings/NO",
        "action-items/NO",
        "secondments/NO",
        "payments/NO",
        "land/NO",
    ):
        assert client.get(f"/pairing/{path}/").status_code == 404, path


def test_a_draft_of_one_side_is_not_shown_to_the_other(draft, shen, lin, client_of):
    assert client_of(lin).get(draft.url).status_code == 200
    assert client_of(shen).get(draft.url).status_code == 404
    assert draft.number not in client_of(shen).get("/pairing/agreements/").content.decode()


@pytest.mark.parametrize(
    ("path", "model"),
    [
        ("agreements/", "Agreement"),
        ("meetings/", "Meeting"),
        ("action-items/", "ActionItem"),
        ("commitments/?show=all", "Commitment"),
        ("secondments/", "Secondment"),
        ("", "Pairing"),
    ],
)
def test_a_list_takes_the_same_number_of_queries_however_long_it_is(
    rich, cast, zone, lin, client_of, path, model
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = client_of(lin)
    address = f"/pairing/{path}"
    client.get(address)
    calendar.forget()  # It is looked at once a second: in both, however long the first takes.
    with CaptureQueriesContext(connection) as first:
        assert client.get(address).status_code == 200
    _make_more(model, rich, cast, zone, lin)
    # What the frame keeps of a member is read anew after each change; only the list itself is compared.
    client.get(address)
    calendar.forget()
    with CaptureQueriesContext(connection) as second:
        assert client.get(address).status_code == 200

    assert len(second) == len(first), "\n".join(sorted(q["sql"][:120] for q in second))


def _make_more(model, rich, cast, zone, lin):
    """Four more rows of a list."""
    from datetime import date, datetime
    from decimal import Decimal
    from zoneinfo import ZoneInfo

    from shanhai.core.actions import members, pairings
    from shanhai.fields.pairing import actions

    for n in range(4):
        if model == "Agreement":
            actions.draft_agreement(
                zone, number=f"N{n}", field="park", name_zh=f"协议{n}", valid_from=date(2023, 1, 1), by=lin
            )
        elif model == "Meeting":
            made = actions.call_meeting(
                zone,
                number=f"M{n}",
                level="office",
                title_zh=f"会议{n}",
                at=datetime(2023, 5, 1 + n, 9, tzinfo=ZoneInfo("Asia/Shanghai")),
                quorum_mountain=1,
                quorum_sea=1,
                by=lin,
            )
            actions.invite(made, [actions.Guest("mountain", "甲"), actions.Guest("sea", "乙")], by=lin)
        elif model == "ActionItem":
            actions.assign_action_item(
                rich.resolution,
                title_zh=f"事项{n}",
                lead="mountain",
                mountain_unit=cast.units["LQ-PARK"],
                sea_unit=cast.units["XS-OFFICE"],
                due_on=date(2023, 10, 1 + n),
                by=lin,
            )
        elif model == "Commitment":
            draft = actions.draft_agreement(
                zone, number=f"C{n}", field="park", name_zh=f"协议{n}", valid_from=date(2023, 1, 1), by=None
            )
            actions.add_commitment(
                draft,
                code=f"C{n}-1",
                name_zh=f"承诺{n}",
                owes="sea",
                target=Decimal(9),
                due_on=date(2023, 12, 31),
                by=None,
            )
            for party in zone.parties.all():
                actions.sign_agreement(draft, on=date(2023, 1, 2), party=party, by=None)
        elif model == "Secondment":
            person = members.add_member(cast.units["LQ-PARK"], code=f"off{n}", name_zh=f"干部{n}", by=None)
            actions.second_officer(
                zone,
                code=f"S1{n}",
                person=person,
                host=cast.organisations["XS-OFFICE"],
                host_unit=cast.units["XS-OFFICE"],
                host_post="科员",
                from_on=date(2023, 1, 1),
                to_on=date(2023, 12, 31),
                tasks=[("任务", None)],
                by=None,
            )
        else:
            pairings.open_pairing(
                code=f"P{n}",
                level="township",
                name_zh=f"结对{n}",
                started_on=date(2018, 6, 21),
                parties=((cast.organisations["LQ"], "mountain"), (cast.organisations["XS"], "sea")),
                parent=zone,
                by=None,
            )
