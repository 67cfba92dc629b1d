"""Pages of land files: chosen, shown with the difference and with what is refused where, then written; taken away."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shanhai.fields.office.views.shared import form_page, posted, said
from shanhai.fields.park import columns
from shanhai.fields.park.actions import land_files as actions
from shanhai.fields.park.columns import land as kinds
from shanhai.fields.park.forms import land as forms
from shanhai.fields.park.models import LandImport, Park
from shanhai.fields.park.queries import formats, parks
from shanhai.fields.park.queries import land as queries
from shanhai.fields.park.rules import outlines
from shanhai.fields.park.rules.land_plan import Change, Fault, Plan
from shanhai.fields.park.views import drawing, land_shared
from shanhai.fields.park.views.drawing import Plot
from shanhai.kernel.refusals import Refused
from shanhai.webkit import words
from shanhai.webkit.pages import chosen_pairing, member_required

_SHOWN = 100  # rows of each kind; the command and the API give all
_COLOURS = {"new": "q4", "changed": "c6", "same": "sunk"}


@member_required("park.import_land")
def bring(request: Any) -> HttpResponse:
    """Choose a land file; nothing is written before its difference was shown."""
    park = parks.park_chosen(request.member, chosen_pairing(request), request.GET.get("park", ""))
    form = forms.LandFileForm(request)

    def call(data: dict[str, Any]) -> Any:
        file = data["file"][0]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"land{Path(file.name).suffix.lower()[:10]}"
            with path.open("wb") as target:
                for chunk in file.chunks():
                    target.write(chunk)
            return actions.read_land_file(park, path, name=file.name, crs=data["crs"], by=request.member)

    if form.sent(call):
        return said(request, _("The file is read."), reverse("park:land_file", args=[form.result.pk]))
    return form_page(
        request,
        form,
        name=_("Bring a land file"),
        finding=_("Which parcels of %s does the file have?") % park.name,
        sub=_("It is shown first what would change; nothing is written before you say so."),
        crumbs=_crumbs(park),
    )


@member_required("park.import_land")
def land_file(request: Any, pk: int) -> HttpResponse:
    """What would this file change, and what is refused where?"""
    kept = queries.import_of(request.member, pk)
    plan = Plan.of_json(kept.plan)
    counts = plan.counts
    context = {
        "kept": kept,
        "park": kept.park,
        "finding": _finding(plan),
        "reference": _reference(plan),
        "remarks": [_said(sentence, facts) for sentence, facts in plan.remarks],
        "bars": [
            (_("New"), counts["new"]),
            (_("Changed"), counts["changed"]),
            (_("Unchanged"), counts["same"]),
            (_("Refused parcels"), counts["refused"]),
        ],
        "faults": [_fault(fault) for fault in plan.faults[:_SHOWN]],
        "changes": [_change(one) for one in plan.changes if one.outcome == "changed"][:_SHOWN],
        "new": [_change(one) for one in plan.changes if one.outcome == "new"][:_SHOWN],
        "repaired": [
            (one.feature.number, _said(sentence, facts))
            for one in plan.changes
            for sentence, facts in one.feature.remarks
        ][:_SHOWN],
        "picture": _picture(kept.park, plan),
        "n": counts["new"] + counts["changed"],
        "may_write": not plan.faults and kept.written_at is None and counts["new"] + counts["changed"] > 0,
    }
    return render(request, "park/land_file.html", context)


def _finding(plan: Plan) -> str:
    counts = plan.counts
    n = sum(counts.values())
    told = {name: words.num(count) for name, count in counts.items()}
    told["parcels"] = ngettext("%(n)s parcel", "%(n)s parcels", n) % {"n": words.num(n)}
    if counts["refused"]:
        return _("%(parcels)s in the file, %(refused)s of them refused: correct them first.") % told
    return _("%(parcels)s in the file: %(new)s new, %(changed)s changed, %(same)s unchanged.") % told


def _reference(plan: Plan) -> str:
    how = {
        "given": _("as you said"),
        "declared": _("as the file says"),
        "guessed": _("by the numbers in the file"),
    }
    return f"{plan.reference}, {how[plan.how]}"


def _said(sentence: str, facts: Any) -> str:
    return _(sentence).format(**facts)


def _fault(fault: Fault) -> dict[str, Any]:
    refused = Refused(fault.code, fault.sentence, **fault.facts)
    return {"row": fault.row, "number": fault.number, "spot": fault.spot, "why": refused.say(_)}


def _change(one: Change) -> dict[str, Any]:
    lines = []
    for name, after in one.after.items():
        if name == "outline":
            continue
        before = one.before.get(name, "")
        if name == "state":
            before, after = (columns.words(kinds.STATES, word) for word in (before, after))
        label = _("area, mu") if name == "mu" else str(kinds.PARCELS.column(name).heading)
        lines.append((label, before, after))
    if "outline" in one.after:
        lines.append((_("outline"), "", _("another")))
    return {"row": one.feature.row, "number": one.feature.number, "mu": one.feature.mu, "lines": lines}


def _picture(park: Park, plan: Plan) -> Any:
    plots = [
        Plot(outlines.kept(one.feature.outline), one.feature.number, fill=_COLOURS[one.outcome])
        for one in plan.changes
    ]
    spots = drawing.spots_of(*(fault.spot for fault in plan.faults[:_SHOWN]))
    label = _("Map of the file, refused spots marked")
    return drawing.draw(plots, label, border=land_shared.border_of(park), spots=spots)


@posted("park.import_land")
def write(request: Any, pk: int) -> HttpResponse:
    """Write what was shown."""
    kept: LandImport = queries.import_of(request.member, pk)
    plan = actions.write_land_file(kept, by=request.member)
    counts = plan.counts
    told = {"new": words.num(counts["new"]), "changed": words.num(counts["changed"])}
    sentence = _("%(new)s parcels are new, %(changed)s changed.") % told
    return said(request, sentence, f"{reverse('park:map')}?park={kept.park.number}")


@member_required("park.view_parcels")
def export(request: Any, number: str, form: str) -> HttpResponse:
    """The parcels of a park as a land file."""
    park = parks.park_of(request.member, number)
    answer = HttpResponse(actions.exported(park, form), content_type=formats.TYPES.get(form, ""))
    answer["Content-Disposition"] = str(content_disposition_header(True, f"{park.number}.{form}"))
    return answer


def _crumbs(park: Park) -> list[tuple[str, str]]:
    return [(reverse("park:parks"), _("Parks")), (park.url, park.number)]
