"""Commands of the machinery: ``shanhai workdays``, ``journal``, ``check``, ``tick``, ``worker``, ``backup``, ``restore``."""

from __future__ import annotations

import json
import os
import sys
from typing import Any


def start_django() -> None:
    """Set Django up once, when a command needs the database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shanhai.site.settings")
    from django.apps import apps

    if not apps.ready:
        import django

        django.setup()
        from django.utils import translation

        translation.activate(_language())


def _language() -> str:
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
