"""What core itself signs in: roles, and the access rows that all fields use."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shanhai.core import signs
from shanhai.core.signs import (
    AccessRow,
    Role,
    RulebookFile,
    SearchKind,
    SelfCheck,
    Sweep,
    WorkAction,
    WorkKind,
)


def sign_in() -> None:
    signs.roles.add(
        Role(
            "leader",
            _("leader"),
            _("Decides for a side: signs agreements and minutes, sees everything of the zone."),
            decides=True,
        ),
        Role(
            "office",
            _("cooperation office clerk"),
            _("Keeps pairings, agreements, commitments and meetings of a side."),
            decides=True,
        ),
        Role("dispatcher", _("dispatcher"), _("Claims, assigns and reassigns the work of a unit.")),
        Role("handler", _("handler"), _("Does the work of a unit and brings evidence.")),
        Role("checker", _("checker"), _("Checks what a handler of the unit wrote.")),
        Role("signer", _("signer"), _("Signs for a unit: confirms deliveries and answers."), decides=True),
        Role("province", _("province"), _("Sees all pairings side by side; decides nothing in them.")),
        Role("park_committee", _("park committee"), _("Runs the industrial park.")),
        Role("investment_team", _("investment team"), _("Brings and follows investment leads.")),
        Role("enterprise", _("enterprise"), _("Sees and files what concerns its own firm.")),
        Role("cooperative", _("co-operative"), _("Grows and delivers produce.")),
        Role("buyer", _("buyer"), _("Orders and receives produce.")),
        Role("driver", _("driver"), _("Carries produce and hands it over.")),
        Role(
            "bookkeeper",
            _("township bookkeeper"),
            _("Keeps the village accounts of a township."),
            decides=True,
        ),
        Role("auditor", _("auditor"), _("Reads everything, the journal included; changes nothing.")),
        Role(
            "administrator",
            _("administrator"),
            _("Keeps members, units, roles, rulebook and calendar; decides no case, but who decides."),
            # Who gives roles and erases values decides who decides and what stays: needs a second factor like those.
            decides=True,
        ),
    )
    signs.access_rows.add(*_registers(), *_pairings())
    signs.rulebook_files.add(RulebookFile("core", "shanhai.core"))
    _registers_sign_in()


# Everybody who works in a zone; an auditor changes nothing, papers included.
WRITERS = frozenset(
    {
        "leader",
        "office",
        "dispatcher",
        "handler",
        "checker",
        "signer",
        "province",
        "park_committee",
        "investment_team",
        "enterprise",
        "cooperative",
        "buyer",
        "driver",
        "bookkeeper",
        "administrator",
    }
)
# Who deals with the zone as a whole; firms, growers, buyers and drivers deal with their own.
OFFICIALS = (WRITERS | {"auditor"}) - {"enterprise", "cooperative", "buyer", "driver"}
KEEPERS = frozenset({"administrator"})
OFFICES = frozenset({"administrator", "office"})
# Who works on a partnership; who deals with firms and their projects; and those with the firms themselves.
PARTNERS = OFFICIALS - KEEPERS
ABOUT_FIRMS = PARTNERS - {"bookkeeper"}
WITH_FIRMS = ABOUT_FIRMS | {"enterprise"}
# Who writes what the fields keep: the desks of both sides, with the park's land its committee, with projects the teams.
DESKS = frozenset({"leader", "office", "dispatcher", "handler", "checker"})
PARK_DESKS = DESKS | {"park_committee"}
PROJECT_DESKS = PARK_DESKS | {"investment_team"}


def _registers() -> list[AccessRow]:
    """Who writes core's nouns: the administrator keeps people, the office also places and organisations."""
    places = {
        "core.add_region": _("Add regions."),
        "core.correct_region": _("Correct what is written of a region."),
        "core.rename_region": _("Rename regions on a day."),
        "core.recode_region": _("Give regions another code on a day."),
        "core.merge_region": _("Merge regions on a day."),
        "core.split_region": _("Split regions on a day."),
        "core.abolish_region": _("Abolish regions on a day."),
        "core.add_organisation": _("Add organisations."),
        "core.change_organisation": _("Change organisations."),
        "core.close_organisation": _("Close organisations."),
        "core.reopen_organisation": _("Reopen organisations."),
    }
    people = {
        "core.add_unit": _("Add units."),
        "core.change_unit": _("Change units."),
        "core.rename_unit": _("Rename units."),
        "core.set_ladder": _("Set the steps that papers of a unit climb."),
        "core.set_dispatcher": _("Say who dispatches the work of a unit."),
        "core.close_unit": _("Close units."),
        "core.reopen_unit": _("Reopen units."),
        "core.add_member": _("Add members."),
        "core.change_member": _("Change members."),
        "core.move_member": _("Move members to another unit."),
        "core.deactivate_member": _("End memberships."),
        "core.reactivate_member": _("Take former members up again."),
        "core.set_deputy": _("Say who stands in for a member."),
        "core.end_deputy": _("End a standing-in."),
        "core.give_role": _("Give roles to others."),
        "core.take_role": _("Take roles from others."),
        "core.open_login": _("Open logins."),
        "core.reset_password": _("Give a login a new first password."),
        "core.close_login": _("Shut logins."),
        "core.reopen_login": _("Let shut logins in again."),
    }
    papers = {
        "core.store_document": _("File papers."),
        "core.describe_document": _("Correct title, number and date of own papers."),
        "core.attach_document": _("Hang papers on records."),
        "core.detach_document": _("Take own papers off records."),
        "core.replace_document": _("Bring a new version of own papers."),
        "core.withdraw_document": _("Withdraw own papers."),
        "core.restore_document": _("Restore own papers that were withdrawn."),
        "core.keep_to_unit": _("Keep own records to the unit."),
        "core.share_with_own_side": _("Show own records to the side."),
        "core.share_with_other_side": _("Show own records to the other side."),
        "core.share_with_guest": _("Show own records to a named guest."),
        "core.make_public": _("Make own records public."),
        "core.take_back": _("Take own records back to the side."),
        "core.write_note": _("Write notes on records that one sees."),
        "core.change_note": _("Mend own notes while they can be taken back."),
        "core.withdraw_note": _("Withdraw own notes while they can be taken back."),
        "core.mention": _("Ask others by a note to look."),
        "core.see_mention": _("Say that one has seen what a note asks one to look at."),
    }
    printed = {
        "core.issue_number": _("Give papers of records a file number."),
        "core.match_scan": _("Bring the scans of signed papers."),
    }
    shared_out = {
        "core.claim_item": _("Take up work of the own unit."),
        "core.assign_items": _("Give work of the own unit to its people."),
        "core.take_back_assignment": _("Take back that work was given to somebody."),
        "core.hand_over_work": _("Hand open work to a successor."),
        "core.name_deputy": _("Name a deputy for oneself or the people of one's unit."),
        "core.dismiss_deputy": _("End that somebody stands in for oneself or one's people."),
        "core.remind_of": _("Remind people of what waits for them."),
        "core.prepare_reply": _("Prepare what the own unit sends out."),
        "core.pass_reply": _("Pass on what the own unit prepared, and send it at the last step."),
        "core.return_reply": _("Return what the own unit prepared, with a word."),
        "core.take_back_reply": _("Take back one's own last step on what the unit prepared."),
        "core.watch": _("Follow what happens to records."),
        "core.unwatch": _("Follow records no longer."),
        "core.watch_record": _("Follow a record from its page."),
        "core.unwatch_record": _("Follow a record from its page no longer."),
    }
    phone_links = {
        "core.renew_link": _("Make a phone link of the own unit anew."),
        "core.extend_link": _("Give phone links of the own unit a later last day."),
        "core.take_back_extension": _("Take back that a phone link was given a later last day."),
        "core.revoke_link": _("Revoke phone links of the own unit."),
        "core.restore_link": _("Take back that a phone link was revoked."),
        "core.release_link": _("Let another phone use a phone link of the own unit."),
    }
    by_holders = {
        "core.open_link": _("Open a phone link."),
        "core.try_number": _("Give the phone number of a phone link."),
        "core.act_by_link": _("Do what a phone link is for."),
    }
    return [
        AccessRow(
            "core.issue_link",
            _("Share a task or a statement of account by phone link."),
            WRITERS,
            scope="any",
        ),
        *(AccessRow(code, about, WRITERS, scope="own") for code, about in phone_links.items()),
        *(AccessRow(code, about, scope="system") for code, about in by_holders.items()),
        *(AccessRow(code, about, WRITERS, scope="any") for code, about in shared_out.items()),
        AccessRow("core.write_reply", _("Write prepared replies of a zone folder."), scope="system"),
        AccessRow("core.act_for", _("Do work that waits for somebody else."), scope="system"),
        *(AccessRow(code, about, OFFICES, scope="any") for code, about in places.items()),
        *(AccessRow(code, about, KEEPERS, scope="any") for code, about in people.items()),
        *(AccessRow(code, about, WRITERS, scope="any") for code, about in papers.items()),
        *(AccessRow(code, about, WRITERS, scope="any") for code, about in printed.items()),
        AccessRow("core.keep_print", _("Print records, with a code to know the paper by."), scope="any"),
        AccessRow(
            "core.set_file_mark",
            _("Say what stands at the head of the file numbers of one's organisation."),
            frozenset({"administrator", "office"}),
            scope="own",
        ),
        AccessRow(
            "core.void_number",
            _("Take file numbers of one's organisation off papers."),
            frozenset({"administrator", "office"}),
            scope="own",
        ),
        AccessRow("core.load_numbers", _("Take file numbers over from files."), scope="system"),
        AccessRow(
            "core.take_file_away",
            _("Take the whole file of a record away as one zip; each time is journalled."),
            scope="any",
        ),
        AccessRow(
            "core.view_all_members",
            _(
                "See who works in other organisations, with their roles and logins; without it, one's own organisation."
            ),
            OFFICIALS,
            scope="any",
            kind="page",
        ),
        AccessRow("core.create_token", _("Make keys for own programs."), scope="any"),
        AccessRow("core.revoke_token", _("End keys of own programs."), scope="any"),
        AccessRow("core.withdraw_token", _("End keys of anybody's programs."), KEEPERS, scope="any"),
        AccessRow("core.password_was_changed", _("Choose a password of one's own."), scope="any"),
        AccessRow("core.begin", _("Say what an installation is."), scope="system"),
        AccessRow("core.set_up", _("Set an empty installation up."), scope="system"),
        AccessRow("core.open_demo_logins", _("Open the logins of a demonstration."), scope="system"),
    ]


def _pairings() -> list[AccessRow]:
    """Who opens pairings, and who sends people from one side to the other."""
    offices = frozenset({"leader", "office"})
    hosts = frozenset({"leader", "office", "dispatcher", "handler", "signer"})
    return [
        AccessRow("core.open_pairing", _("Open pairings."), OFFICES, scope="any"),
        AccessRow("core.change_pairing", _("Change pairings of the own side."), offices, scope="side"),
        AccessRow("core.add_party", _("Take further parties into pairings."), offices, scope="side"),
        AccessRow("core.end_pairing", _("End pairings."), offices, scope="side"),
        AccessRow("core.reopen_pairing", _("Take back that a pairing ended."), offices, scope="side"),
        AccessRow("core.recompute_seats", _("Seat organisations in pairings."), scope="system"),
        AccessRow("core.plan_stay", _("Plan stays of people on the other side."), offices, scope="side"),
        AccessRow("core.begin_stay", _("Begin stays."), offices, scope="side"),
        AccessRow("core.cancel_stay", _("Call off stays."), offices, scope="side"),
        AccessRow("core.prolong_stay", _("Prolong or shorten stays."), offices, scope="side"),
        AccessRow("core.end_stay", _("End stays with a handover."), offices, scope="side"),
        AccessRow("core.give_task", _("Give tasks to people on a stay."), hosts, scope="side"),
        AccessRow("core.finish_task", _("Say that a task of a stay is done."), hosts, scope="side"),
        AccessRow("core.give_appraisal", _("Appraise people on a stay."), hosts, scope="side"),
    ]


def _registers_sign_in() -> None:
    """What can be found of core's nouns, and what keeps papers and their readers in order."""
    found = "shanhai.core.queries.finding"
    signs.search_kinds.add(
        SearchKind("core.region", _("Region"), f"{found}.regions"),
        SearchKind("core.organisation", _("Organisation"), f"{found}.organisations"),
        SearchKind("core.member", _("Member"), f"{found}.members", access="core.view_all_members"),
        SearchKind("core.document", _("Document"), f"{found}.documents"),
        SearchKind("core.note", _("Note"), f"{found}.notes"),
        SearchKind("core.filenumber", _("File number"), f"{found}.file_numbers"),
    )
    signs.work_kinds.add(
        WorkKind(
            "core.mention",
            _("Note that mentions you"),
            _("Look"),
            _("A note asks you to look."),
            (WorkAction("seen", _("I have seen it"), "shanhai.core.actions.notes.see_in_row"),),
        )
    )
    signs.sweeps.add(
        Sweep("core.forgotten_bytes", "shanhai.core.blobs.sweep", every_minutes=60),
        Sweep("core.watched", "shanhai.core.actions.watching.tell_watchers"),
        Sweep("core.old_imports", "shanhai.core.sheets.settling.forget_old", every_minutes=60),
    )
    signs.self_checks.add(
        SelfCheck(
            "core.papers", _("The bytes of every paper are there"), "shanhai.core.queries.checks.papers"
        ),
        SelfCheck("core.links", _("Phone links open what is there"), "shanhai.core.queries.checks.links"),
        SelfCheck(
            "core.file_numbers",
            _("No file number is missing"),
            "shanhai.core.queries.checks.file_numbers",
        ),
        SelfCheck("core.readers", _("Lists show what records allow"), "shanhai.core.queries.checks.readers"),
    )
