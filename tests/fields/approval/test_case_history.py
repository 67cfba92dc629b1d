"""Whatever happens to a case, its rows are what an independent replay of what happened gives."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from shanhai.core import clock
from shanhai.core.calendar import calendar
from shanhai.core.checks import replay
from shanhai.fields.approval.actions import case_upkeep, deciding, filing, opinions, services, stopping
from shanhai.fields.approval.models import Case, CaseItem, Opinion, Service
from shanhai.fields.approval.queries import cases as queries
from shanhai.fields.approval.queries import services as service_queries
from shanhai.fields.approval.rules.clock import Halt, Run, Whose
from shanhai.kernel.refusals import Refused
from tests.fields.approval.verifier import counted_day_by_day, replayed

WITH_CASE = ("case__project", "case__pairing", "case__owner_unit", "unit")


@pytest.mark.parametrize("seed", range(24))
def test_the_rows_are_what_a_replay_gives(seed, case, bureaus, lin, turn_clock):
    draw = random.Random(seed)
    waits = {one.code: tuple(one.after) for one in case.items.all()}
    limits = {one.code: one.promised_days for one in case.items.all()}
    filing.add_material(queries.material_of(case, "survey"), name="survey", by=lin)
    events = [("accepted", "", clock.today(), 0)]
    green = services.add_intermediary(code="G", name_zh="绿水", kinds=["eia"], promised_days=3, by=None)
    day, refused = clock.today(), 0

    for _ in range(40):
        if draw.random() < 0.3:
            day += timedelta(days=draw.randint(1, 4))
            turn_clock(f"{day}T09:00")
            for stop_over in case_upkeep.queries.Stop.objects.filter(
                ended_on=None, until_on__lt=day
            ).select_related("item"):
                events.append(("resumed", stop_over.item.code, stop_over.until_on, 0))
            case_upkeep.let_go_on(day)
            case_upkeep.take_silence(day)
        one = draw.choice(list(CaseItem.objects.select_related(*WITH_CASE).order_by("pk")))
        what = draw.choice(
            [
                "decide",
                "decide",
                "decide",
                "reply",
                "reply",
                "stop",
                "resume",
                "recall",
                "extend",
                "ask",
                "ask",
                "over",
            ]
        )
        try:
            if what == "decide":
                decision = "refused" if draw.random() < 0.04 else "approved"
                deciding.decide_item(one, decision=decision, reasons="because", by=None)
                events.append(("refused" if decision == "refused" else "decided", one.code, day, 0))
            elif what == "reply":
                out = Opinion.objects.filter(item=one, replied_on=None).select_related("item").first()
                if out is not None:
                    out.item = one
                    said = draw.choice(["agree", "disagree", "forward", "fine"])
                    opinions.reply_opinion(out, reply=said, reasons=draw.choice(["", "noise"]), by=None)
            elif what == "stop":
                stopping.stop_item(
                    one, reason=draw.choice(["supplement", "hearing"]), text="x", days=draw.randint(1, 8), evidence="x",
                    by=None,
                )  # fmt: skip
                events.append(("stopped", one.code, day, 0))
            elif what == "resume":
                stopping.resume_item(one, by=None)
                events.append(("resumed", one.code, day, 0))
            elif what == "recall":
                deciding.recall_decision(one, reason="x", by=None)
                events.append(("recalled", one.code, day, 0))
            elif what == "ask":
                whom = draw.choice(["owner", "gov"])
                asked = services.ask_service(
                    one, green, kind="eia", commissioned_by=whom, evidence="x", promised_days=3, by=None
                )
                events.append(("asked", one.code, day, asked.number if whom == "owner" else -asked.number))
            elif what == "over":
                running = Service.objects.filter(item=one, stage="asked").order_by("pk")
                if (last := draw.choice([*running, None])) is not None:
                    last = service_queries.row_of(last.pk)
                    end = draw.choice([services.deliver_service, services.end_service])
                    end(last, by=None, **({"reason": "x"} if end is services.end_service else {}))
                    n = last.number if last.commissioned_by == "owner" else -last.number
                    events.append(("over", one.code, day, n))
            else:
                stopping.extend_item(one, days=3, reason="x", by=None)
                events.append(("extended", one.code, day, 3))
        except Refused:
            refused += 1

    expected = replayed(waits, limits, events, calendar())
    for one in CaseItem.objects.prefetch_related("stops", "opinions"):
        state, opened, due, decided = expected[one.code]
        assert (one.state, one.decided_on) == (state, decided), (one.code, events)
        if state != "dropped":
            assert one.opens_on == opened, (one.code, events)
            assert one.left_before == sum(expected[code][0] != "decided" for code in waits[one.code])
        if due is not None:
            assert one.due_on == due, (one.code, events)
        asked = [o for o in one.opinions.all() if o.role == "co"]
        assert one.left_opinions == sum(o.replied_on is None for o in asked)
        assert one.disagreed == sum(o.counts_as == "disagree" for o in asked)
        if one.government_days is not None:
            halts = tuple(Halt(s.from_on, s.ended_on, Whose(s.whose)) for s in one.stops.all())
            run = Run(one.opens_on, one.decided_on, halts)
            _whole, government, owner = counted_day_by_day([run], one.opens_on, one.decided_on, calendar())
            assert (one.government_days, one.owner_days) == (government, owner), (one.code, events)
    assert list(replay()) == [] and list(queries.misguarded()) == []
    over = Case.objects.get(pk=case.pk)
    assert over.open_items == sum(one[0] != "decided" for one in expected.values())
    if over.stage == "approved":
        runs = [queries.run_of(one) for one in queries.whole(over)]
        told = counted_day_by_day(runs, over.accepted_on, over.closed_on, calendar())
        assert (over.calendar_days, over.government_days, over.owner_days) == told
    assert isinstance(over.accepted_on, date) and refused < 40
