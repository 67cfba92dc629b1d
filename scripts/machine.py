"""What the machine has, what may be put on it, and how its package settings read.

Standard library only: this runs before ``.venv`` exists.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
VENV = REPOSITORY / ".venv"
VENV_BIN = VENV / ("Scripts" if os.name == "nt" else "bin")

FONT_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.fonts",
    "~/.local/share/fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "C:/Windows/Fonts",
)
CHINESE_FONTS = ("wqy-*", "NotoSansCJK*", "NotoSerifCJK*", "NotoSansSC*", "SourceHan*", "PingFang*", "msyh*")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True, slots=True)
class SystemPackage:
    """Something that only the system's own package manager gives."""

    debian: str
    use: str

    def is_there(self) -> bool:
        """Look for the thing itself, not for the package: another system packs it otherwise."""
        return find_browser() != "" if self.debian == "chromium" else has_chinese_font()


CHINESE_FONT = SystemPackage("fonts-wqy-microhei", "Chinese letters in PDF files (the briefing book)")
BROWSER = SystemPackage("chromium", "the browser journeys of the tests")


def say(sentence: str) -> None:
    """Print one line at once, also into a pipe."""
    print(sentence, flush=True)


def run(*command: str | Path, **options: object) -> None:
    """Run a command; when it fails, stop with its own words and no traceback."""
    words = [str(word) for word in command]
    try:
        subprocess.run(words, check=True, **options)  # type: ignore[call-overload]
    except subprocess.CalledProcessError as error:
        sys.exit(f"setup: `{' '.join(words)}` ended with code {error.returncode}; see its words above.")


def has_chinese_font() -> bool:
    """Whether a font that draws Chinese lies where Typst and the browser look."""
    folders = [Path(folder).expanduser() for folder in FONT_FOLDERS]
    return any(
        next(folder.rglob(pattern), None)
        for folder in folders
        if folder.is_dir()
        for pattern in CHINESE_FONTS
    )


def find_browser() -> str:
    """Path of a Chromium on this machine, or "" where there is none."""
    named = os.environ.get("SHANHAI_CHROMIUM", "")
    if named:
        return named
    return next((path for name in BROWSERS if (path := shutil.which(name))), "")


def missing(packages: list[SystemPackage]) -> list[SystemPackage]:
    """Those of ``packages`` that are not on the machine."""
    return [package for package in packages if not package.is_there()]


def may_use_apt() -> bool:
    """apt is there and we are root; nobody is asked for a password."""
    return bool(shutil.which("apt-get")) and hasattr(os, "geteuid") and os.geteuid() == 0


def apt_install(names: list[str]) -> bool:
    """Install Debian packages; False when apt refused."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *names]
    subprocess.run(["apt-get", "update", "-qq"], env=quiet, stdin=subprocess.DEVNULL)
    done = subprocess.run(install, env=quiet, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    return done.returncode == 0


def uv_environment(pip_settings: Mapping[str, str], environment: Mapping[str, str]) -> dict[str, str]:
    """The environment for uv, with what pip is told on this machine said in uv's words.

    A setting that uv has already been given is left alone. Of the extra indexes only those on a
    network are taken over: a folder of wheels on one machine must not decide what gets installed.

    Parameters
    ----------
    pip_settings
        As ``pip config list`` prints them: ``{"global.index-url": "https://...", ":env:.cert": "..."}``.
    environment
        The environment to start from.
    """
    pip = _by_bare_name(pip_settings)
    extra = [url for url in pip.get("extra-index-url", "").split() if not url.startswith("file:")]
    told = {
        "UV_DEFAULT_INDEX": pip.get("index-url", ""),
        "UV_INDEX": " ".join(extra),
        "UV_INDEX_STRATEGY": "unsafe-best-match" if extra else "",  # what pip does
        "UV_FIND_LINKS": ",".join(pip.get("find-links", "").split()),
        "UV_HTTP_TIMEOUT": pip.get("timeout", "") or pip.get("default-timeout", ""),
        "UV_INSECURE_HOST": pip.get("trusted-host", ""),
        "SSL_CERT_FILE": pip.get("cert", ""),
        "HTTPS_PROXY": pip.get("proxy", ""),
    }
    told["VIRTUAL_ENV"] = str(VENV)
    return {**{name: value for name, value in told.items() if value}, **environment, "VIRTUAL_ENV": str(VENV)}


def _by_bare_name(pip_settings: Mapping[str, str]) -> dict[str, str]:
    # pip itself reads the more special place last: global, user, site, [install], environment.
    rank = {"global": 0, "install": 1, ":env:": 2}
    named = sorted(pip_settings.items(), key=lambda item: rank.get(item[0].split(".")[0], 0))
    return {key.partition(".")[2]: value for key, value in named if key.split(".")[0] in rank}


def pip_settings() -> dict[str, str]:
    """What pip is told on this machine, by files and by the environment."""
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    )
    pairs = (line.partition("=") for line in listed.stdout.splitlines() if "=" in line)
    return {name.strip(): value.strip().strip("'\"") for name, _, value in pairs}
