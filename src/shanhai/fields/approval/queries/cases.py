"""Reads of cases: the list, one of them with all that it holds, who may do what, where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from datetime import date
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from shanhai.core import access, clock, ladder, rulebook, search, visibility
from shanhai.core.calendar import calendar
from shanhai.core.db import prepared
from shanhai.core.models import Member, Organisation, Pairing, Unit
from shanhai.core.queries.work import ROLES_OF_STEPS, deputies_of_today
from shanhai.core.search import Found
from shanhai.fields.approval.models import Case, CaseItem, Material, MaterialVersion, Opinion, Stop
from shanhai.fields.approval.rules import cases as rules
from shanhai.fields.approval.rules import clock as clocks
from shanhai.fields.approval.rules.catalogue import Catalogue
from shanhai.fields.approval.rules.checks import line_of, may_decide
from shanhai.fields.office.queries import shared
from shanhai.kernel.refusals import BadInput, NotAllowed, NotFound, gettext_noop
from shanhai.kernel.rulebook import NATIONAL

Stage, State = rules.CaseStage, rules.State
_MOST_OF_OTHERS = 50
_WITH_CASE = (
    "project__region", "enterprise", "pairing", "catalogue__catalogue__region", "owner_unit__organisation",
)  # fmt: skip
_ITEM_WITH_CASE = ("unit__organisation", *(f"case__{way}" for way in _WITH_CASE))


def cases_of(member: Member | None, pairing: Pairing) -> QuerySet[Case]:
    """The cases of a pairing and those nested in it that a member sees; sort by ``filed_on``, ``planned_on``."""
    return shown(shared.seen_in(Case.objects.all(), member, pairing))


def shown(rows: QuerySet[Case]) -> QuerySet[Case]:
    """With what a list shows of cases; the text of a catalogue is as long as a hundred of them."""
    return rows.select_related("project", "enterprise", "pairing", "catalogue__catalogue").defer(
        "catalogue__body"
    )


def files_of_others(members: Iterable[Member], now: Member) -> list[tuple[Member, Case]]:
    """The open files of the other firms that somebody works for, each with the membership that opens it (one statement)."""
    firms = {
        one.unit.organisation_id: one
        for one in members
        if one.unit.organisation_id != now.unit.organisation_id
        and one.unit.organisation.kind in visibility.FIRMS
    }
    if not firms:
        return []
    rows = Case.objects.filter(enterprise_id__in=firms).exclude(stage__in=rules.CLOSED)
    rows = rows.select_related("project", "enterprise").order_by("enterprise__name_sort", "filed_on", "pk")
    return [(firms[one.enterprise_id], one) for one in rows[:_MOST_OF_OTHERS]]


def case_of(member: Member | None, number: str) -> Case:
    """One case, for those who see it.

    Raises
    ------
    NotFound
        ``approval.no_case``
    """
    found = next(iter(prepared.rows(Case, {"number": number[:40]}, related=_WITH_CASE)), None)
    if found is None or not shared.may_see(member, found):
        raise NotFound(
            "approval.no_case",
            gettext_noop("There is no case {number} that you may see. Look for it in the list of cases."),
            number=number[:40],
        )
    return found


def rows_of(keys: Iterable[int]) -> QuerySet[Case]:
    """Cases by key, oldest first: of whom it is known that they may be seen."""
    return Case.objects.filter(pk__in=list(keys)).order_by("filed_on", "pk")


def item_of(member: Member | None, number: str, code: str) -> CaseItem:
    """One item of a case, for those who see the case.

    Raises
    ------
    NotFound
        ``approval.no_case``, ``approval.case_item``
    """
    asked = {"case__number": number[:40], "code": code[:30]}
    found = next(iter(prepared.rows(CaseItem, asked, related=_ITEM_WITH_CASE)), None)
    if found is None or not shared.may_see(member, found.case):
        raise NotFound(
            "approval.case_item",
            gettext_noop("Case {number} has no item {item}. Look at the items that it has."),
            number=case_of(member, number).number,
            item=code[:30],
        )
    return found


def item_named(member: Member | None, name: str) -> CaseItem:
    """An item as it is written in one word, "SP-2023-001/eia", for those who see the case.

    Raises
    ------
    BadInput
        ``approval.item_name``
    NotFound
        ``approval.no_case``, ``approval.case_item``
    """
    number, slash, code = name.strip().rpartition("/")
    if not slash:
        raise BadInput(
            "approval.item_name",
            gettext_noop(
                "{text} names no item. Write the number of the case, a slash, and the code of the item."
            ),
            text=name[:60],
            field="others",
        )
    return item_of(member, number, code)


def opinion_of(member: Member | None, number: str, code: str, department: str) -> Opinion:
    """The opinion of a department on an item, for those who see the case.

    Raises
    ------
    NotFound
        ``approval.no_opinion``
    """
    item = item_of(member, number, code)
    found = item.opinions.select_related("unit__organisation").filter(department=department[:30]).first()
    if found is None:
        raise NotFound(
            "approval.no_opinion",
            gettext_noop("{department} is not asked for an opinion on {item}. Look at the case again."),
            department=department[:30],
            item=item.name_zh,
        )
    found.item = item
    return found


def material_of(case: Case, code: str) -> Material:
    """One material of a case.

    Raises
    ------
    NotFound
        ``approval.no_material``
    """
    found = case.materials.filter(code=code[:30]).first()
    if found is None:
        raise NotFound(
            "approval.no_material",
            gettext_noop("Case {number} asks for no material {material}. Look at those that it asks for."),
            number=case.number,
            material=code[:30],
        )
    found.case = case
    return found


def items_of(case: Case) -> QuerySet[CaseItem]:
    """The items of a case in the order of its catalogue."""
    return CaseItem.objects.filter(case=case).select_related("unit__organisation").order_by("place")


def whole(case: Case) -> list[CaseItem]:
    """The items of a case with their opinions and stops (three statements)."""
    opinions = Opinion.objects.select_related("unit__organisation", "member", "document").order_by("pk")
    stops = Stop.objects.select_related("document").order_by("pk")
    found = items_of(case).select_related("member", "unit__organisation")
    rows = list(found.prefetch_related(Prefetch("opinions", opinions), Prefetch("stops", stops)))
    for row in rows:
        row.case = case
        for one in row.opinions.all():
            one.item = row
    return rows


def whole_many(cases: QuerySet[Case]) -> Iterator[tuple[Case, list[CaseItem], list[Material]]]:
    """Cases in their order with all that they hold, some hundred at a time (seven statements each)."""
    opinions = Opinion.objects.select_related("unit__organisation").order_by("pk")
    items = CaseItem.objects.select_related("unit__organisation").order_by("place")
    versions = MaterialVersion.objects.order_by("-number")
    rows = cases.select_related("project", "pairing", "catalogue__catalogue", "owner_unit__organisation")
    found = rows.prefetch_related(
        Prefetch("items", items.prefetch_related(Prefetch("opinions", opinions), "stops")),
        Prefetch(
            "materials", Material.objects.order_by("place").prefetch_related(Prefetch("versions", versions))
        ),
    )
    for case in found.iterator(chunk_size=200):
        yield case, list(case.items.all()), list(case.materials.all())


def department_names(document: Catalogue, code: str) -> dict[str, str]:
    """The names of a department as rows of a case keep them."""
    department = document.department(code)
    zh = department.name_zh if department is not None else code
    en = department.name_en if department is not None else ""
    return {"department": code, "department_zh": zh, "department_en": en}


def materials_of(case: Case) -> list[Material]:
    """The materials of a case with their versions, the latest first (two statements)."""
    versions = MaterialVersion.objects.select_related("document", "member").order_by("-number")
    return list(case.materials.order_by("place").prefetch_related(Prefetch("versions", versions)))


def papers_of(materials: Iterable[Material]) -> list[rules.Paper]:
    """Materials as acceptance sees them."""
    return [
        rules.Paper(
            one.code,
            one.is_major,
            one.may_come_later and one.is_promised,
            one.n_versions > 0,
            one.may_be_covered and one.is_promised,
        )
        for one in materials
    ]


# -- the rulebook --------------------------------------------------------------------------------------------------


def figure(case: Case, code: str, on: date | None = None) -> Any:
    """A figure of the rulebook that holds for a case on a day."""
    return rulebook.value(f"approval.{code}", on or clock.today(), scopes_of(case.pairing)).value


def scopes_of(pairing: Pairing) -> list[str]:
    """Where figures of the rulebook are looked for, first first."""
    return [f"pairing:{pairing.code}", NATIONAL]


def last_day_for_gaps(case: Case) -> date:
    """Until when gaps can be named."""
    assert case.received_on is not None
    return rules.last_day_for_gaps(case.received_on, figure(case, "gap_days", case.received_on), calendar())


# -- who -----------------------------------------------------------------------------------------------------------


def side_of_land(pairing: Pairing, place: str) -> str:
    """The side of a pairing on whose land a place lies; empty where it is on neither's."""
    for party in pairing.parties.select_related("organisation__region").order_by("pk"):
        if may_decide(place, party.organisation.region.code):
            return str(party.role)
    return ""


def lies_in(place: str, region: str) -> bool:
    """Whether a place is a region or lies in it."""
    return region in line_of(place)


def units_for(document: Catalogue, organisations: dict[str, Organisation]) -> dict[str, Unit]:
    """The unit of each department that has one here: the first by code of its organisation (one statement)."""
    keys = {one.pk for one in organisations.values()}
    first: dict[int, Unit] = {}
    for unit in Unit.objects.filter(organisation_id__in=keys, is_active=True).order_by("-code"):
        first[unit.organisation_id] = unit
    return {code: first[one.pk] for code, one in organisations.items() if one.pk in first}


def is_keeper(case: Case, by: Member | None) -> bool:
    """Whether a member's unit keeps the case: it looks the file through and writes down what comes on paper."""
    return by is None or by.unit_id == case.owner_unit_id


def is_applicant(case: Case, by: Member | None) -> bool:
    """Whether a member speaks for the enterprise: of it, or of the unit that keeps the case for it."""
    return by is None or by.unit.organisation_id == case.enterprise_id or is_keeper(case, by)


def check_keeper(case: Case, by: Member | None) -> None:
    """Refuse whoever does not keep the case."""
    if not is_keeper(case, by):
        raise NotAllowed(
            "approval.not_keeper",
            gettext_noop("Case {number} is kept by {unit}. Ask them."),
            number=case.number,
            unit=case.owner_unit.name_zh if case.owner_unit else "–",
        )


def check_applicant(case: Case, by: Member | None) -> None:
    """Refuse whoever speaks neither for the enterprise nor for the unit that keeps its file."""
    if not is_applicant(case, by):
        raise NotAllowed(
            "approval.not_applicant",
            gettext_noop(
                "Case {number} is another's: {enterprise} or the unit that keeps it does this. Ask them."
            ),
            number=case.number,
            enterprise=case.enterprise.name_zh,
        )


def check_side(case: Case, by: Member | None) -> None:
    """Refuse whoever is not of the side of the land: they advise, and hold nothing up."""
    if by is not None and case.side and access.standing(by).side_in(case.pairing_id) != case.side:
        raise NotAllowed(
            "approval.not_your_land",
            gettext_noop(
                "Case {number} is decided where the project stands; your side sees it and advises. Give an opinion instead."
            ),
            number=case.number,
        )


def valid_months(item: CaseItem) -> int | None:
    """For how many months the result of an item holds, as the catalogue of its case says; None: it does not say."""
    found = next((one for one in item.case.catalogue.document.items if one.code == item.code), None)
    return found.valid_months if found is not None else None


def rests_on(item: CaseItem, items: Iterable[CaseItem]) -> list[CaseItem]:
    """Of the items of a case, the approved ones with a certificate that an item waited for, in the order of the catalogue."""
    before = set(item.after)
    return [one for one in items if one.code in before and one.certificate and one.decision == "approved"]


def rests_to(item: CaseItem, items: Iterable[CaseItem]) -> date | None:
    """The last day on which all certificates hold that an item rests on; None where none of them runs out."""
    return min((one.valid_to for one in rests_on(item, items) if one.valid_to), default=None)


def check_hand(asked: CaseItem | Opinion, case: Case, by: Member | None) -> None:
    """Refuse whose step it is not.

    Whoever has the role of the step in the unit costs no statement more; a deputy, and a unit in which nobody has the
    role, are looked up.
    """
    if by is None:
        return
    if isinstance(asked, CaseItem) or asked.role == "co":
        check_side(case, by)
    here = access.standing(by)
    if asked.unit_id == here.unit_id and ROLES_OF_STEPS[asked.step] in here.roles:
        return
    ladder.check_may_take(asked, by)


def check_hand_or_below(asked: CaseItem | Opinion, case: Case, by: Member | None) -> None:
    """Refuse who has neither the step nor the one below it, from where it came."""
    here = asked.ladder.index(asked.step)
    try:
        check_hand(asked, case, by)
    except NotAllowed:
        below = copy(asked)
        below.step = asked.ladder[max(0, here - 1)]
        if here == 0 or not may_take(below, case, by):
            raise


def may_take(asked: CaseItem | Opinion, case: Case, by: Member | None) -> bool:
    """Whether the step is this member's; decides which buttons a page offers."""
    try:
        check_hand(asked, case, by)
    except NotAllowed:
        return False
    return True


def units_of(by: Member) -> frozenset[int]:
    """The units of which a member may take steps: its own, and those of whom it stands in for today (one statement).

    A page asks ``may_take`` for what lies with these and for nothing else, so it costs no statement for each opinion.
    """
    stood_in_for = deputies_of_today().filter(deputy=by).values_list("member__unit_id", flat=True)
    return frozenset((by.unit_id, *stood_in_for))


# -- where it stands -----------------------------------------------------------------------------------------------


def run_of(item: CaseItem) -> clocks.Run | None:
    """An item as the clock sees it; None before it opens."""
    if item.opens_on is None:
        return None
    return clocks.Run(item.opens_on, item.decided_on, tuple(one.halt for one in item.stops.all()))


def counts_of(case: Case, items: Iterable[CaseItem], as_of: date | None = None) -> clocks.Counts | None:
    """The three clocks of a case; None before it is accepted."""
    if case.accepted_on is None:
        return None
    until = case.closed_on or as_of or clock.today()
    runs = [run for run in map(run_of, items) if run is not None]
    ended = [clocks.Run(run.opened_on, run.ended_on or case.closed_on, run.halts) for run in runs]
    return clocks.case_counts(ended, case.accepted_on, until, calendar())


def outlook(case: Case, items: Sequence[CaseItem]) -> dict[str, rules.Ahead]:
    """Each item of an accepted case in time, if what is open ends on its due day."""
    if case.accepted_on is None:
        return {}
    living = [one for one in items if one.state != State.DROPPED]
    codes = {one.code for one in living}
    placed = [
        rules.Placed(
            one.code,
            one.limit_days,
            tuple(code for code in one.after if code in codes),
            one.opens_on,
            one.decided_on,
            one.due_on if one.is_running else None,
        )
        for one in living
    ]
    today = case.closed_on or clock.today()
    return rules.outlook(placed, case.accepted_on, today, calendar())


def planned(case: Case, items: Sequence[CaseItem]) -> dict[str, rules.Ahead]:
    """Each item as it was promised on the day of acceptance."""
    assert case.accepted_on is not None
    placed = [rules.Placed(one.code, one.promised_days, tuple(one.after)) for one in items]
    return rules.outlook(placed, case.accepted_on, case.accepted_on, calendar())


def held_by(case: Case, items: Sequence[CaseItem]) -> CaseItem | None:
    """The open item that holds the end: on the critical path, else the one that runs out first."""
    running = [one for one in items if one.is_running]
    ahead = outlook(case, items)
    critical = [one for one in running if one.code in ahead and ahead[one.code].is_critical]
    some = critical or running
    return min(some, key=lambda one: (one.due_on or date.max, one.place), default=None)


def slack_days(on: date | None) -> int | None:
    """Working days that are left until a day; below 0 where it is past."""
    return calendar().count(clock.today(), on) if on is not None else None


def late_days(due_on: date) -> int:
    """Working days since a due day."""
    return max(0, calendar().count(due_on, clock.today()))


def is_settled(case: Case) -> bool:
    """Whether both sides rest on it: an accepted file is not hidden from the side that advises."""
    return case.accepted_on is not None


def of_project(member: Member | None, project: Any) -> list[Case]:
    """The cases of a project that a member sees, latest first."""
    rows = Case.objects.filter(project=project).select_related("project", "owner_unit")
    return [one for one in rows.order_by("-filed_on", "-pk") if shared.may_see(member, one)]


def of_enterprise(member: Member | None, organisation: Organisation) -> list[Case]:
    """The cases of an enterprise that a member sees, those that run first, then the latest."""
    rows = Case.objects.filter(enterprise=organisation).select_related("project", "owner_unit")
    found = [one for one in rows.order_by("-filed_on", "-pk") if shared.may_see(member, one)]
    return sorted(found, key=lambda one: one.stage in rules.CLOSED)


def misguarded() -> Iterator[tuple[Case, CaseItem | None]]:
    """Cases and items whose counters are not what their items, opinions, materials and services add up to (five statements)."""
    running = Case.objects.filter(stage=Stage.REVIEW).order_by("pk")
    items = (
        CaseItem.objects.order_by("place").select_related("letter").prefetch_related("opinions", "services")
    )
    for case in running.prefetch_related(Prefetch("items", items), "materials").iterator(chunk_size=200):
        own = list(case.items.all())
        states = {one.code: one.state for one in own}
        if case.open_items != sum(state != State.DECIDED for state in states.values()):
            yield case, None
        promised = [one for one in case.materials.all() if one.is_promised and not one.n_versions]
        for item in own:
            told = (
                item.left_before, item.left_opinions, item.left_papers, item.services_out, item.rests_to,
            )  # fmt: skip
            if item.state in rules.LIVE and told != (
                sum(states[code] != State.DECIDED for code in item.after),
                sum(one.role == "co" and one.replied_on is None for one in item.opinions.all()),
                sum(item.code in one.asked_by and one.code not in _covers(item) for one in promised),
                sum(one.stage == "asked" and one.stop_id is None for one in item.services.all()),
                rests_to(item, own),
            ):
                yield case, item


def _covers(item: CaseItem) -> list[str]:
    letter = getattr(item, "letter", None)
    return letter.covers if letter is not None else []


# -- lists and finding ---------------------------------------------------------------------------------------------


def head_of(rows: QuerySet[Case]) -> dict[str, Any]:
    """What leads the list, of what is not over (two statements); ``n`` is 0 only where there is none at all."""
    found = (
        rows.filter(stage__in=rules.OPEN_STAGES)
        .order_by()
        .aggregate(
            n=Count("pk"),
            review=Count("pk", Q(stage=Stage.REVIEW)),
            late=Count("pk", Q(stage=Stage.REVIEW, planned_on__lt=clock.today())),
            owner=Count("pk", Q(stage__in=rules.WITH_OWNER)),
            received=Count("pk", Q(stage=Stage.RECEIVED)),
        )
    )
    return found | {"n": found["n"] or int(rows.order_by().exists())}


def named(rows: QuerySet[Case], text: str) -> QuerySet[Case]:
    """Of the cases, those whose number or project code begins so, or whose project's name holds the text."""
    return rows.filter(
        Q(number__startswith=text)
        | Q(project__project_code__startswith=text)
        | Q(pk__in=search.keys_of("approval.case", text, is_narrowed=True))
    )


def found_as(one: Case) -> Found:
    """By the names of its project, its number and the project code."""
    return Found(
        "approval.case",
        one.pk,
        one.title_zh,
        one.url,
        one.title_en,
        " ".join(filter(None, (one.number, one.project.project_code))),
        one.pairing_id,
        "seen",
    )


def entries() -> Iterator[Found]:
    """All cases."""
    return map(found_as, Case.objects.select_related("project").iterator())


def silent(item: CaseItem) -> list[Opinion]:
    """The opinions of co-reviewing departments that are out."""
    return list(item.opinions.filter(role="co", replied_on=None).order_by("pk"))
