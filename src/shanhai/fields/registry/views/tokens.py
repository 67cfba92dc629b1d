"""The keys of everybody's programs: who lets which program in, how far, and until when."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from shanhai.core.actions import account
from shanhai.fields.registry import forms
from shanhai.fields.registry.queries import tokens as queries
from shanhai.fields.registry.views import shared
from shanhai.webkit import listing
from shanhai.webkit.listing import Column, Filter, Table
from shanhai.webkit.pages import member_required
from shanhai.webkit.remember import mark_at, remembered

STATES = (("works", _("works")), ("revoked", _("revoked")), ("run_out", _("run out")))


def _state(token: Any) -> str:
    return str(dict(STATES)[queries.state_of(token)])


TOKENS = Table(
    code="registry.tokens",
    columns=(
        Column("name", _("Program"), second=lambda row: f"sh_{row.prefix}…", stack="grow"),
        Column(
            "owner",
            _("Owner"),
            value="member.name",
            href=lambda row: reverse("registry:member", args=[row.member.code]),
            second=lambda row: row.member.unit.organisation.name,
            stack="full",
        ),
        Column("scopes", _("May do"), kind="code", phone_heading=True),
        Column("made", _("Made"), kind="moment", value="created_at"),
        Column("used", _("Last used"), kind="date", value="last_used_on", phone_heading=True),
        Column(
            "until",
            _("Until"),
            kind="moment",
            value="expires_at",
            sort=("expires_at",),
            index="token_until",
            phone_heading=True,
        ),
        Column("state", _("State"), value=_state, second=lambda row: row.revoked_reason, stack="push"),
        Column(
            "revoke",
            "",
            value=lambda row: gettext("Revoke") if row.revoked_at is None else "",
            href=lambda row: (
                reverse("registry:token_withdraw", args=[row.prefix]) if row.revoked_at is None else ""
            ),
        ),
    ),
    filters=(
        Filter("state", _("Shown"), choices=STATES, apply=queries.in_state),
        Filter("owner", _("Owner (member code)"), field="member__code"),
        Filter(
            "q",
            _("Program or key"),
            kind="search",
            apply=queries.called,
        ),
    ),
    default_sort="-until",
    keeps_count=True,
    empty=(
        _("No program has a key."),
        _("Members make keys for their programs on the page of their account; they stand here from then on."),
    ),
)


@require_GET
@member_required("registry.view_tokens")
def index(request: Any) -> HttpResponse:
    every = queries.everybodys()
    context = remembered("registry.tokens", (), lambda: queries.counted(every), mark_at(request))
    return listing.render(request, "registry/tokens.html", TOKENS, every.order_by(), context)


@member_required("registry.view_tokens")
def withdraw(request: Any, prefix: str) -> HttpResponse:
    """End a key, with the reason that its owner reads."""
    token = queries.found(prefix)
    form = forms.WithdrawToken(request)
    if form.sent(lambda data: account.withdraw_token(token, by=request.member, **data)):
        sentence = gettext("The key “%(name)s” of %(member)s does not work any more.")
        given = {"name": token.name, "member": token.member.name}
        return shared.done(request, sentence % given, reverse("registry:tokens"))
    return shared.form_page(
        request,
        form,
        title=gettext("Revoke the key “%(name)s” of %(member)s")
        % {"name": token.name, "member": token.member.name},
        sub=gettext("Programs with this key stop working at once."),
        crumbs=[(gettext("Keys of programs"), reverse("registry:tokens"))],
    )
