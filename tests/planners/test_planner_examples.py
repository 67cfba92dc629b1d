"""The examples in the docstrings of the planners are true."""

import doctest
import importlib
import pkgutil

import pytest

import shanhai.planners

MODULES = [module.name for module in pkgutil.walk_packages(shanhai.planners.__path__, "shanhai.planners.")]
# Reads files for the planners; its modules are shown by those that use them.
READERS = "shanhai.planners.logs"


@pytest.mark.parametrize("name", MODULES)
def test_examples_give_what_they_show(name):
    result = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)

    assert result.attempted > 0 or name.startswith(READERS)
    assert result.failed == 0
