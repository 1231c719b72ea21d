"""Pictures of pages (PNG, JPEG, TIFF of several pages): read as the scan that they are."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ingest.outcome import Issue
from ingest.pdf.read import read_pdf
from kg.errors import SourceError
from kg.model import Document, Source
from kg.settings import Settings

_A4 = 842.0  # points, the longer side of a page whose picture does not say how large it is
_SMALLEST, _LARGEST = 300.0, 1800.0  # points: what the longer side of a page may be
_MOST_PAGES = 500


def read_image(path: Path, source: Source, settings: Settings) -> tuple[Document, tuple[Issue, ...]]:
    """The document of a picture, a page for each of its frames; the same remarks as for a scanned PDF.

    Raises SourceError for a picture that is broken or too large.
    """
    with TemporaryDirectory() as folder:
        scan = Path(folder) / "scan.pdf"
        try:
            _write_pdf(path, scan)
        except Exception as error:
            reason = " ".join(str(error).split()) or type(error).__name__
            template = "{location}: the picture cannot be read: {reason}"
            raise SourceError(template, location=source.location, reason=reason) from error
        return read_pdf(scan, source, settings)


def _write_pdf(path: Path, scan: Path) -> None:
    """Writes a PDF with a page for each frame of the picture, upright and in its own size."""
    from PIL import Image, ImageOps, ImageSequence

    with Image.open(path, formats=("PNG", "JPEG", "TIFF")) as picture:
        for number, frame in enumerate(ImageSequence.Iterator(picture)):
            if number == _MOST_PAGES:
                break
            page = ImageOps.exif_transpose(frame)
            resolution = max(page.size) * 72 / _longer_side(page)
            _flat(page).save(scan, "PDF", resolution=resolution, append=number > 0)


def _longer_side(page: Any) -> float:
    """Length of the longer side in points, as the picture's resolution has it where that makes a page."""
    dots = float(page.info.get("dpi", (0.0, 0.0))[0])
    length = max(page.size) * 72 / dots if dots > 0 else 0.0
    return length if _SMALLEST <= length <= _LARGEST else _A4


def _flat(page: Any) -> Any:
    """The picture in black, grey or three colours, on white where it is transparent."""
    from PIL import Image

    if page.mode in ("1", "L", "RGB"):
        return page
    if page.mode.startswith("I"):
        return page.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if page.mode in ("RGBA", "LA", "P", "PA"):
        paper = Image.new("RGBA", page.size, "white")
        return Image.alpha_composite(paper, page.convert("RGBA")).convert("RGB")
    return page.convert("RGB")
