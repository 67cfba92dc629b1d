"""Plots that a spreadsheet nominates for renewal, and the steps by which it takes them on: one a row."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from shanhai.core.models import Document, Import, Member
from shanhai.core.sheets.columns import Change
from shanhai.fields.office.rules.shared import said
from shanhai.fields.park.actions import renewal
from shanhai.fields.park.actions.agent_sheets import check_today, is_taken_back
from shanhai.fields.park.actions.firm_sheets import Values, by_page_only, firm_named, written_by
from shanhai.fields.park.columns.renewal import RENEWALS
from shanhai.fields.park.models import Renewal
from shanhai.fields.park.queries import firms
from shanhai.fields.park.queries import renewal as queries
from shanhai.fields.park.rules import renewal as rules
from shanhai.fields.park.rules.firms import Tenure
from shanhai.fields.registry.queries import papers
from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop

Stage = rules.RenewalStage
Step = Callable[[Renewal, Values, dict[str, Any], Member | None], Any]


def _put_renewal(change: Change, by: Member | None, on_import: Import | None) -> None:
    if change.before is None:
        _nominate(change, by, on_import)
        return
    changed = change.differs(RENEWALS.columns)
    if not changed:
        return
    if is_taken_back(on_import):
        raise rules.step_stays(change.key)
    to = change.values["stage"]
    if "stage" not in changed or to not in _STEPS:
        raise by_page_only(change.key, changed[0])
    _take(change, Stage(to), changed, by, on_import)


def _nominate(change: Change, by: Member | None, on_import: Import | None) -> None:
    values = change.values
    for name in MOVED:
        if values[name] not in (None, ""):
            raise by_page_only(change.key, name)
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


def _take(change: Change, to: Stage, changed: list[str], by: Member | None, on_import: Import | None) -> None:
    """One step by the action of its page; cells that the step does not ask stay as they are."""
    values, (cells, has_day, step) = change.values, _STEPS[to]
    for name in changed:
        if name not in ("stage", "stage_on", *cells):
            raise by_page_only(change.key, name)
    one = queries.renewal_of(by, change.key)
    rules.check_next(one.number, one.stage, to, one.path)
    also: dict[str, Any] = {"on_import": on_import}
    if "stage_on" in changed and not has_day:
        check_today("stage_on", values["stage_on"])
    elif has_day:
        also["on"] = values["stage_on"] if "stage_on" in changed else None
    for name in _NEEDED.get(to, ()):
        rules.check_told(one.number, to, name, values[name])
    step(one, values, also, by)


def _verify(one: Renewal, values: Values, also: dict[str, Any], by: Member | None) -> None:
    found = [_paper(number, by) for number in (values["photos"] or "").replace(",", " ").split()]
    renewal.verify_on_site(one, text=said(values["text"], "text"), papers=found, by=by, **also)


def _paper(number: str, by: Member | None) -> Document:
    """A filed photograph, by its number, for those who see it."""
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise BadInput(
            "park.renewal_no_photo",
            gettext_noop(
                "{given} is no number of a document. File the photographs, and write their numbers."
            ),
            given=number[:20],
            field="photos",
        )
    return papers.seen(by, int(number)) if by is not None else Document.objects.get(pk=number)


def _vacate(one: Renewal, values: Values, also: dict[str, Any], by: Member | None) -> None:
    brought: dict[str, Any] = {
        name: values[name] or Decimal(0) for name in ("energy_tce", "emission_t", "plant_m2")
    }
    renewal.vacate_plot(one, by=by, **brought, **also)


def _contract(one: Renewal, values: Values, also: dict[str, Any], by: Member | None) -> None:
    renewal.contract_plot(
        one,
        firm_named(by, values["new_firm"]),
        contract=values["contract"] or "",
        energy_tce=values["energy_taken_tce"] or Decimal(0),
        emission_t=values["emission_taken_t"] or Decimal(0),
        reserved_for=values["for_lead"] or "",
        by=by,
        **also,
    )


# What each step may say, whether on a day of its own, and the action that it is.
_STEPS: dict[str, tuple[tuple[str, ...], bool, Step]] = {
    Stage.VERIFIED: (("text", "photos"), True, _verify),
    Stage.PUBLISHED: ((), False, lambda one, _values, also, by: renewal.publish_renewal(one, by=by, **also)),
    Stage.CHOSEN: (
        ("path",), False, lambda one, values, also, by: renewal.choose_path(one, path=values["path"], by=by, **also)
    ),
    Stage.VALUED: (
        ("value_fen",), False, lambda one, values, also, by: renewal.value_plot(one, value_fen=values["value_fen"], by=by, **also)
    ),
    Stage.VACATED: (("energy_tce", "emission_t", "plant_m2"), True, _vacate),
    Stage.OFFERED: ((), False, lambda one, _values, also, by: renewal.offer_plot(one, by=by, **also)),
    Stage.CONTRACTED: (("new_firm", "contract", "energy_taken_tce", "emission_taken_t", "for_lead"), True, _contract),
    Stage.MEASURED: (
        ("after_year",), False, lambda one, values, also, by: renewal.measure_effect(one, year=values["after_year"], by=by, **also)
    ),
    Stage.DROPPED: (
        ("text",), False, lambda one, values, also, by: renewal.drop_renewal(one, reason=values["text"], by=by, **also)
    ),
}  # fmt: skip
_NEEDED: dict[str, tuple[str, ...]] = {
    Stage.CHOSEN: ("path",),
    Stage.VALUED: ("value_fen",),
    Stage.CONTRACTED: ("new_firm",),
    Stage.MEASURED: ("after_year",),
}
MOVED = tuple(column.name for column in RENEWALS.columns if column.is_by_action)
renewals_guard, write_renewals = written_by(RENEWALS, _put_renewal, Renewal, moved=MOVED)
