"""Technical problems: what firms and villages of both sides cannot solve alone, and what came of the answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shanhai.core import replies as prepared
from shanhai.core.actions import documents
from shanhai.fields.office.views import replies
from shanhai.fields.office.views.shared import papers_named
from shanhai.fields.pairing import columns
from shanhai.fields.pairing.actions import technical as actions
from shanhai.fields.pairing.forms import technical as forms
from shanhai.fields.pairing.forms.shared import choices
from shanhai.fields.pairing.models import TechnicalProblem
from shanhai.fields.pairing.queries import activities as lists
from shanhai.fields.pairing.queries import technical as queries
from shanhai.fields.pairing.rules import technical as rules
from shanhai.fields.pairing.views import shared
from shanhai.fields.registry.queries import papers
from shanhai.webkit import listing, undo, words
from shanhai.webkit.listing import Column, Filter, Table
from shanhai.webkit.pages import chosen_pairing, member_required
from shanhai.webkit.remember import for_reader

Stage = rules.TechnicalStage


def status_of(one: TechnicalProblem) -> tuple[str, str]:
    """Shape and word: what nobody has answered stands out."""
    if one.stage == Stage.CLOSED:
        return "done", _upper(shared.word(columns.TECHNICAL_RESULTS, one.result))
    word = _upper(shared.word(columns.TECHNICAL_STAGES, one.stage))
    if one.stage == Stage.WITHDRAWN:
        return "paused", word
    if one.shared_on is None:
        return "not_started", _("Not shared yet")
    if not one.answers_n:
        return "at_risk", _("No answer yet")
    return "on_track", word


def _upper(word: str) -> str:
    return word[:1].upper() + word[1:]


TECHNICAL = Table(
    code="pairing.technical_problems",
    columns=(
        Column(
            "title",
            gettext_lazy("Technical problem"),
            kind="link",
            href=lambda row: row.url,
            second=lambda row: f"{row.number} · {shared.word(columns.INDUSTRIES, row.industry)}",
            stack="full",
        ),
        Column(
            "asker",
            gettext_lazy("Posted by"),
            kind="side",
            value=lambda row: (row.side, row.asker.name),
        ),
        Column("answers_n", gettext_lazy("Answers"), kind="number", phone_heading=True),
        Column(
            "taken",
            gettext_lazy("Accepted from"),
            kind="side",
            value=lambda row: (row.solved_by, row.accepted.organisation.name) if row.accepted else "",
        ),
        Column("effect_fen", gettext_lazy("Worth a year"), kind="money_fen", stack="hide-s"),
        Column("rating", gettext_lazy("Rating"), kind="number", phone_heading=True),
        Column("status", gettext_lazy("Status"), kind="status", value=status_of, stack="push"),
        Column(
            "posted_on",
            gettext_lazy("Posted"),
            kind="date",
            sort=("posted_on",),
            index="technical_zone_posted",
            stack="hide-s",
        ),
    ),
    filters=(
        Filter("stage", gettext_lazy("Status"), choices=lambda _request: choices(columns.TECHNICAL_STAGES)()),
        Filter("industry", gettext_lazy("Industry"), choices=lambda _request: choices(columns.INDUSTRIES)()),
        Filter("side", gettext_lazy("Side"), choices=lambda _request: choices(columns.SIDES)()),
    ),
    default_sort="-posted_on",
    keeps_count=True,
    export=shared.export_of(columns.TECHNICAL_PROBLEMS),
    empty=(
        gettext_lazy("No technical problem is posted."),
        gettext_lazy("A firm or village posts one; firms and experts of the other side answer."),
    ),
)


@member_required("pairing.view_technical_problems")
def problems(request: Any) -> HttpResponse:
    """What can firms and villages not solve alone, and what came of it?"""
    pairing = chosen_pairing(request)
    rows = queries.problems_of(request.member, pairing)
    head = for_reader(request, "pairing.technical", (pairing.pk,), lambda: queries.head_of(rows))
    context = {
        "finding": _list_finding(head),
        "sub": _list_sub(head),
        "may_post": shared.may(request, "post_technical_problem", pairing.pk),
        "may_import": shared.may(request, "write_technical_problems", pairing.pk),
    }
    return listing.render(request, "pairing/technical_problems.html", TECHNICAL, rows, context)


def _list_finding(head: dict[str, Any]) -> str:
    if not head["open"]:
        return _("No technical problem is open.")
    found = ngettext("%(n)s technical problem is open", "%(n)s technical problems are open", head["open"])
    silent = ngettext("%(n)s has no answer yet", "%(n)s have no answer yet", head["silent"])
    tail = silent % {"n": head["silent"]} if head["silent"] else _("all that are shared have an answer")
    return _("%(waiting)s, %(tail)s.") % {"waiting": found % {"n": head["open"]}, "tail": tail}


def _list_sub(head: dict[str, Any]) -> str:
    if not head["closed"]:
        return _("Of none the result is on record yet.")
    told = _("%(solved)s of %(closed)s with a result are solved.") % {
        "solved": words.num(head["solved"]), "closed": words.num(head["closed"]),
    }  # fmt: skip
    if head["worth_fen"]:
        told += " " + _("Askers put it at %s a year.") % words.yuan(head["worth_fen"])
    return told


# -- one problem ---------------------------------------------------------------------------------------------------


@member_required("pairing.view_technical_problems")
def problem(request: Any, number: str) -> HttpResponse:
    """What is the problem, who answered, and what came of it?"""
    one = queries.problem_of(request.member, number)
    here, asks = one.pairing_id, queries.is_asker(one, request.member)
    takes = one.stage in rules.TAKES_ANSWERS

    def may(name: str, holds: bool) -> bool:
        return holds and shared.may(request, name, here)

    return render(
        request,
        "pairing/technical_problem.html",
        {
            "one": one,
            "status": status_of(one),
            "finding": _finding(one),
            "industry": shared.word(columns.INDUSTRIES, one.industry),
            "answers": [
                (given, papers.hanging_on(request.member, given))
                for given in one.answers.select_related("organisation", "member")
            ],
            "detail": shared.detail_of([one]),
            "marks": one.source or one.is_illustrative,
            "history": shared.history(one),
            "papers": papers.hanging_on(request.member, one),
            "may_see_activity": may("view_activities", True),
            "may_share": may("share_technical_problem", asks and takes and one.shared_on is None),
            "may_unshare": may(
                "unshare_technical_problem", asks and one.shared_on is not None and not one.answers_n
            ),
            "reply": replies.panel(request, one),
            "may_answer": may("answer_technical_problem", takes and not asks and one.shared_on is not None)
            and prepared.may_write(one, None, request.member),
            "may_accept": may("accept_technical_answer", asks and takes),
            "may_unaccept": may("take_back_technical_acceptance", asks and one.stage == Stage.ACCEPTED),
            "may_close": may("record_technical_result", asks and takes),
            "may_withdraw": may("withdraw_technical_problem", asks and takes),
            "may_reopen": may("reopen_technical_problem", asks and not takes),
        },
    )


def _finding(one: TechnicalProblem) -> str:
    if one.stage == Stage.CLOSED:
        return _("%(result)s: %(title)s") % {
            "result": _upper(shared.word(columns.TECHNICAL_RESULTS, one.result)), "title": one.title,
        }  # fmt: skip
    if one.stage == Stage.WITHDRAWN:
        return _("Withdrawn: %s") % one.title
    if one.shared_on is None:
        return _("Not shared yet: %s") % one.title
    if one.accepted is not None:
        return _("An answer of %s is being tried.") % one.accepted.organisation.name
    if not one.answers_n:
        return _("Nobody has answered yet: %s") % one.title
    return ngettext(
        "%(n)s answer, none accepted yet.", "%(n)s answers, none accepted yet.", one.answers_n
    ) % {"n": one.answers_n}


# -- writing -------------------------------------------------------------------------------------------------------


def _crumbs(one: TechnicalProblem | None = None) -> list[shared.Crumb]:
    found = [(shared.address("pairing:technical_problems"), _("Technical problems"))]
    return found if one is None else [*found, (one.url, one.number)]


@member_required("pairing.post_technical_problem")
def post(request: Any) -> HttpResponse:
    """Post a technical problem."""
    pairing = chosen_pairing(request)
    form = forms.TechnicalProblemForm(
        request, pairing=pairing, member=request.member, side=shared.own_side(request, pairing.pk)
    )

    def call(data: dict[str, Any]) -> TechnicalProblem:
        return documents.with_papers(
            data.pop("papers"),
            pairing,
            request.member,
            lambda brought: actions.post_technical_problem(
                pairing, papers=brought, by=request.member, **data
            ),
        )

    if form.sent(call):
        sentence = _("Posted as %s.") % form.result.number
        undo.offer(request, sentence, shared.address("pairing:technical_unpost", form.result.number))
        return redirect(form.result.url)
    return shared.form_page(
        request, form, name=_("Post a technical problem"), finding=_("What can you not solve alone?"),
        crumbs=_crumbs(),
    )  # fmt: skip


@shared.posted("pairing.withdraw_technical_problem")
def unpost(request: Any, number: str) -> HttpResponse:
    """The undo of posting."""
    one = queries.problem_of(request.member, number)
    actions.withdraw_technical_problem(one, reason=_("Undone right after it was posted."), by=request.member)
    return shared.said(request, _("Withdrawn: %s") % one.title, one.url)


@shared.posted("pairing.share_technical_problem")
def share(request: Any, number: str) -> HttpResponse:
    """Show it to both sides."""
    one = queries.problem_of(request.member, number)
    shared.take_version(request, one)
    actions.share_technical_problem(one, by=request.member)
    undo.offer(
        request,
        _("Firms and experts of both sides see it now."),
        shared.address("pairing:technical_unshare", number),
    )
    return redirect(one.url)


@shared.posted("pairing.unshare_technical_problem")
def unshare(request: Any, number: str) -> HttpResponse:
    """Show it to one's own side only."""
    one = queries.problem_of(request.member, number)
    actions.unshare_technical_problem(one, by=request.member)
    return shared.said(request, _("Only your side sees it now."), one.url)


@member_required("pairing.answer_technical_problem")
def answer(request: Any, number: str) -> HttpResponse:
    """Answer it."""
    one = queries.problem_of(request.member, number)
    kept = prepared.kept(one, None, request.member, "pairing.answer_technical_problem")
    form = forms.TechnicalAnswerForm(request, key=number, initial=kept)

    def call(data: dict[str, Any]) -> Any:
        return documents.with_papers(
            data["papers"],
            one.pairing,
            request.member,
            lambda brought: actions.answer_technical_problem(
                one, text=data["text"], papers=brought, by=request.member
            ),
        )

    if form.sent(call):
        return replies.sent(request, form.result, _("Answered; the asker is told."), one.url)
    return shared.form_page(request, form, name=_("Answer"), finding=one.title, crumbs=_crumbs(one))


@shared.posted("pairing.accept_technical_answer")
def accept(request: Any, number: str, pk: int) -> HttpResponse:
    """Take an answer."""
    one = queries.problem_of(request.member, number)
    shared.take_version(request, one)
    actions.accept_technical_answer(one, queries.answer_of(one, pk), by=request.member)
    undo.offer(
        request,
        _("Accepted; record what came of it once it was tried."),
        shared.address("pairing:technical_unaccept", number),
    )
    return redirect(one.url)


@shared.posted("pairing.take_back_technical_acceptance")
def unaccept(request: Any, number: str) -> HttpResponse:
    """Say that the answer did not do."""
    one = queries.problem_of(request.member, number)
    actions.take_back_technical_acceptance(one, by=request.member)
    return shared.said(request, _("The answer is no longer accepted; others may be."), one.url)


@member_required("pairing.record_technical_result")
def close(request: Any, number: str) -> HttpResponse:
    """Record what came of it."""
    one = queries.problem_of(request.member, number)
    activities = lists.activities_of(request.member, one.pairing).filter(kind="matching")
    form = forms.TechnicalResultForm(request, activities=activities, key=number)

    def call(data: dict[str, Any]) -> Any:
        named = papers_named(request, data.pop("document"))
        data["effect_fen"] = data["effect_fen"] or 0
        return documents.with_papers(
            data.pop("papers"),
            one.pairing,
            request.member,
            lambda brought: actions.record_technical_result(
                one, papers=[*brought, *named], by=request.member, **data
            ),
        )

    if form.sent(call):
        return shared.said(request, _("The result is on record; whoever answered is told."), one.url)
    return shared.form_page(
        request, form, name=_("Record the result"), finding=_("What came of it?"), sub=one.title,
        crumbs=_crumbs(one),
    )  # fmt: skip


@member_required("pairing.withdraw_technical_problem")
def withdraw(request: Any, number: str) -> HttpResponse:
    """Withdraw it."""
    call, done = actions.withdraw_technical_problem, _("Withdrawn: %s")
    return _because(request, number, call, name=_("Withdraw"), done=done)


@member_required("pairing.reopen_technical_problem")
def reopen(request: Any, number: str) -> HttpResponse:
    """Open it again."""
    call, done = actions.reopen_technical_problem, _("Open again; its answers stand.")
    return _because(request, number, call, name=_("Open it again"), done=done)


def _because(request: Any, number: str, call: Callable[..., Any], *, name: str, done: str) -> HttpResponse:
    """A page that asks why, does it for that reason and says so; ``done`` may have a place for the title."""
    one = queries.problem_of(request.member, number)
    form = forms.TechnicalReasonForm(request, key=number)
    if form.sent(lambda data: call(one, reason=data["reason"], by=request.member)):
        return shared.said(request, done % one.title if "%s" in done else done, one.url)
    return shared.form_page(request, form, name=name, finding=one.title, crumbs=_crumbs(one))
