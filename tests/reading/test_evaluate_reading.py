"""The quality of reading is measured and has floors."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.bench_reading import bench_reading
from ingest.evaluate_reading import evaluate_reading
from kg.settings import Settings
from search_app.services.side_by_side import bench_processes

FLOORS = {
    "muenster-report": (0.98, 700),
    "karlsruhe-a": (0.98, 750),
    "ulm-strategy": (1.0, 200),
    "dresden-table": (1.0, 140),
    "torgau-seed": (0.8, 45),
    "herzberg-seed": (1.0, 20),
}


@pytest.mark.parametrize("reader", ["pdfminer", "pdfium"])
def test_labelled_texts_are_read_word_for_word(corpus: Path, reader: str) -> None:
    scores = {score.document: score for score in evaluate_reading(corpus, Settings(pdf_reader=reader, ocr="off"))}
    assert set(scores) == set(FLOORS)
    for name, (share, texts) in FLOORS.items():
        assert scores[name].share >= share, (name, scores[name].share, scores[name].missing[:3])
        assert scores[name].texts >= texts


def test_the_fast_reader_is_faster_than_the_default(corpus: Path) -> None:
    speeds = bench_reading([corpus / "pdf/ulm_ueberblick_ulm4clevercity.pdf"], plumber_pages=2)
    ratios = [speed.ratio for speed in speeds]
    assert ratios[0] == 1.0
    assert ratios[2] > 2
    assert all(speed.pages_per_second > 0 for speed in speeds)


def test_processes_are_measured_as_a_build_begins_them(corpus: Path) -> None:
    (alone,) = bench_processes([corpus / "pdf/nordstemmen_beschlussvorlage_radverkehrskonzept_2021.pdf"], most=1)
    assert (alone.pages, alone.ratio) == (4, 1.0)
