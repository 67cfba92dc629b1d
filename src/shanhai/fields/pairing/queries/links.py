"""What phone links open of a pairing: an action item, money that was received, and the statement of a pairing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from shanhai.core import clock
from shanhai.core.models import Member, Pairing
from shanhai.core.signs import LinkField, LinkShown
from shanhai.fields.pairing import columns, quantities, rules
from shanhai.fields.pairing.models import ActionItem, Activity
from shanhai.fields.pairing.queries import balance, lists
from shanhai.fields.pairing.queries.account import commitments_this_year
from shanhai.fields.pairing.queries.commitments import Progress
from shanhai.fields.pairing.queries.named import party_names
from shanhai.kernel.refusals import NotAllowed, NotNow, gettext_noop
from shanhai.webkit import words
from shanhai.webkit.templatetags.shanhai import STATUSES

Table = tuple[str, tuple[tuple[str, str, str], ...]]
# The years of the balance that a phone shows as one sum, and how many commitments.
MOST_COMMITMENTS = 60


# -- action items --------------------------------------------------------------------------------------------------


def check_item(item: ActionItem, by: Member | None) -> None:
    """What is done or reported is no task for anybody."""
    rules.check_item_open(item.number, item.stage)
    if item.stage != rules.ItemStage.OPEN:
        raise NotNow(
            "pairing.link_item_reported",
            gettext_noop(
                "Action item {number} is reported as done already. Close it, or reopen it if something is left to do."
            ),
            number=item.number,
        )


def item_shown(item: ActionItem, reader: Member | None) -> LinkShown:
    """What is to be done, and by when."""
    texts = ((_("Reported so far"), item.report_said),) if item.report else ()
    unit = item.mountain_unit if item.lead == "mountain" else item.sea_unit
    return LinkShown(
        title=item.title,
        about=_("%(unit)s asks you to do this and to say how far it is.") % {"unit": unit.organisation.name},
        facts=(
            (_("Number"), item.number),
            (_("Due"), f"{words.day(item.due_on, 'weekday')} · {words.slack(item.due_on)}"),
        ),
        texts=texts,
        standing="illustrative" if item.is_illustrative else "reported",
    )


def item_done_asked(item: ActionItem) -> Sequence[LinkField]:
    """What was done, and a photograph that shows it."""
    return (
        LinkField("text", _("What was done?"), "long"),
        LinkField("photo", _("A photograph that shows it"), "photo"),
    )


def item_progress_asked(item: ActionItem) -> Sequence[LinkField]:
    """How far it is, with a photograph if there is one."""
    return (
        LinkField("text", _("How far is it, and what is in the way?"), "long"),
        LinkField("photo", _("A photograph, if there is one"), "photo", is_required=False),
    )


def is_item_over(item: ActionItem) -> bool:
    """Whether nothing is asked of anybody any more."""
    return item.stage != rules.ItemStage.OPEN


# -- money received ------------------------------------------------------------------------------------------------


def left_fen(activity: Activity) -> int:
    """What was paid and is not confirmed as received and used."""
    return activity.paid_fen - activity.used_fen


def check_received(activity: Activity, by: Member | None) -> None:
    """There is a donation to confirm, and the receiving side asks its own people."""
    if by is not None and activity.payer:
        receiving = rules.other_side(activity.payer)
        if lists.side_of_member(activity.pairing_id, by) != receiving:
            raise NotAllowed(
                "pairing.link_not_receiver",
                gettext_noop("{side} confirms what arrived of {number}. Ask its office to share the link."),
                side=rules.Side(receiving),
                number=activity.number,
            )
    if activity.kind != rules.ActivityKind.DONATION or is_received(activity):
        raise NotNow(
            "pairing.link_nothing_to_receive",
            gettext_noop(
                "Of activity {number} no donation is paid that is not confirmed already. Record the payment first."
            ),
            number=activity.number,
        )


def activity_shown(activity: Activity, reader: Member | None) -> LinkShown:
    """What was given, by whom, and what of it is not confirmed."""
    giver = party_names(activity.pairing).get(activity.payer, "")
    return LinkShown(
        title=activity.title,
        about=_("%(giver)s gave this. Please confirm what arrived.") % {"giver": giver},
        facts=(
            (_("Number"), activity.number),
            (_("Day"), words.day(activity.on, "year")),
            (_("Donation paid"), words.yuan_exact(activity.paid_fen)),
            (_("Not confirmed yet"), words.yuan_exact(left_fen(activity))),
        ),
        standing="illustrative" if activity.is_illustrative else "reported",
    )


def received_asked(activity: Activity) -> Sequence[LinkField]:
    """How much arrived, what it was, and a photograph of it."""
    return (
        LinkField(
            "amount",
            _("Worth, in yuan"),
            "number",
            hint=_("at most %s") % words.yuan_exact(left_fen(activity)),
        ),
        LinkField("about", _("What did you receive?"), "text"),
        LinkField("photo", _("A photograph of it"), "photo"),
    )


def is_received(activity: Activity) -> bool:
    """Whether nothing is left to confirm."""
    is_cancelled = activity.stage == rules.ActivityStage.CANCELLED
    return is_cancelled or not activity.payer or left_fen(activity) <= 0


# -- the statement of a pairing ------------------------------------------------------------------------------------


def statement_shown(pairing: Pairing, reader: Member | None) -> LinkShown:
    """What each side promised and gave, as whoever issued the link may read it."""
    names = party_names(pairing)
    found = balance.balance(reader, pairing)
    # The same promises as its page counts: those of this year, and what is late from earlier ones.
    promised = commitments_this_year([pairing.pk])
    standings = {line.standing for line in found.lines if line.standing}
    return LinkShown(
        title=pairing.name,
        about=_promise_finding(promised),
        facts=((_("As of"), words.day(clock.today(), "year")),),
        tables=(
            _promised(promised),
            *(_given(found, side, names[side]) for side in rules.SIDES if found.lines),
        ),
        standing=standings.pop() if len(standings) == 1 else "mixed" if standings else "",
    )


def _promise_finding(promised: Sequence[Progress]) -> str:
    counts = Counter(one.status for one in promised)
    if not promised:
        return _("Nothing is promised yet.")
    return _("Of %(n)s promises of both sides %(late)s are late, %(risk)s at risk.") % {
        "n": len(promised),
        "late": counts[rules.Status.LATE],
        "risk": counts[rules.Status.AT_RISK],
    }


def _promised(promised: Sequence[Progress]) -> Table:
    """What needs a look first; the rest in the order of the pages."""
    rows = []
    for one in sorted(promised, key=lambda one: rules.URGENCY.index(rules.Status(one.status)))[
        :MOST_COMMITMENTS
    ]:
        scale = quantities.scale_of(one.commitment, one.promised)
        figure = _("%(done)s of %(promised)s") % {
            "done": scale.say(one.delivered, one.promised),
            "promised": scale.full(one.promised),
        }
        word = _("Ended") if one.status == rules.Status.ENDED else str(STATUSES[one.status][2])
        rows.append((one.commitment.name, figure, word))
    return _("Promised"), tuple(rows)


def _given(found: balance.Balance, side: str, name: str) -> Table:
    first, last = found.years[0], found.years[-1]
    rows = [
        (str(line.indicator.name), _quantity(line), columns.words(columns.BALANCE_GROUPS, line.group))
        for group in balance.GROUPS
        for line in found.lines_of(side, group)
    ]
    heading = _("Given by %(name)s, %(first)s to %(last)s") % {
        "name": name,
        "first": str(first),
        "last": str(last),
    }
    return heading, tuple(rows)


def _quantity(line: balance.Line) -> str:
    if line.indicator.unit == "fen":
        return words.yuan(int(line.total))
    space = "" if words.is_chinese() else " "
    place = line.indicator.balance
    return f"{words.num(Decimal(line.total))}{space}{place.unit if place else ''}".strip()


# -- as records ----------------------------------------------------------------------------------------------------


def url_of_pairing(pairing: Pairing) -> str:
    """Address of the page of a pairing."""
    return f"/pairing/pairings/{pairing.code}/"
