"""``shanhai check``: is what the installation holds consistent with itself?"""

from __future__ import annotations

import itertools
import json
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from django.db.models import Max

from shanhai.core import clock, proving, sentences, signs
from shanhai.core import indicators as measures
from shanhai.core.db import triggers as guards
from shanhai.core.journal import READINGS, canonical
from shanhai.core.models import JournalEntry, Pairing, SearchEntry, Sweep
from shanhai.core.rows import state_of
from shanhai.kernel import periods
from shanhai.kernel.refusals import gettext_noop

log = logging.getLogger("shanhai.check")
_CHUNK = 500
_PAIRINGS_TRIED = 50


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be.

    ``error``: a figure or record is wrong. ``warning``: somebody should look.
    """

    level: Literal["error", "warning"]
    code: str
    sentence: str
    facts: dict[str, Any] = field(default_factory=dict)
    check: str = ""

    def say(self) -> str:
        """The sentence in the reader's language."""
        return sentences.said(self.sentence, self.facts)


def run(codes: Iterable[str] | None = None) -> Iterator[Finding]:
    """Run all self-checks, or some of them; yields what they find as they find it."""
    wanted = None if codes is None else set(codes)
    for one in signs.self_checks:
        if wanted is not None and one.code not in wanted:
            continue
        try:
            for found in signs.call(one.run)():
                yield Finding(found.level, found.code, found.sentence, found.facts, one.code)
        except Exception as error:
            log.exception("The check %s broke off", one.code)
            yield Finding(
                "error",
                "core.check_broke",
                gettext_noop("The check {check} broke off: {error}"),
                {"check": one.code, "error": f"{type(error).__name__}: {error}"},
                one.code,
            )


def triggers() -> Iterator[Finding]:
    """The triggers that make the journal append-only are there."""
    for name in guards.missing():
        yield Finding(
            "error",
            "core.trigger_missing",
            gettext_noop(
                "The database has lost its trigger {name}. Run shanhai migrate again, or restore a backup."
            ),
            {"name": name},
        )


def journal() -> Iterator[Finding]:
    """The journal is as it was sealed."""
    report = proving.verify()
    for problem in report.problems:
        yield Finding("error", problem.code, problem.sentence, problem.facts)
    if report.problem_count > len(report.problems):
        yield Finding(
            "error",
            "core.more_problems",
            gettext_noop("The journal has {n} problems in all; the first {listed} are listed."),
            {"n": report.problem_count, "listed": len(report.problems)},
        )


def replay() -> Iterator[Finding]:
    """The last journal entry of each row carries the row's state."""
    kinds = JournalEntry.objects.order_by().values_list("subject_kind", flat=True).distinct()
    for kind in sorted(kinds):
        model = _model_of(kind)
        if model is not None and hasattr(model, "STATE") and model.STATE:
            yield from _replay_kind(model, kind)


def _model_of(kind: str) -> type[models.Model] | None:
    try:
        return apps.get_model(kind)
    except (LookupError, ValueError):
        return None  # Concerns no row, or a field that was taken out.


def _replay_kind(model: type[models.Model], kind: str) -> Iterator[Finding]:
    last = (
        JournalEntry.objects.filter(subject_kind=kind, subject_id__isnull=False)
        .exclude(action__in=READINGS)
        .order_by("subject_id")
        .values_list("subject_id")
        .annotate(last=Max("pk"))
    )
    for chunk in _chunks(last.iterator(chunk_size=5_000)):
        bodies = dict(JournalEntry.objects.filter(pk__in=[pk for _, pk in chunk]).values_list("pk", "body"))
        rows = model._default_manager.in_bulk([subject for subject, _ in chunk])
        for subject, pk in chunk:
            yield from _compare(kind, subject, rows.get(subject), json.loads(bodies[pk]))


def _compare(kind: str, subject: int, row: models.Model | None, body: dict[str, Any]) -> Iterator[Finding]:
    if row is None:
        if body.get("facts", {}).get("is_gone"):
            return  # Taken back on the record, with the import that had brought it.
        yield Finding(
            "warning",
            "core.row_gone",
            gettext_noop("The journal tells of {kind} {id} ({what}), which is no longer there."),
            {"kind": kind, "id": subject, "what": body.get("what", "")},
        )
        return
    said = body.get("state", {})
    holds = json.loads(canonical(state_of(row)))
    differing = sorted(name for name in said if name in holds and said[name] != holds[name])
    if differing:
        yield Finding(
            "error",
            "core.state_differs",
            gettext_noop(
                "{kind} {id} ({what}) differs from its last journal entry in {fields}: "
                "it was changed past the actions."
            ),
            {"kind": kind, "id": subject, "what": str(row), "fields": ", ".join(differing)},
        )


def indicators() -> Iterator[Finding]:
    """The figures of this year and the last are what their records add up to."""
    pairing_ids = list(Pairing.objects.order_by("pk").values_list("pk", flat=True)[:_PAIRINGS_TRIED])
    this_year = periods.period_of("year", clock.today())
    for indicator in signs.indicators:
        for one in measures.check_evidence(indicator.code, pairing_ids, [this_year.previous(), this_year]):
            yield Finding(
                "error",
                "core.evidence_differs",
                gettext_noop(
                    "{indicator} of pairing {pairing} in {period} is {measured}, but its records add up to {sum}."
                ),
                {
                    "indicator": indicator.code,
                    "pairing": one.row.pairing_id,
                    "period": str(one.row.period),
                    "measured": str(one.row.numerator),
                    "sum": str(one.numerator),
                },
            )
        for one in measures.check_sides(indicator.code, pairing_ids, [this_year.previous(), this_year]):
            yield Finding(
                "error",
                "core.sides_differ",
                gettext_noop(
                    "{indicator} of pairing {pairing} in {period} is {measured}, but its sides book {sum} together."
                ),
                {
                    "indicator": indicator.code,
                    "pairing": one.row.pairing_id,
                    "period": str(one.row.period),
                    "measured": str(one.row.numerator),
                    "sum": str(one.numerator),
                },
            )


def search() -> Iterator[Finding]:
    """What exists can be found under its present name by those who see it, and nothing else."""
    from shanhai.core import search as finding

    for kind in signs.search_kinds:
        expected = 0
        for chunk in _chunks(signs.call(kind.entries)()):
            expected += len(chunk)
            if wrong := finding.different(chunk):
                yield _unfindable(kind.code, wrong[0].title_zh, len(wrong))
        extra = SearchEntry.objects.filter(kind=kind.code).count() - expected
        if extra > 0:
            yield Finding(
                "warning",
                "core.found_but_gone",
                gettext_noop(
                    "Search still finds {n} of {kind} that no longer exist. Run shanhai check --repair."
                ),
                {"n": extra, "kind": kind.code},
            )
    if not _index_is_whole():
        yield Finding(
            "error",
            "core.index_broken",
            gettext_noop("The search index does not follow its table. Run shanhai check --repair."),
        )
    latest = SearchEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    if connection.vendor == "sqlite" and latest > 10_000 + 3 * SearchEntry.objects.count():
        yield Finding(
            "warning",
            "core.index_worn",
            gettext_noop(
                "Most of the search index is of things as they were called before. Run shanhai search rebuild."
            ),
        )


def _unfindable(kind: str, example: str, n: int) -> Finding:
    return Finding(
        "error",
        "core.not_findable",
        gettext_noop("{n} of {kind} cannot be found by name, {example} for one. Run shanhai check --repair."),
        {"n": n, "kind": kind, "example": example},
    )


def _index_is_whole() -> bool:
    if connection.vendor != "sqlite":
        return True  # PostgreSQL keeps its own indexes.
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO core_searchindex(core_searchindex, rank) VALUES ('integrity-check', 1)"
            )
    except DatabaseError:
        return False
    return True


def seats() -> Iterator[Finding]:
    """Who sits in which pairing follows from parties, organisations and regions."""
    from shanhai.core.actions.pairings import recompute_seats

    with transaction.atomic():
        n = recompute_seats()
        transaction.set_rollback(True)
    if n:
        yield Finding(
            "error",
            "core.seats_differ",
            gettext_noop("{n} seats do not follow from the parties. Run shanhai check --repair."),
            {"n": n},
        )


def sweeps() -> Iterator[Finding]:
    """The tick runs and none of its sweeps fails."""
    for row in Sweep.objects.exclude(error="").order_by("name"):
        yield Finding(
            "error",
            "core.sweep_failed",
            gettext_noop("The sweep {name} failed when it last ran: {error}"),
            {"name": row.name, "error": row.error},
        )
    longest = clock.machine_now() - timedelta(minutes=15)
    beaten = [int(up_to) for up_to in Sweep.objects.values_list("up_to", flat=True) if up_to.isdigit()]
    if beaten and max(beaten) < longest.timestamp():
        yield Finding(
            "warning",
            "core.tick_stands",
            gettext_noop(
                "The tick has not run for a while. Serve the site, or run shanhai tick each minute."
            ),
        )


def repair() -> None:
    """Make again what follows from other tables: seats and the search index. Records are never touched."""
    from shanhai.core.actions.pairings import recompute_seats
    from shanhai.core.search import rebuild

    recompute_seats()
    rebuild()


def as_json(found: Finding) -> dict[str, Any]:
    """For programs."""
    return {
        "level": found.level,
        "code": found.code,
        "check": found.check,
        "detail": found.say(),
        "facts": {
            name: value if isinstance(value, int) else str(value) for name, value in found.facts.items()
        },
    }


def _chunks(items: Iterable[Any]) -> Iterator[list[Any]]:
    iterator = iter(items)
    while chunk := list(itertools.islice(iterator, _CHUNK)):
        yield chunk
