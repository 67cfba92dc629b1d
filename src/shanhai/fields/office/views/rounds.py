"""Reporting rounds as the office sees them: the list, one round with who is missing, opening, reminding, merging."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from shanhai.core import access, clock, sentences, signs
from shanhai.core.actions import drafts
from shanhai.core.queries import journal
from shanhai.fields.office import actions, columns
from shanhai.fields.office.forms import rounds as forms
from shanhai.fields.office.models import Round
from shanhai.fields.office.queries import merged, owed, round_reach, workbooks
from shanhai.fields.office.queries import rounds as queries
from shanhai.fields.office.rules import rounds as rules
from shanhai.fields.office.views.told import panel, reminded, shown
from shanhai.kernel.refusals import BadInput, Refused, gettext_noop
from shanhai.webkit import listing, undo, words
from shanhai.webkit.listing import Column, Filter, Table
from shanhai.webkit.pages import chosen_pairing, member_required

Stage = rules.RoundStage
Answer = rules.AnswerStage


def count(request: Any) -> tuple[int | None, bool]:
    """What the menu shows beside the line: how many answers the unit owes, and whether one is late."""
    waiting = owed.days_owed(request.member)
    return len(waiting) or None, any(due < clock.today() for due in waiting)


class _AsRead:
    """A request as if the page had only been opened: its form shows the draft, not what another form sent."""

    method = "GET"

    def __init__(self, request: Any) -> None:
        self.user, self.member = request.user, request.member


def posted(code: str) -> Any:
    """A view that one button posts to."""

    def wrap(view: Any) -> Any:
        guarded = require_POST(member_required(code)(view))
        guarded.access = code  # type: ignore[attr-defined]
        return guarded

    return wrap


def at_version(request: Any, row: Any) -> Any:
    """A row at the version that the page showed, so that a button pressed on an old page is refused."""
    given = request.POST.get("version", "")
    if given.isascii() and given.isdigit():
        row.version = int(given)
    return row


# -- the list ------------------------------------------------------------------------------------------------------


def round_status(one: Round) -> tuple[str, str]:
    """Shape and word of a round."""
    word = columns.words(columns.ROUND_STAGES, one.stage)
    word = word[:1].upper() + word[1:]
    if one.stage == Stage.OPEN:
        is_late = one.due_on < clock.today() and getattr(one, "n_in", 0) != getattr(one, "n_asked", 0)
        return ("late", "") if is_late else ("on_track", word)
    if one.stage == Stage.MERGED:
        return "done", word
    return ("not_started", word) if one.stage == Stage.DRAFT else ("paused", word)


_TABLE = Table(
    code="office.rounds",
    columns=(
        Column(
            "name",
            gettext_lazy("Round"),
            kind="link",
            href=lambda row: row.url,
            second=lambda row: row.owner_unit.organisation.name if row.owner_unit else "",
            stack="full",
        ),
        Column("period", gettext_lazy("Period"), kind="code"),
        Column(
            "answers",
            gettext_lazy("With the office"),
            kind="bar",
            value=lambda row: (row.n_in or 0, row.n_asked or 0, None),
            second=lambda row: _("of %(n)s units") % {"n": row.n_asked or 0},
        ),
        Column(
            "due_on",
            gettext_lazy("Due"),
            kind="due",
            value=lambda row: (row.due_on, row.stage not in (Stage.OPEN, Stage.DRAFT)),
            sort=("due_on",),
            index="round_pairing_due",
        ),
        Column("status", gettext_lazy("Status"), kind="status", value=round_status, stack="push"),
        Column(
            "number",
            gettext_lazy("Number"),
            kind="code",
            sort=("number",),
            index="round_pairing_number",
            stack="hide-s",
        ),
    ),
    filters=(
        Filter(
            "stage",
            gettext_lazy("Stage"),
            choices=lambda _request: [
                (value, columns.words(columns.ROUND_STAGES, value))
                for value, _en, _zh in columns.ROUND_STAGES
            ],
        ),
    ),
    default_sort="-due_on",
    sheet=gettext_lazy("Reporting rounds"),
    empty=(
        gettext_lazy("No rounds yet."),
        gettext_lazy("The office opens one: what it asks, of which units, by when."),
    ),
)


@member_required("office.view_rounds")
def rounds(request: Any) -> HttpResponse:
    """Which rounds are out, and who is late?"""
    pairing = chosen_pairing(request)
    counts = queries.counts(request.member, pairing)
    return listing.render(
        request,
        "office/rounds.html",
        _TABLE,
        queries.with_counts(queries.rounds_of(request.member, pairing)),
        {
            "pairing": pairing,
            "finding": _list_finding(counts),
            "counts": counts,
            "may_draft": access.may(request.member, "office.draft_round", pairing_id=pairing.pk),
        },
    )


def _list_finding(counts: dict[str, int]) -> str:
    if not counts["open"]:
        return _("No round is open.")
    said = ngettext("%(n)s round is open", "%(n)s rounds are open", counts["open"]) % {"n": counts["open"]}
    late = ngettext("%(n)s is past its day.", "%(n)s are past their day.", counts["late"])
    comma = "，" if words.is_chinese() else ", "
    return said + comma + (late % {"n": counts["late"]} if counts["late"] else _("none is past its day."))


# -- one round -----------------------------------------------------------------------------------------------------


@member_required("office.view_rounds")
def show(request: Any, number: str) -> HttpResponse:
    """Who has answered, who is missing, what is asked?"""
    one = queries.round_of(request.member, number)
    standing = queries.matrix(one)
    is_office = queries.is_office(request.member, one)

    def may(name: str) -> bool:
        return is_office and access.may(request.member, f"office.{name}", pairing_id=one.pairing_id)

    return render(
        request,
        "office/round.html",
        {
            "round": one,
            "finding": _finding(one, standing),
            "status": round_status(_counted(one, standing)),
            "rows": [_line(row, request.member, is_office) for row in standing],
            "mine": [row.answer for row in standing if row.answer.unit_id == request.member.unit_id],
            "questions": [(column, _targets(column.feeds)) for column in queries.columns_of(one)],
            "fixed": queries.lines_of(one),
            "reached": queries.missing(one) if one.stage == Stage.DRAFT and is_office else [],
            "repeats": columns.words(columns.REPEATS, one.repeats),
            "history": history(one),
            "mark": one.standing,
            "is_office": is_office,
            "n_confirmed": sum(row.answer.stage == Answer.CONFIRMED for row in standing),
            "n_missing": sum(row.answer.is_with_unit for row in standing),
            "n_accepted": sum(row.answer.stage == Answer.ACCEPTED for row in standing),
            "may_open": may("open_round") and one.stage == Stage.DRAFT,
            "may_change": may("change_round_form") and one.stage in (Stage.DRAFT, Stage.OPEN),
            "may_call_off": may("call_off_round") and one.stage in (Stage.DRAFT, Stage.OPEN),
            "told_panel": panel(request, one),
            "may_remind": may("remind_missing") and one.stage == Stage.OPEN,
            "may_merge": may("merge_round") and one.stage == Stage.OPEN,
            "may_accept": may("accept_confirmed") and one.stage == Stage.OPEN,
            "may_take_back": may("take_back_merging") and one.stage == Stage.MERGED,
            "outcomes": [outcome_line(outcome) for outcome in one.outcomes],
        },
    )


def _targets(feeds: str) -> list[tuple[str, Any]]:
    """Code and name of each thing that a question counts for; what is no indicator is named by the page of its code."""
    known = {one.code: one.name for one in signs.indicators}
    return [(code, known.get(code, "")) for code in dict.fromkeys(rules.targets_of(feeds).values())]


def _counted(one: Round, standing: list[queries.Standing]) -> Round:
    there = [row for row in standing if row.answer.stage != Answer.HANDED_OVER]
    one.n_asked = len(there)  # type: ignore[attr-defined]
    one.n_in = sum(not row.answer.is_with_unit for row in there)  # type: ignore[attr-defined]
    return one


def _finding(one: Round, standing: list[queries.Standing]) -> str:
    there = [row for row in standing if row.answer.stage != Answer.HANDED_OVER]
    n_in = sum(not row.answer.is_with_unit for row in there)
    facts = {"n": n_in, "all": len(there), "due": words.day(one.due_on)}
    if one.stage == Stage.DRAFT:
        said = ngettext(
            "Not opened yet: it asks %(all)s unit by %(due)s.",
            "Not opened yet: it asks %(all)s units by %(due)s.",
            len(there),
        )
        return said % facts
    if one.stage == Stage.CALLED_OFF:
        return _("Called off: nobody need answer it.")
    if one.stage == Stage.MERGED:
        n = sum(row.answer.stage == Answer.ACCEPTED for row in there)
        return _("Merged: the values of %(n)s of %(all)s units are in the records.") % (facts | {"n": n})
    late = sum(row.is_late for row in there)
    said = _("%(n)s of %(all)s units have answered") % facts
    comma = "，" if words.is_chinese() else ", "
    if late:
        tail = ngettext("%(late)s is late.", "%(late)s are late.", late) % {"late": late}
    else:
        tail = (
            _("%(slack)s.") % {"slack": words.slack(one.due_on)}
            if n_in < len(there)
            else _("nobody is missing.")
        )
    return said + comma + tail


_SHAPES = {
    Answer.MISSING: "not_started",
    Answer.FILLING: "on_track",
    Answer.IN_UNIT: "on_track",
    Answer.CONFIRMED: "on_track",
    Answer.RETURNED: "at_risk",
    Answer.ACCEPTED: "done",
    Answer.HANDED_OVER: "paused",
}


def answer_status(stage: str, is_late: bool) -> tuple[str, str]:
    """Shape and word of an answer."""
    word = columns.words(columns.ANSWER_STAGES, stage)
    if is_late:
        return "late", _("late, %(stage)s") % {"stage": word}
    return _SHAPES[Answer(stage)], word[:1].upper() + word[1:]


def _line(row: queries.Standing, member: Any, is_office: bool) -> dict[str, Any]:
    answer = row.answer
    may_read = queries.sees_answer(member, answer.round, answer)
    return {
        "answer": answer,
        "side": row.side,
        "n_cells": row.n_cells,
        "is_late": row.is_late,
        "status": answer_status(answer.stage, row.is_late),
        "url": answer.url if may_read and answer.round.stage != Stage.DRAFT else "",
        "review_url": f"{answer.url}review/" if is_office and answer.stage == Answer.CONFIRMED else "",
    }


def outcome_line(outcome: dict[str, Any]) -> dict[str, Any]:
    """What merging did or would do about one target, in the reader's language."""
    name = outcome["name_zh"] if words.is_chinese() else outcome["name_en"] or outcome["name_zh"]
    is_money = outcome["unit"] == "fen"
    figures = {
        figure: words.yuan(int(Decimal(outcome[figure]))) if is_money and outcome[figure] else outcome[figure]
        for figure in ("reported", "recorded", "adds")
    }
    if is_money:
        figures |= {
            f"{figure}_exact": words.yuan_exact(int(Decimal(outcome[figure]))) if outcome[figure] else ""
            for figure in ("reported", "recorded", "adds")
        }
    reason = sentences.said(outcome["reason"], outcome["facts"] or {}) if outcome["reason"] else ""
    return (outcome | figures) | {
        "name": name,
        "unit": "" if is_money else outcome["unit"],
        "reason": reason,
        "word": columns.words(columns.WINNERS, outcome["winner"]),
        "is_odd": outcome["winner"] in ("records", "none"),
    }


def history(subject: Any, limit: int = 12) -> list[dict[str, Any]]:
    """What happened to a record, latest first (one statement)."""
    found = []
    for entry in journal.of_subject(subject)[:limit]:
        body = journal.body_of(entry)
        facts = body.get("facts", {})
        word = facts.get("reason") or facts.get("word") or ""
        found.append(
            {
                "at": entry.at,
                "who": journal.by_name(body) or _("The platform"),
                "what": journal.action_name(entry),
                "word": word if isinstance(word, str) else "",
            }
        )
    return found


# -- writing -------------------------------------------------------------------------------------------------------


def form_page(request: Any, form: Any, *, name: str, finding: str, back: str, sub: str = "") -> HttpResponse:
    """A page that is one form."""
    context = {"form": form, "name": name, "finding": finding, "sub": sub, "back": back}
    return render(request, "office/round_form.html", context, status=form.status)


@member_required("office.draft_round")
def new(request: Any) -> HttpResponse:
    """Write a round."""
    pairing = chosen_pairing(request)
    form = forms.RoundForm(request, pairing=pairing)

    def call(data: dict[str, Any]) -> Any:
        units = list(data.pop("units"))
        return actions.draft_round(pairing, units=units, by=request.member, **data)

    if form.sent(call):
        messages.success(request, _("Written. Look whom it reaches, then open it."))
        return redirect(form.result.url)
    return _new_page(request, form)


def _new_page(request: Any, form: Any, refusal: Refused | None = None) -> HttpResponse:
    context = {
        "form": form,
        "refusal": sentences.refusal(refusal) if refusal else "",
        "name": _("New round"),
        "finding": _("What is asked of whom, by when?"),
        "sub": _("Nobody is asked before you open it on the next page."),
        "back": reverse("office:rounds"),
    }
    return render(
        request, "office/round_new.html", context, status=refusal.status if refusal else form.status
    )


@posted("office.draft_round")
def read_workbook(request: Any) -> HttpResponse:
    """Take the form from a workbook of the office's own: it stands in the draft of the new round, to be looked through."""
    pairing = chosen_pairing(request)
    try:
        file = request.FILES.get("file")
        if file is None:
            raise BadInput(
                "office.no_file", gettext_noop("No file came. Choose the workbook, then bring it.")
            )
        asks = workbooks.read_form(file, file.name)
    except Refused as refused:
        return _new_page(request, forms.RoundForm(_AsRead(request), pairing=pairing), refused)
    kept = drafts.draft_of(request.user, forms.RoundForm.form_code, pairing.code)
    typed = dict(kept.data) if kept else {}
    read = {"questions": rules.write_questions(asks.questions), "lines": rules.write_lines(asks.lines)}
    if asks.title and not any(typed.get("name_zh", [])):
        read["name_zh"] = asks.title
    typed |= {name: [text] for name, text in read.items()}
    drafts.keep_draft(request.user, forms.RoundForm.form_code, pairing.code, typed)
    messages.success(
        request,
        _("Read from %(file)s: %(n)s questions, %(rows)s fixed rows. Look them through below.")
        % {"file": file.name, "n": len(asks.questions), "rows": len(asks.lines)},
    )
    return redirect("office:round_new")


@posted("office.open_round")
def open_(request: Any, number: str) -> HttpResponse:
    """Ask the units."""
    one = at_version(request, queries.round_of(request.member, number))
    actions.open_round(one, by=request.member)
    undo.offer(
        request, _("Opened; the units are asked."), reverse("office:round_call_off_now", args=[number])
    )
    return redirect(one.url)


@posted("office.call_off_round")
def call_off_now(request: Any, number: str) -> HttpResponse:
    """The undo of opening."""
    one = queries.round_of(request.member, number)
    actions.call_off_round(one, reason=_("Opened by mistake"), by=request.member)
    messages.success(request, _("Called off: nobody need answer it."))
    return redirect(one.url)


@member_required("office.change_round_form")
def change_form(request: Any, number: str) -> HttpResponse:
    """Change what is asked."""
    one = queries.round_of(request.member, number)
    form = forms.QuestionsForm(request, subject=one)
    if form.sent(lambda data: actions.change_round_form(one, questions=data["questions"], by=request.member)):
        messages.success(request, _("Changed. Answers that lack a new question went back to their units."))
        return redirect(one.url)
    return form_page(
        request,
        form,
        name=_("Change the form"),
        finding=_("What is asked?"),
        sub=_(
            "Values of questions that stay are kept, and accepted ones stay accepted; a question taken out keeps its values, "
            "out of the merge. Where a new question must be answered, answers on their way or with the office go back with "
            "that word."
        ),
        back=one.url,
    )


@member_required("office.extend_round")
def extend(request: Any, number: str) -> HttpResponse:
    """Move the due day."""
    one = queries.round_of(request.member, number)
    form = forms.DueForm(request, subject=one)
    if form.sent(lambda data: actions.extend_round(one, due_on=data["due_on"], by=request.member)):
        messages.success(request, _("The units have time until %s.") % words.day(one.due_on))
        return redirect(one.url)
    return form_page(
        request, form, name=_("Move the due day"), finding=_("By when?"), sub=one.name, back=one.url
    )


@member_required("office.call_off_round")
def call_off(request: Any, number: str) -> HttpResponse:
    """Call it off, with a reason."""
    one = queries.round_of(request.member, number)
    form = forms.WhyForm(request, subject=one)
    form.button = _("Call the round off")
    if form.sent(lambda data: actions.call_off_round(one, reason=data["reason"], by=request.member)):
        messages.success(request, _("Called off: nobody need answer it."))
        return redirect(one.url)
    return form_page(
        request,
        form,
        name=_("Call the round off"),
        finding=_("Why need nobody answer it?"),
        sub=one.name,
        back=one.url,
    )


@member_required("office.remind_missing")
def remind(request: Any, number: str) -> HttpResponse:
    """Whom reminding reaches; then it is done for all at once."""
    one = queries.round_of(request.member, number)
    refusal = ""
    if request.method == "POST":
        try:
            told = actions.remind_missing(one, by=request.member)
        except Refused as refused:
            refusal = sentences.refusal(refused)
        else:
            messages.success(request, reminded(told))
            return redirect(one.url)
    context = {"round": one, "reached": queries.missing(one), "refusal": refusal}
    context |= shown(round_reach.reach_of(one))
    return render(request, "office/round_remind.html", context, status=409 if refusal else 200)


@member_required("office.merge_round")
def merge(request: Any, number: str) -> HttpResponse:
    """What merging would do; then it is done."""
    one = queries.round_of(request.member, number)
    refusal = ""
    if request.method == "POST":
        try:
            actions.merge_round(at_version(request, one), by=request.member)
        except Refused as refused:
            refusal = sentences.refusal(refused)
            one = queries.round_of(request.member, number)
        else:
            undo.offer(
                request,
                _("Merged: one workbook, and the values are in the records."),
                reverse("office:round_unmerge", args=[number]),
            )
            return redirect(one.url)
    found = merged.preview_of(one)
    context = {
        "round": one,
        "preview": found,
        "lines": [outcome_line(outcome.as_data()) for outcome in found.outcomes],
        "left_out": [(answer, answer_status(answer.stage, False)) for answer in found.left_out],
        "n_odd": sum(outcome.winner in ("records", "none") for outcome in found.outcomes) + len(found.rivals),
        "refusal": refusal,
    }
    return render(request, "office/round_merge.html", context, status=409 if refusal else 200)


@posted("office.take_back_merging")
def unmerge(request: Any, number: str) -> HttpResponse:
    """The undo of merging."""
    one = queries.round_of(request.member, number)
    actions.take_back_merging(one, reason=_("Merging was taken back"), by=request.member)
    messages.success(request, _("Taken back: what was recorded is withdrawn, and the round is open again."))
    return redirect(one.url)


@posted("office.accept_confirmed")
def accept_all(request: Any, number: str) -> HttpResponse:
    """Accept all that units have confirmed."""
    one = queries.round_of(request.member, number)
    n = actions.accept_confirmed(one, by=request.member)
    messages.success(
        request, ngettext("%(n)s answer is accepted.", "%(n)s answers are accepted.", n) % {"n": n}
    )
    return redirect(one.url)
