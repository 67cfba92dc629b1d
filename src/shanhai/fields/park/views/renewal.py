"""Pages of land renewal: the board, one renewal, and its steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shanhai.core import clock
from shanhai.core.actions import documents
from shanhai.core.sheets.columns import words_of
from shanhai.fields.office.views.shared import at_version, form_page, posted, said
from shanhai.fields.park.actions import renewal as actions
from shanhai.fields.park.columns.renewal import PATHS, QUOTAS, REASONS, RENEWALS, STAGES
from shanhai.fields.park.forms import grades as reason_forms
from shanhai.fields.park.forms import renewal as forms
from shanhai.fields.park.models import Renewal
from shanhai.fields.park.queries import firms
from shanhai.fields.park.queries import renewal as queries
from shanhai.fields.park.rules import renewal as rules
from shanhai.fields.park.views import firms as firm_pages
from shanhai.fields.park.views import shared
from shanhai.fields.registry.queries import papers
from shanhai.fields.registry.views.shared import history
from shanhai.webkit import listing, words
from shanhai.webkit.listing import Column, Filter, Table
from shanhai.webkit.pages import chosen_pairing, member_required
from shanhai.webkit.remember import for_reader

Stage = rules.RenewalStage
_SHAPES = {Stage.CANDIDATE: "not_started", Stage.MEASURED: "done", Stage.DROPPED: "paused"}


def status_of(one: Renewal) -> tuple[str, str]:
    """Shape and word of a stage; land that lies free stands out."""
    word = words_of(STAGES, one.stage)
    shape = "at_risk" if one.stage == Stage.VACATED else _SHAPES.get(Stage(one.stage), "on_track")
    return shape, word[:1].upper() + word[1:]


def _effect(one: Renewal) -> str:
    if one.tax_after is None or one.tax_before is None:
        return ""
    return f"{words.num(one.tax_before, 1)} → {words.num(one.tax_after, 1)}"


BOARD = Table(
    code="park.renewals",
    columns=(
        Column(
            "plot", gettext_lazy("Plot"), kind="link", href=lambda row: row.url,
            second=lambda row: row.firm.name, sort=("rank",), index="renewal_zone_rank", stack="full",
        ),
        Column("reason", gettext_lazy("Why"), value=lambda row: words_of(REASONS, row.reason), stack="hide-s"),
        Column(
            "land_mu", gettext_lazy("Land, mu"), kind="mu", digits=1, sort=("land_mu",), index="renewal_zone_land",
            phone_heading=True,
        ),
        Column("path", gettext_lazy("Path"), value=lambda row: words_of(PATHS, row.path) if row.path else "–"),
        Column("new_firm", gettext_lazy("Came instead"), value=lambda row: row.new_firm.name if row.new_firm else "–"),
        Column("effect", gettext_lazy("Tax per mu, before and after"), value=_effect, stack="hide-s"),
        Column("status", gettext_lazy("Stage"), kind="status", value=status_of, stack="push"),
        Column("stage_on", gettext_lazy("Since"), kind="date", stack="hide-s"),
    ),
    filters=(
        Filter("stage", gettext_lazy("Stage"), choices=shared.options(STAGES), apply=queries.at_stage),
        Filter("reason", gettext_lazy("Why"), choices=shared.options(REASONS)),
    ),
    group=lambda row: (row.rank, words_of(STAGES, row.stage)),
    default_sort="plot",
    keeps_count=True,
    export=shared.export_of(RENEWALS),
    empty=(
        gettext_lazy("No plot is on the board."),
        gettext_lazy("Look for candidates once grades are published, or nominate a plot on the page of its enterprise."),
    ),
)  # fmt: skip


@member_required("park.view_renewals")
def renewals(request: Any) -> HttpResponse:
    """Which land earns little, and what comes of it?"""
    pairing = chosen_pairing(request)
    rows = queries.renewals_of(request.member, pairing)
    head = for_reader(request, "park.renewals", (pairing.pk,), lambda: queries.head_of(rows))
    context = {
        "finding": _finding(head),
        "sub": _("%(mu)s were given to enterprises that came instead.") % {"mu": words.mu(head["given_mu"])},
        "pools": [
            (one, words_of(QUOTAS, one.kind), one.released - one.taken) for one in queries.pools_of(pairing)
        ],
        "may_find": shared.may(request, "find_candidates", pairing.pk),
        "may_import": shared.may(request, "write_renewals", pairing.pk),
    }
    return listing.render(request, "park/renewals.html", BOARD, rows, context)


def _finding(head: dict[str, Any]) -> str:
    under = ngettext("%(n)s plot is being renewed", "%(n)s plots are being renewed", head["under_way"]) % {
        "n": words.num(head["under_way"] or 0)
    }
    if not head["free"]:
        return _("%s; none lies free.") % under
    free = ngettext("%(n)s lies free", "%(n)s lie free", head["free"]) % {"n": words.num(head["free"])}
    return _("%(under)s; %(free)s, %(mu)s.") % {"under": under, "free": free, "mu": words.mu(head["free_mu"])}


@posted("park.find_candidates")
def find(request: Any) -> HttpResponse:
    """Put every plot on the board that a rule makes a candidate."""
    found = actions.find_candidates(chosen_pairing(request), by=request.member)
    sentence = ngettext("%(n)s plot came on the board.", "%(n)s plots came on the board.", len(found))
    return said(request, sentence % {"n": words.num(len(found) or 0)}, reverse("park:renewals"))


@member_required("park.view_renewals")
def renewal(request: Any, number: str) -> HttpResponse:
    """What is this plot, why is it renewed, and how far is it?"""
    one = queries.renewal_of(request.member, number)
    steps = [
        (name, label) for name, label in _NEXT.items()
        if rules.is_next(one.stage, _TO[name], one.path) and shared.may(request, _DEEDS[name], one.pairing_id)
    ]  # fmt: skip
    return render(
        request,
        "park/renewal.html",
        {
            "one": one,
            "status": status_of(one),
            "finding": _one_finding(one),
            "reason": words_of(REASONS, one.reason),
            "path": words_of(PATHS, one.path) if one.path else "",
            "steps": steps,
            "way": [
                (words_of(STAGES, stage), rules.ORDER.index(stage) <= one.rank and one.stage != Stage.DROPPED)
                for stage in rules.ORDER
            ],
            "papers": papers.hanging_on(request.member, one),
            "history": history(one),
        },
    )


def _one_finding(one: Renewal) -> str:
    facts = {"firm": one.firm.name, "plot": one.plot, "mu": words.mu(one.land_mu)}
    if one.stage == Stage.MEASURED and one.tax_before is not None:
        before, after = (words.yuan(int(tax * words.WAN)) for tax in (one.tax_before, one.tax_after))
        facts |= {"before": before, "after": after}
        return _("Plot %(plot)s brings %(after)s of tax per mu instead of %(before)s.") % facts
    facts["stage"] = words_of(STAGES, one.stage)
    return _("Plot %(plot)s of %(firm)s, %(mu)s: %(stage)s.") % facts


_TO = {
    "verify": Stage.VERIFIED, "publish": Stage.PUBLISHED, "path": Stage.CHOSEN, "value": Stage.VALUED,
    "vacate": Stage.VACATED, "offer": Stage.OFFERED, "contract": Stage.CONTRACTED, "measure": Stage.MEASURED,
    "drop": Stage.DROPPED,
}  # fmt: skip
_DEEDS = {
    "verify": "verify_on_site", "publish": "publish_renewal", "path": "choose_path", "value": "value_plot",
    "vacate": "vacate_plot", "offer": "offer_plot", "contract": "contract_plot", "measure": "measure_effect",
    "drop": "drop_renewal",
}  # fmt: skip
_NEXT = {
    "verify": gettext_lazy("Verify on site"),
    "publish": gettext_lazy("Publish the renewal"),
    "path": gettext_lazy("Choose the path"),
    "value": gettext_lazy("Record the value"),
    "vacate": gettext_lazy("Vacate"),
    "offer": gettext_lazy("Offer to matching"),
    "contract": gettext_lazy("Record the contract"),
    "measure": gettext_lazy("Measure the effect"),
    "drop": gettext_lazy("Take off the board"),
}


# -- writing -------------------------------------------------------------------------------------------------------


@member_required("park.nominate_plot")
def nominate(request: Any, code: str) -> HttpResponse:
    """Put a plot of an enterprise on the board."""
    firm = firms.firm_of(request.member, code)
    plots = list(firm.holdings.filter(ends_on=None, tenure="own").values_list("plot", flat=True))
    form = forms.NominateForm(request, plots=plots, key=code)

    def call(data: dict[str, Any]) -> Any:
        holding = firms.holding_of(firm, data["plot"])
        return actions.nominate_plot(holding, reason=data["reason"], text=data["text"], by=request.member)

    if form.sent(call):
        return said(request, _("On the board as %s.") % form.result.number, form.result.url)
    finding = _("Which plot of %s earns little?") % firm.name
    return form_page(
        request, form, name=_("Nominate a plot"), finding=finding, crumbs=firm_pages.crumbs(firm)
    )


def _step(
    request: Any, one: Renewal, form: Any, name: str, call: Callable[[dict[str, Any]], Any]
) -> HttpResponse:
    """A page that is the form of one step."""
    if form.sent(lambda data: call(shared.without_version(data))):
        return said(request, _("%s: done.") % _NEXT[name], one.url)
    crumbs = [(reverse("park:renewals"), _("Land renewal")), (one.url, one.number)]
    return form_page(request, form, name=str(_NEXT[name]), finding=_one_finding(one), crumbs=crumbs)


@member_required("park.verify_on_site")
def verify(request: Any, number: str) -> HttpResponse:
    """Say what was found on site."""
    one = queries.renewal_of(request.member, number)

    def call(data: dict[str, Any]) -> Any:
        return documents.with_papers(
            data.pop("papers"),
            one.pairing,
            request.member,
            lambda brought: actions.verify_on_site(one, papers=brought, by=request.member, **data),
        )

    return _step(request, one, forms.VerifyForm(request, key=number), "verify", call)


@posted("park.publish_renewal")
def publish(request: Any, number: str) -> HttpResponse:
    """Publish that the plot is to be renewed."""
    one = at_version(request, queries.renewal_of(request.member, number))
    actions.publish_renewal(one, by=request.member)
    return said(request, _("Published."), one.url)


@member_required("park.choose_path")
def path(request: Any, number: str) -> HttpResponse:
    """Say how the land comes to better use."""
    one = queries.renewal_of(request.member, number)
    form = forms.PathForm(request, key=number)
    return _step(request, one, form, "path", lambda data: actions.choose_path(one, by=request.member, **data))


@member_required("park.value_plot")
def value(request: Any, number: str) -> HttpResponse:
    """Record the value."""
    one = queries.renewal_of(request.member, number)
    form = forms.ValueForm(request, key=number)
    return _step(request, one, form, "value", lambda data: actions.value_plot(one, by=request.member, **data))


@member_required("park.vacate_plot")
def vacate(request: Any, number: str) -> HttpResponse:
    """Say that it is vacated."""
    one = queries.renewal_of(request.member, number)
    form = forms.VacateForm(request, key=number)
    return _step(
        request, one, form, "vacate", lambda data: actions.vacate_plot(one, by=request.member, **data)
    )


@posted("park.offer_plot")
def offer(request: Any, number: str) -> HttpResponse:
    """Offer it to matching."""
    one = at_version(request, queries.renewal_of(request.member, number))
    actions.offer_plot(one, by=request.member)
    return said(request, _("Offered to matching."), one.url)


@member_required("park.contract_plot")
def contract(request: Any, number: str) -> HttpResponse:
    """Record who comes instead."""
    one = queries.renewal_of(request.member, number)
    others = firms.firms_of(request.member, one.pairing).filter(left_on=None)
    form = forms.ContractForm(request, firms=others, subject=one, key=number)

    def call(data: dict[str, Any]) -> Any:
        return actions.contract_plot(one, data.pop("new_firm"), by=request.member, **data)

    return _step(request, one, form, "contract", call)


@member_required("park.measure_effect")
def measure(request: Any, number: str) -> HttpResponse:
    """Measure what came of it."""
    one = queries.renewal_of(request.member, number)
    form = forms.MeasureForm(request, key=number, initial={"year": clock.today().year - 1})
    return _step(
        request, one, form, "measure", lambda data: actions.measure_effect(one, by=request.member, **data)
    )


@member_required("park.drop_renewal")
def drop(request: Any, number: str) -> HttpResponse:
    """Take it off the board."""
    one = queries.renewal_of(request.member, number)
    form = reason_forms.ReasonForm(request, key=number)
    return _step(
        request, one, form, "drop", lambda data: actions.drop_renewal(one, by=request.member, **data)
    )
