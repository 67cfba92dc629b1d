"""Pools of factors: what may be granted in a year and what is left, as a picture above the queue, and their forms."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from shanhai.core import access, clock
from shanhai.core.models import Pairing
from shanhai.core.queries import pairings
from shanhai.core.visibility import FIRMS
from shanhai.fields.office.actions import factor_pools as actions
from shanhai.fields.office.forms import factors as forms
from shanhai.fields.office.queries import factors as queries
from shanhai.fields.office.queries import said
from shanhai.fields.office.rules import factors as rules
from shanhai.fields.office.views import shared
from shanhai.webkit.pages import chosen_pairing, member_required


def pictures(request: Any, pairing: Pairing, year: int) -> list[dict[str, Any]]:
    """Each pool of a year: granted of what it holds, what the queue still asks of it, and what is left."""
    pools = list(queries.pools_of(request.member, pairing, year).order_by("organisation__code", "measure"))
    asked = queries.asked_of(pools)
    may_change = shared.may(request, "office.change_pool", pairing.pk)
    return [
        {
            "pool": pool,
            "factor": said.FACTORS[pool.kind],
            "side": pool.owner_side,
            "granted": rules.quantity_of(pool.granted, pool.measure),
            "holds": rules.quantity_of(pool.available, pool.measure),
            "with_queue": rules.quantity_of(pool.granted + asked[pool.pk], pool.measure),
            "left": said.amount(pool.left, pool.measure),
            "of": said.amount(pool.available, pool.measure),
            "asked": said.amount(asked[pool.pk], pool.measure) if asked[pool.pk] else "",
            "is_short": asked[pool.pk] > pool.left,
            "may_change": may_change,
        }
        for pool in pools
    ]


def _crumbs() -> list[tuple[str, str]]:
    return [(reverse("office:factors"), _("Factor requests"))]


@member_required("office.declare_pool")
def declare(request: Any) -> HttpResponse:
    """Say what an organisation may grant in a year."""
    pairing = chosen_pairing(request)
    side = access.standing(request.member).side_in(pairing.pk) or ""
    organisations = pairings.seated(pairing, side).exclude(kind__in=FIRMS)
    form = forms.PoolForm(
        request,
        organisations=organisations,
        initial={"year": clock.today().year, "organisation": request.member.unit.organisation_id},
    )

    def call(data: dict[str, Any]) -> Any:
        data.pop("version", None)
        return actions.declare_pool(pairing, by=request.member, **data)

    if form.sent(call):
        return shared.said(request, _("The pool is declared; grants of the year count against it."), _queue())
    return shared.form_page(
        request,
        form,
        name=_("Declare a pool"),
        finding=_("How much may be granted in the year?"),
        crumbs=_crumbs(),
    )


@member_required("office.change_pool")
def change(request: Any, pk: int) -> HttpResponse:
    """Set a pool anew."""
    pool = queries.pool_of(request.member, pk)
    form = forms.ChangePoolForm(request, subject=pool)

    def call(data: dict[str, Any]) -> Any:
        return actions.change_pool(
            pool, available=data["available"], source=data["source"] or None, by=request.member
        )

    if form.sent(call):
        return shared.said(request, _("The pool is set anew."), _queue())
    return shared.form_page(
        request,
        form,
        name=_("Set the pool anew"),
        finding=_("%(organisation)s has granted %(granted)s of %(factor)s in %(year)s.")
        % {
            "organisation": pool.organisation.name,
            "granted": said.amount(pool.granted, pool.measure),
            "factor": said.FACTORS[pool.kind],
            "year": pool.year,
        },
        crumbs=_crumbs(),
    )


def _queue() -> str:
    return reverse("office:factors")
