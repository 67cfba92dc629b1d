"""Every capability has all its faces: what a page does, a program does through the API and an office by command."""

from __future__ import annotations

import ast
from typing import Any

import pytest
import typer

from shanhai.site.cli import app

# Actions of pages that another face leaves out, each with its reason.
LEFT_OUT: dict[str, dict[str, str]] = {
    "api": {
        "store_document": "a program files a paper in the registry first, and names its number",
        "open_link": "only the phone of somebody without an account opens a link",
        "try_number": "only the phone of somebody without an account gives its number",
        "act_by_link": "a program has a key of its own and does the thing itself",
    },
    "cli": {
        "open_link": "only the phone of somebody without an account opens a link",
        "try_number": "only the phone of somebody without an account gives its number",
        "act_by_link": "whoever has a command line does the thing itself",
        "ask_for_brief": "a command makes the book while one waits",
        "analyse_log": "a command reads the log while one waits",
        "simulate_cases": "a command simulates while one waits",
        "cancel_task": "a command is stopped by its keyboard",
        "read_land_file": "a command reads, shows and writes a land file in one go",
        "write_land_file": "a command reads, shows and writes a land file in one go",
    },
}


@pytest.fixture(scope="module")
def actions(modules) -> set[str]:
    """The names of all functions that are actions."""
    return {
        node.name
        for module in modules("core", "fields")
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and {ast.unparse(decorator) for decorator in node.decorator_list} & {"action", "writing.action"}
    }


def asked_by(modules, actions: set[str], room: str) -> set[str]:
    """The actions that the modules of a room name, as ``actions.sign_agreement``."""
    return {
        node.attr
        for module in modules(room)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr in actions
    }


@pytest.mark.parametrize("face", ["api", "cli"])
def test_what_a_page_does_the_other_faces_do_too(face, modules, actions, fields_in_order):
    missing = {
        f"fields.{label}: {name} is asked by a page and not by its {face}"
        for label in fields_in_order
        for name in asked_by(modules, actions, f"fields.{label}.views")
        - asked_by(modules, actions, f"fields.{label}.{face}")
        - LEFT_OUT[face].keys()
    }

    assert not missing, "\n".join(sorted(missing))


def test_reasons_are_given_for_actions_that_pages_ask(modules, actions, fields_in_order):
    of_pages = {
        name for label in fields_in_order for name in asked_by(modules, actions, f"fields.{label}.views")
    }

    assert not {name for reasons in LEFT_OUT.values() for name in reasons} - of_pages


# Verbs of commands that only read.
READS = {
    "access",
    "account",
    "analyse",
    "balance",
    "balance-records",
    "board",
    "budgets",
    "candidates",
    "compare",
    "conversion",
    "count",
    "differences",
    "facts",
    "find",
    "forecast",
    "how",
    "inbox",
    "late",
    "leader",
    "letters",
    "list",
    "messages",
    "missing",
    "outline",
    "pipeline",
    "potential",
    "preview",
    "rates",
    "reach",
    "readers",
    "refused",
    "saved",
    "seals",
    "sent",
    "show",
    "simulate",
    "status",
    "template",
    "text",
    "values",
    "verify",
    "watchers",
}
# Commands that write and cannot be tried out, or write nothing but the file that is asked for, each with its reason.
NOT_TRIED_OUT = {
    "manage": "passes the line on to Django, whose commands have their own options",
    "serve": "serves until it is stopped",
    "worker": "does what others have asked for",
    "workdays add": "adds days to a date and writes nothing",
    "journal export": "reads only; the file is what is asked for",
    "approval export": "reads only; the file is what is asked for",
    "approval case events": "reads only",
    "approval letter": "reads only; the file is what is asked for",
    "approval catalogue check": "reads a file and writes nothing",
    "approval catalogue export": "reads only; the file is what is asked for",
    "park parcels export": "reads only; the file is what is asked for",
    "investment aid": "reads files and writes nothing",
    "investment match": "reads files and writes nothing",
    "investment portfolio": "reads files and writes nothing",
    "investment same-names": "reads files and writes nothing",
    "investment projects ledger": "reads only",
    "investment projects sides": "reads only",
    "investment projects stalled": "reads only",
    "investment projects way": "reads only",
    "pairing brief": "reads only; the file is what is asked for",
    "park grade": "reads a file and writes nothing",
    "park figures read": "the value is given out with its entry in the journal or not at all",
    "park grading execution": "reads only",
    "park grading rules": "reads only",
    "registry documents get": "reads only; the file is what is asked for",
    "registry registers export": "reads only; masked columns go out on the record, and the file is what is asked for",
    "registry journal read": "the value is given out with its entry in the journal or not at all",
    "registry members read": "the value is given out with its entry in the journal or not at all",
    "registry journal receipt": "a receipt that is not on the record proves nothing",
}


def commands_without_dry_run() -> set[str]:
    """Every command of the tree that has no ``--dry-run``."""
    found: set[str] = set()

    def walk(command: Any, words: tuple[str, ...]) -> None:
        if not hasattr(command, "list_commands"):
            if not any("--dry-run" in one.opts for one in command.params):
                found.add(" ".join(words))
            return
        context = command.make_context("shanhai", [], resilient_parsing=True)
        for name in command.list_commands(context):
            walk(command.get_command(context, name), (*words, name))

    walk(typer.main.get_command(app), ())
    return found


def test_every_command_that_writes_can_be_tried_out():
    writes = {line for line in commands_without_dry_run() if line.rpartition(" ")[2] not in READS}

    assert writes == set(NOT_TRIED_OUT)
