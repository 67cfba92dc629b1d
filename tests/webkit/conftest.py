"""Pages of these tests' own, and organisations to list."""

from __future__ import annotations

import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from shanhai.core.models import Organisation, Region

# ROOT_URLCONF names a module, and tests are no package.
sys.path.append(str(Path(__file__).parent))


@pytest.fixture
def own_pages(settings: Any) -> None:
    """The addresses of ``webkit_pages.py`` before those of the site."""
    templates = deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] = [Path(__file__).with_name("templates")]
    settings.TEMPLATES = templates
    settings.ROOT_URLCONF = "webkit_pages"


@pytest.fixture
def firms(db: None) -> list[Organisation]:
    """A hundred and twenty firms and schools of one region."""
    region = Region.objects.create(
        code="331181000000", level="county", name_zh="龙泉", name_en="Longquan", name_sort="long quan"
    )
    return Organisation.objects.bulk_create(
        Organisation(
            code=f"F{i:03d}",
            kind="school" if i % 4 == 0 else "enterprise",
            region=region,
            name_zh=f"企业{i}",
            name_en=f"Firm {i}",
            name_sort=f"qi ye {i:03d}",
            address="old",
        )
        for i in range(120)
    )
