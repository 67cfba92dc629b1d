"""Lint, then run every test on SQLite and those that touch the database on PostgreSQL too.

``make test`` runs it with the Python of ``.venv``. The two database passes run side by side, each
in its own process; their output comes one after the other and ends with pytest's own words. The browser's journeys, on
SQLite too, follow the shorter pass. On PostgreSQL all actions and
reads run again, writers at once above all; pages, API and commands call the same ones and are tried on SQLite through
their addresses. On PostgreSQL each page of the example zone is opened once, and the contract of the API is tried there
only: it refuses more than SQLite does, and once is enough. What cannot run on this machine is said with its reason; where
``CI=true`` that is a failure.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import machine
import peers
import psycopg
from machine import REPOSITORY, VENV_BIN, say

CONTRACT = "tests/site/test_api_contract.py"
ON_POSTGRES = ("tests/core", "tests/fields", "tests/site", "tests/webkit", "tests/house/test_lists.py")
# Need no database: they go with the pass that has less to do.
OF_NONE = ("tests/kernel", "tests/planners")
# On SQLite, but after the PostgreSQL pass, which is the shorter one.
JOURNEYS = "tests/journeys"
NO_TESTS = 5  # pytest's exit code
USUAL_PLACES = ("postgres:///shanhai", "postgres://postgres@127.0.0.1:5432/shanhai")
LINTERS = (
    ("ruff", "format", "--check", "--quiet"),
    ("ruff", "check", "--quiet"),
    ("lint-imports", "--no-logo"),
    ("mypy", "--no-error-summary"),
)


@dataclass(frozen=True, slots=True)
class Grounds:
    """What the tests of this run stand on; "" is what the machine does not have."""

    postgres: str
    browser: str
    shared_data: str
    chinese_font: bool
    peer: bool

    def gaps(self) -> list[str]:
        """One sentence for each kind of test that cannot run here."""
        asked = {
            "The database tests on PostgreSQL: no server answers where SHANHAI_TEST_POSTGRES or the usual "
            "socket and port say, with a role that may create databases.": self.postgres,
            "The browser journeys: no Chromium. On Debian: apt-get install chromium.": self.browser,
            "The checks against shared data: SHANHAI_SHARED_DATA names no folder.": self.shared_data,
            "The checks of Chinese PDF files: no Chinese font. On Debian: apt-get install "
            "fonts-wqy-microhei.": self.chinese_font,
            "The reading of the journal's export by pm4py: `make setup-test` puts it into var/peers.": self.peer,
        }
        return [sentence for sentence, there in asked.items() if not there]


def survey() -> Grounds:
    """Look at the machine once."""
    shared = Path(os.environ.get("SHANHAI_SHARED_DATA") or REPOSITORY.parent / "shared" / "data")
    return Grounds(
        postgres=find_postgres(),
        browser=machine.find_browser(),
        shared_data=str(shared.resolve()) if shared.is_dir() else "",
        chinese_font=machine.has_chinese_font(),
        peer=peers.is_there(peers.PM4PY),
    )


def find_postgres() -> str:
    """URL of a server that lets us create databases. DATABASE_URL is never tried: it may be in use."""
    named = os.environ.get("SHANHAI_TEST_POSTGRES", "")
    return next((url for url in ((named,) if named else USUAL_PLACES) if _may_create_databases(url)), "")


def _may_create_databases(url: str) -> bool:
    may = "SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user"
    try:
        with psycopg.connect(url, dbname="postgres", connect_timeout=3) as connection:
            row = connection.execute(may).fetchone()
    except psycopg.Error:
        return False
    return bool(row and row[0])


def lint() -> bool:
    """Format, style, the order of imports and types; every linter has its say."""
    codes = [subprocess.run([VENV_BIN / name, *words], cwd=REPOSITORY).returncode for name, *words in LINTERS]
    return not any(codes)


def environment(grounds: Grounds, database: str, data: str) -> dict[str, str]:
    """What one pass sees: its database, its own data folder, and no clock set back."""
    told = {
        "SHANHAI_TEST_POSTGRES": grounds.postgres,
        "SHANHAI_CHROMIUM": grounds.browser,
        "SHANHAI_SHARED_DATA": grounds.shared_data,
        "SHANHAI_DATA": data,
        "DATABASE_URL": grounds.postgres if database == "postgres" else "",
        # Nothing here outlives a crash, and no statement is worth compiling: a fifth of the pass.
        "PGOPTIONS": "-c jit=off -c synchronous_commit=off" if database == "postgres" else "",
    }
    # Compiled modules are kept: a hundred tests start the program anew, which takes a second more without.
    cleared = {"SHANHAI_TODAY", "PYTHONDONTWRITEBYTECODE", *told}
    kept = {name: value for name, value in os.environ.items() if name not in cleared}
    return kept | {name: value for name, value in told.items() if value}


def start(words: list[str], env: dict[str, str], output: IO[bytes] | None) -> subprocess.Popen[bytes]:
    """Start pytest; with ``output`` None it writes to our own."""
    command = [VENV_BIN / "python", "-m", "pytest", *words]
    return subprocess.Popen(command, cwd=REPOSITORY, env=env, stdout=output, stderr=subprocess.STDOUT)


def run_passes(grounds: Grounds, words: list[str]) -> bool:
    """Both passes at once. What stands beside the first is kept back and shown when the first has ended."""
    with (
        tempfile.TemporaryDirectory(prefix="shanhai-test-") as folder,
        tempfile.TemporaryFile() as kept,
    ):
        sqlite = environment(grounds, "sqlite", f"{folder}/sqlite")
        if not grounds.postgres:
            say("All tests, on SQLite")
            return start(words, sqlite, None).wait() == 0
        say("All tests but the journeys, on SQLite")
        elsewhere = (CONTRACT, JOURNEYS, *OF_NONE)
        with ThreadPoolExecutor(1) as pool:
            beside = pool.submit(_run_beside, grounds, words, folder, kept)
            code = start([*words, *(f"--ignore={path}" for path in elsewhere)], sqlite, None).wait()
            codes = [code, *beside.result()]
        say("The database tests again, on PostgreSQL, and those that need none; then the journeys, on SQLite")
        kept.seek(0)
        sys.stdout.buffer.write(kept.read())
        sys.stdout.flush()
    return not any(codes)


def _run_beside(grounds: Grounds, words: list[str], folder: str, kept: IO[bytes]) -> list[int]:
    """What runs beside the first pass, one after the other; a pass without a test of its own is no failure."""
    passes = (
        ("postgres", ["--without-faces", *_there(*ON_POSTGRES, *OF_NONE)], "postgres"),
        ("sqlite", _there(JOURNEYS), "journeys"),
    )
    # The cache of pytest is one file for all; the first pass keeps it.
    codes = [
        start(
            ["-p", "no:cacheprovider", *words, *own], environment(grounds, database, f"{folder}/{name}"), kept
        ).wait()
        for database, own, name in passes
    ]
    return [0 if code == NO_TESTS else code for code in codes]


def _there(*paths: str) -> list[str]:
    return [path for path in paths if (REPOSITORY / path).exists()]


def main(words: list[str]) -> int:
    """Exit code of ``make test``; ``--lint`` stops after lint, ``--has-postgres`` only asks."""
    if words == ["--has-postgres"]:
        return 0 if find_postgres() else 1
    is_clean = lint()
    if not is_clean:
        say("Lint found what to change, see above; `make format` rewrites what it can.")
    if words == ["--lint"]:
        return 0 if is_clean else 1
    grounds = survey()
    gaps = grounds.gaps()
    demanded = os.environ.get("CI") == "true"
    for sentence in gaps:
        say(f"CANNOT RUN HERE  {sentence}")
    if gaps and demanded:
        say("CI=true demands all tests; nothing was run.")
        return 1
    has_passed = run_passes(grounds, words)
    if not is_clean:
        say("Lint found what to change, see the first lines.")
    return 0 if has_passed and is_clean else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
