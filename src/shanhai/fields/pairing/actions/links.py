"""What the holders of phone links do to records of a pairing; the journal names them (``core.journal.by_holder``).

Actions ask less of the system than of members: that an item is done on evidence is asked here.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from shanhai.core import clock
from shanhai.core.models import Document
from shanhai.fields.pairing import rules
from shanhai.fields.pairing.actions import activities, items, shared
from shanhai.fields.pairing.models import ActionItem, Activity
from shanhai.kernel import money


def finish_item(item: ActionItem, given: Mapping[str, str], papers: Sequence[Document]) -> str:
    """Say that an action item is done, with the photograph that shows it."""
    rules.check_item_evidence(item.number, len(papers) + shared.papers_on(item, "evidence"))
    items.report_action_item(item, text=given["text"], is_finished=True, evidence=papers, by=None)
    return _("Thank you. The other side looks at it and closes it.")


def report_item(item: ActionItem, given: Mapping[str, str], papers: Sequence[Document]) -> str:
    """Say how far an action item is."""
    items.report_action_item(item, text=given["text"], is_finished=False, evidence=papers, by=None)
    return _("Thank you, it is noted. Open this link again when it is done.")


def confirm_received(activity: Activity, given: Mapping[str, str], papers: Sequence[Document]) -> str:
    """Confirm what arrived, with a photograph as its voucher."""
    amount = money.from_yuan(unicodedata.normalize("NFKC", given["amount"]).replace(",", "").strip())
    rules.check_aid(
        activity.number, rules.AidKind.USED, amount.amount, activity.paid_fen - activity.used_fen, len(papers)
    )
    activities.record_aid(
        activity,
        kind=rules.AidKind.USED,
        on=clock.today(),
        amount_fen=amount.amount,
        about=given["about"],
        vouchers=papers,
        by=None,
    )
    return _("Thank you. What you received is on the record.")
