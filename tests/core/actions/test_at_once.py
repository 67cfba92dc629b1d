"""A thing ends while somebody comes to rest on it: real transactions with real threads."""

from __future__ import annotations

import contextlib
import io
import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection

from shanhai.core import journal, work
from shanhai.core.actions import documents, members, organisations, regions
from shanhai.core.actions import work as work_actions
from shanhai.core.models import Attachment, Document, Member, Organisation, Region, WorkItem
from shanhai.kernel.refusals import Refused
from tests.threads import together

pytestmark = pytest.mark.django_db(transaction=True)
PDF = b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n"


@pytest.fixture
def both(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Any]]:
    """Run two calls that meet when each has done its work and neither has committed; gives results and refusals."""
    if connection.vendor != "postgresql":
        pytest.skip("On SQLite writers queue, so none of this can happen.")

    def run_both(*calls: Callable[[], Any]) -> list[Any]:
        barrier = threading.Barrier(2)
        plain = journal.record

        def meet(*args: Any, **kwargs: Any) -> Any:
            # Whoever holds the guard row waits in vain for the other, who waits for the row.
            with contextlib.suppress(threading.BrokenBarrierError):
                barrier.wait(timeout=2)
            return plain(*args, **kwargs)

        monkeypatch.setattr(journal, "record", meet)
        return together(list(calls))

    return run_both


@pytest.fixture
def paper(tiny: Any) -> Document:
    return documents.store_document(io.BytesIO(PDF), file_name="a.pdf", pairing=tiny.pairing, by=None)


def again(paper: Document) -> Document:
    return Document.objects.get(pk=paper.pk)


def codes(results: list[Any]) -> list[str]:
    return [one.code for one in results if isinstance(one, Refused)]


def test_a_paper_is_not_withdrawn_while_it_becomes_evidence(both: Any, paper: Document, tiny: Any) -> None:
    refused = codes(
        both(
            lambda: documents.withdraw_document(again(paper), by=None),
            lambda: documents.attach_document(again(paper), tiny.pairing, role="evidence", by=None),
        )
    )

    assert refused in (["documents.is_evidence"], ["documents.not_current"])
    rests_on_it = Attachment.objects.filter(document=paper, role="evidence").exists()
    assert rests_on_it == (again(paper).withdrawn_on is None)


def test_an_annex_is_not_taken_off_while_it_becomes_evidence(both: Any, paper: Document, tiny: Any) -> None:
    documents.attach_document(paper, tiny.pairing, by=None)

    refused = codes(
        both(
            lambda: documents.detach_document(again(paper), tiny.pairing, by=None),
            lambda: documents.attach_document(again(paper), tiny.pairing, role="evidence", by=None),
        )
    )

    # Either it was evidence first and stays, or it was taken off first and hung on anew.
    assert refused in ([], ["documents.is_evidence"])
    assert Attachment.objects.get(document=paper).role == "evidence"


def test_a_region_does_not_end_while_an_organisation_comes_to_stand_in_it(both: Any, tiny: Any) -> None:
    organisations.close_organisation(tiny.lq_firm, by=None)
    badu = Region.objects.get(pk=tiny.region.badu.pk)

    refused = codes(
        both(
            lambda: regions.abolish_region(badu, on=date(2020, 6, 1), by=None),
            lambda: organisations.add_organisation(
                code="new", kind="other", region=Region.objects.get(pk=badu.pk), name_zh="新单位", by=None
            ),
        )
    )

    assert refused in (["core.region_has_organisations"], ["core.region_ended"])
    has_ended = Region.objects.get(pk=badu.pk).valid_to is not None
    assert has_ended != Organisation.objects.filter(code="new").exists()


def test_nobody_leaves_while_being_given_work(both: Any, cast: Any) -> None:
    lin = cast.members["lin"]
    item = work.open_item("test.read", cast.pairing, lin.unit, "Read", by=None)
    leaving = Member.objects.get(pk=lin.pk)

    results = both(
        lambda: work_actions.assign_items([item], to=lin, by=None),
        lambda: members.deactivate_member(leaving, by=None),
    )

    now = Member.objects.get(pk=lin.pk)
    has = WorkItem.objects.get(pk=item.pk).member_id
    assert len(codes(results)) == 1, results
    assert codes(results)[0] in ("core.member_has_open_work", "core.member_has_left")
    assert now.is_active == (has == lin.pk)


def test_what_is_opened_for_somebody_who_has_left_waits_for_the_unit(cast: Any) -> None:
    lin = cast.members["lin"]
    seen_before = Member.objects.get(pk=lin.pk)
    members.deactivate_member(lin, by=None)

    item = work.open_item("test.read", cast.pairing, seen_before.unit, "Read", member=seen_before, by=None)

    assert WorkItem.objects.get(pk=item.pk).member_id is None
