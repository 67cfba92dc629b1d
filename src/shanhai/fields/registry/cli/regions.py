"""``shanhai registry regions ...``: places, and what became of them."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from shanhai.core import signs
from shanhai.core.actions import regions as actions
from shanhai.core.models import Region
from shanhai.fields.registry import columns
from shanhai.fields.registry.cli import shared
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, acting, noun, written

app = noun("Regions by the levels of GB/T 2260.")


@app.command("list")
def list_regions(
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    level: Annotated[
        str, given.choice("--level", columns.LEVELS, "Only those of a level", or_none=True)
    ] = "",
) -> None:
    """List regions by code."""
    member = shared.reader("view_regions")
    chosen = Region.objects.filter(level=level) if level else None
    rows = signs.call(columns.REGIONS.rows)(member, None, chosen)
    shared.list_register(columns.REGIONS, as_json, as_csv, rows)


@app.command("show")
def show_region(code: str, as_json: AsJson = False) -> None:
    """Show one region."""
    shared.reader("view_regions")
    shared.show_row(columns.REGIONS, code.ljust(12, "0"), as_json)


@app.command("add")
def add_region(
    code: str,
    name: given.NameZh,
    en: given.NameEn = "",
    since: Annotated[date | None, given.a_day("--from", "The day on which it was founded.")] = None,
    population: Annotated[int | None, typer.Option(min=0, max=2_000_000_000, help="Inhabitants.")] = None,
    seat: Annotated[
        str, given.text("--seat", 40, "Longitude and latitude of its seat, as 119.14 28.07.")
    ] = "",
    source: shared.Source = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Add a region under the one that its code names."""
    made = written(
        lambda: actions.add_region(
            code=code,
            name_zh=name,
            name_en=en,
            valid_from=since,
            population=population,
            seat=seat,
            source=source,
            by=acting(),
        ),
        dry_run=dry_run,
    )
    shared.done_with(made, dry_run=dry_run, as_json=as_json)


@app.command("correct")
def correct_region(
    code: str,
    name: Annotated[str | None, given.text("--name", 120, "Chinese name.")] = None,
    en: Annotated[str | None, given.text("--en", 160, "English name.")] = None,
    population: Annotated[int | None, typer.Option(min=0, max=2_000_000_000, help="Inhabitants.")] = None,
    outline: Annotated[
        str | None,
        typer.Option(
            "--outline", parser=given.long_text, metavar="TEXT", help="Outline; - is standard input."
        ),
    ] = None,
    seat: Annotated[
        str | None, given.text("--seat", 40, "Longitude and latitude of its seat, as 119.14 28.07.")
    ] = None,
    source: Annotated[str | None, given.text("--source", 200, "Where this is written.")] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Put right what was written down wrongly; what really changed is recorded on its day."""
    region = shared.region_of(code)
    changes = shared.named(
        name_zh=name, name_en=en, population=population, outline=outline, seat=seat, source=source
    )
    made = written(lambda: actions.correct_region(region, by=acting(), **changes), dry_run=dry_run)
    shared.done_with(made, dry_run=dry_run, as_json=as_json)


@app.command("rename")
def rename_region(
    code: str,
    name: given.NameZh,
    on: shared.On,
    en: given.NameEn = "",
    source: shared.Source = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Rename a region from a day on; the old name stays in its history."""
    region = shared.region_of(code)
    made = written(
        lambda: actions.rename_region(region, name_zh=name, name_en=en, on=on, source=source, by=acting()),
        dry_run=dry_run,
    )
    shared.done_with(made, dry_run=dry_run, as_json=as_json)


@app.command("recode")
def recode_region(
    code: str,
    new_code: Annotated[
        str, typer.Argument(metavar="NEW", help="The new code; in another region it moves there.")
    ],
    on: shared.On,
    source: shared.Source = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Give a region another code from a day on, and all regions under it theirs."""
    region = shared.region_of(code)
    made = written(
        lambda: actions.recode_region(region, code=new_code, on=on, source=source, by=acting()),
        dry_run=dry_run,
    )
    shared.done_with(made, dry_run=dry_run, as_json=as_json)


@app.command("merge")
def merge_region(
    code: str,
    into: Annotated[str, typer.Argument(metavar="INTO", help="Code of the region that takes it in.")],
    on: shared.On,
    source: shared.Source = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """End a region on a day because another took it in; its organisations go along."""
    region, other = shared.region_of(code), shared.region_of(into)
    written(
        lambda: actions.merge_region(region, into=other, on=on, source=source, by=acting()), dry_run=dry_run
    )
    shared.done_with(region, dry_run=dry_run, as_json=as_json)


@app.command("split")
def split_region(
    code: str,
    new_code: Annotated[str, typer.Argument(metavar="NEW", help="Code of the new region.")],
    name: given.NameZh,
    on: shared.On,
    en: given.NameEn = "",
    source: shared.Source = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Found a region of the same level on land of this one."""
    region = shared.region_of(code)
    made = written(
        lambda: actions.split_region(
            region, code=new_code, name_zh=name, name_en=en, on=on, source=source, by=acting()
        ),
        dry_run=dry_run,
    )
    shared.done_with(made, dry_run=dry_run, as_json=as_json)


@app.command("abolish")
def abolish_region(
    code: str, on: shared.On, source: shared.Source = "", dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """End a region on a day without a successor, once no region and no organisation is left in it."""
    region = shared.region_of(code)
    written(lambda: actions.abolish_region(region, on=on, source=source, by=acting()), dry_run=dry_run)
    shared.done_with(region, dry_run=dry_run, as_json=as_json)
