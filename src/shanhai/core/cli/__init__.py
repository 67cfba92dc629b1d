"""Commands of the machinery: ``shanhai workdays``, ``journal``, ``check``, ``tick``, ``worker``, ``backup``, ``restore``."""

from __future__ import annotations

import json
import os
import sys
from contextvars import ContextVar
from typing import Any

from shanhai.kernel.refusals import NotFound, gettext_noop


def start_django() -> None:
    """Set Django up once, when a command needs the database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shanhai.site.settings")
    from django.apps import apps

    if not apps.ready:
        import django

        django.setup()
        from django.utils import translation

        translation.activate(language())


def language() -> str:
    """The language of the terminal."""
    words = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh-hans" if words.lower().startswith("zh") else "en"


def say(sentence: str, **facts: Any) -> None:
    """A line for people on standard output, in the terminal's language."""
    from django.utils.translation import gettext

    print(gettext(sentence).format(**facts))


def remark(sentence: str) -> None:
    """A remark beside the answer, on standard error."""
    print(sentence, file=sys.stderr)


def answer(value: Any) -> None:
    """An answer for programs: one JSON value on standard output."""
    print(json.dumps(value, ensure_ascii=False, default=str))


# The member code of `--as`, which stands anywhere on the line; empty for the system itself.
acting_code: ContextVar[str] = ContextVar("acting_code", default="")


def acting() -> Any:
    """The member named by ``--as``, or None: whoever may start commands on this machine acts as the system."""
    code = acting_code.get()
    if not code:
        return None
    from shanhai.core.models import Member

    member = Member.objects.select_related("unit__organisation").filter(code=code, is_active=True).first()
    if member is None:
        raise NotFound(
            "core.no_such_member",
            gettext_noop("There is no active member {code}. `shanhai registry members list` names them."),
            code=code,
        )
    return member
