"""Where the shared data lies, and what happens where it is absent."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine is slow, not wrong.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def shared_data() -> Callable[[str], Path]:
    """Give the folder of a topic; skip with a message where it is absent, fail there if CI=true."""
    base = Path(os.environ.get("SHANHAI_SHARED_DATA") or ROOT / "../shared/data")

    def folder(topic: str) -> Path:
        if (base / topic).is_dir():
            return base / topic
        message = f"shared data {topic} is absent; set SHANHAI_SHARED_DATA to the folder that holds it"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)

    return folder
