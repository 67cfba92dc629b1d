"""Logging in: our rules on top of django-allauth, the addresses that are open, and what a login owes before it works."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account import views as account_views
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.decorators import login_not_required
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.socialaccount import views as provider_views
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.adapter import get_adapter as get_provider_adapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib import messages
from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import include, path
from django.utils.translation import gettext as _

from shanhai.core import access, ciphers, clock
from shanhai.core.actions import account
from shanhai.core.models import Installation, Member, User
from shanhai.site import first_run, profile, sessions

# Where a login may go that still owes a password of its own or a second factor.
OPEN_TO_ALL = frozenset(
    {
        "account_change_password",
        "account_login",
        "account_logout",
        "account_reauthenticate",
        "choose_member",
        "mfa_activate_totp",
        "mfa_authenticate",
        "mfa_download_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_reauthenticate",
        "mfa_view_recovery_codes",
        "set_language",
    }
)

# Where somebody arrives who is not logged in: on an empty installation the first-run page comes instead.
FRONT_DOORS = frozenset({"home", "account_login"})


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up: the administrator gives logins to members."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: User, password: str) -> None:
        super().set_password(user, password)
        account.password_was_changed(user)

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Not in the first minutes after the login: whoever is sent to the second factor has just given a password."""
        moment = clock.machine_now().timestamp()
        records = get_authentication_records(self.request, self.request.user)
        return not any(moment - record["at"] < 300 for record in records)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of second factors are kept encrypted, so the database alone gives none away."""

    def get_totp_label(self, user: Any) -> str:
        return user.get_username()

    def encrypt(self, text: str) -> str:
        return ciphers.seal("second factor", text)

    def decrypt(self, encrypted_text: str) -> str:
        return ciphers.unseal("second factor", encrypted_text)


class ProviderAdapter(DefaultSocialAccountAdapter):
    """Lets in by OpenID Connect whom the administrator gave a login; never makes one."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        if request.user.is_authenticated or sociallogin.state.get("process") == "connect":
            # A login is tied to the provider by its claim only, so that nobody ties another's identity to theirs.
            raise ImmediateHttpResponse(redirect("home"))
        if sociallogin.is_existing and sociallogin.user.is_active:
            return
        claims = claims_of(sociallogin.account.extra_data)
        user = login_named_by(claims)
        if user is None or sociallogin.is_existing:
            raise ImmediateHttpResponse(_turned_away(request, claims))
        sociallogin.connect(request, user)


def claims_of(answer: dict[str, Any]) -> dict[str, Any]:
    """The claims of a provider's answer: what the signed ID token says wins over the user information."""
    return {**answer.get("userinfo", {}), **answer.get("id_token", {})}


def login_named_by(claims: dict[str, Any]) -> User | None:
    """The active login with an active membership that the claims name; None where there is not exactly one."""
    claim = settings.SHANHAI_OIDC_CLAIM
    value = str(claims.get(claim) or "")
    if not value:
        return None
    members = Member.objects.filter(is_active=True, user__is_active=True)
    if claim == "email":
        if claims.get("email_verified") is not True:
            return None
        members = members.filter(email__iexact=value)
    else:
        members = members.filter(user__username=value)
    users = {member.user_id: member.user for member in members.select_related("user")}
    return next(iter(users.values())) if len(users) == 1 else None


def _turned_away(request: HttpRequest, claims: dict[str, Any]) -> HttpResponse:
    claim = settings.SHANHAI_OIDC_CLAIM
    context = {"claim": claim, "value": str(claims.get(claim) or ""), "provider": settings.SHANHAI_OIDC_NAME}
    return render(request, "site/unknown_person.html", context, status=403)


class VerifyingAdapter(OpenIDConnectOAuth2Adapter):
    """Checks the signature of every ID token; the library leaves that out where the token came over TLS."""

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        return jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
            verify_signature=True,
        )


@login_not_required
def provider_login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send the browser to the provider."""
    return _provider_view(OAuth2LoginView, request, provider_id)


@login_not_required
def provider_callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take the browser back from the provider and log in."""
    return _provider_view(OAuth2CallbackView, request, provider_id)


def _provider_view(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        return view.adapter_view(VerifyingAdapter(request, provider_id))(request)
    except SocialApp.DoesNotExist:
        raise Http404(_("No such provider is set up here.")) from None


class LoginView(account_views.LoginView):
    """The login page, which says when this is a demonstration and offers the provider where there is one."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        there = context.get("redirect_field_value") or ""
        providers = [
            {
                "name": provider.name,
                "url": provider.get_login_url(self.request, **({"next": there} if there else {})),
            }
            for provider in get_provider_adapter().list_providers(self.request)
        ]
        return context | {"is_demo": is_demo(), "providers": providers}


login = login_not_required(LoginView.as_view())


class DutiesMiddleware:
    """Sends a login to what it owes before anything else: its own password, then a second factor.

    The second factor is owed by members with a role that decides or pays, and by
    administrators: they give roles and erase values. A demonstration does not demand it: its
    logins and passwords are printed for everybody.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        if request.user.is_authenticated:
            sessions.prolong(request)
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if not request.user.is_authenticated and request.resolver_match.view_name in FRONT_DOORS:
            return redirect("first_run") if _is_empty() else None
        if not request.user.is_authenticated or request.resolver_match.view_name in OPEN_TO_ALL:
            return None
        if request.user.must_change_password:
            return _sent_to(request, "account_change_password", _("Choose a password of your own first."))
        if owes_second_factor(request):
            sentence = _("Your role decides, pays or says who decides: set up a second factor first.")
            return _sent_to(request, "mfa_activate_totp", sentence)
        return None


def _sent_to(request: Any, url_name: str, sentence: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        from shanhai.webkit.api import problem

        return problem(403, "core.login_owes", sentence)
    if request.htmx:
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = redirect(url_name).url
        return answer
    messages.warning(request, sentence)
    return redirect(url_name)


def owes_second_factor(request: Any) -> bool:
    """Whether this login must set up a second factor before it goes on."""
    if not any(access.standing(member).decides for member in request.memberships):
        return False
    methods = request.session.get("account_authentication_methods", [])
    if any(method.get("method") == "mfa" for method in methods):
        return False
    return not is_demo() and not get_mfa_adapter().is_mfa_enabled(request.user)


def _is_empty() -> bool:
    """Whether the first-run page waits; once somebody works here it never does again."""
    cache = caches["process"]
    if cache.get("site.is_begun"):
        return False
    if first_run.is_open():
        return True
    cache.set("site.is_begun", True, None)
    return False


def is_demo() -> bool:
    """Whether this installation is a demonstration; asked of the database once a minute."""
    cache = caches["process"]
    found = cache.get("site.is_demo")
    if found is None:
        found = Installation.objects.filter(is_demo=True).exists()
        cache.set("site.is_demo", found, 60)
    return found


# Only what is needed is open; sign-up answers that it is closed, and there is no password reset by mail:
# the administrator gives a new first password.
urlpatterns = [
    path("", profile.profile, name="profile"),
    path("tokens/new/", profile.new_token, name="new_token"),
    path("tokens/<slug:prefix>/revoke/", profile.revoke_token, name="revoke_token"),
    path("login/", login, name="account_login"),
    path("logout/", account_views.logout, name="account_logout"),
    path("inactive/", account_views.account_inactive, name="account_inactive"),
    path("signup/", account_views.signup, name="account_signup"),
    path("reauthenticate/", account_views.reauthenticate, name="account_reauthenticate"),
    path("email/", profile.to_profile, name="account_email"),
    path("password/", account_views.password_change, name="account_change_password"),
    path("password/set/", profile.to_profile, name="account_set_password"),
    path("second-factor/", include("allauth.mfa.urls")),
    path("provider/cancelled/", provider_views.login_cancelled, name="socialaccount_login_cancelled"),
    path("provider/error/", provider_views.login_error, name="socialaccount_login_error"),
    path("provider/signup/", provider_views.signup, name="socialaccount_signup"),
    path("provider/", profile.to_profile, name="socialaccount_connections"),
    path("<slug:provider_id>/login/", provider_login, name="openid_connect_login"),
    path("<slug:provider_id>/login/callback/", provider_callback, name="openid_connect_callback"),
]
