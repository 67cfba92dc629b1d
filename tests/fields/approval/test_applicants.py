"""Who speaks for a firm: several people of one firm see the same, an agent works for several firms and sees no third."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from shanhai.core.actions import members, organisations, roles, units
from shanhai.core.models import Member, User
from shanhai.fields.approval.actions import filing
from shanhai.fields.approval.models import Case
from shanhai.fields.investment.actions import projects


def firm_of(cast: Any, code: str, name: str) -> Any:
    made = organisations.add_organisation(
        code=code, kind="enterprise", region=cast.regions["331181000000"], name_zh=name, name_en=name,
        parent=cast.organisations["LQ"], by=None,
    )  # fmt: skip
    return units.add_unit(made, code=f"{code}-1", name_zh="行政部", ladder="handle", by=None)


def filer(unit: Any, code: str, user: User) -> Member:
    one = members.add_member(unit, code=code, name_zh=code, name_en=code, by=None)
    roles.give_role(one, role="enterprise", from_on=date(2018, 1, 1), by=None)
    one.user = user
    one.save(update_fields=["user"])
    return one


def project_of(zone: Any, cast: Any, unit: Any, number: str, lin: Any) -> Any:
    return projects.add_project(
        zone, number=number, name_zh=f"{number}项目", name_en=f"Plant {number}", enterprise=unit.organisation,
        region=cast.regions["331181000000"], project_code=f"2103-331181-04-01-1234{number[2:]:0>2}", basis="filing", by=lin,
    )  # fmt: skip


@pytest.fixture
def agent(cast: Any, zone: Any, regime: Any, lin: Any) -> dict[str, Member]:
    """One login with a place in two firms; a third firm has a file of its own."""
    user = User.objects.create(username="agent", password="!", language="en")
    found = {}
    for n, code in enumerate(("ALPHA", "BETA", "GAMMA"), 1):
        unit = firm_of(cast, code, f"Firm {code}")
        project = project_of(zone, cast, unit, f"P-{n}", lin)
        if code != "GAMMA":
            found[code] = filer(unit, f"agent-{code.lower()}", user)
        filing.file_case(project, catalogue=regime, number=f"C-{n}", by=lin)
    return found


def test_an_agent_sees_the_files_of_both_firms_and_nothing_of_a_third(agent, client_of):
    client = client_of(agent["ALPHA"])

    page = client.get("/approval/cases/").content.decode()
    assert "C-1" in page and "C-2" in page and "C-3" not in page
    assert "Work for Firm BETA" in page and "Work for Firm ALPHA" not in page
    assert client.get("/approval/cases/C-1/applicant/").status_code == 200
    assert client.get("/approval/cases/C-2/applicant/").status_code == 404
    moved = client.post(
        "/member/choose/", {"member": agent["BETA"].pk, "next": "/approval/cases/C-2/applicant/"}
    )
    assert moved.url == "/approval/cases/C-2/applicant/"
    assert client.get("/approval/cases/C-2/applicant/").status_code == 200
    assert (
        "您代办的其他企业的在办件"
        in client_of(agent["BETA"], language="zh-hans").get("/approval/cases/").content.decode()
    )
    assert (
        client.get("/approval/cases/C-3/").status_code
        == client.get("/approval/cases/C-3/applicant/").status_code
        == 404
    )


def test_an_agent_files_for_each_firm_in_its_name_only(agent, client_of, cast, zone, lin):
    client = client_of(agent["ALPHA"])
    for n, (code, member) in enumerate(sorted(agent.items()), 4):
        project_of(zone, cast, member.unit, f"P-{n}", lin)
        client.post("/member/choose/", {"member": member.pk})
        assert client.post("/approval/cases/file/", {"project": f"P-{n}", "mode": "joint"}).status_code == 302
        assert Case.objects.get(project__number=f"P-{n}").enterprise.code == code

    refused = client.post("/approval/cases/file/", {"project": "P-3", "mode": "joint"})
    assert refused.status_code == 422 and Case.objects.filter(project__number="P-3").count() == 1


def test_two_people_of_one_firm_see_and_do_the_same(agent, client_of):
    other = filer(
        agent["ALPHA"].unit, "second", User.objects.create(username="second", password="!", language="en")
    )

    pages = []
    for member in (agent["ALPHA"], other):
        page = client_of(member).get("/approval/cases/C-1/applicant/").content.decode()
        pages.append(page[page.index("<main") : page.index("</main")].split("csrfmiddlewaretoken")[0])
    assert pages[0] == pages[1]
    assert (
        client_of(other)
        .post(
            "/approval/cases/C-1/withdraw/",
            {"reason": "moved", "version": str(Case.objects.get(number="C-1").version)},
        )
        .status_code
        == 302
    )
    assert "Withdrawn" in client_of(agent["ALPHA"]).get("/approval/cases/C-1/").content.decode()
