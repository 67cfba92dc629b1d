"""The pattern page: every part of the design on one page, with sample values, for eyes, axe and screenshots."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from shanhai.core import clock
from shanhai.core.models import Organisation
from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop
from shanhai.webkit import charts, listing, undo
from shanhai.webkit.forms import ShanhaiForm, YuanField
from shanhai.webkit.listing import Column, Filter, Table
from shanhai.webkit.maps import Feature
from shanhai.webkit.pages import member_required
from shanhai.webkit.timeline import Group, Item, Span, Timeline

ORGANISATIONS = Table(
    code="webkit.styleguide",
    columns=(
        Column("name", _("Organisation"), kind="link", href=lambda row: "#list-webkit-styleguide", sort=("name_sort",),
               index="organisation_name", stack="full"),
        Column("code", _("Code"), kind="code", sort=("code",), index="unique"),
        Column("kind", _("Kind"), value=lambda row: row.get_kind_display(), stack="hide-s"),
        Column("is_active", _("Status"), kind="status", value=lambda row: "on_track" if row.is_active else "paused", stack="push"),
    ),
    filters=(
        Filter("kind", _("Kind"), choices=Organisation.Kind.choices),
        Filter("starts", _("Name in pinyin"), kind="search", apply=lambda q, text: q.filter(name_sort__startswith=text.lower())),
    ),
    default_sort="name",
)  # fmt: skip


class SampleForm(ShanhaiForm):
    """One of each control; it refuses every amount above a million yuan, so that the refusal can be seen."""

    form_code = "webkit.sample"
    button = _("Send to signer")
    fieldsets = (
        (_("What"), ("title", "side", "amount_fen")),
        (_("When"), ("due_on", "is_yearly", "note")),
    )

    title = forms.CharField(
        label=_("Title"), max_length=80, help_text=_("As it stands on the paper, without the number.")
    )
    side = forms.ChoiceField(
        label=_("Who owes it"),
        choices=(("mountain", _("mountain side")), ("sea", _("sea side"))),
        widget=forms.RadioSelect,
    )
    amount_fen = YuanField(
        label=_("Amount"), required=False, help_text=_("In yuan; 万元 and 亿元 are understood too.")
    )
    due_on = forms.DateField(label=_("Due"), required=False)
    is_yearly = forms.BooleanField(label=_("Comes back every year"), required=False)
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea)


@dataclass
class _Run:
    """Stands for a TaskRun on this page."""

    pk: int
    stage: str
    done: int = 0
    total: int | None = None


@dataclass
class _Commitment:
    field: str
    what: str
    side: str
    delivered: int | Decimal
    target: int
    forecast: int | Decimal | None
    pace: int | Decimal | None
    unit: str
    status: str
    due_on: date
    steps: tuple[str, ...] = ("handle", "check", "sign")


@member_required("webkit.see_styleguide")
def show(request: Any) -> HttpResponse:
    if request.GET.get("letter"):
        return render(request, "webkit/styleguide-letter.html", {"on": clock.today()})
    form = SampleForm(request)
    if form.sent(_take):
        undo.offer(request, gettext("The sample form was taken; nothing was written."), request.path)
        return redirect(request.path)
    if request.GET.get("remarks"):
        messages.warning(request, gettext("A remark that warns."))
        messages.error(request, gettext("A remark that says what went wrong."))
        undo.offer(request, gettext("Minutes filed."), request.path)
    if request.GET.get("refuse"):
        raise NotNow("webkit.sample_refusal", gettext_noop("This is what a refusal looks like."))
    return listing.render(
        request,
        "webkit/styleguide.html",
        ORGANISATIONS,
        Organisation.objects.all(),
        {"form": form, **_samples()},
    )


def _take(data: dict[str, Any]) -> None:
    if (data["amount_fen"] or 0) > 100_000_000:
        raise BadInput(
            "webkit.sample_amount",
            gettext_noop("The sample form takes at most 1,000,000 yuan. Give a smaller amount."),
            field="amount_fen",
        )


def _samples() -> dict[str, Any]:
    today = clock.today()
    years = [str(today.year - 5 + i) for i in range(6)]
    left = charts.Series(
        gettext("mountain side"),
        [0, 0, Decimal("0.8"), Decimal("1.6"), Decimal("2.1"), Decimal("1.4")],
        "mountain",
    )
    right = charts.Series(
        gettext("sea side"), [12, 15, Decimal("17.5"), Decimal("24.6"), 28, Decimal("14.1")], "sea"
    )
    return {
        "today": today,
        "days": [today - timedelta(days=12), today - timedelta(days=1), today, today + timedelta(days=1), today + timedelta(days=9)],
        "rows": _commitments(today),
        "amounts": [0, 95_000, 41_230_000, 510_423_618, 60_000_000_000, -240_050],
        "both_ways": charts.bars_both_ways(years, left, right, unit=gettext("m yuan")),
        "bars": charts.bars(years, [charts.Series(pgettext("sample", "visitors"), [410, 880, 260, 540, 720, 864], "c5")]),
        "lines": charts.lines(
            years,
            [
                charts.Series(pgettext("sample", "teachers"), [52, 57, 31, 50, 54, 41], "c2"),
                charts.Series(pgettext("sample", "students"), [64, 92, 70, 121, 148, 118], "c3"),
            ],
        ),
        "dots": charts.dots(
            [
                charts.Series(pgettext("sample", "Joint"), [54, 35, 37, 44, 38, 40, 47, 49, 45, 42, 53, 47, 42, 53, 38, 45], "ink"),
                charts.Series(pgettext("sample", "Serial"), [68, 72, 64, 71, 75, 71, 80, 61, 69, 62, 62, 67, 70, 71], "c6"),
            ],
            reference=55,
            reference_name=gettext("this case"),
        ),
        "line": _timeline(today),
        "zone": _zone(),
        "import_steps": [pgettext("sample", "File"), pgettext("sample", "Columns"), pgettext("sample", "Review"), pgettext("sample", "Write")],
        "runs": [_Run(1, "running", 38, 120), _Run(2, "running"), _Run(3, "done", 120, 120), _Run(4, "failed")],
        "calendar_days": [
            {"on": today + timedelta(days=i), "n": n, "css": css}
            for i, (n, css) in enumerate(
                [(5, "now"), (2, ""), (3, ""), (1, ""), (2, ""), (0, "off"), (0, "off"), (1, ""), (0, ""), (2, ""), (4, ""), (0, "off"), (0, "mk"), (1, "")]
            )
        ],
        "years": years,
    }  # fmt: skip


def _commitments(today: date) -> list[_Commitment]:
    return [
        _Commitment(gettext("Partnership"), gettext("Joint activities"), "both", 11, 18, 16, 13, pgettext("sample", "pairs"), "at_risk", today + timedelta(days=1)),
        _Commitment(pgettext("sample", "Enclave"), gettext("Rent and tax to villages"), "sea", Decimal("5.1"), 12, Decimal("9.8"), Decimal("8.5"), gettext("m yuan"), "late", today - timedelta(days=12)),
        _Commitment(pgettext("sample", "Tourism"), gettext("Visitors to the sea side"), "mountain", 288, 600, 430, 426, pgettext("sample", "visitors"), "paused", today + timedelta(days=60)),
        _Commitment(pgettext("sample", "Talent"), gettext("Order-class placements"), "sea", 118, 160, 162, 113, pgettext("sample", "students"), "on_track", today + timedelta(days=90)),
        _Commitment(pgettext("sample", "Education"), gettext("Teachers trained"), "sea", 50, 50, None, None, pgettext("sample", "teachers"), "done", today - timedelta(days=3)),
        _Commitment(pgettext("sample", "Health"), gettext("Expert clinic days"), "sea", 0, 120, None, None, pgettext("sample", "days"), "not_started", today + timedelta(days=100)),
    ]  # fmt: skip


def _timeline(today: date) -> Timeline:
    at = lambda days: today + timedelta(days=days)  # noqa: E731  (a ruler for the rows below)
    return Timeline(
        rows=[
            Group(gettext("Planning permit")),
            Item(gettext("Scheme and layout"), [Span("plan", at(-42), at(-34)), Span("actual", at(-42), at(-31))], gettext("Natural Resources"), "10 / 7", is_over=True, is_critical=True),
            Item(gettext("EIA form"), [Span("plan", at(-28), at(-20)), Span("actual", at(-28), at(-27)), Span("stopped", at(-26), at(-7)), Span("actual", at(-6), at(0))], gettext("Ecology and Environment"), "7 / 7", is_critical=True, is_current=True, tag=gettext("due today"), tag_kind="risk"),
            Item(gettext("Energy-saving opinion"), [Span("plan", at(-28), at(-20)), Span("actual", at(-28), at(-20))], gettext("Development and Reform"), "7 / 7", tag=gettext("silent: taken as consent"), tag_kind="late"),
            Item(gettext("Preliminary design"), [Span("plan", at(1), at(9)), Span("forecast", at(1), at(20))], gettext("Natural Resources"), "– / 7", is_critical=True),
        ],
        from_on=at(-45),
        to_on=at(45),
        head=gettext("Item, department, wd used / promised"),
        limit_on=at(40),
        days_off=[(at(11), at(18))],
    )  # fmt: skip


def _zone() -> list[Feature]:
    """An invented zone: a mountain region of five townships, a sea region of four."""
    areas = [
        ("mountain", True, ((60, 90), (120, 70), (150, 110), (110, 140), (70, 130))),
        ("mountain", True, ((120, 70), (190, 80), (200, 120), (150, 110))),
        ("mountain", False, ((70, 130), (110, 140), (120, 190), (80, 200), (50, 170))),
        ("mountain", False, ((110, 140), (150, 110), (200, 120), (190, 180), (120, 190))),
        ("mountain", False, ((80, 200), (120, 190), (190, 180), (170, 230), (100, 240))),
        ("sea", True, ((560, 60), (610, 40), (640, 80), (600, 110), (565, 100))),
        ("sea", False, ((610, 40), (680, 50), (690, 90), (640, 80))),
        ("sea", False, ((600, 110), (640, 80), (690, 90), (680, 140), (620, 150))),
        ("sea", True, ((565, 100), (600, 110), (620, 150), (575, 160), (550, 130))),
    ]
    return [
        *(
            Feature(
                "area",
                ring,
                side=side,
                is_paired=paired,
                label=gettext("Township {n}").format(n=n),
                url=reverse("webkit:styleguide") if paired else "",
            )
            for n, (side, paired, ring) in enumerate(areas, start=1)
        ),
        Feature("site", ((170, 100),), side="mountain", label=gettext("Industrial park"), note="5.1 km²"),
        Feature("site", ((600, 130),), side="sea", label=gettext("Enclave park"), note=gettext("150 mu planned"), shift=(0, 56)),
        Feature("route", ((170, 100), (600, 130)), label=gettext("Cold chain"), note=gettext("about 360 km")),
        Feature("name", ((60, 70),), side="mountain", label=gettext("Mountain region")),
        Feature("name", ((470, 50),), side="sea", label=gettext("Sea region")),
    ]  # fmt: skip
