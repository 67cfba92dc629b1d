"""Answers to rounds: filled in by a unit, passed up its ladder, looked through by the office cell by cell."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shanhai.core import access, clock, ladder, sentences
from shanhai.core.actions import drafts
from shanhai.core.models import ClimbStep
from shanhai.fields.office import actions, columns
from shanhai.fields.office.forms import rounds as forms
from shanhai.fields.office.models import RoundAnswer
from shanhai.fields.office.queries import merged, workbooks
from shanhai.fields.office.queries import rounds as queries
from shanhai.fields.office.rules import rounds as rules
from shanhai.fields.office.views.rounds import answer_status, at_version, form_page, history, posted
from shanhai.kernel.refusals import BadInput, ChangedMeanwhile, Refused, gettext_noop
from shanhai.webkit import downloads, undo, words
from shanhai.webkit.drafts import mark_of
from shanhai.webkit.pages import member_required

Stage = rules.AnswerStage
# As many cells stand on one page; a larger form comes as a workbook, and is looked through page by page.
ON_PAGE = 400
_DRAFT = "office.answer"
_REVIEW = "office.review"


def _name(code: str, line: str) -> str:
    return f"cell:{code}:{line}"


@member_required("office.view_rounds")
def answer(request: Any, number: str, unit: str) -> HttpResponse:
    """What is asked of the unit, what it gave last time, and what it says now."""
    one = queries.answer_of(request.member, number, unit)
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            return _sent(request, one)
        except Refused as refused:
            refusal = refused
            fresh = queries.answer_of(request.member, number, unit)
            if not isinstance(refused, ChangedMeanwhile):
                fresh.version = one.version
            one = fresh
    return _page(request, one, refusal)


def _sent(request: Any, one: RoundAnswer) -> HttpResponse:
    at_version(request, one)
    given = {
        (code, line): value
        for name, value in request.POST.items()
        if name.startswith("cell:")
        for _cell, code, line in [name.split(":", 2)]
    }
    step_up = request.POST.get("do") == "up"
    if given:
        actions.fill_answer(one, given, by=request.member)
        drafts.drop_draft(request.user, _DRAFT, str(one.pk))
    if not step_up:
        messages.success(request, _("Saved. The office sees it once your leader has confirmed it."))
        return redirect(one.url)
    actions.hand_up(one, word=request.POST.get("word", ""), by=request.member)
    if one.stage == Stage.CONFIRMED:
        messages.success(request, _("Confirmed; the office has it."))
    else:
        messages.success(request, _("Passed on within your unit."))
    return redirect(one.url)


def _page(request: Any, one: RoundAnswer, refusal: Refused | None) -> HttpResponse:
    form = queries.form_of(one)
    climb = ladder.climb_of(one)
    is_mine = climb is not None and ladder.may_take(climb, request.member)
    is_unit = request.member.unit_id == one.unit_id or is_mine
    is_open = one.round.stage == rules.RoundStage.OPEN
    may_fill = is_open and is_unit and one.stage in rules.FILLABLE
    may_fill = may_fill and access.may(request.member, "office.fill_answer")
    is_wide = form.n_cells > ON_PAGE
    may_read = queries.sees_values(request.member, one)
    problems = {(p["question"], p["line"]): p for p in _problems(refusal)}
    typed = _typed(request, one) if may_fill else {}
    page = Paginator(form.places, ON_PAGE).get_page(request.GET.get("page"))
    is_late = is_open and one.is_with_unit and one.round.due_on < clock.today()
    return render(
        request,
        "office/answer.html",
        {
            "answer": one,
            "round": one.round,
            "groups": _groups(one, form, page.object_list, typed, problems) if may_read else [],
            "may_read": may_read,
            "is_one_row": form.is_one_row,
            "n_cells": form.n_cells,
            "n_left": len(queries.missing_of(form, queries.texts_of(one))),
            "page": page,
            "is_wide": is_wide,
            "may_fill": may_fill,
            "may_type": may_fill and not is_wide,
            "may_up": is_open and is_mine and one.is_with_unit,
            "may_down": is_mine and one.stage == Stage.IN_UNIT,
            "is_last": climb is not None and climb.step == climb.ladder[-1],
            "steps": climb.ladder if climb else one.unit.steps,
            "step": climb.step if climb and one.is_with_unit else "",
            "decisions": _decisions(climb),
            "status": answer_status(one.stage, is_late),
            "finding": _finding(one, is_late, form.n_cells),
            "came_between": _came_between(one),
            "refusal": sentences.refusal(refusal) if refusal else "",
            "draft_key": str(one.pk),
            "draft_code": _DRAFT,
            "typed_mark": mark_of(request.user, _DRAFT, str(one.pk)) if may_fill else "",
            "last_period": one.round.previous.period if one.round.previous else "",
            "is_office": queries.is_office(request.member, one.round),
            "may_take_back": is_open
            and one.stage == Stage.ACCEPTED
            and queries.is_office(request.member, one.round)
            and access.may(request.member, "office.take_back_acceptance", pairing_id=one.pairing_id),
            "history": history(one),
        },
        status=refusal.status if refusal else 200,
    )


def _problems(refusal: Refused | None) -> list[dict[str, Any]]:
    found = refusal.facts.get("problems", []) if refusal else []
    assert isinstance(found, list)
    return [one for one in found if "question" in one]


def _typed(request: Any, one: RoundAnswer) -> dict[str, str]:
    """What was typed and not stored: of the refused form, else of the draft."""
    if request.method == "POST":
        return {name: value for name, value in request.POST.items() if name.startswith("cell:")}
    kept = drafts.draft_of(request.user, _DRAFT, str(one.pk))
    if kept is None:
        return {}
    return {name: values[-1] for name, values in kept.data.items() if name.startswith("cell:") and values}


def _groups(
    one: RoundAnswer, form: queries.Form, places: Any, typed: dict[str, str], problems: dict[Any, Any]
) -> list[dict[str, Any]]:
    """The cells of a page by line: question, last value, value now, what is wrong with it."""
    values, last = queries.values_of(one), queries.last_values(one)
    by_column = {column.pk: column for column in form.columns}
    by_line = {line.pk: line for line in form.lines}
    groups: dict[int, list[dict[str, Any]]] = {}
    for column_id, line_id in places:
        column, line = by_column[column_id], by_line[line_id]
        value = values.get((column_id, line_id))
        name = _name(column.code, line.code)
        problem = problems.get((column.code, line.code))
        groups.setdefault(line_id, []).append(
            {
                "column": column,
                "name": name,
                "id": f"c-{column_id}-{line_id}",
                "label": f"{column.name} {line.name}".strip(),
                "last": queries.shown(column, last.get((column.code, line.code), "")),
                "value": value,
                "text": typed.get(name, queries.shown(column, value.text) if value else ""),
                "is_accepted": value is not None and value.state == rules.CellState.ACCEPTED,
                "is_returned": value is not None and value.state == rules.CellState.RETURNED,
                "word": value.word if value else "",
                "problem": sentences.said(problem["sentence"], problem["facts"]) if problem else "",
                "is_number": column.type in rules.NUMBERS,
                "is_changed": _differs(column, last, line, value),
            }
        )
    return [{"line": by_line[pk], "cells": cells} for pk, cells in groups.items()]


def _differs(column: Any, last: dict[Any, str], line: Any, value: Any) -> bool:
    """Whether a number is less than half or more than twice what it was: worth a second look."""
    before = last.get((column.code, line.code), "")
    if value is None or not before or column.type not in rules.NUMBERS:
        return False
    try:
        was, now = float(before), float(value.text)
    except ValueError:
        return False
    return was > 0 and not 0.5 <= now / was <= 2


def _decisions(climb: Any) -> list[ClimbStep]:
    if climb is None:
        return []
    return list(climb.decisions.select_related("member", "for_member").order_by("-pk")[:12])


def _finding(one: RoundAnswer, is_late: bool, n_cells: int) -> str:
    unit = one.unit.organisation.name
    if one.stage == Stage.RETURNED and one.n_returned:
        said = ngettext(
            "%(n)s cell of %(unit)s came back.", "%(n)s cells of %(unit)s came back.", one.n_returned
        )
        return said % {"n": one.n_returned, "unit": unit}
    if one.stage == Stage.RETURNED and one.form_version < one.round.form_version:
        return _("%(unit)s is asked again: the form has changed.") % {"unit": unit}
    if one.is_with_unit:
        left = words.slack(one.round.due_on)
        facts = {"unit": unit, "n": one.n_given, "all": n_cells, "slack": left}
        return _("%(unit)s has filled in %(n)s of %(all)s cells: %(slack)s.") % facts
    return _("%(unit)s: %(stage)s.") % {
        "unit": unit,
        "stage": columns.words(columns.ANSWER_STAGES, one.stage),
    }


def _came_between(one: RoundAnswer) -> list[str]:
    """What happened to the answer besides being filled in, and what follows from it."""
    said = []
    if one.word:
        said.append(_("The form has changed; asked too: %s") % one.word)
    if one.n_given and one.form_version < one.round.form_version:
        said.append(
            _(
                "The form has changed since this was filled in: values of questions that stay are kept, and accepted ones "
                "stay accepted; a question taken out keeps its values, out of the merge."
            )
        )
    if one.stage == Stage.HANDED_OVER and one.handed_to is not None:
        said.append(
            _(
                "%s answers for this unit now: what was given here filled the cells that were empty there, and where both "
                "gave a value, theirs stands. Nothing is asked of this unit any more."
            )
            % one.handed_to.unit.organisation.name
        )
    for merged_unit in one.took_over.select_related("unit__organisation"):
        said.append(
            _(
                "This unit answers for %s too: its values fill the cells that were empty here and are named as its own; "
                "where both gave a value, the one given here stands."
            )
            % merged_unit.unit.organisation.name
        )
    return said


def _decided(one: RoundAnswer, is_second: bool) -> str:
    """What the office decided on an answer; whoever came second is told that it stands."""
    back = list(one.values.filter(state=rules.CellState.RETURNED).select_related("returned_by"))
    if one.stage == Stage.RETURNED and back:
        who = back[0].returned_by.name if back[0].returned_by else "–"
        said = ngettext(
            "%(who)s has looked through it: %(n)s cell went back with a word, the rest is accepted.",
            "%(who)s has looked through it: %(n)s cells went back with a word, the rest is accepted.",
            len(back),
        ) % {"who": who, "n": len(back)}
    elif one.stage == Stage.ACCEPTED:
        who = one.accepted_by.name if one.accepted_by else "–"
        said = _("%(who)s has looked through it and accepted it.") % {"who": who}
    else:
        return ""
    if not is_second:
        return said
    stands = _("The first decision stands: the unit got one word, and yours was not sent.")
    return f"{said}{'' if words.is_chinese() else ' '}{stands}"


# -- by workbook ---------------------------------------------------------------------------------------------------


@member_required("office.view_rounds")
def template(request: Any, number: str, unit: str) -> HttpResponse:
    """The workbook to fill in, with what stands there now or stood last time."""
    one = queries.answer_of(request.member, number, unit)
    queries.check_sees_values(request.member, one)
    file = BytesIO()
    merged.write_template(one, file)
    return downloads.sheet(file, f"{one.round.number}-{one.unit.code}.xlsx", "xlsx")


@posted("office.fill_answer")
def upload(request: Any, number: str, unit: str) -> HttpResponse:
    """Bring a workbook: all of it, or nothing and why."""
    one = queries.answer_of(request.member, number, unit)
    try:
        file = request.FILES.get("file")
        if file is None:
            raise BadInput(
                "office.no_file", gettext_noop("No file came. Choose the workbook, then bring it.")
            )
        actions.check_in_unit(one, request.member)
        brought = workbooks.read(one, file, file.name)
        actions.fill_answer(
            at_version(request, one),
            brought.values,
            file_name=brought.file_name,
            file_sha256=brought.sha256,
            by=request.member,
        )
    except Refused as refused:
        return _page(request, queries.answer_of(request.member, number, unit), refused)
    messages.success(
        request,
        _("Read: %(n)s values from %(file)s.") % {"n": len(brought.values), "file": brought.file_name},
    )
    return redirect(one.url)


# -- within the unit -----------------------------------------------------------------------------------------------


@member_required("office.hand_down")
def down(request: Any, number: str, unit: str) -> HttpResponse:
    """Return it to the step below, with a word."""
    one = queries.answer_of(request.member, number, unit)
    form = forms.WordForm(request, subject=one)
    if form.sent(lambda data: actions.hand_down(one, word=data["word"], by=request.member)):
        messages.success(request, _("Returned within your unit; the due day stays."))
        return redirect(one.url)
    return form_page(
        request,
        form,
        name=_("Return it within the unit"),
        finding=_("What has to be put right?"),
        sub=one.round.name,
        back=one.url,
    )


# -- the office ----------------------------------------------------------------------------------------------------


@member_required("office.review_answer")
def review(request: Any, number: str, unit: str) -> HttpResponse:
    """Accept it, or say of single cells why they go back."""
    one = queries.answer_of(request.member, number, unit)
    queries.check_sees_values(request.member, one)
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            return _reviewed(request, one)
        except Refused as refused:
            refusal = refused
            one = queries.answer_of(request.member, number, unit)
    form = queries.form_of(one)
    page = Paginator(form.places, ON_PAGE).get_page(request.GET.get("page"))
    groups = _groups(one, form, page.object_list, {}, {})
    typed = _words_typed(request, one)
    for group in groups:
        for cell in group["cells"]:
            cell["typed"] = typed.get(cell["name"], "")
    key = _review_key(one, page.number)
    return render(
        request,
        "office/answer_review.html",
        {
            "answer": one,
            "round": one.round,
            "groups": groups,
            "is_one_row": form.is_one_row,
            "page": page,
            "may_review": one.stage == Stage.CONFIRMED,
            "draft_code": _REVIEW,
            "draft_key": key,
            "typed_mark": mark_of(request.user, _REVIEW, key),
            "n_elsewhere": sum(1 for text in typed.values() if text.strip())
            - sum(1 for group in groups for cell in group["cells"] if cell["typed"].strip()),
            "status": answer_status(one.stage, False),
            "n_changed": sum(cell["is_changed"] for group in groups for cell in group["cells"]),
            "refusal": sentences.refusal(refusal) if refusal else "",
            "decided": _decided(one, refusal is not None),
            "last_period": one.round.previous.period if one.round.previous else "",
        },
        status=refusal.status if refusal else 200,
    )


def _review_key(one: RoundAnswer, page: int) -> str:
    # With the version, so that words for what stood there before do not come back on what stands there now.
    return f"{one.pk}:{one.version}:{page}"


def _review_keys(one: RoundAnswer) -> list[str]:
    pages = Paginator(queries.form_of(one).places, ON_PAGE).page_range
    return [_review_key(one, page) for page in pages]


def _words_typed(request: Any, one: RoundAnswer) -> dict[str, str]:
    """Why cells go back, as typed on all pages of the form: what is sent now, and the drafts of the others."""
    found: dict[str, str] = {}
    for kept in drafts.typed_in(request.user, _REVIEW, _review_keys(one)).values():
        found |= kept
    found |= request.POST.items()
    return {name: text for name, text in found.items() if name.startswith("cell:")}


def _reviewed(request: Any, one: RoundAnswer) -> HttpResponse:
    returned = {
        (code, line): value
        for name, value in _words_typed(request, one).items()
        if value.strip()
        for _cell, code, line in [name.split(":", 2)]
    }
    actions.review_answer(at_version(request, one), returned=returned, by=request.member)
    for key in _review_keys(one):
        drafts.drop_draft(request.user, _REVIEW, key)
    if returned:
        n = len(returned)
        said = ngettext(
            "%(n)s cell went back with its word; the rest is accepted.",
            "%(n)s cells went back with their words; the rest is accepted.",
            n,
        )
        messages.success(request, said % {"n": n})
    else:
        where = [one.round.number, one.unit.code]
        undo.offer(request, _("Accepted."), reverse("office:answer_take_back", args=where))
    return redirect(one.round.url)


@posted("office.take_back_acceptance")
def take_back(request: Any, number: str, unit: str) -> HttpResponse:
    """The undo of accepting."""
    one = queries.answer_of(request.member, number, unit)
    actions.take_back_acceptance(one, by=request.member)
    messages.success(request, _("Taken back; it waits to be looked through."))
    return redirect(f"{one.url}review/")


@member_required("office.hand_over_answer")
def hand_over(request: Any, number: str, unit: str) -> HttpResponse:
    """Let another unit answer for one that merged into it."""
    one = queries.answer_of(request.member, number, unit)
    form = forms.HandOverForm(request, subject=one)

    def call(data: dict[str, Any]) -> Any:
        data["to"].round = one.round
        return actions.hand_over_answer(one, to=data["to"], by=request.member)

    if form.sent(call):
        messages.success(request, _("Handed over; the round asks this unit no more."))
        return redirect(one.round.url)
    return form_page(
        request,
        form,
        name=_("Hand the answer over"),
        finding=_("Which unit answers for %s from now on?") % one.unit.organisation.name,
        sub=_(
            "What it gave fills the cells that are empty there, with it as their source; where both gave a value, the other "
            "unit’s own stands. Its work closes, and the round asks it no more."
        ),
        back=one.round.url,
    )
