"""A file that a page or a program brings: read at once, or by a task where it is large."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shanhai.core import tasks
from shanhai.core.models import Batch, Import, Member, Pairing
from shanhai.core.sheets import batches, bringing, kept, reading
from shanhai.core.sheets.columns import Register
from shanhai.kernel.refusals import gettext_noop

# A file up to this size is read while the caller waits; a larger one by a task, which tells its progress.
AT_ONCE_BYTES = 400_000
KIND = "registry.read_import"
BATCH_KIND = "registry.read_batch"


def bring(file: Any, register: Register, *, pairing: Pairing | None, by: Member) -> Import:
    """Keep an uploaded file, and read and stage its rows; nothing of the register changes.

    Parameters
    ----------
    file
        With ``name`` and ``size``.
    pairing
        For registers of a pairing, the one that the rows belong to.

    Returns
    -------
    Import
        At stage ``reading`` where a task goes on with it, else as ``bringing.check`` leaves it.
    """
    if file.size > reading.MAX_BYTES:
        raise kept.too_large(file.size)
    imported = bringing.accept(file, register, by=by, pairing=pairing if register.is_of_pairing else None)
    if file.size <= AT_ONCE_BYTES:
        return bringing.check(imported, by=by)
    tasks.start(
        KIND,
        gettext_noop("Read {file}"),
        {"file": imported.file_name},
        run="shanhai.core.sheets.bringing.check_as_task",
        args={"import": imported.pk},
        pairing_id=imported.pairing_id,
        by=by,
    )
    return imported


def bring_batch(files: Sequence[Any], *, pairing: Pairing | None, by: Member) -> Batch:
    """Keep uploaded files with tables of several registers, and check all of them; nothing of the registers changes.

    Returns
    -------
    Batch
        At stage ``reading`` where a task goes on with it, else as ``batches.check`` leaves it.
    """
    for file in files:
        if file.size > reading.MAX_BYTES:
            raise kept.too_large(file.size)
    batch = batches.accept(files, by=by, pairing=pairing)
    if sum(file.size for file in files) <= AT_ONCE_BYTES:
        return batches.check(batch, by=by)
    tasks.start(
        BATCH_KIND,
        gettext_noop("Read {file}"),
        {"file": batch.name},
        run="shanhai.core.sheets.batches.check_as_task",
        args={"batch": batch.pk},
        pairing_id=batch.pairing_id,
        by=by,
    )
    return batch
