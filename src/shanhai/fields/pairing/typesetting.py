"""Typesetting in a child process: plain Python and Typst, no Django.

Typst has no Chinese font of its own and only warns when it misses one, drawing boxes. A paper for leaders with boxes
in it is worse than none, so every such warning is a refusal that says which package to install.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from shanhai.kernel.refusals import NotConfigured, gettext_noop

# In order of preference; any one of them will do. All are free and packaged by Debian.
CJK_FONTS = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Noto Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "AR PL SungtiL GB",
)
PACKAGE = "fonts-noto-cjk"


def compile_pdf(template: str, data: dict[str, Any], stamp: float, use_system_fonts: bool = True) -> bytes:
    """Typeset a template with data to PDF.

    Parameters
    ----------
    template
        Path of a Typst file; it reads ``json(bytes(sys.inputs.data))`` and ``sys.inputs.font``.
    stamp
        Instant that the PDF says it was made at, in seconds; the same data and stamp give the same bytes.

    Raises
    ------
    NotConfigured
        ``pairing.no_cjk_font``: no Chinese font is installed, or Typst misses a character.
    """
    import typst

    path = Path(template)
    font = _cjk_font(use_system_fonts)
    pdf, warnings = typst.compile_with_warnings(
        str(path),
        root=str(path.parent),
        format="pdf",
        ignore_system_fonts=not use_system_fonts,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False), "font": font},
        timestamp=int(stamp),
    )
    if any("font" in str(getattr(one, "message", one)).lower() for one in warnings):
        raise _no_font()
    assert isinstance(pdf, bytes)
    return pdf


def _cjk_font(use_system_fonts: bool) -> str:
    import typst

    families = set(typst.Fonts(include_system_fonts=use_system_fonts).families())
    for name in CJK_FONTS:
        if name in families:
            return name
    raise _no_font()


def _no_font() -> NotConfigured:
    return NotConfigured(
        "pairing.no_cjk_font",
        gettext_noop(
            "No Chinese font is installed, so the paper would show boxes. Install one on the server, "
            "for example: apt-get install {package}"
        ),
        package=PACKAGE,
        fonts=list(CJK_FONTS),
    )
