"""Two people at one case at the same moment: one is served, the other told why, and nothing is half-written."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from shanhai.core.checks import replay
from shanhai.core.models import Member
from shanhai.fields.approval.actions import deciding, opinions, stopping
from shanhai.fields.approval.models import CaseItem, Opinion
from shanhai.fields.approval.queries import cases as queries
from shanhai.kernel.refusals import ChangedMeanwhile, NotNow, Refused
from tests.threads import together

pytestmark = pytest.mark.django_db(transaction=True)


def item(code: str) -> CaseItem:
    return queries.item_of(None, "C-1", code)


def who(name: str) -> Member:
    return Member.objects.select_related("unit__organisation").get(code=name)


def at_once(*calls: Any) -> list[Any]:
    return together(list(calls), threading.Barrier(len(calls)))


def refused(found: list[Any]) -> list[Refused]:
    return [one for one in found if isinstance(one, Refused)]


def test_two_reviewers_decide_one_item(case, bureaus):
    yes, no = item("filing"), item("filing")

    found = at_once(
        lambda: deciding.decide_item(yes, decision="approved", by=who("dong")),
        lambda: deciding.decide_item(no, decision="refused", reasons="no", by=who("dong")),
    )

    (told,) = refused(found)
    assert isinstance(told, ChangedMeanwhile | NotNow)
    states = list(CaseItem.objects.order_by("place").values_list("state", flat=True))
    assert states in (["decided", "open", "open", "waiting"], ["decided", "dropped", "dropped", "dropped"])
    assert list(replay()) == []


def test_the_last_two_predecessors_of_one_item(case, bureaus):
    deciding.decide_item(item("filing"), decision="approved", by=None)
    opinions.reply_opinion(queries.opinion_of(None, "C-1", "eia", "water"), reply="agree", by=None)
    eia, scheme = item("eia"), item("scheme")

    found = at_once(
        lambda: deciding.decide_item(eia, decision="approved", by=None),
        lambda: deciding.decide_item(scheme, decision="approved", by=None),
    )

    assert not refused(found)
    permit = item("permit")
    assert (permit.state, permit.left_before, queries.case_of(None, "C-1").open_items) == ("open", 0, 1)
    assert list(replay()) == []


def test_a_decision_and_a_stop_of_one_item(case, bureaus):
    decided, stopped = item("filing"), item("filing")

    found = at_once(
        lambda: deciding.decide_item(decided, decision="approved", by=who("dong")),
        lambda: stopping.stop_item(stopped, reason="hearing", text="x", days=3, evidence="x", by=who("dong")),
    )

    assert len(refused(found)) == 1
    one = item("filing")
    assert (one.state, one.stops.count()) in (("decided", 0), ("stopped", 1))
    assert list(replay()) == []


def test_two_replies_of_one_department_and_a_reply_beside_the_decision(case, bureaus):
    deciding.decide_item(item("filing"), decision="approved", by=None)
    first, second = (queries.opinion_of(None, "C-1", "eia", "water") for _ in range(2))

    found = at_once(
        lambda: opinions.reply_opinion(first, reply="agree", by=who("shui")),
        lambda: opinions.reply_opinion(second, reply="disagree", reasons="x", by=who("shui")),
    )

    assert len(refused(found)) == 1
    assert item("eia").left_opinions == 0
    advice = queries.opinion_of(None, "C-1", "eia", "partner")
    eia = item("eia")

    found = at_once(
        lambda: deciding.decide_item(eia, decision="approved", reasons="all the same", by=None),
        lambda: opinions.reply_opinion(advice, reply="agree", by=None),
    )

    assert item("eia").state == "decided"
    told = refused(found)
    assert [one.code for one in told] in ([], ["approval.item_over"])
    assert (Opinion.objects.get(pk=advice.pk).replied_on is None) == bool(told)
    assert list(replay()) == []


def test_one_more_opinion_while_the_lead_decides_is_seen_by_the_lead(case, bureaus):
    """The lead has read the item when nobody disagreed; a disagreement that comes meanwhile is not passed over."""
    deciding.decide_item(item("filing"), decision="approved", by=None)
    opinions.reply_opinion(queries.opinion_of(None, "C-1", "eia", "water"), reply="agree", by=None)
    eia = item("eia")
    opinions.recall_opinion(queries.opinion_of(None, "C-1", "eia", "water"), reason="x", by=None)
    opinions.reply_opinion(
        queries.opinion_of(None, "C-1", "eia", "water"), reply="disagree", reasons="x", by=None
    )

    with pytest.raises(ChangedMeanwhile):
        deciding.decide_item(eia, decision="approved", by=None)
    assert item("eia").state == "open"
