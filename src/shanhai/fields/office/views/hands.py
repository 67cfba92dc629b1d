"""Sharing work out: remind, assign, take up, watch, answer in the row, and who stands in for whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shanhai.core import clock, replies, sentences, signs, undo
from shanhai.core.actions import work as actions
from shanhai.core.models import Deputy, Member, WorkItem
from shanhai.fields.office.forms.work import AssignForm, DeputyForm, HandOverForm
from shanhai.fields.office.queries import work as own
from shanhai.fields.office.views.shared import posted
from shanhai.fields.office.views.told import reminded, shown
from shanhai.fields.office.views.work import file_of, need_of, row_of
from shanhai.kernel.refusals import BadInput, NotFound, NotNow, Refused, gettext_noop
from shanhai.webkit import undo as undoing
from shanhai.webkit.pages import member_required

_SALT = "shanhai.office.moved"


def _chosen(request: Any) -> list[WorkItem]:
    """The rows that were chosen, as far as they still stand in the member's lists."""
    return own.chosen(request.member, request.POST.getlist("chosen"))


def _back(request: Any) -> HttpResponse:
    """To the list that the button stood in."""
    address = reverse("my_work")
    came_from = urlsplit(request.headers.get("Referer", "")).path
    return redirect(came_from if came_from.startswith(address) else address)


def _refused(request: Any, refusal: Refused) -> HttpResponse:
    messages.error(request, sentences.refusal(refusal))
    return _back(request)


# -- several rows at once ------------------------------------------------------------------------------------------


@posted("core.remind_of")
def remind(request: Any) -> HttpResponse:
    """Whom it will reach; sent only after that was seen."""
    items = _chosen(request)
    try:
        if "sure" in request.POST:
            told_now = actions.remind_of(items, by=request.member)
            messages.success(request, reminded(len(told_now)))
            return _back(request)
        actions.check_some(items)
    except Refused as refusal:
        return _refused(request, refusal)
    found = actions.reach_of(items, request.member)
    context = {"items": items, **shown(found)}
    return render(request, "office/remind.html", context)


@posted("core.assign_items")
def assign(request: Any) -> HttpResponse:
    """To whom of the unit; moved after somebody was chosen."""
    items = _chosen(request)
    try:
        actions.check_some(items)
        people = own.people_of(item.unit for item in items)
        if not people:
            raise BadInput(
                "office.several_units",
                gettext_noop(
                    "The chosen work belongs to several units. Give out the work of one unit at a time."
                ),
            )
    except Refused as refusal:
        return _refused(request, refusal)
    form = AssignForm(request if "to" in request.POST else None, people=people)
    if "to" in request.POST:
        to = next((one for one in people if one.code == request.POST["to"]), None)
        done = form.sent(lambda _data: actions.assign_items(items, to=to, by=request.member))
        if done:
            moved = form.result
            said = ngettext(
                "%(n)s thing is now with %(who)s.", "%(n)s things are now with %(who)s.", len(moved)
            )
            facts = {"n": len(moved), "who": to.name if to else items[0].unit.name}
            undoing.offer(request, said % facts, reverse("office:work_unassign", args=[_packed(moved)]))
            return _back(request)
    context = {"items": items, "needs": [need_of(item) for item in items], "form": form}
    return render(request, "office/assign.html", context, status=form.status if "to" in request.POST else 200)


def _packed(moved: list[actions.Moved]) -> str:
    rows = [[one.item, one.before, one.version] for one in moved]
    return signing.dumps([clock.now().isoformat(), rows], salt=_SALT, compress=True)


@posted("core.take_back_assignment")
def unassign(request: Any, packed: str) -> HttpResponse:
    """Undo an assignment while that is offered."""
    from datetime import datetime

    try:
        at, rows = signing.loads(packed, salt=_SALT)
    except signing.BadSignature:
        raise NotFound(
            "office.no_such_undo", gettext_noop("This cannot be taken back any more. Assign it anew.")
        ) from None
    if clock.now() > undo.until(datetime.fromisoformat(at)):
        raise NotNow("office.undo_over", gettext_noop("The time to take this back is over. Assign it anew."))
    back = actions.take_back_assignment([actions.Moved(*row) for row in rows], by=request.member)
    said = ngettext("%(n)s thing is back where it was.", "%(n)s things are back where they were.", back)
    messages.success(request, said % {"n": back})
    return _back(request)


@posted("core.claim_item")
def claim(request: Any) -> HttpResponse:
    """Take up what nobody has."""
    return _each(request, lambda item: actions.claim_item(item, by=request.member), _taken_up)


def _taken_up(n: int) -> str:
    return ngettext("You have taken up %(n)s thing.", "You have taken up %(n)s things.", n) % {"n": n}


@posted("core.watch")
def watch(request: Any) -> HttpResponse:
    """Follow the records of the chosen rows."""
    return _each(request, lambda item: actions.watch(item, by=request.member), _watched)


def _watched(n: int) -> str:
    return ngettext("You watch %(n)s record.", "You watch %(n)s records.", n) % {"n": n}


@posted("core.unwatch")
def unwatch(request: Any) -> HttpResponse:
    """Follow the records of the chosen rows no longer."""
    return _each(request, lambda item: actions.unwatch(item, by=request.member), _unwatched)


def _unwatched(n: int) -> str:
    return ngettext("You watch %(n)s record no longer.", "You watch %(n)s records no longer.", n) % {"n": n}


def _each(request: Any, call: Callable[[WorkItem], Any], said: Callable[[int], str]) -> HttpResponse:
    """Do one thing to every chosen row, all or none."""
    from shanhai.core.writing import action

    items = _chosen(request)

    @action
    def everything() -> None:
        actions.check_some(items)
        for item in items:
            call(item)

    try:
        everything()
    except Refused as refusal:
        return _refused(request, refusal)
    messages.success(request, said(len(items)))
    return _back(request)


@posted("office.view_work")
def export(request: Any) -> HttpResponse:
    """The chosen rows as a workbook."""
    return file_of(_chosen(request), "xlsx")


@posted("office.view_work")
def printed(request: Any) -> HttpResponse:
    """The chosen rows on a sheet of paper."""
    return render(request, "office/work_print.html", {"rows": [row_of(item) for item in _chosen(request)]})


# -- an answer in the row ------------------------------------------------------------------------------------------


@posted("office.view_work")
def answer(request: Any, key: int) -> HttpResponse:
    """Do what a row offers; the action of its field asks whether the member may."""
    items = own.chosen(request.member, [key])
    code = request.POST.get("do", "")
    if not items:
        messages.error(request, _("This waits for you no longer. Somebody else may have done it."))
        return _back(request)
    item = items[0]
    try:
        said = own.do(item, code, request.POST.get("word", "")[:500], request.member)
    except Refused as refusal:
        messages.error(request, sentences.refusal(refusal))
        return redirect(f"{reverse('my_work')}?open={key}#item-{key}")
    kind = signs.work_kinds.get(item.kind)
    chosen = kind.action(code) if kind else None
    climb = replies.of_item(item)
    if climb is not None and replies.may_take_back(climb, request.member):
        undoing.offer(request, said, reverse("office:reply_take_back", args=[climb.pk]))
    elif chosen is not None and chosen.undo:
        undoing.offer(request, said, reverse("office:work_unanswer", args=[key, code]))
    else:
        messages.success(request, said)
    return _back(request)


@posted("office.view_work")
def unanswer(request: Any, key: int, code: str) -> HttpResponse:
    """Take an answer back while that is offered."""
    item = WorkItem.objects.filter(pk=key, done_by=request.member).select_related("unit").first()
    kind = signs.work_kinds.get(item.kind) if item else None
    chosen = kind.action(code) if kind else None
    if item is None or item.done_at is None or chosen is None or not chosen.undo:
        raise NotFound(
            "office.nothing_to_take_back",
            gettext_noop(
                "There is no answer of yours to take back here. Open the record to see how it stands."
            ),
        )
    if clock.now() > undo.until(item.done_at):
        raise NotNow(
            "office.answer_stands",
            gettext_noop("The time to take this back is over. Open the record to put it right."),
        )
    messages.success(request, str(signs.call(chosen.undo)(item, request.member)))
    return _back(request)


# -- who stands in -------------------------------------------------------------------------------------------------


@member_required("office.view_work")
def deputy(request: Any) -> HttpResponse:
    """Who does my work while I am away, and who takes it over for good?"""
    member = request.member
    people = list(
        Member.objects.filter(unit__organisation_id=member.unit.organisation_id, is_active=True)
        .exclude(pk=member.pk)
        .order_by("name_sort", "pk")
    )
    which = request.POST.get("which", "")
    by_code = {one.code: one for one in people}
    today = clock.today()
    dates = DeputyForm(request if which == "dates" else None, people=people, initial={"from_on": today})
    for_good = HandOverForm(request if which == "good" else None, people=people)
    if which == "dates" and dates.sent(
        lambda data: actions.name_deputy(
            member,
            deputy=by_code[data["deputy"]],
            from_on=data["from_on"],
            to_on=data["to_on"],
            by=member,
        )
    ):
        messages.success(request, _("%(name)s stands in for you.") % {"name": dates.result.deputy.name})
        return redirect("office:deputy")
    if which == "good" and for_good.sent(
        lambda data: actions.hand_over_work(member, to=by_code[data["to"]], by=member)
    ):
        said = ngettext("%(n)s thing was handed over.", "%(n)s things were handed over.", for_good.result)
        messages.success(request, said % {"n": for_good.result})
        return redirect("my_work")
    named = WorkItem.objects.filter(member=member, stage=WorkItem.Stage.OPEN)
    context = {
        "deputies": Deputy.objects.filter(member=member)
        .select_related("deputy")
        .order_by("-from_on", "-pk")[:20],
        "stands_in": Deputy.objects.filter(deputy=member, ended_on=None)
        .exclude(to_on__lt=today)
        .select_related("member")
        .order_by("from_on", "pk"),
        "n": named.count(),
        "dates": dates,
        "for_good": for_good,
        "people": people,
        "today": today,
    }
    failed = dates if which == "dates" else for_good if which == "good" else None
    return render(request, "office/deputy.html", context, status=failed.status if failed else 200)


@posted("core.dismiss_deputy")
def deputy_end(request: Any, key: int) -> HttpResponse:
    """End a standing-in of one's own today."""
    row = own.deputy_of(request.member, key)
    actions.dismiss_deputy(row, by=request.member)
    messages.success(request, _("%(name)s stands in for you no longer.") % {"name": row.deputy.name})
    return redirect("office:deputy")
