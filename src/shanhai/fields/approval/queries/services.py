"""Reads of intermediaries: the register with their figures, one of them, the services of a case."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Q, QuerySet

from shanhai.core import clock
from shanhai.core.calendar import calendar
from shanhai.core.models import Member, Pairing
from shanhai.fields.approval.models import Case, CaseItem, Intermediary, Service
from shanhai.fields.approval.queries import cases
from shanhai.fields.approval.rules import services as rules
from shanhai.fields.office.queries import shared
from shanhai.kernel.refusals import NotFound, gettext_noop

Stage = rules.ServiceStage
_SHOWN = 100


def intermediaries() -> QuerySet[Intermediary]:
    """All intermediaries; sort by ``code``."""
    return Intermediary.objects.all()


def intermediary_of(code: str) -> Intermediary:
    """One intermediary.

    Raises
    ------
    NotFound
        ``approval.no_intermediary``
    """
    found = Intermediary.objects.filter(code=code[:40]).first()
    if found is None:
        raise NotFound(
            "approval.no_intermediary",
            gettext_noop("There is no intermediary {code}. Look for it in the register of intermediaries."),
            code=code[:40],
        )
    return found


def records(ones: Iterable[Intermediary], as_of: date | None = None) -> dict[int, rules.Record]:
    """What each intermediary has done, by key (one statement)."""
    today = as_of or clock.today()
    keys = [one.pk for one in ones]
    delivered: dict[int, list[tuple[int, int]]] = defaultdict(list)
    out: dict[int, list[date]] = defaultdict(list)
    ended: dict[int, int] = defaultdict(int)
    rows = Service.objects.filter(intermediary_id__in=keys)
    for key, stage, days, promised, due_on in rows.values_list(
        "intermediary_id", "stage", "days", "promised_days", "due_on"
    ):
        if days is not None:
            delivered[key].append((days, promised))
        elif stage == Stage.ASKED:
            out[key].append(due_on)
        else:
            ended[key] += 1
    return {
        key: rules.record_of(delivered[key], len(out[key]), sum(due < today for due in out[key]), ended[key])
        for key in keys
    }


def delivered_by_commissioner(member: Member | None, pairing: Pairing) -> dict[str, list[Service]]:
    """The delivered services on cases of a pairing that a member sees, by who commissioned them, latest first."""
    seen = cases.cases_of(member, pairing).order_by().values("pk")
    rows = Service.objects.filter(item__case__in=seen, stage=Stage.DELIVERED)
    found: dict[str, list[Service]] = {str(one): [] for one in rules.Commissioned}
    for row in rows.select_related("item__case", "intermediary").order_by("-delivered_on", "-pk"):
        found[row.commissioned_by].append(row)
    return found


def services_seen(member: Member | None, one: Intermediary) -> list[Service]:
    """The latest services of an intermediary on cases that a member sees, those that are out first."""
    rows = one.services.select_related("item__case__project", "item__case__owner_unit", "item__case__pairing")
    found = rows.order_by("-asked_on", "-pk")[:_SHOWN]
    seen = [row for row in found if shared.may_see(member, row.item.case)]
    return sorted(seen, key=lambda row: row.stage != Stage.ASKED)


def services_on(case: Case) -> QuerySet[Service]:
    """What intermediaries were asked for on a case that may be seen."""
    return Service.objects.filter(item__case=case).select_related("item__case", "intermediary")


def services_of(member: Member | None, pairing: Pairing) -> QuerySet[Service]:
    """What intermediaries were asked for on cases of a pairing that a member sees; sort by ``asked_on``, ``due_on``."""
    seen = cases.cases_of(member, pairing).order_by().values("pk")
    return Service.objects.filter(item__case__in=seen).select_related(
        "item__case__project", "item__case__enterprise", "intermediary"
    )


def running(rows: QuerySet[Service]) -> QuerySet[Service]:
    """Of services those that are under way."""
    return rows.filter(stage=Stage.ASKED)


def late(rows: QuerySet[Service]) -> QuerySet[Service]:
    """Of services those that are under way and past their day."""
    return running(rows).filter(due_on__lt=clock.today())


def head_of(rows: QuerySet[Service]) -> dict[str, int]:
    """How many are under way, late, and run on the clock of the applicant (one statement); ``n`` is of all."""
    is_out = Q(stage=Stage.ASKED)
    return rows.order_by().aggregate(
        n=Count("pk"),
        out=Count("pk", is_out),
        late=Count("pk", is_out & Q(due_on__lt=clock.today())),
        owner=Count("pk", is_out & Q(commissioned_by=rules.Commissioned.OWNER)),
    )


def of_case(case: Case) -> dict[int, list[Service]]:
    """The services on the items of a case, by key of the item (one statement)."""
    found: dict[int, list[Service]] = defaultdict(list)
    rows = Service.objects.filter(item__case=case).select_related("intermediary", "document")
    for one in rows.order_by("number"):
        found[one.item_id].append(one)
    return found


def service_of(member: Member | None, number: str, code: str, service: int) -> Service:
    """One service on an item of a case, for those who see the case.

    Raises
    ------
    NotFound
        ``approval.no_service``
    """
    item = cases.item_of(member, number, code)
    found = Service.objects.select_related("intermediary", "stop").filter(item=item, number=service).first()
    if found is None:
        raise NotFound(
            "approval.no_service",
            gettext_noop("{item} has no service {number}. Look at the services that it has."),
            item=item.name_zh,
            number=service,
        )
    found.item = item
    return found


def row_of(key: int) -> Service:
    """A service by its key, with all that its writes look at: of which it is known that it may be seen."""
    rows = Service.objects.select_related(
        "intermediary", "stop", "item__unit__organisation", "item__case__project", "item__case__pairing",
        "item__case__owner_unit", "item__case__enterprise",
    )  # fmt: skip
    return rows.get(pk=key)


def late_days(one: Service) -> int:
    """Working days past the promised day, until it was delivered or until today; 0 where it is in time."""
    until = one.delivered_on or one.ended_on or clock.today()
    return max(0, calendar().count(one.due_on, until)) if until > one.due_on else 0


def speaks_for(item: CaseItem, commissioned_by: str, member: Member | None) -> bool:
    """Who writes down what an intermediary does: the lead and the keeper; the applicant for what it commissioned."""
    if member is None or member.unit_id == item.unit_id or cases.is_keeper(item.case, member):
        return True
    return commissioned_by == rules.Commissioned.OWNER and cases.is_applicant(item.case, member)


def named(rows: QuerySet[Intermediary], text: str) -> QuerySet[Intermediary]:
    """Of the intermediaries, those whose name, code or credit code holds a text."""
    return rows.filter(
        Q(code__icontains=text)
        | Q(name_zh__icontains=text)
        | Q(name_en__icontains=text)
        | Q(credit_code__startswith=text)
    )
