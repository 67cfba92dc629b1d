"""Reads of the register of members."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet
from django.utils.translation import get_language

from shanhai.core import access, clock, signs
from shanhai.core.actions.logins import check_username
from shanhai.core.actions.members import checked_email
from shanhai.core.actions.naming import checked_code
from shanhai.core.models import Member, Organisation, RoleGrant, User, WorkItem
from shanhai.core.sheets.columns import Problem
from shanhai.fields.registry.queries.shared import Row, in_chunks, keyed, tried
from shanhai.kernel.refusals import gettext_noop


def as_row(member: Member) -> Row:
    """A member as the register's columns have it."""
    return {
        "code": member.code,
        "unit": member.unit.code,
        "name_zh": member.name_zh,
        "name_en": member.name_en,
        "title": member.title,
        "title_en": member.title_en,
        "login": member.user.username if member.user else "",
        "roles": " ".join(roles_of(member)),
        "phone": member.phone,
        "email": member.email,
        "standing": "illustrative" if member.is_illustrative else "",
    }


def roles_of(member: Member) -> list[str]:
    """The roles of today in the order in which they were given; needs ``with_roles``."""
    return [grant.role for grant in member.grants_today]  # type: ignore[attr-defined]


def with_roles(members: QuerySet[Member]) -> QuerySet[Member]:
    """Members with unit, organisation, login and the roles of today (two statements in all)."""
    day = clock.today()
    today = RoleGrant.objects.filter(from_on__lte=day).exclude(to_on__lt=day).order_by("pk")
    return members.select_related("unit__organisation", "user").prefetch_related(
        Prefetch("grants", today, to_attr="grants_today")
    )


def seen_by(reader: Member | None) -> QuerySet[Member]:
    """The members whom a reader may see: all, or those of the reader's own organisation; None (the system) sees all."""
    if access.may(reader, "core.view_all_members") or reader is None:
        return Member.objects.all()
    return Member.objects.filter(unit__organisation_id=reader.unit.organisation_id)


def sees_people_of(reader: Member, organisation: Organisation) -> bool:
    """Whether the reader may open the pages of an organisation's members."""
    return access.may(reader, "core.view_all_members") or reader.unit.organisation_id == organisation.pk


def rows(member: Member | None, pairing: Any = None, chosen: QuerySet | None = None) -> Iterator[Row]:
    """Members by code: all active ones, or those that a list page has chosen."""
    found = chosen if chosen is not None else with_roles(seen_by(member).filter(is_active=True))
    return in_chunks(found.order_by("code"), as_row)


def current(keys: Sequence[str], pairing: Any = None) -> dict[str, Row]:
    """What the members of these codes are now, former ones included."""
    return keyed(with_roles(Member.objects.filter(code__in=keys)), as_row)


def check(given: Sequence[Row], pairing: Any = None) -> list[list[Problem]]:
    """Roles are known, logins belong to one person, and nobody moves away from open work."""
    codes = [row["code"] for row in given]
    now = current(codes)
    owners = dict(
        User.objects.filter(username__in={row["login"] for row in given if row["login"]}).values_list(
            "username", "memberships__name_zh"
        )
    )
    busy = dict(
        WorkItem.objects.filter(member__code__in=codes, stage=WorkItem.Stage.OPEN)
        .values_list("member__code")
        .annotate(n=Count("pk"))
    )
    return [_problems(row, now.get(row["code"]), owners, busy) for row in given]


def _problems(row: Row, before: Row | None, owners: dict[str, str], busy: dict[str, int]) -> list[Problem]:
    found = tried(lambda: checked_code(row["code"]), "code", row["code"])
    found += tried(lambda: checked_email(row["email"]), "email", row["email"])
    if row["login"]:
        found += tried(lambda: check_username(row["login"]), "login", row["login"])
    unknown = [role for role in row["roles"].split() if role not in signs.roles]
    if unknown:
        found.append(
            Problem(
                0,
                "roles",
                row["roles"],
                "registry.unknown_role",
                gettext_noop("There is no role {role}. Known are {roles}; a space stands between two."),
                {"role": unknown[0], "roles": ", ".join(role.code for role in signs.roles)},
            )
        )
    return found + _about_login(row, before, owners) + _about_unit(row, before, busy)


def _about_login(row: Row, before: Row | None, owners: dict[str, str]) -> list[Problem]:
    held = before["login"] if before else ""
    if row["login"] == held:
        return []
    if held:
        sentence = gettext_noop("The member has the login {login}. Shut it on the member's page first.")
        return [Problem(0, "login", row["login"], "registry.login_held", sentence, {"login": held})]
    if owners.get(row["login"], row["name_zh"]) not in (None, row["name_zh"]):
        sentence = gettext_noop("This login belongs to {owner}. Choose another name.")
        owner = owners[row["login"]]
        return [Problem(0, "login", row["login"], "registry.login_taken", sentence, {"owner": owner})]
    return []


def _about_unit(row: Row, before: Row | None, busy: dict[str, int]) -> list[Problem]:
    n = busy.get(row["code"], 0)
    if before is None or before["unit"] == row["unit"] or not n:
        return []
    sentence = gettext_noop(
        "The member has {n} open work items in {unit}. Assign them to somebody else first."
    )
    facts = {"n": n, "unit": before["unit"]}
    return [Problem(0, "unit", str(row["unit"]), "registry.member_busy", sentence, facts)]


def without_role(rows: QuerySet[Member] | None = None) -> QuerySet[Member]:
    """Of some members, or of all, those active ones who can do nothing, because no role of theirs counts today."""
    day = clock.today()
    running = RoleGrant.objects.filter(member=OuterRef("pk"), from_on__lte=day).exclude(to_on__lt=day)
    # Asked of each member while a list is walked in its order; a list of all who have a role would be made first.
    return (Member.objects.all() if rows is None else rows).filter(~Exists(running), is_active=True)


def role_names(member: Member) -> str:
    """The names of today's roles in the reader's language; needs ``with_roles``."""
    joint = "、" if (get_language() or "").startswith("zh") else ", "
    return joint.join(str(signs.roles[role].name) for role in roles_of(member) if role in signs.roles)
