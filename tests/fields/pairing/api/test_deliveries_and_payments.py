"""What is delivered, paid and handed over, through the API."""

from __future__ import annotations

from typing import Any

import pytest

from shanhai.fields.pairing import actions

pytestmark = pytest.mark.django_db


@pytest.fixture
def clauses(draft: Any, lin: Any, shen: Any, zone: Any) -> Any:
    """An agreement in force with one payment of 500,000 yuan and 150 mu of land, both from the sea side."""
    from datetime import date
    from decimal import Decimal

    parties = {party.role: party for party in zone.parties.all()}
    both = {"payer": parties["sea"], "payee": parties["mountain"]}
    actions.add_money_clause(
        draft, code="M1", name_zh="资金", amount_fen=50_000_000, due_on=[date(2023, 8, 31)], by=lin, **both
    )
    actions.add_land_clause(
        draft,
        code="L1",
        giver=parties["sea"],
        taker=parties["mountain"],
        land_mu=Decimal(150),
        purpose_zh="飞地用地",
        by=lin,
    )
    for member in (lin, shen):
        actions.sign_agreement(draft, on=date(2023, 1, 5), by=member)
    return draft


class TestDeliveries:
    def test_a_planned_entry_is_fulfilled_by_what_came(
        self, api_of: Any, shen: Any, commitment: Any, paper: Any
    ) -> None:
        call, path = api_of(shen), "/commitments/LX-C1/deliveries"
        plan = call("post", path, {"on": "2023-11-30", "quantity": "20", "is_planned": True}).json()
        assert (plan["stage"], plan["quantity"]) == ("planned", "20")
        given = {
            "on": "2023-09-15",
            "quantity": "20",
            "of_plan": plan["code"],
            "evidence": [paper(shen).pk],
        }
        made = call("post", path, given)

        assert made.status_code == 201, made.content.decode()
        assert made.json()["of_plan"] == plan["code"]
        assert call("get", f"/deliveries/{plan['code']}").json()["stage"] == "fulfilled"
        refused = call("post", path, given)
        assert (refused.status_code, refused.json()["code"]) == (404, "pairing.no_plan")

    def test_it_is_confirmed_and_the_confirmation_taken_back(
        self, api_of: Any, held: Any, lin: Any, shen: Any, commitment: Any, paper: Any
    ) -> None:
        given = {"on": "2023-09-15", "quantity": "20", "evidence": [paper(shen).pk]}
        made = api_of(shen)("post", "/commitments/LX-C1/deliveries", given).json()
        call, path = api_of(lin), f"/deliveries/{made['code']}"

        confirmed = held(call, f"{path}/confirm", None, made["version"])
        back = held(call, f"{path}/unconfirm", None, confirmed["version"])

        assert (confirmed["stage"], back["stage"]) == ("confirmed", "recorded")
        refused = api_of(shen)("post", f"{path}/confirm", version=back["version"])
        assert refused.status_code == 403


class TestCommitments:
    def test_who_answers_for_it_is_changed(self, api_of: Any, lin: Any, commitment: Any) -> None:
        call, path = api_of(lin), "/commitments/LX-C1"
        given = {"sea_unit": "XS-OFFICE-1", "is_main": True}
        assert call("patch", path, given).status_code == 428
        assert call("patch", path, given, version=99).status_code == 412
        changed = call("patch", path, given, version=commitment.version)

        assert changed.status_code == 200, changed.content.decode()
        assert (changed.json()["sea_unit"], changed.json()["is_main"]) == ("XS-OFFICE-1", True)
        assert changed["ETag"] == f'"{changed.json()["version"]}"'
        wrong = call("patch", path, {"sea_unit": "LQ-1"}, version=changed.json()["version"])
        assert wrong.json()["code"] == "pairing.no_unit_here"

    def test_it_leaves_a_draft_but_not_an_agreement_in_force(
        self, api_of: Any, lin: Any, shen: Any, draft: Any
    ) -> None:
        call = api_of(lin)
        assert call("delete", "/commitments/LX-C1").status_code == 428
        version = call("get", "/commitments/LX-C1").json()["version"]
        assert call("delete", "/commitments/LX-C1", version=version).status_code == 204

        assert call("get", "/commitments/LX-C1").status_code == 404

    def test_a_signed_promise_stays(self, api_of: Any, lin: Any, commitment: Any) -> None:
        refused = api_of(lin)("delete", "/commitments/LX-C1", version=commitment.version)

        assert refused.status_code == 409


class TestMoneyAndLand:
    def test_a_payment_is_recorded_with_its_voucher_and_put_right(
        self, api_of: Any, held: Any, lin: Any, shen: Any, clauses: Any, paper: Any
    ) -> None:
        call = api_of(shen)
        [due] = call("get", "/money-dues?is_open=true").json()["items"]
        assert (due["code"], due["open_fen"], due["payer"]) == ("M1-1", 50_000_000, "XS")
        given = {"on": "2023-09-01", "amount_fen": 20_000_000, "vouchers": [paper(shen).pk]}
        without = call("post", "/money-dues/M1-1/pay", given | {"vouchers": []}, version=due["version"])
        assert without.status_code == 422

        paid = held(call, "/money-dues/M1-1/pay", given, due["version"])
        assert (paid["paid_fen"], paid["open_fen"]) == (20_000_000, 30_000_000)
        contra = {"amount_fen": 20_000_000, "reason": "金额有误"}
        back = held(api_of(lin), "/money-dues/M1-1/take-back", contra, paid["version"])
        assert (back["paid_fen"], back["paid_on"]) == (0, None)

    def test_land_is_handed_over_with_its_paper(
        self, api_of: Any, held: Any, lin: Any, clauses: Any, paper: Any
    ) -> None:
        call = api_of(lin)
        [clause] = call("get", "/land-clauses").json()["items"]
        given = {"on": "2023-09-01", "land_mu": "30.5", "papers": [paper(lin).pk]}
        done = held(call, "/land-clauses/L1/hand-over", given, clause["version"])

        assert (done["delivered_mu"], done["land_mu"]) == ("30.5", "150")
        more = call("post", "/land-clauses/L1/hand-over", given | {"land_mu": "200"}, version=done["version"])
        assert more.status_code == 422

    def test_the_outsider_is_turned_away(self, api_of: Any, zhou: Any, clauses: Any) -> None:
        call = api_of(zhou)
        pay = {"on": "2023-09-01", "amount_fen": 1}
        land = {"on": "2023-09-01", "land_mu": "1"}

        for path in ("/money-dues", "/money-dues/M1-1", "/land-clauses", "/land-clauses/L1"):
            assert call("get", path).status_code == 403, path
        assert call("post", "/money-dues/M1-1/pay", pay, version=0).status_code == 403
        contra = {"amount_fen": 1, "reason": "x"}
        assert call("post", "/money-dues/M1-1/take-back", contra, version=0).status_code == 403
        assert call("post", "/land-clauses/L1/hand-over", land, version=0).status_code == 403
        assert call("patch", "/commitments/LX-C1", {"is_main": True}, version=0).status_code == 403
        assert call("delete", "/commitments/LX-C1", version=0).status_code == 403
        assert call("post", "/deliveries/LX-C1-D001/unconfirm", version=0).status_code == 403
