"""How I am told, what I had others told, and who has read it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from shanhai.core import clock, notices, rulebook, sentences
from shanhai.core.actions import telling as actions
from shanhai.core.channels import planning, quiet
from shanhai.core.queries import notices as notice_queries
from shanhai.core.queries import sendings
from shanhai.core.queries.reach import Reach
from shanhai.core.sheets.cells import MASK
from shanhai.fields.office.forms.told import TellingForm
from shanhai.fields.office.queries import told
from shanhai.fields.office.views import shared
from shanhai.kernel.refusals import Refused
from shanhai.webkit import listing, words
from shanhai.webkit.listing import Column, Filter, Table
from shanhai.webkit.pages import member_required

ACCESS = "office.view_told"
SHOWN_ON_RECORDS = 5


# -- how I am told -------------------------------------------------------------------------------------------------


@member_required(ACCESS)
def how(request: Any) -> HttpResponse:
    """By e-mail at once, by a daily digest or only here, and when the next one goes."""
    member = request.member
    one = actions.telling_of(member)
    form = TellingForm(request, subject=one)
    if form.sent(lambda data: actions.choose_mail(one, mail=data["mail"], by=member)):
        if one.mail != "none" and not planning.is_confirmed(one):
            sentence = _("Chosen. A mail is on its way to your address; open its link to confirm it.")
        else:
            sentence = _("Chosen.")
        return shared.said(request, sentence, reverse("how_told"))
    now = clock.now()
    n, first = sendings.next_due(member)
    today = clock.today()
    context = {
        "form": form,
        "telling": one,
        "finding": _finding(one),
        "is_mail_on": planning.is_mail_on(),
        "is_demo": planning.is_demo(),
        "is_confirmed": planning.is_confirmed(one),
        "address": MASK if member.email else "",
        "hours": rulebook.value("core.working_hours", today).value,
        "digest_at": quiet.next_digest(now),
        "is_quiet": quiet.is_quiet(now),
        "next_moment": quiet.next_moment(now),
        "n_waiting": n,
        "first": first,
        "latest": [(row, told.status_of(row), _titled(row)) for row in sendings.of_member(member, 10)],
        "groups": [(robot, told.whose(robot)) for robot in planning.robots_near([member.pk])],
    }
    return render(request, "office/how_told.html", context, status=form.status)


def _titled(row: Any) -> str:
    return notice_queries.words_of(row.fact) if row.fact else str(told.WHAT[row.what])


def _finding(one: Any) -> str:
    if not planning.is_mail_on():
        return _("You are told on this site only; no e-mail goes out of this installation.")
    if one.mail == "none":
        return _("You are told on this site only.")
    if not planning.is_confirmed(one):
        return _("Your address waits to be confirmed; until then you are told on this site only.")
    if one.mail == "daily":
        return _("You get one daily digest; the next goes %(at)s.") % {
            "at": words.moment(quiet.next_digest(clock.now()))
        }
    return _("You are told by e-mail at once, in working hours.")


@shared.posted("core.send_test")
def test(request: Any) -> HttpResponse:
    """Send oneself a message."""
    try:
        sent = actions.send_test(request.member, by=request.member)
    except Refused as refused:
        messages.error(request, sentences.refusal(refused))
        return redirect("how_told")
    if sent.what == "confirm":
        sentence = _("A mail to confirm your address goes out within a minute.")
    else:
        sentence = _("A test message goes out within a minute.")
    return shared.said(request, sentence, reverse("how_told"))


@member_required("core.confirm_address")
def confirm(request: Any, token: str) -> HttpResponse:
    """Confirm the address to which this link was mailed; a button, so that no mail filter does it by looking."""
    refusal = ""
    if request.method == "POST":
        try:
            actions.confirm_address(request.member, token=token, by=request.member)
        except Refused as refused:
            refusal = sentences.refusal(refused)
        else:
            return shared.said(request, _("Your address is confirmed."), reverse("how_told"))
    return render(
        request, "office/how_told_confirm.html", {"refusal": refusal}, status=404 if refusal else 200
    )


# -- who has read --------------------------------------------------------------------------------------------------


SENT = Table(
    code="office.sent_notices",
    columns=(
        Column("at", gettext_lazy("When"), kind="moment", sort=("at",), index="fact_by_at"),
        Column(
            "what",
            gettext_lazy("What you had told"),
            kind="link",
            value=notice_queries.words_of,
            href=lambda row: reverse("notice_readers", args=[row.pk]),
            stack="full",
        ),
        Column("read", gettext_lazy("Read by"), kind="bar", value=lambda row: row.tally),
    ),
    default_sort="-at",
    begin=lambda rows: _tally(rows),
    empty=(
        gettext_lazy("You had nobody told of anything yet."),
        gettext_lazy(
            "Reminders, rounds, instructions and changes of meetings that you send are listed here."
        ),
    ),
)


def _tally(rows: Any) -> None:
    for row, found in zip(rows, sendings.tallied(rows), strict=True):
        row.tally = (found.read, max(found.told, 1))


@require_GET
@member_required(ACCESS)
def sent(request: Any) -> HttpResponse:
    """What the reader had others told, and how many have read it."""
    rows = sendings.facts_of(request.member)
    return listing.render(request, "office/sent_notices.html", SENT, rows, {"n": rows.count()})


READERS = Table(
    code="office.readers",
    columns=(
        Column("name", gettext_lazy("Who"), value="member.name", stack="grow"),
        Column(
            "unit",
            gettext_lazy("Unit"),
            value=lambda row: f"{row.member.unit.organisation.name} · {row.member.unit.name}",
            stack="full",
        ),
        Column(
            "at", gettext_lazy("Told"), kind="moment", sort=("at",), index="notice_fact_at", stack="hide-s"
        ),
        Column(
            "read",
            gettext_lazy("Has read it"),
            kind="status",
            value=lambda row: (
                ("done", words.moment(row.read_at)) if row.read_at else ("not_started", _("Not yet"))
            ),
            stack="push",
        ),
    ),
    filters=(
        Filter(
            "who",
            gettext_lazy("Who"),
            choices=(
                ("not_yet", gettext_lazy("have not read it yet")),
                ("read", gettext_lazy("have read it")),
            ),
            apply=lambda rows, text: rows.filter(read_at__isnull=text == "not_yet"),
            every=gettext_lazy("everybody"),
        ),
    ),
    default_sort="at",
    empty=(gettext_lazy("Nobody was told."), gettext_lazy("Nobody works where it was sent.")),
)


@require_GET
@member_required(ACCESS)
def readers(request: Any, pk: int) -> HttpResponse:
    """Who has read it, and who not yet."""
    fact = sendings.fact_of(request.member, pk)
    tally = sendings.tallied([fact])[0]
    context = {"fact": fact, "what": notice_queries.words_of(fact), "tally": tally}
    return listing.render(request, "office/readers.html", READERS, sendings.readers(fact), context)


@require_GET
@member_required(ACCESS)
def of_fact(request: Any, pk: int) -> HttpResponse:
    """Where the link of a message in a group leads: to the reader's own notice of the fact, which is read then."""
    notice = sendings.notice_about(request.member, pk)
    if notice.read_at is None:
        notices.mark_read(request.member, [notice.pk])
    return redirect(notice.fact.url or "notices_all")


def panel(request: Any, record: Any) -> SafeString | None:
    """On a record: what the reader or their unit had told of it, and how many have read that."""
    url = getattr(record, "url", "")
    found = sendings.told_on(url, request.member, SHOWN_ON_RECORDS) if url else []
    if not found:
        return None
    lines = [(one, notice_queries.words_of(one.fact)) for one in found]
    return mark_safe(render_to_string("office/_told.html", {"lines": lines}, request))


def reminded(n: int) -> str:
    """What a reminder did, in a sentence."""
    if not n:
        return _("All of them were reminded lately; nobody is told again.")
    return ngettext("%(n)s person was reminded.", "%(n)s people were reminded.", n) % {"n": n}


def shown(found: Reach) -> dict[str, Any]:
    """What a page says of whom a reminder will reach (``office/_whom.html``)."""
    return {
        "reach": found,
        "whom": [(one, told.way(one, found)) for one in found.people],
        "groups": [(robot, told.whose(robot)) for robot in found.groups],
    }
