"""Writes of organisations: the bodies that take part, and where they hang in the tree."""

from __future__ import annotations

from typing import Any

from shanhai.core import access, journal, rows, search, visibility
from shanhai.core.actions import pairings, regions
from shanhai.core.actions.naming import check_free, checked_code, differing, named
from shanhai.core.models import Member, Organisation, Region, Seat, WorkItem
from shanhai.core.names import called
from shanhai.core.queries import finding
from shanhai.core.writing import action
from shanhai.kernel.identifiers import check_credit_code
from shanhai.kernel.refusals import BadInput, NotNow, gettext_noop

# A change of one of these moves the organisation in the tree that seats are counted from.
PLACES = frozenset({"parent", "parent_id", "region", "region_id", "kind", "is_active"})


@action
def add_organisation(
    *,
    code: str,
    kind: str,
    region: Region,
    name_zh: str,
    name_en: str = "",
    parent: Organisation | None = None,
    credit_code: str | None = None,
    address: str = "",
    phone: str = "",
    source: str = "",
    is_illustrative: bool = False,
    by: Member | None,
) -> Organisation:
    """Add an organisation of a region; its seats in pairings follow from where it stands."""
    access.check(by, "core.add_organisation")
    code = checked_code(code)
    check_free(Organisation, code)
    regions.hold_standing(region)
    organisation = Organisation.objects.create(
        code=code,
        kind=checked_kind(kind),
        region=region,
        parent=parent,
        credit_code=_free_credit_code(credit_code),
        address=address.strip(),
        phone=phone.strip(),
        source=source.strip(),
        is_illustrative=is_illustrative,
        **named(name_zh, name_en),
    )
    journal.record(organisation, "core.add_organisation", by=by, region=region.code)
    make_findable(organisation)
    pairings.recompute_seats([organisation.pk])
    return organisation


@action
def change_organisation(organisation: Organisation, *, by: Member | None, **changes: Any) -> Organisation:
    """Change what is known of an organisation: name, kind, region, the one above it, credit code, address, phone."""
    access.check(by, "core.change_organisation")
    if {"name_zh", "name_en"} & changes.keys():
        changes |= named(
            changes.get("name_zh", organisation.name_zh), changes.get("name_en", organisation.name_en)
        )
    if "kind" in changes:
        changes["kind"] = checked_kind(changes["kind"])
    if "credit_code" in changes:
        changes["credit_code"] = _free_credit_code(changes["credit_code"], organisation)
    if changes.get("parent") is not None:
        _check_no_circle(organisation, changes["parent"])
    changes = differing(organisation, changes)
    if not changes:
        return organisation
    if "region" in changes:
        regions.hold_standing(changes["region"])
    rows.move(organisation, **changes)
    journal.record(organisation, "core.change_organisation", by=by, changed=sorted(changes))
    make_findable(organisation)
    if PLACES & changes.keys():
        pairings.recompute_seats(under(organisation))
        # A party that stands elsewhere gives other organisations their seats.
        pairings.recompute_seats(pairing_ids=organisation.parties.values_list("pairing_id", flat=True))
    if "kind" in changes:
        # A firm does not read what a public body in the same seat reads.
        visibility.refresh(
            Seat.objects.filter(organisation=organisation).values_list("pairing_id", flat=True),
            [organisation.pk],
        )
    return organisation


@action
def close_organisation(organisation: Organisation, *, by: Member | None) -> Organisation:
    """Close an organisation that has no open work and nobody in it; its past stays."""
    access.check(by, "core.close_organisation")
    if not organisation.is_active:
        return organisation
    _check_can_close(organisation)
    rows.move(organisation, is_active=False)
    journal.record(organisation, "core.close_organisation", by=by)
    search.drop("core.organisation", organisation.pk)
    pairings.recompute_seats([organisation.pk])
    return organisation


@action
def reopen_organisation(organisation: Organisation, *, by: Member | None) -> Organisation:
    """Take a closed organisation up again."""
    access.check(by, "core.reopen_organisation")
    if organisation.is_active:
        return organisation
    regions.hold_standing(organisation.region)
    rows.move(organisation, is_active=True)
    journal.record(organisation, "core.reopen_organisation", by=by)
    make_findable(organisation)
    pairings.recompute_seats([organisation.pk])
    return organisation


def checked_kind(kind: str) -> str:
    """One of ``Organisation.Kind``."""
    if kind not in Organisation.Kind.values:
        raise BadInput(
            "core.organisation_kind",
            gettext_noop("There is no kind of organisation {kind}. Take one of {kinds}."),
            kind=kind,
            kinds=", ".join(Organisation.Kind.values),
            field="kind",
        )
    return kind


def under(organisation: Organisation) -> list[int]:
    """The organisation and all under it by primary key (one query a level)."""
    found = [organisation.pk]
    above = found
    while above:
        above = list(Organisation.objects.filter(parent_id__in=above).values_list("pk", flat=True))
        found = found + above
    return found


def make_findable(*organisations: Organisation) -> None:
    """Put organisations into the search, by name, code and credit code."""
    search.put_many(map(finding.of_organisation, organisations))


def _free_credit_code(given: str | None, own: Organisation | None = None) -> str | None:
    if not (given or "").strip():
        return None
    code = check_credit_code(given or "")
    taken = Organisation.objects.filter(credit_code=code).first()
    if taken is not None and (own is None or taken.pk != own.pk):
        raise NotNow(
            "core.credit_code_taken",
            gettext_noop(
                "{organisation} has the credit code {given} already. Compare both business licences."
            ),
            organisation=str(taken),
            given=code,
            field="credit_code",
        )
    return code


def _check_no_circle(organisation: Organisation, parent: Organisation) -> None:
    if parent.pk in under(organisation):
        raise BadInput(
            "core.organisation_circle",
            gettext_noop("{parent} lies under {organisation}. Choose an organisation outside it."),
            parent=str(parent),
            organisation=called(organisation),
            field="parent",
        )


def _check_can_close(organisation: Organisation) -> None:
    work = WorkItem.objects.filter(unit__organisation=organisation, stage=WorkItem.Stage.OPEN).count()
    members = Member.objects.filter(unit__organisation=organisation, is_active=True).count()
    children = Organisation.objects.filter(parent=organisation, is_active=True).count()
    if work or members or children:
        raise NotNow(
            "core.organisation_in_use",
            gettext_noop(
                "{organisation} cannot be closed: it has {work} open work items, {members} active members and "
                "{children} open organisations under it. Hand them over first."
            ),
            organisation=called(organisation),
            work=work,
            members=members,
            children=children,
        )
