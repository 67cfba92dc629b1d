"""Pages of cases: the list, the inbox of a unit by what runs out first, one case seen from both sides, the applicant's."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shanhai.core import access, clock, visibility
from shanhai.core.sheets import exporting
from shanhai.fields.approval import columns
from shanhai.fields.approval.models import Case
from shanhai.fields.approval.queries import cases as queries
from shanhai.fields.approval.queries import commitments, meetings, said, services
from shanhai.fields.approval.queries.letters import letters_of
from shanhai.fields.approval.rules import cases as rules
from shanhai.fields.approval.views import case_parts
from shanhai.fields.approval.views.commitments import letter_row
from shanhai.fields.approval.views.services import service_row
from shanhai.fields.registry.views.shared import history
from shanhai.webkit import downloads, listing, words
from shanhai.webkit.listing import Column, Filter, Table
from shanhai.webkit.pages import chosen_pairing, member_required
from shanhai.webkit.remember import mark_at, remembered

Stage = rules.CaseStage


def status_of(case: Case) -> tuple[str, str]:
    """Shape and word of a case: what is past its planned end stands out, what is over rests."""
    word = said.words(said.STAGES, case.stage)
    word = word[:1].upper() + word[1:]
    if case.stage == Stage.APPROVED:
        return "done", word
    if case.is_closed or case.stage in rules.WITH_OWNER:
        return "paused", word
    if case.planned_on is not None and case.planned_on < clock.today():
        return "late", word
    return "on_track", word


def _shown(found: Any, text: str) -> Any:
    if text == "late":
        return found.filter(stage=Stage.REVIEW, planned_on__lt=clock.today())
    if text == "all":
        return found
    return found.filter(stage=text)


def _export(request: Any, chosen: Any, form: str) -> HttpResponse:
    file = BytesIO()
    keys = chosen.order_by().values("pk")
    exporting.export(columns.CASES, file, form, member=request.member, pairing=request.pairing, pk__in=keys)
    return downloads.sheet(file, f"{columns.CASES.name}.{form}", form)


CASES = Table(
    code="approval.cases",
    columns=(
        Column(
            "title",
            gettext_lazy("Case"),
            kind="link",
            value=lambda row: row.project.name,
            href=lambda row: row.url,
            second=lambda row: f"{row.number} · {row.enterprise.name}",
            stack="full",
        ),
        Column("status", gettext_lazy("Stage"), kind="status", value=status_of),
        Column(
            "items",
            gettext_lazy("Items decided"),
            kind="bar",
            value=lambda row: (row.n_items - row.open_items, max(row.n_items, 1), None),
            phone_heading=True,
        ),
        Column(
            "planned_on",
            gettext_lazy("Planned end"),
            kind="due",
            value=lambda row: (row.planned_on if row.stage != Stage.REFUSED else None, row.is_closed),
            sort=("planned_on",),
            index="case_zone_planned",
            stack="push",
        ),
        Column(
            "mode",
            gettext_lazy("Reviewed"),
            value=lambda row: said.words(said.MODES, row.mode),
            stack="hide-s",
        ),
        Column(
            "filed_on",
            gettext_lazy("File opened"),
            kind="date",
            sort=("filed_on",),
            index="case_zone_filed",
            stack="hide-s",
        ),
    ),
    filters=(
        Filter(
            "show",
            gettext_lazy("Show"),
            choices=lambda _request: [
                ("late", _("past their planned end")),
                *((value, said.words(said.STAGES, value)) for value, _en, _zh in said.STAGES),
            ],
            apply=_shown,
        ),
        Filter("q", gettext_lazy("Name or number"), kind="search", apply=queries.named),
    ),
    export=_export,
    default_sort="-filed_on",
    keeps_count=True,
    empty=(
        gettext_lazy("No case of joint review yet."),
        gettext_lazy("Open the file of a project; its catalogue says what is needed."),
    ),
)


@member_required("approval.view_cases")
def cases(request: Any) -> HttpResponse:
    """Which cases are under way, and which are past their planned end?"""
    pairing = chosen_pairing(request)
    rows = queries.cases_of(request.member, pairing)
    sql = rows.order_by().values("pk").query.sql_with_params()
    head = remembered("approval.cases", sql, lambda: queries.head_of(rows), mark_at(request), "readers")
    context = {
        "finding": _list_finding(head),
        "may_file": access.may(request.member, "approval.file_case", pairing_id=pairing.pk),
        "others": [
            (one, status_of(one), member)
            for member, one in queries.files_of_others(request.memberships, request.member)
        ],
        "may_import": access.may(request.member, "approval.write_item_states", pairing_id=pairing.pk),
    }
    starts = visibility.placed(queries.shown(Case.objects.all()), request.member, pairing, "filed_on")
    return listing.render(request, "approval/cases.html", CASES, rows, context, starts)


def _list_finding(head: dict[str, Any]) -> str:
    if not head["n"]:
        return _("No case of joint review yet.")
    review = ngettext("%(n)s case is under review", "%(n)s cases are under review", head["review"])
    told = review % {"n": words.num(head["review"])}
    late = ngettext("%(n)s past its planned end", "%(n)s past their planned end", head["late"])
    tail = late % {"n": words.num(head["late"])} if head["late"] else _("none past its planned end")
    owner = ngettext("%(n)s is with its applicant", "%(n)s are with their applicants", head["owner"])
    return _("%(review)s, %(late)s; %(owner)s.") % {
        "review": told, "late": tail, "owner": owner % {"n": words.num(head["owner"])},
    }  # fmt: skip


def _served(member: Any, one: Case, items: list[Any]) -> dict[int, list[dict[str, Any]]]:
    """What intermediaries were asked for, by key of the item."""
    found = services.of_case(one)
    for item in items:
        for row in found.get(item.pk, ()):
            row.item = item
    return {key: [service_row(member, row) for row in rows] for key, rows in found.items()}


@member_required("approval.view_cases")
def case(request: Any, number: str) -> HttpResponse:
    """Where is the file, who holds it, and when will it end?"""
    one = queries.case_of(request.member, number)
    items = queries.whole(one)
    materials = queries.materials_of(one)
    ahead = queries.outlook(one, items)
    held = queries.held_by(one, items)
    sees_drafts = access.may(request.member, "approval.view_opinions", pairing_id=one.pairing_id)
    met = meetings.of_case(one) if access.may(request.member, "approval.view_review_meetings") else {}
    served = _served(request.member, one, items)
    letters = commitments.of_case(one)
    covered = case_parts.covering(items, letters)
    asked, units = case_parts.asked_in(one), queries.units_of(request.member)
    return render(
        request,
        "approval/case.html",
        {
            "case": one,
            "may_see_project": access.may(request.member, "investment.view_projects")
            and visibility.can_see(request.member, one.project),
            "finding": case_parts.finding(one, held, ahead),
            "status": status_of(one),
            "clocks": case_parts.clocks(one, items, ahead),
            "held": case_parts.held(one, held),
            "course": case_parts.course(one, items, ahead),
            "actions": case_parts.case_actions(request.member, one),
            "items": [
                case_parts.item_row(
                    request.member,
                    one,
                    item,
                    items,
                    sees_drafts,
                    units,
                    met.get(item.pk, ()),
                    served.get(item.pk, ()),
                    letter_row(request.member, one, item, letters.get(item.pk)),
                )
                for item in items
            ],
            "materials": [
                case_parts.material_row(request.member, one, row, asked, covered) for row in materials
            ],
            "n_there": sum(row.n_versions > 0 for row in materials),
            "opinions": case_parts.opinions(request.member, one, items, sees_drafts, units),
            "letters": [case_parts.letter_row(one, row) for row in letters_of(one, items, materials)],
            "advises": access.standing(request.member).side_in(one.pairing_id)
            not in (one.side, None, "above"),
            "detail": one.source or _("Made up to fill the example zone; not reported anywhere."),
            "mark": one.standing if one.source or one.is_illustrative else "",
            "history": history(one),
            "is_applicant": queries.is_applicant(one, request.member),
            "mode": said.words(said.MODES, one.mode),
        },
    )


@member_required("approval.view_cases")
def applicant(request: Any, number: str) -> HttpResponse:
    """With whom is my file until when, and what do I owe?"""
    one = queries.case_of(request.member, number)
    queries.check_applicant(one, request.member)
    items = queries.whole(one)
    materials = queries.materials_of(one)
    served = _served(request.member, one, items)
    letters = commitments.of_case(one)
    covered = case_parts.covering(items, letters)
    asked, units = case_parts.asked_in(one), queries.units_of(request.member)
    owed = case_parts.owed(one, items, materials, letters)
    return render(
        request,
        "approval/applicant.html",
        {
            "case": one,
            "finding": case_parts.applicant_finding(one, items, owed),
            "status": status_of(one),
            "owed": owed,
            "materials": [
                case_parts.material_row(request.member, one, row, asked, covered) for row in materials
            ],
            "items": [
                case_parts.item_row(
                    request.member,
                    one,
                    item,
                    items,
                    False,
                    units,
                    (),
                    served.get(item.pk, ()),
                    letter_row(request.member, one, item, letters.get(item.pk)),
                )
                for item in items
            ],
            "letters": [case_parts.letter_row(one, row) for row in letters_of(one, items, materials)],
            "actions": case_parts.applicant_actions(one),
            "stops": [
                (item, stop, said.words(said.STOPS, stop.reason))
                for item in items
                for stop in item.stops.all()
                if stop.ended_on is None
            ],
        },
    )
