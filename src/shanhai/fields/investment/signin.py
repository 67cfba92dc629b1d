"""What the field signs in: who may do what, what can be found, the register, the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shanhai.core import signs
from shanhai.core.signin import ABOUT_FIRMS, PROJECT_DESKS, WITH_FIRMS
from shanhai.core.signs import (
    AccessRow,
    CommandGroup,
    DeadlineHook,
    Indicator,
    RecordKind,
    RulebookFile,
    SearchKind,
    Sweep,
    WorkKind,
    ZonePart,
)
from shanhai.fields.investment import (
    columns,
    signin_aid,
    signin_pipeline,
    signin_plans,
    signin_stocks,
    signin_teams,
)
from shanhai.kernel.attribution import Method
from shanhai.webkit import signs as pages
from shanhai.webkit.signs import MenuEntry

OWN = "shanhai.fields.investment"
# Files of a zone folder that no register stands for.
FILES = (
    "lead_contacts", "lead_payments", "quarterly_lists", "quarterly_list_lines", "project_steps", "project_teams",
    "project_stalls", "project_checks", "portfolio_plans", "portfolio_plan_parts", "portfolio_plan_adoptions",
    *signin_aid.FILES,
)  # fmt: skip


def sign_in() -> None:
    signs.access_rows.add(
        AccessRow(
            "investment.view_projects",
            _("See the projects that are shown to oneself."),
            WITH_FIRMS,
            kind="page",
        ),
        AccessRow("investment.add_project", _("Register projects."), PROJECT_DESKS, scope="side"),
        AccessRow(
            "investment.change_project",
            _("Change what is known about projects."),
            PROJECT_DESKS,
            scope="side",
        ),
        AccessRow(
            "investment.move_project",
            _("Say that projects have come to another stage."),
            PROJECT_DESKS,
            scope="side",
        ),
        AccessRow(
            "investment.write_projects", _("Bring projects as a spreadsheet."), PROJECT_DESKS, scope="side"
        ),
    )
    signin_pipeline.sign_in()
    signs.record_kinds.add(
        RecordKind(
            "investment.project",
            _("Project"),
            "investment.view_projects",
            parts=f"{OWN}.queries.evidence.parts_of",
            has_papers=True,
        )
    )
    signs.search_kinds.add(
        SearchKind(
            "investment.project", _("Project"), f"{OWN}.queries.projects.entries", "investment.view_projects"
        )
    )
    signs.registers.add(*columns.REGISTERS)
    signs.zone_parts.add(ZonePart("investment", 60, f"{OWN}.zone.load", f"{OWN}.zone.export", files=FILES))
    signs.command_groups.add(
        CommandGroup(
            "investment",
            _("Leads and projects: who might come, who builds what where, and how far they are."),
            f"{OWN}.cli.app",
        )
    )
    _sign_in_leads()
    _sign_in_lists()
    signin_plans.sign_in()
    signin_aid.sign_in()
    signin_teams.sign_in()
    signin_stocks.sign_in()
    pages.menu.add(
        MenuEntry(
            "investment.projects",
            "investment",
            10,
            _("Projects"),
            "investment:projects",
            "investment.view_projects",
        )
    )


def _sign_in_leads() -> None:
    signs.access_rows.add(
        AccessRow(
            "investment.view_leads", _("See the leads that are shown to oneself."), WITH_FIRMS, kind="page"
        ),
        AccessRow(
            "investment.view_funnel",
            _("See the pipeline of leads: how many came how far, by kind, introducer and quarter."),
            ABOUT_FIRMS,
            kind="page",
        ),
        *(
            AccessRow(f"investment.{code}", about, PROJECT_DESKS, scope="side")
            for code, about in (
                ("add_lead", _("Register leads.")),
                ("change_lead", _("Change what is known about leads.")),
                ("log_contact", _("Write down how an investor was spoken to.")),
                ("ask_experts", _("Ask experts before a lead is triaged.")),
                ("triage_lead", _("Triage leads, and say which unit talks.")),
                ("feed_back_lead", _("Tell who introduced a lead what becomes of it.")),
                ("move_lead", _("Say how far the talks on a lead are.")),
                ("sign_lead", _("Make a signed lead a project.")),
                ("reject_lead", _("Reject leads with a reason.")),
                ("transfer_lead", _("Transfer leads, with the credit shared.")),
                ("reopen_lead", _("Take up rejected and transferred leads again.")),
                ("merge_leads", _("Merge leads that are one.")),
                ("unmerge_lead", _("Undo a merger of leads.")),
                ("record_paid_in", _("Write down capital that came in for leads.")),
                ("take_back_paid_in", _("Take back capital that was written down by mistake.")),
                ("write_leads", _("Bring leads as a spreadsheet.")),
            )
        ),
        AccessRow("investment.load_contacts", _("Load the log of leads from a zone folder."), scope="system"),
        AccessRow(
            "investment.move_due",
            _("Move the due days of leads when working days are announced."),
            scope="system",
        ),
        AccessRow("investment.load_paid_in", _("Load capital paid in from a zone folder."), scope="system"),
    )
    signs.record_kinds.add(RecordKind("investment.lead", _("Lead"), "investment.view_leads"))
    signs.search_kinds.add(
        SearchKind("investment.lead", _("Lead"), f"{OWN}.queries.leads.entries", "investment.view_leads")
    )
    held = _("Your unit holds the lead.")
    signs.work_kinds.add(
        WorkKind("investment.contact_lead", _("Investor to contact"), _("Write down"), held),
        WorkKind("investment.triage_lead", _("Lead to triage"), _("Triage"), held),
        WorkKind("investment.feedback_lead", _("Introducer to tell"), _("Tell them"), held),
        WorkKind("investment.follow_lead", _("Investor to follow up"), _("Write down"), held),
    )
    signs.sweeps.add(Sweep("investment.leads", f"{OWN}.actions.lead_clocks.sweep", every_minutes=30))
    signs.deadline_hooks.add(DeadlineHook("investment.leads", f"{OWN}.actions.lead_clocks.follow_notice"))
    signs.rulebook_files.add(RulebookFile("investment", OWN))
    measured = f"{OWN}.queries.lead_indicators"
    signs.indicators.add(
        Indicator(
            "investment.leads",
            _("Leads registered"),
            "leads",
            "flow",
            "investment",
            f"{measured}.measure_leads",
            f"{measured}.evidence_leads",
            _("Each once, whoever brought it; merged ones count with the lead that they were merged into."),
            shared=Method.INTRODUCER,
        ),
        Indicator(
            "investment.signed",
            _("Leads signed"),
            "leads",
            "flow",
            "investment",
            f"{measured}.measure_signed",
            f"{measured}.evidence_signed",
            _("By the day on which the lead became a project."),
            shared=Method.FULL_BOTH,
        ),
        Indicator(
            "investment.conversion",
            _("Leads that were signed"),
            "percent",
            "ratio",
            "investment",
            f"{measured}.measure_conversion",
            f"{measured}.evidence_conversion",
            _("Of the leads registered in the period, those that have become projects since."),
            shared=Method.INTRODUCER,
        ),
        Indicator(
            "investment.paid_in",
            _("Capital paid in for signed leads"),
            "fen",
            "flow",
            "investment",
            f"{measured}.measure_paid_in",
            f"{measured}.evidence_paid_in",
            _("By the day on which it came; what was taken back counts no more."),
            shared=Method.INTRODUCER,
        ),
    )
    pages.menu.add(
        MenuEntry(
            "investment.leads",
            "investment",
            5,
            _("Leads"),
            "investment:leads",
            "investment.view_leads",
        ),
        MenuEntry(
            "investment.funnel",
            "investment",
            6,
            _("Pipeline"),
            "investment:funnel",
            "investment.view_funnel",
        ),
    )


def _sign_in_lists() -> None:
    signs.access_rows.add(
        AccessRow(
            "investment.view_lists",
            _("See the quarterly lists that are shown to oneself, and what became of their leads."),
            ABOUT_FIRMS,
            kind="page",
        ),
        *(
            AccessRow(f"investment.{code}", about, PROJECT_DESKS, scope="side")
            for code, about in (
                ("open_list", _("Begin quarterly lists and supplements (sea side).")),
                ("add_to_list", _("Put leads on a quarterly list (sea side).")),
                ("withdraw_from_list", _("Withdraw published lines by a supplement (sea side).")),
                ("take_off_list", _("Take lines off a quarterly list that is compiled (sea side).")),
                ("publish_list", _("Publish quarterly lists (sea side).")),
                ("acknowledge_list", _("Acknowledge quarterly lists (mountain side).")),
                ("answer_line", _("Answer the leads of quarterly lists (mountain side).")),
                ("sign_receipt", _("Sign the receipt of a quarterly list for one’s side.")),
                ("write_list_lines", _("Bring lines and answers of quarterly lists as a spreadsheet.")),
            )
        ),
        AccessRow("investment.load_list", _("Load quarterly lists from a zone folder."), scope="system"),
    )
    signs.record_kinds.add(
        RecordKind(
            "investment.quarterlylist",
            _("Quarterly list"),
            "investment.view_lists",
            paper=f"{OWN}.printed.quarterly_list",
            signed=f"{OWN}.printed.sign_receipt",
        )
    )
    signs.work_kinds.add(
        WorkKind(
            "investment.compile_list", _("List to publish"), _("Open the list"), _("Your unit compiles it.")
        ),
        WorkKind(
            "investment.acknowledge_list",
            _("List to acknowledge"),
            _("Open the list"),
            _("The sea side published it."),
        ),
        WorkKind(
            "investment.answer_list",
            _("Leads to answer"),
            _("Answer"),
            _("The sea side waits for the answers."),
        ),
    )
    signs.sweeps.add(Sweep("investment.lists", f"{OWN}.actions.lists.sweep", every_minutes=30))
    measured = f"{OWN}.queries.list_indicators"
    signs.indicators.add(
        Indicator(
            "investment.listed",
            _("Leads on published lists"),
            "leads",
            "flow",
            "investment",
            f"{measured}.measure_listed",
            f"{measured}.evidence_listed",
            _("By the day on which the list was published; withdrawn ones are left out."),
        ),
        Indicator(
            "investment.list_accepted",
            _("Listed leads that were accepted"),
            "percent",
            "ratio",
            "investment",
            f"{measured}.measure_accepted",
            f"{measured}.evidence_accepted",
            _("Of the leads answered in the period, those that were accepted."),
        ),
        Indicator(
            "investment.list_in_time",
            _("Listed leads answered in time"),
            "percent",
            "ratio",
            "investment",
            f"{measured}.measure_in_time",
            f"{measured}.evidence_in_time",
            _("Of the leads answered in the period, those answered by the day for answers."),
        ),
    )
    pages.menu.add(
        MenuEntry(
            "investment.lists",
            "investment",
            4,
            _("Quarterly lists"),
            "investment:lists",
            "investment.view_lists",
        )
    )
