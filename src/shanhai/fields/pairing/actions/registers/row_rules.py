"""What single rows of a sheet must obey, by the noun that they are of: the rules of the actions that they stand for."""

from __future__ import annotations

from collections.abc import Callable

from shanhai.core.actions import pairings, stays
from shanhai.core.actions.naming import check_not_later
from shanhai.core.models import Pairing, Stay
from shanhai.core.sheets.columns import Change, Register
from shanhai.fields.pairing import columns, rules
from shanhai.fields.pairing.actions import technical
from shanhai.fields.pairing.actions.registers.brought import Brought
from shanhai.fields.pairing.queries import focus
from shanhai.fields.pairing.queries import technical as problems
from shanhai.fields.pairing.rules import technical as technical_rules
from shanhai.kernel import periods
from shanhai.kernel.refusals import NotAllowed, gettext_noop

Rule = Callable[[Brought], None]
Stage = rules.DeliveryStage


def by_action(row: Brought) -> NotAllowed:
    """The refusal of a cell that only an action sets."""
    return NotAllowed(
        "pairing.register_by_action",
        gettext_noop(
            "This cell of {key} is not set by spreadsheet. Do it on the page of the record, or leave the cell as it was."
        ),
        key=row.change.key,
        column=row.at,
    )


# -- terms of agreements -------------------------------------------------------------------------------------------


def draft(row: Brought) -> None:
    """Terms are written by those who see the agreement, while it is a draft that nobody has signed."""
    agreement = row.agreement
    row.check_sees(agreement, agreement.number)
    rules.check_is_draft(agreement.number, agreement.stage, row.signed)


def draft_itself(row: Brought) -> None:
    """An agreement changes only while it is a draft."""
    if not row.is_new:
        draft(row)


# Who answers for a promise, and where it stands in lists, is no term of the agreement.
_NO_TERMS = frozenset({"mountain_unit", "sea_unit", "is_main", "rank", "balance_line", "about"})


def commitment_terms(row: Brought) -> None:
    """What is promised changes only in a draft; who answers for it may change later."""
    row.check_sees(row.agreement, row.agreement.number)
    if row.is_new or set(row.moved) - _NO_TERMS:
        draft(row)


def is_term(register: Register, change: Change) -> bool:
    """Whether a row of the terms of an agreement changes what is signed."""
    moved = set(change.differs(register.columns))
    return change.before is None or change.outcome == "gone" or bool(moved - _NO_TERMS)


def owners(row: Brought) -> None:
    """The unit named for a side sits on that side."""
    for side in rules.SIDES:
        row.at = f"{side}_unit"
        if row.at in row.moved and (code := row.values[row.at]):
            unit = row.around.units[code]
            rules.check_owner(
                unit.name_zh, row.around.side_of(row.pairing_id or 0, unit.organisation_id), side
            )


def period(row: Brought) -> None:
    """A period lies within its commitment."""
    row.at = "period"
    period = row.values["period"]
    rules.check_period(row.above.code, row.above.per, period, periods.parse(period).kind)


def signer(row: Brought) -> None:
    """A member signs for his own party."""
    row.at = "organisation"
    organisation = row.values["organisation"]
    if (row.pairing_id, organisation) not in row.around.parties:
        raise rules.not_a_party(organisation, row.agreement.number)


def two_parties(one: str, other: str) -> Rule:
    """Money and land go from one party of the agreement to another."""

    def check(row: Brought) -> None:
        row.at = one
        number = row.agreement.number
        signers = row.around.signers.get(number, set())
        rules.check_clause_parties(row.change.key, number, row.values[one], row.values[other], signers)

    return check


# -- deliveries ----------------------------------------------------------------------------------------------------


def delivery_open(row: Brought) -> None:
    """A delivery is written while its agreement is in force and nobody has confirmed it."""
    agreement = row.agreement
    row.check_sees(agreement, agreement.number)
    rules.check_is_signed(agreement.number, agreement.stage)
    if row.before is not None:
        rules.check_delivery_open(row.change.key, row.before["stage"], row.before["confirmed_on"])


def new_delivery(row: Brought) -> None:
    """A member records for his own side, under his own name."""
    row.at = "recorded_by"
    if row.values["recorded_by"] not in (None, "", row.by.code):
        raise by_action(row)
    row.at = "side"
    side = row.own_side(row.values["side"])
    row.at = "evidence"
    papers = len(row.around.papers(row.values["evidence"], row.above.pairing_id))
    check_delivery(row, papers + is_shown_by_workbook(row.above.owes, side))


def changed_delivery(row: Brought) -> None:
    """A delivery is changed by the side that recorded it."""
    assert row.before is not None
    row.at = row.moved[0]
    side = row.own_side(row.before["side"])
    papers = len(row.before["evidence"] or "")
    check_delivery(row, papers + is_shown_by_workbook(row.above.owes, side))


def is_shown_by_workbook(owes: str, side: str) -> bool:
    """Whether a side's own table is evidence of a delivery: of what it owes itself, which the other side confirms.

    What the other side owes is not delivered because we wrote it into a table; that needs a paper.
    """
    return owes in (side, rules.Owes.BOTH)


def check_delivery(row: Brought, papers: int) -> None:
    """The rule of recording a delivery."""
    commitment, values, today = row.above, row.values, row.around.today
    row.at = "quantity"
    if values["stage"] == Stage.PLANNED:
        rules.check_counted(commitment.code, commitment.kind)
        rules.check_quantity(commitment.code, values["quantity"], commitment.unit)
        row.at = "on"
        rules.check_plan(commitment.code, values["on"], today)
    else:
        rules.check_delivery(
            commitment.code,
            commitment.kind,
            commitment.unit,
            values["quantity"],
            values["on"],
            commitment.starts_on,
            today,
            papers,
        )


# -- meetings and what follows from them ---------------------------------------------------------------------------


def meeting_to_come(row: Brought) -> None:
    """A meeting is changed before it is held."""
    meeting = row.held or row.above
    if not isinstance(meeting, Pairing):
        row.check_sees(meeting, meeting.number)
        rules.check_to_come(meeting.number, meeting.stage)


def quorums(row: Brought) -> None:
    """Both sides have a quorum."""
    row.at = "quorum_mountain" if row.values["quorum_mountain"] < 1 else "quorum_sea"
    rules.check_quorums(row.change.key, row.values["quorum_mountain"], row.values["quorum_sea"])


def answer(row: Brought) -> None:
    """The office answers for its own side."""
    row.own_side(row.values["side"])


def resolution_open(row: Brought) -> None:
    """Resolutions are written while the minutes are not signed."""
    meeting = row.above
    row.check_sees(meeting, meeting.number)
    if row.is_new:
        rules.check_can_resolve(meeting.number, meeting.stage)
    else:
        rules.check_resolution_open(meeting.number, meeting.stage, row.signed)


def item_open(row: Brought) -> None:
    """A closed action item changes no more."""
    if row.before is not None:
        rules.check_item_open(row.change.key, row.before["stage"])


def new_item(row: Brought) -> None:
    """The rule of assigning an action item."""
    values = row.values
    row.at = "assigned_on"
    check_not_later(values["assigned_on"])
    row.at = "first_due_on"
    if values["first_due_on"] not in (None, values["due_on"]):
        raise by_action(row)
    row.at = "due_on"
    rules.check_item_due(row.change.key, values["due_on"], row.around.today)
    owners(row)


def activity_open(row: Brought) -> None:
    """A settled activity changes no more."""
    if row.before is not None:
        rules.check_activity_stage(row.change.key, row.before["stage"], rules.ActivityStage.PLANNED)


def activity(row: Brought) -> None:
    """The rule of planning an activity."""
    owners(row)
    row.at = "planned_fen"
    paid = row.held.paid_fen if row.held is not None else 0
    rules.check_activity_money(row.change.key, row.values["payer"], row.values["planned_fen"] or 0, paid)


def focus_sheet(row: Brought) -> None:
    """The rule of the annual focus."""
    row.at = "commitments"
    focus.commitments_named((row.values["commitments"] or "").split(";"), row.above)


def statement(row: Brought) -> None:
    """A member states for his own side."""
    row.own_side(row.values["side"])
    row.at = "on"
    check_not_later(row.values["on"])


def extension(row: Brought) -> None:
    """The rule of giving more time."""
    assert row.before is not None
    reason = row.values["extension_reason"] if "extension_reason" in row.moved else ""
    row.at = "due_on"
    rules.check_extension(row.change.key, row.before["due_on"], row.values["due_on"], reason)


# -- people --------------------------------------------------------------------------------------------------------


def own_charge(row: Brought) -> None:
    """A member puts people of his own side in charge."""
    row.at = "side" if row.is_new else row.at
    row.own_side(row.values["side"])


def new_charge(row: Brought) -> None:
    """The rule of putting somebody in charge."""
    values, around = row.values, row.around
    row.at = "member"
    member = around.members[values["member"]]
    sits_on = around.side_of(row.above.pk, member.unit.organisation_id)
    rules.check_charge_side(member.name_zh, sits_on, values["side"], row.above.code)
    row.at = "from_on"
    in_field = "" if values["field"] == columns.ALL_FIELDS[0] else values["field"]
    running = around.in_charge.get((row.above.code, values["side"], in_field, values["level"]))
    if values["to_on"] is None:
        rules.check_charge_free(*((running.member.name_zh, running.from_on) if running else ("", None)))
    if values["to_on"] is not None:
        row.at = "to_on"
        rules.check_charge_end(member.name_zh, values["from_on"], values["to_on"])


def charge_end(row: Brought) -> None:
    """The rule of ending a charge."""
    row.at = "to_on"
    if row.values["to_on"] is None:
        raise by_action(row)
    name = row.around.members[row.values["member"]].name_zh
    rules.check_charge_end(name, row.values["from_on"], row.values["to_on"])


def secondment_open(row: Brought) -> None:
    """A secondment that has ended changes no more."""
    if row.held is not None:
        stays.check_stage(row.held.stay, Stay.Stage.PLANNED, Stay.Stage.RUNNING)


def term(row: Brought) -> None:
    """As long as the rulebook allows on the first day, and not over before it began."""
    row.at = "to_on"
    from_on, to_on = row.values["from_on"], row.values["to_on"]
    figures = row.around.figures(row.above, from_on)
    shortest, longest = (figures[f"pairing.secondment.months_{end}"] for end in ("min", "max"))
    rules.check_term(row.change.key, from_on, to_on, shortest, longest)


def new_secondment(row: Brought) -> None:
    """The rule of planning a secondment."""
    term(row)
    values, around = row.values, row.around
    person, unit = around.members[values["person"]], around.units[values["host_unit"]]
    home, host = around.organisations[values["home"]], around.organisations[values["host"]]
    row.at = "home"
    stays.check_places(person, home, host)
    row.at = "host_unit"
    rules.check_host_unit(unit.name_zh, unit.organisation_id == host.pk, host.name_zh)
    row.at = "host"
    from_side, to_side = around.side_of(row.above.pk, home.pk), around.side_of(row.above.pk, host.pk)
    rules.check_secondment_sides(person.name_zh, from_side, host.name_zh, to_side, row.above.code)
    row.at = "direction"
    rules.check_direction(row.change.key, values["direction"], str(to_side))
    row.at = "stage"
    if values["stage"] == Stay.Stage.RUNNING and values["from_on"] > row.around.today:
        raise by_action(row)


def stay_open(row: Brought) -> None:
    """Tasks are given and appraisals planned until the stay is over."""
    if row.is_new:
        stays.check_stage(row.above.stay, Stay.Stage.PLANNED, Stay.Stage.RUNNING)


def task_done(row: Brought) -> None:
    """A task is done once, and not in days to come."""
    if row.before is not None and row.before["done_on"] is not None:
        raise by_action(row)
    row.at = "done_on"
    if row.values["done_on"] is not None:
        check_not_later(row.values["done_on"])


# -- technical problems --------------------------------------------------------------------------------------------


def own_technical(row: Brought) -> None:
    """Nothing is told of a problem that is not shown, and only whoever posted one says who sees it."""
    if row.held is not None:
        if not problems.sees(row.by, row.held):
            raise problems.no_problem(row.held.number)
        is_asker = problems.is_asker(row.held, row.by)
        technical_rules.check_asked_here(row.held.number, row.held.asker.name, is_asker)


def new_technical(row: Brought) -> None:
    """The rule of posting a technical problem."""
    row.at = "asker"
    technical.asker_for(row.above, row.around.organisations[row.values["asker"]], row.by)


def technical_sharing(row: Brought) -> None:
    """The rules of sharing a technical problem, and of sharing it no longer."""
    if row.values["is_shared"]:
        technical_rules.check_technical_stage(
            row.held.number, row.held.stage, technical_rules.TechnicalStage.OPEN
        )
    else:
        technical_rules.check_not_answered(row.held.number, row.held.answers_n)


# -- pairings ------------------------------------------------------------------------------------------------------


def pairing_running(row: Brought) -> None:
    """A pairing that has ended changes no more."""
    pairings.check_running(row.above)
