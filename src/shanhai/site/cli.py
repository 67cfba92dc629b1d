"""The command ``shanhai``: what belongs to the installation here, the rest from core and the fields.

Nothing heavy is imported before it is needed: ``shanhai workdays add -`` answers thousands of lines a second and
starts like a small tool, so each group is imported when it is named.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any, cast

import typer
from typer.core import TyperGroup

from shanhai.core.cli import language, start_django

# Typer brings its own copy of click and shows two of its errors; the others are their bases.
UsageError: Any = typer.BadParameter.__base__
LineError: Any = UsageError.__base__

# Groups and commands that are known without asking the fields: name, where it is, what it does.
KNOWN: dict[str, tuple[str, str]] = {
    "workdays": ("shanhai.core.cli.workdays", "Count working days by the official calendar."),
    "journal": ("shanhai.core.cli.journal", "Verify, seal and export the journal."),
    "tick": ("shanhai.core.cli.upkeep", "Run what is due: reminders, escalation, seals."),
    "worker": ("shanhai.core.cli.upkeep", "Work off long tasks, in a process of its own."),
    "check": ("shanhai.core.cli.upkeep", "Look whether the records are consistent."),
    "backup": ("shanhai.core.cli.upkeep", "Write database and documents to one file."),
    "restore": ("shanhai.core.cli.upkeep", "Put a backup in place."),
    "zone": ("shanhai.site.commands.zone", "Load a zone from files, and write it to files."),
    "demo": ("shanhai.site.commands.demo", "Load the Longquan-Xiaoshan example zone."),
    "serve": ("shanhai.site.commands.serve", "Serve the site."),
    "migrate": ("shanhai.site.commands.upkeep", "Bring the database up to this version."),
    "createadmin": ("shanhai.site.commands.upkeep", "Make an administrator, from the machine itself."),
    "manage": ("shanhai.site.commands.upkeep", "Pass on to Django's own commands."),
}


# Commands of a field that work on plain files: they start without Django, in a tenth of its time and memory.
PLAIN: dict[tuple[str, str], str] = (
    {
        ("approval", verb): "shanhai.fields.approval.cli.plain"
        for verb in ("analyse", "late", "potential", "simulate", "export", "forecast")
    }
    | {("park", "grade"): "shanhai.fields.park.cli.plain"}
    | {
        ("investment", verb): "shanhai.fields.investment.cli.plain"
        for verb in ("match", "portfolio", "same-names", "aid")
    }
)


class Root(TyperGroup):
    """Finds commands by name and imports only the one that is asked for."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        plain = PLAIN.get((args[0], args[1])) if len(args) > 1 else None
        if plain is None:
            return super().resolve_command(ctx, args)
        return args[0], typer.main.get_command(import_module(plain).plain_app()), args[1:]

    def list_commands(self, ctx: Any) -> list[str]:
        start_django()
        from shanhai.core import signs

        return sorted({*KNOWN, *(group.code for group in signs.command_groups)})

    def get_command(self, ctx: Any, name: str) -> Any:
        if name in KNOWN:
            return _command(import_module(KNOWN[name][0]).app, name, KNOWN[name][1])
        start_django()
        from shanhai.core import signs

        group = signs.command_groups.get(name)
        if group is None:
            return None
        module, _, attribute = group.app.rpartition(".")
        return _command(getattr(import_module(module), attribute), name, str(group.about))

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        rows = [(name, self._about(name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    @staticmethod
    def _about(name: str) -> str:
        from shanhai.core import signs

        return KNOWN[name][1] if name in KNOWN else str(signs.command_groups[name].about)


def _command(app: typer.Typer, name: str, about: str) -> Any:
    """The group of a Typer object, or the one command of it that bears the name."""
    command = typer.main.get_command(app)
    if isinstance(command, TyperGroup) and name in command.commands:
        command = command.commands[name]
    command.name = name
    command.help = command.help or about
    return command


app = typer.Typer(
    cls=Root,
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.callback()
def root() -> None:
    """Shanhai runs a cooperation zone: registers, agreements, commitments, meetings, people.

    `--as MEMBERCODE` anywhere on the line acts as that member, with their rights; without it commands act as the
    system. Exit codes: 0 done, 1 refused, 2 wrong usage.
    """


def main(arguments: list[str] | None = None) -> None:
    """Run one command and exit as it went."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: list[str]) -> int:
    """Run one command; refusals are told in one sentence, mistakes of the line by usage."""
    from shanhai.webkit import commands

    try:
        code, rest = _taken_out(arguments)
    except UsageError as wrong:
        return _usage(wrong)
    token = commands.acting_code.set(code)
    try:
        return _run(rest)
    finally:
        commands.acting_code.reset(token)


def _run(arguments: list[str]) -> int:
    from shanhai.kernel.refusals import Refused

    try:
        command = typer.main.get_command(app)
        answer = command.main(args=arguments, prog_name="shanhai", standalone_mode=False)
    except UsageError as wrong:
        return _usage(wrong)
    except LineError as wrong:
        wrong.show()
        return wrong.exit_code
    except typer.Exit as end:
        return end.exit_code
    except (typer.Abort, KeyboardInterrupt):
        print(file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader has enough (`| head`); python would complain again while closing stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Refused as refused:
        return _refused(refused)
    except Exception as error:
        sentence = _known_trouble(error)
        if sentence is None:
            raise
        print(sentence, file=sys.stderr)
        return 1
    return answer if isinstance(answer, int) else 0


def _taken_out(arguments: list[str]) -> tuple[str, list[str]]:
    """``--as CODE`` from wherever it stands, and the rest of the line."""
    rest, code = [], ""
    words = iter(arguments)
    for word in words:
        if word == "--":
            rest += [word, *words]
        elif word == "--as":
            code = next(words, "")
            if not code:
                raise UsageError("--as needs a member code.")
        elif word.startswith("--as="):
            code = word.removeprefix("--as=")
        else:
            rest.append(word)
    return code, rest


def _usage(wrong: UsageError) -> int:
    wrong.show()
    return 2


def _refused(refused: Any) -> int:
    """The sentence in the terminal's language, and below it what is wrong where."""
    from django.apps import apps

    if language() != "en":
        start_django()
    if apps.ready:
        from shanhai.core import sentences

        print(sentences.refusal(refused), file=sys.stderr)
    else:
        print(refused.say(), file=sys.stderr)
    for problem in refused.facts.get("problems", []):
        print(f"  {_said(problem)}", file=sys.stderr)
    return 1


def _said(problem: Any) -> str:
    """A problem as one line: text as it is; of a row with its number, column and sentence."""
    if not isinstance(problem, dict):
        return str(problem)
    from django.utils.translation import gettext

    from shanhai.core import sentences

    why = sentences.said(problem.get("sentence", ""), problem.get("facts", {}))
    parts = [problem["file"]] if problem.get("file") else []
    if problem.get("row"):
        parts.append(gettext("row {row}").format(row=problem["row"]))
    if problem.get("column"):
        parts.append(gettext("column {column}").format(column=problem["column"]))
    if not parts:
        return why
    return gettext("{where}: {what}").format(where=gettext(", ").join(parts), what=why)


def _said_of_setting(one: dict[str, Any]) -> str:
    """What is wrong with a setting; what it was set to is told only by our own sentences, since some are secrets."""
    if "error" in one.get("ctx", {}):
        return str(one["ctx"]["error"])
    name = str(one["loc"][0]).upper()
    return f"{name if name == 'DATABASE_URL' else f'SHANHAI_{name}'} cannot be read: {one['msg']}."


def _known_trouble(error: Exception) -> str | None:
    """What to do about troubles of the installation that are no faults of the program."""
    text = str(error)
    older = ("no such table", "no such column", "has no column named", "does not exist")
    if type(error).__name__ in ("OperationalError", "ProgrammingError") and any(one in text for one in older):
        return "The database is empty or older than this version. Run `shanhai migrate` first."
    if type(error).__name__ == "ValidationError" and "Environment" in text:
        return "\n".join(_said_of_setting(one) for one in cast(Any, error).errors())
    return None
