"""What potential stocks sign in."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shanhai.core import signs
from shanhai.core.signin import ABOUT_FIRMS, PROJECT_DESKS
from shanhai.core.signs import AccessRow, Indicator, RecordKind, SearchKind, Sweep, WorkKind
from shanhai.kernel.attribution import Method
from shanhai.webkit import signs as pages
from shanhai.webkit.signs import MenuEntry

OWN = "shanhai.fields.investment"


def sign_in() -> None:
    """Access rows, records, work, indicators, sweep and menu of potential stocks."""
    signs.access_rows.add(
        AccessRow(
            "investment.view_stocks",
            _("See potential stocks, their evidence, votes, milestones, and how often picks came true."),
            ABOUT_FIRMS,
            kind="page",
        ),
        *(
            AccessRow(f"investment.{code}", about, PROJECT_DESKS | {"signer"}, scope="side")
            for code, about in (
                ("propose_stock", _("Propose potential stocks with the evidence of their growth.")),
                ("change_stock", _("Change the evidence of proposed potential stocks.")),
                ("withdraw_stock", _("Withdraw potential stocks that are not decided.")),
                ("call_committee", _("Put potential stocks before a committee of both sides.")),
                ("vote_on_stock", _("Vote on potential stocks, with a seat on the committee.")),
                ("decide_stock", _("Decide on potential stocks by the votes that are cast.")),
                ("set_milestone", _("Set the milestones of picks, and the aid that hangs on them.")),
                ("judge_milestone", _("Say what picks reached at their milestones.")),
                ("judge_again", _("Take back judgements of milestones whose aid is not released.")),
                ("release_aid", _("Release the aid of milestones that were reached.")),
                ("write_stocks", _("Bring potential stocks as a spreadsheet.")),
                ("write_stock_votes", _("Bring one’s votes on potential stocks as a spreadsheet.")),
                ("write_stock_milestones", _("Bring milestones of potential stocks as a spreadsheet.")),
            )
        ),
        AccessRow(
            "investment.load_stock_stage", _("Load potential stocks from a zone folder."), scope="system"
        ),
        AccessRow(
            "investment.load_stock_vote",
            _("Load votes on potential stocks from a zone folder."),
            scope="system",
        ),
    )
    signs.record_kinds.add(RecordKind("investment.stock", _("Potential stock"), "investment.view_stocks"))
    signs.search_kinds.add(
        SearchKind(
            "investment.stock",
            _("Potential stock"),
            f"{OWN}.queries.stocks.entries",
            "investment.view_stocks",
        )
    )
    signs.work_kinds.add(
        WorkKind(
            "investment.vote_on_stock",
            _("Potential stock to vote on"),
            _("Vote"),
            _("You sit on its committee."),
        ),
        WorkKind(
            "investment.judge_milestone",
            _("Milestone to judge"),
            _("Open it"),
            _("Your unit keeps the potential stock."),
        ),
    )
    signs.sweeps.add(Sweep("investment.stocks", f"{OWN}.actions.stocks.sweep", every_minutes=60))
    measured = f"{OWN}.queries.stock_indicators"
    signs.indicators.add(
        Indicator(
            "investment.stocks_picked",
            _("Potential stocks picked"),
            "enterprises",
            "flow",
            "investment",
            f"{measured}.measure_picked",
            f"{measured}.evidence_picked",
            _("By the day of the decision; both sides decide, so each books them in full."),
            shared=Method.FULL_BOTH,
        ),
        Indicator(
            "investment.stock_hits",
            _("Picks that rose above scale in time"),
            "percent",
            "ratio",
            "investment",
            f"{measured}.measure_hits",
            f"{measured}.evidence_hits",
            _("Of the picks of the period whose time is over, those that rose."),
            shared=Method.FULL_BOTH,
        ),
    )
    pages.menu.add(
        MenuEntry(
            "investment.stocks",
            "investment",
            9,
            _("Potential stocks"),
            "investment:stocks",
            "investment.view_stocks",
        )
    )
