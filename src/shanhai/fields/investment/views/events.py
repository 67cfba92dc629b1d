"""Joint promotion events: the list, and one with what each side gives, the firms of it, and the leads that came."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shanhai.core.sheets import exporting
from shanhai.core.sheets.columns import words_of
from shanhai.fields.investment.actions import events as actions
from shanhai.fields.investment.columns.teams import EVENT_GUESTS, EVENT_SIDES
from shanhai.fields.investment.forms import teams as forms
from shanhai.fields.investment.models import EventGuest
from shanhai.fields.investment.queries import events as queries
from shanhai.fields.investment.queries import leads as lead_queries
from shanhai.fields.investment.rules import events as rules
from shanhai.fields.investment.rules import leads as lead_rules
from shanhai.fields.investment.views.lead_forms import units_of
from shanhai.fields.investment.views.leads import may
from shanhai.fields.investment.views.teams import without_version
from shanhai.fields.office.views.shared import form_page, posted, said
from shanhai.fields.registry.views.shared import history
from shanhai.webkit import downloads, listing, undo, words
from shanhai.webkit.listing import Column, Table
from shanhai.webkit.pages import chosen_pairing, member_required

_STAGES = {
    "planned": ("not_started", gettext_lazy("Planned")),
    "held": ("on_track", gettext_lazy("Held")),
    "completed": ("done", gettext_lazy("Closed")),
    "cancelled": ("paused", gettext_lazy("Called off")),
}


def address(event: Any) -> str:
    """The page of an event."""
    return reverse("investment:event", args=[event.number])


def status_of(event: Any) -> tuple[str, str]:
    """Shape and word of its stage."""
    shape, word = _STAGES[event.stage]
    return shape, str(word)


def _convened(event: Any) -> str:
    n = event.n_sides or 0
    return _("both sides") if n == 2 else _("one side") if n else _("nobody yet")


EVENTS = Table(
    code="investment.events",
    columns=(
        Column(
            "title",
            gettext_lazy("Event"),
            kind="link",
            value=lambda row: row.title,
            href=address,
            second=lambda row: row.place,
            stack="full",
        ),
        Column("n_sides", gettext_lazy("Convened by"), value=_convened),
        Column("n_invited", gettext_lazy("Firms invited"), kind="number", value=lambda row: row.n_invited or 0, phone_heading=True),
        Column("n_came", gettext_lazy("Firms that came"), kind="number", value=lambda row: row.n_came or 0, phone_heading=True),
        Column("n_leads", gettext_lazy("Leads from it"), kind="number", value=lambda row: row.n_leads or 0, phone_heading=True),
        Column("cost_fen", gettext_lazy("Cost of both"), kind="money_fen", stack="hide-s"),
        Column("status", gettext_lazy("Status"), kind="status", value=status_of, stack="push"),
        Column("on", gettext_lazy("Day"), kind="date", sort=("on",), index="activity_zone_on"),
    ),
    default_sort="-on",
    sheet=gettext_lazy("promotion events"),
    empty=(
        gettext_lazy("No promotion event yet."),
        gettext_lazy("Plan one: your side convenes it, and the other side joins."),
    ),
)  # fmt: skip


@member_required("investment.view_events")
def events(request: Any) -> HttpResponse:
    """Which events did both sides hold, and what came of them?"""
    pairing = chosen_pairing(request)
    rows = queries.events_of(request.member, pairing)
    context = {
        "finding": _list_finding(rows),
        "may_plan": may(request, "plan_event", pairing.pk),
        "may_import": may(request, "write_event_guests", pairing.pk),
    }
    return listing.render(request, "investment/events.html", EVENTS, rows, context)


def _list_finding(rows: Any) -> str:
    held = list(
        rows.filter(stage__in=("held", "completed")).order_by().values_list("n_sides", "n_came", "n_leads")
    )
    if not held:
        return _("No promotion event was held yet.")
    joint = sum(one[0] == 2 for one in held)
    facts = {
        "n": words.num(len(held)),
        "joint": words.num(joint),
        "came": words.num(sum(one[1] or 0 for one in held)),
        "leads": words.num(sum(one[2] or 0 for one in held)),
    }
    told = ngettext(
        "%(n)s event was held, %(joint)s by both sides: %(came)s firms came and %(leads)s leads came of it.",
        "%(n)s events were held, %(joint)s by both sides: %(came)s firms came and %(leads)s leads came of them.",
        len(held),
    )
    return told % facts


# -- one event -----------------------------------------------------------------------------------------------------


@member_required("investment.view_events")
def event(request: Any, number: str) -> HttpResponse:
    """Who convened it, what did it cost, who came, and what came of it?"""
    one = queries.event_of(request.member, number)
    sides, guests, result = queries.sides_of(one), queries.guests_of(one), queries.result_of(one)
    side = queries.side_in(one, request.member)
    is_over = one.stage in ("held", "completed")

    def may_(name: str) -> bool:
        return bool(side) and one.stage != "cancelled" and may(request, name, one.pairing_id)

    context = {
        "activity": one,
        "status": status_of(one),
        "finding": _finding(one, result),
        "result": result,
        "sides": [_side_row(one, name, sides.get(name)) for name in rules.SIDES],
        "is_joint": len(sides) == len(rules.SIDES),
        "guests": [_guest_row(request, guest) for guest in sorted(guests, key=_first)],
        "may_convene": side not in sides and may_("convene_event"),
        "may_money": side in sides and may_("set_event_money"),
        "may_invite": may_("invite_firm"),
        "may_mark": is_over and may_("mark_guest"),
        "may_lead": is_over and may_("lead_from_event"),
        "may_import": may_("write_event_guests"),
        "marks": one.standing,
        "detail": one.source or _("Made up to fill the example zone; not reported anywhere."),
        "history": history(one),
    }
    return render(request, "investment/event.html", context)


def _finding(one: Any, result: rules.EventResult) -> str:
    facts = {
        "title": one.title,
        "came": words.num(result.came),
        "invited": words.num(result.invited),
        "leads": words.num(result.leads),
    }
    if one.stage in ("held", "completed"):
        return (
            _("%(title)s: %(came)s of %(invited)s invited firms came, and %(leads)s leads came of it.")
            % facts
        )
    return _("%(title)s: %(invited)s firms are invited.") % facts


def _side_row(one: Any, side: str, row: Any) -> dict[str, Any]:
    unit = one.mountain_unit if side == "mountain" else one.sea_unit
    return {"side": side, "name": words_of(EVENT_SIDES, side), "unit": unit, "row": row}


def _first(guest: EventGuest) -> tuple[bool, bool, str]:
    """Firms from which a lead came stand first, those that did not come last."""
    return guest.lead_id is None, guest.came is False, guest.firm


def _guest_row(request: Any, guest: EventGuest) -> dict[str, Any]:
    came = {
        True: ("done", _("Came")),
        False: ("paused", _("Did not come")),
        None: ("not_started", _("Invited")),
    }
    sees = guest.lead is not None and lead_queries.lead_seen(request.member, guest.lead)
    return {
        "guest": guest,
        "status": came[guest.came],
        "by": words_of(EVENT_SIDES, guest.invited_by) if guest.invited_by else "",
        "lead": guest.lead if sees else None,
        "has_hidden_lead": guest.lead is not None and not sees,
        "yes": {"firm": guest.firm, "came": "yes"},
        "no": {"firm": guest.firm, "came": "no"},
    }


def crumbs(one: Any = None) -> list[tuple[str, str]]:
    """The way to the pages of events."""
    found = [(reverse("investment:events"), _("Promotion events"))]
    return found if one is None else [*found, (address(one), one.number)]


@member_required("investment.plan_event")
def plan(request: Any) -> HttpResponse:
    """Plan an event; one's own side convenes it at once."""
    pairing = chosen_pairing(request)
    form = forms.EventForm(request, key=pairing.code)
    for name in ("mountain_unit", "sea_unit"):
        side = name.removesuffix("_unit")
        form.offer(
            name,
            units_of(pairing.pk).filter(
                organisation__seats__pairing_id=pairing.pk, organisation__seats__side=side
            ),
        )
    if form.sent(lambda data: actions.plan_event(pairing, by=request.member, **without_version(data))):
        return said(request, _("Planned and convened for your side; the other side joins on its page."), address(form.result))  # fmt: skip
    return form_page(
        request,
        form,
        name=_("Plan an event"),
        finding=_("Where do both sides promote the park?"),
        crumbs=crumbs(),
    )


@member_required("investment.convene_event")
def convene(request: Any, number: str) -> HttpResponse:
    """Convene it for one's side."""
    one = queries.event_of(request.member, number)
    form = forms.ConveneForm(request)
    if form.sent(lambda data: actions.convene_event(one, by=request.member, **without_version(data))):
        return said(request, _("Your side convenes it too."), address(one))
    return form_page(
        request,
        form,
        name=_("Convene it"),
        finding=_("Does your side convene %s too?") % one.title,
        crumbs=crumbs(one),
    )


@member_required("investment.set_event_money")
def money(request: Any, number: str) -> HttpResponse:
    """What one's side gives and spent."""
    one = queries.event_of(request.member, number)
    row = queries.sides_of(one).get(queries.side_in(one, request.member))
    known = {name: getattr(row, name) for name in ("budget_fen", "cost_fen")} if row else {}
    form = forms.EventMoneyForm(request, initial=known)
    if form.sent(lambda data: actions.set_event_money(one, by=request.member, **without_version(data))):
        return said(request, _("Saved for your side."), address(one))
    return form_page(
        request,
        form,
        name=_("Budget and cost"),
        finding=_("What does your side give to %s?") % one.title,
        crumbs=crumbs(one),
    )


@member_required("investment.invite_firm")
def invite(request: Any, number: str) -> HttpResponse:
    """Invite a firm."""
    one = queries.event_of(request.member, number)
    form = forms.InviteForm(request)
    if form.sent(lambda data: actions.invite_firm(one, by=request.member, **without_version(data))):
        return said(request, _("%s is invited.") % form.result.firm, address(one))
    return form_page(
        request,
        form,
        name=_("Invite a firm"),
        finding=_("Who is invited to %s?") % one.title,
        crumbs=crumbs(one),
    )


@posted("investment.mark_guest")
def came(request: Any, number: str) -> HttpResponse:
    """A firm came, or it did not."""
    one = queries.event_of(request.member, number)
    guest = queries.guest_of(one, request.POST.get("firm", "")[:120])
    actions.mark_guest(guest, came=request.POST.get("came") == "yes", by=request.member)
    return redirect(address(one))


@member_required("investment.lead_from_event")
def lead(request: Any, number: str, firm: str) -> HttpResponse:
    """Which lead came from the firm? For some minutes that can be taken back."""
    one = queries.event_of(request.member, number)
    guest = queries.guest_of(one, firm)
    form = forms.EventLeadForm(request)
    rows = lead_queries.leads_of(request.member, one.pairing).filter(event_guest=None)
    form.offer("lead", rows.exclude(stage=lead_rules.LeadStage.MERGED).order_by("name_sort", "pk"))
    if form.sent(lambda data: actions.lead_from_event(guest, data["lead"], by=request.member)):
        sentence = _("It counts once, and both sides book it.")
        undo.offer(request, sentence, reverse("investment:event_lead_off", args=[number, firm]))
        return redirect(address(one))
    return form_page(
        request,
        form,
        name=_("Lead from it"),
        finding=_("Which lead came from %s?") % guest.firm,
        crumbs=crumbs(one),
    )


@posted("investment.take_lead_off_event")
def lead_off(request: Any, number: str, firm: str) -> HttpResponse:
    """The lead did not come from it."""
    one = queries.event_of(request.member, number)
    actions.take_lead_off_event(queries.guest_of(one, firm), by=request.member)
    return said(request, _("Taken off; the lead stays as it is."), address(one))


@member_required("investment.view_events")
def guests_file(request: Any, number: str, form: str) -> HttpResponse:
    """Its firms as a sheet, which comes back with who came."""
    one, file = queries.event_of(request.member, number), BytesIO()
    exporting.export(EVENT_GUESTS, file, form, member=request.member, pairing=one.pairing, activity_id=one.pk)
    return downloads.sheet(file, f"{one.number}.{form}", form)
