"""What factor requests sign in: who asks and grants, what waits, what is measured."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shanhai.core import signs
from shanhai.core.signin import WRITERS
from shanhai.core.signs import (
    AccessRow,
    Indicator,
    RecordKind,
    SearchKind,
    SelfCheck,
    Sweep,
    WorkKind,
    ZonePart,
)

OWN = "shanhai.fields.office"
# Who deals with requests of others.
DOERS = frozenset(
    {"leader", "office", "dispatcher", "handler", "checker", "signer", "park_committee", "investment_team"}
)


def sign_in() -> None:
    signs.access_rows.add(*_rows())
    signs.record_kinds.add(RecordKind("office.factorrequest", _("Factor request"), "office.view_factors"))
    signs.search_kinds.add(
        SearchKind("office.factorrequest", _("Factor request"), f"{OWN}.queries.factors.entries")
    )
    signs.work_kinds.add(
        WorkKind(
            "office.factor",
            _("Factor request"),
            _("Decide"),
            _("A factor is asked of your unit; the queue says who comes first."),
        )
    )
    signs.sweeps.add(Sweep("office.factors", f"{OWN}.actions.factor_upkeep.sweep", every_minutes=10))
    signs.self_checks.add(
        SelfCheck(
            "office.factors",
            _("Pools and requests of factors hold what was granted"),
            f"{OWN}.queries.factor_checks.run",
        )
    )
    signs.indicators.add(*_indicators())
    signs.zone_parts.add(
        ZonePart(
            "office.factors",
            95,  # after all fields, whose records requests are about
            f"{OWN}.zone.factors.load",
            f"{OWN}.zone.factors.export",
            files=("factor_pools", "factor_requests", "factor_grants", "factor_passings", "factor_steps"),
        ),
        ZonePart(
            "office.work",
            96,  # after all records that open work is about
            f"{OWN}.zone.work.load",
            f"{OWN}.zone.work.export",
            files=("deputies", "work_in_hand"),
        ),
    )


def _rows() -> list[AccessRow]:
    asked = {
        "office.ask_for_factor": _("Ask for factors: land quota, energy, funds, talent."),
        "office.withdraw_request": _("Withdraw own factor requests."),
        "office.reopen_request": _("Put factor requests back into the queue."),
    }
    granted = {
        "office.grant_factor": _("Grant factors that are asked of the own unit."),
        "office.take_back_grant": _("Take grants of factors back."),
        "office.refuse_request": _("Refuse factor requests that are with the own unit."),
        "office.declare_pool": _("Say what the own organisation may grant of a factor in a year."),
        "office.change_pool": _("Set a pool of a factor anew."),
    }
    return [
        AccessRow(
            "office.view_factors",
            _("See factor requests and pools that are shown to oneself."),
            scope="seat",
            kind="page",
        ),
        *(AccessRow(code, about, WRITERS, scope="side") for code, about in asked.items()),
        *(AccessRow(code, about, DOERS, scope="side") for code, about in granted.items()),
        AccessRow(
            "office.climb_request",
            _("Move factor requests up that nobody has granted in time."),
            scope="system",
        ),
        AccessRow("office.write_request", _("Write factor requests of a zone folder."), scope="system"),
        AccessRow("office.write_work", _("Write who has which open work, of a zone folder."), scope="system"),
    ]


def _indicators() -> list[Indicator]:
    found = f"{OWN}.queries.factor_indicators"
    told = (
        (
            "factors_fulfilled",
            _("Factor requests fulfilled"),
            "requests",
            "flow",
            _("Requests granted in whole in the period, by the side that fulfilled them."),
        ),
        (
            "factor_days",
            _("Working days until a factor request is fulfilled"),
            "days",
            "ratio",
            _(
                "Working days from asking to the whole grant, on average of the requests fulfilled in the period."
            ),
        ),
        (
            "factor_first_days",
            _("Working days until the first grant"),
            "days",
            "ratio",
            _(
                "Working days from asking to the first grant, on average of the requests first granted in the period."
            ),
        ),
        (
            "factors_passed_over",
            _("Factor requests passed over"),
            "times",
            "flow",
            _(
                "How often a grant of the period served one while another stood before it and could be served."
            ),
        ),
    )
    return [
        Indicator(
            f"office.{code}", name, unit, kind, "partnership",  # type: ignore[arg-type]
            f"{found}.{code}_measure", f"{found}.{code}_evidence", about,
        )
        for code, name, unit, kind, about in told
    ]  # fmt: skip
