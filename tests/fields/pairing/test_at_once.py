"""Two people at the same moment, in real transactions with real threads."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from shanhai.core import rows
from shanhai.core.models import JournalEntry
from shanhai.fields.pairing import actions, queries
from shanhai.fields.pairing.models import ActionItem, Agreement, MoneyDue
from shanhai.kernel.refusals import ChangedMeanwhile, Refused
from tests.threads import together

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run calls in threads of their own that start together; gives results and refusals in the order of the calls."""
    if connection.vendor != "postgresql":
        pytest.skip(
            "The tests' SQLite lives in memory, where readers lock; tests/core tries SQLite on a file."
        )
    return together(list(calls), threading.Barrier(len(calls)))


@pytest.fixture
def meet_before_writing(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Hold both writers between reading and writing, so that both have seen the row as it was."""

    def hold(module: Any, name: str) -> None:
        barrier = threading.Barrier(2)
        plain = getattr(module, name)

        def meet(*args: Any, **kwargs: Any) -> Any:
            with contextlib.suppress(threading.BrokenBarrierError):
                barrier.wait(timeout=5)
            return plain(*args, **kwargs)

        monkeypatch.setattr(module, name, meet)

    return hold  # type: ignore[return-value]


def test_two_sides_sign_at_once_and_it_is_in_force_once(
    draft: Any, lin: Any, shen: Any, meet_before_writing: Any
) -> None:
    from shanhai.fields.pairing.actions import signing

    meet_before_writing(signing, "_move_guard")

    results = at_once(
        lambda: actions.sign_agreement(Agreement.objects.get(pk=draft.pk), on=date(2023, 1, 5), by=lin),
        lambda: actions.sign_agreement(Agreement.objects.get(pk=draft.pk), on=date(2023, 1, 5), by=shen),
    )

    assert not [one for one in results if isinstance(one, Refused)]
    draft.refresh_from_db()
    assert (draft.stage, draft.signatures_left, draft.signatures.count()) == ("signed", 0, 2)
    signed = JournalEntry.objects.filter(action="pairing.sign_agreement", subject_id=draft.pk)
    assert signed.count() == 2


def test_one_side_clicking_twice_signs_once(draft: Any, lin: Any, meet_before_writing: Any) -> None:
    from shanhai.fields.pairing.actions import signing

    meet_before_writing(signing, "_move_guard")

    results = at_once(
        *[lambda: actions.sign_agreement(Agreement.objects.get(pk=draft.pk), on=date(2023, 1, 5), by=lin)] * 2
    )

    assert sum(isinstance(one, Refused) for one in results) == 1
    draft.refresh_from_db()
    assert (draft.stage, draft.signatures_left, draft.signatures.count()) == ("draft", 1, 1)


def test_changing_the_terms_while_somebody_signs_lets_one_of_them_through(
    draft: Any, lin: Any, shen: Any, meet_before_writing: Any
) -> None:
    from shanhai.fields.pairing.actions import signing

    meet_before_writing(signing, "_move_guard")
    read = Agreement.objects.get(pk=draft.pk)

    results = at_once(
        lambda: actions.sign_agreement(Agreement.objects.get(pk=draft.pk), on=date(2023, 1, 5), by=shen),
        lambda: actions.change_agreement(read, about="新的约定", by=lin),
    )

    assert sum(isinstance(one, Refused) for one in results) <= 1
    draft.refresh_from_db()
    signature = draft.signatures.first()
    if signature is not None and draft.about:
        # Both went through only if the signature stands under the terms as they are now.
        assert signature.terms_no == draft.terms_no


def test_two_deliveries_at_once_are_both_in_what_lists_say(
    commitment: Any, shen: Any, paper: Any, meet_before_writing: Any
) -> None:
    from shanhai.fields.pairing.actions import standings

    papers = [paper(shen), paper(shen)]
    meet_before_writing(standings, "_follow")

    results = at_once(
        *[
            lambda n=n: actions.record_delivery(
                type(commitment).objects.get(pk=commitment.pk),
                on=date(2023, 9, 1),
                quantity=Decimal(10 + n),
                evidence=[papers[n]],
                by=shen,
            )
            for n in (0, 1)
        ]
    )

    assert not [one for one in results if isinstance(one, Refused)]
    assert commitment.standing_today.delivered == 21


def test_two_confirmations_at_once_are_both_in_what_lists_say(
    commitment: Any, lin: Any, shen: Any, meet_before_writing: Any
) -> None:
    from shanhai.fields.pairing.actions import standings

    plans = [
        actions.plan_delivery(commitment, on=date(2023, 10, n), quantity=Decimal(5), by=shen) for n in (1, 2)
    ]
    meet_before_writing(standings, "_follow")

    results = at_once(
        *[
            lambda plan=plan: actions.confirm_delivery(
                type(plan).objects.get(pk=plan.pk), on=date(2023, 9, 18), by=lin
            )
            for plan in plans
        ]
    )

    assert not [one for one in results if isinstance(one, Refused)]
    assert commitment.standing_today.planned == 10


def test_a_paper_is_not_withdrawn_while_a_delivery_comes_to_rest_on_it(
    commitment: Any, shen: Any, paper: Any, meet_before_writing: Any
) -> None:
    from shanhai.core import journal
    from shanhai.core.actions import documents, sharing
    from shanhai.core.models import Document

    evidence = paper(shen)
    sharing.share_with_other_side(evidence, by=shen)
    meet_before_writing(journal, "record")

    results = at_once(
        lambda: actions.record_delivery(
            type(commitment).objects.get(pk=commitment.pk),
            on=date(2023, 9, 1),
            quantity=Decimal(10),
            evidence=[Document.objects.get(pk=evidence.pk)],
            by=shen,
        ),
        lambda: documents.withdraw_document(Document.objects.get(pk=evidence.pk), by=shen),
    )

    assert [one.code for one in results if isinstance(one, Refused)] in (
        ["documents.is_evidence"],
        ["documents.not_current"],
    )


def test_an_item_is_closed_once(item: Any, lin: Any, shen: Any, paper: Any, meet_before_writing: Any) -> None:
    papers = [paper(lin)]
    meet_before_writing(rows, "move")

    results = at_once(
        *[
            lambda: actions.close_action_item(
                ActionItem.objects.get(pk=item.pk), on=date(2023, 9, 18), evidence=papers, by=lin
            )
        ]
        * 2
    )

    refused = [one for one in results if isinstance(one, Refused)]
    assert len(refused) == 1
    assert refused[0].code in ("core.changed_meanwhile", "pairing.item_closed")
    assert JournalEntry.objects.filter(action="pairing.close_action_item").count() == 1


def test_two_payments_never_exceed_what_is_due(
    draft: Any, lin: Any, shen: Any, paper: Any, cast: SimpleNamespace
) -> None:
    mountain, sea = (draft.pairing.parties.get(role=role) for role in ("mountain", "sea"))
    clause = actions.add_money_clause(
        draft,
        code="LX-M1",
        name_zh="协作资金",
        payer=sea,
        payee=mountain,
        amount_fen=1000,
        due_on=[date(2023, 9, 30)],
        by=lin,
    )
    due = clause.dues.get()
    papers = [paper(shen)]

    results = at_once(
        *[
            lambda: actions.pay_money_due(
                MoneyDue.objects.select_related("clause__payer").get(pk=due.pk),
                on=date(2023, 9, 1),
                amount_fen=700,
                vouchers=papers,
                by=shen,
            )
        ]
        * 2
    )

    assert sum(isinstance(one, Refused) for one in results) == 1
    due.refresh_from_db()
    assert due.paid_fen == 700


def test_deliveries_of_several_writers_have_numbers_of_their_own(
    agreement: Any, shen: Any, paper: Any
) -> None:
    from decimal import Decimal

    papers = [paper(shen)]

    def record() -> Any:
        commitment = queries.commitment_of(shen, "LX-C1")
        return actions.record_delivery(
            commitment, on=date(2023, 9, 1), quantity=Decimal(1), evidence=papers, by=shen
        )

    results = at_once(*[record] * 4)

    assert not [one for one in results if isinstance(one, Refused)], results
    assert sorted(one.code for one in results) == [f"LX-C1-D{n:03d}" for n in (1, 2, 3, 4)]


def test_who_saves_second_is_told_and_loses_nothing(draft: Any, lin: Any) -> None:
    first, second = (Agreement.objects.get(pk=draft.pk) for _ in range(2))
    actions.change_agreement(first, about="先保存的", by=lin)

    with pytest.raises(ChangedMeanwhile) as refused:
        actions.change_agreement(second, about="后保存的", by=lin)

    assert refused.value.code == "core.changed_meanwhile"
    draft.refresh_from_db()
    assert draft.about == "先保存的"


def test_two_payments_of_a_donation_at_once_pay_no_more_than_was_planned(
    zone: Any, lin: Any, shen: Any, paper: Any, meet_before_writing: Any
) -> None:
    from shanhai.fields.pairing.actions import activities

    activity = actions.plan_activity(
        zone, number="A-1", kind="donation", title_zh="捐赠", on=date(2023, 9, 1), lead="sea", payer="sea",
        planned_fen=100, mountain_unit=lin.unit, sea_unit=shen.unit, by=shen,
    )  # fmt: skip
    papers = [paper(shen), paper(shen)]
    meet_before_writing(activities, "_enter")

    results = at_once(
        *[
            lambda n=n: actions.record_aid(
                type(activity).objects.get(pk=activity.pk),
                kind="paid",
                on=date(2023, 9, 1),
                amount_fen=60,
                vouchers=[papers[n]],
                by=shen,
            )
            for n in (0, 1)
        ]
    )

    assert sum(isinstance(one, Refused) for one in results) == 1
    activity.refresh_from_db()
    assert activity.paid_fen == sum(entry.amount_fen for entry in activity.entries.all()) == 60
