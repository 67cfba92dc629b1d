"""What a reader of the analysis asks for: which cases are held against which, which ones are drawn, and a log to read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shanhai.fields.approval.queries import analyses
from shanhai.fields.approval.queries.analyses import OwnWanted
from shanhai.fields.approval.rules.cohorts import By, Class, Comparison
from shanhai.fields.approval.rules.log_analysis import MOST_ORDERS_BYTES, Rule, orders_in
from shanhai.kernel.refusals import BadInput, gettext_noop

_SELECT = {"class": "form-select"}
_MODES = [("", _("joint and serial")), ("joint", _("joint")), ("serial", _("serial"))]
_DAYS = [(analyses.WORKING, _("working days")), (analyses.CALENDAR, _("calendar days"))]
_ORDERS = [("log", _("seen in the cases")), ("catalogue", _("declared by the catalogue"))]


class ComparisonForm(forms.Form):
    """The cohort and its baseline."""

    by = forms.ChoiceField(
        label=_("Compare"),
        choices=[("mode", _("joint with serial")), ("day", _("since a day with before it"))],
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    since = forms.DateField(
        label=_("Since"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}),
    )
    alike = forms.ChoiceField(
        label=_("Alike by"),
        choices=[("project", _("kind of project")), ("catalogue", _("catalogue")), ("regime", _("regime"))],
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def comparison(self) -> Comparison:
        """What is asked for; without a day nothing is parted by one."""
        told: dict[str, Any] = self.cleaned_data if self.is_valid() else {}
        since = told.get("since")
        by = By(told.get("by") or "mode")
        return Comparison(
            By.MODE if by is By.DAY and since is None else by, since, Class(told.get("alike") or "project")
        )


class OwnForm(forms.Form):
    """Which of the own cases are drawn, and by which orders joint review is reckoned."""

    catalogue = forms.ChoiceField(label=_("Catalogue"), required=False, widget=forms.Select(attrs=_SELECT))
    mode = forms.ChoiceField(
        label=_("Reviewed"), choices=_MODES, required=False, widget=forms.Select(attrs=_SELECT)
    )
    days = forms.ChoiceField(
        label=_("Counted in"), choices=_DAYS, required=False, widget=forms.Select(attrs=_SELECT)
    )
    orders = forms.ChoiceField(
        label=_("Orders that are needed"), choices=_ORDERS, required=False, widget=forms.Select(attrs=_SELECT)
    )

    def __init__(self, *args: Any, catalogues: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["catalogue"].choices = [(code, f"{name} ({n})") for code, name, n in catalogues]  # type: ignore[attr-defined]

    @staticmethod
    def wanted(given: Any) -> OwnWanted:
        """What an address asks for; words that are none of the choices ask for nothing."""
        mode, orders = given.get("mode", ""), given.get("orders", "")
        return OwnWanted(
            given.get("catalogue", "")[:40],
            mode if mode in ("joint", "serial") else "",
            analyses.CALENDAR if given.get("days") == analyses.CALENDAR else analyses.WORKING,
            "catalogue" if orders == "catalogue" else "log",
        )


class LogForm(forms.Form):
    """A log of another system, the names of its columns where they are unusual, and the rule of orders."""

    log = forms.FileField(
        label=_("Log"), help_text=_("XES, XES.gz, CSV, Parquet, or OCEL 2.0 as JSON or SQLite.")
    )
    case = forms.CharField(label=_("Column of the case"), required=False, max_length=200)
    activity = forms.CharField(label=_("Column of the step"), required=False, max_length=200)
    time = forms.CharField(label=_("Column of the time"), required=False, max_length=200)
    orders = forms.FileField(
        label=_("Declared orders"),
        required=False,
        help_text=_("A text file: before,after or before,after,no in each line."),
    )
    only_declared = forms.BooleanField(label=_("Only declared orders count"), required=False)
    free_from = forms.FloatField(
        label=_("Cases against an order that still needs it, %"), required=False, min_value=0, max_value=99,
        help_text=_("0: an order that was once broken is not needed."),
    )  # fmt: skip

    def clean_orders(self) -> Any:
        """The declared orders; a file that is none is refused with its line."""
        file = self.cleaned_data["orders"]
        if not file:
            return ()
        from django.core.exceptions import ValidationError

        from shanhai.core import sentences

        try:
            return _orders(file)
        except BadInput as refused:
            raise ValidationError(sentences.refusal(refused)) from refused

    def columns(self) -> tuple[str, str, str]:
        """Names of case, activity and time; empty for the usual ones."""
        return tuple(self.cleaned_data[name] for name in ("case", "activity", "time"))

    def rule(self) -> Rule:
        """By which orders joint review is reckoned."""
        share = (self.cleaned_data["free_from"] or 0.0) / 100
        return Rule(self.cleaned_data["orders"], self.cleaned_data["only_declared"], share)


def _orders(file: Any) -> tuple[tuple[str, str, bool], ...]:
    if file.size > MOST_ORDERS_BYTES:
        raise BadInput(
            "approval.orders_large",
            gettext_noop(
                "The file of orders is larger than {most} bytes. It names pairs of steps; look what it is."
            ),
            most=MOST_ORDERS_BYTES,
        )
    try:
        return orders_in(file.read().decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadInput(
            "approval.orders_text",
            gettext_noop("The file of orders is no text in UTF-8. Save it as such and bring it again."),
        ) from None
