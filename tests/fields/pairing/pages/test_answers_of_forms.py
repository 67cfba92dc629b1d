"""What a form of the field answers to programs: refused, or somebody else was faster."""

from __future__ import annotations

import pytest

from shanhai.fields.pairing import actions

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_lin(lin, client_of):
    return client_of(lin)


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("secondments/S-1/hand-over/", {"on": "2023-09-18", "handover": ""}),
        ("secondments/S-1/cancel/", {"reason": "x"}),
        ("meetings/JM-2023-09/held/", {"on": "2023-09-18"}),
        ("meetings/JM-2023-09/cancel/", {"reason": ""}),
        (
            "meetings/JM-2023-09/agenda/",
            {"p-TOTAL_FORMS": "1", "p-INITIAL_FORMS": "0", "p-0-title_en": "Beds", "p-0-side": "both"},
        ),
        ("commitments/LX-C1/record/", {"on": "2030-01-01", "quantity": "3"}),
        ("commitments/LX-C1/plan/", {"on": "2020-01-01", "quantity": "3"}),
        ("agreements/LX-2023-01/end/", {"on": "2023-09-18", "reason": ""}),
        ("pairings/LQ-XS/end/", {"on": "2001-01-01", "reason": "x"}),
    ],
)
def test_a_refused_form_answers_422_and_stands_there_again(rich, next_meeting, at_lin, path, sent):
    answer = at_lin.post(f"/pairing/{path}", sent)

    assert answer.status_code == 422
    assert 'method="post"' in answer.content.decode()
    assert at_lin.get(f"/pairing/{path}").status_code == 200


def test_a_form_of_what_another_changed_meanwhile_answers_409(next_meeting, lin, at_lin):
    page = at_lin.get("/pairing/meetings/JM-2023-09/change/")
    sent = {name: page.context["form"][name].value() for name in page.context["form"].fields}
    actions.change_meeting(next_meeting, title_zh="别名", by=lin)

    answer = at_lin.post(
        "/pairing/meetings/JM-2023-09/change/",
        {name: value for name, value in (sent | {"title_zh": "我名"}).items() if value is not None},
    )

    assert answer.status_code == 409
    assert "别名" in answer.content.decode()
