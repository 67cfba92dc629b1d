"""Pages of factor requests: the queue with what is left to grant, and one request."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shanhai.core import access, clock, records
from shanhai.core import replies as prepared
from shanhai.core.actions import documents
from shanhai.core.indicators import standing_of
from shanhai.core.models import Climb
from shanhai.fields.office import columns
from shanhai.fields.office.actions import factors as actions
from shanhai.fields.office.forms import factors as forms
from shanhai.fields.office.forms.problems import ReasonForm
from shanhai.fields.office.models import FactorGrant, FactorRequest
from shanhai.fields.office.queries import factors as queries
from shanhai.fields.office.queries import said
from shanhai.fields.office.rules import factors as rules
from shanhai.fields.office.views import factor_pools, replies, shared
from shanhai.fields.registry.queries import papers
from shanhai.fields.registry.views.shared import export_of
from shanhai.webkit import listing, timeline, undo, words
from shanhai.webkit.listing import Column, Filter, Table
from shanhai.webkit.pages import chosen_pairing, member_required

Stage = rules.Stage


def status_of(one: FactorRequest) -> tuple[str, str]:
    """Shape and word: what is past its day stands out, what is over rests."""
    word = str(said.FACTOR_STAGES[one.stage])
    word = word[:1].upper() + word[1:]
    if one.stage == Stage.FULFILLED:
        return "done", word
    if one.stage in rules.OVER:
        return "paused", word
    if one.needed_by < clock.today():
        return "late", word
    return ("at_risk" if one.level != "handler" else "on_track"), word


def _shown(found: Any, text: str) -> Any:
    if text == "late":
        return found.filter(stage__in=rules.IN_QUEUE, needed_by__lt=clock.today())
    if text == "passed":
        return found.filter(passed_over__grant__taken_back_on=None, passed_over__isnull=False).distinct()
    if text == "fulfilled":
        return found.filter(stage=Stage.FULFILLED)
    return found


def _asked(one: FactorRequest) -> str:
    whole = said.amount(one.quantity, one.measure)
    if not one.granted:
        return whole
    return _("%(granted)s of %(whole)s") % {
        "granted": said.amount(one.granted, one.measure), "whole": whole,
    }  # fmt: skip


# Bars of waiting days end here; the tick stands where a request of the first level climbs.
LONGEST = 40
FACTORS = Table(
    code="office.factors",
    columns=(
        Column(
            "queue",
            gettext_lazy("Request"),
            kind="link",
            value=lambda row: row.title,
            href=lambda row: row.url,
            second=lambda row: f"{row.number} · {said.FACTORS[row.kind]} · {row.asker.name}",
            sort=("priority", "needed_by", "asked_on"),
            index="factor_zone_queue",
            stack="full",
        ),
        Column(
            "order",
            gettext_lazy("Order"),
            value=lambda row: _("park first") if row.is_park else _("after the park"),
            stack="nw",
        ),
        Column("asked", gettext_lazy("Asked"), value=_asked, stack="nw"),
        Column(
            "waited",
            gettext_lazy("Waited, wd"),
            kind="bar",
            value=lambda row: (queries.waited_days(row), LONGEST, row.climbs_after),
            phone_heading=True,
        ),
        Column("needed_by", gettext_lazy("Needed by"), kind="due",
               value=lambda row: (row.needed_by, not row.is_waiting)),
        Column(
            "unit",
            gettext_lazy("Is with"),
            kind="side",
            value=lambda row: (row.side, row.unit.organisation.name),
            second=lambda row: said.LEVELS[row.level],
        ),
        Column("status", gettext_lazy("Status"), kind="status", value=status_of, stack="push"),
        Column(
            "asked_on",
            gettext_lazy("Asked on"),
            kind="date",
            sort=("asked_on",),
            index="factor_zone_asked",
            stack="hide-s",
        ),
    ),
    filters=(
        Filter(
            "show",
            gettext_lazy("Show"),
            choices=(
                ("late", gettext_lazy("past the day they are needed")),
                ("passed", gettext_lazy("passed over")),
                ("fulfilled", gettext_lazy("fulfilled ones")),
                ("all", gettext_lazy("all")),
            ),
            apply=_shown,
            every=gettext_lazy("the queue"),
        ),
        Filter("kind", gettext_lazy("Factor"), choices=lambda _request: list(said.FACTORS.items())),
    ),
    default_sort="queue",
    export=export_of(columns.FACTOR_REQUESTS),
    empty=(
        gettext_lazy("Nothing waits for a factor."),
        gettext_lazy("Ask for land quota, energy, funds or talent; park projects come first by rule."),
    ),
    begin=lambda rows: _with_climbs(rows),
)  # fmt: skip


def _with_climbs(rows: Any) -> None:
    """Each row with the working days after which it climbs; one look-up for the page."""
    after = queries.days_of(rows[0].pairing, clock.today()).get("handler") if rows else None
    for row in rows:
        row.climbs_after = after


@member_required("office.view_factors")
def factors(request: Any) -> HttpResponse:
    """Who waits for what, in which order, and what is left to grant?"""
    pairing = chosen_pairing(request)
    rows = queries.requests_of(request.member, pairing)
    head = queries.head_of(rows)
    waited = queries.waited(rows)
    passed = queries.passings_in(rows)
    if not listing.filter_value(FACTORS, request, "show"):
        rows = rows.filter(stage__in=rules.IN_QUEUE)
    year = clock.today().year
    pools = factor_pools.pictures(request, pairing, year)
    context = {
        "finding": _list_finding(head),
        "sub": _list_sub(head, passed),
        "year": year,
        "pools": pools,
        "pools_mark": standing_of(row["pool"].standing for row in pools),
        "pools_detail": "; ".join(sorted({row["pool"].source for row in pools if row["pool"].source})),
        "waited": [
            {
                "kind": said.FACTORS[one.kind],
                "side": one.side,
                "side_name": {"mountain": _("Mountain side"), "sea": _("Sea side")}.get(one.side, _("Host")),
                "n": one.n,
                "first": words.num(one.first_median),
                "median": words.num(one.median),
                "p90": words.num(one.p90),
            }
            for one in waited
        ],
        "may_ask": shared.may(request, "office.ask", pairing.pk),
        "may_declare": shared.may(request, "office.declare_pool", pairing.pk),
        "may_import": shared.may(request, columns.FACTOR_REQUESTS.write_access, pairing.pk),
    }
    return listing.render(request, "office/factors.html", FACTORS, rows, context)


def _list_finding(head: dict[str, int]) -> str:
    if not head["waiting"]:
        return _("Nothing waits for a factor.")
    waiting = ngettext("%(n)s request waits", "%(n)s requests wait", head["waiting"]) % {
        "n": words.num(head["waiting"])
    }
    late = ngettext("%(n)s past the day it is needed", "%(n)s past the day they are needed", head["late"])
    tail = late % {"n": words.num(head["late"])} if head["late"] else _("none past the day it is needed")
    return _("%(waiting)s, %(tail)s.") % {"waiting": waiting, "tail": tail}


def _list_sub(head: dict[str, int], passed: int) -> str:
    told = []
    if head["waiting"]:
        park = ngettext(
            "%(n)s of them is the park’s and comes first.",
            "%(n)s of them are the park’s and come first.",
            head["park"],
        )
        told.append(park % {"n": words.num(head["park"])})
    if passed:
        over = ngettext(
            "One was passed over, for a reason on record.",
            "%(n)s times one was passed over, for a reason on record.",
            passed,
        )
        told.append(over % {"n": words.num(passed)})
    return " ".join(told)


# -- one request ---------------------------------------------------------------------------------------------------


@member_required("office.view_factors")
def factor(request: Any, number: str) -> HttpResponse:
    """Where does it stand in the queue, what was granted, and who came before it?"""
    one = queries.request_of(request.member, number)
    here, waits = one.pairing_id, one.is_waiting
    has_it, asks = queries.has_it(one, request.member), queries.is_asker(one, request.member)
    queue = queries.queue_of(one) if waits else []
    writes = waits and prepared.may_write(one, one.unit, request.member)
    steps = list(one.steps.select_related("unit__organisation", "member"))
    grants = list(one.grants.select_related("member", "document", "pool"))
    return render(
        request,
        "office/factor.html",
        {
            "factor": one,
            "kind": said.FACTORS[one.kind],
            "level": said.LEVELS[one.level],
            "status": status_of(one),
            "finding": _finding(one, queue),
            "asked": said.amount(one.quantity, one.measure),
            "granted": said.amount(one.granted, one.measure),
            "bar": (one.granted, one.quantity),
            "waited": shared.days(queries.waited_days(one)),
            "climbs_on": queries.climbs_on(one),
            "steps": [
                (step, said.FACTOR_STEPS[step.what], said.LEVELS[step.level],
                 said.amount(step.quantity, one.measure) if step.quantity and step.what != "passed_over" else "")
                for step in steps
            ],
            "course": _course(one, steps),
            "grants": [(grant, said.amount(grant.quantity, one.measure)) for grant in grants],
            "passings": _passings(request, one),
            "neighbours": _neighbours(request, one, queue),
            "place": next((n for n, other in enumerate(queue, 1) if other.pk == one.pk), 0),
            "papers": papers.hanging_on(request.member, one),
            "about": shared.about(request, one),
            "rule": one.priority_rule,
            "detail": one.source or _("Made up to fill the example zone; not reported anywhere."),
            "marks": one.source or one.is_illustrative,
            "reply": replies.panel(request, one),
            "may_grant": has_it and writes and shared.may(request, "office.grant_factor", here),
            "may_refuse": has_it and writes and shared.may(request, "office.refuse_request", here),
            "may_take_back": has_it and shared.may(request, "office.take_back_grant", here),
            "may_withdraw": asks and waits and shared.may(request, "office.withdraw_request", here),
            "may_reopen": one.stage in rules.OVER
            and (asks or (has_it and one.stage == Stage.REFUSED))
            and shared.may(request, "office.reopen_request", here),
        },
    )  # fmt: skip


def _finding(one: FactorRequest, queue: list[FactorRequest]) -> str:
    if one.stage == Stage.FULFILLED and not one.fulfilled_days:
        return _("Fulfilled on the day it was asked: %s") % one.title
    if one.stage == Stage.FULFILLED:
        return _("Fulfilled after %(days)s: %(title)s") % {
            "days": shared.days(one.fulfilled_days or 0), "title": one.title,
        }  # fmt: skip
    if one.stage in rules.OVER:
        word = str(said.FACTOR_STAGES[one.stage])
        return _("%(stage)s: %(title)s") % {"stage": word[:1].upper() + word[1:], "title": one.title}
    place = next(n for n, other in enumerate(queue, 1) if other.pk == one.pk)
    where = _("No. %(place)s of %(n)s in the queue") % {"place": place, "n": len(queue)}
    late = queries.days_past_need(one)
    if late:
        return _("%(where)s, needed %(days)s ago.") % {"where": where, "days": shared.days(late)}
    return _("%(where)s, needed by %(day)s.") % {
        "where": where, "day": words.day(one.needed_by, "weekday"),
    }  # fmt: skip


def _neighbours(request: Any, one: FactorRequest, queue: list[FactorRequest]) -> list[dict[str, Any]]:
    """The queue around it; of what the reader may not see, only that it is there."""
    return [
        {
            "place": n,
            "title": other.title if seen else "",
            "url": other.url if seen else "",
            "park": other.is_park,
            "missing": said.amount(other.missing, other.measure) if seen else "",
            "needed_by": other.needed_by,
            "is_this": other.pk == one.pk,
        }
        for n, other in enumerate(queue[:20], 1)
        for seen in [queries.shared.may_see(request.member, other)]
    ]


def _passings(request: Any, one: FactorRequest) -> list[dict[str, Any]]:
    """Whom its grants passed over, and who passed it over, each with the reason."""
    found = []
    passed = one.passed_over.select_related("grant__request__owner_unit").order_by("pk")
    for passing in passed:
        found.append(_passing(request, passing, passing.grant.request, is_over=True))
    for grant in one.grants.prefetch_related("passings__over__owner_unit").order_by("pk"):
        for passing in grant.passings.all():
            found.append(_passing(request, passing, passing.over, is_over=False))
    return found


def _passing(request: Any, passing: Any, other: FactorRequest, *, is_over: bool) -> dict[str, Any]:
    seen = queries.shared.may_see(request.member, other)
    return {
        "on": passing.on,
        "other": other if seen else None,
        "is_over": is_over,
        "reason": passing.reason_said,
        "is_gone": passing.grant.taken_back_on is not None,
    }


def _course(one: FactorRequest, steps: list[Any]) -> timeline.Timeline:
    """From asking to the day it is needed, and who had it how long."""
    last = one.fulfilled_on or (clock.today() if one.is_waiting else one.since_on)
    until = max(last, one.needed_by, one.asked_on + timedelta(days=7))
    until += timedelta(days=(until - one.asked_on).days // 3)  # room for the words of today
    rows: list[timeline.Item] = [
        timeline.Item(_("asked, needed"), [timeline.Span("plan", one.asked_on, one.needed_by)])
    ]
    rows += shared.rows_of_levels(
        [step for step in steps if step.what in ("asked", "climbed", "reopened")],
        last,
        queries.climbs_on(one),
        is_waiting=one.is_waiting,
    )
    ends_at = [span.to_on for row in rows if isinstance(row, timeline.Item) for span in row.spans]
    return timeline.Timeline(rows, one.asked_on, max(until, *ends_at))


# -- writing -------------------------------------------------------------------------------------------------------


def crumbs(one: FactorRequest | None = None) -> list[tuple[str, str]]:
    """The way back from a form."""
    found = [(reverse("office:factors"), _("Factor requests"))]
    return found if one is None else [*found, (one.url, one.number)]


@member_required("office.ask")
def ask(request: Any) -> HttpResponse:
    """Ask for a factor."""
    pairing = chosen_pairing(request)
    side = access.standing(request.member).side_in(pairing.pk) or ""
    form = forms.AskForm(request, pairing=pairing, member=request.member, side=side)
    record = shared.record_named(request)

    def call(data: dict[str, Any]) -> Any:
        data.pop("version", None)
        return documents.with_papers(
            data.pop("papers"),
            pairing,
            request.member,
            lambda papers: actions.ask(pairing, record=record, papers=papers, by=request.member, **data),
        )

    if form.sent(call):
        sentence = _("Asked as %s; it stands in the queue.") % form.result.number
        undo.offer(request, sentence, reverse("office:factor_unask", args=[form.result.number]))
        return redirect(form.result.url)
    return shared.form_page(
        request,
        form,
        name=_("Ask for a factor"),
        finding=_("What is needed, by when, and is it the park’s?"),
        sub=_("About: %s") % records.title(record) if record is not None else "",
        crumbs=crumbs(),
    )


@member_required("office.grant_factor")
def grant(request: Any, number: str) -> HttpResponse:
    """Grant it, having seen what that means for those before it."""
    one = queries.request_of(request.member, number)
    steps = _tried(request, one)
    kept = prepared.kept(one, one.unit, request.member, "office.grant_factor")
    form = forms.GrantForm(request, subject=one, initial=kept | {"quantity": forms.typed(steps, one.measure)})

    def call(data: dict[str, Any]) -> FactorGrant:
        named = shared.papers_named(request, data["document"])
        return documents.with_papers(
            data["papers"],
            one.pairing,
            request.member,
            lambda brought: actions.grant_factor(
                one,
                quantity=data["quantity"],
                paper=data["paper"],
                papers=[*brought, *named],
                reason=data["reason"],
                by=request.member,
            ),
        )

    if form.sent(call):
        if isinstance(form.result, Climb):
            return replies.sent(request, form.result, "", one.url)
        sentence = _("Granted: %s; the asker is told.") % said.amount(form.result.quantity, one.measure)
        undo.offer(request, sentence, reverse("office:factor_ungrant", args=[number, form.result.pk]))
        return redirect(one.url)
    preview = queries.preview(one, steps)
    context = {
        "form": form,
        "factor": one,
        "name": _("Grant"),
        "crumbs": crumbs(one),
        "back": one.url,
        "preview": preview,
        "finding": _grant_finding(preview),
        "asked": said.amount(steps, one.measure),
        "tried": forms.typed(steps, one.measure),
        "left": said.amount(preview.left, one.measure) if preview.left is not None else "",
        "left_after": said.amount(preview.left_after, one.measure) if preview.left_after is not None else "",
        "before": [
            {
                "one": row.request if queries.shared.may_see(request.member, row.request) else None,
                "park": row.request.is_park,
                "missing": said.amount(row.request.missing, row.request.measure),
                "needed_by": row.request.needed_by,
                "now": row.could_be_served,
                "after": row.could_be_served_after,
            }
            for row in preview.before
        ],
    }
    return render(request, "office/factor_grant.html", context, status=form.status)


def _tried(request: Any, one: FactorRequest) -> int:
    """The quantity whose effect is shown: what was typed, else all that is missing."""
    text = (request.POST if request.method == "POST" else request.GET).get("quantity", "")
    try:
        return forms.read_quantity(text, one.measure) if text else one.missing
    except ValidationError:
        return one.missing


def _grant_finding(preview: queries.Preview) -> str:
    over = len(preview.over)
    if preview.left_after is not None and preview.left_after < 0:
        return _("The pool does not hold that much.")
    if not over:
        return _("Granting it passes over nobody.")
    return ngettext(
        "Granting it passes over %(n)s that stands before it; it needs a reason.",
        "Granting it passes over %(n)s that stand before it; it needs a reason.",
        over,
    ) % {"n": over}


def _because(
    request: Any,
    one: FactorRequest,
    call: Callable[[str], Any],
    *,
    key: str,
    name: str,
    finding: str,
    done: str,
) -> HttpResponse:
    """A page that asks why, does it for that reason and says so."""
    form = ReasonForm(request, key=key)
    if form.sent(lambda data: call(data["reason"])):
        return shared.said(request, done, one.url)
    return shared.form_page(request, form, name=name, finding=finding, sub=one.title, crumbs=crumbs(one))


@member_required("office.take_back_grant")
def take_back(request: Any, number: str, pk: int) -> HttpResponse:
    """Take a grant back, with a reason."""
    found = queries.grant_of(queries.request_of(request.member, number), pk)
    return _because(
        request,
        found.request,
        lambda reason: actions.take_back_grant(found, reason=reason, by=request.member),
        key=f"grant-{pk}",
        name=_("Take the grant back"),
        finding=_("Why is the grant taken back?"),
        done=_("The grant is taken back."),
    )


@shared.posted("office.take_back_grant")
def ungrant(request: Any, number: str, pk: int) -> HttpResponse:
    """The undo of granting."""
    found = queries.grant_of(queries.request_of(request.member, number), pk)
    actions.take_back_grant(found, reason=_("Undone right after it was granted."), by=request.member)
    return shared.said(request, _("The grant is taken back."), found.request.url)


@member_required("office.refuse_request")
def refuse(request: Any, number: str) -> HttpResponse:
    """Refuse it, with a reason."""
    one = queries.request_of(request.member, number)
    form = forms.RefuseForm(
        request, key=number, initial=prepared.kept(one, one.unit, request.member, "office.refuse_request")
    )

    def call(data: dict[str, Any]) -> FactorRequest:
        return documents.with_papers(
            data["papers"],
            one.pairing,
            request.member,
            lambda papers: actions.refuse_request(
                one, reason=data["reason"], papers=papers, by=request.member
            ),
        )

    if form.sent(call):
        sentence = _("Refused; the asker is told.")
        taken_back = reverse("office:factor_unrefuse", args=[number])
        return replies.sent(request, form.result, sentence, one.url, taken_back)
    return shared.form_page(
        request,
        form,
        name=_("Refuse"),
        finding=_("Why is it not granted?"),
        sub=one.title,
        crumbs=crumbs(one),
    )


@shared.posted("office.reopen_request")
def unrefuse(request: Any, number: str) -> HttpResponse:
    """The undo of refusing."""
    one = queries.request_of(request.member, number)
    actions.reopen_request(one, reason=_("Undone right after it was refused."), by=request.member)
    return shared.said(request, _("Back in the queue, at its old place."), one.url)


@member_required("office.withdraw_request")
def withdraw(request: Any, number: str) -> HttpResponse:
    """Withdraw it."""
    one = queries.request_of(request.member, number)
    return _because(
        request,
        one,
        lambda reason: actions.withdraw_request(one, reason=reason, by=request.member),
        key=number,
        name=_("Withdraw"),
        finding=_("Why is it needed no more?"),
        done=_("Withdrawn: %s") % one.title,
    )


@shared.posted("office.withdraw_request")
def unask(request: Any, number: str) -> HttpResponse:
    """The undo of asking."""
    one = queries.request_of(request.member, number)
    actions.withdraw_request(one, reason=_("Undone right after it was asked."), by=request.member)
    return shared.said(request, _("Withdrawn: %s") % one.title, one.url)


@member_required("office.reopen_request")
def reopen(request: Any, number: str) -> HttpResponse:
    """Put it back into the queue."""
    one = queries.request_of(request.member, number)
    return _because(
        request,
        one,
        lambda reason: actions.reopen_request(one, reason=reason, by=request.member),
        key=number,
        name=_("Back into the queue"),
        finding=_("Why is it needed after all?"),
        done=_("Back in the queue, at its old place."),
    )
