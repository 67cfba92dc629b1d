"""A handover in progress of the example zone: seen by both people, written out as it came, and what ends it."""

from __future__ import annotations

from datetime import date

import pytest

from shanhai.core.actions import members
from shanhai.core.actions import work as core_work
from shanhai.core.models import Deputy, Member, WorkItem
from shanhai.core.queries import work as waiting
from shanhai.fields.office.models import FactorRequest
from shanhai.fields.office.queries import factors as queries
from shanhai.fields.office.zone import factors as factor_zone
from shanhai.fields.office.zone import replies as reply_zone
from shanhai.fields.office.zone import work as zone
from shanhai.kernel.refusals import NotNow
from tests import examples
from tests.laying import demonstration

pytestmark = pytest.mark.django_db


@pytest.fixture
def example(db):
    demonstration()
    return examples.small()


def member(code):
    return Member.objects.select_related("unit__organisation", "user").get(code=code)


def kinds(found):
    return sorted(found.values_list("kind", flat=True))


def test_a_handover_is_in_progress_and_both_people_see_it(example, client_of):
    leaving, deputy = member("xs-edu-u-2"), member("xs-edu-u-1")

    named = WorkItem.objects.filter(stage="open", member__in=[leaving, deputy])
    assert {(item.member.code, item.kind) for item in named} == {
        ("xs-edu-u-2", "office.factor"),
        ("xs-edu-u-1", "pairing.secondment_ends"),
    }
    # The deputy has both, whoever leaves has what is not handed over yet.
    assert {"office.factor", "pairing.secondment_ends"} <= set(kinds(waiting.waiting_for(deputy)))
    assert kinds(waiting.waiting_for(leaving).filter(member=leaving)) == ["office.factor"]
    for who in (leaving, deputy):
        assert (
            "Key teachers for the school beside the park" in client_of(who).get("/my-work/").content.decode()
        )


def test_it_travels_with_the_zone(example, tmp_path):
    zone.export(tmp_path, None)
    factor_zone.export(tmp_path, None)

    for name in (*zone.FILES, *factor_zone.FILES):
        assert (tmp_path / name).read_text() == (example / name).read_text(), name
    assert not any(zone.load(example, None).values())
    assert not any(factor_zone.load(example, None).values())


def test_an_organisation_takes_away_its_own_handovers_only(example, tmp_path):
    zone.export(tmp_path, member("ye-lan"))

    assert (tmp_path / "deputies.csv").read_text().count("\n") == 1
    assert "xs-edu" not in (tmp_path / "work_in_hand.csv").read_text()


def test_whoever_leaves_is_deactivated_once_the_work_is_handed_over(example):
    leaving, deputy = member("xs-edu-u-2"), member("xs-edu-u-1")
    with pytest.raises(NotNow) as refused:
        members.deactivate_member(leaving, by=None)
    assert refused.value.code == "core.member_has_open_work"

    core_work.hand_over_work(leaving, to=deputy, by=deputy)
    members.deactivate_member(leaving, by=None)

    assert not leaving.is_active
    assert not Deputy.objects.filter(member=leaving, ended_on=None).exists()
    assert WorkItem.objects.filter(member=deputy, kind="office.factor", stage="open").count() == 1


def test_the_queue_of_the_example_is_as_the_page_says(example):
    found = FactorRequest.objects.all()
    head = queries.head_of(found)

    assert (head["waiting"], head["late"], head["park"]) == (7, 2, 4)
    assert queries.passings_in(found) == 1
    fulfilled = FactorRequest.objects.get(number="YS-2023-001")
    assert (fulfilled.fulfilled_days, fulfilled.fulfilled_on) == (9, date(2023, 5, 19))
    passed = FactorRequest.objects.get(number="YS-2023-002")
    assert passed.passed_over.get().grant.request.number == "YS-2023-003"
    assert [one.number for one in queries.queue_of(passed)] == ["YS-2023-002", "YS-2023-004"]


def test_a_prepared_answer_stands_at_its_check_and_travels_with_the_zone(example, tmp_path, client_of):
    reply_zone.export(tmp_path, None)
    for name in reply_zone.FILES:
        assert (tmp_path / name).read_text() == (example / name).read_text(), name
    assert reply_zone.load(example, None) == {"replies.csv": 0, "reply_steps.csv": 0}

    checker = member("lq-edu-u-3")
    item = waiting.waiting_for(checker).get(kind="office.problem")
    assert (item.step, item.member) == ("check", checker)
    page = client_of(checker).get(item.url).content.decode()
    assert "The school certifies" in page and "Nothing to correct: pass it on" in page
    assert checker.user.username == "checker.lq"
