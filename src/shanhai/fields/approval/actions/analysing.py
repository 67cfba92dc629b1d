"""Analysing logs of other systems, and simulating: a task each, whose work is done by a process of its own."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from shanhai.core import access, blobs, journal, tasks
from shanhai.core.actions import documents
from shanhai.core.models import Member, Pairing, TaskRun
from shanhai.core.writing import action
from shanhai.fields.approval.queries import simulations
from shanhai.fields.approval.queries.analyses import KIND
from shanhai.fields.approval.rules.log_analysis import Rule, check_share
from shanhai.fields.approval.rules.simulating import Asked, check_asked, state
from shanhai.kernel.refusals import BadInput, gettext_noop

TIMEOUT_S, MEMORY_MB = 900.0, 1_024
NO_RULE = Rule()  # The log itself says which orders are needed.


@action
def analyse_log(
    pairing: Pairing,
    file: Any,
    *,
    file_name: str,
    columns: tuple[str, str, str] = ("", "", ""),
    rule: Rule = NO_RULE,
    by: Member,
) -> TaskRun:
    """Have a log analysed: XES, CSV, Parquet or OCEL 2.0, also packed by gzip; what it is, its bytes say.

    Raises
    ------
    TooLarge
        ``documents.too_large``: above ``core.document_max_mb`` of the rulebook.
    BadInput
        ``approval.order_share``
    """
    access.check(by, "approval.analyse_log", pairing_id=pairing.pk)
    check_share(rule.free_from)
    # No paper of the registry: nobody files it, and what it is need not be a kind that is let in there.
    blob = blobs.keep(file, "application/octet-stream", documents.limit_bytes())
    return tasks.start(
        KIND,
        gettext_noop("Analyse {file}"),
        {"file": file_name[:120]},
        run="shanhai.fields.approval.actions.analysing.run",
        args={"blob": blob.pk, "columns": [one[:200] for one in columns], "rule": asdict(rule)},
        pairing_id=pairing.pk,
        by=by,
    )


def run(progress: tasks.Progress, *, blob: str, columns: list[str], rule: dict[str, Any]) -> dict[str, Any]:
    """What the task does: the child reads the file, with bounded time and memory; its answer is kept on the task."""
    declared = tuple((before, after, needed) for before, after, needed in rule["declared"])
    args = (
        str(blobs.path_of(blob)),
        tuple(columns),
        Rule(declared, rule["only_declared"], rule["free_from"]),
    )
    found: dict[str, Any] = progress.in_child(
        "shanhai.fields.approval.rules.log_analysis.analyse_file", args, TIMEOUT_S, MEMORY_MB
    )
    return found


@action
def simulate_cases(pairing: Pairing, source: str, *, asked: Asked, by: Member) -> TaskRun:
    """Have joint review simulated from stated assumptions; what comes out is kept beside what was asked.

    Raises
    ------
    BadInput
        ``approval.simulate_mode``, ``approval.simulate_cases``, ``approval.nothing_to_simulate``, ``review_simulation.*``
    NotFound
        ``approval.no_profile``, or that of an unknown catalogue.
    """
    access.check(by, "approval.simulate_cases", pairing_id=pairing.pk)
    check_asked(asked)
    state(
        simulations.document_of(source), asked
    )  # Refuses what cannot be simulated before anybody waits for it.
    return tasks.start(
        simulations.KIND,
        gettext_noop("Simulate {source}"),
        {"source": source},
        run="shanhai.fields.approval.actions.analysing.run_simulation",
        args={"source": source, "asked": asked.as_plain()},
        pairing_id=pairing.pk,
        by=by,
    )


def run_simulation(progress: tasks.Progress, *, source: str, asked: dict[str, Any]) -> dict[str, Any]:
    """What the task does: the child simulates, with bounded time and memory."""
    found: dict[str, Any] = progress.in_child(
        "shanhai.fields.approval.rules.simulating.simulate",
        (simulations.document_of(source), asked),
        TIMEOUT_S,
        MEMORY_MB,
    )
    return found


@action
def load_run(pairing: Pairing, member: Member, *, by: Member | None, **values: Any) -> int:
    """Write a simulation or analysis of a zone folder as it came out; gives 0 where it is there already.

    It is not begun again: how it runs stands in this installation and in no file.
    """
    access.check(by, "approval.load_run")
    check_loaded(values["kind"], values["stage"])
    known = {
        "kind": values["kind"],
        "pairing_id": pairing.pk,
        "member": member,
        "asked_at": values["asked_at"],
    }
    if TaskRun.objects.filter(**known).exists():
        return 0
    made = TaskRun.objects.create(pairing_id=pairing.pk, member=member, alive_at=values["ended_at"], **values)
    journal.record(made, "approval.load_run", by=by, pairing_id=pairing.pk)
    return 1


def check_loaded(kind: str, stage: str) -> None:
    """A folder brings runs of this field that are over, and none that a worker would begin."""
    is_over = stage in (TaskRun.Stage.DONE, TaskRun.Stage.FAILED, TaskRun.Stage.CANCELLED)
    if kind not in (KIND, simulations.KIND) or not is_over:
        raise BadInput(
            "approval.run_not_over",
            gettext_noop(
                "A zone folder brings simulations and analyses that are over, not {kind} {stage}. Leave the row out."
            ),
            kind=kind[:40],
            stage=stage[:12],
        )
