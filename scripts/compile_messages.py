"""Compile every ``.po`` under ``src`` that is newer than its ``.mo``; gettext's own tools are not needed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import polib

SOURCES = Path(__file__).resolve().parent.parent / "src"


def compile_catalogue(po: Path) -> Path:
    """Write the compiled form beside ``po``; a reader never sees half of it."""
    mo = po.with_suffix(".mo")
    half = mo.with_suffix(f".mo.{os.getpid()}")
    polib.pofile(str(po), encoding="utf-8").save_as_mofile(str(half))
    half.replace(mo)
    return mo


def main(everything: bool) -> None:
    """Compile what is stale, or everything with ``--all``."""
    for po in sorted(SOURCES.rglob("*.po")):
        mo = po.with_suffix(".mo")
        if everything or not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime:
            print(f"Compiling {compile_catalogue(po).relative_to(SOURCES)}")


if __name__ == "__main__":
    main("--all" in sys.argv[1:])
