"""How building and asking grow with the number of towns: made-up plans through the whole pipeline, measured.

Each size is measured in a process of its own, so that its peak of memory is its own. The encoder is the one without a
model unless another is asked for: what encoding costs is measured by itself (`insek bench encode`).
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import shutil
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from ingest.sources import read_sources
from kg.benchmarks import corpus
from kg.errors import EngineError
from kg.ids import iri_path
from kg.model import Kind, Scheme
from kg.settings import Settings
from kg.vocabulary import concepts
from search_app.compare import compare, matrix
from search_app.search.counterparts import similar
from search_app.search.filters import Filters
from search_app.services.build import build
from search_app.services.generation import current
from search_app.services.serving import GenerationServices, open_services

T = TypeVar("T")
_REPEATS = 5
_MATRIX_TOWNS = 10
_PREFIX = "PREFIX insek: <https://w3id.org/insek/def#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
QUERIES = {
    "SPARQL: label": _PREFIX + "SELECT ?l {{ <{item}> rdfs:label ?l }}",
    "SPARQL: item": "DESCRIBE <{item}>",
    "SPARQL: plan": _PREFIX + "SELECT ?m ?l {{ ?m insek:plan <{plan}> ; a insek:Measure ; rdfs:label ?l }} LIMIT 500",
    "SPARQL: target": _PREFIX + "SELECT ?m ?l {{ ?m insek:contributesTo <{concept}> ; rdfs:label ?l }} LIMIT 100",
    "SPARQL: topics": _PREFIX + "SELECT ?t (COUNT(?m) AS ?n) {{ ?m insek:plan <{plan}> ; insek:topic ?t }} GROUP BY ?t",
}


@dataclass(frozen=True, slots=True)
class Growth:
    """What one size took: seconds by stage and in all, megabytes on disk and in memory, milliseconds a question.

    `changed` are the seconds that publishing one changed document took afterwards, `load` the mean number of processes
    at work on the machine in the last five minutes of building, this one included.
    """

    towns: int
    items: int
    triples: int
    source_megabytes: float
    disk_megabytes: float
    peak_megabytes: float
    stages: dict[str, float]
    build_seconds: float
    changed: float
    load: float
    milliseconds: dict[str, float]


class _Stopwatch:
    """A Progress that keeps the seconds of each stage."""

    def __init__(self) -> None:
        self.stages: dict[str, float] = {}

    def track(self, label: str, things: Iterable[T], total: int) -> Iterable[T]:
        """The same things."""
        began = time.perf_counter()
        yield from things
        self.stages[label] = round(time.perf_counter() - began, 2)


def measure(folder: Path, sizes: Sequence[int], measures: int, settings: Settings) -> Iterable[Growth]:
    """The figures of each size (number of towns), as they come. `folder` is worked in and left as it was."""
    context = multiprocessing.get_context("spawn")
    for towns in sizes:
        place = folder / f"towns-{towns}"
        with ProcessPoolExecutor(1, mp_context=context) as pool:
            yield pool.submit(_measure, place, towns, measures, settings).result()
        shutil.rmtree(place, ignore_errors=True)


def _measure(folder: Path, towns: int, measures: int, settings: Settings) -> Growth:
    size = corpus.write(folder / "plans", towns, measures)
    chosen = replace(settings, workspace=folder / "workspace")
    watch = _Stopwatch()
    _, seconds = _timed(lambda: build(read_sources(folder / "plans" / "sources.toml"), chosen, watch))
    load = os.getloadavg()[1]
    published = current(chosen.workspace)
    with closing(open_services(chosen)) as services:
        milliseconds = {name: _median(question) for name, question in _questions(services).items()}
        items = services.catalog.size
    changed = _changed(folder / "plans", chosen)
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    disk = sum(path.stat().st_size for path in published.directory.rglob("*") if path.is_file())
    return Growth(
        towns=towns,
        items=items,
        triples=published.manifest.triples,
        source_megabytes=round(size / 1e6, 1),
        disk_megabytes=round(disk / 1e6, 1),
        peak_megabytes=round(peak / 1024),
        stages=watch.stages,
        build_seconds=round(seconds, 1),
        changed=round(changed, 2),
        load=round(load, 1),
        milliseconds=milliseconds,
    )


def _changed(plans: Path, settings: Settings) -> float:
    """Seconds to publish one plan in which one word has changed."""
    path = sorted(plans.glob("*.md"))[0]
    path.write_text(path.read_text(encoding="utf-8").replace("Mehr", "Noch mehr") + "\nNachtrag.\n", encoding="utf-8")
    requests = [request for request in read_sources(plans / "sources.toml") if Path(request.location) == path]
    report, seconds = _timed(lambda: build(requests, settings, _Stopwatch()))
    assert report.changed
    return seconds


def _questions(services: GenerationServices) -> dict[str, Callable[[], object]]:
    """Ten typical questions, and the counts over everything that the pages show."""
    catalog, engine = services.catalog, services.engine
    item = next(entry for entry in catalog.entries() if entry.kind is Kind.MEASURE).item
    towns = [town.ags for town in catalog.municipalities()][:_MATRIX_TOWNS]
    names = {
        "item": services.settings.base_iri + iri_path(item.id),
        "plan": services.settings.base_iri + iri_path(item.plan_id),
        "concept": concepts(Scheme.SDG)[10].iri,
    }
    asked: dict[str, Callable[[], object]] = {
        "search": lambda: engine.search("sicherer Schulweg mit dem Rad"),
        "search in one town": lambda: engine.search("Hitze in der Stadt", Filters(municipalities=(towns[0],))),
        "similar": lambda: similar(engine, item.id),
        "compare": lambda: compare(engine, towns[0], towns[-1]),
        "matrix of ten towns": lambda: matrix(catalog, towns),
        "counts of everything": lambda: (catalog.tally.by_concept(), catalog.tally.by_kind()),
    }
    sparql = {name: partial(services.query, text.format(**names), seconds=60) for name, text in QUERIES.items()}
    return asked | sparql


def _median(question: Callable[[], object]) -> float:
    """Milliseconds of the middle one of five, after one that warms up."""
    question()
    return round(statistics.median(_timed(question)[1] for _ in range(_REPEATS)) * 1000, 1)


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    began = time.perf_counter()
    return work(), time.perf_counter() - began


def draw(found: Sequence[Growth], path: Path) -> None:
    """Draws seconds of building and milliseconds of questions by number of towns. Raises EngineError."""
    try:
        import matplotlib as mpl
    except ImportError as error:
        raise EngineError("the plot needs matplotlib: pip install 'insek-graph[bench]'") from error
    mpl.use("svg")
    from matplotlib import pyplot

    figure, (left, right) = pyplot.subplots(1, 2, figsize=(11, 4.5))
    towns = [growth.towns for growth in found]
    left.plot(towns, [growth.build_seconds for growth in found], marker="o", label="whole build")
    left.plot(towns, [growth.changed for growth in found], marker="o", label="one document changed")
    for name in found[0].stages:
        left.plot(towns, [growth.stages.get(name, 0.0) for growth in found], linestyle="--", label=name)
    for name in found[0].milliseconds:
        right.plot(towns, [growth.milliseconds[name] for growth in found], marker="o", label=name)
    for axes, unit in ((left, "seconds"), (right, "milliseconds")):
        axes.set(xscale="log", yscale="log", xlabel="towns", ylabel=unit)
        axes.legend(fontsize="x-small")
        axes.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(path)
