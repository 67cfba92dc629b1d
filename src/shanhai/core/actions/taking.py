"""That much was taken away at once, or put in the place of all: who, how much of what, and its digest."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from shanhai.core import access, journal
from shanhai.core.models import Member
from shanhai.core.writing import action


@action
def export_zone(folder: Path, rows: Mapping[str, int], *, by: Member | None) -> None:
    """Note that the zone went out as files: rows by file, bytes, and one digest over all of them."""
    access.check(by, "core.export_zone")
    digest, size = hashlib.sha256(), 0
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        size += path.stat().st_size
        digest.update(f"{path.relative_to(folder).as_posix()} {sha256_of(path)}\n".encode())
    journal.record(
        None,
        "core.export_zone",
        by=by,
        rows=dict(rows),
        n=sum(rows.values()),
        size=size,
        sha256=digest.hexdigest(),
    )


@action
def back_up(file: Path, *, name: str, files: int, seal: int | None, by: Member | None) -> None:
    """Note that the whole installation went out in one file."""
    access.check(by, "core.back_up")
    _note("core.back_up", file, name, files, seal, by)


@action
def restore_backup(file: Path, *, name: str, files: int, seal: int | None, by: Member | None) -> None:
    """Note, in the installation that was restored, which backup it came from."""
    access.check(by, "core.restore_backup")
    _note("core.restore_backup", file, name, files, seal, by)


def _note(verb: str, file: Path, name: str, files: int, seal: int | None, by: Member | None) -> None:
    size = file.stat().st_size
    journal.record(None, verb, by=by, file=name, files=files, size=size, seal=seal, sha256=sha256_of(file))


def sha256_of(path: Path) -> str:
    """The digest of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
