"""Pages of portfolio plans: the list, one made from the records, one with its map, what holds it back, and who stays out why."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from shanhai.core import sentences, tasks
from shanhai.core.models import TaskRun
from shanhai.fields.investment.actions import plans as actions
from shanhai.fields.investment.forms import plans as forms
from shanhai.fields.investment.models import Lead, PlanLine, PortfolioPlan
from shanhai.fields.investment.queries import planning
from shanhai.fields.investment.queries import plans as queries
from shanhai.fields.investment.rules import planning as rules
from shanhai.fields.investment.views.leads import heading, may
from shanhai.fields.office.views.shared import at_version, posted, said
from shanhai.fields.park.queries import land, parks
from shanhai.fields.park.rules import outlines
from shanhai.fields.park.views import drawing, land_shared
from shanhai.fields.registry.views.shared import history
from shanhai.kernel.refusals import Refused
from shanhai.webkit import downloads, listing, undo, words
from shanhai.webkit.listing import Column, Table
from shanhai.webkit.pages import chosen_pairing, member_required, read_again

_AT_WORK = (TaskRun.Stage.WAITING, TaskRun.Stage.RUNNING)
_MONEY = gettext_lazy("10,000 yuan")
# The unit of a column of figures, and what counts in a sentence.
VALUE_UNITS = {
    "tax": _MONEY, "output": _MONEY, "investment": _MONEY, "jobs": gettext_lazy("jobs"), "score": gettext_lazy("points"),
}  # fmt: skip
VALUES_SAID = {
    "tax": gettext_lazy("%s of tax a year"),
    "output": gettext_lazy("%s of output a year"),
    "investment": gettext_lazy("%s of investment"),
    "jobs": gettext_lazy("%s jobs"),
    "score": gettext_lazy("%s points"),
}
_FEN = 1_000_000
LIMIT_WORDS = {
    "land_mu": gettext_lazy("Land quota, mu"),
    "energy_tce": gettext_lazy("Energy quota, tce"),
    "emission_t": gettext_lazy("Emission quota, t"),
    "budget": gettext_lazy("Budget, 10,000 yuan"),
}


def value_said(plan: PortfolioPlan, value: Any) -> str:
    """What a plan brings, with its unit."""
    counted = plan.asked["value"]
    if VALUE_UNITS[counted] is _MONEY:
        said_ = words.yuan(round(value * _FEN))
    else:
        said_ = words.num(value, 0 if counted == "jobs" else 1)
    return str(VALUES_SAID[counted]) % said_


def limit_said(plan: PortfolioPlan, name: str, phase: int | None) -> str:
    """The name of a limit, with the year where it holds for one."""
    word = str(LIMIT_WORDS[name])
    if phase is None:
        return word
    return _("%(limit)s, %(year)s") % {"limit": word, "year": year_of(plan, phase)}


def year_of(plan: PortfolioPlan, phase: int) -> int:
    """The year that is a phase of the planner."""
    return plan.made_on.year + phase - 1


def status_of(plan: PortfolioPlan) -> tuple[str, str]:
    """Shape and word: at work, refused, ready, adopted in part or whole."""
    if not plan.is_ready:
        if plan.task is not None and plan.task.stage in _AT_WORK:
            return "not_started", _("At work")
        return "late", _("Not made")
    adopted: int = getattr(plan, "adopted_n", 0)
    if not adopted:
        return "on_track", _("Ready")
    return ("done", _("Adopted")) if adopted == plan.placed_n else ("on_track", _("Adopted in part"))


PLANS = Table(
    code="investment.plans",
    columns=(
        Column(
            "number", gettext_lazy("Plan"), kind="link", href=lambda row: row.url, second=lambda row: row.park.name, stack="full",
        ),
        Column("value", gettext_lazy("It brings"), value=lambda row: value_said(row, row.value) if row.is_ready else "–"),
        Column(
            "placed_n", gettext_lazy("Leads placed"), kind="number", sort=("placed_n",), index="plan_zone_placed",
            phone_heading=True,
        ),
        Column("left_n", gettext_lazy("Left out"), kind="number", phone_heading=True),
        Column("gap", gettext_lazy("Gap to the bound"), value=lambda row: words.percent(row.gap, 2) if row.is_ready else "–", stack="hide-s"),
        Column("status", gettext_lazy("Status"), kind="status", value=status_of, stack="push"),
        Column(
            "made_on", gettext_lazy("Made on"), kind="date", sort=("made_on",), index="plan_zone_made", stack="hide-s",
            second=lambda row: row.member.name if row.member else "",
        ),
    ),
    default_sort="-made_on",
    sheet=gettext_lazy("portfolio plans"),
    empty=(
        gettext_lazy("No plan yet."),
        gettext_lazy("Make one: it shows which leads would get which land, and what would have to change for the others."),
    ),
)  # fmt: skip


@member_required("investment.view_plans")
def plans(request: Any) -> HttpResponse:
    """Which plans are there, and what would each bring?"""
    pairing = chosen_pairing(request)
    rows = queries.plans_of(request.member, pairing)
    head = queries.head_of(rows)
    finding = _("No portfolio is planned yet.")
    if head["n"]:
        told = ngettext(
            "%(n)s plan is kept, made on %(day)s.", "%(n)s plans are kept, the latest of %(day)s.", head["n"]
        )
        finding = told % {"n": words.num(head["n"]), "day": words.day(head["last"], "year")}
    context = {"finding": finding, "may_make": may(request, "make_plan", pairing.pk)}
    return listing.render(request, "investment/plans.html", PLANS, rows, context)


# -- making one --------------------------------------------------------------------------------------------------------


@member_required("investment.make_plan")
def make(request: Any) -> HttpResponse:
    """Which leads and land go in, and which limits hold?"""
    pairing = chosen_pairing(request)
    its_parks = list(parks.parks_of(request.member, pairing).order_by("name_sort", "pk")[:50])
    given = request.POST if request.method == "POST" else request.GET
    park = parks.park_chosen(request.member, pairing, given.get("park", ""))
    choices = {
        "parks": [(one.number, one.name) for one in its_parks],
        "clusters": [
            (one.code, one.name) for one in parks.clusters_of(request.member, pairing).order_by("code")
        ],
    }
    hints = planning.suggested(request.member, park, rules.MOST_YEARS)
    start = forms.initial_of(park.number, hints)
    form = forms.PlanForm(given if "value" in given else None, initial=start, **choices)
    refusal, look, status = "", None, 200
    try:
        if form.is_bound and not form.is_valid():
            status = 422
        else:
            asked = form.asked() if form.is_bound else rules.Asked(land_mu=hints["land_mu"][:1])
            rules.check_asked(asked)
            if request.method == "POST":
                one = actions.make_plan(park, asked, by=request.member)
                return redirect(one.url)
            look = planning.preview(request.member, park, asked)
    except Refused as refused:
        refusal, status = sentences.refusal(refused), 422
    context = {
        "form": form, "park": park, "parks": its_parks, "refusal": refusal, "look": look,
        "sections": [(title, [form[name] for name in names]) for title, names in forms.SECTIONS], **_preview_said(look),
    }  # fmt: skip
    return render(request, "investment/plan_make.html", context, status=status)


def _preview_said(look: planning.Preview | None) -> dict[str, Any]:
    if look is None:
        return {"finding": _("The plan cannot be made like this.")}
    facts = {
        "leads": words.num(len(look.leads)), "asked": words.mu(look.asked_mu), "plots": words.num(len(look.places)),
        "mu": words.mu(look.land_mu),
    }  # fmt: skip
    vacated = [one for one in look.places if one.plot is not None]
    return {
        "finding": _("%(leads)s leads ask for %(asked)s; %(plots)s plots with %(mu)s are free.") % facts,
        "missing": [(one, [heading(name) for name in unknown]) for one, unknown in look.missing[:50]],
        "kept": look.kept[:50],
        "vacated_n": len(vacated),
        "plant_m2": sum((one.plant_m2 for one in vacated), Decimal(0)),
    }


# -- one plan ----------------------------------------------------------------------------------------------------------


@member_required("investment.view_plans")
def plan(request: Any, number: str) -> HttpResponse:
    """Which lead gets which land, what does that bring, what holds it back, and what would have to change for the others?"""
    one = queries.plan_of(request.member, number)
    if not one.is_ready:
        return _waiting(request, one)
    if request.htmx:  # asked by the progress bar
        return read_again()
    lines = queries.lines_of(one)
    one.adopted_n = sum(line.is_adopted for line in lines)  # type: ignore[attr-defined]
    numbers = [line.lead.number for line in lines] + [each["lead"] for each in one.result["unplaced"]]
    known = queries.leads_named(request.member, numbers)
    changed = planning.changed_since(one)
    is_adopter = may(request, "adopt_plan", one.pairing_id)
    other = _other(request, one)
    context = {
        "one": one,
        "finding": _finding(one),
        "sub": _sub(one),
        "status": status_of(one),
        "rows": [_row(line, known) for line in lines],
        "unit": VALUE_UNITS[one.asked["value"]],
        "years": one.asked["years"],
        "unplaced": [_left_out(each, known) for each in one.result["unplaced"]],
        "limits": _limits(one),
        "changed": _changed_said(changed),
        "facts": _facts(one),
        "picture": _picture(one, lines),
        "off_map": [line.position for line in lines if not _drawn(one, line)],
        "may_adopt": is_adopter and any(not line.is_adopted for line in lines),
        "may_adopt_lines": may(request, "adopt_line", one.pairing_id),
        "may_release": may(request, "release_line", one.pairing_id),
        "may_make": may(request, "make_plan", one.pairing_id),
        "others": queries.others_of(one, request.member),
        "other": other,
        "apart": _apart(one, other) if other is not None else [],
        "history": history(one),
    }
    return render(request, "investment/plan.html", context)


def _waiting(request: Any, one: PortfolioPlan) -> HttpResponse:
    run = one.task
    is_running = run is not None and run.stage in _AT_WORK
    if request.htmx and not is_running:
        return read_again()
    is_own = run is not None and run.member_id == request.member.pk
    context: dict[str, Any] = {
        "one": one,
        "run": run,
        "is_running": is_running,
        "share": 100 * run.done // run.total if run is not None and run.total else None,
        "url": one.url,
        "cancel_url": reverse("investment:plan_cancel", args=[one.number]) if is_own else "",
    }
    if request.htmx:
        return render(request, "webkit/progress.html", context)
    refused = run.refusal if run is not None else None
    context |= {
        "finding": _("The plan is being made.") if is_running else _("This plan was not made."),
        "why": sentences.said(refused["sentence"], refused["facts"]) if refused else "",
        "may_make": may(request, "make_plan", one.pairing_id),
    }
    return render(request, "investment/plan_waiting.html", context)


def _finding(one: PortfolioPlan) -> str:
    facts = {
        "placed": words.num(one.placed_n),
        "all": words.num(one.placed_n + one.left_n),
        "value": value_said(one, one.value),
    }
    if one.gap is not None and one.gap <= 0:
        return _("%(placed)s of %(all)s leads are placed and bring %(value)s; no plan brings more.") % facts
    facts["gap"] = words.percent(one.gap, 2)
    return (
        _("%(placed)s of %(all)s leads are placed and bring %(value)s; no plan brings over %(gap)s more.")
        % facts
    )


def _sub(one: PortfolioPlan) -> str:
    binding = one.result["binding"]
    if not binding:
        return (
            _("%s. No limit holds it back; what is left out fits nowhere, or its place is taken.")
            % one.park.name
        )
    names = [limit_said(one, each["limit"], each["phase"]) for each in binding]
    return _("%(park)s. What holds it back: %(limits)s.") % {
        "park": one.park.name,
        "limits": "; ".join(names),
    }


def _row(line: PlanLine, known: dict[str, Lead]) -> dict[str, Any]:
    plots = {each["record"]["parcel"]: each for each in line.plan.inputs["plots"]}
    its = [plots[number] for number in line.plots]
    return {
        "line": line,
        "lead": known.get(line.lead.number),
        "plots": [
            (number, reverse("park:parcel", args=[each["parcel"]]) if each["parcel"] else reverse("park:renewal", args=[each["renewal"]]))
            for number, each in zip(line.plots, its, strict=True)
        ],
        "mu": sum(each["record"]["land_mu"] for each in its),
        "plant_m2": sum(each["record"]["plant_m2"] for each in its),
        "year": year_of(line.plan, line.phase),
        "takes": line.takes,
    }  # fmt: skip


def _left_out(each: dict[str, Any], known: dict[str, Lead]) -> dict[str, Any]:
    return {
        "number": each["lead"],
        "lead": known.get(each["lead"]),
        "reasons": [sentences.reason(rules.reason_of(why)) for why in each["reasons"]],
        "most": each["most_with_it"],
    }


def _limits(one: PortfolioPlan) -> list[dict[str, Any]]:
    """Every limit with what is used of it; those that bind with what more of them brings."""
    binding = {(each["limit"], each["phase"]): each for each in one.result["binding"]}
    found = []
    for each in one.result["limits"]:
        bound = binding.get((each["limit"], each["phase"]))
        found.append(
            {
                "name": limit_said(one, each["limit"], each["phase"]),
                "given": each["given"],
                "used": each["used"],
                "left": max(each["given"] - each["used"], 0),
                "share": round(100 * each["used"] / each["given"]) if each["given"] else 100,
                "binding": bound,
                "is_exact": bound is not None and abs(bound["gain_at_most"] - bound["gain_at_least"]) < 1e-6,
            }
        )
    return found


def _changed_said(changed: rules.Changed) -> list[str]:
    told = (
        (changed.leads_new, _("leads that came: %s")),
        (changed.leads_gone, _("leads that are no more to be placed: %s")),
        (changed.leads_other, _("leads of which other figures are known: %s")),
        (changed.plots_new, _("land that came free: %s")),
        (changed.plots_gone, _("land that is not free any more: %s")),
        (changed.plots_other, _("land that was changed: %s")),
    )
    found = [sentence % _some(numbers) for numbers, sentence in told if numbers]
    return found + ([_("thresholds, weights or clusters")] if changed.rules else [])


def _some(numbers: Sequence[str]) -> str:
    shown = ", ".join(numbers[:8])
    if len(numbers) <= 8:
        return shown
    return _("%(shown)s and %(n)s more") % {"shown": shown, "n": len(numbers) - 8}


def _facts(one: PortfolioPlan) -> list[tuple[str, str]]:
    result = one.result
    took = _("%s s") % words.num(result["seconds"], 1)
    if result["stopped"]:
        took = _("%s; the time was over before it was proved") % took
    return [
        (_("It brings"), value_said(one, one.value)),
        (_("No plan brings more than"), value_said(one, one.bound)),
        (_("Gap to the bound"), words.percent(one.gap, 2)),
        (_("Solver"), result["solver"]),
        (_("Time taken"), took),
        (_("Independent check"), _("by the verifier, which knows nothing of how it was made")),
        (_("Made on"), words.day(one.made_on, "year")),
        (_("Made by"), one.member.name if one.member else "–"),
        (_("Fingerprint of what went in"), one.fingerprint[:16]),
    ]


# -- the map -----------------------------------------------------------------------------------------------------------

# Land of the plan by how far it is settled; everything else is pale.
RESERVED, PLACED, FREE = "q5", "q3", "q1"


def _drawn(one: PortfolioPlan, line: PlanLine) -> list[str]:
    drawn = {each["record"]["parcel"] for each in one.inputs["plots"] if each["parcel"]}
    return [number for number in line.plots if number in drawn]


def _picture(one: PortfolioPlan, lines: list[PlanLine]) -> Any:
    holder = {number: line for line in lines for number in line.plots}
    free = {each["record"]["parcel"] for each in one.inputs["plots"]}
    plots = []
    for parcel in land.in_park(one.park):
        line = holder.get(parcel.number)
        if line is None:
            fill = FREE if parcel.number in free else ""
            title = f"{parcel.number}: {_('left free')}" if fill else parcel.number
            plots.append(drawing.Plot(outlines.kept(parcel.outline), title, parcel.url, fill))
            continue
        title = f"{parcel.number}: {line.position}. {line.lead.number}, {words.mu(parcel.mu)}"
        fill = RESERVED if line.is_adopted else PLACED
        plots.append(
            drawing.Plot(
                outlines.kept(parcel.outline), title, f"#line-{line.position}", fill, mark=str(line.position),
                is_dark=line.is_adopted,
            )
        )  # fmt: skip
    return drawing.draw(plots, _("Map of %s") % one.park.name, border=land_shared.border_of(one.park))


# -- comparing ---------------------------------------------------------------------------------------------------------


def _other(request: Any, one: PortfolioPlan) -> PortfolioPlan | None:
    number = request.GET.get("with", "")
    if not number or number == one.number:
        return None
    found = queries.plan_of(request.member, number)
    return found if found.is_ready and found.park_id == one.park_id else None


def _apart(one: PortfolioPlan, other: PortfolioPlan) -> list[rules.Difference]:
    return rules.differences(queries.placed(one), queries.placed(other))


# -- writing -----------------------------------------------------------------------------------------------------------


@require_POST
@member_required("investment.make_plan")
def cancel(request: Any, number: str) -> HttpResponse:
    """Stop making a plan."""
    one = queries.plan_of(request.member, number)
    if one.task is not None:
        tasks.cancel_task(one.task, by=request.member)
    return redirect(one.url)


cancel.access = "investment.make_plan"  # type: ignore[attr-defined]


@posted("investment.adopt_plan")
def adopt(request: Any, number: str) -> HttpResponse:
    """Adopt the whole plan."""
    one = queries.plan_of(request.member, number)
    lines = actions.adopt_plan(one, by=request.member)
    sentence = ngettext("Land is reserved for %(n)s lead.", "Land is reserved for %(n)s leads.", len(lines))
    undo.offer(
        request, sentence % {"n": words.num(len(lines))}, reverse("investment:plan_release", args=[number])
    )
    return redirect(one.url)


@posted("investment.release_plan")
def release(request: Any, number: str) -> HttpResponse:
    """Release all land that the plan reserved."""
    one = queries.plan_of(request.member, number)
    lines = actions.release_plan(one, by=request.member)
    sentence = ngettext(
        "The land of %(n)s lead is free again.", "The land of %(n)s leads is free again.", len(lines)
    )
    return said(request, sentence % {"n": words.num(len(lines))}, one.url)


@posted("investment.adopt_line")
def adopt_line(request: Any, number: str, lead: str) -> HttpResponse:
    """Adopt one line."""
    one = queries.plan_of(request.member, number)
    line = at_version(request, queries.line_of(one, lead))
    actions.adopt_line(line, by=request.member)
    told = _("%(plots)s: reserved for %(lead)s.") % {"plots": ", ".join(line.plots), "lead": lead}
    undo.offer(request, told, reverse("investment:plan_release_line", args=[number, lead]))
    return redirect(one.url)


@posted("investment.release_line")
def release_line(request: Any, number: str, lead: str) -> HttpResponse:
    """Release the land of one line."""
    one = queries.plan_of(request.member, number)
    actions.release_line(queries.line_of(one, lead), by=request.member)
    return said(request, _("The land of %s is free again.") % lead, one.url)


@member_required("investment.view_plans")
def plan_file(request: Any, number: str, form: str) -> HttpResponse:
    """The plan as a table in a file: who is placed where, then who stays out and why."""
    one = queries.plan_of(request.member, number)
    heads = [_("No."), _("Lead number"), _("Lead"), _("Plots"), _("Land, mu"), _("Plant there, m²"), _("Year"), _("Worth, %s") % VALUE_UNITS[one.asked["value"]],
             _("Score of 100"), _("Energy, tce"), _("Emissions, t"), _("Budget, 10,000 yuan"), _("Adopted on"), _("Because"),
             _("A plan with it brings at most")]  # fmt: skip
    lines = queries.lines_of(one)
    unplaced = one.result.get("unplaced", [])
    known = queries.leads_named(
        request.member, [each.lead.number for each in lines] + [each["lead"] for each in unplaced]
    )
    rows: list[list[Any]] = []
    for line in lines:
        row = _row(line, known)
        lead = row["lead"]
        rows.append([line.position, line.lead.number, lead.name if lead else "", " + ".join(line.plots), round(row["mu"], 2), row["plant_m2"],
                     row["year"], line.value, line.score, line.takes["energy_tce"], line.takes["emission_t"], line.takes["budget"],
                     line.adopted_on if line.is_adopted else None, "", None])  # fmt: skip
    for each in unplaced:
        told = _left_out(each, known)
        name = told["lead"].name if told["lead"] else ""
        rows.append([None, told["number"], name, "", None, None, None, None, None, None, None, None, None, " ".join(told["reasons"]), told["most"]])  # fmt: skip
    return downloads.table(heads, rows, one.number, form)
