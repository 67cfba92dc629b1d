"""Writes of intermediaries: registered, asked for a service on an item, delivered or given up.

While an intermediary works the item waits: by a stop whose reason says who commissioned it, and so whose clock runs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Max

from shanhai.core import access, clock, journal, rows, work
from shanhai.core.actions.naming import differing
from shanhai.core.calendar import calendar
from shanhai.core.models import Document, Member
from shanhai.core.writing import action
from shanhai.fields.approval.actions import case_shared as shared
from shanhai.fields.approval.actions import stopping
from shanhai.fields.approval.models import Case, CaseItem, Intermediary, Service, Stop
from shanhai.fields.approval.queries import cases as queries
from shanhai.fields.approval.queries import services
from shanhai.fields.approval.rules import cases as case_rules
from shanhai.fields.approval.rules import services as rules
from shanhai.fields.office.queries.shared import people_of
from shanhai.kernel.identifiers import check_credit_code
from shanhai.kernel.refusals import BadInput, NotAllowed, NotNow, gettext_noop

State = case_rules.State
WAIT = "approval.service"
_REASON = stopping.SERVICE_REASONS


def _checked(code: str, values: dict[str, Any]) -> dict[str, Any]:
    if "kinds" in values:
        values["kinds"] = rules.check_kinds(values["kinds"])
    if values.get("credit_code"):
        values["credit_code"] = check_credit_code(values["credit_code"])
    days = values.get("promised_days", 1)
    if not 1 <= days <= rules.MOST_DAYS:
        raise BadInput(
            "approval.service_days",
            gettext_noop("{who} promises 1 to {most} working days. Give so many."),
            who=code,
            most=rules.MOST_DAYS,
            field="promised_days",
        )
    return values


@action
def add_intermediary(
    *,
    code: str,
    name_zh: str,
    kinds: Sequence[str],
    promised_days: int,
    name_en: str = "",
    credit_code: str = "",
    is_illustrative: bool = False,
    source: str = "",
    by: Member | None,
) -> Intermediary:
    """Register an intermediary with what it offers and the working days that it promises."""
    access.check(by, "approval.add_intermediary")
    if Intermediary.objects.filter(code=code).exists():
        raise BadInput(
            "approval.intermediary_there",
            gettext_noop("There is an intermediary {code} already. Change it, or choose another code."),
            code=code,
            field="code",
        )
    told = {"kinds": kinds, "promised_days": promised_days, "credit_code": credit_code.strip()}
    one = Intermediary.objects.create(
        code=code, name_zh=name_zh.strip(), name_en=name_en.strip(), is_illustrative=is_illustrative,
        source=source.strip(), **_checked(code, told),
    )  # fmt: skip
    journal.record(one, "approval.add_intermediary", by=by)
    return one


@action
def change_intermediary(one: Intermediary, *, by: Member | None, **changes: Any) -> Intermediary:
    """Change what an intermediary offers or promises, or say that it takes no more services."""
    access.check(by, "approval.change_intermediary")
    changes = differing(one, _checked(one.code, changes))
    if not changes:
        return one
    before = {name: str(getattr(one, name)) for name in changes}
    rows.move(one, **changes)
    journal.record(one, "approval.change_intermediary", by=by, before=before)
    return one


@action
def ask_service(
    item: CaseItem,
    intermediary: Intermediary,
    *,
    kind: str,
    commissioned_by: str,
    evidence: str,
    promised_days: int | None = None,
    on: date | None = None,
    by: Member | None,
) -> Service:
    """Ask an intermediary for a service on an item; while it works an open item waits.

    An item that still waits for others stands still from its opening, if the intermediary works then. It does by a stop:
    what the applicant commissioned counts for the applicant, what the government commissioned for the government, whose
    due day does not move. A second service of the same commissioner shares the stop.

    Parameters
    ----------
    evidence
        The contract or letter by which it was asked: its name and number.
    promised_days
        Working days; those that the intermediary promises, where it is left out.
    on
        The day of the contract, today where it is left out. The days of the intermediary count from it; the item waits
        from today, since nothing that its clock has counted is taken back.
    """
    case = item.case
    shared.check_access(by, "ask_service", case)
    stopping.check_lead(item, by)
    case_rules.check_state(item.name_zh, item.state, State.WAITING, *case_rules.RUNNING)
    days = promised_days if promised_days is not None else intermediary.promised_days
    rules.check_ask(
        intermediary.name_zh, intermediary.kinds, kind, commissioned_by, days, intermediary.is_active
    )
    on = on or clock.today()
    rules.check_asked(item.name_zh, case.accepted_on, on, clock.today())
    last = Service.objects.filter(item=item).aggregate(last=Max("number"))["last"] or 0
    one = Service.objects.create(
        item=item,
        number=last + 1,
        intermediary=intermediary,
        kind=kind,
        commissioned_by=commissioned_by,
        evidence=_evidence(item, evidence),
        promised_days=days,
        asked_on=on,
        due_on=calendar().add(on, days),
        stop=_stop(item, rules.Commissioned(commissioned_by), intermediary, evidence, by),
    )
    journal.record(
        one, "approval.ask_service", by=by, pairing_id=case.pairing_id, case=case.number, item=item.code,
        intermediary=intermediary.code, commissioned_by=commissioned_by,
    )  # fmt: skip
    if one.stop is None:
        rows.move(item, services_out=item.services_out + 1)
    _await(one, by)
    return one


def _evidence(item: CaseItem, text: str) -> str:
    if not text.strip():
        raise BadInput(
            "approval.service_evidence",
            gettext_noop("Name the contract or letter by which the service on {item} was asked."),
            item=item.name_zh,
            field="evidence",
        )
    return text.strip()[:200]


def _stop(
    item: CaseItem, whom: rules.Commissioned, who: Intermediary, evidence: str, by: Member | None
) -> Stop | None:
    """The stop that lasts while the intermediary works; None while the item waits for others anyway."""
    if item.state == State.WAITING:
        return None
    running = item.stops.filter(ended_on=None).first()
    if running is not None:
        if running.reason != _REASON[whom]:
            raise NotNow(
                "approval.stopped_for_another",
                gettext_noop(
                    "The clock of {item} stands still since {since} for another reason. Let it go on, then ask for the service."
                ),
                item=item.name_zh,
                since=running.from_on,
            )
        return running
    days = queries.figure(item.case, "stop_days")[str(_REASON[whom])]
    return stopping.stop_item(
        item, reason=_REASON[whom], text=who.name_zh, days=days, evidence=_evidence(item, evidence), by=by
    )


@action
def deliver_service(
    one: Service, *, on: date | None = None, document: Document | None = None, by: Member | None
) -> Service:
    """Say that an intermediary has delivered; when nobody else works on the item, its clock goes on.

    Where the applicant says so, the lead is asked to let the clock go on.
    """
    item, case = one.item, one.item.case
    shared.check_access(by, "deliver_service", case)
    _check_speaks(one, by)
    rules.check_out(one.number, item.name_zh, one.stage)
    on = on or clock.today()
    rules.check_delivered(item.name_zh, one.asked_on, on, clock.today())
    shared.hang(case, document, by=by)
    rows.move(
        one, stage=rules.ServiceStage.DELIVERED, delivered_on=on, document=document,
        days=calendar().count(one.asked_on, on) if on > one.asked_on else 0,
    )  # fmt: skip
    journal.record(
        one, "approval.deliver_service", by=by, pairing_id=case.pairing_id, days=one.days,
        document=document.pk if document else None,
    )  # fmt: skip
    _over(one, by)
    return one


@action
def end_service(one: Service, *, reason: str, by: Member | None) -> Service:
    """Give a service up that was not delivered; when nobody else works on the item, its clock goes on."""
    item, case = one.item, one.item.case
    shared.check_access(by, "end_service", case)
    _check_speaks(one, by)
    rules.check_out(one.number, item.name_zh, one.stage)
    if not reason.strip():
        raise BadInput(
            "approval.service_reason",
            gettext_noop("Say why the service of {who} is given up."),
            who=one.intermediary.name_zh,
            field="reason",
        )
    rows.move(one, stage=rules.ServiceStage.ENDED, ended_on=clock.today(), reason=reason.strip()[:300])
    journal.record(one, "approval.end_service", by=by, pairing_id=case.pairing_id, reason=one.reason)
    _over(one, by)
    return one


def take_back(one: Service, *, by: Member | None) -> None:
    """A service was asked by mistake and goes again: nobody waits for it. Called within the undo of an import."""
    item = one.item
    stopping.check_lead(item, by)
    rules.check_out(one.number, item.name_zh, one.stage)
    work.drop(WAIT, one, by=by)
    _no_longer_out(one)
    others = Service.objects.filter(stop=one.stop, stage=rules.ServiceStage.ASKED).exclude(pk=one.pk)
    if one.stop is not None and one.stop.ended_on is None and not others.exists():
        stopping.resume_item(item, by=by)


def _check_speaks(one: Service, by: Member | None) -> None:
    if not services.speaks_for(one.item, one.commissioned_by, by):
        raise NotAllowed(
            "approval.not_your_service",
            gettext_noop(
                "What {who} does for {item} is written down by {unit}, by the unit that keeps the file, or by who commissioned "
                "it. Ask them."
            ),
            who=one.intermediary.name_zh,
            item=one.item.name_zh,
            unit=one.item.unit.name_zh,
        )


def _over(one: Service, by: Member | None) -> None:
    """What follows when a service is over: its work is done, and the clock goes on if nobody else is waited for."""
    item = one.item
    work.done(WAIT, one, by=by)
    _no_longer_out(one)
    if one.stop is None or one.stop.ended_on is not None or item.state != State.STOPPED:
        return
    if Service.objects.filter(stop=one.stop, stage=rules.ServiceStage.ASKED).exists():
        return
    if by is None or by.unit_id == item.unit_id:
        stopping.resume_item(item, by=by)
    elif queries.is_applicant(item.case, by):
        stopping.ask_to_resume(item, by=by)


def _no_longer_out(one: Service) -> None:
    """A service for which its item did not stand still is over, so the item will not stand still for it."""
    if one.stop is None and one.item.services_out:
        rows.move(one.item, services_out=one.item.services_out - 1)


def tell_late(today: date) -> int:
    """Tell the lead and the keeper, once, that an intermediary is past its promised day."""
    late = Service.objects.filter(stage=rules.ServiceStage.ASKED, due_on__lt=today).order_by("pk")
    n = 0
    for one in late.select_related(
        "item__case__project", "item__case__pairing", "item__unit", "intermediary"
    ):
        n += _tell_late(one)
    return n


def _tell_late(one: Service) -> int:
    item, case = one.item, one.item.case
    facts = shared.facts_of(case, item) | {
        "who": one.intermediary.name_zh, "who_en": one.intermediary.name_en, "due": str(one.due_on),
    }  # fmt: skip
    return shared.notices.tell(
        f"approval.service:{one.pk}:late",
        "approval.item",
        gettext_noop("{who} is past its day, {due}, with {item} of {number} {title}"),
        facts,
        item.address,
        people_of(item.unit_id, case.owner_unit_id),
        case.pairing_id,
    )


@action
def load_intermediary(given: dict[str, Any], *, by: Member | None) -> int:
    """Write an intermediary of a zone folder as it stood; gives 0 where it is there already."""
    access.check(by, "approval.load_intermediary")
    if Intermediary.objects.filter(code=given["code"]).exists():
        return 0
    is_illustrative = given.pop("standing") == "illustrative"
    one = Intermediary.objects.create(is_illustrative=is_illustrative, **_checked(given["code"], given))
    journal.record(one, "approval.load_intermediary", by=by)
    return 1


@action
def load_services(case: Case, given: list[dict[str, Any]], *, by: Member | None) -> int:
    """Write the services on a case of a zone folder as they stood; gives 0 where it has some already."""
    access.check(by, "approval.load_services")
    if Service.objects.filter(item__case=case).exists():
        return 0
    items = {one.code: one for one in queries.items_of(case)}
    made = []
    for row in given:
        item = items.get(row.pop("item")) or queries.item_of(None, case.number, "")
        who = services.intermediary_of(row.pop("intermediary"))
        item.case = case
        made.append(Service(item=item, intermediary=who, stop=_stop_of(item, row), **row))
    Service.objects.bulk_create(made)
    _count_out(made)
    journal.record_many(made, "approval.load_services", by=by, pairing_id=case.pairing_id)
    for one in made:
        if one.stage == rules.ServiceStage.ASKED:
            _await(one, by)
    return len(made)


def _stop_of(item: CaseItem, row: dict[str, Any]) -> Stop | None:
    """The stop that lasted while a service of a file was under way: of when it was asked, else the first one after that."""
    reason = _REASON[rules.Commissioned(row["commissioned_by"])]
    over_on = row["delivered_on"] or row["ended_on"] or clock.today()
    stops = list(item.stops.filter(reason=reason, from_on__lte=over_on).order_by("from_on", "pk"))
    asked = [one for one in stops if one.from_on <= row["asked_on"]]
    if asked:
        return asked[-1]
    if stops and stops[0].from_on == item.opens_on:
        Stop.objects.filter(pk=stops[0].pk).update(is_by_itself=True)
    return stops[0] if stops else None


def _count_out(made: list[Service]) -> None:
    """How many services run for which their items do not stand still."""
    out = Counter(one.item_id for one in made if one.stop is None and one.stage == rules.ServiceStage.ASKED)
    for key, n in out.items():
        CaseItem.objects.filter(pk=key, state__in=(State.WAITING, *case_rules.RUNNING)).update(services_out=n)


def _await(one: Service, by: Member | None) -> None:
    """Put what an intermediary does on the list of who commissioned it, so that somebody looks after it."""
    item, case, who = one.item, one.item.case, one.intermediary
    facts = shared.facts_of(case, item) | {"who": who.name_zh, "who_en": who.name_en or who.name_zh}
    own = shared.owner_unit(case) if one.commissioned_by == rules.Commissioned.OWNER else None
    what = gettext_noop("Get what {who} does for {item} of {number} {title}")
    unit = own.pk if own is not None else item.unit_id
    work.open_item(WAIT, one, unit, what, facts, item.address, one.due_on, by=by)
