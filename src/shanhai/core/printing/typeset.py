"""Setting a paper as PDF, in a child process, by Typst: the same content and the same measures as in Word.

Here the fonts of this server are used, so what stood in for a font is known, and the paper says so at its end.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from shanhai.core.printing import fonts
from shanhai.kernel.refusals import NotConfigured, gettext_noop

_TEMPLATE = Path(__file__).parent / "paper.typ"
PACKAGE = "fonts-noto-cjk"
# Letters and figures; the last one comes with Typst itself.
_LATIN = ("Times New Roman", "Liberation Serif", "Libertinus Serif")


def render(
    paper: Mapping[str, Any],
    families: Mapping[str, list[str]],
    qr_svg: bytes,
    stamp: float,
    use_system_fonts: bool = True,
) -> tuple[bytes, list[tuple[str, str]]]:
    """A paper as PDF, and which font stood in for which.

    Raises
    ------
    NotConfigured
        ``core.no_cjk_font``: no Chinese font is installed, or a character is missing: boxes are worse than no paper.
    """
    import typst

    there = typst.Fonts(include_system_fonts=use_system_fonts).families()
    used, replaced = fonts.chosen(families, there)
    if not all(used.values()):
        raise _no_font()
    latin = [name for name in _LATIN if name in there][:1]
    said = _said(replaced, paper["words"]["set_in"])
    pdf, warnings = typst.compile_with_warnings(
        str(_TEMPLATE),
        root=str(_TEMPLATE.parent),
        format="pdf",
        ignore_system_fonts=not use_system_fonts,
        sys_inputs={
            "data": json.dumps({**paper, "fonts": used, "latin": latin, "set_in": said}, ensure_ascii=False),
            "qr": qr_svg.decode(),
        },
        timestamp=int(stamp),
    )
    if any("font" in str(getattr(one, "message", one)).lower() for one in warnings):
        raise _no_font()
    assert isinstance(pdf, bytes)
    return pdf, [(one.wanted, one.used) for one in replaced]


def _said(replaced: Sequence[fonts.Replaced], sentence: str) -> list[str]:
    """One sentence for each font that stood in for others."""
    wanted: dict[str, list[str]] = {}
    for one in replaced:
        wanted.setdefault(one.used, []).append(one.wanted)
    return [sentence.format(used=used, wanted=", ".join(names)) for used, names in wanted.items()]


def _no_font() -> NotConfigured:
    return NotConfigured(
        "core.no_cjk_font",
        gettext_noop(
            "No Chinese font is installed, so the paper would show boxes. Install one on the server, "
            "for example: apt-get install {package}"
        ),
        package=PACKAGE,
    )
