"""The bytes of a file that was brought, for as long as its import is open."""

from __future__ import annotations

import hashlib
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from shanhai.core import clock
from shanhai.core.models import Batch, Import
from shanhai.core.sheets import reading
from shanhai.core.sheets.staged import OPEN
from shanhai.kernel.refusals import (
    NotFound,
    Refused,
    TooLarge,
    gettext_noop,
)

KEPT_FOR = timedelta(days=7)


def keep(file: BinaryIO | Path) -> tuple[str, str]:
    """Store the bytes under their hash while the import is open; gives the hash and the name of the file.

    No more than a chunk above ``reading.MAX_BYTES`` is stored: reading refuses what is longer.
    """
    folder = settings.SHANHAI_DATA / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    name = Path(str(getattr(file, "name", file))).name[-200:] or "table"
    digest, size = hashlib.sha256(), 0
    source = file.open("rb") if isinstance(file, Path) else _rewound(file)
    with source as opened, tempfile.NamedTemporaryFile(dir=folder, delete=False) as kept:
        while size <= reading.MAX_BYTES and (chunk := opened.read(1 << 18)):
            digest.update(chunk)
            kept.write(chunk)
            size += len(chunk)
    Path(kept.name).replace(folder / digest.hexdigest())
    return digest.hexdigest(), name


class _rewound:
    """An uploaded file from its start, left open for its owner."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def __enter__(self) -> BinaryIO:
        self._file.seek(0)
        return self._file

    def __exit__(self, *error: object) -> None:
        self._file.seek(0)


def path_of(imported: Import) -> Path:
    """Where the bytes of an import lie while it is open.

    Raises
    ------
    NotFound
        ``sheets.file_gone``: they were thrown away meanwhile.
    """
    return path_named(imported.sha256, imported.file_name)


def path_named(sha256: str, file_name: str) -> Path:
    """Where the bytes of a file of that hash lie; ``sheets.file_gone`` where they were thrown away."""
    path: Path = settings.SHANHAI_DATA / "imports" / sha256
    if not path.exists():
        raise NotFound(
            "sheets.file_gone",
            gettext_noop("The file {file} is no longer kept. Bring it again."),
            file=file_name,
        )
    return path


def drop(imported: Import) -> None:
    """Delete the bytes of an import, unless another open import has the same."""
    _drop(imported.sha256)


def drop_files(batch: Batch) -> None:
    """Delete the bytes of a batch, unless an open import has the same."""
    for file in batch.files:
        _drop(file["sha256"])


def _drop(sha256: str) -> None:
    if not Import.objects.filter(sha256=sha256, stage__in=OPEN).exists():
        (settings.SHANHAI_DATA / "imports" / sha256).unlink(missing_ok=True)


def forget_unneeded() -> int:
    """Delete files that were stored a week ago and that no open import needs; gives their number."""
    folder: Path = settings.SHANHAI_DATA / "imports"
    oldest = clock.machine_now().timestamp() - KEPT_FOR.total_seconds()
    old = [path for path in folder.glob("*") if path.stat().st_mtime < oldest]
    needed = set(
        Import.objects.filter(sha256__in=[path.name for path in old], stage__in=OPEN).values_list(
            "sha256", flat=True
        )
    )
    gone = [path for path in old if path.name not in needed]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def too_large(size: int) -> Refused:
    """The refusal of a file that is not even kept."""
    return TooLarge(
        "sheets.file_too_large",
        gettext_noop(
            "The file has {size_mb} MB; at most {limit_mb} MB are read. Split it, or remove pictures."
        ),
        size_mb=-(-size // 1_000_000),
        limit_mb=reading.MAX_BYTES // 1_000_000,
    )
