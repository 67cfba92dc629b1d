"""What the field signs in: who may do what, what waits for people, what can be found and measured."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shanhai.core import signin as core_signin
from shanhai.core import signs
from shanhai.core.signs import (
    AccessRow,
    CommandGroup,
    Indicator,
    LinkDeed,
    LinkKind,
    RecordKind,
    RoundTarget,
    RulebookFile,
    SearchKind,
    SelfCheck,
    Sweep,
    WorkAction,
    WorkKind,
    ZonePart,
)
from shanhai.fields.pairing import columns, prepared
from shanhai.fields.pairing.indicators import indicators

OWN = "shanhai.fields.pairing"
IN_PLACE = f"{OWN}.actions.in_place"

OFFICES = frozenset({"leader", "office"})
SIGNERS = frozenset({"leader", "office", "signer"})
DOERS = core_signin.PROJECT_DESKS | {"signer"}


def sign_in() -> None:
    signs.access_rows.add(*_pages(), *_actions())
    _sign_in_technical()
    signs.work_kinds.add(*_work())
    signs.replies.add(*prepared.replies())
    signs.search_kinds.add(*_search())
    signs.record_kinds.add(*_records())
    signs.link_kinds.add(*_links())
    signs.indicators.add(*indicators())
    signs.registers.add(*columns.REGISTERS)
    signs.rulebook_files.add(RulebookFile("pairing", OWN))
    signs.sweeps.add(
        Sweep("pairing.standings", f"{OWN}.actions.standings.sweep", every_minutes=1),
        Sweep("pairing.reminders", f"{OWN}.actions.reminders.sweep", every_minutes=10),
    )
    signs.self_checks.add(
        SelfCheck(
            "pairing.guards", _("Guards of pairing agree with their rows"), f"{OWN}.queries.checks.guards"
        ),
        SelfCheck(
            "pairing.aid", _("Money of activities agrees with its entries"), f"{OWN}.queries.checks.aid"
        ),
        SelfCheck(
            "pairing.standings",
            _("Lists of commitments say what their records say"),
            f"{OWN}.queries.checks.standings",
        ),
    )
    signs.round_targets.add(
        RoundTarget(
            "pairing.commitment",
            _("Commitment"),
            f"{OWN}.actions.rounds.preview",
            f"{OWN}.actions.rounds.record_reported",
            f"{OWN}.actions.rounds.take_back_reported",
        )
    )
    signs.zone_parts.add(ZonePart("pairing", 30, f"{OWN}.zone.load", f"{OWN}.zone.export"))
    signs.command_groups.add(
        CommandGroup(
            "pairing", _("Agreements, commitments, meetings: how the cooperation stands."), f"{OWN}.cli.app"
        )
    )


def _pages() -> list[AccessRow]:
    pages = {
        "pairing.view_home": _("See the account of the cooperation."),
        "pairing.view_pairings": _("See pairings, their parties and who is in charge."),
        "pairing.view_agreements": _("See agreements, their commitments and clauses."),
        "pairing.view_commitments": _("See commitments and what was delivered."),
        "pairing.view_meetings": _("See joint meetings, agenda, minutes and resolutions."),
        "pairing.view_activities": _("See activities and aid, with what was planned, paid and used."),
        "pairing.view_focus": _("See the key points of each year and how their commitments stand."),
        "pairing.view_balance": _("See the balance of mutual benefit and the records behind each figure."),
        "pairing.view_items": _("See action items of both sides."),
        "pairing.view_secondments": _("See seconded officers, their tasks and appraisals."),
        "pairing.export_registers": _("Take the registers of the partnership away as spreadsheets."),
    }
    desk = AccessRow(
        "pairing.view_leader_desk",
        _("See the leader’s page of a pairing."),
        OFFICES | {"province"},
        scope="seat",
        kind="page",
    )
    return [
        desk,
        *(
            AccessRow(code, about, core_signin.PARTNERS, scope="seat", kind="page")
            for code, about in pages.items()
        ),
    ]


def _actions() -> list[AccessRow]:
    by_roles = {
        OFFICES: {
            "drop_agreement": _("Give up drafts of agreements."),
            "drop_commitment": _("Take commitments out of drafts."),
            "renew_agreement": _("Draft the next version of agreements."),
            "end_agreement": _("End agreements before their time."),
            "take_back_payment": _("Put wrongly recorded payments right."),
            "call_meeting": _("Call joint meetings."),
            "change_meeting": _("Change joint meetings to come."),
            "invite": _("Invite people to joint meetings, and answer for the own side."),
            "uninvite": _("Take people off the list of joint meetings."),
            "set_agenda": _("Write the agenda of joint meetings."),
            "hold_meeting": _("Say who was at joint meetings."),
            "write_minutes": _("Write the minutes of joint meetings."),
            "sign_minutes": _("Sign minutes for the own side."),
            "cancel_meeting": _("Call off joint meetings."),
            "reinstate_meeting": _("Take back that joint meetings were called off."),
            "adopt_resolution": _("Write down resolutions."),
            "assign_action_item": _("Turn resolutions and what activities agreed into action items."),
            "cancel_activity": _("Call off activities."),
            "take_back_aid": _("Put wrongly recorded money of activities right."),
            "set_focus_point": _("Set key points of a year."),
            "change_focus_point": _("Change key points of a year, and what hangs under them."),
            "drop_focus_point": _("Take key points out of a year."),
            "state_balance": _("Say for the own side what it thinks of the balance."),
            "extend_action_item": _("Give action items more time."),
            "drop_action_item": _("Drop action items."),
            "escalate_action_item": _("Bring action items before the leaders in charge."),
            "put_in_charge": _("Say who is in charge for the own side."),
            "end_charge": _("Say that somebody is no longer in charge."),
            "second_officer": _("Send officers to the other side."),
            "prolong_secondment": _("Prolong or shorten secondments."),
            "end_secondment": _("End secondments with a handover."),
            "cancel_secondment": _("Call off secondments."),
            **dict.fromkeys(
                (f"write_{register.file_stem}" for register in columns.REGISTERS if register.is_zone_file),
                _("Bring registers of the partnership as spreadsheets."),
            ),
        },
        core_signin.DESKS: {
            "plan_activity": _("Plan activities and aid."),
            "change_activity": _("Change activities, and the money planned for them."),
            "hold_activity": _("Say that activities took place."),
            "close_activity": _("Write what came of activities, and close them."),
            "reopen_activity": _("Open activities again that were held, closed or called off."),
            "draft_agreement": _("Draft agreements."),
            "change_agreement": _("Change drafts of agreements."),
            "add_commitment": _("Write commitments into drafts."),
            "change_commitment": _("Change commitments of drafts, and who answers for them."),
            "add_money_clause": _("Write money clauses into drafts."),
            "add_land_clause": _("Write land clauses into drafts."),
        },
        SIGNERS: {
            "sign_agreement": _("Sign agreements for the own side."),
            "take_back_signature": _("Take the own side's signature back before the other side has signed."),
            "confirm_delivery": _("Confirm what the own side receives."),
            "take_back_confirmation": _("Take back confirmations of the own side."),
            "record_aid": _("Record money of activities that was paid or used, with vouchers."),
            "pay_money_due": _("Record payments with their vouchers."),
            "close_action_item": _("Close action items on evidence."),
            "reopen_action_item": _("Open action items again."),
        },
        DOERS: {
            "plan_delivery": _("Enter deliveries that are to come."),
            "record_delivery": _("Record deliveries with evidence."),
            "withdraw_delivery": _("Take back deliveries that are not confirmed."),
            "hand_over_land": _("Record land that was handed over."),
            "ask_for_brief": _("Have the briefing book of a joint meeting made."),
            "file_brief": _("File the briefing book on the record of its meeting."),
            "answer_invitation": _("Say whether one comes to a joint meeting."),
            "add_photos": _("Add photographs to activities."),
            "add_paper": _("Lay papers on the table of joint meetings."),
            "report_action_item": _("Report on action items."),
            "give_officer_task": _("Give tasks to seconded officers."),
            "finish_officer_task": _("Write what came of officers' tasks."),
            "appraise": _("Appraise officers that the own side hosts."),
            "make_calendar_link": _("Make a private calendar address of one's own."),
            "revoke_calendar_link": _("Revoke one's own calendar address."),
        },
    }
    rows = [
        AccessRow(f"pairing.{name}", about, roles, scope="side")
        for roles, actions in by_roles.items()
        for name, about in actions.items()
    ]
    return [
        *rows,
        AccessRow("pairing.expire_agreement", _("Note that agreements have run out."), scope="system"),
        AccessRow("pairing.remind", _("Remind of what falls due."), scope="system"),
        AccessRow(
            "pairing.escalate_commitment", _("Bring late commitments before the leaders."), scope="system"
        ),
        AccessRow("pairing.escalate_payment", _("Bring late payments before the leaders."), scope="system"),
    ]


def _work() -> list[WorkKind]:
    return [
        WorkKind(
            "pairing.sign_agreement", _("Agreement to sign"), _("Sign"), _("The other side has signed.")
        ),
        WorkKind(
            "pairing.confirm_delivery",
            _("Delivery to confirm"),
            _("Confirm"),
            _("Your side receives it."),
            (
                WorkAction(
                    "confirm",
                    _("Confirm that it came"),
                    f"{IN_PLACE}.confirm_delivery",
                    f"{IN_PLACE}.take_back_confirmation",
                ),
            ),
        ),
        WorkKind(
            "pairing.close_activity",
            _("Outcome to write"),
            _("Write"),
            _("Your unit organised the activity."),
            (
                WorkAction(
                    "close",
                    _("Close the activity"),
                    f"{IN_PLACE}.close_activity",
                    word="required",
                    word_label=_("What came of it, in a sentence"),
                ),
            ),
        ),
        WorkKind(
            "pairing.action_item",
            _("Action item"),
            _("Report"),
            _("Your unit does it."),
            (
                WorkAction(
                    "report",
                    _("Report how far it is"),
                    f"{IN_PLACE}.report",
                    word="required",
                    word_label=_("How far it is, in a sentence"),
                ),
            ),
        ),
        WorkKind(
            "pairing.close_item",
            _("Action item to close"),
            _("Close"),
            _("The other side says it is done."),
            (
                WorkAction(
                    "close", _("Close the action item"), f"{IN_PLACE}.close_item", f"{IN_PLACE}.reopen_item"
                ),
            ),
        ),
        WorkKind(
            "pairing.answer_invitation",
            _("Invitation"),
            _("Answer"),
            _("You are invited to the meeting."),
            (
                WorkAction("come", _("I come"), f"{IN_PLACE}.come"),
                WorkAction("stay_away", _("I do not come"), f"{IN_PLACE}.stay_away"),
            ),
        ),
        WorkKind(
            "pairing.write_minutes", _("Minutes to write"), _("Write"), _("Your office keeps the meeting.")
        ),
        WorkKind("pairing.sign_minutes", _("Minutes to sign"), _("Sign"), _("Both sides sign the minutes.")),
        WorkKind("pairing.missing_paper", _("Missing paper"), _("Bring"), _("Your side brings the point.")),
        WorkKind("pairing.renewal", _("Agreement that ends"), _("Renew"), _("Its renewal notice has come.")),
        WorkKind("pairing.pay_due", _("Payment due"), _("Pay"), _("Your side pays it.")),
        WorkKind("pairing.late_commitment", _("Late commitment"), _("Deliver"), _("Your side owes it.")),
        WorkKind("pairing.appraisal", _("Appraisal"), _("Appraise"), _("Your unit hosts the officer.")),
        WorkKind(
            "pairing.secondment_ends",
            _("Secondment that ends"),
            _("Hand over"),
            _("It ends only with a handover."),
        ),
    ]


def _search() -> list[SearchKind]:
    kinds = {
        "core.pairing": _("Pairing"),
        "pairing.agreement": _("Agreement"),
        "pairing.commitment": _("Commitment"),
        "pairing.meeting": _("Joint meeting"),
        "pairing.actionitem": _("Action item"),
        "pairing.activity": _("Activity"),
        "pairing.focuspoint": _("Key point"),
        "pairing.secondment": _("Secondment"),
    }
    return [
        SearchKind(code, name, f"{OWN}.queries.finding.{code.rpartition('.')[2]}_entries")
        for code, name in kinds.items()
    ]


def _records() -> list[RecordKind]:
    return [
        RecordKind(
            "pairing.agreement",
            _("Agreement"),
            "pairing.view_agreements",
            settled=f"{OWN}.queries.pages.is_agreed",
            paper=f"{OWN}.printed.agreement",
            parts=f"{OWN}.queries.registered.parts_of_agreement",
            signed=f"{OWN}.printed.sign_agreement",
        ),
        RecordKind(
            "pairing.commitment",
            _("Commitment"),
            "pairing.view_commitments",
            paper=f"{OWN}.printed.commitment",
            parts=f"{OWN}.queries.registered.parts_of_commitment",
        ),
        RecordKind(
            "pairing.delivery",
            _("Delivery"),
            "pairing.view_commitments",
            title=f"{OWN}.queries.pages.title_of_delivery",
        ),
        RecordKind(
            "pairing.focuspoint",
            _("Key point"),
            "pairing.view_focus",
            title=f"{OWN}.queries.pages.title_of_focus_point",
        ),
        RecordKind(
            "pairing.meeting",
            _("Joint meeting"),
            "pairing.view_meetings",
            settled=f"{OWN}.queries.pages.is_joint",
            paper=f"{OWN}.printed.meeting",
            parts=f"{OWN}.queries.registered.parts_of_meeting",
            signed=f"{OWN}.printed.sign_minutes",
        ),
        RecordKind(
            "pairing.actionitem",
            _("Action item"),
            "pairing.view_items",
            paper=f"{OWN}.printed.item",
            has_papers=True,
        ),
        RecordKind("pairing.activity", _("Activity"), "pairing.view_activities"),
        RecordKind(
            "core.pairing", _("Pairing"), "pairing.view_pairings", url=f"{OWN}.queries.links.url_of_pairing"
        ),
        RecordKind(
            "pairing.secondment",
            _("Secondment"),
            "pairing.view_secondments",
            title=f"{OWN}.queries.pages.title_of_secondment",
            paper=f"{OWN}.printed.secondment",
        ),
    ]


def _links() -> list[LinkKind]:
    reads, writes = f"{OWN}.queries.links", f"{OWN}.actions.links"
    return [
        LinkKind(
            "pairing.do_item",
            _("Do an action item and report on it"),
            "pairing.actionitem",
            "pairing.report_action_item",
            show=f"{reads}.item_shown",
            check=f"{reads}.check_item",
            is_over=f"{reads}.is_item_over",
            roles=("village", "teacher", "driver", "enterprise"),
            deeds=(
                LinkDeed(
                    "finish",
                    _("It is done"),
                    _("Report as done"),
                    f"{reads}.item_done_asked",
                    f"{writes}.finish_item",
                    reach="both",
                ),
                LinkDeed(
                    "report",
                    _("Not done yet"),
                    _("Report how far it is"),
                    f"{reads}.item_progress_asked",
                    f"{writes}.report_item",
                    finishes=False,
                    reach="both",
                ),
            ),
        ),
        LinkKind(
            "pairing.confirm_received",
            _("Confirm what was received"),
            "pairing.activity",
            "pairing.record_aid",
            show=f"{reads}.activity_shown",
            check=f"{reads}.check_received",
            is_over=f"{reads}.is_received",
            roles=("receiver", "village", "farmer"),
            deeds=(
                LinkDeed(
                    "confirm",
                    _("What arrived"),
                    _("Confirm"),
                    f"{reads}.received_asked",
                    f"{writes}.confirm_received",
                    reach="both",
                ),
            ),
        ),
        LinkKind(
            "pairing.statement",
            _("Read the statement of account of a pairing"),
            "core.pairing",
            "pairing.view_balance",
            show=f"{reads}.statement_shown",
            roles=("investor", "enterprise"),
        ),
    ]


# -- technical problems ------------------------------------------------------------------------------------------------


def _sign_in_technical() -> None:
    signs.access_rows.add(*_technical_rows())
    signs.record_kinds.add(
        RecordKind(
            "pairing.technicalproblem",
            _("Technical problem"),
            "pairing.view_technical_problems",
            sees=f"{OWN}.queries.technical.sees",
            shown_to=f"{OWN}.queries.technical.shown_to",
            paper=f"{OWN}.printed.technical_problem",
            parts=f"{OWN}.queries.technical.parts_of",
            has_papers=True,
        ),
    )
    signs.search_kinds.add(
        SearchKind(
            "pairing.technicalproblem",
            _("Technical problem"),
            f"{OWN}.queries.technical.entries",
            "pairing.view_technical_problems",
        )
    )
    signs.work_kinds.add(
        WorkKind(
            "pairing.technical_problem",
            _("Technical problem"),
            _("Look"),
            _("A firm or village of the other side looks for somebody who can solve it."),
        ),
        WorkKind(
            "pairing.technical_answer",
            _("Answer to a technical problem"),
            _("Answer"),
            _("Your unit prepares it."),
        ),
    )
    signs.indicators.add(
        Indicator(
            "pairing.technical_problems_solved",
            _("Technical problems solved"),
            "problems",
            "flow",
            "partnership",
            f"{OWN}.queries.technical.solved_measure",
            f"{OWN}.queries.technical.solved_evidence",
            _("Problems whose poster recorded them as solved in the period, by the side whose answer was taken."),
        )
    )  # fmt: skip
    signs.zone_parts.add(
        ZonePart(
            "pairing.technical",
            45,
            f"{OWN}.zone.technical.load",
            f"{OWN}.zone.technical.export",
            files=("technical_problems", "technical_answers"),
        )
    )


def _technical_rows() -> list[AccessRow]:
    done = {
        "post_technical_problem": _("Post technical problems of the own firm or village."),
        "share_technical_problem": _("Share own technical problems with both sides."),
        "unshare_technical_problem": _("Share own technical problems no longer, until they are answered."),
        "answer_technical_problem": _("Answer technical problems of others."),
        "accept_technical_answer": _("Accept answers to own technical problems."),
        "take_back_technical_acceptance": _("Say that an accepted answer did not do."),
        "record_technical_result": _("Record what came of own technical problems."),
        "withdraw_technical_problem": _("Withdraw own technical problems."),
        "reopen_technical_problem": _("Open own technical problems again."),
        "write_technical_problems": _("Bring technical problems as spreadsheets."),
    }
    return [
        AccessRow(
            "pairing.view_technical_problems",
            _("See technical problems that are shown to oneself."),
            scope="seat",
            kind="page",
        ),
        *(
            AccessRow(f"pairing.{code}", about, core_signin.WRITERS, scope="side")
            for code, about in done.items()
        ),
        AccessRow(
            "pairing.write_technical_problem", _("Write technical problems of a zone folder."), scope="system"
        ),
    ]
