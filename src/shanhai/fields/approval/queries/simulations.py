"""Simulations of joint review: what may be simulated, and those that were asked for in a pairing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from shanhai.core import access
from shanhai.core.models import Member, Pairing, TaskRun
from shanhai.core.queries.pairings import within
from shanhai.fields.approval.queries import analyses, catalogues
from shanhai.fields.approval.rules import profiles
from shanhai.fields.approval.rules.catalogue import PROFILES, as_plain
from shanhai.kernel.refusals import NotFound, gettext_noop

KIND = "approval.simulate_cases"
DEFAULT = "zhejiang-90"
_OVER = (TaskRun.Stage.DONE, TaskRun.Stage.FAILED, TaskRun.Stage.CANCELLED)
_OURS = {"national-120", "zhejiang-100", "zhejiang-90", "low-risk-20"}


@dataclass(frozen=True, slots=True)
class Source:
    """What is simulated: a shipped regime (``zhejiang-90``) or a version of a catalogue (``LQ-ZJ90:2``)."""

    key: str
    name: str


def sources(pairing: Pairing) -> list[Source]:
    """The shipped regimes, then the catalogues in force on the land of a pairing's parties."""
    chinese = (get_language() or "").startswith("zh")
    found = [Source(value, zh if chinese else en) for value, en, zh in PROFILES if value in _OURS]
    for party in pairing.parties.select_related("organisation__region").order_by("pk"):
        for version in catalogues.in_force_at(party.organisation.region.code):
            one = Source(f"{version.catalogue.code}:{version.number}", version.catalogue.name)
            if one not in found:
                found.append(one)
    return found


def document_of(key: str) -> dict[str, Any]:
    """The document of a source, as plain data.

    Raises
    ------
    NotFound
        ``approval.no_profile``, or that of an unknown catalogue or version.
    """
    code, _, number = key.partition(":")
    if number.isdecimal():
        return as_plain(catalogues.version_of(code[:40], int(number[:6])).document)
    return as_plain(profiles.profile(code))


def simulations_of(member: Member | None, pairing: Pairing) -> QuerySet[TaskRun]:
    """The simulations of a pairing and those nested in it, the latest first: all who may analyse compare them."""
    return (
        TaskRun.objects.filter(kind=KIND, pairing_id__in=within(pairing))
        .select_related("member")
        .order_by("-asked_at", "-pk")
    )


def over(member: Member | None) -> QuerySet[TaskRun]:
    """The simulations and analyses of logs that are over, in the order in which they were asked for; all for the system.

    A member sees the simulations of the pairings of a seat, and the logs that the member brought.
    """
    rows = TaskRun.objects.filter(
        kind__in=(KIND, analyses.KIND), stage__in=_OVER, member__isnull=False, pairing_id__isnull=False
    )
    if member is not None:
        rows = rows.filter(Q(member=member) | Q(kind=KIND, pairing_id__in=access.standing(member).sides))
    return rows.order_by("asked_at", "pk")


def simulation_of(member: Member | None, pairing: Pairing, pk: int) -> TaskRun:
    """One simulation of a pairing.

    Raises
    ------
    NotFound
        ``approval.no_simulation``
    """
    found = simulations_of(member, pairing).filter(pk=pk).first()
    if found is None:
        raise NotFound(
            "approval.no_simulation",
            gettext_noop("There is no such simulation in this pairing. Look at those that there are."),
        )
    return found
