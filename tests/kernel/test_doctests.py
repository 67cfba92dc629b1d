"""The examples in the docstrings of the kernel are true."""

import doctest
import importlib
import pkgutil

import pytest

import shanhai.kernel

MODULES = [module.name for module in pkgutil.iter_modules(shanhai.kernel.__path__, "shanhai.kernel.")]


@pytest.mark.parametrize("name", MODULES)
def test_examples_give_what_they_show(name):
    module = importlib.import_module(name)

    result = doctest.testmod(module, optionflags=doctest.ELLIPSIS)

    assert result.failed == 0


def test_every_module_but_the_refusals_shows_examples():
    without = [name for name in MODULES if not doctest_count(name)]

    assert without == ["shanhai.kernel.refusals"]


def doctest_count(name: str) -> int:
    found = doctest.DocTestFinder().find(importlib.import_module(name))
    return sum(len(test.examples) for test in found)
