"""The examples in the docstrings of the planners are true."""

import doctest
import importlib
import pkgutil

import pytest

import shanhai.planners

MODULES = [module.name for module in pkgutil.iter_modules(shanhai.planners.__path__, "shanhai.planners.")]


@pytest.mark.parametrize("name", MODULES)
def test_examples_give_what_they_show(name):
    result = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)

    assert result.attempted > 0
    assert result.failed == 0
