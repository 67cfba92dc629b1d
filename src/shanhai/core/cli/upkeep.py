"""``shanhai check``, ``tick``, ``worker``, ``backup`` and ``restore``."""

from __future__ import annotations

import signal
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shanhai.core.cli import acting, answer, files, say, start_django
from shanhai.kernel.refusals import NotFound, gettext_noop

if TYPE_CHECKING:
    from shanhai.core.backup import Written

app = typer.Typer(no_args_is_help=True, add_completion=False)
Json = Annotated[bool, typer.Option("--json", help="JSON for programs.")]


@app.command()
def check(
    only: Annotated[list[str] | None, typer.Option(help="Only this check; may be repeated.")] = None,
    repair: Annotated[
        bool, typer.Option("--repair", help="Make seats and search index again first.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="With --repair: change nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Look whether the records are consistent: journal, replay, figures, search, seats, and each field's own checks."""
    start_django()
    from shanhai.core import checks, signs

    unknown = [code for code in only or () if code not in signs.self_checks]
    if unknown:
        raise NotFound(
            "core.unknown_check",
            gettext_noop("There is no check {check}. The checks are: {known}."),
            check=unknown[0],
            known=", ".join(sorted(one.code for one in signs.self_checks)),
        )
    if repair and not dry_run:
        checks.repair()
    errors = warnings = 0
    for found in checks.run(only):
        errors += found.level == "error"
        warnings += found.level == "warning"
        if as_json:
            answer(checks.as_json(found))
        else:
            print(f"{found.level}: {found.say()}")
    if not as_json:
        if errors or warnings:
            say(gettext_noop("{errors} errors, {warnings} warnings."), errors=errors, warnings=warnings)
        else:
            say(gettext_noop("All is consistent ({n} checks)."), n=len(only or signs.self_checks))
    if errors:
        raise typer.Exit(1)


@app.command()
def tick(
    everything: Annotated[bool, typer.Option("--all", help="Also what is not due yet.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list the sweeps.")] = False,
    as_json: Json = False,
) -> None:
    """Run what is due: reminders, escalation, seals, tasks whose worker died. Call it each minute."""
    start_django()
    from shanhai.core import signs, tick

    if dry_run:
        done: dict[str, int] | None = dict.fromkeys((one.code for one in signs.sweeps), 0)
    else:
        done = tick.run(everything=everything)
    if as_json:
        answer({"ran": done is not None, "did": done or {}})
    elif done is None:
        say(gettext_noop("Another tick is at work."))
    else:
        for code, n in done.items():
            print(f"{code}  {n}")


@app.command()
def worker(
    once: Annotated[bool, typer.Option("--once", help="End when nothing waits.")] = False,
) -> None:
    """Work off long tasks, in a process of its own, until it is told to stop."""
    start_django()
    from shanhai.core import tasks

    if once:
        say(gettext_noop("{n} tasks were done."), n=tasks.run_waiting())
        return
    works = tasks.Worker("process")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: works.stop())
    works.run_forever()


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The file to write; - is standard output.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Write database and documents to one file, while the site runs."""
    start_django()
    from shanhai.core import access, backup

    files.check_target(str(file))
    access.check(acting(), "core.back_up")
    if dry_run:
        say(gettext_noop("Would write {file}."), file=str(file))
        return
    if str(file) == files.STANDARD:
        with tempfile.TemporaryDirectory() as folder:
            written = backup.back_up(Path(folder) / "backup")
            files.write_bytes(files.STANDARD, written.file.read_bytes())
            _note_backup(written, "-")
        return
    try:
        written = backup.back_up(file)
        _note_backup(written, written.file.name)
    except OSError as error:
        raise files.cannot_write(str(file), error.strerror or str(error)) from None
    if as_json:
        answer({"file": written.file, "files": written.files, "size": written.size, "seal": written.seal})
    else:
        say(
            gettext_noop("{files} files, {kb} kB: {file}"),
            files=written.files,
            kb=-(-written.size // 1024),
            file=str(written.file),
        )


def _note_backup(written: Written, name: str) -> None:
    from shanhai.core.actions import taking

    taking.back_up(written.file, name=name, files=written.files, seal=written.seal, by=acting())


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A backup.")],
    force: Annotated[bool, typer.Option("--force", help="Replace records that are here.")] = False,
    even_if_unsound: Annotated[
        bool, typer.Option("--even-if-unsound", help="Also when the journal does not prove itself.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check the backup, write nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Put a backup in place: hashes and journal are checked first. Stop the site before."""
    start_django()
    from django.core.management import call_command

    from shanhai.core import access, backup
    from shanhai.core.actions import taking

    access.check(acting(), "core.restore_backup")
    put = backup.restore(file, force=force, accept_unsound=even_if_unsound, dry_run=dry_run)
    if not dry_run:
        call_command("migrate", verbosity=0)
        # Who may restore is a member here and perhaps nobody there: the system did it.
        taking.restore_backup(file, name=file.name, files=put.files, seal=put.seal, by=None)
    if as_json:
        answer(
            {
                "files": put.files,
                "seal": put.seal,
                "written": not dry_run,
                "journal": put.report and put.report.as_json(),
            }
        )
    elif dry_run:
        say(gettext_noop("The backup is whole; nothing was written."))
    elif put.report is None or put.report.is_sound:
        say(gettext_noop("{files} files were put back; the journal is sound."), files=put.files)
    else:
        say(
            gettext_noop("{files} files were put back; the journal is NOT sound: {n} problems."),
            files=put.files,
            n=put.report.problem_count,
        )
