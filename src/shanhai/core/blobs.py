"""The bytes of documents on disk: each content once, under its SHA-256.

Bytes arrive under ``documents/incoming`` and move to ``documents/ab/cd/<sha256>`` when the transaction that names them
is committed. A crash between the two loses nothing: readers look in both places.
"""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction

from shanhai.core import clock
from shanhai.core.models import Blob
from shanhai.kernel.refusals import NotFound, TooLarge, gettext_noop

CHUNK = 2**18
# Bytes whose transaction was given up are cleared away after a day.
FORGOTTEN_SECONDS = 86_400


def folder() -> Path:
    """Where the bytes lie."""
    return Path(settings.SHANHAI_DATA) / "documents"


def keep(file: BinaryIO, media_type: str, max_bytes: int) -> Blob:
    """Store the bytes of a file unless they are there, within the caller's transaction.

    Raises
    ------
    TooLarge
        ``documents.too_large``, as soon as the limit is passed.
    """
    incoming = folder() / "incoming"
    incoming.mkdir(parents=True, exist_ok=True)
    temporary = incoming / f"{uuid.uuid4().hex}.part"
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    try:
        with temporary.open("wb") as target:
            while chunk := file.read(CHUNK):
                size += len(chunk)
                if size > max_bytes:
                    raise too_large(max_bytes)
                digest.update(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        name = digest.hexdigest()
        arrived = incoming / name
        os.replace(temporary, arrived)
    finally:
        temporary.unlink(missing_ok=True)
    blob, _ = Blob.objects.get_or_create(pk=name, defaults={"size": size, "media_type": media_type})
    transaction.on_commit(lambda: _settle(arrived, name))
    return blob


def path_of(blob_id: str) -> Path:
    """Where the bytes of a blob lie now.

    Raises
    ------
    NotFound
        ``documents.bytes_missing``: the folder of documents is not the one that the database belongs to.
    """
    # Twice the final place: between the two looks the bytes may have moved there.
    for path in (_final(blob_id), folder() / "incoming" / blob_id, _final(blob_id)):
        if path.is_file():
            return path
    raise NotFound(
        "documents.bytes_missing",
        gettext_noop("The bytes of this document are missing on the server. Restore them from a backup."),
        sha256=blob_id,
    )


def is_there(blob_id: str, size: int) -> bool:
    """Whether the bytes of a blob lie on disk in full."""
    try:
        return path_of(blob_id).stat().st_size == size
    except NotFound:
        return False


def too_large(max_bytes: int) -> TooLarge:
    """The refusal of a file over the limit."""
    return TooLarge(
        "documents.too_large",
        gettext_noop("The file is larger than {limit} MB. Make it smaller, or split it."),
        limit=max_bytes // 2**20,
        field="file",
    )


def sweep(now: datetime) -> int:
    """Remove arrived bytes that no document came to name within a day; settle those that a crash left behind."""
    incoming = folder() / "incoming"
    if not incoming.is_dir():
        return 0
    # Files carry the time of the machine, also where the clock of the platform is fixed.
    return sum(_clear(path) for path in _older(incoming, clock.machine_now().timestamp() - FORGOTTEN_SECONDS))


def _clear(path: Path) -> bool:
    if Blob.objects.filter(pk=path.name).exists():
        _settle(path, path.name)
        return False
    path.unlink(missing_ok=True)
    return True


def _older(incoming: Path, before: float) -> Iterator[Path]:
    return (path for path in incoming.iterdir() if path.stat().st_mtime < before)


def _final(name: str) -> Path:
    return folder() / name[:2] / name[2:4] / name


def _settle(arrived: Path, name: str) -> None:
    final = _final(name)
    if final.exists():
        arrived.unlink(missing_ok=True)
        return
    final.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.replace(arrived, final)
    except FileNotFoundError:
        if not final.exists():  # Of two who brought the same bytes at once the other has moved them.
            raise
