"""One file that holds the whole installation, written while it runs, and putting it back.

A backup is a zip with the database (an online copy of SQLite, or a ``pg_dump``), the documents, and a manifest with the
hash of every file and the last seal of the journal. Restoring checks all hashes and proves the journal first.
The secret key of the installation is not in it: keep that apart, or everybody logs in anew after a restore elsewhere.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import sqlite3
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from shanhai.core import blobs, clock, proving, seals
from shanhai.core.cli.files import check_target
from shanhai.core.models import Blob, Seal
from shanhai.kernel.refusals import BadInput, NotConfigured, NotFound, NotNow, gettext_noop

FORM = "shanhai-backup-1"
MANIFEST = "manifest.json"
_DATABASE = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
_CHUNK = 1 << 20
_RESTORED = "restored"
_BEFORE = "shanhai_before"

log = logging.getLogger("shanhai.backup")


@dataclass(frozen=True, slots=True)
class Written:
    """What was backed up, or put back."""

    file: Path
    files: int
    size: int
    seal: int | None
    report: proving.Report | None = None


def back_up(to: Path) -> Written:
    """Write a backup; an older file of that name is replaced when the new one is whole.

    The database is copied first and in one piece, so documents of the copy are there; writers go on meanwhile.

    Raises
    ------
    BadInput
        ``core.cannot_write``: no such folder; one made by a slip of the pen is a place where nobody finds the backup.
    """
    to = to.absolute()
    check_target(str(to))
    part = to.with_name(f"{to.name}.part")
    last = Seal.objects.order_by("-number").first()
    files: list[dict[str, Any]] = []
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)  # It holds everything: nobody else on the machine reads it.
    try:
        with (
            tempfile.TemporaryDirectory(dir=to.parent) as folder,
            zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        ):
            database = Path(folder) / _DATABASE[connection.vendor]
            _copy_database(database)
            files.append(_add(archive, database, database.name))
            files += _add_documents(archive)
            archive.writestr(MANIFEST, json.dumps(_manifest(last, files), indent=1, ensure_ascii=False))
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        os.replace(part, to)
    finally:
        part.unlink(missing_ok=True)
    return Written(to, len(files), to.stat().st_size, last.number if last else None)


def _manifest(last: Seal | None, files: list[dict[str, Any]]) -> dict[str, Any]:
    try:
        release = version("shanhai")
    except PackageNotFoundError:
        release = ""
    seal = {"form": seals.RECEIPT_FORM, "seal": last.number, "digest": last.digest} if last else None
    return {
        "form": FORM,
        "version": release,
        "database": connection.vendor,
        "made_at": clock.machine_now().isoformat(timespec="seconds"),
        "last_seal": seal,
        "files": files,
    }


def _documents_folder() -> Path:
    return Path(settings.SHANHAI_DATA) / "documents"


def _add_documents(archive: zipfile.ZipFile) -> list[dict[str, Any]]:
    """All bytes that have settled, and those that a document names and that are about to: they move while we read."""
    settled = sorted(path.relative_to(_documents_folder()).as_posix() for path in _settled())
    files = [_add(archive, _documents_folder() / name, f"documents/{name}") for name in settled]
    there = set(settled)
    for blob_id in Blob.objects.order_by("pk").values_list("pk", flat=True).iterator():
        name = f"{blob_id[:2]}/{blob_id[2:4]}/{blob_id}"
        if name not in there:
            files += _add_unsettled(archive, blob_id, f"documents/{name}")
    return files


def _settled() -> Iterator[Path]:
    incoming = _documents_folder() / "incoming"
    for path in _documents_folder().rglob("*"):
        if path.is_file() and incoming not in path.parents:
            yield path


def _add_unsettled(archive: zipfile.ZipFile, blob_id: str, name: str) -> list[dict[str, Any]]:
    for _attempt in range(2):
        try:
            return [_add(archive, blobs.path_of(blob_id), name)]
        except FileNotFoundError:
            continue  # It settled between looking and opening.
        except NotFound:
            break
    # The backup saves what there is; ``shanhai check`` tells of what is missing too.
    log.warning("The bytes of %s are missing, so they are not in the backup.", blob_id)
    return []


def _add(archive: zipfile.ZipFile, path: Path, name: str) -> dict[str, Any]:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as source, archive.open(name, "w", force_zip64=True) as target:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            target.write(chunk)
    return {"path": name, "size": size, "sha256": digest.hexdigest()}


def _copy_database(to: Path) -> None:
    if connection.vendor == "postgresql":
        _run_client("pg_dump", "--format=custom", "--no-owner", f"--file={to}")
        return
    connection.ensure_connection()
    copy = sqlite3.connect(to)
    try:
        connection.connection.backup(copy)
        # One file, with nothing left in a log beside it.
        copy.execute("PRAGMA journal_mode = DELETE")
    finally:
        copy.close()


def _run_client(program: str, *options: str, database_by_option: bool = False) -> None:
    """Run a program of PostgreSQL on our database, with its address and password as Django has them."""
    if shutil.which(program) is None:
        raise NotConfigured(
            "core.no_postgresql_client",
            gettext_noop(
                "The program {program} is not installed. Install the client programs of PostgreSQL."
            ),
            program=program,
        )
    (_psql, *address, name), more = connection.client.settings_to_cmd_args_env(connection.settings_dict, [])
    where = [f"--dbname={name}"] if database_by_option else [name]
    done = subprocess.run(
        [program, *address, *options[:-1], *where, options[-1]]
        if database_by_option
        else [program, *address, *options, *where],
        env={**os.environ, **(more or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NotNow(
            "core.postgresql_client_failed",
            gettext_noop("{program} failed: {error}"),
            program=program,
            error=done.stderr.strip()[-500:],
        )


def restore(
    file: Path, *, force: bool = False, accept_unsound: bool = False, dry_run: bool = False
) -> Written:
    """Put a backup in the place of this installation.

    Parameters
    ----------
    force
        Also where this installation holds records, which are lost then.
    accept_unsound
        Also where the journal in the backup does not prove itself: for saving what can be saved.
    dry_run
        Check everything that can be checked without writing.

    Raises
    ------
    BadInput
        ``core.no_backup``, ``core.backup_damaged``, ``core.backup_other_database``, ``core.backup_newer``,
        ``core.backup_unsound``.
    NotNow
        ``core.not_empty``: there are records, and ``force`` was not given.
    """
    if not dry_run and connection.vendor == "postgresql":
        _undo_what_was_broken_off()
    if not force and not dry_run and _holds_records():
        raise NotNow(
            "core.not_empty",
            gettext_noop(
                "This installation holds records, which a restore would replace. Say --force if they may go."
            ),
        )
    folder = Path(settings.SHANHAI_DATA)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        manifest = _unpack(file, Path(temporary))
        report = _put_database(Path(temporary), manifest, accept_unsound, dry_run)
        if not dry_run:
            _put_documents(Path(temporary) / "documents")
    size = sum(one["size"] for one in manifest["files"])
    seal = manifest["last_seal"]["seal"] if manifest["last_seal"] else None
    return Written(file, len(manifest["files"]), size, seal, report)


def _holds_records() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM core_journalentry LIMIT 1")
            return cursor.fetchone() is not None
    except DatabaseError:
        return False  # No tables yet.


def _unpack(file: Path, to: Path) -> dict[str, Any]:
    try:
        with zipfile.ZipFile(file) as archive:
            manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
            if manifest["form"] != FORM:
                raise KeyError("form")
            if manifest["database"] != connection.vendor:
                raise BadInput(
                    "core.backup_other_database",
                    gettext_noop(
                        "The backup is of {theirs}, this installation runs on {ours}. Set DATABASE_URL."
                    ),
                    theirs=manifest["database"],
                    ours=connection.vendor,
                )
            for one in manifest["files"]:
                _unpack_one(archive, one, to)
            return manifest
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise BadInput(
            "core.no_backup",
            gettext_noop("{file} is no whole backup of Shanhai ({problem}). Bring another one."),
            file=file.name,
            problem=f"{type(error).__name__}: {error}"[:200],
        ) from error


def _unpack_one(archive: zipfile.ZipFile, one: dict[str, Any], to: Path) -> None:
    path = to / one["path"]
    if not path.resolve().is_relative_to(to.resolve()):
        raise KeyError(one["path"])
    path.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with archive.open(one["path"]) as source, path.open("wb") as target:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            target.write(chunk)
    if size != one["size"] or digest.hexdigest() != one["sha256"]:
        raise BadInput(
            "core.backup_damaged",
            gettext_noop("{path} in the backup is not what was written there. Bring another backup."),
            path=one["path"],
        )


def _put_database(
    folder: Path, manifest: dict[str, Any], accept_unsound: bool, dry_run: bool
) -> proving.Report | None:
    database = folder / _DATABASE[connection.vendor]
    if connection.vendor == "sqlite":
        with _opened(database) as restored:
            report = _prove(restored, manifest, accept_unsound)
            if not dry_run:
                _replace_sqlite(restored)
        return report
    if dry_run:
        return None
    with _old_tables_aside():
        _run_client(
            "pg_restore", "--no-owner", "--single-transaction", str(database), database_by_option=True
        )
        return _prove(connection, manifest, accept_unsound)


@contextmanager
def _old_tables_aside() -> Iterator[None]:
    """PostgreSQL: keep what was there in a schema of another name until the backup has proved itself.

    Tables that a newer version had added go with the rest, so an older backup fits.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER SCHEMA public RENAME TO {_BEFORE}")
        try:
            cursor.execute("CREATE SCHEMA public")
            yield
        except BaseException:
            _put_back(cursor)
            raise
        cursor.execute(f"DROP SCHEMA {_BEFORE} CASCADE")


def _undo_what_was_broken_off() -> None:
    """Put the tables back that a restore had laid aside when it was broken off, before it had proved anything."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [_BEFORE])
        if cursor.fetchone() is not None:
            _put_back(cursor)


def _put_back(cursor: Any) -> None:
    cursor.execute("DROP SCHEMA IF EXISTS public CASCADE")
    cursor.execute(f"ALTER SCHEMA {_BEFORE} RENAME TO public")


@contextmanager
def _opened(database: Path) -> Iterator[Any]:
    connections.settings[_RESTORED] = {**connection.settings_dict, "NAME": str(database), "TEST": {}}
    restored = connections[_RESTORED]
    try:
        yield restored
    finally:
        restored.close()
        del connections[_RESTORED]
        del connections.settings[_RESTORED]


def _prove(restored: Any, manifest: dict[str, Any], accept_unsound: bool) -> proving.Report:
    unknown = set(MigrationRecorder(restored).applied_migrations()) - set(
        MigrationLoader(None).disk_migrations
    )
    if unknown:
        app, name = sorted(unknown)[0]
        raise BadInput(
            "core.backup_newer",
            gettext_noop(
                "The backup was made by a newer version ({app} {name}). Install that version first."
            ),
            app=app,
            name=name,
        )
    report = proving.verify(manifest["last_seal"], using=restored)
    if not report.is_sound and not accept_unsound:
        raise BadInput(
            "core.backup_unsound",
            gettext_noop(
                "The journal in the backup does not prove itself: {problem} "
                "Say --even-if-unsound to save what can be saved."
            ),
            problem=str(report.problems[0]),
        )
    return report


def _replace_sqlite(restored: Any) -> None:
    """Copy page by page into the live file, as one transaction for whoever has it open."""
    live: Any = connection  # our own wrapper, which knows turns
    live.ensure_connection()
    live.take_turn()
    try:
        restored.connection.backup(live.connection)
    finally:
        live.give_turn_back()


def _put_documents(folder: Path) -> None:
    if not folder.is_dir():
        return
    for path in sorted(folder.rglob("*")):
        target = _documents_folder() / path.relative_to(folder)
        # A document's name is the hash of its bytes: one that is there in full is the same.
        if path.is_file() and not (target.exists() and target.stat().st_size == path.stat().st_size):
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(path, target)
