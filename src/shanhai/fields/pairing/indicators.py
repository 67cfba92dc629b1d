"""The indicators that the field signs in: what is measured of the partnership, and which line of the balance it fills."""

from __future__ import annotations

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from shanhai.core.signs import (
    BalancePlace,
    Indicator,
)
from shanhai.fields.pairing import columns, rules
from shanhai.kernel.attribution import Method

OWN = "shanhai.fields.pairing"


def indicators() -> list[Indicator]:
    def one(
        code: str,
        name: object,
        unit: str,
        kind: str,
        about: object,
        shared: Method | None = None,
        balance: BalancePlace | None = None,
    ) -> Indicator:
        return Indicator(
            code=f"pairing.{code}",
            name=name,  # type: ignore[arg-type]
            unit=unit,
            kind=kind,  # type: ignore[arg-type]
            field="partnership",
            measure=f"{OWN}.queries.indicators.{code}_measure",
            evidence=f"{OWN}.queries.indicators.{code}_evidence",
            about=about,  # type: ignore[arg-type]
            shared=shared,
            balance=balance,
            measure_sides=f"{OWN}.queries.indicators.{code}_sides" if balance else "",
        )

    return [
        one(
            "commitments_fulfilled",
            _("Commitments fulfilled"),
            "%",
            "ratio",
            _("Of the commitments and period targets that fell due, the share that was delivered by then."),
            Method.FULL_BOTH,
        ),
        one(
            "meetings_held",
            _("Joint meetings held"),
            "meetings",
            "flow",
            _("Joint meetings of all levels that had the quorum of both sides."),
            Method.FULL_BOTH,
        ),
        one(
            "visits",
            _("Visits of main leaders"),
            "visits",
            "flow",
            _("Joint meetings that the main leaders of both sides held."),
            Method.FULL_BOTH,
        ),
        one(
            "officer_days",
            _("Days of seconded officers"),
            "days",
            "flow",
            _("Calendar days that seconded officers were in post; the sending side is credited."),
            balance=BalancePlace("things", 150, _("days")),
        ),
        one(
            "officers_in_post",
            _("Seconded officers in post"),
            "officers",
            "stock",
            _("Seconded officers in post on the last day of the period."),
        ),
        one(
            "items_on_time",
            _("Action items closed on time"),
            "%",
            "ratio",
            _("Of the action items due in the period, the share closed by the first due day."),
        ),
        one(
            "appraisals_given",
            _("Officers appraised in time"),
            "%",
            "ratio",
            _("Of the appraisals due in the period, the share given by their day."),
        ),
        one(
            "money_paid",
            _("Money paid under agreements"),
            "fen",
            "flow",
            _("Payments on money clauses; the paying side is credited."),
            balance=BalancePlace("money", 10),
        ),
        one(
            "activities_held",
            _("Activities held"),
            "activities",
            "flow",
            _("Visits, promotions, exhibitions, matchings, donations and consumption aid that took place."),
            Method.FULL_BOTH,
        ),
        one(
            "exchange_visits",
            _("Visits between both sides"),
            "visits",
            "flow",
            _("Visits of delegations that took place; joint meetings of main leaders are counted apart."),
            Method.FULL_BOTH,
        ),
        one(
            "aid_paid",
            _("Donations paid"),
            "fen",
            "flow",
            _("Donations that were paid, with vouchers; the giving side is credited."),
            balance=BalancePlace("money", 20),
        ),
        one(
            "aid_used",
            _("Donations used"),
            "fen",
            "flow",
            _("What was used of donations, with vouchers; the receiving side is credited."),
        ),
        *(
            one(
                f"delivered_{line}",
                _line_name(line),
                "fen" if unit == "fen" else unit,
                "flow",
                _(
                    "Deliveries of the commitments that stand in this line of the balance; the side that owes them is credited."
                ),
                balance=BalancePlace(group, 100 + rank, _LINE_UNITS.get(line, _UNITS.get(unit, ""))),  # type: ignore[arg-type]
            )
            for rank, (line, (group, unit)) in enumerate(rules.BALANCE_LINES.items())
        ),
    ]


def _line_word(line: str) -> str:
    return columns.words(columns.BALANCE_LINES, line)


_line_name = lazy(_line_word, str)
_UNITS = {"mu": _("mu"), "tonne": _("t"), "day": _("days"), "count": _("persons")}
_LINE_UNITS = {"leads": _("leads"), "consultations": _("cases"), "visitors": _("visits")}
