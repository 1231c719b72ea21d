"""Evidence by page, with the image of the page and the boxes to mark on it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from threading import Lock

from flask import url_for

from kg.errors import NotFound
from kg.model import Box, Evidence
from search_app.views.context import services

_DOTS_PER_POINT = 1.6
_WIDEST = 1_600
_AROUND = 48.0
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
    """The address of a page's image, or None where the original is no PDF or is not kept."""
    original = services().original(document)
    if original is None or original.suffix.lower() != ".pdf":
        return None
    return url_for("documents.image", digits=document.rpartition("-")[2], number=number)


@lru_cache(maxsize=64)
def render_page(pdf: Path, number: int) -> bytes:
    """A page of a PDF as PNG, 115 dots per inch, in few colours so that it stays small. Raises NotFound."""
    import pypdfium2

    try:
        with _PDFIUM, pypdfium2.PdfDocument(pdf) as document:
            page = document[number - 1]
            scale = min(_DOTS_PER_POINT, _WIDEST / page.get_width())
            image = page.render(scale=scale).to_pil()
    except (pypdfium2.PdfiumError, IndexError, OSError) as error:
        raise NotFound("page {number} of this document cannot be shown as an image", number=number) from error
    buffer = BytesIO()
    image.convert("RGB").quantize(colors=64).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
