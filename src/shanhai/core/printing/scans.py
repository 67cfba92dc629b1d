"""Reading the QR codes of a scan, in a child process: pictures by Pillow, pages of a PDF by pypdfium2, codes by zxing-cpp.

A file from outside may be broken on purpose, so nothing here runs in the served process.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from shanhai.kernel.refusals import BadInput, TooLarge, gettext_noop

# A contract with its annexes; the code stands on the first page of a paper.
MOST_PAGES = 40
# 200 dpi gives a module of the code more than four pixels; a page that fails is tried once more, finer.
_DPI = (200, 300)
_MOST_PIXELS = 60_000_000
_LONGEST_EDGE = 5_000


def read(data: bytes, ending: str) -> list[str]:
    """What the QR codes of a scan say, page by page.

    Raises
    ------
    BadInput
        ``core.scan_broken``: the file cannot be opened as what its name says.
    TooLarge
        ``core.scan_too_large``: too many pages, or a picture of too many pixels.
    """
    pages = _pages_of_pdf(data) if ending == "pdf" else iter([_picture(data)])
    texts: list[str] = []
    for page in pages:
        texts += _codes(page)
    return texts


def count_pages(data: bytes) -> int | None:
    """How many pages a PDF has; None where it cannot be opened."""
    import pypdfium2

    try:
        return len(pypdfium2.PdfDocument(data))
    except pypdfium2.PdfiumError:
        return None


def _pages_of_pdf(data: bytes) -> Iterator[Any]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
        n = len(document)
    except pypdfium2.PdfiumError:
        raise _broken() from None
    if n > MOST_PAGES:
        raise TooLarge(
            "core.scan_too_large",
            gettext_noop(
                "The scan has {n} pages; at most {most} are read. Bring the signed paper by itself."
            ),
            n=n,
            most=MOST_PAGES,
            field="scan",
        )
    for index in range(n):
        page = document[index]
        for dpi in _DPI:
            longest = max(page.get_size()) / 72 * dpi
            scale = dpi / 72 * min(1.0, _LONGEST_EDGE / longest)
            picture = page.render(scale=scale, grayscale=True).to_pil()
            if _codes(picture):
                break
        yield picture


def _picture(data: bytes) -> Any:
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = _MOST_PIXELS
    try:
        picture = Image.open(BytesIO(data), formats=["PNG", "JPEG", "WEBP"])
        if picture.width * picture.height > _MOST_PIXELS:
            raise _too_many_pixels()
        # A telephone stores how it was held beside the picture.
        return ImageOps.exif_transpose(picture).convert("L")
    except Image.DecompressionBombError:
        raise _too_many_pixels() from None
    except (OSError, SyntaxError, ValueError):
        raise _broken() from None


def _codes(picture: Any) -> list[str]:
    import zxingcpp

    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]))
    return [one.text for one in found]


def _broken() -> BadInput:
    return BadInput(
        "core.scan_broken",
        gettext_noop("The scan cannot be opened. Scan the paper again as PDF, PNG or JPG."),
        field="scan",
    )


def _too_many_pixels() -> TooLarge:
    return TooLarge(
        "core.scan_pixels",
        gettext_noop("The picture has more than {most} million pixels. Scan the paper at 200 to 300 dpi."),
        most=_MOST_PIXELS // 1_000_000,
        field="scan",
    )
