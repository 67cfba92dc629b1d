"""Who writes a sentence into a form has it kept: an expired login loses no text."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

from django import forms

import shanhai.fields
from shanhai.webkit.forms import ShanhaiForm

# What must not lie anywhere but where it belongs: secrets, and why somebody read or erased one.
SECRET = {"RobotForm", "ChangeRobotForm", "EraseSecret", "ReadSecret", "WithdrawToken"}
# From this length on it is text that nobody likes to write twice.
A_SENTENCE = 200


def forms_of_fields() -> Iterator[type[ShanhaiForm]]:
    for module in pkgutil.walk_packages(shanhai.fields.__path__, "shanhai.fields."):
        if ".forms" in module.name:
            importlib.import_module(module.name)
    waiting = [ShanhaiForm]
    while waiting:
        below = waiting.pop().__subclasses__()
        waiting += below
        yield from (one for one in below if one.__module__.startswith("shanhai.fields."))


def test_forms_with_sentences_keep_drafts() -> None:
    without = {
        f"{one.__module__}.{one.__name__}"
        for one in forms_of_fields()
        if not one.form_code and not one.__name__.startswith("_") and one.__name__ not in SECRET
        for field in one.base_fields.values()
        if type(field) is forms.CharField and (field.max_length or A_SENTENCE) >= A_SENTENCE
    }

    assert not without
