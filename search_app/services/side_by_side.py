"""How much faster processes side by side read the sources of a build than one does, from the beginning on."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from ingest.bench_reading import Speed
from kg.settings import Settings

_ALONE = "insek build, 1 process"
_ROUNDS = 3


def bench_processes(paths: Sequence[Path], most: int = 2) -> list[Speed]:
    """The speed of one process to `most` side by side over these files, by the clock on the wall, one as 1.

    Measured is the stage of `insek build` that reads and extracts, in a new interpreter and an empty workspace each
    time; recognition of scans is off. Each is the best of three rounds in turn: a single round differs from the next
    by a sixth on a shared machine, and other work only ever makes it slower.
    """
    best = dict.fromkeys(range(1, most + 1), 0.0)
    pages = 0
    for _ in range(_ROUNDS):
        for jobs in best:
            with TemporaryDirectory() as folder:
                began = monotonic()
                pages = _in_new_interpreter(paths, Settings(workspace=Path(folder), jobs=jobs, ocr="off"))
                best[jobs] = max(best[jobs], pages / max(monotonic() - began, 1e-9))
    return [
        Speed(f"insek build, {jobs} side by side", pages, round(speed, 2), round(speed / max(best[1], 1e-9), 2), _ALONE)
        for jobs, speed in best.items()
    ]


def _in_new_interpreter(paths: Sequence[Path], settings: Settings) -> int:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as starter:
        return starter.submit(_read, paths, settings).result()


def _read(paths: Sequence[Path], settings: Settings) -> int:
    """The number of pages read."""
    from ingest.bounded import prepare
    from ingest.sources import SourceRequest

    prepare()
    from search_app.services.build import read
    from search_app.services.progress import Silent

    reports = read([SourceRequest(str(path)) for path in paths], settings, Silent())
    return sum(report.published.pages for report in reports if report.published)
