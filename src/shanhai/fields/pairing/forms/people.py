"""Forms of seconded officers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shanhai.core.models import Member, Unit
from shanhai.core.queries import pairings as core_pairings
from shanhai.fields.pairing import columns
from shanhai.fields.pairing.forms.shared import MemberChoice, UnitChoice, choice, day, long_text, text
from shanhai.webkit.forms import BY_ADDRESS, ShanhaiForm


class SecondmentForm(ShanhaiForm):
    """Send an officer to a post of the other side."""

    form_code = "pairing.secondment"
    button = _("Plan the secondment")
    fieldsets = (
        (_("Who and where"), ("code", "person", "profession", "host_unit", "host_post", "host_post_en")),
        (_("Term"), ("from_on", "to_on")),
        (_("Tasks"), ("tasks",)),
    )

    code = text(_("Code"), 40, help_text=_("For example S-2023-05."))
    person = MemberChoice(Member.objects.none(), label=_("Officer"))
    profession = choice(columns.PROFESSIONS, label=_("Profession"))
    host_unit = UnitChoice(
        Unit.objects.none(), label=_("Unit that hosts"), help_text=_("It appraises the officer.")
    )
    host_post = text(_("Post there"), 120)
    host_post_en = text(_("Post there (English)"), 160, required=False)
    from_on = day(_("From"))
    to_on = day(_("To"), required=False, help_text=_("Empty takes the usual term of the rulebook."))
    tasks = forms.CharField(
        label=_("Tasks"),
        required=False,
        widget=forms.Textarea,
        help_text=_("One a line. Days can be added later."),
    )

    def __init__(self, request: Any, *, pairing: Any, **kwargs: Any) -> None:
        super().__init__(request, **kwargs)
        people = core_pairings.members_on(pairing).filter(
            unit__organisation__seats__side__in=["mountain", "sea"]
        )
        self.offer("person", people.distinct().order_by("name_sort", "pk"))
        self.offer("host_unit", core_pairings.units_on(pairing))

    def clean_tasks(self) -> list[tuple[str, None]]:
        return [
            (line.strip()[:200], None) for line in self.cleaned_data["tasks"].splitlines() if line.strip()
        ]


class TaskForm(ShanhaiForm):
    """Give an officer one more task."""

    form_code = BY_ADDRESS
    button = _("Give the task")
    title = text(_("Task"), 200)
    title_en = text(_("Task (English)"), 200, required=False)
    due_on = day(_("Due on"), required=False)


class FinishTaskForm(ShanhaiForm):
    """Write what came of a task."""

    form_code = BY_ADDRESS
    button = _("It is done")
    on = day(_("Done on"))
    outcome = long_text(_("What came of it"), 2000)


class AppraisalForm(ShanhaiForm):
    """Appraise an officer, as the side that hosts."""

    form_code = "pairing.appraisal"
    button = _("Give the appraisal")
    grade = choice(columns.GRADES, label=_("Grade"))
    text = long_text(_("Appraisal"), 4000, help_text=_("Once given it stands."))
    on = day(_("Given on"))

    def values_of(self, subject: Any) -> dict[str, Any]:
        return {"version": subject.version}


class ProlongForm(ShanhaiForm):
    """Give a secondment another last day."""

    form_code = BY_ADDRESS
    button = _("Change the last day")
    to_on = day(_("New last day"))
    reason = text(_("Reason"), 300)


class HandoverForm(ShanhaiForm):
    """End a secondment: only with a successor and a written handover."""

    form_code = "pairing.handover"
    button = _("Hand over and end")
    on = day(_("Last day"))
    successor = MemberChoice(Member.objects.none(), label=_("Successor"), required=False)
    handover = long_text(
        _("What was handed over"),
        4000,
        required=False,
        help_text=_("Running matters, papers, keys, contacts: what the successor needs to go on."),
    )

    def __init__(self, request: Any, *, pairing: Any, **kwargs: Any) -> None:
        super().__init__(request, **kwargs)
        people = core_pairings.members_on(pairing).distinct()
        self.offer("successor", people.order_by("name_sort", "pk"))
