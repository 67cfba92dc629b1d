"""What technical problems sign in: who posts and answers, what waits, what is measured."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shanhai.core import signs
from shanhai.core.signin import WRITERS
from shanhai.core.signs import AccessRow, Indicator, RecordKind, SearchKind, WorkKind, ZonePart

OWN = "shanhai.fields.pairing"


def sign_in() -> None:
    signs.access_rows.add(*_rows())
    signs.record_kinds.add(
        RecordKind("pairing.activity", _("Activity"), "pairing.view_activities"),
        RecordKind(
            "pairing.technicalproblem",
            _("Technical problem"),
            "pairing.view_technical_problems",
            sees=f"{OWN}.queries.technical.sees",
        ),
    )
    signs.search_kinds.add(
        SearchKind(
            "pairing.technicalproblem",
            _("Technical problem"),
            f"{OWN}.queries.technical.entries",
            "pairing.view_technical_problems",
        )
    )
    signs.work_kinds.add(
        WorkKind(
            "pairing.technical_problem",
            _("Technical problem"),
            _("Look"),
            _("A firm or village of the other side looks for somebody who can solve it."),
        )
    )
    signs.indicators.add(
        Indicator(
            "pairing.technical_problems_solved",
            _("Technical problems solved"),
            "problems",
            "flow",
            "partnership",
            f"{OWN}.queries.technical.solved_measure",
            f"{OWN}.queries.technical.solved_evidence",
            _("Problems whose poster recorded them as solved in the period, by the side whose answer was taken."),
        )
    )  # fmt: skip
    signs.zone_parts.add(
        ZonePart(
            "pairing.technical",
            45,
            f"{OWN}.technical_zone.load",
            f"{OWN}.technical_zone.export",
            files=("technical_problems", "technical_answers"),
        )
    )


def _rows() -> list[AccessRow]:
    done = {
        "post_technical_problem": _("Post technical problems of the own firm or village."),
        "share_technical_problem": _("Share own technical problems with both sides."),
        "unshare_technical_problem": _("Share own technical problems no longer, until they are answered."),
        "answer_technical_problem": _("Answer technical problems of others."),
        "accept_technical_answer": _("Accept answers to own technical problems."),
        "take_back_technical_acceptance": _("Say that an accepted answer did not do."),
        "record_technical_result": _("Record what came of own technical problems."),
        "withdraw_technical_problem": _("Withdraw own technical problems."),
        "reopen_technical_problem": _("Open own technical problems again."),
    }
    return [
        AccessRow(
            "pairing.view_technical_problems",
            _("See technical problems that are shown to oneself."),
            scope="seat",
            kind="page",
        ),
        *(AccessRow(f"pairing.{code}", about, WRITERS, scope="side") for code, about in done.items()),
        AccessRow(
            "pairing.write_technical_problem", _("Write technical problems of a zone folder."), scope="system"
        ),
    ]
