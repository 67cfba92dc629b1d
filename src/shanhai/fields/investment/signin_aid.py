"""What aid by policies signs in: who may do what, what waits for whom, what is measured, where it shows."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shanhai.core import signs
from shanhai.core.signin import ABOUT_FIRMS, PROJECT_DESKS, WITH_FIRMS
from shanhai.core.signs import AccessRow, Indicator, RecordKind, SearchKind, Sweep, WorkKind
from shanhai.webkit import signs as pages
from shanhai.webkit.signs import MenuEntry, Panel

OWN = "shanhai.fields.investment"
# Files of a zone folder that no register stands for.
FILES = (
    "aid_policies", "aid_budgets", "aid_facts", "aid_runs", "aid_claims", "aid_objections", "aid_payments",
)  # fmt: skip


def sign_in() -> None:
    """Sign aid in."""
    firm_too = PROJECT_DESKS | {"enterprise"}
    signs.access_rows.add(
        AccessRow("investment.view_policies", _("See the policies of aid."), WITH_FIRMS, kind="page"),
        AccessRow(
            "investment.view_aid",
            _("See the claims of aid that are shown to oneself."),
            WITH_FIRMS,
            kind="page",
        ),
        AccessRow(
            "investment.view_aid_runs", _("See runs of aid and what they find."), ABOUT_FIRMS, kind="page"
        ),
        AccessRow("investment.view_aid_budgets", _("See the budgets for aid."), ABOUT_FIRMS, kind="page"),
        AccessRow(
            "investment.view_stated_facts", _("See what was stated of firms."), WITH_FIRMS, kind="page"
        ),
        *(
            AccessRow(f"investment.{code}", about, PROJECT_DESKS, scope="side")
            for code, about in (
                ("publish_policy", _("Publish policies and new editions of them (mountain side).")),
                ("withdraw_policy", _("Withdraw editions on which no claim stands (mountain side).")),
                ("set_aid_budget", _("Set the budget for aid of one’s side.")),
                ("run_aid", _("Find the firms that may claim, and write a run (mountain side).")),
                ("check_claim", _("Check claims of aid; two members do (mountain side).")),
                ("take_back_check", _("Take back one’s own check of a claim of aid (mountain side).")),
                ("refuse_claim", _("Refuse claims of aid with a reason (mountain side).")),
                ("give_notice", _("Put claims of aid on public notice (mountain side).")),
                ("decide_objection", _("Decide on objections to aid (mountain side).")),
                ("pay_share", _("Record that one’s side paid its share of aid.")),
                ("judge_promise", _("Say whether a promise made for aid was kept (mountain side).")),
                ("recall_claim", _("Recall aid that was paid (mountain side).")),
                ("record_return", _("Record that one’s side has its share of recalled aid back.")),
                ("write_aid_policies", _("Bring policies as a spreadsheet.")),
                ("write_aid_budgets", _("Bring budgets for aid as a spreadsheet.")),
                ("write_stated_facts", _("Bring facts stated of firms as a spreadsheet.")),
                ("write_aid_claims", _("Bring confirmations of aid as a spreadsheet.")),
            )
        ),
        *(
            AccessRow(f"investment.{code}", about, firm_too)
            for code, about in (
                ("state_fact", _("State facts of firms with their papers.")),
                ("confirm_claim", _("Confirm aid for one’s firm, or write down that it did.")),
                ("take_back_confirmation", _("Take back that aid was confirmed for one’s firm.")),
                ("confirm_all", _("Confirm in one step all that one’s firm may claim.")),
                ("decline_claim", _("Decline aid for one’s firm.")),
                ("object_to_claim", _("Object to aid that is on public notice.")),
            )
        ),
        AccessRow("investment.lapse_claim", _("Close claims that nobody confirmed in time."), scope="system"),
        AccessRow("investment.load_aid", _("Load policies and claims from a zone folder."), scope="system"),
    )
    signs.record_kinds.add(
        RecordKind("investment.aidpolicy", _("Policy of aid"), "investment.view_policies", sees=f"{OWN}.queries.aid.sees_policy"),
        RecordKind("investment.aidclaim", _("Claim of aid"), "investment.view_aid", sees=f"{OWN}.queries.aid.sees"),
        RecordKind("investment.aidrun", _("Run of aid"), "investment.view_aid_runs", sees=f"{OWN}.queries.aid.sees_run"),
    )  # fmt: skip
    signs.search_kinds.add(
        SearchKind(
            "investment.aidpolicy",
            _("Policy of aid"),
            f"{OWN}.queries.aid.entries",
            "investment.view_policies",
        )
    )
    _sign_in_work()
    _sign_in_figures()
    pages.menu.add(
        MenuEntry(
            "investment.policies", "investment", 12, _("Policies"), "investment:policies", "investment.view_policies"
        ),
        MenuEntry(
            "investment.aid", "investment", 13, _("Aid paid to firms"), "investment:aid_claims", "investment.view_aid",
            below=("/investment/aid/",),
        ),
    )  # fmt: skip
    pages.panels.add(
        Panel("investment.firm_aid", "record", 40, f"{OWN}.views.aid_firms.panel", "investment.view_aid")
    )


def _sign_in_work() -> None:
    runs = _("Your unit runs the policies.")
    signs.work_kinds.add(
        WorkKind("investment.confirm_aid", _("Aid to confirm"), _("Confirm"), _("It is for your firm.")),
        WorkKind("investment.check_aid", _("Claim of aid to check"), _("Check"), runs),
        WorkKind("investment.notice_aid", _("Aid to put on public notice"), _("Open the run"), runs),
        WorkKind("investment.decide_aid", _("Objection to aid to decide"), _("Decide"), runs),
        WorkKind("investment.promise_aid", _("Promise of a firm to look at"), _("Look at it"), runs),
        WorkKind("investment.pay_aid", _("Aid to pay"), _("Pay"), _("Your side bears a share of it.")),
        WorkKind(
            "investment.recall_aid",
            _("Aid that comes back"),
            _("Record it"),
            _("Your side bore a share of it."),
        ),
    )
    signs.sweeps.add(Sweep("investment.aid", f"{OWN}.actions.aid_runs.sweep", every_minutes=30))


def _sign_in_figures() -> None:
    measured = f"{OWN}.queries.aid_indicators"
    signs.indicators.add(
        Indicator(
            "investment.aid_paid",
            _("Aid paid to firms by policies"),
            "fen",
            "flow",
            "investment",
            f"{measured}.measure_paid",
            f"{measured}.evidence_paid",
            _("Each side’s own share, by the day of the voucher; what came back is not taken off."),
        ),
        Indicator(
            "investment.aid_reached",
            _("Firms reached without applying"),
            "firms",
            "distinct",
            "investment",
            f"{measured}.measure_reached",
            f"{measured}.evidence_reached",
            _("Firms for which a run found aid in the records, each once."),
        ),
        Indicator(
            "investment.aid_days",
            _("Days from the run to the money"),
            "days",
            "ratio",
            "investment",
            f"{measured}.measure_days",
            f"{measured}.evidence_days",
            _("Calendar days, of the claims whose last share was paid in the period."),
        ),
    )
