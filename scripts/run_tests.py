"""Lint, and run every test on SQLite and those that touch the database on PostgreSQL too.

``make test`` runs it with the Python of ``.venv``. Lint is one part, the tests are some more, each a process of its own; as many run
side by side as the machine has cores, two at least, and whoever is done takes the next, so that all end at about the same
time. Their output comes one part after the other and ends with pytest's own words. On PostgreSQL all actions and
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
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import machine
import peers
import psycopg
from machine import REPOSITORY, VENV_BIN, say

CONTRACT = "tests/site/test_api_contract.py"
# What the example zone says hangs on no database, and it is laid anew for each of these tests.
OF_EXAMPLE = "tests/site/test_example_park.py"
ON_POSTGRES = ("tests/core", "tests/fields", "tests/site", "tests/webkit", "tests/house/test_lists.py")
JOURNEYS = "tests/journeys"
# These load the example zone again and again; in one process it is kept between them.
WITH_ZONE = ("tests/fields/office", "tests/fields/pairing", "tests/site")
PLAIN = ("tests/kernel", "tests/planners")
OF_FIELDS = ("tests/fields/approval", "tests/fields/investment", "tests/fields/park")
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
    """Start our Python; with ``output`` None it writes to our own."""
    command = [VENV_BIN / "python", *words]
    return subprocess.Popen(command, cwd=REPOSITORY, env=env, stdout=output, stderr=subprocess.STDOUT)


@dataclass(frozen=True, slots=True)
class Part:
    """Lint, or some of the tests on one database."""

    name: str
    about: str
    database: str
    words: tuple[str, ...]


LINT = Part("lint", "Format, style, the order of imports and types", "", ())


def parts() -> list[Part]:
    """All tests, the parts that take longest first: what is begun last is short."""
    apart = (CONTRACT, JOURNEYS)
    without_faces = ("--without-faces", *_ignoring(CONTRACT, OF_EXAMPLE), *_there(*ON_POSTGRES))
    return [
        Part("zone", "Tests that load the example zone, on SQLite", "sqlite",
             (*_ignoring(CONTRACT), *_there(*WITH_ZONE))),
        Part("again", "The database tests again, on PostgreSQL", "postgres", without_faces),
        Part("contract", "The contract of the API, on PostgreSQL", "postgres", _there(CONTRACT)),
        Part("fields", "Tests of fields that load no zone, on SQLite", "sqlite", _there(*OF_FIELDS)),
        Part("journeys", "The browser's journeys, on SQLite", "sqlite", _there(JOURNEYS)),
        Part("others", "All other tests, on SQLite", "sqlite", _ignoring(*apart, *PLAIN, *WITH_ZONE, *OF_FIELDS)),
        Part("plain", "Kernel and planners, which need no database", "sqlite", _there(*PLAIN)),
    ]  # fmt: skip


def run_passes(grounds: Grounds, words: list[str]) -> bool:
    """Lint and all tests; without PostgreSQL one after the other."""
    with tempfile.TemporaryDirectory(prefix="shanhai-test-") as folder:
        if grounds.postgres:
            return _run_parts(grounds, words, Path(folder))
        is_clean = lint()
        say("All tests, on SQLite")
        code = start(["-m", "pytest", *words], environment(grounds, "sqlite", folder), None).wait()
        return code == 0 and is_clean


def _run_parts(grounds: Grounds, words: list[str], folder: Path) -> bool:
    """All parts, a core for each; that a part has nothing to run is no failure, that none has is one."""
    beside = max(2, os.cpu_count() or 1)
    say(f"Lint and all tests, {beside} parts at a time; what a part says comes when it is done")
    has_run, failed = False, []
    with ThreadPoolExecutor(beside) as pool:
        running = [pool.submit(_run_part, grounds, part, words, folder) for part in (LINT, *parts())]
        for done in as_completed(running):
            part, code, seconds = done.result()
            say(f"{part.about} ({seconds:.0f} s)")
            sys.stdout.buffer.write((folder / f"{part.name}.txt").read_bytes())
            sys.stdout.flush()
            has_run = has_run or (code == 0 and part is not LINT)
            if code not in (0, NO_TESTS):
                failed.append(part.about)
    for about in failed:
        say(f"FAILED  {about}")
    return has_run and not failed


def _run_part(grounds: Grounds, part: Part, words: list[str], folder: Path) -> tuple[Part, int, float]:
    """One part in a process, a data folder and a database of its own; its output goes into a file."""
    if part is LINT:
        env, asked = dict(os.environ), [__file__, "--lint"]
    else:
        env = environment(grounds, part.database, str(folder / part.name))
        # The cache of pytest is one file for all: nobody keeps it.
        asked = ["-m", "pytest", "-p", "no:cacheprovider", *words, *part.words]
    if part.database == "postgres":
        env["DATABASE_URL"] = _named(grounds.postgres, part.name)
    begun = time.monotonic()
    with (folder / f"{part.name}.txt").open("wb") as output:
        code = start(asked, env, output).wait()
    return part, code, time.monotonic() - begun


def _named(url: str, name: str) -> str:
    """The URL with another database: parts on PostgreSQL run at the same time."""
    place, mark, options = url.partition("?")
    return f"{place.rstrip('/')}_{name}{mark}{options}"


def _ignoring(*paths: str) -> tuple[str, ...]:
    return tuple(f"--ignore={path}" for path in paths)


def _there(*paths: str) -> tuple[str, ...]:
    return tuple(path for path in paths if (REPOSITORY / path).exists())


def main(words: list[str]) -> int:
    """Exit code of ``make test``; ``--lint`` stops after lint, ``--has-postgres`` only asks."""
    if words == ["--has-postgres"]:
        return 0 if find_postgres() else 1
    if words == ["--lint"]:
        is_clean = lint()
        if not is_clean:
            say("Lint found what to change, see above; `make format` rewrites what it can.")
        return 0 if is_clean else 1
    grounds = survey()
    gaps = grounds.gaps()
    demanded = os.environ.get("CI") == "true"
    for sentence in gaps:
        say(f"CANNOT RUN HERE  {sentence}")
    if gaps and demanded:
        say("CI=true demands all tests; nothing was run.")
        return 1
    return 0 if run_passes(grounds, words) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
