"""What the environment says, checked when the process starts."""

from __future__ import annotations

import os
import secrets
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

Words = Annotated[list[str], NoDecode]


class Environment(BaseSettings):
    """Every variable that Shanhai reads. Names are those of the fields with ``SHANHAI_`` before them.

    ``docs/reference/settings.md`` is made from this class, so each field says what it is for.
    """

    model_config = SettingsConfigDict(env_prefix="SHANHAI_", extra="ignore")

    data: Path = Field(
        Path("var/zone"), description="Folder of the SQLite database, the documents and the kept secret key."
    )
    database_url: str = Field(
        "",
        validation_alias="DATABASE_URL",
        description="PostgreSQL: `postgres://user:password@host:5432/name`. Empty: SQLite in the data folder.",
    )
    today: str = Field(
        "",
        description="Fixes the clock, for demonstrations: `2023-09-18` or `2023-09-18T09:00`. Refused in production.",
    )
    secret_key: str = Field(
        "",
        description="Signs sessions. Empty: made once and kept in the data folder, readable by its owner only.",
    )
    debug: bool = Field(
        False, description="Django's debug pages, for developers only. Refused in production."
    )
    production: bool = Field(
        False, description="Real use: cookies over HTTPS only, redirect to HTTPS, HSTS, no fixed clock."
    )
    behind_proxy: bool = Field(
        False,
        description="A reverse proxy sets `X-Forwarded-Proto` and `X-Forwarded-For`: take scheme and address from them.",
    )
    allowed_hosts: Words = Field(
        ["127.0.0.1", "localhost", "[::1]"], description="Host names that are answered, separated by commas."
    )
    trusted_origins: Words = Field(
        [],
        description="Origins from which forms are taken, separated by commas: `https://zone.example.gov.cn`.",
    )
    static: str = Field(
        "", description="Folder of the collected static files. Empty: `static` in the data folder."
    )
    threads: int = Field(
        4, ge=1, le=64, description="Threads of the served process; each keeps a database connection."
    )
    token_calls_per_minute: int = Field(
        600,
        ge=1,
        description="Calls to the API that one token, or one login, may make in a minute, in each process.",
    )
    address: str = Field(
        "",
        description="Where people open this site, without a slash at the end: `https://zone.example.gov.cn`. Links in messages begin with it; empty: messages carry no links.",
    )
    mail_host: str = Field("", description="Host of the mail server (SMTP). Empty: no e-mail goes out.")
    mail_port: int = Field(587, ge=1, le=65535, description="Port of the mail server.")
    mail_security: Literal["starttls", "tls", "none"] = Field(
        "starttls",
        description="How the connection to the mail server is protected: `starttls`, `tls` or `none`.",
    )
    mail_user: str = Field("", description="Login at the mail server. Empty: none is needed.")
    mail_password: str = Field("", description="Password at the mail server.")
    mail_from: str = Field("", description="Address that e-mail comes from: `山海 <shanhai@example.gov.cn>`.")
    robots_on_loopback: bool = Field(
        False,
        description="Robots may be reached on this machine itself and without HTTPS, for tests. Refused in production.",
    )
    oidc_issuer: str = Field(
        "",
        description="OpenID Connect: address of the provider, the one before `/.well-known/`. Empty: none.",
    )
    oidc_name: str = Field(
        "OpenID Connect", description="What the button on the login page calls the provider."
    )
    oidc_client_id: str = Field("", description="Client identifier that the provider gave this installation.")
    oidc_client_secret: str = Field("", description="Secret that the provider gave this installation.")
    oidc_claim: str = Field(
        "preferred_username",
        description="Claim of the ID token that names the login here. With `email` the address must be verified.",
    )
    paper_title_fonts: Words = Field(
        ["方正小标宋简体", "宋体"],
        description="Papers: font of heads and titles, then what stands in for it, separated by commas. A PDF names at its end what stood in; Word shows the second where the first is missing.",
    )
    paper_text_fonts: Words = Field(
        ["仿宋_GB2312", "仿宋"], description="Papers: font of the text, then what stands in for it."
    )
    paper_heading_fonts: Words = Field(
        ["黑体", "微软雅黑"], description="Papers: font of headings, then what stands in for it."
    )
    paper_kai_fonts: Words = Field(
        ["楷体_GB2312", "楷体"], description="Papers: font of remarks, then what stands in for it."
    )
    oidc_scopes: Words = Field(["openid", "profile", "email"], description="Scopes that are asked for.")

    @field_validator(
        "allowed_hosts",
        "trusted_origins",
        "oidc_scopes",
        "paper_title_fonts",
        "paper_text_fonts",
        "paper_heading_fonts",
        "paper_kai_fonts",
        mode="before",
    )
    @classmethod
    def _split(cls, value: Any) -> Any:
        if isinstance(value, str):
            return [word.strip() for word in value.split(",") if word.strip()]
        return value

    @field_validator("paper_title_fonts", "paper_text_fonts", "paper_heading_fonts", "paper_kai_fonts")
    @classmethod
    def _has_a_font(cls, value: list[str]) -> list[str]:
        if not value:
            raise ValueError("Name at least one font, or leave the variable unset.")
        return value

    @field_validator("today")
    @classmethod
    def _is_a_moment(cls, value: str) -> str:
        try:
            datetime.fromisoformat(value or "2023-09-18")
        except ValueError:
            raise ValueError(
                f"SHANHAI_TODAY is {value}, which is no day. Write it as 2023-09-18 or 2023-09-18T09:00."
            ) from None
        return value

    @field_validator("database_url")
    @classmethod
    def _names_postgresql(cls, value: str) -> str:
        scheme = urlsplit(value).scheme
        if value and scheme not in ("postgres", "postgresql"):
            raise ValueError(
                f"DATABASE_URL begins with {scheme or 'nothing'}://; PostgreSQL is postgres://user@host/name."
            )
        return value

    @model_validator(mode="after")
    def _fits_production(self) -> Self:
        if self.production and self.today:
            raise ValueError("SHANHAI_TODAY fixes the clock of a demonstration; unset it in production.")
        if self.production and self.debug:
            raise ValueError("SHANHAI_DEBUG shows settings to visitors; unset it in production.")
        if self.production and self.robots_on_loopback:
            raise ValueError("SHANHAI_ROBOTS_ON_LOOPBACK is for tests; unset it in production.")
        if self.mail_host and not self.mail_from:
            raise ValueError("SHANHAI_MAIL_HOST needs SHANHAI_MAIL_FROM, the address that e-mail comes from.")
        if self.address and not urlsplit(self.address).netloc:
            raise ValueError("SHANHAI_ADDRESS is no address; write it as https://zone.example.gov.cn.")
        if self.oidc_issuer and not (self.oidc_client_id and self.oidc_client_secret):
            raise ValueError(
                "SHANHAI_OIDC_ISSUER needs SHANHAI_OIDC_CLIENT_ID and SHANHAI_OIDC_CLIENT_SECRET."
            )
        return self

    def paper_fonts(self) -> dict[str, list[str]]:
        """The families of each role on papers, the first to be set."""
        return {
            "title": self.paper_title_fonts,
            "text": self.paper_text_fonts,
            "heading": self.paper_heading_fonts,
            "kai": self.paper_kai_fonts,
        }

    def database(self) -> dict[str, Any]:
        """Django's settings of the one database: PostgreSQL by URL, else SQLite in the data folder."""
        if not self.database_url:
            return {
                "ENGINE": "shanhai.core.db.sqlite",
                "NAME": self.data / "shanhai.sqlite3",
                "CONN_MAX_AGE": None,
            }
        parts = urlsplit(self.database_url)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.path.lstrip("/"),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            # Compiling a statement takes PostgreSQL longer than running any of ours.
            "OPTIONS": {"options": f"-c jit=off {os.environ.get('PGOPTIONS', '')}"}
            | dict(parse_qsl(parts.query)),
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": True,
        }


def read() -> Environment:
    """Read the environment; a missing secret key is made once and kept beside the data."""
    env = Environment()
    env.data = env.data.absolute()
    if not env.secret_key:
        env.secret_key = _kept_secret(env.data)
    return env


def _kept_secret(folder: Path) -> str:
    path = folder / "secret_key"
    if not path.exists() or not path.stat().st_size:
        folder.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text().strip()
