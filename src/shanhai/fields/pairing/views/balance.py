"""The balance of mutual benefit: two columns by year, each cell opening its records."""

from __future__ import annotations

import csv
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from shanhai.core import clock, indicators
from shanhai.core.sheets import exporting
from shanhai.fields.pairing import actions, columns, rules
from shanhai.fields.pairing.forms.activities import StatementForm
from shanhai.fields.pairing.queries import balance as reads
from shanhai.fields.pairing.queries.balance import Balance, Line
from shanhai.fields.pairing.views import shared
from shanhai.kernel.periods import Period
from shanhai.kernel.refusals import gettext_noop
from shanhai.webkit import charts, downloads, words
from shanhai.webkit.pages import chosen_pairing, member_required

_MILLION, _WAN, _YI = Decimal(100_000_000), Decimal(1_000_000), Decimal(10_000_000_000)
_MOST_RECORDS = 500
# How many of the last years a phone shows beside the sum.
_ON_PHONE = 3
NOTES = {
    "trade": gettext_noop("no payment between governments"),
    "things": gettext_noop("never added up across rows"),
}


def _years(request: Any) -> tuple[Period, ...]:
    first, last = (request.GET.get(name, "") for name in ("from", "to"))
    return reads.years_of(
        *(int(text) if text.isdigit() and len(text) == 4 else None for text in (first, last))
    )


@member_required("pairing.view_balance")
def balance(request: Any) -> HttpResponse:
    """What did each side give, and what did it receive?"""
    pairing = chosen_pairing(request)
    found = reads.balance(request.member, pairing, _years(request))
    names = shared.party_names(pairing)
    said = reads.statements_of(pairing)
    year = found.years[-1]
    runs_on = year.end > found.as_of
    return render(
        request,
        "pairing/balance.html",
        {
            "pairing": pairing,
            "found": found,
            "finding": _finding(found, names),
            "runs_until": found.as_of if runs_on else None,
            "years": [_year_head(found, one) for one in found.years],
            "sides": [_column(found, side, names) for side in rules.SIDES],
            "unmeasured": found.unmeasured,
            "chart": _chart(found, names) if any(line.group == "money" for line in found.lines) else None,
            "money_csv": f"{reverse('pairing:balance_money')}?{_span(found)}",
            "excel": f"{reverse('pairing:balance_export', args=['xlsx'])}?{_span(found)}",
            "word": f"{reverse('pairing:balance_export', args=['docx'])}?{_span(found)}",
            "statements": [
                {"side": side, "name": names[side], "said": said.get(side)} for side in rules.SIDES
            ],
            "said_on": max((one.on for one in said.values()), default=None),
            "may_say": bool(shared.own_side(request, pairing.pk))
            and shared.may(request, "state_balance", pairing.pk),
            "mark": indicators.standing_of(line.standing for line in found.lines),
            "detail": _(
                "Each record behind a figure says whether it is reported or made up to fill the example zone."
            ),
            "span": len(found.years) + 3,
            "rest": len(found.years) + 2,
        },
    )


def _span(found: Balance) -> str:
    return urlencode({"from": str(found.years[0]), "to": str(found.years[-1])})


def _year_head(found: Balance, year: Period) -> dict[str, Any]:
    at = found.years.index(year)
    is_running = year.end > found.as_of
    return {
        "label": f"{year}*" if is_running else str(year),
        "css": " ".join(
            name
            for name, holds in (("old-y", at < len(found.years) - _ON_PHONE), ("cur", is_running))
            if holds
        ),
    }


def _finding(found: Balance, names: dict[str, str]) -> str:
    if not found.lines:
        return _("Nothing that either side gave is measured yet.")
    paid = {side: words.yuan(int(sum(found.money_of(side)))) for side in rules.SIDES}
    said = _("Since %(year)s %(sea)s has paid %(by_sea)s and %(mountain)s %(by_mountain)s") % {
        "year": str(found.years[0]),
        "sea": names["sea"],
        "by_sea": paid["sea"],
        "mountain": names["mountain"],
        "by_mountain": paid["mountain"],
    }
    given = [
        _("%(name)s from %(side)s: %(quantity)s")
        % {"side": names[line.side], "name": line.indicator.name, "quantity": _with_unit(line)}
        for side in rules.SIDES
        for line in found.lines_of(side, "things")[:1]
    ]
    semicolon, stop = ("；", "。") if words.is_chinese() else ("; ", ".")
    return semicolon.join([said, *given]) + stop


def _with_unit(line: Line) -> str:
    space = "" if words.is_chinese() else " "
    return f"{words.num(line.total)}{space}{line.indicator.balance.unit}".strip()  # type: ignore[union-attr]


# -- the two columns -----------------------------------------------------------------------------------------------


def _column(found: Balance, side: str, names: dict[str, str]) -> dict[str, Any]:
    awaited = [one for one in reads.awaited() if one.side == side]
    return {
        "side": side,
        "css": "sd-m" if side == "mountain" else "sd-s",
        "name": names[side],
        "other": names[rules.other_side(side)],
        "mark": indicators.standing_of(line.standing for line in found.lines if line.side == side),
        "groups": [
            {
                "name": shared.word(columns.BALANCE_GROUPS, group),
                "note": _(NOTES[group]) if group in NOTES else "",
                "rows": [_row(found, line) for line in found.lines_of(side, group)],
                "awaited": [
                    {"name": one.name, "field": shared.field_word(one.field), "indicator": one.indicator}
                    for one in awaited
                    if one.group == group
                ],
            }
            for group in reads.GROUPS
            if found.lines_of(side, group) or any(one.group == group for one in awaited)
        ],
        "is_measured": any(line.side == side for line in found.lines),
    }


def _row(found: Balance, line: Line) -> dict[str, Any]:
    address = reverse("pairing:balance_records", args=[line.indicator.code])
    heads = [_year_head(found, year) for year in found.years]
    most = max((abs(cell) for cell in line.cells if cell), default=Decimal(1))
    return {
        "name": line.indicator.name,
        "about": line.indicator.about,
        "unit": _unit(line),
        "url": f"{address}?{urlencode({'side': line.side, 'from': str(found.years[0]), 'to': str(found.years[-1])})}",
        "cells": [
            {
                "css": head["css"],
                "text": _say(line, cell) if cell else "",
                "exact": _exact(line, cell) if cell else "",
                "share": int(abs(cell) * 100 / most) if cell else 0,
                "url": f"{address}?{urlencode({'side': line.side, 'from': str(year), 'to': str(year)})}",
            }
            for year, cell, head in zip(found.years, line.cells, heads, strict=True)
        ],
        "total": _say(line, line.total),
        "exact": _exact(line, line.total),
    }


def _unit(line: Line) -> str:
    if line.indicator.unit == "fen":
        return _scale_of(line)[1]
    return str(line.indicator.balance.unit)  # type: ignore[union-attr]


def _say(line: Line, quantity: Decimal) -> str:
    if line.indicator.unit != "fen":
        return words.num(quantity)
    divisor, _unit_word, digits = _scale_of(line)
    return words.num(quantity / divisor, digits)


def _scale_of(line: Line) -> tuple[Decimal, str, int]:
    """One unit for all cells of a row, as they are read beside each other."""
    return _scale(max((abs(cell) for cell in (*line.cells, line.total) if cell), default=Decimal(0)))


def _scale(most: Decimal) -> tuple[Decimal, str, int]:
    """In which unit amounts up to ``most`` fen are told: divisor, word, decimals; 亿元 from 1 亿."""
    if not words.is_chinese():
        return _MILLION, "m yuan", 1
    return (_YI, "亿元", 2) if most >= _YI else (_WAN, "万元", 0)


def _exact(line: Line, quantity: Decimal) -> str:
    if line.indicator.unit == "fen":
        return words.yuan_exact(int(quantity))
    return _with_unit(Line(line.indicator, line.side, (quantity,)))


def _chart(found: Balance, names: dict[str, str]) -> charts.Chart:
    paid = {side: found.money_of(side) for side in rules.SIDES}
    divisor, unit, digits = _scale(max(fen for by_year in paid.values() for fen in by_year))
    mountain, sea = (
        charts.Series(names[side], [fen / divisor for fen in paid[side]], side)  # type: ignore[arg-type]
        for side in rules.SIDES
    )
    return charts.bars_both_ways(
        [_year_head(found, year)["label"] for year in found.years], mountain, sea, unit, digits
    )


# -- the records behind a figure -----------------------------------------------------------------------------------


@member_required("pairing.view_balance")
def records(request: Any, code: str) -> HttpResponse:
    """Which records is this figure made of?"""
    pairing = chosen_pairing(request)
    one = reads.indicator_in_balance(code)
    side = request.GET.get("side", "")
    years = _years(request)
    found = reads.records_behind(request.member, pairing, code, side, years)
    names = shared.party_names(pairing)
    line = Line(one, side, (sum((record.value for record in found), Decimal(0)),))
    span = str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"
    return render(
        request,
        "pairing/balance_records.html",
        {
            "pairing": pairing,
            "indicator": one,
            "side": side,
            "side_name": names[side],
            "finding": _("%(name)s, %(span)s: %(side)s gave %(total)s.")
            % {"name": one.name, "span": span, "side": names[side], "total": _exact(line, line.total)},
            "records": [
                {"record": record, "value": _exact(line, record.value)} for record in found[:_MOST_RECORDS]
            ],
            "more": max(0, len(found) - _MOST_RECORDS),
            "n": len(found),
            "mark": indicators.standing_of(record.standing for record in found),
            "total": _exact(line, line.total),
        },
    )


# -- downloads -----------------------------------------------------------------------------------------------------


@member_required("pairing.view_balance")
def export(request: Any, form: str) -> HttpResponse:
    """The balance as a workbook or CSV, one row for each figure, money apart from quantities; on paper as the page has it."""
    pairing, file = chosen_pairing(request), BytesIO()
    if form in ("docx", "pdf"):
        return _on_paper(reads.balance(request.member, pairing, _years(request)), form)
    exporting.export(
        columns.BALANCE, file, form, member=request.member, pairing=pairing, years=_years(request)
    )
    return downloads.sheet(file, f"{columns.BALANCE.name}.{form}", form)


def _on_paper(found: Balance, form: str) -> HttpResponse:
    """The two columns below each other, each row in the unit that it has on the page."""
    names = shared.party_names(found.pairing)
    headings = [_("Given by side"), _("What"), _("Unit"), *(str(year) for year in found.years), _("Sum")]
    rows: list[list[Any]] = []
    for side in rules.SIDES:
        for line in found.lines:
            if line.side == side:
                cells = [_say(line, cell) if cell else words.NOTHING for cell in line.cells]
                rows.append([names[side], line.indicator.name, _unit(line), *cells, _say(line, line.total)])
        rows += [
            [names[side], one.name, "", _("waits for the field %s") % shared.field_word(one.field)]
            + [""] * len(found.years)
            for one in reads.awaited()
            if one.side == side
        ]
    return downloads.table(headings, rows, str(columns.BALANCE.name), form)


@member_required("pairing.view_balance")
def money_csv(request: Any) -> HttpResponse:
    """Money that crossed by year, in fen: what the chart draws."""
    pairing = chosen_pairing(request)
    found = reads.balance(request.member, pairing, _years(request))
    text = StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(["year", "mountain_fen", "sea_fen"])
    paid = [found.money_of(side) for side in rules.SIDES]
    lines.writerows([str(year), *(int(by_side[i]) for by_side in paid)] for i, year in enumerate(found.years))
    return downloads.sheet(BytesIO(text.getvalue().encode()), "money.csv", "csv")


# -- what each side says of it -------------------------------------------------------------------------------------


@member_required("pairing.state_balance")
def say(request: Any) -> HttpResponse:
    """Say for one's side what it thinks of the balance."""
    pairing = chosen_pairing(request)
    own = shared.own_side(request, pairing.pk)
    now = reads.statements_of(pairing).get(own)
    initial = {"text_zh": now.text_zh, "text_en": now.text_en} if now else {}
    form = StatementForm(request, key=pairing.code, initial=initial)
    if form.sent(lambda data: actions.state_balance(pairing, by=request.member, **data)):
        return shared.said(request, _("It stands beside the figures."), reverse("pairing:balance"))
    return shared.form_page(
        request,
        form,
        name=_("What your side says"),
        finding=_("What does your side say of what was given and received?"),
        sub=_("Both sides and the province read it, with the day %s.") % words.day(clock.today()),
        crumbs=[(reverse("pairing:balance"), _("Balance of benefit"))],
    )
