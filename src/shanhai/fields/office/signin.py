"""What the field signs in: who may do what, what waits for people, what can be found."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shanhai.core import signs
from shanhai.core.signin import KEEPERS, OFFICIALS, WRITERS
from shanhai.core.signs import (
    AccessRow,
    CommandGroup,
    Indicator,
    LinkDeed,
    LinkKind,
    NoticeKind,
    RecordKind,
    RulebookFile,
    SearchKind,
    SelfCheck,
    Sweep,
    ZonePart,
)
from shanhai.fields.office import columns, prepared, work_kinds

OWN = "shanhai.fields.office"


def sign_in() -> None:
    signs.work_kinds.add(*work_kinds.kinds())
    signs.replies.add(*prepared.replies())
    _sign_in_rounds()
    _sign_in_links()
    signs.access_rows.add(*_pages(), *_problems(), *_proposals(), *_instructions())
    _sign_in_factors()
    signs.rulebook_files.add(RulebookFile("office", OWN))
    signs.notice_kinds.add(NoticeKind("office.round_reminded", is_urgent=True))
    signs.zone_parts.add(
        ZonePart(
            "office",
            89,  # after all fields, whose records these are about, and before the numbers on files that name these
            f"{OWN}.zone.records.load",
            f"{OWN}.zone.records.export",
            files=("instructions", "problems", "problem_steps", "proposals", "proposal_effects"),
        )
    )
    signs.sweeps.add(Sweep("office.problems", f"{OWN}.actions.problems.sweep", every_minutes=10))
    signs.record_kinds.add(
        RecordKind("office.problem", _("Problem"), "office.view_problems", paper=f"{OWN}.printed.problem"),
        RecordKind(
            "office.proposal", _("Proposal"), "office.view_proposals", paper=f"{OWN}.printed.proposal"
        ),
        RecordKind(
            "office.instruction",
            _("Instruction"),
            "office.view_instructions",
            title=f"{OWN}.queries.instructions.titles_of",
            paper=f"{OWN}.printed.instruction",
            has_papers=True,
        ),
    )
    signs.record_kinds.add(
        RecordKind(
            "office.round",
            _("Reporting round"),
            "office.view_rounds",
            sees=f"{OWN}.queries.rounds.sees_round",
            paper=f"{OWN}.printed.reporting_round",
        )
    )
    signs.search_kinds.add(
        SearchKind("office.problem", _("Problem"), f"{OWN}.queries.problems.entries"),
        SearchKind(
            "office.proposal",
            _("Proposal"),
            f"{OWN}.queries.proposals.entries",
            again=f"{OWN}.queries.proposals.found_again",
        ),
        SearchKind("office.instruction", _("Instruction"), f"{OWN}.queries.instructions.entries"),
    )
    signs.indicators.add(*_indicators())
    signs.command_groups.add(
        CommandGroup(
            "notices", _("What a member was told, how, and who has read it."), f"{OWN}.cli.notices.app"
        ),
        CommandGroup("robots", _("Robots that bring notices to group chats."), f"{OWN}.cli.robots.app"),
        CommandGroup(
            "office",
            _("Rounds, notes, who sees records, problems, proposals and what else fills the office's day."),
            f"{OWN}.cli.app",
        ),
    )


def _sign_in_links() -> None:
    """What phone links open of the office's records."""
    reads, writes = f"{OWN}.queries.links", f"{OWN}.actions.links"
    signs.record_kinds.add(
        RecordKind(
            "office.roundanswer",
            _("Answer to a round"),
            "office.view_rounds",
            title=f"{reads}.titles_of_answer",
            sees=f"{reads}.sees_answer",
            shown_to=f"{reads}.answers_shown_to",
        )
    )
    signs.link_kinds.add(
        LinkKind(
            "office.rate_answer",
            _("Rate the answer to a problem"),
            "office.problem",
            "office.rate_answer",
            show=f"{reads}.problem_shown",
            check=f"{reads}.check_rating",
            is_over=f"{reads}.is_rated",
            roles=("village", "enterprise"),
            deeds=(
                LinkDeed(
                    "rate",
                    _("Rate the answer"),
                    _("Send the rating"),
                    f"{reads}.rating_asked",
                    f"{writes}.rate",
                ),
            ),
        ),
        LinkKind(
            "office.fill_answer",
            _("Fill in the form of a round"),
            "office.roundanswer",
            "office.fill_answer",
            show=f"{reads}.answer_shown",
            check=f"{reads}.check_filling",
            is_over=f"{reads}.is_handed_in",
            roles=("bookkeeper", "village"),
            deeds=(
                LinkDeed("fill", _("Your figures"), _("Hand in"), f"{reads}.cells_asked", f"{writes}.fill"),
            ),
        ),
    )


def _pages() -> list[AccessRow]:
    pages = {
        "office.view_work": _("See what waits for oneself and one's unit."),
        "office.view_told": _("See how one is told, and who has read what one's unit had told."),
    }
    return [
        *(AccessRow(code, about, scope="any", kind="page") for code, about in pages.items()),
        AccessRow(
            "office.view_robots",
            _("See the robots of the own unit; the administrator, all."),
            KEEPERS | {"dispatcher"},
            scope="any",
            kind="page",
        ),
        AccessRow(
            "office.view_sendings",
            _("See which messages went out to whom, and what failed; not what they say."),
            KEEPERS,
            scope="any",
            kind="page",
        ),
        AccessRow(
            "office.view_links",
            _("See the phone links of the own unit."),
            WRITERS | {"auditor"},
            scope="any",
            kind="page",
        ),
    ]


# Who deals with problems of others.
DOERS = frozenset(
    {"leader", "office", "dispatcher", "handler", "checker", "signer", "park_committee", "investment_team"}
)
OFFICES = frozenset({"leader", "office"})


def _problems() -> list[AccessRow]:
    asked = {
        "office.raise_problem": _("Raise problems."),
        "office.reply_to_question": _("Reply to questions about own problems."),
        "office.rate_answer": _("Rate answers to own problems."),
        "office.reopen_problem": _("Open own problems again."),
        "office.withdraw_problem": _("Withdraw own problems."),
    }
    answered = {
        "office.answer_problem": _("Answer problems that are with the own unit."),
        "office.take_back_answer": _("Take back answers that nobody has rated."),
        "office.ask_back": _("Ask back about problems that are with the own unit."),
    }
    return [
        AccessRow(
            "office.view_problems", _("See problems that are shown to oneself."), scope="seat", kind="page"
        ),
        *(AccessRow(code, about, WRITERS, scope="side") for code, about in asked.items()),
        *(AccessRow(code, about, DOERS, scope="side") for code, about in answered.items()),
        AccessRow(
            "office.climb_problem", _("Move problems up that nobody has answered in time."), scope="system"
        ),
        AccessRow("office.write_problem", _("Write problems of a zone folder."), scope="system"),
    ]


def _proposals() -> list[AccessRow]:
    offices = {
        "office.adopt_proposal": _("Record which paper adopts proposals of the own side."),
        "office.bring_into_force": _("Say since when proposals of the own side hold."),
        "office.step_back": _("Take the last step of proposals of the own side back."),
        "office.record_effect": _("Record what proposals of the own side changed."),
        "office.drop_effect": _("Strike out effects that were recorded by mistake."),
    }
    return [
        AccessRow(
            "office.view_proposals",
            _("See proposals that are shown to oneself."),
            OFFICIALS,
            scope="seat",
            kind="page",
        ),
        AccessRow("office.propose", _("Make proposals."), OFFICIALS - {"auditor"}, scope="side"),
        AccessRow(
            "office.withdraw_proposal", _("Withdraw own proposals."), OFFICIALS - {"auditor"}, scope="side"
        ),
        *(AccessRow(code, about, OFFICES, scope="side") for code, about in offices.items()),
        AccessRow("office.write_proposal", _("Write proposals of a zone folder."), scope="system"),
    ]


def _instructions() -> list[AccessRow]:
    leaders = frozenset({"leader"})
    led = {
        "office.instruct": _("Give instructions to units of the own side."),
        "office.close_instruction": _("Close instructions that were carried out."),
        "office.send_back": _("Send reports on instructions back."),
        "office.drop_instruction": _("Drop instructions."),
    }
    return [
        AccessRow(
            "office.view_instructions",
            _("See instructions that are shown to oneself."),
            OFFICIALS,
            scope="seat",
            kind="page",
        ),
        *(AccessRow(code, about, leaders, scope="side") for code, about in led.items()),
        AccessRow(
            "office.report_back", _("Report back on instructions of the own unit."), DOERS, scope="side"
        ),
        AccessRow("office.write_instruction", _("Write instructions of a zone folder."), scope="system"),
    ]


def _indicators() -> list[Indicator]:
    measured = f"{OWN}.queries.indicators"
    return [
        Indicator(
            "office.problems_answered",
            _("Problems answered"),
            "problems",
            "flow",
            "partnership",
            f"{measured}.problems_answered_measure",
            f"{measured}.problems_answered_evidence",
            _("Problems answered in the period, by the side that answered."),
        ),
        Indicator(
            "office.problem_days",
            _("Working days to an answer"),
            "days",
            "ratio",
            "partnership",
            f"{measured}.problem_days_measure",
            f"{measured}.problem_days_evidence",
            _("Working days from raising to the answer, on average of the problems answered in the period."),
        ),
        Indicator(
            "office.satisfaction",
            _("Satisfaction with answers"),
            "of 5",
            "ratio",
            "partnership",
            f"{measured}.satisfaction_measure",
            f"{measured}.satisfaction_evidence",
            _("The askers' ratings from 1 to 5, on average of the problems answered in the period."),
        ),
    ]


# -- reporting rounds ----------------------------------------------------------------------------------------------


def _sign_in_rounds() -> None:
    signs.access_rows.add(*_round_rows())
    signs.search_kinds.add(
        SearchKind(
            "office.round",
            _("Reporting round"),
            f"{OWN}.queries.rounds.rounds_found",
            access="office.view_rounds",
        )
    )
    signs.sweeps.add(Sweep("office.rounds", f"{OWN}.actions.rounds.sweep", every_minutes=10))
    signs.indicators.add(*_round_indicators())
    signs.zone_parts.add(
        ZonePart(
            "office.rounds",
            50,
            f"{OWN}.zone.rounds.load",
            f"{OWN}.zone.rounds.export",
            files=("rounds", "round_columns", "round_lines", "round_answers", "round_values"),
        )
    )


def _round_rows() -> list[AccessRow]:
    of_office = {
        "draft_round": _("Write reporting rounds."),
        "open_round": _("Open reporting rounds."),
        "change_round_form": _("Change the form of reporting rounds."),
        "extend_round": _("Move the due day of reporting rounds."),
        "call_off_round": _("Call reporting rounds off."),
        "remind_missing": _("Remind all units that owe an answer."),
        "review_answer": _("Accept answers, or return their cells with a word."),
        "accept_confirmed": _("Accept all confirmed answers of a round."),
        "take_back_acceptance": _("Take back that an answer was accepted."),
        "hand_over_answer": _("Let a unit answer for one that merged into it."),
        "merge_round": _("Merge rounds into a workbook and the records."),
        "take_back_merging": _("Take back that a round was merged."),
    }
    of_units = {
        "fill_answer": _("Fill in what rounds ask of the own unit."),
        "hand_up": _("Pass the own unit's answer up its ladder, and confirm it."),
        "hand_down": _("Return the own unit's answer to the step below."),
    }
    return [
        AccessRow(
            "office.view_rounds",
            _("See reporting rounds and the own unit's answers."),
            scope="seat",
            kind="page",
        ),
        *(AccessRow(f"office.{code}", about, OFFICES, scope="side") for code, about in of_office.items()),
        *(AccessRow(f"office.{code}", about, WRITERS, scope="any") for code, about in of_units.items()),
        AccessRow("office.repeat_round", _("Open the next round of those that repeat."), scope="system"),
        AccessRow("office.load_rounds", _("Load rounds from a zone folder."), OFFICES | KEEPERS, scope="any"),
    ]


def _round_indicators() -> list[Indicator]:
    found = f"{OWN}.queries.round_indicators"
    reported = {
        "reported_jobs": (_("Jobs across the pairing, as units reported"), "count"),
        "reported_aid": (_("Money for aid, as units reported"), "fen"),
        "reported_sales": (_("Produce sold to the other side, as units reported"), "fen"),
        "reported_visits": (_("Exchanges and visits, as units reported"), "count"),
    }
    return [
        *(
            Indicator(
                f"office.{code}",
                name,
                unit,
                "flow",
                "office",
                f"{found}.{code}_measure",
                f"{found}.{code}_evidence",
                _("Accepted values of merged reporting rounds; each unit's value counts for its own side."),
            )
            for code, (name, unit) in reported.items()
        ),
        Indicator(
            "office.answers_in_time",
            _("Answers to rounds confirmed in time"),
            "percent",
            "ratio",
            "office",
            f"{found}.answers_in_time_measure",
            f"{found}.answers_in_time_evidence",
            _("Of the answers that were due, those that the unit's leader had confirmed by the due day."),
        ),
    ]


# -- factor requests, and who has which work ---------------------------------------------------------------------------


def _sign_in_factors() -> None:
    signs.access_rows.add(*_factor_rows())
    signs.registers.add(*columns.REGISTERS)
    signs.record_kinds.add(
        RecordKind(
            "office.factorrequest",
            _("Factor request"),
            "office.view_factors",
            paper=f"{OWN}.printed.factor_request",
            has_papers=True,
        )
    )
    signs.search_kinds.add(
        SearchKind("office.factorrequest", _("Factor request"), f"{OWN}.queries.factors.entries")
    )
    signs.sweeps.add(Sweep("office.factors", f"{OWN}.actions.factor_upkeep.sweep", every_minutes=10))
    signs.self_checks.add(
        SelfCheck(
            "office.factors",
            _("Pools and requests of factors hold what was granted"),
            f"{OWN}.queries.factor_checks.run",
        )
    )
    signs.indicators.add(*_factor_indicators())
    signs.zone_parts.add(
        ZonePart(
            "office.factors",
            95,  # after all fields, whose records requests are about
            f"{OWN}.zone.factors.load",
            f"{OWN}.zone.factors.export",
            files=("factor_pools", "factor_requests", "factor_grants", "factor_passings", "factor_steps"),
        ),
        ZonePart(
            "office.work",
            96,  # after all records that open work is about
            f"{OWN}.zone.work.load",
            f"{OWN}.zone.work.export",
            files=("deputies", "work_in_hand"),
        ),
        ZonePart(
            "office.papers",
            44,  # before the records that name papers; hung on them once they are all there
            f"{OWN}.zone.papers.load",
            f"{OWN}.zone.papers.export",
            files=("papers",),
        ),
        ZonePart(
            "office.hung_papers",
            99,
            f"{OWN}.zone.papers.hang",
            f"{OWN}.zone.papers.export_hung",
            files=("papers_on_records",),
        ),
        ZonePart(
            "office.replies",
            98,  # after who has which work, which it moves up the ladder
            f"{OWN}.zone.replies.load",
            f"{OWN}.zone.replies.export",
            files=("replies", "reply_steps"),
        ),
        ZonePart("office.told", 97, f"{OWN}.zone.told.load", f"{OWN}.zone.told.export", files=("how_told",)),
    )


def _factor_rows() -> list[AccessRow]:
    asked = {
        "office.ask": _("Ask for factors: land quota, energy, funds, talent."),
        "office.withdraw_request": _("Withdraw own factor requests."),
        "office.reopen_request": _("Put factor requests back into the queue."),
    }
    granted = {
        "office.grant_factor": _("Grant factors that are asked of the own unit."),
        "office.take_back_grant": _("Take grants of factors back."),
        "office.refuse_request": _("Refuse factor requests that are with the own unit."),
        "office.declare_pool": _("Say what the own organisation may grant of a factor in a year."),
        "office.change_pool": _("Set a pool of a factor anew."),
    }
    return [
        AccessRow(
            "office.view_factors",
            _("See factor requests and pools that are shown to oneself."),
            scope="seat",
            kind="page",
        ),
        *(AccessRow(code, about, WRITERS, scope="side") for code, about in asked.items()),
        *(AccessRow(code, about, DOERS, scope="side") for code, about in granted.items()),
        AccessRow(
            "office.write_factor_requests",
            _("Bring factor requests as spreadsheets."),
            WRITERS,
            scope="side",
        ),
        AccessRow("office.write_factor_pools", _("Bring factor pools as spreadsheets."), DOERS, scope="side"),
        AccessRow(
            "office.climb_request",
            _("Move factor requests up that nobody has granted in time."),
            scope="system",
        ),
        AccessRow("office.pass_over", _("Note that a grant passed a request over, and why."), scope="system"),
        AccessRow("office.write_request", _("Write factor requests of a zone folder."), scope="system"),
        AccessRow("office.write_passing", _("Write who was passed over, of a zone folder."), scope="system"),
        AccessRow("office.write_pool", _("Write factor pools of a zone folder."), scope="system"),
        AccessRow(
            "office.write_standing_in", _("Write who stands in for whom, of a zone folder."), scope="system"
        ),
        AccessRow(
            "office.put_in_hand", _("Write who has which open work, of a zone folder."), scope="system"
        ),
    ]


def _factor_indicators() -> list[Indicator]:
    found = f"{OWN}.queries.factor_indicators"
    told = (
        (
            "factors_fulfilled",
            _("Factor requests fulfilled"),
            "requests",
            "flow",
            _("Requests granted in whole in the period, by the side that fulfilled them."),
        ),
        (
            "factor_days",
            _("Working days until a factor request is fulfilled"),
            "days",
            "ratio",
            _(
                "Working days from asking to the whole grant, on average of the requests fulfilled in the period."
            ),
        ),
        (
            "factor_first_days",
            _("Working days until the first grant"),
            "days",
            "ratio",
            _(
                "Working days from asking to the first grant, on average of the requests first granted in the period."
            ),
        ),
        (
            "factors_passed_over",
            _("Factor requests passed over"),
            "times",
            "flow",
            _(
                "How often a grant of the period served one while another stood before it and could be served."
            ),
        ),
    )
    return [
        Indicator(
            f"office.{code}", name, unit, kind, "partnership",  # type: ignore[arg-type]
            f"{found}.{code}_measure", f"{found}.{code}_evidence", about,
        )
        for code, name, unit, kind, about in told
    ]  # fmt: skip
