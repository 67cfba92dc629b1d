"""Writes of clusters: founded, their dated codes, the links of their chain and the firms on them."""

from __future__ import annotations

from datetime import date
from typing import Any

from shanhai.core import access, journal, rows, search
from shanhai.core.actions.naming import check_free, checked_code, differing, named
from shanhai.core.models import Member, Organisation, Pairing
from shanhai.core.writing import action
from shanhai.fields.park.actions.shared import chosen
from shanhai.fields.park.models import ChainFirm, ChainLink, Cluster, ClusterIndustry
from shanhai.fields.park.queries import parks as queries
from shanhai.fields.park.rules import parks as rules
from shanhai.kernel.refusals import NotFound, NotNow, gettext_noop

_NAMES = ("name_zh", "name_en")


@action
def add_cluster(
    pairing: Pairing,
    *,
    code: str,
    name_zh: str,
    name_en: str = "",
    group: str = rules.Group.INDUSTRY,
    by: Member | None,
    **facts: Any,
) -> Cluster:
    """Found a cluster; ``facts`` are ``about_zh``, ``about_en``, ``source``."""
    access.check(by, "park.add_cluster", pairing_id=pairing.pk)
    code = checked_code(code)
    check_free(Cluster, code)
    cluster = Cluster(
        pairing=pairing,
        zone_id=pairing.zone_id or pairing.pk,
        code=code,
        group=chosen(rules.Group, group, "group"),
        **named(name_zh, name_en),
        **facts,
    )
    cluster.save()
    search.put_many([queries.cluster_found_as(cluster)])
    journal.record(cluster, "park.add_cluster", by=by)
    return cluster


@action
def change_cluster(cluster: Cluster, *, by: Member | None, **changes: Any) -> Cluster:
    """Change what is known about a cluster."""
    access.check(by, "park.change_cluster", pairing_id=cluster.pairing_id)
    if "group" in changes:
        changes["group"] = chosen(rules.Group, changes["group"], "group")
    if set(changes) & set(_NAMES):
        zh, en = (changes.pop(name, getattr(cluster, name)) for name in _NAMES)
        changes |= named(zh, en)
    changes = differing(cluster, changes)
    if not changes:
        return cluster
    rows.move(cluster, **changes)
    search.put_many([queries.cluster_found_as(cluster)])
    journal.record(cluster, "park.change_cluster", by=by, changed=sorted(changes))
    return cluster


@action
def add_industry(
    cluster: Cluster, *, industry: str, begins_on: date, ends_on: date | None = None, by: Member | None
) -> ClusterIndustry:
    """Let a code of GB/T 4754 belong to a cluster from a day on; once at a time.

    Raises
    ------
    BadInput
        ``park.industry_form``, ``park.industry_twice``
    """
    access.check(by, "park.add_industry", pairing_id=cluster.pairing_id)
    rules.check_industry(industry)
    rules.check_days(begins_on, ends_on)
    # The row of the cluster is the guard of its codes and links.
    rows.move(cluster)
    spans = [
        rules.Span(one.begins_on, one.ends_on)
        for one in queries.industries_of(cluster)
        if one.industry == industry
    ]
    rules.check_spans(industry, [*spans, rules.Span(begins_on, ends_on)])
    made = ClusterIndustry.objects.create(
        cluster=cluster, industry=industry, begins_on=begins_on, ends_on=ends_on
    )
    journal.record(made, "park.add_industry", by=by, pairing_id=cluster.pairing_id)
    return made


@action
def end_industry(one: ClusterIndustry, *, ends_on: date, by: Member | None) -> ClusterIndustry:
    """Say on which day a code belongs to its cluster for the last time."""
    access.check(by, "park.end_industry", pairing_id=one.cluster.pairing_id)
    rules.check_days(one.begins_on, ends_on)
    rows.move(one.cluster)
    spans = [
        rules.Span(other.begins_on, other.ends_on)
        for other in queries.industries_of(one.cluster)
        if other.industry == one.industry and other.pk != one.pk
    ]
    rules.check_spans(one.industry, [*spans, rules.Span(one.begins_on, ends_on)])
    rows.move(one, ends_on=ends_on)
    journal.record(one, "park.end_industry", by=by, pairing_id=one.cluster.pairing_id)
    return one


@action
def put_link(
    cluster: Cluster,
    *,
    code: str,
    name_zh: str,
    name_en: str = "",
    position: str,
    industries: str = "",
    by: Member | None,
) -> ChainLink:
    """Put a link into the chain of a cluster, or say anew what it is."""
    access.check(by, "park.put_link", pairing_id=cluster.pairing_id)
    code = checked_code(code)
    values = {
        **named(name_zh, name_en),
        "position": chosen(rules.Position, position, "position"),
        "industries": " ".join(rules.industries_in(industries)),
    }
    link = ChainLink.objects.filter(cluster=cluster, code=code).first()
    if link is None:
        rows.move(cluster)
        link = ChainLink.objects.create(cluster=cluster, code=code, **values)
    else:
        rows.move(link, **values)
    journal.record(link, "park.put_link", by=by, pairing_id=cluster.pairing_id)
    return link


@action
def put_firm(link: ChainLink, *, firm: Organisation, by: Member | None) -> ChainFirm:
    """Put a firm on a link of a chain.

    Raises
    ------
    NotNow
        ``park.firm_on_link``
    """
    access.check(by, "park.put_firm", pairing_id=link.cluster.pairing_id)
    rows.move(link)
    if ChainFirm.objects.filter(link=link, organisation=firm).exists():
        raise NotNow(
            "park.firm_on_link",
            gettext_noop("{firm} stands on link {link} already. Look at the chain again."),
            firm=firm.name_zh,
            link=link.code,
            field="firm",
        )
    made = ChainFirm.objects.create(link=link, organisation=firm)
    journal.record(made, "park.put_firm", by=by, pairing_id=link.cluster.pairing_id, link=link.code)
    return made


@action
def take_firm(link: ChainLink, *, firm: Organisation, by: Member | None) -> None:
    """Take a firm off a link; the journal keeps that it stood there.

    Raises
    ------
    NotFound
        ``park.firm_not_on_link``
    """
    access.check(by, "park.take_firm", pairing_id=link.cluster.pairing_id)
    rows.move(link)
    found = ChainFirm.objects.filter(link=link, organisation=firm).first()
    if found is None:
        raise NotFound(
            "park.firm_not_on_link",
            gettext_noop("{firm} does not stand on link {link}. Look at the chain again."),
            firm=firm.name_zh,
            link=link.code,
            field="firm",
        )
    journal.record(found, "park.take_firm", by=by, pairing_id=link.cluster.pairing_id, is_gone=True)
    found.delete()
