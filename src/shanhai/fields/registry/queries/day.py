"""The administrator's day: what the registers hold, and what they lack."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from shanhai.core import clock, rulebook
from shanhai.core.calendar import calendar
from shanhai.core.models import (
    Batch,
    Document,
    Import,
    Member,
    Organisation,
    Region,
    RoleGrant,
    Sweep,
    Unit,
)
from shanhai.core.queries import journal
from shanhai.fields.registry.queries import members, rules, units


@dataclass(frozen=True, slots=True)
class Matter:
    """Something that the administrator should look at: what, why, and where to do it."""

    code: str
    n: int
    what: str
    why: str
    url: str
    button: str
    weight: str = "at_risk"  # a status: late where something has failed already


@dataclass(frozen=True, slots=True)
class Held:
    """One register and how much it holds."""

    code: str
    name: str
    url: str
    n: int
    note: str = ""


def matters() -> list[Matter]:
    """What needs the administrator, failures first (a constant number of statements)."""
    found = [found for look in _LOOKS if (found := look()) is not None]
    return sorted(found, key=lambda matter: matter.weight != "late")


def _sweeps() -> Matter | None:
    n = Sweep.objects.exclude(error="").count()
    if not n:
        return None
    return Matter(
        "sweeps",
        n,
        ngettext("%(n)s sweep of the tick failed", "%(n)s sweeps of the tick failed", n) % {"n": n},
        gettext("Reminders, escalations or seals may be missing since then."),
        reverse("registry:state"),
        gettext("See what failed"),
        "late",
    )


def _without_role() -> Matter | None:
    n = members.without_role().count()
    if not n:
        return None
    return Matter(
        "without_role",
        n,
        ngettext("%(n)s member has no role", "%(n)s members have no role", n) % {"n": n},
        gettext("They can log in and do nothing. Give a role, or end the membership."),
        reverse("registry:members") + "?state=idle",
        gettext("See them"),
    )


def _ending_roles() -> Matter | None:
    day = clock.today()
    days = rulebook.whole("core.role_ends_notice_days", day)
    ending = RoleGrant.objects.filter(
        member__is_active=True, to_on__gte=day, to_on__lte=day + timedelta(days=days)
    )
    n = ending.count()
    if not n:
        return None
    return Matter(
        "ending_roles",
        n,
        ngettext("%(n)s role ends within %(days)s days", "%(n)s roles end within %(days)s days", n)
        % {"n": n, "days": days},
        gettext("Who holds it should keep it, or somebody else should get it before."),
        reverse("registry:roles"),
        gettext("See roles"),
    )


def _expired_roles() -> Matter | None:
    day = clock.today()
    same = RoleGrant.objects.filter(
        Q(to_on=None) | Q(to_on__gte=day), member=OuterRef("member"), role=OuterRef("role"), from_on__lte=day
    )
    month_ago = day - timedelta(days=30)
    expired = RoleGrant.objects.filter(member__is_active=True, to_on__lt=day, to_on__gte=month_ago)
    n = expired.filter(~Exists(same)).count()
    if not n:
        return None
    return Matter(
        "expired_roles",
        n,
        ngettext("%(n)s role ended in the last 30 days", "%(n)s roles ended in the last 30 days", n)
        % {"n": n},
        gettext("Was that meant? The work of a unit may be without a signer or dispatcher."),
        reverse("registry:roles"),
        gettext("See roles"),
    )


def _without_dispatcher() -> Matter | None:
    n = units.without_dispatcher().count()
    if not n:
        return None
    return Matter(
        "without_dispatcher",
        n,
        ngettext("%(n)s unit has no dispatcher", "%(n)s units have no dispatcher", n) % {"n": n},
        gettext("Work that comes in waits until somebody of the unit sees it by chance."),
        reverse("registry:units"),
        gettext("See units"),
    )


def _calendar() -> Matter | None:
    day = clock.today()
    month = rulebook.whole("core.calendar_notice_month", day)
    year = day.year if calendar().is_provisional(day) else day.year + 1
    is_due = year == day.year or day.month >= month
    if not is_due or not calendar().is_provisional(date(year, 6, 1)):
        return None
    return Matter(
        "calendar",
        1,
        gettext("The calendar of %(year)s is provisional") % {"year": year},
        gettext("Deadlines count plain weekdays until the official notice is loaded."),
        reverse("registry:notice"),
        gettext("Load the notice"),
    )


def _assumed() -> Matter | None:
    n = sum(line.is_assumed for line in rules.of_today())
    if not n:
        return None
    return Matter(
        "assumed",
        n,
        ngettext("%(n)s figure is only assumed", "%(n)s figures are only assumed", n) % {"n": n},
        gettext("Nobody has confirmed them. Read the source and add the value as verified."),
        reverse("registry:rulebook") + "?shown=assumed",
        gettext("See them"),
    )


def _unsealed() -> Matter | None:
    n = journal.unsealed_count()
    last = journal.seals().first()
    minutes = rulebook.whole("core.seal_minutes", clock.today())
    is_late = last is None or clock.now() - last.sealed_at > timedelta(minutes=minutes)
    if not n or not is_late:
        return None
    return Matter(
        "unsealed",
        n,
        ngettext("%(n)s journal entry is not sealed", "%(n)s journal entries are not sealed", n)
        % {"n": f"{n:,}"},
        gettext(
            "Seals are made each minute while the platform runs; until then a change would leave no trace."
        ),
        reverse("registry:seals"),
        gettext("See seals"),
    )


def _imports() -> Matter | None:
    waiting = (Import.Stage.CHECKED, Import.Stage.MAPPING)
    n = Import.objects.filter(stage__in=waiting, batch=None).count()
    n += Batch.objects.filter(stage__in=waiting).count()
    if not n:
        return None
    return Matter(
        "imports",
        n,
        ngettext("%(n)s import waits to be checked", "%(n)s imports wait to be checked", n) % {"n": n},
        gettext("Nothing of it is written yet; a draft is kept for seven days."),
        reverse("registry:imports"),
        gettext("See imports"),
    )


_LOOKS: tuple[Callable[[], Matter | None], ...] = (
    _sweeps,
    _without_role,
    _expired_roles,
    _ending_roles,
    _without_dispatcher,
    _calendar,
    _imports,
    _assumed,
    _unsealed,
)


def holdings() -> list[Held]:
    """The registers with what they hold (one statement each)."""
    regions = Region.objects.filter(valid_to=None)
    organisations = Organisation.objects.filter(is_active=True)
    made_up = organisations.aggregate(n=Count("pk"), illustrative=Count("pk", filter=Q(is_illustrative=True)))
    people = Member.objects.filter(is_active=True).aggregate(
        n=Count("pk"), logins=Count("user", distinct=True)
    )
    said = gettext("%(n)s illustrative") % {"n": made_up["illustrative"]} if made_up["illustrative"] else ""
    return [
        Held("regions", gettext("Regions"), reverse("registry:regions"), regions.count()),
        Held(
            "organisations",
            gettext("Organisations"),
            reverse("registry:organisations"),
            made_up["n"],
            said,
        ),
        Held(
            "units", gettext("Units"), reverse("registry:units"), Unit.objects.filter(is_active=True).count()
        ),
        Held(
            "members",
            gettext("Members"),
            reverse("registry:members"),
            people["n"],
            ngettext("%(n)s login", "%(n)s logins", people["logins"]) % {"n": people["logins"]},
        ),
        Held(
            "documents",
            gettext("Documents"),
            reverse("registry:documents"),
            Document.objects.filter(withdrawn_on=None).count(),
            gettext("those shown to you are listed"),
        ),
    ]


def failed_sweeps() -> list[Any]:
    """The sweeps of the tick, failed ones first."""
    return sorted(Sweep.objects.all(), key=lambda sweep: (not sweep.error, sweep.name))
