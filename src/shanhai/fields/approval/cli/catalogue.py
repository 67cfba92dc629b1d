"""``shanhai approval catalogue ...``: checked as plain files, opened, drafted, compared, published."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from shanhai.core import sentences
from shanhai.core.cli import files as streams
from shanhai.core.models.base import in_language
from shanhai.fields.approval import columns
from shanhai.fields.approval.actions import catalogues as actions
from shanhai.fields.approval.models import CatalogueVersion
from shanhai.fields.approval.queries import catalogues as queries
from shanhai.fields.approval.queries import files, told
from shanhai.fields.approval.rules import applying, checks
from shanhai.fields.approval.rules.catalogue import PROFILES, Catalogue, as_plain, item_from_plain
from shanhai.fields.approval.rules.conditions import read_condition
from shanhai.fields.approval.rules.differences import differences
from shanhai.fields.approval.rules.documents import plain_of
from shanhai.fields.investment.queries import projects
from shanhai.fields.investment.rules import BY_NAME
from shanhai.fields.office.cli.shared import reader
from shanhai.fields.registry.cli.shared import region_of
from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import (
    AsCsv,
    AsJson,
    DryRun,
    Part,
    acting,
    done,
    noun,
    remark,
    show,
    show_json,
    show_whole,
    written,
)

app = noun("Catalogues of approval items: who decides on what, after what, in how many days.")

File = Annotated[
    str,
    typer.Argument(
        metavar="FILE", help="YAML, JSON, a workbook or a CSV of items; - is YAML on standard input."
    ),
]
Code = Annotated[str, typer.Argument(metavar="CATALOGUE", help="Code of the catalogue.")]
Number = Annotated[
    int | None, typer.Option("--number", min=1, help="The version; the one published last by default.")
]


def _in_file(name: str) -> Catalogue:
    with streams.opened(name, "standard-input.yaml") as file, tempfile.TemporaryDirectory() as folder:
        if name != streams.STANDARD:
            return files.catalogue_in(Path(name))
        path = Path(folder) / "brought"
        path.write_bytes(file.read())
        return files.catalogue_in(path, str(file.name))


@app.command("check")
def check_file(file: File, as_json: AsJson = False) -> None:
    """Say what is wrong with a catalogue in a file; needs no database. Exit 1 where it could not be published."""
    catalogue = _in_file(file)
    faults = checks.faults_of(catalogue)
    refused = [one for one in faults if one.refuses]
    plan = applying.whole(catalogue) if not refused else None
    if as_json:
        show_json(
            {
                "items": len(catalogue.items),
                "departments": len(catalogue.departments),
                "days_together": plan.days if plan else None,
                "days_serial": plan.days_serial if plan else None,
                "critical": list(plan.critical) if plan else [],
                "faults": [
                    {
                        "code": one.code,
                        "item": one.item,
                        "refuses": one.refuses,
                        "sentence": sentences.reason(one.reason),
                    }
                    for one in faults
                ],
            }
        )
    else:
        _say_faults(faults)
        if plan:
            sentence = _(
                "%(n)s items; the longest path takes %(days)s working days, one by one %(serial)s: %(path)s"
            )
            path = checks.ARROW.join(plan.critical)
            typer.echo(
                sentence
                % {"n": len(catalogue.items), "days": plan.days, "serial": plan.days_serial, "path": path}
            )
    if refused:
        raise typer.Exit(1)


def _say_faults(faults: Sequence[checks.Fault]) -> None:
    for one in faults:
        line = sentences.reason(one.reason)
        if one.refuses:
            typer.echo(line)
        else:
            remark(line)


@app.command("list")
def list_catalogues(as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """All catalogues with the version that was published last."""
    reader("approval.view_catalogues")
    rows = [
        {
            "code": one.code,
            "name": one.name,
            "region": one.region.code,
            "profile": one.profile,
            "latest": one.latest,  # type: ignore[attr-defined]
            "valid_from": one.valid_from,  # type: ignore[attr-defined]
            "draft": one.draft,  # type: ignore[attr-defined]
        }
        for one in queries.catalogues().order_by("name_sort", "pk")
    ]
    headings = {"code": _("Code"), "name": _("Catalogue"), "region": _("Region"), "profile": _("Regime")}
    headings |= {"latest": _("Version"), "valid_from": _("Holds from"), "draft": _("Draft")}
    show(rows, headings, as_json=as_json, as_csv=as_csv)


@app.command("show")
def show_version(code: Code, number: Number = None, as_json: AsJson = False) -> None:
    """One version with its items; programs get the whole document."""
    reader("approval.view_catalogues")
    one = queries.version_of(code, number)
    facts = _facts(one)
    if as_json:
        show_json(facts | {"document": as_plain(one.document)})
        return
    headings = {"catalogue": _("Catalogue"), "number": _("Version"), "stage": _("Stage")}
    headings |= {"valid_from": _("Holds from"), "sha256": _("Hash"), "why": _("What changed and why")}
    rows = [
        {
            "code": item.code,
            "name": in_language(item.name_zh, item.name_en),
            "lead": item.lead,
            "promised_days": item.promised_days,
            "statutory_days": item.statutory_days,
            "after": " ".join(item.after),
        }
        for item in one.document.items
    ]
    names = {"code": _("Code"), "name": _("Item"), "lead": _("Decides"), "promised_days": _("Promised")}
    names |= {"statutory_days": _("Statutory"), "after": _("Waits for")}
    show_whole(facts, headings, [Part("items", _("Items"), rows, names)], as_json=False)


def _facts(one: CatalogueVersion) -> dict[str, Any]:
    names = ("number", "valid_from", "published_on", "sha256", "why", "why_en", "version")
    facts = {name: getattr(one, name) for name in names}
    return {"catalogue": one.catalogue.code, "stage": str(one.stage)} | facts


@app.command("differences")
def show_differences(
    code: Code, number: Number = None, as_json: AsJson = False, as_csv: AsCsv = False
) -> None:
    """What a version changes against the published one before it."""
    reader("approval.view_catalogues")
    one = queries.version_of(code, number)
    before = queries.before(one)
    found = differences(before.document if before else None, one.document)
    names = ("of", "code", "kind", "name", "before", "after")
    rows = [{name: getattr(change, name) for name in names} for change in found]
    headings = {"of": _("Part"), "code": _("Code"), "kind": _("What"), "name": _("Column")}
    show(rows, headings | {"before": _("Before"), "after": _("Now")}, as_json=as_json, as_csv=as_csv)


@app.command("preview")
def preview(
    code: Code,
    number: Number = None,
    project: Annotated[str, typer.Option("--project", help="Number of a project, whose facts count.")] = "",
    fact: Annotated[
        list[str] | None,
        typer.Option(
            "--fact", metavar="NAME=VALUE", help="A fact, as land_mu=40 or eia=report; again for more."
        ),
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Which items a project needs, and the critical path of them."""
    member = reader("approval.view_catalogues")
    version = queries.version_of(code, number)
    facts: dict[str, Any] = projects.project_of(member, project).facts if project else {}
    facts |= dict(map(_fact, fact or ()))
    checks.check(version.document)
    found = told.needed_as_plain(applying.needed(version.document, facts))
    if as_json:
        show_json(found)
        return
    rows = [
        {
            **one,
            "name": in_language(one["name_zh"], one["name_en"]),
            "verdict": columns.words(columns.VERDICTS, one["verdict"]),
            "critical": "*" if one["is_critical"] else "",
        }
        for one in found["items"]
    ]
    headings = {"code": _("Code"), "name": _("Item"), "verdict": _("Verdict"), "days": _("Working days")}
    headings |= {"start": _("Starts"), "finish": _("Ends"), "slack": _("Slack"), "critical": _("Critical")}
    show(rows, headings, as_csv=as_csv, right=("days", "start", "finish", "slack"))
    if not as_csv:
        sentence = _("At best %(days)s working days together, %(serial)s one by one.")
        typer.echo(sentence % {"days": found["days_together"], "serial": found["days_serial"]})


def _fact(text: str) -> tuple[str, Any]:
    name, equals, _value = text.partition("=")
    if not equals or name.strip() not in BY_NAME:
        raise BadInput(
            "approval.no_fact",
            gettext_noop("{text} is no fact of a project. Write NAME=VALUE with one of: {names}."),
            text=text[:60],
            names=", ".join(BY_NAME),
        )
    # Read as a condition reads its values, so that both take the same words and units.
    clause = read_condition(text)[0][0]
    return clause.attribute, clause.values[0]


@app.command("export")
def export_file(
    code: Code,
    file: Annotated[str, typer.Argument(metavar="FILE", help="Where to; .xlsx is a workbook, else YAML.")],
    number: Number = None,
) -> None:
    """Write a version to a file, to be changed and brought back."""
    reader("approval.view_catalogues")
    files.write_file(queries.version_of(code, number).document, Path(file))
    remark(_("Written to %s.") % file)


# -- writing -------------------------------------------------------------------------------------------------------


@app.command("open")
def open_catalogue(
    code: Code,
    region: Annotated[str, typer.Option("--region", help="Code of the region that it is for.")],
    profile: Annotated[str, given.choice("--profile", PROFILES, "Regime")] = "own",
    source_file: Annotated[
        str, typer.Option("--from", metavar="FILE", help="A file in place of the profile.")
    ] = "",
    name: Annotated[str, given.text("--name", 120, "Chinese name; that of the regime by default.")] = "",
    en: given.NameEn = "",
    source: Annotated[str, given.text("--source", 200, "Where it comes from.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Open a catalogue for a region with a first draft."""
    document = _in_file(source_file) if source_file else None
    made = written(
        lambda: actions.open_catalogue(
            code=code,
            region=region_of(region),
            profile=profile,
            document=document,
            name_zh=name,
            name_en=en,
            source=source,
            by=acting(),
        ),
        dry_run=dry_run,
    )
    sentence = _("%s is open. Make its draft your own, then publish it.") % made.name
    done(sentence, {"code": made.code, "profile": made.profile}, dry_run=dry_run, as_json=as_json)


@app.command("draft")
def open_draft(code: Code, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Begin the next version as a copy of what is published."""
    found = queries.catalogue_of(code)
    draft = written(lambda: actions.open_draft(found, by=acting()), dry_run=dry_run)
    _done(_("The draft of version %s is open.") % draft.number, draft, dry_run, as_json)


@app.command("bring")
def bring_draft(code: Code, file: File, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Put a file in place of what the draft says."""
    draft, document = queries.draft_of(code), _in_file(file)
    written(lambda: actions.bring_draft(draft, document, by=acting()), dry_run=dry_run)
    if not as_json:
        _say_faults(checks.faults_of(draft.document, queries.known(draft.document)))
    _done(_("The file is in the draft. Look at what changes before you publish it."), draft, dry_run, as_json)


@app.command("set-item")
def write_item(
    code: Code,
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="One item as YAML or JSON; - is standard input.")
    ],
    was: Annotated[str, typer.Option("--was", help="Code of the item that it takes the place of.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Put an item into the draft."""
    with streams.opened(file) as source:
        item = item_from_plain(plain_of(source.read().decode("utf-8", "replace")))
    draft = queries.draft_of(code)
    written(lambda: actions.write_item(draft, item, was=was, by=acting()), dry_run=dry_run)
    _done(_("The item stands in the draft."), draft, dry_run, as_json)


@app.command("drop-item")
def drop_item(
    code: Code,
    item: Annotated[str, typer.Argument(metavar="ITEM", help="Code of the item.")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Take an item out of the draft."""
    draft = queries.draft_of(code)
    written(lambda: actions.drop_item(draft, item, by=acting()), dry_run=dry_run)
    _done(_("%s is out of the draft.") % item, draft, dry_run, as_json)


@app.command("publish")
def publish_draft(
    code: Code,
    valid_from: Annotated[
        date | None, given.a_day("--from", "The day from which it holds; today by default.")
    ] = None,
    why: Annotated[str, given.text("--why", 300, "What changed and why.")] = "",
    why_en: Annotated[str, given.text("--why-en", 300, "The same in English.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Publish the draft; from then on it never changes."""
    draft = queries.draft_of(code)
    written(
        lambda: actions.publish_draft(draft, valid_from=valid_from, why=why, why_en=why_en, by=acting()),
        dry_run=dry_run,
    )
    sentence = _("Version %(number)s is published and holds from %(day)s.")
    _done(sentence % {"number": draft.number, "day": draft.valid_from}, draft, dry_run, as_json)


@app.command("drop")
def discard_draft(code: Code, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Throw the draft away."""
    draft = queries.draft_of(code)
    facts = {"catalogue": draft.catalogue.code, "number": draft.number}
    written(lambda: actions.discard_draft(draft, by=acting()), dry_run=dry_run)
    done(_("The draft is thrown away; what is published holds."), facts, dry_run=dry_run, as_json=as_json)


def _done(sentence: str, draft: CatalogueVersion, dry_run: bool, as_json: bool) -> None:
    done(sentence, _facts(draft), dry_run=dry_run, as_json=as_json)
