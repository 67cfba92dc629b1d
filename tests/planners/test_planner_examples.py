"""The examples in the docstrings of the planners are true."""

import doctest
import importlib
import pkgutil
import subprocess
import sys

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


def test_every_planner_is_found_where_it_is_asked_for_and_none_loads_the_others():
    for name in shanhai.planners.__all__:
        assert getattr(shanhai.planners, name).__name__ == name
    script = (
        "import sys\nfrom shanhai.planners import mine_flow\n"
        "assert 'shanhai.planners.forecast' not in sys.modules and 'numpy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
