"""Writes of figures: reported by hand, by sheet or by round, and put right on the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from shanhai.core import access, clock, journal, rows
from shanhai.core.models import Document, Import, Member
from shanhai.core.reported import Outcome, Reported
from shanhai.core.writing import action
from shanhai.fields.office.actions.shared import origin
from shanhai.fields.park.models import FigureChange, Figures, Firm
from shanhai.fields.park.queries import figures as queries
from shanhai.fields.park.queries import firms
from shanhai.fields.park.rules import figures as rules
from shanhai.kernel.refusals import Refused, gettext_noop
from shanhai.kernel.text import plain_decimal

SENSITIVE = "tax_fen"


@action
def report_figures(
    firm: Firm,
    period: str,
    *,
    values: Mapping[str, Any],
    reason: str = "",
    round_number: str = "",
    is_illustrative: bool = False,
    source: str = "",
    on_import: Import | None = None,
    by: Member | None,
) -> Figures:
    """Enter the figures of a year or quarter, or put right what stands there.

    Parameters
    ----------
    values
        By ``rules.ITEMS``; money in fen. What is not named stays; None takes a figure out.
    reason
        Needed where a figure that stands there becomes another; the old one is kept with it.
    """
    access.check(by, "park.report_figures", pairing_id=firm.pairing_id)
    firms.check_may_act(firm, by)
    found = rules.read_period(period)
    rules.check_begun(firm.name, found, clock.today())
    rules.check_values(firm.name, str(found), values)
    one = firm.figures.filter(period=str(found)).first()
    if one is None:
        one = _entered(firm, str(found), found.start.year, values, is_illustrative, source, on_import, by)
        if round_number:
            _keep(one, dict.fromkeys(values), values, reason, round_number, by)
        return one
    one.firm = firm
    changes = {name: value for name, value in values.items() if getattr(one, name) != value}
    if not changes:
        return one
    overwritten = [name for name in changes if getattr(one, name) is not None]
    rules.check_reason(firm.name, str(found), overwritten, reason)
    _keep(one, {name: getattr(one, name) for name in changes}, changes, reason, round_number, by)
    if source:
        changes["source"] = source[:200]
    rows.move(one, **changes)
    _record(one, "park.report_figures", sorted(changes), by, reason=reason.strip()[:300], **origin(on_import))
    _follow(firm)
    return one


def _entered(
    firm: Firm, period: str, year: int, values: Mapping[str, Any], is_illustrative: bool, source: str,
    on_import: Import | None, by: Member | None,
) -> Figures:  # fmt: skip
    one = Figures.objects.create(
        firm=firm,
        pairing_id=firm.pairing_id,
        zone_id=firm.zone_id,
        period=period,
        year=year,
        is_illustrative=is_illustrative,
        source=source[:200],
        **values,
    )
    given = sorted(name for name, value in values.items() if value is not None)
    _record(one, "park.report_figures", given, by, **origin(on_import))
    _follow(firm)
    return one


def _record(one: Figures, verb: str, names: Sequence[str], by: Member | None, **facts: Any) -> None:
    tax = {SENSITIVE: str(one.tax_fen)} if SENSITIVE in names else None
    journal.record(one, verb, by=by, sensitive=tax, period=one.period, changed=list(names), **facts)


def _keep(
    one: Figures, before: Mapping[str, Any], after: Mapping[str, Any], reason: str, round_number: str,
    by: Member | None,
) -> None:  # fmt: skip
    FigureChange.objects.bulk_create(
        [
            FigureChange(
                figures=one,
                name=name,
                before=_text(before[name]),
                after=_text(value),
                reason=reason.strip()[:300],
                round=round_number,
                member=by,
                at=clock.now(),
            )
            for name, value in after.items()
        ]
    )


def _text(value: Any) -> str:
    if value is None:
        return ""
    return plain_decimal(value) if isinstance(value, Decimal) else str(value)


def _read(name: str, text: str) -> Any:
    if not text:
        return None
    return Decimal(text) if rules.BY_NAME[name].kind == "number" else int(Decimal(text))


def no_longer_reported(one: Figures, by: Member | None, on_import: Import | None) -> None:
    """What figures had moved, for those that go with the import that brought them."""
    _follow(one.firm, without=one)


def _follow(firm: Firm, without: Figures | None = None) -> None:
    """The staff that the list of enterprises shows is that of the latest year."""
    years = firm.figures.filter(staff_n__isnull=False, period__regex=r"^\d{4}$")
    last = years.exclude(pk=without.pk if without is not None else 0).order_by("-year").first()
    Firm.objects.filter(pk=firm.pk).update(staff_n=last.staff_n if last is not None else None)


# -- reporting rounds ----------------------------------------------------------------------------------------------


def preview(reported: Sequence[Reported]) -> list[Outcome]:
    """What merging a round would do about figures of enterprises."""
    return [_outcome(one, _known(one)) for one in reported if _item(one.target) is not None]


@action
def record_reported(reported: Sequence[Reported], evidence: Document, *, by: Member | None) -> list[Outcome]:
    """Put what enterprises reported into their figures; what stood there is kept with the number of the round."""
    outcomes = []
    for one in reported:
        item = _item(one.target)
        if item is None:
            continue
        outcomes.append(_recorded(one, item, evidence, by))
    return outcomes


@action
def take_back_reported(
    outcomes: Sequence[Outcome], *, pairing_id: int, reason: str = "", by: Member | None
) -> int:
    """Put back what stood there before a round, where nobody has put it right since."""
    n = 0
    for outcome in outcomes:
        item = _item(outcome.target)
        if item is None or not outcome.record:
            continue
        n += sum(
            _put_back(one, reason or outcome.record, by)
            for one in _brought(outcome.record, item.name, pairing_id)
        )
    return n


def _brought(round_number: str, name: str, pairing_id: int) -> list[FigureChange]:
    found = FigureChange.objects.filter(round=round_number, name=name, figures__pairing_id=pairing_id)
    last = {
        change.figures_id: change
        for change in found.select_related("figures__firm__organisation").order_by("pk")
    }
    return list(last.values())


def _put_back(change: FigureChange, reason: str, by: Member | None) -> int:
    one = Figures.objects.select_related("firm__organisation").get(pk=change.figures_id)
    if _text(getattr(one, change.name)) != change.after:
        return 0
    values = {change.name: _read(change.name, change.before)}
    report_figures(one.firm, one.period, values=values, reason=reason, by=by)
    return 1


def _recorded(one: Reported, item: rules.Item, evidence: Document, by: Member | None) -> Outcome:
    """Each enterprise by itself: a figure that is refused is told with its reason and keeps nobody else out."""
    known = _known(one)
    told = _outcome(one, known).as_data() | {"record": one.round_number}
    for firm, value in known:
        try:
            report_figures(
                firm,
                _period(one),
                values={item.name: value if item.kind == "number" else int(value)},
                reason=f"{one.round_number} {one.what_zh}"[:300],
                round_number=one.round_number,
                source=f"{one.round_number}, {evidence.title}"[:200],
                by=by,
            )
        except Refused as refused:
            facts = {name: str(fact) for name, fact in refused.facts.items()}
            adds = plain_decimal(Decimal(told["adds"]) - value)
            told |= {"adds": adds, "reason": refused.sentence, "facts": facts}
    return Outcome(**told)


def _item(target: str) -> rules.Item | None:
    return rules.BY_NAME.get(target.removeprefix(rules.TARGET)) if target.startswith(rules.TARGET) else None


def _period(one: Reported) -> str:
    whole = one.first.month == 1 and one.last.month == 12
    return str(one.first.year) if whole else f"{one.first.year}Q{(one.first.month - 1) // 3 + 1}"


def _known(one: Reported) -> list[tuple[Firm, Decimal]]:
    known = firms.by_codes(one.by_organisation)
    return [(known[code], value) for code, value in sorted(one.by_organisation.items()) if code in known]


def _outcome(one: Reported, known: Sequence[tuple[Firm, Decimal]]) -> Outcome:
    item = _item(one.target)
    assert item is not None
    standing = queries.current([firm.pk for firm, _ in known], _period(one), item.name)
    before = sum((Decimal(value) for value in standing.values() if value is not None), Decimal(0))
    counted = sum((value for _, value in known), Decimal(0))
    missing = len(one.by_organisation) - len(known)
    sentence = gettext_noop(
        "{n} of the units that answered are no enterprise of a park; their values count for nothing."
    )
    return Outcome(
        target=one.target,
        name_zh=item.zh,
        name_en=item.en,
        reported=plain_decimal(one.value),
        recorded=plain_decimal(before) if standing else "",
        adds=plain_decimal(counted - before),
        winner="round" if known else "none",
        unit="fen" if item.kind == "fen" else item.unit,
        reason=sentence if missing else "",
        facts={"n": str(missing)} if missing else None,
    )
