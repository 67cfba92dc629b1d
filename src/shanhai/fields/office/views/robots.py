"""Robots of group chats for who keeps them, and for the administrator what went out and what failed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shanhai.core import access, sentences
from shanhai.core.actions import robots as actions
from shanhai.core.channels import planning
from shanhai.core.models import Organisation, Robot, Unit
from shanhai.core.queries import notices, sendings
from shanhai.fields.office.forms.told import ChangeRobotForm, RobotForm
from shanhai.fields.office.queries import told
from shanhai.fields.office.views import shared
from shanhai.kernel.refusals import Refused
from shanhai.webkit import downloads, listing
from shanhai.webkit.listing import Action, Column, Filter, Table
from shanhai.webkit.pages import member_required


def state_of(robot: Robot) -> tuple[str, str]:
    """Shape and word of how a robot works."""
    if not robot.is_active:
        return "paused", _("Switched off")
    if robot.failures:
        return "late", ngettext("%(n)s failure", "%(n)s failures", robot.failures) % {"n": robot.failures}
    if robot.last_sent_at is None:
        return "not_started", _("Not used yet")
    return "done", _("Works")


ROBOTS = Table(
    code="office.robots",
    columns=(
        Column(
            "name",
            gettext_lazy("Robot"),
            kind="link",
            href=lambda row: reverse("office:robot", args=[row.pk]),
            second=lambda row: f"{told.kind_of(row)} …{row.address_end}",
            sort=("name",),
            index="robot_name",
            stack="grow",
        ),
        Column("whose", gettext_lazy("Whose group"), value=told.whose, stack="full"),
        Column("state", gettext_lazy("Status"), kind="status", value=state_of, stack="push"),
        Column("last_sent_at", gettext_lazy("Last sent"), kind="moment", stack="hide-s"),
        Column("last_error", gettext_lazy("Last failure"), value=lambda row: _failure(row), stack="hide-s"),
    ),
    default_sort="name",
    empty=(
        gettext_lazy("No robots yet."),
        gettext_lazy(
            "Add the robot of a group chat in DingTalk or WeCom; notices for the whole unit then come there too."
        ),
    ),
)


def _failure(robot: Robot) -> str:
    code, _space, said = robot.last_error.partition(" ")
    return told.wrong(code, said)


@member_required("office.view_robots")
def robots(request: Any) -> HttpResponse:
    """Which robots there are, and do they work?"""
    rows = sendings.robots_for(request.member)
    n, failing = rows.filter(is_active=True).count(), rows.filter(is_active=True, failures__gt=0).count()
    context = {"n": n, "failing": failing, "may_add": shared.may(request, "core.add_robot")}
    return listing.render(request, "office/robots.html", ROBOTS, rows, context)


@member_required("core.add_robot")
def new(request: Any) -> HttpResponse:
    """Add a robot: the administrator for anybody, a dispatcher for the own unit."""
    member = request.member
    form = RobotForm(request, initial={"unit": member.unit_id})
    if "administrator" in access.standing(member).roles:
        form.offer("organisation", Organisation.objects.filter(is_active=True).order_by("name_sort", "pk"))
        form.offer(
            "unit",
            Unit.objects.filter(is_active=True)
            .select_related("organisation")
            .order_by("organisation__name_sort", "code"),
        )
    else:
        form.offer("organisation", Organisation.objects.filter(pk=member.unit.organisation_id))
        form.offer("unit", Unit.objects.filter(pk=member.unit_id).select_related("organisation"))

    def call(data: dict[str, Any]) -> Robot:
        organisation, unit = told.group_of(data["organisation"], data["unit"])
        given = {name: data[name] for name in ("kind", "name", "address", "secret")}
        return actions.add_robot(organisation, unit=unit, by=member, **given)

    if form.sent(call):
        return shared.said(
            request,
            _("Added. Send a test message to see that it arrives."),
            reverse("office:robot", args=[form.result.pk]),
        )
    return shared.form_page(
        request,
        form,
        name=_("Add a robot"),
        finding=_("A robot brings the notices of a unit to its group chat"),
        sub=_(
            "In the group: add a custom robot, choose “sign” in DingTalk, and copy its webhook address here."
        ),
        crumbs=[(reverse("office:robots"), _("Robots"))],
    )


@member_required("office.view_robots")
def robot(request: Any, pk: int) -> HttpResponse:
    """Does it work, and what did it bring?"""
    one = sendings.robot_of(request.member, pk)
    latest = [
        (row, told.status_of(row), told.wrong(row.error_code, row.error), str(told.WHAT[row.what]))  # type: ignore[index]
        for row in sendings.of_robot(one, 20)
    ]
    context = {
        "robot": one,
        "state": state_of(one),
        "kind": told.kind_of(one),
        "whose": told.whose(one),
        "failure": _failure(one),
        "latest": latest,
        "people": planning.people_of(one).count(),
        "keeps": actions.keeps(one.unit, one.organisation, request.member)
        and shared.may(request, "core.change_robot"),
    }
    return render(request, "office/robot.html", context)


@member_required("core.change_robot")
def change(request: Any, pk: int) -> HttpResponse:
    """Another name, address or secret."""
    one = sendings.robot_of(request.member, pk)
    form = ChangeRobotForm(request, subject=one)
    if form.sent(lambda data: actions.change_robot(one, by=request.member, **data)):
        return shared.said(request, _("Saved."), reverse("office:robot", args=[pk]))
    return shared.form_page(
        request,
        form,
        name=_("Change"),
        finding=one.name,
        crumbs=[(reverse("office:robots"), _("Robots")), (reverse("office:robot", args=[pk]), one.name)],
    )


def _pressed(request: Any, pk: int, call: Any, sentence: str) -> HttpResponse:
    one = shared.at_version(request, sendings.robot_of(request.member, pk))
    try:
        call(one, by=request.member)
    except Refused as refused:
        messages.error(request, sentences.refusal(refused))
    else:
        messages.success(request, sentence)
    return redirect("office:robot", pk)


@shared.posted("core.switch_robot_off")
def off(request: Any, pk: int) -> HttpResponse:
    """It brings nothing any more."""
    return _pressed(request, pk, actions.switch_robot_off, _("Switched off; what waited for it is dropped."))


@shared.posted("core.switch_robot_on")
def on(request: Any, pk: int) -> HttpResponse:
    """It brings notices again."""
    return _pressed(
        request, pk, actions.switch_robot_on, _("Switched on; it brings what is told from now on.")
    )


@shared.posted("core.try_robot")
def try_it(request: Any, pk: int) -> HttpResponse:
    """A test message."""
    return _pressed(request, pk, actions.try_robot, _("A test message goes out within a minute."))


# -- what went out -------------------------------------------------------------------------------------------------


def _export(request: Any, rows: Any, form: str) -> HttpResponse:
    headings = told.headings_of_sendings()
    lines = ([told.sending_row(row)[name] for name in headings] for row in rows.iterator(1000))
    return downloads.table([str(one) for one in headings.values()], lines, _("Messages sent out"), form)


SENDINGS = Table(
    code="office.sendings",
    columns=(
        Column("created_at", gettext_lazy("When"), kind="moment", sort=("created_at",), index="sending_at"),
        Column(
            "to",
            gettext_lazy("To"),
            value=told.place_of,
            second=lambda row: told.CHANNELS[row.channel],
            stack="grow",
        ),
        Column("what", gettext_lazy("What"), value=lambda row: _shown(row), stack="full"),
        Column("stage", gettext_lazy("Status"), kind="status", value=told.status_of, stack="push"),
        Column(
            "sent_at",
            gettext_lazy("Sent, or due"),
            kind="moment",
            value=lambda row: row.sent_at or (row.due_at if row.stage == "waiting" else None),
        ),
        Column("tries", gettext_lazy("Tries"), kind="number", stack="hide-s"),
        Column(
            "error",
            gettext_lazy("What failed"),
            value=lambda row: told.wrong(row.error_code, row.error),
            stack="full",
        ),
    ),
    filters=(
        Filter(
            "stage",
            gettext_lazy("Status"),
            choices=tuple((str(key), word) for key, word in told.STAGES.items()),
        ),
        Filter(
            "channel",
            gettext_lazy("Channel"),
            choices=tuple((str(key), word) for key, word in told.CHANNELS.items()),
        ),
    ),
    default_sort="-created_at",
    select=True,
    named=lambda row: _shown(row),
    actions=(Action("again", gettext_lazy("Send again"), "office:sendings_again"),),
    export=_export,
    empty=(
        gettext_lazy("No message has gone out yet."),
        gettext_lazy("Members choose e-mail under “How I am told”; robots bring notices to group chats."),
    ),
)


def _shown(row: Any) -> str:
    """What kind of message it is; what it says only in a demonstration, which has no other outbox to look into."""
    if row.fact is None:
        return str(told.WHAT[row.what])
    return notices.words_of(row.fact) if row.is_demo else str(told.WHAT[row.what])


@member_required("office.view_sendings")
def outbox(request: Any) -> HttpResponse:
    """What waits, what went out and what failed?"""
    is_demo = planning.is_demo()
    found = sendings.counts()

    def begin(rows: Any) -> None:
        for row in rows:
            row.is_demo = is_demo

    table = replace(SENDINGS, begin=begin)
    context = {"counts": found, "is_demo": is_demo, "is_mail_on": planning.is_mail_on()}
    return listing.render(request, "office/sendings.html", table, sendings.sendings(), context)


@shared.posted("core.send_again")
def again(request: Any) -> HttpResponse:
    """Send chosen ones again."""
    try:
        n = actions.send_again(sendings.chosen(request.POST.getlist("chosen")), by=request.member)
    except Refused as refused:
        messages.error(request, sentences.refusal(refused))
    else:
        said = ngettext("%(n)s message is sent again.", "%(n)s messages are sent again.", n) % {"n": n}
        messages.success(request, said)
    return redirect("office:sendings")
