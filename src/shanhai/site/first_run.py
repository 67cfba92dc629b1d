"""The first page of an empty installation: who keeps it, and which two regions work together."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.password_validation import validate_password
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from shanhai.core import clock, sentences
from shanhai.core.actions import installation
from shanhai.core.actions.installation import Place, Start
from shanhai.core.models import Member, User
from shanhai.kernel.identifiers import check_region_code
from shanhai.kernel.refusals import Refused
from shanhai.webkit.forms import ShanhaiForm

LEVELS = (("city", _("cities")), ("county", _("counties, districts or county-level cities")))


class FirstRunForm(ShanhaiForm):
    """Everything that an empty installation needs before somebody can work in it."""

    button = _("Set up")
    fieldsets = (
        (_("You"), ("name_zh", "name_en", "username", "password", "password_again", "language")),
        (_("The mountain side"), ("mountain_code", "mountain_zh", "mountain_en", "mountain_city")),
        (_("The sea side"), ("sea_code", "sea_zh", "sea_en", "sea_city")),
        (_("Their pairing"), ("level", "started_on", "works_for", "keeps_office")),
    )

    name_zh = forms.CharField(label=_("Your name"), max_length=120)
    name_en = forms.CharField(label=_("Your name in Latin letters"), max_length=160, required=False)
    username = forms.CharField(
        label=_("Login name"),
        max_length=40,
        validators=[User.username_validator],
        help_text=_("Letters, digits and . - _"),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters; not only digits, and none that everybody takes."),
    )
    password_again = forms.CharField(
        label=_("Password once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, widget=forms.RadioSelect)

    mountain_code = forms.CharField(
        label=_("Region code"),
        max_length=12,
        help_text=_("6 digits (GB/T 2260), for example 331181 for Longquan."),
    )
    mountain_zh = forms.CharField(label=_("Name in Chinese"), max_length=120)
    mountain_en = forms.CharField(label=_("Name in English"), max_length=160, required=False)
    mountain_city = forms.CharField(
        label=_("City that it lies in"),
        max_length=120,
        required=False,
        help_text=_("Needed for counties and districts: 丽水市."),
    )
    sea_code = forms.CharField(
        label=_("Region code"),
        max_length=12,
        help_text=_("6 digits (GB/T 2260), for example 330109 for Xiaoshan."),
    )
    sea_zh = forms.CharField(label=_("Name in Chinese"), max_length=120)
    sea_en = forms.CharField(label=_("Name in English"), max_length=160, required=False)
    sea_city = forms.CharField(
        label=_("City that it lies in"),
        max_length=120,
        required=False,
        help_text=_("Needed for counties and districts: 杭州市."),
    )
    level = forms.ChoiceField(label=_("A pairing of"), choices=LEVELS, initial="county")
    started_on = forms.DateField(label=_("Since"), widget=forms.DateInput(attrs={"type": "date"}))
    works_for = forms.ChoiceField(
        label=_("You work on the"), choices=(("mountain", _("mountain side")), ("sea", _("sea side")))
    )
    keeps_office = forms.BooleanField(
        label=_("I also keep the cooperation office of my side: agreements, commitments, meetings"),
        required=False,
        initial=True,
    )

    def clean_username(self) -> str:
        name = self.cleaned_data["username"]
        if User.objects.filter(username=name).exists():
            raise forms.ValidationError(gettext("This login name is taken."))
        return name

    def clean_mountain_code(self) -> str:
        return self._checked_code("mountain_code")

    def clean_sea_code(self) -> str:
        return self._checked_code("sea_code")

    def _checked_code(self, name: str) -> str:
        try:
            return check_region_code(self.cleaned_data[name])
        except Refused as refused:
            raise forms.ValidationError(sentences.refusal(refused)) from refused

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        password = data.get("password")
        if password and data.get("password_again") not in (None, password):
            self.add_error("password_again", gettext("The two passwords differ."))
        elif password:
            person = User(username=data.get("username", ""), first_name=data.get("name_en", ""))
            try:
                validate_password(password, person)
            except forms.ValidationError as wrong:
                self.add_error("password", wrong)
        return data


def is_open() -> bool:
    """Whether nobody has begun to work here: then, and only then, the page is open to everybody."""
    return not Member.objects.exists() and not installation.is_begun()


def first_run(request: Any) -> HttpResponse:
    """Ask once, set up, and go to the login."""
    if not is_open():
        return redirect("home")
    form = FirstRunForm(request, initial={"language": get_language(), "started_on": clock.today()})
    if form.sent(lambda data: installation.set_up(_start(data), by=None)):
        messages.success(request, gettext("Set up. Now log in with the name and password that you chose."))
        answer = redirect("account_login")
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, form.cleaned_data["language"], samesite="Lax", httponly=True
        )
        return answer
    return render(request, "site/first_run.html", {"form": form}, status=form.status)


def _start(data: dict[str, Any]) -> Start:
    return Start(
        **{
            name: data[name]
            for name in ("username", "password", "name_zh", "name_en", "language", "works_for")
        },
        keeps_office=data["keeps_office"],
        level=data["level"],
        started_on=data["started_on"],
        mountain=_place(data, "mountain"),
        sea=_place(data, "sea"),
    )


def _place(data: dict[str, Any], side: str) -> Place:
    return Place(data[f"{side}_code"], data[f"{side}_zh"], data[f"{side}_en"], data[f"{side}_city"])
