"""Recording, planning, confirming and withdrawing deliveries through their pages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from shanhai.core.models import Attachment, Document

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_lin(lin, client_of):
    return client_of(lin)


@pytest.fixture
def at_shen(shen, client_of):
    return client_of(shen)


def text_of(answer):
    return answer.content.decode()


def test_a_delivery_is_recorded_with_its_evidence_which_both_sides_open(commitment, at_shen, at_lin, proof):
    sent = {
        "on": "2023-09-15",
        "quantity": "14",
        "what": "9月专家组",
        "evidence": [proof("一"), proof("二", "b.txt")],
    }

    answer = at_shen.post(f"{commitment.url}record/", sent)

    assert answer.status_code == 302 and answer.url == commitment.url
    delivery = commitment.deliveries.get()
    assert (delivery.quantity, delivery.side, delivery.stage) == (14, "sea", "recorded")
    assert (
        Attachment.objects.filter(kind="pairing.delivery", object_id=delivery.pk, role="evidence").count()
        == 2
    )
    page = text_of(at_lin.get(commitment.url))
    assert "proof" in page and "14" in page
    assert "Undo" in text_of(at_shen.get(commitment.url))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"evidence": ""}, "Add a document that shows"),
        ({"on": "2023-09-30"}, "has not come yet"),
        ({"on": "2022-12-31"}, "lies before commitment"),
        ({"quantity": "-3"}, "not more than zero"),
    ],
)
def test_what_cannot_count_is_refused_and_leaves_no_paper_behind(commitment, at_shen, proof, wrong, sentence):
    sent = {"on": "2023-09-15", "quantity": "14", "evidence": proof()} | wrong

    answer = at_shen.post(f"{commitment.url}record/", sent)

    assert answer.status_code == 422 and sentence in text_of(answer)
    assert not commitment.deliveries.exists()
    assert not Document.objects.exists()


def test_recording_is_undone(commitment, at_shen, proof):
    at_shen.post(f"{commitment.url}record/", {"on": "2023-09-15", "quantity": "14", "evidence": proof()})
    code = commitment.deliveries.get().code

    at_shen.post(f"/pairing/deliveries/{code}/take-back/")

    assert commitment.deliveries.get().stage == "withdrawn"


def test_the_other_side_confirms_and_takes_the_confirmation_back(rich, at_lin, at_shen):
    page = f"/pairing/deliveries/{rich.delivery.code}/"
    assert f"{page}confirm/" in text_of(at_lin.get(page))
    assert f"{page}confirm/" not in text_of(at_shen.get(page)), "the side that recorded it is not asked"

    answer = at_lin.post(f"{page}confirm/", {"version": rich.delivery.version})
    assert answer.status_code == 302
    rich.delivery.refresh_from_db()
    assert (rich.delivery.stage, rich.delivery.confirmed_on) == ("confirmed", date(2023, 9, 18))

    at_lin.post(f"{page}unconfirm/")
    rich.delivery.refresh_from_db()
    assert rich.delivery.stage == "recorded"


def test_nobody_confirms_what_the_own_side_recorded(rich, at_shen):
    answer = at_shen.post(f"/pairing/deliveries/{rich.delivery.code}/confirm/")

    assert answer.status_code == 403
    rich.delivery.refresh_from_db()
    assert rich.delivery.stage == "recorded"


def test_a_confirmation_of_what_changed_meanwhile_is_refused(rich, at_lin):
    answer = at_lin.post(
        f"/pairing/deliveries/{rich.delivery.code}/confirm/", {"version": rich.delivery.version + 1}
    )

    assert answer.status_code == 409


def test_a_planned_delivery_makes_the_forecast_once_it_is_confirmed(rich, at_lin):
    before = text_of(at_lin.get(rich.commitment.url))
    assert "Planned" in before and "Confirmed entries up to" not in before

    at_lin.post(f"/pairing/deliveries/{rich.plan.code}/confirm/", {"version": rich.plan.version})

    after = text_of(at_lin.get(rich.commitment.url))
    assert "Confirmed entries up to 31 Dec add 20 days" in after


def test_a_plan_for_a_day_that_has_come_is_refused(commitment, at_shen):
    answer = at_shen.post(f"{commitment.url}plan/", {"on": "2023-09-01", "quantity": "5"})
    assert "has come already" in text_of(answer)

    assert at_shen.post(f"{commitment.url}plan/", {"on": "2023-10-20", "quantity": "5"}).status_code == 302
    assert commitment.deliveries.get().stage == "planned"


def test_a_delivery_takes_the_place_of_its_plan(rich, at_shen, proof):
    sent = {"on": "2023-09-15", "quantity": "20", "of_plan": rich.plan.pk, "evidence": proof()}

    assert at_shen.post(f"{rich.commitment.url}record/", sent).status_code == 302

    rich.plan.refresh_from_db()
    assert rich.plan.stage == "fulfilled"


def test_what_is_confirmed_cannot_be_withdrawn(rich, lin, at_shen):
    from shanhai.fields.pairing import actions

    actions.confirm_delivery(rich.delivery, on=date(2023, 9, 18), by=lin)

    answer = at_shen.post(f"/pairing/deliveries/{rich.delivery.code}/withdraw/", {"reason": "误记"})

    assert "cannot be taken back" in text_of(answer)


def test_who_answers_for_a_commitment_changes_while_its_terms_stand(commitment, cast, at_shen):
    unit = cast.units["XS-OFFICE"]

    answer = at_shen.post(f"{commitment.url}change/", {"sea_unit": unit.pk, "is_main": "on"})

    assert answer.status_code == 302
    commitment.refresh_from_db()
    assert (commitment.sea_unit, commitment.is_main, commitment.target) == (unit, True, Decimal(120))


def test_filters_of_the_list_of_commitments(rich, at_lin):
    every = text_of(at_lin.get("/pairing/commitments/?show=all"))
    assert "Expert clinic days" in every

    assert "Nothing fits these filters" in text_of(at_lin.get("/pairing/commitments/?show=all&side=mountain"))
    assert "Expert clinic days" in text_of(at_lin.get("/pairing/commitments/?show=nonsense&field=nonsense"))


def test_money_is_typed_in_yuan_and_its_sum_drawn_by_month(draft, lin, shen, at_shen, proof):
    from shanhai.fields.pairing import actions

    commitment = actions.add_commitment(
        draft,
        code="LX-C9",
        name_zh="资金",
        owes="sea",
        target=Decimal(2_000_000_000),
        unit="fen",
        due_on=date(2023, 12, 31),
        by=lin,
    )
    actions.sign_agreement(draft, on=date(2023, 1, 5), by=lin)
    actions.sign_agreement(draft, on=date(2023, 1, 5), by=shen)

    at_shen.post(
        f"{commitment.url}record/", {"on": "2023-06-15", "quantity": "1500万元", "evidence": proof()}
    )

    assert commitment.deliveries.get().quantity == 1_500_000_000
    page = text_of(at_shen.get(commitment.url))
    assert "15.0" in page and "even pace" in page


def test_the_list_of_commitments_is_sorted_cut_and_counted_as_its_headline_says(draft, lin, shen, at_lin):
    from shanhai.fields.pairing import actions
    from shanhai.fields.pairing.models import STANDING_SORTS

    for n in range(60):
        actions.add_commitment(
            draft, code=f"LX-N{n:02}", name_zh=f"承诺{n}", owes=("sea", "mountain")[n % 2], target=Decimal(10),
            due_on=date(2023, 12, 31) if n % 3 else date(2023, 6, 30), by=lin,
        )  # fmt: skip
    actions.sign_agreement(draft, on=date(2023, 1, 5), by=lin)
    actions.sign_agreement(draft, on=date(2023, 1, 5), by=shen)

    for sort in STANDING_SORTS:
        for way in ("", "-"):
            page = at_lin.get(f"/pairing/commitments/?sort={way}{sort}").context["list_page"]
            following = at_lin.get(page.next_url).context["list_page"]
            codes = [row.code for row in (*page.rows, *following.rows)]
            assert len(codes) == len(set(codes)) == 61, sort

    page = text_of(at_lin.get("/pairing/commitments/?clear=1"))
    assert "0 of 61 commitments are on track, 41 are at risk, 20 are late." in page
    late = at_lin.get("/pairing/commitments/?status=late").context["list_page"]
    assert (late.total, {row.status for row in late.rows}) == (20, {"late"})
    mountain = at_lin.get("/pairing/commitments/?side=mountain&sort=code").context["list_page"]
    assert [row.code for row in mountain.rows][:2] == ["LX-N01", "LX-N03"]
