"""The secrets of phone links: what is given away, and what is kept of it.

A token is 128 random bits and a signature over them by the key of this installation: an altered one is refused before
the database is asked. The key of a phone is random too; it lies in a signed cookie of that phone, under the address of
this one link. Whoever copies the database finds hashes only.
"""

from __future__ import annotations

import hashlib
import secrets
from base64 import urlsafe_b64encode

from django.utils.crypto import constant_time_compare, salted_hmac

from shanhai.core import link_rules, records, signs
from shanhai.core.models import PhoneLink
from shanhai.core.signs import LinkKind

_TOKEN, _PHONE, _FORM = "shanhai.links.token", "shanhai.links.phone", "shanhai.links.form"
_RANDOM, _SIGNATURE = 16, 12
TOKEN_LENGTH = 38


def new_token() -> str:
    """A token for a new link, 38 characters that stand in an address as they are."""
    body = _text(secrets.token_bytes(_RANDOM))
    return body + _signature(body)


def is_signed(token: str) -> bool:
    """Whether this installation made a token, and nobody altered it."""
    body, signature = token[:22], token[22:]
    return len(token) == TOKEN_LENGTH and constant_time_compare(signature, _signature(body))


def _signature(body: str) -> str:
    return _text(salted_hmac(_TOKEN, body, algorithm="sha256").digest()[:_SIGNATURE])


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def digest_of(secret: str) -> str:
    """What is kept of a token or of a phone's key: both are long and random, so a plain SHA-256 cannot be guessed back."""
    return hashlib.sha256(secret.encode()).hexdigest()


def digest_of_number(number: str) -> str:
    """What is kept of a phone number: a keyed hash, since the few numbers that there are could all be tried."""
    return str(salted_hmac(_PHONE, number, algorithm="sha256").hexdigest())


def new_device_key() -> str:
    """The key of a phone that a link is bound to."""
    return secrets.token_urlsafe(24)


def is_its_phone(link: PhoneLink, device: str) -> bool:
    """Whether a link is bound to the phone that has this key."""
    return bool(device and link.device_digest) and constant_time_compare(
        link.device_digest, digest_of(device)
    )


def form_key(link: PhoneLink, secret: str) -> str:
    """What a form of the phone page carries, so that no other site can send it: only this phone can know it.

    Its pages send no referrer and so no origin either, which Django's own check of forms asks for.
    """
    return str(salted_hmac(_FORM, f"{link.code} {secret}", algorithm="sha256").hexdigest())


def kinds_for(record_kind: str) -> list[LinkKind]:
    """What links may open of a kind of record."""
    return [kind for kind in signs.link_kinds if kind.record == record_kind]


def record_of(link: PhoneLink) -> object:
    """The record that a link opens."""
    return records.found(None, link.subject_kind, link.subject_id)


def is_settled(link: PhoneLink, record: object) -> bool:
    """Whether nothing is left to do on the record of a link, because others did it meanwhile."""
    kind = signs.link_kinds[link.kind]
    return bool(kind.is_over and signs.call(kind.is_over)(record))


def phone(link: PhoneLink) -> str:
    """The number of a link as everybody may read it."""
    return link_rules.masked(link.phone_last)
