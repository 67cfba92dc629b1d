"""What the machinery of core signs in: its access rows, sweeps and self-checks."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shanhai.core import signs
from shanhai.core.signs import AccessRow, DeadlineHook, SelfCheck, Sweep

_KEEPERS = frozenset({"administrator"})
_WITNESSES = frozenset({"leader", "office", "auditor", "administrator"})


def sign_in() -> None:
    signs.access_rows.add(
        AccessRow(
            "core.load_notice",
            _("Load the official notice of a year's holidays."),
            _KEEPERS,
            scope="any",
        ),
        AccessRow("core.add_value", _("Add values to the rulebook."), _KEEPERS, scope="any"),
        AccessRow(
            "core.take_receipt",
            _("Take a seal of the journal away as a receipt."),
            _WITNESSES,
            scope="any",
        ),
        AccessRow(
            "core.read_secret",
            _("Read sensitive values of journal entries; each reading is journalled."),
            frozenset({"auditor", "administrator"}),
            scope="any",
        ),
        AccessRow(
            "core.erase_secret",
            _("Erase or mask sensitive values of journal entries."),
            _KEEPERS,
            scope="any",
        ),
        AccessRow(
            "core.read_masked",
            _("Read a masked value that one's roles may read; each reading is journalled."),
            scope="any",
        ),
        AccessRow(
            "core.export_masked",
            _("Export masked columns that one's roles may read, on the record."),
            scope="any",
        ),
        AccessRow(
            "core.export_zone",
            _("Take the zone away as files, as far as one reads it; each time is journalled."),
            _WITNESSES,
            scope="any",
        ),
        AccessRow("core.back_up", _("Write a backup of the whole installation."), _KEEPERS, scope="any"),
        AccessRow("core.restore_backup", _("Put a backup in place."), _KEEPERS, scope="any"),
        AccessRow("core.cancel_task", _("Stop long work that one asked for."), scope="any"),
    )
    signs.sweeps.add(
        Sweep("core.seals", "shanhai.core.seals.sweep"),
        Sweep("core.tasks", "shanhai.core.tasks.sweep"),
        Sweep("core.queue", "shanhai.core.tasks.drop_old_queue_rows", every_minutes=60),
        Sweep("core.drafts", "shanhai.core.tick.drop_expired_drafts", every_minutes=60),
        Sweep("core.counts", "shanhai.core.tick.drop_expired_counts", every_minutes=60),
        Sweep("core.calls", "shanhai.core.tick.drop_stale_calls", every_minutes=60),
        Sweep("core.statistics", "shanhai.core.tick.take_statistics", every_minutes=24 * 60),
    )
    signs.deadline_hooks.add(DeadlineHook("core.work", "shanhai.core.work.follow_notice"))
    signs.self_checks.add(
        SelfCheck(
            "core.triggers", _("The database still guards the journal"), "shanhai.core.checks.triggers"
        ),
        SelfCheck("core.journal", _("The journal is as it was sealed"), "shanhai.core.checks.journal"),
        SelfCheck("core.replay", _("The journal gives the rows as they are"), "shanhai.core.checks.replay"),
        SelfCheck(
            "core.indicators",
            _("Figures are what their records add up to"),
            "shanhai.core.checks.indicators",
        ),
        SelfCheck("core.search", _("What exists can be found"), "shanhai.core.checks.search"),
        SelfCheck("core.seats", _("Seats follow from parties"), "shanhai.core.checks.seats"),
        SelfCheck("core.sweeps", _("The tick runs"), "shanhai.core.checks.sweeps"),
    )
