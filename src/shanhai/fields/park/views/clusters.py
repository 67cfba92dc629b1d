"""Pages of clusters: which there are, and one of them with its dated codes and the map of its chain."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shanhai.core import clock
from shanhai.fields.office.views.shared import form_page, said
from shanhai.fields.park import columns
from shanhai.fields.park.actions import clusters as actions
from shanhai.fields.park.columns import parks as kinds
from shanhai.fields.park.forms import parks as forms
from shanhai.fields.park.models import ChainLink, Cluster
from shanhai.fields.park.queries import parks as queries
from shanhai.fields.park.rules import parks as rules
from shanhai.fields.park.views import chains
from shanhai.fields.park.views.exports import export_of
from shanhai.fields.park.views.parks import may
from shanhai.fields.registry.views.shared import history, panels
from shanhai.kernel.refusals import NotFound, gettext_noop
from shanhai.webkit import listing, words
from shanhai.webkit.listing import Column, Filter, Table
from shanhai.webkit.pages import chosen_pairing, member_required


def _with_chains(rows: Sequence[Any]) -> None:
    figures = queries.chain_figures(rows)
    for row in rows:
        row.n_links, row.n_gaps, row.n_firms = figures.get(row.pk, (0, 0, 0))


CLUSTERS = Table(
    code="park.clusters",
    columns=(
        Column(
            "name",
            gettext_lazy("Cluster"),
            kind="link",
            href=lambda row: row.url,
            second=lambda row: row.code,
            sort=("code",),
            index="cluster_zone_code",
            stack="full",
        ),
        Column(
            "group", gettext_lazy("Graded in group"), value=lambda row: columns.words(kinds.GROUPS, row.group)
        ),
        Column("links", gettext_lazy("Links"), kind="number", value="n_links", phone_heading=True),
        Column("gaps", gettext_lazy("Gaps"), kind="number", value="n_gaps", phone_heading=True),
        Column("firms", gettext_lazy("Firms"), kind="number", value="n_firms", phone_heading=True),
    ),
    filters=(Filter("q", gettext_lazy("Name or code"), kind="search", apply=queries.clusters_named),),
    begin=_with_chains,
    export=export_of(kinds.CLUSTERS),
    default_sort="name",
    empty=(
        gettext_lazy("No clusters yet."),
        gettext_lazy("Found the first one, or bring the list as a spreadsheet."),
    ),
)


@member_required("park.view_clusters")
def clusters(request: Any) -> HttpResponse:
    """Which clusters do we build, and where do their chains have gaps?"""
    pairing = chosen_pairing(request)
    rows = queries.clusters_of(request.member, pairing)
    figures = queries.chain_figures(rows[:500]).values()
    n = rows.count()
    told = {
        "clusters": ngettext("%(n)s cluster", "%(n)s clusters", n) % {"n": words.num(n)},
        "links": words.num(sum(links for links, _gaps, _firms in figures)),
        "gaps": words.num(sum(gaps for _links, gaps, _firms in figures)),
    }
    context = {
        "finding": _("%(clusters)s; %(gaps)s of %(links)s links have no firm.") % told
        if n
        else _("No clusters yet."),
        "may_add": may(request, "add_cluster", pairing.pk),
        "may_import": may(request, "write_clusters", pairing.pk),
    }
    return listing.render(request, "park/clusters.html", CLUSTERS, rows, context)


@member_required("park.view_clusters")
def cluster(request: Any, code: str) -> HttpResponse:
    """Which links does the chain have, who stands on them, and what is missing?"""
    one = queries.cluster_of(request.member, code)
    links = queries.links_of(one)
    today = clock.today()
    industries = queries.industries_of(one)
    for industry in industries:
        ended = industry.ends_on is not None and industry.ends_on < today
        industry.is_open = not ended and industry.begins_on <= today  # type: ignore[attr-defined]
    for link in links:
        link.position_said = columns.words(kinds.POSITIONS, link.position)  # type: ignore[attr-defined]
    deeds = ("change_cluster", "add_industry", "end_industry", "put_link", "put_firm", "take_firm")
    context = {
        "cluster": one,
        "group": columns.words(kinds.GROUPS, one.group),
        "finding": _finding(one, links),
        "links": links,
        "picture": chains.draw(links),
        "industries": industries,
        "history": history(one),
        "panels": panels(request, "cluster.detail", one),
        "detail": one.source or _("Made up to fill the example zone; not reported anywhere."),
        "marks": one.source or one.is_illustrative,
        "may": {name: may(request, name, one.pairing_id) for name in deeds},
    }
    return render(request, "park/cluster.html", context)


def _finding(one: Cluster, links: list[ChainLink]) -> str:
    if not links:
        return _("%(name)s has no chain yet.") % {"name": one.name}
    names = {link.code: link.name for link in links}
    empty = rules.gaps(
        rules.Link(link.code, link.position, (), len(link.standing_firms))  # type: ignore[attr-defined]
        for link in links
    )
    told = {
        "name": one.name,
        "full": words.num(len(links) - len(empty)),
        "all": words.num(len(links)),
        "gaps": _(", ").join(names[code] for code in empty[:3]),
    }
    if not empty:
        return _("%(name)s: all %(all)s links have firms.") % told
    if len(empty) > 3:
        return _("%(name)s: %(full)s of %(all)s links have firms; missing are %(gaps)s and others.") % told
    return _("%(name)s: %(full)s of %(all)s links have firms; missing: %(gaps)s.") % told


@member_required("park.add_cluster")
def add(request: Any) -> HttpResponse:
    """Found a cluster."""
    pairing = chosen_pairing(request)
    form = forms.ClusterForm(request, key=pairing.code)
    if form.sent(lambda data: actions.add_cluster(pairing, by=request.member, **data)):
        return said(request, _("%s is founded.") % form.result.name, form.result.url)
    return form_page(
        request,
        form,
        name=_("Found a cluster"),
        finding=_("Which industries belong together?"),
        crumbs=[(reverse("park:clusters"), _("Clusters"))],
    )


@member_required("park.change_cluster")
def change(request: Any, code: str) -> HttpResponse:
    """Change what is known about it."""
    one = queries.cluster_of(request.member, code)
    form = forms.ChangeClusterForm(request, subject=one)
    if form.sent(lambda data: actions.change_cluster(one, by=request.member, **data)):
        return said(request, _("The cluster is saved."), one.url)
    return form_page(
        request, form, name=_("Change"), finding=_("What is known about %s?") % one.name, crumbs=_crumbs(one)
    )


@member_required("park.add_industry")
def industry(request: Any, code: str) -> HttpResponse:
    """Let a code belong to it."""
    one = queries.cluster_of(request.member, code)
    form = forms.IndustryForm(request)
    if form.sent(lambda data: actions.add_industry(one, by=request.member, **data)):
        return said(request, _("%s belongs to the cluster.") % form.result.industry, one.url)
    return form_page(
        request,
        form,
        name=_("Add an industry code"),
        finding=_("Which industry belongs to it, and from when?"),
        crumbs=_crumbs(one),
    )


@member_required("park.end_industry")
def industry_end(request: Any, code: str, industry: str, begins: str) -> HttpResponse:
    """Say until when a code belongs to it."""
    one = queries.cluster_of(request.member, code)
    row = queries.industry_at(one, industry, _day(begins))
    form = forms.IndustryEndForm(request, initial={"ends_on": clock.today()})
    if form.sent(lambda data: actions.end_industry(row, by=request.member, **data)):
        return said(request, _("%s is ended.") % row.industry, one.url)
    return form_page(
        request,
        form,
        name=_("End an industry code"),
        finding=_("Until when does %s belong to it?") % row.industry,
        crumbs=_crumbs(one),
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound(
            "park.no_day",
            gettext_noop("{text} is no day. Open the page from the cluster again."),
            text=text[:20],
        ) from None


@member_required("park.put_link")
def link(request: Any, code: str) -> HttpResponse:
    """Put a link into its chain."""
    one = queries.cluster_of(request.member, code)
    asked = request.GET.get("link", "")
    subject = queries.link_of(one, asked) if asked else None
    form = forms.LinkForm(request, initial=_values_of(subject) if subject else None)
    if form.sent(lambda data: actions.put_link(one, by=request.member, **data)):
        return said(request, _("Link %s is saved.") % form.result.name, one.url)
    return form_page(
        request,
        form,
        name=_("Link of the chain"),
        finding=_("Which step of the chain, and where does it lie?"),
        crumbs=_crumbs(one),
    )


def _values_of(link: ChainLink) -> dict[str, Any]:
    names = ("code", "name_zh", "name_en", "position", "industries")
    return {name: getattr(link, name) for name in names}


@member_required("park.put_firm")
def firm(request: Any, code: str, link_code: str) -> HttpResponse:
    """Put a firm on a link."""
    return _firm_form(request, code, link_code, actions.put_firm, _("Put a firm on the link"))


@member_required("park.take_firm")
def firm_take(request: Any, code: str, link_code: str) -> HttpResponse:
    """Take a firm off a link."""
    return _firm_form(request, code, link_code, actions.take_firm, _("Take a firm off the link"))


def _firm_form(request: Any, code: str, link_code: str, action: Any, name: str) -> HttpResponse:
    one = queries.cluster_of(request.member, code)
    row = queries.link_of(one, link_code)
    form = forms.FirmForm(request, initial={"firm": request.GET.get("firm", "")})
    if form.sent(lambda data: action(row, by=request.member, **data)):
        return said(request, _("Link %s is saved.") % row.name, one.url)
    return form_page(
        request, form, name=name, finding=_("Which firm, on link %s?") % row.name, crumbs=_crumbs(one)
    )


def _crumbs(one: Cluster) -> list[tuple[str, str]]:
    return [(reverse("park:clusters"), _("Clusters")), (one.url, one.code)]
