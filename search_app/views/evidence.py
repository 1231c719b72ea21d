"""Evidence by page, with the image of the page and the boxes to mark on it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from flask import url_for

from kg.errors import NotFound
from kg.model import Box, Evidence
from search_app.views.context import services

if TYPE_CHECKING:
    from PIL.Image import Image

_DOTS_PER_POINT = 1.6
_WIDEST = 1_600
_AROUND = 48.0
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"II*\0", b"MM\0*")  # how scans begin that are no PDF
_PDFIUM = Lock()  # pdfium is not safe for use from several threads


@dataclass(frozen=True, slots=True)
class PlaceOnPage:
    """All evidence of one item on one page; `image` is None where the page cannot be shown. Sizes are in points."""

    document: str
    number: int
    evidence: tuple[Evidence, ...]
    boxes: tuple[Box, ...]
    image: str | None
    width: float
    height: float

    @property
    def crop(self) -> tuple[float, float]:
        """Top and height of the strip of the page that holds all boxes, with some of what stands around them."""
        if not self.boxes:
            return 0.0, self.height
        top = max(0.0, min(box.top for box in self.boxes) - _AROUND)
        bottom = min(self.height, max(box.bottom for box in self.boxes) + _AROUND)
        return top, bottom - top


def places(evidence: tuple[Evidence, ...]) -> tuple[PlaceOnPage, ...]:
    """The evidence grouped by page, in the order in which it is given."""
    grouped: dict[tuple[str, int], list[Evidence]] = {}
    for one in evidence:
        grouped.setdefault((one.document_id, one.page), []).append(one)
    return tuple(_place(document, number, tuple(found)) for (document, number), found in grouped.items())


def _place(document: str, number: int, found: tuple[Evidence, ...]) -> PlaceOnPage:
    image, width, height = None, 0.0, 0.0
    if address := image_url(document, number):
        page = services().document(document).page(number)
        if page is not None and page.width and page.height:
            image, width, height = address, page.width, page.height
    return PlaceOnPage(document, number, found, boxes_of(found), image, width, height)


def boxes_of(evidence: tuple[Evidence, ...]) -> tuple[Box, ...]:
    """The boxes, each once."""
    return tuple(dict.fromkeys(one.box for one in evidence if one.box))


def image_url(document: str, number: int) -> str | None:
    """The address of a page's image, or None where the original is neither PDF nor picture, or is not kept."""
    original = services().original(document)
    if original is None or not _has_pages(original):
        return None
    return url_for("documents.image", digits=document.rpartition("-")[2], number=number)


def _has_pages(original: Path) -> bool:
    with original.open("rb") as file:
        head = file.read(1024)
    return b"%PDF-" in head or head.startswith(_PICTURES)


@lru_cache(maxsize=64)
def render_page(original: Path, number: int) -> bytes:
    """A page of a PDF or of a scan as PNG, in few colours so that it stays small, a PDF with 115 dots per inch.

    Raises NotFound.
    """
    import pypdfium2

    with original.open("rb") as file:
        picture = file.read(4).startswith(_PICTURES)
    try:
        image = _frame(original, number) if picture else _page(original, number)
    except (pypdfium2.PdfiumError, IndexError, EOFError, OSError) as error:
        raise NotFound("page {number} of this document cannot be shown as an image", number=number) from error
    buffer = BytesIO()
    image.convert("RGB").quantize(colors=64).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _page(pdf: Path, number: int) -> Image:
    import pypdfium2

    with _PDFIUM, pypdfium2.PdfDocument(pdf) as document:
        page = document[number - 1]
        image: Image = page.render(scale=min(_DOTS_PER_POINT, _WIDEST / page.get_width())).to_pil()
        return image


def _frame(scan: Path, number: int) -> Image:
    from PIL import Image, ImageOps

    with Image.open(scan, formats=("PNG", "JPEG", "TIFF")) as picture:
        picture.seek(number - 1)
        page = ImageOps.exif_transpose(picture)
        page.thumbnail((_WIDEST, _WIDEST))
        return page
