"""The fast reader gives the same passages as the default one, within the tolerance that `ingest.pdf.fast` states."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pypdfium2

from ingest.readers import read
from ingest.sources import SourceRequest, describe
from kg.settings import Settings

_EVERY = 10  # the default reader is too slow for all pages
_SAME, _SAME_IN_ANY_FILE = 0.95, 0.90


def _sampled(path: Path, folder: Path) -> Path:
    """A PDF with every tenth page of another."""
    sample = folder / path.name
    with pypdfium2.PdfDocument(path) as whole, pypdfium2.PdfDocument.new() as part:
        part.import_pages(whole, list(range(0, len(whole), _EVERY)))
        part.save(sample)
    return sample


def _passages(path: Path, reader: str) -> Counter[tuple[int, str]]:
    document, _ = read(path, describe(SourceRequest(str(path)), path, ""), Settings(ocr="off", pdf_reader=reader))
    return Counter((passage.place.page, passage.text) for passage in document.passages)


def test_the_fast_reader_gives_the_same_passages(corpus: Path, tmp_path: Path) -> None:
    same: dict[str, tuple[int, int]] = {}
    for path in sorted((corpus / "pdf").glob("*.pdf")):
        sample = _sampled(path, tmp_path)
        default, fast = _passages(sample, "pdfminer"), _passages(sample, "pdfium")
        same[path.name] = (default & fast).total(), max(default.total(), fast.total())
    shares = {name: found / of for name, (found, of) in same.items()}
    found, of = (sum(counts) for counts in zip(*same.values(), strict=True))
    assert of > 500
    assert found / of >= _SAME, shares
    assert min(shares.values()) >= _SAME_IN_ANY_FILE, shares
