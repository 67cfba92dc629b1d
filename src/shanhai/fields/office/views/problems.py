"""Pages of problems: what waits for an answer and how high it has climbed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shanhai.core import access, clock, records
from shanhai.core import replies as prepared
from shanhai.fields.office.actions import problems as actions
from shanhai.fields.office.forms import problems as forms
from shanhai.fields.office.models import Problem
from shanhai.fields.office.queries import problems as queries
from shanhai.fields.office.queries import said
from shanhai.fields.office.rules import problems as rules
from shanhai.fields.office.views import replies, shared
from shanhai.webkit import listing, timeline, undo, words
from shanhai.webkit.listing import Column, Filter, Table
from shanhai.webkit.pages import chosen_pairing, member_required
from shanhai.webkit.remember import for_reader

Stage = rules.Stage


def status_of(one: Problem) -> tuple[str, str]:
    """Shape and word: what has climbed stands out, what waits for the asker rests."""
    word = str(said.PROBLEM_STAGES[one.stage])
    word = word[:1].upper() + word[1:]
    if one.stage in (Stage.ANSWERED, Stage.RATED):
        return "done", word
    if one.stage in (Stage.ASKED_BACK, Stage.WITHDRAWN):
        return "paused", word
    if one.level in (rules.Level.LEADERS, rules.Level.MEETING):
        return "late", word
    return ("at_risk" if one.level == rules.Level.OFFICE else "on_track"), word


def _shown(found: Any, text: str) -> Any:
    if text == "climbed":
        return found.filter(stage__in=rules.UNFINISHED).exclude(level=rules.Level.HANDLER)
    if text == "answered":
        return found.filter(stage__in=(Stage.ANSWERED, Stage.RATED))
    return found


PROBLEMS = Table(
    code="office.problems",
    columns=(
        Column(
            "title",
            gettext_lazy("Problem"),
            kind="link",
            href=lambda row: row.url,
            second=lambda row: said.FIELDS[row.field],
            stack="full",
        ),
        Column("asker", gettext_lazy("Asked by"), value=lambda row: row.asker.name),
        Column(
            "unit",
            gettext_lazy("Is with"),
            kind="side",
            value=lambda row: (row.side, row.unit.organisation.name),
            second=lambda row: said.LEVELS[row.level],
        ),
        Column(
            "waited",
            gettext_lazy("Waited"),
            value=lambda row: shared.days(queries.waited_days(row)),
            phone_heading=True,
        ),
        Column("rating", gettext_lazy("Rating"), kind="number", phone_heading=True),
        Column("status", gettext_lazy("Status"), kind="status", value=status_of, stack="push"),
        Column(
            "raised_on",
            gettext_lazy("Raised"),
            kind="date",
            sort=("raised_on",),
            index="problem_zone_raised",
            stack="hide-s",
        ),
        Column("number", gettext_lazy("Number"), kind="code", stack="hide-s"),
    ),
    filters=(
        Filter(
            "show",
            gettext_lazy("Show"),
            choices=(
                ("climbed", gettext_lazy("climbed ones")),
                ("answered", gettext_lazy("answered ones")),
                ("all", gettext_lazy("all")),
            ),
            apply=_shown,
            every=gettext_lazy("waiting ones"),
        ),
        Filter("field", gettext_lazy("Field"), choices=lambda _request: list(said.FIELDS.items())),
    ),
    default_sort="-raised_on",
    keeps_count=True,
    sheet=gettext_lazy("Problems"),
    empty=(
        gettext_lazy("No problem waits for an answer."),
        gettext_lazy("A unit, a firm or a village raises one; it climbs by itself until somebody answers."),
    ),
)


@member_required("office.view_problems")
def problems(request: Any) -> HttpResponse:
    """What waits for an answer, and what has climbed because none came?"""
    pairing = chosen_pairing(request)
    rows = queries.problems_of(request.member, pairing)
    head = for_reader(request, "office.problems", (pairing.pk,), lambda: queries.head_of(rows))
    if not listing.filter_value(PROBLEMS, request, "show"):
        rows = rows.filter(stage__in=rules.UNFINISHED)
    context = {
        "finding": _list_finding(head),
        "sub": _list_sub(head),
        "may_raise": shared.may(request, "office.raise_problem", pairing.pk),
    }
    return listing.render(request, "office/problems.html", PROBLEMS, rows, context)


def _list_finding(head: dict[str, Any]) -> str:
    if not head["waiting"]:
        return _("No problem waits for an answer.")
    waiting = ngettext("%(n)s problem is open", "%(n)s problems are open", head["waiting"])
    climbed = ngettext(
        "%(n)s of them has climbed above its unit",
        "%(n)s of them have climbed above their unit",
        head["climbed"],
    )
    if not head["climbed"]:
        climbed = _("none has climbed above its unit")
    return _("%(waiting)s, %(climbed)s.") % {
        "waiting": waiting % {"n": head["waiting"]},
        "climbed": climbed % {"n": head["climbed"]} if head["climbed"] else climbed,
    }


def _list_sub(head: dict[str, Any]) -> str:
    if not head["answered"]:
        return _("None was answered yet.")
    told = _("Answered: %(n)s, half of them within %(days)s working days.") % {
        "n": words.num(head["answered"]),
        "days": words.num(head["median_days"]),
    }
    if head["rated"]:
        said = ngettext(
            "Askers give %(mark)s of 5 on average (%(n)s rating).",
            "Askers give %(mark)s of 5 on average (%(n)s ratings).",
            head["rated"],
        )
        told += " " + said % {"mark": words.num(head["satisfaction"], 1), "n": words.num(head["rated"])}
    return told


# -- one problem ---------------------------------------------------------------------------------------------------


@member_required("office.view_problems")
def problem(request: Any, number: str) -> HttpResponse:
    """Who has it, since when, and when does it climb?"""
    one = queries.problem_of(request.member, number)
    here = one.pairing_id
    has_it = one.stage == Stage.OPEN and queries.has_it(one, request.member)
    asks = queries.is_asker(one, request.member)
    steps = list(one.steps.select_related("unit__organisation", "member"))
    return render(
        request,
        "office/problem.html",
        {
            "problem": one,
            "field": said.FIELDS[one.field],
            "level": said.LEVELS[one.level],
            "status": status_of(one),
            "finding": _finding(one),
            "climbs_on": queries.climbs_on(one),
            "waited": shared.days(queries.waited_days(one)),
            "steps": [(step, said.STEPS[step.what], said.LEVELS[step.level], "") for step in steps],
            "climb": _climb(one, steps),
            "about": shared.about(request, one),
            "detail": one.source or _("Made up to fill the example zone; not reported anywhere."),
            "marks": one.source or one.is_illustrative,
            "reply": replies.panel(request, one),
            "may_answer": has_it
            and prepared.may_write(one, one.unit, request.member)
            and shared.may(request, "office.answer_problem", here),
            "may_ask_back": has_it and shared.may(request, "office.ask_back", here),
            "may_reply": asks
            and one.stage == Stage.ASKED_BACK
            and shared.may(request, "office.reply_to_question", here),
            "may_rate": asks
            and one.stage in (Stage.ANSWERED, Stage.RATED)
            and shared.may(request, "office.rate_answer", here),
            "may_reopen": asks
            and one.stage not in rules.UNFINISHED
            and shared.may(request, "office.reopen_problem", here),
            "may_withdraw": asks
            and one.stage in rules.UNFINISHED
            and shared.may(request, "office.withdraw_problem", here),
        },
    )


def _finding(one: Problem) -> str:
    if one.stage == Stage.WITHDRAWN:
        return _("Withdrawn: %s") % one.title
    if one.stage in (Stage.ANSWERED, Stage.RATED):
        return _("Answered after %(days)s: %(title)s") % {
            "days": shared.days(one.answer_days or 0),
            "title": one.title,
        }
    if one.stage == Stage.ASKED_BACK:
        return _("%(unit)s has asked back; the days stand still until %(asker)s replies.") % {
            "unit": one.unit.organisation.name,
            "asker": one.asker.name,
        }
    on = queries.climbs_on(one)
    if on is None:
        return _("It waits for the joint meeting, %(days)s after it was raised.") % {
            "days": shared.days(queries.waited_days(one))
        }
    return _("%(unit)s has it; without an answer it climbs after %(day)s.") % {
        "unit": one.unit.organisation.name,
        "day": words.day(on, "weekday"),
    }


def _climb(one: Problem, steps: list[Any]) -> timeline.Timeline:
    """One row for each level: when it was there, when it stood still, and until when it may stay."""
    last = one.answered_on or clock.today()
    ends = queries.climbs_on(one)
    until = max(filter(None, (last, ends, one.raised_on + timedelta(days=7))))
    until += timedelta(days=(until - one.raised_on).days // 3)  # room for the words of today
    rows = shared.rows_of_levels(
        [step for step in steps if step.what in ("raised", "climbed", "reopened")],
        last,
        ends,
        is_waiting=one.stage in rules.UNFINISHED,
        stopped=lambda first, to: _stopped(steps, first, to),
    )
    return timeline.Timeline(rows, one.raised_on, until)


def _stopped(steps: list[Any], first: date, last: date) -> list[timeline.Span]:
    """When the clock stood still between two days, because the asker was asked."""
    spans, since = [], None
    for step in steps:
        if step.what == "asked_back" and first <= step.on <= last:
            since = step.on
        elif step.what == "replied" and since is not None:
            spans.append(timeline.Span("stopped", since, step.on))
            since = None
    return [*spans, *([timeline.Span("stopped", since, last)] if since is not None else [])]


# -- writing -------------------------------------------------------------------------------------------------------


def _crumbs(one: Problem | None = None) -> list[tuple[str, str]]:
    crumbs = [(reverse("office:problems"), _("Problems"))]
    return crumbs if one is None else [*crumbs, (one.url, one.number)]


@member_required("office.raise_problem")
def raise_problem(request: Any) -> HttpResponse:
    """Bring a problem before whoever can answer it."""
    pairing = chosen_pairing(request)
    side = access.standing(request.member).side_in(pairing.pk) or ""
    form = forms.ProblemForm(request, pairing=pairing, member=request.member, side=side)
    record = shared.record_named(request)

    def call(data: dict[str, Any]) -> Any:
        data.pop("version", None)
        return actions.raise_problem(pairing, record=record, by=request.member, **data)

    if form.sent(call):
        sentence = _("Raised as %s; whoever has it is told.") % form.result.number
        undo.offer(request, sentence, reverse("office:problem_withdraw", args=[form.result.number]))
        return redirect(form.result.url)
    return shared.form_page(
        request,
        form,
        name=_("Raise a problem"),
        finding=_("What is in the way, and who can solve it?"),
        sub=_("About: %s") % records.title(record) if record is not None else "",
        crumbs=_crumbs(),
    )


@member_required("office.answer_problem")
def answer(request: Any, number: str) -> HttpResponse:
    """Answer it."""
    one = queries.problem_of(request.member, number)
    form = forms.AnswerForm(
        request, key=number, initial=prepared.kept(one, one.unit, request.member, "office.answer_problem")
    )
    if form.sent(lambda data: actions.answer_problem(one, text=data["text"], by=request.member)):
        sentence = _("Answered; the asker is asked to rate it.")
        taken_back = reverse("office:problem_take_back", args=[number])
        return replies.sent(request, form.result, sentence, one.url, taken_back)
    return _form(request, form, one, _("Answer"), _("What is the answer?"))


@shared.posted("office.take_back_answer")
def take_back(request: Any, number: str) -> HttpResponse:
    """The undo of answering."""
    one = queries.problem_of(request.member, number)
    actions.take_back_answer(one, by=request.member)
    return shared.said(request, _("The answer is taken back."), one.url)


@member_required("office.ask_back")
def ask_back(request: Any, number: str) -> HttpResponse:
    """Ask the asker something."""
    one = queries.problem_of(request.member, number)
    form = forms.QuestionForm(request, key=number)
    if form.sent(lambda data: actions.ask_back(one, question=data["question"], by=request.member)):
        return shared.said(request, _("Asked back; the days stand still until they reply."), one.url)
    return _form(request, form, one, _("Ask back"), _("What must you know before you can answer?"))


@member_required("office.reply_to_question")
def reply(request: Any, number: str) -> HttpResponse:
    """Reply to the question."""
    one = queries.problem_of(request.member, number)
    form = forms.ReplyForm(request, key=number)
    if form.sent(lambda data: actions.reply_to_question(one, text=data["text"], by=request.member)):
        return shared.said(request, _("Replied; the days run on."), one.url)
    return _form(request, form, one, _("Reply"), _("What do you reply?"))


@member_required("office.rate_answer")
def rate(request: Any, number: str) -> HttpResponse:
    """Rate the answer."""
    one = queries.problem_of(request.member, number)
    form = forms.RatingForm(request, key=number)
    if form.sent(
        lambda data: actions.rate_answer(one, rating=data["rating"], word=data["word"], by=request.member)
    ):
        return shared.said(request, _("Thank you; the rating counts for the unit."), one.url)
    return _form(request, form, one, _("Rate the answer"), _("Did the answer solve it?"))


@member_required("office.reopen_problem")
def reopen(request: Any, number: str) -> HttpResponse:
    """Open it again."""
    one = queries.problem_of(request.member, number)
    form = forms.ReasonForm(request, key=number)
    form.button = _("Open it again")
    if form.sent(lambda data: actions.reopen_problem(one, reason=data["reason"], by=request.member)):
        return shared.said(request, _("Open again; its days begin anew."), one.url)
    return _form(request, form, one, _("Open it again"), _("What did the answer leave unsolved?"))


@shared.posted("office.withdraw_problem")
def withdraw(request: Any, number: str) -> HttpResponse:
    """The undo of raising it."""
    one = queries.problem_of(request.member, number)
    actions.withdraw_problem(one, by=request.member)
    return shared.said(request, _("Withdrawn: %s") % one.title, reverse("office:problems"))


def _form(request: Any, form: Any, one: Problem, name: str, finding: str) -> HttpResponse:
    return shared.form_page(request, form, name=name, finding=finding, sub=one.title, crumbs=_crumbs(one))
