"""Writes of the balance of mutual benefit: what each side says of it. Its figures are measured, not written."""

from __future__ import annotations

from shanhai.core import access, clock, journal, rows
from shanhai.core.models import Member, Pairing
from shanhai.core.writing import action
from shanhai.fields.pairing import rules
from shanhai.fields.pairing.actions import shared
from shanhai.fields.pairing.models import BalanceStatement
from shanhai.kernel.refusals import BadInput, gettext_noop


@action
def state_balance(
    pairing: Pairing, *, text_zh: str, text_en: str = "", side: str = "", by: Member | None
) -> BalanceStatement:
    """Say for one's side what it thinks of the balance; a second statement of a day takes the place of the first."""
    access.check(by, "pairing.state_balance", pairing_id=pairing.pk)
    side = shared.acting_side(by, pairing.pk, side)
    if side not in rules.SIDES:
        raise BadInput(
            "pairing.statement_side",
            gettext_noop(
                "A statement is the mountain side's or the sea side's, not that of {side}. Name one of them."
            ),
            side=side or "–",
        )
    text_zh, text_en = shared.words(text_zh, text_en, "text_zh")
    said = BalanceStatement.objects.filter(pairing=pairing, side=side, on=clock.today()).first()
    if said is None:
        said = BalanceStatement.objects.create(
            pairing=pairing,
            zone_id=shared.zone_of(pairing),
            side=side,
            on=clock.today(),
            text_zh=text_zh,
            text_en=text_en,
        )
    else:
        rows.move(said, text_zh=text_zh, text_en=text_en)
    journal.record(said, "pairing.state_balance", by=by)
    return said
