"""Every capability has all its faces: what a page does, a program does through the API and an office by command."""

from __future__ import annotations

import ast

import pytest

# Actions of pages that another face leaves out, each with its reason.
LEFT_OUT: dict[str, dict[str, str]] = {
    "api": {"store_document": "a program files a paper in the registry first, and names its number"},
    "cli": {
        "ask_for_brief": "a command makes the book while one waits",
        "cancel_task": "a command is stopped by its keyboard",
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
