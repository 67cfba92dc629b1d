"""Settings by environment (SHANHAI_*, DATABASE_URL): see ``environment.py`` for what each means."""

from __future__ import annotations

import os
from pathlib import Path

from shanhai.site.environment import read

ENV = read()

SECRET_KEY = ENV.secret_key
DEBUG = ENV.debug
ALLOWED_HOSTS = ENV.allowed_hosts
CSRF_TRUSTED_ORIGINS = ENV.trusted_origins
SHANHAI_TODAY = ENV.today
SHANHAI_DATA = ENV.data
SHANHAI_PRODUCTION = ENV.production
SHANHAI_PAPER_FONTS = ENV.paper_fonts()
SHANHAI_TOKEN_CALLS_PER_MINUTE = ENV.token_calls_per_minute

SHANHAI_ADDRESS = ENV.address.rstrip("/")
SHANHAI_ROBOTS_ON_LOOPBACK = ENV.robots_on_loopback

# E-mail: off without a host (core.channels.mail asks SHANHAI_MAIL_IS_ON).
SHANHAI_MAIL_IS_ON = bool(ENV.mail_host)
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST, EMAIL_PORT = ENV.mail_host, ENV.mail_port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = ENV.mail_user, ENV.mail_password
EMAIL_USE_TLS, EMAIL_USE_SSL = ENV.mail_security == "starttls", ENV.mail_security == "tls"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = ENV.mail_from or "shanhai@localhost"

# A new field is one line here and one in the import contracts (pyproject.toml).
FIELDS = [
    "shanhai.fields.registry",
    "shanhai.fields.office",
    "shanhai.fields.pairing",
    "shanhai.fields.park",
    "shanhai.fields.investment",
    "shanhai.fields.approval",
]
INSTALLED_APPS = [
    # Ours come first: of two translations of one word the earlier app's is shown.
    "shanhai.site",
    "shanhai.core",
    "shanhai.webkit",
    *FIELDS,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_tasks",
    "django_tasks_db",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "shanhai.site.apart.ApartMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "shanhai.webkit.middleware.MemberMiddleware",
    "shanhai.webkit.errors.RefusedMiddleware",
    "shanhai.site.accounts.DutiesMiddleware",
]
ROOT_URLCONF = "shanhai.site.urls"
WSGI_APPLICATION = "shanhai.site.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": ENV.database()}
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "shanhai.webkit.context.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "shanhai.webkit.templatetags.shanhai",
            ],
        },
    }
]
CACHES = {
    # Rate limits of logins and codes that were used: shared by all processes, asked only where somebody logs in.
    # Too many keys must not push live counters out, so the table may be large; a sweep drops what has run out.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_sharedcount",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    # What a process knows for itself: facts of the installation, calls of programs in this minute.
    "process": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "process",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
    # Parts of pages, apart from them so that pages push no counter out (webkit.remember).
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "OPTIONS": {"MAX_ENTRIES": 200},
    },
    # Some kB for each login that works: memberships, the chosen pairing, the top bar.
    "readers": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "readers",
        "OPTIONS": {"MAX_ENTRIES": 1000},
    },
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("en", "English"), ("zh-hans", "中文")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

# Static files. `shanhai serve` collects them once, hashed and packed; without that (tests, development) they are
# found where they lie.
STATIC_URL = "/static/"
STATIC_ROOT = Path(ENV.static).absolute() if ENV.static else SHANHAI_DATA / "static"
_is_collected = (STATIC_ROOT / "staticfiles.json").exists() or bool(os.environ.get("SHANHAI_COLLECTING"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if _is_collected
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not _is_collected
WHITENOISE_AUTOREFRESH = DEBUG

# Logins
AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "shanhai.site.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "20/m/ip,5/5m/key",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}
ACCOUNT_TRUSTED_PROXY_COUNT = 1 if ENV.behind_proxy else 0
ALLAUTH_TRUSTED_PROXY_COUNT = ACCOUNT_TRUSTED_PROXY_COUNT
ACCOUNT_FORMS = {
    "login": "shanhai.site.account_forms.LoginForm",
    "change_password": "shanhai.site.account_forms.ChangePasswordForm",
    "reauthenticate": "shanhai.site.account_forms.ReauthenticateForm",
}
MFA_FORMS = {
    "authenticate": "shanhai.site.account_forms.CodeForm",
    "reauthenticate": "shanhai.site.account_forms.CodeAgainForm",
    "activate_totp": "shanhai.site.account_forms.ActivateForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "山海 Shanhai"
MFA_TOTP_TOLERANCE = 1
MFA_ADAPTER = "shanhai.site.accounts.SecondFactorAdapter"
SOCIALACCOUNT_ADAPTER = "shanhai.site.accounts.ProviderAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_LOGIN_ON_GET = False
SHANHAI_OIDC_CLAIM = ENV.oidc_claim
SHANHAI_OIDC_NAME = ENV.oidc_name
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "oidc",
                "name": ENV.oidc_name,
                "client_id": ENV.oidc_client_id,
                "secret": ENV.oidc_client_secret,
                "settings": {"server_url": ENV.oidc_issuer, "scope": ENV.oidc_scopes},
            }
        ]
        if ENV.oidc_issuer
        else [],
    }
}

# Cookies and headers
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = ENV.production
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "shanhai.webkit.errors.csrf_failure"
if ENV.behind_proxy:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
if ENV.production:
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
_self = ["'self'"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": _self,
        "script-src": _self,
        "style-src": _self,
        "style-src-elem": _self,
        # Bars take their values by custom properties in style attributes (docs/reference/design.md).
        "style-src-attr": ["'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": _self,
        "connect-src": _self,
        "worker-src": _self,
        "object-src": ["'none'"],
        "base-uri": _self,
        # The login form answers with a redirect to the provider, which browsers count as a form target.
        "form-action": ["'self'", *([ENV.oidc_issuer] if ENV.oidc_issuer else [])],
        "frame-src": _self,
        "frame-ancestors": ["'none'"],
    }
}

# Uploads above this go to a temporary file; core.actions.documents holds the real limits.
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008"]  # HTTPS is demanded by SHANHAI_PRODUCTION
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "shanhai.webkit.logs.WithoutTokens",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        # Refused requests are answers, not faults; only those that failed are told.
        "django.request": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        "django_tasks": {"level": "WARNING"},
    },
}
