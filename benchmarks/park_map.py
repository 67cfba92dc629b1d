"""How soon the map of a park with 2,000 parcels can be used: cold and warm, over 1.6 Mbit/s, with a processor four times slower.

    SHANHAI_CHROMIUM=/usr/bin/chromium python -m benchmarks.park_map

A park of 2,000 parcels is laid into a database of its own and served by the real server. A browser opens its map with the
network and the processor held back as DevTools does it: cold (nothing kept), then warm (what a browser keeps). *Usable* is
when all parcels stand on the page and a click on one is answered by the page's own link: the load event has passed and the
main thread is idle. The budget is 5 s cold and 2 s warm.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

PARCELS = 2_000
BITS_A_SECOND, LATENCY_MS, SLOWER = 1_600_000, 40, 4
BUDGET_MS = {"cold": 5_000, "warm": 2_000}
PORT = 8497

_LAY = """
import math, random
from datetime import date
from decimal import Decimal
from shanhai.core.models import Pairing, Region
from shanhai.fields.park.actions import land_files, parks
from shanhai.fields.park.queries import land
from shanhai.fields.park.rules import geometry, outlines
from shanhai.fields.park.rules.land_plan import Change, Feature, Plan
zone = Pairing.objects.get(code="LQXS")
park = parks.add_park(zone, number="BIG", kind="home", name_zh="大园区", name_en="Large park",
                      region=Region.objects.get(code="331181000000"), by=None)
rng, changes = random.Random(1), []
states = ["not_levelled", "levelled", "serviced", "public_use"]
def at(i, j):
    return (119.2 + i * 0.0011 + 0.0002 * math.sin(j / 5), 28.1 + j * 0.0009 + 0.0003 * math.sin(i / 7))
for n in range({n}):
    i, j = n % 50, n // 50
    ring = [at(i + a / 4, j) for a in range(4)] + [at(i + 1, j + a / 4) for a in range(4)]
    ring += [at(i + 1 - a / 4, j + 1) for a in range(4)] + [at(i, j + 1 - a / 4) for a in range(4)]
    drawn = outlines.outline_of([ring])
    mu = str(geometry.area_mu(drawn))
    feature = Feature(n, f"BIG-{n:04d}", {}, drawn.wkt, mu)
    changes.append(Change("new", feature, {}, {"state": rng.choice(states), "mu": mu}))
plan = Plan("EPSG:4490", "given", land.stamp_of(park), tuple(changes), ())
land_files.write_plan(park, plan, file="benchmark", by=None)
"""


def lay(folder: Path) -> None:
    """The example zone with a park of so many parcels."""
    env = os.environ | {"SHANHAI_DATA": str(folder), "SHANHAI_TODAY": "2023-09-18T09:00"}
    shanhai = str(Path(sys.executable).parent / "shanhai")
    subprocess.run([shanhai, "demo", "load"], env=env, check=True, stdout=subprocess.DEVNULL)
    code = _LAY.replace("{n}", str(PARCELS))
    subprocess.run([shanhai, "manage", "shell", "-c", code], env=env, check=True, stdout=subprocess.DEVNULL)


def wait(address: str) -> None:
    """Until the server answers."""
    for _try in range(300):
        try:
            urllib.request.urlopen(f"{address}/account/login/", timeout=2)
            return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the server does not answer")


def usable_ms(page: Any, address: str) -> float:
    """Milliseconds from the click to a map that can be used."""
    begun = time.perf_counter()
    page.goto(f"{address}/park/map/?park=BIG", wait_until="load")
    page.wait_for_function(f"document.querySelectorAll('svg.land a').length >= {PARCELS}")
    page.evaluate("new Promise((done) => requestIdleCallback(done))")
    return (time.perf_counter() - begun) * 1000


def held_back(context: Any) -> Any:
    """A page over a slow line, with a slow processor."""
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    line = BITS_A_SECOND / 8
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": LATENCY_MS, "downloadThroughput": line, "uploadThroughput": line},
    )
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return page


def measure(address: str, rounds: int, width: int) -> dict[str, Any]:
    """Cold and warm, some rounds each; the median counts."""
    from playwright.sync_api import sync_playwright

    found: dict[str, list[float]] = {"cold": [], "warm": []}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("SHANHAI_CHROMIUM") or shutil.which("chromium"),
            args=["--no-sandbox"],
        )
        first = browser.new_context()
        page = first.new_page()
        page.goto(f"{address}/account/login/")
        page.fill("input[name=login]", "park")
        page.fill("input[name=password]", "shanhai-demo-2023")
        with page.expect_navigation():
            page.locator("main .btn-primary").click()
        login = first.storage_state()
        size = 0
        for _round in range(rounds):
            context = browser.new_context(storage_state=login, viewport={"width": width, "height": 900})
            slow = held_back(context)
            found["cold"].append(usable_ms(slow, address))
            slow.goto("about:blank")
            found["warm"].append(usable_ms(slow, address))
            size = slow.evaluate("performance.getEntriesByType('navigation')[0].transferSize")
            context.close()
        browser.close()
    told: dict[str, Any] = {"width": width, "parcels": PARCELS, "page_kb": round(size / 1024)}
    for name, times in found.items():
        told[f"{name}_ms"] = round(statistics.median(times))
        told[f"{name}_within"] = told[f"{name}_ms"] <= BUDGET_MS[name]
    return told


def main() -> None:
    """Print a table and JSON."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--folder", type=Path, help="keep and use this data folder")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = given.folder or Path(made)
        if not (folder / "shanhai.sqlite3").exists():
            lay(folder)
        env = os.environ | {"SHANHAI_DATA": str(folder), "SHANHAI_TODAY": "2023-09-18T09:00"}
        shanhai = str(Path(sys.executable).parent / "shanhai")
        server = subprocess.Popen([shanhai, "serve", "--port", str(PORT)], env=env, stdout=subprocess.DEVNULL)
        try:
            address = f"http://127.0.0.1:{PORT}"
            wait(address)
            rows = [measure(address, given.rounds, width) for width in (1366, 390)]
        finally:
            server.terminate()
            server.wait(20)
    for row in rows:
        print(
            f"{row['width']:>5} px  cold {row['cold_ms']:>6} ms  warm {row['warm_ms']:>6} ms  page {row['page_kb']} kB"
        )
    print(json.dumps(rows))


if __name__ == "__main__":
    main()
