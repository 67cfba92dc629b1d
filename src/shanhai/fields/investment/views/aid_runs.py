"""Pages of runs: the preview before one is written, one with its claims, and the public notice."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shanhai.core import clock, sentences
from shanhai.fields.investment.actions import aid_runs as actions
from shanhai.fields.investment.models import AidRun
from shanhai.fields.investment.queries import aid as queries
from shanhai.fields.investment.queries import aid_plan, aid_said
from shanhai.fields.investment.rules import aid as rules
from shanhai.fields.investment.views.aid_claims import crumbs, status_of
from shanhai.fields.investment.views.leads import may
from shanhai.fields.office.views.shared import at_version, posted, said
from shanhai.fields.registry.views.shared import history
from shanhai.kernel.refusals import Refused
from shanhai.webkit import listing, words
from shanhai.webkit.listing import Column, Table
from shanhai.webkit.pages import chosen_pairing, member_required

Stage = rules.ClaimStage
MOST_SHOWN = 100

RUNS = Table(
    code="investment.aid_runs",
    columns=(
        Column(
            "title",
            gettext_lazy("Run"),
            kind="link",
            value=lambda row: row.title,
            href=lambda row: row.url,
            second=lambda row: row.number,
            stack="full",
        ),
        Column("n_firms", gettext_lazy("Firms"), kind="number", phone_heading=True),
        Column("n_claims", gettext_lazy("Claims"), kind="number", phone_heading=True),
        Column("fen", gettext_lazy("Amount"), kind="money_fen", phone_heading=True),
        Column("paid_fen", gettext_lazy("Paid"), kind="money_fen", phone_heading=True),
        Column("made_on", gettext_lazy("Run on"), kind="date", stack="hide-s"),
        Column(
            "reference_on",
            gettext_lazy("Records as of"),
            kind="date",
            sort=("reference_on",),
            index="aid_run_zone_day",
            stack="hide-s",
        ),
    ),
    default_sort="-reference_on",
    sheet=gettext_lazy("runs of aid"),
    empty=(
        gettext_lazy("No run yet."),
        gettext_lazy("A run finds the firms that may claim, from the records: nobody applies."),
    ),
)


@member_required("investment.view_aid_runs")
def runs(request: Any) -> HttpResponse:
    """What did the runs find?"""
    pairing = chosen_pairing(request)
    rows = queries.runs_of(request.member, pairing)
    n = rows.count()
    context = {
        "finding": ngettext("%(n)s run has found firms that may claim.", "%(n)s runs have found firms that may claim.", n) % {"n": words.num(n)}
        if n
        else _("No run has looked for firms that may claim yet."),
        "may_run": may(request, "run_aid", pairing.pk),
    }  # fmt: skip
    return listing.render(request, "investment/aid_runs.html", RUNS, rows, context)


@member_required("investment.run_aid")
def preview(request: Any) -> HttpResponse:
    """Who would get what for a period? Written by the button below."""
    pairing, today = chosen_pairing(request), clock.today()
    period = (request.POST.get("period") or request.GET.get("period") or str(today.year - 1)).strip()[:20]
    context: dict[str, Any] = {
        "period": period,
        "crumbs": crumbs(),
        "finding": _("Who may claim for which period?"),
        "status": 200,
    }
    try:
        if request.method == "POST":
            given = request.POST.get("fen", "")
            expected = int(given) if given.isascii() and given.isdigit() and len(given) < 19 else None
            run = actions.run_aid(pairing, period, expected_fen=expected, by=request.member)
            return said(
                request, _("Written as %s; the firms are told and confirm in one step.") % run.number, run.url
            )
        found = aid_plan.find(pairing, period, today)
    except Refused as refused:
        context |= {"error": sentences.refusal(refused), "status": 422}
        return render(request, "investment/aid_preview.html", context, status=422)
    context |= _shown(found) | {
        "purses": aid_plan.purses(pairing, today.year),
        "year": today.year,
        "finding": _preview_finding(found),
    }
    return render(request, "investment/aid_preview.html", context)


def _preview_finding(found: aid_plan.Found) -> str:
    if not found.entries:
        return _("None of %(n)s firms may claim anything new for %(period)s.") % {
            "n": words.num(found.looked_at), "period": found.period,
        }  # fmt: skip
    return _("%(firms)s of %(n)s firms may claim %(sum)s for %(period)s.") % {
        "firms": words.num(len(found.entries)), "n": words.num(found.looked_at), "sum": words.yuan(found.total_fen),
        "period": found.period,
    }  # fmt: skip


def _shown(found: aid_plan.Found) -> dict[str, Any]:
    lines = [
        (entry.firm, found.rules.edition(one.policy), one.amount_fen, one.by_bearer)
        for entry in found.entries
        for one in entry.granted
    ]
    by_policy = [
        (
            found.rules.edition(code),
            fen,
            sum(1 for line in lines if line[1].code == code),
            found.cut.get(code, 0),
        )
        for code, fen in sorted(found.by_policy.items())
    ]
    return {
        "found": found,
        "total": found.total_fen,
        "lines": [
            (firm, edition, fen, [shares.get(side, 0) for side in rules.SIDES])
            for firm, edition, fen, shares in lines[:MOST_SHOWN]
        ],
        "n_more": max(0, len(lines) - MOST_SHOWN),
        "by_policy": by_policy,
        "sides": [(side, found.by_side[side]) for side in rules.SIDES],
    }


@member_required("investment.view_aid_runs")
def run(request: Any, number: str) -> HttpResponse:
    """How far are the claims of this run?"""
    one = queries.run_of(request.member, number)
    claims = list(
        one.claims.select_related("firm__organisation", "policy").order_by(
            "firm__name_sort", "policy_code", "pk"
        )
    )
    n = {str(stage): sum(claim.stage == stage for claim in claims) for stage in Stage}
    context = {
        "run": one,
        "finding": _run_finding(claims, n),
        "rows": [(claim, status_of(claim)) for claim in claims[:300]],
        "n_more": max(0, len(claims) - 300),
        "n_firms": len({claim.firm_id for claim in claims}),
        "sides": [
            (
                side,
                sum(claim.share_of(side) for claim in claims),
                sum(claim.paid_by(side) for claim in claims),
            )
            for side in rules.SIDES
        ],
        "n_cleared": n[Stage.CLEARED],
        "may_notice": bool(n[Stage.CLEARED]) and may(request, "give_notice", one.pairing_id),
        "detail": _("Made up to fill the example zone; not reported anywhere."),
        "is_illustrative": any(claim.is_illustrative for claim in claims),
        "history": history(one),
    }
    return render(request, "investment/aid_run.html", context)


def _run_finding(claims: list[Any], n: dict[str, int]) -> str:
    facts = {
        "n": words.num(len(claims)),
        "paid": words.num(sum(n[stage] for stage in rules.HAD)),
        "running": words.num(sum(n[stage] for stage in rules.RUNNING)),
        "missed": words.num(sum(n[stage] for stage in rules.MISSED)),
    }
    return _("Of %(n)s claims %(paid)s are paid, %(running)s run, %(missed)s came to nothing.") % facts


@posted("investment.give_notice")
def give_notice(request: Any, number: str) -> HttpResponse:
    """Put what was checked twice on public notice."""
    one: AidRun = at_version(request, queries.run_of(request.member, number))
    claims = actions.give_notice(one, by=request.member)
    done = ngettext("%(n)s claim is on public notice.", "%(n)s claims are on public notice.", len(claims))
    return said(request, done % {"n": words.num(len(claims))}, reverse("investment:aid_notice"))


@member_required("investment.view_policies")
def notice(request: Any) -> HttpResponse:
    """What hangs out, for everybody to see and object to?"""
    pairing = chosen_pairing(request)
    claims = queries.notice_in(request.member, pairing)
    total = sum(one.amount_fen for one in claims)
    facts = {"n": words.num(len(claims)), "sum": words.yuan(total)}
    finding = (
        ngettext("%(n)s claim of %(sum)s is on public notice.", "%(n)s claims of %(sum)s are on public notice.", len(claims)) % facts
        if claims
        else _("Nothing is on public notice today.")
    )  # fmt: skip
    context = {
        "claims": [(one, aid_said.shares(one.policy)) for one in claims],
        "finding": finding,
        "crumbs": crumbs(),
        "may_object": may(request, "object_to_claim", pairing.pk),
    }
    return render(request, "investment/aid_notice.html", context)
