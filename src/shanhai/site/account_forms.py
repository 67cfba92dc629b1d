"""The library's login forms with our words, and one look for their fields."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account_forms
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.utils.translation import gettext_lazy as _


def _dress(form: forms.Form, **labels: Any) -> None:
    """Our labels and classes; no placeholder stands in for a label, no help points at a page that we do not have."""
    for name, field in form.fields.items():
        field.label = labels.get(name, field.label)
        field.help_text = ""
        field.widget.attrs.pop("placeholder", None)
        if not isinstance(field.widget, forms.CheckboxInput):
            field.widget.attrs["class"] = "form-control"


class LoginForm(account_forms.LoginForm):
    """Name or e-mail, and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(self, login=_("Login name or e-mail"), password=_("Password"))
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        self.fields["login"].widget.attrs["autofocus"] = True


class ChangePasswordForm(account_forms.ChangePasswordForm):
    """The old password once, the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(
            self,
            oldpassword=_("Present password"),
            password1=_("New password"),
            password2=_("New password once more"),
        )


class ReauthenticateForm(account_forms.ReauthenticateForm):
    """The password again before what changes how one logs in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(self, password=_("Password"))


class CodeForm(mfa_forms.AuthenticateForm):
    """The code of the app, or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(self, code=_("Code of the app"))


class CodeAgainForm(mfa_forms.ReauthenticateForm):
    """The same for somebody who is logged in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(self, code=_("Code of the app"))


class ActivateForm(totp_forms.ActivateTOTPForm):
    """The first code of a new device."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(self, code=_("Code of the app"))
        self.fields["code"].widget.attrs["inputmode"] = "numeric"
