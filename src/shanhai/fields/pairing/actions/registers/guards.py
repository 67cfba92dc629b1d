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

from shanhai.core.models import Member, Pairing
from shanhai.core.sheets.columns import Change, Problem, Register, is_equal
from shanhai.fields.pairing import columns, rules
from shanhai.fields.pairing.actions.registers import row_rules
from shanhai.fields.pairing.actions.registers.brought import Around, Brought, read_records
from shanhai.kernel.refusals import NotNow, Refused, gettext_noop

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
    "parties": Guard(adds="core.add_party", above="pairing", by_action={"to_on": ()}, closed=row_rules.pairing_running),
    "agreements": Guard(
        adds="pairing.draft_agreement",
        changes="pairing.change_agreement",
        above="pairing",
        own="agreement",
        by_action={"stage": ("draft",), "signed_on": (), "ended_on": (), "supersedes": (), "version_no": (1,)},
        open=(
            "name_zh", "name_en", "field", "valid_from", "valid_to", "renewal_notice_days", "about", *_OF_STANDING,
        ),
        closed=row_rules.draft_itself,
    ),
    "agreement_parties": Guard(
        adds="pairing.draft_agreement",
        above="agreement",
        by_action={"signed_on": (), "member": (), "person": ()},
        closed=row_rules.draft,
        new=row_rules.signer,
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
        closed=row_rules.commitment_terms,
        new=row_rules.owners,
        changed=row_rules.owners,
    ),
    "commitment_periods": Guard(
        adds="pairing.change_commitment",
        changes="pairing.change_commitment",
        above="commitment",
        open=("target", "due_on", *_OF_STANDING),
        closed=row_rules.draft,
        new=row_rules.period,
    ),
    "money_clauses": Guard(
        adds="pairing.add_money_clause",
        changes="pairing.add_money_clause",
        above="agreement",
        open=(
            "payer", "payee", "name_zh", "name_en", "amount_fen", "currency", "schedule", "condition_zh",
            "condition_en", *_OF_STANDING,
        ),
        closed=row_rules.draft,
        new=row_rules.two_parties("payer", "payee"),
        changed=row_rules.two_parties("payer", "payee"),
    ),
    "money_dues": Guard(
        adds="pairing.add_money_clause",
        changes="pairing.add_money_clause",
        above="clause",
        by_action={"paid_fen": (0,), "paid_on": (), "voucher": ()},
        open=("due_on", "amount_fen"),
        closed=row_rules.draft,
    ),
    "land_clauses": Guard(
        adds="pairing.add_land_clause",
        changes="pairing.add_land_clause",
        above="agreement",
        by_action={"delivered_mu": (Decimal(0),)},
        open=("giver", "taker", "land_mu", "purpose_zh", "purpose_en", "by_on", *_OF_STANDING),
        closed=row_rules.draft,
        new=row_rules.two_parties("giver", "taker"),
        changed=row_rules.two_parties("giver", "taker"),
    ),
    "deliveries": Guard(
        adds="pairing.record_delivery",
        changes="pairing.record_delivery",
        above="commitment",
        by_action={"stage": ("planned", "recorded"), "confirmed_by": (), "confirmed_on": ()},
        open=("on", "quantity", "what", "what_en"),
        closed=row_rules.delivery_open,
        new=row_rules.new_delivery,
        changed=row_rules.changed_delivery,
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
        closed=row_rules.meeting_to_come,
        new=row_rules.quorums,
        changed=row_rules.quorums,
    ),
    "attendees": Guard(
        adds="pairing.invite",
        changes="pairing.answer_invitation",
        above="meeting",
        by_action={"is_present": (False,), "answer": ("none",)},
        open=("answer",),
        closed=row_rules.meeting_to_come,
        changed=row_rules.answer,
    ),
    "agenda": Guard(
        adds="pairing.set_agenda",
        changes="pairing.set_agenda",
        above="meeting",
        open=(*_TITLE, "side", "asks_zh", "asks_en", "needs_paper"),
        closed=row_rules.meeting_to_come,
    ),
    "resolutions": Guard(
        adds="pairing.adopt_resolution",
        changes="pairing.adopt_resolution",
        above="meeting",
        open=("text_zh", "text_en"),
        closed=row_rules.resolution_open,
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
        closed=row_rules.item_open,
        new=row_rules.new_item,
        changed=row_rules.extension,
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
        closed=row_rules.activity_open,
        new=row_rules.activity,
        changed=row_rules.activity,
    ),
    # Each payment and use has its own voucher, so it is recorded on the page.
    "aid_entries": Guard(adds="", above="activity"),
    "focus_points": Guard(
        adds="pairing.set_focus_point",
        changes="pairing.change_focus_point",
        above="pairing",
        open=("text_zh", "text_en", "resolution", "commitments"),
        new=row_rules.focus_sheet,
        changed=row_rules.focus_sheet,
    ),
    "balance_statements": Guard(adds="pairing.state_balance", above="pairing", closed=row_rules.statement),
    "charges": Guard(
        adds="pairing.put_in_charge",
        changes="pairing.end_charge",
        above="pairing",
        open=("to_on",),
        closed=row_rules.own_charge,
        new=row_rules.new_charge,
        changed=row_rules.charge_end,
    ),
    "secondments": Guard(
        adds="pairing.second_officer",
        changes="pairing.prolong_secondment",
        above="pairing",
        own="secondment",
        by_action={"stage": ("planned", "running"), "ended_on": (), "successor": (), "handover": (), "handover_en": ()},
        open=("to_on",),
        closed=row_rules.secondment_open,
        new=row_rules.new_secondment,
        changed=row_rules.term,
    ),
    "stay_tasks": Guard(
        adds="pairing.give_officer_task",
        changes="pairing.finish_officer_task",
        above="secondment",
        open=("done_on", "outcome", "outcome_en"),
        closed=row_rules.stay_open,
        new=row_rules.task_done,
        changed=row_rules.task_done,
    ),
    # The days of appraisals follow from the term; a sheet brings them with the officers.
    "appraisals": Guard(
        adds="pairing.second_officer",
        above="secondment",
        by_action={"given_on": (), "grade": (), "text": (), "by": ()},
        closed=row_rules.stay_open,
    ),
    # Whoever posted one shares it, or no longer; what was answered and came of it stands on its page.
    "technical_problems": Guard(
        adds="pairing.post_technical_problem",
        changes="pairing.share_technical_problem",
        above="pairing",
        own="technical",
        by_action={
            "stage": ("open",), "result": (), "effect": (), "effect_fen": (0,), "paper": (), "rating": (), "reason": (),
        },
        open=("is_shared",),
        closed=row_rules.own_technical,
        new=row_rules.new_technical,
        changed=row_rules.technical_sharing,
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
            yield name, row_rules.by_action(row)
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


def _facts(refused: Refused) -> dict[str, Any]:
    return {name: value for name, value in refused.facts.items() if name != "field"}


def __getattr__(name: str) -> Callable[..., list[list[Problem]]]:
    """``deliveries_guard``: what the registers name by dotted path."""
    stem, _, what = name.rpartition("_")
    register = next((one for one in columns.REGISTERS if one.file_stem == stem), None)
    if what != "guard" or register is None or stem not in GUARDS:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    return lambda changes, *, by, pairing=None: problems(register, changes, by=by, pairing=pairing)
