"""What a newcomer waits for: loading the demonstration, starting the server, and the memory that it keeps.

    python benchmarks/demo.py [--runs 3] [--make]

Loads the example zone afresh into a folder of its own as ``make demo SERVE=0 RESET=1`` does (with ``--make`` it calls
make itself, on ``var/demo``), starts ``shanhai serve``, waits for the first page, logs in, opens the pages of an
office's morning a few times, and reads the resident memory of the server and all processes that it started.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.databases import tell  # noqa: E402

TARGETS = {"load_s": 30.0, "start_s": 3.0, "resident_mb": 250.0}
SHANHAI = Path(sys.executable).parent / "shanhai"
MORNING = (
    "/",
    "/?show=all",
    "/pairing/agreements/",
    "/pairing/commitments/",
    "/pairing/meetings/",
    "/pairing/action-items/",
    "/registry/organisations/?size=100",
    "/registry/journal/?size=100",
    "/search/?q=%E6%95%99%E8%82%B2",
)


def load(folder: Path, with_make: bool) -> float:
    """Seconds of a fresh load, its account and login list included."""
    started = time.perf_counter()
    if with_make:
        subprocess.run(
            ["make", "demo", "SERVE=0", "RESET=1"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
        )
    else:
        subprocess.run(
            [SHANHAI, "demo", "load", "--reset"],
            env=_environment(folder),
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    return time.perf_counter() - started


def _environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "SHANHAI_DATA": str(folder), "SHANHAI_TODAY": "2023-09-18T09:00"}


def serve(folder: Path) -> dict[str, float]:
    """Seconds until the first page, and the memory in MB when a morning's pages have been looked at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    started = time.perf_counter()
    server = subprocess.Popen(
        [SHANHAI, "serve", "--port", str(port)],
        env=_environment(folder),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _first_page(port)
        start_s = time.perf_counter() - started
        cookies = _log_in(port, "office.lq", "shanhai-demo-2023")
        for _ in range(5):
            for path in MORNING:
                status, _body, _cookies = _get(port, path, cookies)
                if status >= 400:
                    raise SystemExit(f"{path} answers {status}.")
        time.sleep(8)  # the first tick comes after some seconds, and its memory counts too
        return {"start_s": start_s, "resident_mb": _resident_mb(server.pid)}
    finally:
        server.terminate()
        server.wait(20)


def _first_page(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            if _get(port, "/account/login/", {})[0] == 200:
                return
        except OSError:
            time.sleep(0.02)
    raise SystemExit("The server gave no page in a minute.")


def _get(port: int, path: str, cookies: dict[str, str], data: dict[str, str] | None = None) -> Any:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in cookies.items()), "Accept-Language": "en"}
    if data is None:
        line.request("GET", path, headers=headers)
    else:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        line.request("POST", path, urllib.parse.urlencode(data), headers)
    answer = line.getresponse()
    body = answer.read().decode(errors="replace")
    fresh = dict(cookies)
    for name, value in answer.getheaders():
        if name.lower() == "set-cookie":
            key, _, rest = value.partition("=")
            fresh[key] = rest.partition(";")[0]
    line.close()
    return answer.status, body, fresh


def _log_in(port: int, login: str, password: str) -> dict[str, str]:
    _status, body, cookies = _get(port, "/account/login/", {})
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', body)
    data = {"login": login, "password": password, "csrfmiddlewaretoken": token[1] if token else ""}
    status, _body, cookies = _get(port, "/account/login/", cookies, data)
    if status != 302:
        raise SystemExit(f"Login as {login} answers {status}.")
    return cookies


def _resident_mb(pid: int) -> float:
    """Proportional set size of a process and all below it: what the machine would get back without them."""
    total, waiting = 0, [pid]
    while waiting:
        one = waiting.pop()
        rollup = Path(f"/proc/{one}/smaps_rollup").read_text()
        found = re.search(r"^Pss:\s+(\d+) kB", rollup, re.M)
        total += int(found[1]) if found else 0
        for task in Path(f"/proc/{one}/task").iterdir():
            waiting += [int(child) for child in (task / "children").read_text().split()]
    return total / 1024


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--make", action="store_true", help="load with make, into var/demo")
    options = parser.parse_args()
    folder = ROOT / "var" / "demo" if options.make else Path(tempfile.mkdtemp(prefix="shanhai-demo-"))
    try:
        runs = [{"load_s": load(folder, options.make), **serve(folder)} for _ in range(options.runs)]
    finally:
        if not options.make:
            shutil.rmtree(folder, ignore_errors=True)
    rows = []
    for name, target in TARGETS.items():
        middle = statistics.median(run[name] for run in runs)
        rows.append(
            {
                "what": name,
                "target": target,
                "median": round(middle, 1),
                "all": json.dumps([round(run[name], 1) for run in runs]),
                "meets": middle <= target,
            }
        )
    tell("Demonstration", rows)
    return 0 if all(row["meets"] for row in rows) else 1


if __name__ == "__main__":
    raise SystemExit(main())
