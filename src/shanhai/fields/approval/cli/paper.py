"""``shanhai approval paper ...``: blank forms and filled samples of materials."""

from __future__ import annotations

from typing import Annotated

import typer
from django.utils.translation import gettext as _

from shanhai.fields.approval.actions import papers as actions
from shanhai.fields.approval.queries import catalogues as queries
from shanhai.fields.approval.queries import prechecks, said
from shanhai.fields.office.cli import shared
from shanhai.fields.registry.queries import papers
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, acting, done, noun, show, written

app = noun("Blank forms and filled samples of the materials of catalogues.")

Code = Annotated[str, typer.Argument(metavar="CATALOGUE", help="Code of the catalogue.")]
Number = Annotated[int, typer.Argument(metavar="VERSION", min=1, max=30_000, help="Number of the version.")]
Material = Annotated[str, typer.Argument(metavar="MATERIAL", help="Code of the material.")]
Role = Annotated[str, given.choice("--role", said.PAPER_ROLES, "What it is")]


@app.command("list")
def list_papers(code: Code, number: Number, as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """The forms and samples of a version, and what the pre-check asks of each material."""
    shared.reader("approval.view_catalogues")
    version = queries.version_of(code, number)
    found, rules = prechecks.papers_of(version), prechecks.rules_of(version)
    rows = [
        {
            "material": one,
            "form": found[one]["form"].document_id if "form" in found[one] else None,
            "sample": found[one]["sample"].document_id if "sample" in found[one] else None,
            "check": "; ".join(prechecks.asked(rules.get(one, []))),
        }
        for one in sorted({*found, *rules})
    ]
    headings = {"material": _("Material"), "form": _("Blank form"), "sample": _("Filled sample")}
    show(rows, headings | {"check": _("What is checked")}, as_json=as_json, as_csv=as_csv)


@app.command("keep")
def keep_paper(
    code: Code,
    number: Number,
    material: Material,
    document: Annotated[int, typer.Option("--document", min=1, help="Number of the filed document.")],
    role: Role = "form",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Keep a blank form or a filled sample with a version."""
    version = queries.version_of(code, number)
    paper = papers.seen(shared.somebody(), document)
    written(lambda: actions.keep_paper(version, material, role, document=paper, by=acting()), dry_run=dry_run)
    facts = {"material": material, "role": role, "document": document}
    done(_("It is there; applicants download it from their page."), facts, dry_run=dry_run, as_json=as_json)


@app.command("drop")
def drop_paper(
    code: Code,
    number: Number,
    material: Material,
    role: Role = "form",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Take a form or sample out of a draft."""
    version = queries.version_of(code, number)
    written(lambda: actions.drop_paper(version, material, role, by=acting()), dry_run=dry_run)
    done(_("Taken out of the draft."), {"material": material, "role": role}, dry_run=dry_run, as_json=as_json)
