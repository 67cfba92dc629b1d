"""Commitments and deliveries: what was promised, what came, what is expected, and on what that rests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shanhai.core import clock, indicators, signs
from shanhai.core.counting import count_bounded
from shanhai.fields.pairing import actions, columns, queries, rules
from shanhai.fields.pairing.forms import agreements as agreement_forms
from shanhai.fields.pairing.forms.shared import choices
from shanhai.fields.pairing.models import (
    STANDING_SORTS,
    Commitment,
    CommitmentStanding,
    agreement_url,
)
from shanhai.fields.pairing.queries import pages
from shanhai.fields.pairing.views import deliveries, shared
from shanhai.kernel import periods as kernel_periods
from shanhai.webkit import charts, listing, words
from shanhai.webkit.listing import Column, Filter, Table
from shanhai.webkit.pages import chosen_pairing, member_required
from shanhai.webkit.remember import for_reader
from shanhai.webkit.templatetags.shanhai import STATUSES, bullet, side_mark

DeliveryStage = rules.DeliveryStage
# Of so many commitments the source mark of the list speaks.
MOST_MARKED = 200


def _table(zones: Sequence[Any]) -> Table:
    """The list of commitments; with a choice of zone for members who see several."""
    filters: tuple[Filter, ...] = (
        Filter(
            "of",
            gettext_lazy("Whose"),
            choices=(("nested", gettext_lazy("nested pairings’")),),
            apply=lambda found, _text: found,
            every=gettext_lazy("the pairing’s own"),
        ),
        Filter(
            "show",
            gettext_lazy("Show"),
            choices=(
                ("before", gettext_lazy("kept before this year")),
                ("ahead", gettext_lazy("of years to come")),
            ),
            apply=lambda found, _text: found,
            every=gettext_lazy("this year’s"),
        ),
        Filter("status", gettext_lazy("Status"), choices=STATUS_CHOICES, apply=_of_status),
        Filter(
            "field",
            gettext_lazy("Field"),
            choices=lambda _request: choices(columns.FIELDS)(),
            in_sort={"field": queries.of_field},
        ),
        Filter(
            "side",
            gettext_lazy("Owes"),
            choices=lambda _request: choices(columns.SIDES)(),
            apply=lambda found, text: found.filter(owes__in=[text, rules.Owes.BOTH]),
        ),
    )
    if len(zones) > 1:
        among = Filter(
            "zone",
            gettext_lazy("Zone"),
            choices=[(zone.code, zone.name) for zone in zones],
            apply=lambda found, _text: found,
            every=gettext_lazy("the one above"),
        )
        filters = (among, *filters)
    return Table(
        code="pairing.commitments",
        columns=COLUMNS,
        filters=filters,
        export=_export,
        default_sort="field",
        empty=(
            gettext_lazy("Nothing is promised here."),
            gettext_lazy(
                "Commitments stand in agreements: draft one, write what is promised, and have both sides sign."
            ),
            reverse("pairing:agreements"),
            gettext_lazy("To the agreements"),
        ),
    )


def _of_status(found: Any, text: str) -> Any:
    return found.filter(urgency=rules.URGENCY.index(rules.Status(text)))


def _row(one: CommitmentStanding) -> shared.Row:
    """The kept row as tables show it, made once."""
    made = one.__dict__.get("_row")
    if made is None:
        made = one.__dict__["_row"] = shared.Row(one)
    return made


def _delivered(one: CommitmentStanding) -> Any:
    row = _row(one)
    return mark_safe(f'<b title="{escape(row.exact_delivered)}">{escape(row.delivered)}</b>')


STATUS_CHOICES = tuple(
    (str(status), STATUSES[str(status)][2]) for status in rules.URGENCY if status != rules.Status.ENDED
)
COLUMNS = (
    Column(
        "field",
        gettext_lazy("Field"),
        value=lambda one: shared.field_word(one.field),
        sort=STANDING_SORTS["field"],
        index="standing_zone_field",
        stack="nw",
    ),
    Column(
        "owes",
        gettext_lazy("Owes"),
        kind="html",
        value=lambda one: side_mark(one.owes, label=_row(one).owes_label),
        sort=STANDING_SORTS["owes"],
        index="standing_zone_owes",
        stack="own",
    ),
    Column(
        "name",
        gettext_lazy("Commitment"),
        kind="link",
        value=lambda one: one.commitment.name,
        href=lambda one: one.commitment.url,
        second=lambda one: one.commitment.pairing.name if one.nested else "",
        stack="full",
    ),
    Column(
        "bar",
        gettext_lazy("Progress"),
        kind="html",
        value=lambda one: bullet(**_row(one).bar),
        stack="full bw",
    ),
    Column("delivered", gettext_lazy("Delivered"), kind="html", value=_delivered, stack="n"),
    Column(
        "promised",
        gettext_lazy("Promised"),
        value=lambda one: _("of %(promised)s") % {"promised": _row(one).promised},
        stack="nw u",
    ),
    Column("forecast", gettext_lazy("Forecast"), value=lambda one: _row(one).forecast, stack="n hide-s"),
    Column(
        "due_on",
        gettext_lazy("Due"),
        kind="due",
        value=lambda one: (one.due_on, one.status == rules.Status.DONE),
        sort=STANDING_SORTS["due_on"],
        index="standing_zone_due_on",
        stack="hide-s",
    ),
    Column(
        "agreement",
        gettext_lazy("Agreement"),
        kind="code",
        value="agreement_number",
        href=lambda one: agreement_url(one.agreement_number),
        sort=STANDING_SORTS["agreement"],
        index="standing_zone_agreement",
        stack="hide-s",
    ),
    Column(
        "code",
        gettext_lazy("Code"),
        kind="code",
        sort=STANDING_SORTS["code"],
        index="standing_zone_code",
        stack="hide-s",
    ),
    Column(
        "status",
        gettext_lazy("Status"),
        kind="status",
        value=lambda one: (_row(one).status, _row(one).status_word),
        sort=STANDING_SORTS["status"],
        index="standing_zone_status",
        stack="push",
    ),
)


def _export(request: Any, chosen: Any, form: str) -> HttpResponse:
    """The register's rows of the commitments in the list."""
    return shared.export_of(columns.COMMITMENTS)(
        request, Commitment.objects.filter(pk__in=chosen.order_by().values("commitment")), form
    )


def _head(member: Any, pairing: Any, own: Any, nested: Any, rows: Any) -> dict[str, Any]:
    """What stands above the list: how the pairing's own commitments of this year stand, and how many are nested."""
    this_year = queries.of_this_year(own)
    tally = queries.standing_tally(this_year)
    worst = queries.furthest_behind(this_year)
    marked = queries.marks_of(rows, MOST_MARKED)
    return {
        "pairing": pairing,
        "tally": tally,
        "finding": shared.tally_sentence(tally),
        "worst": shared.Row(worst) if worst is not None else None,
        "nested": shared.nested_sentence(count_bounded(queries.of_this_year(nested))),
        "sides": shared.party_names(pages.pairing_of(member, pairing.code)),
        "mark": shared.mark_of(marked),
        "detail": shared.detail_of(marked),
    }


@member_required("pairing.view_commitments")
def commitments(request: Any) -> HttpResponse:
    """What was promised in each field, and is it coming?"""
    zones = for_reader(request, "pairing.zones", (), lambda: pages.zones_of(request.member))
    table = _table(zones)
    chosen = listing.filter_value(table, request, "zone") if len(zones) > 1 else ""
    pairing = next((zone for zone in zones if zone.code == chosen), None) or chosen_pairing(request)
    own = queries.standings_of(request.member, pairing)
    nested = queries.standings_of(request.member, pairing, nested=True)
    # A pairing that promises nothing itself shows what is nested in it.
    is_nested = listing.filter_value(table, request, "of") == "nested" or not own.exists()
    phase = listing.filter_value(table, request, "show") or rules.Phase.THIS_YEAR
    rows = (nested if is_nested else own).filter(phase=phase)
    context = for_reader(
        request,
        "pairing.commitments",
        (pairing.pk, is_nested, str(phase)),
        lambda: _head(request.member, pairing, own, nested, rows),
    )
    return listing.render(request, "pairing/commitments.html", table, queries.for_list(rows), context)


# -- one commitment ------------------------------------------------------------------------------------------------


@member_required("pairing.view_commitments")
def commitment(request: Any, code: str) -> HttpResponse:
    """Will this promise be kept, what shows it, and who has to do what?"""
    one = queries.commitment_of(request.member, code)
    row = shared.Row(queries.progress_of([one])[0])
    found = list(queries.deliveries_of(one))
    papers = shared.papers_by("pairing.delivery", [delivery.pk for delivery in found])
    lines = [
        deliveries.delivery_line(request, delivery, one, papers.get(delivery.pk, []), row.scale)
        for delivery in found
    ]
    is_counted = one.kind == rules.CommitmentKind.COUNTED
    may_write = is_counted and one.agreement.stage == rules.AgreementStage.SIGNED
    return render(
        request,
        "pairing/commitment.html",
        {
            "commitment": one,
            "row": row,
            "finding": _finding(row),
            "basis": basis_sentence(row),
            "lines": [line for line in lines if line["delivery"].stage in rules.DELIVERED],
            "plans": [line for line in lines if line["delivery"].stage == DeliveryStage.PLANNED],
            "gone": [line for line in lines if line["delivery"].stage == DeliveryStage.WITHDRAWN],
            "steps": _steps(one, row),
            "chart": _chart(one, row) if is_counted else None,
            "evidence": _evidence(one, row) if not is_counted else [],
            "indicator": signs.indicators.get(one.indicator) if one.indicator else None,
            "sides": shared.party_names(one.pairing),
            "owes": shared.word(columns.OWES, one.owes),
            "field": shared.field_word(one.field),
            "per": shared.word(columns.PERS, one.per),
            "target": row.scale.full(one.target),
            "is_counted": is_counted,
            "mark": shared.mark_of([row.progress, *found]),
            "detail": shared.detail_of([one, *found]),
            "history": shared.history(one),
            "may_record": may_write and shared.may(request, "record_delivery", one.pairing_id),
            "may_plan": may_write and shared.may(request, "plan_delivery", one.pairing_id),
            "may_change": shared.may(request, "change_commitment", one.pairing_id),
            "may_drop": one.agreement.stage == rules.AgreementStage.DRAFT
            and not found
            and shared.may(request, "drop_commitment", one.pairing_id),
        },
    )


def _finding(row: shared.Row) -> str:
    one = row.progress
    facts = {"delivered": row.delivered, "promised": row.promised, "name": row.commitment.name}
    if one.status == rules.Status.DONE:
        return _("Kept: %(delivered)s of %(promised)s are delivered.") % facts
    if one.status == rules.Status.LATE:
        return _("Late since %(day)s, short by %(missing)s.") % {
            "day": words.day(one.late_since),
            "missing": row.missing,
        }
    if one.forecast is None:
        return _("%(delivered)s of %(promised)s are delivered; too little is known for a forecast.") % facts
    facts["forecast"] = row.forecast
    if one.status == rules.Status.AT_RISK:
        return (
            _("%(delivered)s of %(promised)s are delivered; forecast %(forecast)s, so it is at risk.") % facts
        )
    return _("%(delivered)s of %(promised)s are delivered; forecast %(forecast)s, on track.") % facts


def basis_sentence(row: shared.Row) -> str:
    """On what the forecast rests, in words."""
    one, scale = row.progress, row.scale
    if one.status == rules.Status.DONE or clock.today() > one.frame.due_on:
        return _("The due day has passed or the promise is kept: what is delivered is the result.")
    if one.basis == "confirmed":
        return _(
            "Confirmed entries up to %(day)s add %(planned)s to the %(delivered)s delivered: that makes %(forecast)s."
        ) % {
            "day": words.day(one.frame.due_on),
            "planned": scale.full(one.planned),
            "delivered": scale.full(one.delivered),
            "forecast": scale.full(one.forecast),
        }
    if one.basis == "pace":
        return _(
            "Nothing is confirmed for the days to come, so the pace of the last periods is carried on: "
            "%(forecast)s by %(day)s, between %(low)s and %(high)s."
        ) % {
            "day": words.day(one.frame.due_on),
            "forecast": scale.full(one.forecast),
            "low": scale.say(one.low),
            "high": scale.say(one.high),
        }
    return _("Too few periods are complete to know the pace, and nothing is confirmed for the days to come.")


def _steps(one: Commitment, row: shared.Row) -> list[dict[str, Any]]:
    """Each period with what should have come by its due day, and has (running sums)."""
    if one.per == rules.Per.ONCE or not row.progress.frame.steps:
        return []
    scale, day = row.scale, clock.today()
    periods = {step.due_on: step for step in one.periods.all()}
    should, lines = Decimal(0), []
    for due_on, target in row.progress.frame.steps:
        should += target
        step = periods.get(due_on)
        is_met = row.progress.delivered >= should
        lines.append(
            {
                "period": step.period if step else "",
                "due_on": due_on,
                "target": scale.full(target),
                "should": scale.full(should),
                "status": "done" if is_met else "late" if due_on < day else "not_started",
                "word": "" if is_met or due_on < day else _("To come"),
            }
        )
    return lines


def _chart(one: Commitment, row: shared.Row) -> charts.Chart | None:
    """What had come by the end of each month, against the even pace."""
    frame, scale = row.progress.frame, row.scale
    until = min(clock.today(), frame.due_on)
    months = pages.delivered_by_month(one, frame.starts_on, until)
    if len(months) < 2:
        return None
    whole = Decimal((frame.due_on - frame.starts_on).days + 1)
    pace = []
    for month, _total in months:
        last = min(_month_end(month), until)
        gone = Decimal((last - frame.starts_on).days + 1)
        pace.append((row.progress.promised * gone / whole / scale.divisor).quantize(Decimal("0.1")))
    colour = one.owes if one.owes in rules.SIDES else "ink"
    long = len({month.year for month, _total in months}) > 1
    return charts.lines(
        [_month_word(month, long) for month, _total in months],
        [
            charts.Series(_("delivered"), [total / scale.divisor for _month, total in months], colour),  # type: ignore[arg-type]
            charts.Series(_("even pace"), pace, "c6"),
        ],
        unit=scale.unit,
        digits=scale.digits or 0,
    )


def _month_end(month: date) -> date:
    return kernel_periods.period_of("month", month).end


def _month_word(month: date, with_year: bool) -> str:
    if words.is_chinese():
        return f"{month.year}年{month.month}月" if with_year else f"{month.month}月"
    name = words.month(month)
    return f"{name} {month.year}" if with_year else name


def _evidence(one: Commitment, row: shared.Row) -> list[indicators.Evidence]:
    """The records that the indicator counted, newest first."""
    if one.indicator not in signs.indicators:
        return []
    frame = row.progress.frame
    until = min(clock.today(), frame.due_on)
    if until < frame.starts_on:
        return []
    found: list[indicators.Evidence] = []
    for period in kernel_periods.periods_between("year", frame.starts_on, until):
        found += indicators.evidence(
            one.indicator, one.pairing_id, period, one.indicator_side or None, clock.today()
        )
    return sorted(found, key=lambda line: (line.on or date.min, line.id), reverse=True)[:100]


@member_required("pairing.change_commitment")
def change(request: Any, code: str) -> HttpResponse:
    """Say who answers for a commitment; its terms stand."""
    one = queries.commitment_of(request.member, code)
    form = agreement_forms.ChangeCommitmentForm(request, subject=one)
    if form.sent(lambda data: actions.change_commitment(one, by=request.member, **data)):
        return shared.said(request, _("Saved."), one.url)
    return shared.form_page(
        request,
        form,
        name=_("Who answers for it"),
        finding=_("Which unit answers for this on each side?"),
        sub=_("What is promised stands as it was signed; here only changes who is asked when it is late."),
        crumbs=deliveries.crumbs(one),
    )
