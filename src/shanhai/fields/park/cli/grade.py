"""``shanhai park grade``: scores and grades of the enterprises of a plain file."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from shanhai.core.cli import files, remark, start_django
from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.webkit.commands import AsJson

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shanhai.kernel.rulebook import RuleValue
    from shanhai.planners.land_grades import LandGrade

_DIGITS = 4


def add_to(app: typer.Typer) -> None:
    """The command of this module."""
    app.command("grade")(grade)


def grade(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="CSV with a line for each enterprise; - reads it.")
    ],
    year: Annotated[
        int | None, typer.Option("--year", help="Whose benchmarks count; the latest published by default.")
    ] = None,
    cap: Annotated[
        str,
        typer.Option("--cap", metavar="TIMES", help="Most times its points that an item brings, or none."),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Score and grade enterprises by what they made of their land, with the benchmarks of a year."""
    from shanhai.fields.park.rules import grade_file, schemes
    from shanhai.planners.land_grades import grade_land

    values = _values(year)
    scheme = schemes.scheme_of({code: one.value for code, one in values.items()})
    if cap:
        scheme = replace(scheme, cap=_cap(cap))
    found = grade_land(grade_file.read(files.read_text(file), Path(file).name), scheme)
    for one in found:
        for note in one.notes:
            remark(f"{one.enterprise}: {note}")
    if as_json:
        print(json.dumps([as_plain(one) for one in found], ensure_ascii=False, indent=1))
    else:
        _show(found, values[schemes.ABOVE])


def as_plain(one: LandGrade) -> dict[str, Any]:
    """A grade for programs, points to four digits."""
    return {
        "enterprise": one.enterprise,
        "score": round(one.score, _DIGITS),
        "grade": one.grade,
        "items": {name: round(points, _DIGITS) for name, points in one.items.items()},
    }


def _values(year: int | None) -> dict[str, RuleValue]:
    """The figures that ship with the field, for a year."""
    from shanhai.fields.park.rules import schemes
    from shanhai.kernel import rulebook

    path = Path(__file__).parents[1] / "rulebook.yaml"
    rows = {rule.code: rule.values for rule in rulebook.read_file(path)}
    if year is None:
        year = max(row.valid_from for row in rows[schemes.ABOVE]).year

    def read(code: str, on: date) -> RuleValue:
        return rulebook.look_up(rows[code], code, on, (rulebook.NATIONAL,))

    return schemes.looked_up(read, year)


def _cap(text: str) -> float | None:
    if text.strip().lower() in ("none", "无", "不封顶"):
        return None
    try:
        return float(text)
    except ValueError:
        raise BadInput(
            "park.cap_form",
            gettext_noop("{text} is no cap. Give a number such as 1.5, or none."),
            text=text[:20],
        ) from None


def _show(found: Sequence[LandGrade], benchmarks: RuleValue) -> None:
    start_django()
    from django.utils.translation import gettext as _

    from shanhai.fields.park.columns.grading import RATIOS
    from shanhai.webkit.commands import show

    names = {name: str(label) for name, label in RATIOS.items() if any(name in one.items for one in found)}
    rows: list[dict[str, Any]] = [
        {"enterprise": one.enterprise, "grade": one.grade or "–", "score": f"{one.score:.4f}"}
        | {name: f"{one.items[name]:.4f}" if name in one.items else None for name in names}
        for one in found
    ]
    headings = {"enterprise": _("Enterprise"), "grade": _("Grade"), "score": _("Score"), **names}
    show(rows, headings, right=("score", *names))
    remark(_("Benchmarks: %s") % benchmarks.source)
