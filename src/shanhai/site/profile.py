"""My account: who I am here, how I log in, and the keys of my programs."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from shanhai.core import access, clock, signs
from shanhai.core.actions import account
from shanhai.webkit.forms import ShanhaiForm
from shanhai.webkit.pages import login_needed


class TokenForm(ShanhaiForm):
    """What a new key is for and how far it reaches."""

    button = _("Make the key")
    name = forms.CharField(
        label=_("Program"),
        max_length=80,
        help_text=_("So that you can tell the keys apart: “nightly export”."),
    )
    scopes = forms.CharField(
        label=_("May do"),
        max_length=400,
        initial="*",
        help_text=_(
            "* for all that you may do, or beginnings of access rows separated by spaces: registry pairing.view"
        ),
    )
    days = forms.IntegerField(
        label=_("Lasts, in days"),
        min_value=1,
        max_value=account.LONGEST_DAYS,
        initial=90,
        help_text=_("At most 366."),
    )


@login_needed
def profile(request: Any) -> HttpResponse:
    """What this login is, and what it may change about itself."""
    return render(request, "site/profile.html", _context(request))


@login_needed
def new_token(request: Any) -> HttpResponse:
    """Make a key; it is shown this once."""
    form = TokenForm(request)
    if form.sent(lambda data: account.create_token(request.member, by=request.member, **data)):
        token, key = form.result
        return render(request, "site/token_made.html", {"token": token, "key": key})
    return render(request, "site/token_form.html", {"form": form}, status=form.status)


@login_needed
@require_POST
def revoke_token(request: Any, prefix: str) -> HttpResponse:
    """End one of one's keys."""
    token = account.revoke_token(account.own_token(request.member, prefix), by=request.member)
    messages.success(request, gettext("The key “{name}” does not work any more.").format(name=token.name))
    return redirect("profile")


def to_profile(request: HttpRequest) -> HttpResponse:
    """Addresses of the library that we do not offer lead here."""
    return redirect("profile")


def _context(request: Any) -> dict[str, Any]:
    user, member = request.user, request.member
    roles = access.standing(member).roles if member else frozenset()
    kinds = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    return {
        "user": user,
        "member": member,
        "roles": [signs.roles[code] for code in sorted(roles) if code in signs.roles],
        "memberships": request.memberships,
        "has_second_factor": Authenticator.Type.TOTP in kinds,
        "has_recovery_codes": Authenticator.Type.RECOVERY_CODES in kinds,
        "must_have_second_factor": any(access.standing(row).decides for row in request.memberships),
        "tokens": member.tokens.order_by("-created_at", "pk") if member else [],
        "now": clock.now(),
    }
