"""``shanhai journal``: proving, sealing and exporting the journal."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from shanhai.core.cli import answer, files, say, start_django
from shanhai.kernel.refusals import gettext_noop

app = typer.Typer(no_args_is_help=True, add_completion=False)
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]


@app.command()
def verify(
    receipt: Annotated[
        str | None, typer.Option(help="A receipt that was taken away; - is standard input.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Prove that sealed history is as it was sealed; with a receipt, that it was not rewritten or cut off."""
    start_django()
    from shanhai.core import clock, proving, seals

    brought = seals.read_receipt(files.read_text(receipt)) if receipt is not None else None
    report = proving.verify(brought)
    if as_json:
        answer(report.as_json())
    else:
        say(
            gettext_noop(
                "{entries} entries, {sealed} of them under {seals} seals, {unsealed} not sealed yet."
            ),
            entries=report.entries,
            sealed=report.sealed,
            seals=report.seals,
            unsealed=report.unsealed,
        )
        for problem in report.problems:
            say(problem.sentence, **problem.facts)
        if report.is_sound and report.proved_until is not None:
            say(
                gettext_noop(
                    "Sound. The receipt proves entries 1 to {last}, sealed {at}; {newer} newer ones it cannot prove."
                ),
                last=report.proved_to,
                at=f"{clock.local(report.proved_until):%Y-%m-%d %H:%M}",
                newer=report.newer_than_receipt,
            )
        elif report.is_sound:
            say(
                gettext_noop(
                    "Sound. Bring a receipt to prove also that history was not rewritten as a whole."
                )
            )
        else:
            say(gettext_noop("NOT sound: {n} problems."), n=report.problem_count)
    if not report.is_sound:
        raise typer.Exit(1)


@app.command()
def seal(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say how many would be sealed.")] = False,
    as_json: Json = False,
) -> None:
    """Seal all entries that are not sealed yet; the tick does it each minute."""
    start_django()
    from shanhai.core import seals
    from shanhai.core.queries import journal

    if dry_run:
        waiting = journal.unsealed_count()
        if as_json:
            answer({"sealed": 0, "unsealed": waiting})
        else:
            say(gettext_noop("{n} entries would be sealed."), n=waiting)
        return
    sealed = seals.seal_now()
    if as_json:
        answer({"sealed": sealed})
    else:
        say(gettext_noop("{n} entries were sealed."), n=sealed)


@app.command()
def export(
    to: Annotated[str, typer.Argument(help="File to write, or - for standard output.")],
) -> None:
    """Write the journal as OCEL 2.0 JSON, for process mining tools."""
    start_django()
    from shanhai.core import ocel

    if to == "-":
        ocel.write(sys.stdout)
        return
    files.check_target(to)
    try:
        with Path(to).open("w", encoding="utf-8") as file:
            counts = ocel.write(file)
    except OSError as error:
        raise files.cannot_write(to, error.strerror or str(error)) from None
    say(gettext_noop("{events} events and {objects} objects were written."), **counts)
