"""What the field signs in: who may do what, what can be found and checked, the menu, the panel of a project."""

from __future__ import annotations

from typing import Literal

from django.utils.translation import gettext_lazy as _

from shanhai.core import signs
from shanhai.core.signin import ABOUT_FIRMS, WITH_FIRMS
from shanhai.core.signs import (
    AccessRow,
    CalendarSource,
    CommandGroup,
    DeadlineHook,
    Indicator,
    PaperSource,
    RecordKind,
    RulebookFile,
    SearchKind,
    SelfCheck,
    Sweep,
    Words,
    WorkKind,
    ZonePart,
)
from shanhai.fields.approval.columns import REGISTERS
from shanhai.webkit import signs as pages
from shanhai.webkit.signs import MenuEntry, Panel

OWN = "shanhai.fields.approval"
# The stems of ``zone.FILES``, which is read only when a zone is.
FILES = (
    "catalogues", "catalogue_stages", "catalogue_limits", "catalogue_departments", "catalogue_items", "catalogue_materials",
    "catalogue_papers",
    "cases", "case_items", "case_opinions", "case_papers", "case_paper_versions", "case_stops", "case_certificates",
    "dated_cases", "case_runs", "case_run_results", "case_codes",
    "intermediaries", "case_services", "case_letters", "review_meetings", "review_meeting_seats", "review_meeting_points", "review_meeting_signatures",
)  # fmt: skip

KEEPERS = frozenset({"leader", "office", "park_committee"})
# Who works on cases: the firm and whoever files for it; who keeps the file; who decides and replies; who extends.
FILERS = frozenset({"office", "park_committee", "investment_team", "handler", "enterprise"})
CASE_KEEPERS = frozenset({"office", "park_committee", "handler", "checker", "signer", "dispatcher"})
DECIDERS = CASE_KEEPERS | {"leader"}


def _sign_in_cases() -> None:
    signs.access_rows.add(
        AccessRow(
            "approval.view_cases",
            _("See the cases of joint review and where they stand."),
            WITH_FIRMS,
            kind="page",
        ),
        AccessRow(
            "approval.view_opinions",
            _(
                "Read opinions of departments before the item is decided; the applicant reads them with the decision."
            ),
            ABOUT_FIRMS,
            kind="page",
        ),
        *(
            AccessRow(f"approval.{code}", about, roles, scope=scope)  # type: ignore[arg-type]
            for code, about, roles, scope in (
                ("file_case", _("Open the file of a project."), FILERS, "seat"),
                ("add_material", _("Bring the materials of a file."), FILERS, "seat"),
                ("hand_in", _("Hand a file in."), FILERS, "seat"),
                ("withdraw_case", _("Withdraw a file."), FILERS, "seat"),
                ("ask_to_resume", _("Ask that a clock goes on."), FILERS, "seat"),
                ("name_gaps", _("Name all gaps of a file, once."), CASE_KEEPERS, "side"),
                ("accept_case", _("Accept files."), CASE_KEEPERS, "side"),
                ("decide_item", _("Decide on items within the own unit’s ladder."), DECIDERS, "side"),
                (
                    "return_decision",
                    _("Return the own unit’s decisions to the step below."),
                    DECIDERS,
                    "side",
                ),
                ("return_opinion", _("Return the own unit’s opinions to the step below."), DECIDERS, "side"),
                ("recall_decision", _("Recall the own unit’s decisions."), DECIDERS, "side"),
                ("renew_certificate", _("Enter renewed certificates of the own unit."), DECIDERS, "side"),
                ("reply_opinion", _("Give the own unit’s opinions."), DECIDERS, "side"),
                ("recall_opinion", _("Recall the own unit’s opinions."), DECIDERS, "side"),
                ("revoke_code", _("Revoke the codes of public pages of cases."), CASE_KEEPERS, "side"),
                ("issue_code", _("Issue codes of public pages of cases anew."), CASE_KEEPERS, "side"),
                ("record_opinion", _("Write down paper and telephone opinions."), CASE_KEEPERS, "side"),
                ("stop_item", _("Stop the clock of the own unit’s items."), DECIDERS, "side"),
                ("resume_item", _("Set the clock of the own unit’s items going."), DECIDERS, "side"),
                ("extend_item", _("Extend items, once."), frozenset({"signer", "leader"}), "side"),
            )
        ),
        AccessRow(
            "approval.accept_by_time", _("Take files for accepted whose gaps nobody named."), scope="system"
        ),
        AccessRow("approval.take_silence", _("Take silence for consent at the deadline."), scope="system"),
        AccessRow(
            "approval.write_platform_files",
            _("Bring files of the approval platform as a spreadsheet."),
            CASE_KEEPERS,
            scope="side",
        ),
        AccessRow(
            "approval.write_item_states",
            _("Bring states of items from the approval platform as a spreadsheet."),
            CASE_KEEPERS,
            scope="side",
        ),
        AccessRow(
            "approval.write_dated_cases",
            _("Bring past cases of which only the two dates are known."),
            frozenset({"office", "park_committee"}),
            scope="side",
        ),
        AccessRow("approval.load_code", _("Load which codes of a zone folder hold no more."), scope="system"),
        AccessRow("approval.load_cases", _("Load cases of a zone folder."), scope="system"),
    )
    signs.access_rows.add(
        AccessRow(
            "approval.view_analysis",
            _("See how long cases take, where they wait, and what joint review saves."),
            ABOUT_FIRMS,
            kind="page",
        ),
        AccessRow(
            "approval.analyse_log",
            _("Have logs of approvals analysed."),
            ABOUT_FIRMS,
            scope="seat",
        ),
    )
    signs.access_rows.add(
        AccessRow(
            "approval.view_status",
            _(
                "See by the code on a letter at which stage a case is, the states of its items and their due days: "
                "no opinions, no reasons, no persons."
            ),
            scope="public",
            kind="page",
        ),
        AccessRow("approval.load_run", _("Load simulations and analyses of a zone folder."), scope="system"),
        AccessRow(
            "approval.simulate_cases",
            _("Have joint review simulated."),
            ABOUT_FIRMS,
            scope="seat",
        ),
    )
    signs.registers.add(*REGISTERS)
    signs.record_kinds.add(
        RecordKind(
            "approval.case",
            _("Case of joint review"),
            "approval.view_cases",
            settled=f"{OWN}.queries.cases.is_settled",
            paper=f"{OWN}.printed.case",
        )
    )
    signs.search_kinds.add(
        SearchKind(
            "approval.case",
            _("Case of joint review"),
            f"{OWN}.queries.cases.entries",
            "approval.view_cases",
        )
    )
    signs.work_kinds.add(
        WorkKind("approval.decide", _("Item to decide"), _("Decide"), _("Your unit decides on it.")),
        WorkKind(
            "approval.opinion", _("Opinion to give"), _("Reply"), _("The lead department asks your unit.")
        ),
        WorkKind(
            "approval.advice", _("Advice asked"), _("Advise"), _("The other side asks; it stops no clock.")
        ),
        WorkKind(
            "approval.accept", _("File to accept"), _("Look it through"), _("Your unit keeps the file.")
        ),
        WorkKind(
            "approval.renew", _("Certificate to renew"), _("Open the file"), _("A later item rests on it.")
        ),
        WorkKind(
            "approval.owner", _("What the applicant owes"), _("Open the file"), _("The file waits for you.")
        ),
    )
    signs.sweeps.add(Sweep("approval.cases", f"{OWN}.actions.case_upkeep.sweep", every_minutes=30))
    signs.sweeps.add(Sweep("approval.projects", f"{OWN}.actions.projects.sweep", every_minutes=10))
    signs.access_rows.add(
        AccessRow("approval.carry_project", _("Move projects on or back with their case."), scope="system")
    )
    signs.deadline_hooks.add(DeadlineHook("approval.items", f"{OWN}.actions.case_upkeep.follow_notice"))
    signs.rulebook_files.add(RulebookFile("approval", OWN))
    measured = f"{OWN}.queries.case_indicators"
    signs.indicators.add(
        Indicator(
            "approval.government_days",
            _("Government working days of a closed case"),
            "days",
            "ratio",
            "approval",
            f"{measured}.measure_government",
            f"{measured}.evidence_government",
            _(
                "From acceptance to the last approval, without what counts for the owner or is granted by law; by closing."
            ),
        ),
        Indicator(
            "approval.late_opinions",
            _("Opinions late or silent"),
            "percent",
            "ratio",
            "approval",
            f"{measured}.measure_late",
            f"{measured}.evidence_late",
            _("Of the co-review opinions of the period, those after their day, or taken from silence."),
        ),
        Indicator(
            "approval.time_saved",
            _("Government working days saved by joint review"),
            "percent",
            "ratio",
            "approval",
            f"{measured}.measure_saved",
            f"{measured}.evidence_saved",
            _(
                "Of joint cases closed in the period: what they stayed below the mean of the serial cases of their class "
                "of projects that had closed before them."
            ),
        ),
    )


def _indicator(
    code: str, name: Words, unit: str, kind: Literal["flow", "ratio"], what: str, about: Words
) -> Indicator:
    at = f"{OWN}.queries.case_indicators"
    return Indicator(
        f"approval.{code}", name, unit, kind, "approval", f"{at}.measure_{what}", f"{at}.evidence_{what}", about
    )  # fmt: skip


def _share(code: str, name: Words, what: str, about: Words) -> Indicator:
    return _indicator(code, name, "percent", "ratio", what, about)


def _sign_in_meetings() -> None:
    signs.access_rows.add(
        AccessRow(
            "approval.view_review_meetings",
            _("See the joint review meetings, their agendas, decisions and minutes."),
            ABOUT_FIRMS,
            kind="page",
        ),
        *(
            AccessRow(f"approval.{code}", about, roles, scope="side")
            for code, about, roles in (
                ("call_review_meeting", _("Call joint review meetings."), KEEPERS),
                ("change_review_meeting", _("Move joint review meetings to another day or place."), KEEPERS),
                ("put_on_agenda", _("Put items on the agenda of joint review meetings."), KEEPERS),
                ("take_off_agenda", _("Take items off the agenda of joint review meetings."), KEEPERS),
                ("hold_review_meeting", _("Note who was at joint review meetings."), KEEPERS),
                ("decide_point", _("Write down what joint review meetings decided."), KEEPERS),
                ("write_review_minutes", _("Write the minutes of joint review meetings."), KEEPERS),
                ("sign_review_minutes", _("Sign the minutes for the own department."), DECIDERS),
                ("cancel_review_meeting", _("Call joint review meetings off."), KEEPERS),
            )
        ),
        AccessRow(
            "approval.write_review_meetings",
            _("Bring joint review meetings as a spreadsheet."),
            KEEPERS,
            scope="side",
        ),
        AccessRow(
            "approval.write_review_agenda",
            _("Bring agendas of joint review meetings as a spreadsheet."),
            KEEPERS,
            scope="side",
        ),
        AccessRow(
            "approval.put_climbed", _("Put what has climbed before the next review meeting."), scope="system"
        ),
        AccessRow(
            "approval.load_review_meeting", _("Load review meetings of a zone folder."), scope="system"
        ),
    )
    signs.record_kinds.add(
        RecordKind(
            "approval.reviewmeeting",
            _("Joint review meeting"),
            "approval.view_review_meetings",
            settled=f"{OWN}.queries.meetings.is_joint",
            paper=f"{OWN}.printed.review_meeting",
            signed=f"{OWN}.printed.sign_minutes",
        )
    )
    signs.search_kinds.add(
        SearchKind(
            "approval.reviewmeeting",
            _("Joint review meeting"),
            f"{OWN}.queries.meetings.entries",
            "approval.view_review_meetings",
        )
    )
    signs.work_kinds.add(
        WorkKind(
            "approval.call_meeting", _("Meeting to call"), _("Call it"), _("An item has climbed to it.")
        ),
        WorkKind(
            "approval.write_minutes",
            _("Minutes to write"),
            _("Write them"),
            _("Your unit called the meeting."),
        ),
        WorkKind("approval.sign_minutes", _("Minutes to sign"), _("Sign"), _("Your department was there.")),
    )
    signs.indicators.add(
        _indicator(
            "meetings_held", _("Joint review meetings held"), "meetings", "flow", "held",
            _("Meetings of the period that were held, with a quorum or without."),
        ),
        _share(
            "meetings_quorate", _("Joint review meetings with a quorum"), "quorate",
            _("Of the meetings that were held in the period, those where all were there whom the quorum needs."),
        ),
        _indicator(
            "points_decided", _("Items decided in joint review meetings"), "items", "flow", "points",
            _("Items on which a meeting of the period decided; what was postponed does not count."),
        ),
    )  # fmt: skip
    signs.calendar_sources.add(CalendarSource("approval", f"{OWN}.queries.meetings.in_calendar"))
    pages.menu.add(
        MenuEntry(
            "approval.meetings",
            "approval",
            17,
            _("Review meetings"),
            "approval:meetings",
            "approval.view_review_meetings",
        )
    )


def _sign_in_services() -> None:
    signs.access_rows.add(
        AccessRow(
            "approval.view_intermediaries",
            _("See the register of intermediaries, with their figures."),
            WITH_FIRMS,
            scope="any",
            kind="page",
        ),
        AccessRow(
            "approval.write_services",
            _("Bring services of intermediaries as a spreadsheet."),
            DECIDERS | FILERS,
            scope="seat",
        ),
        AccessRow("approval.load_intermediary", _("Load intermediaries of a zone folder."), scope="system"),
        AccessRow("approval.load_services", _("Load services of a zone folder."), scope="system"),
        AccessRow("approval.add_intermediary", _("Register intermediaries."), KEEPERS, scope="side"),
        AccessRow(
            "approval.change_intermediary", _("Change what intermediaries offer."), KEEPERS, scope="side"
        ),
        AccessRow(
            "approval.ask_service",
            _("Ask intermediaries for services on the own unit’s items."),
            DECIDERS,
            scope="side",
        ),
        *(
            AccessRow(f"approval.{code}", about, DECIDERS | FILERS, scope="seat")
            for code, about in (
                ("deliver_service", _("Say that intermediaries have delivered.")),
                ("end_service", _("Give services of intermediaries up.")),
            )
        ),
    )
    about_time = _("Of the services delivered in the period, those that took no longer than was promised.")
    about_days = _(
        "Working days that the services delivered in the period took, of those that were promised."
    )
    signs.indicators.add(
        _share("owner_services_in_time", _("Services for applicants in time"), "owner_in_time", about_time),
        _share("gov_services_in_time", _("Services for the government in time"), "gov_in_time", about_time),
        _share("owner_service_days", _("Days used by services for applicants"), "owner_days", about_days),
        _share("gov_service_days", _("Days used by services for the government"), "gov_days", about_days),
    )
    signs.work_kinds.add(
        WorkKind(
            "approval.service", _("Service to get"), _("Open the item"), _("An intermediary works on it.")
        )
    )
    page = "approval.view_intermediaries"
    pages.menu.add(
        MenuEntry(
            "approval.intermediaries", "approval", 19, _("Intermediaries"), "approval:intermediaries", page
        ),
        MenuEntry("approval.services", "approval", 20, _("Services"), "approval:services", page),
    )


def _sign_in_letters() -> None:
    signs.access_rows.add(
        AccessRow(
            "approval.view_letters",
            _("See the commitment letters to verify and the materials that come later."),
            ABOUT_FIRMS,
            kind="page",
        ),
        AccessRow("approval.give_letter", _("Give commitment letters."), FILERS, scope="seat"),
        AccessRow(
            "approval.verify_letter",
            _("Verify the commitment letters that the own unit decided on."),
            DECIDERS,
            scope="side",
        ),
        AccessRow(
            "approval.write_commitment_letters",
            _("Bring commitment letters as a spreadsheet."),
            FILERS,
            scope="seat",
        ),
        AccessRow("approval.load_letter", _("Load commitment letters of a zone folder."), scope="system"),
    )
    signs.work_kinds.add(
        WorkKind("approval.verify", _("Letter to verify"), _("Verify"), _("Your unit decided on a promise."))
    )
    measured = f"{OWN}.queries.case_indicators"
    signs.indicators.add(
        Indicator(
            "approval.kept_letters",
            _("Commitment letters kept"),
            "percent",
            "ratio",
            "approval",
            f"{measured}.measure_kept",
            f"{measured}.evidence_kept",
            _("Of the letters whose verification ended in the period, those that were kept."),
        ),
        _share(
            "mended_letters", _("Commitment letters put right"), "mended",
            _("Of the letters whose verification ended in the period, those that were put right and then kept."),
        ),
        _share(
            "revoked_letters", _("Commitment letters revoked"), "revoked",
            _("Of the letters whose verification ended in the period, those whose approval was revoked."),
        ),
    )  # fmt: skip
    pages.menu.add(
        MenuEntry(
            "approval.letters",
            "approval",
            18,
            _("Promises to verify"),
            "approval:letters",
            "approval.view_letters",
            count=f"{OWN}.queries.commitments.waiting",
        )
    )


def sign_in() -> None:
    _sign_in_cases()
    _sign_in_letters()
    _sign_in_services()
    _sign_in_meetings()
    signs.access_rows.add(
        AccessRow(
            "approval.view_catalogues",
            _("See which items a region approves, in how many days."),
            WITH_FIRMS,
            scope="any",
            kind="page",
        ),
        AccessRow("approval.open_catalogue", _("Open catalogues of approval items."), KEEPERS, scope="side"),
        AccessRow("approval.open_draft", _("Begin the next version of catalogues."), KEEPERS, scope="side"),
        AccessRow("approval.bring_draft", _("Bring drafts of catalogues as files."), KEEPERS, scope="side"),
        AccessRow("approval.write_item", _("Write items of drafts of catalogues."), KEEPERS, scope="side"),
        AccessRow("approval.drop_item", _("Take items out of drafts of catalogues."), KEEPERS, scope="side"),
        AccessRow("approval.publish_draft", _("Publish drafts of catalogues."), KEEPERS, scope="side"),
        AccessRow("approval.discard_draft", _("Throw drafts of catalogues away."), KEEPERS, scope="side"),
        AccessRow(
            "approval.keep_paper", _("Keep blank forms and samples with catalogues."), KEEPERS, scope="side"
        ),
        AccessRow(
            "approval.drop_paper", _("Take blank forms and samples out of drafts."), KEEPERS, scope="side"
        ),
        AccessRow("approval.load_paper", _("Load forms and samples of a zone folder."), scope="system"),
        AccessRow("approval.load_catalogue", _("Load catalogues of a zone folder."), scope="system"),
        AccessRow(
            "approval.load_version", _("Load versions of catalogues of a zone folder."), scope="system"
        ),
    )
    signs.record_kinds.add(
        RecordKind("approval.itemcatalogue", _("Catalogue of items"), "approval.view_catalogues")
    )
    signs.search_kinds.add(
        SearchKind(
            "approval.itemcatalogue",
            _("Catalogue of items"),
            f"{OWN}.queries.catalogues.entries",
            "approval.view_catalogues",
        )
    )
    signs.self_checks.add(
        SelfCheck(
            "approval.published",
            _("Published catalogues say what they said when they were published"),
            f"{OWN}.queries.checks.published",
        ),
        SelfCheck(
            "approval.guards",
            _("Items of cases wait for what is not there yet, and for nothing else"),
            f"{OWN}.queries.checks.guards",
        ),
    )
    signs.paper_sources.add(PaperSource("approval.catalogue_papers", f"{OWN}.queries.prechecks.paper_keys"))
    signs.zone_parts.add(ZonePart("approval", 70, f"{OWN}.zone.load", f"{OWN}.zone.export", files=FILES))
    signs.command_groups.add(
        CommandGroup("approval", _("What is approved, by whom, in how many days."), f"{OWN}.cli.app")
    )
    pages.menu.add(
        MenuEntry(
            "approval.cases",
            "approval",
            15,
            _("Joint review"),
            "approval:cases",
            "approval.view_cases",
        ),
        MenuEntry(
            "approval.inbox",
            "approval",
            16,
            _("To decide"),
            "approval:inbox",
            "approval.decide_item",
            count=f"{OWN}.queries.inbox.waiting",
        ),
        MenuEntry(
            "approval.board",
            "approval",
            17,
            _("Board of cases"),
            "approval:board",
            "approval.view_analysis",
        ),
        MenuEntry(
            "approval.analysis",
            "approval",
            18,
            _("Time and analysis"),
            "approval:analysis",
            "approval.view_analysis",
        ),
        MenuEntry(
            "approval.simulation",
            "approval",
            19,
            _("Simulation"),
            "approval:simulations",
            "approval.view_analysis",
        ),
        MenuEntry(
            "approval.catalogues",
            "approval",
            20,
            _("Catalogues of items"),
            "approval:catalogues",
            "approval.view_catalogues",
        ),
    )
    pages.panels.add(
        Panel("approval.needed", "record", 30, f"{OWN}.views.previews.panel", "approval.view_catalogues"),
        Panel("approval.cases", "record", 31, f"{OWN}.views.previews.cases_panel", "approval.view_cases"),
        Panel(
            "approval.firm_cases", "park.firm", 20, f"{OWN}.views.previews.firm_panel", "approval.view_cases"
        ),
    )
