"""``shanhai zone``: a zone from files, and to files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from shanhai.core.cli import files, start_django
from shanhai.kernel.refusals import BadInput, NotFound, Refused, gettext_noop
from shanhai.webkit.commands import AsJson, DryRun, acting, remark, show, show_json, tried_out

if TYPE_CHECKING:
    from shanhai.core.sheets.gathering import Gathered

# Whoever names one of these expects one file.
FILES = {".csv", ".json", ".xls", ".xlsx", ".zip"}

app = typer.Typer(no_args_is_help=True, help="Load a zone from files, and write it to files.")

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

    from shanhai.core import clock, tick
    from shanhai.core.sheets import gathering

    faults = gathering.Gathered()
    with folder_of(source, faults) as folder, tried_out(dry_run):
        counts = load_folder(folder, by=acting(), faults=faults)
    if not dry_run:
        tick.take_statistics(clock.now())
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
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Write the zone as files, in the form in which it is loaded; masked columns only for who may read them."""
    start_django()
    from django.utils.translation import gettext as _

    if target.suffix.lower() in FILES and not target.is_dir():
        raise BadInput(
            "site.export_target_is_file",
            gettext_noop("The zone is written as a folder of files, not as {target}. Name a folder."),
            target=str(target),
        )
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BadInput(
            "site.export_target_not_empty",
            gettext_noop(
                "{target} is there already and not an empty folder. Name another folder, or empty it."
            ),
            target=str(target),
        )
    try:
        if dry_run:
            with TemporaryDirectory() as aside, tried_out(True):
                counts = _export_all(Path(aside))
        else:
            target.mkdir(parents=True, exist_ok=True)
            counts = _export_all(target)
    except OSError as error:
        raise files.cannot_write(str(target), error.strerror or str(error)) from None
    if as_json:
        show_json({"written": counts, "dry_run": dry_run})
    else:
        show(
            [{"file": file, "rows": n} for file, n in counts.items()], {"file": _("File"), "rows": _("Rows")}
        )
    if dry_run:
        remark(_("Tried out only: nothing was written."))


def _export_all(target: Path) -> dict[str, int]:
    """Write all parts of the zone as the acting member reads it, on the record."""
    from shanhai.core import access, signs
    from shanhai.core.actions import taking

    by = acting()
    access.check(by, "core.export_zone")
    counts: dict[str, int] = {}
    for part in parts():
        counts |= signs.call(part.export)(target, by) or {}
    taking.export_zone(target, counts, by=by)
    return counts


def load_folder(folder: Path, *, by: Any, faults: Gathered | None = None) -> dict[str, int]:
    """Load all parts of a folder in their order; run it inside one transaction. Gives the rows written by file.

    Whatever is wrong in any file is told at once; ``faults`` has what was found wrong before.
    """
    from shanhai.core import signs
    from shanhai.core.sheets.gathering import CODE, Gathered

    faults = faults or Gathered()
    _check_known(folder, faults)
    _check_complete(folder, faults)
    counts: dict[str, int] = {}
    with faults.at_work():
        for part in parts():
            try:
                counts |= signs.call(part.load)(folder, by) or {}
            except Refused as refused:
                if refused.code == CODE:
                    raise
                waiting = [f"{stem}.csv" for stem in part.files if (folder / f"{stem}.csv").exists()]
                if waiting and faults.n:
                    # Tables without a register cannot tell what is wrong of their own from what was refused above.
                    faults.wait(waiting)
                else:
                    faults.add_refusal(refused, folder.name)
    return counts


def _check_known(folder: Path, faults: Gathered) -> None:
    known = _known_files()
    strange = sorted(path.name for path in folder.glob("*.csv") if path.name not in known)
    is_zone = any((folder / name).exists() for name in known)
    if strange or not is_zone:
        refused = BadInput(
            "site.zone_files",
            gettext_noop("{folder} is no zone: there is no register for {files}. Known files are: {known}."),
            folder=str(folder),
            files=", ".join(strange) or "any of its files",
            known=", ".join(sorted(known)),
        )
        if not is_zone:
            raise refused
        faults.add_refusal(refused, folder.name)


def _check_complete(folder: Path, faults: Gathered) -> None:
    """Name the tables that others of the folder point at and that are neither in it nor loaded already."""
    from shanhai.core import signs

    here = [one for one in _registers() if (folder / f"{one.file_stem}.csv").exists()]
    wanted: dict[str, str] = {}
    for register in here:
        for column in register.columns:
            if column.ref and column.required:
                wanted.setdefault(column.ref, register.file_stem)
    present = {register.code for register in here} | faults.whole
    missing = {code: by for code, by in wanted.items() if code not in present and _is_empty(code)}
    if missing:
        faults.whole |= missing.keys()
        refused = BadInput(
            "site.zone_files_missing",
            gettext_noop(
                "{files} is missing from {folder}: rows of {by} stand on rows of it, and nothing of it is loaded "
                "yet. Put it there and load again."
            ),
            files=", ".join(f"{signs.registers[code].file_stem}.csv" for code in missing),
            folder=folder.name,
            by=", ".join(sorted({f"{stem}.csv" for stem in missing.values()})),
        )
        faults.add_refusal(refused, folder.name)


def _is_empty(code: str) -> bool:
    from shanhai.core import signs

    rows = signs.call(signs.registers[code].rows)(None, None)
    return next(iter(rows), None) is None


def parts() -> list[Any]:
    """The parts of a zone in the order in which they are loaded."""
    from shanhai.core import signs

    return sorted(signs.zone_parts, key=lambda part: (part.rank, part.code))


def _known_files() -> set[str]:
    return {f"{register.file_stem}.csv" for register in _registers()} | {
        f"{stem}.csv" for stem in _without_register()
    }


def _registers() -> list[Any]:
    """The registers that have a file in a zone folder."""
    from shanhai.core import signs

    return [register for register in signs.registers if register.is_zone_file]


def _without_register() -> tuple[str, ...]:
    """Stems of tables that are no registers, and may be sheets of a workbook all the same."""
    return tuple(stem for part in parts() for stem in part.files)


@contextmanager
def folder_of(source: Path, faults: Gathered) -> Iterator[Path]:
    """The folder to load: the one given, or what a workbook has been taken apart into, its faults noted."""
    if source.is_dir():
        yield source
    elif source.is_file():
        with TemporaryDirectory() as place:
            folder = Path(place)
            _take_apart(source, folder, faults)
            yield folder
    else:
        raise NotFound(
            "site.no_such_source",
            gettext_noop("There is no {source}. Name a folder of CSV files or a workbook (.xlsx)."),
            source=str(source),
        )


def _take_apart(source: Path, folder: Path, faults: Gathered) -> None:
    from shanhai.core import heavy
    from shanhai.site import workbook

    wanted = {
        register.code.replace(".", "/"): (register.file_stem, register.code, register.en, register.zh)
        for register in _registers()
    }
    sheets, missing, problems, n = heavy.run_in_child(
        "shanhai.site.workbook.take_apart",
        (str(source), str(folder), wanted, _without_register()),
        timeout=MOST_SECONDS,
        memory_mb=600,
    )
    faults.shown_as = {file: sheet for sheet, file in sheets}
    faults.whole |= set(missing)
    if problems:
        faults.add_refusal(workbook.refusal_of(source.name, problems, n), source.name)
    beside = source.parent / "documents"
    if beside.is_dir():
        # Papers that rows name lie beside the workbook, as they lie in a zone folder; only those named are read.
        (folder / "documents").symlink_to(beside.absolute(), target_is_directory=True)
