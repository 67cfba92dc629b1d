"""Put everything the demo needs into ``.venv``; with ``test``, what the tests need too.

``python3 scripts/setup.py [test]`` is what ``make setup`` and ``make setup-test`` run. A second run
compares one stamp and ends. Standard library only: nothing is installed when this starts.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import frontend
import machine
import peers
from machine import REPOSITORY, VENV, VENV_BIN, say

OLDEST_PYTHON = (3, 11)
DONE_WITH = ("pip", "setuptools", "hatchling", "trove-classifiers", "tomlkit")
NOTES = VENV / "setup"  # stamps, and what was tried in vain


def main(wanted: str) -> None:
    """Set up ``base`` or ``test`` unless that is done already."""
    if sys.version_info < OLDEST_PYTHON:
        sys.exit(
            f"setup: Python 3.11 or newer is needed; this is {sys.version.split()[0]}. Name another: make PYTHON=…"
        )
    if not _is_done("base"):
        _timed("base", _set_up_base)
    if wanted == "test" and not _is_done("test"):
        _timed("test", _set_up_tests)
    if wanted == "test":
        peers.make(peers.PM4PY)
    _compile_messages()
    _put_on_machine([machine.CHINESE_FONT] + ([machine.BROWSER] if wanted == "test" else []))


def _set_up_base() -> None:
    _make_venv()
    env = machine.uv_environment(machine.pip_settings(), os.environ)
    _fetch_uv()
    _install(env, "base", "build")
    # The build tools are locked too, so nothing is fetched for the build besides what the lists name.
    _uv(env, "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--editable", REPOSITORY)
    # What has done its work: 35 MB of the 450 that there may be.
    _uv(env, "pip", "uninstall", "--quiet", *DONE_WITH)
    frontend.install("frontend", frontend.SERVED, env)
    _compile_used()


def _set_up_tests() -> None:
    env = machine.uv_environment(machine.pip_settings(), os.environ)
    _install(env, "test")
    frontend.install("frontend-test", frontend.FOR_TESTS, env)


def _make_venv() -> None:
    if (VENV_BIN / "python").exists() and _venv_runs():
        return
    shutil.rmtree(VENV, ignore_errors=True)
    say(f"Making .venv with Python {sys.version.split()[0]}")
    machine.run(sys.executable, "-m", "venv", VENV)


def _venv_runs() -> bool:
    """The interpreter in ``.venv`` starts and is of the version that asks."""
    ask = [str(VENV_BIN / "python"), "-c", "import sys; print(sys.version)"]
    told = subprocess.run(ask, capture_output=True, text=True, check=False)
    return told.returncode == 0 and told.stdout.strip() == sys.version


def _fetch_uv() -> None:
    if Path(frontend.uv()).exists():
        return
    say("No uv on this machine: fetching it into .venv")
    lock = REPOSITORY / "requirements" / "uv.txt"
    pip = [VENV_BIN / "python", "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    machine.run(*pip, "--require-hashes", "-r", lock)


def _install(env: dict[str, str], *locks: str) -> None:
    say(f"Installing the packages of requirements/{', '.join(f'{lock}.txt' for lock in locks)}")
    lists = [word for lock in locks for word in ("-r", REPOSITORY / "requirements" / f"{lock}.txt")]
    _uv(env, "pip", "install", "--quiet", "--require-hashes", *lists)


def _compile_used() -> None:
    """Load the platform once, so that what it imports lies compiled. Most of the packages is never imported: 60 MB."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory(prefix="shanhai-setup-") as data:
        count = (VENV_BIN / "shanhai", "workdays", "count", "2023-09-18", "2023-09-18")
        machine.run(*count, env=env | {"SHANHAI_DATA": data}, stdout=subprocess.DEVNULL)


def _uv(env: dict[str, str], *words: str | Path) -> None:
    machine.run(frontend.uv(), *words, env=env)


def _stamp(wanted: str) -> str:
    """One digest of all that decides what ends up in ``.venv``."""
    lists = ["base.txt", "build.txt", "uv.txt", "frontend.txt", "frontend.sha256"]
    if wanted == "test":
        lists += ["test.txt", "frontend-test.txt", "frontend-test.sha256"]
    files = [REPOSITORY / "requirements" / name for name in lists]
    files += [REPOSITORY / "pyproject.toml", Path(__file__), Path(frontend.__file__)]
    digest = hashlib.sha256(f"{sys.version} {REPOSITORY}".encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _is_done(wanted: str) -> bool:
    stamp = NOTES / f"{wanted}.stamp"
    kept = stamp.read_text() if stamp.exists() else ""
    folder, name = (
        (frontend.FOR_TESTS, "frontend-test") if wanted == "test" else (frontend.SERVED, "frontend")
    )
    sums = frontend.read_sums(REPOSITORY / "requirements" / f"{name}.sha256")
    return kept == _stamp(wanted) and all((folder / file).exists() for file in sums)


def _timed(wanted: str, step: object) -> None:
    started = time.monotonic()
    step()  # type: ignore[operator]
    NOTES.mkdir(parents=True, exist_ok=True)
    (NOTES / f"{wanted}.stamp").write_text(_stamp(wanted))
    say(f"Set up ({wanted}) in {time.monotonic() - started:.0f} s")


def _compile_messages() -> None:
    """Compile translations that are newer than their compiled form."""
    catalogues = (REPOSITORY / "src").rglob("*.po")
    if any(_is_stale(po) for po in catalogues):
        machine.run(VENV_BIN / "python", REPOSITORY / "scripts" / "compile_messages.py")


def _is_stale(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime


def _put_on_machine(packages: list[machine.SystemPackage]) -> None:
    """Install system packages that are missing where that is allowed; elsewhere say what is missing."""
    missing = machine.missing(packages)
    tried = NOTES / "apt-tried"
    before = tried.read_text().split() if tried.exists() else []
    names = [package.debian for package in missing if package.debian not in before]
    if names and machine.may_use_apt():
        say(f"Installing from Debian: {', '.join(names)}")
        if not machine.apt_install(names):
            tried.write_text(" ".join([*before, *names]))  # once is enough: each try costs seconds
    for package in machine.missing(missing):
        say(f"Missing on this machine: {package.use}. On Debian: apt-get install {package.debian}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "base")
