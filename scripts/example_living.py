"""What the scripts share that live through years of the example zone: it is loaded into a folder of its own, and its days are turned."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent / "examples" / "longquan-xiaoshan"


@contextmanager
def zone_without(*patterns: str) -> Iterator[Path]:
    """The example zone without some of its files, loaded in a throw-away place; gives a folder to write into."""
    with tempfile.TemporaryDirectory() as place:
        zone, out = Path(place) / "zone", Path(place) / "out"
        out.mkdir()
        shutil.copytree(FOLDER, zone, ignore=shutil.ignore_patterns(*patterns))
        os.environ |= {"SHANHAI_DATA": str(Path(place) / "data"), "SHANHAI_TODAY": "2023-09-18T09:00"}
        shanhai = [str(Path(sys.executable).with_name("shanhai"))]
        subprocess.run([*shanhai, "manage", "migrate", "-v", "0"], check=True)
        subprocess.run([*shanhai, "zone", "load", str(zone)], check=True, stdout=subprocess.DEVNULL)
        import django

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shanhai.site.settings")
        django.setup()
        roles_from_the_start()
        yield out


def roles_from_the_start() -> None:
    """In the example roles begin on its day; where its years are lived through people had them before."""
    from shanhai.core.models import RoleGrant

    RoleGrant.objects.update(from_on="2016-01-01")


def keep(out: Path, pattern: str) -> None:
    """Take files over into the example."""
    for file in sorted(out.glob(pattern)):
        shutil.copy(file, FOLDER / file.name)
        print(file.name, sum(1 for _line in file.open(encoding="utf-8")) - 1)


def on(day: str) -> None:
    """Turn to a day."""
    from django.conf import settings

    from shanhai.core import clock

    settings.SHANHAI_TODAY = f"{day}T09:00"
    clock.fixed_start.cache_clear()
    clock._started = time.monotonic()


def who(code: str) -> Any:
    """A member by code."""
    from shanhai.core.models import Member

    return Member.objects.select_related("unit__organisation").get(code=code)


def pairing() -> Any:
    """The pairing of the example."""
    from shanhai.core.models import Pairing

    return Pairing.objects.get(code="LQXS")
