"""Parts of ``shanhai check`` that look at core's nouns."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db.models import Max

from shanhai.core import blobs, clock, signs, visibility
from shanhai.core.checks import Finding
from shanhai.core.link_rules import LIVING
from shanhai.core.models import Blob, FileSeries, PhoneLink, Seen
from shanhai.kernel.refusals import gettext_noop

BATCH = 500


def papers() -> Iterator[Finding]:
    """Blobs whose bytes are missing on disk or shorter than they were."""
    for blob in Blob.objects.iterator(chunk_size=2000):
        if not blobs.is_there(blob.pk, blob.size):
            yield Finding(
                "error",
                "core.bytes_missing",
                gettext_noop("The bytes of {sha256} are missing or cut short. Restore them from a backup."),
                {"sha256": blob.pk},
            )


def links() -> Iterator[Finding]:
    """Phone links that can still be opened and whose record or kind is gone."""
    living = PhoneLink.objects.filter(stage__in=LIVING, expires_at__gt=clock.now())
    for link in living.iterator(chunk_size=BATCH):
        is_there = apps.get_model(link.subject_kind)._default_manager.filter(pk=link.subject_id).exists()
        if link.kind not in signs.link_kinds or not is_there:
            yield Finding(
                "error",
                "core.link_opens_nothing",
                gettext_noop("Phone link {link} opens {kind} {pk}, which is not there. Revoke it."),
                {"link": link.code, "kind": link.subject_kind, "pk": link.subject_id},
            )


def file_numbers() -> Iterator[Finding]:
    """Counters of file numbers that stand elsewhere than their last number: the next one would leave a gap or fail."""
    series = FileSeries.objects.select_related("mark").annotate(highest=Max("numbers__no"))
    for one in series:
        if one.last != (one.highest or 0):
            yield Finding(
                "error",
                "core.file_numbers_differ",
                gettext_noop(
                    "The counter of {mark} {year} stands at {last}, its last file number is {highest}. Restore it from a "
                    "backup."
                ),
                {"mark": one.mark.mark, "year": one.year, "last": one.last, "highest": one.highest or 0},
            )


def readers() -> Iterator[Finding]:
    """Records whose rows for lists say something else than their own columns."""
    for model in visibility.visible_models():
        batch = []
        for record in model._default_manager.select_related("owner_unit").iterator(chunk_size=BATCH):
            batch.append(record)
            if len(batch) == BATCH:
                yield from _differing(batch)
                batch = []
        yield from _differing(batch)


def _differing(records: list) -> Iterator[Finding]:
    if not records:
        return
    kind = records[0]._meta.label_lower
    now: dict[int, dict[int, int | None]] = {}
    rows = Seen.objects.filter(kind=kind, object_id__in=[record.pk for record in records])
    for object_id, organisation_id, unit_id in rows.values_list("object_id", "organisation_id", "unit_id"):
        now.setdefault(object_id, {})[organisation_id] = unit_id
    should = visibility.audiences(records)
    for record in records:
        is_withdrawn = getattr(record, "withdrawn_on", None) is not None
        if now.get(record.pk, {}) != ({} if is_withdrawn else should[record.pk]):
            yield Finding(
                "error",
                "core.readers_differ",
                gettext_noop(
                    "Lists show {kind} {pk} to others than its record says. Its next change of reach puts it right."
                ),
                {"kind": kind, "pk": record.pk},
            )
