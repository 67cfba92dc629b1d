"""``shanhai park clusters ...``: founded, changed, their dated codes, links and the firms on them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.fields.office.cli import shared
from shanhai.fields.pairing.cli.shared import list_rows, named
from shanhai.fields.park.actions import clusters as actions
from shanhai.fields.park.columns import parks as columns
from shanhai.fields.park.models import Cluster
from shanhai.fields.park.queries import parks as queries
from shanhai.fields.park.queries import registers
from shanhai.fields.registry.cli.shared import organisation_of
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, Part, acting, done, noun, show_whole, written

app = noun("Clusters: their industries, and the chain with its gaps.")

Code = Annotated[str, typer.Argument(help="Its code.")]
Link = Annotated[str, typer.Argument(metavar="LINK", help="Code of the link.")]
Firm = Annotated[str, typer.Argument(metavar="FIRM", help="Code of the firm.")]
Industry = Annotated[str, typer.Argument(metavar="INDUSTRY", help="Code of GB/T 4754, as C3670.")]


@app.command("list")
def list_clusters(pairing: shared.PairingCode = "", as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """The clusters by code, with the links and gaps of their chains."""
    found = queries.clusters_of(shared.reader("park.view_clusters"), shared.pairing_of(pairing))
    figures = queries.chain_figures(found)

    def row(one: Cluster) -> dict[str, Any]:
        links, empty, firms = figures.get(one.pk, (0, 0, 0))
        told = {"code": one.code, "name": one.name, "group": one.group}
        return told | {"links": links, "gaps": empty, "firms": firms}

    headings = {"code": _("Code"), "name": _("Cluster"), "group": _("Graded in group")}
    headings |= {"links": _("Links"), "gaps": _("Gaps"), "firms": _("Firms")}
    list_rows(
        registers.CLUSTERS,
        found.order_by("code"),
        row,
        headings,
        {"group": columns.GROUPS},
        as_json=as_json,
        as_csv=as_csv,
        right=("links", "gaps", "firms"),
    )


@app.command("show")
def show_cluster(code: Code, as_json: AsJson = False) -> None:
    """One cluster with its codes and chain."""
    one = queries.cluster_of(shared.reader("park.view_clusters"), code)
    facts: dict[str, Any] = {"code": one.code, "name": one.name, "group": one.group, "about": one.about}
    facts |= {"standing": one.standing, "source": one.source, "version": one.version}
    headings = {"code": _("Code"), "name": _("Cluster"), "group": _("Graded in group")}
    headings |= {"about": _("About"), "source": _("Source"), "version": _("Version")}
    industries = [
        {"industry": row.industry, "begins_on": row.begins_on, "ends_on": row.ends_on}
        for row in queries.industries_of(one)
    ]
    links = [
        {
            "link": row.code,
            "name": row.name,
            "position": row.position,
            "firms": "; ".join(firm.code for firm in row.standing_firms),  # type: ignore[attr-defined]
        }
        for row in queries.links_of(one)
    ]
    parts = [
        Part("industries", _("Industry codes"), industries, {"industry": "GB/T 4754", "begins_on": _("From"), "ends_on": _("To")}),
        Part("links", _("Links"), links, {"link": _("Link"), "name": _("Name"), "position": _("Position"), "firms": _("Firms")}),
    ]  # fmt: skip
    show_whole(facts, headings, parts, as_json=as_json)


@app.command("add")
def add_cluster(
    code: Code,
    name: given.NameZh,
    en: given.NameEn = "",
    group: Annotated[str, given.choice("--group", columns.GROUPS, "Graded in group")] = "industry",
    source: Annotated[str, given.text("--source", 200, "Where this comes from.")] = "",
    pairing: shared.PairingCode = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Found a cluster."""
    one = written(
        lambda: actions.add_cluster(
            shared.pairing_of(pairing),
            code=code,
            name_zh=name,
            name_en=en,
            group=group,
            source=source,
            by=acting(),
        ),
        dry_run=dry_run,
    )
    _done(_("%s is founded.") % one.name, one, dry_run, as_json)


@app.command("change")
def change_cluster(
    code: Code,
    name: Annotated[str | None, given.text("--name", 120, "Chinese name.")] = None,
    en: Annotated[str | None, given.text("--en", 160, "English name.")] = None,
    group: Annotated[
        str | None, given.choice("--group", columns.GROUPS, "Graded in group", or_none=True)
    ] = None,
    source: Annotated[str | None, given.text("--source", 200, "Where this comes from.")] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Change what is known about a cluster."""
    changes = named(name_zh=name, name_en=en, group=group or None, source=source)
    one = queries.cluster_of(acting(), code)
    written(lambda: actions.change_cluster(one, by=acting(), **changes), dry_run=dry_run)
    _done(_("The cluster is saved."), one, dry_run, as_json)


@app.command("industry")
def add_industry(
    code: Code,
    industry: Industry,
    begins: Annotated[date, given.a_day("--from", "From when.")],
    ends: Annotated[date | None, given.a_day("--to", "Until when.")] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Let an industry belong to the cluster from a day on."""
    one = queries.cluster_of(acting(), code)
    written(
        lambda: actions.add_industry(one, industry=industry, begins_on=begins, ends_on=ends, by=acting()),
        dry_run=dry_run,
    )
    _done(_("%s belongs to the cluster.") % industry, one, dry_run, as_json)


@app.command("end-industry")
def end_industry(
    code: Code,
    industry: Industry,
    begins: Annotated[date, given.a_day("--from", "From when it belongs to the cluster.")],
    ends: Annotated[date, given.a_day("--to", "The last day.")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Say until when an industry belongs to the cluster."""
    one = queries.cluster_of(acting(), code)
    row = queries.industry_at(one, industry, begins)
    written(lambda: actions.end_industry(row, ends_on=ends, by=acting()), dry_run=dry_run)
    _done(_("%s is ended.") % industry, one, dry_run, as_json)


@app.command("link")
def put_link(
    code: Code,
    link: Link,
    name: given.NameZh,
    position: Annotated[str, given.choice("--position", columns.POSITIONS, "Position")],
    en: given.NameEn = "",
    industries: Annotated[str, given.text("--industries", 120, "Codes of GB/T 4754, a blank between.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Put a link into the chain, or say anew what it is."""
    one = queries.cluster_of(acting(), code)
    written(
        lambda: actions.put_link(
            one,
            code=link,
            name_zh=name,
            name_en=en,
            position=position,
            industries=industries,
            by=acting(),
        ),
        dry_run=dry_run,
    )
    _done(_("Link %s is saved.") % link, one, dry_run, as_json)


@app.command("firm")
def put_firm(code: Code, link: Link, firm: Firm, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Put a firm on a link."""
    _firm(actions.put_firm, code, link, firm, dry_run, as_json)


@app.command("take-firm")
def take_firm(code: Code, link: Link, firm: Firm, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Take a firm off a link."""
    _firm(actions.take_firm, code, link, firm, dry_run, as_json)


def _firm(action: Any, code: str, link: str, firm: str, dry_run: bool, as_json: bool) -> None:
    one = queries.cluster_of(acting(), code)
    row = queries.link_of(one, link)
    written(lambda: action(row, firm=organisation_of(firm), by=acting()), dry_run=dry_run)
    _done(_("Link %s is saved.") % link, one, dry_run, as_json)


def _done(sentence: str, one: Cluster, dry_run: bool, as_json: bool) -> None:
    done(sentence, {"code": one.code, "version": one.version}, dry_run=dry_run, as_json=as_json)
