"""Other people's tools, each in an environment of its own under ``var/peers``: none is imported by the product.

``requirements/NAME.in`` says what a peer needs, ``NAME.txt`` the exact versions (``make lock``). Standard library only.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from pathlib import Path

import frontend
import machine
from machine import REPOSITORY

LISTS = REPOSITORY / "requirements"
FOLDER = REPOSITORY / "var" / "peers"
PM4PY = "pm4py"  # reads the journal's export (AGPL)
VIEWFLOW = "viewflow"  # decides beside us in benchmarks/viewflow.py (AGPL); made when that is run


def python_of(peer: str) -> Path:
    """The interpreter of a peer's environment, made or not."""
    return FOLDER / peer / ("Scripts" if os.name == "nt" else "bin") / "python"


def is_there(peer: str) -> bool:
    """Whether the environment was made whole, from the list as it is now."""
    stamp = FOLDER / peer / "stamp"
    return stamp.exists() and stamp.read_text() == _digest(peer)


def make(peer: str) -> Path:
    """Make the environment unless it is there; gives its interpreter."""
    if not is_there(peer):
        machine.say(f"Installing the packages of requirements/{peer}.txt into var/peers/{peer}")
        shutil.rmtree(FOLDER / peer, ignore_errors=True)
        env = machine.uv_environment(machine.pip_settings(), os.environ)
        machine.run(frontend.uv(), "venv", "--quiet", "--python", sys.executable, FOLDER / peer, env=env)
        words = ["pip", "install", "--quiet", "--require-hashes", "--python", python_of(peer)]
        machine.run(frontend.uv(), *words, "-r", _list(peer), env=env)
        (FOLDER / peer / "stamp").write_text(_digest(peer))
    return python_of(peer)


def _list(peer: str) -> Path:
    return LISTS / f"{peer}.txt"


def _digest(peer: str) -> str:
    return hashlib.sha256(sys.version.encode() + _list(peer).read_bytes()).hexdigest()
