"""How fast PDF pages are read, as ratios against plain libraries on the same pages in one run.

insek bench read
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from time import process_time

from ingest import readers
from ingest.sources import SourceRequest, describe
from ingest.words import is_listed
from kg.settings import Settings

_BASE = "pdfminer.six, its own layout"


@dataclass(frozen=True, slots=True)
class Speed:
    """Pages that one reader reads in a second, and how many times as many that is as `peer` reads."""

    reader: str
    pages: int
    pages_per_second: float
    ratio: float
    peer: str


def bench_reading(paths: Sequence[Path], plumber_pages: int = 20) -> list[Speed]:
    """The speed of each reader over these PDF files, in processor time, pdfminer.six with its own layout as 1.

    pdfplumber reads only the first `plumber_pages` of each file, because it is slow; recognition of scans is off.
    """
    is_listed("Haus")  # loads the word list, which is done once for all documents
    contenders: dict[str, Callable[[Path], int]] = {
        _BASE: _pdfminer,
        "insek, pdf_reader = pdfminer": lambda path: _ours(path, "pdfminer"),
        "insek, pdf_reader = pdfium": lambda path: _ours(path, "pdfium"),
        "pypdfium2, text only": _pdfium,
        "pdfplumber, words and tables": lambda path: _plumber(path, plumber_pages),
    }
    pages = dict.fromkeys(contenders, 0)
    seconds = dict.fromkeys(contenders, 0.0)
    for path in paths:
        for name, read in contenders.items():
            began = process_time()
            pages[name] += read(path)
            seconds[name] += process_time() - began
    speeds = {name: pages[name] / max(seconds[name], 1e-9) for name in contenders}
    return [
        Speed(name, pages[name], round(speed, 2), round(speed / speeds[_BASE], 2), _BASE)
        for name, speed in speeds.items()
    ]


def _ours(path: Path, reader: str) -> int:
    source = describe(SourceRequest(str(path)), path, "")
    document, _ = readers.read(path, source, Settings(pdf_reader=reader, ocr="off"))
    return len(document.pages)


def _pdfminer(path: Path) -> int:
    from pdfminer.high_level import extract_pages
    from pdfminer.layout import LAParams

    return sum(1 for _ in extract_pages(path, laparams=LAParams(boxes_flow=None)))


def _pdfium(path: Path) -> int:
    import pypdfium2

    with closing(pypdfium2.PdfDocument(path)) as document:
        for page in document:
            page.get_textpage().get_text_bounded()
        return len(document)


def _plumber(path: Path, most: int) -> int:
    import pdfplumber

    with pdfplumber.open(path) as document:
        pages = document.pages[:most]
        for page in pages:
            page.extract_words()
            page.extract_tables()
            page.close()
        return len(pages)
