"""Writes of a file until it is under review: filed, its materials brought once, handed in, gaps named once, accepted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import F

from shanhai.core import access, clock, journal, rows, search, visibility, work
from shanhai.core.models import Document, Member, Share, Unit
from shanhai.core.writing import action
from shanhai.fields.approval.actions import case_shared as shared
from shanhai.fields.approval.actions import projects
from shanhai.fields.approval.actions.opening import open_items
from shanhai.fields.approval.models import Case, CaseItem, CatalogueVersion, Material, MaterialVersion
from shanhai.fields.approval.queries import cases as queries
from shanhai.fields.approval.queries import catalogues, commitments, prechecks
from shanhai.fields.approval.rules import applying
from shanhai.fields.approval.rules import cases as rules
from shanhai.fields.approval.rules import commitments as letters
from shanhai.fields.approval.rules.precheck import Finding
from shanhai.fields.office.actions.shared import checked_number, numbered
from shanhai.fields.office.queries import shared as reach
from shanhai.kernel.refusals import BadInput, NotAllowed, NotNow, gettext_noop

Stage, Reach = rules.CaseStage, visibility.Reach


@action
def file_case(
    project: Any,
    *,
    catalogue: CatalogueVersion | None = None,
    mode: str = rules.Mode.JOINT,
    number: str = "",
    by: Member | None,
) -> Case:
    """Open the file of a project: what its catalogue asks for is gathered once, for all departments.

    Parameters
    ----------
    catalogue
        The version under which it runs; the one in force where the project stands, where it is left out.
    mode
        ``joint``: items open as soon as they can. ``serial``: one after the other, kept to measure what that costs.
    """
    access.check(by, "approval.file_case", pairing_id=project.pairing_id)
    _check_may_file(project, by)
    version = catalogue or _in_force(project)
    place = version.catalogue.region.code
    if not queries.lies_in(project.region.code, place):
        rules.check_can_file(project.number, project.region.code, version.catalogue.code, place)
    _check_published(version)
    _check_runs_once(project, version)
    side = queries.side_of_land(project.pairing, project.region.code)
    keeper = _keeper(project, side, by)
    case = Case(
        number=checked_number(Case, number),
        project=project,
        catalogue=version,
        pairing_id=project.pairing_id,
        zone_id=project.zone_id,
        enterprise_id=project.enterprise_id,
        side=side,
        mode=rules.Mode(mode),
        filed_on=clock.today(),
        owner_unit=keeper,
        owner_side=side,
        reach=Reach.BOTH,
    )
    case.save()
    numbered(case, "SP", case.filed_on.year)
    # The firm is no public body of a side; it sees its own file as a guest.
    Share.objects.create(
        kind=shared.FILE, object_id=case.pk, organisation_id=case.enterprise_id, by=by, at=clock.now()
    )
    visibility.place(case, case.filed_on)
    search.put_many([queries.found_as(case)])
    journal.record(case, "approval.file_case", by=by, project=project.number, catalogue=str(version))
    projects.hand_over(case, by=by)
    write_materials(case, by=by)
    shared.ask_owner(
        case, gettext_noop("Gather the materials of {number} {title} and hand the file in"),
        shared.facts_of(case), None, by=by,
    )  # fmt: skip
    return case


def _check_may_file(project: Any, by: Member | None) -> None:
    if by is None or by.unit.organisation_id == project.enterprise_id:
        return
    side = queries.side_of_land(project.pairing, project.region.code)
    if (
        by.unit.organisation.kind in visibility.FIRMS
        or access.standing(by).side_in(project.pairing_id) != side
    ):
        raise NotAllowed(
            "approval.not_your_project",
            gettext_noop(
                "Project {project} is filed by {enterprise} or by an office of the side where it stands. Ask them."
            ),
            project=project.number,
            enterprise=project.enterprise.name_zh,
        )


def _in_force(project: Any) -> CatalogueVersion:
    """The version that holds where the project stands; of several the one whose items do apply."""
    found = catalogues.in_force_at(project.region.code)
    applies = [one for one in found if applying.needed(one.document, project.facts).counted]
    if not applies:
        raise NotNow(
            "approval.no_catalogue_in_force",
            gettext_noop(
                "No catalogue is in force where project {project} stands ({region}). Publish one first."
            ),
            project=project.number,
            region=project.region.name_zh,
        )
    return applies[0]


def _check_published(version: CatalogueVersion) -> None:
    if version.is_draft:
        raise NotNow(
            "approval.draft_of_catalogue",
            gettext_noop("Version {number} of {catalogue} is a draft. File by one that is published."),
            number=version.number,
            catalogue=version.catalogue.code,
        )


def _check_runs_once(project: Any, version: CatalogueVersion) -> None:
    other = Case.objects.filter(project=project, catalogue=version).exclude(stage__in=rules.CLOSED).first()
    if other is not None:
        raise NotNow(
            "approval.case_runs",
            gettext_noop("Project {project} has an open file already: {number}. Go on with it."),
            project=project.number,
            number=other.number,
        )


def _keeper(project: Any, side: str, by: Member | None) -> Unit | None:
    """The unit that keeps the file: whose officer files it, else the park committee's of the land, else its office's."""
    if by is not None and by.unit.organisation_id != project.enterprise_id:
        return by.unit
    for role in ("park_committee", "office"):
        unit = reach.unit_on(project.pairing_id, side, role)
        if unit is not None:
            return unit
    return None


def write_materials(case: Case, *, by: Member | None) -> list[Material]:
    """The materials that the items of a project ask for, each once; those that are there stay."""
    needed = applying.needed(case.catalogue.document, case.project.facts)
    asked: dict[str, Material] = {}
    for judged in needed.counted:
        for paper in judged.item.materials:
            may_wait = "deferred" in judged.item.levers
            has_letter = letters.LEVER in judged.item.levers
            known = asked.setdefault(
                paper.code,
                Material(case=case, code=paper.code, place=len(asked) + 1, name_zh=paper.name_zh,
                         name_en=paper.name_en, is_major=paper.is_major, may_come_later=may_wait,
                         may_be_covered=has_letter, asked_by=[]),
            )  # fmt: skip
            known.asked_by.append(judged.item.code)
            known.is_major |= paper.is_major
            known.may_come_later &= may_wait
            known.may_be_covered &= has_letter
    there = {one.code for one in case.materials.all()}
    new = [one for code, one in asked.items() if code not in there]
    Material.objects.bulk_create(new)
    journal.record_many(new, "approval.ask_for_material", by=by, pairing_id=case.pairing_id)
    return new


@action
def add_material(
    material: Material,
    *,
    document: Document | None = None,
    name: str = "",
    dated_on: date | None = None,
    pages: int | None = None,
    by: Member | None,
) -> MaterialVersion:
    """Bring a material once for all items that ask for it; brought again it is its next version.

    The pre-check of the catalogue is run: what it finds stands on the version and is shown before the file is handed in;
    it refuses the paper only where the rule says so.

    Parameters
    ----------
    dated_on
        The day on the paper.
    pages
        Its pages, where the pre-check asks (``queries.prechecks``): they are counted before, in a child process.
    """
    case = material.case
    shared.check_access(by, "add_material", case)
    queries.check_applicant(case, by)
    covering = commitments.covering(material, commitments.of_case(case).values())
    also = [Stage.APPROVED] if any(one.state in letters.OUT for one in covering) else []
    rules.check_stage(case.number, case.stage, Stage.FILING, Stage.GAPS, Stage.RECEIVED, Stage.REVIEW, *also)
    if document is None and not name.strip():
        raise BadInput(
            "approval.material_of_nothing_given",
            gettext_noop("Nothing was brought as {material}. Attach the paper."),
            material=material.name_zh,
            field="file",
        )
    found = prechecks.check(material, document, pages, dated_on)
    _check_passes(material, found)
    shared.hang(case, document, by=by)
    was_promised = material.is_promised and material.n_versions == 0
    told = {"brought_on": clock.today()} if was_promised else {}
    rows.move(material, n_versions=material.n_versions + 1, is_promised=False, **told)
    made = MaterialVersion.objects.create(
        material=material,
        number=material.n_versions,
        document=document,
        name=(name.strip() or (document.title if document else ""))[:200],
        on=clock.today(),
        member=by,
        findings=prechecks.kept(found),
    )
    if was_promised and case.stage == Stage.REVIEW:
        waiting = CaseItem.objects.filter(case=case, code__in=material.asked_by, left_papers__gt=0)
        waiting.exclude(pk__in=[one.item_id for one in covering]).update(
            left_papers=F("left_papers") - 1, version=F("version") + 1
        )
    journal.record(material, "approval.add_material", by=by, pairing_id=case.pairing_id,
                   case=case.number, document=document.pk if document else None,
                   findings=[one.reason.code for one in found])  # fmt: skip
    return made


def _check_passes(material: Material, found: Sequence[Finding]) -> None:
    """Refuse a paper for the first finding whose rule says so."""
    for one in found:
        if one.blocks:
            facts = dict(one.reason.facts) | {"material": material.name_zh, "material_en": material.name_en}
            if "facts" in facts:
                facts |= prechecks.facts_named(str(facts["facts"]).split(", "))
            raise BadInput(one.reason.code, one.reason.sentence, field="file", **facts)


@action
def hand_in(case: Case, *, promised: Iterable[str] = (), by: Member | None) -> Case:
    """Hand a file in: from this day on it is looked through, and gaps can be named for some days.

    Parameters
    ----------
    promised
        Codes of materials that the applicant promises: minor ones to be brought later (容缺受理), and those whose items
        may all be decided on a commitment letter (告知承诺).
    """
    shared.check_access(by, "hand_in", case)
    queries.check_applicant(case, by)
    rules.check_stage(case.number, case.stage, *rules.WITH_OWNER)
    rules.check_code(case.project.number, case.project.project_code)
    _check_named_gaps(case)
    _promise(case, set(promised), by)
    take_in(case, clock.today(), by=by)
    return case


def take_in(case: Case, on: date, *, by: Member | None, **facts: Any) -> None:
    """A file is handed in on a day: the unit that keeps it looks it through."""
    rows.move(case, stage=Stage.RECEIVED, received_on=on)
    journal.record(case, "approval.hand_in", by=by, **facts)
    work.done(shared.OWNER, case, by=by)
    if case.owner_unit is not None:
        work.open_item(
            shared.ACCEPT, case, case.owner_unit, gettext_noop("Look {number} {title} through: accept it, or name all gaps"),
            shared.facts_of(case), case.url, queries.last_day_for_gaps(case), by=by,
        )  # fmt: skip


def _check_named_gaps(case: Case) -> None:
    """After a notice of gaps each material that it names is brought anew."""
    if case.stage != Stage.GAPS:
        return
    brought = set(
        MaterialVersion.objects.filter(material__case=case, on__gte=case.gaps_on).values_list(
            "material__code", flat=True
        )
    )
    missing = [
        one.name_zh
        for one in case.materials.order_by("place")
        if one.code in case.gaps and one.code not in brought
    ]
    if missing:
        raise NotNow(
            "approval.gaps_open",
            gettext_noop(
                "{n} of the gaps that were named are still open: {materials}. Bring them, then hand the file in."
            ),
            n=len(missing),
            materials="、".join(missing),
        )


def _promise(case: Case, codes: set[str], by: Member | None) -> None:
    given = [one for one in case.materials.filter(code__in=codes, n_versions=0).order_by("place")]
    for one in given:
        if not one.may_be_promised:
            raise BadInput(
                "approval.not_deferrable",
                gettext_noop("{material} cannot be brought later. Bring it before you hand the file in."),
                material=one.name_zh,
                field="promised",
            )
        rows.move(one, is_promised=True, promised_on=clock.today())
    if given:
        journal.record_many(given, "approval.promise_material", by=by, pairing_id=case.pairing_id)


@action
def name_gaps(case: Case, *, gaps: Mapping[str, str] | None = None, by: Member | None) -> Case:
    """Name all gaps of a file in one notice, within the days that the rules give: nothing can be asked for later.

    Parameters
    ----------
    gaps
        Material to what is wrong with it; what is missing is named by itself.
    """
    shared.check_access(by, "name_gaps", case)
    queries.check_keeper(case, by)
    rules.check_stage(case.number, case.stage, Stage.RECEIVED)
    assert case.received_on is not None
    materials = queries.materials_of(case)
    named = {code: "" for code in rules.gaps(queries.papers_of(materials))}
    known = {one.code for one in materials}
    for code, text in (gaps or {}).items():
        if code not in known:
            queries.material_of(case, code)
        named[code] = text.strip()[:300]
    today = clock.today()
    last = queries.last_day_for_gaps(case)
    rules.check_gaps(case.number, list(named), case.received_on, last, today, case.gaps_on is not None)
    rows.move(case, stage=Stage.GAPS, gaps_on=today, gaps=named)
    journal.record(case, "approval.name_gaps", by=by, gaps=named)
    work.done(shared.ACCEPT, case, by=by)
    shared.ask_owner(
        case, gettext_noop("Bring what is missing in {number} {title}, all of it at once"),
        shared.facts_of(case), None, by=by,
    )  # fmt: skip
    shared.tell_owner(case, "gaps", gettext_noop("What is missing in {number} {title} is named, all at once"))
    return case


@action
def accept_case(case: Case, *, by: Member | None) -> Case:
    """Accept a complete file: every item whose predecessors are done opens at once to all whom it asks.

    A file whose gaps nobody named in time counts as accepted on the day received, as it is.
    """
    shared.check_access(by, "accept_case", case)
    queries.check_keeper(case, by)
    rules.check_stage(case.number, case.stage, Stage.RECEIVED)
    assert case.received_on is not None
    today = clock.today()
    is_deemed = today > queries.last_day_for_gaps(case)
    if not is_deemed:
        missing = rules.gaps(queries.papers_of(queries.materials_of(case)))
        if missing:
            raise NotNow(
                "approval.gaps_left",
                gettext_noop(
                    "{n} materials of case {number} are missing: {materials}. Name them to the applicant."
                ),
                number=case.number,
                n=len(missing),
                materials=", ".join(missing),
            )
    return begin(case, case.received_on if is_deemed else today, is_deemed=is_deemed, by=by)


@action
def accept_by_time(case: Case, *, by: Member | None) -> Case:
    """Take a file whose gaps nobody named in time for accepted on the day received."""
    access.check(by, "approval.accept_by_time")
    rules.check_stage(case.number, case.stage, Stage.RECEIVED)
    assert case.received_on is not None
    return begin(case, case.received_on, is_deemed=True, by=by)


def begin(case: Case, on: date, *, is_deemed: bool, by: Member | None, **facts: Any) -> Case:
    """Begin the review on a day: the items that the project needs are written, and those that can open do."""
    write_materials(case, by=by)
    rows.move(case, stage=Stage.REVIEW, accepted_on=on, is_deemed=is_deemed)
    items = open_items(case, on, by=by)
    ahead = queries.planned(case, items)
    Case.objects.filter(pk=case.pk).update(
        n_items=len(items), open_items=len(items), planned_on=max(one.ends_on for one in ahead.values())
    )
    case.n_items = case.open_items = len(items)
    case.planned_on = max(one.ends_on for one in ahead.values())
    visibility.sort_again(case)
    journal.record(
        case, "approval.accept_case", by=by, is_deemed=is_deemed, items=[one.code for one in items], **facts
    )
    work.done(shared.ACCEPT, case, by=by)
    shared.tell_owner(case, "accepted", gettext_noop("Accepted: {number} {title}"))
    return case


@action
def withdraw_case(case: Case, *, reason: str, by: Member | None) -> Case:
    """Withdraw a file: all that waits for anybody is over."""
    shared.check_access(by, "withdraw_case", case)
    queries.check_applicant(case, by)
    rules.check_stage(case.number, case.stage, *(one for one in Stage if one not in rules.CLOSED))
    if not reason.strip():
        raise BadInput(
            "approval.no_reason_to_withdraw",
            gettext_noop("Say why case {number} is withdrawn."),
            number=case.number,
            field="reason",
        )
    rows.move(case, stage=Stage.WITHDRAWN, closed_on=clock.today(), reason=reason.strip()[:300])
    over = list(case.items.filter(state__in=("waiting", "open", "stopped")))
    drop(over, clock.today())
    journal.record(case, "approval.withdraw_case", by=by, reason=case.reason)
    journal.record_many(over, "approval.drop_item", by=by, pairing_id=case.pairing_id)
    shared.close_work(over, is_done=False, by=by)
    work.close_many({shared.FILE: [case.pk]}, is_done=False, by=by)
    search.put_many([queries.found_as(case)])
    projects.follow(case)
    return case


def drop(items: list[CaseItem], today: date) -> None:
    """Drop items of a case that is over; what stands still ends. The rows in hand are changed too."""
    CaseItem.objects.filter(pk__in=[one.pk for one in items]).update(
        state=rules.State.DROPPED, version=F("version") + 1
    )
    if any(one.state == rules.State.STOPPED for one in items):
        queries.Stop.objects.filter(item__in=items, ended_on=None).update(ended_on=today)
    for one in items:
        one.state = rules.State.DROPPED
        one.version += 1
