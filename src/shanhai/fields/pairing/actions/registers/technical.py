"""Register of technical problems: each row stands for posting one, sharing it, or sharing it no longer."""

from __future__ import annotations

import inspect

from shanhai.core.models import Pairing
from shanhai.fields.pairing.actions import technical
from shanhai.fields.pairing.actions.registers.bringing import Bringing, writer
from shanhai.fields.pairing.models import TechnicalProblem
from shanhai.fields.pairing.queries import registers as tables
from shanhai.kernel.refusals import BadInput, gettext_noop

# Within the one action of the import: a savepoint for each row is a copy of every page that it touches (SQLite).
_post = inspect.unwrap(technical.post_technical_problem)
_share = inspect.unwrap(technical.share_technical_problem)
_unshare = inspect.unwrap(technical.unshare_technical_problem)


def _write_technical_problems(bringing: Bringing) -> None:
    if bringing.by is None:
        raise BadInput(
            "pairing.technical_by_nobody",
            gettext_noop(
                "Technical problems are brought by somebody. Say by whom; a zone folder brings them as they stood."
            ),
        )
    above = Pairing.objects.in_bulk({bringing.key(change.values, "pairing") for change in bringing.new})
    asked = bringing.organisations("asker")
    for change in bringing.new:
        values = change.values
        _post(
            above[bringing.key(values, "pairing")],
            title_zh=values["title_zh"],
            title_en=values["title_en"],
            text=values["text"],
            industry=values["industry"],
            asker=asked[values["asker"]],
            is_shared=bool(values["is_shared"]),
            number=values["number"],
            on_import=bringing.on_import,
            by=bringing.by,
        )
    held = TechnicalProblem.objects.select_related("asker", "asker_unit").in_bulk(
        [change.object_id for change in bringing.old]
    )
    for change in bringing.old:
        move = _share if change.values["is_shared"] else _unshare
        problem = held[change.object_id]
        problem.version = change.version or 0
        move(problem, on_import=bringing.on_import, by=bringing.by)


write_technical_problems = writer(_write_technical_problems, tables.TECHNICAL_PROBLEMS)
