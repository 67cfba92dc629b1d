"""The inbox of a unit: what runs out first, answered from the row by keys."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shanhai.core import access
from shanhai.core.models import Member
from shanhai.core.models.base import in_language
from shanhai.core.queries.work import ROLES_OF_STEPS
from shanhai.fields.approval.models import CaseItem, Opinion
from shanhai.fields.approval.queries import inbox as inboxes
from shanhai.fields.approval.queries import said
from shanhai.fields.approval.rules.cases import State
from shanhai.fields.approval.views import case_parts
from shanhai.webkit import keyset, words
from shanhai.webkit.pages import member_required
from shanhai.webkit.templatetags.shanhai import due

# The keys that open an answer in its row; every list of them says what they do.
_OF_DECISION = (("a", "approved"), ("x", "refused"))
_OF_REPLY = (("a", "agree"), ("x", "disagree"), ("f", "forward"))
_RETURN = "r"


@member_required("approval.decide_item")
def inbox(request: Any) -> HttpResponse:
    """What runs out first in my unit?"""
    wanted = inboxes.wanted(request.GET.get("kind", ""), request.GET.get("show", ""))
    shown = keyset.fingerprint("approval.inbox", request.member.unit_id, wanted.kind, wanted.show)
    found = inboxes.waiting_of(request.member, wanted)
    part = keyset.cut(found, ("sorted_on",), inboxes.PAGE, request.GET.get("cursor", ""), shown)
    # A hundred rows share a few days, and working days are counted for each.
    written = cache(due)
    rows = [
        row_of(request.member, row) | {"due": written(row["work"].due_on)}
        for row in inboxes.inbox_of(part.rows)
    ]
    context = {
        "rows": rows,
        "answers": [row["answers"] for row in rows],
        "finding": _finding(inboxes.head_of(request.member)),
        "unit": request.member.unit,
        "part": part,
        "size": inboxes.PAGE,
        "wanted": wanted,
        "filters": [
            {"name": "kind", "label": _("What it asks"), "chosen": wanted.kind,
             "choices": [(code, said.words(said.ASKED, code)) for code, _en, _zh in said.ASKED]},
            {"name": "show", "label": _("Show"), "chosen": wanted.show,
             "choices": [(code, said.words(said.SLACKS, code)) for code, _en, _zh in said.SLACKS]},
        ],
    }  # fmt: skip
    return render(request, "approval/inbox.html", context)


def _many(n: int) -> str:
    most = inboxes.MOST_COUNTED
    return words.num(min(n, most)) + ("+" if n > most else "")


def _finding(head: inboxes.Head) -> str:
    if not head.n:
        return _("Nothing waits for your unit.")
    n = ngettext("%(n)s thing waits for your unit", "%(n)s things wait for your unit", head.n)
    return _("%(waiting)s: %(late)s late, %(today)s due today.") % {
        "waiting": n % {"n": _many(head.n)}, "late": _many(head.late), "today": _many(head.today),
    }  # fmt: skip


def row_of(member: Member, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of the inbox, with where it leads and the answers that can be given in it."""
    work, item, opinion = row["work"], row["item"], row["opinion"]
    if item is None:
        return {"work": work, "url": work.url, "button": _("Look it through"), "what": _("File to accept"),
                "number": work.facts.get("number", ""), "answers": [],
                "title": in_language(work.facts.get("title", ""), work.facts.get("title_en", ""))}  # fmt: skip
    case, asked = item.case, opinion or item
    is_own_step = ROLES_OF_STEPS[asked.step] in access.standing(member).roles
    may_answer = item.state == State.OPEN and is_own_step
    return {
        "work": work,
        "url": asked.deed("reply" if opinion is not None else "decide") if may_answer else item.address,
        "button": (_("Reply") if opinion is not None else _("Decide")) if may_answer else _("Open"),
        "what": item.name,
        "role": said.words(said.ROLES, opinion.role if opinion is not None else "lead"),
        "number": case.number,
        "title": case.project.name,
        "who": case.enterprise.name,
        "steps": asked.ladder,
        "step": asked.step,
        "is_stopped": item.state == State.STOPPED,
        "answers": answers(asked, item) if may_answer else [],
    }


def answers(asked: CaseItem | Opinion, item: CaseItem) -> list[dict[str, Any]]:
    """The answers that a row takes by keys; a decision of a department that is not here needs its scan, so it has none."""
    is_opinion = isinstance(asked, Opinion)
    if not is_opinion and item.is_absent:
        return []
    found = [_answer(asked, item, key, value) for key, value in (_OF_REPLY if is_opinion else _OF_DECISION)]
    if asked.step != asked.ladder[0]:
        found.append({
            "key": _RETURN, "said": _("Return it to the step below"), "button": _("Return it"), "url": asked.deed("return"), "hint": "",
            "version": asked.version, "field": "word", "label": _("Why?"), "text": "", "needs": True, "kept": {},
        })  # fmt: skip
    return found


def _answer(asked: CaseItem | Opinion, item: CaseItem, key: str, value: str) -> dict[str, Any]:
    is_opinion = isinstance(asked, Opinion)
    told = said.words(said.REPLIES if is_opinion else said.DECISIONS, value)
    return {
        "key": key,
        "said": told[:1].upper() + told[1:],
        "button": _("Pass it on")
        if not asked.is_last_step
        else (_("Send the reply") if is_opinion else _("Decide")),
        "hint": "" if is_opinion else " ".join(case_parts.left_to(item)),
        "url": asked.deed("reply" if is_opinion else "decide"),
        "version": asked.version,
        "name": "reply" if is_opinion else "decision",
        "value": value,
        "field": "reasons",
        "label": _("Reasons"),
        "text": asked.draft_reasons if asked.draft == value else "",
        "kept": _certificate(item) if value == "approved" else {},
        "needs": value in ("refused", "disagree") or (value == "approved" and item.disagreed > 0),
    }


def _certificate(item: CaseItem) -> dict[str, str]:
    """What a lower step proposed as certificate, by the fields of the form."""
    days = {"valid_from": item.valid_from, "valid_to": item.valid_to}
    return {"certificate": item.certificate, **{name: str(day or "") for name, day in days.items()}}


def undone(asked: CaseItem | Opinion) -> str:
    """Where to post that what was just done to an item or opinion is taken back."""
    return asked.deed("undo")
