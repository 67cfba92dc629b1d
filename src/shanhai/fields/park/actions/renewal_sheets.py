"""Plots that a spreadsheet nominates for renewal."""

from __future__ import annotations

from shanhai.core.models import Import, Member
from shanhai.core.sheets.columns import Change
from shanhai.fields.park.actions import renewal
from shanhai.fields.park.actions.firm_sheets import by_page_only, firm_named, written_by
from shanhai.fields.park.columns.renewal import RENEWALS
from shanhai.fields.park.models import Renewal
from shanhai.fields.park.queries import firms
from shanhai.fields.park.rules.firms import Tenure
from shanhai.kernel.refusals import NotNow, gettext_noop


def _put_renewal(change: Change, by: Member | None, on_import: Import | None) -> None:
    values = change.values
    if change.before is not None:
        changed = change.differs(RENEWALS.columns)
        if changed:
            raise by_page_only(change.key, changed[0])
        return
    firm = firm_named(by, values["firm"])
    holding = firms.holding_of(firm, values["plot"])
    if holding.tenure != Tenure.OWN:
        raise NotNow(
            "park.plot_leased",
            gettext_noop("{firm} leases plot {plot}. Nominate the plot of who owns it."),
            firm=firm.name,
            plot=holding.plot,
            field="plot",
        )
    told = {name: values[name] for name in ("number", "reason", "text")}
    renewal.nominate_plot(holding, on_import=on_import, by=by, **told)


renewals_guard, write_renewals = written_by(RENEWALS, _put_renewal, Renewal)
