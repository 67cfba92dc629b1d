"""Seconded officers: who is where, what they do, which appraisals are due, and the handover at the end."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shanhai.core import clock
from shanhai.core.counting import count_bounded
from shanhai.core.models import StayAppraisal
from shanhai.fields.pairing import actions, columns, queries
from shanhai.fields.pairing.forms import people as forms
from shanhai.fields.pairing.forms.pairings import ReasonForm
from shanhai.fields.pairing.forms.shared import choices
from shanhai.fields.pairing.models import Secondment
from shanhai.fields.pairing.queries import pages, registered
from shanhai.fields.pairing.views import shared
from shanhai.webkit import listing, words
from shanhai.webkit.listing import Column, Filter, Table
from shanhai.webkit.pages import chosen_pairing, member_required
from shanhai.webkit.remember import for_reader

RUNNING = "running"
# Direction to the sides: who sends, who hosts.
_HOST_SIDE = {"to_sea": "sea", "to_mountain": "mountain"}


def host_side(secondment: Secondment) -> str:
    """The side that hosts, and so appraises."""
    return _HOST_SIDE[secondment.direction]


def waiting_appraisal(secondment: Secondment) -> StayAppraisal | None:
    """The appraisal that is due next, or has been for longest."""
    if secondment.stay.stage != RUNNING:
        return None
    return next((one for one in secondment.stay.appraisals.all() if one.given_on is None), None)


def stay_status(secondment: Secondment) -> tuple[str, str]:
    """Shape and word of a secondment: an appraisal that is late, or an end that is near, stands out."""
    stay = secondment.stay
    word = shared.word(columns.STAY_STAGES, stay.stage).capitalize()
    if stay.stage == RUNNING:
        waiting, day = waiting_appraisal(secondment), clock.today()
        if stay.to_on < day:
            return "late", _("Past its end")
        if waiting is not None and waiting.due_on < day:
            return "late", _("Appraisal late")
        return "on_track", word
    return {"planned": "not_started", "ended": "done", "cancelled": "paused"}[stay.stage], word


def _appraised(secondment: Secondment) -> Any:
    waiting = waiting_appraisal(secondment)
    return waiting.due_on if waiting else None


def _tasks(secondment: Secondment) -> str:
    tasks = secondment.stay.tasks.all()
    done = sum(1 for task in tasks if task.done_on is not None)
    return f"{done}/{len(tasks)}" if tasks else words.NOTHING


SECONDMENTS = Table(
    code="pairing.secondments",
    columns=(
        Column(
            "person",
            gettext_lazy("Officer"),
            kind="link",
            value=lambda row: row.stay.person.name,
            href=lambda row: row.url,
            second=lambda row: f"{row.stay.home.name} · {shared.word(columns.PROFESSIONS, row.profession)}",
            stack="full",
        ),
        Column(
            "host",
            gettext_lazy("Post"),
            kind="side",
            value=lambda row: (host_side(row), row.stay.host.name),
            second=lambda row: row.stay.post_said,
            stack="full",
        ),
        Column(
            "from_on",
            gettext_lazy("From"),
            kind="date",
            sort=("from_on",),
            index="secondment_zone_from",
            stack="hide-s",
        ),
        Column(
            "to_on",
            gettext_lazy("To"),
            kind="date",
            sort=("to_on",),
            index="secondment_zone_to",
            phone_heading=True,
        ),
        Column("tasks", gettext_lazy("Tasks done"), value=_tasks, stack="hide-s"),
        Column("appraisal", gettext_lazy("Next appraisal"), kind="due", value=_appraised),
        Column("stage", gettext_lazy("Status"), kind="status", value=stay_status, stack="push"),
    ),
    filters=(
        Filter(
            "direction",
            gettext_lazy("Direction"),
            choices=lambda _request: choices(columns.DIRECTIONS_OF_STAY)(),
        ),
        Filter(
            "stage",
            gettext_lazy("Stage"),
            choices=lambda _request: choices(columns.STAY_STAGES)(),
            field="stay__stage",
        ),
        Filter(
            "profession", gettext_lazy("Profession"), choices=lambda _request: choices(columns.PROFESSIONS)()
        ),
    ),
    export=shared.export_of(columns.SECONDMENTS),
    default_sort="-from_on",
    keeps_count=True,
    empty=(
        gettext_lazy("Nobody is seconded yet."),
        gettext_lazy("A secondment starts with an officer, a post on the other side, a term and tasks."),
    ),
)


@member_required("pairing.view_secondments")
def secondments(request: Any) -> HttpResponse:
    """Who works on the other side, and which appraisals and handovers wait?"""
    pairing = chosen_pairing(request)
    counts, late_n, late = for_reader(
        request, "pairing.secondments", (pairing.pk,), lambda: _head(request.member, pairing)
    )
    return listing.render(
        request,
        "pairing/secondments.html",
        SECONDMENTS,
        pages.with_appraisals(queries.secondments_of(request.member, pairing)),
        {
            "pairing": pairing,
            "finding": _list_finding(counts.total(), late_n),
            "to_sea": counts["to_sea"],
            "to_mountain": counts["to_mountain"],
            "late": late,
            "may_second": shared.may(request, "second_officer", pairing.pk) and not pairing.ended_on,
        },
    )


# So many appraisals stand above the list; the rest are in it.
_SHOWN_LATE = 50


def _head(member: Any, pairing: Any) -> tuple[Counter[str], int, list[StayAppraisal]]:
    """Officers in post by direction, how many appraisals are due or late, and those that wait longest."""
    waiting = queries.appraisals_of(queries.zone_reach(member, pairing), clock.today())
    return (
        pages.officer_counts(member, pairing),
        count_bounded(waiting),
        list(waiting[:_SHOWN_LATE]),
    )


def _list_finding(total: int, late: int) -> str:
    if not total:
        return _("No officer is in post on the other side.")
    said = ngettext("%(n)s officer is in post", "%(n)s officers are in post", total) % {
        "n": listing.counted(total)
    }
    tail = (
        ngettext("%(n)s appraisal is due or late", "%(n)s appraisals are due or late", late)
        % {"n": listing.counted(late)}
        if late
        else _("all appraisals are given")
    )
    return f"{said}{'，' if words.is_chinese() else ', '}{tail}{'。' if words.is_chinese() else '.'}"


# -- one stay ------------------------------------------------------------------------------------------------------


@member_required("pairing.view_secondments")
def secondment(request: Any, code: str) -> HttpResponse:
    """What is the officer there for, how is it going, and who takes over?"""
    one = queries.secondment_of(request.member, code)
    stay, here = one.stay, one.pairing_id
    side, own = host_side(one), shared.own_side(request, here)
    is_running = stay.stage == RUNNING
    is_open = stay.stage in (RUNNING, "planned")
    waiting = waiting_appraisal(one)
    return render(
        request,
        "pairing/secondment.html",
        {
            "secondment": one,
            "stay": stay,
            "status": stay_status(one),
            "finding": _finding(one),
            "direction": shared.word(columns.DIRECTIONS_OF_STAY, one.direction),
            "profession": shared.word(columns.PROFESSIONS, one.profession),
            "host_side": side,
            "home_side": "mountain" if side == "sea" else "sea",
            "tasks": list(stay.tasks.all()),
            "appraisals": [
                {"one": one_, "grade": shared.word(columns.GRADES, one_.grade), "is_next": one_ == waiting}
                for one_ in stay.appraisals.all()
            ],
            "mark": shared.mark_of([one]),
            "detail": shared.detail_of([one]),
            "history": shared.history(one),
            "is_open": is_open,
            "may_task": is_open and shared.may(request, "give_officer_task", here),
            "may_finish": is_open and shared.may(request, "finish_officer_task", here),
            "may_appraise": is_running and own == side and shared.may(request, "appraise", here),
            "may_prolong": is_open and shared.may(request, "prolong_secondment", here),
            "may_end": is_running and shared.may(request, "end_secondment", here),
            "may_cancel": stay.stage == "planned" and shared.may(request, "cancel_secondment", here),
        },
    )


def _finding(one: Secondment) -> str:
    stay, waiting = one.stay, waiting_appraisal(one)
    facts = {
        "person": stay.person.name,
        "host": stay.host.name,
        "from_on": words.day(stay.from_on, "year"),
        "to_on": words.day(stay.to_on, "year"),
    }
    if stay.stage == "planned":
        return _("%(person)s goes to %(host)s on %(from_on)s.") % facts
    if stay.stage == "cancelled":
        return _("The secondment of %(person)s to %(host)s was called off.") % facts
    if stay.stage == "ended":
        facts["successor"] = stay.successor.name if stay.successor else words.NOTHING
        return _("%(person)s has handed over to %(successor)s.") % facts
    if waiting is not None and waiting.due_on < clock.today():
        return _("%(person)s is at %(host)s until %(to_on)s; an appraisal is late.") % facts
    return _("%(person)s is at %(host)s until %(to_on)s.") % facts


# -- writing -------------------------------------------------------------------------------------------------------


def _crumbs(one: Secondment | None = None) -> list[shared.Crumb]:
    crumbs = [(reverse("pairing:secondments"), _("Secondments"))]
    return crumbs if one is None else [*crumbs, (one.url, one.stay.person.name)]


@member_required("pairing.second_officer")
def second(request: Any) -> HttpResponse:
    """Send an officer to a post of the other side."""
    pairing = chosen_pairing(request)
    form = forms.SecondmentForm(
        request, pairing=pairing, key=pairing.code, initial={"from_on": clock.today()}
    )

    def call(data: dict[str, Any]) -> Any:
        unit = data.pop("host_unit")
        return actions.second_officer(
            pairing, host=unit.organisation, host_unit=unit, by=request.member, **data
        )

    if form.sent(call):
        return shared.said(request, _("The secondment is planned; the host unit is told."), form.result.url)
    return shared.form_page(
        request,
        form,
        name=_("Second an officer"),
        finding=_("Who goes to which post of the other side, for how long, and to do what?"),
        sub=_("An appraisal is due each half-year and at the end. It ends only with a handover."),
        crumbs=_crumbs(),
    )


@member_required("pairing.give_officer_task")
def give_task(request: Any, code: str) -> HttpResponse:
    """One more task."""
    one = queries.secondment_of(request.member, code)
    form = forms.TaskForm(request)
    if form.sent(lambda data: actions.give_officer_task(one, by=request.member, **data)):
        return shared.said(request, _("The task is given."), one.url)
    return shared.form_page(
        request,
        form,
        name=_("Give a task"),
        finding=_("What is %s to do there?") % one.stay.person.name,
        crumbs=_crumbs(one),
    )


@member_required("pairing.finish_officer_task")
def finish_task(request: Any, code: str, pk: int) -> HttpResponse:
    """What came of a task."""
    one = queries.secondment_of(request.member, code)
    task = registered.task_of(one, pk)
    form = forms.FinishTaskForm(request, subject=task, initial={"on": clock.today()})
    if form.sent(
        lambda data: actions.finish_officer_task(
            one, task, on=data["on"], outcome=data["outcome"], by=request.member
        )
    ):
        return shared.said(request, _("The outcome is on record."), one.url)
    return shared.form_page(
        request,
        form,
        name=_("Outcome of a task"),
        finding=_("What came of “%s”?") % task.title_said,
        crumbs=_crumbs(one),
    )


@member_required("pairing.appraise")
def appraise(request: Any, code: str, pk: int) -> HttpResponse:
    """Appraise as the side that hosts."""
    one = queries.secondment_of(request.member, code)
    appraisal = registered.appraisal_of(one, pk)
    form = forms.AppraisalForm(request, subject=appraisal, initial={"on": clock.today()})
    if form.sent(lambda data: actions.appraise(one, appraisal, by=request.member, **data)):
        return shared.said(request, _("The appraisal is given."), one.url)
    kind = _("final appraisal") if appraisal.is_final else _("half-yearly appraisal")
    return shared.form_page(
        request,
        form,
        name=_("Appraise"),
        finding=_("%(person)s, %(kind)s due on %(day)s: how did the officer do?")
        % {"person": one.stay.person.name, "kind": kind, "day": words.day(appraisal.due_on)},
        sub=one.stay.post_said,
        crumbs=_crumbs(one),
        tasks=list(one.stay.tasks.all()),
        template="pairing/appraise.html",
    )


@member_required("pairing.prolong_secondment")
def prolong(request: Any, code: str) -> HttpResponse:
    """Another last day."""
    one = queries.secondment_of(request.member, code)
    form = forms.ProlongForm(request, subject=one, initial={"to_on": one.to_on})
    if form.sent(lambda data: actions.prolong_secondment(one, by=request.member, **data)):
        return shared.said(request, _("The last day is %s.") % words.day(one.to_on, "year"), one.url)
    return shared.form_page(
        request,
        form,
        name=_("Change the last day"),
        finding=_("%(person)s stays until %(day)s. Until when instead, and why?")
        % {"person": one.stay.person.name, "day": words.day(one.to_on, "year")},
        crumbs=_crumbs(one),
    )


@member_required("pairing.end_secondment")
def hand_over(request: Any, code: str) -> HttpResponse:
    """End it: only with a successor and what was handed over."""
    one = queries.secondment_of(request.member, code)
    form = forms.HandoverForm(request, pairing=one.pairing, subject=one, initial={"on": clock.today()})
    if form.sent(
        lambda data: actions.end_secondment(
            one, on=data["on"], successor=data["successor"], handover=data["handover"], by=request.member
        )
    ):
        return shared.said(request, _("Handed over; the secondment has ended."), one.url)
    open_tasks = [task.title_said for task in one.stay.tasks.all() if task.done_on is None]
    sub = _("Open tasks go to the successor: %s.") % shared.listed(open_tasks) if open_tasks else ""
    return shared.form_page(
        request,
        form,
        name=_("Hand over"),
        finding=_("Who takes over from %s, and what is handed over?") % one.stay.person.name,
        sub=sub or _("A secondment ends only with a handover: no work is left without an owner."),
        crumbs=_crumbs(one),
    )


@member_required("pairing.cancel_secondment")
def cancel(request: Any, code: str) -> HttpResponse:
    """Call off one that has not begun."""
    one = queries.secondment_of(request.member, code)
    form = ReasonForm(request, subject=one)
    form.button = _("Call it off")
    if form.sent(lambda data: actions.cancel_secondment(one, reason=data["reason"], by=request.member)):
        return shared.said(request, _("The secondment is called off."), one.url)
    return shared.form_page(
        request,
        form,
        name=_("Call the secondment off"),
        finding=_("Why does %s not go?") % one.stay.person.name,
        crumbs=_crumbs(one),
    )
