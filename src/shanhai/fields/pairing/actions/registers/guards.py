"""What a member may bring by spreadsheet, register by register: what the pages allow, and no more.

The loader (``by=None``) writes what papers report and is not asked. A row of a member stands for an action: a new row
for the one that makes such a record, a changed row for the one that changes it. It needs the right of that action and
obeys its rule, and what no page changes no sheet changes. All refusals are found when the file is checked, and again
when it is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from shanhai.core.actions import pairings, stays
from shanhai.core.actions.naming import check_not_later
from shanhai.core.models import Member, Pairing, Stay
from shanhai.core.sheets.columns import Change, Problem, Register, is_equal
from shanhai.fields.pairing import columns, rules
from shanhai.fields.pairing.actions.registers.brought import Around, Brought, read_records
from shanhai.fields.pairing.queries import focus
from shanhai.kernel import periods
from shanhai.kernel.refusals import NotAllowed, NotNow, Refused, gettext_noop

Rule = Callable[[Brought], None]
Stage = rules.DeliveryStage


@dataclass(frozen=True, slots=True)
class Guard:
    """What a member may bring of one register.

    Parameters
    ----------
    adds, changes
        Access rows of the actions that a new row and a changed row stand for. Empty: no action does it alone, so a
        sheet does not either.
    above
        The column that names the record which a row hangs on.
    or_above
        Another column that names it, where the first is empty.
    own
        The row itself as a record, where rules ask more of it than its columns say.
    by_action
        Columns that only actions set, with what a new row may say there beside nothing.
    open
        Columns that a changed row may say anew; all others stay as the new row said them.
    closed
        Refuses where the row, or what it hangs on, changes no more. It also holds when an import is taken back.
    new, changed
        The rule of the action.
    """

    adds: str
    changes: str = ""
    above: str = ""
    or_above: str = ""
    own: str = ""
    by_action: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    open: tuple[str, ...] = ()
    closed: Rule | None = None
    new: Rule | None = None
    changed: Rule | None = None


# -- terms of agreements -------------------------------------------------------------------------------------------


def _draft(row: Brought) -> None:
    """Terms are written by those who see the agreement, while it is a draft that nobody has signed."""
    agreement = row.agreement
    row.check_sees(agreement, agreement.number)
    rules.check_is_draft(agreement.number, agreement.stage, row.signed)


def _draft_itself(row: Brought) -> None:
    if not row.is_new:
        _draft(row)


# Who answers for a promise, and where it stands in lists, is no term of the agreement.
_NO_TERMS = frozenset({"mountain_unit", "sea_unit", "is_main", "rank", "balance_line", "about"})


def _commitment_terms(row: Brought) -> None:
    row.check_sees(row.agreement, row.agreement.number)
    if row.is_new or set(row.moved) - _NO_TERMS:
        _draft(row)


def is_term(register: Register, change: Change) -> bool:
    """Whether a row of the terms of an agreement changes what is signed."""
    moved = set(change.differs(register.columns))
    return change.before is None or change.outcome == "gone" or bool(moved - _NO_TERMS)


def _owners(row: Brought) -> None:
    """The unit named for a side sits on that side."""
    for side in rules.SIDES:
        row.at = f"{side}_unit"
        if row.at in row.moved and (code := row.values[row.at]):
            unit = row.around.units[code]
            rules.check_owner(
                unit.name_zh, row.around.side_of(row.pairing_id or 0, unit.organisation_id), side
            )


def _period(row: Brought) -> None:
    row.at = "period"
    period = row.values["period"]
    rules.check_period(row.above.code, row.above.per, period, periods.parse(period).kind)


def _signer(row: Brought) -> None:
    row.at = "organisation"
    organisation = row.values["organisation"]
    if (row.pairing_id, organisation) not in row.around.parties:
        raise rules.not_a_party(organisation, row.agreement.number)


def _two_parties(one: str, other: str) -> Rule:
    """Money and land go from one party of the agreement to another."""

    def check(row: Brought) -> None:
        row.at = one
        number = row.agreement.number
        signers = row.around.signers.get(number, set())
        rules.check_clause_parties(row.change.key, number, row.values[one], row.values[other], signers)

    return check


# -- deliveries ----------------------------------------------------------------------------------------------------


def _delivery_open(row: Brought) -> None:
    agreement = row.agreement
    row.check_sees(agreement, agreement.number)
    rules.check_is_signed(agreement.number, agreement.stage)
    if row.before is not None:
        rules.check_delivery_open(row.change.key, row.before["stage"], row.before["confirmed_on"])


def _new_delivery(row: Brought) -> None:
    row.at = "recorded_by"
    if row.values["recorded_by"] not in (None, "", row.by.code):
        raise _by_action(row)
    row.at = "side"
    side = row.own_side(row.values["side"])
    row.at = "evidence"
    papers = len(row.around.papers(row.values["evidence"], row.above.pairing_id))
    _check_delivery(row, papers + is_shown_by_workbook(row.above.owes, side))


def _changed_delivery(row: Brought) -> None:
    assert row.before is not None
    row.at = row.moved[0]
    side = row.own_side(row.before["side"])
    papers = len(row.before["evidence"] or "")
    _check_delivery(row, papers + is_shown_by_workbook(row.above.owes, side))


def is_shown_by_workbook(owes: str, side: str) -> bool:
    """Whether a side's own table is evidence of a delivery: of what it owes itself, which the other side confirms.

    What the other side owes is not delivered because we wrote it into a table; that needs a paper.
    """
    return owes in (side, rules.Owes.BOTH)


def _check_delivery(row: Brought, papers: int) -> None:
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


def _meeting_to_come(row: Brought) -> None:
    meeting = row.held or row.above
    if not isinstance(meeting, Pairing):
        row.check_sees(meeting, meeting.number)
        rules.check_to_come(meeting.number, meeting.stage)


def _quorums(row: Brought) -> None:
    row.at = "quorum_mountain" if row.values["quorum_mountain"] < 1 else "quorum_sea"
    rules.check_quorums(row.change.key, row.values["quorum_mountain"], row.values["quorum_sea"])


def _answer(row: Brought) -> None:
    """The office answers for its own side."""
    row.own_side(row.values["side"])


def _resolution_open(row: Brought) -> None:
    meeting = row.above
    row.check_sees(meeting, meeting.number)
    if row.is_new:
        rules.check_can_resolve(meeting.number, meeting.stage)
    else:
        rules.check_resolution_open(meeting.number, meeting.stage, row.signed)


def _item_open(row: Brought) -> None:
    if row.before is not None:
        rules.check_item_open(row.change.key, row.before["stage"])


def _new_item(row: Brought) -> None:
    values = row.values
    row.at = "assigned_on"
    check_not_later(values["assigned_on"])
    row.at = "first_due_on"
    if values["first_due_on"] not in (None, values["due_on"]):
        raise _by_action(row)
    row.at = "due_on"
    rules.check_item_due(row.change.key, values["due_on"], row.around.today)
    _owners(row)


def _activity_open(row: Brought) -> None:
    if row.before is not None:
        rules.check_activity_stage(row.change.key, row.before["stage"], rules.ActivityStage.PLANNED)


def _activity(row: Brought) -> None:
    _owners(row)
    row.at = "planned_fen"
    paid = row.held.paid_fen if row.held is not None else 0
    rules.check_activity_money(row.change.key, row.values["payer"], row.values["planned_fen"] or 0, paid)


def _focus(row: Brought) -> None:
    row.at = "commitments"
    focus.commitments_named((row.values["commitments"] or "").split(";"), row.above)


def _statement(row: Brought) -> None:
    row.own_side(row.values["side"])
    row.at = "on"
    check_not_later(row.values["on"])


def _extension(row: Brought) -> None:
    assert row.before is not None
    reason = row.values["extension_reason"] if "extension_reason" in row.moved else ""
    row.at = "due_on"
    rules.check_extension(row.change.key, row.before["due_on"], row.values["due_on"], reason)


# -- people --------------------------------------------------------------------------------------------------------


def _own_charge(row: Brought) -> None:
    row.at = "side" if row.is_new else row.at
    row.own_side(row.values["side"])


def _new_charge(row: Brought) -> None:
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


def _charge_end(row: Brought) -> None:
    row.at = "to_on"
    if row.values["to_on"] is None:
        raise _by_action(row)
    name = row.around.members[row.values["member"]].name_zh
    rules.check_charge_end(name, row.values["from_on"], row.values["to_on"])


def _secondment_open(row: Brought) -> None:
    if row.held is not None:
        stays.check_stage(row.held.stay, Stay.Stage.PLANNED, Stay.Stage.RUNNING)


def _term(row: Brought) -> None:
    """As long as the rulebook allows on the first day, and not over before it began."""
    row.at = "to_on"
    from_on, to_on = row.values["from_on"], row.values["to_on"]
    figures = row.around.figures(row.above, from_on)
    shortest, longest = (figures[f"pairing.secondment.months_{end}"] for end in ("min", "max"))
    rules.check_term(row.change.key, from_on, to_on, shortest, longest)


def _new_secondment(row: Brought) -> None:
    _term(row)
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
        raise _by_action(row)


def _stay_open(row: Brought) -> None:
    """Tasks are given and appraisals planned until the stay is over."""
    if row.is_new:
        stays.check_stage(row.above.stay, Stay.Stage.PLANNED, Stay.Stage.RUNNING)


def _task_done(row: Brought) -> None:
    if row.before is not None and row.before["done_on"] is not None:
        raise _by_action(row)
    row.at = "done_on"
    if row.values["done_on"] is not None:
        check_not_later(row.values["done_on"])


# -- pairings ------------------------------------------------------------------------------------------------------


def _pairing_running(row: Brought) -> None:
    pairings.check_running(row.above)


# -- the table -----------------------------------------------------------------------------------------------------

_OF_STANDING = ("standing", "source")
_TITLE = ("title_zh", "title_en")

GUARDS: dict[str, Guard] = {
    # A pairing is opened with its parties, who sit in it from then on.
    "pairings": Guard(
        adds="",
        changes="core.change_pairing",
        open=("name_zh", "name_en", "level", "started_on", "about"),
    ),
    "parties": Guard(adds="core.add_party", above="pairing", by_action={"to_on": ()}, closed=_pairing_running),
    "agreements": Guard(
        adds="pairing.draft_agreement",
        changes="pairing.change_agreement",
        above="pairing",
        own="agreement",
        by_action={"stage": ("draft",), "signed_on": (), "ended_on": (), "supersedes": (), "version_no": (1,)},
        open=(
            "name_zh", "name_en", "field", "valid_from", "valid_to", "renewal_notice_days", "about", *_OF_STANDING,
        ),
        closed=_draft_itself,
    ),
    "agreement_parties": Guard(
        adds="pairing.draft_agreement",
        above="agreement",
        by_action={"signed_on": (), "member": (), "person": ()},
        closed=_draft,
        new=_signer,
    ),
    "commitments": Guard(
        adds="pairing.add_commitment",
        changes="pairing.change_commitment",
        above="agreement",
        open=(
            "name_zh", "name_en", "field", "kind", "indicator", "indicator_side", "owes", "direction", "target",
            "unit", "unit_zh", "unit_en", "unit_one_en", "per", "starts_on", "due_on", "mountain_unit", "sea_unit", "is_main",
            "rank", "balance_line", "about", *_OF_STANDING,
        ),
        closed=_commitment_terms,
        new=_owners,
        changed=_owners,
    ),
    "commitment_periods": Guard(
        adds="pairing.change_commitment",
        changes="pairing.change_commitment",
        above="commitment",
        open=("target", "due_on", *_OF_STANDING),
        closed=_draft,
        new=_period,
    ),
    "money_clauses": Guard(
        adds="pairing.add_money_clause",
        changes="pairing.add_money_clause",
        above="agreement",
        open=(
            "payer", "payee", "name_zh", "name_en", "amount_fen", "currency", "schedule", "condition_zh",
            "condition_en", *_OF_STANDING,
        ),
        closed=_draft,
        new=_two_parties("payer", "payee"),
        changed=_two_parties("payer", "payee"),
    ),
    "money_dues": Guard(
        adds="pairing.add_money_clause",
        changes="pairing.add_money_clause",
        above="clause",
        by_action={"paid_fen": (0,), "paid_on": (), "voucher": ()},
        open=("due_on", "amount_fen"),
        closed=_draft,
    ),
    "land_clauses": Guard(
        adds="pairing.add_land_clause",
        changes="pairing.add_land_clause",
        above="agreement",
        by_action={"delivered_mu": (Decimal(0),)},
        open=("giver", "taker", "land_mu", "purpose_zh", "purpose_en", "by_on", *_OF_STANDING),
        closed=_draft,
        new=_two_parties("giver", "taker"),
        changed=_two_parties("giver", "taker"),
    ),
    "deliveries": Guard(
        adds="pairing.record_delivery",
        changes="pairing.record_delivery",
        above="commitment",
        by_action={"stage": ("planned", "recorded"), "confirmed_by": (), "confirmed_on": ()},
        open=("on", "quantity", "what", "what_en"),
        closed=_delivery_open,
        new=_new_delivery,
        changed=_changed_delivery,
    ),
    "meetings": Guard(
        adds="pairing.call_meeting",
        changes="pairing.change_meeting",
        above="pairing",
        own="meeting",
        by_action={
            "stage": ("planned",),
            "minutes_zh": (),
            "minutes_en": (),
            "signed_mountain_on": (),
            "signed_sea_on": (),
        },
        open=(
            *_TITLE, "level", "on", "time", "place_zh", "place_en", "convenor_mountain", "convenor_sea",
            "quorum_mountain", "quorum_sea",
        ),
        closed=_meeting_to_come,
        new=_quorums,
        changed=_quorums,
    ),
    "attendees": Guard(
        adds="pairing.invite",
        changes="pairing.answer_invitation",
        above="meeting",
        by_action={"is_present": (False,), "answer": ("none",)},
        open=("answer",),
        closed=_meeting_to_come,
        changed=_answer,
    ),
    "agenda": Guard(
        adds="pairing.set_agenda",
        changes="pairing.set_agenda",
        above="meeting",
        open=(*_TITLE, "side", "asks_zh", "asks_en", "needs_paper"),
        closed=_meeting_to_come,
    ),
    "resolutions": Guard(
        adds="pairing.adopt_resolution",
        changes="pairing.adopt_resolution",
        above="meeting",
        open=("text_zh", "text_en"),
        closed=_resolution_open,
    ),
    "action_items": Guard(
        adds="pairing.assign_action_item",
        changes="pairing.extend_action_item",
        above="resolution",
        or_above="activity",
        by_action={
            "stage": ("open",),
            "report": (),
            "report_en": (),
            "reported_on": (),
            "done_on": (),
            "extension_reason": (),
            "escalated_on": (),
            "escalated_to": (),
        },
        open=("due_on", "extension_reason"),
        closed=_item_open,
        new=_new_item,
        changed=_extension,
    ),
    "activities": Guard(
        adds="pairing.plan_activity",
        changes="pairing.change_activity",
        above="pairing",
        own="activity",
        by_action={"stage": ("planned",), "outcome_zh": (), "outcome_en": (), "reason": ()},
        open=(
            *_TITLE, "field", "on", "until_on", "place_zh", "place_en", "lead", "mountain_unit", "sea_unit", "leader",
            "leader_en", "delegation", "payer", "planned_fen",
        ),
        closed=_activity_open,
        new=_activity,
        changed=_activity,
    ),
    # Each payment and use has its own voucher, so it is recorded on the page.
    "aid_entries": Guard(adds="", above="activity"),
    "focus_points": Guard(
        adds="pairing.set_focus_point",
        changes="pairing.change_focus_point",
        above="pairing",
        open=("text_zh", "text_en", "resolution", "commitments"),
        new=_focus,
        changed=_focus,
    ),
    "balance_statements": Guard(adds="pairing.state_balance", above="pairing", closed=_statement),
    "charges": Guard(
        adds="pairing.put_in_charge",
        changes="pairing.end_charge",
        above="pairing",
        open=("to_on",),
        closed=_own_charge,
        new=_new_charge,
        changed=_charge_end,
    ),
    "secondments": Guard(
        adds="pairing.second_officer",
        changes="pairing.prolong_secondment",
        above="pairing",
        own="secondment",
        by_action={"stage": ("planned", "running"), "ended_on": (), "successor": (), "handover": (), "handover_en": ()},
        open=("to_on",),
        closed=_secondment_open,
        new=_new_secondment,
        changed=_term,
    ),
    "stay_tasks": Guard(
        adds="pairing.give_officer_task",
        changes="pairing.finish_officer_task",
        above="secondment",
        open=("done_on", "outcome", "outcome_en"),
        closed=_stay_open,
        new=_task_done,
        changed=_task_done,
    ),
    # The days of appraisals follow from the term; a sheet brings them with the officers.
    "appraisals": Guard(
        adds="pairing.second_officer",
        above="secondment",
        by_action={"given_on": (), "grade": (), "text": (), "by": ()},
        closed=_stay_open,
    ),
}  # fmt: skip

# Where a rule looks at several cells, the one that it refuses.
_CELL_OF = {
    "pairing.measured_not_recorded": "commitment",
    "pairing.delivery_in_future": "on",
    "pairing.delivery_before_start": "on",
    "pairing.delivery_without_evidence": "evidence",
    "pairing.extension_without_reason": "extension_reason",
}


# -- asking them ---------------------------------------------------------------------------------------------------


def problems(
    register: Register, changes: Sequence[Change], *, by: Member, pairing: Pairing | None = None
) -> list[list[Problem]]:
    """What stands against rows that a member brings, by row and column; nothing is written."""
    return [
        [
            Problem(0, column, "", refused.code, refused.sentence, _facts(refused))
            for column, refused in _refusals(row, guard)
        ]
        for row, guard in _rows(register, changes, by)
    ]


def check(register: Register, changes: Sequence[Change], *, by: Member, is_undo: bool) -> None:
    """Refuse rows that stood the check of the file and do not stand any more when they are written.

    Taking an import back brings rows to where the rules had let them be, so only what is closed meanwhile is refused.
    """
    for row, guard in _rows(register, changes, by):
        if is_undo:
            row.check_may(f"pairing.write_{register.file_stem}")
            if guard.closed is not None:
                guard.closed(row)
            continue
        for column, refused in _refusals(row, guard):
            refused.facts.setdefault("column", column)
            raise refused


def _rows(register: Register, changes: Sequence[Change], by: Member) -> Iterator[tuple[Brought, Guard]]:
    guard = GUARDS[register.file_stem]
    around = Around(register, changes, by)
    above = {name: _read(name, changes) for name in (guard.above, guard.or_above)}
    # The key of a record of its own is the key of its row.
    held = read_records(guard.own, {one.key for one in changes if one.before}) if guard.own else {}
    for change in changes:
        said = change.before or change.values
        name = guard.above if not guard.or_above or said[guard.above] else guard.or_above
        key = said[name] if name else None
        yield (
            Brought(
                change,
                around,
                above[name].get(key),
                held.get(change.key),
                _first_cell(register, guard, change),
            ),
            guard,
        )


def _read(column: str, changes: Sequence[Change]) -> dict[Any, Any]:
    if not column:
        return {}
    return dict(read_records(column, {(one.before or one.values)[column] for one in changes}))


def _first_cell(register: Register, guard: Guard, change: Change) -> str:
    if change.before is not None and (moved := change.differs(register.columns)):
        return moved[0]
    return guard.above or register.keys[0].name


def _refusals(row: Brought, guard: Guard) -> Iterator[tuple[str, Refused]]:
    """Cells and what is said against them: first whether the row is open, then its cells, then the rule."""
    try:
        _check_right(row, guard)
        if guard.closed is not None:
            guard.closed(row)
        fixed = _fixed(row, guard)
        for name in fixed:
            row.at = name
            yield name, _by_action(row)
        rule = guard.new if row.is_new else guard.changed
        if rule is not None and not fixed:
            rule(row)
    except Refused as refused:
        yield _CELL_OF.get(refused.code, row.at), refused


def _check_right(row: Brought, guard: Guard) -> None:
    stem = row.around.register.file_stem
    if row.is_new and not guard.adds:
        raise NotNow(
            "pairing.register_new_by_page",
            gettext_noop(
                "{key} is new, and such a record begins with more than a row. Open it on its page; a sheet can change it "
                "from then on."
            ),
            key=row.change.key,
        )
    code = guard.adds if row.is_new else guard.changes
    row.check_may(f"pairing.write_{stem}", *([code] if code else []))


def _fixed(row: Brought, guard: Guard) -> list[str]:
    """The cells of a row that say what no sheet may say."""
    if row.before is not None:
        return [name for name in row.moved if name not in guard.open]
    return [
        name
        for name, allowed in guard.by_action.items()
        if not any(is_equal(row.values[name], one) for one in (None, *allowed))
    ]


def _by_action(row: Brought) -> NotAllowed:
    return NotAllowed(
        "pairing.register_by_action",
        gettext_noop(
            "This cell of {key} is not set by spreadsheet. Do it on the page of the record, or leave the cell as it was."
        ),
        key=row.change.key,
        column=row.at,
    )


def _facts(refused: Refused) -> dict[str, Any]:
    return {name: value for name, value in refused.facts.items() if name != "field"}


def __getattr__(name: str) -> Callable[..., list[list[Problem]]]:
    """``deliveries_guard``: what the registers name by dotted path."""
    stem, _, what = name.rpartition("_")
    register = next((one for one in columns.REGISTERS if one.file_stem == stem), None)
    if what != "guard" or register is None or stem not in GUARDS:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    return lambda changes, *, by, pairing=None: problems(register, changes, by=by, pairing=pairing)
