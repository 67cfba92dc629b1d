"""Pairings: the zone with what is nested in it, one pairing, and who is in charge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from shanhai.core import access, clock
from shanhai.core.actions import pairings as core_actions
from shanhai.core.models import Pairing
from shanhai.core.queries import pairings as core_pairings
from shanhai.fields.pairing import actions, columns, printed, queries
from shanhai.fields.pairing.forms import pairings as forms
from shanhai.fields.pairing.queries import pages
from shanhai.fields.pairing.views import shared
from shanhai.webkit import undo, words
from shanhai.webkit.pages import chosen_pairing, member_required

# A panel names at most so many commitments; the list has them all.
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Line:
    """One pairing in the tree, with the commitment to look at first."""

    pairing: Pairing
    parties: list[Any]
    tally: queries.Tally
    agreements: int
    first: shared.Row | None

    @property
    def more(self) -> int:
        """Commitments beside the one that is shown."""
        return self.tally.total - 1

    @property
    def is_illustrative(self) -> bool:
        return self.pairing.is_illustrative

    @property
    def source(self) -> str:
        return self.pairing.source


@member_required("pairing.view_pairings")
def zone(request: Any) -> HttpResponse:
    """Which pairings deliver what they promised, and which do not?"""
    pairing = chosen_pairing(request)
    found = pages.pairings_in(request.member, pairing)
    lines = _lines(found)
    own = next((line for line in lines if line.pairing.pk == pairing.pk), None)
    nested = [line for line in lines if line.pairing.pk != pairing.pk]
    beside = queries.side_by_side(request.member)
    return render(
        request,
        "pairing/zone.html",
        {
            "pairing": pairing,
            "own": own,
            "groups": _by_level(nested),
            "nested": nested,
            "well": sum(1 for line in nested if not line.tally.late and not line.tally.at_risk),
            "late": [line for line in nested if line.tally.late],
            "beside": [
                {"zone": one, "said": f"{one.tally.on_track}/{one.tally.total}"}
                for one in beside
                if len(beside) > 1
            ],
            "mark": shared.mark_of(lines),
            "detail": shared.detail_of(lines),
            "sides": shared.party_names(found[0]) if found else {},
            "may_open": access.may(request.member, "core.open_pairing"),
        },
    )


def _lines(found: list[Pairing]) -> list[Line]:
    ids = [one.pk for one in found]
    agreements = pages.agreements_by_pairing(ids)
    by_pairing: dict[int, list[queries.Progress]] = {}
    for progress in queries.commitments_this_year(ids):
        by_pairing.setdefault(progress.commitment.pairing_id, []).append(progress)
    lines = []
    for one in found:
        here = by_pairing.get(one.pk, [])
        first = pages.worst(here)
        lines.append(
            Line(
                one,
                list(one.parties.all()),
                queries.tally(here),
                agreements[one.pk],
                shared.Row(first) if first else None,
            )
        )
    return lines


def _by_level(lines: list[Line]) -> list[tuple[str, list[Line]]]:
    """Grouped by level, in each group what is late or at risk first."""
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(line.pairing.level, []).append(line)
    for group in groups.values():
        group.sort(key=lambda line: (-line.tally.late, -line.tally.at_risk, line.pairing.code))
    names = _level_names()
    return [(names[level], group) for level, group in groups.items()]


def _level_names() -> dict[str, str]:
    return {
        "city": _("Cities"),
        "county": _("Counties"),
        "department": _("Departments"),
        "township": _("Townships"),
        "village": _("Villages"),
        "school": _("Schools"),
        "hospital": _("Hospitals"),
        "enterprise": _("Enterprises"),
    }


@member_required("pairing.view_pairings")
def pairing(request: Any, code: str) -> HttpResponse:
    """Does this pairing deliver, who answers for it, and what is next?"""
    one = pages.pairing_of(request.member, code)
    nested = [other for other in pages.pairings_in(request.member, one) if other.pk != one.pk]
    progress = queries.commitments_this_year([one.pk])
    late = queries.late_of([one.pk], progress)
    rows = shared.rows_of(progress)
    exceptions = [row for row in rows if row.status in ("late", "at_risk")]
    shown = exceptions or [row for row in rows if row.commitment.is_main] or rows
    agreements = list(queries.agreements_of(request.member, one).filter(pairing=one))
    under = _lines(nested) if nested else []
    under_first = [line for line in under if line.tally.late or line.tally.at_risk]
    events = pages.history_of(one, nested)
    return render(
        request,
        "pairing/pairing.html",
        {
            "pairing": one,
            "parties": list(one.parties.all()),
            "sides": shared.party_names(one),
            "level": shared.word(columns.LEVELS, one.level),
            "tally": queries.tally(progress),
            "finding": shared.tally_sentence(queries.tally(progress)),
            "rows": shown[:_SHOWN],
            "is_exceptions": bool(exceptions),
            "total": len(rows),
            "late": late,
            "agreements": _agreement_lines(agreements),
            "charges": [
                {"charge": charge, "field": shared.field_word(charge.field)}
                for charge in queries.in_charge([one.pk], clock.today())
            ],
            "next": queries.next_meeting([one.pk]),
            "nested": under_first or under,
            "nested_total": len(under),
            "events": events,
            "mark": shared.mark_of([row.progress for row in shown]),
            "events_mark": shared.mark_of(events),
            "may_change": access.may(request.member, "core.change_pairing", pairing_id=one.pk),
            "may_end": access.may(request.member, "core.end_pairing", pairing_id=one.pk) and not one.ended_on,
            "may_draft": shared.may(request, "draft_agreement", one.pk) and not one.ended_on,
        },
    )


def _agreement_lines(found: list[Any]) -> list[dict[str, Any]]:
    from shanhai.fields.pairing.views.agreements import stage_status

    place = {stage: n for n, stage in enumerate(("signed", "draft", "expired", "ended", "replaced"))}
    return [
        {"agreement": one, "status": stage_status(one), "field": shared.field_word(one.field)}
        for one in sorted(found, key=lambda one: (place[one.stage], one.number))
    ]


# -- forms ---------------------------------------------------------------------------------------------------------


def _home(pairing: Pairing) -> str:
    return reverse("pairing:pairing", args=[pairing.code])


def _crumbs(pairing: Pairing | None = None) -> list[shared.Crumb]:
    crumbs = [(reverse("pairing:pairings"), _("Pairings"))]
    return crumbs if pairing is None else [*crumbs, (_home(pairing), pairing.name)]


@member_required("core.open_pairing")
def open_pairing(request: Any) -> HttpResponse:
    """Open a pairing, under the one in the top bar if one is chosen."""
    parents = core_pairings.pairings_of(request.member).filter(ended_on=None)
    above = request.GET.get("under") or (request.pairing.code if request.pairing else "")
    parent = parents.filter(code=above).first()
    form = forms.PairingForm(request, parents=parents, initial={"parent": parent.pk if parent else None})

    def call(data: dict[str, Any]) -> Pairing:
        parties = [(data.pop(role), role) for role in ("mountain", "sea", "host")]
        return core_actions.open_pairing(
            parties=[(body, role) for body, role in parties if body is not None], by=request.member, **data
        )

    if form.sent(call):
        return shared.said(
            request, _("The pairing is open; its parties have their seats."), _home(form.result)
        )
    return shared.form_page(
        request,
        form,
        name=_("Open a pairing"),
        finding=_("A pairing begins with its parties: who stands on the mountain side, who on the sea side?"),
        sub=_("Everybody in the organisations of its parties gets a seat and sees what both sides share."),
        crumbs=_crumbs(),
    )


@member_required("core.change_pairing")
def change(request: Any, code: str) -> HttpResponse:
    """Change name, level, first day and description."""
    one = pages.pairing_of(request.member, code)
    form = forms.ChangePairingForm(request, subject=one)
    if form.sent(lambda data: core_actions.change_pairing(one, by=request.member, **data)):
        return shared.said(request, _("Saved."), _home(one))
    return shared.form_page(
        request,
        form,
        name=_("Change the pairing"),
        finding=_("How both sides call this pairing, and what it is for."),
        crumbs=_crumbs(one),
    )


@member_required("core.add_party")
def add_party(request: Any, code: str) -> HttpResponse:
    """Take one more party in."""
    one = pages.pairing_of(request.member, code)
    form = forms.PartyForm(request, subject=one, key=f"{one.code}-party")

    def call(data: dict[str, Any]) -> Any:
        return core_actions.add_party(
            one, data["organisation"], data["role"], from_on=data["from_on"], by=request.member
        )

    if form.sent(call):
        return shared.said(request, _("The party is in the pairing."), _home(one))
    return shared.form_page(
        request,
        form,
        name=_("Add a party"),
        finding=_("Who else takes part in %s?") % one.name,
        sub=_("The new party sees from then on what both sides share."),
        crumbs=_crumbs(one),
    )


@member_required("core.end_pairing")
def end(request: Any, code: str) -> HttpResponse:
    """End a pairing with a reason; its records stay."""
    one = pages.pairing_of(request.member, code)
    form = forms.EndForm(request, subject=one, initial={"on": clock.today()})
    form.button = _("End the pairing")
    if form.sent(
        lambda data: core_actions.end_pairing(one, on=data["on"], reason=data["reason"], by=request.member)
    ):
        undo.offer(
            request,
            _("The pairing has ended. Its records stay."),
            reverse("pairing:pairing_reopen", args=[one.code]),
        )
        return redirect(_home(one))
    return shared.form_page(
        request,
        form,
        name=_("End the pairing"),
        finding=_("%s ends with a reason that all its parties read.") % one.name,
        sub=_("Agreements, deliveries and minutes stay, and so do the seats of those who may read them."),
        crumbs=_crumbs(one),
    )


@shared.posted("core.reopen_pairing")
def reopen(request: Any, code: str) -> HttpResponse:
    """The undo of ending."""
    one = pages.pairing_of(request.member, code)
    core_actions.reopen_pairing(one, by=request.member)
    return shared.said(request, _("The pairing runs again."), _home(one))


# -- who is in charge ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One field of the pairing and who answers for it on each side."""

    name: str
    people: dict[str, list[Any]]

    @property
    def mountain(self) -> list[Any]:
        return self.people["mountain"]

    @property
    def sea(self) -> list[Any]:
        return self.people["sea"]

    @property
    def gaps(self) -> list[str]:
        return [side for side, people in self.people.items() if not people]


@member_required("pairing.view_pairings")
def charges(request: Any) -> HttpResponse:
    """Who answers for what on each side, and where is nobody named?"""
    pairing = chosen_pairing(request)
    day = clock.today()
    found = pages.charges_of(request.member, pairing)
    now = [one for one in found if one.from_on <= day and (one.to_on is None or one.to_on >= day)]
    lines = _field_lines(pairing, [one for one in now if one.pairing_id == pairing.pk])
    gaps = sum(len(line.gaps) for line in lines)
    own = shared.own_side(request, pairing.pk)
    return render(
        request,
        "pairing/charges.html",
        {
            "pairing": pairing,
            "lines": lines,
            "gaps": gaps,
            "people": len({one.member_id for one in now}),
            "nested": [
                {"charge": one, "field": shared.field_word(one.field)}
                for one in now
                if one.pairing_id != pairing.pk
            ],
            "past": [one for one in found if one.to_on is not None and one.to_on < day],
            "own": own,
            "mark": shared.mark_of(now),
            "detail": shared.detail_of(now),
            "sides": shared.party_names(pages.pairing_of(request.member, pairing.code)),
            "may_put": bool(own) and shared.may(request, "put_in_charge", pairing.pk),
            "may_end": bool(own) and shared.may(request, "end_charge", pairing.pk),
        },
    )


def _field_lines(pairing: Pairing, now: list[Any]) -> list[FieldLine]:
    """The whole pairing first, then the fields that its agreements in force are about."""
    wanted = ["", *(value for value, _en, _zh in columns.FIELDS)]
    in_use = set(
        queries.agreements_of(None, pairing).filter(stage="signed").order_by().values_list("field", flat=True)
    ) | {one.field for one in now}
    lines = []
    for field in wanted:
        if field and field not in in_use:
            continue
        people = {
            side: [one for one in now if one.field == field and one.side == side]
            for side in ("mountain", "sea")
        }
        lines.append(FieldLine(shared.field_word(field), people))
    return lines


@member_required("pairing.put_in_charge")
def put_in_charge(request: Any) -> HttpResponse:
    """Name who is in charge for the own side."""
    pairing = chosen_pairing(request)
    side = shared.own_side(request, pairing.pk)
    people = core_pairings.members_on(pairing, side or "mountain").order_by("name_sort", "pk")
    form = forms.ChargeForm(request, members=people, key=pairing.code, initial={"from_on": clock.today()})

    def call(data: dict[str, Any]) -> Any:
        return actions.put_in_charge(pairing, data.pop("member"), by=request.member, **data)

    if form.sent(call):
        said = _("%s is in charge.") % form.result.member.name
        return shared.said(request, said, reverse("pairing:charges"))
    return shared.form_page(
        request,
        form,
        name=_("Put somebody in charge"),
        finding=_("Who answers for it on your side?"),
        sub=_("What is late is brought before the person in charge of its field, else of the whole pairing."),
        crumbs=[(reverse("pairing:charges"), _("Who is in charge"))],
    )


@member_required("pairing.end_charge")
def end_charge(request: Any, pk: int) -> HttpResponse:
    """Say that somebody is no longer in charge."""
    one = pages.charge_of(request.member, pk)
    form = forms.LastDayForm(request, subject=one, initial={"on": clock.today()})
    if form.sent(lambda data: actions.end_charge(one, on=data["on"], by=request.member)):
        return shared.said(
            request,
            _("%(person)s is in charge until %(day)s.")
            % {"person": one.member.name, "day": words.day(one.to_on)},
            reverse("pairing:charges"),
        )
    return shared.form_page(
        request,
        form,
        name=_("No longer in charge"),
        finding=_("Until when is %s in charge?") % one.member.name,
        sub=_("Name the next one, or what is late goes to whoever is in charge of the whole pairing."),
        crumbs=[(reverse("pairing:charges"), _("Who is in charge"))],
    )


@member_required("pairing.view_home")
def zone_text(request: Any) -> HttpResponse:
    """How the cooperation stands, in a few lines to be copied into a chat group."""
    pairing = chosen_pairing(request)
    root = request.build_absolute_uri("/").rstrip("/")
    context = {
        "text": printed.zone_text(request.member, pairing, root),
        "title": pairing.name,
        "url": reverse("home"),
    }
    return render(request, "webkit/text.html", context)
