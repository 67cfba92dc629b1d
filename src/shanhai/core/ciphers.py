"""Secrets that have to be read again (webhook addresses, keys of robots): encrypted, so the database alone gives none away."""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from shanhai.kernel.refusals import NotConfigured, gettext_noop


def seal(purpose: str, text: str) -> str:
    """Encrypt a secret under the key of the installation; purposes cannot read each other's."""
    return _cipher(purpose).encrypt(text.encode()).decode()


def unseal(purpose: str, sealed: str) -> str:
    """Read a secret again.

    Raises
    ------
    NotConfigured
        ``core.secret_unreadable``: the key of the installation is another one than that which sealed it.
    """
    try:
        return _cipher(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise NotConfigured(
            "core.secret_unreadable",
            gettext_noop(
                "What was kept cannot be read: the secret key of this installation has changed. Enter it again."
            ),
        ) from None


def mark_of(purpose: str, text: str) -> str:
    """A keyed hash: says whether a text is the same one without keeping it."""
    return hmac.new(_key(purpose), text.encode(), hashlib.sha256).hexdigest()


def _key(purpose: str) -> bytes:
    return hashlib.sha256(f"{purpose} {settings.SECRET_KEY}".encode()).digest()


def _cipher(purpose: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_key(purpose)))
