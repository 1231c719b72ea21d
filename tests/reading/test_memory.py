"""Memory does not grow with the number of documents that one process reads."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from ingest.bounded import Limits, each
from ingest.readers import read
from ingest.sources import SourceRequest, describe
from kg.settings import Settings

_TIMES = 8


def _peak_after(order: tuple[str, str]) -> int:
    """The most memory that this process ever had, in kB, once the document is read."""
    location, reader = order
    path = Path(location)
    document, _ = read(path, describe(SourceRequest(location), path, ""), Settings(ocr="off", pdf_reader=reader))
    assert document.passages
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


@pytest.mark.parametrize(("reader", "start"), [("pdfium", "ulm"), ("pdfminer", "nordstemmen")])
def test_memory_does_not_grow_with_the_number_of_documents(corpus: Path, reader: str, start: str) -> None:
    order = (str(next((corpus / "pdf").glob(f"{start}*"))), reader)
    found = each(_peak_after, [order] * _TIMES, [start] * _TIMES, Limits(seconds=300))
    peaks = [peak for _, peak in found if isinstance(peak, int)]
    assert len(peaks) == _TIMES
    assert max(peaks) < 1.03 * peaks[2], peaks
