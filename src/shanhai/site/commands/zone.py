"""``shanhai zone``: a zone from files, and to files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer

from shanhai.core.cli import files, start_django
from shanhai.kernel.refusals import BadInput, NotFound, gettext_noop
from shanhai.webkit.commands import AsJson, DryRun, acting, remark, show, show_json, tried_out

app = typer.Typer(no_args_is_help=True, help="Load a zone from files, and write it to files.")

# Tables of a zone that are no registers, and may be sheets of a workbook all the same.
NO_REGISTERS = (
    "rulebook_values",
    "rounds",
    "round_columns",
    "round_lines",
    "round_answers",
    "round_values",
)
MOST_SECONDS = 300


@app.command()
def load(
    source: Annotated[
        Path, typer.Argument(help="Folder of CSV files, or a workbook with a sheet for each register.")
    ],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Load a zone: all of it or nothing. What is there already and differs is brought to what the files say."""
    start_django()
    from django.utils.translation import gettext as _

    with folder_of(source) as folder, tried_out(dry_run):
        counts = load_folder(folder, by=acting())
    if as_json:
        show_json({"written": counts, "dry_run": dry_run})
    else:
        show(
            [{"file": file, "rows": n} for file, n in counts.items()],
            {"file": _("File"), "rows": _("Rows written")},
        )
    if dry_run:
        remark(_("Tried out only: nothing was written."))


@app.command()
def export(
    target: Annotated[Path, typer.Argument(help="Folder for the files; made where it does not exist.")],
    as_json: AsJson = False,
) -> None:
    """Write the zone as files, in the form in which it is loaded."""
    start_django()
    from django.utils.translation import gettext as _

    from shanhai.core import signs

    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BadInput(
            "site.export_target_not_empty",
            gettext_noop(
                "{target} is there already and not an empty folder. Name another folder, or empty it."
            ),
            target=str(target),
        )
    counts: dict[str, int] = {}
    try:
        target.mkdir(parents=True, exist_ok=True)
        for part in parts():
            counts |= signs.call(part.export)(target) or {}
    except OSError as error:
        raise files.cannot_write(str(target), error.strerror or str(error)) from None
    if as_json:
        show_json({"written": counts})
    else:
        show(
            [{"file": file, "rows": n} for file, n in counts.items()], {"file": _("File"), "rows": _("Rows")}
        )


def load_folder(folder: Path, *, by: Any) -> dict[str, int]:
    """Load all parts of a folder in their order; run it inside one transaction. Gives the rows written by file."""
    from shanhai.core import signs

    known = _known_files()
    strange = sorted(path.name for path in folder.glob("*.csv") if path.name not in known)
    if strange or not any((folder / name).exists() for name in known):
        raise BadInput(
            "site.zone_files",
            gettext_noop("{folder} is no zone: there is no register for {files}. Known files are: {known}."),
            folder=str(folder),
            files=", ".join(strange) or "any of its files",
            known=", ".join(sorted(known)),
        )
    _check_complete(folder)
    counts: dict[str, int] = {}
    for part in parts():
        counts |= signs.call(part.load)(folder, by) or {}
    return counts


def _check_complete(folder: Path) -> None:
    """Name the tables that others of the folder point at and that are neither in it nor loaded already."""
    from shanhai.core import signs

    here = [register for register in signs.registers if (folder / f"{register.file_stem}.csv").exists()]
    wanted: dict[str, str] = {}
    for register in here:
        for column in register.columns:
            if column.ref and column.required:
                wanted.setdefault(column.ref, register.file_stem)
    present = {register.code for register in here}
    missing = {code: by for code, by in wanted.items() if code not in present and _is_empty(code)}
    if missing:
        raise BadInput(
            "site.zone_files_missing",
            gettext_noop(
                "{files} is missing from {folder}: rows of {by} stand on rows of it, and nothing of it is loaded "
                "yet. Put it there and load again."
            ),
            files=", ".join(f"{signs.registers[code].file_stem}.csv" for code in missing),
            folder=folder.name,
            by=", ".join(sorted({f"{stem}.csv" for stem in missing.values()})),
        )


def _is_empty(code: str) -> bool:
    from shanhai.core import signs

    rows = signs.call(signs.registers[code].rows)(None, None)
    return next(iter(rows), None) is None


def parts() -> list[Any]:
    """The parts of a zone in the order in which they are loaded."""
    from shanhai.core import signs

    return sorted(signs.zone_parts, key=lambda part: (part.rank, part.code))


def _known_files() -> set[str]:
    from shanhai.core import signs

    return {f"{register.file_stem}.csv" for register in signs.registers} | {
        f"{stem}.csv" for stem in NO_REGISTERS
    }


@contextmanager
def folder_of(source: Path) -> Iterator[Path]:
    """The folder to load: the one given, or what a workbook has been taken apart into."""
    if source.is_dir():
        yield source
    elif source.is_file():
        with TemporaryDirectory() as place:
            folder = Path(place)
            _take_apart(source, folder)
            yield folder
    else:
        raise NotFound(
            "site.no_such_source",
            gettext_noop("There is no {source}. Name a folder of CSV files or a workbook (.xlsx)."),
            source=str(source),
        )


def _take_apart(source: Path, folder: Path) -> None:
    from shanhai.core import heavy, signs

    wanted = {
        register.code.replace(".", "/"): (register.file_stem, register.code, register.en, register.zh)
        for register in signs.registers
    }
    heavy.run_in_child(
        "shanhai.site.workbook.take_apart",
        (str(source), str(folder), wanted, NO_REGISTERS),
        timeout=MOST_SECONDS,
        memory_mb=600,
    )
    beside = source.parent / "documents"
    if beside.is_dir():
        # Papers that rows name lie beside the workbook, as they lie in a zone folder; only those named are read.
        (folder / "documents").symlink_to(beside.absolute(), target_is_directory=True)
