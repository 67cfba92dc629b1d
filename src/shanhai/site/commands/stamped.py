"""A paper of the example zone as it comes back from its signer: printed, stamped, scanned, and marked as made up.

The stamp and the signature are drawn here. They are nobody's, and the paper says so in both languages.
"""

from __future__ import annotations

import io
import math
from dataclasses import replace
from typing import Any

from shanhai.core.models import Print
from shanhai.core.printing import making
from shanhai.core.printing.content import Block, Content

MARK = Block(
    "named",
    "本页印章、签名由系统绘制，无人签署。Illustrative: the stamp and the signature are drawn; nobody signed.",
    label="示例：",
)
_DPI = 110
_RED, _BLUE = (204, 32, 40), (32, 52, 120)


def scan_of(content: Content, printed: Print) -> bytes:
    """A print with a stamp and a signature on its last page, as a scanner gives it: a PDF of grey pages.

    Raises
    ------
    NotConfigured
        ``core.no_cjk_font``: this machine cannot set the paper.
    """
    import pypdfium2

    pdf = making.paper(replace(content, blocks=(*content.blocks, MARK)), "pdf", printed=printed)
    book = pypdfium2.PdfDocument(pdf)
    pages = [page.render(scale=_DPI / 72).to_pil().convert("RGB") for page in book]
    last = book[len(book) - 1]
    for said, draw in (("盖章", _stamp), ("签字", _sign)):
        draw(pages[-1], *_last_place(last, said))
    # Nobody lays a paper quite straight.
    image, *more = [page.rotate(0.7, fillcolor=(250, 250, 248)) for page in pages]
    out = io.BytesIO()
    image.save(out, "PDF", resolution=_DPI, quality=55, save_all=True, append_images=more)
    return out.getvalue()


def _last_place(page: Any, said: str) -> tuple[float, float]:
    """Where a page says something for the last time, in points of the picture: the place of the last party."""
    text = page.get_textpage()
    search, at = text.search(said), 0
    while found := search.get_next():
        at = found[0]
    left, _bottom, _right, top = text.get_charbox(at)
    return left * _DPI / 72, (page.get_height() - top) * _DPI / 72


def _stamp(page: Any, x: float, y: float) -> None:
    """A round red stamp that says what it is."""
    from PIL import Image, ImageDraw, ImageFont

    layer = Image.new("RGBA", page.size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(layer)
    r = _DPI * 0.82
    draw.ellipse((x - r, y - r, x + r, y + r), outline=(*_RED, 190), width=5)
    star = [
        (x + a * math.sin(math.pi * n / 5), y - a * math.cos(math.pi * n / 5))
        for n in range(10)
        for a in [r * (0.36 if n % 2 == 0 else 0.14)]
    ]
    draw.polygon(star, fill=(*_RED, 190))
    draw.text((x, y + r * 0.62), "EXAMPLE", fill=(*_RED, 210), font=ImageFont.load_default(18), anchor="mm")
    page.paste(layer, (0, 0), layer)


def _sign(page: Any, x: float, y: float) -> None:
    """A line of ink."""
    from PIL import ImageDraw

    x += _DPI * 0.6
    ink = [(x + t * 2.6, y + 12 * math.sin(t / 2.1) * math.cos(t / 5)) for t in range(50)]
    ImageDraw.Draw(page).line(ink, fill=_BLUE, width=3, joint="curve")
