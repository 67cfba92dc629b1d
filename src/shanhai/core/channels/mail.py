"""Mail over one connection: to the mail server of the installation, in a demonstration to files in its data folder."""

from __future__ import annotations

import contextlib
import smtplib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.message import BadHeaderError

from shanhai.core.channels.messages import Letter
from shanhai.core.channels.robots import SENT, Outcome


@dataclass(frozen=True, slots=True)
class Addressed:
    """A mail with the claim that it carries."""

    claim: str
    to: str
    letter: Letter


def outbox() -> Path:
    """Where a demonstration puts what would have gone out."""
    return Path(settings.SHANHAI_DATA) / "outbox"


def deliver(mails: Sequence[Addressed], to_files: bool) -> Iterator[tuple[str, Outcome]]:
    """Hand mails over one by one; gives the claim of each with how it went.

    Where the server is not reached or breaks off, the rest is not tried: ``server`` stands in its code.
    """
    connection = _connection(to_files)
    try:
        connection.open()
    except Exception as error:
        yield from ((one.claim, _unreached(error)) for one in mails)
        return
    broken: Outcome | None = None
    for one in mails:
        if broken is None:
            outcome = _one(connection, one)
            broken = outcome if outcome.code == "server" else None
            yield one.claim, outcome
        else:
            yield one.claim, broken
    with contextlib.suppress(Exception):  # What was taken is taken, however the server says good-bye.
        connection.close()


def _connection(to_files: bool) -> Any:
    if to_files:
        folder = outbox()
        folder.mkdir(parents=True, exist_ok=True)
        return get_connection("django.core.mail.backends.filebased.EmailBackend", file_path=str(folder))
    return get_connection()


def _one(connection: Any, mail: Addressed) -> Outcome:
    message = EmailMessage(
        mail.letter.subject,
        mail.letter.body,
        to=[mail.to],
        headers={"Message-ID": f"<{mail.claim}@shanhai>", "Auto-Submitted": "auto-generated"},
        connection=connection,
    )
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as refused:
        code = next(iter(refused.recipients.values()), (0, b""))[0]
        return Outcome("refused" if 500 <= code < 600 else "later", f"smtp_{code}")
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as refused:
        fate = "refused" if 500 <= refused.smtp_code < 600 else "later"
        return Outcome(fate, f"smtp_{refused.smtp_code}")  # type: ignore[arg-type]
    except (BadHeaderError, UnicodeError, ValueError):
        return Outcome("refused", "address")
    except Exception as error:
        return _unreached(error)
    return SENT


def _unreached(error: Exception) -> Outcome:
    """The server itself: its answer may name accounts, so only its kind is kept."""
    return Outcome("later", "server", type(error).__name__)
