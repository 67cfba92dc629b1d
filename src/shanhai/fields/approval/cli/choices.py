"""Words that an option takes: others are wrong usage, with the words that there are."""

from __future__ import annotations

from collections.abc import Sequence

import typer


def check(option: str, given: str, known: Sequence[str]) -> None:
    """Refuse a word that is none of those known.

    Raises
    ------
    typer.BadParameter
    """
    if given not in known:
        raise typer.BadParameter(f"{given!r} is none of {', '.join(known)}.", param_hint=option)
