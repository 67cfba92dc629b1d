"""The parts of the pages of a case: its headline, clocks, picture in time, items, opinions, and what may be done."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shanhai.core import access, clock
from shanhai.core.calendar import calendar
from shanhai.core.models import Member
from shanhai.core.models.base import in_language
from shanhai.fields.approval.models import Case, CaseItem, CommitmentLetter, Material, Opinion
from shanhai.fields.approval.queries import cases as queries
from shanhai.fields.approval.queries import prechecks, said
from shanhai.fields.approval.queries.letters import Letter
from shanhai.fields.approval.rules import cases as rules
from shanhai.fields.approval.rules import commitments as letter_rules
from shanhai.webkit import timeline, words

Stage, State = rules.CaseStage, rules.State
Ahead = Mapping[str, rules.Ahead]


def days(n: int | None) -> str:
    """Working days, as tables say them."""
    return ngettext("%(n)s wd", "%(n)s wd", n or 0) % {"n": words.num(n or 0)}


def end_of(ahead: Ahead) -> date | None:
    """When the last item will end, if what is open ends on its due day."""
    return max((one.ends_on for one in ahead.values()), default=None)


# -- headlines -----------------------------------------------------------------------------------------------------


def finding(case: Case, held_item: CaseItem | None, ahead: Ahead) -> str:
    """The headline of a case."""
    if case.stage == Stage.REVIEW and held_item is not None:
        end = end_of(ahead)
        told = {
            "who": held_item.department_name,
            "item": held_item.name,
            "slack": words.slack(held_item.due_on),
            "end": words.day(end) if end else "–",
        }
        if held_item.state == State.STOPPED:
            return _("%(item)s stands still with %(who)s; forecast end %(end)s.") % told
        return _("%(who)s holds it: %(item)s, %(slack)s; forecast end %(end)s.") % told
    if case.stage == Stage.RECEIVED:
        day = words.day(queries.last_day_for_gaps(case), "weekday")
        return _("Handed in; gaps can be named until %(day)s, else it counts as accepted.") % {"day": day}
    if case.stage == Stage.APPROVED and case.closed_on is not None:
        return _("Approved on %(day)s: %(government)s of the government, %(owner)s of the owner.") % {
            "day": words.day(case.closed_on, "year"),
            "government": days(case.government_days),
            "owner": days(case.owner_days),
        }
    if case.is_closed and case.closed_on is not None:
        told = {"stage": said.words(said.STAGES, case.stage), "day": words.day(case.closed_on, "year")}
        return _("The case is over: %(stage)s on %(day)s.") % told
    if case.stage == Stage.GAPS:
        return _("With the applicant: all gaps are named, and nothing else can be asked for.")
    return _("With the applicant, who gathers the materials.")


def applicant_finding(case: Case, items: Sequence[CaseItem], owed: Sequence[str]) -> str:
    """The first line of the applicant's page: with whom until when, and what they owe."""
    if owed:
        return _("You owe: %s") % _("; ").join(owed)
    held_item = queries.held_by(case, items)
    if case.stage == Stage.REVIEW and held_item is not None and held_item.due_on is not None:
        return _("With %(who)s until %(day)s; you owe nothing.") % {
            "who": held_item.department_name, "day": words.day(held_item.due_on, "weekday"),
        }  # fmt: skip
    if case.stage == Stage.RECEIVED and case.owner_unit is not None:
        return _("With %(who)s until %(day)s; you owe nothing.") % {
            "who": case.owner_unit.organisation.name,
            "day": words.day(queries.last_day_for_gaps(case), "weekday"),
        }
    return finding(case, held_item, {})


Letters = Mapping[int, CommitmentLetter]


def covering(items: Sequence[CaseItem], letters: Letters) -> dict[str, tuple[CaseItem, CommitmentLetter]]:
    """The materials of a case that a commitment letter covers, with the item and the letter."""
    return {
        code: (one, letters[one.pk]) for one in items if one.pk in letters for code in letters[one.pk].covers
    }


def left_to(item: CaseItem) -> list[str]:
    """What is still out, or stands against it, when an item is decided."""
    told = []
    if n := item.left_opinions:
        told.append(ngettext("%s opinion is out.", "%s opinions are out.", n) % n)
    if n := item.disagreed:
        disagrees = ngettext(
            "%s department disagrees; approving needs reasons.",
            "%s departments disagree; approving needs reasons.",
            n,
        )
        told.append(disagrees % n)
    if n := item.left_papers:
        papers = ngettext(
            "%s promised material is not there yet.", "%s promised materials are not there yet.", n
        )
        told.append(papers % n)
    if has_run_out(item):
        told.append(
            _("A certificate that it rests on ran out on %s; approving needs a reason.")
            % words.day(item.rests_to, "year")
        )
    return told


def has_run_out(item: CaseItem) -> bool:
    """Whether an item that is not decided rests on a certificate that has run out."""
    return item.state in rules.LIVE and item.rests_to is not None and item.rests_to < clock.today()


def owed(case: Case, items: Sequence[CaseItem], materials: Sequence[Material], letters: Letters) -> list[str]:
    """What the applicant owes, in words."""
    if case.stage == Stage.FILING:
        missing = [one.name for one in materials if not one.n_versions and not one.is_promised]
        n = ngettext("%(n)s material", "%(n)s materials", len(missing)) % {"n": len(missing)}
        return [n, _("handing the file in")] if missing else [_("handing the file in")]
    if case.stage == Stage.GAPS:
        left = [one.name for one in materials if one.code in case.gaps]
        return [*left[:3], *([_("%s more") % (len(left) - 3)] if len(left) > 3 else [])]
    later = _covered(items, materials, letters)
    if case.stage != Stage.REVIEW:
        return later if case.stage == Stage.APPROVED else []
    found = [
        _("%(text)s (for %(item)s, until %(day)s)")
        % {"text": stop.text, "item": item.name, "day": words.day(stop.until_on)}
        for item in items
        for stop in item.stops.all()
        if stop.ended_on is None and stop.whose == "owner" and stop.asked_on is None
    ]
    promised = [
        one.name
        for one in materials
        if one.is_promised and any(item.is_running and _waits(item, one, letters) for item in items)
    ]
    return found + promised + later


def _waits(item: CaseItem, material: Material, letters: Letters) -> bool:
    """Whether the decision on an item waits for a promised material: no letter of it covers that."""
    own = letters.get(item.pk)
    return item.code in material.asked_by and (own is None or material.code not in own.covers)


def _covered(items: Sequence[CaseItem], materials: Sequence[Material], letters: Letters) -> list[str]:
    """What letters cover that are to be verified, and until when it is there."""
    own = covering(items, letters)
    return [
        _("%(material)s (covered by the letter for %(item)s, until %(day)s)")
        % {"material": one.name, "item": item.name, "day": words.day(letter.mend_until or letter.due_on)}
        for one in materials
        if one.code in own and not one.n_versions
        for item, letter in [own[one.code]]
        if letter.state in letter_rules.OUT
    ]


# -- clocks and picture --------------------------------------------------------------------------------------------


def clocks(case: Case, items: Sequence[CaseItem], ahead: Ahead) -> dict[str, Any] | None:
    """Government, owner and calendar side by side; only the first has a promise."""
    found = queries.counts_of(case, items)
    if found is None or case.accepted_on is None or case.planned_on is None:
        return None
    promised = calendar().count(case.accepted_on, case.planned_on)
    end = end_of(ahead) or case.planned_on
    whole = max(1, promised, found.calendar, calendar().count(case.accepted_on, end))
    forecast = found.government + max(0, calendar().count(case.closed_on or clock.today(), end))
    return {
        "government": found.government,
        "promised": promised,
        "owner": found.owner,
        "nobody": found.nobody,
        "calendar": (min(case.closed_on or clock.today(), date.max) - case.accepted_on).days,
        "since": case.accepted_on,
        "forecast": None if case.is_closed else forecast,
        "to_spare": promised - forecast,
        "widths": {
            "government": 100 * found.government // whole,
            "forecast": 100 * max(0, forecast - found.government) // whole,
            "owner": 100 * found.owner // whole,
            "calendar": 100 * found.calendar // whole,
        },
    }


def held(case: Case, item: CaseItem | None) -> dict[str, Any] | None:
    """Who holds the case, at which step."""
    if item is None:
        return None
    return {
        "item": item,
        "side": case.side,
        "name": item.department_name if item.is_absent else item.unit.organisation.name,
        "is_stopped": item.state == State.STOPPED,
        "level": said.words(said.LEVELS, item.level) if item.level else "",
    }


def course(case: Case, items: Sequence[CaseItem], ahead: Ahead) -> timeline.Timeline | None:
    """Plan above, actual below, forecast hatched, stops dashed; bold is the critical path."""
    if case.accepted_on is None or not items:
        return None
    plan = queries.planned(case, items)
    phases = {one.number: in_language(one.name_zh, one.name_en) for one in case.catalogue.document.stages}
    held_item = queries.held_by(case, items) if not case.is_closed else None
    rows: list[timeline.Item | timeline.Group] = []
    for number in sorted({one.phase for one in items}):
        rows.append(timeline.Group(f"{number} {phases.get(number, '')}"))
        rows += [
            _course_row(case, item, plan[item.code], ahead.get(item.code), item == held_item)
            for item in items
            if item.phase == number
        ]
    spans = [span.to_on for row in rows if isinstance(row, timeline.Item) for span in row.spans]
    last = max([*spans, clock.today() if not case.is_closed else case.accepted_on])
    limit = _limit_on(case)
    if limit is not None and not case.is_closed:
        last = max(last, limit)
    last += timedelta(days=max(5, (last - case.accepted_on).days // 8))
    return timeline.Timeline(
        rows,
        case.accepted_on,
        last,
        head=_("Item, department, wd used / promised"),
        limit_on=limit if limit is not None and limit <= last else None,
        days_off=days_off(case.accepted_on, last),
    )


def _limit_on(case: Case) -> date | None:
    """The last day by the limits of the regime, where they cover all stages; what stood still is not taken off."""
    document = case.catalogue.document
    covered = [number for one in document.limits for number in one.stages]
    if case.accepted_on is None or sorted(covered) != [one.number for one in document.stages]:
        return None
    return calendar().add(case.accepted_on, sum(one.days for one in document.limits))


def _course_row(
    case: Case, item: CaseItem, plan: rules.Ahead, ahead: rules.Ahead | None, is_current: bool
) -> timeline.Item:
    spans = [timeline.Span("plan", plan.starts_on, plan.ends_on)]
    today = clock.today()
    ended = item.decided_on or case.closed_on or today
    if item.opens_on is not None:
        spans.append(timeline.Span("actual", item.opens_on, max(item.opens_on, ended)))
    for stop in item.stops.all():
        spans.append(timeline.Span("stopped", stop.from_on, max(stop.from_on, stop.ended_on or ended)))
    if ahead is not None and item.decided_on is None and not case.is_closed:
        start = max(today, ahead.starts_on)
        spans.append(timeline.Span("forecast", start, max(start, ahead.ends_on)))
    used = item.government_days
    if used is None and item.opens_on is not None and item.state != State.DROPPED:
        run = queries.run_of(item)
        assert run is not None
        used = queries.clocks.counts(run, today, calendar()).government
    tag, kind = _tag(item)
    return timeline.Item(
        item.name,
        spans,
        who=item.department_name,
        used=f"{'–' if used is None else used} / {item.limit_days}" if item.limit_days else _("at once"),
        is_over=used is not None and used > item.limit_days,
        is_critical=ahead is not None and ahead.is_critical,
        is_current=is_current,
        tag=tag,
        tag_kind=kind,  # type: ignore[arg-type]
        url=f"#{item.code}",
    )


def _tag(item: CaseItem) -> tuple[str, str]:
    if item.state == State.STOPPED:
        return _("clock stopped"), "risk"
    if item.state == State.OPEN and item.due_on is not None:
        left = queries.slack_days(item.due_on)
        if left is not None and left <= 1:
            return words.slack(item.due_on), "late" if left < 0 else "risk"
    if any(one.is_silent for one in item.opinions.all()):
        return _("silent: taken as consent"), "late"
    if item.decision == "refused":
        return said.words(said.DECIDED, item.decision), "late"
    if item.extended_on is not None:
        return _("extended by %s") % days(item.extra_days), ""
    return "", ""


def days_off(first: date, last: date) -> list[tuple[date, date]]:
    """The holidays of more than a weekend between two days."""
    found: list[tuple[date, date]] = []
    day, begun = first, None
    while day <= last:
        if not calendar().is_working(day):
            begun = begun or day
        elif begun is not None:
            if (day - begun).days > 2:
                found.append((begun, day - timedelta(days=1)))
            begun = None
        day += timedelta(days=1)
    return found


# -- rows ----------------------------------------------------------------------------------------------------------


_POSTS = frozenset({"case_accept", "item_resume"})


def _link(name: str, label: Any, *args: Any, is_main: bool = False) -> dict[str, Any]:
    url = reverse(f"approval:{name}", args=args)
    return {"url": url, "label": label, "is_main": is_main, "is_post": name in _POSTS}


def item_row(
    member: Member,
    case: Case,
    item: CaseItem,
    items: Sequence[CaseItem],
    sees_drafts: bool,
    units: Collection[int],
    met: Sequence[Any] = (),
    served: Sequence[Any] = (),
    letter: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """An item with its state, what meetings said of it, and what this member may do about it.

    ``units`` are those of which the member may take steps (``queries.units_of``).
    """
    state = said.words(said.STATES, item.state)
    shape = {"waiting": "not_started", "stopped": "paused", "decided": "done", "dropped": "paused"}.get(
        item.state
    )
    if shape is None:
        left = queries.slack_days(item.due_on)
        shape = (
            "late"
            if left is not None and left < 0
            else "at_risk"
            if left is not None and left <= 1
            else "on_track"
        )
    if item.decision:
        state = said.words(said.DECIDED, item.decision)
    return {
        "item": item,
        "status": (shape, state[:1].upper() + state[1:]),
        "is_done": not item.is_running,
        "draft": said.words(said.DECIDED, item.draft)
        if item.draft and sees_drafts and item.is_running
        else "",
        "reasons": item.reasons,
        "actions": item_actions(member, case, item, units),
        "stop": next((one for one in item.stops.all() if one.ended_on is None), None),
        "services": served,
        "letter": letter,
        "certificate": certificate_said(item),
        "rests_on": rests_on(item, items),
        "relies": item.relies if item.state == State.DECIDED or sees_drafts else "",
        "met": [(one, said.words(said.VERDICTS_SAID, one.verdict) if one.verdict else "") for one in met],
    }


def certificate_said(item: CaseItem) -> str:
    """The result of an approved item with its number and days; empty where it has no certificate."""
    if not item.certificate or item.decision != "approved":
        return ""
    told = _("%(result)s No. %(number)s") % {
        "result": item.result or item.name, "number": item.certificate,
    }  # fmt: skip
    facts = {"begin": words.day(item.valid_from, "year"), "end": words.day(item.valid_to, "year")}
    if item.valid_to is not None:
        return _("%(told)s, valid %(begin)s to %(end)s") % {"told": told, **facts}
    return _("%(told)s, valid from %(begin)s") % {"told": told, **facts}


def is_expired(item: CaseItem) -> bool:
    """Whether the certificate of an item has run out."""
    return item.valid_to is not None and item.valid_to < clock.today()


def rests_on(item: CaseItem, items: Sequence[CaseItem]) -> list[tuple[str, bool]]:
    """The certificates that an item which is not decided rests on, each with whether it has run out."""
    if item.state in (State.DECIDED, State.DROPPED):
        return []
    return [(certificate_said(one), is_expired(one)) for one in queries.rests_on(item, items)]


def _renewable(item: CaseItem) -> bool:
    return item.decision == "approved" and bool(item.certificate) and item.valid_to is not None


def item_actions(member: Member, case: Case, item: CaseItem, units: Collection[int]) -> list[dict[str, Any]]:
    """The buttons of an item for a member."""
    found: list[dict[str, Any]] = []
    here = (case.number, item.code)

    def may(name: str) -> bool:
        return access.may(member, f"approval.{name}", pairing_id=case.pairing_id)

    own = member.unit_id == item.unit_id
    is_ours = item.state == State.OPEN and item.unit_id in units
    if is_ours and may("decide_item") and queries.may_take(item, case, member):
        found.append(
            _link("item_decide", _("Decide") if item.is_last_step else _("Pass on"), *here, is_main=True)
        )
        if item.step != item.ladder[0]:
            found.append(_link("item_return", _("Return"), *here))
    if item.state == State.OPEN and own and may("stop_item"):
        found.append(_link("item_stop", _("Stop the clock"), *here))
    if item.state in (State.WAITING, *rules.RUNNING) and own and not case.is_closed and may("ask_service"):
        found.append(_link("service_ask", _("Ask an intermediary"), *here))
    if item.state == State.STOPPED and own and may("resume_item"):
        found.append(_link("item_resume", _("Let it go on"), *here))
    may_extend = own or "leader" in access.standing(member).roles
    if item.is_running and item.extended_on is None and may_extend and may("extend_item"):
        found.append(_link("item_extend", _("Extend the item"), *here))
    if item.state == State.DECIDED and own and case.stage == Stage.REVIEW and may("recall_decision"):
        found.append(_link("item_recall", _("Recall"), *here))
    if own and case.stage == Stage.REVIEW and _renewable(item) and may("renew_certificate"):
        found.append(_link("item_renew", _("Renew the certificate"), *here))
    return found


def opinions(
    member: Member, case: Case, items: Sequence[CaseItem], sees_drafts: bool, units: Collection[int]
) -> list[dict[str, Any]]:
    """The opinions of items that have opened; the applicant reads reasons with the decision only."""
    found = []
    for item in items:
        for one in item.opinions.all():
            if item.opens_on is None:
                continue
            shows = sees_drafts or item.state == State.DECIDED
            found.append(
                {
                    "opinion": one,
                    "item": item,
                    "is_advice": one.role == "advise",
                    "role": said.words(said.ROLES, one.role),
                    "reply": said.words(said.COUNTS, one.counts_as) if one.counts_as and shows else "",
                    "why": said.words(said.WHYS, one.why) if one.why not in ("", "said") else "",
                    "reasons": one.reasons if shows else "",
                    "channel": said.words(said.CHANNELS, one.channel) if one.channel else "",
                    "is_out": one.replied_on is None and item.is_running,
                    "due_on": item.co_due_on,
                    "actions": opinion_actions(member, case, item, one, units),
                    "side": one.side or case.side,
                }
            )
    return found


def opinion_actions(
    member: Member, case: Case, item: CaseItem, one: Opinion, units: Collection[int]
) -> list[dict[str, Any]]:
    """The buttons of an opinion for a member."""
    here = (case.number, item.code, one.department)
    found: list[dict[str, Any]] = []

    def may(name: str) -> bool:
        return access.may(member, f"approval.{name}", pairing_id=case.pairing_id)

    if not item.is_running:
        return []
    is_ours = one.unit_id in units
    if one.replied_on is None:
        if is_ours and may("reply_opinion") and queries.may_take(one, case, member):
            found.append(_link("opinion_reply", _("Reply") if one.is_last_step else _("Pass on"), *here))
            if one.step != one.ladder[0]:
                found.append(_link("opinion_return", _("Return"), *here))
        if may("record_opinion") and queries.is_keeper(case, member):
            found.append(_link("opinion_record", _("Write down"), *here))
    elif is_ours and not one.is_silent and may("recall_opinion") and queries.may_take(one, case, member):
        found.append(_link("opinion_recall", _("Recall"), *here))
    return found


@dataclass(slots=True)
class Asked:
    """Forms, samples and pre-checks of a version of a catalogue, read once for all materials of a case."""

    papers: Mapping[str, Any]
    rules: Mapping[str, Any]


def asked_in(case: Case) -> Asked:
    """What the catalogue of a case gives and asks for its materials (one statement)."""
    return Asked(prechecks.papers_of(case.catalogue), prechecks.rules_of(case.catalogue))


def material_row(
    member: Member,
    case: Case,
    row: Material,
    asked: Asked,
    covered: Mapping[str, tuple[CaseItem, CommitmentLetter]],
) -> dict[str, Any]:
    """A material with its latest version, its form, sample and pre-check, and how many items share it."""
    versions = list(row.versions.all())
    may = access.may(member, "approval.add_material", pairing_id=case.pairing_id)
    item, letter = covered.get(row.code, (None, None))
    is_open = not case.is_closed or (letter is not None and letter.state in letter_rules.OUT)
    return {
        "material": row,
        "covered_for": item,
        "covered_by": letter,
        "latest": versions[0] if versions else None,
        "n_items": len(row.asked_by),
        "papers": asked.papers.get(row.code, {}),
        "asked": prechecks.asked(asked.rules.get(row.code, [])) if not case.is_closed else [],
        "found": prechecks.said(versions[0] if versions else None),
        "gap": case.gaps.get(row.code) if case.stage == Stage.GAPS else None,
        "is_gap": case.stage == Stage.GAPS and row.code in case.gaps,
        "add": reverse("approval:material_add", args=[case.number, row.code])
        if may and is_open and queries.is_applicant(case, member)
        else "",
    }


def letter_row(case: Case, row: Letter) -> dict[str, Any]:
    """A letter by its name, with its address."""
    return {
        "letter": row,
        "name": said.words(said.LETTERS, row.kind),
        "url": reverse("approval:letter", args=[case.number, row.key]),
    }


def case_actions(member: Member, case: Case) -> list[dict[str, Any]]:
    """The buttons of the whole file for a member."""
    found: list[dict[str, Any]] = []

    def may(name: str) -> bool:
        return access.may(member, f"approval.{name}", pairing_id=case.pairing_id)

    if case.stage == Stage.RECEIVED and queries.is_keeper(case, member) and may("accept_case"):
        found.append(_link("case_accept", _("Accept the file"), case.number, is_main=True))
        if case.gaps_on is None:
            found.append(_link("case_gaps", _("Name all gaps"), case.number))
    if queries.is_applicant(case, member) and may("hand_in"):
        found.append(_link("applicant", _("Applicant’s page"), case.number))
    return found


def applicant_actions(case: Case) -> list[dict[str, Any]]:
    """The buttons of the applicant's page."""
    found = []
    if case.stage in rules.WITH_OWNER:
        found.append(_link("case_hand_in", _("Hand the file in"), case.number, is_main=True))
    if not case.is_closed:
        found.append(_link("case_withdraw", _("Withdraw"), case.number))
    return found
