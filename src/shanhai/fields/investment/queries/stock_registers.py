"""The rows of the registers of potential stocks: where each column lies."""

from __future__ import annotations

from shanhai.fields.investment.columns import stocks as columns
from shanhai.fields.investment.models import Stock, StockMilestone, StockVote
from shanhai.fields.pairing.queries.registers import Table

_STOCK = {"stock": "stock__number"}
STOCKS = Table(
    columns.STOCKS,
    Stock,
    "pairing",
    {
        "pairing": "pairing__code",
        "organisation": "organisation__code",
        "lead": "lead__number",
        "owner": "owner_unit__code",
    },
    visible="",
)
STOCK_VOTES = Table(
    columns.STOCK_VOTES,
    StockVote,
    "stock__pairing",
    _STOCK | {"member": "member__code"},
    visible="stock__",
)
STOCK_MILESTONES = Table(
    columns.STOCK_MILESTONES, StockMilestone, "stock__pairing", _STOCK, visible="stock__"
)

stocks_rows, stocks_current = STOCKS.rows, STOCKS.current
stock_votes_rows, stock_votes_current = STOCK_VOTES.rows, STOCK_VOTES.current
stock_milestones_rows, stock_milestones_current = STOCK_MILESTONES.rows, STOCK_MILESTONES.current
