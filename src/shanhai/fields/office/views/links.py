"""Phone links for those who issue them: the form on a record, the card with its code, the list, and what ends a link."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shanhai.core import access, link_rules, links, records, signs
from shanhai.core.actions import links as actions
from shanhai.core.models import PhoneLink
from shanhai.core.queries import journal
from shanhai.core.queries import links as queries
from shanhai.fields.office.forms import links as forms
from shanhai.fields.office.queries import said
from shanhai.fields.office.views import shared
from shanhai.kernel.refusals import NotFound, gettext_noop
from shanhai.webkit import listing, undo, words
from shanhai.webkit.listing import Column, Filter, Table
from shanhai.webkit.pages import member_required

State = link_rules.State
_SHAPES = {
    State.UNUSED: "not_started",
    State.BOUND: "on_track",
    State.DONE: "done",
    State.EXPIRED: "paused",
    State.LOCKED: "at_risk",
    State.REVOKED: "paused",
}
# The panel of a record shows the latest.
_ON_PANEL = 5


def status_of(link: PhoneLink) -> tuple[str, str]:
    """Shape and word of how a link stands."""
    state = queries.state_of(link)
    word = str(said.LINK_STATES[state])
    return _SHAPES[state], word[:1].upper() + word[1:]


def _kind_name(link: PhoneLink) -> str:
    kind = signs.link_kinds.get(link.kind)
    return str(kind.name) if kind is not None else link.kind


LINKS = Table(
    code="office.links",
    columns=(
        Column(
            "holder",
            gettext_lazy("For"),
            kind="link",
            href=lambda row: row.url,
            second=lambda row: f"{said.LINK_ROLES[row.role]} · {links.phone(row)}",
            stack="full",
        ),
        Column("opens", gettext_lazy("Opens"), value=_kind_name, stack="grow"),
        Column("state", gettext_lazy("State"), kind="status", value=status_of, stack="push"),
        Column(
            "until_on",
            gettext_lazy("Until"),
            kind="date",
            value=queries.last_day,
            sort=("expires_at",),
            index="link_unit_expires",
            phone_heading=True,
        ),
        Column(
            "used",
            gettext_lazy("Last opened"),
            kind="moment",
            value="used_at",
            phone_heading=True,
        ),
        Column(
            "issued",
            gettext_lazy("Issued"),
            kind="moment",
            value="issued_at",
            sort=("issued_at",),
            index="link_unit_issued",
            stack="hide-s",
        ),
        Column(
            "by",
            gettext_lazy("Issued by"),
            value=lambda row: row.issued_by.name if row.issued_by else words.NOTHING,
            stack="hide-s",
        ),
    ),
    filters=(
        Filter(
            "state",
            gettext_lazy("State"),
            choices=list(said.LINK_STATES.items()),
            apply=queries.in_state,
            every=gettext_lazy("all"),
        ),
    ),
    default_sort="-issued",
    sheet=gettext_lazy("Phone links"),
    begin=queries.know_tries,
    empty=(
        gettext_lazy("Your unit has shared nothing by phone link."),
        gettext_lazy(
            "A record that somebody without an account can help with has “Share by link” at its right."
        ),
    ),
)


@member_required("office.view_links")
def index(request: Any) -> HttpResponse:
    """Who outside has a link of ours, and which of them are at work?"""
    every = queries.links_for(request.member)
    counts = queries.tally(every)
    context = {"finding": _list_finding(counts), "sub": _list_sub(counts)}
    return listing.render(request, "office/links.html", LINKS, every.order_by(), context)


def _list_finding(counts: dict[State, int]) -> str:
    open_ = counts[State.UNUSED] + counts[State.BOUND]
    if not open_:
        return _("No phone link is open.")
    return ngettext(
        "%(n)s phone link is open; %(unused)s not opened yet, %(done)s done.",
        "%(n)s phone links are open; %(unused)s not opened yet, %(done)s done.",
        open_,
    ) % {"n": open_, "unused": counts[State.UNUSED], "done": counts[State.DONE]}


def _list_sub(counts: dict[State, int]) -> str:
    if counts[State.LOCKED]:
        return ngettext(
            "%(n)s is locked after too many wrong numbers.",
            "%(n)s are locked after too many wrong numbers.",
            counts[State.LOCKED],
        ) % {"n": counts[State.LOCKED]}
    return _("A link opens one thing for one person, on the phone with the number that you gave.")


# -- on a record ---------------------------------------------------------------------------------------------------


def panel(request: Any, record: Any) -> SafeString | None:
    """The links that open a record, and the way to share it."""
    kinds = links.kinds_for(record._meta.label_lower)
    if not kinds:
        return None
    offered = [kind for kind in kinds if queries.may_issue(request.member, record, kind)]
    found = list(queries.links_on(request.member, record)[: _ON_PANEL + 1])
    if not found and not offered:
        return None
    queries.know_tries(found)
    context = {
        "lines": [(link, status_of(link), said.LINK_ROLES[link.role]) for link in found[:_ON_PANEL]],
        "more": len(found) > _ON_PANEL,
        "may_issue": bool(offered),
        "record_kind": record._meta.label_lower,
        "record": record,
    }
    return mark_safe(render_to_string("office/_links.html", context, request))


@member_required("core.issue_link")
def issue(request: Any, kind: str, pk: int) -> HttpResponse:
    """Share a task or statement with somebody who has no account."""
    record = records.found(request.member, kind, pk)
    offered = [one for one in links.kinds_for(kind) if queries.may_issue(request.member, record, one)]
    if not offered:
        raise NotFound(
            "office.link_of_nothing",
            gettext_noop(
                "Nothing of this record can be shared by link. Open a record that has “Share by link” at its right."
            ),
        )
    form = forms.IssueForm(request, kinds=offered, until_on=queries.default_until())

    def call(data: dict[str, Any]) -> Any:
        return actions.issue_link(record, by=request.member, **data)

    if form.sent(call):
        return _made(request, *form.result)
    return shared.form_page(
        request,
        form,
        name=_("Share by link"),
        finding=_("Who shall open it on their phone?"),
        sub=records.title(record),
        crumbs=[(records.url(record), records.title(record))],
    )


def _made(request: Any, link: PhoneLink, token: str) -> HttpResponse:
    """The page with the card, once: the token is not kept, so this answer is kept nowhere either."""
    address = request.build_absolute_uri(reverse("phone_landing", args=[token]))
    context = {
        "link": link,
        "address": address,
        "code": qr(address),
        "role": said.LINK_ROLES[link.role],
        "opens": _kind_name(link),
        "phone": links.phone(link),
        "until_on": queries.last_day(link),
        "record": links.record_of(link),
        "title": records.title(links.record_of(link)),
        "record_url": records.url(links.record_of(link)),
    }
    answer = render(request, "office/link_made.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


def qr(address: str) -> SafeString:
    """An address as a picture that a phone reads: lines of SVG, no file and no script."""
    import segno

    drawn = segno.make(address, error="m", micro=False).svg_inline(
        scale=4, border=2, omitsize=True, svgclass="qr"
    )
    return mark_safe(drawn.replace("<svg ", f'<svg role="img" aria-label="{_("Code for the camera")}" ', 1))


# -- one link ------------------------------------------------------------------------------------------------------


@member_required("office.view_links")
def link(request: Any, code: str) -> HttpResponse:
    """Is it open, on which phone, and what was done by it?"""
    one = queries.link_of(request.member, code)
    record: Any = links.record_of(one)
    state = queries.state_of(one)
    mine = one.unit_id == request.member.unit_id
    living = one.stage in link_rules.LIVING
    return render(
        request,
        "office/link.html",
        {
            "link": one,
            "status": status_of(one),
            "finding": _finding(one, state),
            "opens": _kind_name(one),
            "role": said.LINK_ROLES[one.role],
            "phone": links.phone(one),
            "until_on": queries.last_day(one),
            "tries_left": queries.tries_left(one),
            "title": records.title(record),
            "record_url": records.url(record) if records.sees(request.member, record) else "",
            "history": _history(one),
            "may_extend": mine and living and _may(request, "core.extend_link", one),
            "may_revoke": mine and living and _may(request, "core.revoke_link", one),
            "may_renew": mine and living and state != State.EXPIRED and _may(request, "core.renew_link", one),
            "may_release": mine
            and living
            and (state == State.BOUND or one.wrong_tries)
            and _may(request, "core.release_link", one),
        },
    )


def _may(request: Any, code: str, one: PhoneLink) -> bool:
    return access.may(request.member, code, owner=one)


def _finding(one: PhoneLink, state: State) -> str:
    facts = {"holder": one.holder, "day": words.day(queries.last_day(one), "year")}
    if state == State.DONE:
        return _("%(holder)s has done it, %(at)s.") % (facts | {"at": words.moment(one.done_at)})
    if state == State.REVOKED:
        return _("The link for %(holder)s is revoked, since %(at)s.") % (
            facts | {"at": words.moment(one.revoked_at)}
        )
    sentences = {
        State.UNUSED: _("%(holder)s has not opened it yet; it opens until %(day)s."),
        State.BOUND: _("%(holder)s has it open on one phone, until %(day)s."),
        State.EXPIRED: _("Its last day, %(day)s, has passed; %(holder)s cannot open it any more."),
        State.LOCKED: _("Locked: too many wrong phone numbers were typed for the link of %(holder)s."),
    }
    return sentences[state] % facts


def _history(one: PhoneLink, limit: int = 30) -> list[dict[str, Any]]:
    found = []
    for entry in journal.everything_of(one)[:limit]:
        body = journal.body_of(entry)
        facts = body.get("facts", {})
        told = facts.get("outcome") or facts.get("answer") or ""
        found.append(
            {
                "at": entry.at,
                "who": journal.by_name(body) or _("The platform"),
                "what": journal.action_name(entry),
                "word": facts.get("reason") or said.LINK_OUTCOMES.get(told, ""),
            }
        )
    return found


@member_required("core.extend_link")
def extend(request: Any, code: str) -> HttpResponse:
    """Give it a later last day."""
    one = queries.link_of(request.member, code)
    form = forms.ExtendForm(request, subject=one, initial={"until_on": queries.default_until()})
    if form.sent(lambda data: actions.extend_link(one, by=request.member, **data)):
        sentence = _("It opens until %s now.") % words.day(queries.last_day(one), "year")
        undo.offer(request, sentence, reverse("office:link_unextend", args=[code]))
        return redirect(one.url)
    return shared.form_page(
        request,
        form,
        name=_("Extend"),
        finding=_("Until when shall %s be able to open it?") % one.holder,
        sub=_("Now it opens until %s.") % words.day(queries.last_day(one), "year"),
        crumbs=_crumbs(one),
    )


@shared.posted("core.take_back_extension")
def unextend(request: Any, code: str) -> HttpResponse:
    """The undo of extending."""
    one = queries.link_of(request.member, code)
    actions.take_back_extension(one, by=request.member)
    return shared.said(request, _("Taken back; its last day is what it was."), one.url)


@member_required("core.revoke_link")
def revoke(request: Any, code: str) -> HttpResponse:
    """End it, after a look at who uses it."""
    one = queries.link_of(request.member, code)
    form = forms.RevokeForm(request)
    if form.sent(lambda data: actions.revoke_link(one, reason=data["reason"], by=request.member)):
        sentence = _("Revoked: whoever opens it is told so, and whom to call.")
        undo.offer(request, sentence, reverse("office:link_restore", args=[code]))
        return redirect(one.url)
    return shared.form_page(
        request,
        form,
        name=_("Revoke"),
        finding=_("Shall the link of %s open nothing any more?") % one.holder,
        sub=_finding(one, queries.state_of(one)),
        crumbs=_crumbs(one),
    )


@shared.posted("core.restore_link")
def restore(request: Any, code: str) -> HttpResponse:
    """The undo of revoking."""
    one = queries.link_of(request.member, code)
    actions.restore_link(one, by=request.member)
    return shared.said(request, _("It opens again as before."), one.url)


@shared.posted("core.release_link")
def release(request: Any, code: str) -> HttpResponse:
    """Let another phone in."""
    one = shared.at_version(request, queries.link_of(request.member, code))
    actions.release_link(one, by=request.member)
    return shared.said(request, _("The next phone with the right number is let in."), one.url)


@shared.posted("core.renew_link")
def renew(request: Any, code: str) -> HttpResponse:
    """Make its code and address anew."""
    one = shared.at_version(request, queries.link_of(request.member, code))
    return _made(request, *actions.renew_link(one, by=request.member))


def _crumbs(one: PhoneLink) -> list[tuple[str, str]]:
    return [(reverse("office:links"), _("Phone links")), (one.url, one.holder)]
