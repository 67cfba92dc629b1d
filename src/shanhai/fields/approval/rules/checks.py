"""What is wrong with a catalogue: what refuses it, with the path shown, and what is only remarked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from shanhai.fields.approval.rules.applying import longest
from shanhai.fields.approval.rules.catalogue import Catalogue, Department, Item
from shanhai.fields.approval.rules.conditions import contradiction
from shanhai.fields.approval.rules.precheck import parsed
from shanhai.kernel.identifiers import region_parent
from shanhai.kernel.reasons import Reason, because
from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.planners.review_schedule import find_cycle

ARROW = " → "


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong. ``refuses`` says whether it keeps the catalogue from being published."""

    reason: Reason
    item: str = ""  # code of the item that it is about
    refuses: bool = True

    @property
    def code(self) -> str:
        """Its stable code."""
        return self.reason.code


@dataclass(frozen=True, slots=True)
class Known:
    """What the registers know, where there is a database: the region of each organisation that the catalogue names."""

    regions: Mapping[str, str | None] = field(
        default_factory=dict
    )  # organisation to region code; None: there is none


def faults_of(catalogue: Catalogue, known: Known | None = None) -> list[Fault]:
    """All that is wrong, what refuses first, each in the order of the items.

    ``known`` is what the registers say; without it, as for a plain file, organisations are not looked up.
    """
    found = [*_whole(catalogue), *_departments(catalogue, known)]
    for item in catalogue.items:
        found += _names(catalogue, item)
        found += _days(item)
        found += _sense(catalogue, item)
        found += _authority(catalogue, item, known)
    found += _order(catalogue)
    if not any(fault.refuses for fault in found):
        found += _remarks(catalogue)
    return sorted(found, key=lambda fault: not fault.refuses)


def check(catalogue: Catalogue, known: Known | None = None) -> None:
    """Refuse a catalogue that cannot be published.

    Raises
    ------
    BadInput
        ``approval.catalogue_faulty``: how much is wrong, and the first of it; ``problems`` has all.
    """
    found = [fault for fault in faults_of(catalogue, known) if fault.refuses]
    if found:
        raise BadInput(
            "approval.catalogue_faulty",
            gettext_noop(
                "The catalogue {name} cannot be published: {n} things are wrong in it. Mend them in its draft."
            ),
            name=catalogue.name_zh,
            n=len(found),
            problems=[{"code": one.code, "item": one.item, "sentence": str(one.reason)} for one in found],
        )


def _refused(code: str, sentence: str, item: str = "", /, **facts: Any) -> Fault:
    return Fault(because(code, sentence, **facts), item)


def _whole(catalogue: Catalogue) -> Iterator[Fault]:
    if not catalogue.items:
        yield _refused("approval.no_items", gettext_noop("The catalogue has no items. Add the first one."))
    if not catalogue.stages:
        yield _refused("approval.no_stages", gettext_noop("The catalogue has no stages. Name at least one."))
    for what, codes in (
        ("items", [one.code for one in catalogue.items]),
        ("departments", [one.code for one in catalogue.departments]),
        ("stages", [str(one.number) for one in catalogue.stages]),
    ):
        for code in dict.fromkeys(one for one in codes if codes.count(one) > 1):
            yield _refused(
                "approval.code_twice",
                gettext_noop("{code} stands twice. Give each stage, department and item a code of its own."),
                code if what == "items" else "",
                code=code,
            )


def _departments(catalogue: Catalogue, known: Known | None) -> Iterator[Fault]:
    if known is None:
        return
    for one in catalogue.departments:
        if one.organisation and known.regions.get(one.organisation) is None:
            yield _refused(
                "approval.unknown_organisation",
                gettext_noop(
                    "Department {code} is said to be {organisation}, which the register does not have. Correct the code, or "
                    "leave it out until the organisation is registered."
                ),
                code=one.code,
                organisation=one.organisation,
            )


def _names(catalogue: Catalogue, item: Item) -> Iterator[Fault]:
    if item.stage not in {one.number for one in catalogue.stages}:
        yield _refused(
            "approval.unknown_stage",
            gettext_noop("Item {item} stands in stage {stage}, which the catalogue does not have."),
            item.code,
            item=item.code,
            stage=item.stage,
        )
    for code in dict.fromkeys((item.lead, *item.co, *item.advise)):
        if catalogue.department(code) is None:
            yield _refused(
                "approval.unknown_department",
                gettext_noop(
                    "Item {item} names the department {department}, which the catalogue does not have."
                ),
                item.code,
                item=item.code,
                department=code,
            )
    codes = {one.code for one in catalogue.items}
    for code in item.after:
        if code not in codes:
            yield _refused(
                "approval.unknown_item",
                gettext_noop("Item {item} waits for {before}, which the catalogue does not have."),
                item.code,
                item=item.code,
                before=code,
            )
    for one in item.materials:
        try:
            parsed(one.check)
        except BadInput as wrong:
            yield Fault(because(wrong.code, wrong.sentence, part=wrong.facts["part"]), item.code)
    papers = [one.code for one in item.materials]
    for code in dict.fromkeys(one for one in papers if papers.count(one) > 1):
        yield _refused(
            "approval.material_twice",
            gettext_noop("Item {item} asks for the material {material} twice."),
            item.code,
            item=item.code,
            material=code,
        )


def _days(item: Item) -> Iterator[Fault]:
    if item.statutory_days is not None and item.promised_days > item.statutory_days:
        yield _refused(
            "approval.promise_over_statute",
            gettext_noop("Item {item} promises {promised} working days, and the rules allow {statutory}."),
            item.code,
            item=item.code,
            promised=item.promised_days,
            statutory=item.statutory_days,
        )
    # A deferred material comes within the promised days of its item, so one that is done at once has no time for it.
    if "deferred" in item.levers and item.promised_days == 0:
        yield _refused(
            "approval.deferred_at_once",
            gettext_noop("Item {item} is done at once, so no material of it can come later."),
            item.code,
            item=item.code,
        )


def _sense(catalogue: Catalogue, item: Item) -> Iterator[Fault]:
    against = contradiction(item.when)
    if against:
        yield _refused(
            "approval.never_applies",
            gettext_noop("Item {item} is never reached: no project meets {path} together."),
            item.code,
            item=item.code,
            path="; ".join(map(str, against)),
        )
    by_code = {one.code: one for one in catalogue.items}
    for code in item.after:
        before = by_code.get(code)
        if before is not None and before.stage > item.stage:
            yield _refused(
                "approval.waits_for_later_stage",
                gettext_noop("Item {item} of stage {stage} waits for {before} of stage {later}: {path}."),
                item.code,
                item=item.code,
                stage=item.stage,
                before=code,
                later=before.stage,
                path=f"{code}{ARROW}{item.code}",
            )


# -- authority follows the land ------------------------------------------------------------------------------------


def line_of(region: str) -> tuple[str, ...]:
    """A region and those that it lies in, from below.

    Examples
    --------
    >>> line_of("331181000000")
    ('331181000000', '331100000000', '330000000000')
    """
    found: list[str] = []
    at: str | None = region
    while at is not None:
        found.append(at)
        at = region_parent(at)
    return tuple(found)


def may_decide(place: str, region: str) -> bool:
    """Whether a department of a region may decide on what stands in a place: one region lies in the other."""
    return region in line_of(place) or place in line_of(region)


def _authority(catalogue: Catalogue, item: Item, known: Known | None) -> Iterator[Fault]:
    if not catalogue.region or item.delegation:
        return
    for code in dict.fromkeys((item.lead, *item.co)):
        department = catalogue.department(code)
        region = _region_of(department, known) if department is not None else ""
        if region and not may_decide(catalogue.region, region):
            yield _refused(
                "approval.authority_follows_land",
                gettext_noop(
                    "Item {item} gives {department} of region {region} a decision on what stands in {place}. Authority "
                    "follows the land: let it advise, or name the paper that delegates the decision."
                ),
                item.code,
                item=item.code,
                department=code,
                region=region,
                place=catalogue.region,
            )


def _region_of(department: Department, known: Known | None) -> str:
    """Where a department stands: what the register says of its organisation, else what the catalogue says."""
    held = (
        known.regions.get(department.organisation) if known is not None and department.organisation else None
    )
    return held or department.region


# -- order ---------------------------------------------------------------------------------------------------------


def _order(catalogue: Catalogue) -> Iterator[Fault]:
    after = {one.code: one.after for one in catalogue.items}
    ring = find_cycle(after)
    if not ring:
        return
    yield _refused(
        "approval.cycle",
        gettext_noop("These items wait for one another, so none of them ever opens: {path}."),
        ring[0],
        path=ARROW.join(ring),
    )
    inside = set(ring)
    for code in after:
        path = _way_to(code, inside, after) if code not in inside else []
        if path:
            yield _refused(
                "approval.behind_cycle",
                gettext_noop(
                    "Item {item} is never reached: it waits behind items that wait for one another, {path}."
                ),
                code,
                item=code,
                path=ARROW.join(reversed(path)),
            )


def _way_to(code: str, wanted: set[str], after: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The shortest way back from an item to one of some items."""
    came: dict[str, str] = {code: ""}
    row = [code]
    for at in row:  # grows while it is read
        if at in wanted:
            path = [at]
            while came[path[-1]]:
                path.append(came[path[-1]])
            return list(reversed(path))
        for one in after.get(at, ()):
            if one not in came:
                came[one] = at
                row.append(one)
    return []


# -- remarks -------------------------------------------------------------------------------------------------------


def _remarks(catalogue: Catalogue) -> Iterator[Fault]:
    for limit in catalogue.limits:
        days, path = longest(catalogue, limit.stages)
        if days > limit.days:
            yield Fault(
                because(
                    "approval.over_limit",
                    gettext_noop(
                        "The longest path takes {days} working days, the regime allows {limit}: {path}."
                    ),
                    days=days,
                    limit=limit.days,
                    path=ARROW.join(path),
                ),
                refuses=False,
            )
    for item in catalogue.items:
        if not item.materials and not item.is_abolished:
            yield Fault(
                because(
                    "approval.no_materials", gettext_noop("Item {item} asks for no material."), item=item.code
                ),
                item.code,
                refuses=False,
            )
        if "deferred" in item.levers and item.materials and all(one.is_major for one in item.materials):
            yield Fault(
                because(
                    "approval.nothing_to_defer",
                    gettext_noop("Item {item} lets materials come later, and all of them are major ones."),
                    item=item.code,
                ),
                item.code,
                refuses=False,
            )
