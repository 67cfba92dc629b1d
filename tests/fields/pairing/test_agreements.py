"""Agreements from draft to renewal."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from shanhai.core import search, visibility
from shanhai.core.actions import sharing
from shanhai.core.models import JournalEntry, SearchEntry, WorkItem
from shanhai.core.queries import journal
from shanhai.fields.pairing import actions, queries
from shanhai.kernel.refusals import BadInput, ChangedMeanwhile, NotAllowed, NotFound, NotNow

pytestmark = pytest.mark.django_db


def test_things_that_are_counted_are_promised_whole(draft: Any, lin: Any) -> None:
    told = {"code": "LX-C9", "name_zh": "结对", "owes": "sea", "due_on": date(2023, 12, 31), "by": lin}

    with pytest.raises(BadInput) as refused:
        actions.add_commitment(draft, target=Decimal("1.5"), unit="count", **told)

    assert refused.value.code == "pairing.target_not_whole"
    assert actions.add_commitment(draft, target=Decimal("1.5"), unit="tonne", **told).target == Decimal("1.5")


class TestDrafting:
    def test_a_draft_starts_at_the_writers_side(self, draft: Any, lin: Any, shen: Any) -> None:
        assert draft.stage == "draft"
        assert visibility.can_see(lin, draft)
        assert not visibility.can_see(shen, draft)

    def test_the_other_side_finds_it_once_it_is_shared(
        self, draft: Any, lin: Any, shen: Any, zone: Any
    ) -> None:
        assert list(queries.agreements_of(shen, zone)) == []

        sharing.share_with_other_side(draft, by=lin)

        assert list(queries.agreements_of(shen, zone)) == [draft]

    def test_its_terms_are_told_to_the_other_side_with_it(self, draft: Any, lin: Any, shen: Any) -> None:
        commitment = draft.commitments.get()

        def told(member: Any) -> tuple[bool, bool]:
            about = {"subject_kind": "pairing.commitment", "subject_id": commitment.pk}
            found = {(one.kind, one.object_id) for one in search.find(member, "专家门诊")}
            return journal.entries_for(member).filter(**about).exists(), tuple(about.values()) in found

        assert (told(lin), told(shen)) == ((True, True), (False, False))

        sharing.share_with_other_side(draft, by=lin)

        assert told(shen) == (True, True)

    def test_it_takes_the_renewal_notice_of_the_rulebook(self, draft: Any) -> None:
        assert draft.renewal_notice_days == 90
        assert draft.notice_on == date(2023, 10, 2)

    def test_a_number_is_given_once(self, draft: Any, zone: Any, lin: Any) -> None:
        with pytest.raises(BadInput) as refused:
            actions.draft_agreement(
                zone, number="LX-2023-01", field="park", name_zh="重复", valid_from=date(2023, 1, 1), by=lin
            )

        assert refused.value.code == "pairing.number_taken"

    def test_the_outsider_and_the_province_draft_nothing(self, zone: Any, zhou: Any, pan: Any) -> None:
        for member in (zhou, pan):
            with pytest.raises(NotAllowed):
                actions.draft_agreement(
                    zone, number="X-1", field="park", name_zh="协议", valid_from=date(2023, 1, 1), by=member
                )

    def test_terms_cannot_be_changed_after_the_first_signature(self, draft: Any, lin: Any) -> None:
        actions.sign_agreement(draft, on=date(2023, 1, 5), by=lin)

        with pytest.raises(NotNow) as refused:
            actions.change_agreement(draft, valid_to=date(2024, 12, 31), by=lin)

        assert refused.value.code == "pairing.agreement_half_signed"

    def test_a_commitment_by_quarter_needs_a_target_for_each_quarter(self, draft: Any, lin: Any) -> None:
        with pytest.raises(BadInput) as refused:
            actions.add_commitment(
                draft, code="Q", name_zh="按季", owes="sea", target=Decimal(40), per="quarter", by=lin
            )

        assert refused.value.code == "pairing.commitment_without_periods"


class TestSigning:
    def test_it_is_in_force_when_both_sides_have_signed(self, draft: Any, lin: Any, shen: Any) -> None:
        actions.sign_agreement(draft, on=date(2023, 1, 5), by=lin)
        assert draft.stage == "draft"

        actions.sign_agreement(draft, on=date(2023, 1, 6), by=shen)

        draft.refresh_from_db()
        assert (draft.stage, draft.signed_on, draft.signatures_left) == ("signed", date(2023, 1, 6), 0)
        assert visibility.can_see(shen, draft)

    def test_the_first_signature_asks_the_other_side(self, draft: Any, lin: Any, shen: Any) -> None:
        actions.sign_agreement(draft, on=date(2023, 1, 5), by=lin)

        waiting = WorkItem.objects.get(kind="pairing.sign_agreement")
        assert (waiting.stage, waiting.url) == ("open", "/pairing/agreements/LX-2023-01/")

        actions.sign_agreement(draft, on=date(2023, 1, 5), by=shen)
        waiting.refresh_from_db()
        assert waiting.stage == "done"

    def test_a_side_signs_once(self, draft: Any, lin: Any) -> None:
        actions.sign_agreement(draft, on=date(2023, 1, 5), by=lin)

        with pytest.raises(NotNow) as refused:
            actions.sign_agreement(draft, on=date(2023, 1, 5), by=lin)

        assert refused.value.code == "pairing.already_signed"
        assert draft.signatures.count() == 1

    def test_nobody_signs_terms_that_changed_since_he_read_them(
        self, draft: Any, lin: Any, shen: Any
    ) -> None:
        read_by_shen = type(draft).objects.get(pk=draft.pk)
        actions.change_agreement(draft, valid_to=date(2024, 12, 31), by=lin)

        with pytest.raises(ChangedMeanwhile) as refused:
            actions.sign_agreement(read_by_shen, on=date(2023, 1, 5), by=shen)

        assert refused.value.code == "pairing.terms_changed"

    def test_an_agreement_that_promises_nothing_is_not_signed(self, draft: Any, lin: Any) -> None:
        actions.drop_commitment(draft.commitments.get(), by=lin)

        with pytest.raises(NotNow) as refused:
            actions.sign_agreement(draft, on=date(2023, 1, 5), by=lin)

        assert refused.value.code == "pairing.agreement_is_empty"

    def test_a_signature_can_be_taken_back_while_the_other_is_missing(
        self, draft: Any, lin: Any, shen: Any
    ) -> None:
        actions.sign_agreement(draft, on=date(2023, 1, 5), by=lin)

        actions.take_back_signature(draft, by=lin)

        assert draft.signatures_left == 2
        assert not WorkItem.objects.filter(kind="pairing.sign_agreement", stage="open").exists()
        with pytest.raises(NotFound):
            actions.take_back_signature(draft, by=lin)

    def test_the_signature_says_which_terms_it_stands_under(self, agreement: Any) -> None:
        digests = set(agreement.signatures.values_list("terms_sha256", flat=True))

        assert len(digests) == 1
        assert len(digests.pop()) == 64


class TestAfterwards:
    def test_the_next_version_replaces_the_old_one_when_it_is_signed(
        self, agreement: Any, lin: Any, shen: Any
    ) -> None:
        new = actions.renew_agreement(
            agreement, number="LX-2024-01", valid_from=date(2024, 1, 1), valid_to=date(2024, 12, 31), by=lin
        )
        assert new.version_no == 2
        actions.add_commitment(
            new,
            code="LX-C2",
            name_zh="专家门诊天数",
            owes="sea",
            target=Decimal(150),
            due_on=date(2024, 12, 31),
            by=lin,
        )
        actions.sign_agreement(new, on=date(2023, 9, 18), by=lin)
        actions.sign_agreement(new, on=date(2023, 9, 18), by=shen)

        agreement.refresh_from_db()
        assert (agreement.stage, agreement.ended_on) == ("replaced", date(2024, 1, 1))

    def test_it_ends_with_a_reason_only(self, agreement: Any, lin: Any) -> None:
        with pytest.raises(BadInput):
            actions.end_agreement(agreement, on=date(2023, 9, 18), reason=" ", by=lin)

        actions.end_agreement(agreement, on=date(2023, 9, 18), reason="双方另签协议", by=lin)

        assert agreement.stage == "ended"

    def test_every_step_is_in_the_journal_and_the_search(self, agreement: Any) -> None:
        steps = JournalEntry.objects.filter(subject_kind="pairing.agreement", subject_id=agreement.pk)

        assert list(steps.order_by("pk").values_list("action", flat=True)) == [
            "pairing.draft_agreement",
            "pairing.sign_agreement",
            "pairing.sign_agreement",
        ]
        assert SearchEntry.objects.get(kind="pairing.agreement").code == "LX-2023-01"


@pytest.mark.parametrize("few", [1000, 1, 0], ids=["few are due", "as many as count as few", "many are due"])
def test_the_list_of_renewals_holds_what_is_due_and_nobody_renewed(
    agreement: Any, zone: Any, lin: Any, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    from shanhai.fields.pairing.queries import pages

    monkeypatch.setattr(pages, "_FEW_DUE", few)

    def due(day: date) -> list[str]:
        rows = pages.list_in_renewal_notice(pages.agreements_of(lin, zone).order_by("number"), day)
        return [row.number for row in rows]

    assert due(date(2023, 10, 1)) == []
    assert due(date(2023, 10, 2)) == ["LX-2023-01"]

    actions.renew_agreement(
        agreement, number="LX-2024-01", valid_from=date(2024, 1, 1), valid_to=date(2024, 12, 31), by=lin
    )

    assert due(date(2023, 10, 2)) == []
