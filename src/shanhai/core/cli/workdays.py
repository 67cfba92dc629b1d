"""``shanhai workdays``: counting working days."""

from __future__ import annotations

import json
import re
import sys
from datetime import date
from typing import Annotated

import typer

from shanhai.core import sentences
from shanhai.core.cli import answer, files, remark, say, start_django
from shanhai.kernel.refusals import BadInput, Refused, gettext_noop
from shanhai.kernel.workdays import Calendar, official, parse_notice

app = typer.Typer(no_args_is_help=True, add_completion=False)
# A negative number of days is no option.
_NUMBERS = {"ignore_unknown_options": True}
_DAY = re.compile(r"\d{4}-\d\d-\d\d|\d{8}")
_NUMBER = re.compile(r"[+-]?\d{1,30}")
Json = Annotated[bool, typer.Option("--json", help="One JSON object per answer.")]


def calendar() -> Calendar:
    """The calendar of the installation; the official one where there is no database yet."""
    start_django()
    from django.db import DatabaseError

    from shanhai.core import calendar as loaded

    try:
        return loaded.calendar()
    except DatabaseError:
        return official()


@app.command(context_settings=_NUMBERS)
def add(
    start: Annotated[str, typer.Argument(metavar="DATE", help="First day, or - to read 'DATE N' lines.")],
    n: Annotated[str, typer.Argument(metavar="N", help="Working days to go; negative goes back.")] = "",
    as_json: Json = False,
) -> None:
    """The N-th working day after DATE; the day after DATE is the first that can count."""
    if (start == "-") == bool(n):
        raise typer.BadParameter("Give a day and N, or - alone to read lines of 'DATE N'.")
    by = calendar()
    if start == "-":
        _answer_lines(by, as_json)
        return
    day, provisional = by.answer(_day(start), _number(n))
    if as_json:
        answer({"date": day.isoformat(), "provisional": provisional})
        return
    print(day)
    if provisional:
        _remark_provisional(day.year)


def _answer_lines(by: Calendar, as_json: bool) -> None:
    """Answer each line as it comes, so that a program may ask and wait."""

    write, flush = sys.stdout.write, sys.stdout.flush
    refused_lines = 0
    for number, line in enumerate(sys.stdin, 1):
        # A mark of Windows before the first line is no part of it; what is no UTF-8 is said in characters that are.
        words = line.lstrip("\ufeff").encode(errors="replace").decode().split()
        if not words:
            continue
        try:
            if len(words) != 2:
                raise _no_pair(" ".join(words))
            day, provisional = by.answer(_day(words[0]), _number(words[1]))
        except Refused as refused:
            refused_lines += 1
            told = {"line": number, "code": refused.code, "detail": sentences.refusal(refused)}
            write(f"{json.dumps(told, ensure_ascii=False) if as_json else '-'}\n")
            if not as_json:
                remark(f"{number}: {told['detail']}")
        else:
            write(
                f'{{"date": "{day}", "provisional": {"true" if provisional else "false"}}}\n'
                if as_json
                else f"{day}\n"
            )
        flush()
    if refused_lines:
        raise typer.Exit(1)


@app.command()
def count(
    after: Annotated[str, typer.Argument(metavar="FROM", help="Not counted itself.")],
    until: Annotated[str, typer.Argument(metavar="TO", help="Counted if it is a working day.")],
    as_json: Json = False,
) -> None:
    """Working days d with FROM < d <= TO; negative when TO comes first."""
    by = calendar()
    first, last = _day(after), _day(until)
    days = by.count(first, last)
    if as_json:
        answer({"days": days})
        return
    print(days)
    if by.is_provisional(max(first, last)):
        _remark_provisional(max(first, last).year)


@app.command()
def load(
    file: Annotated[str, typer.Argument(help="The notice as text, or - for standard input.")],
    source: Annotated[str, typer.Option(help="Document number of the notice.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would move.")] = False,
    as_json: Json = False,
) -> None:
    """Load the official notice of a year: lines 'year 2027', 'off DAYS', 'work DAYS', 'source ...'."""
    start_django()
    from shanhai.core import calendar as loaded

    notice = parse_notice(files.read_text(file))
    given = (notice.year, notice.off, notice.work, source or " ".join(notice.sources))
    moved = loaded.preview_notice(*given) if dry_run else loaded.load_notice(*given, by=None)
    if as_json:
        answer(
            {
                "year": notice.year,
                "written": not dry_run,
                "moved": [
                    {"kind": one.kind, "id": one.id, "from": one.before, "to": one.after} for one in moved
                ],
            }
        )
        return
    for one in moved:
        print(f"{one.before} -> {one.after}  {one.text}")
    sentence = (
        gettext_noop("{n} deadlines would move.") if dry_run else gettext_noop("{n} deadlines were moved.")
    )
    say(sentence, n=len(moved))


def _remark_provisional(year: int) -> None:
    from django.utils.translation import gettext

    sentence = gettext_noop("Provisional: the notice for {year} has not been loaded.")
    remark(gettext(sentence).format(year=year))


def _day(text: str) -> date:
    try:
        # Weeks and ordinal days are days of the standard, and a slip of the pen here.
        if not _DAY.fullmatch(text):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(
            "workdays.not_a_date",
            gettext_noop("{text} is no day. Write days as 2023-09-18."),
            text=text[:80],
        ) from None


def _number(text: str) -> int:
    try:
        if not _NUMBER.fullmatch(text):
            raise ValueError
        return int(text)
    except ValueError:
        raise BadInput(
            "workdays.not_a_number",
            gettext_noop("{text} is no number of days. Give a whole number, negative to go back."),
            text=text[:80],
        ) from None


def _no_pair(line: str) -> BadInput:
    return BadInput(
        "workdays.no_pair",
        gettext_noop("The line {line} is no pair of a day and a number. Write it as 2023-09-18 7."),
        line=line[:80],
    )
