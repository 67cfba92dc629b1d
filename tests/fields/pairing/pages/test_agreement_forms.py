"""Drafting, signing, renewing and ending agreements through their pages, and paying under them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from shanhai.core.actions import members, roles
from shanhai.core.models import User
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


DRAFT = {
    "number": "LX-2023-09",
    "name_zh": "供销协作协议",
    "name_en": "Supply agreement",
    "field": "supply",
    "valid_from": "2023-10-01",
    "valid_to": "2024-09-30",
    "about": "一起卖菜。",
}


def test_an_agreement_is_drafted_for_the_parties_of_the_pairing(zone, lin, at_lin):
    parties = [party.pk for party in zone.parties.all()]

    answer = at_lin.post("/pairing/agreements/draft/", DRAFT | {"parties": parties})

    assert answer.status_code == 302 and answer.url == "/pairing/agreements/LX-2023-09/"
    agreement = queries.agreement_of(lin, "LX-2023-09")
    assert (agreement.stage, agreement.field, agreement.valid_to) == ("draft", "supply", date(2024, 9, 30))
    assert "not yet signed by" in text_of(at_lin.get(answer.url))


def test_a_draft_that_ends_before_it_begins_is_refused_in_the_form(zone, at_lin):
    parties = [party.pk for party in zone.parties.all()]

    answer = at_lin.post("/pairing/agreements/draft/", DRAFT | {"parties": parties, "valid_to": "2023-01-01"})

    assert answer.status_code == 422
    assert "would end on 1 Jan" in text_of(answer)
    assert "供销协作协议" in text_of(answer), "what was typed is still there"


def test_a_draft_needs_two_parties(zone, at_lin):
    answer = at_lin.post("/pairing/agreements/draft/", DRAFT | {"parties": [zone.parties.first().pk]})

    assert answer.status_code == 422 and "names 1 party" in text_of(answer)


def test_two_people_who_change_a_draft_are_told_of_each_other(draft, lin, at_lin):
    from shanhai.fields.pairing import actions

    opened = draft.version
    actions.change_agreement(draft, name_en="Health, first", by=lin)
    mine = {
        "name_zh": draft.name_zh,
        "name_en": "Health, second",
        "field": "health",
        "valid_from": "2023-01-01",
        "valid_to": "2023-12-31",
        "renewal_notice_days": draft.renewal_notice_days,
        "version": opened,
    }

    answer = at_lin.post(f"{draft.url}change/", mine)

    assert answer.status_code == 409
    assert "Health, first" in text_of(answer) and "Health, second" in text_of(answer)
    draft.refresh_from_db()
    assert draft.name_en == "Health, first"

    again = mine | {"version": draft.version, "take-name_en": "mine"}
    assert at_lin.post(f"{draft.url}change/", again).status_code == 302
    draft.refresh_from_db()
    assert draft.name_en == "Health, second"


def test_a_draft_is_shown_to_the_other_side_and_taken_back(draft, at_lin, at_shen):
    assert at_shen.get(draft.url).status_code == 404

    at_lin.post(f"{draft.url}share/", {"version": draft.version})
    assert at_shen.get(draft.url).status_code == 200

    at_lin.post(f"{draft.url}unshare/")
    assert at_shen.get(draft.url).status_code == 404


def test_sharing_a_draft_that_was_changed_meanwhile_is_refused(draft, at_lin, at_shen):
    answer = at_lin.post(f"{draft.url}share/", {"version": draft.version + 1})

    assert answer.status_code == 409
    assert at_shen.get(draft.url).status_code == 404


def test_terms_are_read_before_they_are_signed_and_both_signatures_put_them_in_force(
    draft, at_lin, at_shen, proof
):
    preview = text_of(at_lin.get(f"{draft.url}sign/"))
    assert "Expert clinic days" in preview and "120" in preview

    signing = {
        "on": "2023-09-18",
        "terms_no": draft.terms_no,
        "has_read": "on",
        "paper": proof("协议", "a.txt"),
    }
    assert at_lin.post(f"{draft.url}sign/", signing).status_code == 302
    at_lin.post(f"{draft.url}share/")
    page = text_of(at_lin.get(draft.url))
    assert "Take our signature back" in page and "Undo" in page

    signing = {"on": "2023-09-18", "terms_no": draft.terms_no, "has_read": "on"}
    at_shen.post(f"{draft.url}sign/", signing)
    draft.refresh_from_db()
    assert (draft.stage, draft.signed_on) == ("signed", date(2023, 9, 18))


def test_nobody_signs_without_having_read(draft, at_lin):
    answer = at_lin.post(f"{draft.url}sign/", {"on": "2023-09-18", "terms_no": draft.terms_no})

    assert answer.status_code == 422
    assert not draft.signatures.exists()


def test_terms_that_changed_since_they_were_read_are_not_signed(draft, lin, at_lin):
    from shanhai.fields.pairing import actions

    read = draft.terms_no
    actions.change_agreement(draft, about="多一条。", by=lin)

    answer = at_lin.post(f"{draft.url}sign/", {"on": "2023-09-18", "terms_no": read, "has_read": "on"})

    assert "were changed since you read them" in text_of(answer)
    assert not draft.signatures.exists()


def test_a_signature_is_taken_back_while_the_other_side_has_not_signed(draft, lin, at_lin):
    from shanhai.fields.pairing import actions

    actions.sign_agreement(draft, on=date(2023, 9, 18), by=lin)

    at_lin.post(f"{draft.url}unsign/")

    assert not draft.signatures.exists()


PROMISE = {
    "code": "LX-C2",
    "name_zh": "远程会诊",
    "field": "health",
    "owes": "sea",
    "kind": "counted",
    "direction": "up",
    "target": "240",
    "unit": "count",
    "unit_zh": "例",
    "unit_en": "cases",
    "per": "once",
    "due_on": "2023-12-31",
}


def test_a_commitment_is_written_into_a_draft_and_taken_out_again(draft, at_lin):
    assert at_lin.post(f"{draft.url}commitment/", PROMISE).status_code == 302
    assert draft.commitments.get(code="LX-C2").target == 240

    at_lin.post("/pairing/commitments/LX-C2/drop/")
    assert not draft.commitments.filter(code="LX-C2").exists()


def test_targets_of_periods_are_written_a_line_each_and_money_in_yuan(draft, at_lin):
    sent = PROMISE | {
        "unit": "fen",
        "per": "quarter",
        "due_on": "",
        "target": "400",
        "targets": "2023Q1 100\n2023Q2 300",
    }

    assert at_lin.post(f"{draft.url}commitment/", sent).status_code == 302

    commitment = draft.commitments.get(code="LX-C2")
    assert commitment.target == 40_000
    assert [(step.period, step.target) for step in commitment.periods.all()] == [
        ("2023Q1", Decimal(10_000)),
        ("2023Q2", Decimal(30_000)),
    ]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"targets": "soon"}, "is no period with its target"),
        ({"due_on": ""}, "give the day it is due"),
        ({"kind": "indicator"}, "say which one"),
        ({"target": "0"}, "promise more than zero"),
        ({"code": "LX-C1"}, "is taken"),
    ],
)
def test_what_cannot_be_measured_is_refused_in_the_form(draft, at_lin, wrong, sentence):
    answer = at_lin.post(f"{draft.url}commitment/", PROMISE | wrong)

    assert answer.status_code == 422 and sentence in text_of(answer)
    assert draft.commitments.count() == 1


def test_money_and_land_are_agreed_on(draft, zone, at_lin):
    party = {party.role: party.pk for party in zone.parties.all()}
    money = {
        "code": "M1",
        "name_zh": "资金",
        "payer": party["sea"],
        "payee": party["mountain"],
        "amount_fen": "500万元",
        "schedule": "once",
        "due_on": "2023-08-31\n2023-10-31",
    }
    land = {
        "code": "L1",
        "giver": party["sea"],
        "taker": party["mountain"],
        "land_mu": "150",
        "purpose_zh": "飞地",
    }

    assert at_lin.post(f"{draft.url}money/", money).status_code == 302
    assert at_lin.post(f"{draft.url}land/", land).status_code == 302

    assert [due.amount_fen for due in draft.money_clauses.get().dues.all()] == [500_000_000] * 2
    assert draft.land_clauses.get().land_mu == 150


@pytest.mark.parametrize(
    ("path", "wrong", "sentence"),
    [
        ("money/", {"due_on": "tomorrow"}, "is no day"),
        ("money/", {"amount_fen": "", "due_on": "2023-08-31"}, "no amount"),
        ("money/", {"payee": "payer"}, "two different parties"),
        ("land/", {"land_mu": "-1"}, "more than zero"),
    ],
)
def test_clauses_that_say_nothing_are_refused(draft, zone, at_lin, path, wrong, sentence):
    party = {party.role: party.pk for party in zone.parties.all()}
    sent = {
        "code": "X1",
        "name_zh": "条款",
        "purpose_zh": "用途",
        "payer": party["sea"],
        "payee": party["mountain"],
        "giver": party["sea"],
        "taker": party["mountain"],
        "amount_fen": "1",
        "schedule": "once",
        "land_mu": "1",
    } | wrong
    if sent["payee"] == "payer":
        sent["payee"] = sent["payer"]

    answer = at_lin.post(f"{draft.url}{path}", sent)

    assert answer.status_code == 422 and sentence in text_of(answer)


def test_a_draft_is_given_up_with_a_reason(draft, at_lin):
    assert "This field is required" in text_of(at_lin.post(f"{draft.url}drop/", {"reason": ""}))

    at_lin.post(f"{draft.url}drop/", {"reason": "改由部门签订", "version": draft.version})

    draft.refresh_from_db()
    assert (draft.stage, draft.end_reason) == ("ended", "改由部门签订")


def test_an_agreement_is_renewed_once(agreement, lin, at_lin):
    sent = {"number": "LX-2024-01", "valid_from": "2024-01-01", "valid_to": "2024-12-31"}

    assert at_lin.post(f"{agreement.url}renew/", sent).url == "/pairing/agreements/LX-2024-01/"
    assert queries.agreement_of(lin, "LX-2024-01").supersedes == agreement

    again = at_lin.post(f"{agreement.url}renew/", sent | {"number": "LX-2024-02"})
    assert "is drafted already" in text_of(again)


def test_an_agreement_is_ended_with_a_reason(agreement, at_lin):
    at_lin.post(f"{agreement.url}end/", {"on": "2023-09-18", "reason": "任务完成"})

    agreement.refresh_from_db()
    assert (agreement.stage, agreement.end_reason) == ("ended", "任务完成")
    refused = at_lin.post(f"{agreement.url}end/", {"on": "2023-09-18", "reason": "再一次"})
    assert "not in force" in text_of(refused)


def test_a_payment_needs_its_voucher_and_is_put_right_by_a_contra_entry(rich, at_shen, proof):
    path = f"/pairing/payments/{rich.due.code}/"
    refused = at_shen.post(path, {"on": "2023-09-18", "amount_fen": "500万元"})
    assert "Add the voucher" in text_of(refused)

    assert (
        at_shen.post(path, {"on": "2023-09-18", "amount_fen": "500万元", "vouchers": proof()}).status_code
        == 302
    )
    rich.due.refresh_from_db()
    assert rich.due.open_fen == 0
    assert "proof" in text_of(at_shen.get(rich.agreement.url))

    too_much = at_shen.post(f"{path}take-back/", {"amount_fen": "600万元", "reason": "误记"})
    assert "cannot be taken back" in text_of(too_much)
    at_shen.post(f"{path}take-back/", {"amount_fen": "500万元", "reason": "误记"})
    rich.due.refresh_from_db()
    assert rich.due.paid_fen == 0


def test_only_offices_are_shown_the_way_to_put_a_payment_right(rich, at_shen, proof, client_of, cast):
    path = f"/pairing/payments/{rich.due.code}/"
    at_shen.post(path, {"on": "2023-09-18", "amount_fen": "500万元", "vouchers": proof()})
    signer = members.add_member(cast.members["shen"].unit, code="xs-signer", name_zh="签署人", by=None)
    roles.give_role(signer, role="signer", from_on=date(2023, 1, 1), by=None)
    signer.user = User.objects.create(username="xs-signer", password="!", language="en")
    signer.save(update_fields=["user"])

    assert f"{path}take-back/" in at_shen.get(rich.agreement.url).content.decode()
    assert f"{path}take-back/" not in client_of(signer).get(rich.agreement.url).content.decode()


def test_the_side_that_receives_does_not_record_payments(rich, at_lin, proof):
    answer = at_lin.post(
        f"/pairing/payments/{rich.due.code}/", {"on": "2023-09-18", "amount_fen": "1", "vouchers": proof()}
    )

    assert "cannot do this for the sea side" in text_of(answer)


def test_land_is_handed_over_with_a_paper_and_never_more_than_agreed(rich, at_shen, proof):
    path = f"/pairing/land/{rich.land.code}/"

    assert "too much" in text_of(
        at_shen.post(path, {"land_mu": "151", "on": "2023-09-18", "papers": proof()})
    )
    assert "Add the paper" in text_of(at_shen.post(path, {"land_mu": "50", "on": "2023-09-18"}))
    assert at_shen.post(path, {"land_mu": "50", "on": "2023-09-18", "papers": proof()}).status_code == 302

    rich.land.refresh_from_db()
    assert rich.land.delivered_mu == 50
